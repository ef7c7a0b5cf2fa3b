/* Numbers and times as venues write them. */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/real_text.h"
#include "io/csv.h"
#include "io/import_table.h"
#include "io/time_text.h"

double hpm_import_percent(double percent)
{
    char text[HPM_REAL_TEXT + 4];
    double fraction = percent / 100;
    size_t length = hpm_real_format(text, percent);
    if (memchr(text, 'e', length) || !(percent - percent == 0)) return fraction;
    memcpy(text + length, "e-2", 3);
    int is_read = hpm_csv_real(&fraction, (hpm_csv_text){text, length + 3});
    assert(is_read);
    (void)is_read;
    return fraction;
}

/* 12 or 13 digits: 1973 to 2286, so that seconds and microseconds are not mistaken for it. */
static int milliseconds_parse(int64_t *time_ns, const char *text, size_t length)
{
    int64_t value = 0;
    if (length < 12 || length > 13) return 0;
    for (size_t i = 0; i < length; i++) {
        if (text[i] < '0' || text[i] > '9') return 0;
        value = value * 10 + (text[i] - '0');
    }
    if (value > HPM_IMPORT_MS_MAX) return 0;
    *time_ns = value * 1000000;
    return 1;
}

int hpm_import_time_parse(int64_t *time_ns, const char *text, size_t length)
{
    return milliseconds_parse(time_ns, text, length) ||
           hpm_time_parse(time_ns, text, length) == HPM_OK;
}
