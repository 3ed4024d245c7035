"""Making runs: which are stale, and running their notebooks anew.

A run's folder holds ``executed.ipynb``, ``result.json``, its figures and tables, and ``manifest.json``, which says from
what it was made and the digest of each file. A run is stale when its notebook, its parameters, the data it reads, the
library or the versions of what computes have changed: content decides, never a date. A run is made in a folder of its
own and moved into place when it is complete, so that a build which is killed leaves nothing half done.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from countback import environment, trial
from countback.errors import NotApplicable
from countback.files import as_json, shown, write
from countback.project import Project, file_digest, library_digest
from countback.runs import kernels
from countback.runs.parameters import read_notebook, selecting
from countback.runs.plan import Planned
from countback.runs.results import FILE, NOT_APPLICABLE, Result

if TYPE_CHECKING:
    from countback.runs.kernels import Server
    from countback.trial import Trial

__all__ = ["EXECUTED", "MANIFEST", "RunError", "Watcher", "execute", "inputs", "is_stale", "make", "manifest"]

EXECUTED, MANIFEST = "executed.ipynb", "manifest.json"
"""Files of a run that hold times and random ids: they differ from build to build."""

Watcher = Callable[[list[str], int, int], None]
"""Called with the names under way, how many are done, and how many there are."""


class RunError(Exception):
    """A notebook did not run to its end; the text says which, where and why, one line a run."""


def inputs(project: Project, run: Planned, load: Callable[[Path], Trial] = trial.load) -> dict[str, Any]:
    """All that a run's results follow from: digests, parameters and versions.

    Parameters
    ----------
    project : Project
    run : Planned
    load : callable, optional
        Reads a trial folder; for many runs, one that reads each once.

    Raises
    ------
    InputError
        If the notebook or the trial folder does not fit.
    """
    notebook = read_notebook(project.notebook(run.notebook))
    parameters = {**notebook.defaults, **run.parameters}
    data = {name: load(project.root / parameters[name]) for name in notebook.trials}
    subject = notebook.trials[0]
    data[subject] = data[subject].select(**selecting(parameters))
    return {
        "notebook": notebook.digest,
        "parameters": dict(run.parameters),
        "data": {name: part.digest for name, part in data.items()},
        "library": library_digest(),
        "versions": environment.versions(),
    }


def manifest(folder: Path) -> Any:
    """From what a run's folder was made, and the digest of each of its files."""
    return json.loads((folder / MANIFEST).read_text(encoding="utf-8"))


def is_stale(folder: Path, wanted: Mapping[str, Any]) -> bool:
    """Whether a run's folder is missing, made from something else, or no longer what was written."""
    try:
        stated = manifest(folder)
        there = {path.name for path in folder.iterdir()} - {MANIFEST}
        whole = there == set(stated["files"]) and all(
            file_digest(folder / name) == digest for name, digest in stated["files"].items()
        )
        return not whole or stated["inputs"] != wanted
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return True


