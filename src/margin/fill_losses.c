/* The most that one underlying can lose in each scenario over all sets of fills.
 *
 * Without a fold the loss of a group is linear in what is filled, so that a fill counts where it
 * adds: sum of (slope * loss - rho * gain)+ over fills. A fold acts on runs. `discount` makes the
 * loss of a run one of two linear ones: the larger where values below 0 count for more, and the
 * larger maximum is the maximum of the larger; else the smaller, which is at most the smaller
 * maximum. A rotation takes the larger of that and of the same with the sign turned. `payoff_floor`
 * forgives losses: the runs that fills touch are taken without it, which can only be more.
 *
 * A pair with loss L counts the largest of L, share * L and -cap, each linear in what is filled; or
 * where a dampener narrows by a, no more than the larger of L - a and 0. Pairs have no fills in
 * common. */
#include <assert.h>
#include <math.h>
#include <string.h>

#include "margin/fills.h"
#include "risk/array.h"

/* What multiplies P&L and coins in each column of a group. */
typedef struct columns {
    const hpm_fills *fills;
    const hpm_pnl_view *view;
    const hpm_group *group;
    uint32_t g;
    double *price; /* [count] of a run's settlement asset, weighted */
    double *coin; /* [count] what one coin of the underlying gains, weighted; 0 where none counts */
    double *move; /* [count] move of the underlying, weighted */
    double slope, rho;
} columns;

static double *take(const columns *c)
{
    double *memory = hpm_arena_reserve(c->fills->exposure->scratch, c->view->count, sizeof *memory);
    assert(memory); /* hpm_fills_scratch_size counts it */
    return memory;
}

static columns columns_of(const hpm_fills *fills, const hpm_pnl_view *view, uint32_t g,
                          double slope, double rho)
{
    const hpm_exposure *exposure = fills->exposure;
    const hpm_risk_array *array = exposure->array;
    columns c = {.fills = fills, .view = view, .group = &exposure->groups[g], .g = g};
    c.slope = slope;
    c.rho = rho;
    c.price = take(&c);
    c.coin = take(&c);
    c.move = take(&c);
    uint32_t asset = c.group->asset;
    int counts = view->balances && exposure->catalog->assets[asset].kind == HPM_ASSET_COIN;
    const double *move = array->price_move + (size_t)asset * array->extra + view->first;
    for (uint32_t j = 0; j < view->count; j++)
        c.coin[j] =
            counts ? exposure->price[asset] * move[j] * hpm_view_weight(exposure, c.group, view, j)
                   : 0;
    for (uint32_t j = 0; j < view->count; j++)
        c.move[j] = move[j] * hpm_view_weight(exposure, c.group, view, j);
    return c;
}

static void set_prices(const columns *c, uint32_t run)
{
    const hpm_exposure *exposure = c->fills->exposure;
    uint32_t settlement = hpm_run_bucket(exposure, run)->settlement;
    for (uint32_t j = 0; j < c->view->count; j++)
        c->price[j] = hpm_view_price(exposure, c->group, settlement, c->view, j) *
                      hpm_view_weight(exposure, c->group, c->view, j);
}

/* ---- Losses of one part -------------------------------------------------------------------- */

/* One of the linear losses that a fold chooses from: shocked values times `factor`, and the loss
 * with its sign turned where `side` is -1. */
typedef struct branch {
    double factor, side;
} branch;

/* Takes what `delta` gains out of the gain, under a delta-hedged view. */
static void take_delta(double *losses, const columns *c, double delta)
{
    const hpm_exposure *exposure = c->fills->exposure;
    if (!c->view->is_delta_hedged) return;
    for (uint32_t j = 0; j < c->view->count; j++)
        losses[j] += delta * hpm_view_hedge(exposure, c->group, c->view, j) *
                     hpm_view_weight(exposure, c->group, c->view, j);
}

/* A run without fills. */
static void run_losses(double *losses, const columns *c, uint32_t run, branch as)
{
    const hpm_exposure *exposure = c->fills->exposure;
    const double *total = exposure->totals + (size_t)run * exposure->array->stride + c->view->first;
    double value = hpm_run_total(exposure, run, HPM_COLUMN_VALUE);
    for (uint32_t j = 0; j < c->view->count; j++)
        losses[j] = as.side * ((1 - as.factor) * value - as.factor * total[j]) * c->price[j];
    take_delta(losses, c, hpm_run_total(exposure, run, HPM_COLUMN_DELTA_PREMIUM));
}

