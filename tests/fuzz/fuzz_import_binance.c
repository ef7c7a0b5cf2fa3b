/* Fuzzes the Binance import. */
#include "fuzz_import.h"

FUZZ_IMPORT(hpm_import_binance)
