/* A market moved to somewhere else: prices, volatilities and time, as stress tests, liquidation
 * prices and attributions ask for it. */
#include <assert.h>
#include <math.h>
#include <string.h>

#include "hpm/market.h"

size_t hpm_market_moved_size(const hpm_catalog *catalog)
{
    size_t assets = catalog->asset_count, expiries = catalog->expiry_count;
    size_t instruments = catalog->instrument_count;
    return hpm_aligned_size(assets * sizeof(hpm_input)) +
           hpm_aligned_size(expiries * sizeof(hpm_curve_point)) +
           2 * hpm_aligned_size(instruments * sizeof(hpm_input)) +
           hpm_aligned_size(expiries * sizeof(hpm_smile)) +
           hpm_aligned_size(expiries * sizeof(hpm_input));
}

hpm_status hpm_market_moved_begin(hpm_market *moved, hpm_arena *arena, const hpm_market *base,
                                  hpm_error *error)
{
    const hpm_catalog *catalog = base->catalog;
    *moved = *base; /* which options are quoted does not change: slices are shared */
    moved->asset_price = hpm_arena_take(arena, catalog->asset_count, sizeof(hpm_input));
    moved->curve = hpm_arena_take(arena, catalog->expiry_count, sizeof(hpm_curve_point));
    moved->mark = hpm_arena_take(arena, catalog->instrument_count, sizeof(hpm_input));
    moved->vol = hpm_arena_take(arena, catalog->instrument_count, sizeof(hpm_input));
    moved->smile = hpm_arena_take(arena, catalog->expiry_count, sizeof(hpm_smile));
    moved->vol_atm = hpm_arena_take(arena, catalog->expiry_count, sizeof(hpm_input));
    if (!moved->asset_price || !moved->curve || !moved->mark || !moved->vol || !moved->smile ||
        !moved->vol_atm)
        return hpm_fail(error, HPM_E_MEMORY, "moved market", "the arena is too small");
    /* Options have no mark and nothing else has a volatility: these never move. */
    memcpy(moved->mark, base->mark, catalog->instrument_count * sizeof(hpm_input));
    memcpy(moved->vol, base->vol, catalog->instrument_count * sizeof(hpm_input));
    memset(&moved->hash, 0, sizeof moved->hash);
    return HPM_OK;
}

static double ratio_of(const double *ratios, uint32_t id)
{
    return ratios && id != HPM_NONE ? ratios[id] : 1;
}

/* A moved price; an absent one stays absent. */
static hpm_status move_price(hpm_input *moved, const hpm_input *base, double ratio,
                             const char *where, hpm_error *error)
{
    *moved = *base;
    if (isnan(base->value)) return HPM_OK;
    moved->value *= ratio;
    if (moved->value > 0 && moved->value <= 1e15) return HPM_OK;
    return hpm_fail(error, HPM_E_RANGE, where, "a price moves outside (0, 1e15] (times %g)", ratio);
}

static double vol_added(const hpm_market_move *move, uint32_t underlying)
{
    return move->vol_add ? move->vol_add[underlying] : 0;
}

static double move_vol(const hpm_market_move *move, uint32_t underlying, double vol)
{
    vol = vol * ratio_of(move->vol_ratio, underlying) + vol_added(move, underlying);
    return vol < 0 ? 0 : vol;
}

static hpm_status move_volatility(hpm_input *moved, const hpm_input *base,
                                  const hpm_market_move *move, uint32_t underlying,
                                  const char *where, hpm_error *error)
{
    *moved = *base;
    if (isnan(base->value)) return HPM_OK;
    moved->value = move_vol(move, underlying, base->value);
    if (moved->value <= HPM_VOL_MAX) return HPM_OK;
    return hpm_fail(error, HPM_E_RANGE, where, "a volatility moves outside [0, 1e5] (%g)",
                    moved->value);
}

static hpm_status move_asset(hpm_market *moved, const hpm_market *base, const hpm_market_move *move,
                             uint32_t asset, hpm_error *error)
{
    const char *name = base->catalog->assets[asset].name;
    double vol_ratio = ratio_of(move->vol_ratio, asset);
    if (!(vol_ratio >= 0)) /* the least volatility is 0: it would not show in any result */
        return hpm_fail(error, HPM_E_RANGE, name, "volatilities times a number below 0 (%g)",
                        vol_ratio);
    return move_price(&moved->asset_price[asset], &base->asset_price[asset],
                      ratio_of(move->price_ratio, asset), name, error);
}

