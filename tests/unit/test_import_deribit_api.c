/* Saved API answers. The values are made up, the forms are the venue's. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "import_fixture.h"

#define CALL                                                                                       \
    "{\"instrument_name\":\"BTC-27MAR26-80000-C\",\"creation_timestamp\":1772447410500,"           \
    "\"mark_price\":0.07,\"mark_iv\":43.23,\"underlying_price\":84000,"                            \
    "\"estimated_delivery_price\":83900,\"bid_price\":null}"
#define PERPETUAL                                                                                  \
    "{\"instrument_name\":\"BTC-PERPETUAL\",\"timestamp\":1772447400500,\"mark_price\":84010,"     \
    "\"index_price\":83950,\"stats\":{\"high\":1}}"
#define DESCRIBED                                                                                  \
    "{\"instrument_name\":\"BTC-27MAR26-80000-C\",\"kind\":\"option\",\"contract_size\":1,"        \
    "\"min_trade_amount\":0.1,\"strike\":80000,\"option_type\":\"call\","                          \
    "\"base_currency\":\"BTC\",\"settlement_currency\":\"BTC\","                                   \
    "\"expiration_timestamp\":1774598400000,\"is_active\":true}"

static void expect_call(const fixture *f)
{
    const hpm_market *market = &f->result.document.market;
    uint32_t id = id_of(f, "deribit:BTC-27MAR26-80000-C");
    assert_int_not_equal(id, HPM_NONE);
    assert_true(market->vol[id].value == 0.4323);
    assert_true(market->curve[0].forward.value == 84000);
    assert_true(market->asset_price[0].value == 83900);
}

static void reads_every_form(void **state)
{
    static const char *const forms[] = {
        "[" CALL "]",
        "{\"jsonrpc\":\"2.0\",\"result\":[" CALL "]}",
        " \n{\"result\":" CALL "}",
        CALL,
        "\xEF\xBB\xBF" CALL, /* a byte order mark */
        "{\"path\":\"/public/x\",\"responses\":{\"response\":{\"id\":1,\"result\":[" CALL "]}}}",
    };
    fixture *f = *state;
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        hpm_import_free(f->import);
        hpm_import_result_free(&f->result);
        f->import = hpm_import_new(&hpm_import_deribit);
        assert_int_equal(give(f, "a.json", forms[i]), HPM_OK);
        assert_int_equal(finish(f), HPM_OK);
        expect_call(f);
    }
}

static void descriptions_replace_assumptions(void **state)
{
    fixture *f = *state;
    assert_int_equal(give(f, "a.json", "[" CALL "," PERPETUAL "]"), HPM_OK);
    assert_int_equal(give(f, "b.json",
                          "[" DESCRIBED
                          ",{\"instrument_name\":\"BTC-PERPETUAL\",\"kind\":\"future\","
                          "\"contract_size\":10,\"min_trade_amount\":20}]"),
                     HPM_OK);
    assert_int_equal(finish(f), HPM_OK);
    const hpm_instrument *perpetual =
        &f->result.document.catalog.instruments[id_of(f, "deribit:BTC-PERPETUAL")];
    assert_true(perpetual->contract_size == 10 && perpetual->lot.e8 == 2 * HPM_E8);
    assert_false(is_noted(f, "assumed"));
    /* The index is the freshest: of the option, not of the older ticker. */
    expect_call(f);
    assert_true(f->result.document.market.mark[id_of(f, "deribit:BTC-PERPETUAL")].age_s == 10);
}

static void descriptions_alone_make_a_catalog(void **state)
{
    fixture *f = *state;
    assert_int_equal(give(f, "b.json", "{\"result\":[" DESCRIBED "]}"), HPM_OK);
    assert_int_equal(finish(f), HPM_OK);
    assert_null(f->result.document.market.catalog);
    assert_int_equal(f->result.document.catalog.instrument_count, 1);
    assert_true(f->result.document.catalog.instruments[0].lot.e8 == HPM_E8 / 10);
    assert_true(is_noted(f, "1 instruments are described but not quoted"));
}

