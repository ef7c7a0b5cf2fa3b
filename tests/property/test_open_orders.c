/* Laws of open orders: the requirement is never below what any set of fills needs, for all sets of
 * up to 16 orders, for every component of every rulebook; what is said to be exact is exact. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "book.h"
#include "hpm/open_orders.h"

enum { ORDERS_MAX = 16, RATIOS_MAX = 4096 };
enum { SMALL, SAMPLE, WORN, CROSS, MARKETS };
enum { HPM, DERIBIT, DERIVE, KRAKEN, BINANCE, OKX, DERIVE_SRM, UNFOLDED, RULEBOOKS };

static const char *const rulebook_names[RULEBOOKS] = {
    "hpm", "deribit-pm", "derive-pmrm1", "kraken-pm", "binance-pm", "okx-pm", "derive-srm", "hpm"};

/* Contracts on one coin that settle in another, and a pair of two coins. */
static const char cross_market[] =
    "{\"schema\":\"hpm/market/1\",\"time\":\"2026-03-02T07:45:00Z\",\"reporting\":\"USD\","
    "\"catalog\":{\"schema\":\"hpm/catalog/1\",\"assets\":["
    "{\"asset\":\"BTC\",\"kind\":\"coin\"},{\"asset\":\"ETH\",\"kind\":\"coin\"},"
    "{\"asset\":\"STETH\",\"kind\":\"token\"},{\"asset\":\"USD\",\"kind\":\"fiat\"},{\"asset\":"
    "\"USDC\",\"kind\":\"stablecoin\"}],"
    "\"instruments\":["
    "{\"instrument\":\"c:BTC\",\"kind\":\"perpetual\",\"payoff\":\"linear\","
    "\"underlying\":\"BTC\",\"settlement\":\"USDC\",\"contract_size\":1,\"lot\":\"0.001\"},"
    "{\"instrument\":\"c:ETH\",\"kind\":\"perpetual\",\"payoff\":\"inverse\","
    "\"underlying\":\"ETH\",\"settlement\":\"ETH\",\"contract_size\":1,\"lot\":\"1\"},"
    "{\"instrument\":\"c:ETHBTC\",\"kind\":\"perpetual\",\"payoff\":\"linear\","
    "\"underlying\":\"ETH\",\"settlement\":\"BTC\",\"contract_size\":1,\"lot\":\"0.01\"},"
    "{\"instrument\":\"c:ETHBTC-D\",\"kind\":\"future\",\"payoff\":\"linear\","
    "\"underlying\":\"ETH\",\"settlement\":\"BTC\",\"contract_size\":1,\"lot\":\"0.01\","
    "\"expiry\":\"2026-06-26T08:00:00Z\"},"
    "{\"instrument\":\"c:ETH/BTC\",\"kind\":\"spot\",\"payoff\":\"linear\","
    "\"underlying\":\"ETH\",\"settlement\":\"BTC\",\"contract_size\":1,\"lot\":\"0.01\"},"
    "{\"instrument\":\"c:STETH/USDC\",\"kind\":\"spot\",\"payoff\":\"linear\","
    "\"underlying\":\"STETH\",\"settlement\":\"USDC\",\"contract_size\":1,\"lot\":\"0.1\"},"
    "{\"instrument\":\"c:BTC/USDC\",\"kind\":\"spot\",\"payoff\":\"linear\","
    "\"underlying\":\"BTC\",\"settlement\":\"USDC\",\"contract_size\":1,\"lot\":\"0.01\"}]},"
    "\"assets\":[{\"asset\":\"BTC\",\"price\":60000},{\"asset\":\"ETH\",\"price\":2400},"
    "{\"asset\":\"STETH\",\"price\":2390},"
    "{\"asset\":\"USD\",\"price\":1},{\"asset\":\"USDC\",\"price\":0.98}],"
    "\"instruments\":[{\"instrument\":\"c:BTC\",\"mark\":60100},"
    "{\"instrument\":\"c:ETH\",\"mark\":2399},{\"instrument\":\"c:ETHBTC\",\"mark\":0.0401},"
    "{\"instrument\":\"c:ETHBTC-D\",\"mark\":0.0405},"
    "{\"instrument\":\"c:ETH/BTC\",\"mark\":0.04},"
    "{\"instrument\":\"c:STETH/USDC\",\"mark\":2400},"
    "{\"instrument\":\"c:BTC/USDC\",\"mark\":60010}]}";

