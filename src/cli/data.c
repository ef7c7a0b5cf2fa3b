/* Finds rulebooks and schemas by name. */
#define _POSIX_C_SOURCE 200809L
#include "data.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "options.h"

#ifndef HPM_DATADIR
#define HPM_DATADIR "/usr/local/share/hpm"
#endif

static const struct {
    const char *noun, *environment, *installed, *local;
} places[] = {
    {"rulebook", "HPM_RULEBOOKS", HPM_DATADIR "/rulebooks", "rulebooks"},
    {"schema", "HPM_SCHEMAS", HPM_DATADIR "/schema", "schema"},
};

/* From the folder of the program: an installation that was moved, then a build folder. */
static const char *const beside_program[] = {"../share/hpm", "../.."};

static int is_directory(const char *path)
{
    struct stat facts;
    return stat(path, &facts) == 0 && S_ISDIR(facts.st_mode);
}

/* The folder of this program, without the last slash; 0 if the system does not tell. */
static int program_folder(char folder[HPM_PATH_SIZE])
{
    ssize_t length = readlink("/proc/self/exe", folder, HPM_PATH_SIZE - 1);
    if (length <= 0) return 0;
    folder[length] = '\0';
    char *slash = strrchr(folder, '/');
    if (slash == NULL) return 0;
    *slash = '\0';
    return 1;
}

static int find_beside_program(char directory[HPM_PATH_SIZE], hpm_data data)
{
    char folder[HPM_PATH_SIZE];
    if (!program_folder(folder)) return 0;
    for (size_t i = 0; i < sizeof beside_program / sizeof beside_program[0]; i++) {
        int wrote = snprintf(directory, HPM_PATH_SIZE, "%s/%s/%s", folder, beside_program[i],
                             places[data].local);
        if (wrote > 0 && wrote < HPM_PATH_SIZE && is_directory(directory)) return 1;
    }
    return 0;
}

/* The environment's word is final; then what was installed, what lies beside the program, and the
 * working folder. */
static void find_directory(char directory[HPM_PATH_SIZE], hpm_data data)
{
    const char *wanted = getenv(places[data].environment);
    if (wanted != NULL && wanted[0] != '\0')
        snprintf(directory, HPM_PATH_SIZE, "%s", wanted);
    else if (is_directory(places[data].installed))
        snprintf(directory, HPM_PATH_SIZE, "%s", places[data].installed);
    else if (!find_beside_program(directory, data))
        snprintf(directory, HPM_PATH_SIZE, "%s", places[data].local);
}

static int compare(const void *a, const void *b)
{
    return strcmp(a, b);
}

/* "hpm.json" gives "hpm"; anything that is not such a name is passed over. */
static void names_add(hpm_data_names *names, const char *file)
{
    size_t length = strlen(file);
    if (length <= 5 || strcmp(file + length - 5, ".json") != 0 || file[0] == '.') return;
    if (length - 5 >= sizeof names->names[0] || names->count == HPM_DATA_NAMES_MAX) return;
    snprintf(names->names[names->count++], sizeof names->names[0], "%.*s", (int)(length - 5), file);
}

hpm_status hpm_data_list(hpm_data_names *names, hpm_data data, hpm_error *error)
{
    struct dirent *entry = NULL;
    names->count = 0;
    find_directory(names->directory, data);
    DIR *directory = opendir(names->directory);
    if (directory == NULL) {
        return hpm_fail(error, HPM_E_IO, NULL, "cannot read the %s directory (%s)",
                        places[data].noun, strerror(errno));
    }
    while ((entry = readdir(directory)) != NULL)
        names_add(names, entry->d_name);
    closedir(directory);
    qsort(names->names, names->count, sizeof names->names[0], compare);
    return HPM_OK;
}

static hpm_status fail_unknown(hpm_data data, const char *name, hpm_error *error)
{
    const char *list[HPM_DATA_NAMES_MAX];
    const char *nearest = NULL;
    hpm_data_names *names = malloc(sizeof *names);
    hpm_status status = HPM_E_REFERENCE;
    char directory[HPM_PATH_SIZE];
    find_directory(directory, data);
    if (names == NULL) return hpm_fail(error, HPM_E_MEMORY, NULL, "out of memory");
    if (hpm_data_list(names, data, error) == HPM_OK) {
        for (uint32_t i = 0; i < names->count; i++)
            list[i] = names->names[i];
        nearest = hpm_nearest(name, list, names->count);
    }
    if (nearest != NULL) {
        hpm_fail(error, status, NULL, "no %s of this name, did you mean %s? (%.60s)",
                 places[data].noun, nearest, name);
    } else {
        hpm_fail(error, status, NULL, "no %s of this name in %.100s (%.60s)", places[data].noun,
                 directory, name);
    }
    free(names);
    return status;
}

int hpm_data_is_path(const char *name)
{
    size_t length = strlen(name);
    return strcmp(name, "-") == 0 || strchr(name, '/') != NULL ||
           (length > 5 && strcmp(name + length - 5, ".json") == 0);
}

hpm_status hpm_data_path(char path[HPM_PATH_SIZE], hpm_data data, const char *name,
                         hpm_error *error)
{
    int is_path = hpm_data_is_path(name);
    char directory[HPM_PATH_SIZE];
    if (!is_path) find_directory(directory, data);
    int wrote = is_path ? snprintf(path, HPM_PATH_SIZE, "%s", name)
                        : snprintf(path, HPM_PATH_SIZE, "%s/%s.json", directory, name);
    if (wrote < 0 || wrote >= HPM_PATH_SIZE) {
        return hpm_fail(error, HPM_E_LIMIT, NULL, "path too long (%d bytes)", wrote);
    }
    if (!is_path && access(path, F_OK) != 0) return fail_unknown(data, name, error);
    return HPM_OK;
}
