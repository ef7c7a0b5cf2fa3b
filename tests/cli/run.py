#!/usr/bin/env python3
"""Runs the program's command lines and compares with what they should print.

    run.py PROGRAM             all cases
    run.py PROGRAM --update    writes golden/, docs/CLI.md and docs/RULEBOOKS.md anew

Works in this directory; golden/NAME.out and NAME.err hold stdout and stderr (absent: empty).
"""
import copy
import json
import math
import os
import pathlib
import pty
import subprocess
import sys
import tempfile

import case_bybit
import case_guide
import case_import
import case_limits
import case_okx
import case_rulebooks
import case_search
import case_stress
import case_surface
import case_whatif
import pages
import validate

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
GOLDEN = HERE / "golden"
MARKET = ["--market", "data/market.json"]
GRID = ["--rulebook", "grid"]


class Runner:
    def __init__(self, program, update):
        self.program = str(pathlib.Path(program).resolve())
        self.update = update
        self.checks = 0
        self.faults = []
        self.written = set()

    def environment(self, extra):
        """Nothing of the caller's settings, so that results are the same everywhere."""
        base = {"PATH": os.environ.get("PATH", ""), "HPM_RULEBOOKS": "data/rulebooks",
                "HPM_SCHEMAS": str(ROOT / "schema"),
                "ASAN_OPTIONS": "quarantine_size_mb=1"}
        for name in ("LD_LIBRARY_PATH", "UBSAN_OPTIONS"):
            if name in os.environ:
                base[name] = os.environ[name]
        return {**base, **(extra or {})}

    def run(self, arguments, stdin=b"", env=None, stdout=subprocess.PIPE):
        return subprocess.run([self.program, *arguments], input=stdin, cwd=HERE, stdout=stdout,
                              stderr=subprocess.PIPE, env=self.environment(env), timeout=120)

    def check(self, condition, name, text):
        self.checks += 1
        if not condition:
            self.faults.append(f"{name}: {text}")

    def same(self, name, kind, got):
        path = GOLDEN / f"{name}.{kind}"
        self.written.add(path.name)
        if self.update:
            if got:
                path.write_bytes(got)
            else:
                path.unlink(missing_ok=True)
            return
        wanted = path.read_bytes() if path.exists() else b""
        self.check(got == wanted, name, f"std{kind} differs from golden/{path.name}:\n"
                   + difference(wanted, got))

    def golden(self, name, arguments, status=0, stdin=b"", env=None):
        result = self.run(arguments, stdin, env)
        self.check(result.returncode == status, name,
                   f"exit status {result.returncode}, not {status}\n{result.stderr.decode()}")
        self.same(name, "out", result.stdout)
        self.same(name, "err", result.stderr)
        return result

    def refused(self, name, arguments, status, wanted, stdin=b"", env=None):
        """One line on stderr that has `wanted`, nothing on stdout."""
        result = self.run(arguments, stdin, env)
        lines = result.stderr.decode().splitlines()
        self.check(result.returncode == status, name,
                   f"exit status {result.returncode}, not {status}: {lines}")
        self.check(result.stdout == b"", name, "stdout is not empty")
        self.check(len(lines) == 1, name, f"{len(lines)} lines on stderr: {lines}")
        self.check(wanted in (lines or [""])[0], name, f"no {wanted!r} in {lines}")


def difference(wanted, got):
    import difflib
    lines = difflib.unified_diff(wanted.decode(errors="replace").splitlines(),
                                 got.decode(errors="replace").splitlines(), "wanted", "got",
                                 lineterm="", n=1)
    return "\n".join(list(lines)[:30])


# ---- Help, usage ------------------------------------------------------------------------------

COMMANDS = ["margin", "whatif", "diff", "verify", "compare", "limits", "stress", "search", "import",
            "import binance", "import bybit", "import deribit", "import okx", "account",
            "account resolve", "price", "rulebook", "rulebook list", "rulebook show",
            "surface", "surface fit", "surface show", "surface check", "surface diff",
            "surface apply",
            "rulebook check", "rulebook hash", "rulebook diff", "schema", "bench", "version", "help"]


def test_help(t):
    t.golden("overview", ["help"])
    result = t.run([])
    t.check(result.returncode == 2 and result.stdout == b"", "no command", "prints on stderr only")
    t.check(result.stderr == t.run(["--help"]).stdout, "no command", "is the overview")
    for command in COMMANDS:
        words = command.split()
        helped = t.golden("help-" + "-".join(words), [*words, "--help"])
        t.check(b"example" in helped.stdout, command, "the help text has no example")
        t.check(t.run(["help", *words]).stdout == helped.stdout, command, "help and --help differ")
        t.check(t.run([*words, "-h"]).stdout == helped.stdout, command, "-h and --help differ")
        t.check(all(len(line) <= 100 for line in helped.stdout.decode().splitlines()), command,
                "wider than 100 columns")


def test_documents(t):
    made = t.run(["help", "--markdown"]).stdout
    path = ROOT / "docs" / "CLI.md"
    if t.update:
        path.write_bytes(made)
    t.check(path.read_bytes() == made, "docs/CLI.md", "is not what `hpm help --markdown` prints")
    docs = [sys.executable, str(ROOT / "tools" / "rulebook-docs")]
    if t.update:
        subprocess.run(docs, check=True)
    made = subprocess.run([*docs, "--print"], stdout=subprocess.PIPE, check=True).stdout
    t.check((ROOT / "docs" / "RULEBOOKS.md").read_bytes() == made, "docs/RULEBOOKS.md",
            "is not what tools/rulebook-docs writes")
    manual = (ROOT / "docs" / "hpm.1").read_text().replace("\\-", "-")
    for command in COMMANDS:
        t.check(command in manual, "docs/hpm.1", f"does not know the command {command}")
        text = t.run(["help", *command.split()]).stdout.decode()
        for word in text.replace(",", " ").split():
            if word.startswith("--") and len(word) > 3:
                t.check(word in manual, "docs/hpm.1", f"does not know {word} of {command}")


def test_usage(t):
    margin = ["margin", *MARKET]
    for name, arguments, wanted in [
        ("command", ["margn"], "did you mean 'margin'?"),
        ("far", ["xyzzy"], "unknown command 'xyzzy'"),
        ("child", ["rulebook", "shwo"], "did you mean 'show'?"),
        ("group", ["import"], "a command is required"),
        ("required", ["margin"], "--market FILE is required"),
        ("account", margin, "--account FILE is required"),
        ("option", [*margin, "--acount", "x"], "did you mean '--account'?"),
        ("letter", [*margin, "-z"], "unknown option '-z'"),
        ("value", [*margin, "--account"], "--account needs a value"),
        ("flag", [*margin, "--brief=yes"], "--brief takes no value (yes)"),
        ("choice", [*margin, "-a", "x", "--format", "xml"], "one of text, json, jsonl, html (xml)"),
        ("twice", [*margin, *MARKET, "-a", "x"], "--market is given twice"),
        ("operand", [*margin, "-a", "x", "--", "--brief"], "unexpected argument '--brief'"),
        ("stdin", ["margin", "--market", "-", "--account", "-"], "can come from stdin"),
        ("rulebook", [*margin, "-a", "data/flat.json", "-r", "gird"], "did you mean grid?"),
        ("help", ["help", "nothing"], "unknown command 'nothing'"),
        ("schema", ["schema", "nothing"], "no schema of this name"),
        ("number", ["price", "--forward", "1e", "--strike", "1", "--vol", "1", "--days", "1"],
         "--forward needs a number (1e)"),
        ("nan", ["price", "--forward", "nan", "--strike", "1", "--vol", "1", "--days", "1"],
         "--forward needs a number (nan)"),
        ("range", ["price", "--forward", "-1", "--strike", "1", "--vol", "1", "--days", "1"],
         "--forward is above 0"),
        ("time", ["price", "--forward", "1", "--strike", "1", "--vol", "1"],
         "one of --days and --years"),
        ("count", ["bench", "--positions", "0"], "whole number above 0 (0)"),
        ("control", ["margin\n\x1b[31m"], "unknown command 'margin??[31m'"),
    ]:
        t.refused("usage " + name, arguments, 2, wanted)


