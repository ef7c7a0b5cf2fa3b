/* Trades: see hpm/trade.h. */
#include "hpm/trade.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "risk/array.h"
#include "risk/totals_bound.h"

/* ---- One fill ----------------------------------------------------------------------------- */

static const hpm_instrument *instrument_of(const hpm_risk_array *array, uint32_t id)
{
    assert(id < array->catalog->instrument_count);
    return &array->catalog->instruments[id];
}

static int is_future(const hpm_instrument *row)
{
    return row->kind == HPM_FUTURE || row->kind == HPM_PERPETUAL;
}

/* Signed units of a quantity: of the underlying, of the quote currency for an inverse future. */
static double units_of(const hpm_instrument *row, int64_t quantity_e8)
{
    return hpm_e8_to_double(quantity_e8) * row->contract_size;
}

/* What `units` gain from one price to another, in the settlement asset. */
static double gain_of(const hpm_instrument *row, double units, double from, double to)
{
    return row->payoff == HPM_INVERSE ? units * ((to - from) / (to * from)) : units * (to - from);
}

static double option_value(const hpm_risk_array *array, uint32_t instrument, int64_t lots)
{
    uint32_t column = array->extra + HPM_COLUMN_VALUE;
    const double *unit =
        hpm_risk_array_units(array, array->catalog->instruments[instrument].settlement);
    return (double)lots * array->ticks_real[(size_t)instrument * array->stride + column] *
           unit[column];
}

static hpm_status check_row(const hpm_risk_array *array, uint32_t instrument, hpm_error *error)
{
    const hpm_instrument *row = instrument_of(array, instrument);
    if (row->kind != HPM_SPOT)
        return hpm_row_usable(row->name, array->row_state[instrument], error);
    return HPM_OK;
}

/* The order's price, or the mark; *premium is of the whole order. */
static hpm_status set_price(hpm_fill *fill, double *premium, const hpm_risk_array *array,
                            const hpm_order *order, hpm_error *error)
{
    const hpm_instrument *row = instrument_of(array, order->instrument);
    double units = units_of(row, order->quantity.e8);
    int is_option = row->kind == HPM_OPTION;
    fill->price = order->price;
    if (isnan(order->price))
        fill->price =
            is_option ? fill->value / units : array->market->mark[order->instrument].value;
    if (isnan(fill->price))
        return hpm_fail(error, HPM_E_MISSING_PRICE, row->name,
                        "the market has no mark for it and the trade states no price");
    /* The value itself, not value / units * units. */
    *premium = is_option && isnan(order->price) ? fill->value : units * fill->price;
    return HPM_OK;
}

static hpm_status round_cash(hpm_money *cash, double amount, const hpm_instrument *row,
                             hpm_error *error)
{
    hpm_status status = hpm_e8_from_double(&cash->e8, amount, HPM_ROUND_HALF_EVEN);
    if (status == HPM_OK) return HPM_OK;
    return hpm_fail(error, HPM_E_OVERFLOW, row->name, "the trade's cash is too large (%g)", amount);
}

static hpm_status set_cash(hpm_fill *fill, const hpm_instrument *row, const hpm_order *order,
                           double premium, hpm_error *error)
{
    hpm_status status = HPM_OK;
    if (!is_future(row)) status = round_cash(&fill->cash, -premium, row, error);
    if (status == HPM_OK && row->kind == HPM_SPOT)
        status = round_cash(&fill->delivered, units_of(row, order->quantity.e8), row, error);
    if (status == HPM_OK && hpm_e8_add(&fill->cash.e8, fill->cash.e8, -order->fee.e8) != HPM_OK)
        return hpm_fail(error, HPM_E_OVERFLOW, row->name, "the trade's cash is too large");
    return status;
}

/* A gain that money cannot hold could not accrue. */
static hpm_status set_gain(hpm_fill *fill, const hpm_risk_array *array, const hpm_order *order,
                           hpm_error *error)
{
    const hpm_instrument *row = instrument_of(array, order->instrument);
    hpm_money money;
    if (!is_future(row)) return HPM_OK;
    fill->gain = gain_of(row, units_of(row, order->quantity.e8), fill->price,
                         array->market->mark[order->instrument].value);
    if (hpm_e8_from_double(&money.e8, fill->gain, HPM_ROUND_HALF_EVEN) == HPM_OK) return HPM_OK;
    return hpm_fail(error, HPM_E_OVERFLOW, row->name, "the trade's gain is too large (%g)",
                    fill->gain);
}

