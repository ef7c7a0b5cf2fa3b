/* The rulebook's field tables, and what makes a filled rulebook ready: cross-field checks, names to
 * indices, the hash. */
#include "hpm/rulebook.h"

#include <assert.h>
#include <string.h>

#include "base/field_rows.h"
#include "margin/charge.h"
#include "margin/rulebook_check.h"
#include "margin/tiers.h"
#include "math/elementary.h"

/* ---- Field tables ------------------------------------------------------------------------- */

static const hpm_field rate_tier_fields[] = {
    HPM_ROW_TIER_END,
    HPM_ROW_TIER_RATE("rate", 1, "share of the notional in this tier"),
};

static const hpm_record rate_tier_record =
    HPM_RECORD("rate tier", hpm_tier, rate_tier_fields, "A stretch of a position's notional");

static const hpm_field underlying_fields[] = {
    HPM_ROW_TEXT(1, hpm_underlying_rule, , asset, "underlying, or * for all others"),
    HPM_ROW_REAL(hpm_underlying_rule, , price_range, "1", 0.0001, 1, 0.15,
                 "scan range of the price as a ratio"),
    HPM_ROW_REAL(hpm_underlying_rule, , basis_annual, "annual", 0, 10, 0,
                 "a of the basis move b_e = max(basis_minimum, exp(a*T) - 1)"),
    HPM_ROW_REAL(hpm_underlying_rule, , basis_minimum, "1", 0, 1, 0, "least basis move"),
    HPM_ROW_REAL(hpm_underlying_rule, , funding_rate, "per 8 hours", 0, 1, 0,
                 "funding that perpetuals may have to pay"),
    HPM_ROW_REAL(hpm_underlying_rule, , linear_initial, "1", 0, 1, 0,
                 "initial requirement of futures and perpetuals, for components that ask for it"),
    HPM_ROW_REAL(hpm_underlying_rule, , linear_maintenance, "1", 0, 1, 0,
                 "maintenance requirement of futures and perpetuals, likewise"),
    HPM_ROW_REAL(hpm_underlying_rule, , delta_depth, "reporting currency", 0, 1e15, 0,
                 "net delta that the market takes at its half-spread; 0: any"),
    HPM_ROW_REAL(hpm_underlying_rule, , delta_spread, "1", 0, 1, 0,
                 "half-spread of delta as a share of its value"),
    HPM_ROW_REAL(hpm_underlying_rule, , vega_depth, "reporting currency per vol point", 0, 1e15, 0,
                 "net vega of an expiry that the market takes at its half-spread; 0: any"),
    HPM_ROW_REAL(hpm_underlying_rule, , vega_spread, "vol points", 0, 100, 0,
                 "half-spread of vega in volatility points"),
    HPM_ROW_REAL(hpm_underlying_rule, , delta_increment, "per unit", 0, 1, NAN,
                 "increment of the charge delta_shock per unit of delta; absent: the charge's own"),
    HPM_ROW_REALS(hpm_underlying_rule, , price_steps, "1", 0, 100, HPM_PRICE_STEPS_MAX,
                  "price moves that sets in steps count in, growing ratios"),
    HPM_ROW_RECORDS(0, hpm_underlying_rule, , position_tiers, &rate_tier_record, HPM_TIERS_MAX,
                    "what stretches of a future's or perpetual's notional are charged, each of its "
                    "own stretch only"),
};

static const hpm_record underlying_record = HPM_RECORD(
    "underlying rule", hpm_underlying_rule, underlying_fields, "Parameters of one underlying");

static const hpm_field pair_fields[] = {
    HPM_ROW_TEXT(1, hpm_pair_rule, , underlying, "underlying, or * for any"),
    HPM_ROW_TEXT(1, hpm_pair_rule, , settlement,
                 "asset that its contracts settle in, or * for any"),
    HPM_ROW_REAL(hpm_pair_rule, , gain_share, "1", 0, 1, 1,
                 "share of a gain in a scenario that may offset losses of other pairs"),
    HPM_ROW_REAL(hpm_pair_rule, , gain_cap, "numeraire", 0, 1e15, NAN,
                 "largest gain that counts; absent: any"),
    HPM_ROW_REAL(hpm_pair_rule, , dampener, "numeraire", 0, 1e12, 0,
                 "taken from gain and loss per price range moved beyond the first"),
};

