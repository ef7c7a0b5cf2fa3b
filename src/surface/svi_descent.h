/* The descent to the slice of least cost: Levenberg and Marquardt's method on five parameters. */
#ifndef HPM_SURFACE_SVI_DESCENT_H
#define HPM_SURFACE_SVI_DESCENT_H

#include "hpm/svi_fit.h"

enum { SVI_PARAMETERS = 5 };

/* What is minimised: the quotes' losses, and `stiffness` times the square of each breach. */
typedef struct svi_goal {
    const hpm_svi_quotes *quotes;
    const hpm_svi_limits *limits; /* NULL: none */
    double stiffness;
    double gain; /* share of the cost whose promise is worth no further step; 0: next to none */
} svi_goal;

static inline double svi_weight_of(const hpm_svi_quotes *quotes, size_t i)
{
    return quotes->weight ? quotes->weight[i] : 1;
}

/* Solves the symmetric positive system of n <= SVI_PARAMETERS, lower triangle given, by Cholesky's
 * method; x holds the right side and then the solution. 0 where it is not positive. */
int svi_solve(double *x, double (*matrix)[SVI_PARAMETERS], int n);

/* The nearest slice whose parameters are in their ranges. */
hpm_svi svi_inside(hpm_svi svi);

double svi_cost(const hpm_svi *svi, const svi_goal *goal);

/* Descends from *svi. Returns the steps tried and sets *cost. */
int svi_descend(hpm_svi *svi, double *cost, const svi_goal *goal);

#endif
