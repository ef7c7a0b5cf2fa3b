/* Recorded messages, order books and index prices of Deribit. The values are made up. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "import_fixture.h"

#define CALL "BTC-27MAR26-80000-C"

/* A message of a channel about the call, at a second after 1772447400. */
#define MESSAGE(channel_, second_, fields_)                                                        \
    "{\"jsonrpc\":\"2.0\",\"method\":\"subscription\",\"params\":{\"channel\":\"" channel_         \
    "\",\"data\":{\"instrument_name\":\"" CALL "\",\"timestamp\":17724474" second_ "000," fields_  \
    "}}}\n"
#define TICKER(second_, mark_)                                                                     \
    MESSAGE("ticker." CALL ".raw", second_,                                                        \
            "\"mark_price\":" mark_ ",\"mark_iv\":43.23,\"underlying_price\":84000,"               \
            "\"index_price\":83900,\"open_interest\":12.5,\"best_bid_price\":0.0695,"              \
            "\"best_bid_amount\":3,\"best_ask_price\":0.0,\"best_ask_amount\":0")
#define SNAPSHOT(second_, id_)                                                                     \
    MESSAGE("book." CALL ".raw", second_,                                                          \
            "\"type\":\"snapshot\",\"change_id\":" id_ ",\"bids\":[[\"new\",0.06,4],"              \
            "[\"new\",0.05,2]],\"asks\":[[\"new\",0.08,4]]")
#define CHANGE(second_, before_, id_, bids_)                                                       \
    MESSAGE("book." CALL ".raw", second_,                                                          \
            "\"type\":\"change\",\"prev_change_id\":" before_ ",\"change_id\":" id_                \
            ",\"bids\":[" bids_ "],\"asks\":[]")

static const hpm_quote *call_of(const fixture *f)
{
    return &f->result.quotes.quote[id_of(f, "deribit:" CALL)];
}

static void tickers_are_quotes(void **state)
{
    fixture *f = *state;
    assert_int_equal(give(f, "a", TICKER("10", "0.07") TICKER("12", "0.071")), HPM_OK);
    assert_int_equal(finish(f), HPM_OK);
    const hpm_quote *quote = call_of(f);
    assert_true(quote->mark == 0.071 && quote->mark_vol == 0.4323 && quote->underlying == 84000);
    assert_true(quote->bid == 0.0695 && quote->bid_size == 3);
    assert_true(quote->ask == 0 && quote->ask_size == 0 && isnan(quote->micro));
    assert_true(quote->open_interest == 12.5 && quote->age_s == 0);
    assert_true(f->result.document.market.now_ns == INT64_C(1772447412000000000));
}

/* Inverse futures count USD. */
static void amounts_become_contracts(void **state)
{
    fixture *f = *state;
    assert_int_equal(
        give(f, "a",
             "{\"channel\":\"quote.BTC-PERPETUAL\",\"data\":{\"instrument_name\":\"BTC-PERPETUAL\","
             "\"timestamp\":1772447410000,\"best_bid_price\":83999.5,\"best_bid_amount\":5000,"
             "\"best_ask_price\":84000.5,\"best_ask_amount\":1000}}"),
        HPM_OK);
    assert_int_equal(finish(f), HPM_OK);
    const hpm_quote *quote = &f->result.quotes.quote[0];
    assert_true(quote->bid_size == 500 && quote->ask_size == 100);
    assert_true(f->result.document.market.mark[0].value == 84000);
    assert_true(is_noted(f, "mark of 1 instruments taken from the middle"));
}

static void books_follow_their_changes(void **state)
{
    fixture *f = *state;
    assert_int_equal(give(f, "a",
                          SNAPSHOT("10", "7") CHANGE("11", "7", "8", "[\"delete\",0.06,0]")
                              CHANGE("12", "8", "9", "[\"change\",0.05,5],[\"new\",0.04,1]")),
                     HPM_OK);
    assert_int_equal(finish(f), HPM_OK);
    const hpm_quote *quote = call_of(f);
    assert_true(quote->bid == 0.05 && quote->bid_size == 5 && quote->bid_depth == 6);
    assert_true(quote->ask == 0.08 && quote->ask_depth == 4);
    assert_true(quote->micro > 0.05 && quote->micro < 0.08);
}

