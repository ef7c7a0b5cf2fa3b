/* Tests of src/account/account.c: order, refusals and the hash by names. */
#include "small_world.h"

static hpm_status init(world *w, const char *id, hpm_error *error)
{
    return hpm_account_init(w->account, id, w->balances, w->balance_count, w->positions,
                            w->position_count, w->declared, w->declared_count, &w->catalog, error);
}

static void fill(world *w)
{
    world_balance(w, USD, -5);
    world_balance(w, BTC, 2);
    *world_hold(w, E_PERP, 3) = (hpm_position){E_PERP, {3 * HPM_E8}, 9.5, {7}};
    world_hold(w, B_CALL_80, -0.1);
    world_declare(w, "mmp", USD, 1);
    world_declare(w, "mmp", BTC, 2);
    world_declare(w, "fees", UST, 0);
}

static void test_sorted(void **state)
{
    world *w = *state;
    hpm_error error = {0};
    fill(w);
    check_ok(init(w, "acc-1", &error), &error);
    assert_string_equal(w->account->id, "acc-1");
    const hpm_balance *balances = hpm_account_balances(w->account);
    assert_int_equal(balances[0].asset, BTC);
    assert_int_equal(balances[0].amount.e8, 2 * HPM_E8);
    assert_int_equal(balances[1].asset, USD);
    const hpm_position *positions = hpm_account_positions(w->account);
    assert_int_equal(positions[0].instrument, B_CALL_80);
    assert_int_equal(positions[0].quantity.e8, -HPM_E8 / 10);
    assert_true(isnan(positions[0].entry_price));
    assert_int_equal(positions[1].instrument, E_PERP);
    assert_true(positions[1].entry_price == 9.5);
    assert_int_equal(positions[1].funding.e8, 7);
    const hpm_declared *declared = hpm_account_declared(w->account);
    assert_string_equal(declared[0].name, "fees");
    assert_int_equal(declared[1].asset, BTC);
    assert_int_equal(declared[2].asset, USD);
    assert_ptr_equal((const char *)(declared + 3),
                     (const char *)w->account + hpm_account_size(2, 2, 3));
}

static void test_empty(void **state)
{
    world *w = *state;
    hpm_error error = {0};
    check_ok(init(w, "a", &error), &error);
    assert_int_equal(w->account->position_count, 0);
    assert_int_equal(hpm_account_size(0, 0, 0), sizeof(hpm_account));
}

/* ---- Refusals ----------------------------------------------------------------------------- */

static void check_bad(world *w, hpm_status wanted, const char *where, const char *message)
{
    hpm_error error = {0};
    check_error(init(w, "acc", &error), &error, wanted, where, message);
    w->balance_count = w->position_count = w->declared_count = 0;
}

static void test_ids(void **state)
{
    world *w = *state;
    hpm_error error = {0};
    char id[HPM_ACCOUNT_ID_SIZE + 1];
    memset(id, 'i', sizeof id);
    id[HPM_ACCOUNT_ID_SIZE] = '\0';
    check_error(init(w, id, &error), &error, HPM_E_RANGE, "id",
                "an account's id has 1 to 63 bytes");
    check_error(init(w, "", &error), &error, HPM_E_RANGE, "id",
                "an account's id has 1 to 63 bytes");
    id[HPM_ACCOUNT_ID_SIZE - 1] = '\0';
    check_ok(init(w, id, &error), &error);
}

static void test_duplicates(void **state)
{
    world *w = *state;
    world_balance(w, BTC, 1);
    world_balance(w, USD, 1);
    world_balance(w, BTC, 2);
    check_bad(w, HPM_E_DUPLICATE, "BTC", "balance stated twice");
    world_hold(w, B_PERP, 1);
    world_hold(w, E_PERP, 1);
    world_hold(w, B_PERP, -1);
    check_bad(w, HPM_E_DUPLICATE, "b:perp", "position stated twice");
    world_declare(w, "mmp", USD, 1);
    world_declare(w, "mmp", BTC, 1);
    world_declare(w, "mmp", USD, 1);
    check_bad(w, HPM_E_DUPLICATE, "mmp", "declared amount stated twice");
}

static void test_references(void **state)
{
    world *w = *state;
    world_balance(w, ASSETS, 1);
    check_bad(w, HPM_E_REFERENCE, "balances", "unknown asset id (7)");
    world_hold(w, INSTRUMENTS, 1);
    check_bad(w, HPM_E_REFERENCE, "positions", "unknown instrument id (19)");
    world_declare(w, "mmp", HPM_NONE, 1);
    check_bad(w, HPM_E_REFERENCE, "mmp", "unknown asset id (4294967295)");
}

