/* Tests of src/margin/rulebook.c and charge_table.c: every refusal with its place and reason, names
 * to indices, and a hash that knows every parameter. */
#include "small_world.h"

static double prices[] = {-0.1, 0.1}, vols[] = {0, 1};
static hpm_scenario singles[] = {{0.1, 0.2, 0.3, 0.4, 0.5, 0, 0}};
static char of_grid[][HPM_RULE_NAME_SIZE] = {"grid"};

/* One component of every kind, over two sets. */
static void begin(world *w)
{
    world_grid(w, "main", prices, 2, vols, 2);
    world_list(w, "basis", singles, 1);
    strcpy(world_component(w, "grid", HPM_COMPONENT_WORST_SCENARIO)->rule.worst.set, "main");
    strcpy(world_component(w, "joint", HPM_COMPONENT_JOINT_GRID)->rule.joint.set, "main");
    strcpy(world_component(w, "basis", HPM_COMPONENT_EXPIRY_BASIS)->rule.basis.set, "basis");
    world_component(w, "roll", HPM_COMPONENT_ROLL);
    world_component(w, "size", HPM_COMPONENT_SIZE);
    world_component(w, "naked", HPM_COMPONENT_NAKED_SHORT);
    world_component(w, "doubt", HPM_COMPONENT_CONFIDENCE);
    world_component(w, "shock", HPM_COMPONENT_DELTA_SHOCK);
    world_component(w, "haircut", HPM_COMPONENT_HAIRCUT);
    world_component(w, "fees", HPM_COMPONENT_CLOSE_OUT);
    strcpy(world_component(w, "orders", HPM_COMPONENT_DECLARED)->rule.declared.amount, "mmp");
    world_component(w, "tail", HPM_COMPONENT_TAIL_SLOPE);
    world_component(w, "depth", HPM_COMPONENT_LIQUIDITY);
    world_component(w, "peg", HPM_COMPONENT_DEPEG);
    world_component(w, "funding", HPM_COMPONENT_FUNDING);
    world_component(w, "tokens", HPM_COMPONENT_WRONG_WAY);
    world_combine(w, "sum", HPM_COMPONENT_SUM, of_grid, 1);
    world_combine(w, "most", HPM_COMPONENT_MAXIMUM, of_grid, 1);
    world_combine(w, "least", HPM_COMPONENT_MINIMUM, of_grid, 1);
    strcpy(world_component(w, "scaled", HPM_COMPONENT_SCALE)->rule.scale.of, "basis");
    strcpy(w->rulebook.maintenance, "sum");
}

static world *fresh(void **state)
{
    world *w = world_again(state);
    begin(w);
    return w;
}

static void check_bad(world *w, hpm_status wanted, const char *where, const char *message)
{
    hpm_error error = {0};
    check_error(hpm_rulebook_finish(&w->rulebook, &error), &error, wanted, where, message);
}

static void finish(world *w)
{
    hpm_error error = {0};
    check_ok(hpm_rulebook_finish(&w->rulebook, &error), &error);
}

/* ---- Names to indices --------------------------------------------------------------------- */

static void test_resolved(void **state)
{
    world *w = fresh(state);
    finish(w);
    assert_int_equal(w->rulebook.scenario_count, 5);
    assert_int_equal(w->rulebook.set_first[0], 0);
    assert_int_equal(w->rulebook.set_first[1], 4);
    assert_int_equal(w->components[0].rule.worst.set_index, 0);
    assert_int_equal(w->components[2].rule.basis.set_index, 1);
    assert_int_equal(w->components[16].rule.combine.inputs[0], 0);
    assert_int_equal(w->components[19].rule.scale.input, 2);
    assert_int_equal(w->rulebook.initial_index, 19);
    assert_int_equal(w->rulebook.maintenance_index, 16);
    assert_int_equal(w->rulebook.greeks_read, HPM_READS(DELTA) | HPM_READS(VEGA));
    assert_int_equal(w->rulebook.reads_positions, 1);
}

/* Which greeks a rulebook reads, and whether it looks at single positions, is what its components
 * do. */
