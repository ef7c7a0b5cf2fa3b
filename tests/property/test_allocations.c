/* The library takes no memory by itself: from the catalog to the breakdown it makes no call of an
 * allocator. Calls are counted by taking the allocator's place in this program. Skipped where a
 * sanitizer has taken it. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "book.h"
#include "hpm/search.h"
#include "hpm/stress.h"
#include "hpm/whatif.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define TAKEN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) ||                         \
    __has_feature(memory_sanitizer)
#define TAKEN 1
#endif
#endif
#if !defined(__GLIBC__) && !defined(TAKEN)
#define TAKEN 1
#endif

#ifdef TAKEN

int main(void)
{
    printf("skipped: the allocator cannot be replaced in this build\n");
    return 77;
}

#else

/* ---- The allocator's place ---------------------------------------------------------------- */

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *block, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);
extern void __libc_free(void *block);

/* Volatile: compilers know malloc, and that it does not change what they can see. */
static volatile int counting;
static volatile unsigned long calls;

static void note(void)
{
    calls += (unsigned long)counting;
}

void *malloc(size_t size)
{
    note();
    return __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
    note();
    return __libc_calloc(count, size);
}

void *realloc(void *block, size_t size)
{
    note();
    return __libc_realloc(block, size);
}

void *aligned_alloc(size_t alignment, size_t size)
{
    note();
    return __libc_memalign(alignment, size);
}

void *memalign(size_t alignment, size_t size);
void *memalign(size_t alignment, size_t size)
{
    note();
    return __libc_memalign(alignment, size);
}

int posix_memalign(void **out, size_t alignment, size_t size);
int posix_memalign(void **out, size_t alignment, size_t size)
{
    note();
    *out = __libc_memalign(alignment, size);
    return *out ? 0 : 12; /* ENOMEM */
}

void free(void *block)
{
    note();
    __libc_free(block);
}

static void count_begin(void)
{
    calls = 0;
    counting = 1;
}

static void count_end(const char *what)
{
    counting = 0;
    if (calls != 0) fail_msg("%s calls the allocator %lu times", what, calls);
}

static void made(hpm_status status, const hpm_error *error)
{
    counting = 0;
    if (status != HPM_OK) fail_msg("%s: %s", error->where, error->message);
    counting = 1;
}

/* ---- Tests -------------------------------------------------------------------------------- */

/* The counter counts, in the library's calls too: a function that allocates is seen. */
static void calls_are_seen(void **state)
{
    hpm_arena arena = {NULL, 0, 0};
    (void)state;
    count_begin();
    void *volatile block = malloc(10);
    free(block);
    block = aligned_alloc(64, 64);
    free(block);
    counting = 0;
    assert_int_equal(calls, 4);
    hpm_rulebook_document rulebook;
    count_begin();
    rulebook_load(&rulebook, "hpm"); /* decoding may allocate, and does */
    counting = 0;
    assert_true(calls > 0);
    hpm_rulebook_document_free(&rulebook);
    arena_free(&arena);
}

/* A market again from its catalog: what a tick costs. */
static void take_market(const world *small, hpm_arena *memory)
{
    const hpm_market *from = &small->market;
    const hpm_catalog *catalog = from->catalog;
    hpm_market market;
    hpm_error error;
    count_begin();
    made(hpm_market_begin(&market, memory, catalog, from->reporting, from->now_ns, &error), &error);
    memcpy(market.asset_price, from->asset_price, catalog->asset_count * sizeof(hpm_input));
    memcpy(market.curve, from->curve, catalog->expiry_count * sizeof(hpm_curve_point));
    memcpy(market.mark, from->mark, catalog->instrument_count * sizeof(hpm_input));
    for (uint32_t i = 0; i < catalog->instrument_count; i++)
        if (from->vol_quoted[i]) market.vol[i] = from->vol[i];
    made(hpm_market_finish(&market, &error), &error);
    count_end("a market");
    assert_memory_equal(&market.hash, &from->hash, sizeof market.hash);
}

static void take_array(desk *on, const hpm_market *market)
{
    hpm_error error;
    count_begin();
    made(hpm_context_init(&on->context, HPM_ISA_BASE, &error), &error);
    made(hpm_risk_array_begin(&on->array, market, &error), &error);
    hpm_risk_array_fill(&on->context, &on->array, 0, on->array.catalog->instrument_count);
    count_end("filling an array");
}

