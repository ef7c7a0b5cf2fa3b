/* hpm surface fit: a surface from raw quotes. */
#include <string.h>

#include "colour.h"
#include "commands.h"
#include "diagnose.h"
#include "exit.h"
#include "import_run.h"
#include "io/arena_new.h"
#include "isa.h"
#include "report/html.h"
#include "session.h"
#include "surface_commands.h"
#include "surface_inputs.h"
#include "surface_market.h"
#include "write_file.h"

#define FROM_DOCUMENT (-1)

struct values {
    const char *before, *catalog, *output, *market;
    hpm_surface_rules rules;
    int from, quiet, format;
};

/* In the order of hpm_importers. */
#define VENUE_NAME(name, summary, text, examples) #name,
static const char *const venues[] = {HPM_IMPORTER_LIST(VENUE_NAME) NULL};

const hpm_option hpm_surface_fit_options[] = {
    {"from", 0, HPM_OPTION_CHOICE, 0, offsetof(struct values, from), NULL, venues,
     "FILE... are this venue's own; without it FILE is one quotes document"},
    {"catalog", 'c', HPM_OPTION_TEXT, 0, offsetof(struct values, catalog), "FILE", NULL,
     "catalog document, if the quotes do not embed one"},
    {"before", 'b', HPM_OPTION_TEXT, 0, offsetof(struct values, before), "SURFACE", NULL,
     "an earlier surface, for expiries without usable quotes"},
    {"output", 'o', HPM_OPTION_TEXT, 0, offsetof(struct values, output), "FILE", NULL,
     "write the surface document"},
    {"market-out", 0, HPM_OPTION_TEXT, 0, offsetof(struct values, market), "FILE", NULL,
     "write a market with the surface's forwards and smiles, and its catalog"},
    {"soft-age", 0, HPM_OPTION_REAL, 0, offsetof(struct values, rules.soft_age_s), "SECONDS", NULL,
     "age of quotes from which they are trusted less (60)"},
    {"hard-age", 0, HPM_OPTION_REAL, 0, offsetof(struct values, rules.hard_age_s), "SECONDS", NULL,
     "age from which they are not used at all (3600)"},
    {"last-good", 0, HPM_OPTION_REAL, 0, offsetof(struct values, rules.last_good_s), "SECONDS",
     NULL, "oldest earlier surface that may stand in for an expiry (86400)"},
    {"quiet", 'q', HPM_OPTION_FLAG, 0, offsetof(struct values, quiet), NULL, NULL,
     "no notes on stderr"},
    HPM_OPTION_SURFACE_FORMAT(struct values),
    HPM_OPTIONS_END,
};

struct job {
    const struct values *values;
    const hpm_texts *paths;
    hpm_quotes_file file; /* a document ... */
    hpm_import *import;   /* ... or a venue's files */
    hpm_import_result result;
    const hpm_quotes *quotes; /* of either */
    const char *source;
    hpm_surface_file before; /* path NULL: none */
    hpm_arena memory;
    hpm_surface_fit fit;
    hpm_surface_view view;
};

/* ---- Inputs ------------------------------------------------------------------------------- */

static int venue_read(struct job *job)
{
    const struct values *values = job->values;
    hpm_error error;
    int status = hpm_import_run(&job->import, &job->result, hpm_importers[values->from], job->paths,
                                values->quiet);
    if (status != HPM_EXIT_OK) return status;
    if (job->result.quotes.catalog == NULL) {
        hpm_fail(&error, HPM_E_MISSING_PRICE, NULL, "the files hold no prices: no quotes");
        return hpm_diagnose(NULL, &error);
    }
    job->quotes = &job->result.quotes;
    job->source = job->result.document.source;
    return HPM_EXIT_OK;
}

static int document_read(struct job *job)
{
    int status = hpm_quotes_file_read(&job->file, job->paths->items[0], job->values->catalog);
    job->quotes = &job->file.document.quotes;
    job->source = job->file.document.source;
    return status;
}

static int job_read(struct job *job)
{
    int status = job->values->from == FROM_DOCUMENT ? document_read(job) : venue_read(job);
    if (status != HPM_EXIT_OK || job->values->before == NULL) return status;
    return hpm_surface_file_read(&job->before, job->values->before);
}

static void job_free(struct job *job)
{
    hpm_surface_view_free(&job->view);
    hpm_arena_free(&job->memory);
    hpm_surface_file_free(&job->before);
    hpm_import_run_free(job->import, &job->result);
    hpm_quotes_file_free(&job->file);
}

/* ---- Work --------------------------------------------------------------------------------- */

