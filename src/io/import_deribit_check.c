/* Re-prices the imported options from their own volatilities and compares with the venue's marks.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "hpm/market.h"
#include "io/import_deribit_parts.h"
#include "price/black76.h"

/* Difference from the mark in coin; a linear option's mark is in the quote currency. */
static double mark_difference(const hpm_import_entry *entry, double forward, double total_vol)
{
    const hpm_deribit_name *name = &entry->name;
    double value = hpm_black76(forward, name->strike, total_vol, name->is_call ? 1 : -1) / forward;
    double mark = name->payoff == HPM_INVERSE ? entry->mark : entry->mark / forward;
    return fabs(value - mark);
}

static void check_staggered(const hpm_import_entry *entry, double forward, double age_s,
                            hpm_import_check *check)
{
    double ratio = fabs(entry->forward / forward - 1);
    if (ratio <= HPM_IMPORT_STAGGER) return;
    check->staggered++;
    if (ratio > check->stagger_ratio) check->stagger_ratio = ratio;
    if (age_s > check->stagger_age_s) check->stagger_age_s = age_s;
}

static void check_entry(const hpm_import_entry *entry, double forward, double age_s,
                        hpm_import_check *check)
{
    double tau_years = (double)(entry->name.expiry_ns - entry->time_ns) / (double)HPM_YEAR_NS;
    double total_vol = entry->vol * sqrt(tau_years);
    double own = mark_difference(entry, entry->forward, total_vol);
    check->options++;
    check->within_own += own <= HPM_IMPORT_CHECK_COIN;
    check->within_forward += mark_difference(entry, forward, total_vol) <= HPM_IMPORT_CHECK_COIN;
    if (own > check->worst_own) {
        check->worst_own = own;
        snprintf(check->worst_name, sizeof check->worst_name, "%s", entry->symbol);
    }
    check_staggered(entry, forward, age_s, check);
}

static int is_checkable(const hpm_import_entry *entry, int64_t now_ns)
{
    return entry->name.kind == HPM_OPTION && entry->quoted && !entry->inactive &&
           entry->name.expiry_ns > now_ns && !isnan(entry->mark) && !isnan(entry->vol) &&
           !isnan(entry->forward);
}

void hpm_import_deribit_reprice(const hpm_import *import, const hpm_market *market,
                                hpm_import_check *check)
{
    const hpm_catalog *catalog = market->catalog;
    memset(check, 0, sizeof *check);
    for (uint32_t i = 0; i < import->entry_count; i++) {
        const hpm_import_entry *entry = &import->entries[i];
        if (!is_checkable(entry, market->now_ns)) continue;
        uint32_t asset = hpm_catalog_find_asset(catalog, entry->name.base);
        uint32_t expiry = hpm_catalog_find_expiry(catalog, asset, entry->name.expiry_ns);
        if (expiry == HPM_NONE) continue;
        double age_s = (double)(market->now_ns - entry->time_ns) / 1e9;
        check_entry(entry, market->curve[expiry].forward.value, age_s, check);
    }
}
