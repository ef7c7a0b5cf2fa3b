/* The market's inputs: memory, checks, hash and the small questions asked of it. */
#include "hpm/market.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "market/input.h"
#include "market/slice.h"

static const hpm_input absent_input = {NAN, 1, 0};
static const hpm_smile absent_smile = {{NAN, NAN, NAN, NAN, NAN}, 1, 0, NAN, 0, 1, 0};

size_t hpm_market_size(const hpm_catalog *catalog)
{
    size_t assets = catalog->asset_count, expiries = catalog->expiry_count;
    size_t instruments = catalog->instrument_count;
    size_t bytes = hpm_aligned_size(assets * sizeof(hpm_input));
    bytes += hpm_aligned_size(expiries * sizeof(hpm_curve_point));
    bytes += 2 * hpm_aligned_size(instruments * sizeof(hpm_input));
    bytes += hpm_aligned_size(instruments);
    bytes += hpm_aligned_size(expiries * sizeof(hpm_smile));
    bytes += hpm_aligned_size(expiries * sizeof(hpm_input));
    bytes += hpm_aligned_size(instruments * sizeof(uint32_t));
    bytes += hpm_aligned_size((expiries + 1) * sizeof(uint32_t));
    bytes += 2 * hpm_aligned_size(expiries * sizeof(uint32_t));
    return bytes;
}

static void fill_inputs(hpm_input *inputs, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        inputs[i] = absent_input;
}

hpm_status hpm_market_begin(hpm_market *market, hpm_arena *arena, const hpm_catalog *catalog,
                            uint32_t reporting, int64_t now_ns, hpm_error *error)
{
    if (reporting >= catalog->asset_count)
        return hpm_fail(error, HPM_E_REFERENCE, "reporting", "unknown asset id (%u)", reporting);
    if (now_ns < 0)
        return hpm_fail(error, HPM_E_RANGE, "time", "before 1970 (%lld ns)", (long long)now_ns);
    memset(market, 0, sizeof *market);
    market->catalog = catalog;
    market->now_ns = now_ns;
    market->reporting = reporting;
    market->asset_price = hpm_arena_take(arena, catalog->asset_count, sizeof(hpm_input));
    market->curve = hpm_arena_take(arena, catalog->expiry_count, sizeof(hpm_curve_point));
    market->mark = hpm_arena_take(arena, catalog->instrument_count, sizeof(hpm_input));
    market->vol = hpm_arena_take(arena, catalog->instrument_count, sizeof(hpm_input));
    market->vol_quoted = hpm_arena_take(arena, catalog->instrument_count, 1);
    market->smile = hpm_arena_take(arena, catalog->expiry_count, sizeof(hpm_smile));
    market->vol_atm = hpm_arena_take(arena, catalog->expiry_count, sizeof(hpm_input));
    market->slice = hpm_arena_take(arena, catalog->instrument_count, sizeof(uint32_t));
    market->slice_first = hpm_arena_take(arena, catalog->expiry_count + 1U, sizeof(uint32_t));
    market->quoted_before = hpm_arena_take(arena, catalog->expiry_count, sizeof(uint32_t));
    market->quoted_after = hpm_arena_take(arena, catalog->expiry_count, sizeof(uint32_t));
    if (!market->asset_price || !market->curve || !market->mark || !market->vol ||
        !market->vol_quoted || !market->smile || !market->vol_atm || !market->slice ||
        !market->slice_first || !market->quoted_before || !market->quoted_after)
        return hpm_fail(error, HPM_E_MEMORY, "market", "the arena is too small");
    fill_inputs(market->asset_price, catalog->asset_count);
    fill_inputs(market->mark, catalog->instrument_count);
    fill_inputs(market->vol, catalog->instrument_count);
    fill_inputs(market->vol_atm, catalog->expiry_count);
    for (uint32_t e = 0; e < catalog->expiry_count; e++) {
        market->curve[e] = (hpm_curve_point){absent_input, 0, 0, 0};
        market->smile[e] = absent_smile;
    }
    market->asset_price[reporting].value = 1;
    return HPM_OK;
}

/* ---- Checks ------------------------------------------------------------------------------- */

static hpm_status check_vol(const hpm_input *input, const char *where, hpm_error *error)
{
    if (isnan(input->value)) return HPM_OK;
    if (!(input->value >= 0 && input->value <= HPM_VOL_MAX))
        return hpm_fail(error, HPM_E_RANGE, where, "vol outside [0, 1e5] (%g)", input->value);
    return hpm_input_check_trust(input, where, error);
}

