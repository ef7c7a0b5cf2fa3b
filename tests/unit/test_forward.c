/* Tests of src/surface/forward.c, forward_views.c and parity.c: a chain of options at which one
 * forward is right, and what is left of it when quotes are taken away, spoilt or old. */
#include "check.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "hpm/market.h"
#include "math/rng.h"
#include "surface/forward.h"

enum { COIN, USD, UST, ASSETS };
enum { EXPIRIES = 4, STRIKES = 21, MEMORY = 1 << 20 };

#define NOW_NS INT64_C(1767225600000000000)
#define SPOT   100.0

static const hpm_asset assets[ASSETS] = {
    {"COIN", HPM_ASSET_COIN}, {"USD", HPM_ASSET_FIAT}, {"UST", HPM_ASSET_STABLECOIN}};
static const double taus[EXPIRIES] = {0.1, 0.25, 0.5, 1};
static const hpm_surface_rules rules = {60, 3600, 86400};

typedef struct chain {
    hpm_arena arena;
    hpm_catalog catalog;
    hpm_quotes quotes;
    surface_forward out[EXPIRIES];
    double discount[EXPIRIES];
} chain;

static double forward_of(uint32_t expiry)
{
    return SPOT * exp(0.08 * taus[expiry]);
}

static double strike_of(int place)
{
    return 50 + 5 * place;
}

/* ---- The world: per expiry an inverse or linear chain of both types, and a future -------------
 */

static uint32_t add_row(hpm_instrument *rows, uint32_t count, hpm_kind kind, hpm_payoff payoff,
                        uint32_t settlement, uint32_t expiry, int place, int is_call)
{
    hpm_instrument *row = &rows[count];
    *row = (hpm_instrument){.kind = kind,
                            .payoff = payoff,
                            .underlying = COIN,
                            .settlement = settlement,
                            .contract_size = 1,
                            .lot = {HPM_E8},
                            .is_call = is_call,
                            .expiry_ns = NOW_NS + (int64_t)(taus[expiry] * (double)HPM_YEAR_NS)};
    if (kind == HPM_OPTION) row->strike = strike_of(place);
    snprintf(row->name, sizeof row->name, "v:%u:%02d:%u:%d:%u", expiry, place, (unsigned)kind,
             is_call, settlement);
    return count + 1;
}

static chain *chain_new(hpm_payoff payoff, uint32_t settlement)
{
    static hpm_instrument rows[EXPIRIES * (2 * STRIKES + 1)];
    chain *c = calloc(1, sizeof *c);
    hpm_error error = {0};
    uint32_t count = 0;
    c->arena = (hpm_arena){aligned_alloc(HPM_ALIGNMENT, MEMORY), MEMORY, 0};
    for (uint32_t e = 0; e < EXPIRIES; e++) {
        count = add_row(rows, count, HPM_FUTURE, payoff, settlement, e, 0, 0);
        for (int k = 0; k < 2 * STRIKES; k++)
            count = add_row(rows, count, HPM_OPTION, payoff, settlement, e, k / 2, k % 2);
    }
    check_ok(hpm_catalog_init(&c->catalog, &c->arena, assets, ASSETS, rows, count, &error), &error);
    check_ok(hpm_quotes_begin(&c->quotes, &c->arena, &c->catalog, USD, NOW_NS, &error), &error);
    assert_int_equal(c->catalog.expiry_count, EXPIRIES);
    for (uint32_t e = 0; e < EXPIRIES; e++)
        c->discount[e] = 1;
    c->quotes.asset_price[COIN].value = SPOT;
    return c;
}

static void chain_free(chain *c)
{
    free(c->arena.base);
    free(c);
}

/* A premium that keeps parity whatever the time value, as the product quotes it. */
static double premium_at(const chain *c, const hpm_instrument *row, double forward)
{
    double discount = c->discount[row->expiry];
    double x = log(row->strike / forward), worth = discount * (forward - row->strike);
    double call = (worth > 0 ? worth : 0) + discount * forward * 0.05 * exp(-8 * x * x);
    double value = row->is_call ? call : call - worth;
    return row->payoff == HPM_INVERSE ? value / forward : value;
}

static double premium_of(const chain *c, const hpm_instrument *row)
{
    return premium_at(c, row, forward_of(row->expiry));
}

