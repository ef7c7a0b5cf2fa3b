/* Tiers: a rate for each stretch of an amount, like the brackets of an income tax. */
#ifndef HPM_MARGIN_TIERS_H
#define HPM_MARGIN_TIERS_H

#include "hpm/rulebook.h"

/* Sum over tiers of their rate times what of `amount` lies in them. Below 0 the first tier's rate
 * goes on; NaN stays NaN. At least one tier. */
double hpm_tiers_sum(const hpm_list *tiers, double amount);

/* Whether a further unit costs more than one before it: then two amounts may cost less apart than
 * together. */
int hpm_tiers_grow(const hpm_list *tiers);

/* Ends must grow, and the last tier has none. E_RANGE or E_FIELD_MISSING at `where`. No tiers are
 * fine. */
hpm_status hpm_tiers_check(const hpm_list *tiers, const char *where, hpm_error *error);

/* The rows of a tier's field table; documents write the rate as `name_`, in [0, max_]. */
#define HPM_ROW_TIER_END                                                                           \
    HPM_ROW_REAL(hpm_tier, , up_to, "numeraire", 0, 1e15, NAN,                                     \
                 "amount at which the tier ends; absent in the last")
#define HPM_ROW_TIER_RATE(name_, max_, text_)                                                      \
    {                                                                                              \
        .name = (name_), .type = HPM_FIELD_REAL, .required = 1, .unit = "1", .max = (max_),        \
        .offset = offsetof(hpm_tier, rate), .text = (text_)                                        \
    }

#endif
