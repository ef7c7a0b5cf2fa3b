/* The off-grid check: see hpm/offgrid.h. */
#include "hpm/offgrid.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/sort.h"
#include "risk/shock.h"

/* ---- Nodes -------------------------------------------------------------------------------- */

/* The nodes of a list in order, each once, at the end of rules->nodes. */
static double *sorted_nodes(hpm_offgrid_rules *rules, const hpm_list *list, uint32_t *count)
{
    double *nodes = rules->nodes + rules->node_count;
    memcpy(nodes, list->items, list->count * sizeof *nodes);
    hpm_sort(nodes, list->count, sizeof *nodes, hpm_compare_reals, NULL);
    *count = 0;
    for (uint32_t i = 0; i < list->count; i++)
        if (i == 0 || nodes[i] != nodes[*count - 1]) nodes[(*count)++] = nodes[i];
    return nodes;
}

/* The list with every interval divided, in place of the sorted nodes: from the last one down, for
 * the finer ones take more room. */
static hpm_list refine(hpm_offgrid_rules *rules, const hpm_list *list, uint32_t steps)
{
    uint32_t count;
    double *nodes = sorted_nodes(rules, list, &count);
    const uint32_t fine = (count - 1) * steps + 1;
    assert(rules->node_count + fine <= 2 * HPM_SCENARIOS_MAX);
    for (uint32_t i = count - 1; i > 0; i--) {
        const double low = nodes[i - 1], high = nodes[i];
        nodes[i * steps] = high;
        for (uint32_t k = 1; k < steps; k++)
            nodes[(i - 1) * steps + k] = low + (high - low) * k / steps;
    }
    rules->node_count += fine;
    return (hpm_list){nodes, fine};
}

/* ---- Sizes -------------------------------------------------------------------------------- */

static uint64_t fine_count(const hpm_list *list, uint32_t steps)
{
    return list->count == 0 ? 0 : (uint64_t)(list->count - 1) * steps + 1;
}

/* Scenarios of all sets, finer, before strikes are added. */
static uint64_t total_count(const hpm_rulebook *rulebook, uint32_t price_steps, uint32_t vol_steps)
{
    const hpm_scenario_set *sets = rulebook->sets.items;
    uint64_t total = 0;
    for (uint32_t s = 0; s < rulebook->sets.count; s++)
        total += fine_count(&sets[s].prices, price_steps) * fine_count(&sets[s].vols, vol_steps) +
                 sets[s].scenarios.count;
    return total;
}

static hpm_status choose_steps(hpm_offgrid_rules *rules, const hpm_rulebook *rulebook,
                               uint32_t price_steps, uint32_t vol_steps, hpm_error *error)
{
    if (price_steps == 0 && vol_steps == 0) {
        price_steps = 16;
        vol_steps = 2;
        while (price_steps > 1 && total_count(rulebook, price_steps, vol_steps) > HPM_SCENARIOS_MAX)
            price_steps /= 2;
        if (total_count(rulebook, price_steps, vol_steps) > HPM_SCENARIOS_MAX) vol_steps = 1;
    }
    if (price_steps == 0 || vol_steps == 0)
        return hpm_fail(error, HPM_E_RANGE, "off-grid check", "no steps (%u x %u)", price_steps,
                        vol_steps);
    uint64_t total = total_count(rulebook, price_steps, vol_steps);
    if (total > HPM_SCENARIOS_MAX)
        return hpm_fail(error, HPM_E_LIMIT, "off-grid check",
                        "%u x %u steps make %llu scenarios, at most %d have room", price_steps,
                        vol_steps, (unsigned long long)total, HPM_SCENARIOS_MAX);
    rules->price_steps = price_steps;
    rules->vol_steps = vol_steps;
    return HPM_OK;
}

/* ---- Strikes ------------------------------------------------------------------------------ */

/* The move, in the set's unit, at which an option settles at its strike: its forward's, of which
 * the observed part of a settlement average stands still. NaN if there is none. */
static double pin_move(const hpm_market *market, const hpm_rulebook *rulebook,
                       const hpm_scenario_set *set, uint32_t instrument)
{
    const hpm_instrument *row = &market->catalog->instruments[instrument];
    if (row->kind != HPM_OPTION) return NAN;
    const hpm_curve_point *point = &market->curve[row->expiry];
    const hpm_settlement settlement = hpm_settlement_of(rulebook, point);
    if (!(settlement.moving > 0)) return NAN;
    const char *asset = market->catalog->assets[row->underlying].name;
    return hpm_rulebook_price_node(set->price_unit, hpm_rulebook_underlying(rulebook, asset),
                                   (row->strike - settlement.still) / settlement.moving - 1);
}

static int is_node(const hpm_list *prices, double move)
{
    const double *nodes = prices->items;
    for (uint32_t i = 0; i < prices->count; i++)
        if (nodes[i] == move) return 1;
    return 0;
}

/* Two options of one strike and expiry have one move. */
static int is_listed(const hpm_offgrid_rules *rules, uint32_t first, double move)
{
    for (uint32_t i = first; i < rules->single_count; i++)
        if (rules->singles[i].price == move) return 1;
    return 0;
}

/* Adds the move at all volatilities that the rulebook's own grid has; 0 if there is no room. */
static int add_pin(hpm_offgrid_rules *rules, const hpm_scenario_set *coarse, double move,
                   uint64_t room)
{
    const double *vols = coarse->vols.items;
    if (coarse->vols.count > room) return 0;
    for (uint32_t v = 0; v < coarse->vols.count; v++)
        rules->singles[rules->single_count++] =
            (hpm_scenario){.price = move, .vol = vols[v], .weight = 1};
    return 1;
}

