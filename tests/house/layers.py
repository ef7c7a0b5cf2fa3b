#!/usr/bin/env python3
"""Holds the floors of the house: a file includes only from its own floor or a lower one, and no
file outside src/io knows a venue's name, nor does a comment in src: docs/MODEL.md and the public
headers say where a formula is from. Usage: layers.py SOURCE-ROOT"""
import os
import re
import sys

# From the ground up.
FLOORS = ["base", "math", "price", "catalog", "market", "surface", "stats", "account", "scenario",
          "risk", "margin", "assess", "calibrate", "backtest", "io", "report", "cli"]
# Public headers stand on the floor of the room that they belong to.
HEADERS = {"arena": "base", "fields": "base", "hash": "base", "number": "base", "status": "base",
           "context": "math", "implied_vol": "price", "catalog": "catalog", "market": "market", "quotes": "market",
           "svi": "market", "surface_figures": "surface", "svi_fit": "surface", "surface": "surface", "account": "account",
           "orders": "account", "scenario": "scenario", "rulebook": "scenario", "risk": "risk",
           "trade": "risk", "margin": "margin", "attribution": "assess", "cash": "assess",
           "compare": "assess", "desk": "assess", "search": "assess", "limits": "assess",
           "profile": "assess", "ladder": "assess", "offgrid": "assess", "stress": "assess",
           "hpm": "assess", "open_orders": "assess", "whatif": "assess"}

INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"', re.M)
COMMENT = re.compile(r'/\*.*?\*/|//[^\n]*', re.S)
# `derive` is also a verb: the venue is meant where it stands alone, capitalised or as a prefix.
VENUES = re.compile(r'aevo|binance|bitmex|bybit|coincall|dederi|delta_exchange|deribit|dydx|'
                    r'grvt|hyperliquid|kraken|lyra|okx|paradex|syndr|thalex|(?-i:\bDerive\b)|\bderive[:"-]|[a-z]_derive_pmrm',
                    re.I)
# Reading a venue's files; the table of importers, with their help, stands there too.
VENUES_ALLOWED = ("src/io/",)


def floor_of(path):
    """Floor of a file below src/ or include/."""
    parts = path.split("/")
    room = HEADERS.get(parts[-1][:-2]) if parts[0] in ("include", "hpm") else parts[1]
    if room not in FLOORS:
        raise SystemExit(f"{path}: its room or header has no floor: add it to {sys.argv[0]}")
    return FLOORS.index(room)


def included(root, path, name):
    """Path of what `path` includes by `name`, as the compiler would find it."""
    beside = os.path.normpath(os.path.join(os.path.dirname(path), name))
    for candidate in (beside, "src/" + name, "include/" + name):
        if os.path.exists(os.path.join(root, candidate)):
            return candidate
    raise SystemExit(f"{path}: includes {name}, which is nowhere")


def faults(root, path):
    with open(os.path.join(root, path), encoding="utf-8") as file:
        text = file.read()
    for name in INCLUDE.findall(text):
        target = included(root, path, name)
        if floor_of(target) > floor_of(path):
            yield f"{path}: includes {target} from a higher floor"
    if path.startswith("include/"):
        text = COMMENT.sub(lambda match: "\n" * match.group().count("\n"), text)
    if not path.startswith(VENUES_ALLOWED):
        for number, line in enumerate(text.splitlines(), 1):
            if VENUES.search(line):
                yield f"{path}:{number}: names a venue: {line.strip()}"


def main(root):
    paths = [os.path.relpath(os.path.join(folder, name), root)
             for top in ("src", "include")
             for folder, _, names in os.walk(os.path.join(root, top))
             for name in names if name.endswith((".c", ".h"))]
    found = [fault for path in sorted(paths) for fault in faults(root, path)]
    print("\n".join(found) or f"{len(paths)} files stand on their floors")
    return 1 if found or not paths else 0


sys.exit(main(sys.argv[1]))
