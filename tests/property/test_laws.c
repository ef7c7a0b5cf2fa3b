/* Laws of a margin, on seeded random books under every rulebook: what must hold of any method, and
 * that the engine's figures are those that the rulebook's text gives. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "book.h"
#include "margin/charge.h"
#include "oracle.h"

enum { BOOKS = 120, RULEBOOKS = 6 };

static const char *const rulebook_names[RULEBOOKS] = {
    "hpm", "deribit-pm", "derive-pmrm1", "isolated-same-cover", "cross-venue", "delta"};

/* Every rulebook on a fresh market and on a worn one. */
typedef struct fixture {
    world worlds[2];
    hpm_rulebook_document rulebooks[RULEBOOKS];
    desk desks[RULEBOOKS][2];
} fixture;

static int fixture_open(void **state)
{
    static fixture all;
    static const uint64_t wear_seed = 11;
    world_init(&all.worlds[0], NULL, NULL);
    world_init(&all.worlds[1], world_wear, &wear_seed);
    for (int r = 0; r < RULEBOOKS; r++) {
        rulebook_load(&all.rulebooks[r], rulebook_names[r]);
        for (int w = 0; w < 2; w++)
            desk_open(&all.desks[r][w], &all.worlds[w].market, &all.rulebooks[r].rulebook);
    }
    *state = &all;
    return 0;
}

static int fixture_close(void **state)
{
    fixture *all = *state;
    for (int r = 0; r < RULEBOOKS; r++) {
        for (int w = 0; w < 2; w++)
            desk_close(&all->desks[r][w]);
        hpm_rulebook_document_free(&all->rulebooks[r]);
    }
    world_free(&all->worlds[0]);
    world_free(&all->worlds[1]);
    return 0;
}

/* The book of a seed on a desk; of one underlying where the rulebook covers only one. Without
 * scenarios a lot that is too large for them can be held: books are then what hpm can price. */
static void make_book(book *out, rng *random, const fixture *all, int rulebook, int worn)
{
    const hpm_rulebook *rules = all->desks[rulebook][worn].array.rulebook;
    uint32_t one = rules->underlyings_max == 1 ? rng_below(random, 3) : HPM_NONE;
    book_random(out, random, &all->desks[rules->sets.count > 0 ? rulebook : 0][worn], one);
}

/* Components are of the account as a whole: else they are sums over pockets (test_pockets.c). */
static int is_whole(const desk *on)
{
    return on->array.rulebook->grouping == HPM_GROUPING_ACCOUNT;
}

typedef void law(const desk *on, const book *rows, rng *random, uint64_t seed);

static void for_books(void **state, law *check)
{
    fixture *all = *state;
    for (int r = 0; r < RULEBOOKS; r++)
        for (uint64_t seed = 1; seed <= BOOKS; seed++) {
            rng random = rng_of(seed);
            const desk *on = &all->desks[r][seed % 2];
            book rows;
            make_book(&rows, &random, all, r, seed % 2);
            check(on, &rows, &random, seed);
        }
}

/* ---- Order -------------------------------------------------------------------------------- */

static void order_law(const desk *on, const book *rows, rng *random, uint64_t seed)
{
    book shuffled = *rows;
    outcome a, b;
    book_shuffle(&shuffled, random);
    outcome_make(&a, on, rows);
    outcome_make(&b, on, &shuffled);
    LAW(memcmp(&a.hash, &b.hash, sizeof a.hash) == 0, seed, "the hash depends on the order");
    LAW(margins_equal(&a.margin, &b.margin), seed, "the margin depends on the order");
    LAW(margins_equal(&a.reference, &b.reference), seed, "the reference depends on the order");
    outcome_free(&a);
    outcome_free(&b);
}

static void order_is_irrelevant(void **state)
{
    for_books(state, order_law);
}

/* ---- Nothing held ------------------------------------------------------------------------- */

