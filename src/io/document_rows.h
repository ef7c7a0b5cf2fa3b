/* What documents about a catalog have in common: which catalog they are about, and rows of which
 * each is about one asset or instrument of it, once. Private to the documents. */
#ifndef HPM_IO_DOCUMENT_ROWS_H
#define HPM_IO_DOCUMENT_ROWS_H

#include <jansson.h>

#include "document.h"

/* Settles which catalog a document is about, and takes an embedded one out of it: *used is
 * `separate` if that is not NULL, else `embedded`. A header of the catalog stands in `embedded` in
 * either case; what is read goes to the new *arena. E_FIELD_MISSING: there is neither; E_REFERENCE:
 * there are two and they differ. `lacking`: "the market has no catalog of its own". */
hpm_status hpm_document_catalog(const hpm_catalog **used, hpm_catalog *embedded, hpm_arena *arena,
                                json_t *root, const hpm_catalog *separate, const char *lacking,
                                hpm_error *error);

/* "assets[3].price": a reason and the offending text. */
hpm_status hpm_row_fail(hpm_error *error, hpm_status status, const char *list, uint32_t row,
                        const char *field, const char *reason, const char *value);

/* One byte for each thing that a row can be about, from an arena that has room. */
uint8_t *hpm_row_marks(hpm_arena *scratch, uint32_t count);

/* Marks `id` as stated by this row, which must be the first. */
hpm_status hpm_row_once(uint8_t *marks, uint32_t id, const char *list, uint32_t row,
                        const char *field, const char *name, hpm_error *error);

/* The reporting asset by its name. */
hpm_status hpm_row_reporting(uint32_t *id, const hpm_catalog *catalog, const char *name,
                             hpm_error *error);

/* Prices of assets from a list of hpm_price_row; scratch for marks of all assets. */
hpm_status hpm_row_prices(hpm_input *asset_price, hpm_arena *scratch, const hpm_catalog *catalog,
                          uint32_t reporting, const hpm_list *list, hpm_error *error);
/* And back: those that are there, as the member "assets" of an object that is begun. */
void hpm_row_prices_write(hpm_json *json, const hpm_catalog *catalog, const hpm_input *asset_price);

/* The instrument that row `row` of the list "instruments" is about, the first time. */
hpm_status hpm_row_instrument(uint32_t *id, uint8_t *marks, const hpm_catalog *catalog,
                              uint32_t row, const char *name, hpm_error *error);

#endif
