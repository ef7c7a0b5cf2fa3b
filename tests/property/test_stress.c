/* Law of stress: what it says of an account in a scenario is what the slow twin says of the account
 * in that market, to the rounding of ticks; and the order and the company of scenarios are
 * irrelevant. Random books on the small world, random scenarios, under three rulebooks. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "book.h"
#include "hpm/stress.h"

enum { ROUNDS = 12, SCENARIOS = 6, ASSETS_MAX = 8, EXPIRIES_MAX = 64 };

static const char *const rulebooks[] = {"hpm", "deribit-pm", "derive-pmrm1"};
enum { RULEBOOKS = sizeof rulebooks / sizeof rulebooks[0] };

typedef struct fixture {
    world small;
    hpm_rulebook_document rulebooks[RULEBOOKS];
    desk desks[RULEBOOKS];
    hpm_market moved;
    hpm_arena moved_memory;
} fixture;

static int fixture_open(void **state)
{
    static fixture all;
    hpm_error error = {.status = HPM_OK};
    world_init(&all.small, NULL, NULL);
    for (int r = 0; r < RULEBOOKS; r++) {
        rulebook_load(&all.rulebooks[r], rulebooks[r]);
        desk_open(&all.desks[r], &all.small.market, &all.rulebooks[r].rulebook);
    }
    all.moved_memory = arena_exact(hpm_market_moved_size(&all.small.catalog));
    if (hpm_market_moved_begin(&all.moved, &all.moved_memory, &all.small.market, &error) != HPM_OK)
        fail_msg("%s: %s", error.where, error.message);
    *state = &all;
    return 0;
}

static int fixture_close(void **state)
{
    fixture *all = *state;
    for (int r = 0; r < RULEBOOKS; r++) {
        desk_close(&all->desks[r]);
        hpm_rulebook_document_free(&all->rulebooks[r]);
    }
    arena_free(&all->moved_memory);
    world_free(&all->small);
    return 0;
}

/* ---- Random scenarios --------------------------------------------------------------------- */

static hpm_stress_shock random_shock(rng *random, uint32_t asset, int is_coin)
{
    hpm_stress_shock shock = {.asset = asset};
    shock.price = is_coin ? rng_real(random, -0.6, 0.8) : rng_real(random, -0.1, 0.02);
    if (!is_coin) return shock;
    if (rng_chance(random, 60)) shock.vol = rng_real(random, -0.5, 1.5);
    if (rng_chance(random, 30)) shock.vol_add = rng_real(random, -0.2, 0.2);
    if (rng_chance(random, 30)) shock.basis = rng_real(random, -0.03, 0.03);
    return shock;
}

static uint32_t random_shocks(hpm_stress_shock *shocks, rng *random, const hpm_market *market)
{
    const hpm_catalog *catalog = market->catalog;
    uint32_t count = 0;
    for (uint32_t a = 0; a < catalog->asset_count; a++) {
        int is_coin = catalog->assets[a].kind == HPM_ASSET_COIN;
        if (a != market->reporting && rng_chance(random, 50))
            shocks[count++] = random_shock(random, a, is_coin);
    }
    if (rng_chance(random, 50)) shocks[count++] = random_shock(random, HPM_NONE, 1);
    return count;
}

/* The scenario as a move of the market, from its definition. */
typedef struct there {
    double price[ASSETS_MAX], vol[ASSETS_MAX], add[ASSETS_MAX], forward[EXPIRIES_MAX];
    hpm_market_move move;
} there;

static void move_make(there *out, const hpm_stress_scenario *scenario, const hpm_catalog *catalog)
{
    double basis[ASSETS_MAX];
    assert_true(catalog->asset_count <= ASSETS_MAX && catalog->expiry_count <= EXPIRIES_MAX);
    for (uint32_t a = 0; a < catalog->asset_count; a++) {
        int follows =
            catalog->assets[a].kind == HPM_ASSET_COIN || catalog->assets[a].kind == HPM_ASSET_TOKEN;
        hpm_stress_shock own = {0};
        for (uint32_t i = 0; i < scenario->shock_count; i++)
            if (scenario->shocks[i].asset == HPM_NONE && follows) own = scenario->shocks[i];
        for (uint32_t i = 0; i < scenario->shock_count; i++)
            if (scenario->shocks[i].asset == a) own = scenario->shocks[i];
        out->price[a] = 1 + own.price;
        out->vol[a] = 1 + own.vol;
        out->add[a] = own.vol_add;
        basis[a] = own.basis;
    }
    for (uint32_t e = 0; e < catalog->expiry_count; e++)
        out->forward[e] = 1 + basis[catalog->expiries[e].underlying];
    out->move =
        (hpm_market_move){out->price, out->forward, out->vol, out->add, scenario->time_days};
}

/* ---- The law ------------------------------------------------------------------------------ */

/* Positions that are settled to the mark, settled where the market is. */
static void settle(book *rows, const hpm_market *market)
{
    for (uint32_t i = 0; i < rows->position_count; i++) {
        hpm_position *position = &rows->positions[i];
        hpm_kind kind = market->catalog->instruments[position->instrument].kind;
        if ((kind == HPM_FUTURE || kind == HPM_PERPETUAL) && isnan(position->entry_price))
            position->entry_price = market->mark[position->instrument].value;
    }
}

static void check_near(double got, double wanted, double gross, uint64_t seed, const char *what)
{
    LAW(fabs(got - wanted) <= 1e-6 + 1e-9 * (gross + fabs(wanted)), seed, "%s: %.10g, not %.10g",
        what, got, wanted);
}

