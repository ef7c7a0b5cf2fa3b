/* Reads what OKX's instrument names say, and the sizes that its contracts usually have. */
#include <stdio.h>
#include <string.h>

#include "io/csv.h"
#include "io/import_okx_parts.h"
#include "io/time_text.h"

typedef struct span {
    const char *bytes;
    size_t length;
} span;

#define PARTS_MAX 5

/* Cuts the text at its dashes; the number of parts, 0 if there are more than a name has. */
static size_t split(span parts[PARTS_MAX], span text)
{
    size_t count = 0;
    parts[count++] = (span){text.bytes, 0};
    for (size_t i = 0; i < text.length; i++) {
        if (text.bytes[i] != '-') {
            parts[count - 1].length++;
            continue;
        }
        if (count == PARTS_MAX) return 0;
        parts[count++] = (span){text.bytes + i + 1, 0};
    }
    return count;
}

static int span_equals(span text, const char *expected)
{
    return hpm_csv_equals((hpm_csv_text){text.bytes, text.length}, expected);
}

static int is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

static int copy_asset(char out[HPM_ASSET_NAME_SIZE], span text)
{
    if (text.length == 0 || text.length >= HPM_ASSET_NAME_SIZE) return 0;
    for (size_t i = 0; i < text.length; i++) {
        char byte = text.bytes[i];
        if (!is_digit(byte) && !(byte >= 'A' && byte <= 'Z')) return 0;
        out[i] = byte;
    }
    out[text.length] = '\0';
    return 1;
}

/* "220527": the venue's futures and options expire at 08:00 UTC. */
static int parse_expiry(int64_t *expiry_ns, span text)
{
    char date[32];
    if (text.length != 6) return 0;
    const char *d = text.bytes;
    int length = snprintf(date, sizeof date, "20%c%c-%c%c-%c%cT08:00:00Z", d[0], d[1], d[2], d[3],
                          d[4], d[5]);
    return hpm_time_parse(expiry_ns, date, (size_t)length) == HPM_OK;
}

static int parse_strike(double *strike, span text)
{
    if (text.length == 0 || !is_digit(text.bytes[0])) return 0;
    for (size_t i = 0; i < text.length; i++)
        if (!is_digit(text.bytes[i]) && text.bytes[i] != '.') return 0;
    return hpm_csv_real(strike, (hpm_csv_text){text.bytes, text.length});
}

/* What is quoted in USD itself is settled in the coin, except where coin and USD change hands. */
static int take_pair(hpm_import_product *product, const span parts[PARTS_MAX], hpm_kind kind)
{
    if (!copy_asset(product->base, parts[0]) || !copy_asset(product->quote, parts[1])) return 0;
    int is_inverse = kind != HPM_SPOT && span_equals(parts[1], "USD");
    product->kind = kind;
    product->payoff = is_inverse ? HPM_INVERSE : HPM_LINEAR;
    memcpy(product->settlement, is_inverse ? product->base : product->quote, HPM_ASSET_NAME_SIZE);
    return 1;
}

static int take_option(hpm_import_product *product, const span parts[PARTS_MAX])
{
    product->is_call = span_equals(parts[4], "C");
    return (product->is_call || span_equals(parts[4], "P")) &&
           parse_expiry(&product->expiry_ns, parts[2]) && parse_strike(&product->strike, parts[3]);
}

static int take_product(hpm_import_product *product, const span parts[PARTS_MAX], size_t count)
{
    switch (count) {
    case 2:
        return take_pair(product, parts, HPM_SPOT);
    case 3:
        if (span_equals(parts[2], "SWAP")) return take_pair(product, parts, HPM_PERPETUAL);
        return take_pair(product, parts, HPM_FUTURE) && parse_expiry(&product->expiry_ns, parts[2]);
    case 5:
        return take_pair(product, parts, HPM_OPTION) && take_option(product, parts);
    default:
        return 0;
    }
}

hpm_import_class hpm_okx_name_parse(hpm_import_product *product, const char *symbol, size_t length)
{
    span parts[PARTS_MAX];
    memset(product, 0, sizeof *product);
    size_t count = split(parts, (span){symbol, length});
    return take_product(product, parts, count) ? HPM_IMPORT_PRODUCT : HPM_IMPORT_UNKNOWN;
}

int hpm_okx_pair_parse(char base[HPM_ASSET_NAME_SIZE], char quote[HPM_ASSET_NAME_SIZE],
                       const char *text)
{
    span parts[PARTS_MAX];
    return split(parts, (span){text, strlen(text)}) == 2 && copy_asset(base, parts[0]) &&
           copy_asset(quote, parts[1]);
}

/* ---- Sizes -------------------------------------------------------------------------------- */

typedef struct assumption {
    const char *base; /* "*": any other */
    hpm_kind kind;    /* futures: HPM_PERPETUAL, whose size they share */
    hpm_payoff payoff;
    double contract_size;
    int64_t lot_e8;
    int is_guess; /* options' multipliers have changed, other coins' sizes go from 0.001 to 1e7 */
} assumption;

static const assumption assumptions[] = {
    {"BTC", HPM_OPTION, HPM_INVERSE, 0.01, HPM_E8, 1},
    {"ETH", HPM_OPTION, HPM_INVERSE, 0.1, HPM_E8, 1},
    {"*", HPM_OPTION, HPM_INVERSE, 1, HPM_E8, 1},
    {"*", HPM_OPTION, HPM_LINEAR, 1, HPM_E8, 1},
    {"BTC", HPM_PERPETUAL, HPM_INVERSE, 100, HPM_E8, 0},
    {"*", HPM_PERPETUAL, HPM_INVERSE, 10, HPM_E8, 0},
    {"BTC", HPM_PERPETUAL, HPM_LINEAR, 0.01, HPM_E8 / 100, 0}, /* in USDT; others differ */
    {"ETH", HPM_PERPETUAL, HPM_LINEAR, 0.1, HPM_E8 / 100, 0},
    {"*", HPM_PERPETUAL, HPM_LINEAR, 1, HPM_E8 / 100, 1},
    {"*", HPM_SPOT, HPM_LINEAR, 1, 1, 0},
};

void hpm_okx_sizes_assume(hpm_import_product *product)
{
    hpm_kind kind = product->kind == HPM_FUTURE ? HPM_PERPETUAL : product->kind;
    const assumption *row = assumptions;
    int is_other = kind == HPM_PERPETUAL && product->payoff == HPM_LINEAR &&
                   strcmp(product->quote, "USDT") != 0;
    while (row->kind != kind || row->payoff != product->payoff ||
           ((is_other || strcmp(row->base, product->base) != 0) && strcmp(row->base, "*") != 0))
        row++; /* every product that a name gives has one */
    product->contract_size = row->contract_size;
    product->lot.e8 = row->lot_e8;
    product->is_guess = row->is_guess;
}
