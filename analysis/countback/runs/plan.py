"""Running notebooks: which runs there are, which are stale, and making them anew.

A run is one notebook with parameters. Its folder holds ``executed.ipynb``, ``result.json``, its figures and tables,
and ``manifest.json``, which says from what it was made and the digest of each file. A run is stale when its
notebook, its parameters, the data it reads, the library or the versions of what computes have changed: content
decides, never a date.
"""

from __future__ import annotations

import ast
import hashlib
import json
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr

from countback import environment, trial
from countback.errors import InputError, NotApplicable
from countback.files import as_json, shown, write
from countback.readers import Yaml, nearest
from countback.runs.notebook import PARAMETER_TYPES, SELECTING, check_parameters

NOTEBOOKS = Path("analysis/notebooks")
PLAN = Path("analysis/runs.yml")
PAGES = Path("chapters/runs")
"""Where notebooks and the plan lie, and where executed notebooks become pages, from the project's root."""

BUILD = Path("_build/countback")
"""Where results lie, each run in ``runs/<name>/``."""

Value = str | int | float | bool | None


TRIALS = ("trial", "other")
"""The parameters that name a trial's folder."""


class RunError(Exception):
    """A notebook did not run to its end; the text says which, where and why, one line a run."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Planned(_Part):
    """One run as the plan lists it."""

    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]
    title: str
    notebook: Annotated[str, Field(pattern=r"^[a-z0-9_-]+$")]
    parameters: dict[str, Value] = {}
    _lacking: str | None = PrivateAttr(default=None)

    @property
    def lacking(self) -> str | None:
        """What the trial lacks for this run, where another trial than the plan's was asked for."""
        return self._lacking


class _Plan(_Part):
    """What ``analysis/runs.yml`` says: parameters for every run, and the runs."""

    parameters: dict[str, Value] = {}
    runs: Annotated[list[Planned], Field(min_length=1)]


def schemas() -> dict[str, str]:
    """JSON Schema of the plan as text, by file name."""
    return {"runs.schema.json": json.dumps(_Plan.model_json_schema(), indent=2, ensure_ascii=False) + "\n"}


@dataclass(frozen=True)
class Notebook:
    """A notebook's source and its declared parameters."""

    path: Path
    cells: list[dict[str, Any]]
    defaults: dict[str, Any]
    annotations: dict[str, str]

    @property
    def digest(self) -> str:
        """SHA-256 of what the cells say."""
        return _digest([[c["cell_type"], "".join(c["source"])] for c in self.cells])


def read_notebook(path: Path) -> Notebook:
    """Read a notebook and the parameters that its cell tagged ``parameters`` declares.

    Raises
    ------
    InputError
        If it is missing, no notebook, or its parameters are not written ``name: type = default``.
    """
    if not path.is_file():
        names = [p.stem for p in path.parent.glob("*.ipynb")]
        raise InputError(f"{shown(path)}: no such notebook; {nearest(path.stem, names)}".rstrip("; "))
    try:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    except (ValueError, KeyError, TypeError):
        raise InputError(f"{shown(path)}: is no notebook (JSON with cells)") from None
    source = "\n".join("".join(c["source"]) for c in cells if "parameters" in c["metadata"].get("tags", []))
    defaults, annotations = {}, {}
    for statement in ast.parse(source).body:
        match statement:
            case ast.AnnAssign(target=ast.Name(id=name), annotation=annotation, value=ast.expr() as value) if (
                kind := ast.unparse(annotation).strip("'")
            ) in PARAMETER_TYPES:
                defaults[name] = ast.literal_eval(value)
                annotations[name] = kind
            case _:
                raise InputError(
                    f"{shown(path)}: parameters cell, line {statement.lineno}: write name: type = default, "
                    f"the type one of {', '.join(PARAMETER_TYPES)}"
                )
    return Notebook(path, cells, defaults, annotations)


