/* hpm account: what account templates become on a market. */
#include <string.h>

#include "commands.h"
#include "diagnose.h"
#include "exit.h"
#include "session.h"

struct values {
    const char *market, *catalog;
    int format;
};

static const char *const formats[] = {"json", "jsonl", NULL};

static const hpm_option options[] = {
    {"market", 'm', HPM_OPTION_TEXT, 1, offsetof(struct values, market), "FILE", NULL,
     "market document"},
    {"catalog", 'c', HPM_OPTION_TEXT, 0, offsetof(struct values, catalog), "FILE", NULL,
     "catalog document, if the market does not embed one"},
    {"format", 'f', HPM_OPTION_CHOICE, 0, offsetof(struct values, format), NULL, formats,
     "indented, or one document per line"},
    HPM_OPTIONS_END,
};

/* Several accounts are written one per line, as `hpm margin --account` reads them. */
static int account_write(const hpm_account_item *item, const hpm_catalog *catalog, int pretty)
{
    hpm_json json;
    hpm_account_note_skipped(item);
    hpm_json_to_file(&json, stdout, pretty);
    hpm_account_write(&json, item->account, catalog);
    return hpm_json_close(&json);
}

static int resolve(const struct values *values, const hpm_texts *files)
{
    hpm_session session = {0};
    hpm_account_items items = {0};
    int status = hpm_session_open(&session, values->market, values->catalog);
    if (status == HPM_EXIT_OK) {
        status = hpm_account_items_read(&items, files->items, files->count, &session.market.market);
    }
    for (uint32_t i = 0; status == HPM_EXIT_OK && i < items.count; i++) {
        int pretty = items.count == 1 && values->format == 0;
        status = account_write(&items.items[i], session.market.market.catalog, pretty);
    }
    hpm_account_items_free(&items);
    hpm_session_close(&session);
    return status;
}

static int run_resolve(const hpm_command *self, int argc, char **argv)
{
    struct values values = {0};
    hpm_texts files = {0};
    int status = hpm_options_parse(self, &values, &files, argc, argv);
    if (status == HPM_PARSE_RUN) status = resolve(&values, &files);
    hpm_options_free(self, &values, &files);
    return hpm_stdout_close(status);
}

static const hpm_command children[] = {
    {
        .name = "account resolve",
        .summary = "the account that a template becomes on a market",
        .operands = "TEMPLATE...",
        .text = "Resolves account templates (tenor, moneyness, delta and size instead of names) on "
                "a market and prints the account documents: one indented, several one per line. "
                "Legs that the market lacks are left out and named on stderr.",
        .examples = "  hpm account resolve --market market.json covered-call.json > account.json\n",
        .options = options,
        .run = run_resolve,
        .operands_min = 1,
        .operands_max = UINT32_MAX,
    },
    {.name = NULL},
};

const hpm_command hpm_command_account = {
    .name = "account",
    .summary = "resolve account templates on a market",
    .text = "Account documents and the templates that they can be made from.",
    .examples = "  hpm account resolve --market market.json covered-call.json\n",
    .children = children,
};
