/* Tests of reading documents one by one. */
#define _POSIX_C_SOURCE 200809L
#include "check.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "cli/stream.h"

/* A stream over these bytes; the file has no name any more when this returns. */
static hpm_stream stream_of(const char *bytes, size_t length, size_t limit)
{
    char path[] = "stream-test-XXXXXX";
    hpm_stream stream;
    hpm_error error;
    int descriptor = mkstemp(path);
    assert_true(descriptor >= 0);
    assert_int_equal(write(descriptor, bytes, length), length);
    close(descriptor);
    check_ok(hpm_stream_open(&stream, path, limit, &error), &error);
    unlink(path);
    return stream;
}

static void expect(hpm_stream *stream, const char *wanted, int64_t line)
{
    const char *text = NULL;
    size_t length = 0;
    int64_t first = 0;
    hpm_error error;
    check_ok(hpm_stream_next(stream, &text, &length, &first, &error), &error);
    if (wanted == NULL) {
        assert_null(text);
        return;
    }
    assert_non_null(text);
    assert_int_equal(length, strlen(wanted));
    assert_memory_equal(text, wanted, length);
    assert_int_equal(first, line);
}

static void test_lines(void **state)
{
    const char *text = "\n{\"a\": \"}\\\"{\"}\n\n \t\r\n{]\n{\"b\": [{}]}";
    hpm_stream stream = stream_of(text, strlen(text), 1000);
    (void)state;
    expect(&stream, "{\"a\": \"}\\\"{\"}\n", 2);
    expect(&stream, "{]\n", 5); /* malformed: for the decoder to say */
    expect(&stream, "{\"b\": [{}]}", 6);
    expect(&stream, NULL, 0);
    expect(&stream, NULL, 0);
    hpm_stream_close(&stream);
}

static void test_single(void **state)
{
    static const char *const texts[] = {
        "{\n \"a\": 1\n}\n", "{\"a\":\n1}\n{\"b\": 1}\n", "{\"a\": 1", "x\ny\n", "{} x\n{}\n",
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        hpm_stream stream = stream_of(texts[i], strlen(texts[i]), 1000);
        expect(&stream, texts[i], 1);
        expect(&stream, NULL, 0);
        hpm_stream_close(&stream);
    }
}

static void test_nothing(void **state)
{
    hpm_stream stream = stream_of("", 0, 1000);
    (void)state;
    expect(&stream, "", 1); /* one empty document, which its decoder refuses */
    expect(&stream, NULL, 0);
    hpm_stream_close(&stream);
}

/* Lines longer than the block that is read at a time. */
static void test_long_lines(void **state)
{
    size_t length = 300000;
    char *text = malloc(2 * length + 1);
    (void)state;
    assert_non_null(text);
    memset(text, ' ', 2 * length);
    memcpy(text, "{}", 2);
    text[length - 1] = '\n';
    memcpy(text + length, "{}", 2);
    text[2 * length] = '\0';
    hpm_stream stream = stream_of(text, 2 * length, length + 10);
    const char *got = NULL;
    size_t got_length = 0;
    int64_t line = 0;
    hpm_error error;
    for (int64_t i = 1; i <= 2; i++) {
        check_ok(hpm_stream_next(&stream, &got, &got_length, &line, &error), &error);
        assert_int_equal(got_length, length);
        assert_int_equal(line, i);
    }
    expect(&stream, NULL, 0);
    hpm_stream_close(&stream);
    free(text);
}

static void test_limit(void **state)
{
    const char *text = "{\"a\": 1}\n";
    hpm_stream stream = stream_of(text, strlen(text), strlen(text));
    const char *got = NULL;
    size_t length = 0;
    int64_t line = 0;
    hpm_error error;
    (void)state;
    assert_int_equal(hpm_stream_next(&stream, &got, &length, &line, &error), HPM_E_LIMIT);
    assert_null(got);
    hpm_stream_close(&stream);
}

static void test_broken(void **state)
{
    static const char cut[] = "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\xab";
    hpm_stream stream;
    hpm_error error;
    const char *text = NULL;
    size_t length = 0;
    int64_t line = 0;
    (void)state;
    assert_int_equal(hpm_stream_open(&stream, "no-such-file", 10, &error), HPM_E_IO);
    hpm_stream_close(&stream);
    stream = stream_of(cut, sizeof cut - 1, 1000);
    assert_int_equal(hpm_stream_next(&stream, &text, &length, &line, &error), HPM_E_IO);
    hpm_stream_close(&stream);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines),   cmocka_unit_test(test_single),
        cmocka_unit_test(test_nothing), cmocka_unit_test(test_long_lines),
        cmocka_unit_test(test_limit),   cmocka_unit_test(test_broken),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
