/* A PMRM version 1 case in neutral form: what both shapes of Derive's files say, and what comes
 * out. Amounts are whole 1e-18 units; prices are in USD; margins are signed, >= 0 is healthy. */
#ifndef CONFORM_PMRM1_H
#define CONFORM_PMRM1_H

#include "conform.h"
#include "io/document.h"
#include "world.h"

#define PMRM1_OPTIONS_MAX 4096
#define PMRM1_PERPS_MAX   256

typedef struct pmrm1_option {
    int64_t to_expiry_ns; /* 0 and less: expired, worth its intrinsic value */
    double strike, vol;
    int is_call;
    conform_wide amount_e18;
    double forward_variable, forward_fixed, rate;
    double confidence; /* least of forward, rate and volatility */
} pmrm1_option;

typedef struct pmrm1_perp {
    conform_wide amount_e18;
    double entry_price; /* NaN: P&L is stated in pnl_e18 */
} pmrm1_perp;

typedef struct pmrm1_case {
    const char *name;
    double spot, spot_confidence, perp_price, perp_confidence, stable;
    conform_wide cash_e18, base_e18;
    conform_wide pnl_e18; /* unrealised P&L and funding of the perpetuals */
    pmrm1_option *options;
    uint32_t option_count;
    pmrm1_perp perps[PMRM1_PERPS_MAX];
    uint32_t perp_count;
} pmrm1_case;

/* Contingencies as Derive signs them: what they take from the margin is negative. */
typedef struct pmrm1_result {
    double initial, maintenance, mtm;
    double scenario_worst; /* of the spot and volatility scenarios alone, <= 0 */
    double option, perp, base, forward, oracle;
    double loss_factor; /* NaN where nothing is multiplied by it */
    hpm_margin reference, exact;
    double equity_bound, initial_bound, maintenance_bound;
} pmrm1_result;

hpm_status pmrm1_run(pmrm1_result *result, const pmrm1_case *portfolio,
                     const hpm_rulebook *rulebook, hpm_error *error);

/* Compares the integer path with the reference under its bounds. */
void pmrm1_compare_exact(conform_tally *tally, const pmrm1_result *result);

#define PMRM1_SCENARIOS_MAX 256

typedef struct pmrm1_rules {
    hpm_rulebook_document document;              /* not to be moved */
    hpm_scenario scenarios[PMRM1_SCENARIOS_MAX]; /* of a file that states its own */
} pmrm1_rules;

/* The rulebook of Derive's unit tests. Free it with pmrm1_rules_free, also after an error. */
hpm_status pmrm1_rules_init(pmrm1_rules *rules, hpm_error *error);
void pmrm1_rules_free(pmrm1_rules *rules);

/* Puts in the parameters that a file states, an object or NULL, and finishes the rulebook. What is
 * not stated keeps its value; a name that is not known is not read. */
hpm_status pmrm1_rules_apply(pmrm1_rules *rules, const json_t *parameters, hpm_error *error);

/* The two shapes: one case each. */
hpm_status pmrm1_scenarios_case(conform_tally *tally, const json_t *value,
                                const hpm_rulebook *rulebook, hpm_error *error);
hpm_status pmrm1_portfolio_case(conform_tally *tally, const json_t *value,
                                const hpm_rulebook *rulebook, hpm_error *error);

/* What the fixtures of the portfolio shape change in the rulebook of the unit tests. */
void pmrm1_portfolio_rules(hpm_rulebook *rulebook);

#endif
