/* Tests of src/assess/attribution.c and settlement.c: splits worked out by hand in a small world,
 * instruments that come and go, and what cannot be computed.
 *
 * The rulebook asks for 10 % of the index price per unit of perpetual and future ("size"), for half
 * of what is in doubt ("doubt"), and for declared amounts ("orders"); the maintenance margin is
 * half of the initial one. */
#include "hpm/attribution.h"
#include "small_world.h"

typedef struct pair {
    world *before, *after; /* catalogs of their own */
    hpm_state from, to;
    hpm_arena memory, work; /* of exactly the stated sizes */
    hpm_attribution result;
} pair;

static double no_move[] = {0};
static char all[][HPM_RULE_NAME_SIZE] = {"size", "doubt", "orders"};

static void make_rulebook(world *w)
{
    world_grid(w, "grid", no_move, 1, no_move, 1);
    hpm_component *size = world_component(w, "size", HPM_COMPONENT_SIZE);
    size->rule.size.perpetual = size->rule.size.future = 0.1;
    hpm_component *doubt = world_component(w, "doubt", HPM_COMPONENT_CONFIDENCE);
    doubt->rule.confidence.combine = HPM_CONFIDENCE_MINIMUM;
    doubt->rule.confidence.factor = 0.5;
    strcpy(world_component(w, "orders", HPM_COMPONENT_DECLARED)->rule.declared.amount, "orders");
    world_combine(w, "total", HPM_COMPONENT_SUM, all, 3);
    hpm_component *less = world_component(w, "less", HPM_COMPONENT_SCALE);
    strcpy(less->rule.scale.of, "total");
    less->rule.scale.factor = 0.5;
    strcpy(w->rulebook.initial, "total");
}

static int setup(void **state)
{
    pair *p = fixture_take(1, sizeof *p);
    p->before = world_new();
    p->after = world_new();
    make_rulebook(p->before);
    make_rulebook(p->after);
    *state = p;
    return 0;
}

static int teardown(void **state)
{
    pair *p = *state;
    free(p->memory.base);
    free(p->work.base);
    world_free(p->before);
    world_free(p->after);
    free(p);
    return 0;
}

static pair *again(void **state)
{
    teardown(state);
    setup(state);
    return *state;
}

#define PAIR_TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

/* ---- Running ------------------------------------------------------------------------------ */

static hpm_state finish(world *w)
{
    hpm_error error = {0};
    check_ok(hpm_rulebook_finish(&w->rulebook, &error), &error);
    check_ok(hpm_market_finish(&w->market, &error), &error);
    check_ok(hpm_account_init(w->account, "acc", w->balances, w->balance_count, w->positions,
                              w->position_count, w->declared, w->declared_count, &w->catalog,
                              &error),
             &error);
    return (hpm_state){&w->market, w->account, &w->rulebook};
}

static hpm_arena exactly(size_t bytes)
{
    return (hpm_arena){fixture_take(bytes, 1), bytes, 0};
}

static hpm_status run_states(pair *p, hpm_error *error)
{
    hpm_attribution *result = &p->result;
    int done = 0;
    p->memory = exactly(hpm_attribution_size(&p->from, &p->to));
    hpm_status status =
        hpm_attribution_init(result, &p->memory, &p->before->context, &p->from, &p->to, error);
    if (status != HPM_OK) return status;
    p->work = exactly(hpm_attribution_work_size(result));
    hpm_attribution_work(result, &p->work);
    for (uint32_t step = 0; step < result->step_count && status == HPM_OK; step++) {
        assert_false(done);
        status = hpm_attribution_step(result, &done, error);
    }
    if (status == HPM_OK) assert_true(done);
    return status;
}

static hpm_status run(pair *p, hpm_error *error)
{
    p->from = finish(p->before);
    p->to = finish(p->after);
    return run_states(p, error);
}

/* ---- Checks ------------------------------------------------------------------------------- */

