/* The profile: see hpm/profile.h. Its points are the scenarios of a rulebook made for them, so that
 * the desk prices them as it prices any margin. */
#include "hpm/profile.h"

#include <assert.h>
#include <string.h>

/* Just after an expiry, so that rounding leaves no time value. */
#define EXPIRED_NS INT64_C(1000000)

static const char profile_name[] = "profile";

/* ---- Rules -------------------------------------------------------------------------------- */

/* The rulebook's rows, with the width of the profile instead of the scan range. */
static void write_underlyings(hpm_profile_rules *rules, const hpm_rulebook *rulebook)
{
    const hpm_underlying_rule *rows = rulebook->underlyings.items;
    assert(rulebook->underlyings.count <= HPM_UNDERLYING_RULES_MAX);
    for (uint32_t i = 0; i < rulebook->underlyings.count; i++) {
        double width = rows[i].price_range * HPM_PROFILE_RANGES;
        rules->underlyings[i] = rows[i];
        rules->underlyings[i].price_range =
            width < HPM_PROFILE_MOVE_MAX ? width : HPM_PROFILE_MOVE_MAX;
    }
}

/* First and last expiry of the options held; both 0 without any. */
static void expiries(int64_t *first, int64_t *last, const hpm_catalog *catalog,
                     const hpm_account *account)
{
    *first = *last = 0;
    for (uint32_t i = 0; i < account->position_count; i++) {
        uint32_t id = hpm_account_positions(account)[i].instrument;
        const hpm_instrument *instrument = &catalog->instruments[id];
        if (instrument->kind != HPM_OPTION) continue;
        if (*first == 0 || instrument->expiry_ns < *first) *first = instrument->expiry_ns;
        if (instrument->expiry_ns > *last) *last = instrument->expiry_ns;
    }
}

static void choose_times(hpm_profile_rules *rules, const hpm_market *market,
                         const hpm_account *account)
{
    int64_t first, last;
    expiries(&first, &last, market->catalog, account);
    rules->time_ns[rules->curve_count++] = market->now_ns;
    if (first > market->now_ns) rules->time_ns[rules->curve_count++] = first;
    if (last > first) rules->time_ns[rules->curve_count++] = last;
}

static void write_scenarios(hpm_profile_rules *rules, int64_t now_ns)
{
    for (uint32_t curve = 0; curve < rules->curve_count; curve++) {
        int64_t time_ns = curve == 0 ? 0 : rules->time_ns[curve] - now_ns + EXPIRED_NS;
        for (uint32_t i = 0; i < HPM_PROFILE_POINTS; i++)
            rules->scenarios[curve * HPM_PROFILE_POINTS + i] = (hpm_scenario){
                .price = ((double)i - HPM_PROFILE_HALF) / HPM_PROFILE_HALF,
                .time_days = (double)time_ns / (double)HPM_DAY_NS,
                .weight = 1,
            };
    }
}

/* A set of the scenarios and one component that aggregates it; the rest is the account's rulebook,
 * but for the age of inputs: a margin that was computed can be drawn. */
static void write_rulebook(hpm_profile_rules *rules, const hpm_rulebook *rulebook)
{
    rules->set = (hpm_scenario_set){
        .price_unit = HPM_PRICE_RANGE,
        .vol_floor_days = 1,
        .scenarios = {rules->scenarios, HPM_PROFILE_POINTS * rules->curve_count},
    };
    rules->component = (hpm_component){
        .kind = HPM_COMPONENT_WORST_SCENARIO,
        .rule.worst = {.conversion = HPM_CONVERT_SHOCKED,
                       .balances = 1,
                       .followers = rulebook->moves_followers,
                       .discount_base = 1,
                       .discount_short_base = 1},
    };
    rules->rulebook = *rulebook;
    rules->rulebook.age_soft_s = rules->rulebook.age_hard_s = 1e9;
    rules->rulebook.underlyings_max = 0;
    rules->rulebook.grouping = HPM_GROUPING_ACCOUNT;
    rules->rulebook.underlyings.items = rules->underlyings;
    rules->rulebook.pairs = (hpm_list){NULL, 0}; /* what is gained is drawn in full */
    rules->rulebook.sets = (hpm_list){&rules->set, 1};
    rules->rulebook.components = (hpm_list){&rules->component, 1};
    strcpy(rules->set.name, profile_name);
    strcpy(rules->component.name, profile_name);
    strcpy(rules->component.rule.worst.set, profile_name);
    strcpy(rules->rulebook.initial, profile_name);
    strcpy(rules->rulebook.maintenance, profile_name);
}

hpm_status hpm_profile_rules_init(hpm_profile_rules *rules, const hpm_market *market,
                                  const hpm_rulebook *rulebook, const hpm_account *account,
                                  hpm_error *error)
{
    memset(rules, 0, sizeof *rules);
    choose_times(rules, market, account);
    write_scenarios(rules, market->now_ns);
    write_underlyings(rules, rulebook);
    write_rulebook(rules, rulebook);
    return hpm_rulebook_finish(&rules->rulebook, error);
}

/* ---- Curves ------------------------------------------------------------------------------- */

hpm_status hpm_profile_compute(hpm_profile *profile, hpm_desk *desk, const hpm_profile_rules *rules,
                               const hpm_account *account, hpm_error *error)
{
    assert(desk->rulebook == &rules->rulebook);
    profile->rules = rules;
    return hpm_desk_breakdown(desk, &profile->breakdown, account, error);
}

double hpm_profile_move(const hpm_profile *profile, uint32_t underlying, uint32_t point)
{
    const hpm_risk_array *array = profile->breakdown.array;
    assert(underlying < profile->breakdown.underlying_count);
    assert(point < HPM_PROFILE_POINTS);
    return array
        ->price_move[(size_t)profile->breakdown.underlyings[underlying] * array->extra + point];
}

double hpm_profile_pnl(const hpm_profile *profile, uint32_t underlying, uint32_t curve,
                       uint32_t point)
{
    const hpm_breakdown *breakdown = &profile->breakdown;
    assert(underlying < breakdown->underlying_count);
    assert(curve < profile->rules->curve_count && point < HPM_PROFILE_POINTS);
    return breakdown->scenario_pnl[(size_t)underlying * breakdown->array->scenario_count +
                                   curve * HPM_PROFILE_POINTS + point];
}
