"""Command lines of `hpm limits`."""
import copy
import json
import pathlib

import validate
from case_stress import money

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
BASE = ["--market", "data/market.json", "--rulebook", "grid"]
MIXED = ["limits", *BASE, "--account", "data/mixed.json"]
SHORT = ["limits", *BASE, "--account", "data/short.json"]


def run_json(t, arguments, status=0):
    result = t.run([*arguments, "--format", "json"])
    t.check(result.returncode == status, "limits json", result.stderr.decode())
    return json.loads(result.stdout)


def passes(point):
    return "error" not in point and money(point["equity"]) >= money(point["initial_margin"])


def covers(point):
    return money(point["equity"]) >= money(point["maintenance_margin"])


def check_amounts(t, name, document):
    withdrawable = document["withdrawable"]
    excess = money(document["equity"]) - money(document["initial_margin"])
    least = max(0, min(excess, money(withdrawable["transferable"])))
    t.check(money(withdrawable["amount"]) == least, name, "withdrawable does not follow")
    t.check(document["pass"] == (excess >= 0), name, "pass does not follow")
    for row in withdrawable["assets"]:
        t.check(money(row["amount"]) <= money(row["transferable"]), name, "too much can go")
        t.check(passes(row["after"]) == document["pass"], name, "a withdrawal does not pass")
        t.check(not passes(row.get("next", {"error": ""})), name, "more could be withdrawn")
    deposit = document["deposit"]
    t.check((money(deposit["amount"]) == 0) == document["pass"], name, "deposit does not follow")
    t.check(passes(deposit["after"]), name, "the deposit is not enough")
    t.check(document["pass"] or not passes(deposit["next"]), name, "the deposit is too much")


def check_document(t, name, document, schema):
    found = validate.errors(document, schema, schema)
    t.check(not found, name, f"does not fit schema/limits.json: {found[:3]}")
    check_amounts(t, name, document)
    for row in document["trades"]:
        for side in (row["buy"], row["sell"]):
            t.check("error" in side or not document["pass"] or passes(side["after"]), name,
                    f"{row['instrument']} does not pass")
            t.check(side.get("unlimited", True) or not passes(side["next"]), name,
                    f"{row['instrument']}: one lot more passes")
    for row in document["liquidation"]:
        for way in (row["down"], row["up"]):
            t.check(way["result"] == "already" or covers(way["before"]), name, "before is broken")
            t.check(way["result"] != "found" or not covers(way["at"]), name, "is covered there")


def test_limits(t):
    t.golden("limits-mixed", MIXED)
    t.golden("limits-short", SHORT, status=1)
    t.golden("limits-instrument", [*SHORT, "-i", "made:BTC-16JAN26-*-C", "-i", "made:ETH?USDC-PERP"],
             status=1)
    t.golden("limits-json", [*MIXED, "-i", "made:BTC-PERP", "-f", "json"])
    t.golden("limits-flat", ["limits", *BASE, "-a", "data/flat.json"])
    t.golden("limits-template", ["limits", *BASE, "-a", "data/template.json"])
    for arguments in (MIXED, SHORT, [*MIXED, "--all"]):
        lines = t.run(arguments).stdout.decode().splitlines()
        t.check(max(map(len, lines)) <= 100, "limits", f"{max(map(len, lines))} columns")


def test_limits_json(t):
    schema = json.loads((ROOT / "schema/limits.json").read_text())
    whole = run_json(t, MIXED)
    check_document(t, "limits", whole, schema)
    check_document(t, "limits all", run_json(t, [*MIXED, "--all"]), schema)
    check_document(t, "limits short", run_json(t, [*SHORT, "--all"], 1), schema)
    for change in (lambda d: d.pop("deposit"), lambda d: d.update(equity=1.5),
                   lambda d: d["trades"][0]["buy"].pop("lots"),
                   lambda d: d["liquidation"][0]["up"].update(result="perhaps")):
        broken = copy.deepcopy(whole)
        change(broken)
        t.check(validate.errors(broken, schema, schema), "validator", "accepts broken limits")
    t.check(run_json(t, MIXED) == whole, "limits", "the same question has another answer")
    margin = json.loads(t.run(["margin", *BASE, "-a", "data/mixed.json", "-f", "json"]).stdout)
    for field in ("account", "market", "rulebook", "equity", "initial_margin"):
        t.check(margin[field] == whole[field], "limits", f"{field} is not that of hpm margin")


