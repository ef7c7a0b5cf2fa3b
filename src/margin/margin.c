/* The hot path: from totals to margin, and its reference twin from doubles. */
#include "hpm/margin.h"

#include "margin/compose.h"
#include "margin/pocket.h"

size_t hpm_margin_scratch_size(const hpm_risk_array *array, uint32_t position_count)
{
    return hpm_exposure_size(array, position_count) + hpm_pocket_size(array, position_count);
}

static hpm_status evaluate(hpm_margin *margin, hpm_arena *scratch, const hpm_risk_array *array,
                           const hpm_portfolio *portfolio, const hpm_totals *totals,
                           hpm_error *error)
{
    hpm_exposure exposure;
    hpm_composition composition;
    size_t mark = scratch->used;
    hpm_status status = hpm_exposure_init(&exposure, scratch, array, portfolio, totals, error);
    if (status == HPM_OK) status = hpm_margin_compose(margin, &composition, NULL, &exposure, error);
    scratch->used = mark;
    return status;
}

hpm_status hpm_margin_evaluate(hpm_margin *margin, hpm_arena *scratch, const hpm_risk_array *array,
                               const hpm_portfolio *portfolio, const hpm_totals *totals,
                               hpm_error *error)
{
    return evaluate(margin, scratch, array, portfolio, totals, error);
}

hpm_status hpm_margin_reference(hpm_margin *margin, hpm_arena *scratch, const hpm_risk_array *array,
                                const hpm_portfolio *portfolio, hpm_error *error)
{
    return evaluate(margin, scratch, array, portfolio, NULL, error);
}
