/* Field tables of account templates. */
#include "io/template_rows.h"

#include <float.h>
#include <math.h>

#define COUNT_OF(array) ((uint32_t)(sizeof(array) / sizeof(array)[0]))
#define DECIMAL_MAX     92233720368.0
#define LEAST           1e-8 /* smallest positive decimal */
#define DAYS_MAX        36500.0

#define MEMBER(struct_, member_) .offset = offsetof(struct_, member_)
#define TEXT(struct_, name_, required_, text_)                                                     \
    {                                                                                              \
        .name = #name_, .type = HPM_FIELD_TEXT, .required = (required_), MEMBER(struct_, name_),   \
        .capacity = sizeof(((struct_ *)0)->name_), .text = (text_)                                 \
    }
#define CHOICE(struct_, name_, required_, choices_, text_)                                         \
    {                                                                                              \
        .name = #name_, .type = HPM_FIELD_CHOICE, .required = (required_), MEMBER(struct_, name_), \
        .choices = (choices_), .text = (text_)                                                     \
    }
#define REAL(struct_, name_, member_, required_, unit_, min_, max_, fallback_, text_)              \
    {                                                                                              \
        .name = (name_), .type = HPM_FIELD_REAL, .required = (required_), .unit = (unit_),         \
        .min = (min_), .max = (max_), .fallback = (fallback_), MEMBER(struct_, member_),           \
        .text = (text_)                                                                            \
    }
#define COUNT(struct_, name_, min_, max_, fallback_, text_)                                        \
    {                                                                                              \
        .name = #name_, .type = HPM_FIELD_COUNT, .unit = "1", .min = (min_), .max = (max_),        \
        .fallback = (fallback_), MEMBER(struct_, name_), .text = (text_)                           \
    }
#define DECIMAL(struct_, name_, member_, required_, unit_, min_, text_)                            \
    {                                                                                              \
        .name = (name_), .type = HPM_FIELD_DECIMAL, .required = (required_), .unit = (unit_),      \
        .min = (min_), .max = DECIMAL_MAX, MEMBER(struct_, member_), .text = (text_)               \
    }
#define RECORDS(struct_, name_, record_, max_items_, text_)                                        \
    {                                                                                              \
        .name = #name_, .type = HPM_FIELD_RECORDS, MEMBER(struct_, name_),                         \
        .max_items = (max_items_), .record = &(record_), .text = (text_)                           \
    }
#define RECORD(variable_, name_, struct_, fields_, text_)                                          \
    const hpm_record variable_ = {(name_), (text_), fields_, COUNT_OF(fields_), sizeof(struct_)}

static const char *const kinds[] = {"spot", "future", "perpetual", "option", NULL};
static const char *const types[] = {"put", "call", NULL}; /* the index is `is_call` */
static const char *const sides[] = {"short", "long", "hedge", NULL};
static const char *const strike_bys[] = {"moneyness", "delta", "atm", "leg", NULL};
static const char *const size_bys[] = {"contracts", "notional", NULL};
static const char *const ladder_types[] = {"put", "call", "both", "otm", NULL};

/* ---- Balances ----------------------------------------------------------------------------- */

static const hpm_field balance_fields[] = {
    TEXT(hpm_template_balance, asset, 1, "Name of the asset."),
    DECIMAL(hpm_template_balance, "amount", amount_e8, 0, "asset", -DECIMAL_MAX,
            "Units of the asset; either this or value."),
    DECIMAL(hpm_template_balance, "value", value_e8, 0, "reporting currency", -DECIMAL_MAX,
            "What the balance is worth at the market's index price; either this or amount."),
};
RECORD(hpm_template_balance_record, "balance", hpm_template_balance, balance_fields,
       "One balance.");

/* ---- Legs --------------------------------------------------------------------------------- */