def plan(root: Path, overrides: Mapping[str, Value] | None = None, path: Path | None = None) -> list[Planned]:
    """Read which runs the book is made of.

    Parameters
    ----------
    root : path
        The project.
    overrides : mapping of str to value, optional
        Set in every run whose notebook has the parameter. With another `trial`, a run whose endpoint, week, kind or
        document that trial does not have is kept, and says so as :attr:`Planned.lacking`.
    path : path, optional
        Another plan than ``analysis/runs.yml``.

    Returns
    -------
    list of Planned
        Their parameters complete: the plan's own for all runs, the run's, the overrides.

    Raises
    ------
    InputError
        If the plan, a notebook or a parameter does not fit; an override that no notebook has is an error.
    """
    file = Yaml(path or root / PLAN)
    listed = file.validate(_Plan)
    problems: list[str] = []
    runs: list[Planned] = []
    known: set[str] = set()
    for i, run in enumerate(listed.runs):
        where = file.at("runs", i)
        if run.name in [r.name for r in runs]:
            problems.append(f"{where}: run {run.name!r} stands twice; names must differ")
        try:
            notebook = read_notebook(root / NOTEBOOKS / f"{run.notebook}.ipynb")
            known |= set(notebook.defaults) - {"output"}
            shared = {k: v for k, v in listed.parameters.items() if k in notebook.defaults}
            own = {k: v for k, v in (overrides or {}).items() if k in notebook.defaults and k != "output"}
            parameters = {**shared, **run.parameters, **own}
            check_parameters(parameters, notebook.annotations, f"{where}: run {run.name}")
        except InputError as error:
            problems += error.problems
            continue
        lacking = None
        if "trial" in own:
            lacking = _lacking(trial.load(root / str(own["trial"])), {**notebook.defaults, **parameters})
        complete = run.model_copy(update={"parameters": parameters})
        complete._lacking = lacking
        runs.append(complete)
    problems += [
        f"no notebook has a parameter {k!r}; {nearest(k, list(known))}" for k in overrides or {} if k not in known
    ]
    if problems:
        raise InputError(*problems)
    return runs


def _lacking(of: trial.Trial, parameters: Mapping[str, Any]) -> str | None:
    """Say what a trial lacks that a run selects."""
    try:
        of.select(**{k: parameters[k] for k in SELECTING if k in parameters})
    except InputError as error:
        return str(error)
    return None


def _digest(data: Any) -> str:
    return hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()


def _file_digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@cache
def _library_digest() -> str:
    sources = sorted(Path(__file__).parents[1].rglob("*.py"))
    return _digest([[path.name, _file_digest(path)] for path in sources])


def inputs(root: Path, run: Planned) -> dict[str, Any]:
    """Give all that a run's results follow from: digests, parameters and versions.

    Raises
    ------
    InputError
        If the notebook or the trial folder does not fit.
    """
    notebook = read_notebook(root / NOTEBOOKS / f"{run.notebook}.ipynb")
    parameters = {**notebook.defaults, **run.parameters}
    selected = {k: parameters[k] for k in SELECTING if k in parameters}
    data = {k: trial.load(root / parameters[k]) for k in TRIALS if k in parameters}
    if run.lacking is None:
        data["trial"] = data["trial"].select(**selected)
    return {
        "notebook": notebook.digest,
        "parameters": run.parameters,
        "data": {k: part.digest for k, part in data.items()},
        "library": _library_digest(),
        "versions": environment.versions(),
    }


def is_stale(folder: Path, wanted: Mapping[str, Any]) -> bool:
    """Tell whether a run's folder is missing, made from something else, or no longer what was written."""
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        unchanged = all(_file_digest(folder / name) == digest for name, digest in manifest["files"].items())
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return True
    return not unchanged or manifest["inputs"] != wanted


Watcher = Callable[[list[str], int, int], None]
"""Called with the names under way, how many are done, and how many there are."""


