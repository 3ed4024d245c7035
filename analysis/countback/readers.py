"""YAML in which every mistake can be named with its file and line; tables are read by :mod:`countback.delimited`."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from countback.errors import InputError, control_character, nearest, shown
from countback.files import read_text

__all__ = ["Yaml", "explain", "scalar"]

Location = tuple[str | int, ...]
Model = TypeVar("Model", bound=BaseModel)


def _refuse_control_characters(text: str, where: str) -> None:
    """Refuse what a terminal would obey instead of showing."""
    found = control_character(text)
    if found:
        line = "" if ", line " in where else f", line {text[: text.index(found)].count(chr(10)) + 1}"
        raise InputError(f"{where}{line}: holds a control character ({found!r}); remove it")


_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""Safe YAML; in C where PyYAML was built with it, ten times as fast."""

DEEPEST = 50
"""Levels of a YAML file; a trial's own has five."""

MOST_DIGITS = 60
"""Digits of a number in a YAML file."""


def _refuse_traps(text: str, where: str) -> None:
    """Refuse aliases, which can make a small file a huge one, and nesting that no reader survives."""
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        mark = event.start_mark
        line = where if mark is None else f"{where}, line {mark.line + 1}"
        if isinstance(event, yaml.AliasEvent):
            raise InputError(f"{line}: not valid YAML: aliases (*name) are not allowed; write the value out")
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > DEEPEST:
                raise InputError(f"{line}: nested too deeply; at most {DEEPEST} levels are read")
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


