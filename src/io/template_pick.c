/* Finds a leg's instrument: nearest listed expiry, nearest listed strike, within tolerances. */
#include "io/template_pick.h"

#include <assert.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/sort.h"
#include "math/elementary.h"

static hpm_template_pick skipped(const char *format, ...)
{
    hpm_template_pick pick = {.id = HPM_NONE};
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(pick.reason, sizeof pick.reason, format, arguments);
    va_end(arguments);
    return pick;
}

static hpm_template_pick picked(uint32_t id)
{
    return (hpm_template_pick){.id = id};
}

/* ---- Candidates --------------------------------------------------------------------------- */

/* What an instrument must be, apart from expiry and strike. */
typedef struct wanted {
    hpm_kind kind;
    uint32_t underlying;
    uint32_t settlement; /* HPM_NONE: any */
} wanted;

static int is_wanted(const hpm_instrument *row, const wanted *want)
{
    return row->kind == want->kind && row->underlying == want->underlying &&
           (want->settlement == HPM_NONE || row->settlement == want->settlement);
}

static double days_to(const hpm_market *market, int64_t expiry_ns)
{
    return (double)(expiry_ns - market->now_ns) / (double)HPM_DAY_NS;
}

/* Expiry ids of an underlying are in the order of time, so of equally near ones the least is the
 * earlier. */
static uint32_t nearest_expiry(const hpm_market *market, const wanted *want,
                               const hpm_template_tenor *tenor)
{
    const hpm_catalog *catalog = market->catalog;
    uint32_t best = HPM_NONE;
    double least = INFINITY;
    for (uint32_t i = 0; i < catalog->instrument_count; i++) {
        const hpm_instrument *row = &catalog->instruments[i];
        if (!is_wanted(row, want)) continue;
        double days = days_to(market, row->expiry_ns), distance = fabs(days - tenor->days);
        if (days <= 0 || days < tenor->days_min || days > tenor->days_max) continue;
        if (!(distance < least || (distance == least && row->expiry < best))) continue;
        best = row->expiry;
        least = distance;
    }
    return best;
}

/* ---- Strikes ------------------------------------------------------------------------------ */

/* Forward delta of one unit; NaN where an input is absent. Without volatility or time, the limit
 * from the side of the money: 1 in it, 0 out of it. */
static double option_delta(const hpm_market *market, uint32_t id)
{
    const hpm_instrument *row = &market->catalog->instruments[id];
    double forward = hpm_curve_settlement_forward(&market->curve[row->expiry]);
    double tau_years = hpm_market_tau_years(market, row->expiry_ns);
    double total_vol = market->vol[id].value * sqrt(tau_years);
    if (isnan(forward) || isnan(total_vol)) return (double)NAN;
    double call = forward > row->strike;
    if (total_vol > 0 && row->strike > 0)
        call = hpm_norm_cdf(hpm_log(forward / row->strike) / total_vol + 0.5 * total_vol);
    return row->is_call ? call : call - 1;
}

/* How far the option's strike is from what the leg wants. */
static double strike_distance(const hpm_market *market, const hpm_template_leg *leg, uint32_t id,
                              double forward, double reference)
{
    double strike = market->catalog->instruments[id].strike;
    switch ((hpm_strike_by)leg->strike_by) {
    case HPM_STRIKE_MONEYNESS:
        return fabs(strike / forward - leg->moneyness);
    case HPM_STRIKE_DELTA:
        return fabs(fabs(option_delta(market, id)) - leg->delta);
    case HPM_STRIKE_ATM:
        return fabs(strike / forward - 1);
    case HPM_STRIKE_LEG:
        return fabs(strike / reference - 1);
    }
    return (double)NAN;
}

static int is_candidate(const hpm_instrument *row, const wanted *want, uint32_t expiry, int is_call)
{
    return row->expiry == expiry && row->is_call == is_call && is_wanted(row, want);
}

/* Ids are in the order of names, not of strikes: of equally near options the lower strike wins,
 * then the lower id. */
static uint32_t nearest_strike(const hpm_market *market, const hpm_template_leg *leg,
                               const wanted *want, uint32_t expiry, double reference,
                               double *distance)
{
    const hpm_catalog *catalog = market->catalog;
    double forward = hpm_curve_settlement_forward(&market->curve[expiry]);
    uint32_t best = HPM_NONE;
    *distance = INFINITY;
    for (uint32_t i = 0; i < catalog->instrument_count; i++) {
        const hpm_instrument *row = &catalog->instruments[i];
        if (!is_candidate(row, want, expiry, leg->type)) continue;
        double here = strike_distance(market, leg, i, forward, reference);
        int is_lower = best != HPM_NONE && row->strike < catalog->instruments[best].strike;
        if (!(here < *distance || (here == *distance && is_lower))) continue;
        best = i;
        *distance = here;
    }
    return best;
}

