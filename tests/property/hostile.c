/* Hostile worlds: a plan is drawn up of what is strange about all of a world, then every row is
 * made after it, and some are spoilt. */
#include "hostile.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "price/black76.h"

#define COUNT_OF(table) ((uint32_t)(sizeof(table) / sizeof(table)[0]))

enum { USD, USDC, ALPHA, BETA, ASSETS };

static const hpm_asset assets[ASSETS] = {{"USD", HPM_ASSET_FIAT},
                                         {"USDC", HPM_ASSET_STABLECOIN},
                                         {"AAA", HPM_ASSET_COIN},
                                         {"BBB", HPM_ASSET_COIN}};

/* ---- Draws ---------------------------------------------------------------------------------- */

static uint32_t byte_of(hostile_draws *draws)
{
    if (draws->left == 0) return 0;
    draws->left--;
    return *draws->bytes++;
}

static uint32_t pick(hostile_draws *draws, uint32_t count)
{
    return draws->bytes ? byte_of(draws) % count : hpm_rng_below(&draws->rng, count);
}

/* [0, 1) */
static double share(hostile_draws *draws)
{
    if (!draws->bytes) return hpm_rng_real(&draws->rng);
    uint32_t high = byte_of(draws), low = byte_of(draws);
    return (high * 256 + low) / 65536.0;
}

/* The ordinary choice more often than not. */
static uint32_t seldom(hostile_draws *draws, uint32_t count)
{
    uint32_t drawn = pick(draws, 2 * count);
    return drawn < count ? drawn : 0;
}

/* Over all magnitudes. */
static double wild(hostile_draws *draws)
{
    static const double reaches[] = {2, 20, 60, 700};
    double reach = reaches[pick(draws, COUNT_OF(reaches))];
    return exp(reach * (2 * share(draws) - 1));
}

/* ---- The plan ------------------------------------------------------------------------------- */

enum { PAYOFF_INVERSE, PAYOFF_LINEAR, PAYOFF_FOREIGN, PAYOFF_MIXED, PAYOFFS };
enum {
    STRIKES_EVEN,
    STRIKES_DENSE,
    STRIKES_DECADES,
    STRIKES_ONE,
    STRIKES_FAR,
    STRIKES_WILD,
    STRIKES_TOUCHING,
    STRIKES_LAYOUTS
};
enum { SIDES_BOTH, SIDES_CALLS, SIDES_PUTS, SIDES_OUT_OF_THE_MONEY, SIDES };
enum {
    PRICES_SMILE,
    PRICES_EXACT,
    PRICES_FALLING,
    PRICES_EQUAL,
    PRICES_RANDOM,
    PRICES_ABOVE,
    PRICES_TINY,
    PRICES_NO_PARITY,
    PRICES_SPIKE,
    PRICES_FROWN,
    PRICES_STEEP,
    PRICES_MODELS
};
enum { FORWARD_FAIR, FORWARD_ABSENT, FORWARD_HALF, FORWARD_SCATTERED, FORWARDS };
enum { AGES_FRESH, AGES_STAGGERED, AGES_STALE, AGES };
enum { FUTURE_NONE, FUTURE_FAIR, FUTURE_MARK, FUTURE_HALF, FUTURE_BID, FUTURES };
enum { INDEX_FAIR, INDEX_ABSENT, INDEX_WRONG, INDEX_OLD, INDICES };
enum { EARLIER_NONE, EARLIER_TAME, EARLIER_WILD, EARLIERS };

typedef struct plan {
    uint32_t payoff, layout, sides, prices, stated, ages, future, earlier, expiries, strikes;
    double forward, vol, chaos, half_spread;
    int64_t lasts_ns[HOSTILE_EXPIRIES];
    uint32_t coin[HOSTILE_EXPIRIES];
} plan;

static void plan_expiries(plan *p, hostile_draws *draws)
{
    static const double days[HOSTILE_EXPIRIES] = {7, 30, 90, 180, 1, 365};
    static const double odd_seconds[] = {1,     2,     3,   60,   3600, 86400,  604800, 3e7,
                                         1.5e8, 9.5e8, 6e9, 1e-9, 0,    -86400, 2.6e6,  2.6e6};
    uint32_t layout = seldom(draws, 4);
    p->expiries = 1 + pick(draws, HOSTILE_EXPIRIES);
    for (uint32_t e = 0; e < p->expiries; e++) {
        double seconds = days[e] * 86400;
        if (layout == 1) seconds = odd_seconds[pick(draws, COUNT_OF(odd_seconds))];
        if (layout == 2) seconds = 2.6e6 + e;
        if (layout == 3) seconds = 1 + e;
        p->lasts_ns[e] = (int64_t)(seconds * 1e9 + 0.5);
        p->coin[e] = seldom(draws, 2) ? BETA : ALPHA;
    }
}

