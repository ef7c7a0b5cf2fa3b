/* Binance's positions: signs, sides and prices of entry. The values are made up. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define IMPORT_VENUE hpm_import_binance
#include "import_fixture.h"

#define FUTURE(symbol_, quantity_, entry_, profit_, side_)                                         \
    "{\"symbol\":\"" symbol_ "\",\"positionAmt\":\"" quantity_ "\",\"entryPrice\":\"" entry_       \
    "\",\"markPrice\":\"84000\",\"unRealizedProfit\":\"" profit_ "\",\"positionSide\":\"" side_    \
    "\",\"updateTime\":1772447400000}"
#define EVENT(time_, position_)                                                                    \
    "{\"e\":\"ACCOUNT_UPDATE\",\"E\":" time_                                                       \
    ",\"T\":1,\"a\":{\"m\":\"ORDER\",\"B\":[],\"P\":[" position_ "]}}\n"

static const hpm_position *position_of(const fixture *f, const char *name)
{
    assert_int_not_equal(id_of(f, name), HPM_NONE);
    return find_position(f, name);
}

static void reads_every_kind(void **state)
{
    fixture *f = *state;
    assert_int_equal(give(f, "um.json",
                          "[" FUTURE("BTCUSDT", "-0.250", "80000.5", "1", "BOTH") "," FUTURE(
                              "ETHUSDT", "0.000", "0.0", "0", "BOTH") "]"),
                     HPM_OK);
    assert_int_equal(give(f, "cm.json", "[" FUTURE("BTCUSD_PERP", "30", "79000", "0", "BOTH") "]"),
                     HPM_OK);
    assert_int_equal(give(f, "options.json",
                          "[{\"entryPrice\":\"1000\",\"symbol\":\"BTC-260327-90000-C\",\"side\":"
                          "\"SHORT\",\"quantity\":\"-0.1\",\"markValue\":\"105\",\"optionSide\":"
                          "\"CALL\",\"time\":1772447400000}]"),
                     HPM_OK);
    assert_int_equal(finish(f), HPM_OK);
    assert_int_equal(f->result.account->position_count, 3);
    const hpm_position *linear = position_of(f, "binance:BTCUSDT");
    assert_int_equal(linear->quantity.e8, -HPM_E8 / 4);
    assert_true(linear->entry_price == 80000.5);
    assert_int_equal(position_of(f, "binance:BTCUSD_PERP")->quantity.e8, 30 * HPM_E8);
    const hpm_position *option = position_of(f, "binance:BTC-260327-90000-C");
    assert_int_equal(option->quantity.e8, -HPM_E8 / 10);
    assert_true(isnan(option->entry_price) && option->funding.e8 == 0);
    assert_int_equal(id_of(f, "binance:ETHUSDT"), HPM_NONE);
}

static void both_sides_are_set_off(void **state)
{
    fixture *f = *state;
    assert_int_equal(give(f, "um.json",
                          "[" FUTURE("BTCUSDT", "0.000", "0", "0", "BOTH") "," FUTURE(
                              "BTCUSDT", "2.000", "80000", "0",
                              "LONG") "," FUTURE("BTCUSDT", "-0.500", "84000", "0", "SHORT") "]"),
                     HPM_OK);
    assert_int_equal(finish(f), HPM_OK);
    const hpm_position *net = position_of(f, "binance:BTCUSDT");
    assert_int_equal(net->quantity.e8, 3 * HPM_E8 / 2);
    assert_true(net->entry_price == 80000);
    assert_int_equal(net->funding.e8, 2000 * HPM_E8);
}

/* The answer of the account, version 3, says the profit and no price. */
static void without_a_price_the_profit_stands(void **state)
{
    fixture *f = *state;
    assert_int_equal(give(f, "v3.json",
                          "[{\"symbol\":\"BTCUSDT\",\"positionAmt\":\"0.5\",\"unrealizedProfit\":"
                          "\"-12.25\",\"positionSide\":\"BOTH\",\"updateTime\":1772447400000}]"),
                     HPM_OK);
    assert_int_equal(finish(f), HPM_OK);
    const hpm_position *position = position_of(f, "binance:BTCUSDT");
    assert_true(isnan(position->entry_price));
    assert_int_equal(position->funding.e8, -1225 * HPM_E8 / 100);
}

