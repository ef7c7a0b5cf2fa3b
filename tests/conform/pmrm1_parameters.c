/* The rulebook of Derive's unit tests, with the parameters that a case states put in. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "parameters.h"
#include "pmrm1.h"

#define RULEBOOK_PATH CONFORM_DIRECTORY "/derive-pmrm1-unit.json"

/* Every parameter of PMRM 1 that a rulebook has a place for. */
typedef struct parameter_values {
    double vol_up, vol_down, power_short, power_long, floor_days;
    double basis_up, basis_down, basis_add, basis_multiple;
    double loss_factor, static_discount, rate_multiple, rate_add;
    double peg_threshold, peg_factor, confidence_threshold, confidence_margin;
    double base_share, perp_share, option_share;
} parameter_values;

#define ROW(name, field)                                                                           \
    {                                                                                              \
        name, offsetof(parameter_values, field)                                                    \
    }

static const conform_parameter names[] = {
    ROW("volrangeup", vol_up),
    ROW("volrangedown", vol_down),
    ROW("shorttermpower", power_short),
    ROW("longtermpower", power_long),
    ROW("dtefloor", floor_days),
    ROW("scenariospotup", basis_up),
    ROW("scenariospotdown", basis_down),
    ROW("basiscontaddfactor", basis_add),
    ROW("basiscontmultfactor", basis_multiple),
    ROW("imfactor", loss_factor),
    ROW("imlossfactor", loss_factor),
    ROW("basestaticdiscount", static_discount),
    ROW("ratemultscale", rate_multiple),
    ROW("rateaddscale", rate_add),
    ROW("peglossthreshold", peg_threshold),
    ROW("peglossfactor", peg_factor),
    ROW("confthreshold", confidence_threshold),
    ROW("confmargin", confidence_margin),
    ROW("basepercent", base_share),
    ROW("perppercent", perp_share),
    ROW("optionpercent", option_share),
};

/* ---- The rulebook's places ---------------------------------------------------------------- */

static hpm_component *component_of(hpm_rulebook *rulebook, const char *name)
{
    return (hpm_component *)rulebook->components.items + world_component(rulebook, name);
}

static hpm_scenario_set *set_of(hpm_rulebook *rulebook, const char *component)
{
    const hpm_component *row = component_of(rulebook, component);
    uint32_t index = row->kind == HPM_COMPONENT_WORST_SCENARIO ? row->rule.worst.set_index
                                                               : row->rule.basis.set_index;
    return (hpm_scenario_set *)rulebook->sets.items + index;
}

static parameter_values parameters_of(hpm_rulebook *rulebook)
{
    const hpm_scenario_set *grid = set_of(rulebook, "spot_vol");
    const hpm_scenario_set *basis = set_of(rulebook, "forward");
    const hpm_underlying_rule *any = hpm_rulebook_underlying(rulebook, "*");
    const hpm_scenario *moves = basis->scenarios.items;
    const double *vols = grid->vols.items;
    const hpm_rule_worst *worst = &component_of(rulebook, "spot_vol")->rule.worst;
    const hpm_rule_basis *forward = &component_of(rulebook, "forward")->rule.basis;
    const hpm_rule_scale *scaled = &component_of(rulebook, "scaled")->rule.scale;
    const hpm_rule_confidence *oracle = &component_of(rulebook, "oracle")->rule.confidence;
    return (parameter_values){
        .vol_up = vols[0],
        .vol_down = -vols[2],
        .power_short = grid->vol_power_short,
        .power_long = grid->vol_power_long,
        .floor_days = grid->vol_floor_days,
        .basis_up = 1 + moves[0].basis * any->basis_minimum,
        .basis_down = 1 + moves[1].basis * any->basis_minimum,
        .basis_add = forward->factor,
        .basis_multiple = forward->factor_tau,
        .loss_factor = scaled->factor,
        .static_discount = worst->discount_base,
        .rate_multiple = worst->discount_rate_multiple,
        .rate_add = worst->discount_rate_add,
        .peg_threshold = scaled->peg_threshold,
        .peg_factor = scaled->peg_slope,
        .confidence_threshold = oracle->threshold,
        .confidence_margin = oracle->factor,
        .base_share = component_of(rulebook, "size_balance")->rule.size.balance,
        .perp_share = component_of(rulebook, "size_perpetual")->rule.size.perpetual,
        .option_share = component_of(rulebook, "naked")->rule.naked.option,
    };
}

static void put_sets(hpm_rulebook *rulebook, const parameter_values *in)
{
    hpm_scenario_set *grid = set_of(rulebook, "spot_vol");
    double *vols = grid->vols.items;
    vols[0] = in->vol_up;
    vols[2] = -in->vol_down;
    grid->vol_power_short = in->power_short;
    grid->vol_power_long = in->power_long;
    grid->vol_floor_days = in->floor_days;
    hpm_scenario *moves = set_of(rulebook, "forward")->scenarios.items;
    hpm_underlying_rule *rows = rulebook->underlyings.items;
    double unit = fabs(in->basis_up - 1) > 0 ? fabs(in->basis_up - 1) : fabs(in->basis_down - 1);
    for (uint32_t i = 0; i < rulebook->underlyings.count; i++)
        rows[i].basis_minimum = unit;
    moves[0].basis = unit > 0 ? (in->basis_up - 1) / unit : 0;
    moves[1].basis = unit > 0 ? (in->basis_down - 1) / unit : 0;
}

