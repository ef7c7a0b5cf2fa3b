"""Command lines of `hpm surface`, and of importing quotes."""
import copy
import json
import math
import pathlib
import random
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree

import pages
import validate

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
DATA = pathlib.Path(__file__).resolve().parent / "data"
QUOTES = "../../samples/quotes.json"
SURFACE = "data/surface.json"
LATER = "data/surface-later.json"
ARBITRAGE = "data/surface-arbitrage.json"
STATES = ["fitted", "repaired", "sparse", "last_good", "none"]


def schema_of(noun):
    return json.loads((ROOT / f"schema/{noun}.json").read_text())


def fits(t, name, document, noun):
    schema = schema_of(noun)
    found = validate.errors(document, schema, schema)
    t.check(not found, name, f"does not fit schema/{noun}.json: {found[:3]}")


def told(t, arguments, status=0, stdin=b"", env=None):
    result = t.run([*arguments, "--format", "json"], stdin, env)
    t.check(result.returncode == status, " ".join(arguments), result.stderr.decode())
    return json.loads(result.stdout)


def narrow(t, name, text):
    wide = max(map(len, text.decode().splitlines()))
    t.check(wide <= 100, name, f"{wide} columns")


# ---- Reports ----------------------------------------------------------------------------------

def test_surface_golden(t):
    for name, arguments, status in [
        ("surface-fit", ["fit", QUOTES], 0),
        ("surface-fit-json", ["fit", QUOTES, "--format", "json"], 0),
        ("surface-fit-before", ["fit", QUOTES, "--before", "data/surface-march.json"], 0),
        ("surface-show", ["show", SURFACE], 0),
        ("surface-show-part", ["show", SURFACE, "-u", "BTC", "-e", "2026-02", "-e", "2026-03-27T08"],
         0),
        ("surface-show-json", ["show", SURFACE, "-f", "json"], 0),
        ("surface-check", ["check", SURFACE, LATER], 0),
        ("surface-check-arbitrage", ["check", ARBITRAGE], 1),
        ("surface-check-quotes", ["check", "data/surface-march.json", "--quotes", QUOTES], 0),
        ("surface-check-json", ["check", ARBITRAGE, "-f", "json"], 1),
        ("surface-diff", ["diff", SURFACE, LATER], 0),
        ("surface-diff-json", ["diff", SURFACE, LATER, "-f", "json"], 0),
    ]:
        result = t.golden(name, ["surface", *arguments], status)
        if "json" not in name:
            narrow(t, name, result.stdout)


def test_surface_schemas(t):
    report = told(t, ["surface", "show", SURFACE])
    fits(t, "surface show", report, "surface-report")
    check = told(t, ["surface", "check", ARBITRAGE, "--quotes", QUOTES], 1)
    fits(t, "surface check", check, "surface-check")
    several = told(t, ["surface", "check", SURFACE, ARBITRAGE], 1)
    t.check([one["arbitrage_count"] for one in several] == [0, 2], "surface check", "several")
    for one in several:
        fits(t, "surface check", one, "surface-check")
    diff = told(t, ["surface", "diff", SURFACE, LATER])
    fits(t, "surface diff", diff, "surface-diff")
    fits(t, "surface fit", told(t, ["surface", "fit", QUOTES]), "surface")
    fits(t, "samples/quotes.json", json.loads((ROOT / "samples/quotes.json").read_text()), "quotes")
    for noun, document, change in [
        ("surface-report", report, lambda d: d["slices"][0].pop("atm_vol")),
        ("surface-report", report, lambda d: d["slices"][0].update(state="good")),
        ("surface-check", check, lambda d: d["slices"][0].pop("certain")),
        ("surface-check", check, lambda d: d["slices"][0]["quotes"].update(judged=-1)),
        ("surface-diff", diff, lambda d: d["slices"][0].update(change="gone")),
    ]:
        broken = copy.deepcopy(document)
        change(broken)
        schema = schema_of(noun)
        t.check(validate.errors(broken, schema, schema), "validator", f"accepts a broken {noun}")


def test_surface_both_kinds(t):
    """A slice that has both kinds of arbitrage is named for both."""
    document = json.loads((ROOT / "tests/cli" / ARBITRAGE).read_text())
    document.pop("hash", None)
    document["slices"][-1].update(a=1e-4, b=0.4, rho=0, m=0, sigma=1e-3)
    result = t.run(["surface", "check", "-"], stdin=json.dumps(document).encode())
    row = next(line for line in result.stdout.decode().split("\n") if "2026-02-27" in line)
    t.check(row.endswith("  butterfly, calendar"), "surface check", row)