static void a_missing_change_loses_the_book(void **state)
{
    fixture *f = *state;
    assert_int_equal(give(f, "a",
                          TICKER("09", "0.07") SNAPSHOT("10", "7")
                              CHANGE("11", "8", "9", "[\"delete\",0.06,0]")
                                  CHANGE("12", "9", "10", "[\"new\",0.079,1]")),
                     HPM_OK);
    assert_int_equal(finish(f), HPM_OK);
    assert_true(call_of(f)->bid == 0.0695 && isnan(call_of(f)->bid_depth)); /* the ticker's */
    assert_true(is_noted(f, "order book"));
}

static void a_new_snapshot_finds_it_again(void **state)
{
    fixture *f = *state;
    assert_int_equal(give(f, "a",
                          SNAPSHOT("10", "7") CHANGE("11", "8", "9", "[\"delete\",0.06,0]")
                              SNAPSHOT("13", "20") CHANGE("14", "20", "21", "[\"new\",0.07,1]")),
                     HPM_OK);
    assert_int_equal(finish(f), HPM_OK);
    assert_true(call_of(f)->bid == 0.07 && call_of(f)->bid_depth == 7);
}

static void changes_out_of_order_lose_it_too(void **state)
{
    fixture *f = *state;
    assert_int_equal(give(f, "a",
                          SNAPSHOT("10", "7") CHANGE("12", "8", "9", "[\"new\",0.07,1]")
                              CHANGE("11", "7", "8", "[\"new\",0.065,1]") TICKER("13", "0.07")),
                     HPM_OK);
    assert_int_equal(finish(f), HPM_OK);
    assert_true(isnan(call_of(f)->bid_depth));
}

/* Times are of the venue's clock, which may stand still between two messages; its numbers do not.
 */
static void what_the_book_holds_is_passed_over(void **state)
{
    fixture *f = *state;
    assert_int_equal(give(f, "a",
                          SNAPSHOT("10", "7") CHANGE("11", "7", "8", "[\"new\",0.065,1]")
                              CHANGE("11", "8", "9", "[\"delete\",0.065,0]")
                                  CHANGE("11", "7", "8", "[\"new\",0.065,1]") SNAPSHOT("10", "7")
                                      CHANGE("12", "8", "10", "[\"new\",0.07,1]")
                                          CHANGE("13", "10", "11", "[\"new\",0.04,1]")),
                     HPM_OK);
    assert_int_equal(finish(f), HPM_OK);
    assert_true(call_of(f)->bid == 0.07 && call_of(f)->bid_depth == 1 + 4 + 2 + 1);
    assert_true(is_noted(f, "2 changes of order books ignored: older than the book"));
    assert_false(is_noted(f, "lost"));
}

/* As REST answers and messages are recorded together. */
static void changes_follow_an_answer(void **state)
{
    fixture *f = *state;
    assert_int_equal(
        give(f, "a",
             SNAPSHOT("08",
                      "3") "{\"result\":{\"instrument_name\":\"" CALL
                           "\",\"timestamp\":1772447410000,\"mark_price\":0.07,"
                           "\"change_id\":7,\"bids\":[[0.06,4]],\"asks\":[[0.08,4]]}}\n" CHANGE(
                               "11", "7", "8", "[\"new\",0.07,1]")),
        HPM_OK);
    assert_int_equal(finish(f), HPM_OK);
    assert_true(call_of(f)->bid == 0.07 && call_of(f)->bid_depth == 5);
}

static void messages_may_stand_in_a_list(void **state)
{
    fixture *f = *state;
    assert_int_equal(
        give(f, "a",
             "[" SNAPSHOT("10", "7") "," CHANGE("11", "7", "8", "[\"new\",0.07,1]") "," TICKER(
                 "10", "0.07") "," TICKER("10", "0.071") "]"),
        HPM_OK);
    assert_int_equal(finish(f), HPM_OK);
    assert_true(call_of(f)->bid == 0.07 && call_of(f)->mark == 0.071);
}

