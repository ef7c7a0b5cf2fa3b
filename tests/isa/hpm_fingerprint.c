/* Prints one SHA-256 over risk arrays, totals and margins of made-up and sample accounts under
 * every rulebook that it is given: equal on every compiler, level, instruction set and machine.
 *
 * Arguments: instruction set, file with the pinned hash (or -), folder of samples, rulebooks...
 * Two lines per rulebook show where a difference lies. Exit status 0 if the hash is the pinned one,
 * 77 if the processor lacks the instruction set. */
#include <assert.h>
#include <ctype.h>

#include "hpm/margin.h"
#include "io/arena_new.h"
#include "io/document.h"
#include "io/template.h"
#include "isa_choice.h"
#include "seeded_world.h"

#define ACCOUNTS_MAX 64

static const char *const templates[] = {
    "box",         "calendar",     "cash-and-carry",   "covered-call",     "delta-hedged",
    "iron-condor", "market-maker", "multi-collateral", "naked-short-call", "short-strangle"};

typedef struct sample_world {
    hpm_market_document market;
    hpm_account *accounts[ACCOUNTS_MAX];
    uint32_t account_count;
} sample_world;

static void need(hpm_status status, const char *what, const hpm_error *error)
{
    if (status == HPM_OK) return;
    fprintf(stderr, "%s: %s: %s: %s\n", what, hpm_status_name(status), error->where,
            error->message);
    exit(ISA_FAIL);
}

/* ---- What is hashed ----------------------------------------------------------------------- */

static void hash_reals(hpm_hasher *hasher, const double *values, size_t count)
{
    for (size_t i = 0; i < count; i++)
        hpm_hash_real(hasher, values[i]);
}

/* The column-th of the columns that mean something; the others only fill up vectors. */
static uint32_t column_at(uint32_t scenario_count, uint32_t extra, uint32_t column)
{
    return column < scenario_count ? column : extra + (column - scenario_count);
}

static void hash_array(hpm_hasher *hasher, const hpm_risk_array *array)
{
    uint32_t columns = array->scenario_count + HPM_COLUMN_COUNT;
    for (uint32_t i = 0; i < array->catalog->instrument_count; i++) {
        const int64_t *row = array->ticks + (size_t)i * array->stride;
        hpm_hash_int(hasher, array->row_state[i]);
        for (uint32_t j = 0; array->row_state[i] == HPM_ROW_READY && j < columns; j++)
            hpm_hash_int(hasher, row[column_at(array->scenario_count, array->extra, j)]);
    }
    hash_reals(hasher, array->weight, array->scenario_count);
    hash_reals(hasher, array->price_move,
               (size_t)array->catalog->asset_count * array->scenario_count);
}

static void hash_totals(hpm_hasher *hasher, const hpm_totals *totals, const hpm_risk_array *array)
{
    static double read[HPM_SCENARIOS_MAX + 2 * HPM_COLUMN_COUNT + 8];
    uint32_t columns = array->scenario_count + HPM_COLUMN_COUNT;
    assert(array->stride <= sizeof read / sizeof *read);
    for (uint32_t run = 0; run < totals->run_count; run++) {
        hpm_totals_read(read, totals, run);
        for (uint32_t j = 0; j < columns; j++)
            hpm_hash_real(hasher, read[column_at(array->scenario_count, array->extra, j)]);
    }
}

static void hash_margin(hpm_hasher *hasher, const hpm_margin *margin)
{
    hpm_hash_int(hasher, margin->equity.e8);
    hpm_hash_int(hasher, margin->initial.e8);
    hpm_hash_int(hasher, margin->maintenance.e8);
    hpm_hash_int(hasher, margin->worst_column);
    for (uint32_t i = 0; i < margin->component_count; i++) {
        hpm_hash_real(hasher, margin->value[i]);
        hpm_hash_int(hasher, margin->initial_part[i].e8);
        hpm_hash_int(hasher, margin->maintenance_part[i].e8);
    }
    hpm_hash_real(hasher, margin->equity_real);
    hpm_hash_real(hasher, margin->initial_real);
    hpm_hash_real(hasher, margin->maintenance_real);
}

static void hash_breakdown(hpm_hasher *hasher, const hpm_breakdown *breakdown,
                           const hpm_portfolio *portfolio)
{
    hash_margin(hasher, &breakdown->margin);
    for (uint32_t i = 0; i < breakdown->line_count; i++) {
        hpm_hash_int(hasher, breakdown->lines[i].value.e8);
        hpm_hash_int(hasher, breakdown->lines[i].initial.e8);
        hpm_hash_int(hasher, breakdown->lines[i].maintenance.e8);
    }
    hash_reals(hasher, breakdown->scenario_pnl,
               (size_t)breakdown->underlying_count * breakdown->array->scenario_count);
    hash_reals(hasher, (const double *)breakdown->greeks,
               portfolio->run_count * (sizeof(hpm_greeks) / sizeof(double)));
}

