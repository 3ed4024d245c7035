"""The manifest of what a build has made, in the form of CODECHECK.

CODECHECK (Nüst D, Eglen SJ. F1000Research 2021;10:253, doi 10.12688/f1000research.51738.2) asks for a manifest of the
outputs that somebody else should be able to make again. Here each has its SHA-256. Durations differ from build to
build: they are in ``codecheck.yml`` alone, never on a page. It becomes a certificate once somebody else has
checked it.
"""

from __future__ import annotations

import json
import platform
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from countback import __version__, environment, trial
from countback.audit.verdicts import Verdict
from countback.deposit import stamp
from countback.files import write
from countback.project import Project, file_digest
from countback.runs import make
from countback.runs.parameters import read_notebook
from countback.runs.plan import Planned
from countback.runs.results import Column, Result, Table

NAME = "codecheck.yml"
"""The manifest's file, in the folder that holds the whole build."""

PAGE = "manifest"
"""Where the book's page finds what it shows of it, beside the runs; and the name of that page."""

SPECIFICATION = "https://codecheck.org.uk/spec/config/1.0/"

REPORT = "report"
"""Key of the report's files; CODECHECK's own list holds results alone."""

UNSTABLE = (make.EXECUTED,)
"""Files of a run that hold times and random ids: they differ from build to build."""

_COMMENTS = {"result.json": "results", "audit.json": "the audit as data", "audit.csv": "the audit, one row per claim"}
_KINDS = {
    "-narrow-dark.svg": "figure {}, for a phone, dark", "-dark.svg": "figure {}, for the screen, dark",
    "-narrow.svg": "figure {}, for a phone", ".svg": "figure {}, for the screen", ".pdf": "figure {}, for print",
    ".csv": "table {}", ".json": "data {}",
}  # fmt: skip
"""What a file of a run is, by the end of its name; the first that fits."""


def write_manifest(root: Path, build: Path, planned: Sequence[Planned], parameters: Mapping[str, Any]) -> None:
    """Write ``codecheck.yml`` beside the results, and what the book's page shows of it.

    Parameters
    ----------
    root : path
        The project.
    build : path
        Holds ``runs/<name>/``, all complete; the manifest goes into the folder above.
    planned : sequence of Planned
    parameters : mapping
        Those of the whole book that are not as published.
    """
    contents = compose(root, build, planned, parameters)
    _save(build.parent / NAME, contents | _report(build.parent / NAME))
    _page(contents, {run.name: run.title for run in planned}).write(build / PAGE)


def add_report(folder: Path, name: str, digests: Mapping[str, str]) -> None:
    """State the files of the report: pages, images, scripts and the PDF.

    Parameters
    ----------
    folder : path
        Holds the manifest and the report.
    name : str
        The report's folder below it, such as ``html``.
    digests : mapping of str to str
        SHA-256 of every file by its path below the report's folder.
    """
    file = folder / NAME
    if file.is_file():
        contents = yaml.safe_load(file.read_text(encoding="utf-8"))
        _save(file, contents | {REPORT: {f"{name}/{path}": digests[path] for path in sorted(digests)}})


def _report(file: Path) -> dict[str, Any]:
    """Files of the report as the last build stated them: another form of it may be built without its pages."""
    try:
        stated = yaml.safe_load(file.read_text(encoding="utf-8")) if file.is_file() else {}
    except (yaml.YAMLError, ValueError, RecursionError):  # damaged: it is written anew
        stated = {}
    return {REPORT: stated[REPORT]} if isinstance(stated, dict) and REPORT in stated else {}


def _save(file: Path, contents: Mapping[str, Any]) -> None:
    lines = "# What this build has made. Compare with: countback verify FOLDER\n"
    write(file, lines + yaml.safe_dump(dict(contents), sort_keys=False, allow_unicode=True, width=110))


