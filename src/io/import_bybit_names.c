/* Reads what Bybit's instrument names and categories say.
 *
 * One name can mean two things: BTCUSDT is the spot pair and the linear perpetual. In hpm the pair
 * is "spot/BTCUSDT"; all others keep their names. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "io/import_bybit_parts.h"
#include "io/import_names.h"

#define SPOT        "spot/"
#define SPOT_LENGTH (sizeof SPOT - 1)
#define PARTS_MAX   5

static int is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

static int is_upper(char byte)
{
    return byte >= 'A' && byte <= 'Z';
}

/* Takes `end` off the end; 0 if it is not there, or is all. */
static int take_end(hpm_span *text, const char *end)
{
    size_t length = strlen(end);
    if (text->length <= length) return 0;
    if (memcmp(text->bytes + text->length - length, end, length) != 0) return 0;
    text->length -= length;
    return 1;
}

/* ---- Coins -------------------------------------------------------------------------------- */

/* Digits at the end of a name: a one and three zeros or more. */
static double trailing_multiplier(hpm_span *text)
{
    double multiplier = 1;
    size_t zeros = 0;
    while (zeros < text->length && text->bytes[text->length - 1 - zeros] == '0')
        zeros++;
    size_t used = zeros + 1;
    if (zeros < 3 || zeros > 9 || used >= text->length) return 1;
    if (text->bytes[text->length - used] != '1') return 1;
    if (is_digit(text->bytes[text->length - used - 1])) return 1;
    text->length -= used;
    for (size_t i = 0; i < zeros; i++)
        multiplier *= 10;
    return multiplier;
}

static double leading_multiplier(hpm_span *text)
{
    double multiplier = 1;
    size_t used = 1;
    if (text->length == 0 || text->bytes[0] != '1') return 1;
    while (used < text->length && text->bytes[used] == '0')
        used++;
    if (used < 4 || used > 10 || used == text->length || is_digit(text->bytes[used])) return 1;
    for (size_t i = 1; i < used; i++)
        multiplier *= 10;
    text->bytes += used;
    text->length -= used;
    return multiplier;
}

double hpm_bybit_coin_parse(char coin[HPM_ASSET_NAME_SIZE], const char *text, size_t length)
{
    hpm_span name = {text, length};
    double multiplier = leading_multiplier(&name);
    if (multiplier == 1) multiplier = trailing_multiplier(&name);
    return hpm_name_asset(coin, name) ? multiplier : 0;
}

/* ---- Dates -------------------------------------------------------------------------------- */

/* The last Friday of a quarter's last month: 1970-01-01 was a Thursday. */
static int last_friday(int64_t *expiry_ns, int year, int month)
{
    const int64_t day_ns = INT64_C(86400000000000);
    int last = month == 6 || month == 9 ? 30 : 31;
    if (!hpm_name_date(expiry_ns, year, month, last)) return 0;
    *expiry_ns -= (*expiry_ns / day_ns + 6) % 7 * day_ns;
    return 1;
}

/* "H26", "M26", "U26", "Z26": March, June, September, December. Three bytes. */
static int parse_quarter(int64_t *expiry_ns, hpm_span code)
{
    static const char quarters[] = "HMUZ";
    const char *found = memchr(quarters, code.bytes[0], 4);
    if (!found || !is_digit(code.bytes[1]) || !is_digit(code.bytes[2])) return 0;
    int year = 10 * (code.bytes[1] - '0') + code.bytes[2] - '0';
    return last_friday(expiry_ns, year, 3 * (int)(found - quarters + 1));
}

/* ---- Products ----------------------------------------------------------------------------- */

static void set_asset(char out[HPM_ASSET_NAME_SIZE], const char *name)
{
    snprintf(out, HPM_ASSET_NAME_SIZE, "%s", name);
}

/* Futures and perpetuals that settle in a stablecoin count coins, or thousands of them. */
static int take_linear(hpm_import_product *product, hpm_span base, const char *quote)
{
    product->payoff = HPM_LINEAR;
    set_asset(product->quote, quote);
    set_asset(product->settlement, quote);
    product->contract_size = hpm_bybit_coin_parse(product->base, base.bytes, base.length);
    return product->contract_size > 0;
}

/* Those that settle in the coin count US dollars. */
static int take_inverse(hpm_import_product *product, hpm_span base)
{
    product->payoff = HPM_INVERSE;
    product->contract_size = 1;
    set_asset(product->quote, "USD");
    if (!hpm_name_asset(product->base, base)) return 0;
    memcpy(product->settlement, product->base, HPM_ASSET_NAME_SIZE);
    return 1;
}

