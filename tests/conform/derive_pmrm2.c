/* Suite derive-pmrm2: Derive's (Lyra v2) PMRM_2 test cases, one a file. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "pmrm2.h"

/* A case at hand: what was computed, and what the file expects. */
typedef struct comparison {
    conform_tally *tally;
    const pmrm2_case *portfolio;
    const pmrm2_rules *rules;
    const pmrm2_result *computed;
    const json_t *expected;
    double tolerance;                     /* of scenario values */
    uint8_t is_used[PMRM2_SCENARIOS_MAX]; /* scenarios that were compared */
} comparison;

/* ---- Figures ------------------------------------------------------------------------------ */

static hpm_status compare_figures(const comparison *c, hpm_error *error)
{
    const pmrm2_result *computed = c->computed;
    const struct {
        const char *name;
        double value;
    } rows[] = {
        {"IM", computed->initial},
        {"MM", computed->maintenance},
        {"IMHand", computed->initial},
        {"MMHand", computed->maintenance},
        {"PortfolioMTM", computed->mtm},
        {"ForwardContingency", computed->forward},
        {"MMPerpCont", computed->perp},
        {"IMPerpCont", computed->perp_initial},
        {"MMOptionCont", computed->option},
        {"IMOptionCont", computed->option_initial},
        {"MMBaseCont", computed->collateral},
        {"IMBaseCont", computed->collateral_initial},
        {"OracleCont", computed->oracle},
        {"im_loss_factor", computed->factor},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        double reference;
        hpm_status status =
            conform_real_in(&reference, c->expected, "Result", rows[i].name, 0, error);
        if (status != HPM_OK) return status;
        /* Nothing at risk: no factor can be told. */
        int is_absent = i + 1 == sizeof rows / sizeof rows[0] && isnan(rows[i].value);
        if (!is_absent)
            conform_compare(c->tally, rows[i].name, rows[i].value, reference,
                            conform_tolerance(reference));
    }
    return HPM_OK;
}

/* In the order of the feeds. */
static hpm_status compare_expiries(const comparison *c, hpm_error *error)
{
    static const char name[] = "OptionMTMPerExpiry";
    const json_t *list;
    hpm_status status = conform_json_array(&list, c->expected, "Result", name, error);
    if (status == HPM_OK && json_array_size(list) != c->portfolio->feed_count)
        return hpm_fail(error, HPM_E_RANGE, name, "has %zu items; there are %u feeds",
                        json_array_size(list), c->portfolio->feed_count);
    for (uint32_t i = 0; status == HPM_OK && i < c->portfolio->feed_count; i++) {
        double reference;
        status = conform_real(&reference, json_array_get(list, i), 0, name, error);
        if (status == HPM_OK)
            conform_compare(c->tally, name, c->computed->expiry_value[i], reference,
                            conform_tolerance(reference));
    }
    return status;
}

/* ---- Scenarios ---------------------------------------------------------------------------- */

/* The file prints shocks less 1. */
static int is_scenario(const pmrm2_scenario *scenario, double shock, int direction)
{
    return scenario->direction == direction && fabs(scenario->spot_shock - 1 - shock) < 1e-9;
}

/* The first scenario with these shocks, of those not compared if `wants_new`; its count if none. */
static uint32_t find_scenario(const comparison *c, double shock, int direction, int wants_new)
{
    uint32_t i = 0;
    while (
        i < c->rules->scenario_count &&
        !(is_scenario(&c->rules->scenarios[i], shock, direction) && !(wants_new && c->is_used[i])))
        i++;
    return i;
}

/* [spot shock, direction, loss], or [name of a skew shock, loss]. */
static hpm_status read_shocks(double *shock, int *direction, const json_t *row, int is_skew,
                              const char *where, hpm_error *error)
{
    const char *name = json_string_value(json_array_get(row, 0));
    double real = 0;
    *shock = 0;
    if (is_skew) {
        *direction = name && strcmp(name, "LINEAR") == 0 ? PMRM2_LINEAR : PMRM2_ABSOLUTE;
        if (name && (*direction == PMRM2_LINEAR || strcmp(name, "ABS") == 0)) return HPM_OK;
        return hpm_fail(error, HPM_E_RANGE, where, "names no skew shock");
    }
    hpm_status status = conform_real(shock, json_array_get(row, 0), 0, where, error);
    if (status == HPM_OK) status = conform_real(&real, json_array_get(row, 1), 0, where, error);
    *direction = (int)real;
    return status;
}

