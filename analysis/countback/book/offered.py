"""Files that the pages offer: the data, every table as CSV, and the sources in one zip.

They lie in ``files/`` beside the pages, so that a reader who has the pages alone has all that the numbers follow from.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

import yaml
from sphinx.application import Sphinx

from countback.book.results import Results
from countback.deposit.manifest import PAGE, timeless
from countback.files import as_csv, write, zipped
from countback.project import Project
from countback.runs.results import FILE, Result

FOLDER = "files"
"""Where the files lie, from the front page."""

SOURCES = f"{FOLDER}/sources.zip"
MANIFEST = f"{FOLDER}/codecheck.yml"

VALUES = "values"
"""Name of the table of a run's single values."""

DATA = (".csv", ".yml", ".md")
"""Suffixes of a trial's files that are offered: nothing that a browser would run."""


def of_data(trial: str, file: str = "") -> str:
    """Where a file of a trial's folder is offered, from the front page."""
    return f"{FOLDER}/data/{Path(trial).name}/{file}"


def of_run(run: str, file: str) -> str:
    """Where a file of a run is offered, from the front page."""
    return f"{FOLDER}/results/{run}/{file}"


def address(page: str, file: str) -> str:
    """Address of an offered file as a page calls it.

    Examples
    --------
    >>> address("chapters/size", "files/sources.zip")
    '../files/sources.zip'
    """
    return "../" * page.count("/") + quote(file)


def trials_of(root: Path, parameters: dict[str, Any]) -> list[str]:
    """Folders of the trials that a run reads, by its parameters."""
    named = {str(value) for value in parameters.values() if isinstance(value, str)}
    return sorted(name for name in named if name and (root / name / "trial.yml").is_file())


def trial_files(root: Path, trial: str) -> list[str]:
    """Files of a trial's folder that are offered, from the folder."""
    folder = root / trial
    found = [path for path in sorted(folder.rglob("*")) if path.is_file() and path.suffix in DATA]
    names = [path.relative_to(folder) for path in found]
    return [name.as_posix() for name in names if not any(part.startswith(".") for part in name.parts)]


def run_files(result: Result, folder: Path) -> list[str]:
    """Files of a run that are offered: its tables, its values, and the audit, where it is one."""
    tables = [f"{name}.csv" for name in sorted(result.tables)]
    audits = [name for name in ("audit.csv", "audit.json") if (folder / name).is_file() and name not in tables]
    return [*tables, *audits, f"{VALUES}.csv", FILE]


def values_rows(result: Result) -> list[dict[str, Any]]:
    """Single values of a run as rows: their keys, and themselves at full precision."""
    return [
        {"result": key, "value": json.dumps(value) if isinstance(value, list) else value}
        for key, value in result.flat().items()
    ]


def runs(results: Results) -> list[str]:
    """Runs of a build that have written their result, and the manifest's page."""
    found = [path.parent.name for path in sorted((results.build / "runs").glob(f"*/{FILE}"))]
    return [*found, PAGE] if results.path(PAGE, FILE).is_file() else found


def offer(app: Sphinx, exception: Exception | None) -> None:
    """Write the files beside the pages, and remove those that are no longer offered."""
    if exception is not None or app.builder.name != "html":
        return
    root, out, results = Path(app.srcdir), Path(app.outdir), app.countback_results  # type: ignore[attr-defined]
    content = _content(root, results)
    if content:
        moment = app.countback_stamp.moment  # type: ignore[attr-defined]
        content[SOURCES] = zipped({name: (root / name).read_bytes() for name in Project(root).sources()}, moment)
    for name, data in content.items():
        write(out / name, data)
    for path in sorted((out / FOLDER).rglob("*")):
        if path.is_file() and path.relative_to(out).as_posix() not in content:
            path.unlink()


def _content(root: Path, results: Results) -> dict[str, bytes]:
    """Every offered file but the sources, by its place from the front page."""
    content: dict[str, bytes] = {}
    for run in runs(results):
        result = results.result(run)
        for file in run_files(result, results.path(run, "")):
            written = results.path(run, file)
            name = file.removesuffix(".csv")
            if file == f"{VALUES}.csv":
                content[of_run(run, file)] = as_csv(values_rows(result)).encode()
            elif written.is_file():
                content[of_run(run, file)] = written.read_bytes()
            else:
                content[of_run(run, file)] = as_csv(result.tables[name].rows).encode()
        for trial in trials_of(root, dict(result.parameters)):
            content |= {of_data(trial, file): (root / trial / file).read_bytes() for file in trial_files(root, trial)}
    manifest = results.build.parent / Path(MANIFEST).name
    if manifest.is_file():
        stated = timeless(yaml.safe_load(manifest.read_text(encoding="utf-8")))
        content[MANIFEST] = yaml.safe_dump(stated, sort_keys=False, allow_unicode=True, width=110).encode()
    return content