/* The next listed strike above (or below) that of `id`, HPM_NONE at the end. */
static uint32_t step_strike(const hpm_catalog *catalog, const wanted *want, uint32_t id, int up)
{
    const hpm_instrument *from = &catalog->instruments[id];
    uint32_t best = HPM_NONE;
    for (uint32_t i = 0; i < catalog->instrument_count; i++) {
        const hpm_instrument *row = &catalog->instruments[i];
        if (!is_candidate(row, want, from->expiry, from->is_call)) continue;
        double ahead = up ? row->strike - from->strike : from->strike - row->strike;
        double best_ahead =
            best == HPM_NONE ? INFINITY : fabs(catalog->instruments[best].strike - from->strike);
        if (ahead > 0 && ahead < best_ahead) best = i;
    }
    return best;
}

static hpm_template_pick pick_option(const hpm_market *market, const hpm_template_leg *leg,
                                     const wanted *want, uint32_t expiry, uint32_t strike_of)
{
    const hpm_catalog *catalog = market->catalog;
    double distance = 0, days = days_to(market, catalog->expiries[expiry].expiry_ns);
    double reference = strike_of == HPM_NONE ? (double)NAN : catalog->instruments[strike_of].strike;
    uint32_t id = nearest_strike(market, leg, want, expiry, reference, &distance);
    if (id == HPM_NONE)
        return skipped("no %s with the inputs that its strike needs at the expiry in %.2f days",
                       leg->type ? "call" : "put", days);
    if (leg->strike_by != HPM_STRIKE_ATM && distance > leg->tolerance)
        return skipped("the nearest listed strike is off by %.4g, more than %.4g (%s)", distance,
                       leg->tolerance, catalog->instruments[id].name);
    double steps = leg->strike_by == HPM_STRIKE_ATM ? leg->atm_offset : 0;
    for (int left = (int)fabs(steps); left > 0; left--) {
        id = step_strike(catalog, want, id, steps > 0);
        if (id == HPM_NONE)
            return skipped("fewer than %g listed strikes %s the forward", fabs(steps),
                           steps > 0 ? "above" : "below");
    }
    return picked(id);
}

/* ---- Legs --------------------------------------------------------------------------------- */

/* The first by name at the expiry (HPM_NONE: of an instrument without one). */
static uint32_t first_listed(const hpm_catalog *catalog, const wanted *want, uint32_t expiry)
{
    for (uint32_t i = 0; i < catalog->instrument_count; i++)
        if (catalog->instruments[i].expiry == expiry && is_wanted(&catalog->instruments[i], want))
            return i;
    return HPM_NONE;
}

static hpm_template_pick pick_dated(const hpm_market *market, const hpm_template_leg *leg,
                                    const wanted *want, uint32_t expiry_of, uint32_t strike_of)
{
    const hpm_catalog *catalog = market->catalog;
    const hpm_template_tenor *tenor = &leg->tenor;
    const char *what = want->kind == HPM_OPTION ? "options" : "future";
    uint32_t expiry = HPM_NONE;
    if (expiry_of != HPM_NONE)
        expiry = hpm_catalog_find_expiry(catalog, want->underlying,
                                         catalog->instruments[expiry_of].expiry_ns);
    else
        expiry = nearest_expiry(market, want, tenor);
    if (expiry == HPM_NONE)
        return expiry_of != HPM_NONE
                   ? skipped("no %s at the expiry of %s", what, tenor->expiry_of)
                   : skipped("no %s expires %g to %g days from now (%g is wanted)", what,
                             tenor->days_min, tenor->days_max, tenor->days);
    if (want->kind == HPM_OPTION) return pick_option(market, leg, want, expiry, strike_of);
    uint32_t id = first_listed(catalog, want, expiry);
    return id == HPM_NONE ? skipped("no future at the expiry of %s", tenor->expiry_of) : picked(id);
}

hpm_template_pick hpm_template_pick_leg(const hpm_market *market, const hpm_template_leg *leg,
                                        uint32_t expiry_of, uint32_t strike_of)
{
    const hpm_catalog *catalog = market->catalog;
    wanted want = {(hpm_kind)leg->kind, hpm_catalog_find_asset(catalog, leg->underlying), HPM_NONE};
    if (want.underlying == HPM_NONE) return skipped("the market has no asset %s", leg->underlying);
    if (leg->settlement[0] != '\0') {
        want.settlement = hpm_catalog_find_asset(catalog, leg->settlement);
        if (want.settlement == HPM_NONE)
            return skipped("the market has no asset %s", leg->settlement);
    }
    if (want.kind == HPM_OPTION || want.kind == HPM_FUTURE)
        return pick_dated(market, leg, &want, expiry_of, strike_of);
    uint32_t id = first_listed(catalog, &want, HPM_NONE);
    if (id != HPM_NONE) return picked(id);
    return skipped("no %s on %s is listed", want.kind == HPM_SPOT ? "spot pair" : "perpetual",
                   leg->underlying);
}

/* ---- Ladders ------------------------------------------------------------------------------ */

