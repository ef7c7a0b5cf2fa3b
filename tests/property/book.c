/* Books of the tests, and the whole way from rows to a breakdown. */
#include "book.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static int64_t e8_of(double amount)
{
    int64_t e8;
    if (hpm_e8_from_double(&e8, amount, HPM_ROUND_HALF_EVEN) != HPM_OK)
        fail_msg("amount too large (%g)", amount);
    return e8;
}

/* ---- Rows --------------------------------------------------------------------------------- */

static void add_balance(book *to, uint32_t asset, int64_t e8)
{
    for (uint32_t i = 0; i < to->balance_count; i++)
        if (to->balances[i].asset == asset) {
            to->balances[i].amount.e8 += e8;
            return;
        }
    assert_true(to->balance_count < BOOK_BALANCES);
    to->balances[to->balance_count++] = (hpm_balance){asset, {e8}};
}

static void add_position(book *to, const hpm_position *row)
{
    for (uint32_t i = 0; i < to->position_count; i++)
        if (to->positions[i].instrument == row->instrument) {
            to->positions[i].quantity.e8 += row->quantity.e8;
            to->positions[i].funding.e8 += row->funding.e8;
            return;
        }
    assert_true(to->position_count < BOOK_POSITIONS);
    to->positions[to->position_count++] = *row;
}

void book_own(book *to, const hpm_catalog *catalog, const char *asset, double amount)
{
    add_balance(to, asset_named(catalog, asset), e8_of(amount));
}

void book_hold(book *to, const hpm_catalog *catalog, const char *instrument, int64_t lots)
{
    uint32_t id = instrument_named(catalog, instrument);
    hpm_position row = {.instrument = id, .entry_price = NAN};
    row.quantity.e8 = lots * catalog->instruments[id].lot.e8;
    add_position(to, &row);
}

void book_declare(book *to, const hpm_catalog *catalog, const char *name, const char *asset,
                  double amount)
{
    assert_true(to->declared_count < BOOK_DECLARED);
    hpm_declared *row = &to->declared[to->declared_count++];
    memset(row, 0, sizeof *row);
    strncpy(row->name, name, sizeof row->name - 1);
    row->asset = asset_named(catalog, asset);
    row->amount.e8 = e8_of(amount);
}

/* ---- At random ---------------------------------------------------------------------------- */

/* One entry price per instrument, so that merged positions have the unrealised P&L of their parts.
 * An option's is not read by anything. */
static double entry_of(const hpm_market *market, uint32_t instrument)
{
    double mark = market->mark[instrument].value;
    if (market->catalog->instruments[instrument].kind == HPM_OPTION)
        return instrument % 5 == 0 ? 77 : NAN;
    return instrument % 3 == 0 ? NAN : mark * (0.93 + 0.02 * (instrument % 8));
}

static double lot_notional(const desk *on, uint32_t instrument)
{
    const hpm_risk_array *array = &on->array;
    return array->units_per_lot[instrument] *
           array->market->asset_price[array->catalog->instruments[instrument].underlying].value;
}

static void random_position(book *out, rng *random, const desk *on, uint32_t instrument)
{
    const hpm_instrument *row = &on->array.catalog->instruments[instrument];
    double wanted = rng_real(random, -300000, 300000) / lot_notional(on, instrument);
    int64_t lots = rng_chance(random, 5) ? 0 : (int64_t)wanted + (wanted < 0 ? -1 : 1);
    hpm_position made = {.instrument = instrument,
                         .entry_price = entry_of(on->array.market, instrument)};
    made.quantity.e8 = lots * row->lot.e8;
    if (rng_chance(random, 30))
        made.funding.e8 =
            e8_of(rng_real(random, -50, 50) / on->array.market->asset_price[row->settlement].value);
    add_position(out, &made);
}

static void random_balances(book *out, rng *random, const desk *on, uint32_t underlying)
{
    const hpm_catalog *catalog = on->array.catalog;
    for (uint32_t a = 0; a < catalog->asset_count; a++) {
        int is_other = catalog->assets[a].kind == HPM_ASSET_COIN && a != underlying;
        if (rng_chance(random, 45) || (underlying != HPM_NONE && is_other)) continue;
        add_balance(
            out, a,
            e8_of(rng_real(random, -50000, 200000) / on->array.market->asset_price[a].value));
    }
}

void book_random(book *out, rng *random, const desk *on, uint32_t underlying)
{
    const hpm_catalog *catalog = on->array.catalog;
    uint32_t wanted = 1 + rng_below(random, rng_chance(random, 50) ? 6 : 60);
    uint32_t attempts = 20 * wanted;
    memset(out, 0, sizeof *out);
    while (out->position_count < wanted && attempts-- > 0) {
        uint32_t id = rng_below(random, catalog->instrument_count);
        if (on->array.row_state[id] != HPM_ROW_READY) continue;
        if (underlying != HPM_NONE && catalog->instruments[id].underlying != underlying) continue;
        random_position(out, random, on, id);
    }
    random_balances(out, random, on, underlying);
}

void book_of_account(book *out, const hpm_account *account)
{
    assert_true(account->balance_count <= BOOK_BALANCES && account->declared_count == 0);
    assert_true(account->position_count <= BOOK_POSITIONS);
    *out =
        (book){.balance_count = account->balance_count, .position_count = account->position_count};
    for (uint32_t i = 0; i < out->balance_count; i++)
        out->balances[i] = hpm_account_balances(account)[i];
    for (uint32_t i = 0; i < out->position_count; i++)
        out->positions[i] = hpm_account_positions(account)[i];
}

