/* Stress: what an account is worth, and what it must cover, in markets that have moved; and how far
 * the market must move until nothing is left (reverse stress).
 *
 * Every figure comes from the whole model: the market is moved (hpm/market.h), everything is priced
 * again there, and equity and requirements are computed anew. Signs: P&L is a gain when positive;
 * what goes beyond a margin or an equity is positive. */
#ifndef HPM_STRESS_H
#define HPM_STRESS_H

#include "hpm/desk.h"

#ifdef __cplusplus
extern "C" {
#endif

#define HPM_STRESS_SCENARIOS_MAX 10000
#define HPM_STRESS_SHOCKS_MAX    64 /* of one scenario */

/* What a shock may be: ratios of what they move. */
#define HPM_STRESS_FALL_MAX 0.999999
#define HPM_STRESS_RISE_MAX 1000.0
#define HPM_STRESS_DAYS_MAX 36500.0

/* How one asset moves. */
typedef struct hpm_stress_shock {
    uint32_t asset; /* HPM_NONE: every coin and token that no other shock of the scenario names */
    double price;   /* relative move of its index price, marks and forwards; 0 if it is reporting */
    double basis;   /* relative move of its dated forwards and marks, on top */
    double vol;     /* relative move of its options' volatilities, [-1, rise max] */
    double vol_add; /* added to them after that, annual (0.1: ten points), [-100, 100] */
} hpm_stress_shock;

typedef struct hpm_stress_scenario {
    const char *name; /* the caller's */
    const hpm_stress_shock *shocks;
    uint32_t shock_count;
    double time_days; /* time that passes; nothing that the account holds may expire in it */
} hpm_stress_scenario;

typedef struct hpm_stress_result {
    uint32_t scenario;                      /* index in the caller's list */
    hpm_money equity, initial, maintenance; /* there */
    hpm_money pnl;                          /* equity there less equity before */
    hpm_money beyond_margin;                /* what the loss exceeds the initial margin before by */
    hpm_money beyond_equity;                /* what equity there is below zero by */
} hpm_stress_result;

/* One account under many scenarios. Private, but for `before`, `results` and the counts. */
typedef struct hpm_stress {
    hpm_desk *desk;
    const hpm_account *account;
    const hpm_stress_scenario *scenarios;
    uint32_t scenario_count;
    uint32_t done;              /* scenarios that are evaluated */
    hpm_margin before;          /* where the market is */
    hpm_stress_result *results; /* [done]; when all are done, worst first (ties: as given) */
    double *price_ratio, *forward_ratio, *vol_ratio, *vol_add;
} hpm_stress;

/* Arena bytes of a stress of so many scenarios. */
size_t hpm_stress_size(const hpm_catalog *catalog, uint32_t scenario_count);

/* Checks the scenarios and evaluates the account in the market as it is. Desk (with work memory for
 * the account), account and scenarios are the caller's and must outlive the stress. Errors:
 * E_RANGE, E_DUPLICATE (an asset twice in a scenario), E_REFERENCE (no such asset), E_LIMIT,
 * E_MEMORY, and those of hpm_desk_margin. */
hpm_status hpm_stress_init(hpm_stress *stress, hpm_arena *arena, hpm_desk *desk,
                           const hpm_account *account, const hpm_stress_scenario *scenarios,
                           uint32_t scenario_count, hpm_error *error);

/* Evaluates at most `count` further scenarios. After the last one the results are ranked and the
 * desk stands at its own market again. An error (of hpm_desk_move or hpm_desk_margin) begins with
 * the scenario's name and ends the stress. */
hpm_status hpm_stress_step(hpm_stress *stress, uint32_t count, hpm_error *error);

/* How an asset moves in a scenario: its own shock, else for coins and tokens the one for all
 * others; NULL: it does not. */
const hpm_stress_shock *hpm_stress_shock_of(const hpm_stress_scenario *scenario,
                                            const hpm_catalog *catalog, uint32_t asset);

/* ---- Scenarios from history --------------------------------------------------------------- */

#define HPM_HISTORIES_MAX (HPM_STRESS_SHOCKS_MAX - 1)

/* The close of one day. */
typedef struct hpm_close {
    int32_t day; /* since 1970-01-01 */
    double value;
} hpm_close;

/* Closes of one asset's price, or of an index of its volatility: ascending, each day once, values
 * above 0. The closes are the caller's. */
typedef struct hpm_history {
    uint32_t asset;
    int is_vol;
    const hpm_close *closes;
    uint32_t close_count;
} hpm_history;

/* How days become scenarios. */
typedef struct hpm_history_rule {
    uint32_t horizon_days; /* >= 1: from the close so many days before */
    uint32_t others;       /* coins and tokens without a price history move as this asset; HPM_NONE:
                              they do not move */
    /* Where an asset has no volatility history: volatilities move by this times the size of the
     * price move, v' = v * (1 + beta * |m|). 0: they do not move. */
    double vol_beta;
} hpm_history_rule;

/* Most scenarios that the histories can give. */
uint32_t hpm_history_days_max(const hpm_history *histories, uint32_t history_count);

/* One scenario per day on which every history has a close, and another the horizon before: each
 * asset moves from that close to this one, all together. `scenarios` and `days` have room for
 * hpm_history_days_max, `shocks` for history_count + 1 times as many. Names are left NULL; days[i]
 * is the last day of scenario i. Errors: E_FIELD_MISSING (no price history, `others` without one),
 * E_DUPLICATE (two histories of one kind for an asset), E_RANGE (a move beyond what a shock may be,
 * a horizon of 0), E_LIMIT (scenarios, histories). *count may be 0: no common day. */
hpm_status hpm_history_scenarios(hpm_stress_scenario *scenarios, hpm_stress_shock *shocks,
                                 int32_t *days, uint32_t *count, const hpm_history *histories,
                                 uint32_t history_count, const hpm_history_rule *rule,
                                 const hpm_catalog *catalog, hpm_error *error);

/* ---- Reverse stress ----------------------------------------------------------------------- */

typedef enum hpm_reverse_target {
    HPM_REVERSE_EQUITY,      /* equity falls to zero */
    HPM_REVERSE_MAINTENANCE, /* equity falls to the maintenance margin, as it is there */
} hpm_reverse_target;

#define HPM_REVERSE_COINS_MAX  64   /* that move */
#define HPM_REVERSE_RADIUS_MAX 20.0 /* how far is looked */
#define HPM_REVERSE_FALL_MAX   0.99 /* no price falls further */

typedef enum hpm_reverse_kind {
    HPM_REVERSE_TOGETHER, /* all coins move by the same number of ranges */
    HPM_REVERSE_ALONE,    /* one coin, with its own volatilities */
    HPM_REVERSE_AGAINST,  /* one coin, and all others the other way */
    HPM_REVERSE_ADVERSE,  /* each the way in which the account loses more */
} hpm_reverse_kind;

/* Which coins move, and which way when the price coordinate is positive. */
typedef struct hpm_reverse_pattern {
    hpm_reverse_kind kind;
    uint32_t coin;                      /* ALONE, AGAINST: place in `coins` */
    int8_t sign[HPM_REVERSE_COINS_MAX]; /* by place in `coins`: -1, 0 (stays), 1 */
} hpm_reverse_pattern;

#define HPM_REVERSE_PATTERNS_MAX (2 * HPM_REVERSE_COINS_MAX + 2)

/* A scenario: the coins of a pattern at `price` ranges times their sign, their volatilities at
 * `vol` units. */
typedef struct hpm_reverse_point {
    uint32_t pattern;
    double price, vol;
    double norm; /* sqrt(price^2 + vol^2) */
} hpm_reverse_point;

/* The first point of a ray at which the target is met. */
typedef struct hpm_reverse_find {
    int searched, found;
    hpm_reverse_point point;
} hpm_reverse_find;

/* Rays along one coordinate, which are searched to their end for their own sake. */
typedef enum hpm_reverse_axis {
    HPM_REVERSE_PRICE_DOWN,
    HPM_REVERSE_PRICE_UP,
    HPM_REVERSE_VOL_DOWN,
    HPM_REVERSE_VOL_UP,
    HPM_REVERSE_AXES,
} hpm_reverse_axis;

/* The search for the mildest scenario that meets the target. The norm of a scenario is
 * sqrt(p^2 + v^2): p its largest price move, in units of each coin's price range in the rulebook; v
 * its volatility move, in units of the outermost volatility nodes of the rulebook's first grid of
 * prices and volatilities (the upper one for a rise, the lower one for a fall; half and a quarter
 * of the volatility where there is none). Along 32 directions of (price, vol) per pattern the norm
 * grows in steps (1/8 up to 2, 1/4 up to 4, 1/2 up to 8, then 1) up to HPM_REVERSE_RADIUS_MAX until
 * the target is met; bisection on the whole model finds the crossing, and the directions beside the
 * best one are refined. No time passes; bases, stablecoins and rates stay. Not covered: other
 * mixtures of moves, volatilities that move apart, and losses that come and go within one step.
 *
 * Private, but for coins, units, patterns and results. */
typedef struct hpm_reverse {
    hpm_desk *desk;
    const hpm_account *account;
    hpm_reverse_target target;
    uint32_t coins[HPM_REVERSE_COINS_MAX]; /* asset ids, ascending */
    uint32_t coin_count;
    int vol_points;          /* volatility moves are added, not relative */
    double vol_up, vol_down; /* the size of one unit up and of one down */
    hpm_reverse_pattern patterns[HPM_REVERSE_PATTERNS_MAX];
    uint32_t pattern_count;
    hpm_margin before;
    int met_before; /* the target is met where the market is: nothing is searched */
    hpm_reverse_find axes[HPM_REVERSE_PATTERNS_MAX][HPM_REVERSE_AXES];
    hpm_reverse_find best;
    hpm_margin after; /* at the best one, evaluated anew */
    uint32_t ray, ray_count;
    uint64_t evaluations;
    double direction[2], beside[2][2]; /* of the best one, and where refinement has got to */
    double *price_ratio, *vol_ratio, *vol_add;
} hpm_reverse;

size_t hpm_reverse_size(const hpm_catalog *catalog);

/* Desk (with work memory for the account) and account are the caller's. E_LIMIT: exposure to more
 * coins than HPM_REVERSE_COINS_MAX; E_MEMORY; else as hpm_desk_margin. */
hpm_status hpm_reverse_init(hpm_reverse *reverse, hpm_arena *arena, hpm_desk *desk,
                            const hpm_account *account, hpm_reverse_target target,
                            hpm_error *error);

/* Searches at most `count` further rays; done when reverse->ray is reverse->ray_count. The desk
 * then stands at its own market again. Where a price, a volatility or a P&L leaves its range a ray
 * ends; other errors as hpm_desk_margin. */
hpm_status hpm_reverse_step(hpm_reverse *reverse, uint32_t count, hpm_error *error);

/* The relative price move of a coin (its place in `coins`) at a point, and the move of its
 * volatilities: relative, or added where reverse->vol_points. */
double hpm_reverse_price_move(const hpm_reverse *reverse, const hpm_reverse_point *point,
                              uint32_t coin);
double hpm_reverse_vol_move(const hpm_reverse *reverse, const hpm_reverse_point *point,
                            uint32_t coin);

#ifdef __cplusplus
}
#endif
#endif