static void events_replace_positions(void **state)
{
    fixture *f = *state;
    assert_int_equal(
        give(f, "ws.txt",
             "[" FUTURE("BTCUSDT", "1", "80000", "0", "BOTH") "," FUTURE(
                 "ETHUSDT", "3", "2000", "0",
                 "BOTH") "]\n" EVENT("1772447500000",
                                     "{\"s\":\"BTCUSDT\",\"pa\":\"0\",\"ep\":\"0\","
                                     "\"up\":\"0\",\"ps\":\"BOTH\"},"
                                     "{\"s\":\"ETHUSDT\",\"pa\":\"-2\",\"ep\":\"2100\","
                                     "\"up\":\"0\",\"ps\":\"BOTH\"}")
                 EVENT("1772447300000",
                       "{\"s\":\"ETHUSDT\",\"pa\":\"9\",\"ep\":\"1\",\"up\":\"0\",\"ps\":"
                       "\"BOTH\"}") "{\"e\":\"ACCOUNT_UPDATE\",\"E\":1772447500000,\"B\":"
                                    "[],\"G\":[],\"P\":[{\"s\":"
                                    "\"BTC-260327-90000-C\",\"c\":\"-5\",\"r\":\"-5\","
                                    "\"p\":\"-10\",\"a\":\"2.2\"}]}\n"),
        HPM_OK);
    assert_int_equal(finish(f), HPM_OK);
    assert_int_equal(id_of(f, "binance:BTCUSDT"), HPM_NONE);
    assert_int_equal(f->result.account->position_count, 2);
    assert_int_equal(position_of(f, "binance:ETHUSDT")->quantity.e8, -2 * HPM_E8);
    assert_true(position_of(f, "binance:ETHUSDT")->entry_price == 2100);
    assert_int_equal(position_of(f, "binance:BTC-260327-90000-C")->quantity.e8, -5 * HPM_E8);
}

#define OPTION(side_, quantity_, time_)                                                            \
    "[{\"symbol\":\"BTC-260327-90000-C\",\"side\":\"" side_ "\",\"quantity\":\"" quantity_         \
    "\",\"optionSide\":\"CALL\",\"time\":" time_ "}]"

#define HELD(time_, quantity_)                                                                     \
    EVENT(time_, "{\"s\":\"BTCUSDT\",\"pa\":\"" quantity_ "\",\"ep\":\"80000\"}")

static void messages_may_stand_in_a_list(void **state)
{
    static const char list[] = "[{\"stream\":\"key\",\"data\":" HELD(
        "1772447500000", "1") "}," HELD("1772447600000", "2") "]";
    fixture *f = *state;
    assert_int_equal(give(f, "ws.json", list), HPM_OK);
    assert_int_equal(finish(f), HPM_OK);
    assert_int_equal(position_of(f, "binance:BTCUSDT")->quantity.e8, 2 * HPM_E8);
}

/* An option's side is no leg of its own, which would stand beside what replaces it. */
static void options_have_one_side(void **state)
{
    fixture *f = *state;
    assert_int_equal(give(f, "long.json", OPTION("LONG", "3", "1772447300000")), HPM_OK);
    assert_int_equal(give(f, "short.json", OPTION("SHORT", "-1", "1772447400000")), HPM_OK);
    assert_int_equal(finish(f), HPM_OK);
    assert_int_equal(position_of(f, "binance:BTC-260327-90000-C")->quantity.e8, -HPM_E8);
    assert_false(is_noted(f, "set off"));
    again(f);
    assert_int_equal(give(f, "long.json", OPTION("LONG", "1", "1772447300000")), HPM_OK);
    assert_int_equal(give(f, "ws.txt",
                          "{\"e\":\"ACCOUNT_UPDATE\",\"E\":1772447400000,\"B\":[],\"P\":[{\"s\":"
                          "\"BTC-260327-90000-C\",\"c\":\"2\"}]}"),
                     HPM_OK);
    assert_int_equal(finish(f), HPM_OK);
    assert_int_equal(position_of(f, "binance:BTC-260327-90000-C")->quantity.e8, 2 * HPM_E8);
}

