/* Suite deribit-simulate: answers of Deribit's private/pme/simulate, positions in coin, futures and
 * perpetuals. The engine counts in USD; everything is compared in coin at the index. */
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "deribit.h"

#define TOLERANCE_COIN 1e-9 /* the venue rounds to nine decimals */
#define POSITIONS_MAX  256
#define CURRENCY_SIZE  12

enum { USD, COIN, ASSETS };

/* One currency of an answer. */
typedef struct currency_book {
    conform_tally *tally;
    const json_t *result;
    char currency[CURRENCY_SIZE], coin[CURRENCY_SIZE], pair[2 * CURRENCY_SIZE];
    double index;
    const json_t *margins; /* of the currency */
    world_row rows[POSITIONS_MAX];
    const char *names[POSITIONS_MAX];
    uint32_t count;
    hpm_declared declared[2];
    deribit_rules rules;
} currency_book;

/* ---- Positions ---------------------------------------------------------------------------- */

/* 08:00 UTC of "28JUN24"; 0 if the text is no such date. */
static int64_t expiry_of(const char *text)
{
    static const char months[] = "JANFEBMARAPRMAYJUNJULAUGSEPOCTNOVDEC";
    int day = 0, year = 0, used = 0;
    char month[4] = "";
    if (sscanf(text, "%2d%3[A-Z]%2d%n", &day, month, &year, &used) != 3 || text[used] != '\0')
        return 0;
    const char *found = strstr(months, month);
    if (!found || strlen(month) != 3 || (found - months) % 3 != 0 || day < 1 || day > 31) return 0;
    int64_t index = (found - months) / 3, from_march = (index + 10) % 12;
    int64_t shifted = 2000 + year - (index < 2);
    int64_t days = 365 * shifted + shifted / 4 - shifted / 100 + shifted / 400 +
                   (153 * from_march + 2) / 5 + day - 1 - 719468;
    return days * HPM_DAY_NS + 8 * (HPM_DAY_NS / 24);
}

static hpm_status classify(hpm_instrument *what, const char *name, const char *rest,
                           hpm_error *error)
{
    *what = (hpm_instrument){.kind = HPM_PERPETUAL,
                             .payoff = HPM_INVERSE,
                             .underlying = COIN,
                             .settlement = COIN,
                             .lot = {HPM_E8}};
    if (strlen(name) >= sizeof what->name)
        return hpm_fail(error, HPM_E_LIMIT, name, "the name is too long");
    strcpy(what->name, name);
    if (strcmp(rest, "PERPETUAL") == 0) return HPM_OK;
    what->kind = HPM_FUTURE;
    what->expiry_ns = expiry_of(rest);
    if (what->expiry_ns > 0) return HPM_OK;
    return hpm_fail(error, HPM_E_UNSUPPORTED, name,
                    "only coin-settled futures and perpetuals are covered");
}

static hpm_status read_position(currency_book *book, const char *name, const json_t *value,
                                hpm_error *error)
{
    const json_t *tickers, *ticker;
    conform_wide amount;
    world_row *row = &book->rows[book->count];
    memset(row, 0, sizeof *row);
    hpm_status status = classify(&row->what, name, name + strlen(book->coin) + 1, error);
    if (status == HPM_OK)
        status = conform_json_object(&tickers, book->result, "result", "ticker", error);
    if (status == HPM_OK) status = conform_json_object(&ticker, tickers, "ticker", name, error);
    if (status == HPM_OK)
        status = conform_real_in(&row->mark, ticker, name, "mark_price", 0, error);
    if (status == HPM_OK) status = conform_exact(&amount, value, 18, name, error);
    if (status == HPM_OK)
        status = world_contracts(&row->what.contract_size, &row->contracts, amount, name, error);
    if (status != HPM_OK) return status;
    row->what.contract_size *= row->mark; /* coins to the quote currency */
    row->confidence = 1;
    row->entry_price = NAN;
    book->names[book->count++] = name;
    return HPM_OK;
}

/* Those whose name begins with the coin and a dash. */
static hpm_status read_positions(currency_book *book, hpm_error *error)
{
    const json_t *portfolio, *positions;
    const char *name;
    json_t *value;
    hpm_status status = conform_json_object(&portfolio, book->result, "result", "portfolio", error);
    if (status == HPM_OK)
        status = conform_json_object(&positions, portfolio, "portfolio", "position", error);
    if (status != HPM_OK) return status;
    size_t length = strlen(book->coin);
    json_object_foreach((json_t *)positions, name, value)
    {
        if (strncmp(name, book->coin, length) != 0 || name[length] != '-') continue;
        if (book->count == POSITIONS_MAX)
            return hpm_fail(error, HPM_E_LIMIT, "position", "more than %d", POSITIONS_MAX);
        status = read_position(book, name, value, error);
        if (status != HPM_OK) return status;
    }
    return HPM_OK;
}

