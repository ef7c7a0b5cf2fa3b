#!/usr/bin/env python3
"""Runs the worked cases of the rulebooks: accounts whose margin is derived here, term by term.

    run.py PROGRAM [FILE...]    all of them, or those in the files

All of them fail too if a rulebook has none.

Each NAME.json is {"rulebook", "market", "cases": [{"name", "derivation", "let", "account",
"expect"}]}. `let` holds the steps of the derivation and `expect` what the report must say: numbers
or expressions over earlier steps, in Python's arithmetic with the functions below. `expect` has
"initial", "maintenance", "equity", "health" and components by name (their unweighted values). `let`
beside the cases holds what they share. "rulebook" is a name, or a path from the top of the project.
A figure agrees to 1e-8 of itself, and to 1e-6 of the currency where the array's ticks are coarser
than that. An account that should be refused has "refused": text of the error.
"""
import copy
import json
import math
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent


def normal(x):
    return 0.5 * math.erfc(-x / math.sqrt(2))


def call(forward, strike, vol, years):
    """Black-76, not discounted."""
    spread = vol * math.sqrt(years)
    if spread == 0:
        return max(forward - strike, 0)
    d1 = math.log(forward / strike) / spread + spread / 2
    return forward * normal(d1) - strike * normal(d1 - spread)


def put(forward, strike, vol, years):
    return call(forward, strike, vol, years) - forward + strike


FUNCTIONS = {"exp": math.exp, "log": math.log, "sqrt": math.sqrt, "N": normal, "abs": abs,
             "call": call, "put": put, "min": min, "max": max, "sum": sum, "range": range}


def worked(expression, known):
    if isinstance(expression, str):
        return eval(expression, {"__builtins__": {}, **FUNCTIONS, **known})
    return expression


def steps(*lets):
    known = {}
    for let in lets:
        for name, expression in let.items():
            known[name] = worked(expression, known)
    return known


def agrees(told, wanted):
    return abs(told - wanted) <= max(1e-6, 1e-8 * abs(wanted))


def rulebook_file(rulebook):
    return ROOT / (rulebook if rulebook.endswith(".json") else f"rulebooks/{rulebook}.json")


def margin(program, folder, rulebook, market, account):
    for name, document in (("market", market), ("account", account)):
        (folder / f"{name}.json").write_text(json.dumps(document))
    return subprocess.run(
        [program, "margin", "--market", "market.json", "--account", "account.json",
         "--rulebook", str(rulebook_file(rulebook)), "--format", "json"],
        cwd=folder, capture_output=True, text=True, timeout=60)


def figures(report):
    told = {"initial": float(report["initial_margin"]), "equity": float(report["equity"]),
            "maintenance": float(report["maintenance_margin"]), "health": report["health"]}
    parts = {row["name"]: row["unweighted"] for row in report["components"]}
    return {**parts, **told}


def faults(program, folder, document, case):
    """What is wrong with a case, a line each."""
    if not case.get("derivation"):
        yield "has no derivation"
    # A case may replace parts of the market: {"instruments": {NAME: {...}}} and so on.
    market = merged(document["market"], case.get("market", {}))
    result = margin(program, folder, case.get("rulebook", document["rulebook"]), market,
                    {"schema": "hpm/account/1", "id": "case", **case["account"]})
    if "refused" in case:
        if result.returncode == 0 or case["refused"] not in result.stderr:
            yield f"not refused with {case['refused']!r}: {result.stderr}"
        return
    if result.returncode not in (0, 1):
        yield result.stderr.strip()
        return
    told = figures(json.loads(result.stdout))
    known = steps(document.get("let", {}), case.get("let", {}))
    if "initial" not in case["expect"] or "maintenance" not in case["expect"]:
        yield "must expect initial and maintenance"
    for name, expression in case["expect"].items():
        wanted = worked(expression, known)
        if name not in told:
            yield f"{name}: not in the report"
        elif not agrees(told[name], wanted):
            yield f"{name}: {told[name]:.10f} told, {wanted:.10f} worked"


def merged(base, change):
    """Objects are merged, lists of objects by their first field's value, everything else replaced."""
    if isinstance(base, dict) and isinstance(change, dict):
        out = copy.deepcopy(base)
        for key, value in change.items():
            out[key] = merged(out[key], value) if key in out else value
        return out
    if isinstance(base, list) and isinstance(change, list) and change and isinstance(change[0], dict):
        key = next(iter(change[0]))
        out = copy.deepcopy(base)
        for row in change:
            at = next((i for i, old in enumerate(out) if old.get(key) == row[key]), None)
            if at is None:
                out.append(row)
            else:
                out[at] = merged(out[at], row)
        return out
    return change


def covered(files):
    """Names of the rulebooks that have cases; a dated set may be among the cases of its plain name."""
    for path in files:
        document = json.loads(path.read_text())
        for rulebook in [document["rulebook"]] + [c.get("rulebook", "") for c in document["cases"]]:
            yield pathlib.Path(rulebook).name.removesuffix(".json").split("@")[0]


def uncovered(files):
    names = {path.stem.split("@")[0] for path in (ROOT / "rulebooks").glob("*.json")}
    return sorted(names - set(covered(files)))


def main():
    program = str(pathlib.Path(sys.argv[1]).resolve())
    files = [pathlib.Path(name) for name in sys.argv[2:]] or sorted(HERE.glob("*.json"))
    failed = 0
    for path in files:
        document = json.loads(path.read_text())
        for case in document["cases"]:
            with tempfile.TemporaryDirectory() as folder:
                wrong = list(faults(program, pathlib.Path(folder), document, case))
            failed += bool(wrong)
            print(f"{'not ok' if wrong else 'ok'} {path.stem}: {case['name']}")
            for line in wrong:
                print(f"  {line}")
    for name in uncovered(files) if len(sys.argv) == 2 else []:
        failed += 1
        print(f"not ok {name}: a rulebook without worked cases")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
