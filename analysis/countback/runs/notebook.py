"""What a notebook builds on: its parameters checked, its trial loaded, its results written.

The first code cell declares the parameters (:mod:`countback.runs.parameters`). The next one calls :func:`begin`; the
last one calls :meth:`Run.finish`.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from countback import files as writing
from countback.errors import InputError, nearest
from countback.runs import results
from countback.runs.parameters import KINDS, RESULTS, TRIAL, Parameter, check, named, require_roles, selecting
from countback.show import tables
from countback.trial.folder import load
from countback.trial.model import Trial

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_OF_IPYTHON = {"In", "Out"}


def begin(namespace: dict[str, Any]) -> tuple[Trial, Run]:
    """Check a notebook's parameters and load the part of the trial that they select.

    Parameters
    ----------
    namespace : dict
        The notebook's ``globals()``, holding nothing but its parameters yet.

    Returns
    -------
    trial : Trial
        The part that the notebook's parameters select (:meth:`Trial.select`); the whole where none does.
    run : Run
        Takes the results; writes below the folder that the ``ResultsFolder`` names.

    Raises
    ------
    InputError
        If a parameter is unknown or does not fit, or the trial folder does not.
    """
    declared = _declared(namespace.get("__annotations__", {}))
    given: dict[str, Any] = {
        name: value
        for name, value in namespace.items()
        if not name.startswith("_")
        and name not in _OF_IPYTHON
        and isinstance(value, str | int | float | list | dict | None)
    }
    check(given, declared, "this notebook")
    require_roles(declared, "this notebook")
    subject, output = named(declared, TRIAL)[0], named(declared, RESULTS)[0]
    trial = load(given[subject]).select(**selecting(given))
    parameters = {name: value for name, value in given.items() if name != output}
    return trial, Run(Path(given[output]), parameters)


def _declared(written: Mapping[str, Any]) -> dict[str, Parameter]:
    """Parameters by the annotations of a namespace."""
    declared, problems = {}, []
    for name, annotation in written.items():
        kind = annotation if isinstance(annotation, str) else getattr(annotation, "__name__", str(annotation))
        if parameter := Parameter.declared(name, kind):
            declared[name] = parameter
        else:
            problems.append(f"this notebook: parameter {name}: no type {kind!r}; {nearest(kind, list(KINDS))}")
    if problems:
        raise InputError(*problems)
    return declared


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
    _tables: dict[str, results.Table] = field(default_factory=dict)
    _figures: dict[str, results.Figure] = field(default_factory=dict)

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
        made = results.table(rows, columns)
        self._write(f"{name}.csv", writing.as_csv(made.rows))
        self._tables[name] = made
        return Shown(
            {"text/html": tables.as_html(made.rows, columns), "text/plain": tables.as_text(made.rows, columns)}
        )

    def figure(self, name: str, figure: Figure, alt: str) -> Shown:
        """Write a figure to ``<name>.svg`` and ``<name>.pdf``, and to ``<name>-narrow.svg`` for a phone, and show it.

        Each SVG has another for dark pages, ``<name>-dark.svg`` and ``<name>-narrow-dark.svg``.

        Its bytes are the same each time, also those of a figure that Matplotlib alone has drawn.

        Parameters
        ----------
        name : str
        figure : matplotlib.figure.Figure
        alt : str
            What is seen, for those who do not see it.
        """
        from countback.show import style  # here: a run without figures needs no Matplotlib

        files = style.files(figure)
        for end, data in files.items():
            self._write(f"{name}{end}", data)
        self._figures[name] = results.Figure(alt)
        forms = {
            "image/svg+xml": files[".svg"].decode(),
            "application/pdf": base64.b64encode(files[".pdf"]).decode(),
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
        results.Result(self.parameters, self._values, self._tables, self._figures).write(self.folder)

    def _write(self, name: str, data: str | bytes) -> None:
        writing.write(self.folder / name, data)
