/* The least that a bucket pays, price by price: twin of src/margin/payoff_floor.c. */
#include <math.h>

#include "oracle.h"
#include "risk/shock.h"

typedef struct run_reader {
    const desk *on;
    const outcome *of;
    const hpm_bucket_run *run;
} run_reader;

static const hpm_instrument *held(const run_reader *from, uint32_t holding)
{
    return &from->on->array.catalog->instruments[from->of->portfolio.holdings[holding].instrument];
}

static int64_t lots_of(const run_reader *from, uint32_t holding)
{
    return from->of->portfolio.holdings[holding].lots;
}

/* What a holding pays in quote currency if its underlying settles at a price: a coin-settled future
 * of n dollars pays n * (1/mark - 1/price) coins, at the price. */
static double paid(const run_reader *from, uint32_t holding, double price, double discount)
{
    const hpm_instrument *row = held(from, holding);
    const hpm_holding *one = &from->of->portfolio.holdings[holding];
    double contracts = (double)one->lots * (double)row->lot.e8 / 1e8 * row->contract_size;
    double mark = from->on->array.market->mark[one->instrument].value;
    if (row->kind == HPM_OPTION)
        return discount * contracts *
               fmax(0, row->is_call ? price - row->strike : row->strike - price);
    return row->payoff == HPM_INVERSE ? contracts * (price / mark - 1) : contracts * (price - mark);
}

/* A run that settles at one price, and the sizes of what its holdings pay there. */
static figure run_pays(const run_reader *from, double price, double discount)
{
    figure sum = {0, 0};
    for (uint32_t h = from->run->first; h < from->run->end; h++) {
        sum.value += paid(from, h, price, discount);
        sum.bound += fabs(paid(from, h, price, discount));
    }
    return sum;
}

/* The least that a run pays at the lowest price or any strike; -INFINITY if it pays less and less
 * beyond the last. */
static double least_paid(const run_reader *from, double lowest, double discount)
{
    double least = run_pays(from, lowest, discount).value, highest = lowest;
    for (uint32_t h = from->run->first; h < from->run->end; h++) {
        if (held(from, h)->strike <= lowest || lots_of(from, h) == 0) continue;
        least = fmin(least, run_pays(from, held(from, h)->strike, discount).value);
        highest = fmax(highest, held(from, h)->strike);
    }
    figure last = run_pays(from, highest, discount);
    figure beyond = run_pays(from, 2 * highest + 1e6, discount);
    return beyond.value < last.value - 1e-12 * beyond.bound ? -INFINITY : least;
}

/* Whether a floor is stated for a run: of linear or of coin-settled contracts, options among two or
 * more. */
static int has_floor(const run_reader *from, int *inverse)
{
    uint32_t options = 0, coin = 0, count = 0;
    for (uint32_t h = from->run->first; h < from->run->end; h++) {
        if (lots_of(from, h) == 0) continue;
        count++;
        options += held(from, h)->kind == HPM_OPTION;
        coin += held(from, h)->payoff == HPM_INVERSE;
    }
    *inverse = coin > 0;
    return options > 0 && count > 1 && (coin == 0 || coin == count);
}

double oracle_floor(const desk *on, const outcome *of, uint32_t run, uint32_t column, double value)
{
    const run_reader from = {on, of, &of->portfolio.runs[run]};
    const hpm_catalog *catalog = on->array.catalog;
    const hpm_rulebook *rulebook = on->array.rulebook;
    const hpm_bucket *bucket = &catalog->buckets[from.run->bucket];
    const hpm_scenario_set *set;
    hpm_scenario scenario = hpm_scenario_of_column(rulebook, column, &set);
    int inverse;
    if (bucket->expiry == HPM_NONE || !has_floor(&from, &inverse)) return -INFINITY;
    const hpm_curve_point *point = &on->array.market->curve[bucket->expiry];
    double years =
        hpm_market_tau_years(on->array.market, catalog->expiries[bucket->expiry].expiry_ns);
    double rate = rulebook->discount_at_rate ? point->rate_annual : 0;
    double observed = point->observed_share * point->observed_price;
    double least =
        least_paid(&from, observed, exp(-rate * fmax(0, years - scenario.time_days / 365)));
    if (!inverse) return fmin(least, value);
    const char *asset = catalog->assets[bucket->underlying].name;
    const hpm_underlying_rule *rule = hpm_rulebook_underlying(rulebook, asset);
    double basis = fmax(expm1(rule->basis_annual * years), rule->basis_minimum);
    double moving = (1 - point->observed_share) * point->forward.value;
    double moved = (1 + hpm_scenario_price_move(rulebook, set, &scenario, asset)) *
                   (1 + scenario.basis * basis);
    return fmin(least, value * (observed + moving)) / (observed + moving * moved);
}
