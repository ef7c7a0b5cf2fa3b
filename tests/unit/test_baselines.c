/* Tests of the baseline rulebooks as they ship: that same-cover rulebooks are hpm but for what they
 * net, and three accounts for each, worked out by hand. BTC stands at 100, ETH at 10; options have
 * no volatility and mature in 73 days. */
#include <stdio.h>

#include "io/document.h"
#include "io/file_read.h"
#include "small_world.h"

static void load(hpm_rulebook_document *out, const char *name)
{
    char path[256];
    hpm_buffer text;
    hpm_error error = {0};
    *out = (hpm_rulebook_document){0};
    snprintf(path, sizeof path, "%s/%s.json",
             getenv("HPM_RULEBOOKS") ? getenv("HPM_RULEBOOKS") : "rulebooks", name);
    check_ok(hpm_file_read(&text, path, HPM_RULEBOOK_BYTES_MAX, &error), &error);
    check_ok(hpm_rulebook_decode(out, text.bytes, text.length, &error), &error);
    hpm_buffer_free(&text);
}

/* ---- Same cover --------------------------------------------------------------------------- */

/* tools/same-cover writes them from hpm.json. */
static void test_same_cover(void **state)
{
    static const char *const names[] = {"cross-same-cover", "isolated-same-cover"};
    static const hpm_grouping groupings[] = {HPM_GROUPING_LINEAR, HPM_GROUPING_POSITION};
    hpm_rulebook_document hpm, other;
    (void)state;
    load(&hpm, "hpm");
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        load(&other, names[i]);
        assert_memory_equal(&other.rulebook.cover, &hpm.rulebook.cover, sizeof(hpm_hash));
        assert_memory_not_equal(&other.rulebook.hash, &hpm.rulebook.hash, sizeof(hpm_hash));
        assert_string_equal(other.rulebook.name, names[i]);
        assert_int_equal(other.rulebook.grouping, groupings[i]);
        hpm_rulebook_document_free(&other);
    }
    /* A cover is a matter of every parameter. */
    ((hpm_underlying_rule *)hpm.rulebook.underlyings.items)[0].price_range *= 1.5;
    load(&other, "isolated-same-cover");
    hpm_error error = {0};
    check_ok(hpm_rulebook_finish(&hpm.rulebook, &error), &error);
    assert_memory_not_equal(&other.rulebook.cover, &hpm.rulebook.cover, sizeof(hpm_hash));
    hpm_rulebook_document_free(&other);
    hpm_rulebook_document_free(&hpm);
}

static void test_other_covers(void **state)
{
    static const char *const names[] = {"isolated-venue", "delta", "deribit-pm", "derive-pmrm1"};
    hpm_rulebook_document hpm, other;
    (void)state;
    load(&hpm, "hpm");
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        load(&other, names[i]);
        assert_memory_not_equal(&other.rulebook.cover, &hpm.rulebook.cover, sizeof(hpm_hash));
        hpm_rulebook_document_free(&other);
    }
    hpm_rulebook_document_free(&hpm);
}

/* ---- Collateral ---------------------------------------------------------------------------- */

/* What is outside the scenarios can rise as well as fall: a debt is asked for no less than what is
 * cut off the same amount if it is owned. */
static void test_debts(void **state)
{
    hpm_rulebook_document hpm;
    (void)state;
    load(&hpm, "hpm");
    const hpm_collateral_rule *rows = hpm.rulebook.collateral.items;
    for (uint32_t i = 0; i < hpm.rulebook.collateral.count; i++) {
        assert_true(rows[i].liability_surcharge >= rows[i].haircut);
        if (!isnan(rows[i].residual_surcharge))
            assert_true(rows[i].residual_surcharge >= rows[i].residual_haircut);
    }
    hpm_rulebook_document_free(&hpm);
}

static void check_same(double left, double right, const char *asset)
{
    if (!(left == right) && !(isnan(left) && isnan(right)))
        fail_msg("%s: %g and %g", asset, left, right);
}

