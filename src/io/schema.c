/* JSON Schemas generated from field tables. */
#include "schema.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/record.h"
#include "document.h"
#include "document_stress.h"
#include "template.h"
#include "template_rows.h"

typedef struct noun_row {
    const char *noun;
    const char *schema;         /* of the documents' field "schema" */
    const hpm_record *record;   /* NULL: `text` is the schema */
    const hpm_record *embedded; /* may stand in the field of its name; NULL: none */
    const char *embedded_schema;
    const char *text; /* a schema that no table makes, as JSON */
} noun_row;

static const noun_row nouns[] = {
    {"account", HPM_ACCOUNT_SCHEMA, &hpm_account_rows_record, NULL, NULL, NULL},
    {"account-template", HPM_TEMPLATE_SCHEMA, &hpm_template_rows_record, NULL, NULL, NULL},
    {"catalog", HPM_CATALOG_SCHEMA, &hpm_catalog_rows_record, NULL, NULL, NULL},
    {"market", HPM_MARKET_SCHEMA, &hpm_market_rows_record, &hpm_catalog_rows_record,
     HPM_CATALOG_SCHEMA, NULL},
    {"orders", HPM_ORDERS_SCHEMA, &hpm_order_rows_record, NULL, NULL, NULL},
    {"quotes", HPM_QUOTES_SCHEMA, &hpm_quotes_rows_record, &hpm_catalog_rows_record,
     HPM_CATALOG_SCHEMA, NULL},
    {"rulebook", HPM_RULEBOOK_SCHEMA, &hpm_rulebook_record, NULL, NULL, NULL},
    {"stress", HPM_STRESS_SCHEMA, &hpm_stress_rows_record, NULL, NULL, NULL},
    {"surface", HPM_SURFACE_SCHEMA, &hpm_surface_rows_record, NULL, NULL, NULL},
};

#define NOUN_COUNT (sizeof nouns / sizeof nouns[0])

const char *const *hpm_schema_nouns(void)
{
    static const char *const names[] = {
        "account", "account-template", "catalog", "market",  "orders",
        "quotes",  "rulebook",         "stress",  "surface", NULL};
    return names;
}

static void write_record(hpm_json *json, const hpm_record *record, const noun_row *root,
                         const char *schema);

/* ---- Values ------------------------------------------------------------------------------- */

static void put_description(hpm_json *json, const hpm_field *field)
{
    char text[512];
    if (field->unit && strcmp(field->unit, "1") != 0)
        snprintf(text, sizeof text, "%s Unit: %s.", field->text ? field->text : "", field->unit);
    else
        snprintf(text, sizeof text, "%s", field->text ? field->text : "");
    if (text[0] != '\0') hpm_json_put_text(json, "description", text);
}

static void put_range(hpm_json *json, const hpm_field *field)
{
    if (field->min == DBL_MIN) /* how a table says "above 0" */
        hpm_json_put_real(json, "exclusiveMinimum", 0);
    else if (isfinite(field->min))
        hpm_json_put_real(json, "minimum", field->min);
    if (isfinite(field->max)) hpm_json_put_real(json, "maximum", field->max);
}

static void put_text(hpm_json *json, const hpm_field *field)
{
    hpm_json_put_text(json, "type", "string");
    if (field->required) hpm_json_put_int(json, "minLength", 1);
    hpm_json_put_int(json, "maxLength", (int64_t)field->capacity - 1);
    hpm_json_put_text(json, "pattern", "^[^\\u0000-\\u001f\\u007f]*$");
}

static void put_choice(hpm_json *json, const hpm_field *field)
{
    hpm_json_key(json, "enum");
    hpm_json_one_line(json);
    hpm_json_begin_array(json);
    for (uint32_t i = 0; field->choices[i]; i++)
        hpm_json_text(json, field->choices[i]);
    hpm_json_end_array(json);
}

static void put_decimal(hpm_json *json)
{
    hpm_json_key(json, "type");
    hpm_json_one_line(json);
    hpm_json_begin_array(json);
    hpm_json_text(json, "string");
    hpm_json_text(json, "integer");
    hpm_json_end_array(json);
    hpm_json_put_text(json, "pattern", "^-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?$");
}

