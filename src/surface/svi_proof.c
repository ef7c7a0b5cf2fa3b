/* The proofs: a half-line is covered by intervals, each as wide as a bound can be had for, and by
 * one bound for all the rest. The other half-line is the mirrored slice's. */
#include "surface/svi_proof.h"

#include <assert.h>
#include <float.h>
#include <math.h>

#include "market/svi_variance.h"

#define ROUNDING (64 * DBL_EPSILON) /* 64 units in the last place: of the largest term */

enum { DOUBLINGS_MAX = 60, STEPS_MAX = 20000 };

/* What is to be shown not to be negative for all k >= 0. */
typedef struct claim {
    double (*at)(const struct claim *claim, double k);
    double (*least)(const struct claim *claim, double from, double to); /* a lower bound */
    int (*holds_beyond)(const struct claim *claim, double from);
    hpm_svi later, earlier; /* a density has only a `later` */
    double scale;           /* where the curves bend */
} claim;

/* The intervals may creep up to a place from which the claim is false, without ever meeting one:
 * the next such place, if there is one near. */
static double refuted_after(const claim *c, double from, double end)
{
    double step = DBL_EPSILON * end;
    while (from + step < end && !(c->at(c, from + step) < 0))
        step *= 2;
    return from + step < end ? from + step : from;
}

/* From 0 to `end`: the next interval is twice as wide, or half as wide and tried again. */
static int holds_within(const claim *c, double end, double *where)
{
    double from = 0, width = 0.25 * c->scale;
    for (int step = 0; step < STEPS_MAX; step++) {
        double to = from + width < end ? from + width : end;
        if (c->least(c, from, to) >= 0) {
            if (to == end) return 1;
            from = to;
            width *= 2;
            continue;
        }
        *where = 0.5 * (from + to);
        if (c->at(c, *where) < 0) return 0;
        if (!(to > from)) break;
        width = 0.5 * (to - from);
    }
    *where = refuted_after(c, from, end);
    return 0;
}

static int holds(const claim *c, double *where)
{
    double end = c->scale;
    *where = 0;
    if (!(c->at(c, 0) >= 0)) return 0;
    for (int i = 0; !c->holds_beyond(c, end); i++) {
        *where = end;
        if (i == DOUBLINGS_MAX || !(c->at(c, end) >= 0)) return 0;
        end *= 2;
    }
    return holds_within(c, end, where);
}

static hpm_svi mirrored(const hpm_svi *svi)
{
    return (hpm_svi){svi->a, svi->b, -svi->rho, -svi->m, svi->sigma};
}

static int holds_both_ways(claim *c, double *where)
{
    if (!holds(c, where)) return 0;
    c->later = mirrored(&c->later);
    c->earlier = mirrored(&c->earlier);
    int good = holds(c, where);
    *where = -*where;
    return good;
}

static double larger(double a, double b)
{
    return a > b ? a : b;
}

static double smaller(double a, double b)
{
    return a < b ? a : b;
}

/* What the terms of w at k come to, signs aside: its rounding error is a few units in the last
 * place of this. */
static double size_at(const hpm_svi *svi, double k)
{
    double x = k - svi->m;
    double place = fabs(k) + fabs(svi->m); /* k - m is rounded too */
    return fabs(svi->a) + svi->b * (fabs(svi->rho) * place + place + svi->sigma + fabs(x));
}

static double wing_of(const hpm_svi *svi)
{
    return svi->b * (1 + svi->rho);
}

/* ---- One above the other -------------------------------------------------------------------- */

static double gap_at(const claim *c, double k)
{
    return svi_variance(&c->later, k) - svi_variance(&c->earlier, k);
}

/* At `k`, a line through the later curve's point at `touch` less the earlier curve, and less all
 * that rounding may have added. */
static double line_gap(const claim *c, const hpm_svi_point *line, double touch, double k)
{
    double rise = line->slope * (k - touch);
    double size = size_at(&c->later, touch) + size_at(&c->later, k) + size_at(&c->earlier, k);
    double gap = line->variance + rise - svi_variance(&c->earlier, k);
    return gap - ROUNDING * size;
}

static double least_gap(const claim *c, double from, double to)
{
    double touch = 0.5 * (from + to);
    hpm_svi_point tangent = hpm_svi_at(&c->later, touch);
    return smaller(line_gap(c, &tangent, touch, from), line_gap(c, &tangent, touch, to));
}