static void test_what_is_read(void **state)
{
    world *w = *state;
    world_component(w, "haircut", HPM_COMPONENT_HAIRCUT);
    finish(w);
    assert_int_equal(w->rulebook.greeks_read, 0);
    assert_int_equal(w->rulebook.reads_positions, 0);
    world_component(w, "roll", HPM_COMPONENT_ROLL);
    finish(w);
    assert_int_equal(w->rulebook.greeks_read, HPM_READS(DELTA));
    assert_int_equal(w->rulebook.reads_positions, 0);
    w->components[1].kind = HPM_COMPONENT_SIZE;
    finish(w);
    assert_int_equal(w->rulebook.greeks_read, 0);
    assert_int_equal(w->rulebook.reads_positions, 1);
    w->components[1].kind = HPM_COMPONENT_LIQUIDITY;
    finish(w);
    assert_int_equal(w->rulebook.greeks_read, HPM_READS(DELTA) | HPM_READS(VEGA));
    assert_int_equal(w->rulebook.reads_positions, 0);
    world_grid(w, "grid", (double[]){0}, 1, (double[]){0}, 1);
    strcpy(world_component(w, "joint", HPM_COMPONENT_JOINT_GRID)->rule.joint.set, "grid");
    finish(w);
    assert_int_equal(w->rulebook.reads_positions, 0);
    w->components[2].rule.joint.fold = HPM_FOLD_PAYOFF_FLOOR;
    finish(w);
    assert_int_equal(w->rulebook.reads_positions, 1);
    strcpy(world_component(w, "worst", HPM_COMPONENT_WORST_SCENARIO)->rule.worst.set, "grid");
    finish(w);
    assert_int_equal(w->rulebook.greeks_read & HPM_READS(DELTA_PREMIUM), 0);
    w->components[3].rule.worst.delta_hedged = 1;
    finish(w);
    assert_int_not_equal(w->rulebook.greeks_read & HPM_READS(DELTA_PREMIUM), 0);
}

/* ---- Laws --------------------------------------------------------------------------------- */

static void check_breaks(world *w, const char *name, unsigned wanted)
{
    finish(w);
    for (uint32_t i = 0; i < w->rulebook.components.count; i++)
        if (strcmp(w->components[i].name, name) == 0) {
            assert_int_equal(hpm_component_breaks(&w->rulebook, i), wanted);
            return;
        }
    fail_msg("no component %s", name);
}

/* Without thresholds, caps and depths only delta_shock breaks laws by itself, confidence by its
 * minimum, and a minimum by its nature. */
static void test_broken_laws(void **state)
{
    static const char *const coherent[] = {"grid",    "joint",  "basis",  "roll", "size",  "naked",
                                           "haircut", "fees",   "orders", "tail", "depth", "peg",
                                           "funding", "tokens", "sum",    "most", "scaled"};
    world *w = fresh(state);
    finish(w);
    for (size_t i = 0; i < COUNT_OF(coherent); i++)
        check_breaks(w, coherent[i], 0);
    check_breaks(w, "doubt", HPM_BREAKS_MERGE);
    check_breaks(w, "shock", HPM_BREAKS_SCALE | HPM_BREAKS_MERGE);
    check_breaks(w, "least", HPM_BREAKS_MERGE);
}

static hpm_pair_rule pairs[2];

