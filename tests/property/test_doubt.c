/* Laws about doubt under hpm: less confidence or more age of any input that a figure depends on
 * raises the requirement, is named, and beyond the hard limit is refused. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "book.h"

typedef struct fixture {
    world small;
    hpm_rulebook_document rulebook;
    desk on;
} fixture;

static int fixture_open(void **state)
{
    static fixture all;
    world_init(&all.small, NULL, NULL);
    rulebook_load(&all.rulebook, "hpm");
    desk_open(&all.on, &all.small.market, &all.rulebook.rulebook);
    *state = &all;
    return 0;
}

static int fixture_close(void **state)
{
    fixture *all = *state;
    desk_close(&all->on);
    hpm_rulebook_document_free(&all->rulebook);
    world_free(&all->small);
    return 0;
}

/* ---- One input changed -------------------------------------------------------------------- */

static const char *name_of(const hpm_catalog *catalog, const change *what)
{
    if (what->kind == PRICE) return catalog->assets[what->id].name;
    if (what->kind != FORWARD) return catalog->instruments[what->id].name;
    return catalog->assets[catalog->expiries[what->id].underlying].name;
}

/* A book on a market with one input changed. */
typedef struct changed {
    world at;
    desk on;
    outcome out;
} changed;

static void changed_open(changed *to, const hpm_rulebook *rulebook, const book *rows,
                         const change *what)
{
    world_init(&to->at, world_change, what);
    desk_open(&to->on, &to->at.market, rulebook);
    outcome_try(&to->out, &to->on, rows);
}

static void changed_close(changed *from)
{
    outcome_free(&from->out);
    desk_close(&from->on);
    world_free(&from->at);
}

enum { DEGRADED_MAX = 64 };

/* The row of an input among what the account is told of, or NULL. */
static const hpm_degraded *degraded_of(const changed *at, hpm_degraded_kind kind, uint32_t id)
{
    static hpm_degraded rows[DEGRADED_MAX];
    uint32_t count = hpm_margin_degraded(rows, DEGRADED_MAX, &at->on.array, &at->out.portfolio);
    assert_true(count <= DEGRADED_MAX);
    for (uint32_t i = 0; i < count; i++)
        if (rows[i].kind == kind && rows[i].id == id) return &rows[i];
    return NULL;
}

/* ---- Doubt, kind by kind ------------------------------------------------------------------ */

/* An account that depends on an input, and how the report names the input. */
typedef struct dependence {
    const char *text;
    const char *instrument, *own; /* what the account holds; NULL: none */
    input_kind kind;
    uint32_t (*find)(const hpm_market *market, const char *name);
    const char *name; /* of the input, for find */
    hpm_degraded_kind shown_kind;
    uint32_t (*find_shown)(const hpm_market *market, const char *name);
    const char *shown;
    const char *refusal; /* what E_STALE names */
} dependence;

static uint32_t find_asset(const hpm_market *market, const char *name)
{
    return asset_named(market->catalog, name);
}

static uint32_t find_instrument(const hpm_market *market, const char *name)
{
    return instrument_named(market->catalog, name);
}

static uint32_t find_expiry(const hpm_market *market, const char *name)
{
    return market->catalog->instruments[instrument_named(market->catalog, name)].expiry;
}

/* An option with a quote of its own. */
static uint32_t find_quoted(const hpm_market *market, const char *name)
{
    uint32_t id = instrument_named(market->catalog, name);
    assert_true(market->vol_quoted[id]);
    return id;
}

/* The quote at or above `strike` in a slice. */
static uint32_t quote_above(const hpm_market *market, uint32_t expiry, double strike)
{
    for (uint32_t k = market->slice_first[expiry]; k < market->slice_first[expiry + 1]; k++)
        if (market->catalog->instruments[market->slice[k]].strike >= strike)
            return market->slice[k];
    fail_msg("no quote above %g", strike);
    return HPM_NONE;
}

/* The next quote above an option that has none of its own. */
static uint32_t find_neighbour(const hpm_market *market, const char *name)
{
    const hpm_instrument *row =
        &market->catalog->instruments[instrument_named(market->catalog, name)];
    assert_false(market->vol_quoted[instrument_named(market->catalog, name)]);
    uint32_t quote = quote_above(market, row->expiry, row->strike);
    assert_true(market->catalog->instruments[quote].strike > row->strike);
    return quote;
}

/* The next quote above the forward of an option's expiry. */
static uint32_t find_atm(const hpm_market *market, const char *name)
{
    uint32_t expiry = find_expiry(market, name);
    return quote_above(market, expiry, market->curve[expiry].forward.value);
}

