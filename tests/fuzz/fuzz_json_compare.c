/* Fuzz target: the comparison of two documents, which are an array of two. Nothing differs from
 * itself, and both sides find the same differences. */
#include "fuzz.h"
#include "io/codec.h"
#include "io/json_compare.h"

static void count(void *context, const hpm_json_difference *difference)
{
    char path[HPM_PATH_TEXT];
    FUZZ_CHECK(difference->given != NULL || difference->wanted != NULL);
    FUZZ_CHECK(strlen(hpm_path_format(path, difference->path)) < HPM_PATH_TEXT);
    ++*(uint64_t *)context;
}

static uint64_t differences(const json_t *given, const json_t *wanted)
{
    uint64_t found = 0;
    hpm_json_comparison comparison = {.take = count, .context = &found};
    hpm_json_compare(&comparison, given, wanted, NULL);
    FUZZ_CHECK(comparison.differences == found);
    return found;
}

int fuzz_one(const uint8_t *data, size_t size)
{
    json_t *root = NULL;
    hpm_error error;
    hpm_status status = hpm_codec_parse(&root, (const char *)data, size, 1 << 20, &error);
    if (status != HPM_OK) {
        fuzz_check_error(status, &error);
        return 0;
    }
    const json_t *given = json_array_get(root, 0), *wanted = json_array_get(root, 1);
    int is_pair = json_array_size(root) == 2;
    if (is_pair) {
        FUZZ_CHECK(differences(given, given) == 0);
        FUZZ_CHECK(differences(given, wanted) == differences(wanted, given));
        if (json_equal(given, wanted)) FUZZ_CHECK(differences(given, wanted) == 0);
    }
    json_decref(root);
    return is_pair;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_one(data, size);
    return 0;
}
