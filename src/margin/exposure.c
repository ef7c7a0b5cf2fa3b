/* Builds the exposure: exact totals to doubles, equity per asset, groups of one underlying. */
#include "margin/exposure.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "margin/kept.h"
#include "math/elementary.h"
#include "risk/array.h"

size_t hpm_exposure_size(const hpm_risk_array *array, uint32_t position_count)
{
    size_t assets = array->catalog->asset_count;
    size_t bytes = hpm_aligned_size((size_t)position_count * array->stride * sizeof(double));
    bytes += hpm_aligned_size(assets * sizeof(hpm_group));
    bytes += 3 * hpm_aligned_size(assets * sizeof(double)); /* prices, equity, a joint sum */
    bytes += hpm_aligned_size(assets * sizeof(uint32_t));
    bytes += 2 * hpm_aligned_size(position_count * sizeof(double));
    bytes += hpm_aligned_size(position_count * sizeof(hpm_payoff_floor));
    bytes +=
        4 * hpm_aligned_size(array->stride * sizeof(double)); /* three scratch, a reference row */
    bytes += hpm_aligned_size(assets * array->stride * sizeof(double)); /* losses of every group */
    return bytes + hpm_aligned_size((size_t)position_count * HPM_CHARGE_BYTES_PER_POSITION);
}

double hpm_holding_column(const hpm_exposure *exposure, uint32_t holding, uint32_t column)
{
    const hpm_risk_array *array = exposure->array;
    const hpm_holding *held = &exposure->portfolio->holdings[holding];
    uint32_t settlement = exposure->catalog->instruments[held->instrument].settlement;
    if (exposure->reference) {
        hpm_risk_row_reference(exposure->reference, array, held->instrument);
        return (double)held->lots * exposure->reference[column];
    }
    double ticks = array->ticks_real[(size_t)held->instrument * array->stride + column];
    return (double)held->lots * ticks * hpm_risk_array_units(array, settlement)[column];
}

uint32_t hpm_expiry_end(const hpm_exposure *exposure, uint32_t run)
{
    const hpm_bucket *first = hpm_run_bucket(exposure, run);
    uint32_t end = run + 1;
    for (; end < exposure->portfolio->run_count; end++) {
        const hpm_bucket *next = hpm_run_bucket(exposure, end);
        if (next->underlying != first->underlying || next->kind != first->kind ||
            next->expiry != first->expiry)
            break;
    }
    return end;
}

double hpm_run_tau_years(const hpm_exposure *exposure, uint32_t run)
{
    uint32_t expiry = hpm_run_bucket(exposure, run)->expiry;
    if (expiry == HPM_NONE) return 0;
    return exposure->array->tau_years[expiry];
}

double hpm_group_spot(const hpm_exposure *exposure, const hpm_group *group)
{
    return exposure->market->asset_price[group->asset].value;
}

uint32_t hpm_line_of_balance(const hpm_exposure *exposure, uint32_t balance)
{
    return exposure->portfolio->holding_count + balance;
}

uint32_t hpm_line_of_declared(const hpm_exposure *exposure, uint32_t declared)
{
    return exposure->portfolio->holding_count + exposure->portfolio->account->balance_count +
           declared;
}

uint32_t hpm_line_count(const hpm_portfolio *portfolio)
{
    return portfolio->holding_count + portfolio->account->balance_count +
           portfolio->account->declared_count;
}

uint32_t hpm_find_balance(const hpm_account *account, uint32_t asset)
{
    const hpm_balance *balances = hpm_account_balances(account);
    for (uint32_t i = 0; i < account->balance_count; i++)
        if (balances[i].asset == asset) return i;
    return HPM_NONE;
}

uint32_t hpm_followed(const hpm_risk_array *array, uint32_t asset)
{
    int moves =
        array->rulebook->moves_followers && array->catalog->assets[asset].kind != HPM_ASSET_COIN;
    return moves ? array->follows[asset] : HPM_NONE;
}

/* ---- Totals ------------------------------------------------------------------------------- */