hpm_status hpm_fill_of(hpm_fill *fill, const hpm_risk_array *array, const hpm_order *order,
                       hpm_error *error)
{
    const hpm_instrument *row = instrument_of(array, order->instrument);
    double premium = 0;
    *fill = (hpm_fill){.instrument = order->instrument};
    hpm_status status = check_row(array, order->instrument, error);
    if (status != HPM_OK) return status;
    if (row->kind != HPM_SPOT) fill->lots = order->quantity.e8 / row->lot.e8;
    if (row->kind == HPM_OPTION) fill->value = option_value(array, order->instrument, fill->lots);
    status = set_price(fill, &premium, array, order, error);
    if (status != HPM_OK) return status;
    status = set_gain(fill, array, order, error);
    return status == HPM_OK ? set_cash(fill, row, order, premium, error) : status;
}

/* ---- The account's rows while it trades --------------------------------------------------- */

typedef struct sheet {
    const hpm_risk_array *array;
    hpm_position *positions;
    hpm_balance *balances;
    uint8_t *position_touched, *balance_touched;
    uint32_t position_count, balance_count;
    uint32_t *position_of; /* [instrument_count] row + 1; 0: none */
    uint32_t *balance_of;  /* [asset_count] */
} sheet;

/* A spot pair touches two balances. */
static size_t most_balances(const hpm_risk_array *array, const hpm_account *account,
                            uint32_t trade_count)
{
    size_t rows = (size_t)account->balance_count + 2 * (size_t)trade_count;
    return rows < array->catalog->asset_count ? rows : array->catalog->asset_count;
}

size_t hpm_account_traded_size(const hpm_risk_array *array, const hpm_account *account,
                               uint32_t trade_count)
{
    size_t positions = (size_t)account->position_count + trade_count;
    size_t balances = most_balances(array, account, trade_count);
    return hpm_aligned_size(positions * sizeof(hpm_position)) + hpm_aligned_size(positions) +
           hpm_aligned_size(balances * sizeof(hpm_balance)) + hpm_aligned_size(balances) +
           hpm_aligned_size(array->catalog->instrument_count * sizeof(uint32_t)) +
           hpm_aligned_size(array->catalog->asset_count * sizeof(uint32_t)) +
           hpm_aligned_size(sizeof(hpm_account) + balances * sizeof(hpm_balance) +
                            positions * sizeof(hpm_position) +
                            account->declared_count * sizeof(hpm_declared));
}

static hpm_status sheet_open(sheet *s, hpm_arena *arena, const hpm_risk_array *array,
                             const hpm_account *account, uint32_t trade_count, hpm_error *error)
{
    size_t positions = (size_t)account->position_count + trade_count;
    size_t balances = most_balances(array, account, trade_count);
    *s = (sheet){.array = array};
    if (arena->capacity - arena->used < hpm_account_traded_size(array, account, trade_count)) {
        hpm_fail(error, HPM_E_MEMORY, account->id, "the arena is too small");
        return HPM_E_MEMORY;
    }
    s->positions = hpm_arena_reserve(arena, positions, sizeof *s->positions);
    s->position_touched = hpm_arena_take(arena, positions, 1);
    s->balances = hpm_arena_reserve(arena, balances, sizeof *s->balances);
    s->balance_touched = hpm_arena_take(arena, balances, 1);
    s->position_of = hpm_arena_take(arena, array->catalog->instrument_count, sizeof(uint32_t));
    s->balance_of = hpm_arena_take(arena, array->catalog->asset_count, sizeof(uint32_t));
    assert(s->positions && s->position_touched && s->balances && s->balance_touched &&
           s->position_of && s->balance_of); /* hpm_account_traded_size counts them */
    for (uint32_t p = 0; p < account->position_count; p++) {
        s->positions[p] = hpm_account_positions(account)[p];
        s->position_of[s->positions[p].instrument] = ++s->position_count;
    }
    for (uint32_t b = 0; b < account->balance_count; b++) {
        s->balances[b] = hpm_account_balances(account)[b];
        s->balance_of[s->balances[b].asset] = ++s->balance_count;
    }
    return HPM_OK;
}

static hpm_position *position_row(sheet *s, uint32_t instrument)
{
    if (s->position_of[instrument] == 0) {
        s->positions[s->position_count] = (hpm_position){instrument, {0}, NAN, {0}};
        s->position_of[instrument] = ++s->position_count;
    }
    uint32_t row = s->position_of[instrument] - 1;
    s->position_touched[row] = 1;
    return &s->positions[row];
}

