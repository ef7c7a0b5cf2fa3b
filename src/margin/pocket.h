/* Pockets: the parts of an account that a rulebook judges by themselves.
 *
 * A rulebook's `grouping` says what offsets what. Under `account` there is one pocket, the account.
 * Else the requirement is the sum of what the components ask of each pocket alone: a small account
 * with an exposure of its own. So isolated and cross margin need no charges of their own, and a
 * method and its isolated twin differ in one field. */
#ifndef HPM_MARGIN_POCKET_H
#define HPM_MARGIN_POCKET_H

#include "margin/exposure.h"

typedef struct hpm_pocket {
    const hpm_exposure *exposure; /* of this pocket */
    uint32_t *lines;              /* [its lines] lines of the whole account; NULL: the same */
    /* Private to the walk. */
    const hpm_exposure *whole;
    hpm_exposure part;
    hpm_portfolio portfolio;
    hpm_totals totals;
    uint32_t next;
    size_t mark;
} hpm_pocket;

/* Bytes that a walk takes from the scratch arena, beside the whole account's exposure; room for one
 * double a line of the pocket is in them. */
size_t hpm_pocket_size(const hpm_risk_array *array, uint32_t position_count);

/* A walk over the pockets of an account. Its memory is whole->scratch, which every step gives back
 * and takes anew. */
void hpm_pocket_begin(hpm_pocket *pocket, const hpm_exposure *whole);

/* Steps to the next pocket: *more is 0 when there is none, or after an error. Errors as
 * hpm_exposure_init. */
hpm_status hpm_pocket_next(hpm_pocket *pocket, int *more, hpm_error *error);

#endif
