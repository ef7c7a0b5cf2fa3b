/* Binance's quotes, of every kind of answer and stream. The values are made up. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define IMPORT_VENUE hpm_import_binance
#include "import_fixture.h"

#define CALL "BTC-260327-80000-C"
#define TIME "1772447400500"
#define PREMIUM                                                                                    \
    "[{\"symbol\":\"BTCUSDT\",\"markPrice\":\"84010\",\"indexPrice\":\"83950\","                   \
    "\"lastFundingRate\":\"0.0001\",\"time\":" TIME "},"                                           \
    "{\"symbol\":\"BTCUSDT_260327\",\"markPrice\":\"84500\",\"indexPrice\":\"83950\","             \
    "\"lastFundingRate\":\"\",\"nextFundingTime\":0,\"time\":" TIME "},"                           \
    "{\"symbol\":\"OLDUSDT\",\"markPrice\":\"0.00\",\"indexPrice\":\"0.00\",\"time\":" TIME "}]"

static const hpm_quote *quote_of(const fixture *f, const char *name)
{
    uint32_t id = id_of(f, name);
    assert_int_not_equal(id, HPM_NONE);
    return &f->result.quotes.quote[id];
}

static double price_of(const fixture *f, const char *asset)
{
    uint32_t id = hpm_catalog_find_asset(&f->result.document.catalog, asset);
    assert_int_not_equal(id, HPM_NONE);
    return f->result.document.market.asset_price[id].value;
}

/* Answers of the options market say no time: they are of the moment of what is read with them. */
static void reads_answers_about_options(void **state)
{
    fixture *f = *state;
    assert_int_equal(give(f, "premium.json", PREMIUM), HPM_OK);
    assert_int_equal(give(f, "mark.json",
                          "[{\"symbol\":\"" CALL "\",\"markPrice\":\"6500.5\",\"bidIV\":\"-1\","
                          "\"askIV\":\"0.5\",\"markIV\":\"0.45\",\"delta\":\"0.6\","
                          "\"riskFreeInterest\":\"0.1\"}]"),
                     HPM_OK);
    assert_int_equal(give(f, "ticker.json",
                          "[{\"symbol\":\"" CALL "\",\"priceChange\":\"0\",\"lastPrice\":\"1\","
                          "\"bidPrice\":\"6400\",\"askPrice\":\"6600\",\"closeTime\":1772000000000,"
                          "\"strikePrice\":\"80000\",\"exercisePrice\":\"83960\"},"
                          "{\"symbol\":\"BTC-260327-200000-C\",\"bidPrice\":\"0\",\"askPrice\":"
                          "\"0\",\"strikePrice\":\"200000\"}]"),
                     HPM_OK);
    assert_int_equal(give(f, "interest.json",
                          "[{\"symbol\":\"" CALL "\",\"sumOpenInterest\":\"12.5\","
                          "\"sumOpenInterestUsd\":\"1\",\"timestamp\":\"1772447400000\"}]"),
                     HPM_OK);
    assert_int_equal(finish(f), HPM_OK);
    const hpm_quote *call = quote_of(f, "binance:" CALL);
    assert_true(call->mark == 6500.5 && call->mark_vol == 0.45);
    assert_true(call->bid == 6400 && call->ask == 6600);
    assert_true(call->open_interest == 12.5);
    assert_true(call->age_s == 0);
    assert_true(quote_of(f, "binance:BTC-260327-200000-C")->bid == 0);
    assert_int_equal(f->result.quotes.now_ns, INT64_C(1772447400500000000));
    const hpm_market *market = &f->result.document.market;
    assert_true(market->vol[id_of(f, "binance:" CALL)].value == 0.45);
    assert_true(market->curve[0].forward.value == 84500);
    assert_true(price_of(f, "BTC") == 83950); /* what has a time goes before what has none */
}

