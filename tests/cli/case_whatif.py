"""Command lines of `hpm whatif`."""
import json
import pathlib
import tempfile

import validate

from case_stress import money

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
MARKET = ["--market", "data/market.json"]
GRID = ["--rulebook", "grid"]
CALL, PERP = "made:BTC-27MAR26-100000-C", "made:BTC-PERP"


def whatif(account, *trades, options=()):
    words = [word for trade in trades for word in ("--trade", trade)]
    return ["whatif", *MARKET, *GRID, "--account", f"data/{account}.json", *words, *options]


def check_whatif(t, name, document, schema):
    found = validate.errors(document, schema, schema)
    t.check(not found, name, f"does not fit schema/whatif.json: {found[:3]}")
    amounts = [document[key] for key in ("equity", "initial_margin", "maintenance_margin", "excess",
                                         "requirement", "shortfall")]
    for row in document["components"]:
        amounts += [row[key] for key in ("initial", "maintenance", "with_orders") if key in row]
    for row in amounts:
        t.check(money(row["before"]) + money(row["change"]) == money(row["after"]), name,
                f"change is not after less before: {row}")
    shortfall = document["shortfall"]
    for side in ("before", "after"):
        total = lambda key: money(document[key][side])
        sums = {kind: sum(money(row[kind][side]) for row in document["components"] if kind in row)
                for kind in ("initial", "maintenance", "with_orders")}
        t.check(sums["initial"] == total("initial_margin"), name, "initial parts do not sum")
        t.check(sums["maintenance"] == total("maintenance_margin"), name, "parts do not sum")
        t.check(total("excess") == total("equity") - total("initial_margin"), name, "excess")
        t.check(total("shortfall") == max(0, total("requirement") - total("equity")), name,
                "shortfall")
        check_open_side(t, name, document, side, sums["with_orders"])
    t.check(document["pass"] == (money(shortfall["after"]) <= money(shortfall["before"])), name,
            "passes where it should not, or the other way")


def check_open_side(t, name, document, side, parts):
    orders = document["open_orders"]
    total = money(document["requirement"][side])
    if orders is None:
        t.check(total == money(document["initial_margin"][side]), name, "a requirement of its own")
        return
    open_rows = [row[side] for row in orders["orders"] if row[side] is not None]
    due = sum(money(row["due"]) for row in open_rows)
    t.check(due + money(orders["account"][side]) == total, name, "dues do not sum")
    t.check(parts + money(orders["rest"][side]) == total, name, "components do not sum")
    t.check(money(orders["attained"][side]) <= total, name, "attained is above the bound")
    t.check(any(row["in_worst_set"] for row in open_rows) == (orders["leader"][side] is not None)
            or not open_rows, name, "a leader without a worst set")


def check_whatif_before(t, document, account):
    single = json.loads(t.run(["margin", *MARKET, *GRID, "-a", account, "-f", "json"]).stdout)
    for key in ("equity", "initial_margin", "maintenance_margin", "excess"):
        t.check(document[key]["before"] == single[key], "whatif before", f"{key} of another account")
    for key in ("account", "market", "rulebook", "currency"):
        t.check(document[key] == single[key], "whatif before", f"{key} differs")


def test_whatif(t):
    schema = json.loads((ROOT / "schema/whatif.json").read_text())
    json_out = ("--format", "json")
    text = t.golden("whatif-text", whatif("mixed", f"-2,{CALL}", f"500,{PERP},89000,0.0002"))
    t.check(all(len(line) <= 100 for line in text.stdout.decode().splitlines()), "whatif",
            "wider than 100 columns")
    document = json.loads(t.golden("whatif-json", whatif(
        "mixed", f"-2,{CALL}", f"500,{PERP},89000,0.0002", options=json_out)).stdout)
    check_whatif(t, "whatif", document, schema)
    check_whatif_before(t, document, "data/mixed.json")
    orders = ("--orders", "data/orders.json", "--cancel", "eth", "--cancel", "bid-1")
    text = t.golden("whatif-orders", whatif("mixed", f"1000,{PERP},mark", options=orders))
    t.check(all(len(line) <= 100 for line in text.stdout.decode().splitlines()), "whatif orders",
            "wider than 100 columns")
    document = json.loads(t.golden("whatif-orders-json", whatif(
        "mixed", f"1000,{PERP},mark", options=[*orders, *json_out])).stdout)
    check_whatif(t, "whatif orders", document, schema)
    t.check([row["id"] for row in document["open_orders"]["orders"] if row["after"] is None] ==
            ["bid-1", "eth"], "whatif orders", "others are cancelled")
    check_whatif_package(t, schema)
    check_whatif_refused(t)


def check_whatif_package(t, schema):
    """A spread passes whose legs do not; a document says the same as the command line; a package
    that undoes itself changes nothing but for fees."""
    def ask(*trades, status, account="flat", options=()):
        result = t.run(whatif(account, *trades, options=["--format", "json", *options]))
        t.check(result.returncode == status, "whatif package", f"{trades}: {result}")
        document = json.loads(result.stdout)
        check_whatif(t, "whatif package", document, schema)
        return document
    legs = ["-0.2,made:BTC-27MAR26-100000-C", "0.2,made:BTC-27MAR26-90000-C"]
    ask(legs[0], status=1)
    spread = ask(*legs, status=0)
    with tempfile.TemporaryDirectory() as directory:
        path = pathlib.Path(directory) / "trades.json"
        rows = [{"id": str(i), "instrument": leg.split(",")[1], "quantity": leg.split(",")[0]}
                for i, leg in enumerate(legs)]
        path.write_text(json.dumps({"schema": "hpm/orders/1", "orders": rows}))
        stated = ask(status=0, options=["--trades", str(path)])
        for row in stated["trades"]:
            del row["id"]
        t.check(stated == spread, "whatif package", "a document is another package")
    nothing = ask("7,made:BTC-27MAR26", "-7,made:BTC-27MAR26", "2,made:BTC-27MAR26-80000-P",
                  "-2,made:BTC-27MAR26-80000-P", status=0, account="mixed")
    t.check(all(money(nothing[key]["change"]) == 0 for key in
                ("equity", "initial_margin", "maintenance_margin")), "whatif package",
            "a package that undoes itself changes something")


