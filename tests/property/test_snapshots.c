/* The ten account templates on every snapshot of a real option market, under every rulebook: each
 * account gets a report whose parts fit together, or a named reason why not. Skipped without
 * HPM_DATA. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "book.h"
#include "oracle.h"
#include "snapshots.h"

enum { HPM, DERIBIT, DERIVE, RULEBOOKS };

static const char *const rulebook_names[RULEBOOKS] = {"hpm", "deribit-pm", "derive-pmrm1"};

static char snapshot_names[SNAPSHOTS_MAX][128];
static size_t snapshot_count;

/* What is found over all snapshots, printed at the end. */
static struct {
    uint32_t reports[RULEBOOKS], refusals[RULEBOOKS], skipped_legs;
    uint32_t structures; /* of defined risk */
} tally;

/* ---- Laws of one account ------------------------------------------------------------------ */

static void check_sums(const outcome *of, const char *what)
{
    const hpm_margin *margin = &of->margin;
    int64_t initial = 0, maintenance = 0, parts = 0, lesser = 0;
    for (uint32_t i = 0; i < of->breakdown.line_count; i++) {
        initial += of->breakdown.lines[i].initial.e8;
        maintenance += of->breakdown.lines[i].maintenance.e8;
    }
    for (uint32_t i = 0; i < margin->component_count; i++) {
        parts += margin->initial_part[i].e8;
        lesser += margin->maintenance_part[i].e8;
    }
    if (initial != margin->initial.e8 || parts != margin->initial.e8)
        fail_msg("%s: parts do not sum to the IM", what);
    if (maintenance != margin->maintenance.e8 || lesser != margin->maintenance.e8)
        fail_msg("%s: parts do not sum to the MM", what);
    if (!margins_equal(margin, &of->breakdown.margin)) fail_msg("%s: two margins", what);
}

static void check_worst(const desk *on, const outcome *of, const char *what)
{
    const hpm_component *components = on->array.rulebook->components.items;
    for (uint32_t i = 0; i < on->array.rulebook->components.count; i++) {
        if (components[i].kind != HPM_COMPONENT_WORST_SCENARIO &&
            components[i].kind != HPM_COMPONENT_JOINT_GRID)
            continue;
        uint32_t reported = of->margin.worst_column;
        if (!oracle_covers(on->array.rulebook, &components[i], reported)) reported = HPM_NONE;
        oracle_worst found = oracle_component(on, of, &components[i], reported);
        if (!(fabs(of->margin.value[i] - found.worst.value) <= found.worst.bound))
            fail_msg("%s: %s is %.12g, the worst of all scenarios %.12g", what, components[i].name,
                     of->margin.value[i], found.worst.value);
        if (reported != HPM_NONE && !found.is_floor &&
            !(fabs(of->margin.value[i] - found.at_column) <= 2 * found.worst.bound))
            fail_msg("%s: %s is %.12g, column %u loses %.12g", what, components[i].name,
                     of->margin.value[i], reported, found.at_column);
    }
}

static void check_report(const desk *on, const outcome *of, const char *what)
{
    const hpm_margin *margin = &of->margin;
    check_sums(of, what);
    check_worst(on, of, what);
    if (margin->initial.e8 < margin->maintenance.e8 || margin->maintenance.e8 < 0)
        fail_msg("%s: IM %g, MM %g", what, margin->initial_real, margin->maintenance_real);
    /* Every template with a position is exposed to something. */
    if (of->account->position_count > 0 && margin->initial.e8 <= 0)
        fail_msg("%s: %u positions need nothing", what, of->account->position_count);
    double bound = oracle_tick_bound(on, of, 4);
    for (uint32_t i = 0; i < margin->component_count; i++)
        if (!(fabs(margin->value[i] - of->reference.value[i]) <= bound))
            fail_msg("%s: component %u is %.17g, reference %.17g", what, i, margin->value[i],
                     of->reference.value[i]);
}

