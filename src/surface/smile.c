/* Raw quotes as smiles: what each option's bid and ask say of volatility, and which quotes count.
 *
 * A quote is read at the forward of its own moment (the venue's underlying of that row), because
 * the rows of a snapshot are not of one instant. */
#include <assert.h>
#include <math.h>

#include "base/sort.h"
#include "hpm/implied_vol.h"
#include "math/elementary.h"
#include "price/black76.h"
#include "surface/surface_parts.h"
#include "surface/verdict.h"

/* The least volatility that a quote can say: none is finer. */
#define VOL_LEAST 1e-4

/* A row's own underlying is believed if the expiry's is, and no further than this from it. */
#define OWN_FORWARD_MOST 0.2

/* An outlier's bid and ask both stand off the middle of its neighbours by more than so many times
 * their range (without the lowest and the highest) and their middle spread, and a share of the
 * volatility. */
#define OUTLIER_RANGES  2.0
#define OUTLIER_SPREADS 4.0
#define OUTLIER_SHARE   0.02
enum { NEIGHBOURS = 3, NEIGHBOURS_LEAST = 4 }; /* on each side if both have them; of both */

/* ---- Options in play ------------------------------------------------------------------------ */

static double own_forward(const hpm_quote *quote, const surface_forward *known)
{
    double common = known->forward.value, own = quote->underlying;
    int is_believed = known->source == FORWARD_STATED && own > 0;
    return is_believed && fabs(own / common - 1) <= OWN_FORWARD_MOST ? own : common;
}

static int is_there(double price)
{
    return price > 0; /* NaN: not known */
}

/* A strike that smiles are not read at is as good as none. */
static int is_in_reach(double forward, double strike)
{
    return forward > 0 && strike > 0 && fabs(hpm_log_moneyness(forward, strike)) <= HPM_SMILE_REACH;
}

/* Why a quote is out of play before any volatility is looked for; TWO_SIDED: it is in. */
static hpm_quote_use first_look(const surface_work *work, uint32_t id, double tau_years)
{
    const hpm_quote *quote = &work->quotes->quote[id];
    const hpm_instrument *option = &work->quotes->catalog->instruments[id];
    if (!(tau_years > 0)) return HPM_USE_EXPIRED;
    if (!is_in_reach(own_forward(quote, &work->forwards[option->expiry]), option->strike))
        return HPM_USE_NO_FORWARD;
    if (!is_there(quote->bid) && !is_there(quote->ask)) return HPM_USE_NO_QUOTE;
    if (quote->age_s >= work->rules->hard_age_s) return HPM_USE_STALE;
    if (is_there(quote->bid) && is_there(quote->ask) && quote->bid > quote->ask)
        return HPM_USE_CROSSED;
    return HPM_USE_TWO_SIDED;
}

static void take_option(surface_work *work, uint32_t id, double tau_years)
{
    surface_options *options = &work->options;
    const hpm_instrument *option = &work->quotes->catalog->instruments[id];
    const surface_forward *known = &work->forwards[option->expiry];
    uint32_t at = options->count++;
    options->id[at] = id;
    options->forward[at] = own_forward(&work->quotes->quote[id], known);
    options->strike[at] = option->strike;
    options->sign[at] = option->is_call ? 1 : -1;
    options->tau_years[at] = tau_years;
    options->unit[at] = surface_unit(option, options->forward[at], known->rate_annual, tau_years);
}

static void gather(surface_work *work)
{
    const hpm_catalog *catalog = work->quotes->catalog;
    for (uint32_t id = 0; id < catalog->instrument_count; id++) {
        hpm_smile_quote *quote = &work->fit->quote[id];
        *quote = (hpm_smile_quote){.use = HPM_USE_NO_QUOTE,
                                   .log_moneyness = (double)NAN,
                                   .bid_vol = (double)NAN,
                                   .ask_vol = (double)NAN,
                                   .target_vol = (double)NAN,
                                   .mark_vol = work->quotes->quote[id].mark_vol,
                                   .fit_vol = (double)NAN,
                                   .delta = (double)NAN};
        if (catalog->instruments[id].kind != HPM_OPTION) continue;
        double tau = work->fit->surface.slices[work->fit->slice_of[id]].tau_years;
        quote->use = first_look(work, id, tau);
        if (quote->use != HPM_USE_EXPIRED && quote->use != HPM_USE_NO_FORWARD)
            take_option(work, id, tau);
    }
}

