/* Evaluates the states between two states and splits the change among its causes. */
#include "hpm/attribution.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "assess/alignment.h"
#include "assess/settlement.h"
#include "assess/shapley.h"
#include "market/blend.h"

#define STEPS_AHEAD 2 /* the states before and after; then one step per market in between */

typedef struct hpm_attribution_work {
    hpm_state before, after;
    hpm_alignment alignment;
    hpm_blend blend;
    hpm_market here; /* where the desks stand */
    hpm_desk desk;   /* the rulebook before */
    hpm_desk desk_after;
    int rulebook_differs;
    hpm_settlement settlement; /* from the account before to the one that the causes start from */
    hpm_account *account_before, *account_after;
    hpm_part cause[HPM_CAUSES_MAX];
    uint32_t cause_count;
    int64_t *values; /* [1 << cause_count][measures]: which causes are at work, by bits */
    size_t measures; /* equity, initial parts, maintenance parts */
    hpm_margin start, end;
} work_state;

/* ---- Names -------------------------------------------------------------------------------- */

static const struct {
    const char *name, *text;
} parts[HPM_PART_COUNT] = {
#define HPM_PART_ROW(name, word, text) [HPM_PART_##name] = {#word, text},
    HPM_PART_LIST(HPM_PART_ROW)
#undef HPM_PART_ROW
};

/* Parts that are kinds of market input. */
static const hpm_part part_of_kind[HPM_BLEND_KINDS] = {
    [HPM_BLEND_PRICE] = HPM_PART_PRICE, [HPM_BLEND_BASIS] = HPM_PART_BASIS,
    [HPM_BLEND_VOL] = HPM_PART_VOL,     [HPM_BLEND_TIME] = HPM_PART_TIME,
    [HPM_BLEND_RATES] = HPM_PART_RATES, [HPM_BLEND_TRUST] = HPM_PART_TRUST,
};
_Static_assert(HPM_BLEND_KINDS + 1 <= HPM_CAUSES_MAX, "and trades");

const char *hpm_part_name(hpm_part part)
{
    assert(part < HPM_PART_COUNT);
    return parts[part].name;
}

const char *hpm_part_text(hpm_part part)
{
    assert(part < HPM_PART_COUNT);
    return parts[part].text;
}

/* ---- Memory ------------------------------------------------------------------------------- */

static const hpm_account *account_after(const hpm_state *before, const hpm_state *after)
{
    return after->account ? after->account : before->account;
}

static size_t measure_count(const hpm_rulebook *rulebook)
{
    return 1 + 2 * (size_t)rulebook->components.count;
}

static size_t account_size(const hpm_account *account)
{
    return hpm_aligned_size(hpm_account_size(account->balance_count, account->position_count,
                                             account->declared_count)) +
           hpm_alignment_account_scratch(account);
}

size_t hpm_attribution_size(const hpm_state *before, const hpm_state *after)
{
    const hpm_catalog *from = before->market->catalog, *to = after->market->catalog;
    const hpm_catalog bound = hpm_alignment_bound(from, to);
    size_t components = (size_t)before->rulebook->components.count;
    size_t bytes = hpm_aligned_size(sizeof(work_state)) + hpm_alignment_size(from, to);
    bytes += hpm_blend_size(&bound) + hpm_desk_size(&bound, before->rulebook) +
             hpm_desk_size(&bound, after->rulebook);
    bytes += account_size(before->account) + account_size(account_after(before, after));
    bytes += hpm_settlement_size(before->account, &bound);
    bytes += hpm_aligned_size(measure_count(before->rulebook) * sizeof(int64_t) << HPM_CAUSES_MAX);
    return bytes + hpm_aligned_size((components + after->rulebook->components.count) *
                                    sizeof(hpm_component_change));
}

/* ---- What differs ------------------------------------------------------------------------- */

static void add_cause(hpm_attribution *attribution, hpm_part part)
{
    work_state *work = attribution->work;
    assert(work->cause_count < HPM_CAUSES_MAX);
    work->cause[work->cause_count++] = part;
    attribution->changed |= 1U << part;
}

