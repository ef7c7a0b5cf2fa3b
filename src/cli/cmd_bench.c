/* hpm bench: how fast this machine fills, applies and evaluates, with each instruction set. */
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "diagnose.h"
#include "exit.h"
#include "isa.h"
#include "memory.h"
#include "progress.h"
#include "session.h"
#include "synthetic.h"

#define BUDGET_NS INT64_C(700000000) /* for one measurement */
#define RUNS_MAX  200
#define RUNS_MIN  3

struct values {
    const char *market, *catalog, *rulebook;
    uint32_t instruments, positions;
};

static const hpm_option options[] = {
    {"market", 'm', HPM_OPTION_TEXT, 0, offsetof(struct values, market), "FILE", NULL,
     "market document (a made-up market)"},
    {"catalog", 'c', HPM_OPTION_TEXT, 0, offsetof(struct values, catalog), "FILE", NULL,
     "catalog document, if the market does not embed one"},
    {"rulebook", 'r', HPM_OPTION_TEXT, 0, offsetof(struct values, rulebook), "NAME|FILE", NULL,
     "margin method (hpm)"},
    {"instruments", 'n', HPM_OPTION_COUNT, 0, offsetof(struct values, instruments), "N", NULL,
     "size of the made-up market (2000)"},
    {"positions", 'p', HPM_OPTION_COUNT, 0, offsetof(struct values, positions), "N", NULL,
     "positions of the account (40)"},
    HPM_OPTIONS_END,
};

/* What the measured steps work on. */
struct bench {
    hpm_context context;
    hpm_risk_array array;
    hpm_arena array_memory;
    hpm_arena work;
    hpm_portfolio portfolio;
    hpm_totals totals;
    hpm_margin margin;
    hpm_hash ticks_hash; /* of the base instruction set: all others must give the same */
    hpm_margin first_margin;
    int first_done;
};

/* One step; 0 if it failed, and then *error says why. */
typedef int bench_step(struct bench *bench, hpm_error *error);

static int step_fill(struct bench *bench, hpm_error *error)
{
    (void)error;
    hpm_risk_array_fill(&bench->context, &bench->array, 0, bench->array.catalog->instrument_count);
    return 1;
}

static int step_apply(struct bench *bench, hpm_error *error)
{
    return hpm_totals_apply(&bench->context, &bench->totals, &bench->array, &bench->portfolio,
                            error) == HPM_OK;
}

static int step_evaluate(struct bench *bench, hpm_error *error)
{
    return hpm_margin_evaluate(&bench->margin, &bench->work, &bench->array, &bench->portfolio,
                               &bench->totals, error) == HPM_OK;
}

