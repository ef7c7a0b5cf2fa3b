/* Binance's order books: snapshots, and changes that chain onto them or do not. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define IMPORT_VENUE hpm_import_binance
#include "import_fixture.h"

#define FUTURES "https://fapi.binance.com/fapi/v1/depth?symbol=BTCUSDT&limit=5 -> 1772447400.9: "
#define SNAPSHOT                                                                                   \
    FUTURES "{\"lastUpdateId\":100,\"E\":1772447400500,\"T\":1772447400498,"                       \
            "\"bids\":[[\"84000\",\"2\"],[\"83990\",\"5\"]],"                                      \
            "\"asks\":[[\"84010\",\"1\"],[\"84020\",\"4\"]]}\n"
#define CHANGE(time_, first_, last_, previous_, bids_, asks_)                                      \
    "1772447401.5: "                                                                               \
    "{\"stream\":\"btcusdt@depth@100ms\",\"data\":{\"e\":\"depthUpdate\",\"E\":" time_             \
    ",\"T\":1,\"s\":\"BTCUSDT\",\"U\":" first_ ",\"u\":" last_ ",\"pu\":" previous_                \
    ",\"b\":" bids_ ",\"a\":" asks_ "}}\n"

static const hpm_quote *quote_of(const fixture *f, const char *name)
{
    uint32_t id = id_of(f, name);
    assert_int_not_equal(id, HPM_NONE);
    return &f->result.quotes.quote[id];
}

static void a_snapshot_stands_alone(void **state)
{
    fixture *f = *state;
    assert_int_equal(give(f, "b.txt", SNAPSHOT), HPM_OK);
    assert_int_equal(finish(f), HPM_OK);
    const hpm_quote *quote = quote_of(f, "binance:BTCUSDT");
    assert_true(quote->bid == 84000 && quote->ask == 84010);
    assert_true(quote->bid_size == 2 && quote->ask_size == 1);
    assert_true(quote->bid_depth == 7 && quote->ask_depth == 5);
    assert_true(quote->micro > 84000 && quote->micro < 84020);
    assert_int_equal(f->result.quotes.now_ns, INT64_C(1772447400500000000));
}

/* The first change covers the snapshot's id, the next name each other; a clock that runs behind
 * makes none of them late. */
static void changes_chain_onto_it(void **state)
{
    fixture *f = *state;
    assert_int_equal(give(f, "b.txt", SNAPSHOT), HPM_OK);
    assert_int_equal(give(f, "ws.txt",
                          CHANGE("1772447400400", "80", "99", "79", "[[\"99999\",\"1\"]]", "[]")
                              CHANGE("1772447400499", "98", "103", "90", "[[\"84000\",\"0\"]]",
                                     "[]") CHANGE("1772447400600", "110", "120", "103",
                                                  "[[\"83995\",\"3\"]]", "[[\"84005\",\"6\"]]")),
                     HPM_OK);
    assert_int_equal(finish(f), HPM_OK);
    const hpm_quote *quote = quote_of(f, "binance:BTCUSDT");
    assert_true(quote->bid == 83995 && quote->bid_size == 3);
    assert_true(quote->ask == 84005 && quote->ask_size == 6);
    assert_true(quote->bid_depth == 8 && quote->ask_depth == 11);
    assert_int_equal(f->result.quotes.now_ns, INT64_C(1772447400600000000));
}

static void a_gap_loses_the_book(void **state)
{
    fixture *f = *state;
    assert_int_equal(give(f, "b.txt", SNAPSHOT), HPM_OK);
    assert_int_equal(
        give(
            f, "ws.txt",
            CHANGE("1772447400600", "99", "103", "90", "[]", "[]")
                CHANGE("1772447400700", "110", "120", "109", "[[\"84001\",\"3\"]]", "[]") CHANGE(
                    "1772447400800", "121", "122", "120", "[[\"84002\",\"3\"]]",
                    "[]") "{\"e\":\"bookTicker\",\"u\":130,\"s\":\"BTCUSDT\",\"b\":\"83999\",\"B\":"
                          "\"1\","
                          "\"a\":\"84009\",\"A\":\"1\",\"T\":1772447400650,\"E\":1772447400650}\n"),
        HPM_OK);
    assert_int_equal(finish(f), HPM_OK);
    const hpm_quote *quote = quote_of(f, "binance:BTCUSDT");
    assert_true(quote->bid == 83999 && quote->ask == 84009);
    assert_true(isnan(quote->bid_depth) && isnan(quote->ask_depth));
    assert_true(is_noted(f, "1 order books lost"));
    assert_true(is_noted(f, "no snapshot came before"));
}

static void a_later_snapshot_brings_it_back(void **state)
{
    fixture *f = *state;
    assert_int_equal(
        give(f, "ws.txt",
             SNAPSHOT CHANGE("1772447400600", "110", "120", "109", "[]", "[]") FUTURES
             "{\"lastUpdateId\":130,\"T\":1772447400900,\"bids\":[[\"1\",\"2\"]],\"asks\":[]}"
             "\n" CHANGE("1772447400950", "131", "131", "130", "[[\"2\",\"7\"]]", "[]") FUTURES
             "{\"lastUpdateId\":129,\"T\":1772447400999,\"bids\":[],\"asks\":[]}\n"),
        HPM_OK);
    assert_int_equal(finish(f), HPM_OK);
    assert_true(quote_of(f, "binance:BTCUSDT")->bid == 2);
    assert_true(quote_of(f, "binance:BTCUSDT")->ask == 0);
    assert_true(quote_of(f, "binance:BTCUSDT")->bid_depth == 9);
}

