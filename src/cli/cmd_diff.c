/* hpm diff: why the margin of an account changed between two states. */
#define _POSIX_C_SOURCE 200809L
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "change_run.h"
#include "colour.h"
#include "commands.h"
#include "data.h"
#include "diagnose.h"
#include "exit.h"
#include "report/change.h"
#include "session.h"

/* Where a state is read from. NULL: none named. */
struct source {
    hpm_session_input input;
    const char *account;
};

struct values {
    struct source before, after;
    int format;
};

/* clang-format off */
#define SOURCE_OPTIONS(state, prefix, m, c, r, a, end)                                             \
    {prefix "market", m, HPM_OPTION_TEXT, 0, offsetof(struct values, state.input.market), "FILE",  \
     NULL, "market document" end},                                                                 \
    {prefix "catalog", c, HPM_OPTION_TEXT, 0, offsetof(struct values, state.input.catalog),        \
     "FILE", NULL, "catalog document, if that market does not embed one"},                         \
    {prefix "account", a, HPM_OPTION_TEXT, 0, offsetof(struct values, state.account), "FILE",      \
     NULL, "account document or template" end},                                                    \
    {prefix "rulebook", r, HPM_OPTION_TEXT, 0, offsetof(struct values, state.input.rulebook),      \
     "NAME|FILE", NULL, "margin method" end}
/* clang-format on */

static const hpm_option options[] = {
    SOURCE_OPTIONS(before, "", 'm', 'c', 'r', 'a', " before"),
    SOURCE_OPTIONS(after, "to-", 0, 0, 0, 0, " after (the one before)"),
    {"format", 'f', HPM_OPTION_CHOICE, 0, offsetof(struct values, format), NULL, hpm_formats_single,
     "text for people or json"},
    HPM_OPTIONS_END,
};

/* ---- Folders ------------------------------------------------------------------------------ */

/* A state as a folder: files of these names. */
struct folder {
    char market[HPM_PATH_SIZE], catalog[HPM_PATH_SIZE], account[HPM_PATH_SIZE],
        rulebook[HPM_PATH_SIZE];
};

/* What no option names and the folder has. */
static void file_take(const char **file, char path[HPM_PATH_SIZE], const char *folder,
                      const char *name)
{
    int wrote = snprintf(path, HPM_PATH_SIZE, "%s/%s.json", folder, name);
    if (*file == NULL && wrote > 0 && wrote < HPM_PATH_SIZE && access(path, F_OK) == 0) {
        *file = path;
    }
}

static void folder_take(struct source *source, struct folder *paths, const char *folder)
{
    file_take(&source->input.market, paths->market, folder, "market");
    file_take(&source->input.catalog, paths->catalog, folder, "catalog");
    file_take(&source->account, paths->account, folder, "account");
    file_take(&source->input.rulebook, paths->rulebook, folder, "rulebook");
}

/* ---- Computation -------------------------------------------------------------------------- */

/* A state that was read. */
struct side {
    hpm_session session;
    hpm_account_item item;
};

struct job {
    const struct values *values;
    struct side before, after; /* after: only what was named for it */
    hpm_state from, to;
    hpm_change_run run;
};

/* The one before, or what is named for the state after. */
static int after_read(struct job *job)
{
    const struct source *source = &job->values->after;
    struct side *side = &job->after;
    int status = HPM_EXIT_OK;
    job->to = (hpm_state){job->from.market, NULL, job->from.rulebook};
    if (source->input.market != NULL) {
        status = hpm_session_open(&side->session, source->input.market, source->input.catalog);
        job->to.market = &side->session.market.market;
    }
    if (status == HPM_EXIT_OK && source->input.rulebook != NULL) {
        status = hpm_session_rulebook(&side->session, source->input.rulebook);
        job->to.rulebook = &side->session.rulebook.rulebook;
    }
    if (status == HPM_EXIT_OK && source->account != NULL) {
        const hpm_session *session =
            source->input.market != NULL ? &side->session : &job->before.session;
        status = hpm_session_account(session, &side->item, source->account);
        job->to.account = side->item.account;
    }
    return status;
}

static int states_read(struct job *job)
{
    struct side *side = &job->before;
    int status = hpm_session_begin(&side->session, &job->values->before.input);
    if (status == HPM_EXIT_OK) {
        status = hpm_session_account(&side->session, &side->item, job->values->before.account);
    }
    if (status != HPM_EXIT_OK) return status;
    job->from = (hpm_state){&side->session.market.market, side->item.account,
                            &side->session.rulebook.rulebook};
    return after_read(job);
}

/* ---- Output ------------------------------------------------------------------------------- */

