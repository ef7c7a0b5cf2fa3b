/* The smaller and the larger of two doubles, without a call to libm. NaN in `a` wins. */
#ifndef HPM_MATH_ORDER_H
#define HPM_MATH_ORDER_H

static inline double hpm_least(double a, double b)
{
    return b < a ? b : a;
}

static inline double hpm_greatest(double a, double b)
{
    return b > a ? b : a;
}

#endif
