/* How many quotes a surface agrees with: prices of its slices against bids and asks. */
#include <math.h>
#include <string.h>

#include "hpm/surface_figures.h"
#include "price/black76.h"
#include "price/inverse.h"

#define DELTA_LEAST 0.05
#define DELTA_MOST  0.95

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

/* One option on its way to a verdict. */
typedef struct option {
    const hpm_instrument *instrument;
    const hpm_quote *quote;
    const hpm_slice *slice;
    double forward, tau_years;
} option;

/* As it is quoted: in coin if inverse, else discounted. */
static double price_at(const option *o, double vol)
{
    double sign = o->instrument->is_call ? 1 : -1;
    double value = hpm_black76(o->forward, o->instrument->strike, vol * sqrt(o->tau_years), sign);
    if (o->instrument->payoff == HPM_INVERSE) return hpm_inverse_value(value, o->forward);
    return value * hpm_exp(-o->slice->rate_annual * o->tau_years);
}

static int is_inside(const option *o, double vol)
{
    double price = price_at(o, vol);
    return price >= o->quote->bid && price <= o->quote->ask;
}

/* Whether the option has a say: both sides there, and no far wing. */
static int is_judged(const option *o, double vol)
{
    if (!(o->quote->bid > 0 && o->quote->ask >= o->quote->bid)) return 0;
    double d1 = hpm_black76_d1(o->forward, o->instrument->strike, vol * sqrt(o->tau_years));
    double delta = hpm_norm_cdf(o->instrument->is_call ? d1 : -d1);
    return delta >= DELTA_LEAST && delta <= DELTA_MOST;
}

/* `mark_rmse` is the sum of squares until the end. */
static void option_judge(hpm_slice_tally *tally, const option *o)
{
    double vol = hpm_slice_vol(o->slice, -hpm_log_moneyness(o->forward, o->instrument->strike));
    if (!is_judged(o, vol)) return;
    tally->judged++;
    tally->inside += (uint32_t)is_inside(o, vol);
    double mark = o->quote->mark_vol;
    if (!(mark > 0)) return;
    tally->mark_marked++;
    tally->mark_inside += (uint32_t)is_inside(o, mark);
    tally->mark_rmse += (vol - mark) * (vol - mark);
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
    const option o = {instrument, quote, slice,
                      quote->underlying > 0 ? quote->underlying : slice->forward.value, tau_years};
    if (o.forward > 0) option_judge(&tallies[place], &o);
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
        tally->mark_rmse = sqrt(tally->mark_rmse / tally->mark_marked); /* 0/0: NaN, as it should */
    }
}
