/* Open orders: what an account must be able to bear whatever set of them fills.
 *
 * The requirement R with open orders is such that equity >= R is enough for every set: at least the
 * largest IM(S) - (E(S) - E) over all sets S of fills, where IM(S) and E(S) are those of the
 * account with S filled at the orders' prices and fees paid. The part of the core is exact where
 * the text of hpm_open_orders says so; every charge has a bound of its own, and their sum is a
 * bound of the sum. Source: docs/MODEL.md, "Open orders", with the proofs. Maintenance margin does
 * not count orders: they can be cancelled before anything is closed. */
#ifndef HPM_OPEN_ORDERS_H
#define HPM_OPEN_ORDERS_H

#include "hpm/desk.h"
#include "hpm/orders.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct hpm_open_orders {
    hpm_money requirement;
    /* What it is made of; the parts and `rest` sum to it exactly. */
    hpm_money part[HPM_COMPONENTS_MAX];
    hpm_money rest; /* losses of filling that no component carries, and what doubles may lose */
    /* Whom it is due to; these sum to it exactly. */
    hpm_money account_part;
    hpm_money *order_part; /* [order_count], in the arena */
    /* The set of orders that makes the component `leader` largest, and the requirement if exactly
     * this set (or none) fills: no bound, but an account that can be. */
    uint8_t *taken;  /* [order_count] */
    uint32_t leader; /* HPM_NONE: no scenario component leads */
    hpm_money attained;
} hpm_open_orders;

/* Arena bytes. The desk's work memory must have room for one more position and two more balances an
 * order. */
size_t hpm_open_orders_size(const hpm_desk *desk, const hpm_account *account, uint32_t order_count);

/* The desk must stand at its base market. The orders must have passed hpm_order_check; without any
 * the requirement is the initial margin. Errors as hpm_desk_margin and hpm_account_traded;
 * E_UNSUPPORTED: a rulebook that groups, or a component for which no bound is known (`where` names
 * it). */
hpm_status hpm_open_orders_evaluate(hpm_open_orders *out, hpm_arena *arena, hpm_desk *desk,
                                    const hpm_account *account, const hpm_order *orders,
                                    uint32_t order_count, hpm_error *error);

#ifdef __cplusplus
}
#endif
#endif
