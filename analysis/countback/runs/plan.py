"""Which runs there are: the plan, read and checked, with parameters set for all runs that have them.

A run is one notebook with parameters.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from countback import trial
from countback.errors import InputError, nearest
from countback.project import Project
from countback.readers import Yaml
from countback.runs.outline import outline
from countback.runs.parameters import Notebook, check, read_notebook
from countback.runs.results import Value

__all__ = ["Planned", "plan"]


@dataclass(frozen=True)
class Planned:
    """One run.

    Attributes
    ----------
    name, title : str
    notebook : str
        Without folder and suffix.
    parameters : mapping of str to Value
        All that are set, by the plan or otherwise; the notebook has the defaults of the others.
    """

    name: str
    title: str
    notebook: str
    parameters: Mapping[str, Value] = field(default_factory=dict)


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class _Listed(_Part):
    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]
    title: str
    notebook: Annotated[str, Field(pattern=r"^[a-z0-9_-]+$")]
    parameters: dict[str, Value] = {}


class _Plan(_Part):
    """What ``analysis/runs.yml`` says: parameters for every run, and the runs."""

    parameters: dict[str, Value] = {}
    runs: Annotated[list[_Listed], Field(min_length=1)]


def schemas() -> dict[str, str]:
    """JSON Schema of the plan as text, by file name."""
    return {"runs.schema.json": json.dumps(_Plan.model_json_schema(), indent=2, ensure_ascii=False) + "\n"}


def plan(project: Project, overrides: Mapping[str, Value] | None = None, path: Path | None = None) -> list[Planned]:
    """Read which runs the book is made of.

    Parameters
    ----------
    project : Project
    overrides : mapping of str to value, optional
        Set in every run whose notebook has the parameter. With another ``trial`` than the plan's, the runs are planned
        from what that trial has (:mod:`countback.runs.outline`) instead of read.
    path : path, optional
        Another plan than the project's.

    Returns
    -------
    list of Planned
        Their parameters complete: the plan's own for all runs, the run's, the overrides.

    Raises
    ------
    InputError
        If the plan, a notebook or a parameter does not fit; an override that no notebook has is an error.
    """
    file = Yaml(path or project.plan)
    read, given = file.validate(_Plan), dict(overrides or {})
    if given.get("trial", ...) == read.parameters.get("trial"):  # nothing is overridden
        given.pop("trial", None)
    listed = _planned_anew(project, read, given)
    problems: list[str] = []
    runs: list[Planned] = []
    for i, run in enumerate(listed.runs):
        where = file.at("runs", i) if listed is read else f"the plan of {given['trial']}"
        if run.name in [r.name for r in runs]:
            problems.append(f"{where}: a second run {run.name!r}; names must differ")
        try:
            notebook = read_notebook(project.notebook(run.notebook))
            runs.append(_complete(run, listed.parameters, given, notebook, where))
        except InputError as error:
            problems += error.problems
    problems += _unknown(project, given)
    if problems:
        raise InputError(*problems)
    return runs


def _planned_anew(project: Project, listed: _Plan, overrides: Mapping[str, Value]) -> _Plan:
    """Plan of another trial than the one that is listed, where it is asked for."""
    folder = overrides.get("trial")
    if folder is None:
        return listed
    if not isinstance(folder, str):
        raise InputError(f"parameter trial must be a string, not {folder!r}; write a folder such as data/he2020")
    other = overrides.get("other")
    planned = outline(trial.load(project.root / folder), folder, other if isinstance(other, str) else None)
    return _Plan.model_validate(planned)


def _unknown(project: Project, overrides: Mapping[str, Value]) -> list[str]:
    """What is wrong with parameters that no notebook of the project has, whether it is planned or not."""
    known: set[str] = set()
    for path in sorted(project.notebooks.glob("*.ipynb")) if overrides else ():
        with suppress(InputError):  # one that is planned is complained of as such
            notebook = read_notebook(path)
            known |= set(notebook.defaults) - {notebook.output}
    return [f"no notebook has a parameter {k!r}; {nearest(k, list(known))}" for k in overrides if k not in known]


def _complete(
    run: _Listed, shared: Mapping[str, Value], overrides: Mapping[str, Value], notebook: Notebook,
    where: str,
) -> Planned:  # fmt: skip
    """Put together and check the parameters of a run."""
    common = {k: v for k, v in shared.items() if k in notebook.defaults}
    own = {k: v for k, v in overrides.items() if k in notebook.defaults and k != notebook.output}
    parameters = {**common, **run.parameters, **own}
    check(parameters, notebook.declared, f"{where}: run {run.name}")
    return Planned(run.name, run.title, run.notebook, parameters)
