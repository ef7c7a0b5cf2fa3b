/* What scenarios do to a smile that is free of butterfly arbitrage: one expiry, many strikes, every
 * butterfly worth at least 0 before. Which shocks keep it so, and committed counter-examples of
 * those that do not. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "world.h"

enum { STRIKES = 79 };

#define SPOT 50000.0

/* Raw SVI (Gatheral): w(k) = a + b (rho k + sqrt(k^2 + sigma^2)), w = vol^2 T. */
typedef struct smile {
    const char *text;
    double days, a, b, rho, sigma;
    double step; /* of strikes, from the first */
    double first;
} smile;

static const smile week = {"a week, steep put wing", 7, 0.0005, 0.035, -0.6, 0.06, 500, 31000};
static const smile bend = {"a week, sharp bend", 7, 0.0003, 0.05, -0.3, 0.01, 500, 31000};
static const smile year = {"a year, wide wings", 365, 0.025, 0.45, 0, 0.3, 5000, 5000};

typedef struct smile_world {
    const smile *form;
    hpm_catalog catalog;
    hpm_market market;
    hpm_arena catalog_memory, market_memory;
    uint32_t call[STRIKES];
} smile_world;

static double strike_of(const smile *form, uint32_t i)
{
    return form->first + form->step * i;
}

static void must(hpm_status status, const hpm_error *error)
{
    if (status != HPM_OK) fail_msg("%s: %s", error->where, error->message);
}

