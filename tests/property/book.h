/* Accounts for the tests of laws: rows that can be made at random, shuffled, scaled and merged, and
 * what the engine says of them. */
#ifndef HPM_TESTS_BOOK_H
#define HPM_TESTS_BOOK_H

#include "world.h"

enum { BOOK_BALANCES = 8, BOOK_POSITIONS = 512, BOOK_DECLARED = 4 };

typedef struct book {
    hpm_balance balances[BOOK_BALANCES];
    hpm_position positions[BOOK_POSITIONS];
    hpm_declared declared[BOOK_DECLARED];
    uint32_t balance_count, position_count, declared_count;
} book;

/* Adds to what is held. Amounts in units of the asset. */
void book_own(book *to, const hpm_catalog *catalog, const char *asset, double amount);
void book_hold(book *to, const hpm_catalog *catalog, const char *instrument, int64_t lots);
void book_declare(book *to, const hpm_catalog *catalog, const char *name, const char *asset,
                  double amount);

/* 1 to 60 positions in instruments that can be priced, each of up to 300,000 of notional, some
 * with zero lots; entry prices (the same for an instrument in every book), funding; balances of
 * either sign in some assets. `underlying` HPM_NONE: any; else only that, and no other coin. */
void book_random(book *out, rng *random, const desk *on, uint32_t underlying);

/* The rows of an account. */
void book_of_account(book *out, const hpm_account *account);

void book_shuffle(book *rows, rng *random);
void book_scale(book *rows, int64_t factor);

/* Adds other's rows to the sum's, position by position and balance by balance. */
void book_merge(book *sum, const book *other);

/* What became of a book. All but `status` and `error` only if status is HPM_OK. */
typedef struct outcome {
    hpm_status status;
    hpm_error error;
    hpm_account *account;
    hpm_portfolio portfolio;
    hpm_totals totals;
    hpm_margin margin;    /* hpm_margin_evaluate */
    hpm_margin reference; /* hpm_margin_reference */
    hpm_breakdown breakdown;
    hpm_hash hash; /* of the account */
    hpm_arena account_memory, portfolio_memory, totals_memory, scratch, breakdown_memory;
} outcome;

/* Takes a book the whole way; returns the first failure. Every arena has exactly the size that the
 * library states. */
hpm_status outcome_try(outcome *out, const desk *on, const book *rows);
/* The same for an account that the caller owns and keeps. */
hpm_status outcome_try_account(outcome *out, const desk *on, hpm_account *account);
/* As outcome_try, and a failure ends the test. */
void outcome_make(outcome *out, const desk *on, const book *rows);
void outcome_free(outcome *old);

/* The value of a component by name. */
double component_value(const outcome *of, const desk *on, const char *name);
uint32_t component_index(const hpm_rulebook *rulebook, const char *name);

/* Bits, not amounts: every figure of two margins. */
int margins_equal(const hpm_margin *a, const hpm_margin *b);

#endif
