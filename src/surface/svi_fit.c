/* The fit of a raw SVI slice to quotes.
 *
 * Two stages. With the vertex (m, sigma) given, w is linear in (a, b rho, b): a table of vertices
 * is tried and the best three-parameter regression is where to start (after S. De Marco and C.
 * Martini, "Quasi-explicit calibration of Gatheral's SVI model", Zeliade 2009). From there all five
 * move together by Levenberg and Marquardt's method, each quote's square weighted by 1/sqrt(1 +
 * x^2) of its last error x, which is the loss 2 (sqrt(1 + x^2) - 1): square within the spread,
 * linear beyond. Within limits the same descent goes on with breaches at an ever higher price. */
#include <assert.h>
#include <math.h>

#include "surface/svi_descent.h"

enum { LINEAR = 3 };

/* a, b rho and b of the best regression with this vertex. */
static hpm_svi regression(double m, double sigma, const hpm_svi_quotes *quotes)
{
    double matrix[LINEAR][SVI_PARAMETERS] = {{0}}, x[LINEAR] = {0};
    for (size_t i = 0; i < quotes->count; i++) {
        double d = quotes->log_moneyness[i] - m;
        double row[LINEAR] = {1, d, sqrt(fma(d, d, sigma * sigma))};
        double weight = svi_weight_of(quotes, i) / (quotes->margin[i] * quotes->margin[i]);
        for (int j = 0; j < LINEAR; j++) {
            x[j] = fma(weight * row[j], quotes->variance[i], x[j]);
            for (int k = 0; k <= j; k++)
                matrix[j][k] = fma(weight * row[j], row[k], matrix[j][k]);
        }
    }
    double flat = x[0] / matrix[0][0];
    if (!svi_solve(x, matrix, LINEAR) || !(x[2] > 0)) return (hpm_svi){flat, 0, 0, m, sigma};
    return svi_inside((hpm_svi){x[0], x[2], x[1] / x[2], m, sigma});
}

/* Vertices in units of the quoted range of log-moneyness. */
static hpm_svi best_start(const hpm_svi_quotes *quotes)
{
    static const double places[] = {0.1, 0.3, 0.5, 0.7, 0.9};
    static const double widths[] = {0.04, 0.12, 0.36};
    double low = quotes->log_moneyness[0], high = low, best_loss = INFINITY;
    for (size_t i = 1; i < quotes->count; i++) {
        low = quotes->log_moneyness[i] < low ? quotes->log_moneyness[i] : low;
        high = quotes->log_moneyness[i] > high ? quotes->log_moneyness[i] : high;
    }
    hpm_svi best = {0, 0, 0, 0, 1};
    const svi_goal goal = {.quotes = quotes};
    for (size_t p = 0; p < sizeof places / sizeof places[0]; p++)
        for (size_t s = 0; s < sizeof widths / sizeof widths[0]; s++) {
            double range = high - low;
            hpm_svi tried = regression(fma(places[p], range, low), widths[s] * range, quotes);
            double tried_loss = svi_cost(&tried, &goal);
            if (!(tried_loss < best_loss)) continue;
            best = tried;
            best_loss = tried_loss;
        }
    return best;
}

static int is_among(double k, const double *seen, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (seen[i] == k) return 1;
    return 0;
}

static hpm_status check_quotes(const hpm_svi_quotes *quotes, hpm_error *error)
{
    double seen[HPM_SVI_QUOTES_LEAST];
    size_t strikes = 0; /* as many as are asked for at most */
    for (size_t i = 0; i < quotes->count; i++) {
        double k = quotes->log_moneyness[i], w = quotes->variance[i];
        double margin = quotes->margin[i], weight = svi_weight_of(quotes, i);
        if (!(fabs(k) <= 50 && w > 0 && w <= 1e4 && margin > 0 && margin <= 1e6 && weight >= 0 &&
              weight <= 1e12))
            return hpm_fail(error, HPM_E_RANGE, "quotes", "quote %zu cannot be fitted (%g, %g, %g)",
                            i, w, margin, weight);
        if (strikes < HPM_SVI_QUOTES_LEAST && weight > 0 && !is_among(k, seen, strikes))
            seen[strikes++] = k;
    }
    if (strikes < HPM_SVI_QUOTES_LEAST)
        return hpm_fail(error, HPM_E_LIMIT, "quotes", "%zu strikes do not tell a smile; %d do",
                        strikes, HPM_SVI_QUOTES_LEAST);
    return HPM_OK;
}

hpm_status hpm_svi_fit(hpm_svi *out, hpm_svi_fit_report *report, const hpm_svi_quotes *quotes,
                       const hpm_svi *start, hpm_error *error)
{
    assert(out != NULL && quotes != NULL);
    hpm_status status = check_quotes(quotes, error);
    if (status != HPM_OK) return status;
    const svi_goal goal = {.quotes = quotes};
    double cost;
    *out = start ? svi_inside(*start) : best_start(quotes);
    int steps = svi_descend(out, &cost, &goal);
    if (report) *report = (hpm_svi_fit_report){steps, cost};
    return HPM_OK;
}

int hpm_svi_repair(hpm_svi *svi, hpm_svi_fit_report *report, const hpm_svi_quotes *quotes,
                   const hpm_svi_limits *limits)
{
    static const double stiffness[] = {1e3, 1e5, 1e7, 1e9, 1e11};
    hpm_svi_fit_report spent = {0};
    for (size_t i = 0; i < sizeof stiffness / sizeof stiffness[0]; i++) {
        if (hpm_svi_breach(svi, limits) == 0) break;
        const svi_goal goal = {.quotes = quotes, .limits = limits, .stiffness = stiffness[i]};
        spent.steps += svi_descend(svi, &spent.cost, &goal);
    }
    const svi_goal quoted = {.quotes = quotes};
    spent.cost = svi_cost(svi, &quoted);
    if (report) *report = spent;
    return hpm_svi_breach(svi, limits) == 0;
}
