/* A PMRM_2 case of Derive in neutral form: what a file says, and what comes out. Prices are in USD,
 * amounts whole 1e-18 units; margins are signed, >= 0 is healthy. */
#ifndef CONFORM_PMRM2_H
#define CONFORM_PMRM2_H

#include "conform.h"
#include "hpm/svi.h"
#include "io/document.h"
#include "world.h"

#define PMRM2_OPTIONS_MAX    1024
#define PMRM2_EXPIRIES_MAX   64
#define PMRM2_COLLATERAL_MAX 32
#define PMRM2_SCENARIOS_MAX  256

/* What the feeds say of one expiry. */
typedef struct pmrm2_feed {
    int64_t to_expiry_ns; /* 0 and less: expired */
    double forward_variable, forward_fixed, rate;
    double confidence; /* least of forward, rate and volatility */
    hpm_svi svi;
    double svi_forward, svi_years; /* of the fit, not of now */
} pmrm2_feed;

typedef struct pmrm2_option {
    uint32_t feed;
    double strike;
    int is_call;
    conform_wide amount_e18;
} pmrm2_option;

typedef struct pmrm2_collateral {
    double amount, price, confidence, haircut, initial_haircut;
    int is_risk_cancelling; /* moves with the underlying */
} pmrm2_collateral;

typedef struct pmrm2_case {
    const char *name;
    double spot, spot_confidence, perp_price, perp_confidence, stable;
    conform_wide cash_e18, pnl_e18, perp_e18;
    pmrm2_feed feeds[PMRM2_EXPIRIES_MAX];
    uint32_t feed_count;
    pmrm2_option *options;
    uint32_t option_count;
    pmrm2_collateral collateral[PMRM2_COLLATERAL_MAX];
    uint32_t collateral_count;
} pmrm2_case;

/* A scenario of the file: its shocks, and where the engine has it. */
typedef struct pmrm2_scenario {
    double spot_shock; /* as a ratio, 1.18 */
    int direction;     /* of volatility: PMRM2_* */
    uint32_t column;
} pmrm2_scenario;

enum { PMRM2_DOWN = -1, PMRM2_NONE, PMRM2_UP, PMRM2_LINEAR, PMRM2_ABSOLUTE };

/* Contingencies as Derive signs them: what they take from the margin is negative. */
typedef struct pmrm2_result {
    double initial, maintenance, mtm;
    double forward, perp, perp_initial, option, option_initial, collateral, collateral_initial,
        oracle;
    double factor; /* of the initial span; NaN where there is none */
    double expiry_value[PMRM2_EXPIRIES_MAX];
    double scenario_pnl[PMRM2_SCENARIOS_MAX]; /* as in the file */
    world_result run;
} pmrm2_result;

/* The rulebook with the parameters of a case put in. */
typedef struct pmrm2_rules {
    hpm_rulebook_document document; /* not to be moved */
    hpm_scenario moves[PMRM2_SCENARIOS_MAX];
    hpm_collateral_rule collateral[PMRM2_COLLATERAL_MAX + 2];
    pmrm2_scenario scenarios[PMRM2_SCENARIOS_MAX];
    uint32_t scenario_count;
} pmrm2_rules;

/* Reads Scenario. Free it with pmrm2_case_free, also after an error. */
hpm_status pmrm2_case_read(pmrm2_case *out, const json_t *scenario, hpm_error *error);
void pmrm2_case_free(pmrm2_case *portfolio);

/* Name of the asset that a collateral is in the engine: each is one of its own, with its own price.
 */
void pmrm2_collateral_name(char out[HPM_ASSET_NAME_SIZE], uint32_t index);

/* rulebooks/derive-pmrm2.json with every parameter of the case, its scenarios and the haircuts of
 * its collateral. Free it with pmrm2_rules_free, also after an error. */
hpm_status pmrm2_rules_read(pmrm2_rules *rules, const json_t *parameters,
                            const pmrm2_case *portfolio, hpm_error *error);
void pmrm2_rules_free(pmrm2_rules *rules);

/* Volatility of a feed at a strike; E_RANGE where the slice has a negative variance. */
hpm_status pmrm2_vol(double *vol, const pmrm2_feed *feed, double strike, hpm_error *error);

/* Free result->run with world_result_free when it is HPM_OK. */
hpm_status pmrm2_run(pmrm2_result *result, const pmrm2_case *portfolio, const pmrm2_rules *rules,
                     hpm_error *error);

#endif