static int is_ladder_type(const hpm_template_ladder *ladder, const hpm_instrument *row,
                          double forward)
{
    switch ((hpm_ladder_type)ladder->type) {
    case HPM_LADDER_PUT:
        return !row->is_call;
    case HPM_LADDER_CALL:
        return row->is_call;
    case HPM_LADDER_BOTH:
        return 1;
    case HPM_LADDER_OTM:
        return row->is_call == (row->strike >= forward);
    }
    return 0;
}

/* By expiry, strike, put before call; of several settlements the first by name first. */
static int compare_rungs(const void *a, const void *b, const void *context)
{
    const hpm_catalog *catalog = context;
    uint32_t left_id = *(const uint32_t *)a, right_id = *(const uint32_t *)b;
    const hpm_instrument *left = &catalog->instruments[left_id];
    const hpm_instrument *right = &catalog->instruments[right_id];
    if (left->expiry != right->expiry) return left->expiry < right->expiry ? -1 : 1;
    if (left->strike != right->strike) return left->strike < right->strike ? -1 : 1;
    if (left->is_call != right->is_call) return left->is_call - right->is_call;
    return left_id < right_id ? -1 : left_id > right_id;
}

/* All options that the ladder's expiries are counted from, in order. */
static uint32_t list_rungs(const hpm_market *market, const hpm_template_ladder *ladder,
                           const wanted *want, uint32_t *ids)
{
    const hpm_catalog *catalog = market->catalog;
    uint32_t count = 0;
    for (uint32_t i = 0; i < catalog->instrument_count; i++) {
        if (!is_wanted(&catalog->instruments[i], want)) continue;
        double days = days_to(market, catalog->instruments[i].expiry_ns);
        if (days > 0 && days >= ladder->days_min && days <= ladder->days_max) ids[count++] = i;
    }
    hpm_sort(ids, count, sizeof *ids, compare_rungs, catalog);
    return count;
}

/* Where one is on the ladder. */
typedef struct rung {
    uint32_t expiry, expiry_number; /* the nearest is 1 */
    double strike;
    uint32_t strike_number; /* of those within the moneyness, from 0 */
} rung;

/* Moves on to an option and says whether it is on the ladder. */
static int climb(rung *at, const hpm_market *market, const hpm_template_ladder *ladder, uint32_t id)
{
    const hpm_instrument *row = &market->catalog->instruments[id];
    if (at->expiry != row->expiry) *at = (rung){row->expiry, at->expiry_number + 1, -1, UINT32_MAX};
    if (at->expiry_number < ladder->expiry_first || at->expiry_number > ladder->expiry_last)
        return 0;
    double forward = hpm_curve_settlement_forward(&market->curve[row->expiry]);
    double moneyness = row->strike / forward;
    if (!(moneyness >= ladder->moneyness_min && moneyness <= ladder->moneyness_max)) return 0;
    if (row->strike > at->strike) at->strike_number++;
    at->strike = row->strike;
    return at->strike_number % ladder->strike_step == 0 && is_ladder_type(ladder, row, forward);
}

uint32_t hpm_template_pick_ladder(const hpm_market *market, const hpm_template_ladder *ladder,
                                  uint32_t *ids)
{
    const hpm_catalog *catalog = market->catalog;
    wanted want = {HPM_OPTION, hpm_catalog_find_asset(catalog, ladder->underlying), HPM_NONE};
    if (ladder->settlement[0] != '\0')
        want.settlement = hpm_catalog_find_asset(catalog, ladder->settlement);
    if (want.underlying == HPM_NONE) return 0;
    if (ladder->settlement[0] != '\0' && want.settlement == HPM_NONE) return 0;
    rung at = {HPM_NONE, 0, -1, UINT32_MAX};
    uint32_t kept = 0, count = list_rungs(market, ladder, &want, ids);
    for (uint32_t i = 0; i < count; i++)
        if (climb(&at, market, ladder, ids[i])) ids[kept++] = ids[i];
    return kept;
}

/* ---- Sizes -------------------------------------------------------------------------------- */

double hpm_template_delta(const hpm_market *market, uint32_t id)
{
    const hpm_instrument *row = &market->catalog->instruments[id];
    if (row->kind == HPM_OPTION) return row->contract_size * option_delta(market, id);
    if (row->payoff == HPM_INVERSE) return row->contract_size / market->mark[id].value;
    return row->contract_size;
}

double hpm_template_notional(const hpm_market *market, uint32_t id)
{
    const hpm_instrument *row = &market->catalog->instruments[id];
    if (row->kind == HPM_OPTION)
        return row->contract_size * hpm_curve_settlement_forward(&market->curve[row->expiry]);
    /* An inverse future counts the quote currency itself; the price is still needed to hold it. */
    if (row->payoff == HPM_INVERSE)
        return isnan(market->mark[id].value) ? (double)NAN : row->contract_size;
    return row->contract_size * market->mark[id].value;
}
