/* What shocks do to smiles that are free of arbitrage, what slope caps mend and what only holding
 * prices free of it does: many strikes of one expiry, seeded raw SVI slices of two days to a year.
 * A call spread costs between nothing and its width, and a butterfly at least nothing. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "world.h"

enum { STRIKES = 61, SMILES = 30 };

#define SPOT 50000.0

typedef struct smile_world {
    hpm_catalog catalog;
    hpm_market market;
    hpm_arena catalog_memory, market_memory;
    uint32_t call[STRIKES];
    double strike[STRIKES];
} smile_world;

/* One expiry: how long, and its slice. */
typedef struct form {
    double days, deviation; /* at the money */
    hpm_svi svi;
} form;

/* ---- Smiles ------------------------------------------------------------------------------- */

static hpm_svi svi_draw(rng *random, double deviation)
{
    hpm_svi svi = {.b = deviation * rng_real(random, 0.1, 1.2),
                   .rho = rng_real(random, -0.7, 0.5),
                   .m = deviation * rng_real(random, -0.3, 0.3),
                   .sigma = deviation * rng_real(random, 0.1, 1.5)};
    svi.a = deviation * deviation - hpm_svi_at(&svi, 0).variance;
    return svi;
}

/* Free of butterfly arbitrage as far as the strikes go, and beyond. */
static form form_draw(rng *random)
{
    static const double days[] = {2, 7, 30, 90, 365};
    for (;;) {
        form out = {.days = days[rng_below(random, 5)]};
        double at;
        out.deviation = rng_real(random, 0.35, 1) * sqrt(out.days / 365);
        out.svi = svi_draw(random, out.deviation);
        if (!hpm_svi_is_valid(&out.svi) || out.svi.a < 0) continue;
        if (hpm_svi_least_density(&at, &out.svi, 8, 801) >= 0.02) return out;
    }
}

static void must(hpm_status status, const hpm_error *error)
{
    if (status != HPM_OK) fail_msg("%s: %s", error->where, error->message);
}

/* Strikes an eighth of a deviation apart, the money in their middle. */
static void open_world(smile_world *out, const form *shape)
{
    static const hpm_asset assets[] = {
        {"BTC", HPM_ASSET_COIN}, {"USD", HPM_ASSET_FIAT}, {"USDC", HPM_ASSET_STABLECOIN}};
    hpm_instrument rows[STRIKES];
    hpm_error error;
    memset(rows, 0, sizeof rows);
    for (uint32_t i = 0; i < STRIKES; i++) {
        double k = shape->deviation * ((double)i - (STRIKES - 1) / 2) / 8;
        out->strike[i] = SPOT * exp(k);
        snprintf(rows[i].name, sizeof rows[i].name, "s:%02u", i);
        rows[i].kind = HPM_OPTION;
        rows[i].settlement = 2;
        rows[i].contract_size = 1;
        rows[i].lot.e8 = HPM_E8;
        rows[i].strike = out->strike[i];
        rows[i].is_call = 1;
        rows[i].expiry_ns = WORLD_NOW_NS + (int64_t)(shape->days * (double)HPM_DAY_NS);
    }
    out->catalog_memory = arena_exact(hpm_catalog_size(3, STRIKES));
    must(hpm_catalog_init(&out->catalog, &out->catalog_memory, assets, 3, rows, STRIKES, &error),
         &error);
    out->market_memory = arena_exact(hpm_market_size(&out->catalog));
    must(
        hpm_market_begin(&out->market, &out->market_memory, &out->catalog, 1, WORLD_NOW_NS, &error),
        &error);
    out->market.asset_price[0].value = SPOT;
    out->market.asset_price[2].value = 1;
    out->market.curve[0].forward.value = SPOT;
    out->market.smile[0].svi = shape->svi;
    for (uint32_t i = 0; i < STRIKES; i++)
        out->call[i] = instrument_named(&out->catalog, rows[i].name);
    must(hpm_market_finish(&out->market, &error), &error);
}

static void close_world(smile_world *old)
{
    arena_free(&old->catalog_memory);
    arena_free(&old->market_memory);
}

/* ---- Prices ------------------------------------------------------------------------------- */

