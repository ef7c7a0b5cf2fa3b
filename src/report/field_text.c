/* Values of fields for people. */
#include "field_text.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include "base/real_text.h"
#include "hpm/number.h"
#include "io/time_text.h"

void hpm_field_format(char *text, size_t size, const void *value, const hpm_field *field)
{
    char number[HPM_REAL_TEXT];
    switch (field->type) {
    case HPM_FIELD_TEXT:
        snprintf(text, size, "%s", (const char *)value);
        break;
    case HPM_FIELD_REAL:
        hpm_real_format(number, *(const double *)value);
        snprintf(text, size, "%s", isnan(*(const double *)value) ? "-" : number);
        break;
    case HPM_FIELD_COUNT:
        snprintf(text, size, "%" PRIu32, *(const uint32_t *)value);
        break;
    case HPM_FIELD_FLAG:
        snprintf(text, size, "%s", *(const int *)value ? "yes" : "no");
        break;
    case HPM_FIELD_CHOICE:
        snprintf(text, size, "%s", field->choices[*(const int *)value]);
        break;
    case HPM_FIELD_DECIMAL:
        hpm_decimal_format(number, *(const int64_t *)value);
        snprintf(text, size, "%s", number);
        break;
    case HPM_FIELD_TIME:
        hpm_time_format(number, *(const int64_t *)value);
        snprintf(text, size, "%s", number);
        break;
    default:
        text[0] = '\0';
        break;
    }
}
