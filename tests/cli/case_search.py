"""Command lines of `hpm search`."""
import copy
import json
import pathlib

import validate

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
BASE = ["search", "--market", "data/market.json", "--rulebook", "data/coarse.json", "--parts", "8",
        "--evaluations", "3000", "--keep", "2"]


def run_json(t, arguments, env=None):
    result = t.run([*arguments, "--format", "json"], env=env)
    t.check(result.returncode == 0, "search json", result.stderr.decode())
    return json.loads(result.stdout)


def test_search(t):
    t.golden("search-coarse", BASE)
    t.golden("search-json", [*BASE, "--format", "json"])
    t.golden("search-accounts", [*BASE, "--format", "accounts"])
    t.golden("search-beyond", [*BASE, "--beyond", "1.5", "--no-bases", "--goal", "amount",
                               "--legs", "2", "--size", "50000", "--seed", "7"])
    wide = t.run(BASE).stdout.decode().splitlines()
    t.check(max(map(len, wide)) <= 100, "search", f"{max(map(len, wide))} columns")


def test_search_json(t):
    schema = json.loads((ROOT / "schema/search-report.json").read_text())
    account = json.loads((ROOT / "schema/account.json").read_text())
    whole = run_json(t, BASE)
    found = validate.errors(whole, schema, schema)
    t.check(not found, "search json", f"does not fit schema/search-report.json: {found[:3]}")
    for change in (lambda d: d.pop("rules"), lambda d: d["finds"][0].update(loss="1"),
                   lambda d: d["finds"][0]["where"].pop("alone"),
                   lambda d: d["finds"][0]["account"].pop("positions")):
        broken = copy.deepcopy(whole)
        change(broken)
        t.check(validate.errors(broken, schema, schema), "validator", "accepts a broken report")
    t.check(account["title"] == whole["finds"][0]["account"]["schema"], "search", "account schema")
    check_finds(t, whole)
    check_again(t, whole)


def check_finds(t, whole):
    """The planted hole is found, and `hpm margin` says the same of the accounts."""
    first = whole["finds"][0]
    t.check(first["loss"] > 10000 > first["margin"] and not first["where"]["is_node"], "search",
            "found no hole")
    for find in whole["finds"]:
        t.check(abs(find["beyond_margin"] - (find["loss"] - find["margin"])) <= 1e-9 * find["gross"],
                "search", "beyond_margin does not follow")
        text = json.dumps(find["account"]).encode()
        equity = float(find["equity"])
        t.check(abs(find["beyond_equity"] - max(0, find["loss"] - equity)) <= 1e-9 * find["gross"],
                "search", "beyond_equity does not follow")
        result = t.run(["margin", "-m", "data/market.json", "-r", "data/coarse.json", "-a", "-",
                        "-f", "json"], text)
        t.check(result.returncode == 0, "search", "an account does not pass with its cash")
        margin = json.loads(result.stdout)
        for field in ("equity", "initial_margin"):
            t.check(margin[field] == find[field], "search", f"{field} is not that of hpm margin")


def check_again(t, whole):
    for isa in ("base", "avx2"):
        result = t.run([*BASE, "-f", "json"], env={"HPM_ISA": isa})
        if result.returncode == 4 and b"instruction set" in result.stderr:
            print(f"cli: {isa} skipped: {result.stderr.decode().strip()}")
            continue
        t.check(json.loads(result.stdout) == whole, "search", f"another result with {isa}")
    other = run_json(t, [*BASE, "--seed", "2"])
    t.check(other["finds"] != whole["finds"], "search", "another seed gives the same")
    fine = run_json(t, [*BASE[:5], "--moves", "grid", "--parts=1", "-n", "100"])
    t.check(fine["moves"]["rulebook"] == "grid" and fine["moves"]["prices"] == 17, "search",
            "--moves does not take another grid")


def test_search_refused(t):
    market = ["search", "--market", "data/market.json"]
    coarse = [*market, "-r", "data/coarse.json"]
    for name, arguments, status, wanted in [
        ("seed", [*coarse, "--seed", "0"], 2, "--seed needs a whole number above 0 (0)"),
        ("evaluations", [*coarse, "-n", "many"], 2, "whole number above 0 (many)"),
        ("goal", [*coarse, "--goal", "both"], 2, "--goal is one of ratio, amount (both)"),
        ("moves", [*coarse, "--moves", "gird"], 2, "did you mean grid?"),
        ("legs", [*coarse, "--legs", "17"], 3, "hpm: legs_max: outside [1, 16] (17)"),
        ("size", [*coarse, "--size", "0"], 3, "hpm: size: outside"),
        ("small", [*coarse, "--size", "0.001"], 4, "no instrument can be priced and is small"),
        ("beyond", [*coarse, "--beyond", "9"], 3, "hpm: beyond: outside [1, 4] (9)"),
        ("fine", [*market, "-r", "grid", "--parts", "64"], 3, "split is more than 8192 moves"),
        ("operand", [*coarse, "x"], 2, "unexpected argument 'x'"),
    ]:
        t.refused("search " + name, arguments, status, wanted)