/* Lots of 0.1: a part of one is refused, of either sign, to the last of eight decimals. */
static void test_lots(void **state)
{
    world *w = *state;
    hpm_error error = {0};
    world_hold(w, B_PERP, 0.25);
    check_bad(w, HPM_E_LOT, "b:perp", "quantity is not a whole number of lots of 0.1 (0.25)");
    world_hold(w, B_PERP, -0.05);
    check_bad(w, HPM_E_LOT, "b:perp", "quantity is not a whole number of lots of 0.1 (-0.05)");
    world_hold(w, B_PERP, 0)->quantity.e8 = 3 * HPM_E8 + 1;
    check_bad(w, HPM_E_LOT, "b:perp", "quantity is not a whole number of lots of 0.1 (3.00000001)");
    world_hold(w, B_PERP, 0);
    world_hold(w, E_PERP, -0.1);
    world_hold(w, S_PERP, 0)->quantity.e8 = INT64_MAX / (HPM_E8 / 10) * (HPM_E8 / 10);
    check_ok(init(w, "acc", &error), &error);
}

static void check_entry(world *w, double price, const char *message)
{
    world_hold(w, B_PERP, 1)->entry_price = price;
    check_bad(w, HPM_E_RANGE, "b:perp", message);
}

static void test_entry_prices(void **state)
{
    world *w = *state;
    hpm_error error = {0};
    check_entry(w, 0, "entry price outside (0, 1e15) (0)");
    check_entry(w, -1, "entry price outside (0, 1e15) (-1)");
    check_entry(w, 1e15, "entry price outside (0, 1e15) (1e+15)");
    check_entry(w, INFINITY, "entry price outside (0, 1e15) (inf)");
    world_hold(w, B_PERP, 1)->entry_price = 9e14;
    world_hold(w, E_PERP, 1)->entry_price = NAN;
    check_ok(init(w, "acc", &error), &error);
}

static void test_declared(void **state)
{
    world *w = *state;
    world_declare(w, "", USD, 1);
    check_bad(w, HPM_E_RANGE, "declared", "an amount needs a name");
    world_declare(w, "mmp", USD, 1);
    memset(w->declared[0].name, 'm', sizeof w->declared[0].name);
    check_bad(w, HPM_E_RANGE, "declared", "an amount needs a name");
    world_declare(w, "mmp", USD, -1);
    check_bad(w, HPM_E_RANGE, "mmp", "a declared amount is negative");
}

static void check_limit(world *w, uint32_t balances, uint32_t positions, uint32_t declared,
                        const char *where, const char *message)
{
    hpm_error error = {0};
    check_error(hpm_account_init(w->account, "acc", NULL, balances, NULL, positions, NULL, declared,
                                 &w->catalog, &error),
                &error, HPM_E_LIMIT, where, message);
}

static void test_limits(void **state)
{
    world *w = *state;
    check_limit(w, HPM_BALANCES_MAX + 1, 0, 0, "balances", "more than 1024 (1025)");
    check_limit(w, 0, 0, HPM_BALANCES_MAX + 1, "declared", "more than 1024 (1025)");
    check_limit(w, 0, HPM_POSITIONS_MAX + 1, 0, "positions", "more than 100000 (100001)");
}

/* ---- Hash --------------------------------------------------------------------------------- */

static hpm_hash hash_of(world *w, const char *id)
{
    hpm_error error = {0};
    check_ok(init(w, id, &error), &error);
    return hpm_account_hash(w->account, &w->catalog);
}

static void check_changed(world *w, const hpm_hash *before, const char *what)
{
    hpm_hash after = hash_of(w, "acc");
    if (memcmp(before, &after, sizeof after) == 0) fail_msg("%s does not reach the hash", what);
    w->balance_count = w->position_count = w->declared_count = 0;
    fill(w);
}