/* What breaks a law by its parameters, and what it is combined into. */
static void test_broken_by_parameters(void **state)
{
    const unsigned both = HPM_BREAKS_SCALE | HPM_BREAKS_MERGE;
    world *w = fresh(state);
    pairs[0] = (hpm_pair_rule){"*", "*", 1, NAN, 1};
    w->rulebook.pairs = (hpm_list){pairs, 1};
    w->components[6].rule.confidence.combine = HPM_CONFIDENCE_SUM;
    w->underlyings[SOL].vega_depth = 1;
    strcpy(w->collateral[ETH].follows, "BTC");
    w->collateral[ETH].wrong_way = 0.1;
    finish(w);
    check_breaks(w, "grid", both);
    check_breaks(w, "sum", both); /* of the grid */
    check_breaks(w, "most", both);
    check_breaks(w, "least", both);
    check_breaks(w, "scaled", 0); /* of the basis */
    check_breaks(w, "doubt", 0);
    check_breaks(w, "depth", both);
    check_breaks(w, "tokens", HPM_BREAKS_MERGE);
    check_breaks(w, "joint", 0);
    pairs[0].dampener = 0;
    check_breaks(w, "grid", 0);
    pairs[0].gain_cap = 5;
    check_breaks(w, "grid", both);
    pairs[0].gain_share = 0;
    check_breaks(w, "grid", 0);
    w->components[0].rule.worst.fold = HPM_FOLD_PAYOFF_FLOOR;
    w->components[1].rule.joint.fold = HPM_FOLD_PAYOFF_FLOOR;
    finish(w);
    check_breaks(w, "grid", HPM_BREAKS_MERGE);
    check_breaks(w, "joint", HPM_BREAKS_MERGE);
    check_breaks(w, "haircut", 0);
    w->collateral[ETH].cap = 5;
    w->underlyings[SOL].vega_depth = 0;
    w->underlyings[ETH].delta_depth = 1;
    w->components[0].rule.worst.fold = HPM_FOLD_DISCOUNT;
    check_breaks(w, "grid", 0);
    w->components[0].rule.worst.discount_base = 1.05;
    check_breaks(w, "grid", HPM_BREAKS_MERGE);
    w->components[0].rule.worst.discount_base = 0.95;
    w->components[0].rule.worst.discount_short_base = 0.9;
    check_breaks(w, "grid", HPM_BREAKS_MERGE);
    w->components[0].rule.worst.discount_short_base = 1.04;
    check_breaks(w, "grid", 0);
    w->components[0].rule.worst.rotation = 1;
    check_breaks(w, "grid", HPM_BREAKS_MERGE);
    w->components[0].rule.worst.fold = HPM_FOLD_IDENTITY;
    check_breaks(w, "grid", 0);
    w->components[0].rule.worst.fold = HPM_FOLD_DISCOUNT;
    w->components[0].rule.worst.rotation = 0;
    w->rulebook.discount_at_rate = 1;
    check_breaks(w, "grid", HPM_BREAKS_MERGE);
    w->rulebook.rate_minimum = 0;
    check_breaks(w, "grid", 0);
    check_breaks(w, "haircut", both);
    check_breaks(w, "tokens", both);
    check_breaks(w, "depth", both);
}

static void test_rows_by_asset(void **state)
{
    world *w = *state;
    w->underlyings[ETH].price_range = 0.2;
    w->underlyings[ASSETS].price_range = 0.3;
    w->collateral[ASSETS].haircut = 0.4;
    assert_true(hpm_rulebook_underlying(&w->rulebook, "ETH")->price_range == 0.2);
    assert_true(hpm_rulebook_underlying(&w->rulebook, "ETHW")->price_range == 0.3);
    assert_true(hpm_rulebook_collateral(&w->rulebook, "USD")->haircut == 0);
    assert_true(hpm_rulebook_collateral(&w->rulebook, "eth")->haircut == 0.4);
}

/* A table row per kind, in the order of the kinds. */
static void test_kinds(void **state)
{
    (void)state;
    for (int k = 0; k < HPM_COMPONENT_KINDS; k++) {
        const hpm_charge_kind *kind = hpm_charge_kinds[k];
        int is_charge = kind->value && kind->share, is_combination = kind->combine && kind->spread;
        assert_non_null(hpm_component_names[k]);
        assert_int_equal(is_charge + is_combination, 1);
        assert_true(is_charge || !(kind->value || kind->share));
    }
    assert_null(hpm_component_names[HPM_COMPONENT_KINDS]);
    assert_string_equal(hpm_component_names[HPM_COMPONENT_NAKED_SHORT], "naked_short");
    assert_ptr_equal(hpm_charge_kinds[HPM_COMPONENT_SCALE]->combine, hpm_charge_scale.combine);
}

/* ---- Refusals: values --------------------------------------------------------------------- */

