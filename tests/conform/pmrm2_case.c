/* Reads the portfolio of a PMRM_2 case: Cash, Collaterals, perpetuals, Options and OptionFeeds. */
#include <math.h>
#include <stdlib.h>

#include "pmrm2.h"

/* Before this the settlement average is being observed. */
#define SETTLEMENT_WINDOW_S 1800.0

/* What the engine can hold of an amount. */
#define AMOUNT_MAX 1e10

/* An amount is a double in these files. */
static hpm_status read_amount(conform_wide *out, const json_t *object, const char *where,
                              const char *name, hpm_error *error)
{
    double amount;
    char place[CONFORM_WHERE_SIZE];
    hpm_status status = conform_real_in(&amount, object, where, name, 0, error);
    if (status != HPM_OK) return status;
    conform_where(place, where, name);
    if (!(fabs(amount) <= AMOUNT_MAX))
        return hpm_fail(error, HPM_E_RANGE, place, "beyond 1e10 (%g)", amount);
    *out = (conform_wide)rint(amount * 1e18);
    return HPM_OK;
}

typedef struct real_field {
    const char *name;
    double *value;
} real_field;

static hpm_status read_reals(const real_field *fields, size_t count, const json_t *object,
                             const char *where, hpm_error *error)
{
    hpm_status status = HPM_OK;
    for (size_t i = 0; i < count && status == HPM_OK; i++)
        status = conform_real_in(fields[i].value, object, where, fields[i].name, 0, error);
    return status;
}

#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])

/* ---- Feeds -------------------------------------------------------------------------------- */

static hpm_status read_seconds(int64_t *out_ns, const json_t *object, const char *where,
                               const char *name, hpm_error *error)
{
    conform_wide wide = 0;
    hpm_status status = conform_exact_in(&wide, object, where, name, 9, error);
    return status == HPM_OK ? conform_narrow(out_ns, wide, where, error) : status;
}

static hpm_status read_slice(pmrm2_feed *out, const json_t *object, const char *where,
                             hpm_error *error)
{
    double *const values[] = {&out->svi.a,     &out->svi.b,       &out->svi.rho,  &out->svi.m,
                              &out->svi.sigma, &out->svi_forward, &out->svi_years};
    char place[CONFORM_WHERE_SIZE];
    const json_t *list;
    hpm_status status = conform_json_array(&list, object, where, "SVIparam", error);
    if (status != HPM_OK) return status;
    conform_where(place, where, "SVIparam");
    if (json_array_size(list) != COUNT_OF(values))
        return hpm_fail(error, HPM_E_RANGE, place, "has %zu items, not a, b, rho, m, sigma, F, T",
                        json_array_size(list));
    for (size_t i = 0; i < COUNT_OF(values) && status == HPM_OK; i++)
        status = conform_real(values[i], json_array_get(list, i), 0, place, error);
    return status;
}

static hpm_status read_feed(pmrm2_feed *out, const json_t *object, const char *where,
                            hpm_error *error)
{
    double forward = 0, forward_trust = 1, rate_trust = 1, vol_trust = 1;
    const real_field reals[] = {
        {"Forward", &forward},
        {"Rate", &out->rate},
        {"ForwardConfidence", &forward_trust},
        {"RateConfidence", &rate_trust},
        {"OptionVolConfidences", &vol_trust},
    };
    hpm_status status = read_reals(reals, COUNT_OF(reals), object, where, error);
    if (status == HPM_OK)
        status = read_seconds(&out->to_expiry_ns, object, where, "FeedExpiry", error);
    if (status == HPM_OK) status = read_slice(out, object, where, error);
    double seconds = (double)out->to_expiry_ns / 1e9;
    double ahead = seconds < SETTLEMENT_WINDOW_S ? fmax(seconds, 0) / SETTLEMENT_WINDOW_S : 1;
    out->forward_variable = forward * ahead;
    out->forward_fixed = forward * (1 - ahead);
    out->confidence = fmin(forward_trust, fmin(rate_trust, vol_trust));
    return status;
}

static hpm_status read_feeds(pmrm2_case *out, const json_t *scenario, hpm_error *error)
{
    const json_t *list;
    hpm_status status = conform_json_array(&list, scenario, "Scenario", "OptionFeeds", error);
    if (status != HPM_OK) return status;
    if (json_array_size(list) > PMRM2_EXPIRIES_MAX)
        return hpm_fail(error, HPM_E_LIMIT, "Scenario.OptionFeeds", "more than %d",
                        PMRM2_EXPIRIES_MAX);
    for (uint32_t i = 0; i < json_array_size(list) && status == HPM_OK; i++) {
        char where[CONFORM_WHERE_SIZE];
        conform_where_item(where, "OptionFeeds", i);
        status = read_feed(&out->feeds[i], json_array_get(list, i), where, error);
        out->feed_count++;
        for (uint32_t k = 0; k < i && status == HPM_OK; k++)
            if (out->feeds[k].to_expiry_ns == out->feeds[i].to_expiry_ns)
                status = hpm_fail(error, HPM_E_DUPLICATE, where, "is of the expiry of feed %u", k);
    }
    return status;
}

/* ---- Options ------------------------------------------------------------------------------ */

