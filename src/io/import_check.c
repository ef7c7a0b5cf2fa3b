/* Re-prices the imported options from their own volatilities and compares with the venue's marks.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "hpm/market.h"
#include "io/import_parts.h"
#include "price/black76.h"

static double number_of(const hpm_import_entry *entry, hpm_import_field field)
{
    return entry->number[field].value;
}

/* Difference from the mark in coin; a linear option's mark is in the quote currency. */
static double mark_difference(const hpm_import_entry *entry, double forward, double total_vol)
{
    const hpm_import_product *product = &entry->product;
    double value =
        hpm_black76(forward, product->strike, total_vol, product->is_call ? 1 : -1) / forward;
    double mark = number_of(entry, HPM_IMPORT_MARK);
    return fabs(value - (product->payoff == HPM_INVERSE ? mark : mark / forward));
}

static void check_staggered(const hpm_import_entry *entry, double forward, double age_s,
                            hpm_import_check *check)
{
    double ratio = fabs(number_of(entry, HPM_IMPORT_UNDERLYING) / forward - 1);
    if (ratio <= HPM_IMPORT_STAGGER) return;
    check->staggered++;
    if (ratio > check->stagger_ratio) check->stagger_ratio = ratio;
    if (age_s > check->stagger_age_s) check->stagger_age_s = age_s;
}

static void check_entry(const hpm_import_entry *entry, double forward, const hpm_market *market,
                        hpm_import_check *check)
{
    int64_t time_ns = entry->number[HPM_IMPORT_MARK].time_ns;
    if (time_ns == 0) time_ns = market->now_ns;
    double tau_years = (double)(entry->product.expiry_ns - time_ns) / (double)HPM_YEAR_NS;
    double total_vol = number_of(entry, HPM_IMPORT_MARK_VOL) * sqrt(tau_years);
    double own = mark_difference(entry, number_of(entry, HPM_IMPORT_UNDERLYING), total_vol);
    check->options++;
    check->within_own += own <= HPM_IMPORT_CHECK_COIN;
    check->within_forward += mark_difference(entry, forward, total_vol) <= HPM_IMPORT_CHECK_COIN;
    if (own > check->worst_own) {
        check->worst_own = own;
        snprintf(check->worst_name, sizeof check->worst_name, "%s", entry->symbol);
    }
    check_staggered(entry, forward, (double)(market->now_ns - time_ns) / 1e9, check);
}

static int is_checkable(const hpm_import_entry *entry, int64_t now_ns)
{
    return entry->product.kind == HPM_OPTION && !entry->inactive &&
           entry->product.expiry_ns > now_ns && entry->product.strike > 0 &&
           !isnan(number_of(entry, HPM_IMPORT_MARK)) &&
           !isnan(number_of(entry, HPM_IMPORT_MARK_VOL)) &&
           !isnan(number_of(entry, HPM_IMPORT_UNDERLYING));
}

void hpm_import_check_marks(const hpm_import *import, const hpm_market *market,
                            hpm_import_check *check)
{
    const hpm_catalog *catalog = market->catalog;
    memset(check, 0, sizeof *check);
    for (uint32_t i = 0; i < import->entry_count; i++) {
        const hpm_import_entry *entry = import->entries[i];
        if (!is_checkable(entry, market->now_ns)) continue;
        uint32_t asset = hpm_catalog_find_asset(catalog, entry->product.base);
        if (asset == HPM_NONE) continue;
        uint32_t expiry = hpm_catalog_find_expiry(catalog, asset, entry->product.expiry_ns);
        if (expiry == HPM_NONE) continue;
        check_entry(entry, market->curve[expiry].forward.value, market, check);
    }
}
