/* The volatility surface: raw quotes in, one arbitrage-free SVI slice an expiry out, with how far
 * each can be trusted. The same quotes, in any order, give the same bits and the same hash.
 *
 * docs/MODEL.md states every rule: forwards from futures and put-call parity, which quotes count
 * and for how much, the fit, the repair, confidences. */
#ifndef HPM_SURFACE_H
#define HPM_SURFACE_H

#include "hpm/context.h"
#include "hpm/quotes.h"
#include "hpm/svi.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What became of an expiry. */
typedef enum hpm_slice_state {
    HPM_SLICE_FITTED,   /* as its quotes have it */
    HPM_SLICE_REPAIRED, /* fitted, then moved to keep the limits of arbitrage */
    HPM_SLICE_SPARSE,   /* too few quotes for a smile: level from them, shape from other expiries */
    HPM_SLICE_LAST_GOOD, /* no usable quotes: an earlier surface's, aged */
    HPM_SLICE_NONE,      /* nothing is known */
} hpm_slice_state;

/* One expiry. All lengths of time in years of 365 days or seconds, volatilities annual. */
typedef struct hpm_slice {
    char underlying[HPM_ASSET_NAME_SIZE];
    int64_t expiry_ns;
    double tau_years;   /* from the surface's time */
    hpm_input forward;  /* with a confidence and an age of its own */
    double rate_annual; /* continuous: discounts premiums in the quote currency; 0 if not known */
    hpm_svi svi;        /* total variance over ln(K / forward); undefined if NONE */
    hpm_slice_state state;
    double confidence;  /* [0, 1] of the volatilities; 0 if NONE */
    double age_s;       /* of the quotes that it rests on */
    uint32_t quotes;    /* options of the expiry in the catalog */
    uint32_t two_sided; /* with a bid and an ask that say something of volatility */
    uint32_t used;      /* in the fit */
    uint32_t inside; /* two-sided ones, delta 0.05 to 0.95, whose fitted price is in [bid, ask], to
                        1e-9 */
    uint32_t judged; /* two-sided ones with delta 0.05 to 0.95 */
    uint32_t mark_inside; /* of those, the ones whose venue's own mark is in [bid, ask] */
    double mark_rmse;     /* fitted less venue's volatility over the judged; NaN without any */
    double spread_vol;    /* median bid-ask spread of the judged, in volatility; NaN without any */
    double repair_vol;    /* largest change of volatility by the repair over the judged; 0: none */
} hpm_slice;

/* The whole of an underlying in three numbers: SSVI with the power law
 *   w(k, theta) = theta/2 (1 + rho phi k + sqrt((phi k + rho)^2 + 1 - rho^2)),
 *   phi(theta) = eta / (theta^gamma (1 + theta)^(1 - gamma)),  eta (1 + |rho|) <= 2, gamma <= 1/2
 * (Gatheral and Jacquier 2014, section 4). Shape of expiries that have too few quotes. */
typedef struct hpm_ssvi {
    char underlying[HPM_ASSET_NAME_SIZE];
    double rho, eta, gamma;
    double rmse; /* of volatility against quotes of delta 0.05 to 0.95; NaN: not fitted, the numbers
                    undefined */
} hpm_ssvi;

typedef struct hpm_surface {
    int64_t now_ns;
    uint32_t slice_count, underlying_count;
    hpm_slice *slices;    /* by underlying's name, then expiry */
    hpm_ssvi *across;     /* by underlying's name */
    hpm_hash quotes_hash; /* what it was fitted to; zero if it was not */
    hpm_hash hash;        /* of the canonical form; derived */
} hpm_surface;

/* Why a quote does or does not count. */
typedef enum hpm_quote_use {
    HPM_USE_TWO_SIDED, /* both sides: fitted to, within its spread */
    HPM_USE_ASK_ALONE, /* zero bid: an upper bound, fitted to only if the slice goes beyond it */
    HPM_USE_BID_ALONE,
    HPM_USE_NO_QUOTE,      /* nobody is there */
    HPM_USE_CROSSED,       /* bid above ask */
    HPM_USE_NO_TIME_VALUE, /* at or below intrinsic value: says nothing of volatility */
    HPM_USE_ABOVE_BOUND,   /* beyond what any volatility gives */
    HPM_USE_NO_FORWARD,
    HPM_USE_STALE,   /* older than the hard limit */
    HPM_USE_OUTLIER, /* against its neighbours */
    HPM_USE_EXPIRED,
} hpm_quote_use;