static hpm_balance *balance_row(sheet *s, uint32_t asset)
{
    if (s->balance_of[asset] == 0) {
        s->balances[s->balance_count] = (hpm_balance){asset, {0}};
        s->balance_of[asset] = ++s->balance_count;
    }
    uint32_t row = s->balance_of[asset] - 1;
    s->balance_touched[row] = 1;
    return &s->balances[row];
}

static hpm_status sheet_close(hpm_account **out, hpm_arena *arena, sheet *s,
                              const hpm_account *account, hpm_error *error)
{
    size_t size = hpm_account_size(s->balance_count, s->position_count, account->declared_count);
    *out = hpm_arena_reserve(arena, 1, size);
    assert(*out); /* hpm_account_traded_size counts it */
    return hpm_account_init(*out, account->id, s->balances, s->balance_count, s->positions,
                            s->position_count, hpm_account_declared(account),
                            account->declared_count, s->array->catalog, error);
}

/* ---- Filling ------------------------------------------------------------------------------ */

static hpm_status add_cash(hpm_balance *balance, const hpm_catalog *catalog, hpm_money amount,
                           hpm_error *error)
{
    if (hpm_e8_add(&balance->amount.e8, balance->amount.e8, amount.e8) == HPM_OK) return HPM_OK;
    return hpm_fail(error, HPM_E_OVERFLOW, catalog->assets[balance->asset].name,
                    "the balance after the trade is too large");
}

static hpm_status accrue(hpm_position *position, const hpm_instrument *row, double gain,
                         hpm_error *error)
{
    hpm_money money;
    hpm_status status = hpm_e8_from_double(&money.e8, gain, HPM_ROUND_HALF_EVEN);
    if (status == HPM_OK)
        status = hpm_e8_add(&position->funding.e8, position->funding.e8, money.e8);
    if (status == HPM_OK) return HPM_OK;
    return hpm_fail(error, HPM_E_OVERFLOW, row->name,
                    "the gain that the trade realises is too large");
}

/* The entry price at which `held` at `entry` and `more` at `price` have the P&L of both together;
 * exactly `entry` if the two are equal. */
static double average_entry(const hpm_instrument *row, double held, double entry, double more,
                            double price)
{
    double part = more / (held + more);
    if (row->payoff == HPM_INVERSE) return entry / (1 + part * (entry / price - 1));
    return entry + part * (price - entry);
}

/* Both quantities are of one sign, or one is zero. */
static void open_more(hpm_position *position, const hpm_instrument *row, int64_t quantity_e8,
                      double price)
{
    if (position->quantity.e8 == 0) {
        position->entry_price = price;
        return;
    }
    position->entry_price =
        average_entry(row, hpm_e8_to_double(position->quantity.e8), position->entry_price,
                      hpm_e8_to_double(quantity_e8), price);
}

/* The part of a trade that closes realises its gain; a rest opens at the trade's price. */
static hpm_status close_some(hpm_position *position, const hpm_instrument *row, int64_t quantity_e8,
                             double price, hpm_error *error)
{
    int64_t held = position->quantity.e8;
    int is_rest = hpm_magnitude(quantity_e8) > hpm_magnitude(held);
    /* Units that close, with the sign of what was held. */
    double closed = is_rest ? units_of(row, held) : -units_of(row, quantity_e8);
    hpm_status status =
        accrue(position, row, gain_of(row, closed, position->entry_price, price), error);
    if (is_rest) position->entry_price = price;
    return status;
}

static hpm_status fill_future(hpm_position *position, const hpm_instrument *row,
                              const hpm_order *order, const hpm_fill *fill, hpm_error *error)
{
    int64_t held = position->quantity.e8, quantity = order->quantity.e8;
    if (held != 0 && isnan(position->entry_price)) return accrue(position, row, fill->gain, error);
    if (held != 0 && (held < 0) != (quantity < 0))
        return close_some(position, row, quantity, fill->price, error);
    open_more(position, row, quantity, fill->price);
    return HPM_OK;
}

static hpm_status fill_position(hpm_position *position, const hpm_instrument *row,
                                const hpm_order *order, const hpm_fill *fill, hpm_error *error)
{
    hpm_status status = HPM_OK;
    if (is_future(row)) status = fill_future(position, row, order, fill, error);
    if (status != HPM_OK) return status;
    if (hpm_e8_add(&position->quantity.e8, position->quantity.e8, order->quantity.e8) != HPM_OK)
        return hpm_fail(error, HPM_E_OVERFLOW, row->name,
                        "the position after the trade is too large");
    return HPM_OK;
}

