/* Scenario losses from reference rows, in the order in which docs and headers state them. */
#include "oracle.h"

#include <math.h>
#include <string.h>

#include "oracle_reader.h"
#include "risk/shock.h"

/* ---- One underlying in one scenario ------------------------------------------------------- */

/* How a component reads its set. */
typedef struct reading {
    int shocked, balances, followers, delta_hedged, range_weight, rotation;
    int floored;
    const hpm_rule_worst *discount; /* NULL: no such fold */
    int by_pair;
    uint32_t set, set_count; /* side by side */
} reading;

static reading reading_of(const hpm_component *component)
{
    const hpm_rule_worst *worst = &component->rule.worst;
    if (component->kind == HPM_COMPONENT_JOINT_GRID)
        return (reading){.shocked = 1,
                         .balances = 1,
                         .floored = component->rule.joint.fold == HPM_FOLD_PAYOFF_FLOOR,
                         .set = component->rule.joint.set_index,
                         .set_count = 1};
    assert_int_equal(component->kind, HPM_COMPONENT_WORST_SCENARIO);
    return (reading){.shocked = worst->conversion == HPM_CONVERT_SHOCKED,
                     .balances = worst->balances && !worst->delta_hedged,
                     .followers = worst->followers && !worst->delta_hedged,
                     .delta_hedged = worst->delta_hedged,
                     .range_weight = worst->range_weight,
                     .rotation = worst->rotation,
                     .floored = worst->fold == HPM_FOLD_PAYOFF_FLOOR,
                     .discount = worst->fold == HPM_FOLD_DISCOUNT ? worst : NULL,
                     .by_pair = 1,
                     .set = worst->set_index,
                     .set_count = worst->second_set[0] ? 2 : 1};
}

static double move_of(const reader *from, uint32_t underlying, uint32_t column, double *weight)
{
    const hpm_scenario_set *set;
    hpm_scenario scenario = hpm_scenario_of_column(from->rulebook, column, &set);
    const char *asset = from->catalog->assets[underlying].name;
    const hpm_underlying_rule *rule = hpm_rulebook_underlying(from->rulebook, asset);
    *weight = scenario.weight;
    if (set->price_unit == HPM_PRICE_RANGE) return scenario.price * rule->price_range;
    if (set->price_unit == HPM_PRICE_RATIO || scenario.price == 0) return scenario.price;
    /* Whole steps, or multiples of the last. */
    double size = fabs(scenario.price), last = rule->price_steps.count;
    const double *steps = rule->price_steps.items;
    double move = steps[(int)fmin(size, last) - 1] * (size > last ? size / last : 1);
    return scenario.price < 0 ? -move : move;
}

static double range_of(const reader *from, uint32_t underlying)
{
    return hpm_rulebook_underlying(from->rulebook, from->catalog->assets[underlying].name)
        ->price_range;
}

/* base * exp(-tau * (max(r, 0) * multiple + add)) for what expires and is worth something; what is
 * owed grows instead, up to what is owed in the end. */
static double discount_of(const reader *from, uint32_t run, const hpm_rule_worst *rule,
                          double worth)
{
    const hpm_bucket *bucket = &from->catalog->buckets[from->of->portfolio.runs[run].bucket];
    if (!rule || bucket->expiry == HPM_NONE) return 1;
    double rate = from->on->array.market->curve[bucket->expiry].rate_annual;
    double years = (double)(from->catalog->expiries[bucket->expiry].expiry_ns -
                            from->on->array.market->now_ns) /
                   (365 * 86400e9);
    double at_expiry =
        from->rulebook->discount_at_rate ? fmax(rate, from->rulebook->rate_minimum) : 0;
    double grown = rule->discount_short_base *
                   exp(years * (fmax(rate, 0) * rule->discount_short_rate_multiple +
                                rule->discount_short_rate_add));
    if (worth <= 0) return fmin(grown, exp(years * at_expiry));
    return rule->discount_base *
           exp(-years * (fmax(rate, 0) * rule->discount_rate_multiple + rule->discount_rate_add));
}

