/* Open orders as charges see them: an account, and fills of which any set may come.
 *
 * The exposure is of the account widened by everything that the orders touch, nothing of it filled.
 * Fills add up: lots, balances and equity after a set of them are those of the account plus what
 * each fill changes (hpm/trade.h). A charge that says what it can become at most over all sets
 * (`fills` of its kind) reads both. */
#ifndef HPM_MARGIN_FILLS_H
#define HPM_MARGIN_FILLS_H

#include "hpm/trade.h"
#include "margin/exposure.h"
#include "margin/scenario_pnl.h"

/* Least and most that something can be. */
typedef struct hpm_interval {
    double low, high;
} hpm_interval;

/* The end that is farther from 0: 1 the high one; and how far it is. */
static inline int hpm_is_high(hpm_interval range)
{
    return range.high >= -range.low;
}

static inline double hpm_largest(hpm_interval range)
{
    return hpm_is_high(range) ? range.high : -range.low;
}

typedef struct hpm_fill_row {
    hpm_fill fill;
    uint32_t order;      /* in the caller's list */
    uint32_t settlement; /* asset */
    uint32_t underlying;
    uint32_t holding, run; /* HPM_NONE: a spot pair, which exchanges balances */
    uint32_t home;         /* group that it moves in; HPM_NONE: none */
    uint32_t away;         /* another, that what it settles in moves in; HPM_NONE: none */
    double coins;          /* change of the equity in the settlement asset, units */
    double equity;         /* change of the account's equity, in the numeraire */
} hpm_fill_row;

typedef struct hpm_fills {
    const hpm_exposure *exposure;
    hpm_fill_row *rows; /* by run, then in the order of the list; spot pairs last */
    uint32_t count;
    uint32_t *run_first;              /* [run_count + 1] rows of each run */
    uint8_t *is_run_touched;          /* [run_count] */
    int64_t *lots_low, *lots_high;    /* [holding] least and most that may be held */
    double *amount_low, *amount_high; /* [balance] likewise, units */
    double *lost; /* [group_count + 1] what fills lose that lose, by home; last: without one */
    /* The account as large as it can be: units and lots of its holdings and amounts of its balances
     * are the largest sizes, all > 0; everything else is as in `exposure`. */
    hpm_exposure gross;
    hpm_portfolio gross_portfolio;
} hpm_fills;

/* Whom a charge's bound is due to; `part` and `taken` are by order in the caller's list. */
typedef struct hpm_fill_share {
    double *part; /* adds `weight` times what each order adds */
    double weight;
    uint8_t *taken; /* NULL, or set to 1 for the orders of the set that attains the bound */
} hpm_fill_share;

/* Arena bytes of the fills of a widened account, and what charges may take beyond
 * hpm_exposure_size from the scratch arena of its exposure. */
size_t hpm_fills_size(const hpm_account *widened, uint32_t order_count);
size_t hpm_fills_scratch_size(const hpm_risk_array *array, const hpm_account *widened);

/* `exposure` is of hpm_account_widened by these orders. It gets a group for every coin that a fill
 * would bring. E_UNSUPPORTED: more underlyings than the rulebook covers; else as hpm_fill_of. */
hpm_status hpm_fills_init(hpm_fills *fills, hpm_arena *arena, hpm_exposure *exposure,
                          const hpm_order *orders, uint32_t order_count, hpm_error *error);

/* ---- For charges (fill_bounds.c)
 * -------------------------------------------------------------------------- */

/* A charge that grows with the size of each position and balance, whichever side, and reads nothing
 * else (units, lots, amounts): its value where each is as large as it can be. */
double hpm_fills_gross(const hpm_fills *fills, const hpm_component *component, double rho,
                       const hpm_fill_share *share);

/* The same for a charge that leaves long options out. */
double hpm_fills_gross_short(const hpm_fills *fills, const hpm_component *component, double rho,
                             const hpm_fill_share *share);

/* A sub-additive charge: its value for the account, and for each order alone. */
double hpm_fills_apart(const hpm_fills *fills, const hpm_component *component, double rho,
                       const hpm_fill_share *share);

/* Of a holding, lots; of a balance, units. */
static inline hpm_interval hpm_fills_lots(const hpm_fills *fills, uint32_t holding)
{
    return (hpm_interval){(double)fills->lots_low[holding], (double)fills->lots_high[holding]};
}

static inline hpm_interval hpm_fills_amount(const hpm_fills *fills, uint32_t balance)
{
    return (hpm_interval){fills->amount_low[balance], fills->amount_high[balance]};
}

/* The run that a holding lies in. */
uint32_t hpm_holding_run(const hpm_portfolio *portfolio, uint32_t holding);

/* Least and most that a column of some runs can sum to, in its units. */
hpm_interval hpm_fills_column(const hpm_fills *fills, uint32_t run_first, uint32_t run_end,
                              uint32_t column);

/* Adds per_unit times what the fills that lead to the high (or low) end of that sum change. */
void hpm_fills_share_column(const hpm_fill_share *share, const hpm_fills *fills, uint32_t run_first,
                            uint32_t run_end, uint32_t column, int is_high, double per_unit);

/* Least and most that the equity in an asset can be, units. */
hpm_interval hpm_fills_coins(const hpm_fills *fills, uint32_t asset);
void hpm_fills_share_coins(const hpm_fill_share *share, const hpm_fills *fills, uint32_t asset,
                           int is_high, double per_unit);

/* The same for the coins of a group (hpm_group_coins), and what one fill changes in them. */
hpm_interval hpm_fills_group_coins(const hpm_fills *fills, const hpm_group *group);
double hpm_fill_group_coins(const hpm_fills *fills, const hpm_fill_row *row,
                            const hpm_group *group);
void hpm_fills_share_group_coins(const hpm_fill_share *share, const hpm_fills *fills,
                                 const hpm_group *group, int is_high, double per_unit);

/* Splits `amount` among the fills that lead to the high (or low) end of a holding, or a balance. */
void hpm_fills_share_lots(const hpm_fill_share *share, const hpm_fills *fills, uint32_t holding,
                          int is_high, double amount);
void hpm_fills_share_balance(const hpm_fill_share *share, const hpm_fills *fills, uint32_t balance,
                             int is_high, double amount);

/* Adds weight * amount to what the order is due; of an order that is due something it says that it
 * is taken. */
void hpm_fill_give(const hpm_fill_share *share, const hpm_fill_row *row, double amount);

/* A column of one lot, and of one fill, in units. */
double hpm_lot_column(const hpm_exposure *exposure, uint32_t instrument, uint32_t column);
double hpm_fill_column(const hpm_fills *fills, const hpm_fill_row *row, uint32_t column);

/* ---- Scenarios (fill_losses.c) ------------------------------------------------------------ */

/* losses[j] = max over sets of fills of slope * loss(group, column j) - rho * gain of equity, the
 * gain of the fills whose home the group is. slope, rho >= 0. Exact where no fill moves two groups
 * and the fold is the identity; else a bound above it (docs/MODEL.md, "Open orders"). */
void hpm_fills_losses(double *losses, const hpm_fills *fills, const hpm_pnl_view *view,
                      uint32_t group, double slope, double rho);

/* The same for a group that does not move (HPM_NONE: the fills without a home). */
double hpm_fills_idle(const hpm_fills *fills, uint32_t group, double rho);

/* Adds what each fill adds to losses[j]; j == HPM_NONE: to the idle loss, and `view` is not read.
 */
void hpm_fills_share_loss(const hpm_fill_share *share, const hpm_fills *fills,
                          const hpm_pnl_view *view, uint32_t group, uint32_t j, double slope,
                          double rho);

#endif
