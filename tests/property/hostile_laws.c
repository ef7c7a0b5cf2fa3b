/* What holds of every surface that is fitted, whatever it was fitted to. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hostile.h"
#include "hpm/surface_figures.h"
#include "io/document.h"

enum { PLACES = 300, SLICES = 4 * HOSTILE_EXPIRIES };

#define BROKEN_UNLESS(condition)                                                                   \
    if (!(condition)) return #condition

static int is_share(double x)
{
    return x >= 0 && x <= 1;
}

/* Of what may be unknown: NaN or a number from 0 on. */
static int is_figure(double x)
{
    return isnan(x) || (x >= 0 && x < INFINITY);
}

/* ---- Slices --------------------------------------------------------------------------------- */

static const char *broken_counts(const hpm_slice *slice)
{
    BROKEN_UNLESS(slice->two_sided <= slice->quotes);
    BROKEN_UNLESS(slice->used <= slice->quotes);
    BROKEN_UNLESS(slice->judged <= slice->quotes);
    BROKEN_UNLESS(slice->inside <= slice->judged);
    BROKEN_UNLESS(slice->mark_inside <= slice->judged);
    BROKEN_UNLESS(is_figure(slice->mark_rmse));
    BROKEN_UNLESS(is_figure(slice->spread_vol));
    BROKEN_UNLESS(slice->repair_vol >= 0 && slice->repair_vol < INFINITY);
    BROKEN_UNLESS(slice->judged > 0 || (isnan(slice->mark_rmse) && slice->repair_vol == 0));
    return NULL;
}

static const char *broken_slice(const hpm_slice *slice)
{
    const hpm_input *forward = &slice->forward;
    BROKEN_UNLESS((unsigned)slice->state <= HPM_SLICE_NONE);
    BROKEN_UNLESS(slice->tau_years >= 0 && slice->tau_years < 1e4);
    BROKEN_UNLESS(is_share(slice->confidence));
    BROKEN_UNLESS(slice->age_s >= 0 && slice->age_s < INFINITY);
    BROKEN_UNLESS(fabs(slice->rate_annual) <= 10);
    BROKEN_UNLESS(isnan(forward->value) || (forward->value > 0 && forward->value <= 1e15));
    BROKEN_UNLESS(is_share(forward->confidence) && forward->age_s >= 0);
    if (slice->state == HPM_SLICE_NONE) {
        BROKEN_UNLESS(slice->confidence == 0);
        return NULL;
    }
    BROKEN_UNLESS(!isnan(forward->value));
    BROKEN_UNLESS(slice->tau_years > 0);
    BROKEN_UNLESS(hpm_svi_is_valid(&slice->svi));
    BROKEN_UNLESS(hpm_slice_vol(slice, 0) > 0 && hpm_slice_vol(slice, 0) < INFINITY);
    return broken_counts(slice);
}

/* ---- Arbitrage ------------------------------------------------------------------------------ */

/* Looked at more widely than hpm_surface_check does, to far beyond where anybody trades. */
static const char *broken_density(const hpm_svi *svi, double reach)
{
    for (int i = 0; i < PLACES; i++)
        BROKEN_UNLESS(hpm_svi_density(svi, reach * (2.0 * i / (PLACES - 1) - 1)) >= 0);
    BROKEN_UNLESS(svi->b * (1 + fabs(svi->rho)) <= 2);
    return NULL;
}

static const char *broken_step(const hpm_svi *later, const hpm_svi *earlier, double reach)
{
    for (int i = 0; i < PLACES; i++) {
        double k = reach * (2.0 * i / (PLACES - 1) - 1);
        BROKEN_UNLESS(hpm_svi_at(later, k).variance >= hpm_svi_at(earlier, k).variance);
    }
    return NULL;
}

static const char *broken_arbitrage(const hpm_surface *surface)
{
    static const double deviations[] = {0.5, 5, 50};
    hpm_slice_check checks[SLICES];
    const hpm_slice *earlier = NULL;
    BROKEN_UNLESS(surface->slice_count <= SLICES);
    BROKEN_UNLESS(hpm_surface_check(checks, surface) == 0);
    for (uint32_t i = 0; i < surface->slice_count; i++) {
        const hpm_slice *slice = &surface->slices[i];
        const char *broken = NULL;
        if (slice->state == HPM_SLICE_NONE) continue;
        BROKEN_UNLESS(checks[i].certain);
        if (earlier && strcmp(earlier->underlying, slice->underlying) != 0) earlier = NULL;
        for (int r = 0; r < 3 && !broken; r++) {
            double reach = deviations[r] * sqrt(hpm_svi_at(&slice->svi, 0).variance);
            broken = broken_density(&slice->svi, reach);
            if (!broken && earlier) broken = broken_step(&slice->svi, &earlier->svi, reach);
        }
        if (broken) return broken;
        earlier = slice;
    }
    return NULL;
}

/* ---- Quotes --------------------------------------------------------------------------------- */

static const char *broken_quote(const hpm_smile_quote *quote, int has_slice)
{
    BROKEN_UNLESS((unsigned)quote->use <= HPM_USE_EXPIRED);
    BROKEN_UNLESS(quote->weight >= 0 && quote->weight < INFINITY);
    BROKEN_UNLESS(is_figure(quote->fit_vol) && is_figure(quote->bid_vol));
    BROKEN_UNLESS(is_figure(quote->ask_vol) && is_figure(quote->target_vol));
    BROKEN_UNLESS(isnan(quote->delta) || fabs(quote->delta) <= 1);
    BROKEN_UNLESS(quote->use != HPM_USE_TWO_SIDED || quote->bid_vol <= quote->ask_vol);
    BROKEN_UNLESS(quote->use != HPM_USE_TWO_SIDED || quote->target_vol > 0);
    BROKEN_UNLESS(quote->use != HPM_USE_TWO_SIDED || !has_slice || quote->fit_vol > 0);
    return NULL;
}