/* Everybody quotes: spreads of `spread` of the premium and at least two ticks. */
static void quote_all(chain *c, double spread)
{
    for (uint32_t i = 0; i < c->catalog.instrument_count; i++) {
        const hpm_instrument *row = &c->catalog.instruments[i];
        hpm_quote *quote = &c->quotes.quote[i];
        double forward = forward_of(row->expiry);
        if (row->kind == HPM_FUTURE) {
            quote->bid = forward * (1 - 1e-4);
            quote->ask = forward * (1 + 1e-4);
            quote->mark = forward;
            continue;
        }
        double premium = premium_of(c, row);
        double tick = row->payoff == HPM_INVERSE ? 2e-4 : 2e-4 * forward;
        double half = 0.5 * spread * premium + tick;
        quote->bid = premium > half ? premium - half : 0;
        quote->ask = premium + half;
        quote->underlying = forward;
    }
}

typedef void change(chain *c, uint32_t id, hpm_quote *quote, const hpm_instrument *row);

static void change_all(chain *c, hpm_kind kind, change *apply)
{
    for (uint32_t i = 0; i < c->catalog.instrument_count; i++)
        if (c->catalog.instruments[i].kind == kind)
            apply(c, i, &c->quotes.quote[i], &c->catalog.instruments[i]);
}

static void no_stated(chain *c, uint32_t id, hpm_quote *quote, const hpm_instrument *row)
{
    (void)c, (void)id, (void)row;
    quote->underlying = NAN;
}

static void no_quote(chain *c, uint32_t id, hpm_quote *quote, const hpm_instrument *row)
{
    (void)c, (void)id, (void)row;
    *quote = hpm_quote_none;
}

static void run(chain *c)
{
    hpm_error error = {0};
    check_ok(hpm_quotes_finish(&c->quotes, &error), &error);
    size_t used = c->arena.used;
    check_ok(surface_forwards(c->out, &c->arena, &c->quotes, &rules, &error), &error);
    assert_int_equal(c->arena.used - used, surface_forwards_size(&c->catalog));
    c->arena.used = used;
}

/* Every expiry's forward is from `source`, within `share` of the truth. */
static void check_all(chain *c, forward_source source, double share, double confidence_least)
{
    run(c);
    for (uint32_t e = 0; e < EXPIRIES; e++) {
        const surface_forward *f = &c->out[e];
        if (f->source != source || !(fabs(f->forward.value / forward_of(e) - 1) <= share) ||
            !(f->forward.confidence >= confidence_least && f->forward.confidence <= 1))
            fail_msg("expiry %u: source %d, %.17g instead of %.17g, confidence %g", e, f->source,
                     f->forward.value, forward_of(e), f->forward.confidence);
    }
}

/* ---- Everything is there -------------------------------------------------------------------- */

static void test_stated(void **state)
{
    (void)state;
    for (int inverse = 0; inverse < 2; inverse++) {
        chain *c = chain_new(inverse ? HPM_INVERSE : HPM_LINEAR, inverse ? COIN : USD);
        quote_all(c, 0.02);
        check_all(c, FORWARD_STATED, 0, 0.99);
        assert_true(c->out[0].rate_annual == 0);
        assert_int_equal(c->out[0].stated.count, 2 * STRIKES);
        assert_true(c->out[0].parity.count > STRIKES / 2);
        chain_free(c);
    }
}

static void test_not_stated(void **state)
{
    (void)state;
    for (int inverse = 0; inverse < 2; inverse++) {
        chain *c = chain_new(inverse ? HPM_INVERSE : HPM_LINEAR, inverse ? COIN : USD);
        quote_all(c, 0.02);
        change_all(c, HPM_OPTION, no_stated);
        check_all(c, FORWARD_FUTURE, 1e-12, 0.9); /* the sharper of both */
        change_all(c, HPM_FUTURE, no_quote);
        check_all(c, FORWARD_PARITY, 1e-4, 0.6);
        change_all(c, HPM_OPTION, no_quote);
        check_all(c, FORWARD_SPOT, 0.1, 0.25);
        c->quotes.asset_price[COIN].value = NAN;
        run(c);
        assert_int_equal(c->out[2].source, FORWARD_NONE);
        assert_true(isnan(c->out[2].forward.value) && c->out[2].forward.confidence == 0);
        chain_free(c);
    }
}

/* Discounts that quotes can tell are found; that of a day's interest is not. */
static void test_rate(void **state)
{
    (void)state;
    static const double rates[EXPIRIES] = {0, 0.3, 0.05, -0.1};
    chain *c = chain_new(HPM_LINEAR, USD);
    for (uint32_t e = 0; e < EXPIRIES; e++)
        c->discount[e] = exp(-rates[e] * taus[e]);
    quote_all(c, 0.01);
    change_all(c, HPM_OPTION, no_stated);
    change_all(c, HPM_FUTURE, no_quote);
    check_all(c, FORWARD_PARITY, 3e-4, 0.6);
    for (uint32_t e = 0; e < EXPIRIES; e++)
        assert_true(fabs(c->out[e].rate_annual - rates[e]) < 2e-3);
    assert_true(c->out[0].rate_annual == 0);
    chain_free(c);
}

