/* hpm import: venue data become a catalog, a market, raw quotes and an account. */
#define _POSIX_C_SOURCE 200809L
#include <inttypes.h>
#include <stdio.h>
#include <sys/stat.h>

#include "commands.h"
#include "diagnose.h"
#include "exit.h"
#include "import_run.h"
#include "io/document.h"
#include "io/importers.h"
#include "write_file.h"

struct values {
    const char *directory, *market, *catalog, *account, *quotes;
    int check;
    int quiet;
};

static const hpm_option options[] = {
    {"output", 'o', HPM_OPTION_TEXT, 0, offsetof(struct values, directory), "DIR", NULL,
     "write DIR/market.json, DIR/catalog.json, DIR/account.json and DIR/quotes.json; DIR is made "
     "if need be"},
    {"market-out", 0, HPM_OPTION_TEXT, 0, offsetof(struct values, market), "FILE", NULL,
     "write the market, without its catalog"},
    {"catalog-out", 0, HPM_OPTION_TEXT, 0, offsetof(struct values, catalog), "FILE", NULL,
     "write the catalog"},
    {"account-out", 0, HPM_OPTION_TEXT, 0, offsetof(struct values, account), "FILE", NULL,
     "write the account: positions and balances"},
    {"quotes-out", 0, HPM_OPTION_TEXT, 0, offsetof(struct values, quotes), "FILE", NULL,
     "write the raw quotes, bids and asks, with the catalog: what 'hpm surface fit' reads"},
    {"check", 0, HPM_OPTION_FLAG, 0, offsetof(struct values, check), NULL, NULL,
     "price the venue's option marks again and say how well they agree; writes no document"},
    {"quiet", 'q', HPM_OPTION_FLAG, 0, offsetof(struct values, quiet), NULL, NULL,
     "no notes on stderr"},
    HPM_OPTIONS_END,
};

/* What one output file holds. */
enum content { MARKET_WITH_CATALOG, MARKET_ALONE, CATALOG_ALONE, ACCOUNT, QUOTES };

static void content_write(hpm_json *json, const hpm_import_result *result, enum content content)
{
    const hpm_market_document *document = &result->document;
    if (content == CATALOG_ALONE) {
        hpm_catalog_write(json, &document->catalog);
    } else if (content == ACCOUNT) {
        hpm_account_write(json, result->account, &document->catalog);
    } else if (content == QUOTES) {
        hpm_quotes_write(json, &result->quotes, document->source, 1);
    } else {
        hpm_market_write(json, &document->market, document->source, content == MARKET_WITH_CATALOG);
    }
}

static int stdout_write(const hpm_import_result *result, enum content content)
{
    hpm_json json;
    hpm_json_to_file(&json, stdout, 1);
    content_write(&json, result, content);
    return hpm_json_close(&json);
}

/* One output file. */
struct output {
    const hpm_import_result *result;
    enum content content;
};

static void output_write(hpm_json *json, const void *context)
{
    const struct output *output = context;
    content_write(json, output->result, output->content);
}

static int file_write(const char *path, const hpm_import_result *result, enum content content)
{
    const struct output output = {result, content};
    return hpm_write_file(path, output_write, &output);
}

/* Whether the files held what the content is made of. */
static int has_content(const hpm_import_result *result, enum content content)
{
    if (content == CATALOG_ALONE) return 1;
    if (content == ACCOUNT) return result->account != NULL;
    if (content == QUOTES) return result->quotes.catalog != NULL;
    return result->document.market.catalog != NULL;
}

/* An account of last week beside a catalog of today would be taken for one of today. */
static void leftover_note(const char *path)
{
    struct stat what;
    if (stat(path, &what) == 0)
        hpm_note(path, "left as it was: the files that were read hold nothing for it");
}

