#!/usr/bin/env python3
"""Times the program from command line to exit, parsing included: a market of 2,000 instruments with its
catalog and accounts of 40 positions: the margin of ten, a spread and twenty open orders on one, and
the limits of it. Median wall time and largest memory of 21 runs each.

usage: end_to_end.py HPM-PROGRAM RULEBOOK"""
import json
import math
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time

RUNS = 21
EXPIRIES = ["2026-01-%02dT08:00:00Z" % day for day in (9, 16, 23, 30)] + [
    "2026-%02d-27T08:00:00Z" % month for month in range(2, 8)
]


def options():
    """2 underlyings x 10 expiries x 50 strikes x call and put."""
    for coin, spot, lot in (("BTC", 65000.0, "0.1"), ("ETH", 3200.0, "1")):
        for expiry in EXPIRIES:
            for k in range(50):
                strike = round(spot * (0.4 + 0.03 * k), -1)
                for kind in ("call", "put"):
                    name = "bench:%s-%s-%d-%s" % (coin, expiry[:10], strike, kind[0].upper())
                    yield name, coin, spot, lot, expiry, strike, kind


def market():
    rows = list(options())
    catalog = [
        dict(instrument=name, kind="option", payoff="inverse", underlying=coin, settlement=coin,
             contract_size=1, lot=lot, strike=strike, type=kind, expiry=expiry)
        for name, coin, _, lot, expiry, strike, kind in rows
    ]
    quotes = [
        dict(instrument=name, vol=round(0.5 + 0.2 * math.log(strike / spot) ** 2, 4))
        for name, _, spot, _, _, strike, _ in rows
    ]
    kinds = (("USD", "fiat"), ("BTC", "coin"), ("ETH", "coin"))
    return dict(
        schema="hpm/market/1", time="2026-01-02T00:00:00Z", reporting="USD",
        catalog=dict(schema="hpm/catalog/1", instruments=catalog,
                     assets=[dict(asset=asset, kind=kind) for asset, kind in kinds]),
        assets=[dict(asset="BTC", price=65000), dict(asset="ETH", price=3200)],
        expiries=[dict(underlying=coin, expiry=expiry, forward=spot)
                  for coin, spot in (("BTC", 65010.5), ("ETH", 3201.25)) for expiry in EXPIRIES],
        instruments=quotes)


def account(number, names):
    held = [names[(number * 37 + i * 49) % len(names)] for i in range(40)]
    return dict(schema="hpm/account/1", id="bench-%d" % number,
                balances=[dict(asset="USD", amount="9000000")],
                positions=[dict(instrument=name, quantity=str(i % 5 + 1 if i % 2 else -(i % 5) - 1))
                           for i, name in enumerate(held)])


def orders(names):
    return dict(schema="hpm/orders/1",
                orders=[dict(id=str(i), instrument=names[i * 97 % len(names)],
                             quantity=str(2 if i % 2 else -2)) for i in range(20)])


def write(folder, name, documents):
    path = os.path.join(folder, name)
    with open(path, "w") as out:
        out.writelines(json.dumps(document) + "\n" for document in documents)
    return path


def measure(title, command):
    times = []
    for _ in range(RUNS):
        start = time.monotonic()
        done = subprocess.run(command, stdout=subprocess.DEVNULL, check=False)
        times.append(time.monotonic() - start)
        if done.returncode > 1:
            sys.exit("%s failed (%d)" % (title, done.returncode))
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    print("  %-44s median %5.1f ms, memory so far %.1f MB" %
          (title, statistics.median(times) * 1e3, memory / 1024))


def main():
    program, rulebook = sys.argv[1:3]
    with tempfile.TemporaryDirectory() as folder:
        whole = market()
        names = sorted(row["instrument"] for row in whole["catalog"]["instruments"])
        base = ["-m", write(folder, "market.json", [whole]), "-r", rulebook]
        ten = write(folder, "accounts.jsonl", [account(i, names) for i in range(10)])
        one = write(folder, "account.json", [account(0, names)])
        opened = write(folder, "orders.json", [orders(names)])
        spread = ["-t", "-3," + names[100], "-t", "3," + names[102]]
        print("%d instruments, accounts of 40 positions, %d bytes of market" %
              (len(names), len(json.dumps(whole))))
        measure("hpm margin, ten accounts", [program, "margin", *base, "-a", ten])
        measure("hpm whatif, a spread", [program, "whatif", *base, "-a", one, *spread])
        measure("hpm whatif, a spread and 20 open orders",
                [program, "whatif", *base, "-a", one, *spread, "-o", opened])
        measure("hpm limits", [program, "limits", *base, "-a", one])


main()