static void test_bad_values(void **state)
{
    world *w = fresh(state);
    w->rulebook.age_hard_s = NAN;
    check_bad(w, HPM_E_RANGE, "age_hard_s", "not a number (nan)");
    w = fresh(state);
    w->rulebook.age_soft_s = 5;
    w->rulebook.age_hard_s = 4;
    check_bad(w, HPM_E_RANGE, "age_hard_s", "below age_soft_s (4)");
    w = fresh(state);
    w->underlyings[ETH].price_range = 1.5;
    check_bad(w, HPM_E_RANGE, "underlyings[1].price_range", "above the maximum 1 (1.5)");
    w = fresh(state);
    w->collateral[USD].haircut = NAN;
    check_bad(w, HPM_E_RANGE, "collateral[4].haircut", "not a number (nan)");
    w = fresh(state);
    w->collateral[USD].tiers = (hpm_list){(hpm_tier[]){{10, 0}, {NAN, 1.5}}, 2};
    check_bad(w, HPM_E_RANGE, "collateral[4].tiers[1].haircut", "above the maximum 1 (1.5)");
    w = fresh(state);
    w->collateral[USD].tiers = (hpm_list){(hpm_tier[]){{10, 0}, {10, 0.5}, {NAN, 1}}, 3};
    check_bad(w, HPM_E_RANGE, "USD", "tier 1 ends at or before the one before it (10)");
    w = fresh(state);
    w->components[1].rule.joint.offset_share = 0.81;
    check_bad(w, HPM_E_RANGE, "components[1].offset_share", "above the maximum 0.8 (0.81)");
    w = fresh(state);
    w->components[0].rule.worst.conversion = (hpm_conversion)2;
    check_bad(w, HPM_E_RANGE, "components[0].conversion", "not one of 2 choices (2)");
    w = fresh(state);
    w->components[3].kind = HPM_COMPONENT_KINDS;
    char kinds[64];
    snprintf(kinds, sizeof kinds, "not one of %d choices (%d)", HPM_COMPONENT_KINDS,
             HPM_COMPONENT_KINDS);
    check_bad(w, HPM_E_RANGE, "components[3].kind", kinds);
    w = fresh(state);
    w->rulebook.discount_at_rate = 2;
    check_bad(w, HPM_E_RANGE, "discount_at_rate", "not one of 2 choices (2)");
    w = fresh(state);
    w->rulebook.underlyings_max = 1001;
    check_bad(w, HPM_E_RANGE, "underlyings_max", "above the maximum 1000 (1001)");
}

/* ---- Refusals: names ---------------------------------------------------------------------- */

static void test_empty_names(void **state)
{
    world *w = fresh(state);
    w->rulebook.name[0] = '\0';
    check_bad(w, HPM_E_RANGE, "name", "empty text");
    w = fresh(state);
    w->sets[1].name[0] = '\0';
    check_bad(w, HPM_E_RANGE, "sets[1].name", "empty text");
    w = fresh(state);
    w->components[3].name[0] = '\0';
    check_bad(w, HPM_E_RANGE, "components[3].name", "empty text");
    w = fresh(state);
    memset(w->components[3].name, 'x', sizeof w->components[3].name);
    check_bad(w, HPM_E_RANGE, "components[3].name", "text is not terminated within 32 bytes");
}

static void test_duplicates(void **state)
{
    world *w = fresh(state);
    strcpy(w->underlyings[ETH].asset, "BTC");
    check_bad(w, HPM_E_DUPLICATE, "underlyings", "stated twice (BTC)");
    w = fresh(state);
    strcpy(w->collateral[ETH].asset, "*");
    check_bad(w, HPM_E_DUPLICATE, "collateral", "stated twice (*)");
    w = fresh(state);
    strcpy(w->sets[1].name, "main");
    check_bad(w, HPM_E_DUPLICATE, "sets", "stated twice (main)");
    w = fresh(state);
    strcpy(w->components[5].name, "grid");
    check_bad(w, HPM_E_DUPLICATE, "components", "stated twice (grid)");
}

static void test_no_default_row(void **state)
{
    world *w = fresh(state);
    strcpy(w->underlyings[ASSETS].asset, "OTHER");
    check_bad(w, HPM_E_FIELD_MISSING, "underlyings", "has no row for all others (*)");
    w = fresh(state);
    w->rulebook.underlyings.count = 0;
    check_bad(w, HPM_E_FIELD_MISSING, "underlyings", "has no row for all others (*)");
    w = fresh(state);
    w->rulebook.collateral.count--;
    check_bad(w, HPM_E_FIELD_MISSING, "collateral", "has no row for all others (*)");
}