/* Trades first, if any, then kinds of market input: step_between counts on it. */
static void find_causes(hpm_attribution *attribution)
{
    work_state *work = attribution->work;
    unsigned kinds = hpm_blend_differences(&work->blend);
    uint32_t trades = work->settlement.settled_count > 0 ||
                      !hpm_account_holds_same(work->account_before, work->account_after);
    if (work->settlement.settled_count > 0) attribution->changed |= 1U << HPM_PART_SETTLEMENT;
    if (trades) add_cause(attribution, HPM_PART_TRADES);
    for (uint32_t kind = 0; kind < HPM_BLEND_KINDS; kind++)
        if ((kinds >> kind & 1) != 0) add_cause(attribution, part_of_kind[kind]);
    if (work->rulebook_differs) attribution->changed |= 1U << HPM_PART_RULEBOOK;
    attribution->step_count = STEPS_AHEAD + (1U << (work->cause_count - trades));
}

static const char *counting_asset(const hpm_state *state)
{
    const hpm_market *market = state->market;
    uint32_t asset = hpm_catalog_find_asset(market->catalog, state->rulebook->numeraire);
    return market->catalog->assets[asset == HPM_NONE ? market->reporting : asset].name;
}

static hpm_status check_states(const hpm_state *before, const hpm_state *after, hpm_error *error)
{
    const char *asset_before = counting_asset(before), *asset_after = counting_asset(after);
    if (after->market->now_ns < before->market->now_ns)
        return hpm_fail(error, HPM_E_RANGE, "time",
                        "the market after is earlier than the one before");
    if (strcmp(asset_before, asset_after) == 0) return HPM_OK;
    return hpm_fail(error, HPM_E_REFERENCE, "rulebook",
                    "the states count in different assets (%s, %s)", asset_before, asset_after);
}

/* ---- Beginning ---------------------------------------------------------------------------- */

/* A future or perpetual without an entry price is settled to the mark of its own market: away from
 * it, it has made its P&L. */
static void enter_at_mark(hpm_account *account, const hpm_market *market)
{
    hpm_position *positions = (hpm_position *)hpm_account_positions(account);
    for (uint32_t p = 0; p < account->position_count; p++) {
        hpm_kind kind = market->catalog->instruments[positions[p].instrument].kind;
        if ((kind == HPM_FUTURE || kind == HPM_PERPETUAL) && isnan(positions[p].entry_price))
            positions[p].entry_price = market->mark[positions[p].instrument].value;
    }
}

static hpm_status carry_account(hpm_account **out, hpm_arena *arena, const hpm_alignment *alignment,
                                const hpm_account *account, const hpm_catalog *from,
                                hpm_error *error)
{
    *out = hpm_arena_take(
        arena, 1,
        hpm_account_size(account->balance_count, account->position_count, account->declared_count));
    if (!*out) return hpm_fail(error, HPM_E_MEMORY, "attribution", "the arena is too small");
    return hpm_alignment_account(*out, arena, alignment, account, from, error);
}

static hpm_status align(work_state *work, hpm_arena *arena, hpm_error *error)
{
    const hpm_state *before = &work->before, *after = &work->after;
    const hpm_catalog *from = before->market->catalog;
    hpm_status status =
        hpm_alignment_init(&work->alignment, arena, before->market, after->market, error);
    if (status == HPM_OK)
        status = carry_account(&work->account_before, arena, &work->alignment, before->account,
                               from, error);
    if (status == HPM_OK)
        status = carry_account(&work->account_after, arena, &work->alignment,
                               account_after(before, after),
                               after->account ? after->market->catalog : from, error);
    if (status != HPM_OK) return status;
    enter_at_mark(work->account_before, &work->alignment.before);
    enter_at_mark(work->account_after,
                  after->account ? &work->alignment.after : &work->alignment.before);
    work->here = work->alignment.before;
    return hpm_blend_init(&work->blend, arena, &work->alignment.before, &work->alignment.after,
                          before->rulebook->age_hard_s, error);
}

/* Greeks that the rulebook does not read are of no use here. */
static hpm_status open_desk(hpm_desk *desk, hpm_arena *arena, const hpm_context *context,
                            const hpm_market *market, const hpm_rulebook *rulebook,
                            hpm_error *error)
{
    hpm_status status = hpm_desk_init(desk, arena, context, market, rulebook, error);
    desk->array.with_greeks = 0;
    return status;
}

static hpm_status open_desks(work_state *work, hpm_arena *arena, const hpm_context *context,
                             hpm_error *error)
{
    hpm_status status =
        open_desk(&work->desk, arena, context, &work->here, work->before.rulebook, error);
    if (status != HPM_OK || !work->rulebook_differs) return status;
    return open_desk(&work->desk_after, arena, context, &work->here, work->after.rulebook, error);
}

