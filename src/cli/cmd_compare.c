/* hpm compare: what an account needs under several rulebooks, side by side. */
#include <stdlib.h>
#include <string.h>

#include "colour.h"
#include "commands.h"
#include "data.h"
#include "diagnose.h"
#include "exit.h"
#include "memory.h"
#include "report/html.h"
#include "rulebooks.h"
#include "session.h"

enum { RULEBOOKS_MAX = 64 };

static const char default_rulebooks[] =
    "hpm,cross-same-cover,isolated-same-cover,cross-venue,isolated-venue,delta";

enum { FORMAT_TEXT, FORMAT_JSON, FORMAT_HTML };
static const char *const formats[] = {"text", "json", "html", NULL};

struct values {
    const char *market, *catalog, *rulebooks;
    hpm_texts accounts;
    int format;
};

static const hpm_option options[] = {
    {"market", 'm', HPM_OPTION_TEXT, 1, offsetof(struct values, market), "FILE", NULL,
     "market document"},
    {"catalog", 'c', HPM_OPTION_TEXT, 0, offsetof(struct values, catalog), "FILE", NULL,
     "catalog document, if the market does not embed one"},
    {"account", 'a', HPM_OPTION_TEXTS, 1, offsetof(struct values, accounts), "FILE", NULL,
     "account document, jsonl file of many, or account template; - is stdin; may be repeated"},
    {"rulebook", 'r', HPM_OPTION_TEXT, 0, offsetof(struct values, rulebooks), "LIST", NULL,
     "margin methods, names or files with commas between, or all for every one of the directory; "
     "the first is what others are compared with (hpm and the baselines)"},
    {"format", 'f', HPM_OPTION_CHOICE, 0, offsetof(struct values, format), NULL, formats,
     "text for people, json, or a page for a browser"},
    HPM_OPTIONS_END,
};

/* A rulebook and its desk. */
struct column {
    hpm_rulebook_document document;
    hpm_arena memory;
    hpm_desk desk;
};

struct comparer {
    hpm_session session;
    hpm_account_items items;
    struct column columns[RULEBOOKS_MAX];
    uint32_t count;
    hpm_arena work, scratch; /* of one account at one desk at a time */
    hpm_comparison rows[RULEBOOKS_MAX];
    hpm_json json;
    uint32_t written;
};

/* ---- Columns ------------------------------------------------------------------------------ */

static int column_open(struct comparer *comparer, const char *name)
{
    struct column *column = &comparer->columns[comparer->count++];
    const hpm_market *market = &comparer->session.market.market;
    char path[HPM_PATH_SIZE];
    hpm_error error;
    int status = hpm_read_rulebook(&column->document, path, name);
    if (status != HPM_EXIT_OK) return status;
    const hpm_rulebook *rulebook = &column->document.rulebook;
    if (hpm_memory_arena(&column->memory, hpm_desk_size(market->catalog, rulebook), &error) !=
            HPM_OK ||
        hpm_desk_init(&column->desk, &column->memory, &comparer->session.context, market, rulebook,
                      &error) != HPM_OK) {
        return hpm_diagnose(NULL, &error);
    }
    return HPM_EXIT_OK;
}

/* Every rulebook of the directory with its present parameters, not those of other dates; our own
 * comes first, so that the others are compared with it. */
static int columns_open_all(const hpm_command *self, struct comparer *comparer,
                            const hpm_data_names *names)
{
    for (int is_first = 1; is_first >= 0; is_first--)
        for (uint32_t i = 0; i < names->count; i++) {
            const char *name = names->names[i];
            if (strchr(name, '@') != NULL || (strcmp(name, "hpm") == 0) != is_first) continue;
            if (comparer->count == RULEBOOKS_MAX)
                return hpm_usage(self, "more than %d rulebooks", RULEBOOKS_MAX);
            int status = column_open(comparer, name);
            if (status != HPM_EXIT_OK) return status;
        }
    return HPM_EXIT_OK;
}

static int directory_open(const hpm_command *self, struct comparer *comparer)
{
    hpm_error error;
    hpm_data_names *names = malloc(sizeof *names);
    if (names == NULL) return hpm_out_of_memory();
    int status = hpm_data_list(names, HPM_DATA_RULEBOOKS, &error) == HPM_OK
                     ? columns_open_all(self, comparer, names)
                     : hpm_diagnose(names->directory, &error);
    if (status == HPM_EXIT_OK && comparer->count == 0)
        status = hpm_usage(self, "there is no rulebook in %s", names->directory);
    free(names);
    return status;
}

