/* The progress line. */
#define _POSIX_C_SOURCE 200809L
#include "progress.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#define SECOND_NS INT64_C(1000000000)
#define REDRAW_NS (SECOND_NS / 10)

int64_t hpm_clock_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * SECOND_NS + now.tv_nsec;
}

void hpm_progress_begin(hpm_progress *progress, const char *label, uint64_t total)
{
    *progress = (hpm_progress){label, total, isatty(STDERR_FILENO), 0, 0};
    if (progress->enabled) progress->next_ns = hpm_clock_ns() + SECOND_NS;
}

void hpm_progress_step(hpm_progress *progress, uint64_t done)
{
    int64_t now = 0;
    if (!progress->enabled) return;
    now = hpm_clock_ns();
    if (now < progress->next_ns) return;
    progress->next_ns = now + REDRAW_NS;
    progress->shown = 1;
    if (progress->total > 0) {
        fprintf(stderr, "\r\033[K%s: %" PRIu64 " of %" PRIu64, progress->label, done,
                progress->total);
    } else {
        fprintf(stderr, "\r\033[K%s: %" PRIu64, progress->label, done);
    }
    fflush(stderr);
}

void hpm_progress_end(hpm_progress *progress)
{
    if (progress->shown) fputs("\r\033[K", stderr);
    progress->shown = 0;
}
