/* What the parts of the Deribit import share. */
#ifndef HPM_IO_IMPORT_DERIBIT_PARTS_H
#define HPM_IO_IMPORT_DERIBIT_PARTS_H

#include "io/import_table.h"

/* BTC-PERPETUAL, BTC-27MAR26, BTC-27MAR26-60000-C are inverse and quoted in USD;
 * BTC_USDC-PERPETUAL, XRP_USDC-27MAR26-0d55-C are linear; BTC_USDC is a spot pair. Combos
 * (BTC-FS-27MAR26_PERP, BTC-CS-27MAR26-70000_80000) have legs with names of their own. */
hpm_import_class hpm_import_deribit_parse(hpm_import_product *product, const char *text,
                                          size_t length);

hpm_status hpm_import_deribit_csv(hpm_import *import, const char *text, size_t length,
                                  hpm_error *error);
hpm_status hpm_import_deribit_json(hpm_import *import, const char *text, size_t length,
                                   hpm_error *error);

#endif
