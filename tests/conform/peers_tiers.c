/* Entries of suite peers about tiers: the minimum charge of OKX and the collateral rates of
 * Binance. The tables of an entry are those of the rulebooks, and they are put into them: what the
 * engine makes of the example is by the entry's own numbers. */
#include <math.h>
#include <string.h>

#include "peers.h"

/* [[up to, rate], ..., [null, rate]]. */
static hpm_status read_tiers(hpm_list *tiers, hpm_tier rows[HPM_TIERS_MAX], const json_t *entry,
                             const char *name, hpm_error *error)
{
    const json_t *table;
    hpm_status status = conform_json_array(&table, entry, "", name, error);
    if (status != HPM_OK) return status;
    *tiers = (hpm_list){rows, (uint32_t)json_array_size(table)};
    if (tiers->count == 0 || tiers->count > HPM_TIERS_MAX)
        return hpm_fail(error, HPM_E_RANGE, name, "%u tiers", tiers->count);
    for (uint32_t i = 0; i < tiers->count && status == HPM_OK; i++) {
        const json_t *row = json_array_get(table, i), *end = json_array_get(row, 0);
        rows[i].up_to = NAN;
        if (!json_is_null(end)) status = conform_real(&rows[i].up_to, end, 0, name, error);
        if (status == HPM_OK)
            status = conform_real(&rows[i].rate, json_array_get(row, 1), 0, name, error);
    }
    return status;
}

/* The last has no end on either side: infinity then. */
static double end_of(const hpm_tier *tier)
{
    return isnan(tier->up_to) ? INFINITY : tier->up_to;
}

static void compare_tiers(conform_tally *tally, const char *field, const hpm_list *computed,
                          const hpm_list *expected)
{
    const hpm_tier *ours = computed->items, *theirs = expected->items;
    conform_compare(tally, field, computed->count, expected->count, 0.5);
    for (uint32_t i = 0; i < computed->count && i < expected->count; i++) {
        if (end_of(&ours[i]) != end_of(&theirs[i]))
            conform_compare(tally, field, end_of(&ours[i]), end_of(&theirs[i]), 1e-8);
        conform_compare(tally, field, ours[i].rate, theirs[i].rate, 1e-15);
    }
}

/* ---- OKX: the minimum charge -------------------------------------------------------------- */

/* A side in one lot would be too large for ticks. */
enum { LOTS = 1000 };

typedef struct minimum_case {
    hpm_rulebook_document rules;
    hpm_tier rows[HPM_TIERS_MAX];
    double raw, adjusted, risk, maintenance; /* as stated */
    world_row held[2];
} minimum_case;

static hpm_status compare_table(conform_tally *tally, const json_t *entry, const char *name,
                                const char *file, hpm_error *error)
{
    hpm_rulebook_document rules;
    hpm_tier rows[HPM_TIERS_MAX];
    hpm_list stated;
    memset(&rules, 0, sizeof rules);
    hpm_status status = peers_rulebook(&rules, file, error);
    if (status == HPM_OK) status = read_tiers(&stated, rows, entry, name, error);
    if (status == HPM_OK)
        compare_tiers(tally, name, &peers_component(&rules.rulebook, "mr7")->rule.tiers.tiers,
                      &stated);
    hpm_rulebook_document_free(&rules);
    return status;
}

static hpm_status read_minimum(minimum_case *out, const json_t *entry, hpm_error *error)
{
    static const char where[] = "example";
    const json_t *example;
    const char *which;
    hpm_list *tiers = &peers_component(&out->rules.rulebook, "mr7")->rule.tiers.tiers;
    hpm_status status = conform_json_object(&example, entry, "", where, error);
    if (status == HPM_OK) status = conform_json_text(&which, example, where, "tiers", error);
    if (status == HPM_OK)
        status = read_tiers(tiers, out->rows, entry,
                            strcmp(which, "old") == 0 ? "old_tiers_usd" : "tiers_usd", error);
    if (status == HPM_OK) status = conform_real_in(&out->raw, example, where, "raw_mr7", 0, error);
    if (status == HPM_OK)
        status = conform_real_in(&out->adjusted, example, where, "expected_adjusted", 0, error);
    if (status == HPM_OK)
        status = conform_real_in(&out->risk, example, where, "max_mr_before", 0, error);
    if (status == HPM_OK)
        status = conform_real_in(&out->maintenance, example, where, "expected_mmr", 0, error);
    return status == HPM_OK ? hpm_rulebook_finish(&out->rules.rulebook, error) : status;
}

/* Perpetuals that have the example's risk and raw charge: net one coin, which loses the risk in the
 * largest move, and as many on both sides as cost the raw charge to close. */
static hpm_status hold_minimum(minimum_case *in, double *price, hpm_error *error)
{
    const conform_wide one = (conform_wide)1000000000000000000;
    hpm_rulebook *rulebook = &in->rules.rulebook;
    double fee = peers_component(rulebook, "fees")->rule.close_out.future_fee;
    *price = in->risk / hpm_rulebook_underlying(rulebook, "*")->price_range;
    double gross = in->raw / (fee * *price);
    if (!(gross > 1) || !(in->risk > 0))
        return hpm_fail(error, HPM_E_RANGE, "example.raw_mr7", "too small beside max_mr_before");
    hpm_status status = peers_hold(&in->held[0], HPM_PERPETUAL, one, "long", error);
    if (status == HPM_OK) status = peers_hold(&in->held[1], HPM_PERPETUAL, -one, "short", error);
    in->held[0].what.contract_size = (gross + 1) / (2 * LOTS);
    in->held[1].what.contract_size = (gross - 1) / (2 * LOTS);
    in->held[0].contracts = LOTS;
    in->held[1].contracts = -LOTS;
    in->held[0].mark = in->held[1].mark = *price;
    return status;
}

