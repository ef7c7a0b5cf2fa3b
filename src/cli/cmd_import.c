/* hpm import: venue data become a catalog and a market. */
#define _POSIX_C_SOURCE 200809L
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "commands.h"
#include "diagnose.h"
#include "exit.h"
#include "io/document.h"
#include "io/importers.h"
#include "session.h"

#define INPUT_BYTES_MAX ((size_t)256 << 20)

struct values {
    const char *directory, *market, *catalog;
    int check;
    int quiet;
};

static const hpm_option options[] = {
    {"output", 'o', HPM_OPTION_TEXT, 0, offsetof(struct values, directory), "DIR", NULL,
     "write DIR/market.json and DIR/catalog.json; DIR is made if need be"},
    {"market-out", 0, HPM_OPTION_TEXT, 0, offsetof(struct values, market), "FILE", NULL,
     "write the market, without its catalog"},
    {"catalog-out", 0, HPM_OPTION_TEXT, 0, offsetof(struct values, catalog), "FILE", NULL,
     "write the catalog"},
    {"check", 0, HPM_OPTION_FLAG, 0, offsetof(struct values, check), NULL, NULL,
     "price the venue's option marks again and say how well they agree; writes no document"},
    {"quiet", 'q', HPM_OPTION_FLAG, 0, offsetof(struct values, quiet), NULL, NULL,
     "no notes on stderr"},
    HPM_OPTIONS_END,
};

/* One import, and whose. */
struct job {
    const hpm_importer *by;
    hpm_import *import;
};

static int file_import(const struct job *job, const char *path)
{
    hpm_buffer buffer;
    hpm_error error;
    int status = hpm_read_file(&buffer, path, INPUT_BYTES_MAX);
    if (status != HPM_EXIT_OK) return status;
    if (job->by->read(job->import, path, buffer.bytes, buffer.length, &error) != HPM_OK) {
        status = hpm_diagnose(path, &error);
    }
    hpm_buffer_free(&buffer);
    return status;
}

static void notes_print(const struct job *job)
{
    for (uint32_t i = 0; i < job->by->note_count(job->import); i++) {
        hpm_note("note", "%s", job->by->note(job->import, i));
    }
}

/* What one output file holds. */
enum content { MARKET_WITH_CATALOG, MARKET_ALONE, CATALOG_ALONE };

static void content_write(hpm_json *json, const hpm_market_document *document, enum content content)
{
    if (content == CATALOG_ALONE) {
        hpm_catalog_write(json, &document->catalog);
    } else {
        hpm_market_write(json, &document->market, document->source, content == MARKET_WITH_CATALOG);
    }
}

static int stdout_write(const hpm_market_document *document, enum content content)
{
    hpm_json json;
    hpm_json_to_file(&json, stdout, 1);
    content_write(&json, document, content);
    return hpm_json_close(&json);
}

/* A file that could not be written whole is taken away again. */
static int file_write(const char *path, const hpm_market_document *document, enum content content)
{
    hpm_json json;
    hpm_error error;
    FILE *file = fopen(path, "w");
    if (file == NULL) {
        hpm_fail(&error, HPM_E_IO, NULL, "cannot be written (%s)", strerror(errno));
        return hpm_diagnose(path, &error);
    }
    hpm_json_to_file(&json, file, 1);
    content_write(&json, document, content);
    hpm_status status = hpm_json_finish(&json, &error);
    hpm_json_free(&json);
    if (fclose(file) != 0 && status == HPM_OK) {
        status = hpm_fail(&error, HPM_E_IO, NULL, "cannot be written (%s)", strerror(errno));
    }
    if (status == HPM_OK) return HPM_EXIT_OK;
    remove(path);
    return hpm_diagnose(path, &error);
}

static int directory_write(const char *directory, const hpm_market_document *document)
{
    char path[1024];
    int status = HPM_EXIT_OK;
    (void)mkdir(directory, 0777); /* if it cannot be made, opening the files says why */
    if (document->market.catalog != NULL) {
        snprintf(path, sizeof path, "%s/market.json", directory);
        status = file_write(path, document, MARKET_ALONE);
    }
    if (status != HPM_EXIT_OK) return status;
    snprintf(path, sizeof path, "%s/catalog.json", directory);
    return file_write(path, document, CATALOG_ALONE);
}

