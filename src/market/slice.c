/* Volatilities of an expiry: its smile; without one linear in total variance over log-moneyness
 * between its quotes; without these linear in total variance over time between expiries at equal
 * strike over forward. Flat outside. */
#include "market/slice.h"

#include <assert.h>
#include <math.h>

#include "base/sort.h"
#include "market/svi_variance.h"
#include "math/elementary.h"

static const hpm_input absent = {NAN, 1, 0};

/* An interpolated input is as doubtful as the worst of those it came from. */
static hpm_input between(const hpm_input *low, const hpm_input *high, double value)
{
    return (hpm_input){value,
                       low->confidence < high->confidence ? low->confidence : high->confidence,
                       low->age_s > high->age_s ? low->age_s : high->age_s};
}

static double lerp(double low, double high, double share)
{
    return fma(share, high - low, low);
}

/* ---- Order -------------------------------------------------------------------------------- */

static int compare_strikes(const void *a, const void *b, const void *context)
{
    const hpm_catalog *catalog = context;
    const hpm_instrument *left = &catalog->instruments[*(const uint32_t *)a];
    const hpm_instrument *right = &catalog->instruments[*(const uint32_t *)b];
    if (left->expiry != right->expiry) return left->expiry < right->expiry ? -1 : 1;
    if (left->strike != right->strike) return left->strike < right->strike ? -1 : 1;
    if (left->is_call != right->is_call) return left->is_call ? 1 : -1;
    return (*(const uint32_t *)a > *(const uint32_t *)b) -
           (*(const uint32_t *)a < *(const uint32_t *)b);
}

/* Of two options at one strike the one out of the money speaks for it: it carries more of its price
 * in volatility. Ties go to the first. */
static int is_better(const hpm_market *market, uint32_t candidate, uint32_t kept)
{
    const hpm_instrument *row = &market->catalog->instruments[candidate];
    double forward = market->curve[row->expiry].forward.value;
    int wanted_call = row->strike >= forward; /* an absent forward wants puts: either will do */
    return row->is_call == wanted_call && market->catalog->instruments[kept].is_call != wanted_call;
}

static int has_smile(const hpm_market *market, uint32_t expiry)
{
    return market->smile[expiry].tau_years > 0;
}

static void place_smile(hpm_market *market, uint32_t expiry)
{
    hpm_smile *smile = &market->smile[expiry];
    int is_readable = !isnan(smile->svi.b) && !isnan(market->curve[expiry].forward.value);
    smile->forward = market->curve[expiry].forward.value;
    smile->tau_years =
        is_readable ? hpm_market_tau_years(market, market->catalog->expiries[expiry].expiry_ns) : 0;
    smile->vol_ratio = 1;
    smile->vol_add = 0;
}

static uint32_t collect_speakers(hpm_market *market)
{
    const hpm_catalog *catalog = market->catalog;
    uint32_t count = 0;
    for (uint32_t i = 0; i < catalog->instrument_count; i++) {
        const hpm_instrument *row = &catalog->instruments[i];
        market->vol_quoted[i] = row->kind == HPM_OPTION && !isnan(market->vol[i].value);
        if (market->vol_quoted[i] || (row->kind == HPM_OPTION && has_smile(market, row->expiry)))
            market->slice[count++] = i;
    }
    hpm_sort(market->slice, count, sizeof *market->slice, compare_strikes, catalog);
    return count;
}

/* Keeps one option per (expiry, strike). */
static uint32_t keep_one_per_strike(hpm_market *market, uint32_t count)
{
    const hpm_instrument *rows = market->catalog->instruments;
    uint32_t kept = 0;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t id = market->slice[i];
        uint32_t *last = kept > 0 ? &market->slice[kept - 1] : NULL;
        if (last && rows[*last].expiry == rows[id].expiry &&
            rows[*last].strike == rows[id].strike) {
            if (is_better(market, id, *last)) *last = id;
            continue;
        }
        market->slice[kept++] = id;
    }
    return kept;
}