/* What the delta of the run gains. */
static figure delta_gain(const reader *from, uint32_t run, double move)
{
    const hpm_bucket_run *held_in = &from->of->portfolio.runs[run];
    uint32_t column = from->on->array.extra + HPM_COLUMN_DELTA_PREMIUM;
    figure sum = {0, 0};
    for (uint32_t h = held_in->first; h < held_in->end; h++) {
        uint32_t id = from->of->portfolio.holdings[h].instrument;
        double tick = column_unit(&from->on->array, id, column);
        sum.value += amount_of(from, h, column) * move / from->numeraire;
        sum.bound += 0.5 * fabs(lots_of(from, h) * move) * tick / from->numeraire;
    }
    return sum;
}

static void add_run(figure *sum, const reader *from, const reading *how, uint32_t run,
                    uint32_t column, double move)
{
    const hpm_bucket_run *held_in = &from->of->portfolio.runs[run];
    const hpm_bucket *bucket = &from->catalog->buckets[held_in->bucket];
    double price = price_of(from, bucket->settlement), value = 0, pnl = 0;
    if (how->shocked && bucket->settlement == bucket->underlying) price *= 1 + move;
    for (uint32_t h = held_in->first; h < held_in->end; h++) {
        value += amount_of(from, h, from->on->array.extra + HPM_COLUMN_VALUE);
        pnl += amount_of(from, h, column);
        sum->bound += half_ticks(from, h) * price * (how->discount || how->floored ? 3 : 1);
    }
    if (how->floored) pnl = fmax(pnl, oracle_floor(from->on, from->of, run, column, value) - value);
    double worth = value + pnl;
    double gain = worth * discount_of(from, run, how->discount, worth) - value;
    if (how->rotation && bucket->expiry != HPM_NONE) gain = -fabs(gain);
    sum->value += gain * price;
    if (!how->delta_hedged) return;
    figure linear = delta_gain(from, run, move);
    sum->value -= linear.value;
    sum->bound += linear.bound;
}

/* What is held of tokens and stablecoins that follow the underlying. */
static void add_followers(figure *sum, const reader *from, uint32_t underlying, double move)
{
    const char *name = from->catalog->assets[underlying].name;
    for (uint32_t a = 0; a < from->catalog->asset_count; a++) {
        const hpm_asset *asset = &from->catalog->assets[a];
        figure held_of_it = equity_in(from, a);
        if (asset->kind == HPM_ASSET_COIN || held_of_it.value == 0 ||
            strcmp(hpm_rulebook_collateral(from->rulebook, asset->name)->follows, name) != 0)
            continue;
        sum->value += held_of_it.value * price_of(from, a) * move;
        sum->bound += held_of_it.bound * price_of(from, a) * fabs(move);
    }
}

/* A gain counts a share of it up to a cap; both come closer to 0 by what the dampener makes of a
 * move beyond the range. */
static double folded(const hpm_pair_rule *rule, double pnl, double move, double range)
{
    double beyond = fmax(fabs(move) / range, 1) - 1;
    if (!rule) return pnl;
    if (pnl > 0)
        pnl = fmin(pnl * rule->gain_share, isnan(rule->gain_cap) ? INFINITY : rule->gain_cap);
    double narrows = beyond * rule->dampener / (1 + copysign(range, move));
    return copysign(fmax(fabs(pnl) - narrows, 0), pnl);
}

