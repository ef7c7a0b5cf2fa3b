/* A miniature world, every portfolio in it: three strikes of calls and puts of one expiry, a
 * perpetual, a future and a coin balance, each held -1, 0 or 1 times. Under hpm: sums, the worst of
 * all scenarios, what merging costs, and that structures of defined risk never need more than their
 * largest possible loss and charges. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "property/book.h"

enum { LEGS = 9, PERPETUAL = 6, FUTURE, COIN, INSTRUMENTS = 8, PORTFOLIOS = 19683, OPTIONS = 729 };

static const int place[LEGS] = {1, 3, 9, 27, 81, 243, 729, 2187, 6561};
static const char *const names[INSTRUMENTS] = {"m:0-C", "m:0-P", "m:1-C",  "m:1-P",
                                               "m:2-C", "m:2-P", "m:PERP", "m:FUT"};

#define SPOT 60000.0

/* What one figure may be off: half a tick for each leg, its coin equity, and some roundings of
 * doubles on a few units of spot. */
#define ROUNDINGS 1e-6

typedef struct shape {
    const char *text;
    hpm_payoff payoff;
    double days, skew, smile; /* vol = 0.6 + skew * ln(K/S) + smile * ln(K/S)^2 */
    double strikes[3];        /* at equal distances */
} shape;

static const shape shapes[] = {
    {"linear, 7 days, flat", HPM_LINEAR, 7, 0, 0, {54000, 60000, 66000}},
    {"inverse, 90 days, flat", HPM_INVERSE, 90, 0, 0, {54000, 60000, 66000}},
    {"linear, 30 days, skewed", HPM_LINEAR, 30, -0.8, 1.5, {51000, 54000, 57000}},
    {"inverse, 7 days, put wing", HPM_INVERSE, 7, -2, 10, {51000, 52800, 54600}},
};

enum { SHAPES = sizeof shapes / sizeof *shapes };

/* What is kept of a portfolio. */
typedef struct figures {
    double grid, core, initial, equity; /* grid: the worst of grid and tails */
    double bare_grid;                   /* without the fold */
} figures;

typedef struct mini {
    const shape *form;
    hpm_catalog catalog;
    hpm_market market;
    hpm_arena catalog_memory, market_memory;
    hpm_arena account, portfolio, totals, scratch, breakdown;
    desk on;
    uint32_t ids[INSTRUMENTS]; /* by leg */
    figures all[PORTFOLIOS];
} mini;

static int held(int portfolio, int leg)
{
    return portfolio / place[leg] % 3 - 1;
}

/* The portfolio whose legs are all zero. */
static int empty_portfolio(void)
{
    return (PORTFOLIOS - 1) / 2;
}

/* ---- The world ---------------------------------------------------------------------------- */

static void made(hpm_status status, const hpm_error *error)
{
    if (status != HPM_OK) fail_msg("%s: %s", error->where, error->message);
}

static void build_catalog(mini *out)
{
    static const hpm_asset assets[] = {
        {"BTC", HPM_ASSET_COIN}, {"USD", HPM_ASSET_FIAT}, {"USDC", HPM_ASSET_STABLECOIN}};
    int is_inverse = out->form->payoff == HPM_INVERSE;
    hpm_instrument rows[INSTRUMENTS];
    hpm_error error;
    memset(rows, 0, sizeof rows);
    for (int i = 0; i < INSTRUMENTS; i++) {
        strcpy(rows[i].name, names[i]);
        rows[i].kind = i == PERPETUAL ? HPM_PERPETUAL : i == FUTURE ? HPM_FUTURE : HPM_OPTION;
        rows[i].payoff = out->form->payoff;
        rows[i].settlement = is_inverse ? 0 : 2;
        rows[i].contract_size = is_inverse && i >= PERPETUAL ? SPOT : 1;
        rows[i].lot.e8 = HPM_E8;
        rows[i].strike = i < PERPETUAL ? out->form->strikes[i / 2] : 0;
        rows[i].is_call = i % 2 == 0;
        if (i != PERPETUAL)
            rows[i].expiry_ns = WORLD_NOW_NS + (int64_t)(out->form->days * (double)HPM_DAY_NS);
    }
    out->catalog_memory = arena_exact(hpm_catalog_size(3, INSTRUMENTS));
    made(
        hpm_catalog_init(&out->catalog, &out->catalog_memory, assets, 3, rows, INSTRUMENTS, &error),
        &error);
    for (int i = 0; i < INSTRUMENTS; i++)
        out->ids[i] = instrument_named(&out->catalog, names[i]);
}

