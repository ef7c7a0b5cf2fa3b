/* The report of a search, for programs and for people. */
#include "search_report.h"

#include <inttypes.h>
#include <math.h>

#include "colour_codes.h"
#include "format.h"
#include "io/document.h"
#include "report.h"
#include "table.h"

#define ID_SIZE 32

static const char *asset_name(const hpm_search_report *report, uint32_t asset)
{
    return report->head.array->catalog->assets[asset].name;
}

static double beyond_of(const hpm_search_find *find)
{
    return find->loss - find->margin;
}

/* What of the loss the account with its cash cannot pay. */
static double unpaid_of(const hpm_search_find *find)
{
    double unpaid = find->loss - hpm_e8_to_double(find->with_cash.equity.e8);
    return unpaid > 0 ? unpaid : 0;
}

/* NaN where nothing is required. */
static double ratio_of(const hpm_search_find *find)
{
    return find->margin > 0 ? beyond_of(find) / find->margin : (double)NAN;
}

static const hpm_account *account_of(const hpm_search_report *report, uint32_t index)
{
    char id[ID_SIZE];
    snprintf(id, sizeof id, "search-%" PRIu32, index + 1);
    return hpm_search_account(report->search, &report->search->finds[index], id);
}

/* ---- JSON --------------------------------------------------------------------------------- */

static void put_rules(hpm_json *json, const hpm_search_report *report)
{
    const hpm_search_rules *rules = &report->search->rules;
    hpm_json_key(json, "rules");
    hpm_json_begin_object(json);
    hpm_json_put_int(json, "seed", (int64_t)rules->seed);
    hpm_json_put_int(json, "evaluations", (int64_t)rules->evaluations);
    hpm_json_put_text(json, "goal", rules->goal == HPM_SEARCH_RATIO ? "ratio" : "amount");
    hpm_json_put_int(json, "legs", rules->legs_max);
    hpm_json_put_real(json, "size", rules->size);
    hpm_json_put_real(json, "floor", rules->floor_share);
    hpm_json_put_int(json, "keep", rules->keep);
    hpm_json_put_int(json, "parts", rules->parts);
    hpm_json_put_real(json, "beyond", rules->beyond);
    hpm_json_put_bool(json, "bases", rules->with_basis);
    hpm_json_end_object(json);
}

static void put_moves(hpm_json *json, const hpm_search_report *report)
{
    const hpm_search *search = report->search;
    static const char *const price_units[] = {"ratio", "range", "steps"};
    static const char *const vol_units[] = {"relative", "points", "atm_units"};
    hpm_json_key(json, "moves");
    hpm_json_begin_object(json);
    hpm_json_put_text(json, "rulebook", report->moves->name);
    hpm_json_key(json, "hash");
    hpm_json_hash(json, &report->moves->hash);
    hpm_json_put_text(json, "set", search->grid->name);
    hpm_json_put_text(json, "price_unit", price_units[search->grid->price_unit]);
    hpm_json_put_text(json, "vol_unit", vol_units[search->grid->vol_unit]);
    hpm_json_put_int(json, "prices", search->price_count);
    hpm_json_put_int(json, "vols", search->vol_count);
    hpm_json_put_int(json, "bases", search->basis_count);
    hpm_json_end_object(json);
}

static void put_where(hpm_json *json, const hpm_search_report *report, const hpm_search_move *where)
{
    hpm_json_key(json, "where");
    hpm_json_begin_object(json);
    hpm_json_put_real(json, "price", where->scenario.price);
    hpm_json_put_real(json, "vol", where->scenario.vol);
    hpm_json_put_real(json, "basis", where->scenario.basis);
    hpm_json_key(json, "alone");
    if (where->alone == HPM_NONE)
        hpm_json_null(json);
    else
        hpm_json_text(json, asset_name(report, where->alone));
    hpm_json_put_bool(json, "is_node", where->is_node);
    hpm_json_end_object(json);
}

static void put_find(hpm_json *json, const hpm_search_report *report, uint32_t index)
{
    const hpm_search_find *find = &report->search->finds[index];
    hpm_json_begin_object(json);
    hpm_json_put_decimal(json, "equity", find->with_cash.equity.e8);
    hpm_json_put_decimal(json, "initial_margin", find->with_cash.initial.e8);
    hpm_json_put_real(json, "margin", find->margin);
    hpm_json_put_real(json, "loss", find->loss);
    hpm_json_put_real(json, "beyond_margin", beyond_of(find));
    hpm_json_put_real(json, "beyond_equity", unpaid_of(find));
    hpm_json_put_real(json, "ratio", ratio_of(find));
    hpm_json_put_real(json, "gross", find->gross);
    put_where(json, report, &find->where);
    hpm_json_key(json, "account");
    hpm_account_write(json, account_of(report, index), report->head.array->catalog);
    hpm_json_end_object(json);
}

void hpm_search_report_json(hpm_json *json, const hpm_search_report *report)
{
    const hpm_search *search = report->search;
    hpm_json_begin_object(json);
    hpm_json_put_text(json, "schema", HPM_SEARCH_REPORT_SCHEMA);
    hpm_head_json(json, &report->head);
    hpm_json_put_text(json, "currency", hpm_head_currency(&report->head));
    put_rules(json, report);
    put_moves(json, report);
    hpm_json_put_int(json, "instruments", search->candidate_count);
    hpm_json_put_int(json, "rejected", (int64_t)search->rejected);
    hpm_json_key(json, "finds");
    hpm_json_begin_array(json);
    for (uint32_t i = 0; i < search->find_count; i++)
        put_find(json, report, i);
    hpm_json_end_array(json);
    hpm_json_end_object(json);
}