static void check_change(const hpm_change *got, double before, double after, const double *parts,
                         const char *what)
{
    int64_t sum = got->before.e8;
    char where[64];
    snprintf(where, sizeof where, "%s before", what);
    check_near(hpm_e8_to_double(got->before.e8), before, where);
    snprintf(where, sizeof where, "%s after", what);
    check_near(hpm_e8_to_double(got->after.e8), after, where);
    for (uint32_t i = 0; i < HPM_PART_COUNT; i++) {
        snprintf(where, sizeof where, "%s, %s", what, hpm_part_name((hpm_part)i));
        /* A change of rounding on the way may stand in the eighth decimal. */
        if (fabs(hpm_e8_to_double(got->part[i].e8) - parts[i]) > 1.5e-8)
            fail_msg("%s: %.8f instead of %.8f", where, hpm_e8_to_double(got->part[i].e8),
                     parts[i]);
        sum += got->part[i].e8;
    }
    assert_int_equal(sum, got->after.e8);
}

#define PARTS(...)   ((const double[HPM_PART_COUNT]){__VA_ARGS__})
#define CHANGED(...) check_changed(p, (const hpm_part[]){__VA_ARGS__, HPM_PART_COUNT})

static void check_changed(const pair *p, const hpm_part *parts)
{
    unsigned wanted = 0;
    for (; *parts != HPM_PART_COUNT; parts++)
        wanted |= 1U << *parts;
    assert_int_equal(p->result.changed, wanted);
}

static void check_equity(const pair *p, double before, double after, const double *parts)
{
    check_change(&p->result.equity, before, after, parts, "equity");
}

static const hpm_component_change *component(const pair *p, const char *name)
{
    for (uint32_t i = 0; i < p->result.component_count; i++)
        if (strcmp(p->result.components[i].component->name, name) == 0)
            return &p->result.components[i];
    fail_msg("no component %s", name);
    return NULL;
}

/* Of one component alone, and of the totals, which are half of that for the maintenance margin. */
static void check_margin(const pair *p, const char *name, double before, double after,
                         const double *parts)
{
    const hpm_component_change *row = component(p, name);
    double half[HPM_PART_COUNT];
    for (uint32_t i = 0; i < HPM_PART_COUNT; i++)
        half[i] = parts[i] / 2;
    check_change(&row->initial, before, after, parts, name);
    check_change(&p->result.initial, before, after, parts, "initial");
    check_change(&row->maintenance, before / 2, after / 2, half, name);
    check_change(&p->result.maintenance, before / 2, after / 2, half, "maintenance");
}

/* ---- One cause ---------------------------------------------------------------------------- */

static void set_btc(world *w, double ratio)
{
    w->market.asset_price[BTC].value *= ratio;
    for (uint32_t e = 0; e < EXPIRIES; e++)
        if (w->catalog.expiries[e].underlying == BTC) w->market.curve[e].forward.value *= ratio;
    for (uint32_t i = 0; i < INSTRUMENTS; i++)
        if (w->catalog.instruments[i].underlying == BTC) w->market.mark[i].value *= ratio;
}

static void hold(world *w, uint32_t instrument, double contracts, double entry, double cash)
{
    world_hold(w, instrument, contracts)->entry_price = entry;
    world_balance(w, USD, cash);
}

/* Three perpetuals entered at 100; the price goes from 100 to 120. */
static void test_price(void **state)
{
    pair *p = *state;
    hpm_error error = {0};
    hold(p->before, B_PERP, 3, 100, 1000);
    hold(p->after, B_PERP, 3, 100, 1000);
    set_btc(p->after, 1.2);
    check_ok(run(p, &error), &error);
    CHANGED(HPM_PART_PRICE);
    check_equity(p, 1000, 1060, PARTS([HPM_PART_PRICE] = 60));
    check_margin(p, "size", 30, 36, PARTS([HPM_PART_PRICE] = 6));
}

