/* A bracket of integers that closes on a change of sign: the largest x with f(x) <= 0 next to an
 * x + 1 with f(x + 1) > 0. Real unknowns are searched on a grid of integers between two ends.
 *
 * The caller computes f; the bracket says where. Regula falsi in the form of Anderson and Bjorck
 * (BIT 13, 1973), which needs few steps where f is straight or bends a little, and a bisection
 * after every three steps that have not halved the bracket, so that there are never more than four
 * a bit. The same f gives the same steps everywhere. */
#ifndef HPM_MATH_BRACKET_H
#define HPM_MATH_BRACKET_H

#include <assert.h>
#include <math.h>
#include <stdint.h>

typedef struct hpm_bracket {
    int64_t low, high;      /* f(low) <= 0 < f(high), low < high */
    double at_low, at_high; /* f there, or less: what interpolation weighs with */
    int last;               /* the end that moved last: -1 low, 1 high, 0 none */
    int slow;               /* steps since the bracket was half as wide */
    uint64_t width;         /* when that was last so */
} hpm_bracket;

/* An infinite value (f cannot be computed there) is bisected. */
static inline hpm_bracket hpm_bracket_of(int64_t low, double at_low, int64_t high, double at_high)
{
    assert(low < high && at_low <= 0 && at_high > 0);
    return (hpm_bracket){low, high, at_low, at_high, 0, 0, (uint64_t)high - (uint64_t)low};
}

static inline int hpm_bracket_closed(const hpm_bracket *bracket)
{
    return (uint64_t)bracket->high - (uint64_t)bracket->low == 1;
}

/* Where f is wanted next: low < x < high. The bracket must not be closed. */
static inline int64_t hpm_bracket_next(const hpm_bracket *bracket)
{
    uint64_t width = (uint64_t)bracket->high - (uint64_t)bracket->low;
    uint64_t step = width / 2;
    assert(width > 1);
    if (bracket->slow < 3 && isfinite(bracket->at_low) && isfinite(bracket->at_high)) {
        double share = -bracket->at_low / (bracket->at_high - bracket->at_low);
        double place = share * (double)width;
        step = place < (double)(width - 1) ? (uint64_t)place : width - 1;
        if (step < 1) step = 1;
    }
    return (int64_t)((uint64_t)bracket->low + step);
}

/* An end that stays twice weighs less: by as much as f has come down on the other side, else half.
 */
static inline double hpm_bracket_fade(double at_end, double value, double before)
{
    double share = 1 - value / before;
    return at_end * (share > 0 && share < 1 ? share : 0.5);
}

/* f at x is `value`. */
static inline void hpm_bracket_tell(hpm_bracket *bracket, int64_t x, double value)
{
    assert(bracket->low < x && x < bracket->high && !isnan(value));
    int end = value > 0 ? 1 : -1, stays = bracket->last == end;
    if (end > 0) {
        if (stays) bracket->at_low = hpm_bracket_fade(bracket->at_low, value, bracket->at_high);
        bracket->high = x;
        bracket->at_high = value;
    } else {
        if (stays) bracket->at_high = hpm_bracket_fade(bracket->at_high, value, bracket->at_low);
        bracket->low = x;
        bracket->at_low = value;
    }
    bracket->last = end;
    bracket->slow++;
    uint64_t width = (uint64_t)bracket->high - (uint64_t)bracket->low;
    if (width > bracket->width / 2) return;
    bracket->width = width;
    bracket->slow = 0;
}

#endif
