/* What a charge is: one row of one table.
 *
 * A charge reads the account's exposure and answers two questions: how much (`value`), and how much
 * of it is due to each line of the account (`share`). Combinations (sum, maximum, minimum, scale,
 * tiers) are rows too; they read values of earlier components instead of the exposure. */
#ifndef HPM_MARGIN_CHARGE_H
#define HPM_MARGIN_CHARGE_H

#include "margin/exposure.h"

/* What evaluation remembers of one component, so that its shares and its worst scenario can be told
 * without computing it twice. */
typedef struct hpm_charge_result {
    double value;          /* reporting currency, a loss is positive */
    uint32_t worst_column; /* scenario that set it, HPM_NONE if none */
    uint32_t leader;       /* component whose scenario that is */
    uint32_t chosen;       /* maximum, minimum: the input that won */
    double factor;         /* tiers: the value as a multiple of the input's */
} hpm_charge_result;

/* A value that no scenario set. */
static inline hpm_charge_result hpm_charge_of(double value)
{
    return (hpm_charge_result){value, HPM_NONE, HPM_NONE, HPM_NONE, 1};
}

/* Laws that not every component holds (docs/MODEL.md, section 6). One that breaks neither is
 * coherent. */
enum {
    HPM_BREAKS_SCALE = 1, /* k times the account does not need k times as much */
    HPM_BREAKS_MERGE = 2, /* two accounts may need less apart than together */
};

/* A greek column as a bit of hpm_charge_kind.reads. */
#define HPM_READS(column) (1U << HPM_COLUMN_##column)

struct hpm_fills;
struct hpm_fill_share;

typedef struct hpm_charge_kind {
    /* Whether the value looks at single positions. NULL: never; it reads totals, equity and
     * balances, and the effect of one more order is O(1) in the positions. */
    int (*reads_positions)(const hpm_component *component);
    uint32_t reads; /* greek columns of the array that it needs */
    /* And those that a component needs with these parameters; NULL: none. */
    uint32_t (*reads_with)(const hpm_component *component);
    /* Laws that a component of this kind breaks with these parameters; NULL: none. */
    unsigned (*breaks)(const hpm_component *component, const hpm_rulebook *rulebook);
    /* Charges: from the exposure. NULL for combinations. */
    hpm_charge_result (*value)(const hpm_exposure *exposure, const hpm_component *component);
    /* Adds to line[i] its part of the unweighted value times `weight`. */
    void (*share)(double *line, const hpm_exposure *exposure, const hpm_component *component,
                  const hpm_charge_result *result, double weight);
    /* Scenario charges: columns[g] is the scenario in which group g stands when the value is
     * attained, HPM_NONE if it does not move. NULL for others. */
    void (*stand)(uint32_t *columns, const hpm_exposure *exposure, const hpm_component *component);
    /* Combinations: from earlier results. NULL for charges. */
    hpm_charge_result (*combine)(const hpm_exposure *exposure, const hpm_component *component,
                                 const hpm_charge_result *earlier);
    /* Combinations: sets rhos[i] of the inputs such that the value less `rho` times the gain is
     * what `combine` makes of the inputs' values less their rhos times the gain; 0 if there is no
     * such way. is_carrier[i]: a part of component i takes a gain. */
    int (*couple)(double *rhos, const hpm_exposure *exposure, const hpm_component *component,
                  double rho, const uint8_t *is_carrier);
    /* Combinations: adds `weight` to the weights of the inputs that its value is made of. */
    void (*spread)(double *weights, const hpm_exposure *exposure, const hpm_component *component,
                   const hpm_charge_result *result, double weight);
    /* Charges: the most that the value less `rho` times the equity that fills bring can be over all
     * sets of fills of open orders, or a bound above it (margin/fills.h); with `share`, also whom
     * it is due to. NULL: hpm_fills_apart, which a component that breaks HPM_BREAKS_MERGE must not
     * leave it at. */
    double (*fills)(const struct hpm_fills *fills, const hpm_component *component, double rho,
                    const struct hpm_fill_share *share);
    int fills_gain; /* 1: `fills` takes a rho other than 0 */
    /* Cross-field checks and names to indices; NULL: nothing to resolve. */
    hpm_status (*resolve)(hpm_component *component, const hpm_rulebook *rulebook, uint32_t index,
                          hpm_error *error);
} hpm_charge_kind;

/* The list of all kinds, in the order of hpm_component_kind: X(constant, name, parameters). A new
 * charge is one file in charges/ and one row here (and its parameters in hpm_component). */
