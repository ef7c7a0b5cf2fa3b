/* Scenario P&L of one underlying: bucket totals folded, summed, converted to the numeraire together
 * with the coin that the account holds. */
#ifndef HPM_MARGIN_SCENARIO_PNL_H
#define HPM_MARGIN_SCENARIO_PNL_H

#include "margin/exposure.h"

/* Which columns, and how they are read. */
typedef struct hpm_pnl_view {
    uint32_t first, count; /* columns */
    hpm_conversion conversion;
    int balances;
    int range_weight;
    hpm_fold fold;
    const double *static_discount; /* [expiry], of the fold `discount` */
} hpm_pnl_view;

/* The view of a component that aggregates a scenario set; 0 if it does not. */
int hpm_pnl_view_of(hpm_pnl_view *view, const hpm_risk_array *array,
                    const hpm_component *component);

/* pnl[j], j < view->count: gain (+) or loss (-) of the group in column view->first + j, weighted.
 */
void hpm_group_pnl(double *pnl, const hpm_exposure *exposure, const hpm_group *group,
                   const hpm_pnl_view *view);

/* Adds -weight times the P&L in column view->first + j of each line of the group. */
void hpm_group_share(double *line, const hpm_exposure *exposure, const hpm_group *group,
                     const hpm_pnl_view *view, uint32_t j, double weight);

#endif
