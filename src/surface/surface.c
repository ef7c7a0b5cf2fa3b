/* A surface that is given: order, checks and canonical form. */
#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/sort.h"
#include "hpm/surface.h"
#include "market/input.h"

#define TAU_MAX_YEARS 1e4

/* ---- Checks -------------------------------------------------------------------------------- */

static hpm_status check_name(const char *name, const char *where, hpm_error *error)
{
    if (name[0] != '\0' && memchr(name, '\0', HPM_ASSET_NAME_SIZE)) return HPM_OK;
    return hpm_fail(error, HPM_E_RANGE, where, "underlying is empty or longer than %d bytes",
                    HPM_ASSET_NAME_SIZE - 1);
}

/* NaN: not known. */
static int is_figure(double x)
{
    return isnan(x) || (x >= 0 && x < (double)INFINITY);
}

/* What a slice that is there must have. */
static hpm_status check_known(const hpm_slice *slice, const char *where, hpm_error *error)
{
    const hpm_input trust = {0, slice->confidence, slice->age_s};
    if (isnan(slice->forward.value))
        return hpm_fail(error, HPM_E_RANGE, where, "volatilities without a forward (nan)");
    hpm_status status = hpm_input_check_svi(&slice->svi, where, error);
    return status == HPM_OK ? hpm_input_check_trust(&trust, where, error) : status;
}

static hpm_status check_slice(const hpm_slice *slice, const char *where, hpm_error *error)
{
    hpm_status status = check_name(slice->underlying, where, error);
    if (status != HPM_OK) return status;
    if (slice->expiry_ns <= 0)
        return hpm_fail(error, HPM_E_RANGE, where, "expiry before 1970 (%lld ns)",
                        (long long)slice->expiry_ns);
    if (!(slice->tau_years >= 0 && slice->tau_years <= TAU_MAX_YEARS))
        return hpm_fail(error, HPM_E_RANGE, where, "tau_years outside [0, 1e4] (%g)",
                        slice->tau_years);
    if ((unsigned)slice->state > HPM_SLICE_NONE)
        return hpm_fail(error, HPM_E_RANGE, where, "unknown state (%u)", (unsigned)slice->state);
    if (!is_figure(slice->mark_rmse) || !is_figure(slice->spread_vol) ||
        !is_figure(slice->repair_vol))
        return hpm_fail(error, HPM_E_RANGE, where, "a figure below 0 or not finite (%g, %g, %g)",
                        slice->mark_rmse, slice->spread_vol, slice->repair_vol);
    status = hpm_input_check_price(&slice->forward, where, "forward", error);
    if (status == HPM_OK) status = hpm_input_check_rate(slice->rate_annual, where, error);
    if (status == HPM_OK && slice->state != HPM_SLICE_NONE)
        status = check_known(slice, where, error);
    return status;
}

static hpm_status check_across(const hpm_ssvi *ssvi, const char *where, hpm_error *error)
{
    hpm_status status = check_name(ssvi->underlying, where, error);
    if (status != HPM_OK || isnan(ssvi->rmse)) return status;
    if (!is_figure(ssvi->rmse))
        return hpm_fail(error, HPM_E_RANGE, where, "rmse below 0 or not finite (%g)", ssvi->rmse);
    if (fabs(ssvi->rho) < 1 && ssvi->eta > 0 && ssvi->eta * (1 + fabs(ssvi->rho)) <= 2 &&
        ssvi->gamma > 0 && ssvi->gamma <= 0.5)
        return HPM_OK;
    return hpm_fail(error, HPM_E_RANGE, where,
                    "beyond |rho| < 1, 0 < eta (1 + |rho|) <= 2, 0 < gamma <= 1/2 (%g, %g, %g)",
                    ssvi->rho, ssvi->eta, ssvi->gamma);
}

