/* The array kernels: every instruction set against slow twins, bit for bit, and the tick rules. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "cli/isa.h"
#include "oracle.h"
#include "price/greeks.h"
#include "price/kernels.h"
#include "price/linear.h"
#include "price/ticks.h"

#define COUNT       4099 /* a prime: every kernel also runs its remainder */
#define PINNED_HASH 0xcddbccc323a0463f

typedef struct world {
    double forward[COUNT], strike[COUNT], total_vol[COUNT], discount[COUNT], sign[COUNT];
    double vol_mult[COUNT], vol_add[COUNT], vol_floor[COUNT], sqrt_tau[COUNT];
} world;

static world the_world;

/* Slots below the seeded ones: every edge against every edge. */
static void set_edges(world *w)
{
    const double prices[] = {0, 1e-310, 1e-5, 100, 1e12, NAN, INFINITY, -1};
    const double vols[] = {0, 0x1p-1074, 1e-300, 1e-3, 0.5, 23.999, 24, INFINITY, NAN};
    size_t slot = 0;
    for (size_t f = 0; f < 8; f++)
        for (size_t k = 0; k < 8; k++)
            for (size_t v = 0; v < 9; v++, slot++) {
                w->forward[slot] = prices[f];
                w->strike[slot] = prices[k];
                w->total_vol[slot] = vols[v];
            }
    assert_true(slot < COUNT);
}

static int set_world(void **context)
{
    world *w = &the_world;
    uint64_t state = 1;
    for (size_t i = 0; i < COUNT; i++) {
        w->forward[i] = 100000 * exp(oracle_uniform(&state, -2, 2));
        w->strike[i] = 100000 * exp(oracle_uniform(&state, -2, 2));
        w->total_vol[i] = exp(oracle_uniform(&state, -6, 1.5));
        w->discount[i] = oracle_uniform(&state, 0.8, 1.01);
        w->sign[i] = oracle_random(&state) & 1 ? 1 : -1;
        w->vol_mult[i] = oracle_uniform(&state, 0.5, 1.6);
        w->vol_add[i] = oracle_uniform(&state, -0.4, 0.4);
        w->vol_floor[i] = 0.05;
        w->sqrt_tau[i] = oracle_uniform(&state, 0.01, 1.5);
    }
    *context = w;
    return 0;
}

static int same_bits(double a, double b)
{
    return (isnan(a) && isnan(b)) || hpm_bits_of(a) == hpm_bits_of(b);
}

/* The table of `isa`; skips the test where there is none or the CPU cannot run it, unless
 * HPM_REQUIRE_ISA names it: then that is a failure. */
static const hpm_price_kernels *kernels_or_skip(hpm_isa isa)
{
    const char *required = getenv("HPM_REQUIRE_ISA");
    const hpm_price_kernels *kernels = hpm_price_kernels_for(isa);
    if (kernels != NULL && hpm_isa_present(isa)) return kernels;
    print_message("    %s: not %s\n", hpm_isa_name(isa), kernels == NULL ? "built" : "on this CPU");
    assert_false(required != NULL && strcmp(required, hpm_isa_name(isa)) == 0);
    skip();
    return NULL;
}

static void check_black76(hpm_isa isa, world *w)
{
    static double value[COUNT];
    const hpm_price_kernels *kernels = kernels_or_skip(isa);
    kernels->black76(value, w->forward, w->strike, w->total_vol, w->discount, w->sign, COUNT);
    for (size_t i = 0; i < COUNT; i++) {
        double twin = hpm_black76(w->forward[i], w->strike[i], w->total_vol[i], w->sign[i]);
        assert_true(same_bits(value[i], w->discount[i] * twin));
    }
}

/* The parts give the greeks of one option to the last bit, at the edges too: total volatilities are
 * those of a year. */
static void check_greeks(hpm_isa isa, world *w)
{
    static double probability[COUNT], density[COUNT];
    const hpm_price_kernels *kernels = kernels_or_skip(isa);
    kernels->black76_law(probability, density, w->forward, w->strike, w->total_vol, w->sign, COUNT);
    for (size_t i = 0; i < COUNT; i++) {
        hpm_black_greeks from, twin;
        hpm_black76_greeks(&twin, w->forward[i], w->strike[i], w->total_vol[i], 1, 0, w->sign[i]);
        hpm_black_parts parts = {twin.value, probability[i], density[i]};
        hpm_black76_greeks_from(&from, &parts, w->forward[i], w->strike[i], w->total_vol[i], 1, 0,
                                w->sign[i]);
        assert_true(same_bits(from.delta, twin.delta) && same_bits(from.gamma, twin.gamma) &&
                    same_bits(from.vega, twin.vega) && same_bits(from.theta, twin.theta));
    }
}

static void check_edges(hpm_isa isa, world *w)
{
    set_edges(w);
    check_black76(isa, w);
    check_greeks(isa, w);
    set_world((void **)&w);
}

