/* What `hpm rulebook diff` says of two rulebooks: which fields differ, for people and as the
 * members of an hpm/rulebook-diff/1 object. */
#ifndef HPM_REPORT_RULEBOOK_CHANGE_H
#define HPM_REPORT_RULEBOOK_CHANGE_H

#include <stdio.h>

#include "hpm/rulebook.h"
#include "io/json_write.h"

void hpm_rulebook_change_text(FILE *stream, const hpm_rulebook *before, const hpm_rulebook *after,
                              int colour);

/* Members "schema", "before", "after" and "changes" of an object that is begun. */
void hpm_rulebook_change_json(hpm_json *json, const hpm_rulebook *before,
                              const hpm_rulebook *after);

#endif
