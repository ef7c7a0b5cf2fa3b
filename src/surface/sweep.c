/* The sweep that makes an underlying's slices free of arbitrage together. First they share what
 * stands between them: each moves towards its limits at a price that grows, so that no expiry bears
 * alone what two have to bear. Then the limits are kept for certain, from the longest expiry to the
 * shortest, each one within the next; last those with few quotes, each between its neighbours, so
 * that nobody else is moved by them.
 *
 * Backward, because the wings of a short expiry are steep and of little weight: going forward they
 * would lift every longer one. Two facts (J. Gatheral, A. Jacquier 2014; M. Fukasawa, "The
 * normalizing transformation of the implied volatility smile", Mathematical Finance 22 (2012)
 * 753-762) make it always succeed. Shrinking a slice in standardised moneyness,
 *
 *     w_s(k) = s^2 w(k/s),   s <= 1:   a s^2, b s, rho, m s, sigma s,
 *
 * keeps it free of butterflies: with x = k/s, g_s = (1 - x w'/(2w))^2 - (w'^2/4)(1/w + s^2/4) +
 * w''/2 >= g at x. And it lies below the slice everywhere: d(s^2 w(k/s))/ds = s (2w - x w'), which
 * is positive because without butterflies x / sqrt(w(x)) grows. So wherever a repair fails, the
 * next expiry, shrunk to the level of this one's quotes, stands in, and a search goes on from
 * there. */
#include <math.h>

#include "market/input.h"
#include "market/svi_variance.h"
#include "surface/level.h"
#include "surface/surface_parts.h"
#include "surface/svi_descent.h"
#include "surface/svi_proof.h"

/* Places at which a slice is held below the next: evenly over so many standard deviations of each
 * of the two, so that both are followed where they bend and as far as anybody looks. */
#define REACH 6.5
enum { PLACES_EACH = 61, PLACES = 2 * PLACES_EACH + 8 };

/* Places at which the density is held, at first and at last. */
enum { DENSITY_PLACES = 161, DENSITY_PLACES_MOST = 2561 };

/* How far beyond a flaw of density the next look goes. */
#define DENSITY_STRETCH 1.25

/* A slice is fitted to stay off its neighbours by such a share of their total variance, more or
 * less: an expiry with few quotes then finds a way between two that touch, and what a descent
 * oversteps its limits by is no breach of the neighbour itself. */
#define ROOM_FIRM   5e-4
#define ROOM_SPARSE 5e-5

typedef struct sweep_limits {
    hpm_svi_limits limits;
    hpm_svi before, after; /* the neighbours with room */
    double places[PLACES];
} sweep_limits;

static hpm_svi shrunk(const void *shape, double level)
{
    const hpm_svi *svi = shape;
    double s = sqrt(level);
    return (hpm_svi){svi->a * level, svi->b * s, svi->rho, svi->m * s, svi->sigma * s};
}

static double deviation_of(const hpm_svi *svi)
{
    return sqrt(svi_variance(svi, 0));
}

static void spread_places(sweep_limits *limits, double deviation)
{
    for (int i = 0; i < PLACES_EACH; i++)
        limits->places[limits->limits.count++] =
            REACH * deviation * fma(2.0 / (PLACES_EACH - 1), i, -1);
}

/* The expiries that a slice must lie between; NULL: none. */
typedef struct neighbours {
    const hpm_svi *before, *after;
    double room_before, room_after;
} neighbours;

static void set_limits(sweep_limits *limits, const hpm_svi *svi, const neighbours *beside)
{
    const hpm_svi *far = beside->after ? beside->after : beside->before;
    if (beside->before) limits->before = shrunk(beside->before, 1 + beside->room_before);
    if (beside->after) limits->after = shrunk(beside->after, 1 - beside->room_after);
    limits->limits = (hpm_svi_limits){.count = 0,
                                      .log_moneyness = limits->places,
                                      .before = beside->before ? &limits->before : NULL,
                                      .after = beside->after ? &limits->after : NULL,
                                      .reach = REACH * deviation_of(svi),
                                      .points = DENSITY_PLACES};
    spread_places(limits, deviation_of(svi));
    if (far) spread_places(limits, deviation_of(far));
}

/* What is wrong with a slice, and where. */
typedef enum sweep_flaw { FLAW_NONE, FLAW_PARAMETERS, FLAW_DENSITY, FLAW_CALENDAR } sweep_flaw;

