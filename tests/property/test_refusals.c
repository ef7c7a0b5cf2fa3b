/* What cannot be priced or counted is refused by status and name, a rulebook's limit and numeraire
 * do what they say, and the sizes that the library states are enough. */
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
        change gone = {PRICE, asset_named(&full.catalog, cases[i].asset), NAN, 1, 0};
        world_init(&poor, world_change, &gone);
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
        world_init(&at, world_change, cases[i]);
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
