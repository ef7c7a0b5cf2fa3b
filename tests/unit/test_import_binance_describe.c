/* Binance's exchangeInfo: what instruments are and how they are counted. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#define IMPORT_VENUE hpm_import_binance
#include "import_fixture.h"

#define LOT(step_)                                                                                 \
    "\"filters\":[{\"filterType\":\"PRICE_FILTER\",\"tickSize\":\"0.1\"},"                         \
    "{\"filterType\":\"LOT_SIZE\",\"stepSize\":\"" step_ "\",\"minQty\":\"" step_ "\"}]"
#define LINEAR                                                                                     \
    "{\"symbol\":\"BTCUSDT\",\"pair\":\"BTCUSDT\",\"contractType\":\"PERPETUAL\","                 \
    "\"deliveryDate\":4133404800000,\"status\":\"TRADING\",\"baseAsset\":\"BTC\","                 \
    "\"quoteAsset\":\"USDT\",\"marginAsset\":\"USDT\"," LOT("0.001") "}"
#define DATED                                                                                      \
    "{\"symbol\":\"BTCUSDT_260327\",\"contractType\":\"CURRENT_QUARTER\",\"deliveryDate\":"        \
    "1774598400000,\"status\":\"TRADING\",\"baseAsset\":\"BTC\",\"quoteAsset\":\"USDT\","          \
    "\"marginAsset\":\"USDT\"," LOT("0.001") "}"
#define PENDING                                                                                    \
    "{\"symbol\":\"NEWUSDT\",\"contractType\":\"\",\"deliveryDate\":4133404800000,\"status\":"     \
    "\"PENDING_TRADING\",\"baseAsset\":\"NEW\",\"quoteAsset\":\"USDT\",\"marginAsset\":"           \
    "\"USDT\"," LOT("1") "}"
#define INVERSE                                                                                    \
    "{\"symbol\":\"ETHUSD_PERP\",\"contractType\":\"PERPETUAL\",\"deliveryDate\":4133404800000,"   \
    "\"contractStatus\":\"TRADING\",\"contractSize\":10,\"baseAsset\":\"ETH\",\"quoteAsset\":"     \
    "\"USD\",\"marginAsset\":\"ETH\"," LOT("1") "}"
#define PAIR                                                                                       \
    "{\"symbol\":\"BTCUSDT\",\"status\":\"TRADING\",\"baseAsset\":\"BTC\",\"quoteAsset\":"         \
    "\"USDT\",\"isSpotTradingAllowed\":true," LOT("0.00001") "}"
#define OPTION                                                                                     \
    "{\"symbol\":\"DOGE-260327-0.2-C\",\"side\":\"CALL\",\"strikePrice\":\"0.20000\","             \
    "\"underlying\":\"DOGEUSDT\",\"unit\":1000,\"expiryDate\":1774598400000,\"minQty\":\"0.01\","  \
    "\"quoteAsset\":\"USDT\"}"

#define INFO(symbols_)    "{\"timezone\":\"UTC\",\"serverTime\":1,\"symbols\":[" symbols_ "]}"
#define OPTIONS(symbols_) "{\"timezone\":\"UTC\",\"optionSymbols\":[" symbols_ "]}"

static const hpm_instrument *instrument_of(const fixture *f, const char *name)
{
    uint32_t id = id_of(f, name);
    assert_int_not_equal(id, HPM_NONE);
    return &f->result.document.catalog.instruments[id];
}

static void reads_every_kind(void **state)
{
    fixture *f = *state;
    assert_int_equal(give(f, "f.json", INFO(LINEAR "," DATED "," PENDING)), HPM_OK);
    assert_int_equal(give(f, "d.json", INFO(INVERSE)), HPM_OK);
    assert_int_equal(give(f, "s.json", INFO(PAIR)), HPM_OK);
    assert_int_equal(give(f, "o.json", OPTIONS(OPTION)), HPM_OK);
    assert_int_equal(finish(f), HPM_OK);
    assert_int_equal(f->result.document.catalog.instrument_count, 4);
    assert_int_equal(instrument_of(f, "binance:BTCUSDT")->lot.e8, HPM_E8 / 1000);
    assert_int_equal(instrument_of(f, "binance:BTCUSDT_260327")->kind, HPM_FUTURE);
    assert_true(instrument_of(f, "binance:ETHUSD_PERP")->contract_size == 10);
    assert_int_equal(instrument_of(f, "binance:ETHUSD_PERP")->payoff, HPM_INVERSE);
    const hpm_instrument *option = instrument_of(f, "binance:DOGE-260327-0.2-C");
    assert_true(option->contract_size == 1000 && option->strike == 0.2);
    assert_int_equal(option->lot.e8, HPM_E8 / 100);
    assert_true(is_noted(f, "1 instruments that are not active dropped"));
    assert_null(f->result.document.market.catalog);
}

static void reads_the_event_of_a_new_option(void **state)
{
    fixture *f = *state;
    assert_int_equal(give(f, "ws.txt",
                          "{\"e\":\"OPTION_PAIR\",\"E\":1772447400500,\"id\":1,\"u\":\"BTCUSDT\","
                          "\"qa\":\"USDT\",\"s\":\"BTC-260327-60000-P\",\"unit\":1,\"mq\":\"0.1\","
                          "\"d\":\"PUT\",\"sp\":\"60000\",\"ed\":1774598400000}"),
                     HPM_OK);
    assert_int_equal(finish(f), HPM_OK);
    assert_int_equal(instrument_of(f, "binance:BTC-260327-60000-P")->lot.e8, HPM_E8 / 10);
}

static void refuses_contradictions(void **state)
{
    static const struct {
        const char *text, *from, *to;
        hpm_status status;
    } cases[] = {
        {INFO(LINEAR), "\"baseAsset\":\"BTC\"", "\"baseAsset\":\"ETH\"", HPM_E_REFERENCE},
        {INFO(LINEAR), "\"marginAsset\":\"USDT\"", "\"marginAsset\":\"USDC\"", HPM_E_REFERENCE},
        {INFO(LINEAR), "\"marginAsset\":\"USDT\"", "\"marginAsset\":\"BTC\"", HPM_E_REFERENCE},
        {INFO(LINEAR), "\"PERPETUAL\"", "\"CURRENT_QUARTER\"", HPM_E_REFERENCE},
        {INFO(LINEAR), "LOT_SIZE", "NO_SIZE", HPM_E_FIELD_MISSING},
        {INFO(LINEAR), "\"stepSize\":\"0.001\"", "\"stepSize\":\"0\"", HPM_E_RANGE},
        {INFO(LINEAR), "\"quoteAsset\":\"USDT\",", "", HPM_E_FIELD_MISSING},
        {INFO(LINEAR), "\"quoteAsset\":\"USDT\"", "\"quoteAsset\":\"ABCDEFGHIJKLMNOPQ\"",
         HPM_E_RANGE},
        {INFO(DATED), "1774598400000", "1774598400001", HPM_E_REFERENCE},
        {INFO(INVERSE), "\"contractSize\":10", "\"contractSize\":0", HPM_E_RANGE},
        {OPTIONS(OPTION), "CALL", "PUT", HPM_E_REFERENCE},
        {OPTIONS(OPTION), "CALL", "BOTH", HPM_E_RANGE},
        {OPTIONS(OPTION), "\"0.20000\"", "\"0.21\"", HPM_E_REFERENCE},
        {OPTIONS(OPTION), "DOGEUSDT", "BTCUSDT", HPM_E_REFERENCE},
        {OPTIONS(OPTION), "DOGEUSDT", "DOGEXYZ", HPM_E_REFERENCE},
        {OPTIONS(OPTION), "1774598400000", "1774598400001", HPM_E_REFERENCE},
        {OPTIONS(OPTION), "\"unit\":1000,", "", HPM_E_FIELD_MISSING},
        {OPTIONS(OPTION), "{\"symbol\"", "7,{\"symbol\"", HPM_E_TYPE},
    };
    fixture *f = *state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[2048];
        const char *at = strstr(cases[i].text, cases[i].from);
        assert_non_null(at);
        snprintf(text, sizeof text, "%.*s%s%s", (int)(at - cases[i].text), cases[i].text,
                 cases[i].to, at + strlen(cases[i].from));
        again(f);
        hpm_status status = give(f, "a.json", text);
        if (status != cases[i].status) fail_msg("%s: %d %s", text, (int)status, f->error.message);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(reads_every_kind),
        TEST(reads_the_event_of_a_new_option),
        TEST(refuses_contradictions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
