/* The table that every importer fills: which number of a quote stays, what is refused, what a
 * description adds, what assets are worth. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "import_venue.h"

/* ---- Quotes ------------------------------------------------------------------------------- */

static void each_number_has_its_own_moment(void **state)
{
    fixture *f = *state;
    hpm_import_quote quote = hpm_import_quote_none;
    hpm_import_entry *entry = entry_of(f, "BTC/USD-PERP");
    quote.time_ns = NOW - 5000000000;
    quote.quote.mark = 100;
    quote.quote.bid = 99;
    assert_int_equal(hpm_import_quote_take(f->import, entry, &quote, &f->error), HPM_OK);
    quote = hpm_import_quote_none;
    quote.time_ns = NOW;
    quote.quote.ask = 102;
    assert_int_equal(hpm_import_quote_take(f->import, entry, &quote, &f->error), HPM_OK);
    quote.time_ns = NOW - 9000000000;
    quote.quote.ask = 50;
    assert_int_equal(hpm_import_quote_take(f->import, entry, &quote, &f->error), HPM_OK);
    assert_int_equal(finish(f), HPM_OK);
    const hpm_quote *made = quote_of(f, "none:BTC/USD-PERP");
    assert_true(made->bid == 99 && made->ask == 102 && made->mark == 100);
    assert_true(isnan(made->bid_size) && isnan(made->micro));
    assert_true(made->age_s == 5); /* of the older side */
    assert_true(f->result.document.market.now_ns == NOW);
    assert_true(f->result.document.market.mark[0].age_s == 5);
    assert_true(is_noted(f, "1 quotes were given more than once"));
}

static void refuses_what_is_no_number(void **state)
{
    static const double bad[] = {-1, -1e-300, 1e16, HUGE_VAL, -HUGE_VAL};
    fixture *f = *state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        for (int field = 0; field < 3; field++) {
            hpm_import_quote quote = hpm_import_quote_none;
            quote.time_ns = NOW;
            *(field == 0   ? &quote.quote.bid
              : field == 1 ? &quote.quote.open_interest
                           : &quote.index) = bad[i];
            assert_int_equal(
                hpm_import_quote_take(f->import, entry_of(f, "BTC/USD"), &quote, &f->error),
                HPM_E_RANGE);
            assert_string_equal(f->error.where, "BTC/USD");
        }
        assert_int_equal(hpm_import_index_take(f->import, "BTC", "USD", bad[i], NOW, &f->error),
                         HPM_E_RANGE);
    }
    assert_int_equal(take_mark(f, "BTC/USD", NOW, 0), HPM_E_RANGE);
    assert_int_equal(take_mark(f, "BTC/USD-20001-5", NOW, 0), HPM_OK);
    assert_int_equal(hpm_import_index_take(f->import, "", "USD", 1, NOW, &f->error), HPM_E_RANGE);
    assert_int_equal(hpm_import_index_take(f->import, "ABCDEFGHIJKLMNOP", "USD", 1, NOW, &f->error),
                     HPM_E_RANGE);
}

static void one_text_does_not_contradict_itself(void **state)
{
    fixture *f = *state;
    assert_int_equal(give(f, "a", "x"), HPM_OK);
    assert_int_equal(take_mark(f, "BTC/USD", NOW, 100), HPM_OK);
    assert_int_equal(take_mark(f, "BTC/USD", NOW, 101), HPM_E_DUPLICATE);
    assert_int_equal(take_mark(f, "BTC/USD", NOW + 1, 101), HPM_OK);
    assert_int_equal(give(f, "b", "x"), HPM_OK);
    assert_int_equal(take_mark(f, "BTC/USD", NOW + 1, 103), HPM_OK);
    assert_int_equal(finish(f), HPM_OK);
    assert_true(f->result.document.market.mark[0].value == 103);
}

static void a_quote_without_time_is_of_the_markets(void **state)
{
    fixture *f = *state;
    assert_int_equal(take_mark(f, "BTC/USD", 0, 100), HPM_OK);
    assert_int_equal(take_mark(f, "ETH/USD", NOW, 10), HPM_OK);
    assert_int_equal(finish(f), HPM_OK);
    assert_true(f->result.document.market.mark[0].value == 100);
    assert_true(f->result.document.market.mark[0].age_s == 0);
    assert_true(is_noted(f, "1 quotes without a time"));
}

static void some_quote_must_have_a_time(void **state)
{
    fixture *f = *state;
    assert_int_equal(take_mark(f, "BTC/USD", 0, 100), HPM_OK);
    assert_int_equal(finish(f), HPM_E_FIELD_MISSING);
    assert_null(f->result.document.arena.base);
}