static void refuses_bad_answers(void **state)
{
    static const struct {
        const char *text, *where;
        hpm_status status;
    } cases[] = {
        {"{", "", HPM_E_SYNTAX},
        {"[{\"instrument_name\":\"A\",\"instrument_name\":\"B\"}]", "", HPM_E_SYNTAX},
        {"{}", "", HPM_E_SCHEMA},
        {"{\"error\":{\"code\":1}}", "error", HPM_E_SCHEMA},
        {"{\"path\":\"x\",\"responses\":{}}", "", HPM_E_SCHEMA},
        {"[3]", "[0]", HPM_E_TYPE},
        {"{\"result\":[{\"mark_price\":1}]}", "result[0].instrument_name", HPM_E_FIELD_MISSING},
        {"{\"result\":[{\"instrument_name\":7}]}", "result[0].instrument_name", HPM_E_TYPE},
        {"[{\"instrument_name\":\"BTC-PERPETUAL\"}]", "[0].creation_timestamp",
         HPM_E_FIELD_MISSING},
        {"[{\"instrument_name\":\"BTC-PERPETUAL\",\"timestamp\":1.5}]", "[0].timestamp",
         HPM_E_TYPE},
        {"[{\"instrument_name\":\"BTC-PERPETUAL\",\"timestamp\":1772447400500}]", "[0].mark_price",
         HPM_E_FIELD_MISSING},
        {"[{\"instrument_name\":\"BTC-PERPETUAL\",\"timestamp\":1772447400500,\"mark_price\":-1}]",
         "[0].mark_price", HPM_E_RANGE},
        {"[{\"instrument_name\":\"BTC-PERPETUAL\",\"timestamp\":1772447400500,\"mark_price\":0}]",
         "[0].mark_price", HPM_E_RANGE},
        {"[" CALL "," CALL "]", "BTC-27MAR26-80000-C", HPM_E_DUPLICATE},
        {"[{\"instrument_name\":\"BTC-PERPETUAL\",\"contract_size\":10}]", "[0].min_trade_amount",
         HPM_E_FIELD_MISSING},
        {"[{\"instrument_name\":\"BTC-PERPETUAL\",\"contract_size\":1e12,"
         "\"min_trade_amount\":1e-9}]",
         "[0].min_trade_amount", HPM_E_RANGE},
        {"[{\"instrument_name\":\"BTC-27MAR26-80000-C\",\"contract_size\":1,\"strike\":1}]",
         "[0].strike", HPM_E_REFERENCE},
        {"[{\"instrument_name\":\"BTC-27MAR26-80000-C\",\"contract_size\":1,"
         "\"kind\":\"future\"}]",
         "[0].kind", HPM_E_REFERENCE},
        {"[{\"instrument_name\":\"BTC-27MAR26\",\"contract_size\":1,"
         "\"expiration_timestamp\":1774598400001}]",
         "[0].expiration_timestamp", HPM_E_REFERENCE},
    };
    fixture *f = *state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        again(f);
        hpm_status status = give(f, "a.json", cases[i].text);
        if (status != cases[i].status) fail_msg("%s: %s", cases[i].text, f->error.message);
        assert_string_equal(f->error.where, cases[i].where);
    }
}

/* Missing values leave an instrument in the catalog and are named. */
static void names_what_is_absent(void **state)
{
    fixture *f = *state;
    assert_int_equal(give(f, "a.json",
                          "[{\"instrument_name\":\"ETH-27MAR26-3000-P\",\"mark_price\":0.2,"
                          "\"creation_timestamp\":1772447410500,\"mark_iv\":null}]"),
                     HPM_OK);
    assert_int_equal(finish(f), HPM_OK);
    assert_true(isnan(f->result.document.market.vol[0].value));
    assert_true(is_noted(f, "no price for ETH"));
    assert_true(is_noted(f, "no forward for 1 expiries"));
    assert_true(is_noted(f, "first: ETH-27MAR26-3000-P"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(reads_every_form),
        TEST(descriptions_replace_assumptions),
        TEST(descriptions_alone_make_a_catalog),
        TEST(refuses_bad_answers),
        TEST(names_what_is_absent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
