/* Tests of src/assess/alignment.c: the union of two catalogs, and what is carried over to it. */
#include "small_world.h"

#include "assess/alignment.h"

/* A second world of chosen assets and rows of the first. */
typedef struct pair {
    world *w;
    hpm_asset assets[ASSETS + 1];
    uint32_t asset_count;
    hpm_instrument rows[INSTRUMENTS + 1];
    uint32_t row_count;
    hpm_catalog catalog;
    hpm_market market;
    hpm_arena memory; /* of the alignment, exactly */
    hpm_alignment alignment;
} pair;

static int setup(void **state)
{
    pair *p = fixture_take(1, sizeof *p);
    hpm_error error = {0};
    p->w = world_new();
    check_ok(hpm_market_finish(&p->w->market, &error), &error);
    memcpy(p->assets, world_assets, sizeof world_assets);
    p->asset_count = ASSETS;
    *state = p;
    return 0;
}

static int teardown(void **state)
{
    pair *p = *state;
    free(p->memory.base);
    world_free(p->w);
    free(p);
    return 0;
}

#define ALIGN_TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

static hpm_instrument *add_row(pair *p, uint32_t id)
{
    p->rows[p->row_count] = world_instruments[id];
    return &p->rows[p->row_count++];
}

/* Prices twice those of the first world. */
static void open_other(pair *p)
{
    hpm_error error = {0};
    check_ok(hpm_catalog_init(&p->catalog, &p->w->arena, p->assets, p->asset_count, p->rows,
                              p->row_count, &error),
             &error);
    uint32_t usd = hpm_catalog_find_asset(&p->catalog, "USD");
    check_ok(hpm_market_begin(&p->market, &p->w->arena, &p->catalog, usd, NOW_NS + 5, &error),
             &error);
    for (uint32_t a = 0; a < p->catalog.asset_count; a++)
        if (a != usd) p->market.asset_price[a].value = 2;
    for (uint32_t e = 0; e < p->catalog.expiry_count; e++) {
        p->market.curve[e].forward.value = 200;
        p->market.curve[e].rate_annual = 0.25;
    }
    for (uint32_t i = 0; i < p->catalog.instrument_count; i++)
        p->market.mark[i].value = 100 + i;
    check_ok(hpm_market_finish(&p->market, &error), &error);
}

static hpm_status align(pair *p, hpm_error *error)
{
    open_other(p);
    size_t bytes = hpm_alignment_size(&p->w->catalog, &p->catalog);
    p->memory = (hpm_arena){fixture_take(bytes, 1), bytes, 0};
    return hpm_alignment_init(&p->alignment, &p->memory, &p->w->market, &p->market, error);
}

static void test_union(void **state)
{
    pair *p = *state;
    hpm_error error = {0};
    strcpy(p->assets[ASSETS].name, "AAA"); /* the assets are not in the order of names */
    p->assets[p->asset_count++].kind = HPM_ASSET_COIN;
    add_row(p, E_PERP);
    strcpy(add_row(p, B_FUTURE)->name, "a:future");
    p->rows[1].expiry_ns = FAR_NS + 1;
    check_ok(align(p, &error), &error);
    const hpm_catalog *catalog = &p->alignment.catalog;
    assert_int_equal(catalog->asset_count, ASSETS + 1);
    assert_int_equal(catalog->instrument_count, INSTRUMENTS + 1);
    assert_int_equal(catalog->expiry_count, EXPIRIES + 1);
    assert_string_equal(catalog->assets[0].name, "AAA");
    assert_string_equal(catalog->instruments[0].name, "a:future");
    assert_int_equal(catalog->instruments[0].underlying, BTC + 1);
    const hpm_market *before = &p->alignment.before, *after = &p->alignment.after;
    assert_int_equal(before->now_ns, NOW_NS);
    assert_int_equal(after->now_ns, NOW_NS + 5);
    assert_true(isnan(before->asset_price[0].value) && after->asset_price[0].value == 2);
    assert_true(before->asset_price[1 + BTC].value == 100 &&
                after->asset_price[1 + BTC].value == 2);
    assert_true(isnan(before->mark[0].value) && after->mark[0].value == 100);
    assert_true(before->mark[1 + E_PERP].value == 10 && after->mark[1 + E_PERP].value == 101);
    assert_true(before->mark[1 + B_PERP].value == 100 && isnan(after->mark[1 + B_PERP].value));
    uint32_t expiry = hpm_catalog_find_expiry(catalog, 1 + BTC, FAR_NS + 1);
    assert_true(isnan(before->curve[expiry].forward.value));
    assert_true(after->curve[expiry].forward.value == 200);
    assert_true(after->curve[expiry].rate_annual == 0.25);
}