/* For an expiry without quotes: the next one, and its quote above the same moneyness. */
static uint32_t find_next_expiry(const hpm_market *market, const char *name)
{
    uint32_t expiry = find_expiry(market, name);
    assert_true(market->slice_first[expiry] == market->slice_first[expiry + 1]);
    return expiry + 1;
}

static uint32_t find_across(const hpm_market *market, const char *name)
{
    uint32_t expiry = find_expiry(market, name), next = find_next_expiry(market, name);
    double strike = market->catalog->instruments[instrument_named(market->catalog, name)].strike;
    return quote_above(market, next,
                       strike / market->curve[expiry].forward.value *
                           market->curve[next].forward.value);
}

#define DIRECT(kind, find, name) kind, find, name
#define SHOWN(kind, find, name)  HPM_DEGRADED_##kind, find, name

static const dependence dependences[] = {
    {"price of a coin owned", NULL, "BTC", DIRECT(PRICE, find_asset, "BTC"),
     SHOWN(PRICE, find_asset, "BTC"), "BTC"},
    {"price of a token owed", NULL, "-STETH", DIRECT(PRICE, find_asset, "STETH"),
     SHOWN(PRICE, find_asset, "STETH"), "STETH"},
    {"the reporting currency itself", NULL, "USD", DIRECT(PRICE, find_asset, "USD"),
     SHOWN(PRICE, find_asset, "USD"), "USD"},
    {"index price of an underlying", "t:SOL_USDC-PERP", NULL, DIRECT(PRICE, find_asset, "SOL"),
     SHOWN(PRICE, find_asset, "SOL"), "SOL"},
    {"index price of an option's underlying", "t:BTC-D30-30000-P", NULL,
     DIRECT(PRICE, find_asset, "BTC"), SHOWN(PRICE, find_asset, "BTC"), "BTC"},
    {"price of a settlement asset", "t:SOL_USDC-PERP", NULL, DIRECT(PRICE, find_asset, "USDC"),
     SHOWN(PRICE, find_asset, "USDC"), "USDC"},
    {"mark of a perpetual", "t:BTC-PERP", NULL, DIRECT(MARK, find_instrument, "t:BTC-PERP"),
     SHOWN(MARK, find_instrument, "t:BTC-PERP"), "t:BTC-PERP"},
    {"mark of a future", "t:ETH_USDC-D30", NULL, DIRECT(MARK, find_instrument, "t:ETH_USDC-D30"),
     SHOWN(MARK, find_instrument, "t:ETH_USDC-D30"), "t:ETH_USDC-D30"},
    {"mark of a spot pair", "t:BTC/USDC", NULL, DIRECT(MARK, find_instrument, "t:BTC/USDC"),
     SHOWN(MARK, find_instrument, "t:BTC/USDC"), "t:BTC/USDC"},
    {"forward of an option's expiry", "t:BTC-D30-60000-C", NULL,
     DIRECT(FORWARD, find_expiry, "t:BTC-D30-60000-C"),
     SHOWN(FORWARD, find_expiry, "t:BTC-D30-60000-C"), "t:BTC-D30-60000-C"},
    {"a quoted volatility", "t:BTC-D7-30000-C", NULL, DIRECT(VOL, find_quoted, "t:BTC-D7-30000-C"),
     SHOWN(VOL, find_instrument, "t:BTC-D7-30000-C"), "t:BTC-D7-30000-C"},
    {"the volatility next to one that is not quoted", "t:BTC-D30-66000-C", NULL,
     DIRECT(VOL, find_neighbour, "t:BTC-D30-66000-C"),
     SHOWN(VOL, find_instrument, "t:BTC-D30-66000-C"), "t:BTC-D30-66000-C"},
    {"the volatility next to the forward", "t:BTC-D30-30000-P", NULL,
     DIRECT(VOL, find_atm, "t:BTC-D30-30000-P"), SHOWN(VOL_ATM, find_expiry, "t:BTC-D30-30000-P"),
     "t:BTC-D30-30000-P"},
    {"a volatility of the next expiry where an expiry has none", "t:BTC-D90-51000-P", NULL,
     DIRECT(VOL, find_across, "t:BTC-D90-51000-P"),
     SHOWN(VOL, find_instrument, "t:BTC-D90-51000-P"), "t:BTC-D90-51000-P"},
    {"the forward of that next expiry", "t:BTC-D90-51000-P", NULL,
     DIRECT(FORWARD, find_next_expiry, "t:BTC-D90-51000-P"),
     SHOWN(VOL, find_instrument, "t:BTC-D90-51000-P"), "t:BTC-D90-51000-P"},
};

