/* Imports every real Deribit snapshot in HPM_DATA and re-prices its options. */
#define _POSIX_C_SOURCE 200809L
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "io/file_read.h"
#include "io/importers.h"

enum { FILES_MAX = 512, PATH_SIZE = 1024, LIMIT = 1 << 28 };

static const char *data_root(void)
{
    const char *given = getenv("HPM_DATA");
    return given ? given : "../shared/data";
}

static int file_load(hpm_buffer *out, const char *path)
{
    return hpm_file_read(out, path, LIMIT, NULL) == HPM_OK;
}

static void import_file(hpm_import *import, const char *path)
{
    hpm_buffer text;
    hpm_error error = {.status = HPM_OK};
    if (!file_load(&text, path)) fail_msg("cannot read %s", path);
    hpm_status status = hpm_import_read(import, path, text.bytes, text.length, &error);
    if (status != HPM_OK)
        fail_msg("%s: %s: %s (line %d)", path, error.where, error.message, (int)error.line);
    hpm_buffer_free(&text);
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(a, b);
}

static size_t list_chains(char (*paths)[PATH_SIZE])
{
    char folder[PATH_SIZE / 2];
    size_t count = 0;
    snprintf(folder, sizeof folder, "%s/chains/deribit_2026", data_root());
    DIR *directory = opendir(folder);
    if (!directory) return 0;
    for (struct dirent *item; (item = readdir(directory)) && count < FILES_MAX;)
        if (strncmp(item->d_name, "deribit_options_snapshot_", 25) == 0)
            snprintf(paths[count++], PATH_SIZE, "%s/%s", folder, item->d_name);
    closedir(directory);
    qsort(paths, count, PATH_SIZE, compare_names);
    return count;
}

static int compare_reals(const void *a, const void *b)
{
    double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

static void print_check(const char *path, const hpm_import_check *check)
{
    const char *slash = strrchr(path, '/');
    print_message("%s: %u options, within 5e-4 coin: %.2f %% by own underlying, %.2f %% by expiry "
                  "forward; worst %.6f %s; %u staggered, by up to %.4f %%\n",
                  slash ? slash + 1 : path, check->options,
                  100.0 * check->within_own / check->options,
                  100.0 * check->within_forward / check->options, check->worst_own,
                  check->worst_name, check->staggered, 100 * check->stagger_ratio);
}

static hpm_import_check check_of(hpm_import *import, const char *path)
{
    hpm_import_check check;
    hpm_import_result result;
    hpm_error error = {.status = HPM_OK};
    if (hpm_import_finish(import, &result, &error) != HPM_OK)
        fail_msg("%s: %s: %s", path, error.where, error.message);
    hpm_import_check_marks(import, &result.document.market, &check);
    print_check(path, &check);
    for (uint32_t e = 0; e < result.document.catalog.expiry_count; e++)
        assert_true(result.document.market.curve[e].forward.value > 0);
    hpm_import_result_free(&result);
    return check;
}

/* A file whose marks and underlyings were not taken at one instant re-prices badly whatever the
 * formula; the median over the files tells whether the import reads them rightly. */
static void snapshots_reprice(void **state)
{
    static char paths[FILES_MAX][PATH_SIZE];
    static double shares[FILES_MAX];
    (void)state;
    size_t count = list_chains(paths);
    if (count == 0) {
        print_message("skipped: no snapshots under %s (set HPM_DATA)\n", data_root());
        skip();
    }
    for (size_t i = 0; i < count; i++) {
        hpm_import *import = hpm_import_new(&hpm_import_deribit);
        import_file(import, paths[i]);
        hpm_import_check check = check_of(import, paths[i]);
        assert_true(check.options >= 1000);
        shares[i] = (double)check.within_own / check.options;
        hpm_import_free(import);
    }
    qsort(shares, count, sizeof *shares, compare_reals);
    double median = shares[count / 2];
    print_message("%zu files: median %.2f %%, worst %.2f %%\n", count, 100 * median,
                  100 * shares[0]);
    assert_true(median >= 0.99);
}

/* Order books over minutes: each row by its own time and underlying, with ages. */
static void order_books_reprice(void **state)
{
    static const char *const files[] = {"deribit_btc_orderbook_depth_20200521.csv",
                                        "deribit_btc_orderbook_depth_20210211.csv"};
    (void)state;
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        char path[PATH_SIZE];
        hpm_buffer probe;
        snprintf(path, sizeof path, "%s/chains/other/%s", data_root(), files[i]);
        if (!file_load(&probe, path)) {
            print_message("skipped: no %s\n", path);
            skip();
        }
        hpm_buffer_free(&probe);
        hpm_import *import = hpm_import_new(&hpm_import_deribit);
        import_file(import, path);
        hpm_import_check check = check_of(import, path);
        assert_true(check.within_own >= 0.99 * check.options);
        assert_true(check.stagger_age_s > 1);
        hpm_import_free(import);
    }
}

