/* Worst losses in bulk: of many accounts at once, and of one cached total with an order added. */
#include <assert.h>

#include "hpm/risk.h"
#include "risk/kernels.h"
#include "risk/totals_bound.h"

/* Accounts whose bounds are proved before their sums are made. Their legs stay in the cache from
 * the one pass to the other. */
#define SCAN_BLOCK 256

/* A scan of some accounts; every member begins at the first of them. */
struct scan {
    const hpm_risk_array *array;
    hpm_risk_rows rows;
    hpm_risk_legs legs;
    int64_t *worst;
    uint32_t *worst_column;
};

/* The columns after the last scenario are zeros, so that they never lose. */
static hpm_risk_rows scenario_rows(const hpm_risk_array *array)
{
    assert(array->extra % 8 == 0 && array->extra >= array->scenario_count);
    return (hpm_risk_rows){array->ticks, array->ticks_real, array->stride, array->extra};
}

/* Why the first leg that cannot be used cannot be. */
static hpm_status first_unusable(const struct scan *scan, uint64_t count)
{
    for (uint64_t p = scan->legs.first[0]; p < scan->legs.first[count]; p++) {
        hpm_status status = hpm_row_status(scan->array->row_state[scan->legs.instruments[p]]);
        if (status != HPM_OK) return status;
    }
    return HPM_OK;
}

static hpm_form prove_account(const struct scan *scan, uint64_t account)
{
    hpm_wide_bound bound = 0;
    for (uint64_t p = scan->legs.first[account]; p < scan->legs.first[account + 1]; p++)
        bound = hpm_bound_add(bound, scan->legs.lots[p],
                              scan->array->row_bound[scan->legs.instruments[p]]);
    return hpm_bound_form(bound);
}

/* Most legs of an account. */
static uint64_t most_legs(const struct scan *scan, uint64_t count)
{
    uint64_t most = 0;
    for (uint64_t a = 0; a < count; a++) {
        assert(scan->legs.first[a] <= scan->legs.first[a + 1]);
        uint64_t legs = scan->legs.first[a + 1] - scan->legs.first[a];
        most = legs > most ? legs : most;
    }
    return most;
}

/* One bound for all accounts of a block: that of an account with the most legs of any. */
static hpm_form prove_block(unsigned *unusable, const struct scan *scan, uint64_t count)
{
    const uint64_t first = scan->legs.first[0], end = scan->legs.first[count];
    const uint32_t *instruments = scan->legs.instruments;
    const int64_t *row_bound = scan->array->row_bound;
    const uint8_t *row_state = scan->array->row_state;
    uint64_t lots = 0, bound = 0;
    unsigned states = 0;
    for (uint64_t p = first; p < end; p++)
        lots |= hpm_magnitude(scan->legs.lots[p]);
    for (uint64_t p = first; p < end; p++) {
        assert(instruments[p] < scan->array->catalog->instrument_count);
        states |= row_state[instruments[p]];
        bound |= (uint64_t)row_bound[instruments[p]];
    }
    *unusable = states;
    return hpm_united_form(lots, bound, most_legs(scan, count));
}

/* A worst loss below 2^63, or E_OVERFLOW. */
static hpm_status loss_from_least(int64_t *worst, uint32_t *worst_column, hpm_wide least,
                                  uint32_t column)
{
    if (least < -(hpm_wide)INT64_MAX) return HPM_E_OVERFLOW;
    *worst = (int64_t)-least;
    *worst_column = column;
    return HPM_OK;
}

static hpm_wide column_sum(const struct scan *scan, uint64_t account, uint32_t column)
{
    hpm_wide sum = 0;
    for (uint64_t p = scan->legs.first[account]; p < scan->legs.first[account + 1]; p++) {
        size_t row = scan->legs.instruments[p] * scan->rows.stride;
        sum += (hpm_wide)scan->legs.lots[p] * scan->rows.ticks[row + column];
    }
    return sum;
}

/* Column by column: rare, and needs no memory for the sums. */
static hpm_status worst_wide(const struct scan *scan, uint64_t account)
{
    hpm_wide least = 0;
    uint32_t column = HPM_NONE;
    for (uint32_t j = 0; j < scan->array->scenario_count; j++) {
        hpm_wide sum = column_sum(scan, account, j);
        if (sum >= least) continue;
        least = sum;
        column = j;
    }
    return loss_from_least(&scan->worst[account], &scan->worst_column[account], least, column);
}

