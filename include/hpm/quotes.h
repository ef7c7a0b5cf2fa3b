/* Raw quotes: what everybody bids and asks at one moment, before anything is made of it. What a
 * volatility surface is fitted to.
 *
 * Prices of inverse options are in the underlying coin, all others in the quote currency; sizes and
 * open interest in contracts; ages in seconds before `now_ns`. What is not known is NaN. */
#ifndef HPM_QUOTES_H
#define HPM_QUOTES_H

#include <stddef.h>
#include <stdint.h>

#include "hpm/arena.h"
#include "hpm/catalog.h"
#include "hpm/market.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct hpm_quote {
    double bid, ask;             /* best prices; 0: nobody is there, NaN: not known */
    double bid_size, ask_size;   /* at the best prices */
    double micro;                /* micro-price of the book (hpm_micro_price) */
    double bid_depth, ask_depth; /* in all levels that are known */
    double mark;                 /* the venue's own; a fit does not read options' marks */
    double mark_vol;             /* annual, the venue's own; likewise */
    double underlying;           /* forward or future that the venue quoted this against */
    double open_interest;
    double age_s;
} hpm_quote;

/* Everything NaN, age 0. */
extern const hpm_quote hpm_quote_none;

/* Read only after hpm_quotes_finish. */
typedef struct hpm_quotes {
    const hpm_catalog *catalog;
    int64_t now_ns;
    uint32_t reporting;     /* asset in which prices are quoted */
    hpm_input *asset_price; /* [asset_count] index price */
    hpm_quote *quote;       /* [instrument_count] */
    hpm_hash hash;          /* of the catalog and of everything given; derived */
} hpm_quotes;

/* Arena bytes that hpm_quotes_begin will take. */
size_t hpm_quotes_size(const hpm_catalog *catalog);

/* No quotes yet: the caller writes them straight into the arrays and calls hpm_quotes_finish. */
hpm_status hpm_quotes_begin(hpm_quotes *quotes, hpm_arena *arena, const hpm_catalog *catalog,
                            uint32_t reporting, int64_t now_ns, hpm_error *error);

/* Checks the inputs (prices, sizes, ages and open interest >= 0, marks of futures > 0, volatilities
 * up to HPM_VOL_MAX) and derives the hash. E_RANGE names the input. Crossed, stale and absurd
 * quotes are no error: what is made of them is the fit's affair. */
hpm_status hpm_quotes_finish(hpm_quotes *quotes, hpm_error *error);

/* One side of an order book, best price first. */
typedef struct hpm_level {
    double price, size;
} hpm_level;

/* The price at which a book balances: each side's average over the levels that make up `depth`
 * contracts (as far as they reach), weighted by the other side's size. With one level a side this
 * is (bid ask_size + ask bid_size) / (bid_size + ask_size); J. Gatheral and R. Oomen, "Zero-
 * intelligence realized variance estimation", Finance and Stochastics 14 (2010) 249-283. NaN where
 * a side is empty or the book is crossed. */
double hpm_micro_price(const hpm_level *bids, size_t bid_count, const hpm_level *asks,
                       size_t ask_count, double depth);

#ifdef __cplusplus
}
#endif
#endif
