/* Fuzzes the OKX import. */
#include "fuzz_import.h"

FUZZ_IMPORT(hpm_import_okx)
