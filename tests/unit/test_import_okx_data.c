/* Imports every file of OKX's in HPM_DATA that holds what is read: the examples of the venue's
 * documentation, and a session as it was recorded. */
#define _POSIX_C_SOURCE 200809L
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define IMPORT_VENUE hpm_import_okx
#include "import_fixture.h"
#include "io/file_read.h"

enum { PATH_SIZE = 1024, LIMIT = 1 << 28 };

static const char *data_root(void)
{
    const char *given = getenv("HPM_DATA");
    return given ? given : "../shared/data";
}

/* 0: the file is not there. */
static int load(hpm_buffer *out, const char *file)
{
    char path[PATH_SIZE];
    snprintf(path, sizeof path, "%s/api/%s", data_root(), file);
    return hpm_file_read(out, path, LIMIT, NULL) == HPM_OK;
}

static void begin(fixture *f)
{
    fixture_end((void **)&f);
    fixture_begin((void **)&f);
}

static hpm_status import_file(fixture *f, const char *file, const hpm_buffer *text)
{
    begin(f);
    hpm_status status = hpm_import_read(f->import, file, text->bytes, text->length, &f->error);
    return status == HPM_OK ? finish(f) : status;
}

static void skip_without_data(void)
{
    print_message("skipped: no api/okx under %s (set HPM_DATA)\n", data_root());
    skip();
}

/* ---- Documentation ------------------------------------------------------------------------ */

static const struct {
    const char *file;
    uint32_t instruments, positions, balances;
    int has_market;
} importable[] = {
    {"okx/02-02-rest-api-get-balance.json", 0, 0, 1, 0},
    {"okx/02-48-websocket-account-channel.json", 0, 0, 1, 0},
    {"okx/02-49-websocket-positions-channel.json", 2, 2, 0, 0},
    {"okx/02-50-websocket-balance-and-position-channel.json", 1, 1, 0, 0},
    {"okx/06-08-rest-api-get-open-interest.json", 1, 0, 0, 1},
    {"okx/06-10-rest-api-get-option-market-data.json", 2, 0, 0, 1},
    {"okx/06-13-rest-api-get-mark-price.json", 1, 0, 0, 1},
    {"okx/06-33-websocket-option-summary-channel.json", 1, 0, 0, 1},
};

static void reads_documentation(void **state)
{
    fixture *f = *state;
    for (size_t i = 0; i < sizeof importable / sizeof *importable; i++) {
        hpm_buffer text;
        if (!load(&text, importable[i].file)) skip_without_data();
        hpm_status status = import_file(f, importable[i].file, &text);
        hpm_buffer_free(&text);
        if (status != HPM_OK)
            fail_msg("%s: %s: %s", importable[i].file, f->error.where, f->error.message);
        const hpm_account *account = f->result.account;
        assert_int_equal(f->result.document.catalog.instrument_count, importable[i].instruments);
        assert_int_equal(account ? account->position_count : 0, importable[i].positions);
        assert_int_equal(account ? account->balance_count : 0, importable[i].balances);
        assert_int_equal(f->result.document.market.catalog != NULL, importable[i].has_market);
    }
}

/* Nothing in them is read: they are refused with a reason, and never half taken. */
static void refuses_other_documentation(void **state)
{
    static const char *const files[] = {
        "okx/02-05-rest-api-get-account-and-position-risk.json",
        "okx/02-25-rest-api-get-account-risk-state.json",
        "okx/02-26-rest-api-get-borrow-interest-and-limit.json",
        "okx/02-30-rest-api-position-builder-new.json",
        "okx/02-33-rest-api-get-greeks.json",
        "okx/02-51-websocket-position-risk-warning.json",
        "okx/02-52-websocket-account-greeks-channel.json",
        "okx/06-02-rest-api-get-estimated-delivery-exercise-price.json",
        "okx/06-06-rest-api-get-funding-rate.json",
        "okx/06-14-rest-api-get-position-tiers.json",
        "okx/06-40-websocket-adl-warning-channel.json",
    };
    fixture *f = *state;
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        hpm_buffer text;
        if (!load(&text, files[i])) skip_without_data();
        hpm_status status = import_file(f, files[i], &text);
        hpm_buffer_free(&text);
        if (status != HPM_E_FIELD_MISSING) fail_msg("%s: %d", files[i], (int)status);
        assert_true(strstr(f->error.message, "nothing to import") != NULL);
    }
}

/* ---- A recorded session ------------------------------------------------------------------- */

static void expect_book(const fixture *f, const char *name)
{
    uint32_t id = id_of(f, name);
    assert_int_not_equal(id, HPM_NONE);
    const hpm_quote *quote = &f->result.quotes.quote[id];
    assert_true(quote->bid > 0 && quote->bid < quote->ask && quote->ask < 1.01 * quote->bid);
    assert_true(quote->bid_depth > quote->bid_size && quote->ask_depth > quote->ask_size);
    assert_true(quote->micro > 0.99 * quote->bid && quote->micro < 1.01 * quote->ask);
    assert_true(quote->age_s >= 0 && quote->age_s < 60);
}

static void reads_a_session(void **state)
{
    fixture *f = *state;
    hpm_buffer text;
    if (!load(&text, "raw_ws/OKX.ws.1.0.gz")) skip_without_data();
    hpm_status status = import_file(f, "OKX.ws.1.0.gz", &text);
    hpm_buffer_free(&text);
    if (status != HPM_OK) fail_msg("%s: %s", f->error.where, f->error.message);
    assert_int_equal(f->result.document.catalog.instrument_count, 3);
    expect_book(f, "okx:BTC-USDT");
    expect_book(f, "okx:BTC-USD-220527");
    expect_book(f, "okx:UNI-USD-SWAP");
    assert_true(is_noted(f, "messages of kinds that are not read (first: trades)"));
    assert_false(is_noted(f, "order books ignored"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(reads_documentation),
        TEST(refuses_other_documentation),
        TEST(reads_a_session),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
