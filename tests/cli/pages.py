"""Holds an HTML page against the JSON reports of the same accounts: well-formed, nothing from
outside, every figure there with the JSON's digits and rightly rounded for people, every text there.

    faults(page, documents)   what is wrong, [] if nothing is

A brief page has the results only, and the inputs once.
"""
import json
import re
import xml.etree.ElementTree as ElementTree
from decimal import Decimal

# All that a page is made of; a text that became markup would bring something else.
ELEMENTS = set("""html head meta link title style body main h1 h2 h3 h4 nav header section article div p
    span b bdi small code a ul li dl dt dd time data table thead tbody tr th td details summary
    svg g rect line path text""".split())
ATTRIBUTES = set("""lang charset http-equiv content name rel href class id title style scope role
    aria-label aria-hidden data-report data-key data-l value datetime x y x1 x2 y1 y2 width height d
    viewBox preserveAspectRatio""".split())
# What is not a figure of the account: names of places in the report, and the rulebook's own shocks.
STRUCTURE = re.compile(r"(schema$|scenarios/|(off_grid/)?worst_scenario/(?!underlyings/\d+/pnl)|"
                       r".*/driver/kind$|.*/error/code$)")
RESULT = ["currency", "equity", "initial_margin", "maintenance_margin", "excess", "health", "pass"]
NUMBER = re.compile(r"-?\d+(\.\d+)?([eE][+-]?\d+)?$")


def load(text):
    """A JSON document whose numbers are the texts that stand there."""
    return json.loads(text, parse_float=str, parse_int=str)


def leaves(value, path=""):
    if isinstance(value, (dict, list)):
        inner = value.items() if isinstance(value, dict) else enumerate(value)
        for key, item in inner:
            yield from leaves(item, f"{path}/{key}".lstrip("/"))
    else:
        yield path, value


def figures(tree):
    """{(report, key): [element]} of everything that names its field."""
    found = {}

    def walk(element, report):
        report = element.get("data-report", report)
        if element.get("data-key") is not None:
            found.setdefault((int(report), element.get("data-key")), []).append(element)
        for child in element:
            walk(child, report)

    walk(tree, None)
    return found


def text_of(element):
    return "".join(element.itertext())


def rounding_fault(exact, shown):
    """Whether what is shown is the exact value rounded to the digits that are shown."""
    percent = shown.endswith(" %")
    digits = shown.removesuffix(" %").replace(",", "").removeprefix("+")
    if not NUMBER.match(digits):
        return f"{shown!r} is no number"
    difference = abs(Decimal(digits) - Decimal(exact) * (100 if percent else 1))
    half = Decimal(1).scaleb(Decimal(digits).as_tuple().exponent) / 2
    # A double times 100 is not its decimals times 100.
    return "" if difference <= half * Decimal("1.000001") else f"{shown!r} is not {exact} rounded"


def wanted_value(value):
    if value is None:
        return ""
    return {True: "true", False: "false"}.get(value, value) if isinstance(value, bool) else value


def element_fault(element, value):
    exact = element.get("value", element.get("datetime"))
    shown = text_of(element)
    if exact is None:
        cut = element.find("bdi")
        title = cut.get("title") if cut is not None else None
        return "" if value == (title or shown) else f"says {shown!r}, not {value!r}"
    if exact != wanted_value(value):
        return f"has the value {exact!r}, not {value!r}"
    if value is None or isinstance(value, bool) or element.get("datetime"):
        return ""
    return rounding_fault(exact, shown)


def is_figure(path, value):
    return not STRUCTURE.match(path) and isinstance(value, str) and NUMBER.match(value)


def lookup(document, path):
    for part in path.split("/"):
        document = document[int(part)] if isinstance(document, list) else document[part]
    return document


def moves_shown(document, shown):
    """A price move stands once for all volatilities: its column, or one of the same move."""
    for number, row in enumerate(document.get("underlyings", [])):
        moves = row["price_move"]
        seen = {moves[int(key.rsplit("/", 1)[1])] for key in shown
                if key.startswith(f"underlyings/{number}/price_move/")}
        for column, move in enumerate(moves):
            if row["pnl"][column] is not None and move not in seen:
                yield f"underlyings/{number}/price_move/{column} is missing"


def report_faults(document, shown, texts):
    for key, elements in shown.items():
        for element in elements:
            fault = element_fault(element, lookup(document, key))
            if fault:
                yield f"{key} {fault}"
    yield from moves_shown(document, shown)
    for path, value in leaves(document):
        if "/price_move/" in path or STRUCTURE.match(path) or value is None or value == "dated":
            continue
        if path.startswith("greeks/total") and not document["greeks"]["expiries"]:
            continue
        if path.startswith("ladders/deltas") and not document["ladders"]["vega"]:
            continue
        if is_figure(path, value) or isinstance(value, bool):
            if path not in shown:
                yield f"{path} is missing"
        elif path.endswith("/expiry"):
            if value[:10] not in texts:
                yield f"{path} is missing ({value})"
        elif path != "market/time" and value not in texts:
            yield f"{path} is missing ({value})"


def markup_faults(tree):
    """Nothing but our own elements, and nothing that a browser would fetch or run."""
    for element in tree.iter():
        if element.tag not in ELEMENTS:
            yield f"<{element.tag}> stands on the page"
        for name, value in element.items():
            if name not in ATTRIBUTES:
                yield f"<{element.tag} {name}=> stands on the page"
            if name == "href" and value != "data:," and not value.startswith("#"):
                yield f"a link leads to {value!r}"
            if name == "style" and not re.fullmatch(r"height:\d+px", value):
                yield f"a style is {value!r}"
    if re.search(r"url\(|@import", tree.findtext("head/style")):
        yield "the style sheet asks for a file"


def faults(page, documents, brief=False):
    tree = ElementTree.fromstring(page.decode("utf-8"))  # raises if it is not well-formed
    found = list(markup_faults(tree))
    shown = figures(tree)
    # Cut names have their whole text in a title attribute.
    texts = "\n".join([text_of(tree), *(e.get("title", "") for e in tree.iter())])
    identifiers = [e.get("id") for e in tree.iter() if e.get("id")]
    if len(identifiers) != len(set(identifiers)):
        found.append("an id stands twice")
    for number, document in enumerate(documents):
        of_report = {key: elements for (report, key), elements in shown.items() if report == number}
        if brief:
            document = {key: document[key] for key in RESULT} | {
                "account": {"id": document["account"]["id"]}}
            of_report = {key: of_report[key] for key in of_report if key in RESULT}
        found += [f"report {number}: {fault}"
                  for fault in report_faults(document, of_report, texts)]
    return found
