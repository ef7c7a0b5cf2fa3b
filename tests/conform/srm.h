/* A case of Derive's standard margin in neutral form: what both shapes of the venue's files say,
 * and what comes out. Amounts are whole 1e-18 units; margins are signed, >= 0 is healthy. */
#ifndef CONFORM_SRM_H
#define CONFORM_SRM_H

#include "conform.h"
#include "io/document.h"
#include "world.h"

#define SRM_OPTIONS_MAX 4096
#define SRM_PERPS_MAX   256

enum { SRM_ETH, SRM_BTC, SRM_MARKETS };

typedef struct srm_market {
    double spot, spot_confidence, perp_price, perp_confidence;
    conform_wide base_e18;
} srm_market;

typedef struct srm_option {
    int market; /* SRM_ETH, SRM_BTC */
    int64_t to_expiry_ns;
    double strike, vol, vol_confidence;
    int is_call;
    conform_wide amount_e18;
    double forward, forward_confidence;
    double observed_share, observed_price; /* of the settlement average */
} srm_option;

typedef struct srm_perp {
    int market;
    conform_wide amount_e18;
    double entry_price;
    double funding; /* accrued, USDC */
} srm_perp;

typedef struct srm_case {
    const char *name;
    double stable;
    conform_wide cash_e18;
    srm_market markets[SRM_MARKETS];
    srm_option *options;
    uint32_t option_count;
    srm_perp perps[SRM_PERPS_MAX];
    uint32_t perp_count;
} srm_case;

/* Index of each pair: 0 maintenance, 1 initial. */
typedef struct srm_result {
    double margin[2], mtm;
    double options[2]; /* what the options add to the margin */
    double base;       /* what base assets add to the maintenance margin */
    double perp;       /* to the maintenance margin, <= 0 */
    double oracle, depeg;
    hpm_margin reference, exact;
    double equity_bound, initial_bound, maintenance_bound;
} srm_result;

hpm_status srm_run(srm_result *result, const srm_case *portfolio, const hpm_rulebook *rulebook,
                   hpm_error *error);

/* Compares the integer path with the reference under its bounds. */
void srm_compare_exact(conform_tally *tally, const srm_result *result);

/* By the name that files give it, "ETH" or "eth"; E_UNSUPPORTED for another. */
hpm_status srm_market_of(int *market, const char *name, const char *where, hpm_error *error);

/* The two shapes: one case each. */
hpm_status srm_scenario_case(conform_tally *tally, const json_t *value,
                             const hpm_rulebook *rulebook, hpm_error *error);
hpm_status srm_portfolio_case(conform_tally *tally, const json_t *value,
                              const hpm_rulebook *rulebook, hpm_error *error);

/* The rulebook of the venue's unit tests with the parameters that a file states, an object or NULL,
 * put in. With the fixtures of the portfolio shape, or of the other. Free it, also after an error.
 */
hpm_status srm_rules_load(hpm_rulebook_document *rules, int is_portfolio, const json_t *parameters,
                          hpm_error *error);

#endif
