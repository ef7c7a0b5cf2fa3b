/* Suite derive-srm: Derive's (Lyra v2) standard margin test cases, in either of their shapes. */
#include "cases.h"
#include "srm.h"

static int is_case(const json_t *value)
{
    return json_object_get(value, "Scenario") || json_object_get(value, "options");
}

static hpm_status run_case(conform_tally *tally, const json_t *value, const json_t *parameters,
                           hpm_error *error)
{
    static const hpm_rulebook_document none;
    hpm_rulebook_document rules = none;
    int has_scenario = json_object_get(value, "Scenario") != NULL;
    if (!is_case(value))
        return hpm_fail(error, HPM_E_SCHEMA, NULL,
                        "neither Scenario and Result nor options and results");
    hpm_status status = srm_rules_load(&rules, !has_scenario, parameters, error);
    if (status == HPM_OK)
        status = has_scenario ? srm_scenario_case(tally, value, &rules.rulebook, error)
                              : srm_portfolio_case(tally, value, &rules.rulebook, error);
    hpm_rulebook_document_free(&rules);
    return status;
}

hpm_status conform_derive_srm(conform_tally *tally, const hpm_buffer *text, hpm_error *error)
{
    const conform_cases cases = {is_case, run_case};
    return conform_run_cases(tally, text, &cases, error);
}
