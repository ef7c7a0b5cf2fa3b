/* What `hpm surface fit|show|check|diff` say: a surface with the figures that people read off it,
 * its check for arbitrage, and two surfaces beside each other. For people (surface_*.c), for
 * programs (hpm/surface-report/1, -check/1, -diff/1) and as pages (html_surface*.c).
 *
 * A figure on a page names its place in the JSON form; `fit` and `show` share
 * hpm/surface-report/1: "slices/3/atm_vol", "slices/3/smile/0/vol", "across/0/rho". In
 * hpm/surface-check/1 it is "slices/3/least_density", in hpm/surface-diff/1
 * "slices/3/after/atm_vol". */
#ifndef HPM_REPORT_SURFACE_REPORT_H
#define HPM_REPORT_SURFACE_REPORT_H

#include <stdio.h>

#include "format.h"
#include "hpm/surface_figures.h"
#include "io/json_write.h"

#define HPM_SURFACE_REPORT_SCHEMA "hpm/surface-report/1"
#define HPM_SURFACE_CHECK_SCHEMA  "hpm/surface-check/1"
#define HPM_SURFACE_DIFF_SCHEMA   "hpm/surface-diff/1"

/* One surface. Arrays are by place in surface->slices. */
typedef struct hpm_surface_report {
    const char *name; /* the file that it came from, as the user wrote it */
    const char *source;
    const hpm_surface *surface;
    const hpm_slice_figures *figures;
    const uint8_t *shown;           /* whether a slice is wanted; NULL: all are */
    const hpm_slice_check *checks;  /* NULL: not checked */
    uint32_t arbitrage_count;       /* of checks: slices with arbitrage */
    const hpm_slice_tally *tallies; /* against quotes; NULL: none were given */
    const hpm_surface_fit *fit;     /* it was fitted just now; NULL: it was read */
    const hpm_quotes *quotes;       /* then what it was fitted to, by the fit's instruments */
    const hpm_surface_rules *rules; /* then how */
    int colour;
} hpm_surface_report;

/* Text returns 0 if memory failed on the way; so does HTML, which writes an article into a page
 * that has begun, `number` counting from 0 the reports on it. */
int hpm_surface_fit_text(FILE *stream, const hpm_surface_report *report);
int hpm_surface_show_text(FILE *stream, const hpm_surface_report *report);
int hpm_surface_check_text(FILE *stream, const hpm_surface_report *report);
int hpm_html_surface_fit(FILE *stream, const hpm_surface_report *report, uint32_t number);
int hpm_html_surface_show(FILE *stream, const hpm_surface_report *report, uint32_t number);
int hpm_html_surface_check(FILE *stream, const hpm_surface_report *report, uint32_t number);

/* One hpm/surface-report/1 or hpm/surface-check/1 object. Slices that are not shown are left out:
 * places in "slices" count those that are. */
void hpm_surface_report_json(hpm_json *json, const hpm_surface_report *report);
void hpm_surface_check_json(hpm_json *json, const hpm_surface_report *report);

/* ---- Two surfaces ------------------------------------------------------------------------- */

/* What became of an expiry between them. */
typedef enum hpm_slice_change {
    HPM_SLICE_SAME, /* all that the canonical form has is equal */
    HPM_SLICE_MOVED,
    HPM_SLICE_NEW,
    HPM_SLICE_VANISHED,
} hpm_slice_change;

typedef struct hpm_surface_diff_row {
    hpm_slice_change change;
    uint32_t before, after; /* places in the surfaces' slices; HPM_NONE: not there */
} hpm_surface_diff_row;

typedef struct hpm_surface_diff {
    hpm_surface_report before, after; /* with figures */
    const hpm_surface_diff_row *rows; /* by underlying, then expiry */
    uint32_t row_count;
    int is_equal; /* the canonical forms: same hash */
    int colour;
} hpm_surface_diff;

int hpm_surface_diff_text(FILE *stream, const hpm_surface_diff *diff);
void hpm_surface_diff_json(hpm_json *json, const hpm_surface_diff *diff);
int hpm_html_surface_diff(FILE *stream, const hpm_surface_diff *diff, uint32_t number);

/* ---- Shared by the writers ---------------------------------------------------------------- */

/* Members "name", "source", "time", "hash", and "underlying", "expiry", of an object that is begun.
 */
void hpm_surface_json_head(hpm_json *json, const hpm_surface_report *report);
void hpm_slice_json_name(hpm_json *json, const hpm_slice *slice);

int hpm_surface_is_shown(const hpm_surface_report *report, uint32_t slice);

/* For people: "fitted", "last good", ...; and "same", "moved", ... */
extern const char *const hpm_slice_states[];
extern const char *const hpm_slice_changes[];
/* Why a quote does or does not count: "two-sided", "zero bid", ... by hpm_quote_use. */
extern const char *const hpm_quote_uses[];

/* Whether a slice that was checked is free of arbitrage. */
int hpm_slice_is_free(const hpm_slice_check *check);

/* "2026-03-27"; with its time unless that is 08:00 UTC, when crypto options expire. */
void hpm_expiry_format(char text[HPM_FORMAT_SIZE], int64_t expiry_ns);

/* Days from the surface's time to an expiry, not below 0. */
double hpm_slice_days(const hpm_surface *surface, const hpm_slice *slice);

#endif
