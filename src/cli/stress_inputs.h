/* The scenarios of one call of `hpm stress`: the user's own, and days of history. */
#ifndef HPM_CLI_STRESS_INPUTS_H
#define HPM_CLI_STRESS_INPUTS_H

#include "io/document_stress.h"
#include "io/history_read.h"
#include "options.h"

/* As on the command line. */
typedef struct hpm_stress_wish {
    const char *scenarios;              /* file; NULL: none */
    hpm_texts histories, vol_histories; /* FILE[,ASSET] */
    uint32_t horizon_days;
    const char *others; /* asset; NULL: none */
    double vol_beta;
} hpm_stress_wish;

typedef struct hpm_stress_inputs {
    hpm_stress_scenario *scenarios; /* the user's, then days */
    const char **texts;             /* [count] */
    uint32_t count, day_first;
    hpm_history_rule rule;
    hpm_history *histories; /* of all files */
    uint32_t history_count;
    /* What the above points into. */
    hpm_stress_document document;
    hpm_history_file *files;
    uint32_t file_count;
    hpm_arena arena;
} hpm_stress_inputs;

/* Reads everything; diagnoses and returns the exit status. Free in every case. */
int hpm_stress_inputs_read(hpm_stress_inputs *inputs, const hpm_command *self,
                           const hpm_stress_wish *wish, const hpm_catalog *catalog);
void hpm_stress_inputs_free(hpm_stress_inputs *inputs);

#endif
