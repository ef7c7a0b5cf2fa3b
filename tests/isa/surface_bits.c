/* Prints one SHA-256 over fits of surfaces to made-up quotes, clean and bad ones: equal on every
 * compiler, level, instruction set and machine.
 *
 * Plain C without a test library. Argument: the instruction set. Exit status 0 if the hash is the
 * pinned one, 77 if the processor lacks the instruction set. */
#include "hpm/surface.h"
#include "isa_choice.h"
#include "math/elementary.h"
#include "math/rng.h"
#include "price/black76.h"

#define PINNED "8affa250d934347f2e219b8ba130d30862d1515af5084896c4b7490e0e05cf95"

#define NOW_NS  (INT64_C(1772447400) * 1000000000)
#define FORWARD 80000.0

enum { SEEDS = 12, EXPIRIES = 6, STRIKES = 24, OPTIONS = 2 * STRIKES };
enum { INSTRUMENTS = 2 * EXPIRIES * OPTIONS, ARENA = 8 << 20 };

static const int days[EXPIRIES] = {1, 3, 10, 40, 120, 300};
static const char *const coins[] = {"AAA", "BBB"};

typedef struct world {
    hpm_arena arena;
    hpm_catalog catalog;
    hpm_quotes quotes;
    double noise;
    hpm_rng rng;
} world;

static void need(hpm_status status, const hpm_error *error)
{
    if (status == HPM_OK) return;
    fprintf(stderr, "%s: %s: %s\n", hpm_status_name(status), error->where, error->message);
    exit(ISA_FAIL);
}

static double years(int expiry)
{
    return days[expiry] / 365.0;
}

/* Evenly over two and a half deviations of a volatility of 60 %. */
static double strike_at(int expiry, int strike)
{
    double place = 2.5 * (2.0 * strike / (STRIKES - 1) - 1);
    return FORWARD * hpm_exp(place * 0.6 * sqrt(years(expiry)));
}

static double vol_at(int expiry, int strike)
{
    double place = 2.5 * (2.0 * strike / (STRIKES - 1) - 1);
    return 0.6 - 0.02 * place + 0.03 * place * place / (1 + 0.2 * expiry);
}

static void make_rows(hpm_instrument *rows)
{
    for (int i = 0; i < INSTRUMENTS; i++) {
        int coin = i / (EXPIRIES * OPTIONS), expiry = i / OPTIONS % EXPIRIES;
        int strike = i % OPTIONS / 2;
        hpm_instrument *row = &rows[i];
        memset(row, 0, sizeof *row);
        snprintf(row->name, sizeof row->name, "x:%s-%03d-%02d-%d", coins[coin], days[expiry],
                 strike, i % 2);
        row->kind = HPM_OPTION;
        row->payoff = coin == 0 ? HPM_INVERSE : HPM_LINEAR;
        row->underlying = (uint32_t)coin;
        row->settlement = coin == 0 ? 0 : 2;
        row->contract_size = 1;
        row->lot.e8 = HPM_E8;
        row->strike = strike_at(expiry, strike);
        row->is_call = i % 2;
        row->expiry_ns = NOW_NS + days[expiry] * HPM_DAY_NS;
    }
}

static double price_of(const hpm_instrument *option, double vol, double tau)
{
    double total = (vol > 0.01 ? vol : 0.01) * sqrt(tau);
    double value = hpm_black76(FORWARD, option->strike, total, option->is_call ? 1 : -1);
    return option->payoff == HPM_INVERSE ? value / FORWARD : value;
}

