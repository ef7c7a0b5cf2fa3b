/* What a balance is not worth as collateral. */
#ifndef HPM_MARGIN_COLLATERAL_H
#define HPM_MARGIN_COLLATERAL_H

#include "margin/exposure.h"

/* Value of a balance in the numeraire, before any haircut. */
double hpm_balance_value(const hpm_exposure *exposure, uint32_t balance);

/* Haircut of a positive balance (value above the cap counts zero), surcharge and interest of a
 * liability. */
double hpm_balance_haircut(const hpm_exposure *exposure, uint32_t balance);

/* The same for any amount of an asset, in units. */
double hpm_amount_haircut(const hpm_exposure *exposure, uint32_t asset, double amount);

#endif