static const hpm_record pair_record =
    HPM_RECORD("pair rule", hpm_pair_rule, pair_fields,
               "How the contracts on an underlying that settle in one asset count in a scenario");

static const hpm_field haircut_tier_fields[] = {
    HPM_ROW_TIER_END,
    HPM_ROW_TIER_RATE("haircut", 1, "share of the value in this tier that does not count"),
};

static const hpm_record haircut_tier_record =
    HPM_RECORD("haircut tier", hpm_tier, haircut_tier_fields, "A stretch of a balance's value");

static const hpm_field collateral_fields[] = {
    HPM_ROW_TEXT(1, hpm_collateral_rule, , asset, "asset, or * for all others"),
    HPM_ROW_REAL(hpm_collateral_rule, , haircut, "1", 0, 1, 0,
                 "share of a positive balance's value that does not count"),
    HPM_ROW_REAL(hpm_collateral_rule, , residual_haircut, "1", 0, 1, NAN,
                 "the same for a coin, whose price risk is in the scenarios; absent: haircut"),
    HPM_ROW_REAL(hpm_collateral_rule, , initial_haircut, "1", 0, 1, 0,
                 "a second haircut of a positive balance, for components that ask for it"),
    HPM_ROW_REAL(hpm_collateral_rule, , liability_surcharge, "1", 0, 10, 0,
                 "share of a negative balance's value charged on top"),
    HPM_ROW_REAL(hpm_collateral_rule, , residual_surcharge, "1", 0, 10, NAN,
                 "the same for a coin, whose price risk is in the scenarios; absent: "
                 "liability_surcharge"),
    HPM_ROW_RECORDS(0, hpm_collateral_rule, , tiers, &haircut_tier_record, HPM_TIERS_MAX,
                    "haircuts of stretches of the value, each of its own stretch only, instead of "
                    "haircut; empty: one for all"),
    HPM_ROW_REAL(hpm_collateral_rule, , cap, "numeraire", 0, 1e15, 0,
                 "value above this counts zero; 0: no cap"),
    HPM_ROW_REAL(hpm_collateral_rule, , interest_annual, "annual", 0, 10, 0,
                 "interest on a negative balance, charged for the rulebook's interest_days"),
    HPM_ROW_REAL(hpm_collateral_rule, , depeg_shock, "1", 0, 1, 0,
                 "how far a stablecoin may leave its peg, down if owned, up if owed"),
    HPM_ROW_TEXT(0, hpm_collateral_rule, , follows,
                 "underlying that a wrapped, staking or venue token moves with"),
    HPM_ROW_REAL(hpm_collateral_rule, , wrong_way, "1", 0, 1, 0,
                 "share of it charged where the account is long of what it follows"),
};

static const hpm_record collateral_record =
    HPM_RECORD("collateral rule", hpm_collateral_rule, collateral_fields,
               "What one asset is worth as collateral");

static const hpm_field component_fields[] = {
    HPM_ROW_TEXT(1, hpm_component, , name, "name by which later components refer to it"),
    HPM_ROW_CHOICE(1, hpm_component, , kind, hpm_component_names, "kind of charge or combination"),
    {.name = "rule",
     .type = HPM_FIELD_VARIANT,
     .variants = hpm_component_records,
     .text = "parameters by kind"},
    HPM_ROW_TEXT(0, hpm_component, , text, "what it is, for people"),
};

static const hpm_record component_record =
    HPM_RECORD("component", hpm_component, component_fields, "A charge or a combination");

static const char *const groupings[] = {"account", "underlying", "linear", "position", NULL};

