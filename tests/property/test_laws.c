/* Laws of a margin, on seeded random books and on the samples under every rulebook: what must hold
 * of any method. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "laws.h"
#include "margin/charge.h"
#include "oracle.h"

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
    laws_for_books(state, order_law);
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
    laws_for_books(state, flat_law);
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
    laws_for_books(state, sums_law);
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
    laws_for_books(state, scale_law);
}

/* ---- Merging ------------------------------------------------------------------------------ */

/* Deals the rows out to two accounts. */
static void deal(book *left, book *right, const book *rows, rng *random)
{
    *left = *right = (book){.balance_count = 0};
    for (uint32_t i = 0; i < rows->position_count; i++) {
        book *to = rng_chance(random, 50) ? left : right;
        to->positions[to->position_count++] = rows->positions[i];
    }
    for (uint32_t i = 0; i < rows->balance_count; i++) {
        book *to = rng_chance(random, 50) ? left : right;
        to->balances[to->balance_count++] = rows->balances[i];
    }
    for (uint32_t i = 0; i < rows->declared_count; i++) {
        book *to = rng_chance(random, 50) ? left : right;
        to->declared[to->declared_count++] = rows->declared[i];
    }
}

/* Together two accounts need at most the sum, of every component that does not say otherwise. */
static void merging_law(const desk *on, const book *rows, rng *random, uint64_t seed)
{
    const hpm_rulebook *rulebook = on->array.rulebook;
    const hpm_component *components = rulebook->components.items;
    book left, right;
    outcome a, b, both;
    deal(&left, &right, rows, random);
    outcome_make(&a, on, &left);
    outcome_make(&b, on, &right);
    outcome_make(&both, on, rows);
    double roundings = 1e-13 * (oracle_gross(on, &a) + oracle_gross(on, &b));
    for (uint32_t i = 0; i < both.margin.component_count; i++) {
        double parts = a.margin.value[i] + b.margin.value[i];
        if (hpm_component_breaks(rulebook, i) & HPM_BREAKS_MERGE) continue;
        LAW(both.margin.value[i] <= parts + roundings, seed, "%s: %s of both %.12g, of each %.12g",
            rulebook->name, components[i].name, both.margin.value[i], parts);
    }
    outcome_free(&a);
    outcome_free(&b);
    outcome_free(&both);
}

static void merging_needs_at_most_the_sum(void **state)
{
    laws_for_books(state, merging_law);
}

/* ---- Two paths ---------------------------------------------------------------------------- */

/* Totals within half a tick a lot of the sum of reference rows, and margins within what follows
 * from it: no figure moves by more than 4 currency units for one unit of P&L, value or notional
 * (factors of IM times shocked price plus coin equity). */
static void check_totals(const desk *on, const outcome *out, uint64_t seed)
{
    const hpm_risk_array *array = &on->array;
    double total[HPM_SCENARIOS_MAX + 32];
    assert_true(array->stride <= sizeof total / sizeof *total);
    for (uint32_t r = 0; r < out->portfolio.run_count; r++) {
        hpm_totals_read(total, &out->totals, r);
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
            LAW(fabs(total[c] - sum) <= bound, seed,
                "run %u column %u: %.17g ticks, reference %.17g, bound %g", r, c, total[c], sum,
                bound);
        }
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
    laws_for_books(state, paths_law);
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
    laws_for_books(state, adds_law);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(order_is_irrelevant),
        cmocka_unit_test(flat_needs_nothing),
        cmocka_unit_test(sums_are_exact),
        cmocka_unit_test(quantity_scales),
        cmocka_unit_test(merging_needs_at_most_the_sum),
        cmocka_unit_test(paths_agree),
        cmocka_unit_test(totals_are_sums_of_adds),
    };
    return cmocka_run_group_tests(tests, laws_open, laws_close);
}
