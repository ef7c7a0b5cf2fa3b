/* A venue that is none, for tests of what all importers share. Its symbols are "BASE/QUOTE",
 * "BASE/QUOTE-PERP" (linear), "BASE!QUOTE-PERP" (inverse), "BASE/QUOTE-DAY-STRIKE" (a call that
 * expires that many days after 1970) and "?KIND" for one that only a description explains. */
#ifndef IMPORT_VENUE_H
#define IMPORT_VENUE_H

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "io/import_table.h"

static const hpm_import_venue made_up_venue;
#define IMPORT_VENUE made_up_venue
#include "import_fixture.h"

#define DAY INT64_C(86400000000000)
#define NOW (INT64_C(20000) * DAY)

static inline hpm_import_class made_up_parse(hpm_import_product *product, const char *symbol,
                                             size_t length)
{
    char text[HPM_IMPORT_SYMBOL_SIZE] = "", mark = 0, kind[16] = "";
    memcpy(text, symbol, length);
    product->kind = HPM_FUTURE;
    if (text[0] == '?') return HPM_IMPORT_PRODUCT;
    if (text[0] == '+') return HPM_IMPORT_COMBO;
    int count = sscanf(text, "%15[A-Z]%c%15[A-Z]-%15s", product->base, &mark, product->quote, kind);
    if (count < 3) return HPM_IMPORT_UNKNOWN;
    product->payoff = mark == '!' ? HPM_INVERSE : HPM_LINEAR;
    strcpy(product->settlement, mark == '!' ? product->base : product->quote);
    product->kind = count == 3 ? HPM_SPOT : HPM_PERPETUAL;
    if (count == 3 || strcmp(kind, "PERP") == 0) return HPM_IMPORT_PRODUCT;
    char *strike = NULL;
    product->kind = HPM_OPTION;
    product->is_call = 1;
    product->expiry_ns = strtol(kind, &strike, 10) * DAY;
    product->strike = strike[0] == '-' ? strtod(strike + 1, NULL) : 0;
    return HPM_IMPORT_PRODUCT;
}

static inline void made_up_assume(hpm_import_product *product)
{
    product->contract_size = product->payoff == HPM_INVERSE ? 10 : 1;
    product->lot.e8 = HPM_E8;
}

static char made_up_first; /* byte of the file that was read last */

/* A file is only the beginning of another text. */
static inline hpm_status made_up_read(hpm_import *import, const char *text, size_t length,
                                      hpm_error *error)
{
    (void)import, (void)length, (void)error;
    made_up_first = text[0];
    return HPM_OK;
}

static const hpm_import_venue made_up_venue = {
    .prefix = "none", .parse = made_up_parse, .assume = made_up_assume, .read = made_up_read};

static inline hpm_import_entry *entry_of(fixture *f, const char *symbol)
{
    hpm_import_entry *entry = NULL;
    assert_int_equal(hpm_import_entry_get(f->import, &entry, symbol, strlen(symbol), &f->error),
                     HPM_OK);
    return entry;
}

/* A mark alone. */
static inline hpm_status take_mark(fixture *f, const char *symbol, int64_t time_ns, double mark)
{
    hpm_import_quote quote = hpm_import_quote_none;
    quote.time_ns = time_ns;
    quote.quote.mark = mark;
    return hpm_import_quote_take(f->import, entry_of(f, symbol), &quote, &f->error);
}

static inline const hpm_quote *quote_of(const fixture *f, const char *name)
{
    return &f->result.quotes.quote[id_of(f, name)];
}

#endif
