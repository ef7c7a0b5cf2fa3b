/* Ladders: see hpm/ladder.h. */
#include "hpm/ladder.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/sort.h"
#include "price/greeks.h"
#include "risk/array.h"

/* ---- Nodes -------------------------------------------------------------------------------- */

/* Prices of a ladder in the unit of a set. */
typedef struct node_list {
    double prices[HPM_LADDER_NODES_MAX];
    uint32_t count;
    hpm_price_unit unit;
} node_list;

static void add_price(node_list *nodes, double price)
{
    for (uint32_t i = 0; i < nodes->count; i++)
        if (nodes->prices[i] == price) return;
    assert(nodes->count < HPM_LADDER_NODES_MAX);
    nodes->prices[nodes->count++] = price;
}

/* The first grid; NULL: none that a ladder has room for, with the price of now. */
static const hpm_scenario_set *find_grid(const hpm_rulebook *rulebook)
{
    const hpm_scenario_set *sets = rulebook->sets.items;
    for (uint32_t s = 0; s < rulebook->sets.count; s++)
        if (sets[s].prices.count > 0)
            return sets[s].prices.count < HPM_LADDER_NODES_MAX ? &sets[s] : NULL;
    return NULL;
}

static void list_nodes(node_list *nodes, const hpm_rulebook *rulebook)
{
    const hpm_scenario_set *grid = find_grid(rulebook);
    *nodes = (node_list){.unit = grid ? grid->price_unit : HPM_PRICE_RANGE};
    for (uint32_t i = 0; grid && i < grid->prices.count; i++)
        add_price(nodes, ((const double *)grid->prices.items)[i]);
    for (int quarter = -4; !grid && quarter <= 4; quarter++)
        add_price(nodes, 0.25 * quarter);
    add_price(nodes, 0);
    hpm_sort(nodes->prices, nodes->count, sizeof *nodes->prices, hpm_compare_reals, NULL);
}

/* ---- Memory ------------------------------------------------------------------------------- */

size_t hpm_ladders_size(const hpm_account *account)
{
    const size_t rows = account->position_count;
    return hpm_aligned_size(HPM_ASSETS_MAX * sizeof(double)) +
           hpm_aligned_size(rows * sizeof(uint32_t)) +
           hpm_aligned_size(rows * HPM_LADDER_NODES_MAX * sizeof(double)) +
           hpm_aligned_size(rows * HPM_LADDER_NODES_MAX * sizeof(hpm_greeks)) +
           hpm_aligned_size(rows * sizeof(hpm_ladder_vega));
}

static uint32_t underlying_of(const hpm_desk *desk, uint32_t run)
{
    return desk->array.catalog->buckets[desk->portfolio.runs[run].bucket].underlying;
}

/* The underlyings of the account that the desk has arranged: its runs are sorted by them. */
static hpm_status begin(hpm_ladders *ladders, hpm_arena *arena, const hpm_desk *desk,
                        uint32_t node_count, hpm_error *error)
{
    const uint32_t rows = desk->portfolio.holding_count;
    memset(ladders, 0, sizeof *ladders);
    ladders->node_count = node_count;
    ladders->underlyings = hpm_arena_take(arena, rows, sizeof *ladders->underlyings);
    ladders->price_move =
        hpm_arena_take(arena, (size_t)rows * HPM_LADDER_NODES_MAX, sizeof(double));
    ladders->greeks =
        hpm_arena_take(arena, (size_t)rows * HPM_LADDER_NODES_MAX, sizeof(hpm_greeks));
    ladders->vega = hpm_arena_take(arena, rows, sizeof *ladders->vega);
    if (!ladders->underlyings || !ladders->price_move || !ladders->greeks || !ladders->vega)
        return hpm_fail(error, HPM_E_MEMORY, "ladders", "the arena is too small");
    for (uint32_t r = 0; r < desk->portfolio.run_count; r++)
        if (r == 0 || underlying_of(desk, r) != underlying_of(desk, r - 1))
            ladders->underlyings[ladders->underlying_count++] = underlying_of(desk, r);
    return HPM_OK;
}

/* ---- Delta by price ----------------------------------------------------------------------- */

static void add_greeks(hpm_greeks *sum, const hpm_greeks *more)
{
    sum->delta_units += more->delta_units;
    sum->delta_premium_units += more->delta_premium_units;
    sum->delta += more->delta;
    sum->gamma_1pct += more->gamma_1pct;
    sum->vega_point += more->vega_point;
    sum->theta_day += more->theta_day;
    sum->rho_bp += more->rho_bp;
}

static void sum_runs(hpm_ladders *ladders, const hpm_desk *desk, const hpm_breakdown *breakdown,
                     uint32_t node)
{
    uint32_t u = 0;
    for (uint32_t r = 0; r < desk->portfolio.run_count; r++) {
        while (ladders->underlyings[u] != underlying_of(desk, r))
            u++;
        add_greeks(&ladders->greeks[u * ladders->node_count + node], &breakdown->greeks[r]);
    }
}