figure oracle_pnl(const desk *on, const outcome *of, const hpm_component *component,
                  uint32_t underlying, uint32_t column)
{
    reader from = read_begin(on, of);
    reading how = reading_of(component);
    double weight, move = move_of(&from, underlying, column, &weight);
    figure sum = {0, 0};
    double range = range_of(&from, underlying);
    if (how.range_weight && fabs(move) > range)
        weight *= range / fabs(move) * (1 + move) / (1 + copysign(range, move));
    for (uint32_t settlement = 0; settlement < from.catalog->asset_count; settlement++) {
        const hpm_pair_rule *rule =
            hpm_rulebook_pair(from.rulebook, from.catalog->assets[underlying].name,
                              from.catalog->assets[settlement].name);
        figure pair = {0, 0};
        for (uint32_t r = 0; r < of->portfolio.run_count; r++) {
            const hpm_bucket *bucket = &from.catalog->buckets[of->portfolio.runs[r].bucket];
            if (bucket->underlying == underlying && bucket->settlement == settlement)
                add_run(&pair, &from, &how, r, column, move);
        }
        sum.value += folded(how.by_pair ? rule : NULL, pair.value * weight, move, range);
        sum.bound += pair.bound;
    }
    if (how.balances && from.catalog->assets[underlying].kind == HPM_ASSET_COIN) {
        figure coin = equity_in(&from, underlying);
        double price = price_of(&from, underlying);
        sum.value += isnan(price) ? 0 : coin.value * price * move * weight;
        sum.bound += isnan(price) ? 0 : coin.bound * price * fabs(move);
    }
    if (how.followers) add_followers(&sum, &from, underlying, move * weight);
    return (figure){sum.value, sum.bound + NOISE * oracle_gross(on, of)};
}

/* ---- Worst of a component ----------------------------------------------------------------- */

enum { ASSETS_MAX = 32 };

typedef struct table {
    uint32_t assets, columns, first;
    double loss[ASSETS_MAX][HPM_SCENARIOS_MAX]; /* [asset][scenario of the set] */
    double bound;                               /* of a sum over assets */
} table;

static table *losses_of(const reader *from, const hpm_component *component)
{
    static table out;
    reading how = reading_of(component);
    const hpm_scenario_set *sets = from->rulebook->sets.items;
    out.assets = from->catalog->asset_count;
    out.columns = 0;
    for (uint32_t s = 0; s < how.set_count; s++)
        out.columns += hpm_scenario_set_count(&sets[how.set + s]);
    out.first = from->rulebook->set_first[how.set];
    out.bound = 0;
    assert_true(out.assets <= ASSETS_MAX);
    for (uint32_t a = 0; a < out.assets; a++) {
        double largest = 0;
        for (uint32_t j = 0; j < out.columns; j++) {
            figure pnl = oracle_pnl(from->on, from->of, component, a, out.first + j);
            out.loss[a][j] = -pnl.value;
            largest = fmax(largest, pnl.bound);
        }
        out.bound += largest;
    }
    return &out;
}

static double own_worst(const table *losses, uint32_t asset)
{
    double worst = 0;
    for (uint32_t j = 0; j < losses->columns; j++)
        worst = fmax(worst, losses->loss[asset][j]);
    return worst;
}

/* Sum over assets with gains counted at `share`; `self` at node j, the others at `rest`. */
static double joint_loss(const table *losses, double share, uint32_t self, uint32_t j,
                         uint32_t rest)
{
    double sum = 0;
    for (uint32_t a = 0; a < losses->assets; a++) {
        double loss = losses->loss[a][a == self ? j : rest];
        sum += loss > 0 ? loss : share * loss;
    }
    return sum;
}

/* The node at -gamma times the price with the same volatility; the column count if none. */
static uint32_t opposite(const hpm_scenario_set *set, double gamma, uint32_t j)
{
    uint32_t count = hpm_scenario_set_count(set), grid = set->prices.count * set->vols.count;
    hpm_scenario here = hpm_scenario_set_at(set, j);
    for (uint32_t k = 0; k < grid && j < grid; k++) {
        hpm_scenario there = hpm_scenario_set_at(set, k);
        if (there.price == -gamma * here.price && k % set->vols.count == j % set->vols.count)
            return k;
    }
    return count;
}

/* The most that joint scenarios lose in which some underlying is at node j. */
static double joint_at(const reader *from, const table *losses, const hpm_rule_joint *rule,
                       uint32_t j)
{
    const hpm_scenario_set *sets = from->rulebook->sets.items;
    uint32_t rest = opposite(&sets[rule->set_index], rule->opposite_share, j);
    double most = fmax(0, joint_loss(losses, rule->offset_share, HPM_NONE, j, j));
    for (uint32_t a = 0; a < losses->assets; a++) {
        most = fmax(most, losses->loss[a][j]);
        if (rest < losses->columns)
            most = fmax(most, joint_loss(losses, rule->offset_share, a, j, rest));
    }
    return most;
}

