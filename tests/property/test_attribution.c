/* Laws of attributions, on seeded random books in two random markets under every rulebook: parts
 * sum to the change in everything, the ends are what `hpm margin` says, what did not change did
 * nothing, and what changed alone did all of it. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "book.h"

enum { BOOKS = 24, RULEBOOKS = 4, LATER_MINUTES = 6 };

static const char *const rulebook_names[RULEBOOKS] = {"hpm", "deribit-pm", "derive-pmrm1",
                                                      "cross-same-cover"};

static uint64_t wear_seed = 11;

/* Every input elsewhere, some a little, some not at all; the options of four minutes expire. */
static void move_market(hpm_market *market, const void *data)
{
    rng random = rng_of(*(const uint64_t *)data);
    const hpm_catalog *catalog = market->catalog;
    market->now_ns += LATER_MINUTES * INT64_C(60000000000);
    for (uint32_t a = 0; a < catalog->asset_count; a++)
        if (a != market->reporting) market->asset_price[a].value *= rng_real(&random, 0.9, 1.1);
    for (uint32_t e = 0; e < catalog->expiry_count; e++) {
        market->curve[e].forward.value *= rng_real(&random, 0.9, 1.1);
        market->curve[e].rate_annual = rng_real(&random, -0.05, 0.1);
    }
    for (uint32_t i = 0; i < catalog->instrument_count; i++) {
        market->mark[i].value *= rng_real(&random, 0.9, 1.1);
        if (!rng_chance(&random, 30)) market->vol[i].value *= rng_real(&random, 0.8, 1.3);
    }
    world_wear(market, data);
}

static void move_vols(hpm_market *market, const void *data)
{
    rng random = rng_of(*(const uint64_t *)data);
    for (uint32_t i = 0; i < market->catalog->instrument_count; i++)
        market->vol[i].value *= rng_real(&random, 0.8, 1.3);
}

/* Twice: ratios stay to the last bit. */
static void double_prices(hpm_market *market, const void *data)
{
    (void)data;
    for (uint32_t a = 0; a < market->catalog->asset_count; a++)
        if (a != market->reporting) market->asset_price[a].value *= 2;
    for (uint32_t e = 0; e < market->catalog->expiry_count; e++)
        market->curve[e].forward.value *= 2;
    for (uint32_t i = 0; i < market->catalog->instrument_count; i++)
        market->mark[i].value *= 2;
}

static void pass_time(hpm_market *market, const void *data)
{
    (void)data;
    market->now_ns += INT64_C(60000000000);
}

static void wear(hpm_market *market, const void *data)
{
    world_wear(market, data);
}

/* ---- Running ------------------------------------------------------------------------------ */

typedef struct attributed {
    hpm_attribution result;
    hpm_arena memory, work;
} attributed;

static void attribute(attributed *out, const hpm_context *context, const hpm_state *before,
                      const hpm_state *after, uint64_t seed)
{
    hpm_error error = {.status = HPM_OK};
    int done = 0;
    out->memory = arena_exact(hpm_attribution_size(before, after));
    hpm_status status =
        hpm_attribution_init(&out->result, &out->memory, context, before, after, &error);
    LAW(status == HPM_OK, seed, "%s: %s", error.where, error.message);
    out->work = arena_exact(hpm_attribution_work_size(&out->result));
    hpm_attribution_work(&out->result, &out->work);
    while (status == HPM_OK && !done)
        status = hpm_attribution_step(&out->result, &done, &error);
    LAW(status == HPM_OK, seed, "%s: %s", error.where, error.message);
}

static void attributed_free(attributed *old)
{
    arena_free(&old->memory);
    arena_free(&old->work);
}

/* ---- Laws --------------------------------------------------------------------------------- */

static void check_sum(const hpm_change *of, unsigned changed, const char *what, uint64_t seed)
{
    int64_t sum = of->before.e8;
    for (uint32_t p = 0; p < HPM_PART_COUNT; p++) {
        LAW((changed >> p & 1) != 0 || of->part[p].e8 == 0, seed, "%s: %s did not change", what,
            hpm_part_name((hpm_part)p));
        sum += of->part[p].e8;
    }
    LAW(sum == of->after.e8, seed, "%s: the parts do not sum to the change", what);
}

static void add_up(hpm_change *sum, const hpm_change *more)
{
    sum->before.e8 += more->before.e8;
    sum->after.e8 += more->after.e8;
    for (uint32_t p = 0; p < HPM_PART_COUNT; p++)
        sum->part[p].e8 += more->part[p].e8;
}

static void check_sums(const hpm_attribution *of, uint64_t seed)
{
    hpm_change initial = {0}, maintenance = {0};
    check_sum(&of->equity, of->changed, "equity", seed);
    for (uint32_t i = 0; i < of->component_count; i++) {
        const hpm_component_change *row = &of->components[i];
        check_sum(&row->initial, of->changed, row->component->name, seed);
        check_sum(&row->maintenance, of->changed, row->component->name, seed);
        add_up(&initial, &row->initial);
        add_up(&maintenance, &row->maintenance);
    }
    LAW(memcmp(&initial, &of->initial, sizeof initial) == 0, seed, "components and IM differ");
    LAW(memcmp(&maintenance, &of->maintenance, sizeof initial) == 0, seed, "components and MM");
}

static void check_end(const hpm_attribution *of, const hpm_margin *margin, int after, uint64_t seed)
{
    const hpm_change *const changes[] = {&of->equity, &of->initial, &of->maintenance};
    const hpm_money wanted[] = {margin->equity, margin->initial, margin->maintenance};
    for (int i = 0; i < 3; i++) {
        hpm_money got = after ? changes[i]->after : changes[i]->before;
        LAW(got.e8 == wanted[i].e8, seed, "%s: figure %d is %lld instead of %lld",
            after ? "after" : "before", i, (long long)got.e8, (long long)wanted[i].e8);
    }
}

