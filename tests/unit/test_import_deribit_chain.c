/* Chains and futures prices as CSV. The rows are made up. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "import_fixture.h"

#define HEADER "timestamp,instrument_name,underlying,mark_price,implied_volatility,index_price\n"
#define EARLY  "2026-03-02T10:30:00.5+00:00"
#define LATE   "2026-03-02T10:30:10.5+00:00"

static void reads_a_chain(void **state)
{
    fixture *f = *state;
    assert_int_equal(give(f, "some/chain.csv",
                          HEADER LATE ",BTC-27MAR26-80000-C,84000.5,0.07,0.5,83900\n" EARLY
                                      ",BTC-27MAR26-80000-P,84001,0.02,0.51,83901\n"),
                     HPM_OK);
    assert_int_equal(finish(f), HPM_OK);
    const hpm_market *market = &f->result.document.market;
    uint32_t call = id_of(f, "deribit:BTC-27MAR26-80000-C");
    uint32_t put = id_of(f, "deribit:BTC-27MAR26-80000-P");
    assert_true(market->now_ns == INT64_C(1772447410500000000));
    assert_true(market->vol[call].value == 0.5 && market->vol[call].age_s == 0);
    assert_true(market->vol[put].value == 0.51 && market->vol[put].age_s == 10);
    assert_true(market->curve[0].forward.value == 84000.5);
    assert_string_equal(f->result.document.source, "deribit: chain.csv");
}

static void unit_follows_from_the_column(void **state)
{
    fixture *f = *state;
    assert_int_equal(give(f, "a.csv",
                          "timestamp,instrument_name,underlying_price,mark_price,mark_iv\n"
                          "1772447410500,BTC-27MAR26-80000-C,84000,0.07,43.23\n"),
                     HPM_OK);
    assert_int_equal(finish(f), HPM_OK);
    assert_true(f->result.document.market.vol[0].value == 0.4323);
}

static void refuses_the_other_unit(void **state)
{
    fixture *f = *state;
    assert_int_equal(give(f, "a.csv", HEADER LATE ",BTC-27MAR26-80000-C,84000,0.07,43.2,83900\n"),
                     HPM_E_RANGE);
    assert_string_equal(f->error.where, "implied_volatility");
    assert_int_equal(give(f, "b.csv",
                          "timestamp,instrument_name,underlying_price,mark_price,mark_iv\n"
                          "1772447410500,BTC-27MAR26-80000-P,84000,0.07,0.4323\n"),
                     HPM_E_RANGE);
    assert_string_equal(f->error.where, "mark_iv");
}

static void absent_values_stay_absent(void **state)
{
    fixture *f = *state;
    assert_int_equal(give(f, "a.csv",
                          HEADER LATE ",BTC-27MAR26-80000-C,84000,0.07,0.5,83900\n" LATE
                                      ",BTC-27MAR26-90000-C,,None,nan,\n"),
                     HPM_OK);
    assert_int_equal(finish(f), HPM_OK);
    uint32_t id = id_of(f, "deribit:BTC-27MAR26-90000-C");
    assert_int_equal(f->result.document.market.vol_quoted[id], 0);
    assert_true(is_noted(f, "1 option quotes have no volatility (first: BTC-27MAR26-90000-C)"));
}

static void refuses_bad_rows(void **state)
{
    static const struct {
        const char *text, *where;
        hpm_status status;
        int64_t line;
    } cases[] = {
        {"a,b\n1,2\n", "", HPM_E_SCHEMA, 1},
        {"instrument_name,mark_iv\nx,1\n", "", HPM_E_FIELD_MISSING, 1},
        {"instrument_name,timestamp,mark_price,mark_iv\n", "", HPM_E_FIELD_MISSING, 1},
        {HEADER "yesterday,BTC-27MAR26-80000-C,1,1,1,1\n", "timestamp", HPM_E_TYPE, 2},
        {HEADER LATE ",BTC-27MAR26-80000-C,x,1,1,1\n", "underlying", HPM_E_TYPE, 2},
        {HEADER LATE ",BTC-27MAR26-80000-C,-5,1,1,1\n", "underlying", HPM_E_RANGE, 2},
        {HEADER LATE ",BTC-27MAR26-80000-C,0,1,1,1\n", "underlying", HPM_E_RANGE, 2},
        {HEADER LATE ",BTC-27MAR26-80000-C,5,-1,1,1\n", "mark_price", HPM_E_RANGE, 2},
        {HEADER LATE ",BTC-27MAR26-80000-C,5,1,1e999,1\n", "implied_volatility", HPM_E_TYPE, 2},
        {HEADER LATE ",BTC-27MAR26-80000-C,5,1,1,1\n" LATE ",BTC-27MAR26-80000-C,5,1,1,1\n",
         "BTC-27MAR26-80000-C", HPM_E_DUPLICATE, 3},
        {HEADER LATE ",,5,1,1,1\n", "instrument_name", HPM_E_RANGE, 2},
        {"timestamp,instrument_name,underlying,mark_price,mark_iv,strike\n" LATE
         ",BTC-27MAR26-80000-C,5,1,50,81000\n",
         "strike", HPM_E_REFERENCE, 2},
        {"timestamp,instrument_name,underlying,mark_price,mark_iv,option_type\n" LATE
         ",BTC-27MAR26-80000-C,5,1,50,put\n",
         "option_type", HPM_E_REFERENCE, 2},
        {"timestamp,instrument_name,underlying,mark_price,mark_iv,expiry_datetime\n" LATE
         ",BTC-27MAR26-80000-C,5,1,50,2026-03-28T08:00:00Z\n",
         "expiry_datetime", HPM_E_REFERENCE, 2},
    };
    fixture *f = *state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        again(f);
        assert_int_equal(give(f, "a.csv", cases[i].text), cases[i].status);
        assert_string_equal(f->error.where, cases[i].where);
        assert_int_equal(f->error.line, cases[i].line);
    }
}

#define PERPETUALS                                                                                 \
    "snapshot_file,snapshot_timestamp_ms,instrument_name,candle_price_used,"                       \
    "candle_price_gap_seconds,perp_futures_mark_price,data_source\n"

static void takes_prices_of_the_snapshot_only(void **state)
{
    fixture *f = *state;
    /* By the name of the snapshot, by its moment, and one of another snapshot. */
    assert_int_equal(give(f, "p.csv",
                          PERPETUALS
                          "chain.csv,1772447000000,BTC-PERPETUAL,84010,12.5,,\n"
                          "other.csv,1772447410500,ETH-PERPETUAL,2640,3,2641,own_ticker\n"
                          "other.csv,1772447410501,SOL-PERPETUAL,140,3,141,own_ticker\n"),
                     HPM_OK);
    assert_int_equal(
        give(f, "x/chain.csv.gz", HEADER LATE ",BTC-27MAR26-80000-C,84000,0.07,0.5,83900\n"),
        HPM_OK);
    assert_int_equal(finish(f), HPM_OK);
    const hpm_market *market = &f->result.document.market;
    uint32_t bitcoin = id_of(f, "deribit:BTC-PERPETUAL"), ether = id_of(f, "deribit:ETH-PERPETUAL");
    assert_true(market->mark[bitcoin].value == 84010);
    assert_true(market->mark[ether].value == 2641 && market->mark[ether].age_s == 0);
    assert_int_equal(id_of(f, "deribit:SOL-PERPETUAL"), HPM_NONE);
    assert_true(is_noted(f, "2 of 3 rows of futures prices belong to the snapshot"));
}