static void read_run(hpm_exposure *exposure, const hpm_totals *totals, uint32_t run)
{
    const hpm_risk_array *array = exposure->array;
    uint32_t settlement = hpm_run_bucket(exposure, run)->settlement;
    const double *restrict unit = hpm_risk_array_units(array, settlement);
    double *restrict out = exposure->totals + (size_t)run * array->stride;
    hpm_totals_read(out, totals, run);
    for (uint32_t c = 0; c < array->stride; c++)
        out[c] *= unit[c];
}

static void read_exact(hpm_exposure *exposure, const hpm_totals *totals)
{
    for (uint32_t r = 0; r < exposure->portfolio->run_count; r++)
        read_run(exposure, totals, r);
}

static void sum_reference(hpm_exposure *exposure)
{
    const hpm_risk_array *array = exposure->array;
    double *row = exposure->reference;
    const hpm_portfolio *portfolio = exposure->portfolio;
    for (uint32_t r = 0; r < portfolio->run_count; r++) {
        double *out = exposure->totals + (size_t)r * array->stride;
        memset(out, 0, array->stride * sizeof *out);
        for (uint32_t h = portfolio->runs[r].first; h < portfolio->runs[r].end; h++) {
            const hpm_holding *held = &portfolio->holdings[h];
            hpm_risk_row_reference(row, array, held->instrument);
            for (uint32_t c = 0; c < array->stride; c++)
                out[c] += (double)held->lots * row[c];
        }
    }
}

/* ---- Trust -------------------------------------------------------------------------------- */

static hpm_status refuse_stale(double trust, const char *where, const char *what, double age_s,
                               const hpm_rulebook *rulebook, hpm_error *error)
{
    if (trust >= 0) return HPM_OK;
    return hpm_fail(error, HPM_E_STALE, where, "%s is older than the hard limit of %g s (%g s)",
                    what, rulebook->age_hard_s, age_s);
}

static const char *name_of_own(const hpm_market *market, uint32_t id)
{
    const hpm_instrument *row = &market->catalog->instruments[id];
    if (row->kind != HPM_OPTION) return "mark";
    if (market->vol_quoted[id]) return "vol";
    return market->smile[row->expiry].tau_years > 0 ? "vol of the expiry's smile"
                                                    : "interpolated vol";
}

static hpm_status check_holding_age(const hpm_exposure *exposure, uint32_t holding,
                                    hpm_error *error)
{
    const hpm_market *market = exposure->market;
    uint32_t id = exposure->portfolio->holdings[holding].instrument;
    const hpm_instrument *row = &exposure->catalog->instruments[id];
    const hpm_input *own = row->kind == HPM_OPTION ? &market->vol[id] : &market->mark[id];
    hpm_status status =
        refuse_stale(exposure->array->trust_instrument[id], row->name, name_of_own(market, id),
                     own->age_s, exposure->rulebook, error);
    if (status != HPM_OK || row->expiry == HPM_NONE || row->kind != HPM_OPTION) return status;
    status =
        refuse_stale(exposure->array->trust_forward[row->expiry], row->name, "the expiry's forward",
                     market->curve[row->expiry].forward.age_s, exposure->rulebook, error);
    if (status != HPM_OK) return status;
    return refuse_stale(exposure->array->trust_atm[row->expiry], row->name,
                        "the expiry's at-the-money vol", market->vol_atm[row->expiry].age_s,
                        exposure->rulebook, error);
}

static hpm_status need_price(const hpm_exposure *exposure, uint32_t asset, hpm_error *error)
{
    const char *name = exposure->catalog->assets[asset].name;
    if (isnan(exposure->price[asset]))
        return hpm_fail(error, HPM_E_MISSING_PRICE, name, "the market has no price of this asset");
    return refuse_stale(exposure->array->trust_asset[asset], name, "price",
                        exposure->market->asset_price[asset].age_s, exposure->rulebook, error);
}

