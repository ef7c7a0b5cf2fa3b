/* The scenario shape of Derive's PMRM 1 cases: {"Scenario": {...}, "Result": {...}}, integers
 * scaled 1e18, one array item per option row, times to expiry in seconds. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "pmrm1.h"

/* Before this the settlement average is being observed. */
#define SETTLEMENT_WINDOW_S 1800.0

/* ---- Arrays by row ------------------------------------------------------------------------ */

typedef struct option_rows {
    const json_t *scenario;
    uint32_t count;
} option_rows;

static hpm_status real_at(double *out, const option_rows *rows, const char *name, uint32_t index,
                          int shift, hpm_error *error)
{
    return conform_real_at(out, rows->scenario, "Scenario", name, index, rows->count, shift, error);
}

static hpm_status exact_at(conform_wide *out, const option_rows *rows, const char *name,
                           uint32_t index, int shift, hpm_error *error)
{
    return conform_exact_at(out, rows->scenario, "Scenario", name, index, rows->count, shift,
                            error);
}

/* ---- Options ------------------------------------------------------------------------------ */

/* With the observed part of the settlement price, if the file tells the parts apart; else by how
 * much of the averaging window has passed. */
static hpm_status read_forward(pmrm1_option *out, const option_rows *rows, uint32_t index,
                               hpm_error *error)
{
    double forward, seconds = (double)out->to_expiry_ns / 1e9;
    hpm_status status;
    if (json_object_get(rows->scenario, "ForwardsVariable") ||
        json_object_get(rows->scenario, "ForwardsFixed")) {
        status = real_at(&out->forward_variable, rows, "ForwardsVariable", index, -18, error);
        if (status != HPM_OK) return status;
        return real_at(&out->forward_fixed, rows, "ForwardsFixed", index, -18, error);
    }
    status = real_at(&forward, rows, "Forwards", index, -18, error);
    double ahead = seconds < SETTLEMENT_WINDOW_S ? fmax(seconds, 0) / SETTLEMENT_WINDOW_S : 1;
    out->forward_variable = forward * ahead;
    out->forward_fixed = forward * (1 - ahead);
    return status;
}

static hpm_status read_confidence(pmrm1_option *out, const option_rows *rows, uint32_t index,
                                  hpm_error *error)
{
    static const char *const arrays[] = {"ForwardConfidences", "RateConfidences",
                                         "OptionVolConfidences"};
    out->confidence = 1;
    for (size_t i = 0; i < sizeof arrays / sizeof arrays[0]; i++) {
        double confidence;
        hpm_status status = real_at(&confidence, rows, arrays[i], index, -18, error);
        if (status != HPM_OK) return status;
        out->confidence = fmin(out->confidence, confidence);
    }
    return HPM_OK;
}

static hpm_status read_expiry(pmrm1_option *out, const option_rows *rows, uint32_t index,
                              hpm_error *error)
{
    conform_wide wide = 0, feed = 0;
    hpm_status status = exact_at(&wide, rows, "OptionExpiries", index, 9, error);
    if (status == HPM_OK && json_object_get(rows->scenario, "FeedExpiries")) {
        status = exact_at(&feed, rows, "FeedExpiries", index, 9, error);
        if (status == HPM_OK && feed != wide)
            return hpm_fail(error, HPM_E_REFERENCE, "Scenario.FeedExpiries",
                            "row %u is of another expiry than its option", index);
    }
    if (status != HPM_OK) return status;
    return conform_narrow(&out->to_expiry_ns, wide, "Scenario.OptionExpiries", error);
}

static hpm_status read_option(pmrm1_option *out, const option_rows *rows, uint32_t index,
                              hpm_error *error)
{
    double is_call;
    hpm_status status = read_expiry(out, rows, index, error);
    if (status == HPM_OK) status = real_at(&out->strike, rows, "OptionStrikes", index, -18, error);
    if (status == HPM_OK) status = real_at(&is_call, rows, "OptionIsCall", index, 0, error);
    if (status == HPM_OK)
        status = exact_at(&out->amount_e18, rows, "OptionAmounts", index, 0, error);
    if (status == HPM_OK) status = real_at(&out->vol, rows, "OptionVols", index, -18, error);
    if (status == HPM_OK) status = real_at(&out->rate, rows, "Rates", index, -18, error);
    if (status == HPM_OK) status = read_forward(out, rows, index, error);
    if (status == HPM_OK) status = read_confidence(out, rows, index, error);
    if (status != HPM_OK) return status;
    out->is_call = is_call != 0;
    return HPM_OK;
}