static void a_candle_is_as_old_as_its_gap(void **state)
{
    fixture *f = *state;
    assert_int_equal(give(f, "p.csv",
                          PERPETUALS "c,1772447410500,BTC-PERPETUAL,84010,12.5,84010,"
                                     "tradingview_chart_open_close_nearest\n"),
                     HPM_OK);
    assert_int_equal(
        give(f, "t.csv",
             "snapshot_file,snapshot_timestamp_ms,futures_instrument_name,"
             "snapshot_term_mark_price,term_candle_price_used,term_candle_gap_seconds\n"
             "c,1772447410500,BTC-27MAR26,84001,84005,20\n"
             "c,1772447410500,BTC-26JUN26,,84805,20\n"),
        HPM_OK);
    assert_int_equal(give(f, "c", HEADER LATE ",BTC-27MAR26-80000-C,84000,0.07,0.5,83900\n"),
                     HPM_OK);
    assert_int_equal(finish(f), HPM_OK);
    const hpm_market *market = &f->result.document.market;
    assert_true(market->mark[id_of(f, "deribit:BTC-PERPETUAL")].age_s == 12.5);
    assert_true(market->mark[id_of(f, "deribit:BTC-27MAR26")].value == 84001);
    assert_true(market->mark[id_of(f, "deribit:BTC-27MAR26")].age_s == 0);
    assert_true(market->mark[id_of(f, "deribit:BTC-26JUN26")].value == 84805);
    assert_true(market->mark[id_of(f, "deribit:BTC-26JUN26")].age_s == 20);
    /* No option quotes the June forward: the future does. */
    assert_true(market->curve[1].forward.value == 84805);
    assert_true(is_noted(f, "forward of 1 expiries taken from the future's mark"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(reads_a_chain),
        TEST(unit_follows_from_the_column),
        TEST(refuses_the_other_unit),
        TEST(absent_values_stay_absent),
        TEST(refuses_bad_rows),
        TEST(takes_prices_of_the_snapshot_only),
        TEST(a_candle_is_as_old_as_its_gap),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
