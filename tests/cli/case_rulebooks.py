"""Rulebooks by name and date, and what is wrong with some."""
import copy
import json
import pathlib
import tempfile

import validate

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent


def write(folder, file, **fields):
    document = json.loads((HERE / "data/rulebooks/grid.json").read_text())
    (pathlib.Path(folder) / f"{file}.json").write_text(json.dumps({**document, **fields}))


def version(t, name, folder):
    return t.run(["rulebook", "check", name], env={"HPM_RULEBOOKS": folder}).stdout.decode()


def test_dates(t):
    """The latest set that is not after the end of the day, month or year."""
    with tempfile.TemporaryDirectory() as folder:
        place = {"HPM_RULEBOOKS": folder}
        write(folder, "grid", version="new", effective="2026-03-01")
        write(folder, "grid@2024-06-17", version="old", effective="2024-06-17")
        write(folder, "grid@2025", version="middle", effective="2025-01-01")
        write(folder, "gridlock", name="gridlock", version="other")
        for name, wanted in [("grid", "new"), ("grid@2024", "old"), ("grid@2024-06", "old"),
                             ("grid@2024-06-17", "old"), ("grid@2024-12-31", "old"),
                             ("grid@2025-01-01", "middle"), ("grid@2025", "middle"),
                             ("grid@2026-02", "middle"), ("grid@2026-03-01", "new"),
                             ("grid@2100", "new"), ("gridlock@2020", "other")]:
            got = version(t, name, folder)
            t.check(f" {wanted}, " in got, f"dates {name}", f"{got!r}, not {wanted}")
        for name, wanted in [
            ("grid@2024-06-16", "grid did not hold then, but from 2026-03-01, 2024-06-17, "
                                "2025-01-01 (2024-06-16)"),
            ("grid@2023", "(2023)"), ("grid@june", "not a day, month or year"),
            ("grid@", "not a day, month or year"), ("grid@2024-02-30", "(2024-02-30)"),
            ("gird@2024", "did you mean grid"),
        ]:
            t.refused(f"dates {name}", ["rulebook", "check", name], 2, wanted, env=place)
        margin = ["margin", "--market", "data/market.json", "-a", "data/mixed.json", "-f", "json"]
        report = json.loads(t.run([*margin, "-r", "grid@2024"], env=place).stdout)
        t.check(report["rulebook"]["version"] == "old", "dates margin", "takes another rulebook")
        listed = json.loads(t.run(["rulebook", "list", "-f", "json"], env=place).stdout)
        t.check([(row["name"], row["effective"]) for row in listed] ==
                [("grid", "2026-03-01"), ("grid", "2024-06-17"), ("grid", "2025-01-01"),
                 ("gridlock", None)], "dates list", str(listed))
        check_ambiguous(t, folder, place)


def check_ambiguous(t, folder, place):
    """Two sets from the same day; a file that holds another name."""
    write(folder, "grid@2025-again", version="again", effective="2025-01-01")
    wanted = "holds from the same day in"
    t.refused("same day", ["rulebook", "hash", "grid@2024"], 3, wanted, env=place)
    both = [f"{folder}/grid@2025.json", f"{folder}/grid@2025-again.json"]
    for arguments in (["list"], ["check", *both]):
        result = t.run(["rulebook", *arguments], env=place)
        t.check(result.returncode == 3 and wanted in result.stderr.decode(), "same day",
                f"{arguments}: {result.returncode} {result.stderr}")
    write(folder, "grid@2025-again", name="gridlock", effective="2025-01-02")
    t.refused("other name", ["rulebook", "hash", "grid@2024"], 3,
              "is not the name of its file, grid", env=place)


# ---- What is wrong ----------------------------------------------------------------------------

def component(document, name):
    return next(row for row in document["components"] if row["name"] == name)


def many(document):
    """100,000 scenarios."""
    document["sets"][0] = {"name": document["sets"][0]["name"],
                           "scenarios": [{"price": 0.1}] * 100000}


def grid_of(document, prices, vols):
    document["sets"][0].update(prices=[0.001 * i for i in range(prices)],
                               vols=[0.001 * i for i in range(vols)])


def no_scenarios(document):
    document["sets"][0].update(prices=[], vols=[], scenarios=[])


def below_maintenance(document):
    """The initial requirement is nine tenths of the maintenance requirement."""
    document["components"].append({"name": "less", "kind": "scale", "of": document["maintenance"],
                                   "factor": 0.9})
    document["initial"] = "less"


def forward(document):
    document["components"].insert(0, {"name": "early", "kind": "sum", "of": ["early_on", "late"]})
    document["components"].insert(0, {"name": "early_on", "kind": "roll"})
    document["components"].append({"name": "late", "kind": "roll"})