static void open_world(smile_world *out, const smile *form)
{
    static const hpm_asset assets[] = {
        {"BTC", HPM_ASSET_COIN}, {"USD", HPM_ASSET_FIAT}, {"USDC", HPM_ASSET_STABLECOIN}};
    hpm_instrument rows[STRIKES];
    hpm_error error;
    memset(rows, 0, sizeof rows);
    out->form = form;
    for (uint32_t i = 0; i < STRIKES; i++) {
        snprintf(rows[i].name, sizeof rows[i].name, "s:%06.0f-C", strike_of(form, i));
        rows[i].kind = HPM_OPTION;
        rows[i].settlement = 2;
        rows[i].contract_size = 1;
        rows[i].lot.e8 = HPM_E8;
        rows[i].strike = strike_of(form, i);
        rows[i].is_call = 1;
        rows[i].expiry_ns = WORLD_NOW_NS + (int64_t)(form->days * (double)HPM_DAY_NS);
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
    for (uint32_t i = 0; i < STRIKES; i++) {
        double k = log(strike_of(form, i) / SPOT);
        double total =
            form->a + form->b * (form->rho * k + sqrt(k * k + form->sigma * form->sigma));
        out->call[i] = instrument_named(&out->catalog, rows[i].name);
        out->market.vol[out->call[i]].value = sqrt(total / (form->days / 365));
    }
    must(hpm_market_finish(&out->market, &error), &error);
}

static void close_world(smile_world *old)
{
    arena_free(&old->catalog_memory);
    arena_free(&old->market_memory);
}

/* ---- Butterflies -------------------------------------------------------------------------- */

/* The most negative butterfly of neighbouring strikes in some scenario, as a share of its width. */
typedef struct broken {
    double share;
    uint32_t strike, column, count;
} broken;

static double value_in(const desk *on, const smile_world *in, uint32_t strike, uint32_t column)
{
    const double *row = on->reference + (size_t)in->call[strike] * on->array.stride;
    return row[on->array.extra + HPM_COLUMN_VALUE] + row[column];
}

static broken worst_butterfly(const desk *on, const smile_world *in, uint32_t first, uint32_t end)
{
    broken worst = {0, 0, 0, 0};
    for (uint32_t c = first; c < end; c++)
        for (uint32_t i = 0; i + 2 < STRIKES; i++) {
            double worth = value_in(on, in, i, c) - 2 * value_in(on, in, i + 1, c) +
                           value_in(on, in, i + 2, c);
            double share = -worth / (2 * in->form->step);
            worst.count += share > 1e-9;
            if (share > worst.share) worst = (broken){share, i + 1, c, worst.count};
        }
    return worst;
}

/* The set of a rulebook by name on a smile; the smile itself is free of butterfly arbitrage. */
static broken check_set(const smile *form, const hpm_rulebook *rulebook, const char *name)
{
    const hpm_scenario_set *sets = rulebook->sets.items;
    smile_world in;
    desk on;
    broken found = {NAN, 0, 0, 0};
    open_world(&in, form);
    desk_open(&on, &in.market, rulebook);
    broken before = worst_butterfly(&on, &in, on.array.scenario_count, on.array.extra);
    assert_true(on.array.extra > on.array.scenario_count); /* padding: nothing moves */
    assert_true(before.share <= 1e-12);
    for (uint32_t s = 0; s < rulebook->sets.count; s++) {
        uint32_t first = rulebook->set_first[s];
        if (strcmp(sets[s].name, name) != 0) continue;
        found = worst_butterfly(&on, &in, first, first + hpm_scenario_set_count(&sets[s]));
    }
    if (isnan(found.share)) fail_msg("%s has no set %s", rulebook->name, name);
    print_message("%s, %s %s: %u butterflies below 0, by up to %.4f of their width (strike %.0f, "
                  "scenario %u)\n",
                  form->text, rulebook->name, name, found.count, found.share,
                  strike_of(form, found.strike), found.column);
    desk_close(&on);
    close_world(&in);
    return found;
}

/* ---- Laws --------------------------------------------------------------------------------- */

static const char shapes[] =
    "{\"schema\":\"hpm/rulebook/1\",\"name\":\"shapes\",\"version\":\"1\",\"title\":\"test\","
    "\"coverage\":\"own method: "
    "test\",\"underlyings\":[{\"asset\":\"*\"}],\"collateral\":[{\"asset\":\"*\"}],"
    "\"sets\":["
    "{\"name\":\"riding\",\"vol_dynamics\":\"sticky_moneyness\",\"prices\":[-0.3,-0.1,0.1,0.3],"
    "\"vols\":[0]},"
    "{\"name\":\"still\",\"prices\":[-0.3,-0.1,0.1,0.3],\"vols\":[0]},"
    "{\"name\":\"tripled\",\"scenarios\":[{\"vol\":2}]},"
    "{\"name\":\"capped\",\"vol_slope_cap\":1.5,\"scenarios\":[{\"vol\":2}]}],"
    "\"components\":[{\"name\":\"haircut\",\"kind\":\"haircut\"}],"
    "\"initial\":\"haircut\",\"maintenance\":\"haircut\"}";

/* A smile that rides with the price stays what it was: prices are homogeneous in forward and
 * strike. One that stays behind does not: off the money its wings are too steep. */
static void a_riding_smile_stays_free_of_arbitrage(void **state)
{
    hpm_rulebook_document rulebook;
    (void)state;
    rulebook_decode(&rulebook, shapes);
    /* Between quotes the smile is linear in variance, which has kinks of its own: 0.05 %. */
    assert_true(check_set(&week, &rulebook.rulebook, "riding").share < 5e-4);
    assert_true(check_set(&week, &rulebook.rulebook, "still").share > 0);
    hpm_rulebook_document_free(&rulebook);
}

/* Tripled volatilities have nine times the slope of total variance, beyond what moments allow (Lee
 * 2004: 2). Held to a slope of 1.5, which a wing of this height can bear, no butterfly breaks. */
static void a_slope_cap_keeps_wings_free_of_arbitrage(void **state)
{
    hpm_rulebook_document rulebook;
    (void)state;
    rulebook_decode(&rulebook, shapes);
    assert_true(check_set(&year, &rulebook.rulebook, "tripled").share > 0.001);
    assert_int_equal(check_set(&year, &rulebook.rulebook, "capped").count, 0);
    hpm_rulebook_document_free(&rulebook);
}

/* Counter-examples: venues multiply volatilities, and so the slope of total variance by the square
 * of that: a bend at the money then is too sharp. */
static void relative_shocks_break_butterflies(void **state)
{
    static const char *const names[][2] = {{"deribit-pm", "standard"},
                                           {"derive-pmrm1", "spot_vol"}};
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        hpm_rulebook_document rulebook;
        rulebook_load(&rulebook, names[i][0]);
        assert_true(check_set(&bend, &rulebook.rulebook, names[i][1]).share > 0.005);
        hpm_rulebook_document_free(&rulebook);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_riding_smile_stays_free_of_arbitrage),
        cmocka_unit_test(a_slope_cap_keeps_wings_free_of_arbitrage),
        cmocka_unit_test(relative_shocks_break_butterflies),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
