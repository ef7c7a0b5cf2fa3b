/* One expiry's slice, before its neighbours are looked at: from its own quotes; where their strikes
 * are too few, from the underlying's common shape at the level that they say; without quotes, from
 * an earlier surface. */
#include <math.h>

#include "base/sort.h"
#include "market/svi_variance.h"
#include "surface/level.h"
#include "surface/surface_parts.h"
#include "surface/svi_descent.h"

/* Added to every half-spread, in volatility: quotes are no finer. */
#define HALF_SPREAD_LEAST 1e-4

/* How far off a model's places may be, as a share of variance: those of the common shape, those of
 * a shape that nothing tells, those of an earlier surface, and those that steady a slice in
 * conflict; how far out they reach in standard deviations. */
#define MODEL_SHARE   0.10
#define UNKNOWN_SHARE 1.00
#define BEFORE_SHARE  0.02
#define STEADY_SHARE  0.25
#define MODEL_REACH   3.0

/* A slice that is steadied moves again: its descent needs no last digits. */
#define STEADY_GAIN 1e-3

/* ---- A fit's quotes ---------------------------------------------------------------------------
 */

static void begin_quotes(surface_work *work, uint32_t slice)
{
    surface_expiry *expiry = &work->expiries[slice];
    uint32_t first = expiry->quote_first;
    expiry->quotes = (hpm_svi_quotes){0, work->log_moneyness + first, work->variance + first,
                                      work->margin + first, work->weight + first};
}

static void add_quote(surface_work *work, uint32_t slice, double log_moneyness, double variance,
                      double margin, double weight)
{
    surface_expiry *expiry = &work->expiries[slice];
    size_t at = expiry->quote_first + expiry->quotes.count++;
    work->log_moneyness[at] = log_moneyness;
    work->variance[at] = variance;
    work->margin[at] = margin;
    work->weight[at] = weight;
}

/* 1 to 2: more where more stands behind a quote than behind the median one. */
static double emphasis(double amount, double median)
{
    return amount > 0 && median > 0 ? 1 + amount / (amount + median) : 1;
}

double surface_depth(const hpm_quote *quote)
{
    double bid = isnan(quote->bid_depth) ? quote->bid_size : quote->bid_depth;
    double ask = isnan(quote->ask_depth) ? quote->ask_size : quote->ask_depth;
    return bid < ask ? bid : ask;
}

static double open_interest(const hpm_quote *quote)
{
    return quote->open_interest;
}

/* Median over the expiry's two-sided quotes of what is known and above 0. */
static double median_of(surface_work *work, const surface_expiry *expiry,
                        double (*amount_of)(const hpm_quote *))
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < expiry->count; i++) {
        uint32_t id = work->by_moneyness[expiry->first + i];
        double amount = amount_of(&work->quotes->quote[id]);
        if (work->fit->quote[id].use == HPM_USE_TWO_SIDED && amount > 0)
            work->scratch[count++] = amount;
    }
    return surface_median(work->scratch, count);
}

/* By spread (the margin), depth, open interest and age. */
static void add_two_sided(surface_work *work, uint32_t slice)
{
    const surface_expiry *expiry = &work->expiries[slice];
    double tau = work->fit->surface.slices[slice].tau_years;
    double size = median_of(work, expiry, surface_depth);
    double interest = median_of(work, expiry, open_interest);
    for (uint32_t i = 0; i < expiry->count; i++) {
        uint32_t id = work->by_moneyness[expiry->first + i];
        hpm_smile_quote *quote = &work->fit->quote[id];
        const hpm_quote *raw = &work->quotes->quote[id];
        if (quote->use != HPM_USE_TWO_SIDED) continue;
        double half = fma(0.5, quote->ask_vol - quote->bid_vol, HALF_SPREAD_LEAST);
        double vol = quote->target_vol;
        quote->weight = emphasis(surface_depth(raw), size) *
                        emphasis(open_interest(raw), interest) *
                        surface_trust(raw->age_s, work->rules);
        add_quote(work, slice, quote->log_moneyness, vol * vol * tau, 2 * vol * tau * half,
                  quote->weight);
    }
}

