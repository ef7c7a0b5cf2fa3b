/* Limits: how far an account may go. What can be withdrawn, what is missing, the largest trade that
 * still passes, and where the market must be for maintenance margin to be gone.
 *
 * Every answer is found on the full model: an amount, a size or a market is changed and everything
 * is computed anew, until two neighbours are known of which one passes and the next does not. Both
 * are reported with the equity and the requirement that were computed there.
 *
 * An account passes if equity >= initial margin. A trade passes if the initial margin's shortfall
 * after it is zero or not larger than before. Maintenance is broken where equity < maintenance. */
#ifndef HPM_LIMITS_H
#define HPM_LIMITS_H

#include "hpm/desk.h"
#include "hpm/trade.h"

#ifdef __cplusplus
extern "C" {
#endif

/* How far is looked. */
#define HPM_LIMIT_CONTRACTS_MAX 1000000000 /* of one trade */
#define HPM_LIMIT_FALL_RATIO    0.01       /* liquidation: the lowest price, as a ratio ... */
#define HPM_LIMIT_RISE_RATIO    11.0       /* ... the highest ... */
#define HPM_LIMIT_VOL_RISE      5.0        /* ... and the most that volatilities rise, annual */
/* A liquidation's two neighbours are at most this ratio of the price apart; in volatility at most
 * this many. */
#define HPM_LIMIT_TOLERANCE     1e-9

typedef enum hpm_limit_kind {
    HPM_LIMIT_FOUND,       /* the answer, and its neighbour on the other side */
    HPM_LIMIT_BOUNDLESS,   /* no change of side as far as was looked */
    HPM_LIMIT_ALREADY,     /* nothing to look for: it is so where the account stands */
    HPM_LIMIT_UNAVAILABLE, /* it cannot be computed: `why` */
} hpm_limit_kind;

/* What was computed at one amount, size or market. */
typedef struct hpm_limit_point {
    hpm_status status; /* HPM_OK, or why it cannot be computed there: it does not pass */
    hpm_money equity;
    hpm_money requirement; /* initial margin; for a liquidation maintenance margin */
} hpm_limit_point;

/* An amount of one asset that comes or goes. */
typedef struct hpm_limit_cash {
    hpm_limit_kind kind;
    uint32_t asset;
    hpm_money transferable; /* withdrawals: balance less unrealised losses and accruals, >= 0 */
    hpm_money amount;       /* of the asset */
    hpm_limit_point at;     /* with the amount moved */
    hpm_limit_point next;   /* FOUND: with 1e-8 less deposited, or more withdrawn */
} hpm_limit_cash;

/* The largest trade of one instrument on one side. */
typedef struct hpm_limit_size {
    hpm_limit_kind kind; /* BOUNDLESS: HPM_LIMIT_CONTRACTS_MAX pass, or all lots within them */
    uint32_t instrument;
    int side; /* 1 buys, -1 sells */
    int64_t lots;
    hpm_qty quantity;     /* contracts, >= 0 */
    double price;         /* that it trades at: as in hpm_order */
    hpm_limit_point at;   /* after that trade (at 0 lots: without one) */
    hpm_limit_point next; /* FOUND: after one lot more */
    hpm_error why;        /* UNAVAILABLE */
} hpm_limit_size;

typedef enum hpm_liquidation_move {
    HPM_LIQUIDATION_PRICE,  /* one underlying, and collateral that falls with it */
    HPM_LIQUIDATION_PRICES, /* all underlyings of the account, each by as many of its ranges */
    HPM_LIQUIDATION_VOL,    /* the volatilities of all of them */
} hpm_liquidation_move;

/* The nearest market in one direction in which maintenance is broken. Index prices, forwards and
 * marks move by one ratio; volatilities are sticky by strike; no time passes. */
typedef struct hpm_limit_liquidation {
    hpm_limit_kind kind;
    hpm_liquidation_move move;
    uint32_t underlying; /* PRICE */
    int direction;       /* 1 up, -1 down */
    /* Where it is. PRICE: ratio of the price; PRICES: that of the underlying with the widest range;
     * VOL: added volatility, annual. */
    double place;
    double place_before;    /* FOUND: the last place on the way that holds */
    double searched;        /* the last place that was computed on the way out */
    hpm_limit_point at;     /* FOUND: broken; ALREADY: now */
    hpm_limit_point before; /* FOUND: at place_before */
    hpm_error why;          /* UNAVAILABLE: what ends the search at `searched` */
} hpm_limit_liquidation;

/* Limits of one account. Private, but for the first part. */
typedef struct hpm_limits {
    hpm_desk *desk;
    const hpm_account *account;
    hpm_margin now;         /* in the desk's own market */
    hpm_money transferable; /* of all balances, in the currency of the margin */
    hpm_money withdrawable; /* min(equity - initial, transferable), >= 0 */
    uint32_t *underlyings;  /* asset ids, ascending: what it has positions on, and its coins */
    uint32_t underlying_count;
    int has_options;

    hpm_arena *arena;
    hpm_account *shared; /* the account with every balance row that a question needs */
    hpm_portfolio portfolio;
    hpm_totals totals;
    struct hpm_exposure
        *exposure; /* of them, kept up to date while rows are changed and restored */
    double *loss;  /* [asset_count] unrealised, of what settles in it; >= 0 */
    double *range; /* [asset_count] share of the widest range; 0: no underlying */
    double *price_ratio, *vol_add;
} hpm_limits;

/* Arena bytes of the limits of an account. */
size_t hpm_limits_size(const hpm_desk *desk, const hpm_account *account);

/* Computes the account's margin and what is transferable. Desk, account and arena are the caller's
 * and must outlive the limits; while they live the desk stands at its own market between calls, and
 * needs work memory for the account. Errors as hpm_desk_margin; E_MEMORY. */
hpm_status hpm_limits_init(hpm_limits *limits, hpm_arena *arena, hpm_desk *desk,
                           const hpm_account *account, hpm_error *error);

/* The least amount of the market's reporting asset whose deposit makes the account pass, to 1e-8.
 * ALREADY: it passes. BOUNDLESS: no deposit does (its value may be capped). */
void hpm_limits_deposit(const hpm_limits *limits, hpm_limit_cash *out);

/* The largest part of a balance whose withdrawal leaves an account that passes, to 1e-8: at most
 * what is transferable (BOUNDLESS: all of it). ALREADY: the account does not pass as it is; nothing
 * can be withdrawn. `asset` is one that the account has a balance of. E_OVERFLOW. */
hpm_status hpm_limits_withdrawal(const hpm_limits *limits, hpm_limit_cash *out, uint32_t asset,
                                 hpm_error *error);

/* The largest trade of an instrument at the mark, without fees, that passes. One lot is tried, then
 * the size at which the shortfall would be reached if it grew as it does with the first lot, then
 * eight times as many again and again; between the last size that passes and the first that does
 * not the search closes in until they are neighbours. Where the initial margin is convex in the
 * size, as under `hpm`, every smaller trade passes too. */
void hpm_limits_trade(hpm_limits *limits, hpm_limit_size *out, uint32_t instrument, int side);

/* Whether an instrument is one that the account holds, or a spot pair, future or perpetual on one
 * of its underlyings. */
int hpm_limits_is_near(const hpm_limits *limits, uint32_t instrument);

/* The nearest market in a direction in which maintenance is broken. From the present price outward
 * places are tried a hundredth apart, in the logarithm (of volatility: a point), growing by a tenth
 * of the distance; in the first step across which maintenance breaks the search closes in. A loss
 * that comes and goes within one step is not seen. Where equity is more than four times maintenance
 * margin at two places, and the scenarios of the two look into everything that those of a place
 * between them would (docs/MODEL.md), what is between is passed over. `underlying`: PRICE only. */
hpm_status hpm_limits_liquidation(hpm_limits *limits, hpm_limit_liquidation *out,
                                  hpm_liquidation_move move, uint32_t underlying, int direction,
                                  hpm_error *error);

/* The price ratio of an asset at a place of a liquidation; 1 if it does not move. */
double hpm_limits_price_ratio(const hpm_limits *limits, const hpm_limit_liquidation *liquidation,
                              double place, uint32_t asset);

#ifdef __cplusplus
}
#endif
#endif
