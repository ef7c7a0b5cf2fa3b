/* Profit of one unit of a linear contract (future, perpetual, spot), in quote currency. */
#ifndef HPM_PRICE_LINEAR_H
#define HPM_PRICE_LINEAR_H

#include "math/elementary.h"

/* forward - forward0: what one unit bought at forward0 has gained. Exactly 0 when they are equal;
 * half an ULP. */
HPM_INLINE double hpm_linear_pnl(double forward, double forward0)
{
    return forward - forward0;
}

#endif
