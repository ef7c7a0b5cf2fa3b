/* Inside the risk room: rows of the array one at a time. */
#ifndef HPM_RISK_ARRAY_H
#define HPM_RISK_ARRAY_H

#include "hpm/risk.h"
#include "price/greeks.h"

/* hpm_risk_array_begin in parts, for a caller who prices few rows of a market: first what all rows
 * share, then each expiry, and each instrument after its expiry, before its row is filled. Nothing
 * may be asked of an expiry or instrument that was not begun. */
hpm_status hpm_risk_array_begin_shared(hpm_risk_array *array, const hpm_market *market,
                                       hpm_error *error);
void hpm_risk_array_begin_expiry(hpm_risk_array *array, uint32_t expiry);
void hpm_risk_array_begin_instrument(hpm_risk_array *array, uint32_t instrument);

/* The row of an instrument as unrounded doubles for one lot: scenarios and value in the settlement
 * asset, other columns in their units. Computed from the scenario's definition without the tables
 * that the fast path uses: its slow, obvious twin. The row must be HPM_ROW_READY. */
void hpm_risk_row_reference(double *row, const hpm_risk_array *array, uint32_t instrument);

/* The annual rate at which option values of an expiry are discounted. */
double hpm_discount_rate(const hpm_risk_array *array, uint32_t expiry);

/* Units of the underlying in one lot. An inverse future or perpetual of one quote unit is 1/mark
 * coins. */
double hpm_risk_row_units(const hpm_risk_array *array, uint32_t instrument);

/* What P&L and greeks of an instrument count (hpm_fade_of). */
double hpm_risk_row_fade(const hpm_risk_array *array, uint32_t instrument);

/* Of one lot, in their units, at row[HPM_COLUMN_*]: the value, from the value of one contract unit
 * (options), the greek columns set to 0; then the greeks, of an option from its parts, which are
 * computed where they are NULL. */
void hpm_risk_row_value(double row[HPM_COLUMN_COUNT], const hpm_risk_array *array,
                        uint32_t instrument, double unit_value);
void hpm_risk_row_greeks(double row[HPM_COLUMN_COUNT], const hpm_risk_array *array,
                         uint32_t instrument, const hpm_black_parts *parts);

/* HPM_OK if a row of this state can be used, else why not, for people. */
hpm_status hpm_row_usable(const char *name, uint8_t state, hpm_error *error);

/* The run that a holding lies in. */
uint32_t hpm_portfolio_run_of(const hpm_portfolio *portfolio, uint32_t holding);

/* What one tick of each column is worth, for rows that settle in an asset: [stride]. */
const double *hpm_risk_array_units(const hpm_risk_array *array, uint32_t settlement);

/* Decimal exponent of a tick: of P&L and values by the settlement asset, of the other columns by
 * what they count. */
int hpm_tick_exponent(hpm_asset_kind settlement);
int hpm_extra_exponent(hpm_column column, hpm_asset_kind settlement);

/* 10^exponent and the nearest double to 10^-exponent, for the two exponents in use. */
double hpm_ticks_per_unit(int exponent);
double hpm_unit_of_tick(int exponent);

#endif