/* The earlier one stays below the line with its wing's slope. */
static int is_above_beyond(const claim *c, double from)
{
    hpm_svi_point tangent = hpm_svi_at(&c->later, from);
    double slope = wing_of(&c->later), wanted = wing_of(&c->earlier);
    if (tangent.slope >= wanted + ROUNDING * (c->later.b + c->earlier.b))
        return line_gap(c, &tangent, from, from) >= 0;
    /* Wings of equal slope: the asymptote, which is below the curve. */
    double asymptote = fma(slope, from - c->later.m, c->later.a);
    double size = size_at(&c->later, from) + size_at(&c->earlier, from);
    return slope >= wanted && asymptote - svi_variance(&c->earlier, from) >= ROUNDING * size;
}

static int are_equal(const hpm_svi *a, const hpm_svi *b)
{
    return a->a == b->a && a->b == b->b && a->rho == b->rho && a->m == b->m && a->sigma == b->sigma;
}

int svi_is_above(const hpm_svi *later, const hpm_svi *earlier, double *where)
{
    assert(hpm_svi_is_valid(later) && hpm_svi_is_valid(earlier));
    *where = 0;
    if (are_equal(later, earlier)) return 1;
    double scale = larger(fabs(later->m) + later->sigma, fabs(earlier->m) + earlier->sigma);
    claim c = {gap_at, least_gap, is_above_beyond, *later, *earlier, scale};
    return holds_both_ways(&c, where);
}

/* ---- A density ------------------------------------------------------------------------------ */

typedef struct range {
    double low, high;
} range;

static double density_at(const claim *c, double k)
{
    return hpm_svi_density(&c->later, k);
}

/* Of w between two places. */
static range variances(const hpm_svi *svi, double from, double to)
{
    double root = sqrt(fma(-svi->rho, svi->rho, 1));
    double bottom = svi->m - svi->rho * svi->sigma / root;
    double left = svi_variance(svi, from), right = svi_variance(svi, to);
    range w = {smaller(left, right), larger(left, right)};
    if (bottom > from && bottom < to)
        w.low = smaller(w.low, fma(svi->b * svi->sigma, root, svi->a));
    double error = ROUNDING * larger(size_at(svi, from), size_at(svi, to));
    return (range){w.low - error, w.high + error};
}

static range slopes(const hpm_svi *svi, double from, double to)
{
    double error = ROUNDING * svi->b;
    return (range){hpm_svi_at(svi, from).slope - error, hpm_svi_at(svi, to).slope + error};
}

/* k w'/w for k >= 0. */
static range elasticities(range k, range slope, range w)
{
    double low = slope.low * (slope.low < 0 ? k.high : k.low);
    double high = slope.high * (slope.high > 0 ? k.high : k.low);
    return (range){low / (low < 0 ? w.low : w.high), high / (high > 0 ? w.low : w.high)};
}

/* g from the ranges of its parts. */
static double least_factor(range elasticity, range slope, double least_variance,
                           double least_curvature)
{
    range lean = {1 - 0.5 * elasticity.high, 1 - 0.5 * elasticity.low};
    double nearest = lean.low > 0 ? lean.low : lean.high < 0 ? lean.high : 0;
    double steepest = larger(fabs(slope.low), fabs(slope.high));
    double square = nearest * nearest;
    double lost = 0.25 * steepest * steepest * (1 / least_variance + 0.25);
    double size = 1 + square + lost + least_curvature;
    return square - lost + 0.5 * least_curvature - ROUNDING * size;
}

static double least_density(const claim *c, double from, double to)
{
    const hpm_svi *svi = &c->later;
    range w = variances(svi, from, to), slope = slopes(svi, from, to);
    if (!(w.low > 0)) return -1;
    double curvature =
        smaller(hpm_svi_at(svi, from).curvature, hpm_svi_at(svi, to).curvature) * (1 - ROUNDING);
    return least_factor(elasticities((range){from, to}, slope, w), slope, w.low, curvature);
}

/* Beyond `from` the slope is between that there and the wing's; k/w between its value there and its
 * limit, whichever line w follows. */
static int has_density_beyond(const claim *c, double from)
{
    const hpm_svi *svi = &c->later;
    range w = variances(svi, from, from), slope = slopes(svi, from, from);
    slope.high = wing_of(svi) * (1 + ROUNDING);
    if (!(w.low > 0 && slope.low > 0)) return 0;
    range share = {smaller(from / w.high, 1 / slope.high), larger(from / w.low, 1 / slope.low)};
    range elasticity = {slope.low * share.low, slope.high * share.high};
    return least_factor(elasticity, slope, w.low, 0) >= 0;
}

int svi_has_density(const hpm_svi *svi, double *where)
{
    assert(hpm_svi_is_valid(svi));
    *where = 0;
    if (svi->b == 0) return svi->a > 0; /* flat: g is 1 */
    claim c = {density_at, least_density, has_density_beyond,
               *svi,       *svi,          fabs(svi->m) + svi->sigma};
    return holds_both_ways(&c, where);
}
