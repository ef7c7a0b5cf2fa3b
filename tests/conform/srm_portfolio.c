/* The portfolio shape of Derive's standard margin cases: amounts scaled 1e8, expiry dates, and
 * margins as whole numbers. The file does not say which market it is about; the fixtures below were
 * found by fitting and reproduce all 42 cases published. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "math/elementary.h"
#include "srm.h"

/* ---- Fixtures ----------------------------------------------------------------------------- */

#define FIXTURE_NOW_DAYS    INT64_C(19358) /* 2023-01-01 00:00 UTC since 1970 */
#define FIXTURE_EXPIRY_HOUR 8
#define FIXTURE_VOL         0.5
#define FIXTURE_CARRY       0.05 /* forward = spot * exp(carry * T) */

/* Index and perpetual. */
static const double fixture_prices[SRM_MARKETS][2] = {
    [SRM_ETH] = {2000, 2001},
    [SRM_BTC] = {28000, 28020},
};

/* What a case is named for. The first row whose text is in the name holds; 1: full confidence. */
typedef struct fixture {
    const char *text;
    double stable, eth_spot_confidence, eth_perp_confidence;
    double option_confidence, first_option_confidence; /* of all, of the expiry of the first row */
} fixture;

static const fixture fixtures[] = {
    {"depeg", 0.1, 1, 1, 1, 1},
    {"low_vol_conf", 1, 1, 1, 0.1, 1},
    {"low_vol_and_fwd_conf", 1, 1, 1, 0.4, 1},
    {"low_spot_vol_fwd_conf", 1, 0.2, 1, 0.2, 1},
    {"low_conf_one_expiry", 1, 1, 1, 1, 0.3},
    {"low_perp_conf", 1, 1, 0.1, 1, 1},
    {"low_spot_conf", 1, 0.1, 1, 1, 1},
    {"general", 0.97, 0.2, 1, 1, 1},
    {"", 1, 1, 1, 1, 1},
};

static const fixture *fixture_of(const char *name)
{
    const fixture *row = fixtures;
    while (!strstr(name, row->text))
        row++;
    return row;
}

static void set_market(srm_case *out)
{
    const fixture *row = fixture_of(out->name);
    out->stable = row->stable;
    for (int m = 0; m < SRM_MARKETS; m++)
        out->markets[m] = (srm_market){fixture_prices[m][0], 1, fixture_prices[m][1], 1, 0};
    out->markets[SRM_ETH].spot_confidence = row->eth_spot_confidence;
    out->markets[SRM_ETH].perp_confidence = row->eth_perp_confidence;
}

/* ---- Positions ---------------------------------------------------------------------------- */

static hpm_status read_underlying(int *market, const json_t *item, const char *where,
                                  hpm_error *error)
{
    const char *text;
    hpm_status status = conform_json_text(&text, item, where, "underlying", error);
    return status == HPM_OK ? srm_market_of(market, text, where, error) : status;
}

static hpm_status read_expiry(int64_t *to_expiry_ns, const json_t *option, const char *where,
                              hpm_error *error)
{
    const char *text;
    int64_t days;
    hpm_status status = conform_json_text(&text, option, where, "expiry", error);
    if (status == HPM_OK) status = conform_date(&days, text, where, error);
    if (status != HPM_OK) return status;
    days -= FIXTURE_NOW_DAYS;
    if (days > 36500) return hpm_fail(error, HPM_E_RANGE, where, "expiry is too far (%s)", text);
    *to_expiry_ns = days * HPM_DAY_NS + FIXTURE_EXPIRY_HOUR * (HPM_DAY_NS / 24);
    return HPM_OK;
}

static hpm_status read_option(srm_option *out, const json_t *item, const char *where,
                              hpm_error *error)
{
    const char *type;
    hpm_status status = read_underlying(&out->market, item, where, error);
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
    out->forward = fixture_prices[out->market][0] * hpm_exp(FIXTURE_CARRY * tau);
    out->forward_confidence = 1;
    out->vol = FIXTURE_VOL;
    return HPM_OK;
}

