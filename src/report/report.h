/* Reports: print a breakdown for people or programs. Nothing is computed again here; sums of greeks
 * over runs and differences of two amounts are the only arithmetic. */
#ifndef HPM_REPORT_REPORT_H
#define HPM_REPORT_REPORT_H

#include <stdio.h>

#include "head.h"
#include "hpm/ladder.h"
#include "hpm/limits.h"
#include "hpm/margin.h"
#include "hpm/offgrid.h"
#include "hpm/profile.h"
#include "io/json_write.h"
#include "io/template.h"

#define HPM_REPORT_SCHEMA "hpm/report/1"

typedef struct hpm_report {
    const hpm_breakdown *breakdown;
    const hpm_portfolio *portfolio;
    const char *source; /* the market document's free text, "" if none */
    hpm_hash account_hash;
    const hpm_degraded *degraded;
    uint32_t degraded_count;
    const hpm_template_note *skipped; /* legs of a template that the market lacks */
    uint32_t skipped_count;
    const hpm_profile *profile;  /* NULL: not asked for, or not computable */
    const char *profile_note;    /* then why; NULL: not asked for */
    const hpm_limits *limits;    /* NULL: not asked for, or not computable */
    const hpm_offgrid *off_grid; /* NULL: not asked for */
    const hpm_ladders *ladders;  /* NULL: not asked for, or not computable */
    const char *ladders_note;    /* then why; NULL: not asked for */
    int colour;
} hpm_report;

/* The whole report for people. Returns 0 if memory failed on the way. */
int hpm_report_text(FILE *stream, const hpm_report *report);

/* One line per account; `titles` prints the line that names the columns. */
void hpm_report_brief(FILE *stream, const hpm_report *report, int titles);

/* One report object; `brief`: inputs and result only, which need no breakdown. */
void hpm_report_json(hpm_json *json, const hpm_report *report, int brief);

/* ---- Shared by the writers ---------------------------------------------------------------- */

hpm_report_head hpm_report_head_of(const hpm_report *report);

/* As of its head. */
const char *hpm_report_currency(const hpm_report *report);
int hpm_report_decimals(const hpm_report *report);

int hpm_report_passes(const hpm_report *report);

/* Equity less the initial requirement; saturates, because only people read it where it would. */
int64_t hpm_report_excess(const hpm_report *report);

/* Equity / maintenance margin, both less what the rulebook's health_less names; NaN where nothing
 * is required. And what it is in words. */
double hpm_report_health(const hpm_report *report);
void hpm_report_health_text(char text[128], const hpm_report *report);

/* a / b, NaN if b is 0. */
double hpm_report_share(hpm_money a, hpm_money b);

/* The scenario set that a column belongs to, and the scenario's place in it. */
const hpm_scenario_set *hpm_report_set(const hpm_report *report, uint32_t column, uint32_t *index);

/* What a scenario does to volatility as people say it: "vol +50 %", "vol +25 points, skew +1". */
#define HPM_REPORT_SHOCK 88
void hpm_report_vol_shock(char text[HPM_REPORT_SHOCK], const hpm_scenario_set *set,
                          const hpm_scenario *scenario);

double hpm_report_price_move(const hpm_report *report, uint32_t asset, uint32_t column);
double hpm_report_pnl(const hpm_report *report, uint32_t underlying, uint32_t column);

/* What a line of the breakdown stands for, by its kind. */
hpm_qty hpm_report_quantity(const hpm_report *report, uint32_t line);
const hpm_balance *hpm_report_balance(const hpm_report *report, uint32_t line);
const hpm_declared *hpm_report_declared(const hpm_report *report, uint32_t line);

/* Whether a component aggregates the set: only then it has P&L to show. */
int hpm_report_set_used(const hpm_report *report, uint32_t column0);

/* What a degraded input is called: "forward", and "BTC 2026-01-16". */
const char *hpm_report_degraded_kind(hpm_degraded_kind kind);
void hpm_report_degraded_name(char text[HPM_NAME_SIZE], const hpm_report *report,
                              const hpm_degraded *row);

/* Runs [first, *end) that share underlying, kind and expiry: one line of the greeks table. The
 * sum of their greeks. */
hpm_greeks hpm_report_greeks(const hpm_report *report, uint32_t first, uint32_t *end);
/* The same over one underlying. */
hpm_greeks hpm_report_greeks_underlying(const hpm_report *report, uint32_t first, uint32_t *end);
const hpm_bucket *hpm_report_bucket(const hpm_report *report, uint32_t run);
const char *hpm_report_bucket_kind(hpm_bucket_kind kind);

/* Part files of the text report. Return 0 if memory failed; print nothing where nothing was asked
 * for. */
int hpm_report_text_scenarios(FILE *stream, const hpm_report *report);
int hpm_report_text_worst(FILE *stream, const hpm_report *report, const char *heading);
int hpm_report_text_off_grid(FILE *stream, const hpm_report *report);
int hpm_report_text_ladders(FILE *stream, const hpm_report *report);
int hpm_report_text_greeks(FILE *stream, const hpm_report *report);
void hpm_report_heading(FILE *stream, const hpm_report *report, const char *text);

/* Part files of the JSON report: members of an object that is begun, none where nothing was asked
 * for. */
void hpm_report_json_worst(hpm_json *json, const hpm_report *report);
void hpm_report_json_greeks(hpm_json *json, const hpm_greeks *greeks, int with_units);
void hpm_report_json_off_grid(hpm_json *json, const hpm_report *report);
void hpm_report_json_ladders(hpm_json *json, const hpm_report *report);

#endif