/* The future goes from 100 to 105 of an index that stays. */
static void test_basis(void **state)
{
    pair *p = *state;
    hpm_error error = {0};
    hold(p->before, B_FUTURE, -2, 90, 1000);
    hold(p->after, B_FUTURE, -2, 90, 1000);
    p->after->market.mark[B_FUTURE].value = 105;
    check_ok(run(p, &error), &error);
    CHANGED(HPM_PART_BASIS);
    check_equity(p, 980, 970, PARTS([HPM_PART_BASIS] = -10));
    check_margin(p, "size", 20, 20, PARTS(0));
}

/* A call at the money on 100, a year: Black's value is 100 (2 N(vol/2) - 1), 0 at no volatility. */
static void test_vol(void **state)
{
    pair *p = *state;
    hpm_error error = {0};
    double value = 100 * erf(0.5 / 2 / sqrt(2));
    hold(p->before, B_FAR_CALL, 1, NAN, 0);
    hold(p->after, B_FAR_CALL, 1, NAN, 0);
    for (int i = 0; i < 2; i++) { /* the strike is 80 */
        world *w = i == 0 ? p->before : p->after;
        w->market.curve[BTC_FAR].forward.value = 80;
        w->market.asset_price[BTC].value = 80;
    }
    p->after->market.vol[B_FAR_CALL].value = 0.5;
    check_ok(run(p, &error), &error);
    CHANGED(HPM_PART_VOL);
    value *= 0.8;
    check_near(hpm_e8_to_double(p->result.equity.part[HPM_PART_VOL].e8), floor(value * 1e8) / 1e8,
               "vega");
    assert_int_equal(p->result.equity.after.e8, p->result.equity.part[HPM_PART_VOL].e8);
}

/* The same call at a volatility of 50 %: a quarter of the year passes. */
static void test_time(void **state)
{
    pair *p = *state;
    hpm_error error = {0};
    for (int i = 0; i < 2; i++) {
        world *w = i == 0 ? p->before : p->after;
        hold(w, B_FAR_CALL, 1, NAN, 0);
        w->market.curve[BTC_FAR].forward.value = 80;
        w->market.asset_price[BTC].value = 80;
        w->market.vol[B_FAR_CALL].value = 0.5;
    }
    p->after->market.now_ns = FAR_NS - (FAR_NS - NOW_NS) / 4; /* total volatility halves */
    check_ok(run(p, &error), &error);
    CHANGED(HPM_PART_TIME);
    double before = 80 * erf(0.25 / sqrt(2)), after = 80 * erf(0.125 / sqrt(2));
    if (fabs(hpm_e8_to_double(p->result.equity.part[HPM_PART_TIME].e8) - (after - before)) > 1e-7)
        fail_msg("theta %.9g instead of %.9g",
                 hpm_e8_to_double(p->result.equity.part[HPM_PART_TIME].e8), after - before);
}

/* In the averaging window half of the settlement price comes to be known: at 60 and not at 100. */
static void test_observed(void **state)
{
    pair *p = *state;
    hpm_error error = {0};
    hold(p->before, B_CALL_80, 1, NAN, 0);
    hold(p->after, B_CALL_80, 1, NAN, 0);
    p->after->market.curve[BTC_NEAR].observed_share = 0.25;
    p->after->market.curve[BTC_NEAR].observed_price = 60;
    check_ok(run(p, &error), &error);
    CHANGED(HPM_PART_TIME);
    check_equity(p, 20, 10, PARTS([HPM_PART_TIME] = -10)); /* 0.25*60 + 0.75*100 = 90 */
}

