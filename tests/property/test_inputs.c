/* Laws about inputs: doubt in any input that a figure depends on raises the requirement under hpm
 * and is named, too much age is refused; what cannot be priced is refused by name; limits and the
 * numeraire of a rulebook do what they say. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "book.h"
#include "oracle.h"

enum { HPM, DERIVE, RULEBOOKS };

typedef struct fixture {
    world small;
    hpm_rulebook_document rulebooks[RULEBOOKS];
    desk desks[RULEBOOKS];
} fixture;

static int fixture_open(void **state)
{
    static fixture all;
    static const char *const names[RULEBOOKS] = {"hpm", "derive-pmrm1"};
    world_init(&all.small, NULL, NULL);
    for (int r = 0; r < RULEBOOKS; r++) {
        rulebook_load(&all.rulebooks[r], names[r]);
        desk_open(&all.desks[r], &all.small.market, &all.rulebooks[r].rulebook);
    }
    *state = &all;
    return 0;
}

static int fixture_close(void **state)
{
    fixture *all = *state;
    for (int r = 0; r < RULEBOOKS; r++) {
        desk_close(&all->desks[r]);
        hpm_rulebook_document_free(&all->rulebooks[r]);
    }
    world_free(&all->small);
    return 0;
}

/* ---- One input changed -------------------------------------------------------------------- */

typedef enum input_kind { PRICE, FORWARD, MARK, VOL } input_kind;

/* Which input, and what becomes of it. */
typedef struct change {
    input_kind kind;
    uint32_t id;
    double factor, confidence, age_s;
} change;

static hpm_input *input_at(hpm_market *market, input_kind kind, uint32_t id)
{
    switch (kind) {
    case PRICE:
        return &market->asset_price[id];
    case FORWARD:
        return &market->curve[id].forward;
    case MARK:
        return &market->mark[id];
    case VOL:
        break;
    }
    return &market->vol[id];
}

static void apply_change(hpm_market *market, const void *data)
{
    const change *what = data;
    hpm_input *input = input_at(market, what->kind, what->id);
    input->value *= what->factor;
    input->confidence = what->confidence;
    input->age_s = what->age_s;
}

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
    world_init(&to->at, apply_change, what);
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

static void check_refusal(const desk *on, const dependence *what, const book *rows)
{
    const hpm_market *market = on->array.market;
    change old = {what->kind, what->find(market, what->name), 1, 1, 3600.5};
    changed stale;
    changed_open(&stale, on->array.rulebook, rows, &old);
    if (stale.out.status != HPM_E_STALE || strcmp(stale.out.error.where, what->refusal) != 0)
        fail_msg("%s: %s of \"%s\" instead of E_STALE of \"%s\"", what->text,
                 hpm_status_name(stale.out.status), stale.out.error.where, what->refusal);
    changed_close(&stale);
}

