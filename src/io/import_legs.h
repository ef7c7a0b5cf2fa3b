/* Several positions in one instrument made one: venues let an account hold a contract long and
 * short at once, and isolated beside cross. */
#ifndef HPM_IO_IMPORT_LEGS_H
#define HPM_IO_IMPORT_LEGS_H

#include "hpm/account.h"

/* `net` holds what is left when longs and shorts of the same instrument are set off: its P&L is
 * that of all of them at every mark. What longs and shorts have gained against each other is
 * realised, in `funding`, rounded down; with nothing left the quantity is 0 and the funding stays.
 * Entry prices of one side are averaged by quantity (inverse contracts: harmonically).
 * `contract_size` as the catalog has it. `net->instrument` is that of the first. E_FIELD_MISSING:
 * some have an entry price and some have not. E_OVERFLOW, E_RANGE (no finite gain). */
hpm_status hpm_import_legs_net(hpm_position *net, const hpm_position *legs, size_t count,
                               hpm_payoff payoff, double contract_size, hpm_error *error);

#endif