static void prices_of_zero_are_none(void **state)
{
    fixture *f = *state;
    assert_int_equal(give(f, "premium.json", PREMIUM), HPM_OK);
    assert_int_equal(finish(f), HPM_OK);
    assert_true(isnan(quote_of(f, "binance:OLDUSDT")->mark));
    assert_true(quote_of(f, "binance:BTCUSDT_260327")->mark == 84500);
}

static void times_that_no_answer_says_are_an_error(void **state)
{
    fixture *f = *state;
    assert_int_equal(
        give(f, "mark.json", "[{\"symbol\":\"" CALL "\",\"markPrice\":\"1\",\"markIV\":\"0.4\"}]"),
        HPM_OK);
    assert_int_equal(finish(f), HPM_E_FIELD_MISSING);
    assert_non_null(strstr(f->error.message, "moment"));
}

static void reads_inverse_futures(void **state)
{
    fixture *f = *state;
    assert_int_equal(give(f, "dapi.json",
                          "[{\"symbol\":\"BTCUSD_PERP\",\"pair\":\"BTCUSD\",\"markPrice\":"
                          "\"84005\",\"indexPrice\":\"83970\",\"time\":" TIME "}]"),
                     HPM_OK);
    assert_int_equal(
        give(f, "ticker.json",
             "[{\"symbol\":\"BTCUSD_PERP\",\"pair\":\"BTCUSD\",\"bidPrice\":\"84000\","
             "\"bidQty\":\"20\",\"askPrice\":\"84000.1\",\"askQty\":\"30\",\"time\":" TIME "}]"),
        HPM_OK);
    assert_int_equal(give(f, "interest.json",
                          "{\"symbol\":\"BTCUSD_PERP\",\"pair\":\"BTCUSD\",\"openInterest\":"
                          "\"15004\",\"contractType\":\"PERPETUAL\",\"time\":" TIME "}"),
                     HPM_OK);
    assert_int_equal(finish(f), HPM_OK);
    const hpm_quote *quote = quote_of(f, "binance:BTCUSD_PERP");
    assert_true(quote->mark == 84005 && quote->ask_size == 30 && quote->open_interest == 15004);
    assert_true(price_of(f, "BTC") == 83970);
    assert_true(is_noted(f, "contract size 100 and lot 1 assumed"));
}

static void pairs_price_their_coins(void **state)
{
    fixture *f = *state;
    assert_int_equal(give(f, "day.json",
                          "{\"symbol\":\"ETHUSDT\",\"prevClosePrice\":\"1\",\"lastPrice\":\"3000\","
                          "\"bidPrice\":\"2999\",\"bidQty\":\"1\",\"askPrice\":\"3002\",\"askQty\":"
                          "\"1\",\"closeTime\":" TIME "}"),
                     HPM_OK);
    assert_int_equal(give(f, "price.json",
                          "[{\"symbol\":\"SOLUSDT\",\"price\":\"150\"},"
                          "{\"symbol\":\"SOLETH\",\"price\":\"0.05\"}]"),
                     HPM_OK);
    assert_int_equal(give(f, "book.json",
                          "[{\"symbol\":\"BNBUSDT\",\"bidPrice\":\"600\",\"bidQty\":\"1\","
                          "\"askPrice\":\"602\",\"askQty\":\"1\"},"
                          "{\"symbol\":\"GONEUSDT\",\"bidPrice\":\"0\",\"bidQty\":\"0\","
                          "\"askPrice\":\"0\",\"askQty\":\"0\"}]"),
                     HPM_OK);
    assert_int_equal(finish(f), HPM_OK);
    assert_true(price_of(f, "ETH") == 3000.5);
    assert_true(is_noted(f, "price of BNB, ETH, SOL taken from the spot pair"));
    assert_true(price_of(f, "SOL") == 150);
    assert_true(price_of(f, "BNB") == 601);
    assert_int_equal(id_of(f, "binance:spot/GONEUSDT"), HPM_NONE);
}