/* A single bid or ask that a slice goes beyond pulls it back, with the margin of a wide quote. */
static uint32_t add_one_sided(surface_work *work, uint32_t slice, const hpm_svi *svi)
{
    const surface_expiry *expiry = &work->expiries[slice];
    double tau = work->fit->surface.slices[slice].tau_years;
    uint32_t added = 0;
    for (uint32_t i = 0; i < expiry->count; i++) {
        uint32_t id = work->by_moneyness[expiry->first + i];
        hpm_smile_quote *quote = &work->fit->quote[id];
        if (quote->use != HPM_USE_ASK_ALONE && quote->use != HPM_USE_BID_ALONE) continue;
        double sign = quote->use == HPM_USE_ASK_ALONE ? 1 : -1;
        double bound = quote->target_vol * quote->target_vol * tau;
        double excess = sign * (svi_variance(svi, quote->log_moneyness) - bound);
        if (!(excess > 0)) continue;
        quote->weight = surface_trust(work->quotes->quote[id].age_s, work->rules);
        add_quote(work, slice, quote->log_moneyness, bound, MODEL_SHARE * bound, quote->weight);
        added++;
    }
    return added;
}

/* Places of a model, so that few quotes do not bend wings that they say nothing of. */
static void add_model(surface_work *work, uint32_t slice, const hpm_svi *model, double share)
{
    double deviation = sqrt(svi_variance(model, 0));
    for (int i = 0; i < SURFACE_MODEL_PLACES; i++) {
        double place = MODEL_REACH * fma(2.0 / (SURFACE_MODEL_PLACES - 1), i, -1) * deviation;
        double variance = svi_variance(model, place);
        add_quote(work, slice, place, variance, share * variance, 1);
    }
}

/* ---- Slices -----------------------------------------------------------------------------------
 */

static uint32_t count_strikes(surface_work *work, const surface_expiry *expiry)
{
    uint32_t count = 0, different = 0;
    for (uint32_t i = 0; i < expiry->count; i++) {
        uint32_t id = work->by_moneyness[expiry->first + i];
        if (work->fit->quote[id].use == HPM_USE_TWO_SIDED)
            work->scratch[count++] = work->quotes->catalog->instruments[id].strike;
    }
    hpm_sort(work->scratch, count, sizeof *work->scratch, hpm_compare_reals, NULL);
    for (uint32_t i = 0; i < count; i++)
        different += i == 0 || work->scratch[i] != work->scratch[i - 1];
    return different;
}

static void settle(surface_work *work, uint32_t slice, const hpm_svi *svi, hpm_slice_state state)
{
    work->expiries[slice].free = *svi;
    work->fit->surface.slices[slice].svi = *svi;
    work->fit->surface.slices[slice].state = state;
}

/* From `start` as well, if it is given: quotes may be far off it, and then a descent from there may
 * end beside the best. */
static int fit_once(hpm_svi *svi, const hpm_svi_quotes *quotes, const hpm_svi *start)
{
    hpm_svi_fit_report anywhere, near;
    hpm_svi other;
    if (hpm_svi_fit(svi, &anywhere, quotes, NULL, NULL) != HPM_OK) return 0;
    if (!start) return 1;
    if (hpm_svi_fit(&other, &near, quotes, start, NULL) != HPM_OK) return 0;
    if (near.cost <= anywhere.cost) *svi = other;
    return 1;
}

/* Fits to the quotes that stand, and again with the single bids and asks that it went beyond. */
static int fit_with_bounds(surface_work *work, uint32_t slice, hpm_svi *svi, const hpm_svi *start)
{
    hpm_svi_quotes *quotes = &work->expiries[slice].quotes;
    if (!fit_once(svi, quotes, start)) return 0;
    if (add_one_sided(work, slice, svi) == 0) return 1;
    const hpm_svi first = *svi;
    return hpm_svi_fit(svi, NULL, quotes, &first, NULL) == HPM_OK;
}