static hpm_status read_option(pmrm2_option *out, const pmrm2_case *portfolio, const json_t *object,
                              const char *where, hpm_error *error)
{
    int64_t to_expiry_ns = 0;
    double is_call = 0;
    const real_field reals[] = {{"Strike", &out->strike}, {"IsCall", &is_call}};
    hpm_status status = read_reals(reals, COUNT_OF(reals), object, where, error);
    if (status == HPM_OK) status = read_amount(&out->amount_e18, object, where, "Amount", error);
    if (status == HPM_OK) status = read_seconds(&to_expiry_ns, object, where, "Expiry", error);
    if (status != HPM_OK) return status;
    out->is_call = is_call != 0;
    for (out->feed = 0; out->feed < portfolio->feed_count; out->feed++)
        if (portfolio->feeds[out->feed].to_expiry_ns == to_expiry_ns) return HPM_OK;
    return hpm_fail(error, HPM_E_REFERENCE, where, "no feed has its expiry");
}

static hpm_status read_options(pmrm2_case *out, const json_t *scenario, hpm_error *error)
{
    const json_t *list;
    hpm_status status = conform_json_array(&list, scenario, "Scenario", "Options", error);
    if (status != HPM_OK) return status;
    size_t count = json_array_size(list);
    if (count > PMRM2_OPTIONS_MAX)
        return hpm_fail(error, HPM_E_LIMIT, "Scenario.Options", "more than %d", PMRM2_OPTIONS_MAX);
    out->options = calloc(count + 1, sizeof *out->options);
    if (!out->options) return hpm_fail(error, HPM_E_MEMORY, NULL, "out of memory");
    for (; out->option_count < count && status == HPM_OK; out->option_count++) {
        char where[CONFORM_WHERE_SIZE];
        conform_where_item(where, "Options", out->option_count);
        status = read_option(&out->options[out->option_count], out,
                             json_array_get(list, out->option_count), where, error);
    }
    return status;
}

/* ---- Collateral --------------------------------------------------------------------------- */

static hpm_status read_flag(int *out, const json_t *object, const char *where, const char *name,
                            hpm_error *error)
{
    const json_t *value = json_object_get(object, name);
    char place[CONFORM_WHERE_SIZE];
    conform_where(place, where, name);
    if (!value) return hpm_fail(error, HPM_E_FIELD_MISSING, place, "is missing");
    if (!json_is_boolean(value)) return hpm_fail(error, HPM_E_TYPE, place, "is not true or false");
    *out = json_is_true(value);
    return HPM_OK;
}

static hpm_status read_collateral(pmrm2_collateral *out, const json_t *object, const char *where,
                                  hpm_error *error)
{
    const real_field reals[] = {
        {"Amount", &out->amount},
        {"Price", &out->price},
        {"Confidence", &out->confidence},
        {"MMHaircut", &out->haircut},
        {"IMHaircut", &out->initial_haircut},
    };
    hpm_status status = read_reals(reals, COUNT_OF(reals), object, where, error);
    if (status == HPM_OK)
        status = read_flag(&out->is_risk_cancelling, object, where, "IsRiskCancelling", error);
    if (status == HPM_OK && !(fabs(out->amount) <= AMOUNT_MAX))
        return hpm_fail(error, HPM_E_RANGE, where, "Amount is beyond 1e10 (%g)", out->amount);
    return status;
}

static hpm_status read_collaterals(pmrm2_case *out, const json_t *scenario, hpm_error *error)
{
    const json_t *list;
    hpm_status status = conform_json_array(&list, scenario, "Scenario", "Collaterals", error);
    if (status != HPM_OK) return status;
    if (json_array_size(list) > PMRM2_COLLATERAL_MAX)
        return hpm_fail(error, HPM_E_LIMIT, "Scenario.Collaterals", "more than %d",
                        PMRM2_COLLATERAL_MAX);
    for (uint32_t i = 0; i < json_array_size(list) && status == HPM_OK; i++) {
        char where[CONFORM_WHERE_SIZE];
        conform_where_item(where, "Collaterals", i);
        status = read_collateral(&out->collateral[i], json_array_get(list, i), where, error);
        out->collateral_count++;
    }
    return status;
}

/* ---- Case --------------------------------------------------------------------------------- */

static hpm_status read_cash(pmrm2_case *out, const json_t *scenario, hpm_error *error)
{
    conform_wide pnl = 0, funding = 0;
    hpm_status status = read_amount(&out->cash_e18, scenario, "Scenario", "Cash", error);
    if (status == HPM_OK)
        status = read_amount(&out->perp_e18, scenario, "Scenario", "NumPerps", error);
    if (status == HPM_OK)
        status = read_amount(&pnl, scenario, "Scenario", "UnrealisedPerpPNL", error);
    if (status == HPM_OK)
        status = read_amount(&funding, scenario, "Scenario", "UnrealisedFunding", error);
    out->pnl_e18 = pnl + funding;
    return status;
}

hpm_status pmrm2_case_read(pmrm2_case *out, const json_t *scenario, hpm_error *error)
{
    const real_field reals[] = {
        {"SpotPrice", &out->spot},       {"SpotConfidence", &out->spot_confidence},
        {"PerpPrice", &out->perp_price}, {"PerpConfidence", &out->perp_confidence},
        {"StablePrice", &out->stable},
    };
    hpm_status status = read_reals(reals, COUNT_OF(reals), scenario, "Scenario", error);
    if (status == HPM_OK) status = read_cash(out, scenario, error);
    if (status == HPM_OK) status = read_collaterals(out, scenario, error);
    if (status == HPM_OK) status = read_feeds(out, scenario, error);
    return status == HPM_OK ? read_options(out, scenario, error) : status;
}

void pmrm2_case_free(pmrm2_case *portfolio)
{
    free(portfolio->options);
}
