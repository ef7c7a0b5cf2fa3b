/* Imports Deribit's public data: chains as CSV and saved API answers become a catalog and a market.
 *
 * The files import_deribit*.c are the only ones that know this venue. docs/IMPORT.md states which
 * files are recognised, by what, and every rule and assumption; what was assumed or left out in one
 * import is in its notes.
 *
 *     hpm_import *import = hpm_import_deribit_new();
 *     hpm_import_deribit_read(import, "chain.csv", text, length, &error);   once for each file
 *     hpm_import_deribit_finish(import, &document, &error);
 */
#ifndef HPM_IO_IMPORT_DERIBIT_H
#define HPM_IO_IMPORT_DERIBIT_H

#include <stddef.h>
#include <stdint.h>

#include "hpm/status.h"
#include "io/importers.h"

/* As in hpm_importer. The last part of `path` is what price files call the snapshot by. */
hpm_import *hpm_import_deribit_new(void);
void hpm_import_deribit_free(hpm_import *import);
hpm_status hpm_import_deribit_read(hpm_import *import, const char *path, const char *text,
                                   size_t length, hpm_error *error);
hpm_status hpm_import_deribit_finish(hpm_import *import, hpm_market_document *document,
                                     hpm_error *error);
uint32_t hpm_import_deribit_note_count(const hpm_import *import);
const char *hpm_import_deribit_note(const hpm_import *import, uint32_t index);
void hpm_import_deribit_reprice(const hpm_import *import, const hpm_market *market,
                                hpm_import_check *check);

extern const hpm_importer hpm_importer_deribit;

#endif
