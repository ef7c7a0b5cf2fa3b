/* The account that an import makes of positions and balances. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "import_venue.h"

#define HOUR INT64_C(3600000000000)

static hpm_status hold(fixture *f, const char *symbol, int64_t quantity_e8, double entry_price,
                       int64_t time_ns)
{
    const hpm_position position = {.quantity = {quantity_e8}, .entry_price = entry_price};
    return hpm_import_position_take(f->import, entry_of(f, symbol), &position, time_ns, &f->error);
}

static hpm_status own(fixture *f, const char *asset, int64_t e8, int64_t time_ns)
{
    return hpm_import_balance_take(f->import, asset, (hpm_money){e8}, time_ns, &f->error);
}

static void positions_and_balances_make_an_account(void **state)
{
    fixture *f = *state;
    assert_int_equal(take_mark(f, "BTC/USD-PERP", NOW, 100), HPM_OK);
    assert_int_equal(take_mark(f, "BTC/USD-20100-50", NOW, 51), HPM_OK);
    assert_int_equal(hold(f, "BTC/USD-PERP", -3 * HPM_E8, 90, NOW), HPM_OK);
    assert_int_equal(hold(f, "BTC/USD-20100-50", HPM_E8, (double)NAN, NOW), HPM_OK);
    assert_int_equal(own(f, "BTC", 5, NOW), HPM_OK);
    assert_int_equal(own(f, "DUST", 0, NOW), HPM_OK);
    assert_int_equal(finish(f), HPM_OK);
    const hpm_account *account = f->result.account;
    assert_int_equal(account->position_count, 2);
    assert_int_equal(account->balance_count, 1);
    assert_int_equal(hpm_catalog_find_asset(&f->result.document.catalog, "DUST"), HPM_NONE);
    const hpm_position *short_one = &hpm_account_positions(account)[1];
    assert_int_equal(short_one->instrument, id_of(f, "none:BTC/USD-PERP"));
    assert_true(short_one->quantity.e8 == -3 * HPM_E8 && short_one->entry_price == 90);
    assert_string_equal(account->id, "none");
    assert_false(is_noted(f, "account"));
}

/* A margin then refuses by name. */
static void what_has_no_price_stays_in_the_catalog(void **state)
{
    fixture *f = *state;
    assert_int_equal(take_mark(f, "BTC/USD-PERP", NOW, 100), HPM_OK);
    assert_int_equal(hold(f, "ETH/USD-PERP", HPM_E8, 5, NOW), HPM_OK);
    assert_int_equal(hold(f, "BTC/USD-19999-50", HPM_E8, (double)NAN, NOW), HPM_OK);
    assert_int_equal(hold(f, "BTC/USD-19998-50", 0, (double)NAN, NOW), HPM_OK);
    assert_int_equal(finish(f), HPM_OK);
    assert_int_not_equal(id_of(f, "none:ETH/USD-PERP"), HPM_NONE);
    assert_int_not_equal(id_of(f, "none:BTC/USD-19999-50"), HPM_NONE);
    assert_int_equal(id_of(f, "none:BTC/USD-19998-50"), HPM_NONE);
    assert_int_equal(f->result.account->position_count, 2);
    assert_true(is_noted(f, "the account holds ETH/USD-PERP: there are no prices of it"));
    assert_true(is_noted(f, "the account holds BTC/USD-19999-50: it has expired"));
    assert_true(is_noted(f, "positions were read, but no balances"));
}

static void an_account_alone_is_fine(void **state)
{
    fixture *f = *state;
    assert_int_equal(own(f, "BTC", HPM_E8, 0), HPM_OK);
    assert_int_equal(finish(f), HPM_OK);
    assert_non_null(f->result.account);
    assert_null(f->result.document.market.catalog);
    assert_null(f->result.quotes.catalog);
    assert_true(is_noted(f, "balances were read, but no positions"));
}

static void an_assumed_lot_gives_way_to_a_position(void **state)
{
    fixture *f = *state;
    assert_int_equal(hold(f, "BTC/USD-PERP", HPM_E8 * 5 / 4, 90, NOW), HPM_OK);
    assert_int_equal(finish(f), HPM_OK);
    assert_true(f->result.document.catalog.instruments[0].lot.e8 == HPM_E8 / 4);
    assert_true(hpm_account_positions(f->result.account)[0].quantity.e8 == HPM_E8 * 5 / 4);
}