static int job_fit(struct job *job)
{
    const hpm_surface *before = job->values->before != NULL ? &job->before.document.surface : NULL;
    hpm_context context;
    hpm_error error;
    size_t bytes = hpm_surface_fit_size(job->quotes->catalog, before);
    if (hpm_isa_context(&context, &error) != HPM_OK ||
        hpm_arena_new(&job->memory, bytes, &error) != HPM_OK)
        return hpm_diagnose(NULL, &error);
    if (hpm_surface_fit_quotes(&context, &job->fit, &job->memory, job->quotes, before,
                               &job->values->rules, &error) != HPM_OK)
        return hpm_diagnose(job->paths->items[0], &error);
    return hpm_surface_view_make(&job->view, &job->fit.surface);
}

static void surface_write(hpm_json *json, const void *context)
{
    const struct job *job = context;
    hpm_surface_write(json, &job->fit.surface, job->source);
}

struct market_output {
    const hpm_market *market;
    const char *source;
};

static void market_write(hpm_json *json, const void *context)
{
    const struct market_output *output = context;
    hpm_market_write(json, output->market, output->source, 1);
}

static int market_file_write(const struct job *job)
{
    hpm_market market;
    hpm_arena memory = {0};
    hpm_error error;
    int status;
    if (hpm_market_of_quotes(&market, &memory, job->quotes, &job->fit.surface, &error) == HPM_OK) {
        const struct market_output output = {&market, job->source};
        status = hpm_write_file(job->values->market, market_write, &output);
    } else {
        status = hpm_diagnose(job->values->market, &error);
    }
    hpm_arena_free(&memory);
    return status;
}

static int files_write(const struct job *job)
{
    int status = HPM_EXIT_OK;
    if (job->values->output != NULL)
        status = hpm_write_file(job->values->output, surface_write, job);
    if (status == HPM_EXIT_OK && job->values->market != NULL) status = market_file_write(job);
    return status;
}

/* ---- Report ------------------------------------------------------------------------------- */

static int page_print(const hpm_surface_report *report)
{
    hpm_html_begin(stdout, "hpm surface fit");
    int done = hpm_html_surface_fit(stdout, report, 0);
    hpm_html_end(stdout);
    return done ? HPM_EXIT_OK : hpm_out_of_memory();
}

static int document_print(const struct job *job)
{
    hpm_json json;
    hpm_json_to_file(&json, stdout, 1);
    surface_write(&json, job);
    return hpm_json_close(&json);
}

static int report_print(const struct job *job)
{
    if (job->values->format == HPM_SURFACE_JSON) return document_print(job);
    hpm_surface_report report = hpm_surface_view_report(&job->view, job->paths->items[0]);
    report.source = job->source;
    report.checks = job->view.checks;
    report.fit = &job->fit;
    report.quotes = job->quotes;
    report.rules = &job->values->rules;
    report.colour = hpm_colour_wanted(stdout);
    if (job->values->format == HPM_SURFACE_HTML) return page_print(&report);
    return hpm_surface_fit_text(stdout, &report) ? HPM_EXIT_OK : hpm_out_of_memory();
}

static int fit(const struct values *values, const hpm_texts *paths)
{
    struct job job = {.values = values, .paths = paths};
    int status = job_read(&job);
    if (status == HPM_EXIT_OK) status = job_fit(&job);
    if (status == HPM_EXIT_OK) {
        hpm_surface_view_check(&job.view);
        status = files_write(&job);
    }
    if (status == HPM_EXIT_OK) status = report_print(&job);
    if (status == HPM_EXIT_OK && job.view.arbitrage_count > 0) status = HPM_EXIT_NO;
    job_free(&job);
    return status;
}

/* ---- The command line --------------------------------------------------------------------- */

static int check(const hpm_command *self, const struct values *values, const hpm_texts *files)
{
    const hpm_surface_rules *rules = &values->rules;
    if (values->from == FROM_DOCUMENT && files->count > 1)
        return hpm_usage(self, "one quotes document at a time; --from reads several files");
    if (values->from != FROM_DOCUMENT && values->catalog != NULL)
        return hpm_usage(self, "--catalog goes with a quotes document, not with --from");
    if (!(rules->soft_age_s >= 0 && rules->hard_age_s > rules->soft_age_s))
        return hpm_usage(self, "--soft-age must be below --hard-age, and not below 0");
    if (!(rules->last_good_s >= 0)) return hpm_usage(self, "--last-good must not be below 0");
    return hpm_stdin_check(self, hpm_stdin_files(files) + hpm_stdin_file(values->catalog) +
                                     hpm_stdin_file(values->before));
}

int hpm_surface_fit_run(const hpm_command *self, int argc, char **argv)
{
    struct values values = {.rules = hpm_surface_rules_default, .from = FROM_DOCUMENT};
    hpm_texts files = {0};
    int status = hpm_options_parse(self, &values, &files, argc, argv);
    if (status == HPM_PARSE_RUN) status = check(self, &values, &files);
    if (status == HPM_PARSE_RUN) status = fit(&values, &files);
    hpm_options_free(self, &values, &files);
    return hpm_stdout_close(status);
}
