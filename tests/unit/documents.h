/* Small documents for the tests of the decoders: whole ones, and single rows to put into them. */
#ifndef HPM_TESTS_DOCUMENTS_H
#define HPM_TESTS_DOCUMENTS_H

#define USD "{\"asset\":\"USD\",\"kind\":\"fiat\"}"
#define BTC "{\"asset\":\"BTC\",\"kind\":\"coin\"}"

#define OPTION                                                                                     \
    "{\"instrument\":\"x:C\",\"kind\":\"option\",\"payoff\":\"inverse\",\"underlying\":\"BTC\","   \
    "\"settlement\":\"BTC\",\"contract_size\":1,\"lot\":\"0.1\",\"strike\":82000,"                 \
    "\"type\":\"call\",\"expiry\":\"2026-02-27T08:00:00Z\"}"
#define PUT                                                                                        \
    "{\"instrument\":\"x:P\",\"kind\":\"option\",\"payoff\":\"linear\",\"underlying\":\"BTC\","    \
    "\"settlement\":\"USD\",\"contract_size\":0.1,\"lot\":1,\"strike\":0,"                         \
    "\"type\":\"put\",\"expiry\":\"2026-02-27T08:00:00Z\"}"
#define FUTURE                                                                                     \
    "{\"instrument\":\"x:F\",\"kind\":\"future\",\"payoff\":\"inverse\",\"underlying\":\"BTC\","   \
    "\"settlement\":\"BTC\",\"contract_size\":10,\"lot\":\"1\","                                   \
    "\"expiry\":\"2026-03-27T08:00:00Z\"}"
#define PERPETUAL                                                                                  \
    "{\"instrument\":\"x:PERP\",\"kind\":\"perpetual\",\"payoff\":\"linear\","                     \
    "\"underlying\":\"BTC\",\"settlement\":\"USD\",\"contract_size\":1,\"lot\":\"0.001\"}"
#define SPOT                                                                                       \
    "{\"instrument\":\"x:SPOT\",\"kind\":\"spot\",\"payoff\":\"linear\",\"underlying\":\"BTC\","   \
    "\"settlement\":\"USD\",\"contract_size\":1,\"lot\":\"0.00000001\"}"

#define CATALOG_OF(assets, instruments)                                                            \
    "{\"schema\":\"hpm/catalog/1\",\"assets\":[" assets "],\"instruments\":[" instruments "]}"
#define CATALOG CATALOG_OF(USD "," BTC, OPTION "," PUT "," FUTURE "," PERPETUAL "," SPOT)

#define PRICES "{\"asset\":\"BTC\",\"price\":88530.23,\"confidence\":0.5,\"age_s\":2}"
#define EXPIRIES                                                                                   \
    "{\"underlying\":\"BTC\",\"expiry\":\"2026-02-27T08:00:00Z\",\"forward\":88728.9,"             \
    "\"rate\":0.01,\"observed_share\":0.25,\"observed_price\":88000}"
#define QUOTES                                                                                     \
    "{\"instrument\":\"x:C\",\"mark\":0.0855,\"vol\":0.4323,\"age_s\":0.5},"                       \
    "{\"instrument\":\"x:PERP\",\"mark\":88600.5,\"confidence\":0.75}"
#define MARKET_OF(more, prices, expiries, quotes)                                                  \
    "{\"schema\":\"hpm/market/1\",\"time\":\"2026-01-16T08:00:00Z\",\"reporting\":\"USD\"," more   \
    "\"assets\":[" prices "],\"expiries\":[" expiries "],\"instruments\":[" quotes "]}"
#define MARKET MARKET_OF("\"source\":\"test\",\"catalog\":" CATALOG ",", PRICES, EXPIRIES, QUOTES)

#define BALANCES "{\"asset\":\"USD\",\"amount\":\"100000.5\"},{\"asset\":\"BTC\",\"amount\":-2}"
#define POSITIONS                                                                                  \
    "{\"instrument\":\"x:PERP\",\"quantity\":\"-0.125\",\"entry_price\":61000.5,"                  \
    "\"funding\":\"-1.25\"},{\"instrument\":\"x:C\",\"quantity\":\"3.2\"}"
#define DECLARED "{\"name\":\"open_orders\",\"asset\":\"BTC\",\"amount\":\"0.01\"}"
#define ACCOUNT_OF(balances, positions, declared)                                                  \
    "{\"schema\":\"hpm/account/1\",\"id\":\"acc-1\",\"balances\":[" balances                       \
    "],\"positions\":[" positions "],\"declared\":[" declared "]}"
#define ACCOUNT ACCOUNT_OF(BALANCES, POSITIONS, DECLARED)

#endif
