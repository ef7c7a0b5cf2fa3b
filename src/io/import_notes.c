/* Says in sentences what an import assumed, dropped or did not find. */
#include <assert.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/import_parts.h"

enum { NOTES_MAX = 4096, NAMES_SHOWN = 60 };

static hpm_status add_text(hpm_import *import, const char *text, hpm_error *error)
{
    char(*grown)[HPM_IMPORT_NOTE_SIZE] = hpm_import_grow(
        import->notes, import->note_count, &import->note_room, sizeof *grown, NOTES_MAX);
    if (!grown) return hpm_import_fail_growth(error, "notes", import->note_count, NOTES_MAX);
    import->notes = grown;
    snprintf(grown[import->note_count++], sizeof *grown, "%s", text);
    return HPM_OK;
}

hpm_status hpm_import_note_add(hpm_import *import, hpm_error *error, const char *format, ...)
{
    char text[HPM_IMPORT_NOTE_SIZE];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    return add_text(import, text, error);
}

hpm_status hpm_import_note_once(hpm_import *import, hpm_error *error, const char *format, ...)
{
    char text[HPM_IMPORT_NOTE_SIZE];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    for (uint32_t i = 0; i < import->note_count; i++)
        if (strcmp(import->notes[i], text) == 0) return HPM_OK;
    return add_text(import, text, error);
}

uint32_t hpm_import_note_count(const hpm_import *import)
{
    return import->note_count;
}

const char *hpm_import_note(const hpm_import *import, uint32_t index)
{
    assert(index < import->note_count);
    return import->notes[index];
}

void hpm_import_names_add(hpm_import_names *names, const char *name)
{
    const char *between = names->count++ > 0 ? ", " : "";
    size_t length = strlen(between) + strlen(name);
    if (names->hidden > 0 || names->used + length > NAMES_SHOWN) {
        names->hidden++;
        return;
    }
    names->used += (size_t)snprintf(names->text + names->used, sizeof names->text - names->used,
                                    "%s%s", between, name);
}

const char *hpm_import_names_text(hpm_import_names *names)
{
    if (names->hidden > 0)
        snprintf(names->text + names->used, sizeof names->text - names->used, " and %u more",
                 names->hidden);
    names->hidden = 0;
    return names->text;
}

void hpm_import_unread_count(hpm_import *import, const char *kind)
{
    if (import->counts.unread++ == 0)
        snprintf(import->unread_first, sizeof import->unread_first, "%s", kind);
}

/* ---- Instruments -------------------------------------------------------------------------- */

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

static int is_alike(const hpm_instrument *a, const hpm_instrument *b)
{
    return a->kind == b->kind && a->payoff == b->payoff && a->lot.e8 == b->lot.e8 &&
           a->contract_size == b->contract_size;
}

/* The first group and all further ones with the same sizes, whose counts become 0. */
static hpm_status note_assumed(hpm_import_assembly *work, assumed *groups, uint32_t count,
                               hpm_error *error)
{
    static const char *const kinds[] = {"spot pairs", "futures", "perpetuals", "options"};
    const hpm_instrument *any = groups[0].any;
    hpm_import_names names = {.count = 0};
    uint32_t total = 0;
    char lot[HPM_DECIMAL_TEXT];
    hpm_decimal_format(lot, any->lot.e8);
    for (uint32_t i = 0; i < count; i++) {
        if (groups[i].count == 0 || !is_alike(groups[i].any, any)) continue;
        hpm_import_names_add(&names, work->assets[groups[i].any->underlying].name);
        total += groups[i].count;
        groups[i].count = 0;
    }
    return hpm_import_note_add(work->import, error,
                               "contract size %g and lot %s assumed for %u %s %s on %s: no "
                               "description of them was read",
                               any->contract_size, lot, total,
                               any->payoff == HPM_INVERSE ? "inverse" : "linear", kinds[any->kind],
                               hpm_import_names_text(&names));
}

