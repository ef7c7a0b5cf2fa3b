/* Days of history as stress scenarios: what happened from one close to another happens again from
 * here, to all assets together. See hpm/stress.h. */
#include <assert.h>

#include "hpm/stress.h"

/* The histories of one asset; NULL: it has none of that kind. */
typedef struct asset_history {
    uint32_t asset;
    const hpm_history *price, *vol;
} asset_history;

typedef struct builder {
    asset_history assets[HPM_HISTORIES_MAX]; /* in the order in which they were given */
    uint32_t asset_count;
    const hpm_history *histories;
    uint32_t history_count;
    const hpm_history_rule *rule;
    const hpm_catalog *catalog;
    hpm_error *error;
} builder;

uint32_t hpm_history_days_max(const hpm_history *histories, uint32_t history_count)
{
    uint32_t least = history_count > 0 ? UINT32_MAX : 0;
    for (uint32_t h = 0; h < history_count; h++)
        if (histories[h].close_count < least) least = histories[h].close_count;
    return least;
}

/* ---- Who has which history ---------------------------------------------------------------- */

static const char *name_of(const builder *b, uint32_t asset)
{
    return b->catalog->assets[asset].name;
}

static asset_history *asset_of(builder *b, uint32_t asset)
{
    for (uint32_t i = 0; i < b->asset_count; i++)
        if (b->assets[i].asset == asset) return &b->assets[i];
    return NULL;
}

static hpm_status add_history(builder *b, const hpm_history *history)
{
    asset_history *row = asset_of(b, history->asset);
    assert(history->asset < b->catalog->asset_count);
    if (!row) {
        row = &b->assets[b->asset_count++];
        *row = (asset_history){.asset = history->asset};
    }
    const hpm_history **slot = history->is_vol ? &row->vol : &row->price;
    if (*slot)
        return hpm_fail(b->error, HPM_E_DUPLICATE, name_of(b, history->asset),
                        "has two %s histories", history->is_vol ? "volatility" : "price");
    *slot = history;
    return HPM_OK;
}

static hpm_status add_histories(builder *b)
{
    uint32_t prices = 0;
    if (b->history_count > HPM_HISTORIES_MAX)
        return hpm_fail(b->error, HPM_E_LIMIT, "history", "more than %d histories (%u)",
                        HPM_HISTORIES_MAX, b->history_count);
    for (uint32_t h = 0; h < b->history_count; h++) {
        hpm_status status = add_history(b, &b->histories[h]);
        if (status != HPM_OK) return status;
        prices += !b->histories[h].is_vol;
    }
    if (prices == 0) return hpm_fail(b->error, HPM_E_FIELD_MISSING, "history", "no price history");
    const asset_history *others = asset_of(b, b->rule->others);
    if (b->rule->others != HPM_NONE && (!others || !others->price))
        return hpm_fail(b->error, HPM_E_FIELD_MISSING, name_of(b, b->rule->others),
                        "others are to move as it does, and it has no price history");
    if (b->rule->horizon_days >= 1) return HPM_OK;
    return hpm_fail(b->error, HPM_E_RANGE, "horizon", "below the minimum 1 (%u)",
                    b->rule->horizon_days);
}

/* ---- Days --------------------------------------------------------------------------------- */

/* The close of a day, 0 if there is none. */
static double close_of(const hpm_history *history, int32_t day)
{
    uint32_t low = 0, high = history->close_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (history->closes[middle].day < day)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == history->close_count || history->closes[low].day != day) return 0;
    return history->closes[low].value;
}

static int32_t start_of(const builder *b, int32_t day)
{
    int64_t start = (int64_t)day - b->rule->horizon_days;
    return start < INT32_MIN ? INT32_MIN : (int32_t)start;
}

static int is_common(const builder *b, int32_t day)
{
    for (uint32_t h = 0; h < b->history_count; h++)
        if (!(close_of(&b->histories[h], day) > 0 &&
              close_of(&b->histories[h], start_of(b, day)) > 0))
            return 0;
    return 1;
}

static double move_of(const builder *b, const hpm_history *history, int32_t day)
{
    return close_of(history, day) / close_of(history, start_of(b, day)) - 1;
}

static hpm_stress_shock shock_of(const builder *b, const asset_history *row, int32_t day)
{
    hpm_stress_shock shock = {.asset = row->asset};
    if (row->price) shock.price = move_of(b, row->price, day);
    if (row->vol)
        shock.vol = move_of(b, row->vol, day);
    else
        shock.vol = b->rule->vol_beta * (shock.price < 0 ? -shock.price : shock.price);
    return shock;
}

static hpm_status fail_move(const builder *b, const hpm_stress_shock *shock, int32_t day)
{
    return hpm_fail(b->error, HPM_E_RANGE, name_of(b, shock->asset),
                    "moves further than a shock may on day %d since 1970 (price %g, vol %g)", day,
                    shock->price, shock->vol);
}

static int is_possible(const hpm_stress_shock *shock)
{
    return shock->price >= -HPM_STRESS_FALL_MAX && shock->price <= HPM_STRESS_RISE_MAX &&
           shock->vol >= -1 && shock->vol <= HPM_STRESS_RISE_MAX;
}

static hpm_status fill_scenario(hpm_stress_scenario *scenario, hpm_stress_shock *shocks,
                                const builder *b, int32_t day)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < b->asset_count; i++) {
        shocks[count++] = shock_of(b, &b->assets[i], day);
        if (!is_possible(&shocks[i])) return fail_move(b, &shocks[i], day);
        if (b->assets[i].asset != b->rule->others) continue;
        shocks[b->asset_count] = shocks[i];
        shocks[b->asset_count].asset = HPM_NONE;
    }
    count += b->rule->others != HPM_NONE;
    *scenario = (hpm_stress_scenario){.shocks = shocks, .shock_count = count};
    return HPM_OK;
}

hpm_status hpm_history_scenarios(hpm_stress_scenario *scenarios, hpm_stress_shock *shocks,
                                 int32_t *days, uint32_t *count, const hpm_history *histories,
                                 uint32_t history_count, const hpm_history_rule *rule,
                                 const hpm_catalog *catalog, hpm_error *error)
{
    builder b = {.histories = histories,
                 .history_count = history_count,
                 .rule = rule,
                 .catalog = catalog,
                 .error = error};
    hpm_status status = add_histories(&b);
    *count = 0;
    if (status != HPM_OK) return status;
    for (uint32_t i = 0; i < histories[0].close_count; i++) {
        int32_t day = histories[0].closes[i].day;
        if (!is_common(&b, day)) continue;
        if (*count == HPM_STRESS_SCENARIOS_MAX)
            return hpm_fail(error, HPM_E_LIMIT, "history", "more than %d days",
                            HPM_STRESS_SCENARIOS_MAX);
        hpm_stress_shock *own = shocks + (size_t)*count * (history_count + 1);
        status = fill_scenario(&scenarios[*count], own, &b, day);
        if (status != HPM_OK) return status;
        days[(*count)++] = day;
    }
    return HPM_OK;
}