/* Cash that the rulebook takes at full value, and positions of no lots. */
static void flat_law(const desk *on, const book *rows, rng *random, uint64_t seed)
{
    const hpm_rulebook *rulebook = on->array.rulebook;
    book flat = *rows;
    outcome out;
    (void)random;
    for (uint32_t i = 0; i < flat.position_count; i++) {
        flat.positions[i].quantity.e8 = 0;
        flat.positions[i].funding.e8 = 0;
    }
    flat.balance_count = 0;
    for (int has_cash = 0; has_cash < 2; has_cash++) {
        outcome_make(&out, on, &flat);
        const hpm_money *trusted = &out.margin.initial;
        LAW(trusted->e8 == 0 && out.margin.maintenance.e8 == 0, seed,
            "nothing held needs %lld e-8 under %s", (long long)trusted->e8, rulebook->name);
        LAW(has_cash ? out.margin.equity.e8 > 0 : out.margin.equity.e8 == 0, seed,
            "equity of a flat account under %s", rulebook->name);
        for (uint32_t i = 0; i < out.breakdown.line_count; i++)
            LAW(out.breakdown.lines[i].initial.e8 == 0, seed, "a line of a flat account pays");
        outcome_free(&out);
        /* In a worn market cash is doubtful too. */
        if (on->array.trust_asset[asset_named(on->array.catalog, "USD")] < 1) return;
        book_own(&flat, on->array.catalog, "USD", 1234.5);
    }
}

static void flat_needs_nothing(void **state)
{
    for_books(state, flat_law);
}

/* ---- Sums --------------------------------------------------------------------------------- */

static int64_t sum_of(const hpm_money *parts, uint32_t count)
{
    int64_t sum = 0;
    for (uint32_t i = 0; i < count; i++)
        sum += parts[i].e8;
    return sum;
}

/* The requirement is its component, but for one rounding of each part against the account. */
static void check_total(const desk *on, const hpm_margin *margin, hpm_money total, uint32_t root,
                        uint64_t seed)
{
    double over = (double)total.e8 / 1e8 - margin->value[root];
    double roundings = 1e-14 * fabs(margin->value[root]);
    LAW(over >= -roundings && over <= 1e-8 * margin->component_count + roundings, seed,
        "%s: the requirement is %.12g above its component", on->array.rulebook->name, over);
}

static void sums_law(const desk *on, const book *rows, rng *random, uint64_t seed)
{
    outcome out;
    (void)random;
    outcome_make(&out, on, rows);
    const hpm_margin *margin = &out.margin;
    int64_t initial = 0, maintenance = 0, value = 0;
    for (uint32_t i = 0; i < out.breakdown.line_count; i++) {
        initial += out.breakdown.lines[i].initial.e8;
        maintenance += out.breakdown.lines[i].maintenance.e8;
        value += out.breakdown.lines[i].value.e8;
    }
    LAW(margin->initial.e8 >= margin->maintenance.e8 && margin->maintenance.e8 >= 0, seed,
        "%s: IM %g, MM %g", on->array.rulebook->name, margin->initial_real,
        margin->maintenance_real);
    LAW(sum_of(margin->initial_part, margin->component_count) == margin->initial.e8, seed, "IM");
    LAW(sum_of(margin->maintenance_part, margin->component_count) == margin->maintenance.e8, seed,
        "MM");
    check_total(on, margin, margin->initial, on->array.rulebook->initial_index, seed);
    check_total(on, margin, margin->maintenance, on->array.rulebook->maintenance_index, seed);
    LAW(initial == margin->initial.e8, seed, "lines sum to %lld, not the IM %lld",
        (long long)initial, (long long)margin->initial.e8);
    LAW(maintenance == margin->maintenance.e8, seed, "lines do not sum to the MM");
    /* Each line is rounded once, the equity too. */
    double slack = out.breakdown.line_count + 1 + 1e8 * 1e-13 * oracle_gross(on, &out);
    LAW(fabs((double)(value - margin->equity.e8)) <= slack, seed,
        "values of lines are %lld e-8 from the equity", (long long)(value - margin->equity.e8));
    LAW(margins_equal(margin, &out.breakdown.margin), seed, "the breakdown has another margin");
    outcome_free(&out);
}

static void sums_are_exact(void **state)
{
    for_books(state, sums_law);
}

/* ---- Scenarios ---------------------------------------------------------------------------- */

static int is_scenario_charge(const hpm_component *component)
{
    return component->kind == HPM_COMPONENT_WORST_SCENARIO ||
           component->kind == HPM_COMPONENT_JOINT_GRID;
}

