/* Tests of src/catalog/catalog.c: order, ids, derived expiries and buckets, and every refusal. */
#include "small_world.h"

typedef struct rows {
    hpm_asset assets[ASSETS];
    hpm_instrument instruments[INSTRUMENTS];
    hpm_catalog catalog;
    hpm_arena arena;
} rows;

static int setup(void **state)
{
    rows *r = fixture_take(1, sizeof *r);
    size_t bytes = hpm_catalog_size(ASSETS, INSTRUMENTS);
    memcpy(r->assets, world_assets, sizeof world_assets);
    memcpy(r->instruments, world_instruments, sizeof world_instruments);
    r->arena = (hpm_arena){fixture_take(1, bytes), bytes, 0};
    *state = r;
    return 0;
}

static int teardown(void **state)
{
    rows *r = *state;
    free(r->arena.base);
    free(r);
    return 0;
}

static hpm_status init(rows *r, hpm_error *error)
{
    r->arena.used = 0;
    return hpm_catalog_init(&r->catalog, &r->arena, r->assets, ASSETS, r->instruments, INSTRUMENTS,
                            error);
}

static hpm_hash hash_of(rows *r)
{
    hpm_error error = {0};
    check_ok(init(r, &error), &error);
    return r->catalog.hash;
}

/* ---- Order -------------------------------------------------------------------------------- */

static void swap_instruments(rows *r, uint32_t a, uint32_t b)
{
    hpm_instrument kept = r->instruments[a];
    r->instruments[a] = r->instruments[b];
    r->instruments[b] = kept;
}

/* Both lists the other way round: asset positions in the rows turn with the assets. */
static void reverse(rows *r)
{
    for (uint32_t a = 0; a < ASSETS; a++)
        r->assets[a] = world_assets[ASSETS - 1 - a];
    for (uint32_t i = 0; i < INSTRUMENTS / 2; i++)
        swap_instruments(r, i, INSTRUMENTS - 1 - i);
    for (uint32_t i = 0; i < INSTRUMENTS; i++) {
        r->instruments[i].underlying = ASSETS - 1 - r->instruments[i].underlying;
        r->instruments[i].settlement = ASSETS - 1 - r->instruments[i].settlement;
    }
}

static void test_ids_do_not_depend_on_the_order_of_rows(void **state)
{
    rows *r = *state;
    hpm_hash hash = hash_of(r);
    reverse(r);
    hpm_hash turned = hash_of(r);
    assert_memory_equal(&hash, &turned, sizeof hash);
    for (uint32_t i = 0; i < INSTRUMENTS; i++) {
        const hpm_instrument *row = &r->catalog.instruments[i];
        assert_string_equal(row->name, world_instruments[i].name);
        assert_int_equal(row->underlying, world_instruments[i].underlying);
        assert_int_equal(row->settlement, world_instruments[i].settlement);
        assert_int_equal(hpm_catalog_find_instrument(&r->catalog, row->name), i);
    }
    for (uint32_t a = 0; a < ASSETS; a++)
        assert_int_equal(hpm_catalog_find_asset(&r->catalog, world_assets[a].name), a);
}

static void test_names_that_are_not_there(void **state)
{
    rows *r = *state;
    char longest[80];
    hash_of(r);
    memset(longest, 'b', sizeof longest);
    longest[sizeof longest - 1] = '\0';
    assert_int_equal(hpm_catalog_find_asset(&r->catalog, "AAA"), HPM_NONE);
    assert_int_equal(hpm_catalog_find_asset(&r->catalog, "ZZZ"), HPM_NONE);
    assert_int_equal(hpm_catalog_find_asset(&r->catalog, ""), HPM_NONE);
    assert_int_equal(hpm_catalog_find_asset(&r->catalog, longest), HPM_NONE);
    assert_int_equal(hpm_catalog_find_instrument(&r->catalog, "b:perp:"), HPM_NONE);
    assert_int_equal(hpm_catalog_find_instrument(&r->catalog, longest), HPM_NONE);
    assert_int_equal(hpm_catalog_find_expiry(&r->catalog, BTC, NEAR_NS + 1), HPM_NONE);
    assert_int_equal(hpm_catalog_find_expiry(&r->catalog, ETH, FAR_NS), HPM_NONE);
}