/* ---- Spoilt quotes -------------------------------------------------------------------------- */

/* Two of five strikes: absurd, each in another way. */
static void spoil(chain *c, uint32_t id, hpm_quote *quote, const hpm_instrument *row)
{
    hpm_rng random = {(uint64_t)row->strike * 1000 + row->expiry};
    if (hpm_rng_below(&random, 5) >= 2) return;
    double factor = exp(3 * (hpm_rng_real(&random) - 0.5));
    (void)c, (void)id;
    quote->bid *= row->is_call ? factor : 1;
    quote->ask *= row->is_call ? factor : 1;
}

/* Two of five strikes are left over from when everything was 7 % lower. */
static void age(chain *c, uint32_t id, hpm_quote *quote, const hpm_instrument *row)
{
    hpm_rng random = {(uint64_t)row->strike * 77 + row->expiry};
    if (hpm_rng_below(&random, 5) >= 2 || quote->bid == 0) return;
    double left = 0.93 * forward_of(row->expiry), half = 0.5 * (quote->ask - quote->bid);
    double worth = left - row->strike;
    double call = (worth > 0 ? worth : 0) + 0.01 * left;
    double premium = (row->is_call ? call : call - worth) / left;
    (void)c, (void)id;
    quote->bid = premium - half;
    quote->ask = premium + half;
}

static void test_spoilt(void **state)
{
    static change *const ways[] = {spoil, age};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(ways); i++) {
        chain *c = chain_new(HPM_INVERSE, COIN);
        quote_all(c, 0.02);
        change_all(c, HPM_OPTION, ways[i]);
        check_all(c, FORWARD_STATED, 0, 0.99);
        change_all(c, HPM_OPTION, no_stated);
        change_all(c, HPM_FUTURE, no_quote);
        check_all(c, FORWARD_PARITY, 5e-4, 0.5);
        chain_free(c);
    }
}

static void wrong_stated(chain *c, uint32_t id, hpm_quote *quote, const hpm_instrument *row)
{
    (void)c, (void)id, (void)row;
    quote->underlying *= 1.03;
}

static void wrong_future(chain *c, uint32_t id, hpm_quote *quote, const hpm_instrument *row)
{
    (void)c, (void)id, (void)row;
    quote->bid *= 1.02;
    quote->ask *= 1.02;
}

/* Two against one; and one against one, where many strikes outweigh a statement. */
static void test_contradicted(void **state)
{
    (void)state;
    chain *c = chain_new(HPM_INVERSE, COIN);
    quote_all(c, 0.02);
    change_all(c, HPM_OPTION, wrong_stated);
    check_all(c, FORWARD_FUTURE, 1e-12, 0.6);
    assert_true(c->out[0].forward.confidence < 0.7);
    change_all(c, HPM_FUTURE, no_quote);
    check_all(c, FORWARD_PARITY, 1e-4, 0.3);
    assert_true(c->out[0].forward.confidence < 0.45);
    quote_all(c, 0.02);
    change_all(c, HPM_FUTURE, wrong_future);
    check_all(c, FORWARD_STATED, 0, 0.64);
    change_all(c, HPM_OPTION, no_stated);
    check_all(c, FORWARD_PARITY, 1e-4, 0.3);
    chain_free(c);
}

static void few_wrong(chain *c, uint32_t id, hpm_quote *quote, const hpm_instrument *row)
{
    (void)c, (void)row;
    if (id % 5 < 2) quote->underlying *= 7;
}

static void test_few_wrong_statements(void **state)
{
    (void)state;
    chain *c = chain_new(HPM_INVERSE, COIN);
    quote_all(c, 0.02);
    change_all(c, HPM_OPTION, few_wrong);
    check_all(c, FORWARD_STATED, 0, 0.99);
    chain_free(c);
}

/* Each row is older than the last and from a market that was lower by up to one percent; its
 * underlying says so. Call and put of a strike are of two moments. */
static void staggered(chain *c, uint32_t id, hpm_quote *quote, const hpm_instrument *row)
{
    double share = (row->strike - strike_of(0)) / (strike_of(STRIKES) - strike_of(0));
    share += row->is_call ? 0 : 0.5 / STRIKES;
    double forward = forward_of(row->expiry) * (1 - 0.01 * share);
    double premium = premium_at(c, row, forward), unit = row->payoff == HPM_INVERSE ? 1 : forward;
    (void)id;
    quote->bid = premium - 2e-4 * unit;
    quote->ask = premium + 2e-4 * unit;
    quote->underlying = forward;
    quote->age_s = 55 * share;
}