static const hpm_field rulebook_fields[] = {
    HPM_ROW_TEXT(1, hpm_rulebook, , name, "short name"),
    HPM_ROW_TEXT(1, hpm_rulebook, , version, "version of the parameters, a date or a number"),
    HPM_ROW_TEXT(0, hpm_rulebook, , effective, "day from which the parameters hold (2024-06-17)"),
    HPM_ROW_TEXT(1, hpm_rulebook, , title, "one line that says what it is"),
    HPM_ROW_TEXT(1, hpm_rulebook, , coverage,
                 "how far it is verified, and what is missing; begins with \"exact, N cases\", "
                 "\"published formula, no case\", \"partial: \" or \"own method: \""),
    HPM_ROW_TEXT(0, hpm_rulebook, , source, "where the method and its constants are published"),
    HPM_ROW_REAL(hpm_rulebook, , age_soft_s, "seconds", 0, 1e9, 1e9,
                 "up to this age an input keeps its confidence"),
    HPM_ROW_REAL(hpm_rulebook, , age_hard_s, "seconds", 0, 1e9, 1e9,
                 "beyond this age the computation refuses"),
    HPM_ROW_REAL(hpm_rulebook, , interest_days, "days", 0, 365, 0,
                 "days of interest that a negative balance is charged"),
    HPM_ROW_REAL(
        hpm_rulebook, , fade_s, "seconds", 0, 86400, 0,
        "time before expiry in which P&L and delta of what expires fade in proportion, instead "
        "of a part of its forward standing still; 0: none"),
    HPM_ROW_FLAG(hpm_rulebook, , discount_at_rate, 0,
                 "whether option values are discounted at the expiry's rate"),
    HPM_ROW_REAL(hpm_rulebook, , rate_minimum, "annual", -10, 10, -10,
                 "least rate at which they are"),
    HPM_ROW_COUNT(hpm_rulebook, , underlyings_max, 0, 1000, 0,
                  "accounts on more underlyings are refused; 0: no limit"),
    HPM_ROW_TEXT(
        0, hpm_rulebook, , numeraire,
        "asset in which amounts are counted; empty, or not in the catalog: reporting currency"),
    HPM_ROW_CHOICE(
        0, hpm_rulebook, , grouping, groupings,
        "what may offset what: everything, all of one underlying, its linear products, nothing"),
    HPM_ROW_RECORDS(1, hpm_rulebook, , underlyings, &underlying_record, HPM_UNDERLYING_RULES_MAX,
                    "parameters by underlying; one row is *"),
    HPM_ROW_RECORDS(0, hpm_rulebook, , pairs, &pair_record, HPM_PAIR_RULES_MAX,
                    "scenario P&L by underlying and settlement asset; the first row that matches"),
    HPM_ROW_RECORDS(1, hpm_rulebook, , collateral, &collateral_record, HPM_COLLATERAL_RULES_MAX,
                    "collateral by asset; one row is *"),
    HPM_ROW_RECORDS(1, hpm_rulebook, , sets, &hpm_scenario_set_record, HPM_SETS_MAX,
                    "scenario sets"),
    HPM_ROW_RECORDS(1, hpm_rulebook, , components, &component_record, HPM_COMPONENTS_MAX,
                    "charges and combinations, in order"),
    HPM_ROW_TEXT(1, hpm_rulebook, , initial, "component that is the initial requirement"),
    HPM_ROW_TEXT(1, hpm_rulebook, , maintenance, "component that is the maintenance requirement"),
    HPM_ROW_TEXT(0, hpm_rulebook, , health_less,
                 "charge in the maintenance requirement that health takes off equity instead"),
};

const hpm_record hpm_rulebook_record =
    HPM_RECORD("rulebook", hpm_rulebook, rulebook_fields, "A margin method as data");

/* ---- Rows by asset ------------------------------------------------------------------------ */

/* The asset is the first member of both kinds of row. */
static const void *find_row(const hpm_list *list, size_t size, const char *asset)
{
    const void *fallback = NULL;
    for (uint32_t i = 0; i < list->count; i++) {
        const char *name = (const char *)list->items + i * size;
        if (strcmp(name, asset) == 0) return name;
        if (strcmp(name, "*") == 0) fallback = name;
    }
    return fallback;
}

