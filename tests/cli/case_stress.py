"""Command lines of `hpm stress`."""
import copy
import json
import pathlib

import validate

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
BASE = ["stress", "--market", "data/market.json", "--rulebook", "grid"]
MIXED = [*BASE, "--account", "data/mixed.json"]
SHORT = [*BASE, "--account", "data/short.json"]
OWN = ["--scenarios", "data/stress.json"]
DAYS = ["--history", "data/history.csv", "--vol-history", "data/vols.json,BTC"]


def money(text):
    whole, _, part = text.lstrip("-").partition(".")
    value = int(whole) * 10**8 + int(part.ljust(8, "0") or 0)
    return -value if text.startswith("-") else value


def check_report(t, name, document, schema):
    found = validate.errors(document, schema, schema)
    t.check(not found, name, f"does not fit schema/stress-report.json: {found[:3]}")
    before = document["before"]
    losses = [money(row["pnl"]) for row in document["scenarios"]]
    t.check(losses == sorted(losses), name, "worst is not first")
    for row in document["scenarios"]:
        pnl = money(row["pnl"])
        t.check(money(row["equity"]) - money(before["equity"]) == pnl, name, "pnl does not follow")
        beyond = max(0, -pnl - max(0, money(before["initial_margin"])))
        t.check(money(row["beyond_margin"]) == beyond, name, "beyond_margin does not follow")
        t.check(money(row["beyond_equity"]) == max(0, -money(row["equity"])), name,
                "beyond_equity does not follow")


def run_json(t, arguments):
    result = t.run([*arguments, "--format", "json"])
    t.check(result.returncode == 0, "stress json", result.stderr.decode())
    return json.loads(result.stdout)


def test_stress(t):
    t.golden("stress-own", [*MIXED, *OWN])
    t.golden("stress-all", [*MIXED, *OWN, *DAYS, "--worst", "2", "--vol-beta", "1.5", "--reverse"])
    t.golden("stress-others", [*MIXED, "--history", "data/history.csv,BTC", "--others", "BTC"])
    t.golden("stress-reverse", [*SHORT, "--reverse", "--to", "maintenance"])
    t.golden("stress-template", [*BASE, "-a", "data/template.json", *OWN, "--reverse"])
    t.golden("stress-json", [*SHORT, *OWN, "--reverse", "-f", "json"])
    wide = t.run([*MIXED, *OWN, *DAYS, "--reverse"]).stdout.decode().splitlines()
    t.check(max(map(len, wide)) <= 100, "stress", f"{max(map(len, wide))} columns")


def test_stress_json(t):
    schema = json.loads((ROOT / "schema/stress-report.json").read_text())
    for name, arguments in [("own", OWN), ("days", DAYS), ("reverse", ["--reverse"]),
                            ("all", [*OWN, *DAYS, "--horizon", "2", "--reverse"])]:
        for base in (MIXED, SHORT):
            check_report(t, "stress " + name, run_json(t, [*base, *arguments]), schema)
    whole = run_json(t, [*MIXED, *OWN, *DAYS, "--reverse"])
    for change in (lambda d: d.pop("history"), lambda d: d["before"].update(equity=1.5),
                   lambda d: d["reverse"]["axes"][0].pop("found"),
                   lambda d: d["scenarios"][0]["shocks"][0].pop("basis")):
        broken = copy.deepcopy(whole)
        change(broken)
        t.check(validate.errors(broken, schema, schema), "validator", "accepts a broken report")
    # The base of every comparison is what `hpm margin` says.
    margin = json.loads(t.run(["margin", *BASE[1:], "-a", "data/mixed.json", "-f", "json"]).stdout)
    for field, value in whole["before"].items():
        t.check(margin[field] == value, "stress before", f"{field} is not that of hpm margin")
    days = [row for row in whole["scenarios"] if row["is_day"]]
    # 2025-12-31 has no ETH, so it and the day after give nothing.
    t.check(sorted(row["name"] for row in days) == ["2025-12-29", "2025-12-30", "2026-01-02"],
            "stress days", f"{[row['name'] for row in days]}")
    first = next(row for row in days if row["name"] == "2025-12-29")["shocks"]
    moves = {row["asset"]: (round(row["price"], 12), round(row["vol"], 12)) for row in first}
    t.check(moves == {"BTC": (-0.1, 0.5), "ETH": (-0.15, 0)}, "stress days", f"{moves}")
    point = whole["reverse"]["mildest"]
    t.check(abs(money(point["equity"])) < 10**4, "reverse", f"equity is {point['equity']} there")
    scenario = {"name": "there", "shocks": point["moves"]}
    document = json.dumps({"schema": "hpm/stress/1", "scenarios": [scenario]}).encode()
    again = json.loads(t.run([*MIXED, "-s", "-", "-f", "json"], document).stdout)["scenarios"][0]
    for field in ("equity", "initial_margin", "maintenance_margin"):
        t.check(again[field] == point[field], "reverse", f"{field} differs when it is run again")


