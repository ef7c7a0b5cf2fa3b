/* Suite derive-pmrm1: Derive's (Lyra v2) PMRM version 1 test cases, in either of their shapes. */
#include "cases.h"
#include "pmrm1.h"

static int is_case(const json_t *value)
{
    return json_object_get(value, "Scenario") || json_object_get(value, "options") ||
           json_object_get(value, "results");
}

static hpm_status run_shape(conform_tally *tally, const json_t *value, const json_t *parameters,
                            pmrm1_rules *rules, hpm_error *error)
{
    int has_scenario = json_object_get(value, "Scenario") != NULL;
    if (!is_case(value))
        return hpm_fail(error, HPM_E_SCHEMA, NULL,
                        "neither Scenario and Result nor options and results");
    hpm_status status = pmrm1_rules_init(rules, error);
    if (status == HPM_OK && !has_scenario) pmrm1_portfolio_rules(&rules->document.rulebook);
    if (status == HPM_OK) status = pmrm1_rules_apply(rules, parameters, error);
    if (status != HPM_OK) return status;
    const hpm_rulebook *rulebook = &rules->document.rulebook;
    return has_scenario ? pmrm1_scenarios_case(tally, value, rulebook, error)
                        : pmrm1_portfolio_case(tally, value, rulebook, error);
}

static hpm_status run_case(conform_tally *tally, const json_t *value, const json_t *parameters,
                           hpm_error *error)
{
    static const pmrm1_rules none;
    pmrm1_rules rules = none;
    hpm_status status = run_shape(tally, value, parameters, &rules, error);
    pmrm1_rules_free(&rules);
    return status;
}

hpm_status conform_derive_pmrm1(conform_tally *tally, const hpm_buffer *text, hpm_error *error)
{
    const conform_cases cases = {is_case, run_case};
    return conform_run_cases(tally, text, &cases, error);
}
