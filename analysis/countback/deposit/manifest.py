"""A certificate of what a build has made, in the form of CODECHECK, and holding a build against one.

CODECHECK (Nüst D, Eglen SJ. F1000Research 2021;10:253, doi 10.12688/f1000research.51738.2) asks for a manifest of the
outputs that somebody else should be able to make again. Here each stands with its SHA-256. Durations differ from build
to build: they stand in ``codecheck.yml`` alone, never on a page.
"""

from __future__ import annotations

import json
import platform
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

import yaml

from countback import __version__, environment, trial
from countback.audit.verdicts import Verdict
from countback.deposit import stamp
from countback.errors import InputError
from countback.files import shown, write
from countback.project import file_digest
from countback.readers import Yaml
from countback.runs import make
from countback.runs.plan import Planned
from countback.runs.results import Column, Result, Table

NAME = "codecheck.yml"
"""The certificate's file, in the folder that holds the whole build."""

SPECIFICATION = "https://codecheck.org.uk/spec/config/1.0/"

UNSTABLE = (make.EXECUTED,)
"""Files of a run that hold times and random ids: they differ from build to build."""

_COMMENTS = {"result.json": "results", "audit.json": "the audit as data", "audit.csv": "the audit, one row a claim"}
_KINDS = {".csv": "table {}", ".svg": "figure {}, for the screen", ".pdf": "figure {}, for print", ".json": "data {}"}


def write_certificate(root: Path, build: Path, planned: Sequence[Planned], parameters: Mapping[str, Any]) -> None:
    """Write ``codecheck.yml`` beside the results, and what the book's page shows of it.

    Parameters
    ----------
    root : path
        The project.
    build : path
        Holds ``runs/<name>/``, all complete; the certificate goes into the folder above.
    planned : sequence of Planned
    parameters : mapping
        Those of the whole book that are not as published.
    """
    contents = compose(root, build, planned, parameters)
    lines = "# What this build has made. Compare with: countback verify FOLDER\n"
    write(build.parent / NAME, lines + yaml.safe_dump(contents, sort_keys=False, allow_unicode=True, width=110))
    _page(contents).write(build / "certificate")


def compose(root: Path, build: Path, planned: Sequence[Planned], parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Give the certificate's content.

    Returns
    -------
    dict
        ``manifest`` and ``paper`` as CODECHECK has them; what it has no place for under ``countback``.
    """
    folders = sorted({str(run.parameters["trial"]) for run in planned if "trial" in run.parameters})
    trials = {folder: trial.load(root / folder) for folder in folders}
    citations = [one.design.citation for one in trials.values()]
    return {
        "version": SPECIFICATION,
        "paper": [
            {
                "title": citation.title,
                "authors": [{"name": citation.authors}],
                "reference": f"https://doi.org/{citation.doi}",
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


def _manifest(build: Path, run: Planned) -> Any:
    return make.manifest(build / "runs" / run.name)


def _entries(build: Path, run: Planned) -> Iterator[dict[str, str]]:
    for name, digest in sorted(_manifest(build, run)["files"].items()):
        if name not in UNSTABLE:
            comment = _COMMENTS.get(name) or _KINDS.get(Path(name).suffix, "file {}").format(Path(name).stem)
            file = (Path(build.name) / "runs" / run.name / name).as_posix()
            yield {"file": file, "comment": f"{run.title}: {comment}", "sha256": digest}


def _verdicts(build: Path, planned: Sequence[Planned]) -> dict[str, dict[str, int]]:
    """Count the verdicts of each run that is an audit."""
    found = {}
    for run in planned:
        file = build / "runs" / run.name / "audit.json"
        if file.is_file():
            found[run.name] = json.loads(file.read_text(encoding="utf-8"))["verdicts"]
    return found


def _commit(root: Path, parameters: Mapping[str, Any]) -> str:
    """Name the commit that is checked out, and whether files differ from it."""
    made = stamp.of(root, parameters)
    if made.commit is None:
        return "none (built outside a repository)"
    return made.commit if made.clean else f"{made.commit} with changes"


def _page(contents: Mapping[str, Any]) -> Result:
    """What the book's page shows, in the form of a run's results."""
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
            {"verdict": "verdict", **{run: run for run in own["verdicts"]}},
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


def verify(build: Path, file: Path) -> tuple[list[str], list[str], int]:
    """Hold the files of a build against a certificate.

    Parameters
    ----------
    build : path
        The folder that the certificate's files are below, such as ``_build``.
    file : path
        The certificate.

    Returns
    -------
    problems : list of str
        One line for each file that is missing or differs.
    notes : list of str
        What else differs between the certificate and the build's own, such as the version of a package: what may
        explain the problems.
    checked : int
        How many files were compared.

    Raises
    ------
    InputError
        If there is no such folder, or the certificate cannot be read.
    """
    if not build.is_dir():
        raise InputError(f"{shown(build)}: no such folder; build the report first (jupyter-book build .)")
    stated = _read(file)
    problems = []
    for entry in stated["manifest"]:
        path = build / entry["file"]
        if not path.is_file():
            problems.append(f"{shown(path)}: is missing")
        elif (found := file_digest(path)) != entry["sha256"]:
            problems.append(f"{shown(path)}: differs ({found[:12]}, stated {entry['sha256'][:12]})")
    notes = []
    beside = build / NAME
    if beside.is_file() and beside.resolve() != file.resolve():
        notes = list(_differences(stated.get("countback"), _read(beside).get("countback")))
    return problems, notes, len(stated["manifest"])


def _read(file: Path) -> dict[str, Any]:
    yaml_file = Yaml(file)
    data = yaml_file.data
    entries = data.get("manifest") if isinstance(data, dict) else None
    if not isinstance(entries, list) or not entries:
        raise InputError(f"{shown(file)}: is no certificate: it has no list 'manifest'")
    for i, entry in enumerate(entries):
        at = yaml_file.at("manifest", i)
        if not isinstance(entry, dict) or not all(isinstance(entry.get(key), str) for key in ("file", "sha256")):
            raise InputError(f"{at}: an entry of the manifest needs file and sha256, both text")
        path = PurePosixPath(entry["file"])
        if path.is_absolute() or ".." in path.parts:
            raise InputError(f"{at}: {entry['file']!r} leads out of the build; name files below it")
    return dict(data)


def _differences(stated: Any, here: Any) -> Iterator[str]:
    """Name what differs in what two builds were made from."""
    if not isinstance(stated, dict) or not isinstance(here, dict):
        return
    flat = [
        {(key, ""): part.get(key) for key in ("version", "commit", "python", "platform")} for part in (stated, here)
    ]
    for known, part in zip(flat, (stated, here), strict=True):
        for group in ("packages", "data"):
            members = part.get(group)
            known.update(
                {(group, str(name)): value for name, value in members.items()} if isinstance(members, dict) else {}
            )
    for key in sorted(set(flat[0]) | set(flat[1])):
        first, second = (part.get(key) for part in flat)
        if first != second:
            name = key[1] or key[0]
            short = [str(value)[:12] if key[0] in ("data", "commit") else str(value) for value in (first, second)]
            yield f"note: {name}: {short[0]} in the certificate, {short[1]} here"
