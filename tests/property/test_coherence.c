/* Laws about portfolios put together: merging needs at most the sum where the method is coherent,
 * a committed counter-example where it is not; hedges and cover need less. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "book.h"
#include "margin/charge.h"
#include "oracle.h"

/* Rulebooks as they ship, and some of them without what breaks laws on purpose. */
enum {
    HPM,
    DERIBIT,
    DERIVE,
    CROSS_VENUE,
    ISOLATED_VENUE,
    DELTA,
    COHERENT,
    COHERENT_HPM = COHERENT,
    COHERENT_CROSS,
    COHERENT_ISOLATED,
    COHERENT_DERIVE,
    DESKS
};

static const char *const names[DESKS] = {
    [HPM] = "hpm",
    [DERIBIT] = "deribit-pm",
    [DERIVE] = "derive-pmrm1",
    [CROSS_VENUE] = "cross-venue",
    [ISOLATED_VENUE] = "isolated-venue",
    [DELTA] = "delta",
    [COHERENT_HPM] = "hpm",
    [COHERENT_CROSS] = "cross-same-cover",
    [COHERENT_ISOLATED] = "isolated-same-cover",
    [COHERENT_DERIVE] = "derive-pmrm1",
};

enum { PAIRS = 150 };

typedef struct fixture {
    world small;
    hpm_rulebook_document rulebooks[DESKS];
    desk desks[DESKS];
} fixture;

/* Futures at their forwards, so that parity between options and futures is exact. */
static void futures_at_forwards(hpm_market *market, const void *data)
{
    (void)data;
    for (uint32_t i = 0; i < market->catalog->instrument_count; i++) {
        const hpm_instrument *row = &market->catalog->instruments[i];
        if (row->kind == HPM_FUTURE && !isnan(market->mark[i].value))
            market->mark[i].value = market->curve[row->expiry].forward.value;
    }
}

static int fixture_open(void **state)
{
    static fixture all;
    world_init(&all.small, futures_at_forwards, NULL);
    for (int d = 0; d < DESKS; d++) {
        (d < COHERENT ? rulebook_load : rulebook_load_coherent)(&all.rulebooks[d], names[d]);
        desk_open(&all.desks[d], &all.small.market, &all.rulebooks[d].rulebook);
    }
    *state = &all;
    return 0;
}

static int fixture_close(void **state)
{
    fixture *all = *state;
    for (int d = 0; d < DESKS; d++) {
        desk_close(&all->desks[d]);
        hpm_rulebook_document_free(&all->rulebooks[d]);
    }
    world_free(&all->small);
    return 0;
}

static const desk *desk_of(void **state, int rulebook)
{
    return &((fixture *)*state)->desks[rulebook];
}

/* Component of a book alone; "initial" and the like are components too. */
static double need(const desk *on, const book *rows, const char *component)
{
    outcome out;
    outcome_make(&out, on, rows);
    double value = component_value(&out, on, component);
    outcome_free(&out);
    return value;
}

/* ---- Merging ------------------------------------------------------------------------------ */

/* The law holds for every component that does not say that it breaks it; one has to be strict now
 * and then. So many are expected at least: none may say so for ease. */
typedef struct coherent {
    int desk;
    const char *strict;
    uint32_t components;
} coherent;

static const coherent coherents[] = {
    {HPM, "basis", 6},
    {DERIBIT, "roll", 6},
    {CROSS_VENUE, "standard", 5},
    {ISOLATED_VENUE, "standard", 5},
    {DELTA, "initial", 5},
    {COHERENT_HPM, "initial", 16},
    {COHERENT_CROSS, "initial", 16},
    {COHERENT_ISOLATED, "initial", 16},
    {COHERENT_DERIVE, "spot_vol", 9},
};

