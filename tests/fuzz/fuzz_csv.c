/* Fuzzes the CSV reader: whatever is accepted, written out again with every field quoted, reads as
 * the same rows. */
#include "fuzz.h"
#include "io/csv.h"

static size_t put_field(char *out, hpm_csv_text field)
{
    size_t used = 0;
    out[used++] = '"';
    for (size_t i = 0; i < field.length; i++) {
        if (field.bytes[i] == '"') out[used++] = '"';
        out[used++] = field.bytes[i];
    }
    out[used++] = '"';
    return used;
}

static size_t put_row(char *out, const hpm_csv_text *fields, uint32_t count)
{
    size_t used = 0;
    for (uint32_t i = 0; i < count; i++) {
        if (i > 0) out[used++] = ',';
        used += put_field(out + used, fields[i]);
    }
    out[used++] = '\r';
    out[used++] = '\n';
    return used;
}

/* Writes all rows; 0 if the text is refused. */
static size_t rewrite(char *out, const char *text, size_t length)
{
    hpm_csv csv;
    hpm_error error = {.status = HPM_OK};
    int has_row = 1;
    if (hpm_csv_open(&csv, text, length, &error) != HPM_OK) {
        FUZZ_CHECK(error.status != HPM_OK && error.line >= 1);
        return 0;
    }
    size_t used = put_row(out, csv.header, csv.column_count);
    hpm_status status = HPM_OK;
    while (has_row && (status = hpm_csv_next(&csv, &has_row, &error)) == HPM_OK) {
        if (!has_row) break;
        used += put_row(out + used, csv.fields, csv.column_count);
        double value;
        for (uint32_t i = 0; i < csv.column_count; i++)
            if (hpm_csv_real(&value, csv.fields[i])) FUZZ_CHECK(value - value == 0);
    }
    hpm_csv_close(&csv);
    if (status != HPM_OK) FUZZ_CHECK(error.status == status && error.line >= 1);
    return status == HPM_OK ? used : 0;
}

int fuzz_one(const uint8_t *data, size_t size)
{
    if (size > 1 << 16) return 0;
    /* A byte becomes at most four: a quoted field's marks, a doubled quote. */
    char *text = malloc(size + 1), *once = malloc(8 * size + 64), *twice = malloc(8 * size + 64);
    FUZZ_CHECK(text && once && twice);
    memcpy(text, data, size);
    size_t length = rewrite(once, text, size);
    if (length > 0) {
        FUZZ_CHECK(rewrite(twice, once, length) == length);
        FUZZ_CHECK(memcmp(once, twice, length) == 0);
    }
    free(text);
    free(once);
    free(twice);
    return length > 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_one(data, size);
    return 0;
}