/* Takes from losses what an amount of an asset gains that moves in the group. */
static void take_gains(double *losses, const columns *c, uint32_t asset, double amount)
{
    const hpm_exposure *exposure = c->fills->exposure;
    if (amount == 0) return;
    if (asset == c->group->asset) {
        for (uint32_t j = 0; j < c->view->count; j++)
            losses[j] -= amount * c->coin[j];
    } else if (c->view->followers && hpm_followed(exposure->array, asset) == c->group->asset) {
        double value = amount * exposure->price[asset];
        for (uint32_t j = 0; j < c->view->count; j++)
            losses[j] -= value * c->move[j];
    }
}

/* A fill in a run: its position, and what it changes in what it settles in. */
static void fill_losses(double *losses, const columns *c, const hpm_fill_row *row, branch as)
{
    const hpm_risk_array *array = c->fills->exposure->array;
    const double *ticks =
        array->ticks_real + (size_t)row->fill.instrument * array->stride + c->view->first;
    const double *unit = hpm_risk_array_units(array, row->settlement) + c->view->first;
    double value = (1 - as.factor) * row->fill.value, lots = as.factor * (double)row->fill.lots;
    for (uint32_t j = 0; j < c->view->count; j++)
        losses[j] = as.side * (value - lots * ticks[j] * unit[j]) * c->price[j];
    take_gains(losses, c, row->settlement, row->coins);
    take_delta(losses, c, hpm_fill_column(c->fills, row, array->extra + HPM_COLUMN_DELTA_PREMIUM));
}

/* Balances alone: what a spot pair exchanges, or the settlement asset of a fill whose home is
 * elsewhere. */
static void balance_losses(double *losses, const columns *c, const hpm_fill_row *row)
{
    for (uint32_t j = 0; j < c->view->count; j++)
        losses[j] = 0;
    if (row->home == c->g)
        take_gains(losses, c, row->underlying, hpm_e8_to_double(row->fill.delivered.e8));
    take_gains(losses, c, row->settlement, row->coins);
}

static double counted(const columns *c, double loss, double gain)
{
    double amount = c->slope * loss - c->rho * gain;
    return amount < 0 ? 0 : amount;
}

static void add_counted(double *sum, const columns *c, const double *losses, double gain)
{
    for (uint32_t j = 0; j < c->view->count; j++)
        sum[j] += counted(c, losses[j], gain);
}

/* ---- Runs that fills touch ----------------------------------------------------------------- */

/* sum[j]: the run and its fills on one branch. */
static void sum_run(double *sum, double *losses, const columns *c, uint32_t run, branch as)
{
    run_losses(sum, c, run, as);
    for (uint32_t j = 0; j < c->view->count; j++)
        sum[j] *= c->slope;
    for (uint32_t i = c->fills->run_first[run]; i < c->fills->run_first[run + 1]; i++) {
        fill_losses(losses, c, &c->fills->rows[i], as);
        add_counted(sum, c, losses, c->fills->rows[i].equity);
    }
}

/* Memory of a run's sums: of one column, or of all. */
typedef struct run_sums {
    double *best, *sum, *losses;
} run_sums;

/* Whether the loss on one side is the larger of its branches: where values below 0 count for at
 * least as much as those above, and the other way round with the sign turned. */
static int takes_larger(hpm_static_discount discount, double side)
{
    return side > 0 ? discount.below >= discount.above : discount.above >= discount.below;
}

/* memory->best[j]: the most that the run loses on one side; branches[j] (NULL: not wanted), where.
 */
static void sum_side(const run_sums *memory, branch *branches, const columns *c, uint32_t run,
                     double side)
{
    hpm_static_discount discount = hpm_view_discount(c->fills->exposure, run, c->view);
    const branch below = {discount.below, side}, above = {discount.above, side};
    int larger = takes_larger(discount, side);
    sum_run(memory->best, memory->losses, c, run, below);
    if (branches) *branches = below;
    if (discount.above == discount.below) return;
    sum_run(memory->sum, memory->losses, c, run, above);
    for (uint32_t j = 0; j < c->view->count; j++)
        if (larger ? memory->sum[j] > memory->best[j] : memory->sum[j] < memory->best[j]) {
            memory->best[j] = memory->sum[j];
            if (branches) branches[j] = above;
        }
}

