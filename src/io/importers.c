/* The table of importers. */
#include "io/importers.h"

#include "io/import_deribit.h"

#define IMPORTER(name, summary, text, examples) &hpm_importer_##name,

/* clang-format off */
const hpm_importer *const hpm_importers[] = {
    HPM_IMPORTER_LIST(IMPORTER)
};
/* clang-format on */