/* That is no contradiction. A statement that is wrong all the time is one, for all that. */
static void test_staggered(void **state)
{
    (void)state;
    for (int inverse = 0; inverse < 2; inverse++) {
        chain *c = chain_new(inverse ? HPM_INVERSE : HPM_LINEAR, inverse ? COIN : USD);
        change_all(c, HPM_OPTION, staggered);
        check_all(c, FORWARD_STATED, 0, 0.99);
        assert_true(c->out[0].rate_annual == 0);
        change_all(c, HPM_OPTION, wrong_stated);
        run(c);
        for (uint32_t e = 0; e < EXPIRIES; e++)
            assert_int_equal(c->out[e].source, FORWARD_PARITY);
        chain_free(c);
    }
}

/* One strike does not overrule anybody, but speaks where nobody else does. */
static void one_strike(chain *c, uint32_t id, hpm_quote *quote, const hpm_instrument *row)
{
    (void)c, (void)id;
    if (row->strike == 100) return;
    quote->bid = quote->ask = 0;
}

static void test_one_strike(void **state)
{
    (void)state;
    chain *c = chain_new(HPM_INVERSE, COIN);
    quote_all(c, 0.02);
    change_all(c, HPM_FUTURE, no_quote);
    change_all(c, HPM_OPTION, one_strike);
    check_all(c, FORWARD_STATED, 0, 0.9);
    assert_true(c->out[0].forward.confidence < 0.95); /* a wide band confirms less */
    change_all(c, HPM_OPTION, wrong_stated);
    run(c);
    assert_int_equal(c->out[1].source, FORWARD_STATED);
    assert_true(c->out[1].forward.confidence < 0.5);
    change_all(c, HPM_OPTION, no_stated);
    check_all(c, FORWARD_PARITY, 2e-3, 0.3);
    assert_int_equal(c->out[1].parity.count, 1);
    chain_free(c);
}

/* Zero bids, a side that is missing, a crossed book: such strikes are passed over. */
static void odd(chain *c, uint32_t id, hpm_quote *quote, const hpm_instrument *row)
{
    (void)c, (void)id;
    switch ((int)row->strike / 5 % 4) {
    case 0:
        quote->bid = 0;
        break;
    case 1:
        quote->ask = row->is_call ? NAN : quote->ask;
        break;
    case 2:
        quote->bid = row->is_call ? quote->bid : 3 * quote->ask;
        break;
    default:
        break;
    }
}

static void test_odd(void **state)
{
    (void)state;
    chain *c = chain_new(HPM_INVERSE, COIN);
    quote_all(c, 0.02);
    change_all(c, HPM_OPTION, odd);
    change_all(c, HPM_OPTION, no_stated);
    change_all(c, HPM_FUTURE, no_quote);
    check_all(c, FORWARD_PARITY, 1e-3, 0.3);
    assert_in_range(c->out[0].parity.count, 1, (STRIKES + 3) / 4);
    chain_free(c);
}

/* ---- Ages ----------------------------------------------------------------------------------- */

static void test_trust(void **state)
{
    (void)state;
    assert_true(surface_trust(0, &rules) == 1 && surface_trust(60, &rules) == 1);
    assert_true(surface_trust(3600, &rules) == 0 && surface_trust(1e9, &rules) == 0);
    assert_true(surface_trust(60 + 0.25 * 3540, &rules) == 0.75);
    const hpm_surface_rules sharp = {60, 60, 0};
    assert_true(surface_trust(60, &sharp) == 1 && surface_trust(60.1, &sharp) == 0);
}

static void half_an_hour(chain *c, uint32_t id, hpm_quote *quote, const hpm_instrument *row)
{
    (void)c, (void)id, (void)row;
    quote->age_s = 1830;
}

static void too_old(chain *c, uint32_t id, hpm_quote *quote, const hpm_instrument *row)
{
    (void)c, (void)id, (void)row;
    quote->age_s = 3600;
}

