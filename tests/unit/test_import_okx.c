/* What OKX answers and pushes about markets. The values are made up, the forms are the venue's. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define IMPORT_VENUE hpm_import_okx
#include "import_fixture.h"

#define REST(rows)      "{\"code\":\"0\",\"msg\":\"\",\"data\":[" rows "]}"
#define PUSH(arg, rows) "{\"arg\":{" arg "},\"data\":[" rows "]}"
#define CHANNEL(name)   "\"channel\":\"" name "\""
#define TS              "\"ts\":\"1772447410500\""
#define NAME            "BTC-USD-260327-80000-C"
#define ID              "\"instId\":\"" NAME "\""
#define TICKER(bid, ask)                                                                           \
    "{" ID "," TS ",\"bidPx\":\"" bid "\",\"askPx\":\"" ask                                        \
    "\",\"bidSz\":\"7\",\"askSz\":\"9\",\"last\":\"\"}"
#define MARK       "{" ID "," TS ",\"instType\":\"OPTION\",\"markPx\":\"0.07\"}"
#define SUMMARY    "{" ID "," TS ",\"markVol\":\"0.4323\",\"bidVol\":\"0\",\"fwdPx\":\"84000\"}"
#define INTEREST   "{" ID "," TS ",\"oi\":\"1200\",\"oiCcy\":\"12\"}"
#define INDEX      "{\"instId\":\"BTC-USD\"," TS ",\"idxPx\":\"83900\"}"
#define SWAP_INDEX "{\"instId\":\"BTC-USDT\"," TS ",\"idxPx\":\"84100\"}"

static const hpm_quote *quote_of(const fixture *f, const char *name)
{
    uint32_t id = id_of(f, name);
    assert_int_not_equal(id, HPM_NONE);
    return &f->result.quotes.quote[id];
}

/* ---- Quotes ------------------------------------------------------------------------------- */

static void expect_quotes(fixture *f)
{
    assert_int_equal(finish(f), HPM_OK);
    const hpm_market *market = &f->result.document.market;
    const hpm_quote *quote = quote_of(f, "okx:" NAME);
    assert_true(quote->bid == 0.069 && quote->ask == 0.071);
    assert_true(quote->bid_size == 7 && quote->ask_size == 9);
    assert_true(quote->mark == 0.07 && quote->mark_vol == 0.4323);
    assert_true(quote->underlying == 84000 && quote->open_interest == 1200);
    assert_true(market->vol[id_of(f, "okx:" NAME)].value == 0.4323);
    assert_true(market->curve[0].forward.value == 84000);
    assert_true(market->asset_price[hpm_catalog_find_asset(market->catalog, "BTC")].value == 83900);
    assert_true(market->now_ns == INT64_C(1772447410500000000));
}

static void reads_answers(void **state)
{
    fixture *f = *state;
    assert_int_equal(give(f, "a", REST(TICKER("0.069", "0.071"))), HPM_OK);
    assert_int_equal(give(f, "b", REST(MARK)), HPM_OK);
    assert_int_equal(give(f, "c", REST(SUMMARY)), HPM_OK);
    assert_int_equal(give(f, "d", REST(INTEREST)), HPM_OK);
    assert_int_equal(give(f, "e", REST(INDEX)), HPM_OK);
    expect_quotes(f);
}

