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
    hpm_pair_rule pair; /* of every pair */
    int64_t now_ns;
} deribit_rules;

/* From a model_params object, for one currency ("btc") and its pair ("btc_usd"). Free it also after
 * an error. */
hpm_status deribit_rules_init(deribit_rules *rules, const json_t *params, const char *currency,
                              const char *pair, hpm_error *error);
void deribit_rules_free(deribit_rules *rules);

#endif
