/* Black-76 value and sensitivities of one option. */
#ifndef HPM_PRICE_GREEKS_H
#define HPM_PRICE_GREEKS_H

/* All per unit of the option, in quote currency, discounted with exp(-rate tau). */
typedef struct hpm_black_greeks {
    double value;
    double delta; /* d/d forward */
    double gamma; /* d2/d forward2 */
    double vega;  /* per 1.00 of annual volatility */
    double theta; /* per year of calendar time passing, forward and volatility held: -d/d tau */
    double rho;   /* per 1.00 of rate, forward held: -tau value */
} hpm_black_greeks;

/* Value and greeks of a call (sign +1) or put (sign -1) on a forward (Black 1976).
 *
 * Domain: forward > 0, strike >= 0, vol_annual >= 0, tau_years >= 0; rate of any sign; a NaN gives
 * NaN. Edges: without volatility or time (vol sqrt(tau) below 1e-100) the value is intrinsic, gamma
 * and vega are 0, theta is rate value, and delta is the sign times the discount in the money, 0 out
 * of the money and half of it at F = K exactly. strike = 0 likewise: a call is the forward. From
 * vol sqrt(tau) = 64 on a call is the forward and a put is the cash: delta is the discount for a
 * call and 0 for a put. Errors: value as hpm_black76; the others within some ULP of their own scale
 * (delta 1, gamma 1/(F v), vega F sqrt(tau), theta as vega vol / (2 tau)), away from their zeros.
 */
void hpm_black76_greeks(hpm_black_greeks *out, double forward, double strike, double vol_annual,
                        double tau_years, double rate, double sign);

/* The parts of them that cost most; array kernels find them for many options at a time. Where the
 * greeks have a limit only the value is read. */
typedef struct hpm_black_parts {
    double value;       /* discounted */
    double probability; /* N(sign d1) */
    double density;     /* n(d1) */
} hpm_black_parts;

/* The same greeks, to the last bit, from parts. */
void hpm_black76_greeks_from(hpm_black_greeks *out, const hpm_black_parts *parts, double forward,
                             double strike, double vol_annual, double tau_years, double rate,
                             double sign);

#endif
