/* Suite peers: the figures of worked examples that venues print, an entry of a file each.
 *
 * An entry is an object with a name; what it says is the venue's, so that each has a check of its
 * own: it makes market and account from what is given, computes them with a rulebook of rulebooks/
 * and compares. */
#ifndef CONFORM_PEERS_H
#define CONFORM_PEERS_H

#include "conform.h"
#include "io/document.h"
#include "world.h"

/* Compares what an entry states. Errors: the entry cannot be read, or the library refuses it. */
typedef hpm_status (*peers_check)(conform_tally *tally, const json_t *entry, hpm_error *error);

hpm_status peers_deribit_2019(conform_tally *tally, const json_t *entry, hpm_error *error);
hpm_status peers_deribit_standard(conform_tally *tally, const json_t *entry, hpm_error *error);
hpm_status peers_paradex_min_delta(conform_tally *tally, const json_t *entry, hpm_error *error);
hpm_status peers_paradex_scenarios(conform_tally *tally, const json_t *entry, hpm_error *error);
hpm_status peers_dederi_future(conform_tally *tally, const json_t *entry, hpm_error *error);
hpm_status peers_okx_minimum(conform_tally *tally, const json_t *entry, hpm_error *error);
hpm_status peers_binance_collateral(conform_tally *tally, const json_t *entry, hpm_error *error);

/* ---- Shared by checks --------------------------------------------------------------------- */

/* A rulebook of rulebooks/ by the name of its file. Not to be moved; free it. */
hpm_status peers_rulebook(hpm_rulebook_document *document, const char *file, hpm_error *error);

/* A component of it, to change or to read; it must be there. After a change of the rulebook's
 * fields hpm_rulebook_finish. */
hpm_component *peers_component(hpm_rulebook *rulebook, const char *name);

/* The requirements of both paths of the engine against each other, as integers.* in the tally. */
void peers_compare_integers(conform_tally *tally, const world_result *run);

/* A world of a currency and a coin at this price, and rows of the caller's on it. */
enum { PEERS_USD, PEERS_COIN, PEERS_ASSETS };
#define PEERS_NOW_NS (INT64_C(20000) * HPM_DAY_NS)
void peers_world(conform_world *world, world_asset assets[PEERS_ASSETS], double price,
                 world_row *rows, uint32_t count, const hpm_rulebook *rulebook);

/* A row of that world that is held in a fractional quantity. Linear, one coin a contract. */
hpm_status peers_hold(world_row *row, hpm_kind kind, conform_wide quantity_e18, const char *where,
                      hpm_error *error);

/* The normal law and Black's formula by libm, nothing of the library: a second opinion. */
double peers_normal(double x);
double peers_black(int is_call, double forward, double strike, double vol, double years);

#endif