/* Whichever is read first. */
static void a_closed_position_stays_closed(void **state)
{
    fixture *f = *state;
    assert_int_equal(
        give(f, "ws.txt",
             EVENT("1772447500000", "{\"s\":\"BTCUSDT\",\"pa\":\"0\",\"ep\":\"0\",\"up\":\"0\"},"
                                    "{\"s\":\"BTCXYZ\",\"pa\":\"0\",\"ep\":\"0\",\"up\":\"0\"}")),
        HPM_OK);
    assert_int_equal(give(f, "old.json", "[" FUTURE("BTCUSDT", "1", "80000", "0", "BOTH") "]"),
                     HPM_OK);
    assert_int_equal(finish(f), HPM_OK);
    assert_int_equal(f->result.account->position_count, 0);
    assert_false(is_noted(f, "no known form"));
}

/* 1 coin for options on BTC and ETH; others are on more of them. */
static void does_not_guess_what_is_held(void **state)
{
    fixture *f = *state;
    assert_int_equal(give(f, "a.json",
                          "[{\"symbol\":\"DOGE-260327-0.2-C\",\"side\":\"LONG\",\"quantity\":"
                          "\"1\",\"optionSide\":\"CALL\"}]"),
                     HPM_OK);
    assert_int_equal(finish(f), HPM_E_REFERENCE);
}

static void refuses_contradictions(void **state)
{
    static const struct {
        const char *text;
        hpm_status status;
    } cases[] = {
        {FUTURE("BTCUSDT", "1", "80000", "0", "SHORT"), HPM_E_REFERENCE},
        {FUTURE("BTCUSDT", "-1", "80000", "0", "LONG"), HPM_E_REFERENCE},
        {FUTURE("BTCUSDT", "1", "80000", "0", "LEFT"), HPM_E_RANGE},
        {FUTURE("BTCXYZ", "1", "80000", "0", "BOTH"), HPM_E_REFERENCE},
        {FUTURE("BTCUSDT", "x", "80000", "0", "BOTH"), HPM_E_TYPE},
        {FUTURE("BTCUSDT", "99999999999999", "80000", "0", "BOTH"), HPM_E_RANGE},
        {FUTURE("BTCUSDT", "1", "1e300", "0", "BOTH"), HPM_E_RANGE},
        {FUTURE("BTCUSDT", "1", "0", "", "BOTH"), HPM_E_FIELD_MISSING},
        {"[" FUTURE("BTCUSDT", "1", "8", "0", "BOTH") "," FUTURE("BTCUSDT", "1", "8", "0",
                                                                 "BOTH") "]",
         HPM_E_DUPLICATE},
        {"[{\"symbol\":\"BTC-260327-90000-C\",\"side\":\"SHORT\",\"quantity\":\"0.1\","
         "\"optionSide\":\"CALL\"}]",
         HPM_E_REFERENCE},
    };
    fixture *f = *state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        again(f);
        hpm_status status = give(f, "a.json", cases[i].text);
        if (status != cases[i].status)
            fail_msg("%s: %d %s", cases[i].text, (int)status, f->error.message);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(reads_every_kind),
        TEST(both_sides_are_set_off),
        TEST(without_a_price_the_profit_stands),
        TEST(events_replace_positions),
        TEST(messages_may_stand_in_a_list),
        TEST(options_have_one_side),
        TEST(a_closed_position_stays_closed),
        TEST(does_not_guess_what_is_held),
        TEST(refuses_contradictions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
