/* Errors for people: exactly one line on stderr, whatever bytes the input had. */
#ifndef HPM_CLI_DIAGNOSE_H
#define HPM_CLI_DIAGNOSE_H

#include "io/json_write.h"

/* Prints `file:line:path: message`, leaving out the parts that the error does not have, and
 * returns the exit status. `file` may be NULL; "-" is written as stdin. */
int hpm_diagnose(const char *file, const hpm_error *error);

/* The same for one of several documents in a file: it starts at line `first_line`; 0: it is alone.
 */
int hpm_diagnose_at(const char *file, int64_t first_line, const hpm_error *error);

/* One line of a note (skipped legs, quotes left out): `file: text`. */
void hpm_note(const char *file, const char *format, ...)
#if defined(__GNUC__)
    __attribute__((format(printf, 2, 3)))
#endif
    ;

/* Ends a JSON document that goes to stdout, and releases the writer. Returns the exit status. */
int hpm_json_close(hpm_json *json);

/* Flushes stdout; says so and returns HPM_EXIT_SYSTEM if something could not be written. */
int hpm_stdout_close(int exit_status);

#endif
