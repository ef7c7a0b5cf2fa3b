#!/usr/bin/env python3
"""Times `hpm margin` from command line to exit: a market of 2,000 instruments with its catalog and ten
accounts of 40 positions, parsing included. Median wall time and largest memory of 21 runs.

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


def main():
    program, rulebook = sys.argv[1:3]
    with tempfile.TemporaryDirectory() as folder:
        whole = market()
        names = sorted(row["instrument"] for row in whole["catalog"]["instruments"])
        paths = [os.path.join(folder, name) for name in ("market.json", "accounts.jsonl")]
        with open(paths[0], "w") as out:
            json.dump(whole, out)
        with open(paths[1], "w") as out:
            out.writelines(json.dumps(account(i, names)) + "\n" for i in range(10))
        command = [program, "margin", "-m", paths[0], "-a", paths[1], "-r", rulebook]
        times = []
        for _ in range(RUNS):
            start = time.monotonic()
            done = subprocess.run(command, stdout=subprocess.DEVNULL, check=False)
            times.append(time.monotonic() - start)
            if done.returncode > 1:
                sys.exit("hpm margin failed (%d)" % done.returncode)
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    print("hpm margin: %d instruments, 10 accounts of 40 positions, %d bytes of market" %
          (len(names), len(json.dumps(whole))))
    print("  median %.1f ms, memory %.1f MB" % (statistics.median(times) * 1e3, memory / 1024))


main()