/* Adds the most that a run loses. */
static void add_run(double *out, const columns *c, uint32_t run)
{
    size_t mark = c->fills->exposure->scratch->used;
    const run_sums ahead = {take(c), take(c), take(c)};
    const run_sums turned = {take(c), ahead.sum, ahead.losses};
    int rotates = hpm_view_rotates(c->fills->exposure, run, c->view);
    set_prices(c, run);
    sum_side(&ahead, NULL, c, run, 1);
    if (rotates) sum_side(&turned, NULL, c, run, -1);
    for (uint32_t j = 0; j < c->view->count; j++)
        out[j] += rotates && turned.best[j] > ahead.best[j] ? turned.best[j] : ahead.best[j];
    c->fills->exposure->scratch->used = mark;
}

static void sum_runs(double *out, const columns *c)
{
    hpm_pnl_view untouched = *c->view;
    untouched.is_left_out = c->fills->is_run_touched;
    hpm_group_pnl(out, c->fills->exposure, c->group, &untouched);
    for (uint32_t j = 0; j < c->view->count; j++)
        out[j] *= -c->slope;
    for (uint32_t run = c->group->run_first; run < c->group->run_end; run++)
        if (c->fills->is_run_touched[run]) add_run(out, c, run);
}

/* ---- Pairs ---------------------------------------------------------------------------------- */

/* What a pair counts is the largest of linear functions of its loss. */
enum { FULL, SHARE, NONE, SLOPES };

typedef struct piece {
    int slope;
    double less; /* taken off */
} piece;

static const hpm_pair_rule *rule_of(const columns *c, uint32_t head)
{
    const hpm_exposure *exposure = c->fills->exposure;
    return exposure->array->pair_rule[exposure->portfolio->runs[head].bucket];
}

static uint32_t pair_pieces(piece pieces[SLOPES], const columns *c, uint32_t head, uint32_t j)
{
    const hpm_pair_rule *rule = rule_of(c, head);
    double narrows = hpm_pair_narrows(c->fills->exposure, c->group, c->view, head, j);
    uint32_t count = 0;
    pieces[count++] = (piece){FULL, narrows};
    if (narrows > 0) {
        pieces[count++] = (piece){NONE, 0};
        return count;
    }
    if (rule) pieces[count++] = (piece){SHARE, 0};
    if (rule && !isnan(rule->gain_cap)) pieces[count++] = (piece){NONE, rule->gain_cap};
    return count;
}

/* sums[slope][j]: the pair and its fills where its loss counts the slope's share of it. */
static void sum_pair(double *const sums[SLOPES], const columns *c, uint32_t head)
{
    const double shares[SLOPES] = {1, rule_of(c, head) ? rule_of(c, head)->gain_share : 1, 0};
    for (int slope = FULL; slope < SLOPES; slope++) {
        columns sloped = *c;
        sloped.slope = c->slope * shares[slope];
        memset(sums[slope], 0, c->view->count * sizeof(double));
        for (uint32_t run = head; run < c->group->run_end; run++)
            if (hpm_is_paired(c->fills->exposure, head, run)) add_run(sums[slope], &sloped, run);
    }
}

/* The most that the pair loses in column j; *slope is that of the piece. */
static double worst_piece(int *slope, double *const sums[SLOPES], const columns *c, uint32_t head,
                          uint32_t j)
{
    piece pieces[SLOPES];
    uint32_t count = pair_pieces(pieces, c, head, j);
    double most = 0;
    for (uint32_t i = 0; i < count; i++) {
        double loss = sums[pieces[i].slope][j] - c->slope * pieces[i].less;
        if (i > 0 && !(loss > most)) continue;
        most = loss;
        *slope = pieces[i].slope;
    }
    return most;
}

static void sum_pairs(double *out, const columns *c)
{
    double *const sums[SLOPES] = {take(c), take(c), take(c)};
    const hpm_exposure *exposure = c->fills->exposure;
    memset(out, 0, c->view->count * sizeof *out);
    for (uint32_t head = hpm_pair_next(exposure, c->group, c->group->run_first);
         head < c->group->run_end; head = hpm_pair_next(exposure, c->group, head + 1)) {
        sum_pair(sums, c, head);
        for (uint32_t j = 0; j < c->view->count; j++) {
            int slope;
            out[j] += worst_piece(&slope, sums, c, head, j);
        }
    }
}

/* Spot pairs, and balances in which fills of other groups settle: their gain counts at home. */
static void add_balances(double *out, const columns *c)
{
    const hpm_fills *fills = c->fills;
    double *losses = take(c);
    for (uint32_t i = 0; i < fills->count; i++) {
        const hpm_fill_row *row = &fills->rows[i];
        int is_home = row->home == c->g && row->run == HPM_NONE;
        if (!is_home && row->away != c->g) continue;
        balance_losses(losses, c, row);
        add_counted(out, c, losses, is_home ? row->equity : 0);
    }
}

