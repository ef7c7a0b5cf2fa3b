/* Attribution: why a margin changed. Two states, each a market, an account and a rulebook; the
 * change of equity, of both requirements and of every component between them is split into parts
 * that sum to it to the last digit.
 *
 * The states need not share a catalog: instruments are the same if they have the same name.
 *
 * `settlement` comes first: positions that expired in between are closed at their mark before. The
 * parts from `trades` to `trust` are order-independent: each is what a cause does, averaged over
 * all orders in which the causes could have come (Shapley's value), under the rulebook before, in
 * markets that are consistent in themselves: a price move keeps the ratios of forwards and marks to
 * the index and the volatilities by strike; a basis move sets the new ratios; a vol move the new
 * surface; time moves the clock. `rulebook` comes last, in the account and market after. An input
 * that one market lacks, or has only beyond the hard age limit, does not move: it is taken from the
 * other market, forwards and marks by their ratio to the index. (docs/MODEL.md, Attribution.) */
#ifndef HPM_ATTRIBUTION_H
#define HPM_ATTRIBUTION_H

#include "hpm/desk.h"

#ifdef __cplusplus
extern "C" {
#endif

/* X(name, text): in the order of a waterfall. */
#define HPM_PART_LIST(X)                                                                           \
    X(SETTLEMENT, settlement, "positions that expired, closed at their mark before")               \
    X(TRADES, trades, "positions, balances and declared amounts")                                  \
    X(PRICE, price, "index prices, with forwards, marks and volatilities by strike held to them")  \
    X(BASIS, basis, "forwards and marks relative to the index")                                    \
    X(VOL, vol, "volatilities")                                                                    \
    X(TIME, time, "the clock, and what is observed of settlement averages")                        \
    X(RATES, rates, "rates of the expiries")                                                       \
    X(TRUST, trust, "confidence and age of the inputs")                                            \
    X(RULEBOOK, rulebook, "the margin method and its parameters")

typedef enum hpm_part {
#define HPM_PART_ENUM(name, word, text) HPM_PART_##name,
    HPM_PART_LIST(HPM_PART_ENUM)
#undef HPM_PART_ENUM
        HPM_PART_COUNT,
} hpm_part;

/* "settlement" and what it stands for. Never NULL. */
const char *hpm_part_name(hpm_part part);
const char *hpm_part_text(hpm_part part);

typedef struct hpm_state {
    const hpm_market *market;
    /* Of the market's catalog. NULL in `after`: the account before, held until then; positions that
     * are settled to the mark have made their P&L. */
    const hpm_account *account;
    const hpm_rulebook *rulebook;
} hpm_state;

/* after = before + sum of the parts, exactly. */
typedef struct hpm_change {
    hpm_money before, after;
    hpm_money part[HPM_PART_COUNT];
} hpm_change;

/* A component of either rulebook, by name; where a rulebook lacks it, it is 0. */
typedef struct hpm_component_change {
    const hpm_component *component; /* of the rulebook after, if it has it */
    hpm_change initial, maintenance;
} hpm_component_change;

/* A position that expired in between, and what it was worth before, in its settlement asset. */
typedef struct hpm_settled {
    uint32_t instrument; /* of the catalog before */
    hpm_qty quantity;
    double value;
} hpm_settled;

typedef struct hpm_attribution {
    /* Results, when a step says that it was the last. */
    hpm_change equity, initial, maintenance;
    hpm_component_change *components; /* in the order of the rulebook before, then new ones */
    uint32_t component_count;
    hpm_settled *settled;
    uint32_t settled_count;
    unsigned changed; /* bit 1 << part: the states differ in it. Other parts are 0 */
    uint32_t step_count, step;
    struct hpm_attribution_work *work; /* private */
} hpm_attribution;

/* Arena bytes without the memory for accounts. */
size_t hpm_attribution_size(const hpm_state *before, const hpm_state *after);

/* Finds what differs. The states are the caller's and must outlive the attribution. E_RANGE:
 * `after` is earlier; E_REFERENCE: the markets or rulebooks count in different assets, or one name
 * is something else in the two catalogs; E_MEMORY. */
hpm_status hpm_attribution_init(hpm_attribution *attribution, hpm_arena *arena,
                                const hpm_context *context, const hpm_state *before,
                                const hpm_state *after, hpm_error *error);

/* Bytes of work that the accounts need; give a block of them before the first step. It stays the
 * caller's. */
size_t hpm_attribution_work_size(const hpm_attribution *attribution);
void hpm_attribution_work(hpm_attribution *attribution, const hpm_arena *block);

/* Does a part of the work, of which there are step_count; *done is set by the last. An error names
 * the state that cannot be computed ("before: ", "after: ", "trades and price after, the rest
 * before: ") and why, as hpm_margin_evaluate; there are then no results. */
hpm_status hpm_attribution_step(hpm_attribution *attribution, int *done, hpm_error *error);

#ifdef __cplusplus
}
#endif
#endif
