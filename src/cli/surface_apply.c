/* hpm surface apply: a market with the forwards and smiles of a surface. */
#include "commands.h"
#include "diagnose.h"
#include "exit.h"
#include "io/arena_new.h"
#include "session.h"
#include "surface_commands.h"
#include "surface_inputs.h"
#include "surface_market.h"
#include "write_file.h"

struct values {
    const char *catalog, *output;
};

const hpm_option hpm_surface_apply_options[] = {
    {"catalog", 'c', HPM_OPTION_TEXT, 0, offsetof(struct values, catalog), "FILE", NULL,
     "catalog document, if the market does not embed one"},
    {"output", 'o', HPM_OPTION_TEXT, 0, offsetof(struct values, output), "FILE", NULL,
     "write the market to a file instead of stdout"},
    HPM_OPTIONS_END,
};

/* What is written: with its catalog if it came with it. */
struct output {
    const hpm_market *market;
    const char *source;
    int embed_catalog;
};

static void market_write(hpm_json *json, const void *context)
{
    const struct output *output = context;
    hpm_market_write(json, output->market, output->source, output->embed_catalog);
}

static int output_write(const struct values *values, const struct output *output)
{
    hpm_json json;
    if (values->output != NULL) return hpm_write_file(values->output, market_write, output);
    hpm_json_to_file(&json, stdout, 1);
    market_write(&json, output);
    return hpm_json_close(&json);
}

static int market_make(const struct values *values, const hpm_surface_file *file,
                       const hpm_market_document *document)
{
    hpm_market market;
    hpm_arena memory = {0};
    hpm_error error;
    uint32_t written = 0;
    int status = HPM_EXIT_OK;
    if (hpm_market_with_surface(&market, &memory, &document->market, &file->document.surface,
                                &written, &error) != HPM_OK) {
        status = hpm_diagnose(file->path, &error);
    } else {
        const struct output output = {&market, document->source, values->catalog == NULL};
        hpm_note("note", "%u of the surface's %u expiries are in the market", written,
                 file->document.surface.slice_count);
        status = output_write(values, &output);
    }
    hpm_arena_free(&memory);
    return status;
}

static int apply(const struct values *values, const hpm_texts *paths)
{
    hpm_session session = {0};
    hpm_surface_file file;
    int status = hpm_surface_file_read(&file, paths->items[0]);
    if (status == HPM_EXIT_OK)
        status = hpm_session_open(&session, paths->items[1], values->catalog);
    if (status == HPM_EXIT_OK) status = market_make(values, &file, &session.market);
    hpm_session_close(&session);
    hpm_surface_file_free(&file);
    return status;
}

int hpm_surface_apply_run(const hpm_command *self, int argc, char **argv)
{
    struct values values = {0};
    hpm_texts files = {0};
    int status = hpm_options_parse(self, &values, &files, argc, argv);
    if (status == HPM_PARSE_RUN)
        status = hpm_stdin_check(self, hpm_stdin_files(&files) + hpm_stdin_file(values.catalog));
    if (status == HPM_PARSE_RUN) status = apply(&values, &files);
    hpm_options_free(self, &values, &files);
    return hpm_stdout_close(status);
}
