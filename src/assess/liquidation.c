/* Where the market must be for maintenance margin to be gone: outward in steps, then closing in. */
#include <assert.h>
#include <math.h>

#include "limit_trial.h"
#include "math/elementary.h"
#include "math/order.h"
#include "risk/shock.h"

#define FIRST_STEP  0.01 /* of the logarithm of a price, or a volatility */
#define STEP_GROWTH 0.1  /* of the distance so far */
#define FAR         4    /* times the maintenance margin: so much equity is far from broken */
/* The widest step is below 0.65 of the place at its end, or 0.51 of a volatility: in so many parts
 * of it two neighbours are closer than HPM_LIMIT_TOLERANCE. */
#define PARTS       (INT64_C(1) << 30)

typedef struct scan {
    hpm_limits *limits;
    hpm_limit_liquidation *out;
    double end;    /* the last place in this direction */
    double walked; /* up to this distance leaping has failed */
} scan;

/* ---- Places ------------------------------------------------------------------------------- */

static int is_vol(const hpm_limit_liquidation *liquidation)
{
    return liquidation->move == HPM_LIQUIDATION_VOL;
}

static double ratio_of_underlying(const hpm_limits *limits,
                                  const hpm_limit_liquidation *liquidation, double place,
                                  uint32_t asset)
{
    if (liquidation->move == HPM_LIQUIDATION_PRICES) return 1 + (place - 1) * limits->range[asset];
    return asset == liquidation->underlying ? place : 1;
}

double hpm_limits_price_ratio(const hpm_limits *limits, const hpm_limit_liquidation *liquidation,
                              double place, uint32_t asset)
{
    uint32_t follows = limits->desk->array.follows[asset];
    assert(asset < limits->desk->array.catalog->asset_count);
    if (is_vol(liquidation)) return 1;
    if (limits->range[asset] == 0 && follows != HPM_NONE) asset = follows;
    if (limits->range[asset] == 0) return 1;
    return ratio_of_underlying(limits, liquidation, place, asset);
}

static double place_now(const hpm_limit_liquidation *liquidation)
{
    return is_vol(liquidation) ? 0 : 1;
}

/* At a distance from now, but not beyond the end. */
static double place_at(const scan *s, double distance)
{
    int direction = s->out->direction;
    double place = is_vol(s->out) ? direction * distance : hpm_exp(direction * distance);
    return (direction > 0) == (place < s->end) ? place : s->end;
}

/* The largest volatility on the underlyings: a fall beyond it changes nothing any more. */
static double largest_vol(const hpm_limits *limits)
{
    const hpm_market *market = limits->desk->base;
    const hpm_position *positions = hpm_account_positions(limits->account);
    double largest = 0;
    for (uint32_t p = 0; p < limits->account->position_count; p++) {
        const hpm_instrument *row = &market->catalog->instruments[positions[p].instrument];
        if (row->kind != HPM_OPTION) continue;
        double vol = market->vol[positions[p].instrument].value;
        double atm = market->vol_atm[row->expiry].value;
        if (vol > largest) largest = vol;
        if (atm > largest) largest = atm;
    }
    return largest;
}

static double end_of(const hpm_limits *limits, const hpm_limit_liquidation *liquidation)
{
    int up = liquidation->direction > 0;
    if (is_vol(liquidation)) return up ? HPM_LIMIT_VOL_RISE : -largest_vol(limits);
    return up ? HPM_LIMIT_RISE_RATIO : HPM_LIMIT_FALL_RATIO;
}

/* ---- One place ---------------------------------------------------------------------------- */

static hpm_status move_to(const scan *s, double place, hpm_error *why)
{
    hpm_limits *limits = s->limits;
    const hpm_market_move move = {.price_ratio = limits->price_ratio, .vol_add = limits->vol_add};
    for (uint32_t a = 0; a < limits->desk->base->catalog->asset_count; a++) {
        limits->price_ratio[a] = hpm_limits_price_ratio(limits, s->out, place, a);
        limits->vol_add[a] = is_vol(s->out) && limits->range[a] > 0 ? place : 0;
    }
    return hpm_desk_move(limits->desk, &move, why);
}

