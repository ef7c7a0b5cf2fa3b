/* Fuzz target: the codec, by a record with a field of every type. */
#include "../unit/sample_record.h"
#include "fuzz.h"
#include "io/arena_new.h"
#include "io/codec.h"
#include "io/json_write.h"

static hpm_status read_sample(sample *item, hpm_arena *arena, const char *text, size_t size,
                              hpm_error *error)
{
    json_t *root;
    hpm_status status = hpm_codec_parse(&root, text, size, 1 << 20, error);
    if (status != HPM_OK) return status;
    memset(item, 0, sizeof *item);
    status = hpm_arena_new(arena, hpm_record_read_size(root, &sample_record), error);
    FUZZ_CHECK(status == HPM_OK);
    status = hpm_record_read(item, &sample_record, root, arena, NULL, error);
    FUZZ_CHECK(status != HPM_E_MEMORY); /* the size was enough */
    json_decref(root);
    if (status != HPM_OK) hpm_arena_free(arena);
    return status;
}

static hpm_hash hash_of(const sample *item)
{
    hpm_hasher hasher;
    hpm_hash_begin(&hasher);
    hpm_record_hash(&hasher, item, &sample_record);
    return hpm_hash_end(&hasher);
}

static void check_round_trip(const sample *item, int pretty)
{
    sample again;
    hpm_arena arena;
    hpm_error error;
    hpm_json json;
    hpm_json_to_buffer(&json, pretty);
    hpm_record_write(&json, item, &sample_record);
    FUZZ_CHECK(hpm_json_finish(&json, &error) == HPM_OK);
    FUZZ_CHECK(read_sample(&again, &arena, json.bytes, json.length, &error) == HPM_OK);
    hpm_hash a = hash_of(item), b = hash_of(&again);
    FUZZ_CHECK(memcmp(&a, &b, sizeof a) == 0);
    hpm_json_free(&json);
    hpm_arena_free(&arena);
}

int fuzz_one(const uint8_t *data, size_t size)
{
    sample item;
    hpm_arena arena;
    hpm_error error;
    hpm_status status = read_sample(&item, &arena, (const char *)data, size, &error);
    if (status != HPM_OK) {
        fuzz_check_error(status, &error);
        return 0;
    }
    FUZZ_CHECK(hpm_record_check(&item, &sample_record, "", &error) == HPM_OK);
    check_round_trip(&item, 0);
    check_round_trip(&item, 1);
    hpm_arena_free(&arena);
    return 1;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_one(data, size);
    return 0;
}