static int change_write(const struct job *job)
{
    const hpm_risk_array before = hpm_change_array(&job->from), after = hpm_change_array(&job->to);
    const struct side *side = job->values->after.input.market != NULL ? &job->after : &job->before;
    const hpm_account *from = job->from.account;
    const hpm_account *to = job->to.account != NULL ? job->to.account : from;
    const hpm_catalog *catalog = job->to.account != NULL ? after.catalog : before.catalog;
    const hpm_change_report report = {
        .attribution = &job->run.attribution,
        .before = {&before, from, hpm_account_hash(from, before.catalog),
                   job->before.session.market.source},
        .after = {&after, to, hpm_account_hash(to, catalog), side->session.market.source},
        .colour = hpm_colour_wanted(stdout),
    };
    if (job->values->format == HPM_FORMAT_TEXT) {
        return hpm_change_text(stdout, &report) ? HPM_EXIT_OK : hpm_out_of_memory();
    }
    hpm_json json;
    hpm_json_to_file(&json, stdout, 1);
    hpm_change_json(&json, &report);
    return hpm_json_close(&json);
}

static int diff(const struct values *values)
{
    struct job job = {.values = values};
    hpm_error error;
    int status = states_read(&job);
    if (status == HPM_EXIT_OK && hpm_change_compute(&job.run, &job.before.session.context,
                                                    &job.from, &job.to, &error) != HPM_OK) {
        status = hpm_diagnose(NULL, &error);
    }
    if (status == HPM_EXIT_OK) {
        hpm_account_note_skipped(&job.before.item);
        hpm_account_note_skipped(&job.after.item);
        status = change_write(&job);
    }
    hpm_change_free(&job.run);
    hpm_account_item_free(&job.after.item);
    hpm_session_close(&job.after.session);
    hpm_account_item_free(&job.before.item);
    hpm_session_close(&job.before.session);
    return status;
}

/* ---- Command line ------------------------------------------------------------------------- */

static uint32_t stdin_count(const struct source *source)
{
    return hpm_session_stdin(&source->input) + hpm_stdin_file(source->account);
}

static int check(const hpm_command *self, const struct values *values)
{
    const struct source *after = &values->after;
    if (values->before.input.market == NULL) {
        return hpm_usage(self, "--market FILE is required, or a folder with market.json");
    }
    if (values->before.account == NULL) {
        return hpm_usage(self, "--account FILE is required, or a folder with account.json");
    }
    if (after->input.catalog != NULL && after->input.market == NULL) {
        return hpm_usage(self, "--to-catalog needs --to-market");
    }
    if (after->input.market == NULL && after->account == NULL && after->input.rulebook == NULL) {
        return hpm_usage(self, "one of --to-market, --to-account and --to-rulebook is required");
    }
    return hpm_stdin_check(self, stdin_count(&values->before) + stdin_count(after));
}

static int run(const hpm_command *self, int argc, char **argv)
{
    struct values values = {0};
    struct folder before, after;
    hpm_texts folders = {0};
    int status = hpm_options_parse(self, &values, &folders, argc, argv);
    if (status == HPM_PARSE_RUN && folders.count == 1) {
        status = hpm_usage(self, "a folder before needs one after");
    }
    if (status == HPM_PARSE_RUN && folders.count == 2) {
        folder_take(&values.before, &before, folders.items[0]);
        folder_take(&values.after, &after, folders.items[1]);
    }
    if (status == HPM_PARSE_RUN) status = check(self, &values);
    if (status == HPM_PARSE_RUN) status = diff(&values);
    hpm_options_free(self, &values, &folders);
    return hpm_stdout_close(status);
}

const hpm_command hpm_command_diff = {
    .name = "diff",
    .summary = "why the margin of an account changed",
    .operands = "[BEFORE AFTER]",
    .text =
        "Splits the change of equity, of both requirements and of every component between two "
        "states into parts that sum to it exactly: settlement (positions that expired, closed at "
        "their mark before), trades (positions and balances), price, basis, vol, time, rates, "
        "trust (confidence and age of inputs) and rulebook.\n"
        "\n"
        "A state is a market, an account and a rulebook. What no option names for the state after "
        "is as before. Without --to-account the account is held: positions that are settled to "
        "the mark have made their P&L. BEFORE and AFTER are folders with market.json, and with "
        "catalog.json, account.json and rulebook.json if need be; a file that an option names "
        "comes before theirs.\n"
        "\n"
        "The parts from trades to trust do not depend on an order: each is averaged over all "
        "orders in which the changes could have come.",
    .examples = "  hpm diff -m monday.json -a account.json --to-market tuesday.json\n"
                "  hpm diff -m monday.json -a monday-account.json --to-market tuesday.json \\\n"
                "    --to-account tuesday-account.json --format json\n"
                "  hpm diff -m market.json -a account.json --to-rulebook mine.json\n"
                "  hpm diff monday tuesday\n",
    .options = options,
    .run = run,
    .operands_max = 2,
};
