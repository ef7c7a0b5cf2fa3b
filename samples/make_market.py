#!/usr/bin/env python3
"""Makes samples/market.json: a market that the project invented, no venue's data.

    python3 samples/make_market.py > samples/market.json

Standard library only, no randomness, no clock: the same file every time. Volatilities come from
one SSVI surface per coin, w(k) = theta/2 (1 + rho phi k + sqrt((phi k + rho)^2 + 1 - rho^2)) with
phi = eta/sqrt(theta) (Gatheral and Jacquier, Quantitative Finance 14 (2014), 59-71). It has no
butterfly arbitrage since eta^2 (1 + |rho|) <= 4, and no calendar arbitrage since theta grows with
time. Everything is rounded to few decimals, so that the last digits of a machine's exp and sqrt
do not show.
"""
import datetime
import json
import math

NOW = datetime.datetime(2026, 3, 2, 10, 30)
EXPIRIES = ["2026-03-06", "2026-03-13", "2026-03-27", "2026-04-24", "2026-06-26", "2026-09-25"]
FUTURES = EXPIRIES[2:]  # dated futures; the options before them hang on a synthetic forward
STRIKES_EACH_SIDE = 7
STEPS = [50, 100, 200, 500, 1000, 2000, 5000, 10000]

ASSETS = [("BTC", "coin", 84250.0), ("ETH", "coin", 2640.5), ("SOL", "coin", 142.35),
          ("USD", "fiat", 1), ("USDC", "stablecoin", 0.9998)]

# carry: annual; atm: volatility by expiry; rho, eta: of the surface; lot: of options
COINS = {
    "BTC": dict(index=84250.0, carry=0.045, rho=-0.22, eta=1.05, lot="0.1", dollars=10,
                atm=[0.548, 0.527, 0.518, 0.531, 0.552, 0.561]),
    "ETH": dict(index=2640.5, carry=0.038, rho=-0.16, eta=0.98, lot="1", dollars=1,
                atm=[0.741, 0.712, 0.697, 0.703, 0.718, 0.724]),
}


def years_to(day):
    expiry = datetime.datetime.fromisoformat(day + "T08:00:00")
    return (expiry - NOW).total_seconds() / (365 * 86400)


def forward_of(coin, day):
    return round(coin["index"] * math.exp(coin["carry"] * years_to(day)), 2)


def vol_of(coin, atm, tau, strike, forward):
    theta = atm * atm * tau
    phi = coin["eta"] / math.sqrt(theta)
    k = math.log(strike / forward)
    root = math.sqrt((phi * k + coin["rho"]) ** 2 + 1 - coin["rho"] ** 2)
    return round(math.sqrt(theta / 2 * (1 + coin["rho"] * phi * k + root) / tau), 4)


def strikes_of(atm, tau, forward):
    """Round strikes over about two and a half standard deviations to each side, denser for near expiries."""
    wanted = 2.6 * forward * atm * math.sqrt(tau) / STRIKES_EACH_SIDE
    step = min(STEPS, key=lambda candidate: (abs(candidate - wanted), candidate))
    middle = round(forward / step) * step
    count = min(STRIKES_EACH_SIDE, int(middle / step) - 1)
    return [middle + i * step for i in range(-count, STRIKES_EACH_SIDE + 1)]


def label(day):
    date = datetime.date.fromisoformat(day)
    months = "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC".split()
    return f"{date.day}{months[date.month - 1]}{date.year % 100:02d}"


def inverse(name, kind, symbol, size, lot, **more):
    return dict(instrument=name, kind=kind, payoff="inverse", underlying=symbol, settlement=symbol,
                contract_size=size, lot=lot, **more)


def linear_perpetual(symbol, size, lot):
    return dict(instrument=f"sample:{symbol}_USDC-PERPETUAL", kind="perpetual", payoff="linear",
                underlying=symbol, settlement="USDC", contract_size=size, lot=lot)


def add_coin(symbol, instruments, expiries, quotes):
    coin = COINS[symbol]
    perpetual = f"sample:{symbol}-PERPETUAL"
    instruments.append(inverse(perpetual, "perpetual", symbol, coin["dollars"], "1"))
    quotes.append(dict(instrument=perpetual, mark=round(coin["index"] * 1.0003, 2)))
    for day, atm in zip(EXPIRIES, coin["atm"]):
        expiry, tau, forward = day + "T08:00:00Z", years_to(day), forward_of(coin, day)
        expiries.append(dict(underlying=symbol, expiry=expiry, forward=forward))
        if day in FUTURES:
            name = f"sample:{symbol}-{label(day)}"
            instruments.append(inverse(name, "future", symbol, coin["dollars"], "1",
                                       expiry=expiry))
            quotes.append(dict(instrument=name, mark=forward))
        for strike in strikes_of(atm, tau, forward):
            for letter, side in (("C", "call"), ("P", "put")):
                name = f"sample:{symbol}-{label(day)}-{strike}-{letter}"
                instruments.append(inverse(name, "option", symbol, 1, coin["lot"], strike=strike,
                                           type=side, expiry=expiry))
                quotes.append(dict(instrument=name, vol=vol_of(coin, atm, tau, strike, forward)))


def rows(name, items, indent, last=False):
    """One row a line, so that a change of the market reads well."""
    inner = ",\n".join(" " * (indent + 2) + json.dumps(item) for item in items)
    return f'{" " * indent}"{name}": [\n{inner}\n{" " * indent}]' + ("" if last else ",")


def everything():
    instruments, expiries, quotes = [], [], []
    for symbol in COINS:
        add_coin(symbol, instruments, expiries, quotes)
    instruments.append(linear_perpetual("BTC", 0.001, "1"))
    quotes.append(dict(instrument="sample:BTC_USDC-PERPETUAL", mark=84290.0))
    instruments.append(linear_perpetual("SOL", 0.1, "1"))
    quotes.append(dict(instrument="sample:SOL_USDC-PERPETUAL", mark=142.41))
    return instruments, expiries, quotes


def main():
    instruments, expiries, quotes = everything()
    print("{")
    print('  "schema": "hpm/market/1",')
    print(f'  "time": "{NOW.isoformat()}Z",')
    print('  "reporting": "USD",')
    print('  "source": "invented by the project, samples/make_market.py; no venue\'s data",')
    print('  "catalog": {')
    print('    "schema": "hpm/catalog/1",')
    print(rows("assets", [dict(asset=a, kind=k) for a, k, _ in ASSETS], 4))
    print(rows("instruments", instruments, 4, last=True))
    print("  },")
    print(rows("assets", [dict(asset=a, price=p) for a, _, p in ASSETS], 2))
    print(rows("expiries", expiries, 2))
    print(rows("instruments", quotes, 2, last=True))
    print("}")


if __name__ == "__main__":
    main()
