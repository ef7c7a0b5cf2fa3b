/* Resolves an account template: reads it, picks its instruments, sizes them, adds them up. */
#include "io/template.h"

#include <assert.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/arena_new.h"
#include "io/document_open.h"
#include "io/template_pick.h"
#include "io/template_rows.h"

#define TEMPLATE_BYTES_MAX ((size_t)4 << 20)

/* Work in progress. Positions are kept by instrument, so that legs on one instrument add up. */
typedef struct resolver {
    hpm_template_rows rows;
    hpm_arena arena;
    const hpm_market *market;
    hpm_balance *balances;
    uint32_t balance_count;
    int64_t *quantity; /* [instrument_count], 1e-8 contracts */
    double *entry;     /* [instrument_count], NaN: settled to the mark */
    uint8_t *is_leg;   /* [instrument_count] taken by a leg, not only by ladders */
    uint32_t *leg_id;  /* [legs], HPM_NONE: skipped */
    uint32_t *picks;   /* [instrument_count] of one ladder */
    hpm_template_notes *notes;
    hpm_error *error;
} resolver;

void hpm_template_notes_free(hpm_template_notes *notes)
{
    free(notes->items);
    *notes = (hpm_template_notes){NULL, 0};
}

static hpm_status skip(resolver *r, const char *name, const char *format, ...)
{
    hpm_template_notes *notes = r->notes;
    hpm_template_note *grown = realloc(notes->items, (notes->count + 1U) * sizeof *grown);
    if (!grown) return hpm_fail(r->error, HPM_E_MEMORY, "", "no memory");
    notes->items = grown;
    hpm_template_note *note = &grown[notes->count++];
    snprintf(note->name, sizeof note->name, "%s", name);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(note->reason, sizeof note->reason, format, arguments);
    va_end(arguments);
    return HPM_OK;
}

static hpm_status fail_item(const resolver *r, hpm_status status, const char *list, uint32_t item,
                            const char *field, const char *reason, const char *value)
{
    char where[HPM_PATH_TEXT];
    hpm_path row = {NULL, list, item}, path = {&row, field, HPM_PATH_NO_INDEX};
    return hpm_fail(r->error, status, hpm_path_format(where, &path), "%s (\"%s\")", reason, value);
}

/* ---- Numbers ------------------------------------------------------------------------------ */

/* The multiple of `lot` nearest to `value`, half-even. */
static hpm_status round_to_lots(int64_t *out, int64_t value, int64_t lot)
{
    assert(lot > 0);
    int64_t lots = value / lot, rest = value % lot;
    int64_t size = rest < 0 ? -rest : rest, other = lot - size;
    if (size > other || (size == other && lots % 2 != 0)) lots += value < 0 ? -1 : 1;
    return __builtin_mul_overflow(lots, lot, out) ? HPM_E_OVERFLOW : HPM_OK;
}

static hpm_status add_quantity(resolver *r, const char *name, uint32_t id, int64_t e8)
{
    if (hpm_e8_add(&r->quantity[id], r->quantity[id], e8) == HPM_OK) return HPM_OK;
    return hpm_fail(r->error, HPM_E_OVERFLOW, name, "more contracts than a quantity can hold");
}

/* ---- Checks of the document ---------------------------------------------------------------- */

static const hpm_template_leg *leg_at(const resolver *r, uint32_t index)
{
    return &((const hpm_template_leg *)r->rows.legs.items)[index];
}

/* Index of the leg before `end` of that name, HPM_NONE if there is none. */
static uint32_t find_leg(const resolver *r, const char *name, uint32_t end)
{
    for (uint32_t i = 0; i < end; i++)
        if (strcmp(leg_at(r, i)->name, name) == 0) return i;
    return HPM_NONE;
}

/* A leg that is referred to must stand before, and have what is referred to. */
static hpm_status check_reference(const resolver *r, uint32_t index, const char *field,
                                  const char *name, int option_only)
{
    uint32_t found = find_leg(r, name, index);
    if (found == HPM_NONE)
        return fail_item(r, HPM_E_REFERENCE, "legs", index, field, "no earlier leg has this name",
                         name);
    int kind = leg_at(r, found)->kind;
    if (kind == HPM_OPTION || (kind == HPM_FUTURE && !option_only)) return HPM_OK;
    return fail_item(r, HPM_E_REFERENCE, "legs", index, field,
                     option_only ? "that leg has no strike" : "that leg has no expiry", name);
}

