/* Reads what Binance's instrument names say, and what its URLs say of a message.
 *
 * One name can mean two things: BTCUSDT is the spot pair and the USD-M perpetual. In hpm the pair
 * is "spot/BTCUSDT"; futures and options keep their names. */
#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "io/import_binance_parts.h"
#include "io/import_names.h"

#define SPOT        "spot/"
#define SPOT_LENGTH (sizeof SPOT - 1)

/* Quote currencies of spot pairs. Of those that end a name the longest counts: BTCFDUSD is quoted
 * in FDUSD, ETHTUSD in TUSD. */
static const char *const spot_quotes[] = {
    "USDT", "USDC", "FDUSD", "TUSD", "BUSD", "USD1", "USDP", "USDS", "XUSD", "BFUSD", "DAI", "BTC",
    "ETH",  "BNB",  "SOL",   "XRP",  "TRX",  "DOGE", "DOT",  "EUR",  "EURI", "GBP",   "TRY", "BRL",
    "JPY",  "AUD",  "ARS",   "MXN",  "ZAR",  "PLN",  "RON",  "CZK",  "COP",  "UAH",   "RUB", "NGN",
    "IDR",  "IDRT", "PAX",   "UST",  "VAI",  "BIDR", "BKRW", "BVND", NULL,
};

/* Of futures: "USD" are the inverse ones. */
static const char *const futures_quotes[] = {"USDT", "USDC", "BUSD", "USD", "BTC", NULL};

static int ends_with(hpm_span text, const char *end)
{
    size_t length = strlen(end);
    return text.length > length && memcmp(text.bytes + text.length - length, end, length) == 0;
}

/* Base and quote of a pair that is written without anything between them. */
static int split_pair(hpm_import_product *product, hpm_span pair, const char *const *quotes)
{
    const char *quote = NULL;
    for (size_t i = 0; quotes[i]; i++)
        if (ends_with(pair, quotes[i]) && (!quote || strlen(quotes[i]) > strlen(quote)))
            quote = quotes[i];
    if (!quote) return 0;
    snprintf(product->quote, sizeof product->quote, "%s", quote);
    return hpm_name_asset(product->base, (hpm_span){pair.bytes, pair.length - strlen(quote)});
}

int hpm_binance_pair_parse(hpm_import_product *product, const char *pair, size_t length)
{
    return split_pair(product, (hpm_span){pair, length}, futures_quotes);
}

static void settle_in(hpm_import_product *product, const char *asset)
{
    snprintf(product->settlement, sizeof product->settlement, "%s", asset);
}

/* Quoted in plain USD is what is settled in the coin. */
static int parse_futures_pair(hpm_import_product *product, hpm_span pair)
{
    if (!split_pair(product, pair, futures_quotes)) return 0;
    int is_inverse = strcmp(product->quote, "USD") == 0;
    product->payoff = is_inverse ? HPM_INVERSE : HPM_LINEAR;
    settle_in(product, is_inverse ? product->base : product->quote);
    return 1;
}

/* BTC-260327-60000-C: quoted and settled in USDT. */
static int parse_option(hpm_import_product *product, hpm_span text)
{
    hpm_span base = hpm_span_take(&text, '-'), date = hpm_span_take(&text, '-');
    hpm_span strike = hpm_span_take(&text, '-');
    product->kind = HPM_OPTION;
    product->payoff = HPM_LINEAR;
    snprintf(product->quote, sizeof product->quote, "USDT");
    settle_in(product, product->quote);
    product->is_call = hpm_span_equals(text, "C");
    return hpm_name_asset(product->base, base) && hpm_name_digit_date(&product->expiry_ns, date) &&
           hpm_name_strike(&product->strike, strike) &&
           (product->is_call || hpm_span_equals(text, "P"));
}

/* BTCUSDT_260327, BTCUSD_260327, BTCUSD_PERP. */
static int parse_suffixed(hpm_import_product *product, hpm_span text)
{
    hpm_span pair = hpm_span_take(&text, '_');
    if (!parse_futures_pair(product, pair)) return 0;
    int is_perpetual = hpm_span_equals(text, "PERP");
    product->kind = is_perpetual ? HPM_PERPETUAL : HPM_FUTURE;
    if (is_perpetual) return product->payoff == HPM_INVERSE;
    return hpm_name_digit_date(&product->expiry_ns, text);
}

static int parse_spot(hpm_import_product *product, hpm_span pair)
{
    if (!split_pair(product, pair, spot_quotes)) return 0;
    product->kind = HPM_SPOT;
    product->payoff = HPM_LINEAR;
    settle_in(product, product->quote);
    return 1;
}

static int parse_perpetual(hpm_import_product *product, hpm_span pair)
{
    product->kind = HPM_PERPETUAL;
    return parse_futures_pair(product, pair) && product->payoff == HPM_LINEAR;
}

