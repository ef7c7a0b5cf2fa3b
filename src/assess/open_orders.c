/* The requirement with open orders: bounds of all components forward through the list, whom they
 * are due to backward, money at the end. As margin/compose.c, but over all sets of fills at once.
 *
 * Every component has two figures: `plain`, the most that its value can be, and `coupled`, the most
 * that its value less rho times the gain of the fills can be. The root is wanted coupled with
 * rho = 1; combinations say which rho that takes of their inputs. A component that is wanted at
 * another rho than its own counts plain, with the losses of the fills that lose on top. */
#include "hpm/open_orders.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "hpm/trade.h"
#include "margin/charge.h"
#include "margin/fills.h"

typedef struct bounds {
    const hpm_exposure *exposure;
    const hpm_fills *fills;
    double rho[HPM_COMPONENTS_MAX]; /* at which `coupled` is; 0: it is not */
    uint8_t is_carrier[HPM_COMPONENTS_MAX];
    hpm_charge_result plain[HPM_COMPONENTS_MAX];
    hpm_charge_result coupled[HPM_COMPONENTS_MAX];
    double plain_weight[HPM_COMPONENTS_MAX], coupled_weight[HPM_COMPONENTS_MAX];
    double rest_weight; /* of the losses of all fills that lose */
    double fill_losses; /* their sum */
} bounds;

static const hpm_component *component_at(const bounds *b, uint32_t index)
{
    return (const hpm_component *)b->exposure->rulebook->components.items + index;
}

static const hpm_charge_kind *kind_at(const bounds *b, uint32_t index)
{
    return hpm_charge_kinds[component_at(b, index)->kind];
}

static uint32_t root_of(const bounds *b)
{
    return b->exposure->rulebook->initial_index;
}

/* ---- Which component carries the gain ------------------------------------------------------ */

/* Whether a part of each component takes a gain: through `spread`, which names the inputs. */
static void find_carriers(bounds *b)
{
    for (uint32_t i = 0; i <= root_of(b); i++) {
        const hpm_charge_kind *kind = kind_at(b, i);
        double rhos[HPM_COMPONENTS_MAX] = {0};
        b->is_carrier[i] = kind->fills_gain != 0;
        if (!kind->couple || !kind->couple(rhos, b->exposure, component_at(b, i), 1, b->is_carrier))
            continue;
        for (uint32_t k = 0; k < i; k++)
            if (rhos[k] > 0 && b->is_carrier[k]) b->is_carrier[i] = 1;
    }
}

/* What component i wants of its inputs; 0 if the gain is to stay with it. */
static int want(double *rhos, const bounds *b, uint32_t i)
{
    const hpm_charge_kind *kind = kind_at(b, i);
    memset(rhos, 0, HPM_COMPONENTS_MAX * sizeof *rhos);
    return kind->couple && b->is_carrier[i] &&
           kind->couple(rhos, b->exposure, component_at(b, i), b->rho[i], b->is_carrier);
}

/* The first that wants a component coupled sets its rho. */
static void hand_down(bounds *b)
{
    double rhos[HPM_COMPONENTS_MAX];
    b->rho[root_of(b)] = 1;
    for (uint32_t i = root_of(b) + 1; i-- > 0;) {
        if (b->rho[i] == 0 || !want(rhos, b, i)) continue;
        for (uint32_t k = 0; k < i; k++)
            if (b->rho[k] == 0 && rhos[k] > 0) b->rho[k] = rhos[k];
    }
}

/* ---- Values forward ------------------------------------------------------------------------ */

static hpm_status check_bound(const bounds *b, uint32_t index, hpm_error *error)
{
    const hpm_component *component = component_at(b, index);
    const hpm_charge_kind *kind = kind_at(b, index);
    if (kind->fills || !kind->breaks ||
        !(kind->breaks(component, b->exposure->rulebook) & HPM_BREAKS_MERGE))
        return HPM_OK;
    return hpm_fail(error, HPM_E_UNSUPPORTED, component->name,
                    "no bound over open orders is known for this charge");
}

