/* The fit of a surface: memory, the list of expiries, and the order of work. */
#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/sort.h"
#include "market/input.h"
#include "market/svi_variance.h"
#include "surface/surface_parts.h"

const hpm_surface_rules hpm_surface_rules_default = {
    .soft_age_s = 60, .hard_age_s = 3600, .last_good_s = 86400};

/* The shape where no expiry tells one: flat, but for as much curvature as a model has to have, and
 * no matter how far from the quotes. */
static const hpm_ssvi shape_unknown = {.rho = 0, .eta = 0.1, .gamma = 0.5, .rmse = INFINITY};

/* ---- Small numbers ----------------------------------------------------------------------------
 */

double surface_median(double *numbers, uint32_t count)
{
    if (count == 0) return (double)NAN;
    hpm_sort(numbers, count, sizeof *numbers, hpm_compare_reals, NULL);
    return numbers[(count - 1) / 2];
}

double surface_age_before(const surface_work *work, double age_s)
{
    double age = age_s + (double)(work->quotes->now_ns - work->before->now_ns) / 1e9;
    return age < HPM_AGE_MAX_S ? age : HPM_AGE_MAX_S; /* older cannot be said */
}

/* ---- Memory -----------------------------------------------------------------------------------
 */

static uint32_t slices_most(const hpm_catalog *catalog, const hpm_surface *before)
{
    return catalog->expiry_count + (before ? before->slice_count : 0);
}

size_t hpm_surface_fit_size(const hpm_catalog *catalog, const hpm_surface *before)
{
    size_t options = catalog->instrument_count, slices = slices_most(catalog, before);
    size_t fitted = options + slices * SURFACE_MODEL_PLACES;
    size_t bytes = hpm_aligned_size(slices * sizeof(hpm_slice));
    bytes += hpm_aligned_size(slices * sizeof(hpm_ssvi));
    bytes += hpm_aligned_size(slices * sizeof(surface_expiry));
    bytes += hpm_aligned_size(slices * sizeof(ssvi_expiry));
    bytes += hpm_aligned_size(catalog->expiry_count * sizeof(surface_forward));
    bytes += hpm_aligned_size(catalog->expiry_count * sizeof(uint32_t));
    bytes += hpm_aligned_size(options * sizeof(hpm_smile_quote));
    bytes += 3 * hpm_aligned_size(options * sizeof(uint32_t));
    bytes += 4 * hpm_aligned_size(fitted * sizeof(double));
    bytes += 8 * hpm_aligned_size(options * sizeof(double));
    return bytes + hpm_aligned_size(options) + surface_forwards_size(catalog);
}

static double *take_reals(hpm_arena *arena, size_t count)
{
    return hpm_arena_take(arena, count, sizeof(double));
}

static void take_options(surface_options *options, hpm_arena *arena, uint32_t count)
{
    options->id = hpm_arena_take(arena, count, sizeof(uint32_t));
    options->forward = take_reals(arena, count);
    options->strike = take_reals(arena, count);
    options->sign = take_reals(arena, count);
    options->tau_years = take_reals(arena, count);
    options->unit = take_reals(arena, count);
    options->value = take_reals(arena, count);
    options->total_vol = take_reals(arena, count);
    options->state = hpm_arena_take(arena, count, 1);
}

static int has_options(const surface_options *options)
{
    return options->id && options->forward && options->strike && options->sign &&
           options->tau_years && options->unit && options->value && options->total_vol &&
           options->state;
}

