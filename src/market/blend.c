/* Mixes the inputs of two markets, kind by kind. */
#include "market/blend.h"

#include <assert.h>
#include <math.h>
#include <string.h>

size_t hpm_blend_size(const hpm_catalog *catalog)
{
    return hpm_market_moved_size(catalog);
}

hpm_status hpm_blend_init(hpm_blend *blend, hpm_arena *arena, const hpm_market *before,
                          const hpm_market *after, double age_hard_s, hpm_error *error)
{
    assert(before->catalog == after->catalog && before->reporting == after->reporting);
    *blend = (hpm_blend){.side = {before, after}, .age_hard_s = age_hard_s};
    return hpm_market_moved_begin(&blend->market, arena, before, error);
}

/* ---- Inputs of one side, from the other where it cannot be used --------------------------- */

static int is_usable(const hpm_blend *blend, const hpm_input *input)
{
    return !isnan(input->value) && input->age_s <= blend->age_hard_s;
}

/* The side that an input comes from when `side` is asked for. */
static int speaker(const hpm_blend *blend, int side, const hpm_input *before,
                   const hpm_input *after)
{
    const hpm_input *const inputs[2] = {before, after};
    return is_usable(blend, inputs[side]) || !is_usable(blend, inputs[!side]) ? side : !side;
}

static const hpm_input *spoken(const hpm_blend *blend, int side, const hpm_input *before,
                               const hpm_input *after)
{
    return speaker(blend, side, before, after) ? after : before;
}

static const hpm_input *index_of(const hpm_blend *blend, int side, uint32_t asset)
{
    return spoken(blend, side, &blend->side[0]->asset_price[asset],
                  &blend->side[1]->asset_price[asset]);
}

/* A price that stands in the ratio of its own side to the index of another. Over the same index the
 * quotient is 1, and the price its own. */
static double relative(const hpm_blend *blend, int price_side, int basis_side, uint32_t asset,
                       const hpm_input *before, const hpm_input *after)
{
    int side = speaker(blend, basis_side, before, after);
    const hpm_input *input = side ? after : before;
    return input->value *
           (index_of(blend, price_side, asset)->value / index_of(blend, side, asset)->value);
}

static const hpm_curve_point *curve_of(const hpm_blend *blend, int side, uint32_t expiry)
{
    const hpm_curve_point *before = &blend->side[0]->curve[expiry];
    const hpm_curve_point *after = &blend->side[1]->curve[expiry];
    return speaker(blend, side, &before->forward, &after->forward) ? after : before;
}

static double forward_of(const hpm_blend *blend, int price_side, int basis_side, uint32_t expiry)
{
    return relative(blend, price_side, basis_side,
                    blend->market.catalog->expiries[expiry].underlying,
                    &blend->side[0]->curve[expiry].forward, &blend->side[1]->curve[expiry].forward);
}

static double mark_of(const hpm_blend *blend, int price_side, int basis_side, uint32_t id)
{
    return relative(blend, price_side, basis_side,
                    blend->market.catalog->instruments[id].underlying, &blend->side[0]->mark[id],
                    &blend->side[1]->mark[id]);
}

static const hpm_input *vol_of(const hpm_blend *blend, int side, uint32_t id)
{
    return spoken(blend, side, &blend->side[0]->vol[id], &blend->side[1]->vol[id]);
}

/* A side's surface at a forward, which may be that of neither. */
static hpm_input surface_at(const hpm_blend *blend, int side, uint32_t expiry, double forward)
{
    const hpm_market *market = blend->side[side];
    if (forward == market->curve[expiry].forward.value) return market->vol_atm[expiry];
    return hpm_market_vol_at(market, expiry, forward);
}

static hpm_input atm_of(const hpm_blend *blend, int side, uint32_t expiry, double forward)
{
    const hpm_input before = surface_at(blend, 0, expiry, forward);
    const hpm_input after = surface_at(blend, 1, expiry, forward);
    return *spoken(blend, side, &before, &after);
}

/* ---- Differences -------------------------------------------------------------------------- */

static int values_differ(double a, double b)
{
    return a != b && !(isnan(a) && isnan(b));
}

static int trust_differs(const hpm_input *a, const hpm_input *b)
{
    return a->confidence != b->confidence || a->age_s != b->age_s;
}

static unsigned bit_if(int condition, hpm_blend_kind kind)
{
    return condition ? 1U << kind : 0;
}

/* The same for every kind of input: its own differences (that one side lacks it, trust), as bits. A
 * charge may ask whether an input is there, so that its absence is a difference too. */
