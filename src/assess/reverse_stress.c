/* Reverse stress: the mildest scenario that takes an account to a target. See hpm/stress.h. */
#include <assert.h>
#include <math.h>

#include "hpm/stress.h"
#include "math/order.h"

#define RING          32 /* directions */
#define REFINEMENTS   20
#define BISECTIONS    64
#define VOL_UP_ELSE   0.5 /* a rulebook without a volatility axis has no unit of its own */
#define VOL_DOWN_ELSE 0.25

/* The whole points of the square |a|, |b| <= 4, counter-clockwise from a rising price: directions
 * of (price, vol) that need no sine. */
static const int8_t ring[RING][2] = {
    {4, 0},  {4, 1},   {4, 2},   {4, 3},   {4, 4},   {3, 4},   {2, 4},   {1, 4},
    {0, 4},  {-1, 4},  {-2, 4},  {-3, 4},  {-4, 4},  {-4, 3},  {-4, 2},  {-4, 1},
    {-4, 0}, {-4, -1}, {-4, -2}, {-4, -3}, {-4, -4}, {-3, -4}, {-2, -4}, {-1, -4},
    {0, -4}, {1, -4},  {2, -4},  {3, -4},  {4, -4},  {4, -3},  {4, -2},  {4, -1},
};

static const uint32_t axis_place[HPM_REVERSE_AXES] = {
    [HPM_REVERSE_PRICE_UP] = 0,
    [HPM_REVERSE_VOL_UP] = 8,
    [HPM_REVERSE_PRICE_DOWN] = 16,
    [HPM_REVERSE_VOL_DOWN] = 24,
};

static void normalise(double out[2], double a, double b)
{
    double length = sqrt(a * a + b * b);
    out[0] = a / length;
    out[1] = b / length;
}

static void ring_direction(double out[2], uint32_t place)
{
    normalise(out, ring[place % RING][0], ring[place % RING][1]);
}

/* ---- Units -------------------------------------------------------------------------------- */

static double range_of(const hpm_reverse *reverse, uint32_t coin)
{
    return reverse->desk->array.underlying_rule[reverse->coins[coin]]->price_range;
}

double hpm_reverse_price_move(const hpm_reverse *reverse, const hpm_reverse_point *point,
                              uint32_t coin)
{
    int8_t sign = reverse->patterns[point->pattern].sign[coin];
    return sign == 0 ? 0 : sign * point->price * range_of(reverse, coin);
}

double hpm_reverse_vol_move(const hpm_reverse *reverse, const hpm_reverse_point *point,
                            uint32_t coin)
{
    if (reverse->patterns[point->pattern].sign[coin] == 0) return 0;
    return point->vol * (point->vol < 0 ? reverse->vol_down : reverse->vol_up);
}

/* The outermost volatility nodes of the first grid that has some on both axes. */
static void set_vol_units(hpm_reverse *reverse)
{
    const hpm_rulebook *rulebook = reverse->desk->rulebook;
    const hpm_scenario_set *sets = rulebook->sets.items;
    double up = 0, down = 0;
    for (uint32_t s = 0; s < rulebook->sets.count && up == 0 && down == 0; s++) {
        const double *vols = sets[s].vols.items;
        if (sets[s].prices.count < 2) continue;
        for (uint32_t v = 0; v < sets[s].vols.count; v++) {
            up = hpm_greatest(up, vols[v]);
            down = hpm_greatest(down, -vols[v]);
        }
        reverse->vol_points = sets[s].vol_unit == HPM_VOL_POINTS;
    }
    if (up == 0 && down == 0) reverse->vol_points = 0;
    reverse->vol_up = up > 0 ? up : VOL_UP_ELSE;
    reverse->vol_down = down > 0 ? down : VOL_DOWN_ELSE;
}

/* ---- Coins and patterns ------------------------------------------------------------------- */

static hpm_status find_coins(hpm_reverse *reverse, hpm_error *error)
{
    const hpm_catalog *catalog = reverse->desk->base->catalog;
    for (uint32_t a = 0; a < catalog->asset_count; a++) {
        hpm_asset_kind kind = catalog->assets[a].kind;
        if (kind != HPM_ASSET_COIN && kind != HPM_ASSET_TOKEN) continue;
        if (!hpm_account_depends_on(reverse->account, a, catalog)) continue;
        if (reverse->coin_count == HPM_REVERSE_COINS_MAX)
            return hpm_fail(error, HPM_E_LIMIT, reverse->account->id,
                            "exposure to more than %d coins", HPM_REVERSE_COINS_MAX);
        reverse->coins[reverse->coin_count++] = a;
    }
    return HPM_OK;
}

