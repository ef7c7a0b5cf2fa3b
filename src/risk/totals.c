/* Totals: the array applied to a portfolio, kept so that orders can be added and taken away.
 *
 * One block of memory holds the totals in either of two layouts: int64 [run][stride] at `ticks`
 * (then `wide` is NULL), or __int128 [run][stride] at `wide` (then `ticks` is NULL, so that no one
 * reads half a number by mistake). It is large enough for the wider one from the start, for a
 * total must be able to grow where nothing can be allocated. */
#include <assert.h>
#include <string.h>

#include "hpm/risk.h"
#include "risk/kernels.h"
#include "risk/totals_bound.h"

/* Holdings handed to a kernel at a time. */
#define LEGS_AT_ONCE 64

static size_t entry_count(const hpm_totals *totals)
{
    return (size_t)totals->run_count * totals->stride;
}

static void *totals_memory(const hpm_totals *totals)
{
    assert(!totals->ticks != !totals->wide);
    return totals->wide ? totals->wide : (void *)totals->ticks;
}

size_t hpm_totals_size(const hpm_risk_array *array, uint32_t run_count)
{
    size_t bytes;
    if (__builtin_mul_overflow((size_t)run_count * array->stride, sizeof(hpm_wide), &bytes))
        return SIZE_MAX;
    return hpm_aligned_size(bytes);
}

hpm_status hpm_totals_init(hpm_totals *totals, hpm_arena *arena, const hpm_risk_array *array,
                           const hpm_portfolio *portfolio, hpm_error *error)
{
    size_t count = (size_t)portfolio->run_count * array->stride;
    int64_t *memory = hpm_arena_take(arena, count, sizeof(hpm_wide));
    if (!memory) {
        return hpm_fail(error, HPM_E_MEMORY, "totals", "the arena is too small");
    }
    *totals = (hpm_totals){
        .epoch = array->epoch,
        .stride = array->stride,
        .run_count = portfolio->run_count,
        .ticks = memory,
    };
    return HPM_OK;
}

static hpm_status check_row(const hpm_risk_array *array, uint32_t instrument, hpm_error *error)
{
    assert(instrument < array->catalog->instrument_count);
    hpm_status status = hpm_row_status(array->row_state[instrument]);
    if (status == HPM_OK) return status;
    return hpm_fail(error, status, array->catalog->instruments[instrument].name,
                    "its row of the risk array cannot be used (%s)", hpm_status_text(status));
}

/* A form that surely fits; the states of all rows come out united. */
static hpm_form form_at_sight(unsigned *states, const hpm_risk_array *array,
                              const hpm_portfolio *portfolio)
{
    uint64_t lots = 0, bounds = 0;
    *states = 0;
    for (uint32_t i = 0; i < portfolio->holding_count; i++) {
        const hpm_holding *holding = &portfolio->holdings[i];
        assert(holding->instrument < array->catalog->instrument_count);
        lots |= hpm_magnitude(holding->lots);
        bounds |= (uint64_t)array->row_bound[holding->instrument];
        *states |= array->row_state[holding->instrument];
    }
    return hpm_united_form(lots, bounds, portfolio->holding_count);
}

static hpm_form exact_form(const hpm_risk_array *array, const hpm_portfolio *portfolio)
{
    hpm_wide_bound bound = 0;
    for (uint32_t i = 0; i < portfolio->holding_count; i++)
        bound = hpm_bound_add(bound, portfolio->holdings[i].lots,
                              array->row_bound[portfolio->holdings[i].instrument]);
    return hpm_bound_form(bound);
}

/* The form of the whole account, so that its runs have one. */
static hpm_status prove_portfolio(hpm_form *form, const hpm_risk_array *array,
                                  const hpm_portfolio *portfolio, hpm_error *error)
{
    unsigned states;
    *form = form_at_sight(&states, array, portfolio);
    for (uint32_t i = 0; i < portfolio->holding_count && states != HPM_ROW_READY; i++) {
        hpm_status status = check_row(array, portfolio->holdings[i].instrument, error);
        if (status != HPM_OK) return status;
    }
    if (*form != HPM_FORM_REAL) *form = exact_form(array, portfolio);
    if (*form != HPM_FORM_NONE) return HPM_OK;
    return hpm_fail(error, HPM_E_OVERFLOW, NULL,
                    "the portfolio's totals do not fit 128 bits (%u positions)",
                    portfolio->holding_count);
}

