/* Collects what each source says of the forwards.
 *
 * Where products of an underlying are quoted against several currencies, those against the
 * reporting one (or in the coin) come first, and others are heard only where these are silent. */
#include "surface/forward_views.h"

#include <assert.h>
#include <math.h>

#include "base/sort.h"
#include "surface/parity.h"

/* Rows no older than the freshest by more than this are of one moment. */
#define MOMENT_S   1.0
/* How far a future's forward is open where only its mark is known. */
#define MARK_SHARE 2.5e-3

static const forward_view nothing = {NAN, NAN, NAN, NAN, 0};

typedef struct work {
    const hpm_quotes *quotes;
    const hpm_surface_rules *rules;
    uint32_t *ids; /* [instrument_count] of one kind at a time */
    uint32_t count;
    double *values;     /* [instrument_count] */
    parity_pair *pairs; /* [instrument_count] */
    opinion *opinions;  /* [instrument_count] */
} work;

size_t surface_views_size(const hpm_catalog *catalog)
{
    size_t count = catalog->instrument_count;
    return hpm_aligned_size(count * sizeof(uint32_t)) + hpm_aligned_size(count * sizeof(double)) +
           hpm_aligned_size(count * sizeof(parity_pair)) +
           hpm_aligned_size(count * sizeof(opinion));
}

static const hpm_instrument *row_of(const work *w, uint32_t place)
{
    return &w->quotes->catalog->instruments[w->ids[place]];
}

static const hpm_quote *quote_of(const work *w, uint32_t place)
{
    return &w->quotes->quote[w->ids[place]];
}

double surface_tau_years(const hpm_quotes *quotes, uint32_t expiry)
{
    int64_t expiry_ns = quotes->catalog->expiries[expiry].expiry_ns;
    if (expiry_ns <= quotes->now_ns) return 0;
    return (double)(expiry_ns - quotes->now_ns) / (double)HPM_YEAR_NS;
}

/* ---- Quotes -------------------------------------------------------------------------------- */

/* 0: quoted against the reporting currency, 1: against another. */
static int foreign(const hpm_quotes *quotes, const hpm_instrument *row)
{
    return row->payoff == HPM_LINEAR && row->settlement != quotes->reporting;
}

static int is_two_sided(const hpm_quote *quote)
{
    return quote->bid > 0 && quote->ask >= quote->bid;
}

/* Between bid and ask: where the book balances, if it is known, or the middle. */
static double centre_of(const hpm_quote *quote)
{
    if (quote->micro >= quote->bid && quote->micro <= quote->ask) return quote->micro;
    return 0.5 * (quote->bid + quote->ask);
}

static int compare_ages(const hpm_quotes *quotes, uint32_t a, uint32_t b)
{
    double left = quotes->quote[a].age_s, right = quotes->quote[b].age_s;
    return left != right ? (left > right) - (left < right) : (a > b) - (a < b);
}

/* Ids of the instruments of a kind, ordered. */
static void collect(work *w, hpm_kind kind, hpm_compare compare)
{
    const hpm_catalog *catalog = w->quotes->catalog;
    w->count = 0;
    for (uint32_t i = 0; i < catalog->instrument_count; i++)
        if (catalog->instruments[i].kind == kind) w->ids[w->count++] = i;
    hpm_sort(w->ids, w->count, sizeof *w->ids, compare, w->quotes);
}

/* ---- Stated and future --------------------------------------------------------------------- */

static int compare_fresh(const void *a, const void *b, const void *context)
{
    const hpm_quotes *quotes = context;
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    const hpm_instrument *left = &quotes->catalog->instruments[x];
    const hpm_instrument *right = &quotes->catalog->instruments[y];
    if (left->expiry != right->expiry) return left->expiry < right->expiry ? -1 : 1;
    int by_class = foreign(quotes, left) - foreign(quotes, right);
    return by_class != 0 ? by_class : compare_ages(quotes, x, y);
}

