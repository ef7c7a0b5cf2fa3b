/* Charge `joint_grid`: the grid G of the hpm method over several underlyings.
 *
 * G = max_j sum_u g(L_u(j)) with g(L) = L for a loss and phi * L for a gain, over joint scenarios
 * (a) all underlyings at the same node, (b) each alone at each of its nodes, (c) each against the
 * rest, the rest at -gamma times its price node with the same volatility node (where that is a
 * node). And G >= lambda * sum_u W_u, W_u being the worst of u alone. Each is positively
 * homogeneous, sub-additive and monotone, and so is their maximum: for phi in [0, 1], g is convex.
 */
#include <assert.h>
#include <math.h>

#include "base/field_rows.h"
#include "margin/charge.h"
#include "margin/scenario_pnl.h"

static const char *const folds[] = {"identity", "payoff_floor", NULL};

static const hpm_field fields[] = {
    HPM_ROW_TEXT(1, hpm_component, rule.joint., set, "scenario set"),
    HPM_ROW_REAL(hpm_component, rule.joint., offset_share, "1", 0, 0.8, 0,
                 "share of one underlying's gain that may offset another's loss"),
    HPM_ROW_REAL(hpm_component, rule.joint., opposite_share, "1", 0, 1, 0.5,
                 "how far the rest moves against the one, as a share of its move"),
    HPM_ROW_REAL(hpm_component, rule.joint., alone_floor, "1", 0, 1, 0,
                 "least share of the sum of the underlyings' own worst losses"),
    HPM_ROW_CHOICE(0, hpm_component, rule.joint., fold, folds,
                   "what happens to a bucket's P&L before buckets are summed"),
};

const hpm_record hpm_joint_grid_record = HPM_RECORD(
    "joint_grid", hpm_component, fields, "Largest joint loss over all underlyings together");

static const uint32_t nowhere = HPM_NONE; /* an underlying that does not move */

/* A joint scenario: one underlying at one node, the rest at another. All at the same node: `self`
 * is HPM_NONE. */
typedef struct joint {
    double loss;
    uint32_t self, self_node, rest_node;
    int is_floor;
} joint;

static double offset_loss(double loss, double offset_share)
{
    return loss > 0 ? loss : offset_share * loss;
}

/* ---- Losses of every group at every node -------------------------------------------------- */

/* [group][view->count] in the scratch arena. */
static double *group_losses(const hpm_exposure *exposure, const hpm_pnl_view *view)
{
    double *losses = hpm_arena_reserve(exposure->scratch,
                                       (size_t)exposure->group_count * view->count, sizeof *losses);
    assert(losses); /* hpm_exposure_size counts it */
    for (uint32_t g = 0; g < exposure->group_count; g++) {
        double *own = losses + (size_t)g * view->count;
        hpm_group_pnl(own, exposure, &exposure->groups[g], view);
        for (uint32_t j = 0; j < view->count; j++)
            own[j] = -own[j];
    }
    return losses;
}

static double loss_at(const double *losses, const hpm_pnl_view *view, uint32_t group, uint32_t node)
{
    return node == nowhere ? 0 : losses[(size_t)group * view->count + node];
}

/* The price move that is -share times the given one, HPM_NONE if there is none. */
static uint32_t opposite_price(const hpm_scenario_set *set, double share, uint32_t price)
{
    const double *prices = set->prices.items;
    double wanted = -share * prices[price];
    for (uint32_t p = 0; p < set->prices.count; p++)
        if (prices[p] == wanted) return p;
    return HPM_NONE;
}

/* For every node the one with the opposite price and the same volatility, HPM_NONE if there is
 * none. */
static void find_opposites(uint32_t *opposite, const hpm_scenario_set *set, double share)
{
    const uint32_t vols = set->vols.count;
    for (uint32_t p = 0; p < set->prices.count; p++) {
        uint32_t across = opposite_price(set, share, p);
        for (uint32_t v = 0; v < vols; v++)
            opposite[p * vols + v] = across == HPM_NONE ? HPM_NONE : across * vols + v;
    }
    for (uint32_t j = set->prices.count * vols; j < hpm_scenario_set_count(set); j++)
        opposite[j] = HPM_NONE;
}