static int directory_write(const char *directory, const hpm_import_result *result, int quiet)
{
    static const struct {
        const char *name;
        enum content content;
    } files[] = {{"market.json", MARKET_ALONE},
                 {"catalog.json", CATALOG_ALONE},
                 {"account.json", ACCOUNT},
                 {"quotes.json", QUOTES}};
    char path[1024];
    int status = HPM_EXIT_OK;
    (void)mkdir(directory, 0777); /* if it cannot be made, opening the files says why */
    for (size_t i = 0; i < sizeof files / sizeof *files && status == HPM_EXIT_OK; i++) {
        snprintf(path, sizeof path, "%s/%s", directory, files[i].name);
        if (has_content(result, files[i].content))
            status = file_write(path, result, files[i].content);
        else if (!quiet)
            leftover_note(path);
    }
    return status;
}

static void check_print(hpm_import *import, const hpm_market *market)
{
    hpm_import_check check;
    hpm_import_check_marks(import, market, &check);
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

/* What was asked for and is not there. */
static int content_check(const struct values *values, const hpm_import_result *result)
{
    hpm_error error;
    if ((values->check || values->market != NULL) && !has_content(result, MARKET_ALONE)) {
        hpm_fail(&error, HPM_E_MISSING_PRICE, NULL, "the files hold no prices: no market");
        return hpm_diagnose(NULL, &error);
    }
    if (values->quotes != NULL && !has_content(result, QUOTES)) {
        hpm_fail(&error, HPM_E_MISSING_PRICE, NULL, "the files hold no prices: no quotes");
        return hpm_diagnose(NULL, &error);
    }
    if (values->account != NULL && !has_content(result, ACCOUNT)) {
        hpm_fail(&error, HPM_E_FIELD_MISSING, NULL,
                 "the files hold neither positions nor balances: no account");
        return hpm_diagnose(NULL, &error);
    }
    return HPM_EXIT_OK;
}

static int files_write(const struct values *values, const hpm_import_result *result)
{
    const struct {
        const char *path;
        enum content content;
    } files[] = {{values->market, MARKET_ALONE},
                 {values->catalog, CATALOG_ALONE},
                 {values->account, ACCOUNT},
                 {values->quotes, QUOTES}};
    int status = HPM_EXIT_OK;
    for (size_t i = 0; i < sizeof files / sizeof *files && status == HPM_EXIT_OK; i++) {
        if (files[i].path != NULL) status = file_write(files[i].path, result, files[i].content);
    }
    return status;
}

static int names_files(const struct values *values)
{
    return values->market != NULL || values->catalog != NULL || values->account != NULL ||
           values->quotes != NULL;
}

static int write_all(const struct values *values, hpm_import *import,
                     const hpm_import_result *result)
{
    int status = content_check(values, result);
    if (status != HPM_EXIT_OK) return status;
    if (values->check) {
        check_print(import, &result->document.market);
        return HPM_EXIT_OK;
    }
    if (values->directory != NULL) return directory_write(values->directory, result, values->quiet);
    if (names_files(values)) return files_write(values, result);
    if (has_content(result, ACCOUNT) && !values->quiet)
        hpm_note("note", "the account is not written: --account-out or --output does that");
    return stdout_write(result,
                        has_content(result, MARKET_ALONE) ? MARKET_WITH_CATALOG : CATALOG_ALONE);
}

static int import_files(const struct values *values, const hpm_import_venue *venue,
                        const hpm_texts *files)
{
    hpm_import_result result;
    hpm_import *import = NULL;
    int status = hpm_import_run(&import, &result, venue, files, values->quiet);
    if (status == HPM_EXIT_OK) status = write_all(values, import, &result);
    hpm_import_run_free(import, &result);
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
    if (status == HPM_PARSE_RUN && values.directory != NULL && names_files(&values)) {
        status = hpm_usage(self, "--output already names the files");
    }
    if (status == HPM_PARSE_RUN && values.check &&
        (values.directory != NULL || names_files(&values))) {
        status = hpm_usage(self, "--check writes no document");
    }
    if (status == HPM_PARSE_RUN)
        status = import_files(&values, hpm_importers[self - children], &files);
    hpm_options_free(self, &values, &files);
    return hpm_stdout_close(status);
}

const hpm_command hpm_command_import = {
    .name = "import",
    .summary = "turn a venue's data into a catalog, a market and an account",
    .text = "Turns a venue's own files into hpm documents.",
    .examples = HPM_IMPORT_EXAMPLE,
    .children = children,
};
