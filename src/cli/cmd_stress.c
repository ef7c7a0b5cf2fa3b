/* hpm stress: an account in moved markets, and how far the market must move to exhaust it. */
#include <string.h>

#include "colour.h"
#include "commands.h"
#include "diagnose.h"
#include "exit.h"
#include "memory.h"
#include "progress.h"
#include "report/stress_report.h"
#include "session.h"
#include "stress_inputs.h"

#define TARGET_NONE (-1)
#define BATCH       32 /* scenarios between two looks at the clock */

struct values {
    hpm_session_input input;
    const char *account;
    hpm_stress_wish wish;
    uint32_t worst;
    int reverse, target, format;
};

static const char *const targets[] = {"equity", "maintenance", NULL};

static const hpm_option options[] = {
    HPM_OPTIONS_INPUT(struct values),
    {"account", 'a', HPM_OPTION_TEXT, 1, offsetof(struct values, account), "FILE", NULL,
     "account document or template, of one account; - is stdin"},
    {"scenarios", 's', HPM_OPTION_TEXT, 0, offsetof(struct values, wish.scenarios), "FILE", NULL,
     "stress document: named moves of prices, bases, volatilities and time"},
    {"history", 0, HPM_OPTION_TEXTS, 0, offsetof(struct values, wish.histories), "FILE[,ASSET]",
     NULL, "daily closes, CSV with columns date, close and perhaps asset; may be repeated"},
    {"vol-history", 0, HPM_OPTION_TEXTS, 0, offsetof(struct values, wish.vol_histories),
     "FILE[,ASSET]", NULL,
     "daily closes of a volatility index, CSV or [ms, close] pairs; may be repeated"},
    {"horizon", 0, HPM_OPTION_COUNT, 0, offsetof(struct values, wish.horizon_days), "DAYS", NULL,
     "a day's move is from the close so many days before (1)"},
    {"others", 0, HPM_OPTION_TEXT, 0, offsetof(struct values, wish.others), "ASSET", NULL,
     "coins without a history move as this one (they stay)"},
    {"vol-beta", 0, HPM_OPTION_REAL, 0, offsetof(struct values, wish.vol_beta), "RATIO", NULL,
     "without a volatility history, volatilities rise by this times the size of the price move "
     "(0)"},
    {"worst", 'n', HPM_OPTION_COUNT, 0, offsetof(struct values, worst), "N", NULL,
     "how many of the worst days to show (10)"},
    {"reverse", 0, HPM_OPTION_FLAG, 0, offsetof(struct values, reverse), NULL, NULL,
     "find the mildest scenario that exhausts the account"},
    {"to", 0, HPM_OPTION_CHOICE, 0, offsetof(struct values, target), NULL, targets,
     "how far --reverse goes: equity is zero, or is the maintenance margin (equity)"},
    {"format", 'f', HPM_OPTION_CHOICE, 0, offsetof(struct values, format), NULL, hpm_formats_single,
     "text for people, or json"},
    HPM_OPTIONS_END,
};

struct call {
    const struct values *values;
    hpm_session session;
    hpm_account_item item;
    hpm_stress_inputs inputs;
    hpm_desk desk;
    hpm_arena memory;
    hpm_stress stress;
    hpm_reverse reverse;
    uint32_t still[HPM_ASSETS_MAX]; /* coins that no day moves */
    uint32_t still_count;
};

static int call_prepare(struct call *call, const hpm_command *self)
{
    const struct values *values = call->values;
    int status = hpm_session_begin(&call->session, &values->input);
    if (status == HPM_EXIT_OK)
        status = hpm_session_account(&call->session, &call->item, values->account);
    if (status == HPM_EXIT_OK)
        status = hpm_stress_inputs_read(&call->inputs, self, &values->wish,
                                        call->session.market.market.catalog);
    if (status == HPM_EXIT_OK)
        status = hpm_session_desk(&call->session, &call->desk, call->item.account, 0);
    return status;
}

