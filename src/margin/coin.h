/* What an account holds in one asset: its equity there, and how its lines make it up. */
#ifndef HPM_MARGIN_COIN_H
#define HPM_MARGIN_COIN_H

#include "margin/exposure.h"

/* Adds `per_unit` times its part of the equity in an asset to each line: a balance, and what
 * positions that settle in the asset are worth. */
void hpm_equity_share(double *line, const hpm_exposure *exposure, uint32_t asset, double per_unit);

/* Coins of a group's underlying: its equity without the marks of contracts on the underlying
 * itself, which move by slopes of their own. 0 for an asset that is no coin (its balance is no
 * position). */
double hpm_group_coins(const hpm_exposure *exposure, const hpm_group *group);

/* Adds `per_unit` times its part of these coins to each line. */
void hpm_coins_share(double *line, const hpm_exposure *exposure, const hpm_group *group,
                     double per_unit);

#endif