/* What is wrong with the prices of a set of scenarios, of strikes' distance: butterflies below 0,
 * by more than 2 %, by how much at most; call spreads below 0 or above their width. */
typedef struct fault {
    uint32_t cases, broken, large;
    double worst, spread;
} fault;

/* A rulebook's array alone: no reference, which is slow. */
typedef struct filled {
    hpm_risk_array array;
    hpm_arena arena;
} filled;

static void open_filled(filled *out, const hpm_market *market, const hpm_rulebook *rulebook)
{
    hpm_context context;
    hpm_error error;
    out->arena = arena_exact(hpm_risk_array_size(market->catalog, rulebook));
    must(hpm_context_init(&context, HPM_ISA_BASE, &error), &error);
    must(hpm_risk_array_init(&out->array, &out->arena, market->catalog, rulebook, &error), &error);
    must(hpm_risk_array_begin(&out->array, market, &error), &error);
    hpm_risk_array_fill(&context, &out->array, 0, STRIKES);
}

static double amount_in(const hpm_risk_array *array, uint32_t instrument, uint32_t column)
{
    return array->ticks_real[(size_t)instrument * array->stride + column] *
           column_unit(array, instrument, column);
}

static double value_in(const hpm_risk_array *array, const smile_world *in, uint32_t strike,
                       uint32_t column)
{
    return amount_in(array, in->call[strike], array->extra + HPM_COLUMN_VALUE) +
           amount_in(array, in->call[strike], column);
}

/* What a call spread from a strike to the next costs, of its width. */
static double spread_in(const hpm_risk_array *array, const smile_world *in, uint32_t strike,
                        uint32_t column)
{
    return (value_in(array, in, strike, column) - value_in(array, in, strike + 1, column)) /
           (in->strike[strike + 1] - in->strike[strike]);
}

/* 1e-9 is for ticks of 1e-9 and a dozen roundings of prices of 50,000 over strikes 100 apart. */
static void judge_column(fault *out, const hpm_risk_array *array, const smile_world *in,
                         uint32_t column)
{
    double spread = spread_in(array, in, 0, column);
    for (uint32_t i = 0; i + 2 < STRIKES; i++) {
        double next = spread_in(array, in, i + 1, column), worth = spread - next;
        out->spread = fmax(out->spread, fmax(-spread, spread - 1));
        out->worst = fmax(out->worst, -worth);
        out->cases++;
        out->broken += worth < -1e-9;
        out->large += worth < -0.02;
        spread = next;
    }
    out->spread = fmax(out->spread, fmax(-spread, spread - 1));
}

static void judge_sets(fault *sets, const form *shape, const hpm_rulebook *rulebook)
{
    smile_world in;
    filled on;
    fault before = {0};
    open_world(&in, shape);
    open_filled(&on, &in.market, rulebook);
    assert_true(on.array.extra > on.array.scenario_count); /* padding: nothing moves */
    judge_column(&before, &on.array, &in, on.array.scenario_count);
    assert_int_equal(before.broken, 0);
    for (uint32_t s = 0; s < rulebook->sets.count; s++) {
        const hpm_scenario_set *set = (const hpm_scenario_set *)rulebook->sets.items + s;
        uint32_t first = rulebook->set_first[s];
        for (uint32_t c = 0; c < hpm_scenario_set_count(set); c++)
            judge_column(&sets[s], &on.array, &in, first + c);
    }
    arena_free(&on.arena);
    close_world(&in);
}

/* ---- Sets --------------------------------------------------------------------------------- */

#define GRID(vols) "\"prices\":[-0.15,0,0.15],\"vols\":[" vols "]"
#define SKEW       "\"skew_cap\":0.25,\"skew_width\":2,\"skew_vol\":0.6"
#define CURVATURE  "\"curvature_cap\":0.25,\"curvature_width\":1.5"

