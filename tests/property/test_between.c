/* What the nodes of hpm's grid miss: the off-grid check of the ten account templates on the sample
 * market and on every snapshot of a real option market, held to the bound that docs/MODEL.md
 * states. Without HPM_DATA the samples alone. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "book.h"
#include "io/template.h"
#include "snapshots.h"

enum { PATH_SIZE = 1024, LIMIT = 1 << 24 };

/* What the grid's worst loss misses: of the initial requirement, and of the notional of one
 * contract.
 */
#define TEMPLATES_MISS 0.001
#define PINNED_MISS    (0.03125 / 2) /* half the distance of nodes of ETH, the wider ones */

typedef struct tally {
    uint32_t checks, missing; /* accounts, and where the nodes miss anything */
    double share;             /* the largest */
    char share_of[160];
} tally;

static tally templates, pinned;

static hpm_account *resolve(const char *name, const hpm_market *market)
{
    char path[PATH_SIZE];
    hpm_buffer text;
    hpm_template_notes skipped;
    hpm_account *account = NULL;
    hpm_error error = {.status = HPM_OK};
    snprintf(path, sizeof path, "%s/templates/%s.json", folder_of("HPM_SAMPLES", "samples"), name);
    if (hpm_file_read(&text, path, LIMIT, &error) != HPM_OK)
        fail_msg("%s: %s", path, error.message);
    if (hpm_template_resolve(&account, &skipped, text.bytes, text.length, market, &error) != HPM_OK)
        fail_msg("%s: %s: %s", path, error.where, error.message);
    hpm_template_notes_free(&skipped);
    hpm_buffer_free(&text);
    return account;
}

static void note(tally *of, const hpm_offgrid *check, double scale, const char *market,
                 const char *account)
{
    double share = check->missed / scale;
    of->checks++;
    of->missing += check->missed > 0;
    assert_true(check->missed >= 0 && check->initial_missed.e8 >= 0);
    assert_true((double)check->initial_missed.e8 / 1e8 <= check->missed + 1e-6);
    if (!(share > of->share)) return;
    of->share = share;
    snprintf(of->share_of, sizeof of->share_of, "%s on %s", account, market);
}

/* `notional` 0: a share of the initial requirement is noted. */
static void check_account(tally *to, double notional, const hpm_context *context,
                          const hpm_market *market, const hpm_rulebook *rulebook,
                          const hpm_account *account, const char *name)
{
    static hpm_offgrid_rules rules;
    const uint32_t balances = account->balance_count + account->declared_count;
    hpm_desk plain, fine;
    hpm_margin margin;
    hpm_offgrid check;
    hpm_error error = {.status = HPM_OK};
    hpm_arena plain_memory = arena_exact(hpm_desk_size(market->catalog, rulebook));
    hpm_status status = hpm_offgrid_rules_init(&rules, market, rulebook, account, 0, 0, &error);
    if (status != HPM_OK) fail_msg("%s: %s: %s", account->id, error.where, error.message);
    hpm_arena fine_memory = arena_exact(hpm_desk_size(market->catalog, &rules.rulebook));
    status = hpm_desk_init(&plain, &plain_memory, context, market, rulebook, &error);
    if (status == HPM_OK)
        status = hpm_desk_init(&fine, &fine_memory, context, market, &rules.rulebook, &error);
    if (status != HPM_OK) fail_msg("%s: %s: %s", account->id, error.where, error.message);
    hpm_arena plain_work =
        arena_exact(hpm_desk_work_size(&plain, account->position_count, balances));
    hpm_arena fine_work = arena_exact(hpm_desk_work_size(&fine, account->position_count, balances));
    hpm_desk_work(&plain, &plain_work);
    hpm_desk_work(&fine, &fine_work);
    status = hpm_desk_margin(&plain, &margin, account, &error);
    if (status == HPM_OK)
        status = hpm_offgrid_check(&check, &fine, &rules, account, &margin, &error);
    if (status != HPM_OK) fail_msg("%s: %s: %s", account->id, error.where, error.message);
    note(to, &check, notional > 0 ? notional : margin.initial_real, name, account->id);
    hpm_arena *arenas[] = {&plain_memory, &fine_memory, &plain_work, &fine_work};
    for (size_t i = 0; i < sizeof arenas / sizeof *arenas; i++)
        arena_free(arenas[i]);
}

/* ---- Pinned accounts ---------------------------------------------------------------------- */

