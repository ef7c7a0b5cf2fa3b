/* Loads documents, prices the array and evaluates accounts. */
#include "session.h"

#include <string.h>

#include "diagnose.h"
#include "exit.h"
#include "isa.h"
#include "memory.h"
#include "rulebooks.h"

int hpm_read_file(hpm_buffer *buffer, const char *path, size_t limit)
{
    hpm_error error;
    if (hpm_file_read(buffer, path, limit, &error) == HPM_OK) return HPM_EXIT_OK;
    error.where[0] = '\0'; /* names the file, which stands at the start of the line */
    return hpm_diagnose(path, &error);
}

int hpm_read_catalog(hpm_catalog_document *document, const char *path)
{
    hpm_buffer buffer;
    hpm_error error;
    int status = hpm_read_file(&buffer, path, HPM_CATALOG_BYTES_MAX);
    if (status != HPM_EXIT_OK) return status;
    if (hpm_catalog_decode(document, buffer.bytes, buffer.length, &error) != HPM_OK) {
        status = hpm_diagnose(path, &error);
    }
    hpm_buffer_free(&buffer);
    return status;
}

static int market_read(hpm_session *session, const char *path, const hpm_catalog *catalog)
{
    hpm_buffer buffer;
    hpm_error error;
    int status = hpm_read_file(&buffer, path, HPM_MARKET_BYTES_MAX);
    if (status != HPM_EXIT_OK) return status;
    if (hpm_market_decode(&session->market, buffer.bytes, buffer.length, catalog, &error) !=
        HPM_OK) {
        status = hpm_diagnose(path, &error);
    }
    hpm_buffer_free(&buffer);
    return status;
}

int hpm_session_open(hpm_session *session, const char *market, const char *catalog)
{
    hpm_error error;
    if (hpm_isa_context(&session->context, &error) != HPM_OK) return hpm_diagnose(NULL, &error);
    if (catalog != NULL) {
        int status = hpm_read_catalog(&session->catalog, catalog);
        if (status != HPM_EXIT_OK) return status;
    }
    return market_read(session, market, catalog != NULL ? &session->catalog.catalog : NULL);
}

int hpm_session_rulebook(hpm_session *session, const char *name)
{
    char path[HPM_PATH_SIZE];
    return hpm_read_rulebook(&session->rulebook, path, name);
}

uint32_t hpm_stdin_file(const char *file)
{
    return file != NULL && strcmp(file, "-") == 0;
}

uint32_t hpm_stdin_files(const hpm_texts *files)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < files->count; i++)
        count += hpm_stdin_file(files->items[i]);
    return count;
}

uint32_t hpm_session_stdin(const hpm_session_input *input)
{
    return hpm_stdin_file(input->market) + hpm_stdin_file(input->catalog) +
           hpm_stdin_file(input->rulebook);
}

int hpm_stdin_check(const hpm_command *self, uint32_t count)
{
    return count > 1 ? hpm_usage(self, "only one document can come from stdin") : HPM_PARSE_RUN;
}

int hpm_session_begin(hpm_session *session, const hpm_session_input *input)
{
    int status = hpm_session_open(session, input->market, input->catalog);
    if (status != HPM_EXIT_OK) return status;
    return hpm_session_rulebook(session, input->rulebook != NULL ? input->rulebook : "hpm");
}

hpm_status hpm_array_begin(hpm_risk_array *array, hpm_arena *memory, const hpm_market *market,
                           const hpm_rulebook *rulebook, hpm_error *error)
{
    const hpm_catalog *catalog = market->catalog;
    hpm_status status = hpm_memory_arena(memory, hpm_risk_array_size(catalog, rulebook), error);
    if (status != HPM_OK) return status;
    status = hpm_risk_array_init(array, memory, catalog, rulebook, error);
    if (status != HPM_OK) return status;
    return hpm_risk_array_begin(array, market, error);
}

int hpm_session_price(hpm_session *session)
{
    const hpm_market *market = &session->market.market;
    hpm_error error;
    if (hpm_array_begin(&session->array, &session->array_memory, market,
                        &session->rulebook.rulebook, &error) != HPM_OK) {
        return hpm_diagnose(NULL, &error);
    }
    hpm_risk_array_fill(&session->context, &session->array, 0, market->catalog->instrument_count);
    return HPM_EXIT_OK;
}

/* Room for everything that one account needs; kept and grown from account to account. */
static hpm_status work_reserve(hpm_session *session, const hpm_account *account, hpm_error *error)
{
    const hpm_risk_array *array = &session->array;
    uint32_t positions = account->position_count;
    uint32_t buckets = array->catalog->bucket_count;
    size_t bytes = hpm_portfolio_size(positions) +
                   hpm_totals_size(array, positions < buckets ? positions : buckets) +
                   hpm_margin_scratch_size(array, positions) + hpm_breakdown_size(array, account);
    session->work.used = 0;
    if (bytes <= session->work.capacity) return HPM_OK;
    hpm_memory_free(&session->work);
    return hpm_memory_arena(&session->work, bytes + bytes / 4, error);
}