static double gross_of(const book *rows, const desk *on)
{
    double gross = 0;
    for (uint32_t i = 0; i < rows->position_count; i++) {
        uint32_t id = rows->positions[i].instrument;
        const hpm_instrument *row = &on->array.catalog->instruments[id];
        gross += fabs(hpm_e8_to_double(rows->positions[i].quantity.e8) /
                      hpm_e8_to_double(row->lot.e8) * on->array.units_per_lot[id] *
                      on->array.market->asset_price[row->underlying].value);
    }
    return gross;
}

static void check_scenario(fixture *all, int r, const hpm_stress *stress,
                           const hpm_stress_result *result, const book *rows, uint64_t seed)
{
    there out;
    desk moved;
    outcome twin;
    book settled = *rows;
    hpm_error error = {.status = HPM_OK};
    double gross = gross_of(rows, &all->desks[r]);
    move_make(&out, &stress->scenarios[result->scenario], &all->small.catalog);
    if (hpm_market_moved(&all->moved, &all->small.market, &out.move, &error) != HPM_OK)
        fail_msg("%s: %s", error.where, error.message);
    desk_open(&moved, &all->moved, &all->rulebooks[r].rulebook);
    settle(&settled, &all->small.market);
    outcome_make(&twin, &moved, &settled);
    double equity = hpm_e8_to_double(result->equity.e8);
    check_near(equity, twin.reference.equity_real, gross, seed, "equity");
    check_near(hpm_e8_to_double(result->initial.e8), twin.reference.initial_real, gross, seed,
               "initial");
    LAW(result->initial.e8 == twin.margin.initial.e8, seed, "initial differs from a whole array");
    LAW(result->pnl.e8 == result->equity.e8 - stress->before.equity.e8, seed, "pnl");
    outcome_free(&twin);
    desk_close(&moved);
}

typedef struct run {
    hpm_desk desk;
    hpm_stress stress;
    hpm_arena desk_memory, work, memory;
} run;

static void run_make(run *out, fixture *all, int r, const hpm_account *account,
                     const hpm_stress_scenario *scenarios, uint32_t count)
{
    const hpm_rulebook *rulebook = &all->rulebooks[r].rulebook;
    hpm_error error = {.status = HPM_OK};
    out->desk_memory = arena_exact(hpm_desk_size(&all->small.catalog, rulebook));
    hpm_status status = hpm_desk_init(&out->desk, &out->desk_memory, &all->desks[r].context,
                                      &all->small.market, rulebook, &error);
    out->work = arena_exact(hpm_desk_work_size(&out->desk, account->position_count,
                                               account->balance_count + account->declared_count));
    hpm_desk_work(&out->desk, &out->work);
    out->memory = arena_exact(hpm_stress_size(&all->small.catalog, count));
    if (status == HPM_OK)
        status = hpm_stress_init(&out->stress, &out->memory, &out->desk, account, scenarios, count,
                                 &error);
    if (status == HPM_OK) status = hpm_stress_step(&out->stress, count, &error);
    if (status != HPM_OK) fail_msg("%s: %s", error.where, error.message);
}

static void run_free(run *old)
{
    arena_free(&old->desk_memory);
    arena_free(&old->work);
    arena_free(&old->memory);
}

/* Alone a scenario gives the bits that it gives among others. */
static void check_alone(fixture *all, int r, const hpm_account *account, const run *whole,
                        uint64_t seed)
{
    const hpm_stress_result *worst = &whole->stress.results[0];
    run alone;
    run_make(&alone, all, r, account, &whole->stress.scenarios[worst->scenario], 1);
    const hpm_stress_result *again = &alone.stress.results[0];
    LAW(again->equity.e8 == worst->equity.e8 && again->initial.e8 == worst->initial.e8 &&
            again->maintenance.e8 == worst->maintenance.e8 && again->pnl.e8 == worst->pnl.e8,
        seed, "differs alone");
    run_free(&alone);
}

static void check_book(fixture *all, int r, uint64_t seed)
{
    rng random = rng_of(seed);
    hpm_stress_shock shocks[SCENARIOS][ASSETS_MAX + 1];
    hpm_stress_scenario scenarios[SCENARIOS];
    book rows;
    outcome here;
    run whole;
    for (uint32_t s = 0; s < SCENARIOS; s++)
        scenarios[s] = (hpm_stress_scenario){
            .name = "random",
            .shocks = shocks[s],
            .shock_count = random_shocks(shocks[s], &random, &all->small.market),
            /* The nearest expiry is in four minutes. */
            .time_days = rng_chance(&random, 30) ? rng_real(&random, 0, 0.002) : 0};
    uint32_t most = all->rulebooks[r].rulebook.underlyings_max;
    uint32_t only = most == 1 ? asset_named(&all->small.catalog, "BTC") : HPM_NONE;
    book_random(&rows, &random, &all->desks[r], only);
    outcome_make(&here, &all->desks[r], &rows);
    run_make(&whole, all, r, here.account, scenarios, SCENARIOS);
    for (uint32_t i = 0; i < SCENARIOS; i++) {
        if (i > 0)
            LAW(whole.stress.results[i - 1].pnl.e8 <= whole.stress.results[i].pnl.e8, seed,
                "order");
        check_scenario(all, r, &whole.stress, &whole.stress.results[i], &rows, seed);
    }
    check_alone(all, r, here.account, &whole, seed);
    run_free(&whole);
    outcome_free(&here);
}

static void test_reference(void **state)
{
    for (uint64_t seed = 1; seed <= ROUNDS; seed++)
        for (int r = 0; r < RULEBOOKS; r++)
            check_book(*state, r, seed * 7 + (uint64_t)r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_reference)};
    return cmocka_run_group_tests(tests, fixture_open, fixture_close);
}
