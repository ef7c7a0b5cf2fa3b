/* A streaming JSON writer, to a file or a growing buffer. Always valid UTF-8 JSON: text that is
 * not UTF-8 gets replacement characters, a double that is not finite becomes null.
 *
 * Calls nest as the document does: in an object each value follows hpm_json_key. Failures (memory,
 * disk) stick and are reported once, by hpm_json_finish. */
#ifndef HPM_IO_JSON_WRITE_H
#define HPM_IO_JSON_WRITE_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "hpm/fields.h"
#include "hpm/status.h"

/* Private, but for `bytes` and `length` of a buffer after hpm_json_finish. */
typedef struct hpm_json {
    FILE *file; /* NULL: into `bytes` */
    char *bytes;
    size_t length, capacity;
    int pretty;
    uint32_t depth;
    uint32_t line_depth; /* depth at which everything stands on one line; 0: none */
    int line_next;       /* the next container is to stand on one line */
    int comma;           /* a value stands before the next one */
    int keyed;           /* a key has just been written */
    hpm_status status;
} hpm_json;

/* `pretty`: 0 all on one line, else indented by 2 spaces. `file` is not closed. */
void hpm_json_to_file(hpm_json *json, FILE *file, int pretty);
void hpm_json_to_buffer(hpm_json *json, int pretty);

/* Ends the document with a newline and flushes. HPM_E_IO or HPM_E_MEMORY if anything went wrong
 * since the start. A buffer is then `json->bytes` (terminated; not part of the document) of
 * `json->length`. */
hpm_status hpm_json_finish(hpm_json *json, hpm_error *error);

/* Releases the buffer; valid after any of the calls above. */
void hpm_json_free(hpm_json *json);

void hpm_json_begin_object(hpm_json *json);
void hpm_json_end_object(hpm_json *json);
void hpm_json_begin_array(hpm_json *json);
void hpm_json_end_array(hpm_json *json);
/* The next object or array stands on one line even when pretty. */
void hpm_json_one_line(hpm_json *json);

void hpm_json_key(hpm_json *json, const char *key);
void hpm_json_text(hpm_json *json, const char *text);
void hpm_json_text_length(hpm_json *json, const char *text, size_t length);
void hpm_json_real(hpm_json *json, double value); /* shortest that reads back; NaN, inf: null */
void hpm_json_int(hpm_json *json, int64_t value);
void hpm_json_decimal(hpm_json *json, int64_t e8);        /* a string: "-12.5" */
void hpm_json_time(hpm_json *json, int64_t ns);           /* a string; ns >= 0 */
void hpm_json_hash(hpm_json *json, const hpm_hash *hash); /* a string of hexadecimal digits */
void hpm_json_bool(hpm_json *json, int value);
void hpm_json_null(hpm_json *json);
/* One value that is JSON already, as it is: for texts of the program's own only. */
void hpm_json_raw(hpm_json *json, const char *text);

/* A key and its value. */
void hpm_json_put_text(hpm_json *json, const char *key, const char *text);
void hpm_json_put_real(hpm_json *json, const char *key, double value);
void hpm_json_put_int(hpm_json *json, const char *key, int64_t value);
void hpm_json_put_decimal(hpm_json *json, const char *key, int64_t e8);
void hpm_json_put_time(hpm_json *json, const char *key, int64_t ns);
void hpm_json_put_bool(hpm_json *json, const char *key, int value);

/* The value of a field that is no VARIANT, after a key. */
void hpm_field_write(hpm_json *json, const void *value, const hpm_field *field);
/* `item` as an object, by its field table. A REAL that is NaN (absent) is left out. */
void hpm_record_write(hpm_json *json, const void *item, const hpm_record *record);
/* The fields alone, into an object that is already begun. */
void hpm_record_write_fields(hpm_json *json, const void *item, const hpm_record *record);

#endif
