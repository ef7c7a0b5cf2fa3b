/* Components to requirements: values forward through the list, weights backward, money at the end.
 */
#ifndef HPM_MARGIN_COMPOSE_H
#define HPM_MARGIN_COMPOSE_H

#include "margin/charge.h"

/* What composition keeps for the breakdown. */
typedef struct hpm_composition {
    hpm_charge_result results[HPM_COMPONENTS_MAX];
    double initial_weight[HPM_COMPONENTS_MAX]; /* how much of a charge is in the requirement */
    double maintenance_weight[HPM_COMPONENTS_MAX];
} hpm_composition;

/* Fills `margin` from the exposure. E_NOT_FINITE and E_OVERFLOW name the component. */
hpm_status hpm_margin_compose(hpm_margin *margin, hpm_composition *composition,
                              const hpm_exposure *exposure, hpm_error *error);

#endif