static void plan_world(plan *p, hostile_draws *draws)
{
    static const double forwards[] = {80000, 1, 1e-8, 1e12, 1e-14, 9e14, 1e-300, 1e-310};
    static const double vols[] = {0.6, 0.001, 20, 3, 0.05, 300};
    static const double spreads[] = {0.02, 0.2, 1e-9, 0.9};
    static const double chaos[] = {0, 0.05, 0.3, 1};
    static const uint32_t strikes[] = {11, 21, 1, 2, 4, 5, 7, 8, 9, 16, 40, 1000};
    plan_expiries(p, draws);
    p->forward = forwards[seldom(draws, COUNT_OF(forwards))];
    p->vol = vols[seldom(draws, COUNT_OF(vols))];
    p->half_spread = spreads[seldom(draws, COUNT_OF(spreads))];
    p->chaos = chaos[pick(draws, COUNT_OF(chaos))];
    p->strikes = strikes[seldom(draws, COUNT_OF(strikes))];
    p->payoff = pick(draws, PAYOFFS);
    p->layout = seldom(draws, STRIKES_LAYOUTS);
    p->sides = seldom(draws, SIDES);
    p->prices = seldom(draws, PRICES_MODELS);
    p->stated = seldom(draws, FORWARDS);
    p->ages = seldom(draws, AGES);
    p->future = pick(draws, FUTURES);
    p->earlier = pick(draws, EARLIERS);
}

/* ---- Rows ----------------------------------------------------------------------------------- */

static double years(const plan *p, uint32_t expiry)
{
    double left = (double)p->lasts_ns[expiry] / (double)HPM_YEAR_NS;
    return left > 1e-16 ? left : 1e-16;
}

static double strike_at(const plan *p, hostile_draws *draws, uint32_t expiry, uint32_t strike)
{
    double place = p->strikes > 1 ? 2.0 * strike / (p->strikes - 1) - 1 : 0;
    double deviation = p->vol * sqrt(years(p, expiry));
    double at = p->forward * exp(2.5 * fmin(deviation, 100) * place);
    if (p->layout == STRIKES_DENSE) at = p->forward * (1 + 1e-6 * strike);
    if (p->layout == STRIKES_DECADES) at = p->forward * exp(13.8 * place);
    if (p->layout == STRIKES_ONE) at = p->forward;
    if (p->layout == STRIKES_FAR) at = p->forward * exp(fmin(deviation, 100) * (12 + place));
    if (p->layout == STRIKES_WILD) at = p->forward * wild(draws);
    if (p->layout == STRIKES_TOUCHING) at = p->forward * (1 + 0x1p-52 * strike);
    return fmin(at, 1e15);
}

/* What a world's smiles are: its volatility at a strike. */
static double vol_at(const plan *p, hostile_draws *draws, uint32_t expiry, double strike)
{
    double tau = years(p, expiry), deviation = p->vol * sqrt(tau);
    double place = log(strike / p->forward) / deviation;
    double smile = p->vol * (1 - 0.05 * place + 0.03 * place * place) / (1 + 0.01 * place * place);
    if (p->prices == PRICES_FALLING) return p->vol * sqrt(1e-3 / tau);
    if (p->prices == PRICES_RANDOM) return p->vol * wild(draws);
    if (p->prices == PRICES_SPIKE) return fabs(place) < 0.3 ? 3 * p->vol : p->vol;
    if (p->prices == PRICES_FROWN) return p->vol * fmax(1 - 0.2 * place * place, 0.05);
    if (p->prices == PRICES_STEEP) return p->vol * sqrt(1 + 6 * fabs(place) / deviation);
    return fmin(fmax(smile, 0.2 * p->vol), 5 * p->vol);
}

static double price_at(const plan *p, hostile_draws *draws, const hpm_instrument *option,
                       uint32_t expiry, double vol)
{
    double total = fmin(vol * sqrt(years(p, expiry)), 60), unit = 1;
    double value = hpm_black76(p->forward, option->strike, total, option->is_call ? 1 : -1);
    if (option->payoff == HPM_INVERSE) unit = 1 / p->forward;
    if (p->prices == PRICES_EQUAL) value = 0.05 * p->forward;
    if (p->prices == PRICES_ABOVE) value = (option->strike + p->forward) * (1 + share(draws));
    if (p->prices == PRICES_TINY) return 1e-300;
    if (p->prices == PRICES_NO_PARITY && option->is_call) value *= 1.5;
    return value * unit;
}

