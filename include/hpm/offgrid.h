/* The off-grid check: what a rulebook's grids miss between their nodes.
 *
 * The worst of a grid is the worst of its nodes. A long gamma position loses most where nothing
 * moves, or where an option is pinned to its strike, and that may lie between two nodes. The check
 * evaluates the account under the same rulebook with finer grids: every interval of prices and of
 * volatilities divided into equal steps, and a price for each strike that is held, with all
 * volatilities of the grid. All nodes stay, so that nothing is found to be less. */
#ifndef HPM_OFFGRID_H
#define HPM_OFFGRID_H

#include "hpm/desk.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A rulebook with finer grids. Points to itself: do not move it. */
typedef struct hpm_offgrid_rules {
    hpm_rulebook rulebook;
    hpm_scenario_set sets[HPM_SETS_MAX];
    hpm_component components[HPM_COMPONENTS_MAX];
    double nodes[2 * HPM_SCENARIOS_MAX]; /* prices and volatilities of all sets */
    hpm_scenario singles[HPM_SCENARIOS_MAX];
    uint32_t price_steps, vol_steps; /* into which each interval is divided */
    uint32_t strike_count;           /* prices that were added for strikes, over all sets */
    uint32_t options_left_out;       /* for whose strikes there was no room */
    uint32_t node_count, single_count;
} hpm_offgrid_rules;

/* Finer grids for an account. `price_steps`, `vol_steps`: 1 or more; both 0: two steps of
 * volatility and as many of price as fit, up to 16 and a power of two (binary fractions of the
 * nodes, so that opposite nodes find each other). The lists of `rulebook` must outlive the rules.
 * E_LIMIT: more scenarios than an array has room for; E_RANGE: one of the steps is 0. */
hpm_status hpm_offgrid_rules_init(hpm_offgrid_rules *rules, const hpm_market *market,
                                  const hpm_rulebook *rulebook, const hpm_account *account,
                                  uint32_t price_steps, uint32_t vol_steps, hpm_error *error);

/* Results lie in the desk and are valid as long as its own. */
typedef struct hpm_offgrid {
    const hpm_offgrid_rules *rules;
    uint32_t component; /* the scenario charge whose grid misses most; HPM_NONE: there is no grid */
    double on_nodes, between; /* its value on its nodes, and on the finer grid */
    double missed;            /* the difference, >= 0 */
    double share;             /* of the value on its nodes; NaN: that is 0 */
    hpm_money initial_missed; /* what the initial requirement of the finer grids has more */
    /* Of the account under the finer grids, as if that charge were its initial requirement: the
     * worst scenario, and where each underlying stands in it. */
    hpm_breakdown breakdown;
} hpm_offgrid;

/* Checks the account that the rules were made for. `desk` stands at the same market under
 * rules->rulebook; `margin` is what the account needs there under its own rulebook. Errors as
 * hpm_desk_breakdown. */
hpm_status hpm_offgrid_check(hpm_offgrid *result, hpm_desk *desk, hpm_offgrid_rules *rules,
                             const hpm_account *account, const hpm_margin *margin,
                             hpm_error *error);

#ifdef __cplusplus
}
#endif
#endif
