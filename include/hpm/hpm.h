/* All public headers of libhpm. */
#ifndef HPM_HPM_H
#define HPM_HPM_H

#include "hpm/account.h"
#include "hpm/arena.h"
#include "hpm/attribution.h"
#include "hpm/cash.h"
#include "hpm/catalog.h"
#include "hpm/compare.h"
#include "hpm/context.h"
#include "hpm/desk.h"
#include "hpm/fields.h"
#include "hpm/hash.h"
#include "hpm/implied_vol.h"
#include "hpm/ladder.h"
#include "hpm/limits.h"
#include "hpm/margin.h"
#include "hpm/market.h"
#include "hpm/number.h"
#include "hpm/offgrid.h"
#include "hpm/open_orders.h"
#include "hpm/orders.h"
#include "hpm/profile.h"
#include "hpm/risk.h"
#include "hpm/rulebook.h"
#include "hpm/scenario.h"
#include "hpm/search.h"
#include "hpm/status.h"
#include "hpm/stress.h"
#include "hpm/trade.h"
#include "hpm/whatif.h"

#endif
