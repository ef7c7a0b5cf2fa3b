/* Volatilities of an expiry: from its smile, or from its quoted options by strike. */
#ifndef HPM_MARKET_SLICE_H
#define HPM_MARKET_SLICE_H

#include "hpm/market.h"

/* Says where smiles stand, orders the options of every expiry that speak for it, then gives every
 * option without a quote its volatility and every expiry its at-the-money volatility. E_RANGE names
 * what reads a volatility outside (0, HPM_VOL_MAX] from a smile. */
hpm_status hpm_slices_build(hpm_market *market, hpm_error *error);

#endif
