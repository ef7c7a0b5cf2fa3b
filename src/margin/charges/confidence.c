/* Charge `confidence`: what is held on inputs that are not fully trusted.
 *
 * `minimum`: perpetuals and the coin balance share the least trust of index and held perpetuals,
 * each expiry the least of that, its forward and its held options; below the threshold the charge
 * is (1 - trust) * factor * units * index. With `collateral` balances stand apart: each that is not
 * the numeraire has the lesser of its own trust and that of the indices that the account depends
 * on, and is charged on its value, whatever perpetuals are held. `sum`: every input charges (1 -
 * trust) * factor * value of what depends on it, so that each input counts strictly: index price,
 * forward, at-the-money volatility, mark or volatility. `apart` is like `minimum`, but nothing
 * speaks for another: each future and perpetual has the least trust of the index and its own,
 * options of an expiry that of the index, its forward and those held, each balance but that of the
 * numeraire its own. Long options may be left out. Sources: docs/MODEL.md, section 5. */
#include <math.h>

#include "base/field_rows.h"
#include "margin/charge.h"
#include "margin/fills.h"
#include "math/order.h"

static const char *const combines[] = {"minimum", "sum", "apart", NULL};
static const char *const sides[] = {"all", "short", NULL};

static const hpm_field fields[] = {
    HPM_ROW_CHOICE(0, hpm_component, rule.confidence., combine, combines,
                   "whether the least trusted input of a group speaks for it, or each for itself"),
    HPM_ROW_CHOICE(0, hpm_component, rule.confidence., options, sides,
                   "which options are charged, by `minimum` and `apart`"),
    HPM_ROW_REAL(hpm_component, rule.confidence., threshold, "1", 0, 1, 1,
                 "no charge for trust at or above this"),
    HPM_ROW_REAL(hpm_component, rule.confidence., factor, "1", 0, 1000, 1,
                 "charge per unit of doubt and value"),
    HPM_ROW_FLAG(hpm_component, rule.confidence., collateral, 0,
                 "minimum: whether every balance is collateral, on its own trust and the index's"),
};

const hpm_record hpm_confidence_record = HPM_RECORD(
    "confidence", hpm_component, fields, "Doubt in the inputs times what depends on them");

/* Everything below adds to `line` (when given) as it adds to the value, holding by holding. */
typedef struct tally {
    const hpm_exposure *exposure;
    const hpm_rule_confidence *rule;
    double *line;
    double weight, value;
} tally;

static double doubt(const tally *sum, double trust)
{
    return trust < sum->rule->threshold ? (1 - trust) * sum->rule->factor : 0;
}

static void add(tally *sum, uint32_t line, double charge)
{
    sum->value += charge;
    if (sum->line) sum->line[line] += sum->weight * charge;
}

static const hpm_instrument *instrument_of(const tally *sum, uint32_t holding)
{
    return &sum->exposure->catalog
                ->instruments[sum->exposure->portfolio->holdings[holding].instrument];
}

static double trust_of(const tally *sum, uint32_t holding)
{
    return sum->exposure->array
        ->trust_instrument[sum->exposure->portfolio->holdings[holding].instrument];
}

static double units_of(const tally *sum, uint32_t holding)
{
    return sum->exposure->units[holding];
}

/* ---- sum ---------------------------------------------------------------------------------- */

static void sum_holding(tally *sum, uint32_t holding)
{
    const hpm_risk_array *array = sum->exposure->array;
    const hpm_instrument *row = instrument_of(sum, holding);
    double value = fabs(units_of(sum, holding)) * sum->exposure->price[row->underlying];
    double doubts =
        doubt(sum, trust_of(sum, holding)) + doubt(sum, array->trust_asset[row->underlying]);
    if (row->settlement != row->underlying)
        doubts += doubt(sum, array->trust_asset[row->settlement]);
    if (row->kind == HPM_OPTION)
        doubts += doubt(sum, array->trust_forward[row->expiry]) +
                  doubt(sum, array->trust_atm[row->expiry]);
    if (doubts != 0) add(sum, holding, doubts * value);
}

static void sum_balances(tally *sum)
{
    const hpm_exposure *exposure = sum->exposure;
    const hpm_account *account = exposure->portfolio->account;
    const hpm_balance *balances = hpm_account_balances(account);
    for (uint32_t i = 0; i < account->balance_count; i++) {
        uint32_t asset = balances[i].asset;
        double doubts = doubt(sum, exposure->array->trust_asset[asset]);
        double value = fabs(hpm_e8_to_double(balances[i].amount.e8)) * exposure->price[asset];
        if (doubts != 0) add(sum, hpm_line_of_balance(exposure, i), doubts * value);
    }
}

