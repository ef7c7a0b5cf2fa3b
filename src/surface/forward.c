/* Chooses each expiry's forward among what its sources say, and how far it can be trusted. */
#include "surface/forward.h"

#include <assert.h>
#include <math.h>

#include "market/input.h"
#include "math/elementary.h"
#include "surface/forward_views.h"

/* Bands that miss each other by less agree: a tick, a moment. */
#define TOLERANCE     5e-4
/* A source that leaves the forward open by more says nothing. */
#define ERROR_MOST    0.01
/* The error that halves a source's confidence. */
#define ERROR_HALF    2.5e-3
/* So many strikes have to agree before they overrule others. */
#define STRIKES_LEAST 3
/* Confidence of one source that nothing confirms, of a neighbour's carry, of the index price. */
#define ALONE         0.8
#define BETWEEN       0.5
#define SPOT          0.25
/* The largest carry, annual, that is drawn on beyond the last expiry that has a forward. */
#define CARRY_MOST    0.5

double surface_trust(double age_s, const hpm_surface_rules *rules)
{
    if (age_s <= rules->soft_age_s) return 1;
    if (!(age_s < rules->hard_age_s)) return 0;
    return (rules->hard_age_s - age_s) / (rules->hard_age_s - rules->soft_age_s);
}

static double least(double a, double b)
{
    return a < b ? a : b;
}

static double most(double a, double b)
{
    return a > b ? a : b;
}

/* ---- What is known of the expiry itself ---------------------------------------------------- */

/* Relative, of the value: half the width, and with more rows the smaller. */
static double error_of(const forward_view *view)
{
    return 0.5 * (view->high - view->low) / (view->value * sqrt((double)view->count));
}

static int speaks(const forward_view *view)
{
    return view->count > 0 && error_of(view) <= ERROR_MOST;
}

static int agree(const forward_view *a, const forward_view *b)
{
    return a->low <= b->high * (1 + TOLERANCE) && b->low <= a->high * (1 + TOLERANCE);
}

/* What `judge` has to say of `view`: 1 agrees, -1 contradicts, 0 nothing: it is silent or older. */
static int verdict(const forward_view *judge, const forward_view *view,
                   const hpm_surface_rules *rules)
{
    if (!speaks(judge) || judge->age_s > view->age_s + rules->soft_age_s) return 0;
    return agree(judge, view) ? 1 : -1;
}

/* Of parity and future. */
static forward_source better(const surface_forward *f, const hpm_surface_rules *rules)
{
    const forward_view *parity = &f->parity, *future = &f->future;
    if (!speaks(parity)) return speaks(future) ? FORWARD_FUTURE : FORWARD_NONE;
    if (!speaks(future)) return FORWARD_PARITY;
    if (agree(parity, future))
        return error_of(parity) <= error_of(future) ? FORWARD_PARITY : FORWARD_FUTURE;
    if (parity->age_s > future->age_s + rules->soft_age_s) return FORWARD_FUTURE;
    if (future->age_s > parity->age_s + rules->soft_age_s) return FORWARD_PARITY;
    return parity->count >= STRIKES_LEAST ? FORWARD_PARITY : FORWARD_FUTURE;
}

static const forward_view *view_from(const surface_forward *f, forward_source source)
{
    const forward_view *const views[] = {&f->stated, &f->parity, &f->future};
    return views[source];
}

/* What is stated stands unless more sources contradict it than confirm it. */
static forward_source choose(const surface_forward *f, const hpm_surface_rules *rules)
{
    if (f->stated.count == 0) return better(f, rules);
    int by_parity = verdict(&f->parity, &f->stated, rules);
    if (by_parity < 0 && f->parity.count < STRIKES_LEAST) by_parity = 0;
    if (by_parity + verdict(&f->future, &f->stated, rules) >= 0) return FORWARD_STATED;
    return better(f, rules);
}

static double precision_of(const forward_view *view)
{
    return 1 / (1 + error_of(view) / ERROR_HALF);
}

/* The age stands beside it: who uses a forward weighs both. A wide band confirms much that is
 * wrong: it counts by its own precision. */
static double confidence_of(const surface_forward *f, forward_source source,
                            const hpm_surface_rules *rules)
{
    const forward_view *chosen = view_from(f, source);
    double witness = 0; /* the sharpest one's precision */
    int confirmed = 1, heard = 1;
    for (forward_source other = FORWARD_STATED; other <= FORWARD_FUTURE; other++) {
        int said = other == source ? 0 : verdict(view_from(f, other), chosen, rules);
        if (said > 0) witness = most(witness, precision_of(view_from(f, other)));
        confirmed += said > 0;
        heard += said != 0;
    }
    double agreement = (double)confirmed / heard * fma(1 - ALONE, witness, ALONE);
    return agreement * precision_of(chosen);
}

static void settle(surface_forward *f, const hpm_surface_rules *rules)
{
    f->forward = (hpm_input){NAN, 0, 0};
    f->source = choose(f, rules);
    if (f->source == FORWARD_NONE) return;
    const forward_view *chosen = view_from(f, f->source);
    f->forward = (hpm_input){chosen->value, confidence_of(f, f->source, rules), chosen->age_s};
}

/* ---- What is known of its neighbours ------------------------------------------------------- */