static hpm_option_fill option_row(const world *w, int inverse, double sign)
{
    return (hpm_option_fill){.strike = 110000,
                             .sign = sign,
                             .vol = 0.6,
                             .scale = inverse ? 1e12 : 1e8,
                             .inverse = inverse,
                             .forward = w->forward,
                             .vol_mult = w->vol_mult,
                             .vol_add = w->vol_add,
                             .vol_floor = w->vol_floor,
                             .sqrt_tau = w->sqrt_tau,
                             .discount = w->discount};
}

/* nearbyint is half-even in the default rounding mode, and knows no trick. */
static int64_t twin_ticks(double pnl)
{
    return (int64_t)nearbyint(pnl);
}

static void check_fill_option(hpm_isa isa, world *w)
{
    static int64_t ticks[COUNT];
    const hpm_price_kernels *kernels = kernels_or_skip(isa);
    for (int inverse = 0; inverse < 2; inverse++)
        for (int sign = -1; sign <= 1; sign += 2) {
            hpm_option_fill row = option_row(w, inverse, sign);
            row.value0 = hpm_option_value(&row, 77);
            assert_int_equal(kernels->fill_option(ticks, &row, COUNT), 0);
            assert_true(ticks[77] == 0);
            for (size_t j = 0; j < COUNT; j++) {
                double vol = fmax(w->vol_floor[j], fma(row.vol, w->vol_mult[j], w->vol_add[j]));
                double value = w->discount[j] * hpm_black76(w->forward[j], row.strike,
                                                            vol * w->sqrt_tau[j], row.sign);
                if (inverse) value /= w->forward[j];
                assert_true(ticks[j] == twin_ticks(row.scale * (value - row.value0)));
            }
        }
}

static void check_fill_futures(hpm_isa isa, world *w)
{
    static int64_t ticks[COUNT];
    const hpm_price_kernels *kernels = kernels_or_skip(isa);
    hpm_future_fill row = {.forward0 = w->forward[5], .scale = 1e8, .forward = w->forward};
    assert_int_equal(kernels->fill_linear(ticks, &row, COUNT), 0);
    assert_true(ticks[5] == 0);
    for (size_t j = 0; j < COUNT; j++)
        assert_true(ticks[j] == twin_ticks(1e8 * (w->forward[j] - row.forward0)));

    row.scale = 1e18; /* coin per quote unit is small: 1e-5 of a coin */
    assert_int_equal(kernels->fill_inverse(ticks, &row, COUNT), 0);
    assert_true(ticks[5] == 0);
    for (size_t j = 0; j < COUNT; j++) {
        double f = w->forward[j];
        double pnl = (f - row.forward0) / (f * row.forward0);
        assert_true(ticks[j] == twin_ticks(1e18 * pnl));
    }
}

/* What a row must refuse, at any place of it. */
static void check_refusals(hpm_isa isa, world *w)
{
    static int64_t ticks[COUNT];
    static double forward[COUNT];
    const hpm_price_kernels *kernels = kernels_or_skip(isa);
    const double bad[] = {NAN, INFINITY, -INFINITY, 0x1p51 + 1, -0x1p51 + 1, 0x1p60};
    const size_t places[] = {0, 7, 8, 1000, COUNT - 1};
    hpm_future_fill row = {.forward0 = 1, .scale = 1, .forward = forward};
    for (size_t j = 0; j < COUNT; j++)
        forward[j] = 1;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        for (size_t p = 0; p < sizeof places / sizeof *places; p++) {
            forward[places[p]] = bad[i];
            assert_int_not_equal(kernels->fill_linear(ticks, &row, COUNT), 0);
            forward[places[p]] = 0x1p51; /* minus forward0: the largest allowed */
            assert_int_equal(kernels->fill_linear(ticks, &row, COUNT), 0);
            assert_true(ticks[places[p]] == (INT64_C(1) << 51) - 1);
            forward[places[p]] = 1;
        }
    forward[9] = 0;
    assert_int_not_equal(kernels->fill_inverse(ticks, &row, COUNT), 0);

    hpm_option_fill option = option_row(w, 0, 1);
    double kept = w->forward[9];
    w->forward[9] = -1;
    assert_int_not_equal(kernels->fill_option(ticks, &option, COUNT), 0);
    w->forward[9] = NAN;
    assert_int_not_equal(kernels->fill_option(ticks, &option, COUNT), 0);
    w->forward[9] = kept;
    option.scale = 1e30;
    assert_int_not_equal(kernels->fill_option(ticks, &option, COUNT), 0);
}

static void check_lengths(hpm_isa isa, world *w)
{
    const hpm_price_kernels *kernels = kernels_or_skip(isa);
    hpm_option_fill row = option_row(w, 0, 1);
    for (size_t count = 0; count < 40; count++) {
        int64_t ticks[41];
        double value[41], probability[41], density[41];
        ticks[count] = -99;
        value[count] = probability[count] = density[count] = -99;
        assert_int_equal(kernels->fill_option(ticks, &row, count), 0);
        kernels->black76(value, w->forward, w->strike, w->total_vol, w->discount, w->sign, count);
        kernels->black76_law(probability, density, w->forward, w->strike, w->total_vol, w->sign,
                             count);
        assert_true(ticks[count] == -99 && value[count] == -99 && probability[count] == -99 &&
                    density[count] == -99);
    }
}

