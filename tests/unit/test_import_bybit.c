/* What Bybit answers and pushes about markets. The values are made up, the forms are the venue's.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "bybit_texts.h"

#define OPTION "BTC-27MAR26-80000-C"
#define SYMBOL "\"symbol\":\"" OPTION "\""
#define OPTION_TICKER                                                                              \
    "{" SYMBOL ",\"bid1Price\":\"5000\",\"bid1Size\":\"3\",\"bid1Iv\":\"0.41\","                   \
    "\"ask1Price\":\"5100\",\"ask1Size\":\"2.5\",\"ask1Iv\":\"0.45\",\"markPrice\":\"5050.5\","    \
    "\"indexPrice\":\"83900\",\"markIv\":\"0.4323\",\"underlyingPrice\":\"84000\","                \
    "\"openInterest\":\"6.3\",\"delta\":\"0.7\",\"predictedDeliveryPrice\":\"0\"}"
#define SPOT_TICKER                                                                                \
    "{\"symbol\":\"BTCUSDT\",\"bid1Price\":\"83800\",\"bid1Size\":\"2\",\"ask1Price\":\"83801\","  \
    "\"ask1Size\":\"1\",\"lastPrice\":\"83800\",\"usdIndexPrice\":\"83750.5\"}"

static const hpm_instrument *instrument_of(const fixture *f, const char *name)
{
    uint32_t id = id_of(f, name);
    assert_int_not_equal(id, HPM_NONE);
    return &f->result.document.catalog.instruments[id];
}

/* ---- Tickers ------------------------------------------------------------------------------ */

static void reads_options(void **state)
{
    fixture *f = *state;
    assert_int_equal(give(f, "o.json", ANSWER("option", OPTION_TICKER)), HPM_OK);
    assert_int_equal(finish(f), HPM_OK);
    const hpm_market *market = &f->result.document.market;
    const hpm_quote *quote = quote_of(f, "bybit:" OPTION);
    assert_true(quote->bid == 5000 && quote->ask == 5100);
    assert_true(quote->bid_size == 3 && quote->ask_size == 2.5);
    assert_true(quote->mark == 5050.5 && quote->mark_vol == 0.4323);
    assert_true(quote->underlying == 84000 && quote->open_interest == 6.3);
    assert_true(market->vol[id_of(f, "bybit:" OPTION)].value == 0.4323);
    assert_true(market->curve[0].forward.value == 84000);
    assert_true(price_of(f, "BTC") == 83900);
    assert_int_equal(market->now_ns, INT64_C(1772447410500000000));
}

static void reads_options_as_they_are_pushed(void **state)
{
    fixture *f = *state;
    assert_int_equal(
        give(f, "o.txt",
             PUSH("tickers." OPTION, "snapshot", NOW,
                  "{" SYMBOL ",\"bidPrice\":\"\",\"bidSize\":\"0\",\"askPrice\":\"10\","
                  "\"askSize\":\"5.1\",\"markPrice\":\"0\",\"indexPrice\":\"83900\","
                  "\"markPriceIv\":\"0\",\"underlyingPrice\":\"84000\",\"openInterest\":\"1\"}")),
        HPM_OK);
    assert_int_equal(finish(f), HPM_OK);
    const hpm_quote *quote = quote_of(f, "bybit:" OPTION);
    assert_true(quote->bid == 0 && quote->bid_size == 0); /* nobody, and that is known */
    assert_true(quote->ask == 10 && quote->ask_size == 5.1);
    assert_true(quote->mark == 0);
    assert_true(isnan(quote->mark_vol)); /* not a volatility of nothing */
}

