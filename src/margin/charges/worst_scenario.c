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
    HPM_ROW_CHOICE(0, hpm_component, rule.worst., conversion, conversions,
                   "whether coin P&L is valued at the scenario's price or at the current one"),
    HPM_ROW_FLAG(hpm_component, rule.worst., balances, 0,
                 "whether the balance of an underlying moves with its scenarios"),
    HPM_ROW_CHOICE(0, hpm_component, rule.worst., fold, folds,
                   "what happens to a bucket's P&L before buckets are summed"),
    HPM_ROW_REAL(hpm_component, rule.worst., discount_base, "1", 0, 2, 1,
                 "static discount of positive values at no time to expiry"),
    HPM_ROW_REAL(hpm_component, rule.worst., discount_rate_multiple, "1", 0, 100, 0,
                 "how much of the expiry's rate is added to the discount"),
    HPM_ROW_REAL(hpm_component, rule.worst., discount_rate_add, "annual", 0, 10, 0,
                 "rate added to the discount"),
    HPM_ROW_FLAG(hpm_component, rule.worst., range_weight, 0,
                 "whether a move m counts (range/|m|)*(1+m)/(1+sgn(m)*range) of its P&L"),
    HPM_ROW_REAL(hpm_component, rule.worst., dampener, "reporting currency", 0, 1e12, 0,
                 "loss forgiven per price range moved beyond the first"),
};

const hpm_record hpm_worst_scenario_record = HPM_RECORD(
    "worst_scenario", hpm_component, fields, "Largest loss over a scenario set, per underlying");

/* Deribit's extended dampener: a = (max(|m|/range, 1) - 1) * dampener / (1 + sgn(m) * range); a
 * loss below a counts zero, above it is less by a. */
static double forgiven(const hpm_exposure *exposure, const hpm_group *group, double dampener,
                       uint32_t column)
{
    if (dampener == 0) return 0;
    double range = exposure->array->underlying_rule[group->asset]->price_range;
    double move =
        exposure->array->price_move[(size_t)group->asset * exposure->array->extra + column];
    double ranges = fabs(move) / range;
    if (ranges <= 1) return 0;
    return (ranges - 1) * dampener / (1 + (move < 0 ? -range : range));
}

typedef struct worst {
    double loss;     /* after the dampener, >= 0 */
    double raw;      /* before it */
    uint32_t column; /* in the view, HPM_NONE if nothing is lost */
} worst;

static worst worst_of(const hpm_exposure *exposure, const hpm_group *group,
                      const hpm_pnl_view *view, double dampener)
{
    worst found = {0, 0, HPM_NONE};
    double *pnl = exposure->scenario;
    hpm_group_pnl(pnl, exposure, group, view);
    for (uint32_t j = 0; j < view->count; j++) {
        double loss = -pnl[j] - forgiven(exposure, group, dampener, view->first + j);
        if (loss > found.loss || isnan(loss)) found = (worst){loss, -pnl[j], j};
    }
    return found;
}

static hpm_charge_result value(const hpm_exposure *exposure, const hpm_component *component)
{
    hpm_charge_result result = hpm_charge_of(0);
    hpm_pnl_view view;
    double largest = 0;
    hpm_pnl_view_of(&view, exposure->array, component);
    for (uint32_t g = 0; g < exposure->group_count; g++) {
        worst own = worst_of(exposure, &exposure->groups[g], &view, component->rule.worst.dampener);
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
        worst own = worst_of(exposure, group, &view, component->rule.worst.dampener);
        if (own.column != HPM_NONE)
            hpm_group_share(line, exposure, group, &view, own.column, weight * own.loss / own.raw);
    }
}

static void stand(uint32_t *columns, const hpm_exposure *exposure, const hpm_component *component)
{
    hpm_pnl_view view;
    hpm_pnl_view_of(&view, exposure->array, component);
    for (uint32_t g = 0; g < exposure->group_count; g++) {
        worst own = worst_of(exposure, &exposure->groups[g], &view, component->rule.worst.dampener);
        columns[g] = own.column == HPM_NONE ? HPM_NONE : view.first + own.column;
    }
}

/* ---- Open orders -------------------------------------------------------------------------- */

/* Largest loss of a group over its columns and all sets of fills, after the dampener; *column is
 * HPM_NONE where nothing is lost but by trading. */
static double group_fills(const hpm_fills *fills, uint32_t group, const hpm_pnl_view *view,
                          double dampener, double rho, uint32_t *column)
{
    const hpm_exposure *exposure = fills->exposure;
    double most = hpm_fills_idle(fills, group, rho), *losses = exposure->scenario;
    *column = HPM_NONE;
    hpm_fills_losses(losses, fills, view, group, 1, rho);
    for (uint32_t j = 0; j < view->count; j++) {
        double loss =
            losses[j] - forgiven(exposure, &exposure->groups[group], dampener, view->first + j);
        if (!(loss > most) && !isnan(loss)) continue;
        most = loss;
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
        sum += group_fills(fills, g, &view, component->rule.worst.dampener, rho, &column);
        if (share) hpm_fills_share_loss(share, fills, &view, g, column, 1, rho);
    }
    return sum;
}

static hpm_status resolve(hpm_component *component, const hpm_rulebook *rulebook, uint32_t index,
                          hpm_error *error)
{
    (void)index;
    return hpm_rule_find_set(&component->rule.worst.set_index, component, rulebook,
                             component->rule.worst.set, error);
}

/* The dampener is forgiven once per account; the lesser of two sub-additive losses is not
 * sub-additive; nor is a discount above 1, which counts values for more than they are. */
static unsigned breaks(const hpm_component *component, const hpm_rulebook *rulebook)
{
    const hpm_rule_worst *rule = &component->rule.worst;
    (void)rulebook;
    if (rule->dampener > 0) return HPM_BREAKS_SCALE | HPM_BREAKS_MERGE;
    if (rule->fold == HPM_FOLD_DISCOUNT && rule->discount_base > 1) return HPM_BREAKS_MERGE;
    return rule->fold == HPM_FOLD_PAYOFF_FLOOR ? HPM_BREAKS_MERGE : 0;
}

/* The payoff floor looks at what a bucket holds. */
static int reads_positions(const hpm_component *component)
{
    return component->rule.worst.fold == HPM_FOLD_PAYOFF_FLOOR;
}

const hpm_charge_kind hpm_charge_worst_scenario = {
    .reads_positions = reads_positions,
    .breaks = breaks,
    .value = value,
    .share = share,
    .stand = stand,
    .fills = fills_worst,
    .fills_gain = 1,
    .resolve = resolve,
};
