/* hpm margin: equity and requirements of accounts, and what they are made of. */
#include <string.h>

#include "colour.h"
#include "commands.h"
#include "diagnose.h"
#include "exit.h"
#include "extras.h"
#include "page.h"
#include "progress.h"
#include "report/html.h"
#include "session.h"

struct values {
    hpm_session_input input;
    hpm_texts accounts;
    int format;
    int brief;
    int off_grid;
    int ladders;
};

static const hpm_option options[] = {
    HPM_OPTIONS_INPUT(struct values),
    {"account", 'a', HPM_OPTION_TEXTS, 1, offsetof(struct values, accounts), "FILE", NULL,
     "account document, jsonl file of many, or account template; - is stdin; may be repeated"},
    {"format", 'f', HPM_OPTION_CHOICE, 0, offsetof(struct values, format), NULL, hpm_formats_page,
     "text for people, json, one compact report per line, or a page for a browser"},
    {"brief", 'b', HPM_OPTION_FLAG, 0, offsetof(struct values, brief), NULL, NULL,
     "one line per account; in json only the result, in html only their table"},
    {"off-grid", 0, HPM_OPTION_FLAG, 0, offsetof(struct values, off_grid), NULL, NULL,
     "what the scenario grid misses between its nodes and at the strikes that are held"},
    {"ladders", 0, HPM_OPTION_FLAG, 0, offsetof(struct values, ladders), NULL, NULL,
     "greeks at every price of the grid, and vega by expiry and delta"},
    HPM_OPTIONS_END,
};

/* Where reports go, one after the other. */
struct output {
    const struct values *values;
    uint32_t account_count; /* of the call; 0: not known */
    uint32_t written;
    hpm_json json;
    hpm_extras extras;
    int colour;
};

static int text_write(struct output *output, const hpm_report *report)
{
    if (output->values->brief) {
        hpm_report_brief(stdout, report, output->written == 0);
        return HPM_EXIT_OK;
    }
    if (output->written > 0) fputs("\n\n", stdout);
    if (hpm_report_text(stdout, report)) return HPM_EXIT_OK;
    return hpm_out_of_memory();
}

/* One account gives an object, several an array. */
static void json_write(struct output *output, const hpm_report *report)
{
    if (output->written == 0) {
        hpm_json_to_file(&output->json, stdout, 1);
        if (output->account_count > 1) hpm_json_begin_array(&output->json);
    }
    hpm_report_json(&output->json, report, output->values->brief);
}

static int line_write(struct output *output, const hpm_report *report)
{
    hpm_json json;
    hpm_json_to_file(&json, stdout, 0);
    hpm_report_json(&json, report, output->values->brief);
    return hpm_json_close(&json);
}

/* A brief page is its table of accounts alone. */
static int page_write(struct output *output, const hpm_report *report, uint32_t number)
{
    if (output->values->brief || hpm_html_report(stdout, report, number)) return HPM_EXIT_OK;
    return hpm_out_of_memory();
}

/* `number` counts the accounts of the call. */
static int report_write(struct output *output, hpm_report *report, uint32_t number)
{
    int status = HPM_EXIT_OK;
    report->colour = output->colour;
    if (output->values->format == HPM_FORMAT_TEXT) status = text_write(output, report);
    if (output->values->format == HPM_FORMAT_JSON) json_write(output, report);
    if (output->values->format == HPM_FORMAT_JSONL) status = line_write(output, report);
    if (output->values->format == HPM_FORMAT_HTML) status = page_write(output, report, number);
    output->written++;
    return status;
}

static void output_begin(struct output *output, hpm_session *session,
                         const hpm_account_items *items)
{
    output->account_count = items->count;
    if (output->values->format == HPM_FORMAT_HTML)
        hpm_page_begin(session, items, output->values->brief);
}

static int output_end(struct output *output)
{
    if (output->values->format == HPM_FORMAT_HTML) hpm_html_end(stdout);
    if (output->values->format != HPM_FORMAT_JSON || output->written == 0) return HPM_EXIT_OK;
    if (output->account_count > 1) hpm_json_end_array(&output->json);
    return hpm_json_close(&output->json);
}

static int account_margin(hpm_session *session, struct output *output, const hpm_account_item *item,
                          uint32_t number)
{
    hpm_report report;
    hpm_error error;
    if (hpm_session_report(session, &report, item, output->values->brief, &error) != HPM_OK) {
        return hpm_account_diagnose(item, &error);
    }
    if (!output->values->brief &&
        hpm_extras_add(&output->extras, session, &report, &error) != HPM_OK) {
        return hpm_account_diagnose(item, &error);
    }
    int status = report_write(output, &report, number);
    if (status != HPM_EXIT_OK) return status;
    return hpm_report_passes(&report) ? HPM_EXIT_OK : HPM_EXIT_NO;
}

