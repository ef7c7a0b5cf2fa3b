/* What if: an account before and after a package of trades, both with the orders that are open.
 *
 * The package is judged as a whole: it passes if the shortfall of equity below the initial
 * requirement (with open orders) is zero after it, or not larger than before. Leg by leg a spread
 * would be refused that the account can well bear. An order passes as a trade does: where it does
 * not fill, the account is as before. */
#ifndef HPM_WHATIF_H
#define HPM_WHATIF_H

#include "hpm/open_orders.h"
#include "hpm/trade.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct hpm_whatif_question {
    const hpm_account *account;
    const hpm_order *trades; /* [trade_count] the package, filled one after the other */
    uint32_t trade_count;
    const hpm_order *orders; /* [order_count] open before */
    uint32_t order_count;
    const uint8_t *is_cancelled; /* [order_count] 1: not open after; NULL: all stay open */
} hpm_whatif_question;

typedef struct hpm_whatif_side {
    const hpm_account *account; /* before: the caller's; after: in the arena */
    hpm_margin margin;          /* without orders */
    hpm_open_orders open;       /* without orders its requirement is the initial margin */
    uint32_t order_count;       /* that are open on this side, in the order of the question */
} hpm_whatif_side;

typedef struct hpm_whatif {
    hpm_whatif_side before, after;
    /* In the arena. */
    hpm_fill *fills;       /* [trade_count] */
    uint32_t *order_after; /* [order_count] place among those open after; HPM_NONE: cancelled */
    int passes;
} hpm_whatif;

/* Arena bytes, and bytes of the desk's work memory. */
size_t hpm_whatif_size(const hpm_desk *desk, const hpm_whatif_question *question);
size_t hpm_whatif_work_size(const hpm_desk *desk, const hpm_whatif_question *question);

/* The desk must stand at its base market; trades and orders must have passed hpm_order_check.
 * Errors as hpm_account_traded, hpm_desk_margin and hpm_open_orders_evaluate. */
hpm_status hpm_whatif_evaluate(hpm_whatif *out, hpm_arena *arena, hpm_desk *desk,
                               const hpm_whatif_question *question, hpm_error *error);

/* What equity lacks of the requirement with open orders, >= 0; saturates. */
hpm_money hpm_whatif_shortfall(const hpm_whatif_side *side);

#ifdef __cplusplus
}
#endif
#endif
