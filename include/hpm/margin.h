/* Margin: equity, initial and maintenance requirement, and what they are made of.
 *
 * Signs: a requirement is the loss from mark that must be covered, positive. An account passes if
 * equity >= initial margin; health is equity / maintenance margin, both less what the rulebook's
 * health_less names. Each component crosses from double to money once, against the account; the
 * totals are integer sums of the components. */
#ifndef HPM_MARGIN_H
#define HPM_MARGIN_H

#include "hpm/risk.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Version of the numbers: grows whenever the same inputs give other figures. */
#define HPM_NUMBERS_VERSION 1

/* The fixed-size result of the hot path. */
typedef struct hpm_margin {
    hpm_money equity;
    hpm_money initial;
    hpm_money maintenance;
    uint32_t component_count; /* as in the rulebook */
    uint32_t worst_column;    /* scenario of the component that leads the initial requirement;
                                 HPM_NONE if none is a scenario charge */
    double value[HPM_COMPONENTS_MAX];           /* unweighted, reporting currency */
    hpm_money initial_part[HPM_COMPONENTS_MAX]; /* of each charge; 0 for combinations */
    hpm_money maintenance_part[HPM_COMPONENTS_MAX];
    double equity_real, initial_real, maintenance_real; /* before rounding to money */
} hpm_margin;

/* Scratch bytes that evaluate needs for accounts of at most these counts. */
size_t hpm_margin_scratch_size(const hpm_risk_array *array, uint32_t position_count);

/* Margin of an arranged account from its totals. Pure and allocation-free; `scratch` is a
 * caller-owned arena that is used and given back. Errors: E_MISSING_PRICE (a balance's index
 * price), E_STALE (an input beyond the hard age limit; `where` names it), E_OVERFLOW,
 * E_NOT_FINITE, E_UNSUPPORTED (more underlyings than the rulebook covers). */
hpm_status hpm_margin_evaluate(hpm_margin *margin, hpm_arena *scratch, const hpm_risk_array *array,
                               const hpm_portfolio *portfolio, const hpm_totals *totals,
                               hpm_error *error);

/* The same from doubles throughout, position by position: the slow, obvious twin. Agreement with
 * venues is checked on it. */
hpm_status hpm_margin_reference(hpm_margin *margin, hpm_arena *scratch, const hpm_risk_array *array,
                                const hpm_portfolio *portfolio, hpm_error *error);

/* ---- For people: the breakdown ---------------------------------------------------------- */

typedef enum hpm_line_kind {
    HPM_LINE_POSITION,
    HPM_LINE_BALANCE,
    HPM_LINE_DECLARED,
} hpm_line_kind;

/* One line of the account with its share of the requirement. */
typedef struct hpm_margin_line {
    hpm_line_kind kind;
    uint32_t id;       /* instrument or asset */
    hpm_money value;   /* in the numeraire: mark value and unrealised P&L; a balance's value */
    hpm_money initial; /* contribution; the lines sum to the requirement exactly */
    hpm_money maintenance;
} hpm_margin_line;

/* Greeks in reporting currency except delta_units (units of underlying). */
typedef struct hpm_greeks {
    double delta_units;         /* Black delta */
    double delta_premium_units; /* premium-adjusted */
    double delta;               /* per 1 of the underlying's price times price: value of delta */
    double gamma_1pct;          /* change of that per 1 % move */
    double vega_point;
    double theta_day;
    double rho_bp;
} hpm_greeks;

typedef struct hpm_breakdown {
    const hpm_risk_array *array;
    hpm_margin margin;
    hpm_margin_line *lines; /* positions in holding order, balances, declared amounts */
    uint32_t line_count;
    uint32_t *underlyings; /* asset ids that the account has exposure to, ascending */
    uint32_t underlying_count;
    /* [underlying][scenario_count] P&L in the numeraire as the component that reads the set sees
     * it: folded, converted and weighted; NaN for sets that no component aggregates. */
    double *scenario_pnl;
    /* [underlying_count] the scenario in which each underlying stands in the worst joint scenario
     * (the same for all, or its own); HPM_NONE: it does not move. */
    uint32_t *worst_columns;
    hpm_greeks *greeks; /* [run_count]: per bucket run of the portfolio */
    hpm_greeks greeks_total;
    double *collateral_value; /* [balance_count] before haircut */
    double *collateral_haircut;
} hpm_breakdown;

size_t hpm_breakdown_size(const hpm_risk_array *array, const hpm_account *account);

hpm_status hpm_margin_breakdown(hpm_breakdown *breakdown, hpm_arena *arena,
                                const hpm_risk_array *array, const hpm_portfolio *portfolio,
                                const hpm_totals *totals, hpm_error *error);

/* Inputs that the account depends on and that are not fully trusted: age beyond the soft limit or
 * confidence below 1. */
typedef enum hpm_degraded_kind {
    HPM_DEGRADED_PRICE,   /* asset index price: id is an asset */
    HPM_DEGRADED_FORWARD, /* expiry forward: id is an expiry */
    HPM_DEGRADED_MARK,    /* instrument mark: id is an instrument */
    HPM_DEGRADED_VOL,     /* instrument volatility */
    HPM_DEGRADED_VOL_ATM, /* expiry's at-the-money volatility */
} hpm_degraded_kind;

typedef struct hpm_degraded {
    hpm_degraded_kind kind;
    uint32_t id;
    double confidence, age_s, effective;
} hpm_degraded;

/* Writes at most `capacity` rows and returns how many there are. */
uint32_t hpm_margin_degraded(hpm_degraded *rows, uint32_t capacity, const hpm_risk_array *array,
                             const hpm_portfolio *portfolio);

#ifdef __cplusplus
}
#endif
#endif
