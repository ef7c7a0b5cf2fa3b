/* What the writers of reports share: names, lookups and the few differences they print. */
#include "report.h"

#include <math.h>
#include <string.h>

#include "format.h"

hpm_report_head hpm_report_head_of(const hpm_report *report)
{
    return (hpm_report_head){report->breakdown->array, report->portfolio->account,
                             report->account_hash, report->source};
}

const char *hpm_report_currency(const hpm_report *report)
{
    const hpm_report_head head = hpm_report_head_of(report);
    return hpm_head_currency(&head);
}

int hpm_report_decimals(const hpm_report *report)
{
    const hpm_report_head head = hpm_report_head_of(report);
    return hpm_head_decimals(&head);
}

int hpm_report_passes(const hpm_report *report)
{
    const hpm_margin *margin = &report->breakdown->margin;
    return margin->equity.e8 >= margin->initial.e8;
}

int64_t hpm_report_excess(const hpm_report *report)
{
    const hpm_margin *margin = &report->breakdown->margin;
    int64_t excess = 0;
    if (__builtin_sub_overflow(margin->equity.e8, margin->initial.e8, &excess)) {
        return margin->equity.e8 < 0 ? INT64_MIN : INT64_MAX;
    }
    return excess;
}

double hpm_report_share(hpm_money a, hpm_money b)
{
    if (b.e8 == 0) return NAN;
    return hpm_e8_to_double(a.e8) / hpm_e8_to_double(b.e8);
}

static uint32_t health_less(const hpm_report *report)
{
    return report->breakdown->array->rulebook->health_less_index;
}

double hpm_report_health(const hpm_report *report)
{
    const hpm_margin *margin = &report->breakdown->margin;
    hpm_money equity = margin->equity, maintenance = margin->maintenance;
    if (health_less(report) != HPM_NONE) {
        int64_t less_e8 = margin->maintenance_part[health_less(report)].e8;
        if (__builtin_sub_overflow(equity.e8, less_e8, &equity.e8)) return NAN;
        maintenance.e8 -= less_e8; /* a part of it */
    }
    return hpm_report_share(equity, maintenance);
}

void hpm_report_health_text(char text[128], const hpm_report *report)
{
    const hpm_component *components = report->breakdown->array->rulebook->components.items;
    if (health_less(report) == HPM_NONE)
        snprintf(text, 128, "equity / maintenance margin");
    else
        snprintf(text, 128, "equity / maintenance margin, both less %s",
                 components[health_less(report)].name);
}

const hpm_scenario_set *hpm_report_set(const hpm_report *report, uint32_t column, uint32_t *index)
{
    const hpm_rulebook *rulebook = report->breakdown->array->rulebook;
    const hpm_scenario_set *sets = rulebook->sets.items;
    uint32_t set = 0;
    while (set + 1 < rulebook->sets.count && rulebook->set_first[set + 1] <= column)
        set++;
    *index = column - rulebook->set_first[set];
    return &sets[set];
}

static void add_wings(char text[HPM_REPORT_SHOCK], const char *what, double shock)
{
    char number[HPM_FORMAT_SIZE];
    size_t length = strlen(text);
    if (shock == 0) return;
    hpm_format_real(number, shock, 2);
    snprintf(text + length, HPM_REPORT_SHOCK - length, ", %s %s%.12s", what, shock > 0 ? "+" : "",
             number);
}

void hpm_report_vol_shock(char text[HPM_REPORT_SHOCK], const hpm_scenario_set *set,
                          const hpm_scenario *scenario)
{
    char number[HPM_FORMAT_SIZE];
    double vol = scenario->vol;
    if (vol == 0) {
        snprintf(text, HPM_REPORT_SHOCK, "vol unchanged");
    } else if (set->vol_unit == HPM_VOL_ATM_UNITS) {
        hpm_format_real(number, vol, 2);
        snprintf(text, HPM_REPORT_SHOCK, "vol %s%.30s ATM", vol > 0 ? "+" : "", number);
    } else if (set->vol_unit == HPM_VOL_POINTS) {
        hpm_format_real(number, vol * 100, 1);
        snprintf(text, HPM_REPORT_SHOCK, "vol %s%.30s points", vol > 0 ? "+" : "", number);
    } else {
        hpm_format_percent(number, vol, 1);
        snprintf(text, HPM_REPORT_SHOCK, "vol %.30s", number);
    }
    add_wings(text, "skew", scenario->skew);
    add_wings(text, "curvature", scenario->curvature);
}