/* 20 discounted over a year at ln 2. */
static void test_rates(void **state)
{
    pair *p = *state;
    hpm_error error = {0};
    p->before->rulebook.discount_at_rate = p->after->rulebook.discount_at_rate = 1;
    hold(p->before, B_FAR_CALL, 1, NAN, 0);
    hold(p->after, B_FAR_CALL, 1, NAN, 0);
    p->after->market.curve[BTC_FAR].rate_annual = log(2);
    check_ok(run(p, &error), &error);
    CHANGED(HPM_PART_RATES);
    check_equity(p, 20, 10, PARTS([HPM_PART_RATES] = -10));
}

/* A confidence of 0.9 in the index: 0.1 * 0.5 of three units at 100. */
static void test_trust(void **state)
{
    pair *p = *state;
    hpm_error error = {0};
    p->before->rulebook.age_soft_s = p->after->rulebook.age_soft_s = 10;
    p->before->rulebook.age_hard_s = p->after->rulebook.age_hard_s = 60;
    hold(p->before, B_PERP, 3, 100, 1000);
    hold(p->after, B_PERP, 3, 100, 1000);
    p->after->market.asset_price[BTC].confidence = 0.9;
    check_ok(run(p, &error), &error);
    CHANGED(HPM_PART_TRUST);
    check_equity(p, 1000, 1000, PARTS(0));
    check_change(&component(p, "doubt")->initial, 0, 15, PARTS([HPM_PART_TRUST] = 15), "doubt");
    check_change(&p->result.initial, 30, 45, PARTS([HPM_PART_TRUST] = 15), "initial");
    p = again(state); /* half way from the soft to the hard limit is worth half */
    p->before->rulebook.age_soft_s = p->after->rulebook.age_soft_s = 10;
    p->before->rulebook.age_hard_s = p->after->rulebook.age_hard_s = 60;
    hold(p->before, B_PERP, 3, 100, 1000);
    hold(p->after, B_PERP, 3, 100, 1000);
    p->after->market.mark[B_PERP].age_s = 35;
    check_ok(run(p, &error), &error);
    CHANGED(HPM_PART_TRUST);
    check_change(&p->result.initial, 30, 105, PARTS([HPM_PART_TRUST] = 75), "initial");
}

static void test_trades(void **state)
{
    pair *p = *state;
    hpm_error error = {0};
    hold(p->before, B_PERP, 3, 100, 1000);
    hold(p->after, B_PERP, -1, 100, 900);
    world_declare(p->after, "orders", USD, 7);
    check_ok(run(p, &error), &error);
    CHANGED(HPM_PART_TRADES);
    check_equity(p, 1000, 900, PARTS([HPM_PART_TRADES] = -100));
    check_change(&component(p, "size")->initial, 30, 10, PARTS([HPM_PART_TRADES] = -20), "size");
    check_change(&component(p, "orders")->initial, 0, 7, PARTS([HPM_PART_TRADES] = 7), "orders");
    check_change(&p->result.initial, 30, 17, PARTS([HPM_PART_TRADES] = -13), "initial");
}

static void test_nothing(void **state)
{
    pair *p = *state;
    hpm_error error = {0};
    hold(p->before, B_PERP, 3, 100, 1000);
    hold(p->after, B_PERP, 3, 100, 1000);
    check_ok(run(p, &error), &error);
    assert_int_equal(p->result.changed, 0);
    check_equity(p, 1000, 1000, PARTS(0));
    check_margin(p, "size", 30, 30, PARTS(0));
}