# ---- Reports ----------------------------------------------------------------------------------

def report(t, *files, options=()):
    accounts = [part for file in files for part in ("--account", f"data/{file}")]
    return ["margin", *MARKET, *GRID, *accounts, *options]


def test_smiles(t):
    """BTC's volatilities from smiles, of which one is old; an option keeps its own."""
    on_smiles = ["margin", "-m", "data/smiles.json", *GRID, "-a", "data/mixed.json"]
    t.golden("margin-smiles", on_smiles)
    market = json.loads((HERE / "data/smiles.json").read_text())
    market["smiles"][1]["age_s"] = 3601
    with tempfile.NamedTemporaryFile("w", suffix="market.json") as file:
        file.write(json.dumps(market))
        file.flush()
        t.refused("old smile", ["margin", "-m", file.name, *GRID, "-a", "data/mixed.json"], 4,
                  "made:BTC-27MAR26-100000-C: vol of the expiry's smile is older than the hard "
                  "limit of 3600 s (3601 s)")


def test_reports(t):
    t.golden("margin-mixed", report(t, "mixed.json"))
    t.golden("margin-short", report(t, "short.json"), status=1)
    t.golden("margin-flat", report(t, "flat.json"))
    t.golden("margin-template", report(t, "template.json"))
    t.golden("margin-brief", report(t, "many.jsonl", options=["--brief"]), status=1)
    t.golden("margin-json", report(t, "mixed.json", options=["--format=json"]))
    t.golden("margin-extras", report(t, "mixed.json", options=["--off-grid", "--ladders"]))
    t.golden("margin-separate", ["margin", "-m", "data/market-alone.json", "-c",
                                 "data/catalog.json", *GRID, "-a", "data/mixed.json", "-b"])
    test_smiles(t)
    result = t.run(report(t, "mixed.json", "short.json", "flat.json"))
    t.check(result.returncode == 1, "several", "the worst status counts")
    t.check(result.stdout.count(b"\ncomponents\n") == 3, "several", "one report each")
    wide = max(len(line) for line in result.stdout.decode().splitlines())
    t.check(wide <= 100, "several", f"{wide} columns")
    stdin = (HERE / "data/mixed.json").read_bytes()
    named = t.run(report(t, "mixed.json")).stdout
    t.check(t.run(["margin", *MARKET, *GRID, "-a", "-"], stdin).stdout == named, "stdin",
            "differs from the file")


def money(text):
    whole, _, part = text.lstrip("-").partition(".")
    value = int(whole) * 10**8 + int(part.ljust(8, "0") or 0)
    return -value if text.startswith("-") else value


def check_report(t, name, document, schema):
    found = validate.errors(document, schema, schema)
    t.check(not found, name, f"does not fit schema/report.json: {found[:3]}")
    for lines, total in (("initial", "initial_margin"), ("maintenance", "maintenance_margin")):
        for part in ("contributions", "components"):
            summed = sum(money(line[lines]) for line in document[part])
            t.check(summed == money(document[total]), name, f"{part} do not sum to {total}")
    excess = money(document["equity"]) - money(document["initial_margin"])
    t.check(excess == money(document["excess"]), name, "excess is not equity less initial")
    t.check(document["pass"] == (excess >= 0), name, "pass does not follow")


def test_json(t):
    schema = json.loads((ROOT / "schema/report.json").read_text())
    result = t.run(report(t, "mixed.json", options=["-f", "json"]))
    single = json.loads(result.stdout)
    check_report(t, "json", single, schema)
    check_mutations(t, single, schema)
    several = json.loads(t.run(report(t, "many.jsonl", options=["-f", "json"])).stdout)
    t.check(len(several) == 3 and several[1] == single, "json", "an array of the same reports")
    for document in several:
        check_report(t, "json several", document, schema)
    lines = t.run(report(t, "many.jsonl", options=["-f", "jsonl"])).stdout.decode().splitlines()
    t.check([json.loads(line) for line in lines] == several, "jsonl", "differs from json")
    brief = json.loads(t.run(report(t, "mixed.json", options=["-f", "json", "-b"])).stdout)
    t.check(not validate.errors(brief, schema, schema), "brief json", "does not fit the schema")
    t.check(all(single[key] == value for key, value in brief.items()), "brief json",
            "differs from the whole report")
    t.check(json.loads(t.run(["schema", "report"]).stdout) == schema, "schema", "is printed")
    for noun in t.run(["schema"]).stdout.decode().split():
        json.loads(t.run(["schema", noun]).stdout)


def test_extras(t):
    """The off-grid check and ladders: the same report with two members more."""
    schema = json.loads((ROOT / "schema/report.json").read_text())
    options = ["--off-grid", "--ladders"]
    for file in ("mixed.json", "short.json", "flat.json", "template.json"):
        plain = json.loads(t.run(report(t, file, options=["-f", "json"])).stdout)
        text = t.run(report(t, file, options=["-f", "json", *options])).stdout
        document = json.loads(text)
        check_report(t, "extras of " + file, document, schema)
        check, ladders = document["off_grid"], document["ladders"]
        rest = {key: value for key, value in document.items() if key not in ("off_grid", "ladders")}
        t.check(rest == plain, "extras of " + file, "the rest is another report")
        t.check(check["between"] - check["on_nodes"] == check["missed"], "off-grid of " + file,
                "missed is not the difference")
        here = [node for row in ladders["prices"] for node in row["nodes"]
                if node["price_move"] == 0]
        for node, row in zip(here, plain["greeks"]["underlyings"]):
            t.check(all(node[key] == value for key, value in row.items() if key != "underlying"),
                    "ladders of " + file, "greeks where nothing moves")
        laid = sum(sum(row["vega_point"]) for row in ladders["vega"])
        t.check(math.isclose(laid, plain["greeks"]["total"]["vega_point"], abs_tol=1e-6),
                "ladders of " + file, "vega does not sum")
        t.check(t.run(verify(file), text).returncode == 0, "verify extras of " + file, "differs")
    t.check(len(here) == len(plain["greeks"]["underlyings"]) > 0, "ladders", "every underlying")
    brief = report(t, "mixed.json", options=["--brief"])
    t.check(t.run([*brief, *options]).stdout == t.run(brief).stdout, "brief extras", "are written")
    changed = json.loads(text)
    changed["off_grid"]["missed"] += 1
    result = t.run(verify("template.json"), json.dumps(changed).encode())
    t.check(result.returncode == 1 and b"off_grid.missed" in result.stdout, "verify extras",
            result.stdout.decode())


