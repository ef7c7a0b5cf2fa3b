/* Laws of the rows of a risk array: no shock gives nothing, entries are reference values rounded
 * once, parity, and that it does not matter who fills when. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "world.h"

#include "price/kernels.h"
#include "risk/array.h"
#include "risk/shock.h"

/* Rulebooks on the world's quotes, and some of them on its smiles. */
enum { RULEBOOKS = 5, DESKS = 7 };

/* All three units of volatility, a least volatility, time, basis and discounting in one. */
static const char everything[] =
    "{\"schema\":\"hpm/rulebook/1\",\"name\":\"everything\",\"version\":\"1\",\"title\":\"test\","
    "\"coverage\":\"own method: test\",\"discount_at_rate\":true,"
    "\"underlyings\":[{\"asset\":\"*\",\"price_range\":0.2,\"basis_annual\":0.1,"
    "\"basis_minimum\":0.01}],\"collateral\":[{\"asset\":\"*\"}],"
    "\"sets\":["
    "{\"name\":\"relative\",\"price_unit\":\"range\",\"vol_power_short\":0.3,"
    "\"vol_minimum_up\":0.7,\"prices\":[-1,0,1],\"vols\":[-1.5,-0.3,0,0.4]},"
    "{\"name\":\"points\",\"vol_unit\":\"points\",\"vol_power_short\":0.5,\"vol_power_long\":0.2,"
    "\"prices\":[-0.9,0,4],\"vols\":[-0.2,0,0.3]},"
    "{\"name\":\"atm\",\"vol_unit\":\"atm_units\",\"vol_minimum_up\":0.5,"
    "\"scenarios\":[{},{\"vol\":-0.4},{\"vol\":0.6,\"price\":0.1},{\"basis\":1},{\"basis\":-2},"
    "{\"time_days\":3},{\"time_days\":0.001,\"price\":-0.3,\"vol\":0.2,\"basis\":0.5}]}],"
    "\"components\":[{\"name\":\"worst\",\"kind\":\"worst_scenario\",\"set\":\"atm\"}],"
    "\"initial\":\"worst\",\"maintenance\":\"worst\"}";