static void build_market(mini *out)
{
    hpm_market *market = &out->market;
    hpm_error error;
    out->market_memory = arena_exact(hpm_market_size(&out->catalog));
    made(hpm_market_begin(market, &out->market_memory, &out->catalog, 1, WORLD_NOW_NS, &error),
         &error);
    market->asset_price[0].value = SPOT;
    market->asset_price[2].value = 1;
    market->curve[0].forward.value = SPOT;
    market->mark[out->ids[PERPETUAL]].value = SPOT;
    market->mark[out->ids[FUTURE]].value = SPOT;
    for (int i = 0; i < PERPETUAL; i++) {
        double moneyness = log(out->form->strikes[i / 2] / SPOT);
        market->vol[out->ids[i]].value =
            0.6 + out->form->skew * moneyness + out->form->smile * moneyness * moneyness;
    }
    made(hpm_market_finish(market, &error), &error);
}

/* ---- One portfolio ------------------------------------------------------------------------ */

typedef struct answer {
    hpm_account *account;
    hpm_portfolio portfolio;
    hpm_totals totals;
    hpm_margin margin;
    hpm_breakdown breakdown;
} answer;

static void evaluate(answer *out, mini *in, int which)
{
    const hpm_risk_array *array = &in->on.array;
    hpm_position positions[INSTRUMENTS];
    hpm_balance coins = {0, {held(which, COIN) * HPM_E8}};
    uint32_t count = 0;
    hpm_error error;
    for (int i = 0; i < INSTRUMENTS; i++)
        if (held(which, i) != 0)
            positions[count++] = (hpm_position){in->ids[i], {held(which, i) * HPM_E8}, NAN, {0}};
    in->portfolio.used = in->totals.used = in->scratch.used = in->breakdown.used = 0;
    out->account = (hpm_account *)in->account.base;
    made(hpm_account_init(out->account, "mini", &coins, 1, positions, count, NULL, 0, &in->catalog,
                          &error),
         &error);
    made(hpm_portfolio_init(&out->portfolio, &in->portfolio, out->account, array, &error), &error);
    made(hpm_totals_init(&out->totals, &in->totals, array, &out->portfolio, &error), &error);
    made(hpm_totals_apply(&in->on.context, &out->totals, array, &out->portfolio, &error), &error);
    made(hpm_margin_evaluate(&out->margin, &in->scratch, array, &out->portfolio, &out->totals,
                             &error),
         &error);
    made(hpm_margin_breakdown(&out->breakdown, &in->breakdown, array, &out->portfolio, &out->totals,
                              &error),
         &error);
}

/* ---- What expires ------------------------------------------------------------------------- */

/* Options and the future: one bucket. */
static int expires(int leg)
{
    return leg < PERPETUAL || leg == FUTURE;
}

/* Payoff in quote currency if the underlying settles at a price; linear between strikes. The future
 * stands at spot, and pays the same in dollars if it is settled in coins. */
static double payoff(const double *strikes, int which, double price)
{
    double sum = held(which, FUTURE) * (price - SPOT);
    for (int i = 0; i < PERPETUAL; i++)
        sum +=
            held(which, i) * fmax(0, i % 2 == 0 ? price - strikes[i / 2] : strikes[i / 2] - price);
    return sum;
}

