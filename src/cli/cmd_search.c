/* hpm search: portfolios that lose more than their margin between the nodes of a rulebook's grid.
 */
#include "colour.h"
#include "commands.h"
#include "data.h"
#include "diagnose.h"
#include "exit.h"
#include "memory.h"
#include "progress.h"
#include "report/search_report.h"
#include "rulebooks.h"
#include "session.h"

#define BATCH 256 /* evaluations between two looks at the clock */

struct values {
    hpm_session_input input;
    const char *moves;
    uint32_t seed, evaluations, legs, keep, parts;
    double size, floor, beyond;
    int goal, no_bases, format;
};

enum { FORMAT_TEXT, FORMAT_JSON, FORMAT_ACCOUNTS };
static const char *const goals[] = {"ratio", "amount", NULL};
static const char *const formats[] = {"text", "json", "accounts", NULL};

static const hpm_option options[] = {
    HPM_OPTIONS_INPUT(struct values),
    {"moves", 0, HPM_OPTION_TEXT, 0, offsetof(struct values, moves), "NAME|FILE", NULL,
     "rulebook whose first grid gives the moves, if it is another one"},
    {"seed", 's', HPM_OPTION_COUNT, 0, offsetof(struct values, seed), "N", NULL,
     "of the random numbers; the same seed gives the same result (1)"},
    {"evaluations", 'n', HPM_OPTION_COUNT, 0, offsetof(struct values, evaluations), "N", NULL,
     "portfolios to try (20000)"},
    {"goal", 0, HPM_OPTION_CHOICE, 0, offsetof(struct values, goal), NULL, goals,
     "loss beyond margin per unit of margin, or as an amount (ratio)"},
    {"legs", 'l', HPM_OPTION_COUNT, 0, offsetof(struct values, legs), "N", NULL,
     "most instruments of a portfolio, up to 16 (6)"},
    {"size", 0, HPM_OPTION_REAL, 0, offsetof(struct values, size), "AMOUNT", NULL,
     "largest notional of a leg in the reporting currency (1000000)"},
    {"floor", 0, HPM_OPTION_REAL, 0, offsetof(struct values, floor), "SHARE", NULL,
     "a ratio counts at least this share of gross notional as margin (0.001)"},
    {"keep", 'k', HPM_OPTION_COUNT, 0, offsetof(struct values, keep), "N", NULL,
     "portfolios to report (5)"},
    {"parts", 0, HPM_OPTION_COUNT, 0, offsetof(struct values, parts), "N", NULL,
     "into how many each interval of the grid is split (4)"},
    {"beyond", 0, HPM_OPTION_REAL, 0, offsetof(struct values, beyond), "RATIO", NULL,
     "how far prices go, in units of the grid's outermost nodes, up to 4 (1)"},
    {"no-bases", 0, HPM_OPTION_FLAG, 0, offsetof(struct values, no_bases), NULL, NULL,
     "leave the bases where they are"},
    {"format", 'f', HPM_OPTION_CHOICE, 0, offsetof(struct values, format), NULL, formats,
     "text for people, json, or one account document per line for hpm margin"},
    HPM_OPTIONS_END,
};

struct call {
    const struct values *values;
    hpm_session session;
    hpm_rulebook_document moves; /* only if it is another one */
    hpm_desk desk;
    hpm_arena memory, work;
    hpm_search search;
};

static const hpm_rulebook *moves_of(const struct call *call)
{
    return call->values->moves != NULL ? &call->moves.rulebook : &call->session.rulebook.rulebook;
}

static hpm_search_rules rules_of(const struct values *values)
{
    return (hpm_search_rules){
        .seed = values->seed,
        .evaluations = values->evaluations,
        .goal = values->goal == 0 ? HPM_SEARCH_RATIO : HPM_SEARCH_AMOUNT,
        .legs_max = values->legs,
        .size = values->size,
        .floor_share = values->floor,
        .keep = values->keep,
        .parts = values->parts,
        .beyond = values->beyond,
        .with_basis = !values->no_bases,
    };
}

static int call_prepare(struct call *call)
{
    const hpm_account one_balance = {.balance_count = 1};
    char path[HPM_PATH_SIZE];
    int status = hpm_session_begin(&call->session, &call->values->input);
    if (status == HPM_EXIT_OK && call->values->moves != NULL)
        status = hpm_read_rulebook(&call->moves, path, call->values->moves);
    if (status == HPM_EXIT_OK)
        status = hpm_session_desk(&call->session, &call->desk, &one_balance, HPM_SEARCH_LEGS_MAX);
    return status;
}