static void index_slices(hpm_market *market, uint32_t count)
{
    uint32_t next = 0;
    for (uint32_t e = 0; e < market->catalog->expiry_count; e++) {
        market->slice_first[e] = next;
        while (next < count && market->catalog->instruments[market->slice[next]].expiry == e)
            next++;
    }
    market->slice_first[market->catalog->expiry_count] = next;
    assert(next == count);
}

/* Whether an expiry speaks for itself: by a smile or by quotes. */
static int is_known(const hpm_market *market, uint32_t expiry)
{
    return has_smile(market, expiry) ||
           market->slice_first[expiry] < market->slice_first[expiry + 1];
}

/* Expiry by expiry in one direction: searching from each would be quadratic in a catalog where few
 * expiries are known. */
static void link_quoted(uint32_t *nearest, const hpm_market *market, uint32_t first, int64_t step)
{
    const hpm_expiry *expiries = market->catalog->expiries;
    uint32_t last = HPM_NONE;
    for (int64_t e = first; e >= 0 && e < market->catalog->expiry_count; e += step) {
        if (last != HPM_NONE && expiries[last].underlying != expiries[e].underlying)
            last = HPM_NONE;
        nearest[e] = last;
        if (is_known(market, (uint32_t)e) && !isnan(market->curve[e].forward.value))
            last = (uint32_t)e;
    }
}

static void link_slices(hpm_market *market)
{
    link_quoted(market->quoted_before, market, 0, 1);
    link_quoted(market->quoted_after, market, market->catalog->expiry_count - 1, -1);
}

/* ---- Evaluation --------------------------------------------------------------------------- */

static double smile_vol(const hpm_smile *smile, double strike)
{
    double k = strike > 0 ? hpm_log(strike / smile->forward) : 0;
    if (fabs(k) > HPM_SMILE_REACH) k = k > 0 ? HPM_SMILE_REACH : -HPM_SMILE_REACH;
    double variance = svi_variance(&smile->svi, k);
    if (!(variance > 0)) variance = 0; /* below by rounding */
    double vol = sqrt(variance / smile->tau_years) * smile->vol_ratio + smile->vol_add;
    if (!(vol > 0)) return 0;
    return vol < HPM_VOL_MAX ? vol : HPM_VOL_MAX;
}

static hpm_input within_smile(const hpm_smile *smile, double strike)
{
    return (hpm_input){smile_vol(smile, strike), smile->confidence, smile->age_s};
}

/* Within an expiry that has quotes. Time is the same on both sides, so that total variance is
 * linear exactly when variance is; the forward cancels from the weights. */
static hpm_input within_quotes(const hpm_market *market, uint32_t expiry, double strike)
{
    const hpm_instrument *rows = market->catalog->instruments;
    const uint32_t *ids = market->slice;
    uint32_t low = market->slice_first[expiry], high = market->slice_first[expiry + 1];
    uint32_t end = high, first = low;
    while (low < high) { /* first quote with a strike at or above */
        uint32_t middle = low + (high - low) / 2;
        if (rows[ids[middle]].strike < strike)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == end) return market->vol[ids[end - 1]];
    if (low == first || rows[ids[low]].strike == strike) return market->vol[ids[low]];
    const hpm_input *below = &market->vol[ids[low - 1]], *above = &market->vol[ids[low]];
    double strike_below = rows[ids[low - 1]].strike, strike_above = rows[ids[low]].strike;
    if (strike_below <= 0) return between(below, above, above->value);
    double share = hpm_log(strike / strike_below) / hpm_log(strike_above / strike_below);
    double variance = lerp(below->value * below->value, above->value * above->value, share);
    return between(below, above, sqrt(variance));
}

static hpm_input within_expiry(const hpm_market *market, uint32_t expiry, double strike)
{
    return has_smile(market, expiry) ? within_smile(&market->smile[expiry], strike)
                                     : within_quotes(market, expiry, strike);
}

