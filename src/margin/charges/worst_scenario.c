/* Charge `worst_scenario`: for each underlying the largest loss over a scenario set, summed. */
#include <math.h>

#include "base/field_rows.h"
#include "margin/charge.h"
#include "margin/fills.h"
#include "margin/scenario_pnl.h"

static const char *const conversions[] = {"shocked", "unshocked", NULL};
static const char *const folds[] = {"identity", "payoff_floor", "discount", NULL};

static const hpm_field fields[] = {
    HPM_ROW_TEXT(1, hpm_component, rule.worst., set, "scenario set"),
    HPM_ROW_TEXT(0, hpm_component, rule.worst., second_set,
                 "the set after it, whose scenarios are part of the same worst"),
    HPM_ROW_CHOICE(0, hpm_component, rule.worst., conversion, conversions,
                   "whether coin P&L is valued at the scenario's price or at the current one"),
    HPM_ROW_FLAG(hpm_component, rule.worst., balances, 0,
                 "whether the balance of an underlying moves with its scenarios"),
    HPM_ROW_FLAG(hpm_component, rule.worst., followers, 0,
                 "whether the balances of assets that follow an underlying move with it"),
    HPM_ROW_FLAG(hpm_component, rule.worst., delta_hedged, 0,
                 "whether what the delta alone makes of the move is taken out of the P&L"),
    HPM_ROW_CHOICE(0, hpm_component, rule.worst., fold, folds,
                   "what happens to a bucket's P&L before buckets are summed"),
    HPM_ROW_REAL(hpm_component, rule.worst., discount_base, "1", 0, 10, 1,
                 "static discount of positive values at no time to expiry"),
    HPM_ROW_REAL(hpm_component, rule.worst., discount_rate_multiple, "1", 0, 100, 0,
                 "how much of the expiry's rate is added to the discount"),
    HPM_ROW_REAL(hpm_component, rule.worst., discount_rate_add, "annual", 0, 100, 0,
                 "rate added to the discount"),
    HPM_ROW_REAL(hpm_component, rule.worst., discount_short_base, "1", 0, 10, 1,
                 "what negative values count at no time to expiry"),
    HPM_ROW_REAL(hpm_component, rule.worst., discount_short_rate_multiple, "1", 0, 100, 0,
                 "how much of the expiry's rate they grow by"),
    HPM_ROW_REAL(hpm_component, rule.worst., discount_short_rate_add, "annual", 0, 100, 0,
                 "rate that they grow by on top, up to what is owed at expiry"),
    HPM_ROW_FLAG(hpm_component, rule.worst., rotation, 0,
                 "whether each dated bucket loses what it moves, whichever way"),
    HPM_ROW_FLAG(
        hpm_component, rule.worst., range_weight, 0,
        "whether a move m beyond the price range counts (range/|m|)*(1+m)/(1+sgn(m)*range) "
        "of its P&L"),
};

const hpm_record hpm_worst_scenario_record = HPM_RECORD(
    "worst_scenario", hpm_component, fields, "Largest loss over a scenario set, per underlying");

typedef struct worst {
    double loss;     /* >= 0 */
    uint32_t column; /* in the view, HPM_NONE if nothing is lost */
} worst;

static worst worst_of(const hpm_exposure *exposure, const hpm_group *group,
                      const hpm_pnl_view *view)
{
    worst found = {0, HPM_NONE};
    double *pnl = exposure->scenario;
    hpm_group_pnl(pnl, exposure, group, view);
    for (uint32_t j = 0; j < view->count; j++)
        if (-pnl[j] > found.loss || isnan(pnl[j])) found = (worst){-pnl[j], j};
    return found;
}

static hpm_charge_result value(const hpm_exposure *exposure, const hpm_component *component)
{
    hpm_charge_result result = hpm_charge_of(0);
    hpm_pnl_view view;
    double largest = 0;
    hpm_pnl_view_of(&view, exposure->array, component);
    for (uint32_t g = 0; g < exposure->group_count; g++) {
        worst own = worst_of(exposure, &exposure->groups[g], &view);
        result.value += own.loss;
        if (own.column == HPM_NONE || !(own.loss > largest)) continue;
        largest = own.loss;
        result.worst_column = view.first + own.column;
    }
    return result;
}

static void share(double *line, const hpm_exposure *exposure, const hpm_component *component,
                  const hpm_charge_result *result, double weight)
{
    hpm_pnl_view view;
    (void)result;
    hpm_pnl_view_of(&view, exposure->array, component);
    for (uint32_t g = 0; g < exposure->group_count; g++) {
        const hpm_group *group = &exposure->groups[g];
        worst own = worst_of(exposure, group, &view);
        if (own.column != HPM_NONE)
            hpm_group_share(line, exposure, group, &view, own.column, weight);
    }
}

