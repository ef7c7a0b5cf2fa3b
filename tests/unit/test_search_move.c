/* Tests of src/assess/search_move.c: what may be held, and laws of every random step. */
#include "search_world.h"

static double prices[] = {-0.2, 0, 0.2}, vols[] = {-0.3, 0, 0.5};

static hpm_search_mover *make(searched *s)
{
    hpm_error error = {0};
    world_grid(s->w, "grid", prices, 3, vols, 3);
    hpm_component *joint = world_component(s->w, "joint", HPM_COMPONENT_JOINT_GRID);
    strcpy(joint->rule.joint.set, "grid");
    world_desk(s->w, &s->desk);
    check_ok(searched_make(s, 0, &error), &error);
    return s->search.mover;
}

/* All but what has no price and what is too large for one lot of 0.1: BTC lots are 10 of notional,
 * inverse ones of 10 USD a contract are 1, ETH 1, SOL 0.1. */
static void test_candidates(void **state)
{
    searched *s = *state;
    s->rules.size = 9;
    s->w->market.mark[E_PERP].value = NAN;
    hpm_search_mover *mover = make(s);
    for (uint32_t i = 0; i < INSTRUMENTS; i++) {
        const hpm_instrument *row = &s->w->catalog.instruments[i];
        int is_inverse = row->payoff == HPM_INVERSE && row->kind != HPM_OPTION;
        int wanted = (row->underlying != BTC || is_inverse) && i != E_PERP;
        if ((mover->place[i] != HPM_NONE) != wanted) fail_msg("%s", row->name);
        if (!wanted) continue;
        const hpm_candidate *candidate = &mover->candidates[mover->place[i]];
        assert_int_equal(candidate->instrument, i);
        double lot = is_inverse ? 1 : world_prices[row->underlying] / 10;
        check_near(candidate->notional, lot, row->name);
        assert_int_equal(candidate->lots_max, (int64_t)(9 / lot + 1e-9));
        assert_true(candidate->lots_base >= 1);
    }
    assert_int_equal(s->search.candidate_count, mover->candidate_count);
}

/* Neighbours are alike: by underlying, then expiry, then strike, then type. */
static void test_order(void **state)
{
    hpm_search_mover *mover = make(*state);
    for (uint32_t c = 1; c < mover->candidate_count; c++) {
        const hpm_instrument *rows = mover->catalog->instruments;
        const hpm_instrument *a = &rows[mover->candidates[c - 1].instrument];
        const hpm_instrument *b = &rows[mover->candidates[c].instrument];
        assert_true(a->underlying <= b->underlying);
        if (a->underlying != b->underlying) continue;
        assert_true(a->expiry_ns <= b->expiry_ns);
        if (a->expiry_ns == b->expiry_ns) assert_true(a->strike <= b->strike);
    }
}

static void check_legs(const hpm_search_mover *mover, const hpm_legs *legs, double size)
{
    double gross = 0;
    assert_in_range(legs->count, 1, mover->legs_max);
    for (uint32_t i = 0; i < legs->count; i++) {
        const hpm_search_leg *leg = &legs->legs[i];
        assert_true(leg->lots != 0 && mover->place[leg->instrument] != HPM_NONE);
        double notional =
            fabs((double)leg->lots) * mover->candidates[mover->place[leg->instrument]].notional;
        assert_true(notional <= size * (1 + 1e-12));
        gross += notional;
        for (uint32_t k = 0; k < i; k++)
            assert_true(legs->legs[k].instrument != leg->instrument);
        if (mover->one_underlying)
            assert_int_equal(mover->catalog->instruments[leg->instrument].underlying,
                             mover->catalog->instruments[legs->legs[0].instrument].underlying);
    }
    check_near(hpm_search_gross(mover, legs), gross, "gross");
}

/* Whatever is done: within the limits, each instrument once. Every instrument is reached, and every
 * number of legs. */
static void walk(hpm_search_mover *mover, double size, uint32_t legs_max)
{
    uint32_t seen[INSTRUMENTS] = {0}, counts[HPM_SEARCH_LEGS_MAX + 1] = {0};
    hpm_legs legs;
    mover->legs_max = legs_max;
    for (int start = 0; start < 200; start++) {
        hpm_search_begin(mover, &legs);
        check_legs(mover, &legs, size);
        for (int step = 0; step < 50; step++) {
            hpm_search_change(mover, &legs);
            check_legs(mover, &legs, size);
            counts[legs.count]++;
            for (uint32_t i = 0; i < legs.count; i++)
                seen[legs.legs[i].instrument]++;
        }
    }
    for (uint32_t c = 0; c < mover->candidate_count; c++)
        assert_true(seen[mover->candidates[c].instrument] > 0);
    for (uint32_t n = 1; n <= legs_max; n++)
        assert_true(counts[n] > 0);
}

static void test_laws(void **state)
{
    searched *s = *state;
    hpm_search_mover *mover = make(s);
    walk(mover, s->rules.size, 6);
    walk(mover, s->rules.size, 1);
    walk(mover, s->rules.size, 16);
}

/* A world of one instrument has one portfolio shape. */
static void test_one_candidate(void **state)
{
    searched *s = *state;
    hpm_search_mover *mover = make(s);
    mover->candidate_count = 1;
    for (uint32_t i = 0; i < INSTRUMENTS; i++)
        if (i != mover->candidates[0].instrument) mover->place[i] = HPM_NONE;
    walk(mover, s->rules.size, 1);
}

static void test_one_underlying(void **state)
{
    searched *s = *state;
    s->w->rulebook.underlyings_max = 1;
    hpm_search_mover *mover = make(s);
    assert_true(mover->one_underlying);
    walk(mover, s->rules.size, 4);
}

static void test_nothing(void **state)
{
    searched *s = *state;
    hpm_error error = {0};
    s->rules.size = 1e-6;
    world_grid(s->w, "grid", prices, 3, vols, 3);
    hpm_component *joint = world_component(s->w, "joint", HPM_COMPONENT_JOINT_GRID);
    strcpy(joint->rule.joint.set, "grid");
    world_desk(s->w, &s->desk);
    check_error(searched_make(s, 0, &error), &error, HPM_E_MISSING_PRICE, "search",
                "no instrument can be priced and is small enough (1e-06)");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SEARCH_TEST(test_candidates),     SEARCH_TEST(test_order),
        SEARCH_TEST(test_laws),           SEARCH_TEST(test_one_candidate),
        SEARCH_TEST(test_one_underlying), SEARCH_TEST(test_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
