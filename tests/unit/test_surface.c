/* Tests of src/surface/surface.c: order, checks, canonical form. */
#include "check.h"

#include <math.h>

#include "hpm/surface.h"

enum { SLICES = 4, UNDERLYINGS = 2 };

typedef struct fixture {
    hpm_slice slices[SLICES];
    hpm_ssvi across[UNDERLYINGS];
    hpm_surface surface;
} fixture;

static hpm_slice slice_of(const char *name, int64_t expiry_ns, hpm_slice_state state)
{
    hpm_slice slice = {.expiry_ns = expiry_ns,
                       .tau_years = 0.25,
                       .forward = {100, 0.75, 3},
                       .rate_annual = 0.02,
                       .svi = {0.04, 0.1, -0.5, 0.1, 0.4},
                       .state = state,
                       .confidence = 0.5,
                       .age_s = 4,
                       .mark_rmse = NAN,
                       .spread_vol = NAN};
    strcpy(slice.underlying, name);
    return slice;
}

static fixture made(void)
{
    fixture f = {
        .slices = {slice_of("ETH", 5, HPM_SLICE_FITTED), slice_of("BTC", 9, HPM_SLICE_SPARSE),
                   slice_of("BTC", 5, HPM_SLICE_NONE), slice_of("BTC", 7, HPM_SLICE_REPAIRED)},
        .across = {{"ETH", -0.3, 1, 0.5, 0.01}, {"BTC", NAN, NAN, NAN, NAN}},
        .surface = {.now_ns = 3}};
    f.slices[2].svi.sigma = f.slices[2].confidence = f.slices[2].age_s = NAN; /* undefined */
    f.slices[2].forward.value = NAN;
    return f;
}

static hpm_status finish(fixture *f, hpm_error *error)
{
    f->surface.slices = f->slices;
    f->surface.slice_count = SLICES;
    f->surface.across = f->across;
    f->surface.underlying_count = UNDERLYINGS;
    return hpm_surface_finish(&f->surface, error);
}

static hpm_hash hash_of(fixture f)
{
    hpm_error error = {0};
    check_ok(finish(&f, &error), &error);
    return f.surface.hash;
}

static void test_order(void **state)
{
    static const char *const names[] = {"BTC", "BTC", "BTC", "ETH"};
    static const int64_t times[] = {5, 7, 9, 5};
    fixture f = made();
    hpm_error error = {0};
    (void)state;
    check_ok(finish(&f, &error), &error);
    for (int i = 0; i < SLICES; i++) {
        assert_string_equal(f.slices[i].underlying, names[i]);
        assert_int_equal(f.slices[i].expiry_ns, times[i]);
    }
    assert_string_equal(f.across[0].underlying, "BTC");
    fixture other = made();
    hpm_slice first = other.slices[0];
    other.slices[0] = other.slices[3];
    other.slices[3] = first;
    hpm_hash hash = hash_of(other);
    assert_memory_equal(&hash, &f.surface.hash, sizeof hash);
}

static void test_empty(void **state)
{
    hpm_error error = {0};
    hpm_surface empty = {0};
    (void)state;
    check_ok(hpm_surface_finish(&empty, &error), &error);
}

static void check_hash(fixture changed, int same)
{
    hpm_hash before = hash_of(made()), after = hash_of(changed);
    assert_int_equal(memcmp(&before, &after, sizeof before) == 0, same);
}

#define CHANGED(field_, value_, same_)                                                             \
    do {                                                                                           \
        fixture f = made();                                                                        \
        f.field_ = (value_);                                                                       \
        check_hash(f, same_);                                                                      \
    } while (0)

static void test_hash(void **state)
{
    (void)state;
    CHANGED(surface.now_ns, 4, 0);
    CHANGED(slices[0].expiry_ns, 6, 0);
    CHANGED(slices[0].tau_years, 0.26, 0);
    CHANGED(slices[0].forward.value, 101, 0);
    CHANGED(slices[0].forward.confidence, 1, 0);
    CHANGED(slices[0].forward.age_s, 4, 0);
    CHANGED(slices[0].rate_annual, 0.03, 0);
    CHANGED(slices[0].svi.a, 0.05, 0);
    CHANGED(slices[0].svi.b, 0.2, 0);
    CHANGED(slices[0].svi.rho, 0.2, 0);
    CHANGED(slices[0].svi.m, 0.2, 0);
    CHANGED(slices[0].svi.sigma, 0.2, 0);
    CHANGED(slices[0].state, HPM_SLICE_REPAIRED, 0);
    CHANGED(slices[0].confidence, 0.6, 0);
    CHANGED(slices[0].age_s, 5, 0);
    CHANGED(slices[0].underlying[2], 'I', 0);
    CHANGED(slices[2].svi.a, 7, 1);
    CHANGED(slices[2].state, HPM_SLICE_NONE, 1);
    CHANGED(slices[0].used, 6, 1);
    CHANGED(slices[0].mark_rmse, 0.01, 1);
    CHANGED(across[0].rho, 0.2, 1);
    CHANGED(surface.quotes_hash.bytes[0], 6, 1);
}

