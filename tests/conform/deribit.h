/* Deribit's pme/simulate answers: their parameters as a rulebook. */
#ifndef CONFORM_DERIBIT_H
#define CONFORM_DERIBIT_H

#include "conform.h"
#include "io/document.h"
#include "world.h"

#define DERIBIT_BUCKETS_MAX 16

typedef struct deribit_rules {
    hpm_rulebook_document document; /* not to be moved */
    double prices[2 * DERIBIT_BUCKETS_MAX + 1];
    int64_t now_ns;
    double price_range, dampener;
    /* Gains of an aggregated vector count min(gain * offset, cap): no charge of the engine. */
    double gain_offset, gain_cap;
} deribit_rules;

/* From a model_params object, for one currency ("btc") and its pair ("btc_usd"). Free it also after
 * an error. */
hpm_status deribit_rules_init(deribit_rules *rules, const json_t *params, const char *currency,
                              const char *pair, hpm_error *error);
void deribit_rules_free(deribit_rules *rules);

#endif
