/* Trades from the command line and orders from documents. */
#ifndef HPM_CLI_TRADES_H
#define HPM_CLI_TRADES_H

#include "hpm/orders.h"
#include "options.h"

typedef struct hpm_order_list {
    hpm_order *items; /* malloc'ed */
    uint32_t count;
} hpm_order_list;

/* Appends the trades of --trade: QTY,NAME[,PRICE[,FEE]], PRICE a number or "mark". A fault is one
 * of the command line. */
int hpm_trades_parse(hpm_order_list *list, const hpm_command *self, const hpm_texts *texts,
                     const hpm_catalog *catalog);

/* Appends the orders of a document; diagnoses. `file` NULL: none. */
int hpm_orders_read(hpm_order_list *list, const char *file, const hpm_catalog *catalog);

void hpm_order_list_free(hpm_order_list *list);

/* Sets flags[i] of the orders that `ids` name; an id that names none, or is given twice, is a fault
 * of the command line. */
int hpm_orders_mark(uint8_t *flags, const hpm_order_list *list, const hpm_command *self,
                    const hpm_texts *ids);

#endif
