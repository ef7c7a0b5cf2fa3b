/* Reads surfaces and quotes. */
#include "surface_inputs.h"

#include <assert.h>
#include <string.h>

#include "diagnose.h"
#include "exit.h"
#include "io/arena_new.h"
#include "session.h"

/* What to do about a document of another kind. */
static const struct {
    const char *wanted, *given, *advice;
} advices[] = {
    {HPM_QUOTES_SCHEMA, HPM_MARKET_SCHEMA,
     "a market has no bids and asks; 'hpm import VENUE FILE --quotes-out quotes.json' keeps them"},
    {HPM_QUOTES_SCHEMA, HPM_SURFACE_SCHEMA,
     "a surface is what quotes are fitted to; 'hpm surface show' reads it"},
    {HPM_SURFACE_SCHEMA, HPM_QUOTES_SCHEMA, "'hpm surface fit' makes a surface of quotes"},
    {HPM_SURFACE_SCHEMA, HPM_MARKET_SCHEMA,
     "a market is not a surface; 'hpm surface fit' makes one of quotes"},
};

static const char *advice_of(const char *wanted, const char *given)
{
    for (size_t i = 0; i < sizeof advices / sizeof advices[0]; i++)
        if (strcmp(advices[i].wanted, wanted) == 0 && strcmp(advices[i].given, given) == 0)
            return advices[i].advice;
    return NULL;
}

/* Says what another document than the wanted one is good for; other faults are the decoder's to
 * name. */
static hpm_status kind_check(const hpm_buffer *buffer, const char *wanted, hpm_error *error)
{
    char given[HPM_SCHEMA_SIZE];
    if (buffer->length == 0)
        return hpm_fail(error, HPM_E_SYNTAX, NULL, "the file is empty; should be %s", wanted);
    if (hpm_document_schema(given, buffer->bytes, buffer->length, error) != HPM_OK) return HPM_OK;
    const char *advice = advice_of(wanted, given);
    if (!advice) return HPM_OK;
    return hpm_fail(error, HPM_E_SCHEMA, "schema", "%s (%s)", advice, given);
}

static int buffer_read(hpm_buffer *buffer, const char *path, size_t limit, const char *wanted)
{
    hpm_error error;
    int status = hpm_read_file(buffer, path, limit);
    if (status != HPM_EXIT_OK) return status;
    if (kind_check(buffer, wanted, &error) == HPM_OK) return HPM_EXIT_OK;
    hpm_buffer_free(buffer);
    return hpm_diagnose(path, &error);
}

/* ---- Surfaces ----------------------------------------------------------------------------- */

static void view_layout(hpm_surface_view *view, uint32_t count)
{
    hpm_arena *memory = &view->memory;
    view->figures = hpm_arena_take(memory, count, sizeof *view->figures);
    view->checks = hpm_arena_take(memory, count, sizeof *view->checks);
    view->tallies = hpm_arena_take(memory, count, sizeof *view->tallies);
    view->shown = hpm_arena_take(memory, count, sizeof *view->shown);
    assert(view->figures && view->checks && view->tallies && view->shown);
}

int hpm_surface_view_make(hpm_surface_view *view, const hpm_surface *surface)
{
    const uint32_t count = surface->slice_count;
    hpm_error error;
    *view = (hpm_surface_view){.surface = surface};
    size_t bytes = hpm_aligned_size(count * sizeof *view->figures) +
                   hpm_aligned_size(count * sizeof *view->checks) +
                   hpm_aligned_size(count * sizeof *view->tallies) +
                   hpm_aligned_size(count * sizeof *view->shown);
    if (hpm_arena_new(&view->memory, bytes, &error) != HPM_OK) return hpm_out_of_memory();
    view_layout(view, count);
    memset(view->shown, 1, count);
    hpm_surface_figures(view->figures, surface);
    return HPM_EXIT_OK;
}

void hpm_surface_view_check(hpm_surface_view *view)
{
    view->arbitrage_count = hpm_surface_check(view->checks, view->surface);
}

void hpm_surface_view_free(hpm_surface_view *view)
{
    hpm_arena_free(&view->memory);
}

hpm_surface_report hpm_surface_view_report(const hpm_surface_view *view, const char *path)
{
    return (hpm_surface_report){
        .name = strcmp(path, "-") == 0 ? "stdin" : path,
        .source = "",
        .surface = view->surface,
        .figures = view->figures,
        .shown = view->shown,
        .arbitrage_count = view->arbitrage_count,
    };
}

int hpm_surface_file_read(hpm_surface_file *file, const char *path)
{
    hpm_buffer buffer;
    hpm_error error;
    *file = (hpm_surface_file){.path = path};
    int status = buffer_read(&buffer, path, HPM_SURFACE_BYTES_MAX, HPM_SURFACE_SCHEMA);
    if (status != HPM_EXIT_OK) return status;
    if (hpm_surface_decode(&file->document, buffer.bytes, buffer.length, &error) != HPM_OK)
        status = hpm_diagnose(path, &error);
    hpm_buffer_free(&buffer);
    if (status != HPM_EXIT_OK) return status;
    return hpm_surface_view_make(&file->view, &file->document.surface);
}

void hpm_surface_file_free(hpm_surface_file *file)
{
    hpm_surface_view_free(&file->view);
    hpm_surface_document_free(&file->document);
}

hpm_surface_report hpm_surface_file_report(const hpm_surface_file *file)
{
    hpm_surface_report report = hpm_surface_view_report(&file->view, file->path);
    report.source = file->document.source;
    return report;
}

/* ---- Quotes ------------------------------------------------------------------------------- */

int hpm_quotes_file_read(hpm_quotes_file *file, const char *path, const char *catalog_path)
{
    hpm_buffer buffer;
    hpm_error error;
    *file = (hpm_quotes_file){0};
    if (catalog_path) {
        int status = hpm_read_catalog(&file->catalog, catalog_path);
        if (status != HPM_EXIT_OK) return status;
    }
    int status = buffer_read(&buffer, path, HPM_QUOTES_BYTES_MAX, HPM_QUOTES_SCHEMA);
    if (status != HPM_EXIT_OK) return status;
    if (hpm_quotes_decode(&file->document, buffer.bytes, buffer.length,
                          catalog_path ? &file->catalog.catalog : NULL, &error) != HPM_OK)
        status = hpm_diagnose(path, &error);
    hpm_buffer_free(&buffer);
    return status;
}

void hpm_quotes_file_free(hpm_quotes_file *file)
{
    hpm_quotes_document_free(&file->document);
    hpm_catalog_document_free(&file->catalog);
}
