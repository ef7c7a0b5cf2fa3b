/* Charge `expiry_strategy`: the options of an expiry are asked for the less of two figures, each by
 * itself or all of them held to expiry. No scenarios.
 *
 * By itself, of a short option whose mark is M > 0, in units of the underlying with index price S:
 *   call  max(short_call - OTM/S, short_call_least) * S + M
 *   put   max(the same with short_put, f * (max(put_floor * S, put_floor_mark * M) + M) - M) + M
 * with f = put_floor_multiple; a long option is worth nothing. Held to expiry: the smallest payoff
 * at 0 and every strike, if it is below 0, and unpaired_call * F for every call short that no long
 * one covers. Both are to be covered by the equity *without* option values; here equity has them,
 * and their signed value is added, so that the same accounts pass. Index, strikes and forward count
 * as they are quoted, in the settlement asset. Source: docs/MODEL.md, section 11. */
#include <math.h>
#include <string.h>

#include "base/field_rows.h"
#include "margin/charge.h"
#include "margin/fills.h"
#include "margin/short_option.h"
#include "margin/strikes.h"
#include "risk/shock.h"

enum { ASSETS_MAX = 64 };

static const hpm_field fields[] = {
    HPM_ROW_REAL(hpm_component, rule.strategy., short_call, "1", 0, 1, 0,
                 "share of the index price for a short call at the money or in it"),
    HPM_ROW_REAL(hpm_component, rule.strategy., short_call_least, "1", 0, 1, 0,
                 "least share, however far out of the money"),
    HPM_ROW_REAL(hpm_component, rule.strategy., short_put, "1", 0, 1, 0,
                 "share of the index price for a short put at the money or in it"),
    HPM_ROW_REAL(hpm_component, rule.strategy., short_put_least, "1", 0, 1, 0,
                 "least share, however far out of the money"),
    HPM_ROW_REAL(hpm_component, rule.strategy., put_floor, "1", 0, 1, 0,
                 "floor of a short put: share of the index price, or ..."),
    HPM_ROW_REAL(hpm_component, rule.strategy., put_floor_mark, "1", 0, 1, 0,
                 "... share of its mark, whichever is more"),
    HPM_ROW_REAL(hpm_component, rule.strategy., put_floor_multiple, "1", 1, 10, 1,
                 "multiplies the floor and the mark together"),
    HPM_ROW_REAL(hpm_component, rule.strategy., unpaired_call, "1", 0, 10, 0,
                 "share of the forward per call that is short on balance, held to expiry"),
    HPM_ROW_TEXTS(0, hpm_component, rule.strategy., only, HPM_ASSET_NAME_SIZE, ASSETS_MAX,
                  "underlyings that it is of; empty: all"),
    HPM_ROW_TEXTS(0, hpm_component, rule.strategy., except, HPM_ASSET_NAME_SIZE, ASSETS_MAX,
                  "underlyings that it is not of"),
};

const hpm_record hpm_expiry_strategy_record =
    HPM_RECORD("expiry_strategy", hpm_component, fields,
               "Options of an expiry, each by itself or all held to expiry, whichever is less");

/* The options of one expiry: holdings first..end, others among them. */
typedef struct expiry_part {
    const hpm_exposure *exposure;
    const hpm_rule_strategy *rule;
    uint32_t run_first, run_end, first, end;
    double spot;     /* index price of the underlying, reporting currency */
    double unpaired; /* of one call, quote currency */
} expiry_part;

/* Where options are held to: a settlement price, NaN if no payoff is below 0. */
typedef struct outcome {
    double price;
    int is_unpaired; /* calls are short on balance */
} outcome;

static const hpm_instrument *instrument_of(const expiry_part *part, uint32_t holding)
{
    const hpm_exposure *exposure = part->exposure;
    return &exposure->catalog->instruments[exposure->portfolio->holdings[holding].instrument];
}

/* Coin-settled contracts pay in quote currency what linear ones pay in their settlement asset. */
static double quote_price(const expiry_part *part, const hpm_instrument *row)
{
    return row->payoff == HPM_INVERSE ? hpm_greek_price(part->exposure, row->underlying)
                                      : part->exposure->price[row->settlement];
}

static double mark_of(const expiry_part *part, uint32_t holding)
{
    const hpm_exposure *exposure = part->exposure;
    return hpm_holding_column(exposure, holding, exposure->array->extra + HPM_COLUMN_VALUE) *
           exposure->price[instrument_of(part, holding)->settlement];
}

/* ---- By itself ---------------------------------------------------------------------------- */

