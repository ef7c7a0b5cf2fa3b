/* Boxes, butterflies and condors, bought and sold, at many strikes of every expiry of every
 * snapshot of a real option market: under hpm none needs more than its largest possible loss and
 * charges. How often the same core without the payoff floor would ask for more is printed. Skipped
 * without HPM_DATA. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "book.h"
#include "snapshots.h"

enum { STRIKES_MAX = 256, LEGS_MAX = 4, WINDOWS = 8 };

/* Strikes of one expiry that have both a call and a put. */
typedef struct chain {
    uint32_t expiry, count;
    double strike[STRIKES_MAX];
    uint32_t call[STRIKES_MAX], put[STRIKES_MAX];
} chain;

typedef struct structure {
    const char *name;
    uint32_t count;
    uint32_t instrument[LEGS_MAX];
    int contracts[LEGS_MAX];
    double width; /* of its strikes */
} structure;

/* One rulebook on one market, and memory for one small account. */
typedef struct bench {
    desk on;
    hpm_arena account, portfolio, totals, scratch;
} bench;

static struct {
    uint32_t structures, exceeding;
    double excess; /* without the floor, in widths */
    char excess_name[160];
} tally;

/* ---- Evaluation --------------------------------------------------------------------------- */

static void bench_open(bench *out, const hpm_market *market, const hpm_rulebook *rulebook)
{
    desk_open(&out->on, market, rulebook);
    out->account = arena_exact(hpm_account_size(0, LEGS_MAX, 0));
    out->portfolio = arena_exact(hpm_portfolio_size(LEGS_MAX));
    out->totals = arena_exact(hpm_totals_size(&out->on.array, LEGS_MAX));
    out->scratch = arena_exact(hpm_margin_scratch_size(&out->on.array, LEGS_MAX));
}

static void bench_close(bench *old)
{
    hpm_arena *arenas[] = {&old->account, &old->portfolio, &old->totals, &old->scratch};
    for (size_t i = 0; i < sizeof arenas / sizeof *arenas; i++)
        arena_free(arenas[i]);
    desk_close(&old->on);
}

static void margin_of(hpm_margin *out, bench *at, const structure *what)
{
    const hpm_risk_array *array = &at->on.array;
    hpm_account *account = (hpm_account *)at->account.base;
    hpm_position positions[LEGS_MAX];
    hpm_portfolio portfolio;
    hpm_totals totals;
    hpm_error error = {.status = HPM_OK};
    for (uint32_t i = 0; i < what->count; i++)
        positions[i] = (hpm_position){what->instrument[i], {what->contracts[i] * HPM_E8}, NAN, {0}};
    at->portfolio.used = at->totals.used = at->scratch.used = 0;
    hpm_status status = hpm_account_init(account, what->name, NULL, 0, positions, what->count, NULL,
                                         0, array->catalog, &error);
    if (status == HPM_OK)
        status = hpm_portfolio_init(&portfolio, &at->portfolio, account, array, &error);
    if (status == HPM_OK) status = hpm_totals_init(&totals, &at->totals, array, &portfolio, &error);
    if (status == HPM_OK)
        status = hpm_totals_apply(&at->on.context, &totals, array, &portfolio, &error);
    if (status == HPM_OK)
        status = hpm_margin_evaluate(out, &at->scratch, array, &portfolio, &totals, &error);
    if (status != HPM_OK) fail_msg("%s: %s: %s", what->name, error.where, error.message);
}

/* What a structure pays in quote currency if its underlying settles at a price. */
static double paid(const hpm_catalog *catalog, const structure *what, double price)
{
    double sum = 0;
    for (uint32_t i = 0; i < what->count; i++) {
        const hpm_instrument *row = &catalog->instruments[what->instrument[i]];
        double in_the_money = row->is_call ? price - row->strike : row->strike - price;
        sum += what->contracts[i] * row->contract_size * fmax(0, in_the_money);
    }
    return sum;
}

/* Calls balance, so that the least is at a strike or at 0; a payoff in dollars is worth spot over
 * forward of it today, for the coins that settle it are. */