/* Every underlying at its own price of a node. `ratios`: 1 for all assets at first. */
static void move_all(double *ratios, hpm_ladders *ladders, const hpm_desk *desk,
                     const node_list *nodes, uint32_t node)
{
    for (uint32_t u = 0; u < ladders->underlying_count; u++) {
        const uint32_t asset = ladders->underlyings[u];
        if (asset == desk->base->reporting) continue; /* worth 1 wherever the others go */
        double move = hpm_rulebook_price_move(nodes->unit, desk->array.underlying_rule[asset],
                                              nodes->prices[node]);
        ladders->price_move[u * ladders->node_count + node] = move;
        ratios[asset] = 1 + move;
    }
}

static hpm_status climb(hpm_ladders *ladders, double *ratios, hpm_desk *desk,
                        const node_list *nodes, const hpm_account *account, hpm_error *error)
{
    hpm_breakdown breakdown;
    hpm_status status = HPM_OK;
    for (uint32_t node = 0; node < nodes->count && status == HPM_OK; node++) {
        const hpm_market_move move = {.price_ratio = ratios};
        move_all(ratios, ladders, desk, nodes, node);
        /* Where nothing moves stands the market itself, to the last bit. */
        status = hpm_desk_move(desk, nodes->prices[node] == 0 ? NULL : &move, error);
        if (status == HPM_OK) status = hpm_desk_breakdown(desk, &breakdown, account, error);
        if (status == HPM_OK) sum_runs(ladders, desk, &breakdown, node);
    }
    return status;
}

/* ---- Vega by expiry and delta ------------------------------------------------------------- */

static const double bounds[HPM_LADDER_BUCKETS - 1] = {0.9, 0.75, 0.55, 0.45, 0.25, 0.1};

const char *hpm_ladder_bucket_name(uint32_t bucket)
{
    static const char *const names[HPM_LADDER_BUCKETS] = {
        "put 0-10",   "put 10-25",  "put 25-45", "at the money",
        "call 25-45", "call 10-25", "call 0-10",
    };
    assert(bucket < HPM_LADDER_BUCKETS);
    return names[bucket];
}

/* N(d1) of the strike. */
static double call_delta(const hpm_market *market, uint32_t instrument)
{
    const hpm_instrument *row = &market->catalog->instruments[instrument];
    hpm_black_greeks greeks;
    hpm_black76_greeks(&greeks, hpm_curve_settlement_forward(&market->curve[row->expiry]),
                       row->strike, market->vol[instrument].value,
                       hpm_market_tau_years(market, row->expiry_ns), 0, 1);
    return greeks.delta;
}

static uint32_t bucket_of(double delta)
{
    uint32_t bucket = 0;
    while (bucket < HPM_LADDER_BUCKETS - 1 && delta <= bounds[bucket])
        bucket++;
    return bucket;
}

/* Holdings are sorted by bucket, and so by expiry: an expiry that settles in several assets has
 * several runs side by side. */
static void lay_vega(hpm_ladders *ladders, const hpm_desk *desk)
{
    const hpm_risk_array *array = &desk->array;
    const uint32_t column = array->extra + HPM_COLUMN_VEGA;
    for (uint32_t h = 0; h < desk->portfolio.holding_count; h++) {
        const hpm_holding *held = &desk->portfolio.holdings[h];
        const hpm_instrument *row = &array->catalog->instruments[held->instrument];
        if (row->kind != HPM_OPTION) continue;
        if (ladders->expiry_count == 0 ||
            ladders->vega[ladders->expiry_count - 1].expiry != row->expiry)
            ladders->vega[ladders->expiry_count++] = (hpm_ladder_vega){.expiry = row->expiry};
        double ticks = array->ticks_real[(size_t)held->instrument * array->stride + column];
        double unit = hpm_risk_array_units(array, row->settlement)[column];
        ladders->vega[ladders->expiry_count - 1]
            .vega_point[bucket_of(call_delta(array->market, held->instrument))] +=
            (double)held->lots * ticks * unit;
    }
}

/* ------------------------------------------------------------------------------------------- */

hpm_status hpm_ladders_compute(hpm_ladders *ladders, hpm_arena *arena, hpm_desk *desk,
                               const hpm_account *account, hpm_error *error)
{
    const uint32_t assets = desk->base->catalog->asset_count;
    node_list nodes;
    double *ratios = hpm_arena_take(arena, assets, sizeof *ratios);
    if (!ratios) return hpm_fail(error, HPM_E_MEMORY, "ladders", "the arena is too small");
    for (uint32_t a = 0; a < assets; a++)
        ratios[a] = 1;
    list_nodes(&nodes, desk->rulebook);
    hpm_status status = hpm_desk_move(desk, NULL, error);
    if (status == HPM_OK) status = hpm_desk_arrange(desk, account, error);
    if (status == HPM_OK) status = begin(ladders, arena, desk, nodes.count, error);
    if (status != HPM_OK) return status;
    lay_vega(ladders, desk);
    status = climb(ladders, ratios, desk, &nodes, account, error);
    hpm_status back = hpm_desk_move(desk, NULL, status == HPM_OK ? error : NULL);
    return status == HPM_OK ? back : status;
}