/* The lower median of the freshest rows' underlying. Rows [first, end) are one expiry's. */
static forward_view stated_view(const work *w, uint32_t first, uint32_t end)
{
    forward_view view = nothing;
    int class = 0;
    for (uint32_t i = first; i < end; i++) {
        const hpm_quote *quote = quote_of(w, i);
        if (!(quote->underlying > 0) || !(surface_trust(quote->age_s, w->rules) > 0)) continue;
        if (view.count == 0) view.age_s = quote->age_s, class = foreign(w->quotes, row_of(w, i));
        if (foreign(w->quotes, row_of(w, i)) != class || quote->age_s > view.age_s + MOMENT_S)
            break;
        w->values[view.count++] = quote->underlying;
    }
    if (view.count == 0) return nothing;
    hpm_sort(w->values, view.count, sizeof *w->values, hpm_compare_reals, NULL);
    view.value = view.low = view.high = w->values[(view.count - 1) / 2];
    return view;
}

static forward_view future_of(const hpm_quote *quote)
{
    if (is_two_sided(quote))
        return (forward_view){centre_of(quote), quote->bid, quote->ask, quote->age_s, 1};
    if (!(quote->mark > 0)) return nothing;
    return (forward_view){quote->mark, quote->mark * (1 - MARK_SHARE),
                          quote->mark * (1 + MARK_SHARE), quote->age_s, 1};
}

/* Of futures against equally good currencies the freshest with a book, or else the freshest. */
static forward_view future_view(const work *w, uint32_t first, uint32_t end)
{
    forward_view best = nothing;
    int best_class = 0, best_has_book = 0;
    for (uint32_t i = first; i < end; i++) {
        const hpm_quote *quote = quote_of(w, i);
        forward_view view = future_of(quote);
        int class = foreign(w->quotes, row_of(w, i)), has_book = is_two_sided(quote);
        if (view.count == 0 || !(surface_trust(quote->age_s, w->rules) > 0)) continue;
        if (best.count > 0 && (class != best_class || has_book <= best_has_book)) continue;
        best = view;
        best_class = class;
        best_has_book = has_book;
    }
    return best;
}

static void hear_stated(surface_forward *out, const work *w, uint32_t first, uint32_t end)
{
    out->stated = stated_view(w, first, end);
}

static void hear_future(surface_forward *out, const work *w, uint32_t first, uint32_t end)
{
    out->future = future_view(w, first, end);
}

/* ---- Parity -------------------------------------------------------------------------------- */

/* A family of options: same expiry, payoff and settlement. */
static int compare_families(const hpm_quotes *quotes, const hpm_instrument *left,
                            const hpm_instrument *right)
{
    if (left->expiry != right->expiry) return left->expiry < right->expiry ? -1 : 1;
    int by_class = foreign(quotes, left) - foreign(quotes, right);
    if (by_class != 0) return by_class;
    if (left->payoff != right->payoff) return left->payoff == HPM_INVERSE ? -1 : 1;
    return (left->settlement > right->settlement) - (left->settlement < right->settlement);
}

static int compare_options(const void *a, const void *b, const void *context)
{
    const hpm_quotes *quotes = context;
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    const hpm_instrument *left = &quotes->catalog->instruments[x];
    const hpm_instrument *right = &quotes->catalog->instruments[y];
    int by_family = compare_families(quotes, left, right);
    if (by_family != 0) return by_family;
    if (left->strike != right->strike) return left->strike < right->strike ? -1 : 1;
    if (left->is_call != right->is_call) return left->is_call ? -1 : 1;
    return compare_ages(quotes, x, y);
}

/* The freshest two-sided call or put of a strike: rows [first, end). */
static const hpm_quote *freshest(const work *w, uint32_t first, uint32_t end, int is_call)
{
    for (uint32_t i = first; i < end; i++)
        if (row_of(w, i)->is_call == is_call && is_two_sided(quote_of(w, i))) return quote_of(w, i);
    return NULL;
}

/* The pairs of one family: rows [first, end). Returns how many. */
static size_t pair_up(const work *w, uint32_t first, uint32_t end)
{
    size_t count = 0;
    for (uint32_t next; first < end; first = next) {
        double strike = row_of(w, first)->strike;
        for (next = first; next < end && row_of(w, next)->strike == strike;)
            next++;
        const hpm_quote *call = freshest(w, first, next, 1), *put = freshest(w, first, next, 0);
        if (!call || !put || !(strike > 0)) continue;
        w->pairs[count++] = (parity_pair){
            .strike = strike,
            .difference = centre_of(call) - centre_of(put),
            .low = call->bid - put->ask,
            .high = call->ask - put->bid,
            .age_s = call->age_s > put->age_s ? call->age_s : put->age_s,
            .underlying = {call->underlying, put->underlying},
        };
    }
    return count;
}

