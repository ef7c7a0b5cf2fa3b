/* The made-up market. Nothing in it is taken from a venue. */
#include "synthetic.h"

#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "memory.h"

#define EXPIRIES 10
#define NOW_NS   INT64_C(1767225600000000000) /* 2026-01-01T00:00:00Z */

static const hpm_asset assets[] = {
    {"BTC", HPM_ASSET_COIN}, {"ETH", HPM_ASSET_COIN}, {"USD", HPM_ASSET_FIAT}};
static const double prices[] = {90000, 3000};
static const int days[EXPIRIES] = {1, 2, 7, 14, 28, 56, 84, 175, 266, 357};

/* Strikes step out from 40 % of the price to 220 %. */
static void instrument_make(hpm_instrument *instrument, uint32_t index, uint32_t count)
{
    uint32_t coin = index % 2;
    uint32_t expiry = index / 2 % EXPIRIES;
    uint32_t strike = index / (4 * EXPIRIES);
    uint32_t strikes = count / (4 * EXPIRIES) + 1;
    double ratio = 0.4 + 1.8 * strike / strikes;
    *instrument = (hpm_instrument){
        .kind = HPM_OPTION,
        .payoff = HPM_INVERSE,
        .underlying = coin,
        .settlement = coin,
        .contract_size = 1,
        .lot = {coin == 0 ? HPM_E8 / 10 : HPM_E8},
        .strike = floor(prices[coin] * ratio),
        .is_call = (int)(index / (2 * EXPIRIES) % 2),
        .expiry_ns = NOW_NS + days[expiry] * HPM_DAY_NS + HPM_DAY_NS / 3,
    };
    snprintf(instrument->name, sizeof instrument->name, "made-up:%s-%03d-%06" PRIu32 "-%c",
             assets[coin].name, days[expiry], strike, instrument->is_call ? 'C' : 'P');
}

static void market_fill(hpm_market *market)
{
    const hpm_catalog *catalog = market->catalog;
    for (uint32_t i = 0; i < 2; i++)
        market->asset_price[i] = (hpm_input){prices[i], 1, 0};
    for (uint32_t i = 0; i < catalog->expiry_count; i++) {
        const hpm_expiry *expiry = &catalog->expiries[i];
        double tau = hpm_market_tau_years(market, expiry->expiry_ns);
        market->curve[i].forward = (hpm_input){prices[expiry->underlying] * (1 + 0.05 * tau), 1, 0};
    }
    for (uint32_t i = 0; i < catalog->instrument_count; i++) {
        const hpm_instrument *instrument = &catalog->instruments[i];
        double away = instrument->strike / prices[instrument->underlying] - 1;
        market->vol[i] = (hpm_input){0.5 + 0.3 * away * away, 1, 0};
    }
}

static hpm_status build(hpm_synthetic *synthetic, const hpm_instrument *instruments, uint32_t count,
                        hpm_error *error)
{
    /* The market's size is only known from its catalog, so that has a rough bound of its own. */
    hpm_status status = hpm_memory_arena(
        &synthetic->arena, hpm_catalog_size(3, count) + (size_t)count * 512 + (1U << 20), error);
    if (status != HPM_OK) return status;
    status = hpm_catalog_init(&synthetic->catalog, &synthetic->arena, assets, 3, instruments, count,
                              error);
    if (status != HPM_OK) return status;
    status = hpm_market_begin(&synthetic->market, &synthetic->arena, &synthetic->catalog, 2, NOW_NS,
                              error);
    if (status != HPM_OK) return status;
    market_fill(&synthetic->market);
    return hpm_market_finish(&synthetic->market, error);
}

hpm_status hpm_synthetic_init(hpm_synthetic *synthetic, uint32_t instruments, hpm_error *error)
{
    assert(instruments > 0 && instruments <= HPM_SYNTHETIC_MAX);
    *synthetic = (hpm_synthetic){0};
    hpm_instrument *rows = calloc(instruments, sizeof *rows);
    if (rows == NULL) return hpm_fail(error, HPM_E_MEMORY, NULL, "out of memory");
    for (uint32_t i = 0; i < instruments; i++)
        instrument_make(&rows[i], i, instruments);
    hpm_status status = build(synthetic, rows, instruments, error);
    free(rows);
    return status;
}

void hpm_synthetic_free(hpm_synthetic *synthetic)
{
    hpm_memory_free(&synthetic->arena);
}

static int is_usable(const hpm_market *market, uint32_t index)
{
    const hpm_instrument *instrument = &market->catalog->instruments[index];
    return instrument->kind == HPM_OPTION && instrument->expiry_ns > market->now_ns &&
           isfinite(market->vol[index].value) &&
           isfinite(market->curve[instrument->expiry].forward.value) &&
           isfinite(market->asset_price[instrument->underlying].value);
}

static uint32_t positions_pick(hpm_position *rows, uint32_t wanted, const hpm_market *market)
{
    uint32_t usable = 0;
    uint32_t seen = 0;
    uint32_t count = 0;
    for (uint32_t i = 0; i < market->catalog->instrument_count; i++) {
        usable += (uint32_t)is_usable(market, i);
    }
    for (uint32_t i = 0; i < market->catalog->instrument_count && count < wanted; i++) {
        if (!is_usable(market, i)) continue;
        /* Every usable/wanted-th one, without running behind. */
        if ((uint64_t)seen++ * wanted < (uint64_t)count * usable) continue;
        int64_t lots = count % 2 == 0 ? 5 : -3;
        rows[count++] = (hpm_position){
            .instrument = i,
            .quantity = {market->catalog->instruments[i].lot.e8 * lots},
            .entry_price = NAN,
        };
    }
    return count;
}

hpm_status hpm_synthetic_account(hpm_account **account, const hpm_market *market,
                                 uint32_t positions, hpm_error *error)
{
    const hpm_balance balance = {market->reporting, {HPM_E8 * 1000000}};
    hpm_position *rows = calloc(positions, sizeof *rows);
    hpm_status status = HPM_OK;
    *account = NULL;
    if (rows == NULL) return hpm_fail(error, HPM_E_MEMORY, NULL, "out of memory");
    uint32_t count = positions_pick(rows, positions, market);
    *account = malloc(hpm_account_size(1, count, 0));
    if (*account == NULL) {
        status = hpm_fail(error, HPM_E_MEMORY, NULL, "out of memory");
    } else {
        status = hpm_account_init(*account, "bench", &balance, 1, rows, count, NULL, 0,
                                  market->catalog, error);
    }
    free(rows);
    return status;
}
