/* The fit of a raw SVI slice to quotes.
 *
 * Two stages. With the vertex (m, sigma) given, w is linear in (a, b rho, b): a table of vertices
 * is tried and the best three-parameter regression is where to start (after S. De Marco and C.
 * Martini, "Quasi-explicit calibration of Gatheral's SVI model", Zeliade 2009). From there all five
 * move together by Levenberg and Marquardt's method, each quote's square weighted by 1/sqrt(1 +
 * x^2) of its last error x, which is the loss 2 (sqrt(1 + x^2) - 1): square within the spread,
 * linear beyond. */
#include <assert.h>
#include <math.h>
#include <string.h>

#include "hpm/svi.h"

enum { PARAMETERS = 5, LINEAR = 3, STEPS_MAX = 60 };

/* Bounds that keep a step inside the model. */
#define RHO_MOST    0.9999
#define SIGMA_LEAST 1e-5
#define SLOPE_MOST  2.0

/* When to stop: errors of 1e-12 margins, or a gain of this share of the cost. */
#define COST_LEAST   1e-24
#define GAIN_LEAST   1e-13
#define DAMPING_MOST 1e12

/* ---- Normal equations --------------------------------------------------------------------- */

/* Solves the symmetric positive system in place by Cholesky's method; 0 where it is not positive.
 */
static int solve(double *x, double (*matrix)[PARAMETERS], int n)
{
    for (int j = 0; j < n; j++) {
        for (int i = j; i < n; i++) {
            double sum = matrix[i][j];
            for (int k = 0; k < j; k++)
                sum = fma(-matrix[i][k], matrix[j][k], sum);
            if (i == j && !(sum > 0)) return 0;
            matrix[i][j] = i == j ? sqrt(sum) : sum / matrix[j][j];
        }
    }
    for (int i = 0; i < n; i++) {
        for (int k = 0; k < i; k++)
            x[i] = fma(-matrix[i][k], x[k], x[i]);
        x[i] /= matrix[i][i];
    }
    for (int i = n; i-- > 0;) {
        for (int k = i + 1; k < n; k++)
            x[i] = fma(-matrix[k][i], x[k], x[i]);
        x[i] /= matrix[i][i];
    }
    return 1;
}

/* ---- Where to start ------------------------------------------------------------------------ */

static double weight_of(const hpm_svi_quotes *quotes, size_t i)
{
    return quotes->weight ? quotes->weight[i] : 1;
}

static double loss(const hpm_svi *svi, const hpm_svi_quotes *quotes)
{
    double sum = 0;
    for (size_t i = 0; i < quotes->count; i++) {
        double w = hpm_svi_at(svi, quotes->log_moneyness[i]).variance;
        double x = (w - quotes->variance[i]) / quotes->margin[i];
        /* 2 (sqrt(1 + x^2) - 1) without cancellation. */
        sum = fma(weight_of(quotes, i), 2 * x * x / (1 + sqrt(fma(x, x, 1))), sum);
    }
    return sum;
}

static double clamp(double x, double low, double high)
{
    return x < low ? low : x > high ? high : x;
}

/* The nearest slice whose parameters are in their ranges. */
static hpm_svi inside(hpm_svi p)
{
    p.rho = clamp(p.rho, -RHO_MOST, RHO_MOST);
    p.sigma = clamp(p.sigma, SIGMA_LEAST, 100);
    p.m = clamp(p.m, -100, 100);
    p.b = clamp(p.b, 0, SLOPE_MOST / (1 + fabs(p.rho)));
    double bottom = p.b * p.sigma * sqrt(fma(-p.rho, p.rho, 1));
    p.a = p.a < -bottom ? -bottom : p.a;
    return p;
}

/* a, b rho and b of the best regression with this vertex. */
static hpm_svi regression(double m, double sigma, const hpm_svi_quotes *quotes)
{
    double matrix[LINEAR][PARAMETERS] = {{0}}, x[LINEAR] = {0};
    for (size_t i = 0; i < quotes->count; i++) {
        double d = quotes->log_moneyness[i] - m;
        double row[LINEAR] = {1, d, sqrt(fma(d, d, sigma * sigma))};
        double weight = weight_of(quotes, i) / (quotes->margin[i] * quotes->margin[i]);
        for (int j = 0; j < LINEAR; j++) {
            x[j] = fma(weight * row[j], quotes->variance[i], x[j]);
            for (int k = 0; k <= j; k++)
                matrix[j][k] = fma(weight * row[j], row[k], matrix[j][k]);
        }
    }
    double flat = x[0] / matrix[0][0];
    if (!solve(x, matrix, LINEAR) || !(x[2] > 0)) return (hpm_svi){flat, 0, 0, m, sigma};
    return inside((hpm_svi){x[0], x[2], x[1] / x[2], m, sigma});
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
    for (size_t p = 0; p < sizeof places / sizeof places[0]; p++)
        for (size_t s = 0; s < sizeof widths / sizeof widths[0]; s++) {
            double range = high - low;
            hpm_svi tried = regression(fma(places[p], range, low), widths[s] * range, quotes);
            double tried_loss = loss(&tried, quotes);
            if (!(tried_loss < best_loss)) continue;
            best = tried;
            best_loss = tried_loss;
        }
    return best;
}

