/* hpm price: one European option, its value and its greeks. */
#include <math.h>
#include <string.h>

#include "commands.h"
#include "diagnose.h"
#include "exit.h"
#include "hpm/market.h"
#include "io/json_write.h"
#include "price/greeks.h"

struct values {
    double forward, strike, vol, days, years, rate;
    int type;
    int inverse;
    int format;
};

static const char *const types[] = {"call", "put", NULL};

#define REAL(name_, required_, member_, metavar_, text_)                                           \
    {                                                                                              \
        name_, 0, HPM_OPTION_REAL, required_, offsetof(struct values, member_), metavar_, NULL,    \
            text_                                                                                  \
    }

static const hpm_option options[] = {
    REAL("forward", 1, forward, "F", "forward price of the underlying for the expiry, > 0"),
    REAL("strike", 1, strike, "K", "strike, >= 0"),
    REAL("vol", 1, vol, "V", "annual volatility as a ratio: 0.6 is 60 %"),
    REAL("days", 0, days, "D", "days to expiry (of 24 hours)"),
    REAL("years", 0, years, "T", "years to expiry (of 365 days), instead of --days"),
    REAL("rate", 0, rate, "R", "annual rate, continuous, that discounts the value (0)"),
    {"type", 0, HPM_OPTION_CHOICE, 0, offsetof(struct values, type), NULL, types, "(call)"},
    {"inverse", 0, HPM_OPTION_FLAG, 0, offsetof(struct values, inverse), NULL, NULL,
     "settled in the coin: value in coin and premium-adjusted delta as well"},
    {"format", 0, HPM_OPTION_CHOICE, 0, offsetof(struct values, format), NULL, hpm_formats_single,
     "text for people or json"},
    HPM_OPTIONS_END,
};

/* Ranges in which the formulas are stated (price/greeks.h) and mean something. */
static int check(const hpm_command *self, struct values *values)
{
    if (isnan(values->days) == isnan(values->years)) {
        return hpm_usage(self, "give one of --days and --years");
    }
    if (isnan(values->years)) values->years = values->days / 365;
    if (!(values->forward > 0 && values->forward <= 1e15)) {
        return hpm_usage(self, "--forward is above 0 and at most 1e15 (%g)", values->forward);
    }
    if (!(values->strike >= 0 && values->strike <= 1e15)) {
        return hpm_usage(self, "--strike is between 0 and 1e15 (%g)", values->strike);
    }
    if (!(values->vol >= 0 && values->vol <= 100)) {
        return hpm_usage(self, "--vol is between 0 and 100, a ratio (%g)", values->vol);
    }
    if (!(values->years >= 0 && values->years <= 100)) {
        return hpm_usage(self, "time to expiry is between 0 and 100 years (%g)", values->years);
    }
    if (!(values->rate >= -5 && values->rate <= 5)) {
        return hpm_usage(self, "--rate is between -5 and 5, a ratio (%g)", values->rate);
    }
    return HPM_PARSE_RUN;
}

/* One row of the answer. The units are those of the reports: for one unit of the underlying. */
struct row {
    const char *key;
    double value;
    const char *text;
};

#define ROWS_MAX 12

static uint32_t rows_fill(struct row rows[ROWS_MAX], const struct values *values)
{
    double forward = values->forward;
    hpm_black_greeks greeks;
    uint32_t count = 0;
    hpm_black76_greeks(&greeks, forward, values->strike, values->vol, values->years, values->rate,
                       values->type == 0 ? 1 : -1);
    rows[count++] = (struct row){"value", greeks.value, "in quote currency"};
    if (values->inverse) {
        rows[count++] = (struct row){"value_coin", greeks.value / forward, "in the coin"};
    }
    rows[count++] = (struct row){"delta", greeks.delta, "Black delta, units of the underlying"};
    if (values->inverse) {
        rows[count++] = (struct row){"delta_premium", greeks.delta - greeks.value / forward,
                                     "premium-adjusted delta, units of the underlying"};
    }
    rows[count++] = (struct row){"delta_value", greeks.delta * forward, "delta times forward"};
    rows[count++] = (struct row){"gamma", greeks.gamma, "change of delta per 1 of price"};
    rows[count++] = (struct row){"gamma_1pct", greeks.gamma * forward * forward / 100,
                                 "gamma's change of the delta value per 1 % move"};
    rows[count++] = (struct row){"vega_point", greeks.vega / 100, "per volatility point"};
    rows[count++] = (struct row){"theta_day", greeks.theta / 365, "per day that passes"};
    rows[count++] = (struct row){"rho_bp", greeks.rho / 1e4, "per basis point of rate"};
    return count;
}

static void text_print(const struct row *rows, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        printf("%-14s %20.8f  %s\n", rows[i].key, rows[i].value, rows[i].text);
    }
}

static int json_print(const struct row *rows, uint32_t count)
{
    hpm_json json;
    hpm_json_to_file(&json, stdout, 1);
    hpm_json_begin_object(&json);
    for (uint32_t i = 0; i < count; i++)
        hpm_json_put_real(&json, rows[i].key, rows[i].value);
    hpm_json_end_object(&json);
    return hpm_json_close(&json);
}

static int price(const struct values *values)
{
    struct row rows[ROWS_MAX];
    uint32_t count = rows_fill(rows, values);
    if (values->format == HPM_FORMAT_JSON) return json_print(rows, count);
    text_print(rows, count);
    return HPM_EXIT_OK;
}

static int run(const hpm_command *self, int argc, char **argv)
{
    struct values values = {.days = NAN, .years = NAN};
    hpm_texts operands = {0};
    int status = hpm_options_parse(self, &values, &operands, argc, argv);
    if (status == HPM_PARSE_RUN) status = check(self, &values);
    if (status == HPM_PARSE_RUN) status = price(&values);
    hpm_options_free(self, &values, &operands);
    return hpm_stdout_close(status);
}

const hpm_command hpm_command_price = {
    .name = "price",
    .summary = "value and greeks of one European option",
    .operands = "",
    .text = "Prices one European option on a forward (Black 1976) and prints its greeks. Rates and "
            "volatilities are ratios, not percentages.",
    .examples = "  hpm price --forward 88000 --strike 90000 --vol 0.45 --days 30\n"
                "  hpm price --forward 88000 --strike 80000 --vol 0.5 --days 7 --type put "
                "--inverse --format json\n",
    .options = options,
    .run = run,
};
