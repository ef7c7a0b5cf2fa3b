/* Checks of orders: see hpm/orders.h. */
#include "hpm/orders.h"

#include <math.h>

hpm_status hpm_order_check(const hpm_order *order, const hpm_catalog *catalog, hpm_error *error)
{
    char quantity[HPM_DECIMAL_TEXT], lot[HPM_DECIMAL_TEXT];
    if (order->instrument >= catalog->instrument_count)
        return hpm_fail(error, HPM_E_REFERENCE, order->id, "unknown instrument id (%u)",
                        order->instrument);
    const hpm_instrument *instrument = &catalog->instruments[order->instrument];
    const char *where = order->id[0] != '\0' ? order->id : instrument->name;
    if (order->quantity.e8 == 0) return hpm_fail(error, HPM_E_RANGE, where, "a quantity of 0");
    if (order->quantity.e8 % instrument->lot.e8 != 0) {
        hpm_decimal_format(quantity, order->quantity.e8);
        hpm_decimal_format(lot, instrument->lot.e8);
        return hpm_fail(error, HPM_E_LOT, where,
                        "quantity is not a whole number of lots of %s (%s)", lot, quantity);
    }
    if (!isnan(order->price) && !(order->price > 0 && order->price < 1e15))
        return hpm_fail(error, HPM_E_RANGE, where, "price outside (0, 1e15) (%g)", order->price);
    if (order->fee.e8 < 0) return hpm_fail(error, HPM_E_RANGE, where, "a fee below 0");
    return HPM_OK;
}
