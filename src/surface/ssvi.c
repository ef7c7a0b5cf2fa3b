/* The fit of SSVI: Levenberg and Marquardt's method on three parameters within their bounds.
 *
 * Instead of eta the fit moves q = eta (1 + |rho|) / 2 in (0, 1], so that the bounds are a box. A
 * parameter at its bound that the cost would push beyond stays there for the step. */
#include "surface/ssvi.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "market/svi_variance.h"
#include "math/elementary.h"
#include "surface/svi_descent.h"

enum { RHO, Q, GAMMA, PARAMETERS };
enum { STEPS_MAX = 60 };

#define GAIN_LEAST   1e-12 /* of the cost: when to stop */
#define DAMPING_MOST 1e9
#define D1_MOST      1.6448536269514722 /* deltas of 0.05 to 0.95 */

static const double lowest[PARAMETERS] = {-0.999, 1e-4, 1e-3};
/* eta (1 + |rho|) stays within 2 however it is rounded. */
static const double highest[PARAMETERS] = {0.999, 1 - 0x1p-50, 0.5};

/* ---- The smile ----------------------------------------------------------------------------- */

static double phi_of(double eta, double gamma, double theta)
{
    return eta * hpm_exp(-gamma * hpm_log(theta) - (1 - gamma) * hpm_log(1 + theta));
}

hpm_svi ssvi_slice(const hpm_ssvi *ssvi, double theta)
{
    assert(theta > 0 && !isnan(ssvi->rmse));
    double phi = phi_of(ssvi->eta, ssvi->gamma, theta);
    double rest = fma(-ssvi->rho, ssvi->rho, 1);
    return (hpm_svi){.a = 0.5 * theta * rest,
                     .b = 0.5 * theta * phi,
                     .rho = ssvi->rho,
                     .m = -ssvi->rho / phi,
                     .sigma = sqrt(rest) / phi};
}

double ssvi_level(const ssvi_expiry *expiries, size_t count, size_t index)
{
    double before = expiries[index].theta, after = before;
    for (size_t i = 0; i < index; i++)
        before = expiries[i].theta > before ? expiries[i].theta : before;
    for (size_t i = index; i < count; i++)
        after = expiries[i].theta < after ? expiries[i].theta : after;
    return 0.5 * (before + after);
}

/* ---- Cost and normal equations ------------------------------------------------------------- */

typedef struct point {
    double x[PARAMETERS];
} point;

typedef struct normal {
    double matrix[PARAMETERS][SVI_PARAMETERS]; /* lower triangle */
    double gradient[PARAMETERS];
    double cost;
} normal;

static hpm_ssvi ssvi_at(const point *p)
{
    return (hpm_ssvi){
        .rho = p->x[RHO], .eta = 2 * p->x[Q] / (1 + fabs(p->x[RHO])), .gamma = p->x[GAMMA]};
}

/* w at k, and its derivatives by the parameters. */
static double variance_row(double *row, const hpm_ssvi *ssvi, const point *p, double theta,
                           double phi, double k)
{
    double rho = ssvi->rho, z = phi * k;
    double root = sqrt(fma(z + rho, z + rho, fma(-rho, rho, 1)));
    double by_phi = 0.5 * theta * k * (rho + (z + rho) / root);
    double turn = (rho < 0 ? 1 : -1) / (1 + fabs(rho)); /* d ln eta / d rho, q given */
    row[RHO] = 0.5 * theta * z * (1 + 1 / root) + by_phi * phi * turn;
    row[Q] = by_phi * phi / p->x[Q];
    row[GAMMA] = by_phi * phi * hpm_log((1 + theta) / theta);
    return 0.5 * theta * (1 + rho * z + root);
}

static void add_row(normal *out, const double *row, double x, double weight, double margin)
{
    double scale = weight / (sqrt(fma(x, x, 1)) * margin);
    for (int j = 0; j < PARAMETERS; j++) {
        out->gradient[j] = fma(scale * row[j], x, out->gradient[j]);
        for (int k = 0; k <= j; k++)
            out->matrix[j][k] = fma(scale / margin * row[j], row[k], out->matrix[j][k]);
    }
    /* The loss of hpm_svi_fit, without cancellation. */
    out->cost = fma(weight, 2 * x * x / (1 + sqrt(fma(x, x, 1))), out->cost);
}

static normal normal_of(const point *p, const ssvi_expiry *expiries, size_t count)
{
    const hpm_ssvi ssvi = ssvi_at(p);
    normal out;
    memset(&out, 0, sizeof out);
    for (size_t e = 0; e < count; e++) {
        const hpm_svi_quotes *quotes = &expiries[e].quotes;
        double theta = ssvi_level(expiries, count, e);
        double phi = phi_of(ssvi.eta, ssvi.gamma, theta);
        for (size_t i = 0; i < quotes->count; i++) {
            double row[PARAMETERS];
            double w = variance_row(row, &ssvi, p, theta, phi, quotes->log_moneyness[i]);
            double x = (w - quotes->variance[i]) / quotes->margin[i];
            add_row(&out, row, x, svi_weight_of(quotes, i), quotes->margin[i]);
        }
    }
    return out;
}