def test_surface_figures(t):
    """Figures of the report against the five numbers of the document."""
    report = told(t, ["surface", "show", SURFACE])
    for row, slice in zip(report["slices"], json.loads((DATA / "surface.json").read_text())["slices"]):
        t.check(row["expiry"] == slice["expiry"], "surface show", "in the document's order")
        if slice["state"] == "none":
            t.check(row["atm_vol"] is None, "surface show", "a volatility of nothing")
            continue
        tau = slice.get("tau_years", row["days"] / 365)
        for k, vol in [(0, row["atm_vol"]),
                       *((p["log_moneyness"], p["vol"]) for p in row["smile"])]:
            x = k - slice["m"]
            w = slice["a"] + slice["b"] * (slice["rho"] * x + math.hypot(x, slice["sigma"]))
            t.check(math.isclose(vol, math.sqrt(w / tau), rel_tol=1e-12), "surface show",
                    f"volatility at {k}")
        for p in row["smile"]:
            total = p["vol"] * math.sqrt(tau)
            d1 = -p["log_moneyness"] / total + total / 2
            t.check(abs(0.5 * math.erfc(-d1 / math.sqrt(2)) - p["call_delta"]) < 1e-9,
                    "surface show", "a delta is another one")


def check_page(t, name, arguments, documents, status=0):
    """Every figure that the page states is the report's."""
    result = t.run([*arguments, "--format", "html"])
    t.check(result.returncode == status, name, f"exit status {result.returncode}")
    tree = ElementTree.fromstring(result.stdout.decode("utf-8"))
    found = list(pages.markup_faults(tree))
    identifiers = [e.get("id") for e in tree.iter() if e.get("id")]
    t.check(len(identifiers) == len(set(identifiers)), name, "an id stands twice")
    shown = pages.figures(tree)
    t.check(len(shown) >= 10, name, f"{len(shown)} figures only")
    for (report, key), elements in shown.items():
        for element in elements:
            value = pages.lookup(documents[report], key)
            if key.endswith("/state"):
                value = value.replace("_", " ")  # as people write it
            fault = pages.element_fault(element, value)
            if fault:
                found.append(f"{key} {fault}")
    t.check(not found, name, f"{len(found)} faults: {found[:5]}")


def test_surface_page_golden(t):
    """The article of a small surface, without the style of all pages."""
    result = t.run(["surface", "show", SURFACE, "-u", "BTC", "-e", "2026-01", "-e", "2026-02",
                    "--format", "html"])
    t.check(result.returncode == 0, "surface-show-page", f"exit status {result.returncode}")
    article = result.stdout[result.stdout.find(b"<article"):result.stdout.find(b"</main>")]
    t.same("surface-show-page", "out", article)
    t.check(article.count(b"<title>Volatility over log-moneyness") == 2, "surface-show-page",
            "a smile for each expiry that is shown")


def loaded(t, arguments):
    return pages.load(t.run([*arguments, "--format", "json"]).stdout)


def test_surface_pages(t):
    check_page(t, "page of show", ["surface", "show", SURFACE], [loaded(t, ["surface", "show", SURFACE])])
    part = ["surface", "show", SURFACE, "-e", "2026-02-27"]
    check_page(t, "page of a part", part, [loaded(t, part)])
    check_page(t, "page of diff", ["surface", "diff", SURFACE, LATER],
               [loaded(t, ["surface", "diff", SURFACE, LATER])])
    check = ["surface", "check", SURFACE, ARBITRAGE, "--quotes", QUOTES]
    check_page(t, "page of check", check, loaded(t, check), status=1)
    with tempfile.TemporaryDirectory() as directory:
        path = f"{directory}/surface.json"
        t.run(["surface", "fit", QUOTES, "--output", path])
        report = loaded(t, ["surface", "show", path])
        report["name"] = QUOTES
        check_page(t, "page of fit", ["surface", "fit", QUOTES], [report])


# ---- What a surface is ------------------------------------------------------------------------