static void compare_minimum(conform_tally *tally, const minimum_case *in, const world_result *run)
{
    const hpm_rulebook *rulebook = &in->rules.rulebook;
    const double *value = run->reference.value;
    conform_compare(tally, "risk", value[world_component(rulebook, "risk")], in->risk,
                    conform_tolerance(in->risk));
    conform_compare(tally, "raw", value[world_component(rulebook, "mr7_raw")], in->raw,
                    conform_tolerance(in->raw));
    conform_compare(tally, "adjusted", value[world_component(rulebook, "mr7")], in->adjusted,
                    conform_tolerance(in->adjusted));
    conform_compare(tally, "maintenance", run->reference.maintenance_real, in->maintenance,
                    conform_tolerance(in->maintenance));
    peers_compare_integers(tally, run);
}

hpm_status peers_okx_minimum(conform_tally *tally, const json_t *entry, hpm_error *error)
{
    minimum_case in = {.raw = 0};
    conform_world world;
    world_asset assets[PEERS_ASSETS];
    world_result run;
    double price;
    hpm_status status = compare_table(tally, entry, "tiers_usd", "okx-pm.json", error);
    if (status == HPM_OK)
        status = compare_table(tally, entry, "old_tiers_usd", "okx-pm@2024.json", error);
    if (status == HPM_OK) status = peers_rulebook(&in.rules, "okx-pm.json", error);
    if (status == HPM_OK) status = read_minimum(&in, entry, error);
    if (status == HPM_OK) status = hold_minimum(&in, &price, error);
    if (status == HPM_OK) {
        peers_world(&world, assets, price, in.held, 2, &in.rules.rulebook);
        status = world_run(&run, &world, error);
    }
    if (status == HPM_OK) {
        compare_minimum(tally, &in, &run);
        world_result_free(&run);
    }
    hpm_rulebook_document_free(&in.rules);
    return status;
}

/* ---- Binance: collateral ------------------------------------------------------------------ */

typedef struct collateral_case {
    hpm_rulebook_document rules;
    hpm_tier rows[HPM_TIERS_MAX];
    const char *asset;
    double index, expected;
    conform_wide quantity_e8;
} collateral_case;

/* What counts becomes what does not. */
static hpm_status set_rates(conform_tally *tally, collateral_case *out, const json_t *entry,
                            hpm_error *error)
{
    hpm_collateral_rule *rules = out->rules.rulebook.collateral.items;
    uint32_t i = 0;
    hpm_list rates;
    hpm_status status = conform_json_text(&out->asset, entry, "", "asset", error);
    if (status == HPM_OK) status = read_tiers(&rates, out->rows, entry, "tier_usd", error);
    if (status != HPM_OK) return status;
    for (uint32_t t = 0; t < rates.count; t++)
        out->rows[t].rate = 1 - out->rows[t].rate;
    while (i < out->rules.rulebook.collateral.count && strcmp(rules[i].asset, out->asset) != 0)
        i++;
    if (i == out->rules.rulebook.collateral.count)
        return hpm_fail(error, HPM_E_REFERENCE, "asset", "the rulebook has no rates of %.16s",
                        out->asset);
    compare_tiers(tally, "tier_usd", &rules[i].tiers, &rates);
    rules[i].tiers = rates;
    return hpm_rulebook_finish(&out->rules.rulebook, error);
}

static hpm_status read_collateral(collateral_case *out, const json_t *entry, hpm_error *error)
{
    static const char where[] = "example";
    const json_t *example;
    hpm_status status = conform_json_object(&example, entry, "", where, error);
    if (status == HPM_OK)
        status = conform_exact_in(&out->quantity_e8, example, where, "qty", 8, error);
    if (status == HPM_OK) status = conform_real_in(&out->index, example, where, "index", 0, error);
    if (status == HPM_OK)
        status = conform_real_in(&out->expected, example, where, "expected_value_usd", 0, error);
    return status;
}

static hpm_status run_collateral(conform_tally *tally, const collateral_case *in, hpm_error *error)
{
    const hpm_rulebook *rulebook = &in->rules.rulebook;
    conform_world world;
    world_asset assets[PEERS_ASSETS];
    world_result run;
    peers_world(&world, assets, in->index, NULL, 0, rulebook);
    assets[PEERS_COIN].name = in->asset;
    hpm_status status =
        conform_narrow(&assets[PEERS_COIN].balance_e8, in->quantity_e8, "example.qty", error);
    if (status == HPM_OK) status = world_run(&run, &world, error);
    if (status != HPM_OK) return status;
    double taken = run.reference.value[world_component(rulebook, rulebook->health_less)];
    conform_compare(tally, "value", run.reference.equity_real - taken, in->expected,
                    conform_tolerance(in->expected));
    peers_compare_integers(tally, &run);
    world_result_free(&run);
    return HPM_OK;
}

hpm_status peers_binance_collateral(conform_tally *tally, const json_t *entry, hpm_error *error)
{
    collateral_case in = {.index = 0};
    hpm_status status = peers_rulebook(&in.rules, "binance-pm.json", error);
    if (status == HPM_OK) status = set_rates(tally, &in, entry, error);
    if (status == HPM_OK) status = read_collateral(&in, entry, error);
    if (status == HPM_OK) status = run_collateral(tally, &in, error);
    hpm_rulebook_document_free(&in.rules);
    return status;
}