/* A scale grows with a peg's fall: what the peg is worth is an input like any other. */
static hpm_status check_peg_ages(const hpm_exposure *exposure, hpm_error *error)
{
    const hpm_risk_array *array = exposure->array;
    hpm_status status = HPM_OK;
    for (uint32_t i = 0; i < array->rulebook->components.count && status == HPM_OK; i++) {
        uint32_t asset = array->peg_asset[i];
        if (asset == HPM_NONE || isnan(exposure->price[asset])) continue;
        status = refuse_stale(array->trust_asset[asset], exposure->catalog->assets[asset].name,
                              "the peg's price", exposure->market->asset_price[asset].age_s,
                              exposure->rulebook, error);
    }
    return status;
}

static hpm_status check_inputs(const hpm_exposure *exposure, hpm_error *error)
{
    const hpm_account *account = exposure->portfolio->account;
    const hpm_balance *balances = hpm_account_balances(account);
    const hpm_declared *declared = hpm_account_declared(account);
    hpm_status status = HPM_OK;
    for (uint32_t i = 0; i < account->balance_count && status == HPM_OK; i++) {
        uint32_t followed = hpm_followed(exposure->array, balances[i].asset);
        status = need_price(exposure, balances[i].asset, error);
        if (status == HPM_OK && followed != HPM_NONE)
            status = need_price(exposure, followed, error);
    }
    for (uint32_t i = 0; i < account->declared_count && status == HPM_OK; i++)
        status = need_price(exposure, declared[i].asset, error);
    for (uint32_t r = 0; r < exposure->portfolio->run_count && status == HPM_OK; r++) {
        status = need_price(exposure, hpm_run_bucket(exposure, r)->underlying, error);
        if (status == HPM_OK)
            status = need_price(exposure, hpm_run_bucket(exposure, r)->settlement, error);
    }
    /* Trust is negative only beyond the hard limit: mostly one comparison tells for all. */
    if (exposure->array->trust_least >= 0) return status;
    for (uint32_t h = 0; h < exposure->portfolio->holding_count && status == HPM_OK; h++)
        status = check_holding_age(exposure, h, error);
    if (status == HPM_OK) status = check_peg_ages(exposure, error);
    return status;
}

/* ---- Equity ------------------------------------------------------------------------------- */

/* P&L since entry of a future or perpetual, in its settlement asset. Spot and options carry their
 * value instead. */
static double pnl_since_entry(const hpm_exposure *exposure, uint32_t instrument,
                              const hpm_position *position)
{
    const hpm_instrument *row = &exposure->catalog->instruments[instrument];
    if (row->kind == HPM_OPTION || row->kind == HPM_SPOT || isnan(position->entry_price)) return 0;
    double mark = exposure->market->mark[instrument].value, entry = position->entry_price;
    double contracts = hpm_e8_to_double(position->quantity.e8) * row->contract_size;
    return row->payoff == HPM_INVERSE ? contracts * ((mark - entry) / (mark * entry))
                                      : contracts * (mark - entry);
}

/* P&L since entry and funding. Most holdings have neither, which their position alone tells. */
static double unrealised_of(const hpm_exposure *exposure, uint32_t h)
{
    const hpm_portfolio *portfolio = exposure->portfolio;
    const hpm_position *position =
        &hpm_account_positions(portfolio->account)[portfolio->holdings[h].position];
    if (isnan(position->entry_price) && position->funding.e8 == 0) return 0;
    return pnl_since_entry(exposure, portfolio->holdings[h].instrument, position) +
           hpm_e8_to_double(position->funding.e8);
}

static void set_holding(hpm_exposure *exposure, uint32_t h)
{
    const hpm_holding *holding = &exposure->portfolio->holdings[h];
    exposure->unrealised[h] = unrealised_of(exposure, h);
    if (exposure->rulebook->reads_positions)
        exposure->units[h] =
            (double)holding->lots * exposure->array->units_per_lot[holding->instrument];
}

static double run_equity(const hpm_exposure *exposure, uint32_t run, double equity)
{
    const hpm_bucket_run *held = &exposure->portfolio->runs[run];
    equity += hpm_run_total(exposure, run, HPM_COLUMN_VALUE);
    for (uint32_t h = held->first; h < held->end; h++)
        if (exposure->unrealised[h] != 0) equity += exposure->unrealised[h];
    return equity;
}

