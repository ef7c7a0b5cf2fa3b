/* hpm schema: the JSON Schemas of the documents that go in and out. */
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "data.h"
#include "diagnose.h"
#include "exit.h"
#include "session.h"

#define SCHEMA_BYTES_MAX ((size_t)4 << 20)

static const hpm_option options[] = {HPM_OPTIONS_END};

static int list(void)
{
    hpm_error error;
    int status = HPM_EXIT_OK;
    hpm_data_names *names = malloc(sizeof *names);
    if (names == NULL) {
        fputs("hpm: out of memory\n", stderr);
        return HPM_EXIT_SYSTEM;
    }
    if (hpm_data_list(names, HPM_DATA_SCHEMAS, &error) != HPM_OK) {
        status = hpm_diagnose(names->directory, &error);
    } else {
        for (uint32_t i = 0; i < names->count; i++) puts(names->names[i]);
    }
    free(names);
    return status;
}

static int print(const char *noun)
{
    char path[HPM_PATH_SIZE];
    hpm_buffer buffer;
    hpm_error error;
    if (hpm_data_path(path, HPM_DATA_SCHEMAS, noun, &error) != HPM_OK) {
        return hpm_diagnose(NULL, &error);
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
    if (status == HPM_PARSE_RUN) status = nouns.count == 0 ? list() : print(nouns.items[0]);
    hpm_options_free(self, NULL, &nouns);
    return hpm_stdout_close(status);
}

const hpm_command hpm_command_schema = {
    .name = "schema",
    .summary = "JSON Schemas of the documents",
    .operands = "[NOUN]",
    .text = "Lists the documents that have a JSON Schema, or prints the schema of one. They are "
            "looked for in the directory that HPM_SCHEMAS names, else in the installed one, else "
            "in ./schema.",
    .examples = "  hpm schema\n  hpm schema account\n",
    .options = options,
    .run = run,
    .operands_max = 1,
};