static hpm_status move_assets(hpm_market *moved, const hpm_market *base,
                              const hpm_market_move *move, hpm_error *error)
{
    const hpm_catalog *catalog = base->catalog;
    hpm_status status = HPM_OK;
    for (uint32_t a = 0; a < catalog->asset_count && status == HPM_OK; a++)
        status = move_asset(moved, base, move, a, error);
    if (status == HPM_OK && moved->asset_price[moved->reporting].value != 1)
        return hpm_fail(error, HPM_E_RANGE, catalog->assets[moved->reporting].name,
                        "the reporting asset is worth 1 by definition (%g)",
                        moved->asset_price[moved->reporting].value);
    return status;
}

static double forward_move(const hpm_market_move *move, uint32_t underlying, uint32_t expiry)
{
    return ratio_of(move->price_ratio, underlying) * ratio_of(move->forward_ratio, expiry);
}

/* A smile stays where it stands; what is read of it moves. */
static void move_smile(hpm_smile *moved, const hpm_smile *base, const hpm_market_move *move,
                       uint32_t underlying)
{
    double ratio = ratio_of(move->vol_ratio, underlying);
    *moved = *base;
    moved->vol_ratio = base->vol_ratio * ratio;
    moved->vol_add = base->vol_add * ratio + vol_added(move, underlying);
}

/* Sticky by strike: the surface of the market that was, read at the forward that is. */
static hpm_status move_expiry(hpm_market *moved, const hpm_market *base,
                              const hpm_market_move *move, uint32_t expiry, hpm_error *error)
{
    uint32_t underlying = base->catalog->expiries[expiry].underlying;
    const char *name = base->catalog->assets[underlying].name;
    const hpm_input *before = &base->curve[expiry].forward;
    hpm_input *forward = &moved->curve[expiry].forward, vol_atm = base->vol_atm[expiry];
    moved->curve[expiry] = base->curve[expiry];
    move_smile(&moved->smile[expiry], &base->smile[expiry], move, underlying);
    hpm_status status =
        move_price(forward, before, forward_move(move, underlying, expiry), name, error);
    if (status != HPM_OK) return status;
    /* Where the forward is absent nothing is at the money. */
    if (!isnan(forward->value) && forward->value != before->value)
        vol_atm = hpm_market_vol_at(base, expiry, forward->value);
    return move_volatility(&moved->vol_atm[expiry], &vol_atm, move, underlying, name, error);
}

static hpm_status move_instrument(hpm_market *moved, const hpm_market *base,
                                  const hpm_market_move *move, uint32_t id, hpm_error *error)
{
    const hpm_instrument *row = &base->catalog->instruments[id];
    if (row->kind == HPM_OPTION)
        return move_volatility(&moved->vol[id], &base->vol[id], move, row->underlying, row->name,
                               error);
    return move_price(&moved->mark[id], &base->mark[id],
                      forward_move(move, row->underlying, row->expiry), row->name, error);
}

static hpm_status pass_time(hpm_market *moved, const hpm_market *base, double days,
                            hpm_error *error)
{
    if (!(days >= 0 && days <= 36500))
        return hpm_fail(error, HPM_E_RANGE, "time_days", "outside [0, 36500] (%g)", days);
    if (__builtin_add_overflow(base->now_ns, (int64_t)(days * (double)HPM_DAY_NS), &moved->now_ns))
        return hpm_fail(error, HPM_E_RANGE, "time_days", "beyond the last time (%g)", days);
    return HPM_OK;
}

hpm_status hpm_market_moved(hpm_market *moved, const hpm_market *base, const hpm_market_move *move,
                            hpm_error *error)
{
    static const hpm_market_move nowhere;
    const hpm_catalog *catalog = base->catalog;
    assert(moved->catalog == catalog && moved->slice == base->slice);
    if (!move) move = &nowhere;
    hpm_status status = pass_time(moved, base, move->time_days, error);
    if (status == HPM_OK) status = move_assets(moved, base, move, error);
    for (uint32_t e = 0; e < catalog->expiry_count && status == HPM_OK; e++)
        status = move_expiry(moved, base, move, e, error);
    for (uint32_t i = 0; i < catalog->instrument_count && status == HPM_OK; i++)
        status = move_instrument(moved, base, move, i, error);
    return status;
}
