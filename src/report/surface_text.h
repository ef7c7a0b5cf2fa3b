/* Pieces of the text reports on surfaces. */
#ifndef HPM_REPORT_SURFACE_TEXT_H
#define HPM_REPORT_SURFACE_TEXT_H

#include "surface_report.h"
#include "table.h"

/* A name and a text on one line. */
void hpm_surface_line(FILE *stream, const char *name, const char *text);
/* "before    file  2026-01-16 08:00Z", its source and its hash. */
void hpm_surface_head(FILE *stream, const char *name, const hpm_surface_report *report);
void hpm_surface_heading(FILE *stream, const char *text, int colour);

/* "arbitrage: none", or of how many expiries. */
void hpm_surface_verdict(FILE *stream, const hpm_surface_report *report);

/* From 1,000 on without decimals; "-" for what is not known. */
void hpm_strike_format(char text[HPM_FORMAT_SIZE], double value);

/* Cells; "-" for what is not known. Volatilities in percent, changes of them in points. */
void hpm_slice_name_cell(hpm_table *table, const hpm_slice *slice);
void hpm_price_cell(hpm_table *table, double value);
void hpm_vol_cell(hpm_table *table, double value);
void hpm_vol_move_cell(hpm_table *table, double value);
void hpm_real_cell(hpm_table *table, double value, const char *format);

/* Prints the table, if it has rows, and frees it. */
int hpm_surface_table(FILE *stream, hpm_table *table, int colour);

#endif
