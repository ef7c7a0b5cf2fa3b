/* The smallest payoff of a bucket: one walk over its strikes. */
#include "margin/payoff_floor.h"

#include <float.h>
#include <math.h>

#include "risk/shock.h"

static const hpm_instrument *instrument_of(const hpm_exposure *exposure, uint32_t holding)
{
    return &exposure->catalog->instruments[exposure->portfolio->holdings[holding].instrument];
}

/* A coin-settled future of `units` at its mark pays units * (1 - mark/price) coins: the same in
 * quote currency. */
static double payoff_at(const hpm_exposure *exposure, uint32_t holding, double price,
                        double discount)
{
    const hpm_instrument *row = instrument_of(exposure, holding);
    double units = exposure->units[holding];
    if (row->kind != HPM_OPTION) {
        uint32_t id = exposure->portfolio->holdings[holding].instrument;
        return units * (price - exposure->market->mark[id].value);
    }
    double in_the_money = row->is_call ? price - row->strike : row->strike - price;
    return in_the_money > 0 ? units * discount * in_the_money : 0;
}

/* ---- The lowest price --------------------------------------------------------------------- */

/* A run where its underlying settles as low as it can. */
typedef struct outset {
    double price, payoff;
    double slope;       /* of the payoff just above the price */
    double slope_error; /* more than sums of slopes can be off: 0.3 - 0.2 - 0.1 is not 0 */
    uint32_t options, linear, inverse; /* holdings that are not zero */
} outset;

static void add_holding(outset *at, const hpm_exposure *exposure, uint32_t holding, double discount)
{
    const hpm_instrument *row = instrument_of(exposure, holding);
    double units = exposure->units[holding];
    if (row->payoff == HPM_INVERSE)
        at->inverse++;
    else
        at->linear++;
    at->payoff += payoff_at(exposure, holding, at->price, discount);
    if (row->kind == HPM_OPTION) {
        units *= discount;
        at->options++;
    }
    at->slope_error += fabs(units);
    if (row->kind != HPM_OPTION || (row->is_call && row->strike <= at->price))
        at->slope += units;
    else if (!row->is_call && row->strike > at->price)
        at->slope -= units;
}

static outset set_out(const hpm_exposure *exposure, const hpm_bucket_run *run, uint32_t expiry,
                      double discount)
{
    const hpm_curve_point *point = &exposure->market->curve[expiry];
    outset at = {.price = point->observed_share * point->observed_price};
    for (uint32_t h = run->first; h < run->end; h++)
        if (exposure->portfolio->holdings[h].lots != 0) add_holding(&at, exposure, h, discount);
    at.slope_error *= (at.linear + at.inverse) * DBL_EPSILON;
    return at;
}

/* ---- The walk ----------------------------------------------------------------------------- */

/* Beyond each strike an option adds its units to the slope: a call begins to pay, a put ends to. */
static void walk(hpm_payoff_floor *below, const hpm_exposure *exposure, const hpm_bucket_run *run,
                 const outset *from)
{
    double price = from->price, payoff = from->payoff, slope = from->slope;
    below->least = payoff;
    below->price = price;
    for (uint32_t h = run->first; h < run->end; h++) {
        const hpm_instrument *row = instrument_of(exposure, h);
        if (row->kind != HPM_OPTION || row->strike <= from->price ||
            exposure->portfolio->holdings[h].lots == 0)
            continue;
        payoff += slope * (row->strike - price);
        price = row->strike;
        slope += exposure->units[h] * below->discount;
        if (payoff < below->least) {
            below->least = payoff;
            below->price = price;
        }
    }
    if (slope < -from->slope_error) below->least = -INFINITY;
}

/* A value of now in the settlement asset, in quote currency. */
static double in_quote(const hpm_payoff_floor *below, double value)
{
    return below->forward != 0 ? value * below->forward : value;
}

static hpm_payoff_floor find_floor(const hpm_exposure *exposure, uint32_t run, double discount)
{
    const hpm_bucket_run *held = &exposure->portfolio->runs[run];
    const uint32_t expiry = hpm_run_bucket(exposure, run)->expiry;
    hpm_payoff_floor below = {-INFINITY, NAN, discount, 0};
    if (expiry == HPM_NONE || held->end - held->first < 2) return below;
    outset from = set_out(exposure, held, expiry, discount);
    if (from.options == 0 || from.linear + from.inverse < 2) return below;
    if (from.linear != 0 && from.inverse != 0) return below;
    walk(&below, exposure, held, &from);
    if (from.inverse != 0) below.forward = exposure->array->shocks->base_forward[expiry];
    double now = in_quote(&below, hpm_run_total(exposure, run, HPM_COLUMN_VALUE));
    if (now < below.least) {
        below.least = now;
        below.price = NAN;
    }
    return below;
}

/* Several components ask for the same one. */
hpm_payoff_floor hpm_run_floor(const hpm_exposure *exposure, uint32_t run, double discount)
{
    hpm_payoff_floor *floor = &exposure->floors[run];
    if (floor->discount != discount) *floor = find_floor(exposure, run, discount);
    return *floor;
}

double hpm_holding_floor_at(const hpm_exposure *exposure, uint32_t holding,
                            const hpm_payoff_floor *below, double forward)
{
    const uint32_t value = exposure->array->extra + HPM_COLUMN_VALUE;
    double part = isnan(below->price)
                      ? in_quote(below, hpm_holding_column(exposure, holding, value))
                      : payoff_at(exposure, holding, below->price, below->discount);
    return below->forward != 0 ? part / forward : part;
}
