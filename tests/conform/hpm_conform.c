/* hpm-conform <suite> FILE...: a venue's own test cases through the library. */
#include <stdio.h>
#include <string.h>

#include "conform.h"

#define FILE_BYTES_MAX ((size_t)64 << 20)

typedef struct suite {
    const char *name;
    conform_suite_run run;
} suite;

static const suite suites[] = {
    {"derive-pmrm1", conform_derive_pmrm1}, {"derive-pmrm2", conform_derive_pmrm2},
    {"derive-srm", conform_derive_srm},     {"deribit-simulate", conform_deribit_simulate},
    {"black-table", conform_black_table},   {"peers", conform_peers},
};

static int usage(void)
{
    fprintf(stderr, "usage: hpm-conform <suite> FILE...\nsuites:");
    for (size_t i = 0; i < sizeof suites / sizeof suites[0]; i++)
        fprintf(stderr, " %s", suites[i].name);
    fprintf(stderr, "\n");
    return 2;
}

static int refuse(const char *path, const hpm_error *error)
{
    fprintf(stderr, "hpm-conform: %s:", path);
    if (error->line > 0) fprintf(stderr, "%lld:", (long long)error->line);
    if (error->where[0] != '\0' && strcmp(error->where, path) != 0)
        fprintf(stderr, " %s:", error->where);
    fprintf(stderr, " %s\n", error->message);
    return error->status == HPM_E_IO || error->status == HPM_E_MEMORY
               ? hpm_status_exit(error->status)
               : 3;
}

static int run_file(const suite *chosen, const char *path)
{
    conform_tally tally = {.suite = chosen->name, .path = path};
    hpm_error error = {HPM_OK, "", "", 0};
    hpm_buffer text;
    hpm_status status = hpm_file_read(&text, path, FILE_BYTES_MAX, &error);
    if (status != HPM_OK) return refuse(path, &error);
    status = chosen->run(&tally, &text, &error);
    hpm_buffer_free(&text);
    if (status != HPM_OK) return refuse(path, &error);
    if (tally.case_count == 0 && tally.bad_count == 0) {
        hpm_fail(&error, HPM_E_FIELD_MISSING, NULL, "has no case");
        return refuse(path, &error);
    }
    return conform_print(&tally);
}

int main(int argc, char **argv)
{
    const suite *chosen = NULL;
    int worst = 0;
    for (size_t i = 0; argc > 1 && i < sizeof suites / sizeof suites[0]; i++)
        if (strcmp(argv[1], suites[i].name) == 0) chosen = &suites[i];
    if (!chosen || argc < 3) return usage();
    for (int i = 2; i < argc; i++) {
        int code = run_file(chosen, argv[i]);
        if (code > worst) worst = code;
    }
    return fflush(stdout) == 0 ? worst : hpm_status_exit(HPM_E_IO);
}
