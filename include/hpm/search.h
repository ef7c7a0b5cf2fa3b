/* The adversary's view of a rulebook: a search for small portfolios that lose more than their
 * initial margin somewhere between the nodes of its scenario grid.
 *
 * A loss is that of the whole portfolio, revalued at a fine set of moves: the grid of a rulebook
 * with every interval of prices and volatilities split, at bases down, unmoved and up; for all
 * underlyings together and for each alone. What a rulebook nets, caps or floors has no say in it.
 * The search is simulated annealing with restarts from a seed: the same inputs, rules and seed give
 * the same bits. What it does not find may still be there. */
#ifndef HPM_SEARCH_H
#define HPM_SEARCH_H

#include "hpm/desk.h"

#ifdef __cplusplus
extern "C" {
#endif

#define HPM_SEARCH_LEGS_MAX  16
#define HPM_SEARCH_KEEP_MAX  64
#define HPM_SEARCH_MOVES_MAX 8192

typedef enum hpm_search_goal {
    HPM_SEARCH_RATIO,  /* loss beyond the margin, per unit of margin */
    HPM_SEARCH_AMOUNT, /* loss beyond the margin */
} hpm_search_goal;

typedef struct hpm_search_rules {
    uint64_t seed;
    uint64_t evaluations; /* portfolios to try, >= 1 */
    hpm_search_goal goal;
    uint32_t legs_max;  /* 1 .. HPM_SEARCH_LEGS_MAX */
    double size;        /* largest notional of a leg at the index, reporting currency, > 0 */
    double floor_share; /* a ratio counts at least this share of gross notional as margin, > 0 */
    uint32_t keep;      /* best portfolios to keep, 1 .. HPM_SEARCH_KEEP_MAX */
    uint32_t parts;     /* into how many each interval of the grid is split, 1 .. 64 */
    double beyond;      /* how far prices go, in units of the outermost nodes, [1, 4] */
    int with_basis;     /* also at bases down and up */
} hpm_search_rules;

/* seed 1, 20,000 evaluations by ratio, 6 legs of 1,000,000, floor 0.001, 5 kept, intervals in 4,
 * nothing beyond the nodes, with bases. */
void hpm_search_defaults(hpm_search_rules *rules);

typedef struct hpm_search_leg {
    uint32_t instrument;
    int64_t lots; /* not 0 */
} hpm_search_leg;

/* A move at which a portfolio was revalued. */
typedef struct hpm_search_move {
    hpm_scenario scenario; /* price, vol and basis in the units of the grid */
    uint32_t alone;        /* the asset that moves alone; HPM_NONE: all together */
    int is_node;           /* it is one of the grid's own nodes, bases unmoved */
} hpm_search_move;

typedef struct hpm_search_find {
    hpm_search_leg legs[HPM_SEARCH_LEGS_MAX]; /* ascending by instrument */
    uint32_t leg_count;
    /* Counted in the numeraire of the rulebook, as margins are. */
    double margin; /* initial */
    double loss;   /* the largest, >= 0 */
    double gross;  /* sum of |notional| at the index, reporting currency */
    hpm_search_move where;
    double score; /* by the goal */
    /* When the search is done: the least cash with which it passes, reporting currency, and the
     * margin of that account evaluated anew. */
    hpm_money cash;
    hpm_margin with_cash;
} hpm_search_find;

/* Private, but for `finds`, the counts and the moves. */
typedef struct hpm_search {
    hpm_desk *desk;
    hpm_search_rules rules;
    hpm_search_find *finds; /* [find_count] best first, as far as the search has come */
    uint32_t find_count;
    uint64_t done;     /* evaluations */
    uint64_t rejected; /* of them portfolios that the rulebook does not cover */
    const hpm_scenario_set *grid;
    uint32_t price_count, vol_count, basis_count; /* of the fine moves */
    uint32_t candidate_count;                     /* instruments that may be held */
    struct hpm_probe *probe;
    struct hpm_search_mover *mover;
    struct hpm_search_walk *walk;
    hpm_account *account; /* scratch */
} hpm_search;

/* Arena bytes of a search. */
size_t hpm_search_size(const hpm_desk *desk, const hpm_rulebook *moves,
                       const hpm_search_rules *rules);

/* `desk` stands at its base market under the rulebook that is looked at, with work memory for
 * legs_max positions and a balance; `moves` is the rulebook whose first grid of prices and
 * volatilities gives the moves (the same one, or another as a common yardstick). Both are the
 * caller's and must outlive the search. E_RANGE (a rule), E_UNSUPPORTED (no grid), E_LIMIT (more
 * than HPM_SEARCH_MOVES_MAX moves), E_MISSING_PRICE (no instrument can be priced), E_MEMORY. */
hpm_status hpm_search_init(hpm_search *search, hpm_arena *arena, hpm_desk *desk,
                           const hpm_rulebook *moves, const hpm_search_rules *rules,
                           hpm_error *error);

/* Bytes of work that a search needs once it is made, and the giving of it: a block of the caller's
 * that outlives the search. */
size_t hpm_search_work_size(const hpm_search *search);
void hpm_search_work(hpm_search *search, const hpm_arena *block);

/* Tries at most `count` further portfolios; done when search->done is rules.evaluations. An error
 * of a portfolio that the rulebook does not cover or that does not fit counts as rejected; others
 * end the search. */
hpm_status hpm_search_step(hpm_search *search, uint64_t count, hpm_error *error);

/* The account of a find with its cash, in search memory until the next call. */
const hpm_account *hpm_search_account(hpm_search *search, const hpm_search_find *find,
                                      const char *id);

/* The largest loss of an account over the moves of the search; for verification. */
hpm_status hpm_search_loss(hpm_search *search, double *loss, hpm_search_move *where,
                           const hpm_account *account, hpm_error *error);

#ifdef __cplusplus
}
#endif
#endif
