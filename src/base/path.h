/* Where one is inside a document: links on the stack, turned into text only when something is
 * wrong there. */
#ifndef HPM_BASE_PATH_H
#define HPM_BASE_PATH_H

#include <stddef.h>
#include <stdint.h>

#define HPM_PATH_TEXT     160 /* as hpm_error.where */
#define HPM_PATH_NO_INDEX UINT32_MAX

/* One step: a field (`name`), an item of a list (`index`), or both ("sets[2]"). */
typedef struct hpm_path {
    const struct hpm_path *parent; /* NULL: the document itself */
    const char *name;              /* NULL: none */
    uint32_t index;                /* HPM_PATH_NO_INDEX: none */
} hpm_path;

/* Writes "a.b[3].c", cut to fit, and returns `text`. `path` may be NULL: the empty text. */
const char *hpm_path_format(char text[HPM_PATH_TEXT], const hpm_path *path);

#endif
