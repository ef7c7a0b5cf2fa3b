/* How many quotes a surface agrees with: prices of its slices against bids and asks. */
#include <math.h>
#include <string.h>

#include "hpm/surface_figures.h"
#include "surface/verdict.h"

/* Slices are sorted by underlying, then expiry. */
static int compare(const hpm_slice *slice, const char *underlying, int64_t expiry_ns)
{
    int order = strcmp(slice->underlying, underlying);
    if (order != 0) return order;
    return slice->expiry_ns < expiry_ns ? -1 : slice->expiry_ns > expiry_ns;
}

static uint32_t slice_find(const hpm_surface *surface, const char *underlying, int64_t expiry_ns)
{
    uint32_t low = 0, high = surface->slice_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        int order = compare(&surface->slices[middle], underlying, expiry_ns);
        if (order == 0) return middle;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return HPM_NONE;
}

/* `mark_rmse` is the sum of squares until the end. */
static void count(hpm_slice_tally *tally, const surface_verdict *verdict)
{
    if (!verdict->is_judged) return;
    tally->judged++;
    tally->inside += (uint32_t)verdict->is_inside;
    tally->marked += (uint32_t)verdict->is_marked;
    tally->mark_inside += (uint32_t)verdict->mark_inside;
    if (isnan(verdict->mark_error)) return;
    tally->vol_marked++;
    tally->mark_rmse = fma(verdict->mark_error, verdict->mark_error, tally->mark_rmse);
}

static void instrument_judge(hpm_slice_tally *tallies, const hpm_surface *surface,
                             const hpm_quotes *quotes, uint32_t id)
{
    const hpm_catalog *catalog = quotes->catalog;
    const hpm_instrument *instrument = &catalog->instruments[id];
    if (instrument->kind != HPM_OPTION || !(instrument->strike > 0)) return;
    uint32_t place =
        slice_find(surface, catalog->assets[instrument->underlying].name, instrument->expiry_ns);
    if (place == HPM_NONE) return;
    const hpm_slice *slice = &surface->slices[place];
    const hpm_quote *quote = &quotes->quote[id];
    double tau_years = (double)(slice->expiry_ns - quotes->now_ns) / (double)HPM_YEAR_NS;
    if (slice->state == HPM_SLICE_NONE || !(tau_years > 0)) return;
    double forward = quote->underlying > 0 ? quote->underlying : slice->forward.value;
    if (!(forward > 0)) return;
    double unit = surface_unit(instrument, forward, slice->rate_annual, tau_years);
    const surface_verdict verdict =
        surface_judge_quote(slice, instrument, quote, forward, unit, tau_years);
    count(&tallies[place], &verdict);
}

void hpm_surface_judge(hpm_slice_tally *tallies, const hpm_surface *surface,
                       const hpm_quotes *quotes)
{
    for (uint32_t i = 0; i < surface->slice_count; i++)
        tallies[i] = (hpm_slice_tally){0};
    for (uint32_t id = 0; id < quotes->catalog->instrument_count; id++)
        instrument_judge(tallies, surface, quotes, id);
    for (uint32_t i = 0; i < surface->slice_count; i++) {
        hpm_slice_tally *tally = &tallies[i];
        tally->mark_rmse = sqrt(tally->mark_rmse / tally->vol_marked); /* 0/0: NaN, as it should */
    }
}