static void doubt_in_each_kind_of_input_is_charged(void **state)
{
    const desk *on = &((fixture *)*state)->desks[HPM];
    for (size_t i = 0; i < sizeof dependences / sizeof *dependences; i++)
        for (int64_t lots = -5; lots <= 5; lots += 10) {
            book rows = book_of(&dependences[i], on->array.catalog, lots);
            check_doubt(on, &dependences[i], &rows, 0.9, 0);
            check_doubt(on, &dependences[i], &rows, 1, 900);
            check_doubt(on, &dependences[i], &rows, 0.5, 3600);
            check_refusal(on, &dependences[i], &rows);
        }
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
        if (!isnan(input_at((hpm_market *)market, what.kind, what.id)->value)) return what;
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
    const desk *on = &((fixture *)*state)->desks[HPM];
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
    desk_open(&on, &worn.market, &all->rulebooks[HPM].rulebook);
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

/* ---- Refusals ----------------------------------------------------------------------------- */

static void check_refused(const desk *on, const book *rows, hpm_status status, const char *where)
{
    outcome out;
    outcome_try(&out, on, rows);
    if (out.status != status || strcmp(out.error.where, where) != 0 || out.error.status != status ||
        out.error.message[0] == '\0')
        fail_msg("%s of \"%s\" (%s) instead of %s of \"%s\"", hpm_status_name(out.status),
                 out.error.where, out.error.message, hpm_status_name(status), where);
    outcome_free(&out);
}

static void check_taken(const desk *on, const book *rows)
{
    outcome out;
    outcome_make(&out, on, rows);
    outcome_free(&out);
}

static void check_instrument_refused(const desk *on, const char *name, hpm_status status)
{
    /* Zero lots too: what the row says is not known. */
    for (int64_t lots = -1; lots <= 1; lots++) {
        book rows = {.balance_count = 0};
        book_own(&rows, on->array.catalog, "USD", 1e6);
        book_hold(&rows, on->array.catalog, "t:BTC-PERP", 3);
        book_hold(&rows, on->array.catalog, name, lots);
        check_refused(on, &rows, status, name);
    }
}

static void what_cannot_be_priced_is_refused(void **state)
{
    const desk *on = &((fixture *)*state)->desks[HPM];
    check_instrument_refused(on, "t:BTC-OLD-60000-C", HPM_E_EXPIRED);
    check_instrument_refused(on, "t:BTC-D300", HPM_E_MISSING_PRICE);
    check_instrument_refused(on, "t:SOL_USDC-D90-120-P", HPM_E_MISSING_PRICE);
    check_instrument_refused(on, "t:SOL_USDC-HUGE", HPM_E_OVERFLOW);
}

static void remove_input(hpm_market *market, const void *data)
{
    const change *what = data;
    input_at(market, what->kind, what->id)->value = NAN;
}

static void missing_prices_of_assets_are_refused(void **state)
{
    static const struct {
        const char *asset, *own, *instrument, *where;
    } cases[] = {
        {"STETH", "STETH", NULL, "STETH"},
        {"USDC", NULL, "t:SOL_USDC-PERP", "USDC"},
        {"SOL", NULL, "t:SOL_USDC-PERP", "t:SOL_USDC-PERP"},
        {"BTC", NULL, "t:BTC-D30-60000-C", "t:BTC-D30-60000-C"},
    };
    const hpm_rulebook *rulebook = &((fixture *)*state)->rulebooks[HPM].rulebook;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        world poor, full;
        desk on;
        book rows = {.balance_count = 0}, cash = {.balance_count = 0};
        world_init(&full, NULL, NULL);
        change gone = {.kind = PRICE, .id = asset_named(&full.catalog, cases[i].asset)};
        world_init(&poor, remove_input, &gone);
        desk_open(&on, &poor.market, rulebook);
        if (cases[i].own) book_own(&rows, &poor.catalog, cases[i].own, 1);
        if (cases[i].instrument) book_hold(&rows, &poor.catalog, cases[i].instrument, 1);
        check_refused(&on, &rows, HPM_E_MISSING_PRICE, cases[i].where);
        /* It matters only to those who hold it. */
        book_own(&cash, &poor.catalog, "USD", 10);
        book_hold(&cash, &poor.catalog, "t:ETH-PERP", 10);
        check_taken(&on, &cash);
        desk_close(&on);
        world_free(&full);
        world_free(&poor);
    }
}

/* Quantities as large as they can be written are refused or exact; never wrapped. */
static void large_quantities_are_refused_by_name(void **state)
{
    static const char *const names[] = {"t:BTC-PERP", "t:BTC_USDC-PERP", "t:BTC-D30-60000-C",
                                        "t:BTC/USDC"};
    const desk *on = &((fixture *)*state)->desks[HPM];
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        for (int sign = -1; sign <= 1; sign += 2) {
            const hpm_catalog *catalog = on->array.catalog;
            const hpm_instrument *row = &catalog->instruments[instrument_named(catalog, names[i])];
            book rows = {.balance_count = 0};
            outcome out;
            book_hold(&rows, catalog, names[i], sign * (INT64_MAX / row->lot.e8));
            outcome_try(&out, on, &rows);
            if (out.status != HPM_E_OVERFLOW || out.error.where[0] == '\0')
                fail_msg("%s: %s of \"%s\"", names[i], hpm_status_name(out.status),
                         out.error.where);
            outcome_free(&out);
        }
}

/* ---- Limits and the numeraire ------------------------------------------------------------- */