static void put_parameters(hpm_rulebook *rulebook, const parameter_values *in)
{
    put_sets(rulebook, in);
    hpm_rule_worst *worst = &component_of(rulebook, "spot_vol")->rule.worst;
    worst->discount_base = in->static_discount;
    worst->discount_rate_multiple = in->rate_multiple;
    worst->discount_rate_add = in->rate_add;
    hpm_rule_basis *forward = &component_of(rulebook, "forward")->rule.basis;
    forward->factor = in->basis_add;
    forward->factor_tau = in->basis_multiple;
    hpm_rule_scale *scaled = &component_of(rulebook, "scaled")->rule.scale;
    scaled->factor = in->loss_factor;
    scaled->peg_threshold = in->peg_threshold;
    scaled->peg_slope = in->peg_factor;
    hpm_rule_confidence *oracle = &component_of(rulebook, "oracle")->rule.confidence;
    oracle->threshold = in->confidence_threshold;
    oracle->factor = in->confidence_margin;
    component_of(rulebook, "size_balance")->rule.size.balance = in->base_share;
    component_of(rulebook, "size_perpetual")->rule.size.perpetual = in->perp_share;
    component_of(rulebook, "naked")->rule.naked.option = in->option_share;
}

/* ---- Scenarios ---------------------------------------------------------------------------- */

/* {spotShock: 1.15, volShock: Up}; the direction may be a number as the contracts count it:
 * 0 none, 1 up, 2 down. */
static hpm_status read_scenario(hpm_scenario *out, const json_t *row, const parameter_values *in,
                                const char *where, hpm_error *error)
{
    const json_t *spot = conform_member_like(row, "spotshock"),
                 *vol = conform_member_like(row, "volshock");
    if (!vol) vol = conform_member_like(row, "volshockdirection");
    if (!spot || !json_is_string(vol))
        return hpm_fail(error, HPM_E_FIELD_MISSING, where, "needs a spot and a vol shock");
    hpm_status status = conform_parameter_real(&out->price, spot, where, error);
    if (status != HPM_OK) return status;
    const char *text = json_string_value(vol);
    int is_up = conform_same_name("up", text) || strcmp(text, "1") == 0;
    int is_down = conform_same_name("down", text) || strcmp(text, "2") == 0;
    if (!is_up && !is_down && !conform_same_name("none", text) && strcmp(text, "0") != 0)
        return hpm_fail(error, HPM_E_RANGE, where, "not a vol shock of PMRM 1 (%.20s)", text);
    out->price -= 1;
    out->vol = is_up ? in->vol_up : is_down ? -in->vol_down : 0;
    out->weight = 1;
    return HPM_OK;
}

/* Takes the place of the grid. */
static hpm_status put_scenarios(pmrm1_rules *rules, const json_t *list, const parameter_values *in,
                                hpm_error *error)
{
    hpm_scenario_set *grid = set_of(&rules->document.rulebook, "spot_vol");
    size_t count = json_array_size(list);
    if (count > PMRM1_SCENARIOS_MAX)
        return hpm_fail(error, HPM_E_LIMIT, "Parameters.Scenarios", "more than %d",
                        PMRM1_SCENARIOS_MAX);
    for (uint32_t i = 0; i < count; i++) {
        char where[CONFORM_WHERE_SIZE];
        conform_where_item(where, "Parameters.Scenarios", i);
        hpm_status status =
            read_scenario(&rules->scenarios[i], json_array_get(list, i), in, where, error);
        if (status != HPM_OK) return status;
    }
    grid->prices = grid->vols = (hpm_list){NULL, 0};
    grid->scenarios = (hpm_list){rules->scenarios, (uint32_t)count};
    return HPM_OK;
}

/* ------------------------------------------------------------------------------------------- */

hpm_status pmrm1_rules_init(pmrm1_rules *rules, hpm_error *error)
{
    hpm_buffer text;
    memset(rules, 0, sizeof *rules);
    hpm_status status = hpm_file_read(&text, RULEBOOK_PATH, HPM_RULEBOOK_BYTES_MAX, error);
    if (status != HPM_OK) return status;
    status = hpm_rulebook_decode(&rules->document, text.bytes, text.length, error);
    hpm_buffer_free(&text);
    return status;
}

void pmrm1_rules_free(pmrm1_rules *rules)
{
    hpm_rulebook_document_free(&rules->document);
}

hpm_status pmrm1_rules_apply(pmrm1_rules *rules, const json_t *parameters, hpm_error *error)
{
    hpm_rulebook *rulebook = &rules->document.rulebook;
    if (!parameters) return hpm_rulebook_finish(rulebook, error);
    parameter_values values = parameters_of(rulebook);
    hpm_status status =
        conform_parameters_read(&values, names, sizeof names / sizeof names[0], parameters, error);
    if (status != HPM_OK) return status;
    if (values.floor_days > 100) values.floor_days /= 86400; /* the contracts count seconds */
    put_parameters(rulebook, &values);
    const json_t *list = conform_member_like(parameters, "scenarios");
    if (json_is_array(list)) status = put_scenarios(rules, list, &values, error);
    return status == HPM_OK ? hpm_rulebook_finish(rulebook, error) : status;
}
