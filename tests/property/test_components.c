/* Every component is what the rulebook's text gives, told a second time by the oracle, on seeded
 * random books and on the samples under every rulebook. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "laws.h"
#include "margin/charge.h"
#include "oracle.h"

/* ---- Scenarios ---------------------------------------------------------------------------- */

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
    for (uint32_t i = 0; i < rulebook->components.count && laws_is_whole(on); i++) {
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
    laws_for_books(state, worst_law);
}

/* Charges that are not of scenarios, told again from the rulebook's text. */
static void charges_law(const desk *on, const book *rows, rng *random, uint64_t seed)
{
    const hpm_component *components = on->array.rulebook->components.items;
    outcome out;
    (void)random;
    outcome_make(&out, on, rows);
    for (uint32_t i = 0; i < out.margin.component_count && laws_is_whole(on); i++) {
        figure again = oracle_charge(on, &out, &components[i]);
        if (isnan(again.value)) continue;
        LAW(fabs(out.margin.value[i] - again.value) <= again.bound, seed, "%s is %.12g, not %.12g",
            components[i].name, out.margin.value[i], again.value);
    }
    outcome_free(&out);
}

static void charges_reproduce(void **state)
{
    laws_for_books(state, charges_law);
}

/* ---- More scenarios ----------------------------------------------------------------------- */

/* Copies of rulebooks, dealt out among them. */
enum { LAWS_LONGER = 64 };

/* A copy of a rulebook with one more random scenario in every set. */
typedef struct longer_rulebook {
    hpm_rulebook rulebook;
    hpm_scenario_set sets[HPM_SETS_MAX];
    hpm_scenario scenarios[HPM_SETS_MAX][64];
} longer_rulebook;

/* Whether the set moves forwards alone. */
static int is_of_basis(const hpm_rulebook *rulebook, uint32_t set)
{
    const hpm_component *components = rulebook->components.items;
    for (uint32_t i = 0; i < rulebook->components.count; i++)
        if (components[i].kind == HPM_COMPONENT_EXPIRY_BASIS &&
            components[i].rule.basis.set_index == set)
            return 1;
    return 0;
}

static void lengthen(longer_rulebook *out, const hpm_rulebook *from, rng *random)
{
    hpm_error error = {.status = HPM_OK};
    out->rulebook = *from;
    memcpy(out->sets, from->sets.items, from->sets.count * sizeof *out->sets);
    for (uint32_t s = 0; s < from->sets.count; s++) {
        uint32_t count = out->sets[s].scenarios.count;
        int is_basis = is_of_basis(from, s);
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
    const laws_fixture *all = *state;
    for (int r = 0; r < all->rulebook_count; r++) {
        const desk *on = &all->desks[r][LAWS_WORN];
        uint32_t strictly = 0;
        if (on->array.rulebook->sets.count == 0) continue;
        for (int seed = 1; seed <= laws_share(all, LAWS_LONGER); seed++) {
            rng random = rng_of((uint64_t)seed + 7000);
            longer_rulebook *copy = calloc(1, sizeof *copy);
            desk longer;
            lengthen(copy, on->array.rulebook, &random);
            desk_open(&longer, on->array.market, &copy->rulebook);
            for (int b = 0; b < 12; b++) {
                book rows;
                laws_book(&rows, &random, all, r, LAWS_WORN);
                check_longer(on, &longer, &rows, (uint64_t)seed, &strictly);
            }
            desk_close(&longer);
            free(copy);
        }
        assert_true(strictly > 0); /* else the added scenarios said nothing */
    }
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
        if (!laws_is_whole(on) || !kind->value || hpm_component_reads_positions(&components[i]))
            continue;
        double again = kind->value(&exposure, &components[i]).value;
        LAW(memcmp(&again, &out.margin.value[i], sizeof again) == 0, seed,
            "%s is %.17g, from totals alone %.17g", components[i].name, out.margin.value[i], again);
    }
    outcome_free(&out);
}

static void totals_are_enough(void **state)
{
    laws_for_books(state, totals_law);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(worst_scenario_reproduces),
        cmocka_unit_test(charges_reproduce),
        cmocka_unit_test(more_scenarios_never_lower),
        cmocka_unit_test(totals_are_enough),
    };
    return cmocka_run_group_tests(tests, laws_open, laws_close);
}