/* What families have said of an expiry so far. */
typedef struct heard {
    int class, cash_class;
    uint32_t cash_count;
} heard;

/* Rows of a snapshot are not of one moment. What a family says is read as it stands, and with each
 * pair brought to the moment of what the venue states: the one that contradicts it less counts,
 * because a statement that is wrong by itself is so in both. */
static forward_view family_view(double *rate_annual, const surface_forward *out, const work *w,
                                uint32_t first, uint32_t end)
{
    const hpm_instrument *row = row_of(w, first);
    double tau_years = surface_tau_years(w->quotes, row->expiry), stated = out->stated.value;
    size_t count = pair_up(w, first, end);
    forward_view view =
        parity_forward(rate_annual, w->opinions, w->pairs, count, row->payoff, tau_years, w->rules);
    if (out->stated.count == 0) return view;
    double moved_rate;
    for (size_t i = 0; i < count; i++)
        w->pairs[i] = parity_brought(&w->pairs[i], row->payoff, stated);
    forward_view moved =
        parity_forward(&moved_rate, w->opinions, w->pairs, count, row->payoff, tau_years, w->rules);
    if (!(fabs(moved.value - stated) < fabs(view.value - stated))) return view;
    *rate_annual = moved_rate;
    return moved;
}

static void hear_family(surface_forward *out, heard *h, const work *w, uint32_t first, uint32_t end)
{
    double rate;
    const hpm_instrument *row = row_of(w, first);
    int class = foreign(w->quotes, row);
    forward_view view = family_view(&rate, out, w, first, end);
    if (view.count > out->parity.count && (out->parity.count == 0 || class == h->class)) {
        out->parity = view;
        h->class = class;
    }
    if (row->payoff != HPM_LINEAR || view.count <= h->cash_count) return;
    if (h->cash_count > 0 && class != h->cash_class) return;
    out->rate_annual = rate;
    h->cash_count = view.count;
    h->cash_class = class;
}

/* Of families against equally good currencies the one in which more strikes agree speaks of the
 * forward; of the rate likewise, among those whose premiums are cash. */
static void hear_parity(surface_forward *out, const work *w, uint32_t first, uint32_t end)
{
    heard h = {0};
    for (uint32_t next; first < end; first = next) {
        for (next = first;
             next < end && compare_families(w->quotes, row_of(w, first), row_of(w, next)) == 0;)
            next++;
        hear_family(out, &h, w, first, next);
    }
}

/* ---- All together -------------------------------------------------------------------------- */

typedef void hear(surface_forward *out, const work *w, uint32_t first, uint32_t end);

/* Hears the rows of a kind, expiry by expiry. */
static void hear_all(surface_forward *out, work *w, hpm_kind kind, hpm_compare compare, hear *rows)
{
    collect(w, kind, compare);
    for (uint32_t first = 0, end; first < w->count; first = end) {
        uint32_t expiry = row_of(w, first)->expiry;
        for (end = first; end < w->count && row_of(w, end)->expiry == expiry;)
            end++;
        rows(&out[expiry], w, first, end);
    }
}

hpm_status surface_views(surface_forward *out, hpm_arena *arena, const hpm_quotes *quotes,
                         const hpm_surface_rules *rules, hpm_error *error)
{
    const hpm_catalog *catalog = quotes->catalog;
    size_t count = catalog->instrument_count;
    work w = {.quotes = quotes, .rules = rules};
    w.ids = hpm_arena_reserve(arena, count, sizeof *w.ids);
    w.values = hpm_arena_reserve(arena, count, sizeof *w.values);
    w.pairs = hpm_arena_reserve(arena, count, sizeof *w.pairs);
    w.opinions = hpm_arena_reserve(arena, count, sizeof *w.opinions);
    if (!w.ids || !w.values || !w.pairs || !w.opinions)
        return hpm_fail(error, HPM_E_MEMORY, "surface", "the arena is too small");
    for (uint32_t e = 0; e < catalog->expiry_count; e++) {
        out[e].stated = out[e].parity = out[e].future = nothing;
        out[e].rate_annual = 0;
    }
    hear_all(out, &w, HPM_OPTION, compare_fresh, hear_stated);
    hear_all(out, &w, HPM_FUTURE, compare_fresh, hear_future);
    hear_all(out, &w, HPM_OPTION, compare_options, hear_parity);
    return HPM_OK;
}