/* Calls sold are covered by calls and futures bought: the loss has a bound. */
static int has_defined_risk(int which)
{
    return held(which, 0) + held(which, 2) + held(which, 4) + held(which, FUTURE) >= 0;
}

static double least_payoff(const mini *in, int which)
{
    const double *strikes = in->form->strikes;
    double least = payoff(strikes, which, 0);
    if (!has_defined_risk(which)) return -INFINITY;
    for (int k = 0; k < 3; k++)
        least = fmin(least, payoff(strikes, which, strikes[k]));
    return least;
}

/* ---- Brute force -------------------------------------------------------------------------- */

typedef enum fold { BARE, FLOORED } fold;

static double reference_of(const mini *in, int leg, uint32_t column)
{
    return in->on.reference[(size_t)in->ids[leg] * in->on.array.stride + column];
}

/* Loss of the portfolio at a node from reference rows: what expires is worth its least payoff or
 * more; coin and coin P&L meet before conversion. */
static double loss_at(const mini *in, int which, uint32_t column, fold how)
{
    double move = in->on.array.price_move[column], pnl = 0, expiring = 0, value = 0;
    double coins = held(which, COIN), least = least_payoff(in, which);
    int is_linear = in->form->payoff == HPM_LINEAR;
    for (int i = 0; i < INSTRUMENTS; i++) {
        double gain = held(which, i) * reference_of(in, i, column);
        value += held(which, i) * reference_of(in, i, in->on.array.extra + HPM_COLUMN_VALUE);
        *(expires(i) ? &expiring : &pnl) += gain;
    }
    if (how == FLOORED && is_linear) expiring = fmax(expiring, fmin(least, value) - value);
    if (how == FLOORED && !is_linear)
        expiring = fmax(expiring, fmin(least, value * SPOT) / (SPOT * (1 + move)) - value);
    pnl += expiring;
    if (is_linear) return -pnl - coins * SPOT * move;
    return -pnl * SPOT * (1 + move) - (coins + value) * SPOT * move;
}

static const hpm_component *component_of(const mini *in, uint32_t index)
{
    return (const hpm_component *)in->on.array.rulebook->components.items + index;
}

/* The worst of all joint scenarios, weighted; those of one underlying are its own. */
static double brute_grid(const mini *in, int which, fold how)
{
    const hpm_rulebook *rulebook = in->on.array.rulebook;
    const hpm_scenario_set *sets = rulebook->sets.items;
    double worst = 0;
    for (uint32_t i = 0; i < rulebook->components.count; i++) {
        uint32_t set = component_of(in, i)->rule.joint.set_index;
        if (component_of(in, i)->kind != HPM_COMPONENT_JOINT_GRID) continue;
        for (uint32_t j = 0; j < hpm_scenario_set_count(&sets[set]); j++)
            worst = fmax(worst, hpm_scenario_set_at(&sets[set], j).weight *
                                    loss_at(in, which, rulebook->set_first[set] + j, how));
    }
    return worst;
}

/* The same from the engine. */
static double worst_grid(const mini *in, const hpm_margin *margin)
{
    double worst = 0;
    for (uint32_t i = 0; i < margin->component_count; i++)
        if (component_of(in, i)->kind == HPM_COMPONENT_JOINT_GRID)
            worst = fmax(worst, margin->value[i]);
    return worst;
}

static void check_sums(const answer *of, int which)
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
    if (initial != margin->initial.e8 || maintenance != margin->maintenance.e8 ||
        parts != margin->initial.e8 || lesser != margin->maintenance.e8)
        fail_msg("portfolio %d: its parts do not sum to the requirement", which);
    if (margin->initial.e8 < margin->maintenance.e8 || margin->maintenance.e8 < 0)
        fail_msg("portfolio %d: IM below MM", which);
    if ((margin->initial.e8 == 0) != (which == empty_portfolio()))
        fail_msg("portfolio %d needs %g", which, margin->initial_real);
}