_Static_assert(offsetof(hpm_underlying_rule, asset) == 0, "find_row reads the asset first");
_Static_assert(offsetof(hpm_collateral_rule, asset) == 0, "find_row reads the asset first");

const hpm_underlying_rule *hpm_rulebook_underlying(const hpm_rulebook *rulebook, const char *asset)
{
    return find_row(&rulebook->underlyings, sizeof(hpm_underlying_rule), asset);
}

const hpm_collateral_rule *hpm_rulebook_collateral(const hpm_rulebook *rulebook, const char *asset)
{
    return find_row(&rulebook->collateral, sizeof(hpm_collateral_rule), asset);
}

static int matches(const char *pattern, const char *name)
{
    return strcmp(pattern, "*") == 0 || strcmp(pattern, name) == 0;
}

const hpm_pair_rule *hpm_rulebook_pair(const hpm_rulebook *rulebook, const char *underlying,
                                       const char *settlement)
{
    const hpm_pair_rule *rows = rulebook->pairs.items;
    for (uint32_t i = 0; i < rulebook->pairs.count; i++)
        if (matches(rows[i].underlying, underlying) && matches(rows[i].settlement, settlement))
            return &rows[i];
    return NULL;
}

/* ---- Price moves -------------------------------------------------------------------------- */

/* The k-th step; 0 is where nothing moves. */
static double step_at(const hpm_list *steps, uint32_t k)
{
    return k == 0 ? 0 : ((const double *)steps->items)[k - 1];
}

static double move_of_steps(const hpm_list *steps, double place)
{
    double size = fabs(place), last = (double)steps->count;
    if (size >= last) return place / last * step_at(steps, steps->count);
    uint32_t below = (uint32_t)size;
    double from = step_at(steps, below), to = step_at(steps, below + 1);
    return hpm_with_sign_of(fma(size - below, to - from, from), place);
}

static double steps_of_move(const hpm_list *steps, double move)
{
    double size = fabs(move);
    uint32_t below = 0;
    while (below < steps->count && size >= step_at(steps, below + 1))
        below++;
    double from = step_at(steps, below);
    if (below == steps->count) return move / from * (double)steps->count;
    return hpm_with_sign_of(below + (size - from) / (step_at(steps, below + 1) - from), move);
}

double hpm_rulebook_price_move(hpm_price_unit unit, const hpm_underlying_rule *rule, double price)
{
    if (unit == HPM_PRICE_RATIO) return price;
    if (unit == HPM_PRICE_RANGE) return price * rule->price_range;
    return move_of_steps(&rule->price_steps, price);
}

double hpm_rulebook_price_node(hpm_price_unit unit, const hpm_underlying_rule *rule, double move)
{
    if (unit == HPM_PRICE_RATIO) return move;
    if (unit == HPM_PRICE_RANGE) return move / rule->price_range;
    return steps_of_move(&rule->price_steps, move);
}

/* ---- Checks ------------------------------------------------------------------------------- */

/* Names (the first bytes of every item) must be unique and there must be a row "*" if asked. */
static hpm_status check_names(const hpm_list *list, size_t size, const char *where,
                              int needs_default, hpm_error *error)
{
    int has_default = 0;
    for (uint32_t i = 0; i < list->count; i++) {
        const char *name = (const char *)list->items + i * size;
        assert(name[0] != '\0'); /* the table refuses it */
        has_default |= strcmp(name, "*") == 0;
        for (uint32_t k = 0; k < i; k++)
            if (strcmp((const char *)list->items + k * size, name) == 0)
                return hpm_fail(error, HPM_E_DUPLICATE, where, "stated twice (%s)", name);
    }
    if (needs_default && !has_default)
        return hpm_fail(error, HPM_E_FIELD_MISSING, where, "has no row for all others (*)");
    return HPM_OK;
}

