/* Checks of given inputs and their canonical bytes. */
#include "market/input.h"

#include <float.h>
#include <math.h>

hpm_status hpm_input_check_trust(const hpm_input *input, const char *where, hpm_error *error)
{
    if (!(input->confidence >= 0 && input->confidence <= 1))
        return hpm_fail(error, HPM_E_RANGE, where, "confidence outside [0, 1] (%g)",
                        input->confidence);
    if (!(input->age_s >= 0 && input->age_s <= HPM_AGE_MAX_S))
        return hpm_fail(error, HPM_E_RANGE, where, "age_s outside [0, 1e9] (%g)", input->age_s);
    return HPM_OK;
}

hpm_status hpm_input_check_price(const hpm_input *input, const char *where, const char *what,
                                 hpm_error *error)
{
    if (isnan(input->value)) return HPM_OK;
    if (!(input->value >= DBL_MIN && input->value <= HPM_PRICE_MAX)) /* as in documents */
        return hpm_fail(error, HPM_E_RANGE, where, "%s outside (0, 1e15] (%g)", what, input->value);
    return hpm_input_check_trust(input, where, error);
}

hpm_status hpm_input_check_rate(double rate_annual, const char *where, hpm_error *error)
{
    if (fabs(rate_annual) <= HPM_RATE_MAX) return HPM_OK;
    return hpm_fail(error, HPM_E_RANGE, where, "rate outside [-10, 10] (%g)", rate_annual);
}

hpm_status hpm_input_check_svi(const hpm_svi *svi, const char *where, hpm_error *error)
{
    if (hpm_svi_is_valid(svi) && fabs(svi->a) <= HPM_SVI_MAX && svi->b <= HPM_SVI_MAX &&
        fabs(svi->m) <= HPM_SVI_MAX && svi->sigma <= HPM_SVI_MAX)
        return HPM_OK;
    return hpm_fail(error, HPM_E_RANGE, where,
                    "svi out of range or of negative variance (%g, %g, %g, %g, %g)", svi->a, svi->b,
                    svi->rho, svi->m, svi->sigma);
}

hpm_status hpm_input_check_indices(const hpm_input *asset_price, const hpm_catalog *catalog,
                                   uint32_t reporting, hpm_error *error)
{
    hpm_status status = HPM_OK;
    for (uint32_t i = 0; i < catalog->asset_count && status == HPM_OK; i++)
        status = hpm_input_check_price(&asset_price[i], catalog->assets[i].name, "price", error);
    if (status == HPM_OK && asset_price[reporting].value != 1)
        return hpm_fail(error, HPM_E_RANGE, catalog->assets[reporting].name,
                        "the reporting asset is worth 1 by definition (%g)",
                        asset_price[reporting].value);
    return status;
}

void hpm_input_hash(hpm_hasher *hasher, const hpm_input *input)
{
    hpm_hash_real(hasher, input->value);
    if (isnan(input->value)) return;
    hpm_hash_real(hasher, input->confidence);
    hpm_hash_real(hasher, input->age_s);
}
