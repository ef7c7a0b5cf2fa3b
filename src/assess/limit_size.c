/* The largest trade that passes: sizes are filled in place on an account that is arranged once, so
 * that a size costs one row of the array and one evaluation. */
#include <assert.h>
#include <math.h>

#include "limit_trial.h"
#include "margin/kept.h"

typedef struct trial {
    const hpm_limits *limits;
    hpm_account *account; /* with rows of zero for what the trade touches */
    hpm_portfolio *portfolio, own_portfolio;
    hpm_totals *totals, own_totals;
    hpm_exposure *exposure, own_exposure;
    int is_exposed;  /* `exposure` is that of an earlier size */
    hpm_order order; /* of the size that is tried */
    int64_t lot_e8;
    int side;
    uint32_t holding; /* of the instrument; HPM_NONE: a spot pair, which exchanges balances */
    int64_t lots;     /* that the portfolio holds beyond what the account did */
    hpm_fill_rows rows;
    hpm_position position; /* as they were */
    hpm_balance settlement, underlying;
    int64_t allowed_e8; /* the shortfall that is no larger than before */
} trial;

/* ---- Memory ------------------------------------------------------------------------------- */

static int has_rows(const hpm_instrument *row, const hpm_fill_rows *rows)
{
    if (row->kind == HPM_SPOT) return rows->settlement && rows->underlying;
    return rows->settlement && rows->position;
}

static hpm_status arrange_own(trial *t, hpm_error *why)
{
    const hpm_limits *limits = t->limits;
    const hpm_desk *desk = limits->desk;
    t->portfolio = &t->own_portfolio;
    t->totals = &t->own_totals;
    t->exposure = &t->own_exposure;
    t->is_exposed = 0;
    hpm_status status = hpm_account_widened(&t->account, limits->arena, &desk->array,
                                            limits->account, &t->order, 1, why);
    if (status == HPM_OK)
        status = hpm_portfolio_init(t->portfolio, limits->arena, t->account, &desk->array, why);
    if (status == HPM_OK)
        status = hpm_totals_init(t->totals, limits->arena, &desk->array, t->portfolio, why);
    if (status == HPM_OK)
        status = hpm_totals_apply(desk->context, t->totals, &desk->array, t->portfolio, why);
    return status;
}

/* What the account holds already is tried on the arrangement that all such questions share. */
static hpm_status arrange(trial *t, hpm_limits *limits, const hpm_instrument *row, hpm_error *why)
{
    const hpm_catalog *catalog = limits->desk->base->catalog;
    t->account = limits->shared;
    t->portfolio = &limits->portfolio;
    t->totals = &limits->totals;
    t->exposure = limits->exposure;
    t->is_exposed = 1;
    t->rows = hpm_fill_rows_of(t->account, catalog, t->order.instrument);
    if (has_rows(row, &t->rows)) return HPM_OK;
    hpm_status status = arrange_own(t, why);
    if (status == HPM_OK) t->rows = hpm_fill_rows_of(t->account, catalog, t->order.instrument);
    return status;
}

static uint32_t find_holding(const hpm_portfolio *portfolio, uint32_t instrument)
{
    for (uint32_t h = 0; h < portfolio->holding_count; h++)
        if (portfolio->holdings[h].instrument == instrument) return h;
    return HPM_NONE;
}

static void keep_rows(trial *t)
{
    t->settlement = *t->rows.settlement;
    if (t->rows.underlying) t->underlying = *t->rows.underlying;
    if (t->rows.position) t->position = *t->rows.position;
}

static void restore_rows(const trial *t)
{
    *t->rows.settlement = t->settlement;
    if (t->rows.underlying) *t->rows.underlying = t->underlying;
    if (t->rows.position) *t->rows.position = t->position;
}

/* ---- One size ----------------------------------------------------------------------------- */

static hpm_status fill(trial *t, int64_t lots, hpm_error *why)
{
    const hpm_risk_array *array = &t->limits->desk->array;
    hpm_fill change;
    restore_rows(t);
    t->order.quantity.e8 = t->side * lots * t->lot_e8;
    hpm_status status = hpm_fill_of(&change, array, &t->order, why);
    if (status == HPM_OK) status = hpm_fill_apply(&t->rows, &change, array, &t->order, why);
    if (status != HPM_OK || t->holding == HPM_NONE) return status;
    status =
        hpm_portfolio_trade(t->portfolio, t->totals, array, t->holding, change.lots - t->lots, why);
    if (status == HPM_OK) t->lots = change.lots;
    return status;
}

static hpm_status expose(trial *t, hpm_error *why)
{
    if (t->is_exposed) return hpm_exposure_update(t->exposure, t->totals, t->holding, why);
    const size_t used = t->limits->arena->used;
    hpm_status status = hpm_exposure_init(t->exposure, t->limits->arena, &t->limits->desk->array,
                                          t->portfolio, t->totals, why);
    t->is_exposed = status == HPM_OK;
    if (t->is_exposed)
        hpm_kept_begin(t->exposure, t->limits->arena);
    else
        t->limits->arena->used = used;
    return status;
}

static hpm_limit_point try_size(trial *t, int64_t lots, hpm_error *why)
{
    hpm_limit_point point;
    hpm_status status = lots == 0 ? HPM_OK : fill(t, lots, why);
    if (status == HPM_OK) status = expose(t, why);
    hpm_limit_evaluate(&point, t->exposure, status, why);
    return point;
}