static void tells_pairs_from_perpetuals(void **state)
{
    fixture *f = *state;
    assert_int_equal(give(f, "s.json", ANSWER("spot", SPOT_TICKER)), HPM_OK);
    assert_int_equal(give(f, "l.json", ANSWER("linear", LINEAR_TICKER("BTCUSDT", "84010"))),
                     HPM_OK);
    assert_int_equal(finish(f), HPM_OK);
    assert_true(quote_of(f, "bybit:spot/BTCUSDT")->bid == 83800);
    assert_true(quote_of(f, "bybit:BTCUSDT")->mark == 84010);
    assert_true(price_of(f, "BTC") == 83750.5); /* in dollars before in a stablecoin */
}

static void tells_pushed_pairs_by_their_field(void **state)
{
    fixture *f = *state;
    assert_int_equal(give(f, "s.txt",
                          PUSH("tickers.BTCUSDT", "snapshot", NOW,
                               "{\"symbol\":\"BTCUSDT\",\"lastPrice\":\"83800\","
                               "\"usdIndexPrice\":\"83750.5\"}")
                              PUSH("tickers.BTCUSDT", "snapshot", NOW,
                                   "{\"symbol\":\"BTCUSDT\",\"markPrice\":\"84010\"}")),
                     HPM_OK);
    assert_int_equal(finish(f), HPM_OK);
    assert_int_not_equal(id_of(f, "bybit:spot/BTCUSDT"), HPM_NONE);
    assert_true(quote_of(f, "bybit:BTCUSDT")->mark == 84010);
    assert_true(price_of(f, "BTC") == 83750.5);
}

/* What a change is silent about stays. */
static void changes_keep_the_rest(void **state)
{
    fixture *f = *state;
    assert_int_equal(
        give(f, "l.txt",
             PUSH("tickers.BTCPERP", "snapshot", "1772447410500", LINEAR_TICKER("BTCPERP", "84000"))
                 PUSH("tickers.BTCPERP", "delta", "1772447411500",
                      "{\"symbol\":\"BTCPERP\",\"bid1Price\":\"83999.5\",\"bid1Size\":\"1\"}")),
        HPM_OK);
    assert_int_equal(finish(f), HPM_OK);
    const hpm_quote *quote = quote_of(f, "bybit:BTCPERP");
    assert_true(quote->bid == 83999.5 && quote->bid_size == 1);
    assert_true(quote->ask == 84000 && quote->mark == 84000);
    assert_int_equal(f->result.document.market.now_ns, INT64_C(1772447411500000000));
}

/* 1000PEPEUSDT is quoted per thousand, and counted in thousands. */
static void counts_thousands_of_tokens(void **state)
{
    fixture *f = *state;
    assert_int_equal(give(f, "l.json", ANSWER("linear", LINEAR_TICKER("1000PEPEUSDT", "0.0125"))),
                     HPM_OK);
    assert_int_equal(finish(f), HPM_OK);
    const hpm_quote *quote = quote_of(f, "bybit:1000PEPEUSDT");
    assert_true(quote->mark == 0.0125 / 1000 && quote->bid == 0.0125 / 1000);
    assert_true(quote->bid_size == 7 && quote->open_interest == 100);
    assert_true(instrument_of(f, "bybit:1000PEPEUSDT")->contract_size == 1000);
    assert_true(price_of(f, "PEPE") == 0.0125 / 1000);
}

static void zeros_of_the_unknown_are_absent(void **state)
{
    fixture *f = *state;
    assert_int_equal(give(f, "i.json", ANSWER("inverse", LINEAR_TICKER("BTCUSD", "0"))), HPM_OK);
    assert_int_equal(finish(f), HPM_OK);
    const hpm_quote *quote = quote_of(f, "bybit:BTCUSD");
    assert_true(quote->bid == 0 && isnan(quote->mark));
    assert_true(isnan(price_of(f, "BTC")));
}

