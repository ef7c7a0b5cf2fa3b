/* The steps of a search. Sizes are whole numbers of steps that are equal for options of one
 * underlying, so that ratios like 1 : -2 : 1 are common; fine changes come on top. */
#include "assess/search_move.h"

#include <assert.h>
#include <math.h>

#include "base/sort.h"
#include "math/order.h"

#define STEPS 16 /* of the size limit */

/* ---- Candidates --------------------------------------------------------------------------- */

size_t hpm_search_mover_size(const hpm_catalog *catalog)
{
    return hpm_aligned_size(catalog->instrument_count * sizeof(hpm_candidate)) +
           hpm_aligned_size(catalog->instrument_count * sizeof(uint32_t));
}

static int compare(const void *a, const void *b, const void *context)
{
    const hpm_catalog *catalog = context;
    uint32_t left = ((const hpm_candidate *)a)->instrument;
    uint32_t right = ((const hpm_candidate *)b)->instrument;
    const hpm_instrument *x = &catalog->instruments[left], *y = &catalog->instruments[right];
    if (x->underlying != y->underlying) return x->underlying < y->underlying ? -1 : 1;
    if (x->expiry_ns != y->expiry_ns) return x->expiry_ns < y->expiry_ns ? -1 : 1;
    if (x->strike != y->strike) return x->strike < y->strike ? -1 : 1;
    if (x->is_call != y->is_call) return x->is_call < y->is_call ? -1 : 1;
    return left < right ? -1 : left > right;
}

/* Whether the rulebook says what one lot needs: prices of what it depends on may be absent or too
 * old, whatever its own row says. */
static int can_be_held(hpm_desk *desk, hpm_account *scratch, uint32_t id)
{
    const hpm_catalog *catalog = desk->base->catalog;
    const hpm_position lot = {id, catalog->instruments[id].lot, (double)NAN, {0}};
    hpm_margin margin;
    return hpm_account_init(scratch, "lot", NULL, 0, &lot, 1, NULL, 0, catalog, NULL) == HPM_OK &&
           hpm_desk_margin(desk, &margin, scratch, NULL) == HPM_OK;
}

static void add_candidate(hpm_search_mover *mover, const hpm_risk_array *array, double size,
                          uint32_t id)
{
    const hpm_instrument *row = &mover->catalog->instruments[id];
    double price = array->market->asset_price[row->underlying].value;
    double notional = fabs(array->units_per_lot[id]) * price;
    if (!(notional > 0 && notional <= size)) return;
    double most = size / notional;
    int64_t lots_max = INT64_MAX / 4 / row->lot.e8; /* a quantity must hold them */
    if (most < (double)lots_max) lots_max = (int64_t)most;
    int64_t base = lots_max / STEPS;
    mover->candidates[mover->candidate_count++] =
        (hpm_candidate){id, lots_max, base > 0 ? base : 1, notional};
}

hpm_status hpm_search_mover_init(hpm_search_mover *mover, hpm_arena *arena, hpm_desk *desk,
                                 const hpm_probe *probe, const hpm_search_rules *rules,
                                 hpm_account *scratch, hpm_error *error)
{
    const hpm_catalog *catalog = desk->base->catalog;
    *mover = (hpm_search_mover){.rng = {rules->seed},
                                .legs_max = rules->legs_max,
                                .one_underlying = desk->rulebook->underlyings_max == 1,
                                .catalog = catalog};
    mover->candidates = hpm_arena_take(arena, catalog->instrument_count, sizeof *mover->candidates);
    mover->place = hpm_arena_take(arena, catalog->instrument_count, sizeof *mover->place);
    if (!mover->candidates || !mover->place)
        return hpm_fail(error, HPM_E_MEMORY, "search", "the arena is too small");
    for (uint32_t i = 0; i < catalog->instrument_count; i++) {
        mover->place[i] = HPM_NONE;
        if (hpm_probe_is_ready(probe, i) && can_be_held(desk, scratch, i))
            add_candidate(mover, &desk->array, rules->size, i);
    }
    hpm_sort(mover->candidates, mover->candidate_count, sizeof *mover->candidates, compare,
             catalog);
    for (uint32_t c = 0; c < mover->candidate_count; c++)
        mover->place[mover->candidates[c].instrument] = c;
    if (mover->candidate_count > 0) return HPM_OK;
    return hpm_fail(error, HPM_E_MISSING_PRICE, "search",
                    "no instrument can be priced and is small enough (%g)", rules->size);
}

/* ---- Legs --------------------------------------------------------------------------------- */

static const hpm_candidate *candidate_of(const hpm_search_mover *mover, uint32_t instrument)
{
    assert(mover->place[instrument] != HPM_NONE);
    return &mover->candidates[mover->place[instrument]];
}

static int64_t clamped(int64_t lots, int64_t most)
{
    return lots > most ? most : lots < -most ? -most : lots;
}

static int holds(const hpm_legs *legs, uint32_t instrument)
{
    for (uint32_t i = 0; i < legs->count; i++)
        if (legs->legs[i].instrument == instrument) return 1;
    return 0;
}

static int chance(hpm_search_mover *mover, uint32_t percent)
{
    return hpm_rng_below(&mover->rng, 100) < percent;
}

static int64_t random_lots(hpm_search_mover *mover, const hpm_candidate *candidate)
{
    int64_t lots = candidate->lots_base * (1 + hpm_rng_below(&mover->rng, STEPS));
    if (lots > candidate->lots_max) lots = candidate->lots_max;
    return chance(mover, 50) ? lots : -lots;
}