static hpm_status take_results(hpm_attribution *attribution, hpm_arena *arena, hpm_error *error)
{
    work_state *work = attribution->work;
    size_t components = (size_t)work->before.rulebook->components.count;
    work->measures = measure_count(work->before.rulebook);
    work->values = hpm_arena_take(arena, work->measures << work->cause_count, sizeof *work->values);
    attribution->components =
        hpm_arena_take(arena, components + work->after.rulebook->components.count,
                       sizeof *attribution->components);
    if (work->values && attribution->components) return HPM_OK;
    return hpm_fail(error, HPM_E_MEMORY, "attribution", "the arena is too small");
}

hpm_status hpm_attribution_init(hpm_attribution *attribution, hpm_arena *arena,
                                const hpm_context *context, const hpm_state *before,
                                const hpm_state *after, hpm_error *error)
{
    memset(attribution, 0, sizeof *attribution);
    hpm_status status = check_states(before, after, error);
    if (status != HPM_OK) return status;
    work_state *work = attribution->work = hpm_arena_take(arena, 1, sizeof *work);
    if (!work) return hpm_fail(error, HPM_E_MEMORY, "attribution", "the arena is too small");
    work->before = *before;
    work->after = *after;
    work->rulebook_differs =
        memcmp(&before->rulebook->hash, &after->rulebook->hash, sizeof before->rulebook->hash) != 0;
    status = align(work, arena, error);
    if (status == HPM_OK) status = open_desks(work, arena, context, error);
    if (status == HPM_OK)
        status = hpm_settlement_init(&work->settlement, arena, work->account_before,
                                     &work->alignment.catalog, work->alignment.after.now_ns, error);
    if (status != HPM_OK) return status;
    find_causes(attribution);
    return take_results(attribution, arena, error);
}

size_t hpm_attribution_work_size(const hpm_attribution *attribution)
{
    const work_state *work = attribution->work;
    const hpm_account *before = work->account_before, *after = work->account_after;
    uint32_t positions = before->position_count > after->position_count ? before->position_count
                                                                        : after->position_count;
    uint32_t balances = before->balance_count + before->declared_count +
                        work->settlement.settled_count + after->balance_count +
                        after->declared_count;
    size_t bytes = hpm_desk_work_size(&work->desk, positions, balances);
    if (!work->rulebook_differs) return bytes;
    size_t other = hpm_desk_work_size(&work->desk_after, positions, balances);
    return bytes > other ? bytes : other;
}

void hpm_attribution_work(hpm_attribution *attribution, const hpm_arena *block)
{
    hpm_desk_work(&attribution->work->desk, block);
    if (attribution->work->rulebook_differs) hpm_desk_work(&attribution->work->desk_after, block);
}

/* ---- States ------------------------------------------------------------------------------- */

/* "trades, price after, the rest before: made:BTC-PERP". */
static hpm_status name_state(const work_state *work, uint32_t set, const char *end,
                             hpm_status status, hpm_error *error)
{
    char where[sizeof error->where];
    size_t used = 0;
    if (!error) return status;
    for (uint32_t i = 0; i < work->cause_count && !end; i++)
        if ((set >> i & 1) != 0)
            used += (size_t)snprintf(where + used, sizeof where - used, "%s%s", used ? ", " : "",
                                     hpm_part_name(work->cause[i]));
    snprintf(where + used, sizeof where - used, "%s%s%.60s",
             end ? end : (used ? " after, the rest before" : "before"), error->where[0] ? ": " : "",
             error->where);
    memcpy(error->where, where, sizeof where);
    return status;
}

static hpm_status stand(hpm_desk *desk, hpm_market *here, const hpm_market *market,
                        hpm_error *error)
{
    *here = *market;
    return hpm_desk_move(desk, NULL, error);
}

static void note(work_state *work, uint32_t set, const hpm_margin *margin)
{
    int64_t *values = work->values + set * work->measures;
    *values++ = margin->equity.e8;
    for (uint32_t i = 0; i < margin->component_count; i++)
        *values++ = margin->initial_part[i].e8;
    for (uint32_t i = 0; i < margin->component_count; i++)
        *values++ = margin->maintenance_part[i].e8;
    assert(values == work->values + (set + 1) * work->measures);
}

