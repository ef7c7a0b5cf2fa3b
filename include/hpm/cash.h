/* Cash: the smallest amount with which positions pass, one figure in which methods compare.
 *
 * What is asked of an account says little beside what it happens to own. So its money (fiat,
 * stablecoins, the reporting currency; debts too) is taken away; coins and tokens stay, they are
 * positions. The answer is the least amount of the reporting currency with which equity covers the
 * initial margin, exact to the grid of money: with 1e-8 less the account does not pass. Below zero:
 * so much may be owed. */
#ifndef HPM_CASH_H
#define HPM_CASH_H

#include "hpm/desk.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Amounts beyond this, 46 billion, are not tried: twice as much is what money can hold. */
#define HPM_CASH_LIMIT_E8 (INT64_C(1) << 62)

typedef struct hpm_cash {
    int is_found;        /* 0: no amount within the limit passes, or all do; the rest is then 0 */
    hpm_money amount;    /* of the reporting currency */
    hpm_margin margin;   /* with it: passes */
    hpm_money shortfall; /* with 1e-8 less: how much is then missing, > 0, in the numeraire */
    uint32_t evaluations;
} hpm_cash;

/* Arena bytes that the search takes, and gives back. */
size_t hpm_cash_size(const hpm_account *account);

/* Searches where the desk stands, by root finding on the whole model. The desk's work memory must
 * do for the account's positions and one balance more than it has. Whether an account passes must
 * not turn from yes to no as cash grows: no charge of this library asks more of cash than it is
 * worth. Errors as hpm_desk_margin. */
hpm_status hpm_cash_find(hpm_cash *out, hpm_arena *arena, hpm_desk *desk,
                         const hpm_account *account, hpm_error *error);

#ifdef __cplusplus
}
#endif
#endif
