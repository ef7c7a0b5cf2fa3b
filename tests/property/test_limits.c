/* Laws of limits, on random books under rulebooks of every grouping: what a limit says of an
 * amount, a size or a market is what the whole engine says of the account that this makes, to the
 * last digit; one step further does not pass; the same question has the same answer. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "book.h"
#include "hpm/limits.h"
#include "math/elementary.h"

enum { ROUNDS = 12, PLACES_ROUNDS = 4, TRADES = 8, SMALLER = 6, ASSETS_MAX = 8 };

static const char *const rulebooks[] = {"hpm", "deribit-pm", "derive-pmrm1", "isolated-same-cover",
                                        "cross-venue"};
enum { RULEBOOKS = sizeof rulebooks / sizeof rulebooks[0] };

typedef struct fixture {
    world small;
    hpm_rulebook_document rulebooks[RULEBOOKS];
    desk desks[RULEBOOKS]; /* whole arrays of the market as it is */
    desk moved_desk;       /* and of one that moved */
    hpm_market moved;
    hpm_arena moved_memory;
    uint32_t smaller, smaller_failed; /* trades that were tried below the largest */
    uint32_t amounts, sizes, places;  /* that have a neighbour which does not pass */
    uint32_t walked;                  /* places on the way to a liquidation */
} fixture;

static int fixture_open(void **state)
{
    static fixture all;
    hpm_error error = {.status = HPM_OK};
    world_init(&all.small, NULL, NULL);
    for (int r = 0; r < RULEBOOKS; r++) {
        rulebook_load(&all.rulebooks[r], rulebooks[r]);
        desk_open(&all.desks[r], &all.small.market, &all.rulebooks[r].rulebook);
    }
    all.moved_memory = arena_exact(hpm_market_moved_size(&all.small.catalog));
    if (hpm_market_moved_begin(&all.moved, &all.moved_memory, &all.small.market, &error) != HPM_OK)
        fail_msg("%s: %s", error.where, error.message);
    *state = &all;
    return 0;
}

static int fixture_close(void **state)
{
    fixture *all = *state;
    for (int r = 0; r < RULEBOOKS; r++) {
        desk_close(&all->desks[r]);
        hpm_rulebook_document_free(&all->rulebooks[r]);
    }
    arena_free(&all->moved_memory);
    world_free(&all->small);
    return 0;
}

/* ---- One account -------------------------------------------------------------------------- */

typedef struct asked {
    fixture *all;
    const desk *whole;
    uint64_t seed;
    book rows;
    outcome now;
    hpm_desk desk;
    hpm_arena desk_memory, work, memory;
    hpm_limits limits;
} asked;

static void must(hpm_status status, const hpm_error *error, uint64_t seed)
{
    if (status != HPM_OK)
        fail_msg("%s: %s (seed %llu)", error->where, error->message, (unsigned long long)seed);
}

/* Gives the book so much cash that equity is about a share of the initial margin: then there are
 * limits to find. 0: it cannot be computed under this rulebook. */
static int fund(asked *q, double share)
{
    outcome before;
    hpm_status status = outcome_try(&before, q->whole, &q->rows);
    double cash = before.margin.initial_real * share - before.margin.equity_real;
    outcome_free(&before);
    if (status == HPM_OK) {
        book_own(&q->rows, q->whole->array.catalog, "USD", cash);
        status = outcome_try(&q->now, q->whole, &q->rows);
        if (status != HPM_OK) outcome_free(&q->now);
    }
    return status == HPM_OK;
}

/* 0: the book cannot be computed under this rulebook. */
static int asked_open(asked *q, fixture *all, int r, uint64_t seed)
{
    hpm_error error = {.status = HPM_OK};
    rng random = rng_of(seed);
    *q = (asked){.all = all, .whole = &all->desks[r], .seed = seed};
    uint32_t only = q->whole->array.rulebook->underlyings_max == 1
                        ? asset_named(&all->small.catalog, "BTC")
                        : HPM_NONE;
    book_random(&q->rows, &random, q->whole, only);
    if (!fund(q, rng_real(&random, 0.7, 2))) return 0;
    const hpm_rulebook *rulebook = &all->rulebooks[r].rulebook;
    const hpm_account *account = q->now.account;
    q->desk_memory = arena_exact(hpm_desk_size(&all->small.catalog, rulebook));
    must(hpm_desk_init(&q->desk, &q->desk_memory, &q->whole->context, &all->small.market, rulebook,
                       &error),
         &error, seed);
    q->desk.array.with_greeks = 0;
    q->work = arena_exact(hpm_desk_work_size(&q->desk, account->position_count,
                                             account->balance_count + account->declared_count));
    hpm_desk_work(&q->desk, &q->work);
    q->memory = arena_exact(hpm_limits_size(&q->desk, account));
    must(hpm_limits_init(&q->limits, &q->memory, &q->desk, account, &error), &error, seed);
    LAW(margins_equal(&q->limits.now, &q->now.margin), seed, "the margin is another one");
    return 1;
}

