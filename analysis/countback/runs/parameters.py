"""Parameters of notebooks: how they are declared, and which values they take.

The first code cell of a notebook, tagged ``parameters``, declares each parameter with a type, a default and a comment::

    trial: "TrialFolder" = "data/he2020"  # folder of the trial
    alpha: "Optional[Proportion]" = None  # level of significance; None for the trial's own
    output: "ResultsFolder" = "_build/countback/by-hand/power"  # folder for the results

The types are :data:`KINDS`, or ``Optional[...]`` of one of them where None is a value too. All but Python's own are
in quotes: the cell runs as plain Python, and papermill reads it too. What a parameter may be is declared there and
nowhere else. The first ``TrialFolder`` is the trial that the notebook is about; a parameter that has the name of an
argument of :meth:`countback.trial.model.Trial.select` selects the part of it that the notebook gets.
"""

from __future__ import annotations

import ast
import inspect
import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from countback.errors import InputError, nearest
from countback.files import shown
from countback.project import digest
from countback.trial.model import Trial

__all__ = [
    "KINDS", "RESULTS", "TRIAL", "Kind", "Notebook", "Parameter", "check", "named", "read_notebook", "require_roles",
    "selecting",
]  # fmt: skip


@dataclass(frozen=True)
class Kind:
    """A type of parameters.

    Attributes
    ----------
    base : type
        Of Python: str, int, float or bool.
    meaning : str
        For the person who writes a notebook.
    problem : callable, optional
        What is wrong with a value of the right base, such as ``must lie between 0 and 1, not 5``; None if nothing is.
    """

    base: type
    meaning: str
    problem: Callable[[Any], str | None] = lambda value: None


def _proportion(value: Any) -> str | None:
    return None if 0 < value < 1 else f"must lie between 0 and 1, not {value!r}"


def _one_or_more(value: Any) -> str | None:
    return None if value >= 1 else f"must be 1 or more, not {value!r}"


@cache
def _tests() -> list[str]:
    from countback.procedures import panel  # here: reading a plan needs no numerics

    return [test.key for test in panel.tests()]


def _test(value: Any) -> str | None:
    return None if value in _tests() else f"the catalogue has no test {value!r}; {nearest(value, _tests())}"


TRIAL, RESULTS = "TrialFolder", "ResultsFolder"
"""The types of the two parameters that every notebook has."""

KINDS: Mapping[str, Kind] = {
    "str": Kind(str, "text"),
    "int": Kind(int, "a whole number"),
    "float": Kind(float, "a number"),
    "bool": Kind(bool, "True or False"),
    "Proportion": Kind(float, "a number between 0 and 1, neither included", _proportion),
    "Count": Kind(int, "a whole number of 1 or more", _one_or_more),
    "Weight": Kind(float, "a number of 1 or more", _one_or_more),
    "TestKey": Kind(str, "the key of a test of two arms in the catalogue", _test),
    TRIAL: Kind(str, "the folder of a trial, from the project's root"),
    RESULTS: Kind(str, "the folder that gets the results"),
}
"""Every type that a parameter can have, by the name with which it is declared."""

_SAID = {str: "a string", int: "a whole number", float: "a valid number", bool: "true or false"}


@dataclass(frozen=True)
class Parameter:
    """A parameter as its notebook declares it.

    Attributes
    ----------
    name : str
    kind : str
        A key of :data:`KINDS`.
    optional : bool
        Whether None is a value too.
    """

    name: str
    kind: str
    optional: bool = False

    @classmethod
    def declared(cls, name: str, annotation: str) -> Parameter | None:
        """Parameter of a name and a type as written, such as ``Optional[Proportion]``; None for an unknown type."""
        inner = annotation.removeprefix("Optional[").removesuffix("]")
        optional = annotation == f"Optional[{inner}]"
        known = inner in KINDS and (optional or inner == annotation)
        return cls(name, inner, optional) if known else None

    def problem(self, value: Any) -> str | None:
        """What is wrong with a value, or None."""
        if value is None and self.optional:
            return None
        kind = KINDS[self.kind]
        fits = isinstance(value, kind.base) and (kind.base is bool or not isinstance(value, bool))
        if kind.base is float and isinstance(value, int) and not isinstance(value, bool):
            fits = True
        if not fits or (isinstance(value, float) and not math.isfinite(value)):
            return f"must be {_SAID[kind.base]}, not {value!r}"
        return kind.problem(value)