/* What quotes may be at all; all else is refused, which is drawn seldom enough. */
static double within(double x, double most)
{
    return x >= 0 ? fmin(x, most) : x;
}

static void spoil(hpm_quote *quote, hostile_draws *draws)
{
    double *const numbers[] = {&quote->bid,        &quote->ask,          &quote->bid_size,
                               &quote->ask_size,   &quote->micro,        &quote->bid_depth,
                               &quote->ask_depth,  &quote->mark,         &quote->mark_vol,
                               &quote->underlying, &quote->open_interest};
    switch (pick(draws, 12)) {
    case 0:
        quote->bid = 0;
        break;
    case 1:
        quote->ask = 0;
        break;
    case 2:
        *quote = hpm_quote_none;
        break;
    case 3:
        quote->bid = within(2 * quote->ask, 1e15);
        break;
    case 4:
        quote->bid *= 10, quote->ask = within(quote->ask * 10, 1e15);
        break;
    case 5:
        quote->bid *= 0.1, quote->ask *= 0.1;
        break;
    case 6:
        quote->age_s = within(wild(draws), 1e9);
        break;
    case 7:
        quote->bid = quote->ask = 1e-300;
        break;
    case 8:
        quote->bid = quote->ask;
        break;
    case 9:
        quote->mark = quote->mark_vol = (double)NAN;
        break;
    case 10:
        *numbers[pick(draws, COUNT_OF(numbers))] = within(wild(draws), 1e5);
        break;
    default:
        *numbers[pick(draws, 9)] = pick(draws, 2) ? 0 : (double)NAN;
    }
}

static double underlying_of(const plan *p, hostile_draws *draws)
{
    if (p->stated == FORWARD_ABSENT) return (double)NAN;
    if (p->stated == FORWARD_HALF) return 1.5 * p->forward;
    if (p->stated == FORWARD_SCATTERED) return p->forward * (0.7 + 0.6 * share(draws));
    return p->forward;
}

static double age_of(const plan *p, hostile_draws *draws)
{
    if (p->ages == AGES_STAGGERED) return 4000 * share(draws);
    return p->ages == AGES_STALE ? 4000 : 0;
}

static void quote_option(hpm_quote *quote, const plan *p, hostile_draws *draws,
                         const hpm_instrument *option, uint32_t expiry)
{
    double vol = vol_at(p, draws, expiry, option->strike);
    double half = p->prices == PRICES_EXACT ? 0 : p->half_spread;
    *quote = hpm_quote_none;
    quote->bid = within(price_at(p, draws, option, expiry, vol * (1 - half)), 1e15);
    quote->ask = within(price_at(p, draws, option, expiry, vol * (1 + half)), 1e15);
    quote->mark = quote->bid;
    quote->mark_vol = within(vol, 1e5);
    quote->bid_size = 10 * share(draws);
    quote->ask_size = 10 * share(draws);
    quote->open_interest = 100 * share(draws);
    quote->underlying = fmin(underlying_of(p, draws), 1e15);
    quote->age_s = age_of(p, draws);
    if (share(draws) < p->chaos) spoil(quote, draws);
}

static hpm_payoff payoff_of(const plan *p, uint32_t at)
{
    if (p->payoff == PAYOFF_MIXED) return at % 3 == 0 ? HPM_INVERSE : HPM_LINEAR;
    return p->payoff == PAYOFF_INVERSE ? HPM_INVERSE : HPM_LINEAR;
}

static hpm_instrument *next_row(hostile_world *out, const plan *p, hpm_kind kind, uint32_t expiry)
{
    hpm_instrument *row = &out->rows[out->count];
    uint32_t at = out->count++;
    memset(row, 0, sizeof *row);
    /* Neither in the order of expiries nor in that of strikes. */
    snprintf(row->name, sizeof row->name, "x:%05u", (at * 7919u + 13u) % 100003u);
    row->kind = kind;
    row->payoff = payoff_of(p, at);
    row->underlying = p->coin[expiry];
    row->settlement = row->payoff == HPM_INVERSE                   ? row->underlying
                      : p->payoff == PAYOFF_FOREIGN || at % 5 == 0 ? USDC
                                                                   : USD;
    row->contract_size = 1;
    row->lot.e8 = HPM_E8;
    row->expiry_ns = HOSTILE_NOW_NS + p->lasts_ns[expiry];
    return row;
}