static uint32_t check_merged(const desk *on, const coherent *what, const book *left,
                             const book *right, uint64_t seed)
{
    book both = *left;
    outcome a, b, sum;
    uint32_t strictly = 0;
    book_merge(&both, right);
    outcome_make(&a, on, left);
    outcome_make(&b, on, right);
    outcome_make(&sum, on, &both);
    double roundings = 1e-13 * (oracle_gross(on, &a) + oracle_gross(on, &b));
    const hpm_component *components = on->array.rulebook->components.items;
    uint32_t checked = 0;
    for (uint32_t i = 0; i < sum.margin.component_count; i++) {
        double parts = a.margin.value[i] + b.margin.value[i], whole = sum.margin.value[i];
        if (hpm_component_breaks(on->array.rulebook, i) & HPM_BREAKS_MERGE) continue;
        LAW(whole <= parts + roundings, seed, "%s: %s of both %.12g, of each %.12g",
            on->array.rulebook->name, components[i].name, whole, parts);
        strictly += strcmp(components[i].name, what->strict) == 0 && whole < 0.999 * parts;
        checked++;
    }
    assert_true(checked >= what->components);
    LAW(fabs(sum.margin.equity_real - a.margin.equity_real - b.margin.equity_real) <= roundings,
        seed, "equity is not additive");
    outcome_free(&a);
    outcome_free(&b);
    outcome_free(&sum);
    return strictly;
}

static void merging_needs_at_most_the_sum(void **state)
{
    for (size_t c = 0; c < sizeof coherents / sizeof *coherents; c++) {
        const desk *on = desk_of(state, coherents[c].desk);
        uint32_t strictly = 0;
        for (uint64_t seed = 1; seed <= PAIRS; seed++) {
            rng random = rng_of(seed + 500);
            uint32_t one = coherents[c].desk == COHERENT_DERIVE || seed % 3 == 0
                               ? rng_below(&random, 3)
                               : HPM_NONE;
            /* Without scenarios a lot can be held that is too large for them. */
            const desk *priced = on->array.scenario_count > 0 ? on : desk_of(state, HPM);
            book left, right;
            book_random(&left, &random, priced, one);
            book_random(&right, &random, priced, one);
            strictly += check_merged(on, &coherents[c], &left, &right, seed);
        }
        assert_true(strictly > PAIRS / 10);
    }
}

/* ---- Contributions ------------------------------------------------------------------------ */

/* The requirement is convex and homogeneous, and contributions are its slope: a line taken away
 * lowers it by at most what the line contributes, a line doubled raises it by at least that. */
static void check_slope(const desk *on, const outcome *whole, const book *changed, double line,
                        uint64_t seed, const char *what)
{
    outcome out;
    outcome_make(&out, on, changed);
    double got = out.margin.initial_real - whole->margin.initial_real;
    double roundings = 1e-8 * whole->breakdown.line_count +
                       1e-13 * (oracle_gross(on, whole) + oracle_gross(on, &out));
    LAW(got >= line - roundings, seed, "%s: %s changes the IM by %.12g, its contribution is %.12g",
        on->array.rulebook->name, what, got, line);
    outcome_free(&out);
}

static double contribution_of(const outcome *of, hpm_line_kind kind, uint32_t id)
{
    for (uint32_t i = 0; i < of->breakdown.line_count; i++)
        if (of->breakdown.lines[i].kind == kind && of->breakdown.lines[i].id == id)
            return (double)of->breakdown.lines[i].initial.e8 / 1e8;
    fail_msg("no line of %u", id);
    return 0;
}

static void check_contributions(const desk *on, const book *rows, uint64_t seed)
{
    outcome whole;
    outcome_make(&whole, on, rows);
    for (uint32_t i = 0; i < rows->position_count; i++)
        for (int64_t factor = 0; factor <= 2; factor += 2) {
            uint32_t id = rows->positions[i].instrument;
            double line = contribution_of(&whole, HPM_LINE_POSITION, id);
            book changed = *rows;
            changed.positions[i].quantity.e8 *= factor;
            changed.positions[i].funding.e8 *= factor;
            check_slope(on, &whole, &changed, factor == 0 ? -line : line, seed,
                        on->array.catalog->instruments[id].name);
        }
    for (uint32_t i = 0; i < rows->balance_count; i++)
        for (int64_t factor = 0; factor <= 2; factor += 2) {
            uint32_t id = rows->balances[i].asset;
            double line = contribution_of(&whole, HPM_LINE_BALANCE, id);
            book changed = *rows;
            changed.balances[i].amount.e8 *= factor;
            check_slope(on, &whole, &changed, factor == 0 ? -line : line, seed,
                        on->array.catalog->assets[id].name);
        }
    outcome_free(&whole);
}