def stress(**changes):
    row = {"name": "a", "shocks": [{"asset": "BTC", "price": -0.1}]}
    return json.dumps({"schema": "hpm/stress/1", "scenarios": [{**row, **changes}]}).encode()


def test_stress_refused(t):
    for name, arguments, wanted in [
        ("nothing", MIXED, "one of --scenarios, --history and --reverse is required"),
        ("to", [*MIXED, *OWN, "--to", "equity"], "--to needs --reverse"),
        ("vols", [*MIXED, *OWN, "--vol-history", "data/vols.json,BTC"], "need --history"),
        ("others", [*MIXED, *OWN, "--others", "BTC"], "need --history"),
        ("asset", [*MIXED, "--history", "data/history.csv,XRP"], "no such asset (XRP)"),
        ("other", [*MIXED, *DAYS, "--others", "XRP"], "no such asset (XRP)"),
        ("beta", [*MIXED, *DAYS, "--vol-beta", "-1"], "--vol-beta is between 0 and 1000 (-1)"),
        ("worst", [*MIXED, *DAYS, "--worst", "0"], "whole number above 0 (0)"),
        ("stdin", [*MIXED, "-s", "-", "--history", "-,BTC"], "can come from stdin"),
        ("account", [*BASE, *OWN], "--account FILE is required"),
    ]:
        t.refused("stress usage " + name, arguments, 2, wanted)
    twice = json.loads(stress())
    twice["scenarios"] *= 2
    for name, text, wanted in [
        ("none", stress().replace(b'[{"name": "a", "shocks": [{"asset": "BTC", "price": -0.1}]}]',
                                  b"[]"), "stdin:scenarios: no scenario"),
        ("unknown asset", stress(shocks=[{"asset": "XRP"}]), 'no such asset ("XRP")'),
        ("duplicate", json.dumps(twice).encode(), "scenarios[1].name: stated twice"),
        ("fall", stress(shocks=[{"asset": "BTC", "price": -1}]), "below the minimum -0.999999 (-1)"),
        ("NaN", stress().replace(b"-0.1", b"NaN"), "stdin:1:"),
        ("reporting", stress(shocks=[{"asset": "USD", "price": -0.1}]),
         "a: the reporting asset is worth 1 by definition (-0.1)"),
        ("other schema", stress().replace(b"stress/1", b"stress/9"), 'should be "hpm/stress/1"'),
    ]:
        t.refused("stress " + name, [*MIXED, "-s", "-"], 3, wanted, text)
    t.refused("stress expired", [*MIXED, "-s", "-"], 4, "account mixed: late: made:BTC-16JAN26",
              stress(name="late", time_days=12))
    for name, text, wanted in [
        ("empty", b"", "stdin:1: no header row"),
        ("header", b"day,close\n", "stdin: no column of this name (date)"),
        ("which", b"date,close\n2026-01-01,1\n", "say which asset it is, as FILE,ASSET"),
        ("twice", b"date,asset,close\n2026-01-01,BTC,1\n2026-01-01,BTC,2\n",
         "stdin:3: date: two closes on one day (BTC)"),
        ("close", b"date,asset,close\n2026-01-01,BTC,-1\n", "stdin:2: close: not a number above 0"),
        ("alone", b"date,asset,close\n2026-01-01,BTC,1\n", "no day on which every history"),
    ]:
        t.refused("history " + name, [*MIXED, "--history", "-"], 3, wanted, text)
    t.refused("history file", [*MIXED, "--history", "data/none.csv"], 5, "data/none.csv: ")


def test_stress_samples(t):
    """What ships works on the sample market, and says what it is."""
    account = ["--account", str(ROOT / "samples/templates/multi-collateral.json")]
    base = ["stress", "-m", str(ROOT / "samples/market.json"), "-r", "grid", *account]
    for name in ("crises", "depeg"):
        result = t.run([*base, "-s", str(ROOT / f"samples/stress/{name}.json")])
        t.check(result.returncode == 0, "samples/stress", result.stderr.decode())
    result = t.run([*base, "--history", str(ROOT / "samples/prices.csv"), "--vol-history",
                    str(ROOT / "samples/vols.csv")])
    t.check(b"499 days" in result.stdout, "samples/prices.csv", result.stderr.decode())