static int columns_open(const hpm_command *self, struct comparer *comparer, const char *list)
{
    if (strcmp(list, "all") == 0) return directory_open(self, comparer);
    for (const char *rest = list;; rest++) {
        char name[HPM_PATH_SIZE];
        size_t length = strcspn(rest, ",");
        if (comparer->count == RULEBOOKS_MAX)
            return hpm_usage(self, "more than %d rulebooks", RULEBOOKS_MAX);
        if (length == 0) return hpm_usage(self, "--rulebook has an empty name (%s)", list);
        snprintf(name, sizeof name, "%.*s", (int)length, rest);
        int status = column_open(comparer, name);
        rest += length;
        if (status != HPM_EXIT_OK || *rest == '\0') return status;
    }
}

/* ---- Accounts ----------------------------------------------------------------------------- */

/* Kept, and grown from account to account. */
static hpm_status room_make(hpm_arena *arena, size_t bytes, hpm_error *error)
{
    arena->used = 0;
    if (bytes <= arena->capacity) return HPM_OK;
    hpm_memory_free(arena);
    return hpm_memory_arena(arena, bytes, error);
}

/* Room for the account and one balance more, at the desk that needs most. */
static int memory_reserve(struct comparer *comparer, const hpm_account *account)
{
    uint32_t balances = account->balance_count + account->declared_count + 1;
    size_t largest = 0;
    hpm_error error;
    for (uint32_t c = 0; c < comparer->count; c++) {
        size_t bytes =
            hpm_desk_work_size(&comparer->columns[c].desk, account->position_count, balances);
        if (bytes > largest) largest = bytes;
    }
    if (room_make(&comparer->work, largest, &error) != HPM_OK ||
        room_make(&comparer->scratch, hpm_cash_size(account), &error) != HPM_OK) {
        return hpm_diagnose(NULL, &error);
    }
    return HPM_EXIT_OK;
}

static int row_diagnose(const hpm_account_item *item, const hpm_comparison *row)
{
    hpm_error error = row->error;
    snprintf(error.where, sizeof error.where, "rulebook %s: %.100s", row->rulebook->name,
             row->error.where);
    return hpm_account_diagnose(item, &error);
}

/* A rulebook under which the account cannot be computed is a column that says so; only where that
 * is every column there is nothing to compare. */
static int rows_fill(struct comparer *comparer, const hpm_account_item *item)
{
    uint32_t computed = 0;
    int status = memory_reserve(comparer, item->account);
    if (status != HPM_EXIT_OK) return status;
    for (uint32_t c = 0; c < comparer->count; c++) {
        hpm_desk *desk = &comparer->columns[c].desk;
        hpm_comparison *row = &comparer->rows[c];
        hpm_desk_work(desk, &comparer->work);
        computed += hpm_compare(row, c > 0 ? comparer->rows : NULL, &comparer->scratch, desk,
                                item->account) == HPM_OK;
    }
    return computed > 0 ? HPM_EXIT_OK : row_diagnose(item, &comparer->rows[0]);
}

/* The number-th account of the call. */
static int rows_write(struct comparer *comparer, uint32_t number, int format)
{
    const hpm_account_item *item = &comparer->items.items[number];
    const hpm_risk_array *array = &comparer->columns[0].desk.array;
    const hpm_compare_report report = {
        .head = {array, item->account, hpm_account_hash(item->account, array->catalog),
                 comparer->session.market.source},
        .rows = comparer->rows,
        .row_count = comparer->count,
        .skipped = item->skipped.items,
        .skipped_count = item->skipped.count,
        .colour = hpm_colour_wanted(stdout),
    };
    if (format == FORMAT_JSON) hpm_compare_json(&comparer->json, &report);
    if (format == FORMAT_HTML) hpm_html_compare(stdout, &report, number);
    if (format != FORMAT_TEXT) return HPM_EXIT_OK;
    if (comparer->written++ > 0) fputs("\n\n", stdout);
    return hpm_compare_text(stdout, &report) ? HPM_EXIT_OK : hpm_out_of_memory();
}

static void page_begin(const hpm_account_items *items)
{
    char title[128];
    if (items->count == 1) {
        snprintf(title, sizeof title, "hpm compare: %s", items->items[0].account->id);
    } else {
        snprintf(title, sizeof title, "hpm compare: %u accounts", items->count);
    }
    hpm_html_begin(stdout, title);
    if (items->count < 2) return;
    hpm_html_links_begin(stdout);
    for (uint32_t i = 0; i < items->count; i++)
        hpm_html_link(stdout, items->items[i].account->id, i);
    hpm_html_links_end(stdout);
}