static void contributions_are_slopes(void **state)
{
    /* The convex and homogeneous ones. */
    static const int rulebooks[] = {COHERENT_HPM, COHERENT_CROSS, DELTA, DERIVE};
    static const uint64_t wear_seed = 23;
    world worn;
    world_init(&worn, world_wear, &wear_seed);
    for (size_t r = 0; r < sizeof rulebooks / sizeof *rulebooks; r++) {
        desk on;
        desk_open(&on, &worn.market, desk_of(state, rulebooks[r])->array.rulebook);
        for (uint64_t seed = 1; seed <= 25; seed++) {
            rng random = rng_of(seed + 31000);
            book rows;
            book_random(&rows, &random, on.array.scenario_count > 0 ? &on : desk_of(state, HPM),
                        rulebooks[r] == DERIVE ? rng_below(&random, 3) : HPM_NONE);
            check_contributions(&on, &rows, seed);
        }
        desk_close(&on);
    }
    world_free(&worn);
}

/* ---- Counter-examples --------------------------------------------------------------------- */

/* Two accounts of the same rows. */
static void double_rows(book *out, const book *rows)
{
    *out = *rows;
    book_merge(out, rows);
}

/* Deribit's delta shock is free up to a threshold of net delta and superlinear beyond: two accounts
 * of 15 million each are below it, together they are not. */
static void delta_shock_is_not_coherent(void **state)
{
    const desk *on = desk_of(state, DERIBIT);
    book rows = {.balance_count = 0}, both;
    book_hold(&rows, on->array.catalog, "t:BTC-PERP", 1500000);
    double_rows(&both, &rows);
    assert_true(need(on, &rows, "delta_shock") == 0);
    double charge = need(on, &both, "delta_shock");
    print_message("delta_shock: 0 + 0 alone, %.2f together\n", charge);
    assert_true(charge > 100000);
}

/* The dampener of the extended scenarios is forgiven once per account and underlying: two small
 * accounts of far calls have it twice, the merged one once. */
static void dampener_is_not_coherent(void **state)
{
    const desk *on = desk_of(state, DERIBIT);
    book rows = {.balance_count = 0}, both;
    book_hold(&rows, on->array.catalog, "t:BTC-D7-90000-C", -5000);
    double_rows(&both, &rows);
    double one = need(on, &rows, "worst_case"), two = need(on, &both, "worst_case");
    print_message("worst_case with the dampener: %.2f + %.2f alone, %.2f together\n", one, one,
                  two);
    assert_true(one > 0 && two > 2 * one + 100000);
}

/* Derive's oracle contingency lets the least trusted price of a group speak for all of it: an
 * account with a doubtful perpetual infects the coins of another. */
static void doubt_at_the_minimum(hpm_market *market, const void *data)
{
    (void)data;
    market->mark[instrument_named(market->catalog, "t:BTC-PERP")].confidence = 0.4;
}

static void least_confidence_is_not_coherent(void **state)
{
    const hpm_rulebook *rulebook = desk_of(state, DERIVE)->array.rulebook;
    world doubtful;
    desk on;
    book perpetual = {.balance_count = 0}, coins = {.balance_count = 0}, both;
    world_init(&doubtful, doubt_at_the_minimum, NULL);
    desk_open(&on, &doubtful.market, rulebook);
    book_hold(&perpetual, &doubtful.catalog, "t:BTC-PERP", 6000);
    book_own(&coins, &doubtful.catalog, "BTC", 10);
    both = perpetual;
    book_merge(&both, &coins);
    double left = need(&on, &perpetual, "oracle"), right = need(&on, &coins, "oracle");
    double together = need(&on, &both, "oracle");
    print_message("oracle: %.2f + %.2f alone, %.2f together\n", left, right, together);
    assert_true(right == 0 && together > left + 300000);
    assert_true(need(&on, &both, "initial") >
                need(&on, &perpetual, "initial") + need(&on, &coins, "initial"));
    desk_close(&on);
    world_free(&doubtful);
}