/* Amounts of coin that the venue states. They are declared in USD, whose eight decimals hold them
 * far finer than those of a coin. */
static hpm_status read_declared(currency_book *book, const json_t *details, hpm_error *error)
{
    static const struct {
        const char *field, *name;
    } rows[] = {{"mmp_margin", "mmp"}, {"open_orders_margin", "open_orders"}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        double coins;
        hpm_status status =
            conform_real_in(&coins, details, "initial_margin_details", rows[i].field, 0, error);
        if (status != HPM_OK) return status;
        hpm_declared *out = &book->declared[i];
        memset(out, 0, sizeof *out);
        strcpy(out->name, rows[i].name);
        out->asset = USD;
        status = hpm_e8_from_double(&out->amount.e8, coins * book->index, HPM_ROUND_HALF_EVEN);
        if (status != HPM_OK || coins < 0)
            return hpm_fail(error, HPM_E_RANGE, rows[i].field, "not an amount (%g)", coins);
    }
    return HPM_OK;
}

static hpm_status run_rows(world_result *out, const currency_book *book, uint32_t first,
                           uint32_t end, hpm_error *error)
{
    world_asset assets[ASSETS] = {
        [USD] = {"USD", HPM_ASSET_FIAT, 1, 1, 0},
        [COIN] = {book->coin, HPM_ASSET_COIN, book->index, 1, 0},
    };
    conform_world world = {.account = book->currency,
                           .now_ns = book->rules.now_ns,
                           .assets = assets,
                           .asset_count = ASSETS,
                           .rows = (world_row *)book->rows + first,
                           .row_count = end - first,
                           .declared = (hpm_declared *)book->declared,
                           .declared_count = 2,
                           .rulebook = &book->rules.document.rulebook};
    return world_run(out, &world, error);
}

/* ---- Vectors ------------------------------------------------------------------------------ */

/* P&L in coin of the columns of a component's set, against an array of the answer. */
static hpm_status compare_vector(currency_book *book, const char *field, const double *pnl,
                                 uint32_t count, const json_t *object, const char *where,
                                 const char *name, hpm_error *error)
{
    const json_t *list;
    hpm_status status = conform_json_array(&list, object, where, name, error);
    if (status != HPM_OK) return status;
    if (json_array_size(list) != count)
        return hpm_fail(error, HPM_E_RANGE, where, "%s has %zu values, the model %u", name,
                        json_array_size(list), count);
    for (uint32_t j = 0; j < count; j++) {
        double expected;
        status = conform_real(&expected, json_array_get(list, j), 0, where, error);
        if (status != HPM_OK) return status;
        conform_compare(book->tally, field, pnl[j], expected, TOLERANCE_COIN);
    }
    return HPM_OK;
}

enum { STANDARD, EXTENDED, SETS };

static uint32_t first_of(const currency_book *book, uint32_t set, uint32_t *count)
{
    const hpm_rulebook *rulebook = &book->rules.document.rulebook;
    *count = hpm_scenario_set_count((const hpm_scenario_set *)rulebook->sets.items + set);
    return rulebook->set_first[set];
}

static hpm_status compare_vectors(currency_book *book, const double *coins, const char *prefix,
                                  const json_t *object, const char *where, hpm_error *error)
{
    static const char *const sets[SETS] = {"standard", "extended"};
    hpm_status status = HPM_OK;
    for (uint32_t i = 0; i < SETS && status == HPM_OK; i++) {
        char field[CONFORM_NAME_SIZE];
        uint32_t count, first = first_of(book, i, &count);
        snprintf(field, sizeof field, "%s.%s", prefix, sets[i]);
        status = compare_vector(book, field, coins + first, count, object, where, sets[i], error);
    }
    return status;
}

/* Scenario P&L of rows first..end in coin. */
static hpm_status scenario_coins(double coins[HPM_SCENARIOS_MAX], const currency_book *book,
                                 uint32_t first, uint32_t end, hpm_error *error)
{
    world_result run;
    hpm_status status = run_rows(&run, book, first, end, error);
    if (status != HPM_OK) return status;
    for (uint32_t j = 0; j < book->rules.document.rulebook.scenario_count; j++)
        coins[j] = run.scenario_pnl[j] / book->index;
    world_result_free(&run);
    return HPM_OK;
}

