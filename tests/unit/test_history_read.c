/* Tests of src/io/history_read.c: the forms in which daily closes come, and what is wrong with
 * them. */
#include "desk_world.h"
#include "io/history_read.h"

static hpm_status decode(const world *w, hpm_history_file *file, const char *text, uint32_t asset,
                         int is_vol, hpm_error *error)
{
    return hpm_history_decode(file, text, strlen(text), asset, is_vol, &w->catalog, error);
}

static void check_history(const hpm_history *history, uint32_t asset, int is_vol,
                          const hpm_close *closes, uint32_t count)
{
    assert_int_equal(history->asset, asset);
    assert_int_equal(history->is_vol, is_vol);
    assert_int_equal(history->close_count, count);
    for (uint32_t i = 0; i < count; i++) {
        assert_int_equal(history->closes[i].day, closes[i].day);
        assert_true(history->closes[i].value == closes[i].value);
    }
}

static const hpm_close three[] = {{0, 1.5}, {1, 2}, {18262, 3e4}}; /* 2020-01-01 */

/* As archives write them: newest first, capital names, other columns, a time behind the date. */
static void test_csv(void **state)
{
    static const char *const texts[] = {
        "date,close\n1970-01-01,1.5\n1970-01-02,2\n2020-01-01,30000\n",
        ("Unix,Date,Symbol,Open,Close\r\n1,2020-01-01,X,9,30000\r\n1,1970-01-02,X,9,2\r\n"
         "1,1970-01-01,X,9,1.5"),
        "close,date\n3e4,2020-01-01 00:00:00\n2,1970-01-02T00:00:00Z\n1.5,1970-01-01\n",
        /* The same again says nothing new. */
        "date,close\n1970-01-01,1.5\n1970-01-02,2\n1970-01-02,2.0\n2020-01-01,30000\n",
    };
    for (uint32_t i = 0; i < COUNT_OF(texts); i++) {
        hpm_history_file file;
        hpm_error error = {0};
        check_ok(decode(*state, &file, texts[i], ETH, 0, &error), &error);
        assert_int_equal(file.count, 1);
        check_history(&file.histories[0], ETH, 0, three, 3);
        hpm_history_file_free(&file);
    }
}

/* Several assets in one file: all, or the one that is asked for. */
static void test_asset_column(void **state)
{
    static const char text[] = "date,asset,close\n1970-01-02,SOL,2\n1970-01-01,BTC,7\n"
                               "1970-01-01,SOL,1.5\n2020-01-01,SOL,30000\n";
    static const hpm_close one[] = {{0, 7}};
    hpm_history_file file;
    hpm_error error = {0};
    check_ok(decode(*state, &file, text, HPM_NONE, 1, &error), &error);
    assert_int_equal(file.count, 2);
    check_history(&file.histories[0], BTC, 1, one, 1);
    check_history(&file.histories[1], SOL, 1, three, 3);
    hpm_history_file_free(&file);
    check_ok(decode(*state, &file, text, BTC, 0, &error), &error);
    assert_int_equal(file.count, 1);
    check_history(&file.histories[0], BTC, 0, one, 1);
    hpm_history_file_free(&file);
}

/* As volatility indices come. */
static void test_json(void **state)
{
    hpm_history_file file;
    hpm_error error = {0};
    check_ok(
        decode(*state, &file, " [[1577836800000, 3e4], [0, 1.5],\n[86400000, 2]]", BTC, 1, &error),
        &error);
    assert_int_equal(file.count, 1);
    check_history(&file.histories[0], BTC, 1, three, 3);
    hpm_history_file_free(&file);
}

static void test_refusals(void **state)
{
    static const struct {
        const char *text;
        uint32_t asset;
        hpm_status status;
        const char *where, *message;
        int64_t line;
    } rows[] = {
        {"day,close\n", BTC, HPM_E_FIELD_MISSING, "", "no column of this name (date)", 0},
        {"date,last\n", BTC, HPM_E_FIELD_MISSING, "", "no column of this name (close)", 0},
        {"date,close\n", BTC, HPM_E_FIELD_MISSING, "", "no close in it", 0},
        {"date,close\n1970-01-01,1\n", HPM_NONE, HPM_E_FIELD_MISSING, "",
         "no column 'asset': say which asset it is, as FILE,ASSET", 0},
        {"date,asset,close\n1970-01-01,BTC,1\n1970-01-01,XRP,1\n", HPM_NONE, HPM_E_REFERENCE, "",
         "asset: the market has no such asset (XRP)", 3},
        {"date,close\n1970-01-32,1\n", BTC, HPM_E_SYNTAX, "",
         "date: not a day as 2026-01-31 (1970-01-32)", 2},
        {"date,close\n1970-01-01 01:00:00,1\n", BTC, HPM_E_SYNTAX, "",
         "date: not a day as 2026-01-31 (1970-01-01 01:00:00)", 2},
        {"date,close\n1970-01-01,0\n", BTC, HPM_E_RANGE, "", "close: not a number above 0 (0)", 2},
        {"date,close\n1970-01-01,nan\n", BTC, HPM_E_RANGE, "", "close: not a number above 0 (nan)",
         2},
        {"date,close\n1970-01-01,1\n1970-01-02,1\n1970-01-01,2\n", BTC, HPM_E_DUPLICATE, "",
         "date: two closes on one day (BTC)", 4},
        {"date,close\n1970-01-01\n", BTC, HPM_E_SYNTAX, "", NULL, 2},
        {"[[0, 1]]", HPM_NONE, HPM_E_FIELD_MISSING, "",
         "does not say which asset it is: write FILE,ASSET", 0},
        {"[[0, 1], [1]]", BTC, HPM_E_TYPE, "[1]", "not a pair [milliseconds since 1970, close]", 0},
        {"[[0.5, 1]]", BTC, HPM_E_TYPE, "[0]", "not a pair [milliseconds since 1970, close]", 0},
        {"[[0, -1]]", BTC, HPM_E_TYPE, "[0]",
         "a time before 1970 or too far, or a close that is not above 0", 0},
        {"[]", BTC, HPM_E_FIELD_MISSING, "", "no close in it", 0},
        {"[[0, 1]", BTC, HPM_E_SYNTAX, "", NULL, 1},
    };
    for (uint32_t i = 0; i < COUNT_OF(rows); i++) {
        hpm_history_file file;
        hpm_error error = {0};
        hpm_status status = decode(*state, &file, rows[i].text, rows[i].asset, 0, &error);
        check_error(status, &error, rows[i].status, rows[i].where,
                    rows[i].message ? rows[i].message : error.message);
        assert_int_equal(error.line, rows[i].line);
        assert_null(file.arena.base);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(test_csv),
        WORLD_TEST(test_asset_column),
        WORLD_TEST(test_json),
        WORLD_TEST(test_refusals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