static void test_references(void **state)
{
    world *w = fresh(state);
    strcpy(w->rulebook.initial, "nothing");
    check_bad(w, HPM_E_REFERENCE, "initial", "names no component (nothing)");
    w = fresh(state);
    strcpy(w->rulebook.maintenance, "nothing");
    check_bad(w, HPM_E_REFERENCE, "maintenance", "names no component (nothing)");
    w = fresh(state);
    strcpy(w->components[0].rule.worst.set, "mainly");
    check_bad(w, HPM_E_REFERENCE, "grid", "there is no such set (mainly)");
    w = fresh(state);
    strcpy(w->components[19].rule.scale.of, "scaled");
    check_bad(w, HPM_E_REFERENCE, "scaled",
              "refers forward; a component reads earlier ones (scaled)");
    char forward[][HPM_RULE_NAME_SIZE] = {"grid", "least"};
    w = fresh(state);
    w->components[17].rule.combine.of = (hpm_list){forward, 2};
    check_bad(w, HPM_E_REFERENCE, "most", "refers forward; a component reads earlier ones (least)");
}

/* ---- Refusals: sizes ---------------------------------------------------------------------- */

static void test_limits(void **state)
{
    static hpm_component many[HPM_COMPONENTS_MAX + 1];
    world *w = fresh(state);
    w->rulebook.components = (hpm_list){many, HPM_COMPONENTS_MAX + 1};
    check_bad(w, HPM_E_LIMIT, "components", "more than 48 items (49)");
    w = fresh(state);
    w->rulebook.sets.count = HPM_SETS_MAX + 1;
    check_bad(w, HPM_E_LIMIT, "sets", "more than 16 items (17)");
    char inputs[HPM_COMPONENT_INPUTS_MAX + 1][HPM_RULE_NAME_SIZE];
    w = fresh(state);
    w->components[16].rule.combine.of = (hpm_list){inputs, HPM_COMPONENT_INPUTS_MAX + 1};
    check_bad(w, HPM_E_LIMIT, "components[16].of", "more than 32 items (33)");
}

/* 400 prices times 250 volatilities are 100,000 scenarios; 1024 in all are as many as there may be.
 */
static void test_scenarios(void **state)
{
    static double many[1024];
    world *w = fresh(state);
    w->sets[0].prices = (hpm_list){many, 400};
    w->sets[0].vols = (hpm_list){many, 250};
    check_bad(w, HPM_E_LIMIT, "main", "more than 1024 scenarios in all sets (100000)");
    w = fresh(state);
    w->sets[0].prices = (hpm_list){many, 1024};
    w->sets[0].vols = (hpm_list){many, 1};
    check_bad(w, HPM_E_LIMIT, "basis", "more than 1024 scenarios in all sets (1025)");
    w = fresh(state);
    w->sets[0].prices = (hpm_list){many, 1023};
    w->sets[0].vols = (hpm_list){many, 1};
    finish(w);
    assert_int_equal(w->rulebook.scenario_count, 1024);
    w = fresh(state);
    w->sets[1].scenarios.count = 0;
    check_bad(w, HPM_E_FIELD_MISSING, "basis",
              "set has no scenario; all sets together have 1 to 1024 (0)");
}

/* Prices without volatilities, or the other way round, would be dropped without a word. */
static void test_half_a_grid(void **state)
{
    static const char message[] =
        "a grid needs prices and vols; one without the other says nothing";
    world *w = fresh(state);
    w->sets[1].prices = (hpm_list){prices, 2};
    check_bad(w, HPM_E_FIELD_MISSING, "basis", message);
    w = fresh(state);
    w->sets[1].vols = (hpm_list){vols, 2};
    check_bad(w, HPM_E_FIELD_MISSING, "basis", message);
}

/* A price stays above zero: -1 and less are refused as ratios, and as ranges where the range of
 * some underlying makes a whole of them. */