static void asked_close(asked *q)
{
    arena_free(&q->memory);
    arena_free(&q->work);
    arena_free(&q->desk_memory);
    outcome_free(&q->now);
}

static int passes(const hpm_limit_point *point)
{
    return point->status == HPM_OK && point->equity.e8 >= point->requirement.e8;
}

/* A point is the margin of an outcome. */
static void check_point(const hpm_limit_point *point, const outcome *of, uint64_t seed)
{
    LAW(point->status == of->status, seed, "%s instead of %s", hpm_status_name(point->status),
        hpm_status_name(of->status));
    if (of->status != HPM_OK) return;
    LAW(point->equity.e8 == of->margin.equity.e8, seed, "equity");
    LAW(point->requirement.e8 == of->margin.initial.e8, seed, "initial margin");
}

/* ---- Amounts ------------------------------------------------------------------------------ */

static void check_amount(const asked *q, uint32_t asset, int64_t change_e8,
                         const hpm_limit_point *point)
{
    book rows = q->rows;
    outcome then;
    uint32_t row = 0;
    while (row < rows.balance_count && rows.balances[row].asset != asset)
        row++;
    if (row == rows.balance_count) rows.balances[rows.balance_count++] = (hpm_balance){asset, {0}};
    rows.balances[row].amount.e8 += change_e8;
    outcome_try(&then, q->whole, &rows);
    check_point(point, &then, q->seed);
    outcome_free(&then);
}

static void check_cash(asked *q, const hpm_limit_cash *cash, int sign)
{
    LAW(cash->amount.e8 >= 0, q->seed, "a negative amount");
    if (cash->kind == HPM_LIMIT_ALREADY) return;
    if (cash->kind == HPM_LIMIT_BOUNDLESS && sign > 0) return;
    LAW(passes(&cash->at), q->seed, "the answer does not pass");
    check_amount(q, cash->asset, sign * cash->amount.e8, &cash->at);
    if (cash->kind != HPM_LIMIT_FOUND) return;
    q->all->amounts++;
    LAW(!passes(&cash->next), q->seed, "the next amount passes");
    check_amount(q, cash->asset, sign * cash->amount.e8 - 1, &cash->next);
}

static void law_amounts(asked *q)
{
    const hpm_account *account = q->now.account;
    int is_passing = q->now.margin.equity.e8 >= q->now.margin.initial.e8;
    hpm_limit_cash cash, again;
    hpm_error error = {.status = HPM_OK};
    hpm_limits_deposit(&q->limits, &cash);
    LAW((cash.kind == HPM_LIMIT_ALREADY) == is_passing, q->seed, "a deposit that nothing needs");
    check_cash(q, &cash, 1);
    hpm_limits_deposit(&q->limits, &again);
    LAW(again.amount.e8 == cash.amount.e8, q->seed, "another answer");
    for (uint32_t b = 0; b < account->balance_count; b++) {
        uint32_t asset = hpm_account_balances(account)[b].asset;
        must(hpm_limits_withdrawal(&q->limits, &cash, asset, &error), &error, q->seed);
        LAW((cash.kind == HPM_LIMIT_ALREADY) == !is_passing, q->seed, "a withdrawal below margin");
        LAW(cash.amount.e8 <= cash.transferable.e8, q->seed, "more than is transferable");
        check_cash(q, &cash, -1);
    }
    LAW(q->limits.withdrawable.e8 <= q->limits.transferable.e8, q->seed, "withdrawable");
}

/* ---- Trades ------------------------------------------------------------------------------- */

static hpm_limit_point traded(const asked *q, const hpm_limit_size *size, int64_t lots,
                              const hpm_limit_point *wanted)
{
    const hpm_risk_array *array = &q->whole->array;
    const hpm_account *account = q->now.account;
    const hpm_order order = {
        .instrument = size->instrument,
        .quantity = {size->side * lots * array->catalog->instruments[size->instrument].lot.e8},
        .price = NAN};
    hpm_error error = {.status = HPM_OK};
    hpm_arena memory = arena_exact(hpm_account_traded_size(array, account, 1));
    hpm_account *after;
    outcome then = {.status = HPM_OK};
    hpm_limit_point point = {
        .status = hpm_account_traded(&after, &memory, array, account, &order, lots != 0, &error)};
    if (point.status == HPM_OK) {
        outcome_try_account(&then, q->whole, after);
        if (wanted) check_point(wanted, &then, q->seed);
        point = (hpm_limit_point){then.status, then.margin.equity, then.margin.initial};
        outcome_free(&then);
    } else if (wanted) {
        LAW(wanted->status == point.status, q->seed, "%s", error.message);
    }
    arena_free(&memory);
    return point;
}

