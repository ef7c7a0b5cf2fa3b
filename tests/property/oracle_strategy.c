/* The oracle of charges that go by position and not by scenario: options of an expiry by themselves
 * or held to expiry, and sizes without netting. Payoffs are summed anew at every price. */
#include <string.h>

#include "oracle_reader.h"

static const hpm_market *market_of(const reader *from)
{
    return from->on->array.market;
}

/* Of coin-settled contracts in quote currency. */
static double quote_price(const reader *from, const hpm_instrument *row)
{
    return row->payoff == HPM_INVERSE ? 1 / from->numeraire : price_of(from, row->settlement);
}

static double mark_of(const reader *from, uint32_t holding)
{
    return amount_of(from, holding, from->on->array.extra + HPM_COLUMN_VALUE) *
           price_of(from, held(from, holding)->settlement);
}

static double alone(const reader *from, uint32_t holding, const hpm_rule_strategy *rule)
{
    const hpm_instrument *row = held(from, holding);
    double index = market_of(from)->asset_price[row->underlying].value;
    double sold = -units_of(from, holding), worth = -mark_of(from, holding);
    double out_of_the_money = row->is_call ? row->strike - index : index - row->strike;
    double away = fmax(out_of_the_money, 0) / index;
    if (sold <= 0) return -worth;
    if (row->is_call) return sold * index * fmax(rule->short_call - away, rule->short_call_least);
    double floor = fmax(rule->put_floor * sold * index, rule->put_floor_mark * worth);
    return fmax(sold * index * fmax(rule->short_put - away, rule->short_put_least),
                rule->put_floor_multiple * (floor + worth) - worth);
}

static double pays(const hpm_instrument *row, double price)
{
    return fmax(row->is_call ? price - row->strike : row->strike - price, 0);
}

/* Options of the expiry of `one`. */
static int is_of(const reader *from, uint32_t holding, const hpm_instrument *one)
{
    const hpm_instrument *row = held(from, holding);
    return row->kind == HPM_OPTION && row->underlying == one->underlying &&
           row->expiry == one->expiry;
}

static double payoff_at(const reader *from, const hpm_instrument *one, double price)
{
    double sum = 0;
    for (uint32_t h = 0; h < from->of->portfolio.holding_count; h++)
        if (is_of(from, h, one))
            sum +=
                units_of(from, h) * quote_price(from, held(from, h)) * pays(held(from, h), price);
    return sum;
}

static double expiry_asks(const reader *from, const hpm_instrument *one,
                          const hpm_rule_strategy *rule)
{
    const hpm_curve_point *point = &market_of(from)->curve[one->expiry];
    double forward = point->observed_share * point->observed_price +
                     (1 - point->observed_share) * point->forward.value;
    double by_itself = 0, value = 0, calls = 0, least = fmin(payoff_at(from, one, 0), 0);
    for (uint32_t h = 0; h < from->of->portfolio.holding_count; h++) {
        const hpm_instrument *row = held(from, h);
        if (!is_of(from, h, one)) continue;
        by_itself += alone(from, h, rule);
        value += mark_of(from, h);
        if (row->is_call) calls += units_of(from, h) * quote_price(from, row);
        if (lots_of(from, h) != 0) least = fmin(least, payoff_at(from, one, row->strike));
    }
    return fmin(by_itself, value - least + rule->unpaired_call * forward * fmax(-calls, 0));
}

static int names(const hpm_list *list, const char *asset)
{
    for (uint32_t i = 0; i < list->count; i++)
        if (strcmp((const char *)list->items + i * HPM_ASSET_NAME_SIZE, asset) == 0) return 1;
    return 0;
}

/* The first option of each expiry speaks for all of it. */
double oracle_strategy_charge(const reader *from, const hpm_rule_strategy *rule)
{
    double sum = 0;
    for (uint32_t h = 0; h < from->of->portfolio.holding_count; h++) {
        const hpm_instrument *row = held(from, h);
        const char *asset = from->catalog->assets[row->underlying].name;
        int is_first = row->kind == HPM_OPTION;
        for (uint32_t k = 0; k < h; k++)
            is_first &= !is_of(from, k, row);
        if (!is_first || names(&rule->except, asset)) continue;
        if (rule->only.count == 0 || names(&rule->only, asset)) sum += expiry_asks(from, row, rule);
    }
    return sum;
}

double oracle_gross_size_charge(const reader *from, const hpm_rule_gross_size *rule)
{
    double sum = 0;
    for (uint32_t h = 0; h < from->of->portfolio.holding_count; h++) {
        const hpm_instrument *row = held(from, h);
        const hpm_underlying_rule *of = underlying_rule_of(from, row->underlying);
        double index = market_of(from)->asset_price[row->underlying].value;
        double mark = market_of(from)->mark[from->of->portfolio.holdings[h].instrument].value;
        double share = row->kind == HPM_PERPETUAL ? rule->perpetual
                       : row->kind == HPM_FUTURE  ? rule->future
                                                  : 0;
        double price = rule->price == HPM_GROSS_MARK ? mark * quote_price(from, row) : index;
        if (share != 0 && rule->multiple_of == HPM_GROSS_INITIAL) share *= of->linear_initial;
        if (share != 0 && rule->multiple_of == HPM_GROSS_MAINTENANCE)
            share *= of->linear_maintenance;
        if (row->kind == HPM_OPTION) {
            share = lots_of(from, h) > 0 ? rule->long_option : rule->short_option;
            price = index;
        }
        if (share != 0) sum += fabs(units_of(from, h)) * share * price;
    }
    return sum;
}