static hpm_status read_options(srm_case *out, const json_t *list, hpm_error *error)
{
    const fixture *row = fixture_of(out->name);
    hpm_status status = HPM_OK;
    size_t count = json_array_size(list);
    if (count > SRM_OPTIONS_MAX)
        return hpm_fail(error, HPM_E_LIMIT, "options", "more than %d", SRM_OPTIONS_MAX);
    out->options = calloc(count + 1, sizeof *out->options);
    if (!out->options) return hpm_fail(error, HPM_E_MEMORY, NULL, "out of memory");
    for (; out->option_count < count && status == HPM_OK; out->option_count++) {
        srm_option *option = &out->options[out->option_count];
        char where[CONFORM_WHERE_SIZE];
        conform_where_item(where, "options", out->option_count);
        status = read_option(option, json_array_get(list, out->option_count), where, error);
        int is_first = option->to_expiry_ns == out->options[0].to_expiry_ns;
        option->vol_confidence = is_first
                                     ? fmin(row->option_confidence, row->first_option_confidence)
                                     : row->option_confidence;
    }
    return status;
}

static hpm_status read_perps(srm_case *out, const json_t *list, hpm_error *error)
{
    hpm_status status = HPM_OK;
    if (json_array_size(list) > SRM_PERPS_MAX)
        return hpm_fail(error, HPM_E_LIMIT, "perps", "more than %d", SRM_PERPS_MAX);
    for (; out->perp_count < json_array_size(list) && status == HPM_OK; out->perp_count++) {
        const json_t *item = json_array_get(list, out->perp_count);
        srm_perp *perp = &out->perps[out->perp_count];
        char where[CONFORM_WHERE_SIZE];
        conform_where_item(where, "perps", out->perp_count);
        status = read_underlying(&perp->market, item, where, error);
        if (status == HPM_OK)
            status = conform_exact_in(&perp->amount_e18, item, where, "amount", 10, error);
        if (status == HPM_OK)
            status = conform_real_in(&perp->entry_price, item, where, "entryPrice", -8, error);
    }
    return status;
}

static hpm_status read_bases(srm_case *out, const json_t *list, hpm_error *error)
{
    hpm_status status = HPM_OK;
    for (uint32_t i = 0; i < json_array_size(list) && status == HPM_OK; i++) {
        const json_t *item = json_array_get(list, i);
        conform_wide amount = 0;
        int market = 0;
        char where[CONFORM_WHERE_SIZE];
        conform_where_item(where, "bases", i);
        status = read_underlying(&market, item, where, error);
        if (status == HPM_OK) status = conform_exact_in(&amount, item, where, "amount", 10, error);
        if (status == HPM_OK) out->markets[market].base_e18 += amount;
    }
    return status;
}

/* ---- Case --------------------------------------------------------------------------------- */

static hpm_status read_case(srm_case *out, const json_t *value, hpm_error *error)
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

static hpm_status compare(conform_tally *tally, const srm_result *computed, const json_t *value,
                          hpm_error *error)
{
    static const char *const margins[] = {"mm", "im"};
    const json_t *expected;
    const char *name = json_object_get(value, "result") ? "result" : "results";
    hpm_status status = conform_json_object(&expected, value, "", name, error);
    for (int i = 0; i < 2 && status == HPM_OK; i++) {
        double reference;
        status = conform_real_in(&reference, expected, name, margins[i], 0, error);
        if (status == HPM_OK)
            conform_compare(tally, margins[i], conform_cut(computed->margin[i]), reference,
                            conform_tolerance(reference));
    }
    if (status == HPM_OK) srm_compare_exact(tally, computed);
    return status;
}

hpm_status srm_portfolio_case(conform_tally *tally, const json_t *value,
                              const hpm_rulebook *rulebook, hpm_error *error)
{
    srm_case portfolio = {.name = tally->case_name};
    srm_result result;
    hpm_status status = read_case(&portfolio, value, error);
    if (status == HPM_OK) status = srm_run(&result, &portfolio, rulebook, error);
    if (status == HPM_OK) status = compare(tally, &result, value, error);
    free(portfolio.options);
    return status;
}