static void test_moves(void **state)
{
    static double all[] = {0, -1}, more[] = {-3}, none[] = {0};
    world *w = fresh(state);
    w->sets[0].prices.items = all;
    w->sets[0].vols = (hpm_list){none, 1};
    check_bad(w, HPM_E_RANGE, "main", "scenario 1 moves BTC by -1; a price stays above zero");
    w->sets[0].price_unit = HPM_PRICE_RANGE;
    finish(w);
    w->underlyings[SOL].price_range = 1;
    check_bad(w, HPM_E_RANGE, "main", "scenario 1 moves SOL by -1; a price stays above zero");
    w->sets[0].prices = (hpm_list){more, 1};
    w->underlyings[SOL].price_range = 0.33;
    finish(w);
    w->underlyings[SOL].price_range = 0.5;
    check_bad(w, HPM_E_RANGE, "main", "scenario 0 moves SOL by -1.5; a price stays above zero");
    w->sets[0].price_unit = HPM_PRICE_RATIO;
    check_bad(w, HPM_E_RANGE, "main", "scenario 0 moves BTC by -3; a price stays above zero");
}

/* ---- Hash --------------------------------------------------------------------------------- */

static hpm_hash hash_of(const world *w)
{
    hpm_hasher hasher;
    hpm_hash_begin(&hasher);
    hpm_hash_text(&hasher, "hpm/rulebook/1");
    hpm_record_hash(&hasher, &w->rulebook, &hpm_rulebook_record);
    return hpm_hash_end(&hasher);
}

/* The lowest bit of a number, the other choice, another first letter. */
static void check_hashed(const world *w, const hpm_hash *before, void *member, const char *what)
{
    *(unsigned char *)member ^= 1;
    hpm_hash after = hash_of(w);
    *(unsigned char *)member ^= 1;
    if (memcmp(before, &after, sizeof after) == 0) fail_msg("%s does not reach the hash", what);
}

#define HASHED(member) check_hashed(w, &before, &(member), #member)

/* Steps grow, and every underlying has them where a set counts in them; days of a term grow. */
static void test_steps_and_terms(void **state)
{
    static double steps[] = {0.1, 0.1}, whole[] = {1};
    static hpm_vol_node nodes[] = {{30, 1}, {30, 2}};
    world *w = fresh(state);
    w->underlyings[ETH].price_steps = (hpm_list){steps, 2};
    check_bad(w, HPM_E_RANGE, "ETH", "price_steps do not grow from 0 (0.1)");
    w = fresh(state);
    w->sets[0].price_unit = HPM_PRICE_STEPS;
    for (int a = 1; a <= ASSETS; a++)
        w->underlyings[a].price_steps = (hpm_list){whole, 1};
    check_bad(w, HPM_E_FIELD_MISSING, "BTC", "has no price_steps, which set main counts in");
    w = fresh(state);
    w->sets[0].vol_term = (hpm_list){nodes, 2};
    check_bad(w, HPM_E_RANGE, w->sets[0].name, "days of vol_term do not grow (30)");
}

/* What health takes off equity is a charge; a combination has no part of the requirement. */
static void test_health_less(void **state)
{
    world *w = fresh(state);
    finish(w);
    assert_int_equal(w->rulebook.health_less_index, HPM_NONE);
    w = fresh(state);
    strcpy(w->rulebook.health_less, w->components[0].name);
    finish(w);
    assert_int_equal(w->rulebook.health_less_index, 0);
    w = fresh(state);
    strcpy(w->rulebook.health_less, "nobody");
    check_bad(w, HPM_E_REFERENCE, "health_less", "names no component (nobody)");
    w = fresh(state);
    strcpy(w->rulebook.health_less, "scaled");
    check_bad(w, HPM_E_REFERENCE, "health_less", "names a combination (scaled)");
    w = fresh(state);
    strcpy(w->rulebook.health_less, "fees");
    check_bad(w, HPM_E_REFERENCE, "health_less",
              "is no part of the maintenance requirement (fees)");
}

