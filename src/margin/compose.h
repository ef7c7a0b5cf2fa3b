/* Components to requirements: values forward through the list, weights backward, summed over
 * pockets, money at the end. */
#ifndef HPM_MARGIN_COMPOSE_H
#define HPM_MARGIN_COMPOSE_H

#include "margin/charge.h"

/* What composition keeps of the pocket that came last: of the account, where there is only one. */
typedef struct hpm_composition {
    hpm_charge_result results[HPM_COMPONENTS_MAX];
    double initial_weight[HPM_COMPONENTS_MAX]; /* how much of a charge is in the requirement */
    double maintenance_weight[HPM_COMPONENTS_MAX];
} hpm_composition;

/* What each line of the account is due of the requirements, before rounding. */
typedef struct hpm_line_shares {
    double *initial, *maintenance; /* [hpm_line_count], zeroed by the caller */
} hpm_line_shares;

/* Fills `margin` from the exposure, pocket by pocket, and `shares` unless it is NULL. E_NOT_FINITE
 * and E_OVERFLOW name the component; else as hpm_pocket_next. */
hpm_status hpm_margin_compose(hpm_margin *margin, hpm_composition *composition,
                              const hpm_line_shares *shares, const hpm_exposure *exposure,
                              hpm_error *error);

#endif