/* Every arena has room: `again` holds those of an earlier run of the same book. */
static void take_account(const desk *on, const book *rows, outcome *again)
{
    const hpm_risk_array *array = &on->array;
    hpm_degraded listed[16];
    hpm_error error;
    hpm_margin margin;
    again->portfolio_memory.used = again->totals_memory.used = again->breakdown_memory.used = 0;
    count_begin();
    made(hpm_account_init(again->account, "book", rows->balances, rows->balance_count,
                          rows->positions, rows->position_count, rows->declared,
                          rows->declared_count, array->catalog, &error),
         &error);
    again->hash = hpm_account_hash(again->account, array->catalog);
    made(hpm_portfolio_init(&again->portfolio, &again->portfolio_memory, again->account, array,
                            &error),
         &error);
    made(hpm_totals_init(&again->totals, &again->totals_memory, array, &again->portfolio, &error),
         &error);
    made(hpm_totals_apply(&on->context, &again->totals, array, &again->portfolio, &error), &error);
    made(hpm_portfolio_trade(&again->portfolio, &again->totals, array, 0, 3, &error), &error);
    made(hpm_portfolio_trade(&again->portfolio, &again->totals, array, 0, -3, &error), &error);
    made(hpm_margin_evaluate(&margin, &again->scratch, array, &again->portfolio, &again->totals,
                             &error),
         &error);
    made(hpm_margin_reference(&again->reference, &again->scratch, array, &again->portfolio, &error),
         &error);
    made(hpm_margin_breakdown(&again->breakdown, &again->breakdown_memory, array, &again->portfolio,
                              &again->totals, &error),
         &error);
    hpm_margin_degraded(listed, 16, array, &again->portfolio);
    count_end("an account's margin");
    assert_true(margins_equal(&margin, &again->margin));
}

/* Both scans over the first run of an account: from scratch, and from its totals with no order. */
static void take_scans(const desk *on, const outcome *of)
{
    enum { LEGS = BOOK_POSITIONS };
    const hpm_bucket_run *run = &of->portfolio.runs[0];
    uint32_t instruments[LEGS], count = run->end - run->first, column;
    int64_t lots[LEGS], worst, again;
    uint64_t first[2] = {0, count};
    hpm_error error = {.status = HPM_OK, .where = "scan"};
    for (uint32_t i = 0; i < count; i++) {
        instruments[i] = of->portfolio.holdings[run->first + i].instrument;
        lots[i] = of->portfolio.holdings[run->first + i].lots;
    }
    count_begin();
    made(hpm_scan_worst(&on->context, &worst, &column, &on->array, first, instruments, lots, 1),
         &error);
    made(hpm_scan_order(&on->context, &again, &column, &on->array, of->totals.ticks, instruments[0],
                        0),
         &error);
    count_end("a scan");
    assert_true(worst == again);
}

/* Refusals print into the caller's record. */
static void take_refusal(const desk *on, const book *rows, outcome *again)
{
    book refused = *rows;
    hpm_error error;
    refused.positions[0].quantity.e8 += 1;
    count_begin();
    hpm_status status = hpm_account_init(
        again->account, "book", refused.balances, refused.balance_count, refused.positions,
        refused.position_count, NULL, 0, on->array.catalog, &error);
    count_end("a refusal");
    assert_int_equal(status, HPM_E_LOT);
}

static void nothing_is_allocated(void **state)
{
    static const char *const names[] = {"hpm", "deribit-pm", "derive-pmrm1"};
    static const uint64_t wear_seed = 2;
    world small;
    (void)state;
    world_init(&small, world_wear, &wear_seed);
    hpm_arena market_memory = arena_exact(hpm_market_size(&small.catalog));
    take_market(&small, &market_memory);
    for (int r = 0; r < 3; r++) {
        hpm_rulebook_document rulebook;
        hpm_error error;
        desk on;
        rulebook_load(&rulebook, names[r]);
        count_begin();
        made(hpm_rulebook_finish(&rulebook.rulebook, &error), &error);
        count_end("a rulebook");
        desk_open(&on, &small.market, &rulebook.rulebook);
        take_array(&on, &small.market);
        for (uint64_t seed = 1; seed <= 30; seed++) {
            rng random = rng_of(seed);
            book rows;
            outcome again;
            book_random(&rows, &random, &on, 0); /* of one underlying: all rulebooks take it */
            outcome_make(&again, &on, &rows);
            take_account(&on, &rows, &again);
            take_scans(&on, &again);
            take_refusal(&on, &rows, &again);
            outcome_free(&again);
        }
        desk_close(&on);
        hpm_rulebook_document_free(&rulebook);
    }
    arena_free(&market_memory);
    world_free(&small);
}

/* ---- What is asked at a desk -------------------------------------------------------------- */

typedef struct asked {
    hpm_desk desk;
    hpm_arena desk_memory, work;
} asked;

