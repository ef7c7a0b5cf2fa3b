/* Errors per field and the line that sums up a file. */
#include "conform.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

void conform_case_begin(conform_tally *tally, const char *name)
{
    snprintf(tally->case_name, sizeof tally->case_name, "%s", name);
    tally->case_failed = 0;
}

static conform_field *field_of(conform_tally *tally, const char *name)
{
    for (uint32_t i = 0; i < tally->field_count; i++)
        if (strcmp(tally->fields[i].name, name) == 0) return &tally->fields[i];
    assert(tally->field_count < CONFORM_FIELDS_MAX);
    conform_field *field = &tally->fields[tally->field_count++];
    memset(field, 0, sizeof *field);
    snprintf(field->name, sizeof field->name, "%s", name);
    field->ratio = -1;
    return field;
}

void conform_compare(conform_tally *tally, const char *name, double computed, double expected,
                     double tolerance)
{
    conform_field *field = field_of(tally, name);
    double error = fabs(computed - expected);
    assert(tolerance > 0);
    double ratio = isnan(error) ? INFINITY : error / tolerance;
    if (ratio > field->ratio) {
        field->ratio = ratio;
        field->error = error;
        field->tolerance = tolerance;
    }
    if (ratio <= 1) return;
    tally->case_failed = 1;
    fprintf(stderr, "%s: case %s: %s is %.17g, expected %.17g (error %.3g, tolerance %.3g)\n",
            tally->path, tally->case_name, name, computed, expected, error, tolerance);
}

static void list_failed(conform_tally *tally)
{
    size_t used = strlen(tally->failed);
    const char *comma = used > 0 ? ", " : "";
    size_t needed = strlen(tally->case_name) + strlen(comma);
    if (used + needed + sizeof ", ..." > sizeof tally->failed) {
        if (used > 3 && strcmp(tally->failed + used - 3, "...") != 0)
            snprintf(tally->failed + used, sizeof tally->failed - used, ", ...");
        return;
    }
    snprintf(tally->failed + used, sizeof tally->failed - used, "%s%s", comma, tally->case_name);
}

void conform_case_end(conform_tally *tally)
{
    tally->case_count++;
    if (!tally->case_failed) return;
    tally->failed_count++;
    list_failed(tally);
}

void conform_case_bad(conform_tally *tally, const hpm_error *error)
{
    tally->bad_count++;
    fprintf(stderr, "%s: case %s: %s%s%s\n", tally->path, tally->case_name, error->where,
            error->where[0] != '\0' ? ": " : "", error->message);
}

void conform_case_skip(conform_tally *tally, const char *reason)
{
    tally->skipped_count++;
    fprintf(stderr, "%s: case %s: skipped: %s\n", tally->path, tally->case_name, reason);
}

double conform_tolerance(double reference)
{
    double size = fabs(reference);
    return 1e-8 * (size > 1 ? size : 1);
}

double conform_cut(double margin)
{
    return trunc(margin + copysign(1e-9, margin));
}

int conform_print(const conform_tally *tally)
{
    printf("%s %s: %u case%s", tally->suite, tally->path, tally->case_count,
           tally->case_count == 1 ? "" : "s");
    if (tally->failed_count > 0) printf(", %u FAILED (%s)", tally->failed_count, tally->failed);
    if (tally->bad_count > 0) printf(", %u BAD", tally->bad_count);
    if (tally->skipped_count > 0) printf(", %u skipped", tally->skipped_count);
    for (uint32_t i = 0; i < tally->field_count; i++) {
        const conform_field *field = &tally->fields[i];
        printf("%s %s %.2g (%.2g)", i == 0 ? "; largest error (tolerance):" : ",", field->name,
               field->error, field->tolerance);
    }
    printf("\n");
    if (tally->bad_count > 0) return 3;
    return tally->failed_count > 0 ? 1 : 0;
}