static double largest_loss(const bench *at, const chain *of, const structure *what,
                           const hpm_margin *margin)
{
    const hpm_catalog *catalog = at->on.array.catalog;
    const hpm_market *market = at->on.array.market;
    double least = paid(catalog, what, 0);
    for (uint32_t i = 0; i < what->count; i++)
        least = fmin(least, paid(catalog, what, catalog->instruments[what->instrument[i]].strike));
    double spot = market->asset_price[catalog->expiries[of->expiry].underlying].value;
    return margin->equity_real - least * spot / market->curve[of->expiry].forward.value;
}

/* Half a tick for each lot, at a few places, and what doubles lose. */
static double roundings(const bench *at, const structure *what)
{
    const hpm_catalog *catalog = at->on.array.catalog;
    double bound = 0;
    for (uint32_t i = 0; i < what->count; i++) {
        const hpm_instrument *row = &catalog->instruments[what->instrument[i]];
        double price = at->on.array.market->asset_price[row->underlying].value;
        double lots = abs(what->contracts[i]) / ((double)row->lot.e8 / 1e8);
        bound += 2e-12 * price * (lots + 1) + 1e-13 * row->strike * abs(what->contracts[i]);
    }
    return bound;
}

static void check(bench *floored, bench *bare, const chain *of, const structure *what,
                  const char *when)
{
    hpm_margin margin, without;
    uint32_t core = component_index(floored->on.array.rulebook, "core");
    uint32_t charges = component_index(floored->on.array.rulebook, "charges");
    margin_of(&margin, floored, what);
    margin_of(&without, bare, what);
    double loss = fmax(0, largest_loss(floored, of, what, &margin));
    double bound = roundings(floored, what);
    if (!(margin.initial_real <= loss + margin.value[charges] + bound))
        fail_msg("%s: %s at %s: needs %.12g, can lose %.12g, charges %.12g", when, what->name,
                 floored->on.array.catalog->instruments[what->instrument[0]].name,
                 margin.initial_real, loss, margin.value[charges]);
    double excess = (without.value[core] - loss - bound) / what->width;
    tally.structures++;
    tally.exceeding += excess > 0;
    if (excess <= tally.excess) return;
    tally.excess = excess;
    snprintf(tally.excess_name, sizeof tally.excess_name, "%s %s at %s", when, what->name,
             floored->on.array.catalog->instruments[what->instrument[0]].name);
}

/* ---- Structures --------------------------------------------------------------------------- */

static void add_leg(structure *to, uint32_t instrument, int contracts)
{
    to->instrument[to->count] = instrument;
    to->contracts[to->count++] = contracts;
}

static structure begin(const char *name, double width)
{
    return (structure){.name = name, .width = width};
}

static void check_both(bench *floored, bench *bare, const chain *of, structure *what,
                       const char *when)
{
    check(floored, bare, of, what, when);
    for (uint32_t i = 0; i < what->count; i++)
        what->contracts[i] = -what->contracts[i];
    check(floored, bare, of, what, when);
}

static void check_box(bench *floored, bench *bare, const chain *of, uint32_t a, uint32_t b,
                      const char *when)
{
    structure box = begin("box", of->strike[b] - of->strike[a]);
    add_leg(&box, of->call[a], 1);
    add_leg(&box, of->put[a], -1);
    add_leg(&box, of->call[b], -1);
    add_leg(&box, of->put[b], 1);
    check_both(floored, bare, of, &box, when);
}

static void check_butterfly(bench *floored, bench *bare, const chain *of, uint32_t a, uint32_t b,
                            uint32_t c, const char *when)
{
    const uint32_t *sides[] = {of->call, of->put};
    for (int side = 0; side < 2; side++) {
        structure wings = begin("butterfly", of->strike[c] - of->strike[a]);
        add_leg(&wings, sides[side][a], 1);
        add_leg(&wings, sides[side][b], -2);
        add_leg(&wings, sides[side][c], 1);
        check_both(floored, bare, of, &wings, when);
    }
}

/* Of puts below and calls above, as most are traded. */
static void check_condor(bench *floored, bench *bare, const chain *of, const uint32_t at[4],
                         const char *when)
{
    structure iron = begin("iron condor", of->strike[at[3]] - of->strike[at[0]]);
    add_leg(&iron, of->put[at[0]], 1);
    add_leg(&iron, of->put[at[1]], -1);
    add_leg(&iron, of->call[at[2]], -1);
    add_leg(&iron, of->call[at[3]], 1);
    check_both(floored, bare, of, &iron, when);
}

/* ---- Chains ------------------------------------------------------------------------------- */

