/* Implied volatility: against MPFR over the whole domain, its edges, and the same bits on every
 * instruction set. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "cli/isa.h"
#include "hpm/implied_vol.h"
#include "oracle.h"
#include "price/implied_vol.h"
#include "price/kernels.h"

#define FORWARD 64000.0
#define COUNT   3001

static hpm_context context_of(hpm_isa isa)
{
    hpm_context context;
    hpm_error error;
    assert_int_equal(hpm_context_init(&context, isa, &error), HPM_OK);
    return context;
}

static double implied(uint8_t *state, double forward, double strike, double value, double sign)
{
    hpm_context context = context_of(HPM_ISA_BASE);
    double vol;
    hpm_implied_vol(&context, &vol, state, &forward, &strike, &value, &sign, 1);
    return vol;
}

/* The volatility that the double `value` has: a Newton step of 160 bits from one near it. */
static double exact_vol(double value, double forward, double strike, double vol, double sign)
{
    mpfr_t price, density, d1;
    mpfr_inits2(ORACLE_BITS, price, density, d1, (mpfr_ptr)0);
    oracle_black76(price, forward, strike, vol, sign);
    mpfr_d_sub(price, value, price, MPFR_RNDN);
    mpfr_set_d(d1, forward, MPFR_RNDN);
    mpfr_div_d(d1, d1, strike, MPFR_RNDN);
    mpfr_log(d1, d1, MPFR_RNDN);
    mpfr_div_d(d1, d1, vol, MPFR_RNDN);
    mpfr_add_d(d1, d1, 0.5 * vol, MPFR_RNDN);
    mpfr_sqr(d1, d1, MPFR_RNDN);
    mpfr_div_si(d1, d1, -2, MPFR_RNDN);
    mpfr_exp(density, d1, MPFR_RNDN);
    mpfr_mul_d(density, density, forward, MPFR_RNDN);
    mpfr_div(price, price, density, MPFR_RNDN);
    double step = mpfr_get_d(price, MPFR_RNDN) * HPM_SQRT_2PI;
    mpfr_clears(price, density, d1, (mpfr_ptr)0);
    return vol + step;
}

/* Relative error of the inverse at one option out of the money, NaN if it has no value. */
static double error_at(double log_moneyness, double vol)
{
    double strike = FORWARD * exp(log_moneyness);
    double sign = strike >= FORWARD ? 1 : -1;
    mpfr_t price;
    mpfr_init2(price, ORACLE_BITS);
    oracle_black76(price, FORWARD, strike, vol, sign);
    double value = mpfr_get_d(price, MPFR_RNDN);
    mpfr_clear(price);
    double smaller = fmin(FORWARD, strike);
    if (!(value / smaller >= 1e-300 && value < smaller)) return NAN;
    uint8_t state;
    double got = implied(&state, FORWARD, strike, value, sign);
    assert_int_equal(state, HPM_IMPLIED_FOUND);
    /* Near the bound a rounding of the value is worth much: once more from where the step led. */
    double exact = exact_vol(value, FORWARD, strike, vol, sign);
    exact = exact_vol(value, FORWARD, strike, exact, sign);
    if (fabs(exact / vol - 1) > 1e-4) return NAN;
    return fabs(got / exact - 1);
}

/* Every moneyness from 1e-12 to e^700 either side, volatilities from a value of 1e-300 to 24. */
static void test_domain(void **state)
{
    (void)state;
    double worst = 0, worst_far = 0;
    int tried = 0;
    for (double l = 1e-12; l < 690; l *= 2.3)
        for (double vol = 1e-7; vol < 24.5; vol *= 1.19)
            for (int side = -1; side <= 1; side += 2) {
                double b = l / vol - vol / 2;
                double error = error_at(side * l, vol);
                if (isnan(error)) continue;
                tried++;
                if (fabs(b) < 0.1 && vol < 0.2)
                    worst = fmax(worst, error);
                else
                    worst_far = fmax(worst_far, error);
            }
    print_message("%d inversions: relative error %.1e near the money, %.1e elsewhere\n", tried,
                  worst, worst_far);
    assert_true(tried > 5000);
    assert_true(worst < 2e-14);
    assert_true(worst_far < 4e-15);
}

static void test_at_the_money(void **state)
{
    (void)state;
    for (double vol = 1e-13; vol < 16; vol *= 1.7) {
        double error = error_at(0, vol);
        if (!isnan(error)) assert_true(error < 2e-14);
    }
}