static void entries_stay_where_they_are(void **state)
{
    fixture *f = *state;
    hpm_import_entry *first = entry_of(f, "BTC/USD");
    for (int i = 0; i < 3000; i++) {
        char symbol[32];
        snprintf(symbol, sizeof symbol, "BTC/USD-20100-%d", i + 1);
        entry_of(f, symbol);
    }
    assert_ptr_equal(first, entry_of(f, "BTC/USD"));
    hpm_import_entry *none = first;
    char longest[HPM_IMPORT_SYMBOL_SIZE + 1];
    memset(longest, 'A', sizeof longest);
    assert_int_equal(
        hpm_import_entry_get(f->import, &none, longest, HPM_IMPORT_SYMBOL_SIZE, &f->error),
        HPM_E_RANGE);
    assert_int_equal(hpm_import_entry_get(f->import, &none, "A\0B", 3, &f->error), HPM_E_RANGE);
    assert_null(none);
    assert_null(entry_of(f, "+legs"));
    assert_null(entry_of(f, "what is this"));
}

/* ---- Descriptions ------------------------------------------------------------------------- */

static const hpm_import_product described = {.base = "BTC",
                                             .quote = "USD",
                                             .settlement = "USD",
                                             .kind = HPM_OPTION,
                                             .payoff = HPM_LINEAR,
                                             .expiry_ns = INT64_C(20100) * DAY,
                                             .strike = 50,
                                             .is_call = 1,
                                             .contract_size = 0.01,
                                             .lot = {5 * HPM_E8}};

static void description_and_name_agree(void **state)
{
    fixture *f = *state;
    hpm_import_entry *entry = entry_of(f, "BTC/USD-20100-50");
    for (int i = 0; i < 10; i++) {
        hpm_import_product said = described;
        if (i == 0) strcpy(said.base, "ETH");
        if (i == 1) strcpy(said.quote, "EUR");
        if (i == 2) strcpy(said.settlement, "BTC");
        if (i == 3) said.kind = HPM_FUTURE;
        if (i == 4) said.payoff = HPM_INVERSE;
        if (i == 5) said.expiry_ns++;
        if (i == 6) said.strike = 51;
        if (i == 7) said.is_call = 0;
        if (i == 8) said.contract_size = 0;
        if (i == 9) said.lot.e8 = 0;
        assert_int_equal(hpm_import_describe(f->import, entry, &said, 0, &f->error),
                         i < 8 ? HPM_E_REFERENCE : HPM_E_RANGE);
    }
    assert_int_equal(hpm_import_describe(f->import, entry, &described, 0, &f->error), HPM_OK);
    assert_int_equal(finish(f), HPM_OK);
    assert_true(f->result.document.catalog.instruments[0].contract_size == 0.01);
    assert_true(f->result.document.catalog.instruments[0].lot.e8 == 5 * HPM_E8);
    assert_null(f->result.document.market.catalog);
    assert_null(f->result.account);
    assert_false(is_noted(f, "assumed"));
}

static void description_says_what_the_name_does_not(void **state)
{
    fixture *f = *state;
    hpm_import_product said = described;
    said.kind = HPM_FUTURE;
    entry_of(f, "?nobody describes");
    assert_int_equal(hpm_import_describe(f->import, entry_of(f, "?quarterly"), &said, 0, &f->error),
                     HPM_OK);
    assert_int_equal(finish(f), HPM_OK);
    assert_int_equal(f->result.document.catalog.instrument_count, 1);
    assert_true(f->result.document.catalog.instruments[0].expiry_ns == said.expiry_ns);
    assert_true(is_noted(f, "1 instruments dropped: neither name nor description"));
}

/* ---- Assets ------------------------------------------------------------------------------- */

static double price_of(const fixture *f, const char *asset)
{
    uint32_t id = hpm_catalog_find_asset(&f->result.document.catalog, asset);
    assert_int_not_equal(id, HPM_NONE);
    return f->result.document.market.asset_price[id].value;
}

static void dollars_before_stablecoins_before_coins(void **state)
{
    fixture *f = *state;
    assert_int_equal(take_mark(f, "BTC/USDT", NOW, 100), HPM_OK);
    assert_int_equal(take_mark(f, "ETH/BTC", NOW, 0.05), HPM_OK);
    assert_int_equal(take_mark(f, "SOL/USDC", NOW, 7), HPM_OK);
    assert_int_equal(hpm_import_index_take(f->import, "USDT", "USD", 0.5, NOW, NULL), HPM_OK);
    assert_int_equal(hpm_import_index_take(f->import, "BTC", "USDT", 100, NOW + 5, NULL), HPM_OK);
    assert_int_equal(hpm_import_index_take(f->import, "ETH", "BTC", 0.05, NOW, NULL), HPM_OK);
    assert_int_equal(hpm_import_index_take(f->import, "SOL", "USDC", 7, NOW, NULL), HPM_OK);
    assert_int_equal(hpm_import_index_take(f->import, "SOL", "USDC", 8, NOW - 1, NULL), HPM_OK);
    assert_int_equal(finish(f), HPM_OK);
    assert_true(price_of(f, "USDT") == 0.5);
    assert_true(price_of(f, "BTC") == 50);
    assert_true(price_of(f, "ETH") == 2.5);
    assert_true(price_of(f, "SOL") == 7);
    assert_true(price_of(f, "USDC") == 1);
    assert_true(is_noted(f, "price 1 assumed for USDC"));
    assert_true(f->result.quotes.asset_price[0].value == 50);
}

