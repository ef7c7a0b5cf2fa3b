/* The search for portfolios that lose more than their margin: simulated annealing with restarts
 * (Kirkpatrick, Gelatt and Vecchi, Science 220, 1983). See hpm/search.h. */
#include <assert.h>
#include <math.h>
#include <string.h>

#include "assess/search_move.h"
#include "base/sort.h"
#include "math/elementary.h"

#define WALK_LENGTH 1500 /* evaluations between restarts */
#define HOT         0.2  /* temperatures, in units of the score */
#define COLD        0.002
#define KICKS       3 /* changes with which a kept portfolio is walked on from */
#define DEPOSITS    50

/* One walk from a start to its best. */
typedef struct hpm_search_walk {
    hpm_search_find now, best;
    uint64_t step, number;
} hpm_search_walk;

void hpm_search_defaults(hpm_search_rules *rules)
{
    *rules = (hpm_search_rules){.seed = 1,
                                .evaluations = 20000,
                                .goal = HPM_SEARCH_RATIO,
                                .legs_max = 6,
                                .size = 1e6,
                                .floor_share = 0.001,
                                .keep = 5,
                                .parts = 4,
                                .beyond = 1,
                                .with_basis = 1};
}

/* ---- Set-up ------------------------------------------------------------------------------- */