/* In the money the time value is what is left of the difference. */
static void test_in_the_money(void **state)
{
    (void)state;
    uint8_t found;
    for (double strike = 30000; strike < 130000; strike += 7000) {
        double put = hpm_black76(FORWARD, strike, 0.3, -1),
               call = hpm_black76(FORWARD, strike, 0.3, 1);
        double of_put = implied(&found, FORWARD, strike, put, -1);
        assert_int_equal(found, HPM_IMPLIED_FOUND);
        double of_call = implied(&found, FORWARD, strike, call, 1);
        assert_true(fabs(of_put - 0.3) < 1e-10 && fabs(of_call - 0.3) < 1e-10);
    }
}

static void test_states(void **state)
{
    (void)state;
    const struct {
        double forward, strike, value, sign;
        hpm_implied_state state;
    } rows[] = {
        {100, 110, 0, 1, HPM_IMPLIED_NO_TIME_VALUE},
        {100, 90, 10, 1, HPM_IMPLIED_NO_TIME_VALUE},
        {100, 110, 1e-299, 1, HPM_IMPLIED_NO_TIME_VALUE},
        {100, 110, 1e-297, 1, HPM_IMPLIED_FOUND},
        {100, 90, 9.99, 1, HPM_IMPLIED_BELOW_INTRINSIC},
        {100, 110, -1, 1, HPM_IMPLIED_BELOW_INTRINSIC},
        {100, 110, 100, 1, HPM_IMPLIED_ABOVE_BOUND},
        {100, 110, 99.999, 1, HPM_IMPLIED_FOUND},
        {100, 90, 90, -1, HPM_IMPLIED_ABOVE_BOUND},
        {100, 110, INFINITY, -1, HPM_IMPLIED_ABOVE_BOUND},
        {100, 110, NAN, 1, HPM_IMPLIED_NOT_A_QUOTE},
        {NAN, 110, 1, 1, HPM_IMPLIED_NOT_A_QUOTE},
        {100, 0, 99, 1, HPM_IMPLIED_NOT_A_QUOTE},
        {-100, 110, 1, 1, HPM_IMPLIED_NOT_A_QUOTE},
        {100, INFINITY, 1, 1, HPM_IMPLIED_NOT_A_QUOTE},
        {100, 110, 1, 0.5, HPM_IMPLIED_NOT_A_QUOTE},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        uint8_t got;
        double vol = implied(&got, rows[i].forward, rows[i].strike, rows[i].value, rows[i].sign);
        assert_int_equal(got, rows[i].state);
        assert_true(isnan(vol) == (got != HPM_IMPLIED_FOUND));
    }
}

typedef struct quotes {
    double forward[COUNT], strike[COUNT], value[COUNT], sign[COUNT];
} quotes;

static void seeded_quotes(quotes *q)
{
    uint64_t seed = 7;
    for (size_t i = 0; i < COUNT; i++) {
        double vol = exp(oracle_uniform(&seed, -7, 2));
        q->forward[i] = FORWARD;
        q->strike[i] = FORWARD * exp(vol * oracle_uniform(&seed, -6, 6));
        q->sign[i] = oracle_random(&seed) & 1 ? 1 : -1;
        q->value[i] = hpm_black76(FORWARD, q->strike[i], vol, q->sign[i]);
    }
}

/* One by one, all together, and in another order: the same bits on every instruction set. */
static void test_same_bits(void **state)
{
    (void)state;
    static quotes q, turned;
    static double alone[COUNT], vols[COUNT];
    static uint8_t states[COUNT], found;
    seeded_quotes(&q);
    for (size_t i = 0; i < COUNT; i++) {
        alone[i] = implied(&found, q.forward[i], q.strike[i], q.value[i], q.sign[i]);
        size_t k = COUNT - 1 - i;
        turned.forward[k] = q.forward[i];
        turned.strike[k] = q.strike[i];
        turned.value[k] = q.value[i];
        turned.sign[k] = q.sign[i];
    }
    for (hpm_isa isa = HPM_ISA_BASE; isa <= HPM_ISA_AVX512; isa++) {
        if (!hpm_isa_present(isa) || !hpm_price_kernels_for(isa)) continue;
        hpm_context context = context_of(isa);
        hpm_implied_vol(&context, vols, states, turned.forward, turned.strike, turned.value,
                        turned.sign, COUNT);
        for (size_t i = 0; i < COUNT; i++) {
            double got = vols[COUNT - 1 - i];
            assert_true((isnan(got) && isnan(alone[i])) ||
                        hpm_bits_of(got) == hpm_bits_of(alone[i]));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_domain),       cmocka_unit_test(test_at_the_money),
        cmocka_unit_test(test_in_the_money), cmocka_unit_test(test_states),
        cmocka_unit_test(test_same_bits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