/* A reason is an operating error with a place and a text. */
static void check_reason(const outcome *of, const char *what)
{
    int is_known = of->status == HPM_E_STALE || of->status == HPM_E_MISSING_PRICE ||
                   of->status == HPM_E_EXPIRED || of->status == HPM_E_UNSUPPORTED;
    if (!is_known || of->error.status != of->status || of->error.where[0] == '\0' ||
        of->error.message[0] == '\0')
        fail_msg("%s: %s of \"%s\": \"%s\"", what, hpm_status_name(of->status), of->error.where,
                 of->error.message);
}

/* ---- Laws of structures under hpm --------------------------------------------------------- */

/* The grid of the account with only its positions, or only its balances. */
static double part_grid(const desk *on, const hpm_account *whole, int positions)
{
    hpm_account *part = calloc(1, hpm_account_size(whole->balance_count, whole->position_count, 0));
    outcome out;
    hpm_error error = {.status = HPM_OK};
    hpm_status status =
        hpm_account_init(part, whole->id, hpm_account_balances(whole),
                         positions ? 0 : whole->balance_count, hpm_account_positions(whole),
                         positions ? whole->position_count : 0, NULL, 0, on->array.catalog, &error);
    if (status != HPM_OK) fail_msg("%s: %s", error.where, error.message);
    if (outcome_try_account(&out, on, part) != HPM_OK)
        fail_msg("%s: %s", out.error.where, out.error.message);
    double grid = component_value(&out, on, "grid");
    outcome_free(&out);
    free(part);
    return grid;
}

/* Options of one underlying and expiry: value less the smallest payoff, in the reporting currency
 * at the index; NaN if calls are short on balance. */
static double largest_loss(const desk *on, const outcome *of)
{
    const hpm_catalog *catalog = on->array.catalog;
    const hpm_position *positions = hpm_account_positions(of->account);
    uint32_t count = of->account->position_count;
    const hpm_instrument *first = &catalog->instruments[positions[0].instrument];
    double spot = on->array.market->asset_price[first->underlying].value, value = 0, calls = 0;
    double forward = on->array.market->curve[first->expiry].forward.value, least = INFINITY;
    for (uint32_t i = 0; i < of->breakdown.line_count; i++)
        if (of->breakdown.lines[i].kind == HPM_LINE_POSITION)
            value += (double)of->breakdown.lines[i].value.e8 / 1e8;
    for (uint32_t k = 0; k <= count; k++) {
        double at = k < count ? catalog->instruments[positions[k].instrument].strike : 0, paid = 0;
        for (uint32_t p = 0; p < count; p++) {
            const hpm_instrument *row = &catalog->instruments[positions[p].instrument];
            double units = (double)positions[p].quantity.e8 / 1e8 * row->contract_size;
            assert_true(row->kind == HPM_OPTION && row->expiry == first->expiry);
            paid += units * fmax(0, row->is_call ? at - row->strike : row->strike - at);
            if (k == 0) calls += row->is_call ? units : 0;
        }
        least = fmin(least, paid);
    }
    return calls < 0 ? NAN : value - least * spot / forward;
}

/* A structure of defined risk needs its largest loss and charges at most. */
static void check_defined_risk(const desk *on, const outcome *of, const char *what)
{
    double loss = largest_loss(on, of), charges = component_value(of, on, "charges");
    assert_true(of->account->balance_count == 1); /* dollars: no risk of their own */
    if (isnan(loss)) return;
    tally.structures++;
    if (!(of->margin.initial_real <= fmax(0, loss) + charges + oracle_tick_bound(on, of, 4)))
        fail_msg("%s: needs %.12g, can lose %.12g, charges %.12g", what, of->margin.initial_real,
                 loss, charges);
}