static void reads_messages(void **state)
{
    fixture *f = *state;
    hpm_status status = give(
        f, "session",
        "wss://ws.example:8443/ws/v5/public <-> 1772447400.5\n"
        "wss://ws.example:8443/ws/v5/public <- 1772447400.6: {\"op\":\"subscribe\",\"args\":[]}\n"
        "1772447400.7: {\"event\":\"subscribe\",\"arg\":{" CHANNEL(
            "tickers") "}}\n"
                       "1772447400.8: pong\n"
                       "1772447401.1: " PUSH(
                           CHANNEL("tickers") "," ID,
                           TICKER(
                               "0.069",
                               "0.071")) "\n"
                                         "1772447401.2: " PUSH(
                                             CHANNEL("mark-price"),
                                             MARK) "\n"
                                                   "1772447401.3: " PUSH(
                                                       CHANNEL("opt-summary"),
                                                       SUMMARY) "\n"
                                                                "1772447401.4: " PUSH(
                                                                    CHANNEL("open-interest"),
                                                                    INTEREST) "\n"
                                                                              "1772447401.5:"
                                                                              " " PUSH(
                                                                                  CHANNEL("trades"),
                                                                                  "{" ID ",\"px\":"
                                                                                  "\"1\",\"sz\":"
                                                                                  "\"1\"}") "\n"
                                                                                            "177"
                                                                                            "244"
                                                                                            "740"
                                                                                            "1."
                                                                                            "6:"
                                                                                            " " PUSH(
                                                                                                CHANNEL(
                                                                                                    "trades"),
                                                                                                "{" ID
                                                                                                ","
                                                                                                "\""
                                                                                                "px"
                                                                                                "\""
                                                                                                ":"
                                                                                                "\""
                                                                                                "2"
                                                                                                "\""
                                                                                                ","
                                                                                                "\""
                                                                                                "sz"
                                                                                                "\""
                                                                                                ":"
                                                                                                "\""
                                                                                                "1"
                                                                                                "\""
                                                                                                "}") "\n"
                                                                                                     "1772447401.7: " PUSH(
                                                                                                         CHANNEL(
                                                                                                             "index-tickers"),
                                                                                                         INDEX) "\n");
    if (status != HPM_OK) fail_msg("%s: %s", f->error.where, f->error.message);
    expect_quotes(f);
    assert_true(is_noted(f, "2 messages"));
    assert_true(is_noted(f, "trades"));
}

static void reads_saved_lists_and_documentation(void **state)
{
    static const char *const texts[] = {
        "[" MARK "]",
        "[" PUSH(CHANNEL("mark-price"), MARK) "]",
        "{\"source_file\":\"x\",\"examples\":[{\"op\":\"subscribe\"},[{\"channel\":\"y\"}],"
        "{\"mmr\":\"1\"},[" MARK "]," REST(MARK) "," PUSH(CHANNEL("mark-price"), MARK) "]}",
    };
    fixture *f = *state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        again(f);
        assert_int_equal(give(f, "a", texts[i]), HPM_OK);
        assert_int_equal(finish(f), HPM_OK);
        assert_true(quote_of(f, "okx:" NAME)->mark == 0.07);
    }
    assert_true(is_noted(f, "2 messages"));
}

/* "" beside a best price says that nobody is there; a field that is not there says nothing. */
static void tells_nobody_from_not_known(void **state)
{
    fixture *f = *state;
    assert_int_equal(give(f, "a", REST(TICKER("", "0.0005"))), HPM_OK);
    assert_int_equal(give(f, "b", REST("{\"instId\":\"BTC-USDT-SWAP\"," TS ",\"markPx\":\"2\"}")),
                     HPM_OK);
    assert_int_equal(finish(f), HPM_OK);
    assert_true(quote_of(f, "okx:" NAME)->bid == 0);
    assert_true(quote_of(f, "okx:" NAME)->ask == 0.0005);
    assert_true(isnan(quote_of(f, "okx:BTC-USDT-SWAP")->bid));
}

/* An index in a stablecoin is another index than the one in dollars, and worth what it is worth. */
static void keeps_indices_apart(void **state)
{
    fixture *f = *state;
    assert_int_equal(
        give(f, "a", REST(SWAP_INDEX ",{\"instId\":\"USDT-USD\"," TS ",\"idxPx\":\"0.999\"}")),
        HPM_OK);
    assert_int_equal(give(f, "b", REST(MARK)), HPM_OK);
    assert_int_equal(finish(f), HPM_OK);
    const hpm_market *market = &f->result.document.market;
    uint32_t btc = hpm_catalog_find_asset(market->catalog, "BTC");
    assert_true(fabs(market->asset_price[btc].value - 84100 * 0.999) < 1e-9);
}

/* ---- Books -------------------------------------------------------------------------------- */

#define LEVELS(bids, asks) "{\"asks\":[" asks "],\"bids\":[" bids "]," TS "}"
#define BOOK(action, row)                                                                          \
    "{\"arg\":{" CHANNEL("books") "," ID "},\"action\":\"" action "\",\"data\":[" row "]}"
#define LEVEL(price, size) "[\"" price "\",\"" size "\",\"0\",\"1\"]"

