/* One European option under one scenario: the formula that fills a row of the risk array. */
#ifndef HPM_PRICE_OPTION_H
#define HPM_PRICE_OPTION_H

#include "price/black76.h"
#include "price/inverse.h"

/* One option (the row) and the scenarios (the columns). The arrays belong to the caller. */
typedef struct hpm_option_fill {
    double strike;
    double sign;   /* +1 call, -1 put */
    double vol;    /* annual, of this strike, unshocked */
    double value0; /* hpm_option_value in the scenario without shocks */
    double scale;  /* ticks per unit of settlement currency */
    int inverse;   /* nonzero: settled in coin, the value is divided by the forward */
    const double *forward;
    const double *vol_mult;
    const double *vol_add;
    const double *vol_floor;
    const double *sqrt_tau;
    const double *discount;
} hpm_option_fill;

/* The same in parts, so that a kernel can fix `inverse` outside its loop. */
HPM_INLINE double hpm_option_value_at(const hpm_option_fill *row, int inverse, size_t j)
{
    double forward = row->forward[j];
    double vol = fma(row->vol, row->vol_mult[j], row->vol_add[j]);
    vol = vol < row->vol_floor[j] ? row->vol_floor[j] : vol;
    double value = hpm_black76(forward, row->strike, vol * row->sqrt_tau[j], row->sign);
    value *= row->discount[j];
    return inverse ? hpm_inverse_value(value, forward) : value;
}

/* Value of one unit in scenario j, in settlement currency: discount black76(forward, strike,
 * max(floor, vol mult + add) sqrt(tau)), over forward if inverse. */
HPM_INLINE double hpm_option_value(const hpm_option_fill *row, size_t j)
{
    return hpm_option_value_at(row, row->inverse, j);
}

#endif