static hpm_status search_make(struct call *call, hpm_error *error)
{
    const hpm_search_rules rules = rules_of(call->values);
    const hpm_rulebook *moves = moves_of(call);
    hpm_search *search = &call->search;
    hpm_status status =
        hpm_memory_arena(&call->memory, hpm_search_size(&call->desk, moves, &rules), error);
    if (status == HPM_OK)
        status = hpm_search_init(search, &call->memory, &call->desk, moves, &rules, error);
    if (status == HPM_OK)
        status = hpm_memory_arena(&call->work, hpm_search_work_size(search), error);
    if (status == HPM_OK) hpm_search_work(search, &call->work);
    return status;
}

static hpm_status search_run(struct call *call, hpm_error *error)
{
    hpm_search *search = &call->search;
    hpm_progress progress;
    hpm_status status = search_make(call, error);
    hpm_progress_begin(&progress, "portfolios", search->rules.evaluations);
    while (status == HPM_OK && search->done < search->rules.evaluations) {
        status = hpm_search_step(search, BATCH, error);
        hpm_progress_step(&progress, search->done);
    }
    hpm_progress_end(&progress);
    return status;
}

static int report_write(struct call *call)
{
    const hpm_search_report report = {
        .head = {.array = &call->desk.array, .source = call->session.market.source},
        .search = &call->search,
        .moves = moves_of(call),
        .colour = hpm_colour_wanted(stdout),
    };
    hpm_json json;
    hpm_error error;
    switch (call->values->format) {
    case FORMAT_TEXT:
        return hpm_search_report_text(stdout, &report) ? HPM_EXIT_OK : hpm_out_of_memory();
    case FORMAT_JSON:
        hpm_json_to_file(&json, stdout, 1);
        hpm_search_report_json(&json, &report);
        return hpm_json_close(&json);
    default:
        if (hpm_search_report_accounts(stdout, &report, &error) == HPM_OK) return HPM_EXIT_OK;
        return hpm_diagnose("stdout", &error);
    }
}

static int search(const struct values *values)
{
    struct call call = {.values = values};
    hpm_error error;
    int status = call_prepare(&call);
    if (status == HPM_EXIT_OK && search_run(&call, &error) != HPM_OK)
        status = hpm_diagnose(NULL, &error);
    if (status == HPM_EXIT_OK) status = report_write(&call);
    hpm_memory_free(&call.work);
    hpm_memory_free(&call.memory);
    hpm_rulebook_document_free(&call.moves);
    hpm_session_close(&call.session);
    return status;
}

static int run(const hpm_command *self, int argc, char **argv)
{
    hpm_search_rules rules;
    hpm_texts operands = {0};
    hpm_search_defaults(&rules);
    struct values values = {
        .seed = (uint32_t)rules.seed,
        .evaluations = (uint32_t)rules.evaluations,
        .legs = rules.legs_max,
        .keep = rules.keep,
        .parts = rules.parts,
        .size = rules.size,
        .floor = rules.floor_share,
        .beyond = rules.beyond,
    };
    int status = hpm_options_parse(self, &values, &operands, argc, argv);
    if (status == HPM_PARSE_RUN) status = hpm_stdin_check(self, hpm_session_stdin(&values.input));
    if (status == HPM_PARSE_RUN) status = search(&values);
    hpm_options_free(self, &values, &operands);
    return hpm_stdout_close(status);
}

const hpm_command hpm_command_search = {
    .name = "search",
    .summary = "portfolios that lose more than their margin: an adversary's view of a rulebook",
    .operands = "",
    .text =
        "Looks for portfolios of a few of the market's instruments whose largest loss exceeds "
        "their initial margin by most, and reports them with their legs, margin, loss, and where "
        "it is. The loss is that of the whole portfolio at a fine set of moves: the rulebook's "
        "first grid of prices and volatilities with every interval split, at bases down, unmoved "
        "and up, all underlyings together and each alone. What the rulebook nets, caps or floors "
        "has no say in it.\n"
        "\n"
        "The search is simulated annealing with restarts: the same market, rulebook, limits and "
        "seed give the same result. It says what was found, not what there is.\n"
        "\n"
        "--moves takes the grid of another rulebook, to hold several to the same moves. "
        "--format accounts prints the portfolios with the cash that they pass with, for hpm "
        "margin and hpm stress.",
    .examples =
        "  hpm search -m market.json\n"
        "  hpm search -m market.json -r delta --moves hpm --evaluations 100000 --seed 7\n"
        "  hpm search -m market.json --format accounts | hpm margin -m market.json -a - -b\n",
    .options = options,
    .run = run,
};
