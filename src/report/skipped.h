/* Legs of an account template that the market lacks, as reports end with them. */
#ifndef HPM_REPORT_SKIPPED_H
#define HPM_REPORT_SKIPPED_H

#include <stdio.h>

#include "io/json_write.h"
#include "io/template.h"

/* A block of lines; nothing if there are none. */
void hpm_skipped_text(FILE *stream, const hpm_template_note *legs, uint32_t count, int colour);

/* The member "skipped_legs" of an object that is begun. */
void hpm_skipped_json(hpm_json *json, const hpm_template_note *legs, uint32_t count);

#endif
