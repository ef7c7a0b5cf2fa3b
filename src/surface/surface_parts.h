/* What the parts of a surface fit share. The order of work is surface_fit.c's: forwards, then
 * smiles (what each quote says), slices one by one, and the sweep that makes them free of
 * arbitrage together. */
#ifndef HPM_SURFACE_PARTS_H
#define HPM_SURFACE_PARTS_H

#include "hpm/surface.h"
#include "hpm/svi_fit.h"
#include "surface/forward.h"
#include "surface/ssvi.h"

/* Quotes that a model adds to an expiry's own: so many places of it. */
#define SURFACE_MODEL_PLACES 13

/* With so many strikes a smile stands by itself; fewer are steadied by other expiries, and give way
 * to them. */
#define SURFACE_STRIKES_ENOUGH 8

/* One expiry at work: where its options and its fit's quotes lie. */
typedef struct surface_expiry {
    uint32_t catalog_expiry; /* HPM_NONE: known to the earlier surface alone */
    uint32_t first, count;   /* in options_by_moneyness, those with a smile quote */
    uint32_t quote_first;    /* room in the quote arrays: count + SURFACE_MODEL_PLACES */
    uint32_t strikes;        /* different ones with a two-sided quote in use */
    uint32_t heard;          /* quotes that judge the slice's confidence */
    uint32_t met;            /* of these, the ones whose price it meets */
    hpm_svi_quotes quotes;   /* what its slice is fitted to */
    hpm_svi free;            /* the fit without limits: what a repair is measured against */
    const hpm_slice *before; /* of the earlier surface; NULL: none that may stand in */
} surface_expiry;

/* Parallel arrays over options, as the inversion wants them. */
typedef struct surface_options {
    uint32_t count;
    uint32_t *id;
    double *forward; /* of the quote's own moment */
    double *strike, *sign, *tau_years;
    double *unit;              /* undiscounted value in the quote currency of a premium of 1 */
    double *value, *total_vol; /* in and out of the inversion */
    uint8_t *state;
} surface_options;

typedef struct surface_work {
    const hpm_context *context;
    const hpm_quotes *quotes;
    const hpm_surface *before; /* NULL: none */
    const hpm_surface_rules *rules;
    hpm_surface_fit *fit;
    surface_forward *forwards; /* [catalog expiries] */
    uint32_t *slice_of_expiry; /* [catalog expiries] */
    surface_expiry *expiries;  /* [slices] */
    ssvi_expiry *levels;       /* [slices], of one underlying at a time */
    uint32_t *by_moneyness;    /* options of a slice together, by log-moneyness, then id */
    double *log_moneyness, *variance, *margin, *weight; /* of all expiries' fits */
    double *scratch;                                    /* [options], for medians */
    surface_options options;
} surface_work;

/* The middle one of `count` numbers, of two the lower; puts them in ascending order. NaN of none.
 */
double surface_median(double *numbers, uint32_t count);

/* How old by now what was `age_s` old in the earlier surface is. */
double surface_age_before(const surface_work *work, double age_s);

/* ---- smile.c ---- */

/* What each option's quote says, and the order of options by slice and log-moneyness. */
void surface_read_smiles(surface_work *work);

/* ---- slice_fit.c ---- */

/* Contracts behind the thinner side of a quote: of its book, else at the best price; NaN: unknown.
 */
double surface_depth(const hpm_quote *quote);

/* Collects an expiry's own quotes and fits one slice to them; 0 if its strikes are few. */
int surface_fit_alone(surface_work *work, uint32_t slice);

/* After surface_fit_alone: a slice for few strikes, steadied by the underlying's common shape.
 * `level`: total variance at the money if no quote has two sides. 0 if there is no quote at all. */
int surface_fit_sparse(surface_work *work, uint32_t slice, const hpm_ssvi *across, double level);

/* Adds the common shape, loosely, to a slice that has arbitrage with its neighbours: where its own
 * quotes say little it should not be what the others have to fit. */
void surface_steady(surface_work *work, uint32_t slice, const hpm_ssvi *across);

/* The earlier surface's slice, brought to this one's time; 0 if there is none. */
int surface_take_before(surface_work *work, uint32_t slice);

/* ---- sweep.c ---- */

/* Makes the slices [first, end) of one underlying free of arbitrage. */
void surface_sweep(surface_work *work, const hpm_ssvi *across, uint32_t first, uint32_t end);

/* ---- quality.c ---- */

/* Fitted volatilities and what is inside the spread, and each slice's figures and confidence. */
void surface_rate(surface_work *work);

#endif