static uint32_t group_of(const hpm_breakdown *breakdown, uint32_t asset)
{
    for (uint32_t g = 0; g < breakdown->underlying_count; g++)
        if (breakdown->underlyings[g] == asset) return g;
    return HPM_NONE;
}

/* The table of the breakdown is what reference rows give, one scenario at a time. */
static void check_scenario_table(const desk *on, const outcome *out, const hpm_component *component,
                                 uint64_t seed)
{
    const hpm_catalog *catalog = on->array.catalog;
    for (uint32_t c = 0; c < on->array.scenario_count; c++) {
        if (!oracle_covers(on->array.rulebook, component, c)) continue;
        for (uint32_t a = 0; a < catalog->asset_count; a++) {
            uint32_t g = group_of(&out->breakdown, a);
            figure pnl = oracle_pnl(on, out, component, a, c);
            double engine =
                g == HPM_NONE
                    ? 0
                    : out->breakdown.scenario_pnl[(size_t)g * on->array.scenario_count + c];
            LAW(fabs(engine - pnl.value) <= pnl.bound, seed, "%s %s, column %u: %.12g, alone %.12g",
                component->name, catalog->assets[a].name, c, engine, pnl.value);
        }
    }
}

/* Every scenario charge is the worst of its scenarios, and the scenario that the margin reports
 * gives that loss again. */
static void worst_law(const desk *on, const book *rows, rng *random, uint64_t seed)
{
    const hpm_rulebook *rulebook = on->array.rulebook;
    const hpm_component *components = rulebook->components.items;
    outcome out;
    (void)random;
    outcome_make(&out, on, rows);
    uint32_t reported = out.margin.worst_column;
    for (uint32_t i = 0; i < rulebook->components.count && is_whole(on); i++) {
        if (!is_scenario_charge(&components[i])) continue;
        int leads = oracle_covers(rulebook, &components[i], reported);
        oracle_worst found =
            oracle_component(on, &out, &components[i], leads ? reported : HPM_NONE);
        check_scenario_table(on, &out, &components[i], seed);
        LAW(fabs(out.margin.value[i] - found.worst.value) <= found.worst.bound, seed,
            "%s is %.12g, the worst of all scenarios %.12g", components[i].name,
            out.margin.value[i], found.worst.value);
        if (leads && !found.is_floor)
            LAW(fabs(out.margin.value[i] - found.at_column) <= 2 * found.worst.bound, seed,
                "%s is %.12g, scenario %u loses %.12g", components[i].name, out.margin.value[i],
                reported, found.at_column);
    }
    outcome_free(&out);
}

static void worst_scenario_reproduces(void **state)
{
    for_books(state, worst_law);
}

/* Charges that are not of scenarios, told again from the rulebook's text. */
static void charges_law(const desk *on, const book *rows, rng *random, uint64_t seed)
{
    const hpm_component *components = on->array.rulebook->components.items;
    outcome out;
    (void)random;
    outcome_make(&out, on, rows);
    for (uint32_t i = 0; i < out.margin.component_count && is_whole(on); i++) {
        figure again = oracle_charge(on, &out, &components[i]);
        if (isnan(again.value)) continue;
        LAW(fabs(out.margin.value[i] - again.value) <= again.bound, seed, "%s is %.12g, not %.12g",
            components[i].name, out.margin.value[i], again.value);
    }
    outcome_free(&out);
}

static void charges_reproduce(void **state)
{
    for_books(state, charges_law);
}

/* ---- More scenarios ----------------------------------------------------------------------- */

/* A copy of a rulebook with one more random scenario in every set. */
typedef struct longer_rulebook {
    hpm_rulebook rulebook;
    hpm_scenario_set sets[HPM_SETS_MAX];
    hpm_scenario scenarios[HPM_SETS_MAX][64];
} longer_rulebook;