/* BTCUSDT, BTCPERP (USDC), BTCUSD, BTCUSDH26. */
static int parse_undashed(hpm_import_product *product, hpm_span name)
{
    hpm_span base = name;
    product->kind = HPM_PERPETUAL;
    if (take_end(&base, "USDT")) return take_linear(product, base, "USDT");
    if (take_end(&base, "USDC") || take_end(&base, "PERP"))
        return take_linear(product, base, "USDC");
    if (take_end(&base, "USD")) return take_inverse(product, base);
    if (name.length < 4) return 0;
    base.length -= 3;
    product->kind = HPM_FUTURE;
    return take_end(&base, "USD") && take_inverse(product, base) &&
           parse_quarter(&product->expiry_ns, (hpm_span){name.bytes + name.length - 3, 3});
}

/* BTC-27MAR26 (USDC), BTCUSDT-27MAR26. */
static int parse_future(hpm_import_product *product, hpm_span base, hpm_span date)
{
    product->kind = HPM_FUTURE;
    const char *quote = take_end(&base, "USDT") ? "USDT" : "USDC";
    return take_linear(product, base, quote) && hpm_name_month_date(&product->expiry_ns, date);
}

/* BTC-27MAR26-60000-C is quoted in USD and settles in USDC, BTC-27MAR26-60000-C-USDT in USDT. */
static int parse_option(hpm_import_product *product, const hpm_span parts[PARTS_MAX], size_t count)
{
    product->kind = HPM_OPTION;
    product->payoff = HPM_LINEAR;
    product->contract_size = 1;
    product->is_call = hpm_span_equals(parts[3], "C");
    set_asset(product->quote, count == 5 ? "USDT" : "USD");
    set_asset(product->settlement, count == 5 ? "USDT" : "USDC");
    return (product->is_call || hpm_span_equals(parts[3], "P")) &&
           (count < 5 || hpm_span_equals(parts[4], "USDT")) &&
           hpm_name_asset(product->base, parts[0]) &&
           hpm_name_month_date(&product->expiry_ns, parts[1]) &&
           hpm_name_strike(&product->strike, parts[2]);
}

static int parse_derivative(hpm_import_product *product, hpm_span name)
{
    hpm_span parts[PARTS_MAX];
    size_t count = hpm_span_split(parts, PARTS_MAX, name);
    switch (count) {
    case 1:
        return parse_undashed(product, name);
    case 2:
        return parse_future(product, parts[0], parts[1]);
    case 4:
    case 5:
        return parse_option(product, parts, count);
    default:
        return 0;
    }
}

/* Where no known currency ends the name the description has to say what the pair is. */
static int parse_spot(hpm_import_product *product, hpm_span pair)
{
    static const char *const quotes[] = {"USDT", "USDC", "USDE", "USD1", "EUR", "BRL",
                                         "TRY",  "PLN",  "DAI",  "BTC",  "ETH", "MNT"};
    char name[HPM_ASSET_NAME_SIZE + HPM_ASSET_NAME_SIZE];
    size_t i = 0;
    if (pair.length == 0 || pair.length >= sizeof name) return 0;
    for (size_t at = 0; at < pair.length; at++)
        if (!is_digit(pair.bytes[at]) && !is_upper(pair.bytes[at])) return 0;
    product->kind = HPM_SPOT;
    product->payoff = HPM_LINEAR;
    product->contract_size = 1;
    while (i < sizeof quotes / sizeof *quotes && !take_end(&pair, quotes[i]))
        i++;
    if (i == sizeof quotes / sizeof *quotes) return 1;
    set_asset(product->quote, quotes[i]);
    set_asset(product->settlement, quotes[i]);
    return hpm_name_asset(product->base, pair);
}

hpm_import_class hpm_bybit_parse(hpm_import_product *product, const char *symbol, size_t length)
{
    memset(product, 0, sizeof *product);
    product->contract_size = product->strike = (double)NAN;
    if (length > 0 && memchr(symbol, '_', length)) return HPM_IMPORT_COMBO;
    int is_spot = length > SPOT_LENGTH && memcmp(symbol, SPOT, SPOT_LENGTH) == 0;
    hpm_span name = {symbol + (is_spot ? SPOT_LENGTH : 0), length - (is_spot ? SPOT_LENGTH : 0)};
    int is_known = is_spot ? parse_spot(product, name) : parse_derivative(product, name);
    return is_known ? HPM_IMPORT_PRODUCT : HPM_IMPORT_UNKNOWN;
}