static void an_answer_holds_a_whole_book(void **state)
{
    fixture *f = *state;
    assert_int_equal(
        give(f, "a",
             "{\"result\":{\"instrument_name\":\"" CALL "\",\"timestamp\":1772447410000,"
             "\"mark_price\":0.07,\"best_bid_price\":0.06,\"best_bid_amount\":4,"
             "\"best_ask_price\":0.08,\"best_ask_amount\":4,\"bids\":[[0.06,4],[0.05,2]],"
             "\"asks\":[[0.08,4]]}}"),
        HPM_OK);
    assert_int_equal(finish(f), HPM_OK);
    assert_true(call_of(f)->bid_depth == 6 && call_of(f)->ask_depth == 4);
    assert_true(fabs(call_of(f)->micro - 0.07) < 1e-15);
}

static void chains_hold_books_as_text(void **state)
{
    fixture *f = *state;
    assert_int_equal(
        give(f, "a.csv",
             "instrument_name,timestamp,mark_price,mark_iv,underlying_price,bids,asks,"
             "best_bid_price,best_ask_price,open_interest\n" CALL
             ",1772447410500,0.07,43.23,84000,\"[[0.06, 4.0], [0.05, 2]]\",\"[[0.08, 4.0]]\","
             "0.06,0.08,12.5\n"
             "BTC-27MAR26-80000-P,1772447410500,0.02,43.23,84000,[],[],,0.0,\n"),
        HPM_OK);
    assert_int_equal(finish(f), HPM_OK);
    assert_true(call_of(f)->bid_depth == 6 && call_of(f)->open_interest == 12.5);
    const hpm_quote *put = &f->result.quotes.quote[id_of(f, "deribit:BTC-27MAR26-80000-P")];
    assert_true(put->bid == 0 && put->ask == 0 && isnan(put->open_interest));
}

static void null_bids_of_a_summary_are_nobody(void **state)
{
    fixture *f = *state;
    assert_int_equal(
        give(f, "a",
             "[{\"instrument_name\":\"" CALL "\",\"creation_timestamp\":1772447410000,"
             "\"mark_price\":0.07,\"bid_price\":null,\"ask_price\":0.08,\"open_interest\":0}]"),
        HPM_OK);
    assert_int_equal(finish(f), HPM_OK);
    assert_true(call_of(f)->bid == 0 && call_of(f)->ask == 0.08);
    assert_true(isnan(call_of(f)->bid_size) && call_of(f)->open_interest == 0);
}

static void indices_come_by_message_and_by_question(void **state)
{
    fixture *f = *state;
    assert_int_equal(
        give(f, "a",
             "https://x.test/public/get_index_price?index_name=eth_usd -> 1772447410: "
             "{\"result\":{\"index_price\":2640.5}}\n"
             "1772447411: {\"params\":{\"channel\":\"deribit_price_index.btc_usd\",\"data\":"
             "{\"timestamp\":1772447411000,\"price\":83901.5,\"index_name\":\"btc_usd\"}}}\n"
             "1772447412: {\"params\":{\"channel\":\"markprice.options.eth_usd\",\"data\":["
             "{\"instrument_name\":\"ETH-27MAR26-3000-P\",\"mark_price\":0.2,\"iv\":0.6,"
             "\"timestamp\":1772447411500}]}}\n"
             "1772447412: " TICKER("11", "0.07")),
        HPM_OK);
    assert_int_equal(finish(f), HPM_OK);
    const hpm_market *market = &f->result.document.market;
    uint32_t ether = hpm_catalog_find_asset(market->catalog, "ETH");
    assert_true(market->asset_price[ether].value == 2640.5);
    assert_true(market->asset_price[hpm_catalog_find_asset(market->catalog, "BTC")].value > 83899);
    assert_true(market->vol[id_of(f, "deribit:ETH-27MAR26-3000-P")].value == 0.6);
}

