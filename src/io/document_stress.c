/* Stress documents. */
#include "document_stress.h"

#include <assert.h>
#include <string.h>

#include "arena_new.h"
#include "base/field_rows.h"
#include "document_open.h"
#include "locate.h"
#include "row_index.h"

/* ---- The table ---------------------------------------------------------------------------- */

static const hpm_field shock_fields[] = {
    HPM_ROW_TEXT(1, hpm_shock_row, , asset,
                 "Name of the asset; * stands for every coin and token that the scenario does not "
                 "name."),
    HPM_ROW_REAL(hpm_shock_row, , price, "1", -HPM_STRESS_FALL_MAX, HPM_STRESS_RISE_MAX, 0,
                 "Relative move of its index price, marks and forwards: -0.39 is a fall of 39 %."),
    HPM_ROW_REAL(hpm_shock_row, , basis, "1", -HPM_STRESS_FALL_MAX, HPM_STRESS_RISE_MAX, 0,
                 "Relative move of its dated forwards and marks, on top."),
    HPM_ROW_REAL(hpm_shock_row, , vol, "1", -1, HPM_STRESS_RISE_MAX, 0,
                 "Relative move of its options' volatilities: 0.5 is half as much again."),
    HPM_ROW_REAL(hpm_shock_row, , vol_add, "annual", -100, 100, 0,
                 "Added to the volatilities after that: 0.1 is ten points."),
};
static const hpm_record shock_record =
    HPM_RECORD("shock", hpm_shock_row, shock_fields, "How one asset moves.");

static const hpm_field scenario_fields[] = {
    HPM_ROW_TEXT(1, hpm_scenario_row, , name, "What the scenario is called."),
    HPM_ROW_TEXT(0, hpm_scenario_row, , text, "What it stands for, and its source."),
    HPM_ROW_REAL(hpm_scenario_row, , time_days, "days", 0, HPM_STRESS_DAYS_MAX, 0,
                 "Time that passes."),
    HPM_ROW_RECORDS(0, hpm_scenario_row, , shocks, &shock_record, HPM_STRESS_SHOCKS_MAX,
                    "Moves, each asset at most once; what is not named stays."),
};
static const hpm_record scenario_record =
    HPM_RECORD("scenario", hpm_scenario_row, scenario_fields, "One scenario.");

static const hpm_field stress_fields[] = {
    HPM_ROW_TEXT(0, hpm_stress_rows, , text, "What the scenarios are, for people."),
    HPM_ROW_RECORDS(1, hpm_stress_rows, , scenarios, &scenario_record, HPM_STRESS_SCENARIOS_MAX,
                    "At least one scenario, each name once."),
};
const hpm_record hpm_stress_rows_record =
    HPM_RECORD("stress", hpm_stress_rows, stress_fields, "Scenarios to see an account in.");

/* ---- Names to ids ------------------------------------------------------------------------- */

typedef struct resolver {
    hpm_stress_document *document;
    const hpm_catalog *catalog;
    hpm_error *error;
} resolver;

static hpm_status fail_shock(const resolver *r, hpm_status status, uint32_t scenario,
                             uint32_t shock, const char *reason, const char *asset)
{
    char where[HPM_PATH_TEXT];
    hpm_path list = {NULL, "scenarios", scenario}, item = {&list, "shocks", shock};
    hpm_path path = {&item, "asset", HPM_PATH_NO_INDEX};
    return hpm_fail(r->error, status, hpm_path_format(where, &path), "%s (\"%s\")", reason, asset);
}

static hpm_status take_shocks(const resolver *r, uint32_t scenario)
{
    const hpm_scenario_row *row =
        (const hpm_scenario_row *)r->document->rows.scenarios.items + scenario;
    const hpm_shock_row *rows = row->shocks.items;
    uint32_t count = row->shocks.count;
    hpm_stress_shock *shocks = hpm_arena_take(&r->document->arena, count, sizeof *shocks);
    assert(shocks); /* extra_size counts them */
    for (uint32_t i = 0; i < count; i++) {
        uint32_t asset = HPM_NONE;
        if (strcmp(rows[i].asset, "*") != 0) {
            asset = hpm_catalog_find_asset(r->catalog, rows[i].asset);
            if (asset == HPM_NONE)
                return fail_shock(r, HPM_E_REFERENCE, scenario, i, "no such asset", rows[i].asset);
        }
        for (uint32_t j = 0; j < i; j++)
            if (shocks[j].asset == asset)
                return fail_shock(r, HPM_E_DUPLICATE, scenario, i, "stated twice", rows[i].asset);
        shocks[i] =
            (hpm_stress_shock){asset, rows[i].price, rows[i].basis, rows[i].vol, rows[i].vol_add};
    }
    r->document->scenarios[scenario] = (hpm_stress_scenario){
        .name = row->name, .shocks = shocks, .shock_count = count, .time_days = row->time_days};
    return HPM_OK;
}

static size_t extra_size(const json_t *root)
{
    const json_t *scenarios = json_object_get(root, "scenarios");
    size_t count = json_array_size(scenarios);
    if (count > HPM_STRESS_SCENARIOS_MAX) return 0; /* is refused */
    size_t bytes =
        hpm_aligned_size(count * sizeof(hpm_stress_scenario)) + hpm_row_index_size((uint32_t)count);
    for (size_t i = 0; i < count; i++) {
        const json_t *shocks = json_object_get(json_array_get(scenarios, i), "shocks");
        if (json_array_size(shocks) <= HPM_STRESS_SHOCKS_MAX)
            bytes += hpm_aligned_size(json_array_size(shocks) * sizeof(hpm_stress_shock));
    }
    return bytes;
}

static hpm_status resolve(const resolver *r)
{
    hpm_stress_document *document = r->document;
    const hpm_list *rows = &document->rows.scenarios;
    hpm_row_index index;
    if (rows->count == 0)
        return hpm_fail(r->error, HPM_E_FIELD_MISSING, "scenarios", "no scenario");
    hpm_status status =
        hpm_row_index_build(&index, &document->arena, rows, sizeof(hpm_scenario_row), "scenarios",
                            "name", NULL, r->error);
    if (status != HPM_OK) return status;
    document->scenarios =
        hpm_arena_take(&document->arena, rows->count, sizeof *document->scenarios);
    assert(document->scenarios);
    for (uint32_t i = 0; i < rows->count && status == HPM_OK; i++)
        status = take_shocks(r, i);
    return status;
}

hpm_status hpm_stress_decode(hpm_stress_document *document, const char *text, size_t length,
                             const hpm_catalog *catalog, hpm_error *error)
{
    json_t *root;
    resolver r = {document, catalog, error};
    memset(document, 0, sizeof *document);
    hpm_status status =
        hpm_document_open(&root, text, length, HPM_STRESS_BYTES_MAX, HPM_STRESS_SCHEMA, error);
    if (status != HPM_OK) return status;
    status = hpm_document_read(&document->rows, &document->arena, &hpm_stress_rows_record, root,
                               extra_size(root), NULL, error);
    json_decref(root);
    if (status == HPM_OK) status = resolve(&r);
    if (status != HPM_OK) {
        hpm_stress_document_free(document);
        hpm_error_locate(error, text, length);
    }
    return status;
}

void hpm_stress_document_free(hpm_stress_document *document)
{
    hpm_arena_free(&document->arena);
    memset(document, 0, sizeof *document);
}