static unsigned input_differences(const hpm_blend *blend, const hpm_input *before,
                                  const hpm_input *after, hpm_blend_kind kind)
{
    int both = !isnan(before->value) && !isnan(after->value);
    int trust = trust_differs(spoken(blend, 0, before, after), spoken(blend, 1, before, after)) ||
                (both && trust_differs(before, after));
    return bit_if(isnan(before->value) != isnan(after->value), kind) |
           bit_if(trust, HPM_BLEND_TRUST);
}

static unsigned asset_differences(const hpm_blend *blend, uint32_t asset)
{
    return bit_if(values_differ(index_of(blend, 0, asset)->value, index_of(blend, 1, asset)->value),
                  HPM_BLEND_PRICE) |
           input_differences(blend, &blend->side[0]->asset_price[asset],
                             &blend->side[1]->asset_price[asset], HPM_BLEND_PRICE);
}

/* Volatilities at the money are compared at one forward: that the forward moved is no change of the
 * surface. */
static unsigned atm_differences(const hpm_blend *blend, uint32_t expiry, double forward)
{
    const hpm_input before = surface_at(blend, 0, expiry, forward);
    const hpm_input after = surface_at(blend, 1, expiry, forward);
    return bit_if(values_differ(spoken(blend, 0, &before, &after)->value,
                                spoken(blend, 1, &before, &after)->value),
                  HPM_BLEND_VOL) |
           input_differences(blend, &before, &after, HPM_BLEND_VOL);
}

/* Scenarios read smiles between and beyond the options of an expiry, too. */
static unsigned smile_differences(const hpm_blend *blend, uint32_t expiry)
{
    const hpm_smile *before = &blend->side[0]->smile[expiry];
    const hpm_smile *after = &blend->side[1]->smile[expiry];
    const hpm_svi *a = &before->svi, *b = &after->svi;
    if (!(before->tau_years > 0) && !(after->tau_years > 0)) return 0;
    return bit_if(a->a != b->a || a->b != b->b || a->rho != b->rho || a->m != b->m ||
                      a->sigma != b->sigma || before->forward != after->forward ||
                      before->tau_years != after->tau_years ||
                      before->vol_ratio != after->vol_ratio || before->vol_add != after->vol_add,
                  HPM_BLEND_VOL);
}

static unsigned expiry_differences(const hpm_blend *blend, uint32_t expiry)
{
    const hpm_curve_point *before = curve_of(blend, 0, expiry), *after = curve_of(blend, 1, expiry);
    double forward = before->forward.value;
    if (isnan(forward)) return 0; /* nobody knows anything of it */
    return bit_if(values_differ(forward_of(blend, 0, 0, expiry), forward_of(blend, 0, 1, expiry)),
                  HPM_BLEND_BASIS) |
           bit_if(before->observed_share != after->observed_share ||
                      before->observed_price != after->observed_price,
                  HPM_BLEND_TIME) |
           bit_if(before->rate_annual != after->rate_annual, HPM_BLEND_RATES) |
           input_differences(blend, &blend->side[0]->curve[expiry].forward,
                             &blend->side[1]->curve[expiry].forward, HPM_BLEND_BASIS) |
           atm_differences(blend, expiry, forward) | smile_differences(blend, expiry);
}

static unsigned option_differences(const hpm_blend *blend, uint32_t id)
{
    return bit_if(values_differ(vol_of(blend, 0, id)->value, vol_of(blend, 1, id)->value),
                  HPM_BLEND_VOL) |
           input_differences(blend, &blend->side[0]->vol[id], &blend->side[1]->vol[id],
                             HPM_BLEND_VOL);
}

static unsigned mark_differences(const hpm_blend *blend, uint32_t id)
{
    return bit_if(values_differ(mark_of(blend, 0, 0, id), mark_of(blend, 0, 1, id)),
                  HPM_BLEND_BASIS) |
           input_differences(blend, &blend->side[0]->mark[id], &blend->side[1]->mark[id],
                             HPM_BLEND_BASIS);
}

unsigned hpm_blend_differences(const hpm_blend *blend)
{
    const hpm_catalog *catalog = blend->market.catalog;
    unsigned found = bit_if(blend->side[0]->now_ns != blend->side[1]->now_ns, HPM_BLEND_TIME);
    for (uint32_t a = 0; a < catalog->asset_count; a++)
        found |= asset_differences(blend, a);
    for (uint32_t e = 0; e < catalog->expiry_count; e++)
        found |= expiry_differences(blend, e);
    for (uint32_t i = 0; i < catalog->instrument_count; i++)
        found |= catalog->instruments[i].kind == HPM_OPTION ? option_differences(blend, i)
                                                            : mark_differences(blend, i);
    return found;
}

