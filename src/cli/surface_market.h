/* Markets from surfaces: what `hpm margin` computes with after a fit. */
#ifndef HPM_CLI_SURFACE_MARKET_H
#define HPM_CLI_SURFACE_MARKET_H

#include "hpm/quotes.h"
#include "hpm/surface.h"

/* The market of the quotes' moment and catalog: index prices, marks of all but options, forwards
 * and smiles of the surface. Memory is taken from the new *arena; free it after a failure too. */
hpm_status hpm_market_of_quotes(hpm_market *market, hpm_arena *arena, const hpm_quotes *quotes,
                                const hpm_surface *surface, hpm_error *error);

/* The market as it is, but with the surface's forwards and smiles. Volatilities of single options
 * are left out where it has a smile. *written: expiries that it said something of. */
hpm_status hpm_market_with_surface(hpm_market *market, hpm_arena *arena, const hpm_market *from,
                                   const hpm_surface *surface, uint32_t *written, hpm_error *error);

#endif
