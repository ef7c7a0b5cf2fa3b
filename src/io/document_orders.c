/* Orders documents. */
#include <stdlib.h>
#include <string.h>

#include "arena_new.h"
#include "codec.h"
#include "document.h"
#include "document_open.h"
#include "locate.h"
#include "row_index.h"

static void point_at(hpm_error *error, uint32_t row, const char *field)
{
    hpm_path list = {NULL, "orders", row}, path = {&list, field, HPM_PATH_NO_INDEX};
    if (error) hpm_path_format(error->where, &path);
}

/* The table has checked what a row can say by itself. */
static hpm_status take_order(hpm_order *order, const hpm_order_row *row, uint32_t number,
                             const hpm_catalog *catalog, hpm_error *error)
{
    uint32_t id = hpm_catalog_find_instrument(catalog, row->instrument);
    if (id == HPM_NONE) {
        hpm_fail(error, HPM_E_REFERENCE, NULL, "no such instrument (\"%s\")", row->instrument);
        point_at(error, number, "instrument");
        return HPM_E_REFERENCE;
    }
    *order = (hpm_order){"", id, {row->quantity_e8}, row->price, {row->fee_e8}};
    memcpy(order->id, row->id, sizeof order->id);
    hpm_status status = hpm_order_check(order, catalog, error);
    if (status != HPM_OK) point_at(error, number, "quantity");
    return status;
}

static hpm_status take_orders(hpm_order **orders, uint32_t *count, const hpm_order_rows *rows,
                              hpm_arena *scratch, const hpm_catalog *catalog, hpm_error *error)
{
    const hpm_order_row *row = rows->orders.items;
    hpm_row_index index;
    hpm_status status = hpm_row_index_build(&index, scratch, &rows->orders, sizeof *row, "orders",
                                            "id", NULL, error);
    if (status != HPM_OK || rows->orders.count == 0) return status;
    hpm_order *block = malloc(rows->orders.count * sizeof *block);
    if (!block)
        return hpm_fail(error, HPM_E_MEMORY, "", "no memory for %u orders", rows->orders.count);
    for (uint32_t i = 0; i < rows->orders.count && status == HPM_OK; i++)
        status = take_order(&block[i], &row[i], i, catalog, error);
    if (status != HPM_OK) {
        free(block);
        return status;
    }
    *orders = block;
    *count = rows->orders.count;
    return HPM_OK;
}

static hpm_status read_orders(hpm_order **orders, uint32_t *count, const json_t *root,
                              const hpm_catalog *catalog, hpm_error *error)
{
    hpm_order_rows rows;
    hpm_arena scratch;
    size_t listed = json_array_size(json_object_get(root, "orders"));
    size_t extra = listed > HPM_ORDERS_MAX ? 0 : hpm_row_index_size((uint32_t)listed);
    hpm_status status =
        hpm_document_read(&rows, &scratch, &hpm_order_rows_record, root, extra, NULL, error);
    if (status != HPM_OK) return status;
    status = take_orders(orders, count, &rows, &scratch, catalog, error);
    hpm_arena_free(&scratch);
    return status;
}

hpm_status hpm_orders_decode(hpm_order **orders, uint32_t *count, const char *text, size_t length,
                             const hpm_catalog *catalog, hpm_error *error)
{
    json_t *root;
    *orders = NULL;
    *count = 0;
    hpm_status status =
        hpm_document_open(&root, text, length, HPM_ORDERS_BYTES_MAX, HPM_ORDERS_SCHEMA, error);
    if (status != HPM_OK) return status;
    status = read_orders(orders, count, root, catalog, error);
    json_decref(root);
    if (status != HPM_OK) hpm_error_locate(error, text, length);
    return status;
}