static book book_of(const dependence *what, const hpm_catalog *catalog, int64_t lots)
{
    book rows = {.balance_count = 0};
    if (what->instrument) book_hold(&rows, catalog, what->instrument, lots);
    if (what->own && what->own[0] == '-') book_own(&rows, catalog, what->own + 1, -3);
    if (what->own && what->own[0] != '-') book_own(&rows, catalog, what->own, 3);
    return rows;
}

static void check_doubt(const desk *on, const dependence *what, const book *rows, double confidence,
                        double age_s)
{
    const hpm_market *market = on->array.market;
    change doubt = {what->kind, what->find(market, what->name), 1, confidence, age_s};
    uint32_t shown = what->find_shown(market, what->shown);
    double effective = confidence * (1 - age_s / on->array.rulebook->age_hard_s);
    outcome sure;
    changed doubtful;
    outcome_make(&sure, on, rows);
    changed_open(&doubtful, on->array.rulebook, rows, &doubt);
    if (doubtful.out.status != HPM_OK)
        fail_msg("%s: %s %s", what->text, doubtful.out.error.where, doubtful.out.error.message);
    if (!(doubtful.out.margin.initial.e8 > sure.margin.initial.e8) ||
        !(doubtful.out.margin.maintenance.e8 > sure.margin.maintenance.e8))
        fail_msg("%s: IM %.17g with confidence %g and age %g s, %.17g without doubt", what->text,
                 doubtful.out.margin.initial_real, confidence, age_s, sure.margin.initial_real);
    assert_true(doubtful.out.margin.equity.e8 == sure.margin.equity.e8);
    const hpm_degraded *row = degraded_of(&doubtful, what->shown_kind, shown);
    if (!row) fail_msg("%s: the report does not name it", what->text);
    if (!(fabs(row->effective - effective) < 1e-12 && row->confidence == confidence &&
          row->age_s == age_s))
        fail_msg("%s: confidence %g, age %g, effective %g", what->text, row->confidence, row->age_s,
                 row->effective);
    outcome_free(&sure);
    changed_close(&doubtful);
}

/* Without any confidence left, age still counts. */
static void check_refusal(const desk *on, const dependence *what, const book *rows,
                          double confidence)
{
    const hpm_market *market = on->array.market;
    change old = {what->kind, what->find(market, what->name), 1, confidence, 3600.5};
    changed stale;
    changed_open(&stale, on->array.rulebook, rows, &old);
    if (stale.out.status != HPM_E_STALE || strcmp(stale.out.error.where, what->refusal) != 0)
        fail_msg("%s: %s of \"%s\" instead of E_STALE of \"%s\"", what->text,
                 hpm_status_name(stale.out.status), stale.out.error.where, what->refusal);
    changed_close(&stale);
}

static void doubt_in_each_kind_of_input_is_charged(void **state)
{
    const desk *on = &((fixture *)*state)->on;
    for (size_t i = 0; i < sizeof dependences / sizeof *dependences; i++)
        for (int64_t lots = -5; lots <= 5; lots += 10) {
            book rows = book_of(&dependences[i], on->array.catalog, lots);
            check_doubt(on, &dependences[i], &rows, 0.9, 0);
            check_doubt(on, &dependences[i], &rows, 1, 900);
            check_doubt(on, &dependences[i], &rows, 0.5, 3600);
            check_refusal(on, &dependences[i], &rows, 1);
            check_refusal(on, &dependences[i], &rows, 0);
        }
}

/* ---- Doubt of a smile --------------------------------------------------------------------- */

/* An option of an expiry with a smile, under a smile that is doubtful or old. */
static void smile_open(changed *to, const hpm_rulebook *rulebook, const book *rows,
                       const smile_trust *trust)
{
    world_init(&to->at, world_smiles, trust);
    desk_open(&to->on, &to->at.market, rulebook);
    outcome_try(&to->out, &to->on, rows);
}

static void check_shown(const changed *at, hpm_degraded_kind kind, uint32_t id,
                        const smile_trust *trust)
{
    const hpm_degraded *row = degraded_of(at, kind, id);
    if (!row) fail_msg("the report does not name input %d of kind %d", (int)id, (int)kind);
    assert_true(row->confidence == trust->confidence && row->age_s == trust->age_s);
}

