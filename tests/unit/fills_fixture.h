/* Shared by the tests of open orders: orders on the small world's account, as charges see them. */
#ifndef HPM_TESTS_FILLS_FIXTURE_H
#define HPM_TESTS_FILLS_FIXTURE_H

#include "margin/fills.h"
#include "small_world.h"

enum { FIXTURE_ORDERS = 16 };

typedef struct order_list {
    hpm_order rows[FIXTURE_ORDERS];
    uint32_t count;
    hpm_fills fills;
    double part[FIXTURE_ORDERS];
    uint8_t taken[FIXTURE_ORDERS];
} order_list;

static inline void list_order(order_list *list, uint32_t instrument, double contracts, double price,
                              double fee)
{
    assert_true(list->count < FIXTURE_ORDERS);
    list->rows[list->count++] =
        (hpm_order){"", instrument, {e8_of(contracts)}, price, {e8_of(fee)}};
}

/* The account of the world's rows widened by the orders, its exposure, and the fills. */
static inline hpm_status fills_try(world *w, order_list *list, hpm_error *error)
{
    hpm_account *wide;
    hpm_status status = world_arrange(w, error);
    if (status == HPM_OK)
        status = hpm_account_widened(&wide, &w->arena, &w->array, w->account, list->rows,
                                     list->count, error);
    if (status == HPM_OK)
        status = hpm_portfolio_init(&w->portfolio, &w->arena, wide, &w->array, error);
    if (status == HPM_OK)
        status = hpm_totals_init(&w->totals, &w->arena, &w->array, &w->portfolio, error);
    if (status == HPM_OK)
        status = hpm_totals_apply(&w->context, &w->totals, &w->array, &w->portfolio, error);
    if (status == HPM_OK) status = world_expose(w, error);
    if (status != HPM_OK) return status;
    return hpm_fills_init(&list->fills, &w->arena, &w->exposure, list->rows, list->count, error);
}

static inline void fills_make(world *w, order_list *list)
{
    hpm_error error = {0};
    world_price(w);
    check_ok(fills_try(w, list, &error), &error);
}

/* The bound of a charge is `bound`, and each order is due its part, at weight 2, of it. */
static inline void check_bound(order_list *list, const world *w, uint32_t component, double rho,
                               double bound, const double *parts)
{
    const hpm_component *row = &w->components[component];
    const hpm_charge_kind *kind = hpm_charge_kinds[row->kind];
    const hpm_fill_share share = {list->part, 2, list->taken};
    memset(list->part, 0, sizeof list->part);
    memset(list->taken, 0, sizeof list->taken);
    size_t used = w->arena.used;
    check_near(kind->fills(&list->fills, row, rho, NULL), bound, row->name);
    check_near(kind->fills(&list->fills, row, rho, &share), bound, row->name);
    assert_int_equal(w->arena.used, used);
    for (uint32_t i = 0; i < list->count; i++) {
        char what[64];
        snprintf(what, sizeof what, "%s, order %u", row->name, i);
        check_near(list->part[i], 2 * parts[i], what);
        assert_int_equal(list->taken[i], parts[i] > 0);
    }
}

#endif