/* Every value changes the hash; the order of rows does not. */
static void test_hash(void **state)
{
    world *w = *state;
    fill(w);
    hpm_hash hash = hash_of(w, "acc"), other = hash_of(w, "acc2");
    assert_memory_not_equal(&hash, &other, sizeof hash);
    w->balances[0].amount.e8++;
    check_changed(w, &hash, "amount of a balance");
    w->balances[0].asset = UST;
    check_changed(w, &hash, "asset of a balance");
    w->balance_count--;
    check_changed(w, &hash, "a balance less");
    w->positions[0].quantity.e8 += HPM_E8;
    check_changed(w, &hash, "quantity");
    w->positions[0].instrument = S_PERP;
    check_changed(w, &hash, "instrument");
    w->positions[0].entry_price = 9.25;
    check_changed(w, &hash, "entry price");
    w->positions[0].entry_price = NAN;
    check_changed(w, &hash, "no entry price");
    w->positions[0].funding.e8++;
    check_changed(w, &hash, "funding");
    w->position_count--;
    check_changed(w, &hash, "a position less");
    w->declared[0].amount.e8++;
    check_changed(w, &hash, "declared amount");
    w->declared[0].asset = UST;
    check_changed(w, &hash, "declared asset");
    w->declared[2].name[0] = 'F';
    check_changed(w, &hash, "declared name");
    hpm_position kept = w->positions[0];
    w->positions[0] = w->positions[1];
    w->positions[1] = kept;
    other = hash_of(w, "acc");
    assert_memory_equal(&hash, &other, sizeof hash);
}

/* In a catalog with another asset and another instrument before all others every id is another. */
static void test_hash_is_by_names(void **state)
{
    world *w = *state;
    hpm_error error = {0};
    hpm_asset assets[ASSETS + 1];
    hpm_instrument rows[INSTRUMENTS + 1];
    hpm_catalog wider;
    fill(w);
    hpm_hash hash = hash_of(w, "acc");
    memcpy(assets, world_assets, sizeof world_assets);
    assets[ASSETS] = (hpm_asset){"AAA", HPM_ASSET_COIN};
    memcpy(rows, world_instruments, sizeof world_instruments);
    rows[INSTRUMENTS] = world_instruments[S_PERP];
    strcpy(rows[INSTRUMENTS].name, "a:perp");
    check_ok(hpm_catalog_init(&wider, &w->arena, assets, ASSETS + 1, rows, INSTRUMENTS + 1, &error),
             &error);
    for (uint32_t i = 0; i < w->balance_count; i++)
        w->balances[i].asset++;
    for (uint32_t i = 0; i < w->position_count; i++)
        w->positions[i].instrument++;
    for (uint32_t i = 0; i < w->declared_count; i++)
        w->declared[i].asset++;
    w->catalog = wider;
    hpm_hash other = hash_of(w, "acc");
    assert_memory_equal(&hash, &other, sizeof hash);
}

typedef void edit(world *w);

static void edit_balance(world *w)
{
    w->balances[0].amount.e8++;
}

static void edit_asset(world *w)
{
    w->balances[0].asset = ETH;
}

static void edit_quantity(world *w)
{
    w->positions[0].quantity.e8 += HPM_E8;
}

static void edit_instrument(world *w)
{
    w->positions[0].instrument = S_PERP;
}

static void edit_entry(world *w)
{
    w->positions[0].entry_price = NAN;
}

static void edit_funding(world *w)
{
    w->positions[0].funding.e8 = 0;
}

static void edit_amount(world *w)
{
    w->declared[2].amount.e8 = 1;
}

static void edit_name(world *w)
{
    strcpy(w->declared[2].name, "feet");
}

static void edit_count(world *w)
{
    w->position_count--;
}

static void test_holds_same(void **state)
{
    edit *const edits[] = {edit_balance, edit_asset,  edit_quantity, edit_instrument, edit_entry,
                           edit_funding, edit_amount, edit_name,     edit_count};
    world *w = *state;
    hpm_error error = {0};
    fill(w);
    check_ok(init(w, "a", &error), &error);
    hpm_account *first = fixture_take(1, hpm_account_size(2, 2, 3));
    memcpy(first, w->account, hpm_account_size(2, 2, 3));
    check_ok(init(w, "b", &error), &error);
    assert_true(hpm_account_holds_same(first, w->account));
    for (size_t i = 0; i < COUNT_OF(edits); i++) {
        world *other = world_again(state);
        fill(other);
        edits[i](other);
        check_ok(init(other, "a", &error), &error);
        assert_false(hpm_account_holds_same(first, other->account));
        assert_false(hpm_account_holds_same(other->account, first));
    }
    free(first);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(test_sorted),       WORLD_TEST(test_empty),
        WORLD_TEST(test_ids),          WORLD_TEST(test_duplicates),
        WORLD_TEST(test_references),   WORLD_TEST(test_lots),
        WORLD_TEST(test_entry_prices), WORLD_TEST(test_declared),
        WORLD_TEST(test_limits),       WORLD_TEST(test_holds_same),
        WORLD_TEST(test_hash),         WORLD_TEST(test_hash_is_by_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
