/* hpm limits: what can be withdrawn, the largest trades that pass, liquidation prices. */
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "colour.h"
#include "commands.h"
#include "diagnose.h"
#include "exit.h"
#include "memory.h"
#include "progress.h"
#include "report/limits_report.h"
#include "session.h"

struct values {
    hpm_session_input input;
    const char *account;
    hpm_texts instruments;
    int all, format;
};

static const hpm_option options[] = {
    HPM_OPTIONS_INPUT(struct values),
    {"account", 'a', HPM_OPTION_TEXT, 1, offsetof(struct values, account), "FILE", NULL,
     "account document or template, of one account; - is stdin"},
    {"instrument", 'i', HPM_OPTION_TEXTS, 0, offsetof(struct values, instruments), "NAME|PATTERN",
     NULL, "trades of these (* and ? as in a shell; may be repeated) instead of what is near"},
    {"all", 0, HPM_OPTION_FLAG, 0, offsetof(struct values, all), NULL, NULL,
     "trades of every instrument"},
    {"format", 'f', HPM_OPTION_CHOICE, 0, offsetof(struct values, format), NULL, hpm_formats_single,
     "text for people or json"},
    HPM_OPTIONS_END,
};

struct call {
    const struct values *values;
    hpm_session session;
    hpm_account_item item;
    hpm_desk desk;
    hpm_arena memory;
    hpm_limits limits;
    uint32_t *chosen; /* instruments, ascending */
    uint32_t chosen_count;
    hpm_limit_cash deposit, *withdrawals;
    hpm_limit_size *sizes;               /* of each instrument: bought, sold */
    hpm_limit_liquidation *liquidations; /* of each move: down, up */
    uint32_t move_count;
    hpm_progress progress;
    uint32_t done;
};

/* ---- Which instruments -------------------------------------------------------------------- */

static int is_wanted(const struct call *call, const char *name)
{
    const hpm_texts *patterns = &call->values->instruments;
    for (uint32_t i = 0; i < patterns->count; i++)
        if (fnmatch(patterns->items[i], name, 0) == 0) return 1;
    return 0;
}

static void choose(struct call *call)
{
    const hpm_catalog *catalog = call->desk.base->catalog;
    int by_name = call->values->instruments.count > 0;
    for (uint32_t i = 0; i < catalog->instrument_count; i++) {
        int wanted = call->values->all;
        if (!wanted)
            wanted = by_name ? is_wanted(call, catalog->instruments[i].name)
                             : hpm_limits_is_near(&call->limits, i);
        if (wanted) call->chosen[call->chosen_count++] = i;
    }
}

static int pattern_refuse(const hpm_command *self, const hpm_catalog *catalog, const char *pattern)
{
    const char **names = calloc(catalog->instrument_count + 1, sizeof *names);
    if (names == NULL) return hpm_out_of_memory();
    for (uint32_t i = 0; i < catalog->instrument_count; i++)
        names[i] = catalog->instruments[i].name;
    const char *near = hpm_nearest(pattern, names, catalog->instrument_count);
    int status = near != NULL
                     ? hpm_usage(self, "no instrument '%s', did you mean '%s'?", pattern, near)
                     : hpm_usage(self, "no instrument '%s'", pattern);
    free(names);
    return status;
}

/* A pattern that nothing fits is a mistake. */
static int patterns_check(const hpm_command *self, const struct call *call)
{
    const hpm_catalog *catalog = call->session.market.market.catalog;
    const hpm_texts *patterns = &call->values->instruments;
    for (uint32_t p = 0; p < patterns->count; p++) {
        uint32_t i = 0;
        while (i < catalog->instrument_count &&
               fnmatch(patterns->items[p], catalog->instruments[i].name, 0) != 0)
            i++;
        if (i == catalog->instrument_count)
            return pattern_refuse(self, catalog, patterns->items[p]);
    }
    return HPM_EXIT_OK;
}

/* ---- Questions ---------------------------------------------------------------------------- */

