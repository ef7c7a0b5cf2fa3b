/* A small market for the tests of templates, with round numbers. */
#ifndef TEMPLATE_FIXTURE_H
#define TEMPLATE_FIXTURE_H

#include <stdio.h>
#include <string.h>

#include "io/document.h"

/* Calls and puts of one expiry: strikes 80, 90, 100, 110, 120 on a forward of 100 or 104. */
#define FIXTURE_STRIKES 5

static inline size_t fixture_option(char *out, size_t room, const char *day, const char *date,
                                    int strike, int is_call, int quotes)
{
    char name[64];
    snprintf(name, sizeof name, "t:BTC-%s-%d-%c", day, strike, is_call ? 'C' : 'P');
    int length =
        quotes ? snprintf(out, room, ",{\"instrument\":\"%s\",\"vol\":0.5}", name)
               : snprintf(out, room,
                          ",{\"instrument\":\"%s\",\"kind\":\"option\",\"payoff\":\"inverse\","
                          "\"underlying\":\"BTC\",\"settlement\":\"BTC\",\"contract_size\":1,"
                          "\"lot\":\"0.1\",\"strike\":%d,\"type\":\"%s\",\"expiry\":\"%s\"}",
                          name, strike, is_call ? "call" : "put", date);
    return (size_t)length;
}

static inline size_t fixture_options(char *out, size_t room, int quotes)
{
    static const char *const days[] = {"12JAN26", "22JAN26"};
    static const char *const dates[] = {"2026-01-12T00:00:00Z", "2026-01-22T00:00:00Z"};
    size_t used = 0;
    for (int e = 0; e < 2; e++)
        for (int i = 0; i < FIXTURE_STRIKES * 2; i++)
            used += fixture_option(out + used, room - used, days[e], dates[e], 80 + 10 * (i / 2),
                                   i % 2, quotes);
    return used;
}

/* Two expiries, 10 and 20 days away; a future at the later; a perpetual; a spot pair; an asset
 * without a price. */
static inline int fixture_market(hpm_market_document *document)
{
    static char text[16384];
    size_t room = sizeof text, used = 0;
    used += (size_t)snprintf(
        text, room,
        "{\"schema\":\"hpm/market/1\",\"time\":\"2026-01-02T00:00:00Z\",\"reporting\":\"USD\","
        "\"catalog\":{\"schema\":\"hpm/catalog/1\",\"assets\":["
        "{\"asset\":\"USD\",\"kind\":\"fiat\"},{\"asset\":\"BTC\",\"kind\":\"coin\"},"
        "{\"asset\":\"ZZZ\",\"kind\":\"coin\"}],\"instruments\":["
        "{\"instrument\":\"t:BTC-22JAN26\",\"kind\":\"future\",\"payoff\":\"inverse\","
        "\"underlying\":\"BTC\",\"settlement\":\"BTC\",\"contract_size\":10,\"lot\":\"1\","
        "\"expiry\":\"2026-01-22T00:00:00Z\"},"
        "{\"instrument\":\"t:BTC-PERP\",\"kind\":\"perpetual\",\"payoff\":\"inverse\","
        "\"underlying\":\"BTC\",\"settlement\":\"BTC\",\"contract_size\":10,\"lot\":\"2\"},"
        "{\"instrument\":\"t:BTC-SPOT\",\"kind\":\"spot\",\"payoff\":\"linear\","
        "\"underlying\":\"BTC\",\"settlement\":\"USD\",\"contract_size\":0.5,\"lot\":\"0.01\"}");
    used += fixture_options(text + used, room - used, 0);
    used += (size_t)snprintf(
        text + used, room - used,
        "]},\"assets\":[{\"asset\":\"BTC\",\"price\":100}],\"expiries\":["
        "{\"underlying\":\"BTC\",\"expiry\":\"2026-01-12T00:00:00Z\",\"forward\":100},"
        "{\"underlying\":\"BTC\",\"expiry\":\"2026-01-22T00:00:00Z\",\"forward\":104}],"
        "\"instruments\":[{\"instrument\":\"t:BTC-22JAN26\",\"mark\":104},"
        "{\"instrument\":\"t:BTC-PERP\",\"mark\":100},{\"instrument\":\"t:BTC-SPOT\",\"mark\":"
        "100}");
    used += fixture_options(text + used, room - used, 1);
    used += (size_t)snprintf(text + used, room - used, "]}");
    hpm_error error = {.status = HPM_OK};
    hpm_status status = hpm_market_decode(document, text, used, NULL, &error);
    if (status != HPM_OK) fprintf(stderr, "%s: %s\n", error.where, error.message);
    return status == HPM_OK ? 0 : -1;
}

#endif
