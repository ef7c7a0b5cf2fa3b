/* hpm schema: the JSON Schemas of the documents that go in and out. */
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "data.h"
#include "diagnose.h"
#include "exit.h"
#include "io/schema.h"
#include "session.h"

#define SCHEMA_BYTES_MAX ((size_t)4 << 20)

static const hpm_option options[] = {HPM_OPTIONS_END};

static int noun_is_made(const char *noun)
{
    const char *const *nouns = hpm_schema_nouns();
    while (*nouns != NULL && strcmp(*nouns, noun) != 0)
        nouns++;
    return *nouns != NULL;
}

/* Schemas that the tables make, then those that are files. Without the directory the first are all
 * that there is. */
static int list(void)
{
    hpm_error error;
    hpm_data_names *names = malloc(sizeof *names);
    if (names == NULL) return hpm_out_of_memory();
    for (const char *const *noun = hpm_schema_nouns(); *noun != NULL; noun++)
        puts(*noun);
    if (hpm_data_list(names, HPM_DATA_SCHEMAS, &error) == HPM_OK) {
        for (uint32_t i = 0; i < names->count; i++) {
            if (!noun_is_made(names->names[i])) puts(names->names[i]);
        }
    }
    free(names);
    return HPM_EXIT_OK;
}

static int made_print(const char *noun)
{
    hpm_json json;
    hpm_error error;
    hpm_json_to_file(&json, stdout, 1);
    if (hpm_schema_write(&json, noun, &error) != HPM_OK) {
        hpm_json_free(&json);
        return hpm_diagnose(NULL, &error);
    }
    return hpm_json_close(&json);
}

static int print(const hpm_command *self, const char *noun)
{
    char path[HPM_PATH_SIZE];
    hpm_buffer buffer;
    hpm_error error;
    if (noun_is_made(noun)) return made_print(noun);
    if (strchr(noun, '/') != NULL ||
        hpm_data_path(path, HPM_DATA_SCHEMAS, noun, &error) != HPM_OK) {
        return hpm_usage(self, "no schema of this name, 'hpm schema' lists them (%s)", noun);
    }
    int status = hpm_read_file(&buffer, path, SCHEMA_BYTES_MAX);
    if (status != HPM_EXIT_OK) return status;
    fwrite(buffer.bytes, 1, buffer.length, stdout);
    hpm_buffer_free(&buffer);
    return HPM_EXIT_OK;
}

static int run(const hpm_command *self, int argc, char **argv)
{
    hpm_texts nouns = {0};
    int status = hpm_options_parse(self, NULL, &nouns, argc, argv);
    if (status == HPM_PARSE_RUN) status = nouns.count == 0 ? list() : print(self, nouns.items[0]);
    hpm_options_free(self, NULL, &nouns);
    return hpm_stdout_close(status);
}

const hpm_command hpm_command_schema = {
    .name = "schema",
    .summary = "JSON Schemas of the documents",
    .operands = "[NOUN]",
    .text =
        "Lists the documents that have a JSON Schema, or prints the schema of one. Schemas that "
        "no table makes are looked for in the directory that HPM_SCHEMAS names, else in the "
        "installed one, else in ./schema.",
    .examples = "  hpm schema\n  hpm schema account\n",
    .options = options,
    .run = run,
    .operands_max = 1,
};
