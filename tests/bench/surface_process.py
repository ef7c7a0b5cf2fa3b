#!/usr/bin/env python3
"""Times a surface from command line to exit, on every snapshot of a market: `hpm surface fit --from
deribit FILE --format json` unpacks and imports the file, fits every expiry of both underlyings without
arbitrage, checks the surface and prints it. Then the parts in the library (bench_surface).

The peers do parts of that in this process, which is started already: `read` unpacks the same file with
Python's gzip and csv and makes numpy arrays of the columns that a fit needs; `scipy` then fits five
numbers of raw SVI to the venue's own volatilities of each expiry with least_squares (MINPACK's lm, exact
derivatives). So it has no forward, no implied volatility, no weights, no outliers, no limits against
arbitrage. Turns are taken; medians of each snapshot's runs, and their median and largest. Wall time
counts what else the machine did: processor time is the one to compare.

usage: surface_process.py HPM-PROGRAM BENCH-SURFACE-PROGRAM
HPM_DATA names the folder with the data (default ../shared/data); without snapshots nothing is timed."""
import csv
import glob
import gzip
import os
import resource
import statistics
import subprocess
import sys
import time

try:
    import numpy as np
    from scipy.optimize import least_squares
except ImportError:
    np = None

RUNS = 5
COLUMNS = ["strike", "underlying", "implied_volatility", "time_to_maturity"]


def children_seconds():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def hpm(program, path):
    """Wall and processor seconds of one run."""
    command = [program, "surface", "fit", "--from", "deribit", path, "--format", "json", "--quiet"]
    before, start = children_seconds(), time.perf_counter()
    done = subprocess.run(command, stdout=subprocess.DEVNULL, check=False)
    wall = time.perf_counter() - start
    if done.returncode != 0:
        sys.exit("%s failed (%d)" % (" ".join(command), done.returncode))
    return wall, children_seconds() - before


# ---- Peers -----------------------------------------------------------------------------------


def read(path):
    """Numbers of the options, by expiry."""
    with gzip.open(path, "rt", newline="") as text:
        rows = csv.reader(text)
        header = next(rows)
        places = [header.index(name) for name in COLUMNS]
        kind, day = header.index("currency"), header.index("expiry_datetime")
        expiries = {}
        for row in rows:
            numbers = expiries.setdefault((row[kind], row[day]), [])
            numbers.append([float(row[place]) for place in places])
    return [np.array(numbers) for numbers in expiries.values()]


def terms(p, k):
    x = k - p[3]
    return x, np.hypot(x, p[4])


def misses(p, k, variance):
    x, root = terms(p, k)
    return p[0] + p[1] * (p[2] * x + root) - variance


def slopes(p, k, variance):
    x, root = terms(p, k)
    return np.column_stack([np.ones_like(k), p[2] * x + root, p[1] * x,
                            -p[1] * (p[2] + x / root), p[1] * p[4] / root])


def fit(expiries):
    for strike, forward, vol, tau in (numbers.T for numbers in expiries):
        k, variance = np.log(strike / forward), vol * vol * tau
        if len(k) < 5:
            continue
        level = np.median(variance)
        width = np.sqrt(level) + 1e-4
        start = [0.5 * level, 0.5 * level / width, -0.1, 0, width]
        least_squares(misses, start, slopes, args=(k, variance), method="lm")


def peers(path):
    start = time.process_time()
    expiries = read(path)
    middle = time.process_time()
    fit(expiries)
    return middle - start, time.process_time() - middle


# ---- Measuring -------------------------------------------------------------------------------


def show(title, seconds):
    print("  %-34s %12.1f %12.1f" %
          (title, statistics.median(seconds) * 1e3, max(seconds) * 1e3), flush=True)


def measure(program, path):
    """Medians: hpm's wall and processor time, the peers' processor time."""
    rounds = []
    for _ in range(RUNS + 1):  # the first one warms up
        rounds.append((*hpm(program, path), *(peers(path) if np else ())))
    return [statistics.median(seconds) for seconds in zip(*rounds[1:])]


def main():
    program, parts = sys.argv[1:3]
    folder = os.path.join(os.environ.get("HPM_DATA", "../shared/data"), "chains/deribit_2026")
    paths = sorted(glob.glob(os.path.join(folder, "deribit_options_snapshot_*.csv.gz")))
    if not paths:
        print("skipped: no snapshots in %s (set HPM_DATA)" % folder)
        sys.exit(77)
    titles = ["hpm surface fit, wall time", "the same, processor time", "peer: gzip, csv, numpy",
              "peer: scipy least_squares"]
    columns = list(zip(*(measure(program, path) for path in paths)))
    print("%-36s %12s %12s" % ("%d snapshots" % len(paths), "median, ms", "largest, ms"))
    for title, seconds in zip(titles, columns):
        show(title, seconds)
    print("within 60 ms: %d by wall time, %d by processor time" %
          tuple(sum(s <= 0.060 for s in seconds) for seconds in columns[:2]), flush=True)
    if not np:
        print("no peers: numpy or scipy is missing")
    subprocess.run([parts, *paths], check=True)


main()