/* ---- One account -------------------------------------------------------------------------- */

static size_t work_size(const hpm_risk_array *array, const hpm_account *account)
{
    return hpm_portfolio_size(account->position_count) +
           hpm_totals_size(array, array->catalog->bucket_count) +
           2 * hpm_margin_scratch_size(array, account->position_count) +
           hpm_breakdown_size(array, account);
}

/* Every step is hashed with its status: a refusal is a result like any other. */
static hpm_status account_hash(hpm_hasher *hasher, hpm_arena *work, const hpm_context *context,
                               const hpm_risk_array *array, const hpm_account *account,
                               hpm_error *error)
{
    hpm_portfolio portfolio;
    hpm_totals totals;
    hpm_margin margin;
    hpm_breakdown breakdown;
    hpm_status status = hpm_portfolio_init(&portfolio, work, account, array, error);
    if (status != HPM_OK) return status;
    status = hpm_totals_init(&totals, work, array, &portfolio, error);
    if (status != HPM_OK) return status;
    status = hpm_totals_apply(context, &totals, array, &portfolio, error);
    if (status != HPM_OK) return status;
    hash_totals(hasher, &totals, array);
    status = hpm_margin_evaluate(&margin, work, array, &portfolio, &totals, error);
    if (status != HPM_OK) return status;
    hash_margin(hasher, &margin);
    status = hpm_margin_reference(&margin, work, array, &portfolio, error);
    if (status != HPM_OK) return status;
    hash_margin(hasher, &margin);
    status = hpm_margin_breakdown(&breakdown, work, array, &portfolio, &totals, error);
    if (status == HPM_OK) hash_breakdown(hasher, &breakdown, &portfolio);
    return status;
}

/* ---- One world under one rulebook ----------------------------------------------------------- */

static uint32_t world_hash(hpm_hasher *hasher, const hpm_context *context, const hpm_market *market,
                           const hpm_rulebook *rulebook, hpm_account *const *accounts,
                           uint32_t account_count)
{
    hpm_error error;
    hpm_arena memory, work;
    hpm_risk_array array;
    uint32_t computed = 0;
    need(hpm_arena_new(&memory, hpm_risk_array_size(market->catalog, rulebook), &error), "array",
         &error);
    need(hpm_risk_array_init(&array, &memory, market->catalog, rulebook, &error), "array", &error);
    need(hpm_risk_array_begin(&array, market, &error), "array", &error);
    hpm_risk_array_fill(context, &array, 0, market->catalog->instrument_count);
    hash_array(hasher, &array);
    for (uint32_t i = 0; i < account_count; i++) {
        need(hpm_arena_new(&work, work_size(&array, accounts[i]), &error), "account", &error);
        error = (hpm_error){0};
        hpm_status status = account_hash(hasher, &work, context, &array, accounts[i], &error);
        hpm_hash_int(hasher, status);
        hpm_hash_text(hasher, error.where);
        computed += status == HPM_OK;
        hpm_arena_free(&work);
    }
    hpm_arena_free(&memory);
    return computed;
}

/* ---- Documents ---------------------------------------------------------------------------- */

static hpm_buffer file_read(const char *folder, const char *name, const char *ending)
{
    char path[1024];
    hpm_buffer buffer;
    hpm_error error;
    snprintf(path, sizeof path, "%s%s%s", folder, name, ending);
    need(hpm_file_read(&buffer, path, HPM_MARKET_BYTES_MAX, &error), path, &error);
    return buffer;
}

static void sample_accounts_read(sample_world *world, const char *folder)
{
    hpm_error error;
    hpm_account_stream stream;
    hpm_buffer text = file_read(folder, "/accounts", ".jsonl");
    hpm_account *account = NULL;
    hpm_account_stream_begin(&stream, text.bytes, text.length);
    do {
        need(hpm_account_stream_next(&account, &stream, world->market.market.catalog, &error),
             "accounts", &error);
        if (account != NULL && world->account_count < ACCOUNTS_MAX)
            world->accounts[world->account_count++] = account;
    } while (account != NULL);
    hpm_buffer_free(&text);
}

