/* Volatility slices: the quoted options of each expiry by strike, and evaluation between them. */
#ifndef HPM_MARKET_SLICE_H
#define HPM_MARKET_SLICE_H

#include "hpm/market.h"

/* Orders the quoted options of every expiry, then gives every option without a quote its
 * interpolated volatility and every expiry its at-the-money volatility. */
void hpm_slices_build(hpm_market *market);

#endif