static hpm_status check_dated(const resolver *r, uint32_t index, const hpm_template_leg *leg)
{
    const hpm_template_tenor *tenor = &leg->tenor;
    if (tenor->expiry_of[0] != '\0')
        return check_reference(r, index, "expiry_of", tenor->expiry_of, 0);
    if (isnan(tenor->days))
        return fail_item(r, HPM_E_FIELD_MISSING, "legs", index, "days",
                         "a dated leg needs days or expiry_of", leg->name);
    if (!(tenor->days_min <= tenor->days && tenor->days <= tenor->days_max))
        return fail_item(r, HPM_E_RANGE, "legs", index, "days", "not within days_min and days_max",
                         leg->name);
    return HPM_OK;
}

static hpm_status check_leg(const resolver *r, uint32_t index)
{
    const hpm_template_leg *leg = leg_at(r, index);
    hpm_status status = HPM_OK;
    if (find_leg(r, leg->name, index) != HPM_NONE)
        return fail_item(r, HPM_E_DUPLICATE, "legs", index, "name", "stated twice", leg->name);
    if (leg->kind == HPM_OPTION || leg->kind == HPM_FUTURE) status = check_dated(r, index, leg);
    if (status != HPM_OK || leg->kind != HPM_OPTION) return status;
    if (leg->strike_by == HPM_STRIKE_LEG)
        return check_reference(r, index, "strike_of", leg->strike_of, 1);
    if (leg->strike_by == HPM_STRIKE_ATM && leg->atm_offset != floor(leg->atm_offset))
        return fail_item(r, HPM_E_RANGE, "legs", index, "atm_offset", "not a whole number",
                         leg->name);
    return HPM_OK;
}

static hpm_status check_balance(const resolver *r, uint32_t index)
{
    const hpm_template_balance *rows = r->rows.balances.items;
    if ((rows[index].amount_e8 != 0) == (rows[index].value_e8 != 0))
        return fail_item(r, HPM_E_FIELD_MISSING, "balances", index, "amount",
                         "a balance needs either amount or value", rows[index].asset);
    for (uint32_t i = 0; i < index; i++)
        if (strcmp(rows[i].asset, rows[index].asset) == 0)
            return fail_item(r, HPM_E_DUPLICATE, "balances", index, "asset", "stated twice",
                             rows[index].asset);
    return HPM_OK;
}

static hpm_status check_template(const resolver *r)
{
    hpm_status status = HPM_OK;
    for (uint32_t i = 0; i < r->rows.balances.count && status == HPM_OK; i++)
        status = check_balance(r, i);
    for (uint32_t i = 0; i < r->rows.legs.count && status == HPM_OK; i++)
        status = check_leg(r, i);
    return status;
}

/* ---- Balances ----------------------------------------------------------------------------- */

static hpm_status resolve_balance(resolver *r, const hpm_template_balance *row)
{
    uint32_t id = hpm_catalog_find_asset(r->market->catalog, row->asset);
    if (id == HPM_NONE)
        return skip(r, row->asset, "balance: the market has no asset %s", row->asset);
    int64_t amount_e8 = row->amount_e8;
    if (row->value_e8 != 0) {
        double price = r->market->asset_price[id].value;
        if (isnan(price)) return skip(r, row->asset, "balance: %s has no price", row->asset);
        double amount = hpm_e8_to_double(row->value_e8) / price;
        if (hpm_e8_from_double(&amount_e8, amount, HPM_ROUND_HALF_EVEN) != HPM_OK)
            return hpm_fail(r->error, HPM_E_OVERFLOW, row->asset, "amount too large (%g)", amount);
    }
    r->balances[r->balance_count++] = (hpm_balance){id, {amount_e8}};
    return HPM_OK;
}

/* ---- Ladders ------------------------------------------------------------------------------ */