static void underlyings_are_counted(void **state)
{
    const desk *on = &((fixture *)*state)->desks[DERIVE];
    const hpm_catalog *catalog = on->array.catalog;
    book rows = {.balance_count = 0};
    /* Cash, tokens and a coin balance of zero are no underlying. */
    book_hold(&rows, catalog, "t:BTC-PERP", 10);
    book_own(&rows, catalog, "USD", 1000);
    book_own(&rows, catalog, "USDC", 1000);
    book_own(&rows, catalog, "STETH", 2);
    book_own(&rows, catalog, "BTC", 2);
    book_own(&rows, catalog, "ETH", 0);
    check_taken(on, &rows);
    book two = rows;
    book_own(&two, catalog, "ETH", 0.00000001);
    check_refused(on, &two, HPM_E_UNSUPPORTED, "book");
    two = rows;
    book_hold(&two, catalog, "t:SOL_USDC-PERP", -1);
    check_refused(on, &two, HPM_E_UNSUPPORTED, "book");
    check_taken(&((fixture *)*state)->desks[HPM], &two);
}

/* A rulebook that counts in USDC gives the figures of one that counts in USD, divided by the price
 * of a USDC. `data` is that price. */
static void price_usdc(hpm_market *market, const void *data)
{
    static const uint64_t wear_seed = 17;
    hpm_input *price = &market->asset_price[asset_named(market->catalog, "USDC")];
    world_wear(market, &wear_seed);
    price->value = *(const double *)data;
}

static void numeraire_divides_everything(void **state)
{
    static const double price = 0.93;
    fixture *all = *state;
    hpm_rulebook counted = all->rulebooks[HPM].rulebook;
    world at;
    desk in_usd, in_usdc;
    hpm_error error;
    strcpy(counted.numeraire, "USDC");
    assert_int_equal(hpm_rulebook_finish(&counted, &error), HPM_OK);
    world_init(&at, price_usdc, &price);
    desk_open(&in_usd, &at.market, &all->rulebooks[HPM].rulebook);
    desk_open(&in_usdc, &at.market, &counted);
    for (uint64_t seed = 1; seed <= 60; seed++) {
        rng random = rng_of(seed + 400);
        book rows;
        outcome a, b;
        book_random(&rows, &random, &in_usd, HPM_NONE);
        outcome_make(&a, &in_usd, &rows);
        outcome_make(&b, &in_usdc, &rows);
        const hpm_component *components = counted.components.items;
        double roundings = 1e-13 * oracle_gross(&in_usd, &a);
        for (uint32_t i = 0; i < a.margin.component_count; i++)
            LAW(fabs(b.margin.value[i] * price - a.margin.value[i]) <= roundings, seed,
                "%s is %.12g in USD and %.12g in USDC", components[i].name, a.margin.value[i],
                b.margin.value[i]);
        LAW(fabs(b.margin.equity_real * price - a.margin.equity_real) <= roundings, seed, "equity");
        outcome_free(&a);
        outcome_free(&b);
    }
    desk_close(&in_usd);
    desk_close(&in_usdc);
    world_free(&at);
}

/* Without a price of the numeraire, or with one too old, nothing can be counted, whoever asks. */
static void numeraire_needs_a_price(void **state)
{
    fixture *all = *state;
    hpm_rulebook counted = all->rulebooks[HPM].rulebook;
    hpm_error error;
    uint32_t usdc = asset_named(&all->small.catalog, "USDC");
    change gone = {PRICE, usdc, NAN, 1, 0}, old = {PRICE, usdc, 1, 1, 3601};
    const change *const cases[] = {&gone, &old};
    strcpy(counted.numeraire, "USDC");
    assert_int_equal(hpm_rulebook_finish(&counted, &error), HPM_OK);
    for (int i = 0; i < 2; i++) {
        world at;
        desk on;
        book rows = {.balance_count = 0};
        world_init(&at, apply_change, cases[i]);
        desk_open(&on, &at.market, &counted);
        book_hold(&rows, &at.catalog, "t:BTC-PERP", 5);
        check_refused(&on, &rows, i == 0 ? HPM_E_MISSING_PRICE : HPM_E_STALE, "USDC");
        desk_close(&on);
        world_free(&at);
    }
}

/* ---- Memory ------------------------------------------------------------------------------- */

enum { DATES = 600 };

static void made(hpm_status status, const hpm_error *error)
{
    if (status != HPM_OK) fail_msg("%s: %s", error->where, error->message);
}