static double charge_bound(const bounds *b, uint32_t index, double rho, const hpm_fill_share *share)
{
    const hpm_charge_kind *kind = kind_at(b, index);
    const hpm_component *component = component_at(b, index);
    if (!kind->fills) return hpm_fills_apart(b->fills, component, rho, share);
    return kind->fills(b->fills, component, rho, share);
}

/* A charge that takes no gain is bounded with it by its plain bound and the losses of fills. */
static hpm_status bound_charge(bounds *b, uint32_t i, hpm_error *error)
{
    hpm_status status = check_bound(b, i, error);
    if (status != HPM_OK) return status;
    b->plain[i] = hpm_charge_of(charge_bound(b, i, 0, NULL));
    if (b->rho[i] == 0) return HPM_OK;
    b->coupled[i] = kind_at(b, i)->fills_gain
                        ? hpm_charge_of(charge_bound(b, i, b->rho[i], NULL))
                        : hpm_charge_of(b->plain[i].value + b->rho[i] * b->fill_losses);
    return HPM_OK;
}

/* What an input is worth to a component that wants it at `rho`. */
static double coupled_at(const bounds *b, uint32_t input, double rho)
{
    if (rho == b->rho[input]) return b->coupled[input].value;
    return b->plain[input].value + rho * b->fill_losses;
}

static void bound_combination(bounds *b, uint32_t i)
{
    const hpm_component *component = component_at(b, i);
    hpm_charge_result inputs[HPM_COMPONENTS_MAX];
    double rhos[HPM_COMPONENTS_MAX];
    b->plain[i] = kind_at(b, i)->combine(b->exposure, component, b->plain);
    if (b->rho[i] == 0) return;
    if (!want(rhos, b, i)) {
        b->coupled[i] = b->plain[i];
        b->coupled[i].value += b->rho[i] * b->fill_losses;
        return;
    }
    memcpy(inputs, b->plain, sizeof inputs);
    for (uint32_t k = 0; k < i; k++)
        if (rhos[k] > 0) inputs[k].value = coupled_at(b, k, rhos[k]);
    b->coupled[i] = kind_at(b, i)->combine(b->exposure, component, inputs);
}

static hpm_status bound_all(bounds *b, hpm_error *error)
{
    hpm_status status = HPM_OK;
    find_carriers(b);
    hand_down(b);
    for (uint32_t i = 0; i <= root_of(b) && status == HPM_OK; i++) {
        if (kind_at(b, i)->combine)
            bound_combination(b, i);
        else
            status = bound_charge(b, i, error);
    }
    return status;
}

/* ---- Weights backward ---------------------------------------------------------------------- */

static void spread_plain(bounds *b, uint32_t i, double weight)
{
    if (weight != 0)
        kind_at(b, i)->spread(b->plain_weight, b->exposure, component_at(b, i), &b->plain[i],
                              weight);
}

static void spread_coupled(bounds *b, uint32_t i, double weight)
{
    double rhos[HPM_COMPONENTS_MAX], weights[HPM_COMPONENTS_MAX] = {0};
    if (!want(rhos, b, i)) {
        b->rest_weight += weight * b->rho[i];
        spread_plain(b, i, weight);
        return;
    }
    kind_at(b, i)->spread(weights, b->exposure, component_at(b, i), &b->coupled[i], weight);
    for (uint32_t k = 0; k < i; k++) {
        int is_coupled = rhos[k] > 0 && rhos[k] == b->rho[k];
        *(is_coupled ? &b->coupled_weight[k] : &b->plain_weight[k]) += weights[k];
        if (!is_coupled) b->rest_weight += weights[k] * rhos[k];
    }
}

