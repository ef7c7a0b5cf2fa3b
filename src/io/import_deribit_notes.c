/* Says in sentences what a Deribit import assumed, dropped or did not find. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "io/import_deribit_parts.h"

static hpm_status note_count(hpm_import_assembly *work, uint32_t count, const char *format,
                             hpm_error *error)
{
    char text[HPM_IMPORT_NOTE_SIZE];
    if (count == 0) return HPM_OK;
    snprintf(text, sizeof text, "%u ", count);
    return hpm_import_note_add(work->import, error, "%s%s", text, format);
}

/* Instruments of one underlying, kind and payoff whose sizes were assumed: all alike. */
typedef struct assumed {
    const hpm_instrument *any;
    uint32_t count;
} assumed;

enum { GROUPS = 8 }; /* kinds times payoffs */

static hpm_status note_assumed(hpm_import_assembly *work, const assumed *group, hpm_error *error)
{
    static const char *const kinds[] = {"spot pairs", "futures", "perpetuals", "options"};
    const hpm_instrument *any = group->any;
    char lot[HPM_DECIMAL_TEXT];
    hpm_decimal_format(lot, any->lot.e8);
    return hpm_import_note_add(work->import, error,
                               "contract size %g and lot %s assumed for %u %s %s %s: no "
                               "get_instruments answer describes them",
                               any->contract_size, lot, group->count,
                               any->payoff == HPM_INVERSE ? "inverse" : "linear",
                               work->assets[any->underlying].name, kinds[any->kind]);
}

static hpm_status note_assumptions(hpm_import_assembly *work, hpm_error *error)
{
    uint32_t count = work->asset_count * GROUPS;
    assumed *groups = calloc(count, sizeof *groups);
    if (!groups) return hpm_fail(error, HPM_E_MEMORY, NULL, "no memory");
    for (uint32_t i = 0; i < work->count; i++) {
        const hpm_instrument *row = &work->rows[i];
        if (hpm_import_kept(work, i)->described) continue;
        assumed *group = &groups[row->underlying * GROUPS + 2 * row->kind + row->payoff];
        group->any = row;
        group->count++;
    }
    hpm_status status = HPM_OK;
    for (uint32_t i = 0; i < count && status == HPM_OK; i++)
        if (groups[i].count > 0) status = note_assumed(work, &groups[i], error);
    free(groups);
    return status;
}

static hpm_status note_absent(hpm_import_assembly *work, hpm_error *error)
{
    uint32_t no_vol = 0, unquoted = 0;
    const char *first_vol = NULL;
    for (uint32_t i = 0; i < work->count; i++) {
        const hpm_import_entry *entry = hpm_import_kept(work, i);
        unquoted += !entry->quoted;
        if (entry->name.kind != HPM_OPTION || !entry->quoted || !isnan(entry->vol)) continue;
        if (no_vol++ == 0) first_vol = entry->symbol;
    }
    hpm_status status =
        note_count(work, unquoted, "instruments are described but not quoted", error);
    if (status == HPM_OK && no_vol > 0)
        status = hpm_import_note_add(work->import, error,
                                     "%u option quotes have no volatility (first: %s); it will be "
                                     "interpolated where the expiry has others",
                                     no_vol, first_vol);
    return status;
}

hpm_status hpm_import_note_all(hpm_import_assembly *work, hpm_error *error)
{
    hpm_import *import = work->import;
    hpm_status status = note_assumptions(work, error);
    if (status == HPM_OK) status = note_absent(work, error);
    if (status == HPM_OK)
        status = note_count(work, work->expired, "expired instruments dropped", error);
    if (status == HPM_OK)
        status = note_count(work, work->inactive, "instruments that are not active dropped", error);
    if (status == HPM_OK)
        status = note_count(work, import->combos, "rows of combos ignored", error);
    if (status == HPM_OK)
        status = note_count(work, import->refreshed,
                            "quotes were given more than once: the freshest is used", error);
    if (status == HPM_OK && import->price_count > 0)
        status = hpm_import_note_add(import, error,
                                     "%u of %u rows of futures prices belong to the snapshot",
                                     work->used_prices, import->price_count);
    if (status == HPM_OK && import->unknowns > 0)
        status = hpm_import_note_add(import, error,
                                     "%u rows of names of no known form ignored (first: %s)",
                                     import->unknowns, import->unknown_first);
    return status;
}

hpm_status hpm_import_note_staggered(hpm_import *import, const hpm_market *market, hpm_error *error)
{
    hpm_import_check check;
    hpm_import_deribit_reprice(import, market, &check);
    if (check.staggered == 0) return HPM_OK;
    return hpm_import_note_add(import, error,
                               "%u of %u option rows are staggered: their own underlying differs "
                               "from the expiry's forward, by up to %.2g %% (oldest row: %.0f s)",
                               check.staggered, check.options, 100 * check.stagger_ratio,
                               check.stagger_age_s);
}