static void many_dates(hpm_catalog *catalog, hpm_arena *memory)
{
    static hpm_instrument rows[DATES];
    static const hpm_asset assets[] = {{"BTC", HPM_ASSET_COIN}, {"USDC", HPM_ASSET_STABLECOIN}};
    hpm_error error;
    for (int i = 0; i < DATES; i++) {
        rows[i] = (hpm_instrument){.kind = HPM_OPTION,
                                   .settlement = 1,
                                   .contract_size = 1,
                                   .lot = {HPM_E8},
                                   .strike = 50000,
                                   .expiry_ns = WORLD_NOW_NS + (i + 1) * HPM_DAY_NS};
        snprintf(rows[i].name, sizeof rows[i].name, "t:%03d", i);
    }
    *memory = arena_exact(hpm_catalog_size(2, DATES));
    made(hpm_catalog_init(catalog, memory, assets, 2, rows, DATES, &error), &error);
}

static void flat_market(hpm_market *market, hpm_arena *memory, const hpm_catalog *catalog)
{
    hpm_error error;
    *memory = arena_exact(hpm_market_size(catalog));
    made(hpm_market_begin(market, memory, catalog, 1, WORLD_NOW_NS, &error), &error);
    market->asset_price[0].value = 60000;
    for (uint32_t i = 0; i < DATES; i++) {
        market->curve[i].forward.value = 60000;
        market->vol[i].value = 0.5;
    }
    made(hpm_market_finish(market, &error), &error);
}

/* Many short options, each in an expiry of its own. Derive's charge of naked shorts is what needs
 * the most scratch memory for each position. */
static void stated_sizes_are_enough(void **state)
{
    static hpm_position held[DATES];
    hpm_catalog catalog;
    hpm_market market;
    hpm_arena memory[6];
    hpm_portfolio portfolio;
    hpm_totals totals;
    hpm_breakdown breakdown;
    hpm_error error;
    desk on;
    many_dates(&catalog, &memory[0]);
    flat_market(&market, &memory[1], &catalog);
    desk_open(&on, &market, &((fixture *)*state)->rulebooks[DERIVE].rulebook);
    for (uint32_t i = 0; i < DATES; i++)
        held[i] = (hpm_position){i, {-HPM_E8}, NAN, {0}};
    memory[2] = arena_exact(hpm_account_size(0, DATES, 0));
    hpm_account *account = (hpm_account *)memory[2].base;
    made(hpm_account_init(account, "many", NULL, 0, held, DATES, NULL, 0, &catalog, &error),
         &error);
    memory[3] = arena_exact(hpm_portfolio_size(DATES));
    made(hpm_portfolio_init(&portfolio, &memory[3], account, &on.array, &error), &error);
    assert_int_equal(portfolio.run_count, DATES);
    memory[4] = arena_exact(hpm_totals_size(&on.array, DATES));
    made(hpm_totals_init(&totals, &memory[4], &on.array, &portfolio, &error), &error);
    made(hpm_totals_apply(&on.context, &totals, &on.array, &portfolio, &error), &error);
    memory[5] = arena_exact(hpm_breakdown_size(&on.array, account));
    made(hpm_margin_breakdown(&breakdown, &memory[5], &on.array, &portfolio, &totals, &error),
         &error);
    double naked = breakdown.margin.value[component_index(on.array.rulebook, "naked")];
    assert_true(fabs(naked - DATES * 0.02 * 60000) < 1e-3);
    desk_close(&on);
    for (int i = 0; i < 6; i++)
        arena_free(&memory[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(doubt_in_each_kind_of_input_is_charged),
        cmocka_unit_test(what_matters_is_doubted),
        cmocka_unit_test(listing_is_whole_and_without_repeats),
        cmocka_unit_test(what_cannot_be_priced_is_refused),
        cmocka_unit_test(missing_prices_of_assets_are_refused),
        cmocka_unit_test(large_quantities_are_refused_by_name),
        cmocka_unit_test(underlyings_are_counted),
        cmocka_unit_test(numeraire_divides_everything),
        cmocka_unit_test(numeraire_needs_a_price),
        cmocka_unit_test(stated_sizes_are_enough),
    };
    return cmocka_run_group_tests(tests, fixture_open, fixture_close);
}
