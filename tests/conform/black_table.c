/* Suite black-table: printed tables of European option values and sensitivities under the
 * generalised Black-Scholes model (E. G. Haug, The Complete Guide to Option Pricing Formulas), as
 * CSV. Black-76 on the forward F = S exp((r - q) T), discounted at r. */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "conform.h"
#include "io/csv.h"
#include "price/black76.h"
#include "price/greeks.h"

/* A row: what an table_option is, and its sensitivities to the spot. */
typedef struct table_option {
    double strike, spot, dividend, rate, tau, vol, sign;
    double growth; /* F / S */
    hpm_black_greeks on_forward;
} table_option;

/* ---- Cells -------------------------------------------------------------------------------- */

/* A decimal, or a fraction of two ("1.0/12.0"). */
static int read_cell(double *out, hpm_csv_text cell)
{
    const char *slash = memchr(cell.bytes, '/', cell.length);
    if (!slash) return hpm_csv_real(out, cell);
    double over, under;
    hpm_csv_text left = {cell.bytes, (size_t)(slash - cell.bytes)};
    hpm_csv_text right = {slash + 1, cell.length - left.length - 1};
    if (!hpm_csv_real(&over, left) || !hpm_csv_real(&under, right) || under == 0) return 0;
    *out = over / under;
    return 1;
}

/* One unit of the last printed digit: books print what an approximate normal distribution gave, so
 * that the last digit of a correct value may differ (1.8734 stands for 1.8733446). */
static double printed_tolerance(hpm_csv_text cell)
{
    const char *point = memchr(cell.bytes, '.', cell.length);
    double unit = 1;
    for (const char *c = point ? point + 1 : NULL; c && c < cell.bytes + cell.length; c++)
        unit /= 10;
    return unit;
}

static hpm_status cell_fails(const hpm_csv *csv, const char *column, hpm_error *error)
{
    hpm_fail(error, HPM_E_SYNTAX, column, "is not a number");
    if (error) error->line = csv->line;
    return HPM_E_SYNTAX;
}

enum { TYPE, STRIKE, SPOT, DIVIDEND, RATE, TIME, VOL, COLUMNS };
static const char *const column_names[COLUMNS] = {"type", "strike", "spot", "q", "r", "t", "vol"};

static hpm_status read_option(table_option *out, const hpm_csv *csv, const uint32_t *columns,
                              hpm_error *error)
{
    double *const fields[COLUMNS] = {NULL,       &out->strike, &out->spot, &out->dividend,
                                     &out->rate, &out->tau,    &out->vol};
    for (int i = STRIKE; i < COLUMNS; i++)
        if (!read_cell(fields[i], csv->fields[columns[i]]))
            return cell_fails(csv, column_names[i], error);
    hpm_csv_text type = csv->fields[columns[TYPE]];
    int is_call = type.length == 4 && strncasecmp(type.bytes, "call", 4) == 0;
    int is_put = type.length == 3 && strncasecmp(type.bytes, "put", 3) == 0;
    if (!is_call && !is_put) {
        hpm_fail(error, HPM_E_RANGE, "type", "neither Call nor Put");
        if (error) error->line = csv->line;
        return HPM_E_RANGE;
    }
    out->sign = is_call ? 1 : -1;
    if (!(out->spot > 0 && out->strike >= 0 && out->vol >= 0 && out->tau >= 0)) {
        hpm_fail(error, HPM_E_RANGE, NULL, "needs spot > 0 and strike, t, vol >= 0");
        if (error) error->line = csv->line;
        return HPM_E_RANGE;
    }
    out->growth = hpm_exp((out->rate - out->dividend) * out->tau);
    hpm_black76_greeks(&out->on_forward, out->spot * out->growth, out->strike, out->vol, out->tau,
                       out->rate, out->sign);
    return HPM_OK;
}

/* ---- Sensitivities ------------------------------------------------------------------------ */

static double value_of(const table_option *o)
{
    return hpm_exp(-o->rate * o->tau) *
           hpm_black76(o->spot * o->growth, o->strike, o->vol * sqrt(o->tau), o->sign);
}

/* dF/dS = growth; dF/dr = T F = -dF/dq; dF/dT = (r - q) F. */
static double delta_of(const table_option *o)
{
    return o->on_forward.delta * o->growth;
}

static double gamma_of(const table_option *o)
{
    return o->on_forward.gamma * o->growth * o->growth;
}

static double vega_of(const table_option *o)
{
    return o->on_forward.vega;
}

static double theta_of(const table_option *o)
{
    return o->on_forward.theta - delta_of(o) * o->spot * (o->rate - o->dividend);
}

static double theta_day_of(const table_option *o)
{
    return theta_of(o) / 365;
}

