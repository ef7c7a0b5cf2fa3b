/* Trades: what filling an order changes in an account, and the account after a package of them.
 *
 * - A spot pair exchanges balances: the underlying comes, price * units of the settlement asset go.
 * - An option is paid for: its premium goes from the balance of its settlement asset, its value
 *   comes with the position.
 * - A future or perpetual costs nothing. What is opened enters at the trade's price, so that the
 *   position's entry price is the average of what it consists of (the harmonic one if inverse);
 *   what is closed realises its gain, which accrues on the position (with its funding) until the
 *   venue settles it. A position without an entry price is settled to the mark: there the whole
 *   gain of the trade against the mark accrues.
 * - A fee goes from the balance of the settlement asset.
 *
 * Nothing else changes, so that a trade at the mark leaves equity as it is but for the fee, to
 * within half of 1e-8 of the settlement asset: to that cash is rounded, half to even. (A spot pair
 * whose mark is not the ratio of the two index prices gains or loses the difference.) */
#ifndef HPM_TRADE_H
#define HPM_TRADE_H

#include "hpm/orders.h"
#include "hpm/risk.h"

#ifdef __cplusplus
extern "C" {
#endif

/* One order filled. Changes of several fills add up. */
typedef struct hpm_fill {
    uint32_t instrument;
    int64_t lots;        /* of the position; of a spot pair none */
    double price;        /* the order's; the mark or model value if it states none */
    double gain;         /* futures, perpetuals: against the mark, settlement asset */
    double value;        /* options: of the lots at the market, settlement asset */
    hpm_money cash;      /* change of the settlement asset's balance */
    hpm_money delivered; /* spot pairs: change of the underlying's balance */
} hpm_fill;

/* The instrument's row of the array must be filled. E_MISSING_PRICE, E_EXPIRED, E_RANGE,
 * E_OVERFLOW: a row that cannot be used (a spot pair needs only a price); E_OVERFLOW: cash that
 * does not fit. */
hpm_status hpm_fill_of(hpm_fill *fill, const hpm_risk_array *array, const hpm_order *order,
                       hpm_error *error);

/* Arena bytes of hpm_account_traded. */
size_t hpm_account_traded_size(const hpm_risk_array *array, const hpm_account *account,
                               uint32_t trade_count);

/* The account after a package of trades, filled one after the other. Rows that a trade brings to
 * nothing are gone. Lies in the arena. The trades must have passed hpm_order_check. Errors as
 * hpm_fill_of and hpm_account_init; E_OVERFLOW: a balance or position that does not fit. */
hpm_status hpm_account_traded(hpm_account **traded, hpm_arena *arena, const hpm_risk_array *array,
                              const hpm_account *account, const hpm_order *trades,
                              uint32_t trade_count, hpm_error *error);

/* The same account with rows of zero for everything that filling the orders would touch: what all
 * sets of fills have in common. Size as hpm_account_traded_size. */
hpm_status hpm_account_widened(hpm_account **widened, hpm_arena *arena, const hpm_risk_array *array,
                               const hpm_account *account, const hpm_order *orders,
                               uint32_t order_count, hpm_error *error);

/* ---- One account, filled in place --------------------------------------------------------- */

/* Rows of an account that an order of one instrument touches; NULL where there is none. */
typedef struct hpm_fill_rows {
    hpm_position *position;
    hpm_balance *settlement, *underlying;
} hpm_fill_rows;

hpm_fill_rows hpm_fill_rows_of(hpm_account *account, const hpm_catalog *catalog,
                               uint32_t instrument);

/* Writes what the fill of an order changes into rows of a widened account: what hpm_account_traded
 * would say of it, but for rows of zero. The caller who tries many sizes keeps the rows as they
 * were. E_OVERFLOW: a balance, position or gain that does not fit; the rows are then undefined. */
hpm_status hpm_fill_apply(const hpm_fill_rows *rows, const hpm_fill *fill,
                          const hpm_risk_array *array, const hpm_order *order, hpm_error *error);

#ifdef __cplusplus
}
#endif
#endif