static int64_t shortfall(const hpm_limit_point *point)
{
    int64_t gap = point->requirement.e8 - point->equity.e8;
    return gap > 0 ? gap : 0;
}

static int is_allowed(const asked *q, const hpm_limit_point *point)
{
    const hpm_margin *now = &q->now.margin;
    const hpm_limit_point before = {HPM_OK, now->equity, now->initial};
    return point->status == HPM_OK && shortfall(point) <= shortfall(&before);
}

static void check_size(asked *q, const hpm_limit_size *size, rng *random)
{
    hpm_limit_point at = traded(q, size, size->lots, &size->at);
    LAW(is_allowed(q, &at), q->seed, "the answer does not pass");
    for (int i = 0; i < SMALLER && size->lots > 1; i++) {
        int64_t lots = 1 + (int64_t)(rng_next(random) % (uint64_t)(size->lots - 1));
        hpm_limit_point smaller = traded(q, size, lots, NULL);
        q->all->smaller++;
        q->all->smaller_failed += !is_allowed(q, &smaller);
    }
    if (size->kind != HPM_LIMIT_FOUND) return;
    q->all->sizes++;
    hpm_limit_point next = traded(q, size, size->lots + 1, &size->next);
    LAW(!is_allowed(q, &next), q->seed, "one lot more passes");
}

static void law_trades(asked *q)
{
    const hpm_catalog *catalog = q->whole->array.catalog;
    rng random = rng_of(q->seed ^ 77);
    for (int i = 0; i < TRADES; i++) {
        hpm_limit_size size, again;
        uint32_t instrument =
            i % 2 ? rng_below(&random, catalog->instrument_count)
                  : q->rows.positions[rng_below(&random, q->rows.position_count)].instrument;
        int side = rng_chance(&random, 50) ? 1 : -1;
        hpm_limits_trade(&q->limits, &size, instrument, side);
        hpm_limits_trade(&q->limits, &again, instrument, side);
        LAW(again.lots == size.lots && again.kind == size.kind, q->seed, "another answer");
        if (size.kind == HPM_LIMIT_UNAVAILABLE) {
            hpm_limit_point one = traded(q, &size, 1, NULL);
            LAW(one.status == size.why.status, q->seed, "%s", size.why.message);
        } else {
            check_size(q, &size, &random);
        }
    }
}

/* ---- Liquidation -------------------------------------------------------------------------- */

/* The account in a moved market, on a whole array of it. */
static void check_place(asked *q, const hpm_limit_liquidation *row, double place,
                        const hpm_limit_point *point)
{
    fixture *all = q->all;
    const hpm_market *market = &all->small.market;
    double ratio[ASSETS_MAX], add[ASSETS_MAX] = {0};
    hpm_error error = {.status = HPM_OK};
    book rows = q->rows;
    outcome then;
    assert_true(market->catalog->asset_count <= ASSETS_MAX);
    for (uint32_t a = 0; a < market->catalog->asset_count; a++)
        ratio[a] = hpm_limits_price_ratio(&q->limits, row, place, a);
    for (uint32_t u = 0; u < q->limits.underlying_count && row->move == HPM_LIQUIDATION_VOL; u++)
        add[q->limits.underlyings[u]] = place;
    const hpm_market_move move = {.price_ratio = ratio, .vol_add = add};
    must(hpm_market_moved(&all->moved, market, &move, &error), &error, q->seed);
    for (uint32_t p = 0; p < rows.position_count; p++) {
        hpm_kind kind = market->catalog->instruments[rows.positions[p].instrument].kind;
        if ((kind == HPM_FUTURE || kind == HPM_PERPETUAL) && isnan(rows.positions[p].entry_price))
            rows.positions[p].entry_price = market->mark[rows.positions[p].instrument].value;
    }
    desk_open(&all->moved_desk, &all->moved, q->whole->array.rulebook);
    outcome_try(&then, &all->moved_desk, &rows);
    LAW(point->status == then.status, q->seed, "%s", then.error.message);
    LAW(point->equity.e8 == then.margin.equity.e8, q->seed, "equity");
    LAW(point->requirement.e8 == then.margin.maintenance.e8, q->seed, "maintenance margin");
    outcome_free(&then);
    desk_close(&all->moved_desk);
}

