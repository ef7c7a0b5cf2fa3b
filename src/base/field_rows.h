/* Short forms of the rows of a field table, so that a table reads like one. */
#ifndef HPM_BASE_FIELD_ROWS_H
#define HPM_BASE_FIELD_ROWS_H

#include <math.h>

#include "hpm/fields.h"

#define HPM_COUNT_OF(array) ((uint32_t)(sizeof(array) / sizeof(array)[0]))

/* `in_` is the path from the struct to the member's own struct ("rule.size."), empty for a member
 * of the struct itself. `required_` is 1 or 0; a row that is not required states what its absence
 * means. */
#define HPM_ROW_TEXT(required_, struct_, in_, member_, text_)                                      \
    {                                                                                              \
        .name = #member_, .type = HPM_FIELD_TEXT, .required = (required_),                         \
        .offset = offsetof(struct_, in_ member_), .capacity = sizeof(((struct_ *)0)->in_ member_), \
        .text = (text_)                                                                            \
    }
#define HPM_ROW_REAL(struct_, in_, member_, unit_, min_, max_, fallback_, text_)                   \
    {                                                                                              \
        .name = #member_, .type = HPM_FIELD_REAL, .unit = (unit_), .min = (min_), .max = (max_),   \
        .fallback = (fallback_), .offset = offsetof(struct_, in_ member_), .text = (text_)         \
    }
#define HPM_ROW_COUNT(struct_, in_, member_, min_, max_, fallback_, text_)                         \
    {                                                                                              \
        .name = #member_, .type = HPM_FIELD_COUNT, .min = (min_), .max = (max_),                   \
        .fallback = (fallback_), .offset = offsetof(struct_, in_ member_), .text = (text_)         \
    }
#define HPM_ROW_FLAG(struct_, in_, member_, fallback_, text_)                                      \
    {                                                                                              \
        .name = #member_, .type = HPM_FIELD_FLAG, .max = 1, .fallback = (fallback_),               \
        .offset = offsetof(struct_, in_ member_), .text = (text_)                                  \
    }
#define HPM_ROW_CHOICE(required_, struct_, in_, member_, choices_, text_)                          \
    {                                                                                              \
        .name = #member_, .type = HPM_FIELD_CHOICE, .required = (required_),                       \
        .offset = offsetof(struct_, in_ member_), .choices = (choices_), .text = (text_)           \
    }
#define HPM_ROW_REALS(struct_, in_, member_, unit_, min_, max_, max_items_, text_)                 \
    {                                                                                              \
        .name = #member_, .type = HPM_FIELD_REALS, .unit = (unit_), .min = (min_), .max = (max_),  \
        .offset = offsetof(struct_, in_ member_), .max_items = (max_items_), .text = (text_)       \
    }
#define HPM_ROW_TEXTS(required_, struct_, in_, member_, capacity_, max_items_, text_)              \
    {                                                                                              \
        .name = #member_, .type = HPM_FIELD_TEXTS, .required = (required_),                        \
        .offset = offsetof(struct_, in_ member_), .capacity = (capacity_),                         \
        .max_items = (max_items_), .text = (text_)                                                 \
    }
#define HPM_ROW_RECORDS(required_, struct_, in_, member_, record_, max_items_, text_)              \
    {                                                                                              \
        .name = #member_, .type = HPM_FIELD_RECORDS, .required = (required_),                      \
        .offset = offsetof(struct_, in_ member_), .max_items = (max_items_), .record = (record_),  \
        .text = (text_)                                                                            \
    }

#define HPM_RECORD(name_, struct_, rows_, text_)                                                   \
    {                                                                                              \
        .name = (name_), .text = (text_), .fields = (rows_), .field_count = HPM_COUNT_OF(rows_),   \
        .size = sizeof(struct_)                                                                    \
    }

#endif
