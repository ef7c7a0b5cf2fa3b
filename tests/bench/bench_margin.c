/* Times the margin of one account: full repricing, from ready arrays, and one more order: on cached
 * totals, as a what-if (a new account with its cash, before and after), and among open orders.
 *
 * Case `derive-pmrm1`: 64 options over 4 expiries and 23 + 2 scenarios, one underlying. Case `hpm`:
 * ten positions on two underlyings under the whole rulebook. Medians of many rounds, pinned to one
 * core. No peer runs in this process: the figure to compare with is an EVM's 67 ms for a portfolio
 * of this size (Derive's own gas test). */
#define _GNU_SOURCE
#include <assert.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "hpm/hpm.h"
#include "io/document.h"

enum { ROUNDS = 20001, STRIKES = 8, EXPIRIES = 4, OPEN_ORDERS = 20 };

static int64_t now_ns(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

static int compare_times(const void *a, const void *b)
{
    int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;
    return (left > right) - (left < right);
}

static void must(hpm_status status, const hpm_error *error)
{
    if (status == HPM_OK) return;
    fprintf(stderr, "%s: %s\n", error->where, error->message);
    exit(1);
}

static hpm_arena arena_of(size_t bytes)
{
    hpm_arena arena = {aligned_alloc(HPM_ALIGNMENT, hpm_aligned_size(bytes)),
                       hpm_aligned_size(bytes), 0};
    if (!arena.base) exit(5);
    return arena;
}

/* ---- A small world ------------------------------------------------------------------------ */

typedef struct world {
    hpm_catalog catalog;
    hpm_market market;
    hpm_rulebook_document book;
    hpm_risk_array array;
    hpm_account *account;
    hpm_portfolio portfolio;
    hpm_totals totals;
    hpm_arena memory, scratch;
    hpm_context context;
    /* What if. */
    hpm_desk desk;
    hpm_arena desk_memory, desk_work, answer;
    hpm_order trade, orders[OPEN_ORDERS];
} world;

enum { USD, USDC, BTC, ETH, ASSETS };

static const hpm_asset assets[ASSETS] = {[USD] = {"USD", HPM_ASSET_FIAT},
                                         [USDC] = {"USDC", HPM_ASSET_STABLECOIN},
                                         [BTC] = {"BTC", HPM_ASSET_COIN},
                                         [ETH] = {"ETH", HPM_ASSET_COIN}};

static uint32_t list_options(hpm_instrument *rows, uint32_t underlying, double spot,
                             int64_t today_ns)
{
    uint32_t count = 0;
    for (int e = 0; e < EXPIRIES; e++)
        for (int k = 0; k < STRIKES; k++)
            for (int call = 0; call < 2; call++) {
                hpm_instrument *row = &rows[count++];
                *row = (hpm_instrument){.kind = HPM_OPTION,
                                        .payoff = HPM_LINEAR,
                                        .underlying = underlying,
                                        .settlement = USDC,
                                        .contract_size = 1,
                                        .lot = {HPM_E8 / 100},
                                        .strike = spot * (0.7 + 0.08 * k),
                                        .is_call = call,
                                        .expiry_ns = today_ns + (7 + 20 * e) * HPM_DAY_NS};
                snprintf(row->name, sizeof row->name, "bench:%s-%d-%d-%d", assets[underlying].name,
                         e, k, call);
            }
    return count;
}

static uint32_t list_perpetual(hpm_instrument *row, uint32_t underlying)
{
    *row = (hpm_instrument){.kind = HPM_PERPETUAL,
                            .payoff = HPM_LINEAR,
                            .underlying = underlying,
                            .settlement = USDC,
                            .contract_size = 1,
                            .lot = {HPM_E8 / 100}};
    snprintf(row->name, sizeof row->name, "bench:%s-PERP", assets[underlying].name);
    return 1;
}

static void price_market(hpm_market *market)
{
    market->asset_price[hpm_catalog_find_asset(market->catalog, "USDC")].value = 1;
    market->asset_price[hpm_catalog_find_asset(market->catalog, "BTC")].value = 60000;
    market->asset_price[hpm_catalog_find_asset(market->catalog, "ETH")].value = 3000;
    for (uint32_t e = 0; e < market->catalog->expiry_count; e++)
        market->curve[e].forward.value =
            market->asset_price[market->catalog->expiries[e].underlying].value *
            (1.002 + 0.003 * e);
    for (uint32_t i = 0; i < market->catalog->instrument_count; i++) {
        const hpm_instrument *row = &market->catalog->instruments[i];
        if (row->kind == HPM_OPTION)
            market->vol[i].value = 0.5 + 1e-3 * (i % 17);
        else
            market->mark[i].value = market->asset_price[row->underlying].value * 1.001;
    }
}

static void load_book(world *w, const char *path)
{
    hpm_buffer text;
    hpm_error error = {0};
    must(hpm_file_read(&text, path, HPM_RULEBOOK_BYTES_MAX, &error), &error);
    must(hpm_rulebook_decode(&w->book, text.bytes, text.length, &error), &error);
    free(text.bytes);
}

/* `every`: each position takes every so-manieth instrument. */
static void build(world *w, const char *book, uint32_t underlyings, uint32_t every,
                  uint32_t positions)
{
    static hpm_instrument rows[2 * (2 * STRIKES * EXPIRIES + 1)];
    hpm_position held[128];
    hpm_balance cash = {0, {1000000 * HPM_E8}};
    hpm_error error = {0};
    uint32_t count = 0;
    int64_t today_ns = INT64_C(1767225600000000000);
    for (uint32_t u = BTC; u < BTC + underlyings; u++) {
        count += list_options(rows + count, u, u == BTC ? 60000 : 3000, today_ns);
        count += list_perpetual(rows + count, u);
    }
    load_book(w, book);
    w->memory = arena_of((size_t)64 << 20);
    w->scratch = arena_of((size_t)16 << 20);
    must(hpm_catalog_init(&w->catalog, &w->memory, assets, ASSETS, rows, count, &error), &error);
    must(hpm_market_begin(&w->market, &w->memory, &w->catalog,
                          hpm_catalog_find_asset(&w->catalog, "USD"), today_ns, &error),
         &error);
    price_market(&w->market);
    must(hpm_market_finish(&w->market, &error), &error);
    must(hpm_risk_array_init(&w->array, &w->memory, &w->catalog, &w->book.rulebook, &error),
         &error);
    for (uint32_t p = 0; p < positions; p++)
        held[p] = (hpm_position){p * every % count,
                                 {(int64_t)(p % 7 + 1) * HPM_E8 / 100 * (p % 2 ? 1 : -1)},
                                 __builtin_nan(""),
                                 {0}};
    cash.asset = hpm_catalog_find_asset(&w->catalog, "USDC");
    w->account = malloc(hpm_account_size(1, positions, 0));
    must(hpm_account_init(w->account, "bench", &cash, 1, held, positions, NULL, 0, &w->catalog,
                          &error),
         &error);
}

/* Everything that a market tick needs: shocks, rows. */
static void reprice(world *w)
{
    hpm_error error = {0};
    must(hpm_risk_array_begin(&w->array, &w->market, &error), &error);
    hpm_risk_array_fill(&w->context, &w->array, 0, w->catalog.instrument_count);
}

static void arrange(world *w)
{
    hpm_error error = {0};
    must(hpm_portfolio_init(&w->portfolio, &w->memory, w->account, &w->array, &error), &error);
    must(hpm_totals_init(&w->totals, &w->memory, &w->array, &w->portfolio, &error), &error);
}

static void apply_and_evaluate(world *w, hpm_margin *margin)
{
    hpm_error error = {0};
    w->totals.epoch = w->array.epoch;
    must(hpm_totals_apply(&w->context, &w->totals, &w->array, &w->portfolio, &error), &error);
    must(hpm_margin_evaluate(margin, &w->scratch, &w->array, &w->portfolio, &w->totals, &error),
         &error);
}

/* One order on cached totals, judged by the whole rulebook, then taken back. */
static void judge_order(world *w, hpm_margin *margin, uint32_t holding)
{
    hpm_error error = {0};
    must(hpm_portfolio_trade(&w->portfolio, &w->totals, &w->array, holding, 3, &error), &error);
    must(hpm_margin_evaluate(margin, &w->scratch, &w->array, &w->portfolio, &w->totals, &error),
         &error);
    must(hpm_portfolio_trade(&w->portfolio, &w->totals, &w->array, holding, -3, &error), &error);
}

/* ---- What if ------------------------------------------------------------------------------ */

static hpm_whatif_question question_of(const world *w, uint32_t order_count)
{
    return (hpm_whatif_question){w->account, &w->trade, 1, w->orders, order_count, NULL};
}

static void open_desk(world *w)
{
    const hpm_whatif_question question = question_of(w, OPEN_ORDERS);
    hpm_error error = {0};
    w->trade = (hpm_order){"", 0, {HPM_E8 / 100 * 3}, __builtin_nan(""), {0}};
    for (uint32_t i = 0; i < OPEN_ORDERS; i++)
        w->orders[i] = (hpm_order){"",
                                   i * 7 % w->catalog.instrument_count,
                                   {HPM_E8 / 100 * (i % 2 ? 5 : -5)},
                                   __builtin_nan(""),
                                   {0}};
    w->desk_memory = arena_of(hpm_desk_size(&w->catalog, &w->book.rulebook));
    must(hpm_desk_init(&w->desk, &w->desk_memory, &w->context, &w->market, &w->book.rulebook,
                       &error),
         &error);
    w->desk_work = arena_of(hpm_whatif_work_size(&w->desk, &question));
    hpm_desk_work(&w->desk, &w->desk_work);
    w->answer = arena_of(hpm_whatif_size(&w->desk, &question));
}

/* The instrument of the trade is one that the account holds, in turn. */
static void ask(world *w, hpm_margin *margin, uint32_t round, uint32_t order_count)
{
    const hpm_position *held = hpm_account_positions(w->account);
    hpm_whatif_question question = question_of(w, order_count);
    hpm_error error = {0};
    hpm_whatif whatif;
    w->trade.instrument = held[round % w->account->position_count].instrument;
    w->answer.used = 0;
    must(hpm_whatif_evaluate(&whatif, &w->answer, &w->desk, &question, &error), &error);
    *margin = whatif.after.margin;
}

/* ---- Measuring ---------------------------------------------------------------------------- */

typedef void (*step)(world *w, hpm_margin *margin, uint32_t round);

static void step_full(world *w, hpm_margin *margin, uint32_t round)
{
    (void)round;
    reprice(w);
    apply_and_evaluate(w, margin);
}

static void step_ready(world *w, hpm_margin *margin, uint32_t round)
{
    (void)round;
    apply_and_evaluate(w, margin);
}

static void step_order(world *w, hpm_margin *margin, uint32_t round)
{
    judge_order(w, margin, round % w->portfolio.holding_count);
}

static void step_whatif(world *w, hpm_margin *margin, uint32_t round)
{
    ask(w, margin, round, 0);
}

static void step_open_orders(world *w, hpm_margin *margin, uint32_t round)
{
    ask(w, margin, round, OPEN_ORDERS);
}

static void measure(const char *name, world *w, step run, int rounds)
{
    static int64_t times[ROUNDS];
    hpm_margin margin;
    for (int i = 0; i < rounds; i++) {
        int64_t start = now_ns();
        run(w, &margin, (uint32_t)i);
        times[i] = now_ns() - start;
    }
    qsort(times, (size_t)rounds, sizeof *times, compare_times);
    printf("  %-44s p50 %8.2f us   p99 %8.2f us\n", name, (double)times[rounds / 2] / 1e3,
           (double)times[rounds - 1 - rounds / 100] / 1e3);
}

static hpm_isa best_isa(void)
{
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl"))
        return HPM_ISA_AVX512;
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return HPM_ISA_AVX2;
#endif
    return HPM_ISA_BASE;
}

static void run_case(const char *title, const char *book, uint32_t underlyings, uint32_t every,
                     uint32_t positions)
{
    static world w;
    hpm_error error = {0};
    memset(&w, 0, sizeof w);
    must(hpm_context_init(&w.context, best_isa(), &error), &error);
    build(&w, book, underlyings, every, positions);
    reprice(&w);
    arrange(&w);
    w.array.with_greeks = 0; /* greeks are for reports; a pre-trade array has none */
    printf("%s: %u positions, %u scenarios\n", title, positions, w.array.scenario_count);
    measure("full repricing, totals, margin", &w, step_full, 4001);
    measure("from ready arrays: totals, margin", &w, step_ready, ROUNDS);
    measure("one order on cached totals, whole rulebook", &w, step_order, ROUNDS);
    open_desk(&w);
    measure("what-if of one trade, both sides", &w, step_whatif, 4001);
    measure("the same with 20 open orders", &w, step_open_orders, 2001);
}

int main(int argc, char **argv)
{
    const char *books = argc > 1 ? argv[1] : "rulebooks";
    char path[2][512];
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(0, &one);
    sched_setaffinity(0, sizeof one, &one);
    snprintf(path[0], sizeof path[0], "%s/derive-pmrm1.json", books);
    snprintf(path[1], sizeof path[1], "%s/hpm.json", books);
    run_case("derive-pmrm1", path[0], 1, 1, 64);
    run_case("hpm", path[1], 2, 13, 10);
    return 0;
}
