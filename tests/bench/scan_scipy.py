#!/usr/bin/env python3
"""The scipy peer of bench_scan: accounts as a sparse matrix times the array, then the minimum.

Serves the C benchmark over a pipe. Arguments: the file of the array (int64 [instruments][columns])
and the columns. Each line from standard input is one of
    load ACCOUNTS LEGS FILE   reads legs: uint32 instruments, then int64 lots, LEGS an account
    run REPEATS               answers with the median seconds of one pass over all accounts
    worst FILE                writes the worst losses of the last pass as int64, answers with 0
The product is made in slices of accounts whose result stays small, which is kinder to scipy than
one of many hundred megabytes.
"""
import statistics
import sys
import time

import numpy as np
import scipy.sparse

SLICE = 10000


class Peer:
    def __init__(self, array, columns):
        self.rows = np.fromfile(array, dtype=np.int64).reshape(-1, columns)

    def load(self, accounts, legs, path):
        count = accounts * legs
        instruments = np.fromfile(path, dtype=np.uint32, count=count).astype(np.int32)
        lots = np.fromfile(path, dtype=np.int64, count=count, offset=4 * count)
        self.slices = []
        for first in range(0, accounts, SLICE):
            some = min(SLICE, accounts - first)
            legs_here = slice(first * legs, (first + some) * legs)
            bounds = np.arange(0, some * legs + 1, legs, dtype=np.int32)
            parts = (lots[legs_here], instruments[legs_here], bounds)
            shape = (some, len(self.rows))
            self.slices.append(scipy.sparse.csr_matrix(parts, shape=shape))
        self.worst = np.zeros(accounts, dtype=np.int64)
        return 0

    def scan(self):
        for i, accounts in enumerate(self.slices):
            least = (accounts @ self.rows).min(axis=1)
            self.worst[i * SLICE : i * SLICE + len(least)] = np.maximum(0, -least)

    def run(self, repeats):
        seconds = []
        for _ in range(repeats):
            start = time.perf_counter()
            self.scan()
            seconds.append(time.perf_counter() - start)
        return statistics.median(seconds)


def main():
    peer = Peer(sys.argv[1], int(sys.argv[2]))
    for line in sys.stdin:
        verb, *words = line.split()
        if verb == "load":
            answer = peer.load(int(words[0]), int(words[1]), words[2])
        elif verb == "run":
            answer = peer.run(int(words[0]))
        else:
            peer.worst.tofile(words[0])
            answer = 0
        print(answer, flush=True)


main()