/* Whether maintenance margin is covered at a place, at the limits' own desk. */
static int holds_at(asked *q, const hpm_limit_liquidation *row, double place)
{
    hpm_desk *own = q->limits.desk;
    double ratio[ASSETS_MAX], add[ASSETS_MAX] = {0};
    hpm_margin margin;
    hpm_error error = {.status = HPM_OK};
    for (uint32_t a = 0; a < own->base->catalog->asset_count; a++)
        ratio[a] = hpm_limits_price_ratio(&q->limits, row, place, a);
    for (uint32_t u = 0; u < q->limits.underlying_count && row->move == HPM_LIQUIDATION_VOL; u++)
        add[q->limits.underlyings[u]] = place;
    const hpm_market_move move = {.price_ratio = ratio, .vol_add = add};
    must(hpm_desk_move(own, &move, &error), &error, q->seed);
    must(hpm_desk_margin(own, &margin, q->limits.account, &error), &error, q->seed);
    return margin.equity.e8 >= margin.maintenance.e8;
}

/* What was leapt over holds: every place of the walk as it is documented, up to what was found. */
static void walk(asked *q, const hpm_limit_liquidation *row)
{
    hpm_error error = {.status = HPM_OK};
    int is_vol = row->move == HPM_LIQUIDATION_VOL;
    for (double d = 0.01; d < 10; d += 0.01 + 0.1 * d) {
        double place = is_vol ? row->direction * d : hpm_exp(row->direction * d);
        if ((place - row->searched) * row->direction > 0) break;
        LAW(holds_at(q, row, place), q->seed, "leapt over %g", place);
        q->all->walked++;
    }
    must(hpm_desk_move(q->limits.desk, NULL, &error), &error, q->seed);
}

static void law_liquidation(asked *q, hpm_liquidation_move move, uint32_t underlying, int direction)
{
    hpm_limit_liquidation row, again;
    hpm_error error = {.status = HPM_OK};
    must(hpm_limits_liquidation(&q->limits, &row, move, underlying, direction, &error), &error,
         q->seed);
    must(hpm_limits_liquidation(&q->limits, &again, move, underlying, direction, &error), &error,
         q->seed);
    LAW(again.place == row.place && again.kind == row.kind, q->seed, "another answer");
    if (row.kind == HPM_LIMIT_ALREADY) {
        LAW(q->now.margin.equity.e8 < q->now.margin.maintenance.e8, q->seed, "it is covered now");
        return;
    }
    LAW(passes(&row.before), q->seed, "what is before does not hold");
    walk(q, &row);
    if (row.kind != HPM_LIMIT_FOUND) {
        check_place(q, &row, row.searched, &row.before);
        return;
    }
    q->all->places++;
    LAW(!passes(&row.at), q->seed, "the answer holds");
    double scale = move == HPM_LIQUIDATION_VOL ? 1 : row.place;
    LAW(fabs(row.place - row.place_before) <= HPM_LIMIT_TOLERANCE * scale, q->seed, "%g apart",
        row.place - row.place_before);
    check_place(q, &row, row.place, &row.at);
    check_place(q, &row, row.place_before, &row.before);
}

static void law_liquidations(asked *q)
{
    for (int direction = -1; direction <= 1; direction += 2) {
        for (uint32_t u = 0; u < q->limits.underlying_count; u++)
            law_liquidation(q, HPM_LIQUIDATION_PRICE, q->limits.underlyings[u], direction);
        law_liquidation(q, HPM_LIQUIDATION_PRICES, HPM_NONE, direction);
        law_liquidation(q, HPM_LIQUIDATION_VOL, HPM_NONE, direction);
    }
}

/* ---- The tests ---------------------------------------------------------------------------- */

static void each_book(fixture *all, uint64_t rounds, void (*law)(asked *))
{
    for (int r = 0; r < RULEBOOKS; r++) {
        int computed = 0;
        for (uint64_t seed = 1; seed <= rounds; seed++) {
            static asked q;
            if (!asked_open(&q, all, r, seed * 1000 + (uint64_t)r)) continue;
            law(&q);
            asked_close(&q);
            computed++;
        }
        print_message("%s: %d books\n", rulebooks[r], computed);
    }
    print_message("%u amounts, %u sizes, %u places, %u on the way\n", all->amounts, all->sizes,
                  all->places, all->walked);
}

static void test_amounts(void **state)
{
    fixture *all = *state;
    each_book(all, ROUNDS, law_amounts);
    assert_true(all->amounts > 20);
}

/* No theorem where a component is not convex, and so on all of these. */
static void test_trades(void **state)
{
    fixture *all = *state;
    each_book(all, ROUNDS, law_trades);
    print_message("%u smaller trades\n", all->smaller);
    assert_int_equal(all->smaller_failed, 0);
    assert_true(all->sizes > 100);
}

static void test_liquidations(void **state)
{
    fixture *all = *state;
    each_book(all, PLACES_ROUNDS, law_liquidations);
    assert_true(all->places > 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_amounts),
        cmocka_unit_test(test_trades),
        cmocka_unit_test(test_liquidations),
    };
    return cmocka_run_group_tests(tests, fixture_open, fixture_close);
}