/* What a value of the field's type, or one item of a list of it, may be. */
static void put_value(hpm_json *json, const hpm_field *field)
{
    switch (field->type) {
    case HPM_FIELD_TEXT:
    case HPM_FIELD_TEXTS:
        put_text(json, field);
        break;
    case HPM_FIELD_REAL:
    case HPM_FIELD_REALS:
        hpm_json_put_text(json, "type", "number");
        put_range(json, field);
        break;
    case HPM_FIELD_COUNT:
        hpm_json_put_text(json, "type", "integer");
        put_range(json, field);
        break;
    case HPM_FIELD_FLAG:
        hpm_json_put_text(json, "type", "boolean");
        break;
    case HPM_FIELD_CHOICE:
        put_choice(json, field);
        break;
    case HPM_FIELD_DECIMAL:
        put_decimal(json);
        break;
    case HPM_FIELD_TIME:
        hpm_json_put_text(json, "type", "string");
        hpm_json_put_text(json, "format", "date-time");
        break;
    case HPM_FIELD_RECORDS:
    case HPM_FIELD_VARIANT:
        break; /* are not values */
    }
}

static void put_default(hpm_json *json, const hpm_field *field)
{
    double value = isnan(field->fallback) ? 0 : field->fallback;
    if (field->required) return;
    switch (field->type) {
    case HPM_FIELD_REAL:
        if (!isnan(field->fallback)) hpm_json_put_real(json, "default", value);
        break;
    case HPM_FIELD_COUNT:
        hpm_json_put_int(json, "default", (int64_t)value);
        break;
    case HPM_FIELD_FLAG:
        hpm_json_put_bool(json, "default", value != 0);
        break;
    case HPM_FIELD_CHOICE:
        hpm_json_put_text(json, "default", field->choices[(int)value]);
        break;
    case HPM_FIELD_DECIMAL: {
        int64_t e8 = 0;
        (void)hpm_e8_from_double(&e8, value, HPM_ROUND_HALF_EVEN);
        hpm_json_put_decimal(json, "default", e8);
        break;
    }
    default:
        break; /* the default is empty */
    }
}

static void put_list(hpm_json *json, const hpm_field *field)
{
    hpm_json_put_text(json, "type", "array");
    hpm_json_put_int(json, "maxItems", field->max_items);
    hpm_json_key(json, "items");
    if (field->type == HPM_FIELD_RECORDS) {
        write_record(json, field->record, NULL, NULL);
        return;
    }
    hpm_json_begin_object(json);
    put_value(json, field);
    hpm_json_end_object(json);
}

static int is_list(const hpm_field *field)
{
    return field->type == HPM_FIELD_REALS || field->type == HPM_FIELD_TEXTS ||
           field->type == HPM_FIELD_RECORDS;
}

static void write_field(hpm_json *json, const hpm_field *field)
{
    hpm_json_key(json, field->name);
    hpm_json_begin_object(json);
    put_description(json, field);
    if (is_list(field))
        put_list(json, field);
    else
        put_value(json, field);
    put_default(json, field);
    hpm_json_end_object(json);
}

/* ---- Records ------------------------------------------------------------------------------ */

/* The field "schema", and an embedded document, which no table has. */
static void write_root_fields(hpm_json *json, const noun_row *root, const char *schema)
{
    if (schema) {
        hpm_json_key(json, "schema");
        hpm_json_begin_object(json);
        hpm_json_put_text(json, "const", schema);
        hpm_json_end_object(json);
    }
    if (root && root->embedded) {
        hpm_json_key(json, root->embedded->name);
        write_record(json, root->embedded, NULL, root->embedded_schema);
    }
}

static void write_properties(hpm_json *json, const hpm_record *record, const noun_row *root,
                             const char *schema)
{
    hpm_json_key(json, "properties");
    hpm_json_begin_object(json);
    write_root_fields(json, root, schema);
    for (uint32_t i = 0; i < record->field_count; i++)
        if (record->fields[i].type != HPM_FIELD_VARIANT) write_field(json, &record->fields[i]);
    hpm_json_end_object(json);
}