def test_surface_document(t):
    """One surface, however it is written or read; another one if a number is."""
    with tempfile.TemporaryDirectory() as directory:
        path = pathlib.Path(directory) / "surface.json"
        result = t.run(["surface", "fit", QUOTES, "-o", str(path), "-f", "json"])
        t.check(result.stdout == path.read_bytes(), "surface fit", "--output is not --format json")
        text = path.read_text()
        document = json.loads(text)
        t.check(all(row["state"] in STATES for row in document["slices"]), "surface fit", "states")
        same = told(t, ["surface", "diff", str(path), "-"], stdin=result.stdout)
        t.check(same["is_equal"] and all(row["change"] == "same" for row in same["slices"]),
                "surface diff", "of a surface and itself")
        shown = t.run(["surface", "diff", str(path), str(path)]).stdout.decode()
        t.check("\n  nothing moved\n" in shown,
                "surface diff", "of a surface and itself, for people")
        slice = document["slices"][0]
        changed = text.replace(f'"a": {slice["a"]}', f'"a": {slice["a"] * 1.01}')
        t.check(changed != text, "surface hash", "the test changes nothing")
        path.write_text(changed)
        t.refused("surface hash", ["surface", "show", str(path)], 3,
                  f":hash: stated {document['hash']}, computed ")
        by_hand = json.loads(changed)
        del by_hand["hash"]
        moved = told(t, ["surface", "show", "-"], stdin=json.dumps(by_hand).encode())
        t.check(moved["hash"] != document["hash"], "surface hash", "of another surface")


def test_surface_order(t):
    """The same quotes in any order, on any processor: the same bytes."""
    wanted = t.run(["surface", "fit", QUOTES, "-f", "json"]).stdout
    quotes = json.loads((ROOT / "samples/quotes.json").read_text())
    shuffle = random.Random(7).shuffle
    shuffle(quotes["instruments"])
    shuffle(quotes["assets"])
    shuffle(quotes["catalog"]["instruments"])
    shuffle(quotes["catalog"]["assets"])
    got = t.run(["surface", "fit", "-", "-f", "json"], json.dumps(quotes).encode()).stdout
    t.check(got == wanted, "surface fit", "another order, another surface")
    for isa in ("base", "avx2", "avx512"):
        result = t.run(["surface", "fit", QUOTES, "-f", "json"], env={"HPM_ISA": isa})
        if result.returncode == 4 and b"instruction set" in result.stderr:
            print(f"cli: surface {isa} skipped: {result.stderr.decode().strip()}")
            continue
        t.check(result.stdout == wanted, "surface fit", f"another surface with {isa}")


def test_surface_samples(t):
    for noun in ("market", "quotes"):
        script = ROOT / f"samples/make_{noun}.py"
        made = subprocess.run([sys.executable, str(script)], stdout=subprocess.PIPE, check=True)
        t.check(made.stdout == (ROOT / f"samples/{noun}.json").read_bytes(), f"samples/{noun}.json",
                f"is not what samples/make_{noun}.py writes")


# ---- Into a market ----------------------------------------------------------------------------

def test_surface_market(t):
    """The market of a fit margins the samples' accounts; so does one that the surface is put into."""
    with tempfile.TemporaryDirectory() as directory:
        market, surface, applied = (f"{directory}/{name}.json" for name in
                                    ("market", "surface", "applied"))
        t.run(["surface", "fit", QUOTES, "-o", surface, "--market-out", market])
        result = t.run(["surface", "apply", surface, "../../samples/market.json"])
        t.check(result.stderr == b"note: 12 of the surface's 12 expiries are in the market\n",
                "surface apply", result.stderr.decode())
        t.run(["surface", "apply", surface, "../../samples/market.json", "-o", applied])
        t.check(pathlib.Path(applied).read_bytes() == result.stdout, "surface apply", "--output")
        document = json.loads(result.stdout)
        fits(t, "surface apply", document, "market")
        fits(t, "surface fit --market-out", json.loads(pathlib.Path(market).read_text()), "market")
        # The expiry that nobody quotes keeps the market's own volatilities, and only that one.
        kept = {row["instrument"].split("-")[1] for row in document["instruments"] if "vol" in row}
        t.check(kept == {"13MAR26"}, "surface apply", f"volatilities of options at {kept}")
        margins = [json.loads(t.run(["margin", "-m", path, "-a", "../../samples/straddle.json", "-r",
                                     str(ROOT / "rulebooks/hpm.json"), "-f", "json"]).stdout)
                   for path in (market, applied, "../../samples/market.json")]
        initial = [float(margin["initial_margin"]) for margin in margins]
        # What the quotes leave in doubt costs margin; the market of the samples has no doubts.
        t.check(math.isclose(initial[0], initial[1], rel_tol=1e-3) and initial[1] > initial[2] > 0,
                "surface apply", f"margins: {initial}")