/* Volatilities that depend on strikes: smiles that ride with the price, skews, curvature, caps. */
static const char by_strike[] =
    "{\"schema\":\"hpm/rulebook/1\",\"name\":\"by_strike\",\"version\":\"1\",\"title\":\"test\","
    "\"coverage\":\"own method: test\",\"underlyings\":[{\"asset\":\"*\",\"basis_minimum\":0.02}],"
    "\"collateral\":[{\"asset\":\"*\"}],\"sets\":["
    "{\"name\":\"moneyness\",\"vol_dynamics\":\"sticky_moneyness\",\"vol_unit\":\"points\","
    "\"prices\":[-0.4,0,0.3],\"vols\":[-0.1,0,0.2]},"
    "{\"name\":\"delta\",\"vol_dynamics\":\"sticky_delta\",\"vol_power_short\":0.3,"
    "\"scenarios\":[{},{\"vol\":0.5},{\"vol\":-0.5,\"price\":-0.2},{\"price\":0.25},{\"basis\":1},"
    "{\"vol\":-2,\"price\":0.1},{\"time_days\":4,\"price\":-0.1},{\"time_days\":40}]},"
    "{\"name\":\"linear\",\"skew_cap\":0.25,\"skew_cap_tau\":-0.1,\"skew_width\":4,\"skew_vol\":0."
    "6,"
    "\"skew_vol_tau\":-0.1,\"scenarios\":[{},{\"skew\":1},{\"skew\":-1,\"price\":0.2},{\"skew\":9}]"
    "},"
    "{\"name\":\"curved\",\"curvature_cap\":0.4,\"curvature_width\":2,\"skew_cap\":0.25,\"skew_"
    "width\":4,"
    "\"skew_vol\":0.6,\"scenarios\":[{},{\"curvature\":1},{\"curvature\":-1,\"price\":0.2},"
    "{\"curvature\":-3,\"vol\":0.3},{\"curvature\":0.5,\"skew\":-1,\"price\":-0.3}]},"
    "{\"name\":\"absolute\",\"skew_shape\":\"absolute\",\"skew_cap\":0.1,\"skew_cap_tau\":-0.5,"
    "\"skew_width\":1,\"skew_vol\":0.5,\"vol_dynamics\":\"sticky_delta\",\"vol_unit\":\"atm_"
    "units\","
    "\"scenarios\":[{},{\"skew\":1},{\"skew\":-2,\"vol\":0.4,\"price\":-0.1}]},"
    "{\"name\":\"held\",\"arbitrage_free\":true,\"skew_shape\":\"absolute\",\"skew_cap\":0.5,"
    "\"skew_width\":1,"
    "\"skew_vol\":0.5,\"scenarios\":[{},{\"skew\":-1},{\"skew\":1,\"vol\":0.5},{\"price\":-0.3},{"
    "\"vol\":2},"
    "{\"basis\":1,\"vol\":-0.5},{\"time_days\":6,\"price\":0.1}]},"
    "{\"name\":\"held_and_capped\",\"arbitrage_free\":true,\"vol_slope_cap\":0.2,\"vol_unit\":"
    "\"points\","
    "\"vol_dynamics\":\"sticky_delta\",\"scenarios\":[{\"vol\":0.5},{\"vol\":0.2,\"price\":0.2}]},"
    "{\"name\":\"capped\",\"vol_slope_cap\":0.05,\"vol_power_short\":0.5,\"skew_shape\":"
    "\"absolute\","
    "\"skew_cap\":1,\"skew_width\":1,\"skew_vol\":0.5,\"vol_dynamics\":\"sticky_moneyness\","
    "\"curvature_cap\":0.5,\"curvature_minimum\":0.2,"
    "\"scenarios\":[{},{\"curvature\":1},{\"curvature\":1,\"skew\":0.5,\"price\":0.2},{\"vol\":1},{"
    "\"vol\":0.3,\"price\":0.5},{\"skew\":1,\"price\":-0.3,"
    "\"time_days\":1}]}],"
    "\"components\":[{\"name\":\"worst\",\"kind\":\"worst_scenario\",\"set\":\"linear\"}],"
    "\"initial\":\"worst\",\"maintenance\":\"worst\"}";

typedef struct fixture {
    world small, smiled;
    hpm_rulebook_document rulebooks[RULEBOOKS];
    desk desks[DESKS];
} fixture;

static int fixture_open(void **state)
{
    static fixture all;
    static const char *const names[] = {"hpm", "deribit-pm", "derive-pmrm1"};
    world_init(&all.small, NULL, NULL);
    world_init(&all.smiled, world_smiles, NULL);
    for (int r = 0; r < RULEBOOKS; r++) {
        if (r < 3)
            rulebook_load(&all.rulebooks[r], names[r]);
        else
            rulebook_decode(&all.rulebooks[r], r == 3 ? everything : by_strike);
        desk_open(&all.desks[r], &all.small.market, &all.rulebooks[r].rulebook);
    }
    for (int d = RULEBOOKS; d < DESKS; d++)
        desk_open(&all.desks[d], &all.smiled.market,
                  &all.rulebooks[d == RULEBOOKS ? 0 : RULEBOOKS - 1].rulebook);
    *state = &all;
    return 0;
}

static int fixture_close(void **state)
{
    fixture *all = *state;
    for (int d = 0; d < DESKS; d++)
        desk_close(&all->desks[d]);
    for (int r = 0; r < RULEBOOKS; r++)
        hpm_rulebook_document_free(&all->rulebooks[r]);
    world_free(&all->small);
    world_free(&all->smiled);
    return 0;
}