/* A known point of ln(forward) over time; `source` NONE: there is none. */
typedef struct anchor {
    double tau_years, log_price;
    hpm_input price;
    forward_source source;
} anchor;

static const anchor nowhere = {0, 0, {NAN, 0, 0}, FORWARD_NONE};

static anchor anchor_of(const surface_forward *f, double tau_years)
{
    return (anchor){tau_years, hpm_log(f->forward.value), f->forward, f->source};
}

/* ln F between two points in time is linear; after the last it goes on with that one's carry from
 * spot. */
static hpm_input between(const anchor *low, const anchor *high, double tau_years)
{
    double share = (tau_years - low->tau_years) / (high->tau_years - low->tau_years);
    double log_price = fma(share, high->log_price - low->log_price, low->log_price);
    return (hpm_input){hpm_exp(log_price),
                       BETWEEN * least(low->price.confidence, high->price.confidence),
                       most(low->price.age_s, high->price.age_s)};
}

static hpm_input beyond(const anchor *spot, const anchor *last, double tau_years)
{
    double carry = 0;
    if (spot->source != FORWARD_NONE && last->tau_years > 0)
        carry = (last->log_price - spot->log_price) / last->tau_years;
    carry = most(-CARRY_MOST, least(carry, CARRY_MOST));
    double log_price = fma(carry, tau_years - last->tau_years, last->log_price);
    double price = most(least(hpm_exp(log_price), HPM_PRICE_MAX), 1 / HPM_PRICE_MAX);
    return (hpm_input){price, BETWEEN * last->price.confidence, last->price.age_s};
}

static void borrow(surface_forward *f, const anchor *spot, const anchor *before,
                   const anchor *after, double tau_years)
{
    int has_before = before->source != FORWARD_NONE, has_after = after->source != FORWARD_NONE;
    const anchor *low = has_before ? before : spot;
    f->source = FORWARD_BETWEEN;
    if (low->source != FORWARD_NONE && has_after && after->tau_years > low->tau_years)
        f->forward = between(low, after, tau_years);
    else if (has_before)
        f->forward = beyond(spot, before, tau_years);
    else if (has_after)
        f->forward =
            (hpm_input){after->price.value, BETWEEN * after->price.confidence, after->price.age_s};
    else {
        f->source = spot->source;
        f->forward = spot->price;
        f->forward.confidence *= SPOT;
    }
}

static anchor spot_of(const hpm_quotes *quotes, uint32_t underlying, const hpm_surface_rules *rules)
{
    hpm_input price = quotes->asset_price[underlying];
    if (isnan(price.value) || !(surface_trust(price.age_s, rules) > 0)) return nowhere;
    return (anchor){0, hpm_log(price.value), price, FORWARD_SPOT};
}

static int is_direct(const surface_forward *f)
{
    return f->source <= FORWARD_FUTURE;
}

/* The next expiry of the same underlying from `e` on that has a forward of its own; HPM_NONE. */
static uint32_t next_direct(const surface_forward *out, const hpm_catalog *catalog, uint32_t e)
{
    uint32_t underlying = catalog->expiries[e].underlying;
    for (; e < catalog->expiry_count && catalog->expiries[e].underlying == underlying; e++)
        if (is_direct(&out[e])) return e;
    return HPM_NONE;
}

/* Rows [first, end) are one underlying's expiries. */
static void fill_gaps(surface_forward *out, const hpm_quotes *quotes, uint32_t first, uint32_t end,
                      const anchor *spot)
{
    anchor before = nowhere, after = nowhere;
    uint32_t next = first; /* place of `after` */
    for (uint32_t e = first; e < end; e++) {
        double tau_years = surface_tau_years(quotes, e);
        if (is_direct(&out[e])) {
            before = anchor_of(&out[e], tau_years);
            continue;
        }
        if (next <= e) { /* HPM_NONE is above all */
            next = next_direct(out, quotes->catalog, e);
            after =
                next == HPM_NONE ? nowhere : anchor_of(&out[next], surface_tau_years(quotes, next));
        }
        borrow(&out[e], spot, &before, &after, tau_years);
    }
}

/* ---- All together -------------------------------------------------------------------------- */

size_t surface_forwards_size(const hpm_catalog *catalog)
{
    return surface_views_size(catalog);
}

hpm_status surface_forwards(surface_forward *out, hpm_arena *arena, const hpm_quotes *quotes,
                            const hpm_surface_rules *rules, hpm_error *error)
{
    const hpm_catalog *catalog = quotes->catalog;
    assert(rules->soft_age_s >= 0 && rules->hard_age_s >= rules->soft_age_s);
    hpm_status status = surface_views(out, arena, quotes, rules, error);
    if (status != HPM_OK) return status;
    for (uint32_t e = 0; e < catalog->expiry_count; e++)
        settle(&out[e], rules);
    for (uint32_t first = 0, end; first < catalog->expiry_count; first = end) {
        uint32_t underlying = catalog->expiries[first].underlying;
        for (end = first;
             end < catalog->expiry_count && catalog->expiries[end].underlying == underlying;)
            end++;
        const anchor spot = spot_of(quotes, underlying, rules);
        fill_gaps(out, quotes, first, end, &spot);
    }
    return HPM_OK;
}