static oracle_worst worst_joint(const reader *from, const table *losses,
                                const hpm_component *component, uint32_t reported)
{
    const hpm_rule_joint *rule = &component->rule.joint;
    oracle_worst out = {{0, losses->bound}, 0, 0};
    double sum = 0;
    for (uint32_t j = 0; j < losses->columns; j++)
        out.worst.value = fmax(out.worst.value, joint_at(from, losses, rule, j));
    for (uint32_t a = 0; a < losses->assets; a++)
        sum += own_worst(losses, a);
    if (reported != HPM_NONE)
        out.at_column = joint_at(from, losses, rule, reported - losses->first);
    out.is_floor = rule->alone_floor * sum > out.worst.value;
    out.worst.value = fmax(out.worst.value, rule->alone_floor * sum);
    return out;
}

/* Each underlying's own worst, summed; at the reported column: the leading underlying's. */
static oracle_worst worst_single(const table *losses, uint32_t reported)
{
    oracle_worst out = {{0, losses->bound}, 0, 0};
    double leading = 0;
    for (uint32_t a = 0; a < losses->assets; a++) {
        out.worst.value += own_worst(losses, a);
        leading = fmax(leading, own_worst(losses, a));
    }
    double others = out.worst.value - leading, most = 0;
    for (uint32_t a = 0; a < losses->assets && reported != HPM_NONE; a++)
        most = fmax(most, losses->loss[a][reported - losses->first]);
    out.at_column = others + most;
    return out;
}

int oracle_covers(const hpm_rulebook *rulebook, const hpm_component *component, uint32_t column)
{
    const hpm_scenario_set *set, *sets = rulebook->sets.items;
    if (column == HPM_NONE) return 0;
    hpm_scenario_of_column(rulebook, column, &set);
    const reading how = reading_of(component);
    return set >= sets + how.set && set < sets + how.set + how.set_count;
}

oracle_worst oracle_component(const desk *on, const outcome *of, const hpm_component *component,
                              uint32_t reported_column)
{
    reader from = read_begin(on, of);
    table *losses = losses_of(&from, component);
    if (reported_column != HPM_NONE)
        assert_in_range(reported_column, losses->first, losses->first + losses->columns - 1);
    return component->kind == HPM_COMPONENT_JOINT_GRID
               ? worst_joint(&from, losses, component, reported_column)
               : worst_single(losses, reported_column);
}

/* ---- Sizes -------------------------------------------------------------------------------- */

double oracle_gross(const desk *on, const outcome *of)
{
    reader from = read_begin(on, of);
    const hpm_balance *balances = hpm_account_balances(of->account);
    double gross = 0;
    for (uint32_t i = 0; i < of->account->balance_count; i++)
        gross += fabs((double)balances[i].amount.e8 / 1e8 * price_of(&from, balances[i].asset));
    for (uint32_t h = 0; h < of->portfolio.holding_count; h++) {
        const hpm_holding *one = &of->portfolio.holdings[h];
        double units = fabs((double)one->lots * on->array.units_per_lot[one->instrument]);
        gross += units * (price_of(&from, held(&from, h)->underlying) + held(&from, h)->strike);
        gross += fabs(unrealised_of(&from, h)) * price_of(&from, held(&from, h)->settlement);
    }
    return gross;
}

double oracle_tick_bound(const desk *on, const outcome *of, double per_tick)
{
    reader from = read_begin(on, of);
    double bound = NOISE * oracle_gross(on, of);
    for (uint32_t h = 0; h < of->portfolio.holding_count; h++) {
        double per_lot = 0.5e-12 * price_of(&from, held(&from, h)->underlying);
        bound += per_tick * fabs(lots_of(&from, h)) * per_lot;
        bound += per_tick * half_ticks(&from, h) * price_of(&from, held(&from, h)->settlement);
    }
    return bound;
}