/* 10 % becomes 20 %, doubt is not asked for any more, and naked calls are. */
static void test_rulebook(void **state)
{
    pair *p = *state;
    hpm_error error = {0};
    static char other[][HPM_RULE_NAME_SIZE] = {"size", "naked", "orders"};
    for (int i = 0; i < 2; i++) {
        world *w = i == 0 ? p->before : p->after;
        hold(w, B_PERP, 3, 100, 1000);
        world_hold(w, B_CALL_100, -1);
        w->market.asset_price[BTC].confidence = 0.9;
    }
    world *w = p->after;
    w->components[0].rule.size.perpetual = 0.2;
    hpm_component *naked = &w->components[1];
    hpm_record_defaults(naked, hpm_component_records[HPM_COMPONENT_NAKED_SHORT]);
    strcpy(naked->name, "naked");
    naked->kind = HPM_COMPONENT_NAKED_SHORT;
    naked->rule.naked.option = 0.01;
    w->components[3].rule.combine.of.items = other;
    check_ok(run(p, &error), &error);
    CHANGED(HPM_PART_RULEBOOK);
    check_equity(p, 1000, 1000, PARTS(0));
    check_change(&component(p, "size")->initial, 30, 60, PARTS([HPM_PART_RULEBOOK] = 30), "size");
    /* 0.1 * 0.5 of three perpetuals and one option. */
    check_change(&component(p, "doubt")->initial, 20, 0, PARTS([HPM_PART_RULEBOOK] = -20), "doubt");
    check_change(&component(p, "naked")->initial, 0, 1, PARTS([HPM_PART_RULEBOOK] = 1), "naked");
    check_change(&p->result.initial, 50, 61, PARTS([HPM_PART_RULEBOOK] = 11), "initial");
    assert_int_equal(p->result.component_count, 6);
    assert_string_equal(p->result.components[5].component->name, "naked");
    assert_ptr_equal(p->result.components[0].component, &w->components[0]);
}

/* ---- Two causes --------------------------------------------------------------------------- */

/* 3 perpetuals at 100 become 5 at 120: margin 30, 50 after trades alone, 36 after the price alone,
 * 60 after both. Equity 1000, 960 (2 bought at 120 in a market of 100), 1060 and 1060. */
static void test_price_and_trades(void **state)
{
    pair *p = *state;
    hpm_error error = {0};
    hold(p->before, B_PERP, 3, 100, 1000);
    hold(p->after, B_PERP, 5, 108, 1000);
    set_btc(p->after, 1.2);
    check_ok(run(p, &error), &error);
    CHANGED(HPM_PART_PRICE, HPM_PART_TRADES);
    check_equity(p, 1000, 1060, PARTS([HPM_PART_TRADES] = -20, [HPM_PART_PRICE] = 80));
    check_margin(p, "size", 30, 60, PARTS([HPM_PART_TRADES] = 22, [HPM_PART_PRICE] = 8));
}

/* The future over the index: 105 over 100, 132 over 120; that is 126 with the price alone and 110
 * with the basis alone. */
static void test_price_and_basis(void **state)
{
    pair *p = *state;
    hpm_error error = {0};
    hold(p->before, B_FUTURE, 1, 100, 0);
    hold(p->after, B_FUTURE, 1, 100, 0);
    p->before->market.mark[B_FUTURE].value = 105;
    set_btc(p->after, 1.2);
    p->after->market.mark[B_FUTURE].value = 132;
    check_ok(run(p, &error), &error);
    CHANGED(HPM_PART_PRICE, HPM_PART_BASIS);
    check_equity(p, 5, 32, PARTS([HPM_PART_PRICE] = 21.5, [HPM_PART_BASIS] = 5.5));
    check_margin(p, "size", 10, 12, PARTS([HPM_PART_PRICE] = 2));
}

/* The price in the market after under the old rulebook, then the new rulebook: 30, 36, 72. */
static void test_price_and_rulebook(void **state)
{
    pair *p = *state;
    hpm_error error = {0};
    hold(p->before, B_PERP, 3, 100, 1000);
    hold(p->after, B_PERP, 3, 100, 1000);
    set_btc(p->after, 1.2);
    p->after->components[0].rule.size.perpetual = 0.2;
    check_ok(run(p, &error), &error);
    CHANGED(HPM_PART_PRICE, HPM_PART_RULEBOOK);
    check_equity(p, 1000, 1060, PARTS([HPM_PART_PRICE] = 60));
    check_margin(p, "size", 30, 72, PARTS([HPM_PART_PRICE] = 6, [HPM_PART_RULEBOOK] = 36));
}

