/* Fuzz target: decimal text. */
#include "fuzz.h"
#include "hpm/number.h"

int fuzz_one(const uint8_t *data, size_t size)
{
    char text[HPM_DECIMAL_TEXT];
    int64_t e8 = 777, again;
    hpm_status status = hpm_decimal_parse(&e8, (const char *)data, size);
    if (status != HPM_OK) {
        FUZZ_CHECK(status == HPM_E_SYNTAX || status == HPM_E_PRECISION || status == HPM_E_OVERFLOW);
        FUZZ_CHECK(e8 == 777);
        return 0;
    }
    size_t length = hpm_decimal_format(text, e8);
    FUZZ_CHECK(length == strlen(text));
    FUZZ_CHECK(hpm_decimal_parse(&again, text, length) == HPM_OK);
    FUZZ_CHECK(again == e8);
    return 1;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_one(data, size);
    return 0;
}