/* The venue's vectors of instruments are before its folds, those of pairs after them. */
static hpm_status check_instruments(currency_book *book, hpm_error *error)
{
    double coins[HPM_SCENARIOS_MAX];
    const json_t *vectors, *own;
    hpm_list *pairs = &book->rules.document.rulebook.pairs, folds = *pairs;
    *pairs = (hpm_list){NULL, 0};
    hpm_status status =
        conform_json_object(&vectors, book->result, "result", "initial_risk_vectors", error);
    for (uint32_t i = 0; i < book->count && status == HPM_OK; i++) {
        status = conform_json_object(&own, vectors, "initial_risk_vectors", book->names[i], error);
        if (status == HPM_OK) status = scenario_coins(coins, book, i, i + 1, error);
        if (status == HPM_OK)
            status =
                compare_vectors(book, coins, "initial_risk_vectors", own, book->names[i], error);
    }
    *pairs = folds;
    return status;
}

static hpm_status check_aggregate(currency_book *book, hpm_error *error)
{
    double coins[HPM_SCENARIOS_MAX];
    const json_t *vectors, *own;
    char name[2 * CURRENCY_SIZE];
    snprintf(name, sizeof name, "%s_%s", book->currency, book->currency);
    hpm_status status =
        conform_json_object(&vectors, book->result, "result", "aggregated_risk_vectors", error);
    if (status == HPM_OK)
        status = conform_json_object(&own, vectors, "aggregated_risk_vectors", name, error);
    if (status == HPM_OK) status = scenario_coins(coins, book, 0, book->count, error);
    if (status != HPM_OK) return status;
    return compare_vectors(book, coins, "aggregated_risk_vectors", own, name, error);
}

/* ---- Margins ------------------------------------------------------------------------------ */

/* The venue names the worst value's table, side and, in the standard table, price bucket, counted
 * from 1 at the lowest price. How it counts to the right of the middle is not published: there only
 * table and side are compared. */
static hpm_status check_bucket(currency_book *book, const world_result *run, const json_t *details,
                               hpm_error *error)
{
    const json_t *bucket;
    const char *source, *side;
    double number;
    uint32_t count, column = run->reference.worst_column;
    hpm_status status = conform_json_object(&bucket, details, "risk_matrix_margin_details",
                                            "worst_case_bucket", error);
    if (status != HPM_OK || column == HPM_NONE) return status;
    status = conform_json_text(&source, bucket, "worst_case_bucket", "source", error);
    if (status == HPM_OK)
        status = conform_json_text(&side, bucket, "worst_case_bucket", "side", error);
    if (status == HPM_OK)
        status = conform_real_in(&number, bucket, "worst_case_bucket", "bucket", 0, error);
    if (status != HPM_OK) return status;
    uint32_t first = first_of(book, STANDARD, &count);
    int is_standard = column >= first && column < first + count;
    conform_compare(book->tally, "worst_case_bucket.source", is_standard,
                    strcmp(source, "standard") == 0, 0.5);
    if (!is_standard) return HPM_OK;
    uint32_t row = (column - first) / 3, middle = count / 6;
    if (row != middle)
        conform_compare(book->tally, "worst_case_bucket.side", row < middle,
                        strcmp(side, "left") == 0, 0.5);
    if (row < middle)
        conform_compare(book->tally, "worst_case_bucket.bucket", row + 1.0, number, 0.5);
    return HPM_OK;
}

static hpm_status compare_coins(currency_book *book, const char *field, double usd,
                                const json_t *object, const char *where, hpm_error *error)
{
    double expected;
    hpm_status status = conform_real_in(&expected, object, where, field, 0, error);
    if (status == HPM_OK)
        conform_compare(book->tally, field, usd / book->index, expected, TOLERANCE_COIN);
    return status;
}

static double value_of(const currency_book *book, const world_result *run, const char *name)
{
    return run->reference.value[world_component(&book->rules.document.rulebook, name)];
}

static void compare_integers(currency_book *book, const world_result *run)
{
    conform_compare(book->tally, "integers.initial",
                    hpm_e8_to_double(run->exact.initial.e8) / book->index,
                    run->reference.initial_real / book->index, run->initial_bound / book->index);
    conform_compare(book->tally, "integers.maintenance",
                    hpm_e8_to_double(run->exact.maintenance.e8) / book->index,
                    run->reference.maintenance_real / book->index,
                    run->maintenance_bound / book->index);
}

