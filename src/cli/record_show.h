/* A record for people: every field with its value, unit, range and meaning, by its field table. */
#ifndef HPM_CLI_RECORD_SHOW_H
#define HPM_CLI_RECORD_SHOW_H

#include <stdio.h>

#include "hpm/fields.h"

/* Meanings are printed where a field is shown for the first time in its list. */
void hpm_record_show(FILE *stream, const void *item, const hpm_record *record, int colour);

#endif
