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

/* sigma sqrt(T) of the row in scenario j. */
HPM_INLINE double hpm_option_total_vol(const hpm_option_fill *row, size_t j)
{
    double vol = fma(row->vol, row->vol_mult[j], row->vol_add[j]);
    vol = vol < row->vol_floor[j] ? row->vol_floor[j] : vol;
    return vol * row->sqrt_tau[j];
}

/* The Black-76 value of scenario j, discounted and, if inverse, turned into coin. */
HPM_INLINE double hpm_option_settle(const hpm_option_fill *row, int inverse, double black, size_t j)
{
    double value = row->discount[j] * black;
    return inverse ? hpm_inverse_value(value, row->forward[j]) : value;
}

/* Value of one unit in scenario j, in settlement currency: discount black76(forward, strike,
 * max(floor, vol mult + add) sqrt(tau)), over forward if inverse. */
HPM_INLINE double hpm_option_value(const hpm_option_fill *row, size_t j)
{
    double black =
        hpm_black76(row->forward[j], row->strike, hpm_option_total_vol(row, j), row->sign);
    return hpm_option_settle(row, row->inverse, black, j);
}

#endif
