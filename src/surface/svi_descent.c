/* The descent: normal equations of quotes and limits, damped steps, and when to stop. */
#include "surface/svi_descent.h"

#include <math.h>
#include <string.h>

#include "market/svi_variance.h"
#include "surface/svi_limits.h"

enum { STEPS_MAX = 60 };

/* Bounds that keep a step inside the model. */
#define RHO_MOST    0.9999
#define SIGMA_LEAST 1e-5
#define SLOPE_MOST  2.0

/* When to stop: errors of 1e-12 margins, or a gain of this share of the cost. */
#define COST_LEAST   1e-24
#define GAIN_LEAST   1e-13
#define DAMPING_MOST 1e12

/* By how much limits are to be kept, so that a descent that ends beside one ends inside. */
#define LIMIT_SLACK 1e-4

/* Solves the symmetric positive system in place by Cholesky's method; 0 where it is not positive.
 */
int svi_solve(double *x, double (*matrix)[SVI_PARAMETERS], int n)
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

static double clamp(double x, double low, double high)
{
    return x < low ? low : x > high ? high : x;
}

hpm_svi svi_inside(hpm_svi p)
{
    p.rho = clamp(p.rho, -RHO_MOST, RHO_MOST);
    p.sigma = clamp(p.sigma, SIGMA_LEAST, 100);
    p.m = clamp(p.m, -100, 100);
    p.b = clamp(p.b, 0, SLOPE_MOST / (1 + fabs(p.rho)));
    /* Some variance everywhere. */
    double bottom = p.b * p.sigma * sqrt(fma(-p.rho, p.rho, 1)) * (1 - 1e-6);
    p.a = p.a < -bottom ? -bottom : p.a;
    return p;
}

/* ---- Cost ----------------------------------------------------------------------------------- */

static double cost_of_quotes(const hpm_svi *svi, const hpm_svi_quotes *quotes)
{
    double sum = 0;
    for (size_t i = 0; i < quotes->count; i++) {
        double w = svi_variance(svi, quotes->log_moneyness[i]);
        double x = (w - quotes->variance[i]) / quotes->margin[i];
        /* 2 (sqrt(1 + x^2) - 1) without cancellation. */
        sum = fma(svi_weight_of(quotes, i), 2 * x * x / (1 + sqrt(fma(x, x, 1))), sum);
    }
    return sum;
}

static double cost_of_limits(const hpm_svi *svi, const svi_goal *goal)
{
    double sum = 0;
    for (size_t i = 0; goal->limits && i < svi_breach_count(goal->limits); i++) {
        double breach = svi_breach(svi, goal->limits, i, LIMIT_SLACK);
        sum = fma(breach, breach, sum);
    }
    return goal->stiffness * sum;
}

double svi_cost(const hpm_svi *svi, const svi_goal *goal)
{
    return cost_of_quotes(svi, goal->quotes) + cost_of_limits(svi, goal);
}

/* ---- Normal equations ------------------------------------------------------------------------ */

typedef struct normal {
    double matrix[SVI_PARAMETERS][SVI_PARAMETERS]; /* lower triangle */
    double gradient[SVI_PARAMETERS];
} normal;

/* One more row: weight * (x + row . step)^2. */
static void add_row(normal *out, const double *row, double x, double weight)
{
    for (int j = 0; j < SVI_PARAMETERS; j++) {
        out->gradient[j] = fma(weight * row[j], x, out->gradient[j]);
        for (int k = 0; k <= j; k++)
            out->matrix[j][k] = fma(weight * row[j], row[k], out->matrix[j][k]);
    }
}

/* d w / d (a, b, rho, m, sigma) at a quote, times scale. */
static void variance_row(double *row, const hpm_svi *p, double k, double scale)
{
    double x = k - p->m, root = sqrt(fma(x, x, p->sigma * p->sigma));
    row[0] = scale;
    row[1] = scale * fma(p->rho, x, root);
    row[2] = scale * p->b * x;
    row[3] = -scale * p->b * (p->rho + x / root);
    row[4] = scale * p->b * p->sigma / root;
}