static hpm_status check_rules(const hpm_search_rules *rules, hpm_error *error)
{
    const struct {
        const char *name;
        double value, least, most;
    } rows[] = {
        {"evaluations", (double)rules->evaluations, 1, 1e15},
        {"legs_max", rules->legs_max, 1, HPM_SEARCH_LEGS_MAX},
        {"size", rules->size, 1e-8, 1e15},
        {"floor_share", rules->floor_share, 1e-9, 1e9},
        {"keep", rules->keep, 1, HPM_SEARCH_KEEP_MAX},
        {"parts", rules->parts, 1, 64},
        {"beyond", rules->beyond, 1, 4},
    };
    for (uint32_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (!(rows[i].value >= rows[i].least && rows[i].value <= rows[i].most))
            return hpm_fail(error, HPM_E_RANGE, rows[i].name, "outside [%g, %g] (%g)",
                            rows[i].least, rows[i].most, rows[i].value);
    return HPM_OK;
}

/* One more than are kept: room for what is being taken in. */
static size_t finds_room(const hpm_search_rules *rules)
{
    return (size_t)rules->keep + 1;
}

size_t hpm_search_size(const hpm_desk *desk, const hpm_rulebook *moves,
                       const hpm_search_rules *rules)
{
    const hpm_catalog *catalog = desk->base->catalog;
    return hpm_probe_size(catalog, desk->rulebook, moves, rules) + hpm_search_mover_size(catalog) +
           hpm_aligned_size(sizeof(hpm_probe)) + hpm_aligned_size(sizeof(hpm_search_mover)) +
           hpm_aligned_size(sizeof(hpm_search_walk)) +
           hpm_aligned_size(finds_room(rules) * sizeof(hpm_search_find)) +
           hpm_aligned_size(hpm_account_size(1, HPM_SEARCH_LEGS_MAX, 0));
}

static int take_memory(hpm_search *search, hpm_arena *arena)
{
    search->probe = hpm_arena_take(arena, 1, sizeof *search->probe);
    search->mover = hpm_arena_take(arena, 1, sizeof *search->mover);
    search->walk = hpm_arena_take(arena, 1, sizeof *search->walk);
    search->finds = hpm_arena_take(arena, finds_room(&search->rules), sizeof *search->finds);
    search->account = hpm_arena_take(arena, 1, hpm_account_size(1, HPM_SEARCH_LEGS_MAX, 0));
    return search->probe && search->mover && search->walk && search->finds && search->account;
}

hpm_status hpm_search_init(hpm_search *search, hpm_arena *arena, hpm_desk *desk,
                           const hpm_rulebook *moves, const hpm_search_rules *rules,
                           hpm_error *error)
{
    *search = (hpm_search){.desk = desk, .rules = *rules, .grid = hpm_probe_grid(moves)};
    hpm_status status = check_rules(rules, error);
    if (status != HPM_OK) return status;
    if (!take_memory(search, arena))
        return hpm_fail(error, HPM_E_MEMORY, "search", "the arena is too small");
    status = hpm_probe_init(search->probe, arena, desk->context, desk->base, desk->rulebook, moves,
                            rules, error);
    if (status == HPM_OK)
        status = hpm_search_mover_init(search->mover, arena, desk, search->probe, rules,
                                       search->account, error);
    search->price_count = search->probe->price_count;
    search->vol_count = search->probe->vol_count;
    search->basis_count = search->probe->basis_count;
    search->candidate_count = search->mover->candidate_count;
    return status;
}

size_t hpm_search_work_size(const hpm_search *search)
{
    return hpm_probe_work_size(search->probe);
}

void hpm_search_work(hpm_search *search, const hpm_arena *block)
{
    search->probe->work = *block;
}

/* ---- One portfolio ------------------------------------------------------------------------ */

static hpm_status make_account(hpm_search *search, const hpm_search_find *find, const char *id,
                               hpm_error *error)
{
    const hpm_catalog *catalog = search->desk->base->catalog;
    const hpm_balance cash = {search->desk->base->reporting, find->cash};
    hpm_position positions[HPM_SEARCH_LEGS_MAX];
    for (uint32_t i = 0; i < find->leg_count; i++) {
        const hpm_search_leg *leg = &find->legs[i];
        int64_t quantity = leg->lots * catalog->instruments[leg->instrument].lot.e8;
        positions[i] = (hpm_position){leg->instrument, {quantity}, (double)NAN, {0}};
    }
    return hpm_account_init(search->account, id, &cash, cash.amount.e8 != 0, positions,
                            find->leg_count, NULL, 0, catalog, error);
}

const hpm_account *hpm_search_account(hpm_search *search, const hpm_search_find *find,
                                      const char *id)
{
    hpm_status status = make_account(search, find, id, NULL);
    assert(status == HPM_OK);
    (void)status;
    return search->account;
}

/* Reporting currency per unit in which the rulebook counts. */
static double numeraire_price(const hpm_search *search)
{
    const hpm_risk_array *array = &search->desk->array;
    return array->numeraire == HPM_NONE ? 1 : array->market->asset_price[array->numeraire].value;
}

static double score_of(const hpm_search *search, const hpm_search_find *find)
{
    double excess = find->loss - find->margin, price = numeraire_price(search);
    if (search->rules.goal == HPM_SEARCH_AMOUNT) return excess * price / search->rules.size;
    double least = search->rules.floor_share * find->gross / price;
    return excess / (find->margin > least ? find->margin : least);
}

/* What a rulebook does not cover, or what does not fit, is no find; other errors are errors. */
static int is_rejection(hpm_status status)
{
    return status == HPM_E_UNSUPPORTED || status == HPM_E_OVERFLOW || status == HPM_E_NOT_FINITE;
}

/* Fills all but the legs. */
static hpm_status evaluate(hpm_search *search, hpm_search_find *find, hpm_error *error)
{
    hpm_legs legs = {.count = find->leg_count};
    memcpy(legs.legs, find->legs, sizeof legs.legs);
    find->cash.e8 = 0;
    find->gross = hpm_search_gross(search->mover, &legs);
    find->score = -(double)INFINITY;
    hpm_status status = make_account(search, find, "search", error);
    if (status == HPM_OK)
        status = hpm_desk_margin(search->desk, &find->with_cash, search->account, error);
    if (status == HPM_OK)
        status = hpm_probe_loss(search->probe, &find->loss, &find->where, search->account, error);
    search->done++;
    if (is_rejection(status)) {
        search->rejected++;
        return HPM_OK;
    }
    if (status != HPM_OK) return status;
    find->margin = find->with_cash.initial_real;
    find->score = score_of(search, find);
    return HPM_OK;
}

hpm_status hpm_search_loss(hpm_search *search, double *loss, hpm_search_move *where,
                           const hpm_account *account, hpm_error *error)
{
    return hpm_probe_loss(search->probe, loss, where, account, error);
}

/* ---- What is kept ------------------------------------------------------------------------- */

static int compare_legs(const void *a, const void *b, const void *context)
{
    uint32_t x = ((const hpm_search_leg *)a)->instrument;
    uint32_t y = ((const hpm_search_leg *)b)->instrument;
    (void)context;
    return (x > y) - (x < y);
}

/* Portfolios that share more than half of their legs count as one. Legs are in order. */
static int are_alike(const hpm_search_find *a, const hpm_search_find *b)
{
    uint32_t shared = 0, most = a->leg_count > b->leg_count ? a->leg_count : b->leg_count;
    for (uint32_t i = 0, j = 0; i < a->leg_count && j < b->leg_count;) {
        uint32_t x = a->legs[i].instrument, y = b->legs[j].instrument;
        shared += x == y;
        i += x <= y;
        j += y <= x;
    }
    return 2 * shared > most;
}

static void keep(hpm_search *search, const hpm_search_find *find)
{
    hpm_search_find *finds = search->finds, taken = *find;
    uint32_t count = 0, place;
    if (!(find->score > -(double)INFINITY)) return;
    hpm_sort(taken.legs, taken.leg_count, sizeof *taken.legs, compare_legs, NULL);
    for (uint32_t i = 0; i < search->find_count; i++)
        if (are_alike(&finds[i], &taken) && finds[i].score >= taken.score) return;
    for (uint32_t i = 0; i < search->find_count; i++)
        if (!are_alike(&finds[i], &taken)) finds[count++] = finds[i];
    for (place = count; place > 0 && finds[place - 1].score < taken.score; place--)
        finds[place] = finds[place - 1];
    finds[place] = taken;
    search->find_count = count < search->rules.keep ? count + 1 : search->rules.keep;
}

/* ---- Walks -------------------------------------------------------------------------------- */

static void put_legs(hpm_search_find *find, const hpm_legs *legs)
{
    find->leg_count = legs->count;
    memcpy(find->legs, legs->legs, sizeof find->legs);
}

/* Every other walk goes on from what has been found. */
static void begin_walk(hpm_search *search, hpm_search_find *trial)
{
    hpm_search_walk *walk = search->walk;
    hpm_legs legs = {.count = 0};
    walk->now.score = walk->best.score = -(double)INFINITY;
    if (walk->number % 2 == 1 && search->find_count > 0) {
        const hpm_search_find *from = &search->finds[walk->number / 2 % search->find_count];
        legs.count = from->leg_count;
        memcpy(legs.legs, from->legs, sizeof legs.legs);
        for (int i = 0; i < KICKS; i++)
            hpm_search_change(search->mover, &legs);
    } else {
        hpm_search_begin(search->mover, &legs);
    }
    put_legs(trial, &legs);
}

static void continue_walk(hpm_search *search, hpm_search_find *trial)
{
    hpm_legs legs = {.count = search->walk->now.leg_count};
    memcpy(legs.legs, search->walk->now.legs, sizeof legs.legs);
    hpm_search_change(search->mover, &legs);
    put_legs(trial, &legs);
}

/* Better is always taken, worse ever more rarely. */
static int is_taken(hpm_search *search, double score)
{
    const hpm_search_walk *walk = search->walk;
    double worse = walk->now.score - score;
    if (!(worse > 0)) return 1; /* also from one that was rejected to another */
    double share = (double)walk->step / WALK_LENGTH;
    double temperature = HOT * hpm_exp(share * hpm_log(COLD / HOT));
    return hpm_rng_real(&search->mover->rng) < hpm_exp(-worse / temperature);
}

static void end_walk(hpm_search *search)
{
    keep(search, &search->walk->best);
    search->walk->step = 0;
    search->walk->number++;
}

static hpm_status advance(hpm_search *search, hpm_error *error)
{
    hpm_search_walk *walk = search->walk;
    hpm_search_find trial = {.leg_count = 0};
    if (walk->step == 0)
        begin_walk(search, &trial);
    else
        continue_walk(search, &trial);
    hpm_status status = evaluate(search, &trial, error);
    if (status != HPM_OK) return status;
    if (walk->step == 0 || is_taken(search, trial.score)) walk->now = trial;
    if (walk->step == 0 || trial.score > walk->best.score) walk->best = trial;
    if (++walk->step == WALK_LENGTH) end_walk(search);
    return HPM_OK;
}

/* ---- The end ------------------------------------------------------------------------------ */

/* Cash in the reporting currency until the account passes; where that is worth less than itself as
 * collateral, some more. */
static hpm_status deposit(hpm_search *search, hpm_search_find *find, hpm_error *error)
{
    hpm_status status = HPM_OK;
    for (int i = 0; i < DEPOSITS && status == HPM_OK; i++) {
        hpm_money more = {0};
        status = make_account(search, find, "search", error);
        if (status == HPM_OK)
            status = hpm_desk_margin(search->desk, &find->with_cash, search->account, error);
        int64_t short_e8 = find->with_cash.initial.e8 - find->with_cash.equity.e8;
        if (status != HPM_OK || short_e8 <= 0) return status;
        double wanted = hpm_e8_to_double(short_e8) * numeraire_price(search);
        status = hpm_e8_from_double(&more.e8, wanted, HPM_ROUND_CEILING);
        if (status == HPM_OK) status = hpm_e8_add(&find->cash.e8, find->cash.e8, more.e8);
        if (status != HPM_OK) return hpm_fail(error, status, "cash", "too much (%g)", wanted);
    }
    return status;
}

static hpm_status finish(hpm_search *search, hpm_error *error)
{
    hpm_status status = HPM_OK;
    if (search->walk->step > 0) end_walk(search);
    for (uint32_t i = 0; i < search->find_count && status == HPM_OK; i++)
        status = deposit(search, &search->finds[i], error);
    return status;
}

hpm_status hpm_search_step(hpm_search *search, uint64_t count, hpm_error *error)
{
    uint64_t left = search->rules.evaluations - search->done;
    uint64_t end = search->done + (count < left ? count : left);
    if (left == 0) return HPM_OK;
    assert(search->probe->work.base); /* hpm_search_work */
    while (search->done < end) {
        hpm_status status = advance(search, error);
        if (status != HPM_OK) return status;
    }
    return search->done == search->rules.evaluations ? finish(search, error) : HPM_OK;
}
