/* The rows of an account template (hpm/account-template/1) as they are written, with their field
 * tables. What a leg's fields mean together is said in docs/TEMPLATES.md. */
#ifndef HPM_IO_TEMPLATE_ROWS_H
#define HPM_IO_TEMPLATE_ROWS_H

#include "hpm/account.h"
#include "hpm/fields.h"

#define HPM_LEG_NAME_SIZE 32
#define HPM_LEGS_MAX      1024
#define HPM_LADDERS_MAX   64

typedef struct hpm_template_balance {
    char asset[HPM_ASSET_NAME_SIZE];
    int64_t amount_e8; /* one of the two is 0 */
    int64_t value_e8;
} hpm_template_balance;

typedef enum hpm_strike_by {
    HPM_STRIKE_MONEYNESS,
    HPM_STRIKE_DELTA,
    HPM_STRIKE_ATM,
    HPM_STRIKE_LEG,
} hpm_strike_by;

typedef enum hpm_size_by {
    HPM_SIZE_CONTRACTS,
    HPM_SIZE_NOTIONAL,
} hpm_size_by;

typedef enum hpm_side {
    HPM_SIDE_SHORT,
    HPM_SIDE_LONG,
    HPM_SIDE_HEDGE, /* against the delta of what stands before it */
} hpm_side;

/* When it expires: by days from now, or as another leg. */
typedef struct hpm_template_tenor {
    char expiry_of[HPM_LEG_NAME_SIZE];
    double days, days_min, days_max; /* NaN: not given */
} hpm_template_tenor;

typedef struct hpm_template_leg {
    char name[HPM_LEG_NAME_SIZE];
    char underlying[HPM_ASSET_NAME_SIZE];
    char settlement[HPM_ASSET_NAME_SIZE]; /* "": any */
    int side;                             /* hpm_side */
    int size_by;                          /* hpm_size_by; not read of a hedge */
    int64_t size_e8;
    double entry; /* NaN: not given */
    int kind;     /* hpm_kind; says which of the following are there */
    hpm_template_tenor tenor;
    int type;      /* 0 put, 1 call */
    int strike_by; /* hpm_strike_by; says which of the following are there */
    double moneyness, delta;
    double atm_offset;
    char strike_of[HPM_LEG_NAME_SIZE];
    double tolerance;
} hpm_template_leg;

typedef enum hpm_ladder_type {
    HPM_LADDER_PUT,
    HPM_LADDER_CALL,
    HPM_LADDER_BOTH,
    HPM_LADDER_OTM, /* puts below the forward, calls at or above it */
} hpm_ladder_type;

typedef struct hpm_template_ladder {
    char name[HPM_LEG_NAME_SIZE];
    char underlying[HPM_ASSET_NAME_SIZE];
    char settlement[HPM_ASSET_NAME_SIZE]; /* "": any */
    double days_min, days_max;
    uint32_t expiry_first, expiry_last; /* 1: the nearest within the days */
    double moneyness_min, moneyness_max;
    uint32_t strike_step;
    int type;       /* hpm_ladder_type */
    hpm_list sizes; /* of char[HPM_DECIMAL_TEXT] */
    uint32_t count_min, count_max;
} hpm_template_ladder;

typedef struct hpm_template_rows {
    char id[HPM_ACCOUNT_ID_SIZE];
    char text[256];
    hpm_list balances; /* of hpm_template_balance */
    hpm_list ladders;  /* of hpm_template_ladder */
    hpm_list legs;     /* of hpm_template_leg */
} hpm_template_rows;

extern const hpm_record hpm_template_balance_record;
extern const hpm_record hpm_template_leg_record;
extern const hpm_record hpm_template_ladder_record;
extern const hpm_record hpm_template_rows_record;

#endif
