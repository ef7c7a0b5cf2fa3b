/* Walks the pockets of an account: gathers lines, makes a small account of them, and its exposure.
 *
 * Candidates are numbered: first what nets of every group, with its coin, then every line of the
 * account. Under `underlying` every contract nets, under `linear` all but options, under `position`
 * none. The second kind leaves out what the first has taken. */
#include "margin/pocket.h"

#include <assert.h>
#include <string.h>

/* A pocket holds any number of positions, but one balance and one declared amount at most. */
enum { BALANCES_MAX = 1, DECLARED_MAX = 1 };

static uint32_t runs_max(const hpm_risk_array *array, uint32_t position_count)
{
    uint32_t buckets = array->catalog->bucket_count;
    return position_count < buckets ? position_count : buckets;
}

size_t hpm_pocket_size(const hpm_risk_array *array, uint32_t position_count)
{
    if (array->rulebook->grouping == HPM_GROUPING_ACCOUNT) return 0;
    size_t lines = (size_t)position_count + BALANCES_MAX + DECLARED_MAX;
    return hpm_aligned_size(lines * sizeof(uint32_t)) + hpm_aligned_size(lines * sizeof(double)) +
           hpm_aligned_size(hpm_account_size(BALANCES_MAX, position_count, DECLARED_MAX)) +
           hpm_portfolio_size(position_count) +
           hpm_totals_size(array, runs_max(array, position_count)) +
           hpm_exposure_size(array, position_count);
}

void hpm_pocket_begin(hpm_pocket *pocket, const hpm_exposure *whole)
{
    memset(pocket, 0, sizeof *pocket);
    pocket->whole = whole;
    pocket->mark = whole->scratch->used;
}

/* ---- Which lines -------------------------------------------------------------------------- */

static int nets_groups(const hpm_exposure *whole)
{
    return whole->rulebook->grouping != HPM_GROUPING_POSITION;
}

/* Whether a holding stands with the others of its underlying. */
static int nets(const hpm_exposure *whole, uint32_t holding)
{
    uint32_t instrument = whole->portfolio->holdings[holding].instrument;
    if (whole->rulebook->grouping == HPM_GROUPING_UNDERLYING) return 1;
    return whole->catalog->instruments[instrument].kind != HPM_OPTION;
}

/* The balance of a group's coin. */
static uint32_t coin_balance(const hpm_exposure *whole, const hpm_group *group)
{
    if (whole->catalog->assets[group->asset].kind != HPM_ASSET_COIN) return HPM_NONE;
    return hpm_find_balance(whole->portfolio->account, group->asset);
}

static uint32_t take_group(uint32_t *lines, const hpm_exposure *whole, const hpm_group *group)
{
    const hpm_portfolio *portfolio = whole->portfolio;
    uint32_t count = 0, balance = coin_balance(whole, group);
    for (uint32_t run = group->run_first; run < group->run_end; run++)
        for (uint32_t h = portfolio->runs[run].first; h < portfolio->runs[run].end; h++)
            if (nets(whole, h)) lines[count++] = h;
    if (balance != HPM_NONE) lines[count++] = hpm_line_of_balance(whole, balance);
    return count;
}

/* Whether a line stands with a group. */
static int is_grouped(const hpm_exposure *whole, uint32_t line)
{
    uint32_t balance = line - whole->portfolio->holding_count;
    if (line < whole->portfolio->holding_count) return nets(whole, line);
    if (balance >= whole->portfolio->account->balance_count) return 0;
    uint32_t asset = hpm_account_balances(whole->portfolio->account)[balance].asset;
    if (whole->catalog->assets[asset].kind != HPM_ASSET_COIN) return 0;
    for (uint32_t g = 0; g < whole->group_count; g++)
        if (whole->groups[g].asset == asset) return 1;
    return 0;
}

static uint32_t candidate_count(const hpm_exposure *whole)
{
    return whole->group_count + hpm_line_count(whole->portfolio);
}

/* Lines of a candidate, ascending; none if it is no pocket. */
static uint32_t take_lines(uint32_t *lines, const hpm_exposure *whole, uint32_t candidate)
{
    if (candidate < whole->group_count)
        return nets_groups(whole) ? take_group(lines, whole, &whole->groups[candidate]) : 0;
    lines[0] = candidate - whole->group_count;
    return !(nets_groups(whole) && is_grouped(whole, lines[0]));
}

/* ---- Their exposure ----------------------------------------------------------------------- */

