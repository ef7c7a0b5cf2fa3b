/* Suite derive-pmrm1: Derive's (Lyra v2) PMRM version 1 test cases, in either of their shapes. */
#include "pmrm1.h"

static hpm_status bad_case(conform_tally *tally, hpm_status status, const hpm_error *error)
{
    /* Without memory or its own rulebook the suite cannot go on. */
    if (status == HPM_E_MEMORY || status == HPM_E_IO) return status;
    conform_case_bad(tally, error);
    return HPM_OK;
}

/* A case's own parameters come before those of the whole file. */
static const json_t *parameters_of(const json_t *root, const json_t *value)
{
    const json_t *own = json_object_get(value, "Parameters");
    if (!json_is_object(own)) own = json_object_get(root, "Parameters");
    return json_is_object(own) ? own : NULL;
}

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

static hpm_status run_case(conform_tally *tally, const char *name, const json_t *value,
                           const json_t *parameters, hpm_error *error)
{
    static const pmrm1_rules none;
    pmrm1_rules rules = none;
    hpm_error why = {HPM_OK, "", "", 0};
    conform_case_begin(tally, name);
    hpm_status status = run_shape(tally, value, parameters, &rules, &why);
    pmrm1_rules_free(&rules);
    if (status == HPM_OK) {
        conform_case_end(tally);
        return HPM_OK;
    }
    if (error) *error = why;
    return bad_case(tally, status, &why);
}

/* A file is an object of cases by name, or one case. */
static hpm_status run_all(conform_tally *tally, json_t *root, hpm_error *error)
{
    const char *name;
    json_t *value;
    if (!json_is_object(root)) return hpm_fail(error, HPM_E_SCHEMA, NULL, "is not an object");
    if (is_case(root)) return run_case(tally, "the case", root, parameters_of(root, root), error);
    json_object_foreach(root, name, value)
    {
        if (!json_is_object(value) || value == json_object_get(root, "Parameters")) continue;
        hpm_status status = run_case(tally, name, value, parameters_of(root, value), error);
        if (status != HPM_OK) return status;
    }
    return HPM_OK;
}

hpm_status conform_derive_pmrm1(conform_tally *tally, const hpm_buffer *text, hpm_error *error)
{
    json_t *root;
    hpm_status status = conform_json_parse(&root, text->bytes, text->length, error);
    if (status != HPM_OK) return status;
    status = run_all(tally, root, error);
    json_decref(root);
    return status;
}