static hpm_status stress_run(struct call *call, hpm_error *error)
{
    hpm_stress *stress = &call->stress;
    hpm_progress progress;
    hpm_status status = hpm_stress_init(stress, &call->memory, &call->desk, call->item.account,
                                        call->inputs.scenarios, call->inputs.count, error);
    hpm_progress_begin(&progress, "scenarios", call->inputs.count);
    while (status == HPM_OK && stress->done < stress->scenario_count) {
        status = hpm_stress_step(stress, BATCH, error);
        hpm_progress_step(&progress, stress->done);
    }
    hpm_progress_end(&progress);
    return status;
}

static hpm_status reverse_run(struct call *call, hpm_error *error)
{
    hpm_reverse *reverse = &call->reverse;
    hpm_progress progress;
    hpm_reverse_target target = call->values->target == HPM_REVERSE_MAINTENANCE
                                    ? HPM_REVERSE_MAINTENANCE
                                    : HPM_REVERSE_EQUITY;
    hpm_status status =
        hpm_reverse_init(reverse, &call->memory, &call->desk, call->item.account, target, error);
    hpm_progress_begin(&progress, "directions", reverse->ray_count);
    while (status == HPM_OK && reverse->ray < reverse->ray_count) {
        status = hpm_reverse_step(reverse, 1, error);
        hpm_progress_step(&progress, reverse->ray);
    }
    hpm_progress_end(&progress);
    return status;
}

/* ---- Report ------------------------------------------------------------------------------- */

static int has_history(const hpm_stress_inputs *inputs, uint32_t asset)
{
    for (uint32_t i = 0; i < inputs->history_count; i++)
        if (inputs->histories[i].asset == asset && !inputs->histories[i].is_vol) return 1;
    return 0;
}

/* A coin that stays while others crash is worth saying. */
static void still_find(struct call *call)
{
    const hpm_catalog *catalog = call->session.market.market.catalog;
    for (uint32_t a = 0; a < catalog->asset_count; a++) {
        hpm_asset_kind kind = catalog->assets[a].kind;
        int is_coin = kind == HPM_ASSET_COIN || kind == HPM_ASSET_TOKEN;
        if (is_coin && call->inputs.rule.others == HPM_NONE && !has_history(&call->inputs, a) &&
            hpm_account_depends_on(call->item.account, a, catalog))
            call->still[call->still_count++] = a;
    }
}

static int report_write(struct call *call)
{
    const hpm_stress_inputs *inputs = &call->inputs;
    hpm_json json;
    still_find(call);
    const hpm_stress_history history = {
        .first = inputs->day_first,
        .shown = call->values->worst,
        .rule = inputs->rule,
        .has_vols = call->values->wish.vol_histories.count > 0,
        .still = call->still,
        .still_count = call->still_count,
    };
    const hpm_account *account = call->item.account;
    const hpm_stress_report report = {
        .head = {&call->desk.array, account, hpm_account_hash(account, call->desk.array.catalog),
                 call->session.market.source},
        .stress = &call->stress,
        .texts = inputs->texts,
        .history = inputs->file_count > 0 ? &history : NULL,
        .reverse = call->values->reverse ? &call->reverse : NULL,
        .skipped = call->item.skipped.items,
        .skipped_count = call->item.skipped.count,
        .colour = hpm_colour_wanted(stdout),
    };
    if (call->values->format == HPM_FORMAT_TEXT)
        return hpm_stress_report_text(stdout, &report) ? HPM_EXIT_OK : hpm_out_of_memory();
    hpm_json_to_file(&json, stdout, 1);
    hpm_stress_report_json(&json, &report);
    return hpm_json_close(&json);
}

static int call_run(struct call *call)
{
    const hpm_catalog *catalog = call->session.market.market.catalog;
    hpm_error error;
    hpm_status status = hpm_memory_arena(
        &call->memory, hpm_stress_size(catalog, call->inputs.count) + hpm_reverse_size(catalog),
        &error);
    if (status != HPM_OK) return hpm_diagnose(NULL, &error);
    status = stress_run(call, &error);
    if (status == HPM_OK && call->values->reverse) status = reverse_run(call, &error);
    if (status != HPM_OK) return hpm_account_diagnose(&call->item, &error);
    return report_write(call);
}

