/* A scenario is a market: what it costs an account is what the account's equity loses when the
 * whole market goes there, on seeded random books. Coins as positions and coin-settled contracts,
 * which a scenario converts at its own price, so lose what they lose. */
#include <math.h>
#include <string.h>

#include "book.h"
#include "oracle.h"

enum { BOOKS = 60, ASSETS_MAX = 8, PRICES = 5, VOLS = 3 };

/* All underlyings move by the same ratio, volatilities by one, three minutes may pass (the nearest
 * expiry is in four). */
static const char moves[] =
    "{\"schema\":\"hpm/rulebook/1\",\"name\":\"moves\",\"version\":\"1\",\"title\":\"test\","
    "\"coverage\":\"own method: test\",\"underlyings\":[{\"asset\":\"*\"}],"
    "\"collateral\":[{\"asset\":\"*\"}],\"sets\":[{\"name\":\"moves\","
    "\"prices\":[-0.9,-0.2,0,0.1,3],\"vols\":[-0.4,0,1.5],"
    "\"scenarios\":[{\"price\":-0.1,\"vol\":0.5,\"time_days\":0.002}]}],"
    "\"components\":[{\"name\":\"grid\",\"kind\":\"joint_grid\",\"set\":\"moves\"}],"
    "\"initial\":\"grid\",\"maintenance\":\"grid\"}";

typedef struct fixture {
    world small;
    hpm_rulebook_document rulebook;
    desk on;
    hpm_desk going;
    hpm_arena memory, work;
} fixture;

static int fixture_open(void **state)
{
    static fixture all;
    hpm_error error = {.status = HPM_OK};
    world_init(&all.small, NULL, NULL);
    rulebook_decode(&all.rulebook, moves);
    const hpm_rulebook *rulebook = &all.rulebook.rulebook;
    desk_open(&all.on, &all.small.market, rulebook);
    all.memory = arena_exact(hpm_desk_size(&all.small.catalog, rulebook));
    if (hpm_desk_init(&all.going, &all.memory, &all.on.context, &all.small.market, rulebook,
                      &error) != HPM_OK)
        fail_msg("%s: %s", error.where, error.message);
    all.work = arena_exact(hpm_desk_work_size(&all.going, BOOK_POSITIONS, BOOK_BALANCES));
    hpm_desk_work(&all.going, &all.work);
    *state = &all;
    return 0;
}

static int fixture_close(void **state)
{
    fixture *all = *state;
    arena_free(&all->memory);
    arena_free(&all->work);
    desk_close(&all->on);
    hpm_rulebook_document_free(&all->rulebook);
    world_free(&all->small);
    return 0;
}

/* Equity of an account where the scenario puts the market: coins move, money and tokens do not. */
static double equity_there(fixture *all, const hpm_account *account, const hpm_scenario *scenario)
{
    const hpm_catalog *catalog = &all->small.catalog;
    double price[ASSETS_MAX], vol[ASSETS_MAX];
    const hpm_market_move move = {
        .price_ratio = price, .vol_ratio = vol, .time_days = scenario->time_days};
    hpm_margin margin;
    hpm_error error = {.status = HPM_OK};
    assert_true(catalog->asset_count <= ASSETS_MAX);
    for (uint32_t a = 0; a < catalog->asset_count; a++) {
        price[a] = catalog->assets[a].kind == HPM_ASSET_COIN ? 1 + scenario->price : 1;
        vol[a] = 1 + scenario->vol;
    }
    hpm_status status = hpm_desk_move(&all->going, &move, &error);
    if (status == HPM_OK) status = hpm_desk_margin(&all->going, &margin, account, &error);
    if (status != HPM_OK) fail_msg("%s: %s", error.where, error.message);
    return margin.equity_real;
}

static double scenario_gain(const outcome *of, const desk *on, uint32_t column)
{
    double sum = 0;
    for (uint32_t g = 0; g < of->breakdown.underlying_count; g++)
        sum += of->breakdown.scenario_pnl[(size_t)g * on->array.scenario_count + column];
    return sum;
}

static void scenarios_are_markets(void **state)
{
    fixture *all = *state;
    const hpm_scenario_set *set = all->rulebook.rulebook.sets.items;
    assert_int_equal(hpm_scenario_set_count(set), PRICES * VOLS + 1);
    for (uint64_t seed = 1; seed <= BOOKS; seed++) {
        rng random = rng_of(seed + 4400);
        book rows;
        outcome out;
        book_random(&rows, &random, &all->on, HPM_NONE);
        outcome_make(&out, &all->on, &rows);
        for (uint32_t c = 0; c < hpm_scenario_set_count(set); c++) {
            hpm_scenario scenario = hpm_scenario_set_at(set, c);
            double wanted = equity_there(all, out.account, &scenario) - out.margin.equity_real;
            double got = scenario_gain(&out, &all->on, c);
            double ratio = 1 + fabs(scenario.price);
            LAW(fabs(got - wanted) <= ratio * oracle_tick_bound(&all->on, &out, 4), seed,
                "column %u: %.12g, the equity there gains %.12g", c, got, wanted);
        }
        outcome_free(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(scenarios_are_markets)};
    return cmocka_run_group_tests(tests, fixture_open, fixture_close);
}