/* ---- Settled to the mark, held ------------------------------------------------------------ */

/* The venue has paid the P&L of 60 into the balance: the price made it, and trades did nothing. */
static void test_settled_to_mark(void **state)
{
    pair *p = *state;
    hpm_error error = {0};
    hold(p->before, B_PERP, 3, NAN, 1000);
    hold(p->after, B_PERP, 3, NAN, 1060);
    set_btc(p->after, 1.2);
    check_ok(run(p, &error), &error);
    check_equity(p, 1000, 1060, PARTS([HPM_PART_PRICE] = 60));
    check_margin(p, "size", 30, 36, PARTS([HPM_PART_PRICE] = 6));
}

/* Of the account before nothing is known but that it was held. */
static void test_held(void **state)
{
    pair *p = *state;
    hpm_error error = {0};
    hold(p->before, B_PERP, 3, NAN, 1000);
    set_btc(p->after, 1.2);
    p->from = finish(p->before);
    p->to = finish(p->after);
    p->to.account = NULL;
    check_ok(run_states(p, &error), &error);
    CHANGED(HPM_PART_PRICE);
    check_equity(p, 1000, 1060, PARTS([HPM_PART_PRICE] = 60));
}

/* ---- Expired, listed, delisted ------------------------------------------------------------ */

/* Two calls short, worth 20 each, a future with a gain of 10 and funding of 3, and a coin call that
 * is worth 0.2 BTC expire; the calls then paid 5 more than their mark before. */
static void test_settlement(void **state)
{
    pair *p = *state;
    hpm_error error = {0};
    hold(p->before, B_CALL_80, -2, NAN, 1000);
    hpm_position *future = world_hold(p->before, B_FUTURE, 1);
    future->entry_price = 90;
    future->funding.e8 = 3 * HPM_E8;
    world_hold(p->before, B_COIN_CALL, 1);
    hold(p->after, B_PERP, 1, 100, 1000 - 40 - 5 + 13);
    world_hold(p->before, B_PERP, 1)->entry_price = 100;
    world_balance(p->after, BTC, 0.2);
    p->after->market.now_ns = NEAR_NS;
    for (uint32_t i = 0; i < INSTRUMENTS; i++) /* gone from the market, not from the catalog */
        if (p->after->catalog.instruments[i].expiry == BTC_NEAR)
            p->after->market.mark[i].value = p->after->market.vol[i].value = NAN;
    p->after->market.curve[BTC_NEAR].forward.value = NAN;
    check_ok(run(p, &error), &error);
    assert_int_equal(p->result.changed & ~(1U << HPM_PART_BASIS | 1U << HPM_PART_VOL),
                     1U << HPM_PART_SETTLEMENT | 1U << HPM_PART_TRADES | 1U << HPM_PART_TIME);
    check_equity(p, 993, 988, PARTS([HPM_PART_TRADES] = -5));
    check_margin(p, "size", 20, 10, PARTS([HPM_PART_SETTLEMENT] = -10));
    assert_int_equal(p->result.settled_count, 3);
    const uint32_t ids[] = {B_CALL_80, B_COIN_CALL, B_FUTURE};
    const double values[] = {-40, 0.2, 13};
    for (uint32_t i = 0; i < 3; i++) {
        assert_int_equal(p->result.settled[i].instrument, ids[i]);
        check_near(p->result.settled[i].value, values[i], "value at expiry");
    }
    assert_int_equal(p->result.settled[0].quantity.e8, -2 * HPM_E8);
}

/* A future of another catalog, at 1.05 of the index, is bought at 126: in the market before it
 * stands at 105. */
