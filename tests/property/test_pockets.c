/* Laws of isolated and cross margin, on seeded random books: a pocket is asked what an account of
 * its lines alone is asked; the less may be netted, the more is needed; the smallest cash passes
 * and 1e-8 less does not. And the straddle on which net delta fails. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "book.h"
#include "io/file_read.h"
#include "margin/charge.h"
#include "oracle.h"

/* From everything netted to nothing; then others. */
enum {
    HPM,
    UNDERLYING,
    CROSS,
    ISOLATED,
    SAME_COVER,
    VENUE_CROSS = SAME_COVER,
    VENUE_ISOLATED,
    DELTA,
    ALL
};

enum { BOOKS = 60 };

/* The second is the first, grouped by underlying. */
static const char *const names[ALL] = {
    "hpm",  "hpm", "cross-same-cover", "isolated-same-cover", "cross-venue", "isolated-venue",
    "delta"};

/* Rulebooks as they ship, and those of the same cover without what is not coherent. */
typedef struct fixture {
    world small;
    hpm_rulebook_document rulebooks[ALL], coherent[SAME_COVER];
    desk desks[ALL], coherent_desks[SAME_COVER];
} fixture;

static void group_by_underlying(hpm_rulebook *rulebook)
{
    hpm_error error = {.status = HPM_OK};
    rulebook->grouping = HPM_GROUPING_UNDERLYING;
    if (hpm_rulebook_finish(rulebook, &error) != HPM_OK) fail_msg("%s", error.message);
}

static int fixture_open(void **state)
{
    static fixture all;
    world_init(&all.small, NULL, NULL);
    for (int r = 0; r < ALL; r++) {
        rulebook_load(&all.rulebooks[r], names[r]);
        if (r == UNDERLYING) group_by_underlying(&all.rulebooks[r].rulebook);
        desk_open(&all.desks[r], &all.small.market, &all.rulebooks[r].rulebook);
        if (r >= SAME_COVER) continue;
        rulebook_load_coherent(&all.coherent[r], names[r]);
        if (r == UNDERLYING) group_by_underlying(&all.coherent[r].rulebook);
        desk_open(&all.coherent_desks[r], &all.small.market, &all.coherent[r].rulebook);
    }
    *state = &all;
    return 0;
}

static int fixture_close(void **state)
{
    fixture *all = *state;
    for (int r = 0; r < ALL; r++) {
        desk_close(&all->desks[r]);
        hpm_rulebook_document_free(&all->rulebooks[r]);
        if (r >= SAME_COVER) continue;
        desk_close(&all->coherent_desks[r]);
        hpm_rulebook_document_free(&all->coherent[r]);
    }
    world_free(&all->small);
    return 0;
}

static book book_of(const fixture *all, uint64_t seed)
{
    rng random = rng_of(seed + 90000);
    book out;
    book_random(&out, &random, &all->desks[HPM], HPM_NONE);
    return out;
}

/* ---- A line alone ------------------------------------------------------------------------- */

static book only_position(const book *rows, uint32_t position)
{
    book out = {.position_count = 1};
    out.positions[0] = rows->positions[position];
    return out;
}

static book only_balance(const book *rows, uint32_t balance)
{
    book out = {.balance_count = 1};
    out.balances[0] = rows->balances[balance];
    return out;
}

/* Adds what hpm asks of a line alone, which is what every rulebook of the same cover asks. */
static void add_line(double *sum, const fixture *all, const book *line, uint64_t seed)
{
    outcome out[SAME_COVER];
    for (int r = 0; r < SAME_COVER; r++)
        outcome_make(&out[r], &all->desks[r], line);
    for (int r = 1; r < SAME_COVER; r++)
        LAW(memcmp(out[r].margin.value, out[HPM].margin.value, sizeof out[HPM].margin.value) == 0,
            seed, "%s asks otherwise of a single line", names[r]);
    for (uint32_t i = 0; i < out[HPM].margin.component_count; i++)
        sum[i] += out[HPM].margin.value[i];
    for (int r = 0; r < SAME_COVER; r++)
        outcome_free(&out[r]);
}

