/* Finds and reads rulebooks. */
#include "rulebooks.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "diagnose.h"
#include "exit.h"
#include "options.h"
#include "session.h"

static int document_read(hpm_rulebook_document *document, const char *path)
{
    hpm_buffer buffer;
    hpm_error error;
    int status = hpm_read_file(&buffer, path, HPM_RULEBOOK_BYTES_MAX);
    if (status != HPM_EXIT_OK) return status;
    if (hpm_rulebook_decode(document, buffer.bytes, buffer.length, &error) != HPM_OK)
        status = hpm_diagnose(path, &error);
    hpm_buffer_free(&buffer);
    return status;
}

/* The name on the command line is wrong, no document is. */
static int refuse_name(const hpm_error *error)
{
    hpm_diagnose(NULL, error);
    return HPM_EXIT_USAGE;
}

static int path_find(char *path, const char *name)
{
    hpm_error error;
    return hpm_data_path(path, HPM_DATA_RULEBOOKS, name, &error) == HPM_OK ? HPM_EXIT_OK
                                                                           : refuse_name(&error);
}

/* ---- Sets of parameters ------------------------------------------------------------------- */

hpm_rulebook_set hpm_rulebook_set_of(const hpm_rulebook *rulebook, const char *path)
{
    hpm_rulebook_set set;
    snprintf(set.name, sizeof set.name, "%s", rulebook->name);
    snprintf(set.effective, sizeof set.effective, "%s", rulebook->effective);
    snprintf(set.path, sizeof set.path, "%s", path);
    return set;
}

static int set_diagnose(const hpm_rulebook_set *set, const hpm_rulebook_set *other)
{
    hpm_error error;
    hpm_fail(&error, HPM_E_DUPLICATE, "effective", "%s holds from the same day in %.100s (%s)",
             set->name, other->path, set->effective[0] != '\0' ? set->effective : "not stated");
    return hpm_diagnose(set->path, &error);
}

int hpm_rulebook_sets_check(const hpm_rulebook_set *sets, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        for (uint32_t k = 0; k < i; k++)
            if (strcmp(sets[i].name, sets[k].name) == 0 &&
                strcmp(sets[i].effective, sets[k].effective) == 0 &&
                strcmp(sets[i].path, sets[k].path) != 0)
                return set_diagnose(&sets[i], &sets[k]);
    return HPM_EXIT_OK;
}

/* ---- By date ------------------------------------------------------------------------------ */

/* "NAME@PERIOD" apart, and the sets of that name. */
struct search {
    char name[HPM_PATH_SIZE];
    const char *period;
    hpm_rulebook_set *sets;
    uint32_t count;
};

/* A document that lies where another name is expected cannot be what was asked for. */
static int set_read(struct search *search, const char *path)
{
    hpm_rulebook_document document = {0};
    int status = document_read(&document, path);
    if (status == HPM_EXIT_OK && strcmp(document.rulebook.name, search->name) != 0) {
        hpm_error error;
        hpm_fail(&error, HPM_E_REFERENCE, "name", "is not the name of its file, %.60s (%s)",
                 search->name, document.rulebook.name);
        status = hpm_diagnose(path, &error);
    }
    if (status == HPM_EXIT_OK)
        search->sets[search->count++] = hpm_rulebook_set_of(&document.rulebook, path);
    hpm_rulebook_document_free(&document);
    return status;
}

static int sets_read(struct search *search, const hpm_data_names *names)
{
    size_t length = strlen(search->name);
    for (uint32_t i = 0; i < names->count; i++) {
        const char *file = names->names[i];
        char path[HPM_PATH_SIZE];
        if (strncmp(file, search->name, length) != 0) continue;
        if (file[length] != '\0' && file[length] != '@') continue;
        int status = path_find(path, file);
        if (status == HPM_EXIT_OK) status = set_read(search, path);
        if (status != HPM_EXIT_OK) return status;
    }
    return hpm_rulebook_sets_check(search->sets, search->count);
}

/* The set that held at the end of the period, NULL if none did. */
static const hpm_rulebook_set *set_choose(const struct search *search)
{
    const hpm_rulebook_set *latest = NULL;
    for (uint32_t i = 0; i < search->count; i++) {
        const hpm_rulebook_set *set = &search->sets[i];
        if (strncmp(set->effective, search->period, strlen(search->period)) > 0) continue;
        if (latest == NULL || strcmp(set->effective, latest->effective) > 0) latest = set;
    }
    return latest;
}

/* Says since when there are any. */
static int refuse_period(const struct search *search)
{
    char known[120] = "";
    hpm_error error;
    for (uint32_t i = 0; i < search->count && strlen(known) < sizeof known - 20; i++)
        snprintf(known + strlen(known), sizeof known - strlen(known), "%s%s", i > 0 ? ", " : "",
                 search->sets[i].effective);
    hpm_fail(&error, HPM_E_REFERENCE, NULL, "%.40s did not hold then, but from %s (%s)",
             search->name, known, search->period);
    return refuse_name(&error);
}

static int search_run(struct search *search, const hpm_data_names *names, char *path)
{
    int status = sets_read(search, names);
    if (status != HPM_EXIT_OK) return status;
    if (search->count == 0) return path_find(path, search->name); /* says which there are */
    const hpm_rulebook_set *set = set_choose(search);
    if (set == NULL) return refuse_period(search);
    snprintf(path, HPM_PATH_SIZE, "%s", set->path);
    return HPM_EXIT_OK;
}

static int directory_search(struct search *search, char *path)
{
    hpm_error error;
    hpm_data_names *names = malloc(sizeof *names);
    search->sets = calloc(HPM_DATA_NAMES_MAX, sizeof *search->sets);
    int status = HPM_EXIT_SYSTEM;
    if (names == NULL || search->sets == NULL)
        hpm_out_of_memory();
    else if (hpm_data_list(names, HPM_DATA_RULEBOOKS, &error) != HPM_OK)
        status = hpm_diagnose(names->directory, &error);
    else
        status = search_run(search, names, path);
    free(search->sets);
    free(names);
    return status;
}

static int dated_find(char *path, const char *name, const char *at)
{
    struct search search = {.period = at + 1};
    if (!hpm_date_is_period(search.period)) {
        hpm_error error;
        hpm_fail(&error, HPM_E_RANGE, NULL, "not a day, month or year like 2024-06-17 (%.60s)",
                 search.period);
        return refuse_name(&error);
    }
    snprintf(search.name, sizeof search.name, "%.*s", (int)(at - name), name);
    return directory_search(&search, path);
}

/* ------------------------------------------------------------------------------------------- */

int hpm_read_rulebook(hpm_rulebook_document *document, char *path, const char *name)
{
    const char *at = hpm_data_is_path(name) ? NULL : strrchr(name, '@');
    int status = at != NULL ? dated_find(path, name, at) : path_find(path, name);
    return status == HPM_EXIT_OK ? document_read(document, path) : status;
}