#define TENOR(struct_)                                                                             \
    REAL(struct_, "days", tenor.days, 0, "days", 0, DAYS_MAX, NAN,                                 \
         "Days to expiry that are wanted: the nearest listed expiry is taken, the earlier of two " \
         "equally near."),                                                                         \
        REAL(struct_, "days_min", tenor.days_min, 0, "days", 0, DAYS_MAX, 0,                       \
             "An expiry that is nearer than this is not taken."),                                  \
        REAL(struct_, "days_max", tenor.days_max, 0, "days", 0, DAYS_MAX, DAYS_MAX,                \
             "An expiry that is further than this is not taken."),                                 \
    {                                                                                              \
        .name = "expiry_of", .type = HPM_FIELD_TEXT, MEMBER(struct_, tenor.expiry_of),             \
        .capacity = HPM_LEG_NAME_SIZE,                                                             \
        .text = "Name of an earlier leg whose expiry this one has too, instead of days."           \
    }

static const hpm_field future_fields[] = {TENOR(hpm_template_leg)};
static RECORD(future_record, "future", hpm_template_leg, future_fields, "A dated future.");

#define TOLERANCE(fallback_, text_)                                                                \
    REAL(hpm_template_leg, "tolerance", tolerance, 0, "1", 0, 10, (fallback_), (text_))

static const hpm_field moneyness_fields[] = {
    REAL(hpm_template_leg, "moneyness", moneyness, 1, "1", 1e-3, 1e3, NAN,
         "Strike that is wanted, as a ratio of the expiry's forward."),
    TOLERANCE(0.05, "Largest difference of the moneyness from the wanted one."),
};
static RECORD(
    moneyness_record, "moneyness", hpm_template_leg, moneyness_fields,
    "The listed strike nearest to a ratio of the forward, the lower of two equally near.");

static const hpm_field delta_fields[] = {
    REAL(hpm_template_leg, "delta", delta, 1, "1", 1e-4, 1 - 1e-4, NAN,
         "Absolute Black-76 delta that is wanted."),
    TOLERANCE(0.05, "Largest difference of the delta from the wanted one."),
};
static RECORD(delta_record, "delta", hpm_template_leg, delta_fields,
              "The listed strike whose delta is nearest, the lower of two equally near.");

static const hpm_field atm_fields[] = {
    REAL(hpm_template_leg, "atm_offset", atm_offset, 0, "strikes", -100, 100, 0,
         "Listed strikes above (+) or below (-) the one nearest to the forward; a whole number."),
};
static RECORD(atm_record, "atm", hpm_template_leg, atm_fields,
              "Counted from the listed strike nearest to the forward.");

static const hpm_field strike_leg_fields[] = {
    TEXT(hpm_template_leg, strike_of, 1, "Name of an earlier leg whose strike is wanted."),
    TOLERANCE(0, "Largest ratio by which the strike may differ from that leg's."),
};
static RECORD(strike_leg_record, "leg", hpm_template_leg, strike_leg_fields,
              "The strike of another leg.");

static const hpm_record *const strike_variants[] = {
    [HPM_STRIKE_MONEYNESS] = &moneyness_record,
    [HPM_STRIKE_DELTA] = &delta_record,
    [HPM_STRIKE_ATM] = &atm_record,
    [HPM_STRIKE_LEG] = &strike_leg_record,
};

static const hpm_field option_fields[] = {
    TENOR(hpm_template_leg),
    CHOICE(hpm_template_leg, type, 1, types, "Which side of the strike it pays."),
    CHOICE(hpm_template_leg, strike_by, 1, strike_bys, "How the strike is chosen."),
    {.type = HPM_FIELD_VARIANT, .variants = strike_variants},
};
static RECORD(option_record, "option", hpm_template_leg, option_fields, "An option.");

static const hpm_record *const leg_variants[] = {
    [HPM_SPOT] = NULL,
    [HPM_FUTURE] = &future_record,
    [HPM_PERPETUAL] = NULL,
    [HPM_OPTION] = &option_record,
};