static hpm_status check_curve(const hpm_curve_point *point, const char *where, hpm_error *error)
{
    hpm_status status = hpm_input_check_price(&point->forward, where, "forward", error);
    if (status == HPM_OK) status = hpm_input_check_rate(point->rate_annual, where, error);
    if (status != HPM_OK) return status;
    if (!(point->observed_share >= 0 && point->observed_share <= 1))
        return hpm_fail(error, HPM_E_RANGE, where, "observed_share outside [0, 1] (%g)",
                        point->observed_share);
    if (!(point->observed_price >= 0 && point->observed_price <= 1e15))
        return hpm_fail(error, HPM_E_RANGE, where, "observed_price outside [0, 1e15] (%g)",
                        point->observed_price);
    if (point->observed_share > 0 && point->observed_price == 0)
        return hpm_fail(error, HPM_E_RANGE, where, "observed_share without an observed_price (%g)",
                        point->observed_share);
    return HPM_OK;
}

static hpm_status check_smile(const hpm_smile *smile, const char *where, hpm_error *error)
{
    const hpm_input trust = {0, smile->confidence, smile->age_s};
    if (isnan(smile->svi.b)) return HPM_OK;
    hpm_status status = hpm_input_check_svi(&smile->svi, where, error);
    return status == HPM_OK ? hpm_input_check_trust(&trust, where, error) : status;
}

static hpm_status check_expiry(const hpm_market *market, uint32_t expiry, hpm_error *error)
{
    const hpm_catalog *catalog = market->catalog;
    const char *name = catalog->assets[catalog->expiries[expiry].underlying].name;
    hpm_status status = check_curve(&market->curve[expiry], name, error);
    return status == HPM_OK ? check_smile(&market->smile[expiry], name, error) : status;
}

static hpm_status check_inputs(const hpm_market *market, hpm_error *error)
{
    const hpm_catalog *catalog = market->catalog;
    hpm_status status =
        hpm_input_check_indices(market->asset_price, catalog, market->reporting, error);
    for (uint32_t e = 0; e < catalog->expiry_count && status == HPM_OK; e++)
        status = check_expiry(market, e, error);
    for (uint32_t i = 0; i < catalog->instrument_count && status == HPM_OK; i++) {
        const char *name = catalog->instruments[i].name;
        status = hpm_input_check_price(&market->mark[i], name, "mark", error);
        if (status == HPM_OK) status = check_vol(&market->vol[i], name, error);
    }
    return status;
}

/* ---- Hash --------------------------------------------------------------------------------- */

static void hash_smile(hpm_hasher *hasher, uint32_t expiry, const hpm_smile *smile)
{
    const hpm_svi *svi = &smile->svi;
    const double numbers[] = {svi->a,      svi->b, svi->rho, svi->m, svi->sigma, smile->confidence,
                              smile->age_s};
    if (isnan(svi->b)) return;
    hpm_hash_text(hasher, "smile");
    hpm_hash_int(hasher, expiry);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        hpm_hash_real(hasher, numbers[i]);
}

/* Of given inputs only: others follow from them. Smiles come last, those that are there, so that a
 * market without any has the hash that it had before there were smiles. */
static hpm_hash hash_market(const hpm_market *market)
{
    const hpm_catalog *catalog = market->catalog;
    hpm_hasher hasher;
    hpm_hash_begin(&hasher);
    hpm_hash_text(&hasher, "hpm/market/1");
    hpm_hash_bytes(&hasher, catalog->hash.bytes, sizeof catalog->hash.bytes);
    hpm_hash_int(&hasher, market->now_ns);
    hpm_hash_int(&hasher, market->reporting);
    for (uint32_t i = 0; i < catalog->asset_count; i++)
        hpm_input_hash(&hasher, &market->asset_price[i]);
    for (uint32_t e = 0; e < catalog->expiry_count; e++) {
        hpm_input_hash(&hasher, &market->curve[e].forward);
        hpm_hash_real(&hasher, market->curve[e].rate_annual);
        hpm_hash_real(&hasher, market->curve[e].observed_share);
        hpm_hash_real(&hasher, market->curve[e].observed_price);
    }
    for (uint32_t i = 0; i < catalog->instrument_count; i++) {
        hpm_input_hash(&hasher, &market->mark[i]);
        hpm_input_hash(&hasher, &market->vol[i]);
    }
    for (uint32_t e = 0; e < catalog->expiry_count; e++)
        hash_smile(&hasher, e, &market->smile[e]);
    return hpm_hash_end(&hasher);
}

hpm_status hpm_market_finish(hpm_market *market, hpm_error *error)
{
    hpm_status status = check_inputs(market, error);
    if (status != HPM_OK) return status;
    market->hash = hash_market(market); /* before derived values stand beside given ones */
    return hpm_slices_build(market, error);
}

double hpm_market_tau_years(const hpm_market *market, int64_t expiry_ns)
{
    if (expiry_ns <= market->now_ns) return 0;
    /* The difference may overflow int64 only for times outside the range of documents. */
    return (double)(expiry_ns - market->now_ns) / (double)HPM_YEAR_NS;
}

double hpm_curve_settlement_forward(const hpm_curve_point *point)
{
    return fma(1 - point->observed_share, point->forward.value,
               point->observed_share * point->observed_price);
}
