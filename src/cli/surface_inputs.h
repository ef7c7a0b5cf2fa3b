/* What the surface commands read: surfaces with the figures that people want of them, and quotes.
 * Everything that fails says so on stderr, in one line, and returns the exit status. */
#ifndef HPM_CLI_SURFACE_INPUTS_H
#define HPM_CLI_SURFACE_INPUTS_H

#include "io/document.h"
#include "report/surface_report.h"

/* A surface with the figures that people want of it, in memory of its own. */
typedef struct hpm_surface_view {
    const hpm_surface *surface; /* must outlive the view */
    hpm_slice_figures *figures;
    hpm_slice_check *checks;  /* of hpm_surface_view_check */
    hpm_slice_tally *tallies; /* for hpm_surface_judge */
    uint8_t *shown;           /* all, until the caller takes some away */
    uint32_t arbitrage_count;
    hpm_arena memory;
} hpm_surface_view;

int hpm_surface_view_make(hpm_surface_view *view, const hpm_surface *surface);
void hpm_surface_view_check(hpm_surface_view *view);
void hpm_surface_view_free(hpm_surface_view *view);

/* The report on it under this name, without check, quotes or colour. */
hpm_surface_report hpm_surface_view_report(const hpm_surface_view *view, const char *path);

/* One from a file. Must not be moved: the view points to its document. */
typedef struct hpm_surface_file {
    const char *path;
    hpm_surface_document document;
    hpm_surface_view view;
} hpm_surface_file;

int hpm_surface_file_read(hpm_surface_file *file, const char *path);
void hpm_surface_file_free(hpm_surface_file *file);
hpm_surface_report hpm_surface_file_report(const hpm_surface_file *file);

/* Quotes from a document; a catalog of its own, or the one of `catalog_path` (NULL: none). */
typedef struct hpm_quotes_file {
    hpm_quotes_document document;
    hpm_catalog_document catalog;
} hpm_quotes_file;

int hpm_quotes_file_read(hpm_quotes_file *file, const char *path, const char *catalog_path);
void hpm_quotes_file_free(hpm_quotes_file *file);

#endif
