/* A made-up surface with everything that a page about one can show: slices of every state, quotes
 * of many uses, names that would be markup. */
#ifndef HPM_TESTS_SURFACE_PAGE_FIXTURE_H
#define HPM_TESTS_SURFACE_PAGE_FIXTURE_H

#include <math.h>
#include <stdio.h>

#include "check.h"
#include "io/arena_new.h"
#include "math/elementary.h"
#include "report/surface_report.h"

#define PAGE_NOW_NS  (INT64_C(1767225600000000000) + 8 * INT64_C(3600000000000))
#define PAGE_SLICES  8
#define PAGE_STRIKES 15
#define PAGE_OPTIONS (2 * PAGE_SLICES * PAGE_STRIKES)
#define PAGE_HOSTILE "<b>\"&'</svg>" /* an asset: fits HPM_ASSET_NAME_SIZE */

enum { PAGE_FIRST_ASSET, PAGE_BTC, PAGE_USD, PAGE_ASSETS }; /* by name */

typedef struct page_world {
    hpm_arena arena;
    hpm_catalog catalog;
    hpm_quotes quotes;
    hpm_slice slices[PAGE_SLICES];
    hpm_ssvi across[2];
    uint32_t slice_of[PAGE_OPTIONS];
    hpm_smile_quote quote[PAGE_OPTIONS];
    hpm_surface_fit fit;
    hpm_slice_figures figures[PAGE_SLICES];
    hpm_slice_check checks[PAGE_SLICES];
    hpm_slice_tally tallies[PAGE_SLICES];
    hpm_surface_report report;
} page_world;

/* Days to expiry, volatility at the money, asset, state. */
static const struct page_expiry {
    double days, vol;
    uint32_t asset;
    hpm_slice_state state;
    double confidence, age_s;
} page_expiries[PAGE_SLICES] = {
    {30, 0.61, PAGE_FIRST_ASSET, HPM_SLICE_FITTED, 0.97, 4},
    {90, 0, PAGE_FIRST_ASSET, HPM_SLICE_NONE, 0, 0},
    {2, 0.38, PAGE_BTC, HPM_SLICE_SPARSE, 0.4, 95},
    {9, 0.41, PAGE_BTC, HPM_SLICE_REPAIRED, 0.9, 3},
    {37, 0.44, PAGE_BTC, HPM_SLICE_FITTED, 0.95, 2},
    {128, 0.47, PAGE_BTC, HPM_SLICE_FITTED, 0.95, 2.5},
    {219, 0.48, PAGE_BTC, HPM_SLICE_REPAIRED, 0.7, 12},
    {310, 0.5, PAGE_BTC, HPM_SLICE_LAST_GOOD, 0.2, 4100},
};

static inline double page_price(uint32_t asset)
{
    return asset == PAGE_BTC ? 90000 : 3000;
}

static inline hpm_slice page_slice(const struct page_expiry *row)
{
    const double tau = row->days / 365, atm = row->vol * row->vol * tau, width = sqrt(atm);
    const hpm_svi svi = {
        .a = 0.7 * atm, .b = 0.2 * width, .rho = -0.3, .m = 0.05 * width, .sigma = 1.5 * width};
    return (hpm_slice){.expiry_ns = PAGE_NOW_NS + (int64_t)(row->days * 24) * 3600000000000,
                       .tau_years = tau,
                       .forward = {page_price(row->asset) * (1 + 0.06 * tau), 1, row->age_s},
                       .rate_annual = 0.03,
                       .svi = svi,
                       .state = row->state,
                       .confidence = row->confidence,
                       .age_s = row->age_s,
                       .quotes = 2 * PAGE_STRIKES,
                       .two_sided = 22,
                       .used = 20,
                       .judged = 12,
                       .inside = 11,
                       .mark_inside = 12,
                       .mark_rmse = 0.0042,
                       .spread_vol = 0.011,
                       .repair_vol = row->state == HPM_SLICE_REPAIRED ? 0.012 : 0};
}

/* One option every so often is wrong in some way. */
static inline hpm_quote_use page_use(uint32_t strike, uint32_t slice)
{
    static const hpm_quote_use uses[PAGE_STRIKES] = {
        HPM_USE_NO_QUOTE,  HPM_USE_ASK_ALONE, HPM_USE_TWO_SIDED,    HPM_USE_TWO_SIDED,
        HPM_USE_TWO_SIDED, HPM_USE_OUTLIER,   HPM_USE_TWO_SIDED,    HPM_USE_TWO_SIDED,
        HPM_USE_TWO_SIDED, HPM_USE_TWO_SIDED, HPM_USE_CROSSED,      HPM_USE_TWO_SIDED,
        HPM_USE_TWO_SIDED, HPM_USE_BID_ALONE, HPM_USE_NO_TIME_VALUE};
    return page_expiries[slice].state == HPM_SLICE_NONE ? HPM_USE_NO_QUOTE : uses[strike];
}

