/* What if: see hpm/whatif.h. */
#include "hpm/whatif.h"

#include <assert.h>
#include <string.h>

/* Counts of an account that is as large as the question can make it. */
static hpm_account largest(const hpm_desk *desk, const hpm_whatif_question *question)
{
    uint64_t fills = (uint64_t)question->trade_count + question->order_count;
    uint64_t balances = question->account->balance_count + 2 * fills;
    uint32_t assets = desk->array.catalog->asset_count;
    return (hpm_account){
        .position_count = question->account->position_count + (uint32_t)fills,
        .balance_count = balances < assets ? (uint32_t)balances : assets,
        .declared_count = question->account->declared_count,
    };
}

size_t hpm_whatif_size(const hpm_desk *desk, const hpm_whatif_question *question)
{
    hpm_account most = largest(desk, question);
    return hpm_account_traded_size(&desk->array, question->account, question->trade_count) +
           hpm_aligned_size(question->trade_count * sizeof(hpm_fill)) +
           hpm_aligned_size(question->order_count * sizeof(hpm_order)) +
           hpm_aligned_size(question->order_count * sizeof(uint32_t)) +
           2 * hpm_open_orders_size(desk, &most, question->order_count);
}

size_t hpm_whatif_work_size(const hpm_desk *desk, const hpm_whatif_question *question)
{
    hpm_account most = largest(desk, question);
    return hpm_desk_work_size(desk, most.position_count, most.balance_count + most.declared_count);
}

hpm_money hpm_whatif_shortfall(const hpm_whatif_side *side)
{
    int64_t lacks;
    if (side->open.requirement.e8 <= side->margin.equity.e8) return (hpm_money){0};
    if (__builtin_sub_overflow(side->open.requirement.e8, side->margin.equity.e8, &lacks))
        return (hpm_money){INT64_MAX};
    return (hpm_money){lacks};
}

static hpm_status evaluate_side(hpm_whatif_side *side, hpm_arena *arena, hpm_desk *desk,
                                const hpm_order *orders, hpm_error *error)
{
    hpm_status status = hpm_desk_margin(desk, &side->margin, side->account, error);
    if (status != HPM_OK) return status;
    return hpm_open_orders_evaluate(&side->open, arena, desk, side->account, orders,
                                    side->order_count, error);
}

static hpm_status trade(hpm_whatif *out, hpm_arena *arena, hpm_desk *desk,
                        const hpm_whatif_question *question, hpm_error *error)
{
    hpm_account *traded;
    for (uint32_t i = 0; i < question->trade_count; i++) {
        hpm_desk_fill(desk, question->trades[i].instrument);
        hpm_status status = hpm_fill_of(&out->fills[i], &desk->array, &question->trades[i], error);
        if (status != HPM_OK) return status;
    }
    hpm_status status = hpm_account_traded(&traded, arena, &desk->array, question->account,
                                           question->trades, question->trade_count, error);
    out->after.account = traded;
    return status;
}

hpm_status hpm_whatif_evaluate(hpm_whatif *out, hpm_arena *arena, hpm_desk *desk,
                               const hpm_whatif_question *question, hpm_error *error)
{
    memset(out, 0, sizeof *out);
    assert(desk->array.market == desk->base);
    if (arena->capacity - arena->used < hpm_whatif_size(desk, question))
        return hpm_fail(error, HPM_E_MEMORY, question->account->id, "the arena is too small");
    out->fills = hpm_arena_take(arena, question->trade_count, sizeof *out->fills);
    hpm_order *kept = hpm_arena_reserve(arena, question->order_count, sizeof *kept);
    out->order_after = hpm_arena_reserve(arena, question->order_count, sizeof *out->order_after);
    assert(out->fills && kept && out->order_after); /* hpm_whatif_size counts them */
    for (uint32_t i = 0; i < question->order_count; i++) {
        out->order_after[i] = HPM_NONE;
        if (question->is_cancelled && question->is_cancelled[i]) continue;
        kept[out->after.order_count] = question->orders[i];
        out->order_after[i] = out->after.order_count++;
    }
    out->before.account = question->account;
    out->before.order_count = question->order_count;
    hpm_status status = evaluate_side(&out->before, arena, desk, question->orders, error);
    if (status == HPM_OK) status = trade(out, arena, desk, question, error);
    if (status == HPM_OK) status = evaluate_side(&out->after, arena, desk, kept, error);
    if (status != HPM_OK) return status;
    hpm_money lacked = hpm_whatif_shortfall(&out->before);
    out->passes = hpm_whatif_shortfall(&out->after).e8 <= lacked.e8;
    return HPM_OK;
}