static hpm_status take_memory(surface_work *work, hpm_arena *arena, hpm_error *error)
{
    const hpm_catalog *catalog = work->quotes->catalog;
    uint32_t options = catalog->instrument_count, slices = slices_most(catalog, work->before);
    size_t fitted = options + (size_t)slices * SURFACE_MODEL_PLACES;
    work->fit->surface.slices = hpm_arena_take(arena, slices, sizeof(hpm_slice));
    work->fit->surface.across = hpm_arena_take(arena, slices, sizeof(hpm_ssvi));
    work->fit->quote = hpm_arena_take(arena, options, sizeof(hpm_smile_quote));
    work->fit->slice_of = hpm_arena_take(arena, options, sizeof(uint32_t));
    work->expiries = hpm_arena_take(arena, slices, sizeof(surface_expiry));
    work->levels = hpm_arena_take(arena, slices, sizeof(ssvi_expiry));
    work->forwards = hpm_arena_take(arena, catalog->expiry_count, sizeof(surface_forward));
    work->slice_of_expiry = hpm_arena_take(arena, catalog->expiry_count, sizeof(uint32_t));
    work->by_moneyness = hpm_arena_take(arena, options, sizeof(uint32_t));
    work->log_moneyness = take_reals(arena, fitted);
    work->variance = take_reals(arena, fitted);
    work->margin = take_reals(arena, fitted);
    work->weight = take_reals(arena, fitted);
    work->scratch = take_reals(arena, options);
    take_options(&work->options, arena, options);
    if (work->fit->surface.slices && work->fit->surface.across && work->fit->quote &&
        work->fit->slice_of && work->expiries && work->levels && work->forwards &&
        work->slice_of_expiry && work->by_moneyness && work->log_moneyness && work->variance &&
        work->margin && work->weight && work->scratch && has_options(&work->options))
        return HPM_OK;
    return hpm_fail(error, HPM_E_MEMORY, "surface", "the arena is too small");
}

/* ---- Expiries ---------------------------------------------------------------------------------
 */

static double years_to(const surface_work *work, int64_t expiry_ns)
{
    int64_t left = expiry_ns - work->quotes->now_ns;
    return left > 0 ? (double)left / (double)HPM_YEAR_NS : 0;
}

/* The earlier surface's slice if it may stand in, else NULL. */
static const hpm_slice *usable(const surface_work *work, const hpm_slice *earlier)
{
    if (!earlier || earlier->state == HPM_SLICE_NONE) return NULL;
    return surface_age_before(work, earlier->age_s) <= work->rules->last_good_s ? earlier : NULL;
}

static void add_slice(surface_work *work, const char *underlying, int64_t expiry_ns,
                      uint32_t catalog_expiry, const hpm_slice *earlier)
{
    uint32_t at = work->fit->surface.slice_count++;
    hpm_slice *slice = &work->fit->surface.slices[at];
    assert(work->fit->surface.slices && work->expiries);
    memcpy(slice->underlying, underlying, sizeof slice->underlying);
    slice->expiry_ns = expiry_ns;
    slice->tau_years = years_to(work, expiry_ns);
    slice->forward = (hpm_input){(double)NAN, 0, 0};
    slice->state = HPM_SLICE_NONE;
    slice->mark_rmse = slice->spread_vol = (double)NAN;
    work->expiries[at].catalog_expiry = catalog_expiry;
    work->expiries[at].before = usable(work, earlier);
}

/* By underlying's name, then time: the catalog's order, as its assets are sorted by name. After the
 * last expiry of the catalog (HPM_NONE) or of the earlier surface (NULL) comes the other's. */
static int compare_expiries(const hpm_catalog *catalog, uint32_t expiry, const hpm_slice *earlier)
{
    if (expiry == HPM_NONE) return 1;
    if (!earlier) return -1;
    const hpm_expiry *own = &catalog->expiries[expiry];
    int by_name = strcmp(catalog->assets[own->underlying].name, earlier->underlying);
    if (by_name != 0) return by_name;
    return (own->expiry_ns > earlier->expiry_ns) - (own->expiry_ns < earlier->expiry_ns);
}

