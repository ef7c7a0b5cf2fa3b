/* The rulebook: a margin method as data. Which scenario sets, how they aggregate, which charges
 * with which parameters, which haircuts, which factors.
 *
 * Components form an ordered list; each is a charge, or a sum, maximum, minimum or scale of
 * *earlier* names, so that a cycle cannot be written. Two names say which components are the
 * initial and the maintenance requirement. Every value is a field of a table (hpm/fields.h); the
 * canonical bytes of the tables give the hash. */
#ifndef HPM_RULEBOOK_H
#define HPM_RULEBOOK_H

#include "hpm/catalog.h"
#include "hpm/fields.h"
#include "hpm/scenario.h"

#ifdef __cplusplus
extern "C" {
#endif

#define HPM_RULE_NAME_SIZE       32
#define HPM_COMPONENTS_MAX       48
#define HPM_COMPONENT_INPUTS_MAX 32
#define HPM_COLLATERAL_RULES_MAX 1024
#define HPM_UNDERLYING_RULES_MAX 1024
#define HPM_PAIR_RULES_MAX       1024
#define HPM_TIERS_MAX            64
#define HPM_PRICE_STEPS_MAX      64

/* One of a list of tiers: `rate` holds for what of an amount lies above the end of the tier before
 * and up to its own. Amounts are in the numeraire. */
typedef struct hpm_tier {
    double up_to; /* NaN in the last, which has no end */
    double rate;
} hpm_tier;

/* Parameters of one underlying; asset "*" is the default row. */
typedef struct hpm_underlying_rule {
    char asset[HPM_ASSET_NAME_SIZE];
    double price_range;                        /* scan range as a ratio */
    double basis_annual;                       /* a in b_e = max(basis_minimum, exp(a*T) - 1) */
    double basis_minimum;                      /* b_min, ratio */
    double funding_rate;                       /* of perpetuals, per 8 hours */
    double linear_initial, linear_maintenance; /* of futures and perpetuals, share of notional */
    /* What the market takes at its half-spread: net delta, and net vega of an expiry. 0: any. */
    double delta_depth;      /* reporting currency */
    double delta_spread;     /* half-spread, share of the delta's value */
    double vega_depth;       /* reporting currency per vol point */
    double vega_spread;      /* half-spread, vol points */
    double delta_increment;  /* of `delta_shock`, per unit of delta; NaN: the charge's own */
    hpm_list price_steps;    /* of double: moves that sets in steps count in, ratios, growing */
    hpm_list position_tiers; /* of hpm_tier: rates of stretches of a position's notional */
} hpm_underlying_rule;

/* How the contracts on an underlying that settle in one asset, a pair, count in a scenario before
 * pairs are summed. "*" is any asset; of several rows the first that matches counts, and where none
 * does a pair counts as it is. */
typedef struct hpm_pair_rule {
    char underlying[HPM_ASSET_NAME_SIZE];
    char settlement[HPM_ASSET_NAME_SIZE];
    double gain_share; /* of a gain that may offset losses of other pairs, [0, 1] */
    double gain_cap;   /* in the numeraire; largest gain that counts; NaN: any */
    double dampener;   /* in the numeraire; narrows what moves beyond the price range do */
} hpm_pair_rule;

/* What one asset is worth as collateral; asset "*" is the default row. */
typedef struct hpm_collateral_rule {
    char asset[HPM_ASSET_NAME_SIZE];
    double haircut;             /* of a positive balance's value, [0, 1] */
    double residual_haircut;    /* instead, of a coin, whose price risk is in the scenarios; NaN:
                                   the same */
    double initial_haircut;     /* a second one, on top, for a component that asks for it */
    double liability_surcharge; /* of a negative balance's value */
    double residual_surcharge;  /* instead, of a coin; NaN: the same */
    hpm_list tiers;             /* of hpm_tier: haircuts of stretches of the value, instead of
                                   `haircut`; empty: none */
    double cap;                 /* in the numeraire; value above it counts zero; 0: no cap */
    double interest_annual;     /* on a negative balance, for the rulebook's interest_days */
    double depeg_shock;         /* stablecoins: how far the price leaves its peg, ratio */
    char follows[HPM_ASSET_NAME_SIZE]; /* underlying that it moves with; "": none */
    double wrong_way;                  /* share charged where the account is long of that */
} hpm_collateral_rule;

/* How P&L in a coin becomes reporting currency. */
typedef enum hpm_conversion {
    HPM_CONVERT_SHOCKED,   /* at the scenario's own price: (C + P)*X' - C*X */
    HPM_CONVERT_UNSHOCKED, /* at the current price: P*X */
} hpm_conversion;

/* What may offset what. The requirement is the sum of what the components ask of each pocket. */
typedef enum hpm_grouping {
    HPM_GROUPING_ACCOUNT,    /* one pocket: everything together */
    HPM_GROUPING_UNDERLYING, /* all contracts on one underlying together with its coin; every other
                                balance by itself: margin by underlying */
    HPM_GROUPING_LINEAR, /* spot pairs, futures, perpetuals and the coin of one underlying together;
                            every option, and every other balance, by itself: cross margin */
    HPM_GROUPING_POSITION, /* every position and every balance by itself: isolated margin */
} hpm_grouping;

/* What happens to a bucket's P&L before buckets are summed. */
typedef enum hpm_fold {
    HPM_FOLD_IDENTITY,
    HPM_FOLD_PAYOFF_FLOOR, /* shocked value at least the smallest discounted payoff */
    HPM_FOLD_DISCOUNT,     /* shocked value times a static discount by its sign (PMRM) */
} hpm_fold;

/* Parameters by kind of charge. The meaning and range of each are in the field tables of
 * src/margin/charges/. */
typedef struct hpm_rule_worst {
    char set[HPM_RULE_NAME_SIZE];
    char second_set[HPM_RULE_NAME_SIZE]; /* the next one, in the same worst; "": none */
    hpm_conversion conversion;
    int balances;     /* balances of an underlying are part of its scenarios */
    int followers;    /* so are those of assets that follow it */
    int delta_hedged; /* P&L less what the delta alone makes of the move */
    hpm_fold fold;
    double discount_base, discount_rate_multiple, discount_rate_add; /* of values above 0 */
    double discount_short_base, discount_short_rate_multiple, discount_short_rate_add; /* below */
    int rotation;     /* an expiry loses what it moves, whichever way */
    int range_weight; /* moves beyond the price range are scaled back to it */
    uint32_t set_index;
} hpm_rule_worst;

typedef struct hpm_rule_joint {
    char set[HPM_RULE_NAME_SIZE];
    double offset_share;   /* phi: share of one underlying's gain that may offset another's loss */
    double opposite_share; /* gamma: how far the rest moves the other way */
    double alone_floor;    /* lambda: least share of the sum of the single worst losses */
    hpm_fold fold;         /* identity or payoff floor */
    uint32_t set_index;
} hpm_rule_joint;

typedef struct hpm_rule_basis {
    char set[HPM_RULE_NAME_SIZE];
    int dated_only;
    double factor;     /* multiplies each expiry's worst loss ... */
    double factor_tau; /* ... plus this times the years to expiry */
    uint32_t set_index;
} hpm_rule_basis;

typedef struct hpm_rule_size {
    double perpetual, future, balance; /* share of units times index price */
} hpm_rule_size;

typedef struct hpm_rule_naked {
    double option; /* share of index price per net short option at one strike */
} hpm_rule_naked;

typedef enum hpm_haircut_part {
    HPM_HAIRCUT_FIRST,   /* haircut, surcharge and interest */
    HPM_HAIRCUT_INITIAL, /* initial_haircut of a positive balance */
} hpm_haircut_part;

typedef enum hpm_haircut_count {
    HPM_COUNT_NUMERAIRE, /* what is left of a balance counts in the numeraire, as its value does */
    HPM_COUNT_REPORTING, /* its figure in the reporting currency counts as if it were numeraire */
} hpm_haircut_count;

typedef struct hpm_rule_haircut {
    hpm_haircut_part part;
    hpm_haircut_count counted_in;
} hpm_rule_haircut;

typedef enum hpm_confidence_rule {
    HPM_CONFIDENCE_MINIMUM, /* the least confidence of a group's inputs, below a threshold */
    HPM_CONFIDENCE_SUM,     /* each input's own doubt times what depends on it */
    HPM_CONFIDENCE_APART,   /* the least confidence of what each position itself depends on */
} hpm_confidence_rule;

typedef enum hpm_confidence_options {
    HPM_CONFIDENCE_ALL,   /* options count, long and short */
    HPM_CONFIDENCE_SHORT, /* short options only */
} hpm_confidence_options;

typedef struct hpm_rule_confidence {
    hpm_confidence_rule combine;
    double threshold; /* no charge for a confidence at or above it */
    double factor;
    int collateral; /* minimum: every balance is collateral, doubted apart from perpetuals */
    hpm_confidence_options options; /* minimum, apart */
} hpm_rule_confidence;

typedef struct hpm_rule_delta_shock {
    double threshold; /* reporting currency of net delta that is free */
    double increment; /* per unit of delta beyond */
    double maximum;   /* ratio of the delta's value */
} hpm_rule_delta_shock;

typedef struct hpm_rule_close_out {
    double future_fee, option_fee; /* share of notional */
    double option_fee_cap;         /* share of the option's mark */
    double liquidation_fee;        /* share of notional, on top, not capped */
} hpm_rule_close_out;

typedef struct hpm_rule_declared {
    char amount[HPM_RULE_NAME_SIZE]; /* name of the declared amounts to sum */
} hpm_rule_declared;

typedef struct hpm_rule_tail {
    double rate; /* of the index price per unit that loses without end, or down to zero */
} hpm_rule_tail;

typedef struct hpm_rule_depeg {
    double threshold, slope; /* below the threshold: slope * (threshold - price) of the exposure */
} hpm_rule_depeg;

typedef struct hpm_rule_funding {
    double periods; /* of 8 hours */
} hpm_rule_funding;

typedef struct hpm_rule_standard {
    double short_option, short_option_least; /* share of the index price: at the money, at least */
    double put_mark;                         /* least of a short put, share of its mark */
    double future, future_growth; /* share of the net notional; added per million of it */
    int without_marks;            /* of equity that has no option marks in it */
} hpm_rule_standard;

typedef struct hpm_rule_strategy {
    double short_call, short_call_least; /* share of the index price: at the money, at least */
    double short_put, short_put_least;
    double put_floor, put_floor_mark, put_floor_multiple;
    double unpaired_call;  /* share of the forward per call short on balance, held to expiry */
    hpm_list only, except; /* of char[HPM_ASSET_NAME_SIZE]: underlyings */
} hpm_rule_strategy;

typedef enum hpm_gross_price {
    HPM_GROSS_INDEX,
    HPM_GROSS_MARK,
} hpm_gross_price;

typedef enum hpm_gross_multiple {
    HPM_GROSS_ONE,
    HPM_GROSS_INITIAL,     /* of the underlying's linear_initial */
    HPM_GROSS_MAINTENANCE, /* of its linear_maintenance */
} hpm_gross_multiple;

typedef struct hpm_rule_gross_size {
    double perpetual, future, short_option, long_option; /* share of the price per unit */
    hpm_gross_price price;                               /* of futures and perpetuals */
    hpm_gross_multiple multiple_of;                      /* shares of futures and perpetuals */
} hpm_rule_gross_size;

typedef struct hpm_rule_net_delta {
    double ranges; /* price ranges that the net delta is charged for */
} hpm_rule_net_delta;

typedef struct hpm_rule_gross_delta {
    double net;    /* share of the value of the net delta */
    double hedged; /* share of the value of what longs and shorts have in common */
    int futures_only;
} hpm_rule_gross_delta;

typedef struct hpm_rule_borrowed {
    double rate; /* of what is owed, share of its value */
} hpm_rule_borrowed;

typedef struct hpm_rule_slippage {
    double least;     /* of an option, share of the index price */
    double per_delta; /* the same per unit of |delta| */
} hpm_rule_slippage;

typedef struct hpm_rule_combine {
    hpm_list of; /* of char[HPM_RULE_NAME_SIZE]: earlier components */
    uint32_t inputs[HPM_COMPONENT_INPUTS_MAX];
} hpm_rule_combine;

typedef struct hpm_rule_scale {
    char of[HPM_RULE_NAME_SIZE];
    double factor;
    char peg_asset[HPM_ASSET_NAME_SIZE]; /* factor grows by peg_slope*(peg_threshold - price)+ */
    double peg_threshold, peg_slope;
    uint32_t input;
} hpm_rule_scale;

typedef struct hpm_rule_tiers {
    char of[HPM_RULE_NAME_SIZE];
    hpm_list tiers; /* of hpm_tier: factors of stretches of its value */
    uint32_t input;
} hpm_rule_tiers;

typedef enum hpm_component_kind {
    HPM_COMPONENT_WORST_SCENARIO,
    HPM_COMPONENT_JOINT_GRID,
    HPM_COMPONENT_EXPIRY_BASIS,
    HPM_COMPONENT_ROLL,
    HPM_COMPONENT_SIZE,
    HPM_COMPONENT_NAKED_SHORT,
    HPM_COMPONENT_CONFIDENCE,
    HPM_COMPONENT_DELTA_SHOCK,
    HPM_COMPONENT_HAIRCUT,
    HPM_COMPONENT_CLOSE_OUT,
    HPM_COMPONENT_DECLARED,
    HPM_COMPONENT_TAIL_SLOPE,
    HPM_COMPONENT_LIQUIDITY,
    HPM_COMPONENT_DEPEG,
    HPM_COMPONENT_FUNDING,
    HPM_COMPONENT_WRONG_WAY,
    HPM_COMPONENT_STANDARD_MARGIN,
    HPM_COMPONENT_NET_DELTA,
    HPM_COMPONENT_GROSS_DELTA,
    HPM_COMPONENT_POSITION_TIERS,
    HPM_COMPONENT_BORROWED,
    HPM_COMPONENT_SLIPPAGE,
    HPM_COMPONENT_EXPIRY_STRATEGY,
    HPM_COMPONENT_GROSS_SIZE,
    HPM_COMPONENT_SUM,
    HPM_COMPONENT_MAXIMUM,
    HPM_COMPONENT_MINIMUM,
    HPM_COMPONENT_SCALE,
    HPM_COMPONENT_TIERS,
    HPM_COMPONENT_KINDS,
} hpm_component_kind;

typedef struct hpm_component {
    char name[HPM_RULE_NAME_SIZE];
    hpm_component_kind kind;
    char text[160]; /* what it is, for people */
    union {
        hpm_rule_worst worst;
        hpm_rule_joint joint;
        hpm_rule_basis basis;
        hpm_rule_size size;
        hpm_rule_naked naked;
        hpm_rule_haircut haircut;
        hpm_rule_confidence confidence;
        hpm_rule_delta_shock delta_shock;
        hpm_rule_close_out close_out;
        hpm_rule_declared declared;
        hpm_rule_tail tail;
        hpm_rule_depeg depeg;
        hpm_rule_funding funding;
        hpm_rule_standard standard;
        hpm_rule_net_delta net_delta;
        hpm_rule_gross_delta gross_delta;
        hpm_rule_borrowed borrowed;
        hpm_rule_slippage slippage;
        hpm_rule_strategy strategy;
        hpm_rule_gross_size gross_size;
        hpm_rule_combine combine;
        hpm_rule_scale scale;
        hpm_rule_tiers tiers;
    } rule;
} hpm_component;

typedef struct hpm_rulebook {
    char name[HPM_RULE_NAME_SIZE];
    char version[HPM_RULE_NAME_SIZE];
    char effective[16]; /* "2024-06-17": the day from which the parameters hold; "": not said */
    char title[128];
    /* How far it is verified: "exact, N cases", "published formula, no case", "partial: " and what
     * is missing, or "own method: " and what it is; the first two may go on after one of ,;: */
    char coverage[768];
    char source[256];
    double age_soft_s;    /* up to this age an input keeps its confidence */
    double age_hard_s;    /* beyond this age the computation refuses */
    double interest_days; /* of interest that a liability is charged */
    int discount_at_rate; /* option values are discounted at the expiry's rate */
    double fade_s; /* what expires within this time moves by T over it, and no part of its forward
                      stands still; 0: the market's settlement average instead */
    double rate_minimum;                 /* but at no less than this */
    uint32_t underlyings_max;            /* accounts on more underlyings are refused; 0: no limit */
    char numeraire[HPM_ASSET_NAME_SIZE]; /* asset in which amounts are counted; "": reporting */
    hpm_grouping grouping;
    hpm_list underlyings; /* of hpm_underlying_rule */
    hpm_list pairs;       /* of hpm_pair_rule */
    hpm_list collateral;  /* of hpm_collateral_rule */
    hpm_list sets;        /* of hpm_scenario_set */
    hpm_list components;  /* of hpm_component */
    char initial[HPM_RULE_NAME_SIZE];
    char maintenance[HPM_RULE_NAME_SIZE];
    /* A charge in the maintenance requirement that the venue takes off equity instead: health is
     * (equity - it) / (maintenance - it). "": none. Who passes is the same either way. */
    char health_less[HPM_RULE_NAME_SIZE];
    /* Derived by hpm_rulebook_finish. */
    uint32_t initial_index, maintenance_index;
    uint32_t health_less_index; /* HPM_NONE: none */
    uint32_t scenario_count;
    uint32_t greeks_read; /* bit c: a component needs the array's greek column c */
    int reads_positions;  /* a component looks at single positions, not only totals */
    int moves_followers;  /* a component moves balances of assets that follow others */
    uint8_t breaks[HPM_COMPONENTS_MAX]; /* laws that each breaks, what it combines included */
    uint32_t set_first[HPM_SETS_MAX];   /* first column of each set */
    hpm_hash hash;
    hpm_hash cover; /* of all but name, version, effective, title, coverage, source and grouping:
                       rulebooks with the same cover ask the same of a single position */
} hpm_rulebook;

extern const hpm_record hpm_rulebook_record;

/* Checks ranges and references, resolves names to indices and derives the hash. Call once after
 * filling the fields; the rulebook is read-only afterwards. Errors: E_RANGE, E_DUPLICATE,
 * E_REFERENCE (an unknown set, a component that names itself or a later one), E_LIMIT,
 * E_FIELD_MISSING (no scenario, no default row); E_RANGE too where the initial requirement weighs a
 * component less than the maintenance requirement. */
hpm_status hpm_rulebook_finish(hpm_rulebook *rulebook, hpm_error *error);

/* The row for an asset, or the row "*". */
const hpm_underlying_rule *hpm_rulebook_underlying(const hpm_rulebook *rulebook, const char *asset);
const hpm_collateral_rule *hpm_rulebook_collateral(const hpm_rulebook *rulebook, const char *asset);

/* The first row that matches, or NULL. */
const hpm_pair_rule *hpm_rulebook_pair(const hpm_rulebook *rulebook, const char *underlying,
                                       const char *settlement);

/* The relative move of an underlying that a price in a unit stands for, and back. In steps, k is
 * the k-th step of the underlying, what lies between two is linear, and beyond the last of n it is
 * k/n of that. */
double hpm_rulebook_price_move(hpm_price_unit unit, const hpm_underlying_rule *rule, double price);
double hpm_rulebook_price_node(hpm_price_unit unit, const hpm_underlying_rule *rule, double move);

#ifdef __cplusplus
}
#endif
#endif