static void passes_over_what_is_of_no_use(void **state)
{
    fixture *f = *state;
    assert_int_equal(give(f, "a",
                          "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":[\"book.X.raw\"]}\n"
                          "{\"jsonrpc\":\"2.0\",\"method\":\"heartbeat\",\"params\":{\"type\":"
                          "\"test_request\"}}\n"
                          "{\"id\":2,\"result\":{\"version\":\"1.2.26\"}}\n"
                          "{\"id\":3,\"result\":\"ok\"}\n"
                          "{\"params\":{\"channel\":\"trades.BTC-PERPETUAL.raw\",\"data\":[{}]}}\n"
                          "{\"id\":4,\"result\":[{\"order_id\":\"1\",\"instrument_name\":\"" CALL
                          "\"}]}\n"
                          "{\"id\":5,\"result\":{\"data\":[],\"records_total\":0}}\n"),
                     HPM_OK);
    assert_int_equal(give(f, "b", TICKER("10", "0.07")), HPM_OK);
    assert_int_equal(finish(f), HPM_OK);
    assert_true(is_noted(f, "3 messages of kinds that are not read (first: channel trades)"));
}

static void refuses_hostile_messages(void **state)
{
    static const struct {
        const char *text;
        hpm_status status;
    } cases[] = {
        {MESSAGE("book.X", "10", "\"bids\":[[1]]"), HPM_E_TYPE},
        {MESSAGE("book.X", "10", "\"bids\":[[\"new\",\"1\",1]]"), HPM_E_TYPE},
        {MESSAGE("book.X", "10", "\"bids\":{}"), HPM_E_TYPE},
        {MESSAGE("book.X", "10", "\"bids\":[[1,-1]]"), HPM_E_RANGE},
        {MESSAGE("book.X", "10", "\"bids\":[[-1,1]]"), HPM_E_RANGE},
        {MESSAGE("book.X", "10", "\"bids\":[[1e300,1]]"), HPM_E_RANGE},
        {MESSAGE("ticker.X", "10", "\"best_bid_price\":-1"), HPM_E_RANGE},
        {MESSAGE("ticker.X", "10", "\"best_bid_price\":\"NaN\""), HPM_E_TYPE},
        {MESSAGE("ticker.X", "10", "\"mark_iv\":1e12"), HPM_E_RANGE},
        {MESSAGE("ticker.X", "10", "\"open_interest\":-1"), HPM_E_RANGE},
        {"{\"params\":{\"channel\":7,\"data\":{}}}", HPM_E_TYPE},
        {"{\"params\":{\"channel\":\"ticker.X\"}}", HPM_E_FIELD_MISSING},
        {"{\"params\":{\"channel\":\"ticker.X\",\"data\":[1]}}", HPM_E_TYPE},
        {"{\"params\":{\"channel\":\"ticker.X\",\"data\":{}}}", HPM_E_FIELD_MISSING},
        {"{\"params\":{\"channel\":\"user.portfolio.btc\",\"data\":[]}}", HPM_E_TYPE},
        {"{\"params\":{\"channel\":\"markprice.options.x\",\"data\":[7]}}", HPM_E_TYPE},
        {"{\"params\":{\"channel\":\"user.changes.x\",\"data\":{\"positions\":[[]]}}}", HPM_E_TYPE},
    };
    fixture *f = *state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        again(f);
        if (give(f, "a", cases[i].text) != cases[i].status)
            fail_msg("%s: %s", cases[i].text, f->error.message);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(tickers_are_quotes),
        TEST(amounts_become_contracts),
        TEST(books_follow_their_changes),
        TEST(a_missing_change_loses_the_book),
        TEST(a_new_snapshot_finds_it_again),
        TEST(changes_out_of_order_lose_it_too),
        TEST(what_the_book_holds_is_passed_over),
        TEST(changes_follow_an_answer),
        TEST(messages_may_stand_in_a_list),
        TEST(an_answer_holds_a_whole_book),
        TEST(chains_hold_books_as_text),
        TEST(null_bids_of_a_summary_are_nobody),
        TEST(indices_come_by_message_and_by_question),
        TEST(passes_over_what_is_of_no_use),
        TEST(refuses_hostile_messages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
