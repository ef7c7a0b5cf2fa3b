/* How Binance's answers and messages are told apart. The values are made up, the forms are the
 * venue's. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define IMPORT_VENUE hpm_import_binance
#include "import_fixture.h"

#define MARK                                                                                       \
    "{\"symbol\":\"BTCUSDT\",\"markPrice\":\"84010.5\",\"indexPrice\":\"83950\","                  \
    "\"lastFundingRate\":\"0.0001\",\"nextFundingTime\":1772467200000,\"time\":1772447400500}"
#define TICKER "\"bidPrice\":\"84000\",\"bidQty\":\"2\",\"askPrice\":\"84001\",\"askQty\":\"3\""

static const hpm_quote *quote_of(const fixture *f, const char *name)
{
    uint32_t id = id_of(f, name);
    assert_int_not_equal(id, HPM_NONE);
    return &f->result.quotes.quote[id];
}

static void tells_pairs_from_perpetuals_by_fields(void **state)
{
    fixture *f = *state;
    assert_int_equal(give(f, "m.json", MARK), HPM_OK);
    assert_int_equal(give(f, "s.json", "[{\"symbol\":\"BTCUSDT\"," TICKER "}]"), HPM_OK);
    assert_int_equal(give(f, "f.json",
                          "{\"symbol\":\"BTCUSDT\",\"time\":1772447400501,\"bidPrice\":\"84010\","
                          "\"bidQty\":\"1\",\"askPrice\":\"84011\",\"askQty\":\"1\"}"),
                     HPM_OK);
    assert_int_equal(finish(f), HPM_OK);
    assert_true(quote_of(f, "binance:spot/BTCUSDT")->bid == 84000);
    assert_true(quote_of(f, "binance:spot/BTCUSDT")->ask_size == 3);
    assert_true(quote_of(f, "binance:BTCUSDT")->bid == 84010);
    assert_true(quote_of(f, "binance:BTCUSDT")->mark == 84010.5);
    assert_true(is_noted(f, "quotes without a time"));
}

static void the_url_goes_before_the_fields(void **state)
{
    fixture *f = *state;
    assert_int_equal(give(f, "s.txt",
                          "https://fapi.binance.com/fapi/v1/ticker/bookTicker -> 1772447400.5: "
                          "{\"symbol\":\"BTCUSDT\"," TICKER "}\n"),
                     HPM_OK);
    assert_int_equal(finish(f), HPM_OK);
    assert_true(quote_of(f, "binance:BTCUSDT")->bid == 84000);
    assert_int_equal(id_of(f, "binance:spot/BTCUSDT"), HPM_NONE);
    assert_int_equal(f->result.quotes.now_ns, INT64_C(1772447400500000000));
}

static void reads_streams_with_and_without_their_wrapper(void **state)
{
    fixture *f = *state;
    assert_int_equal(
        give(f, "ws.txt",
             "wss://fstream.binance.com/stream <-> 1772447400.1\n"
             "1772447400.2: {\"result\":null,\"id\":1}\n"
             "1772447400.3: {\"stream\":\"btcusdt@bookTicker\",\"data\":{\"e\":\"bookTicker\","
             "\"u\":1,\"s\":\"BTCUSDT\",\"b\":\"84000\",\"B\":\"2\",\"a\":\"84001\",\"A\":\"3\","
             "\"T\":1772447400299,\"E\":1772447400300}}\n"
             "1772447400.4: {\"e\":\"markPriceUpdate\",\"E\":1772447400400,\"s\":\"BTCUSDT\","
             "\"p\":\"84002\",\"i\":\"83990\",\"r\":\"0.0001\",\"T\":1772467200000}\n"
             "1772447400.5: {\"stream\":\"btcusdt@aggTrade\",\"data\":{\"e\":\"aggTrade\"}}\n"
             "1772447400.6: {\"e\":\"newKind\",\"E\":1}\n"
             "1772447400.7: {\"something\":\"else\"}\n"),
        HPM_OK);
    assert_int_equal(finish(f), HPM_OK);
    assert_true(quote_of(f, "binance:BTCUSDT")->ask == 84001);
    assert_true(quote_of(f, "binance:BTCUSDT")->mark == 84002);
    assert_int_equal(f->result.quotes.now_ns, INT64_C(1772447400400000000));
    assert_true(is_noted(f, "2 messages of kinds that are not read"));
    assert_true(is_noted(f, "newKind"));
}

/* BitMEX has a `symbol` with a `bidPrice`, too, in an answer of /api/v1. */
static void leaves_out_what_another_venue_answered(void **state)
{
    fixture *f = *state;
    assert_int_equal(give(f, "s.txt",
                          "https://www.other.test/api/v1/instrument -> 1772447400.5: "
                          "[{\"symbol\":\"XBTUSDT\"," TICKER "}]\n"),
                     HPM_OK);
    assert_int_equal(finish(f), HPM_E_FIELD_MISSING);
    assert_non_null(strstr(f->error.message, "not read: https://www.other.test"));
}