static void add_equity(hpm_exposure *exposure)
{
    const hpm_portfolio *portfolio = exposure->portfolio;
    const hpm_balance *balances = hpm_account_balances(portfolio->account);
    for (uint32_t i = 0; i < portfolio->account->balance_count; i++)
        exposure->coin_equity[balances[i].asset] += hpm_e8_to_double(balances[i].amount.e8);
    for (uint32_t r = 0; r < portfolio->run_count; r++) {
        double *equity = &exposure->coin_equity[hpm_run_bucket(exposure, r)->settlement];
        *equity = run_equity(exposure, r, *equity);
    }
    for (uint32_t a = 0; a < exposure->catalog->asset_count; a++) {
        if (exposure->coin_equity[a] == 0) continue;
        exposure->equity_assets[exposure->equity_count++] = a;
        exposure->equity += exposure->coin_equity[a] * exposure->price[a];
    }
}

/* ---- Prices and groups -------------------------------------------------------------------- */

/* The price of the asset in which the rulebook counts. */
static hpm_status find_unit(double *unit, const hpm_exposure *exposure, hpm_error *error)
{
    const hpm_market *market = exposure->market;
    const char *numeraire = exposure->rulebook->numeraire;
    uint32_t asset = exposure->array->numeraire;
    *unit = 1;
    if (asset == HPM_NONE) return HPM_OK; /* nobody can hold what the catalog does not have */
    if (isnan(market->asset_price[asset].value))
        return hpm_fail(error, HPM_E_MISSING_PRICE, numeraire,
                        "the rulebook counts in this asset and the market has no price of it");
    *unit = market->asset_price[asset].value;
    return refuse_stale(exposure->array->trust_asset[asset], numeraire, "the numeraire's price",
                        market->asset_price[asset].age_s, exposure->rulebook, error);
}

static hpm_status set_prices(hpm_exposure *exposure, hpm_error *error)
{
    const hpm_market *market = exposure->market;
    double unit;
    hpm_status status = find_unit(&unit, exposure, error);
    if (status != HPM_OK) return status;
    for (uint32_t a = 0; a < exposure->catalog->asset_count; a++)
        exposure->price[a] = market->asset_price[a].value / unit;
    return HPM_OK;
}

static int has_coin(const hpm_exposure *exposure, uint32_t asset)
{
    return exposure->catalog->assets[asset].kind == HPM_ASSET_COIN &&
           exposure->coin_equity[asset] != 0;
}

/* Whether something is held that moves with an underlying. */
static int has_follower(const hpm_exposure *exposure, uint32_t asset)
{
    for (uint32_t i = 0; exposure->rulebook->moves_followers && i < exposure->equity_count; i++)
        if (hpm_followed(exposure->array, exposure->equity_assets[i]) == asset) return 1;
    return 0;
}

static void find_groups(hpm_exposure *exposure)
{
    uint32_t run = 0;
    for (uint32_t a = 0; a < exposure->catalog->asset_count; a++) {
        hpm_group group = {a, run, run};
        while (group.run_end < exposure->portfolio->run_count &&
               hpm_run_bucket(exposure, group.run_end)->underlying == a)
            group.run_end++;
        run = group.run_end;
        if (group.run_end > group.run_first || has_coin(exposure, a) || has_follower(exposure, a))
            exposure->groups[exposure->group_count++] = group;
    }
    assert(run == exposure->portfolio->run_count);
}

static hpm_status check_group_limit(const hpm_exposure *exposure, hpm_error *error)
{
    uint32_t limit = exposure->rulebook->underlyings_max;
    if (limit == 0 || exposure->group_count <= limit) return HPM_OK;
    return hpm_fail(error, HPM_E_UNSUPPORTED, exposure->portfolio->account->id,
                    "rulebook %s covers accounts on at most %u underlying (%u)",
                    exposure->rulebook->name, limit, exposure->group_count);
}

/* Equity and groups, of what is known of runs and holdings. */
static hpm_status sum_up(hpm_exposure *exposure, hpm_error *error)
{
    add_equity(exposure);
    find_groups(exposure);
    return check_group_limit(exposure, error);
}