static int is_listed(const plan *p, double strike, int is_call)
{
    if (p->sides == SIDES_CALLS) return is_call;
    if (p->sides == SIDES_PUTS) return !is_call;
    if (p->sides == SIDES_OUT_OF_THE_MONEY) return is_call == (strike >= p->forward);
    return 1;
}

static void add_options(hostile_world *out, const plan *p, hostile_draws *draws, uint32_t expiry,
                        uint32_t room)
{
    uint32_t end = out->count + room;
    for (uint32_t strike = 0; strike < p->strikes; strike++) {
        double at = strike_at(p, draws, expiry, strike);
        for (int is_call = 0; is_call < 2 && out->count < end; is_call++) {
            if (!is_listed(p, at, is_call)) continue;
            hpm_instrument *row = next_row(out, p, HPM_OPTION, expiry);
            row->strike = at;
            row->is_call = is_call;
            quote_option(&out->row_quotes[out->count - 1], p, draws, row, expiry);
        }
    }
}

static void add_future(hostile_world *out, const plan *p, uint32_t expiry)
{
    if (p->future == FUTURE_NONE) return;
    next_row(out, p, HPM_FUTURE, expiry);
    hpm_quote *quote = &out->row_quotes[out->count - 1];
    double price = fmin(p->future == FUTURE_HALF ? 0.5 * p->forward : p->forward, 9e14);
    *quote = hpm_quote_none;
    quote->mark = price;
    if (p->future == FUTURE_MARK) return;
    quote->bid = price * (1 - 1e-4);
    quote->ask = p->future == FUTURE_BID ? (double)NAN : price * (1 + 1e-4);
}

static hpm_input index_of(const plan *p, hostile_draws *draws)
{
    hpm_input index = {p->forward, 1, 0};
    uint32_t kind = seldom(draws, INDICES);
    if (kind == INDEX_ABSENT) index.value = (double)NAN;
    if (kind == INDEX_WRONG) index.value = fmin(10 * p->forward, 1e15);
    if (kind == INDEX_OLD) index.age_s = 3000, index.confidence = 0.1;
    return index;
}

/* ---- The earlier surface -------------------------------------------------------------------- */

/* Valid is not free of arbitrage: wings of any slope, corners, no variance at the bottom. */
static hpm_svi wild_svi(hostile_draws *draws)
{
    static const double bs[] = {0.1, 0, 1e-9, 1.9, 1e6}, rhos[] = {0, -0.5, 0.9999999, -0.9999999};
    static const double ms[] = {0, 0.1, -3, 1e3}, sigmas[] = {0.1, 1e-12, 100, 1e6};
    static const double as[] = {0.1, 1e-9, 1e6, 10};
    hpm_svi svi = {as[pick(draws, COUNT_OF(as))], bs[pick(draws, COUNT_OF(bs))],
                   rhos[pick(draws, COUNT_OF(rhos))], ms[pick(draws, COUNT_OF(ms))],
                   sigmas[pick(draws, COUNT_OF(sigmas))]};
    double bottom = svi.b * svi.sigma * sqrt(1 - svi.rho * svi.rho);
    if (pick(draws, 4) == 3) svi.a = -bottom * (1 - 1e-9);
    return svi;
}

/* An expiry that the quotes have, or one beside it. */
static void earlier_slice(hpm_slice *slice, const plan *p, hostile_draws *draws, uint32_t expiry,
                          int64_t shift_ns)
{
    static const double ages[] = {0, 1000, 86000, 1e9};
    double tau = years(p, expiry), deviation = p->vol * sqrt(tau);
    const hpm_svi tame = {0.8 * deviation * deviation, 0.1 * deviation, -0.2, 0, deviation};
    memcpy(slice->underlying, assets[p->coin[expiry]].name, sizeof slice->underlying);
    slice->expiry_ns = HOSTILE_NOW_NS + p->lasts_ns[expiry] + shift_ns;
    slice->tau_years = pick(draws, 8) == 7 ? wild(draws) : tau + 1e-5;
    slice->forward = (hpm_input){p->forward, 0.9, ages[seldom(draws, COUNT_OF(ages))]};
    slice->svi = p->earlier == EARLIER_TAME ? tame : wild_svi(draws);
    slice->state = seldom(draws, HPM_SLICE_NONE + 1);
    slice->confidence = 0.7;
    slice->age_s = ages[seldom(draws, COUNT_OF(ages))];
    slice->mark_rmse = slice->spread_vol = (double)NAN;
}