/* Component by component, combinations too. */
static void isolated_is_the_sum_of_lines(void **state)
{
    const fixture *all = *state;
    for (uint64_t seed = 1; seed <= BOOKS / 4; seed++) {
        const book rows = book_of(all, seed);
        double sum[HPM_COMPONENTS_MAX] = {0};
        outcome out;
        for (uint32_t p = 0; p < rows.position_count; p++) {
            book line = only_position(&rows, p);
            add_line(sum, all, &line, seed);
        }
        for (uint32_t b = 0; b < rows.balance_count; b++) {
            book line = only_balance(&rows, b);
            add_line(sum, all, &line, seed);
        }
        outcome_make(&out, &all->desks[ISOLATED], &rows);
        for (uint32_t i = 0; i < out.margin.component_count; i++)
            LAW(fabs(out.margin.value[i] - sum[i]) <= 1e-12 * oracle_gross(&all->desks[HPM], &out),
                seed, "component %u is %.17g, of the lines %.17g", i, out.margin.value[i], sum[i]);
        outcome_free(&out);
    }
}

/* ---- Less netting, more need -------------------------------------------------------------- */

static uint32_t check_order(const desk *desks, const book *rows, uint64_t seed)
{
    const hpm_component *components = desks[HPM].array.rulebook->components.items;
    outcome out[SAME_COVER];
    for (int r = 0; r < SAME_COVER; r++)
        outcome_make(&out[r], &desks[r], rows);
    double roundings = 1e-12 * oracle_gross(&desks[HPM], &out[HPM]);
    for (int r = 1; r < SAME_COVER; r++) {
        for (uint32_t i = 0; i < out[r].margin.component_count; i++)
            LAW(out[r - 1].margin.value[i] <= out[r].margin.value[i] + roundings, seed,
                "%s: grouped %d %.12g, %d %.12g", components[i].name, r - 1,
                out[r - 1].margin.value[i], r, out[r].margin.value[i]);
        LAW(out[r].margin.equity.e8 == out[HPM].margin.equity.e8, seed, "the equity depends on it");
        LAW(out[r].margin.worst_column == HPM_NONE, seed, "one scenario for all pockets");
    }
    uint32_t strictly = out[HPM].margin.initial_real < 0.9 * out[UNDERLYING].margin.initial_real;
    strictly += out[UNDERLYING].margin.initial_real < 0.9 * out[CROSS].margin.initial_real;
    strictly += out[CROSS].margin.initial_real < 0.9 * out[ISOLATED].margin.initial_real;
    for (int r = 0; r < SAME_COVER; r++)
        outcome_free(&out[r]);
    return strictly;
}

static void less_netting_needs_more(void **state)
{
    const fixture *all = *state;
    uint32_t strictly = 0;
    for (uint64_t seed = 1; seed <= BOOKS; seed++) {
        const book rows = book_of(all, seed);
        strictly += check_order(all->coherent_desks, &rows, seed);
    }
    assert_true(strictly > BOOKS);
}

/* The venue's formulas: netting only lowers them, maintenance is below initial for every line. */
static void venue_formulas_net_futures(void **state)
{
    const fixture *all = *state;
    for (uint64_t seed = 1; seed <= BOOKS; seed++) {
        const book rows = book_of(all, seed);
        outcome cross, isolated;
        outcome_make(&cross, &all->desks[VENUE_CROSS], &rows);
        outcome_make(&isolated, &all->desks[VENUE_ISOLATED], &rows);
        double roundings = 1e-12 * oracle_gross(&all->desks[HPM], &cross);
        LAW(cross.margin.initial_real <= isolated.margin.initial_real + roundings, seed, "IM");
        LAW(cross.margin.maintenance_real <= isolated.margin.maintenance_real + roundings, seed,
            "MM");
        LAW(isolated.margin.maintenance.e8 <= isolated.margin.initial.e8, seed, "MM above IM");
        outcome_free(&cross);
        outcome_free(&isolated);
    }
}

/* ---- Smallest cash ------------------------------------------------------------------------ */

static int is_money(const hpm_catalog *catalog, uint32_t asset)
{
    return catalog->assets[asset].kind == HPM_ASSET_FIAT ||
           catalog->assets[asset].kind == HPM_ASSET_STABLECOIN;
}

/* The book with its money replaced by so much of the reporting currency. */
static book with_cash(const book *rows, const hpm_market *market, int64_t e8)
{
    book out = *rows;
    out.balance_count = 0;
    for (uint32_t i = 0; i < rows->balance_count; i++)
        if (!is_money(market->catalog, rows->balances[i].asset))
            out.balances[out.balance_count++] = rows->balances[i];
    out.balances[out.balance_count++] = (hpm_balance){market->reporting, {e8}};
    return out;
}

