/* What venues' formulas ask of a short option by its distance from the index. */
#ifndef HPM_MARGIN_SHORT_OPTION_H
#define HPM_MARGIN_SHORT_OPTION_H

#include "hpm/catalog.h"
#include "math/order.h"

/* Share of the index price: `at_money` at the money or in it, less what the option is out of the
 * money by, as a share of the index, and at least `least`. */
static inline double hpm_short_option_share(const hpm_instrument *option, double index,
                                            double at_money, double least)
{
    double out = option->is_call ? option->strike - index : index - option->strike;
    return hpm_greatest(at_money - hpm_greatest(out, 0) / index, least);
}

#endif
