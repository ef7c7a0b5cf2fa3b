#!/usr/bin/env python3
"""The scipy peer of bench_scan: accounts as a sparse matrix times the array, then the minimum.

Serves the C benchmark over a pipe. Arguments: the file of the array (int64 [instruments][columns])
and the columns. Each line from standard input is one of
    load ACCOUNTS LEGS FILE   reads legs: uint32 instruments, then int64 lots, LEGS an account
    whole REPEATS             answers with the median processor seconds of one product of all accounts
    sliced REPEATS            the same in slices of accounts whose result stays in the cache, which
                              is kinder to scipy than one of up to 800 MB
    worst FILE                writes the worst losses of the last pass as int64, answers with 0
"""
import statistics
import sys
import time

import numpy as np
import scipy.sparse

SLICE = 1000


class Peer:
    def __init__(self, array, columns):
        self.rows = np.fromfile(array, dtype=np.int64).reshape(-1, columns)

    def load(self, accounts, legs, path):
        count = accounts * legs
        instruments = np.fromfile(path, dtype=np.uint32, count=count).astype(np.int32)
        lots = np.fromfile(path, dtype=np.int64, count=count, offset=4 * count)
        bounds = np.arange(0, count + 1, legs, dtype=np.int32)
        shape = (accounts, len(self.rows))
        whole = scipy.sparse.csr_matrix((lots, instruments, bounds), shape=shape)
        self.parts = {
            "whole": [whole],
            "sliced": [whole[first : first + SLICE] for first in range(0, accounts, SLICE)],
        }
        self.worst = np.zeros(accounts, dtype=np.int64)
        return 0

    def scan(self, parts):
        first = 0
        for accounts in parts:
            least = (accounts @ self.rows).min(axis=1)
            self.worst[first : first + len(least)] = np.maximum(0, -least)
            first += len(least)

    def run(self, verb, repeats):
        seconds = []
        for _ in range(repeats):
            start = time.process_time()
            self.scan(self.parts[verb])
            seconds.append(time.process_time() - start)
        return statistics.median(seconds)


def main():
    peer = Peer(sys.argv[1], int(sys.argv[2]))
    for line in sys.stdin:
        verb, *words = line.split()
        if verb == "load":
            answer = peer.load(int(words[0]), int(words[1]), words[2])
        elif verb == "worst":
            peer.worst.tofile(words[0])
            answer = 0
        else:
            answer = peer.run(verb, int(words[0]))
        print(answer, flush=True)


main()
