#!/usr/bin/env python3
"""Makes samples/prices.csv and samples/vols.csv: 500 invented days, no market's history.

    python3 samples/make_history.py prices > samples/prices.csv
    python3 samples/make_history.py vols > samples/vols.csv

Standard library only; a generator of its own, no clock: the same files every time. Daily returns
share a common part and cluster (the variance follows yesterday's return), four days are crashes or
rallies that nobody lived through, and the last closes lie near the prices of samples/market.json.
Volatility indices rise on falls and come back slowly.
"""
import datetime
import math
import sys

DAYS = 500
LAST = datetime.date(2026, 3, 1)
ASSETS = {  # last close, daily volatility, share of the common part, level of the volatility index
    "BTC": (84100.0, 0.024, 0.85, 53.0),
    "ETH": (2632.0, 0.034, 0.8, 71.0),
    "SOL": (141.8, 0.046, 0.7, 92.0),
}
JUMPS = {61: -0.14, 188: 0.11, 263: -0.22, 402: -0.09}  # day: common return, before asset's beta
BETA = {"BTC": 1.0, "ETH": 1.25, "SOL": 1.5}


class Normal:
    """Sums of twelve uniforms of a 64-bit linear congruential generator (Knuth's MMIX constants)."""

    def __init__(self, seed):
        self.state = seed

    def uniform(self):
        self.state = (self.state * 6364136223846793005 + 1442695040888963407) % 2**64
        return (self.state >> 11) / 2**53

    def next(self):
        return sum(self.uniform() for _ in range(12)) - 6


def returns():
    """Daily log returns by asset."""
    random = Normal(15)
    scale, found = 1.0, {name: [] for name in ASSETS}
    for day in range(DAYS):
        common = random.next()
        for name, (_, vol, share, _) in ASSETS.items():
            own = random.next()
            noise = scale * vol * (share * common + math.sqrt(1 - share * share) * own)
            found[name].append(noise + JUMPS.get(day, 0) * BETA[name])
        size = abs(found["BTC"][-1]) / ASSETS["BTC"][1]
        scale = math.sqrt(0.12 + 0.8 * scale * scale + 0.08 * min(size * size, 25))
    return found


def closes(name, steps):
    level = math.log(ASSETS[name][0]) - sum(steps)
    found = []
    for step in steps:
        level += step
        found.append(round(math.exp(level), 2))
    return found


def vols(name, steps):
    base = ASSETS[name][3]
    usual = sum(map(abs, steps)) / len(steps)
    level, found = base, []
    for step in steps:
        level += 0.05 * (base - level) - base * 1.6 * step + base * 0.8 * (abs(step) - usual)
        level = max(level, 0.4 * base)
        found.append(round(level, 2))
    return found


def main():
    make = {"prices": closes, "vols": vols}[sys.argv[1]]
    names = list(ASSETS) if make is closes else ["BTC", "ETH"]
    steps = returns()
    columns = {name: make(name, steps[name]) for name in names}
    print("date,asset,close")
    for day in range(DAYS):
        date = LAST - datetime.timedelta(DAYS - 1 - day)
        for name in names:
            print(f"{date},{name},{columns[name][day]:.2f}")


main()
