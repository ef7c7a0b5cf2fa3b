/* hpm whatif: an account before and after a package of trades, with its open orders. */
#include <stdlib.h>
#include <string.h>

#include "colour.h"
#include "commands.h"
#include "diagnose.h"
#include "exit.h"
#include "memory.h"
#include "report/whatif_report.h"
#include "session.h"
#include "trades.h"

struct values {
    hpm_session_input input;
    const char *account, *trades_file, *orders_file;
    hpm_texts trades, cancelled;
    int format;
};

static const hpm_option options[] = {
    HPM_OPTIONS_INPUT(struct values),
    {"account", 'a', HPM_OPTION_TEXT, 1, offsetof(struct values, account), "FILE", NULL,
     "account document or template"},
    {"trade", 't', HPM_OPTION_TEXTS, 0, offsetof(struct values, trades), "QTY,NAME[,PRICE[,FEE]]",
     NULL, "a trade of the package, at a price or at the mark; may be repeated"},
    {"trades", 0, HPM_OPTION_TEXT, 0, offsetof(struct values, trades_file), "FILE", NULL,
     "orders document whose orders are trades of the package"},
    {"orders", 'o', HPM_OPTION_TEXT, 0, offsetof(struct values, orders_file), "FILE", NULL,
     "orders document with the account's open orders"},
    {"cancel", 0, HPM_OPTION_TEXTS, 0, offsetof(struct values, cancelled), "ID", NULL,
     "an open order that is not open afterwards; may be repeated"},
    {"format", 'f', HPM_OPTION_CHOICE, 0, offsetof(struct values, format), NULL, hpm_formats_single,
     "text for people or json"},
    HPM_OPTIONS_END,
};

/* Everything of one call. */
struct job {
    const struct values *values;
    hpm_session session;
    hpm_account_item item;
    hpm_order_list trades, orders;
    uint8_t *is_cancelled;
    hpm_desk desk;
    hpm_whatif_question question;
    hpm_arena arena;
    hpm_whatif whatif;
};

/* ---- Input -------------------------------------------------------------------------------- */

static int orders_read(struct job *job, const hpm_command *self)
{
    const struct values *values = job->values;
    const hpm_catalog *catalog = job->session.market.market.catalog;
    int status = hpm_trades_parse(&job->trades, self, &values->trades, catalog);
    if (status == HPM_EXIT_OK) status = hpm_orders_read(&job->trades, values->trades_file, catalog);
    if (status == HPM_EXIT_OK) status = hpm_orders_read(&job->orders, values->orders_file, catalog);
    if (status != HPM_EXIT_OK) return status;
    job->is_cancelled = calloc(job->orders.count + (size_t)1, 1);
    if (job->is_cancelled == NULL) return hpm_out_of_memory();
    return hpm_orders_mark(job->is_cancelled, &job->orders, self, &values->cancelled);
}

static int input_read(struct job *job, const hpm_command *self)
{
    int status = hpm_session_begin(&job->session, &job->values->input);
    if (status == HPM_EXIT_OK)
        status = hpm_session_account(&job->session, &job->item, job->values->account);
    if (status == HPM_EXIT_OK) status = orders_read(job, self);
    job->question = (hpm_whatif_question){
        .account = job->item.account,
        .trades = job->trades.items,
        .trade_count = job->trades.count,
        .orders = job->orders.items,
        .order_count = job->orders.count,
        .is_cancelled = job->is_cancelled,
    };
    return status;
}

/* ---- Computation and output --------------------------------------------------------------- */

static int compute(struct job *job)
{
    hpm_error error;
    int status = hpm_session_desk(&job->session, &job->desk, job->item.account, 0);
    if (status != HPM_EXIT_OK) return status;
    hpm_memory_free(&job->session.work);
    hpm_status done = hpm_memory_arena(&job->session.work,
                                       hpm_whatif_work_size(&job->desk, &job->question), &error);
    if (done == HPM_OK)
        done = hpm_memory_arena(&job->arena, hpm_whatif_size(&job->desk, &job->question), &error);
    if (done == HPM_OK) {
        hpm_desk_work(&job->desk, &job->session.work);
        done = hpm_whatif_evaluate(&job->whatif, &job->arena, &job->desk, &job->question, &error);
    }
    return done == HPM_OK ? HPM_EXIT_OK : hpm_account_diagnose(&job->item, &error);
}

