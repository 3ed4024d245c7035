"""What a run found: its one reader, its one writer, and its JSON Schema.

``result.json`` holds parameters, values, tables and figures, each by name; files beside it hold the same tables as CSV
and the figures as SVG and PDF.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, TypeAlias

from countback.errors import InputError
from countback.files import as_json, plain, shown, write

__all__ = ["FILE", "NOT_APPLICABLE", "Column", "Figure", "Result", "Table", "Value", "schemas"]

FILE = "result.json"
"""The file's name, in a run's folder."""

NOT_APPLICABLE = "not_applicable"
"""The value that says why an analysis does not apply to its trial."""

Value: TypeAlias = str | int | float | bool | None
"""What a parameter, a cell of a table or a single value can be."""


@dataclass(frozen=True)
class Column:
    """A column of a table that is shown.

    Attributes
    ----------
    key : str
        Of the rows.
    label : str
        Its heading.
    form : str
        How a number is shown (:func:`countback.show.tables.display`).
    """

    key: str
    label: str
    form: str


@dataclass(frozen=True)
class Table:
    """Rows at full precision, and the columns that are shown of them."""

    columns: tuple[Column, ...]
    rows: tuple[dict[str, Any], ...]

    @property
    def headings(self) -> dict[str, tuple[str, str]]:
        """Heading and format of each column by its key."""
        return {column.key: (column.label, column.form) for column in self.columns}


@dataclass(frozen=True)
class Figure:
    """A figure that lies beside: what is seen in it, for those who do not see it."""

    alt: str


@dataclass(frozen=True)
class Result:
    """All that a run found.

    Attributes
    ----------
    parameters : mapping of str to Value
    values : mapping of str to object
        Single values, or groups of them.
    tables : mapping of str to Table
    figures : mapping of str to Figure
    """

    parameters: Mapping[str, Any] = field(default_factory=dict)
    values: Mapping[str, Any] = field(default_factory=dict)
    tables: Mapping[str, Table] = field(default_factory=dict)
    figures: Mapping[str, Figure] = field(default_factory=dict)

    @property
    def not_applicable(self) -> str | None:
        """Why the analysis does not apply to the trial, where it does not."""
        reason = self.values.get(NOT_APPLICABLE)
        return reason if isinstance(reason, str) else None

    def flat(self) -> dict[str, Any]:
        """Single values by their dotted keys."""
        return dict(_flat(self.values, ""))

    def as_dict(self) -> dict[str, Any]:
        """What ``result.json`` holds."""
        tables = {
            name: {"columns": [[c.key, c.label, c.form] for c in table.columns], "rows": list(table.rows)}
            for name, table in self.tables.items()
        }
        figures = {name: {"alt": figure.alt} for name, figure in self.figures.items()}
        return {"parameters": self.parameters, "values": self.values, "tables": tables, "figures": figures}

    def write(self, folder: Path) -> None:
        """Write ``result.json`` into a folder; the same result gives the same bytes."""
        write(folder / FILE, as_json(self.as_dict()))

    @classmethod
    def read(cls, folder: Path) -> Result:
        """Read ``result.json`` of a folder.

        Raises
        ------
        InputError
            If it is missing or does not hold what a run writes.
        """
        path = folder / FILE
        try:
            return cls.from_dict(json.loads(path.read_text(encoding="utf-8")))
        except FileNotFoundError:
            raise InputError(f"{shown(path)}: file not found") from None
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            raise InputError(f"{shown(path)}: is not the result of a run; run it again with --force") from None

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Result:
        """Result of what ``result.json`` holds."""
        tables = {
            name: Table(tuple(Column(*column) for column in table["columns"]), tuple(map(dict, table["rows"])))
            for name, table in data["tables"].items()
        }
        figures = {name: Figure(figure["alt"]) for name, figure in data["figures"].items()}
        return cls(dict(data["parameters"]), dict(data["values"]), tables, figures)


def table(rows: Iterable[Mapping[str, Any]], columns: Mapping[str, tuple[str, str]]) -> Table:
    """Table of rows in which numbers of NumPy have become plain ones.

    Parameters
    ----------
    rows : iterable of mapping
    columns : mapping of str to (str, str)
        Heading and format of each column that is shown, by its key.
    """
    shown_columns = tuple(Column(key, label, form) for key, (label, form) in columns.items())
    return Table(shown_columns, tuple(plain(row) for row in rows))


def _flat(values: Any, prefix: str) -> Iterable[tuple[str, Any]]:
    if not isinstance(values, Mapping):
        yield prefix, values
        return
    for name, part in values.items():
        yield from _flat(part, f"{prefix}.{name}" if prefix else name)


def schemas() -> dict[str, str]:
    """JSON Schema of ``result.json``, as text by file name."""
    single: dict[str, Any] = {"type": ["string", "number", "boolean", "null"]}
    groups: dict[str, Any] = {
        "anyOf": [
            single,
            {"type": "array", "items": {"$ref": "#/$defs/group"}},
            {"type": "object", "additionalProperties": {"$ref": "#/$defs/group"}},
        ]
    }

    def summary(kind: type) -> str:
        return (kind.__doc__ or "").partition("\n")[0]

    def closed(kind: type, properties: dict[str, Any]) -> dict[str, Any]:
        names = [one.name for one in fields(kind)]
        return {
            "type": "object", "description": summary(kind), "properties": {name: properties[name] for name in names},
            "required": names, "additionalProperties": False,
        }  # fmt: skip

    column = {
        "type": "array", "description": f"{summary(Column)} Key, heading, format.", "items": {"type": "string"},
        "minItems": len(fields(Column)), "maxItems": len(fields(Column)),
    }  # fmt: skip
    row = {"type": "object", "additionalProperties": {"$ref": "#/$defs/group"}}
    made = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Result",
        **closed(Result, {
            "parameters": {"type": "object", "additionalProperties": {"$ref": "#/$defs/group"}},
            "values": {"type": "object", "additionalProperties": {"$ref": "#/$defs/group"}},
            "tables": {"type": "object", "additionalProperties": {"$ref": "#/$defs/table"}},
            "figures": {"type": "object", "additionalProperties": {"$ref": "#/$defs/figure"}},
        }),
        "$defs": {
            "group": groups,
            "table": closed(Table, {"columns": {"type": "array", "items": column},
                                    "rows": {"type": "array", "items": row}}),
            "figure": closed(Figure, {"alt": {"type": "string", "minLength": 1}}),
        },
    }  # fmt: skip
    return {"result.schema.json": json.dumps(made, indent=2, ensure_ascii=False) + "\n"}