typedef struct table {
    const hpm_market *market;
    hpm_rulebook rulebook; /* a copy, whose initial requirement a test may point elsewhere */
    hpm_context context;
    hpm_desk desk;
    hpm_arena memory, work, scratch;
    /* Without scenarios a lot can be held that is too large for them: what others can price. */
    struct table *priced;
} table;

typedef struct fixture {
    world small, worn;
    hpm_market_document sample, cross;
    hpm_rulebook_document rulebooks[RULEBOOKS];
    table tables[MARKETS][RULEBOOKS];
} fixture;

static hpm_account *account_of(const book *rows, const hpm_catalog *catalog)
{
    hpm_error error;
    hpm_account *account =
        malloc(hpm_account_size(rows->balance_count, rows->position_count, rows->declared_count));
    assert_non_null(account);
    if (hpm_account_init(account, "book", rows->balances, rows->balance_count, rows->positions,
                         rows->position_count, rows->declared, rows->declared_count, catalog,
                         &error) != HPM_OK)
        fail_msg("%s: %s", error.where, error.message);
    return account;
}

static void table_open(table *out, const hpm_market *market, const hpm_rulebook *rulebook)
{
    hpm_error error;
    const hpm_account largest = {.balance_count = BOOK_BALANCES,
                                 .position_count = BOOK_POSITIONS + ORDERS_MAX,
                                 .declared_count = BOOK_DECLARED};
    *out = (table){.market = market, .rulebook = *rulebook, .priced = out};
    if (hpm_context_init(&out->context, HPM_ISA_BASE, &error) != HPM_OK) fail_msg("context");
    out->memory = arena_exact(hpm_desk_size(market->catalog, rulebook));
    if (hpm_desk_init(&out->desk, &out->memory, &out->context, market, &out->rulebook, &error) !=
        HPM_OK)
        fail_msg("%s: %s", error.where, error.message);
    out->work = arena_exact(
        hpm_desk_work_size(&out->desk, largest.position_count,
                           largest.balance_count + largest.declared_count + 2 * ORDERS_MAX));
    hpm_desk_work(&out->desk, &out->work);
    out->scratch = arena_exact(2 * hpm_account_traded_size(&out->desk.array, &largest, ORDERS_MAX) +
                               hpm_open_orders_size(&out->desk, &largest, ORDERS_MAX));
}

static void table_close(table *old)
{
    arena_free(&old->memory);
    arena_free(&old->work);
    arena_free(&old->scratch);
}

static void unfold(hpm_rulebook *rulebook)
{
    hpm_component *rows = rulebook->components.items;
    for (uint32_t i = 0; i < rulebook->components.count; i++)
        if (rows[i].kind == HPM_COMPONENT_JOINT_GRID) rows[i].rule.joint.fold = HPM_FOLD_IDENTITY;
}

static int fixture_open(void **state)
{
    static fixture all;
    const uint64_t seed = 5;
    hpm_error error;
    world_init(&all.small, NULL, NULL);
    world_init(&all.worn, world_wear, &seed);
    sample_market_load(&all.sample);
    if (hpm_market_decode(&all.cross, cross_market, sizeof cross_market - 1, NULL, &error) !=
        HPM_OK)
        fail_msg("%s: %s", error.where, error.message);
    const hpm_market *markets[MARKETS] = {[SMALL] = &all.small.market,
                                          [SAMPLE] = &all.sample.market,
                                          [WORN] = &all.worn.market,
                                          [CROSS] = &all.cross.market};
    for (int r = 0; r < RULEBOOKS; r++) {
        rulebook_load(&all.rulebooks[r], rulebook_names[r]);
        if (r == UNFOLDED) unfold(&all.rulebooks[r].rulebook);
        /* Open orders want one pocket; the charges do not know. */
        all.rulebooks[r].rulebook.grouping = HPM_GROUPING_ACCOUNT;
        for (int m = 0; m < MARKETS; m++)
            table_open(&all.tables[m][r], markets[m], &all.rulebooks[r].rulebook);
        for (int m = 0; m < MARKETS && all.rulebooks[r].rulebook.sets.count == 0; m++)
            all.tables[m][r].priced = &all.tables[m][HPM];
    }
    *state = &all;
    return 0;
}

