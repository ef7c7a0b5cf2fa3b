/* hpm rulebook: list, show, check and hash margin methods. */
#include <stdlib.h>
#include <string.h>

#include "colour.h"
#include "commands.h"
#include "data.h"
#include "diagnose.h"
#include "exit.h"
#include "record_show.h"
#include "rulebook_diff.h"
#include "rulebooks.h"
#include "session.h"

#define LIST_INDENT 20
#define LIST_WIDTH  100

struct values {
    int format;
    hpm_rulebook_set *sets; /* of the rulebooks that were read, where that matters */
    uint32_t set_count;
};

static const hpm_option options[] = {
    {"format", 'f', HPM_OPTION_CHOICE, 0, offsetof(struct values, format), NULL, hpm_formats_single,
     "text for people or json"},
    HPM_OPTIONS_END,
};

static const hpm_option no_options[] = {HPM_OPTIONS_END};

/* What a child does with one rulebook that was read. */
typedef int rulebook_use(const hpm_rulebook_document *document, const char *path,
                         struct values *values);

static int rulebook_each(const hpm_texts *names, struct values *values, rulebook_use *use)
{
    int worst = HPM_EXIT_OK;
    for (uint32_t i = 0; i < names->count; i++) {
        hpm_rulebook_document document = {0};
        char path[HPM_PATH_SIZE];
        int status = hpm_read_rulebook(&document, path, names->items[i]);
        if (status == HPM_EXIT_OK) status = use(&document, path, values);
        hpm_rulebook_document_free(&document);
        worst = hpm_exit_worst(worst, status);
    }
    return worst;
}

static int child_run(const hpm_command *self, int argc, char **argv, rulebook_use *use)
{
    struct values values = {.format = HPM_FORMAT_TEXT};
    hpm_texts names = {0};
    int status = hpm_options_parse(self, &values, &names, argc, argv);
    if (status == HPM_PARSE_RUN) status = rulebook_each(&names, &values, use);
    hpm_options_free(self, &values, &names);
    return hpm_stdout_close(status);
}

/* ---- show, check, hash ---- */

static int show(const hpm_rulebook_document *document, const char *path, struct values *values)
{
    (void)path;
    if (values->format == HPM_FORMAT_TEXT) {
        hpm_record_show(stdout, &document->rulebook, &hpm_rulebook_record,
                        hpm_colour_wanted(stdout));
        return HPM_EXIT_OK;
    }
    hpm_json json;
    hpm_json_to_file(&json, stdout, 1);
    hpm_rulebook_write(&json, &document->rulebook);
    return hpm_json_close(&json);
}

/* Reading is the check; what is wrong was said on stderr. */
static int check(const hpm_rulebook_document *document, const char *path, struct values *values)
{
    values->sets[values->set_count++] = hpm_rulebook_set_of(&document->rulebook, path);
    printf("%s: ok, %s %s, %u components, %u scenarios\n", path, document->rulebook.name,
           document->rulebook.version, document->rulebook.components.count,
           document->rulebook.scenario_count);
    return HPM_EXIT_OK;
}

static int hash(const hpm_rulebook_document *document, const char *path, struct values *values)
{
    char digits[HPM_HASH_TEXT];
    (void)values;
    hpm_hash_format(digits, &document->rulebook.hash);
    printf("%s  %s\n", digits, path);
    return HPM_EXIT_OK;
}

static int run_show(const hpm_command *self, int argc, char **argv)
{
    return child_run(self, argc, argv, show);
}

static int each_check(const hpm_texts *names)
{
    struct values values = {.sets = calloc(names->count, sizeof(hpm_rulebook_set))};
    if (values.sets == NULL) return hpm_out_of_memory();
    int status = rulebook_each(names, &values, check);
    status = hpm_exit_worst(status, hpm_rulebook_sets_check(values.sets, values.set_count));
    free(values.sets);
    return status;
}

static int run_check(const hpm_command *self, int argc, char **argv)
{
    hpm_texts names = {0};
    int status = hpm_options_parse(self, NULL, &names, argc, argv);
    if (status == HPM_PARSE_RUN) status = each_check(&names);
    hpm_options_free(self, NULL, &names);
    return hpm_stdout_close(status);
}

static int run_hash(const hpm_command *self, int argc, char **argv)
{
    return child_run(self, argc, argv, hash);
}

/* ---- list ---- */

static void list_entry_json(hpm_json *json, const hpm_rulebook *rulebook)
{
    hpm_json_begin_object(json);
    hpm_json_put_text(json, "name", rulebook->name);
    hpm_json_put_text(json, "version", rulebook->version);
    hpm_json_key(json, "effective");
    if (rulebook->effective[0] != '\0')
        hpm_json_text(json, rulebook->effective);
    else
        hpm_json_null(json);
    hpm_json_put_text(json, "title", rulebook->title);
    hpm_json_put_text(json, "coverage", rulebook->coverage);
    hpm_json_key(json, "hash");
    hpm_json_hash(json, &rulebook->hash);
    hpm_json_end_object(json);
}

static void list_entry_text(const hpm_rulebook *rulebook)
{
    int is_dated = rulebook->effective[0] != '\0';
    printf("%-*s version %s%s%s\n", LIST_INDENT - 1, rulebook->name, rulebook->version,
           is_dated ? ", from " : "", rulebook->effective);
    printf("%*s", LIST_INDENT, "");
    hpm_wrap(stdout, rulebook->title, LIST_INDENT, LIST_INDENT, LIST_WIDTH);
    printf("%*s", LIST_INDENT, "");
    hpm_wrap(stdout, rulebook->coverage, LIST_INDENT, LIST_INDENT, LIST_WIDTH);
}