def account_with(changes):
    """The sample account after balances have changed, by 1e-8."""
    account = json.loads((HERE / "data/mixed.json").read_text())
    for row in account["balances"]:
        e8 = money(row["amount"]) + changes.get(row["asset"], 0)
        row["amount"] = f"{'-' if e8 < 0 else ''}{abs(e8) // 10**8}.{abs(e8) % 10**8:08d}"
    return json.dumps(account).encode()


def test_limits_again(t):
    """What other commands say of the account or the market at an answer."""
    whole = run_json(t, [*MIXED, "-i", "made:BTC-PERP"])
    for row in whole["withdrawable"]["assets"]:
        for more, point in ((0, row["after"]), (1, row.get("next"))):
            if point is None:
                continue
            account = account_with({row["asset"]: -money(row["amount"]) - more})
            result = t.run(["margin", *BASE, "-a", "-", "-b", "-f", "json"], account)
            margin = json.loads(result.stdout)
            t.check(all(margin[field] == point[field] for field in point), "limits withdrawal",
                    f"hpm margin says {margin['equity']} and {margin['initial_margin']}")
    for row in whole["liquidation"]:
        for way in (row["down"], row["up"]):
            if row["move"] == "volatility" or way["result"] != "found":
                continue
            shocks = [{"asset": p["asset"], "price": p["ratio"] - 1} for p in way["prices"]]
            text = json.dumps({"schema": "hpm/stress/1",
                               "scenarios": [{"name": "there", "shocks": shocks}]}).encode()
            again = json.loads(t.run(["stress", *BASE, "-a", "data/mixed.json", "-s", "-", "-f",
                                      "json"], text).stdout)["scenarios"][0]
            # A shock is the ratio less 1, which rounds.
            near = all(abs(money(again[field]) - money(way["at"][field])) <= 1000
                       for field in way["at"])
            t.check(near, "limits liquidation", f"hpm stress says {again}")


def test_limits_traded(t):
    """hpm whatif of each largest trade, and of one lot more."""
    for row in run_json(t, MIXED)["trades"]:
        for side, sign in ((row["buy"], 1), (row["sell"], -1)):
            e8, lots = money(side["quantity"]), side["lots"]
            for more, point in ((0, side["after"]), (e8 // lots, side["next"])):
                quantity = f"{sign * (e8 + more) / 10**8:.8f}"
                result = t.run(["whatif", *BASE, "-a", "data/mixed.json", "-t",
                                f"{quantity},{row['instrument']}", "-f", "json"])
                told = json.loads(result.stdout)
                t.check(told["pass"] == (more == 0), "limits trade", f"{row['instrument']}: pass")
                for field, value in point.items():
                    t.check(told[field]["after"] == value, "limits trade",
                            f"{row['instrument']}: hpm whatif says {told[field]}")


def test_limits_refused(t):
    for name, arguments, wanted in [
        ("both", [*MIXED, "--all", "-i", "made:BTC-PERP"], "exclude each other"),
        ("unknown", [*MIXED, "-i", "made:BTC-PREP"], "did you mean 'made:BTC-PERP'?"),
        ("pattern", [*MIXED, "-i", "nothing:*"], "no instrument 'nothing:*'"),
        ("stdin", ["limits", "-m", "-", "-a", "-"], "can come from stdin"),
        ("account", ["limits", *BASE], "--account FILE is required"),
        ("rulebook", ["limits", *BASE[:2], "-r", "gird", "-a", "data/mixed.json"], "grid"),
    ]:
        t.refused("limits usage " + name, arguments, 2, wanted)
    t.refused("limits several", ["limits", *BASE, "-a", "data/many.jsonl"], 3, "several accounts")
    t.refused("limits expired", ["limits", *BASE, "-a", "data/expired.json"], 4, "expired")
    t.refused("limits price", ["limits", *BASE, "-a", "data/missing-price.json"], 4,
              "account no-mark: made:SOL_USDC-PERP: the market has no price")
    t.refused("limits file", ["limits", *BASE, "-a", "nothing.json"], 5, "nothing.json: ")