/* The option of an expiry whose strike is nearest to its forward times a ratio; HPM_NONE: none. */
static uint32_t nearest(const hpm_market *market, uint32_t expiry, int is_call, double ratio)
{
    double wanted = market->curve[expiry].forward.value * ratio;
    uint32_t found = HPM_NONE;
    for (uint32_t i = 0; i < market->catalog->instrument_count; i++) {
        const hpm_instrument *row = &market->catalog->instruments[i];
        if (row->kind != HPM_OPTION || row->expiry != expiry || row->is_call != is_call ||
            isnan(market->vol[i].value))
            continue;
        if (found == HPM_NONE ||
            fabs(row->strike - wanted) < fabs(market->catalog->instruments[found].strike - wanted))
            found = i;
    }
    return found;
}

/* One of `legs`: a call and a put bought, or a call sold twice within two bought. */
static void check_pin(const hpm_context *context, const hpm_market *market,
                      const hpm_rulebook *rulebook, const uint32_t *legs, const int *contracts,
                      uint32_t count, const char *name)
{
    char id[HPM_ACCOUNT_ID_SIZE];
    hpm_position positions[3];
    hpm_account *account = calloc(1, hpm_account_size(0, 3, 0));
    const hpm_instrument *first = &market->catalog->instruments[legs[0]];
    hpm_error error;
    for (uint32_t i = 0; i < count; i++)
        positions[i] = (hpm_position){legs[i], {contracts[i] * HPM_E8}, NAN, {0}};
    snprintf(id, sizeof id, "%u legs %.40s", count, market->catalog->instruments[legs[0]].name);
    assert_int_equal(
        hpm_account_init(account, id, NULL, 0, positions, count, NULL, 0, market->catalog, &error),
        HPM_OK);
    check_account(&pinned, market->asset_price[first->underlying].value * first->contract_size,
                  context, market, rulebook, account, name);
    free(account);
}

/* Long gamma at the money: the worst is where nothing moves, between nodes if the forward is not at
 * the strike. The first two expiries of every underlying. */
static void check_pins(const hpm_context *context, const hpm_market *market,
                       const hpm_rulebook *rulebook, const char *name)
{
    const hpm_catalog *catalog = market->catalog;
    uint32_t seen = 0, underlying = HPM_NONE;
    for (uint32_t e = 0; e < catalog->expiry_count; e++) {
        const uint32_t straddle[] = {nearest(market, e, 1, 1), nearest(market, e, 0, 1)};
        const uint32_t wings[] = {nearest(market, e, 1, 0.97), nearest(market, e, 1, 1),
                                  nearest(market, e, 1, 1.03)};
        if (isnan(market->curve[e].forward.value) || straddle[0] == HPM_NONE) continue;
        seen = catalog->expiries[e].underlying == underlying ? seen + 1 : 1;
        underlying = catalog->expiries[e].underlying;
        if (seen > 2) continue;
        check_pin(context, market, rulebook, straddle, (const int[]){1, 1}, 2, name);
        if (wings[0] != wings[1] && wings[1] != wings[2])
            check_pin(context, market, rulebook, wings, (const int[]){-1, 2, -1}, 3, name);
    }
}

/* ---- Markets ------------------------------------------------------------------------------ */

static void check_market(const hpm_market *market, const hpm_rulebook *rulebook, const char *name)
{
    hpm_context context;
    hpm_error error;
    assert_int_equal(hpm_context_init(&context, HPM_ISA_BASE, &error), HPM_OK);
    for (int t = 0; t < TEMPLATES; t++) {
        hpm_account *account = resolve(template_names[t], market);
        check_account(&templates, 0, &context, market, rulebook, account, name);
        free(account);
    }
    check_pins(&context, market, rulebook, name);
}

static void check_tally(const tally *of, const char *what, const char *scale, double most)
{
    print_message("%u %s, nodes miss something of %u: at most %.3f %% of the %s (%s)\n", of->checks,
                  what, of->missing, 100 * of->share, scale, of->share_of);
    assert_true(of->share <= most);
}

static void nodes_miss_little(void **state)
{
    static char names[SNAPSHOTS_MAX][128];
    hpm_rulebook_document rulebook;
    hpm_market_document market;
    (void)state;
    rulebook_load(&rulebook, "hpm");
    sample_market_load(&market);
    check_market(&market.market, &rulebook.rulebook, "the sample market");
    hpm_market_document_free(&market);
    size_t count = snapshots_list(names);
    for (size_t s = 0; s < count; s++) {
        snapshot_import(&market, names[s]);
        check_market(&market.market, &rulebook.rulebook, snapshot_time(names[s]));
        hpm_market_document_free(&market);
    }
    hpm_rulebook_document_free(&rulebook);
    assert_int_equal(templates.checks, (count + 1) * TEMPLATES);
    assert_true(pinned.checks >= 6 * count);
    check_tally(&templates, "templates", "initial requirement", TEMPLATES_MISS);
    check_tally(&pinned, "straddles and butterflies at the money", "notional", PINNED_MISS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(nodes_miss_little)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
