"""The commands of docs/RULEBOOKS.md, run as they stand there, print what stands under them; the fields
that it names are there."""
import fnmatch
import json
import os
import pathlib
import re
import subprocess
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
GUIDE = ROOT / "docs" / "RULEBOOKS.md"
# An indented block that begins with $: the command, over lines that end in \, and what it prints.
BLOCK = re.compile(r"(?:(?<=\n\n)|^)    \$ (?P<command>(?:.*\\\n)*.*)\n(?P<printed>(?:    .*\n)*)")


def printed_by(t, folder, command):
    environment = t.environment({"HPM_RULEBOOKS": str(ROOT / "rulebooks"),
                                 "PATH": f"{folder}:{os.environ.get('PATH', '')}"})
    result = subprocess.run(["bash", "-o", "pipefail", "-c", command], cwd=ROOT, env=environment,
                            capture_output=True, text=True, timeout=120)
    t.check(result.returncode == 0 and result.stderr == "", "guide",
            f"{command}: exit status {result.returncode}: {result.stderr}")
    return result.stdout.rstrip("\n") + "\n"


def indented(text):
    return "".join(f"    {line}".rstrip() + "\n" for line in text.splitlines())


def test_guide(t):
    text = GUIDE.read_text()
    blocks = list(BLOCK.finditer(text))
    t.check(len(blocks) >= 5, "guide", "has lost its commands")
    made = text
    with tempfile.TemporaryDirectory() as folder:
        (pathlib.Path(folder) / "hpm").symlink_to(t.program)
        for block in blocks:
            command = block["command"]
            printed = indented(printed_by(t, folder, command))
            t.check(t.update or block["printed"] == printed, "guide",
                    f"{command}\nprints\n{printed}and not\n{block['printed']}")
            made = made.replace(block[0], f"    $ {command}\n{printed}")
    if t.update:
        GUIDE.write_text(made)


def words_of(schema):
    """Every field, kind and choice that a rulebook may write."""
    if isinstance(schema, dict):
        for key, value in schema.items():
            yield key
            yield from words_of(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from words_of(value)
    elif isinstance(schema, str):
        yield schema


def test_guide_fields(t):
    text = GUIDE.read_text()
    rows = text[text.index("| the venue says |"):].split("\n\n")[0].splitlines()[2:]
    known = set(words_of(json.loads((ROOT / "schema/rulebook.json").read_text())))
    t.check(len(rows) > 10, "guide", "has lost its table of fields")
    for row in rows:
        for name in re.findall(r"`([^`]+)`", row.split(" | ")[1]):
            t.check(bool(fnmatch.filter(known, name)), "guide", f"there is no {name}: {row}")