/* ---- Derived ------------------------------------------------------------------------------ */

static void test_expiries(void **state)
{
    rows *r = *state;
    hash_of(r);
    assert_int_equal(r->catalog.expiry_count, EXPIRIES);
    assert_int_equal(hpm_catalog_find_expiry(&r->catalog, BTC, NEAR_NS), BTC_NEAR);
    assert_int_equal(hpm_catalog_find_expiry(&r->catalog, BTC, FAR_NS), BTC_FAR);
    assert_int_equal(hpm_catalog_find_expiry(&r->catalog, ETH, NEAR_NS), ETH_NEAR);
    assert_int_equal(r->catalog.instruments[B_FAR_CALL].expiry, BTC_FAR);
    assert_int_equal(r->catalog.instruments[E_FUTURE].expiry, ETH_NEAR);
    assert_int_equal(r->catalog.instruments[B_PERP].expiry, HPM_NONE);
    assert_int_equal(r->catalog.instruments[B_SPOT].expiry, HPM_NONE);
}

/* By underlying, kind (spot, perpetual, dated), expiry, settlement asset. */
static void test_buckets(void **state)
{
    static const hpm_bucket wanted[] = {
        {BTC, USD, HPM_NONE, HPM_BUCKET_SPOT},      {BTC, BTC, HPM_NONE, HPM_BUCKET_PERPETUAL},
        {BTC, USD, HPM_NONE, HPM_BUCKET_PERPETUAL}, {BTC, UST, HPM_NONE, HPM_BUCKET_PERPETUAL},
        {BTC, BTC, BTC_NEAR, HPM_BUCKET_DATED},     {BTC, USD, BTC_NEAR, HPM_BUCKET_DATED},
        {BTC, UST, BTC_NEAR, HPM_BUCKET_DATED},     {BTC, USD, BTC_FAR, HPM_BUCKET_DATED},
        {ETH, USD, HPM_NONE, HPM_BUCKET_PERPETUAL}, {ETH, USD, ETH_NEAR, HPM_BUCKET_DATED},
        {SOL, USD, HPM_NONE, HPM_BUCKET_PERPETUAL}, {UST, USD, HPM_NONE, HPM_BUCKET_SPOT},
    };
    rows *r = *state;
    hash_of(r);
    assert_int_equal(r->catalog.bucket_count, COUNT_OF(wanted));
    for (uint32_t b = 0; b < COUNT_OF(wanted); b++)
        assert_memory_equal(&r->catalog.buckets[b], &wanted[b], sizeof wanted[b]);
    assert_int_equal(r->catalog.instruments[B_SPOT].bucket, 0);
    assert_int_equal(r->catalog.instruments[B_COIN_CALL].bucket, 4);
    assert_int_equal(r->catalog.instruments[B_CALL_80].bucket, 5);
    assert_int_equal(r->catalog.instruments[B_FUTURE].bucket, 5);
    assert_int_equal(r->catalog.instruments[S_PERP].bucket, 10);
}

/* ---- Hash --------------------------------------------------------------------------------- */

static void check_hash(rows *r, const hpm_hash *before, int same, const char *what)
{
    hpm_hash after = hash_of(r);
    if ((memcmp(before, &after, sizeof after) == 0) != same)
        fail_msg("%s: the hash %s", what, same ? "changed" : "did not change");
    memcpy(r->assets, world_assets, sizeof world_assets);
    memcpy(r->instruments, world_instruments, sizeof world_instruments);
}