typedef void sum_kernel(int64_t *total, const hpm_risk_rows *rows, const uint32_t *instruments,
                        const int64_t *lots, size_t count);

static void apply_run(int64_t *total, const hpm_risk_rows *rows, sum_kernel *sum,
                      const hpm_holding *holdings, uint32_t count)
{
    uint32_t instruments[LEGS_AT_ONCE];
    int64_t lots[LEGS_AT_ONCE];
    for (uint32_t first = 0; first < count; first += LEGS_AT_ONCE) {
        uint32_t some = count - first < LEGS_AT_ONCE ? count - first : LEGS_AT_ONCE;
        for (uint32_t i = 0; i < some; i++) {
            instruments[i] = holdings[first + i].instrument;
            lots[i] = holdings[first + i].lots;
        }
        sum(total, rows, instruments, lots, some);
    }
}

static void apply_run_wide(hpm_wide *total, const hpm_risk_array *array,
                           const hpm_holding *holdings, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        const int64_t *row = array->ticks + (size_t)holdings[i].instrument * array->stride;
        for (uint32_t j = 0; j < array->stride; j++)
            total[j] += (hpm_wide)holdings[i].lots * row[j];
    }
}

static void apply_narrow(hpm_totals *totals, const hpm_risk_array *array,
                         const hpm_portfolio *portfolio, sum_kernel *sum)
{
    const hpm_risk_rows rows = {array->ticks, array->ticks_real, array->stride, array->stride};
    totals->ticks = totals_memory(totals);
    totals->wide = NULL;
    memset(totals->ticks, 0, entry_count(totals) * sizeof(int64_t));
    for (uint32_t r = 0; r < totals->run_count; r++) {
        const hpm_bucket_run *run = &portfolio->runs[r];
        apply_run(totals->ticks + (size_t)r * totals->stride, &rows, sum,
                  portfolio->holdings + run->first, run->end - run->first);
    }
}

static void apply_wide(hpm_totals *totals, const hpm_risk_array *array,
                       const hpm_portfolio *portfolio)
{
    hpm_wide *wide = totals_memory(totals);
    totals->ticks = NULL;
    totals->wide = wide;
    memset(wide, 0, entry_count(totals) * sizeof(hpm_wide));
    for (uint32_t r = 0; r < totals->run_count; r++) {
        const hpm_bucket_run *run = &portfolio->runs[r];
        apply_run_wide(wide + (size_t)r * totals->stride, array, portfolio->holdings + run->first,
                       run->end - run->first);
    }
}

hpm_status hpm_totals_apply(const hpm_context *context, hpm_totals *totals,
                            const hpm_risk_array *array, const hpm_portfolio *portfolio,
                            hpm_error *error)
{
    const hpm_risk_kernels *kernels = context->risk;
    hpm_form form;
    assert(totals->stride == array->stride && totals->run_count == portfolio->run_count);
    hpm_status status = prove_portfolio(&form, array, portfolio, error);
    if (status != HPM_OK) return status;
    if (form == HPM_FORM_WIDE)
        apply_wide(totals, array, portfolio);
    else
        apply_narrow(totals, array, portfolio,
                     form == HPM_FORM_REAL ? kernels->sum_real : kernels->sum_int);
    totals->epoch = array->epoch;
    return HPM_OK;
}

/* Checks every column before the first is written. Returns 1 if one does not fit. */
static int add_narrow(int64_t *total, const int64_t *row, int64_t lots, uint32_t columns)
{
    int overflow = 0;
    int64_t part;
    for (uint32_t j = 0; j < columns; j++) {
        overflow |= __builtin_mul_overflow(lots, row[j], &part);
        overflow |= __builtin_add_overflow(total[j], part, &part);
    }
    if (overflow) return 1;
    for (uint32_t j = 0; j < columns; j++)
        total[j] += lots * row[j];
    return 0;
}