void book_shuffle(book *rows, rng *random)
{
    for (uint32_t i = rows->position_count; i > 1; i--) {
        uint32_t k = rng_below(random, i);
        hpm_position kept = rows->positions[i - 1];
        rows->positions[i - 1] = rows->positions[k];
        rows->positions[k] = kept;
    }
    for (uint32_t i = rows->balance_count; i > 1; i--) {
        uint32_t k = rng_below(random, i);
        hpm_balance kept = rows->balances[i - 1];
        rows->balances[i - 1] = rows->balances[k];
        rows->balances[k] = kept;
    }
}

void book_scale(book *rows, int64_t factor)
{
    for (uint32_t i = 0; i < rows->position_count; i++) {
        rows->positions[i].quantity.e8 *= factor;
        rows->positions[i].funding.e8 *= factor;
    }
    for (uint32_t i = 0; i < rows->balance_count; i++)
        rows->balances[i].amount.e8 *= factor;
}

void book_merge(book *sum, const book *other)
{
    for (uint32_t i = 0; i < other->position_count; i++)
        add_position(sum, &other->positions[i]);
    for (uint32_t i = 0; i < other->balance_count; i++)
        add_balance(sum, other->balances[i].asset, other->balances[i].amount.e8);
}

/* ---- The whole way ------------------------------------------------------------------------ */

static hpm_status make_account(outcome *out, const desk *on, const book *rows)
{
    out->account_memory = arena_exact(
        hpm_account_size(rows->balance_count, rows->position_count, rows->declared_count));
    out->account = (hpm_account *)out->account_memory.base;
    hpm_status status = hpm_account_init(out->account, "book", rows->balances, rows->balance_count,
                                         rows->positions, rows->position_count, rows->declared,
                                         rows->declared_count, on->array.catalog, &out->error);
    return status;
}

static hpm_status arrange(outcome *out, const desk *on)
{
    out->hash = hpm_account_hash(out->account, on->array.catalog);
    out->portfolio_memory = arena_exact(hpm_portfolio_size(out->account->position_count));
    return hpm_portfolio_init(&out->portfolio, &out->portfolio_memory, out->account, &on->array,
                              &out->error);
}

static hpm_status apply(outcome *out, const desk *on)
{
    const hpm_risk_array *array = &on->array;
    out->totals_memory = arena_exact(hpm_totals_size(array, out->portfolio.run_count));
    hpm_status status =
        hpm_totals_init(&out->totals, &out->totals_memory, array, &out->portfolio, &out->error);
    if (status != HPM_OK) return status;
    return hpm_totals_apply(&on->context, &out->totals, array, &out->portfolio, &out->error);
}

static hpm_status evaluate(outcome *out, const desk *on)
{
    const hpm_risk_array *array = &on->array;
    out->scratch = arena_exact(hpm_margin_scratch_size(array, out->account->position_count));
    out->breakdown_memory = arena_exact(hpm_breakdown_size(array, out->account));
    hpm_status status = hpm_margin_evaluate(&out->margin, &out->scratch, array, &out->portfolio,
                                            &out->totals, &out->error);
    if (out->scratch.used != 0) fail_msg("scratch memory is not given back");
    if (status != HPM_OK) return status;
    status =
        hpm_margin_reference(&out->reference, &out->scratch, array, &out->portfolio, &out->error);
    if (status != HPM_OK) return status;
    return hpm_margin_breakdown(&out->breakdown, &out->breakdown_memory, array, &out->portfolio,
                                &out->totals, &out->error);
}

static hpm_status take_account(outcome *out, const desk *on)
{
    hpm_status status = arrange(out, on);
    if (status == HPM_OK) status = apply(out, on);
    if (status == HPM_OK) status = evaluate(out, on);
    return status;
}

hpm_status outcome_try(outcome *out, const desk *on, const book *rows)
{
    memset(out, 0, sizeof *out);
    out->status = make_account(out, on, rows);
    if (out->status == HPM_OK) out->status = take_account(out, on);
    return out->status;
}

hpm_status outcome_try_account(outcome *out, const desk *on, hpm_account *account)
{
    memset(out, 0, sizeof *out);
    out->account = account;
    out->status = take_account(out, on);
    return out->status;
}

void outcome_make(outcome *out, const desk *on, const book *rows)
{
    if (outcome_try(out, on, rows) != HPM_OK)
        fail_msg("%s: %s: %s", hpm_status_name(out->status), out->error.where, out->error.message);
}

void outcome_free(outcome *old)
{
    arena_free(&old->account_memory);
    arena_free(&old->portfolio_memory);
    arena_free(&old->totals_memory);
    arena_free(&old->scratch);
    arena_free(&old->breakdown_memory);
}

/* ---- Questions ---------------------------------------------------------------------------- */

uint32_t component_index(const hpm_rulebook *rulebook, const char *name)
{
    const hpm_component *rows = rulebook->components.items;
    for (uint32_t i = 0; i < rulebook->components.count; i++)
        if (strcmp(rows[i].name, name) == 0) return i;
    fail_msg("rulebook %s has no component %s", rulebook->name, name);
    return HPM_NONE;
}

double component_value(const outcome *of, const desk *on, const char *name)
{
    return of->margin.value[component_index(on->array.rulebook, name)];
}

int margins_equal(const hpm_margin *a, const hpm_margin *b)
{
    return a->equity.e8 == b->equity.e8 && a->initial.e8 == b->initial.e8 &&
           a->maintenance.e8 == b->maintenance.e8 && a->component_count == b->component_count &&
           a->worst_column == b->worst_column && memcmp(a->value, b->value, sizeof a->value) == 0 &&
           memcmp(a->initial_part, b->initial_part, sizeof a->initial_part) == 0 &&
           memcmp(a->maintenance_part, b->maintenance_part, sizeof a->maintenance_part) == 0 &&
           memcmp(&a->equity_real, &b->equity_real, 3 * sizeof(double)) == 0;
}
