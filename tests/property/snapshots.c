/* Snapshots of a real option market: see snapshots.h. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "math/rng.h"
#include "snapshots.h"

enum { PATH_SIZE = 1024, LIMIT = 1 << 28 };

static const char prefix[] = "deribit_options_snapshot_";

static void data_path(char *out, size_t size, const char *name)
{
    snprintf(out, size, "%s/chains/deribit_2026/%s", folder_of("HPM_DATA", "../shared/data"), name);
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(a, b);
}

size_t snapshots_list(char names[SNAPSHOTS_MAX][128])
{
    char path[PATH_SIZE];
    size_t count = 0;
    data_path(path, sizeof path, "");
    DIR *folder = opendir(path);
    for (struct dirent *item; folder && count < SNAPSHOTS_MAX && (item = readdir(folder));)
        if (strncmp(item->d_name, prefix, sizeof prefix - 1) == 0 &&
            strlen(item->d_name) < sizeof *names)
            strcpy(names[count++], item->d_name);
    if (folder) closedir(folder);
    qsort(names, count, sizeof *names, compare_names);
    if (count == 0) printf("skipped: no snapshots in %s (set HPM_DATA)\n", path);
    return count;
}

/* The lines after the first, in another order. Every line ends with a newline. */
static void shuffle_lines(hpm_buffer *text, hpm_rng *random)
{
    enum { LINES_MAX = 1 << 16 };
    static const char *lines[LINES_MAX];
    char *copy = malloc(text->length + 1), *at = copy;
    uint32_t count = 0;
    assert_non_null(copy);
    memcpy(copy, text->bytes, text->length + 1);
    for (char *line = strchr(copy, '\n') + 1; *line != '\0'; line = strchr(line, '\n') + 1) {
        assert_true(count < LINES_MAX);
        lines[count++] = line;
    }
    at = text->bytes + (strchr(copy, '\n') + 1 - copy);
    for (uint32_t left = count; left > 0; left--) {
        uint32_t picked = hpm_rng_below(random, left);
        size_t length = (size_t)(strchr(lines[picked], '\n') + 1 - lines[picked]);
        memcpy(at, lines[picked], length);
        at += length;
        lines[picked] = lines[left - 1];
    }
    free(copy);
}

/* `random` NULL: as the file is. */
static void import_file(hpm_import *import, const char *name, hpm_rng *random)
{
    char path[PATH_SIZE];
    hpm_buffer text;
    hpm_error error = {.status = HPM_OK};
    data_path(path, sizeof path, name);
    hpm_status status = hpm_file_read(&text, path, LIMIT, &error);
    if (status == HPM_OK && random) shuffle_lines(&text, random);
    if (status == HPM_OK) status = hpm_import_read(import, path, text.bytes, text.length, &error);
    if (status != HPM_OK) fail_msg("%s: %s: %s", path, error.where, error.message);
    hpm_buffer_free(&text);
}

static void read_all(hpm_import_result *out, const char *name, hpm_rng *random)
{
    hpm_import *import = hpm_import_new(&hpm_import_deribit);
    hpm_error error = {.status = HPM_OK};
    import_file(import, name, random);
    import_file(import, "perpetual_futures_prices.csv", NULL);
    import_file(import, "term_futures_marks.csv.gz", NULL);
    if (hpm_import_finish(import, out, &error) != HPM_OK)
        fail_msg("%s: %s: %s", name, error.where, error.message);
    hpm_import_free(import);
}

void snapshot_read(hpm_import_result *out, const char *name)
{
    read_all(out, name, NULL);
}

void snapshot_read_shuffled(hpm_import_result *out, const char *name, uint64_t seed)
{
    hpm_rng random = {seed};
    read_all(out, name, &random);
}

void snapshot_import(hpm_market_document *out, const char *name)
{
    hpm_import_result result;
    snapshot_read(&result, name);
    *out = result.document;
    out->market.catalog = &out->catalog;
    memset(&result.document, 0, sizeof result.document);
    hpm_import_result_free(&result);
}

const char *snapshot_time(const char *name)
{
    return name + sizeof prefix - 1;
}
