/* Rulebooks, markets and books for the tests of laws. */
#include "laws.h"

#include <stdlib.h>
#include <string.h>

static void load_samples(laws_fixture *all)
{
    sample_market_load(&all->sample);
    for (int t = 0; t < TEMPLATES; t++) {
        hpm_account *account = template_load(template_names[t], &all->sample.market, NULL);
        book_of_account(&all->samples[t], account);
        free(account);
    }
}

static const hpm_market *market_of(const laws_fixture *all, int market)
{
    return market == LAWS_SAMPLE ? &all->sample.market : &all->worlds[market].market;
}

int laws_open(void **state)
{
    static laws_fixture all;
    static const uint64_t wear_seed = 11;
    world_init(&all.worlds[LAWS_FRESH], NULL, NULL);
    world_init(&all.worlds[LAWS_WORN], world_wear, &wear_seed);
    load_samples(&all);
    all.rulebook_count = rulebooks_load(all.rulebooks, LAWS_RULEBOOKS_MAX);
    for (int r = 0; r < all.rulebook_count; r++) {
        if (strcmp(all.rulebooks[r].rulebook.name, "hpm") == 0) all.hpm = r;
        for (int m = 0; m < LAWS_MARKETS; m++)
            desk_open(&all.desks[r][m], market_of(&all, m), &all.rulebooks[r].rulebook);
    }
    *state = &all;
    return 0;
}

int laws_close(void **state)
{
    laws_fixture *all = *state;
    for (int r = 0; r < all->rulebook_count; r++) {
        for (int m = 0; m < LAWS_MARKETS; m++)
            desk_close(&all->desks[r][m]);
        hpm_rulebook_document_free(&all->rulebooks[r]);
    }
    hpm_market_document_free(&all->sample);
    world_free(&all->worlds[LAWS_FRESH]);
    world_free(&all->worlds[LAWS_WORN]);
    return 0;
}

int laws_share(const laws_fixture *all, int whole)
{
    return (whole + all->rulebook_count - 1) / all->rulebook_count;
}

/* Without scenarios a lot that is too large for them can be held: books are then what hpm can
 * price. */
void laws_book(book *out, rng *random, const laws_fixture *all, int rulebook, int market)
{
    const hpm_rulebook *rules = &all->rulebooks[rulebook].rulebook;
    uint32_t one = rules->underlyings_max == 1 ? rng_below(random, 3) : HPM_NONE;
    book_random(out, random, &all->desks[rules->sets.count > 0 ? rulebook : all->hpm][market], one);
}

/* Whether the rulebook takes accounts on so many underlyings. */
static int is_covered(const desk *on, const book *rows)
{
    outcome out;
    hpm_status status = outcome_try(&out, on, rows);
    outcome_free(&out);
    return status != HPM_E_UNSUPPORTED;
}

static void check_random(const laws_fixture *all, int rulebook, law *check)
{
    uint64_t count = (uint64_t)laws_share(all, LAWS_BOOKS);
    for (uint64_t seed = 1; seed <= count; seed++) {
        rng random = rng_of(seed);
        int market = seed % 2 == 0 ? LAWS_FRESH : LAWS_WORN;
        book rows;
        laws_book(&rows, &random, all, rulebook, market);
        check(&all->desks[rulebook][market], &rows, &random, seed);
    }
}

/* Other accounts under the next rulebook, so that each is seen under some. */
static void check_samples(const laws_fixture *all, int rulebook, law *check)
{
    const desk *on = &all->desks[rulebook][LAWS_SAMPLE];
    int wanted = laws_share(all, LAWS_SAMPLES), checked = 0;
    for (int i = 0; i < TEMPLATES && checked < wanted; i++) {
        int t = (rulebook * wanted + i) % TEMPLATES;
        uint64_t seed = LAWS_BOOKS + 1 + (uint64_t)t;
        rng random = rng_of(seed);
        if (!is_covered(on, &all->samples[t])) continue;
        check(on, &all->samples[t], &random, seed);
        checked++;
    }
    assert_true(checked > 0);
}

void laws_for_books(void **state, law *check)
{
    const laws_fixture *all = *state;
    for (int r = 0; r < all->rulebook_count; r++) {
        check_random(all, r, check);
        check_samples(all, r, check);
    }
}

int laws_is_whole(const desk *on)
{
    return on->array.rulebook->grouping == HPM_GROUPING_ACCOUNT;
}

int is_scenario_charge(const hpm_component *component)
{
    return component->kind == HPM_COMPONENT_WORST_SCENARIO ||
           component->kind == HPM_COMPONENT_JOINT_GRID;
}