/* A row that an earlier one covers says nothing. */
static hpm_status check_pairs(const hpm_rulebook *rulebook, hpm_error *error)
{
    const hpm_pair_rule *rows = rulebook->pairs.items;
    for (uint32_t i = 0; i < rulebook->pairs.count; i++)
        if (hpm_rulebook_pair(rulebook, rows[i].underlying, rows[i].settlement) != &rows[i])
            return hpm_fail(error, HPM_E_DUPLICATE, "pairs",
                            "an earlier row covers this one (%s, %s)", rows[i].underlying,
                            rows[i].settlement);
    return HPM_OK;
}

/* Steps grow from above 0; an underlying needs them where a set counts in them. */
static hpm_status check_steps(const hpm_rulebook *rulebook, const hpm_scenario_set *set,
                              hpm_error *error)
{
    const hpm_underlying_rule *rows = rulebook->underlyings.items;
    for (uint32_t u = 0; u < rulebook->underlyings.count; u++) {
        const hpm_list *steps = &rows[u].price_steps;
        if (set->price_unit == HPM_PRICE_STEPS && steps->count == 0)
            return hpm_fail(error, HPM_E_FIELD_MISSING, rows[u].asset,
                            "has no price_steps, which set %s counts in", set->name);
        for (uint32_t k = 0; k < steps->count; k++)
            if (!(step_at(steps, k + 1) > step_at(steps, k)))
                return hpm_fail(error, HPM_E_RANGE, rows[u].asset,
                                "price_steps do not grow from 0 (%g)", step_at(steps, k + 1));
    }
    return HPM_OK;
}

static hpm_status check_vol_term(const hpm_scenario_set *set, hpm_error *error)
{
    const hpm_vol_node *nodes = set->vol_term.items;
    for (uint32_t i = 1; i < set->vol_term.count; i++)
        if (!(nodes[i].days > nodes[i - 1].days))
            return hpm_fail(error, HPM_E_RANGE, set->name, "days of vol_term do not grow (%g)",
                            nodes[i].days);
    return HPM_OK;
}

/* The largest move of the set as a ratio, for the least favourable underlying, must leave a price
 * that is not negative. */
static hpm_status check_moves(const hpm_rulebook *rulebook, const hpm_scenario_set *set,
                              hpm_error *error)
{
    const hpm_underlying_rule *rows = rulebook->underlyings.items;
    for (uint32_t i = 0; i < hpm_scenario_set_count(set); i++) {
        hpm_scenario scenario = hpm_scenario_set_at(set, i);
        for (uint32_t u = 0; u < rulebook->underlyings.count; u++) {
            double move = hpm_rulebook_price_move(set->price_unit, &rows[u], scenario.price);
            if (move <= -1)
                return hpm_fail(error, HPM_E_RANGE, set->name,
                                "scenario %u moves %s by %g; a price stays above zero", i,
                                rows[u].asset, move);
        }
    }
    return HPM_OK;
}

static hpm_status check_sets(hpm_rulebook *rulebook, hpm_error *error)
{
    const hpm_scenario_set *sets = rulebook->sets.items;
    uint64_t total = 0;
    assert(rulebook->sets.count <= HPM_SETS_MAX); /* the table refuses more */
    for (uint32_t s = 0; s < rulebook->sets.count; s++) {
        uint64_t count =
            (uint64_t)sets[s].prices.count * sets[s].vols.count + sets[s].scenarios.count;
        if (count == 0)
            return hpm_fail(error, HPM_E_FIELD_MISSING, sets[s].name,
                            "set has no scenario; all sets together have 1 to %d (0)",
                            HPM_SCENARIOS_MAX);
        if ((sets[s].prices.count == 0) != (sets[s].vols.count == 0))
            return hpm_fail(error, HPM_E_FIELD_MISSING, sets[s].name,
                            "a grid needs prices and vols; one without the other says nothing");
        rulebook->set_first[s] = (uint32_t)total;
        total += count;
        if (total > HPM_SCENARIOS_MAX)
            return hpm_fail(error, HPM_E_LIMIT, sets[s].name,
                            "more than %d scenarios in all sets (%llu)", HPM_SCENARIOS_MAX,
                            (unsigned long long)total);
        hpm_status status = check_steps(rulebook, &sets[s], error);
        if (status == HPM_OK) status = check_vol_term(&sets[s], error);
        if (status == HPM_OK) status = check_moves(rulebook, &sets[s], error);
        if (status != HPM_OK) return status;
    }
    rulebook->scenario_count = (uint32_t)total;
    return HPM_OK;
}

