/* What scenarios cost an account, told a second time: from unrounded reference rows, balances and
 * the rulebook's text alone, without totals, exposures or charges of the engine. */
#ifndef HPM_TESTS_ORACLE_H
#define HPM_TESTS_ORACLE_H

#include "book.h"

/* A figure and how far the engine, which sums rounded ticks, may be from it: half a tick a lot, and
 * what doubles lose on the way. */
typedef struct figure {
    double value, bound;
} figure;

/* P&L of one underlying in a column of the array, as the component (worst_scenario or joint_grid)
 * reads it. */
figure oracle_pnl(const desk *on, const outcome *of, const hpm_component *component,
                  uint32_t underlying, uint32_t column);

/* What a run that is worth `value` now is worth at least in a column, in its settlement asset,
 * under the fold `payoff_floor`; -INFINITY: no floor. */
double oracle_floor(const desk *on, const outcome *of, uint32_t run, uint32_t column, double value);

/* The value of a worst_scenario or joint_grid component: every scenario tried. */
typedef struct oracle_worst {
    figure worst;
    double at_column; /* the most that is lost where the engine says that the worst is */
    int is_floor;     /* joint grid: the floor on the sum of single worsts decides */
} oracle_worst;

/* Whether the set that such a component aggregates has this column (HPM_NONE: no). */
int oracle_covers(const hpm_rulebook *rulebook, const hpm_component *component, uint32_t column);

oracle_worst oracle_component(const desk *on, const outcome *of, const hpm_component *component,
                              uint32_t reported_column);

/* The value of a charge that is not of scenarios; NaN for kinds that are not told here. */
figure oracle_charge(const desk *on, const outcome *of, const hpm_component *component);

/* Gross size of an account in the reporting currency: scale of what doubles lose. */
double oracle_gross(const desk *on, const outcome *of);

/* How far the engine's figures may be from those of hpm_margin_reference: `per_tick` times half a
 * tick for each lot, valued at the index, and what doubles lose. */
double oracle_tick_bound(const desk *on, const outcome *of, double per_tick);

#endif
