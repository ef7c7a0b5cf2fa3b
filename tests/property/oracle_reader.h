/* What the oracle reads: an account and unrounded reference rows, one figure at a time. */
#ifndef HPM_TESTS_ORACLE_READER_H
#define HPM_TESTS_ORACLE_READER_H

#include <math.h>

#include "oracle.h"

/* Of sums of products of doubles over an account, as a share of its gross size. */
#define NOISE 1e-12

typedef struct reader {
    const desk *on;
    const outcome *of;
    const hpm_catalog *catalog;
    const hpm_rulebook *rulebook;
    double numeraire; /* price of the asset in which the rulebook counts */
} reader;

static inline reader read_begin(const desk *on, const outcome *of)
{
    reader out = {on, of, on->array.catalog, on->array.rulebook, 1};
    if (out.rulebook->numeraire[0] != '\0')
        out.numeraire =
            on->array.market->asset_price[asset_named(out.catalog, out.rulebook->numeraire)].value;
    return out;
}

static inline double price_of(const reader *from, uint32_t asset)
{
    return from->on->array.market->asset_price[asset].value / from->numeraire;
}

static inline const hpm_instrument *held(const reader *from, uint32_t holding)
{
    return &from->catalog->instruments[from->of->portfolio.holdings[holding].instrument];
}

static inline double lots_of(const reader *from, uint32_t holding)
{
    return (double)from->of->portfolio.holdings[holding].lots;
}

static inline double amount_of(const reader *from, uint32_t holding, uint32_t column)
{
    const hpm_risk_array *array = &from->on->array;
    uint32_t id = from->of->portfolio.holdings[holding].instrument;
    return lots_of(from, holding) * from->on->reference[(size_t)id * array->stride + column];
}

/* Half a tick for each lot, in the settlement asset. */
static inline double half_ticks(const reader *from, uint32_t holding)
{
    uint32_t id = from->of->portfolio.holdings[holding].instrument;
    return 0.5 * fabs(lots_of(from, holding)) * column_unit(&from->on->array, id, 0);
}

static inline double unrealised_of(const reader *from, uint32_t holding)
{
    uint32_t id = from->of->portfolio.holdings[holding].instrument;
    const hpm_instrument *row = held(from, holding);
    const hpm_position *position =
        &hpm_account_positions(from->of->account)[from->of->portfolio.holdings[holding].position];
    double contracts = (double)position->quantity.e8 / 1e8 * row->contract_size;
    double mark = from->on->array.market->mark[id].value, entry = position->entry_price;
    double funding = (double)position->funding.e8 / 1e8;
    if (row->kind == HPM_OPTION || row->kind == HPM_SPOT || isnan(entry)) return funding;
    return funding + contracts * (row->payoff == HPM_INVERSE ? 1 / entry - 1 / mark : mark - entry);
}

/* Balance, funding, unrealised P&L and values in an asset, and how exactly the engine knows it. */
static inline figure equity_in(const reader *from, uint32_t asset)
{
    const hpm_balance *balances = hpm_account_balances(from->of->account);
    figure equity = {0, 0};
    for (uint32_t i = 0; i < from->of->account->balance_count; i++)
        if (balances[i].asset == asset) equity.value += (double)balances[i].amount.e8 / 1e8;
    for (uint32_t h = 0; h < from->of->portfolio.holding_count; h++) {
        if (held(from, h)->settlement != asset) continue;
        equity.value +=
            unrealised_of(from, h) + amount_of(from, h, from->on->array.extra + HPM_COLUMN_VALUE);
        equity.bound += half_ticks(from, h);
    }
    return equity;
}

static inline double units_of(const reader *from, uint32_t holding)
{
    const hpm_holding *one = &from->of->portfolio.holdings[holding];
    return (double)one->lots * from->on->array.units_per_lot[one->instrument];
}

static inline double years_to(const reader *from, uint32_t expiry)
{
    if (expiry == HPM_NONE) return 0;
    return (double)(from->catalog->expiries[expiry].expiry_ns - from->on->array.market->now_ns) /
           (365 * 86400e9);
}

static inline const hpm_underlying_rule *underlying_rule_of(const reader *from, uint32_t asset)
{
    return hpm_rulebook_underlying(from->rulebook, from->catalog->assets[asset].name);
}

/* Charges that stand in a file of their own (oracle_strategy.c). */
double oracle_strategy_charge(const reader *from, const hpm_rule_strategy *rule);
double oracle_gross_size_charge(const reader *from, const hpm_rule_gross_size *rule);

#endif