def make(
    root: Path, runs: Iterable[Planned], build: Path, force: bool = False, watch: Watcher | None = None
) -> list[str]:
    """Run what is stale, as many notebooks at once as there are processors.

    Parameters
    ----------
    root : path
        The project.
    runs : iterable of Planned
    build : path
        Gets ``runs/<name>/``; each folder is written beside and moved into place when its run is complete.
    force : bool
        Run all, stale or not.
    watch : callable, optional
        Told of progress.

    Returns
    -------
    list of str
        The runs that were made.

    Raises
    ------
    RunError
        If a notebook fails: names notebook, cell and error. Runs that were complete stay as they were.
    """
    wanted = {run.name: inputs(root, run) for run in runs}
    stale = [run for run in runs if force or is_stale(build / "runs" / run.name, wanted[run.name])]
    if not stale:
        return []
    under_way: list[str] = []
    failures: list[str] = []
    watch = watch or (lambda names, done, total: None)

    def one(run: Planned) -> None:
        if failures:  # no point in starting more
            return
        under_way.append(run.name)
        try:
            _make_one(root, run, build, wanted[run.name])
        finally:
            under_way.remove(run.name)

    with ThreadPoolExecutor(max_workers=min(len(stale), os.cpu_count() or 1)) as pool:
        watch([run.name for run in stale[: os.cpu_count() or 1]], 0, len(stale))
        for done, future in enumerate(as_completed([pool.submit(one, run) for run in stale]), 1):
            try:
                future.result()
            except RunError as error:
                failures.append(str(error))
            watch(list(under_way), done, len(stale))
    if failures:
        raise RunError("\n".join(failures))
    return [run.name for run in stale]


def _make_one(root: Path, run: Planned, build: Path, made_from: Mapping[str, Any]) -> None:
    folder, staging = build / "runs" / run.name, build / "staging" / run.name
    shutil.rmtree(staging, ignore_errors=True)
    staging.mkdir(parents=True)
    started = time.perf_counter()
    executed = staging / "executed.ipynb"
    reason = run.lacking or execute(
        root / NOTEBOOKS / f"{run.notebook}.ipynb",
        executed,
        {**run.parameters, "output": os.path.relpath(staging, root)},
        root,
        f"run {run.name}",
    )
    if reason:
        for path in staging.iterdir():
            path.unlink()
        values = {"not_applicable": reason}
        result = {"parameters": run.parameters, "values": values, "tables": {}, "figures": {}}
        write(staging / "result.json", as_json(result))
    files = {path.name: _file_digest(path) for path in sorted(staging.iterdir())}
    if "result.json" not in files:
        raise RunError(f"{shown(root / NOTEBOOKS)}/{run.notebook}.ipynb (run {run.name}) wrote no result.json")
    manifest = {
        "run": run.name,
        "inputs": made_from,
        "files": files,
        "seconds": round(time.perf_counter() - started, 3),
        "cell_seconds": _cell_seconds(executed) if executed.exists() else 0.0,
    }
    write(staging / "manifest.json", as_json(manifest))
    folder.parent.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(folder, ignore_errors=True)
    staging.replace(folder)


