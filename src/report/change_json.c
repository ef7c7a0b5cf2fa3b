/* An attribution for programs: hpm/diff/1. */
#include "change.h"
#include "margin/charge.h"

static int64_t less(hpm_money a, hpm_money b)
{
    int64_t difference = 0;
    if (!__builtin_sub_overflow(a.e8, b.e8, &difference)) return difference;
    return a.e8 < 0 ? INT64_MIN : INT64_MAX;
}

hpm_change hpm_change_excess(const hpm_attribution *attribution)
{
    const hpm_change *equity = &attribution->equity, *initial = &attribution->initial;
    hpm_change excess;
    excess.before.e8 = less(equity->before, initial->before);
    excess.after.e8 = less(equity->after, initial->after);
    for (uint32_t p = 0; p < HPM_PART_COUNT; p++)
        excess.part[p].e8 = less(equity->part[p], initial->part[p]);
    return excess;
}

static void put_change(hpm_json *json, const char *key, const hpm_change *change)
{
    hpm_json_key(json, key);
    hpm_json_one_line(json);
    hpm_json_begin_object(json);
    hpm_json_put_decimal(json, "before", change->before.e8);
    for (uint32_t p = 0; p < HPM_PART_COUNT; p++)
        hpm_json_put_decimal(json, hpm_part_name((hpm_part)p), change->part[p].e8);
    hpm_json_put_decimal(json, "after", change->after.e8);
    hpm_json_end_object(json);
}

static void put_state(hpm_json *json, const char *key, const hpm_report_head *head,
                      const hpm_change *excess, int after)
{
    hpm_money left = after ? excess->after : excess->before;
    hpm_json_key(json, key);
    hpm_json_begin_object(json);
    hpm_head_json(json, head);
    hpm_json_put_bool(json, "pass", left.e8 >= 0);
    hpm_json_end_object(json);
}

static void put_parts(hpm_json *json, const hpm_attribution *attribution)
{
    hpm_json_key(json, "parts");
    hpm_json_begin_array(json);
    for (uint32_t p = 0; p < HPM_PART_COUNT; p++) {
        hpm_json_one_line(json);
        hpm_json_begin_object(json);
        hpm_json_put_text(json, "name", hpm_part_name((hpm_part)p));
        hpm_json_put_text(json, "text", hpm_part_text((hpm_part)p));
        hpm_json_put_bool(json, "changed", (attribution->changed >> p & 1) != 0);
        hpm_json_end_object(json);
    }
    hpm_json_end_array(json);
}

static void put_components(hpm_json *json, const hpm_attribution *attribution)
{
    hpm_json_key(json, "components");
    hpm_json_begin_array(json);
    for (uint32_t i = 0; i < attribution->component_count; i++) {
        const hpm_component_change *row = &attribution->components[i];
        hpm_json_begin_object(json);
        hpm_json_put_text(json, "name", row->component->name);
        hpm_json_put_text(json, "kind", hpm_component_names[row->component->kind]);
        put_change(json, "initial", &row->initial);
        put_change(json, "maintenance", &row->maintenance);
        hpm_json_end_object(json);
    }
    hpm_json_end_array(json);
}

static void put_settled(hpm_json *json, const hpm_change_report *report)
{
    const hpm_catalog *catalog = report->before.array->catalog;
    hpm_json_key(json, "settled");
    hpm_json_begin_array(json);
    for (uint32_t i = 0; i < report->attribution->settled_count; i++) {
        const hpm_settled *row = &report->attribution->settled[i];
        const hpm_instrument *instrument = &catalog->instruments[row->instrument];
        hpm_json_one_line(json);
        hpm_json_begin_object(json);
        hpm_json_put_text(json, "instrument", instrument->name);
        hpm_json_put_decimal(json, "quantity", row->quantity.e8);
        hpm_json_put_text(json, "asset", catalog->assets[instrument->settlement].name);
        hpm_json_put_real(json, "value", row->value);
        hpm_json_end_object(json);
    }
    hpm_json_end_array(json);
}

void hpm_change_json(hpm_json *json, const hpm_change_report *report)
{
    const hpm_attribution *attribution = report->attribution;
    const hpm_change excess = hpm_change_excess(attribution);
    hpm_json_begin_object(json);
    hpm_json_put_text(json, "schema", "hpm/diff/1");
    put_state(json, "before", &report->before, &excess, 0);
    put_state(json, "after", &report->after, &excess, 1);
    hpm_json_put_text(json, "currency", hpm_head_currency(&report->before));
    put_parts(json, attribution);
    put_change(json, "equity", &attribution->equity);
    put_change(json, "initial_margin", &attribution->initial);
    put_change(json, "maintenance_margin", &attribution->maintenance);
    put_change(json, "excess", &excess);
    put_components(json, attribution);
    put_settled(json, report);
    hpm_json_end_object(json);
}