/* `own`: sign of the coin `coin`; `rest`: of all others. */
static void add_pattern(hpm_reverse *reverse, hpm_reverse_kind kind, uint32_t coin, int8_t own,
                        int8_t rest)
{
    hpm_reverse_pattern *pattern = &reverse->patterns[reverse->pattern_count++];
    *pattern = (hpm_reverse_pattern){.kind = kind, .coin = coin};
    for (uint32_t c = 0; c < reverse->coin_count; c++)
        pattern->sign[c] = c == coin ? own : rest;
}

/* Turning a pattern round gives nothing new: the price coordinate takes both signs. */
static void add_plain_patterns(hpm_reverse *reverse)
{
    uint32_t count = reverse->coin_count;
    if (count > 1) add_pattern(reverse, HPM_REVERSE_TOGETHER, HPM_NONE, 1, 1);
    for (uint32_t c = 0; c < count; c++)
        add_pattern(reverse, HPM_REVERSE_ALONE, c, 1, 0);
    for (uint32_t c = 0; c < (count > 2 ? count : count / 2); c++)
        add_pattern(reverse, HPM_REVERSE_AGAINST, c, 1, -1);
}

static int is_known(const hpm_reverse *reverse, const hpm_reverse_pattern *pattern)
{
    for (uint32_t p = 0; p < reverse->pattern_count; p++) {
        uint32_t same = 0, turned = 0;
        for (uint32_t c = 0; c < reverse->coin_count; c++) {
            same += reverse->patterns[p].sign[c] == pattern->sign[c];
            turned += reverse->patterns[p].sign[c] == -pattern->sign[c];
        }
        if (same == reverse->coin_count || turned == reverse->coin_count) return 1;
    }
    return 0;
}

/* ---- The model ---------------------------------------------------------------------------- */

static hpm_market_move move_to(const hpm_reverse *reverse, const hpm_reverse_point *point)
{
    const hpm_catalog *catalog = reverse->desk->base->catalog;
    for (uint32_t a = 0; a < catalog->asset_count; a++) {
        reverse->price_ratio[a] = reverse->vol_ratio[a] = 1;
        reverse->vol_add[a] = 0;
    }
    for (uint32_t c = 0; c < reverse->coin_count; c++) {
        double vol = hpm_reverse_vol_move(reverse, point, c);
        uint32_t asset = reverse->coins[c];
        reverse->price_ratio[asset] = 1 + hpm_reverse_price_move(reverse, point, c);
        if (reverse->vol_points)
            reverse->vol_add[asset] = vol;
        else
            reverse->vol_ratio[asset] = hpm_greatest(0, 1 + vol);
    }
    return (hpm_market_move){.price_ratio = reverse->price_ratio,
                             .vol_ratio = reverse->vol_ratio,
                             .vol_add = reverse->vol_add};
}

static hpm_status evaluate(hpm_reverse *reverse, hpm_margin *margin, const hpm_reverse_point *point,
                           hpm_error *error)
{
    hpm_market_move move = move_to(reverse, point);
    reverse->evaluations++;
    hpm_status status = hpm_desk_move(reverse->desk, &move, error);
    return status == HPM_OK ? hpm_desk_margin(reverse->desk, margin, reverse->account, error)
                            : status;
}

static int is_met(const hpm_reverse *reverse, const hpm_margin *margin)
{
    int64_t least = reverse->target == HPM_REVERSE_EQUITY ? 0 : margin->maintenance.e8;
    return margin->equity.e8 <= least;
}

/* The pattern in which every coin moves against the account: exact for a linear book. */
static hpm_status add_adverse_pattern(hpm_reverse *reverse, hpm_error *error)
{
    hpm_reverse_pattern adverse = {.kind = HPM_REVERSE_ADVERSE, .coin = HPM_NONE};
    for (uint32_t c = 0; c < reverse->coin_count; c++) {
        hpm_reverse_point point = {.pattern = 1 + c, .price = 0.5}; /* alone */
        hpm_margin up, down;
        hpm_status status = evaluate(reverse, &up, &point, error);
        point.price = -0.5;
        if (status == HPM_OK) status = evaluate(reverse, &down, &point, error);
        if (status != HPM_OK) return status;
        adverse.sign[c] = up.equity_real < down.equity_real ? 1 : -1;
    }
    if (!is_known(reverse, &adverse)) reverse->patterns[reverse->pattern_count++] = adverse;
    return HPM_OK;
}

/* ---- One ray ------------------------------------------------------------------------------ */

static double next_radius(double radius)
{
    if (radius < 2) return radius + 0.125;
    if (radius < 4) return radius + 0.25;
    return radius + (radius < 8 ? 0.5 : 1);
}