static const hpm_instrument *row_of(const desk *on, uint32_t instrument)
{
    return &on->array.catalog->instruments[instrument];
}

static int64_t tick_at(const desk *on, uint32_t instrument, uint32_t column)
{
    return on->array.ticks[(size_t)instrument * on->array.stride + column];
}

static double reference_at(const desk *on, uint32_t instrument, uint32_t column)
{
    return on->reference[(size_t)instrument * on->array.stride + column];
}

/* Largest price that a lot's entry is computed from, in its settlement asset: what a rounding of
 * doubles is relative to. Coin values are below one coin a unit but for puts, K/F. */
static double lot_scale(const desk *on, uint32_t instrument)
{
    const hpm_instrument *row = row_of(on, instrument);
    double lot = row->contract_size * (double)row->lot.e8 / 1e8;
    double spot = on->array.market->asset_price[row->underlying].value;
    if (row->payoff == HPM_LINEAR) return lot * (8 * spot + row->strike);
    return row->kind == HPM_OPTION ? lot * (1 + 20 * row->strike / spot) : lot * 20 / spot;
}

/* ---- States ------------------------------------------------------------------------------- */

static void states_are_as_listed(void **state)
{
    const desk *on = ((fixture *)*state)->desks;
    const hpm_catalog *catalog = on->array.catalog;
    uint32_t counts[4] = {0, 0, 0, 0};
    for (uint32_t i = 0; i < catalog->instrument_count; i++) {
        const char *name = catalog->instruments[i].name;
        int wanted = HPM_ROW_READY;
        if (strstr(name, "-OLD-")) wanted = HPM_ROW_EXPIRED;
        if (strstr(name, "SOL_USDC-D90-") || strcmp(name, "t:BTC-D300") == 0)
            wanted = HPM_ROW_MISSING;
        if (strcmp(name, "t:SOL_USDC-HUGE") == 0) wanted = HPM_ROW_OVERFLOW;
        if (on->array.row_state[i] != wanted)
            fail_msg("%s is in state %d, not %d", name, on->array.row_state[i], wanted);
        counts[wanted]++;
    }
    assert_true(counts[HPM_ROW_READY] > 200 && counts[HPM_ROW_EXPIRED] == 24 &&
                counts[HPM_ROW_MISSING] == 11 && counts[HPM_ROW_OVERFLOW] == 1);
}

/* ---- Entries ------------------------------------------------------------------------------ */

static int is_shocked(const hpm_scenario *scenario)
{
    return scenario->price != 0 || scenario->vol != 0 || scenario->basis != 0 ||
           scenario->time_days != 0 || scenario->skew != 0 || scenario->curvature != 0;
}

static void no_shock_gives_nothing(void **state)
{
    fixture *all = *state;
    for (int r = 0; r < DESKS; r++) {
        const desk *on = &all->desks[r];
        uint32_t unshocked = 0;
        for (uint32_t c = 0; c < on->array.scenario_count; c++) {
            const hpm_scenario_set *set;
            hpm_scenario scenario = hpm_scenario_of_column(on->array.rulebook, c, &set);
            if (is_shocked(&scenario)) continue;
            unshocked++;
            for (uint32_t i = 0; i < on->array.catalog->instrument_count; i++) {
                if (tick_at(on, i, c) != 0)
                    fail_msg("%s gains %lld ticks in column %u without a shock",
                             row_of(on, i)->name, (long long)tick_at(on, i, c), c);
                if (reference_at(on, i, c) != 0)
                    fail_msg("%s: the reference gains %g without a shock", row_of(on, i)->name,
                             reference_at(on, i, c));
            }
        }
        assert_true(unshocked > 0);
    }
}