static void check_portfolio(mini *in, int which)
{
    answer of;
    evaluate(&of, in, which);
    check_sums(&of, which);
    double brute = brute_grid(in, which, FLOORED), grid = worst_grid(in, &of.margin);
    double core = of.margin.value[component_index(in->on.array.rulebook, "core")];
    if (!(fabs(grid - brute) <= ROUNDINGS))
        fail_msg("portfolio %d: grid %.12g, brute force %.12g", which, grid, brute);
    uint32_t column = of.margin.worst_column;
    double lost =
        column == HPM_NONE ? 0 : in->on.array.weight[column] * loss_at(in, which, column, FLOORED);
    if (core == grid && !(fabs(lost - brute) <= 2 * ROUNDINGS))
        fail_msg("portfolio %d: column %u loses %.12g, not %.12g", which, column, lost, brute);
    in->all[which] = (figures){grid, core, of.margin.initial_real, of.margin.equity_real,
                               brute_grid(in, which, BARE)};
}

static void structure_text(char *out, size_t size, int which)
{
    size_t at = 0;
    for (int i = 0; i < INSTRUMENTS; i++)
        if (held(which, i) != 0 && at < size)
            at += (size_t)snprintf(out + at, size - at, " %+d %s", held(which, i), names[i] + 2);
    if (held(which, COIN) != 0 && at < size)
        snprintf(out + at, size - at, " %+d coin", held(which, COIN));
}

/* ---- Laws --------------------------------------------------------------------------------- */

typedef struct fixture {
    hpm_rulebook_document rulebook;
    mini worlds[SHAPES];
} fixture;

static int fixture_open(void **state)
{
    fixture *all = calloc(1, sizeof *all);
    rulebook_load(&all->rulebook, "hpm");
    const hpm_component *components = all->rulebook.rulebook.components.items;
    for (uint32_t i = 0; i < all->rulebook.rulebook.components.count; i++)
        if (components[i].kind == HPM_COMPONENT_JOINT_GRID)
            assert_int_equal(components[i].rule.joint.fold, HPM_FOLD_PAYOFF_FLOOR);
    for (int s = 0; s < SHAPES; s++) {
        mini *in = &all->worlds[s];
        in->form = &shapes[s];
        build_catalog(in);
        build_market(in);
        desk_open(&in->on, &in->market, &all->rulebook.rulebook);
        const hpm_risk_array *array = &in->on.array;
        in->account = arena_exact(hpm_account_size(1, INSTRUMENTS, 0));
        in->portfolio = arena_exact(hpm_portfolio_size(INSTRUMENTS));
        in->totals = arena_exact(hpm_totals_size(array, INSTRUMENTS));
        in->scratch = arena_exact(hpm_margin_scratch_size(array, INSTRUMENTS));
        hpm_account largest = {.balance_count = 1, .position_count = INSTRUMENTS};
        in->breakdown = arena_exact(hpm_breakdown_size(array, &largest));
    }
    *state = all;
    return 0;
}

static int fixture_close(void **state)
{
    fixture *all = *state;
    for (int s = 0; s < SHAPES; s++) {
        mini *in = &all->worlds[s];
        hpm_arena *arenas[] = {&in->account,   &in->portfolio,      &in->totals,       &in->scratch,
                               &in->breakdown, &in->catalog_memory, &in->market_memory};
        for (size_t i = 0; i < sizeof arenas / sizeof *arenas; i++)
            arena_free(arenas[i]);
        desk_close(&in->on);
    }
    hpm_rulebook_document_free(&all->rulebook);
    free(all);
    return 0;
}

static void every_portfolio_is_sound(void **state)
{
    fixture *all = *state;
    for (int s = 0; s < SHAPES; s++)
        for (int which = 0; which < PORTFOLIOS; which++)
            check_portfolio(&all->worlds[s], which);
}