/* A neighbouring expiry at the same strike over forward: it depends on that forward too. */
static hpm_input at_moneyness(const hpm_market *market, uint32_t expiry, double moneyness)
{
    const hpm_input *forward = &market->curve[expiry].forward;
    hpm_input vol = within_expiry(market, expiry, moneyness * forward->value);
    return between(&vol, forward, vol.value);
}

static hpm_input across_expiries(const hpm_market *market, uint32_t expiry, double strike)
{
    const hpm_expiry *expiries = market->catalog->expiries;
    double forward = market->curve[expiry].forward.value;
    uint32_t before = market->quoted_before[expiry], after = market->quoted_after[expiry];
    if (isnan(forward) || (before == HPM_NONE && after == HPM_NONE)) return absent;
    if (before == HPM_NONE) return at_moneyness(market, after, strike / forward);
    if (after == HPM_NONE) return at_moneyness(market, before, strike / forward);
    hpm_input near = at_moneyness(market, before, strike / forward);
    hpm_input far = at_moneyness(market, after, strike / forward);
    double tau = hpm_market_tau_years(market, expiries[expiry].expiry_ns);
    double tau_near = hpm_market_tau_years(market, expiries[before].expiry_ns);
    double tau_far = hpm_market_tau_years(market, expiries[after].expiry_ns);
    if (tau <= 0) return near;
    double share = (tau - tau_near) / (tau_far - tau_near);
    double total = lerp(near.value * near.value * tau_near, far.value * far.value * tau_far, share);
    return between(&near, &far, sqrt(total / tau));
}

hpm_input hpm_market_vol_at(const hpm_market *market, uint32_t expiry, double strike)
{
    assert(expiry < market->catalog->expiry_count);
    return is_known(market, expiry) ? within_expiry(market, expiry, strike)
                                    : across_expiries(market, expiry, strike);
}

/* What an option or the money reads from a smile has to be a volatility. */
static hpm_status check_read(const hpm_market *market, uint32_t expiry, const hpm_input *read,
                             const char *where, hpm_error *error)
{
    if (!has_smile(market, expiry) || (read->value > 0 && read->value < HPM_VOL_MAX)) return HPM_OK;
    return hpm_fail(error, HPM_E_RANGE, where, "vol of the smile outside (0, 1e5) (%g)",
                    read->value);
}

static hpm_status derive_option(hpm_market *market, uint32_t id, hpm_error *error)
{
    const hpm_instrument *row = &market->catalog->instruments[id];
    if (row->kind != HPM_OPTION || market->vol_quoted[id]) return HPM_OK;
    market->vol[id] = hpm_market_vol_at(market, row->expiry, row->strike);
    return check_read(market, row->expiry, &market->vol[id], row->name, error);
}

static hpm_status derive_atm(hpm_market *market, uint32_t expiry, hpm_error *error)
{
    const hpm_catalog *catalog = market->catalog;
    double forward = market->curve[expiry].forward.value;
    market->vol_atm[expiry] = isnan(forward) ? absent : hpm_market_vol_at(market, expiry, forward);
    return check_read(market, expiry, &market->vol_atm[expiry],
                      catalog->assets[catalog->expiries[expiry].underlying].name, error);
}

hpm_status hpm_slices_build(hpm_market *market, hpm_error *error)
{
    const hpm_catalog *catalog = market->catalog;
    hpm_status status = HPM_OK;
    for (uint32_t e = 0; e < catalog->expiry_count; e++)
        place_smile(market, e);
    index_slices(market, keep_one_per_strike(market, collect_speakers(market)));
    link_slices(market);
    for (uint32_t i = 0; i < catalog->instrument_count && status == HPM_OK; i++)
        status = derive_option(market, i, error);
    for (uint32_t e = 0; e < catalog->expiry_count && status == HPM_OK; e++)
        status = derive_atm(market, e, error);
    return status;
}