static void take_memory(hpm_exposure *exposure, hpm_arena *scratch)
{
    const hpm_risk_array *array = exposure->array;
    size_t assets = exposure->catalog->asset_count;
    exposure->totals = hpm_arena_reserve(
        scratch, (size_t)exposure->portfolio->run_count * array->stride, sizeof(double));
    exposure->groups = hpm_arena_reserve(scratch, assets, sizeof(hpm_group));
    exposure->price = hpm_arena_reserve(scratch, assets, sizeof(double));
    exposure->coin_equity = hpm_arena_take(scratch, assets, sizeof(double));
    exposure->equity_assets = hpm_arena_reserve(scratch, assets, sizeof(uint32_t));
    exposure->unrealised =
        hpm_arena_reserve(scratch, exposure->portfolio->holding_count, sizeof(double));
    exposure->units =
        hpm_arena_reserve(scratch, exposure->portfolio->holding_count, sizeof(double));
    exposure->scenario = hpm_arena_reserve(scratch, array->stride, sizeof(double));
    exposure->folded = hpm_arena_reserve(scratch, array->stride, sizeof(double));
    exposure->paired = hpm_arena_reserve(scratch, array->stride, sizeof(double));
    exposure->floors =
        hpm_arena_reserve(scratch, exposure->portfolio->run_count, sizeof(hpm_payoff_floor));
    assert(exposure->totals && exposure->groups && exposure->price && exposure->coin_equity &&
           exposure->equity_assets && exposure->unrealised && exposure->units &&
           exposure->scenario && exposure->folded && exposure->paired && exposure->floors);
}

hpm_status hpm_exposure_init(hpm_exposure *exposure, hpm_arena *scratch,
                             const hpm_risk_array *array, const hpm_portfolio *portfolio,
                             const hpm_totals *totals, hpm_error *error)
{
    memset(exposure, 0, sizeof *exposure);
    exposure->array = array;
    exposure->catalog = array->catalog;
    exposure->market = array->market;
    exposure->rulebook = array->rulebook;
    exposure->portfolio = portfolio;
    exposure->scratch = scratch;
    /* All of it now: charges take theirs later, and have no way to fail. */
    if (scratch->capacity - scratch->used < hpm_exposure_size(array, portfolio->holding_count))
        return hpm_fail(error, HPM_E_MEMORY, "scratch", "the scratch arena is too small");
    take_memory(exposure, scratch);
    hpm_status status = set_prices(exposure, error);
    if (status == HPM_OK) status = check_inputs(exposure, error);
    if (status != HPM_OK) return status;
    if (totals) {
        if (totals->epoch != array->epoch)
            return hpm_fail(error, HPM_E_STALE, portfolio->account->id,
                            "the totals are of another filling of the risk array (%llu)",
                            (unsigned long long)totals->epoch);
        assert(totals->run_count == portfolio->run_count);
        read_exact(exposure, totals);
    } else {
        exposure->reference = hpm_arena_take(scratch, array->stride, sizeof(double));
        assert(exposure->reference);
        sum_reference(exposure);
    }
    for (uint32_t r = 0; r < portfolio->run_count; r++)
        exposure->floors[r].discount = NAN;
    for (uint32_t h = 0; h < portfolio->holding_count; h++)
        set_holding(exposure, h);
    return sum_up(exposure, error);
}

hpm_status hpm_exposure_update(hpm_exposure *exposure, const hpm_totals *totals, uint32_t holding,
                               hpm_error *error)
{
    assert(!exposure->reference && totals->epoch == exposure->array->epoch);
    if (holding != HPM_NONE) {
        uint32_t run = hpm_portfolio_run_of(exposure->portfolio, holding);
        read_run(exposure, totals, run);
        exposure->floors[run].discount = NAN;
        set_holding(exposure, holding);
        hpm_kept_forget(exposure, holding, run);
    }
    memset(exposure->coin_equity, 0, exposure->catalog->asset_count * sizeof(double));
    exposure->equity = 0;
    exposure->equity_count = exposure->group_count = 0;
    return sum_up(exposure, error);
}
