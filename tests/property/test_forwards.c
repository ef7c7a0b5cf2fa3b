/* Forwards on every snapshot of a real option market: what the venue states stands, put-call parity
 * alone comes close to it, and so it does with a third of the quotes spoilt. The figures are those
 * of docs/MODEL.md. Skipped without HPM_DATA. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/arena_new.h"
#include "math/rng.h"
#include "snapshots.h"
#include "surface/forward.h"

enum { EXPIRIES_MAX = 20000 };

static const hpm_surface_rules rules = {60, 3600, 86400};

/* Distances from what is stated and widths of parity's band, in basis points; and the former in
 * percent of half the latter. */
typedef struct tally {
    const char *text;
    uint32_t count;
    double value[EXPIRIES_MAX];
} tally;

static tally all = {.text = "parity less stated, bp"};
static tally widths = {.text = "width of parity's band, bp"};
static tally shares = {.text = "parity less stated, % of half the band"};
static tally deleted = {.text = "underlyings and futures deleted, bp"};
static tally spoilt = {.text = "deleted, and 35 % of quotes spoilt, bp"};
static uint32_t outside, expiries, in_gaps;

static void note(tally *to, double value)
{
    assert_true(to->count < EXPIRIES_MAX);
    to->value[to->count++] = value;
}

static void note_ratio(tally *to, double ratio)
{
    note(to, 1e4 * fabs(ratio - 1));
}

static int compare_reals(const void *a, const void *b)
{
    double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

static double quantile(const tally *of, double share)
{
    return of->value[(uint32_t)(share * (of->count - 1))];
}

static void print_tally(tally *of)
{
    if (of->count == 0) fail_msg("%s: nothing to tell", of->text);
    qsort(of->value, of->count, sizeof *of->value, compare_reals);
    printf("%s: %u expiries; median %.2f, 90 %% below %.2f, 99 %% %.2f, worst %.2f\n", of->text,
           of->count, quantile(of, 0.5), quantile(of, 0.9), quantile(of, 0.99), quantile(of, 1));
}

static void forwards_of(surface_forward *out, hpm_quotes *quotes)
{
    hpm_arena arena;
    hpm_error error = {.status = HPM_OK};
    if (hpm_quotes_finish(quotes, &error) != HPM_OK ||
        hpm_arena_new(&arena, surface_forwards_size(quotes->catalog), &error) != HPM_OK ||
        surface_forwards(out, &arena, quotes, &rules, &error) != HPM_OK)
        fail_msg("%s: %s", error.where, error.message);
    hpm_arena_free(&arena);
}

static void silence(hpm_quotes *quotes)
{
    for (uint32_t i = 0; i < quotes->catalog->instrument_count; i++) {
        quotes->quote[i].underlying = NAN;
        if (quotes->catalog->instruments[i].kind == HPM_FUTURE) quotes->quote[i] = hpm_quote_none;
    }
}

/* The prices of 35 options in 100 are multiplied by something from 0.37 to 2.7: three strikes in
 * five have a spoilt call or put. */
static void spoil(hpm_quotes *quotes, uint64_t seed)
{
    hpm_rng random = {seed};
    for (uint32_t i = 0; i < quotes->catalog->instrument_count; i++) {
        double factor = exp(2 * hpm_rng_real(&random) - 1);
        if (hpm_rng_below(&random, 100) >= 35) continue;
        quotes->quote[i].bid *= factor;
        quotes->quote[i].ask *= factor;
    }
}

static int has_options(const hpm_catalog *catalog, uint32_t expiry)
{
    for (uint32_t i = 0; i < catalog->instrument_count; i++)
        if (catalog->instruments[i].kind == HPM_OPTION && catalog->instruments[i].expiry == expiry)
            return 1;
    return 0;
}

/* All is there: the same forward as the import's own. */
static void take_whole(const surface_forward *f, double stated, const char *name)
{
    if (f->source != FORWARD_STATED || f->forward.value != stated)
        fail_msg("%s: %.10g instead of %.10g (source %d)", name, f->forward.value, stated,
                 (int)f->source);
    expiries++;
    if (f->parity.count < 3) return;
    note_ratio(&all, f->parity.value / stated);
    note_ratio(&widths, f->parity.high / f->parity.low);
    note(&shares, 200 * fabs(f->parity.value - stated) / (f->parity.high - f->parity.low));
    outside += stated < f->parity.low || stated > f->parity.high;
}

static void take_snapshot(const char *name)
{
    static surface_forward out[EXPIRIES_MAX];
    hpm_import_result result;
    snapshot_read(&result, name);
    const hpm_catalog *catalog = &result.document.catalog;
    const hpm_curve_point *curve = result.document.market.curve;
    for (int pass = 0; pass < 3; pass++) {
        if (pass == 1) silence(&result.quotes);
        if (pass == 2) spoil(&result.quotes, catalog->hash.bytes[0]);
        forwards_of(out, &result.quotes);
        for (uint32_t e = 0; e < catalog->expiry_count; e++) {
            if (!has_options(catalog, e)) continue;
            double stated = curve[e].forward.value;
            if (pass == 0) take_whole(&out[e], stated, name);
            if (pass > 0) note_ratio(pass == 1 ? &deleted : &spoilt, out[e].forward.value / stated);
            in_gaps += pass == 1 && out[e].source != FORWARD_PARITY;
        }
    }
    hpm_import_result_free(&result);
}

int main(void)
{
    static char names[SNAPSHOTS_MAX][128];
    size_t count = snapshots_list(names);
    if (count == 0) return SNAPSHOTS_SKIPPED;
    for (size_t i = 0; i < count; i++)
        take_snapshot(names[i]);
    printf("%zu snapshots, %u expiries; stated outside parity's band: %u; parity silent: %u\n",
           count, expiries, outside, in_gaps);
    print_tally(&all);
    print_tally(&widths);
    print_tally(&shares);
    print_tally(&deleted);
    print_tally(&spoilt);
    assert_true(outside <= 0.01 * expiries);
    assert_true(quantile(&deleted, 0.5) < 3 && quantile(&deleted, 0.9) < 10);
    assert_true(quantile(&spoilt, 0.5) < 5 && quantile(&spoilt, 0.9) < 20);
    return 0;
}
