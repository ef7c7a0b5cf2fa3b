/* Greeks of a row against finite differences of the same row: small moves of price, volatility and
 * time as scenarios, and two markets whose rates are a basis point apart. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "world.h"

static const hpm_instrument *row_of(const desk *on, uint32_t instrument)
{
    return &on->array.catalog->instruments[instrument];
}

static int64_t tick_at(const desk *on, uint32_t instrument, uint32_t column)
{
    return on->array.ticks[(size_t)instrument * on->array.stride + column];
}

/* Largest price that a lot's entry is computed from, in its settlement asset: what a rounding of
 * doubles is relative to. Coin values are below one coin a unit but for puts, K/F. */
static double lot_scale(const desk *on, uint32_t instrument)
{
    const hpm_instrument *row = row_of(on, instrument);
    double lot = row->contract_size * (double)row->lot.e8 / 1e8;
    double spot = on->array.market->asset_price[row->underlying].value;
    if (row->payoff == HPM_LINEAR) return lot * (8 * spot + row->strike);
    return row->kind == HPM_OPTION ? lot * (1 + 20 * row->strike / spot) : lot * 20 / spot;
}

static const double bumps[] = {1e-3, 1e-4, 1e-5, 1e-6};

enum { BUMPS = 4, VOL_UP = 2 * BUMPS, VOL_DOWN, TIME_SHORT, TIME_LONG };

#define VOL_BUMP   1e-4
#define DAYS_SHORT 1e-6
#define DAYS_LONG  1e-4

static const char bumped[] =
    "{\"schema\":\"hpm/rulebook/1\",\"name\":\"bumped\",\"version\":\"1\",\"title\":\"test\","
    "\"coverage\":\"own method: "
    "test\",\"discount_at_rate\":true,\"underlyings\":[{\"asset\":\"*\"}],"
    "\"collateral\":[{\"asset\":\"*\"}],"
    "\"sets\":[{\"name\":\"bumps\",\"vol_unit\":\"points\",\"scenarios\":["
    "{\"price\":1e-3},{\"price\":-1e-3},{\"price\":1e-4},{\"price\":-1e-4},"
    "{\"price\":1e-5},{\"price\":-1e-5},{\"price\":1e-6},{\"price\":-1e-6},"
    "{\"vol\":1e-4},{\"vol\":-1e-4},{\"time_days\":1e-6},{\"time_days\":1e-4}]}],"
    "\"components\":[{\"name\":\"worst\",\"kind\":\"worst_scenario\",\"set\":\"bumps\"}],"
    "\"initial\":\"worst\",\"maintenance\":\"worst\"}";

/* What the average has seen so far is so far from the forward that settlement is near another
 * strike (BTC 57000), and every rate is `data` higher. */
static void move_average(hpm_market *market, const void *data)
{
    for (uint32_t e = 0; e < market->catalog->expiry_count; e++) {
        market->curve[e].observed_price *= 0.9 / 0.998;
        market->curve[e].rate_annual += *(const double *)data;
    }
}

/* One option or linear row under bumps, in quote currency a lot. */
typedef struct bumped_row {
    const desk *on;
    uint32_t instrument;
    double lot, unobserved, settlement, follows, total_vol, tau;
    int is_inverse;
} bumped_row;

static bumped_row bumped_row_of(const desk *on, uint32_t instrument)
{
    const hpm_instrument *row = row_of(on, instrument);
    const hpm_market *market = on->array.market;
    double lot = row->contract_size * (double)row->lot.e8 / 1e8;
    bumped_row out = {on, instrument, lot, market->mark[instrument].value, 0,
                      1,  1,          1,   row->payoff == HPM_INVERSE};
    out.settlement = out.unobserved;
    if (row->kind != HPM_OPTION) return out;
    const hpm_curve_point *point = &market->curve[row->expiry];
    out.tau = hpm_market_tau_years(market, row->expiry_ns);
    out.unobserved = point->forward.value;
    out.settlement = hpm_curve_settlement_forward(point);
    out.follows = 1 - point->observed_share;
    out.total_vol = market->vol[instrument].value * sqrt(out.tau);
    return out;
}