/* Rows of any number and length, of both kinds, good ones and a bad one, are what each is alone. */
static void check_many_rows(hpm_isa isa, world *w)
{
    enum { ROWS = 21, LONGEST = 700 };
    static const size_t counts[] = {1, 7, 25, 32, 87, 300, 321, LONGEST};
    static int64_t many[ROWS][LONGEST], alone[LONGEST];
    const hpm_price_kernels *kernels = kernels_or_skip(isa);
    hpm_option_fill rows[ROWS];
    int64_t *ticks[ROWS];
    uint8_t bad[ROWS];
    for (int r = 0; r < ROWS; r++) {
        rows[r] = option_row(w, r % 3 == 0, r % 2 ? 1 : -1);
        rows[r].strike = 60000 + 5000 * r;
        rows[r].value0 = r;
        ticks[r] = many[r];
    }
    rows[4].scale = 1e30;
    for (size_t c = 0; c < sizeof counts / sizeof *counts; c++) {
        kernels->fill_options(ticks, bad, rows, ROWS, counts[c]);
        for (int r = 0; r < ROWS; r++) {
            assert_int_equal(bad[r] != 0, kernels->fill_option(alone, &rows[r], counts[c]) != 0);
            assert_int_equal(bad[r] != 0, r == 4);
            if (!bad[r]) assert_memory_equal(many[r], alone, counts[c] * sizeof *alone);
        }
    }
    kernels->fill_options(ticks, bad, rows, 0, 25);
}

static void check_isa(hpm_isa isa, world *w)
{
    print_message("    %s\n", kernels_or_skip(isa)->isa);
    check_black76(isa, w);
    check_greeks(isa, w);
    check_edges(isa, w);
    check_fill_option(isa, w);
    check_fill_futures(isa, w);
    check_refusals(isa, w);
    check_lengths(isa, w);
    check_many_rows(isa, w);
}

static void base_equals_the_twins(void **context)
{
    check_isa(HPM_ISA_BASE, *context);
}

static void avx2_equals_the_twins(void **context)
{
    check_isa(HPM_ISA_AVX2, *context);
}

static void avx512_equals_the_twins(void **context)
{
    check_isa(HPM_ISA_AVX512, *context);
}

static void ticks_round_half_even(void **context)
{
    (void)context;
    assert_true(hpm_ticks_round(0.5) == 0 && hpm_ticks_round(1.5) == 2);
    assert_true(hpm_ticks_round(-0.5) == 0 && hpm_ticks_round(-1.5) == -2);
    assert_true(hpm_ticks_round(2.5) == 2 && hpm_ticks_round(-2.5) == -2);
    assert_true(hpm_ticks_round(0x1p51 - 1) == (INT64_C(1) << 51) - 1);
    assert_true(hpm_ticks_round(-0x1p51 + 1) == -(INT64_C(1) << 51) + 1);
    uint64_t state = 17;
    for (int i = 0; i < 100000; i++) {
        double x = oracle_uniform(&state, -1, 1) * exp2(oracle_uniform(&state, 0, 51));
        assert_true(hpm_ticks_round(x) == (int64_t)nearbyint(x));
    }
}

static void unknown_isa_has_no_table(void **context)
{
    (void)context;
    assert_null(hpm_price_kernels_for((hpm_isa)99));
    assert_non_null(hpm_price_kernels_for(HPM_ISA_BASE));
}

/* One number for every compiler, level and architecture: changes only with the formula. */
static void bits_are_pinned(void **context)
{
    (void)context;
    uint64_t hash = 0xcbf29ce484222325, state = 99; /* FNV-1a over words */
    for (int i = 0; i < 20000; i++) {
        /* Arguments from arithmetic alone: libm may differ from machine to machine. */
        double forward = oracle_uniform(&state, 1000, 200000);
        double strike = oracle_uniform(&state, 1000, 200000);
        double vol = oracle_uniform(&state, 0, 1);
        double value = hpm_black76(forward, strike, 3 * vol * vol * vol, i % 2 ? 1 : -1);
        hash = (hash ^ hpm_bits_of(value)) * 0x100000001b3;
        hash = (hash ^ hpm_bits_of(hpm_pow(forward / strike, 10 * vol))) * 0x100000001b3;
        hash = (hash ^ hpm_bits_of(hpm_expm1(vol - 0.5))) * 0x100000001b3;
        hash = (hash ^ hpm_bits_of(hpm_norm_cdf(20 * vol - 15))) * 0x100000001b3;
    }
    print_message("    0x%016llx\n", (unsigned long long)hash);
    assert_true(hash == PINNED_HASH);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(base_equals_the_twins),    cmocka_unit_test(avx2_equals_the_twins),
        cmocka_unit_test(avx512_equals_the_twins),  cmocka_unit_test(ticks_round_half_even),
        cmocka_unit_test(unknown_isa_has_no_table), cmocka_unit_test(bits_are_pinned),
    };
    return cmocka_run_group_tests(tests, set_world, NULL);
}
