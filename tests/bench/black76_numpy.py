#!/usr/bin/env python3
"""The numpy peer of bench_black76: vectorised Black-76 with scipy.special.ndtr.

Serves the C++ benchmark over a pipe: reads the number of options once, then for each line
`run R` prices them R times and answers with the best seconds of one pass.
"""
import sys
import time

import numpy as np
from scipy.special import ndtr


def black76(forward, strike, total_vol, discount, sign):
    d1 = np.log(forward / strike) / total_vol + 0.5 * total_vol
    d2 = d1 - total_vol
    return discount * sign * (forward * ndtr(sign * d1) - strike * ndtr(sign * d2))


def main():
    count = int(sys.stdin.readline())
    rng = np.random.default_rng(1)
    forward = rng.uniform(70000, 130000, count)
    strike = rng.uniform(50000, 150000, count)
    total_vol = rng.uniform(0.05, 0.65, count)
    discount = rng.uniform(0.95, 1.0, count)
    sign = np.where(rng.random(count) < 0.5, 1.0, -1.0)
    for line in sys.stdin:
        best = float("inf")
        for _ in range(int(line.split()[1])):
            start = time.perf_counter()
            black76(forward, strike, total_vol, discount, sign)
            best = min(best, time.perf_counter() - start)
        print(best, flush=True)


main()