/* Of `units` whose value, with their sign, is `mark`. */
static double alone_charge(const expiry_part *part, const hpm_instrument *row, double units,
                           double mark)
{
    const hpm_rule_strategy *rule = part->rule;
    double notional = -units * part->spot;
    if (units >= 0) return mark;
    if (row->is_call)
        return notional *
               hpm_short_option_share(row, part->spot, rule->short_call, rule->short_call_least);
    double charge =
        notional * hpm_short_option_share(row, part->spot, rule->short_put, rule->short_put_least);
    double floor = hpm_greatest(rule->put_floor * notional, rule->put_floor_mark * -mark);
    return hpm_greatest(
        charge, fma(rule->put_floor_multiple, floor, (rule->put_floor_multiple - 1) * -mark));
}

/* ---- Held to expiry ----------------------------------------------------------------------- */

/* Value of `units` less what they pay, in the numeraire. */
static double held_charge(const expiry_part *part, const hpm_instrument *row, double units,
                          double mark, const outcome *at)
{
    double in_the_money = row->is_call ? at->price - row->strike : row->strike - at->price;
    double pays = in_the_money > 0 ? in_the_money : 0; /* no price: nothing */
    if (at->is_unpaired && row->is_call) pays += part->unpaired;
    return mark - units * pays * quote_price(part, row);
}

/* The payoff is linear between strikes: beyond each an option adds its units to the slope, for a
 * call begins to pay there and a put ends to. The last slope is that of the calls. */
static outcome find_worst(const expiry_part *part)
{
    hpm_arena *scratch = part->exposure->scratch;
    size_t used = scratch->used;
    uint32_t count;
    const hpm_strike_row *rows =
        hpm_strike_rows(&count, part->exposure, part->run_first, part->run_end);
    double price = 0, payoff = 0, slope = 0, least = 0;
    outcome worst = {NAN, 0};
    for (uint32_t i = 0; i < count; i++) {
        const hpm_instrument *row = instrument_of(part, rows[i].holding);
        double weight = row->is_call ? 0 : rows[i].units * quote_price(part, row);
        payoff += weight * row->strike;
        slope -= weight;
    }
    if (payoff < least) {
        least = payoff;
        worst.price = 0;
    }
    for (uint32_t i = 0; i < count; i++) {
        if (rows[i].units == 0) continue;
        payoff += slope * (rows[i].strike - price);
        price = rows[i].strike;
        slope += rows[i].units * quote_price(part, instrument_of(part, rows[i].holding));
        if (!(payoff < least)) continue;
        least = payoff;
        worst.price = price;
    }
    worst.is_unpaired = slope < 0;
    scratch->used = used;
    return worst;
}

/* ---- Whichever is less -------------------------------------------------------------------- */

typedef struct asked {
    double charge;
    int is_held; /* to expiry */
    outcome at;
} asked;

static double holding_charge(const expiry_part *part, uint32_t holding, const outcome *held_to)
{
    const hpm_instrument *row = instrument_of(part, holding);
    double units = part->exposure->units[holding], mark = mark_of(part, holding);
    return held_to ? held_charge(part, row, units, mark, held_to)
                   : alone_charge(part, row, units, mark);
}

static int is_option(const expiry_part *part, uint32_t holding)
{
    return instrument_of(part, holding)->kind == HPM_OPTION;
}

static asked ask(const expiry_part *part)
{
    asked of = {0, 0, find_worst(part)};
    double alone = 0, held = 0;
    for (uint32_t h = part->first; h < part->end; h++) {
        if (!is_option(part, h)) continue;
        alone += holding_charge(part, h, NULL);
        held += holding_charge(part, h, &of.at);
    }
    of.is_held = held < alone || isnan(held);
    of.charge = of.is_held ? held : alone;
    return of;
}

/* ---- Expiries ----------------------------------------------------------------------------- */

static int names(const hpm_list *list, const char *asset)
{
    const char *name = list->items;
    for (uint32_t i = 0; i < list->count; i++)
        if (strcmp(name + (size_t)i * HPM_ASSET_NAME_SIZE, asset) == 0) return 1;
    return 0;
}

static int applies(const hpm_exposure *exposure, uint32_t underlying, const hpm_rule_strategy *rule)
{
    const char *asset = exposure->catalog->assets[underlying].name;
    return (rule->only.count == 0 || names(&rule->only, asset)) && !names(&rule->except, asset);
}

/* The next expiry from run `*run` on that the rule is of; 0 after the last. */
static int next_part(expiry_part *part, uint32_t *run, const hpm_exposure *exposure,
                     const hpm_rule_strategy *rule)
{
    const hpm_portfolio *portfolio = exposure->portfolio;
    for (uint32_t first; *run < portfolio->run_count;) {
        const hpm_bucket *bucket = hpm_run_bucket(exposure, *run);
        first = *run;
        *run = hpm_expiry_end(exposure, first);
        if (bucket->kind != HPM_BUCKET_DATED || !applies(exposure, bucket->underlying, rule))
            continue;
        *part = (expiry_part){.exposure = exposure,
                              .rule = rule,
                              .run_first = first,
                              .run_end = *run,
                              .first = portfolio->runs[first].first,
                              .end = portfolio->runs[*run - 1].end,
                              .spot = exposure->market->asset_price[bucket->underlying].value,
                              .unpaired = rule->unpaired_call *
                                          exposure->array->shocks->base_forward[bucket->expiry]};
        return 1;
    }
    return 0;
}