def compose(root: Path, build: Path, planned: Sequence[Planned], parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Content of the manifest.

    Returns
    -------
    dict
        ``manifest`` and ``paper`` as CODECHECK has them; what it has no place for under ``countback``.
    """
    folders = sorted({folder for run in planned for folder in _folders(root, run)})
    trials = {folder: trial.load(root / folder) for folder in folders}
    citations = [one.design.citation for one in trials.values()]
    return {
        "version": SPECIFICATION,
        "paper": [
            {
                "title": citation.title,
                "authors": [{"name": citation.authors}],
                "reference": f"https://doi.org/{citation.doi}" if citation.doi else citation.journal,
            }
            for citation in citations
        ],
        "manifest": [entry for run in planned for entry in _entries(build, run)],
        "countback": {
            "version": __version__,
            "commit": _commit(root, parameters),
            "parameters": dict(parameters),
            "python": platform.python_version(),
            "platform": f"{platform.system()} {platform.machine()}",
            "packages": {name: found for name, found in environment.versions().items() if name != "python"},
            "data": {
                path.relative_to(root).as_posix(): file_digest(path)
                for folder in folders
                for path in sorted((root / folder).rglob("*"))
                if path.is_file() and not path.name.startswith(".")
            },
            "verdicts": _verdicts(build, planned),
            "seconds": {run.name: _manifest(build, run)["seconds"] for run in planned},
        },
    }


def _folders(root: Path, run: Planned) -> list[str]:
    """Folders of the trials that a run reads."""
    notebook = read_notebook(Project(root).notebook(run.notebook))
    return [str(run.parameters.get(name, notebook.defaults[name])) for name in notebook.trials]


def _manifest(build: Path, run: Planned) -> Any:
    return make.manifest(build / "runs" / run.name)


def _entries(build: Path, run: Planned) -> Iterator[dict[str, str]]:
    for name, digest in sorted(_manifest(build, run)["files"].items()):
        if name not in UNSTABLE:
            file = (Path(build.name) / "runs" / run.name / name).as_posix()
            yield {"file": file, "comment": f"{run.title}: {_comment(name)}", "sha256": digest}


def _comment(name: str) -> str:
    """What a file of a run is."""
    end = next((end for end in _KINDS if name.endswith(end)), "")
    return _COMMENTS.get(name) or _KINDS.get(end, "file {}").format(name.removesuffix(end))


def _verdicts(build: Path, planned: Sequence[Planned]) -> dict[str, dict[str, int]]:
    """Count the verdicts of each run that is an audit."""
    found = {}
    for run in planned:
        file = build / "runs" / run.name / "audit.json"
        if file.is_file():
            found[run.name] = json.loads(file.read_text(encoding="utf-8"))["verdicts"]
    return found


def timeless(contents: Mapping[str, Any]) -> dict[str, Any]:
    """A manifest without what differs from build to build: how long each run took, and the report, which offers it."""
    own = {key: value for key, value in contents.get("countback", {}).items() if key != "seconds"}
    return {key: value for key, value in contents.items() if key not in ("countback", REPORT)} | {"countback": own}


def _commit(root: Path, parameters: Mapping[str, Any]) -> str:
    """Name the commit that is checked out, and whether files differ from it."""
    made = stamp.of(root, parameters)
    if made.commit is None:
        return "none (built outside a repository)"
    return made.commit if made.clean else f"{made.commit} with changes"


def _page(contents: Mapping[str, Any], titles: Mapping[str, str]) -> Result:
    """Put what the book's page shows into the form of a run's results."""
    own = contents["countback"]
    tables = {
        "manifest": (
            {"file": "file", "sha256": "SHA-256"},
            [
                {"file": entry["file"].partition("/runs/")[2], "sha256": _broken(entry["sha256"])}
                for entry in contents["manifest"]
            ],
        ),
        "data": (
            {"file": "file", "sha256": "SHA-256"},
            [{"file": file, "sha256": _broken(digest)} for file, digest in own["data"].items()],
        ),
        "packages": (
            {"package": "package", "version": "version"},
            [
                {"package": name, "version": found}
                for name, found in {"python": own["python"], **own["packages"]}.items()
            ],
        ),
        "verdicts": (
            {"verdict": "verdict", **{run: titles[run] for run in own["verdicts"]}},
            [
                {"verdict": verdict.value, **{run: counts.get(verdict, 0) for run, counts in own["verdicts"].items()}}
                for verdict in Verdict
                if own["verdicts"]
            ],
        ),
    }
    return Result(
        values={
            "files": len(contents["manifest"]),
            "commit": own["commit"][:12] + own["commit"][40:] if " " not in own["commit"][:40] else own["commit"],
            "version": own["version"],
            "python": own["python"],
        },
        tables={
            name: Table(tuple(Column(key, label, "") for key, label in columns.items()), tuple(rows))
            for name, (columns, rows) in tables.items()
        },
    )


def _broken(digest: str) -> str:
    """Let a digest break into lines of sixteen digits."""
    return " ".join(digest[i : i + 16] for i in range(0, len(digest), 16))
