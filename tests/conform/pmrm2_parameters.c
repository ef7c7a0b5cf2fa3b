/* rulebooks/derive-pmrm2.json with the parameters that a case states, all of them, put in. */
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "pmrm2.h"

#define RULEBOOK_PATH CONFORM_RULEBOOKS "/derive-pmrm2.json"

/* Every parameter of PMRM_2, by its place in the file. */
typedef struct parameters {
    double vol_up, vol_minimum_up, vol_down, power_short, power_long, floor_days;
    double maintenance_factor, initial_factor;
    double short_rate_multiple, long_rate_multiple, short_rate_add, long_rate_add;
    double long_base, short_base;
    double basis_up, basis_down, basis_add, basis_multiple;
    double peg_threshold, peg_factor, trust_threshold, trust_margin;
    double perp, perp_initial, option, option_initial;
    double linear_cap, linear_cap_tau, absolute_cap, absolute_cap_tau;
    double skew_minimum, skew_width, skew_vol, skew_vol_tau;
} parameters;

typedef struct parameter_row {
    const char *group, *name;
    size_t offset;
} parameter_row;

#define ROW(group, name, field)                                                                    \
    {                                                                                              \
        group, name, offsetof(parameters, field)                                                   \
    }

static const parameter_row rows[] = {
    ROW("VolShock", "VOLRANGEUP", vol_up),
    ROW("VolShock", "MIN_VOL_EVAL_SHOCKED", vol_minimum_up),
    ROW("VolShock", "VOLRANGEDOWN", vol_down),
    ROW("VolShock", "SHORTTERMPOWER", power_short),
    ROW("VolShock", "LONGTERMPOWER", power_long),
    ROW("VolShock", "DTE_FLOOR", floor_days),
    ROW("Margin", "MM_LOSS_FACTOR", maintenance_factor),
    ROW("Margin", "IM_LOSS_FACTOR", initial_factor),
    ROW("Margin", "SHORT_RATE_MULTSCALE", short_rate_multiple),
    ROW("Margin", "LONG_RATE_MULTSCALE", long_rate_multiple),
    ROW("Margin", "SHORT_RATE_ADDSCALE", short_rate_add),
    ROW("Margin", "LONG_RATE_ADDSCALE", long_rate_add),
    ROW("Margin", "BASE_STATIC_DISCOUNT", long_base),
    ROW("Margin", "BASE_STATIC_DISCOUNT_NEG", short_base),
    ROW("BasisContingency", "SCENARIO_SPOT_UP", basis_up),
    ROW("BasisContingency", "SCENARIO_SPOT_DOWN", basis_down),
    ROW("BasisContingency", "BASIS_CONT_ADD_FACTOR", basis_add),
    ROW("BasisContingency", "BASIS_CONT_MULT_FACTOR", basis_multiple),
    ROW("OtherContingency", "PEG_LOSS_THRESHOLD", peg_threshold),
    ROW("OtherContingency", "PEG_LOSS_FACTOR", peg_factor),
    ROW("OtherContingency", "CONF_THRESHOLD", trust_threshold),
    ROW("OtherContingency", "CONF_MARGIN", trust_margin),
    ROW("OtherContingency", "MM_PERP_PERCENT", perp),
    ROW("OtherContingency", "IM_PERP_PERCENT", perp_initial),
    ROW("OtherContingency", "MM_OPTION_PERCENT", option),
    ROW("OtherContingency", "IM_OPTION_PERCENT", option_initial),
    ROW("SkewShock", "LINEAR_SCALE_CAP", linear_cap),
    ROW("SkewShock", "LINEAR_CBASE", linear_cap_tau),
    ROW("SkewShock", "ABS_SCALE_CAP", absolute_cap),
    ROW("SkewShock", "ABS_CBASE", absolute_cap_tau),
    ROW("SkewShock", "MIN_K_STAR", skew_minimum),
    ROW("SkewShock", "MIN_WIDTH_SCALE", skew_width),
    ROW("SkewShock", "VOL_PARAM_STATIC", skew_vol),
    ROW("SkewShock", "VOL_PARAM_SCALE", skew_vol_tau),
};