/* 0.000002 USD a contract: with lots of one nothing could be counted in ticks. */
static void an_assumed_lot_is_worth_something(void **state)
{
    fixture *f = *state;
    assert_int_equal(take_mark(f, "PEPE/USD-PERP", NOW, 2e-6), HPM_OK);
    assert_int_equal(take_mark(f, "SHIB/USD-PERP", NOW, 2e-6), HPM_OK);
    assert_int_equal(take_mark(f, "BTC/USD-PERP", NOW, 2e4), HPM_OK);
    assert_int_equal(hold(f, "SHIB/USD-PERP", 300 * HPM_E8, 2e-6, NOW), HPM_OK);
    assert_int_equal(finish(f), HPM_OK);
    const hpm_instrument *rows = f->result.document.catalog.instruments;
    assert_true(rows[id_of(f, "none:PEPE/USD-PERP")].lot.e8 == 10000 * HPM_E8);
    assert_true(rows[id_of(f, "none:SHIB/USD-PERP")].lot.e8 == 100 * HPM_E8);
    assert_true(rows[id_of(f, "none:BTC/USD-PERP")].lot.e8 == HPM_E8);
    assert_true(is_noted(f, "lot 10000 assumed for 1 linear perpetuals on PEPE"));
}

static void a_described_lot_does_not(void **state)
{
    fixture *f = *state;
    hpm_import_entry *entry = entry_of(f, "BTC/USD-PERP");
    hpm_import_product product = *hpm_import_entry_product(entry);
    made_up_assume(&product);
    assert_int_equal(hpm_import_describe(f->import, entry, &product, 0, &f->error), HPM_OK);
    assert_int_equal(hold(f, "BTC/USD-PERP", HPM_E8 * 5 / 4, 90, NOW), HPM_OK);
    assert_int_equal(finish(f), HPM_E_LOT);
    assert_null(f->result.account);
    assert_null(f->result.document.arena.base);
}

static void units_become_contracts(void **state)
{
    static const hpm_import_venue units = {.prefix = "none",
                                           .parse = made_up_parse,
                                           .assume = made_up_assume,
                                           .read = made_up_read,
                                           .counts_units = 1};
    fixture *f = *state;
    hpm_import_free(f->import);
    f->import = hpm_import_new(&units);
    assert_int_equal(hold(f, "BTC!USD-PERP", -50 * HPM_E8, 90, NOW), HPM_OK);
    assert_int_equal(finish(f), HPM_OK);
    assert_true(hpm_account_positions(f->result.account)[0].quantity.e8 == -5 * HPM_E8);
}

static void the_latest_word_counts_and_one_answer_says_it_once(void **state)
{
    fixture *f = *state;
    assert_int_equal(give(f, "a", "x"), HPM_OK);
    assert_int_equal(hold(f, "BTC/USD-PERP", HPM_E8, 90, NOW), HPM_OK);
    assert_int_equal(hold(f, "BTC/USD-PERP", HPM_E8, 90, NOW), HPM_E_DUPLICATE);
    assert_int_equal(own(f, "BTC", 5, NOW), HPM_OK);
    assert_int_equal(own(f, "BTC", 5, NOW), HPM_E_DUPLICATE);
    assert_int_equal(give(f, "b", "x"), HPM_OK);
    assert_int_equal(hold(f, "BTC/USD-PERP", 2 * HPM_E8, 90, NOW - 1), HPM_OK);
    assert_int_equal(own(f, "BTC", 6, NOW), HPM_OK);
    assert_int_equal(finish(f), HPM_OK);
    assert_true(hpm_account_positions(f->result.account)[0].quantity.e8 == HPM_E8);
    assert_true(hpm_account_balances(f->result.account)[0].amount.e8 == 6);
    assert_true(is_noted(f, "2 positions and balances were given more than once"));
}