/* ---- Volatilities --------------------------------------------------------------------------- */

static double bid_of(const hpm_quote *quote)
{
    return quote->bid;
}

static double ask_of(const hpm_quote *quote)
{
    return quote->ask;
}

static double micro_of(const hpm_quote *quote)
{
    return quote->micro;
}

/* Inverts one price of every option in play. */
static void invert(surface_work *work, double (*price_of)(const hpm_quote *))
{
    surface_options *options = &work->options;
    for (uint32_t i = 0; i < options->count; i++) {
        double price = price_of(&work->quotes->quote[options->id[i]]);
        options->value[i] = price * options->unit[i];
    }
    hpm_implied_vol(work->context, options->total_vol, options->state, options->forward,
                    options->strike, options->value, options->sign, options->count);
}

static double vol_found(const surface_options *options, uint32_t i)
{
    if (options->state[i] != HPM_IMPLIED_FOUND) return (double)NAN;
    double vol = options->total_vol[i] / sqrt(options->tau_years[i]);
    return vol <= HPM_VOL_MAX ? vol : (double)NAN;
}

static void take_bids(surface_work *work)
{
    invert(work, bid_of);
    for (uint32_t i = 0; i < work->options.count; i++)
        work->fit->quote[work->options.id[i]].bid_vol = vol_found(&work->options, i);
}

/* The asks settle what a quote is good for. */
static void take_asks(surface_work *work)
{
    const surface_options *options = &work->options;
    invert(work, ask_of);
    for (uint32_t i = 0; i < options->count; i++) {
        hpm_smile_quote *quote = &work->fit->quote[options->id[i]];
        const hpm_quote *raw = &work->quotes->quote[options->id[i]];
        quote->ask_vol = vol_found(options, i);
        quote->log_moneyness = -hpm_log_moneyness(options->forward[i], options->strike[i]);
        if (quote->use != HPM_USE_TWO_SIDED) continue;
        int has_bid = !isnan(quote->bid_vol), has_ask = !isnan(quote->ask_vol);
        if (has_bid && has_ask) continue;
        quote->use = has_ask   ? HPM_USE_ASK_ALONE
                     : has_bid ? HPM_USE_BID_ALONE
                     : is_there(raw->ask) && options->state[i] == HPM_IMPLIED_ABOVE_BOUND &&
                             !is_there(raw->bid)
                         ? HPM_USE_ABOVE_BOUND
                         : HPM_USE_NO_TIME_VALUE;
    }
}

/* The middle of the spread; of a book, its micro-price within the spread. */
static void take_targets(surface_work *work)
{
    const surface_options *options = &work->options;
    invert(work, micro_of);
    for (uint32_t i = 0; i < options->count; i++) {
        hpm_smile_quote *quote = &work->fit->quote[options->id[i]];
        double micro = vol_found(options, i);
        if (quote->use == HPM_USE_ASK_ALONE) quote->target_vol = quote->ask_vol;
        if (quote->use == HPM_USE_BID_ALONE) quote->target_vol = quote->bid_vol;
        if (quote->use == HPM_USE_TWO_SIDED) {
            quote->target_vol = 0.5 * (quote->bid_vol + quote->ask_vol);
            if (micro >= quote->bid_vol && micro <= quote->ask_vol) quote->target_vol = micro;
        }
        if (quote->target_vol < VOL_LEAST) quote->use = HPM_USE_NO_TIME_VALUE;
    }
}

/* ---- Order ---------------------------------------------------------------------------------- */

static int compare_options(const void *a, const void *b, const void *context)
{
    const surface_work *work = context;
    uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;
    uint32_t left_slice = work->fit->slice_of[left], right_slice = work->fit->slice_of[right];
    double left_k = work->fit->quote[left].log_moneyness;
    double right_k = work->fit->quote[right].log_moneyness;
    if (left_slice != right_slice) return left_slice < right_slice ? -1 : 1;
    if (left_k != right_k) return left_k < right_k ? -1 : 1;
    return (left > right) - (left < right);
}

static void order(surface_work *work)
{
    const surface_options *options = &work->options;
    for (uint32_t i = 0; i < options->count; i++)
        work->by_moneyness[i] = options->id[i];
    hpm_sort(work->by_moneyness, options->count, sizeof *work->by_moneyness, compare_options, work);
    for (uint32_t i = 0; i < options->count; i++) {
        surface_expiry *expiry = &work->expiries[work->fit->slice_of[work->by_moneyness[i]]];
        if (expiry->count++ == 0) expiry->first = i;
    }
}

