#!/usr/bin/env python3
"""Makes samples/quotes.json: raw quotes that the project invented, no venue's data.

    python3 samples/make_quotes.py > samples/quotes.json

Bids and asks about the volatilities of samples/market.json, with its catalog. Standard library
only, no randomness, no clock: the same file every time; prices are whole ticks, so that far options
say little. Some quotes are as bad as real ones are:

- far options that nobody bids for, and some that nobody asks for;
- one crossed quote, one far from its neighbours, one that is hours old, one below intrinsic value;
- an expiry with three quoted options, and one with none at all.
"""
import json
import math
import sys

sys.dont_write_bytecode = True
import make_market as market

TICK = {"BTC": 0.0001, "ETH": 0.0005}
SPARSE = ("ETH", "2026-09-25")  # three options
SILENT = ("BTC", "2026-03-13")  # nobody
BAD = {  # what is wrong with an option's quote
    "sample:BTC-27MAR26-90000-C": "crossed",
    "sample:BTC-24APR26-100000-C": "outlier",
    "sample:BTC-26JUN26-60000-P": "old",
    "sample:ETH-27MAR26-1800-C": "below intrinsic",
    "sample:ETH-24APR26-3200-C": "no ask",
}


def normal(x):
    return 0.5 * math.erfc(-x / math.sqrt(2))


def premium(forward, strike, vol, tau, is_call):
    """Black-76 in coin."""
    total = vol * math.sqrt(tau)
    d1 = math.log(forward / strike) / total + total / 2
    sign = 1 if is_call else -1
    value = sign * (forward * normal(sign * d1) - strike * normal(sign * (d1 - total)))
    return value / forward


def ticks(price, tick, whole):
    return round(max(0, whole(price / tick)) * tick, 4)


def sizes(strike, atm):
    """Larger near the money; round numbers that differ from strike to strike."""
    near = math.exp(-4 * abs(math.log(strike / atm)))
    return round(2 + 40 * near + strike / 100 % 7, 1), round(3 + 35 * near + strike / 100 % 5, 1)


def spoil(quote, what, tick):
    if what == "crossed":
        quote.update(bid=round(quote["ask"] + 2 * tick, 4))
    if what == "outlier":
        quote.update(bid=round(2 * quote["bid"], 4), ask=round(2 * quote["ask"], 4))
    if what == "old":
        quote.update(age_s=7200.0)
    if what == "below intrinsic":
        quote.update(bid=round(0.9 * quote["bid"], 4), ask=round(0.9 * quote["ask"], 4))
    if what == "no ask":
        quote.update(ask=0)


def option_quote(row, vol, forward, tau):
    symbol, strike = row["underlying"], row["strike"]
    tick, name = TICK[symbol], row["instrument"]
    price = premium(forward, strike, vol, tau, row["type"] == "call")
    half = 0.5 * tick + 0.008 * price
    bid, ask = ticks(price - half, tick, math.floor), ticks(price + half, tick, math.ceil)
    bid_size, ask_size = sizes(strike, forward)
    quote = dict(instrument=name, bid=bid, ask=ask, bid_size=bid_size if bid > 0 else 0,
                 ask_size=ask_size, mark=round(price, 4), mark_vol=vol, underlying=forward,
                 open_interest=round(10 * (bid_size + ask_size), 1),
                 age_s=round(0.5 + strike / 1000 % 3, 1))
    spoil(quote, BAD.get(name), tick)
    return quote


def is_silent(row, day, forward):
    if (row["underlying"], day) == SILENT:
        return True
    if (row["underlying"], day) != SPARSE:
        return False
    return row["type"] == "put" or not 0.9 < row["strike"] / forward < 1.35


def future_quote(row, mark):
    return dict(instrument=row["instrument"], bid=round(mark - 1, 2), ask=round(mark + 1, 2),
                bid_size=5000, ask_size=4000, mark=mark, open_interest=250000, age_s=0.2)


def quotes_of(instruments, expiries, marks):
    forwards = {(row["underlying"], row["expiry"]): row["forward"] for row in expiries}
    values = {row["instrument"]: row for row in marks}
    for row in instruments:
        value = values[row["instrument"]]
        if row["kind"] != "option":
            yield future_quote(row, value["mark"])
            continue
        day = row["expiry"][:10]
        forward = forwards[row["underlying"], row["expiry"]]
        if is_silent(row, day, forward):
            yield dict(instrument=row["instrument"], bid=0, ask=0, underlying=forward, age_s=1.0)
        else:
            yield option_quote(row, value["vol"], forward, market.years_to(day))


def main():
    instruments, expiries, marks = market.everything()
    names = {row["instrument"] for row in instruments}
    assert all(name in names for name in BAD), [name for name in BAD if name not in names]
    print("{")
    print('  "schema": "hpm/quotes/1",')
    print(f'  "time": "{market.NOW.isoformat()}Z",')
    print('  "reporting": "USD",')
    print('  "source": "invented by the project, samples/make_quotes.py; no venue\'s data",')
    print('  "catalog": {')
    print('    "schema": "hpm/catalog/1",')
    print(market.rows("assets", [dict(asset=a, kind=k) for a, k, _ in market.ASSETS], 4))
    print(market.rows("instruments", instruments, 4, last=True))
    print("  },")
    print(market.rows("assets", [dict(asset=a, price=p) for a, _, p in market.ASSETS], 2))
    print(market.rows("instruments", quotes_of(instruments, expiries, marks), 2, last=True))
    print("}")


if __name__ == "__main__":
    main()