static void a_future_is_delivered_when_its_name_says(void **state)
{
    fixture *f = *state;
    static const char right[] = ANSWER("inverse", "{\"symbol\":\"BTCUSDH26\",\"bid1Price\":\"\","
                                                  "\"markPrice\":\"84100\","
                                                  "\"deliveryTime\":\"1774598400000\"}");
    static const char wrong[] = ANSWER("inverse", "{\"symbol\":\"BTCUSDH26\",\"bid1Price\":\"\","
                                                  "\"markPrice\":\"84100\","
                                                  "\"deliveryTime\":\"1774598400001\"}");
    assert_int_equal(give(f, "i.json", right), HPM_OK);
    assert_int_equal(give(f, "i.json", wrong), HPM_E_REFERENCE);
    assert_string_equal(f->error.where, "result.list[0].deliveryTime");
}

/* ---- Descriptions ------------------------------------------------------------------------- */

#define OPTION_INFO(kind, settle, delivery)                                                        \
    "{" SYMBOL ",\"status\":\"Trading\",\"baseCoin\":\"BTC\",\"quoteCoin\":\"USD\","               \
    "\"settleCoin\":\"" settle "\",\"optionsType\":\"" kind "\",\"deliveryTime\":\"" delivery      \
    "\",\"lotSizeFilter\":{\"maxOrderQty\":\"500\",\"minOrderQty\":\"0.02\",\"qtyStep\":\"0.02\"}" \
    "}"
#define OPTION_INFO_OK OPTION_INFO("Call", "USDC", "1774598400000")
#define LINEAR_INFO(symbol, type, base, status)                                                    \
    "{\"symbol\":\"" symbol "\",\"contractType\":\"" type "\",\"status\":\"" status                \
    "\",\"baseCoin\":\"" base "\",\"quoteCoin\":\"USDT\",\"settleCoin\":\"USDT\","                 \
    "\"deliveryTime\":\"0\",\"lotSizeFilter\":{\"minOrderQty\":\"0.002\",\"qtyStep\":\"0.002\"}}"
#define SPOT_INFO(symbol, base, quote)                                                             \
    "{\"symbol\":\"" symbol "\",\"baseCoin\":\"" base "\",\"quoteCoin\":\"" quote                  \
    "\",\"status\":\"Trading\",\"lotSizeFilter\":{\"basePrecision\":\"0.0001\"}}"

static void reads_descriptions(void **state)
{
    fixture *f = *state;
    assert_int_equal(give(f, "o.json", ANSWER("option", OPTION_INFO_OK)), HPM_OK);
    assert_int_equal(
        give(f, "l.json",
             ANSWER("linear", LINEAR_INFO("BTCUSDT", "LinearPerpetual", "BTC", "Trading") ","   //
                    LINEAR_INFO("1000PEPEUSDT", "LinearPerpetual", "1000PEPE", "PreLaunch") "," //
                    LINEAR_INFO("OLDUSDT", "LinearPerpetual", "OLD", "Closed"))),
        HPM_OK);
    assert_int_equal(give(f, "s.json",
                          ANSWER("spot", SPOT_INFO("BTCUSDT", "BTC", "USDT") "," //
                                 SPOT_INFO("ABCXYZ", "ABC", "XYZ"))),
                     HPM_OK);
    assert_int_equal(finish(f), HPM_OK);
    assert_int_equal(instrument_of(f, "bybit:" OPTION)->lot.e8, 2000000);
    assert_int_equal(instrument_of(f, "bybit:BTCUSDT")->lot.e8, 200000);
    assert_true(instrument_of(f, "bybit:BTCUSDT")->contract_size == 1);
    assert_true(instrument_of(f, "bybit:1000PEPEUSDT")->contract_size == 1000);
    assert_int_equal(instrument_of(f, "bybit:spot/BTCUSDT")->lot.e8, 10000);
    const hpm_instrument *other = instrument_of(f, "bybit:spot/ABCXYZ");
    assert_string_equal(f->result.document.catalog.assets[other->underlying].name, "ABC");
    assert_int_equal(id_of(f, "bybit:OLDUSDT"), HPM_NONE);
    assert_true(is_noted(f, "1 instruments that are not active dropped"));
    assert_false(is_noted(f, "assumed"));
}