def check_whatif_refused(t):
    base = ["whatif", *MARKET, *GRID, "-a", "data/flat.json"]
    for name, arguments, status, wanted in [
        ("nothing", base, 2, "one of --trade, --trades and --orders is required"),
        ("cancel", [*base, "--cancel", "x"], 2, "--cancel needs --orders"),
        ("stdin", [*base, "--orders", "-", "--trades", "-"], 2, "can come from stdin"),
        ("form", [*base, "-t", "5"], 2, "--trade 5: QTY,NAME[,PRICE[,FEE]] is wanted"),
        ("more", [*base, "-t", f"5,{PERP},1,2,3"], 2, "is wanted"),
        ("long", [*base, "-t", "5," + "x" * 300], 2, "is wanted"),
        ("zero", [*base, "-t", f"0,{PERP}"], 2, f"--trade 0,{PERP}: a quantity of 0"),
        ("quantity", [*base, "-t", f"five,{PERP}"], 2, "the quantity is no decimal"),
        ("places", [*base, "-t", f"0.000000001,{PERP}"], 2, "the quantity is no decimal"),
        ("lots", [*base, "-t", f"0.5,{PERP}"], 2, "not a whole number of lots of 1 (0.5)"),
        ("name", [*base, "-t", "5,made:BTC-PERQ"], 2, "did you mean made:BTC-PERP?"),
        ("far name", [*base, "-t", "5,nothing like it"], 2, "no such instrument"),
        ("nan", [*base, "-t", f"5,{PERP},nan"], 2, "the price is neither a number nor 'mark'"),
        ("infinite", [*base, "-t", f"5,{PERP},inf"], 2, "neither a number"),
        ("no price", [*base, "-t", f"5,{PERP},"], 2, "neither a number"),
        ("negative", [*base, "-t", f"5,{PERP},-1"], 2, "price outside (0, 1e15) (-1)"),
        ("price 0", [*base, "-t", f"5,{PERP},0"], 2, "price outside (0, 1e15) (0)"),
        ("fee", [*base, "-t", f"5,{PERP},mark,-1"], 2, "a fee below 0"),
        ("fee text", [*base, "-t", f"5,{PERP},mark,x"], 2, "the fee is no decimal"),
        ("expired", [*base, "-t", "1,made:BTC-2JAN26-90000-C"], 4, "it expired"),
        ("no mark", [*base, "-t", "1,made:SOL_USDC-PERP"], 4, "made:SOL_USDC-PERP"),
        ("too large", [*base, "-t", f"90000000000,{PERP},1e-9"], 4, "too large"),
        ("no file", [*base, "-o", "nothing.json"], 5, "nothing.json: cannot be read"),
        ("no orders", [*base, "-o", "data/flat.json"], 3, "should be \"hpm/orders/1\""),
        ("unknown id", [*base, "-o", "data/orders.json", "--cancel", "x"], 2, "no order has this id"),
        ("twice", [*base, "-o", "data/orders.json", "--cancel", "eth", "--cancel", "eth"], 2,
         "--cancel eth is given twice"),
        ("several", ["whatif", *MARKET, *GRID, "-a", "data/many.jsonl", "-t", f"1,{PERP}"], 3,
         "several accounts"),
        ("grouped", ["whatif", *MARKET, "-r", "grid-isolated", "-a", "data/flat.json", "-o",
                     "data/orders.json"], 4, "take the account as a whole"),
    ]:
        t.refused("whatif " + name, arguments, status, wanted)
    orders = json.loads((HERE / "data/orders.json").read_text())
    row = orders["orders"][0]
    for name, rows, status, wanted in [
        ("order of zero", [{**row, "quantity": "0"}], 3, "orders[0].quantity: a quantity of 0"),
        ("order name", [{**row, "instrument": "x"}], 3, "orders[0].instrument: no such instrument"),
        ("order lots", [row, {**row, "id": "b", "quantity": "0.5"}], 3, "orders[1].quantity"),
        ("order price", [{**row, "price": -1}], 3, "orders[0].price: not above 0 (-1)"),
        ("order nan", [{**row, "price": float("nan")}], 3, "stdin:1"),
        ("order fee", [{**row, "fee": "-1"}], 3, "orders[0].fee: below the minimum"),
        ("order id", [row, row], 3, "orders[1].id: stated twice"),
        ("orders", [{**row, "id": str(i)} for i in range(10001)], 3,
         "orders: more than 10000 items (10001)"),
    ]:
        t.refused("whatif " + name, [*base, "-o", "-"], status, wanted,
                  json.dumps({**orders, "orders": rows}).encode())
    most = [{**row, "id": str(i)} for i in range(10000)]
    result = t.run([*base, "-o", "-"], json.dumps({**orders, "orders": most}).encode())
    t.check(result.returncode == 0 and not result.stderr, "whatif 10,000 orders", result.stderr)
