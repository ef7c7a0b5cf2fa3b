/* Well-formed UTF-8. */
#include "utf8.h"

#include <stdint.h>
#include <string.h>

/* By lead byte: how many bytes, and the range of the second one, which excludes overlong forms,
 * surrogates and what lies beyond U+10FFFF. */
typedef struct lead_rule {
    uint8_t first, last;
    uint8_t size;
    uint8_t low, high;
} lead_rule;

static const lead_rule rules[] = {
    {0x00, 0x7F, 1, 0, 0},       {0xC2, 0xDF, 2, 0x80, 0xBF}, {0xE0, 0xE0, 3, 0xA0, 0xBF},
    {0xE1, 0xEC, 3, 0x80, 0xBF}, {0xED, 0xED, 3, 0x80, 0x9F}, {0xEE, 0xEF, 3, 0x80, 0xBF},
    {0xF0, 0xF0, 4, 0x90, 0xBF}, {0xF1, 0xF3, 4, 0x80, 0xBF}, {0xF4, 0xF4, 4, 0x80, 0x8F},
};

static int follows(const lead_rule *rule, const unsigned char *text, size_t length)
{
    if (rule->size > length) return 0;
    if (rule->size > 1 && (text[1] < rule->low || text[1] > rule->high)) return 0;
    for (size_t i = 2; i < rule->size; i++)
        if ((text[i] & 0xC0) != 0x80) return 0;
    return 1;
}

size_t hpm_utf8_length(const char *text, size_t length)
{
    const unsigned char *bytes = (const unsigned char *)text;
    if (length == 0) return 0;
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++)
        if (bytes[0] >= rules[i].first && bytes[0] <= rules[i].last)
            return follows(&rules[i], bytes, length) ? rules[i].size : 0;
    return 0;
}

size_t hpm_utf8_prefix(const char *text, size_t length, size_t characters)
{
    size_t bytes = 0;
    while (characters-- > 0 && bytes < length) {
        size_t size = hpm_utf8_length(text + bytes, length - bytes);
        bytes += size > 0 ? size : 1;
    }
    return bytes;
}

size_t hpm_utf8_count(const char *text, size_t length)
{
    size_t count = 0;
    for (size_t i = 0; i < length; count++)
        i += hpm_utf8_prefix(text + i, length - i, 1);
    return count;
}

static int is_control(const char *text)
{
    unsigned char byte = (unsigned char)text[0];
    return byte < ' ' || byte == 127 || (byte == 0xC2 && (unsigned char)text[1] < 0xA0);
}

void hpm_utf8_tame(char *text)
{
    size_t left = strlen(text);
    for (char *at = text; left > 0;) {
        size_t length = hpm_utf8_length(at, left);
        size_t step = length > 0 ? length : 1;
        if (length == 0 || is_control(at)) memset(at, '?', step);
        at += step;
        left -= step;
    }
}
