"""An exported account of a venue, through `hpm import` to `hpm margin`."""
import json
import math
import pathlib
import tempfile

MOMENT_MS, EXPIRY_MS = 1772447410000, 1774598400000
INDEX, FORWARD, VOL, STRIKE = 83900.0, 84000.0, 0.5, 80000.0
PROFIT = 0.25
CALL = "BTC-27MAR26-80000-C"


def call_value():
    """Black-76 over the forward: the mark in coin."""
    years = (EXPIRY_MS - MOMENT_MS) / 1000 / 86400 / 365
    total = VOL * math.sqrt(years)
    d1 = math.log(FORWARD / STRIKE) / total + total / 2
    normal = [0.5 * math.erfc(-d / math.sqrt(2)) for d in (d1, d1 - total)]
    return normal[0] - STRIKE / FORWARD * normal[1]


def answers(mark):
    """What the venue says of a market and of an account in it."""
    market = [
        {"instrument_name": CALL, "creation_timestamp": MOMENT_MS, "mark_price": mark,
         "mark_iv": 100 * VOL, "underlying_price": FORWARD, "index_price": INDEX,
         "bid_price": None, "ask_price": 0.1, "open_interest": 12.5},
        {"instrument_name": "BTC-PERPETUAL", "timestamp": MOMENT_MS, "mark_price": FORWARD,
         "index_price": INDEX, "best_bid_price": 83999.5, "best_bid_amount": 5000,
         "best_ask_price": 84000.5, "best_ask_amount": 1000}]
    positions = [
        {"instrument_name": CALL, "size": -2.5, "direction": "sell", "average_price": 0.01,
         "floating_profit_loss": 9, "mark_price": mark},
        {"instrument_name": "BTC-PERPETUAL", "size": 84000, "direction": "buy",
         "average_price": 1, "floating_profit_loss": PROFIT, "mark_price": FORWARD}]
    summary = {"currency": "BTC", "equity": 3.0, "options_value": -2.5 * mark,
               "futures_session_upl": PROFIT, "futures_session_rpl": 0.1,
               "balance": 3.0 + 2.5 * mark - PROFIT - 0.1}
    return {"market": market, "positions": {"usOut": 1000 * MOMENT_MS, "result": positions},
            "summary": {"usOut": 1000 * MOMENT_MS, "result": {"summaries": [summary]}}}


def write_answers(folder, mark):
    paths = {}
    for name, answer in answers(mark).items():
        paths[name] = f"{folder}/{name}.json"
        pathlib.Path(paths[name]).write_text(json.dumps(answer))
    return paths


def check_margin(t, folder):
    result = t.run(["margin", "--market", f"{folder}/market.json", "--catalog",
                    f"{folder}/catalog.json", "--account", f"{folder}/account.json",
                    "--rulebook", "grid", "--format", "json"])
    t.check(result.returncode in (0, 1), "import account", result.stderr.decode())
    document = json.loads(result.stdout)
    # Equity is what the venue says it is: 3 BTC, nothing counted twice.
    t.check(abs(float(document["equity"]) / INDEX - 3) < 2e-8, "import account",
            f"equity is {document['equity']}, not 3 BTC")


def test_import_account(t):
    mark = call_value()
    with tempfile.TemporaryDirectory() as folder:
        paths = write_answers(folder, mark)
        out = f"{folder}/out"
        result = t.run(["import", "deribit", *paths.values(), "-o", out])
        t.check(result.returncode == 0, "import account", result.stderr.decode())
        text = pathlib.Path(f"{out}/account.json").read_bytes()
        check_margin(t, out)
        single = f"{folder}/single.json"
        result = t.run(["import", "deribit", "-q", *paths.values(), "--account-out", single])
        t.check(result.returncode == 0 and result.stdout == b"", "import account", "to a file")
        t.check(pathlib.Path(single).read_bytes() == text, "import account", "both are the same")
        t.refused("import no account", ["import", "deribit", "-q", paths["market"],
                                        "--account-out", single], 3,
                  "neither positions nor balances")
        result = t.run(["import", "deribit", *paths.values()])
        t.check(b"note: the account is not written" in result.stderr, "import account to nowhere",
                result.stderr.decode())
        t.refused("import check and output", ["import", "deribit", "--check", *paths.values(),
                                              "--output", out], 2, "--check writes no document")
        result = t.run(["import", "deribit", paths["market"], "-o", out])
        t.check(result.returncode == 0 and b"account.json: left as it was" in result.stderr
                and pathlib.Path(f"{out}/account.json").read_bytes() == text,
                "import without an account", result.stderr.decode())
        # What cannot be written to is not removed unless it is a file.
        full = pathlib.Path(f"{folder}/full")
        full.symlink_to("/dev/full")
        t.refused("import to a full device", ["import", "deribit", "-q", *paths.values(),
                                              "--account-out", str(full)], 5, "full: ")
        t.check(full.is_symlink(), "import to a full device", "the device is gone")
        # An account alone: its catalog knows the instruments, a margin says what is missing.
        alone = f"{folder}/alone"
        result = t.run(["import", "deribit", paths["positions"], paths["summary"], "-o", alone])
        t.check(result.returncode == 0, "import account alone", result.stderr.decode())
        t.check(not pathlib.Path(f"{alone}/market.json").exists(), "import account alone",
                "there is a market")
        t.check(pathlib.Path(f"{alone}/account.json").read_bytes() == text,
                "import account alone", "is another account")
