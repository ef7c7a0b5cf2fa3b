/* The rulebook of the standard margin's unit tests, with the parameters that a case states put in.
 */
#include "parameters.h"
#include "srm.h"

#define RULEBOOK_PATH CONFORM_DIRECTORY "/derive-srm-unit.json"

/* What the fixtures of the portfolio shape change. */
#define PORTFOLIO_BASE      0.8
#define PORTFOLIO_THRESHOLD 0.5

/* Every parameter of the standard manager that a rulebook has a place for. */
typedef struct parameter_values {
    double perp_mm, perp_im;
    double max_spot, min_spot, mm_call, mm_put, mm_put_mark, put_offset, unpaired_im, unpaired_mm;
    double peg_threshold, peg_factor;
    double oc_threshold, oc_factor;
    double base_margin, base_scale;
} parameter_values;

#define ROW(name, field)                                                                           \
    {                                                                                              \
        name, offsetof(parameter_values, field)                                                    \
    }

static const conform_parameter names[] = {
    ROW("mmperpreq", perp_mm),
    ROW("imperpreq", perp_im),
    ROW("maxspotreq", max_spot),
    ROW("minspotreq", min_spot),
    ROW("mmcallspotreq", mm_call),
    ROW("mmputspotreq", mm_put),
    ROW("mmputmtmreq", mm_put_mark),
    ROW("mmoffsetscale", put_offset),
    ROW("unpairedimscale", unpaired_im),
    ROW("unpairedmmscale", unpaired_mm),
    ROW("depegthreshold", peg_threshold),
    ROW("depegfactor", peg_factor),
    ROW("perpthreshold", oc_threshold),
    ROW("optionthreshold", oc_threshold),
    ROW("basethreshold", oc_threshold),
    ROW("ocfactor", oc_factor),
    ROW("marginfactor", base_margin),
    ROW("imscale", base_scale),
};

/* ---- The rulebook's places ---------------------------------------------------------------- */

static hpm_component *component_of(hpm_rulebook *rulebook, const char *name)
{
    return (hpm_component *)rulebook->components.items + world_component(rulebook, name);
}

static hpm_underlying_rule *underlying_of(hpm_rulebook *rulebook)
{
    return (hpm_underlying_rule *)hpm_rulebook_underlying(rulebook, "*");
}

static hpm_collateral_rule *collateral_of(hpm_rulebook *rulebook)
{
    return (hpm_collateral_rule *)hpm_rulebook_collateral(rulebook, "*");
}

static parameter_values parameters_of(hpm_rulebook *rulebook)
{
    const hpm_rule_strategy *initial = &component_of(rulebook, "options")->rule.strategy;
    const hpm_rule_strategy *maintenance = &component_of(rulebook, "options_mm")->rule.strategy;
    const hpm_rule_scale *depeg = &component_of(rulebook, "depeg")->rule.scale;
    const hpm_rule_confidence *oracle = &component_of(rulebook, "oracle")->rule.confidence;
    const hpm_collateral_rule *base = collateral_of(rulebook);
    return (parameter_values){
        .perp_mm = underlying_of(rulebook)->linear_maintenance,
        .perp_im = underlying_of(rulebook)->linear_initial,
        .max_spot = initial->short_call,
        .min_spot = initial->short_call_least,
        .mm_call = maintenance->short_call,
        .mm_put = maintenance->put_floor,
        .mm_put_mark = maintenance->put_floor_mark,
        .put_offset = initial->put_floor_multiple,
        .unpaired_im = initial->unpaired_call,
        .unpaired_mm = maintenance->unpaired_call,
        .peg_threshold = depeg->peg_threshold,
        .peg_factor = depeg->peg_slope,
        .oc_threshold = oracle->threshold,
        .oc_factor = oracle->factor,
        .base_margin = 1 - base->haircut,
        .base_scale = 1 - base->initial_haircut / (1 - base->haircut),
    };
}

static void put_options(hpm_rulebook *rulebook, const parameter_values *in)
{
    hpm_rule_strategy *initial = &component_of(rulebook, "options")->rule.strategy;
    hpm_rule_strategy *maintenance = &component_of(rulebook, "options_mm")->rule.strategy;
    initial->short_call = initial->short_put = in->max_spot;
    initial->short_call_least = initial->short_put_least = in->min_spot;
    maintenance->short_call = maintenance->short_call_least = in->mm_call;
    initial->put_floor = maintenance->put_floor = in->mm_put;
    initial->put_floor_mark = maintenance->put_floor_mark = in->mm_put_mark;
    initial->put_floor_multiple = in->put_offset;
    initial->unpaired_call = in->unpaired_im;
    maintenance->unpaired_call = in->unpaired_mm;
}

static void put_parameters(hpm_rulebook *rulebook, const parameter_values *in)
{
    hpm_rule_scale *depeg = &component_of(rulebook, "depeg")->rule.scale;
    hpm_rule_confidence *oracle = &component_of(rulebook, "oracle")->rule.confidence;
    hpm_collateral_rule *base = collateral_of(rulebook);
    put_options(rulebook, in);
    underlying_of(rulebook)->linear_maintenance = in->perp_mm;
    underlying_of(rulebook)->linear_initial = in->perp_im;
    depeg->peg_threshold = in->peg_threshold;
    depeg->peg_slope = in->peg_factor;
    oracle->threshold = in->oc_threshold;
    oracle->factor = in->oc_factor;
    base->haircut = 1 - in->base_margin;
    base->initial_haircut = in->base_margin - in->base_margin * in->base_scale;
}

/* ------------------------------------------------------------------------------------------- */

static hpm_status apply(hpm_rulebook *rulebook, int is_portfolio, const json_t *parameters,
                        hpm_error *error)
{
    parameter_values values = parameters_of(rulebook);
    hpm_status status = HPM_OK;
    if (is_portfolio) {
        values.base_margin = PORTFOLIO_BASE;
        values.oc_threshold = PORTFOLIO_THRESHOLD;
    }
    if (parameters)
        status = conform_parameters_read(&values, names, sizeof names / sizeof names[0], parameters,
                                         error);
    if (status != HPM_OK) return status;
    put_parameters(rulebook, &values);
    return hpm_rulebook_finish(rulebook, error);
}

hpm_status srm_rules_load(hpm_rulebook_document *rules, int is_portfolio, const json_t *parameters,
                          hpm_error *error)
{
    hpm_buffer text;
    hpm_status status = hpm_file_read(&text, RULEBOOK_PATH, HPM_RULEBOOK_BYTES_MAX, error);
    if (status != HPM_OK) return status;
    status = hpm_rulebook_decode(rules, text.bytes, text.length, error);
    hpm_buffer_free(&text);
    return status == HPM_OK ? apply(&rules->rulebook, is_portfolio, parameters, error) : status;
}