def test_wrong(t):
    """One line with the field and what it may be."""
    whole = json.loads(t.run(["rulebook", "show", "grid", "-f", "json"]).stdout)
    count = len(whole["components"])
    for name, change, status, wanted in [
        ("no scenarios", no_scenarios, 3,
         "set has no scenario; all sets together have 1 to 1024 (0)"),
        ("too many listed", many, 3, "sets[0].scenarios: more than"),
        ("too many of a grid", lambda d: grid_of(d, 60, 60), 3, "scenarios in all sets"),
        ("negative haircut", lambda d: d["collateral"][0].update(haircut=-0.1), 3,
         "collateral[0].haircut: below the minimum 0 (-0.1)"),
        ("haircut above 1", lambda d: d["collateral"][0].update(haircut=1.1), 3,
         "collateral[0].haircut: above the maximum 1 (1.1)"),
        ("text for a number", lambda d: d["collateral"][0].update(haircut="nan"), 3,
         "collateral[0].haircut"),
        ("initial below maintenance", below_maintenance, 3,
         f"components[{count}].factor: "),
        ("forward", forward, 3, "refers forward; a component reads earlier ones (late)"),
        ("coverage", lambda d: d.update(coverage="tested"), 3,
         "coverage: does not begin with \"exact, N cases\", \"published formula, no case\", "
         "\"partial: WHAT\" or \"own method: WHAT\" (tested)"),
        ("effective", lambda d: d.update(effective="2024-6-17"), 3,
         "effective: not a date like 2024-06-17 (2024-6-17)"),
    ]:
        broken = copy.deepcopy(whole)
        change(broken)
        t.refused("rulebook " + name, ["rulebook", "check", "-"], status, wanted,
                  json.dumps(broken).encode())
    text = json.dumps(whole)
    for name, broken, wanted in [
        ("nan", text.replace('"haircut": 0', '"haircut": NaN', 1), ":1:"),
        ("infinite", text.replace('"haircut": 0', '"haircut": 1e999', 1), ":1:"),
        ("malformed", text[:-20], ":1:"),
        ("empty", "", ":"),
    ]:
        t.refused("rulebook " + name, ["rulebook", "check", "-"], 3, wanted, broken.encode())


# ---- Differences ------------------------------------------------------------------------------

def test_whole_texts(t):
    """Long texts are shown to their end."""
    for path in sorted((ROOT / "rulebooks").glob("*.json")):
        coverage = json.loads(path.read_text())["coverage"]
        shown = " ".join(t.run(["rulebook", "show", str(path)]).stdout.decode().split())
        t.check(coverage in shown, f"show {path.stem}", "its coverage is cut")


def changed(document):
    """Another grid, another range, a row more, one less, another kind of charge."""
    document.update(version="2", effective="2026-03-01", interest_days=3)
    document["underlyings"][0]["price_range"] = 0.5
    document["collateral"] = [row for row in document["collateral"] if row["asset"] != "ETH"]
    document["collateral"].append({"asset": "NEW", "haircut": 0.25})
    document["sets"][0]["prices"] = [-1, 0, 1]
    basis = component(document, "basis")
    basis.clear()
    basis.update(name="basis", kind="roll")
    document["title"] = "A grid that is another one"


def check_fields(t, name, before, after, fields):
    """Every changed field has both values; whatever is not told is the same."""
    for row in fields:
        t.check(row["before"] != row["after"], name, f"{row['field']}: {row['before']} twice")
    told = {row["field"]: (row["before"], row["after"]) for row in fields}
    t.check(len(told) == len(fields), name, "a field is told twice")
    for key in ("name", "version", "title", "coverage", "source", "initial", "interest_days",
                "grouping", "numeraire"):
        same = before[key] == after[key]
        t.check(key not in told if same else told.get(key) == (before[key], after[key]), name,
                key)
    return told


