/* The limits of an account for programs: hpm/limits/1. */
#include "limits_report.h"

#include <math.h>

#include "skipped.h"

int hpm_limits_pass(const hpm_limits_report *report)
{
    const hpm_margin *now = &report->limits->now;
    return now->equity.e8 >= now->initial.e8;
}

hpm_qty hpm_limits_held(const hpm_limits_report *report, uint32_t instrument)
{
    const hpm_account *account = report->head.account;
    const hpm_position *positions = hpm_account_positions(account);
    for (uint32_t p = 0; p < account->position_count; p++)
        if (positions[p].instrument == instrument) return positions[p].quantity;
    return (hpm_qty){0};
}

static const hpm_catalog *catalog_of(const hpm_limits_report *report)
{
    return report->head.array->catalog;
}

static void put_error(hpm_json *json, const char *key, const hpm_error *error)
{
    hpm_json_key(json, key);
    hpm_json_one_line(json);
    hpm_json_begin_object(json);
    hpm_json_put_text(json, "code", hpm_status_name(error->status));
    hpm_json_put_text(json, "where", error->where);
    hpm_json_put_text(json, "message", error->message);
    hpm_json_end_object(json);
}

/* `what` is the requirement's name. Where nothing can be computed: why. */
static void put_point(hpm_json *json, const char *key, const hpm_limit_point *point,
                      const char *what)
{
    hpm_json_key(json, key);
    hpm_json_one_line(json);
    hpm_json_begin_object(json);
    if (point->status == HPM_OK) {
        hpm_json_put_decimal(json, "equity", point->equity.e8);
        hpm_json_put_decimal(json, what, point->requirement.e8);
    } else {
        hpm_json_put_text(json, "error", hpm_status_name(point->status));
    }
    hpm_json_end_object(json);
}

/* ---- Amounts ------------------------------------------------------------------------------ */

static void put_withdrawal(hpm_json *json, const hpm_limits_report *report, uint32_t index)
{
    const hpm_limit_cash *row = &report->withdrawals[index];
    const hpm_balance *balance = &hpm_account_balances(report->head.account)[index];
    hpm_json_begin_object(json);
    hpm_json_put_text(json, "asset", catalog_of(report)->assets[row->asset].name);
    hpm_json_put_decimal(json, "balance", balance->amount.e8);
    hpm_json_put_decimal(json, "transferable", row->transferable.e8);
    hpm_json_put_decimal(json, "amount", row->amount.e8);
    put_point(json, "after", &row->at, "initial_margin");
    if (row->kind == HPM_LIMIT_FOUND) put_point(json, "next", &row->next, "initial_margin");
    hpm_json_end_object(json);
}

static void put_withdrawable(hpm_json *json, const hpm_limits_report *report)
{
    hpm_json_key(json, "withdrawable");
    hpm_json_begin_object(json);
    hpm_json_put_decimal(json, "amount", report->limits->withdrawable.e8);
    hpm_json_put_decimal(json, "transferable", report->limits->transferable.e8);
    hpm_json_key(json, "assets");
    hpm_json_begin_array(json);
    for (uint32_t i = 0; i < report->head.account->balance_count; i++)
        put_withdrawal(json, report, i);
    hpm_json_end_array(json);
    hpm_json_end_object(json);
}

static void put_deposit(hpm_json *json, const hpm_limits_report *report)
{
    const hpm_limit_cash *row = &report->deposit;
    hpm_json_key(json, "deposit");
    hpm_json_begin_object(json);
    hpm_json_put_text(json, "asset", catalog_of(report)->assets[row->asset].name);
    hpm_json_key(json, "amount");
    if (row->kind == HPM_LIMIT_BOUNDLESS)
        hpm_json_null(json);
    else
        hpm_json_decimal(json, row->amount.e8);
    if (row->kind != HPM_LIMIT_BOUNDLESS) put_point(json, "after", &row->at, "initial_margin");
    if (row->kind == HPM_LIMIT_FOUND) put_point(json, "next", &row->next, "initial_margin");
    hpm_json_end_object(json);
}

/* ---- Trades ------------------------------------------------------------------------------- */

static void put_side(hpm_json *json, const char *key, const hpm_limit_size *size)
{
    hpm_json_key(json, key);
    hpm_json_begin_object(json);
    if (size->kind == HPM_LIMIT_UNAVAILABLE) {
        put_error(json, "error", &size->why);
        hpm_json_end_object(json);
        return;
    }
    hpm_json_put_decimal(json, "quantity", size->quantity.e8);
    hpm_json_put_int(json, "lots", size->lots);
    hpm_json_put_bool(json, "unlimited", size->kind == HPM_LIMIT_BOUNDLESS);
    put_point(json, "after", &size->at, "initial_margin");
    if (size->kind == HPM_LIMIT_FOUND) put_point(json, "next", &size->next, "initial_margin");
    hpm_json_end_object(json);
}