static void reads_a_connection_for_one_spot_stream(void **state)
{
    fixture *f = *state;
    assert_int_equal(give(f, "m.json", MARK), HPM_OK);
    assert_int_equal(give(f, "ws.txt",
                          "wss://stream.binance.com:9443/ws/btcusdt@depth5 <-> 1772447400.1\n"
                          "1772447400.2: {\"lastUpdateId\":7,\"bids\":[[\"84000\",\"2\"]],"
                          "\"asks\":[[\"84002\",\"1\"]]}\n"),
                     HPM_OK);
    assert_int_equal(finish(f), HPM_OK);
    assert_true(quote_of(f, "binance:spot/BTCUSDT")->ask == 84002);
}

static void refuses_what_it_does_not_know(void **state)
{
    static const struct {
        const char *text;
        hpm_status status;
        const char *words;
    } cases[] = {
        {"{\"a\":1}", HPM_E_SCHEMA, "no answer of Binance"},
        {"[{\"a\":1}]", HPM_E_SCHEMA, "no answer of Binance"},
        {"[1]", HPM_E_TYPE, "not an object"},
        {"{\"stream\":\"a@b\",\"data\":3}", HPM_E_TYPE, "neither an object"},
        {"{\"code\":-1121,\"msg\":\"Invalid symbol.\"}", HPM_E_SCHEMA, "Invalid symbol."},
        {"{\"lastUpdateId\":1,\"bids\":[],\"asks\":[]}", HPM_E_FIELD_MISSING, "URL -> SECONDS"},
        {"{\"indexPrice\":\"9\",\"time\":1772447400500}", HPM_E_FIELD_MISSING, "URL -> SECONDS"},
        {"{\"symbol\":\"BTCUSDT\",\"markPrice\":\"x\",\"indexPrice\":\"1\"}", HPM_E_TYPE,
         "not a number"},
        {"{\"symbol\":7,\"markPrice\":\"1\",\"indexPrice\":\"1\"}", HPM_E_TYPE, "not a text"},
        {"{\"markPrice\":\"1\",\"indexPrice\":\"1\"}", HPM_E_FIELD_MISSING, "missing field"},
        {"{\"symbol\":\"BTC-260327-6-C\",\"markIV\":\"9999999\",\"markPrice\":\"1\"}", HPM_E_RANGE,
         "volatility"},
        {"{\"symbol\":\"BTCUSDT\",\"bidPrice\":\"-1\",\"askPrice\":\"1\",\"time\":1772447400500}",
         HPM_E_RANGE, "bid"},
        {"{\"symbol\":\"BTCUSDT\",\"markPrice\":\"1\",\"indexPrice\":\"1\",\"time\":5.5}",
         HPM_E_TYPE, "milliseconds"},
        {"a,b\n1,2\n", HPM_E_SYNTAX, ""},
    };
    fixture *f = *state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        again(f);
        hpm_status status = give(f, "a.json", cases[i].text);
        if (status != cases[i].status || !strstr(f->error.message, cases[i].words))
            fail_msg("%s: %d %s", cases[i].text, (int)status, f->error.message);
    }
}

static void names_of_no_form_are_counted(void **state)
{
    fixture *f = *state;
    assert_int_equal(give(f, "m.json",
                          "[" MARK ",{\"symbol\":\"BTCXYZ\",\"markPrice\":\"1\","
                          "\"indexPrice\":\"1\",\"time\":1772447400500}]"),
                     HPM_OK);
    assert_int_equal(finish(f), HPM_OK);
    assert_true(is_noted(f, "1 rows of names of no known form ignored (first: BTCXYZ)"));
    assert_int_equal(f->result.document.catalog.instrument_count, 1);
}

static void passes_over_what_is_of_no_use(void **state)
{
    fixture *f = *state;
    assert_int_equal(give(f, "t.json", "{\"serverTime\":1772447400500}"), HPM_OK);
    assert_int_equal(
        give(f, "p.json", "[{\"symbol\":\"BTCUSDT\",\"price\":\"84000\",\"time\":1772447400500}]"),
        HPM_OK);
    assert_int_equal(give(f, "e.json", "[]"), HPM_OK);
    assert_int_equal(finish(f), HPM_E_FIELD_MISSING);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(tells_pairs_from_perpetuals_by_fields),
        TEST(the_url_goes_before_the_fields),
        TEST(reads_streams_with_and_without_their_wrapper),
        TEST(leaves_out_what_another_venue_answered),
        TEST(reads_a_connection_for_one_spot_stream),
        TEST(refuses_what_it_does_not_know),
        TEST(names_of_no_form_are_counted),
        TEST(passes_over_what_is_of_no_use),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