static void add_quotes(normal *out, const hpm_svi *p, const hpm_svi_quotes *quotes)
{
    for (size_t i = 0; i < quotes->count; i++) {
        double row[SVI_PARAMETERS], scale = 1 / quotes->margin[i];
        double k = quotes->log_moneyness[i];
        double x = (svi_variance(p, k) - quotes->variance[i]) * scale;
        variance_row(row, p, k, scale);
        add_row(out, row, x, svi_weight_of(quotes, i) / sqrt(fma(x, x, 1)));
    }
}

static double *parameter(hpm_svi *p, int index)
{
    double *const all[SVI_PARAMETERS] = {&p->a, &p->b, &p->rho, &p->m, &p->sigma};
    return all[index];
}

/* Breaches are few and last a few steps: their slopes are differences. */
static void add_limits(normal *out, const hpm_svi *p, const svi_goal *goal)
{
    hpm_svi moved[SVI_PARAMETERS];
    double by[SVI_PARAMETERS];
    if (!goal->limits) return;
    for (int j = 0; j < SVI_PARAMETERS; j++) {
        moved[j] = *p;
        double *value = parameter(&moved[j], j), size = j == 2 ? 1 : fabs(*value) + p->sigma;
        by[j] = j == 2 && p->rho > 0 ? -1e-7 : 1e-7 * size;
        *value += by[j];
    }
    for (size_t i = 0; i < svi_breach_count(goal->limits); i++) {
        double breach = svi_breach(p, goal->limits, i, LIMIT_SLACK), row[SVI_PARAMETERS];
        if (!(breach > 0)) continue;
        for (int j = 0; j < SVI_PARAMETERS; j++)
            row[j] = (svi_breach(&moved[j], goal->limits, i, LIMIT_SLACK) - breach) / by[j];
        add_row(out, row, breach, goal->stiffness);
    }
}

static void normal_of(normal *out, const hpm_svi *p, const svi_goal *goal)
{
    memset(out, 0, sizeof *out);
    add_quotes(out, p, goal->quotes);
    add_limits(out, p, goal);
}

/* ---- Steps ------------------------------------------------------------------------------------
 */

/* One damped step and the gain it promises; 0 where the system has no solution. */
static int step_from(hpm_svi *out, double *promise, const hpm_svi *p, const normal *at,
                     double damping)
{
    double matrix[SVI_PARAMETERS][SVI_PARAMETERS], x[SVI_PARAMETERS];
    memcpy(matrix, at->matrix, sizeof matrix);
    for (int j = 0; j < SVI_PARAMETERS; j++) {
        x[j] = -at->gradient[j];
        matrix[j][j] = fma(damping, matrix[j][j], matrix[j][j]);
        /* A parameter that nothing depends on stays. */
        if (!(matrix[j][j] > 0)) matrix[j][j] = 1;
    }
    if (!svi_solve(x, matrix, SVI_PARAMETERS)) return 0;
    *promise = 0;
    for (int j = 0; j < SVI_PARAMETERS; j++)
        *promise = fma(-at->gradient[j], x[j], *promise);
    *out = svi_inside(
        (hpm_svi){p->a + x[0], p->b + x[1], p->rho + x[2], p->m + x[3], p->sigma + x[4]});
    return 1;
}

/* Raises the damping until a step lowers the cost. 0: none does, or none promises a gain. */
static int improve(hpm_svi *p, double *cost, double *damping, int *steps, const svi_goal *goal)
{
    normal at;
    normal_of(&at, p, goal);
    while (*damping < DAMPING_MOST) {
        hpm_svi next;
        double promise, next_cost = INFINITY;
        ++*steps;
        if (step_from(&next, &promise, p, &at, *damping)) {
            if (promise <= (goal->gain > 0 ? goal->gain : GAIN_LEAST) * *cost) return 0;
            next_cost = svi_cost(&next, goal);
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

int svi_descend(hpm_svi *p, double *cost, const svi_goal *goal)
{
    double damping = 1e-3;
    int steps = 0;
    const double enough = COST_LEAST * (double)goal->quotes->count;
    *cost = svi_cost(p, goal);
    while (steps<STEPS_MAX && * cost> enough && improve(p, cost, &damping, &steps, goal))
        damping = damping > 1e-11 ? 0.1 * damping : 1e-12;
    return steps;
}