static void sum_all(tally *sum)
{
    for (uint32_t h = 0; h < sum->exposure->portfolio->holding_count; h++)
        sum_holding(sum, h);
    sum_balances(sum);
}

/* ---- minimum ------------------------------------------------------------------------------ */

/* Least trust of the holdings of a run whose position is not zero. */
static double least_of_run(const tally *sum, uint32_t run, double trust)
{
    const hpm_bucket_run *held = &sum->exposure->portfolio->runs[run];
    for (uint32_t h = held->first; h < held->end; h++)
        if (sum->exposure->portfolio->holdings[h].lots != 0)
            trust = hpm_least(trust, trust_of(sum, h));
    return trust;
}

static double least_of_spot(const tally *sum, const hpm_group *group)
{
    double trust = sum->exposure->array->trust_asset[group->asset];
    for (uint32_t run = group->run_first; run < group->run_end; run++)
        if (hpm_run_bucket(sum->exposure, run)->kind == HPM_BUCKET_PERPETUAL)
            trust = least_of_run(sum, run, trust);
    return trust;
}

static void charge_holding(tally *sum, uint32_t holding, double per_unit)
{
    double units = units_of(sum, holding);
    int is_left_out = units > 0 && sum->rule->options == HPM_CONFIDENCE_SHORT &&
                      instrument_of(sum, holding)->kind == HPM_OPTION;
    if (per_unit != 0 && !is_left_out) add(sum, holding, fabs(units) * per_unit);
}

static void charge_run(tally *sum, uint32_t run, double per_unit)
{
    const hpm_bucket_run *held = &sum->exposure->portfolio->runs[run];
    for (uint32_t h = held->first; h < held->end; h++)
        charge_holding(sum, h, per_unit);
}

static void minimum_expiry(tally *sum, uint32_t run, double trust, double spot)
{
    uint32_t end = hpm_expiry_end(sum->exposure, run);
    uint32_t expiry = hpm_run_bucket(sum->exposure, run)->expiry;
    trust = hpm_least(trust, sum->exposure->array->trust_forward[expiry]);
    for (uint32_t r = run; r < end; r++)
        trust = least_of_run(sum, r, trust);
    for (uint32_t r = run; r < end; r++)
        charge_run(sum, r, doubt(sum, trust) * spot);
}

static void minimum_group(tally *sum, const hpm_group *group)
{
    const hpm_exposure *exposure = sum->exposure;
    double spot = hpm_group_spot(exposure, group);
    double trust = least_of_spot(sum, group);
    for (uint32_t run = group->run_first; run < group->run_end;
         run = hpm_expiry_end(exposure, run)) {
        if (hpm_run_bucket(exposure, run)->kind == HPM_BUCKET_DATED)
            minimum_expiry(sum, run, trust, spot);
        else
            charge_run(sum, run, doubt(sum, trust) * spot);
    }
    uint32_t balance = hpm_find_balance(exposure->portfolio->account, group->asset);
    if (!sum->rule->collateral && balance != HPM_NONE && doubt(sum, trust) != 0)
        add(sum, hpm_line_of_balance(exposure, balance),
            fabs(hpm_e8_to_double(
                hpm_account_balances(exposure->portfolio->account)[balance].amount.e8)) *
                doubt(sum, trust) * spot);
}

static void minimum_collateral(tally *sum)
{
    const hpm_exposure *exposure = sum->exposure;
    const hpm_account *account = exposure->portfolio->account;
    const hpm_balance *balances = hpm_account_balances(account);
    uint32_t numeraire = exposure->array->numeraire;
    double least = 1;
    if (numeraire == HPM_NONE) numeraire = exposure->market->reporting;
    for (uint32_t g = 0; g < exposure->group_count; g++)
        least = hpm_least(least, exposure->array->trust_asset[exposure->groups[g].asset]);
    for (uint32_t i = 0; i < account->balance_count; i++) {
        uint32_t asset = balances[i].asset;
        double doubts = doubt(sum, hpm_least(least, exposure->array->trust_asset[asset]));
        if (asset == numeraire || doubts == 0) continue;
        add(sum, hpm_line_of_balance(exposure, i),
            doubts * fabs(hpm_e8_to_double(balances[i].amount.e8)) * exposure->price[asset]);
    }
}

static void minimum_all(tally *sum)
{
    for (uint32_t g = 0; g < sum->exposure->group_count; g++)
        minimum_group(sum, &sum->exposure->groups[g]);
    if (sum->rule->collateral) minimum_collateral(sum);
}

/* ---- apart -------------------------------------------------------------------------------- */