static void step(struct call *call)
{
    hpm_progress_step(&call->progress, ++call->done);
}

static hpm_status ask_withdrawals(struct call *call, hpm_error *error)
{
    const hpm_account *account = call->item.account;
    hpm_status status = HPM_OK;
    for (uint32_t i = 0; i < account->balance_count && status == HPM_OK; i++)
        status = hpm_limits_withdrawal(&call->limits, &call->withdrawals[i],
                                       hpm_account_balances(account)[i].asset, error);
    return status;
}

static void ask_trades(struct call *call)
{
    for (uint32_t i = 0; i < call->chosen_count; i++) {
        hpm_limits_trade(&call->limits, &call->sizes[2 * i], call->chosen[i], 1);
        hpm_limits_trade(&call->limits, &call->sizes[2 * i + 1], call->chosen[i], -1);
        step(call);
    }
}

static hpm_status ask_move(struct call *call, hpm_liquidation_move move, uint32_t underlying,
                           hpm_error *error)
{
    hpm_limit_liquidation *rows = &call->liquidations[2 * call->move_count++];
    hpm_status status =
        hpm_limits_liquidation(&call->limits, &rows[0], move, underlying, -1, error);
    if (status == HPM_OK)
        status = hpm_limits_liquidation(&call->limits, &rows[1], move, underlying, 1, error);
    step(call);
    return status;
}

static hpm_status ask_liquidation(struct call *call, hpm_error *error)
{
    const hpm_limits *limits = &call->limits;
    hpm_status status = HPM_OK;
    for (uint32_t u = 0; u < limits->underlying_count && status == HPM_OK; u++)
        status = ask_move(call, HPM_LIQUIDATION_PRICE, limits->underlyings[u], error);
    if (status == HPM_OK && limits->underlying_count > 1)
        status = ask_move(call, HPM_LIQUIDATION_PRICES, HPM_NONE, error);
    if (status == HPM_OK && limits->has_options)
        status = ask_move(call, HPM_LIQUIDATION_VOL, HPM_NONE, error);
    return status;
}

static hpm_status ask(struct call *call, hpm_error *error)
{
    hpm_progress_begin(&call->progress, "limits",
                       call->chosen_count + call->limits.underlying_count + 2);
    hpm_limits_deposit(&call->limits, &call->deposit);
    hpm_status status = ask_withdrawals(call, error);
    if (status == HPM_OK) {
        ask_trades(call);
        status = ask_liquidation(call, error);
    }
    hpm_progress_end(&call->progress);
    return status;
}

/* ---- The call ----------------------------------------------------------------------------- */

static int answers_reserve(struct call *call)
{
    size_t moves = call->limits.underlying_count + 2;
    call->withdrawals = calloc(call->item.account->balance_count + 1, sizeof *call->withdrawals);
    call->sizes = calloc(2 * (size_t)call->chosen_count + 1, sizeof *call->sizes);
    call->liquidations = calloc(2 * moves, sizeof *call->liquidations);
    if (!call->withdrawals || !call->sizes || !call->liquidations) return hpm_out_of_memory();
    return HPM_EXIT_OK;
}

static int limits_begin(struct call *call)
{
    const hpm_account *account = call->item.account;
    hpm_error error;
    call->desk.array.with_greeks = 0; /* nobody reads them here */
    call->chosen = calloc(call->desk.base->catalog->instrument_count + 1, sizeof *call->chosen);
    if (!call->chosen) return hpm_out_of_memory();
    hpm_status status =
        hpm_memory_arena(&call->memory, hpm_limits_size(&call->desk, account), &error);
    if (status != HPM_OK) return hpm_diagnose(NULL, &error);
    status = hpm_limits_init(&call->limits, &call->memory, &call->desk, account, &error);
    return status == HPM_OK ? HPM_EXIT_OK : hpm_account_diagnose(&call->item, &error);
}