static hpm_status parse_sizes(const resolver *r, uint32_t index, int64_t *sizes)
{
    const hpm_template_ladder *ladder =
        &((const hpm_template_ladder *)r->rows.ladders.items)[index];
    const char(*texts)[HPM_DECIMAL_TEXT] = ladder->sizes.items;
    for (uint32_t i = 0; i < ladder->sizes.count; i++) {
        hpm_status status = hpm_decimal_parse(&sizes[i], texts[i], strlen(texts[i]));
        if (status != HPM_OK)
            return fail_item(r, status, "ladders", index, "sizes", "not a decimal", texts[i]);
    }
    return HPM_OK;
}

/* Deals the sizes to the options in turn; *dealt counts the positions that it made. */
static hpm_status deal_sizes(resolver *r, const hpm_template_ladder *ladder, uint32_t options,
                             const int64_t *sizes, uint32_t *dealt)
{
    for (uint32_t i = 0; i < options && *dealt < ladder->count_max; i++) {
        uint32_t id = r->picks[i];
        int64_t e8 = 0;
        hpm_status status = round_to_lots(&e8, sizes[i % ladder->sizes.count],
                                          r->market->catalog->instruments[id].lot.e8);
        if (status == HPM_OK) status = add_quantity(r, ladder->name, id, e8);
        if (status != HPM_OK) return status;
        *dealt += e8 != 0;
    }
    return HPM_OK;
}

static hpm_status resolve_ladder(resolver *r, uint32_t index)
{
    const hpm_template_ladder *ladder =
        &((const hpm_template_ladder *)r->rows.ladders.items)[index];
    uint32_t dealt = 0;
    if (ladder->sizes.count == 0)
        return fail_item(r, HPM_E_FIELD_MISSING, "ladders", index, "sizes", "needs one at least",
                         ladder->name);
    int64_t *sizes = malloc(ladder->sizes.count * sizeof *sizes);
    if (!sizes) return hpm_fail(r->error, HPM_E_MEMORY, "", "no memory");
    hpm_status status = parse_sizes(r, index, sizes);
    if (status == HPM_OK) {
        uint32_t options = hpm_template_pick_ladder(r->market, ladder, r->picks);
        status = deal_sizes(r, ladder, options, sizes, &dealt);
    }
    free(sizes);
    if (status != HPM_OK || (dealt > 0 && dealt >= ladder->count_min)) return status;
    return skip(r, ladder->name,
                "ladder: the market lists %u of its options, %u at least are wanted", dealt,
                ladder->count_min > 0 ? ladder->count_min : 1);
}

/* ---- Legs --------------------------------------------------------------------------------- */

/* Delta of all positions so far on the underlying, in its units. NaN where an input is absent. */
static double net_delta(const resolver *r, uint32_t underlying)
{
    const hpm_catalog *catalog = r->market->catalog;
    double sum = 0;
    for (uint32_t i = 0; i < catalog->instrument_count; i++)
        if (r->quantity[i] != 0 && catalog->instruments[i].underlying == underlying)
            sum += hpm_e8_to_double(r->quantity[i]) * hpm_template_delta(r->market, i);
    return sum;
}

/* Contracts of the leg, signed and before rounding to lots. NaN where an input is absent. */
static double wanted_contracts(const resolver *r, const hpm_template_leg *leg, uint32_t id)
{
    double size = hpm_e8_to_double(leg->size_e8);
    if (leg->side == HPM_SIDE_HEDGE)
        return -size * net_delta(r, r->market->catalog->instruments[id].underlying) /
               hpm_template_delta(r->market, id);
    double notional = size / hpm_template_notional(r->market, id);
    return leg->side == HPM_SIDE_LONG ? notional : -notional;
}

