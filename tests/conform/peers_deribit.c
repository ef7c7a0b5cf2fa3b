/* Entries of suite peers from Deribit: the contingencies of its portfolio margin of 2019, and the
 * formulas of its standard margin. Everything in coins; the coin is at 50,000. */
#include <math.h>

#include "peers.h"
#include "peers_formula.h"

#define INDEX 50000.0
#define DAYS  30.0

/* Coin-settled; a future or perpetual of as many coins at its mark. */
static hpm_status hold_inverse(world_row *row, hpm_kind kind, const json_t *object,
                               const char *where, const char *name, double sign, hpm_error *error)
{
    conform_wide quantity;
    hpm_status status = conform_exact_in(&quantity, object, where, name, 18, error);
    if (status == HPM_OK)
        status = peers_hold(row, kind, sign < 0 ? -quantity : quantity, name, error);
    if (status != HPM_OK) return status;
    row->what.payoff = HPM_INVERSE;
    row->what.settlement = PEERS_COIN;
    row->mark = INDEX;
    if (kind != HPM_OPTION) row->what.contract_size *= INDEX;
    if (kind == HPM_PERPETUAL) return HPM_OK;
    row->what.expiry_ns = PEERS_NOW_NS + (int64_t)DAYS * HPM_DAY_NS;
    row->curve = (hpm_curve_point){.forward = {INDEX, 1, 0}};
    return HPM_OK;
}

/* A component's value of these rows, in coins. */
static hpm_status coins_of(double *coins, conform_tally *tally, world_row *rows, uint32_t count,
                           const hpm_rulebook *rulebook, const char *component, hpm_error *error)
{
    conform_world world;
    world_asset assets[PEERS_ASSETS];
    world_result run;
    peers_world(&world, assets, INDEX, rows, count, rulebook);
    hpm_status status = world_run(&run, &world, error);
    if (status != HPM_OK) return status;
    *coins = run.reference.value[world_component(rulebook, component)] / INDEX;
    peers_compare_integers(tally, &run);
    world_result_free(&run);
    return HPM_OK;
}

static hpm_status compare_in(conform_tally *tally, const char *field, double computed,
                             const json_t *object, const char *where, const char *name,
                             hpm_error *error)
{
    double expected;
    hpm_status status = conform_real_in(&expected, object, where, name, 0, error);
    if (status == HPM_OK)
        conform_compare(tally, field, computed, expected, conform_tolerance(expected));
    return status;
}

static hpm_status formula_in(double *value, const json_t *entry, const char *name,
                             const peers_name *names, size_t count, hpm_error *error)
{
    const char *text;
    hpm_status status = conform_json_text(&text, entry, "", name, error);
    return status == HPM_OK ? peers_formula(value, text, names, count, name, error) : status;
}

/* ---- Portfolio margin of 2019 ------------------------------------------------------------- */

/* Calls and puts of one strike, netted. */
static hpm_status check_short_options(conform_tally *tally, hpm_rulebook *rulebook,
                                      const json_t *entry, hpm_error *error)
{
    const json_t *example;
    world_row rows[2];
    double coins;
    double *share = &peers_component(rulebook, "short_options")->rule.naked.option;
    hpm_status status = conform_json_object(&example, entry, "", "example", error);
    if (status == HPM_OK)
        status = conform_real_in(share, entry, "", "contingency_short_option_btc", 0, error);
    if (status == HPM_OK) status = hpm_rulebook_finish(rulebook, error);
    if (status == HPM_OK)
        status = hold_inverse(&rows[0], HPM_OPTION, example, "example", "call", 1, error);
    if (status == HPM_OK)
        status = hold_inverse(&rows[1], HPM_OPTION, example, "example", "put", 1, error);
    if (status != HPM_OK) return status;
    rows[0].what.is_call = 1;
    rows[0].what.strike = rows[1].what.strike = INDEX;
    rows[0].vol = rows[1].vol = 0.5;
    status = coins_of(&coins, tally, rows, 2, rulebook, "short_options", error);
    if (status == HPM_OK)
        status = compare_in(tally, "2019.short_options", coins, example, "example",
                            "expected_contingency_btc", error);
    if (status == HPM_OK)
        status = compare_in(tally, "2019.net_short", coins / *share, example, "example",
                            "net_short", error);
    return status;
}

static hpm_status check_futures(conform_tally *tally, hpm_rulebook *rulebook, const json_t *entry,
                                hpm_error *error)
{
    const json_t *offset;
    world_row rows[2];
    double coins;
    double *share = &peers_component(rulebook, "offsetting_futures")->rule.gross_delta.hedged;
    hpm_status status = conform_json_object(&offset, entry, "", "futures_offset", error);
    if (status == HPM_OK)
        status = conform_real_in(share, offset, "futures_offset", "pct", 0, error);
    if (status == HPM_OK) status = hpm_rulebook_finish(rulebook, error);
    if (status == HPM_OK)
        status = hold_inverse(&rows[0], HPM_FUTURE, offset, "futures_offset", "long", 1, error);
    if (status == HPM_OK)
        status =
            hold_inverse(&rows[1], HPM_PERPETUAL, offset, "futures_offset", "short", -1, error);
    if (status == HPM_OK)
        status = coins_of(&coins, tally, rows, 2, rulebook, "offsetting_futures", error);
    if (status == HPM_OK)
        status = compare_in(tally, "2019.offsetting_futures", coins, offset, "futures_offset",
                            "expected_btc", error);
    return status;
}