static void spreads_are_counted(void **state)
{
    fixture *f = *state;
    assert_int_equal(give(f, "l.json", ANSWER("linear", LINEAR_TICKER("BTCUSDT", "84000"))),
                     HPM_OK);
    assert_int_equal(give(f, "s.json",
                          "{\"retCode\":0,\"result\":{\"list\":[{\"symbol\":\"BTCUSDT_BTC/USDT\","
                          "\"legs\":[]}]},\"time\":" NOW "}"),
                     HPM_OK);
    assert_int_equal(give(f, "t.json",
                          "{\"retCode\":0,\"result\":{\"list\":[{\"symbol\":\"BTCUSDT_BTC/USDT\","
                          "\"bidPrice\":\"-1\"}]},\"time\":" NOW "}"),
                     HPM_OK);
    assert_int_equal(finish(f), HPM_OK);
    assert_true(is_noted(f, "2 rows of combos"));
}

/* ---- What a session holds beside ---------------------------------------------------------- */

static void passes_over_talk_and_counts_the_rest(void **state)
{
    fixture *f = *state;
    assert_int_equal(
        give(f, "s.txt",
             "wss://stream.bybit.com/v5/public/linear <-> 1772447410.1\n"
             "wss://stream.bybit.com/v5/public/linear <- 1772447410.2: {\"op\":\"subscribe\"}\n"
             "1772447410.3: {\"success\":true,\"ret_msg\":\"\",\"conn_id\":\"a\",\"op\":"
             "\"subscribe\"}\n"
             "1772447410.4: {\"topic\":\"publicTrade.BTCUSDT\",\"type\":\"snapshot\",\"ts\":1,"
             "\"data\":[]}\n"
             "1772447410.5: {\"topic\":\"orderbook.rpi.BTCUSDT\",\"type\":\"delta\",\"ts\":1,"
             "\"data\":{}}\n"
             "1772447410.6: {\"topic\":\"tickers\",\"data\":{}}\n"
             "1772447410.7: {\"retCode\":10006,\"retMsg\":\"Too many visits!\",\"result\":{}}\n"
             "1772447410.8: {\"hello\":1}\n"
             "1772447410.9: " PUSH("tickers.BTCUSDT", "snapshot", NOW,
                                   LINEAR_TICKER("BTCUSDT", "84000"))),
        HPM_OK);
    assert_int_equal(finish(f), HPM_OK);
    assert_true(quote_of(f, "bybit:BTCUSDT")->mark == 84000);
    assert_true(is_noted(f, "5 messages of kinds that are not read (first: publicTrade.BTCUSDT)"));
}

static void reads_lists_of_messages(void **state)
{
    fixture *f = *state;
    assert_int_equal(
        give(f, "l.json",
             "[" PUSH("tickers.BTCUSDT", "snapshot", NOW, LINEAR_TICKER("BTCUSDT", "84000")) "," //
             PUSH("tickers.BTCUSDT", "delta", NOW,
                  "{\"symbol\":\"BTCUSDT\",\"markPrice\":\"84001\"}") "]"),
        HPM_OK);
    assert_int_equal(finish(f), HPM_OK);
    assert_true(quote_of(f, "bybit:BTCUSDT")->mark == 84001); /* of one moment the later */
}

static void notes_further_pages(void **state)
{
    fixture *f = *state;
    assert_int_equal(
        give(f, "l.json",
             "{\"retCode\":0,\"result\":{\"category\":\"linear\",\"list\":[" LINEAR_TICKER(
                 "BTCUSDT", "84000") "],\"nextPageCursor\":\"first%3D1\"},\"time\":" NOW "}"),
        HPM_OK);
    assert_int_equal(finish(f), HPM_OK);
    assert_true(is_noted(f, "further page"));
}

