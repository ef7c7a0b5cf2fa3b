/* Entries of suite peers from Dederi: a future, marked by an annual basis, over the price grid. The
 * price moves and the contingency of the entry are put into rulebooks/dederi-pm.json. */
#include <math.h>

#include "peers.h"
#include "risk/shock.h"

#define MOVES_MAX 64

typedef struct future_case {
    hpm_rulebook_document rules;
    double moves[MOVES_MAX], vols[1];
    const json_t *expected; /* P&L by move */
    uint32_t count;
    double index, mark;
    world_row row;
} future_case;

/* Unmoved volatility: a future does not see it. */
static hpm_status read_moves(future_case *out, const json_t *entry, hpm_error *error)
{
    const json_t *moves;
    hpm_status status = conform_json_array(&moves, entry, "", "price_shocks", error);
    if (status == HPM_OK)
        status = conform_json_array(&out->expected, entry, "", "expected_pnl", error);
    if (status != HPM_OK) return status;
    out->count = (uint32_t)json_array_size(moves);
    if (out->count == 0 || out->count > MOVES_MAX || json_array_size(out->expected) != out->count)
        return hpm_fail(error, HPM_E_RANGE, "price_shocks", "%u moves, %zu figures", out->count,
                        json_array_size(out->expected));
    for (uint32_t i = 0; i < out->count && status == HPM_OK; i++)
        status = conform_real(&out->moves[i], json_array_get(moves, i), 0, "price_shocks", error);
    return status;
}

static hpm_status set_rules(future_case *out, const json_t *entry, hpm_error *error)
{
    hpm_rulebook *rulebook = &out->rules.rulebook;
    hpm_component *futures = peers_component(rulebook, "futures");
    hpm_component *worst = peers_component(rulebook, "worst");
    hpm_scenario_set *grid = (hpm_scenario_set *)rulebook->sets.items + worst->rule.worst.set_index;
    grid->price_unit = HPM_PRICE_RATIO;
    grid->prices = (hpm_list){out->moves, out->count};
    grid->vols = (hpm_list){out->vols, 1};
    hpm_status status = conform_real_in(&futures->rule.close_out.future_fee, entry, "",
                                        "future_contingency_factor", 0, error);
    return status == HPM_OK ? hpm_rulebook_finish(rulebook, error) : status;
}

/* F = index * e^(basis * days / 365), by the engine's own carry. */
static hpm_status read_future(future_case *out, const json_t *entry, hpm_error *error)
{
    hpm_underlying_rule carry = {.basis_minimum = -1};
    conform_wide quantity, days;
    int64_t whole;
    hpm_status status = conform_real_in(&out->index, entry, "", "index", 0, error);
    if (status == HPM_OK) status = conform_real_in(&carry.basis_annual, entry, "", "abr", 0, error);
    if (status == HPM_OK) status = conform_exact_in(&days, entry, "", "days", 9, error);
    if (status == HPM_OK) status = conform_narrow(&whole, days * 86400, "days", error);
    if (status == HPM_OK) status = conform_exact_in(&quantity, entry, "", "qty", 18, error);
    if (status == HPM_OK) status = peers_hold(&out->row, HPM_FUTURE, quantity, "qty", error);
    if (status != HPM_OK) return status;
    if (whole <= 0 || whole > 100 * HPM_YEAR_NS)
        return hpm_fail(error, HPM_E_RANGE, "days", "not within 0 and 36500");
    out->mark = out->index * (1 + hpm_basis_move(&carry, (double)whole / (double)HPM_YEAR_NS));
    out->row.mark = out->mark;
    out->row.what.expiry_ns = PEERS_NOW_NS + whole;
    return HPM_OK;
}

/* A figure that the entry rounds, to one unit of its last digit. */
static hpm_status compare_rounded(conform_tally *tally, const char *field, double computed,
                                  const json_t *printed, hpm_error *error)
{
    double expected, unit;
    hpm_status status = conform_real(&expected, printed, 0, field, error);
    if (status == HPM_OK) status = conform_last_digit(&unit, printed, field, error);
    if (status == HPM_OK) conform_compare(tally, field, computed, expected, unit);
    return status;
}

static hpm_status compare(conform_tally *tally, const future_case *in, const world_result *run,
                          const json_t *entry, hpm_error *error)
{
    const hpm_rulebook *rulebook = &in->rules.rulebook;
    hpm_status status =
        compare_rounded(tally, "future.F0", in->mark, json_object_get(entry, "expected_F0"), error);
    if (status == HPM_OK)
        status = compare_rounded(tally, "future.contingency",
                                 run->reference.value[world_component(rulebook, "futures")],
                                 json_object_get(entry, "expected_contingency"), error);
    for (uint32_t i = 0; i < in->count && status == HPM_OK; i++)
        status = compare_rounded(tally, "future.pnl", run->scenario_pnl[i],
                                 json_array_get(in->expected, i), error);
    peers_compare_integers(tally, run);
    return status;
}

hpm_status peers_dederi_future(conform_tally *tally, const json_t *entry, hpm_error *error)
{
    future_case in = {.count = 0};
    conform_world world;
    world_asset assets[PEERS_ASSETS];
    world_result run;
    hpm_status status = peers_rulebook(&in.rules, "dederi-pm.json", error);
    if (status == HPM_OK) status = read_moves(&in, entry, error);
    if (status == HPM_OK) status = set_rules(&in, entry, error);
    if (status == HPM_OK) status = read_future(&in, entry, error);
    if (status == HPM_OK) {
        peers_world(&world, assets, in.index, &in.row, 1, &in.rules.rulebook);
        status = world_run(&run, &world, error);
    }
    if (status == HPM_OK) {
        status = compare(tally, &in, &run, entry, error);
        world_result_free(&run);
    }
    hpm_rulebook_document_free(&in.rules);
    return status;
}
