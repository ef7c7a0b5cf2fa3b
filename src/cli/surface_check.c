/* hpm surface check: arbitrage, and agreement with quotes. */
#include <stdlib.h>

#include "colour.h"
#include "commands.h"
#include "diagnose.h"
#include "exit.h"
#include "report/html.h"
#include "session.h"
#include "surface_commands.h"
#include "surface_inputs.h"

struct values {
    const char *quotes, *catalog;
    int format;
};

const hpm_option hpm_surface_check_options[] = {
    {"quotes", 0, HPM_OPTION_TEXT, 0, offsetof(struct values, quotes), "FILE", NULL,
     "quotes document: say how many of its bids and asks the surface is between"},
    {"catalog", 'c', HPM_OPTION_TEXT, 0, offsetof(struct values, catalog), "FILE", NULL,
     "catalog document, if the quotes do not embed one"},
    HPM_OPTION_SURFACE_FORMAT(struct values),
    HPM_OPTIONS_END,
};

struct job {
    const struct values *values;
    hpm_quotes_file quotes;
    hpm_surface_file *files;
    uint32_t count; /* of files that were read, the last perhaps in part */
};

static int job_read(struct job *job, const hpm_texts *paths)
{
    const struct values *values = job->values;
    int status = HPM_EXIT_OK;
    job->files = calloc(paths->count, sizeof *job->files);
    if (job->files == NULL) return hpm_out_of_memory();
    if (values->quotes != NULL)
        status = hpm_quotes_file_read(&job->quotes, values->quotes, values->catalog);
    for (uint32_t i = 0; i < paths->count && status == HPM_EXIT_OK; i++) {
        hpm_surface_file *file = &job->files[job->count++];
        status = hpm_surface_file_read(file, paths->items[i]);
        if (status != HPM_EXIT_OK) break;
        hpm_surface_view_check(&file->view);
        if (values->quotes != NULL)
            hpm_surface_judge(file->view.tallies, file->view.surface, &job->quotes.document.quotes);
    }
    return status;
}

static void job_free(struct job *job)
{
    for (uint32_t i = 0; i < job->count; i++)
        hpm_surface_file_free(&job->files[i]);
    free(job->files);
    hpm_quotes_file_free(&job->quotes);
}

/* ---- Reports ------------------------------------------------------------------------------ */

static hpm_surface_report report_of(const struct job *job, uint32_t index)
{
    const hpm_surface_file *file = &job->files[index];
    hpm_surface_report report = hpm_surface_file_report(file);
    report.checks = file->view.checks;
    if (job->values->quotes != NULL) report.tallies = file->view.tallies;
    report.colour = hpm_colour_wanted(stdout);
    return report;
}

static int texts_print(const struct job *job)
{
    for (uint32_t i = 0; i < job->count; i++) {
        hpm_surface_report report = report_of(job, i);
        if (i > 0) fputc('\n', stdout);
        if (!hpm_surface_check_text(stdout, &report)) return hpm_out_of_memory();
    }
    return HPM_EXIT_OK;
}

/* One object, or a list of several. */
static int json_print(const struct job *job)
{
    hpm_json json;
    hpm_json_to_file(&json, stdout, 1);
    if (job->count > 1) hpm_json_begin_array(&json);
    for (uint32_t i = 0; i < job->count; i++) {
        hpm_surface_report report = report_of(job, i);
        hpm_surface_check_json(&json, &report);
    }
    if (job->count > 1) hpm_json_end_array(&json);
    return hpm_json_close(&json);
}

static int page_print(const struct job *job)
{
    int done = 1;
    hpm_html_begin(stdout, "hpm surface check");
    for (uint32_t i = 0; i < job->count && done; i++) {
        hpm_surface_report report = report_of(job, i);
        done = hpm_html_surface_check(stdout, &report, i);
    }
    hpm_html_end(stdout);
    return done ? HPM_EXIT_OK : hpm_out_of_memory();
}

static int reports_print(const struct job *job)
{
    int status = job->values->format == HPM_SURFACE_HTML   ? page_print(job)
                 : job->values->format == HPM_SURFACE_JSON ? json_print(job)
                                                           : texts_print(job);
    for (uint32_t i = 0; i < job->count; i++)
        if (job->files[i].view.arbitrage_count > 0) status = hpm_exit_worst(status, HPM_EXIT_NO);
    return status;
}

static int check(const struct values *values, const hpm_texts *paths)
{
    struct job job = {.values = values};
    int status = job_read(&job, paths);
    if (status == HPM_EXIT_OK) status = reports_print(&job);
    job_free(&job);
    return status;
}

int hpm_surface_check_run(const hpm_command *self, int argc, char **argv)
{
    struct values values = {0};
    hpm_texts files = {0};
    int status = hpm_options_parse(self, &values, &files, argc, argv);
    if (status == HPM_PARSE_RUN)
        status = hpm_stdin_check(self, hpm_stdin_files(&files) + hpm_stdin_file(values.quotes) +
                                           hpm_stdin_file(values.catalog));
    if (status == HPM_PARSE_RUN) status = check(&values, &files);
    hpm_options_free(self, &values, &files);
    return hpm_stdout_close(status);
}
