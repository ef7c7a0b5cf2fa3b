/* Order books of an import: snapshots, changes, what is late or lost, and what a book says. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "import_venue.h"

#define SYMBOL "BTC/USD-PERP"
#define NAME   "none:BTC/USD-PERP"

static void clear(fixture *f, int64_t time_ns)
{
    assert_int_equal(hpm_import_book_clear(f->import, entry_of(f, SYMBOL), time_ns, &f->error),
                     HPM_OK);
}

static hpm_status set(fixture *f, int64_t time_ns, hpm_import_side side, double price, double size)
{
    return hpm_import_book_set(f->import, entry_of(f, SYMBOL), time_ns, side,
                               (hpm_level){price, size}, &f->error);
}

static void levels_come_in_any_order(void **state)
{
    static const double prices[] = {97, 99, 98};
    fixture *f = *state;
    hpm_hash first = {{0}};
    for (size_t turn = 0; turn < 3; turn++) {
        again(f);
        clear(f, NOW);
        for (size_t i = 0; i < 3; i++) {
            double price = prices[(turn + i) % 3];
            assert_int_equal(set(f, NOW, HPM_IMPORT_BIDS, price, price - 96), HPM_OK);
            assert_int_equal(set(f, NOW, HPM_IMPORT_ASKS, 200 - price, price - 96), HPM_OK);
        }
        assert_int_equal(finish(f), HPM_OK);
        const hpm_quote *quote = quote_of(f, NAME);
        assert_true(quote->bid == 99 && quote->bid_size == 3 && quote->bid_depth == 6);
        assert_true(quote->ask == 101 && quote->ask_size == 3 && quote->ask_depth == 6);
        assert_true(quote->micro == 100);
        if (turn == 0) first = f->result.quotes.hash;
        assert_memory_equal(first.bytes, f->result.quotes.hash.bytes, sizeof first.bytes);
    }
}

static void changes_replace_and_delete(void **state)
{
    fixture *f = *state;
    clear(f, NOW);
    set(f, NOW, HPM_IMPORT_BIDS, 99, 1);
    set(f, NOW, HPM_IMPORT_BIDS, 98, 2);
    set(f, NOW, HPM_IMPORT_ASKS, 101, 5);
    set(f, NOW + 1, HPM_IMPORT_BIDS, 99, 0);
    set(f, NOW + 1, HPM_IMPORT_BIDS, 98, 7);
    set(f, NOW + 1, HPM_IMPORT_ASKS, 150, 0); /* was never there */
    set(f, NOW + 2, HPM_IMPORT_ASKS, 101, 0);
    set(f, NOW, HPM_IMPORT_BIDS, 99, 1); /* late: passed over */
    assert_int_equal(finish(f), HPM_OK);
    const hpm_quote *quote = quote_of(f, NAME);
    assert_true(quote->bid == 98 && quote->bid_size == 7 && quote->bid_depth == 7);
    assert_true(quote->ask == 0 && quote->ask_depth == 0 && isnan(quote->micro));
    assert_true(is_noted(f, "1 changes of order books ignored: older than the book"));
}

static void a_crossed_book_has_no_micro_price(void **state)
{
    fixture *f = *state;
    clear(f, NOW);
    set(f, NOW, HPM_IMPORT_BIDS, 105, 1);
    set(f, NOW, HPM_IMPORT_ASKS, 101, 1);
    assert_int_equal(finish(f), HPM_OK);
    const hpm_quote *quote = quote_of(f, NAME);
    assert_true(quote->bid == 105 && quote->ask == 101 && isnan(quote->micro));
}

/* The bid at 100 was taken, and the message that deleted it is missing. */
static void changes_that_cross_a_book_lose_it(void **state)
{
    fixture *f = *state;
    hpm_import_quote quote = hpm_import_quote_none;
    quote.time_ns = NOW;
    quote.quote.bid = 98;
    quote.quote.ask = 99;
    assert_int_equal(hpm_import_quote_take(f->import, entry_of(f, SYMBOL), &quote, NULL), HPM_OK);
    clear(f, NOW);
    set(f, NOW, HPM_IMPORT_BIDS, 100, 1);
    set(f, NOW, HPM_IMPORT_ASKS, 101, 1);
    hpm_import_message_begin(f->import);
    set(f, NOW + 1, HPM_IMPORT_ASKS, 100, 1);
    assert_int_equal(finish(f), HPM_OK);
    assert_true(quote_of(f, NAME)->bid == 98 && quote_of(f, NAME)->ask == 99);
    assert_true(isnan(quote_of(f, NAME)->bid_depth));
    assert_true(is_noted(f, "1 order books left out: changes made bid and ask cross"));
}

/* The thin side goes on to its next level for as much as the thick side has at its best: bids 1 at
 * 99 and 3 at 98 for 4 come to 98.25; asks 4 at 101. */
static void micro_price_looks_behind_the_best(void **state)
{
    fixture *f = *state;
    clear(f, NOW);
    set(f, NOW, HPM_IMPORT_BIDS, 99, 1);
    set(f, NOW, HPM_IMPORT_BIDS, 98, 100);
    set(f, NOW, HPM_IMPORT_ASKS, 101, 4);
    assert_int_equal(finish(f), HPM_OK);
    assert_true(fabs(quote_of(f, NAME)->micro - (98.25 + 101) / 2) < 1e-12);
}

