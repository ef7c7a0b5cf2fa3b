/* The array kernels that a context points to, and a way to name them in any file of the library. */
#ifndef HPM_RISK_KERNELS_TABLE_H
#define HPM_RISK_KERNELS_TABLE_H

#include "hpm/context.h"
#include "price/kernels.h"
#include "risk/risk_kernels.h"

#endif
