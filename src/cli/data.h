/* Where rulebooks and schemas lie: the directory that the environment names, else the one that was
 * installed with the program, else one beside the caller. */
#ifndef HPM_CLI_DATA_H
#define HPM_CLI_DATA_H

#include <stdint.h>

#include "hpm/status.h"

#define HPM_PATH_SIZE      1024
#define HPM_DATA_NAMES_MAX 256

typedef enum hpm_data {
    HPM_DATA_RULEBOOKS, /* HPM_RULEBOOKS, HPM_DATADIR/rulebooks, ./rulebooks */
    HPM_DATA_SCHEMAS,   /* HPM_SCHEMAS, HPM_DATADIR/schema, ./schema */
} hpm_data;

/* The names in a directory (files NAME.json, without the ending), sorted. */
typedef struct hpm_data_names {
    char directory[HPM_PATH_SIZE];
    char names[HPM_DATA_NAMES_MAX][64];
    uint32_t count;
} hpm_data_names;

/* E_IO if there is no such directory or it cannot be read. */
hpm_status hpm_data_list(hpm_data_names *names, hpm_data data, hpm_error *error);

/* Whether a user wrote a path: "-", anything with a slash or ending in .json. */
int hpm_data_is_path(const char *name);

/* The path for what a user wrote: a path as it is, a name is a file of the directory. E_REFERENCE
 * for an unknown name, with the nearest known one in the message. */
hpm_status hpm_data_path(char path[HPM_PATH_SIZE], hpm_data data, const char *name,
                         hpm_error *error);

#endif
