/* Charge `naked_short`: a share of the index price per net short option, calls and puts of one
 * strike netted together. Source: Derive PMRM, option contingency. */
#include <assert.h>

#include "base/field_rows.h"
#include "base/sort.h"
#include "margin/charge.h"

static const hpm_field fields[] = {
    HPM_ROW_REAL(hpm_component, rule.naked., option, "1", 0, 10, 0,
                 "share of the index price per net short option at a strike"),
};

const hpm_record hpm_naked_short_record = HPM_RECORD(
    "naked_short", hpm_component, fields, "A share of the index price per net short option");

/* One option holding: its strike and what is held. */
typedef struct strike_units {
    double strike, units;
    uint32_t holding;
} strike_units;

_Static_assert(sizeof(strike_units) <= HPM_CHARGE_BYTES_PER_POSITION,
               "hpm_exposure_size counts it");

static int compare_strikes(const void *a, const void *b, const void *context)
{
    const strike_units *left = a, *right = b;
    (void)context;
    if (left->strike != right->strike) return left->strike < right->strike ? -1 : 1;
    return (left->holding > right->holding) - (left->holding < right->holding);
}

/* The options of one expiry by strike, in scratch memory. */
static uint32_t by_strike(strike_units *out, const hpm_exposure *exposure, uint32_t first,
                          uint32_t end)
{
    const hpm_portfolio *portfolio = exposure->portfolio;
    uint32_t count = 0;
    int is_sorted = 1; /* a run is; runs of one expiry one after the other need not be */
    for (uint32_t h = portfolio->runs[first].first; h < portfolio->runs[end - 1].end; h++) {
        const hpm_instrument *row =
            &exposure->catalog->instruments[portfolio->holdings[h].instrument];
        if (row->kind != HPM_OPTION) continue;
        is_sorted &= count == 0 || out[count - 1].strike <= row->strike;
        out[count++] = (strike_units){row->strike, exposure->units[h], h};
    }
    if (!is_sorted) hpm_sort(out, count, sizeof *out, compare_strikes, NULL);
    return count;
}

/* Charge of one expiry; with `line`, also the share of each holding: at a net short strike every
 * holding adds the opposite of what it holds. */
static double expiry_charge(double *line, const strike_units *rows, uint32_t count, double per_unit)
{
    double charge = 0;
    for (uint32_t i = 0, end; i < count; i = end) {
        double net = 0;
        for (end = i; end < count && rows[end].strike == rows[i].strike; end++)
            net += rows[end].units;
        if (!(net < 0)) continue;
        charge -= net * per_unit;
        for (uint32_t k = i; line && k < end; k++)
            line[rows[k].holding] -= rows[k].units * per_unit;
    }
    return charge;
}

static double charge_all(double *line, const hpm_exposure *exposure, double share_of_spot)
{
    size_t mark = exposure->scratch->used;
    strike_units *rows =
        hpm_arena_reserve(exposure->scratch, exposure->portfolio->holding_count, sizeof *rows);
    double charge = 0;
    assert(rows); /* hpm_exposure_size counts it */
    for (uint32_t run = 0, end; run < exposure->portfolio->run_count; run = end) {
        end = hpm_expiry_end(exposure, run);
        if (hpm_run_bucket(exposure, run)->kind != HPM_BUCKET_DATED) continue;
        uint32_t underlying = hpm_run_bucket(exposure, run)->underlying;
        double spot = exposure->market->asset_price[underlying].value;
        uint32_t count = by_strike(rows, exposure, run, end);
        charge += expiry_charge(line, rows, count, share_of_spot * spot);
    }
    exposure->scratch->used = mark;
    return charge;
}

static hpm_charge_result value(const hpm_exposure *exposure, const hpm_component *component)
{
    return hpm_charge_of(charge_all(NULL, exposure, component->rule.naked.option));
}

static void share(double *line, const hpm_exposure *exposure, const hpm_component *component,
                  const hpm_charge_result *result, double weight)
{
    (void)result;
    charge_all(line, exposure, weight * component->rule.naked.option);
}

const hpm_charge_kind hpm_charge_naked_short = {
    .reads_positions = hpm_always,
    .value = value,
    .share = share,
};
