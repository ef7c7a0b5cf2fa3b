/* Templates as documents: balances, sizes, rounding, ladders, references, refusals, skips. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "io/template.h"
#include "io/template_pick.h"
#include "template_fixture.h"

static hpm_market_document document;
static hpm_account *account;
static hpm_template_notes skipped;
static hpm_error failure;

static int setup(void **state)
{
    (void)state;
    return fixture_market(&document);
}

static int teardown(void **state)
{
    (void)state;
    hpm_market_document_free(&document);
    return 0;
}

static int clean(void **state)
{
    (void)state;
    free(account);
    account = NULL;
    hpm_template_notes_free(&skipped);
    return 0;
}

static hpm_status resolve(const char *body)
{
    static char text[8192];
    clean(NULL);
    memset(&failure, 0, sizeof failure);
    snprintf(text, sizeof text, "{\"schema\":\"hpm/account-template/1\",\"id\":\"t\",%s}", body);
    return hpm_template_resolve(&account, &skipped, text, strlen(text), &document.market, &failure);
}

static void expect_ok(const char *body)
{
    if (resolve(body) != HPM_OK) fail_msg("%s: %s: %s", body, failure.where, failure.message);
}

/* Quantity in 1e-8 contracts, 0 where there is no position. */
static int64_t quantity(const char *name)
{
    const hpm_position *positions = hpm_account_positions(account);
    for (uint32_t i = 0; i < account->position_count; i++)
        if (strcmp(document.catalog.instruments[positions[i].instrument].name, name) == 0)
            return positions[i].quantity.e8;
    return 0;
}

static const char *reason_of(const char *name)
{
    for (uint32_t i = 0; i < skipped.count; i++)
        if (strcmp(skipped.items[i].name, name) == 0) return skipped.items[i].reason;
    return "";
}

#define CALL(name_, side_, size_)                                                                  \
    "{\"name\":\"" name_ "\",\"kind\":\"option\",\"underlying\":\"BTC\",\"type\":\"call\","        \
    "\"days\":10,\"strike_by\":\"atm\",\"side\":\"" side_ "\",\"size\":\"" size_ "\"}"
#define PERPETUAL(more_) "{\"name\":\"p\",\"kind\":\"perpetual\",\"underlying\":\"BTC\"," more_ "}"

static void balances(void **state)
{
    (void)state;
    expect_ok("\"balances\":[{\"asset\":\"USD\",\"amount\":\"-5.5\"},"
              "{\"asset\":\"BTC\",\"value\":\"12345.67891\"},{\"asset\":\"EUR\",\"amount\":1},"
              "{\"asset\":\"ZZZ\",\"value\":\"1\"}]");
    assert_int_equal(account->balance_count, 2);
    assert_true(hpm_account_balances(account)[0].amount.e8 == INT64_C(12345678910));
    assert_true(hpm_account_balances(account)[1].amount.e8 == -550000000);
    assert_int_equal(skipped.count, 2);
    assert_string_equal(reason_of("EUR"), "balance: the market has no asset EUR");
    assert_string_equal(reason_of("ZZZ"), "balance: ZZZ has no price");
}

static void contracts_round_half_even_to_lots(void **state)
{
    static const struct {
        const char *size;
        int64_t lots;
    } cases[] = {{"1", 10},    {"0.14", 1}, {"0.15", 2},       {"0.25", 2}, {"0.35", 4},
                 {"0.251", 3}, {"0.05", 0}, {"0.05000001", 1}, {"0.04", 0}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char body[512];
        snprintf(body, sizeof body,
                 "\"legs\":[{\"name\":\"a\",\"kind\":\"option\",\"underlying\":\"BTC\","
                 "\"type\":\"call\",\"days\":10,\"strike_by\":\"atm\",\"side\":\"short\",\"size\":"
                 "\"%s\"}]",
                 cases[i].size);
        expect_ok(body);
        assert_true(quantity("t:BTC-12JAN26-100-C") == -cases[i].lots * (HPM_E8 / 10));
        if (cases[i].lots > 0) continue;
        assert_non_null(strstr(reason_of("a"), "its size is below half a lot"));
    }
}

static void notional_and_entry(void **state)
{
    (void)state;
    expect_ok(
        "\"legs\":[" PERPETUAL("\"side\":\"short\",\"size_by\":\"notional\",\"size\":\"1015\","
                               "\"entry\":1.25") "]");
    /* 101.5 contracts of 10 dollars, in lots of 2. */
    assert_true(quantity("t:BTC-PERP") == -102 * HPM_E8);
    assert_true(hpm_account_positions(account)[0].entry_price == 125);
    expect_ok(
        "\"legs\":[{\"name\":\"s\",\"kind\":\"spot\",\"underlying\":\"BTC\",\"side\":\"long\","
        "\"size_by\":\"notional\",\"size\":\"75\"}]");
    assert_true(quantity("t:BTC-SPOT") == 15 * HPM_E8 / 10);
    assert_true(isnan(hpm_account_positions(account)[0].entry_price));
}