static void draw_earlier(hostile_world *out, const plan *p, hostile_draws *draws)
{
    if (p->earlier == EARLIER_NONE) return;
    out->earlier = (hpm_surface){.now_ns = HOSTILE_NOW_NS - INT64_C(300000000000),
                                 .slices = out->earlier_slices};
    for (uint32_t e = 0; e < p->expiries; e++)
        for (int64_t beside = 0; beside < 2; beside++) {
            if (pick(draws, 3) == 2) continue;
            uint32_t at = out->earlier.slice_count++;
            earlier_slice(&out->earlier_slices[at], p, draws, e, beside * INT64_C(1800000000000));
        }
    hpm_error error;
    /* Two expiries of a plan may be one, and a wild slice may be no slice: then there is none. */
    if (hpm_surface_finish(&out->earlier, &error) == HPM_OK) out->before = &out->earlier;
}

/* ---- The world ------------------------------------------------------------------------------ */

/* Rows into a catalog and its quotes. */
static hpm_status settle(hostile_world *out, const hpm_input *index, hpm_error *error)
{
    out->arena.capacity = hpm_catalog_size(ASSETS, out->count) +
                          (ASSETS * sizeof(hpm_input) + HPM_ALIGNMENT) +
                          (out->count * sizeof(hpm_quote) + HPM_ALIGNMENT);
    out->arena.capacity = hpm_aligned_size(out->arena.capacity);
    out->arena.base = aligned_alloc(HPM_ALIGNMENT, out->arena.capacity);
    assert(out->arena.base);
    hpm_status status =
        hpm_catalog_init(&out->catalog, &out->arena, assets, ASSETS, out->rows, out->count, error);
    if (status != HPM_OK) return status;
    status = hpm_quotes_begin(&out->quotes, &out->arena, &out->catalog,
                              hpm_catalog_find_asset(&out->catalog, "USD"), HOSTILE_NOW_NS, error);
    if (status != HPM_OK) return status;
    for (uint32_t i = 0; i < out->count; i++)
        out->quotes.quote[hpm_catalog_find_instrument(&out->catalog, out->rows[i].name)] =
            out->row_quotes[i];
    for (uint32_t coin = ALPHA; coin <= BETA; coin++)
        out->quotes.asset_price[hpm_catalog_find_asset(&out->catalog, assets[coin].name)] = *index;
    return hpm_quotes_finish(&out->quotes, error);
}

hpm_status hostile_open(hostile_world *out, hostile_draws *draws, uint32_t rows_most,
                        hpm_error *error)
{
    plan p = {0};
    assert(rows_most <= HOSTILE_ROWS);
    memset(out, 0, sizeof *out);
    plan_world(&p, draws);
    const hpm_input index = index_of(&p, draws);
    out->rules = hpm_surface_rules_default;
    if (seldom(draws, 3) == 2) out->rules = (hpm_surface_rules){0, 0, 1e300};
    for (uint32_t e = 0; e < p.expiries; e++) {
        add_options(out, &p, draws, e, rows_most / p.expiries - 1);
        add_future(out, &p, e);
    }
    draw_earlier(out, &p, draws);
    return settle(out, &index, error);
}

hpm_status hostile_reverse(hostile_world *out, const hostile_world *of, hpm_error *error)
{
    uint32_t coin = hpm_catalog_find_asset(&of->catalog, assets[ALPHA].name);
    const hpm_input index = of->quotes.asset_price[coin];
    memset(out, 0, sizeof *out);
    out->count = of->count;
    out->rules = of->rules;
    out->before = of->before;
    for (uint32_t i = 0; i < of->count; i++) {
        out->rows[i] = of->rows[of->count - 1 - i];
        out->row_quotes[i] = of->row_quotes[of->count - 1 - i];
    }
    return settle(out, &index, error);
}

void hostile_close(hostile_world *old)
{
    free(old->arena.base);
}

/* ---- The fit -------------------------------------------------------------------------------- */

hpm_status hostile_fit_open(hostile_fit *out, const hostile_world *world, hpm_isa isa,
                            hpm_error *error)
{
    hpm_context context;
    memset(out, 0, sizeof *out);
    hpm_status status = hpm_context_init(&context, isa, error);
    if (status != HPM_OK) return status;
    out->arena.capacity = hpm_surface_fit_size(&world->catalog, world->before);
    out->arena.base = aligned_alloc(HPM_ALIGNMENT, hpm_aligned_size(out->arena.capacity));
    assert(out->arena.base);
    return hpm_surface_fit_quotes(&context, &out->fit, &out->arena, &world->quotes, world->before,
                                  &world->rules, error);
}

void hostile_fit_close(hostile_fit *old)
{
    free(old->arena.base);
}
