/* The scenario shape of Derive's standard margin cases: {"Scenario": {...}, "Result": {...}},
 * integers scaled 1e18, one array item per option row, times to expiry in seconds. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "srm.h"

/* Before this the settlement average is being observed. */
#define SETTLEMENT_WINDOW_NS (INT64_C(1800) * 1000000000)

static const char *const suffixes[SRM_MARKETS] = {[SRM_ETH] = "ETH", [SRM_BTC] = "BTC"};

/* ---- By market ---------------------------------------------------------------------------- */

/* `format` with the market's name in it. */
static const char *name_of(char out[CONFORM_WHERE_SIZE], const char *before, int market,
                           const char *after)
{
    snprintf(out, CONFORM_WHERE_SIZE, "%s%s%s", before, suffixes[market], after);
    return out;
}

static int is_null(const json_t *scenario, const char *name)
{
    const json_t *value = json_object_get(scenario, name);
    return !value || json_is_null(value);
}

/* A number that may be null. */
static hpm_status real_or(double *out, double fallback, const json_t *scenario, const char *name,
                          int shift, hpm_error *error)
{
    *out = fallback;
    if (is_null(scenario, name)) return HPM_OK;
    return conform_real_in(out, scenario, "Scenario", name, shift, error);
}

/* [[spot, perpetual] of ETH, [spot, perpetual] of BTC]. */
static hpm_status read_confidences(srm_market *out, int market, const json_t *scenario,
                                   hpm_error *error)
{
    const json_t *all;
    hpm_status status =
        conform_json_array(&all, scenario, "Scenario", "SpotPerpConfidences", error);
    const json_t *pair = status == HPM_OK ? json_array_get(all, (size_t)market) : NULL;
    if (status == HPM_OK && json_array_size(pair) != 2)
        status = hpm_fail(error, HPM_E_RANGE, "Scenario.SpotPerpConfidences",
                          "needs two numbers for each of two markets");
    if (status == HPM_OK)
        status = conform_real(&out->spot_confidence, json_array_get(pair, 0), -18,
                              "Scenario.SpotPerpConfidences", error);
    if (status == HPM_OK)
        status = conform_real(&out->perp_confidence, json_array_get(pair, 1), -18,
                              "Scenario.SpotPerpConfidences", error);
    return status;
}

static hpm_status read_market(srm_market *out, int market, const json_t *scenario, hpm_error *error)
{
    static const char *const bases[SRM_MARKETS] = {[SRM_ETH] = "wETH", [SRM_BTC] = "wBTC"};
    char name[CONFORM_WHERE_SIZE];
    hpm_status status = conform_real_in(&out->spot, scenario, "Scenario",
                                        name_of(name, "", market, "SpotPrice"), -18, error);
    if (status == HPM_OK)
        status = conform_real_at(&out->perp_price, scenario, "Scenario", "PerpPrice",
                                 (uint32_t)market, SRM_MARKETS, -18, error);
    if (status == HPM_OK)
        status = conform_exact_in(&out->base_e18, scenario, "Scenario", bases[market], 0, error);
    return status == HPM_OK ? read_confidences(out, market, scenario, error) : status;
}

/* Funding accrues by an index per unit: what the account has last paid up to, less what it is now.
 */
static hpm_status read_perp(srm_perp *out, int market, const json_t *scenario, hpm_error *error)
{
    char name[CONFORM_WHERE_SIZE];
    double paid, now;
    out->market = market;
    hpm_status status = conform_exact_in(&out->amount_e18, scenario, "Scenario",
                                         name_of(name, "Perps_", market, ""), 0, error);
    if (status == HPM_OK)
        status = real_or(&out->entry_price, NAN, scenario, name_of(name, "LastEntry", market, ""),
                         -18, error);
    if (status == HPM_OK)
        status =
            real_or(&now, 0, scenario, name_of(name, "", market, "GlobalFundingIndex"), -18, error);
    if (status == HPM_OK)
        status = real_or(&paid, now, scenario, name_of(name, "Account", market, "FundingIndex"),
                         -18, error);
    if (status == HPM_OK) out->funding = (double)out->amount_e18 * 1e-18 * (paid - now);
    return status;
}

/* ---- Options ------------------------------------------------------------------------------ */