# ---- Pages ------------------------------------------------------------------------------------

def check_page(t, name, arguments, stdin=b"", brief=False):
    """The page, held against the JSON reports of the same call."""
    page = t.run([*arguments, "-f", "html"], stdin)
    told = t.run([*arguments, *(["--ladders"] if arguments[0] == "margin" else []), "-f", "json"],
                 stdin)
    documents = pages.load(told.stdout)
    documents = documents if isinstance(documents, list) else [documents]
    t.check(page.returncode == told.returncode, name, f"exit status {page.returncode}")
    found = pages.faults(page.stdout, documents, brief)
    t.check(not found, name, f"{len(found)} faults: {found[:5]}")
    return page.stdout


def test_pages(t):
    for file in ("mixed.json", "short.json", "flat.json", "template.json", "many.jsonl"):
        check_page(t, "page of " + file, report(t, file))
    check_page(t, "page with a check", report(t, "mixed.json", options=["--off-grid"]))
    check_page(t, "brief page", report(t, "many.jsonl", options=["-b"]), brief=True)
    page = check_page(t, "page", report(t, "mixed.json"))
    for env in ({"HPM_ISA": "base"}, {"LC_ALL": "de_DE.UTF-8"}, {"HPM_HUGE_PAGES": "1"}):
        t.check(t.run(report(t, "mixed.json", options=["-f", "html"]), env=env).stdout == page,
                "page", f"{env} changes it")
    t.refused("page of a bad file", report(t, "bad-line.jsonl", options=["-f", "html"]), 3,
              "bad-line.jsonl:2:")
    result = t.run(report(t, "missing-price.json", "flat.json", options=["-f", "html"]))
    t.check(result.returncode == 4 and result.stdout.count(b"<article") == 1, "page",
            "one of two accounts that cannot be computed")


def test_page_mutations(t):
    """The comparison must find what is wrong, or its silence says nothing."""
    arguments = report(t, "mixed.json")
    page = t.run([*arguments, "-f", "html"]).stdout
    document = pages.load(t.run([*arguments, "--ladders", "-f", "json"]).stdout)
    for name, old, new in [
        ("value", b'data-key="equity" value="', b'data-key="equity" value="1'),
        ("digits", b".00</data>", b".01</data>"),
        ("missing", b'data-key="contributions/0/initial"', b'data-key="contributions/0/value"'),
        ("hash", document["market"]["hash"].encode(), b"0" * 64),
        ("script", b"<main>", b"<main><script>1</script>"),
        ("request", b"<main>", b"<main><img src='https://x'/>"),
    ]:
        t.check(old in page, "page mutation " + name, "the test changes nothing")
        t.check(pages.faults(page.replace(old, new), [document]), "page mutation " + name,
                "is not found")


HOSTILE = """</title></style><script>alert(1)</script><b onload='x'>"&'`--> \u202e\u00e9\u65e5"""


def hostile(text):
    return json.dumps(text)[1:-1].encode()


def test_hostile_pages(t):
    """Texts of others stay texts, wherever they stand."""
    market = (HERE / "data/market.json").read_bytes()
    account = (HERE / "data/mixed.json").read_bytes()
    names = {b"made:BTC-PERP": hostile('made:<i a="">\'&'), b"mixed": hostile(HOSTILE[:50])}
    source = json.loads(market)["source"]
    market = market.replace(hostile(source), hostile(HOSTILE))
    for name, other in names.items():
        t.check(name in market or name in account, "hostile", f"{name} is nowhere")
        market, account = market.replace(name, other), account.replace(name, other)
    with tempfile.NamedTemporaryFile(suffix="market.json") as file:
        file.write(market)
        file.flush()
        check_page(t, "hostile texts", ["margin", "-m", file.name, *GRID, "-a", "-"], account)


def check_mutations(t, document, schema):
    """The validator must find what is wrong, or its silence says nothing."""
    for change in (lambda d: d.pop("equity"), lambda d: d.update(equity=1.5),
                   lambda d: d.update(isa="avx2"), lambda d: d.pop("greeks"),
                   lambda d: d["components"][0].update(initial="1.123456789"),
                   lambda d: d["scenarios"][0].pop("vol")):
        broken = copy.deepcopy(document)
        change(broken)
        t.check(validate.errors(broken, schema, schema), "validator", "accepts a broken report")


def test_isa(t):
    wanted = t.run(report(t, "mixed.json", options=["-f", "json"])).stdout
    for isa in ("base", "avx2", "avx512"):
        result = t.run(report(t, "mixed.json", options=["-f", "json"]), env={"HPM_ISA": isa})
        if result.returncode == 4 and b"instruction set" in result.stderr:
            print(f"cli: {isa} skipped: {result.stderr.decode().strip()}")
            continue
        t.check(result.stdout == wanted, "HPM_ISA=" + isa, "another result")
        t.check(isa.encode() not in result.stdout, "HPM_ISA=" + isa, "is named in the report")
    t.refused("HPM_ISA", report(t, "flat.json"), 4, "HPM_ISA", env={"HPM_ISA": "mmx"})
    t.check(t.run(report(t, "mixed.json", options=["-f", "json"]),
                  env={"HPM_HUGE_PAGES": "1", "LC_ALL": "de_DE.UTF-8"}).stdout == wanted,
            "environment", "changes the result")


# ---- Verification -----------------------------------------------------------------------------

def verify(*files, options=()):
    accounts = [part for file in files for part in ("--account", f"data/{file}")]
    return ["verify", "-", *MARKET, *GRID, *accounts, *options]


def leaves(value, path=""):
    """(path, container, key) of every scalar and empty container."""
    inner = value.items() if isinstance(value, dict) else enumerate(value)
    for key, item in inner:
        name = f"{path}[{key}]" if isinstance(value, list) else f"{path}.{key}".lstrip(".")
        if isinstance(item, (dict, list)) and item:
            yield from leaves(item, name)
        else:
            yield name, value, key