static int stress(const hpm_command *self, const struct values *values)
{
    static struct call call; /* some hundred kilobytes: not for the stack */
    call.values = values;
    int status = call_prepare(&call, self);
    if (status == HPM_EXIT_OK) status = call_run(&call);
    hpm_memory_free(&call.memory);
    hpm_stress_inputs_free(&call.inputs);
    hpm_account_item_free(&call.item);
    hpm_session_close(&call.session);
    return status;
}

/* ---- Command line ------------------------------------------------------------------------- */

static uint32_t stdin_count(const struct values *values)
{
    uint32_t count = hpm_session_stdin(&values->input) + hpm_stdin_file(values->account) +
                     hpm_stdin_file(values->wish.scenarios);
    const hpm_texts *lists[] = {&values->wish.histories, &values->wish.vol_histories};
    for (int l = 0; l < 2; l++)
        for (uint32_t i = 0; i < lists[l]->count; i++)
            count +=
                strcmp(lists[l]->items[i], "-") == 0 || strncmp(lists[l]->items[i], "-,", 2) == 0;
    return count;
}

static int check(const hpm_command *self, const struct values *values)
{
    const hpm_stress_wish *wish = &values->wish;
    if (wish->scenarios == NULL && wish->histories.count == 0 && !values->reverse)
        return hpm_usage(self, "one of --scenarios, --history and --reverse is required");
    if (wish->histories.count == 0 && (wish->vol_histories.count > 0 || wish->others != NULL))
        return hpm_usage(self, "--vol-history and --others need --history");
    if (values->target != TARGET_NONE && !values->reverse)
        return hpm_usage(self, "--to needs --reverse");
    if (!(wish->vol_beta >= 0 && wish->vol_beta <= HPM_STRESS_RISE_MAX))
        return hpm_usage(self, "--vol-beta is between 0 and %g (%g)", HPM_STRESS_RISE_MAX,
                         wish->vol_beta);
    return hpm_stdin_check(self, stdin_count(values));
}

static int run(const hpm_command *self, int argc, char **argv)
{
    struct values values = {.wish.horizon_days = 1, .worst = 10, .target = TARGET_NONE};
    hpm_texts operands = {0};
    int status = hpm_options_parse(self, &values, &operands, argc, argv);
    if (status == HPM_PARSE_RUN) status = check(self, &values);
    if (status == HPM_PARSE_RUN) status = stress(self, &values);
    hpm_options_free(self, &values, &operands);
    return hpm_stdout_close(status);
}

const hpm_command hpm_command_stress = {
    .name = "stress",
    .summary = "an account in moved markets, and the mildest move that exhausts it",
    .operands = "",
    .text =
        "Moves the market by scenarios of the user's own (--scenarios), by what happened on days "
        "of a price history (--history), or both, prices everything again there, and reports "
        "equity and margins, P&L, and how far the loss goes beyond the initial margin of before "
        "and beyond the equity, worst first. Futures and perpetuals without an entry price "
        "count from the mark of the market that is given.\n"
        "\n"
        "A history moves all assets together: a day counts if every history has its close and the "
        "one --horizon days before. Volatilities move as their own history says, else by "
        "--vol-beta, else they stay.\n"
        "\n"
        "--reverse looks for the mildest scenario in which equity is zero, or is the maintenance "
        "margin (--to maintenance). The distance of a scenario is sqrt(p^2 + v^2): p its largest "
        "price move in price ranges of the rulebook, v its volatility move in units of the "
        "outermost volatility nodes of the rulebook's first grid. docs/MODEL.md says which moves "
        "are searched and which are not.",
    .examples =
        "  hpm stress -m market.json -a account.json --scenarios samples/stress/crises.json\n"
        "  hpm stress -m market.json -a account.json --history samples/prices.csv --worst 5\n"
        "  hpm stress -m market.json -a account.json --history btc.csv,BTC --history eth.csv,ETH "
        "--horizon 3\n"
        "  hpm stress -m market.json -a account.json --reverse --to maintenance --format json\n",
    .options = options,
    .run = run,
};
