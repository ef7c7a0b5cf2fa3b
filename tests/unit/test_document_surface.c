/* Tests of src/io/document_surface.c. */
#include "check.h"

#include <math.h>
#include <stdio.h>

#include "io/document.h"

#define NUMBERS "\"a\":0.004,\"b\":0.05,\"rho\":-0.3,\"m\":0.01,\"sigma\":0.12"
#define FITTED                                                                                     \
    "{\"underlying\":\"BTC\",\"expiry\":\"2026-02-27T08:00:00Z\",\"tau_years\":0.115,"             \
    "\"forward\":88728.9,\"forward_confidence\":0.9,\"forward_age_s\":0.25,\"rate\":0.01,"         \
    "\"state\":\"fitted\"," NUMBERS ",\"confidence\":0.95,\"age_s\":0.5,\"quotes\":80,"            \
    "\"two_sided\":60,\"used\":58,\"judged\":40,\"inside\":39,\"mark_inside\":38,"                 \
    "\"mark_rmse\":0.0023,\"spread_vol\":0.011,\"repair_vol\":0.002}"
#define BY_HAND                                                                                    \
    "{\"underlying\":\"BTC\",\"expiry\":\"2026-03-30T08:00:00Z\",\"forward\":89000,"               \
    "\"state\":\"repaired\"," NUMBERS "}"
#define UNKNOWN "{\"underlying\":\"ETH\",\"expiry\":\"2026-02-27T08:00:00Z\",\"state\":\"none\"}"
#define SURFACE_OF(more, slices)                                                                   \
    "{\"schema\":\"hpm/surface/1\",\"time\":\"2026-01-16T08:00:00Z\"," more "\"slices\":[" slices  \
    "],\"across\":[{\"underlying\":\"BTC\",\"rho\":-0.2,\"eta\":1,\"gamma\":0.4,\"rmse\":0.01},"   \
    "{\"underlying\":\"ETH\"}]}"
#define QUOTES_HASH "8d969eef6ecad3c29a3a629280e686cf0c3f5d5a86aff3ca12020c923adc6c92"
#define SURFACE                                                                                    \
    SURFACE_OF("\"source\":\"test\",\"quotes_hash\":\"" QUOTES_HASH "\",",                         \
               UNKNOWN "," BY_HAND "," FITTED)

static void decode(hpm_surface_document *document, const char *text)
{
    hpm_error error = {0};
    check_ok(hpm_surface_decode(document, text, strlen(text), &error), &error);
}

static void check_bad(const char *text, hpm_status wanted, const char *where, const char *message)
{
    hpm_error error = {0};
    hpm_surface_document document;
    check_error(hpm_surface_decode(&document, text, strlen(text), &error), &error, wanted, where,
                message);
    hpm_surface_document_free(&document); /* harmless after a failure */
}

static void test_decode(void **state)
{
    hpm_surface_document document;
    (void)state;
    decode(&document, SURFACE);
    const hpm_surface *surface = &document.surface;
    assert_int_equal(surface->slice_count, 3);
    assert_int_equal(surface->underlying_count, 2);
    const hpm_slice *fitted = &surface->slices[0], *by_hand = &surface->slices[1];
    assert_string_equal(fitted->underlying, "BTC"); /* sorted */
    assert_int_equal(fitted->state, HPM_SLICE_FITTED);
    assert_true(fitted->tau_years == 0.115 && fitted->forward.value == 88728.9);
    assert_true(fitted->forward.confidence == 0.9 && fitted->forward.age_s == 0.25);
    assert_true(fitted->rate_annual == 0.01 && fitted->svi.a == 0.004 && fitted->svi.b == 0.05);
    assert_true(fitted->svi.rho == -0.3 && fitted->svi.m == 0.01 && fitted->svi.sigma == 0.12);
    assert_true(fitted->confidence == 0.95 && fitted->age_s == 0.5);
    assert_int_equal(fitted->quotes, 80);
    assert_int_equal(fitted->two_sided, 60);
    assert_int_equal(fitted->used, 58);
    assert_int_equal(fitted->judged, 40);
    assert_int_equal(fitted->inside, 39);
    assert_int_equal(fitted->mark_inside, 38);
    assert_true(fitted->mark_rmse == 0.0023 && fitted->spread_vol == 0.011);
    assert_true(fitted->repair_vol == 0.002);
    /* 73 days are left; nothing is said of its quality. */
    assert_true(by_hand->tau_years == 0.2 && by_hand->confidence == 1 && by_hand->age_s == 0);
    assert_true(isnan(by_hand->mark_rmse));
    assert_int_equal(surface->slices[2].state, HPM_SLICE_NONE);
    assert_true(surface->slices[2].confidence == 0);
    assert_true(isnan(surface->slices[2].forward.value));
    assert_true(surface->across[0].eta == 1 && isnan(surface->across[1].rmse));
    assert_int_equal(surface->quotes_hash.bytes[0], 0x8d);
    assert_int_equal(surface->quotes_hash.bytes[31], 0x92);
    hpm_surface_document_free(&document);
}