/* Only charges keep a weight, and a coupled one only where they take a gain. */
static void weigh_all(bounds *b)
{
    b->coupled_weight[root_of(b)] = 1;
    for (uint32_t i = root_of(b) + 1; i-- > 0;) {
        double weight = b->coupled_weight[i];
        if (kind_at(b, i)->combine) {
            if (weight != 0) spread_coupled(b, i, weight);
            spread_plain(b, i, b->plain_weight[i]);
            b->coupled_weight[i] = b->plain_weight[i] = 0;
        } else if (weight != 0 && !kind_at(b, i)->fills_gain) {
            b->plain_weight[i] += weight;
            b->rest_weight += weight * b->rho[i];
            b->coupled_weight[i] = 0;
        }
    }
}

/* ---- Money --------------------------------------------------------------------------------- */

/* Notional of everything: no figure that was added is larger than a few times this. */
static double gross_of(const bounds *b)
{
    const hpm_exposure *exposure = b->exposure, *gross = &b->fills->gross;
    const hpm_risk_array *array = exposure->array;
    double sum = 0;
    for (uint32_t h = 0; h < gross->portfolio->holding_count; h++) {
        uint32_t id = gross->portfolio->holdings[h].instrument;
        uint32_t underlying = exposure->catalog->instruments[id].underlying;
        const double *move = array->price_move + (size_t)underlying * array->extra;
        double most = 1;
        for (uint32_t j = 0; j < array->scenario_count; j++)
            if (1 + move[j] > most) most = 1 + move[j];
        sum += gross->units[h] * exposure->price[underlying] * most;
    }
    for (uint32_t i = 0; i < exposure->portfolio->account->balance_count; i++) {
        const hpm_balance *row = &hpm_account_balances(gross->portfolio->account)[i];
        sum += hpm_e8_to_double(row->amount.e8) * exposure->price[row->asset];
    }
    for (uint32_t i = 0; i < b->fills->count; i++)
        sum += fabs(b->fills->rows[i].equity);
    return sum;
}

/* What the machine may say of a set of fills beyond what numbers do: sums in doubles, gains that
 * accrue rounded, parts that are rounded up. */
static double slack_of(const bounds *b)
{
    double terms = 16.0 + b->exposure->portfolio->run_count + b->fills->count;
    double slack = 0x1p-50 * terms * gross_of(b);
    for (uint32_t i = 0; i < b->fills->count; i++) {
        const hpm_fill_row *row = &b->fills->rows[i];
        hpm_kind kind = b->exposure->catalog->instruments[row->fill.instrument].kind;
        if (kind == HPM_FUTURE || kind == HPM_PERPETUAL)
            slack += 0.5e-8 * b->exposure->price[row->settlement];
    }
    return slack + 1e-8 * (b->exposure->rulebook->components.count + 1);
}

static hpm_status cross(hpm_money *part, double value, hpm_rounding rounding, const char *where,
                        hpm_error *error)
{
    hpm_status status = hpm_e8_from_double(&part->e8, value, rounding);
    if (status == HPM_OK) return HPM_OK;
    return hpm_fail(error, status, where, "%s (%g)", hpm_status_text(status), value);
}

static hpm_status add_money(hpm_money *sum, hpm_money part, hpm_error *error)
{
    if (hpm_e8_add(&sum->e8, sum->e8, part.e8) == HPM_OK) return HPM_OK;
    return hpm_fail(error, HPM_E_OVERFLOW, "requirement", "too large for money");
}

static hpm_status sum_parts(hpm_open_orders *out, const bounds *b, hpm_error *error)
{
    hpm_status status = cross(&out->rest, b->rest_weight * b->fill_losses + slack_of(b),
                              HPM_ROUND_CEILING, "open orders", error);
    if (status == HPM_OK) status = add_money(&out->requirement, out->rest, error);
    for (uint32_t i = 0; i <= root_of(b) && status == HPM_OK; i++) {
        double part = 0;
        if (b->plain_weight[i] != 0) part += b->plain_weight[i] * b->plain[i].value;
        if (b->coupled_weight[i] != 0) part += b->coupled_weight[i] * b->coupled[i].value;
        status = cross(&out->part[i], part, HPM_ROUND_CEILING, component_at(b, i)->name, error);
        if (status == HPM_OK) status = add_money(&out->requirement, out->part[i], error);
    }
    return status;
}

