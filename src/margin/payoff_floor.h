/* The floor under what a bucket can be worth: what it pays at least when it expires. */
#ifndef HPM_MARGIN_PAYOFF_FLOOR_H
#define HPM_MARGIN_PAYOFF_FLOOR_H

#include "margin/exposure.h"

/* Payoffs of options, discounted, and gains of futures from their marks are linear in the
 * settlement price between strikes. So their sum is least at a strike or at the lowest price that
 * is left (0, or the observed part of a settlement average), and has no least where calls and
 * futures are short on balance. A floor is never above the run's value now: it forgives losses and
 * makes no gains.
 *
 * No floor: under what does not expire, under a single holding or futures alone (pricing keeps them
 * above what they pay), under linear and coin-settled contracts in one bucket. */
hpm_payoff_floor hpm_run_floor(const hpm_exposure *exposure, uint32_t run, double discount);

/* The floor in the settlement asset where the forward is `forward`. */
static inline double hpm_floor_at(const hpm_payoff_floor *below, double forward)
{
    return below->forward != 0 ? below->least / forward : below->least;
}

/* The part of a holding of the run in that; the parts sum to it but for rounding. */
double hpm_holding_floor_at(const hpm_exposure *exposure, uint32_t holding,
                            const hpm_payoff_floor *below, double forward);

#endif
