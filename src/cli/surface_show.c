/* hpm surface show: forwards, term structure and smiles. */
#include <string.h>

#include "colour.h"
#include "commands.h"
#include "diagnose.h"
#include "exit.h"
#include "io/time_text.h"
#include "report/html.h"
#include "surface_commands.h"
#include "surface_inputs.h"

struct values {
    hpm_texts underlyings, expiries;
    int format;
};

const hpm_option hpm_surface_show_options[] = {
    {"underlying", 'u', HPM_OPTION_TEXTS, 0, offsetof(struct values, underlyings), "ASSET", NULL,
     "only this underlying; may be repeated"},
    {"expiry", 'e', HPM_OPTION_TEXTS, 0, offsetof(struct values, expiries), "TIME", NULL,
     "only expiries whose time begins so: 2026-03, 2026-03-27, 2026-03-27T08:00:00Z; may be "
     "repeated"},
    HPM_OPTION_SURFACE_FORMAT(struct values),
    HPM_OPTIONS_END,
};

/* ---- What is wanted ----------------------------------------------------------------------- */

static int is_underlying(const hpm_slice *slice, const char *wanted)
{
    return strcmp(slice->underlying, wanted) == 0;
}

static int is_expiry(const hpm_slice *slice, const char *wanted)
{
    char time[HPM_TIME_TEXT];
    hpm_time_format(time, slice->expiry_ns);
    return wanted[0] != '\0' && strncmp(time, wanted, strlen(wanted)) == 0;
}

/* Of the slices that are still shown keeps those that fit one of the texts; a text that none fits
 * is an error. */
static int keep(hpm_surface_file *file, const hpm_texts *wanted, const char *what,
                int (*fits)(const hpm_slice *, const char *))
{
    const hpm_surface *surface = &file->document.surface;
    uint8_t *shown = file->view.shown;
    hpm_error error;
    for (uint32_t t = 0; t < wanted->count; t++) {
        uint32_t found = 0;
        for (uint32_t i = 0; i < surface->slice_count; i++)
            found += shown[i] && fits(&surface->slices[i], wanted->items[t]);
        if (found > 0) continue;
        hpm_fail(&error, HPM_E_REFERENCE, NULL, "the surface has no such %s (%.60s)", what,
                 wanted->items[t]);
        return hpm_diagnose(file->path, &error);
    }
    for (uint32_t i = 0; i < surface->slice_count && wanted->count > 0; i++) {
        int is_wanted = 0;
        for (uint32_t t = 0; t < wanted->count; t++)
            is_wanted |= fits(&surface->slices[i], wanted->items[t]);
        shown[i] = shown[i] && is_wanted;
    }
    return HPM_EXIT_OK;
}

/* ---- Report ------------------------------------------------------------------------------- */

static int page_print(const hpm_surface_report *report)
{
    hpm_html_begin(stdout, "hpm surface show");
    int done = hpm_html_surface_show(stdout, report, 0);
    hpm_html_end(stdout);
    return done ? HPM_EXIT_OK : hpm_out_of_memory();
}

static int report_print(const hpm_surface_file *file, int format)
{
    hpm_surface_report report = hpm_surface_file_report(file);
    if (format == HPM_SURFACE_HTML) return page_print(&report);
    if (format == HPM_SURFACE_JSON) {
        hpm_json json;
        hpm_json_to_file(&json, stdout, 1);
        hpm_surface_report_json(&json, &report);
        return hpm_json_close(&json);
    }
    report.colour = hpm_colour_wanted(stdout);
    return hpm_surface_show_text(stdout, &report) ? HPM_EXIT_OK : hpm_out_of_memory();
}

static int show(const struct values *values, const char *path)
{
    hpm_surface_file file;
    int status = hpm_surface_file_read(&file, path);
    if (status == HPM_EXIT_OK)
        status = keep(&file, &values->underlyings, "underlying", is_underlying);
    if (status == HPM_EXIT_OK) status = keep(&file, &values->expiries, "expiry", is_expiry);
    if (status == HPM_EXIT_OK) status = report_print(&file, values->format);
    hpm_surface_file_free(&file);
    return status;
}

int hpm_surface_show_run(const hpm_command *self, int argc, char **argv)
{
    struct values values = {0};
    hpm_texts files = {0};
    int status = hpm_options_parse(self, &values, &files, argc, argv);
    if (status == HPM_PARSE_RUN) status = show(&values, files.items[0]);
    hpm_options_free(self, &values, &files);
    return hpm_stdout_close(status);
}
