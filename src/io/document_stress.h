/* Stress documents, hpm/stress/1: named scenarios that a user wants to see an account in. */
#ifndef HPM_IO_DOCUMENT_STRESS_H
#define HPM_IO_DOCUMENT_STRESS_H

#include <stddef.h>

#include "hpm/fields.h"
#include "hpm/stress.h"

#define HPM_STRESS_SCHEMA    "hpm/stress/1"
#define HPM_STRESS_BYTES_MAX ((size_t)16 << 20)
#define HPM_STRESS_NAME_SIZE 64
#define HPM_STRESS_TEXT_SIZE 256

typedef struct hpm_shock_row {
    char asset[HPM_ASSET_NAME_SIZE]; /* "*": all other coins and tokens */
    double price, basis, vol, vol_add;
} hpm_shock_row;

typedef struct hpm_scenario_row {
    char name[HPM_STRESS_NAME_SIZE];
    char text[HPM_STRESS_TEXT_SIZE];
    double time_days;
    hpm_list shocks; /* of hpm_shock_row */
} hpm_scenario_row;

typedef struct hpm_stress_rows {
    char text[HPM_STRESS_TEXT_SIZE];
    hpm_list scenarios; /* of hpm_scenario_row */
} hpm_stress_rows;

extern const hpm_record hpm_stress_rows_record;

typedef struct hpm_stress_document {
    hpm_stress_rows rows;
    /* [rows.scenarios.count] the same for one catalog; names are those of the rows. */
    hpm_stress_scenario *scenarios;
    hpm_arena arena;
} hpm_stress_document;

/* E_FIELD_MISSING (no scenario), E_DUPLICATE (a name twice, an asset twice in a scenario),
 * E_REFERENCE (an asset that the catalog does not have), and what every decoder refuses. */
hpm_status hpm_stress_decode(hpm_stress_document *document, const char *text, size_t length,
                             const hpm_catalog *catalog, hpm_error *error);
void hpm_stress_document_free(hpm_stress_document *document);

#endif