/* By the path of its file: the name of one may look like another one with a date. */
static int file_read(hpm_rulebook_document *document, char *path, const char *name)
{
    char file[HPM_PATH_SIZE];
    hpm_error error;
    if (hpm_data_path(file, HPM_DATA_RULEBOOKS, name, &error) != HPM_OK)
        return hpm_diagnose(NULL, &error);
    return hpm_read_rulebook(document, path, file);
}

static void list_entry(hpm_json *json, const hpm_rulebook *rulebook, int format)
{
    if (format == HPM_FORMAT_JSON)
        list_entry_json(json, rulebook);
    else
        list_entry_text(rulebook);
}

/* A rulebook of the directory that is wrong is named on stderr; the others are still listed. */
static int list_names(const hpm_data_names *names, struct values *values)
{
    int worst = HPM_EXIT_OK;
    hpm_json json;
    hpm_json_to_file(&json, stdout, 1);
    if (values->format == HPM_FORMAT_JSON) hpm_json_begin_array(&json);
    for (uint32_t i = 0; i < names->count; i++) {
        hpm_rulebook_document document = {0};
        char path[HPM_PATH_SIZE];
        int status = file_read(&document, path, names->names[i]);
        worst = hpm_exit_worst(worst, status);
        if (status == HPM_EXIT_OK) {
            values->sets[values->set_count++] = hpm_rulebook_set_of(&document.rulebook, path);
            list_entry(&json, &document.rulebook, values->format);
        }
        hpm_rulebook_document_free(&document);
    }
    worst = hpm_exit_worst(worst, hpm_rulebook_sets_check(values->sets, values->set_count));
    if (values->format != HPM_FORMAT_JSON) return worst;
    hpm_json_end_array(&json);
    return hpm_exit_worst(worst, hpm_json_close(&json));
}

static int list(struct values *values)
{
    hpm_error error;
    hpm_data_names *names = malloc(sizeof *names);
    int status = HPM_EXIT_OK;
    values->sets = calloc(HPM_DATA_NAMES_MAX, sizeof *values->sets);
    if (names == NULL || values->sets == NULL) {
        status = hpm_out_of_memory();
    } else if (hpm_data_list(names, HPM_DATA_RULEBOOKS, &error) == HPM_OK) {
        status = list_names(names, values);
    } else {
        status = hpm_diagnose(names->directory, &error);
    }
    free(values->sets);
    free(names);
    return status;
}

static int run_list(const hpm_command *self, int argc, char **argv)
{
    struct values values = {.format = HPM_FORMAT_TEXT};
    hpm_texts operands = {0};
    int status = hpm_options_parse(self, &values, &operands, argc, argv);
    if (status == HPM_PARSE_RUN) status = list(&values);
    hpm_options_free(self, &values, &operands);
    return hpm_stdout_close(status);
}

static const hpm_command children[] = {
    {
        .name = "rulebook list",
        .summary = "name, version, date, title and coverage of each",
        .operands = "",
        .text =
            "Lists the rulebooks of the directory that HPM_RULEBOOKS names, else of the "
            "installed one, else of ./rulebooks. NAME@DATE takes, of several sets of parameters "
            "of one name, the one that held at the end of that day, month or year (DATE is "
            "2024-06-17, 2024-06 or 2024).",
        .examples = "  hpm rulebook list\n  hpm rulebook list --format json\n",
        .options = options,
        .run = run_list,
    },
    {
        .name = "rulebook show",
        .summary = "every field with its unit, range and meaning",
        .operands = "NAME|FILE",
        .text = "Prints a rulebook: as text, every field with its value, unit, range and meaning; "
                "as json, the canonical document.",
        .examples = "  hpm rulebook show hpm\n  hpm rulebook show mine.json --format json\n",
        .options = options,
        .run = run_show,
        .operands_min = 1,
        .operands_max = 1,
    },
    {
        .name = "rulebook check",
        .summary = "whether a rulebook is valid",
        .operands = "NAME|FILE...",
        .text = "Checks every field of a rulebook, its ranges and its references, and that no two "
                "of one name hold from the same day. Exits with 3 and names the first fault if it "
                "has one.",
        .examples = "  hpm rulebook check mine.json\n",
        .options = no_options,
        .run = run_check,
        .operands_min = 1,
        .operands_max = UINT32_MAX,
    },
    {
        .name = "rulebook hash",
        .summary = "SHA-256 of the canonical form",
        .operands = "NAME|FILE...",
        .text = "Prints the SHA-256 of a rulebook's canonical bytes, as it stands in every report. "
                "Layout and order of fields in the file do not matter.",
        .examples = "  hpm rulebook hash hpm\n",
        .options = no_options,
        .run = run_hash,
        .operands_min = 1,
        .operands_max = UINT32_MAX,
    },
    {
        .name = "rulebook diff",
        .summary = "what differs between two rulebooks, and what it does to margins",
        .operands = "BEFORE AFTER",
        .text = "Prints every field whose value differs, with its unit; rows of lists are matched "
                "by asset or name. With --account and --market also why the margin of each account "
                "changes, as hpm diff says it: both requirements and every component before and "
                "after.",
        .examples = "  hpm rulebook diff hpm mine.json\n"
                    "  hpm rulebook diff hpm@2025 hpm@2026 -m market.json -a account.json\n",
        .options = hpm_rulebook_diff_options,
        .run = hpm_rulebook_diff_run,
        .operands_min = 2,
        .operands_max = 2,
    },
    {.name = NULL},
};

const hpm_command hpm_command_rulebook = {
    .name = "rulebook",
    .summary = "list, show, check, hash and compare margin methods",
    .text = "Rulebooks are margin methods as data.",
    .examples = "  hpm rulebook list\n  hpm rulebook show hpm\n",
    .children = children,
};
