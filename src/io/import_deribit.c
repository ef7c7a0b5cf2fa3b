/* The importer of Deribit: chains as CSV, saved answers, recorded messages. The files
 * import_deribit*.c are the only ones that know this venue. */
#include <assert.h>
#include <string.h>

#include "io/import_deribit_parts.h"

/* Sizes that are assumed, and noted, where no instrument answer was given. One option contract is
 * one coin, an inverse future counts USD, a linear product is counted in its coin. */
typedef struct assumption {
    const char *base; /* "*": any other */
    int is_option;    /* else futures and perpetuals */
    hpm_payoff payoff;
    double contract_size;
    int64_t lot_e8;
} assumption;

static const assumption assumptions[] = {
    {"BTC", 1, HPM_INVERSE, 1, HPM_E8 / 10}, {"ETH", 1, HPM_INVERSE, 1, HPM_E8},
    {"*", 1, HPM_INVERSE, 1, HPM_E8},        {"BTC", 0, HPM_INVERSE, 10, HPM_E8},
    {"*", 0, HPM_INVERSE, 1, HPM_E8},        {"*", 1, HPM_LINEAR, 1, HPM_E8 / 10000},
    {"*", 0, HPM_LINEAR, 1, HPM_E8 / 10000},
};

#define ASSUMPTION_COUNT (sizeof assumptions / sizeof *assumptions)

static const assumption *assumption_of(const hpm_import_product *product)
{
    for (size_t i = 0; i < ASSUMPTION_COUNT; i++) {
        const assumption *row = &assumptions[i];
        if (row->is_option == (product->kind == HPM_OPTION) && row->payoff == product->payoff &&
            (strcmp(row->base, product->base) == 0 || strcmp(row->base, "*") == 0))
            return row;
    }
    assert(0); /* every name has a row */
    return NULL;
}

static void assume(hpm_import_product *product)
{
    const assumption *row = assumption_of(product);
    product->contract_size = row->contract_size;
    product->lot.e8 = row->lot_e8;
}

static hpm_status read_file(hpm_import *import, const char *text, size_t length, hpm_error *error)
{
    return hpm_import_is_json(text, length) ? hpm_import_deribit_json(import, text, length, error)
                                            : hpm_import_deribit_csv(import, text, length, error);
}

/* Amounts are in USD for inverse futures and perpetuals, else in the coin. */
const hpm_import_venue hpm_import_deribit = {
    .prefix = "deribit",
    .parse = hpm_import_deribit_parse,
    .assume = assume,
    .read = read_file,
    .counts_units = 1,
};