/* ---- Descent ------------------------------------------------------------------------------- */

static double clamp(double x, int parameter)
{
    if (x < lowest[parameter]) return lowest[parameter];
    return x > highest[parameter] ? highest[parameter] : x;
}

/* At a bound, and less cost beyond it. */
static int is_held(const point *p, const normal *at, int parameter)
{
    double x = p->x[parameter], downhill = -at->gradient[parameter];
    return (x <= lowest[parameter] && downhill < 0) || (x >= highest[parameter] && downhill > 0);
}

/* One damped step within the bounds; 0 where the equations have no solution. */
static int step_from(point *out, const point *p, const normal *at, double damping)
{
    double matrix[PARAMETERS][SVI_PARAMETERS], step[PARAMETERS];
    memcpy(matrix, at->matrix, sizeof matrix);
    for (int j = 0; j < PARAMETERS; j++) {
        step[j] = -at->gradient[j];
        matrix[j][j] = fma(damping, matrix[j][j], matrix[j][j]);
        if (!is_held(p, at, j) && matrix[j][j] > 0) continue;
        step[j] = 0;
        for (int k = 0; k < PARAMETERS; k++)
            matrix[j > k ? j : k][j > k ? k : j] = k == j;
    }
    if (!svi_solve(step, matrix, PARAMETERS)) return 0;
    for (int j = 0; j < PARAMETERS; j++)
        out->x[j] = clamp(p->x[j] + step[j], j);
    return 1;
}

/* Until no step is worth it. */
static void descend(point *p, const ssvi_expiry *expiries, size_t count)
{
    double damping = 1e-3;
    normal at = normal_of(p, expiries, count);
    for (int step = 0; step < STEPS_MAX && damping < DAMPING_MOST && at.cost > 0; step++) {
        point tried;
        if (!step_from(&tried, p, &at, damping)) {
            damping *= 8;
            continue;
        }
        normal next = normal_of(&tried, expiries, count);
        double gain = at.cost - next.cost;
        if (!(gain > 0)) {
            damping *= 8;
            continue;
        }
        int is_last = gain <= GAIN_LEAST * at.cost;
        *p = tried;
        at = next;
        damping = damping > 1e-11 ? 0.1 * damping : 1e-12;
        if (is_last) return;
    }
}

static point best_start(const ssvi_expiry *expiries, size_t count)
{
    static const double rhos[] = {-0.6, -0.2, 0.2, 0.6}, qs[] = {0.25, 0.75};
    static const double gammas[] = {0.2, 0.45};
    point best = {{rhos[0], qs[0], gammas[0]}};
    double least = INFINITY;
    for (int i = 0; i < 16; i++) {
        const point tried = {{rhos[i / 4], qs[i / 2 % 2], gammas[i % 2]}};
        double cost = normal_of(&tried, expiries, count).cost;
        if (!(cost < least)) continue;
        least = cost;
        best = tried;
    }
    return best;
}

/* In the fit, and no far wing, where a spread can be as wide as the volatility. */
static int is_judged(const hpm_svi_quotes *quotes, size_t i)
{
    double total = sqrt(quotes->variance[i]);
    double d1 = 0.5 * total - quotes->log_moneyness[i] / total;
    return svi_weight_of(quotes, i) > 0 && fabs(d1) <= D1_MOST;
}

static size_t count_judged(const ssvi_expiry *expiries, size_t count)
{
    size_t judged = 0;
    for (size_t e = 0; e < count; e++)
        for (size_t i = 0; i < expiries[e].quotes.count; i++)
            judged += (size_t)is_judged(&expiries[e].quotes, i);
    return judged;
}

/* Root of the mean square difference of volatilities over the judged. */
static double rmse_of(const hpm_ssvi *ssvi, const ssvi_expiry *expiries, size_t count,
                      size_t judged)
{
    double sum = 0;
    for (size_t e = 0; e < count; e++) {
        const hpm_svi_quotes *quotes = &expiries[e].quotes;
        if (quotes->count == 0) continue;
        hpm_svi slice = ssvi_slice(ssvi, ssvi_level(expiries, count, e));
        for (size_t i = 0; i < quotes->count; i++) {
            double w = svi_variance(&slice, quotes->log_moneyness[i]);
            double error = (sqrt(w) - sqrt(quotes->variance[i])) / sqrt(expiries[e].tau_years);
            if (is_judged(quotes, i)) sum = fma(error, error, sum);
        }
    }
    return sqrt(sum / (double)judged);
}

void ssvi_fit(hpm_ssvi *ssvi, const ssvi_expiry *expiries, size_t count)
{
    size_t judged = count_judged(expiries, count);
    ssvi->rho = ssvi->eta = ssvi->gamma = ssvi->rmse = NAN;
    if (judged < HPM_SVI_QUOTES_LEAST) return;
    point best = best_start(expiries, count);
    descend(&best, expiries, count);
    hpm_ssvi found = ssvi_at(&best);
    found.rmse = 0;
    ssvi->rho = found.rho;
    ssvi->eta = found.eta;
    ssvi->gamma = found.gamma;
    ssvi->rmse = rmse_of(&found, expiries, count, judged);
}
