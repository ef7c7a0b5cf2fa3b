"""The part of JSON Schema that the project's schemas use, for tests without further packages."""
import re

TYPES = {
    "object": dict, "array": list, "string": str, "boolean": bool, "null": type(None),
    "integer": int, "number": (int, float),
}

# Keywords that say something about one kind of value only.
KINDS = {"required": dict, "dependentRequired": dict, "properties": dict,
         "additionalProperties": dict, "items": list}


def has_type(value, name):
    if isinstance(value, bool) and name != "boolean":
        return False
    return isinstance(value, TYPES[name])


def errors(value, schema, root, path="$"):
    """All faults of `value`, as texts; an unknown keyword is a fault of the schema."""
    if schema is True:
        return []
    if schema is False:
        return [f"{path}: not allowed"]
    found = []
    for keyword, rule in schema.items():
        check = KEYWORDS.get(keyword)
        if check is None:
            raise ValueError(f"keyword {keyword} at {path}")
        if isinstance(value, KINDS.get(keyword, object)):
            found += check(value, rule, schema, root, path)
    return found


def check_type(value, rule, schema, root, path):
    names = rule if isinstance(rule, list) else [rule]
    if any(has_type(value, name) for name in names):
        return []
    return [f"{path}: {value!r:.40} is not of type {rule}"]


def check_ref(value, rule, schema, root, path):
    target = root
    for part in rule.removeprefix("#/").split("/"):
        target = target[part]
    return errors(value, target, root, path)


def check_required(value, rule, schema, root, path):
    return [f"{path}: {name} is missing" for name in rule if name not in value]


def check_dependent(value, rule, schema, root, path):
    return [f"{path}: {name} is missing beside {key}" for key, names in rule.items()
            if key in value for name in names if name not in value]


def check_properties(value, rule, schema, root, path):
    found = []
    for name, inner in rule.items():
        if name in value:
            found += errors(value[name], inner, root, f"{path}.{name}")
    return found


def check_additional(value, rule, schema, root, path):
    if rule is not False:
        return []
    return [f"{path}: {name} is not allowed" for name in value
            if name not in schema.get("properties", {})]


def check_items(value, rule, schema, root, path):
    found = []
    for index, item in enumerate(value):
        found += errors(item, rule, root, f"{path}[{index}]")
    return found


def check_one_of(value, rule, schema, root, path):
    fits = sum(not errors(value, inner, root, path) for inner in rule)
    return [] if fits == 1 else [f"{path}: fits {fits} of {len(rule)} alternatives"]


def check_all_of(value, rule, schema, root, path):
    return [fault for inner in rule for fault in errors(value, inner, root, path)]


def check_if(value, rule, schema, root, path):
    return [] if errors(value, rule, root, path) else errors(value, schema["then"], root, path)


def only(kind, test, what):
    def check(value, rule, schema, root, path):
        if not isinstance(value, kind) or test(value, rule):
            return []
        return [f"{path}: {value!r:.40} {what} {rule!r:.60}"]
    return check


def nothing(value, rule, schema, root, path):
    return []


KEYWORDS = {
    "$schema": nothing, "$id": nothing, "$defs": nothing, "title": nothing,
    "description": nothing,
    "type": check_type, "$ref": check_ref, "required": check_required,
    "dependentRequired": check_dependent, "properties": check_properties,
    "additionalProperties": check_additional, "items": check_items, "oneOf": check_one_of,
    "const": only(object, lambda value, rule: value == rule, "is not"),
    "enum": only(object, lambda value, rule: value in rule, "is not one of"),
    "pattern": only(str, lambda value, rule: re.search(rule, value), "does not match"),
    "minimum": only((int, float), lambda value, rule: value >= rule, "is below"),
    "exclusiveMinimum": only((int, float), lambda value, rule: value > rule, "is not above"),
    "maximum": only((int, float), lambda value, rule: value <= rule, "is above"),
    "minLength": only(str, lambda value, rule: len(value) >= rule, "is shorter than"),
    "maxLength": only(str, lambda value, rule: len(value) <= rule, "is longer than"),
    "minItems": only(list, lambda value, rule: len(value) >= rule, "has fewer items than"),
    "maxItems": only(list, lambda value, rule: len(value) <= rule, "has more items than"),
    "default": nothing, "format": nothing, "allOf": check_all_of, "if": check_if, "then": nothing,
    # Extensions (x_...) are never written, and names that a variant adds are not followed here.
    "patternProperties": nothing, "unevaluatedProperties": nothing,
}
