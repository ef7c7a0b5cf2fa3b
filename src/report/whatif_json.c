/* A what-if for programs: hpm/whatif/1. */
#include <math.h>

#include "margin/charge.h"
#include "whatif_report.h"

/* ---- Shared ------------------------------------------------------------------------------- */

static hpm_money less(hpm_money a, hpm_money b)
{
    int64_t difference;
    if (!__builtin_sub_overflow(a.e8, b.e8, &difference)) return (hpm_money){difference};
    return (hpm_money){a.e8 < 0 ? INT64_MIN : INT64_MAX};
}

static hpm_money total_of(const hpm_whatif_side *side, hpm_whatif_total total)
{
    switch (total) {
    case HPM_TOTAL_EQUITY:
        return side->margin.equity;
    case HPM_TOTAL_INITIAL:
        return side->margin.initial;
    case HPM_TOTAL_MAINTENANCE:
        return side->margin.maintenance;
    case HPM_TOTAL_EXCESS:
        return less(side->margin.equity, side->margin.initial);
    case HPM_TOTAL_REQUIREMENT:
        return side->open.requirement;
    case HPM_TOTAL_SHORTFALL:
    case HPM_TOTALS:
        break;
    }
    return hpm_whatif_shortfall(side);
}

hpm_amounts hpm_whatif_amounts(const hpm_whatif *whatif, hpm_whatif_total total)
{
    return (hpm_amounts){total_of(&whatif->before, total), total_of(&whatif->after, total)};
}

hpm_money hpm_amounts_change(hpm_amounts amounts)
{
    return less(amounts.after, amounts.before);
}

int hpm_whatif_order(hpm_money *due, int *is_worst, const hpm_whatif_report *report, uint32_t order,
                     int is_after)
{
    const hpm_open_orders *open =
        is_after ? &report->whatif->after.open : &report->whatif->before.open;
    uint32_t at = is_after ? report->whatif->order_after[order] : order;
    *due = (hpm_money){0};
    *is_worst = 0;
    if (at == HPM_NONE) return 0;
    *due = open->order_part[at];
    *is_worst = open->taken[at];
    return 1;
}

/* ---- Writing ------------------------------------------------------------------------------ */

static void put_amounts(hpm_json *json, const char *key, hpm_amounts amounts)
{
    hpm_json_key(json, key);
    hpm_json_one_line(json);
    hpm_json_begin_object(json);
    hpm_json_put_decimal(json, "before", amounts.before.e8);
    hpm_json_put_decimal(json, "after", amounts.after.e8);
    hpm_json_put_decimal(json, "change", hpm_amounts_change(amounts).e8);
    hpm_json_end_object(json);
}

static void put_cash(hpm_json *json, const char *key, const char *asset, hpm_money amount)
{
    hpm_json_key(json, key);
    hpm_json_one_line(json);
    hpm_json_begin_object(json);
    hpm_json_put_text(json, "asset", asset);
    hpm_json_put_decimal(json, "amount", amount.e8);
    hpm_json_end_object(json);
}

static void put_trade(hpm_json *json, const hpm_whatif_report *report, uint32_t index)
{
    const hpm_catalog *catalog = report->head.array->catalog;
    const hpm_order *trade = &report->question->trades[index];
    const hpm_fill *fill = &report->whatif->fills[index];
    const hpm_instrument *row = &catalog->instruments[trade->instrument];
    hpm_json_begin_object(json);
    if (trade->id[0] != '\0') hpm_json_put_text(json, "id", trade->id);
    hpm_json_put_text(json, "instrument", row->name);
    hpm_json_put_decimal(json, "quantity", trade->quantity.e8);
    hpm_json_put_real(json, "price", fill->price);
    hpm_json_put_bool(json, "at_mark", isnan(trade->price));
    hpm_json_put_decimal(json, "fee", trade->fee.e8);
    put_cash(json, "cash", catalog->assets[row->settlement].name, fill->cash);
    if (row->kind == HPM_SPOT)
        put_cash(json, "delivered", catalog->assets[row->underlying].name, fill->delivered);
    if (row->kind == HPM_FUTURE || row->kind == HPM_PERPETUAL)
        hpm_json_put_real(json, "gain", fill->gain);
    hpm_json_end_object(json);
}