/* A portfolio without one of its legs, or with only that leg. */
static int without(int portfolio, int leg)
{
    return portfolio - held(portfolio, leg) * place[leg];
}

static int only(int portfolio, int leg)
{
    return empty_portfolio() + held(portfolio, leg) * place[leg];
}

/* What a floor spared a portfolio. */
static double forgiven(const figures *of)
{
    return of->bare_grid - of->grid;
}

typedef struct merger {
    double widths; /* by which the whole needs more than its parts, in the strikes' distance */
    int left, right;
} merger;

/* Losses at a node add up, and so the grid without a fold is sub-additive. A floor takes the lesser
 * of that loss and of the largest possible one: both are sub-additive, their minimum is not.
 * Merging can so cost what floors forgave the parts, and no more. */
static void check_split(merger *worst, const mini *in, int whole, int left, int right)
{
    const figures *sum = &in->all[whole], *a = &in->all[left], *b = &in->all[right];
    double spared = forgiven(a) + forgiven(b);
    if (!(sum->bare_grid <= a->bare_grid + b->bare_grid + ROUNDINGS))
        fail_msg("%s: bare grid of %d is %.12g, of its parts %d and %d %.12g", in->form->text,
                 whole, sum->bare_grid, left, right, a->bare_grid + b->bare_grid);
    if (!(sum->grid <= a->grid + b->grid + spared + ROUNDINGS))
        fail_msg("%s: grid of %d is %.12g, of its parts %d and %d %.12g", in->form->text, whole,
                 sum->grid, left, right, a->grid + b->grid);
    if (!(sum->initial <= a->initial + b->initial + spared + 3 * ROUNDINGS))
        fail_msg("%s: IM of %d is %.12g, of its parts %d and %d %.12g", in->form->text, whole,
                 sum->initial, left, right, a->initial + b->initial);
    if (!(fabs(sum->equity - a->equity - b->equity) <= ROUNDINGS))
        fail_msg("%s: equity of %d is not that of %d and %d", in->form->text, whole, left, right);
    double widths = (sum->grid - a->grid - b->grid) / (in->form->strikes[1] - in->form->strikes[0]);
    if (widths > worst->widths) *worst = (merger){widths, left, right};
}

/* Every portfolio against each of its legs taken out and against its options apart from the rest.
 */
static void split_all(merger *worst, const mini *in)
{
    for (int which = 0; which < PORTFOLIOS; which++) {
        int options = which % OPTIONS + empty_portfolio() / OPTIONS * OPTIONS;
        for (int leg = 0; leg < LEGS; leg++)
            check_split(worst, in, which, without(which, leg), only(which, leg));
        check_split(worst, in, which, options, which - options + empty_portfolio());
    }
}

/* Pairs of portfolios whose legs sum to one in the world, opposite legs included. */
static void merge_some(merger *worst, const mini *in, uint64_t seed)
{
    rng random = rng_of(seed);
    for (uint32_t pairs = 0; pairs < 20000; pairs++) {
        int left = (int)rng_below(&random, PORTFOLIOS), right = empty_portfolio();
        for (int leg = 0; leg < LEGS; leg++) { /* a leg that keeps the sum within -1..1 */
            int step = (int)rng_below(&random, 2) - (held(left, leg) > 0);
            if (held(left, leg) == 0) step = (int)rng_below(&random, 3) - 1;
            if (held(left, leg) < 0) step = (int)rng_below(&random, 2);
            right += step * place[leg];
        }
        check_split(worst, in, left + right - empty_portfolio(), left, right);
    }
}

/* A law where shocked slices are free of arbitrage, as those of one volatility are, for a floor
 * then has nothing to forgive. Elsewhere a counter-example is held fast. */