void hpm_fills_losses(double *losses, const hpm_fills *fills, const hpm_pnl_view *view,
                      uint32_t group, double slope, double rho)
{
    size_t mark = fills->exposure->scratch->used;
    columns c = columns_of(fills, view, group, slope, rho);
    if (view->by_pair)
        sum_pairs(losses, &c);
    else
        sum_runs(losses, &c);
    add_balances(losses, &c);
    fills->exposure->scratch->used = mark;
}

double hpm_fills_idle(const hpm_fills *fills, uint32_t group, double rho)
{
    return rho * fills->lost[group == HPM_NONE ? fills->exposure->group_count : group];
}

/* ---- Whom they are due to ------------------------------------------------------------------ */

static void share_idle(const hpm_fill_share *share, const hpm_fills *fills, uint32_t group,
                       double rho)
{
    for (uint32_t i = 0; i < fills->count; i++)
        if (fills->rows[i].home == group && fills->rows[i].equity < 0)
            hpm_fill_give(share, &fills->rows[i], -rho * fills->rows[i].equity);
}

/* The branch on which the run loses most, in the only column. */
static branch worst_branch(const columns *c, uint32_t run)
{
    double ahead = 0, turned = 0, sum = 0, loss = 0;
    branch forward, back;
    assert(c->view->count == 1);
    sum_side(&(const run_sums){&ahead, &sum, &loss}, &forward, c, run, 1);
    if (!hpm_view_rotates(c->fills->exposure, run, c->view)) return forward;
    sum_side(&(const run_sums){&turned, &sum, &loss}, &back, c, run, -1);
    return turned > ahead ? back : forward;
}

static void share_run(const hpm_fill_share *share, const columns *c, uint32_t run)
{
    double loss = 0;
    set_prices(c, run);
    branch worst = worst_branch(c, run);
    for (uint32_t i = c->fills->run_first[run]; i < c->fills->run_first[run + 1]; i++) {
        fill_losses(&loss, c, &c->fills->rows[i], worst);
        hpm_fill_give(share, &c->fills->rows[i], counted(c, loss, c->fills->rows[i].equity));
    }
}

/* Where each pair stands on the piece that makes it lose most, in the only column. */
static void share_pairs(const hpm_fill_share *share, const columns *c)
{
    const hpm_exposure *exposure = c->fills->exposure;
    for (uint32_t head = hpm_pair_next(exposure, c->group, c->group->run_first);
         head < c->group->run_end; head = hpm_pair_next(exposure, c->group, head + 1)) {
        double own[SLOPES], *const sums[SLOPES] = {&own[FULL], &own[SHARE], &own[NONE]};
        columns sloped = *c;
        int slope = FULL;
        sum_pair(sums, c, head);
        worst_piece(&slope, sums, c, head, 0);
        if (slope == NONE) sloped.slope = 0;
        if (slope == SHARE) sloped.slope *= rule_of(c, head)->gain_share;
        for (uint32_t run = head; run < c->group->run_end; run++)
            if (hpm_is_paired(exposure, head, run)) share_run(share, &sloped, run);
    }
}

static void share_runs(const hpm_fill_share *share, const columns *c)
{
    for (uint32_t run = c->group->run_first; run < c->group->run_end; run++)
        share_run(share, c, run);
}

static void share_balances(const hpm_fill_share *share, const columns *c)
{
    double loss = 0;
    for (uint32_t i = 0; i < c->fills->count; i++) {
        const hpm_fill_row *row = &c->fills->rows[i];
        int is_home = row->home == c->g && row->run == HPM_NONE;
        if (!is_home && row->away != c->g) continue;
        balance_losses(&loss, c, row);
        hpm_fill_give(share, row, counted(c, loss, is_home ? row->equity : 0));
    }
}

void hpm_fills_share_loss(const hpm_fill_share *share, const hpm_fills *fills,
                          const hpm_pnl_view *view, uint32_t group, uint32_t j, double slope,
                          double rho)
{
    size_t mark = fills->exposure->scratch->used;
    if (j == HPM_NONE) {
        share_idle(share, fills, group, rho);
        return;
    }
    hpm_pnl_view one = *view;
    one.first += j;
    one.count = 1;
    columns c = columns_of(fills, &one, group, slope, rho);
    if (view->by_pair)
        share_pairs(share, &c);
    else
        share_runs(share, &c);
    share_balances(share, &c);
    fills->exposure->scratch->used = mark;
}