static void check_structure(const desk *on, const outcome *of, int which, const char *what)
{
    uint32_t positions = of->account->position_count;
    double grid = component_value(of, on, "grid");
    double held = part_grid(on, of->account, 1), owned = part_grid(on, of->account, 0);
    double roundings = 1e-12 * oracle_gross(on, of);
    if (!(grid <= held + owned + roundings))
        fail_msg("%s: grid %.12g, positions alone %.12g, balances alone %.12g", what, grid, held,
                 owned);
    /* The coins cover the calls, and carry the future, for real. */
    if (which == COVERED_CALL && positions == 1 && !(grid - owned < 0.5 * held))
        fail_msg("%s: the calls add %.2f to the coins, alone they need %.2f", what, grid - owned,
                 held);
    if (which == CASH_AND_CARRY && positions == 1 && !(grid < 0.1 * held && grid < 0.1 * owned))
        fail_msg("%s: %.2f, future alone %.2f, coins alone %.2f", what, grid, held, owned);
    if ((which == BOX || which == IRON_CONDOR) && positions == 4) check_defined_risk(on, of, what);
}

/* ---- Snapshots ---------------------------------------------------------------------------- */

static void take_account(const desk *on, hpm_account *account, int rulebook, int which,
                         const char *what)
{
    outcome out;
    if (outcome_try_account(&out, on, account) != HPM_OK) {
        check_reason(&out, what);
        if (tally.refusals[rulebook]++ < 3)
            print_message("%s: %s: %s\n", what, out.error.where, out.error.message);
    } else {
        check_report(on, &out, what);
        if (rulebook == HPM) check_structure(on, &out, which, what);
        tally.reports[rulebook]++;
    }
    outcome_free(&out);
}

static void take_snapshot(const char *name, const hpm_rulebook_document *rulebooks)
{
    hpm_market_document document;
    desk desks[RULEBOOKS];
    snapshot_import(&document, name);
    for (int r = 0; r < RULEBOOKS; r++)
        desk_open(&desks[r], &document.market, &rulebooks[r].rulebook);
    for (int t = 0; t < TEMPLATES; t++) {
        hpm_account *account =
            template_load(template_names[t], &document.market, &tally.skipped_legs);
        for (int r = 0; r < RULEBOOKS; r++) {
            char what[160];
            snprintf(what, sizeof what, "%s %s %s", snapshot_time(name), template_names[t],
                     rulebook_names[r]);
            take_account(&desks[r], account, r, t, what);
        }
        free(account);
    }
    for (int r = 0; r < RULEBOOKS; r++)
        desk_close(&desks[r]);
    hpm_market_document_free(&document);
}

/* The snapshots have no price of USDC, in which Derive counts: here it counts in dollars. */
static void load_rulebooks(hpm_rulebook_document *out)
{
    hpm_error error;
    for (int r = 0; r < RULEBOOKS; r++)
        rulebook_load(&out[r], rulebook_names[r]);
    out[DERIVE].rulebook.numeraire[0] = '\0';
    assert_int_equal(hpm_rulebook_finish(&out[DERIVE].rulebook, &error), HPM_OK);
}

static void accounts_on_snapshots(void **state)
{
    hpm_rulebook_document rulebooks[RULEBOOKS];
    (void)state;
    load_rulebooks(rulebooks);
    for (size_t i = 0; i < snapshot_count; i++)
        take_snapshot(snapshot_names[i], rulebooks);
    for (int r = 0; r < RULEBOOKS; r++) {
        print_message("%s: %u reports, %u refusals\n", rulebook_names[r], tally.reports[r],
                      tally.refusals[r]);
        assert_true(tally.reports[r] + tally.refusals[r] == snapshot_count * TEMPLATES);
        assert_true(tally.reports[r] >= snapshot_count * 5);
        hpm_rulebook_document_free(&rulebooks[r]);
    }
    print_message("%zu snapshots, %u legs skipped by templates\n", snapshot_count,
                  tally.skipped_legs);
    print_message("%u boxes and condors\n", tally.structures);
    assert_true(tally.structures > snapshot_count);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(accounts_on_snapshots)};
    snapshot_count = snapshots_list(snapshot_names);
    return snapshot_count == 0 ? SNAPSHOTS_SKIPPED : cmocka_run_group_tests(tests, NULL, NULL);
}