static int answer_write(const struct job *job)
{
    const hpm_account *account = job->item.account;
    const hpm_whatif_report report = {
        .whatif = &job->whatif,
        .question = &job->question,
        .head = {&job->desk.array, account,
                 hpm_account_hash(account, job->session.market.market.catalog),
                 job->session.market.source},
        .colour = hpm_colour_wanted(stdout),
    };
    int status = HPM_EXIT_OK;
    if (job->values->format == HPM_FORMAT_TEXT) {
        if (!hpm_whatif_text(stdout, &report)) status = hpm_out_of_memory();
    } else {
        hpm_json json;
        hpm_json_to_file(&json, stdout, 1);
        hpm_whatif_json(&json, &report);
        status = hpm_json_close(&json);
    }
    if (status != HPM_EXIT_OK) return status;
    return job->whatif.passes ? HPM_EXIT_OK : HPM_EXIT_NO;
}

static int whatif(const hpm_command *self, const struct values *values)
{
    struct job job = {.values = values};
    int status = input_read(&job, self);
    if (status == HPM_EXIT_OK) status = compute(&job);
    if (status == HPM_EXIT_OK) {
        hpm_account_note_skipped(&job.item);
        status = answer_write(&job);
    }
    hpm_memory_free(&job.arena);
    free(job.is_cancelled);
    hpm_order_list_free(&job.trades);
    hpm_order_list_free(&job.orders);
    hpm_account_item_free(&job.item);
    hpm_session_close(&job.session);
    return status;
}

/* ---- Command line ------------------------------------------------------------------------- */

static int check(const hpm_command *self, const struct values *values)
{
    int status = hpm_stdin_check(
        self, hpm_session_stdin(&values->input) + hpm_stdin_file(values->account) +
                  hpm_stdin_file(values->trades_file) + hpm_stdin_file(values->orders_file));
    if (status != HPM_PARSE_RUN) return status;
    if (values->cancelled.count > 0 && values->orders_file == NULL)
        return hpm_usage(self, "--cancel needs --orders");
    if (values->trades.count == 0 && values->trades_file == NULL && values->orders_file == NULL)
        return hpm_usage(self, "one of --trade, --trades and --orders is required");
    return HPM_PARSE_RUN;
}

static int run(const hpm_command *self, int argc, char **argv)
{
    struct values values = {0};
    hpm_texts operands = {0};
    int status = hpm_options_parse(self, &values, &operands, argc, argv);
    if (status == HPM_PARSE_RUN) status = check(self, &values);
    if (status == HPM_PARSE_RUN) status = whatif(self, &values);
    hpm_options_free(self, &values, &operands);
    return hpm_stdout_close(status);
}

const hpm_command hpm_command_whatif = {
    .name = "whatif",
    .summary = "an account after a package of trades, with its open orders",
    .operands = "",
    .text =
        "Says what an account has and needs before and after a package of trades, and whether the "
        "package passes: the shortfall of equity below the initial margin is zero after it, or not "
        "larger than before. All legs are judged together. Exits with 0 if it passes, 1 if not.\n"
        "\n"
        "QTY is in contracts, above 0 to buy and below 0 to sell. PRICE is as the instrument is "
        "quoted (an inverse option in coin), or 'mark', which is also what is taken without one: "
        "the mark, for an option its model value. FEE is in the settlement asset.\n"
        "\n"
        "With open orders the requirement holds for every set of them that may fill, at their "
        "prices and with their fees: exact for the core of 'hpm', a proved bound for the other "
        "charges. A trade with open orders is filled first.",
    .examples =
        "  hpm whatif -m market.json -a account.json --trade -10,sample:BTC-27MAR26-100000-C\n"
        "  hpm whatif -m market.json -a account.json --trade 5,sample:BTC-27MAR26-80000-P,0.021 "
        "\\\n"
        "    --trade -5,sample:BTC-27MAR26-70000-P,0.011\n"
        "  hpm whatif -m market.json -a account.json --orders open.json --cancel quote-7\n",
    .options = options,
    .run = run,
};