static hpm_status degraded_list(hpm_session *session, hpm_report *report, hpm_error *error)
{
    uint32_t count = hpm_margin_degraded(NULL, 0, &session->array, &session->portfolio);
    hpm_degraded *rows = NULL;
    if (count == 0) return HPM_OK;
    rows = hpm_arena_take(&session->work, count, sizeof *rows);
    if (rows == NULL) return hpm_fail(error, HPM_E_MEMORY, NULL, "out of memory");
    hpm_margin_degraded(rows, count, &session->array, &session->portfolio);
    report->degraded = rows;
    report->degraded_count = count;
    return HPM_OK;
}

static hpm_status evaluate(hpm_session *session, const hpm_totals *totals, int brief,
                           hpm_error *error)
{
    if (!brief) {
        return hpm_margin_breakdown(&session->breakdown, &session->work, &session->array,
                                    &session->portfolio, totals, error);
    }
    session->breakdown = (hpm_breakdown){.array = &session->array};
    return hpm_margin_evaluate(&session->breakdown.margin, &session->work, &session->array,
                               &session->portfolio, totals, error);
}

hpm_status hpm_session_report(hpm_session *session, hpm_report *report,
                              const hpm_account_item *item, int brief, hpm_error *error)
{
    hpm_totals totals;
    hpm_status status = work_reserve(session, item->account, error);
    if (status != HPM_OK) return status;
    status = hpm_portfolio_init(&session->portfolio, &session->work, item->account, &session->array,
                                error);
    if (status != HPM_OK) return status;
    status = hpm_totals_init(&totals, &session->work, &session->array, &session->portfolio, error);
    if (status != HPM_OK) return status;
    status =
        hpm_totals_apply(&session->context, &totals, &session->array, &session->portfolio, error);
    if (status != HPM_OK) return status;
    status = evaluate(session, &totals, brief, error);
    if (status != HPM_OK) return status;
    *report = (hpm_report){
        .breakdown = &session->breakdown,
        .portfolio = &session->portfolio,
        .source = session->market.source,
        .account_hash = hpm_account_hash(item->account, session->array.catalog),
        .skipped = item->skipped.items,
        .skipped_count = item->skipped.count,
    };
    return degraded_list(session, report, error);
}

static int refuse_count(const char *file, const char *reason)
{
    hpm_error error;
    hpm_fail(&error, HPM_E_LIMIT, NULL, "%s", reason);
    return hpm_diagnose(file, &error);
}

int hpm_session_account(const hpm_session *session, hpm_account_item *item, const char *file)
{
    hpm_account_items items = {0};
    int status = hpm_account_items_read(&items, &file, 1, &session->market.market);
    *item = (hpm_account_item){0};
    if (status == HPM_EXIT_OK && items.count == 0) status = refuse_count(file, "no account in it");
    if (status == HPM_EXIT_OK && items.count > 1)
        status = refuse_count(file, "several accounts, and one is asked about");
    if (status == HPM_EXIT_OK) {
        *item = items.items[0];
        items.items[0] = (hpm_account_item){0};
    }
    hpm_account_items_free(&items);
    return status;
}

int hpm_session_desk(hpm_session *session, hpm_desk *desk, const hpm_account *account,
                     uint32_t more_positions)
{
    const hpm_market *market = &session->market.market;
    const hpm_rulebook *rulebook = &session->rulebook.rulebook;
    hpm_error error;
    hpm_status status =
        hpm_memory_arena(&session->array_memory, hpm_desk_size(market->catalog, rulebook), &error);
    if (status == HPM_OK)
        status = hpm_desk_init(desk, &session->array_memory, &session->context, market, rulebook,
                               &error);
    if (status == HPM_OK) {
        size_t bytes = hpm_desk_work_size(desk, account->position_count + more_positions,
                                          account->balance_count + account->declared_count);
        status = hpm_memory_arena(&session->work, bytes, &error);
    }
    if (status != HPM_OK) return hpm_diagnose(NULL, &error);
    hpm_desk_work(desk, &session->work);
    return HPM_EXIT_OK;
}

void hpm_session_close(hpm_session *session)
{
    hpm_memory_free(&session->work);
    hpm_memory_free(&session->array_memory);
    hpm_rulebook_document_free(&session->rulebook);
    hpm_market_document_free(&session->market);
    hpm_catalog_document_free(&session->catalog);
}
