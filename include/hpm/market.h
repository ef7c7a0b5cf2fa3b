/* The market: what everything in a catalog is worth at one moment, and how far each input can be
 * trusted.
 *
 * Prices are doubles in the reporting currency per unit, volatilities annual (0.43 is 43 %), rates
 * annual and continuous, confidences in [0, 1], ages in seconds before `now_ns`. An input that is
 * absent has the value NaN. An option's volatility that is not given is read from the smile of its
 * expiry, and is then as old and as doubtful as that. Without a smile it is interpolated from its
 * expiry's quotes in total variance, linear in log-moneyness ln(K/F), flat beyond the outermost
 * quoted strikes, as old and as doubtful as the worst quote that it came from. */
#ifndef HPM_MARKET_H
#define HPM_MARKET_H

#include <stddef.h>
#include <stdint.h>

#include "hpm/arena.h"
#include "hpm/catalog.h"
#include "hpm/svi.h"

#ifdef __cplusplus
extern "C" {
#endif

#define HPM_YEAR_NS INT64_C(31536000000000000) /* 365 days */
#define HPM_DAY_NS  INT64_C(86400000000000)

/* The largest volatility, annual: near expiry a surface's total variance, divided by next to no
 * time, comes to thousands. */
#define HPM_VOL_MAX 1e5

typedef struct hpm_input {
    double value;      /* NaN: absent */
    double confidence; /* [0, 1] */
    double age_s;      /* >= 0 */
} hpm_input;

/* What is known of one expiry of one underlying. */
typedef struct hpm_curve_point {
    hpm_input forward; /* of the part of the settlement price that is not yet observed */
    double rate_annual;
    /* Settlement average: the share of the averaging window that has been observed, and the
     * average seen so far. Settlement forward = share*observed + (1 - share)*forward; scenarios
     * move only the second part. */
    double observed_share;
    double observed_price;
} hpm_curve_point;

/* The farthest |ln(K/F)| at which a smile is read; flat beyond. */
#define HPM_SMILE_REACH 10.0

/* All volatilities of an expiry in five numbers: vol(K)^2 tau = w(ln(K/forward)). */
typedef struct hpm_smile {
    hpm_svi svi; /* total variance from the market's time to the expiry; b NaN: absent */
    double confidence, age_s; /* as of an input */
    /* Derived: where it stands. A market that moves on leaves it there (sticky strike), and its
     * volatilities times vol_ratio, plus vol_add. tau_years 0: there is nothing to read, for want
     * of the smile, of a forward or of time. */
    double forward, tau_years, vol_ratio, vol_add;
} hpm_smile;

/* Read only after hpm_market_init, except through hpm_market_set_* before it. */
typedef struct hpm_market {
    const hpm_catalog *catalog;
    int64_t now_ns;
    uint32_t reporting;     /* asset in which prices are quoted; worth 1 by definition */
    hpm_input *asset_price; /* [asset_count] index price */
    hpm_curve_point *curve; /* [expiry_count] */
    hpm_input *mark;        /* [instrument_count] futures, perpetuals, spot: price */
    hpm_input *vol;         /* [instrument_count] options: annual, quoted or interpolated */
    uint8_t *vol_quoted;    /* [instrument_count] 1: given, 0: from a smile or interpolated */
    hpm_smile *smile;       /* [expiry_count] */
    hpm_input *vol_atm;     /* [expiry_count] derived: the smile or the quotes at K = F */
    /* Derived: the options of each expiry that say what its volatilities are, by ascending strike,
     * one per strike (the one out of the money): ids at slice[slice_first[e]] ..
     * slice[slice_first[e + 1] - 1]. All options where a smile can be read, else the quoted ones.
     */
    uint32_t *slice;
    uint32_t *slice_first; /* [expiry_count + 1] */
    /* [expiry_count] derived: the nearest expiries of the same underlying, before and after, that
     * have a smile or quotes, and a forward; HPM_NONE: none. */
    uint32_t *quoted_before, *quoted_after;
    hpm_hash hash; /* of the catalog and of all given inputs; derived */
} hpm_market;

/* Arena bytes that hpm_market_begin will take. */
size_t hpm_market_size(const hpm_catalog *catalog);

/* An empty market: every input absent, rates 0. The caller then writes inputs straight into the
 * arrays (of a smile svi, confidence and age_s) and calls hpm_market_finish. */
hpm_status hpm_market_begin(hpm_market *market, hpm_arena *arena, const hpm_catalog *catalog,
                            uint32_t reporting, int64_t now_ns, hpm_error *error);

/* Checks the inputs (prices > 0, volatilities up to HPM_VOL_MAX, confidences in [0, 1], ages >= 0,
 * shares in [0, 1], an observed price where a share is observed, smiles valid and of a volatility
 * in (0, HPM_VOL_MAX) where an option or the money reads them), derives the volatilities that were
 * not given, those at the money, and the hash. E_RANGE names the input. Absent inputs are not an
 * error until an account needs them. */
hpm_status hpm_market_finish(hpm_market *market, hpm_error *error);

/* Volatility of an expiry at a strike from its smile, else from its quotes, as described above;
 * where the expiry has neither, linear in total variance between the neighbouring expiries of the
 * underlying that have, at the same strike over forward, flat beyond the last. A smile is read
 * within HPM_SMILE_REACH and up to HPM_VOL_MAX; a strike of 0 reads it at the money. NaN if nothing
 * is known. */
hpm_input hpm_market_vol_at(const hpm_market *market, uint32_t expiry, double strike);

/* ---- The same market, moved --------------------------------------------------------------- */

/* Where a market goes. Arrays are the caller's, by id; NULL: nothing of that kind moves. Index
 * prices move with `price_ratio`; marks and forwards with that of their underlying and with
 * `forward_ratio` of their expiry (the basis). Volatilities are sticky by strike, quoted or read
 * from a smile: v' = max(0, v * vol_ratio + vol_add), and an expiry's at-the-money volatility is
 * the same surface read at its new forward. Confidences, ages, rates and what is observed of a
 * settlement average stay. */
typedef struct hpm_market_move {
    const double *price_ratio;   /* [asset_count] > 0; 1 for the reporting asset */
    const double *forward_ratio; /* [expiry_count] > 0 */
    const double *vol_ratio;     /* [asset_count] >= 0, by underlying */
    const double *vol_add;       /* [asset_count] annual, by underlying */
    double time_days;            /* >= 0: time that passes */
} hpm_market_move;

/* Arena bytes that hpm_market_moved_begin will take. */
size_t hpm_market_moved_size(const hpm_catalog *catalog);

/* Memory for moved copies of `base`, which must be finished and outlive them. */
hpm_status hpm_market_moved_begin(hpm_market *moved, hpm_arena *arena, const hpm_market *base,
                                  hpm_error *error);

/* Writes `base` moved by `move` (NULL: as it is) into `moved`; may be called again and again. The
 * hash of a moved market is zero: it was given by nobody. E_RANGE names what leaves the range of
 * hpm_market_finish; `moved` is then undefined. */
hpm_status hpm_market_moved(hpm_market *moved, const hpm_market *base, const hpm_market_move *move,
                            hpm_error *error);

/* Years (of 365 days) from now to `expiry_ns`; 0 once past. */
double hpm_market_tau_years(const hpm_market *market, int64_t expiry_ns);

/* The settlement forward of an expiry (observed and unobserved part together), in quote currency;
 * NaN if absent. */
double hpm_curve_settlement_forward(const hpm_curve_point *point);

#ifdef __cplusplus
}
#endif
#endif