/* A candidate near one that is held, or any. */
static uint32_t random_place(hpm_search_mover *mover, const hpm_legs *legs)
{
    uint32_t count = mover->candidate_count;
    if (legs->count == 0 || !chance(mover, 75)) return hpm_rng_below(&mover->rng, count);
    uint32_t from = mover->place[legs->legs[hpm_rng_below(&mover->rng, legs->count)].instrument];
    uint32_t reach = count < 64 ? count : 64;
    return (from + count - reach / 2 + hpm_rng_below(&mover->rng, reach)) % count;
}

static int may_join(const hpm_search_mover *mover, const hpm_legs *legs, uint32_t instrument)
{
    const hpm_instrument *rows = mover->catalog->instruments;
    if (holds(legs, instrument)) return 0;
    return !mover->one_underlying || legs->count == 0 ||
           rows[instrument].underlying == rows[legs->legs[0].instrument].underlying;
}

static void add_leg(hpm_search_mover *mover, hpm_legs *legs)
{
    const hpm_candidate *candidate = &mover->candidates[random_place(mover, legs)];
    int64_t lots = random_lots(mover, candidate);
    if (legs->count == mover->legs_max || !may_join(mover, legs, candidate->instrument)) return;
    legs->legs[legs->count++] = (hpm_search_leg){candidate->instrument, lots};
}

static void drop_leg(hpm_legs *legs, uint32_t leg)
{
    if (legs->count > 1) legs->legs[leg] = legs->legs[--legs->count];
}

/* Another size; a leg that comes to nothing goes. */
static void size_leg(hpm_search_mover *mover, hpm_legs *legs, uint32_t leg, int64_t lots)
{
    const hpm_candidate *candidate = candidate_of(mover, legs->legs[leg].instrument);
    lots = clamped(lots, candidate->lots_max);
    if (lots != 0)
        legs->legs[leg].lots = lots;
    else
        drop_leg(legs, leg);
}

static void resize_leg(hpm_search_mover *mover, hpm_legs *legs, uint32_t leg)
{
    const hpm_candidate *candidate = candidate_of(mover, legs->legs[leg].instrument);
    int64_t lots = legs->legs[leg].lots;
    switch (hpm_rng_below(&mover->rng, 5)) {
    case 0:
        lots *= 2;
        break;
    case 1:
        lots /= 2;
        break;
    case 2:
        lots += candidate->lots_base;
        break;
    case 3:
        lots -= candidate->lots_base;
        break;
    default: /* a little, for what a step is too coarse for */
        lots += (int64_t)((hpm_rng_real(&mover->rng) - 0.5) * (double)candidate->lots_base) +
                (chance(mover, 50) ? 1 : -1);
        break;
    }
    size_leg(mover, legs, leg, lots);
}

/* Up to four places along: the next type, strike or expiry. */
static void exchange_leg(hpm_search_mover *mover, hpm_legs *legs, uint32_t leg)
{
    uint32_t count = mover->candidate_count, place = mover->place[legs->legs[leg].instrument];
    uint32_t way = 1 + hpm_rng_below(&mover->rng, 4) % count;
    place = (chance(mover, 50) ? place + way : place + count - way % count) % count;
    const hpm_candidate *candidate = &mover->candidates[place];
    hpm_legs rest = *legs;
    rest.legs[leg] = rest.legs[--rest.count];
    if (!may_join(mover, &rest, candidate->instrument)) return;
    legs->legs[leg] =
        (hpm_search_leg){candidate->instrument, clamped(legs->legs[leg].lots, candidate->lots_max)};
}

/* As much notional as another leg, or half or twice, on either side. */
static void match_leg(hpm_search_mover *mover, hpm_legs *legs, uint32_t leg)
{
    static const double shares[] = {1, -1, 2, -2, 0.5, -0.5};
    const hpm_search_leg *other = &legs->legs[hpm_rng_below(&mover->rng, legs->count)];
    double share = shares[hpm_rng_below(&mover->rng, 6)];
    double notional =
        (double)other->lots * candidate_of(mover, other->instrument)->notional * share;
    const hpm_candidate *candidate = candidate_of(mover, legs->legs[leg].instrument);
    double lots = notional / candidate->notional, most = (double)candidate->lots_max;
    lots = hpm_greatest(-most, hpm_least(most, lots));
    size_leg(mover, legs, leg, (int64_t)(lots + (lots < 0 ? -0.5 : 0.5)));
}

void hpm_search_change(hpm_search_mover *mover, hpm_legs *legs)
{
    uint32_t leg = hpm_rng_below(&mover->rng, legs->count);
    switch (hpm_rng_below(&mover->rng, 8)) {
    case 0:
    case 1:
        add_leg(mover, legs);
        break;
    case 2:
        drop_leg(legs, leg);
        break;
    case 3:
        legs->legs[leg].lots = -legs->legs[leg].lots;
        break;
    case 4:
    case 5:
        resize_leg(mover, legs, leg);
        break;
    case 6:
        exchange_leg(mover, legs, leg);
        break;
    default:
        match_leg(mover, legs, leg);
        break;
    }
}

void hpm_search_begin(hpm_search_mover *mover, hpm_legs *legs)
{
    uint32_t wanted = 1 + hpm_rng_below(&mover->rng, mover->legs_max);
    legs->count = 0;
    while (legs->count == 0)
        add_leg(mover, legs);
    for (uint32_t i = 1; i < wanted; i++)
        add_leg(mover, legs);
}

double hpm_search_gross(const hpm_search_mover *mover, const hpm_legs *legs)
{
    double gross = 0;
    for (uint32_t i = 0; i < legs->count; i++) {
        const hpm_candidate *candidate = candidate_of(mover, legs->legs[i].instrument);
        gross += fabs((double)legs->legs[i].lots) * candidate->notional;
    }
    return gross;
}
