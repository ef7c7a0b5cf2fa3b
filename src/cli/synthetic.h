/* A made-up market and account of any size, shaped like an options venue: for `hpm bench`. */
#ifndef HPM_CLI_SYNTHETIC_H
#define HPM_CLI_SYNTHETIC_H

#include "hpm/account.h"
#include "hpm/market.h"

typedef struct hpm_synthetic {
    hpm_arena arena;
    hpm_catalog catalog;
    hpm_market market;
} hpm_synthetic;

#define HPM_SYNTHETIC_MAX 100000

/* Inverse options on BTC and ETH, calls and puts over ten expiries: `instruments` of them (at most
 * HPM_SYNTHETIC_MAX), with a smile. */
hpm_status hpm_synthetic_init(hpm_synthetic *synthetic, uint32_t instruments, hpm_error *error);
void hpm_synthetic_free(hpm_synthetic *synthetic);

/* An account of `positions` options spread evenly over those of a market that have a volatility and
 * have not expired, long and short in turn, with some of the reporting currency. malloc'ed. */
hpm_status hpm_synthetic_account(hpm_account **account, const hpm_market *market,
                                 uint32_t positions, hpm_error *error);

#endif