static void sample_world_read(sample_world *world, const char *folder)
{
    hpm_error error;
    hpm_template_notes notes;
    hpm_buffer text = file_read(folder, "/market", ".json");
    need(hpm_market_decode(&world->market, text.bytes, text.length, NULL, &error), "market",
         &error);
    hpm_buffer_free(&text);
    for (size_t i = 0; i < sizeof templates / sizeof templates[0]; i++) {
        char name[64];
        snprintf(name, sizeof name, "/templates/%s", templates[i]);
        text = file_read(folder, name, ".json");
        need(hpm_template_resolve(&world->accounts[world->account_count++], &notes, text.bytes,
                                  text.length, &world->market.market, &error),
             templates[i], &error);
        hpm_template_notes_free(&notes);
        hpm_buffer_free(&text);
    }
    sample_accounts_read(world, folder);
}

static void sample_world_free(sample_world *world)
{
    for (uint32_t i = 0; i < world->account_count; i++)
        free(world->accounts[i]);
    hpm_market_document_free(&world->market);
}

/* Ends what a line has hashed, prints it and takes it into the hash of all. */
static void line_end(hpm_hasher *all, hpm_hasher *line, const char *name, const char *where,
                     uint32_t computed, uint32_t count)
{
    char text[HPM_HASH_TEXT];
    hpm_hash hash = hpm_hash_end(line);
    hpm_hash_format(text, &hash);
    printf("%.16s %s%s: %u of %u accounts computed\n", text, name, where, computed, count);
    hpm_hash_bytes(all, hash.bytes, sizeof hash.bytes);
}

/* On quotes, samples and seeded; then on smiles. A line each. */
static void rulebook_hash(hpm_hasher *all, const hpm_context *context, const char *path,
                          const sample_world *samples, const seeded_world *seeded)
{
    hpm_error error;
    hpm_hasher hasher;
    hpm_rulebook_document document;
    hpm_buffer bytes = file_read(path, "", "");
    need(hpm_rulebook_decode(&document, bytes.bytes, bytes.length, &error), path, &error);
    hpm_buffer_free(&bytes);
    hpm_hash_begin(&hasher);
    uint32_t computed = world_hash(&hasher, context, &samples->market.market, &document.rulebook,
                                   samples->accounts, samples->account_count);
    computed += world_hash(&hasher, context, &seeded->market, &document.rulebook, seeded->accounts,
                           SEEDED_ACCOUNTS);
    line_end(all, &hasher, document.rulebook.name, "", computed,
             samples->account_count + SEEDED_ACCOUNTS);
    hpm_hash_begin(&hasher);
    computed = world_hash(&hasher, context, &seeded->smiles, &document.rulebook, seeded->accounts,
                          SEEDED_ACCOUNTS);
    line_end(all, &hasher, document.rulebook.name, " on smiles", computed, SEEDED_ACCOUNTS);
    hpm_rulebook_document_free(&document);
}

static int compare(const char *hash, const char *path)
{
    if (strcmp(path, "-") == 0) return ISA_RUN;
    hpm_buffer pinned = file_read(path, "", "");
    while (pinned.length > 0 && isspace((unsigned char)pinned.bytes[pinned.length - 1]))
        pinned.bytes[--pinned.length] = '\0';
    int equal = strcmp(hash, pinned.bytes) == 0;
    if (!equal) {
        printf("pinned: %s. If the numbers were meant to change, raise HPM_NUMBERS_VERSION, say "
               "so in CHANGELOG.md and pin the new hash.\n",
               pinned.bytes);
    }
    hpm_buffer_free(&pinned);
    return equal ? ISA_RUN : ISA_FAIL;
}

int main(int argc, char **argv)
{
    static sample_world samples;
    static seeded_world seeded;
    char text[HPM_HASH_TEXT];
    hpm_isa isa = HPM_ISA_BASE;
    hpm_context context;
    hpm_hasher hasher;
    hpm_error error;
    if (argc < 5) {
        fprintf(stderr, "usage: hpm_fingerprint ISA PINNED-FILE SAMPLES RULEBOOK...\n");
        return ISA_FAIL;
    }
    int status = isa_choose(&isa, argv[1]);
    if (status != ISA_RUN) return status;
    need(hpm_context_init(&context, isa, &error), "context", &error);
    sample_world_read(&samples, argv[3]);
    need(seeded_world_init(&seeded, &error), "seeded world", &error);
    hpm_hash_begin(&hasher);
    for (int i = 4; i < argc; i++)
        rulebook_hash(&hasher, &context, argv[i], &samples, &seeded);
    hpm_hash hash = hpm_hash_end(&hasher);
    hpm_hash_format(text, &hash);
    printf("%s\n", text);
    sample_world_free(&samples);
    seeded_world_free(&seeded);
    return compare(text, argv[2]);
}
