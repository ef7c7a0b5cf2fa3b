/* Entries of suite peers from Paradex: the minimum delta of positions that are given by their
 * deltas, and the table of scenarios, told against rulebooks/paradex-pm.json and against a book
 * that is evaluated here, without the library. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "peers.h"

#define RULEBOOK      "paradex-pm.json"
#define POSITIONS_MAX 256

/* ---- Minimum delta ------------------------------------------------------------------------ */

typedef struct delta_case {
    hpm_rulebook_document rules;
    world_row rows[POSITIONS_MAX];
    uint32_t count;
    double spot;
} delta_case;

/* x with peers_normal(x) = p, by halving: what a double tells. */
static double normal_inverse(double p)
{
    double low = -40, high = 40;
    for (int i = 0; i < 200; i++) {
        double middle = low + (high - low) / 2;
        *(peers_normal(middle) < p ? &low : &high) = middle;
    }
    return low;
}

/* A position of this delta a unit: within -1 and 1 an option of a year, whose strike gives it; else
 * a perpetual on as many coins. */
static void give_delta(world_row *row, double delta, double spot)
{
    const double vol = 0.5;
    row->mark = spot;
    if (!(fabs(delta) < 1)) {
        row->what.contract_size *= fabs(delta);
        if (delta < 0) row->contracts = -row->contracts;
        return;
    }
    row->what.kind = HPM_OPTION;
    row->what.is_call = delta > 0;
    row->what.expiry_ns = PEERS_NOW_NS + HPM_YEAR_NS;
    row->what.strike =
        spot * exp(vol * vol / 2 - vol * normal_inverse(delta > 0 ? delta : 1 + delta));
    row->vol = vol;
    row->curve = (hpm_curve_point){.forward = {spot, 1, 0}};
}

static hpm_status read_position(delta_case *out, const json_t *item, uint32_t index,
                                hpm_error *error)
{
    char where[CONFORM_WHERE_SIZE];
    conform_wide quantity;
    double delta;
    world_row *row = &out->rows[out->count];
    conform_where_item(where, "positions", index);
    hpm_status status = conform_real_in(&delta, item, where, "delta", 0, error);
    if (status == HPM_OK) status = conform_exact_in(&quantity, item, where, "qty", 18, error);
    if (status == HPM_OK) status = peers_hold(row, HPM_PERPETUAL, quantity, where, error);
    if (status != HPM_OK || delta == 0 || quantity == 0) return status; /* nothing of the sum */
    give_delta(row, delta, out->spot);
    out->count++;
    return HPM_OK;
}

static hpm_status read_deltas(delta_case *out, const json_t *entry, hpm_error *error)
{
    const json_t *positions;
    hpm_status status = conform_real_in(&out->spot, entry, "", "spot", 0, error);
    if (status == HPM_OK) status = conform_json_array(&positions, entry, "", "positions", error);
    if (status != HPM_OK) return status;
    if (json_array_size(positions) > POSITIONS_MAX)
        return hpm_fail(error, HPM_E_LIMIT, "positions", "more than %d", POSITIONS_MAX);
    for (uint32_t i = 0; i < json_array_size(positions) && status == HPM_OK; i++)
        status = read_position(out, json_array_get(positions, i), i, error);
    return status;
}

/* The charge with these shares in place of the rulebook's. */
static hpm_status charge_with(double *value, conform_tally *tally, delta_case *in, double net,
                              double hedged, hpm_error *error)
{
    conform_world world;
    world_asset assets[PEERS_ASSETS];
    world_result run;
    hpm_rulebook *rulebook = &in->rules.rulebook;
    hpm_component *minimum = peers_component(rulebook, "minimum_delta");
    minimum->rule.gross_delta.net = net;
    minimum->rule.gross_delta.hedged = hedged;
    hpm_status status = hpm_rulebook_finish(rulebook, error);
    peers_world(&world, assets, in->spot, in->rows, in->count, rulebook);
    if (status == HPM_OK) status = world_run(&run, &world, error);
    if (status != HPM_OK) return status;
    *value = run.reference.value[world_component(rulebook, "minimum_delta")];
    peers_compare_integers(tally, &run);
    world_result_free(&run);
    return HPM_OK;
}

/* Sizes: in a charge the net delta has lost its sign. */
static hpm_status compare_size(conform_tally *tally, const char *field, double computed,
                               const json_t *entry, const char *name, hpm_error *error)
{
    double expected;
    hpm_status status = conform_real_in(&expected, entry, "", name, 0, error);
    if (status == HPM_OK)
        conform_compare(tally, field, computed, fabs(expected), conform_tolerance(expected));
    return status;
}