static void check_smile(const hpm_rulebook *rulebook, const book *rows, const change *option,
                        const smile_trust *trust)
{
    changed sure, doubtful;
    smile_open(&sure, rulebook, rows, NULL);
    smile_open(&doubtful, rulebook, rows, trust);
    assert_true(sure.out.status == HPM_OK && doubtful.out.status == HPM_OK);
    assert_true(doubtful.out.margin.initial.e8 > sure.out.margin.initial.e8);
    assert_true(doubtful.out.margin.maintenance.e8 > sure.out.margin.maintenance.e8);
    assert_true(doubtful.out.margin.equity.e8 == sure.out.margin.equity.e8);
    assert_null(degraded_of(&sure, HPM_DEGRADED_VOL, option->id));
    check_shown(&doubtful, HPM_DEGRADED_VOL, option->id, trust);
    check_shown(&doubtful, HPM_DEGRADED_VOL_ATM, trust->expiry, trust);
    changed_close(&sure);
    changed_close(&doubtful);
}

/* More age or less confidence costs more, as of any input; beyond the hard limit it is named. */
static void doubt_of_a_smile_is_charged(void **state)
{
    static const char name[] = "t:BTC-D30-60000-C";
    const desk *on = &((fixture *)*state)->on;
    const hpm_rulebook *rulebook = on->array.rulebook;
    const change option = {.id = instrument_named(on->array.catalog, name)};
    smile_trust trust = {on->array.catalog->instruments[option.id].expiry, 0.9, 0};
    for (int64_t lots = -5; lots <= 5; lots += 10) {
        book rows = {.balance_count = 0};
        changed stale;
        book_hold(&rows, on->array.catalog, name, lots);
        check_smile(rulebook, &rows, &option, &trust);
        check_smile(rulebook, &rows, &option, &(smile_trust){trust.expiry, 1, 900});
        check_smile(rulebook, &rows, &option, &(smile_trust){trust.expiry, 0.5, 3600});
        smile_open(&stale, rulebook, &rows, &(smile_trust){trust.expiry, 1, 3600.5});
        assert_int_equal(stale.out.status, HPM_E_STALE);
        assert_string_equal(stale.out.error.where, name);
        assert_string_equal(
            stale.out.error.message,
            "vol of the expiry's smile is older than the hard limit of 3600 s (3600.5 s)");
        changed_close(&stale);
    }
}

/* An expiry between two smiles is as old as the older of them. */
static void doubt_of_a_smile_reaches_its_neighbours(void **state)
{
    static const char name[] = "t:BTC-D90-51000-P";
    const desk *on = &((fixture *)*state)->on;
    const uint32_t id = instrument_named(on->array.catalog, name);
    book rows = {.balance_count = 0};
    changed old;
    book_hold(&rows, on->array.catalog, name, -5);
    uint32_t before = on->array.catalog->instruments[id].expiry - 1;
    smile_open(&old, on->array.rulebook, &rows, &(smile_trust){before, 0.8, 900});
    assert_int_equal(old.out.status, HPM_OK);
    check_shown(&old, HPM_DEGRADED_VOL, id, &(smile_trust){0, 0.8, 900});
    check_shown(&old, HPM_DEGRADED_VOL_ATM, before + 1, &(smile_trust){0, 0.8, 900});
    changed_close(&old);
}

/* ---- Doubt at random ---------------------------------------------------------------------- */

/* An input that the book is likely to depend on: of something held, or next to it. */
static change near_input(rng *random, const hpm_catalog *catalog, const book *rows)
{
    uint32_t id = rows->positions[rng_below(random, rows->position_count)].instrument;
    const hpm_instrument *row = &catalog->instruments[id];
    switch (rng_below(random, 4)) {
    case 0:
        return (change){PRICE, row->underlying, 1.01, 1, 0};
    case 1:
        return (change){PRICE, row->settlement, 1.01, 1, 0};
    case 2:
        if (row->expiry != HPM_NONE)
            return (change){FORWARD, row->expiry + rng_below(random, 2), 1.01, 1, 0};
        break;
    default:
        break;
    }
    if (row->kind != HPM_OPTION) return (change){MARK, id, 1.01, 1, 0};
    return (change){VOL, (id + rng_below(random, 5)) % catalog->instrument_count, 1.01, 1, 0};
}

static change any_input(rng *random, const hpm_catalog *catalog)
{
    change what = {(input_kind)rng_below(random, 4), 0, 1.01, 1, 0};
    if (what.kind == PRICE) what.id = rng_below(random, catalog->asset_count);
    if (what.kind == FORWARD) what.id = rng_below(random, catalog->expiry_count);
    if (what.kind >= MARK) what.id = rng_below(random, catalog->instrument_count);
    return what;
}

static change random_input(rng *random, const hpm_market *market, const book *rows)
{
    for (;;) {
        change what = rng_chance(random, 70) ? near_input(random, market->catalog, rows)
                                             : any_input(random, market->catalog);
        if (what.kind == PRICE && what.id == market->reporting) continue;
        if (what.kind == FORWARD && what.id >= market->catalog->expiry_count) continue;
        if (what.kind == VOL && !market->vol_quoted[what.id]) continue;
        if (!isnan(input_at(market, what.kind, what.id)->value)) return what;
    }
}

