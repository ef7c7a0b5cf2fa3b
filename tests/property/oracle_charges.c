/* Charges that are not of scenarios, told again from the rulebook's text. */
#include "oracle.h"

#include <math.h>
#include <string.h>

#include "oracle_reader.h"

/* Loss of one expiry (or of all perpetuals) of one underlying in a column, at current prices. */
static double expiry_loss(const reader *from, uint32_t underlying, uint32_t expiry, uint32_t column)
{
    double loss = 0;
    for (uint32_t h = 0; h < from->of->portfolio.holding_count; h++) {
        const hpm_instrument *row = held(from, h);
        if (row->underlying == underlying && row->expiry == expiry && row->kind != HPM_SPOT)
            loss -= amount_of(from, h, column) * price_of(from, row->settlement);
    }
    return loss;
}

/* Perpetuals of each underlying, then every expiry: each alone. */
static double basis_charge(const reader *from, const hpm_rule_basis *rule)
{
    const hpm_catalog *catalog = from->catalog;
    const hpm_scenario_set *sets = from->rulebook->sets.items;
    uint32_t first = from->rulebook->set_first[rule->set_index];
    uint32_t end = first + hpm_scenario_set_count(&sets[rule->set_index]);
    double sum = 0;
    for (uint32_t i = 0; i < catalog->asset_count + catalog->expiry_count; i++) {
        int is_dated = i >= catalog->asset_count;
        uint32_t expiry = is_dated ? i - catalog->asset_count : HPM_NONE;
        uint32_t asset = is_dated ? catalog->expiries[expiry].underlying : i;
        double worst = 0;
        if (!is_dated && rule->dated_only) continue;
        for (uint32_t c = first; c < end; c++)
            worst = fmax(worst, expiry_loss(from, asset, expiry, c));
        sum += worst * (rule->factor + rule->factor_tau * years_to(from, expiry));
    }
    return sum;
}

static const hpm_collateral_rule *rule_of(const reader *from, uint32_t asset)
{
    return hpm_rulebook_collateral(from->rulebook, from->catalog->assets[asset].name);
}

/* Tier by tier, what of the amount is between its ends. */
static double tiers_of(const hpm_list *tiers, double amount)
{
    const hpm_tier *rows = tiers->items;
    double sum = 0;
    for (uint32_t i = 0; i < tiers->count; i++) {
        double from = i == 0 ? 0 : rows[i - 1].up_to;
        double end = i + 1 == tiers->count ? INFINITY : rows[i].up_to;
        sum += rows[i].rate * fmax(0, fmin(amount, end) - from);
    }
    return sum;
}

static double balance_value(const reader *from, const hpm_balance *balance)
{
    return (double)balance->amount.e8 / 1e8 * price_of(from, balance->asset);
}

static double balance_haircut(const reader *from, const hpm_balance *balance)
{
    const hpm_collateral_rule *rule = rule_of(from, balance->asset);
    double value = balance_value(from, balance);
    double beyond = rule->cap > 0 ? fmax(0, value - rule->cap) : 0;
    int is_coin = from->catalog->assets[balance->asset].kind == HPM_ASSET_COIN;
    double haircut =
        is_coin && !isnan(rule->residual_haircut) ? rule->residual_haircut : rule->haircut;
    double surcharge = is_coin && !isnan(rule->residual_surcharge) ? rule->residual_surcharge
                                                                   : rule->liability_surcharge;
    int is_residual = is_coin && !isnan(rule->residual_haircut);
    if (value >= 0 && rule->tiers.count > 0 && !is_residual)
        return beyond + tiers_of(&rule->tiers, value - beyond);
    if (value >= 0) return beyond + (value - beyond) * haircut;
    return -value * surcharge - value * rule->interest_annual * from->rulebook->interest_days / 365;
}

/* What a balance counts for, by each way of counting, is told from its worth. */
static double haircut_of(const reader *from, const hpm_balance *balance,
                         const hpm_rule_haircut *rule)
{
    const char *asset = from->catalog->assets[balance->asset].name;
    double worth = balance_value(from, balance), haircut = balance_haircut(from, balance);
    int is_cash = strcmp(asset, from->rulebook->numeraire) == 0 ||
                  balance->asset == from->on->array.market->reporting;
    double peg = is_cash || rule->counted_in == HPM_COUNT_NUMERAIRE ? 1 : from->numeraire;
    if (rule->part == HPM_HAIRCUT_INITIAL)
        return fmax(worth, 0) * peg *
               hpm_rulebook_collateral(from->rulebook, asset)->initial_haircut;
    return worth <= 0 ? haircut : fmax(worth - peg * (worth - haircut), 0);
}

