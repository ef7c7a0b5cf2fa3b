/* A progress line on stderr, for work over a second and only when stderr is a terminal. */
#ifndef HPM_CLI_PROGRESS_H
#define HPM_CLI_PROGRESS_H

#include <stdint.h>

typedef struct hpm_progress {
    const char *label;
    uint64_t total; /* 0: not known */
    int enabled;
    int shown;
    int64_t next_ns; /* the line is not written before this */
} hpm_progress;

void hpm_progress_begin(hpm_progress *progress, const char *label, uint64_t total);
void hpm_progress_step(hpm_progress *progress, uint64_t done);
/* Wipes the line. Also to be called before anything else is written to stderr. */
void hpm_progress_end(hpm_progress *progress);

/* Monotonic clock, for progress and benchmarks only. */
int64_t hpm_clock_ns(void);

#endif