/* ---- The worst joint scenario ------------------------------------------------------------- */

static void consider(joint *worst, joint candidate)
{
    if (candidate.loss > worst->loss || isnan(candidate.loss)) *worst = candidate;
}

/* Sum over groups at one node for all of them. */
static double joint_loss(const double *losses, const hpm_exposure *exposure,
                         const hpm_pnl_view *view, double offset_share, uint32_t node)
{
    double sum = 0;
    for (uint32_t g = 0; g < exposure->group_count; g++)
        sum += offset_loss(loss_at(losses, view, g, node), offset_share);
    return sum;
}

static double own_worst(const double *losses, const hpm_pnl_view *view, uint32_t group,
                        uint32_t *node)
{
    double worst = 0;
    *node = HPM_NONE;
    for (uint32_t j = 0; j < view->count; j++) {
        double loss = loss_at(losses, view, group, j);
        if (loss > worst || isnan(loss)) {
            worst = loss;
            *node = j;
        }
    }
    return worst;
}

static double floor_loss(const double *losses, const hpm_exposure *exposure,
                         const hpm_pnl_view *view, double alone_floor)
{
    double sum = 0;
    uint32_t node;
    for (uint32_t g = 0; g < exposure->group_count; g++)
        sum += own_worst(losses, view, g, &node);
    return alone_floor * sum;
}

/* after[g]: the groups beyond g at one node, summed from the last. */
static void sum_after(double *after, const double *losses, const hpm_exposure *exposure,
                      const hpm_pnl_view *view, double offset_share, uint32_t node)
{
    double sum = 0;
    for (uint32_t g = exposure->group_count; g-- > 0;) {
        after[g] = sum;
        sum += offset_loss(loss_at(losses, view, g, node), offset_share);
    }
}

/* Each group at one node while the rest is at another. Not the sum of all less one: what is
 * subtracted from a sum does not leave it to the last bit. */
static void consider_against(joint *worst, double *after, const double *losses,
                             const hpm_exposure *exposure, const hpm_pnl_view *view,
                             double offset_share, uint32_t node, uint32_t rest)
{
    double before = 0;
    sum_after(after, losses, exposure, view, offset_share, rest);
    for (uint32_t g = 0; g < exposure->group_count; g++) {
        double own = offset_loss(loss_at(losses, view, g, node), offset_share);
        consider(worst, (joint){before + own + after[g], g, node, rest, 0});
        before += offset_loss(loss_at(losses, view, g, rest), offset_share);
    }
}

/* One group at each of its nodes: the rest does not move, or moves against it. */
static void consider_apart(joint *worst, const double *losses, const hpm_exposure *exposure,
                           const hpm_pnl_view *view, const hpm_rule_joint *rule)
{
    const hpm_scenario_set *sets = exposure->rulebook->sets.items;
    uint32_t opposite[HPM_SCENARIOS_MAX];
    double *after = hpm_arena_reserve(exposure->scratch, exposure->group_count, sizeof *after);
    assert(after); /* hpm_exposure_size counts it */
    find_opposites(opposite, &sets[rule->set_index], rule->opposite_share);
    for (uint32_t j = 0; j < view->count; j++) {
        for (uint32_t g = 0; g < exposure->group_count; g++)
            consider(worst, (joint){loss_at(losses, view, g, j), g, j, nowhere, 0});
        if (opposite[j] != HPM_NONE)
            consider_against(worst, after, losses, exposure, view, rule->offset_share, j,
                             opposite[j]);
    }
}

static joint find_worst(const double *losses, const hpm_exposure *exposure,
                        const hpm_pnl_view *view, const hpm_rule_joint *rule)
{
    joint worst = {0, HPM_NONE, HPM_NONE, HPM_NONE, 0};
    for (uint32_t j = 0; j < view->count; j++) {
        double loss = joint_loss(losses, exposure, view, rule->offset_share, j);
        consider(&worst, (joint){loss, HPM_NONE, j, j, 0});
    }
    if (exposure->group_count > 1) consider_apart(&worst, losses, exposure, view, rule);
    joint floored = {floor_loss(losses, exposure, view, rule->alone_floor), HPM_NONE,
                     worst.self_node, worst.rest_node, 1};
    consider(&worst, floored);
    return worst;
}

