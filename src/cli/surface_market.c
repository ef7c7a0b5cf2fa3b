/* Markets from surfaces. */
#include "surface_market.h"

#include <math.h>
#include <string.h>

#include "io/arena_new.h"

static hpm_status begin(hpm_market *market, hpm_arena *arena, const hpm_catalog *catalog,
                        uint32_t reporting, int64_t now_ns, hpm_error *error)
{
    hpm_status status = hpm_arena_new(arena, hpm_market_size(catalog), error);
    if (status != HPM_OK) return status;
    return hpm_market_begin(market, arena, catalog, reporting, now_ns, error);
}

hpm_status hpm_market_of_quotes(hpm_market *market, hpm_arena *arena, const hpm_quotes *quotes,
                                const hpm_surface *surface, hpm_error *error)
{
    const hpm_catalog *catalog = quotes->catalog;
    hpm_status status = begin(market, arena, catalog, quotes->reporting, quotes->now_ns, error);
    if (status != HPM_OK) return status;
    memcpy(market->asset_price, quotes->asset_price,
           catalog->asset_count * sizeof *market->asset_price);
    for (uint32_t i = 0; i < catalog->instrument_count; i++)
        if (catalog->instruments[i].kind != HPM_OPTION)
            market->mark[i] = (hpm_input){quotes->quote[i].mark, 1, quotes->quote[i].age_s};
    (void)hpm_surface_apply(surface, market);
    return hpm_market_finish(market, error);
}

/* What was given; what finish derived is derived anew. */
static void copy_given(hpm_market *market, const hpm_market *from)
{
    const hpm_catalog *catalog = from->catalog;
    memcpy(market->asset_price, from->asset_price,
           catalog->asset_count * sizeof *market->asset_price);
    memcpy(market->curve, from->curve, catalog->expiry_count * sizeof *market->curve);
    memcpy(market->mark, from->mark, catalog->instrument_count * sizeof *market->mark);
    for (uint32_t e = 0; e < catalog->expiry_count; e++) {
        market->smile[e].svi = from->smile[e].svi;
        market->smile[e].confidence = from->smile[e].confidence;
        market->smile[e].age_s = from->smile[e].age_s;
    }
}

static int has_smile(const hpm_catalog *catalog, uint32_t expiry, const hpm_surface *surface)
{
    const hpm_expiry *wanted = &catalog->expiries[expiry];
    for (uint32_t i = 0; i < surface->slice_count; i++) {
        const hpm_slice *slice = &surface->slices[i];
        if (slice->state == HPM_SLICE_NONE || slice->expiry_ns != wanted->expiry_ns) continue;
        if (strcmp(slice->underlying, catalog->assets[wanted->underlying].name) == 0) return 1;
    }
    return 0;
}

hpm_status hpm_market_with_surface(hpm_market *market, hpm_arena *arena, const hpm_market *from,
                                   const hpm_surface *surface, uint32_t *written, hpm_error *error)
{
    const hpm_catalog *catalog = from->catalog;
    hpm_status status = begin(market, arena, catalog, from->reporting, from->now_ns, error);
    if (status != HPM_OK) return status;
    copy_given(market, from);
    for (uint32_t i = 0; i < catalog->instrument_count; i++) {
        const hpm_instrument *row = &catalog->instruments[i];
        if (row->kind != HPM_OPTION || !from->vol_quoted[i]) continue;
        if (!has_smile(catalog, row->expiry, surface)) market->vol[i] = from->vol[i];
    }
    *written = hpm_surface_apply(surface, market);
    return hpm_market_finish(market, error);
}