static hpm_status read_options(pmrm1_case *out, const json_t *scenario, hpm_error *error)
{
    const json_t *expiries;
    hpm_status status =
        conform_json_array(&expiries, scenario, "Scenario", "OptionExpiries", error);
    if (status != HPM_OK) return status;
    if (json_array_size(expiries) > PMRM1_OPTIONS_MAX)
        return hpm_fail(error, HPM_E_LIMIT, "Scenario.OptionExpiries", "more than %d options",
                        PMRM1_OPTIONS_MAX);
    option_rows rows = {scenario, (uint32_t)json_array_size(expiries)};
    out->options = calloc(rows.count + 1U, sizeof *out->options);
    if (!out->options) return hpm_fail(error, HPM_E_MEMORY, NULL, "out of memory");
    for (; out->option_count < rows.count && status == HPM_OK; out->option_count++)
        status = read_option(&out->options[out->option_count], &rows, out->option_count, error);
    return status;
}

/* ---- Case --------------------------------------------------------------------------------- */

static hpm_status read_prices(pmrm1_case *out, const json_t *scenario, hpm_error *error)
{
    const struct {
        const char *name;
        double *field;
    } rows[] = {
        {"SpotPrice", &out->spot},       {"SpotConfidence", &out->spot_confidence},
        {"PerpPrice", &out->perp_price}, {"PerpConfidence", &out->perp_confidence},
        {"StablePrice", &out->stable},
    };
    hpm_status status = HPM_OK;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0] && status == HPM_OK; i++)
        status = conform_real_in(rows[i].field, scenario, "Scenario", rows[i].name, -18, error);
    return status;
}

static hpm_status read_amounts(pmrm1_case *out, const json_t *scenario, hpm_error *error)
{
    conform_wide pnl = 0, funding = 0;
    const struct {
        const char *name;
        conform_wide *field;
    } rows[] = {
        {"Cash", &out->cash_e18},
        {"Base", &out->base_e18},
        {"UnrealisedPerpPNL", &pnl},
        {"UnrealisedFunding", &funding},
        {"Perps", &out->perps[0].amount_e18},
    };
    hpm_status status = HPM_OK;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0] && status == HPM_OK; i++)
        status = conform_exact_in(rows[i].field, scenario, "Scenario", rows[i].name, 0, error);
    out->pnl_e18 = pnl + funding;
    out->perps[0].entry_price = NAN;
    out->perp_count = 1;
    return status;
}

static hpm_status compare(conform_tally *tally, const pmrm1_result *computed,
                          const json_t *expected, hpm_error *error)
{
    const struct {
        const char *name;
        double value;
    } rows[] = {
        {"InitialMarginCalc", computed->initial},
        {"InitialMarginHand", computed->initial},
        {"MaintenanceMarginCalc", computed->maintenance},
        {"MaintenanceMarginHand", computed->maintenance},
        {"MinSpan", computed->scenario_worst},
        {"PortfolioMTM", computed->mtm},
        {"OptionContingency", computed->option},
        {"PerpContingency", computed->perp},
        {"BaseContingency", computed->base},
        {"ForwardContingency", computed->forward},
        {"OracleContingency", computed->oracle},
        {"LossFactor", computed->loss_factor},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        double reference;
        hpm_status status =
            conform_real_in(&reference, expected, "Result", rows[i].name, -18, error);
        if (status != HPM_OK) return status;
        /* Nothing at risk: no factor can be told. */
        int is_absent = i + 1 == sizeof rows / sizeof rows[0] && isnan(rows[i].value);
        if (!is_absent)
            conform_compare(tally, rows[i].name, rows[i].value, reference,
                            conform_tolerance(reference));
    }
    pmrm1_compare_exact(tally, computed);
    return HPM_OK;
}

static hpm_status run(conform_tally *tally, pmrm1_case *portfolio, const json_t *value,
                      const hpm_rulebook *rulebook, hpm_error *error)
{
    const json_t *scenario, *expected;
    pmrm1_result result;
    hpm_status status = conform_json_object(&scenario, value, "", "Scenario", error);
    if (status == HPM_OK) status = conform_json_object(&expected, value, "", "Result", error);
    if (status == HPM_OK) status = read_prices(portfolio, scenario, error);
    if (status == HPM_OK) status = read_amounts(portfolio, scenario, error);
    if (status == HPM_OK) status = read_options(portfolio, scenario, error);
    if (status == HPM_OK) status = pmrm1_run(&result, portfolio, rulebook, error);
    return status == HPM_OK ? compare(tally, &result, expected, error) : status;
}

hpm_status pmrm1_scenarios_case(conform_tally *tally, const json_t *value,
                                const hpm_rulebook *rulebook, hpm_error *error)
{
    pmrm1_case portfolio = {.name = tally->case_name};
    hpm_status status = run(tally, &portfolio, value, rulebook, error);
    free(portfolio.options);
    return status;
}