/* A cap on collateral counts value above it as nothing: convex, but not homogeneous. */
static void caps_are_not_coherent(void **state)
{
    static const char capped[] =
        "{\"schema\":\"hpm/rulebook/1\",\"name\":\"capped\",\"version\":\"1\",\"title\":\"test\","
        "\"coverage\":\"own method: test\",\"underlyings\":[{\"asset\":\"*\"}],"
        "\"collateral\":[{\"asset\":\"*\",\"haircut\":0.1,\"cap\":100000}],"
        "\"sets\":[{\"name\":\"one\",\"scenarios\":[{}]}],"
        "\"components\":[{\"name\":\"haircut\",\"kind\":\"haircut\"}],"
        "\"initial\":\"haircut\",\"maintenance\":\"haircut\"}";
    fixture *all = *state;
    hpm_rulebook_document rulebook;
    desk on;
    book rows = {.balance_count = 0}, both;
    rulebook_decode(&rulebook, capped);
    desk_open(&on, &all->small.market, &rulebook.rulebook);
    book_own(&rows, &all->small.catalog, "USD", 90000);
    double_rows(&both, &rows);
    assert_true(fabs(need(&on, &rows, "haircut") - 9000) < 1e-6);
    assert_true(fabs(need(&on, &both, "haircut") - 90000) < 1e-6);
    desk_close(&on);
    hpm_rulebook_document_free(&rulebook);
}

/* Up to the depth of the market costs are in proportion, beyond it they are not: two accounts of 2
 * million each are below it, together they are not, and nothing else tells them apart. */
static void liquidity_is_not_coherent(void **state)
{
    const desk *on = desk_of(state, HPM);
    book rows = {.balance_count = 0}, both;
    book_hold(&rows, on->array.catalog, "t:BTC-PERP", 200000);
    double_rows(&both, &rows);
    double one = need(on, &rows, "liquidity"), two = need(on, &both, "liquidity");
    print_message("liquidity: %.2f + %.2f alone, %.2f together\n", one, one, two);
    assert_true(one > 590 && two > 2 * one + 150);
    assert_true(need(on, &both, "initial") > 2 * need(on, &rows, "initial") + 150);
}

/* Staked coins in one account, a long future in the other: together they fall together. */
static void wrong_way_is_not_coherent(void **state)
{
    const desk *on = desk_of(state, HPM);
    book tokens = {.balance_count = 0}, positions = {.balance_count = 0}, both;
    book_own(&tokens, on->array.catalog, "STETH", 100);
    book_hold(&positions, on->array.catalog, "t:ETH_USDC-D30", 50000);
    both = tokens;
    book_merge(&both, &positions);
    assert_true(need(on, &tokens, "wrong_way") == 0 && need(on, &positions, "wrong_way") == 0);
    double charge = need(on, &both, "wrong_way"); /* 50 ETH at 2400, a tenth */
    print_message("wrong_way: 0 + 0 alone, %.2f together\n", charge);
    assert_true(fabs(charge - 12000) < 1e-6);
}

/* ---- Hedges ------------------------------------------------------------------------------- */

/* A synthetic forward from options against the future of the same expiry, and the coins that the
 * position is worth taken away. Nothing moves it. */
static void check_hedged(const desk *on, const book *rows, const char *const *zero, int32_t count)
{
    outcome out;
    outcome_make(&out, on, rows);
    /* A balance is a whole number of 1e-8 coins. */
    double bound = oracle_tick_bound(on, &out, 4) + 1e-8 * 60000;
    for (int32_t i = 0; i < count; i++) {
        double value = component_value(&out, on, zero[i]);
        if (!(value <= bound))
            fail_msg("%s of a hedged book is %g, bound %g", zero[i], value, bound);
    }
    double charges = 0;
    const hpm_component *components = on->array.rulebook->components.items;
    for (uint32_t i = 0; i < out.margin.component_count; i++) {
        hpm_component_kind kind = components[i].kind;
        int is_risk = kind == HPM_COMPONENT_WORST_SCENARIO || kind == HPM_COMPONENT_JOINT_GRID ||
                      kind == HPM_COMPONENT_EXPIRY_BASIS || kind == HPM_COMPONENT_TAIL_SLOPE;
        if (!is_risk) charges += (double)out.margin.initial_part[i].e8 / 1e8;
    }
    if (!(out.margin.initial_real - charges <= 3 * bound))
        fail_msg("a hedged book needs %g beyond its charges of %g",
                 out.margin.initial_real - charges, charges);
    outcome_free(&out);
}