static void keeps_a_book(void **state)
{
    fixture *f = *state;
    const char *session =
        BOOK("snapshot", LEVELS(LEVEL("0.06", "5") "," LEVEL("0.05", "8"),
                                LEVEL("0.07", "4"))) "\n" BOOK("update",
                                                               LEVELS(LEVEL("0.06", "0"),
                                                                      LEVEL("0.08", "3") "," LEVEL(
                                                                          "0.07", "2"))) "\n";
    hpm_status status = give(f, "a", session);
    if (status != HPM_OK) fail_msg("%s: %s", f->error.where, f->error.message);
    assert_int_equal(finish(f), HPM_OK);
    const hpm_quote *quote = quote_of(f, "okx:" NAME);
    assert_true(quote->bid == 0.05 && quote->bid_size == 8 && quote->bid_depth == 8);
    assert_true(quote->ask == 0.07 && quote->ask_size == 2 && quote->ask_depth == 5);
    assert_true(quote->micro > 0.05 && quote->micro < 0.08);
}

#define NUMBERED(action, before, number, bid)                                                      \
    BOOK(action, "{\"asks\":[],\"bids\":[" LEVEL(bid, "5") "]," TS ",\"prevSeqId\":" before        \
                                                           ",\"seqId\":" number "}")

/* A change that does not follow the one before: the book is not known until it comes whole again.
 */
static void loses_a_book_with_a_message(void **state)
{
    fixture *f = *state;
    assert_int_equal(
        give(f, "a",
             NUMBERED("snapshot", "-1", "10", "0.05") "\n" NUMBERED(
                 "update", "10", "15",
                 "0.06") "\n" NUMBERED("update", "15", "15",
                                       "0.06") "\n" NUMBERED("update", "17", "19",
                                                             "0.07") "\n" NUMBERED("update", "19",
                                                                                   "20",
                                                                                   "0.08") "\n"),
        HPM_OK);
    assert_int_equal(give(f, "b", REST(MARK)), HPM_OK);
    assert_int_equal(finish(f), HPM_OK);
    assert_true(isnan(quote_of(f, "okx:" NAME)->bid));
    assert_true(is_noted(f, "1 order books lost"));
    again(f);
    assert_int_equal(
        give(f, "a",
             NUMBERED("snapshot", "-1", "10", "0.05") "\n" NUMBERED(
                 "update", "11", "15",
                 "0.06") "\n" NUMBERED("snapshot", "-1", "30",
                                       "0.04") "\n" NUMBERED("update", "30", "31", "0.03") "\n"),
        HPM_OK);
    assert_int_equal(finish(f), HPM_OK);
    assert_true(quote_of(f, "okx:" NAME)->bid == 0.04);
    assert_true(quote_of(f, "okx:" NAME)->bid_depth == 10);
}

/* All are of one moment by the venue's clock. */
static void passes_over_what_the_book_holds(void **state)
{
    fixture *f = *state;
    assert_int_equal(
        give(f, "a",
             NUMBERED("snapshot", "-1", "10", "0.05") "\n" NUMBERED(
                 "update", "10", "15",
                 "0.06") "\n" NUMBERED("update", "15", "17",
                                       "0.07") "\n" NUMBERED("update", "10", "15", "0.06") "\n"),
        HPM_OK);
    /* The numbers begin again, as the venue says by one that is below the one before. */
    assert_int_equal(give(f, "b",
                          NUMBERED("update", "17", "3", "0.08") "\n" NUMBERED(
                              "update", "3", "4", "0.09") "\n" REST(MARK)),
                     HPM_OK);
    assert_int_equal(finish(f), HPM_OK);
    assert_true(quote_of(f, "okx:" NAME)->bid == 0.09);
    assert_true(is_noted(f, "1 changes of order books ignored: older than the book"));
    assert_false(is_noted(f, "lost"));
}

/* The best levels of a channel of their own do not cut down the book. */
static void keeps_best_prices_beside_a_book(void **state)
{
    fixture *f = *state;
    assert_int_equal(
        give(
            f, "a",
            BOOK(
                "snapshot",
                LEVELS(
                    LEVEL("0.06", "5") "," LEVEL("0.05", "8"),
                    LEVEL(
                        "0.07",
                        "4"))) "\n{\"arg\":{" CHANNEL("bbo-tbt") "," ID
                                                                 "},\"data\":[{\"asks\":[" LEVEL(
                                                                     "0.08",
                                                                     "1") "],\"bids\":[],\"ts\":"
                                                                          "\"1772447410900\"}]}\n"),
        HPM_OK);
    assert_int_equal(finish(f), HPM_OK);
    const hpm_quote *quote = quote_of(f, "okx:" NAME);
    assert_true(quote->bid == 0 && quote->ask == 0.08 && quote->ask_size == 1);
    assert_true(quote->bid_depth == 13);
}