static void delta_hedge_takes_the_delta_away(void **state)
{
    (void)state;
    expect_ok("\"legs\":[" CALL("a", "short", "100") "," PERPETUAL("\"side\":\"hedge\","
                                                                   "\"size\":\"1\"") "]");
    uint32_t call = hpm_catalog_find_instrument(&document.catalog, "t:BTC-12JAN26-100-C");
    double delta = -100 * hpm_template_delta(&document.market, call);
    double hedge = hpm_e8_to_double(quantity("t:BTC-PERP"));
    assert_true(hedge > 0);
    assert_true(fabs(delta + 0.1 * hedge) <= 0.1); /* one lot of two contracts is 0.2 coin */
    expect_ok("\"legs\":[" PERPETUAL("\"side\":\"hedge\",\"size\":\"1\"") "]");
    assert_non_null(strstr(reason_of("p"), "there is no delta to hedge"));
}

static void one_instrument_one_leg(void **state)
{
    (void)state;
    expect_ok("\"legs\":[" CALL("a", "short", "1") "," CALL("b", "long", "2") "]");
    assert_true(quantity("t:BTC-12JAN26-100-C") == -HPM_E8);
    assert_string_equal(reason_of("b"),
                        "t:BTC-12JAN26-100-C is already the instrument of another leg");
}

static void a_skipped_leg_takes_its_followers(void **state)
{
    (void)state;
    expect_ok(
        "\"legs\":[{\"name\":\"a\",\"kind\":\"option\",\"underlying\":\"BTC\","
        "\"type\":\"put\",\"days\":50,\"days_min\":40,\"strike_by\":\"moneyness\","
        "\"moneyness\":1,\"side\":\"long\",\"size\":1},{\"name\":\"b\",\"kind\":\"option\","
        "\"underlying\":\"BTC\",\"type\":\"call\",\"expiry_of\":\"a\",\"strike_by\":\"leg\","
        "\"strike_of\":\"a\",\"side\":\"long\",\"size\":1},{\"name\":\"c\",\"kind\":\"option\","
        "\"underlying\":\"BTC\",\"type\":\"call\",\"days\":10,\"strike_by\":\"leg\","
        "\"strike_of\":\"a\",\"side\":\"long\",\"size\":1}]");
    assert_int_equal(account->position_count, 0);
    assert_int_equal(skipped.count, 3);
    assert_string_equal(reason_of("b"), "leg a, whose expiry it shares, was skipped");
    assert_string_equal(reason_of("c"), "leg a, whose strike it shares, was skipped");
}

#define LADDER(more_)                                                                              \
    "\"ladders\":[{\"name\":\"l\",\"underlying\":\"BTC\",\"moneyness_min\":0.85,"                  \
    "\"moneyness_max\":1.15,\"type\":\"otm\"," more_ "}]"

static void ladders_deal_sizes_in_turn(void **state)
{
    (void)state;
    expect_ok(LADDER("\"sizes\":[\"-1\",\"2.05\",\"0\",\"0.7\"]"));
    /* 90P 100C 110C of the first expiry, 90P 100P 110C of the second. */
    assert_true(quantity("t:BTC-12JAN26-90-P") == -HPM_E8);
    assert_true(quantity("t:BTC-12JAN26-100-C") == 2 * HPM_E8);
    assert_true(quantity("t:BTC-12JAN26-110-C") == 0);
    assert_true(quantity("t:BTC-22JAN26-90-P") == 7 * HPM_E8 / 10);
    assert_true(quantity("t:BTC-22JAN26-100-P") == -HPM_E8);
    assert_int_equal(account->position_count, 5);
    assert_int_equal(skipped.count, 0);
    expect_ok(LADDER("\"sizes\":[\"1\"],\"count_max\":2"));
    assert_int_equal(account->position_count, 2);
    expect_ok(LADDER("\"sizes\":[\"1\"],\"count_min\":7"));
    assert_int_equal(account->position_count, 6);
    assert_non_null(strstr(reason_of("l"), "lists 6 of its options, 7 at least are wanted"));
    /* A ladder and a leg on one instrument add up. */
    expect_ok(LADDER("\"sizes\":[\"1\"]") ",\"legs\":[" CALL("a", "short", "3") "]");
    assert_true(quantity("t:BTC-12JAN26-100-C") == -2 * HPM_E8);
}

