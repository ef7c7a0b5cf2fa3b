/* Rulebooks as users name them: by path, by name, or by name and date. */
#ifndef HPM_CLI_RULEBOOKS_H
#define HPM_CLI_RULEBOOKS_H

#include "data.h"
#include "io/document.h"

/* Reads a rulebook into an all-zero document; diagnoses. `path` (HPM_PATH_SIZE) gets its path.
 *
 * A path is taken as it is, NAME is NAME.json of the directory. NAME@DATE is, of the documents
 * NAME.json and NAME@*.json there, the one whose parameters held at the end of that day, month or
 * year: the latest `effective` that is not after it; a document without one held from the
 * beginning. */
int hpm_read_rulebook(hpm_rulebook_document *document, char *path, const char *name);

/* What tells rulebooks apart. */
typedef struct hpm_rulebook_set {
    char name[HPM_RULE_NAME_SIZE], effective[HPM_RULE_NAME_SIZE], path[HPM_PATH_SIZE];
} hpm_rulebook_set;

/* Diagnoses two sets of parameters of one name that hold from the same day: NAME@DATE would mean
 * both. */
int hpm_rulebook_sets_check(const hpm_rulebook_set *sets, uint32_t count);

/* What the document is, for the check above. */
hpm_rulebook_set hpm_rulebook_set_of(const hpm_rulebook *rulebook, const char *path);

#endif
