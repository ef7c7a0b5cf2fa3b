/* A record with a field of every type, for the tests of whatever walks field tables. */
#ifndef HPM_TESTS_SAMPLE_RECORD_H
#define HPM_TESTS_SAMPLE_RECORD_H

#include <float.h>
#include <math.h>

#include "hpm/fields.h"

typedef struct sample_point {
    double x;
    char label[8];
} sample_point;

typedef struct sample {
    char name[12];
    char note[80];
    double ratio;    /* required, (0, 10] */
    double optional; /* NaN when absent */
    uint32_t count;  /* 1 to 5, 3 when absent */
    int flag;        /* 1 when absent */
    int kind;        /* none, square, list; square when absent */
    union {
        double side;
        hpm_list of; /* of char[8] */
    } shape;
    int64_t amount; /* decimal, -100 to 100, 2.5 when absent */
    int64_t when;   /* time */
    hpm_list reals; /* at most 3, -1 to 1 */
    hpm_list texts; /* at most 2 of char[8] */
    hpm_list points;
} sample;

static const char *const sample_kinds[] = {"none", "square", "list", NULL};

static const hpm_field sample_point_fields[] = {
    {.name = "x",
     .type = HPM_FIELD_REAL,
     .required = 1,
     .min = -1,
     .max = 1,
     .fallback = NAN,
     .offset = offsetof(sample_point, x),
     .unit = "meters",
     .text = "Where."},
    {.name = "label",
     .type = HPM_FIELD_TEXT,
     .offset = offsetof(sample_point, label),
     .capacity = 8,
     .text = "Label."},
};
static const hpm_record sample_point_record = {"point", "A point.", sample_point_fields, 2,
                                               sizeof(sample_point)};

static const hpm_field sample_square_fields[] = {
    {.name = "side",
     .type = HPM_FIELD_REAL,
     .max = 9,
     .fallback = 4,
     .offset = offsetof(sample, shape.side),
     .text = "Side."},
};
static const hpm_record sample_square = {"square", "A square.", sample_square_fields, 1,
                                         sizeof(sample)};
static const hpm_field sample_list_fields[] = {
    {.name = "of",
     .type = HPM_FIELD_TEXTS,
     .required = 1,
     .offset = offsetof(sample, shape.of),
     .capacity = 8,
     .max_items = 2,
     .text = "Of what."},
};
static const hpm_record sample_list = {"list", "A list.", sample_list_fields, 1, sizeof(sample)};
static const hpm_record *const sample_variants[] = {NULL, &sample_square, &sample_list};

static const hpm_field sample_fields[] = {
    {.name = "name",
     .type = HPM_FIELD_TEXT,
     .required = 1,
     .offset = offsetof(sample, name),
     .capacity = 12,
     .text = "Name."},
    {.name = "note", .type = HPM_FIELD_TEXT, .offset = offsetof(sample, note), .capacity = 80},
    {.name = "ratio",
     .type = HPM_FIELD_REAL,
     .required = 1,
     .unit = "1",
     .min = DBL_MIN,
     .max = 10,
     .fallback = NAN,
     .offset = offsetof(sample, ratio),
     .text = "Ratio."},
    {.name = "optional",
     .type = HPM_FIELD_REAL,
     .min = -5,
     .max = 1e20,
     .fallback = NAN,
     .offset = offsetof(sample, optional)},
    {.name = "count",
     .type = HPM_FIELD_COUNT,
     .min = 1,
     .max = 5,
     .fallback = 3,
     .offset = offsetof(sample, count)},
    {.name = "flag", .type = HPM_FIELD_FLAG, .fallback = 1, .offset = offsetof(sample, flag)},
    {.name = "kind",
     .type = HPM_FIELD_CHOICE,
     .fallback = 1,
     .offset = offsetof(sample, kind),
     .choices = sample_kinds},
    {.type = HPM_FIELD_VARIANT, .variants = sample_variants},
    {.name = "amount",
     .type = HPM_FIELD_DECIMAL,
     .min = -100,
     .max = 100,
     .fallback = 2.5,
     .unit = "coins",
     .offset = offsetof(sample, amount)},
    {.name = "when", .type = HPM_FIELD_TIME, .offset = offsetof(sample, when)},
    {.name = "reals",
     .type = HPM_FIELD_REALS,
     .min = -1,
     .max = 1,
     .offset = offsetof(sample, reals),
     .max_items = 3},
    {.name = "texts",
     .type = HPM_FIELD_TEXTS,
     .offset = offsetof(sample, texts),
     .capacity = 8,
     .max_items = 2},
    {.name = "points",
     .type = HPM_FIELD_RECORDS,
     .offset = offsetof(sample, points),
     .max_items = 2,
     .record = &sample_point_record},
};
static const hpm_record sample_record = {"sample", "All types.", sample_fields,
                                         sizeof sample_fields / sizeof sample_fields[0],
                                         sizeof(sample)};

#endif