static void check_entry(const desk *on, uint32_t instrument, uint32_t column)
{
    double unit = column_unit(&on->array, instrument, column);
    double exact = reference_at(on, instrument, column) / unit;
    double roundings = column < on->array.extra ? 16 * 2.2e-16 * lot_scale(on, instrument) / unit
                                                : 4 * 2.2e-16 * fabs(exact);
    double difference = fabs((double)tick_at(on, instrument, column) - exact);
    if (!(difference <= 0.5 + roundings))
        fail_msg("%s column %u: %lld ticks, reference %.17g", row_of(on, instrument)->name, column,
                 (long long)tick_at(on, instrument, column), exact);
}

static void entries_are_references_rounded_once(void **state)
{
    fixture *all = *state;
    for (int r = 0; r < DESKS; r++) {
        const desk *on = &all->desks[r];
        const hpm_risk_array *array = &on->array;
        for (uint32_t i = 0; i < array->catalog->instrument_count; i++) {
            int64_t largest = 0;
            for (uint32_t c = 0; c < array->stride; c++) {
                int64_t tick = tick_at(on, i, c);
                if (array->row_state[i] == HPM_ROW_READY &&
                    (c < array->scenario_count || c >= array->extra))
                    check_entry(on, i, c);
                assert_true(array->ticks_real[(size_t)i * array->stride + c] == (double)tick);
                if (llabs(tick) > largest) largest = llabs(tick);
            }
            assert_true(array->row_bound[i] == largest);
        }
    }
}

/* ---- Parity ------------------------------------------------------------------------------- */

/* The put of the call's expiry, strike and settlement. */
static uint32_t put_of(const hpm_catalog *catalog, uint32_t call)
{
    char name[HPM_NAME_SIZE];
    strcpy(name, catalog->instruments[call].name);
    name[strlen(name) - 1] = 'P';
    return instrument_named(catalog, name);
}

/* Call less put is a forward at K: D(F - K), and in coin D(1 - K/F), in what of them has not faded.
 */
static double forward_gain(const desk *on, uint32_t call, uint32_t column)
{
    const hpm_instrument *row = row_of(on, call);
    const hpm_shock_table *table = on->array.shocks;
    const double *forward = table->forward + (size_t)row->expiry * table->width;
    const double *discount = table->discount + (size_t)row->expiry * table->width;
    uint32_t now = on->array.scenario_count;
    double then = forward[column] - row->strike, before = forward[now] - row->strike;
    if (row->payoff == HPM_INVERSE) {
        then /= forward[column];
        before /= forward[now];
    }
    double fade = hpm_fade_of(on->array.rulebook, on->array.tau_years[row->expiry]);
    return fade * row->contract_size * (double)row->lot.e8 / 1e8 *
           (discount[column] * then - discount[now] * before);
}

static void check_parity(const desk *on, uint32_t call, uint32_t put)
{
    for (uint32_t c = 0; c < on->array.scenario_count; c++) {
        double unit = column_unit(&on->array, call, c);
        double wanted = forward_gain(on, call, c) / unit;
        double got = (double)(tick_at(on, call, c) - tick_at(on, put, c));
        double roundings = 16 * 2.2e-16 * lot_scale(on, call) / unit;
        if (!(fabs(got - wanted) <= 1 + roundings))
            fail_msg("%s less its put gains %.17g ticks in column %u, the forward %.17g",
                     row_of(on, call)->name, got, c, wanted);
    }
}

static void puts_and_calls_are_at_parity(void **state)
{
    fixture *all = *state;
    for (int r = 0; r < DESKS; r++) {
        const desk *on = &all->desks[r];
        const hpm_catalog *catalog = on->array.catalog;
        uint32_t pairs = 0;
        for (uint32_t i = 0; i < catalog->instrument_count; i++) {
            if (catalog->instruments[i].kind != HPM_OPTION || !catalog->instruments[i].is_call ||
                on->array.row_state[i] != HPM_ROW_READY)
                continue;
            uint32_t put = put_of(catalog, i);
            assert_true(on->array.market->vol[i].value == on->array.market->vol[put].value);
            check_parity(on, i, put);
            pairs++;
        }
        assert_true(pairs > 80);
    }
}