static hpm_status read_parameters(parameters *out, const json_t *object, hpm_error *error)
{
    hpm_status status = HPM_OK;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0] && status == HPM_OK; i++) {
        char where[CONFORM_WHERE_SIZE];
        const json_t *group;
        conform_where(where, "Parameters", rows[i].group);
        status = conform_json_object(&group, object, "Parameters", rows[i].group, error);
        if (status == HPM_OK)
            status = conform_real_in((double *)(void *)((char *)out + rows[i].offset), group, where,
                                     rows[i].name, 0, error);
    }
    return status;
}

/* ---- The rulebook's places ---------------------------------------------------------------- */

static hpm_component *component_of(hpm_rulebook *rulebook, const char *name)
{
    return (hpm_component *)rulebook->components.items + world_component(rulebook, name);
}

static hpm_scenario_set *set_of(hpm_rulebook *rulebook, const char *name)
{
    hpm_scenario_set *set = rulebook->sets.items;
    while (strcmp(set->name, name) != 0)
        set++; /* the rulebook has it */
    return set;
}

static void put_discount(hpm_rulebook *rulebook, const char *component, const parameters *in)
{
    hpm_rule_worst *rule = &component_of(rulebook, component)->rule.worst;
    rule->discount_base = in->long_base;
    rule->discount_rate_multiple = in->long_rate_multiple;
    rule->discount_rate_add = in->long_rate_add;
    rule->discount_short_base = in->short_base;
    rule->discount_short_rate_multiple = in->short_rate_multiple;
    rule->discount_short_rate_add = in->short_rate_add;
}

static void put_skew(hpm_rulebook *rulebook, const char *set, const parameters *in, double cap,
                     double cap_tau)
{
    hpm_scenario_set *skew = set_of(rulebook, set);
    hpm_scenario *only = skew->scenarios.items;
    skew->skew_cap = cap;
    skew->skew_cap_tau = cap_tau;
    skew->skew_minimum = in->skew_minimum;
    skew->skew_width = in->skew_width;
    skew->skew_vol = in->skew_vol;
    skew->skew_vol_tau = in->skew_vol_tau;
    only->weight = 0; /* until the file lists it */
}

/* Moves are multiples of a basis move, here of 1. */
static void put_basis(hpm_rulebook *rulebook, const parameters *in)
{
    hpm_scenario *moves = set_of(rulebook, "forward")->scenarios.items;
    hpm_underlying_rule *underlyings = rulebook->underlyings.items;
    hpm_rule_basis *rule = &component_of(rulebook, "forward")->rule.basis;
    for (uint32_t i = 0; i < rulebook->underlyings.count; i++)
        underlyings[i].basis_minimum = 1;
    moves[0].basis = in->basis_up - 1;
    moves[1].basis = in->basis_down - 1;
    rule->factor = in->basis_add;
    rule->factor_tau = in->basis_multiple;
}

static void put_contingencies(hpm_rulebook *rulebook, const parameters *in)
{
    component_of(rulebook, "perpetuals")->rule.size.perpetual = in->perp;
    component_of(rulebook, "perpetuals_initial")->rule.size.perpetual = in->perp_initial;
    component_of(rulebook, "options")->rule.naked.option = in->option;
    component_of(rulebook, "options_initial")->rule.naked.option = in->option_initial;
    component_of(rulebook, "span_maintenance")->rule.scale.factor = in->maintenance_factor;
    hpm_rule_scale *initial = &component_of(rulebook, "span_initial")->rule.scale;
    initial->factor = in->initial_factor;
    initial->peg_threshold = in->peg_threshold;
    initial->peg_slope = in->peg_factor;
    hpm_rule_confidence *oracle = &component_of(rulebook, "oracle")->rule.confidence;
    oracle->threshold = in->trust_threshold;
    oracle->factor = in->trust_margin;
}

/* Expiries are whole seconds away, so that a floor below one is none. */
#define FLOOR_DAYS_MIN 1e-6