static void put_component(hpm_json *json, const hpm_whatif *whatif, const hpm_component *component,
                          uint32_t index, int with_orders)
{
    const hpm_margin *before = &whatif->before.margin, *after = &whatif->after.margin;
    hpm_json_begin_object(json);
    hpm_json_put_text(json, "name", component->name);
    hpm_json_put_text(json, "kind", hpm_component_names[component->kind]);
    put_amounts(json, "initial",
                (hpm_amounts){before->initial_part[index], after->initial_part[index]});
    put_amounts(json, "maintenance",
                (hpm_amounts){before->maintenance_part[index], after->maintenance_part[index]});
    if (with_orders)
        put_amounts(json, "with_orders",
                    (hpm_amounts){whatif->before.open.part[index], whatif->after.open.part[index]});
    hpm_json_end_object(json);
}

static void put_order_side(hpm_json *json, const char *key, const hpm_whatif_report *report,
                           uint32_t order, int is_after)
{
    hpm_money due;
    int is_worst;
    hpm_json_key(json, key);
    if (!hpm_whatif_order(&due, &is_worst, report, order, is_after)) {
        hpm_json_null(json);
        return;
    }
    hpm_json_one_line(json);
    hpm_json_begin_object(json);
    hpm_json_put_decimal(json, "due", due.e8);
    hpm_json_put_bool(json, "in_worst_set", is_worst);
    hpm_json_end_object(json);
}

static void put_order(hpm_json *json, const hpm_whatif_report *report, uint32_t index)
{
    const hpm_order *order = &report->question->orders[index];
    hpm_json_begin_object(json);
    hpm_json_put_text(json, "id", order->id);
    hpm_json_put_text(json, "instrument",
                      report->head.array->catalog->instruments[order->instrument].name);
    hpm_json_put_decimal(json, "quantity", order->quantity.e8);
    hpm_json_put_real(json, "price", order->price); /* null: at the mark */
    hpm_json_put_decimal(json, "fee", order->fee.e8);
    put_order_side(json, "before", report, index, 0);
    put_order_side(json, "after", report, index, 1);
    hpm_json_end_object(json);
}

static void put_leader(hpm_json *json, const hpm_whatif_report *report, const hpm_whatif_side *side)
{
    const hpm_component *components = report->head.array->rulebook->components.items;
    if (side->open.leader == HPM_NONE)
        hpm_json_null(json);
    else
        hpm_json_text(json, components[side->open.leader].name);
}

static void put_open_orders(hpm_json *json, const hpm_whatif_report *report)
{
    const hpm_open_orders *before = &report->whatif->before.open;
    const hpm_open_orders *after = &report->whatif->after.open;
    hpm_json_begin_object(json);
    put_amounts(json, "account", (hpm_amounts){before->account_part, after->account_part});
    put_amounts(json, "rest", (hpm_amounts){before->rest, after->rest});
    put_amounts(json, "attained", (hpm_amounts){before->attained, after->attained});
    hpm_json_key(json, "leader");
    hpm_json_one_line(json);
    hpm_json_begin_object(json);
    hpm_json_key(json, "before");
    put_leader(json, report, &report->whatif->before);
    hpm_json_key(json, "after");
    put_leader(json, report, &report->whatif->after);
    hpm_json_end_object(json);
    hpm_json_key(json, "orders");
    hpm_json_begin_array(json);
    for (uint32_t i = 0; i < report->question->order_count; i++)
        put_order(json, report, i);
    hpm_json_end_array(json);
    hpm_json_end_object(json);
}

void hpm_whatif_json(hpm_json *json, const hpm_whatif_report *report)
{
    static const char *const names[HPM_TOTALS] = {"equity", "initial_margin", "maintenance_margin",
                                                  "excess", "requirement",    "shortfall"};
    const hpm_rulebook *rulebook = report->head.array->rulebook;
    int with_orders = report->question->order_count > 0;
    hpm_json_begin_object(json);
    hpm_json_put_text(json, "schema", "hpm/whatif/1");
    hpm_head_json(json, &report->head);
    hpm_json_put_text(json, "currency", hpm_head_currency(&report->head));
    hpm_json_put_bool(json, "pass", report->whatif->passes);
    hpm_json_key(json, "trades");
    hpm_json_begin_array(json);
    for (uint32_t i = 0; i < report->question->trade_count; i++)
        put_trade(json, report, i);
    hpm_json_end_array(json);
    for (int total = 0; total < HPM_TOTALS; total++)
        put_amounts(json, names[total],
                    hpm_whatif_amounts(report->whatif, (hpm_whatif_total)total));
    hpm_json_key(json, "components");
    hpm_json_begin_array(json);
    for (uint32_t i = 0; i < rulebook->components.count; i++)
        put_component(json, report->whatif, (const hpm_component *)rulebook->components.items + i,
                      i, with_orders);
    hpm_json_end_array(json);
    hpm_json_key(json, "open_orders");
    if (with_orders)
        put_open_orders(json, report);
    else
        hpm_json_null(json);
    hpm_json_end_object(json);
}