hpm_status hpm_fill_apply(const hpm_fill_rows *rows, const hpm_fill *fill,
                          const hpm_risk_array *array, const hpm_order *order, hpm_error *error)
{
    const hpm_instrument *row = instrument_of(array, order->instrument);
    hpm_status status = HPM_OK;
    if (fill->cash.e8 != 0) status = add_cash(rows->settlement, array->catalog, fill->cash, error);
    if (status == HPM_OK && fill->delivered.e8 != 0)
        status = add_cash(rows->underlying, array->catalog, fill->delivered, error);
    if (status == HPM_OK && row->kind != HPM_SPOT)
        status = fill_position(rows->position, row, order, fill, error);
    return status;
}

static hpm_status fill_one(sheet *s, const hpm_order *order, hpm_error *error)
{
    const hpm_instrument *row = instrument_of(s->array, order->instrument);
    hpm_fill_rows rows = {NULL, NULL, NULL};
    hpm_fill fill;
    hpm_status status = hpm_fill_of(&fill, s->array, order, error);
    if (status != HPM_OK) return status;
    /* Nothing comes into being that the fill leaves at 0. */
    if (fill.cash.e8 != 0) rows.settlement = balance_row(s, row->settlement);
    if (fill.delivered.e8 != 0) rows.underlying = balance_row(s, row->underlying);
    if (row->kind != HPM_SPOT) rows.position = position_row(s, order->instrument);
    return hpm_fill_apply(&rows, &fill, s->array, order, error);
}

/* What a trade has brought to nothing is not an input any longer. */
static void drop_empty(sheet *s)
{
    uint32_t kept = 0;
    for (uint32_t p = 0; p < s->position_count; p++)
        if (!s->position_touched[p] || s->positions[p].quantity.e8 != 0 ||
            s->positions[p].funding.e8 != 0)
            s->positions[kept++] = s->positions[p];
    s->position_count = kept;
    kept = 0;
    for (uint32_t b = 0; b < s->balance_count; b++)
        if (!s->balance_touched[b] || s->balances[b].amount.e8 != 0)
            s->balances[kept++] = s->balances[b];
    s->balance_count = kept;
}

hpm_status hpm_account_traded(hpm_account **traded, hpm_arena *arena, const hpm_risk_array *array,
                              const hpm_account *account, const hpm_order *trades,
                              uint32_t trade_count, hpm_error *error)
{
    sheet s;
    hpm_status status = sheet_open(&s, arena, array, account, trade_count, error);
    for (uint32_t i = 0; i < trade_count && status == HPM_OK; i++)
        status = fill_one(&s, &trades[i], error);
    if (status != HPM_OK) return status;
    drop_empty(&s);
    return sheet_close(traded, arena, &s, account, error);
}

hpm_status hpm_account_widened(hpm_account **widened, hpm_arena *arena, const hpm_risk_array *array,
                               const hpm_account *account, const hpm_order *orders,
                               uint32_t order_count, hpm_error *error)
{
    sheet s;
    hpm_status status = sheet_open(&s, arena, array, account, order_count, error);
    if (status != HPM_OK) return status;
    for (uint32_t i = 0; i < order_count; i++) {
        const hpm_instrument *row = instrument_of(array, orders[i].instrument);
        balance_row(&s, row->settlement);
        if (row->kind == HPM_SPOT)
            balance_row(&s, row->underlying);
        else
            position_row(&s, orders[i].instrument);
    }
    return sheet_close(widened, arena, &s, account, error);
}

hpm_fill_rows hpm_fill_rows_of(hpm_account *widened, const hpm_catalog *catalog,
                               uint32_t instrument)
{
    const hpm_instrument *row = &catalog->instruments[instrument];
    hpm_position *positions = (hpm_position *)hpm_account_positions(widened);
    hpm_balance *balances = (hpm_balance *)hpm_account_balances(widened);
    hpm_fill_rows rows = {NULL, NULL, NULL};
    for (uint32_t p = 0; p < widened->position_count; p++)
        if (positions[p].instrument == instrument) rows.position = &positions[p];
    for (uint32_t b = 0; b < widened->balance_count; b++) {
        if (balances[b].asset == row->settlement) rows.settlement = &balances[b];
        if (balances[b].asset == row->underlying) rows.underlying = &balances[b];
    }
    return rows;
}