/* ---- Outliers ------------------------------------------------------------------------------- */

/* The nearest two-sided quotes on one side: options, from the nearest on. */
typedef struct side {
    uint32_t id[2 * NEIGHBOURS];
    uint32_t count;
} side;

static side look_to(const surface_work *work, const surface_expiry *expiry, uint32_t at, int step)
{
    side found = {.count = 0};
    const int64_t first = expiry->first, end = first + expiry->count;
    for (int64_t i = (int64_t)at + step; i >= first && i < end; i += step) {
        if (work->fit->quote[work->by_moneyness[i]].use != HPM_USE_TWO_SIDED) continue;
        found.id[found.count++] = work->by_moneyness[i];
        if (found.count == 2 * NEIGHBOURS) break;
    }
    return found;
}

/* What neighbours say. */
typedef struct surroundings {
    double targets[2 * NEIGHBOURS], spreads[2 * NEIGHBOURS];
    uint32_t count;
} surroundings;

/* Where one side has too few, more of the other. */
static void hear(surroundings *around, const surface_work *work, const side *own, const side *other)
{
    uint32_t missing = other->count < NEIGHBOURS ? NEIGHBOURS - other->count : 0;
    for (uint32_t i = 0; i < own->count && i < NEIGHBOURS + missing; i++) {
        const hpm_smile_quote *beside = &work->fit->quote[own->id[i]];
        around->targets[around->count] = beside->target_vol;
        around->spreads[around->count++] = beside->ask_vol - beside->bid_vol;
    }
}

/* Whether the other option of its strike is among these, and only one of both can be right. */
static int is_contradicted(const surface_work *work, uint32_t id, const side *beside)
{
    const hpm_instrument *options = work->quotes->catalog->instruments;
    const hpm_smile_quote *quotes = work->fit->quote;
    for (uint32_t i = 0; i < beside->count; i++) {
        uint32_t twin = beside->id[i];
        if (options[twin].strike != options[id].strike) continue;
        if (quotes[twin].bid_vol > quotes[id].ask_vol || quotes[id].bid_vol > quotes[twin].ask_vol)
            return 1;
    }
    return 0;
}

static int stands_off(const surface_work *work, const surface_expiry *expiry, uint32_t at)
{
    const uint32_t id = work->by_moneyness[at];
    const hpm_smile_quote *quote = &work->fit->quote[id];
    surroundings around = {.count = 0};
    if (quote->use != HPM_USE_TWO_SIDED) return 0;
    const side low = look_to(work, expiry, at, -1), high = look_to(work, expiry, at, 1);
    /* At its ends a smile is steep, and what stands off may be right. */
    int is_last = low.count < 2 || high.count < 2;
    if (is_last && !is_contradicted(work, id, &low) && !is_contradicted(work, id, &high)) return 0;
    hear(&around, work, &low, &high);
    hear(&around, work, &high, &low);
    if (around.count < NEIGHBOURS_LEAST) return 0;
    double middle = surface_median(around.targets, around.count); /* puts them in order */
    double range = around.targets[around.count - 2] - around.targets[1];
    double spread = surface_median(around.spreads, around.count);
    double above = quote->bid_vol - middle, below = middle - quote->ask_vol;
    double off = above > below ? above : below;
    double room = fma(OUTLIER_RANGES, range, OUTLIER_SPREADS * spread);
    return off > fma(OUTLIER_SHARE, middle, room);
}

/* All are judged before any is dropped, so that the order of judging is no matter. */
static void drop_outliers(surface_work *work)
{
    for (uint32_t s = 0; s < work->fit->surface.slice_count; s++) {
        const surface_expiry *expiry = &work->expiries[s];
        for (uint32_t i = expiry->first; i < expiry->first + expiry->count; i++)
            work->fit->quote[work->by_moneyness[i]].is_inside = stands_off(work, expiry, i);
        for (uint32_t i = expiry->first; i < expiry->first + expiry->count; i++) {
            hpm_smile_quote *quote = &work->fit->quote[work->by_moneyness[i]];
            if (quote->is_inside) quote->use = HPM_USE_OUTLIER;
            quote->is_inside = 0;
        }
    }
}

void surface_read_smiles(surface_work *work)
{
    gather(work);
    take_bids(work);
    take_asks(work);
    take_targets(work);
    order(work);
    drop_outliers(work);
}