static void write(hpm_json *json, const hpm_surface_document *document)
{
    hpm_error error = {0};
    hpm_json_to_buffer(json, 1);
    hpm_surface_write(json, &document->surface, document->source);
    check_ok(hpm_json_finish(json, &error), &error);
}

static void test_round_trip(void **state)
{
    hpm_surface_document one, two;
    hpm_json json, again;
    char hash[HPM_HASH_TEXT];
    (void)state;
    decode(&one, SURFACE);
    write(&json, &one);
    hpm_hash_format(hash, &one.surface.hash);
    assert_non_null(strstr(json.bytes, hash)); /* stated, so that it is checked */
    assert_non_null(strstr(json.bytes, QUOTES_HASH));
    decode(&two, json.bytes);
    assert_memory_equal(&one.surface.hash, &two.surface.hash, sizeof one.surface.hash);
    assert_memory_equal(&one.surface.quotes_hash, &two.surface.quotes_hash, sizeof(hpm_hash));
    write(&again, &two);
    assert_string_equal(json.bytes, again.bytes);
    hpm_json_free(&again);
    hpm_json_free(&json);
    hpm_surface_document_free(&two);
    hpm_surface_document_free(&one);
}

/* The stated hash holds the slices, and both are named where it does not. */
static void test_hash(void **state)
{
    hpm_surface_document document;
    char text[4096], computed[HPM_HASH_TEXT], message[256];
    (void)state;
    decode(&document, SURFACE_OF("", FITTED));
    hpm_hash_format(computed, &document.surface.hash);
    hpm_surface_document_free(&document);
    snprintf(text, sizeof text, "%s%s%s", "{\"hash\":\"", computed, "\",");
    strcat(text, &SURFACE_OF("", FITTED)[1]);
    decode(&document, text);
    hpm_surface_document_free(&document);
    snprintf(message, sizeof message,
             "stated " QUOTES_HASH ", computed %s; leave \"hash\" out of an edited document",
             computed);
    check_bad(SURFACE_OF("\"hash\":\"" QUOTES_HASH "\",", FITTED), HPM_E_REFERENCE, "hash",
              message);
    check_bad(SURFACE_OF("\"hash\":\"12\",", FITTED), HPM_E_RANGE, "hash",
              "not 64 hexadecimal digits, a to f small (\"12\")");
}

static void test_bad(void **state)
{
    (void)state;
    check_bad(SURFACE_OF("", "{\"underlying\":\"BTC\",\"expiry\":\"2026-02-27T08:00:00Z\","
                             "\"state\":\"fitted\",\"forward\":1}"),
              HPM_E_FIELD_MISSING, "slices[0].a", "missing field");
    check_bad(SURFACE_OF("", FITTED "," FITTED), HPM_E_DUPLICATE, "BTC",
              "two slices of one expiry (1772179200000000000 ns)");
    check_bad(SURFACE_OF("", "{\"underlying\":\"BTC\",\"expiry\":\"2026-02-27T08:00:00Z\","
                             "\"state\":\"sparse\"," NUMBERS "}"),
              HPM_E_RANGE, "slices[0]", "volatilities without a forward (nan)");
    check_bad(SURFACE_OF("", "{\"underlying\":\"BTC\",\"expiry\":\"2026-02-27T08:00:00Z\","
                             "\"state\":\"none\",\"rho\":0}"),
              HPM_E_FIELD_UNKNOWN, "slices[0].rho", "unknown field of slice (rho)");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_decode),
        cmocka_unit_test(test_round_trip),
        cmocka_unit_test(test_hash),
        cmocka_unit_test(test_bad),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