static sweep_flaw find_flaw(double *where, const hpm_svi *svi, const neighbours *beside)
{
    if (hpm_input_check_svi(svi, NULL, NULL) != HPM_OK || !(svi_variance(svi, 0) > 0))
        return FLAW_PARAMETERS;
    if (!svi_has_density(svi, where)) return FLAW_DENSITY;
    if (beside->after && !svi_is_above(beside->after, svi, where)) return FLAW_CALENDAR;
    if (beside->before && !svi_is_above(svi, beside->before, where)) return FLAW_CALENDAR;
    return FLAW_NONE;
}

/* Looks more closely where a flaw was not seen; 0 if there is no closer look. */
static int sharpen(sweep_limits *limits, sweep_flaw flaw, double where)
{
    hpm_svi_limits *held = &limits->limits;
    if (flaw == FLAW_DENSITY && held->points < DENSITY_PLACES_MOST) {
        held->points = 2 * held->points - 1;
        if (fabs(where) > held->reach) held->reach = DENSITY_STRETCH * fabs(where);
        return 1;
    }
    if (flaw != FLAW_CALENDAR || held->count == PLACES) return 0;
    limits->places[held->count++] = where;
    return 1;
}

/* The slice of least cost within its limits; 0 if none was found. */
static int repair(hpm_svi *svi, const hpm_svi_quotes *quotes, const neighbours *beside)
{
    sweep_limits limits;
    double where = 0;
    set_limits(&limits, svi, beside);
    for (;;) {
        sweep_flaw flaw = find_flaw(&where, svi, beside);
        if (flaw == FLAW_NONE) return 1;
        if (hpm_svi_breach(svi, &limits.limits) == 0 && !sharpen(&limits, flaw, where)) return 0;
        if (!hpm_svi_repair(svi, NULL, quotes, &limits.limits))
            return find_flaw(&where, svi, beside) == FLAW_NONE;
    }
}

static double loss_of(const hpm_svi *svi, const hpm_svi_quotes *quotes)
{
    const svi_goal own = {.quotes = quotes};
    return svi_cost(svi, &own);
}

/* ---- Standing in ------------------------------------------------------------------------------
 */

static hpm_svi flat(const void *shape, double level)
{
    (void)shape;
    return (hpm_svi){level, 0, 0, 0, 1};
}

static hpm_svi lifted(const void *shape, double level)
{
    hpm_svi svi = *(const hpm_svi *)shape;
    svi.a += level;
    return svi;
}

/* The smallest level, from `low`, at which the later expiry, shrunk, is not below `before`. At 1 it
 * is not, as the two are free of arbitrage between themselves. */
static double raise_level(double low, const neighbours *beside)
{
    enum { HALVINGS = 40 };
    double where, high = 1;
    hpm_svi svi = shrunk(beside->after, low);
    if (!beside->before || svi_is_above(&svi, beside->before, &where)) return low;
    for (int i = 0; i < HALVINGS; i++) {
        double middle = 0.5 * (low + high);
        svi = shrunk(beside->after, middle);
        if (svi_is_above(&svi, beside->before, &where))
            high = middle;
        else
            low = middle;
    }
    return high;
}

static hpm_svi between(const hpm_svi *from, const hpm_svi *to, double share)
{
    return (hpm_svi){fma(share, to->a - from->a, from->a), fma(share, to->b - from->b, from->b),
                     fma(share, to->rho - from->rho, from->rho),
                     fma(share, to->m - from->m, from->m),
                     fma(share, to->sigma - from->sigma, from->sigma)};
}

/* From a slice without flaw towards a wanted one, as far as none is met: a repair that failed is
 * often a hair's breadth from one that would not. */
static hpm_svi approach(const hpm_svi *safe, const hpm_svi *wanted, const neighbours *beside)
{
    enum { HALVINGS = 12 };
    double where, low = 0, high = 1;
    hpm_svi best = *safe;
    if (find_flaw(&where, wanted, beside) == FLAW_NONE) return *wanted;
    for (int i = 0; i < HALVINGS; i++) {
        double middle = 0.5 * (low + high);
        const hpm_svi svi = between(safe, wanted, middle);
        if (find_flaw(&where, &svi, beside) == FLAW_NONE) {
            best = svi;
            low = middle;
        } else {
            high = middle;
        }
    }
    return best;
}

#define LEVEL_LEAST 1e-8

/* Not shrunk further where that gains nothing: from quotes far above it every level is as far. */
static double level_below(const hpm_svi_quotes *quotes, const neighbours *beside)
{
    double most = 1 - beside->room_after;
    double level = svi_best_level(quotes, shrunk, beside->after, LEVEL_LEAST, most);
    const hpm_svi best = shrunk(beside->after, level), highest = shrunk(beside->after, most);
    return loss_of(&best, quotes) < loss_of(&highest, quotes) ? level : most;
}