#define REFUSED(field_, value_, where_, message_)                                                  \
    do {                                                                                           \
        fixture f = made();                                                                        \
        hpm_error error = {0};                                                                     \
        f.field_ = (value_);                                                                       \
        check_error(finish(&f, &error), &error, HPM_E_RANGE, where_, message_);                    \
    } while (0)

static void test_slices_refused(void **state)
{
    (void)state;
    REFUSED(surface.now_ns, -1, "time", "before 1970 (-1 ns)");
    REFUSED(slices[1].underlying[0], '\0', "slices[1]",
            "underlying is empty or longer than 15 bytes");
    REFUSED(slices[3].expiry_ns, 0, "slices[3]", "expiry before 1970 (0 ns)");
    REFUSED(slices[3].tau_years, -1, "slices[3]", "tau_years outside [0, 1e4] (-1)");
    REFUSED(slices[3].tau_years, NAN, "slices[3]", "tau_years outside [0, 1e4] (nan)");
    REFUSED(slices[3].state, (hpm_slice_state)5, "slices[3]", "unknown state (5)");
    REFUSED(slices[3].spread_vol, -1, "slices[3]", "a figure below 0 or not finite (nan, -1, 0)");
    REFUSED(slices[3].forward.value, 0, "slices[3]", "forward outside (0, 1e15] (0)");
    REFUSED(slices[3].forward.value, NAN, "slices[3]", "volatilities without a forward (nan)");
    REFUSED(slices[3].forward.confidence, 2, "slices[3]", "confidence outside [0, 1] (2)");
    REFUSED(slices[3].rate_annual, 11, "slices[3]", "rate outside [-10, 10] (11)");
    REFUSED(slices[3].svi.sigma, 0, "slices[3]",
            "svi out of range or of negative variance (0.04, 0.1, -0.5, 0.1, 0)");
    REFUSED(slices[3].svi.a, 1e7, "slices[3]",
            "svi out of range or of negative variance (1e+07, 0.1, -0.5, 0.1, 0.4)");
    REFUSED(slices[3].confidence, -1, "slices[3]", "confidence outside [0, 1] (-1)");
    REFUSED(slices[3].age_s, NAN, "slices[3]", "age_s outside [0, 1e9] (nan)");
}

static void test_across_refused(void **state)
{
    static const char *const beyond =
        "beyond |rho| < 1, 0 < eta (1 + |rho|) <= 2, 0 < gamma <= 1/2 (-0.3, 2, 0.5)";
    (void)state;
    REFUSED(across[0].underlying[0], '\0', "across[0]",
            "underlying is empty or longer than 15 bytes");
    REFUSED(across[0].rmse, INFINITY, "across[0]", "rmse below 0 or not finite (inf)");
    REFUSED(across[0].eta, 2, "across[0]", beyond);
}

static void test_unterminated(void **state)
{
    fixture f = made();
    hpm_error error = {0};
    (void)state;
    memset(f.slices[0].underlying, 'E', sizeof f.slices[0].underlying);
    check_error(finish(&f, &error), &error, HPM_E_RANGE, "slices[0]",
                "underlying is empty or longer than 15 bytes");
}

static void test_twice(void **state)
{
    fixture f = made();
    hpm_error error = {0};
    (void)state;
    f.slices[1].expiry_ns = 5;
    check_error(finish(&f, &error), &error, HPM_E_DUPLICATE, "BTC",
                "two slices of one expiry (5 ns)");
    f = made();
    strcpy(f.across[0].underlying, "BTC");
    check_error(finish(&f, &error), &error, HPM_E_DUPLICATE, "across",
                "two of one underlying (BTC)");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_order),          cmocka_unit_test(test_empty),
        cmocka_unit_test(test_hash),           cmocka_unit_test(test_slices_refused),
        cmocka_unit_test(test_across_refused), cmocka_unit_test(test_unterminated),
        cmocka_unit_test(test_twice),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