def publish(build: Path, run: Planned, page: Path) -> None:
    """Write a run's executed notebook as a page of the book.

    What differs from one run to the next is left out (time stamps, random ids, the output folder); the code folds
    away, figures get their alternative text, and the title is the run's. A run that does not apply to its trial gets a
    page that says why. A page that would not change is not touched.

    Parameters
    ----------
    build : path
    run : Planned
    page : path
        The notebook to write.
    """
    folder = build / "runs" / run.name
    if not (folder / "executed.ipynb").is_file():
        result = json.loads((folder / "result.json").read_text(encoding="utf-8"))
        write(page, as_json(_not_applicable(run.title, result["values"]["not_applicable"])))
        return
    notebook = json.loads((folder / "executed.ipynb").read_text(encoding="utf-8"))
    notebook["metadata"] = {k: notebook["metadata"][k] for k in ("kernelspec", "language_info")}
    cells = []
    for i, cell in enumerate(notebook["cells"]):
        tags = cell["metadata"].get("tags", [])
        cell["id"] = f"cell-{i}"
        cell["metadata"] = {"tags": [*tags, "remove-cell" if "parameters" in tags else "hide-input"]}
        if cell["cell_type"] == "markdown" and i == 0:
            cell["source"] = _retitled("".join(cell["source"]), run.title)
            cell["metadata"] = {}
        if "injected-parameters" in tags:
            lines = "".join(cell["source"]).splitlines()
            cell["source"] = "\n".join(line for line in lines if not line.startswith("output ="))
            cell["metadata"] = {"tags": tags}
        for output in cell.get("outputs", []):
            alt = output.get("metadata", {}).pop("alt", None)
            if alt:
                cell["metadata"]["mystnb"] = {"image": {"alt": alt}}
        cells.append(cell)
    notebook["cells"] = cells
    write(page, as_json(notebook))


def as_text(text: str) -> str:
    """Write text so that Markdown shows its characters and nothing else."""
    return "".join(f"\\{c}" if c in "\\`*_{}[]<>()#$!&" else c for c in " ".join(text.split()))


def _retitled(markdown: str, title: str) -> str:
    """Put a run's title in place of its notebook's, as text."""
    _, _, rest = markdown.partition("\n")
    return f"# {as_text(title)}\n{rest}"


def _not_applicable(title: str, reason: str) -> dict[str, Any]:
    """Make the page of a run that does not apply to its trial."""
    source = f"# {as_text(title)}\n\n:::{{admonition}} Does not apply to this trial\n{as_text(reason)}.\n:::"
    cell = {"cell_type": "markdown", "id": "cell-0", "metadata": {}, "source": source}
    return {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


def _cell_seconds(path: Path) -> float:
    """Sum the time that the cells themselves took."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return round(sum(c["metadata"].get("papermill", {}).get("duration") or 0.0 for c in cells), 3)


def execute(notebook: Path, executed: Path, parameters: Mapping[str, Any], root: Path, label: str) -> str | None:
    """Run one notebook with papermill.

    Parameters
    ----------
    notebook, executed : path
        What to run and where to write it with its outputs.
    parameters : mapping
    root : path
        The kernel's working directory.
    label : str
        Names the run where it fails.

    Returns
    -------
    str or None
        Why the analysis does not apply to the trial, where it does not (:class:`countback.errors.NotApplicable`).

    Raises
    ------
    RunError
        If a cell fails or the kernel dies.
    """
    from traitlets.config import Config

    settings = Config()
    with tempfile.TemporaryDirectory(prefix="countback-") as sockets:
        if os.name == "posix":  # sockets in files: no ports to race for, and no network is needed
            settings.KernelManager.transport = "ipc"
            settings.KernelManager.connection_file = str(Path(sockets) / "kernel.json")
        return _papermill(notebook, executed, parameters, root, label, settings)


def _papermill(
    notebook: Path, executed: Path, parameters: Mapping[str, Any], root: Path, label: str, settings: Any
) -> str | None:
    import papermill  # here: half a second that reading results does not need
    from nbclient.exceptions import DeadKernelError

    try:
        papermill.execute_notebook(
            str(notebook), str(executed), dict(parameters), progress_bar=False, kernel_name="python3",
            config=settings, shutdown_kernel="immediate",
            # not papermill's own cwd, which moves the whole process: other runs are under way in it
            resources={"metadata": {"path": str(root.resolve())}},
        )  # fmt: skip
    except papermill.PapermillExecutionError as error:
        if error.ename == NotApplicable.__name__:
            return str(error.evalue)
        reason = f"{error.ename}: {error.evalue}"
        raise RunError(f"{shown(notebook)}, cell {error.cell_index + 1} ({label}): {reason}") from None
    except DeadKernelError:
        raise RunError(f"{shown(notebook)} ({label}): the kernel died; the machine may be short of memory") from None
    return None