/* A channel that always sends whole books: the second replaces the first. */
static void replaces_whole_books(void **state)
{
    fixture *f = *state;
    const char *session =
        PUSH(CHANNEL("books5") "," ID, LEVELS(LEVEL("0.06", "5"), LEVEL("0.07", "4"))) "\n" PUSH(
            CHANNEL("books5") "," ID, LEVELS(LEVEL("0.05", "6"), LEVEL("0.09", "4"))) "\n";
    assert_int_equal(give(f, "a", session), HPM_OK);
    assert_int_equal(finish(f), HPM_OK);
    assert_true(quote_of(f, "okx:" NAME)->bid == 0.05 && quote_of(f, "okx:" NAME)->ask == 0.09);
}

/* The answer of market/books does not name its instrument; the address does. */
static void takes_a_book_s_name_from_the_address(void **state)
{
    fixture *f = *state;
    assert_int_equal(
        give(f, "a",
             "https://www.example/api/v5/market/books?instId=" NAME
             "&sz=2 -> 1772447401.5: " REST(LEVELS(LEVEL("0.06", "5"), LEVEL("0.07", "4"))) "\n"),
        HPM_OK);
    assert_int_equal(finish(f), HPM_OK);
    assert_true(quote_of(f, "okx:" NAME)->bid == 0.06);
    again(f);
    assert_int_equal(give(f, "a", REST(LEVELS(LEVEL("1", "5"), LEVEL("2", "4")))),
                     HPM_E_FIELD_MISSING);
    assert_string_equal(f->error.where, "data[0].instId");
}

/* ---- Descriptions ------------------------------------------------------------------------- */

#define OPTION_AS(size, multiplier, unit, strike, type, lot)                                       \
    "{\"instType\":\"OPTION\"," ID ",\"uly\":\"BTC-USD\",\"ctVal\":\"" size                        \
    "\",\"ctMult\":\"" multiplier "\",\"ctValCcy\":\"" unit "\",\"settleCcy\":\"BTC\","            \
    "\"optType\":\"" type "\",\"stk\":\"" strike "\",\"expTime\":\"1774598400000\","               \
    "\"lotSz\":\"" lot "\",\"minSz\":\"1\",\"ctType\":\"\",\"state\":\"live\"}"
#define OPTION_ROW OPTION_AS("1", "0.1", "BTC", "80000", "C", "1")
#define SWAP_AS(unit, type, settle, state)                                                         \
    "{\"instType\":\"SWAP\",\"instId\":\"ETH-USD-SWAP\",\"ctVal\":\"10\",\"ctMult\":\"1\","        \
    "\"ctValCcy\":\"" unit "\",\"settleCcy\":\"" settle "\",\"ctType\":\"" type                    \
    "\",\"lotSz\":\"0.1\",\"minSz\":\"0.1\",\"state\":\"" state "\"}"
#define SPOT_ROW                                                                                   \
    "{\"instType\":\"SPOT\",\"instId\":\"BTC-USDT\",\"baseCcy\":\"BTC\",\"quoteCcy\":\"USDT\","    \
    "\"lotSz\":\"0.00001\",\"minSz\":\"0.0001\",\"state\":\"live\"}"

static const hpm_instrument *row_of(const fixture *f, const char *name)
{
    uint32_t id = id_of(f, name);
    assert_int_not_equal(id, HPM_NONE);
    return &f->result.document.catalog.instruments[id];
}

static void takes_sizes_with_their_multiplier(void **state)
{
    fixture *f = *state;
    assert_int_equal(give(f, "a", REST(OPTION_ROW)), HPM_OK);
    assert_int_equal(give(f, "b", REST(SWAP_AS("USD", "inverse", "ETH", "suspend") "," SPOT_ROW)),
                     HPM_OK);
    assert_int_equal(finish(f), HPM_OK);
    assert_null(f->result.document.market.catalog);
    assert_true(row_of(f, "okx:" NAME)->contract_size == 0.1);
    assert_int_equal(row_of(f, "okx:" NAME)->lot.e8, HPM_E8);
    assert_true(row_of(f, "okx:ETH-USD-SWAP")->contract_size == 10);
    assert_int_equal(row_of(f, "okx:ETH-USD-SWAP")->lot.e8, HPM_E8 / 10);
    assert_int_equal(row_of(f, "okx:BTC-USDT")->lot.e8, HPM_E8 / 100000);
    assert_false(is_noted(f, "assumed"));
}

