"""What a notebook stands on: its parameters checked, its trial loaded, its results written.

The first code cell of a notebook, tagged ``parameters``, names each parameter with its type and default. The
next one calls :func:`begin`; the last one calls :meth:`Run.finish`.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ConfigDict, TypeAdapter, ValidationError

from countback import files as writing
from countback.errors import InputError
from countback.readers import explain, nearest
from countback.show import tables
from countback.trial.folder import load
from countback.trial.model import Trial

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SELECTING = ("endpoint", "week", "kind", "document")
"""The parameters that decide which part of the trial a notebook is given (:meth:`Trial.select`)."""

PARAMETER_TYPES: dict[str, Any] = {
    "str": str,
    "int": int,
    "float": float,
    "bool": bool,
    "Optional[str]": str | None,
    "Optional[int]": int | None,
    "Optional[float]": float | None,
}
"""The types a parameter can have, as papermill reads them too; write those with brackets in quotes."""

_BETWEEN_0_AND_1 = (
    "alpha", "level", "prior_rate", "control_rate", "hoped", "worthwhile", "large", "indifferent", "plausible",
)  # fmt: skip
_AT_LEAST_1 = ("patients", "prior_patients", "unseen")
_OF_IPYTHON = {"In", "Out"}


def check_parameters(given: Mapping[str, Any], declared: Mapping[str, str], where: str) -> None:
    """Refuse a parameter that is not declared, or a value that does not fit its type.

    Parameters
    ----------
    given : mapping of str to object
        The values to use.
    declared : mapping of str to str
        Each parameter's type, a key of :data:`PARAMETER_TYPES`.
    where : str
        What is named in front of a problem.

    Raises
    ------
    InputError
        With one line a problem.
    """
    problems = [
        f"{where}: no parameter {name!r}; {nearest(name, list(declared))}" for name in given if name not in declared
    ]
    for name, annotation in declared.items():
        if name not in given:
            continue
        try:
            TypeAdapter(PARAMETER_TYPES[annotation], config=ConfigDict(strict=True)).validate_python(given[name])
        except ValidationError as error:
            problems.append(f"{where}: parameter {explain(error.errors()[0], name)}, not {given[name]!r}")
            continue
        value = given[name]
        if name in _BETWEEN_0_AND_1 and value is not None and not 0 < value < 1:
            problems.append(f"{where}: parameter {name} must lie between 0 and 1, not {value!r}")
        if name in _AT_LEAST_1 and value is not None and value < 1:
            problems.append(f"{where}: parameter {name} must be 1 or more, not {value!r}")
    if problems:
        raise InputError(*problems)


def begin(namespace: dict[str, Any]) -> tuple[Trial, Run]:
    """Check a notebook's parameters and load the part of the trial that they select.

    Parameters
    ----------
    namespace : dict
        The notebook's ``globals()``, holding nothing but its parameters yet.

    Returns
    -------
    trial : Trial
        The part that `endpoint`, `week`, `kind` or `document` select, where the notebook has them; else the whole.
    run : Run
        Takes the results; writes below the folder that the parameter `output` names.

    Raises
    ------
    InputError
        If a parameter is unknown or does not fit, or the trial folder does not.
    """
    written: dict[str, Any] = namespace["__annotations__"]
    declared = {name: kind if isinstance(kind, str) else kind.__name__ for name, kind in written.items()}
    given: dict[str, Any] = {
        name: value
        for name, value in namespace.items()
        if not name.startswith("_")
        and name not in _OF_IPYTHON
        and isinstance(value, str | int | float | list | dict | None)
    }
    check_parameters(given, declared, "this notebook")
    if "test" in given:
        _check_test(given["test"])
    trial = load(given["trial"]).select(**{k: given[k] for k in SELECTING if k in given})
    parameters = {name: value for name, value in given.items() if name != "output"}
    return trial, Run(Path(given["output"]), parameters)


def _check_test(key: str) -> None:
    """Refuse a test that the catalogue does not have."""
    from countback.procedures import catalogue  # here: reading a plan needs no numerics

    tests = [name for name, procedure in catalogue.items() if procedure.kind == "test" and procedure.arms == 2]
    if key not in tests:
        raise InputError(f"this notebook: parameter test: the catalogue has no test {key!r}; {nearest(key, tests)}")


@dataclass
class Shown:
    """Something a notebook shows: several forms of the same, for screen and for print."""

    forms: dict[str, str]
    alt: str | None = None

    def _repr_mimebundle_(self, **_: Any) -> tuple[dict[str, str], dict[str, Any]]:
        return self.forms, {"alt": self.alt} if self.alt else {}


@dataclass
class Run:
    """The results of one run of a notebook, on their way to its folder.

    Attributes
    ----------
    folder : pathlib.Path
        Made when the first result is written.
    parameters : dict
    """

    folder: Path
    parameters: dict[str, Any]
    _values: dict[str, Any] = field(default_factory=dict)
    _tables: dict[str, Any] = field(default_factory=dict)
    _figures: dict[str, Any] = field(default_factory=dict)

    def value(self, **named: Any) -> None:
        """Keep values under their names: numbers, text, or dicts of them.

        Numbers of NumPy become plain ones; everything keeps its full precision.
        """
        self._values.update({name: writing.plain(value) for name, value in named.items()})

    def table(self, name: str, rows: Sequence[Mapping[str, Any]], columns: Mapping[str, tuple[str, str]]) -> Shown:
        """Write a table to ``<name>.csv`` at full precision, and show it.

        Parameters
        ----------
        name : str
        rows : sequence of mapping
            All with the same keys.
        columns : mapping of str to (str, str)
            The columns to show: key, heading, and format (:func:`countback.show.tables.display`).
        """
        plain = [writing.plain(row) for row in rows]
        self._write(f"{name}.csv", writing.as_csv(plain))
        self._tables[name] = {"columns": [[key, *how] for key, how in columns.items()], "rows": plain}
        return Shown({"text/html": tables.as_html(plain, columns), "text/plain": tables.as_text(plain, columns)})

    def figure(self, name: str, figure: Figure, alt: str) -> Shown:
        """Write a figure to ``<name>.svg`` and ``<name>.pdf``, and show it.

        Parameters
        ----------
        name : str
        figure : matplotlib.figure.Figure
        alt : str
            What is seen, for those who do not see it.
        """
        from countback.show import style  # here: a run without figures needs no Matplotlib

        files = {"svg": style.encode(figure, "svg"), "pdf": style.encode(figure, "pdf")}
        for form, data in files.items():
            self._write(f"{name}.{form}", data)
        self._figures[name] = {"alt": alt}
        forms = {
            "image/svg+xml": files["svg"].decode(),
            "application/pdf": base64.b64encode(files["pdf"]).decode(),
            "text/plain": alt,
        }
        return Shown(forms, alt)

    def finish(self, **files: Any) -> None:
        """Write ``result.json``: parameters, values, tables and figures, sorted by name.

        Parameters
        ----------
        **files : object
            Further plain data, each written to ``<name>.json``.
        """
        for name, data in files.items():
            self._write(f"{name}.json", writing.as_json(data))
        result = {
            "parameters": self.parameters,
            "values": self._values,
            "tables": self._tables,
            "figures": self._figures,
        }
        self._write("result.json", writing.as_json(result))

    def _write(self, name: str, data: str | bytes) -> None:
        writing.write(self.folder / name, data)