/* ---- The market --------------------------------------------------------------------------- */

/* Sides by kind of input. */
typedef struct choice {
    int price, basis, vol, time, rates, trust;
} choice;

static choice choice_of(unsigned from_after)
{
    return (choice){
        .price = (int)(from_after >> HPM_BLEND_PRICE & 1),
        .basis = (int)(from_after >> HPM_BLEND_BASIS & 1),
        .vol = (int)(from_after >> HPM_BLEND_VOL & 1),
        .time = (int)(from_after >> HPM_BLEND_TIME & 1),
        .rates = (int)(from_after >> HPM_BLEND_RATES & 1),
        .trust = (int)(from_after >> HPM_BLEND_TRUST & 1),
    };
}

static hpm_input trusted(double value, const hpm_input *trust)
{
    return (hpm_input){value, trust->confidence, trust->age_s};
}

static hpm_status check_price(double price, const char *where, hpm_error *error)
{
    if (isnan(price) || (price > 0 && price <= 1e15)) return HPM_OK;
    return hpm_fail(error, HPM_E_RANGE, where, "a price moves outside (0, 1e15] (%g)", price);
}

static hpm_status set_expiry(hpm_blend *blend, const choice *from, uint32_t expiry,
                             hpm_error *error)
{
    const hpm_catalog *catalog = blend->market.catalog;
    double forward = forward_of(blend, from->price, from->basis, expiry);
    hpm_input value = {NAN, 1, 0}, trust = value;
    if (!isnan(forward)) {
        value = atm_of(blend, from->vol, expiry, forward);
        trust = atm_of(blend, from->trust, expiry, forward);
    }
    blend->market.vol_atm[expiry] = trusted(value.value, &trust);
    blend->market.curve[expiry] = (hpm_curve_point){
        .forward = trusted(forward, &curve_of(blend, from->trust, expiry)->forward),
        .rate_annual = curve_of(blend, from->rates, expiry)->rate_annual,
        .observed_share = curve_of(blend, from->time, expiry)->observed_share,
        .observed_price = curve_of(blend, from->time, expiry)->observed_price,
    };
    return check_price(forward, catalog->assets[catalog->expiries[expiry].underlying].name, error);
}

static hpm_status set_instrument(hpm_blend *blend, const choice *from, uint32_t id,
                                 hpm_error *error)
{
    const hpm_instrument *row = &blend->market.catalog->instruments[id];
    const hpm_input *before = &blend->side[0]->mark[id], *after = &blend->side[1]->mark[id];
    double mark = mark_of(blend, from->price, from->basis, id);
    blend->market.mark[id] = trusted(mark, spoken(blend, from->trust, before, after));
    blend->market.vol[id] =
        trusted(vol_of(blend, from->vol, id)->value, vol_of(blend, from->trust, id));
    return check_price(mark, row->name, error);
}

/* Where smiles and quotes stand is part of the surface. */
static void share_quotes(hpm_blend *blend, int side)
{
    const hpm_market *from = blend->side[side];
    blend->market.vol_quoted = from->vol_quoted;
    blend->market.smile = from->smile;
    blend->market.slice = from->slice;
    blend->market.slice_first = from->slice_first;
    blend->market.quoted_before = from->quoted_before;
    blend->market.quoted_after = from->quoted_after;
}

hpm_status hpm_blend_set(hpm_blend *blend, unsigned from_after, hpm_error *error)
{
    const hpm_catalog *catalog = blend->market.catalog;
    const choice from = choice_of(from_after);
    hpm_status status = HPM_OK;
    blend->market.now_ns = blend->side[from.time]->now_ns;
    memset(&blend->market.hash, 0, sizeof blend->market.hash); /* given by nobody */
    share_quotes(blend, from.vol);
    for (uint32_t a = 0; a < catalog->asset_count; a++)
        blend->market.asset_price[a] =
            trusted(index_of(blend, from.price, a)->value, index_of(blend, from.trust, a));
    for (uint32_t e = 0; e < catalog->expiry_count && status == HPM_OK; e++)
        status = set_expiry(blend, &from, e, error);
    for (uint32_t i = 0; i < catalog->instrument_count && status == HPM_OK; i++)
        status = set_instrument(blend, &from, i, error);
    return status;
}
