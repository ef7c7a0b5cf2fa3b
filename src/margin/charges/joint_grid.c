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
#include "margin/fills.h"
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
    return (hpm_charge_result){worst.loss, column, HPM_NONE, HPM_NONE, 1};
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

/* ---- Open orders -------------------------------------------------------------------------- */

/* What hpm_fills_losses gives for every group and node, with the slopes that the joint scenarios
 * need: the larger of 1 and the offset share is g, for g(x) = max(x, offset_share * x). */
typedef struct fill_tables {
    const hpm_fills *fills;
    const hpm_pnl_view *view;
    const hpm_rule_joint *rule;
    double rho;
    double *alone, *offset, *floor; /* [group][count] slope 1, g, alone_floor */
    double homeless, idle;          /* of fills without a group; of all of them */
} fill_tables;

static double *fill_row(const fill_tables *t, double *table, uint32_t group, double slope)
{
    double *row = table + (size_t)group * t->view->count;
    hpm_fills_losses(row, t->fills, t->view, group, slope, t->rho);
    return row;
}

static void fill_all(fill_tables *t)
{
    const hpm_exposure *exposure = t->fills->exposure;
    size_t cells = (size_t)exposure->group_count * t->view->count;
    t->alone = hpm_arena_reserve(exposure->scratch, cells, sizeof(double));
    t->offset = hpm_arena_reserve(exposure->scratch, cells, sizeof(double));
    t->floor = hpm_arena_reserve(exposure->scratch, cells, sizeof(double));
    assert(t->alone && t->offset && t->floor); /* hpm_fills_scratch_size counts them */
    t->idle = t->homeless = hpm_fills_idle(t->fills, HPM_NONE, t->rho);
    for (uint32_t g = 0; g < exposure->group_count; g++) {
        const double *alone = fill_row(t, t->alone, g, 1);
        double *offset = fill_row(t, t->offset, g, t->rule->offset_share);
        fill_row(t, t->floor, g, t->rule->alone_floor);
        for (uint32_t j = 0; j < t->view->count; j++)
            if (alone[j] > offset[j]) offset[j] = alone[j];
        t->idle += hpm_fills_idle(t->fills, g, t->rho);
    }
}

static double joint_fills(const fill_tables *t, uint32_t node)
{
    double sum = t->homeless;
    for (uint32_t g = 0; g < t->fills->exposure->group_count; g++)
        sum += loss_at(t->offset, t->view, g, node);
    return sum;
}

/* The node at which a group's part of the floor is largest; nowhere if that is to stay. */
static double floor_fills(const fill_tables *t, uint32_t group, uint32_t *node)
{
    double worst = hpm_fills_idle(t->fills, group, t->rho);
    *node = nowhere;
    for (uint32_t j = 0; j < t->view->count; j++)
        if (loss_at(t->floor, t->view, group, j) > worst) {
            worst = loss_at(t->floor, t->view, group, j);
            *node = j;
        }
    return worst;
}

static void consider_fills_apart(joint *worst, const fill_tables *t)
{
    const hpm_scenario_set *sets = t->fills->exposure->rulebook->sets.items;
    uint32_t opposite[HPM_SCENARIOS_MAX] = {0};
    find_opposites(opposite, &sets[t->rule->set_index], t->rule->opposite_share);
    for (uint32_t j = 0; j < t->view->count; j++) {
        for (uint32_t g = 0; g < t->fills->exposure->group_count; g++) {
            double rest = t->idle - hpm_fills_idle(t->fills, g, t->rho);
            consider(worst, (joint){loss_at(t->alone, t->view, g, j) + rest, g, j, nowhere, 0});
        }
        if (opposite[j] == HPM_NONE) continue;
        double all = joint_fills(t, opposite[j]);
        for (uint32_t g = 0; g < t->fills->exposure->group_count; g++) {
            double loss = all - loss_at(t->offset, t->view, g, opposite[j]) +
                          loss_at(t->offset, t->view, g, j);
            consider(worst, (joint){loss, g, j, opposite[j], 0});
        }
    }
}

static joint find_worst_fills(const fill_tables *t)
{
    joint worst = {t->idle, HPM_NONE, nowhere, nowhere, 0};
    double floor = t->homeless;
    uint32_t unused;
    for (uint32_t j = 0; j < t->view->count; j++)
        consider(&worst, (joint){joint_fills(t, j), HPM_NONE, j, j, 0});
    consider_fills_apart(&worst, t);
    for (uint32_t g = 0; g < t->fills->exposure->group_count; g++)
        floor += floor_fills(t, g, &unused);
    consider(&worst, (joint){floor, HPM_NONE, worst.self_node, worst.rest_node, 1});
    return worst;
}

static void share_fills(const hpm_fill_share *share, const fill_tables *t, const joint *worst)
{
    hpm_fills_share_loss(share, t->fills, t->view, HPM_NONE, nowhere, 1, t->rho);
    for (uint32_t g = 0; g < t->fills->exposure->group_count; g++) {
        uint32_t node =
            worst->self == HPM_NONE || worst->self == g ? worst->self_node : worst->rest_node;
        double slope = 1;
        if (worst->is_floor) {
            floor_fills(t, g, &node);
            slope = t->rule->alone_floor;
        } else if (node != nowhere && worst->rest_node != nowhere &&
                   loss_at(t->offset, t->view, g, node) > loss_at(t->alone, t->view, g, node)) {
            slope = t->rule->offset_share;
        }
        hpm_fills_share_loss(share, t->fills, t->view, g, node, slope, t->rho);
    }
}

/* The account so large that it has two groups has also the scenarios of one: those of a group
 * without anything are no others. */
static double fills_worst(const hpm_fills *fills, const hpm_component *component, double rho,
                          const hpm_fill_share *share)
{
    hpm_pnl_view view;
    fill_tables tables = {fills, &view, &component->rule.joint, rho, NULL, NULL, NULL, 0, 0};
    size_t mark = fills->exposure->scratch->used;
    hpm_pnl_view_of(&view, fills->exposure->array, component);
    fill_all(&tables);
    joint worst = find_worst_fills(&tables);
    if (share) share_fills(share, &tables, &worst);
    fills->exposure->scratch->used = mark;
    return worst.loss;
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
    .fills = fills_worst,
    .fills_gain = 1,
    .resolve = resolve,
};