/* The forward of now, and what of the settlement average is observed. */
static hpm_status read_settlement(srm_option *out, const json_t *scenario, hpm_error *error)
{
    char name[CONFORM_WHERE_SIZE];
    if (out->to_expiry_ns >= SETTLEMENT_WINDOW_NS) return HPM_OK;
    hpm_status status = real_or(&out->observed_share, 0, scenario,
                                name_of(name, "PercentFixed", out->market, ""), 0, error);
    if (status == HPM_OK)
        status = real_or(&out->observed_price, 0, scenario, name_of(name, "TWAP_", out->market, ""),
                         -18, error);
    return status;
}

static hpm_status read_seconds(int64_t *out_ns, const json_t *scenario, const char *name,
                               uint32_t index, uint32_t count, hpm_error *error)
{
    conform_wide wide;
    hpm_status status = conform_exact_at(&wide, scenario, "Scenario", name, index, count, 9, error);
    return status == HPM_OK ? conform_narrow(out_ns, wide, "Scenario.OptionExpiries", error)
                            : status;
}

static hpm_status read_place(srm_option *out, const json_t *scenario, uint32_t index,
                             uint32_t count, hpm_error *error)
{
    const json_t *list;
    int64_t feed_ns;
    hpm_status status = conform_json_array(&list, scenario, "Scenario", "OptionUnderlying", error);
    if (status != HPM_OK) return status;
    const char *name = json_string_value(json_array_get(list, index));
    status = srm_market_of(&out->market, name ? name : "", "Scenario.OptionUnderlying", error);
    if (status == HPM_OK)
        status = read_seconds(&out->to_expiry_ns, scenario, "OptionExpiries", index, count, error);
    if (status == HPM_OK)
        status = read_seconds(&feed_ns, scenario, "FeedExpiries", index, count, error);
    if (status == HPM_OK && feed_ns != out->to_expiry_ns)
        return hpm_fail(error, HPM_E_REFERENCE, "Scenario.FeedExpiries",
                        "row %u is of another expiry than its option", index);
    return status;
}

static hpm_status read_option(srm_option *out, const json_t *scenario, uint32_t index,
                              uint32_t count, hpm_error *error)
{
    double is_call;
    const struct {
        const char *name;
        double *field;
        int shift;
    } rows[] = {
        {"OptionStrikes", &out->strike, -18}, {"OptionIsCall", &is_call, 0},
        {"OptionVols", &out->vol, -18},       {"OptionVolConfidences", &out->vol_confidence, -18},
        {"Forwards", &out->forward, -18},     {"ForwardConfidences", &out->forward_confidence, -18},
    };
    hpm_status status = read_place(out, scenario, index, count, error);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0] && status == HPM_OK; i++)
        status = conform_real_at(rows[i].field, scenario, "Scenario", rows[i].name, index, count,
                                 rows[i].shift, error);
    if (status == HPM_OK)
        status = conform_exact_at(&out->amount_e18, scenario, "Scenario", "OptionAmounts", index,
                                  count, 0, error);
    if (status != HPM_OK) return status;
    out->is_call = is_call != 0;
    return read_settlement(out, scenario, error);
}

static hpm_status read_options(srm_case *out, const json_t *scenario, hpm_error *error)
{
    const json_t *list;
    hpm_status status = conform_json_array(&list, scenario, "Scenario", "OptionExpiries", error);
    if (status != HPM_OK) return status;
    uint32_t count = (uint32_t)json_array_size(list);
    if (count > SRM_OPTIONS_MAX)
        return hpm_fail(error, HPM_E_LIMIT, "Scenario.OptionExpiries", "more than %d options",
                        SRM_OPTIONS_MAX);
    out->options = calloc(count + 1U, sizeof *out->options);
    if (!out->options) return hpm_fail(error, HPM_E_MEMORY, NULL, "out of memory");
    for (; out->option_count < count && status == HPM_OK; out->option_count++)
        status = read_option(&out->options[out->option_count], scenario, out->option_count, count,
                             error);
    return status;
}

