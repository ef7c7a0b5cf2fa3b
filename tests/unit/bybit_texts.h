/* Bybit's answers and messages as its tests write them. The values are made up. */
#ifndef BYBIT_TEXTS_H
#define BYBIT_TEXTS_H

#define IMPORT_VENUE hpm_import_bybit
#include "import_fixture.h"

#define NOW "1772447410500"
#define ANSWER(category, rows)                                                                     \
    "{\"retCode\":0,\"retMsg\":\"OK\",\"result\":{\"category\":\"" category "\",\"list\":[" rows   \
    "]},\"retExtInfo\":{},\"time\":" NOW "}"
#define PUSH(topic, type, ts, data)                                                                \
    "{\"topic\":\"" topic "\",\"type\":\"" type "\",\"ts\":" ts ",\"data\":" data "}\n"
#define LINEAR_TICKER(symbol, price)                                                               \
    "{\"symbol\":\"" symbol "\",\"bid1Price\":\"" price "\",\"bid1Size\":\"7\","                   \
    "\"ask1Price\":\"" price "\",\"ask1Size\":\"9\",\"markPrice\":\"" price                        \
    "\",\"indexPrice\":\"" price                                                                   \
    "\",\"openInterest\":\"100\",\"fundingRate\":\"0.0001\",\"deliveryTime\":\"0\"}"

/* Of the v2 API. */
#define V2_ROW(side, price, size)                                                                  \
    "{\"price\":\"" price "\",\"symbol\":\"BTCUSD\",\"id\":1,\"side\":\"" side "\"" size "}"
#define V2(topic, type, us, data)                                                                  \
    "{\"topic\":\"" topic "\",\"type\":\"" type "\",\"data\":" data                                \
    ",\"cross_seq\":1,\"timestamp_e6\":" us "}\n"

static inline const hpm_quote *quote_of(const fixture *f, const char *name)
{
    uint32_t id = id_of(f, name);
    assert_int_not_equal(id, HPM_NONE);
    return &f->result.quotes.quote[id];
}

static inline double price_of(const fixture *f, const char *asset)
{
    const hpm_market *market = &f->result.document.market;
    return market->asset_price[hpm_catalog_find_asset(market->catalog, asset)].value;
}

#endif