/* Every attribute that an instrument has reaches the hash, others do not. */
static void test_hash(void **state)
{
    rows *r = *state;
    hpm_hash hash = hash_of(r);
    hpm_instrument *row = &r->instruments[B_CALL_80], *perp = &r->instruments[B_PERP];
    r->assets[UST].kind = HPM_ASSET_TOKEN;
    check_hash(r, &hash, 0, "asset kind");
    r->assets[UST].name[0] = 'V';
    check_hash(r, &hash, 0, "asset name");
    strcpy(row->name, "b:call:81");
    check_hash(r, &hash, 0, "name");
    perp->kind = HPM_SPOT;
    check_hash(r, &hash, 0, "kind");
    r->instruments[B_COIN_CALL].payoff = HPM_LINEAR;
    check_hash(r, &hash, 0, "payoff");
    row->underlying = ETH;
    check_hash(r, &hash, 0, "underlying");
    row->settlement = UST;
    check_hash(r, &hash, 0, "settlement");
    row->contract_size = 2;
    check_hash(r, &hash, 0, "contract size");
    row->lot.e8++;
    check_hash(r, &hash, 0, "lot");
    row->strike = 81;
    check_hash(r, &hash, 0, "strike");
    row->is_call = 0;
    check_hash(r, &hash, 0, "type");
    row->expiry_ns++;
    check_hash(r, &hash, 0, "expiry");
    row->is_call = 5;
    check_hash(r, &hash, 1, "another true");
    perp->strike = 5;
    perp->is_call = 1;
    perp->expiry_ns = NEAR_NS;
    perp->expiry = 77;
    perp->bucket = 77;
    check_hash(r, &hash, 1, "attributes that a perpetual does not have");
    memset(row->name + 20, 'x', 20);
    check_hash(r, &hash, 1, "bytes after the name");
}

/* ---- Refusals ----------------------------------------------------------------------------- */

static void check_bad(rows *r, hpm_status wanted, const char *where, const char *message)
{
    hpm_error error = {0};
    check_error(init(r, &error), &error, wanted, where, message);
    memcpy(r->assets, world_assets, sizeof world_assets);
    memcpy(r->instruments, world_instruments, sizeof world_instruments);
}

static void test_bad_names(void **state)
{
    rows *r = *state;
    r->assets[SOL].name[0] = '\0';
    check_bad(r, HPM_E_RANGE, "assets", "an asset needs a name of 1 to 15 bytes");
    memset(r->assets[SOL].name, 'S', HPM_ASSET_NAME_SIZE);
    check_bad(r, HPM_E_RANGE, "assets", "an asset needs a name of 1 to 15 bytes");
    r->instruments[B_PERP].name[0] = '\0';
    check_bad(r, HPM_E_RANGE, "instruments", "an instrument needs a name of 1 to 63 bytes");
    memset(r->instruments[B_PERP].name, 'p', HPM_NAME_SIZE);
    check_bad(r, HPM_E_RANGE, "instruments", "an instrument needs a name of 1 to 63 bytes");
    strcpy(r->assets[BTC].name, "UST");
    check_bad(r, HPM_E_DUPLICATE, "UST", "asset stated twice");
    strcpy(r->instruments[B_PERP].name, "e:perp");
    check_bad(r, HPM_E_DUPLICATE, "e:perp", "instrument stated twice");
}

static void test_bad_references(void **state)
{
    static const char message[] = "its underlying or settlement asset is not in the catalog";
    rows *r = *state;
    r->instruments[B_PERP].underlying = ASSETS;
    check_bad(r, HPM_E_REFERENCE, "b:perp", message);
    r->instruments[B_PERP].settlement = HPM_NONE;
    check_bad(r, HPM_E_REFERENCE, "b:perp", message);
    r->instruments[B_COIN_PERP].settlement = USD;
    check_bad(r, HPM_E_REFERENCE, "b:coin:perp",
              "an inverse instrument settles in its own underlying");
    r->instruments[B_COIN_PERP].kind = HPM_SPOT;
    check_bad(r, HPM_E_RANGE, "b:coin:perp", "a spot pair cannot be inverse");
}

static void check_size(rows *r, double size, const char *message)
{
    r->instruments[B_PERP].contract_size = size;
    check_bad(r, HPM_E_RANGE, "b:perp", message);
}

