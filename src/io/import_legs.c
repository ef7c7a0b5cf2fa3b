/* Several positions in one instrument made one: what is left, at its entry price, and what longs
 * and shorts have gained against each other. */
#include "io/import_legs.h"

#include <assert.h>
#include <math.h>

/* Those of one sign together. */
typedef struct side {
    int64_t quantity_e8; /* >= 0 */
    double weighted;     /* sum of quantity * price; inverse: of quantity / price */
    double price;        /* of the last one: that of all where there is one */
    uint32_t count;
} side;

static hpm_status add_leg(side *to, const hpm_position *leg, hpm_payoff payoff, hpm_error *error)
{
    if (leg->quantity.e8 == INT64_MIN)
        return hpm_fail(error, HPM_E_OVERFLOW, "positions", "more contracts than can be counted");
    int64_t size_e8 = leg->quantity.e8 < 0 ? -leg->quantity.e8 : leg->quantity.e8;
    double size = hpm_e8_to_double(size_e8);
    to->weighted += payoff == HPM_INVERSE ? size / leg->entry_price : size * leg->entry_price;
    to->price = leg->entry_price;
    to->count++;
    if (hpm_e8_add(&to->quantity_e8, to->quantity_e8, size_e8) == HPM_OK) return HPM_OK;
    return hpm_fail(error, HPM_E_OVERFLOW, "positions", "more contracts than can be counted");
}

static double price_of(const side *of, hpm_payoff payoff)
{
    double size = hpm_e8_to_double(of->quantity_e8);
    if (of->count == 1) return of->price;
    return payoff == HPM_INVERSE ? size / of->weighted : of->weighted / size;
}

/* What `matched` contracts bought at one price and sold at the other have gained. */
static double gain_of(double bought, double sold, double matched, hpm_payoff payoff,
                      double contract_size)
{
    double units = matched * contract_size;
    return payoff == HPM_INVERSE ? units * (1 / bought - 1 / sold) : units * (sold - bought);
}

/* Whatever the prices: quantities alone, and the funding of all. */
static hpm_status sum_up(hpm_position *net, side sides[2], const hpm_position *legs, size_t count,
                         hpm_payoff payoff, hpm_error *error)
{
    hpm_status status = HPM_OK;
    for (size_t i = 0; i < count && status == HPM_OK; i++) {
        const hpm_position *leg = &legs[i];
        if (hpm_e8_add(&net->funding.e8, net->funding.e8, leg->funding.e8) != HPM_OK)
            return hpm_fail(error, HPM_E_OVERFLOW, "positions", "more funding than can be counted");
        if (leg->quantity.e8 == 0) continue;
        status = add_leg(&sides[leg->quantity.e8 < 0], leg, payoff, error);
    }
    net->quantity.e8 = sides[0].quantity_e8 - sides[1].quantity_e8;
    return status;
}

static hpm_status realise(hpm_position *net, const side sides[2], hpm_payoff payoff,
                          double contract_size, hpm_error *error)
{
    int64_t gain_e8 = 0;
    int64_t matched_e8 =
        sides[0].quantity_e8 < sides[1].quantity_e8 ? sides[0].quantity_e8 : sides[1].quantity_e8;
    if (matched_e8 == 0) return HPM_OK;
    double gain = gain_of(price_of(&sides[0], payoff), price_of(&sides[1], payoff),
                          hpm_e8_to_double(matched_e8), payoff, contract_size);
    if (hpm_e8_from_double(&gain_e8, gain, HPM_ROUND_FLOOR) == HPM_OK &&
        hpm_e8_add(&net->funding.e8, net->funding.e8, gain_e8) == HPM_OK)
        return HPM_OK;
    return hpm_fail(error, HPM_E_RANGE, "positions", "a gain beyond what can be counted (%g)",
                    gain);
}

/* Options have no entry price: their marks are what they are worth. */
static size_t count_priced(const hpm_position *legs, size_t count, size_t *open)
{
    size_t priced = 0;
    *open = 0;
    for (size_t i = 0; i < count; i++) {
        *open += legs[i].quantity.e8 != 0;
        priced += legs[i].quantity.e8 != 0 && !isnan(legs[i].entry_price);
    }
    return priced;
}

hpm_status hpm_import_legs_net(hpm_position *net, const hpm_position *legs, size_t count,
                               hpm_payoff payoff, double contract_size, hpm_error *error)
{
    side sides[2] = {{0}, {0}}; /* long, short */
    size_t open;
    assert(count > 0);
    size_t priced = count_priced(legs, count, &open);
    *net = (hpm_position){.instrument = legs[0].instrument, .entry_price = (double)NAN};
    if (priced != 0 && priced != open)
        return hpm_fail(error, HPM_E_FIELD_MISSING, "positions",
                        "one of several positions in an instrument has no entry price");
    hpm_status status = sum_up(net, sides, legs, count, payoff, error);
    if (status != HPM_OK || priced == 0) return status;
    if (net->quantity.e8 != 0) net->entry_price = price_of(&sides[net->quantity.e8 < 0], payoff);
    return realise(net, sides, payoff, contract_size, error);
}