/* A slice without flaw that misses the quotes least of its kind. */
static hpm_svi safe_slice(const hpm_svi_quotes *quotes, const neighbours *beside)
{
    double at_money = quotes->variance[quotes->count / 2];
    if (beside->after)
        return shrunk(beside->after, raise_level(level_below(quotes, beside), beside));
    if (!beside->before) {
        double level = svi_best_level(quotes, flat, NULL, at_money / 16, at_money * 16);
        return flat(NULL, level);
    }
    double step = LEVEL_LEAST * svi_variance(beside->before, 0);
    return lifted(beside->before,
                  svi_best_level(quotes, lifted, beside->before, step, 16 * at_money));
}

/* The next price moves the slice again: no descent needs its last digits. */
#define GIVE_WAY_GAIN 1e-3

/* The cheapest slice without flaw so far. */
typedef struct search {
    const hpm_svi_quotes *quotes;
    const neighbours *beside;
    hpm_svi best;
    double cost;
} search;

static void offer(search *found, const hpm_svi *svi)
{
    double cost = loss_of(svi, found->quotes);
    if (!(cost < found->cost)) return;
    found->best = *svi;
    found->cost = cost;
}

static void offer_way(search *found, const hpm_svi *safe, const hpm_svi *wanted)
{
    const hpm_svi near = approach(safe, wanted, found->beside);
    offer(found, &near);
}

/* Descends once more, from the best. */
static void polish(search *found)
{
    static const double stiffness[] = {1e5, 1e7, 1e9};
    sweep_limits limits;
    hpm_svi moved = found->best;
    double cost;
    set_limits(&limits, &moved, found->beside);
    for (size_t i = 0; i < sizeof stiffness / sizeof *stiffness; i++) {
        const svi_goal goal = {found->quotes, &limits.limits, stiffness[i], GIVE_WAY_GAIN};
        svi_descend(&moved, &cost, &goal);
    }
    const hpm_svi from = found->best;
    offer_way(found, &from, &moved);
}

/* Around a repair that failed, or cost so much that it may have ended beside the best. */
static void search_on(search *found, const hpm_svi *wanted, const hpm_svi *repaired)
{
    const hpm_svi safe = safe_slice(found->quotes, found->beside);
    double where;
    if (find_flaw(&where, &safe, found->beside) != FLAW_NONE) return; /* no room at all */
    offer(found, &safe);
    offer_way(found, &safe, wanted);
    offer_way(found, &safe, repaired);
    polish(found);
}

/* ---- The sweep --------------------------------------------------------------------------------
 */

static int is_same(const hpm_svi *a, const hpm_svi *b)
{
    return a->a == b->a && a->b == b->b && a->rho == b->rho && a->m == b->m && a->sigma == b->sigma;
}

/* A slice gives way no further than this loss a quote: a fraction of its spread. */
#define GIVE_WAY_MOST 0.5

static double give_way_most(const hpm_svi_quotes *quotes)
{
    double weights = 0;
    for (size_t i = 0; i < quotes->count; i++)
        weights += svi_weight_of(quotes, i);
    return GIVE_WAY_MOST * weights;
}

/* A repair that costs much, or loses much of the variance at the money, may have gone astray: a
 * descent from far outside its limits may end anywhere within, and every slice before it would have
 * to follow. */
#define ASTRAY_SHARE 0.5

static int is_astray(const hpm_svi *moved, const hpm_svi *from, const hpm_svi_quotes *quotes)
{
    return !(loss_of(moved, quotes) <= loss_of(from, quotes) + give_way_most(quotes)) ||
           svi_variance(moved, 0) < ASTRAY_SHARE * svi_variance(from, 0);
}

/* The slice within its limits; as it is if there is none. */
static hpm_svi within(const hpm_svi *svi, const hpm_svi_quotes *quotes, const neighbours *beside)
{
    search found = {quotes, beside, *svi, INFINITY};
    hpm_svi repaired = *svi;
    int is_repaired = repair(&repaired, quotes, beside);
    if (is_repaired) offer(&found, &repaired);
    if (!is_repaired || is_astray(&repaired, svi, quotes)) search_on(&found, svi, &repaired);
    return found.best;
}

/* A market takes its volatilities wherever it reads them: variance is convex. */
static int is_readable(const hpm_slice *slice)
{
    double low = svi_variance(&slice->svi, -HPM_SMILE_REACH) / slice->tau_years;
    double high = svi_variance(&slice->svi, HPM_SMILE_REACH) / slice->tau_years;
    return sqrt(low) < HPM_VOL_MAX && sqrt(high) < HPM_VOL_MAX;
}