static const hpm_field leg_fields[] = {
    TEXT(hpm_template_leg, name, 1, "Name of the leg, for messages and for other legs."),
    TEXT(hpm_template_leg, underlying, 1, "Asset whose price it follows."),
    TEXT(hpm_template_leg, settlement, 0, "Asset in which it pays; any if it is not given."),
    CHOICE(hpm_template_leg, side, 1, sides,
           "Sold, bought, or a hedge: against the delta of all earlier positions on this "
           "underlying."),
    CHOICE(hpm_template_leg, size_by, 0, size_bys,
           "What size counts: contracts, or reporting currency of notional; not read of a hedge."),
    DECIMAL(hpm_template_leg, "size", size_e8, 1, NULL, LEAST,
            "How much; of a hedge the share of the delta that it takes away. Rounded half-even to "
            "whole lots."),
    REAL(hpm_template_leg, "entry", entry, 0, "1", 1e-3, 1e3, NAN,
         "Entry price of a future, perpetual or spot pair as a ratio of its mark; if it is not "
         "given, P&L is settled to the mark."),
    CHOICE(hpm_template_leg, kind, 1, kinds, "What it is."),
    {.type = HPM_FIELD_VARIANT, .variants = leg_variants},
};
RECORD(hpm_template_leg_record, "leg", hpm_template_leg, leg_fields, "One position.");

/* ---- Ladders ------------------------------------------------------------------------------ */

static const hpm_field ladder_fields[] = {
    TEXT(hpm_template_ladder, name, 1, "Name of the ladder, for messages."),
    TEXT(hpm_template_ladder, underlying, 1, "Asset whose price the options follow."),
    TEXT(hpm_template_ladder, settlement, 0, "Asset in which they pay; any if it is not given."),
    REAL(hpm_template_ladder, "days_min", days_min, 0, "days", 0, DAYS_MAX, 0,
         "Nearest expiry that counts."),
    REAL(hpm_template_ladder, "days_max", days_max, 0, "days", 0, DAYS_MAX, DAYS_MAX,
         "Furthest expiry that counts."),
    COUNT(hpm_template_ladder, expiry_first, 1, 1000, 1,
          "First of the expiries that count; the nearest is 1."),
    COUNT(hpm_template_ladder, expiry_last, 1, 1000, 1000, "Last of them."),
    REAL(hpm_template_ladder, "moneyness_min", moneyness_min, 1, "1", 0, 1e3, NAN,
         "Lowest strike as a ratio of the expiry's forward."),
    REAL(hpm_template_ladder, "moneyness_max", moneyness_max, 1, "1", 0, 1e3, NAN,
         "Highest strike as a ratio of the expiry's forward."),
    COUNT(hpm_template_ladder, strike_step, 1, 1000, 1, "Every how many-th listed strike."),
    CHOICE(hpm_template_ladder, type, 1, ladder_types,
           "Which options: both at each strike, or otm: puts below the forward, calls from it up."),
    {.name = "sizes",
     .type = HPM_FIELD_TEXTS,
     .required = 1,
     .unit = "contracts",
     .min = 1,
     MEMBER(hpm_template_ladder, sizes),
     .capacity = HPM_DECIMAL_TEXT,
     .max_items = 1024,
     .text = "Signed decimals that the options take in turn, by expiry, strike, put before call; "
             "rounded half-even to lots, \"0\" leaves an option out."},
    COUNT(hpm_template_ladder, count_min, 0, HPM_POSITIONS_MAX, 0,
          "A ladder of fewer positions is reported as incomplete."),
    COUNT(hpm_template_ladder, count_max, 1, HPM_POSITIONS_MAX, HPM_POSITIONS_MAX,
          "Positions after which the ladder ends."),
};
RECORD(hpm_template_ladder_record, "ladder", hpm_template_ladder, ladder_fields,
       "Options over a range of expiries and strikes.");

/* ---- The template ------------------------------------------------------------------------- */

static const hpm_field template_fields[] = {
    TEXT(hpm_template_rows, id, 1, "Id of the account that is made."),
    TEXT(hpm_template_rows, text, 0, "What the account is, for people."),
    RECORDS(hpm_template_rows, balances, hpm_template_balance_record, HPM_BALANCES_MAX,
            "Balances, each asset once."),
    RECORDS(hpm_template_rows, ladders, hpm_template_ladder_record, HPM_LADDERS_MAX,
            "Ladders, resolved first, in this order."),
    RECORDS(hpm_template_rows, legs, hpm_template_leg_record, HPM_LEGS_MAX,
            "Legs, resolved in this order."),
};
RECORD(hpm_template_rows_record, "account-template", hpm_template_rows, template_fields,
       "An account described without the names of instruments.");