static void test_hash_of_the_rulebook(void **state)
{
    world *w = fresh(state);
    finish(w);
    hpm_hash before = hash_of(w);
    assert_memory_equal(&before, &w->rulebook.hash, sizeof before);
    HASHED(w->rulebook.name);
    HASHED(w->rulebook.version);
    HASHED(w->rulebook.effective);
    HASHED(w->rulebook.title);
    HASHED(w->rulebook.coverage);
    HASHED(w->rulebook.source);
    HASHED(w->rulebook.age_soft_s);
    HASHED(w->rulebook.age_hard_s);
    HASHED(w->rulebook.interest_days);
    HASHED(w->rulebook.discount_at_rate);
    HASHED(w->rulebook.fade_s);
    HASHED(w->rulebook.rate_minimum);
    HASHED(w->rulebook.underlyings_max);
    HASHED(w->rulebook.numeraire);
    HASHED(w->rulebook.initial);
    HASHED(w->rulebook.maintenance);
    HASHED(w->rulebook.health_less);
    HASHED(w->rulebook.underlyings.count);
    HASHED(w->rulebook.collateral.count);
    HASHED(w->rulebook.sets.count);
    HASHED(w->rulebook.components.count);
    HASHED(w->underlyings[ETH].asset);
    HASHED(w->underlyings[ETH].price_range);
    HASHED(w->underlyings[ETH].basis_annual);
    HASHED(w->underlyings[ETH].basis_minimum);
    HASHED(w->underlyings[ETH].funding_rate);
    HASHED(w->underlyings[ETH].delta_depth);
    HASHED(w->underlyings[ETH].delta_spread);
    HASHED(w->underlyings[ETH].vega_depth);
    HASHED(w->underlyings[ETH].vega_spread);
    double steps[] = {0.1, 0.2};
    hpm_tier rates[] = {{10, 0.1}, {NAN, 0.2}};
    w->underlyings[ETH].price_steps = (hpm_list){steps, 2};
    w->underlyings[ETH].position_tiers = (hpm_list){rates, 2};
    before = hash_of(w);
    HASHED(steps[1]);
    HASHED(rates[0].up_to);
    HASHED(rates[1].rate);
    hpm_tier tiers[] = {{10, 0}, {20, 0.5}, {NAN, 1}};
    w->collateral[ETH].tiers = (hpm_list){tiers, 2};
    w->underlyings[ETH].delta_increment = 0;
    before = hash_of(w);
    HASHED(w->underlyings[ETH].delta_increment);
    w->collateral[ETH].residual_haircut = w->collateral[ETH].residual_surcharge = 0;
    before = hash_of(w);
    HASHED(w->collateral[ETH].asset);
    HASHED(w->collateral[ETH].haircut);
    HASHED(w->collateral[ETH].residual_haircut);
    HASHED(w->collateral[ETH].initial_haircut);
    HASHED(w->collateral[ETH].liability_surcharge);
    HASHED(w->collateral[ETH].residual_surcharge);
    HASHED(w->collateral[ETH].tiers.count);
    HASHED(tiers[1].up_to);
    HASHED(tiers[1].rate);
    HASHED(w->collateral[ETH].cap);
    HASHED(w->collateral[ETH].interest_annual);
    HASHED(w->collateral[ETH].depeg_shock);
    HASHED(w->collateral[ETH].follows);
    HASHED(w->collateral[ETH].wrong_way);
}

static void test_hash_of_sets(void **state)
{
    world *w = fresh(state);
    hpm_hash before = hash_of(w);
    HASHED(w->sets[0].name);
    HASHED(w->sets[0].price_unit);
    HASHED(w->sets[0].vol_unit);
    HASHED(w->sets[0].vol_power_short);
    HASHED(w->sets[0].vol_power_long);
    HASHED(w->sets[0].vol_floor_days);
    HASHED(w->sets[0].vol_minimum_up);
    HASHED(prices[1]);
    HASHED(vols[0]);
    HASHED(singles[0].price);
    HASHED(singles[0].vol);
    HASHED(singles[0].basis);
    HASHED(singles[0].time_days);
    HASHED(singles[0].weight);
}