static double seconds_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* A chain with its futures: every future has a mark, and the prices are near the forwards. */
static void snapshot_with_futures(void **state)
{
    static const char *const files[] = {"deribit_options_snapshot_20260205T155132Z.csv.gz",
                                        "perpetual_futures_prices.csv",
                                        "term_futures_marks.csv.gz"};
    (void)state;
    hpm_import *import = hpm_import_new(&hpm_import_deribit);
    double start = seconds_now();
    for (size_t i = 0; i < 3; i++) {
        char path[PATH_SIZE];
        hpm_buffer probe;
        snprintf(path, sizeof path, "%s/chains/deribit_2026/%s", data_root(), files[i]);
        if (!file_load(&probe, path)) {
            hpm_import_free(import);
            print_message("skipped: no %s\n", path);
            skip();
        }
        hpm_buffer_free(&probe);
        import_file(import, path);
    }
    hpm_import_result result;
    assert_int_equal(hpm_import_finish(import, &result, NULL), HPM_OK);
    print_message("three files imported in %.1f ms\n", 1e3 * (seconds_now() - start));
    for (uint32_t i = 0; i < hpm_import_note_count(import); i++)
        print_message("note: %s\n", hpm_import_note(import, i));
    uint32_t futures = 0, perpetuals = 0;
    for (uint32_t i = 0; i < result.document.catalog.instrument_count; i++) {
        const hpm_instrument *row = &result.document.catalog.instruments[i];
        if (row->kind == HPM_OPTION) continue;
        futures += row->kind == HPM_FUTURE;
        perpetuals += row->kind == HPM_PERPETUAL;
        assert_true(result.document.market.mark[i].value > 0);
        double reference = row->kind == HPM_FUTURE
                               ? result.document.market.curve[row->expiry].forward.value
                               : result.document.market.asset_price[row->underlying].value;
        assert_true(result.document.market.mark[i].value > 0.99 * reference);
        assert_true(result.document.market.mark[i].value < 1.01 * reference);
    }
    assert_int_equal(perpetuals, 2);
    assert_true(futures >= 8);
    hpm_import_result_free(&result);
    hpm_import_free(import);
}

static void saved_answers_import(void **state)
{
    static const char *const files[] = {"maksm05_deribit_get_instruments_btc_option.json",
                                        "maksm05_deribit_get_instruments_btc_future.json",
                                        "maksm05_deribit_book_summary_btc_option.json",
                                        "maksm05_deribit_book_summary_btc_future.json",
                                        "maksm05_deribit_ticker_btc_perpetual.json",
                                        "deribit_btc_instruments_20250615_leien2.json",
                                        "deribit/public__get_instruments.json",
                                        "deribit/public__get_instrument.json",
                                        "deribit/public__get_book_summary_by_currency.json",
                                        "deribit/public__ticker.json",
                                        "deribit/public__get_order_book.json",
                                        "deribit/public__get_order_book_by_instrument_id.json",
                                        "deribit/private__get_position.json"};
    (void)state;
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        char path[PATH_SIZE];
        hpm_buffer probe;
        snprintf(path, sizeof path, "%s/api/%s", data_root(), files[i]);
        if (!file_load(&probe, path)) {
            print_message("skipped: no %s\n", path);
            skip();
        }
        hpm_buffer_free(&probe);
        hpm_import *import = hpm_import_new(&hpm_import_deribit);
        hpm_import_result result;
        hpm_error error = {.status = HPM_OK};
        import_file(import, path);
        if (hpm_import_finish(import, &result, &error) != HPM_OK)
            fail_msg("%s: %s: %s", path, error.where, error.message);
        print_message("%s: %u instruments, %u notes\n", files[i],
                      result.document.catalog.instrument_count, hpm_import_note_count(import));
        for (uint32_t n = 0; n < hpm_import_note_count(import); n++)
            print_message("    %s\n", hpm_import_note(import, n));
        assert_true(result.document.catalog.instrument_count > 0 || result.account);
        if (result.document.market.catalog) {
            hpm_import_check check;
            hpm_import_check_marks(import, &result.document.market, &check);
            if (check.options > 100) {
                print_check(path, &check);
                assert_true(check.within_own >= 0.99 * check.options);
            }
        }
        hpm_import_result_free(&result);
        hpm_import_free(import);
    }
}

