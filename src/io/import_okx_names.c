/* Reads what OKX's instrument names say, and the sizes that its contracts usually have. */
#include <string.h>

#include "io/import_names.h"
#include "io/import_okx_parts.h"

#define PARTS_MAX 5

/* What is quoted in USD itself is settled in the coin, except where coin and USD change hands. */
static int take_pair(hpm_import_product *product, const hpm_span parts[PARTS_MAX], hpm_kind kind)
{
    if (!hpm_name_asset(product->base, parts[0]) || !hpm_name_asset(product->quote, parts[1]))
        return 0;
    int is_inverse = kind != HPM_SPOT && hpm_span_equals(parts[1], "USD");
    product->kind = kind;
    product->payoff = is_inverse ? HPM_INVERSE : HPM_LINEAR;
    memcpy(product->settlement, is_inverse ? product->base : product->quote, HPM_ASSET_NAME_SIZE);
    return 1;
}

static int take_option(hpm_import_product *product, const hpm_span parts[PARTS_MAX])
{
    product->is_call = hpm_span_equals(parts[4], "C");
    return (product->is_call || hpm_span_equals(parts[4], "P")) &&
           hpm_name_digit_date(&product->expiry_ns, parts[2]) &&
           hpm_name_strike(&product->strike, parts[3]);
}

static int take_product(hpm_import_product *product, const hpm_span parts[PARTS_MAX], size_t count)
{
    switch (count) {
    case 2:
        return take_pair(product, parts, HPM_SPOT);
    case 3:
        if (hpm_span_equals(parts[2], "SWAP")) return take_pair(product, parts, HPM_PERPETUAL);
        return take_pair(product, parts, HPM_FUTURE) &&
               hpm_name_digit_date(&product->expiry_ns, parts[2]);
    case 5:
        return take_pair(product, parts, HPM_OPTION) && take_option(product, parts);
    default:
        return 0;
    }
}

hpm_import_class hpm_okx_name_parse(hpm_import_product *product, const char *symbol, size_t length)
{
    hpm_span parts[PARTS_MAX];
    memset(product, 0, sizeof *product);
    size_t count = hpm_span_split(parts, PARTS_MAX, (hpm_span){symbol, length});
    return take_product(product, parts, count) ? HPM_IMPORT_PRODUCT : HPM_IMPORT_UNKNOWN;
}

int hpm_okx_pair_parse(char base[HPM_ASSET_NAME_SIZE], char quote[HPM_ASSET_NAME_SIZE],
                       const char *text)
{
    hpm_span parts[PARTS_MAX];
    return hpm_span_split(parts, PARTS_MAX, (hpm_span){text, strlen(text)}) == 2 &&
           hpm_name_asset(base, parts[0]) && hpm_name_asset(quote, parts[1]);
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