def chain_with_sides(directory):
    """The chain of the other tests with a bid and an ask about each mark."""
    head, *rows = (DATA / "chain.csv").read_text().splitlines()
    mark = head.split(",").index("mark_price")
    lines = [f"{head},bid_price,ask_price"]
    for row in rows:
        price = float(row.split(",")[mark])
        lines.append(f"{row},{price * 0.98:.4f},{price * 1.02:.4f}")
    path = pathlib.Path(directory) / "chain.csv"
    path.write_text("\n".join(lines) + "\n")
    return str(path)


def test_surface_import(t):
    """Quotes of a venue's files in one step or in two: the same surface, or the same refusal."""
    with tempfile.TemporaryDirectory() as directory:
        chain, quotes = chain_with_sides(directory), f"{directory}/quotes.json"
        result = t.run(["import", "deribit", chain, "--quotes-out", quotes])
        t.check(result.returncode == 0, "import --quotes-out", result.stderr.decode())
        fits(t, "import --quotes-out", json.loads(pathlib.Path(quotes).read_text()), "quotes")
        t.run(["import", "deribit", chain, "-o", f"{directory}/all", "-q"])
        t.check(pathlib.Path(f"{directory}/all/quotes.json").read_bytes() ==
                pathlib.Path(quotes).read_bytes(), "import --output", "other quotes")
        one = t.run(["surface", "fit", "--from", "deribit", chain, "-q", "-f", "json"])
        two = t.run(["surface", "fit", quotes, "-f", "json"])
        t.check(one.returncode == two.returncode and one.stdout == two.stdout,
                "surface fit --from", f"differs from the two steps: {one.stderr} {two.stderr}")


# ---- Refusals ---------------------------------------------------------------------------------

def test_surface_refused(t):
    for name, arguments, status, wanted in [
        ("directory", ["fit", "data"], 5, "data: cannot be read (Is a directory)"),
        ("empty", ["fit", "/dev/null"], 3, "the file is empty; should be hpm/quotes/1"),
        ("nothing", ["fit", "nothing.json"], 5, "nothing.json: cannot be read"),
        ("market", ["fit", "data/market.json"], 3, "--quotes-out quotes.json' keeps them"),
        ("surface", ["fit", SURFACE], 3, "'hpm surface show' reads it (hpm/surface/1)"),
        ("account", ["fit", "data/flat.json"], 3, 'should be "hpm/quotes/1" ("hpm/account/1")'),
        ("several", ["fit", QUOTES, QUOTES], 2, "one quotes document at a time; --from"),
        ("venue", ["fit", "--from", "nowhere", "x"], 2, "--from is one of"),
        ("catalog", ["fit", "--from", "deribit", "x", "-c", "y"], 2, "--catalog goes with"),
        ("ages", ["fit", QUOTES, "--soft-age", "10", "--hard-age", "10"], 2, "below --hard-age"),
        ("last good", ["fit", QUOTES, "--last-good", "-1"], 2, "must not be below 0"),
        ("stdin", ["fit", "-", "--before", "-"], 2, "can come from stdin"),
        ("before", ["fit", QUOTES, "--before", QUOTES], 3, "'hpm surface fit' makes a surface"),
        ("output", ["fit", QUOTES, "-o", "nowhere/x.json"], 5, "nowhere/x.json: cannot be written"),
        ("show market", ["show", "data/market.json"], 3, "a market is not a surface"),
        ("underlying", ["show", SURFACE, "-u", "SOL"], 3, "has no such underlying (SOL)"),
        ("expiry", ["show", SURFACE, "-e", "2027"], 3, "has no such expiry (2027)"),
        ("both", ["show", SURFACE, "-u", "ETH", "-e", "2026-02"], 3, "no such expiry (2026-02)"),
        ("check quotes", ["check", SURFACE, "--quotes", SURFACE], 3, "'hpm surface show' reads it"),
        ("check second", ["check", SURFACE, "nothing.json"], 5, "nothing.json: cannot be read"),
        ("diff one", ["diff", SURFACE], 2, "AFTER"),
        ("apply", ["apply", SURFACE, SURFACE], 3, 'should be "hpm/market/1"'),
        ("child", ["fitt"], 2, "did you mean 'fit'?"),
    ]:
        t.refused("surface " + name, ["surface", *arguments], status, wanted)
    t.refused("no quotes", ["surface", "fit", "-"], 4, "no option has a quote",
              stdin=json.dumps(silent()).encode())


def silent():
    quotes = json.loads((ROOT / "samples/quotes.json").read_text())
    quotes["instruments"] = []
    return quotes