static hpm_status resolve_components(hpm_rulebook *rulebook, hpm_error *error)
{
    hpm_component *components = rulebook->components.items;
    rulebook->greeks_read = 0;
    rulebook->reads_positions = rulebook->grouping != HPM_GROUPING_ACCOUNT;
    rulebook->moves_followers = 0;
    for (uint32_t i = 0; i < rulebook->components.count; i++) {
        const hpm_charge_kind *kind = hpm_charge_kinds[components[i].kind];
        rulebook->greeks_read |= hpm_component_reads(&components[i]);
        rulebook->reads_positions |= hpm_component_reads_positions(&components[i]);
        rulebook->moves_followers |= components[i].kind == HPM_COMPONENT_WORST_SCENARIO &&
                                     components[i].rule.worst.followers;
        hpm_status status =
            kind->resolve ? kind->resolve(&components[i], rulebook, i, error) : HPM_OK;
        if (status != HPM_OK) return status;
        /* Combinations read what is known of their inputs, which stand before them. */
        rulebook->breaks[i] = (uint8_t)(kind->breaks ? kind->breaks(&components[i], rulebook) : 0);
    }
    return HPM_OK;
}

static hpm_status find_result(uint32_t *index, const hpm_rulebook *rulebook, const char *field,
                              const char *name, hpm_error *error)
{
    const hpm_component *components = rulebook->components.items;
    for (uint32_t i = 0; i < rulebook->components.count; i++)
        if (strcmp(components[i].name, name) == 0) {
            *index = i;
            return HPM_OK;
        }
    return hpm_fail(error, HPM_E_REFERENCE, field, "names no component (%s)", name);
}

/* A charge has a part of the requirement that can be taken off; a combination has none. */
static hpm_status resolve_health(hpm_rulebook *rulebook, hpm_error *error)
{
    const hpm_component *components = rulebook->components.items;
    rulebook->health_less_index = HPM_NONE;
    if (rulebook->health_less[0] == '\0') return HPM_OK;
    hpm_status status = find_result(&rulebook->health_less_index, rulebook, "health_less",
                                    rulebook->health_less, error);
    if (status != HPM_OK) return status;
    if (hpm_charge_kinds[components[rulebook->health_less_index].kind]->combine)
        return hpm_fail(error, HPM_E_REFERENCE, "health_less", "names a combination (%s)",
                        rulebook->health_less);
    if (!hpm_rulebook_is_part(rulebook, rulebook->health_less_index, rulebook->maintenance_index))
        return hpm_fail(error, HPM_E_REFERENCE, "health_less",
                        "is no part of the maintenance requirement (%s)", rulebook->health_less);
    return HPM_OK;
}

hpm_status hpm_rule_find_set(uint32_t *set_index, const hpm_component *component,
                             const hpm_rulebook *rulebook, const char *name, hpm_error *error)
{
    const hpm_scenario_set *sets = rulebook->sets.items;
    for (uint32_t s = 0; s < rulebook->sets.count; s++)
        if (strcmp(sets[s].name, name) == 0) {
            *set_index = s;
            return HPM_OK;
        }
    return hpm_fail(error, HPM_E_REFERENCE, component->name, "there is no such set (%s)", name);
}