/* ---- Whom it is due to --------------------------------------------------------------------- */

static void share_all(hpm_open_orders *out, double *parts, const bounds *b)
{
    for (uint32_t i = 0; i <= root_of(b); i++) {
        if (b->plain_weight[i] != 0)
            charge_bound(b, i, 0, &(hpm_fill_share){parts, b->plain_weight[i], NULL});
        if (b->coupled_weight[i] == 0) continue;
        charge_bound(b, i, b->rho[i], &(hpm_fill_share){parts, b->coupled_weight[i], out->taken});
        out->leader = i;
    }
    const hpm_fill_share rest = {parts, b->rest_weight, NULL};
    for (uint32_t i = 0; i < b->fills->count; i++)
        if (b->fills->rows[i].equity < 0)
            hpm_fill_give(&rest, &b->fills->rows[i], -b->fills->rows[i].equity);
}

static hpm_status round_parts(hpm_open_orders *out, const double *parts, uint32_t count,
                              hpm_error *error)
{
    hpm_status status = HPM_OK;
    out->account_part = out->requirement;
    for (uint32_t i = 0; i < count && status == HPM_OK; i++) {
        status = cross(&out->order_part[i], parts[i], HPM_ROUND_HALF_EVEN, "open orders", error);
        if (status == HPM_OK)
            status = add_money(&out->account_part, (hpm_money){-out->order_part[i].e8}, error);
    }
    return status;
}

/* ---- From orders to bounds ------------------------------------------------------------------ */

/* Positions and balances of the account once it is widened, at most. */
static hpm_account widest(const hpm_desk *desk, const hpm_account *account, uint32_t order_count)
{
    uint64_t balances = (uint64_t)account->balance_count + 2 * (uint64_t)order_count;
    uint32_t assets = desk->array.catalog->asset_count;
    return (hpm_account){.position_count = account->position_count + order_count,
                         .balance_count = balances < assets ? (uint32_t)balances : assets,
                         .declared_count = account->declared_count};
}

size_t hpm_open_orders_size(const hpm_desk *desk, const hpm_account *account, uint32_t order_count)
{
    hpm_account wide = widest(desk, account, order_count);
    size_t traded = hpm_account_traded_size(&desk->array, account, order_count);
    size_t bounding = traded + hpm_fills_size(&wide, order_count) +
                      hpm_exposure_size(&desk->array, wide.position_count) +
                      hpm_fills_scratch_size(&desk->array, &wide);
    size_t filling = traded + hpm_aligned_size(order_count * sizeof(hpm_order));
    return hpm_aligned_size(order_count * sizeof(hpm_money)) + hpm_aligned_size(order_count) +
           hpm_aligned_size(order_count * sizeof(double)) +
           (bounding > filling ? bounding : filling);
}

static hpm_status expose(hpm_exposure *exposure, hpm_arena *arena, hpm_desk *desk,
                         const hpm_account *account, const hpm_order *orders, uint32_t order_count,
                         hpm_error *error)
{
    hpm_account *wide;
    hpm_status status =
        hpm_account_widened(&wide, arena, &desk->array, account, orders, order_count, error);
    if (status == HPM_OK) status = hpm_desk_arrange(desk, wide, error);
    if (status != HPM_OK) return status;
    return hpm_exposure_init(exposure, arena, &desk->array, &desk->portfolio, &desk->totals, error);
}

static hpm_status bound(hpm_open_orders *out, double *parts, hpm_arena *arena, hpm_desk *desk,
                        const hpm_account *account, const hpm_order *orders, uint32_t order_count,
                        hpm_error *error)
{
    hpm_exposure exposure;
    hpm_fills fills;
    bounds b;
    memset(&b, 0, sizeof b);
    hpm_status status = expose(&exposure, arena, desk, account, orders, order_count, error);
    if (status == HPM_OK)
        status = hpm_fills_init(&fills, arena, &exposure, orders, order_count, error);
    if (status != HPM_OK) return status;
    b.exposure = &exposure;
    b.fills = &fills;
    for (uint32_t i = 0; i < fills.count; i++)
        if (fills.rows[i].equity < 0) b.fill_losses -= fills.rows[i].equity;
    status = bound_all(&b, error);
    if (status != HPM_OK) return status;
    weigh_all(&b);
    status = sum_parts(out, &b, error);
    if (status != HPM_OK) return status;
    share_all(out, parts, &b);
    return round_parts(out, parts, order_count, error);
}