/* Where a price has fallen by the most that is looked at, or a volatility is gone. */
static double ray_end(const hpm_reverse *reverse, uint32_t pattern, const double direction[2])
{
    double end = HPM_REVERSE_RADIUS_MAX;
    for (uint32_t c = 0; c < reverse->coin_count; c++) {
        double fall = -reverse->patterns[pattern].sign[c] * direction[0] * range_of(reverse, c);
        if (fall > 0) end = hpm_least(end, HPM_REVERSE_FALL_MAX / fall);
    }
    double vol_fall = reverse->vol_points ? 0 : -direction[1] * reverse->vol_down;
    return vol_fall > 0 ? hpm_least(end, 1 / vol_fall) : end;
}

static hpm_reverse_point point_at(uint32_t pattern, const double direction[2], double radius)
{
    return (hpm_reverse_point){pattern, radius * direction[0], radius * direction[1], radius};
}

static hpm_status bisect(hpm_reverse *reverse, hpm_reverse_point *point, double low,
                         const double direction[2], hpm_error *error)
{
    double high = point->norm;
    for (int i = 0; i < BISECTIONS; i++) {
        hpm_margin margin;
        hpm_reverse_point middle = point_at(point->pattern, direction, low + (high - low) / 2);
        if (middle.norm == low || middle.norm == high) break;
        hpm_status status = evaluate(reverse, &margin, &middle, error);
        if (status != HPM_OK) return status;
        if (is_met(reverse, &margin)) {
            *point = middle;
            high = middle.norm;
        } else {
            low = middle.norm;
        }
    }
    return HPM_OK;
}

/* Whether the target is met at a point; *end where a price, volatility or P&L leaves its range. */
static hpm_status look_at(hpm_reverse *reverse, const hpm_reverse_point *point, int *met, int *end,
                          hpm_error *error)
{
    hpm_margin margin;
    hpm_status status = evaluate(reverse, &margin, point, error);
    *end = status == HPM_E_RANGE || status == HPM_E_OVERFLOW;
    *met = status == HPM_OK && is_met(reverse, &margin);
    return *end ? HPM_OK : status;
}

/* The first point at which the target is met, up to `limit`. */
static hpm_status search_ray(hpm_reverse *reverse, hpm_reverse_find *find, uint32_t pattern,
                             const double direction[2], double limit, hpm_error *error)
{
    double end = hpm_least(limit, ray_end(reverse, pattern, direction)), low = 0;
    int is_end = 0;
    *find = (hpm_reverse_find){.searched = 1};
    while (low < end && !is_end) {
        find->point = point_at(pattern, direction, hpm_least(next_radius(low), end));
        hpm_status status = look_at(reverse, &find->point, &find->found, &is_end, error);
        if (status != HPM_OK) return status;
        if (find->found) return bisect(reverse, &find->point, low, direction, error);
        low = find->point.norm;
    }
    return HPM_OK;
}

/* Keeps the mildest; of two equal ones the first. */
static int keep_best(hpm_reverse *reverse, const hpm_reverse_find *find, const double direction[2])
{
    if (!find->found || (reverse->best.found && find->point.norm >= reverse->best.point.norm))
        return 0;
    reverse->best = *find;
    reverse->direction[0] = direction[0];
    reverse->direction[1] = direction[1];
    return 1;
}

static double best_so_far(const hpm_reverse *reverse)
{
    return reverse->best.found ? reverse->best.point.norm : HPM_REVERSE_RADIUS_MAX;
}

/* ---- All rays ----------------------------------------------------------------------------- */

/* Volatilities move with all coins or with one: against each other they do not. */
static int is_wanted(const hpm_reverse_pattern *pattern, hpm_reverse_axis axis)
{
    int is_price = axis == HPM_REVERSE_PRICE_UP || axis == HPM_REVERSE_PRICE_DOWN;
    return is_price || pattern->kind == HPM_REVERSE_TOGETHER || pattern->kind == HPM_REVERSE_ALONE;
}

static void keep_beside(hpm_reverse *reverse, uint32_t place)
{
    ring_direction(reverse->beside[0], place + 1);
    ring_direction(reverse->beside[1], place + RING - 1);
}

static hpm_status search_axis(hpm_reverse *reverse, uint32_t pattern, hpm_reverse_axis axis,
                              hpm_error *error)
{
    hpm_reverse_find *find = &reverse->axes[pattern][axis];
    double direction[2];
    if (!is_wanted(&reverse->patterns[pattern], axis)) return HPM_OK;
    ring_direction(direction, axis_place[axis]);
    hpm_status status =
        search_ray(reverse, find, pattern, direction, HPM_REVERSE_RADIUS_MAX, error);
    if (status == HPM_OK && keep_best(reverse, find, direction))
        keep_beside(reverse, axis_place[axis]);
    return status;
}