/* What has no example is told against the rulebook: range, and shock near and far. */
static hpm_status check_terms(conform_tally *tally, const hpm_rulebook *rulebook,
                              const json_t *entry, hpm_error *error)
{
    static const double days[] = {2, 29, 31, 300};
    const hpm_scenario_set *set = rulebook->sets.items;
    const double *vols = set->vols.items;
    hpm_status status = HPM_OK;
    for (size_t i = 0; i < sizeof days / sizeof days[0] && status == HPM_OK; i++) {
        const peers_name dte = {"DTE", days[i]};
        double expected;
        status = formula_in(&expected, entry, "iv_shock", &dte, 1, error);
        if (status == HPM_OK)
            conform_compare(tally, "2019.iv_shock",
                            vols[0] * hpm_scenario_term_factor(set, days[i]), expected, 1e-12);
    }
    if (status != HPM_OK) return status;
    return compare_in(tally, "2019.price_range",
                      hpm_rulebook_underlying(rulebook, "*")->price_range, entry, "", "price_range",
                      error);
}

hpm_status peers_deribit_2019(conform_tally *tally, const json_t *entry, hpm_error *error)
{
    hpm_rulebook_document rules;
    hpm_status status = peers_rulebook(&rules, "deribit-pm@2019.json", error);
    if (status != HPM_OK) return status;
    status = check_terms(tally, &rules.rulebook, entry, error);
    if (status == HPM_OK) status = check_short_options(tally, &rules.rulebook, entry, error);
    if (status == HPM_OK) status = check_futures(tally, &rules.rulebook, entry, error);
    hpm_rulebook_document_free(&rules);
    return status;
}

/* ---- Standard margin ---------------------------------------------------------------------- */

/* One contract sold, of each side, from deep in the money to far out of it: puts of 1.8 and 3 times
 * the index are worth about one coin and two. */
static const struct {
    double strike_ratio, vol;
} shorts[] = {{0.5, 0.6}, {0.9, 0.6},  {0.97, 0.6}, {1, 0.6},   {1.03, 0.6},
              {1.1, 0.6}, {1.13, 0.6}, {1.5, 0.6},  {1.8, 3.0}, {3, 0.6}};

/* What the entry's formulas ask, MM first: the formula of IM may name it. */
static hpm_status expect_short(double *initial, double *maintenance, const json_t *entry,
                               int is_call, double strike, double vol, hpm_error *error)
{
    double away = is_call ? strike - INDEX : INDEX - strike;
    *initial = *maintenance = NAN;
    peers_name names[] = {
        {"S", INDEX},
        {"OTM", fmax(away, 0)},
        {"mark", peers_black(is_call, INDEX, strike, vol, DAYS / 365) / INDEX},
        {"MM", 0},
    };
    hpm_status status =
        formula_in(maintenance, entry, is_call ? "short_call_mm" : "short_put_mm", names, 3, error);
    names[3].value = *maintenance;
    if (status == HPM_OK)
        status =
            formula_in(initial, entry, is_call ? "short_call_im" : "short_put_im", names, 4, error);
    return status;
}

static hpm_status check_short(conform_tally *tally, const hpm_rulebook *rulebook,
                              const json_t *entry, int is_call, double strike, double vol,
                              hpm_error *error)
{
    world_row row;
    double expected_initial, expected_maintenance, initial, maintenance;
    hpm_status status =
        peers_hold(&row, HPM_OPTION, -(conform_wide)1000000000000000000, "option", error);
    if (status == HPM_OK)
        status = expect_short(&expected_initial, &expected_maintenance, entry, is_call, strike, vol,
                              error);
    if (status != HPM_OK) return status;
    row.what.payoff = HPM_INVERSE;
    row.what.settlement = PEERS_COIN;
    row.what.is_call = is_call;
    row.what.strike = strike;
    row.what.expiry_ns = PEERS_NOW_NS + (int64_t)DAYS * HPM_DAY_NS;
    row.vol = vol;
    row.curve = (hpm_curve_point){.forward = {INDEX, 1, 0}};
    status = coins_of(&initial, tally, &row, 1, rulebook, "venue_initial", error);
    if (status == HPM_OK)
        status = coins_of(&maintenance, tally, &row, 1, rulebook, "venue_maintenance", error);
    if (status != HPM_OK) return status;
    conform_compare(tally, is_call ? "standard.short_call_im" : "standard.short_put_im", initial,
                    expected_initial, conform_tolerance(expected_initial));
    conform_compare(tally, is_call ? "standard.short_call_mm" : "standard.short_put_mm",
                    maintenance, expected_maintenance, conform_tolerance(expected_maintenance));
    return HPM_OK;
}

hpm_status peers_deribit_standard(conform_tally *tally, const json_t *entry, hpm_error *error)
{
    hpm_rulebook_document rules;
    hpm_status status = peers_rulebook(&rules, "deribit-sm.json", error);
    if (status != HPM_OK) return status;
    for (int is_call = 0; is_call < 2; is_call++)
        for (size_t i = 0; i < sizeof shorts / sizeof shorts[0] && status == HPM_OK; i++)
            status = check_short(tally, &rules.rulebook, entry, is_call,
                                 shorts[i].strike_ratio * INDEX, shorts[i].vol, error);
    hpm_rulebook_document_free(&rules);
    return status;
}
