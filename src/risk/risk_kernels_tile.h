/* The sums of one form, included once per form by risk_kernels.c with FORM set to real or int.
 *
 * A tile is a run of neighbouring columns whose sums stay in registers while the legs pass by. Its
 * width, in vectors, must be a constant for that: every width has its own copy of the loops. */
#define PASTE_(a, b) a##b
#define PASTE(a, b)  PASTE_(a, b)
#define FORM_(name)  PASTE(PASTE(FORM, _), name)
#define VECTOR       FORM_(lanes)

/* One leg's part of a tile. */
LANES_INLINE void FORM_(add_leg)(VECTOR *sums, const FORM_ELEMENT *row, int64_t lots,
                                 const int width)
{
    const VECTOR *vectors = (const VECTOR *)row;
    const VECTOR many = FORM_(splat)(lots);
    UNROLL
    for (int i = 0; i < width; i++)
        sums[i] = FORM_(add_product)(sums[i], vectors[i], many);
}

LANES_INLINE void FORM_(sum_tile)(int64_t *total, const FORM_ELEMENT *first, size_t stride,
                                  const uint32_t *instruments, const int64_t *lots, size_t count,
                                  const int width)
{
    VECTOR sums[TILE_WIDTH];
    UNROLL
    for (int i = 0; i < width; i++)
        sums[i] = (VECTOR){0};
    for (size_t p = 0; p < count; p++)
        FORM_(add_leg)(sums, first + instruments[p] * stride, lots[p], width);
    int_lanes *out = (int_lanes *)total;
    UNROLL
    for (int i = 0; i < width; i++)
        out[i] += FORM_(to_int)(sums[i]);
}

/* Index among the tile's columns of the first that equals `least`; one of them does. Without a
 * branch: which column is the worst cannot be predicted. */
LANES_INLINE uint32_t FORM_(first)(const VECTOR *sums, VECTOR least, const int width)
{
    const int half = width * LANES < 64 ? width : 64 / LANES;
    uint64_t low = 0, high = 0;
    UNROLL
    for (int i = 0; i < half; i++)
        low |= FORM_(equal)(sums[i], least) << (i * LANES);
    UNROLL
    for (int i = half; i < width; i++)
        high |= FORM_(equal)(sums[i], least) << ((i - half) * LANES);
    uint64_t none_low = (uint64_t)(low != 0) - 1;
    return (uint32_t)(none_low & 64) + (uint32_t)__builtin_ctzll(low | (high & none_low));
}

/* Folds one account's tile into its worst. Strictly greater: the first column stays. */
LANES_INLINE void FORM_(merge)(int64_t *worst, uint32_t *worst_column, const VECTOR *sums,
                               uint32_t column, const int width)
{
    VECTOR least[TILE_WIDTH];
    UNROLL
    for (int i = 0; i < width; i++)
        least[i] = sums[i];
    /* As a tree: a chain of minima would take as long as the sums themselves. */
    UNROLL
    for (int step = 1; step < width; step *= 2) {
        UNROLL
        for (int i = 0; i + step < width; i += 2 * step)
            least[i] = FORM_(minimum)(least[i], least[i + step]);
    }
    int64_t tick = FORM_(least)(least[0]);
    column += FORM_(first)(sums, FORM_(splat)(tick), width);
    int worse = -tick > *worst;
    *worst_column = worse ? column : *worst_column;
    *worst = worse ? -tick : *worst;
}

LANES_INLINE void FORM_(worst_tile)(int64_t *worst, uint32_t *worst_column,
                                    const hpm_risk_rows *rows, const hpm_risk_legs *legs,
                                    size_t account_count, uint32_t column, const int width)
{
    const FORM_ELEMENT *first = rows->FORM_TICKS + column;
    const uint64_t end = legs->first[account_count];
    const uint32_t *instruments = legs->instruments;
    const size_t stride = rows->stride;
    for (size_t a = 0; a < account_count; a++) {
        VECTOR sums[TILE_WIDTH];
        UNROLL
        for (int i = 0; i < width; i++)
            sums[i] = (VECTOR){0};
        for (uint64_t p = legs->first[a]; p < legs->first[a + 1]; p++) {
            uint64_t ahead = p + LEGS_AHEAD < end ? p + LEGS_AHEAD : p;
            const FORM_ELEMENT *next = first + instruments[ahead] * stride;
            UNROLL
            for (int i = 0; i < width * LANES; i += 8)
                __builtin_prefetch(next + i);
            FORM_(add_leg)(sums, first + instruments[p] * stride, legs->lots[p], width);
        }
        FORM_(merge)(&worst[a], &worst_column[a], sums, column, width);
    }
}

#define SUM_TILE(n)                                                                                \
    case n:                                                                                        \
        FORM_(sum_tile)                                                                            \
        (total + column, rows->FORM_TICKS + column, rows->stride, instruments, lots, count, n);    \
        break;

static void FORM_(sum)(int64_t *total, const hpm_risk_rows *rows, const uint32_t *instruments,
                       const int64_t *lots, size_t count)
{
    uint32_t vectors = rows->columns / LANES;
    for (uint32_t at = 0, width; at < vectors; at += width) {
        uint32_t column = at * LANES;
        width = tile_width(vectors - at);
        switch (width) {
            EVERY_WIDTH(SUM_TILE)
        }
    }
}

#define WORST_TILE(n)                                                                              \
    case n:                                                                                        \
        FORM_(worst_tile)(worst, worst_column, rows, legs, account_count, column, n);              \
        break;

static void FORM_(worst)(int64_t *worst, uint32_t *worst_column, const hpm_risk_rows *rows,
                         const hpm_risk_legs *legs, size_t account_count)
{
    for (size_t a = 0; a < account_count; a++) {
        worst[a] = 0;
        worst_column[a] = HPM_NONE;
    }
    uint32_t vectors = rows->columns / LANES;
    for (uint32_t at = 0, width; at < vectors; at += width) {
        uint32_t column = at * LANES;
        width = tile_width(vectors - at);
        switch (width) {
            EVERY_WIDTH(WORST_TILE)
        }
    }
}

#undef SUM_TILE
#undef WORST_TILE
#undef VECTOR
#undef FORM_
#undef PASTE
#undef PASTE_
