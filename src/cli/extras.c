/* The off-grid check, ladders, profile and limits of an account: desks and memory for them. */
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

/* A desk for one account; `more` bytes of its memory stay free for what it is used for. */
static hpm_status desk_open(hpm_extras_desk *place, size_t more, const hpm_session *session,
                            const hpm_rulebook *rulebook, const hpm_account *account,
                            hpm_error *error)
{
    const hpm_market *market = &session->market.market;
    hpm_desk *desk = &place->desk;
    hpm_status status =
        reserve(&place->memory, hpm_desk_size(market->catalog, rulebook) + more, error);
    if (status == HPM_OK)
        status = hpm_desk_init(desk, &place->memory, &session->context, market, rulebook, error);
    if (status == HPM_OK)
        status = reserve(&place->work,
                         hpm_desk_work_size(desk, account->position_count,
                                            account->balance_count + account->declared_count),
                         error);
    if (status == HPM_OK) hpm_desk_work(desk, &place->work);
    return status;
}

static void desk_free(hpm_extras_desk *place)
{
    hpm_memory_free(&place->memory);
    hpm_memory_free(&place->work);
}

/* Memory for rules, once. */
static void *rules_take(void *rules, size_t bytes)
{
    return rules != NULL ? rules : malloc(bytes);
}

/* ---- One of them each --------------------------------------------------------------------- */

static hpm_status off_grid_add(hpm_extras *extras, const hpm_session *session, hpm_report *report,
                               hpm_error *error)
{
    const hpm_account *account = report->portfolio->account;
    extras->fine_rules = rules_take(extras->fine_rules, sizeof *extras->fine_rules);
    if (extras->fine_rules == NULL) return hpm_fail(error, HPM_E_MEMORY, NULL, "out of memory");
    hpm_status status = hpm_offgrid_rules_init(extras->fine_rules, &session->market.market,
                                               &session->rulebook.rulebook, account, 0, 0, error);
    if (status == HPM_OK)
        status =
            desk_open(&extras->fine, 0, session, &extras->fine_rules->rulebook, account, error);
    if (status != HPM_OK) return status;
    extras->fine.desk.array.with_greeks = 0;
    status = hpm_offgrid_check(&extras->check, &extras->fine.desk, extras->fine_rules, account,
                               &report->breakdown->margin, error);
    if (status == HPM_OK) report->off_grid = &extras->check;
    return status;
}

static hpm_status limits_add(hpm_extras *extras, hpm_report *report, hpm_error *error)
{
    const hpm_account *account = report->portfolio->account;
    hpm_desk *desk = &extras->own.desk;
    hpm_status status = reserve(&extras->limits_memory, hpm_limits_size(desk, account), error);
    if (status == HPM_OK)
        status = hpm_limits_init(&extras->bounds, &extras->limits_memory, desk, account, error);
    if (status == HPM_OK) report->limits = &extras->bounds;
    return status;
}

/* What is asked at a desk under the account's own rulebook: ladders and limits. */
static hpm_status own_add(hpm_extras *extras, const hpm_session *session, hpm_report *report,
                          hpm_error *error)
{
    const hpm_account *account = report->portfolio->account;
    hpm_status status = desk_open(&extras->own, hpm_ladders_size(account), session,
                                  &session->rulebook.rulebook, account, error);
    if (status == HPM_OK)
        status = hpm_ladders_compute(&extras->steps, &extras->own.memory, &extras->own.desk,
                                     account, error);
    if (status != HPM_OK) return status;
    report->ladders = &extras->steps;
    return extras->is_page ? limits_add(extras, report, error) : HPM_OK;
}

static hpm_status profile_add(hpm_extras *extras, const hpm_session *session, hpm_report *report,
                              hpm_error *error)
{
    const hpm_account *account = report->portfolio->account;
    extras->point_rules = rules_take(extras->point_rules, sizeof *extras->point_rules);
    if (extras->point_rules == NULL) return hpm_fail(error, HPM_E_MEMORY, NULL, "out of memory");
    hpm_status status = hpm_profile_rules_init(extras->point_rules, &session->market.market,
                                               &session->rulebook.rulebook, account, error);
    if (status == HPM_OK)
        status =
            desk_open(&extras->points, 0, session, &extras->point_rules->rulebook, account, error);
    if (status != HPM_OK) return status;
    extras->points.desk.array.with_greeks = 0;
    status = hpm_profile_compute(&extras->drawn, &extras->points.desk, extras->point_rules, account,
                                 error);
    if (status == HPM_OK) report->profile = &extras->drawn;
    return status;
}

/* ------------------------------------------------------------------------------------------- */

/* For a page: what is lacking stands in the report as a note. */
static void drawings_add(hpm_extras *extras, const hpm_session *session, hpm_report *report)
{
    if (profile_add(extras, session, report, &extras->profile_error) != HPM_OK) {
        report->profile_note = extras->profile_error.message;
    }
    if (own_add(extras, session, report, &extras->own_error) != HPM_OK) {
        report->ladders_note = extras->own_error.message;
    }
}

hpm_status hpm_extras_add(hpm_extras *extras, hpm_session *session, hpm_report *report,
                          hpm_error *error)
{
    hpm_status status = HPM_OK;
    if (extras->off_grid) status = off_grid_add(extras, session, report, error);
    if (status != HPM_OK) return status;
    if (extras->is_page) {
        drawings_add(extras, session, report);
        return HPM_OK;
    }
    return extras->ladders ? own_add(extras, session, report, error) : HPM_OK;
}

void hpm_extras_free(hpm_extras *extras)
{
    free(extras->fine_rules);
    free(extras->point_rules);
    desk_free(&extras->fine);
    desk_free(&extras->own);
    desk_free(&extras->points);
    hpm_memory_free(&extras->limits_memory);
}
