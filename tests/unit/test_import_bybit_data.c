/* Imports every Bybit answer, message and recorded session in HPM_DATA that holds a market or an
 * account, and sees the others refused. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define IMPORT_VENUE hpm_import_bybit
#include "import_fixture.h"
#include "io/file_read.h"

enum { PATH_SIZE = 1024, LIMIT = 1 << 28 };

/* Imports the file; 0 if it is not there. */
static int import_file(fixture *f, const char *folder, const char *name, hpm_status *status)
{
    const char *root = getenv("HPM_DATA");
    char path[PATH_SIZE];
    hpm_buffer text;
    snprintf(path, sizeof path, "%s/api/%s/%s", root ? root : "../shared/data", folder, name);
    if (hpm_file_read(&text, path, LIMIT, NULL) != HPM_OK) {
        print_message("skipped: no %s (set HPM_DATA)\n", path);
        return 0;
    }
    *status = hpm_import_read(f->import, path, text.bytes, text.length, &f->error);
    hpm_buffer_free(&text);
    return 1;
}

/* What documentation examples hold, and one name that must come out of each. */
static void documented_answers_are_read(void **state)
{
    static const struct {
        const char *file, *instrument;
        uint32_t instruments;
        int has_account;
    } files[] = {
        {"market__instrument.json", "bybit:spot/BTCUSDT", 2, 0},
        {"market__tickers.json", "bybit:BTCUSD", 2, 0}, /* and an option that had expired */
        {"market__orderbook.json", "bybit:BTCUSDT", 1, 0},
        {"account__wallet-balance.json", NULL, 0, 1},
        {"position__position.json", "bybit:BTCUSD", 1, 1},
        {"websocket__private__position.json", NULL, 0, 1}, /* closed */
        {"websocket__private__wallet.json", NULL, 0, 1},
        {"websocket__public__orderbook.json", "bybit:BTCUSDT", 1, 0},
        {"websocket__public__ticker.json", "bybit:spot/BTCUSDT", 2, 0},
    };
    fixture *f = *state;
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        hpm_status status;
        again(f);
        if (!import_file(f, "bybit", files[i].file, &status)) skip();
        if (status != HPM_OK || finish(f) != HPM_OK)
            fail_msg("%s: %s: %s", files[i].file, f->error.where, f->error.message);
        assert_int_equal(f->result.document.catalog.instrument_count, files[i].instruments);
        assert_int_equal(f->result.account != NULL, files[i].has_account);
        if (files[i].instrument) assert_int_not_equal(id_of(f, files[i].instrument), HPM_NONE);
    }
}

/* Answers about neither a market nor an account's holdings are errors; messages and spreads are
 * passed over, and nothing is left to import. */
static void other_answers_are_refused(void **state)
{
    static const struct {
        const char *file;
        int is_read;
    } files[] = {
        {"account__account-info.json", 0},
        {"account__borrow-history.json", 0},
        {"account__coin-greeks.json", 0},
        {"account__collateral-info.json", 0},
        {"account__fee-rate.json", 0},
        {"account__transaction-log.json", 0},
        {"market__adl-alert.json", 0},
        {"market__delivery-price.json", 0},
        {"market__history-fund-rate.json", 0},
        {"market__insurance.json", 0},
        {"market__iv.json", 0},
        {"market__open-interest.json", 0},
        {"order__pre-check-order.json", 0},
        {"spot-margin-uta__liability.json", 0},
        {"spread__market__instrument.json", 1},
        {"spread__market__tickers.json", 1},
        {"spread__market__orderbook.json", 1},
        {"spread__websocket__public__orderbook.json", 1},
        {"spread__websocket__public__ticker.json", 1},
        {"websocket__private__greek.json", 1},
        {"websocket__public__all-liquidation.json", 1},
        {"websocket__public__insurance-pool.json", 1},
        {"websocket__public__orderbook-rpi.json", 1},
    };
    fixture *f = *state;
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        hpm_status status;
        again(f);
        if (!import_file(f, "bybit", files[i].file, &status)) skip();
        if ((status == HPM_OK) != files[i].is_read) fail_msg("%s: %d", files[i].file, status);
        if (status == HPM_OK)
            assert_int_equal(finish(f), HPM_E_FIELD_MISSING);
        else
            assert_int_equal(status, HPM_E_SCHEMA);
    }
}

/* Half a minute of two order books, by a snapshot and some five hundred changes each. */
static void a_recorded_session_gives_books(void **state)
{
    static const char *const names[] = {"bybit:BTCUSD", "bybit:EOSUSD"};
    fixture *f = *state;
    hpm_status status;
    if (!import_file(f, "raw_ws", "BYBIT.ws.26.0.gz", &status)) skip();
    if (status != HPM_OK || finish(f) != HPM_OK)
        fail_msg("%s: %s", f->error.where, f->error.message);
    assert_int_equal(f->result.document.catalog.instrument_count, 2);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const hpm_quote *quote = &f->result.quotes.quote[id_of(f, names[i])];
        assert_true(quote->bid > 0 && quote->bid < quote->ask && quote->micro > 0);
        assert_true(quote->ask < 1.001 * quote->bid);
        assert_true(quote->bid_size > 0 && quote->bid_depth > quote->bid_size);
        assert_true(quote->ask_size > 0 && quote->ask_depth > quote->ask_size);
        assert_true(quote->age_s < 5);
    }
    assert_true(is_noted(f, "first: trade.BTCUSD"));
    assert_false(is_noted(f, "no snapshot"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(documented_answers_are_read),
        TEST(other_answers_are_refused),
        TEST(a_recorded_session_gives_books),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
