/* Figures read off a slice: a flat one by hand, a skewed one against its own definition. */
#include <math.h>

#include "check.h"
#include "hpm/surface_figures.h"
#include "math/elementary.h"

#define NOW_NS            INT64_C(1767225600000000000)
#define NEAR(a, b, limit) assert_true(fabs((a) - (b)) <= (limit))

static hpm_slice slice_of(const char *underlying, int days, hpm_svi svi)
{
    hpm_slice slice = {.expiry_ns = NOW_NS + days * HPM_DAY_NS,
                       .tau_years = days / 365.0,
                       .forward = {100, 1, 0},
                       .svi = svi,
                       .state = HPM_SLICE_FITTED,
                       .confidence = 1};
    strcpy(slice.underlying, underlying);
    return slice;
}

static void test_flat(void **state)
{
    (void)state;
    /* 20 % for 73 days, 30 % for 146: variances 0.04 * 0.2 and 0.09 * 0.4, so between them
     * (0.036 - 0.008) / 0.2 = 0.14 a year. */
    hpm_slice slices[] = {
        slice_of("BTC", 73, (hpm_svi){0.008, 0, 0, 0, 1}),
        slice_of("BTC", 146, (hpm_svi){0.036, 0, 0, 0, 1}),
        slice_of("ETH", 73, (hpm_svi){0.008, 0, 0, 0, 1}),
    };
    hpm_surface surface = {.now_ns = NOW_NS, .slice_count = 3, .slices = slices};
    hpm_slice_figures figures[3];
    hpm_surface_figures(figures, &surface);
    NEAR(figures[0].atm_vol, 0.2, 1e-15);
    NEAR(figures[1].atm_vol, 0.3, 1e-15);
    NEAR(figures[0].forward_vol, 0.2, 1e-15);
    NEAR(figures[1].forward_vol, sqrt(0.14), 1e-15);
    NEAR(figures[2].forward_vol, 0.2, 1e-15); /* another underlying begins anew */
    NEAR(figures[1].risk_reversal, 0, 1e-15);
    NEAR(figures[1].butterfly, 0, 1e-15);
    /* Delta 50: d1 = 0 at k = w/2. */
    NEAR(figures[1].at[HPM_DELTA_50].log_moneyness, 0.018, 1e-11);
    NEAR(figures[1].at[HPM_DELTA_50].strike, 100 * exp(0.018), 1e-9);
}

static void test_deltas(void **state)
{
    (void)state;
    hpm_slice slice = slice_of("BTC", 30, (hpm_svi){0.004, 0.05, -0.4, 0.02, 0.1});
    hpm_surface surface = {.now_ns = NOW_NS, .slice_count = 1, .slices = &slice};
    hpm_slice_figures figures;
    hpm_surface_figures(&figures, &surface);
    for (uint32_t i = 0; i < HPM_SLICE_POINTS; i++) {
        const hpm_slice_point *at = &figures.at[i];
        double v = sqrt(hpm_svi_at(&slice.svi, at->log_moneyness).variance);
        NEAR(hpm_norm_cdf(-at->log_moneyness / v + v / 2), at->call_delta, 1e-10);
        NEAR(at->vol * sqrt(slice.tau_years), v, 1e-15);
        NEAR(at->strike, 100 * exp(at->log_moneyness), 1e-10);
        if (i > 0) assert_true(at->strike > at[-1].strike);
    }
    assert_true(figures.risk_reversal < 0); /* rho < 0: puts are dearer */
    assert_true(figures.butterfly > 0);
    NEAR(figures.risk_reversal, figures.at[HPM_CALL_25].vol - figures.at[HPM_PUT_25].vol, 0);
}

static void test_none(void **state)
{
    (void)state;
    hpm_slice slices[] = {
        slice_of("BTC", 73, (hpm_svi){0.008, 0, 0, 0, 1}),
        {.state = HPM_SLICE_NONE, .underlying = "BTC", .expiry_ns = NOW_NS + 100 * HPM_DAY_NS},
        slice_of("BTC", 146, (hpm_svi){0.036, 0, 0, 0, 1}),
        slice_of("BTC", 292, (hpm_svi){0.032, 0, 0, 0, 1}), /* total variance falls */
        slice_of("BTC", 365, (hpm_svi){0, 0, 0, 0, 1}),     /* no volatility at all */
    };
    hpm_surface surface = {.now_ns = NOW_NS, .slice_count = 5, .slices = slices};
    hpm_slice_figures figures[5];
    hpm_surface_figures(figures, &surface);
    assert_true(isnan(figures[1].atm_vol) && isnan(figures[1].at[0].vol));
    assert_true(isnan(hpm_slice_vol(&slices[1], 0)));
    NEAR(figures[2].forward_vol, sqrt(0.14), 1e-15); /* across the one that is not known */
    assert_true(isnan(figures[3].forward_vol));
    assert_true(figures[4].atm_vol == 0);
    NEAR(figures[4].at[HPM_CALL_25].log_moneyness, 0, 1e-11); /* all deltas are at the money */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_flat),
        cmocka_unit_test(test_deltas),
        cmocka_unit_test(test_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
