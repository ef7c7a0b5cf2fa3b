/* Charge `expiry_basis`: each expiry alone loses the worst of a set of forward moves; no offset
 * between expiries. hpm: b_e = max(b_min, exp(a*T) - 1) up and down, fully revalued. PMRM: +-5 %,
 * times add + multiple * tau (rulebooks, forward contingency). */
#include <math.h>

#include "base/field_rows.h"
#include "margin/charge.h"
#include "margin/fills.h"

static const hpm_field fields[] = {
    HPM_ROW_TEXT(1, hpm_component, rule.basis., set, "scenario set of basis moves"),
    HPM_ROW_FLAG(hpm_component, rule.basis., dated_only, 0, "whether perpetuals are exempt"),
    HPM_ROW_REAL(hpm_component, rule.basis., factor, "1", 0, 100, 1,
                 "multiplies each expiry's worst loss"),
    HPM_ROW_REAL(hpm_component, rule.basis., factor_tau, "per year", 0, 100, 0,
                 "added to the factor per year to expiry"),
};

const hpm_record hpm_expiry_basis_record =
    HPM_RECORD("expiry_basis", hpm_component, fields, "Worst basis move of each expiry, summed");

typedef struct expiry_view {
    const hpm_rule_basis *rule;
    uint32_t first, count; /* columns */
} expiry_view;

static expiry_view view_of(const hpm_exposure *exposure, const hpm_component *component)
{
    const hpm_rule_basis *rule = &component->rule.basis;
    const hpm_scenario_set *sets = exposure->rulebook->sets.items;
    return (expiry_view){rule, exposure->rulebook->set_first[rule->set_index],
                         hpm_scenario_set_count(&sets[rule->set_index])};
}

static int is_charged(const hpm_exposure *exposure, const expiry_view *view, uint32_t run)
{
    hpm_bucket_kind kind = hpm_run_bucket(exposure, run)->kind;
    return kind == HPM_BUCKET_DATED || (kind == HPM_BUCKET_PERPETUAL && !view->rule->dated_only);
}

static double expiry_loss(const hpm_exposure *exposure, uint32_t run, uint32_t end, uint32_t column)
{
    double loss = 0;
    for (uint32_t r = run; r < end; r++)
        loss -= exposure->totals[(size_t)r * exposure->array->stride + column] *
                exposure->price[hpm_run_bucket(exposure, r)->settlement];
    return loss * exposure->array->weight[column];
}

/* Worst loss of the expiry, 0 if none; *column gets where. */
static double expiry_worst(const hpm_exposure *exposure, const expiry_view *view, uint32_t run,
                           uint32_t end, uint32_t *column)
{
    double worst = 0;
    *column = HPM_NONE;
    for (uint32_t j = view->first; j < view->first + view->count; j++) {
        double loss = expiry_loss(exposure, run, end, j);
        if (loss > worst || isnan(loss)) {
            worst = loss;
            *column = j;
        }
    }
    return worst;
}

static double expiry_factor(const hpm_exposure *exposure, const expiry_view *view, uint32_t run)
{
    return fma(view->rule->factor_tau, hpm_run_tau_years(exposure, run), view->rule->factor);
}

static hpm_charge_result value(const hpm_exposure *exposure, const hpm_component *component)
{
    expiry_view view = view_of(exposure, component);
    hpm_charge_result result = hpm_charge_of(0);
    for (uint32_t run = 0, end; run < exposure->portfolio->run_count; run = end) {
        uint32_t column;
        end = hpm_expiry_end(exposure, run);
        if (is_charged(exposure, &view, run))
            result.value += expiry_worst(exposure, &view, run, end, &column) *
                            expiry_factor(exposure, &view, run);
    }
    return result;
}

static void share(double *line, const hpm_exposure *exposure, const hpm_component *component,
                  const hpm_charge_result *result, double weight)
{
    expiry_view view = view_of(exposure, component);
    (void)result;
    for (uint32_t run = 0, end; run < exposure->portfolio->run_count; run = end) {
        uint32_t column;
        end = hpm_expiry_end(exposure, run);
        if (!is_charged(exposure, &view, run)) continue;
        expiry_worst(exposure, &view, run, end, &column);
        if (column == HPM_NONE) continue;
        double part =
            weight * expiry_factor(exposure, &view, run) * exposure->array->weight[column];
        for (uint32_t r = run; r < end; r++) {
            double price = exposure->price[hpm_run_bucket(exposure, r)->settlement];
            for (uint32_t h = exposure->portfolio->runs[r].first;
                 h < exposure->portfolio->runs[r].end; h++)
                line[h] -= part * price * hpm_holding_column(exposure, h, column);
        }
    }
}

/* ---- Open orders -------------------------------------------------------------------------- */

/* What a fill adds to the loss of its expiry in a column, 0 where it takes from it. */
static double fill_loss(const hpm_fills *fills, const hpm_fill_row *row, uint32_t column)
{
    const hpm_exposure *exposure = fills->exposure;
    double loss = -hpm_fill_column(fills, row, column) * exposure->price[row->settlement] *
                  exposure->array->weight[column];
    return loss > 0 ? loss : 0;
}

/* Expiries have no fills in common, so that the worst of each is exact. */
static double expiry_fills(const hpm_fills *fills, const expiry_view *view, uint32_t run,
                           uint32_t end, uint32_t *column)
{
    double worst = 0;
    *column = HPM_NONE;
    for (uint32_t j = view->first; j < view->first + view->count; j++) {
        double loss = expiry_loss(fills->exposure, run, end, j);
        for (uint32_t i = fills->run_first[run]; i < fills->run_first[end]; i++)
            loss += fill_loss(fills, &fills->rows[i], j);
        if (!(loss > worst) && !isnan(loss)) continue;
        worst = loss;
        *column = j;
    }
    return worst;
}

static double fills_worst(const hpm_fills *fills, const hpm_component *component, double rho,
                          const hpm_fill_share *share)
{
    const hpm_exposure *exposure = fills->exposure;
    expiry_view view = view_of(exposure, component);
    double sum = 0;
    (void)rho;
    for (uint32_t run = 0, end; run < exposure->portfolio->run_count; run = end) {
        uint32_t column;
        end = hpm_expiry_end(exposure, run);
        if (!is_charged(exposure, &view, run)) continue;
        double factor = expiry_factor(exposure, &view, run);
        sum += expiry_fills(fills, &view, run, end, &column) * factor;
        if (!share || column == HPM_NONE) continue;
        for (uint32_t i = fills->run_first[run]; i < fills->run_first[end]; i++)
            hpm_fill_give(share, &fills->rows[i],
                          fill_loss(fills, &fills->rows[i], column) * factor);
    }
    return sum;
}

static hpm_status resolve(hpm_component *component, const hpm_rulebook *rulebook, uint32_t index,
                          hpm_error *error)
{
    (void)index;
    return hpm_rule_find_set(&component->rule.basis.set_index, component, rulebook,
                             component->rule.basis.set, error);
}

const hpm_charge_kind hpm_charge_expiry_basis = {
    .value = value,
    .share = share,
    .fills = fills_worst,
    .resolve = resolve,
};
