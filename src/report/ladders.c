/* The ladders in the text and the JSON report. */
#include <stdio.h>

#include "format.h"
#include "report.h"
#include "table.h"

static const hpm_catalog *catalog_of(const hpm_report *report)
{
    return report->breakdown->array->catalog;
}

static const char *asset_name(const hpm_report *report, uint32_t asset)
{
    return catalog_of(report)->assets[asset].name;
}

/* Index price of an underlying at a node, in the reporting currency. */
static double price_at(const hpm_report *report, uint32_t underlying, uint32_t node)
{
    const hpm_ladders *ladders = report->ladders;
    const hpm_market *market = report->breakdown->array->market;
    return market->asset_price[ladders->underlyings[underlying]].value *
           (1 + ladders->price_move[underlying * ladders->node_count + node]);
}

static const hpm_greeks *greeks_at(const hpm_report *report, uint32_t underlying, uint32_t node)
{
    const hpm_ladders *ladders = report->ladders;
    return &ladders->greeks[underlying * ladders->node_count + node];
}

/* ---- Text --------------------------------------------------------------------------------- */

static void number_cell(hpm_table *table, double figure)
{
    char text[HPM_FORMAT_SIZE];
    hpm_format_short(text, figure);
    hpm_table_cell(table, "%s", text);
}

static int price_print(FILE *stream, const hpm_report *report, uint32_t underlying)
{
    static const char *const titles[] = {"price",    "at",         "delta coin", "delta",
                                         "gamma 1%", "vega point", "theta day"};
    const hpm_ladders *ladders = report->ladders;
    char text[128];
    hpm_table table;
    hpm_table_begin(&table, 7, 1, titles);
    for (uint32_t node = 0; node < ladders->node_count; node++) {
        const hpm_greeks *greeks = greeks_at(report, underlying, node);
        hpm_format_percent(text, ladders->price_move[underlying * ladders->node_count + node], 1);
        hpm_table_cell(&table, "%s", text);
        number_cell(&table, price_at(report, underlying, node));
        number_cell(&table, greeks->delta_units);
        number_cell(&table, greeks->delta);
        number_cell(&table, greeks->gamma_1pct);
        number_cell(&table, greeks->vega_point);
        number_cell(&table, greeks->theta_day);
    }
    snprintf(text, sizeof text, "greeks over the price of %s",
             asset_name(report, ladders->underlyings[underlying]));
    hpm_report_heading(stream, report, text);
    int done = hpm_table_print(stream, &table, report->colour);
    hpm_table_free(&table);
    return done;
}

static int vega_print(FILE *stream, const hpm_report *report)
{
    const hpm_ladders *ladders = report->ladders;
    const char *titles[HPM_LADDER_BUCKETS + 1] = {"expiry"};
    hpm_table table;
    if (ladders->expiry_count == 0) return 1;
    for (uint32_t b = 0; b < HPM_LADDER_BUCKETS; b++)
        titles[b + 1] = hpm_ladder_bucket_name(b);
    hpm_table_begin(&table, HPM_LADDER_BUCKETS + 1, 1, titles);
    for (uint32_t e = 0; e < ladders->expiry_count; e++) {
        const hpm_expiry *expiry = &catalog_of(report)->expiries[ladders->vega[e].expiry];
        char date[HPM_FORMAT_SIZE];
        hpm_format_date(date, expiry->expiry_ns);
        hpm_table_cell(&table, "%s %s", asset_name(report, expiry->underlying), date);
        for (uint32_t b = 0; b < HPM_LADDER_BUCKETS; b++)
            number_cell(&table, ladders->vega[e].vega_point[b]);
    }
    hpm_report_heading(stream, report, "vega per point by delta of the strike in percent");
    int done = hpm_table_print(stream, &table, report->colour);
    hpm_table_free(&table);
    return done;
}

int hpm_report_text_ladders(FILE *stream, const hpm_report *report)
{
    if (report->ladders == NULL) return 1;
    for (uint32_t u = 0; u < report->ladders->underlying_count; u++)
        if (!price_print(stream, report, u)) return 0;
    return vega_print(stream, report);
}

/* ---- JSON --------------------------------------------------------------------------------- */

static void put_nodes(hpm_json *json, const hpm_report *report, uint32_t underlying)
{
    const hpm_ladders *ladders = report->ladders;
    hpm_json_key(json, "nodes");
    hpm_json_begin_array(json);
    for (uint32_t node = 0; node < ladders->node_count; node++) {
        hpm_json_one_line(json);
        hpm_json_begin_object(json);
        hpm_json_put_real(json, "price_move",
                          ladders->price_move[underlying * ladders->node_count + node]);
        hpm_json_put_real(json, "price", price_at(report, underlying, node));
        hpm_report_json_greeks(json, greeks_at(report, underlying, node), 1);
        hpm_json_end_object(json);
    }
    hpm_json_end_array(json);
}

static void put_prices(hpm_json *json, const hpm_report *report)
{
    hpm_json_key(json, "prices");
    hpm_json_begin_array(json);
    for (uint32_t u = 0; u < report->ladders->underlying_count; u++) {
        hpm_json_begin_object(json);
        hpm_json_put_text(json, "underlying", asset_name(report, report->ladders->underlyings[u]));
        put_nodes(json, report, u);
        hpm_json_end_object(json);
    }
    hpm_json_end_array(json);
}

static void put_expiry(hpm_json *json, const hpm_report *report, const hpm_ladder_vega *vega)
{
    const hpm_expiry *expiry = &catalog_of(report)->expiries[vega->expiry];
    hpm_json_one_line(json);
    hpm_json_begin_object(json);
    hpm_json_put_text(json, "underlying", asset_name(report, expiry->underlying));
    hpm_json_put_time(json, "expiry", expiry->expiry_ns);
    hpm_json_key(json, "vega_point");
    hpm_json_begin_array(json);
    for (uint32_t b = 0; b < HPM_LADDER_BUCKETS; b++)
        hpm_json_real(json, vega->vega_point[b]);
    hpm_json_end_array(json);
    hpm_json_end_object(json);
}

static void put_vega(hpm_json *json, const hpm_report *report)
{
    const hpm_ladders *ladders = report->ladders;
    hpm_json_key(json, "deltas");
    hpm_json_one_line(json);
    hpm_json_begin_array(json);
    for (uint32_t b = 0; b < HPM_LADDER_BUCKETS; b++)
        hpm_json_text(json, hpm_ladder_bucket_name(b));
    hpm_json_end_array(json);
    hpm_json_key(json, "vega");
    hpm_json_begin_array(json);
    for (uint32_t e = 0; e < ladders->expiry_count; e++)
        put_expiry(json, report, &ladders->vega[e]);
    hpm_json_end_array(json);
}

void hpm_report_json_ladders(hpm_json *json, const hpm_report *report)
{
    if (report->ladders == NULL) return;
    hpm_json_key(json, "ladders");
    hpm_json_begin_object(json);
    put_prices(json, report);
    put_vega(json, report);
    hpm_json_end_object(json);
}