#define HPM_COMPONENT_LIST(X)                                                                      \
    X(WORST_SCENARIO, worst_scenario, &hpm_worst_scenario_record)                                  \
    X(JOINT_GRID, joint_grid, &hpm_joint_grid_record)                                              \
    X(EXPIRY_BASIS, expiry_basis, &hpm_expiry_basis_record)                                        \
    X(ROLL, roll, NULL)                                                                            \
    X(SIZE, size, &hpm_size_record)                                                                \
    X(NAKED_SHORT, naked_short, &hpm_naked_short_record)                                           \
    X(CONFIDENCE, confidence, &hpm_confidence_record)                                              \
    X(DELTA_SHOCK, delta_shock, &hpm_delta_shock_record)                                           \
    X(HAIRCUT, haircut, &hpm_haircut_record)                                                       \
    X(CLOSE_OUT, close_out, &hpm_close_out_record)                                                 \
    X(DECLARED, declared, &hpm_declared_record)                                                    \
    X(TAIL_SLOPE, tail_slope, &hpm_tail_slope_record)                                              \
    X(LIQUIDITY, liquidity, NULL)                                                                  \
    X(DEPEG, depeg, &hpm_depeg_record)                                                             \
    X(FUNDING, funding, &hpm_funding_record)                                                       \
    X(WRONG_WAY, wrong_way, NULL)                                                                  \
    X(STANDARD_MARGIN, standard_margin, &hpm_standard_margin_record)                               \
    X(NET_DELTA, net_delta, &hpm_net_delta_record)                                                 \
    X(GROSS_DELTA, gross_delta, &hpm_gross_delta_record)                                           \
    X(POSITION_TIERS, position_tiers, NULL)                                                        \
    X(BORROWED, borrowed, &hpm_borrowed_record)                                                    \
    X(SLIPPAGE, slippage, &hpm_slippage_record)                                                    \
    X(EXPIRY_STRATEGY, expiry_strategy, &hpm_expiry_strategy_record)                               \
    X(GROSS_SIZE, gross_size, &hpm_gross_size_record)                                              \
    X(SUM, sum, &hpm_combine_record)                                                               \
    X(MAXIMUM, maximum, &hpm_combine_record)                                                       \
    X(MINIMUM, minimum, &hpm_combine_record)                                                       \
    X(SCALE, scale, &hpm_scale_record)                                                             \
    X(TIERS, tiers, &hpm_tiers_record)

#define HPM_DECLARE_CHARGE(constant, name, record) extern const hpm_charge_kind hpm_charge_##name;
HPM_COMPONENT_LIST(HPM_DECLARE_CHARGE)
#undef HPM_DECLARE_CHARGE

extern const hpm_record hpm_worst_scenario_record, hpm_joint_grid_record, hpm_expiry_basis_record,
    hpm_size_record, hpm_naked_short_record, hpm_confidence_record, hpm_delta_shock_record,
    hpm_haircut_record, hpm_close_out_record, hpm_declared_record, hpm_tail_slope_record,
    hpm_depeg_record, hpm_funding_record, hpm_standard_margin_record, hpm_net_delta_record,
    hpm_gross_delta_record, hpm_borrowed_record, hpm_slippage_record, hpm_expiry_strategy_record,
    hpm_gross_size_record, hpm_combine_record, hpm_scale_record, hpm_tiers_record;

/* By hpm_component_kind. */
extern const hpm_charge_kind *const hpm_charge_kinds[HPM_COMPONENT_KINDS];
extern const hpm_record *const hpm_component_records[HPM_COMPONENT_KINDS];
extern const char *const hpm_component_names[HPM_COMPONENT_KINDS + 1]; /* NULL-terminated */

/* For kinds that always read single positions; and whether a component does. */
int hpm_always(const hpm_component *component);
int hpm_component_reads_positions(const hpm_component *component);

/* Greek columns that a component needs, as bits. */
uint32_t hpm_component_reads(const hpm_component *component);

/* Laws that a component breaks, by itself or through what it combines; hpm_rulebook_finish finds
 * them. */
unsigned hpm_component_breaks(const hpm_rulebook *rulebook, uint32_t index);

/* For `resolve`: index of a set by name; index of an earlier component by name. */
hpm_status hpm_rule_find_set(uint32_t *set_index, const hpm_component *component,
                             const hpm_rulebook *rulebook, const char *name, hpm_error *error);
hpm_status hpm_rule_find_earlier(uint32_t *input, const hpm_component *component,
                                 const hpm_rulebook *rulebook, uint32_t index, const char *name,
                                 hpm_error *error);

#endif