/* An interpolated volatility follows from the quotes, on the common ground as before. */
static void test_vols(void **state)
{
    pair *p = *state;
    hpm_error error = {0};
    world *w = p->w;
    for (uint32_t i = 0; i < INSTRUMENTS; i++)
        w->market.vol[i].value = i == B_CALL_80 ? 0.5 : NAN;
    check_ok(hpm_market_finish(&w->market, &error), &error);
    strcpy(add_row(p, B_CALL_100)->name, "b:call:099");
    check_ok(align(p, &error), &error);
    uint32_t quoted = hpm_catalog_find_instrument(&p->alignment.catalog, "b:call:80");
    uint32_t derived = hpm_catalog_find_instrument(&p->alignment.catalog, "b:call:100");
    assert_true(p->alignment.before.vol_quoted[quoted]);
    assert_false(p->alignment.before.vol_quoted[derived]);
    assert_true(p->alignment.before.vol[derived].value == 0.5);
    assert_true(p->alignment.before.vol_atm[BTC_NEAR].value == 0.5);
}

static void test_smiles(void **state)
{
    const hpm_smile smile = {.svi = {0.03, 0.04, -0.5, 0, 0.75}, .confidence = 0.5, .age_s = 7};
    pair *p = *state;
    hpm_error error = {0};
    world *w = p->w;
    for (uint32_t i = 0; i < INSTRUMENTS; i++)
        w->market.vol[i].value = NAN;
    w->market.smile[BTC_NEAR] = smile;
    check_ok(hpm_market_finish(&w->market, &error), &error);
    add_row(p, B_CALL_100);
    check_ok(align(p, &error), &error);
    const hpm_market *before = &p->alignment.before;
    assert_memory_equal(&before->smile[BTC_NEAR].svi, &smile.svi, sizeof smile.svi);
    uint32_t derived = hpm_catalog_find_instrument(before->catalog, "b:call:80");
    assert_false(before->vol_quoted[derived]);
    assert_true(before->vol[derived].value == w->market.vol[B_CALL_80].value);
    assert_true(before->vol[derived].confidence == 0.5 && before->vol[derived].age_s == 7);
    assert_true(isnan(p->alignment.after.smile[BTC_NEAR].svi.b));
}

static void refuse(pair *p, const char *where, const char *message)
{
    hpm_error error = {0};
    check_error(align(p, &error), &error, HPM_E_REFERENCE, where, message);
}

static void test_asset_kind(void **state)
{
    pair *p = *state;
    p->assets[SOL].kind = HPM_ASSET_TOKEN;
    refuse(p, "SOL", "the asset is of another kind in the two catalogs");
}

static void test_reporting(void **state)
{
    pair *p = *state;
    hpm_error error = {0};
    open_other(p);
    p->market.reporting = hpm_catalog_find_asset(&p->catalog, "UST");
    hpm_arena none = {0};
    check_error(hpm_alignment_init(&p->alignment, &none, &p->w->market, &p->market, &error), &error,
                HPM_E_REFERENCE, "reporting", "the markets quote in different assets (USD, UST)");
}

typedef void edit(hpm_instrument *row);

static void edit_strike(hpm_instrument *row)
{
    row->strike = 81;
}

static void edit_call(hpm_instrument *row)
{
    row->is_call = 0;
}

static void edit_expiry(hpm_instrument *row)
{
    row->expiry_ns++;
}

static void edit_size(hpm_instrument *row)
{
    row->contract_size = 2;
}

static void edit_settlement(hpm_instrument *row)
{
    row->settlement = UST;
}

