/* The desk: margin of any account of a catalog, under one rulebook, in a market as it is or moved
 * somewhere else. What-if, limits, stress and attribution all ask the same question many times;
 * the desk keeps the memory and prices only the rows of instruments that are asked for.
 *
 * One desk is one thread's. Every result is what hpm_margin_evaluate gives on an array of the whole
 * catalog, to the last bit. A future or perpetual without an entry price is settled to the mark of
 * the base market: in a moved one its P&L on the way there counts. */
#ifndef HPM_DESK_H
#define HPM_DESK_H

#include "hpm/margin.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct hpm_desk {
    const hpm_context *context;
    const hpm_market *base;
    const hpm_rulebook *rulebook;
    hpm_market moved;
    hpm_risk_array array;    /* of `base` or of `moved`; rows are filled when they are needed */
    uint64_t *filled;        /* [instrument_count] epoch of the array in which its row was filled */
    uint64_t *begun;         /* [expiry_count] and in which the expiry was last needed */
    hpm_portfolio portfolio; /* of the account that was evaluated last, with its totals */
    hpm_totals totals;
    hpm_arena work; /* of one account at a time */
} hpm_desk;

/* Arena bytes of a desk, without the memory for accounts. */
size_t hpm_desk_size(const hpm_catalog *catalog, const hpm_rulebook *rulebook);

/* Stands at `market`. Context, market and rulebook are the caller's and must outlive the desk. */
hpm_status hpm_desk_init(hpm_desk *desk, hpm_arena *arena, const hpm_context *context,
                         const hpm_market *market, const hpm_rulebook *rulebook, hpm_error *error);

/* Bytes of work that an account of these counts needs; declared amounts count as balances. */
size_t hpm_desk_work_size(const hpm_desk *desk, uint32_t position_count, uint32_t balance_count);

/* Gives the desk memory for accounts; the block stays the caller's. May be given anew, when no
 * result in the old block is needed any longer. */
void hpm_desk_work(hpm_desk *desk, const hpm_arena *block);

/* Stands at the base market moved; NULL: at the base market itself. E_RANGE: as hpm_market_moved;
 * the desk must then be moved again before it is used. */
hpm_status hpm_desk_move(hpm_desk *desk, const hpm_market_move *move, hpm_error *error);

/* Makes sure that the row of an instrument is priced where the desk stands. */
void hpm_desk_fill(hpm_desk *desk, uint32_t instrument);

/* Arranges an account and applies the array: desk->portfolio and desk->totals are then its own,
 * until the next account. E_MEMORY: the work memory is too small for it; else as
 * hpm_portfolio_init. */
hpm_status hpm_desk_arrange(hpm_desk *desk, const hpm_account *account, hpm_error *error);

/* Margin of an account where the desk stands: arrange and evaluate. Errors as hpm_desk_arrange and
 * hpm_margin_evaluate. */
hpm_status hpm_desk_margin(hpm_desk *desk, hpm_margin *margin, const hpm_account *account,
                           hpm_error *error);

/* Margin of the account that was arranged last without error, again where the desk stands now: for
 * the same account in one market after the other. Errors as hpm_desk_margin. */
hpm_status hpm_desk_again(hpm_desk *desk, hpm_margin *margin, hpm_error *error);

/* Margin with everything that people ask of it; valid until the next account or move. */
hpm_status hpm_desk_breakdown(hpm_desk *desk, hpm_breakdown *breakdown, const hpm_account *account,
                              hpm_error *error);

#ifdef __cplusplus
}
#endif
#endif