static void lengthen(longer_rulebook *out, const hpm_rulebook *from, rng *random)
{
    hpm_error error = {.status = HPM_OK};
    out->rulebook = *from;
    memcpy(out->sets, from->sets.items, from->sets.count * sizeof *out->sets);
    for (uint32_t s = 0; s < from->sets.count; s++) {
        uint32_t count = out->sets[s].scenarios.count;
        int is_basis =
            strcmp(out->sets[s].name, "basis") == 0 || strcmp(out->sets[s].name, "forward") == 0;
        assert_true(count < 64);
        if (count > 0)
            memcpy(out->scenarios[s], out->sets[s].scenarios.items, count * sizeof(hpm_scenario));
        out->scenarios[s][count] = (hpm_scenario){.price = is_basis ? 0 : rng_real(random, -0.9, 3),
                                                  .vol = is_basis ? 0 : rng_real(random, -0.5, 1.5),
                                                  .basis = rng_real(random, -3, 3),
                                                  .weight = 1};
        out->sets[s].scenarios = (hpm_list){out->scenarios[s], count + 1};
    }
    out->rulebook.sets.items = out->sets;
    if (hpm_rulebook_finish(&out->rulebook, &error) != HPM_OK)
        fail_msg("%s: %s", error.where, error.message);
}

/* Bit for bit: the other columns are the same. */
static void check_longer(const desk *on, const desk *longer, const book *rows, uint64_t seed,
                         uint32_t *strictly)
{
    const hpm_component *components = on->array.rulebook->components.items;
    outcome a, b;
    outcome_make(&a, on, rows);
    outcome_make(&b, longer, rows);
    for (uint32_t i = 0; i < a.margin.component_count; i++) {
        LAW(b.margin.value[i] >= a.margin.value[i], seed, "%s fell from %.17g to %.17g",
            components[i].name, a.margin.value[i], b.margin.value[i]);
        *strictly += is_scenario_charge(&components[i]) && b.margin.value[i] > a.margin.value[i];
    }
    LAW(b.margin.initial.e8 >= a.margin.initial.e8, seed, "the IM fell");
    LAW(b.margin.maintenance.e8 >= a.margin.maintenance.e8, seed, "the MM fell");
    outcome_free(&a);
    outcome_free(&b);
}

static void more_scenarios_never_lower(void **state)
{
    fixture *all = *state;
    for (int r = 0; r < RULEBOOKS; r++) {
        const desk *on = &all->desks[r][1];
        uint32_t strictly = 0;
        for (uint64_t seed = 1; seed <= 8; seed++) {
            rng random = rng_of(seed + 7000);
            longer_rulebook *copy = calloc(1, sizeof *copy);
            desk longer;
            lengthen(copy, on->array.rulebook, &random);
            desk_open(&longer, on->array.market, &copy->rulebook);
            for (int b = 0; b < 12; b++) {
                book rows;
                make_book(&rows, &random, all, r, 1);
                check_longer(on, &longer, &rows, seed, &strictly);
            }
            desk_close(&longer);
            free(copy);
        }
        /* Else the added scenarios said nothing. */
        assert_true(strictly > 0 || on->array.rulebook->sets.count == 0);
    }
}

/* ---- Scale -------------------------------------------------------------------------------- */

static int is_power_of_two(int64_t k)
{
    return (k & (k - 1)) == 0;
}

__extension__ typedef __int128 wide;

static wide total_at(const hpm_totals *totals, size_t index)
{
    return totals->wide ? ((const wide *)totals->wide)[index] : totals->ticks[index];
}

static void check_scaled_ticks(const outcome *one, const outcome *many, int64_t k, uint64_t seed)
{
    size_t count = (size_t)one->totals.run_count * one->totals.stride;
    LAW(one->totals.run_count == many->totals.run_count, seed, "other buckets");
    for (size_t i = 0; i < count; i++)
        LAW(total_at(&many->totals, i) == k * total_at(&one->totals, i), seed,
            "total %zu times %lld", i, (long long)k);
}

