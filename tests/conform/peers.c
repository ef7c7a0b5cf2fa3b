/* Suite peers: goes through the entries of a file, and what their checks share. */
#include "peers.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* One row an entry. */
static const struct {
    const char *name;
    peers_check check;
} entries[] = {
    {"binance_collateral_tiers", peers_binance_collateral},
    {"dederi_future", peers_dederi_future},
    {"deribit_legacy_2019", peers_deribit_2019},
    {"deribit_standard_margin", peers_deribit_standard},
    {"okx_mr7_tiers", peers_okx_minimum},
    {"paradex_min_delta", peers_paradex_min_delta},
    {"paradex_scenarios", peers_paradex_scenarios},
};

/* ---- Shared by checks --------------------------------------------------------------------- */

hpm_status peers_rulebook(hpm_rulebook_document *document, const char *file, hpm_error *error)
{
    hpm_buffer text;
    char path[512];
    snprintf(path, sizeof path, "%s/%s", CONFORM_RULEBOOKS, file);
    hpm_status status = hpm_file_read(&text, path, HPM_RULEBOOK_BYTES_MAX, error);
    if (status != HPM_OK) return status;
    status = hpm_rulebook_decode(document, text.bytes, text.length, error);
    hpm_buffer_free(&text);
    return status;
}

hpm_component *peers_component(hpm_rulebook *rulebook, const char *name)
{
    return (hpm_component *)rulebook->components.items + world_component(rulebook, name);
}

void peers_compare_integers(conform_tally *tally, const world_result *run)
{
    conform_compare(tally, "integers.initial", hpm_e8_to_double(run->exact.initial.e8),
                    run->reference.initial_real, run->initial_bound);
    conform_compare(tally, "integers.maintenance", hpm_e8_to_double(run->exact.maintenance.e8),
                    run->reference.maintenance_real, run->maintenance_bound);
}

void peers_world(conform_world *world, world_asset assets[PEERS_ASSETS], double price,
                 world_row *rows, uint32_t count, const hpm_rulebook *rulebook)
{
    assets[PEERS_USD] = (world_asset){"USD", HPM_ASSET_FIAT, 1, 1, 0};
    assets[PEERS_COIN] = (world_asset){"COIN", HPM_ASSET_COIN, price, 1, 0};
    *world = (conform_world){.account = "example",
                             .now_ns = PEERS_NOW_NS,
                             .assets = assets,
                             .asset_count = PEERS_ASSETS,
                             .rows = rows,
                             .row_count = count,
                             .rulebook = rulebook};
}

hpm_status peers_hold(world_row *row, hpm_kind kind, conform_wide quantity_e18, const char *where,
                      hpm_error *error)
{
    memset(row, 0, sizeof *row);
    row->what = (hpm_instrument){.kind = kind,
                                 .payoff = HPM_LINEAR,
                                 .underlying = PEERS_COIN,
                                 .settlement = PEERS_USD,
                                 .lot = {HPM_E8}};
    snprintf(row->what.name, sizeof row->what.name, "%.60s", where);
    row->confidence = 1;
    row->entry_price = NAN;
    return world_contracts(&row->what.contract_size, &row->contracts, quantity_e18, where, error);
}

double peers_normal(double x)
{
    return 0.5 * erfc(-x / sqrt(2));
}

double peers_black(int is_call, double forward, double strike, double vol, double years)
{
    double spread = vol * sqrt(years), sign = is_call ? 1 : -1;
    double d1 = log(forward / strike) / spread + spread / 2;
    return sign * (forward * peers_normal(sign * d1) - strike * peers_normal(sign * (d1 - spread)));
}

/* ---- Entries ------------------------------------------------------------------------------ */

static peers_check check_of(const char *name)
{
    for (size_t i = 0; i < sizeof entries / sizeof entries[0]; i++)
        if (strcmp(entries[i].name, name) == 0) return entries[i].check;
    return NULL;
}

static hpm_status run_entry(conform_tally *tally, const char *name, const json_t *entry,
                            hpm_error *error)
{
    hpm_error why = {HPM_OK, "", "", 0};
    peers_check check = check_of(name);
    conform_case_begin(tally, name);
    if (!check) {
        conform_case_skip(tally, "no check for an entry of this name");
        return HPM_OK;
    }
    hpm_status status = check(tally, entry, &why);
    if (status == HPM_OK) {
        conform_case_end(tally);
        return HPM_OK;
    }
    if (error) *error = why;
    if (status == HPM_E_MEMORY || status == HPM_E_IO) return status;
    conform_case_bad(tally, &why);
    return HPM_OK;
}

hpm_status conform_peers(conform_tally *tally, const hpm_buffer *text, hpm_error *error)
{
    json_t *root, *entry;
    const char *name;
    hpm_status status = conform_json_parse(&root, text->bytes, text->length, error);
    if (status != HPM_OK) return status;
    json_object_foreach(root, name, entry)
    {
        if (status == HPM_OK && json_is_object(entry))
            status = run_entry(tally, name, entry, error);
    }
    json_decref(root);
    return status;
}