hpm_import_class hpm_binance_parse(hpm_import_product *product, const char *symbol, size_t length)
{
    hpm_span text = {symbol, length};
    int is_known = 0;
    memset(product, 0, sizeof *product);
    product->contract_size = (double)NAN;
    if (length > SPOT_LENGTH && memcmp(symbol, SPOT, SPOT_LENGTH) == 0)
        is_known = parse_spot(product, (hpm_span){symbol + SPOT_LENGTH, length - SPOT_LENGTH});
    else if (length > 0 && memchr(symbol, '-', length))
        is_known = parse_option(product, text);
    else if (length > 0 && memchr(symbol, '_', length))
        is_known = parse_suffixed(product, text);
    else
        is_known = parse_perpetual(product, text);
    return is_known ? HPM_IMPORT_PRODUCT : HPM_IMPORT_UNKNOWN;
}

/* ---- Sizes -------------------------------------------------------------------------------- */

/* What the venue's contracts are where no exchangeInfo was given. */
typedef struct assumption {
    hpm_kind kind;
    hpm_payoff payoff;
    const char *base; /* "*": any other */
    double contract_size;
    int64_t lot_e8;
    int is_guess; /* options on cheap coins are on hundreds or thousands of them */
} assumption;

static const assumption assumptions[] = {
    {HPM_OPTION, HPM_LINEAR, "BTC", 1, HPM_E8 / 100, 0},
    {HPM_OPTION, HPM_LINEAR, "ETH", 1, HPM_E8 / 100, 0},
    {HPM_OPTION, HPM_LINEAR, "*", 1, HPM_E8 / 100, 1},
    {HPM_SPOT, HPM_LINEAR, "*", 1, HPM_E8 / 100000, 0},
    {HPM_PERPETUAL, HPM_LINEAR, "*", 1, HPM_E8 / 10000, 0},
    {HPM_FUTURE, HPM_LINEAR, "*", 1, HPM_E8 / 10000, 0},
    {HPM_PERPETUAL, HPM_INVERSE, "BTC", 100, HPM_E8, 0},
    {HPM_PERPETUAL, HPM_INVERSE, "*", 10, HPM_E8, 0},
    {HPM_FUTURE, HPM_INVERSE, "BTC", 100, HPM_E8, 0},
    {HPM_FUTURE, HPM_INVERSE, "*", 10, HPM_E8, 0},
};

void hpm_binance_assume(hpm_import_product *product)
{
    for (size_t i = 0; i < sizeof assumptions / sizeof *assumptions; i++) {
        const assumption *row = &assumptions[i];
        int is_base = strcmp(row->base, product->base) == 0 || strcmp(row->base, "*") == 0;
        if (row->kind != product->kind || row->payoff != product->payoff || !is_base) continue;
        product->contract_size = row->contract_size;
        product->lot.e8 = row->lot_e8;
        product->is_guess = row->is_guess;
        return;
    }
    assert(0); /* every product has a row */
}

/* ---- URLs --------------------------------------------------------------------------------- */

/* In this order: a portfolio margin account's events come from the futures' host. */
static const struct {
    const char *part;
    hpm_binance_market market;
} url_parts[] = {
    {"/papi/v1/um/", HPM_BINANCE_USDM},   {"/papi/v1/cm/", HPM_BINANCE_COINM},
    {"/papi/", HPM_BINANCE_PORTFOLIO},    {"/pm/ws", HPM_BINANCE_PORTFOLIO},
    {"/eapi/", HPM_BINANCE_OPTIONS},      {"/eoptions/", HPM_BINANCE_OPTIONS},
    {"//nbstream.", HPM_BINANCE_OPTIONS}, {"/fapi/", HPM_BINANCE_USDM},
    {"//fstream", HPM_BINANCE_USDM},      {"//ws-fapi.", HPM_BINANCE_USDM},
    {"/dapi/", HPM_BINANCE_COINM},        {"//dstream", HPM_BINANCE_COINM},
    {"//ws-dapi.", HPM_BINANCE_COINM},    {"/sapi/", HPM_BINANCE_SPOT},
    {"/api/v", HPM_BINANCE_SPOT},         {"//stream.", HPM_BINANCE_SPOT},
    {"//data-stream.", HPM_BINANCE_SPOT}, {"//ws-api.", HPM_BINANCE_SPOT},
};

/* Where `part` begins in the text; NULL: nowhere. */
static const char *find_part(hpm_span text, const char *part)
{
    size_t length = strlen(part);
    for (size_t i = 0; i + length <= text.length; i++)
        if (memcmp(text.bytes + i, part, length) == 0) return text.bytes + i;
    return NULL;
}

int hpm_binance_is_url(const char *url, size_t length)
{
    return find_part((hpm_span){url, length}, "binance") != NULL;
}

hpm_binance_market hpm_binance_market_of(const char *url, size_t length)
{
    for (size_t i = 0; i < sizeof url_parts / sizeof *url_parts; i++)
        if (find_part((hpm_span){url, length}, url_parts[i].part)) return url_parts[i].market;
    return HPM_BINANCE_ANY;
}

const char *hpm_binance_parameter(const hpm_import_text *text, const char *name, size_t *length)
{
    hpm_span rest = {text->url, text->url ? text->url_length : 0};
    (void)hpm_span_take(&rest, '?');
    while (rest.length > 0) {
        hpm_span value = hpm_span_take(&rest, '&');
        hpm_span key = hpm_span_take(&value, '=');
        if (!hpm_span_equals(key, name) || value.length == 0) continue;
        *length = value.length;
        return value.bytes;
    }
    return NULL;
}