/* One list of losses. *worst: the least of them as computed, 0 if there are none. */
static hpm_status compare_losses(comparison *c, double *worst, const char *name, int is_skew,
                                 hpm_error *error)
{
    const json_t *list;
    hpm_status status = conform_json_array(&list, c->expected, "Result", name, error);
    for (uint32_t i = 0; status == HPM_OK && i < json_array_size(list); i++) {
        const json_t *row = json_array_get(list, i);
        char where[CONFORM_WHERE_SIZE];
        double shock, reference;
        int direction;
        conform_where_item(where, name, i);
        status = read_shocks(&shock, &direction, row, is_skew, where, error);
        if (status == HPM_OK)
            status =
                conform_real(&reference, json_array_get(row, is_skew ? 1 : 2), 0, where, error);
        if (status != HPM_OK) return status;
        uint32_t at = find_scenario(c, shock, direction, 1);
        if (at == c->rules->scenario_count)
            return hpm_fail(error, HPM_E_REFERENCE, where, "is of no scenario of the file");
        c->is_used[at] = 1;
        double pnl = c->computed->scenario_pnl[at];
        conform_compare(c->tally, name, pnl, reference, c->tolerance);
        if (i == 0 || pnl < *worst) *worst = pnl;
    }
    return status;
}

/* The scenario that the file says is the worst loses as much here as the worst. */
static hpm_status compare_worst(const comparison *c, const char *loss, const char *scenario,
                                int is_skew, double worst, hpm_error *error)
{
    double reference, shock;
    int direction;
    const json_t *named = json_object_get(c->expected, scenario);
    hpm_status status = conform_real_in(&reference, c->expected, "Result", loss, 0, error);
    if (status != HPM_OK) return status;
    conform_compare(c->tally, loss, worst, reference, c->tolerance);
    json_t *row = is_skew ? json_pack("[O]", named) : json_incref((json_t *)named);
    if (!row) return hpm_fail(error, HPM_E_FIELD_MISSING, scenario, "is missing");
    status = read_shocks(&shock, &direction, row, is_skew, scenario, error);
    json_decref(row);
    if (status != HPM_OK) return status;
    uint32_t at = find_scenario(c, shock, direction, 0);
    if (at == c->rules->scenario_count)
        return hpm_fail(error, HPM_E_REFERENCE, scenario, "is no scenario of the file");
    conform_compare(c->tally, scenario, c->computed->scenario_pnl[at], worst, c->tolerance);
    return HPM_OK;
}

/* Which of the four sets the margin. */
static hpm_status compare_leader(const comparison *c, const double worst[3], hpm_error *error)
{
    static const char field[] = "worst_all_scenarios";
    static const char *const names[] = {"regular", "tail", "skew", "fwd_contingency"};
    const double losses[] = {worst[0], worst[1], worst[2], c->computed->forward};
    const char *name;
    double least = losses[0];
    hpm_status status = conform_json_text(&name, c->expected, "Result", field, error);
    if (status != HPM_OK) return status;
    for (int i = 1; i < 4; i++)
        least = fmin(least, losses[i]);
    for (int i = 0; i < 4; i++)
        if (strcmp(name, names[i]) == 0) {
            conform_compare(c->tally, field, losses[i], least, c->tolerance);
            return HPM_OK;
        }
    return hpm_fail(error, HPM_E_RANGE, field, "not a kind of scenario (%.30s)", name);
}

static hpm_status compare_scenarios(comparison *c, hpm_error *error)
{
    static const struct {
        const char *losses, *worst, *scenario;
        int is_skew;
    } kinds[] = {
        {"reg_losses", "worst_reg_loss", "worst_reg_scenario", 0},
        {"tail_losses", "worst_tail_loss", "worst_tail_scenario", 0},
        {"skew_losses", "worst_skew_loss", "worst_skew_scenario", 1},
    };
    double worst[3] = {0, 0, 0};
    hpm_status status = HPM_OK;
    for (int i = 0; i < 3 && status == HPM_OK; i++)
        status = compare_losses(c, &worst[i], kinds[i].losses, kinds[i].is_skew, error);
    for (int i = 0; i < 3 && status == HPM_OK; i++)
        status =
            compare_worst(c, kinds[i].worst, kinds[i].scenario, kinds[i].is_skew, worst[i], error);
    for (uint32_t i = 0; i < c->rules->scenario_count && status == HPM_OK; i++)
        if (!c->is_used[i])
            status =
                hpm_fail(error, HPM_E_FIELD_MISSING, "Result", "has no loss of scenario %u", i);
    return status == HPM_OK ? compare_leader(c, worst, error) : status;
}