/* A balance that is spent and a position that is closed are news, too. */
static void nothing_held_is_a_word_that_counts(void **state)
{
    fixture *f = *state;
    assert_int_equal(take_mark(f, "BTC/USD-PERP", NOW, 100), HPM_OK);
    assert_int_equal(give(f, "new", "x"), HPM_OK);
    assert_int_equal(hold(f, "BTC/USD-PERP", 0, (double)NAN, NOW), HPM_OK);
    assert_int_equal(hold(f, "ETH/USD-PERP", 0, (double)NAN, NOW), HPM_OK);
    assert_int_equal(own(f, "BTC", 0, NOW), HPM_OK);
    assert_int_equal(give(f, "old", "x"), HPM_OK);
    assert_int_equal(hold(f, "BTC/USD-PERP", HPM_E8, 90, NOW - 1), HPM_OK);
    assert_int_equal(hold(f, "ETH/USD-PERP", HPM_E8, 90, NOW - 1), HPM_OK);
    assert_int_equal(own(f, "BTC", 5, NOW - 1), HPM_OK);
    assert_int_equal(finish(f), HPM_OK);
    assert_int_equal(f->result.account->position_count, 0);
    assert_int_equal(f->result.account->balance_count, 0);
    assert_int_equal(id_of(f, "none:ETH/USD-PERP"), HPM_NONE); /* no trace of it */
    assert_false(is_noted(f, "no balances") || is_noted(f, "no positions"));
}

/* Yesterday's two sides and today's one position are not three. */
static void one_position_and_two_sides_contradict(void **state)
{
    const hpm_position position = {.quantity = {HPM_E8}, .entry_price = 90};
    fixture *f = *state;
    assert_int_equal(hold(f, "BTC/USD-PERP", HPM_E8, 90, NOW), HPM_OK);
    assert_int_equal(hpm_import_leg_take(f->import, entry_of(f, "BTC/USD-PERP"),
                                         HPM_IMPORT_LEG_ISOLATED + HPM_IMPORT_LEG_LONG, &position,
                                         NOW, &f->error),
                     HPM_OK);
    assert_int_equal(hpm_import_leg_take(f->import, entry_of(f, "BTC/USD-PERP"),
                                         HPM_IMPORT_LEG_LONG, &position, NOW - DAY, &f->error),
                     HPM_OK);
    assert_int_equal(finish(f), HPM_E_REFERENCE);
    assert_string_equal(f->error.where, "BTC/USD-PERP");
}

static void hours_between_account_and_market_are_noted(void **state)
{
    fixture *f = *state;
    assert_int_equal(take_mark(f, "BTC/USD-PERP", NOW, 100), HPM_OK);
    assert_int_equal(own(f, "BTC", 5, NOW + 3 * HOUR), HPM_OK);
    assert_int_equal(finish(f), HPM_OK);
    assert_true(is_noted(f, "the account's latest time is 3.0 hours later than the market's"));
}

static void refuses_hostile_positions(void **state)
{
    static const double prices[] = {0, -1, 1e300, HUGE_VAL};
    fixture *f = *state;
    for (size_t i = 0; i < sizeof prices / sizeof *prices; i++)
        assert_int_equal(hold(f, "BTC/USD-PERP", HPM_E8, prices[i], NOW), HPM_E_RANGE);
    assert_int_equal(own(f, "", 5, NOW), HPM_E_RANGE);
    assert_int_equal(own(f, "ABCDEFGHIJKLMNOP", 5, NOW), HPM_E_RANGE);
    assert_int_equal(own(f, "B\tC", 5, NOW), HPM_E_RANGE); /* no document could be read again */
    assert_int_equal(hold(f, "BTC/USD-PERP", INT64_MIN, 90, NOW), HPM_OK);
    assert_int_equal(finish(f), HPM_E_LOT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(positions_and_balances_make_an_account),
        TEST(what_has_no_price_stays_in_the_catalog),
        TEST(an_account_alone_is_fine),
        TEST(an_assumed_lot_gives_way_to_a_position),
        TEST(an_assumed_lot_is_worth_something),
        TEST(a_described_lot_does_not),
        TEST(units_become_contracts),
        TEST(the_latest_word_counts_and_one_answer_says_it_once),
        TEST(nothing_held_is_a_word_that_counts),
        TEST(one_position_and_two_sides_contradict),
        TEST(hours_between_account_and_market_are_noted),
        TEST(refuses_hostile_positions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
