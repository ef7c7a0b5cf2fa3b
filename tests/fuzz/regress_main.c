/* Runs a fuzz target over files: the committed corpus as a plain test. A file whose name begins
 * with "ok" must be accepted, one that begins with "bad" refused. */
#define _POSIX_C_SOURCE 200809L
#include <dirent.h>

#include "fuzz.h"

static int failures;

static uint8_t *file_bytes(const char *path, size_t *size)
{
    FILE *file = fopen(path, "rb");
    if (!file || fseek(file, 0, SEEK_END) != 0) return NULL;
    long length = ftell(file);
    if (length < 0 || fseek(file, 0, SEEK_SET) != 0) return NULL;
    /* Exactly as long as the input, so that a sanitizer sees the first byte read beyond it. */
    uint8_t *bytes = malloc(length > 0 ? (size_t)length : 1);
    if (!bytes || fread(bytes, 1, (size_t)length, file) != (size_t)length) return NULL;
    fclose(file);
    *size = (size_t)length;
    return bytes;
}

static int run_file(const char *directory, const char *name)
{
    char path[1024];
    size_t size;
    snprintf(path, sizeof path, "%s/%s", directory, name);
    uint8_t *bytes = file_bytes(path, &size);
    if (!bytes) {
        fprintf(stderr, "%s: cannot be read\n", path);
        failures++;
        return 0;
    }
    int accepted = fuzz_one(bytes, size);
    free(bytes);
    if ((strncmp(name, "ok", 2) == 0 && !accepted) || (strncmp(name, "bad", 3) == 0 && accepted)) {
        fprintf(stderr, "%s: %s\n", path, accepted ? "accepted" : "refused");
        failures++;
    }
    return 1;
}

static int run_directory(const char *directory)
{
    int count = 0;
    DIR *listing = opendir(directory);
    if (!listing) return 0;
    for (const struct dirent *entry = readdir(listing); entry; entry = readdir(listing))
        if (entry->d_name[0] != '.') count += run_file(directory, entry->d_name);
    closedir(listing);
    return count;
}

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        int count = run_directory(argv[i]);
        printf("%s: %d inputs\n", argv[i], count);
        if (count == 0) failures++;
    }
    return argc < 2 || failures > 0;
}
