/* The fine moves of a search. Each array holds as many as a rulebook may have scenarios; together
 * they are the slabs. The P&L of an underlying is the one that the grid charges read, without
 * folds: what is really lost. */
#include "assess/search_probe.h"

#include <assert.h>
#include <string.h>

#include "base/sort.h"
#include "margin/charge.h"
#include "margin/scenario_pnl.h"

#define AXIS_MAX 8192 /* points of one refined axis */

static uint32_t least(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

const hpm_scenario_set *hpm_probe_grid(const hpm_rulebook *rulebook)
{
    const hpm_scenario_set *sets = rulebook->sets.items;
    for (uint32_t s = 0; s < rulebook->sets.count; s++)
        if (sets[s].prices.count >= 2 && sets[s].vols.count >= 1) return &sets[s];
    return NULL;
}

/* ---- Axes --------------------------------------------------------------------------------- */

/* Where an axis ends on one side: its outermost node, or beyond it by whole parts of the last
 * interval. */
static uint32_t parts_beyond(double node, double inner, double beyond, uint32_t parts)
{
    double step = (node - inner) / parts, way = node * (beyond - 1);
    if (step == 0 || way / step <= 0) return 0;
    double count = way / step + 1e-9; /* a whole number is meant where it nearly is one */
    return count < AXIS_MAX ? (uint32_t)count : AXIS_MAX;
}

static int compare_reals(const void *a, const void *b, const void *context)
{
    double x = *(const double *)a, y = *(const double *)b;
    (void)context;
    return (x > y) - (x < y);
}

/* The nodes in order, each once. */
static uint32_t sorted_nodes(double nodes[HPM_SCENARIOS_MAX], const hpm_list *list)
{
    uint32_t count = 0;
    assert(list->count <= HPM_SCENARIOS_MAX);
    memcpy(nodes, list->items, list->count * sizeof *nodes);
    hpm_sort(nodes, list->count, sizeof *nodes, compare_reals, NULL);
    for (uint32_t i = 0; i < list->count; i++)
        if (i == 0 || nodes[i] != nodes[count - 1]) nodes[count++] = nodes[i];
    return count;
}

/* Points of an axis of at most AXIS_MAX, with whether each is a node. `points` NULL: only counts;
 * more than AXIS_MAX: the count stops there. */
static uint32_t refine_axis(double *points, uint8_t *is_node, const hpm_list *list, uint32_t parts,
                            double beyond)
{
    double nodes[HPM_SCENARIOS_MAX];
    uint32_t node_count = sorted_nodes(nodes, list), last = node_count - 1;
    uint32_t below = node_count > 1 ? parts_beyond(nodes[0], nodes[1], beyond, parts) : 0;
    uint32_t above = node_count > 1 ? parts_beyond(nodes[last], nodes[last - 1], beyond, parts) : 0;
    uint64_t count = (uint64_t)below + above + (uint64_t)last * parts + 1;
    if (count > AXIS_MAX) return AXIS_MAX;
    for (uint32_t i = 0; points && i < count; i++) {
        int64_t at = (int64_t)i - below;
        int64_t from = at < 0 ? 0 : least((uint32_t)(at / parts), last > 0 ? last - 1 : 0);
        int64_t part = at - from * parts;
        double step = last > 0 ? (nodes[from + 1] - nodes[from]) / parts : 0;
        is_node[i] = at >= 0 && at <= (int64_t)last * parts && at % parts == 0;
        points[i] = is_node[i] ? nodes[at / parts] : nodes[from] + step * (double)part;
    }
    return (uint32_t)count;
}

uint32_t hpm_probe_move_count(const hpm_scenario_set *grid, const hpm_search_rules *rules)
{
    if (!grid) return 0;
    uint64_t prices = refine_axis(NULL, NULL, &grid->prices, rules->parts, rules->beyond);
    uint64_t vols = refine_axis(NULL, NULL, &grid->vols, rules->parts, 1);
    uint64_t count = prices * vols * (rules->with_basis ? 3 : 1);
    return count < UINT32_MAX ? (uint32_t)count : UINT32_MAX;
}

/* ---- Moves -------------------------------------------------------------------------------- */

typedef struct axes {
    double *prices, *vols;
    uint8_t *price_node, *vol_node;
} axes;

static void fill_moves(hpm_probe *probe, const axes *of)
{
    static const double bases[] = {0, -1, 1};
    uint32_t m = 0;
    for (uint32_t b = 0; b < probe->basis_count; b++)
        for (uint32_t p = 0; p < probe->price_count; p++)
            for (uint32_t v = 0; v < probe->vol_count; v++, m++) {
                probe->moves[m] = (hpm_scenario){
                    .price = of->prices[p], .vol = of->vols[v], .basis = bases[b], .weight = 1};
                probe->is_node[m] = b == 0 && of->price_node[p] && of->vol_node[v];
            }
    assert(m == probe->move_count);
}

/* 0: the arena is too small. */
static int make_moves(hpm_probe *probe, hpm_arena *arena, const hpm_scenario_set *grid,
                      const hpm_search_rules *rules)
{
    uint32_t room = probe->move_count; /* each axis has no more points than there are moves */
    axes of = {hpm_arena_take(arena, room, sizeof(double)),
               hpm_arena_take(arena, room, sizeof(double)), hpm_arena_take(arena, room, 1),
               hpm_arena_take(arena, room, 1)};
    if (!of.prices || !of.vols || !of.price_node || !of.vol_node) return 0;
    probe->price_count =
        refine_axis(of.prices, of.price_node, &grid->prices, rules->parts, rules->beyond);
    probe->vol_count = refine_axis(of.vols, of.vol_node, &grid->vols, rules->parts, 1);
    probe->basis_count = rules->with_basis ? 3 : 1;
    fill_moves(probe, &of);
    return 1;
}

/* A rulebook with some moves as its only set: the judged one but for what it asks for. */
static void slab_rulebook(hpm_probe_slab *slab, const hpm_rulebook *judged,
                          const hpm_rulebook *moves, hpm_scenario *scenarios, uint32_t count)
{
    hpm_rulebook *rulebook = &slab->rulebook;
    slab->set = *hpm_probe_grid(moves);
    slab->set.prices = slab->set.vols = (hpm_list){NULL, 0};
    slab->set.scenarios = (hpm_list){scenarios, count};
    memset(&slab->component, 0, sizeof slab->component);
    strcpy(slab->component.name, "probe");
    slab->component.kind = HPM_COMPONENT_JOINT_GRID;
    hpm_record_defaults(&slab->component, &hpm_joint_grid_record);
    strcpy(slab->component.rule.joint.set, slab->set.name);
    *rulebook = *judged;
    rulebook->underlyings = moves->underlyings;
    rulebook->underlyings_max = 0;
    rulebook->age_hard_s = 1e9; /* how far inputs are trusted is the judged one's affair */
    rulebook->grouping = HPM_GROUPING_ACCOUNT;
    rulebook->sets = (hpm_list){&slab->set, 1};
    rulebook->components = (hpm_list){&slab->component, 1};
    rulebook->scenario_count = count; /* finishing comes to the same */
    strcpy(rulebook->initial, "probe");
    strcpy(rulebook->maintenance, "probe");
}

/* ---- Arrays ------------------------------------------------------------------------------- */

static uint32_t slab_moves(uint32_t move_count, uint32_t slab)
{
    return least(move_count - slab * HPM_SCENARIOS_MAX, HPM_SCENARIOS_MAX);
}

static uint32_t slabs_of(uint32_t move_count)
{
    return (move_count + HPM_SCENARIOS_MAX - 1) / HPM_SCENARIOS_MAX;
}

size_t hpm_probe_size(const hpm_catalog *catalog, const hpm_rulebook *judged,
                      const hpm_rulebook *moves, const hpm_search_rules *rules)
{
    uint32_t count = hpm_probe_move_count(hpm_probe_grid(moves), rules);
    size_t bytes = hpm_aligned_size(count * sizeof(hpm_scenario)) + hpm_aligned_size(count) +
                   2 * hpm_aligned_size(count * sizeof(double)) + 2 * hpm_aligned_size(count) +
                   2 * hpm_aligned_size(HPM_SCENARIOS_MAX * sizeof(double));
    if (count == 0 || count > HPM_SEARCH_MOVES_MAX) return 0;
    for (uint32_t s = 0; s < slabs_of(count); s++) {
        hpm_probe_slab slab;
        slab_rulebook(&slab, judged, moves, NULL, slab_moves(count, s));
        bytes += hpm_risk_array_size(catalog, &slab.rulebook);
    }
    return bytes;
}

size_t hpm_probe_work_size(const hpm_probe *probe)
{
    size_t most = 0;
    for (uint32_t s = 0; s < probe->slab_count; s++) {
        const hpm_risk_array *array = &probe->slabs[s].array;
        size_t own = hpm_portfolio_size(HPM_SEARCH_LEGS_MAX) +
                     hpm_totals_size(array, HPM_SEARCH_LEGS_MAX) +
                     hpm_margin_scratch_size(array, HPM_SEARCH_LEGS_MAX);
        if (own > most) most = own;
    }
    return most;
}

static hpm_status make_slab(hpm_probe *probe, uint32_t index, hpm_arena *arena,
                            const hpm_market *market, const hpm_rulebook *judged,
                            const hpm_rulebook *moves, hpm_error *error)
{
    hpm_probe_slab *slab = &probe->slabs[index];
    hpm_scenario *first = probe->moves + (size_t)index * HPM_SCENARIOS_MAX;
    const hpm_catalog *catalog = market->catalog;
    slab_rulebook(slab, judged, moves, first, slab_moves(probe->move_count, index));
    hpm_status status = hpm_rulebook_finish(&slab->rulebook, error);
    if (status == HPM_OK)
        status = hpm_risk_array_init(&slab->array, arena, catalog, &slab->rulebook, error);
    slab->array.with_greeks = 0;
    if (status == HPM_OK) status = hpm_risk_array_begin(&slab->array, market, error);
    if (status == HPM_OK)
        hpm_risk_array_fill(probe->context, &slab->array, 0, catalog->instrument_count);
    return status;
}

static hpm_status check_moves(const hpm_rulebook *moves, uint32_t count, hpm_error *error)
{
    if (count == 0)
        return hpm_fail(error, HPM_E_UNSUPPORTED, moves->name,
                        "has no grid of prices and volatilities to look between");
    if (count > HPM_SEARCH_MOVES_MAX)
        return hpm_fail(error, HPM_E_LIMIT, moves->name,
                        "its grid split is more than %d moves (%u)", HPM_SEARCH_MOVES_MAX, count);
    return HPM_OK;
}

hpm_status hpm_probe_init(hpm_probe *probe, hpm_arena *arena, const hpm_context *context,
                          const hpm_market *market, const hpm_rulebook *judged,
                          const hpm_rulebook *moves, const hpm_search_rules *rules,
                          hpm_error *error)
{
    const hpm_scenario_set *grid = hpm_probe_grid(moves);
    uint32_t count = hpm_probe_move_count(grid, rules);
    hpm_status status = check_moves(moves, count, error);
    if (status != HPM_OK) return status;
    *probe = (hpm_probe){.context = context, .move_count = count, .slab_count = slabs_of(count)};
    probe->moves = hpm_arena_take(arena, count, sizeof *probe->moves);
    probe->is_node = hpm_arena_take(arena, count, 1);
    probe->pnl = hpm_arena_take(arena, HPM_SCENARIOS_MAX, sizeof(double));
    probe->joint = hpm_arena_take(arena, HPM_SCENARIOS_MAX, sizeof(double));
    if (!probe->moves || !probe->is_node || !probe->pnl || !probe->joint ||
        !make_moves(probe, arena, grid, rules))
        return hpm_fail(error, HPM_E_MEMORY, "probe", "the arena is too small");
    for (uint32_t s = 0; s < probe->slab_count && status == HPM_OK; s++)
        status = make_slab(probe, s, arena, market, judged, moves, error);
    return status;
}

int hpm_probe_is_ready(const hpm_probe *probe, uint32_t instrument)
{
    for (uint32_t s = 0; s < probe->slab_count; s++)
        if (probe->slabs[s].array.row_state[instrument] != HPM_ROW_READY) return 0;
    return 1;
}

/* ---- The loss ----------------------------------------------------------------------------- */

typedef struct worst {
    double loss;
    uint32_t move, alone;
} worst;

static void consider(worst *of, const double *pnl, uint32_t count, uint32_t first, uint32_t alone)
{
    for (uint32_t j = 0; j < count; j++)
        if (-pnl[j] > of->loss) *of = (worst){-pnl[j], first + j, alone};
}

static void look_at_slab(hpm_probe *probe, worst *of, uint32_t index, const hpm_exposure *exposure)
{
    hpm_probe_slab *slab = &probe->slabs[index];
    uint32_t first = index * HPM_SCENARIOS_MAX, count = slab->set.scenarios.count;
    hpm_pnl_view view;
    int reads = hpm_pnl_view_of(&view, &slab->array, &slab->component);
    assert(reads && view.count == count && view.first == 0);
    (void)reads;
    memset(probe->joint, 0, count * sizeof *probe->joint);
    for (uint32_t g = 0; g < exposure->group_count; g++) {
        hpm_group_pnl(probe->pnl, exposure, &exposure->groups[g], &view);
        for (uint32_t j = 0; j < count; j++)
            probe->joint[j] += probe->pnl[j];
        if (exposure->group_count > 1)
            consider(of, probe->pnl, count, first, exposure->groups[g].asset);
    }
    consider(of, probe->joint, count, first, HPM_NONE);
}

static hpm_status expose(hpm_probe *probe, hpm_exposure *exposure, const hpm_risk_array *array,
                         const hpm_account *account, hpm_error *error)
{
    hpm_arena *work = &probe->work;
    hpm_portfolio *portfolio = &probe->portfolio;
    hpm_totals totals;
    work->used = 0;
    hpm_status status = hpm_portfolio_init(portfolio, work, account, array, error);
    if (status == HPM_OK) status = hpm_totals_init(&totals, work, array, portfolio, error);
    if (status == HPM_OK)
        status = hpm_totals_apply(probe->context, &totals, array, portfolio, error);
    if (status != HPM_OK) return status;
    return hpm_exposure_init(exposure, work, array, portfolio, &totals, error);
}

hpm_status hpm_probe_loss(hpm_probe *probe, double *loss, hpm_search_move *where,
                          const hpm_account *account, hpm_error *error)
{
    worst of = {0, 0, HPM_NONE};
    assert(account->position_count <= HPM_SEARCH_LEGS_MAX);
    for (uint32_t s = 0; s < probe->slab_count; s++) {
        hpm_exposure exposure;
        hpm_status status = expose(probe, &exposure, &probe->slabs[s].array, account, error);
        if (status != HPM_OK) return status;
        look_at_slab(probe, &of, s, &exposure);
    }
    *loss = of.loss;
    *where = (hpm_search_move){probe->moves[of.move], of.alone, probe->is_node[of.move]};
    return HPM_OK;
}
