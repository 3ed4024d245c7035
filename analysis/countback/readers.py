"""YAML and CSV in which every mistake can be named with its file and line."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Hashable, Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from countback.errors import InputError
from countback.files import read_text, shown

Location = tuple[str | int, ...]
Model = TypeVar("Model", bound=BaseModel)


def nearest(word: str, known: Iterator[str] | list[str] | dict[str, Any]) -> str:
    """Suggest what was meant: ``did you mean a or b?``, or the known words, or nothing where there are none."""
    words = sorted({str(k) for k in known})
    close = get_close_matches(word, words, n=3, cutoff=0.5)
    if close:
        return f"did you mean {' or '.join(close)}?"
    return f"known: {', '.join(words[:12])}{', ...' if len(words) > 12 else ''}" if words else ""


def _refuse_control_characters(text: str, where: str) -> None:
    """Refuse what a terminal would obey instead of showing."""
    found = re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", text)
    if found:
        raise InputError(f"{where}: holds a control character ({found[0]!r}); remove it")


class _PlainLoader(yaml.SafeLoader):
    """Safe YAML without aliases, which can make a small file a huge one."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise yaml.constructor.ConstructorError(
                None,
                None,
                "aliases (*name) are not allowed; write the value out",
                self.get_event().start_mark,  # type: ignore[no-untyped-call]
            )
        return super().compose_node(parent, index)


class Yaml:
    """A YAML file's content with the line of each part.

    Attributes
    ----------
    path : pathlib.Path
    data : object
        What the file says, made of dict, list, str, int, float, bool, None.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lines: dict[Location, int] = {}
        self._scalars: dict[Location, str] = {}
        text = read_text(path)
        loader = _PlainLoader(text)
        try:
            node = loader.get_single_node()
            if node is None:
                raise InputError(f"{shown(path)}: the file is empty")
            self._walk(node, ())
            self.data: Any = loader.construct_document(node)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            line = f", line {mark.line + 1}" if mark else ""
            raise InputError(f"{shown(path)}{line}: not valid YAML: {error.problem}") from None
        except yaml.YAMLError as error:
            raise InputError(f"{shown(path)}: not valid YAML: {' '.join(str(error).split())}") from None
        except RecursionError:
            raise InputError(f"{shown(path)}: nested too deeply") from None
        except ValueError as error:  # such as a date that is none
            raise InputError(f"{shown(path)}: not valid YAML: {error}") from None
        finally:
            loader.dispose()

    def _walk(self, node: yaml.Node, location: Location) -> None:
        self._lines[location] = node.start_mark.line + 1
        if isinstance(node, yaml.MappingNode):
            seen: set[Hashable] = set()
            for key, value in node.value:
                name = key.value if isinstance(key.value, str) else "?"
                if name in seen:
                    raise InputError(
                        f"{shown(self.path)}, line {key.start_mark.line + 1}: key {name!r} stands twice; keep one"
                    )
                seen.add(name)
                self._walk(value, (*location, name))
                self._lines[(*location, name)] = key.start_mark.line + 1
        elif isinstance(node, yaml.SequenceNode):
            for index, value in enumerate(node.value):
                self._walk(value, (*location, index))
        else:
            _refuse_control_characters(node.value, f"{shown(self.path)}, line {node.start_mark.line + 1}")
            self._scalars[location] = node.value

    def at(self, *location: str | int) -> str:
        """Name the file and the line of a part (or of the nearest part around it)."""
        while location and location not in self._lines:
            location = location[:-1]
        return f"{shown(self.path)}, line {self._lines[location]}"

    def validate(self, model: type[Model]) -> Model:
        """Check the content against a model.

        Raises
        ------
        InputError
            With one line a problem.
        """
        try:
            return model.model_validate(self.data)
        except ValidationError as error:
            raise InputError(*(self._problem(model, e) for e in error.errors())) from None

    def _problem(self, model: type[BaseModel], error: Any) -> str:
        location: Location = tuple(error["loc"])
        while location and location not in self._lines:
            # pydantic puts the tag of a union, and the missing key, into the location: neither is in the file
            shorter = [location[:i] + location[i + 1 :] for i in range(len(location))]
            location = next((s for s in shorter if s in self._lines), location[:-1])
        key = str(error["loc"][-1]) if error["loc"] else "the file"
        return f"{self.at(*location)}: {explain(error, key, self._scalars.get(location))}"


def explain(error: Any, key: str, written: str | None = None) -> str:
    """Say in words what one of pydantic's errors means and what to do.

    Parameters
    ----------
    error : pydantic_core.ErrorDetails
    key : str
        The key that is wrong.
    written : str, optional
        The characters in the file.
    """
    context = error.get("ctx", {})
    match error["type"]:
        case "missing":
            return f"key {key!r} is missing; add it"
        case "extra_forbidden":
            return f"key {key!r} is not known; correct or remove it"
        case "string_type":
            text = "" if written is None else f': write "{written}"'
            return f"{key} must be text in quotes, so that its characters are kept{text}"
        case "int_type" | "int_from_float" | "int_parsing":
            return f"{key} must be a whole number, not {written or error['input']!r}"
        case "union_tag_invalid" | "literal_error" | "enum":
            expected = context.get("expected_tags") or context.get("expected")
            return f"{key if error['type'] != 'union_tag_invalid' else 'kind'} must be one of {expected}"
        case "union_tag_not_found":
            return "key 'kind' is missing; add it"
        case "value_error":
            return str(context["error"])
        case "model_type" | "dict_type" | "model_attributes_type":
            return f"{key} must be a mapping of keys to values"
        case _:
            message = error["msg"].removeprefix("Input should be ")
            return f"{key} must be {message}" if message != error["msg"] else f"{key}: {message}"


def read_rows(path: Path, columns: tuple[str, ...]) -> list[tuple[int, dict[str, str]]]:
    """Read a CSV file with a header.

    Parameters
    ----------
    path : pathlib.Path
    columns : tuple of str
        The columns that the header must name, in any order; others are an error.

    Returns
    -------
    list of (int, dict)
        Line in the file, and the row by column with white space stripped.

    Raises
    ------
    InputError
        If the file cannot be read, or the header or a row does not fit.
    """
    reader = csv.reader(io.StringIO(read_text(path), newline=""), strict=True)
    rows: list[tuple[int, dict[str, str]]] = []
    try:
        header = [name.strip() for name in next(reader)]
        problems = [f"column {name!r} is missing; add it" for name in columns if name not in header]
        problems += [
            f"column {name!r} is not known; {nearest(name, list(columns))}" for name in header if name not in columns
        ]
        if len(set(header)) < len(header):
            problems.append("a column stands twice; keep one")
        if problems:
            raise InputError(*(f"{shown(path)}, line 1: {problem}" for problem in problems))
        start = reader.line_num
        for cells in reader:
            line, start = start + 1, reader.line_num
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) != len(header):
                raise InputError(f"{shown(path)}, line {line}: {len(cells)} cells where the header has {len(header)}")
            _refuse_control_characters("\n".join(cells).replace("\r\n", "\n"), f"{shown(path)}, line {line}")
            rows.append((line, {name: cell.strip() for name, cell in zip(header, cells, strict=True)}))
    except csv.Error as error:
        raise InputError(f"{shown(path)}, line {reader.line_num}: not valid CSV: {error}") from None
    if not rows:
        raise InputError(f"{shown(path)}: no rows below the header")
    return rows
