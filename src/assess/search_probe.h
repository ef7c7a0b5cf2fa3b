/* The fine moves of a search: a scenario grid with every interval split, priced once, and the
 * largest loss of an account over them. */
#ifndef HPM_ASSESS_SEARCH_PROBE_H
#define HPM_ASSESS_SEARCH_PROBE_H

#include "hpm/search.h"

#define HPM_PROBE_SLABS_MAX (HPM_SEARCH_MOVES_MAX / HPM_SCENARIOS_MAX)

/* Moves that fit into one array. */
typedef struct hpm_probe_slab {
    hpm_rulebook rulebook;
    hpm_scenario_set set;
    hpm_component component;
    hpm_risk_array array;
} hpm_probe_slab;

typedef struct hpm_probe {
    const hpm_context *context;
    hpm_probe_slab slabs[HPM_PROBE_SLABS_MAX];
    uint32_t slab_count;
    hpm_scenario *moves; /* [move_count], slab by slab */
    uint8_t *is_node;    /* [move_count] */
    uint32_t move_count, price_count, vol_count, basis_count;
    hpm_arena work; /* of one account at a time */
    hpm_portfolio portfolio;
    double *pnl, *joint; /* [HPM_SCENARIOS_MAX] */
} hpm_probe;

/* The first set of a rulebook with a grid of prices and volatilities; NULL: none. */
const hpm_scenario_set *hpm_probe_grid(const hpm_rulebook *rulebook);

/* How many moves there are; 0: none. */
uint32_t hpm_probe_move_count(const hpm_scenario_set *grid, const hpm_search_rules *rules);

/* Arena bytes; the probe itself not included. 0: no grid, or more than HPM_SEARCH_MOVES_MAX. */
size_t hpm_probe_size(const hpm_catalog *catalog, const hpm_rulebook *judged,
                      const hpm_rulebook *moves, const hpm_search_rules *rules);

/* Bytes of `work`, which the owner gives once the probe is made. */
size_t hpm_probe_work_size(const hpm_probe *probe);

/* Prices every instrument at every move. `judged` is the rulebook that is looked at: values and
 * currency are its own. */
hpm_status hpm_probe_init(hpm_probe *probe, hpm_arena *arena, const hpm_context *context,
                          const hpm_market *market, const hpm_rulebook *judged,
                          const hpm_rulebook *moves, const hpm_search_rules *rules,
                          hpm_error *error);

/* Whether an instrument can be priced at all moves. */
int hpm_probe_is_ready(const hpm_probe *probe, uint32_t instrument);

/* The largest loss of an account of at most HPM_SEARCH_LEGS_MAX positions, at least 0, and where;
 * ties: the first move, together before alone. */
hpm_status hpm_probe_loss(hpm_probe *probe, double *loss, hpm_search_move *where,
                          const hpm_account *account, hpm_error *error);

#endif
