/* Coin-settled contracts: one quote unit of an inverse future, and a value turned into coin. */
#ifndef HPM_PRICE_INVERSE_H
#define HPM_PRICE_INVERSE_H

#include "math/elementary.h"

/* 1/forward0 - 1/forward, the gain in coin of one quote unit bought at forward0. Both positive and
 * within 1e-150 to 1e150. As one fraction, so that nothing cancels: within 1.5 ULP, and exactly 0
 * when they are equal. */
HPM_INLINE double hpm_inverse_pnl(double forward, double forward0)
{
    return (forward - forward0) / (forward * forward0);
}

/* A value in quote currency as coin at the price `forward`. */
HPM_INLINE double hpm_inverse_value(double value, double forward)
{
    return value / forward;
}

#endif
