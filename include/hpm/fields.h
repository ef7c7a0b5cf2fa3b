/* Field tables: one description of a record's fields that everything else walks: the JSON codec,
 * the JSON Schema, range checks, canonical bytes, `rulebook show` and the generated docs.
 *
 * A record is a C struct; a field says where in it a value lies, of which type and unit, in which
 * range, and what it means. Adding a field is adding one row. */
#ifndef HPM_FIELDS_H
#define HPM_FIELDS_H

#include <stddef.h>
#include <stdint.h>

#include "hpm/arena.h"
#include "hpm/hash.h"
#include "hpm/status.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum hpm_field_type {
    HPM_FIELD_TEXT,    /* char[capacity], terminated; JSON string */
    HPM_FIELD_REAL,    /* double; JSON number */
    HPM_FIELD_COUNT,   /* uint32_t; JSON integer */
    HPM_FIELD_FLAG,    /* int, 0 or 1; JSON boolean */
    HPM_FIELD_CHOICE,  /* int, index into `choices`; JSON string */
    HPM_FIELD_DECIMAL, /* int64_t scaled 1e8 (hpm_money, hpm_qty); JSON string or integer */
    HPM_FIELD_TIME,    /* int64_t ns since 1970 UTC; JSON string, RFC 3339 */
    HPM_FIELD_REALS,   /* hpm_list of double; JSON array of numbers */
    HPM_FIELD_TEXTS,   /* hpm_list of char[capacity]; JSON array of strings */
    HPM_FIELD_RECORDS, /* hpm_list of `record`; JSON array of objects */
    HPM_FIELD_VARIANT, /* the fields of variants[choice read by the field before it] follow */
} hpm_field_type;

typedef struct hpm_list {
    void *items; /* in the arena of the document that owns it; NULL when empty */
    uint32_t count;
} hpm_list;

struct hpm_record;

typedef struct hpm_field {
    const char *name;
    hpm_field_type type;
    int required;
    const char *unit;   /* "1", "annual", "seconds", "reporting currency"; NULL: none */
    double min, max;    /* REAL, REALS, COUNT, DECIMAL (in units of 1); list counts: max_items */
    double fallback;    /* the value when absent; NaN: absent is kept as NaN (REAL) or zero */
    size_t offset;      /* in the record's struct */
    uint32_t capacity;  /* TEXT, TEXTS: bytes of one text with its terminator */
    uint32_t max_items; /* lists */
    const char *const *choices;               /* CHOICE: NULL-terminated */
    const struct hpm_record *record;          /* RECORDS */
    const struct hpm_record *const *variants; /* VARIANT: by choice; NULL entry: no fields */
    const char *text;                         /* one sentence for help, schema and docs */
} hpm_field;

typedef struct hpm_record {
    const char *name;
    const char *text;
    const hpm_field *fields;
    uint32_t field_count;
    size_t size; /* of the struct; for a variant: counted from the enclosing struct's start */
} hpm_record;

/* Sets every field of `item` to its fallback. */
void hpm_record_defaults(void *item, const hpm_record *record);

/* Checks every value against its range, deeply. E_RANGE with the path ("sets[0].vol_floor_days"),
 * the value and the range. */
hpm_status hpm_record_check(const void *item, const hpm_record *record, const char *path,
                            hpm_error *error);

/* Feeds the canonical bytes of `item` to `hasher`: names, types and values in table order. */
void hpm_record_hash(hpm_hasher *hasher, const void *item, const hpm_record *record);

#ifdef __cplusplus
}
#endif
#endif
