/* Is a surface free of arbitrage: looked at densely, and proved. */
#include <math.h>
#include <string.h>

#include "hpm/surface.h"
#include "market/svi_variance.h"
#include "surface/svi_proof.h"

enum { STRIKES = 400, PLACES = 200 };

#define REACH 6.0 /* standard deviations at the money */

/* The least of w(later) - w(earlier) over places that reach so far either way. */
static void look_at_steps(hpm_slice_check *check, const hpm_svi *later, const hpm_svi *earlier,
                          double reach)
{
    for (int i = 0; i < PLACES; i++) {
        double k = reach * fma(2, (double)i / (PLACES - 1), -1);
        double step = svi_variance(later, k) - svi_variance(earlier, k);
        if (!(step < check->least_step)) continue;
        check->least_step = step;
        check->step_at = k;
    }
}

static double deviation_of(const hpm_svi *svi)
{
    return sqrt(svi_variance(svi, 0));
}

static void check_step(hpm_slice_check *check, const hpm_svi *later, const hpm_svi *earlier)
{
    double where;
    check->least_step = INFINITY;
    look_at_steps(check, later, earlier, REACH * deviation_of(later));
    look_at_steps(check, later, earlier, REACH * deviation_of(earlier));
    check->certain = check->certain && svi_is_above(later, earlier, &where);
}

/* `earlier` NULL: the first expiry of its underlying. */
static hpm_slice_check check_slice(const hpm_svi *svi, const hpm_svi *earlier)
{
    hpm_slice_check check = {.least_step = NAN, .step_at = NAN};
    double where;
    check.least_density = hpm_svi_least_density(&check.density_at, svi, REACH, STRIKES);
    check.certain = svi_has_density(svi, &where);
    if (earlier) check_step(&check, svi, earlier);
    return check;
}

uint32_t hpm_surface_check(hpm_slice_check *checks, const hpm_surface *surface)
{
    const hpm_slice *earlier = NULL;
    uint32_t bad = 0;
    for (uint32_t i = 0; i < surface->slice_count; i++) {
        const hpm_slice *slice = &surface->slices[i];
        memset(&checks[i], 0, sizeof checks[i]);
        if (slice->state == HPM_SLICE_NONE) continue;
        if (earlier && strcmp(earlier->underlying, slice->underlying) != 0) earlier = NULL;
        checks[i] = check_slice(&slice->svi, earlier ? &earlier->svi : NULL);
        bad += !(checks[i].least_density >= 0) || checks[i].least_step < 0;
        earlier = slice;
    }
    return bad;
}
