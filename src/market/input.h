/* What every given input is held against, and how it enters a canonical form: the same for
 * markets, quotes and surfaces. */
#ifndef HPM_MARKET_INPUT_H
#define HPM_MARKET_INPUT_H

#include "hpm/market.h"

#define HPM_PRICE_MAX 1e15
#define HPM_AGE_MAX_S 1e9
#define HPM_RATE_MAX  10.0 /* annual, either sign */
#define HPM_SVI_MAX   1e6  /* far beyond any variance or log-moneyness */

/* Confidence in [0, 1] and age in [0, 1e9] s. E_RANGE. */
hpm_status hpm_input_check_trust(const hpm_input *input, const char *where, hpm_error *error);

/* Absent, or in (0, 1e15] with a trust in range. `what` names the price in the message. */
hpm_status hpm_input_check_price(const hpm_input *input, const char *where, const char *what,
                                 hpm_error *error);

hpm_status hpm_input_check_rate(double rate_annual, const char *where, hpm_error *error);

/* A slice of variance >= 0 everywhere, far from overflow at any strike. */
hpm_status hpm_input_check_svi(const hpm_svi *svi, const char *where, hpm_error *error);

/* Index prices by asset id, the reporting one 1. */
hpm_status hpm_input_check_indices(const hpm_input *asset_price, const hpm_catalog *catalog,
                                   uint32_t reporting, hpm_error *error);

/* The trust in an absent input means nothing and is left out. */
void hpm_input_hash(hpm_hasher *hasher, const hpm_input *input);

#endif