static hpm_status read_case(srm_case *out, const json_t *scenario, hpm_error *error)
{
    hpm_status status =
        conform_real_in(&out->stable, scenario, "Scenario", "USDCValue", -18, error);
    if (status == HPM_OK)
        status = conform_exact_in(&out->cash_e18, scenario, "Scenario", "Cash", 0, error);
    for (int m = 0; m < SRM_MARKETS && status == HPM_OK; m++) {
        status = read_market(&out->markets[m], m, scenario, error);
        if (status == HPM_OK) status = read_perp(&out->perps[m], m, scenario, error);
    }
    out->perp_count = SRM_MARKETS;
    return status == HPM_OK ? read_options(out, scenario, error) : status;
}

/* ---- Results ------------------------------------------------------------------------------ */

static hpm_status compare_one(conform_tally *tally, const json_t *expected, const char *name,
                              double value, hpm_error *error)
{
    double reference;
    hpm_status status = conform_real_in(&reference, expected, "Result", name, -18, error);
    if (status == HPM_OK)
        conform_compare(tally, name, value, reference, conform_tolerance(reference));
    return status;
}

/* What the options of one market add: of an account that has nothing else. */
static hpm_status compare_options(conform_tally *tally, const srm_case *portfolio, int market,
                                  const json_t *expected, const hpm_rulebook *rulebook,
                                  hpm_error *error)
{
    char name[CONFORM_WHERE_SIZE];
    srm_case alone = *portfolio;
    srm_result computed;
    alone.cash_e18 = 0;
    alone.perp_count = alone.option_count = 0;
    for (int m = 0; m < SRM_MARKETS; m++)
        alone.markets[m].base_e18 = 0;
    alone.options = calloc(portfolio->option_count + 1U, sizeof *alone.options);
    if (!alone.options) return hpm_fail(error, HPM_E_MEMORY, NULL, "out of memory");
    for (uint32_t i = 0; i < portfolio->option_count; i++)
        if (portfolio->options[i].market == market)
            alone.options[alone.option_count++] = portfolio->options[i];
    hpm_status status = srm_run(&computed, &alone, rulebook, error);
    free(alone.options);
    for (int initial = 0; initial < 2 && status == HPM_OK; initial++)
        status = compare_one(tally, expected,
                             name_of(name, "", market, initial ? "OptionIM" : "OptionMM"),
                             computed.mtm + computed.options[initial], error);
    return status;
}

static hpm_status compare(conform_tally *tally, const srm_result *computed, const json_t *expected,
                          hpm_error *error)
{
    const struct {
        const char *name;
        double value;
    } rows[] = {
        {"realIM", computed->margin[1]},   {"HandIM", computed->margin[1]},
        {"realMM", computed->margin[0]},   {"HandMM", computed->margin[0]},
        {"PortfolioMtM", computed->mtm},   {"PerpMargin", computed->perp},
        {"OracleConts", computed->oracle}, {"DepegIMs", computed->depeg},
        {"BaseMargin", computed->base},
    };
    hpm_status status = HPM_OK;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0] && status == HPM_OK; i++)
        status = compare_one(tally, expected, rows[i].name, rows[i].value, error);
    return status;
}

static hpm_status run(conform_tally *tally, srm_case *portfolio, const json_t *value,
                      const hpm_rulebook *rulebook, hpm_error *error)
{
    const json_t *scenario, *expected;
    srm_result result;
    hpm_status status = conform_json_object(&scenario, value, "", "Scenario", error);
    if (status == HPM_OK) status = conform_json_object(&expected, value, "", "Result", error);
    if (status == HPM_OK) status = read_case(portfolio, scenario, error);
    if (status == HPM_OK) status = srm_run(&result, portfolio, rulebook, error);
    if (status == HPM_OK) status = compare(tally, &result, expected, error);
    for (int m = 0; m < SRM_MARKETS && status == HPM_OK; m++)
        status = compare_options(tally, portfolio, m, expected, rulebook, error);
    if (status == HPM_OK) srm_compare_exact(tally, &result);
    return status;
}

hpm_status srm_scenario_case(conform_tally *tally, const json_t *value,
                             const hpm_rulebook *rulebook, hpm_error *error)
{
    srm_case portfolio = {.name = tally->case_name};
    hpm_status status = run(tally, &portfolio, value, rulebook, error);
    free(portfolio.options);
    return status;
}