static void check_print(const struct job *job, const hpm_market *market)
{
    hpm_import_check check;
    job->by->check(job->import, market, &check);
    double share = check.options > 0 ? 100.0 / check.options : 0;
    printf("options with mark and volatility  %" PRIu32 "\n", check.options);
    printf("reproduced with own underlying    %" PRIu32 "  (%.2f %% within %g coin)\n",
           check.within_own, check.within_own * share, HPM_IMPORT_CHECK_COIN);
    printf("reproduced with expiry's forward  %" PRIu32 "  (%.2f %%)\n", check.within_forward,
           check.within_forward * share);
    printf("largest difference                %.3g coin  %s\n", check.worst_own, check.worst_name);
    printf("rows staggered in time            %" PRIu32 "  (up to %.3g of the price, %.3g s)\n",
           check.staggered, check.stagger_ratio, check.stagger_age_s);
}

static int write_all(const struct values *values, const struct job *job,
                     const hpm_market_document *document)
{
    int has_market = document->market.catalog != NULL;
    hpm_error error;
    int status = HPM_EXIT_OK;
    if (!has_market && (values->check || values->market != NULL)) {
        hpm_fail(&error, HPM_E_MISSING_PRICE, NULL, "the files hold no prices: no market");
        return hpm_diagnose(NULL, &error);
    }
    if (values->check) {
        check_print(job, &document->market);
        return HPM_EXIT_OK;
    }
    if (values->directory != NULL) return directory_write(values->directory, document);
    if (values->market == NULL && values->catalog == NULL) {
        return stdout_write(document, has_market ? MARKET_WITH_CATALOG : CATALOG_ALONE);
    }
    if (values->market != NULL) status = file_write(values->market, document, MARKET_ALONE);
    if (status == HPM_EXIT_OK && values->catalog != NULL) {
        status = file_write(values->catalog, document, CATALOG_ALONE);
    }
    return status;
}

static int finish(const struct values *values, const struct job *job)
{
    hpm_market_document document = {0};
    hpm_error error;
    int status = HPM_EXIT_OK;
    if (job->by->finish(job->import, &document, &error) != HPM_OK) {
        return hpm_diagnose(NULL, &error);
    }
    if (!values->quiet) notes_print(job);
    status = write_all(values, job, &document);
    hpm_market_document_free(&document);
    return status;
}

static int import_files(const struct values *values, const hpm_importer *by, const hpm_texts *files)
{
    int status = HPM_EXIT_OK;
    const struct job job = {by, by->new_import()};
    if (job.import == NULL) return hpm_out_of_memory();
    for (uint32_t i = 0; i < files->count && status == HPM_EXIT_OK; i++) {
        status = file_import(&job, files->items[i]);
    }
    if (status == HPM_EXIT_OK) status = finish(values, &job);
    by->free_import(job.import);
    return status;
}

static hpm_command_run run;

#define IMPORT_COMMAND(name_, summary_, text_, examples_)                                          \
    {                                                                                              \
        .name = "import " #name_,                                                                  \
        .summary = (summary_),                                                                     \
        .operands = "FILE...",                                                                     \
        .text = (text_),                                                                           \
        .examples = (examples_),                                                                   \
        .options = options,                                                                        \
        .run = run,                                                                                \
        .operands_min = 1,                                                                         \
        .operands_max = UINT32_MAX,                                                                \
    },

/* One for each importer, in their order. */
/* clang-format off */
static const hpm_command children[] = {
    HPM_IMPORTER_LIST(IMPORT_COMMAND)
    {.name = NULL},
};
/* clang-format on */

static int run(const hpm_command *self, int argc, char **argv)
{
    struct values values = {0};
    hpm_texts files = {0};
    int status = hpm_options_parse(self, &values, &files, argc, argv);
    int outputs = values.market != NULL || values.catalog != NULL;
    if (status == HPM_PARSE_RUN && values.directory != NULL && outputs) {
        status = hpm_usage(self, "--output already names both files");
    }
    if (status == HPM_PARSE_RUN)
        status = import_files(&values, hpm_importers[self - children], &files);
    hpm_options_free(self, &values, &files);
    return hpm_stdout_close(status);
}

const hpm_command hpm_command_import = {
    .name = "import",
    .summary = "turn a venue's data into a catalog and a market",
    .text = "Turns a venue's own files into hpm documents.",
    .examples = HPM_IMPORT_EXAMPLE,
    .children = children,
};