static double haircut_charge(const reader *from, const hpm_rule_haircut *rule)
{
    const hpm_balance *balances = hpm_account_balances(from->of->account);
    double sum = 0;
    for (uint32_t i = 0; i < from->of->account->balance_count; i++)
        sum += haircut_of(from, &balances[i], rule);
    return sum;
}

static double close_out_charge(const reader *from, const hpm_rule_close_out *rule)
{
    double sum = 0;
    for (uint32_t h = 0; h < from->of->portfolio.holding_count; h++) {
        const hpm_instrument *row = held(from, h);
        double notional = fabs(units_of(from, h)) * price_of(from, row->underlying);
        double mark = fabs(amount_of(from, h, from->on->array.extra + HPM_COLUMN_VALUE)) *
                      price_of(from, row->settlement);
        double fee = row->kind == HPM_OPTION
                         ? fmin(rule->option_fee * notional, rule->option_fee_cap * mark)
                         : rule->future_fee * notional;
        if (row->kind != HPM_SPOT) sum += fee + rule->liquidation_fee * notional;
    }
    return sum;
}

/* |net delta| of each expiry, and of the perpetuals, times its basis move. */
static double roll_charge(const reader *from)
{
    const hpm_catalog *catalog = from->catalog;
    double sum = 0;
    for (uint32_t i = 0; i < catalog->asset_count + catalog->expiry_count; i++) {
        int is_dated = i >= catalog->asset_count;
        uint32_t expiry = is_dated ? i - catalog->asset_count : HPM_NONE;
        uint32_t asset = is_dated ? catalog->expiries[expiry].underlying : i;
        const hpm_underlying_rule *rule =
            hpm_rulebook_underlying(from->rulebook, catalog->assets[asset].name);
        double delta = 0;
        for (uint32_t h = 0; h < from->of->portfolio.holding_count; h++)
            if (held(from, h)->underlying == asset && held(from, h)->expiry == expiry &&
                held(from, h)->kind != HPM_SPOT)
                delta += amount_of(from, h, from->on->array.extra + HPM_COLUMN_DELTA);
        if (delta != 0)
            sum += fabs(delta) / from->on->array.market->asset_price[asset].value *
                   price_of(from, asset) *
                   fmax(expm1(rule->basis_annual * years_to(from, expiry)), rule->basis_minimum);
    }
    return sum;
}

/* ---- Slopes and greeks -------------------------------------------------------------------- */

/* Equity in a coin but for the marks of contracts on the coin itself. */
static double coins_of(const reader *from, uint32_t asset)
{
    double coins = equity_in(from, asset).value;
    if (from->catalog->assets[asset].kind != HPM_ASSET_COIN) return 0;
    for (uint32_t h = 0; h < from->of->portfolio.holding_count; h++)
        if (held(from, h)->underlying == asset && held(from, h)->settlement == asset)
            coins -= amount_of(from, h, from->on->array.extra + HPM_COLUMN_VALUE);
    return coins;
}

static double payoff_of(const hpm_instrument *row, double price)
{
    return fmax(0, row->is_call ? price - row->strike : row->strike - price);
}

/* What a holding's payoff grows by per unit of the price that is not yet observed: above every
 * strike, or from 0 to `stretch`. */
static double slope_at(const reader *from, uint32_t holding, int is_high, double stretch)
{
    const hpm_instrument *row = held(from, holding);
    double units = units_of(from, holding), price = is_high ? 1e9 : 0, step = is_high ? 1 : stretch;
    if (row->kind != HPM_OPTION) return units;
    const hpm_curve_point *point = &from->on->array.market->curve[row->expiry];
    double open = 1 - point->observed_share;
    price = open * price + point->observed_share * point->observed_price;
    return units * (payoff_of(row, price + open * step) - payoff_of(row, price)) / step;
}

static double tail_charge(const reader *from, const hpm_rule_tail *rule)
{
    double sum = 0;
    for (uint32_t a = 0; a < from->catalog->asset_count; a++) {
        double above = coins_of(from, a), below = above;
        double stretch = rule->rate * from->on->array.market->asset_price[a].value;
        for (uint32_t h = 0; h < from->of->portfolio.holding_count; h++) {
            if (held(from, h)->underlying != a) continue;
            above += slope_at(from, h, 1, stretch);
            below += slope_at(from, h, 0, stretch);
        }
        if (above != 0 || below != 0)
            sum += fmax(fmax(0, -above), below) * rule->rate * price_of(from, a);
    }
    return sum;
}