class Yaml:
    """A YAML file's content with the line of each part.

    Attributes
    ----------
    path : pathlib.Path
    data : object
        Content of the file, made of dict, list, str, int, float, bool, None.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lines: dict[Location, int] = {}
        self._scalars: dict[Location, str] = {}
        self._nodes: dict[Location, yaml.ScalarNode] = {}
        text = read_text(path)
        self._name = where = shown(path)  # once: following a path again for each of many values takes long
        _refuse_control_characters(text, where)
        try:
            _refuse_traps(text, where)
            loader = _Loader(text)
            node = loader.get_single_node()
            if node is None:
                raise InputError(f"{where}: the file is empty")
            self._walk(node, ())
            self.data: Any = self._built(loader, node)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            line = f", line {mark.line + 1}" if mark else ""
            raise InputError(f"{where}{line}: not valid YAML: {error.problem}") from None
        except yaml.YAMLError as error:
            raise InputError(f"{where}: not valid YAML: {' '.join(str(error).split())}") from None
        except RecursionError:
            raise InputError(f"{where}: nested too deeply; at most {DEEPEST} levels are read") from None

    def _built(self, loader: Any, node: yaml.Node) -> Any:
        """Turn nodes into values; one scalar at a time where that fails, to name the line."""
        try:
            return loader.construct_document(node)
        except (ValueError, IndexError, KeyError, AttributeError, TypeError, OverflowError):
            for location, scalar in self._nodes.items():
                try:
                    _Loader("").construct_document(scalar)
                except (ValueError, IndexError, KeyError, AttributeError, TypeError, OverflowError):
                    tag = scalar.tag.rpartition(":")[2]
                    raise InputError(
                        f"{self.at(*location)}: not valid YAML: {scalar.value[:40]!r} is not a value of type {tag}; "
                        "correct it, or put it in quotes"
                    ) from None
            raise InputError(f"{self._name}: not valid YAML: a value does not have the type of its tag") from None

    def _walk(self, node: yaml.Node, location: Location) -> None:
        self._lines[location] = node.start_mark.line + 1
        if isinstance(node, yaml.MappingNode):
            seen: set[Hashable] = set()
            for key, value in node.value:
                name = key.value if isinstance(key.value, str) else "?"
                if name in seen:
                    raise InputError(
                        f"{self._name}, line {key.start_mark.line + 1}: key {name!r} is given twice; keep one"
                    )
                seen.add(name)
                self._walk(value, (*location, name))
                self._lines[(*location, name)] = key.start_mark.line + 1
        elif isinstance(node, yaml.SequenceNode):
            for index, value in enumerate(node.value):
                self._walk(value, (*location, index))
        else:
            where = f"{self._name}, line {node.start_mark.line + 1}"
            _refuse_control_characters(node.value, where)
            if node.tag.endswith((":int", ":float")) and len(node.value) > MOST_DIGITS:
                raise InputError(f"{where}: a number of {len(node.value)} digits; at most {MOST_DIGITS} are read")
            self._scalars[location] = node.value
            if isinstance(node, yaml.ScalarNode):
                self._nodes[location] = node

    def at(self, *location: str | int) -> str:
        """Name the file and the line of a part (or of the nearest part around it)."""
        return f"{self._name}, line {self.line(*location)}"

    def line(self, *location: str | int) -> int:
        """Line of a part (or of the nearest part around it)."""
        while location and location not in self._lines:
            location = location[:-1]
        return self._lines[location]

    def validate(self, model: type[Model]) -> Model:
        """Check the content against a model.

        Raises
        ------
        InputError
            With one line per problem.
        """
        try:
            return model.model_validate(self.data)
        except ValidationError as error:
            problems = [self._problem(model, e) for e in error.errors()]
            raise InputError(*dict.fromkeys(problems)) from None

    def _problem(self, model: type[BaseModel], error: Any) -> str:
        location: Location = tuple(error["loc"])
        while location and location not in self._lines:
            # pydantic puts the tag of a union, and the missing key, into the location: neither is in the file
            shorter = [location[:i] + location[i + 1 :] for i in range(len(location))]
            location = next((s for s in shorter if s in self._lines), location[:-1])
        key = str(error["loc"][-1]) if error["loc"] else "the file"
        if error["type"] not in ("missing", "extra_forbidden") and location:
            names = [part for part in location if isinstance(part, str)]
            key = key if key in names or not names else names[-1]
        known = _keys(model, error["loc"]) if error["type"] == "extra_forbidden" else ()
        return f"{self.at(*location)}: {explain(error, key, self._scalars.get(location), known)}"


def _keys(model: type[BaseModel], location: Location) -> list[str]:
    """Keys that are known where an unknown one was found."""
    schema = model.model_json_schema()
    here: Any = schema
    for part in location[:-1]:
        here = _below(here, part, schema.get("$defs", {}))
    return [*_resolved(here, schema.get("$defs", {})).get("properties", {})]


def _resolved(here: Any, definitions: Any) -> Any:
    while isinstance(here, dict) and "$ref" in here:
        here = definitions[here["$ref"].rpartition("/")[2]]
    for choice in here.get("anyOf", []) if isinstance(here, dict) else []:
        if choice.get("type") != "null":
            return _resolved(choice, definitions)
    return here if isinstance(here, dict) else {}


def _below(here: Any, part: str | int, definitions: Any) -> Any:
    """Schema of a part of a value: a key, a place in a list, or the tag of a kind."""
    here = _resolved(here, definitions)
    if isinstance(part, int):
        return here.get("items", {})
    mapping = here.get("discriminator", {}).get("mapping", {})
    if part in mapping:
        return {"$ref": mapping[part]}
    return here.get("properties", {}).get(part, here.get("additionalProperties", {}))


EXAMPLES = {
    "id": "id: sri4", "name": "name: low-dose IL-2", "kind": "kind: p_value",
    "arms": "arms: [{id: drug, name: drug}, ...]",
    "printed": 'printed: "0.052"', "endpoint": "endpoint: sri4", "arm": "arm: drug",
    "where": "where: results, sentence 1",
    "says": "says: response at week 12", "field": "field: randomised", "needs": "needs: the patients' times",
    "measure": "measure: RR", "first": "first: 13/29", "second": "second: 9/30", "significant": "significant: false",
    "document": "document: abstract", "claims": "claims: [{id: p, kind: p_value, ...}]", "design": "design: randomised",
    "endpoints": "endpoints: [{id: sri4, name: SRI-4 response}]", "title": "title: A trial", "year": "year: 2020",
    "authors": "authors: He J, Zhang R", "journal": "journal: Ann Rheum Dis", "role": "role: control",
    "counts": "counts: {drug: [12, 20], placebo: [20, 15]}", "value": 'value: "-10"', "first_n": "first_n: 30",
    "second_n": "second_n: 30", "citation": "citation: {authors: He J, title: A trial, journal: BMJ, year: 2020}",
}  # fmt: skip
"""A line to write, by its key, for what a trial's folder needs."""


