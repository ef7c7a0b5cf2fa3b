/* hpm version: of the program, and of the numbers that it computes. */
#include "commands.h"
#include "diagnose.h"
#include "exit.h"
#include "hpm/margin.h"
#include "io/json_write.h"

#ifndef HPM_VERSION
#define HPM_VERSION "0-unversioned"
#endif

struct values {
    int format;
};

static const hpm_option options[] = {
    {"format", 0, HPM_OPTION_CHOICE, 0, offsetof(struct values, format), NULL, hpm_formats_single,
     "text for people or json"},
    HPM_OPTIONS_END,
};

static int print(const struct values *values)
{
    if (values->format == HPM_FORMAT_TEXT) {
        printf("hpm %s\nnumbers version %d\n", HPM_VERSION, HPM_NUMBERS_VERSION);
        return HPM_EXIT_OK;
    }
    hpm_json json;
    hpm_json_to_file(&json, stdout, 1);
    hpm_json_begin_object(&json);
    hpm_json_put_text(&json, "version", HPM_VERSION);
    hpm_json_put_int(&json, "numbers_version", HPM_NUMBERS_VERSION);
    hpm_json_end_object(&json);
    return hpm_json_close(&json);
}

static int run(const hpm_command *self, int argc, char **argv)
{
    struct values values = {HPM_FORMAT_TEXT};
    hpm_texts operands = {0};
    int status = hpm_options_parse(self, &values, &operands, argc, argv);
    if (status == HPM_PARSE_RUN) status = print(&values);
    hpm_options_free(self, &values, &operands);
    return hpm_stdout_close(status);
}

const hpm_command hpm_command_version = {
    .name = "version",
    .summary = "version of the program and of its numbers",
    .operands = "",
    .text = "Prints the version of the program and the numbers version, which grows whenever the "
            "same inputs give other figures.",
    .examples = "  hpm version\n  hpm version --format json\n",
    .options = options,
    .run = run,
};