static void leaves_out_what_is_not_open(void **state)
{
    static const char *const states[] = {"preopen", "test", "expired"};
    fixture *f = *state;
    for (size_t i = 0; i < sizeof states / sizeof *states; i++) {
        char text[1024];
        again(f);
        snprintf(text, sizeof text,
                 REST(SPOT_ROW
                      ",{\"instType\":\"SPOT\",\"instId\":\"UNI-USDT\",\"baseCcy\":\"UNI\","
                      "\"quoteCcy\":\"USDT\",\"lotSz\":\"1\",\"state\":\"%s\"}"),
                 states[i]);
        assert_int_equal(give(f, "a", text), HPM_OK);
        assert_int_equal(finish(f), HPM_OK);
        assert_int_equal(id_of(f, "okx:UNI-USDT"), HPM_NONE);
        assert_true(is_noted(f, "1 instruments that are not active"));
    }
}

/* ---- What is refused ---------------------------------------------------------------------- */

static const struct {
    const char *text, *where;
    hpm_status status;
} refused[] = {
    {"{", "", HPM_E_SYNTAX},
    {"{\"code\":\"0\",\"code\":\"0\",\"data\":[]}", "", HPM_E_SYNTAX},
    {"{}", "data", HPM_E_SCHEMA},
    {"{\"code\":\"50011\",\"msg\":\"Too Many Requests\",\"data\":[]}", "code", HPM_E_SCHEMA},
    {"{\"code\":\"0\",\"data\":{}}", "data", HPM_E_SCHEMA},
    {REST("{\"ccy\":\"BTC\",\"deltaBS\":\"\"}"), "data", HPM_E_SCHEMA},
    {REST("3"), "data", HPM_E_SCHEMA},
    {REST(MARK ",3"), "data", HPM_E_TYPE},
    {REST(MARK "," MARK), NAME, HPM_E_DUPLICATE},
    {REST("{\"instId\":\"\"," TS ",\"markPx\":\"1\"}"), "data[0].instId", HPM_E_FIELD_MISSING},
    {REST("{\"instId\":7," TS ",\"markPx\":\"1\"}"), "data[0].instId", HPM_E_TYPE},
    {REST("{" ID ",\"markPx\":\"1\"}"), "data[0].ts", HPM_E_FIELD_MISSING},
    {REST("{" ID ",\"markPx\":\"1\",\"ts\":\"soon\"}"), "data[0].ts", HPM_E_TYPE},
    {REST("{" ID "," TS ",\"markPx\":\"0x1\"}"), "data[0].markPx", HPM_E_TYPE},
    {REST("{" ID "," TS ",\"markPx\":\"-1\"}"), NAME, HPM_E_RANGE},
    {REST("{" ID "," TS ",\"markVol\":\"143\"}"), NAME, HPM_E_RANGE},
    {REST("{\"instId\":\"BTC\"," TS ",\"idxPx\":\"1\"}"), "data[0].instId", HPM_E_REFERENCE},
    {REST("{\"instId\":\"BTC-USD\"," TS ",\"idxPx\":\"\"}"), "data[0].idxPx", HPM_E_FIELD_MISSING},
    {REST("{" ID ",\"asks\":[],\"bids\":3," TS "}"), "data[0].bids", HPM_E_TYPE},
    {REST("{" ID ",\"asks\":[[\"1\"]],\"bids\":[]," TS "}"), "data[0].asks", HPM_E_TYPE},
    {REST("{" ID ",\"asks\":[[\"1\",\"x\"]],\"bids\":[]," TS "}"), "data[0].asks", HPM_E_TYPE},
    {REST("{" ID ",\"asks\":[[\"-1\",\"1\"]],\"bids\":[]," TS "}"), NAME, HPM_E_RANGE},
    {REST(OPTION_AS("", "0.1", "BTC", "80000", "C", "1")), "data[0].ctVal", HPM_E_FIELD_MISSING},
    {REST(OPTION_AS("0", "0.1", "BTC", "80000", "C", "1")), "data[0].ctVal", HPM_E_RANGE},
    {REST(OPTION_AS("1", "-1", "BTC", "80000", "C", "1")), "data[0].ctVal", HPM_E_RANGE},
    {REST(OPTION_AS("1", "1", "USD", "80000", "C", "1")), "data[0].ctValCcy", HPM_E_REFERENCE},
    {REST(OPTION_AS("1", "1", "BTC", "8000", "C", "1")), NAME, HPM_E_REFERENCE},
    {REST(OPTION_AS("1", "1", "BTC", "80000", "P", "1")), NAME, HPM_E_REFERENCE},
    {REST(OPTION_AS("1", "1", "BTC", "80000", "call", "1")), "data[0].optType", HPM_E_REFERENCE},
    {REST(OPTION_AS("1", "1", "BTC", "80000", "C", "0")), "data[0].lotSz", HPM_E_RANGE},
    {REST(OPTION_AS("1", "1", "BTC", "80000", "C", "")), "data[0].lotSz", HPM_E_FIELD_MISSING},
    {REST(SWAP_AS("ETH", "inverse", "ETH", "live")), "data[0].ctValCcy", HPM_E_REFERENCE},
    {REST(SWAP_AS("USD", "linear", "USD", "live")), "data[0].ctValCcy", HPM_E_REFERENCE},
    {REST(SWAP_AS("USD", "quanto", "ETH", "live")), "data[0].ctType", HPM_E_REFERENCE},
    {REST(SWAP_AS("USD", "inverse", "USDC", "live")), "ETH-USD-SWAP", HPM_E_REFERENCE},
    {REST(SWAP_AS("USD", "inverse", "ETHETHETHETHETHETH", "live")), "data[0].settleCcy",
     HPM_E_RANGE},
    {REST("{\"instType\":\"FUND\",\"instId\":\"BTC-USDT\",\"lotSz\":\"1\",\"state\":\"live\"}"),
     "data[0].instType", HPM_E_REFERENCE},
};