static int fixture_close(void **state)
{
    fixture *all = *state;
    for (int r = 0; r < RULEBOOKS; r++) {
        for (int m = 0; m < MARKETS; m++)
            table_close(&all->tables[m][r]);
        hpm_rulebook_document_free(&all->rulebooks[r]);
    }
    hpm_market_document_free(&all->sample);
    hpm_market_document_free(&all->cross);
    world_free(&all->small);
    world_free(&all->worn);
    return 0;
}

/* ---- Books and orders at random ----------------------------------------------------------- */

/* `book_random` wants a desk of the tests: only its array is read. */
static void random_book(book *out, rng *random, const table *on, uint32_t underlying)
{
    desk view = {.array = on->priced->desk.array};
    book_random(out, random, &view, underlying);
}

/* A condor in calls of one bucket, whose loss has a bound; nothing where there are too few. */
static void condor_book(book *out, rng *random, table *on)
{
    const hpm_catalog *catalog = on->market->catalog;
    uint32_t bucket = rng_below(random, catalog->bucket_count), count = 0, ids[4];
    int64_t lots = 1 + (int64_t)rng_below(random, 40);
    memset(out, 0, sizeof *out);
    for (double least = -1; count < 4;) {
        uint32_t next = HPM_NONE;
        for (uint32_t i = 0; i < catalog->instrument_count; i++) {
            const hpm_instrument *row = &catalog->instruments[i];
            hpm_desk_fill(&on->desk, i);
            if (row->bucket != bucket || row->kind != HPM_OPTION || !row->is_call ||
                row->strike <= least || on->desk.array.row_state[i] != HPM_ROW_READY)
                continue;
            if (next == HPM_NONE || row->strike < catalog->instruments[next].strike) next = i;
        }
        if (next == HPM_NONE) return;
        least = catalog->instruments[next].strike;
        if (rng_chance(random, 60)) ids[count++] = next;
    }
    for (int k = 0; k < 4; k++) {
        hpm_position *row = &out->positions[out->position_count++];
        *row = (hpm_position){.instrument = ids[k], .entry_price = NAN};
        row->quantity.e8 = (k % 3 == 0 ? lots : -lots) * catalog->instruments[ids[k]].lot.e8;
    }
}

static int moves_two(const hpm_catalog *catalog, const hpm_instrument *row)
{
    return row->settlement != row->underlying &&
           catalog->assets[row->settlement].kind == HPM_ASSET_COIN;
}

/* At the mark or up to a tenth away from it, with and without a fee; of a size like positions'. */
static int random_order(hpm_order *out, rng *random, table *on, uint32_t underlying)
{
    const hpm_catalog *catalog = on->market->catalog;
    const hpm_risk_array *array = &on->desk.array;
    uint32_t id = rng_below(random, catalog->instrument_count);
    const hpm_instrument *row = &catalog->instruments[id];
    hpm_error error;
    hpm_fill fill;
    if (underlying != HPM_NONE && (row->underlying != underlying || moves_two(catalog, row)))
        return 0;
    hpm_desk_fill(&on->desk, id);
    hpm_desk_fill(&on->priced->desk, id);
    if (on->priced->desk.array.row_state[id] != HPM_ROW_READY) return 0;
    double notional = array->units_per_lot[id] * on->market->asset_price[row->underlying].value;
    int64_t lots = (int64_t)(rng_real(random, -200000, 200000) / notional);
    *out = (hpm_order){"", id, {(lots == 0 ? 1 : lots) * row->lot.e8}, NAN, {0}};
    if (hpm_fill_of(&fill, array, out, &error) != HPM_OK) return 0;
    if (rng_chance(random, 60) && fill.price > 0)
        out->price = fill.price * rng_real(random, 0.9, 1.1);
    if (rng_chance(random, 60))
        hpm_e8_from_double(&out->fee.e8,
                           rng_real(random, 0, 40) / on->market->asset_price[row->settlement].value,
                           HPM_ROUND_CEILING);
    return 1;
}

static void random_orders(hpm_order *orders, uint32_t count, rng *random, table *on,
                          uint32_t underlying)
{
    for (uint32_t i = 0; i < count;)
        i += random_order(&orders[i], random, on, underlying) != 0;
}

/* ---- Brute force -------------------------------------------------------------------------- */