/* Lists the catalog's expiries and those that only the earlier surface has, in one order. */
static void list_expiries(surface_work *work)
{
    const hpm_catalog *catalog = work->quotes->catalog;
    const hpm_slice *earlier = work->before ? work->before->slices : NULL;
    const hpm_slice *end = earlier ? earlier + work->before->slice_count : NULL;
    for (uint32_t e = 0; e < catalog->expiry_count || earlier != end;) {
        uint32_t expiry = e < catalog->expiry_count ? e : HPM_NONE;
        const hpm_slice *old = earlier != end ? earlier : NULL;
        int order = compare_expiries(catalog, expiry, old);
        if (order <= 0) {
            const hpm_expiry *own = &catalog->expiries[e];
            work->slice_of_expiry[e] = work->fit->surface.slice_count;
            add_slice(work, catalog->assets[own->underlying].name, own->expiry_ns, e++,
                      order == 0 ? old : NULL);
        } else if (old && years_to(work, old->expiry_ns) > 0) {
            add_slice(work, old->underlying, old->expiry_ns, HPM_NONE, old);
        }
        if (order >= 0) earlier++; /* never NULL here: not even 0 may be added to that */
    }
}

/* Which slice each option is of, and each slice's room for quotes. */
static void assign_options(surface_work *work)
{
    const hpm_catalog *catalog = work->quotes->catalog;
    hpm_surface *surface = &work->fit->surface;
    uint32_t room = 0;
    for (uint32_t id = 0; id < catalog->instrument_count; id++) {
        const hpm_instrument *instrument = &catalog->instruments[id];
        work->fit->slice_of[id] = HPM_NONE;
        if (instrument->kind != HPM_OPTION) continue;
        work->fit->slice_of[id] = work->slice_of_expiry[instrument->expiry];
        surface->slices[work->fit->slice_of[id]].quotes++;
    }
    for (uint32_t s = 0; s < surface->slice_count; s++) {
        work->expiries[s].quote_first = room;
        room += surface->slices[s].quotes + SURFACE_MODEL_PLACES;
    }
}

static void take_forwards(surface_work *work)
{
    for (uint32_t s = 0; s < work->fit->surface.slice_count; s++) {
        hpm_slice *slice = &work->fit->surface.slices[s];
        const surface_expiry *expiry = &work->expiries[s];
        if (expiry->catalog_expiry != HPM_NONE) {
            slice->forward = work->forwards[expiry->catalog_expiry].forward;
            slice->rate_annual = work->forwards[expiry->catalog_expiry].rate_annual;
        }
        if (!isnan(slice->forward.value) || !expiry->before) continue;
        slice->forward = expiry->before->forward;
        slice->forward.age_s = surface_age_before(work, slice->forward.age_s);
        slice->rate_annual = expiry->before->rate_annual;
    }
}

/* ---- One underlying ---------------------------------------------------------------------------
 */

/* Total variance at the money of the slices known so far, linear in time between them, as time
 * beyond them; NaN if none is known. */
static double level_between(const surface_work *work, uint32_t at, uint32_t first, uint32_t end)
{
    const hpm_slice *slices = work->fit->surface.slices, *before = NULL, *after = NULL;
    double tau = slices[at].tau_years;
    for (uint32_t i = first; i < end; i++) {
        if (slices[i].state == HPM_SLICE_NONE) continue;
        if (i < at) before = &slices[i];
        if (i > at && !after) after = &slices[i];
    }
    if (!before && !after) return (double)NAN;
    if (!before || !after) {
        const hpm_slice *only = before ? before : after;
        return svi_variance(&only->svi, 0) * tau / only->tau_years;
    }
    double low = svi_variance(&before->svi, 0), high = svi_variance(&after->svi, 0);
    double share = (tau - before->tau_years) / (after->tau_years - before->tau_years);
    return fma(share, high - low, low);
}

static const hpm_ssvi *common_shape(const surface_work *work, const hpm_ssvi *fitted)
{
    if (!isnan(fitted->rmse)) return fitted;
    for (uint32_t i = 0; work->before && i < work->before->underlying_count; i++) {
        const hpm_ssvi *old = &work->before->across[i];
        if (strcmp(old->underlying, fitted->underlying) == 0 && !isnan(old->rmse)) return old;
    }
    return &shape_unknown;
}

