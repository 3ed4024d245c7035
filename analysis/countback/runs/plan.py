"""Which runs there are: the plan, read and checked, with parameters set for all runs that have them.

A run is one notebook with parameters.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from countback import trial
from countback.errors import InputError
from countback.project import Project
from countback.readers import Yaml, nearest
from countback.runs.parameters import Notebook, check, read_notebook, selecting
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
    missing : str or None
        What the trial lacks for this run, where another trial than the plan's was asked for.
    """

    name: str
    title: str
    notebook: str
    parameters: Mapping[str, Value] = field(default_factory=dict)
    missing: str | None = None


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
        Set in every run whose notebook has the parameter. With another trial, a run that selects what that trial does
        not have is kept, and says so as :attr:`Planned.missing`.
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
    listed = file.validate(_Plan)
    problems: list[str] = []
    runs: list[Planned] = []
    known: set[str] = set()
    for i, run in enumerate(listed.runs):
        where = file.at("runs", i)
        if run.name in [r.name for r in runs]:
            problems.append(f"{where}: a second run {run.name!r}; names must differ")
        try:
            notebook = read_notebook(project.notebook(run.notebook))
            known |= set(notebook.defaults) - {notebook.output}
            runs.append(_complete(project, run, listed.parameters, overrides or {}, notebook, where))
        except InputError as error:
            problems += error.problems
    problems += [
        f"no notebook has a parameter {k!r}; {nearest(k, list(known))}" for k in overrides or {} if k not in known
    ]
    if problems:
        raise InputError(*problems)
    return runs


def _complete(
    project: Project, run: _Listed, shared: Mapping[str, Value], overrides: Mapping[str, Value], notebook: Notebook,
    where: str,
) -> Planned:  # fmt: skip
    """Put together and check the parameters of a run."""
    subject = notebook.trials[0]
    common = {k: v for k, v in shared.items() if k in notebook.defaults}
    own = {k: v for k, v in overrides.items() if k in notebook.defaults and k != notebook.output}
    parameters = {**common, **run.parameters, **own}
    check(parameters, notebook.declared, f"{where}: run {run.name}")
    missing = None
    if subject in own:
        missing = _missing(trial.load(project.root / str(own[subject])), {**notebook.defaults, **parameters})
    return Planned(run.name, run.title, run.notebook, parameters, missing)


def _missing(of: trial.Trial, parameters: Mapping[str, Any]) -> str | None:
    """What a trial lacks that a run selects, or None."""
    try:
        of.select(**selecting(parameters))
    except InputError as error:
        return str(error)
    return None