static double extra(const bumped_row *row, hpm_column column)
{
    return (double)tick_at(row->on, row->instrument, row->on->array.extra + column) *
           column_unit(&row->on->array, row->instrument, row->on->array.extra + column);
}

static double gain(const bumped_row *row, uint32_t column)
{
    return (double)tick_at(row->on, row->instrument, column) *
           column_unit(&row->on->array, row->instrument, column);
}

/* P&L in quote currency where the price moves by `move`: coin value at the price it then has. */
static double quote_gain(const bumped_row *row, uint32_t column, double move)
{
    double then = row->settlement + row->follows * row->unobserved * move;
    if (!row->is_inverse) return gain(row, column);
    if (row_of(row->on, row->instrument)->kind != HPM_OPTION) return gain(row, column) * then;
    double value = extra(row, HPM_COLUMN_VALUE);
    return (value + gain(row, column)) * then - value * row->settlement;
}

static void near(const bumped_row *row, const char *what, double got, double wanted,
                 double tolerance)
{
    if (!(fabs(got - wanted) <= tolerance))
        fail_msg("%s of %s is %.12g, by differences %.12g (tolerance %g)", what,
                 row_of(row->on, row->instrument)->name, got, wanted, tolerance);
}

/* Ticks' worth of P&L in quote currency. */
static double tick_noise(const bumped_row *row)
{
    return column_unit(&row->on->array, row->instrument, 0) *
               (row->is_inverse ? row->settlement : 1) +
           4e-16 * lot_scale(row->on, row->instrument) * (row->is_inverse ? row->settlement : 1);
}

/* The widest bump that is small beside the distribution: what differences leave out is of second
 * order in bump over total volatility. */
static int bump_for(const bumped_row *row, double share)
{
    int b = 0;
    while (b + 1 < BUMPS && bumps[b] > share * row->total_vol)
        b++;
    return b;
}

static void check_delta(const bumped_row *row)
{
    int b = bump_for(row, 0.02);
    double e = bumps[b], size = row->unobserved * e;
    uint32_t up = 2 * (uint32_t)b, down = up + 1;
    double ratio = row->total_vol > 0 ? e / row->total_vol : 1;
    double tolerance = row->lot * 0.2 * ratio * ratio + tick_noise(row) / size;
    double index =
        row->on->array.market->asset_price[row_of(row->on, row->instrument)->underlying].value;
    if (row->is_inverse && row_of(row->on, row->instrument)->kind != HPM_OPTION) {
        near(row, "delta", extra(row, HPM_COLUMN_DELTA) / index,
             (gain(row, up) - gain(row, down)) / (2 * e),
             2 * e * e * row->lot / row->settlement + 2e-12 / e);
        return;
    }
    near(row, "delta", extra(row, HPM_COLUMN_DELTA) / index,
         (quote_gain(row, up, e) - quote_gain(row, down, -e)) / (2 * size), tolerance);
    /* In coin the premium moves too, and a coin is worth the settlement price. */
    if (row->is_inverse)
        near(row, "premium-adjusted delta",
             extra(row, HPM_COLUMN_DELTA_PREMIUM) / index * row->unobserved / row->settlement,
             (gain(row, up) - gain(row, down)) / (2 * e),
             tolerance + row->lot *
                             (1 + row_of(row->on, row->instrument)->strike / row->settlement) * e *
                             e);
}

static void check_gamma(const bumped_row *row)
{
    int b = bump_for(row, 0.05);
    double e = bumps[b];
    uint32_t up = 2 * (uint32_t)b, down = up + 1;
    double ratio = e / row->total_vol;
    double scale = row->lot * row->follows * row->follows * row->unobserved / row->total_vol * 0.01;
    near(row, "gamma", extra(row, HPM_COLUMN_GAMMA),
         (quote_gain(row, up, e) + quote_gain(row, down, -e)) / (e * e) * 0.01,
         0.2 * ratio * ratio * scale + 0.02 * tick_noise(row) / (e * e));
}

