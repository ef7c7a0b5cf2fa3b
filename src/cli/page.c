/* The HTML page of `hpm margin`. */
#include "page.h"

#include <stdlib.h>

#include "exit.h"
#include "memory.h"
#include "report/html.h"

/* An account that cannot be computed is left out here and named when its turn comes. A brief page
 * ends with the inputs that its accounts share. */
static void index_write(hpm_page *page, const hpm_account_items *items)
{
    hpm_report report;
    uint32_t last = HPM_NONE;
    hpm_html_index_begin(stdout);
    for (uint32_t i = 0; i < items->count; i++) {
        hpm_error error;
        if (hpm_session_report(page->session, &report, &items->items[i], 1, &error) != HPM_OK)
            continue;
        hpm_html_index_row(stdout, &report, i, !page->brief);
        last = i;
    }
    hpm_html_index_end(stdout);
    if (page->brief && last != HPM_NONE) hpm_html_index_inputs(stdout, &report, last);
}

int hpm_page_begin(hpm_page *page, hpm_session *session, const hpm_account_items *items, int brief)
{
    char title[128];
    *page = (hpm_page){.session = session, .brief = brief};
    page->rules = malloc(sizeof *page->rules);
    if (page->rules == NULL) return hpm_out_of_memory();
    if (items->count == 1) {
        snprintf(title, sizeof title, "hpm margin: %s", items->items[0].account->id);
    } else {
        snprintf(title, sizeof title, "hpm margin: %u accounts", items->count);
    }
    hpm_html_begin(stdout, title);
    if (items->count > 1 || brief) index_write(page, items);
    return HPM_EXIT_OK;
}

static hpm_status reserve(hpm_arena *arena, size_t bytes, hpm_error *error)
{
    arena->used = 0;
    if (bytes <= arena->capacity) return HPM_OK;
    hpm_memory_free(arena);
    return hpm_memory_arena(arena, bytes + bytes / 4, error);
}

/* A desk at the session's market, with room for the account. */
static hpm_status desk_open(hpm_page *page, hpm_page_desk *place, const hpm_rulebook *rulebook,
                            const hpm_account *account, hpm_error *error)
{
    const hpm_market *market = &page->session->market.market;
    hpm_status status = reserve(&place->memory, hpm_desk_size(market->catalog, rulebook), error);
    if (status == HPM_OK)
        status = hpm_desk_init(&place->desk, &place->memory, &page->session->context, market,
                               rulebook, error);
    if (status != HPM_OK) return status;
    size_t bytes = hpm_desk_work_size(&place->desk, account->position_count,
                                      account->balance_count + account->declared_count);
    status = reserve(&place->work, bytes, error);
    if (status == HPM_OK) hpm_desk_work(&place->desk, &place->work);
    return status;
}

static hpm_status profile_compute(hpm_page *page, const hpm_account *account, hpm_error *error)
{
    hpm_session *session = page->session;
    hpm_status status = hpm_profile_rules_init(page->rules, &session->market.market,
                                               &session->rulebook.rulebook, account, error);
    if (status == HPM_OK)
        status = desk_open(page, &page->points, &page->rules->rulebook, account, error);
    if (status != HPM_OK) return status;
    page->points.desk.array.with_greeks = 0;
    return hpm_profile_compute(&page->profile, &page->points.desk, page->rules, account, error);
}

static hpm_status limits_compute(hpm_page *page, const hpm_account *account, hpm_error *error)
{
    hpm_status status =
        desk_open(page, &page->own, &page->session->rulebook.rulebook, account, error);
    if (status == HPM_OK)
        status = reserve(&page->limits_memory, hpm_limits_size(&page->own.desk, account), error);
    if (status != HPM_OK) return status;
    return hpm_limits_init(&page->limits, &page->limits_memory, &page->own.desk, account, error);
}

int hpm_page_account(hpm_page *page, hpm_report *report, uint32_t number)
{
    const hpm_account *account = report->portfolio->account;
    hpm_error error;
    if (page->brief) return HPM_EXIT_OK;
    if (profile_compute(page, account, &page->error) == HPM_OK) {
        report->profile = &page->profile;
    } else {
        report->profile_note = page->error.message;
    }
    if (limits_compute(page, account, &error) == HPM_OK) report->limits = &page->limits;
    return hpm_html_report(stdout, report, number) ? HPM_EXIT_OK : hpm_out_of_memory();
}

static void desk_free(hpm_page_desk *place)
{
    hpm_memory_free(&place->memory);
    hpm_memory_free(&place->work);
}

void hpm_page_end(hpm_page *page)
{
    if (page->rules != NULL) hpm_html_end(stdout);
    free(page->rules);
    desk_free(&page->own);
    desk_free(&page->points);
    hpm_memory_free(&page->limits_memory);
}