double hpm_report_price_move(const hpm_report *report, uint32_t asset, uint32_t column)
{
    const hpm_risk_array *array = report->breakdown->array;
    return array->price_move[(size_t)asset * array->extra + column];
}

double hpm_report_pnl(const hpm_report *report, uint32_t underlying, uint32_t column)
{
    const hpm_breakdown *breakdown = report->breakdown;
    return breakdown->scenario_pnl[(size_t)underlying * breakdown->array->scenario_count + column];
}

hpm_qty hpm_report_quantity(const hpm_report *report, uint32_t line)
{
    const hpm_holding *holding = &report->portfolio->holdings[line];
    return hpm_account_positions(report->portfolio->account)[holding->position].quantity;
}

const hpm_balance *hpm_report_balance(const hpm_report *report, uint32_t line)
{
    return &hpm_account_balances(
        report->portfolio->account)[line - report->portfolio->holding_count];
}

const hpm_declared *hpm_report_declared(const hpm_report *report, uint32_t line)
{
    const hpm_account *account = report->portfolio->account;
    uint32_t before = report->portfolio->holding_count + account->balance_count;
    return &hpm_account_declared(account)[line - before];
}

int hpm_report_set_used(const hpm_report *report, uint32_t column0)
{
    return report->breakdown->underlying_count > 0 && !isnan(hpm_report_pnl(report, 0, column0));
}

const char *hpm_report_degraded_kind(hpm_degraded_kind kind)
{
    static const char *const names[] = {"price", "forward", "mark", "volatility",
                                        "at-the-money volatility"};
    return names[kind];
}

void hpm_report_degraded_name(char text[HPM_NAME_SIZE], const hpm_report *report,
                              const hpm_degraded *row)
{
    const hpm_catalog *catalog = report->breakdown->array->catalog;
    if (row->kind == HPM_DEGRADED_PRICE) {
        snprintf(text, HPM_NAME_SIZE, "%s", catalog->assets[row->id].name);
    } else if (row->kind == HPM_DEGRADED_MARK || row->kind == HPM_DEGRADED_VOL) {
        snprintf(text, HPM_NAME_SIZE, "%s", catalog->instruments[row->id].name);
    } else {
        const hpm_expiry *expiry = &catalog->expiries[row->id];
        char date[HPM_FORMAT_SIZE];
        hpm_format_date(date, expiry->expiry_ns);
        snprintf(text, HPM_NAME_SIZE, "%s %.30s", catalog->assets[expiry->underlying].name, date);
    }
}

const hpm_bucket *hpm_report_bucket(const hpm_report *report, uint32_t run)
{
    return &report->breakdown->array->catalog->buckets[report->portfolio->runs[run].bucket];
}

const char *hpm_report_bucket_kind(hpm_bucket_kind kind)
{
    static const char *const names[] = {"spot", "perpetual", "dated"};
    return names[kind];
}

static void greeks_add(hpm_greeks *sum, const hpm_greeks *greeks)
{
    sum->delta_units += greeks->delta_units;
    sum->delta_premium_units += greeks->delta_premium_units;
    sum->delta += greeks->delta;
    sum->gamma_1pct += greeks->gamma_1pct;
    sum->vega_point += greeks->vega_point;
    sum->theta_day += greeks->theta_day;
    sum->rho_bp += greeks->rho_bp;
}

hpm_greeks hpm_report_greeks(const hpm_report *report, uint32_t first, uint32_t *end)
{
    const hpm_bucket *bucket = hpm_report_bucket(report, first);
    hpm_greeks sum = {0};
    uint32_t run = first;
    while (run < report->portfolio->run_count) {
        const hpm_bucket *other = hpm_report_bucket(report, run);
        if (other->underlying != bucket->underlying || other->kind != bucket->kind ||
            other->expiry != bucket->expiry) {
            break;
        }
        greeks_add(&sum, &report->breakdown->greeks[run++]);
    }
    *end = run;
    return sum;
}

hpm_greeks hpm_report_greeks_underlying(const hpm_report *report, uint32_t first, uint32_t *end)
{
    uint32_t underlying = hpm_report_bucket(report, first)->underlying;
    hpm_greeks sum = {0};
    uint32_t run = first;
    while (run < report->portfolio->run_count &&
           hpm_report_bucket(report, run)->underlying == underlying) {
        greeks_add(&sum, &report->breakdown->greeks[run++]);
    }
    *end = run;
    return sum;
}
