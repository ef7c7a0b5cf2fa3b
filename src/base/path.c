/* Paths into documents as text. */
#include "path.h"

#include <stdio.h>

static size_t append(char *text, size_t used, const char *part)
{
    while (*part != '\0' && used + 1 < HPM_PATH_TEXT)
        text[used++] = *part++;
    text[used] = '\0';
    return used;
}

static size_t path_write(char *text, const hpm_path *path)
{
    if (!path) {
        text[0] = '\0';
        return 0;
    }
    size_t used = path_write(text, path->parent);
    if (path->name && path->name[0] != '\0') {
        if (used > 0) used = append(text, used, ".");
        used = append(text, used, path->name);
    }
    if (path->index != HPM_PATH_NO_INDEX) {
        char index[16];
        snprintf(index, sizeof index, "[%u]", (unsigned)path->index);
        used = append(text, used, index);
    }
    return used;
}

const char *hpm_path_format(char text[HPM_PATH_TEXT], const hpm_path *path)
{
    path_write(text, path);
    return text;
}
