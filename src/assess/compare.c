/* One column of a comparison. */
#include "hpm/compare.h"

#include <math.h>
#include <string.h>

static uint32_t currency_of(const hpm_risk_array *array)
{
    return array->numeraire == HPM_NONE ? array->market->reporting : array->numeraire;
}

/* The first of equals. */
static uint32_t largest_part(const hpm_margin *margin)
{
    uint32_t largest = 0;
    for (uint32_t i = 1; i < margin->component_count; i++)
        if (margin->initial_part[i].e8 > margin->initial_part[largest].e8) largest = i;
    return margin->initial_part[largest].e8 > 0 ? largest : HPM_NONE;
}

static double ratio_to(const hpm_comparison *first, double capital)
{
    return first->status == HPM_OK && first->capital > 0 ? capital / first->capital : NAN;
}

/* Sums of money compare, not what doubles are before they are rounded. */
static void set_capital(hpm_comparison *row, const hpm_comparison *first, const hpm_market *market)
{
    row->capital = NAN;
    if (row->cash.is_found)
        row->capital =
            hpm_e8_to_double(row->cash.margin.equity.e8) * market->asset_price[row->currency].value;
    row->ratio = ratio_to(first ? first : row, row->capital);
}

hpm_status hpm_compare(hpm_comparison *row, const hpm_comparison *first, hpm_arena *arena,
                       hpm_desk *desk, const hpm_account *account)
{
    *row = (hpm_comparison){.rulebook = desk->rulebook, .currency = currency_of(&desk->array)};
    row->same_cover = !first || memcmp(&first->rulebook->cover, &desk->rulebook->cover,
                                       sizeof desk->rulebook->cover) == 0;
    hpm_status status = hpm_desk_margin(desk, &row->margin, account, &row->error);
    if (status == HPM_OK) status = hpm_cash_find(&row->cash, arena, desk, account, &row->error);
    row->status = status;
    if (status != HPM_OK) return status;
    row->driver = largest_part(&row->margin);
    set_capital(row, first, desk->base);
    return HPM_OK;
}