static double greek_of(const reader *from, uint32_t underlying, uint32_t expiry, hpm_column column)
{
    double sum = 0;
    for (uint32_t h = 0; h < from->of->portfolio.holding_count; h++)
        if (held(from, h)->underlying == underlying &&
            (expiry == HPM_NONE || held(from, h)->expiry == expiry))
            sum += amount_of(from, h, from->on->array.extra + (uint32_t)column);
    return sum; /* in the reporting currency */
}

static double impact_cost(double size, double depth, double spread)
{
    double depths = depth > 0 ? fabs(size) / depth : 0;
    return fabs(size) * spread * sqrt(fmax(1, depths));
}

static double liquidity_charge(const reader *from)
{
    double sum = 0;
    for (uint32_t a = 0; a < from->catalog->asset_count; a++) {
        const hpm_underlying_rule *rule = underlying_rule_of(from, a);
        sum += impact_cost(greek_of(from, a, HPM_NONE, HPM_COLUMN_DELTA), rule->delta_depth,
                           rule->delta_spread);
    }
    for (uint32_t e = 0; e < from->catalog->expiry_count; e++) {
        uint32_t asset = from->catalog->expiries[e].underlying;
        const hpm_underlying_rule *rule = underlying_rule_of(from, asset);
        sum += impact_cost(greek_of(from, asset, e, HPM_COLUMN_VEGA), rule->vega_depth,
                           rule->vega_spread);
    }
    return sum / from->numeraire;
}

/* ---- Pegs, funding, tokens ---------------------------------------------------------------- */

static double depeg_charge(const reader *from, const hpm_rule_depeg *rule)
{
    double worst = 0, sum = 0;
    for (uint32_t a = 0; a < from->catalog->asset_count; a++) {
        double price = from->on->array.market->asset_price[a].value;
        double exposed = fabs(equity_in(from, a).value) * price_of(from, a);
        if (from->catalog->assets[a].kind != HPM_ASSET_STABLECOIN ||
            a == from->on->array.market->reporting || isnan(price))
            continue;
        worst = fmax(worst, exposed * rule_of(from, a)->depeg_shock);
        sum += exposed * rule->slope * fmax(0, rule->threshold - price);
    }
    return worst + sum;
}

static double funding_charge(const reader *from, const hpm_rule_funding *rule)
{
    double sum = 0;
    for (uint32_t h = 0; h < from->of->portfolio.holding_count; h++) {
        uint32_t underlying = held(from, h)->underlying;
        if (held(from, h)->kind == HPM_PERPETUAL)
            sum += fabs(units_of(from, h)) * price_of(from, underlying) *
                   underlying_rule_of(from, underlying)->funding_rate * rule->periods;
    }
    return sum;
}

static double wrong_way_charge(const reader *from)
{
    const hpm_balance *balances = hpm_account_balances(from->of->account);
    double sum = 0;
    for (uint32_t i = 0; i < from->of->account->balance_count; i++) {
        const hpm_collateral_rule *rule = rule_of(from, balances[i].asset);
        uint32_t asset = hpm_catalog_find_asset(from->catalog, rule->follows);
        if (asset == HPM_NONE || isnan(price_of(from, asset))) continue;
        double counted = balance_value(from, &balances[i]) - balance_haircut(from, &balances[i]);
        double exposed = greek_of(from, asset, HPM_NONE, HPM_COLUMN_DELTA) / from->numeraire +
                         coins_of(from, asset) * price_of(from, asset);
        sum += rule->wrong_way * fmax(0, fmin(counted, exposed));
    }
    return sum;
}

/* ---- Baselines ---------------------------------------------------------------------------- */

/* Index price per numeraire times a share of units; a short put no less than a share of its mark;
 * what is held pays its mark. */
static double standard_option(const reader *from, uint32_t holding, const hpm_rule_standard *rule)
{
    const hpm_instrument *row = held(from, holding);
    double index = from->on->array.market->asset_price[row->underlying].value;
    double out_of_the_money = row->is_call ? row->strike - index : index - row->strike;
    double mark = amount_of(from, holding, from->on->array.extra + HPM_COLUMN_VALUE) *
                  price_of(from, row->settlement);
    double sold = -units_of(from, holding);
    double apart = rule->without_marks ? mark : 0;
    if (sold <= 0) return mark - apart;
    double share =
        fmax(rule->short_option - fmax(0, out_of_the_money) / index, rule->short_option_least);
    double charge = share * sold * price_of(from, row->underlying);
    return (row->is_call ? charge : fmax(charge, -rule->put_mark * mark)) - apart;
}