hpm_status hpm_search_report_accounts(FILE *stream, const hpm_search_report *report,
                                      hpm_error *error)
{
    for (uint32_t i = 0; i < report->search->find_count; i++) {
        hpm_json json;
        hpm_json_to_file(&json, stream, 0);
        hpm_account_write(&json, account_of(report, i), report->head.array->catalog);
        hpm_status status = hpm_json_finish(&json, error);
        hpm_json_free(&json);
        if (status != HPM_OK) return status;
    }
    return HPM_OK;
}

/* ---- Text --------------------------------------------------------------------------------- */

static void heading(FILE *stream, const hpm_search_report *report, const char *text)
{
    fprintf(stream, "\n%s%s%s\n", hpm_colour_code(HPM_COLOUR_BOLD, report->colour), text,
            hpm_colour_code(HPM_COLOUR_NONE, report->colour));
}

static void rules_print(FILE *stream, const hpm_search_report *report)
{
    const hpm_search *search = report->search;
    const hpm_search_rules *rules = &search->rules;
    const hpm_risk_array *array = report->head.array;
    char size[HPM_FORMAT_SIZE];
    hpm_format_real(size, rules->size, 0);
    fprintf(stream, "%-10sseed %" PRIu64 ", %" PRIu64 " evaluations, %" PRIu64 " not covered\n",
            "search", rules->seed, rules->evaluations, search->rejected);
    fprintf(stream, "%-10sat most %" PRIu32 " legs of %s %s, of %" PRIu32 " instruments\n", "books",
            rules->legs_max, size, array->catalog->assets[array->market->reporting].name,
            search->candidate_count);
    fprintf(stream,
            "%-10s%" PRIu32 " prices, %" PRIu32 " volatilities, %" PRIu32
            " bases, between the nodes of %s\n",
            "moves", search->price_count, search->vol_count, search->basis_count,
            report->moves->name);
}

static int finds_print(FILE *stream, const hpm_search_report *report)
{
    static const char *const titles[] = {"portfolio",     "initial margin", "largest loss",
                                         "beyond margin", "ratio",          "beyond equity",
                                         "gross"};
    const hpm_search *search = report->search;
    int decimals = hpm_head_decimals(&report->head);
    hpm_table table;
    char text[HPM_FORMAT_SIZE];
    hpm_table_begin(&table, 7, 1, titles);
    for (uint32_t i = 0; i < search->find_count; i++) {
        const hpm_search_find *find = &search->finds[i];
        const double amounts[] = {find->margin, find->loss, beyond_of(find)};
        hpm_table_cell(&table, "search-%" PRIu32, i + 1);
        for (int a = 0; a < 3; a++) {
            hpm_format_real(text, amounts[a], decimals);
            hpm_table_cell(&table, "%s", text);
        }
        if (find->margin > 0)
            hpm_format_percent(text, ratio_of(find), 1);
        else
            snprintf(text, sizeof text, "-");
        hpm_table_cell(&table, "%s", text);
        hpm_format_real(text, unpaid_of(find), decimals);
        hpm_table_cell(&table, "%s", text);
        hpm_format_real(text, find->gross, 0);
        hpm_table_cell(&table, "%s", text);
    }
    heading(stream, report, "losses beyond margin, largest first");
    int done = hpm_table_print(stream, &table, report->colour);
    hpm_table_free(&table);
    return done;
}

static void where_print(FILE *stream, const hpm_search_report *report, const hpm_search_move *where)
{
    static const char *const units[] = {"", " ranges", " steps"};
    const hpm_scenario_set *grid = report->search->grid;
    char vol[HPM_REPORT_SHOCK];
    hpm_report_vol_shock(vol, grid, &(hpm_scenario){.vol = where->scenario.vol});
    fprintf(stream, "    at price %+.5g%s, %s", where->scenario.price, units[grid->price_unit],
            vol);
    if (where->scenario.basis != 0)
        fprintf(stream, ", basis %s", where->scenario.basis > 0 ? "up" : "down");
    if (where->alone != HPM_NONE) fprintf(stream, ", %s alone", asset_name(report, where->alone));
    fprintf(stream, "; %s\n", where->is_node ? "a node" : "no node");
}

static void legs_print(FILE *stream, const hpm_search_report *report, uint32_t index)
{
    const hpm_search_find *find = &report->search->finds[index];
    const hpm_catalog *catalog = report->head.array->catalog;
    char text[HPM_FORMAT_SIZE];
    hpm_format_e8(text, find->cash.e8, 2);
    fprintf(stream, "  search-%" PRIu32 ": passes with %s %s of cash\n", index + 1, text,
            asset_name(report, report->head.array->market->reporting));
    where_print(stream, report, &find->where);
    for (uint32_t i = 0; i < find->leg_count; i++) {
        const hpm_instrument *row = &catalog->instruments[find->legs[i].instrument];
        hpm_decimal_format(text, find->legs[i].lots * row->lot.e8);
        fprintf(stream, "    %14s %s\n", text, row->name);
    }
}

int hpm_search_report_text(FILE *stream, const hpm_search_report *report)
{
    const hpm_search *search = report->search;
    hpm_head_text(stream, &report->head);
    rules_print(stream, report);
    if (!finds_print(stream, report)) return 0;
    if (search->find_count == 0 || beyond_of(&search->finds[0]) <= 0)
        fputs("\n  no portfolio was found that loses more than its margin\n", stream);
    heading(stream, report, "portfolios");
    for (uint32_t i = 0; i < search->find_count; i++)
        legs_print(stream, report, i);
    return 1;
}