/* ---- What is asked of it ------------------------------------------------------------------ */

/* Where a group stands in the worst joint scenario; `nowhere` if it does not move. */
static uint32_t node_of(const joint *worst, const double *losses, const hpm_pnl_view *view,
                        uint32_t group)
{
    uint32_t node;
    if (!worst->is_floor)
        return worst->self == HPM_NONE || group == worst->self ? worst->self_node
                                                               : worst->rest_node;
    own_worst(losses, view, group, &node);
    return node;
}

static hpm_charge_result value(const hpm_exposure *exposure, const hpm_component *component)
{
    hpm_pnl_view view;
    size_t mark = exposure->scratch->used;
    hpm_pnl_view_of(&view, exposure->array, component);
    const double *losses = group_losses(exposure, &view);
    joint worst = find_worst(losses, exposure, &view, &component->rule.joint);
    exposure->scratch->used = mark;
    uint32_t column = worst.self_node == HPM_NONE ? HPM_NONE : view.first + worst.self_node;
    return (hpm_charge_result){worst.loss, column, HPM_NONE, HPM_NONE};
}

static void stand(uint32_t *columns, const hpm_exposure *exposure, const hpm_component *component)
{
    hpm_pnl_view view;
    size_t mark = exposure->scratch->used;
    hpm_pnl_view_of(&view, exposure->array, component);
    const double *losses = group_losses(exposure, &view);
    joint worst = find_worst(losses, exposure, &view, &component->rule.joint);
    for (uint32_t g = 0; g < exposure->group_count; g++) {
        uint32_t node = node_of(&worst, losses, &view, g);
        columns[g] = node == nowhere ? HPM_NONE : view.first + node;
    }
    exposure->scratch->used = mark;
}

/* The floor is a share of losses alone; elsewhere a gain counts for its offset share. */
static double part_of(const joint *worst, double loss, const hpm_rule_joint *rule)
{
    if (worst->is_floor) return rule->alone_floor;
    return loss > 0 ? 1 : rule->offset_share;
}

static void share(double *line, const hpm_exposure *exposure, const hpm_component *component,
                  const hpm_charge_result *result, double weight)
{
    const hpm_rule_joint *rule = &component->rule.joint;
    hpm_pnl_view view;
    size_t mark = exposure->scratch->used;
    (void)result;
    hpm_pnl_view_of(&view, exposure->array, component);
    const double *losses = group_losses(exposure, &view);
    joint worst = find_worst(losses, exposure, &view, rule);
    for (uint32_t g = 0; worst.loss > 0 && g < exposure->group_count; g++) {
        uint32_t node = node_of(&worst, losses, &view, g);
        if (node == nowhere) continue;
        double part = part_of(&worst, loss_at(losses, &view, g, node), rule);
        hpm_group_share(line, exposure, &exposure->groups[g], &view, node, weight * part);
    }
    exposure->scratch->used = mark;
}

static hpm_status resolve(hpm_component *component, const hpm_rulebook *rulebook, uint32_t index,
                          hpm_error *error)
{
    (void)index;
    return hpm_rule_find_set(&component->rule.joint.set_index, component, rulebook,
                             component->rule.joint.set, error);
}

/* The lesser of two sub-additive losses is not sub-additive. */
static unsigned breaks(const hpm_component *component, const hpm_rulebook *rulebook)
{
    (void)rulebook;
    return component->rule.joint.fold == HPM_FOLD_PAYOFF_FLOOR ? HPM_BREAKS_MERGE : 0;
}

/* The payoff floor looks at what a bucket holds. */
static int reads_positions(const hpm_component *component)
{
    return component->rule.joint.fold == HPM_FOLD_PAYOFF_FLOOR;
}

const hpm_charge_kind hpm_charge_joint_grid = {
    .reads_positions = reads_positions,
    .breaks = breaks,
    .value = value,
    .share = share,
    .stand = stand,
    .resolve = resolve,
};