static hpm_status note_assumptions(hpm_import_assembly *work, hpm_error *error)
{
    uint32_t count = work->asset_count * GROUPS;
    assumed *groups = calloc(count, sizeof *groups);
    if (!groups) return hpm_fail(error, HPM_E_MEMORY, NULL, "no memory");
    for (uint32_t i = 0; i < work->count; i++) {
        const hpm_instrument *row = &work->rows[i];
        if (work->kept[i]->described) continue;
        assumed *group = &groups[row->underlying * GROUPS + 2 * row->kind + row->payoff];
        group->any = row;
        group->count++;
    }
    hpm_status status = HPM_OK;
    for (uint32_t i = 0; i < count && status == HPM_OK; i++)
        if (groups[i].count > 0) status = note_assumed(work, &groups[i], count - i, error);
    free(groups);
    return status;
}

static hpm_status note_absent(hpm_import_assembly *work, hpm_error *error)
{
    uint32_t no_vol = 0, unquoted = 0;
    const char *first_vol = NULL;
    for (uint32_t i = 0; i < work->count; i++) {
        const hpm_import_entry *entry = work->kept[i];
        unquoted += !entry->is_quoted && !entry->has_position;
        if (entry->product.kind != HPM_OPTION || !entry->is_quoted ||
            !isnan(entry->number[HPM_IMPORT_MARK_VOL].value))
            continue;
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

/* ---- Account ------------------------------------------------------------------------------ */

static int64_t account_time(const hpm_import_assembly *work)
{
    int64_t latest = 0;
    const hpm_import *import = work->import;
    for (uint32_t i = 0; i < import->balance_count; i++)
        if (import->balances[i].time_ns > latest) latest = import->balances[i].time_ns;
    for (uint32_t i = 0; i < work->count; i++)
        if (work->kept[i]->has_position && work->kept[i]->position_ns > latest)
            latest = work->kept[i]->position_ns;
    return latest;
}

/* Positions for which the market has nothing, or that have expired by its moment. */
static hpm_status note_position(hpm_import_assembly *work, const hpm_import_entry *entry,
                                hpm_error *error)
{
    const char *trouble = NULL;
    int is_dated = entry->product.kind == HPM_FUTURE || entry->product.kind == HPM_OPTION;
    if (work->now_ns > 0 && !entry->is_quoted) trouble = "there are no prices of it";
    if (is_dated && work->now_ns > 0 && entry->product.expiry_ns <= work->now_ns)
        trouble = "it has expired at the market's moment";
    if (!hpm_import_is_held(entry) || !trouble) return HPM_OK;
    return hpm_import_note_add(work->import, error, "the account holds %s: %s", entry->symbol,
                               trouble);
}

/* Wallets of which something is held. */
static int is_first_of_wallet(const hpm_import *import, uint32_t index)
{
    const hpm_import_balance *of = &import->balances[index];
    for (uint32_t i = 0; i < index; i++)
        if (import->balances[i].amount.e8 != 0 &&
            strcmp(import->balances[i].wallet, of->wallet) == 0)
            return 0;
    return of->amount.e8 != 0;
}

static hpm_status note_wallets(hpm_import_assembly *work, hpm_error *error)
{
    const hpm_import *import = work->import;
    char names[HPM_IMPORT_NOTE_SIZE / 2];
    size_t used = 0;
    uint32_t count = 0;
    for (uint32_t i = 0; i < import->balance_count && used < sizeof names; i++) {
        if (!is_first_of_wallet(import, i)) continue;
        const char *between = count++ > 0 ? ", " : "";
        used += (size_t)snprintf(names + used, sizeof names - used, "%s%s", between,
                                 import->balances[i].wallet);
    }
    if (count < 2) return HPM_OK;
    return hpm_import_note_add(
        work->import, error, "balances of %u wallets are added up (%s): one account", count, names);
}

static hpm_status note_account(hpm_import_assembly *work, hpm_error *error)
{
    const int64_t hour_ns = INT64_C(3600000000000);
    hpm_status status = HPM_OK;
    for (uint32_t i = 0; i < work->count && status == HPM_OK; i++)
        status = note_position(work, work->kept[i], error);
    int has_balances = work->import->has_balances;
    int has_positions = hpm_import_positions_are_stated(work->import);
    if (status == HPM_OK) status = note_wallets(work, error);
    if (status == HPM_OK && has_positions != has_balances)
        status = hpm_import_note_add(work->import, error,
                                     has_positions ? "positions were read, but no balances"
                                                   : "balances were read, but no positions");
    int64_t distance_ns = account_time(work) - work->now_ns;
    if (status != HPM_OK || account_time(work) == 0 || work->now_ns == 0) return status;
    if (distance_ns >= -hour_ns && distance_ns <= hour_ns) return HPM_OK;
    return hpm_import_note_add(
        work->import, error, "the account's latest time is %.1f hours %s than the market's",
        fabs((double)distance_ns) / (double)hour_ns, distance_ns > 0 ? "later" : "earlier");
}

/* ---- All ---------------------------------------------------------------------------------- */

static hpm_status note_rows(hpm_import_assembly *work, hpm_error *error)
{
    const hpm_import_counts *counts = &work->import->counts;
    const struct {
        uint32_t count;
        const char *text;
    } rows[] = {
        {work->expired, "expired instruments dropped"},
        {work->inactive, "instruments that are not active dropped"},
        {work->nameless, "instruments dropped: neither name nor description says what they are"},
        {counts->combos, "rows of combos ignored"},
        {counts->refreshed, "quotes were given more than once: the freshest is used"},
        {counts->timeless, "quotes without a time are taken as of the market's moment"},
        {counts->late_levels, "changes of order books ignored: older than the book"},
        {counts->lost_levels, "changes of order books ignored: no snapshot came before them"},
        {counts->lost_books, "order books lost: a message between two changes is missing"},
        {counts->crossed_books,
         "order books left out: changes made bid and ask cross, so that one of them is missing"},
        {counts->replaced, "positions and balances were given more than once: the latest is used"},
    };
    hpm_status status = HPM_OK;
    for (size_t i = 0; i < sizeof rows / sizeof *rows && status == HPM_OK; i++)
        status = note_count(work, rows[i].count, rows[i].text, error);
    return status;
}

hpm_status hpm_import_note_all(hpm_import_assembly *work, hpm_error *error)
{
    hpm_import *import = work->import;
    hpm_status status = note_assumptions(work, error);
    if (status == HPM_OK) status = note_absent(work, error);
    if (status == HPM_OK) status = note_rows(work, error);
    if (status == HPM_OK && import->price_count > 0)
        status = hpm_import_note_add(import, error,
                                     "%u of %u rows of futures prices belong to the snapshot",
                                     work->used_prices, import->price_count);
    if (status == HPM_OK && import->counts.unknowns > 0)
        status = hpm_import_note_add(import, error,
                                     "%u rows of names of no known form ignored (first: %s)",
                                     import->counts.unknowns, import->unknown_first);
    if (status == HPM_OK && import->counts.unread > 0)
        status =
            hpm_import_note_add(import, error, "%u messages of kinds that are not read (first: %s)",
                                import->counts.unread, import->unread_first);
    return status == HPM_OK ? note_account(work, error) : status;
}

hpm_status hpm_import_note_staggered(hpm_import *import, const hpm_market *market, hpm_error *error)
{
    hpm_import_check check;
    hpm_import_check_marks(import, market, &check);
    if (check.staggered == 0) return HPM_OK;
    return hpm_import_note_add(import, error,
                               "%u of %u option rows are staggered: their own underlying differs "
                               "from the expiry's forward, by up to %.2g %% (oldest row: %.0f s)",
                               check.staggered, check.options, 100 * check.stagger_ratio,
                               check.stagger_age_s);
}