/* One option as the fit saw it. */
typedef struct hpm_smile_quote {
    hpm_quote_use use;
    double log_moneyness;    /* ln(K / forward of its own moment) */
    double bid_vol, ask_vol; /* NaN where a side says nothing of volatility */
    double target_vol;       /* mid, or of the micro-price */
    double mark_vol;         /* the venue's */
    double fit_vol;          /* the slice's */
    double delta;            /* of the forward, undiscounted, at fit_vol */
    double weight;           /* in the fit; 0: none */
    int is_inside;           /* fitted price in [bid, ask] */
    int is_judged;           /* counted: both sides, not stale, delta 0.05 to 0.95 */
} hpm_smile_quote;

/* What a fit leaves beside the surface: read by reports. */
typedef struct hpm_surface_fit {
    hpm_surface surface;
    uint32_t *slice_of;     /* [instrument_count] place in surface.slices; HPM_NONE: no option */
    hpm_smile_quote *quote; /* [instrument_count] options only */
} hpm_surface_fit;

/* How old and how few is too much. */
typedef struct hpm_surface_rules {
    double soft_age_s, hard_age_s; /* a row counts from 1 to 0 between them */
    double last_good_s;            /* oldest earlier surface that may stand in for an expiry */
} hpm_surface_rules;

extern const hpm_surface_rules hpm_surface_rules_default; /* 60 s, 3,600 s, 86,400 s */

/* Arena bytes that hpm_surface_fit_quotes will take, scratch included; `before` may be NULL. */
size_t hpm_surface_fit_size(const hpm_catalog *catalog, const hpm_surface *before);

/* Fits a surface to quotes. `before` (NULL: none) is an earlier surface, for expiries without
 * usable quotes. Deterministic. E_MISSING_PRICE if no expiry has any usable quote and none stands
 * in. */
hpm_status hpm_surface_fit_quotes(const hpm_context *context, hpm_surface_fit *fit,
                                  hpm_arena *arena, const hpm_quotes *quotes,
                                  const hpm_surface *before, const hpm_surface_rules *rules,
                                  hpm_error *error);

/* For a surface that is read: slices in any order are sorted, checked (E_RANGE, E_DUPLICATE) and
 * hashed. The slices' figures of quality are not part of the canonical form: it is the time and, of
 * each slice, underlying, expiry, tau, forward, rate, the five numbers, state, confidences and
 * ages.
 */
hpm_status hpm_surface_finish(hpm_surface *surface, hpm_error *error);

/* ---- Arbitrage, checked densely ------------------------------------------------------------- */

typedef struct hpm_slice_check {
    double least_density; /* of 400 strikes within +-6 standard deviations; >= 0 is free of it */
    double density_at;    /* its log-moneyness */
    double least_step;    /* least w(this) - w(expiry before), total variance; >= 0 is free of it */
    double step_at;       /* its log-moneyness; both NaN for the first expiry of an underlying */
    int certain;          /* proved for all log-moneyness, not only at the places */
} hpm_slice_check;

/* `checks` has one for each slice (zero for NONE) of a finished surface. Returns how many slices
 * have arbitrage: a density or a step below 0 as computed, no tolerance.
 *
 * Standard deviations are the slice's own, at the money. The expiry before is the last one that is
 * not NONE; steps are looked at in 200 places over +-6 standard deviations of the slice and 200
 * over those of the expiry before. `certain`: the wings' slopes are at most 2, the density is >= 0
 * and total variance not below the expiry before at every log-moneyness, shown by bounds on
 * intervals that cover the line, with all rounding on the safe side. A slice that touches its limit
 * within some units in the last place is not certain. */
uint32_t hpm_surface_check(hpm_slice_check *checks, const hpm_surface *surface);

/* ---- Into a market -------------------------------------------------------------------------- */

/* Writes forwards, rates and slices with their confidences and ages into a market that has begun;
 * age counts from the market's time, and volatilities stay as time passes. A slice of state NONE
 * gives its forward alone. Slices whose expiry the market's catalog does not have are left out; the
 * number written is returned. */
uint32_t hpm_surface_apply(const hpm_surface *surface, hpm_market *market);

#ifdef __cplusplus
}
#endif
#endif
