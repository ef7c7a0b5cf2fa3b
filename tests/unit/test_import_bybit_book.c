/* Bybit's order books, and what its v2 API pushed. The values are made up, the forms are the
 * venue's. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "bybit_texts.h"

/* ---- Order books -------------------------------------------------------------------------- */

#define SNAPSHOT(depth, symbol)                                                                    \
    PUSH("orderbook." depth "." symbol, "snapshot", "1772447410500",                               \
         "{\"s\":\"" symbol "\",\"b\":[[\"100\",\"2\"],[\"99\",\"5\"]],"                           \
         "\"a\":[[\"101\",\"3\"],[\"102\",\"4\"]],\"u\":1,\"seq\":1}")

static void books_change(void **state)
{
    fixture *f = *state;
    assert_int_equal(give(f, "b.txt",
                          SNAPSHOT("50", "BTCUSD")
                              PUSH("orderbook.50.BTCUSD", "delta", "1772447410600",
                                   "{\"s\":\"BTCUSD\",\"b\":[[\"100\",\"0\"],[\"98\",\"1\"]],"
                                   "\"a\":[[\"101\",\"7\"],[\"100.5\",\"1\"]],\"u\":2}")),
                     HPM_OK);
    assert_int_equal(finish(f), HPM_OK);
    const hpm_quote *quote = quote_of(f, "bybit:BTCUSD");
    assert_true(quote->bid == 99 && quote->bid_size == 5 && quote->bid_depth == 6);
    assert_true(quote->ask == 100.5 && quote->ask_size == 1 && quote->ask_depth == 12);
    assert_true(quote->micro > 99 && quote->micro < 100.5);
    assert_false(is_noted(f, "category"));
}

/* A change of one bid. */
#define BID(time, number, price)                                                                   \
    PUSH("orderbook.50.BTCUSD", "delta", time,                                                     \
         "{\"s\":\"BTCUSD\",\"b\":[[\"" price "\",\"1\"]],\"a\":[],\"u\":" number "}")

static void numbers_tell_what_a_book_holds(void **state)
{
    fixture *f = *state;
    assert_int_equal(give(f, "b.txt",
                          SNAPSHOT("50", "BTCUSD") BID(NOW, "2", "100.2") BID(NOW, "3", "100.3")
                              BID(NOW, "2", "100.4") BID(NOW, "3", "100.4")),
                     HPM_OK);
    assert_int_equal(finish(f), HPM_OK);
    assert_true(quote_of(f, "bybit:BTCUSD")->bid == 100.3);
    assert_true(is_noted(f, "2 changes of order books ignored: older than the book"));
    assert_false(is_noted(f, "are missing"));
}

/* The book is kept, as the venue does not say that its numbers leave none out. */
static void missing_numbers_are_noted(void **state)
{
    fixture *f = *state;
    assert_int_equal(give(f, "b.txt", SNAPSHOT("50", "BTCUSD") BID(NOW, "4", "100.2")), HPM_OK);
    assert_int_equal(finish(f), HPM_OK);
    assert_true(quote_of(f, "bybit:BTCUSD")->bid == 100.2);
    assert_true(is_noted(f, "BTCUSD: numbers (u) between changes of the order book are missing"));
}

static void number_one_is_a_whole_book(void **state)
{
    fixture *f = *state;
    assert_int_equal(give(f, "b.txt",
                          SNAPSHOT("50", "BTCUSD") BID(NOW, "2", "100.2") BID(NOW, "1", "98")
                              BID(NOW, "2", "98.5")),
                     HPM_OK);
    assert_int_equal(finish(f), HPM_OK);
    assert_true(quote_of(f, "bybit:BTCUSD")->bid == 98.5);
    assert_true(quote_of(f, "bybit:BTCUSD")->bid_depth == 2);
}

static void changes_of_no_book_are_ignored(void **state)
{
    fixture *f = *state;
    assert_int_equal(give(f, "b.txt",
                          PUSH("orderbook.50.BTCUSD", "delta", NOW,
                               "{\"s\":\"BTCUSD\",\"b\":[[\"100\",\"1\"]],\"a\":[]}")),
                     HPM_OK);
    assert_int_equal(give(f, "i.json", ANSWER("inverse", LINEAR_TICKER("BTCUSD", "84000"))),
                     HPM_OK);
    assert_int_equal(finish(f), HPM_OK);
    assert_true(quote_of(f, "bybit:BTCUSD")->bid == 84000);
    assert_true(is_noted(f, "no snapshot"));
}

/* The stream of one level beside the deep one does not wipe it out. */
static void one_level_is_a_quote(void **state)
{
    fixture *f = *state;
    assert_int_equal(
        give(f, "b.txt",
             SNAPSHOT("50", "BTCUSD")
                 PUSH("orderbook.1.BTCUSD", "snapshot", "1772447410600",
                      "{\"s\":\"BTCUSD\",\"b\":[[\"100.5\",\"1\"]],\"a\":[[\"101\",\"3\"]]}")
                     PUSH("orderbook.1.BTCUSD", "delta", "1772447410700",
                          "{\"s\":\"BTCUSD\",\"b\":[],\"a\":[[\"101\",\"0\"],[\"101.5\",\"2\"]]}")
                         PUSH("orderbook.1.BTCUSD", "delta", "1772447410800",
                              "{\"s\":\"BTCUSD\",\"b\":[[\"100.5\",\"0\"]],\"a\":[]}")),
        HPM_OK);
    assert_int_equal(finish(f), HPM_OK);
    const hpm_quote *quote = quote_of(f, "bybit:BTCUSD");
    assert_true(quote->bid == 0 && quote->bid_size == 0);
    assert_true(quote->ask == 101.5 && quote->ask_size == 2);
    assert_true(quote->bid_depth == 7 && quote->ask_depth == 7);
}

