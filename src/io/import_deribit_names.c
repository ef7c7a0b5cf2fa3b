/* Reads what Deribit's instrument names say. */
#include <stdio.h>
#include <string.h>

#include "io/csv.h"
#include "io/import_deribit_parts.h"
#include "io/time_text.h"

typedef struct span {
    const char *bytes;
    size_t length;
} span;

/* Takes exactly `digits` digits from the front; -1 if they are not there. */
static int take_number(span *text, size_t digits)
{
    int value = 0;
    if (text->length < digits) return -1;
    for (size_t i = 0; i < digits; i++) {
        if (text->bytes[i] < '0' || text->bytes[i] > '9') return -1;
        value = value * 10 + (text->bytes[i] - '0');
    }
    text->bytes += digits;
    text->length -= digits;
    return value;
}

/* Cuts the part before the next `separator` off the front; the rest is empty after the last. */
static span take_part(span *text, char separator)
{
    const char *stop = text->length > 0 ? memchr(text->bytes, separator, text->length) : NULL;
    size_t length = stop ? (size_t)(stop - text->bytes) : text->length;
    span part = {text->bytes, length};
    size_t used = stop ? length + 1 : length;
    text->bytes += used;
    text->length -= used;
    return part;
}

static int span_equals(span text, const char *expected)
{
    return hpm_csv_equals((hpm_csv_text){text.bytes, text.length}, expected);
}

static int copy_asset(char out[HPM_ASSET_NAME_SIZE], span text)
{
    if (text.length == 0 || text.length >= HPM_ASSET_NAME_SIZE) return 0;
    for (size_t i = 0; i < text.length; i++) {
        char byte = text.bytes[i];
        if (!((byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9'))) return 0;
        out[i] = byte;
    }
    out[text.length] = '\0';
    return 1;
}

/* "27MAR26", "5JUN20": the venue's options and futures expire at 08:00 UTC. */
static int parse_expiry(int64_t *expiry_ns, span text)
{
    static const char months[] = "JANFEBMARAPRMAYJUNJULAUGSEPOCTNOVDEC";
    char date[32];
    if (text.length < 6 || text.length > 7) return 0;
    int day = take_number(&text, text.length - 5);
    int month = 0;
    while (month < 12 && memcmp(text.bytes, months + 3 * month, 3) != 0)
        month++;
    text = (span){text.bytes + 3, text.length - 3};
    int year = take_number(&text, 2);
    if (day < 0 || month == 12 || year < 0) return 0;
    int length = snprintf(date, sizeof date, "20%02d-%02d-%02dT08:00:00Z", year, month + 1, day);
    return hpm_time_parse(expiry_ns, date, (size_t)length) == HPM_OK;
}

/* "60000", or "0d55" for 0.55. */
static int parse_strike(double *strike, span text)
{
    char copy[24];
    int points = 0;
    if (text.length == 0 || text.length >= sizeof copy) return 0;
    for (size_t i = 0; i < text.length; i++) {
        char byte = text.bytes[i];
        if (byte != 'd' && (byte < '0' || byte > '9')) return 0;
        points += byte == 'd';
        copy[i] = byte;
        if (byte == 'd') copy[i] = '.';
    }
    if (points > 1 || text.bytes[0] == 'd') return 0;
    return hpm_csv_real(strike, (hpm_csv_text){copy, text.length});
}

/* "BTC" (inverse, quoted in USD) or "BTC_USDC" (linear). */
static int parse_pair(hpm_import_product *product, span pair)
{
    int is_linear = pair.length > 0 && memchr(pair.bytes, '_', pair.length) != NULL;
    span base = take_part(&pair, '_');
    span quote = is_linear ? pair : (span){"USD", 3};
    product->payoff = is_linear ? HPM_LINEAR : HPM_INVERSE;
    return copy_asset(product->base, base) && copy_asset(product->quote, quote) &&
           copy_asset(product->settlement, is_linear ? quote : base);
}

/* A combo's second part is its strategy's letters (FS, CS, STRG, ICOND, ...). */
static int is_combo(span second, span rest)
{
    if (rest.length == 0 || second.length < 2 || second.length > 6) return 0;
    for (size_t i = 0; i < second.length; i++)
        if (second.bytes[i] < 'A' || second.bytes[i] > 'Z') return 0;
    return 1;
}

static hpm_import_class parse_dated(hpm_import_product *product, span date, span rest)
{
    if (!parse_expiry(&product->expiry_ns, date)) return HPM_IMPORT_UNKNOWN;
    product->kind = HPM_FUTURE;
    if (rest.length == 0) return HPM_IMPORT_PRODUCT;
    span strike = take_part(&rest, '-');
    product->kind = HPM_OPTION;
    product->is_call = span_equals(rest, "C");
    if (!product->is_call && !span_equals(rest, "P")) return HPM_IMPORT_UNKNOWN;
    return parse_strike(&product->strike, strike) ? HPM_IMPORT_PRODUCT : HPM_IMPORT_UNKNOWN;
}

hpm_import_class hpm_import_deribit_parse(hpm_import_product *product, const char *text,
                                          size_t length)
{
    span rest = {text, length};
    if (length == 0 || text[length - 1] == '-') return HPM_IMPORT_UNKNOWN;
    span pair = take_part(&rest, '-');
    if (!parse_pair(product, pair)) return HPM_IMPORT_UNKNOWN;
    if (rest.length == 0) {
        product->kind = HPM_SPOT;
        return product->payoff == HPM_LINEAR ? HPM_IMPORT_PRODUCT : HPM_IMPORT_UNKNOWN;
    }
    span second = take_part(&rest, '-');
    if (span_equals(second, "PERPETUAL") && rest.length == 0) {
        product->kind = HPM_PERPETUAL;
        return HPM_IMPORT_PRODUCT;
    }
    if (is_combo(second, rest)) return HPM_IMPORT_COMBO;
    return parse_dated(product, second, rest);
}