/* *reason is set if the leg cannot be sized on this market. */
static hpm_status size_leg(const resolver *r, const hpm_template_leg *leg, uint32_t id, int64_t *e8,
                           const char **reason)
{
    hpm_status status = HPM_OK;
    int64_t exact = leg->side == HPM_SIDE_LONG ? leg->size_e8 : -leg->size_e8;
    if (leg->side == HPM_SIDE_HEDGE || leg->size_by == HPM_SIZE_NOTIONAL) {
        double contracts = wanted_contracts(r, leg, id);
        /* Infinite: an option without delta cannot hedge. */
        int is_finite = contracts - contracts == 0;
        *reason = is_finite ? NULL : "a price or volatility that its size needs is absent or 0";
        if (*reason) return HPM_OK;
        status = hpm_e8_from_double(&exact, contracts, HPM_ROUND_HALF_EVEN);
    }
    if (status == HPM_OK)
        status = round_to_lots(e8, exact, r->market->catalog->instruments[id].lot.e8);
    if (status != HPM_OK)
        return hpm_fail(r->error, status, leg->name, "more contracts than a quantity can hold");
    if (*e8 == 0)
        *reason = leg->side == HPM_SIDE_HEDGE ? "there is no delta to hedge to half a lot"
                                              : "its size is below half a lot";
    return HPM_OK;
}

/* The instrument id of a leg that is referred to; 0 if that leg was skipped. */
static int refer(const resolver *r, const char *name, uint32_t index, uint32_t *id)
{
    *id = HPM_NONE;
    if (name[0] == '\0') return 1;
    uint32_t found = find_leg(r, name, index);
    assert(found != HPM_NONE);
    *id = r->leg_id[found];
    return *id != HPM_NONE;
}

/* A ratio of the mark, rounded to 1e-8. */
static hpm_status set_entry(resolver *r, const hpm_template_leg *leg, uint32_t id)
{
    double price = leg->entry * r->market->mark[id].value;
    int64_t e8 = 0;
    if (leg->kind == HPM_OPTION || isnan(price)) return HPM_OK;
    if (hpm_e8_from_double(&e8, price, HPM_ROUND_HALF_EVEN) != HPM_OK)
        return hpm_fail(r->error, HPM_E_OVERFLOW, leg->name, "entry price too large (%g)", price);
    if (e8 > 0) r->entry[id] = hpm_e8_to_double(e8);
    return HPM_OK;
}

static hpm_status place_leg(resolver *r, const hpm_template_leg *leg, uint32_t index, uint32_t id)
{
    const char *reason = NULL;
    int64_t e8 = 0;
    hpm_status status = size_leg(r, leg, id, &e8, &reason);
    if (status != HPM_OK) return status;
    if (reason)
        return skip(r, leg->name, "%s: %s", r->market->catalog->instruments[id].name, reason);
    status = add_quantity(r, leg->name, id, e8);
    if (status != HPM_OK) return status;
    status = set_entry(r, leg, id);
    if (status != HPM_OK) return status;
    r->leg_id[index] = id;
    r->is_leg[id] = 1;
    return HPM_OK;
}

static hpm_status resolve_leg(resolver *r, uint32_t index)
{
    const hpm_template_leg *leg = leg_at(r, index);
    uint32_t expiry_of = HPM_NONE, strike_of = HPM_NONE;
    int is_dated = leg->kind == HPM_OPTION || leg->kind == HPM_FUTURE;
    int uses_strike = leg->kind == HPM_OPTION && leg->strike_by == HPM_STRIKE_LEG;
    r->leg_id[index] = HPM_NONE;
    if (is_dated && !refer(r, leg->tenor.expiry_of, index, &expiry_of))
        return skip(r, leg->name, "leg %s, whose expiry it shares, was skipped",
                    leg->tenor.expiry_of);
    if (uses_strike && !refer(r, leg->strike_of, index, &strike_of))
        return skip(r, leg->name, "leg %s, whose strike it shares, was skipped", leg->strike_of);
    hpm_template_pick pick = hpm_template_pick_leg(r->market, leg, expiry_of, strike_of);
    if (pick.id == HPM_NONE) return skip(r, leg->name, "%s", pick.reason);
    if (r->is_leg[pick.id])
        return skip(r, leg->name, "%s is already the instrument of another leg",
                    r->market->catalog->instruments[pick.id].name);
    return place_leg(r, leg, index, pick.id);
}

/* ---- The account -------------------------------------------------------------------------- */