static void check_vega_theta(const bumped_row *row)
{
    double coin = row->is_inverse ? row->settlement : 1, sqrt_tau = sqrt(row->tau);
    double scale = row->lot * row->settlement * sqrt_tau;
    double ratio = VOL_BUMP * sqrt_tau / row->total_vol;
    near(row, "vega", extra(row, HPM_COLUMN_VEGA),
         (gain(row, VOL_UP) - gain(row, VOL_DOWN)) * coin / (2 * VOL_BUMP) * 0.01,
         0.01 * (scale * 4 * ratio * ratio + tick_noise(row) / VOL_BUMP));
    int is_long = row->tau > 1.0 / 365;
    double days = is_long ? DAYS_LONG : DAYS_SHORT;
    double per_day = row->lot * row->settlement * row->total_vol / row->tau / 365;
    near(row, "theta", extra(row, HPM_COLUMN_THETA),
         gain(row, is_long ? TIME_LONG : TIME_SHORT) * coin / days,
         per_day * 2 * (days / 365) / row->tau + 2 * tick_noise(row) / days);
}

static int has_vol(const bumped_row *row)
{
    return row_of(row->on, row->instrument)->strike > 0 && row->total_vol > 0;
}

static void greeks_are_finite_differences(void **state)
{
    double no_shift = 0;
    world moved;
    hpm_rulebook_document rulebook;
    desk on;
    uint32_t options = 0;
    (void)state;
    world_init(&moved, move_average, &no_shift);
    rulebook_decode(&rulebook, bumped);
    desk_open(&on, &moved.market, &rulebook.rulebook);
    for (uint32_t i = 0; i < moved.catalog.instrument_count; i++) {
        if (on.array.row_state[i] != HPM_ROW_READY) continue;
        bumped_row row = bumped_row_of(&on, i);
        check_delta(&row);
        if (moved.catalog.instruments[i].kind != HPM_OPTION || !has_vol(&row)) continue;
        check_gamma(&row);
        check_vega_theta(&row);
        options++;
    }
    assert_true(options > 150);
    desk_close(&on);
    hpm_rulebook_document_free(&rulebook);
    world_free(&moved);
}

/* Rho from two markets whose rates are a basis point apart. */
static void rho_is_a_finite_difference(void **state)
{
    double down = -0.5e-4, up = 0.5e-4;
    world worlds[2];
    hpm_rulebook_document rulebook;
    desk low, high;
    (void)state;
    world_init(&worlds[0], move_average, &down);
    world_init(&worlds[1], move_average, &up);
    rulebook_decode(&rulebook, bumped);
    desk_open(&low, &worlds[0].market, &rulebook.rulebook);
    desk_open(&high, &worlds[1].market, &rulebook.rulebook);
    for (uint32_t i = 0; i < worlds[0].catalog.instrument_count; i++) {
        if (low.array.row_state[i] != HPM_ROW_READY) continue;
        bumped_row a = bumped_row_of(&low, i), b = bumped_row_of(&high, i);
        double coin = a.is_inverse && row_of(&low, i)->kind == HPM_OPTION ? a.settlement : 1;
        double difference = (extra(&b, HPM_COLUMN_VALUE) - extra(&a, HPM_COLUMN_VALUE)) * coin;
        double scale = a.lot * (a.settlement + row_of(&low, i)->strike) * a.tau * 1e-4;
        double kept = row_of(&low, i)->kind == HPM_OPTION ? 1e-4 * scale : 0;
        near(&a, "rho", 0.5 * (extra(&a, HPM_COLUMN_RHO) + extra(&b, HPM_COLUMN_RHO)), difference,
             kept + 2 * tick_noise(&a));
    }
    desk_close(&low);
    desk_close(&high);
    hpm_rulebook_document_free(&rulebook);
    world_free(&worlds[0]);
    world_free(&worlds[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(greeks_are_finite_differences),
        cmocka_unit_test(rho_is_a_finite_difference),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