/* Least trust of the options held in an expiry, its forward and the index. */
static double least_of_options(const tally *sum, uint32_t run, uint32_t end, double trust)
{
    const hpm_portfolio *portfolio = sum->exposure->portfolio;
    uint32_t expiry = hpm_run_bucket(sum->exposure, run)->expiry;
    trust = hpm_least(trust, sum->exposure->array->trust_forward[expiry]);
    for (uint32_t h = portfolio->runs[run].first; h < portfolio->runs[end - 1].end; h++)
        if (portfolio->holdings[h].lots != 0 && instrument_of(sum, h)->kind == HPM_OPTION)
            trust = hpm_least(trust, trust_of(sum, h));
    return trust;
}

static void apart_runs(tally *sum, uint32_t run, uint32_t end, double index_trust, double spot)
{
    const hpm_portfolio *portfolio = sum->exposure->portfolio;
    double options_trust = hpm_run_bucket(sum->exposure, run)->kind == HPM_BUCKET_DATED
                               ? least_of_options(sum, run, end, index_trust)
                               : index_trust;
    for (uint32_t h = portfolio->runs[run].first; h < portfolio->runs[end - 1].end; h++) {
        double trust = instrument_of(sum, h)->kind == HPM_OPTION
                           ? options_trust
                           : hpm_least(index_trust, trust_of(sum, h));
        charge_holding(sum, h, doubt(sum, trust) * spot);
    }
}

static void apart_balances(tally *sum)
{
    const hpm_exposure *exposure = sum->exposure;
    const hpm_account *account = exposure->portfolio->account;
    const hpm_balance *balances = hpm_account_balances(account);
    for (uint32_t i = 0; i < account->balance_count; i++) {
        uint32_t asset = balances[i].asset;
        double per_unit = doubt(sum, exposure->array->trust_asset[asset]) *
                          exposure->market->asset_price[asset].value;
        if (asset != exposure->array->numeraire && per_unit != 0)
            add(sum, hpm_line_of_balance(exposure, i),
                fabs(hpm_e8_to_double(balances[i].amount.e8)) * per_unit);
    }
}

static void apart_all(tally *sum)
{
    const hpm_exposure *exposure = sum->exposure;
    for (uint32_t run = 0, end; run < exposure->portfolio->run_count; run = end) {
        uint32_t underlying = hpm_run_bucket(exposure, run)->underlying;
        end = hpm_expiry_end(exposure, run);
        apart_runs(sum, run, end, exposure->array->trust_asset[underlying],
                   exposure->market->asset_price[underlying].value);
    }
    apart_balances(sum);
}

/* ------------------------------------------------------------------------------------------- */

static void (*const tallies[])(tally *sum) = {
    [HPM_CONFIDENCE_MINIMUM] = minimum_all,
    [HPM_CONFIDENCE_SUM] = sum_all,
    [HPM_CONFIDENCE_APART] = apart_all,
};

static void tally_all(tally *sum)
{
    if (sum->exposure->array->trust_least >= sum->rule->threshold) return; /* nothing to doubt */
    tallies[sum->rule->combine](sum);
}

static hpm_charge_result value(const hpm_exposure *exposure, const hpm_component *component)
{
    tally sum = {exposure, &component->rule.confidence, NULL, 0, 0};
    tally_all(&sum);
    return hpm_charge_of(sum.value);
}

static void share(double *line, const hpm_exposure *exposure, const hpm_component *component,
                  const hpm_charge_result *result, double weight)
{
    tally sum = {exposure, &component->rule.confidence, line, weight, 0};
    (void)result;
    tally_all(&sum);
}

/* Where the least trust counts, one account's doubtful input speaks for another's positions. */
static unsigned breaks(const hpm_component *component, const hpm_rulebook *rulebook)
{
    const hpm_rule_confidence *rule = &component->rule.confidence;
    (void)rulebook;
    return rule->combine != HPM_CONFIDENCE_SUM && rule->threshold > 0 ? HPM_BREAKS_MERGE : 0;
}

static double fills_worst(const hpm_fills *fills, const hpm_component *component, double rho,
                          const hpm_fill_share *share)
{
    const hpm_rule_confidence *rule = &component->rule.confidence;
    int is_short = rule->combine != HPM_CONFIDENCE_SUM && rule->options == HPM_CONFIDENCE_SHORT;
    return is_short ? hpm_fills_gross_short(fills, component, rho, share)
                    : hpm_fills_gross(fills, component, rho, share);
}

const hpm_charge_kind hpm_charge_confidence = {
    .reads_positions = hpm_always,
    .breaks = breaks,
    .value = value,
    .share = share,
    .fills = fills_worst,
};