static hpm_status step_before(hpm_attribution *attribution, hpm_error *error)
{
    work_state *work = attribution->work;
    hpm_status status = stand(&work->desk, &work->here, &work->alignment.before, error);
    if (status == HPM_OK)
        status = hpm_desk_margin(&work->desk, &work->start, work->account_before, error);
    if (status != HPM_OK) return name_state(work, 0, "before", status, error);
    note(work, 0, &work->start);
    if (work->settlement.settled_count == 0) return HPM_OK;
    hpm_margin margin;
    status = hpm_settlement_run(&work->settlement, &work->desk, error);
    if (status == HPM_OK)
        status = hpm_desk_margin(&work->desk, &margin, work->settlement.account, error);
    if (status != HPM_OK) return name_state(work, 0, "before, settled", status, error);
    note(work, 0, &margin);
    return HPM_OK;
}

static hpm_status step_after(hpm_attribution *attribution, hpm_error *error)
{
    work_state *work = attribution->work;
    uint32_t all = (1U << work->cause_count) - 1;
    hpm_status status = stand(&work->desk, &work->here, &work->alignment.after, error);
    if (status == HPM_OK)
        status = hpm_desk_margin(&work->desk, &work->end, work->account_after, error);
    if (status != HPM_OK)
        return name_state(work, all, work->rulebook_differs ? "after, rulebook before" : "after",
                          status, error);
    note(work, all, &work->end);
    if (!work->rulebook_differs) return HPM_OK;
    status = hpm_desk_move(&work->desk_after, NULL, error);
    if (status == HPM_OK)
        status = hpm_desk_margin(&work->desk_after, &work->end, work->account_after, error);
    return status == HPM_OK ? HPM_OK : name_state(work, all, "after", status, error);
}

/* One market in between, with the account before and, if it is another, the one after. The two ends
 * are known already. */
static hpm_status step_between(hpm_attribution *attribution, uint32_t market, hpm_error *error)
{
    work_state *work = attribution->work;
    uint32_t trades = work->cause_count > 0 && work->cause[0] == HPM_PART_TRADES;
    unsigned from_after = 0;
    for (uint32_t kind = 0; kind < HPM_BLEND_KINDS; kind++)
        for (uint32_t i = trades; i < work->cause_count; i++)
            if (work->cause[i] == part_of_kind[kind] && (market >> (i - trades) & 1) != 0)
                from_after |= 1U << kind;
    hpm_status status = hpm_blend_set(&work->blend, from_after, error);
    if (status == HPM_OK) status = stand(&work->desk, &work->here, &work->blend.market, error);
    for (uint32_t traded = 0; traded <= trades; traded++) {
        uint32_t set = market << trades | traded;
        hpm_margin margin;
        if (set == 0 || set == (1U << work->cause_count) - 1) continue;
        if (status == HPM_OK)
            status =
                hpm_desk_margin(&work->desk, &margin,
                                traded ? work->account_after : work->settlement.account, error);
        if (status != HPM_OK) return name_state(work, set, NULL, status, error);
        note(work, set, &margin);
    }
    return status;
}

/* ---- Results ------------------------------------------------------------------------------ */

static hpm_status subtract(hpm_money *out, int64_t a, int64_t b, hpm_error *error)
{
    if (!__builtin_sub_overflow(a, b, &out->e8)) return HPM_OK;
    return hpm_fail(error, HPM_E_OVERFLOW, "attribution", "a change does not fit");
}

/* A measure of the rulebook before: between its value at the start and, under the rulebook after,
 * at the end. */
static hpm_status split(hpm_change *change, const work_state *work, size_t measure, hpm_money start,
                        hpm_money end, hpm_error *error)
{
    const int64_t *values = work->values + measure;
    uint32_t all = (1U << work->cause_count) - 1;
    hpm_money by_cause[HPM_CAUSES_MAX];
    change->before = start;
    change->after = end;
    hpm_status status =
        hpm_shapley_split(by_cause, values, work->measures, work->cause_count, error);
    if (status == HPM_OK)
        status = subtract(&change->part[HPM_PART_SETTLEMENT], values[0], start.e8, error);
    if (status == HPM_OK)
        status =
            subtract(&change->part[HPM_PART_RULEBOOK], end.e8, values[all * work->measures], error);
    if (status != HPM_OK) return status;
    for (uint32_t i = 0; i < work->cause_count; i++)
        change->part[work->cause[i]] = by_cause[i];
    return HPM_OK;
}

static uint32_t find_component(const hpm_rulebook *rulebook, const char *name)
{
    const hpm_component *components = rulebook->components.items;
    for (uint32_t i = 0; i < rulebook->components.count; i++)
        if (strcmp(components[i].name, name) == 0) return i;
    return HPM_NONE;
}