static void stand(uint32_t *columns, const hpm_exposure *exposure, const hpm_component *component)
{
    hpm_pnl_view view;
    hpm_pnl_view_of(&view, exposure->array, component);
    for (uint32_t g = 0; g < exposure->group_count; g++) {
        worst own = worst_of(exposure, &exposure->groups[g], &view);
        columns[g] = own.column == HPM_NONE ? HPM_NONE : view.first + own.column;
    }
}

/* ---- Open orders -------------------------------------------------------------------------- */

/* Largest loss of a group over its columns and all sets of fills; *column is HPM_NONE where nothing
 * is lost but by trading. */
static double group_fills(const hpm_fills *fills, uint32_t group, const hpm_pnl_view *view,
                          double rho, uint32_t *column)
{
    double most = hpm_fills_idle(fills, group, rho), *losses = fills->exposure->scenario;
    *column = HPM_NONE;
    hpm_fills_losses(losses, fills, view, group, 1, rho);
    for (uint32_t j = 0; j < view->count; j++) {
        if (!(losses[j] > most) && !isnan(losses[j])) continue;
        most = losses[j];
        *column = j;
    }
    return most;
}

static double fills_worst(const hpm_fills *fills, const hpm_component *component, double rho,
                          const hpm_fill_share *share)
{
    double sum = hpm_fills_idle(fills, HPM_NONE, rho);
    hpm_pnl_view view;
    uint32_t column;
    hpm_pnl_view_of(&view, fills->exposure->array, component);
    if (share) hpm_fills_share_loss(share, fills, &view, HPM_NONE, HPM_NONE, 1, rho);
    for (uint32_t g = 0; g < fills->exposure->group_count; g++) {
        sum += group_fills(fills, g, &view, rho, &column);
        if (share) hpm_fills_share_loss(share, fills, &view, g, column, 1, rho);
    }
    return sum;
}

/* Two sets stand side by side, so that their columns do. */
static hpm_status resolve(hpm_component *component, const hpm_rulebook *rulebook, uint32_t index,
                          hpm_error *error)
{
    hpm_rule_worst *rule = &component->rule.worst;
    uint32_t second = 0;
    (void)index;
    hpm_status status = hpm_rule_find_set(&rule->set_index, component, rulebook, rule->set, error);
    if (status == HPM_OK && (rule->balances || rule->followers) && rulebook->pairs.count > 0)
        status = hpm_fail(error, HPM_E_UNSUPPORTED, component->name,
                          "balances are of no pair, and this rulebook has %u rules of pairs",
                          rulebook->pairs.count);
    if (status != HPM_OK || rule->second_set[0] == '\0') return status;
    status = hpm_rule_find_set(&second, component, rulebook, rule->second_set, error);
    if (status != HPM_OK || second == rule->set_index + 1) return status;
    return hpm_fail(error, HPM_E_REFERENCE, component->name,
                    "the second set is not the one after the first (%s)", rule->second_set);
}

/* A cap of gains and a dampener are of an account, however large it is. */
static int has_amounts(const hpm_rulebook *rulebook)
{
    const hpm_pair_rule *rows = rulebook->pairs.items;
    for (uint32_t i = 0; i < rulebook->pairs.count; i++)
        if (rows[i].dampener > 0 || (rows[i].gain_share > 0 && rows[i].gain_cap > 0)) return 1;
    return 0;
}

/* The lesser of two sub-additive losses is not sub-additive: so it is under a floor, and where
 * values above 0 may count for more than those below. Nor is the magnitude of what is discounted by
 * its sign. */
static unsigned breaks(const hpm_component *component, const hpm_rulebook *rulebook)
{
    const hpm_rule_worst *rule = &component->rule.worst;
    if (has_amounts(rulebook)) return HPM_BREAKS_SCALE | HPM_BREAKS_MERGE;
    if (rule->fold == HPM_FOLD_DISCOUNT &&
        (rule->rotation || rule->discount_base > 1 ||
         rule->discount_base > rule->discount_short_base ||
         (rulebook->discount_at_rate && rulebook->rate_minimum < 0)))
        return HPM_BREAKS_MERGE;
    return rule->fold == HPM_FOLD_PAYOFF_FLOOR ? HPM_BREAKS_MERGE : 0;
}

/* The payoff floor looks at what a bucket holds. */
static int reads_positions(const hpm_component *component)
{
    return component->rule.worst.fold == HPM_FOLD_PAYOFF_FLOOR;
}

static uint32_t reads_with(const hpm_component *component)
{
    return component->rule.worst.delta_hedged ? HPM_READS(DELTA_PREMIUM) : 0;
}

const hpm_charge_kind hpm_charge_worst_scenario = {
    .reads_positions = reads_positions,
    .reads_with = reads_with,
    .breaks = breaks,
    .value = value,
    .share = share,
    .stand = stand,
    .fills = fills_worst,
    .fills_gain = 1,
    .resolve = resolve,
};