/* The singles of a set, and its strikes after them. `others`: scenarios of all sets but these
 * strikes. Returns how many scenarios were added. */
static uint32_t list_singles(hpm_offgrid_rules *rules, hpm_scenario_set *fine,
                             const hpm_scenario_set *coarse, const hpm_market *market,
                             const hpm_account *account, uint64_t others)
{
    const hpm_position *positions = hpm_account_positions(account);
    const uint32_t first = rules->single_count, own = coarse->scenarios.count;
    const double *nodes = fine->prices.items;
    if (own > 0)
        memcpy(rules->singles + first, coarse->scenarios.items, own * sizeof(hpm_scenario));
    rules->single_count += own;
    for (uint32_t p = 0; fine->prices.count > 0 && p < account->position_count; p++) {
        double move = pin_move(market, &rules->rulebook, coarse, positions[p].instrument);
        uint32_t added = rules->single_count - first - own;
        if (!(move > nodes[0] && move < nodes[fine->prices.count - 1])) continue;
        if (is_node(&fine->prices, move) || is_listed(rules, first + own, move)) continue;
        if (add_pin(rules, coarse, move, HPM_SCENARIOS_MAX - others - added))
            rules->strike_count++;
        else
            rules->options_left_out++;
    }
    fine->scenarios = (hpm_list){rules->singles + first, rules->single_count - first};
    return rules->single_count - first - own;
}

/* ---- Rules -------------------------------------------------------------------------------- */

static void refine_sets(hpm_offgrid_rules *rules, const hpm_rulebook *rulebook,
                        const hpm_market *market, const hpm_account *account)
{
    const hpm_scenario_set *coarse = rulebook->sets.items;
    uint64_t total = total_count(rulebook, rules->price_steps, rules->vol_steps);
    for (uint32_t s = 0; s < rulebook->sets.count; s++) {
        rules->sets[s] = coarse[s];
        if (coarse[s].prices.count > 0) {
            rules->sets[s].prices = refine(rules, &coarse[s].prices, rules->price_steps);
            rules->sets[s].vols = refine(rules, &coarse[s].vols, rules->vol_steps);
        }
        total += list_singles(rules, &rules->sets[s], &coarse[s], market, account, total);
    }
}

hpm_status hpm_offgrid_rules_init(hpm_offgrid_rules *rules, const hpm_market *market,
                                  const hpm_rulebook *rulebook, const hpm_account *account,
                                  uint32_t price_steps, uint32_t vol_steps, hpm_error *error)
{
    memset(rules, 0, sizeof *rules);
    rules->rulebook = *rulebook;
    hpm_status status = choose_steps(rules, rulebook, price_steps, vol_steps, error);
    if (status != HPM_OK) return status;
    refine_sets(rules, rulebook, market, account);
    memcpy(rules->components, rulebook->components.items,
           rulebook->components.count * sizeof *rules->components);
    rules->rulebook.sets.items = rules->sets;
    rules->rulebook.components.items = rules->components;
    return hpm_rulebook_finish(&rules->rulebook, error);
}

/* ---- The check ---------------------------------------------------------------------------- */

/* Whether a component aggregates a set that has a grid. */
static int reads_grid(const hpm_rulebook *rulebook, const hpm_component *component)
{
    const hpm_scenario_set *sets = rulebook->sets.items;
    if (component->kind == HPM_COMPONENT_WORST_SCENARIO)
        return sets[component->rule.worst.set_index].prices.count > 0;
    if (component->kind == HPM_COMPONENT_JOINT_GRID)
        return sets[component->rule.joint.set_index].prices.count > 0;
    return 0;
}

/* The first of those that miss most. */
static void find_missed(hpm_offgrid *result, const hpm_rulebook *rulebook, const hpm_margin *fine,
                        const hpm_margin *margin)
{
    const hpm_component *components = rulebook->components.items;
    result->component = HPM_NONE;
    for (uint32_t i = 0; i < rulebook->components.count; i++) {
        double missed = fine->value[i] - margin->value[i];
        if (!reads_grid(rulebook, &components[i])) continue;
        assert(!(missed < 0)); /* the nodes are among the finer ones */
        if (result->component != HPM_NONE && !(missed > result->missed)) continue;
        result->component = i;
        result->on_nodes = margin->value[i];
        result->between = fine->value[i];
        result->missed = missed;
        result->share = margin->value[i] > 0 ? missed / margin->value[i] : NAN;
    }
}

hpm_status hpm_offgrid_check(hpm_offgrid *result, hpm_desk *desk, hpm_offgrid_rules *rules,
                             const hpm_account *account, const hpm_margin *margin, hpm_error *error)
{
    const uint32_t initial = rules->rulebook.initial_index;
    hpm_margin fine;
    assert(desk->rulebook == &rules->rulebook);
    memset(result, 0, sizeof *result);
    result->rules = rules;
    hpm_status status = hpm_desk_margin(desk, &fine, account, error);
    if (status == HPM_OK)
        status = hpm_e8_add(&result->initial_missed.e8, fine.initial.e8, -margin->initial.e8);
    if (status != HPM_OK) return status;
    find_missed(result, &rules->rulebook, &fine, margin);
    if (result->component == HPM_NONE) return HPM_OK;
    rules->rulebook.initial_index = result->component;
    status = hpm_desk_breakdown(desk, &result->breakdown, account, error);
    rules->rulebook.initial_index = initial;
    return status;
}
