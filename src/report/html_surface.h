/* Parts of the pages about volatility surfaces: one underlying of a surface, and what is drawn and
 * told of it. */
#ifndef HPM_REPORT_HTML_SURFACE_H
#define HPM_REPORT_HTML_SURFACE_H

#include "html_plot.h"
#include "surface_report.h"

/* Places in the surface's slices. */
typedef struct hpm_surface_part {
    const hpm_surface_report *report;
    const char *underlying;
    uint32_t across;       /* place in the surface's across; HPM_NONE: none */
    const uint32_t *shown; /* [shown_count] ascending */
    uint32_t shown_count;
    const uint32_t *drawn; /* [drawn_count] of those the ones that have a smile */
    uint32_t drawn_count;
} hpm_surface_part;

const hpm_slice *hpm_part_slice(const hpm_surface_part *part, uint32_t slice);
const hpm_slice_figures *hpm_part_figures(const hpm_surface_part *part, uint32_t slice);
/* Place in "slices" of the JSON form, which has only those that are shown. */
uint32_t hpm_part_place(const hpm_surface_part *part, uint32_t slice);

/* ---- Tables ------------------------------------------------------------------------------- */

void hpm_html_surface_tiles(FILE *stream, const hpm_surface_part *part);
void hpm_html_surface_check_tiles(FILE *stream, const hpm_surface_part *part);
void hpm_html_surface_expiries(FILE *stream, const hpm_surface_part *part);
void hpm_html_surface_checks(FILE *stream, const hpm_surface_part *part);
/* Folded away: of a surface that was fitted. 0 if memory failed. */
int hpm_html_surface_quotes(FILE *stream, const hpm_surface_part *part);

/* "fitted", or a badge that says otherwise. */
void hpm_html_slice_state(FILE *stream, const hpm_slice *slice, uint32_t place);

/* ---- Drawings ----------------------------------------------------------------------------- */

/* A card per expiry: its smile, with the quotes if it was fitted to them, and its density. */
void hpm_html_surface_smiles(FILE *stream, const hpm_surface_part *part);
/* Volatility and forward over time to expiry. */
void hpm_html_surface_term(FILE *stream, const hpm_surface_part *part);
/* Total variance of all expiries over log-moneyness. 0 if memory failed. */
int hpm_html_surface_fan(FILE *stream, const hpm_surface_part *part);

/* ---- Shared by the drawings --------------------------------------------------------------- */

/* One of `count` places over the width. */
double hpm_drawn_at(const hpm_scale *log_moneyness, uint32_t point, uint32_t count);

/* Round places of log-moneyness with the strikes there, at most `most`;
 * returns how many. */
uint32_t hpm_strike_ticks(hpm_plot_tick ticks[HPM_PLOT_TICKS_MAX], const hpm_scale *log_moneyness,
                          double forward, uint32_t most);

/* A scale of volatilities in percent with some room at both ends, not below 0. */
hpm_scale hpm_vol_scale_widened(hpm_scale scale);

/* Standard deviation of the logarithm of the price at expiry, at the money. */
double hpm_slice_deviation(const hpm_slice *slice);

/* Risk-neutral density over log-moneyness; NaN where the slice has no variance. */
double hpm_slice_density(const hpm_slice *slice, double log_moneyness);

#endif