static void edit_payoff(hpm_instrument *row)
{
    row->payoff = HPM_INVERSE;
    row->settlement = BTC;
}

static void edit_kind(hpm_instrument *row)
{
    row->kind = HPM_FUTURE;
}

static void edit_underlying(hpm_instrument *row)
{
    row->underlying = ETH;
}

static void test_contract(void **state)
{
    edit *const edits[] = {edit_strike,     edit_call,   edit_expiry, edit_size,
                           edit_settlement, edit_payoff, edit_kind,   edit_underlying};
    for (size_t i = 0; i < COUNT_OF(edits); i++) {
        pair *p = *state;
        edits[i](add_row(p, B_CALL_80));
        refuse(p, "b:call:80", "the instrument is another contract in the two catalogs");
        teardown(state);
        setup(state);
    }
}

static void carry(pair *p, hpm_account *account, hpm_status wanted, hpm_error *error)
{
    world *w = p->w;
    size_t bytes;
    check_ok(hpm_account_init(w->account, "acc", w->balances, w->balance_count, w->positions,
                              w->position_count, w->declared, w->declared_count, &w->catalog,
                              error),
             error);
    bytes = hpm_alignment_account_scratch(w->account);
    hpm_arena scratch = {fixture_take(bytes, 1), bytes, 0};
    assert_int_equal(
        hpm_alignment_account(account, &scratch, &p->alignment, w->account, &w->catalog, error),
        wanted);
    assert_int_equal(scratch.used, 0);
    free(scratch.base);
}

static void test_account(void **state)
{
    pair *p = *state;
    world *w = p->w;
    hpm_error error = {0};
    strcpy(p->assets[p->asset_count++].name, "AAA");
    strcpy(add_row(p, B_PERP)->name, "a:perp");
    check_ok(align(p, &error), &error);
    world_hold(w, B_PERP, 3)->entry_price = 95;
    world_hold(w, E_CALL, -1)->funding.e8 = 7;
    world_balance(w, USD, 500);
    world_balance(w, BTC, 2);
    world_declare(w, "orders", UST, 5);
    hpm_account *account = fixture_take(1, hpm_account_size(2, 2, 1));
    carry(p, account, HPM_OK, &error);
    assert_string_equal(account->id, "acc");
    assert_int_equal(hpm_account_balances(account)[0].asset, 1 + BTC);
    assert_int_equal(hpm_account_balances(account)[1].amount.e8, 500 * HPM_E8);
    assert_int_equal(hpm_account_positions(account)[0].instrument, 1 + B_PERP);
    assert_true(hpm_account_positions(account)[0].entry_price == 95);
    assert_int_equal(hpm_account_positions(account)[1].funding.e8, 7);
    assert_int_equal(hpm_account_declared(account)[0].asset, 1 + UST);
    hpm_hash own = hpm_account_hash(w->account, &w->catalog);
    hpm_hash carried = hpm_account_hash(account, &p->alignment.catalog);
    assert_memory_equal(&own, &carried, sizeof own);
    free(account);
}

/* The finer lot after is fine for who does not hold it. */
static void test_lot(void **state)
{
    pair *p = *state;
    world *w = p->w;
    hpm_error error = {0};
    add_row(p, B_PERP)->lot.e8 = HPM_E8 / 100;
    check_ok(align(p, &error), &error);
    assert_int_equal(p->alignment.catalog.instruments[B_PERP].lot.e8, HPM_E8 / 100);
    hpm_account *account = fixture_take(1, hpm_account_size(2, 2, 1));
    world_hold(w, E_PERP, 1);
    carry(p, account, HPM_OK, &error);
    world_hold(w, B_PERP, 1);
    carry(p, account, HPM_E_REFERENCE, &error);
    check_error(HPM_E_REFERENCE, &error, HPM_E_REFERENCE, "b:perp",
                "the lot of the instrument is another in the two catalogs");
    free(account);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ALIGN_TEST(test_union),      ALIGN_TEST(test_vols),      ALIGN_TEST(test_smiles),
        ALIGN_TEST(test_asset_kind), ALIGN_TEST(test_reporting), ALIGN_TEST(test_contract),
        ALIGN_TEST(test_account),    ALIGN_TEST(test_lot),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