/* The shape that the slices have in common that stand by themselves. */
static void fit_across(surface_work *work, hpm_ssvi *across, uint32_t first, uint32_t end)
{
    size_t count = 0;
    for (uint32_t s = first; s < end; s++) {
        const hpm_slice *slice = &work->fit->surface.slices[s];
        if (slice->state != HPM_SLICE_FITTED) continue;
        work->levels[count++] =
            (ssvi_expiry){svi_variance(&slice->svi, 0), slice->tau_years, work->expiries[s].quotes};
    }
    ssvi_fit(across, work->levels, count);
}

static void fit_underlying(surface_work *work, uint32_t first, uint32_t end)
{
    hpm_surface *surface = &work->fit->surface;
    hpm_ssvi *across = &surface->across[surface->underlying_count++];
    memcpy(across->underlying, surface->slices[first].underlying, sizeof across->underlying);
    for (uint32_t s = first; s < end; s++)
        surface_fit_alone(work, s);
    fit_across(work, across, first, end);
    const hpm_ssvi *shape = common_shape(work, across);
    for (uint32_t s = first; s < end; s++) {
        if (surface->slices[s].state != HPM_SLICE_NONE) continue;
        if (!surface_fit_sparse(work, s, shape, level_between(work, s, first, end)))
            surface_take_before(work, s);
    }
    surface_sweep(work, shape, first, end);
}

/* ---- The whole --------------------------------------------------------------------------------
 */

static void fit_slices(surface_work *work)
{
    const hpm_surface *surface = &work->fit->surface;
    for (uint32_t first = 0, end; first < surface->slice_count; first = end) {
        for (end = first + 1; end < surface->slice_count; end++)
            if (strcmp(surface->slices[end].underlying, surface->slices[first].underlying) != 0)
                break;
        fit_underlying(work, first, end);
    }
}

static int has_slice(const hpm_surface *surface)
{
    for (uint32_t s = 0; s < surface->slice_count; s++)
        if (surface->slices[s].state != HPM_SLICE_NONE) return 1;
    return 0;
}

static hpm_status check_before(const hpm_surface *before, const hpm_quotes *quotes,
                               hpm_error *error)
{
    if (!before || before->now_ns <= quotes->now_ns) return HPM_OK;
    return hpm_fail(error, HPM_E_RANGE, "before", "the earlier surface is later than the quotes");
}

hpm_status hpm_surface_fit_quotes(const hpm_context *context, hpm_surface_fit *fit,
                                  hpm_arena *arena, const hpm_quotes *quotes,
                                  const hpm_surface *before, const hpm_surface_rules *rules,
                                  hpm_error *error)
{
    assert(context && fit && arena && quotes);
    surface_work work = {.context = context,
                         .quotes = quotes,
                         .before = before,
                         .rules = rules ? rules : &hpm_surface_rules_default,
                         .fit = fit};
    memset(fit, 0, sizeof *fit);
    hpm_status status = check_before(before, quotes, error);
    if (status == HPM_OK) status = take_memory(&work, arena, error);
    if (status != HPM_OK) return status;
    fit->surface.now_ns = quotes->now_ns;
    fit->surface.quotes_hash = quotes->hash;
    list_expiries(&work);
    assign_options(&work);
    status = surface_forwards(work.forwards, arena, quotes, work.rules, error);
    if (status != HPM_OK) return status;
    take_forwards(&work);
    surface_read_smiles(&work);
    fit_slices(&work);
    surface_rate(&work);
    if (!has_slice(&fit->surface))
        return hpm_fail(error, HPM_E_MISSING_PRICE, "quotes",
                        "no option has a quote that says anything of volatility");
    return hpm_surface_finish(&fit->surface, error);
}