static void inverse_hedge(book *rows, const desk *on)
{
    const hpm_catalog *catalog = on->array.catalog;
    uint32_t call = instrument_named(catalog, "t:BTC-D30-57000-C");
    double forward = on->array.market->curve[catalog->instruments[call].expiry].forward.value;
    book_hold(rows, catalog, "t:BTC-D30-57000-C", 50);
    book_hold(rows, catalog, "t:BTC-D30-57000-P", -50);
    book_hold(rows, catalog, "t:BTC-D30", -28500); /* 5 * 57000 / 10 */
    book_own(rows, catalog, "BTC", -5 * (1 - 57000 / forward));
}

static void linear_hedge(book *rows, const desk *on)
{
    const hpm_catalog *catalog = on->array.catalog;
    book_hold(rows, catalog, "t:BTC_USDC-D30-48000-C", -300);
    book_hold(rows, catalog, "t:BTC_USDC-D30-48000-P", 300);
    book_hold(rows, catalog, "t:BTC_USDC-D30", 30000);
}

static void hedged_books_need_their_charges(void **state)
{
    static const char *const zero_hpm[] = {"grid", "tail_slope", "basis"};
    static const char *const zero_deribit[] = {"worst_case"};
    for (int linear = 0; linear < 2; linear++) {
        book rows = {.balance_count = 0};
        (linear ? linear_hedge : inverse_hedge)(&rows, desk_of(state, HPM));
        check_hedged(desk_of(state, HPM), &rows, zero_hpm, 3);
        assert_true(need(desk_of(state, HPM), &rows, "close_out") > 100);
        /* Deribit's roll and delta shock are charges on Black deltas. */
        check_hedged(desk_of(state, DERIBIT), &rows, zero_deribit, 1);
    }
}

/* Without its third leg the book is not hedged: the test above can fail. */
static void unhedged_books_need_more(void **state)
{
    const desk *on = desk_of(state, HPM);
    book rows = {.balance_count = 0};
    linear_hedge(&rows, on);
    rows.position_count--;
    assert_true(need(on, &rows, "grid") > 3 * 60000 * 0.15);
}

/* ---- Cover -------------------------------------------------------------------------------- */

/* Coins and a short call on them need less together than apart; for a short-dated call hardly more
 * than the coins alone. A long-dated one adds its volatility: the coins can fall while it does not
 * (the covered call of 300 days needs more than the coins). */
static void coins_cover_calls(void **state)
{
    static const char *const calls[] = {"t:BTC-D7-63000-C", "t:BTC-D30-66000-C",
                                        "t:BTC-D90-72000-C", "t:BTC-D300-90000-C"};
    const desk *on = desk_of(state, HPM);
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
        book naked = {.balance_count = 0}, covered;
        book_hold(&naked, on->array.catalog, calls[i], -100);
        covered = naked;
        book_own(&covered, on->array.catalog, "BTC", 10);
        double alone = need(on, &naked, "grid"), with = need(on, &covered, "grid");
        book coins = {.balance_count = 0};
        book_own(&coins, on->array.catalog, "BTC", 10);
        double coin = need(on, &coins, "grid");
        if (!(with < 0.9 * (alone + coin) && (i > 0 || with < coin)))
            fail_msg("%s: naked %.2f, coins %.2f, covered %.2f", calls[i], alone, coin, with);
        assert_true(fabs(coin - 10 * 60000 * 0.20) < 1e-6);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(merging_needs_at_most_the_sum),
        cmocka_unit_test(contributions_are_slopes),
        cmocka_unit_test(delta_shock_is_not_coherent),
        cmocka_unit_test(dampener_is_not_coherent),
        cmocka_unit_test(least_confidence_is_not_coherent),
        cmocka_unit_test(caps_are_not_coherent),
        cmocka_unit_test(liquidity_is_not_coherent),
        cmocka_unit_test(wrong_way_is_not_coherent),
        cmocka_unit_test(hedged_books_need_their_charges),
        cmocka_unit_test(unhedged_books_need_more),
        cmocka_unit_test(coins_cover_calls),
    };
    return cmocka_run_group_tests(tests, fixture_open, fixture_close);
}