static const struct {
    const char *name, *body;
} shapes[] = {
    {"relative", GRID("-0.3,0.3,0.5,1")},
    {"points", "\"vol_unit\":\"points\"," GRID("-0.2,0.2,0.5")},
    {"atm_units", "\"vol_unit\":\"atm_units\"," GRID("-0.3,0.3,1")},
    {"skew", SKEW ",\"scenarios\":[{\"skew\":1},{\"skew\":-1}]"},
    {"absolute skew",
     SKEW ",\"skew_shape\":\"absolute\",\"scenarios\":[{\"skew\":1},{\"skew\":-1}]"},
    {"curvature", CURVATURE ",\"scenarios\":[{\"curvature\":1},{\"curvature\":-1}]"},
    {"all together",
     SKEW "," CURVATURE ",\"scenarios\":[{\"curvature\":1,\"skew\":-1,\"vol\":0.5,\"price\":0.1},"
          "{\"skew\":1,\"curvature\":1,\"vol\":0.5,\"price\":-0.1}]"},
};
enum { SETS = sizeof shapes / sizeof *shapes };

/* Every set with the same limits. */
static void rulebook_make(hpm_rulebook_document *out, const char *limits)
{
    static char text[1 << 14];
    size_t at = 0;
    for (size_t i = 0; i < SETS; i++)
        at += (size_t)snprintf(text + at, sizeof text - at, "%s{\"name\":\"%s\",%s%s}",
                               i == 0 ? "{\"schema\":\"hpm/rulebook/1\",\"name\":\"shapes\","
                                        "\"version\":\"1\",\"title\":\"test\","
                                        "\"coverage\":\"own method: test\","
                                        "\"underlyings\":[{\"asset\":\"*\"}],"
                                        "\"collateral\":[{\"asset\":\"*\"}],\"sets\":["
                                      : ",",
                               shapes[i].name, shapes[i].body, limits);
    snprintf(text + at, sizeof text - at,
             "],\"components\":[{\"name\":\"haircut\",\"kind\":\"haircut\"}],"
             "\"initial\":\"haircut\",\"maintenance\":\"haircut\"}");
    rulebook_decode(out, text);
}

static void measure(fault sets[SETS], const char *limits)
{
    hpm_rulebook_document rulebook;
    rng random = rng_of(7);
    rulebook_make(&rulebook, limits);
    memset(sets, 0, SETS * sizeof *sets);
    for (int i = 0; i < SMILES; i++) {
        form shape = form_draw(&random);
        judge_sets(sets, &shape, &rulebook.rulebook);
    }
    for (size_t s = 0; s < SETS; s++)
        print_message("%-24s %-13s %u butterflies: below 0 %.2f %%, by more than 2 %% %.2f %%, "
                      "worst %.4f; spreads %.4f\n",
                      limits, shapes[s].name, sets[s].cases, 100.0 * sets[s].broken / sets[s].cases,
                      100.0 * sets[s].large / sets[s].cases, sets[s].worst, sets[s].spread);
    hpm_rulebook_document_free(&rulebook);
}

/* ---- Laws --------------------------------------------------------------------------------- */

/* Counter-examples to each kind of shock by itself. */
static void every_shock_breaks_some_butterfly(void **state)
{
    fault sets[SETS];
    (void)state;
    measure(sets, "");
    for (size_t s = 0; s < SETS; s++) {
        assert_true(sets[s].broken > sets[s].cases / 100);
        assert_true(sets[s].worst < 0.14 && sets[s].spread < 0.3);
    }
}

/* A cap on slopes mends wings, not bends: some spreads stay below 0, and one that is tighter than
 * the smile's own slope makes bends where the price has left the smile behind. */
static void a_slope_cap_is_no_proof(void **state)
{
    fault wide[SETS], tight[SETS];
    (void)state;
    measure(wide, ",\"vol_slope_cap\":1.5");
    measure(tight, ",\"vol_slope_cap\":0.1");
    assert_true(wide[0].broken > wide[0].cases / 100);
    assert_true(tight[0].broken < wide[0].broken && tight[0].worst > 0.2);
}

static void what_is_held_free_of_arbitrage_is(void **state)
{
    static const char *const limits[] = {",\"arbitrage_free\":true",
                                         ",\"arbitrage_free\":true,\"vol_slope_cap\":0.1"};
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        fault sets[SETS];
        measure(sets, limits[i]);
        for (size_t s = 0; s < SETS; s++)
            assert_true(sets[s].broken == 0 && sets[s].spread <= 1e-9);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_shock_breaks_some_butterfly),
        cmocka_unit_test(a_slope_cap_is_no_proof),
        cmocka_unit_test(what_is_held_free_of_arbitrage_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