static void reads_streams_of_options(void **state)
{
    fixture *f = *state;
    assert_int_equal(
        give(f, "ws.txt",
             "{\"e\":\"24hrTicker\",\"E\":" TIME ",\"T\":1,\"s\":\"" CALL "\",\"o\":\"1\","
             "\"c\":\"1\",\"bo\":\"6400\",\"ao\":\"6600\",\"bq\":\"4.9\",\"aq\":\"0.03\","
             "\"b\":\"0.43\",\"a\":\"0.47\",\"vo\":\"0.45\",\"mp\":\"6500\"}\n"
             "{\"stream\":\"BTC@markPrice\",\"data\":[{\"e\":\"markPrice\",\"E\":1772447401500,"
             "\"s\":\"" CALL "\",\"mp\":\"6510\",\"i\":\"83955\"}]}\n"
             "{\"e\":\"index\",\"E\":1772447400000,\"s\":\"ETHUSDT\",\"p\":\"3001\"}\n"
             "{\"e\":\"indexPriceUpdate\",\"E\":1772447400000,\"i\":\"ETHUSD\",\"p\":\"3002\"}\n"
             "[{\"e\":\"openInterest\",\"E\":1772447400000,\"s\":\"" CALL "\",\"o\":\"7\","
             "\"h\":\"1\"}]\n"
             "{\"e\":\"24hrTicker\",\"E\":" TIME ",\"s\":\"ETHUSDT\",\"x\":\"1\",\"c\":\"3003\","
             "\"b\":\"3002\",\"B\":\"1\",\"a\":\"3004\",\"A\":\"2\"}\n"
             "{\"e\":\"24hrTicker\",\"E\":" TIME ",\"s\":\"ETHUSDT\",\"c\":\"3003\"}\n"
             "{\"u\":1,\"s\":\"SOLUSDT\",\"b\":\"149\",\"B\":\"1\",\"a\":\"151\",\"A\":\"1\"}\n"),
        HPM_OK);
    assert_int_equal(finish(f), HPM_OK);
    const hpm_quote *call = quote_of(f, "binance:" CALL);
    assert_true(call->mark == 6510 && call->mark_vol == 0.45);
    assert_true(call->bid == 6400 && call->bid_size == 4.9 && call->open_interest == 7);
    assert_true(price_of(f, "BTC") == 83955);
    assert_true(price_of(f, "ETH") == 3002); /* an index in USD goes before a pair in USDT */
    assert_true(quote_of(f, "binance:spot/ETHUSDT")->ask_size == 2);
    assert_true(quote_of(f, "binance:spot/SOLUSDT")->bid == 149);
    assert_int_equal(id_of(f, "binance:ETHUSDT"), HPM_NONE);
}

static void an_index_needs_its_underlying(void **state)
{
    fixture *f = *state;
    assert_int_equal(give(f, "premium.json", PREMIUM), HPM_OK);
    assert_int_equal(give(f, "index.txt",
                          "https://eapi.binance.com/eapi/v1/index?underlying=BTCUSDT -> "
                          "1772447402.5: {\"time\":1772447402000,\"indexPrice\":\"83999\"}\n"),
                     HPM_OK);
    assert_int_equal(finish(f), HPM_OK);
    assert_true(price_of(f, "BTC") == 83999);
    assert_int_equal(give(f, "index.txt",
                          "https://eapi.binance.com/eapi/v1/index?underlying=BTCXYZ -> "
                          "1772447402.5: {\"time\":1772447402000,\"indexPrice\":\"83999\"}\n"),
                     HPM_E_REFERENCE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(reads_answers_about_options),
        TEST(prices_of_zero_are_none),
        TEST(times_that_no_answer_says_are_an_error),
        TEST(reads_inverse_futures),
        TEST(pairs_price_their_coins),
        TEST(reads_streams_of_options),
        TEST(an_index_needs_its_underlying),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