def explain(error: Any, key: str, written: str | None = None, known: Iterable[str] = ()) -> str:
    """Message in words for one of pydantic's errors means and what to do.

    Parameters
    ----------
    error : pydantic_core.ErrorDetails
    key : str
        The key that is wrong.
    written : str, optional
        The characters in the file.
    known : iterable of str
        The keys that are known where an unknown one was found.
    """
    context = error.get("ctx", {})
    match error["type"]:
        case "missing":
            return f"key {key!r} is missing; add it{_such_as(key)}"
        case "extra_forbidden":
            return f"key {key!r} is not known; {nearest(key, known) or 'correct or remove it'}"
        case "string_type" | "string_sub_type":
            text = "" if written is None else f': write "{written}"'
            return f"{key} must be text in quotes, so that its characters are kept{text}"
        case "int_type" | "int_from_float" | "int_parsing" | "int_parsing_size":
            return f"{key} must be a whole number, not {written or error['input']!r}"
        case "float_type" | "float_parsing" | "finite_number":
            return f"{key} must be a number, not {written or error['input']!r}"
        case "bool_type" | "bool_parsing":
            return f"{key} must be true or false, not {written or error['input']!r}"
        case "greater_than_equal" | "greater_than" | "less_than_equal" | "less_than":
            bound = context.get("ge", context.get("gt", context.get("le", context.get("lt"))))
            words = {
                "greater_than_equal": f"{bound} or more", "greater_than": f"more than {bound}",
                "less_than_equal": f"{bound} or less", "less_than": f"less than {bound}",
            }  # fmt: skip
            return f"{key} must be {words[error['type']]}, not {written or error['input']!r}"
        case "string_pattern_mismatch":
            return f"{key} must be lower-case letters, digits and _, such as sri4, not {written or error['input']!r}"
        case "string_too_short":
            return f"{key} must not be empty{_such_as(key)}"
        case "too_short":
            return f"{key} must have {context.get('min_length', 1)} or more entries{_such_as(key)}"
        case "list_type":
            return f"{key} must be a list in square brackets, or of lines that begin with -{_such_as(key)}"
        case "union_tag_invalid" | "literal_error" | "enum":
            expected = context.get("expected_tags") or context.get("expected")
            return f"{key if error['type'] != 'union_tag_invalid' else 'kind'} must be one of {expected}"
        case "union_tag_not_found":
            return "key 'kind' is missing; add it, such as kind: p_value"
        case "value_error":
            return str(context["error"])
        case "model_type" | "dict_type" | "model_attributes_type":
            return f"{key} must be a mapping of keys to values{_such_as(key)}"
        case _:
            return f"{key} cannot be {written or error['input']!r}{_such_as(key)}"


def _such_as(key: str) -> str:
    return f", such as {EXAMPLES[key]}" if key in EXAMPLES else ""


LONGEST_SCALAR = 1_000
"""Characters of a value on the command line."""


def scalar(text: str) -> str | int | float | bool | None:
    """Read one value as YAML would: a number, true, null, or text; what is anything else stays text.

    Raises
    ------
    InputError
        If the text is too long, holds a control character, or is a number of too many digits.

    Examples
    --------
    >>> scalar("0.01"), scalar("null"), scalar("[1, 2]")
    (0.01, None, '[1, 2]')
    """
    if len(text) > LONGEST_SCALAR:
        raise InputError(f"a value of {len(text)} characters; at most {LONGEST_SCALAR} are read")
    if found := control_character(text):
        raise InputError(f"a value with a control character ({found!r}); remove it")
    if text.lstrip()[:1] in ("", "[", "{", "&", "*", "!", "|", ">"):
        return text
    try:
        value = yaml.load(text, Loader=_Loader)
    except (yaml.YAMLError, ValueError, IndexError, KeyError, AttributeError, TypeError, RecursionError):
        value = text
    if isinstance(value, int | float) and not isinstance(value, bool) and len(text) > MOST_DIGITS:
        raise InputError(f"a number of {len(text)} digits; at most {MOST_DIGITS} are read")
    return value if isinstance(value, str | int | float | bool | None) else text
