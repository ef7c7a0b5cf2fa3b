/* Fuzz target: surface documents, and the figures that are read off an accepted one. */
#include <math.h>

#include "fuzz_document.h"
#include "hpm/surface_figures.h"

#define FIGURES_MAX 64

static void check_order(const hpm_surface *surface)
{
    for (uint32_t i = 1; i < surface->slice_count; i++) {
        const hpm_slice *slice = &surface->slices[i];
        int order = strcmp(slice[-1].underlying, slice->underlying);
        FUZZ_CHECK(order < 0 || (order == 0 && slice[-1].expiry_ns < slice->expiry_ns));
    }
}

static void check_slices(const hpm_surface *surface)
{
    for (uint32_t i = 0; i < surface->slice_count; i++) {
        const hpm_slice *slice = &surface->slices[i];
        FUZZ_CHECK(slice->confidence >= 0 && slice->confidence <= 1 && slice->tau_years >= 0);
        if (slice->state == HPM_SLICE_NONE) continue;
        FUZZ_CHECK(hpm_svi_is_valid(&slice->svi) && slice->forward.value > 0);
    }
}

static void check_figures(const hpm_surface *surface)
{
    hpm_slice_figures figures[FIGURES_MAX];
    if (surface->slice_count > FIGURES_MAX) return;
    hpm_surface_figures(figures, surface);
    for (uint32_t i = 0; i < surface->slice_count; i++)
        FUZZ_CHECK(surface->slices[i].state != HPM_SLICE_NONE || isnan(figures[i].atm_vol));
}

static void write(hpm_json *json, const hpm_surface_document *document)
{
    hpm_json_to_buffer(json, 0);
    hpm_surface_write(json, &document->surface, document->source);
    fuzz_finish(json);
}

/* Same hash, and the same text when it is written again: what the hash leaves out stays too. */
static void check_round_trip(const hpm_surface_document *document)
{
    hpm_surface_document again;
    hpm_json json, second;
    hpm_error error;
    write(&json, document);
    FUZZ_CHECK(hpm_surface_decode(&again, json.bytes, json.length, &error) == HPM_OK);
    FUZZ_CHECK(memcmp(&again.surface.hash, &document->surface.hash, sizeof(hpm_hash)) == 0);
    write(&second, &again);
    FUZZ_CHECK(strcmp(json.bytes, second.bytes) == 0);
    hpm_json_free(&second);
    hpm_json_free(&json);
    hpm_surface_document_free(&again);
}

int fuzz_one(const uint8_t *data, size_t size)
{
    hpm_surface_document document;
    hpm_error error;
    hpm_status status = hpm_surface_decode(&document, (const char *)data, size, &error);
    fuzz_check_schema(data, size, status == HPM_OK, HPM_SURFACE_SCHEMA);
    if (status != HPM_OK) {
        fuzz_check_error(status, &error);
        return 0;
    }
    check_order(&document.surface);
    check_slices(&document.surface);
    check_figures(&document.surface);
    check_round_trip(&document);
    hpm_surface_document_free(&document);
    return 1;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_one(data, size);
    return 0;
}