static hpm_status check_deltas(conform_tally *tally, delta_case *in, const json_t *entry,
                               hpm_error *error)
{
    const hpm_rule_gross_delta rule =
        peers_component(&in->rules.rulebook, "minimum_delta")->rule.gross_delta;
    double charge, net, hedged;
    hpm_status status = charge_with(&charge, tally, in, rule.net, rule.hedged, error);
    if (status == HPM_OK) status = charge_with(&net, tally, in, 1, 0, error);
    if (status == HPM_OK) status = charge_with(&hedged, tally, in, 0, 1, error);
    if (status != HPM_OK) return status;
    net /= in->spot;
    hedged /= in->spot;
    status = compare_size(tally, "min_delta.charge", charge, entry, "expected", error);
    if (status == HPM_OK)
        status = compare_size(tally, "min_delta.net", net, entry, "net_delta", error);
    if (status == HPM_OK)
        status = compare_size(tally, "min_delta.hedged", hedged, entry, "hedged_delta", error);
    if (status == HPM_OK)
        status =
            compare_size(tally, "min_delta.gross", net + 2 * hedged, entry, "gross_delta", error);
    return status;
}

hpm_status peers_paradex_min_delta(conform_tally *tally, const json_t *entry, hpm_error *error)
{
    delta_case *in = calloc(1, sizeof *in);
    if (!in) return hpm_fail(error, HPM_E_MEMORY, NULL, "out of memory");
    hpm_status status = peers_rulebook(&in->rules, RULEBOOK, error);
    if (status == HPM_OK) status = read_deltas(in, entry, error);
    if (status == HPM_OK) status = check_deltas(tally, in, entry, error);
    hpm_rulebook_document_free(&in->rules);
    free(in);
    return status;
}

/* ---- The table of scenarios --------------------------------------------------------------- */

typedef struct table {
    const json_t *rows;
    uint32_t price, vol, weight; /* columns */
    double power_short, power_long, floor_days;
} table;

static hpm_status find_column(uint32_t *out, const json_t *columns, const char *name,
                              hpm_error *error)
{
    for (*out = 0; *out < json_array_size(columns); ++*out) {
        const char *text = json_string_value(json_array_get(columns, *out));
        if (text && strcmp(text, name) == 0) return HPM_OK;
    }
    return hpm_fail(error, HPM_E_FIELD_MISSING, "columns", "no column %s", name);
}

static hpm_status read_table(table *out, const json_t *entry, hpm_error *error)
{
    const json_t *columns, *powers;
    hpm_status status = conform_json_array(&columns, entry, "", "columns", error);
    if (status == HPM_OK) status = conform_json_array(&out->rows, entry, "", "rows", error);
    if (status == HPM_OK) status = find_column(&out->price, columns, "spot_shock", error);
    if (status == HPM_OK) status = find_column(&out->vol, columns, "vol_shock", error);
    if (status == HPM_OK) status = find_column(&out->weight, columns, "weight", error);
    if (status == HPM_OK) status = conform_json_object(&powers, entry, "", "vega_power", error);
    if (status == HPM_OK)
        status = conform_real_in(&out->power_short, powers, "vega_power", "dte_lt_30", 0, error);
    if (status == HPM_OK)
        status = conform_real_in(&out->power_long, powers, "vega_power", "dte_ge_30", 0, error);
    if (status == HPM_OK)
        status = conform_real_in(&out->floor_days, entry, "", "dte_floor_days", 0, error);
    return status;
}

static hpm_status read_scenario(hpm_scenario *out, const table *in, uint32_t index,
                                hpm_error *error)
{
    char where[CONFORM_WHERE_SIZE];
    const json_t *row = json_array_get(in->rows, index);
    conform_where_item(where, "rows", index);
    memset(out, 0, sizeof *out);
    hpm_status status = conform_real(&out->price, json_array_get(row, in->price), 0, where, error);
    if (status == HPM_OK)
        status = conform_real(&out->vol, json_array_get(row, in->vol), 0, where, error);
    if (status == HPM_OK)
        status = conform_real(&out->weight, json_array_get(row, in->weight), 0, where, error);
    return status;
}

/* The book: on COIN at 70,000 two calls sold, three puts bought and a perpetual sold, beyond, at
 * and below the switch of powers, and below the floor of days. */
typedef struct holding {
    hpm_kind kind;
    int is_call;
    double strike, days, vol, forward, quantity;
} holding;

#define BOOK_SPOT 70000.0
enum { BOOK_ROWS = 6 };
static const holding book[BOOK_ROWS] = {
    {HPM_PERPETUAL, 0, 0, 0, 0, 69950, -1},    {HPM_OPTION, 1, 75000, 90, 0.55, 70900, -3},
    {HPM_OPTION, 0, 60000, 30, 0.6, 70300, 4}, {HPM_OPTION, 1, 72000, 7, 0.5, 70050, -2},
    {HPM_OPTION, 0, 69000, 7, 0.52, 70050, 2}, {HPM_OPTION, 0, 68000, 0.5, 0.8, 70010, 1},
};

static double value_of(const holding *in, double forward, double vol)
{
    if (in->kind != HPM_OPTION) return forward;
    return peers_black(in->is_call, forward, in->strike, vol, in->days / 365);
}