static hpm_limit_point point_of(hpm_status status, const hpm_margin *margin)
{
    if (status != HPM_OK) return (hpm_limit_point){.status = status};
    return (hpm_limit_point){HPM_OK, margin->equity, margin->maintenance};
}

static hpm_limit_point try_place(const scan *s, double place, hpm_error *why)
{
    hpm_margin margin;
    hpm_status status = move_to(s, place, why);
    if (status == HPM_OK) status = hpm_desk_again(s->limits->desk, &margin, why);
    return point_of(status, &margin);
}

/* From the account itself, as somebody would who checks the answer. */
static hpm_limit_point verify(const scan *s, double place)
{
    hpm_margin margin;
    hpm_status status = move_to(s, place, NULL);
    if (status == HPM_OK)
        status = hpm_desk_margin(s->limits->desk, &margin, s->limits->account, NULL);
    return point_of(status, &margin);
}

/* At home again, with the rows and totals that the other questions read. */
static hpm_status go_home(hpm_limits *limits, hpm_error *error)
{
    hpm_desk *desk = limits->desk;
    hpm_status status = hpm_desk_move(desk, NULL, error);
    if (status == HPM_OK) status = hpm_desk_arrange(desk, limits->account, error);
    if (status != HPM_OK) return status;
    return hpm_totals_apply(desk->context, &limits->totals, &desk->array, &limits->portfolio,
                            error);
}

/* ---- Leaps -------------------------------------------------------------------------------- */

/* How far apart two places may be so that each place between them lies, with all that its own
 * scenarios look into, in what those of the two look into. */
static double reach_of(const hpm_limits *limits, uint32_t asset)
{
    const hpm_risk_array *array = &limits->desk->array;
    const double *move = array->price_move + (size_t)asset * array->extra;
    double up = 0, down = 0;
    for (uint32_t j = 0; j < array->scenario_count; j++) {
        if (array->weight[j] < 1) continue;
        if (move[j] > up) up = move[j];
        if (-move[j] > down) down = -move[j];
    }
    return hpm_log((1 + up) / (1 - down));
}

/* The same of the at-the-money volatility of an expiry, from where the array stands. The lower it
 * is, the less far scenarios look: on the way down only what those of the nearer place see counts.
 */
static double expiry_reach(const hpm_risk_array *array, uint32_t underlying, uint32_t expiry,
                           int direction)
{
    const hpm_shock_table *shocks = array->shocks;
    const size_t first = (size_t)expiry * shocks->width;
    const double *move = array->price_move + (size_t)underlying * array->extra;
    double vol = array->market->vol_atm[expiry].value, up = 0, down = 0;
    for (uint32_t j = 0; j < array->scenario_count; j++) {
        if (array->weight[j] < 1 || move[j] != 0) continue;
        double added = vol * shocks->vol_mult[first + j] + shocks->vol_add[first + j] - vol;
        if (added > up) up = added;
        if (-added > down) down = -added;
    }
    return direction > 0 ? up + down : down;
}

static double vol_reach(const hpm_limits *limits, int direction)
{
    const hpm_catalog *catalog = limits->desk->base->catalog;
    const hpm_position *positions = hpm_account_positions(limits->account);
    double reach = INFINITY;
    for (uint32_t p = 0; p < limits->account->position_count; p++) {
        const hpm_instrument *row = &catalog->instruments[positions[p].instrument];
        if (row->kind != HPM_OPTION) continue;
        reach = hpm_least(
            reach, expiry_reach(&limits->desk->array, row->underlying, row->expiry, direction));
    }
    return reach;
}

/* The narrowest of what moves. */
static double shared_reach(const hpm_limits *limits, const hpm_limit_liquidation *liquidation)
{
    double reach = INFINITY;
    if (is_vol(liquidation)) return vol_reach(limits, liquidation->direction);
    if (liquidation->move == HPM_LIQUIDATION_PRICE)
        return reach_of(limits, liquidation->underlying);
    for (uint32_t u = 0; u < limits->underlying_count; u++)
        reach = hpm_least(reach, reach_of(limits, limits->underlyings[u]));
    return reach;
}