/* One account gives an object, several an array. */
static void document_begin(struct comparer *comparer, int format)
{
    if (format == FORMAT_HTML) page_begin(&comparer->items);
    if (format != FORMAT_JSON) return;
    hpm_json_to_file(&comparer->json, stdout, 1);
    if (comparer->items.count > 1) hpm_json_begin_array(&comparer->json);
}

static int document_end(struct comparer *comparer, int format)
{
    if (format == FORMAT_HTML) hpm_html_end(stdout);
    if (format != FORMAT_JSON) return HPM_EXIT_OK;
    if (comparer->items.count > 1) hpm_json_end_array(&comparer->json);
    return hpm_json_close(&comparer->json);
}

static int accounts_compare(struct comparer *comparer, int format)
{
    int status = HPM_EXIT_OK;
    document_begin(comparer, format);
    for (uint32_t i = 0; i < comparer->items.count; i++) {
        status = hpm_exit_worst(status, rows_fill(comparer, &comparer->items.items[i]));
        if (status == HPM_EXIT_SYSTEM) return status;
        status = hpm_exit_worst(status, rows_write(comparer, i, format));
    }
    return hpm_exit_worst(status, document_end(comparer, format));
}

/* ------------------------------------------------------------------------------------------- */

static void comparer_close(struct comparer *comparer)
{
    hpm_memory_free(&comparer->work);
    hpm_memory_free(&comparer->scratch);
    for (uint32_t c = 0; c < comparer->count; c++) {
        hpm_memory_free(&comparer->columns[c].memory);
        hpm_rulebook_document_free(&comparer->columns[c].document);
    }
    hpm_account_items_free(&comparer->items);
    hpm_session_close(&comparer->session);
    free(comparer);
}

static int compare(const hpm_command *self, const struct values *values)
{
    struct comparer *comparer = calloc(1, sizeof *comparer);
    if (comparer == NULL) return hpm_out_of_memory();
    const char *list = values->rulebooks != NULL ? values->rulebooks : default_rulebooks;
    int status = hpm_session_open(&comparer->session, values->market, values->catalog);
    if (status == HPM_EXIT_OK) status = columns_open(self, comparer, list);
    if (status == HPM_EXIT_OK) {
        status = hpm_account_items_read(&comparer->items, values->accounts.items,
                                        values->accounts.count, &comparer->session.market.market);
    }
    if (status == HPM_EXIT_OK) {
        status = accounts_compare(comparer, values->format);
    }
    comparer_close(comparer);
    return status;
}

static int check(const hpm_command *self, const struct values *values)
{
    const hpm_session_input input = {values->market, values->catalog, values->rulebooks};
    return hpm_stdin_check(self, hpm_session_stdin(&input) + hpm_stdin_files(&values->accounts));
}

static int run(const hpm_command *self, int argc, char **argv)
{
    struct values values = {0};
    hpm_texts operands = {0};
    int status = hpm_options_parse(self, &values, &operands, argc, argv);
    if (status == HPM_PARSE_RUN) status = check(self, &values);
    if (status == HPM_PARSE_RUN) status = compare(self, &values);
    hpm_options_free(self, &values, &operands);
    return hpm_stdout_close(status);
}

const hpm_command hpm_command_compare = {
    .name = "compare",
    .summary = "what accounts need under several rulebooks, side by side",
    .operands = "",
    .text =
        "For each rulebook the smallest cash with which the positions pass: money in the account "
        "is taken away, coins stay, and the least amount of the reporting currency is found with "
        "which equity covers the initial margin (with 1e-8 less it does not; below zero: so much "
        "may be owed). Capital is what everything is then worth; rulebooks are compared by it.\n"
        "\n"
        "A ratio is a matter of capital efficiency only where the cover is the same: where a "
        "single position is asked for the same as under the first rulebook, and the rest is "
        "offset. Venues' formulas have another cover. Below stands the account as it is, and what "
        "drives its initial margin under each rulebook: the largest component, and the worst "
        "scenario. A rulebook that does not take the account (on too many underlyings, say) says "
        "so in its place; only if none takes it the exit status is 4.",
    .examples = "  hpm compare --market market.json --account account.json\n"
                "  hpm compare -m market.json -a a.json -a b.json -r hpm,delta --format json\n"
                "  hpm compare -m market.json -a account.json --rulebook all\n"
                "  hpm compare -m market.json -a account.json --format html > comparison.html\n",
    .options = options,
    .run = run,
};