/* Net delta differs from hpm by its charge for positions, and by no haircut. */
static void test_delta_haircuts(void **state)
{
    hpm_rulebook_document hpm, delta;
    (void)state;
    load(&hpm, "hpm");
    load(&delta, "delta");
    const hpm_collateral_rule *rows = hpm.rulebook.collateral.items;
    for (uint32_t i = 0; i < hpm.rulebook.collateral.count; i++) {
        const hpm_collateral_rule *other = hpm_rulebook_collateral(&delta.rulebook, rows[i].asset);
        assert_string_equal(other->asset, rows[i].asset);
        check_same(other->haircut, rows[i].haircut, rows[i].asset);
        check_same(other->residual_haircut, rows[i].residual_haircut, rows[i].asset);
        check_same(other->liability_surcharge, rows[i].liability_surcharge, rows[i].asset);
        check_same(other->residual_surcharge, rows[i].residual_surcharge, rows[i].asset);
    }
    hpm_rulebook_document_free(&hpm);
    hpm_rulebook_document_free(&delta);
}

/* ---- Accounts ----------------------------------------------------------------------------- */

/* What is held, and what a rulebook asks for it. */
typedef struct example {
    const char *rulebook;
    struct {
        uint32_t instrument;
        double contracts;
    } held[4];
    double coins;
    double initial, maintenance;
} example;

static void check_example(world *w, const example *what)
{
    hpm_rulebook_document document;
    hpm_margin margin;
    hpm_error error = {0};
    load(&document, what->rulebook);
    w->rulebook = document.rulebook;
    for (size_t i = 0; i < COUNT_OF(what->held) && what->held[i].contracts != 0; i++)
        world_hold(w, what->held[i].instrument, what->held[i].contracts);
    if (what->coins != 0) world_balance(w, BTC, what->coins);
    world_run(w);
    check_ok(hpm_margin_evaluate(&margin, &w->arena, &w->array, &w->portfolio, &w->totals, &error),
             &error);
    check_near(margin.initial_real, what->initial, what->rulebook);
    check_near(margin.maintenance_real, what->maintenance, what->rulebook);
    hpm_rulebook_document_free(&document);
}

/* Short options 15 and 7.5 a piece at the money, futures 2 % and 1 1/3 % of 100, long options their
 * mark.
 *
 * 1. 3 futures, -2 perpetuals, 5 coins. By themselves 6 + 4 and 4 + 8/3; netted 2 and 4/3. Coins
 * pay nothing.
 * 2. A call of strike 80 bought (mark 20), one of strike 100 sold, and a put of strike 100 sold: 20
 * + 15 + 15 and 20 + 7.5 + 7.5, netted or not: options do not net.
 * 3. A put of strike 100 bought (mark 0) and a future: the put asks nothing and saves nothing: 2.
 */
static void test_venue(void **state)
{
    static const example examples[] = {
        {"isolated-venue", {{B_FUTURE, 3}, {B_PERP, -2}}, 5, 10, 20. / 3},
        {"cross-venue", {{B_FUTURE, 3}, {B_PERP, -2}}, 5, 2, 4. / 3},
        {"isolated-venue", {{B_CALL_80, 1}, {B_CALL_100, -1}, {B_PUT_100, -1}}, 0, 50, 35},
        {"cross-venue", {{B_CALL_80, 1}, {B_CALL_100, -1}, {B_PUT_100, -1}}, 0, 50, 35},
        {"isolated-venue", {{B_PUT_100, 1}, {B_FUTURE, 1}}, 0, 2, 4. / 3},
        {"cross-venue", {{B_PUT_100, 1}, {B_FUTURE, 1}}, 0, 2, 4. / 3},
    };
    for (size_t i = 0; i < COUNT_OF(examples); i++)
        check_example(world_again(state), &examples[i]);
}

/* Ranges 20 % of BTC and 25 % of ETH, 0.8 of it as maintenance; a coin is cut by 1 %.
 *
 * 1. 3 futures, -2 perpetuals: 1 net, 20 and 16. 5 coins more: 6 net, 120 and 96, and 5 cut off.
 * 2. A call of strike 80 sold against a future: nothing net, nothing asked, whatever a fall or a
 *    rise in volatility would do.
 * 3. -4 futures of ETH at 10 and a call of strike 80: 25 % of 40 and 20 % of 100, no offset. */
