/* Attributions between consecutive snapshots of a real option market, for the account templates:
 * parts sum to the change, and both ends are what an array of the whole market says. Options expire
 * in between, and are listed. Skipped without HPM_DATA. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "book.h"
#include "snapshots.h"

enum { PAIRS = 6 };

static char names[SNAPSHOTS_MAX][128];
static size_t name_count;

/* What is found, printed at the end. */
static struct {
    uint32_t attributions, expired, settled;
} tally;

/* ---- Checks ------------------------------------------------------------------------------- */

static void check_sum(const hpm_change *of, const char *what)
{
    int64_t sum = of->before.e8;
    for (uint32_t p = 0; p < HPM_PART_COUNT; p++)
        sum += of->part[p].e8;
    if (sum != of->after.e8) fail_msg("%s: the parts do not sum to the change", what);
}

static void check_end(const hpm_attribution *of, const desk *on, hpm_account *account, int after,
                      const char *what)
{
    outcome out;
    if (outcome_try_account(&out, on, account) != HPM_OK)
        fail_msg("%s: %s: %s", what, out.error.where, out.error.message);
    const hpm_change *const changes[] = {&of->equity, &of->initial, &of->maintenance};
    const hpm_money wanted[] = {out.margin.equity, out.margin.initial, out.margin.maintenance};
    for (int i = 0; i < 3; i++)
        if ((after ? changes[i]->after.e8 : changes[i]->before.e8) != wanted[i].e8)
            fail_msg("%s: figure %d %s", what, i, after ? "after" : "before");
    outcome_free(&out);
}

static hpm_status attribute(hpm_attribution *out, hpm_arena memory[2], const hpm_context *context,
                            const hpm_state *before, const hpm_state *after, hpm_error *error)
{
    int done = 0;
    memory[0] = arena_exact(hpm_attribution_size(before, after));
    hpm_status status = hpm_attribution_init(out, &memory[0], context, before, after, error);
    memory[1] = arena_exact(status == HPM_OK ? hpm_attribution_work_size(out) : 0);
    if (status == HPM_OK) hpm_attribution_work(out, &memory[1]);
    while (status == HPM_OK && !done)
        status = hpm_attribution_step(out, &done, error);
    return status;
}

static void take(const desk *from, const desk *to, hpm_account *before, hpm_account *after,
                 const char *what)
{
    hpm_state state_before = {from->array.market, before, from->array.rulebook};
    hpm_state state_after = {to->array.market, after, to->array.rulebook};
    hpm_attribution result;
    hpm_arena memory[2];
    hpm_error error = {.status = HPM_OK};
    hpm_status status =
        attribute(&result, memory, &from->context, &state_before, &state_after, &error);
    if (status == HPM_E_EXPIRED && after == NULL) {
        tally.expired++; /* it cannot be held until then */
    } else if (status != HPM_OK) {
        fail_msg("%s: %s: %s", what, error.where, error.message);
    } else {
        check_end(&result, from, before, 0, what);
        if (after != NULL) check_end(&result, to, after, 1, what);
        check_sum(&result.equity, what);
        for (uint32_t i = 0; i < result.component_count; i++) {
            check_sum(&result.components[i].initial, what);
            check_sum(&result.components[i].maintenance, what);
        }
        tally.attributions++;
        tally.settled += result.settled_count;
    }
    arena_free(&memory[0]);
    arena_free(&memory[1]);
}

/* ---- Snapshots ---------------------------------------------------------------------------- */

static void take_pair(size_t first, const hpm_rulebook *rulebook)
{
    hpm_market_document before, after;
    desk from, to;
    snapshot_import(&before, names[first]);
    snapshot_import(&after, names[first + 1]);
    desk_open(&from, &before.market, rulebook);
    desk_open(&to, &after.market, rulebook);
    for (int t = 0; t < TEMPLATES; t++) {
        char what[160];
        hpm_account *old = template_load(template_names[t], &before.market, NULL);
        hpm_account *new = template_load(template_names[t], &after.market, NULL);
        snprintf(what, sizeof what, "%s %s", snapshot_time(names[first]), template_names[t]);
        take(&from, &to, old, new, what);
        take(&from, &to, old, NULL, what);
        free(old);
        free(new);
    }
    desk_close(&from);
    desk_close(&to);
    hpm_market_document_free(&before);
    hpm_market_document_free(&after);
}

static void consecutive_snapshots(void **state)
{
    hpm_rulebook_document rulebook;
    (void)state;
    rulebook_load(&rulebook, "hpm");
    for (size_t i = 0; i < PAIRS; i++)
        take_pair(i * (name_count - 2) / (PAIRS - 1), &rulebook.rulebook);
    hpm_rulebook_document_free(&rulebook);
    print_message("%u attributions, %u accounts that expired, %u positions settled\n",
                  tally.attributions, tally.expired, tally.settled);
    assert_true(tally.attributions >= PAIRS * TEMPLATES);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(consecutive_snapshots)};
    name_count = snapshots_list(names);
    if (name_count == 0) return SNAPSHOTS_SKIPPED;
    if (name_count < 2) {
        puts("skipped: one snapshot alone has no next");
        return SNAPSHOTS_SKIPPED;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
