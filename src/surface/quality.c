/* How good the slices are: each quote against its slice, the figures of an expiry, and its
 * confidence. */
#include <math.h>

#include "market/svi_variance.h"
#include "math/elementary.h"
#include "surface/surface_parts.h"
#include "surface/verdict.h"

/* Confidence is a product of terms below 1; where a term is one half: */
#define STRIKES_HALF 1.0 /* strikes */
#define DEPTH_HALF   1.0 /* of the underlying behind the median quote's thinner side */
#define SPARSE_TERM  0.5 /* a slice that has its shape from other expiries */

static double vol_of(const hpm_svi *svi, double log_moneyness, double tau_years)
{
    return sqrt(svi_variance(svi, log_moneyness) / tau_years);
}

/* ---- Quotes -----------------------------------------------------------------------------------
 */

/* Whether a quote is of the middle of the smile by what it says itself: a slice far off its quotes
 * puts all of them into its wings. */
static int is_near_itself(const hpm_smile_quote *quote, const surface_options *options, uint32_t at)
{
    if (quote->use != HPM_USE_TWO_SIDED) return 0;
    double total = quote->target_vol * sqrt(options->tau_years[at]);
    return surface_is_near(
        surface_delta(options->forward[at], options->strike[at], total, options->sign[at]));
}

static void judge_option(surface_work *work, uint32_t at)
{
    const surface_options *options = &work->options;
    uint32_t id = options->id[at];
    hpm_smile_quote *quote = &work->fit->quote[id];
    hpm_slice *slice = &work->fit->surface.slices[work->fit->slice_of[id]];
    surface_expiry *expiry = &work->expiries[work->fit->slice_of[id]];
    if (slice->state == HPM_SLICE_NONE) return;
    const surface_verdict verdict = surface_judge_quote(
        slice, &work->quotes->catalog->instruments[id], &work->quotes->quote[id],
        options->forward[at], options->unit[at], options->tau_years[at]);
    quote->fit_vol = verdict.vol;
    quote->delta = verdict.delta;
    quote->is_inside = verdict.is_inside;
    quote->is_judged = verdict.is_judged && quote->use != HPM_USE_STALE;
    slice->mark_inside += (uint32_t)(quote->is_judged && verdict.mark_inside);
    if (!quote->is_judged && !is_near_itself(quote, options, at)) return;
    expiry->heard++;
    expiry->met += (uint32_t)quote->is_inside;
}

/* ---- Expiries ---------------------------------------------------------------------------------
 */

typedef struct tally {
    double squares;
    uint32_t marked, spreads;
} tally;

static void count_judged(surface_work *work, hpm_slice *slice, const surface_expiry *expiry,
                         uint32_t id, tally *sum)
{
    const hpm_smile_quote *quote = &work->fit->quote[id];
    slice->judged++;
    slice->inside += (uint32_t)quote->is_inside;
    double off = quote->fit_vol - quote->mark_vol;
    if (!isnan(off)) {
        sum->squares = fma(off, off, sum->squares);
        sum->marked++;
    }
    double spread = quote->ask_vol - quote->bid_vol;
    if (!isnan(spread)) work->scratch[sum->spreads++] = spread;
    double moved =
        fabs(quote->fit_vol - vol_of(&expiry->free, quote->log_moneyness, slice->tau_years));
    if (slice->state == HPM_SLICE_REPAIRED && moved > slice->repair_vol) slice->repair_vol = moved;
}

static void count_all(surface_work *work, uint32_t at, tally *sum)
{
    hpm_slice *slice = &work->fit->surface.slices[at];
    const surface_expiry *expiry = &work->expiries[at];
    for (uint32_t i = expiry->first; i < expiry->first + expiry->count; i++) {
        uint32_t id = work->by_moneyness[i];
        const hpm_smile_quote *quote = &work->fit->quote[id];
        slice->two_sided += quote->use == HPM_USE_TWO_SIDED;
        slice->used += quote->weight > 0;
        if (quote->is_judged) count_judged(work, slice, expiry, id, sum);
    }
}

/* The median age of the quotes that are used. */
static double age_of_quotes(surface_work *work, const surface_expiry *expiry)
{
    uint32_t count = 0;
    for (uint32_t i = expiry->first; i < expiry->first + expiry->count; i++) {
        uint32_t id = work->by_moneyness[i];
        if (work->fit->quote[id].weight > 0) work->scratch[count++] = work->quotes->quote[id].age_s;
    }
    double median = surface_median(work->scratch, count);
    return isnan(median) ? 0 : median;
}

/* The depth behind the median quote, in units of the underlying. */
static double depth_of_quotes(surface_work *work, const surface_expiry *expiry)
{
    uint32_t count = 0;
    for (uint32_t i = expiry->first; i < expiry->first + expiry->count; i++) {
        uint32_t id = work->by_moneyness[i];
        double depth = surface_depth(&work->quotes->quote[id]) *
                       work->quotes->catalog->instruments[id].contract_size;
        if (work->fit->quote[id].use == HPM_USE_TWO_SIDED && depth >= 0)
            work->scratch[count++] = depth;
    }
    return surface_median(work->scratch, count);
}

/* `amount` as a share that is one half at `half` and tends to 1; 1 if it is not known. */
static double saturating(double amount, double half)
{
    return isnan(amount) ? 1 : amount / (amount + half);
}

/* Strikes, depth, spreads and how many of the quotes are met. Age is told by itself. */
static double confidence_of(surface_work *work, uint32_t at)
{
    const hpm_slice *slice = &work->fit->surface.slices[at];
    const surface_expiry *expiry = &work->expiries[at];
    double confidence = saturating(expiry->strikes, STRIKES_HALF) *
                        saturating(depth_of_quotes(work, expiry), DEPTH_HALF);
    if (slice->state == HPM_SLICE_SPARSE) confidence *= SPARSE_TERM;
    if (!isnan(slice->spread_vol))
        confidence *= saturating(vol_of(&slice->svi, 0, slice->tau_years), 0.5 * slice->spread_vol);
    return confidence * (1.0 + expiry->met) / (1.0 + expiry->heard);
}

static void judge_slice(surface_work *work, uint32_t at)
{
    hpm_slice *slice = &work->fit->surface.slices[at];
    tally sum = {.squares = 0};
    slice->mark_rmse = slice->spread_vol = (double)NAN;
    if (slice->state == HPM_SLICE_NONE) return;
    count_all(work, at, &sum);
    slice->spread_vol = surface_median(work->scratch, sum.spreads);
    if (sum.marked > 0) slice->mark_rmse = sqrt(sum.squares / sum.marked);
    if (slice->state == HPM_SLICE_LAST_GOOD) return;
    slice->age_s = age_of_quotes(work, &work->expiries[at]);
    slice->confidence = confidence_of(work, at);
}

void surface_rate(surface_work *work)
{
    for (uint32_t i = 0; i < work->options.count; i++)
        judge_option(work, i);
    for (uint32_t s = 0; s < work->fit->surface.slice_count; s++)
        judge_slice(work, s);
}