static void put_parameters(hpm_rulebook *rulebook, const parameters *in)
{
    hpm_scenario_set *main_set = set_of(rulebook, "spot_vol");
    main_set->vol_power_short = in->power_short;
    main_set->vol_power_long = in->power_long;
    main_set->vol_floor_days = fmax(in->floor_days, FLOOR_DAYS_MIN);
    main_set->vol_minimum_up = in->vol_minimum_up;
    put_discount(rulebook, "spot_vol", in);
    put_discount(rulebook, "skew_linear", in);
    put_discount(rulebook, "skew_absolute", in);
    put_skew(rulebook, "skew_linear", in, in->linear_cap, in->linear_cap_tau);
    put_skew(rulebook, "skew_absolute", in, in->absolute_cap, in->absolute_cap_tau);
    put_basis(rulebook, in);
    put_contingencies(rulebook, in);
    /* A rulebook may not ask for more in maintenance, as cases do that try a factor out. Every
     * component has a value, whichever are the requirements. */
    if (in->maintenance_factor > in->initial_factor)
        strcpy(rulebook->maintenance, rulebook->initial);
}

/* ---- Scenarios ---------------------------------------------------------------------------- */

static hpm_status read_direction(int *out, const json_t *row, const char *where, hpm_error *error)
{
    static const struct {
        const char *name;
        int direction;
    } names[] = {{"Up", PMRM2_UP},
                 {"Down", PMRM2_DOWN},
                 {"None", PMRM2_NONE},
                 {"LINEAR", PMRM2_LINEAR},
                 {"ABS", PMRM2_ABSOLUTE}};
    const char *text;
    hpm_status status = conform_json_text(&text, row, where, "VolShockDirection", error);
    if (status != HPM_OK) return status;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(text, names[i].name) == 0) {
            *out = names[i].direction;
            return HPM_OK;
        }
    return hpm_fail(error, HPM_E_RANGE, where, "not a shock of PMRM_2 (%.20s)", text);
}

/* An upward shock of nothing is still upward: the least volatility holds. */
static double vol_shock(int direction, const parameters *in)
{
    if (direction == PMRM2_UP) return fmax(in->vol_up, DBL_MIN);
    return direction == PMRM2_DOWN ? -in->vol_down : 0;
}

static hpm_status put_skew_scenario(pmrm2_rules *rules, const pmrm2_scenario *scenario,
                                    double weight, const char *where, hpm_error *error)
{
    int is_linear = scenario->direction == PMRM2_LINEAR;
    hpm_scenario_set *set =
        set_of(&rules->document.rulebook, is_linear ? "skew_linear" : "skew_absolute");
    if (scenario->spot_shock != 1)
        return hpm_fail(error, HPM_E_UNSUPPORTED, where, "a skew shock moves no price (%g)",
                        scenario->spot_shock);
    for (uint32_t i = 0; i < rules->scenario_count; i++)
        if (rules->scenarios[i].direction == scenario->direction)
            return hpm_fail(error, HPM_E_DUPLICATE, where, "a skew shock comes once");
    ((hpm_scenario *)set->scenarios.items)->weight = weight;
    return HPM_OK;
}

/* `moves` of the main set grows with it. */
static hpm_status read_scenario(pmrm2_rules *rules, uint32_t *moves, const json_t *row,
                                const parameters *in, const char *where, hpm_error *error)
{
    pmrm2_scenario scenario = {0, 0, 0};
    double weight;
    hpm_status status = read_direction(&scenario.direction, row, where, error);
    if (status == HPM_OK)
        status = conform_real_in(&scenario.spot_shock, row, where, "SpotShock", 0, error);
    if (status == HPM_OK)
        status = conform_real_in(&weight, row, where, "DampeningFactor", 0, error);
    if (status != HPM_OK) return status;
    if (scenario.direction >= PMRM2_LINEAR) {
        status = put_skew_scenario(rules, &scenario, weight, where, error);
    } else {
        scenario.column = *moves;
        rules->moves[(*moves)++] = (hpm_scenario){.price = scenario.spot_shock - 1,
                                                  .vol = vol_shock(scenario.direction, in),
                                                  .weight = weight};
    }
    rules->scenarios[rules->scenario_count++] = scenario;
    return status;
}