/* ---- Worlds ------------------------------------------------------------------------------- */

/* A book that stands in its market, and its state. */
typedef struct end {
    desk on;
    book rows;
    outcome out;
    hpm_state state;
} end;

static void end_open(end *out, const hpm_market *market, const hpm_rulebook *rulebook,
                     const book *rows)
{
    desk_open(&out->on, market, rulebook);
    out->rows = *rows;
    outcome_make(&out->out, &out->on, &out->rows);
    out->state = (hpm_state){market, out->out.account, rulebook};
}

static void end_close(end *old)
{
    outcome_free(&old->out);
    desk_close(&old->on);
}

static void random_book(book *out, const hpm_market *market, const hpm_rulebook *rulebook,
                        uint64_t seed)
{
    rng random = rng_of(seed);
    desk on;
    uint32_t one = rulebook->underlyings_max == 1 ? (uint32_t)(seed % 3) : HPM_NONE;
    desk_open(&on, market, rulebook);
    book_random(out, &random, &on, one);
    desk_close(&on);
}

static void for_rulebooks(void (*check)(const hpm_rulebook *rulebook))
{
    for (int r = 0; r < RULEBOOKS; r++) {
        hpm_rulebook_document document;
        rulebook_load(&document, rulebook_names[r]);
        check(&document.rulebook);
        hpm_rulebook_document_free(&document);
    }
}

/* ---- Everything changes ------------------------------------------------------------------- */

static void change_everything(const hpm_rulebook *rulebook, const hpm_rulebook *other,
                              uint64_t seed)
{
    world before, after;
    book rows, traded;
    end from, to;
    attributed found;
    world_init(&before, seed % 2 ? world_wear : NULL, &wear_seed);
    world_init(&after, move_market, &seed);
    random_book(&rows, &before.market, rulebook, seed);
    random_book(&traded, &after.market, rulebook, seed + (seed % 3 == 0 ? 0 : 3000));
    end_open(&from, &before.market, rulebook, &rows);
    end_open(&to, &after.market, other, &traded);
    attribute(&found, &from.on.context, &from.state, &to.state, seed);
    check_sums(&found.result, seed);
    check_end(&found.result, &from.out.margin, 0, seed);
    check_end(&found.result, &to.out.margin, 1, seed);
    attributed_free(&found);
    end_close(&to);
    end_close(&from);
    world_free(&after);
    world_free(&before);
}

static void everything_with(const hpm_rulebook *rulebook)
{
    for (uint64_t seed = 1; seed <= BOOKS; seed++)
        change_everything(rulebook, rulebook, seed);
}

static void everything_changes(void **state)
{
    (void)state;
    for_rulebooks(everything_with);
}

/* Both count in dollars. */
static void rulebooks_change(void **state)
{
    hpm_rulebook_document hpm, deribit;
    (void)state;
    rulebook_load(&hpm, "hpm");
    rulebook_load(&deribit, "deribit-pm");
    for (uint64_t seed = 1; seed <= BOOKS / 4; seed++) {
        change_everything(&hpm.rulebook, &deribit.rulebook, seed);
        change_everything(&deribit.rulebook, &hpm.rulebook, seed);
    }
    hpm_rulebook_document_free(&hpm);
    hpm_rulebook_document_free(&deribit);
}

/* ---- One thing changes -------------------------------------------------------------------- */

/* The one part has the whole change, of everything. But volatilities that are interpolated between
 * expiries follow the forwards and the time: the surface is then another one. */
static void check_alone(const hpm_attribution *of, hpm_part part, uint64_t seed)
{
    unsigned follows = part == HPM_PART_TIME || part == HPM_PART_PRICE ? 1U << HPM_PART_VOL : 0;
    LAW((of->changed & ~follows) == 1U << part, seed, "%s: 0x%x changed", hpm_part_name(part),
        of->changed);
    check_sums(of, seed); /* and so it has all of it */
}

static void change_alone(const hpm_rulebook *rulebook, market_edit *edit, hpm_part part,
                         uint64_t seed)
{
    world before, after;
    book rows;
    end from, to;
    attributed found;
    world_init(&before, NULL, NULL);
    world_init(&after, edit, &seed);
    random_book(&rows, &before.market, rulebook, seed);
    end_open(&from, &before.market, rulebook, &rows);
    end_open(&to, &after.market, rulebook, &rows);
    hpm_state held = to.state;
    held.account = NULL;
    attribute(&found, &from.on.context, &from.state, &held, seed);
    check_alone(&found.result, part, seed);
    /* Where no mark moved, to hold and to be settled to the mark are the same. */
    if (part != HPM_PART_PRICE) check_end(&found.result, &to.out.margin, 1, seed);
    attributed_free(&found);
    end_close(&to);
    end_close(&from);
    world_free(&after);
    world_free(&before);
}

static void alone_with(const hpm_rulebook *rulebook)
{
    for (uint64_t seed = 1; seed <= BOOKS / 4; seed++) {
        change_alone(rulebook, double_prices, HPM_PART_PRICE, seed);
        change_alone(rulebook, move_vols, HPM_PART_VOL, seed);
        change_alone(rulebook, pass_time, HPM_PART_TIME, seed);
        change_alone(rulebook, wear, HPM_PART_TRUST, seed);
    }
}

static void one_thing_changes(void **state)
{
    (void)state;
    for_rulebooks(alone_with);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everything_changes),
        cmocka_unit_test(rulebooks_change),
        cmocka_unit_test(one_thing_changes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
