/* Fuzz target: RFC 3339 times. */
#include "fuzz.h"
#include "io/time_text.h"

int fuzz_one(const uint8_t *data, size_t size)
{
    char text[HPM_TIME_TEXT];
    int64_t ns = 777, again;
    hpm_status status = hpm_time_parse(&ns, (const char *)data, size);
    if (status != HPM_OK) {
        FUZZ_CHECK(status == HPM_E_SYNTAX || status == HPM_E_PRECISION || status == HPM_E_RANGE);
        FUZZ_CHECK(ns == 777);
        return 0;
    }
    FUZZ_CHECK(ns >= 0);
    size_t length = hpm_time_format(text, ns);
    FUZZ_CHECK(length == strlen(text) && text[length - 1] == 'Z');
    FUZZ_CHECK(hpm_time_parse(&again, text, length) == HPM_OK);
    FUZZ_CHECK(again == ns);
    return 1;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_one(data, size);
    return 0;
}
