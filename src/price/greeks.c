/* Black-76 greeks in closed form, with their limits where there is no volatility left. */
#include "price/greeks.h"

#include <assert.h>

#include "price/black76.h"

/* N(d1) for a call and -N(-d1) for a put where v = 0 or K = 0: a step, halved at the money. */
static double step_delta(double forward, double strike, double sign)
{
    double in_the_money = sign * (forward - strike);
    if (in_the_money > 0) return sign;
    return in_the_money < 0 ? 0.0 : 0.5 * sign;
}

void hpm_black76_greeks_from(hpm_black_greeks *out, const hpm_black_parts *parts, double forward,
                             double strike, double vol_annual, double tau_years, double rate,
                             double sign)
{
    assert(out != NULL);
    assert(sign == 1.0 || sign == -1.0);
    double sqrt_tau = sqrt(tau_years);
    double vol = vol_annual * sqrt_tau;
    double discount = hpm_exp(-rate * tau_years);

    out->value = parts->value;
    out->rho = -tau_years * parts->value;
    if (vol >= HPM_BLACK76_VOL_MAX) {
        out->delta = sign > 0 ? discount : 0.0;
        out->gamma = out->vega = 0.0;
        out->theta = rate * parts->value;
        return;
    }
    /* A vol below this cannot be told from none at F = K, and ln(F/K)/vol might be NaN or inf. */
    if (vol < 1e-100 || strike == 0) {
        out->delta = discount * step_delta(forward, strike, sign);
        out->gamma = out->vega = 0.0;
        out->theta = rate * parts->value;
        return;
    }
    double density = discount * parts->density;
    out->delta = discount * sign * parts->probability;
    out->gamma = density / (forward * vol);
    out->vega = forward * density * sqrt_tau;
    out->theta = fma(rate, parts->value, -0.5 * forward * density * vol_annual / sqrt_tau);
}

void hpm_black76_greeks(hpm_black_greeks *out, double forward, double strike, double vol_annual,
                        double tau_years, double rate, double sign)
{
    double vol = vol_annual * sqrt(tau_years), d1 = hpm_black76_d1(forward, strike, vol);
    hpm_black_parts parts = {hpm_exp(-rate * tau_years) * hpm_black76(forward, strike, vol, sign),
                             hpm_norm_cdf(sign * d1), hpm_norm_pdf(d1)};
    hpm_black76_greeks_from(out, &parts, forward, strike, vol_annual, tau_years, rate, sign);
}