/* If a figure moves with the value of an input, doubt in that input raises the requirement, and the
 * report lists something; if the report lists nothing, the requirement is the same. */
static uint32_t check_random_input(const desk *on, const book *rows, change moved, uint64_t seed)
{
    const char *name = name_of(on->array.catalog, &moved);
    hpm_degraded listed[DEGRADED_MAX];
    change doubt = moved;
    outcome base;
    changed other, doubtful;
    doubt.factor = 1;
    doubt.confidence = 0.5;
    outcome_make(&base, on, rows);
    changed_open(&other, on->array.rulebook, rows, &moved);
    changed_open(&doubtful, on->array.rulebook, rows, &doubt);
    LAW(other.out.status == HPM_OK && doubtful.out.status == HPM_OK, seed, "%s", name);
    int depends = !margins_equal(&other.out.margin, &base.margin);
    int is_dearer = doubtful.out.margin.initial.e8 > base.margin.initial.e8;
    uint32_t count =
        hpm_margin_degraded(listed, DEGRADED_MAX, &doubtful.on.array, &doubtful.out.portfolio);
    LAW(!depends || is_dearer, seed, "figures depend on input %d of %s; doubt costs nothing",
        moved.kind, name);
    LAW(!is_dearer || count > 0, seed, "doubt in input %d of %s is charged, not listed", moved.kind,
        name);
    LAW(count > 0 || margins_equal(&doubtful.out.margin, &base.margin), seed,
        "input %d of %s is not listed and changes the margin", moved.kind, name);
    LAW(doubtful.out.margin.initial.e8 >= base.margin.initial.e8, seed, "doubt lowers the IM");
    outcome_free(&base);
    changed_close(&other);
    changed_close(&doubtful);
    return (uint32_t)depends;
}

static void what_matters_is_doubted(void **state)
{
    const desk *on = &((fixture *)*state)->on;
    uint32_t dependent = 0;
    for (uint64_t seed = 1; seed <= 60; seed++) {
        rng random = rng_of(seed + 90000);
        book rows;
        book_random(&rows, &random, on, HPM_NONE);
        dependent +=
            check_random_input(on, &rows, random_input(&random, on->array.market, &rows), seed);
    }
    print_message("%u of 60 random inputs mattered\n", dependent);
    assert_true(dependent >= 30);
}

/* The count does not depend on how many rows fit, and none is listed twice. */
static void listing_is_whole_and_without_repeats(void **state)
{
    static const uint64_t wear_seed = 3;
    fixture *all = *state;
    hpm_degraded listed[256], fewer[256];
    world worn;
    desk on;
    world_init(&worn, world_wear, &wear_seed);
    desk_open(&on, &worn.market, &all->rulebook.rulebook);
    for (uint64_t seed = 1; seed <= 40; seed++) {
        rng random = rng_of(seed);
        book rows;
        outcome out;
        book_random(&rows, &random, &on, HPM_NONE);
        outcome_make(&out, &on, &rows);
        uint32_t count = hpm_margin_degraded(listed, 256, &on.array, &out.portfolio);
        LAW(count > 0 && count <= 256, seed, "%u rows", count);
        for (uint32_t i = 0; i < count; i++)
            for (uint32_t k = 0; k < i; k++)
                LAW(listed[i].kind != listed[k].kind || listed[i].id != listed[k].id, seed,
                    "row %u repeats row %u", i, k);
        for (uint32_t capacity = 0; capacity < count; capacity++) {
            uint32_t again = hpm_margin_degraded(fewer, capacity, &on.array, &out.portfolio);
            LAW(again == count, seed, "%u rows where %u fit, else %u", again, capacity, count);
            LAW(capacity == 0 || memcmp(&fewer[capacity - 1].id, &listed[capacity - 1].id,
                                        sizeof fewer->id) == 0,
                seed, "other rows where %u fit", capacity);
        }
        outcome_free(&out);
    }
    desk_close(&on);
    world_free(&worn);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(doubt_in_each_kind_of_input_is_charged),
        cmocka_unit_test(doubt_of_a_smile_is_charged),
        cmocka_unit_test(doubt_of_a_smile_reaches_its_neighbours),
        cmocka_unit_test(what_matters_is_doubted),
        cmocka_unit_test(listing_is_whole_and_without_repeats),
    };
    return cmocka_run_group_tests(tests, fixture_open, fixture_close);
}