/* ---- The search --------------------------------------------------------------------------- */

static double next_distance(double distance)
{
    return distance + (FIRST_STEP + STEP_GROWTH * distance);
}

static int is_far(const hpm_limit_point *point)
{
    return point->status == HPM_OK && point->equity.e8 / FAR > point->requirement.e8;
}

/* As many steps as the scenarios of the places at both ends look into, where equity is far from
 * broken at both: what lies between is no worse than what they have seen. Returns 0 if not. */
static int leap(scan *s, double *distance)
{
    hpm_limit_liquidation *out = s->out;
    double far = *distance;
    if (*distance < s->walked || !is_far(&out->before)) return 0;
    const double reach = shared_reach(s->limits, out);
    while (next_distance(far) - *distance <= reach && place_at(s, far) != s->end)
        far = next_distance(far);
    if (far <= next_distance(*distance)) return 0;
    s->walked = far;
    double place = place_at(s, far);
    hpm_limit_point point = try_place(s, place, NULL);
    if (!is_far(&point)) return 0;
    *distance = far;
    out->searched = place;
    out->before = point;
    return 1;
}

/* One step outward. Returns 0 when the search is over. */
static int step_out(scan *s, double *distance)
{
    hpm_limit_liquidation *out = s->out;
    if (leap(s, distance)) return out->searched != s->end;
    *distance = next_distance(*distance);
    double place = place_at(s, *distance);
    hpm_limit_point point = try_place(s, place, &out->why);
    if (point.status != HPM_OK) {
        out->kind = HPM_LIMIT_UNAVAILABLE;
        return 0;
    }
    if (hpm_limit_gap_e8(&point) <= 0) {
        out->searched = place;
        out->before = point;
        return place != s->end;
    }
    out->kind = HPM_LIMIT_FOUND;
    out->place = place;
    out->at = point;
    return 0;
}

/* Between the last place that holds and the first that does not. */
static void close_in(scan *s)
{
    hpm_limit_liquidation *out = s->out;
    double from = out->searched, part = (out->place - from) / (double)PARTS;
    hpm_bracket bracket =
        hpm_bracket_of(0, hpm_limit_gap(&out->before), PARTS, hpm_limit_gap(&out->at));
    while (!hpm_bracket_closed(&bracket)) {
        int64_t x = hpm_bracket_next(&bracket);
        hpm_limit_point point = try_place(s, from + (double)x * part, NULL);
        hpm_bracket_tell(&bracket, x, hpm_limit_gap(&point));
    }
    if (bracket.high < PARTS) out->place = from + (double)bracket.high * part;
    out->place_before = from + (double)bracket.low * part;
    out->before = verify(s, out->place_before);
    out->at = verify(s, out->place);
}

static void search(scan *s)
{
    double distance = 0;
    if (s->end == place_now(s->out)) return;
    while (step_out(s, &distance)) {
    }
    if (s->out->kind == HPM_LIMIT_FOUND) close_in(s);
}

hpm_status hpm_limits_liquidation(hpm_limits *limits, hpm_limit_liquidation *out,
                                  hpm_liquidation_move move, uint32_t underlying, int direction,
                                  hpm_error *error)
{
    assert(direction == 1 || direction == -1);
    *out = (hpm_limit_liquidation){.kind = HPM_LIMIT_BOUNDLESS,
                                   .move = move,
                                   .underlying = underlying,
                                   .direction = direction};
    scan s = {.limits = limits, .out = out, .end = end_of(limits, out)};
    out->place = out->place_before = out->searched = place_now(out);
    out->at = out->before = point_of(HPM_OK, &limits->now);
    if (hpm_limit_gap_e8(&out->at) > 0) {
        out->kind = HPM_LIMIT_ALREADY;
        return HPM_OK;
    }
    hpm_status status = hpm_desk_arrange(limits->desk, limits->account, error);
    if (status != HPM_OK) return status;
    search(&s);
    return go_home(limits, error);
}
