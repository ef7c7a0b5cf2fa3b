/* One option's quote against the slice of its expiry: see verdict.h. */
#include "surface/verdict.h"

#include <assert.h>
#include <math.h>

#include "hpm/surface_figures.h"
#include "math/elementary.h"
#include "price/black76.h"

#define DELTA_LEAST 0.05
#define DELTA_MOST  0.95

/* Of a price: what a bid that is an ask may be missed by, as no descent ends in its last digits. */
#define ROUNDING 1e-9

static int is_between(double price, const hpm_quote *quote)
{
    return price >= quote->bid * (1 - ROUNDING) && price <= quote->ask * (1 + ROUNDING);
}

double surface_delta(double forward, double strike, double total_vol, double sign)
{
    return sign * hpm_norm_cdf(sign * hpm_black76_d1(forward, strike, total_vol));
}

int surface_is_near(double delta)
{
    return fabs(delta) >= DELTA_LEAST && fabs(delta) <= DELTA_MOST;
}

/* Whether the quote has a say: both sides there, and no far wing. */
static int has_say(const hpm_quote *quote, double delta)
{
    return quote->bid > 0 && quote->ask >= quote->bid && surface_is_near(delta);
}

double surface_unit(const hpm_instrument *option, double forward, double rate_annual,
                    double tau_years)
{
    return option->payoff == HPM_INVERSE ? forward : hpm_exp(rate_annual * tau_years);
}

/* The venue's own price, or else that of its volatility; NaN if it states neither. */
static double mark_of(const hpm_quote *quote, const hpm_instrument *option, double forward,
                      double unit, double tau_years)
{
    if (quote->mark > 0) return quote->mark;
    if (!(quote->mark_vol > 0)) return (double)NAN;
    double total = quote->mark_vol * sqrt(tau_years), sign = option->is_call ? 1 : -1;
    return hpm_black76(forward, option->strike, total, sign) / unit;
}

surface_verdict surface_judge_quote(const hpm_slice *slice, const hpm_instrument *option,
                                    const hpm_quote *quote, double forward, double unit,
                                    double tau_years)
{
    assert(slice->state != HPM_SLICE_NONE && forward > 0 && tau_years > 0);
    double sign = option->is_call ? 1 : -1, strike = option->strike;
    double vol = hpm_slice_vol(slice, -hpm_log_moneyness(forward, strike));
    double total = vol * sqrt(tau_years);
    double delta = surface_delta(forward, strike, total, sign);
    double mark = mark_of(quote, option, forward, unit, tau_years);
    return (surface_verdict){
        .vol = vol,
        .delta = delta,
        .is_inside = is_between(hpm_black76(forward, strike, total, sign) / unit, quote),
        .is_judged = has_say(quote, delta),
        .is_marked = !isnan(mark),
        .mark_inside = is_between(mark, quote),
        .mark_error = quote->mark_vol > 0 ? vol - quote->mark_vol : (double)NAN,
    };
}
