/* Times the parts of a surface in the library, on whole snapshots of two underlyings: unpacking the
 * file, importing it, the fit, the check for arbitrage and the document. Of each snapshot the
 * median of some rounds, over the snapshots the median and the largest; pinned to one core. The
 * whole process and its peers are timed by surface_process.py.
 *
 * usage: bench_surface FILE... (option chains of Deribit, CSV, compressed or not) */
#define _GNU_SOURCE
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "hpm/surface.h"
#include "io/arena_new.h"
#include "io/document.h"
#include "io/file_read.h"
#include "io/importers.h"

enum { ROUNDS = 5, FILE_BYTES_MAX = 1 << 28 };

/* What is timed, in this order. */
enum { PART_UNPACK, PART_IMPORT, PART_FIT, PART_CHECK, PART_WRITE, PART_ALL, PARTS };

static const char *const part_names[PARTS] = {
    "unpack", "import", "fit", "check for arbitrage", "surface as JSON", "all of it"};

static double now_ms(void)
{
    struct timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (double)time.tv_sec * 1e3 + (double)time.tv_nsec / 1e6;
}

static int compare_times(const void *a, const void *b)
{
    double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

static double median(double *times, int count)
{
    qsort(times, (size_t)count, sizeof *times, compare_times);
    return times[count / 2];
}

static void must(hpm_status status, const char *path, const hpm_error *error)
{
    if (status == HPM_OK) return;
    fprintf(stderr, "%s: %s: %s\n", path, error->where, error->message);
    exit(1);
}

/* ---- One snapshot ------------------------------------------------------------------------- */

static void import(hpm_import_result *out, const char *path, const hpm_buffer *text)
{
    hpm_error error = {0};
    hpm_import *import = hpm_import_new(&hpm_import_deribit);
    if (!import) exit(5);
    must(hpm_import_read(import, path, text->bytes, text->length, &error), path, &error);
    must(hpm_import_finish(import, out, &error), path, &error);
    hpm_import_free(import);
}

static void fit(hpm_surface_fit *out, hpm_arena *memory, const char *path, const hpm_quotes *quotes)
{
    hpm_context context;
    hpm_error error = {0};
    must(hpm_context_init(&context, HPM_ISA_BASE, &error), path, &error);
    must(hpm_arena_new(memory, hpm_surface_fit_size(quotes->catalog, NULL), &error), path, &error);
    must(hpm_surface_fit_quotes(&context, out, memory, quotes, NULL, NULL, &error), path, &error);
}

static void check(const hpm_surface *surface, const char *path)
{
    hpm_slice_check *checks = calloc(surface->slice_count, sizeof *checks);
    if (!checks) exit(5);
    if (hpm_surface_check(checks, surface) > 0) printf("%s: arbitrage\n", path);
    free(checks);
}

static void write(const hpm_surface *surface, const char *path)
{
    hpm_json json;
    hpm_error error = {0};
    hpm_json_to_buffer(&json, 1);
    hpm_surface_write(&json, surface, path);
    must(hpm_json_finish(&json, &error), path, &error);
    hpm_json_free(&json);
}

/* `ms` holds a time for each part. */
static void run(double *ms, const char *path)
{
    hpm_buffer text;
    hpm_import_result result;
    hpm_surface_fit surface;
    hpm_arena memory;
    hpm_error error = {0};
    double at[PARTS];
    at[0] = now_ms();
    must(hpm_file_read(&text, path, FILE_BYTES_MAX, &error), path, &error);
    at[1] = now_ms();
    import(&result, path, &text);
    at[2] = now_ms();
    fit(&surface, &memory, path, &result.quotes);
    at[3] = now_ms();
    check(&surface.surface, path);
    at[4] = now_ms();
    write(&surface.surface, path);
    at[5] = now_ms();
    for (int part = 0; part < PART_ALL; part++)
        ms[part] = at[part + 1] - at[part];
    ms[PART_ALL] = at[5] - at[0];
    hpm_arena_free(&memory);
    hpm_import_result_free(&result);
    hpm_buffer_free(&text);
}

/* ---- All of them -------------------------------------------------------------------------- */

static void measure(double *of_snapshot, const char *path)
{
    double ms[ROUNDS][PARTS], times[ROUNDS];
    run(ms[0], path); /* to warm up */
    for (int round = 0; round < ROUNDS; round++)
        run(ms[round], path);
    for (int part = 0; part < PARTS; part++) {
        for (int round = 0; round < ROUNDS; round++)
            times[round] = ms[round][part];
        of_snapshot[part] = median(times, ROUNDS);
    }
}

static void pin(void)
{
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET((size_t)sched_getcpu(), &one);
    sched_setaffinity(0, sizeof one, &one);
}

int main(int argc, char **argv)
{
    int count = argc - 1;
    double *times = calloc((size_t)(count > 0 ? count : 1), PARTS * sizeof *times);
    if (!times || count < 1) return 2;
    pin();
    for (int i = 0; i < count; i++) {
        double of_snapshot[PARTS];
        measure(of_snapshot, argv[i + 1]);
        for (int part = 0; part < PARTS; part++)
            times[part * count + i] = of_snapshot[part];
    }
    printf("%-36s %12s %12s\n", "in the library", "median, ms", "largest, ms");
    for (int part = 0; part < PARTS; part++) {
        double middle = median(times + part * count, count);
        printf("  %-34s %12.2f %12.2f\n", part_names[part], middle, times[(part + 1) * count - 1]);
    }
    free(times);
    return 0;
}