static void test_listed(void **state)
{
    pair *p = *state;
    hpm_error error = {0};
    world *w = p->after;
    hpm_instrument row = world_instruments[B_FUTURE];
    hpm_catalog catalog;
    hpm_market market;
    strcpy(row.name, "a:new");
    row.expiry_ns = FAR_NS + HPM_DAY_NS;
    row.lot.e8 = HPM_E8;
    check_ok(hpm_catalog_init(&catalog, &w->arena, world_assets, ASSETS, &row, 1, &error), &error);
    check_ok(hpm_market_begin(&market, &w->arena, &catalog, USD, NOW_NS, &error), &error);
    memcpy(market.asset_price, w->market.asset_price, ASSETS * sizeof(hpm_input));
    market.asset_price[BTC].value = 120;
    market.mark[0].value = 126;
    check_ok(hpm_market_finish(&market, &error), &error);
    world_balance(p->before, USD, 1000);
    p->from = finish(p->before);
    hold(w, 0, 1, 126, 1000);
    check_ok(hpm_account_init(w->account, "acc", w->balances, 1, w->positions, 1, NULL, 0, &catalog,
                              &error),
             &error);
    check_ok(hpm_rulebook_finish(&w->rulebook, &error), &error);
    p->to = (hpm_state){&market, w->account, &w->rulebook};
    check_ok(run_states(p, &error), &error);
    /* Equity 1000, 979 (bought at 126 in a market of 105), 1000, 1000; margin 0, 10, 0, 12. The
     * price alone changes nothing, nor does anything but the two. */
    check_equity(p, 1000, 1000, PARTS([HPM_PART_TRADES] = -10.5, [HPM_PART_PRICE] = 10.5));
    check_margin(p, "size", 0, 12, PARTS([HPM_PART_TRADES] = 11, [HPM_PART_PRICE] = 1));
}

/* The perpetual is delisted at 100 of an index that goes to 120, after it was sold at 110: it would
 * stand at 120. Equity 1000, 1010, 1020, 1010; margin 10, 0, 12, 0. */
static void test_delisted(void **state)
{
    pair *p = *state;
    hpm_error error = {0};
    hold(p->before, B_PERP, 1, 100, 1000);
    world_balance(p->after, USD, 1010);
    set_btc(p->after, 1.2);
    p->after->market.mark[B_PERP].value = NAN;
    check_ok(run(p, &error), &error);
    check_equity(p, 1000, 1010, PARTS([HPM_PART_TRADES] = 0, [HPM_PART_PRICE] = 10));
    check_margin(p, "size", 10, 0, PARTS([HPM_PART_TRADES] = -11, [HPM_PART_PRICE] = 1));
}

/* ---- What cannot be computed -------------------------------------------------------------- */

static void refuse(pair *p, hpm_status wanted, const char *where, const char *message)
{
    hpm_error error = {0};
    check_error(run(p, &error), &error, wanted, where, message);
}

static void test_time_backward(void **state)
{
    pair *p = *state;
    p->after->market.now_ns--;
    refuse(p, HPM_E_RANGE, "time", "the market after is earlier than the one before");
}

static void test_counting(void **state)
{
    pair *p = *state;
    strcpy(p->after->rulebook.numeraire, "UST");
    refuse(p, HPM_E_REFERENCE, "rulebook", "the states count in different assets (USD, UST)");
    p = again(state); /* the same asset by another name */
    strcpy(p->after->rulebook.numeraire, "USD");
    hpm_error error = {0};
    check_ok(run(p, &error), &error);
}

static void test_catalogs(void **state)
{
    pair *p = *state;
    hpm_instrument rows[INSTRUMENTS];
    hpm_error error = {0};
    memcpy(rows, world_instruments, sizeof rows);
    rows[B_PERP].contract_size = 2;
    world *w = p->after;
    check_ok(
        hpm_catalog_init(&w->catalog, &w->arena, world_assets, ASSETS, rows, INSTRUMENTS, &error),
        &error);
    refuse(p, HPM_E_REFERENCE, "b:perp", "the instrument is another contract in the two catalogs");
}