def check(given: Mapping[str, Any], declared: Mapping[str, Parameter], where: str) -> None:
    """Refuse a parameter that is not declared, or a value that its type does not take.

    Parameters
    ----------
    given : mapping of str to object
        The values to use.
    declared : mapping of str to Parameter
    where : str
        What is named in front of a problem.

    Raises
    ------
    InputError
        With one line for each problem.
    """
    problems = [
        f"{where}: no parameter {name!r}; {nearest(name, list(declared))}" for name in given if name not in declared
    ]
    for name, parameter in declared.items():
        if name in given and (problem := parameter.problem(given[name])):
            joint = ":" if problem.startswith("the ") else ""
            problems.append(f"{where}: parameter {name}{joint} {problem}")
    if problems:
        raise InputError(*problems)


def named(declared: Mapping[str, Parameter], kind: str) -> list[str]:
    """Names of the parameters of a type, in their order."""
    return [name for name, parameter in declared.items() if parameter.kind == kind]


def require_roles(declared: Mapping[str, Parameter], where: str) -> None:
    """Refuse a notebook that does not say which trial it is about, or where its results go.

    Raises
    ------
    InputError
    """
    for kind, role in ((TRIAL, "the trial's folder"), (RESULTS, "the folder for the results")):
        if not named(declared, kind):
            raise InputError(f'{where}: declare {role}, such as name: "{kind}" = "..."')


def selecting(values: Mapping[str, Any]) -> dict[str, Any]:
    """Those of the parameters that select a part of the trial, as arguments of :meth:`Trial.select`."""
    arguments = list(inspect.signature(Trial.select).parameters)[1:]
    return {name: values[name] for name in arguments if name in values}


@dataclass(frozen=True)
class Notebook:
    """A notebook's source and its declared parameters."""

    path: Path
    cells: list[dict[str, Any]]
    defaults: dict[str, Any]
    declared: dict[str, Parameter]

    @property
    def trials(self) -> list[str]:
        """Names of the parameters that name a trial's folder, that of the trial it is about first."""
        return named(self.declared, TRIAL)

    @property
    def output(self) -> str:
        """Name of the parameter that says where results go."""
        return named(self.declared, RESULTS)[0]

    @property
    def digest(self) -> str:
        """SHA-256 of what the cells say."""
        return digest([[c["cell_type"], "".join(c["source"])] for c in self.cells])


def read_notebook(path: Path) -> Notebook:
    """Read a notebook and the parameters that its cell tagged ``parameters`` declares.

    Raises
    ------
    InputError
        If it is missing, not a notebook, or its parameters are not declared as this module says.
    """
    if not path.is_file():
        names = [p.stem for p in path.parent.glob("*.ipynb")]
        raise InputError(f"{shown(path)}: no such notebook; {nearest(path.stem, names)}".rstrip("; "))
    try:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        source = "\n".join("".join(c["source"]) for c in cells if "parameters" in c["metadata"].get("tags", []))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise InputError(f"{shown(path)}: not a notebook (JSON with cells); save it anew in Jupyter") from None
    try:
        statements = ast.parse(source).body
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", 1)
        raise InputError(f"{shown(path)}: parameters cell, line {line}: not Python") from None
    defaults, declared = {}, {}
    for statement in statements:
        found = _declaration(statement)
        if found is None:
            raise InputError(
                f"{shown(path)}: parameters cell, line {statement.lineno}: write name: type = default, "
                f"the type one of {', '.join(KINDS)} or Optional[...] of one, in quotes"
            )
        parameter, defaults[parameter.name] = found
        declared[parameter.name] = parameter
    require_roles(declared, f"{shown(path)}: parameters cell")
    return Notebook(path, cells, defaults, declared)


def _declaration(statement: ast.stmt) -> tuple[Parameter, Any] | None:
    """Parameter and default of a line of a parameters cell, or None where it declares none."""
    match statement:
        case ast.AnnAssign(target=ast.Name(id=name), annotation=annotation, value=ast.expr() as value):
            written = annotation.value if isinstance(annotation, ast.Constant) else ast.unparse(annotation)
            parameter = Parameter.declared(name, str(written))
            try:
                return (parameter, ast.literal_eval(value)) if parameter else None
            except ValueError:
                return None
    return None