/* Puts one slice between its neighbours. */
static void place(surface_work *work, uint32_t at, const neighbours *beside)
{
    hpm_slice *slice = &work->fit->surface.slices[at];
    double where;
    slice->svi = within(&slice->svi, &work->expiries[at].quotes, beside);
    if (find_flaw(&where, &slice->svi, beside) != FLAW_NONE || !is_readable(slice)) {
        slice->state = HPM_SLICE_NONE;
        slice->confidence = 0;
    }
    if (slice->state == HPM_SLICE_FITTED && !is_same(&slice->svi, &work->expiries[at].free))
        slice->state = HPM_SLICE_REPAIRED;
}

static int is_firm(const surface_work *work, uint32_t at)
{
    return work->expiries[at].strikes >= SURFACE_STRIKES_ENOUGH;
}

/* The nearest slice from `at` on in steps of `step` that is known, and firm if it must be. */
static const hpm_svi *nearest(const surface_work *work, int64_t at, int64_t step, int64_t stop,
                              int firm_only)
{
    for (; at != stop; at += step) {
        const hpm_slice *slice = &work->fit->surface.slices[at];
        if (slice->state == HPM_SLICE_NONE) continue;
        if (!firm_only || is_firm(work, (uint32_t)at)) return &slice->svi;
    }
    return NULL;
}

/* So many strikes hold a slice's wings by themselves. */
#define STEADY_STRIKES 16

/* One descent at a price of breaches; neighbours give way in their turn. */
static void give_way(surface_work *work, uint32_t at, const neighbours *beside, double stiffness,
                     const hpm_ssvi *across)
{
    hpm_svi *svi = &work->fit->surface.slices[at].svi;
    const surface_expiry *expiry = &work->expiries[at];
    sweep_limits limits;
    double cost;
    set_limits(&limits, svi, beside);
    if (hpm_svi_breach(svi, &limits.limits) == 0) return;
    if (across && expiry->strikes < STEADY_STRIKES) surface_steady(work, at, across);
    const svi_goal goal = {&expiry->quotes, &limits.limits, stiffness, GIVE_WAY_GAIN};
    hpm_svi moved = *svi;
    svi_descend(&moved, &cost, &goal);
    double most = loss_of(&expiry->free, &expiry->quotes) + give_way_most(&expiry->quotes);
    if (loss_of(&moved, &expiry->quotes) <= most) *svi = moved;
}

static neighbours firm_neighbours(const surface_work *work, uint32_t at, uint32_t first,
                                  uint32_t end)
{
    return (neighbours){nearest(work, (int64_t)at - 1, -1, (int64_t)first - 1, 1),
                        nearest(work, (int64_t)at + 1, 1, end, 1), ROOM_FIRM, ROOM_FIRM};
}

/* The firm expiry before, and the next one in its place. Those with few quotes that come between
 * need room as well. */
static neighbours sparse_neighbours(const surface_work *work, uint32_t at, uint32_t first,
                                    uint32_t end)
{
    const hpm_slice *slices = work->fit->surface.slices;
    neighbours out = {nearest(work, (int64_t)at - 1, -1, (int64_t)first - 1, 1),
                      nearest(work, (int64_t)at + 1, 1, end, 0), ROOM_SPARSE, ROOM_SPARSE};
    for (uint32_t i = at; i-- > first && !(slices[i].state != HPM_SLICE_NONE && is_firm(work, i));)
        if (slices[i].state != HPM_SLICE_NONE) out.room_before += ROOM_SPARSE;
    return out;
}

/* All firm slices, as they share what stands between them. */
static void share(surface_work *work, const hpm_ssvi *across, uint32_t first, uint32_t end)
{
    static const double stiffness[] = {1e2, 1e3, 1e4, 1e5, 1e6};
    const hpm_slice *slices = work->fit->surface.slices;
    for (size_t s = 0; s < sizeof stiffness / sizeof *stiffness; s++)
        for (uint32_t i = end; i-- > first;) {
            if (slices[i].state == HPM_SLICE_NONE || !is_firm(work, i)) continue;
            neighbours beside = firm_neighbours(work, i, first, end);
            give_way(work, i, &beside, stiffness[s], s == 0 ? across : NULL);
        }
}

void surface_sweep(surface_work *work, const hpm_ssvi *across, uint32_t first, uint32_t end)
{
    const hpm_slice *slices = work->fit->surface.slices;
    share(work, across, first, end);
    for (int firm = 1; firm >= 0; firm--)
        for (uint32_t i = end; i-- > first;) {
            if (slices[i].state == HPM_SLICE_NONE || is_firm(work, i) != firm) continue;
            neighbours beside = firm ? firm_neighbours(work, i, first, end)
                                     : sparse_neighbours(work, i, first, end);
            if (firm) beside.before = NULL;
            place(work, i, &beside);
        }
}