static hpm_status build_account(resolver *r, hpm_account **account)
{
    const hpm_catalog *catalog = r->market->catalog;
    uint32_t count = 0;
    for (uint32_t i = 0; i < catalog->instrument_count; i++)
        count += r->quantity[i] != 0;
    if (count > HPM_POSITIONS_MAX)
        return hpm_fail(r->error, HPM_E_LIMIT, "ladders", "more than %d positions (%u)",
                        HPM_POSITIONS_MAX, count);
    hpm_position *positions = calloc(count + 1U, sizeof *positions);
    hpm_account *made = malloc(hpm_account_size(r->balance_count, count, 0));
    hpm_status status = HPM_E_MEMORY;
    if (positions && made) {
        uint32_t at = 0;
        for (uint32_t i = 0; i < catalog->instrument_count; i++)
            if (r->quantity[i] != 0)
                positions[at++] = (hpm_position){i, {r->quantity[i]}, r->entry[i], {0}};
        status = hpm_account_init(made, r->rows.id, r->balances, r->balance_count, positions, count,
                                  NULL, 0, catalog, r->error);
    } else {
        hpm_fail(r->error, status, "", "no memory");
    }
    free(positions);
    if (status == HPM_OK)
        *account = made;
    else
        free(made);
    return status;
}

static hpm_status resolve_all(resolver *r, hpm_account **account)
{
    const hpm_template_balance *balances = r->rows.balances.items;
    hpm_status status = check_template(r);
    for (uint32_t i = 0; i < r->rows.balances.count && status == HPM_OK; i++)
        status = resolve_balance(r, &balances[i]);
    for (uint32_t i = 0; i < r->rows.ladders.count && status == HPM_OK; i++)
        status = resolve_ladder(r, i);
    for (uint32_t i = 0; i < r->rows.legs.count && status == HPM_OK; i++)
        status = resolve_leg(r, i);
    return status == HPM_OK ? build_account(r, account) : status;
}

static size_t work_size(uint32_t balances, uint32_t legs, uint32_t instruments)
{
    return hpm_aligned_size(balances * sizeof(hpm_balance)) +
           hpm_aligned_size(legs * sizeof(uint32_t)) +
           hpm_aligned_size(instruments * sizeof(int64_t)) +
           hpm_aligned_size(instruments * sizeof(double)) + hpm_aligned_size(instruments) +
           hpm_aligned_size(instruments * sizeof(uint32_t));
}

static void take_work(resolver *r)
{
    uint32_t instruments = r->market->catalog->instrument_count;
    r->balances = hpm_arena_take(&r->arena, r->rows.balances.count, sizeof *r->balances);
    r->leg_id = hpm_arena_take(&r->arena, r->rows.legs.count, sizeof *r->leg_id);
    r->quantity = hpm_arena_take(&r->arena, instruments, sizeof *r->quantity);
    r->entry = hpm_arena_take(&r->arena, instruments, sizeof *r->entry);
    r->is_leg = hpm_arena_take(&r->arena, instruments, 1);
    r->picks = hpm_arena_take(&r->arena, instruments, sizeof *r->picks);
    assert(r->balances && r->leg_id && r->quantity && r->entry && r->is_leg && r->picks);
    for (uint32_t i = 0; i < instruments; i++)
        r->entry[i] = (double)NAN;
}

hpm_status hpm_template_resolve(hpm_account **account, hpm_template_notes *skipped,
                                const char *text, size_t length, const hpm_market *market,
                                hpm_error *error)
{
    resolver r = {.market = market, .notes = skipped, .error = error};
    json_t *root = NULL;
    *account = NULL;
    *skipped = (hpm_template_notes){NULL, 0};
    hpm_status status =
        hpm_document_open(&root, text, length, TEMPLATE_BYTES_MAX, HPM_TEMPLATE_SCHEMA, error);
    if (status != HPM_OK) return status;
    size_t extra = work_size(HPM_BALANCES_MAX, HPM_LEGS_MAX, market->catalog->instrument_count);
    status =
        hpm_document_read(&r.rows, &r.arena, &hpm_template_rows_record, root, extra, NULL, error);
    json_decref(root);
    if (status != HPM_OK) return status;
    take_work(&r);
    status = resolve_all(&r, account);
    hpm_arena_free(&r.arena);
    if (status != HPM_OK) hpm_template_notes_free(skipped);
    return status;
}