def test_diff_of_rulebooks(t):
    schema = json.loads((ROOT / "schema/rulebook-diff.json").read_text())
    inner = json.loads((ROOT / "schema/diff.json").read_text())
    with tempfile.TemporaryDirectory() as folder:
        whole = json.loads(t.run(["rulebook", "show", "grid", "-f", "json"]).stdout)
        later = copy.deepcopy(whole)
        changed(later)
        path = f"{folder}/later.json"
        pathlib.Path(path).write_text(json.dumps(later))
        later = json.loads(t.run(["rulebook", "show", path, "-f", "json"]).stdout)
        asked = ["rulebook", "diff", "grid", path, "--market", "data/market.json",
                 "-a", "data/mixed.json", "-a", "data/short.json"]
        text = t.golden("rulebook-diff", asked)
        t.check(all(len(line) <= 100 for line in text.stdout.decode().splitlines()),
                "rulebook diff", "wider than 100 columns")
        said = text.stdout.decode()
        t.check(-1 < said.find("].price_range ") < said.find("\n  title "), "rulebook diff",
                "descriptions before what is computed with")
        document = json.loads(t.run([*asked, "-f", "json"]).stdout)
        found = validate.errors(document, schema, schema)
        t.check(not found, "rulebook diff", f"{found}")
        told = check_fields(t, "rulebook diff", whole, later, document["changes"])
        asset = whole["underlyings"][0]["asset"]
        for field, values in [
            (f"underlyings[{asset}].price_range", (whole["underlyings"][0]["price_range"], 0.5)),
            ("sets[grid].prices", (whole["sets"][0]["prices"], [-1, 0, 1])),
            ("components[basis].kind", ("expiry_basis", "roll")),
            ("components[basis].set", (component(whole, "basis")["set"], None)),
        ]:
            t.check(told.get(field) == values, "rulebook diff", f"{field}: {told.get(field)}")
        before, after = told["collateral[NEW]"]
        t.check(before is None and after["haircut"] == 0.25, "rulebook diff", "a new row")
        t.check(told["collateral[ETH]"][1] is None, "rulebook diff", "a row taken away")
        check_accounts(t, path, document, inner)
        same = json.loads(t.run(["rulebook", "diff", "grid", "grid", "-f", "json"]).stdout)
        t.check(same["changes"] == [] and same["accounts"] == [], "rulebook diff", "of itself")
        t.check(b"nothing differs" in t.run(["rulebook", "diff", "grid", "grid"]).stdout,
                "rulebook diff", "of itself as text")
    alone = ["rulebook", "diff", "grid", "grid-isolated"]
    t.refused("diff account", [*alone, "-a", "data/mixed.json"], 2, "need each other")
    t.refused("diff market", [*alone, "-m", "data/market.json"], 2, "need each other")
    t.refused("diff stdin", ["rulebook", "diff", "-", "-"], 2, "only one document")
    t.refused("diff name", ["rulebook", "diff", "grid", "gird"], 2, "did you mean grid")
    t.refused("diff one", ["rulebook", "diff", "grid"], 2, "BEFORE AFTER is required")


def check_accounts(t, path, document, schema):
    """The ends are what `hpm margin` says under each, and `hpm diff` says the same."""
    base = ["--market", "data/market.json", "-f", "json"]
    for row, account in zip(document["accounts"], ("mixed", "short"), strict=True):
        found = validate.errors(row, schema, schema)
        t.check(not found, "rulebook diff account", f"{found}")
        file = ["-a", f"data/{account}.json"]
        for name, end in (("grid", "before"), (path, "after")):
            report = json.loads(t.run(["margin", *base, *file, "-r", name, "-b"]).stdout)
            for key in ("initial_margin", "maintenance_margin", "equity"):
                t.check(row[key][end] == report[key], "rulebook diff account",
                        f"{account} {key} {end}")
        other = t.run(["diff", *base, *file, "-r", "grid", "--to-rulebook", path]).stdout
        t.check(json.loads(other) == row, "rulebook diff account", "hpm diff says otherwise")


# ---- All side by side -------------------------------------------------------------------------

def test_compare_all(t):
    base = ["compare", "--market", "data/market.json", "-a", "data/mixed.json"]
    with tempfile.TemporaryDirectory() as folder:
        place = {"HPM_RULEBOOKS": folder}
        t.refused("compare none", [*base, "-r", "all"], 2, "there is no rulebook in", env=place)
        write(folder, "grid", effective="2026-03-01")
        write(folder, "grid@2024", effective="2024-06-17")
        write(folder, "hpm", name="hpm")
        write(folder, "one", name="one", underlyings_max=1)
        result = t.run([*base, "-r", "all", "-f", "json"], env=place)
        t.check(result.returncode == 0 and result.stderr == b"", "compare all", f"{result}")
        rows = json.loads(result.stdout)["rulebooks"]
        t.check([row["name"] for row in rows] == ["hpm", "grid", "one"], "compare all", "columns")
        t.check(rows[2]["error"]["code"] == "E_UNSUPPORTED", "compare all", "the one that refuses")
        check_worst(t, rows[0])
        text = t.run([*base, "-r", "all"], env=place).stdout.decode()
        t.check("one cannot be computed: mixed: " in text, "compare all", "no reason")
        text = t.run([*base, "-r", "grid,grid@2024"], env=place).stdout.decode()
        t.check("grid@2026-03-01 " in text and "grid@2024-06-17 " in text, "compare dates", text)


def check_worst(t, row):
    """The worst scenario is the one that `hpm margin` reports."""
    report = json.loads(t.run(["margin", "--market", "data/market.json", "-a", "data/mixed.json",
                               "-r", "grid", "-f", "json"]).stdout)
    wanted, got = report["worst_scenario"], row["worst_scenario"]
    t.check(wanted is not None and (got["set"], got["index"]) == (wanted["set"], wanted["index"]),
            "compare worst", f"{got}, not {wanted}")