static double rho_of(const table_option *o)
{
    return o->on_forward.rho + delta_of(o) * o->spot * o->tau;
}

static double dividend_rho_of(const table_option *o)
{
    return -delta_of(o) * o->spot * o->tau;
}

static double elasticity_of(const table_option *o)
{
    return delta_of(o) * o->spot / value_of(o);
}

static const struct {
    const char *name;
    double (*compute)(const table_option *o);
} greeks[] = {
    {"value", value_of},
    {"delta", delta_of},
    {"gamma", gamma_of},
    {"vega", vega_of},
    {"theta", theta_of},
    {"theta per day", theta_day_of},
    {"rho", rho_of},
    {"dividendRho", dividend_rho_of},
    {"elasticity", elasticity_of},
};

enum { GREEKS = sizeof greeks / sizeof greeks[0] };

static uint32_t greek_of(hpm_csv_text name)
{
    uint32_t i = 0;
    while (i < GREEKS && !hpm_csv_equals(name, greeks[i].name))
        i++;
    return i;
}

/* ---- Rows --------------------------------------------------------------------------------- */

/* Columns that begin with "value" are compared: to the printed digits, or, where the table's maker
 * computed them again, to 1e-9. */
static hpm_status compare_row(conform_tally *tally, const hpm_csv *csv, const table_option *option,
                              uint32_t greek, hpm_error *error)
{
    double computed = greeks[greek].compute(option);
    for (uint32_t c = 0; c < csv->column_count; c++) {
        hpm_csv_text header = csv->header[c], cell = csv->fields[c];
        char field[CONFORM_NAME_SIZE];
        double expected;
        if (header.length < 5 || memcmp(header.bytes, "value", 5) != 0) continue;
        if (!read_cell(&expected, cell)) return cell_fails(csv, "value", error);
        int is_recomputed = hpm_csv_equals(header, "value_recomputed");
        double tolerance = printed_tolerance(cell);
        if (is_recomputed) tolerance += 1e-9 * fabs(expected);
        snprintf(field, sizeof field, "%s%s%.*s", greek == 0 ? "" : greeks[greek].name,
                 greek == 0 ? "" : ".", (int)fmin((double)header.length, 30), header.bytes);
        conform_compare(tally, field, computed, expected, tolerance);
    }
    return HPM_OK;
}

static hpm_status run_row(conform_tally *tally, const hpm_csv *csv, const uint32_t *columns,
                          uint32_t greek_column, hpm_error *error)
{
    table_option option;
    uint32_t greek = greek_column == UINT32_MAX ? 0 : greek_of(csv->fields[greek_column]);
    if (greek == GREEKS) {
        hpm_fail(error, HPM_E_UNSUPPORTED, "greek", "not one that this suite computes");
        if (error) error->line = csv->line;
        return HPM_E_UNSUPPORTED;
    }
    hpm_status status = read_option(&option, csv, columns, error);
    return status == HPM_OK ? compare_row(tally, csv, &option, greek, error) : status;
}

static hpm_status run_rows(conform_tally *tally, hpm_csv *csv, hpm_error *error)
{
    uint32_t columns[COLUMNS], greek = hpm_csv_column(csv, "greek");
    int has_row = 0;
    hpm_status status = hpm_csv_columns(csv, columns, column_names, COLUMNS, error);
    if (status == HPM_OK) status = hpm_csv_next(csv, &has_row, error);
    while (status == HPM_OK && has_row) {
        char name[CONFORM_NAME_SIZE];
        snprintf(name, sizeof name, "line %lld", (long long)csv->line);
        conform_case_begin(tally, name);
        hpm_error why = {HPM_OK, "", "", 0};
        if (run_row(tally, csv, columns, greek, &why) == HPM_OK)
            conform_case_end(tally);
        else
            conform_case_bad(tally, &why);
        status = hpm_csv_next(csv, &has_row, error);
    }
    return status;
}

/* American tables have the columns of European ones; only the name tells. */
static int is_american(const char *path)
{
    const char *slash = strrchr(path, '/');
    return strncasecmp(slash ? slash + 1 : path, "american", 8) == 0;
}

hpm_status conform_black_table(conform_tally *tally, const hpm_buffer *text, hpm_error *error)
{
    hpm_csv csv;
    if (is_american(tally->path))
        return hpm_fail(error, HPM_E_UNSUPPORTED, NULL,
                        "a table of American options; the library prices European ones");
    hpm_status status = hpm_csv_open(&csv, text->bytes, text->length, error);
    if (status != HPM_OK) return status;
    status = run_rows(tally, &csv, error);
    hpm_csv_close(&csv);
    return status;
}
