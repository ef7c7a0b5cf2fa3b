/* Surfaces fitted to every snapshot of a real option market: no arbitrage anywhere, prices between
 * bid and ask about as often as the venue's own marks, the same bytes from rows in any order, and a
 * level at the money that does not hang on single quotes. The figures are those of docs/MODEL.md.
 * Skipped without HPM_DATA. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hpm/surface_figures.h"
#include "io/arena_new.h"
#include "math/rng.h"
#include "snapshots.h"

enum { SLICES_MAX = 256, STRIKES = 400, PLACES = 200 };

#define DEVIATIONS 6.0

/* Days without large moves: there the surface has to be near the venue's marks. */
static const char *const calm_days[] = {"20251230", "20260115", "20260410", "20260615", "20260820"};

/* What one snapshot comes to. */
typedef struct verdict {
    double inside, mark_inside; /* shares of the judged quotes */
    double rmse;                /* against the venue's volatilities */
    double moved, most_moved;   /* at the money, without 30 % of the quotes: the median expiry's
                                   and the worst's, in spreads of its own quotes */
} verdict;

typedef struct fitted {
    hpm_surface_fit fit;
    hpm_arena arena;
} fitted;

static hpm_context context;

static int compare_reals(const void *a, const void *b)
{
    double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

static double median(double *values, size_t count)
{
    assert_true(count > 0);
    qsort(values, count, sizeof *values, compare_reals);
    return values[count / 2];
}

static void fit(fitted *out, hpm_quotes *quotes, const char *name)
{
    hpm_error error = {.status = HPM_OK};
    if (hpm_quotes_finish(quotes, &error) != HPM_OK ||
        hpm_arena_new(&out->arena, hpm_surface_fit_size(quotes->catalog, NULL), &error) != HPM_OK ||
        hpm_surface_fit_quotes(&context, &out->fit, &out->arena, quotes, NULL,
                               &hpm_surface_rules_default, &error) != HPM_OK)
        fail_msg("%s: %s: %s", name, error.where, error.message);
    assert_true(out->fit.surface.slice_count <= SLICES_MAX);
}

/* ---- Arbitrage, counted here once more ---------------------------------------------------- */

static double place(double reach, int index, int count)
{
    return reach * (2.0 * index / (count - 1) - 1);
}

static double reach_of(const hpm_slice *slice)
{
    return DEVIATIONS * sqrt(hpm_svi_at(&slice->svi, 0).variance);
}

static void check_density(const hpm_slice *slice, const char *name)
{
    for (int i = 0; i < STRIKES; i++) {
        double k = place(reach_of(slice), i, STRIKES);
        if (!(hpm_svi_density(&slice->svi, k) >= 0))
            fail_msg("%s: %s %g days: negative density at %g", name, slice->underlying,
                     365 * slice->tau_years, k);
    }
}

static void check_step(const hpm_slice *before, const hpm_slice *slice, const char *name)
{
    for (int i = 0; i < PLACES; i++) {
        double k = place(reach_of(slice), i, PLACES);
        if (!(hpm_svi_at(&slice->svi, k).variance >= hpm_svi_at(&before->svi, k).variance))
            fail_msg("%s: %s %g days: total variance falls at %g", name, slice->underlying,
                     365 * slice->tau_years, k);
    }
}

static void check_arbitrage(const hpm_surface *surface, const char *name)
{
    hpm_slice_check checks[SLICES_MAX];
    const hpm_slice *before = NULL;
    assert_int_equal(hpm_surface_check(checks, surface), 0);
    for (uint32_t i = 0; i < surface->slice_count; i++) {
        const hpm_slice *slice = &surface->slices[i];
        if (slice->state == HPM_SLICE_NONE) continue;
        check_density(slice, name);
        if (before && strcmp(before->underlying, slice->underlying) == 0)
            check_step(before, slice, name);
        before = slice;
    }
}

/* ---- Agreement ---------------------------------------------------------------------------- */

static void judge(verdict *out, const hpm_surface *surface, const hpm_quotes *quotes)
{
    hpm_slice_tally tallies[SLICES_MAX];
    uint32_t judged = 0, inside = 0, marked = 0, mark_inside = 0, vol_marked = 0;
    double squares = 0;
    hpm_surface_judge(tallies, surface, quotes);
    for (uint32_t i = 0; i < surface->slice_count; i++) {
        const hpm_slice_tally *tally = &tallies[i];
        judged += tally->judged;
        inside += tally->inside;
        marked += tally->marked;
        mark_inside += tally->mark_inside;
        vol_marked += tally->vol_marked;
        if (tally->vol_marked > 0)
            squares += tally->vol_marked * tally->mark_rmse * tally->mark_rmse;
    }
    assert_true(judged > 100 && marked > 100 && vol_marked > 100);
    out->inside = (double)inside / judged;
    out->mark_inside = (double)mark_inside / marked;
    out->rmse = sqrt(squares / vol_marked);
}

/* ---- Other quotes ------------------------------------------------------------------------- */

static void check_shuffled(const hpm_surface *wanted, const char *name)
{
    hpm_import_result result;
    fitted again;
    snapshot_read_shuffled(&result, name, 20260101);
    fit(&again, &result.quotes, name);
    if (memcmp(&again.fit.surface.hash, &wanted->hash, sizeof wanted->hash) != 0)
        fail_msg("%s: rows in another order, another surface", name);
    hpm_arena_free(&again.arena);
    hpm_import_result_free(&result);
}

/* Bids and asks of three options in ten. */
static void delete_quotes(hpm_quotes *quotes, uint64_t seed)
{
    hpm_rng random = {seed};
    for (uint32_t i = 0; i < quotes->catalog->instrument_count; i++) {
        if (quotes->catalog->instruments[i].kind != HPM_OPTION) continue;
        if (hpm_rng_below(&random, 10) < 3) quotes->quote[i].bid = quotes->quote[i].ask = NAN;
    }
}

/* `quotes` are not whole afterwards. */
static void move_without(verdict *out, const hpm_surface *whole, hpm_quotes *quotes,
                         const char *name)
{
    double moves[SLICES_MAX];
    size_t count = 0;
    fitted fewer;
    delete_quotes(quotes, 30);
    fit(&fewer, quotes, name);
    check_arbitrage(&fewer.fit.surface, name);
    assert_int_equal(fewer.fit.surface.slice_count, whole->slice_count);
    for (uint32_t i = 0; i < whole->slice_count; i++) {
        const hpm_slice *a = &whole->slices[i], *b = &fewer.fit.surface.slices[i];
        double move = fabs(hpm_slice_vol(a, 0) - hpm_slice_vol(b, 0)) / a->spread_vol;
        if (!isnan(move)) moves[count++] = move;
    }
    hpm_arena_free(&fewer.arena);
    out->moved = median(moves, count);
    out->most_moved = moves[count - 1];
}

/* ---- All ---------------------------------------------------------------------------------- */

static int is_calm(const char *name)
{
    for (size_t i = 0; i < sizeof calm_days / sizeof calm_days[0]; i++)
        if (strncmp(snapshot_time(name), calm_days[i], 8) == 0) return 1;
    return 0;
}

static verdict take_snapshot(const char *name)
{
    hpm_import_result result;
    fitted whole;
    verdict out;
    snapshot_read(&result, name);
    fit(&whole, &result.quotes, name);
    check_arbitrage(&whole.fit.surface, name);
    judge(&out, &whole.fit.surface, &result.quotes);
    check_shuffled(&whole.fit.surface, name);
    move_without(&out, &whole.fit.surface, &result.quotes, name);
    printf("%.16s%s  inside %.2f %%, marks %.2f %%, rmse %.3f points, moved %.3f spreads\n",
           snapshot_time(name), is_calm(name) ? " calm" : "     ", 100 * out.inside,
           100 * out.mark_inside, 100 * out.rmse, out.moved);
    hpm_arena_free(&whole.arena);
    hpm_import_result_free(&result);
    return out;
}

int main(void)
{
    static char names[SNAPSHOTS_MAX][128];
    static double inside[SNAPSHOTS_MAX], moved[SNAPSHOTS_MAX];
    double least = INFINITY, most_moved = 0;
    hpm_error error = {.status = HPM_OK};
    size_t count = snapshots_list(names);
    if (count == 0) return SNAPSHOTS_SKIPPED;
    assert_int_equal(hpm_context_init(&context, HPM_ISA_BASE, &error), HPM_OK);
    for (size_t i = 0; i < count; i++) {
        const verdict v = take_snapshot(names[i]);
        inside[i] = v.inside;
        moved[i] = v.moved;
        most_moved = fmax(most_moved, v.most_moved);
        least = fmin(least, v.inside - v.mark_inside);
        if (!(v.inside >= v.mark_inside - 0.03)) fail_msg("%s: %g inside", names[i], v.inside);
        if (is_calm(names[i]) && !(v.rmse <= 0.01)) fail_msg("%s: rmse %g", names[i], v.rmse);
        if (!(v.moved < 1 && v.most_moved < 4))
            fail_msg("%s: moved by %g spreads, at most %g", names[i], v.moved, v.most_moved);
    }
    double middle = median(inside, count);
    printf("%zu snapshots without arbitrage: inside %.2f %% in the median file, least less marks "
           "%+.2f points; moved %.3f spreads in the median file, %.2f in the worst expiry\n",
           count, 100 * middle, 100 * least, median(moved, count), most_moved);
    assert_true(middle >= 0.9);
    return 0;
}