/* weight * [V(F * (1 + s), iv * (1 + shock * (30 / max(floor, DTE))^p)) - V], summed. */
static double book_pnl(const table *in, const hpm_scenario *scenario)
{
    double sum = 0;
    for (int i = 0; i < BOOK_ROWS; i++) {
        const holding *own = &book[i];
        double power = own->days < 30 ? in->power_short : in->power_long;
        double vol =
            own->vol * (1 + scenario->vol * pow(30 / fmax(in->floor_days, own->days), power));
        sum += own->quantity * (value_of(own, own->forward * (1 + scenario->price), vol) -
                                value_of(own, own->forward, own->vol));
    }
    return scenario->weight * sum;
}

static hpm_status make_book(world_row rows[BOOK_ROWS], hpm_error *error)
{
    hpm_status status = HPM_OK;
    for (int i = 0; i < BOOK_ROWS && status == HPM_OK; i++) {
        char name[16];
        const conform_wide unit = (conform_wide)1000000000000000000;
        snprintf(name, sizeof name, "book[%d]", i);
        status =
            peers_hold(&rows[i], book[i].kind, (conform_wide)book[i].quantity * unit, name, error);
        rows[i].what.is_call = book[i].is_call;
        rows[i].what.strike = book[i].strike;
        rows[i].mark = book[i].forward;
        rows[i].vol = book[i].vol;
        if (book[i].kind != HPM_OPTION) continue;
        rows[i].what.expiry_ns = PEERS_NOW_NS + (int64_t)(book[i].days * (double)HPM_DAY_NS);
        rows[i].curve = (hpm_curve_point){.forward = {book[i].forward, 1, 0}};
    }
    return status;
}

static void compare_terms(conform_tally *tally, const table *in, const hpm_scenario_set *set)
{
    conform_compare(tally, "scenarios.count", hpm_scenario_set_count(set),
                    (double)json_array_size(in->rows), 0.5);
    conform_compare(tally, "scenarios.power_short", set->vol_power_short, in->power_short, 1e-15);
    conform_compare(tally, "scenarios.power_long", set->vol_power_long, in->power_long, 1e-15);
    conform_compare(tally, "scenarios.floor_days", set->vol_floor_days, in->floor_days, 1e-15);
}

/* Scenario by scenario: the rulebook's is the table's, and the engine's P&L that of the book. */
static hpm_status compare_scenarios(conform_tally *tally, const table *in,
                                    const hpm_scenario_set *set, const world_result *run,
                                    hpm_error *error)
{
    hpm_status status = HPM_OK;
    uint32_t count = hpm_scenario_set_count(set);
    double largest = 1;
    for (uint32_t i = 0; i < count; i++)
        largest = fmax(largest, fabs(run->scenario_pnl[i]));
    for (uint32_t i = 0; i < json_array_size(in->rows) && i < count && status == HPM_OK; i++) {
        hpm_scenario wanted, own = hpm_scenario_set_at(set, i);
        status = read_scenario(&wanted, in, i, error);
        if (status != HPM_OK) return status;
        conform_compare(tally, "scenarios.spot_shock", own.price, wanted.price, 1e-15);
        conform_compare(tally, "scenarios.vol_shock", own.vol, wanted.vol, 1e-15);
        conform_compare(tally, "scenarios.weight", own.weight, wanted.weight, 1e-15);
        conform_compare(tally, "scenarios.pnl", run->scenario_pnl[i], book_pnl(in, &wanted),
                        1e-8 * largest);
    }
    return status;
}

static hpm_status check_table(conform_tally *tally, const hpm_rulebook *rulebook,
                              const json_t *entry, hpm_error *error)
{
    table in;
    world_row rows[BOOK_ROWS];
    world_asset assets[PEERS_ASSETS];
    conform_world world;
    world_result run;
    const hpm_component *components = rulebook->components.items;
    const hpm_scenario_set *set =
        (const hpm_scenario_set *)rulebook->sets.items +
        components[world_component(rulebook, "scan")].rule.worst.set_index;
    hpm_status status = read_table(&in, entry, error);
    if (status == HPM_OK) status = make_book(rows, error);
    peers_world(&world, assets, BOOK_SPOT, rows, BOOK_ROWS, rulebook);
    if (status == HPM_OK) status = world_run(&run, &world, error);
    if (status != HPM_OK) return status;
    compare_terms(tally, &in, set);
    status = compare_scenarios(tally, &in, set, &run, error);
    peers_compare_integers(tally, &run);
    world_result_free(&run);
    return status;
}

hpm_status peers_paradex_scenarios(conform_tally *tally, const json_t *entry, hpm_error *error)
{
    hpm_rulebook_document rules;
    hpm_status status = peers_rulebook(&rules, RULEBOOK, error);
    if (status != HPM_OK) return status;
    status = check_table(tally, &rules.rulebook, entry, error);
    hpm_rulebook_document_free(&rules);
    return status;
}
