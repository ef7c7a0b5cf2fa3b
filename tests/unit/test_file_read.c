/* Tests of src/io/file_read.c and src/io/arena_new.c. */
#define _XOPEN_SOURCE 700
#include "check.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <zlib.h>

#include "io/arena_new.h"
#include "io/file_read.h"

static char path[] = P_tmpdir "/hpm_file_read_XXXXXX";

static int make_file(void **state)
{
    (void)state;
    int descriptor = mkstemp(path);
    if (descriptor < 0) return -1;
    return close(descriptor);
}

static int remove_file(void **state)
{
    (void)state;
    return unlink(path);
}

static void write_plain(const char *bytes, size_t length)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, length, file), length);
    assert_int_equal(fclose(file), 0);
}

static void write_packed(const char *bytes, size_t length)
{
    gzFile file = gzopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(gzwrite(file, bytes, (unsigned)length), (int)length);
    assert_int_equal(gzclose(file), Z_OK);
}

static void check_read(const char *wanted, size_t length, size_t limit)
{
    hpm_error error = {0};
    hpm_buffer buffer;
    check_ok(hpm_file_read(&buffer, path, limit, &error), &error);
    assert_int_equal(buffer.length, length);
    assert_memory_equal(buffer.bytes, wanted, length);
    assert_int_equal(buffer.bytes[length], 0);
    hpm_buffer_free(&buffer);
}

static void check_bad(const char *name, size_t limit, hpm_status wanted, const char *message)
{
    hpm_error error = {0};
    hpm_buffer buffer;
    check_error(hpm_file_read(&buffer, name, limit, &error), &error, wanted, name, message);
    assert_null(buffer.bytes);
    assert_int_equal(buffer.length, 0);
}

static void test_plain(void **state)
{
    (void)state;
    write_plain("hello\0x", 7);
    check_read("hello\0x", 7, 100);
    check_read("hello\0x", 7, 7);
    check_read("hello\0x", 7, SIZE_MAX);
    check_bad(path, 6, HPM_E_LIMIT, "file longer than 6 bytes");
    write_plain("", 0);
    check_read("", 0, 100);
    check_read("", 0, 0);
}

static void test_packed(void **state)
{
    (void)state;
    write_packed("hello", 5);
    check_read("hello", 5, 5);
    check_bad(path, 4, HPM_E_LIMIT, "file longer than 4 bytes");
}

/* Longer than every buffer on the way, and packed into next to nothing. */
static void test_long(void **state)
{
    size_t length = 3000001;
    char *text = test_calloc(length, 1);
    (void)state;
    memset(text, 'x', length);
    write_plain(text, length);
    check_read(text, length, length);
    write_packed(text, length);
    check_read(text, length, length);
    check_bad(path, length - 1, HPM_E_LIMIT, "file longer than 3000000 bytes");
    test_free(text);
}

static void test_cut_and_damaged(void **state)
{
    char packed[5000], text[4000];
    (void)state;
    for (size_t i = 0; i < sizeof text; i++)
        text[i] = (char)(i * i % 251);
    write_packed(text, sizeof text);
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    size_t length = fread(packed, 1, sizeof packed, file);
    fclose(file);
    write_plain(packed, length - 20);
    check_bad(path, 100000, HPM_E_IO, "cannot be read (the compressed data end early)");
    write_plain(packed, length - 4);
    check_bad(path, 100000, HPM_E_IO, "cannot be read (the compressed data end early)");
    packed[length - 6] = (char)(packed[length - 6] + 1); /* the checksum */
    write_plain(packed, length);
    hpm_error error = {0};
    hpm_buffer buffer;
    assert_int_equal(hpm_file_read(&buffer, path, 100000, &error), HPM_E_IO);
    assert_non_null(strstr(error.message, "incorrect data check"));
}

static void test_missing_and_directory(void **state)
{
    (void)state;
    check_bad("/no/such/file", 10, HPM_E_IO, "cannot be read (No such file or directory)");
    check_bad("/", 10, HPM_E_IO, "cannot be read (Is a directory)");
}

static void test_standard_input(void **state)
{
    hpm_error error = {0};
    hpm_buffer buffer;
    (void)state;
    write_packed("from stdin", 10);
    int kept = dup(STDIN_FILENO);
    assert_non_null(freopen(path, "rb", stdin));
    check_ok(hpm_file_read(&buffer, "-", 100, &error), &error);
    assert_int_equal(buffer.length, 10);
    assert_string_equal(buffer.bytes, "from stdin");
    hpm_buffer_free(&buffer);
    if (kept >= 0) {
        dup2(kept, STDIN_FILENO);
        close(kept);
    }
}

static void test_arena_new(void **state)
{
    hpm_error error = {0};
    hpm_arena arena;
    (void)state;
    check_ok(hpm_arena_new(&arena, 0, &error), &error);
    assert_int_equal(arena.capacity, 64);
    assert_int_equal((uintptr_t)arena.base % HPM_ALIGNMENT, 0);
    hpm_arena_free(&arena);
    assert_null(arena.base);
    hpm_arena_free(&arena);
    check_ok(hpm_arena_new(&arena, 65, &error), &error);
    assert_int_equal(arena.capacity, 128);
    hpm_arena_free(&arena);
    assert_int_equal(hpm_arena_new(&arena, SIZE_MAX, &error), HPM_E_MEMORY);
    assert_null(arena.base);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plain),
        cmocka_unit_test(test_packed),
        cmocka_unit_test(test_long),
        cmocka_unit_test(test_cut_and_damaged),
        cmocka_unit_test(test_missing_and_directory),
        cmocka_unit_test(test_standard_input),
        cmocka_unit_test(test_arena_new),
    };
    return cmocka_run_group_tests(tests, make_file, remove_file);
}