static void merging_costs_what_floors_forgave(void **state)
{
    const fixture *all = *state;
    double most = 0;
    for (int s = 0; s < SHAPES; s++) {
        const mini *in = &all->worlds[s];
        merger worst = {0, 0, 0};
        split_all(&worst, in);
        merge_some(&worst, in, (uint64_t)s + 1);
        if (in->form->skew == 0 && in->form->smile == 0)
            assert_true(worst.widths * (in->form->strikes[1] - in->form->strikes[0]) <= ROUNDINGS);
        char left[128] = "", right[128] = "";
        structure_text(left, sizeof left, worst.left);
        structure_text(right, sizeof right, worst.right);
        print_message("%s: merging costs up to %.4f of the strikes' distance (%s with%s )\n",
                      in->form->text, worst.widths, left, right);
        most = fmax(most, worst.widths);
    }
    assert_true(most > 0.01);
}

/* ---- Defined risk ------------------------------------------------------------------------- */

/* The largest excess of a grid over the largest possible loss, in the strikes' distance. */
typedef struct excess {
    double widths;
    int which;
    uint32_t structures, exceeding;
} excess;

/* Every portfolio of options and the future whose loss has a bound: equity less the least payoff.
 * Equity is in USD: spot and forward are equal. */
static excess largest_excess(const mini *in, fold how)
{
    excess found = {-INFINITY, 0, 0, 0};
    for (int which = 0; which < PORTFOLIOS; which++) {
        if (held(which, PERPETUAL) != 0 || held(which, COIN) != 0 || !has_defined_risk(which))
            continue;
        const figures *of = &in->all[which];
        double loss = of->equity - least_payoff(in, which);
        double beyond = (how == BARE ? of->bare_grid : of->core) - loss;
        if (!(loss >= -ROUNDINGS)) fail_msg("%s is not free of arbitrage", in->form->text);
        found.structures++;
        found.exceeding += beyond > ROUNDINGS;
        if (beyond / (in->form->strikes[1] - in->form->strikes[0]) > found.widths) {
            found.widths = beyond / (in->form->strikes[1] - in->form->strikes[0]);
            found.which = which;
        }
    }
    return found;
}

static void print_excess(const mini *in, const char *what, const excess *found)
{
    char text[128] = "";
    structure_text(text, sizeof text, found->which);
    print_message("%s, %s: %u of %u structures of defined risk exceed their largest loss, by up to "
                  "%.4f of the strikes' distance (%s )\n",
                  in->form->text, what, found->exceeding, found->structures, found->widths, text);
}

/* The law, for every shape: a structure of defined risk needs its largest loss and charges at most.
 */
static void defined_risk_needs_its_largest_loss_at_most(void **state)
{
    const fixture *all = *state;
    for (int s = 0; s < SHAPES; s++) {
        excess found = largest_excess(&all->worlds[s], FLOORED);
        print_excess(&all->worlds[s], "core", &found);
        assert_true(found.structures > 1000);
        assert_int_equal(found.exceeding, 0);
        assert_true(found.widths > -0.01); /* and some come near */
    }
}

/* Why it needs the floor. With one volatility for all strikes every shocked slice is free of
 * arbitrage and no loss exceeds the largest possible one. A smile shifted in points is not: what
 * should be worth at least its smallest payoff then is not. */
static void without_the_floor_shocked_smiles_exceed_it(void **state)
{
    const fixture *all = *state;
    double worst = 0;
    for (int s = 0; s < SHAPES; s++) {
        const mini *in = &all->worlds[s];
        excess found = largest_excess(in, BARE);
        print_excess(in, "bare grid", &found);
        if (in->form->skew == 0 && in->form->smile == 0)
            assert_int_equal(found.exceeding, 0);
        else
            worst = fmax(worst, found.widths);
    }
    assert_true(worst > 0.005);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_portfolio_is_sound),
        cmocka_unit_test(merging_costs_what_floors_forgave),
        cmocka_unit_test(defined_risk_needs_its_largest_loss_at_most),
        cmocka_unit_test(without_the_floor_shocked_smiles_exceed_it),
    };
    return cmocka_run_group_tests(tests, fixture_open, fixture_close);
}
