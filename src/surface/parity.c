/* The consensus of put-call parity over strikes. */
#include "surface/parity.h"

#include <math.h>

#include "market/input.h"
#include "math/elementary.h"

#define GRAIN 5e-4 /* of the forward, and of the discount factor */

enum { ROUNDS = 3, STRIKES_FOR_A_RATE = 3 };

static const forward_view nothing = {NAN, NAN, NAN, NAN, 0};

/* Prices scale with the underlying, in coin not at all. Where call and put are of two moments,
 * neither is wrong by more than half the way between these. */
parity_pair parity_brought(const parity_pair *pair, hpm_payoff payoff, double stated)
{
    const double call = pair->underlying[0], put = pair->underlying[1];
    parity_pair out = *pair;
    if (!(call > 0 && put > 0)) return out;
    double ratio = stated / (0.5 * (call + put)), unit = payoff == HPM_INVERSE ? 1 : ratio;
    out.strike *= ratio;
    out.difference *= unit;
    double level = payoff == HPM_INVERSE ? 1 - out.difference : out.strike; /* K/F, or about F */
    double slack = fabs(level) * fabs(call - put) / (call + put);
    out.low = fma(unit, pair->low, -slack);
    out.high = fma(unit, pair->high, slack);
    return out;
}

static opinion opinion_of(const parity_pair *pair, const hpm_surface_rules *rules)
{
    return (opinion){.age_s = pair->age_s, .trust = surface_trust(pair->age_s, rules)};
}

/* 0 where a side leaves the forward open without bound, or leaves nothing. */
static int coin_opinion(opinion *out, const parity_pair *pair)
{
    if (!(pair->high < 1)) return 0;
    out->value = pair->strike / (1 - pair->difference);
    out->low = pair->strike / (1 - pair->low);
    out->high = pair->strike / (1 - pair->high);
    return 1;
}

static int cash_opinion(opinion *out, const parity_pair *pair, double discount)
{
    out->value = pair->strike + pair->difference / discount;
    out->low = pair->strike + pair->low / discount;
    out->high = pair->strike + pair->high / discount;
    return 1;
}

static forward_view agreed_forward(opinion *items, const parity_pair *pairs, size_t count,
                                   hpm_payoff payoff, double discount,
                                   const hpm_surface_rules *rules)
{
    size_t kept = 0, agreed;
    for (size_t i = 0; i < count; i++) {
        items[kept] = opinion_of(&pairs[i], rules);
        kept += (size_t)(items[kept].trust > 0 &&
                         (payoff == HPM_INVERSE ? coin_opinion(&items[kept], &pairs[i])
                                                : cash_opinion(&items[kept], &pairs[i], discount)));
    }
    if (kept == 0) return nothing;
    opinion found = consensus_of(&agreed, items, kept, GRAIN);
    if (!(found.value > 0 && found.value <= HPM_PRICE_MAX)) return nothing;
    return (forward_view){found.value, found.low, found.high, found.age_s, (uint32_t)agreed};
}

/* The discount factor that the strikes agree on, given the forward; 1 where they allow it to be 1,
 * or do not tell. */
static double agreed_discount(opinion *items, const parity_pair *pairs, size_t count,
                              double forward, const hpm_surface_rules *rules)
{
    size_t kept = 0, agreed = 0;
    for (size_t i = 0; i < count; i++) {
        double distance = forward - pairs[i].strike;
        items[kept] = opinion_of(&pairs[i], rules);
        if (!(items[kept].trust > 0) || distance == 0) continue;
        items[kept].value = pairs[i].difference / distance;
        items[kept].low = (distance > 0 ? pairs[i].low : pairs[i].high) / distance;
        items[kept].high = (distance > 0 ? pairs[i].high : pairs[i].low) / distance;
        kept++;
    }
    if (kept < STRIKES_FOR_A_RATE) return 1;
    opinion found = consensus_of(&agreed, items, kept, GRAIN);
    int tells = agreed >= STRIKES_FOR_A_RATE && (found.low > 1 || found.high < 1);
    return tells && found.value > 0 ? found.value : 1;
}

/* Forward and discount in turns: near the money a strike tells the one and hardly the other, far
 * from it the reverse. */
static forward_view cash_forward(double *rate_annual, opinion *items, const parity_pair *pairs,
                                 size_t count, double tau_years, const hpm_surface_rules *rules)
{
    double discount = 1, rate = 0;
    forward_view view = agreed_forward(items, pairs, count, HPM_LINEAR, 1, rules);
    forward_view undiscounted = view;
    for (int round = 0; round < ROUNDS && view.count > 0 && tau_years > 0; round++) {
        discount = agreed_discount(items, pairs, count, view.value, rules);
        rate = discount == 1 ? 0 : -hpm_log(discount) / tau_years;
        if (rate == 0 || !(fabs(rate) <= HPM_RATE_MAX)) return undiscounted;
        view = agreed_forward(items, pairs, count, HPM_LINEAR, discount, rules);
    }
    *rate_annual = view.count > 0 ? rate : 0;
    return view;
}

forward_view parity_forward(double *rate_annual, opinion *items, const parity_pair *pairs,
                            size_t count, hpm_payoff payoff, double tau_years,
                            const hpm_surface_rules *rules)
{
    *rate_annual = 0;
    if (payoff == HPM_INVERSE) return agreed_forward(items, pairs, count, payoff, 1, rules);
    return cash_forward(rate_annual, items, pairs, count, tau_years, rules);
}