/* Everything is read before anything is written. */
static int margin_collected(hpm_session *session, struct output *output)
{
    const struct values *values = output->values;
    hpm_account_items items = {0};
    hpm_progress progress;
    int status = hpm_account_items_read(&items, values->accounts.items, values->accounts.count,
                                        &session->market.market);
    if (status == HPM_EXIT_OK) status = hpm_session_price(session);
    if (status != HPM_EXIT_OK) {
        hpm_account_items_free(&items);
        return status;
    }
    output_begin(output, session, &items);
    hpm_progress_begin(&progress, "accounts", items.count);
    for (uint32_t i = 0; i < items.count; i++) {
        hpm_progress_step(&progress, i);
        status = hpm_exit_worst(status, account_margin(session, output, &items.items[i], i));
    }
    hpm_progress_end(&progress);
    hpm_account_items_free(&items);
    return hpm_exit_worst(status, output_end(output));
}

static int is_fatal(hpm_status status)
{
    return status == HPM_E_IO || status == HPM_E_MEMORY;
}

/* One file, account by account; a bad line costs its own report only. */
static int file_streamed(hpm_session *session, struct output *output, const char *file,
                         hpm_progress *progress)
{
    hpm_account_source source;
    hpm_error error;
    int status = HPM_EXIT_OK;
    if (hpm_account_source_open(&source, file, &session->market.market, &error) != HPM_OK) {
        return hpm_diagnose(file, &error);
    }
    for (;;) {
        hpm_account_item item;
        hpm_status read = hpm_account_source_next(&source, &item, &error);
        int end = read == HPM_OK ? item.account == NULL : is_fatal(read);
        hpm_progress_step(progress, output->written);
        if (read != HPM_OK) {
            status = hpm_exit_worst(status, hpm_diagnose_at(file, source.line, &error));
        } else if (!end) {
            status = hpm_exit_worst(status, account_margin(session, output, &item, 0));
        }
        hpm_account_item_free(&item);
        if (end) break;
    }
    hpm_account_source_close(&source);
    return status;
}

static int margin_streamed(hpm_session *session, struct output *output)
{
    const struct values *values = output->values;
    hpm_progress progress;
    int status = hpm_session_price(session);
    if (status != HPM_EXIT_OK) return status;
    hpm_progress_begin(&progress, "accounts", 0);
    for (uint32_t i = 0; i < values->accounts.count; i++) {
        int file = file_streamed(session, output, values->accounts.items[i], &progress);
        status = hpm_exit_worst(status, file);
    }
    hpm_progress_end(&progress);
    return status;
}

static int margin(const struct values *values)
{
    hpm_session session = {0};
    struct output output = {
        .values = values,
        .extras = {.off_grid = values->off_grid,
                   .ladders = values->ladders,
                   .is_page = values->format == HPM_FORMAT_HTML},
        .colour = hpm_colour_wanted(stdout),
    };
    int status = hpm_session_begin(&session, &values->input);
    if (status == HPM_EXIT_OK) {
        status = values->format == HPM_FORMAT_JSONL ? margin_streamed(&session, &output)
                                                    : margin_collected(&session, &output);
    }
    hpm_extras_free(&output.extras);
    hpm_session_close(&session);
    return status;
}

static int check(const hpm_command *self, const struct values *values)
{
    return hpm_stdin_check(self,
                           hpm_session_stdin(&values->input) + hpm_stdin_files(&values->accounts));
}

static int run(const hpm_command *self, int argc, char **argv)
{
    struct values values = {0};
    hpm_texts operands = {0};
    int status = hpm_options_parse(self, &values, &operands, argc, argv);
    if (status == HPM_PARSE_RUN) status = check(self, &values);
    if (status == HPM_PARSE_RUN) status = margin(&values);
    hpm_options_free(self, &values, &operands);
    return hpm_stdout_close(status);
}

const hpm_command hpm_command_margin = {
    .name = "margin",
    .summary = "equity, initial and maintenance margin of accounts, and why",
    .operands = "",
    .text = "Computes equity, initial and maintenance margin of each account under a rulebook and "
            "reports what they are made of. Exits with 0 if every account covers its initial "
            "margin, 1 if one does not.\n"
            "\n"
            "With --format jsonl accounts are read, computed and written one by one, in bounded "
            "memory; a line that is wrong costs its own report only. Otherwise nothing is written "
            "unless all documents are right. An account that cannot be computed is named on "
            "stderr and the others are reported.\n"
            "\n"
            "--format html writes one page that needs nothing else, no script and no request: "
            "charts of the scenarios, of profit and loss and greeks over price, of collateral and "
            "contributions, and every figure in tables. Several accounts are sections under an "
            "index; with --brief the index is all.",
    .examples = "  hpm margin --market market.json --account account.json\n"
                "  hpm margin -m market.json -a a.json -a b.json --rulebook hpm --brief\n"
                "  hpm margin -m market.json -a accounts.jsonl --format jsonl > reports.jsonl\n"
                "  hpm margin -m market.json -a account.json --format html > account.html\n"
                "  hpm margin -m market.json -a account.json --off-grid --ladders\n",
    .options = options,
    .run = run,
};