/* Reads the files and finishes; 0 and a message where one is not there. */
static int import_all(hpm_import *import, hpm_import_result *result, const char *const *files,
                      size_t count)
{
    hpm_error error = {.status = HPM_OK};
    for (size_t i = 0; i < count; i++) {
        char path[PATH_SIZE];
        hpm_buffer probe;
        snprintf(path, sizeof path, "%s/%s", data_root(), files[i]);
        if (!file_load(&probe, path)) {
            print_message("skipped: no %s\n", path);
            return 0;
        }
        hpm_buffer_free(&probe);
        import_file(import, path);
    }
    if (hpm_import_finish(import, result, &error) != HPM_OK)
        fail_msg("%s: %s: %s", files[0], error.where, error.message);
    return 1;
}

/* A recorded session: its books hold together, and what they say agrees with the tickers. */
static void captured_session_imports(void **state)
{
    static const char *const files[] = {"api/raw_ws/DERIBIT.0.gz", "api/raw_ws/DERIBIT.ws.1.0.gz"};
    hpm_import *import = hpm_import_new(&hpm_import_deribit);
    hpm_import_result result;
    (void)state;
    if (!import_all(import, &result, files, 2)) {
        hpm_import_free(import);
        skip();
    }
    uint32_t quoted = 0, with_depth = 0;
    for (uint32_t i = 0; i < result.document.catalog.instrument_count; i++) {
        const hpm_quote *quote = &result.quotes.quote[i];
        if (!(quote->mark >= 0)) continue;
        quoted++;
        with_depth += quote->bid_depth >= quote->bid_size && quote->ask_depth >= quote->ask_size;
        assert_true(quote->bid == 0 || quote->ask == 0 || quote->bid < quote->ask);
        assert_true(!(quote->micro <= quote->bid) && !(quote->micro >= quote->ask));
    }
    assert_int_equal(quoted, 10);
    assert_int_equal(with_depth, 10);
    for (uint32_t i = 0; i < hpm_import_note_count(import); i++)
        assert_null(strstr(hpm_import_note(import, i), "order book"));
    hpm_import_result_free(&result);
    hpm_import_free(import);
}

/* Books that stand as text in a chain: their best levels are the columns', and the micro-price lies
 * between them. */
static void depth_gives_micro_prices(void **state)
{
    static const char *const files[] = {"chains/other/deribit_btc_orderbook_depth_20200521.csv",
                                        "chains/other/deribit_btc_orderbook_depth_20210211.csv"};
    (void)state;
    for (size_t f = 0; f < 2; f++) {
        hpm_import *import = hpm_import_new(&hpm_import_deribit);
        hpm_import_result result;
        if (!import_all(import, &result, &files[f], 1)) {
            hpm_import_free(import);
            skip();
        }
        uint32_t two_sided = 0, deep = 0;
        for (uint32_t i = 0; i < result.document.catalog.instrument_count; i++) {
            const hpm_quote *quote = &result.quotes.quote[i];
            if (!(quote->bid > 0 && quote->ask > quote->bid)) continue;
            two_sided++;
            assert_true(quote->micro > quote->bid && quote->micro < quote->ask);
            deep += quote->bid_depth > quote->bid_size && quote->ask_depth > quote->ask_size;
        }
        print_message("%s: %u two-sided quotes, %u with levels behind both\n", files[f], two_sided,
                      deep);
        /* As counted in the files themselves, without an import. */
        assert_int_equal(two_sided, f == 0 ? 228 : 135);
        assert_int_equal(deep, f == 0 ? 175 : 14);
        hpm_import_result_free(&result);
        hpm_import_free(import);
    }
}

/* The documentation's own example of an account: what it says of equity, hpm says too. */
static void documented_account_imports(void **state)
{
    static const char *const files[] = {"api/deribit/private__get_account_summaries.json",
                                        "api/deribit/private__get_positions.json"};
    hpm_import *import = hpm_import_new(&hpm_import_deribit);
    hpm_import_result result;
    (void)state;
    if (!import_all(import, &result, files, 2)) {
        hpm_import_free(import);
        skip();
    }
    const hpm_account *account = result.account;
    assert_non_null(account);
    assert_int_equal(account->position_count, 1);
    assert_true(hpm_account_positions(account)[0].quantity.e8 == 5 * HPM_E8);
    /* 302.61869214 + 0.0086 - 0.05921555: equity less options and unrealised futures. */
    assert_true(hpm_account_balances(account)[0].amount.e8 == INT64_C(30256807659));
    hpm_import_result_free(&result);
    hpm_import_free(import);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(snapshots_reprice),          cmocka_unit_test(order_books_reprice),
        cmocka_unit_test(snapshot_with_futures),      cmocka_unit_test(saved_answers_import),
        cmocka_unit_test(captured_session_imports),   cmocka_unit_test(depth_gives_micro_prices),
        cmocka_unit_test(documented_account_imports),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
