/* Limits of an account: what is transferable, what all searches share, and amounts that come or go.
 */
#include "hpm/limits.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "limit_trial.h"
#include "margin/compose.h"
#include "margin/kept.h"
#include "math/order.h"

/* ---- Points ------------------------------------------------------------------------------- */

hpm_limit_point hpm_limit_point_of(const hpm_margin *margin)
{
    return (hpm_limit_point){HPM_OK, margin->equity, margin->initial};
}

int64_t hpm_limit_gap_e8(const hpm_limit_point *point)
{
    int64_t gap;
    if (!__builtin_sub_overflow(point->requirement.e8, point->equity.e8, &gap)) return gap;
    return point->equity.e8 < 0 ? INT64_MAX : -INT64_MAX;
}

double hpm_limit_gap(const hpm_limit_point *point)
{
    return point->status == HPM_OK ? (double)hpm_limit_gap_e8(point) : INFINITY;
}

void hpm_limit_evaluate(hpm_limit_point *point, const hpm_exposure *exposure, hpm_status status,
                        hpm_error *why)
{
    hpm_margin margin;
    hpm_composition composition;
    if (status == HPM_OK) status = hpm_margin_compose(&margin, &composition, NULL, exposure, why);
    assert(status != HPM_E_MEMORY); /* hpm_limits_size counts it */
    *point = status == HPM_OK ? hpm_limit_point_of(&margin) : (hpm_limit_point){.status = status};
}

/* ---- Memory ------------------------------------------------------------------------------- */