#define BOOK(symbol)                                                                               \
    "{\"retCode\":0,\"retMsg\":\"OK\",\"result\":{\"s\":\"" symbol                                 \
    "\",\"a\":[[\"101\",\"3\"]],\"b\":[[\"100\",\"2\"]],\"ts\":1772447410400,\"u\":1},"            \
    "\"time\":" NOW "}"

static void books_say_what_they_were_taken_for(void **state)
{
    fixture *f = *state;
    assert_int_equal(give(f, "b.json", BOOK("BTCUSDT")), HPM_OK);
    assert_int_equal(finish(f), HPM_OK);
    assert_true(quote_of(f, "bybit:BTCUSDT")->bid == 100);
    assert_int_equal(f->result.quotes.now_ns, INT64_C(1772447410400000000));
    assert_true(is_noted(f, "BTCUSDT: an order book that names no category"));
    again(f);
    assert_int_equal(give(f, "b.txt",
                          "https://api.bybit.com/v5/market/orderbook?category=spot&symbol=BTCUSDT "
                          "-> 1772447410.5: " BOOK("BTCUSDT") "\n"),
                     HPM_OK);
    assert_int_equal(finish(f), HPM_OK);
    assert_int_equal(id_of(f, "bybit:BTCUSDT"), HPM_NONE);
    assert_true(quote_of(f, "bybit:spot/BTCUSDT")->ask == 101);
    assert_false(is_noted(f, "category"));
    again(f);
    assert_int_equal(give(f, "b.json", BOOK("BTCEUR")), HPM_OK);  /* only a pair's */
    assert_int_equal(give(f, "c.json", BOOK("BTCPERP")), HPM_OK); /* only a perpetual's */
    assert_int_equal(finish(f), HPM_OK);
    assert_true(quote_of(f, "bybit:spot/BTCEUR")->bid == 100);
    assert_false(is_noted(f, "category"));
}

static void connections_name_their_category(void **state)
{
    fixture *f = *state;
    assert_int_equal(give(f, "b.txt",
                          "wss://stream.bybit.com/v5/public/spot <-> 1772447410.1\n"
                          "1772447410.5: " SNAPSHOT("50", "BTCUSDT")),
                     HPM_OK);
    assert_int_equal(finish(f), HPM_OK);
    assert_true(quote_of(f, "bybit:spot/BTCUSDT")->bid == 100);
    assert_false(is_noted(f, "category"));
}

/* ---- The v2 API --------------------------------------------------------------------------- */

static void reads_the_old_books(void **state)
{
    fixture *f = *state;
    assert_int_equal(
        give(f, "v2.txt",
             V2("orderBookL2_25.BTCUSD", "snapshot", "1618677786558146",
                "[" V2_ROW("Buy", "100", ",\"size\":200") "," //
                V2_ROW("Buy", "99", ",\"size\":500") "," V2_ROW("Sell", "101", ",\"size\":300") "]")
                 V2("orderBookL2_25.BTCUSD", "delta", "\"1618677786598877\"",
                    "{\"delete\":[" V2_ROW("Buy", "100", "") "],\"update\":[" //
                    V2_ROW("Buy", "99", ",\"size\":600") "],\"insert\":["     //
                    V2_ROW("Sell", "100.5", ",\"size\":10") "],\"transactTimeE6\":0}")),
        HPM_OK);
    assert_int_equal(finish(f), HPM_OK);
    const hpm_quote *quote = quote_of(f, "bybit:BTCUSD");
    assert_true(quote->bid == 99 && quote->bid_size == 600 && quote->bid_depth == 600);
    assert_true(quote->ask == 100.5 && quote->ask_size == 10 && quote->ask_depth == 310);
    assert_int_equal(f->result.quotes.now_ns, INT64_C(1618677786598877000));
}

static void reads_the_old_tickers(void **state)
{
    fixture *f = *state;
    assert_int_equal(
        give(f, "v2.txt",
             V2("instrument_info.100ms.BTCUSD", "snapshot", "1618677786558146",
                "{\"id\":1,\"symbol\":\"BTCUSD\",\"mark_price_e4\":811785000,"
                "\"index_price\":\"81172.80\",\"index_price_e4\":1,\"bid1_price\":\"81160\","
                "\"ask1_price_e4\":811650000,\"open_interest\":154418471}")
                 V2("instrument_info.100ms.BTCUSD", "delta", "1618677787558146",
                    "{\"delete\":[],\"update\":[{\"id\":1,\"symbol\":\"BTCUSD\","
                    "\"mark_price_e4\":811790005}],\"insert\":[]}")),
        HPM_OK);
    assert_int_equal(finish(f), HPM_OK);
    const hpm_quote *quote = quote_of(f, "bybit:BTCUSD");
    assert_true(quote->mark == 81179.0005 && quote->bid == 81160 && quote->ask == 81165);
    assert_true(quote->open_interest == 154418471);
    assert_true(price_of(f, "BTC") == 81172.8);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(books_change),
        TEST(numbers_tell_what_a_book_holds),
        TEST(missing_numbers_are_noted),
        TEST(number_one_is_a_whole_book),
        TEST(changes_of_no_book_are_ignored),
        TEST(one_level_is_a_quote),
        TEST(books_say_what_they_were_taken_for),
        TEST(connections_name_their_category),
        TEST(reads_the_old_books),
        TEST(reads_the_old_tickers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