static const char *broken_quotes(const hpm_surface_fit *fit, const hpm_catalog *catalog)
{
    for (uint32_t id = 0; id < catalog->instrument_count; id++) {
        int is_option = catalog->instruments[id].kind == HPM_OPTION;
        BROKEN_UNLESS((fit->slice_of[id] < fit->surface.slice_count) == is_option);
        if (!is_option) continue;
        int has_slice = fit->surface.slices[fit->slice_of[id]].state != HPM_SLICE_NONE;
        const char *broken = broken_quote(&fit->quote[id], has_slice);
        if (broken) return broken;
    }
    return NULL;
}

/* ---- Documents ------------------------------------------------------------------------------ */

static int is_written(hpm_json *json, const hpm_surface *surface)
{
    hpm_error error;
    hpm_json_to_buffer(json, 0);
    hpm_surface_write(json, surface, NULL);
    return hpm_json_finish(json, &error) == HPM_OK;
}

/* Written and read it is the same surface, and the same text. */
static const char *broken_round_trip(const hpm_surface *surface)
{
    hpm_surface_document again;
    hpm_json json, second;
    hpm_error error;
    BROKEN_UNLESS(is_written(&json, surface));
    hpm_status status = hpm_surface_decode(&again, json.bytes, json.length, &error);
    if (status != HPM_OK) fprintf(stderr, "%s: %s\n", error.where, error.message);
    BROKEN_UNLESS(status == HPM_OK);
    BROKEN_UNLESS(memcmp(&again.surface.hash, &surface->hash, sizeof surface->hash) == 0);
    BROKEN_UNLESS(is_written(&second, &again.surface));
    BROKEN_UNLESS(strcmp(json.bytes, second.bytes) == 0);
    hpm_json_free(&second);
    hpm_json_free(&json);
    hpm_surface_document_free(&again);
    return NULL;
}

/* ---- Markets -------------------------------------------------------------------------------- */

/* Every option of a slice has a volatility; none of another has a number that is none. */
static const char *broken_vols(const hpm_market *market, const hpm_surface_fit *fit)
{
    for (uint32_t id = 0; id < market->catalog->instrument_count; id++) {
        const hpm_instrument *row = &market->catalog->instruments[id];
        double vol = market->vol[id].value;
        if (row->kind != HPM_OPTION) continue;
        BROKEN_UNLESS(is_figure(vol) && !(vol > HPM_VOL_MAX));
        const hpm_slice *slice = &fit->surface.slices[fit->slice_of[id]];
        BROKEN_UNLESS(slice->state == HPM_SLICE_NONE || vol > 0);
        BROKEN_UNLESS(slice->state == HPM_SLICE_NONE || market->vol_atm[row->expiry].value > 0);
        BROKEN_UNLESS(isnan(vol) || is_share(market->vol[id].confidence));
        BROKEN_UNLESS(isnan(vol) || market->vol[id].age_s >= 0);
    }
    return NULL;
}

/* A market takes the surface as it is. */
static const char *broken_market(const hpm_surface_fit *fit, const hpm_quotes *quotes)
{
    hpm_market market;
    hpm_error error = {.status = HPM_OK};
    hpm_arena arena = {.capacity = hpm_market_size(quotes->catalog)};
    arena.base = aligned_alloc(HPM_ALIGNMENT, hpm_aligned_size(arena.capacity));
    hpm_status status = hpm_market_begin(&market, &arena, quotes->catalog, quotes->reporting,
                                         quotes->now_ns, &error);
    BROKEN_UNLESS(status == HPM_OK);
    hpm_surface_apply(&fit->surface, &market);
    status = hpm_market_finish(&market, &error);
    if (status != HPM_OK) fprintf(stderr, "%s: %s\n", error.where, error.message);
    BROKEN_UNLESS(status == HPM_OK);
    const char *broken = broken_vols(&market, fit);
    free(arena.base);
    return broken;
}

/* ---- All ------------------------------------------------------------------------------------ */

/* What is read off the surface for people. */
static const char *broken_figures(const hpm_surface *surface, const hpm_quotes *quotes)
{
    hpm_slice_figures figures[SLICES];
    hpm_slice_tally tallies[SLICES];
    hpm_surface_figures(figures, surface);
    hpm_surface_judge(tallies, surface, quotes);
    for (uint32_t i = 0; i < surface->slice_count; i++) {
        int is_known = surface->slices[i].state != HPM_SLICE_NONE;
        BROKEN_UNLESS(isnan(figures[i].atm_vol) == !is_known);
        BROKEN_UNLESS(is_figure(figures[i].forward_vol));
        BROKEN_UNLESS(tallies[i].inside <= tallies[i].judged);
        BROKEN_UNLESS(is_figure(tallies[i].mark_rmse));
    }
    return NULL;
}

const char *hostile_broken_law(const hpm_surface_fit *fit, const hostile_world *world)
{
    const hpm_surface *surface = &fit->surface;
    uint32_t known = 0;
    const char *broken = NULL;
    for (uint32_t i = 0; i < surface->slice_count && !broken; i++) {
        known += surface->slices[i].state != HPM_SLICE_NONE;
        broken = broken_slice(&surface->slices[i]);
    }
    if (broken) return broken;
    BROKEN_UNLESS(known > 0);
    broken = broken_arbitrage(surface);
    if (!broken) broken = broken_quotes(fit, &world->catalog);
    if (!broken) broken = broken_round_trip(surface);
    if (!broken) broken = broken_market(fit, &world->quotes);
    return broken ? broken : broken_figures(surface, &world->quotes);
}