/* How many rows of each kind: lines are holdings, then balances, then declared amounts. */
static hpm_account count_rows(const hpm_exposure *whole, const uint32_t *lines, uint32_t count)
{
    const hpm_portfolio *portfolio = whole->portfolio;
    hpm_account out = {.position_count = 0};
    memcpy(out.id, portfolio->account->id, sizeof out.id);
    for (uint32_t i = 0; i < count; i++)
        if (lines[i] < portfolio->holding_count)
            out.position_count++;
        else if (lines[i] < portfolio->holding_count + portfolio->account->balance_count)
            out.balance_count++;
        else
            out.declared_count++;
    assert(out.balance_count <= BALANCES_MAX && out.declared_count <= DECLARED_MAX);
    return out;
}

/* Positions stand in the order of holdings, so that a line of the small account is the line of the
 * whole one at the same place in `lines`. */
static void copy_rows(hpm_account *out, const hpm_exposure *whole, const uint32_t *lines)
{
    const hpm_portfolio *portfolio = whole->portfolio;
    const hpm_account *account = portfolio->account;
    hpm_balance *balance = (hpm_balance *)(out + 1);
    hpm_position *position = (hpm_position *)(balance + out->balance_count);
    hpm_declared *declared = (hpm_declared *)(position + out->position_count);
    for (uint32_t i = 0; i < out->position_count; i++)
        position[i] = hpm_account_positions(account)[portfolio->holdings[*lines++].position];
    for (uint32_t i = 0; i < out->balance_count; i++)
        balance[i] = hpm_account_balances(account)[*lines++ - portfolio->holding_count];
    for (uint32_t i = 0; i < out->declared_count; i++)
        declared[i] = hpm_account_declared(
            account)[*lines++ - portfolio->holding_count - account->balance_count];
}

static hpm_status sum_totals(hpm_pocket *pocket, const hpm_risk_array *array, hpm_error *error)
{
    const hpm_portfolio *portfolio = &pocket->portfolio;
    hpm_status status =
        hpm_totals_init(&pocket->totals, pocket->whole->scratch, array, portfolio, error);
    for (uint32_t r = 0; r < portfolio->run_count && status == HPM_OK; r++)
        for (uint32_t h = portfolio->runs[r].first; h < portfolio->runs[r].end && status == HPM_OK;
             h++)
            status = hpm_totals_add(&pocket->totals, array, r, portfolio->holdings[h].instrument,
                                    portfolio->holdings[h].lots, error);
    return status;
}

static hpm_status expose(hpm_pocket *pocket, uint32_t count, hpm_error *error)
{
    const hpm_exposure *whole = pocket->whole;
    hpm_arena *scratch = whole->scratch;
    const hpm_totals *totals = whole->reference ? NULL : &pocket->totals;
    hpm_account shape = count_rows(whole, pocket->lines, count);
    hpm_account *account = hpm_arena_reserve(
        scratch, 1,
        hpm_account_size(shape.balance_count, shape.position_count, shape.declared_count));
    assert(account); /* hpm_pocket_size counts it */
    *account = shape;
    copy_rows(account, whole, pocket->lines);
    hpm_status status =
        hpm_portfolio_init(&pocket->portfolio, scratch, account, whole->array, error);
    if (status == HPM_OK && totals) status = sum_totals(pocket, whole->array, error);
    if (status != HPM_OK) return status;
    pocket->exposure = &pocket->part;
    return hpm_exposure_init(&pocket->part, scratch, whole->array, &pocket->portfolio, totals,
                             error);
}

/* ---- The walk ----------------------------------------------------------------------------- */

static hpm_status next_part(hpm_pocket *pocket, int *more, hpm_error *error)
{
    const hpm_exposure *whole = pocket->whole;
    hpm_arena *scratch = whole->scratch;
    uint32_t holdings = whole->portfolio->holding_count, count = 0;
    scratch->used = pocket->mark;
    if (scratch->capacity - scratch->used < hpm_pocket_size(whole->array, holdings))
        return hpm_fail(error, HPM_E_MEMORY, "scratch", "the scratch arena is too small");
    pocket->lines =
        hpm_arena_reserve(scratch, holdings + BALANCES_MAX + DECLARED_MAX, sizeof *pocket->lines);
    while (count == 0 && pocket->next < candidate_count(whole))
        count = take_lines(pocket->lines, whole, pocket->next++);
    if (count == 0) {
        scratch->used = pocket->mark;
        return HPM_OK;
    }
    hpm_status status = expose(pocket, count, error);
    *more = status == HPM_OK;
    return status;
}

hpm_status hpm_pocket_next(hpm_pocket *pocket, int *more, hpm_error *error)
{
    *more = 0;
    if (pocket->whole->rulebook->grouping != HPM_GROUPING_ACCOUNT)
        return next_part(pocket, more, error);
    *more = pocket->exposure == NULL;
    pocket->exposure = pocket->whole;
    return HPM_OK;
}