/* The portfolio holds what it held: taking away what was added always fits. Totals that had to grow
 * wide for a large size are made small again, or all that follows would be slow. */
static void trial_end(trial *t)
{
    const hpm_desk *desk = t->limits->desk;
    restore_rows(t);
    if (t->lots != 0)
        hpm_portfolio_trade(t->portfolio, t->totals, &desk->array, t->holding, -t->lots, NULL);
    if (t->totals->wide)
        hpm_totals_apply(desk->context, t->totals, &desk->array, t->portfolio, NULL);
    if (t->exposure == t->limits->exposure)
        hpm_exposure_update(t->exposure, t->totals, t->holding, NULL);
}

/* By how much a shortfall is larger than allowed; <= 0 passes. */
static double excess_of(const trial *t, const hpm_limit_point *point)
{
    int64_t gap;
    if (point->status != HPM_OK) return INFINITY;
    if (__builtin_sub_overflow(hpm_limit_gap_e8(point), t->allowed_e8, &gap)) return -INFINITY;
    return (double)gap;
}

/* ---- The search --------------------------------------------------------------------------- */

/* Where the slope of the first lot leads: if the requirement is convex in the size no size beyond
 * passes. Else eight times as far. */
static int64_t next_size(const trial *t, const hpm_limit_size *out, double at_0, int64_t cap)
{
    double slope = excess_of(t, &out->at) - at_0, size = -at_0 / slope + 2;
    int64_t far = out->lots <= cap / 8 ? 8 * out->lots : cap;
    if (out->lots > 1 || !(slope > 0)) return far;
    return size < (double)cap ? (int64_t)size : cap;
}

/* Out from the last size that passes until one does not. Returns that, or 0 if all pass. */
static int64_t go_out(trial *t, hpm_limit_size *out, double at_0, int64_t cap)
{
    while (out->lots < cap) {
        int64_t size = next_size(t, out, at_0, cap);
        out->next = try_size(t, size, NULL);
        if (excess_of(t, &out->next) > 0) return size;
        out->lots = size;
        out->at = out->next;
    }
    return 0;
}

static void close_in(trial *t, hpm_limit_size *out, int64_t high)
{
    hpm_bracket bracket =
        hpm_bracket_of(out->lots, excess_of(t, &out->at), high, excess_of(t, &out->next));
    while (!hpm_bracket_closed(&bracket)) {
        int64_t lots = hpm_bracket_next(&bracket);
        hpm_limit_point point = try_size(t, lots, NULL);
        double value = excess_of(t, &point);
        hpm_bracket_tell(&bracket, lots, value);
        *(value > 0 ? &out->next : &out->at) = point;
    }
    out->lots = bracket.low;
}

/* An instrument that cannot be traded at all, and not one that cannot be traded so much. */
static int is_unavailable(hpm_status status)
{
    return status == HPM_E_MISSING_PRICE || status == HPM_E_EXPIRED || status == HPM_E_STALE ||
           status == HPM_E_UNSUPPORTED;
}

static void search(trial *t, hpm_limit_size *out, int64_t cap)
{
    double at_0 = excess_of(t, &out->at);
    out->next = try_size(t, 1, &out->why);
    if (is_unavailable(out->next.status)) {
        out->kind = HPM_LIMIT_UNAVAILABLE;
        return;
    }
    if (excess_of(t, &out->next) > 0) return;
    out->lots = 1;
    out->at = out->next;
    int64_t high = go_out(t, out, at_0, cap);
    if (high > 0)
        close_in(t, out, high);
    else
        out->kind = HPM_LIMIT_BOUNDLESS;
}

static void set_price(trial *t, hpm_limit_size *out)
{
    hpm_fill one;
    t->order.quantity.e8 = t->side * t->lot_e8;
    if (hpm_fill_of(&one, &t->limits->desk->array, &t->order, NULL) == HPM_OK)
        out->price = one.price;
}

/* A point of zero lots stands for the account as it is, without rows of zero. */
static void trade(trial *t, hpm_limit_size *out, const hpm_instrument *row)
{
    const hpm_limit_point now = hpm_limit_point_of(&t->limits->now);
    int64_t gap = hpm_limit_gap_e8(&now);
    int64_t cap = HPM_LIMIT_CONTRACTS_MAX * HPM_E8 / row->lot.e8;
    t->allowed_e8 = gap > 0 ? gap : 0;
    t->holding = find_holding(t->portfolio, out->instrument);
    assert(t->holding != HPM_NONE || row->kind == HPM_SPOT);
    keep_rows(t);
    out->at = now;
    search(t, out, cap > 0 ? cap : 1);
    set_price(t, out);
    trial_end(t);
    out->quantity.e8 = out->lots * row->lot.e8;
}

void hpm_limits_trade(hpm_limits *limits, hpm_limit_size *out, uint32_t instrument, int side)
{
    const hpm_instrument *row = &limits->desk->base->catalog->instruments[instrument];
    const size_t used = limits->arena->used;
    trial t = {.limits = limits,
               .order = {.instrument = instrument, .price = NAN},
               .lot_e8 = row->lot.e8,
               .side = side};
    assert(side == 1 || side == -1);
    *out = (hpm_limit_size){.instrument = instrument, .side = side, .price = NAN};
    hpm_desk_fill(limits->desk, instrument);
    if (arrange(&t, limits, row, &out->why) == HPM_OK)
        trade(&t, out, row);
    else
        out->kind = HPM_LIMIT_UNAVAILABLE;
    limits->arena->used = used;
}
