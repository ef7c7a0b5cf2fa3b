/* Pages about a volatility surface: what was fitted, read or checked, underlying by underlying. */
#include "html_surface.h"

#include <stdlib.h>
#include <string.h>

#include "html.h"

#define UNDERLYINGS_OPEN 2 /* drawings of more are folded away */
#define NAME_SHOWN       60
#define SOURCE_SHOWN     160

/* ---- Parts -------------------------------------------------------------------------------- */

const hpm_slice *hpm_part_slice(const hpm_surface_part *part, uint32_t slice)
{
    return &part->report->surface->slices[slice];
}

const hpm_slice_figures *hpm_part_figures(const hpm_surface_part *part, uint32_t slice)
{
    return &part->report->figures[slice];
}

uint32_t hpm_part_place(const hpm_surface_part *part, uint32_t slice)
{
    uint32_t place = 0;
    for (uint32_t i = 0; i < slice; i++)
        place += hpm_surface_is_shown(part->report, i) != 0;
    return place;
}

/* The slices of one underlying from `first` on; `places` has room for two lists of all. Returns the
 * end. */
static uint32_t part_set(hpm_surface_part *part, const hpm_surface_report *report, uint32_t first,
                         uint32_t *places)
{
    const hpm_surface *surface = report->surface;
    uint32_t *shown = places, *drawn = places + surface->slice_count;
    uint32_t i = first;
    *part = (hpm_surface_part){.report = report,
                               .underlying = surface->slices[first].underlying,
                               .shown = shown,
                               .drawn = drawn,
                               .across = HPM_NONE};
    for (; i < surface->slice_count; i++) {
        if (strcmp(surface->slices[i].underlying, part->underlying) != 0) break;
        if (!hpm_surface_is_shown(report, i)) continue;
        shown[part->shown_count++] = i;
        if (surface->slices[i].state != HPM_SLICE_NONE) drawn[part->drawn_count++] = i;
    }
    for (uint32_t u = 0; u < surface->underlying_count; u++)
        if (strcmp(surface->across[u].underlying, part->underlying) == 0) part->across = u;
    return i;
}

/* ---- Pages -------------------------------------------------------------------------------- */

/* What follows the head of an underlying. Returns 0 if memory failed. */
typedef int part_writer(FILE *stream, const hpm_surface_part *part);

static int drawings(FILE *stream, const hpm_surface_part *part)
{
    hpm_html_surface_smiles(stream, part);
    hpm_html_surface_term(stream, part);
    return hpm_html_surface_fan(stream, part) && hpm_html_surface_quotes(stream, part);
}

static int check_drawings(FILE *stream, const hpm_surface_part *part)
{
    int done = hpm_html_surface_fan(stream, part);
    hpm_html_surface_smiles(stream, part);
    return done;
}

typedef struct surface_page {
    const hpm_surface_report *report;
    uint32_t number;
    uint32_t underlyings; /* of which something is shown */
    uint32_t *places;
    void (*tiles)(FILE *stream, const hpm_surface_part *part);
    void (*table)(FILE *stream, const hpm_surface_part *part);
    part_writer *drawings;
} surface_page;

static void part_id(FILE *stream, const surface_page *page, const hpm_surface_part *part)
{
    fprintf(stream, "surface-%u-%u", page->number, part->shown[0]);
}

static int part_write(FILE *stream, const surface_page *page, const hpm_surface_part *part)
{
    const int is_folded = page->underlyings > UNDERLYINGS_OPEN;
    fputs("<header id=\"", stream);
    part_id(stream, page, part);
    fputs("\">\n<h2>", stream);
    hpm_html_name(stream, part->underlying, HPM_ASSET_NAME_SIZE);
    fputs("</h2>\n", stream);
    page->tiles(stream, part);
    fputs("</header>\n", stream);
    page->table(stream, part);
    if (is_folded) fputs("<details><summary>Drawings</summary>\n", stream);
    const int done = page->drawings(stream, part);
    if (is_folded) fputs("</details>\n", stream);
    return done;
}