/* Pairs have no id of the change before: each begins where the last one ended. */
static void spot_changes_chain_by_their_first_id(void **state)
{
    fixture *f = *state;
    assert_int_equal(
        give(f, "s.txt",
             "https://api.binance.com/api/v3/depth?symbol=BTCUSDT -> 1772447400.5: "
             "{\"lastUpdateId\":100,\"bids\":[[\"84000\",\"2\",[]]],\"asks\":[[\"84010\",\"1\"]]}\n"
             "{\"e\":\"depthUpdate\",\"E\":1772447400400,\"s\":\"BTCUSDT\",\"U\":90,\"u\":100,"
             "\"b\":[[\"84000\",\"9\"]],\"a\":[]}\n"
             "{\"e\":\"depthUpdate\",\"E\":1772447400450,\"s\":\"BTCUSDT\",\"U\":101,\"u\":105,"
             "\"b\":[[\"84000\",\"3\"]],\"a\":[]}\n"
             "{\"e\":\"depthUpdate\",\"E\":1772447400600,\"s\":\"BTCUSDT\",\"U\":106,\"u\":107,"
             "\"b\":[],\"a\":[[\"84010\",\"4\"]]}\n"),
        HPM_OK);
    assert_int_equal(finish(f), HPM_OK);
    assert_true(quote_of(f, "binance:spot/BTCUSDT")->bid_size == 3);
    assert_true(quote_of(f, "binance:spot/BTCUSDT")->ask_size == 4);
}

/* Streams of the best levels send them whole, though their events are called alike. */
static void whole_books_of_streams(void **state)
{
    fixture *f = *state;
    assert_int_equal(
        give(f, "ws.txt",
             "{\"stream\":\"btcusdt@depth5@100ms\",\"data\":{\"e\":\"depthUpdate\",\"E\":"
             "1772447400500,\"T\":1772447400500,\"s\":\"BTCUSDT\",\"U\":1,\"u\":5,\"pu\":0,"
             "\"b\":[[\"1\",\"2\"]],\"a\":[[\"3\",\"4\"]]}}\n"
             "{\"stream\":\"btcusdt@depth5@100ms\",\"data\":{\"e\":\"depthUpdate\",\"E\":"
             "1772447400600,\"T\":1772447400600,\"s\":\"BTCUSDT\",\"U\":9,\"u\":12,\"pu\":7,"
             "\"b\":[[\"1.5\",\"2\"]],\"a\":[[\"3\",\"1\"]]}}\n"
             "{\"e\":\"depth\",\"E\":1772447400700,\"T\":1772447400700,\"s\":\"BTC-260327-9000-P\","
             "\"u\":162,\"pu\":162,\"b\":[[\"200\",\"3\"],[\"199\",\"1\"]],\"a\":[]}\n"),
        HPM_OK);
    assert_int_equal(finish(f), HPM_OK);
    assert_true(quote_of(f, "binance:BTCUSDT")->bid == 1.5);
    assert_true(quote_of(f, "binance:BTCUSDT")->bid_depth == 2);
    assert_true(quote_of(f, "binance:BTC-260327-9000-P")->bid_depth == 4);
    assert_true(quote_of(f, "binance:BTC-260327-9000-P")->ask == 0);
}

static void refuses_broken_books(void **state)
{
    static const struct {
        const char *text;
        hpm_status status;
    } cases[] = {
        {FUTURES "{\"bids\":[[\"1\"]],\"asks\":[]}", HPM_E_TYPE},
        {FUTURES "{\"bids\":[7],\"asks\":[]}", HPM_E_TYPE},
        {FUTURES "{\"bids\":[[\"x\",\"1\"]],\"asks\":[]}", HPM_E_TYPE},
        {FUTURES "{\"bids\":[[\"-1\",\"1\"]],\"asks\":[]}", HPM_E_RANGE},
        {FUTURES "{\"bids\":[[\"1\",\"-1\"]],\"asks\":[]}", HPM_E_RANGE},
        {FUTURES "{\"bids\":{},\"asks\":[]}", HPM_E_TYPE},
        {SNAPSHOT CHANGE("1772447400600", "5", "4", "3", "[]", "[]"), HPM_E_RANGE},
        {SNAPSHOT CHANGE("1772447400600", "\"5\"", "6", "3", "[]", "[]"), HPM_E_RANGE},
        {SNAPSHOT CHANGE("1772447400600", "90", "120", "3", "[]", "3"), HPM_E_TYPE},
        {"{\"e\":\"depthUpdate\",\"E\":1772447400500,\"U\":1,\"u\":2,\"b\":[],\"a\":[]}",
         HPM_E_FIELD_MISSING},
    };
    fixture *f = *state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        again(f);
        hpm_status status = give(f, "a.txt", cases[i].text);
        if (status != cases[i].status)
            fail_msg("%s: %d %s", cases[i].text, (int)status, f->error.message);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_snapshot_stands_alone),
        TEST(changes_chain_onto_it),
        TEST(a_gap_loses_the_book),
        TEST(a_later_snapshot_brings_it_back),
        TEST(spot_changes_chain_by_their_first_id),
        TEST(whole_books_of_streams),
        TEST(refuses_broken_books),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