static void sizes_are_contracts(void **state)
{
    static const hpm_import_venue units = {.prefix = "none",
                                           .parse = made_up_parse,
                                           .assume = made_up_assume,
                                           .read = made_up_read,
                                           .counts_units = 1};
    fixture *f = *state;
    hpm_import_quote quote = hpm_import_quote_none;
    hpm_import_free(f->import);
    f->import = hpm_import_new(&units);
    quote.time_ns = NOW;
    quote.quote.bid = 99;
    quote.quote.ask = 101;
    quote.quote.bid_size = 30;
    quote.quote.ask_size = 10;
    quote.quote.open_interest = 700;
    assert_int_equal(hpm_import_quote_take(f->import, entry_of(f, "BTC!USD-PERP"), &quote, NULL),
                     HPM_OK);
    assert_int_equal(finish(f), HPM_OK);
    const hpm_quote *made = quote_of(f, "none:BTC!USD-PERP");
    assert_true(made->bid_size == 3 && made->ask_size == 1 && made->open_interest == 70);
    assert_true(made->micro > 99 && made->micro < 101);
}

/* ---- Notes -------------------------------------------------------------------------------- */

/* Coins of a whole venue are one line, not hundreds. */
static void notes_name_a_few_of_many(void **state)
{
    fixture *f = *state;
    char symbol[] = "AAA/USD-PERP";
    for (char letter = 'A'; letter <= 'Z'; letter++) {
        symbol[2] = letter;
        assert_int_equal(take_mark(f, symbol, NOW, 1), HPM_OK);
    }
    assert_int_equal(finish(f), HPM_OK);
    assert_int_equal(hpm_import_note_count(f->import), 2);
    assert_true(is_noted(f, "lot 1 assumed for 26 linear perpetuals on AAA, AAB, "));
    assert_true(is_noted(f, "no price for AAA, AAB, "));
    assert_true(is_noted(f, "AAL and 14 more: no index was given"));
}

static void names_as_many_files_as_fit(void **state)
{
    fixture *f = *state;
    char path[] = "folder/a_file_with_a_rather_long_name_A.json";
    for (; path[38] < 'H'; path[38]++)
        assert_int_equal(give(f, path, "x"), HPM_OK);
    assert_int_equal(take_mark(f, "BTC/USD-PERP", NOW, 1), HPM_OK);
    assert_int_equal(finish(f), HPM_OK);
    assert_string_equal(f->result.document.source,
                        "none: a_file_with_a_rather_long_name_A.json "
                        "a_file_with_a_rather_long_name_B.json and 5 more");
}

static void a_file_may_begin_with_a_byte_order_mark(void **state)
{
    fixture *f = *state;
    assert_int_equal(give(f, "a", "\xef\xbb\xbf"), HPM_E_SCHEMA);
    assert_int_equal(give(f, "a", "\xef\xbb\xbfx"), HPM_OK);
    assert_int_equal(made_up_first, 'x');
}

/* An empty import says what it has seen. */
static void nothing_to_import_says_why(void **state)
{
    fixture *f = *state;
    hpm_import_entry *entry = NULL;
    assert_int_equal(finish(f), HPM_E_FIELD_MISSING);
    assert_null(strstr(f->error.message, ";"));
    assert_int_equal(hpm_import_entry_get(f->import, &entry, "nonsense", 8, NULL), HPM_OK);
    assert_int_equal(finish(f), HPM_E_FIELD_MISSING);
    assert_non_null(strstr(f->error.message, "no known form of name: nonsense"));
    assert_int_equal(hpm_import_entry_get(f->import, &entry, "+spread", 7, NULL), HPM_OK);
    assert_int_equal(finish(f), HPM_E_FIELD_MISSING);
    assert_non_null(strstr(f->error.message, "combos are left out"));
    hpm_import_unread_count(f->import, "trades");
    assert_int_equal(finish(f), HPM_E_FIELD_MISSING);
    assert_non_null(strstr(f->error.message, "not read: trades"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(each_number_has_its_own_moment),
        TEST(refuses_what_is_no_number),
        TEST(one_text_does_not_contradict_itself),
        TEST(a_quote_without_time_is_of_the_markets),
        TEST(some_quote_must_have_a_time),
        TEST(entries_stay_where_they_are),
        TEST(description_and_name_agree),
        TEST(description_says_what_the_name_does_not),
        TEST(dollars_before_stablecoins_before_coins),
        TEST(sizes_are_contracts),
        TEST(notes_name_a_few_of_many),
        TEST(names_as_many_files_as_fit),
        TEST(a_file_may_begin_with_a_byte_order_mark),
        TEST(nothing_to_import_says_why),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
