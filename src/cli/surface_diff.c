/* hpm surface diff: what moved between two surfaces. */
#include <stdlib.h>
#include <string.h>

#include "colour.h"
#include "commands.h"
#include "diagnose.h"
#include "exit.h"
#include "report/html.h"
#include "session.h"
#include "surface_commands.h"
#include "surface_inputs.h"

struct values {
    int format;
};

const hpm_option hpm_surface_diff_options[] = {
    HPM_OPTION_SURFACE_FORMAT(struct values),
    HPM_OPTIONS_END,
};

/* ---- Rows --------------------------------------------------------------------------------- */

/* -1: only the left one has the expiry of *a; 1: only the right one that of *b. */
static int compare(const hpm_surface *left, uint32_t a, const hpm_surface *right, uint32_t b)
{
    if (b == right->slice_count) return -1;
    if (a == left->slice_count) return 1;
    const hpm_slice *one = &left->slices[a], *two = &right->slices[b];
    int order = strcmp(one->underlying, two->underlying);
    if (order != 0) return order < 0 ? -1 : 1;
    return (one->expiry_ns > two->expiry_ns) - (one->expiry_ns < two->expiry_ns);
}

static int is_same_input(const hpm_input *a, const hpm_input *b)
{
    if (a->value != a->value) return b->value != b->value;
    return a->value == b->value && a->confidence == b->confidence && a->age_s == b->age_s;
}

static int is_same_svi(const hpm_svi *a, const hpm_svi *b)
{
    return a->a == b->a && a->b == b->b && a->rho == b->rho && a->m == b->m && a->sigma == b->sigma;
}

/* All that the canonical form has of a slice. */
static int is_same(const hpm_slice *a, const hpm_slice *b)
{
    if (a->tau_years != b->tau_years || !is_same_input(&a->forward, &b->forward)) return 0;
    if (a->rate_annual != b->rate_annual || a->state != b->state) return 0;
    if (a->state == HPM_SLICE_NONE) return 1;
    return is_same_svi(&a->svi, &b->svi) && a->confidence == b->confidence && a->age_s == b->age_s;
}

/* Both are sorted: a merge. `rows` has room for all expiries of both. */
static uint32_t rows_make(hpm_surface_diff_row *rows, const hpm_surface *before,
                          const hpm_surface *after)
{
    uint32_t a = 0, b = 0, count = 0;
    while (a < before->slice_count || b < after->slice_count) {
        int order = compare(before, a, after, b);
        if (order < 0)
            rows[count++] = (hpm_surface_diff_row){HPM_SLICE_VANISHED, a++, HPM_NONE};
        else if (order > 0)
            rows[count++] = (hpm_surface_diff_row){HPM_SLICE_NEW, HPM_NONE, b++};
        else {
            int same = is_same(&before->slices[a], &after->slices[b]);
            rows[count++] =
                (hpm_surface_diff_row){same ? HPM_SLICE_SAME : HPM_SLICE_MOVED, a++, b++};
        }
    }
    return count;
}

/* ---- Report ------------------------------------------------------------------------------- */

static int page_print(const hpm_surface_diff *diff)
{
    hpm_html_begin(stdout, "hpm surface diff");
    int done = hpm_html_surface_diff(stdout, diff, 0);
    hpm_html_end(stdout);
    return done ? HPM_EXIT_OK : hpm_out_of_memory();
}

static int diff_print(const hpm_surface_diff *diff, int format)
{
    if (format == HPM_SURFACE_HTML) return page_print(diff);
    if (format == HPM_SURFACE_JSON) {
        hpm_json json;
        hpm_json_to_file(&json, stdout, 1);
        hpm_surface_diff_json(&json, diff);
        return hpm_json_close(&json);
    }
    return hpm_surface_diff_text(stdout, diff) ? HPM_EXIT_OK : hpm_out_of_memory();
}

static int files_compare(const hpm_surface_file *before, const hpm_surface_file *after, int format)
{
    const hpm_surface *one = &before->document.surface, *two = &after->document.surface;
    hpm_surface_diff_row *rows =
        calloc((size_t)one->slice_count + two->slice_count + 1, sizeof *rows);
    if (rows == NULL) return hpm_out_of_memory();
    const hpm_surface_diff diff = {
        .before = hpm_surface_file_report(before),
        .after = hpm_surface_file_report(after),
        .rows = rows,
        .row_count = rows_make(rows, one, two),
        .is_equal = memcmp(&one->hash, &two->hash, sizeof one->hash) == 0,
        .colour = hpm_colour_wanted(stdout),
    };
    int status = diff_print(&diff, format);
    free(rows);
    return status;
}

static int diff(const struct values *values, const hpm_texts *paths)
{
    hpm_surface_file before = {0}, after = {0};
    int status = hpm_surface_file_read(&before, paths->items[0]);
    if (status == HPM_EXIT_OK) status = hpm_surface_file_read(&after, paths->items[1]);
    if (status == HPM_EXIT_OK) status = files_compare(&before, &after, values->format);
    hpm_surface_file_free(&after);
    hpm_surface_file_free(&before);
    return status;
}

int hpm_surface_diff_run(const hpm_command *self, int argc, char **argv)
{
    struct values values = {0};
    hpm_texts files = {0};
    int status = hpm_options_parse(self, &values, &files, argc, argv);
    if (status == HPM_PARSE_RUN) status = hpm_stdin_check(self, hpm_stdin_files(&files));
    if (status == HPM_PARSE_RUN) status = diff(&values, &files);
    hpm_options_free(self, &values, &files);
    return hpm_stdout_close(status);
}