/* ---- All five together ---------------------------------------------------------------------- */

typedef struct normal {
    double matrix[PARAMETERS][PARAMETERS];
    double gradient[PARAMETERS];
} normal;

/* d w / d (a, b, rho, m, sigma) at a quote. */
static void derivatives(double *row, const hpm_svi *p, double k)
{
    double x = k - p->m, root = sqrt(fma(x, x, p->sigma * p->sigma));
    row[0] = 1;
    row[1] = fma(p->rho, x, root);
    row[2] = p->b * x;
    row[3] = -p->b * (p->rho + x / root);
    row[4] = p->b * p->sigma / root;
}

static void normal_of(normal *out, const hpm_svi *p, const hpm_svi_quotes *quotes)
{
    memset(out, 0, sizeof *out);
    for (size_t i = 0; i < quotes->count; i++) {
        double row[PARAMETERS];
        derivatives(row, p, quotes->log_moneyness[i]);
        double w = fma(p->b, row[1], p->a);
        double scale = 1 / quotes->margin[i], x = (w - quotes->variance[i]) * scale;
        double weight = weight_of(quotes, i) * scale / sqrt(fma(x, x, 1));
        for (int j = 0; j < PARAMETERS; j++) {
            out->gradient[j] = fma(weight * row[j], x, out->gradient[j]);
            for (int k = 0; k <= j; k++)
                out->matrix[j][k] = fma(weight * scale * row[j], row[k], out->matrix[j][k]);
        }
    }
}

/* One damped step and the gain it promises; 0 where the system has no solution. */
static int step_from(hpm_svi *out, double *promise, const hpm_svi *p, const normal *at,
                     double damping)
{
    double matrix[PARAMETERS][PARAMETERS], x[PARAMETERS];
    memcpy(matrix, at->matrix, sizeof matrix);
    for (int j = 0; j < PARAMETERS; j++) {
        x[j] = -at->gradient[j];
        matrix[j][j] = fma(damping, matrix[j][j], matrix[j][j]);
        /* A parameter that nothing depends on stays. */
        if (!(matrix[j][j] > 0)) matrix[j][j] = 1;
    }
    if (!solve(x, matrix, PARAMETERS)) return 0;
    *promise = 0;
    for (int j = 0; j < PARAMETERS; j++)
        *promise = fma(-at->gradient[j], x[j], *promise);
    *out = inside((hpm_svi){p->a + x[0], p->b + x[1], p->rho + x[2], p->m + x[3], p->sigma + x[4]});
    return 1;
}

/* Raises the damping until a step lowers the cost. 0: none does, or none promises a gain. */
static int improve(hpm_svi *p, double *cost, double *damping, int *steps,
                   const hpm_svi_quotes *quotes)
{
    normal at;
    normal_of(&at, p, quotes);
    while (*damping < DAMPING_MOST) {
        hpm_svi next;
        double promise, next_cost = INFINITY;
        ++*steps;
        if (step_from(&next, &promise, p, &at, *damping)) {
            if (promise <= GAIN_LEAST * *cost) return 0;
            next_cost = loss(&next, quotes);
        }
        if (next_cost < *cost) {
            *p = next;
            *cost = next_cost;
            return 1;
        }
        *damping *= 8;
    }
    return 0;
}

static int descend(hpm_svi *p, double *cost, const hpm_svi_quotes *quotes)
{
    double damping = 1e-3;
    int steps = 0;
    while (steps<STEPS_MAX && * cost> COST_LEAST * (double)quotes->count &&
           improve(p, cost, &damping, &steps, quotes))
        damping = damping > 1e-11 ? 0.1 * damping : 1e-12;
    return steps;
}

/* ---- The fit ----------------------------------------------------------------------------------
 */

static hpm_status check_quotes(const hpm_svi_quotes *quotes, hpm_error *error)
{
    size_t strikes = 0;
    for (size_t i = 0; i < quotes->count; i++) {
        double w = quotes->variance[i], margin = quotes->margin[i], weight = weight_of(quotes, i);
        if (!(fabs(quotes->log_moneyness[i]) <= 50 && w > 0 && w <= 1e4 && margin > 0 &&
              margin <= 1e6 && weight >= 0 && weight <= 1e12))
            return hpm_fail(error, HPM_E_RANGE, "quotes", "quote %zu cannot be fitted (%g, %g, %g)",
                            i, w, margin, weight);
        int is_new = weight > 0;
        for (size_t k = 0; k < i && is_new; k++)
            is_new = quotes->log_moneyness[k] != quotes->log_moneyness[i];
        strikes += (size_t)is_new;
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
    hpm_svi p = start ? inside(*start) : best_start(quotes);
    double cost = loss(&p, quotes);
    int steps = descend(&p, &cost, quotes);
    *out = p;
    if (report) *report = (hpm_svi_fit_report){steps, cost};
    return HPM_OK;
}
