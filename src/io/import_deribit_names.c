/* Reads what Deribit's instrument names say. */
#include <string.h>

#include "io/csv.h"
#include "io/import_deribit_parts.h"
#include "io/import_names.h"

/* "60000", or "0d55" for 0.55. */
static int parse_strike(double *strike, hpm_span text)
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
static int parse_pair(hpm_import_product *product, hpm_span pair)
{
    int is_linear = pair.length > 0 && memchr(pair.bytes, '_', pair.length) != NULL;
    hpm_span base = hpm_span_take(&pair, '_');
    hpm_span quote = is_linear ? pair : (hpm_span){"USD", 3};
    product->payoff = is_linear ? HPM_LINEAR : HPM_INVERSE;
    return hpm_name_asset(product->base, base) && hpm_name_asset(product->quote, quote) &&
           hpm_name_asset(product->settlement, is_linear ? quote : base);
}

/* A combo's second part is its strategy's letters (FS, CS, STRG, ICOND, ...). */
static int is_combo(hpm_span second, hpm_span rest)
{
    if (rest.length == 0 || second.length < 2 || second.length > 6) return 0;
    for (size_t i = 0; i < second.length; i++)
        if (second.bytes[i] < 'A' || second.bytes[i] > 'Z') return 0;
    return 1;
}

static hpm_import_class parse_dated(hpm_import_product *product, hpm_span date, hpm_span rest)
{
    if (!hpm_name_month_date(&product->expiry_ns, date)) return HPM_IMPORT_UNKNOWN;
    product->kind = HPM_FUTURE;
    if (rest.length == 0) return HPM_IMPORT_PRODUCT;
    hpm_span strike = hpm_span_take(&rest, '-');
    product->kind = HPM_OPTION;
    product->is_call = hpm_span_equals(rest, "C");
    if (!product->is_call && !hpm_span_equals(rest, "P")) return HPM_IMPORT_UNKNOWN;
    return parse_strike(&product->strike, strike) ? HPM_IMPORT_PRODUCT : HPM_IMPORT_UNKNOWN;
}

hpm_import_class hpm_import_deribit_parse(hpm_import_product *product, const char *text,
                                          size_t length)
{
    hpm_span rest = {text, length};
    if (length == 0 || text[length - 1] == '-') return HPM_IMPORT_UNKNOWN;
    hpm_span pair = hpm_span_take(&rest, '-');
    if (!parse_pair(product, pair)) return HPM_IMPORT_UNKNOWN;
    if (rest.length == 0) {
        product->kind = HPM_SPOT;
        return product->payoff == HPM_LINEAR ? HPM_IMPORT_PRODUCT : HPM_IMPORT_UNKNOWN;
    }
    hpm_span second = hpm_span_take(&rest, '-');
    if (hpm_span_equals(second, "PERPETUAL") && rest.length == 0) {
        product->kind = HPM_PERPETUAL;
        return HPM_IMPORT_PRODUCT;
    }
    if (is_combo(second, rest)) return HPM_IMPORT_COMBO;
    return parse_dated(product, second, rest);
}
