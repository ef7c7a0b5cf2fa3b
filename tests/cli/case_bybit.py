"""`hpm import bybit` of a made-up market and account, and a margin from what comes out of it."""
import json
import pathlib
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
FILES = sorted(str(path.relative_to(ROOT / "tests" / "cli"))
               for path in (ROOT / "tests" / "cli" / "data" / "bybit").iterdir())
RULEBOOKS = {"HPM_RULEBOOKS": str(ROOT / "rulebooks")}


def mark_of(name):
    """The venue's own mark, as it was saved."""
    for file in ("options", "linear", "inverse"):
        answer = json.loads((ROOT / "tests" / "cli" / "data" / "bybit" / f"{file}.json").read_text())
        for row in answer["result"]["list"]:
            if row["symbol"] == name:
                return float(row["markPrice"])
    raise KeyError(name)


INDEX = 83940  # of the two inverse contracts; the pair says 83950: of equally fresh ones the median


def equity():
    """By the venue's definition: coins less what is borrowed, unrealised gains, options' marks."""
    coins = 0.4 * INDEX + 25000.5 + (1100 - 100) * 0.9995
    linear = 0.5 * (mark_of("BTCUSDT") - 80010) - 0.1 * (mark_of("BTCUSDT") - 85010) \
        - 20000 * (mark_of("1000PEPEUSDT") - 0.013)
    inverse = -8409 * (1 / 84090 - 1 / mark_of("BTCUSDH26")) * INDEX
    options = 0.5 * mark_of("BTC-27MAR26-75000-P-USDT") - 0.3 * mark_of("BTC-27MAR26-85000-C-USDT")
    return coins + linear + inverse + options


def test_import_bybit(t):
    t.golden("import-bybit", ["import", "bybit", *FILES])
    with tempfile.TemporaryDirectory() as directory:
        result = t.run(["import", "bybit", "-q", *FILES, "-o", directory])
        t.check(result.returncode == 0 and not result.stderr, "import bybit", result.stderr)
        names = [part for word in ("market", "catalog", "account")
                 for part in (f"--{word}", f"{directory}/{word}.json")]
        result = t.run(["margin", *names, "-r", "bybit-pm", "-f", "json"], env=RULEBOOKS)
        t.check(result.returncode == 0, "import bybit", f"no margin: {result.stderr.decode()}")
        found = json.loads(result.stdout)
        t.check(found["rulebook"]["name"] == "bybit-pm" and float(found["initial_margin"]) > 0,
                "import bybit", "no margin by the venue's method")
        t.check(abs(float(found["equity"]) - equity()) < 0.01, "import bybit",
                f"equity {found['equity']}, not {equity():.4f}")
        t.check(len(found["contributions"]) >= 5, "import bybit", "not every position is there")
    t.refused("import bybit other", ["import", "bybit", "data/flat.json"], 3, "data/flat.json: neither")
