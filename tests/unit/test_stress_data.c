/* Real price histories in HPM_DATA, read as they are: the worst day of a long position is the one
 * that is widely known. Says skipped where the data are not there. */
#include <stdio.h>
#include <stdlib.h>

#include "desk_world.h"
#include "hpm/stress.h"
#include "io/file_read.h"
#include "io/history_read.h"

enum { ROOM = 4000, LIMIT = 1 << 28 };

static double prices[] = {-0.1, 0, 0.1};

/* 0 if the file is not there. */
static int load(hpm_history_file *file, const world *w, const char *name, uint32_t asset,
                int is_vol)
{
    const char *root = getenv("HPM_DATA");
    char path[512];
    hpm_buffer text;
    hpm_error error = {0};
    snprintf(path, sizeof path, "%s/%s", root ? root : "../shared/data", name);
    if (hpm_file_read(&text, path, LIMIT, NULL) != HPM_OK) {
        print_message("skipped: no %s\n", path);
        return 0;
    }
    check_ok(hpm_history_decode(file, text.bytes, text.length, asset, is_vol, &w->catalog, &error),
             &error);
    assert_int_equal(file->count, 1);
    hpm_buffer_free(&text);
    return 1;
}

typedef struct days {
    hpm_stress_scenario scenarios[ROOM];
    hpm_stress_shock shocks[ROOM * 4];
    int32_t numbers[ROOM];
    uint32_t count;
} days;

static void make_days(days *out, const world *w, const hpm_history *histories, uint32_t count)
{
    const hpm_history_rule rule = {1, HPM_NONE, 0};
    hpm_error error = {0};
    assert_true(hpm_history_days_max(histories, count) <= ROOM);
    check_ok(hpm_history_scenarios(out->scenarios, out->shocks, out->numbers, &out->count,
                                   histories, count, &rule, &w->catalog, &error),
             &error);
    for (uint32_t i = 0; i < out->count; i++)
        out->scenarios[i].name = "day";
}

/* Ten BTC perpetuals at 100 over seven years of days. 2020-03-12 is day 18333. */
static void test_worst_day(void **state)
{
    static days made;
    world *w = *state;
    hpm_history_file btc, eth;
    hpm_desk desk;
    hpm_stress stress;
    hpm_error error = {0};
    if (!load(&btc, w, "prices/Binance_BTCUSDT_d.csv", BTC, 0)) return;
    if (!load(&eth, w, "prices/Binance_ETHUSDT_d.csv", ETH, 0)) return;
    const hpm_history both[] = {btc.histories[0], eth.histories[0]};
    make_days(&made, w, both, 2);
    assert_in_range(made.count, 2000, ROOM);
    world_price_grid(w, prices, 3);
    world_hold(w, B_PERP, 10);
    world_desk(w, &desk);
    size_t size = hpm_stress_size(&w->catalog, made.count);
    void *memory = fixture_take(size, 1);
    hpm_arena arena = {memory, size, 0};
    check_ok(
        hpm_stress_init(&stress, &arena, &desk, w->account, made.scenarios, made.count, &error),
        &error);
    check_ok(hpm_stress_step(&stress, made.count, &error), &error);
    const hpm_stress_result *worst = &stress.results[0];
    assert_int_equal(made.numbers[worst->scenario], 18333);
    double fall = made.shocks[(size_t)worst->scenario * 3].price;
    assert_true(fall > -0.40 && fall < -0.38);
    check_near(hpm_e8_to_double(worst->pnl.e8), 10 * 100 * fall, "pnl");
    check_near(hpm_e8_to_double(worst->beyond_margin.e8), -1000 * fall - 100, "beyond margin");
    free(memory);
    hpm_history_file_free(&btc);
    hpm_history_file_free(&eth);
}

/* A perpetual's file with a row that stands in it twice, and an index of volatility as pairs. */
static void test_other_forms(void **state)
{
    static days made;
    world *w = *state;
    hpm_history_file sol, btc, vol;
    if (load(&sol, w, "prices/Bybit_SOLUSDT_perp_d.csv", SOL, 0)) {
        make_days(&made, w, sol.histories, 1);
        assert_in_range(made.count, 500, ROOM);
        hpm_history_file_free(&sol);
    }
    if (!load(&btc, w, "prices/Binance_BTCUSDT_d.csv", BTC, 0)) return;
    if (!load(&vol, w, "iv/dvol_btc_daily_2022-11_2025-11.json", BTC, 1)) return;
    const hpm_history both[] = {btc.histories[0], vol.histories[0]};
    make_days(&made, w, both, 2);
    assert_in_range(made.count, 500, ROOM);
    /* 2022-11-08: prices fell by a tenth and volatility rose. */
    for (uint32_t i = 0; i < made.count; i++)
        if (made.numbers[i] == 19304) {
            assert_true(made.shocks[(size_t)i * 3].price < -0.08);
            assert_true(made.shocks[(size_t)i * 3].vol > 0.2);
        }
    hpm_history_file_free(&btc);
    hpm_history_file_free(&vol);
}

int main(void)
{
    const struct CMUnitTest tests[] = {WORLD_TEST(test_worst_day), WORLD_TEST(test_other_forms)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
