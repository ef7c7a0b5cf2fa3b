/* A Deribit model_params block as a rulebook: rulebooks/deribit-pm@2024.json with its fields set.
 */
#include <string.h>

#include "deribit.h"

#define RULEBOOK_PATH CONFORM_RULEBOOKS "/deribit-pm@2024.json"

typedef struct model_values {
    double price_range, vol_up, vol_down, vol_minimum_up, power_short, power_long;
    double extended_factor, increment, threshold, maximum;
    double annualised, minimum, dampener, gain_offset, gain_cap;
    double maintenance_factor, buckets;
} model_values;

/* ---- Reading ------------------------------------------------------------------------------ */

typedef struct row {
    const char *name;
    double *field;
} row;

static hpm_status read_rows(const json_t *object, const char *where, const row *rows, size_t count,
                            hpm_error *error)
{
    hpm_status status = HPM_OK;
    for (size_t i = 0; i < count && status == HPM_OK; i++)
        status = conform_real_in(rows[i].field, object, where, rows[i].name, 0, error);
    return status;
}

#define READ(object, where, ...)                                                                   \
    read_rows(object, where, (const row[]){__VA_ARGS__},                                           \
              sizeof((const row[]){__VA_ARGS__}) / sizeof(row), error)

static hpm_status read_pair(model_values *out, const json_t *params, const char *pair,
                            hpm_error *error)
{
    const json_t *pairs, *object;
    hpm_status status = conform_json_object(&pairs, params, "model_params", "currency_pair", error);
    if (status == HPM_OK)
        status = conform_json_object(&object, pairs, "currency_pair", pair, error);
    if (status != HPM_OK) return status;
    return READ(
        object, "currency_pair", {"price_range", &out->price_range},
        {"volatility_range_up", &out->vol_up}, {"volatility_range_down", &out->vol_down},
        {"min_volatility_for_shock_up", &out->vol_minimum_up},
        {"short_term_vega_power", &out->power_short}, {"long_term_vega_power", &out->power_long},
        {"extended_table_factor", &out->extended_factor}, {"m_inc", &out->increment},
        {"delta_total_liq_shock_threshold", &out->threshold}, {"max_delta_shock", &out->maximum});
}

static hpm_status read_currency(model_values *out, const json_t *params, const char *currency,
                                hpm_error *error)
{
    const json_t *currencies, *object;
    hpm_status status = conform_json_object(&currencies, params, "model_params", "currency", error);
    if (status == HPM_OK)
        status = conform_json_object(&object, currencies, "currency", currency, error);
    if (status != HPM_OK) return status;
    return READ(object, "currency", {"annualised_move_risk", &out->annualised},
                {"min_annualised_move", &out->minimum}, {"extended_dampener", &out->dampener},
                {"pnl_offset", &out->gain_offset}, {"max_offsetable_pnl", &out->gain_cap});
}

static hpm_status read_general(model_values *out, deribit_rules *rules, const json_t *params,
                               hpm_error *error)
{
    const json_t *object;
    conform_wide milliseconds;
    hpm_status status = conform_json_object(&object, params, "model_params", "general", error);
    if (status == HPM_OK)
        status = READ(object, "general", {"mm_factor", &out->maintenance_factor},
                      {"buckets_count", &out->buckets});
    if (status == HPM_OK)
        status = conform_exact_in(&milliseconds, object, "general", "timestamp", 0, error);
    if (status == HPM_OK)
        status = conform_narrow(&rules->now_ns, milliseconds * 1000000, "general.timestamp", error);
    if (status != HPM_OK) return status;
    if (rules->now_ns < 0) return hpm_fail(error, HPM_E_RANGE, "general.timestamp", "before 1970");
    if (!(out->buckets >= 1 && out->buckets <= DERIBIT_BUCKETS_MAX) ||
        out->buckets != (double)(uint32_t)out->buckets)
        return hpm_fail(error, HPM_E_RANGE, "general.buckets_count", "not within 1 to %d (%g)",
                        DERIBIT_BUCKETS_MAX, out->buckets);
    return HPM_OK;
}

/* ---- Setting ------------------------------------------------------------------------------ */

static hpm_component *component_of(hpm_rulebook *rulebook, const char *name)
{
    return (hpm_component *)rulebook->components.items + world_component(rulebook, name);
}

static void set_terms(hpm_scenario_set *set, const model_values *in)
{
    set->vol_power_short = in->power_short;
    set->vol_power_long = in->power_long;
    set->vol_minimum_up = in->vol_minimum_up;
}

static void set_scenarios(deribit_rules *rules, const model_values *in)
{
    hpm_rulebook *rulebook = &rules->document.rulebook;
    hpm_scenario_set *grid = rulebook->sets.items, *extended = grid + 1;
    hpm_scenario *rows = extended->scenarios.items;
    double *vols = grid->vols.items;
    uint32_t buckets = (uint32_t)in->buckets;
    for (uint32_t i = 0; i <= 2 * buckets; i++)
        rules->prices[i] = ((double)i - (double)buckets) / in->buckets;
    grid->prices = (hpm_list){rules->prices, 2 * buckets + 1};
    vols[0] = in->vol_up;
    vols[1] = 0;
    vols[2] = -in->vol_down;
    for (uint32_t i = 0; i < extended->scenarios.count; i++) {
        rows[i].vol = in->vol_up;
        rows[i].weight = in->extended_factor;
    }
    set_terms(grid, in);
    set_terms(extended, in);
}

static void set_charges(deribit_rules *rules, const model_values *in)
{
    hpm_rulebook *rulebook = &rules->document.rulebook;
    hpm_underlying_rule *rows = rulebook->underlyings.items;
    hpm_rule_delta_shock *shock = &component_of(rulebook, "delta_shock")->rule.delta_shock;
    for (uint32_t i = 0; i < rulebook->underlyings.count; i++) {
        rows[i].price_range = in->price_range;
        rows[i].basis_annual = in->annualised;
        rows[i].basis_minimum = in->minimum;
        rows[i].delta_increment = in->increment;
    }
    rules->pair = (hpm_pair_rule){"*", "*", in->gain_offset, in->gain_cap, in->dampener};
    rulebook->pairs = (hpm_list){&rules->pair, 1};
    shock->threshold = in->threshold;
    shock->maximum = in->maximum;
    component_of(rulebook, "risk_matrix_maintenance")->rule.scale.factor = in->maintenance_factor;
}

static hpm_status load(deribit_rules *rules, hpm_error *error)
{
    hpm_buffer text;
    hpm_status status = hpm_file_read(&text, RULEBOOK_PATH, HPM_RULEBOOK_BYTES_MAX, error);
    if (status != HPM_OK) return status;
    status = hpm_rulebook_decode(&rules->document, text.bytes, text.length, error);
    hpm_buffer_free(&text);
    return status;
}

hpm_status deribit_rules_init(deribit_rules *rules, const json_t *params, const char *currency,
                              const char *pair, hpm_error *error)
{
    model_values model;
    memset(rules, 0, sizeof *rules);
    hpm_status status = load(rules, error);
    if (status == HPM_OK) status = read_pair(&model, params, pair, error);
    if (status == HPM_OK) status = read_currency(&model, params, currency, error);
    if (status == HPM_OK) status = read_general(&model, rules, params, error);
    if (status != HPM_OK) return status;
    set_scenarios(rules, &model);
    set_charges(rules, &model);
    return hpm_rulebook_finish(&rules->document.rulebook, error);
}

void deribit_rules_free(deribit_rules *rules)
{
    hpm_rulebook_document_free(&rules->document);
}