static double standard_charge(const reader *from, const hpm_rule_standard *rule)
{
    double sum = 0;
    for (uint32_t h = 0; h < from->of->portfolio.holding_count; h++)
        if (held(from, h)->kind == HPM_OPTION) sum += standard_option(from, h, rule);
    for (uint32_t a = 0; a < from->catalog->asset_count; a++) {
        double net = 0;
        for (uint32_t h = 0; h < from->of->portfolio.holding_count; h++) {
            hpm_kind kind = held(from, h)->kind;
            if (held(from, h)->underlying == a && (kind == HPM_FUTURE || kind == HPM_PERPETUAL))
                net += units_of(from, h);
        }
        double millions = fabs(net) * from->on->array.market->asset_price[a].value / 1e6;
        if (net != 0)
            sum += fabs(net) * price_of(from, a) *
                   fmin(1, rule->future + rule->future_growth * millions);
    }
    return sum;
}

static double net_delta_charge(const reader *from, const hpm_rule_net_delta *rule)
{
    double sum = 0;
    for (uint32_t a = 0; a < from->catalog->asset_count; a++) {
        double coins = coins_of(from, a);
        double net = greek_of(from, a, HPM_NONE, HPM_COLUMN_DELTA) / from->numeraire;
        if (coins != 0) net += coins * price_of(from, a);
        sum += fabs(net) * underlying_rule_of(from, a)->price_range * rule->ranges;
    }
    return sum;
}

/* What one side of an underlying has against the other is hedged; the rest is net. */
static double gross_delta_charge(const reader *from, const hpm_rule_gross_delta *rule)
{
    double sum = 0;
    for (uint32_t a = 0; a < from->catalog->asset_count; a++) {
        double longs = 0, shorts = 0;
        for (uint32_t h = 0; h < from->of->portfolio.holding_count; h++) {
            hpm_kind kind = held(from, h)->kind;
            if (held(from, h)->underlying != a) continue;
            if (rule->futures_only && kind != HPM_FUTURE && kind != HPM_PERPETUAL) continue;
            double delta = amount_of(from, h, from->on->array.extra + HPM_COLUMN_DELTA);
            *(delta > 0 ? &longs : &shorts) += fabs(delta) / from->numeraire;
        }
        sum += rule->net * fabs(longs - shorts) + rule->hedged * fmin(longs, shorts);
    }
    return sum;
}

/* ---- Tiers, loans, slippage --------------------------------------------------------------- */

static double position_tiers_charge(const reader *from)
{
    double sum = 0;
    for (uint32_t h = 0; h < from->of->portfolio.holding_count; h++) {
        const hpm_instrument *row = held(from, h);
        double mark =
            from->on->array.market->mark[from->of->portfolio.holdings[h].instrument].value;
        if (row->kind != HPM_FUTURE && row->kind != HPM_PERPETUAL) continue;
        double each = row->payoff == HPM_INVERSE ? price_of(from, row->underlying)
                                                 : mark * price_of(from, row->settlement);
        sum += tiers_of(&underlying_rule_of(from, row->underlying)->position_tiers,
                        fabs(units_of(from, h)) * each);
    }
    return sum;
}

static double borrowed_charge(const reader *from, const hpm_rule_borrowed *rule)
{
    const hpm_balance *balances = hpm_account_balances(from->of->account);
    double sum = 0;
    for (uint32_t i = 0; i < from->of->account->balance_count; i++)
        sum += rule->rate * fmax(0, -balance_value(from, &balances[i]));
    return sum;
}

static double slippage_charge(const reader *from, const hpm_rule_slippage *rule)
{
    double sum = 0;
    for (uint32_t h = 0; h < from->of->portfolio.holding_count; h++) {
        const hpm_instrument *row = held(from, h);
        if (row->kind != HPM_OPTION) continue;
        double delta = fabs(amount_of(from, h, from->on->array.extra + HPM_COLUMN_DELTA));
        double mark = amount_of(from, h, from->on->array.extra + HPM_COLUMN_VALUE) *
                      price_of(from, row->settlement);
        double cost = fmax(rule->least * fabs(units_of(from, h)) * price_of(from, row->underlying),
                           rule->per_delta * delta / from->numeraire);
        sum += units_of(from, h) > 0 ? fmin(cost, mark) : cost;
    }
    return sum;
}

/* ---- Confidence --------------------------------------------------------------------------- */