static hpm_cash cash_of(const desk *on, const hpm_account *account)
{
    const hpm_market *market = on->array.market;
    hpm_desk at;
    hpm_cash cash = {0};
    hpm_error error = {.status = HPM_OK};
    hpm_arena memory = arena_exact(hpm_desk_size(market->catalog, on->array.rulebook));
    hpm_status status =
        hpm_desk_init(&at, &memory, &on->context, market, on->array.rulebook, &error);
    hpm_arena work = arena_exact(hpm_desk_work_size(
        &at, account->position_count, account->balance_count + account->declared_count + 1));
    hpm_arena scratch = arena_exact(hpm_cash_size(account));
    hpm_desk_work(&at, &work);
    if (status == HPM_OK) status = hpm_cash_find(&cash, &scratch, &at, account, &error);
    if (status != HPM_OK) fail_msg("%s: %s", error.where, error.message);
    arena_free(&memory);
    arena_free(&work);
    arena_free(&scratch);
    return cash;
}

static void check_cash(const desk *on, const book *rows, uint64_t seed)
{
    const char *name = on->array.rulebook->name;
    outcome given, enough, less;
    outcome_make(&given, on, rows);
    hpm_cash cash = cash_of(on, given.account);
    LAW(cash.is_found, seed, "%s: no cash found", name);
    book passes = with_cash(rows, on->array.market, cash.amount.e8);
    book fails = with_cash(rows, on->array.market, cash.amount.e8 - 1);
    outcome_make(&enough, on, &passes);
    outcome_make(&less, on, &fails);
    LAW(margins_equal(&enough.margin, &cash.margin), seed, "%s: another margin", name);
    LAW(enough.margin.equity.e8 >= enough.margin.initial.e8, seed, "%s: it does not pass", name);
    LAW(less.margin.equity.e8 < less.margin.initial.e8, seed, "%s: less passes too", name);
    LAW(cash.shortfall.e8 == less.margin.initial.e8 - less.margin.equity.e8, seed, "%s", name);
    outcome_free(&given);
    outcome_free(&enough);
    outcome_free(&less);
}

static void smallest_cash_is_exact(void **state)
{
    const fixture *all = *state;
    for (uint64_t seed = 1; seed <= BOOKS / 2; seed++) {
        const book rows = book_of(all, seed);
        for (int r = 0; r < ALL; r++)
            check_cash(&all->desks[r], &rows, seed);
    }
}

/* ---- The straddle ------------------------------------------------------------------------- */

static hpm_account *straddle_load(const hpm_catalog *catalog)
{
    char path[1024];
    hpm_buffer text;
    hpm_account *account = NULL;
    hpm_error error = {.status = HPM_OK};
    snprintf(path, sizeof path, "%s/straddle.json", folder_of("HPM_SAMPLES", "samples"));
    hpm_status status = hpm_file_read(&text, path, HPM_ACCOUNT_BYTES_MAX, &error);
    if (status == HPM_OK)
        status = hpm_account_decode(&account, text.bytes, text.length, catalog, &error);
    if (status != HPM_OK) fail_msg("%s: %s", path, error.message);
    hpm_buffer_free(&text);
    return account;
}

/* It passes under `delta` with next to nothing, and one move of hpm's grid loses all that it has
 * many times over. */
static void net_delta_fails_on_a_straddle(void **state)
{
    const fixture *all = *state;
    hpm_market_document document;
    desk by_delta, by_hpm;
    outcome delta, hpm;
    sample_market_load(&document);
    desk_open(&by_delta, &document.market, &all->rulebooks[DELTA].rulebook);
    desk_open(&by_hpm, &document.market, &all->rulebooks[HPM].rulebook);
    hpm_account *account = straddle_load(document.market.catalog);
    assert_int_equal(outcome_try_account(&delta, &by_delta, account), HPM_OK);
    assert_int_equal(outcome_try_account(&hpm, &by_hpm, account), HPM_OK);
    double loss = component_value(&hpm, &by_hpm, "grid");
    print_message("straddle: equity %.2f, delta asks %.2f, a move of the grid loses %.2f\n",
                  delta.margin.equity_real, delta.margin.initial_real, loss);
    assert_true(delta.margin.equity.e8 >= delta.margin.initial.e8);
    assert_true(delta.margin.initial_real < 1);
    assert_true(loss > 1e5 && loss > 20 * delta.margin.equity_real);
    assert_true(hpm.margin.equity.e8 < hpm.margin.maintenance.e8);
    outcome_free(&delta);
    outcome_free(&hpm);
    free(account);
    desk_close(&by_delta);
    desk_close(&by_hpm);
    hpm_market_document_free(&document);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(isolated_is_the_sum_of_lines),  cmocka_unit_test(less_netting_needs_more),
        cmocka_unit_test(venue_formulas_net_futures),    cmocka_unit_test(smallest_cash_is_exact),
        cmocka_unit_test(net_delta_fails_on_a_straddle),
    };
    return cmocka_run_group_tests(tests, fixture_open, fixture_close);
}