/* ---- Refusals ----------------------------------------------------------------------------- */

static const struct {
    const char *text, *where;
    hpm_status status;
} refused[] = {
    {"{}", NULL, HPM_E_SCHEMA},
    {"[1]", NULL, HPM_OK}, /* recorded: counted, not refused */
    {"{\"result\":1}", "result", HPM_E_SCHEMA},
    {"{\"retCode\":10001,\"retMsg\":\"params error\",\"result\":{}}", "retCode", HPM_E_SCHEMA},
    {"{\"retCode\":\"0\",\"result\":{\"list\":[]}}", "retCode", HPM_E_SCHEMA},
    {"{\"retCode\":0,\"result\":{\"list\":[{\"coin\":\"USDT\",\"balance\":\"1\"}]}}", "result.list",
     HPM_E_SCHEMA},
    {"{\"retCode\":0,\"result\":{\"list\":[{\"bid1Price\":\"1\"},1]},\"time\":\"x\"}",
     "message.time", HPM_E_TYPE},
    {ANSWER("option", OPTION_TICKER ",1"), "result.list", HPM_E_TYPE},
    {ANSWER("linear", "{\"bid1Price\":\"1\"}"), "result.list[0].symbol", HPM_E_FIELD_MISSING},
    {ANSWER("linear", LINEAR_TICKER("BTCUSDT", "1e")), "result.list[0].bid1Price", HPM_E_TYPE},
    {ANSWER("linear", LINEAR_TICKER("BTCUSDT", "-1")), "BTCUSDT", HPM_E_RANGE},
    {ANSWER("linear", LINEAR_TICKER("BTCUSDT", "nan")), "result.list[0].bid1Price", HPM_E_TYPE},
    {ANSWER("linear", LINEAR_TICKER("BTCUSD", "1")), "BTCUSD", HPM_E_REFERENCE},
    {ANSWER("inverse", LINEAR_TICKER("BTCUSDT", "1")), "BTCUSDT", HPM_E_REFERENCE},
    {ANSWER("option", OPTION_INFO("Put", "USDC", "1774598400000")), OPTION, HPM_E_REFERENCE},
    {ANSWER("option", OPTION_INFO("Cal", "USDC", "1774598400000")), "result.list[0].optionsType",
     HPM_E_REFERENCE},
    {ANSWER("option", OPTION_INFO("Call", "USDT", "1774598400000")), OPTION, HPM_E_REFERENCE},
    {ANSWER("option", OPTION_INFO("Call", "USDC", "1774598400001")), OPTION, HPM_E_REFERENCE},
    {ANSWER("option", OPTION_INFO("Call", "USDC", "")), "result.list[0].deliveryTime",
     HPM_E_FIELD_MISSING},
    {ANSWER("linear", LINEAR_INFO("BTCUSDT", "LinearFutures", "BTC", "Trading")),
     "result.list[0].deliveryTime", HPM_E_TYPE},
    {ANSWER("linear", LINEAR_INFO("BTCUSDT", "Quanto", "BTC", "Trading")),
     "result.list[0].contractType", HPM_E_REFERENCE},
    {ANSWER("linear", LINEAR_INFO("BTCUSDT", "LinearPerpetual", "ETH", "Trading")), "BTCUSDT",
     HPM_E_REFERENCE},
    {ANSWER("linear", LINEAR_INFO("BTCUSDT", "LinearPerpetual", "ABCDEFGHIJKLMNOPQ", "Trading")),
     "result.list[0].baseCoin", HPM_E_RANGE},
    {ANSWER("what", OPTION_INFO_OK), "result.category", HPM_E_FIELD_MISSING},
    {ANSWER("spot", "{\"symbol\":\"BTCUSDT\",\"baseCoin\":\"BTC\",\"quoteCoin\":\"USDT\","
                    "\"lotSizeFilter\":{\"basePrecision\":\"0\"}}"),
     "lotSizeFilter.basePrecision", HPM_E_RANGE},
    {ANSWER("spot", "{\"symbol\":\"BTCUSDT\",\"baseCoin\":\"BTC\",\"quoteCoin\":\"USDT\","
                    "\"lotSizeFilter\":7}"),
     "lotSizeFilter.basePrecision", HPM_E_FIELD_MISSING},
    {"{\"retCode\":0,\"result\":{\"list\":[{\"symbol\":\"BTCUSDT\",\"legs\":[]}]}}",
     "result.list[0].symbol", HPM_E_REFERENCE},
    {"{\"retCode\":0,\"result\":{\"s\":\"BTCUSD\",\"a\":1,\"b\":[]}}", "result.a", HPM_E_TYPE},
    {"{\"retCode\":0,\"result\":{\"s\":\"BTCUSD\",\"a\":[],\"b\":[[\"1\"]]}}", "result.b",
     HPM_E_TYPE},
    {"{\"retCode\":0,\"result\":{\"s\":\"BTCUSD\",\"a\":[],\"b\":[[\"1\",\"2\",\"3\"]]}}",
     "result.b", HPM_E_TYPE}, /* retail orders */
    {"{\"retCode\":0,\"result\":{\"a\":[],\"b\":[]}}", "result.s", HPM_E_FIELD_MISSING},
    {"{\"retCode\":0,\"result\":{\"s\":\"BTCUSD\",\"a\":[],\"b\":[[\"0\",\"2\"]]}}", "BTCUSD",
     HPM_E_RANGE},
    {PUSH("tickers.BTCUSD", "snapshot", NOW, "[]"), "data", HPM_E_TYPE},
    {PUSH("tickers.BTCUSD", "snapshot", "-5", "{}"), "message.ts", HPM_E_RANGE},
    {V2("orderBookL2_25.BTCUSD", "snapshot", "1618677786558146", "{}"), "message.data", HPM_E_TYPE},
    {V2("orderBookL2_25.BTCUSD", "snapshot", "1618677786558146",
        "[" V2_ROW("Both", "1", ",\"size\":1") "]"),
     "data[0].side", HPM_E_REFERENCE},
    {V2("orderBookL2_25.BTCUSD", "delta", "1618677786558146",
        "{\"update\":[" V2_ROW("Buy", "1", "") "]}"),
     "data.update[0].size", HPM_E_FIELD_MISSING},
    {V2("orderBookL2_25.BTCUSD", "delta", "1618677786558146", "{\"delete\":[7]}"),
     "data.delete[0].symbol", HPM_E_FIELD_MISSING},
    {V2("instrument_info.100ms.BTCUSD", "delta", "1618677786558146", "{\"update\":[[]]}"),
     "data.update[0].symbol", HPM_E_FIELD_MISSING},
};

static void refuses_what_it_cannot_read(void **state)
{
    fixture *f = *state;
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        again(f);
        hpm_status status = give(f, "x.json", refused[i].text);
        if (status != refused[i].status)
            fail_msg("%s: %d, %s: %s", refused[i].text, status, f->error.where, f->error.message);
        if (refused[i].where) assert_string_equal(f->error.where, refused[i].where);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(reads_options),
        TEST(reads_options_as_they_are_pushed),
        TEST(tells_pairs_from_perpetuals),
        TEST(tells_pushed_pairs_by_their_field),
        TEST(changes_keep_the_rest),
        TEST(counts_thousands_of_tokens),
        TEST(zeros_of_the_unknown_are_absent),
        TEST(a_future_is_delivered_when_its_name_says),
        TEST(reads_descriptions),
        TEST(spreads_are_counted),
        TEST(passes_over_talk_and_counts_the_rest),
        TEST(reads_lists_of_messages),
        TEST(notes_further_pages),
        TEST(refuses_what_it_cannot_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