/* 1 - confidence * (1 up to the soft limit, linear to 0 at the hard one). */
static double doubt_of(const reader *from, const hpm_input *input, const hpm_rule_confidence *rule)
{
    const hpm_rulebook *limits = from->rulebook;
    double fresh =
        input->age_s <= limits->age_soft_s
            ? 1
            : (limits->age_hard_s - input->age_s) / (limits->age_hard_s - limits->age_soft_s);
    double trust = input->confidence * fresh;
    return trust < rule->threshold ? 1 - trust : 0;
}

static double position_doubts(const reader *from, uint32_t holding, const hpm_rule_confidence *rule)
{
    const hpm_market *market = from->on->array.market;
    const hpm_instrument *row = held(from, holding);
    uint32_t id = from->of->portfolio.holdings[holding].instrument;
    double doubts = doubt_of(from, &market->asset_price[row->underlying], rule);
    if (row->settlement != row->underlying)
        doubts += doubt_of(from, &market->asset_price[row->settlement], rule);
    if (row->kind != HPM_OPTION) return doubts + doubt_of(from, &market->mark[id], rule);
    return doubts + doubt_of(from, &market->vol[id], rule) +
           doubt_of(from, &market->curve[row->expiry].forward, rule) +
           doubt_of(from, &market->vol_atm[row->expiry], rule);
}

/* Each input by itself; the least of some is told by the venue's cases (tests/conform). */
static double confidence_charge(const reader *from, const hpm_rule_confidence *rule)
{
    const hpm_balance *balances = hpm_account_balances(from->of->account);
    double sum = 0;
    if (rule->combine != HPM_CONFIDENCE_SUM) return NAN;
    for (uint32_t h = 0; h < from->of->portfolio.holding_count; h++)
        sum += fabs(units_of(from, h)) * price_of(from, held(from, h)->underlying) *
               position_doubts(from, h, rule);
    for (uint32_t i = 0; i < from->of->account->balance_count; i++)
        sum += fabs(balance_value(from, &balances[i])) *
               doubt_of(from, &from->on->array.market->asset_price[balances[i].asset], rule);
    return sum * rule->factor;
}

figure oracle_charge(const desk *on, const outcome *of, const hpm_component *component)
{
    reader from = read_begin(on, of);
    figure out = {NAN, oracle_tick_bound(on, of, 4)};
    switch (component->kind) {
    case HPM_COMPONENT_EXPIRY_BASIS:
        out.value = basis_charge(&from, &component->rule.basis);
        break;
    case HPM_COMPONENT_HAIRCUT:
        out.value = haircut_charge(&from, &component->rule.haircut);
        break;
    case HPM_COMPONENT_CLOSE_OUT:
        out.value = close_out_charge(&from, &component->rule.close_out);
        break;
    case HPM_COMPONENT_ROLL:
        out.value = roll_charge(&from);
        break;
    case HPM_COMPONENT_TAIL_SLOPE:
        out.value = tail_charge(&from, &component->rule.tail);
        break;
    case HPM_COMPONENT_LIQUIDITY:
        out.value = liquidity_charge(&from);
        break;
    case HPM_COMPONENT_DEPEG:
        out.value = depeg_charge(&from, &component->rule.depeg);
        break;
    case HPM_COMPONENT_FUNDING:
        out.value = funding_charge(&from, &component->rule.funding);
        break;
    case HPM_COMPONENT_WRONG_WAY:
        out.value = wrong_way_charge(&from);
        break;
    case HPM_COMPONENT_STANDARD_MARGIN:
        out.value = standard_charge(&from, &component->rule.standard);
        break;
    case HPM_COMPONENT_NET_DELTA:
        out.value = net_delta_charge(&from, &component->rule.net_delta);
        break;
    case HPM_COMPONENT_GROSS_DELTA:
        out.value = gross_delta_charge(&from, &component->rule.gross_delta);
        break;
    case HPM_COMPONENT_POSITION_TIERS:
        out.value = position_tiers_charge(&from);
        break;
    case HPM_COMPONENT_BORROWED:
        out.value = borrowed_charge(&from, &component->rule.borrowed);
        break;
    case HPM_COMPONENT_SLIPPAGE:
        out.value = slippage_charge(&from, &component->rule.slippage);
        break;
    case HPM_COMPONENT_EXPIRY_STRATEGY:
        out.value = oracle_strategy_charge(&from, &component->rule.strategy);
        break;
    case HPM_COMPONENT_GROSS_SIZE:
        out.value = oracle_gross_size_charge(&from, &component->rule.gross_size);
        break;
    case HPM_COMPONENT_CONFIDENCE:
        out.value = confidence_charge(&from, &component->rule.confidence);
        break;
    default:
        break;
    }
    return out;
}