/* Bids 1 at 99 and 9 at 1: 10 of them average 10.8, and with asks at 101 the middle of both sides
 * is far below the bid. The best levels alone give (99 * 10 + 101 * 1) / 11. */
static void micro_price_stays_within_the_spread(void **state)
{
    fixture *f = *state;
    clear(f, NOW);
    set(f, NOW, HPM_IMPORT_BIDS, 99, 1);
    set(f, NOW, HPM_IMPORT_BIDS, 1, 100);
    set(f, NOW, HPM_IMPORT_ASKS, 101, 10);
    assert_int_equal(finish(f), HPM_OK);
    assert_true(fabs(quote_of(f, NAME)->micro - (99 * 10 + 101 * 1) / 11.0) < 1e-12);
}

static void nothing_without_a_snapshot(void **state)
{
    fixture *f = *state;
    assert_int_equal(take_mark(f, SYMBOL, NOW, 100), HPM_OK);
    assert_int_equal(set(f, NOW, HPM_IMPORT_BIDS, 99, 1), HPM_OK);
    assert_int_equal(finish(f), HPM_OK);
    assert_true(isnan(quote_of(f, NAME)->bid));
    assert_true(is_noted(f, "1 changes of order books ignored: no snapshot"));
}

static void a_lost_book_waits_for_a_snapshot(void **state)
{
    fixture *f = *state;
    clear(f, NOW);
    set(f, NOW, HPM_IMPORT_BIDS, 99, 1);
    assert_true(hpm_import_book_is_known(entry_of(f, SYMBOL)));
    assert_int_equal(hpm_import_book_lose(f->import, entry_of(f, SYMBOL), NOW + 1, NULL), HPM_OK);
    assert_false(hpm_import_book_is_known(entry_of(f, SYMBOL)));
    set(f, NOW + 2, HPM_IMPORT_BIDS, 98, 1);
    assert_int_equal(take_mark(f, SYMBOL, NOW, 100), HPM_OK);
    assert_int_equal(finish(f), HPM_OK);
    assert_true(isnan(quote_of(f, NAME)->bid));
}

/* A session that was recorded twice, or files in another order. */
static void an_older_message_neither_loses_nor_rewinds_a_book(void **state)
{
    fixture *f = *state;
    clear(f, NOW);
    set(f, NOW, HPM_IMPORT_BIDS, 99, 1);
    set(f, NOW, HPM_IMPORT_ASKS, 101, 1);
    hpm_import_book_follow(entry_of(f, SYMBOL), NOW, 7);
    hpm_import_book_follow(entry_of(f, SYMBOL), NOW - 1, 5);
    assert_int_equal(hpm_import_book_sequence(entry_of(f, SYMBOL)), 7);
    assert_int_equal(hpm_import_book_lose(f->import, entry_of(f, SYMBOL), NOW - 1, NULL), HPM_OK);
    assert_true(hpm_import_book_is_known(entry_of(f, SYMBOL)));
    assert_int_equal(finish(f), HPM_OK);
    assert_true(quote_of(f, NAME)->bid == 99);
    assert_true(is_noted(f, "1 changes of order books ignored: older than the book"));
    assert_false(is_noted(f, "order books lost"));
}

static void a_later_quote_goes_before_the_book(void **state)
{
    fixture *f = *state;
    hpm_import_quote quote = hpm_import_quote_none;
    clear(f, NOW);
    set(f, NOW, HPM_IMPORT_BIDS, 99, 1);
    set(f, NOW, HPM_IMPORT_ASKS, 101, 1);
    quote.time_ns = NOW + 1;
    quote.quote.bid = 99.5;
    assert_int_equal(hpm_import_quote_take(f->import, entry_of(f, SYMBOL), &quote, NULL), HPM_OK);
    assert_int_equal(finish(f), HPM_OK);
    assert_true(quote_of(f, NAME)->bid == 99.5 && quote_of(f, NAME)->ask == 101);
}

static void refuses_hostile_levels(void **state)
{
    static const hpm_level bad[] = {{0, 1},   {-5, 1},        {1e300, 1},       {(double)NAN, 1},
                                    {99, -1}, {99, HUGE_VAL}, {99, (double)NAN}};
    fixture *f = *state;
    clear(f, NOW);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_int_equal(set(f, NOW, HPM_IMPORT_BIDS, bad[i].price, bad[i].size), HPM_E_RANGE);
    hpm_status status = HPM_OK;
    for (int i = 1; i < 100000 && status == HPM_OK; i++)
        status = set(f, NOW, HPM_IMPORT_BIDS, i, 1);
    assert_int_equal(status, HPM_E_LIMIT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(levels_come_in_any_order),
        TEST(changes_replace_and_delete),
        TEST(a_crossed_book_has_no_micro_price),
        TEST(changes_that_cross_a_book_lose_it),
        TEST(micro_price_looks_behind_the_best),
        TEST(micro_price_stays_within_the_spread),
        TEST(nothing_without_a_snapshot),
        TEST(a_lost_book_waits_for_a_snapshot),
        TEST(an_older_message_neither_loses_nor_rewinds_a_book),
        TEST(a_later_quote_goes_before_the_book),
        TEST(refuses_hostile_levels),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