static uint32_t place_of(chain *to, double strike)
{
    uint32_t k = 0;
    while (k < to->count && to->strike[k] != strike)
        k++;
    if (k < to->count) return k;
    assert_true(k < STRIKES_MAX);
    for (; k > 0 && to->strike[k - 1] > strike; k--) {
        to->strike[k] = to->strike[k - 1];
        to->call[k] = to->call[k - 1];
        to->put[k] = to->put[k - 1];
    }
    to->strike[k] = strike;
    to->call[k] = to->put[k] = HPM_NONE;
    to->count++;
    return k;
}

static void list_chain(chain *out, const hpm_risk_array *array, uint32_t expiry)
{
    uint32_t kept = 0;
    out->expiry = expiry;
    out->count = 0;
    for (uint32_t i = 0; i < array->catalog->instrument_count; i++) {
        const hpm_instrument *row = &array->catalog->instruments[i];
        if (row->kind != HPM_OPTION || row->expiry != expiry ||
            array->row_state[i] != HPM_ROW_READY)
            continue;
        uint32_t k = place_of(out, row->strike);
        *(row->is_call ? &out->call[k] : &out->put[k]) = i;
    }
    for (uint32_t k = 0; k < out->count; k++) {
        if (out->call[k] == HPM_NONE || out->put[k] == HPM_NONE) continue;
        out->strike[kept] = out->strike[k];
        out->call[kept] = out->call[k];
        out->put[kept++] = out->put[k];
    }
    out->count = kept;
}

static void check_window(bench *floored, bench *bare, const chain *of, uint32_t a, uint32_t step,
                         const char *when)
{
    const uint32_t b = a + step, c = b + step, d = c + step;
    if (b < of->count) check_box(floored, bare, of, a, b, when);
    if (c < of->count && of->strike[c] - of->strike[b] == of->strike[b] - of->strike[a])
        check_butterfly(floored, bare, of, a, b, c, when);
    if (d < of->count && of->strike[d] - of->strike[c] == of->strike[b] - of->strike[a])
        check_condor(floored, bare, of, (const uint32_t[]){a, b, c, d}, when);
}

static void check_chain(bench *floored, bench *bare, const chain *of, const char *when)
{
    uint32_t apart = of->count / WINDOWS + 1;
    for (uint32_t step = 1; step <= 4; step *= 2)
        for (uint32_t a = 0; a < of->count; a += apart)
            check_window(floored, bare, of, a, step, when);
}

/* ---- Snapshots ---------------------------------------------------------------------------- */

static char names[SNAPSHOTS_MAX][128];
static size_t count;

static void structures_on_snapshots(void **state)
{
    hpm_rulebook_document hpm, bare;
    hpm_error error;
    static chain of;
    (void)state;
    rulebook_load(&hpm, "hpm");
    rulebook_load(&bare, "hpm");
    for (uint32_t i = 0; i < bare.rulebook.components.count; i++) {
        hpm_component *component = (hpm_component *)bare.rulebook.components.items + i;
        if (component->kind == HPM_COMPONENT_JOINT_GRID)
            component->rule.joint.fold = HPM_FOLD_IDENTITY;
    }
    assert_int_equal(hpm_rulebook_finish(&bare.rulebook, &error), HPM_OK);
    for (size_t s = 0; s < count; s++) {
        hpm_market_document document;
        bench with, without;
        snapshot_import(&document, names[s]);
        bench_open(&with, &document.market, &hpm.rulebook);
        bench_open(&without, &document.market, &bare.rulebook);
        for (uint32_t e = 0; e < document.market.catalog->expiry_count; e++) {
            list_chain(&of, &with.on.array, e);
            check_chain(&with, &without, &of, snapshot_time(names[s]));
        }
        bench_close(&with);
        bench_close(&without);
        hpm_market_document_free(&document);
    }
    print_message("%zu snapshots, %u structures; without the floor the core exceeds the largest "
                  "loss of %u, by up to %.4f of their width (%s)\n",
                  count, tally.structures, tally.exceeding, tally.excess, tally.excess_name);
    assert_true(tally.structures > 100 * count);
    hpm_rulebook_document_free(&hpm);
    hpm_rulebook_document_free(&bare);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(structures_on_snapshots)};
    count = snapshots_list(names);
    return count == 0 ? SNAPSHOTS_SKIPPED : cmocka_run_group_tests(tests, NULL, NULL);
}