static hpm_status search_between(hpm_reverse *reverse, uint32_t pattern, uint32_t place,
                                 hpm_error *error)
{
    hpm_reverse_find find;
    double direction[2];
    if (place % (RING / HPM_REVERSE_AXES) == 0) return HPM_OK; /* an axis */
    ring_direction(direction, place);
    hpm_status status = search_ray(reverse, &find, pattern, direction, best_so_far(reverse), error);
    if (status == HPM_OK && keep_best(reverse, &find, direction)) keep_beside(reverse, place);
    return status;
}

/* The direction half-way to the one beside; the better of the two becomes the middle. */
static hpm_status refine(hpm_reverse *reverse, int side, hpm_error *error)
{
    double *beside = reverse->beside[side];
    double old[2] = {reverse->direction[0], reverse->direction[1]}, middle[2];
    hpm_reverse_find find;
    if (!reverse->best.found) return HPM_OK;
    normalise(middle, old[0] + beside[0], old[1] + beside[1]);
    hpm_status status = search_ray(reverse, &find, reverse->best.point.pattern, middle,
                                   best_so_far(reverse), error);
    if (status != HPM_OK) return status;
    double *replaced = keep_best(reverse, &find, middle) ? reverse->beside[1 - side] : beside;
    const double *by = replaced == beside ? middle : old;
    replaced[0] = by[0];
    replaced[1] = by[1];
    return HPM_OK;
}

static hpm_status next_ray(hpm_reverse *reverse, hpm_error *error)
{
    uint32_t ray = reverse->ray, axes = HPM_REVERSE_AXES * reverse->pattern_count;
    uint32_t between = RING * reverse->pattern_count;
    if (ray < axes)
        return search_axis(reverse, ray / HPM_REVERSE_AXES,
                           (hpm_reverse_axis)(ray % HPM_REVERSE_AXES), error);
    ray -= axes;
    if (ray < between) return search_between(reverse, ray / RING, ray % RING, error);
    return refine(reverse, (int)((ray - between) % 2), error);
}

size_t hpm_reverse_size(const hpm_catalog *catalog)
{
    return 3 * hpm_aligned_size(catalog->asset_count * sizeof(double));
}

static hpm_status set_up(hpm_reverse *reverse, hpm_error *error)
{
    hpm_status status = hpm_desk_move(reverse->desk, NULL, error);
    if (status == HPM_OK)
        status = hpm_desk_margin(reverse->desk, &reverse->before, reverse->account, error);
    if (status == HPM_OK) status = find_coins(reverse, error);
    if (status != HPM_OK) return status;
    reverse->met_before = is_met(reverse, &reverse->before);
    if (reverse->met_before) return HPM_OK;
    set_vol_units(reverse);
    add_plain_patterns(reverse);
    if (reverse->coin_count > 2) status = add_adverse_pattern(reverse, error);
    if (reverse->pattern_count > 0)
        reverse->ray_count = (HPM_REVERSE_AXES + RING) * reverse->pattern_count + REFINEMENTS;
    return status;
}

hpm_status hpm_reverse_init(hpm_reverse *reverse, hpm_arena *arena, hpm_desk *desk,
                            const hpm_account *account, hpm_reverse_target target, hpm_error *error)
{
    uint32_t assets = desk->base->catalog->asset_count;
    *reverse = (hpm_reverse){.desk = desk, .account = account, .target = target};
    reverse->price_ratio = hpm_arena_take(arena, assets, sizeof(double));
    reverse->vol_ratio = hpm_arena_take(arena, assets, sizeof(double));
    reverse->vol_add = hpm_arena_take(arena, assets, sizeof(double));
    if (!reverse->price_ratio || !reverse->vol_ratio || !reverse->vol_add)
        return hpm_fail(error, HPM_E_MEMORY, "reverse stress", "the arena is too small");
    return set_up(reverse, error);
}

hpm_status hpm_reverse_step(hpm_reverse *reverse, uint32_t count, hpm_error *error)
{
    hpm_status status = HPM_OK;
    if (reverse->ray == reverse->ray_count) return HPM_OK;
    for (uint32_t i = 0; i < count && reverse->ray < reverse->ray_count; i++, reverse->ray++) {
        status = next_ray(reverse, error);
        if (status != HPM_OK) return status;
    }
    if (reverse->ray < reverse->ray_count) return HPM_OK;
    if (reverse->best.found)
        status = evaluate(reverse, &reverse->after, &reverse->best.point, error);
    assert(status != HPM_OK || !reverse->best.found || is_met(reverse, &reverse->after));
    return status == HPM_OK ? hpm_desk_move(reverse->desk, NULL, error) : status;
}
