/* Imports the recorded Binance sessions in HPM_DATA: a description, snapshots of books and changes
 * that chain onto them. */
#define _POSIX_C_SOURCE 200809L
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define IMPORT_VENUE hpm_import_binance
#include "import_fixture.h"
#include "io/file_read.h"

enum { PATH_SIZE = 1024, LIMIT = 1 << 28 };

static const char *data_root(void)
{
    const char *given = getenv("HPM_DATA");
    return given ? given : "../shared/data";
}

/* Skips where the file is not there. */
static void give_file(fixture *f, const char *name)
{
    char path[PATH_SIZE];
    hpm_buffer text;
    hpm_error error = {.status = HPM_OK};
    snprintf(path, sizeof path, "%s/api/raw_ws/%s", data_root(), name);
    if (hpm_file_read(&text, path, LIMIT, NULL) != HPM_OK) {
        print_message("skipped: no %s (set HPM_DATA)\n", path);
        skip();
    }
    hpm_status status = hpm_import_read(f->import, path, text.bytes, text.length, &error);
    hpm_buffer_free(&text);
    if (status != HPM_OK) fail_msg("%s: %s: %s", name, error.where, error.message);
}

static void print_notes(const fixture *f)
{
    for (uint32_t i = 0; i < hpm_import_note_count(f->import); i++)
        print_message("note: %.160s\n", hpm_import_note(f->import, i));
}

/* The streams of best prices and of books are recorded apart: at the end they agree. */
static void a_recorded_session(void **state)
{
    static const char *const names[] = {"binance:SUSHIUSDT", "binance:AKROUSDT", "binance:KEEPUSDT",
                                        "binance:CTKUSDT"};
    fixture *f = *state;
    give_file(f, "BINANCE_FUTURES.0.gz");
    give_file(f, "BINANCE_FUTURES.http.0.0.gz");
    give_file(f, "BINANCE_FUTURES.ws.1.0.gz");
    assert_int_equal(finish(f), HPM_OK);
    print_notes(f);
    assert_false(is_noted(f, "order books lost"));
    assert_false(is_noted(f, "no snapshot came before"));
    assert_false(is_noted(f, "no description of them"));
    assert_true(f->result.document.catalog.instrument_count >= 100);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        uint32_t id = id_of(f, names[i]);
        assert_int_not_equal(id, HPM_NONE);
        const hpm_quote *quote = &f->result.quotes.quote[id];
        assert_true(quote->bid > 0 && quote->ask > quote->bid);
        assert_true(quote->micro > 0.99 * quote->bid && quote->micro < 1.01 * quote->ask);
        assert_true(quote->bid_depth > quote->bid_size && quote->ask_depth > quote->ask_size);
        assert_true(quote->age_s < 30);
    }
}

/* What is left of a text without the lines that hold a word, in place. */
static size_t drop_lines(char *text, size_t length, const char *word)
{
    size_t kept = 0;
    for (size_t at = 0; at < length;) {
        char *stop = memchr(text + at, '\n', length - at);
        size_t size = stop ? (size_t)(stop - text) - at + 1 : length - at;
        char last = text[at + size - 1];
        text[at + size - 1] = '\0';
        int is_dropped = strstr(text + at, word) != NULL;
        text[at + size - 1] = last;
        if (!is_dropped) memmove(text + kept, text + at, size);
        if (!is_dropped) kept += size;
        at += size;
    }
    return kept;
}

/* The session without the messages of one kind. */
static void give_session(fixture *f, const char *without)
{
    char path[PATH_SIZE];
    hpm_buffer text;
    snprintf(path, sizeof path, "%s/api/raw_ws/BINANCE_FUTURES.ws.1.0.gz", data_root());
    if (hpm_file_read(&text, path, LIMIT, NULL) != HPM_OK) skip();
    size_t length = drop_lines(text.bytes, text.length, without);
    hpm_status status = hpm_import_read(f->import, path, text.bytes, length, &f->error);
    hpm_buffer_free(&text);
    assert_int_equal(status, HPM_OK);
}

/* Best prices come from one stream, books from another: made apart, they say the same. */
static void books_agree_with_best_prices(void **state)
{
    static const char *const streams[] = {"@bookTicker", "@depth"};
    hpm_quote quotes[2][4];
    for (size_t s = 0; s < 2; s++) {
        fixture *f = *state;
        fixture_end(state);
        fixture_begin(state);
        give_file(f, "BINANCE_FUTURES.http.0.0.gz");
        give_session(f, streams[s]);
        assert_int_equal(finish(f), HPM_OK);
        assert_int_equal(f->result.document.catalog.instrument_count, 4);
        memcpy(quotes[s], f->result.quotes.quote, sizeof quotes[s]);
    }
    uint32_t same = 0;
    for (size_t i = 0; i < 4; i++) {
        print_message("book %g %g, best prices %g %g\n", quotes[0][i].bid, quotes[0][i].ask,
                      quotes[1][i].bid, quotes[1][i].ask);
        same += quotes[0][i].bid == quotes[1][i].bid;
        same += quotes[0][i].ask == quotes[1][i].ask;
    }
    assert_true(same >= 7); /* one best price moved after the last message about its book */
}

/* Without the snapshots the changes have nothing to stand on. */
static void a_session_without_snapshots(void **state)
{
    fixture *f = *state;
    give_file(f, "BINANCE_FUTURES.ws.1.0.gz");
    assert_int_equal(finish(f), HPM_OK);
    assert_true(is_noted(f, "no snapshot came before them"));
    for (uint32_t i = 0; i < f->result.document.catalog.instrument_count; i++)
        assert_true(isnan(f->result.quotes.quote[i].bid_depth));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_recorded_session),
        TEST(books_agree_with_best_prices),
        TEST(a_session_without_snapshots),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
