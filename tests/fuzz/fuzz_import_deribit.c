/* Fuzzes the Deribit import. */
#include "fuzz_import.h"

FUZZ_IMPORT(hpm_import_deribit)