static void refuses_bad_answers(void **state)
{
    fixture *f = *state;
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        again(f);
        hpm_status status = give(f, "a.json", refused[i].text);
        if (status != refused[i].status || strcmp(f->error.where, refused[i].where) != 0)
            fail_msg("%s: %d, %s: %s", refused[i].text, (int)status, f->error.where,
                     f->error.message);
    }
}

/* Known to be of no use: no error, but nothing to import either. */
static void passes_over_what_it_does_not_need(void **state)
{
    fixture *f = *state;
    assert_int_equal(give(f, "a", REST("{\"instId\":\"BTC-USDT-SWAP\",\"fundingRate\":\"0.1\"}")),
                     HPM_OK);
    assert_int_equal(give(f, "b", REST("{\"instId\":\"BTC-USD-260327\",\"settlePx\":\"200\"}")),
                     HPM_OK);
    assert_int_equal(give(f, "c", REST("")), HPM_OK);
    assert_int_equal(finish(f), HPM_E_FIELD_MISSING);
}

static void counts_names_of_no_known_form(void **state)
{
    fixture *f = *state;
    assert_int_equal(
        give(f, "a", REST("{\"instId\":\"BTC-USD_UM-SWAP\"," TS ",\"markPx\":\"1\"}," MARK)),
        HPM_OK);
    assert_int_equal(finish(f), HPM_OK);
    assert_int_equal(f->result.document.catalog.instrument_count, 1);
    assert_true(is_noted(f, "BTC-USD_UM-SWAP"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(reads_answers),
        TEST(reads_messages),
        TEST(reads_saved_lists_and_documentation),
        TEST(tells_nobody_from_not_known),
        TEST(keeps_indices_apart),
        TEST(keeps_a_book),
        TEST(loses_a_book_with_a_message),
        TEST(passes_over_what_the_book_holds),
        TEST(keeps_best_prices_beside_a_book),
        TEST(replaces_whole_books),
        TEST(takes_a_book_s_name_from_the_address),
        TEST(takes_sizes_with_their_multiplier),
        TEST(leaves_out_what_is_not_open),
        TEST(refuses_bad_answers),
        TEST(passes_over_what_it_does_not_need),
        TEST(counts_names_of_no_known_form),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