static void open_desk(asked *out, const desk *on, uint32_t positions, uint32_t balances)
{
    const hpm_risk_array *array = &on->array;
    hpm_error error = {.where = ""};
    out->desk_memory = arena_exact(hpm_desk_size(array->catalog, array->rulebook));
    hpm_status status = hpm_desk_init(&out->desk, &out->desk_memory, &on->context, array->market,
                                      array->rulebook, &error);
    if (status != HPM_OK) fail_msg("%s: %s", error.where, error.message);
    out->work = arena_exact(hpm_desk_work_size(&out->desk, positions, balances));
    hpm_desk_work(&out->desk, &out->work);
}

static void close_desk(asked *old)
{
    arena_free(&old->desk_memory);
    arena_free(&old->work);
}

static void take_stress(const desk *on, const hpm_account *account)
{
    const hpm_stress_shock shock = {.asset = HPM_NONE, .price = -0.3, .vol = 0.5};
    const hpm_stress_scenario scenario = {"fall", &shock, 1, 0};
    static hpm_reverse reverse;
    hpm_stress stress;
    hpm_error error = {.where = ""};
    asked at;
    open_desk(&at, on, account->position_count, account->balance_count + account->declared_count);
    hpm_arena memory =
        arena_exact(hpm_stress_size(on->array.catalog, 1) + hpm_reverse_size(on->array.catalog));
    count_begin();
    made(hpm_stress_init(&stress, &memory, &at.desk, account, &scenario, 1, &error), &error);
    made(hpm_stress_step(&stress, 1, &error), &error);
    made(hpm_reverse_init(&reverse, &memory, &at.desk, account, HPM_REVERSE_MAINTENANCE, &error),
         &error);
    made(hpm_reverse_step(&reverse, 8, &error), &error);
    count_end("a stress");
    arena_free(&memory);
    close_desk(&at);
}

static void take_whatif(const desk *on, const hpm_account *account)
{
    const hpm_catalog *catalog = on->array.catalog;
    hpm_order orders[8];
    hpm_whatif whatif;
    hpm_error error = {.where = ""};
    uint32_t count = 0;
    asked at;
    for (uint32_t i = 0; count < 8; i++)
        if (on->array.row_state[i] == HPM_ROW_READY && catalog->instruments[i].kind != HPM_SPOT) {
            int64_t lots = count % 2 ? 3 : -3;
            orders[count] = (hpm_order){"", i, {lots * catalog->instruments[i].lot.e8}, NAN, {0}};
            count++;
        }
    const hpm_whatif_question question = {account, orders, 2, orders, 8, NULL};
    open_desk(&at, on, 0, 0);
    arena_free(&at.work);
    at.work = arena_exact(hpm_whatif_work_size(&at.desk, &question));
    hpm_desk_work(&at.desk, &at.work);
    hpm_arena memory = arena_exact(hpm_whatif_size(&at.desk, &question));
    count_begin();
    made(hpm_whatif_evaluate(&whatif, &memory, &at.desk, &question, &error), &error);
    count_end("a what-if");
    arena_free(&memory);
    close_desk(&at);
}

static void take_search(const desk *on)
{
    hpm_search_rules rules;
    hpm_search search;
    hpm_error error = {.where = ""};
    asked at;
    open_desk(&at, on, HPM_SEARCH_LEGS_MAX, 1);
    hpm_search_defaults(&rules);
    rules.evaluations = 50;
    rules.parts = 1;
    hpm_arena memory = arena_exact(hpm_search_size(&at.desk, on->array.rulebook, &rules));
    count_begin();
    made(hpm_search_init(&search, &memory, &at.desk, on->array.rulebook, &rules, &error), &error);
    counting = 0;
    hpm_arena work = arena_exact(hpm_search_work_size(&search));
    hpm_search_work(&search, &work);
    counting = 1;
    made(hpm_search_step(&search, 50, &error), &error);
    count_end("a search");
    assert_true(search.find_count > 0);
    arena_free(&work);
    arena_free(&memory);
    close_desk(&at);
}

static void nothing_is_allocated_at_a_desk(void **state)
{
    world small;
    hpm_rulebook_document rulebook;
    desk on;
    (void)state;
    world_init(&small, NULL, NULL);
    rulebook_load(&rulebook, "hpm");
    desk_open(&on, &small.market, &rulebook.rulebook);
    for (uint64_t seed = 1; seed <= 5; seed++) {
        rng random = rng_of(seed);
        book rows;
        outcome of;
        book_random(&rows, &random, &on, HPM_NONE);
        outcome_make(&of, &on, &rows);
        take_stress(&on, of.account);
        take_whatif(&on, of.account);
        outcome_free(&of);
    }
    take_search(&on);
    desk_close(&on);
    hpm_rulebook_document_free(&rulebook);
    world_free(&small);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(calls_are_seen),
        cmocka_unit_test(nothing_is_allocated),
        cmocka_unit_test(nothing_is_allocated_at_a_desk),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#endif
