/* hpm rulebook diff: what differs between two rulebooks, and what that does to margins. */
#include <string.h>

#include "change_run.h"
#include "colour.h"
#include "commands.h"
#include "diagnose.h"
#include "exit.h"
#include "report/change.h"
#include "report/rulebook_change.h"
#include "rulebook_diff.h"
#include "rulebooks.h"
#include "session.h"

struct values {
    const char *market, *catalog;
    hpm_texts accounts;
    int format;
};

const hpm_option hpm_rulebook_diff_options[] = {
    {"account", 'a', HPM_OPTION_TEXTS, 0, offsetof(struct values, accounts), "FILE", NULL,
     "what the difference does to the margin of these accounts; may be repeated"},
    {"market", 'm', HPM_OPTION_TEXT, 0, offsetof(struct values, market), "FILE", NULL,
     "market document, for --account"},
    {"catalog", 'c', HPM_OPTION_TEXT, 0, offsetof(struct values, catalog), "FILE", NULL,
     "catalog document, if the market does not embed one"},
    {"format", 'f', HPM_OPTION_CHOICE, 0, offsetof(struct values, format), NULL, hpm_formats_single,
     "text for people or json"},
    HPM_OPTIONS_END,
};

struct job {
    const struct values *values;
    hpm_rulebook_document before, after;
    hpm_session session; /* its market alone */
    hpm_account_items items;
    hpm_json json;
};

/* ---- Accounts ----------------------------------------------------------------------------- */

static int account_write(struct job *job, const hpm_account_item *item,
                         const hpm_attribution *attribution, const hpm_state *from,
                         const hpm_state *to)
{
    const hpm_risk_array before = hpm_change_array(from), after = hpm_change_array(to);
    const hpm_hash hash = hpm_account_hash(item->account, before.catalog);
    const char *source = job->session.market.source;
    const hpm_change_report report = {
        .attribution = attribution,
        .before = {&before, item->account, hash, source},
        .after = {&after, item->account, hash, source},
        .colour = hpm_colour_wanted(stdout),
    };
    if (job->values->format == HPM_FORMAT_JSON) {
        hpm_change_json(&job->json, &report);
        return HPM_EXIT_OK;
    }
    fputc('\n', stdout);
    return hpm_change_text(stdout, &report) ? HPM_EXIT_OK : hpm_out_of_memory();
}

/* An account that cannot be computed under one of them costs its own report only. */
static int account_compare(struct job *job, const hpm_account_item *item)
{
    const hpm_market *market = &job->session.market.market;
    const hpm_state from = {market, item->account, &job->before.rulebook};
    const hpm_state to = {market, NULL, &job->after.rulebook};
    hpm_change_run run = {.memory = {0}};
    hpm_error error;
    int status = HPM_EXIT_OK;
    hpm_account_note_skipped(item);
    if (hpm_change_compute(&run, &job->session.context, &from, &to, &error) == HPM_OK)
        status = account_write(job, item, &run.attribution, &from, &to);
    else
        status = hpm_account_diagnose(item, &error);
    hpm_change_free(&run);
    return status;
}

static int accounts_compare(struct job *job)
{
    int worst = HPM_EXIT_OK;
    for (uint32_t i = 0; i < job->items.count && worst != HPM_EXIT_SYSTEM; i++)
        worst = hpm_exit_worst(worst, account_compare(job, &job->items.items[i]));
    return worst;
}

/* ------------------------------------------------------------------------------------------- */

static int job_write(struct job *job)
{
    const hpm_rulebook *before = &job->before.rulebook, *after = &job->after.rulebook;
    if (job->values->format == HPM_FORMAT_TEXT) {
        hpm_rulebook_change_text(stdout, before, after, hpm_colour_wanted(stdout));
        return accounts_compare(job);
    }
    hpm_json_to_file(&job->json, stdout, 1);
    hpm_json_begin_object(&job->json);
    hpm_rulebook_change_json(&job->json, before, after);
    hpm_json_key(&job->json, "accounts");
    hpm_json_begin_array(&job->json);
    int status = accounts_compare(job);
    hpm_json_end_array(&job->json);
    hpm_json_end_object(&job->json);
    return hpm_exit_worst(status, hpm_json_close(&job->json));
}

static int job_read(struct job *job, const hpm_texts *names)
{
    const struct values *values = job->values;
    char path[HPM_PATH_SIZE];
    int status = hpm_read_rulebook(&job->before, path, names->items[0]);
    if (status == HPM_EXIT_OK) status = hpm_read_rulebook(&job->after, path, names->items[1]);
    if (status != HPM_EXIT_OK || values->market == NULL) return status;
    status = hpm_session_open(&job->session, values->market, values->catalog);
    if (status != HPM_EXIT_OK) return status;
    return hpm_account_items_read(&job->items, values->accounts.items, values->accounts.count,
                                  &job->session.market.market);
}

static int diff(const struct values *values, const hpm_texts *names)
{
    struct job job = {.values = values};
    int status = job_read(&job, names);
    if (status == HPM_EXIT_OK) status = job_write(&job);
    hpm_account_items_free(&job.items);
    hpm_session_close(&job.session);
    hpm_rulebook_document_free(&job.after);
    hpm_rulebook_document_free(&job.before);
    return status;
}

static int is_stdin(const char *file)
{
    return file != NULL && strcmp(file, "-") == 0;
}

static int check(const hpm_command *self, const struct values *values, const hpm_texts *names)
{
    int count = is_stdin(values->market) + is_stdin(values->catalog);
    for (uint32_t i = 0; i < names->count; i++)
        count += is_stdin(names->items[i]);
    for (uint32_t i = 0; i < values->accounts.count; i++)
        count += is_stdin(values->accounts.items[i]);
    if (count > 1) return hpm_usage(self, "only one document can come from stdin");
    if ((values->market != NULL) != (values->accounts.count > 0))
        return hpm_usage(self, "--account FILE and --market FILE need each other");
    return HPM_PARSE_RUN;
}

int hpm_rulebook_diff_run(const hpm_command *self, int argc, char **argv)
{
    struct values values = {.format = HPM_FORMAT_TEXT};
    hpm_texts names = {0};
    int status = hpm_options_parse(self, &values, &names, argc, argv);
    if (status == HPM_PARSE_RUN) status = check(self, &values, &names);
    if (status == HPM_PARSE_RUN) status = diff(&values, &names);
    hpm_options_free(self, &values, &names);
    return hpm_stdout_close(status);
}