/* ---- The account that the worst set makes --------------------------------------------------- */

static hpm_status need(hpm_money *needed, hpm_money equity, hpm_desk *desk,
                       const hpm_account *account, hpm_error *error)
{
    hpm_margin margin;
    hpm_status status = hpm_desk_margin(desk, &margin, account, error);
    if (status != HPM_OK) return status;
    int64_t lost;
    if (__builtin_sub_overflow(equity.e8, margin.equity.e8, &lost) ||
        hpm_e8_add(&needed->e8, margin.initial.e8, lost) != HPM_OK)
        return hpm_fail(error, HPM_E_OVERFLOW, account->id, "the requirement is too large");
    return HPM_OK;
}

static hpm_status fill_taken(hpm_open_orders *out, hpm_money equity, hpm_arena *arena,
                             hpm_desk *desk, const hpm_account *account, const hpm_order *orders,
                             uint32_t order_count, hpm_error *error)
{
    hpm_order *taken = hpm_arena_reserve(arena, order_count, sizeof *taken);
    hpm_account *filled;
    hpm_money needed = {0};
    uint32_t count = 0;
    assert(taken); /* hpm_open_orders_size counts it */
    for (uint32_t i = 0; i < order_count; i++)
        if (out->taken[i]) taken[count++] = orders[i];
    if (count == 0) return HPM_OK;
    hpm_status status =
        hpm_account_traded(&filled, arena, &desk->array, account, taken, count, error);
    if (status == HPM_OK) status = need(&needed, equity, desk, filled, error);
    if (status == HPM_OK && needed.e8 > out->attained.e8) out->attained = needed;
    return status;
}

hpm_status hpm_open_orders_evaluate(hpm_open_orders *out, hpm_arena *arena, hpm_desk *desk,
                                    const hpm_account *account, const hpm_order *orders,
                                    uint32_t order_count, hpm_error *error)
{
    hpm_margin margin;
    memset(out, 0, sizeof *out);
    assert(desk->array.market == desk->base); /* elsewhere positions are settled to another mark */
    out->leader = HPM_NONE;
    hpm_status status = hpm_desk_margin(desk, &margin, account, error);
    if (status != HPM_OK) return status;
    if (arena->capacity - arena->used < hpm_open_orders_size(desk, account, order_count))
        return hpm_fail(error, HPM_E_MEMORY, account->id, "the arena is too small");
    out->order_part = hpm_arena_take(arena, order_count, sizeof *out->order_part);
    out->taken = hpm_arena_take(arena, order_count, 1);
    double *parts = hpm_arena_take(arena, order_count, sizeof *parts);
    assert(out->order_part && out->taken && parts); /* hpm_open_orders_size counts them */
    out->attained = margin.initial;
    if (order_count == 0) {
        out->requirement = out->account_part = margin.initial;
        memcpy(out->part, margin.initial_part, sizeof out->part);
        return HPM_OK;
    }
    if (desk->rulebook->grouping != HPM_GROUPING_ACCOUNT)
        return hpm_fail(error, HPM_E_UNSUPPORTED, desk->rulebook->name,
                        "open orders are judged under rulebooks that take the account as a whole");
    for (uint32_t i = 0; i < order_count; i++)
        hpm_desk_fill(desk, orders[i].instrument);
    size_t mark = arena->used;
    status = bound(out, parts, arena, desk, account, orders, order_count, error);
    arena->used = mark;
    if (status == HPM_OK)
        status = fill_taken(out, margin.equity, arena, desk, account, orders, order_count, error);
    arena->used = mark;
    return status;
}
