/* Tests of src/io/document_orders.c. */
#include "check.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "documents.h"
#include "io/document.h"

static hpm_catalog_document catalog_document;

static int read_catalog(void **state)
{
    hpm_error error = {0};
    (void)state;
    return hpm_catalog_decode(&catalog_document, CATALOG, sizeof CATALOG - 1, &error) != HPM_OK;
}

static int free_catalog(void **state)
{
    (void)state;
    hpm_catalog_document_free(&catalog_document);
    return 0;
}

#define ORDERS_OF(rows)             "{\"schema\":\"hpm/orders/1\",\"orders\":[" rows "]}"
#define ORDER(id, instrument, more) "{\"id\":\"" id "\",\"instrument\":\"" instrument "\"," more "}"

static void check_bad(const char *text, hpm_status wanted, const char *where, const char *message)
{
    hpm_error error = {0};
    hpm_order *orders;
    uint32_t count;
    check_error(
        hpm_orders_decode(&orders, &count, text, strlen(text), &catalog_document.catalog, &error),
        &error, wanted, where, message);
    assert_null(orders);
    assert_int_equal(count, 0);
}

static hpm_order *decode(const char *text, uint32_t wanted)
{
    hpm_error error = {0};
    hpm_order *orders;
    uint32_t count;
    check_ok(
        hpm_orders_decode(&orders, &count, text, strlen(text), &catalog_document.catalog, &error),
        &error);
    assert_int_equal(count, wanted);
    return orders;
}

static void test_decode(void **state)
{
    const hpm_catalog *catalog = &catalog_document.catalog;
    hpm_order *orders = decode(
        ORDERS_OF(
            ORDER("z", "x:C", "\"quantity\":\"-0.3\",\"price\":0.0525,\"fee\":\"0.01\"") "," ORDER(
                "a", "x:PERP", "\"quantity\":2")),
        2);
    (void)state;
    assert_string_equal(orders[0].id, "z");
    assert_int_equal(orders[0].instrument, hpm_catalog_find_instrument(catalog, "x:C"));
    assert_int_equal(orders[0].quantity.e8, -30000000);
    assert_true(orders[0].price == 0.0525);
    assert_int_equal(orders[0].fee.e8, 1000000);
    assert_string_equal(orders[1].id, "a");
    assert_int_equal(orders[1].instrument, hpm_catalog_find_instrument(catalog, "x:PERP"));
    assert_int_equal(orders[1].quantity.e8, 200000000);
    assert_true(isnan(orders[1].price));
    assert_int_equal(orders[1].fee.e8, 0);
    free(orders);
    assert_null(decode(ORDERS_OF(""), 0));
}

static void test_bad(void **state)
{
    (void)state;
    check_bad(ORDERS_OF(ORDER("a", "x:NONE", "\"quantity\":1")), HPM_E_REFERENCE,
              "orders[0].instrument", "no such instrument (\"x:NONE\")");
    check_bad(ORDERS_OF(ORDER("a", "x:C", "\"quantity\":0")), HPM_E_RANGE, "orders[0].quantity",
              "a quantity of 0");
    check_bad(ORDERS_OF(ORDER("a", "x:C", "\"quantity\":1") "," ORDER("b", "x:C",
                                                                      "\"quantity\":\"0.15\"")),
              HPM_E_LOT, "orders[1].quantity",
              "quantity is not a whole number of lots of 0.1 (0.15)");
    check_bad(ORDERS_OF(ORDER("a", "x:C", "\"quantity\":1") "," ORDER(
                  "b", "x:C", "\"quantity\":1") "," ORDER("a", "x:P", "\"quantity\":1")),
              HPM_E_DUPLICATE, "orders[2].id", "stated twice, first in orders[0] (\"a\")");
    check_bad(ORDERS_OF(ORDER("a", "x:C", "\"quantity\":1,\"price\":-0.1")), HPM_E_RANGE,
              "orders[0].price", "not above 0 (-0.1)");
    check_bad(ORDERS_OF(ORDER("a", "x:C", "\"quantity\":1,\"price\":0")), HPM_E_RANGE,
              "orders[0].price", "not above 0 (0)");
    check_bad(ORDERS_OF(ORDER("a", "x:C", "\"quantity\":1,\"price\":\"1\"")), HPM_E_TYPE,
              "orders[0].price", "expected a number (\"1\")");
    check_bad(ORDERS_OF(ORDER("a", "x:C", "\"quantity\":1,\"fee\":-1")), HPM_E_RANGE,
              "orders[0].fee", "below the minimum 0 settlement asset (-1)");
    check_bad(ORDERS_OF(ORDER("a", "x:C", "\"price\":1")), HPM_E_FIELD_MISSING,
              "orders[0].quantity", "missing field");
    check_bad(ORDERS_OF(ORDER("", "x:C", "\"quantity\":1")), HPM_E_RANGE, "orders[0].id",
              "empty text (\"\")");
    check_bad(ORDERS_OF(ORDER("a", "x:C", "\"quantity\":1,\"side\":\"buy\"")), HPM_E_FIELD_UNKNOWN,
              "orders[0].side", "unknown field of order (side)");
    check_bad("{\"schema\":\"hpm/orders/1\"}", HPM_E_FIELD_MISSING, "orders", "missing field");
    check_bad(ACCOUNT, HPM_E_SCHEMA, "schema", "should be \"hpm/orders/1\" (\"hpm/account/1\")");
}

/* As many as there may be, and one more. */
static char *many(uint32_t count)
{
    size_t size = 64 + (size_t)count * 64, used;
    char *text = malloc(size);
    assert_non_null(text);
    used = (size_t)sprintf(text, "{\"schema\":\"hpm/orders/1\",\"orders\":[");
    for (uint32_t i = 0; i < count; i++)
        used +=
            (size_t)sprintf(text + used, "%s{\"id\":\"%u\",\"instrument\":\"x:C\",\"quantity\":1}",
                            i > 0 ? "," : "", i);
    sprintf(text + used, "]}");
    return text;
}

static void test_limit(void **state)
{
    char *most = many(HPM_ORDERS_MAX), *more = many(HPM_ORDERS_MAX + 1);
    (void)state;
    free(decode(most, HPM_ORDERS_MAX));
    check_bad(more, HPM_E_LIMIT, "orders", "more than 10000 items (10001)");
    free(most);
    free(more);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_decode),
        cmocka_unit_test(test_bad),
        cmocka_unit_test(test_limit),
    };
    return cmocka_run_group_tests(tests, read_catalog, free_catalog);
}