hpm_status hpm_rule_find_earlier(uint32_t *input, const hpm_component *component,
                                 const hpm_rulebook *rulebook, uint32_t index, const char *name,
                                 hpm_error *error)
{
    const hpm_component *components = rulebook->components.items;
    for (uint32_t i = 0; i < rulebook->components.count; i++) {
        if (strcmp(components[i].name, name) != 0) continue;
        if (i >= index)
            return hpm_fail(error, HPM_E_REFERENCE, component->name,
                            "refers forward; a component reads earlier ones (%s)", name);
        *input = i;
        return HPM_OK;
    }
    return hpm_fail(error, HPM_E_REFERENCE, component->name, "there is no such component (%s)",
                    name);
}

static hpm_status check_tiers(const hpm_rulebook *rulebook, hpm_error *error)
{
    const hpm_collateral_rule *rows = rulebook->collateral.items;
    const hpm_underlying_rule *underlyings = rulebook->underlyings.items;
    hpm_status status = HPM_OK;
    for (uint32_t i = 0; i < rulebook->collateral.count && status == HPM_OK; i++)
        status = hpm_tiers_check(&rows[i].tiers, rows[i].asset, error);
    for (uint32_t i = 0; i < rulebook->underlyings.count && status == HPM_OK; i++)
        status = hpm_tiers_check(&underlyings[i].position_tiers, underlyings[i].asset, error);
    return status;
}

static hpm_status check_tables(const hpm_rulebook *rulebook, hpm_error *error)
{
    hpm_status status =
        check_names(&rulebook->underlyings, sizeof(hpm_underlying_rule), "underlyings", 1, error);
    if (status == HPM_OK)
        status =
            check_names(&rulebook->collateral, sizeof(hpm_collateral_rule), "collateral", 1, error);
    if (status == HPM_OK) status = check_pairs(rulebook, error);
    if (status == HPM_OK)
        status = check_names(&rulebook->sets, sizeof(hpm_scenario_set), "sets", 0, error);
    if (status == HPM_OK)
        status = check_names(&rulebook->components, sizeof(hpm_component), "components", 0, error);
    if (status == HPM_OK) status = check_tiers(rulebook, error);
    if (status == HPM_OK && rulebook->age_hard_s < rulebook->age_soft_s)
        status = hpm_fail(error, HPM_E_RANGE, "age_hard_s", "below age_soft_s (%g)",
                          rulebook->age_hard_s);
    return status;
}

static hpm_hash hash_of(const hpm_rulebook *rulebook, const char *domain)
{
    hpm_hasher hasher;
    hpm_hash_begin(&hasher);
    hpm_hash_text(&hasher, domain);
    hpm_record_hash(&hasher, rulebook, &hpm_rulebook_record);
    return hpm_hash_end(&hasher);
}

static hpm_hash cover_of(const hpm_rulebook *rulebook)
{
    hpm_rulebook bare = *rulebook;
    bare.name[0] = bare.version[0] = bare.effective[0] = bare.title[0] = '\0';
    bare.coverage[0] = bare.source[0] = '\0';
    bare.grouping = HPM_GROUPING_ACCOUNT;
    return hash_of(&bare, "hpm/cover/1");
}

hpm_status hpm_rulebook_finish(hpm_rulebook *rulebook, hpm_error *error)
{
    hpm_status status = hpm_record_check(rulebook, &hpm_rulebook_record, "", error);
    if (status == HPM_OK) status = hpm_rulebook_check_statement(rulebook, error);
    if (status == HPM_OK) status = check_tables(rulebook, error);
    if (status == HPM_OK) status = check_sets(rulebook, error);
    if (status == HPM_OK) status = resolve_components(rulebook, error);
    if (status == HPM_OK)
        status =
            find_result(&rulebook->initial_index, rulebook, "initial", rulebook->initial, error);
    if (status == HPM_OK)
        status = find_result(&rulebook->maintenance_index, rulebook, "maintenance",
                             rulebook->maintenance, error);
    if (status == HPM_OK) status = hpm_rulebook_check_factors(rulebook, error);
    if (status == HPM_OK) status = resolve_health(rulebook, error);
    if (status != HPM_OK) return status;
    rulebook->hash = hash_of(rulebook, "hpm/rulebook/1");
    rulebook->cover = cover_of(rulebook);
    return HPM_OK;
}