static void scale_law(const desk *on, const book *rows, rng *random, uint64_t seed)
{
    static const int64_t factors[] = {2, 3, 7, 16, 100};
    const hpm_component *components = on->array.rulebook->components.items;
    int64_t k = factors[rng_below(random, 5)];
    book scaled = *rows;
    outcome one, many;
    book_scale(&scaled, k);
    outcome_make(&one, on, rows);
    outcome_make(&many, on, &scaled);
    check_scaled_ticks(&one, &many, k, seed);
    for (uint32_t i = 0; i < one.margin.component_count; i++) {
        double wanted = (double)k * one.margin.value[i];
        if (hpm_component_breaks(on->array.rulebook, i) & HPM_BREAKS_SCALE) continue;
        if (is_scenario_charge(&components[i]) && is_power_of_two(k))
            LAW(many.margin.value[i] == wanted, seed, "%s times %lld: %.17g, not %.17g",
                components[i].name, (long long)k, many.margin.value[i], wanted);
        else
            LAW(fabs(many.margin.value[i] - wanted) <= 1e-13 * oracle_gross(on, &many), seed,
                "%s times %lld: %.17g, not %.17g", components[i].name, (long long)k,
                many.margin.value[i], wanted);
    }
    outcome_free(&one);
    outcome_free(&many);
}

static void quantity_scales(void **state)
{
    for_books(state, scale_law);
}

/* ---- Two paths ---------------------------------------------------------------------------- */

/* Totals within half a tick a lot of the sum of reference rows, and margins within what follows
 * from it: no figure moves by more than 4 currency units for one unit of P&L, value or notional
 * (factors of IM times shocked price plus coin equity). */
static void check_totals(const desk *on, const outcome *out, uint64_t seed)
{
    const hpm_risk_array *array = &on->array;
    for (uint32_t r = 0; r < out->portfolio.run_count; r++)
        for (uint32_t c = 0; c < array->extra + HPM_COLUMN_COUNT; c++) {
            double sum = 0, bound = 0;
            if (c >= array->scenario_count && c < array->extra) continue;
            for (uint32_t h = out->portfolio.runs[r].first; h < out->portfolio.runs[r].end; h++) {
                uint32_t id = out->portfolio.holdings[h].instrument;
                double lots = (double)out->portfolio.holdings[h].lots;
                double row = on->reference[(size_t)id * array->stride + c];
                double unit = column_unit(array, id, c);
                sum += lots * row / unit;
                /* A few roundings of a value that is at most some spot prices a lot. */
                double value =
                    fabs(row) +
                    8 * array->units_per_lot[id] *
                        array->market->asset_price[array->catalog->instruments[id].underlying]
                            .value;
                bound += fabs(lots) * (0.5 + (unit < 1e-10 ? fabs(row) + 8 : value) / unit * 2e-15);
            }
            LAW(fabs(hpm_totals_real(&out->totals, r, c) - sum) <= bound, seed,
                "run %u column %u: %.17g ticks, reference %.17g, bound %g", r, c,
                hpm_totals_real(&out->totals, r, c), sum, bound);
        }
}

static void paths_law(const desk *on, const book *rows, rng *random, uint64_t seed)
{
    const hpm_component *components = on->array.rulebook->components.items;
    outcome out;
    (void)random;
    outcome_make(&out, on, rows);
    check_totals(on, &out, seed);
    double bound = oracle_tick_bound(on, &out, 4);
    for (uint32_t i = 0; i < out.margin.component_count; i++)
        LAW(fabs(out.margin.value[i] - out.reference.value[i]) <= bound, seed,
            "%s: %.17g, reference %.17g, bound %g", components[i].name, out.margin.value[i],
            out.reference.value[i], bound);
    LAW(fabs(out.margin.equity_real - out.reference.equity_real) <= bound, seed, "equity");
    outcome_free(&out);
}

static void paths_agree(void **state)
{
    for_books(state, paths_law);
}

/* ---- What charges read -------------------------------------------------------------------- */

/* The exposure with everything that tells single positions apart made useless. */
static void forget_positions(hpm_exposure *exposure, hpm_portfolio *forgotten)
{
    *forgotten = *exposure->portfolio;
    for (uint32_t h = 0; h < forgotten->holding_count; h++) {
        forgotten->holdings[h] = (hpm_holding){HPM_NONE, HPM_NONE, INT64_MIN};
        exposure->unrealised[h] = NAN;
        exposure->units[h] = NAN;
    }
    exposure->portfolio = forgotten;
}