static int report_write(struct call *call)
{
    const hpm_account *account = call->item.account;
    const hpm_limits_report report = {
        .head = {&call->desk.array, account, hpm_account_hash(account, call->desk.array.catalog),
                 call->session.market.source},
        .limits = &call->limits,
        .deposit = call->deposit,
        .withdrawals = call->withdrawals,
        .sizes = call->sizes,
        .instrument_count = call->chosen_count,
        .liquidations = call->liquidations,
        .move_count = call->move_count,
        .skipped = call->item.skipped.items,
        .skipped_count = call->item.skipped.count,
        .colour = hpm_colour_wanted(stdout),
    };
    int status = hpm_limits_pass(&report) ? HPM_EXIT_OK : HPM_EXIT_NO;
    hpm_json json;
    if (call->values->format == HPM_FORMAT_TEXT)
        return hpm_limits_text(stdout, &report) ? status : hpm_out_of_memory();
    hpm_json_to_file(&json, stdout, 1);
    hpm_limits_json(&json, &report);
    return hpm_exit_worst(status, hpm_json_close(&json));
}

static int call_run(struct call *call)
{
    hpm_error error;
    int status = limits_begin(call);
    if (status != HPM_EXIT_OK) return status;
    choose(call);
    status = answers_reserve(call);
    if (status != HPM_EXIT_OK) return status;
    if (ask(call, &error) != HPM_OK) return hpm_account_diagnose(&call->item, &error);
    return report_write(call);
}

static int limits(const hpm_command *self, const struct values *values)
{
    struct call call = {.values = values};
    int status = hpm_session_begin(&call.session, &values->input);
    if (status == HPM_EXIT_OK) status = patterns_check(self, &call);
    if (status == HPM_EXIT_OK)
        status = hpm_session_account(&call.session, &call.item, values->account);
    if (status == HPM_EXIT_OK)
        status = hpm_session_desk(&call.session, &call.desk, call.item.account, 0);
    if (status == HPM_EXIT_OK) status = call_run(&call);
    free(call.chosen);
    free(call.withdrawals);
    free(call.sizes);
    free(call.liquidations);
    hpm_memory_free(&call.memory);
    hpm_account_item_free(&call.item);
    hpm_session_close(&call.session);
    return status;
}

static int check(const hpm_command *self, const struct values *values)
{
    if (values->all && values->instruments.count > 0)
        return hpm_usage(self, "--all and --instrument exclude each other");
    return hpm_stdin_check(self,
                           hpm_session_stdin(&values->input) + hpm_stdin_file(values->account));
}

static int run(const hpm_command *self, int argc, char **argv)
{
    struct values values = {0};
    hpm_texts operands = {0};
    int status = hpm_options_parse(self, &values, &operands, argc, argv);
    if (status == HPM_PARSE_RUN) status = check(self, &values);
    if (status == HPM_PARSE_RUN) status = limits(self, &values);
    hpm_options_free(self, &values, &operands);
    return hpm_stdout_close(status);
}

const hpm_command hpm_command_limits = {
    .name = "limits",
    .summary = "what can be withdrawn, the largest trades, liquidation prices",
    .operands = "",
    .text =
        "Finds how far an account may go: what can be withdrawn of each balance, what is missing "
        "if it does not cover its initial margin, the largest trade of each instrument on either "
        "side that still passes, and the nearest prices and volatilities at which maintenance "
        "margin is not covered any more. Every answer is found on the full model, and reported "
        "with the equity and the requirement that were computed there. Exits with 0 if the account "
        "covers its initial margin, 1 if it does not.\n"
        "\n"
        "Trades are at the mark, in whole lots, without fees, for each instrument by itself: by "
        "default for what the account holds and for the spot pairs, futures and perpetuals on its "
        "underlyings. A trade passes if the shortfall of initial margin after it is zero or not "
        "larger than before.",
    .examples = "  hpm limits --market market.json --account account.json\n"
                "  hpm limits -m market.json -a account.json --instrument '*:BTC-27MAR26-*'\n"
                "  hpm limits -m market.json -a account.json --all --format json\n",
    .options = options,
    .run = run,
};