static void test_hash_of_scenario_charges(void **state)
{
    world *w = fresh(state);
    hpm_hash before = hash_of(w);
    hpm_rule_worst *worst = &w->components[0].rule.worst;
    HASHED(w->components[0].name);
    HASHED(w->components[0].text);
    HASHED(w->components[16].kind); /* of two kinds with the same parameters */
    HASHED(worst->set);
    HASHED(worst->second_set);
    HASHED(worst->conversion);
    HASHED(worst->balances);
    HASHED(worst->followers);
    HASHED(worst->rotation);
    HASHED(worst->fold);
    HASHED(worst->discount_base);
    HASHED(worst->discount_rate_multiple);
    HASHED(worst->discount_rate_add);
    HASHED(worst->discount_short_base);
    HASHED(worst->discount_short_rate_multiple);
    HASHED(worst->discount_short_rate_add);
    HASHED(worst->delta_hedged);
    HASHED(worst->range_weight);
    HASHED(w->components[1].rule.joint.set);
    HASHED(w->components[1].rule.joint.offset_share);
    HASHED(w->components[1].rule.joint.opposite_share);
    HASHED(w->components[1].rule.joint.alone_floor);
    HASHED(w->components[2].rule.basis.set);
    HASHED(w->components[2].rule.basis.dated_only);
    HASHED(w->components[2].rule.basis.factor);
    HASHED(w->components[2].rule.basis.factor_tau);
}

static void test_hash_of_other_components(void **state)
{
    world *w = fresh(state);
    hpm_hash before = hash_of(w);
    hpm_rule_scale *scale = &w->components[19].rule.scale;
    HASHED(w->components[4].rule.size.perpetual);
    HASHED(w->components[4].rule.size.future);
    HASHED(w->components[4].rule.size.balance);
    HASHED(w->components[5].rule.naked.option);
    HASHED(w->components[6].rule.confidence.combine);
    HASHED(w->components[6].rule.confidence.threshold);
    HASHED(w->components[6].rule.confidence.factor);
    HASHED(w->components[6].rule.confidence.collateral);
    HASHED(w->components[7].rule.delta_shock.threshold);
    HASHED(w->components[7].rule.delta_shock.increment);
    HASHED(w->components[7].rule.delta_shock.maximum);
    HASHED(w->components[9].rule.close_out.future_fee);
    HASHED(w->components[9].rule.close_out.option_fee);
    HASHED(w->components[9].rule.close_out.option_fee_cap);
    HASHED(w->components[9].rule.close_out.liquidation_fee);
    HASHED(w->components[10].rule.declared.amount);
    HASHED(w->components[11].rule.tail.rate);
    HASHED(w->components[13].rule.depeg.threshold);
    HASHED(w->components[13].rule.depeg.slope);
    HASHED(w->components[14].rule.funding.periods);
    HASHED(of_grid[0]);
    HASHED(scale->of);
    HASHED(scale->factor);
    HASHED(scale->peg_asset);
    HASHED(scale->peg_threshold);
    HASHED(scale->peg_slope);
}

/* What finish derives is not hashed: twice the same. */
static void test_hash_is_of_parameters_only(void **state)
{
    world *w = fresh(state);
    hpm_hash before = hash_of(w);
    finish(w);
    finish(w);
    assert_memory_equal(&before, &w->rulebook.hash, sizeof before);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(test_steps_and_terms),
        WORLD_TEST(test_health_less),
        WORLD_TEST(test_resolved),
        WORLD_TEST(test_what_is_read),
        WORLD_TEST(test_broken_laws),
        WORLD_TEST(test_broken_by_parameters),
        WORLD_TEST(test_rows_by_asset),
        cmocka_unit_test(test_kinds),
        WORLD_TEST(test_bad_values),
        WORLD_TEST(test_empty_names),
        WORLD_TEST(test_duplicates),
        WORLD_TEST(test_no_default_row),
        WORLD_TEST(test_references),
        WORLD_TEST(test_limits),
        WORLD_TEST(test_scenarios),
        WORLD_TEST(test_half_a_grid),
        WORLD_TEST(test_moves),
        WORLD_TEST(test_hash_of_the_rulebook),
        WORLD_TEST(test_hash_of_sets),
        WORLD_TEST(test_hash_of_scenario_charges),
        WORLD_TEST(test_hash_of_other_components),
        WORLD_TEST(test_hash_is_of_parameters_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