/* A tenth of the quotes is one-sided, some are crossed, stale or absurd. */
static void make_quote(world *w, hpm_quote *quote, const hpm_instrument *option, int expiry,
                       int strike)
{
    double tau = years(expiry), draw = hpm_rng_real(&w->rng);
    double vol = vol_at(expiry, strike) + w->noise * (hpm_rng_real(&w->rng) - 0.5);
    double half = 0.002 + 0.02 * hpm_rng_real(&w->rng);
    quote->bid = price_of(option, vol - half, tau);
    quote->ask = price_of(option, vol + half, tau);
    quote->underlying = FORWARD * (1 + 1e-4 * (hpm_rng_real(&w->rng) - 0.5));
    quote->open_interest = 100 * hpm_rng_real(&w->rng);
    quote->bid_size = 10 * hpm_rng_real(&w->rng);
    quote->ask_size = 10 * hpm_rng_real(&w->rng);
    if (draw < 0.06) quote->bid = 0;
    if (draw > 0.96) quote->ask = 0;
    if (draw > 0.90 && draw < 0.92) quote->bid = 2 * quote->ask;
    if (draw > 0.88 && draw < 0.90) quote->age_s = 1e5;
    if (draw > 0.86 && draw < 0.88) quote->ask = 3 * (quote->bid *= 3);
}

static void make_world(world *w, uint64_t seed)
{
    static hpm_instrument rows[INSTRUMENTS];
    const hpm_asset assets[] = {
        {"AAA", HPM_ASSET_COIN}, {"BBB", HPM_ASSET_COIN}, {"USD", HPM_ASSET_FIAT}};
    hpm_error error = {0};
    w->arena.used = 0;
    w->rng.state = seed;
    w->noise = 0.02 * (double)seed;
    make_rows(rows);
    need(hpm_catalog_init(&w->catalog, &w->arena, assets, 3, rows, INSTRUMENTS, &error), &error);
    need(hpm_quotes_begin(&w->quotes, &w->arena, &w->catalog, 2, NOW_NS, &error), &error);
    for (int i = 0; i < INSTRUMENTS; i++) {
        uint32_t id = hpm_catalog_find_instrument(&w->catalog, rows[i].name);
        make_quote(w, &w->quotes.quote[id], &w->catalog.instruments[id], i / OPTIONS % EXPIRIES,
                   i % OPTIONS / 2);
    }
    need(hpm_quotes_finish(&w->quotes, &error), &error);
}

static void hash_fit(hpm_hasher *hasher, const hpm_surface_fit *fit)
{
    hpm_hash_bytes(hasher, fit->surface.hash.bytes, sizeof fit->surface.hash.bytes);
    for (int i = 0; i < INSTRUMENTS; i++) {
        const hpm_smile_quote *quote = &fit->quote[i];
        hpm_hash_int(hasher, quote->use);
        /* What is NaN may have any sign. */
        if (quote->fit_vol == quote->fit_vol) hpm_hash_real(hasher, quote->fit_vol);
        if (quote->target_vol == quote->target_vol) hpm_hash_real(hasher, quote->target_vol);
        hpm_hash_real(hasher, quote->weight);
    }
    for (uint32_t s = 0; s < fit->surface.slice_count; s++)
        hpm_hash_real(hasher, fit->surface.slices[s].repair_vol);
}

static void hash_world(hpm_hasher *hasher, world *w, const hpm_context *context)
{
    hpm_surface_fit fit;
    hpm_error error = {0};
    need(hpm_surface_fit_quotes(context, &fit, &w->arena, &w->quotes, NULL, NULL, &error), &error);
    hash_fit(hasher, &fit);
}

int main(int argc, char **argv)
{
    static world w;
    hpm_isa isa = HPM_ISA_BASE;
    hpm_context context;
    hpm_hasher hasher;
    hpm_error error = {0};
    char text[HPM_HASH_TEXT];
    int status = isa_choose(&isa, argc > 1 ? argv[1] : "base");
    if (status != ISA_RUN) return status;
    w.arena.base = aligned_alloc(HPM_ALIGNMENT, ARENA);
    w.arena.capacity = w.arena.base ? ARENA : 0;
    need(hpm_context_init(&context, isa, &error), &error);
    hpm_hash_begin(&hasher);
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        make_world(&w, seed);
        hash_world(&hasher, &w, &context);
    }
    hpm_hash hash = hpm_hash_end(&hasher);
    hpm_hash_format(text, &hash);
    printf("%s\n", text);
    free(w.arena.base);
    return strcmp(text, PINNED) == 0 ? ISA_RUN : ISA_FAIL;
}
