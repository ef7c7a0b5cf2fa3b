/* Scenario P&L of one underlying: bucket totals folded, summed, converted to the numeraire together
 * with the coin that the account holds. */
#ifndef HPM_MARGIN_SCENARIO_PNL_H
#define HPM_MARGIN_SCENARIO_PNL_H

#include "margin/exposure.h"

/* Which columns, and how they are read. */
typedef struct hpm_pnl_view {
    uint32_t component;
    uint32_t first, count; /* columns */
    hpm_conversion conversion;
    int balances, followers;
    int is_delta_hedged; /* less delta times move; balances, which are nothing but delta, drop out
                          */
    int range_weight;
    int by_pair; /* what settles in one asset is folded by its pair rule */
    hpm_fold fold;
    const hpm_static_discount *static_discount; /* [expiry], of the fold `discount` */
    int rotation;
    const uint8_t *is_left_out; /* [run] 1: does not count; NULL: all do */
} hpm_pnl_view;

/* The view of a component that aggregates a scenario set; 0 if it does not. */
int hpm_pnl_view_of(hpm_pnl_view *view, const hpm_risk_array *array,
                    const hpm_component *component);

/* What the P&L of column j counts. */
double hpm_view_weight(const hpm_exposure *exposure, const hpm_group *group,
                       const hpm_pnl_view *view, uint32_t j);

/* Price per unit of a settlement asset in column j. */
double hpm_view_price(const hpm_exposure *exposure, const hpm_group *group, uint32_t settlement,
                      const hpm_pnl_view *view, uint32_t j);

/* What one of HPM_COLUMN_DELTA_PREMIUM gains in column j under a delta-hedged view; else 0. */
double hpm_view_hedge(const hpm_exposure *exposure, const hpm_group *group,
                      const hpm_pnl_view *view, uint32_t j);

/* What shocked values of the run are multiplied by: 1 unless the fold is `discount`. */
hpm_static_discount hpm_view_discount(const hpm_exposure *exposure, uint32_t run,
                                      const hpm_pnl_view *view);

/* Whether the run loses what it moves, whichever way. */
int hpm_view_rotates(const hpm_exposure *exposure, uint32_t run, const hpm_pnl_view *view);

/* Pairs of a group are told by their first runs: the next one at or after `run`, run_end if none.
 */
uint32_t hpm_pair_next(const hpm_exposure *exposure, const hpm_group *group, uint32_t run);

/* Whether `run` is of the pair whose first run is `head`. */
static inline int hpm_is_paired(const hpm_exposure *exposure, uint32_t head, uint32_t run)
{
    return hpm_run_bucket(exposure, run)->settlement == hpm_run_bucket(exposure, head)->settlement;
}

/* What the pair's rule takes from gain and loss in column j; 0 within the price range. */
double hpm_pair_narrows(const hpm_exposure *exposure, const hpm_group *group,
                        const hpm_pnl_view *view, uint32_t head, uint32_t j);

/* pnl[j], j < view->count: gain (+) or loss (-) of the group in column view->first + j, weighted.
 */
void hpm_group_pnl(double *pnl, const hpm_exposure *exposure, const hpm_group *group,
                   const hpm_pnl_view *view);

/* Adds -weight times the P&L in column view->first + j of each line of the group. */
void hpm_group_share(double *line, const hpm_exposure *exposure, const hpm_group *group,
                     const hpm_pnl_view *view, uint32_t j, double weight);

#endif
