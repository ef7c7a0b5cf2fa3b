"""Rulebooks by name and date, and what is wrong with some."""
import copy
import json
import pathlib
import tempfile

HERE = pathlib.Path(__file__).resolve().parent


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
    for arguments in (["list"], ["check", f"{folder}/grid@2025.json", f"{folder}/grid@2025-again.json"]):
        result = t.run(["rulebook", *arguments], env=place)
        t.check(result.returncode == 3 and wanted in result.stderr.decode(), "same day",
                f"{arguments}: {result.returncode} {result.stderr}")
    write(folder, "grid@2025-again", name="gridlock", effective="2025-01-02")
    t.refused("other name", ["rulebook", "hash", "grid@2024"], 3, "is not the name of its file, grid",
              env=place)


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
