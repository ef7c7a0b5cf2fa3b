/* Calendar dates as text. */
#include "date.h"

#include <string.h>

int64_t hpm_days_in_month(int64_t year, int64_t month)
{
    static const int8_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return days[month - 1] + (month == 2 && leap);
}

/* The number in `count` digits; the caller knows that they are digits. */
static int64_t number(const char *digits, int count)
{
    int64_t value = 0;
    for (int i = 0; i < count; i++)
        value = value * 10 + (digits[i] - '0');
    return value;
}

int hpm_date_is_period(const char *text)
{
    static const char shape[] = "dddd-dd-dd";
    size_t length = strlen(text);
    if (length != 4 && length != 7 && length != HPM_DATE_LENGTH) return 0;
    for (size_t i = 0; i < length; i++) {
        int is_digit = text[i] >= '0' && text[i] <= '9';
        if (shape[i] == 'd' ? !is_digit : text[i] != shape[i]) return 0;
    }
    if (length == 4) return 1;
    int64_t month = number(text + 5, 2);
    if (month < 1 || month > 12) return 0;
    if (length == 7) return 1;
    int64_t day = number(text + 8, 2);
    return day >= 1 && day <= hpm_days_in_month(number(text, 4), month);
}
