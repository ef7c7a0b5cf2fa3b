/* What tests of laws run over: every rulebook that ships, on a fresh and on a worn market with
 * seeded random books, and on the sample market with the sample accounts. */
#ifndef HPM_TESTS_LAWS_H
#define HPM_TESTS_LAWS_H

#include "book.h"

/* The books of a law are dealt out among the rulebooks: one more costs no more time. */
enum { LAWS_BOOKS = 960, LAWS_SAMPLES = 80, LAWS_RULEBOOKS_MAX = 64 };

enum { LAWS_FRESH, LAWS_WORN, LAWS_SAMPLE, LAWS_MARKETS };

typedef struct laws_fixture {
    world worlds[LAWS_SAMPLE];
    hpm_market_document sample;
    book samples[TEMPLATES];
    int rulebook_count, hpm; /* every one in the folder; the index of our own */
    hpm_rulebook_document rulebooks[LAWS_RULEBOOKS_MAX];
    desk desks[LAWS_RULEBOOKS_MAX][LAWS_MARKETS];
} laws_fixture;

int laws_open(void **state);
int laws_close(void **state);

/* A book for a rulebook on a market of the small world: of one underlying where the rulebook covers
 * only one. */
void laws_book(book *out, rng *random, const laws_fixture *all, int rulebook, int market);

typedef void law(const desk *on, const book *rows, rng *random, uint64_t seed);

/* The share of each rulebook in so many, rounded up. */
int laws_share(const laws_fixture *all, int whole);

/* Under every rulebook its share of LAWS_BOOKS random books, the seeds from 1, and of LAWS_SAMPLES
 * sample accounts that it covers, the seeds beyond LAWS_BOOKS. */
void laws_for_books(void **state, law *check);

/* Components are of the account as a whole: else they are sums over pockets (test_pockets.c). */
int laws_is_whole(const desk *on);

int is_scenario_charge(const hpm_component *component);

#endif
