/* One table-driven option parser for every command: a row says an option's name, its type, where
 * its value goes and what it means; parsing, errors and help texts walk the rows. */
#ifndef HPM_CLI_OPTIONS_H
#define HPM_CLI_OPTIONS_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "report/wrap.h"

typedef enum hpm_option_type {
    HPM_OPTION_FLAG,   /* int, set to 1; takes no value */
    HPM_OPTION_TEXT,   /* const char * */
    HPM_OPTION_TEXTS,  /* hpm_texts; may be repeated */
    HPM_OPTION_REAL,   /* double */
    HPM_OPTION_COUNT,  /* uint32_t, > 0 */
    HPM_OPTION_CHOICE, /* int, index into `choices` */
} hpm_option_type;

typedef struct hpm_option {
    const char *name; /* without the dashes; NULL ends a table */
    char letter;      /* one-letter form, 0: none */
    hpm_option_type type;
    int required;
    size_t offset;              /* of the value in the command's option record */
    const char *metavar;        /* name of the value in help texts; choices: NULL */
    const char *const *choices; /* CHOICE: NULL-terminated */
    const char *text;
} hpm_option;

/* Values of a repeated option, or the operands; pointers into argv, in the order given. */
typedef struct hpm_texts {
    const char **items;
    uint32_t count;
} hpm_texts;

struct hpm_command;

/* A command's own main; argv[0] is the last word of its name. Returns the exit status. */
typedef int hpm_command_run(const struct hpm_command *command, int argc, char **argv);

typedef struct hpm_command {
    const char *name; /* all words after `hpm`; NULL ends a table */
    const char *summary;
    const char *operands; /* after the options in the synopsis, "" if none */
    const char *text;     /* paragraphs for --help */
    const char *examples; /* lines, at least one */
    const hpm_option *options;
    hpm_command_run *run;
    const struct hpm_command *children; /* a command group has these and no run */
    uint32_t operands_min, operands_max;
} hpm_command;

#define HPM_PARSE_RUN (-1) /* not an exit status: go on */

/* Parses argv into `values`, which holds the caller's defaults, and `operands`. Understands
 * `--name value`, `--name=value`, `-n value`, `-nvalue`, `--` and `-` (an operand). A name may not
 * be abbreviated. Returns HPM_PARSE_RUN, or the exit status when there is nothing left to do: help
 * was printed, or one line about bad usage. Free with hpm_options_free in every case. */
int hpm_options_parse(const hpm_command *command, void *values, hpm_texts *operands, int argc,
                      char **argv);
void hpm_options_free(const hpm_command *command, void *values, hpm_texts *operands);

/* A number as options take it: decimal, finite, no blanks. 0: it is none. */
int hpm_real_parse(double *real, const char *text);

/* Prints the help text of a command or a group. */
void hpm_help_print(FILE *stream, const hpm_command *command);

/* One line on stderr, "hpm NAME: reason; see 'hpm NAME --help'", and the status for bad usage. */
int hpm_usage(const hpm_command *command, const char *format, ...)
#if defined(__GNUC__)
    __attribute__((format(printf, 2, 3)))
#endif
    ;

/* Says so on stderr and returns the exit status. */
int hpm_out_of_memory(void);

/* The name nearest to `word` among `count` names, NULL if none is near. */
const char *hpm_nearest(const char *word, const char *const *names, uint32_t count);

#endif