typedef struct brute {
    double value[HPM_COMPONENTS_MAX]; /* largest value less gain, over all sets */
    int64_t initial_e8;               /* largest initial margin less gain, as money */
    hpm_margin none;                  /* nothing filled */
} brute;

static void margin_of(hpm_margin *out, table *on, const hpm_account *account, uint64_t seed)
{
    hpm_error error = {0};
    hpm_status status = hpm_desk_margin(&on->desk, out, account, &error);
    LAW(status == HPM_OK, seed, "%s: %s", error.where, error.message);
}

static void try_set(brute *out, table *on, const hpm_account *account, const hpm_order *orders,
                    uint32_t count, uint32_t set, uint64_t seed)
{
    hpm_order chosen[ORDERS_MAX];
    hpm_error error = {0};
    hpm_account *after;
    hpm_margin margin;
    uint32_t some = 0;
    for (uint32_t i = 0; i < count; i++)
        if (set >> i & 1) chosen[some++] = orders[i];
    on->scratch.used = 0;
    hpm_status status =
        hpm_account_traded(&after, &on->scratch, &on->desk.array, account, chosen, some, &error);
    LAW(status == HPM_OK, seed, "%s: %s", error.where, error.message);
    margin_of(&margin, on, after, seed);
    int64_t need = margin.initial.e8 + (out->none.equity.e8 - margin.equity.e8);
    if (need > out->initial_e8) out->initial_e8 = need;
    for (uint32_t i = 0; i < margin.component_count; i++) {
        double value = margin.value[i] + (out->none.equity_real - margin.equity_real);
        if (value > out->value[i]) out->value[i] = value;
    }
}

static void try_all(brute *out, table *on, const hpm_account *account, const hpm_order *orders,
                    uint32_t count, uint64_t seed)
{
    margin_of(&out->none, on, account, seed);
    memcpy(out->value, out->none.value, sizeof out->value);
    out->initial_e8 = out->none.initial.e8;
    for (uint32_t set = 1; set < 1U << count; set++)
        try_set(out, on, account, orders, count, set, seed);
}

static void evaluate(hpm_open_orders *out, table *on, const hpm_account *account,
                     const hpm_order *orders, uint32_t count, uint64_t seed)
{
    hpm_error error = {0};
    size_t bytes = hpm_open_orders_size(&on->desk, account, count);
    hpm_arena exact = {on->scratch.base, bytes, 0};
    assert_true(bytes <= on->scratch.capacity);
    hpm_status status =
        hpm_open_orders_evaluate(out, &exact, &on->desk, account, orders, count, &error);
    LAW(status == HPM_OK, seed, "%s: %s", error.where, error.message);
}

/* ---- Never below brute force -------------------------------------------------------------- */

static double ratios[RATIOS_MAX];
static uint32_t ratio_count;

