"""Command lines of `hpm import okx`: a made-up market and account, and a margin of what it makes."""
import json
import pathlib
import tempfile

FILES = [f"data/okx/{name}.json" for name in
         ("instruments", "tickers", "marks", "summary", "indices", "positions", "balance")]


def margin(t, out):
    return t.run(["margin", "-m", f"{out}/market.json", "-c", f"{out}/catalog.json", "-a",
                  f"{out}/account.json", "-r", "../../rulebooks/okx-pm.json", "-f", "json"])


def test_okx(t):
    """Files in any order make the same documents, and those have a margin."""
    t.golden("import-okx", ["import", "okx", *FILES[:5]])
    with tempfile.TemporaryDirectory() as directory:
        made = []
        for name, files in (("a", FILES), ("b", FILES[::-1])):
            out = pathlib.Path(directory) / name
            result = t.golden("import-okx-account", ["import", "okx", *files, "-o", str(out)])
            t.check(result.returncode == 0, "import okx", result.stderr.decode())
            made.append([(out / file).read_bytes() for file in ("catalog.json", "account.json")])
            market = json.loads((out / "market.json").read_text())
            market.pop("source")
            made[-1].append(market)
        t.check(made[0] == made[1], "import okx", "the order of the files changes the result")
        account = json.loads(made[0][1])
        held = {row["instrument"]: row for row in account["positions"]}
        swap = held["okx:BTC-USDT-SWAP"]
        t.check(swap["quantity"] == "100" and swap["funding"] == "1499.75", "import okx",
                f"150 long and 50 short are {swap}")
        t.check(held["okx:BTC-USD-260327"]["quantity"] == "-120", "import okx", "a short is below 0")
        report = margin(t, out)
        t.check(report.returncode == 0, "margin of okx", report.stderr.decode())
        told = json.loads(report.stdout)
        t.check(told["pass"] and float(told["initial_margin"]) > 10000, "margin of okx",
                f"initial margin {told['initial_margin']}")
    t.refused("okx error", ["import", "okx", "-"], 3, "(50011: Too Many Requests)",
              b'{"code":"50011","msg":"Too Many Requests","data":[]}')
    t.refused("okx position", ["import", "okx", "data/okx/positions.json"], 3,
              "no description says how large a contract is")