static hpm_charge_result value(const hpm_exposure *exposure, const hpm_component *component)
{
    hpm_charge_result result = hpm_charge_of(0);
    expiry_part part;
    for (uint32_t run = 0; next_part(&part, &run, exposure, &component->rule.strategy);)
        result.value += ask(&part).charge;
    return result;
}

static void share(double *line, const hpm_exposure *exposure, const hpm_component *component,
                  const hpm_charge_result *result, double weight)
{
    expiry_part part;
    (void)result;
    for (uint32_t run = 0; next_part(&part, &run, exposure, &component->rule.strategy);) {
        asked of = ask(&part);
        for (uint32_t h = part.first; h < part.end; h++)
            if (is_option(&part, h))
                line[h] += weight * holding_charge(&part, h, of.is_held ? &of.at : NULL);
    }
}

/* ---- Open orders -------------------------------------------------------------------------- */

/* What a holding is asked for with so many lots. */
static double lots_charge(const expiry_part *part, uint32_t holding, double lots,
                          const outcome *held_to)
{
    const hpm_exposure *exposure = part->exposure;
    const hpm_instrument *row = instrument_of(part, holding);
    uint32_t id = exposure->portfolio->holdings[holding].instrument;
    double units = lots * exposure->array->units_per_lot[id];
    double mark = lots * hpm_lot_column(exposure, id, exposure->array->extra + HPM_COLUMN_VALUE) *
                  exposure->price[row->settlement];
    return held_to ? held_charge(part, row, units, mark, held_to)
                   : alone_charge(part, row, units, mark);
}

/* Both figures are sums over holdings of what is convex in their lots: largest at an end. */
static double sum_fills(const expiry_part *part, const hpm_fills *fills, const outcome *held_to,
                        const hpm_fill_share *share)
{
    double sum = 0;
    for (uint32_t h = part->first; h < part->end; h++) {
        if (!is_option(part, h)) continue;
        double now = (double)part->exposure->portfolio->holdings[h].lots;
        double low = lots_charge(part, h, (double)fills->lots_low[h], held_to);
        double high = lots_charge(part, h, (double)fills->lots_high[h], held_to);
        double worst = hpm_greatest(low, high);
        sum += worst;
        if (share)
            hpm_fills_share_lots(share, fills, h, high >= low,
                                 worst - lots_charge(part, h, now, held_to));
    }
    return sum;
}

/* Held to expiry the charge is the largest of linear ones: no price, 0 and each strike, each with
 * unpaired calls and without. A strike that no filled option has only makes the bound larger. */
static double held_fills(outcome *at, const expiry_part *part, const hpm_fills *fills)
{
    double worst = -INFINITY;
    for (uint32_t i = part->first; i < part->end + 2; i++) {
        double price = i == part->end ? 0 : NAN;
        if (i < part->end) {
            if (!is_option(part, i) || (fills->lots_low[i] == 0 && fills->lots_high[i] == 0))
                continue;
            price = instrument_of(part, i)->strike;
        }
        for (int is_unpaired = 0; is_unpaired < 2; is_unpaired++) {
            outcome candidate = {price, is_unpaired};
            double sum = sum_fills(part, fills, &candidate, NULL);
            if (!(sum > worst) && !isnan(sum)) continue;
            worst = sum;
            *at = candidate;
        }
    }
    return worst;
}

/* The largest of the lesser is at most the lesser of the largest. */
static double fills_worst(const hpm_fills *fills, const hpm_component *component, double rho,
                          const hpm_fill_share *share)
{
    expiry_part part;
    double bound = 0;
    (void)rho;
    for (uint32_t run = 0; next_part(&part, &run, fills->exposure, &component->rule.strategy);) {
        outcome at = {NAN, 0};
        double alone = sum_fills(&part, fills, NULL, NULL), held = held_fills(&at, &part, fills);
        int is_held = held < alone || isnan(held);
        bound += is_held ? held : alone;
        if (share) sum_fills(&part, fills, is_held ? &at : NULL, share);
    }
    return bound;
}

/* Each of two accounts may be cheap in its own way. */
static unsigned breaks(const hpm_component *component, const hpm_rulebook *rulebook)
{
    (void)component;
    (void)rulebook;
    return HPM_BREAKS_MERGE;
}

const hpm_charge_kind hpm_charge_expiry_strategy = {
    .reads_positions = hpm_always,
    .breaks = breaks,
    .value = value,
    .share = share,
    .fills = fills_worst,
};
