/* Reads accounts and templates. */
#include "accounts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "diagnose.h"
#include "exit.h"
#include "io/document.h"

hpm_status hpm_account_source_open(hpm_account_source *source, const char *file,
                                   const hpm_market *market, hpm_error *error)
{
    *source = (hpm_account_source){.file = file, .market = market, .line = 1};
    return hpm_stream_open(&source->stream, file, HPM_ACCOUNT_BYTES_MAX, error);
}

void hpm_account_source_close(hpm_account_source *source)
{
    hpm_stream_close(&source->stream);
}

void hpm_account_item_free(hpm_account_item *item)
{
    free(item->account);
    hpm_template_notes_free(&item->skipped);
    *item = (hpm_account_item){0};
}

hpm_status hpm_account_source_next(hpm_account_source *source, hpm_account_item *item,
                                   hpm_error *error)
{
    char schema[HPM_SCHEMA_SIZE];
    const char *text = NULL;
    size_t length = 0;
    *item = (hpm_account_item){.file = source->file};
    hpm_status status = hpm_stream_next(&source->stream, &text, &length, &source->line, error);
    if (status != HPM_OK || text == NULL) return status;
    if (!source->stream.by_line) source->line = 0;
    item->line = source->line;
    /* What is neither is left to the account's decoder, which says best what is wrong with it. */
    status = hpm_document_schema(schema, text, length, error);
    if (status == HPM_OK && strcmp(schema, HPM_TEMPLATE_SCHEMA) == 0) {
        return hpm_template_resolve(&item->account, &item->skipped, text, length, source->market,
                                    error);
    }
    return hpm_account_decode(&item->account, text, length, source->market->catalog, error);
}

static int items_add(hpm_account_items *items, const hpm_account_item *item)
{
    if (items->count == items->capacity) {
        uint32_t capacity = items->capacity > 0 ? items->capacity * 2 : 16;
        hpm_account_item *grown = realloc(items->items, capacity * sizeof *grown);
        if (grown == NULL) return 0;
        items->items = grown;
        items->capacity = capacity;
    }
    items->items[items->count++] = *item;
    return 1;
}

static int source_read(hpm_account_items *items, hpm_account_source *source)
{
    for (;;) {
        hpm_account_item item;
        hpm_error error;
        if (hpm_account_source_next(source, &item, &error) != HPM_OK) {
            hpm_account_item_free(&item);
            return hpm_diagnose_at(source->file, source->line, &error);
        }
        if (item.account == NULL) return HPM_EXIT_OK;
        if (!items_add(items, &item)) {
            hpm_account_item_free(&item);
            hpm_fail(&error, HPM_E_MEMORY, NULL, "too many accounts (%u)", items->count);
            return hpm_diagnose(source->file, &error);
        }
    }
}

int hpm_account_items_read(hpm_account_items *items, const char *const *files, uint32_t file_count,
                           const hpm_market *market)
{
    int status = HPM_EXIT_OK;
    for (uint32_t i = 0; i < file_count && status == HPM_EXIT_OK; i++) {
        hpm_account_source source;
        hpm_error error;
        if (hpm_account_source_open(&source, files[i], market, &error) != HPM_OK) {
            return hpm_diagnose(files[i], &error);
        }
        status = source_read(items, &source);
        hpm_account_source_close(&source);
    }
    return status;
}

void hpm_account_items_free(hpm_account_items *items)
{
    for (uint32_t i = 0; i < items->count; i++)
        hpm_account_item_free(&items->items[i]);
    free(items->items);
    *items = (hpm_account_items){0};
}

int hpm_account_diagnose(const hpm_account_item *item, const hpm_error *error)
{
    hpm_error shown = *error;
    const char *where = strcmp(error->where, item->account->id) == 0 ? "" : error->where;
    /* Several accounts may come from one file: the path begins with the one that it is about. */
    snprintf(shown.where, sizeof shown.where, "account %s%s%.80s", item->account->id,
             where[0] != '\0' ? ": " : "", where);
    return hpm_diagnose_at(item->file, item->line, &shown);
}

void hpm_account_note_skipped(const hpm_account_item *item)
{
    for (uint32_t i = 0; i < item->skipped.count; i++) {
        hpm_note(item->file, "%s: skipped: %s", item->skipped.items[i].name,
                 item->skipped.items[i].reason);
    }
}
