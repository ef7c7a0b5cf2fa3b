/* Tests of src/account/orders.c. */
#include "hpm/orders.h"
#include "small_world.h"

static hpm_order order_of(uint32_t instrument, double contracts, double price)
{
    return (hpm_order){"", instrument, {e8_of(contracts)}, price, {0}};
}

static void check_good(const world *w, hpm_order order)
{
    hpm_error error = {0};
    check_ok(hpm_order_check(&order, &w->catalog, &error), &error);
}

static void check_bad(const world *w, hpm_order order, hpm_status wanted, const char *where,
                      const char *message)
{
    hpm_error error = {0};
    check_error(hpm_order_check(&order, &w->catalog, &error), &error, wanted, where, message);
}

static void test_good(void **state)
{
    const world *w = *state;
    check_good(w, order_of(B_PERP, 0.1, NAN));
    check_good(w, order_of(B_PERP, -12.3, 1e-300));
    hpm_order order = order_of(B_PUT_100, 1, 999e12);
    order.fee.e8 = 1;
    check_good(w, order);
}

static void test_bad(void **state)
{
    const world *w = *state;
    hpm_order order = order_of(B_PERP, 1, NAN);
    char text[64];
    snprintf(text, sizeof text, "unknown instrument id (%u)", (unsigned)INSTRUMENTS);
    check_bad(w, order_of(INSTRUMENTS, 1, NAN), HPM_E_REFERENCE, "", text);
    check_bad(w, order_of(B_PERP, 0, NAN), HPM_E_RANGE, "b:perp", "a quantity of 0");
    check_bad(w, order_of(B_PERP, 0.25, NAN), HPM_E_LOT, "b:perp",
              "quantity is not a whole number of lots of 0.1 (0.25)");
    check_bad(w, order_of(B_PERP, 1, 0), HPM_E_RANGE, "b:perp", "price outside (0, 1e15) (0)");
    check_bad(w, order_of(B_PERP, 1, -5), HPM_E_RANGE, "b:perp", "price outside (0, 1e15) (-5)");
    check_bad(w, order_of(B_PERP, 1, INFINITY), HPM_E_RANGE, "b:perp",
              "price outside (0, 1e15) (inf)");
    strcpy(order.id, "quote 7");
    order.fee.e8 = -1;
    check_bad(w, order, HPM_E_RANGE, "quote 7", "a fee below 0");
}

int main(void)
{
    const struct CMUnitTest tests[] = {WORLD_TEST(test_good), WORLD_TEST(test_bad)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