/* ---- Case --------------------------------------------------------------------------------- */

static void compare_exact(conform_tally *tally, const world_result *run)
{
    const hpm_margin *exact = &run->exact, *reference = &run->reference;
    conform_compare(tally, "integers.equity", hpm_e8_to_double(exact->equity.e8),
                    reference->equity_real, run->equity_bound);
    conform_compare(tally, "integers.initial", hpm_e8_to_double(exact->initial.e8),
                    reference->initial_real, run->initial_bound);
    conform_compare(tally, "integers.maintenance", hpm_e8_to_double(exact->maintenance.e8),
                    reference->maintenance_real, run->maintenance_bound);
}

static hpm_status compare(comparison *c, hpm_error *error)
{
    double largest = 0;
    for (uint32_t i = 0; i < c->rules->scenario_count; i++)
        largest = fmax(largest, fabs(c->computed->scenario_pnl[i]));
    c->tolerance = conform_tolerance(largest);
    hpm_status status = compare_figures(c, error);
    if (status == HPM_OK) status = compare_expiries(c, error);
    if (status == HPM_OK) status = compare_scenarios(c, error);
    if (status == HPM_OK) compare_exact(c->tally, &c->computed->run);
    return status;
}

static hpm_status run_read(conform_tally *tally, const pmrm2_case *portfolio,
                           const pmrm2_rules *rules, const json_t *expected, hpm_error *error)
{
    static pmrm2_result computed;
    hpm_status status = pmrm2_run(&computed, portfolio, rules, error);
    if (status != HPM_OK) return status;
    comparison c = {tally, portfolio, rules, &computed, expected, 0, {0}};
    status = compare(&c, error);
    world_result_free(&computed.run);
    return status;
}

static hpm_status run_shape(conform_tally *tally, const json_t *root, hpm_error *error)
{
    static pmrm2_case portfolio;
    static pmrm2_rules rules;
    const json_t *scenario, *parameters, *expected;
    hpm_status status = conform_json_object(&scenario, root, "", "Scenario", error);
    if (status == HPM_OK) status = conform_json_object(&parameters, root, "", "Parameters", error);
    if (status == HPM_OK) status = conform_json_object(&expected, root, "", "Result", error);
    if (status != HPM_OK) return status;
    memset(&portfolio, 0, sizeof portfolio);
    memset(&rules, 0, sizeof rules);
    portfolio.name = tally->case_name;
    status = pmrm2_case_read(&portfolio, scenario, error);
    if (status == HPM_OK) status = pmrm2_rules_read(&rules, parameters, &portfolio, error);
    if (status == HPM_OK) status = run_read(tally, &portfolio, &rules, expected, error);
    pmrm2_rules_free(&rules);
    pmrm2_case_free(&portfolio);
    return status;
}

static hpm_status run_case(conform_tally *tally, const char *name, const json_t *value,
                           hpm_error *error)
{
    hpm_error why = {HPM_OK, "", "", 0};
    conform_case_begin(tally, name);
    hpm_status status = run_shape(tally, value, &why);
    if (status == HPM_OK) {
        conform_case_end(tally);
        return HPM_OK;
    }
    if (error) *error = why;
    /* Without memory or its own rulebook the suite cannot go on. */
    if (status == HPM_E_MEMORY || status == HPM_E_IO) return status;
    conform_case_bad(tally, &why);
    return HPM_OK;
}

/* A file is one case, or an object of cases by name. */
static hpm_status run_all(conform_tally *tally, json_t *root, hpm_error *error)
{
    const char *name;
    json_t *value;
    hpm_status status = HPM_OK;
    if (!json_is_object(root)) return hpm_fail(error, HPM_E_SCHEMA, NULL, "is not an object");
    if (json_object_get(root, "Scenario")) return run_case(tally, "the case", root, error);
    json_object_foreach(root, name, value)
    {
        if (json_is_object(value) && status == HPM_OK) status = run_case(tally, name, value, error);
    }
    return status;
}

hpm_status conform_derive_pmrm2(conform_tally *tally, const hpm_buffer *text, hpm_error *error)
{
    json_t *root;
    hpm_status status = conform_json_parse(&root, text->bytes, text->length, error);
    if (status != HPM_OK) return status;
    status = run_all(tally, root, error);
    json_decref(root);
    return status;
}