static void write_required(hpm_json *json, const hpm_record *record, const char *schema)
{
    hpm_json_key(json, "required");
    hpm_json_one_line(json);
    hpm_json_begin_array(json);
    if (schema) hpm_json_text(json, "schema");
    for (uint32_t i = 0; i < record->field_count; i++)
        if (record->fields[i].required) hpm_json_text(json, record->fields[i].name);
    hpm_json_end_array(json);
}

/* "if": the choice has this value. An absent choice has its fallback. */
static void write_condition(hpm_json *json, const hpm_field *choice, uint32_t index)
{
    int is_fallback = !choice->required && (uint32_t)choice->fallback == index;
    hpm_json_key(json, "if");
    hpm_json_begin_object(json);
    hpm_json_key(json, "properties");
    hpm_json_begin_object(json);
    hpm_json_key(json, choice->name);
    hpm_json_begin_object(json);
    hpm_json_put_text(json, "const", choice->choices[index]);
    hpm_json_end_object(json);
    hpm_json_end_object(json);
    if (!is_fallback) {
        hpm_json_key(json, "required");
        hpm_json_one_line(json);
        hpm_json_begin_array(json);
        hpm_json_text(json, choice->name);
        hpm_json_end_array(json);
    }
    hpm_json_end_object(json);
}

static void write_variants(hpm_json *json, const hpm_record *record);

static void write_variant(hpm_json *json, const hpm_field *choice, uint32_t index,
                          const hpm_record *variant)
{
    hpm_json_begin_object(json);
    write_condition(json, choice, index);
    hpm_json_key(json, "then");
    hpm_json_begin_object(json);
    write_properties(json, variant, NULL, NULL);
    write_required(json, variant, NULL);
    write_variants(json, variant);
    hpm_json_end_object(json);
    hpm_json_end_object(json);
}

static int has_variants(const hpm_record *record)
{
    for (uint32_t i = 0; i < record->field_count; i++)
        if (record->fields[i].type == HPM_FIELD_VARIANT) return 1;
    return 0;
}

static void write_variants(hpm_json *json, const hpm_record *record)
{
    if (!has_variants(record)) return;
    hpm_json_key(json, "allOf");
    hpm_json_begin_array(json);
    for (uint32_t i = 0; i < record->field_count; i++) {
        const hpm_field *field = &record->fields[i];
        if (field->type != HPM_FIELD_VARIANT) continue;
        for (uint32_t k = 0; (field - 1)->choices[k]; k++)
            if (field->variants[k]) write_variant(json, field - 1, k, field->variants[k]);
    }
    hpm_json_end_array(json);
}

/* As one object; with the names that a document's root has beyond its table if `root` is given. */
static void write_record(hpm_json *json, const hpm_record *record, const noun_row *root,
                         const char *schema)
{
    char text[64];
    hpm_json_begin_object(json);
    if (root) {
        hpm_json_put_text(json, "$schema", "https://json-schema.org/draft/2020-12/schema");
        snprintf(text, sizeof text, "urn:%s", schema);
        for (char *at = text; *at != '\0'; at++)
            if (*at == '/') *at = ':';
        hpm_json_put_text(json, "$id", text);
        hpm_json_put_text(json, "title", schema);
    }
    if (record->text) hpm_json_put_text(json, "description", record->text);
    hpm_json_put_text(json, "type", "object");
    write_properties(json, record, root, schema);
    write_required(json, record, schema);
    write_variants(json, record);
    hpm_json_key(json, "patternProperties");
    hpm_json_one_line(json);
    hpm_json_begin_object(json);
    hpm_json_put_bool(json, "^x_", 1);
    hpm_json_end_object(json);
    /* Only "unevaluated" sees the properties that a variant adds. */
    hpm_json_put_bool(json, has_variants(record) ? "unevaluatedProperties" : "additionalProperties",
                      0);
    hpm_json_end_object(json);
}

hpm_status hpm_schema_write(hpm_json *json, const char *noun, hpm_error *error)
{
    for (size_t i = 0; i < NOUN_COUNT; i++) {
        if (strcmp(nouns[i].noun, noun) != 0) continue;
        if (nouns[i].text)
            hpm_json_raw(json, nouns[i].text);
        else
            write_record(json, nouns[i].record, &nouns[i], nouns[i].schema);
        return HPM_OK;
    }
    return hpm_fail(error, HPM_E_REFERENCE, "", "no document of this name has a schema (%s)", noun);
}