/* In the order given, so that a place is the reader's own. */
static hpm_status check_rows(const hpm_surface *surface, hpm_error *error)
{
    hpm_status status = HPM_OK;
    char where[32];
    if (surface->now_ns < 0)
        return hpm_fail(error, HPM_E_RANGE, "time", "before 1970 (%lld ns)",
                        (long long)surface->now_ns);
    for (uint32_t i = 0; i < surface->slice_count && status == HPM_OK; i++) {
        snprintf(where, sizeof where, "slices[%u]", i);
        status = check_slice(&surface->slices[i], where, error);
    }
    for (uint32_t i = 0; i < surface->underlying_count && status == HPM_OK; i++) {
        snprintf(where, sizeof where, "across[%u]", i);
        status = check_across(&surface->across[i], where, error);
    }
    return status;
}

/* ---- Order --------------------------------------------------------------------------------- */

static int compare_slices(const void *a, const void *b, const void *context)
{
    const hpm_slice *left = a, *right = b;
    int by_name = strcmp(left->underlying, right->underlying);
    (void)context;
    if (by_name != 0) return by_name;
    return (left->expiry_ns > right->expiry_ns) - (left->expiry_ns < right->expiry_ns);
}

static int compare_across(const void *a, const void *b, const void *context)
{
    (void)context;
    return strcmp(((const hpm_ssvi *)a)->underlying, ((const hpm_ssvi *)b)->underlying);
}

static hpm_status check_single(const hpm_surface *surface, hpm_error *error)
{
    const hpm_slice *slices = surface->slices;
    const hpm_ssvi *across = surface->across;
    for (uint32_t i = 1; i < surface->slice_count; i++)
        if (compare_slices(&slices[i - 1], &slices[i], NULL) == 0)
            return hpm_fail(error, HPM_E_DUPLICATE, slices[i].underlying,
                            "two slices of one expiry (%lld ns)", (long long)slices[i].expiry_ns);
    for (uint32_t i = 1; i < surface->underlying_count; i++)
        if (compare_across(&across[i - 1], &across[i], NULL) == 0)
            return hpm_fail(error, HPM_E_DUPLICATE, "across", "two of one underlying (%s)",
                            across[i].underlying);
    return HPM_OK;
}

/* ---- Canonical form ------------------------------------------------------------------------ */

/* What is undefined in a slice of which nothing is known is left out. */
static void hash_slice(hpm_hasher *hasher, const hpm_slice *slice)
{
    hpm_hash_text(hasher, slice->underlying);
    hpm_hash_int(hasher, slice->expiry_ns);
    hpm_hash_real(hasher, slice->tau_years);
    hpm_input_hash(hasher, &slice->forward);
    hpm_hash_real(hasher, slice->rate_annual);
    hpm_hash_int(hasher, slice->state);
    if (slice->state == HPM_SLICE_NONE) return;
    const double numbers[] = {slice->svi.a,     slice->svi.b,      slice->svi.rho, slice->svi.m,
                              slice->svi.sigma, slice->confidence, slice->age_s};
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        hpm_hash_real(hasher, numbers[i]);
}

static hpm_hash hash_surface(const hpm_surface *surface)
{
    hpm_hasher hasher;
    hpm_hash_begin(&hasher);
    hpm_hash_text(&hasher, "hpm/surface/1");
    hpm_hash_int(&hasher, surface->now_ns);
    hpm_hash_int(&hasher, surface->slice_count);
    for (uint32_t i = 0; i < surface->slice_count; i++)
        hash_slice(&hasher, &surface->slices[i]);
    return hpm_hash_end(&hasher);
}

hpm_status hpm_surface_finish(hpm_surface *surface, hpm_error *error)
{
    assert(surface->slices || surface->slice_count == 0);
    assert(surface->across || surface->underlying_count == 0);
    hpm_status status = check_rows(surface, error);
    if (status != HPM_OK) return status;
    hpm_sort(surface->slices, surface->slice_count, sizeof *surface->slices, compare_slices, NULL);
    hpm_sort(surface->across, surface->underlying_count, sizeof *surface->across, compare_across,
             NULL);
    status = check_single(surface, error);
    if (status == HPM_OK) surface->hash = hash_surface(surface);
    return status;
}