static int compare_reals(const void *a, const void *b)
{
    double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

static void say_ratios(const char *what)
{
    qsort(ratios, ratio_count, sizeof *ratios, compare_reals);
    print_message("%s: bound / brute force over %u books: median %.4f, 90 %% %.4f, worst %.4f\n",
                  what, ratio_count, ratios[ratio_count / 2], ratios[ratio_count * 9 / 10],
                  ratios[ratio_count - 1]);
    ratio_count = 0;
}

static void check_sums(const hpm_open_orders *got, uint32_t count, uint64_t seed)
{
    int64_t parts = got->rest.e8, dues = got->account_part.e8;
    for (uint32_t i = 0; i < HPM_COMPONENTS_MAX; i++)
        parts += got->part[i].e8;
    for (uint32_t i = 0; i < count; i++) {
        dues += got->order_part[i].e8;
        LAW(got->order_part[i].e8 >= 0, seed, "an order makes the requirement smaller");
    }
    LAW(parts == got->requirement.e8, seed, "parts do not sum");
    LAW(dues == got->requirement.e8, seed, "dues do not sum");
}

static void check_requirement(table *on, const brute *all, const hpm_account *account,
                              const hpm_order *orders, uint32_t count, uint64_t seed)
{
    hpm_open_orders got;
    evaluate(&got, on, account, orders, count, seed);
    LAW(got.requirement.e8 >= all->initial_e8, seed, "%s: %lld is below brute force, %lld",
        on->rulebook.name, (long long)got.requirement.e8, (long long)all->initial_e8);
    LAW(got.attained.e8 <= all->initial_e8 && got.attained.e8 >= all->none.initial.e8, seed,
        "%s: %lld is no set's need", on->rulebook.name, (long long)got.attained.e8);
    check_sums(&got, count, seed);
    if (all->initial_e8 > 0 && ratio_count < RATIOS_MAX)
        ratios[ratio_count++] = (double)got.requirement.e8 / (double)all->initial_e8;
}

/* Scenario losses and slopes, less gains: what a set needs, not more. */
static int is_exact(hpm_component_kind kind)
{
    return kind == HPM_COMPONENT_WORST_SCENARIO || kind == HPM_COMPONENT_JOINT_GRID ||
           kind == HPM_COMPONENT_TAIL_SLOPE;
}

static void check_exact(const table *on, const hpm_component *component, double bound, double all,
                        uint64_t seed)
{
    LAW(bound <= all + 1e-10 * fabs(all) + 1e-6, seed, "%s, %s: %.17g, and brute force %.17g",
        on->rulebook.name, component->name, bound, all);
}

/* Every component as if it were the initial requirement. */
static void check_components(table *on, const brute *all, const hpm_account *account,
                             const hpm_order *orders, uint32_t count, int is_exact_here,
                             uint64_t seed)
{
    uint32_t initial = on->rulebook.initial_index;
    for (uint32_t i = 0; i < on->rulebook.components.count; i++) {
        const hpm_component *component = (const hpm_component *)on->rulebook.components.items + i;
        hpm_open_orders got;
        on->rulebook.initial_index = i;
        evaluate(&got, on, account, orders, count, seed);
        LAW(hpm_e8_to_double(got.requirement.e8) >= all->value[i], seed,
            "%s, %s: %.17g is below brute force, %.17g", on->rulebook.name, component->name,
            hpm_e8_to_double(got.requirement.e8), all->value[i]);
        if (is_exact_here && is_exact(component->kind))
            check_exact(on, component, hpm_e8_to_double(got.requirement.e8 - got.rest.e8),
                        all->value[i], seed);
        check_sums(&got, count, seed);
    }
    on->rulebook.initial_index = initial;
}

static void check_book(table *on, uint32_t count, int is_exact_here, uint64_t seed)
{
    rng random = rng_of(seed + 9000);
    uint32_t one = on->rulebook.underlyings_max == 1
                       ? asset_named(on->market->catalog, seed % 2 ? "BTC" : "ETH")
                       : HPM_NONE;
    hpm_order orders[ORDERS_MAX];
    brute all;
    book rows;
    random_book(&rows, &random, on, one);
    if (rng_chance(&random, 15)) memset(&rows, 0, sizeof rows);
    random_orders(orders, count, &random, on, one);
    hpm_account *account = account_of(&rows, on->market->catalog);
    try_all(&all, on, account, orders, count, seed);
    check_requirement(on, &all, account, orders, count, seed);
    check_components(on, &all, account, orders, count, is_exact_here, seed);
    free(account);
}

static void check_books(table *on, int is_exact_here, uint64_t first)
{
    for (uint64_t seed = first + 1; seed <= first + 40; seed++)
        check_book(on, 1 + (uint32_t)(seed % 8), is_exact_here, seed);
}

/* Exact but where a fill moves two underlyings, and where floors forgive. */
static void never_below_brute_force(void **state)
{
    static const char *const titles[] = {"hpm",        "deribit-pm",        "derive-pmrm1",
                                         "kraken-pm",  "binance-pm",        "okx-pm",
                                         "derive-srm", "hpm without floors"};
    fixture *all = *state;
    for (int r = 0; r < RULEBOOKS; r++) {
        for (int m = 0; m < CROSS; m++)
            check_books(&all->tables[m][r], r != HPM, 1000 * (uint64_t)m);
        say_ratios(titles[r]);
        check_books(&all->tables[CROSS][r], 0, 5000);
        say_ratios("... where fills move two underlyings");
    }
}

static void never_below_brute_force_of_many(void **state)
{
    fixture *all = *state;
    for (uint64_t seed = 101; seed <= 102; seed++)
        check_book(&all->tables[seed % 2 ? SMALL : SAMPLE][HPM], ORDERS_MAX, 0, seed);
    say_ratios("hpm, 16 orders");
}

/* Where floors forgive, the grid is a bound too. */
static void never_below_brute_force_of_condors(void **state)
{
    fixture *all = *state;
    for (int m = SMALL; m <= SAMPLE; m++)
        for (uint64_t seed = 301; seed <= 340; seed++) {
            table *on = &all->tables[m][HPM];
            rng random = rng_of(seed);
            hpm_order orders[ORDERS_MAX];
            uint32_t count = 1 + (uint32_t)(seed % 6);
            brute brute_force;
            book rows;
            condor_book(&rows, &random, on);
            uint32_t underlying =
                rows.position_count > 0
                    ? on->market->catalog->instruments[rows.positions[0].instrument].underlying
                    : HPM_NONE;
            random_orders(orders, count, &random, on, underlying);
            if (rows.position_count > 0 && seed % 2)
                orders[0] = (hpm_order){
                    "", rows.positions[1].instrument, {-rows.positions[1].quantity.e8}, NAN, {0}};
            hpm_account *account = account_of(&rows, on->market->catalog);
            try_all(&brute_force, on, account, orders, count, seed);
            check_requirement(on, &brute_force, account, orders, count, seed);
            check_components(on, &brute_force, account, orders, count, 0, seed);
            free(account);
        }
    say_ratios("hpm, condors");
}

/* ---- Whatever charges are combined to ----------------------------------------------------- */

enum { COMBINED = 12 };

/* hpm's charges, and combinations of each other at random: sums with the same input twice, scales
 * of nothing, minima. */
static void combine_at_random(hpm_rulebook *out, hpm_component *rows,
                              char (*names)[4][HPM_RULE_NAME_SIZE], rng *random)
{
    static const hpm_component_kind kinds[] = {HPM_COMPONENT_SUM, HPM_COMPONENT_MAXIMUM,
                                               HPM_COMPONENT_MINIMUM, HPM_COMPONENT_SCALE};
    const hpm_component *charges = out->components.items;
    uint32_t count = 0;
    for (uint32_t i = 0; i < out->components.count; i++)
        if (charges[i].kind < HPM_COMPONENT_SUM) rows[count++] = charges[i];
    for (uint32_t i = 0; i < COMBINED; i++) {
        hpm_component *row = &rows[count];
        memset(row, 0, sizeof *row);
        row->kind = kinds[rng_below(random, 4)];
        snprintf(row->name, sizeof row->name, "combined %u", i);
        for (uint32_t k = 0; k < 4; k++)
            strcpy(names[i][k],
                   rows[rng_chance(random, 50) ? rng_below(random, 3) : rng_below(random, count)]
                       .name);
        if (row->kind == HPM_COMPONENT_SCALE) {
            strcpy(row->rule.scale.of, names[i][0]);
            row->rule.scale.factor = rng_chance(random, 20) ? 0 : rng_real(random, 0.1, 3);
        } else {
            row->rule.combine.of = (hpm_list){names[i], 1 + rng_below(random, 4)};
        }
        strcpy(out->initial, row->name);
        strcpy(out->maintenance, row->name);
        count++;
    }
    out->components = (hpm_list){rows, count};
}

static void combinations_are_bounds(void **state)
{
    static hpm_component rows[HPM_COMPONENTS_MAX];
    static char names[COMBINED][4][HPM_RULE_NAME_SIZE];
    fixture *all = *state;
    for (uint64_t seed = 1; seed <= 40; seed++) {
        rng random = rng_of(seed + 77);
        hpm_rulebook rulebook = all->rulebooks[HPM].rulebook;
        hpm_error error;
        table on;
        combine_at_random(&rulebook, rows, names, &random);
        if (hpm_rulebook_finish(&rulebook, &error) != HPM_OK)
            fail_msg("%s: %s", error.where, error.message);
        table_open(&on, &all->small.market, &rulebook);
        check_book(&on, 1 + (uint32_t)(seed % 6), 0, seed);
        table_close(&on);
    }
    ratio_count = 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(never_below_brute_force),
        cmocka_unit_test(never_below_brute_force_of_many),
        cmocka_unit_test(never_below_brute_force_of_condors),
        cmocka_unit_test(combinations_are_bounds),
    };
    return cmocka_run_group_tests(tests, fixture_open, fixture_close);
}