def make(project: Project, runs: Sequence[Planned], force: bool = False, watch: Watcher | None = None) -> list[str]:
    """Run what is stale, as many notebooks at once as there are processors.

    Only one process may do so in a folder at a time: hold its lock (:func:`countback.runs.lock.holding`).

    Parameters
    ----------
    project : Project
        Each run's folder is written beside and moved into place when its run is complete.
    runs : sequence of Planned
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
    shutil.rmtree(project.staging, ignore_errors=True)  # of a build that was killed
    kernels.remove_sockets_of_the_dead()
    load = cache(trial.load)
    wanted = {run.name: inputs(project, run, load) for run in runs}
    stale = [run for run in runs if force or is_stale(project.run(run.name), wanted[run.name])]
    if not stale:
        return []
    project.staging.mkdir(parents=True, exist_ok=True)
    # Named anew each time: a kernel of a killed build may live on for a moment, and write.
    staging = Path(tempfile.mkdtemp(dir=project.staging))
    try:
        with kernels.serving(project.root) as server:
            return _make_all(_Making(project, staging, wanted, server), stale, watch or (lambda *_: None))
    finally:
        shutil.rmtree(project.staging, ignore_errors=True)


@dataclass(frozen=True)
class _Making:
    """What making several runs shares."""

    project: Project
    staging: Path
    wanted: Mapping[str, Mapping[str, Any]]
    server: Server | None


def _make_all(making: _Making, stale: Sequence[Planned], watch: Watcher) -> list[str]:
    under_way: list[str] = []
    failures: list[str] = []

    def one(run: Planned) -> None:
        if failures:  # no point in starting more
            return
        under_way.append(run.name)
        try:
            _make_one(making, run)
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


def _make_one(making: _Making, run: Planned) -> None:
    project, staging = making.project, making.staging / run.name
    staging.mkdir()
    started = time.perf_counter()
    notebook = read_notebook(project.notebook(run.notebook))
    output = {notebook.output: os.path.relpath(staging, project.root)}
    reason = execute(
        notebook.path, staging / EXECUTED, {**run.parameters, **output}, project.root, f"run {run.name}", making.server
    )
    if reason:
        for path in staging.iterdir():
            path.unlink()
        Result(run.parameters, {NOT_APPLICABLE: reason}).write(staging)
    files = {path.name: file_digest(path) for path in sorted(staging.iterdir())}
    if FILE not in files:
        raise RunError(f"{shown(notebook.path)} (run {run.name}) wrote no {FILE}; end it with run.finish()")
    made = {
        "run": run.name,
        "inputs": making.wanted[run.name],
        "files": files,
        "seconds": round(time.perf_counter() - started, 3),
        "cell_seconds": _cell_seconds(staging / EXECUTED) if EXECUTED in files else 0.0,
    }
    write(staging / MANIFEST, as_json(made))
    folder = project.run(run.name)
    folder.parent.mkdir(parents=True, exist_ok=True)
    if folder.exists():  # moved out of the way in one step: no half of it is ever found in its place
        folder.replace(making.staging / f".{run.name}.former")
    staging.replace(folder)


def _cell_seconds(path: Path) -> float:
    """Sum of the time that the cells themselves took."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return round(sum(c["metadata"].get("papermill", {}).get("duration") or 0.0 for c in cells), 3)


def execute(
    notebook: Path,
    executed: Path,
    parameters: Mapping[str, Any],
    root: Path,
    label: str,
    server: Server | None = None,
) -> str | None:
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
    server : Server, optional
        Forks the kernel; without one it is started from nothing.

    Returns
    -------
    str or None
        Why the analysis does not apply to the trial, where it does not (:class:`countback.errors.NotApplicable`).

    Raises
    ------
    RunError
        If a cell fails or the kernel dies.
    """
    import papermill  # here: half a second that reading results does not need
    from nbclient.exceptions import DeadKernelError

    from countback.runs import engine  # here: half a second that reading results does not need

    engine.register()
    with kernels.sockets() as settings:
        try:
            papermill.execute_notebook(
                _as_template(notebook), _as_template(executed), dict(parameters), progress_bar=False,
                request_save_on_cell_execute=False,
                kernel_name="python3",
                config=settings, shutdown_kernel="immediate", engine_name=kernels.ENGINE, server=server,
                # not papermill's own cwd, which moves the whole process: other runs are under way in it
                resources={"metadata": {"path": str(root.resolve())}},
            )  # fmt: skip
        except papermill.PapermillExecutionError as error:
            if error.ename == NotApplicable.__name__:
                return str(error.evalue)
            last = [line for part in error.traceback for line in part.splitlines() if line.strip()][-1:]
            reason = f"{error.ename}: {error.evalue or ''.join(last) or 'no reason; is it short of open files?'}"
            raise RunError(f"{shown(notebook)}, cell {error.cell_index + 1} ({label}): {reason}") from None
        except (DeadKernelError, RuntimeError):  # the second where it dies before it has said anything
            raise RunError(
                f"{shown(notebook)} ({label}): the kernel died; the machine may be short of memory or open files"
            ) from None
    return None


def _as_template(path: Path) -> str:
    """Path as papermill takes it, which fills in parameters where it has braces."""
    return str(path).replace("{", "{{").replace("}", "}}")