/* Neighbouring accounts of one form. */
static hpm_status scan_run(const hpm_risk_kernels *kernels, const struct scan *scan, hpm_form form,
                           uint64_t first, uint64_t end)
{
    hpm_risk_legs legs = scan->legs;
    legs.first += first;
    int64_t *worst = scan->worst + first;
    uint32_t *worst_column = scan->worst_column + first;
    hpm_status status = HPM_OK;
    switch (form) {
    case HPM_FORM_REAL:
        kernels->worst_real(worst, worst_column, &scan->rows, &legs, end - first);
        break;
    case HPM_FORM_INT:
        kernels->worst_int(worst, worst_column, &scan->rows, &legs, end - first);
        break;
    case HPM_FORM_WIDE:
        for (uint64_t a = first; a < end && status == HPM_OK; a++)
            status = worst_wide(scan, a);
        break;
    case HPM_FORM_NONE:
        status = HPM_E_OVERFLOW;
        break;
    }
    return status;
}

static hpm_status scan_block(const hpm_risk_kernels *kernels, const struct scan *scan,
                             uint64_t count)
{
    uint8_t form[SCAN_BLOCK];
    unsigned unusable;
    assert(count <= SCAN_BLOCK);
    hpm_form all = prove_block(&unusable, scan, count);
    if (unusable != HPM_ROW_READY) return first_unusable(scan, count);
    if (all == HPM_FORM_REAL || (all == HPM_FORM_INT && kernels->int_is_as_fast))
        return scan_run(kernels, scan, all, 0, count);
    for (uint64_t a = 0; a < count; a++)
        form[a] = (uint8_t)prove_account(scan, a);
    for (uint64_t first = 0, end; first < count; first = end) {
        for (end = first + 1; end < count && form[end] == form[first];)
            end++;
        hpm_status status = scan_run(kernels, scan, (hpm_form)form[first], first, end);
        if (status != HPM_OK) return status;
    }
    return HPM_OK;
}

hpm_status hpm_scan_worst(const hpm_context *context, int64_t *worst, uint32_t *worst_column,
                          const hpm_risk_array *array, const uint64_t *account_first,
                          const uint32_t *instruments, const int64_t *lots, uint64_t account_count)
{
    uint32_t unwanted[SCAN_BLOCK];
    for (uint64_t first = 0; first < account_count; first += SCAN_BLOCK) {
        uint64_t left = account_count - first;
        const struct scan scan = {
            .array = array,
            .rows = scenario_rows(array),
            .legs = {account_first + first, instruments, lots},
            .worst = worst + first,
            .worst_column = worst_column ? worst_column + first : unwanted,
        };
        hpm_status status = scan_block(context->risk, &scan, left < SCAN_BLOCK ? left : SCAN_BLOCK);
        if (status != HPM_OK) return status;
    }
    return HPM_OK;
}

/* The same as the kernel where a product or a sum leaves int64; the worst may fit all the same. */
static hpm_status order_wide(int64_t *worst, uint32_t *worst_column, const int64_t *total,
                             const int64_t *row, int64_t lots, uint32_t columns)
{
    hpm_wide least = 0;
    uint32_t column = HPM_NONE;
    for (uint32_t j = 0; j < columns; j++) {
        hpm_wide sum = (hpm_wide)lots * row[j] + total[j];
        if (sum >= least) continue;
        least = sum;
        column = j;
    }
    return loss_from_least(worst, worst_column, least, column);
}

hpm_status hpm_scan_order(const hpm_context *context, int64_t *worst, uint32_t *worst_column,
                          const hpm_risk_array *array, const int64_t *total, uint32_t instrument,
                          int64_t order_lots)
{
    assert(instrument < array->catalog->instrument_count);
    const int64_t *row = array->ticks + (size_t)instrument * array->stride;
    const uint32_t columns = array->scenario_count;
    uint32_t unwanted;
    if (!worst_column) worst_column = &unwanted;
    hpm_status status = hpm_row_status(array->row_state[instrument]);
    if (status != HPM_OK) return status;
    hpm_form form = hpm_bound_form(hpm_bound_add(0, order_lots, array->row_bound[instrument]));
    if (form <= HPM_FORM_INT &&
        context->risk->worst_order(worst, worst_column, total, row, order_lots, columns) == 0)
        return HPM_OK;
    return order_wide(worst, worst_column, total, row, order_lots, columns);
}
