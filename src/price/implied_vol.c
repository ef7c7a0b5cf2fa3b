/* Which quotes have an implied volatility, and the kernel for those that do. */
#include "hpm/implied_vol.h"

#include <assert.h>
#include <math.h>

#include "price/implied_vol.h"
#include "price/kernels.h"

static hpm_implied_state state_of(double forward, double strike, double value, double sign)
{
    if (!(forward >= 1e-300 && forward <= 1e300 && strike >= 1e-300 && strike <= 1e300) ||
        isnan(value) || fabs(sign) != 1)
        return HPM_IMPLIED_NOT_A_QUOTE;
    double smaller = forward < strike ? forward : strike;
    double time_value = hpm_implied_time_value(forward, strike, value, sign);
    if (time_value < 0) return HPM_IMPLIED_BELOW_INTRINSIC;
    if (time_value / smaller < HPM_IMPLIED_SHARE_LEAST) return HPM_IMPLIED_NO_TIME_VALUE;
    return time_value < smaller ? HPM_IMPLIED_FOUND : HPM_IMPLIED_ABOVE_BOUND;
}

void hpm_implied_vol(const hpm_context *context, double *total_vol, uint8_t *state,
                     const double *forward, const double *strike, const double *value,
                     const double *sign, size_t count)
{
    assert(context != NULL && total_vol != NULL && state != NULL);
    context->price->implied_vol(total_vol, forward, strike, value, sign, count);
    for (size_t i = 0; i < count; i++) {
        state[i] = (uint8_t)state_of(forward[i], strike[i], value[i], sign[i]);
        if (state[i] != HPM_IMPLIED_FOUND) total_vol[i] = NAN;
    }
}