/* ---- Who fills when ----------------------------------------------------------------------- */

static void check_same(const desk *on, const hpm_hash *wanted, const char *what)
{
    hpm_hash got = ticks_hash(&on->array);
    if (memcmp(&got, wanted, sizeof got) != 0) fail_msg("other ticks %s", what);
}

/* In slices of any size and order, and again. */
static void slices_in_any_order_agree(void **state)
{
    fixture *all = *state;
    for (int r = 0; r < DESKS; r++) {
        desk *on = &all->desks[r];
        uint32_t count = on->array.catalog->instrument_count;
        hpm_hash whole = on->tick_hash;
        for (uint64_t seed = 1; seed <= 10; seed++) {
            rng random = rng_of(seed);
            uint32_t parts = 1 + rng_below(&random, 16), first = rng_below(&random, parts);
            hpm_error error = {.status = HPM_OK};
            assert_int_equal(hpm_risk_array_begin(&on->array, on->array.market, &error), HPM_OK);
            for (uint32_t k = 0; k < parts; k++) {
                uint32_t part = (first + k * 7) % parts;
                if (parts % 7 == 0) part = (first + k) % parts;
                hpm_risk_array_fill(&on->context, &on->array, count * part / parts,
                                    count * (part + 1) / parts);
            }
            check_same(on, &whole, "when filled in slices");
        }
    }
}

/* What was filled for one market does not stay when the next begins: rows that nobody filled are
 * not used in silence. */
static void unfilled_rows_are_refused(void **state)
{
    desk *on = ((fixture *)*state)->desks;
    hpm_error error = {.status = HPM_OK};
    uint32_t count = on->array.catalog->instrument_count;
    assert_int_equal(hpm_risk_array_begin(&on->array, on->array.market, &error), HPM_OK);
    hpm_risk_array_fill(&on->context, &on->array, 0, count / 2);
    for (uint32_t i = count / 2; i < count; i++)
        if (on->array.row_state[i] == HPM_ROW_READY)
            fail_msg("%s was not filled and is ready", row_of(on, i)->name);
    hpm_risk_array_fill(&on->context, &on->array, count / 2, count);
    check_same(on, &on->tick_hash, "after filling the rest");
}

static int machine_has(hpm_isa isa)
{
#if defined(__x86_64__)
    if (isa == HPM_ISA_AVX2) return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    if (isa == HPM_ISA_AVX512)
        return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
               __builtin_cpu_supports("avx512vl");
#endif
    return isa == HPM_ISA_BASE;
}

static void instruction_sets_agree(void **state)
{
    fixture *all = *state;
    for (int isa = HPM_ISA_AVX2; isa <= HPM_ISA_AVX512; isa++) {
        hpm_context context;
        if (!machine_has((hpm_isa)isa)) {
            print_message("skipped: this machine does not have instruction set %d\n", isa);
            continue;
        }
        assert_int_equal(hpm_context_init(&context, (hpm_isa)isa, NULL), HPM_OK);
        for (int r = 0; r < DESKS; r++) {
            desk *on = &all->desks[r];
            hpm_hash whole = on->tick_hash;
            hpm_risk_array_fill(&context, &on->array, 0, on->array.catalog->instrument_count);
            check_same(on, &whole, "with other kernels");
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(states_are_as_listed),
        cmocka_unit_test(no_shock_gives_nothing),
        cmocka_unit_test(entries_are_references_rounded_once),
        cmocka_unit_test(puts_and_calls_are_at_parity),
        cmocka_unit_test(slices_in_any_order_agree),
        cmocka_unit_test(unfilled_rows_are_refused),
        cmocka_unit_test(instruction_sets_agree),
    };
    return cmocka_run_group_tests(tests, fixture_open, fixture_close);
}
