/* Which inputs of an account are not fully trusted: index prices, then expiries, then instruments,
 * each once. */
#include "margin/exposure.h"

typedef struct listing {
    hpm_degraded *rows;
    uint32_t capacity, count;
} listing;

static void note(listing *list, hpm_degraded_kind kind, uint32_t id, const hpm_input *input,
                 double trust)
{
    if (trust >= 1) return;
    if (list->count < list->capacity)
        list->rows[list->count] = (hpm_degraded){kind, id, input->confidence, input->age_s, trust};
    list->count++;
}

/* Whether the rulebook reads the price of this asset whatever is held. */
static int is_rulebook_input(const hpm_risk_array *array, uint32_t asset)
{
    for (uint32_t i = 0; i < array->rulebook->components.count; i++)
        if (array->peg_asset[i] == asset) return 1;
    return array->numeraire == asset;
}

/* Whether the account's figures are counted at the price of this asset. */
static int depends_on_price(const hpm_risk_array *array, const hpm_portfolio *portfolio,
                            uint32_t asset)
{
    const hpm_account *account = portfolio->account;
    for (uint32_t i = 0; i < account->balance_count; i++) {
        uint32_t held = hpm_account_balances(account)[i].asset;
        if (held == asset || hpm_followed(array, held) == asset) return 1;
    }
    for (uint32_t i = 0; i < account->declared_count; i++)
        if (hpm_account_declared(account)[i].asset == asset) return 1;
    for (uint32_t r = 0; r < portfolio->run_count; r++) {
        const hpm_bucket *bucket = &array->catalog->buckets[portfolio->runs[r].bucket];
        if (bucket->underlying == asset || bucket->settlement == asset) return 1;
    }
    return is_rulebook_input(array, asset);
}

/* Asset by asset, so that each is counted once however many rows fit. */
static void note_prices(listing *list, const hpm_risk_array *array, const hpm_portfolio *portfolio)
{
    for (uint32_t a = 0; a < array->catalog->asset_count; a++)
        if (array->trust_asset[a] < 1 && depends_on_price(array, portfolio, a))
            note(list, HPM_DEGRADED_PRICE, a, &array->market->asset_price[a],
                 array->trust_asset[a]);
}

static int holds_options(const hpm_risk_array *array, const hpm_portfolio *portfolio, uint32_t run)
{
    for (uint32_t h = portfolio->runs[run].first; h < portfolio->runs[run].end; h++)
        if (array->catalog->instruments[portfolio->holdings[h].instrument].kind == HPM_OPTION)
            return 1;
    return 0;
}

/* Runs of one expiry stand together. */
static void note_expiries(listing *list, const hpm_risk_array *array,
                          const hpm_portfolio *portfolio)
{
    uint32_t last = HPM_NONE;
    for (uint32_t r = 0; r < portfolio->run_count; r++) {
        uint32_t expiry = array->catalog->buckets[portfolio->runs[r].bucket].expiry;
        if (expiry == HPM_NONE || expiry == last || !holds_options(array, portfolio, r)) continue;
        last = expiry;
        note(list, HPM_DEGRADED_FORWARD, expiry, &array->market->curve[expiry].forward,
             array->trust_forward[expiry]);
        note(list, HPM_DEGRADED_VOL_ATM, expiry, &array->market->vol_atm[expiry],
             array->trust_atm[expiry]);
    }
}

static void note_instruments(listing *list, const hpm_risk_array *array,
                             const hpm_portfolio *portfolio)
{
    const hpm_market *market = array->market;
    for (uint32_t h = 0; h < portfolio->holding_count; h++) {
        uint32_t id = portfolio->holdings[h].instrument;
        int is_option = array->catalog->instruments[id].kind == HPM_OPTION;
        note(list, is_option ? HPM_DEGRADED_VOL : HPM_DEGRADED_MARK, id,
             is_option ? &market->vol[id] : &market->mark[id], array->trust_instrument[id]);
    }
}

uint32_t hpm_margin_degraded(hpm_degraded *rows, uint32_t capacity, const hpm_risk_array *array,
                             const hpm_portfolio *portfolio)
{
    listing list = {rows, capacity, 0};
    note_prices(&list, array, portfolio);
    note_expiries(&list, array, portfolio);
    note_instruments(&list, array, portfolio);
    return list.count;
}