/* The contract is in the name; steps of a position are not. */
void hpm_bybit_assume(hpm_import_product *product)
{
    static const int64_t lots_e8[] = {
        [HPM_SPOT] = HPM_E8 / 1000000,
        [HPM_FUTURE] = HPM_E8 / 1000,
        [HPM_PERPETUAL] = HPM_E8 / 1000,
        [HPM_OPTION] = HPM_E8 / 100,
    };
    product->lot.e8 = product->payoff == HPM_INVERSE ? HPM_E8 : lots_e8[product->kind];
}

double hpm_bybit_unit_price(const hpm_import_product *product, double price)
{
    return price / product->contract_size;
}

/* ---- Categories --------------------------------------------------------------------------- */

hpm_bybit_category hpm_bybit_category_of(const char *name, size_t length)
{
    static const char *const names[] = {
        [HPM_BYBIT_SPOT] = "spot",
        [HPM_BYBIT_LINEAR] = "linear",
        [HPM_BYBIT_INVERSE] = "inverse",
        [HPM_BYBIT_OPTION] = "option",
    };
    for (int i = HPM_BYBIT_SPOT; i <= HPM_BYBIT_OPTION; i++)
        if (hpm_span_equals((hpm_span){name, length}, names[i])) return (hpm_bybit_category)i;
    return HPM_BYBIT_ANY;
}

/* ".../v5/market/orderbook?category=linear&symbol=BTCUSDT", "wss://.../v5/public/spot". */
hpm_bybit_category hpm_bybit_category_of_url(const char *url, size_t length)
{
    static const char *const marks[] = {"category=", "/public/"};
    for (size_t m = 0; m < sizeof marks / sizeof *marks; m++) {
        size_t used = strlen(marks[m]);
        for (size_t at = 0; at + used <= length; at++) {
            if (memcmp(url + at, marks[m], used) != 0) continue;
            size_t stop = at + used;
            while (stop < length && url[stop] >= 'a' && url[stop] <= 'z')
                stop++;
            return hpm_bybit_category_of(url + at + used, stop - at - used);
        }
    }
    return HPM_BYBIT_ANY;
}

int hpm_bybit_category_fits(hpm_bybit_category category, const hpm_import_product *product)
{
    int is_future = product->kind == HPM_FUTURE || product->kind == HPM_PERPETUAL;
    switch (category) {
    case HPM_BYBIT_SPOT:
        return product->kind == HPM_SPOT;
    case HPM_BYBIT_LINEAR:
        return is_future && product->payoff == HPM_LINEAR;
    case HPM_BYBIT_INVERSE:
        return is_future && product->payoff == HPM_INVERSE;
    case HPM_BYBIT_OPTION:
        return product->kind == HPM_OPTION;
    case HPM_BYBIT_ANY:
        break;
    }
    return 1;
}

/* A name that only a pair can have. */
static int is_pair(const char *symbol)
{
    hpm_import_product product;
    hpm_span name = {symbol, strlen(symbol)};
    if (hpm_bybit_parse(&product, symbol, name.length) != HPM_IMPORT_UNKNOWN) return 0;
    memset(&product, 0, sizeof product);
    return parse_spot(&product, name) && product.base[0] != '\0';
}

hpm_status hpm_bybit_entry_of(const hpm_bybit_message *message, const char *symbol,
                              hpm_import_entry **entry, hpm_error *error)
{
    char name[2 * HPM_IMPORT_SYMBOL_SIZE];
    int is_spot = message->category == HPM_BYBIT_SPOT ||
                  (message->category == HPM_BYBIT_ANY && is_pair(symbol));
    int length = snprintf(name, sizeof name, "%s%.80s", is_spot ? SPOT : "", symbol);
    *entry = NULL;
    hpm_status status = hpm_import_entry_get(message->import, entry, name, (size_t)length, error);
    if (status != HPM_OK || !*entry) return status;
    if (hpm_bybit_category_fits(message->category, hpm_import_entry_product(*entry))) return HPM_OK;
    return hpm_fail(error, HPM_E_REFERENCE, symbol, "a name of another category");
}

hpm_status hpm_bybit_entry(const hpm_bybit_message *message, const hpm_import_row *row,
                           const char *field, hpm_import_entry **entry, hpm_error *error)
{
    const char *symbol;
    *entry = NULL;
    hpm_status status = hpm_import_row_text(row, field, 1, &symbol, error);
    return status == HPM_OK ? hpm_bybit_entry_of(message, symbol, entry, error) : status;
}
