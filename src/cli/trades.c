/* Trades from the command line and orders from documents: see trades.h. */
#include "trades.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "diagnose.h"
#include "exit.h"
#include "io/document.h"
#include "session.h"

void hpm_order_list_free(hpm_order_list *list)
{
    free(list->items);
    *list = (hpm_order_list){NULL, 0};
}

static int append(hpm_order_list *list, const hpm_order *orders, uint32_t count)
{
    if (count == 0) return HPM_EXIT_OK;
    hpm_order *items = realloc(list->items, (list->count + (size_t)count) * sizeof *items);
    if (items == NULL) return hpm_out_of_memory();
    memcpy(items + list->count, orders, count * sizeof *orders);
    list->items = items;
    list->count += count;
    return HPM_EXIT_OK;
}

/* ---- Command line ------------------------------------------------------------------------- */

enum { FIELDS_MAX = 4, FIELD_SIZE = 128 };

/* One trade in its parts. */
typedef struct fields {
    char text[FIELDS_MAX][FIELD_SIZE];
    uint32_t count; /* 0: too many, or one too long */
} fields;

static fields split(const char *text)
{
    fields out = {.count = 0};
    for (const char *at = text; out.count < FIELDS_MAX; at++) {
        size_t length = strcspn(at, ",");
        if (length >= FIELD_SIZE) break;
        memcpy(out.text[out.count], at, length);
        out.text[out.count++][length] = '\0';
        at += length;
        if (*at == '\0') return out;
    }
    out.count = 0;
    return out;
}

static int no_instrument(const hpm_command *self, const char *text, const char *name,
                         const hpm_catalog *catalog)
{
    const char **names = malloc((catalog->instrument_count + (size_t)1) * sizeof *names);
    if (names == NULL) return hpm_out_of_memory();
    for (uint32_t i = 0; i < catalog->instrument_count; i++)
        names[i] = catalog->instruments[i].name;
    const char *near = hpm_nearest(name, names, catalog->instrument_count);
    int status = near != NULL ? hpm_usage(self, "--trade %s: no such instrument, did you mean %s?",
                                          text, near)
                              : hpm_usage(self, "--trade %s: no such instrument", text);
    free(names);
    return status;
}

/* The parts that can be wrong by themselves; what they mean together the library checks. */
static int parse(hpm_order *order, const hpm_command *self, const char *text,
                 const hpm_catalog *catalog)
{
    const fields parts = split(text);
    hpm_error error;
    if (parts.count < 2)
        return hpm_usage(self, "--trade %s: QTY,NAME[,PRICE[,FEE]] is wanted", text);
    *order = (hpm_order){.price = NAN};
    if (hpm_decimal_parse(&order->quantity.e8, parts.text[0], strlen(parts.text[0])) != HPM_OK)
        return hpm_usage(self, "--trade %s: the quantity is no decimal of at most 8 places", text);
    order->instrument = hpm_catalog_find_instrument(catalog, parts.text[1]);
    if (order->instrument == HPM_NONE) return no_instrument(self, text, parts.text[1], catalog);
    if (parts.count > 2 && strcmp(parts.text[2], "mark") != 0 &&
        !hpm_real_parse(&order->price, parts.text[2]))
        return hpm_usage(self, "--trade %s: the price is neither a number nor 'mark'", text);
    if (parts.count > 3 &&
        hpm_decimal_parse(&order->fee.e8, parts.text[3], strlen(parts.text[3])) != HPM_OK)
        return hpm_usage(self, "--trade %s: the fee is no decimal of at most 8 places", text);
    if (hpm_order_check(order, catalog, &error) == HPM_OK) return HPM_PARSE_RUN;
    return hpm_usage(self, "--trade %s: %s", text, error.message);
}

int hpm_trades_parse(hpm_order_list *list, const hpm_command *self, const hpm_texts *texts,
                     const hpm_catalog *catalog)
{
    if (texts->count > HPM_ORDERS_MAX)
        return hpm_usage(self, "more than %d trades (%u)", HPM_ORDERS_MAX, texts->count);
    for (uint32_t i = 0; i < texts->count; i++) {
        hpm_order order;
        int status = parse(&order, self, texts->items[i], catalog);
        if (status == HPM_PARSE_RUN) status = append(list, &order, 1);
        if (status != HPM_EXIT_OK) return status;
    }
    return HPM_EXIT_OK;
}

static uint32_t find_order(const hpm_order_list *list, const char *id)
{
    for (uint32_t i = 0; i < list->count; i++)
        if (strcmp(list->items[i].id, id) == 0) return i;
    return UINT32_MAX;
}

int hpm_orders_mark(uint8_t *flags, const hpm_order_list *list, const hpm_command *self,
                    const hpm_texts *ids)
{
    for (uint32_t i = 0; i < ids->count; i++) {
        uint32_t order = find_order(list, ids->items[i]);
        if (order == UINT32_MAX)
            return hpm_usage(self, "--cancel %s: no order has this id", ids->items[i]);
        if (flags[order]++) return hpm_usage(self, "--cancel %s is given twice", ids->items[i]);
    }
    return HPM_EXIT_OK;
}

/* ---- Documents ---------------------------------------------------------------------------- */

int hpm_orders_read(hpm_order_list *list, const char *file, const hpm_catalog *catalog)
{
    hpm_buffer buffer;
    hpm_error error;
    hpm_order *orders;
    uint32_t count;
    if (file == NULL) return HPM_EXIT_OK;
    int status = hpm_read_file(&buffer, file, HPM_ORDERS_BYTES_MAX);
    if (status != HPM_EXIT_OK) return status;
    if (hpm_orders_decode(&orders, &count, buffer.bytes, buffer.length, catalog, &error) == HPM_OK)
        status = append(list, orders, count);
    else
        status = hpm_diagnose(file, &error);
    free(orders);
    hpm_buffer_free(&buffer);
    return status;
}