static void put_trades(hpm_json *json, const hpm_limits_report *report)
{
    hpm_json_key(json, "trades");
    hpm_json_begin_array(json);
    for (uint32_t i = 0; i < report->instrument_count; i++) {
        const hpm_limit_size *sizes = &report->sizes[2 * i];
        hpm_json_begin_object(json);
        hpm_json_put_text(json, "instrument",
                          catalog_of(report)->instruments[sizes->instrument].name);
        hpm_json_put_decimal(json, "held", hpm_limits_held(report, sizes->instrument).e8);
        hpm_json_put_real(json, "price", sizes->price); /* null: it cannot be traded */
        put_side(json, "buy", &sizes[0]);
        put_side(json, "sell", &sizes[1]);
        hpm_json_end_object(json);
    }
    hpm_json_end_array(json);
}

/* ---- Liquidation -------------------------------------------------------------------------- */

static const char *const kinds[] = {
    [HPM_LIMIT_FOUND] = "found",
    [HPM_LIMIT_BOUNDLESS] = "none",
    [HPM_LIMIT_ALREADY] = "already",
    [HPM_LIMIT_UNAVAILABLE] = "unknown",
};

/* What moves how far, where the answer is. */
static void put_moves(hpm_json *json, const hpm_limits_report *report,
                      const hpm_limit_liquidation *row)
{
    const hpm_risk_array *array = report->head.array;
    hpm_json_key(json, "prices");
    hpm_json_begin_array(json);
    for (uint32_t a = 0; a < array->catalog->asset_count; a++) {
        double ratio = hpm_limits_price_ratio(report->limits, row, row->place, a);
        double price = array->market->asset_price[a].value;
        if (ratio == 1 || isnan(price)) continue;
        hpm_json_one_line(json);
        hpm_json_begin_object(json);
        hpm_json_put_text(json, "asset", array->catalog->assets[a].name);
        hpm_json_put_real(json, "ratio", ratio);
        hpm_json_put_real(json, "price", price * ratio);
        hpm_json_end_object(json);
    }
    hpm_json_end_array(json);
}

static void put_direction(hpm_json *json, const char *key, const hpm_limits_report *report,
                          const hpm_limit_liquidation *row)
{
    hpm_json_key(json, key);
    hpm_json_begin_object(json);
    hpm_json_put_text(json, "result", kinds[row->kind]);
    hpm_json_put_real(json, "searched", row->searched);
    if (row->kind == HPM_LIMIT_FOUND) {
        hpm_json_put_real(json, "place", row->place);
        hpm_json_put_real(json, "place_before", row->place_before);
        if (row->move != HPM_LIQUIDATION_VOL) put_moves(json, report, row);
        put_point(json, "at", &row->at, "maintenance_margin");
    }
    if (row->kind == HPM_LIMIT_UNAVAILABLE) put_error(json, "error", &row->why);
    put_point(json, "before", &row->before, "maintenance_margin");
    hpm_json_end_object(json);
}

static void put_liquidation(hpm_json *json, const hpm_limits_report *report)
{
    static const char *const moves[] = {"price", "prices", "volatility"};
    hpm_json_key(json, "liquidation");
    hpm_json_begin_array(json);
    for (uint32_t i = 0; i < report->move_count; i++) {
        const hpm_limit_liquidation *rows = &report->liquidations[2 * i];
        hpm_json_begin_object(json);
        hpm_json_put_text(json, "move", moves[rows->move]);
        if (rows->move == HPM_LIQUIDATION_PRICE)
            hpm_json_put_text(json, "underlying",
                              catalog_of(report)->assets[rows->underlying].name);
        put_direction(json, "down", report, &rows[0]);
        put_direction(json, "up", report, &rows[1]);
        hpm_json_end_object(json);
    }
    hpm_json_end_array(json);
}

void hpm_limits_json(hpm_json *json, const hpm_limits_report *report)
{
    const hpm_margin *now = &report->limits->now;
    hpm_json_begin_object(json);
    hpm_json_put_text(json, "schema", HPM_LIMITS_SCHEMA);
    hpm_head_json(json, &report->head);
    hpm_json_put_text(json, "currency", hpm_head_currency(&report->head));
    hpm_json_put_decimal(json, "equity", now->equity.e8);
    hpm_json_put_decimal(json, "initial_margin", now->initial.e8);
    hpm_json_put_decimal(json, "maintenance_margin", now->maintenance.e8);
    hpm_json_put_bool(json, "pass", hpm_limits_pass(report));
    put_withdrawable(json, report);
    put_deposit(json, report);
    put_trades(json, report);
    put_liquidation(json, report);
    hpm_skipped_json(json, report->skipped, report->skipped_count);
    hpm_json_end_object(json);
}