static int link_write(FILE *stream, const surface_page *page, const hpm_surface_part *part)
{
    fputs("<li><a href=\"#", stream);
    part_id(stream, page, part);
    fputs("\">", stream);
    hpm_html_name(stream, part->underlying, HPM_ASSET_NAME_SIZE);
    fprintf(stream, "</a>, %u expiries</li>\n", part->shown_count);
    return 1;
}

static int nothing_write(FILE *stream, const surface_page *page, const hpm_surface_part *part)
{
    (void)stream, (void)page, (void)part;
    return 1;
}

/* Every underlying of which something is shown; returns how many, or 0 if memory failed. */
static uint32_t each_part(FILE *stream, const surface_page *page,
                          int (*write)(FILE *, const surface_page *, const hpm_surface_part *))
{
    const hpm_surface_report *report = page->report;
    hpm_surface_part part;
    uint32_t count = 0;
    for (uint32_t i = 0; i < report->surface->slice_count;) {
        i = part_set(&part, report, i, page->places);
        if (part.shown_count == 0) continue;
        if (!write(stream, page, &part)) return 0;
        count++;
    }
    return count;
}

static void inputs(FILE *stream, const hpm_surface_report *report, int is_check)
{
    hpm_html_inputs_begin(stream);
    hpm_html_input_text(stream, "Surface", report->name, "name");
    hpm_html_input_text(stream, "Source", report->source, "source");
    hpm_html_input_time(stream, "Time", report->surface->now_ns, "time");
    hpm_html_input_hash(stream, "Surface hash", &report->surface->hash, "hash");
    if (!is_check)
        hpm_html_input_hash(stream, "Hash of its quotes", &report->surface->quotes_hash,
                            "quotes_hash");
    hpm_html_inputs_end(stream);
    hpm_html_section_end(stream);
}

/* Which surface it is, and links to its underlyings. */
static void head(FILE *stream, const surface_page *page)
{
    const hpm_surface_report *report = page->report;
    fputs("<header>\n<h2 data-key=\"name\">", stream);
    hpm_html_name(stream, report->name, NAME_SHOWN);
    fputs("</h2>\n<p class=\"lead\">", stream);
    hpm_html_name(stream, report->source, SOURCE_SHOWN);
    fputs("</p>\n", stream);
    if (page->underlyings > 1) {
        fputs("<ul>\n", stream);
        each_part(stream, page, link_write);
        fputs("</ul>\n", stream);
    }
    fputs("</header>\n", stream);
}

static int page_write(FILE *stream, surface_page *page, int is_check)
{
    page->places = malloc((2 * (size_t)page->report->surface->slice_count + 1) * sizeof(uint32_t));
    if (page->places == NULL) return 0;
    hpm_html_article_begin(stream, NULL, page->number);
    page->underlyings = each_part(stream, page, nothing_write);
    head(stream, page);
    const int done = page->underlyings == 0 || each_part(stream, page, part_write) > 0;
    inputs(stream, page->report, is_check);
    hpm_html_article_end(stream);
    free(page->places);
    return done;
}

int hpm_html_surface_fit(FILE *stream, const hpm_surface_report *report, uint32_t number)
{
    surface_page page = {.report = report,
                         .number = number,
                         .tiles = hpm_html_surface_tiles,
                         .table = hpm_html_surface_expiries,
                         .drawings = drawings};
    return page_write(stream, &page, 0);
}

/* One that was read has no quotes to draw. */
int hpm_html_surface_show(FILE *stream, const hpm_surface_report *report, uint32_t number)
{
    return hpm_html_surface_fit(stream, report, number);
}

int hpm_html_surface_check(FILE *stream, const hpm_surface_report *report, uint32_t number)
{
    surface_page page = {.report = report,
                         .number = number,
                         .tiles = hpm_html_surface_check_tiles,
                         .table = hpm_html_surface_checks,
                         .drawings = check_drawings};
    return page_write(stream, &page, 1);
}
