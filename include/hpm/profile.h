/* The profile: what an account gains or loses when the price of each underlying moves, today and
 * at the expiries of its options.
 *
 * A point is a scenario like any other, (C + P)*X' - C*X with the account's coins in it
 * (hpm/margin.h), at unchanged volatilities by strike. Every forward moves by the same ratio as its
 * index price. When a curve's time has come, an option that has expired by then is worth its
 * intrinsic value at its own forward so moved; a later one is valued for the time that is left.
 * Futures and perpetuals earn no carry. */
#ifndef HPM_PROFILE_H
#define HPM_PROFILE_H

#include "hpm/desk.h"

#ifdef __cplusplus
extern "C" {
#endif

#define HPM_PROFILE_CURVES_MAX 3
#define HPM_PROFILE_RANGES     2    /* scan ranges of the underlying on either side ... */
#define HPM_PROFILE_MOVE_MAX   0.95 /* ... but no move beyond this ratio */
#define HPM_PROFILE_HALF       96   /* points on either side of the present price */
#define HPM_PROFILE_POINTS     (2 * HPM_PROFILE_HALF + 1)

/* The scenarios of a profile as a rulebook. Points to itself: do not move it. */
typedef struct hpm_profile_rules {
    hpm_rulebook rulebook;
    hpm_underlying_rule underlyings[HPM_UNDERLYING_RULES_MAX]; /* with the width of the profile */
    hpm_scenario_set set;
    hpm_component component;
    hpm_scenario scenarios[HPM_PROFILE_CURVES_MAX * HPM_PROFILE_POINTS]; /* curve by curve */
    uint32_t curve_count;
    int64_t time_ns[HPM_PROFILE_CURVES_MAX]; /* of the market; first and last expiry of options */
} hpm_profile_rules;

/* Curves for an account: today; if it holds options, their first expiry, and their last if that is
 * another. Scan ranges are those of `rulebook`, whose lists must outlive the rules. Errors: as
 * hpm_rulebook_finish; E_RANGE for options that expire in more than a hundred years. */
hpm_status hpm_profile_rules_init(hpm_profile_rules *rules, const hpm_market *market,
                                  const hpm_rulebook *rulebook, const hpm_account *account,
                                  hpm_error *error);

/* Results lie in the desk and are valid as long as its own. */
typedef struct hpm_profile {
    const hpm_profile_rules *rules;
    hpm_breakdown breakdown; /* of the account under the rules: its underlyings, and the points */
} hpm_profile;

/* The profile of the account that the rules were made for, at a desk that stands at the same market
 * under rules->rulebook. Errors as hpm_desk_breakdown. */
hpm_status hpm_profile_compute(hpm_profile *profile, hpm_desk *desk, const hpm_profile_rules *rules,
                               const hpm_account *account, hpm_error *error);

/* Relative move of the underlying's price at a point: ascending, 0 in the middle. `underlying` is
 * an index of the breakdown's. */
double hpm_profile_move(const hpm_profile *profile, uint32_t underlying, uint32_t point);

/* P&L in the numeraire. */
double hpm_profile_pnl(const hpm_profile *profile, uint32_t underlying, uint32_t curve,
                       uint32_t point);

#ifdef __cplusplus
}
#endif
#endif