static uint32_t least(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

/* Of the shared account: a row for every balance, every settlement asset, the reporting asset. */
static uint32_t balances_max(const hpm_catalog *catalog, const hpm_account *account)
{
    return least(account->balance_count + account->position_count + 1, catalog->asset_count);
}

static size_t arranged_size(const hpm_risk_array *array, uint32_t position_count)
{
    return hpm_portfolio_size(position_count) +
           hpm_totals_size(array, least(position_count, array->catalog->bucket_count));
}

size_t hpm_limits_size(const hpm_desk *desk, const hpm_account *account)
{
    const hpm_risk_array *array = &desk->array;
    size_t assets = array->catalog->asset_count;
    uint32_t positions = account->position_count, balances = balances_max(array->catalog, account);
    size_t bytes = 4 * hpm_aligned_size(assets * sizeof(double));
    bytes += hpm_aligned_size(assets * sizeof(uint32_t));
    bytes += hpm_aligned_size(balances * sizeof(hpm_balance));
    bytes += hpm_aligned_size(hpm_account_size(balances, positions, account->declared_count));
    bytes += arranged_size(array, positions);
    bytes += hpm_aligned_size(sizeof(hpm_exposure)) + hpm_exposure_size(array, positions);
    bytes += hpm_kept_size(array, positions) + hpm_kept_size(array, positions + 1);
    /* Of one question: an account with one position more, arranged and evaluated. */
    bytes += hpm_account_traded_size(array, account, 1) + arranged_size(array, positions + 1);
    return bytes + hpm_margin_scratch_size(array, positions + 1);
}

static hpm_status take_memory(hpm_limits *limits, hpm_error *error)
{
    hpm_arena *arena = limits->arena;
    size_t assets = limits->desk->array.catalog->asset_count;
    if (arena->capacity - arena->used < hpm_limits_size(limits->desk, limits->account))
        return hpm_fail(error, HPM_E_MEMORY, "limits", "the arena is too small");
    limits->underlyings = hpm_arena_take(arena, assets, sizeof *limits->underlyings);
    limits->loss = hpm_arena_take(arena, assets, sizeof(double));
    limits->range = hpm_arena_take(arena, assets, sizeof(double));
    limits->price_ratio = hpm_arena_take(arena, assets, sizeof(double));
    limits->vol_add = hpm_arena_take(arena, assets, sizeof(double));
    return HPM_OK;
}

/* ---- The shared account ------------------------------------------------------------------- */

static void need_balance(hpm_balance *rows, uint32_t *count, uint32_t asset)
{
    for (uint32_t i = 0; i < *count; i++)
        if (rows[i].asset == asset) return;
    rows[(*count)++] = (hpm_balance){asset, {0}};
}

static hpm_status share_account(hpm_limits *limits, hpm_error *error)
{
    const hpm_account *account = limits->account;
    const hpm_catalog *catalog = limits->desk->array.catalog;
    const hpm_position *positions = hpm_account_positions(account);
    uint32_t count = account->balance_count, most = balances_max(catalog, account);
    hpm_balance *rows = hpm_arena_take(limits->arena, most, sizeof *rows);
    limits->shared = hpm_arena_take(
        limits->arena, 1, hpm_account_size(most, account->position_count, account->declared_count));
    assert(rows && limits->shared); /* hpm_limits_size counts them */
    memcpy(rows, hpm_account_balances(account), count * sizeof *rows);
    need_balance(rows, &count, limits->desk->base->reporting);
    for (uint32_t p = 0; p < account->position_count; p++)
        need_balance(rows, &count, catalog->instruments[positions[p].instrument].settlement);
    return hpm_account_init(limits->shared, account->id, rows, count, positions,
                            account->position_count, hpm_account_declared(account),
                            account->declared_count, catalog, error);
}

static hpm_status arrange(hpm_limits *limits, hpm_error *error)
{
    const hpm_desk *desk = limits->desk;
    hpm_status status =
        hpm_portfolio_init(&limits->portfolio, limits->arena, limits->shared, &desk->array, error);
    if (status == HPM_OK)
        status = hpm_totals_init(&limits->totals, limits->arena, &desk->array, &limits->portfolio,
                                 error);
    if (status != HPM_OK) return status;
    return hpm_totals_apply(desk->context, &limits->totals, &desk->array, &limits->portfolio,
                            error);
}

/* ---- What is transferable ----------------------------------------------------------------- */

/* What positions that settle in an asset have lost; what they have won is not there yet. */
static void set_losses(hpm_limits *limits, const hpm_exposure *exposure)
{
    const hpm_catalog *catalog = exposure->catalog;
    const hpm_portfolio *portfolio = exposure->portfolio;
    for (uint32_t h = 0; h < portfolio->holding_count; h++)
        limits->loss[catalog->instruments[portfolio->holdings[h].instrument].settlement] -=
            exposure->unrealised[h];
    for (uint32_t a = 0; a < catalog->asset_count; a++)
        limits->loss[a] = hpm_greatest(limits->loss[a], 0);
}

static hpm_status too_large(hpm_status status, const char *where, double value, hpm_error *error)
{
    if (status == HPM_OK) return HPM_OK;
    return hpm_fail(error, status, where, "%s (%g)", hpm_status_text(status), value);
}

/* The balance less the losses, to the last digit. */
static hpm_status transferable_of(hpm_money *out, const hpm_limits *limits,
                                  const hpm_balance *balance, hpm_error *error)
{
    const char *name = limits->desk->base->catalog->assets[balance->asset].name;
    double loss = limits->loss[balance->asset];
    int64_t loss_e8;
    out->e8 = 0;
    hpm_status status = hpm_e8_from_double(&loss_e8, loss, HPM_ROUND_CEILING);
    if (status == HPM_OK) status = hpm_e8_add(&out->e8, balance->amount.e8, -loss_e8);
    if (out->e8 < 0) out->e8 = 0;
    return too_large(status, name, loss, error);
}

static hpm_status set_transferable(hpm_limits *limits, const hpm_exposure *exposure,
                                   hpm_error *error)
{
    const hpm_limit_point now = hpm_limit_point_of(&limits->now);
    const hpm_balance *balances = hpm_account_balances(limits->account);
    double value = 0;
    set_losses(limits, exposure);
    for (uint32_t b = 0; b < limits->account->balance_count; b++) {
        hpm_money part;
        hpm_status status = transferable_of(&part, limits, &balances[b], error);
        if (status != HPM_OK) return status;
        value += hpm_e8_to_double(part.e8) * exposure->price[balances[b].asset];
    }
    hpm_status status = hpm_e8_from_double(&limits->transferable.e8, value, HPM_ROUND_TOWARD_ZERO);
    int64_t excess = -hpm_limit_gap_e8(&now), all = limits->transferable.e8;
    limits->withdrawable.e8 = excess < all ? excess : all;
    if (limits->withdrawable.e8 < 0) limits->withdrawable.e8 = 0;
    return too_large(status, "transferable balances", value, error);
}

/* ---- Underlyings -------------------------------------------------------------------------- */

/* Share of the widest range; of a rulebook without ranges all are the widest. */
static void set_ranges(hpm_limits *limits, const hpm_risk_array *array)
{
    double widest = 0;
    for (uint32_t u = 0; u < limits->underlying_count; u++)
        widest = hpm_greatest(widest, array->underlying_rule[limits->underlyings[u]]->price_range);
    for (uint32_t u = 0; u < limits->underlying_count; u++) {
        double range = array->underlying_rule[limits->underlyings[u]]->price_range;
        limits->range[limits->underlyings[u]] = widest > 0 ? range / widest : 1;
    }
}

static void set_underlyings(hpm_limits *limits, const hpm_exposure *exposure)
{
    const hpm_portfolio *portfolio = exposure->portfolio;
    for (uint32_t g = 0; g < exposure->group_count; g++)
        if (exposure->groups[g].asset != exposure->market->reporting)
            limits->underlyings[limits->underlying_count++] = exposure->groups[g].asset;
    for (uint32_t h = 0; h < portfolio->holding_count; h++) {
        uint32_t id = portfolio->holdings[h].instrument;
        if (exposure->catalog->instruments[id].kind == HPM_OPTION) limits->has_options = 1;
    }
    set_ranges(limits, exposure->array);
}

/* ---- Beginning ---------------------------------------------------------------------------- */

static hpm_status look_around(hpm_limits *limits, hpm_error *error)
{
    limits->exposure = hpm_arena_reserve(limits->arena, 1, sizeof *limits->exposure);
    assert(limits->exposure); /* hpm_limits_size counts it */
    hpm_status status = hpm_exposure_init(limits->exposure, limits->arena, &limits->desk->array,
                                          &limits->portfolio, &limits->totals, error);
    if (status == HPM_OK) status = set_transferable(limits, limits->exposure, error);
    if (status != HPM_OK) return status;
    set_underlyings(limits, limits->exposure);
    hpm_kept_begin(limits->exposure, limits->arena);
    return status;
}

hpm_status hpm_limits_init(hpm_limits *limits, hpm_arena *arena, hpm_desk *desk,
                           const hpm_account *account, hpm_error *error)
{
    memset(limits, 0, sizeof *limits);
    limits->desk = desk;
    limits->account = account;
    limits->arena = arena;
    hpm_status status = take_memory(limits, error);
    if (status == HPM_OK) status = hpm_desk_move(desk, NULL, error);
    if (status == HPM_OK) status = hpm_desk_margin(desk, &limits->now, account, error);
    if (status == HPM_OK) status = share_account(limits, error);
    if (status == HPM_OK) status = arrange(limits, error);
    return status == HPM_OK ? look_around(limits, error) : status;
}

int hpm_limits_is_near(const hpm_limits *limits, uint32_t instrument)
{
    const hpm_instrument *row = &limits->desk->base->catalog->instruments[instrument];
    const hpm_position *positions = hpm_account_positions(limits->account);
    for (uint32_t p = 0; p < limits->account->position_count; p++)
        if (positions[p].instrument == instrument) return 1;
    if (row->kind == HPM_OPTION) return 0;
    for (uint32_t u = 0; u < limits->underlying_count; u++)
        if (limits->underlyings[u] == row->underlying) return 1;
    return 0;
}

/* ---- Amounts that come or go -------------------------------------------------------------- */

/* One balance of the shared account, `amount` more of which is tried. */
typedef struct transfer {
    const hpm_limits *limits;
    hpm_balance *balance;
    int64_t before_e8;
} transfer;

static transfer transfer_of(const hpm_limits *limits, uint32_t asset)
{
    hpm_balance *rows = (hpm_balance *)hpm_account_balances(limits->shared);
    uint32_t row = hpm_find_balance(limits->shared, asset);
    assert(row != HPM_NONE);
    return (transfer){limits, &rows[row], rows[row].amount.e8};
}

static hpm_limit_point try_amount(const transfer *t, int64_t amount_e8)
{
    hpm_limit_point point = {.status = HPM_E_OVERFLOW};
    const hpm_limits *limits = t->limits;
    if (__builtin_add_overflow(t->before_e8, amount_e8, &t->balance->amount.e8)) return point;
    hpm_status status = hpm_exposure_update(limits->exposure, &limits->totals, HPM_NONE, NULL);
    hpm_limit_evaluate(&point, limits->exposure, status, NULL);
    return point;
}

static void transfer_end(const transfer *t)
{
    t->balance->amount.e8 = t->before_e8;
    hpm_exposure_update(t->limits->exposure, &t->limits->totals, HPM_NONE, NULL);
}

/* Passing is > 0, for the bracket's upper side is the one that passes. */
static double deposit_value(const hpm_limit_point *point)
{
    if (point->status != HPM_OK) return -INFINITY;
    int64_t gap = hpm_limit_gap_e8(point);
    return gap <= 0 ? 1 - (double)gap : -(double)gap;
}

/* The missing amount may not suffice: a haircut, or another currency. 0: no amount does. */
static int64_t enough(hpm_limit_point *at, const transfer *t, int64_t missing_e8)
{
    int64_t amount = missing_e8;
    *at = try_amount(t, amount);
    while (deposit_value(at) <= 0) {
        if (at->status != HPM_OK || __builtin_mul_overflow(amount, 2, &amount)) return 0;
        *at = try_amount(t, amount);
    }
    return amount;
}

static void close_deposit(hpm_limit_cash *out, const transfer *t, int64_t high)
{
    hpm_bracket bracket =
        hpm_bracket_of(0, deposit_value(&out->next), high, deposit_value(&out->at));
    while (!hpm_bracket_closed(&bracket)) {
        int64_t amount = hpm_bracket_next(&bracket);
        hpm_limit_point point = try_amount(t, amount);
        double value = deposit_value(&point);
        hpm_bracket_tell(&bracket, amount, value);
        *(value > 0 ? &out->at : &out->next) = point;
    }
    out->amount.e8 = bracket.high;
}

void hpm_limits_deposit(const hpm_limits *limits, hpm_limit_cash *out)
{
    const hpm_limit_point now = hpm_limit_point_of(&limits->now);
    transfer t = transfer_of(limits, limits->desk->base->reporting);
    int64_t missing = hpm_limit_gap_e8(&now);
    *out = (hpm_limit_cash){.asset = t.balance->asset, .at = now, .next = now};
    out->kind = missing > 0 ? HPM_LIMIT_FOUND : HPM_LIMIT_ALREADY;
    if (missing > 0) {
        int64_t high = enough(&out->at, &t, missing);
        if (high > 0)
            close_deposit(out, &t, high);
        else
            out->kind = HPM_LIMIT_BOUNDLESS;
    }
    transfer_end(&t);
}

static void close_withdrawal(hpm_limit_cash *out, const transfer *t, int64_t all)
{
    hpm_bracket bracket =
        hpm_bracket_of(0, hpm_limit_gap(&out->at), all, hpm_limit_gap(&out->next));
    while (!hpm_bracket_closed(&bracket)) {
        int64_t amount = hpm_bracket_next(&bracket);
        hpm_limit_point point = try_amount(t, -amount);
        double value = hpm_limit_gap(&point);
        hpm_bracket_tell(&bracket, amount, value);
        *(value > 0 ? &out->next : &out->at) = point;
    }
    out->amount.e8 = bracket.low;
}

static void withdraw(hpm_limit_cash *out, const transfer *t)
{
    int64_t all = out->transferable.e8;
    if (hpm_limit_gap(&out->at) > 0) {
        out->kind = HPM_LIMIT_ALREADY;
        return;
    }
    out->next = try_amount(t, -all);
    if (hpm_limit_gap(&out->next) > 0) {
        close_withdrawal(out, t, all);
        return;
    }
    out->kind = HPM_LIMIT_BOUNDLESS;
    out->amount.e8 = all;
    out->at = out->next;
}

hpm_status hpm_limits_withdrawal(const hpm_limits *limits, hpm_limit_cash *out, uint32_t asset,
                                 hpm_error *error)
{
    transfer t = transfer_of(limits, asset);
    *out = (hpm_limit_cash){.asset = asset, .at = hpm_limit_point_of(&limits->now)};
    hpm_status status = transferable_of(&out->transferable, limits, t.balance, error);
    if (status != HPM_OK) return status;
    withdraw(out, &t);
    transfer_end(&t);
    return HPM_OK;
}
