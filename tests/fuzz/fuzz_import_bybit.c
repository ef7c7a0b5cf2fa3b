/* Fuzzes the Bybit import. */
#include "fuzz_import.h"

FUZZ_IMPORT(hpm_import_bybit)