static int add_wide(hpm_wide *total, const int64_t *row, int64_t lots, uint32_t columns)
{
    int overflow = 0;
    hpm_wide sum;
    for (uint32_t j = 0; j < columns; j++)
        overflow |= __builtin_add_overflow(total[j], (hpm_wide)lots * row[j], &sum);
    if (overflow) return 1;
    for (uint32_t j = 0; j < columns; j++)
        total[j] += (hpm_wide)lots * row[j];
    return 0;
}

/* Widens in place, from the end: entry i is read before entries 2i and 2i + 1 are written over.
 * Through memcpy, for the same bytes are of one type before and of another after. */
static void promote(hpm_totals *totals)
{
    unsigned char *memory = totals_memory(totals);
    for (size_t i = entry_count(totals); i-- > 0;) {
        int64_t narrow;
        memcpy(&narrow, memory + i * sizeof narrow, sizeof narrow);
        hpm_wide wide = narrow;
        memcpy(memory + i * sizeof wide, &wide, sizeof wide);
    }
    totals->ticks = NULL;
    totals->wide = memory;
}

hpm_status hpm_totals_add(hpm_totals *totals, const hpm_risk_array *array, uint32_t run,
                          uint32_t instrument, int64_t lots, hpm_error *error)
{
    assert(totals->stride == array->stride && run < totals->run_count);
    if (totals->epoch != array->epoch) {
        return hpm_fail(error, HPM_E_STALE, "totals",
                        "of another filling of the risk array (%llu, now %llu)",
                        (unsigned long long)totals->epoch, (unsigned long long)array->epoch);
    }
    hpm_status status = check_row(array, instrument, error);
    if (status != HPM_OK) return status;
    const int64_t *row = array->ticks + (size_t)instrument * array->stride;
    const size_t first = (size_t)run * totals->stride;
    if (totals->ticks && add_narrow(totals->ticks + first, row, lots, totals->stride) == 0)
        return HPM_OK;
    /* An int64 plus a product below 2^126 always fits: what was promoted here is never refused. */
    if (totals->ticks) promote(totals);
    if (add_wide((hpm_wide *)totals->wide + first, row, lots, totals->stride) == 0) return HPM_OK;
    return hpm_fail(error, HPM_E_OVERFLOW, array->catalog->instruments[instrument].name,
                    "totals with %lld more lots do not fit 128 bits", (long long)lots);
}

static int bit_length(hpm_wide_bound value)
{
    uint64_t high = (uint64_t)(value >> 64);
    if (high) return 128 - __builtin_clzll(high);
    uint64_t low = (uint64_t)value;
    return low ? 64 - __builtin_clzll(low) : 0;
}

/* Rounded once, half to even, by hand: what a compiler's run-time library does is no standard.
 * The top 62 bits, the last one made sticky, go through the processor's rounding, which has 9 of
 * them to drop; the scaling is exact. */
static double wide_to_real(hpm_wide value)
{
    hpm_wide_bound rest = value < 0 ? 0 - (hpm_wide_bound)value : (hpm_wide_bound)value;
    int shift = bit_length(rest) - 62;
    if (shift <= 0) return (double)(int64_t)value;
    hpm_wide_bound lost = rest & (((hpm_wide_bound)1 << shift) - 1);
    int64_t top = (int64_t)(rest >> shift) | (lost != 0);
    uint64_t scale_bits = (uint64_t)(1023 + shift) << 52; /* 2^shift */
    double scale;
    memcpy(&scale, &scale_bits, sizeof scale);
    double real = (double)top * scale;
    return value < 0 ? -real : real;
}

void hpm_totals_read(double *out, const hpm_totals *totals, uint32_t run)
{
    assert(run < totals->run_count);
    size_t first = (size_t)run * totals->stride;
    if (totals->wide)
        for (uint32_t c = 0; c < totals->stride; c++)
            out[c] = wide_to_real(((const hpm_wide *)totals->wide)[first + c]);
    else
        for (uint32_t c = 0; c < totals->stride; c++)
            out[c] = (double)totals->ticks[first + c];
}
