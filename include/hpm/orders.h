/* Orders: what an account wants to trade, as plain data. The same record states an open order, one
 * leg of a what-if trade, and a fill. */
#ifndef HPM_ORDERS_H
#define HPM_ORDERS_H

#include <stdint.h>

#include "hpm/catalog.h"

#ifdef __cplusplus
extern "C" {
#endif

#define HPM_ORDER_ID_SIZE 64
#define HPM_ORDERS_MAX    10000

/* Price of a future, perpetual or spot pair in its quote currency; of an option in its settlement
 * asset per unit of the underlying, as venues quote it (an inverse option in coin). */
typedef struct hpm_order {
    char id[HPM_ORDER_ID_SIZE]; /* "": a trade that needs no name */
    uint32_t instrument;
    hpm_qty quantity; /* contracts; > 0 buys, < 0 sells; a whole number of lots, not 0 */
    double price;     /* it trades at; NaN: the mark, for an option its model value */
    hpm_money fee;    /* of the whole order, >= 0, in the settlement asset */
} hpm_order;

/* Whether an order can be one of this catalog. E_REFERENCE (instrument id), E_RANGE (quantity 0,
 * price not in (0, 1e15) and not NaN, fee < 0), E_LOT. `where` names the order's id, or its
 * instrument if it has none. */
hpm_status hpm_order_check(const hpm_order *order, const hpm_catalog *catalog, hpm_error *error);

#ifdef __cplusplus
}
#endif
#endif