static hpm_status split_component(hpm_component_change *change, const work_state *work,
                                  uint32_t index, hpm_error *error)
{
    const hpm_component *before = work->before.rulebook->components.items;
    const hpm_component *after = work->after.rulebook->components.items;
    uint32_t other = find_component(work->after.rulebook, before[index].name);
    hpm_money initial = {0}, maintenance = {0};
    if (other != HPM_NONE) {
        initial = work->end.initial_part[other];
        maintenance = work->end.maintenance_part[other];
    }
    change->component = other != HPM_NONE ? &after[other] : &before[index];
    hpm_status status = split(&change->initial, work, 1 + (size_t)index,
                              work->start.initial_part[index], initial, error);
    if (status != HPM_OK) return status;
    return split(&change->maintenance, work, 1 + work->start.component_count + (size_t)index,
                 work->start.maintenance_part[index], maintenance, error);
}

/* What only the rulebook after asks for, it brought. */
static void add_new(hpm_component_change *change, const work_state *work, uint32_t index)
{
    const hpm_component *after = work->after.rulebook->components.items;
    change->component = &after[index];
    change->initial.after = work->end.initial_part[index];
    change->initial.part[HPM_PART_RULEBOOK] = work->end.initial_part[index];
    change->maintenance.after = work->end.maintenance_part[index];
    change->maintenance.part[HPM_PART_RULEBOOK] = work->end.maintenance_part[index];
}

/* Every figure of a requirement is the sum of its components'. */
static hpm_status add_up(hpm_change *sum, const hpm_change *change, hpm_error *error)
{
    hpm_status status = hpm_e8_add(&sum->before.e8, sum->before.e8, change->before.e8);
    if (status == HPM_OK) status = hpm_e8_add(&sum->after.e8, sum->after.e8, change->after.e8);
    for (uint32_t p = 0; p < HPM_PART_COUNT && status == HPM_OK; p++)
        status = hpm_e8_add(&sum->part[p].e8, sum->part[p].e8, change->part[p].e8);
    if (status == HPM_OK) return HPM_OK;
    return hpm_fail(error, status, "attribution", "a sum of parts does not fit");
}

/* Ids of the common catalog become those of the caller's, which sorts by name as well. */
static void name_settled(const hpm_attribution *attribution)
{
    const work_state *work = attribution->work;
    const hpm_position *common = hpm_account_positions(work->account_before);
    const hpm_position *own = hpm_account_positions(work->before.account);
    uint32_t settled = 0;
    for (uint32_t p = 0; p < work->account_before->position_count; p++)
        if (settled < attribution->settled_count &&
            attribution->settled[settled].instrument == common[p].instrument)
            attribution->settled[settled++].instrument = own[p].instrument;
}

static hpm_status finish(hpm_attribution *attribution, hpm_error *error)
{
    work_state *work = attribution->work;
    uint32_t *count = &attribution->component_count;
    hpm_component_change *rows = attribution->components;
    const hpm_component *after = work->after.rulebook->components.items;
    hpm_status status =
        split(&attribution->equity, work, 0, work->start.equity, work->end.equity, error);
    for (uint32_t i = 0; i < work->start.component_count && status == HPM_OK; i++)
        status = split_component(&rows[(*count)++], work, i, error);
    for (uint32_t i = 0; i < work->after.rulebook->components.count; i++)
        if (find_component(work->before.rulebook, after[i].name) == HPM_NONE)
            add_new(&rows[(*count)++], work, i);
    for (uint32_t i = 0; i < *count && status == HPM_OK; i++) {
        status = add_up(&attribution->initial, &rows[i].initial, error);
        if (status == HPM_OK)
            status = add_up(&attribution->maintenance, &rows[i].maintenance, error);
    }
    if (status != HPM_OK) return status;
    assert(attribution->initial.before.e8 == work->start.initial.e8);
    assert(attribution->initial.after.e8 == work->end.initial.e8);
    assert(attribution->maintenance.after.e8 == work->end.maintenance.e8);
    attribution->settled = work->settlement.settled;
    attribution->settled_count = work->settlement.settled_count;
    name_settled(attribution);
    return HPM_OK;
}

hpm_status hpm_attribution_step(hpm_attribution *attribution, int *done, hpm_error *error)
{
    uint32_t step = attribution->step++;
    hpm_status status = HPM_OK;
    assert(step < attribution->step_count);
    if (step == 0)
        status = step_before(attribution, error);
    else if (step == 1)
        status = step_after(attribution, error);
    else
        status = step_between(attribution, step - STEPS_AHEAD, error);
    *done = attribution->step == attribution->step_count;
    return status == HPM_OK && *done ? finish(attribution, error) : status;
}