def changed(value):
    """Another value of the same type, as near as can be."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, (int, float)):
        return math.nextafter(value, math.inf)
    if isinstance(value, str) and value[-1:].isdigit():
        return value[:-1] + str((int(value[-1]) + 1) % 10)
    return value + "x" if isinstance(value, str) else 1


def check_every_value(t, document, schema):
    """One report per value, with that value changed: exactly this one is found."""
    wanted, lines = [], []
    inputs = {"schema", "account.id", "account.hash", "market.hash", "rulebook.hash"}
    for name, container, key in leaves(document):
        if name in inputs:
            continue
        before = container[key]
        container[key] = changed(before)
        wanted.append(name)
        lines.append(json.dumps(document))
        container[key] = before
    result = t.run(verify("mixed.json", options=["-f", "json"]), "\n".join(lines).encode())
    found = json.loads(result.stdout)
    t.check(result.returncode == 1 and not found["equal"], "verify values", "are called equal")
    t.check(not validate.errors(found, schema, schema), "verify values", "do not fit the schema")
    paths = [[row["path"] for row in report["differences"]] for report in found["reports"]]
    t.check(len(wanted) > 1000 and paths == [[name] for name in wanted], "verify values",
            f"found {[pair for pair in zip(wanted, paths) if pair[1] != [pair[0]]][:3]}")


def check_structure(t, document):
    """Every field that is missing or too many is found."""
    for name, change, wanted in [
        ("missing", lambda d: d.pop("greeks"), "greeks: nothing in the report, an object"),
        ("extra", lambda d: d.update(x_note=1), "x_note: 1 in the report, nothing recomputed"),
        ("shorter", lambda d: d["components"].pop(), "nothing in the report, an object"),
        ("longer", lambda d: d["degraded"].append(5), "5 in the report, nothing recomputed"),
        ("type", lambda d: d.update(equity=1.5), "equity: 1.5 in the report"),
        ("version", lambda d: d.update(numbers_version=2), "numbers_version: 2 in the report, 1 "),
        ("breakdown", lambda d: [d.pop(key) for key in ("components", "scenarios")],
         "components: nothing in the report, an array recomputed"),
        ("control", lambda d: d.update({"\x1b[31m": "\x07"}), '?[31m: "?" in the report'),
    ]:
        broken = copy.deepcopy(document)
        change(broken)
        result = t.run(verify("mixed.json"), json.dumps(broken).encode())
        t.check(result.returncode == 1, "verify " + name, f"exit status {result.returncode}")
        t.check(wanted in result.stdout.decode(), "verify " + name,
                f"no {wanted!r} in {result.stdout.decode()[-300:]}")


def test_verify(t):
    schema = json.loads((ROOT / "schema/verify.json").read_text())
    whole = t.run(report(t, "mixed.json", options=["-f", "json"])).stdout
    document = json.loads(whole)
    t.golden("verify-equal", verify("mixed.json"), stdin=whole)
    shuffled = json.dumps(dict(reversed(document.items()))).encode()
    t.check(t.run(verify("mixed.json"), shuffled).returncode == 0, "verify", "order of fields")
    brief = t.run(report(t, "many.jsonl", options=["-f", "json", "-b"])).stdout
    t.golden("verify-brief", verify("many.jsonl"), stdin=brief)
    for form in ("json", "jsonl"):
        several = t.run(report(t, "many.jsonl", "template.json", options=["-f", form])).stdout
        result = t.run(verify("template.json", "many.jsonl"), several)
        t.check(result.returncode == 0 and b"VERIFIED: 4 of 4" in result.stdout, "verify " + form,
                result.stdout.decode())
    check_every_value(t, document, schema)
    check_structure(t, document)
    wrong = copy.deepcopy(document)
    wrong["initial_margin"] = "1"
    wrong["worst_scenario"]["underlyings"][0]["pnl"] += 1
    t.golden("verify-different", verify("mixed.json"), status=1, stdin=json.dumps(wrong).encode())
    t.golden("verify-json", verify("mixed.json", options=["-f", "json"]), status=1,
             stdin=json.dumps(wrong).encode())


def test_verify_other(t):
    """A report of another account, market or rulebook; several faults at once."""
    document = json.loads(t.run(report(t, "mixed.json", options=["-f", "json"])).stdout)
    for name in ("account", "market", "rulebook"):
        other = copy.deepcopy(document)
        other[name]["hash"] = "0" * 64
        result = t.run(verify("mixed.json", options=["-f", "json"]), json.dumps(other).encode())
        row = json.loads(result.stdout)["reports"][0]
        t.check(result.returncode == 1 and row["differences"] == [] and row["other_inputs"] == [
            {"input": name, "reported": "0" * 64, "given": document[name]["hash"]}],
                "verify other " + name, f"{row}")
    t.golden("verify-other", verify("flat.json", "short.json"), status=1,
             stdin=json.dumps(document).encode())
    missing = json.loads(json.dumps(document).replace("mixed", "missing-price"))
    text = "\n".join(map(json.dumps, [document, {"schema": "hpm/account/1"}, missing, document]))
    result = t.run(verify("mixed.json"), text.encode())
    t.check(result.returncode == 3 and result.stderr.decode().startswith("stdin:2:schema:"),
            "verify bad line", result.stderr.decode())
    t.check(b"NOT VERIFIED: 2 of 4" in result.stdout, "verify bad line", result.stdout.decode())


def test_verify_refused(t):
    good = t.run(report(t, "flat.json", options=["-f", "json"])).stdout
    document = json.loads(good)
    for name, text, status, wanted in [
        ("empty", b"", 3, "stdin:1:"),
        ("no report", b"[]", 3, "no report in it"),
        ("truncated", good[:-30], 3, "stdin:"),
        ("duplicate key", good.replace(b'"equity"', b'"pass": true, "equity"', 1), 3, "pass"),
        ("not UTF-8", good.replace(b"flat", b"\xff"), 3, "stdin:"),
        ("deep", b"[" * 100000, 3, "stdin:"),
        ("number", b"[17]", 3, "[0].schema"),
        ("huge number", good.replace(b'"numbers_version": 1', b'"numbers_version": 1e999'), 3,
         "stdin:"),
        ("many values", b"[" + b"0," * 5000000 + b"0]", 3, "values in the document"),
        ("no hash", json.dumps({**document, "market": {}}).encode(), 3, "market.hash"),
        ("hash type", json.dumps([{**document, "account": {"id": "x", "hash": 5}}]).encode(), 3,
         "[0].account.hash"),
        ("schema", json.dumps({**document, "schema": "hpm/report/2"}).encode(), 3, "schema"),
    ]:
        result = t.run(verify("flat.json"), text)
        lines = result.stderr.decode().splitlines()
        t.check(result.returncode == status and len(lines) == 1 and wanted in lines[0],
                "verify " + name, f"exit status {result.returncode}, {lines}")
        t.check(b"NOT VERIFIED" in result.stdout, "verify " + name, "is called verified")
    t.refused("verify stdin", ["verify", "-", *MARKET, "-a", "-"], 2, "can come from stdin")
    t.refused("verify no file", ["verify", "nothing.json", *MARKET, *GRID, "-a",
                                 "data/flat.json"], 5, "nothing.json")


# ---- Differences ------------------------------------------------------------------------------

PARTS = ["settlement", "trades", "price", "basis", "vol", "time", "rates", "trust", "rulebook"]


def later_market():
    """A fortnight later: other prices and volatilities; what expired is gone, even by name."""
    market = json.loads((HERE / "data/market.json").read_text())
    gone = {row["instrument"] for row in market["catalog"]["instruments"]
            if row.get("expiry", "") < "2026-01-20" and "expiry" in row}
    kept = lambda rows: [row for row in rows if row["instrument"] not in gone]
    market["time"] = "2026-01-20T08:00:00Z"
    market["catalog"]["instruments"] = kept(market["catalog"]["instruments"])
    market["instruments"] = kept(market["instruments"])
    market["expiries"] = [row for row in market["expiries"] if row["expiry"] > "2026-01-20"]
    for row in market["assets"]:
        row["price"] = {"BTC": 84000, "ETH": 3100}.get(row["asset"], row["price"])
    for row in market["expiries"]:
        row["forward"] = {"BTC": 84600, "ETH": 3122}[row["underlying"]]
        row["confidence"] = 0.95
    for row in market["instruments"]:
        if "vol" in row:
            row["vol"] = round(row["vol"] * 1.125, 6)
        elif "mark" in row:
            row["mark"] = {"made:BTC-PERP": 83950, "made:ETH_USDC-PERP": 3099}.get(
                row["instrument"], row["mark"])
    return market


def later_account():
    account = json.loads((HERE / "data/mixed.json").read_text())
    account["balances"][0]["amount"] = "152500"
    account["positions"] = [row for row in account["positions"]
                            if "16JAN26" not in row["instrument"]]
    account["positions"][1]["quantity"] = "-2000"
    return account


def states(directory):
    """Two folders, and the options that say the same."""
    folders = [pathlib.Path(directory) / name for name in ("before", "after")]
    for folder in folders:
        folder.mkdir()
    for name, source in (("market", "market"), ("account", "mixed")):
        (folders[0] / f"{name}.json").write_bytes((HERE / f"data/{source}.json").read_bytes())
    (folders[0] / "rulebook.json").write_bytes((HERE / "data/rulebooks/grid.json").read_bytes())
    (folders[1] / "market.json").write_text(json.dumps(later_market()))
    (folders[1] / "account.json").write_text(json.dumps(later_account()))
    options = [*MARKET, *GRID, "-a", "data/mixed.json", "--to-market",
               str(folders[1] / "market.json"), "--to-account", str(folders[1] / "account.json")]
    return [str(folder) for folder in folders], options


def parts_of(change):
    return sum(money(change[part]) for part in PARTS)


def check_diff(t, name, document, schema):
    found = validate.errors(document, schema, schema)
    t.check(not found, name, f"does not fit schema/diff.json: {found[:3]}")
    t.check([row["name"] for row in document["parts"]] == PARTS, name, "parts in another order")
    totals = {"initial": document["initial_margin"], "maintenance": document["maintenance_margin"]}
    changes = [document["equity"], document["excess"], *totals.values()]
    for kind, total in totals.items():
        rows = [row[kind] for row in document["components"]]
        changes += rows
        for key in total:
            t.check(sum(money(row[key]) for row in rows) == money(total[key]), name,
                    f"components do not sum to {kind} {key}")
    for change in changes:
        t.check(money(change["before"]) + parts_of(change) == money(change["after"]), name,
                f"parts do not sum to the change: {change}")
        t.check(all(money(change[row["name"]]) == 0 for row in document["parts"]
                    if not row["changed"]), name, f"what did not change did something: {change}")


def check_ends(t, name, document, folders):
    """Both ends are what `hpm margin` says."""
    for end, account in zip(("before", "after"), folders):
        result = t.run(["margin", "-m", f"{account}/market.json", *GRID, "-a",
                        f"{account}/account.json", "-f", "json"])
        single = json.loads(result.stdout)
        t.check(all(document[key][end] == single[key] for key in
                    ("equity", "initial_margin", "maintenance_margin", "excess")), name,
                f"{end} is not what hpm margin says")
        t.check(all(document[end][key] == single[key] for key in
                    ("account", "market", "rulebook", "pass")), name, f"{end} is another state")


def test_diff(t):
    schema = json.loads((ROOT / "schema/diff.json").read_text())
    with tempfile.TemporaryDirectory() as directory:
        folders, options = states(directory)
        text = t.golden("diff-text", ["diff", *options])
        t.check(all(len(line) <= 100 for line in text.stdout.decode().splitlines()), "diff",
                "wider than 100 columns")
        result = t.golden("diff-json", ["diff", *options, "--format", "json"])
        document = json.loads(result.stdout)
        check_diff(t, "diff", document, schema)
        check_ends(t, "diff", document, folders)
        for arguments in (folders, [*folders, *GRID], [folders[0], folders[1], *options]):
            t.check(t.run(["diff", *arguments]).stdout == text.stdout, "diff folders",
                    f"differs: {arguments}")
        alone = json.loads((pathlib.Path(folders[1]) / "market.json").read_text())
        catalog = pathlib.Path(directory) / "catalog.json"
        catalog.write_text(json.dumps(alone.pop("catalog")))
        (pathlib.Path(folders[1]) / "market.json").write_text(json.dumps(alone))
        apart = t.run(["diff", *options, "--to-catalog", str(catalog)])
        t.check(apart.stdout == text.stdout, "diff catalog", f"differs: {apart.stderr}")
        check_diff_refused(t, folders)
    other = json.loads(t.run(["diff", *MARKET, *GRID, "-a", "data/mixed.json", "--to-rulebook",
                              str(ROOT / "rulebooks/hpm.json"), "-f", "json"]).stdout)
    check_diff(t, "diff rulebook", other, schema)
    t.check([row["name"] for row in other["parts"] if row["changed"]] == ["rulebook"],
            "diff rulebook", "something else changed")
    cash = json.loads(t.run(["diff", *MARKET, *GRID, "-a", "data/flat.json", "--to-account",
                             "data/short.json", "-f", "json"]).stdout)
    check_diff(t, "diff account", cash, schema)
    t.check(parts_of(cash["equity"]) == money(cash["equity"]["trades"]), "diff account", "trades")


def check_diff_refused(t, folders):
    before, after = folders
    base = [*MARKET, *GRID, "-a", "data/mixed.json"]
    later = ["--to-market", f"{after}/market.json", "--to-catalog", f"{after}/../catalog.json"]
    for name, arguments, status, wanted in [
        ("no market", ["-a", "data/flat.json", "--to-account", "x"], 2, "--market FILE is required"),
        ("no account", [*MARKET, "--to-account", "x"], 2, "--account FILE is required"),
        ("nothing after", base, 2, "one of --to-market, --to-account and --to-rulebook"),
        ("one folder", [before], 2, "a folder before needs one after"),
        ("empty folder", [before, f"{before}/nothing"], 2, "one of --to-market"),
        ("catalog", [*base, "--to-catalog", "data/catalog.json"], 2, "--to-catalog needs"),
        ("stdin", [*base, "--to-market", "-", "--to-account", "-"], 2, "can come from stdin"),
        ("no file", [*base, "--to-account", "nothing.json"], 5, "nothing.json: cannot be read"),
        ("no rulebook", [*base, "--to-rulebook", "gird"], 2, "did you mean grid?"),
        ("several", [*base, "--to-account", "data/many.jsonl"], 3, "several accounts"),
        ("bad account", [*base, "--to-account", "data/market.json"], 3, "market.json:schema"),
        ("held too long", [*base, *later], 4, "after: made:BTC-16JAN26-80000-P"),
        ("missing price", [*base, "--to-account", "data/missing-price.json"], 4,
         "after: made:SOL_USDC-PERP"),
        ("backward", ["-m", f"{after}/market.json", "-c", f"{after}/../catalog.json", "-a",
                      "data/flat.json", *GRID, "--to-market", "data/market.json"], 3, "earlier"),
    ]:
        t.refused("diff " + name, ["diff", *arguments], status, wanted)


# ---- Statuses, bad documents ------------------------------------------------------------------

# ---- Comparison -------------------------------------------------------------------------------

def compare(*files, rulebooks="grid,grid-isolated", options=()):
    accounts = [word for file in files for word in ("-a", "data/" + file)]
    return ["compare", *MARKET, *accounts, "-r", rulebooks, *options]


def check_comparison(t, document, schema):
    """Columns against reports of `hpm margin`, and ratios against each other."""
    name = "compare " + document["account"]["id"]
    t.check(not validate.errors(document, schema, schema), name, "does not fit the schema")
    first = document["rulebooks"][0]
    t.check(first["efficiency"] is None and first["same_cover"], name, "the first column")
    for row in document["rulebooks"]:
        if first["capital"]:
            t.check(row["ratio"] == row["capital"] / first["capital"], name, "ratio")
        t.check(money(row["initial_margin"]) >= money(row["maintenance_margin"]), name, "IM < MM")
        t.check(row["pass"] == (money(row["equity"]) >= money(row["initial_margin"])), name, "pass")
    return name


def test_compare(t):
    schema = json.loads((ROOT / "schema/compare.json").read_text())
    t.golden("compare-mixed", compare("mixed.json"))
    t.golden("compare-template", compare("template.json"))
    t.golden("compare-json", compare("short.json", options=["-f", "json"]))
    several = json.loads(t.run(compare("many.jsonl", options=["-f", "json"])).stdout)
    t.check(len(several) == 3, "compare", "an array of three")
    for document in several:
        name = check_comparison(t, document, schema)
        account = json.dumps(next(a for a in map(json.loads, (HERE / "data/many.jsonl").open())
                                  if a["id"] == document["account"]["id"]))
        for row in document["rulebooks"]:
            report = json.loads(t.run(["margin", *MARKET, "-a", "-", "-r", row["name"], "-b",
                                       "-f", "json"], account.encode()).stdout)
            for key in ("equity", "initial_margin", "maintenance_margin", "pass", "currency"):
                t.check(row[key] == report[key], name, f"{key} is not that of hpm margin")
            check_smallest_cash(t, name, json.loads(account), row)
        t.check(document["rulebooks"][1]["same_cover"], name, "the isolated twin has another cover")
    wide = max(map(len, t.run(compare("many.jsonl")).stdout.decode().splitlines()))
    t.check(wide <= 100, "compare", f"{wide} columns")


def check_smallest_cash(t, name, account, row):
    """With the smallest cash `hpm margin` passes, with 1e-8 less it fails."""
    cash = money(row["smallest_cash"])
    for amount, status in ((cash, 0), (cash - 1, 1)):
        text = f"{'-' if amount < 0 else ''}{abs(amount) // 10**8}.{abs(amount) % 10**8:08d}"
        rest = [one for one in account["balances"] if one["asset"] not in ("USD", "USDC")]
        held = {**account, "balances": [*rest, {"asset": "USD", "amount": text}]}
        result = t.run(["margin", *MARKET, "-a", "-", "-r", row["name"], "-b"],
                       json.dumps(held).encode())
        t.check(result.returncode == status, name, f"{row['name']} with {text}: not {status}")


def test_compare_pages(t):
    check_page(t, "comparison page", compare("mixed.json"))
    check_page(t, "comparison page of several", compare("many.jsonl"))
    check_page(t, "comparison page of a template", compare("template.json"))
    check_page(t, "comparison page without an answer", compare("missing-price.json"))


def test_compare_refused(t):
    t.refused("compare empty", compare("flat.json", rulebooks="grid,"), 2, "empty name (grid,)")
    t.refused("compare unknown", compare("flat.json", rulebooks="grid,gird"), 2, "grid")
    t.refused("compare many", compare("flat.json", rulebooks=",".join(["grid"] * 65)), 2,
              "more than 64 rulebooks")
    t.refused("compare stdin", ["compare", "-m", "-", "-a", "-"], 2, "can come from stdin")
    t.refused("compare account", compare("nothing.json"), 5, "data/nothing.json")
    with tempfile.TemporaryDirectory() as folder:
        one = json.loads((HERE / "data/rulebooks/grid.json").read_text())
        path = pathlib.Path(folder) / "one.json"
        path.write_text(json.dumps({**one, "name": "one", "underlyings_max": 1}))
        both = f"{path},grid"
        result = t.run(compare("mixed.json", rulebooks=both))
        t.check(result.returncode == 0 and result.stderr == b"", "compare unsupported",
                f"exit {result.returncode}: {result.stderr}")
        alone = t.run(compare("mixed.json", rulebooks=str(path)))
        t.check(alone.returncode == 4, "compare unsupported", f"exit {alone.returncode}")
        t.check(b"account mixed: rulebook one: mixed: " in alone.stderr, "compare unsupported",
                alone.stderr.decode())
        t.check(b"one cannot be computed: " in result.stdout, "compare unsupported", "no reason")
        found = json.loads(t.run(compare("mixed.json", rulebooks=both,
                                         options=["-f", "json"])).stdout)
        schema = json.loads((ROOT / "schema/compare.json").read_text())
        t.check(not validate.errors(found, schema, schema), "compare error", "no fit of the schema")
        t.check(found["rulebooks"][0]["error"]["code"] == "E_UNSUPPORTED", "compare error", "code")
        t.check(found["rulebooks"][1]["ratio"] is None, "compare error", "a ratio to nothing")


def test_statuses(t):
    t.refused("missing price", report(t, "missing-price.json"), 4, "made:SOL_USDC-PERP")
    t.refused("expired", report(t, "expired.json"), 4, "made:BTC-2JAN26-90000-C")
    t.refused("no index price", report(t, "no-index.json"), 4, "STETH")
    t.refused("no such file", report(t, "nothing.json"), 5, "data/nothing.json: cannot be read (")
    t.refused("directory", ["margin", "-m", "data", "-a", "data/flat.json"], 5, "data: ")
    result = t.run(report(t, "missing-price.json", "flat.json", options=["-b"]))
    t.check(result.returncode == 4, "one of two", "the worst status counts")
    t.check(result.stdout.count(b"PASS") == 1, "one of two", "the other is reported")
    t.refused("bad line", report(t, "bad-line.jsonl"), 3, "bad-line.jsonl:2:balances[0].asset")
    t.golden("margin-bad-line", report(t, "bad-line.jsonl", options=["-f", "jsonl", "-b"]),
             status=4)
    with open("/dev/full", "wb") as full:
        for form in ["text", "json"]:
            result = t.run(report(t, "mixed.json", options=["-f", form]), stdout=full)
            t.check(result.returncode == 5 and result.stderr.startswith(b"stdout: cannot write (")
                    and result.stderr.count(b"\n") == 1, "full disk",
                    f"exit status {result.returncode}: {result.stderr}")


ACCOUNT = {"schema": "hpm/account/1", "id": "x", "balances": [{"asset": "USD", "amount": "10"}],
           "positions": [{"instrument": "made:BTC-PERP", "quantity": "5"}]}


def account(**changes):
    return json.dumps({**ACCOUNT, **changes}).encode()


def position(**changes):
    return account(positions=[{**ACCOUNT["positions"][0], **changes}])


def test_bad_accounts(t):
    good = account()
    for name, text, status, wanted in [
        ("empty", b"", 3, "stdin:"),
        ("blank", b" \n\n", 3, "stdin:"),
        ("malformed", good.replace(b":", b"=", 1), 3, "stdin:1:"),
        ("truncated", good[:-20], 3, "stdin:1:"),
        ("text after it", good + b" x", 3, "stdin:1:"),
        ("duplicate key", good.replace(b'"id"', b'"id": "y", "id"'), 3, '"id"'),
        ("not UTF-8", good.replace(b'"x"', b'"\xff\xfe"'), 3, "stdin:1:"),
        ("NaN", good.replace(b'"10"', b"NaN"), 3, "stdin:1:"),
        ("control character", good.replace(b'"x"', b'"\\u001b[31m"'), 3, "id: "),
        ("array", b"[" + good + b"]", 3, "stdin:"),
        ("deep", b"[" * 100000, 3, "stdin:"),
        ("other schema", account(schema="hpm/market/1"), 3, "schema"),
        ("no schema", good.replace(b'"schema"', b'"scheme"'), 3, "schema"),
        ("unknown field", account(positons=[]), 3, "positons"),
        ("no id", b'{"schema":"hpm/account/1","balances":[]}', 3, "id"),
        ("id too long", account(id="x" * 100), 3, "id"),
        ("type", account(balances={}), 3, "balances"),
        ("real money", account(balances=[{"asset": "USD", "amount": 1.5}]), 3, "(1.5)"),
        ("precision", account(balances=[{"asset": "USD", "amount": "0.123456789"}]), 3,
         "balances[0].amount"),
        ("overflow", account(balances=[{"asset": "USD", "amount": "1e30"}]), (3, 4),
         "balances[0].amount"),
        ("unknown asset", account(balances=[{"asset": "DOGE", "amount": "1"}]), 3, "(\"DOGE\")"),
        ("asset twice", account(balances=ACCOUNT["balances"] * 2), 3, "balances[1]"),
        ("unknown instrument", position(instrument="made:none"), 3, "(\"made:none\")"),
        ("instrument twice", account(positions=ACCOUNT["positions"] * 2), 3, "positions[1]"),
        ("lot", position(quantity="0.5"), 3, "positions[0].quantity"),
        ("negative entry", position(entry_price=-1), 3, "positions[0].entry_price"),
        ("huge", position(quantity="90000000000"), 4, "account x: "),
        ("declared", account(declared=[{"name": "x", "asset": "USD", "amount": "-1"}]), 3,
         "declared[0].amount"),
    ]:
        refused_any(t, "account " + name, ["margin", *MARKET, *GRID, "-a", "-"], status, wanted,
                    text)


def refused_any(t, name, arguments, status, wanted, stdin):
    if isinstance(status, tuple):
        got = t.run(arguments, stdin).returncode
        status = got if got in status else status[0]
    t.refused(name, arguments, status, wanted, stdin)


def test_bad_markets(t):
    good = (HERE / "data/market.json").read_text()
    for name, old, new, status, wanted in [
        ("negative price", '"price": 90000', '"price": -90000', 3, "assets[0].price"),
        ("zero price", '"price": 90000', '"price": 0', 3, "assets[0].price"),
        ("infinite", '"price": 90000', '"price": 1e999', 3, "market.json"),
        ("negative vol", '"vol": 0.45\n', '"vol": -0.45\n', 3, "vol"),
        ("confidence", '"confidence": 0.9', '"confidence": 1.1', 3, "confidence"),
        ("time", '"2026-01-05T08:00:00Z"', '"2026-02-30T08:00:00Z"', 3, "time"),
        ("reporting", '"reporting": "USD"', '"reporting": "EUR"', 3, "EUR"),
        ("strike", '"strike": 80000', '"strike": -1', 3, "strike"),
        ("kind", '"kind": "perpetual"', '"kind": "warrant"', 3, "warrant"),
        ("asset twice", '"asset": "ETH",\n   "price"', '"asset": "BTC",\n   "price"', 3,
         "assets[1]"),
        ("stale", '"price": 90000', '"price": 90000, "age_s": 999999', 4, "BTC"),
        ("no forward", '"forward": 91100', '"forward": 91100, "x_note": 1, "y": 2', 3, "y"),
    ]:
        t.check(old in good, "market " + name, "the test changes nothing")
        with tempfile.NamedTemporaryFile("w", suffix="market.json") as file:
            file.write(good.replace(old, new, 1))
            file.flush()
            t.refused("market " + name, ["margin", "-m", file.name, *GRID, "-a",
                                         "data/mixed.json"], status, wanted)


# ---- Streaming, terminals, other commands -----------------------------------------------------

def test_bulk(t):
    one = (HERE / "data/mixed.json").read_text()
    line = json.dumps(json.loads(one)).encode() + b"\n"
    peaks = []
    for count in (10, 20000):
        with tempfile.TemporaryFile() as source:
            for _ in range(count):
                source.write(line)
            source.seek(0)
            process = subprocess.Popen(
                [t.program, *report(t, options=["-a", "-", "-f", "jsonl", "-b"])], cwd=HERE,
                stdin=source, stdout=subprocess.PIPE, env=t.environment(None))
            lines = sum(1 for _ in process.stdout)
            process.stdout.close()
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        t.check(process.returncode == 0 and lines == count, "bulk", f"{lines} of {count} lines")
        peaks.append(usage.ru_maxrss)
    t.check(peaks[1] < peaks[0] + 4096, "bulk", f"memory grows with the file: {peaks} KiB")


def on_terminal(t, arguments, env):
    """What the program writes to a terminal of its own."""
    pieces = []
    pid, descriptor = pty.fork()
    if pid == 0:
        os.chdir(HERE)
        os.execve(t.program, [t.program, *arguments], {**t.environment(env), "TERM": "xterm"})
    try:
        while data := os.read(descriptor, 65536):
            pieces.append(data)
    except OSError:  # how the end of a terminal looks on Linux
        pass
    os.waitpid(pid, 0)
    os.close(descriptor)
    return b"".join(pieces)


def test_colour(t):
    plain = t.run(report(t, "mixed.json")).stdout
    t.check(b"\033" not in plain, "colour", "in a pipe")
    shown = on_terminal(t, report(t, "mixed.json"), {})
    t.check(b"\033[32m" in shown, "colour", "not on a terminal")
    muted = on_terminal(t, report(t, "mixed.json"), {"NO_COLOR": "1"})
    t.check(muted.replace(b"\r\n", b"\n") == plain, "colour", "in spite of NO_COLOR")


def test_price(t):
    base = ["price", "--forward", "88000", "--strike", "90000", "--vol", "0.45", "--days", "30"]
    t.golden("price-call", base)
    t.golden("price-put", [*base, "--type=put", "--inverse", "--rate", "0.03"])
    result = json.loads(t.run([*base, "--inverse", "--format", "json"]).stdout)
    t.check(abs(result["value"] - 88000 * result["value_coin"]) < 1e-9, "price", "coin value")
    t.check(result["delta_premium"] == result["delta"] - result["value_coin"], "price", "delta")
    years = [*base[:-2], "--years", repr(30 / 365)]
    t.check(t.run(years).stdout == t.run(base).stdout, "price", "days and years differ")


def test_rulebook(t):
    t.golden("rulebook-list", ["rulebook", "list"])
    t.golden("rulebook-show", ["rulebook", "show", "grid"])
    t.golden("rulebook-check", ["rulebook", "check", "grid"])
    digest = t.golden("rulebook-hash", ["rulebook", "hash", "data/rulebooks/grid.json"]).stdout
    shown = t.run(["rulebook", "show", "grid", "--format", "json"]).stdout
    again = t.run(["rulebook", "hash", "-"], shown).stdout
    t.check(again.split()[0] == digest.split()[0], "rulebook", "show changes the hash")
    t.check(t.run(["rulebook", "show", "-", "-f", "json"], shown).stdout == shown, "rulebook",
            "show is not canonical")
    listed = json.loads(t.run(["rulebook", "list", "--format", "json"]).stdout)
    t.check([entry["name"] for entry in listed] == ["grid", "grid-isolated"], "rulebook", "list as json")
    document = json.loads(shown)
    for name, change, wanted in [
        ("range", lambda d: d["collateral"][0].update(haircut=2), "collateral[0].haircut"),
        ("reference", lambda d: d.update(initial="nothing"), "nothing"),
        ("unknown", lambda d: d.update(colour=1), "colour"),
        ("duplicate", lambda d: d["collateral"].append(d["collateral"][0]), "collateral"),
    ]:
        broken = copy.deepcopy(document)
        change(broken)
        t.refused("rulebook " + name, ["rulebook", "check", "-"], 3, wanted,
                  json.dumps(broken).encode())
    t.refused("rulebook directory", ["rulebook", "list"], 5, "nowhere: cannot read",
              env={"HPM_RULEBOOKS": "nowhere"})


def test_accounts(t):
    resolved = t.golden("account-resolve", ["account", "resolve", *MARKET, "data/template.json"])
    direct = t.run(report(t, "template.json", options=["-b"])).stdout
    again = t.run(["margin", *MARKET, *GRID, "-a", "-", "-b"], resolved.stdout).stdout
    t.check(direct == again, "resolve", "the resolved account has another margin")


def test_import(t):
    with tempfile.TemporaryDirectory() as directory:
        out = pathlib.Path(directory)
        t.golden("import-deribit", ["import", "deribit", "data/chain.csv"])
        files = [f"--market-out={out}/m.json", f"--catalog-out={out}/c.json"]
        t.check(t.run(["import", "deribit", "-q", "data/chain.csv", *files]).returncode == 0,
                "import", "to files")
        result = t.run(["import", "deribit", "data/chain.csv", "-q", "-o", f"{out}/new"])
        t.check(result.returncode == 0, "import", f"to a directory: {result.stderr}")
        for alone, name in (("m.json", "market.json"), ("c.json", "catalog.json")):
            t.check((out / alone).read_bytes() == (out / "new" / name).read_bytes(), "import",
                    f"{name} differs from {alone}")
        whole = t.run(["import", "deribit", "-q", "data/chain.csv"]).stdout
        single = t.run(["margin", "-m", "-", *GRID, "-a", "data/chain-account.json"], whole)
        apart = t.run(["margin", "-m", f"{out}/m.json", "-c", f"{out}/c.json", *GRID, "-a",
                       "data/chain-account.json"])
        t.check(single.returncode == 0 and single.stdout == apart.stdout, "import",
                f"embedded and separate catalogs differ: {single.stderr} {apart.stderr}")
        t.refused("import unwritable", ["import", "deribit", "-q", "data/chain.csv",
                                        f"--market-out={out}/no/m.json"], 5, "cannot be written")
    t.golden("import-check", ["import", "deribit", "-q", "data/chain.csv", "--check"])
    t.refused("import other", ["import", "deribit", "data/flat.json"], 3, "data/flat.json")
    t.refused("import nothing", ["import", "deribit", "nothing.csv"], 5, "nothing.csv: ")


BINANCE = [f"data/binance/{name}.json" for name in (
    "options_info", "exchange_info", "premium_index", "dapi_premium_index", "mark", "ticker",
    "balance", "um_position_risk", "cm_position_risk", "option_position")]


def test_import_binance(t):
    """Everything that Binance says of a market and of an account becomes a margin."""
    with tempfile.TemporaryDirectory() as directory:
        made = t.run(["import", "binance", *BINANCE, "-o", directory])
        t.check(made.returncode == 0, "import binance", made.stderr)
        documents = ["-m", f"{directory}/market.json", "-c", f"{directory}/catalog.json"]
        account = json.loads((pathlib.Path(directory) / "account.json").read_bytes())
        t.check({row["asset"]: row["amount"] for row in account["balances"]} ==
                {"BNB": "2", "BTC": "1.75", "USDT": "19999.25"}, "import binance", account)
        t.golden("import-binance-margin", ["margin", *documents, "-r",
                                           str(ROOT / "rulebooks" / "binance-pm.json"), "-a",
                                           f"{directory}/account.json", "-b"])
    t.golden("import-binance", ["import", "binance", *BINANCE])
    t.refused("import binance kind", ["import", "binance", "data/flat.json"], 3,
              "no answer of Binance")


def test_bench(t):
    result = t.run(["bench", "--rulebook", "grid", "--instruments", "200"])
    t.check(result.returncode == 0, "bench", result.stderr.decode())
    rows = [line for line in result.stdout.decode().splitlines() if "yes" in line or "NO" in line]
    t.check(rows and all(row.endswith("yes") for row in rows), "bench", f"bits differ: {rows}")


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    t = Runner(sys.argv[1], "--update" in sys.argv[2:])
    GOLDEN.mkdir(exist_ok=True)
    cases = {**vars(case_bybit), **vars(case_guide), **vars(case_import), **vars(case_limits),
             **vars(case_okx), **vars(case_rulebooks), **vars(case_search), **vars(case_stress),
             **vars(case_surface), **vars(case_whatif)}
    for name, test in sorted({**globals(), **cases}.items()):
        if name.startswith("test_"):
            test(t)
    stale = [path for path in GOLDEN.iterdir() if path.name not in t.written]
    t.check(not stale, "golden", f"nothing writes {[path.name for path in stale]}")
    for fault in t.faults:
        print(fault, file=sys.stderr)
    print(f"cli: {t.checks - len(t.faults)} of {t.checks} checks passed")
    sys.exit(bool(t.faults))


if __name__ == "__main__":
    main()