static void test_bad_numbers(void **state)
{
    rows *r = *state;
    check_size(r, 0, "contract size outside (0, 1e12] (0)");
    check_size(r, -1, "contract size outside (0, 1e12] (-1)");
    check_size(r, 1.5e12, "contract size outside (0, 1e12] (1.5e+12)");
    check_size(r, INFINITY, "contract size outside (0, 1e12] (inf)");
    check_size(r, NAN, "contract size outside (0, 1e12] (nan)");
    r->instruments[B_PERP].lot.e8 = 0;
    check_bad(r, HPM_E_RANGE, "b:perp", "lot is not positive");
    r->instruments[B_PERP].lot.e8 = INT64_MIN;
    check_bad(r, HPM_E_RANGE, "b:perp", "lot is not positive");
    r->instruments[B_CALL_80].strike = -1;
    check_bad(r, HPM_E_RANGE, "b:call:80", "strike outside [0, 1e15] (-1)");
    r->instruments[B_CALL_80].strike = NAN;
    check_bad(r, HPM_E_RANGE, "b:call:80", "strike outside [0, 1e15] (nan)");
    r->instruments[B_CALL_80].strike = INFINITY;
    check_bad(r, HPM_E_RANGE, "b:call:80", "strike outside [0, 1e15] (inf)");
    r->instruments[B_CALL_80].expiry_ns = 0;
    check_bad(r, HPM_E_RANGE, "b:call:80", "a dated instrument needs its expiry");
    r->instruments[B_FUTURE].expiry_ns = -5;
    check_bad(r, HPM_E_RANGE, "b:future", "a dated instrument needs its expiry");
}

/* The edges themselves are good. */
static void test_edges(void **state)
{
    rows *r = *state;
    hpm_error error = {0};
    r->instruments[B_PERP].contract_size = 1e12;
    r->instruments[B_CALL_80].strike = 0;
    r->instruments[B_CALL_100].strike = 1e15;
    r->instruments[B_FUTURE].expiry_ns = 1;
    memset(r->instruments[S_PERP].name, 'z', HPM_NAME_SIZE - 1);
    check_ok(init(r, &error), &error);
}

static void test_limits(void **state)
{
    rows *r = *state;
    hpm_error error = {0};
    check_error(hpm_catalog_init(&r->catalog, &r->arena, r->assets, HPM_ASSETS_MAX + 1,
                                 r->instruments, 0, &error),
                &error, HPM_E_LIMIT, "assets", "more than 1024 (1025)");
    check_error(hpm_catalog_init(&r->catalog, &r->arena, r->assets, 1, r->instruments,
                                 HPM_INSTRUMENTS_MAX + 1, &error),
                &error, HPM_E_LIMIT, "instruments", "more than 1000000 (1000001)");
}

/* hpm_catalog_size is what init takes, to the byte, and less is refused. */
static void test_memory(void **state)
{
    rows *r = *state;
    hpm_error error = {0};
    hash_of(r);
    assert_int_equal(r->arena.used, r->arena.capacity);
    r->arena.capacity -= HPM_ALIGNMENT;
    check_bad(r, HPM_E_MEMORY, "catalog", "the arena is too small");
    check_ok(hpm_catalog_init(&r->catalog, &r->arena, NULL, 0, NULL, 0, &error), &error);
    assert_int_equal(r->catalog.bucket_count, 0);
    assert_int_equal(hpm_catalog_find_asset(&r->catalog, "USD"), HPM_NONE);
}

#define ROWS_TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ROWS_TEST(test_ids_do_not_depend_on_the_order_of_rows),
        ROWS_TEST(test_names_that_are_not_there),
        ROWS_TEST(test_expiries),
        ROWS_TEST(test_buckets),
        ROWS_TEST(test_hash),
        ROWS_TEST(test_bad_names),
        ROWS_TEST(test_bad_references),
        ROWS_TEST(test_bad_numbers),
        ROWS_TEST(test_edges),
        ROWS_TEST(test_limits),
        ROWS_TEST(test_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