/* Charges that read totals have the same values; those that look at positions cannot be asked. */
static void totals_law(const desk *on, const book *rows, rng *random, uint64_t seed)
{
    const hpm_component *components = on->array.rulebook->components.items;
    hpm_exposure exposure;
    hpm_portfolio forgotten;
    hpm_error error = {.status = HPM_OK};
    outcome out;
    (void)random;
    outcome_make(&out, on, rows);
    assert_int_equal(
        hpm_exposure_init(&exposure, &out.scratch, &on->array, &out.portfolio, &out.totals, &error),
        HPM_OK);
    forget_positions(&exposure, &forgotten);
    for (uint32_t i = 0; i < out.margin.component_count; i++) {
        const hpm_charge_kind *kind = hpm_charge_kinds[components[i].kind];
        if (!is_whole(on) || !kind->value || hpm_component_reads_positions(&components[i]))
            continue;
        double again = kind->value(&exposure, &components[i]).value;
        LAW(memcmp(&again, &out.margin.value[i], sizeof again) == 0, seed,
            "%s is %.17g, from totals alone %.17g", components[i].name, out.margin.value[i], again);
    }
    outcome_free(&out);
}

static void totals_are_enough(void **state)
{
    for_books(state, totals_law);
}

/* ---- Totals that grow --------------------------------------------------------------------- */

static uint32_t run_of(const hpm_portfolio *portfolio, uint32_t holding)
{
    uint32_t r = 0;
    while (portfolio->runs[r].end <= holding)
        r++;
    return r;
}

/* Holdings traded away and back in pieces and in any order leave the totals as they were. */
static void adds_law(const desk *on, const book *rows, rng *random, uint64_t seed)
{
    outcome out;
    hpm_error error = {.status = HPM_OK};
    outcome_make(&out, on, rows);
    size_t bytes = (size_t)out.totals.run_count * out.totals.stride * sizeof(int64_t);
    int64_t *applied = malloc(bytes + 1);
    memcpy(applied, out.totals.ticks, bytes);
    memset(out.totals.ticks, 0, bytes);
    uint32_t count = out.portfolio.holding_count, first = rng_below(random, count);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t h = (first + i) % count;
        int64_t lots = out.portfolio.holdings[h].lots, part = lots / 3;
        uint32_t id = out.portfolio.holdings[h].instrument, r = run_of(&out.portfolio, h);
        assert_int_equal(hpm_totals_add(&out.totals, &on->array, r, id, part, &error), HPM_OK);
        assert_int_equal(hpm_totals_add(&out.totals, &on->array, r, id, lots - part, &error),
                         HPM_OK);
    }
    LAW(memcmp(applied, out.totals.ticks, bytes) == 0, seed, "apply is not the sum of adds");
    hpm_margin again;
    for (uint32_t i = 0; i < 2 * count; i++) {
        int64_t lots = 1 + rng_below(random, 1000);
        uint32_t h = rng_below(random, count);
        assert_int_equal(
            hpm_portfolio_trade(&out.portfolio, &out.totals, &on->array, h, lots, &error), HPM_OK);
        assert_int_equal(
            hpm_portfolio_trade(&out.portfolio, &out.totals, &on->array, h, -lots, &error), HPM_OK);
    }
    LAW(memcmp(applied, out.totals.ticks, bytes) == 0, seed, "trading there and back drifts");
    assert_int_equal(
        hpm_margin_evaluate(&again, &out.scratch, &on->array, &out.portfolio, &out.totals, &error),
        HPM_OK);
    LAW(margins_equal(&again, &out.margin), seed, "the margin after trades there and back");
    free(applied);
    outcome_free(&out);
}

static void totals_are_sums_of_adds(void **state)
{
    for_books(state, adds_law);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(order_is_irrelevant),     cmocka_unit_test(flat_needs_nothing),
        cmocka_unit_test(sums_are_exact),          cmocka_unit_test(worst_scenario_reproduces),
        cmocka_unit_test(charges_reproduce),       cmocka_unit_test(more_scenarios_never_lower),
        cmocka_unit_test(quantity_scales),         cmocka_unit_test(paths_agree),
        cmocka_unit_test(totals_are_sums_of_adds), cmocka_unit_test(totals_are_enough),
    };
    return cmocka_run_group_tests(tests, fixture_open, fixture_close);
}