/* Who is older by more than the soft limit does not judge the fresher one; and the reverse. */
static void test_stale(void **state)
{
    (void)state;
    chain *c = chain_new(HPM_INVERSE, COIN);
    quote_all(c, 0.02);
    change_all(c, HPM_OPTION, no_stated);
    change_all(c, HPM_FUTURE, wrong_future);
    change_all(c, HPM_FUTURE, half_an_hour);
    check_all(c, FORWARD_PARITY, 1e-4, 0.6);
    assert_true(c->out[0].forward.age_s == 0);
    change_all(c, HPM_OPTION, half_an_hour);
    quote_all(c, 0.02);
    change_all(c, HPM_OPTION, wrong_stated);
    for (uint32_t i = 0; i < c->catalog.instrument_count; i++)
        if (c->catalog.instruments[i].kind == HPM_FUTURE) c->quotes.quote[i].age_s = 0;
    check_all(c, FORWARD_FUTURE, 1e-12, 0.7);
    change_all(c, HPM_FUTURE, no_quote);
    check_all(c, FORWARD_PARITY, 1e-4, 0.3);
    assert_true(c->out[0].forward.age_s == 1830);
    change_all(c, HPM_OPTION, too_old);
    run(c);
    assert_int_equal(c->out[0].source, FORWARD_SPOT);
    c->quotes.asset_price[COIN].age_s = 4000;
    run(c);
    assert_int_equal(c->out[0].source, FORWARD_NONE);
    chain_free(c);
}

/* ---- Gaps ----------------------------------------------------------------------------------- */

static void silence(chain *c, uint32_t expiry)
{
    for (uint32_t i = 0; i < c->catalog.instrument_count; i++)
        if (c->catalog.instruments[i].expiry == expiry) c->quotes.quote[i] = hpm_quote_none;
}

/* Carry is 8 % throughout: it comes out between, before the first and after the last. */
static void test_gaps(void **state)
{
    (void)state;
    for (uint32_t gap = 0; gap < EXPIRIES; gap++) {
        chain *c = chain_new(HPM_INVERSE, COIN);
        quote_all(c, 0.02);
        silence(c, gap);
        run(c);
        assert_int_equal(c->out[gap].source, FORWARD_BETWEEN);
        assert_true(fabs(c->out[gap].forward.value / forward_of(gap) - 1) < 1e-12);
        double before = gap > 0 ? c->out[gap - 1].forward.confidence : 1;
        double after = gap + 1 < EXPIRIES ? c->out[gap + 1].forward.confidence : 1;
        assert_true(c->out[gap].forward.confidence == 0.5 * fmin(before, after));
        assert_int_equal(c->out[(gap + 1) % EXPIRIES].source, FORWARD_STATED);
        chain_free(c);
    }
    chain *c = chain_new(HPM_INVERSE, COIN);
    quote_all(c, 0.02);
    for (uint32_t e = 0; e < EXPIRIES; e++)
        if (e != 2) silence(c, e);
    run(c);
    for (uint32_t e = 0; e < EXPIRIES; e++)
        assert_true(fabs(c->out[e].forward.value / forward_of(e) - 1) < 1e-12);
    c->quotes.asset_price[COIN].value = NAN; /* no carry can be told */
    run(c);
    for (uint32_t e = 0; e < EXPIRIES; e++)
        assert_true(fabs(c->out[e].forward.value / forward_of(2) - 1) < 1e-12);
    chain_free(c);
}

/* Options quoted in another currency are heard where nobody else is. */
static void test_foreign(void **state)
{
    (void)state;
    chain *c = chain_new(HPM_LINEAR, UST);
    quote_all(c, 0.02);
    check_all(c, FORWARD_STATED, 0, 0.99);
    change_all(c, HPM_OPTION, no_stated);
    change_all(c, HPM_FUTURE, no_quote);
    check_all(c, FORWARD_PARITY, 1e-4, 0.6);
    chain_free(c);
}

static void test_memory(void **state)
{
    (void)state;
    chain *c = chain_new(HPM_INVERSE, COIN);
    hpm_error error = {0};
    check_ok(hpm_quotes_finish(&c->quotes, &error), &error);
    c->arena.capacity = c->arena.used + surface_forwards_size(&c->catalog) - HPM_ALIGNMENT;
    check_error(surface_forwards(c->out, &c->arena, &c->quotes, &rules, &error), &error,
                HPM_E_MEMORY, "surface", "the arena is too small");
    chain_free(c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_stated),       cmocka_unit_test(test_not_stated),
        cmocka_unit_test(test_rate),         cmocka_unit_test(test_spoilt),
        cmocka_unit_test(test_contradicted), cmocka_unit_test(test_few_wrong_statements),
        cmocka_unit_test(test_staggered),    cmocka_unit_test(test_one_strike),
        cmocka_unit_test(test_odd),          cmocka_unit_test(test_trust),
        cmocka_unit_test(test_stale),        cmocka_unit_test(test_gaps),
        cmocka_unit_test(test_foreign),      cmocka_unit_test(test_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