static hpm_status read_scenarios(pmrm2_rules *rules, const json_t *object, const parameters *in,
                                 hpm_error *error)
{
    hpm_scenario_set *set = set_of(&rules->document.rulebook, "spot_vol");
    const json_t *list;
    uint32_t moves = 0;
    hpm_status status = conform_json_array(&list, object, "Parameters", "Scenarios", error);
    if (status == HPM_OK && json_array_size(list) > PMRM2_SCENARIOS_MAX)
        return hpm_fail(error, HPM_E_LIMIT, "Parameters.Scenarios", "more than %d",
                        PMRM2_SCENARIOS_MAX);
    for (uint32_t i = 0; status == HPM_OK && i < json_array_size(list); i++) {
        char where[CONFORM_WHERE_SIZE];
        conform_where_item(where, "Parameters.Scenarios", i);
        status = read_scenario(rules, &moves, json_array_get(list, i), in, where, error);
    }
    set->prices = set->vols = (hpm_list){NULL, 0};
    set->scenarios = (hpm_list){rules->moves, moves};
    return status;
}

/* Once the rulebook is finished it is known where its sets begin. */
static void place_scenarios(pmrm2_rules *rules)
{
    hpm_rulebook *rulebook = &rules->document.rulebook;
    const hpm_scenario_set *sets = rulebook->sets.items;
    for (uint32_t i = 0; i < rules->scenario_count; i++) {
        pmrm2_scenario *scenario = &rules->scenarios[i];
        const char *name = scenario->direction == PMRM2_LINEAR     ? "skew_linear"
                           : scenario->direction == PMRM2_ABSOLUTE ? "skew_absolute"
                                                                   : "spot_vol";
        scenario->column += rulebook->set_first[set_of(rulebook, name) - sets];
    }
}

/* ---- Collateral --------------------------------------------------------------------------- */

void pmrm2_collateral_name(char out[HPM_ASSET_NAME_SIZE], uint32_t index)
{
    snprintf(out, HPM_ASSET_NAME_SIZE, "COLLATERAL-%u", index);
}

/* Of the rulebook's own rows only that of all others stays, without a haircut: it is cash. */
static void put_collateral(pmrm2_rules *rules, const pmrm2_case *portfolio)
{
    hpm_rulebook *rulebook = &rules->document.rulebook;
    hpm_collateral_rule *out = rules->collateral;
    *out = *hpm_rulebook_collateral(rulebook, "*");
    out->haircut = 0;
    for (uint32_t i = 0; i < portfolio->collateral_count; i++) {
        const pmrm2_collateral *in = &portfolio->collateral[i];
        hpm_collateral_rule *rule = &out[1 + i];
        *rule = *out;
        pmrm2_collateral_name(rule->asset, i);
        rule->haircut = in->haircut;
        rule->initial_haircut = in->initial_haircut;
        if (in->is_risk_cancelling) strcpy(rule->follows, "BASE");
    }
    rulebook->collateral = (hpm_list){out, 1 + portfolio->collateral_count};
}

/* ------------------------------------------------------------------------------------------- */

hpm_status pmrm2_rules_read(pmrm2_rules *rules, const json_t *object, const pmrm2_case *portfolio,
                            hpm_error *error)
{
    hpm_buffer text;
    parameters values;
    memset(rules, 0, sizeof *rules);
    hpm_status status = hpm_file_read(&text, RULEBOOK_PATH, HPM_RULEBOOK_BYTES_MAX, error);
    if (status != HPM_OK) return status;
    status = hpm_rulebook_decode(&rules->document, text.bytes, text.length, error);
    hpm_buffer_free(&text);
    if (status == HPM_OK) status = read_parameters(&values, object, error);
    if (status != HPM_OK) return status;
    put_parameters(&rules->document.rulebook, &values);
    put_collateral(rules, portfolio);
    status = read_scenarios(rules, object, &values, error);
    if (status == HPM_OK) status = hpm_rulebook_finish(&rules->document.rulebook, error);
    if (status == HPM_OK) place_scenarios(rules);
    return status;
}

void pmrm2_rules_free(pmrm2_rules *rules)
{
    hpm_rulebook_document_free(&rules->document);
}
