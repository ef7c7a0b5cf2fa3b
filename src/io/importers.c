/* The table of importers. */
#include "io/importers.h"

#define IMPORTER(name, summary, text, examples) &hpm_import_##name,

/* clang-format off */
const hpm_import_venue *const hpm_importers[] = {
    HPM_IMPORTER_LIST(IMPORTER)
};
/* clang-format on */