int surface_fit_alone(surface_work *work, uint32_t slice)
{
    surface_expiry *expiry = &work->expiries[slice];
    hpm_svi svi;
    begin_quotes(work, slice);
    add_two_sided(work, slice);
    expiry->strikes = count_strikes(work, expiry);
    if (expiry->strikes < SURFACE_STRIKES_ENOUGH || !fit_with_bounds(work, slice, &svi, NULL))
        return 0;
    settle(work, slice, &svi, HPM_SLICE_FITTED);
    return 1;
}

static hpm_svi common_shape(const void *across, double level)
{
    return ssvi_slice(across, level);
}

/* Where the common shape misses the quotes least. */
static double level_of(const hpm_svi_quotes *quotes, const hpm_ssvi *across)
{
    double least = quotes->variance[0], most = least;
    for (size_t i = 1; i < quotes->count; i++) {
        least = quotes->variance[i] < least ? quotes->variance[i] : least;
        most = quotes->variance[i] > most ? quotes->variance[i] : most;
    }
    return svi_best_level(quotes, common_shape, across, least / 16, most * 2);
}

static int has_bounds(const surface_work *work, const surface_expiry *expiry)
{
    for (uint32_t i = 0; i < expiry->count; i++) {
        hpm_quote_use use = work->fit->quote[work->by_moneyness[expiry->first + i]].use;
        if (use == HPM_USE_ASK_ALONE || use == HPM_USE_BID_ALONE) return 1;
    }
    return 0;
}

int surface_fit_sparse(surface_work *work, uint32_t slice, const hpm_ssvi *across, double level)
{
    surface_expiry *expiry = &work->expiries[slice];
    hpm_svi svi;
    if (expiry->quotes.count == 0 && !has_bounds(work, expiry)) return 0;
    if (expiry->quotes.count > 0) level = level_of(&expiry->quotes, across);
    if (!(level > 0)) return 0;
    const hpm_svi model = ssvi_slice(across, level);
    add_model(work, slice, &model, isinf(across->rmse) ? UNKNOWN_SHARE : MODEL_SHARE);
    if (!fit_with_bounds(work, slice, &svi, &model)) return 0;
    settle(work, slice, &svi,
           expiry->strikes >= HPM_SVI_QUOTES_LEAST ? HPM_SLICE_FITTED : HPM_SLICE_SPARSE);
    return 1;
}

void surface_steady(surface_work *work, uint32_t slice, const hpm_ssvi *across)
{
    hpm_svi *svi = &work->fit->surface.slices[slice].svi;
    const hpm_svi_quotes *quotes = &work->expiries[slice].quotes;
    hpm_svi model = ssvi_slice(across, svi_variance(svi, 0));
    const svi_goal goal = {.quotes = quotes, .gain = STEADY_GAIN};
    double cost, model_cost;
    add_model(work, slice, &model, STEADY_SHARE);
    svi_descend(svi, &cost, &goal);
    svi_descend(&model, &model_cost, &goal);
    if (model_cost < cost) *svi = model;
}

int surface_take_before(surface_work *work, uint32_t slice)
{
    hpm_slice *now = &work->fit->surface.slices[slice];
    const hpm_slice *before = work->expiries[slice].before;
    if (!before || !(now->tau_years > 0)) return 0;
    double ratio = now->tau_years / before->tau_years;
    ratio = ratio < 1 ? ratio : 1;
    double root = sqrt(ratio);
    const hpm_svi *old = &before->svi;
    hpm_svi svi = {ratio * old->a, root * old->b, old->rho, root * old->m, root * old->sigma};
    begin_quotes(work, slice);
    add_model(work, slice, &svi, BEFORE_SHARE);
    settle(work, slice, &svi, HPM_SLICE_LAST_GOOD);
    now->confidence = before->confidence;
    now->age_s = surface_age_before(work, before->age_s);
    return 1;
}