static void test_ends(void **state)
{
    pair *p = *state;
    hold(p->before, B_PERP, 1, 100, 1000);
    p->before->market.mark[B_PERP].value = NAN;
    refuse(p, HPM_E_MISSING_PRICE, "before: b:perp",
           "the market has no price, forward or volatility for it");
    p = again(state);
    hold(p->after, B_PERP, 1, 100, 1000);
    p->after->market.mark[B_PERP].value = NAN;
    refuse(p, HPM_E_MISSING_PRICE, "after: b:perp",
           "the market has no price, forward or volatility for it");
    p = again(state);
    hold(p->before, B_CALL_80, 1, NAN, 0);
    hold(p->after, B_CALL_80, 1, NAN, 0);
    p->after->market.now_ns = NEAR_NS;
    refuse(p, HPM_E_EXPIRED, "after: b:call:80", "it expired before the market's time");
    p = again(state);
    hold(p->before, B_PERP, 1, 100, 0);
    hold(p->after, B_PERP, 1, 100, 0);
    p->before->rulebook.age_soft_s = p->after->rulebook.age_soft_s = 10;
    p->before->rulebook.age_hard_s = 100;
    p->after->market.mark[B_PERP].age_s = 200;
    p->after->rulebook.age_hard_s = 300;
    refuse(p, HPM_E_STALE, "after, rulebook before: b:perp",
           "mark is older than the hard limit of 100 s (200 s)");
}

/* A state that nobody was in: the index a millionfold, and a future on it with its basis before. */
static void test_between(void **state)
{
    pair *p = *state;
    p->before->market.mark[B_FUTURE].value = 1e6;
    p->after->market.asset_price[BTC].value = 1e13;
    p->after->market.now_ns++;
    refuse(p, HPM_E_RANGE, "price after, the rest before: b:future",
           "a price moves outside (0, 1e15] (1e+17)");
}

static void test_memory(void **state)
{
    pair *p = *state;
    hpm_error error = {0};
    hold(p->before, B_CALL_80, 1, NAN, 0);
    hold(p->after, B_PERP, 1, 100, 0);
    p->after->market.now_ns = NEAR_NS;
    p->from = finish(p->before);
    p->to = finish(p->after);
    size_t bytes = hpm_attribution_size(&p->from, &p->to);
    p->memory = exactly(bytes);
    for (size_t given = 0; given < bytes; given += given < 4096 ? 64 : 65536) {
        p->memory.capacity = given;
        p->memory.used = 0;
        hpm_status status = hpm_attribution_init(&p->result, &p->memory, &p->before->context,
                                                 &p->from, &p->to, &error);
        /* The size is for any number of causes and of expiries. */
        assert_true(status == HPM_E_MEMORY || (status == HPM_OK && given > bytes / 2));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PAIR_TEST(test_price),
        PAIR_TEST(test_basis),
        PAIR_TEST(test_vol),
        PAIR_TEST(test_time),
        PAIR_TEST(test_observed),
        PAIR_TEST(test_rates),
        PAIR_TEST(test_trust),
        PAIR_TEST(test_trades),
        PAIR_TEST(test_nothing),
        PAIR_TEST(test_rulebook),
        PAIR_TEST(test_price_and_trades),
        PAIR_TEST(test_price_and_basis),
        PAIR_TEST(test_price_and_rulebook),
        PAIR_TEST(test_settled_to_mark),
        PAIR_TEST(test_held),
        PAIR_TEST(test_settlement),
        PAIR_TEST(test_listed),
        PAIR_TEST(test_delisted),
        PAIR_TEST(test_time_backward),
        PAIR_TEST(test_counting),
        PAIR_TEST(test_catalogs),
        PAIR_TEST(test_ends),
        PAIR_TEST(test_between),
        PAIR_TEST(test_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
