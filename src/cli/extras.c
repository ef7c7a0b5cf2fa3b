/* The off-grid check and ladders of an account: desks and memory for them. */
#include "extras.h"

#include <stdlib.h>

#include "memory.h"

static hpm_status reserve(hpm_arena *arena, size_t bytes, hpm_error *error)
{
    arena->used = 0;
    if (bytes <= arena->capacity) return HPM_OK;
    hpm_memory_free(arena);
    return hpm_memory_arena(arena, bytes + bytes / 4, error);
}

/* A desk for one account; `more` bytes of `memory` stay free for what it is used for. */
static hpm_status desk_open(hpm_desk *desk, hpm_arena *memory, hpm_arena *work, size_t more,
                            const hpm_session *session, const hpm_rulebook *rulebook,
                            const hpm_account *account, hpm_error *error)
{
    const hpm_market *market = &session->market.market;
    hpm_status status = reserve(memory, hpm_desk_size(market->catalog, rulebook) + more, error);
    if (status == HPM_OK)
        status = hpm_desk_init(desk, memory, &session->context, market, rulebook, error);
    if (status == HPM_OK)
        status = reserve(work,
                         hpm_desk_work_size(desk, account->position_count,
                                            account->balance_count + account->declared_count),
                         error);
    if (status == HPM_OK) hpm_desk_work(desk, work);
    return status;
}

static hpm_status off_grid_add(hpm_extras *extras, const hpm_session *session, hpm_report *report,
                               hpm_error *error)
{
    const hpm_account *account = report->portfolio->account;
    if (extras->rules == NULL) extras->rules = malloc(sizeof *extras->rules);
    if (extras->rules == NULL) return hpm_fail(error, HPM_E_MEMORY, NULL, "out of memory");
    hpm_status status = hpm_offgrid_rules_init(extras->rules, &session->market.market,
                                               &session->rulebook.rulebook, account, 0, 0, error);
    if (status == HPM_OK)
        status = desk_open(&extras->fine, &extras->fine_memory, &extras->fine_work, 0, session,
                           &extras->rules->rulebook, account, error);
    if (status != HPM_OK) return status;
    extras->fine.array.with_greeks = 0;
    status = hpm_offgrid_check(&extras->check, &extras->fine, extras->rules, account,
                               &report->breakdown->margin, error);
    report->off_grid = &extras->check;
    return status;
}

static hpm_status ladders_add(hpm_extras *extras, const hpm_session *session, hpm_report *report,
                              hpm_error *error)
{
    const hpm_account *account = report->portfolio->account;
    hpm_status status =
        desk_open(&extras->climber, &extras->ladder_memory, &extras->ladder_work,
                  hpm_ladders_size(account), session, &session->rulebook.rulebook, account, error);
    if (status == HPM_OK)
        status = hpm_ladders_compute(&extras->steps, &extras->ladder_memory, &extras->climber,
                                     account, error);
    report->ladders = &extras->steps;
    return status;
}

hpm_status hpm_extras_add(hpm_extras *extras, hpm_session *session, hpm_report *report,
                          hpm_error *error)
{
    hpm_status status = HPM_OK;
    if (extras->off_grid) status = off_grid_add(extras, session, report, error);
    if (status == HPM_OK && extras->ladders) status = ladders_add(extras, session, report, error);
    return status;
}

void hpm_extras_free(hpm_extras *extras)
{
    free(extras->rules);
    hpm_memory_free(&extras->fine_memory);
    hpm_memory_free(&extras->fine_work);
    hpm_memory_free(&extras->ladder_memory);
    hpm_memory_free(&extras->ladder_work);
}