static void test_delta(void **state)
{
    static const example examples[] = {
        {"delta", {{B_FUTURE, 3}, {B_PERP, -2}}, 0, 20, 16},
        {"delta", {{B_FUTURE, 3}, {B_PERP, -2}}, 5, 125, 101},
        {"delta", {{B_CALL_80, -1}, {B_FUTURE, 1}}, 0, 0, 0},
        {"delta", {{E_FUTURE, -4}, {B_CALL_80, 1}}, 0, 30, 24},
    };
    for (size_t i = 0; i < COUNT_OF(examples); i++)
        check_example(world_again(state), &examples[i]);
}

/* What hpm asks of a future of the near expiry at 100: 20 in a fall of 20 % or in a gap (-80 %
 * weighted by 0.25), the sold one 20.1 (300 % by 0.067); basis b = e^(0.05 * 0.2) - 1; 0.25 % to
 * close it; 0.03 % of its delta to trade out of it. A perpetual: basis 0.5 %, and a day of funding,
 * 0.15 %. A coin: 20, and 1 % cut off. A call of strike 80 (mark 20): bought it loses 20,
 * sold 20.1; 0.03 % and 0.2 % to close it. An ETH future at 10: 25 %, basis b, 0.25 %, 0.04 %.
 * Maintenance has 0.8 of the scenarios, and the rest in full.
 *
 * 1. 3 futures, -2 perpetuals, 5 coins. By themselves 60 + 40.2 + 100, and trading out of 5. Netted
 *    6 in all, 120; basis, fees and funding do not net, of the delta 1 is left to trade out of.
 * 2. A call bought against a future sold. By themselves, in both forms, 20 + 20.1; hpm nets all but
 *    the fees.
 * 3. A call sold and 4 ETH futures: 20.1 + 10. */
static void test_same_cover_accounts(void **state)
{
    const double b = expm1(0.01);
    const double rest1 = 300 * b + 1 + 0.75 + 0.5 + 0.3 + 5, out1 = 0.15;
    const double rest2 = 200 * b + 0.48 + 0.06, rest3 = 100 * b + 40 * b + 0.23 + 0.1 + 0.046;
    const example examples[] = {
        {"isolated-same-cover",
         {{B_FUTURE, 3}, {B_PERP, -2}},
         5,
         200.2 + rest1 + out1,
         0.8 * 200.2 + rest1 + out1},
        {"cross-same-cover",
         {{B_FUTURE, 3}, {B_PERP, -2}},
         5,
         120 + rest1 + 0.03,
         96 + rest1 + 0.03},
        {"isolated-same-cover",
         {{B_CALL_80, 1}, {B_FUTURE, -1}},
         0,
         40.1 + rest2,
         0.8 * 40.1 + rest2},
        {"cross-same-cover", {{B_CALL_80, 1}, {B_FUTURE, -1}}, 0, 40.1 + rest2, 0.8 * 40.1 + rest2},
        {"hpm", {{B_CALL_80, 1}, {B_FUTURE, -1}}, 0, 0.48, 0.48},
        {"isolated-same-cover",
         {{B_CALL_80, -1}, {E_FUTURE, 4}},
         0,
         30.1 + rest3,
         0.8 * 30.1 + rest3},
        {"cross-same-cover", {{B_CALL_80, -1}, {E_FUTURE, 4}}, 0, 30.1 + rest3, 0.8 * 30.1 + rest3},
    };
    for (size_t i = 0; i < COUNT_OF(examples); i++)
        check_example(world_again(state), &examples[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_same_cover),
        cmocka_unit_test(test_other_covers),
        WORLD_TEST(test_same_cover_accounts),
        cmocka_unit_test(test_debts),
        cmocka_unit_test(test_delta_haircuts),
        WORLD_TEST(test_venue),
        WORLD_TEST(test_delta),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