static inline hpm_smile_quote page_quote(const hpm_slice *slice, uint32_t strike_index,
                                         uint32_t index, double strike)
{
    const hpm_quote_use use = page_use(strike_index, index);
    const double k = hpm_log(strike / slice->forward.value);
    const double vol = hpm_slice_vol(slice, k);
    const double half = 0.004 + 0.01 * fabs(k) / sqrt(slice->tau_years);
    const double off = (strike_index % 3 == 0 ? 0.6 : -0.3) * half;
    const int has_bid = use == HPM_USE_TWO_SIDED || use == HPM_USE_BID_ALONE ||
                        use == HPM_USE_OUTLIER || use == HPM_USE_CROSSED;
    const int has_ask = has_bid ? use != HPM_USE_BID_ALONE : use == HPM_USE_ASK_ALONE;
    const double wrong = use == HPM_USE_OUTLIER ? 0.06 : 0;
    const double side = use == HPM_USE_CROSSED ? -half : half;
    return (hpm_smile_quote){
        .use = use,
        .log_moneyness = k,
        .bid_vol = has_bid ? vol + off + wrong - side : NAN,
        .ask_vol = has_ask ? vol + off + wrong + side : NAN,
        .target_vol = vol + off,
        .mark_vol = vol + 0.5 * off,
        .fit_vol = vol,
        .delta = 0.5 - k / (2.5 * sqrt(hpm_svi_at(&slice->svi, 0).variance)),
        .weight = use == HPM_USE_TWO_SIDED || use == HPM_USE_ASK_ALONE || use == HPM_USE_BID_ALONE,
        .is_inside = 1,
    };
}

static inline void page_options(page_world *w)
{
    static const hpm_asset assets[PAGE_ASSETS] = {
        {PAGE_HOSTILE, HPM_ASSET_COIN}, {"BTC", HPM_ASSET_COIN}, {"USD", HPM_ASSET_FIAT}};
    hpm_instrument rows[PAGE_OPTIONS] = {0};
    hpm_error error;
    for (uint32_t i = 0; i < PAGE_OPTIONS; i++) {
        const uint32_t slice = i / (2 * PAGE_STRIKES), strike = i / 2 % PAGE_STRIKES;
        const hpm_slice *of = &w->slices[slice];
        const double width = page_expiries[slice].vol * sqrt(of->tau_years);
        const double k = ((double)strike - 7) / 2.6 * width;
        rows[i] = (hpm_instrument){
            .kind = HPM_OPTION,
            .payoff = HPM_INVERSE,
            .underlying = page_expiries[slice].asset,
            .settlement = page_expiries[slice].asset,
            .contract_size = 1,
            .lot = {HPM_E8},
            .strike =
                nearbyint(page_price(page_expiries[slice].asset) * hpm_exp(k) / 10) * 10 + strike,
            .is_call = i % 2 == 1,
            .expiry_ns = of->expiry_ns};
        /* By their names they stand in the order in which they were made. */
        snprintf(rows[i].name, sizeof rows[i].name, "made<up>:%03u", i);
    }
    check_ok(
        hpm_arena_new(&w->arena, hpm_catalog_size(PAGE_ASSETS, PAGE_OPTIONS) + (1 << 20), &error),
        &error);
    check_ok(
        hpm_catalog_init(&w->catalog, &w->arena, assets, PAGE_ASSETS, rows, PAGE_OPTIONS, &error),
        &error);
    for (uint32_t i = 0; i < PAGE_OPTIONS; i++) {
        const uint32_t slice = i / (2 * PAGE_STRIKES);
        w->slice_of[i] = slice;
        w->quote[i] = page_quote(&w->slices[slice], i / 2 % PAGE_STRIKES, slice, rows[i].strike);
    }
}

static inline void page_world_begin(page_world *w)
{
    static hpm_input prices[PAGE_ASSETS] = {{3000, 1, 0}, {90000, 1, 0}, {1, 1, 0}};
    memset(w, 0, sizeof *w);
    for (uint32_t i = 0; i < PAGE_SLICES; i++) {
        w->slices[i] = page_slice(&page_expiries[i]);
        snprintf(w->slices[i].underlying, sizeof w->slices[i].underlying, "%s",
                 page_expiries[i].asset == PAGE_BTC ? "BTC" : PAGE_HOSTILE);
    }
    w->across[0] = (hpm_ssvi){.underlying = PAGE_HOSTILE, .rmse = NAN};
    w->across[1] = (hpm_ssvi){"BTC", -0.31, 0.9, 0.4, 0.006};
    page_options(w);
    w->quotes = (hpm_quotes){.catalog = &w->catalog, .now_ns = PAGE_NOW_NS, .asset_price = prices};
    w->fit = (hpm_surface_fit){.slice_of = w->slice_of, .quote = w->quote};
    w->fit.surface = (hpm_surface){.now_ns = PAGE_NOW_NS,
                                   .slice_count = PAGE_SLICES,
                                   .underlying_count = 2,
                                   .slices = w->slices,
                                   .across = w->across};
    hpm_surface_figures(w->figures, &w->fit.surface);
    w->report = (hpm_surface_report){.name = "made<up>.json",
                                     .source = "</p><script>alert(1)</script>",
                                     .surface = &w->fit.surface,
                                     .figures = w->figures,
                                     .fit = &w->fit,
                                     .quotes = &w->quotes,
                                     .rules = NULL};
}

static inline void page_world_end(page_world *w)
{
    hpm_arena_free(&w->arena);
}

#endif