static hpm_status compare_margins(currency_book *book, const world_result *run,
                                  const json_t *details, hpm_error *error)
{
    static const struct {
        const char *field, *component;
    } parts[] = {
        {"worst_case", "worst_case"}, {"roll_shock", "roll"}, {"delta_shock", "delta_shock"}};
    const json_t *matrix;
    hpm_status status = conform_json_object(&matrix, details, "initial_margin_details",
                                            "risk_matrix_margin_details", error);
    for (size_t i = 0; i < sizeof parts / sizeof parts[0] && status == HPM_OK; i++)
        status = compare_coins(book, parts[i].field, value_of(book, run, parts[i].component),
                               matrix, "risk_matrix_margin_details", error);
    if (status == HPM_OK) status = check_bucket(book, run, matrix, error);
    if (status == HPM_OK)
        status = compare_coins(book, "risk_matrix_margin", value_of(book, run, "risk_matrix"),
                               details, "initial_margin_details", error);
    if (status == HPM_OK)
        status = compare_coins(book, "initial_margin", run->reference.initial_real, book->margins,
                               "margins", error);
    if (status == HPM_OK)
        status = compare_coins(book, "maintenance_margin", run->reference.maintenance_real,
                               book->margins, "margins", error);
    if (status == HPM_OK) compare_integers(book, run);
    return status;
}

static hpm_status check_margins(currency_book *book, const json_t *details, hpm_error *error)
{
    world_result run;
    hpm_status status = read_declared(book, details, error);
    if (status == HPM_OK) status = run_rows(&run, book, 0, book->count, error);
    if (status != HPM_OK) return status;
    status = compare_margins(book, &run, details, error);
    world_result_free(&run);
    return status;
}

/* ---- One currency ------------------------------------------------------------------------- */

static hpm_status name_currency(currency_book *book, const char *currency, hpm_error *error)
{
    size_t length = strlen(currency);
    if (length == 0 || length >= CURRENCY_SIZE)
        return hpm_fail(error, HPM_E_RANGE, "margins", "not a currency (%.40s)", currency);
    for (size_t i = 0; i <= length; i++)
        book->coin[i] = (char)toupper((unsigned char)currency[i]);
    strcpy(book->currency, currency);
    snprintf(book->pair, sizeof book->pair, "%s_usd", currency);
    return HPM_OK;
}

static hpm_status run_book(currency_book *book, hpm_error *error)
{
    const json_t *indices, *params, *details;
    hpm_status status = conform_json_object(&indices, book->result, "result", "index_price", error);
    if (status == HPM_OK)
        status = conform_real_in(&book->index, indices, "index_price", book->pair, 0, error);
    if (status == HPM_OK)
        status = conform_json_object(&params, book->result, "result", "model_params", error);
    if (status == HPM_OK)
        status = deribit_rules_init(&book->rules, params, book->currency, book->pair, error);
    if (status == HPM_OK) status = read_positions(book, error);
    if (status == HPM_OK)
        status = conform_json_object(&details, book->margins, "margins", "initial_margin_details",
                                     error);
    if (status == HPM_OK && !(book->index > 0))
        status = hpm_fail(error, HPM_E_RANGE, book->pair, "not an index price (%g)", book->index);
    if (status == HPM_OK) status = check_margins(book, details, error);
    if (status != HPM_OK || book->count == 0) return status; /* nothing held: no vectors */
    status = check_instruments(book, error);
    return status == HPM_OK ? check_aggregate(book, error) : status;
}

static hpm_status run_currency(conform_tally *tally, const json_t *result, const char *currency,
                               const json_t *margins, hpm_error *error)
{
    hpm_error why = {HPM_OK, "", "", 0};
    currency_book *book = calloc(1, sizeof *book);
    if (!book) return hpm_fail(error, HPM_E_MEMORY, NULL, "out of memory");
    book->tally = tally;
    book->result = result;
    book->margins = margins;
    conform_case_begin(tally, currency);
    hpm_status status = name_currency(book, currency, &why);
    if (status == HPM_OK) status = run_book(book, &why);
    deribit_rules_free(&book->rules);
    free(book);
    if (status == HPM_OK) {
        conform_case_end(tally);
        return HPM_OK;
    }
    if (error) *error = why;
    if (status == HPM_E_MEMORY || status == HPM_E_IO) return status;
    conform_case_bad(tally, &why);
    return HPM_OK;
}

/* An answer, with or without its JSON-RPC envelope. */
static hpm_status run_answer(conform_tally *tally, const json_t *root, hpm_error *error)
{
    const json_t *result = json_object_get(root, "result"), *margins;
    const char *currency;
    json_t *value;
    if (!result) result = root;
    hpm_status status = conform_json_object(&margins, result, "result", "margins", error);
    if (status != HPM_OK) return status;
    json_object_foreach((json_t *)margins, currency, value)
    {
        status = run_currency(tally, result, currency, value, error);
        if (status != HPM_OK) return status;
    }
    return HPM_OK;
}

hpm_status conform_deribit_simulate(conform_tally *tally, const hpm_buffer *text, hpm_error *error)
{
    json_t *root;
    hpm_status status = conform_json_parse(&root, text->bytes, text->length, error);
    if (status != HPM_OK) return status;
    status = run_answer(tally, root, error);
    json_decref(root);
    return status;
}