static int compare(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a;
    int64_t y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* Median time of a step in ns, -1 if it failed. Steps below a microsecond are timed many at once.
 */
static double measure(struct bench *bench, bench_step *step, uint32_t batch, hpm_error *error)
{
    int64_t times[RUNS_MAX];
    uint32_t runs = 0;
    int64_t start = hpm_clock_ns();
    while (runs < RUNS_MAX && (runs < RUNS_MIN || hpm_clock_ns() - start < BUDGET_NS)) {
        int64_t before = hpm_clock_ns();
        for (uint32_t i = 0; i < batch; i++) {
            if (!step(bench, error)) return -1;
        }
        times[runs++] = hpm_clock_ns() - before;
    }
    qsort(times, runs, sizeof times[0], compare);
    int64_t median = times[runs / 2];
    return (double)median / batch;
}

static hpm_hash ticks_hash(const hpm_risk_array *array)
{
    hpm_hasher hasher;
    hpm_hash_begin(&hasher);
    hpm_hash_bytes(&hasher, array->ticks,
                   (size_t)array->catalog->instrument_count * array->stride * sizeof(int64_t));
    return hpm_hash_end(&hasher);
}

static int same_bits(struct bench *bench)
{
    hpm_hash hash = ticks_hash(&bench->array);
    if (!bench->first_done) {
        bench->ticks_hash = hash;
        bench->first_margin = bench->margin;
        bench->first_done = 1;
        return 1;
    }
    return memcmp(&hash, &bench->ticks_hash, sizeof hash) == 0 &&
           bench->margin.equity.e8 == bench->first_margin.equity.e8 &&
           bench->margin.initial.e8 == bench->first_margin.initial.e8 &&
           bench->margin.maintenance.e8 == bench->first_margin.maintenance.e8;
}

static hpm_status account_arrange(struct bench *bench, const hpm_account *account, hpm_error *error)
{
    size_t bytes = hpm_portfolio_size(account->position_count) +
                   hpm_totals_size(&bench->array, account->position_count) +
                   hpm_margin_scratch_size(&bench->array, account->position_count);
    hpm_status status = hpm_memory_arena(&bench->work, bytes, error);
    if (status != HPM_OK) return status;
    status = hpm_portfolio_init(&bench->portfolio, &bench->work, account, &bench->array, error);
    if (status != HPM_OK) return status;
    return hpm_totals_init(&bench->totals, &bench->work, &bench->array, &bench->portfolio, error);
}

/* All measurements with one instruction set; the account is arranged on the first filled array. */
static int isa_measure(struct bench *bench, hpm_isa isa, const hpm_account *account)
{
    hpm_error error;
    double fill = 0;
    double apply = 0;
    double evaluate = 0;
    double cells = (double)bench->array.catalog->instrument_count * bench->array.scenario_count;
    fill = measure(bench, step_fill, 1, &error);
    if (bench->work.base == NULL && account_arrange(bench, account, &error) != HPM_OK) {
        return hpm_diagnose(NULL, &error);
    }
    apply = measure(bench, step_apply, 16, &error);
    if (apply >= 0) evaluate = measure(bench, step_evaluate, 16, &error);
    if (apply < 0 || evaluate < 0) return hpm_diagnose(NULL, &error);
    printf("%-8s %10.3f %10.2f %12.2f %12.2f   %s\n", hpm_isa_name(isa), fill / 1e6, fill / cells,
           apply / 1e3, evaluate / 1e3, same_bits(bench) ? "yes" : "NO");
    return HPM_EXIT_OK;
}

static int isas_measure(struct bench *bench, const hpm_account *account)
{
    printf("%-8s %10s %10s %12s %12s   %s\n", "isa", "fill ms", "ns/cell", "apply us",
           "evaluate us", "same bits");
    for (int isa = 0; isa < HPM_ISA_COUNT; isa++) {
        hpm_error error;
        if (!hpm_isa_present((hpm_isa)isa)) continue;
        if (hpm_context_init(&bench->context, (hpm_isa)isa, &error) != HPM_OK) continue;
        int status = isa_measure(bench, (hpm_isa)isa, account);
        if (status != HPM_EXIT_OK) return status;
    }
    return HPM_EXIT_OK;
}

static int bench_on(const struct values *values, const hpm_market *market,
                    const hpm_rulebook *rulebook)
{
    struct bench bench = {0};
    hpm_account *account = NULL;
    hpm_error error;
    int status = HPM_EXIT_OK;
    if (hpm_synthetic_account(&account, market, values->positions, &error) != HPM_OK ||
        hpm_array_begin(&bench.array, &bench.array_memory, market, rulebook, &error) != HPM_OK) {
        status = hpm_diagnose(NULL, &error);
    } else {
        printf("%u instruments, %u scenarios, %u positions, rulebook %s; medians\n\n",
               market->catalog->instrument_count, bench.array.scenario_count,
               account->position_count, rulebook->name);
        status = isas_measure(&bench, account);
    }
    hpm_memory_free(&bench.work);
    hpm_memory_free(&bench.array_memory);
    free(account);
    return status;
}

static int bench(const struct values *values)
{
    hpm_session session = {0};
    hpm_synthetic synthetic = {0};
    const hpm_market *market = &session.market.market;
    hpm_error error;
    int status = hpm_session_rulebook(&session, values->rulebook);
    if (status == HPM_EXIT_OK && values->market != NULL) {
        status = hpm_session_open(&session, values->market, values->catalog);
    } else if (status == HPM_EXIT_OK) {
        market = &synthetic.market;
        if (hpm_synthetic_init(&synthetic, values->instruments, &error) != HPM_OK) {
            status = hpm_diagnose(NULL, &error);
        }
    }
    if (status == HPM_EXIT_OK) status = bench_on(values, market, &session.rulebook.rulebook);
    hpm_synthetic_free(&synthetic);
    hpm_session_close(&session);
    return status;
}

static int check(const hpm_command *self, const struct values *values)
{
    if (values->instruments > HPM_SYNTHETIC_MAX) {
        return hpm_usage(self, "--instruments is at most %d (%u)", HPM_SYNTHETIC_MAX,
                         values->instruments);
    }
    if (values->positions > HPM_POSITIONS_MAX) {
        return hpm_usage(self, "--positions is at most %d (%u)", HPM_POSITIONS_MAX,
                         values->positions);
    }
    return HPM_PARSE_RUN;
}

static int run(const hpm_command *self, int argc, char **argv)
{
    struct values values = {.rulebook = "hpm", .instruments = 2000, .positions = 40};
    hpm_texts operands = {0};
    int status = hpm_options_parse(self, &values, &operands, argc, argv);
    if (status == HPM_PARSE_RUN) status = check(self, &values);
    if (status == HPM_PARSE_RUN) status = bench(&values);
    hpm_options_free(self, &values, &operands);
    return hpm_stdout_close(status);
}

const hpm_command hpm_command_bench = {
    .name = "bench",
    .summary = "how fast this machine is",
    .operands = "",
    .text = "Prices a market under every scenario of a rulebook (fill), applies an account to it "
            "and evaluates its margin, with each instruction set that the machine and the build "
            "have, and checks that all give the same bits. Takes a few seconds.",
    .examples = "  hpm bench\n  hpm bench --market market.json --positions 200\n",
    .options = options,
    .run = run,
};