static void refuses_bad_documents(void **state)
{
    static const struct {
        const char *body, *where;
        hpm_status status;
    } cases[] = {
        {"\"legs\":[{\"name\":\"a\"}]", "legs[0].underlying", HPM_E_FIELD_MISSING},
        {"\"x\":1", "x", HPM_E_FIELD_UNKNOWN},
        {"\"balances\":[{\"asset\":\"USD\"}]", "balances[0].amount", HPM_E_FIELD_MISSING},
        {"\"balances\":[{\"asset\":\"USD\",\"amount\":1,\"value\":1}]", "balances[0].amount",
         HPM_E_FIELD_MISSING},
        {"\"balances\":[{\"asset\":\"USD\",\"amount\":1},{\"asset\":\"USD\",\"amount\":1}]",
         "balances[1].asset", HPM_E_DUPLICATE},
        {"\"legs\":[" CALL("a", "short", "1") "," CALL("a", "short", "1") "]", "legs[1].name",
         HPM_E_DUPLICATE},
        {"\"legs\":[" CALL("a", "short", "0") "]", "legs[0].size", HPM_E_RANGE},
        {"\"legs\":[{\"name\":\"f\",\"kind\":\"future\",\"underlying\":\"BTC\",\"side\":\"long\","
         "\"size\":1}]",
         "legs[0].days", HPM_E_FIELD_MISSING},
        {"\"legs\":[{\"name\":\"f\",\"kind\":\"future\",\"underlying\":\"BTC\",\"side\":\"long\","
         "\"size\":1,"
         "\"days\":9,\"days_min\":10}]",
         "legs[0].days", HPM_E_RANGE},
        {"\"legs\":[{\"name\":\"f\",\"kind\":\"future\",\"underlying\":\"BTC\",\"side\":\"long\","
         "\"size\":1,"
         "\"expiry_of\":\"f\"}]",
         "legs[0].expiry_of", HPM_E_REFERENCE},
        {"\"legs\":[" PERPETUAL(
             "\"side\":\"long\",\"size\":1") ",{\"name\":\"f\",\"kind\":\"future\","
                                             "\"underlying\":\"BTC\",\"side\":\"long\",\"size\":1,"
                                             "\"expiry_of\":\"p\"}]",
         "legs[1].expiry_of", HPM_E_REFERENCE},
        {"\"legs\":[{\"name\":\"o\",\"kind\":\"option\",\"underlying\":\"BTC\",\"side\":\"long\","
         "\"size\":1,"
         "\"days\":9,\"type\":\"put\",\"strike_by\":\"atm\",\"atm_offset\":0.5}]",
         "legs[0].atm_offset", HPM_E_RANGE},
        {LADDER("\"sizes\":[\"1\",\"x\"]"), "ladders[0].sizes", HPM_E_SYNTAX},
        {LADDER("\"sizes\":[]"), "ladders[0].sizes", HPM_E_FIELD_MISSING},
        {"\"balances\":[{\"asset\":\"BTC\",\"value\":\"92000000000\"}],"
         "\"ladders\":[{\"name\":\"l\",\"underlying\":\"BTC\",\"moneyness_min\":0,"
         "\"moneyness_max\":9,\"type\":\"both\",\"sizes\":[\"92233720368\"]},"
         "{\"name\":\"m\",\"underlying\":\"BTC\",\"moneyness_min\":0,"
         "\"moneyness_max\":9,\"type\":\"both\",\"sizes\":[\"92233720368\"]}]",
         "m", HPM_E_OVERFLOW},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        hpm_status status = resolve(cases[i].body);
        if (status != cases[i].status || strcmp(failure.where, cases[i].where) != 0)
            fail_msg("%s: %s at '%s': %s", cases[i].body, hpm_status_name(status), failure.where,
                     failure.message);
        assert_null(account);
        assert_int_equal(skipped.count, 0);
    }
}

static void refuses_other_schemas(void **state)
{
    static const char text[] = "{\"schema\":\"hpm/account/1\",\"id\":\"t\"}";
    (void)state;
    assert_int_equal(
        hpm_template_resolve(&account, &skipped, text, strlen(text), &document.market, &failure),
        HPM_E_SCHEMA);
    assert_null(account);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(balances, clean),
        cmocka_unit_test_teardown(contracts_round_half_even_to_lots, clean),
        cmocka_unit_test_teardown(notional_and_entry, clean),
        cmocka_unit_test_teardown(delta_hedge_takes_the_delta_away, clean),
        cmocka_unit_test_teardown(one_instrument_one_leg, clean),
        cmocka_unit_test_teardown(a_skipped_leg_takes_its_followers, clean),
        cmocka_unit_test_teardown(ladders_deal_sizes_in_turn, clean),
        cmocka_unit_test_teardown(refuses_bad_documents, clean),
        cmocka_unit_test_teardown(refuses_other_schemas, clean),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
