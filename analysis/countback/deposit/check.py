"""The check of a build against a manifest: what is missing, what differs, what was added."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from countback.deposit.manifest import NAME, REPORT, UNSTABLE
from countback.errors import InputError
from countback.files import same, shown
from countback.project import file_digest
from countback.readers import Yaml

_UNSTATED = (".buildinfo", "manifest.json", *UNSTABLE)
"""Files that no manifest states: they differ from build to build."""


_OWN = ("version", "commit", "python", "platform")


@dataclass(frozen=True)
class Check:
    """The outcome of comparing a build with a manifest.

    Attributes
    ----------
    problems : tuple of str
        One line for each file that is missing, differs or was added.
    notes : tuple of str
        What may explain them, such as another version of a package, and what was not compared.
    compared, equal : int
        Files that the manifest states, and how many of them are as stated.
    own : bool
        Whether the manifest is the build's own.
    """

    problems: tuple[str, ...]
    notes: tuple[str, ...]
    compared: int
    equal: int
    own: bool


def check(build: Path, file: Path | None = None) -> Check:
    """Compare the files of a build with a manifest.

    Parameters
    ----------
    build : path
        The folder that the manifest's files are below, such as ``_build``.
    file : path, optional
        The manifest. [default: the build's own]

    Raises
    ------
    InputError
        If there is no such folder, or the manifest cannot be read.
    """
    if not build.is_dir():
        raise InputError(f"{shown(build)}: no such folder; build the report first (jupyter-book build .)")
    beside = build / NAME
    file = file or beside
    own = beside.is_file() and same(beside, file)
    contents = _read(file)
    report = contents.get(REPORT, {})
    stated = {entry["file"]: entry["sha256"].lower() for entry in contents["manifest"]} | report
    wrong = []
    for name, digest in stated.items():
        path = build / name
        if not os.path.isfile(path):  # noqa: PTH113 - a name that no file can have is missing too
            wrong.append(f"{shown(path)}: is missing")
        elif (found := file_digest(path)) != digest:
            wrong.append(f"{shown(path)}: differs ({found[:12]}, stated {digest[:12]})")
    added = [f"{shown(build / name)}: is not stated; it was added" for name in _added(build, stated)]
    notes = [] if own or not beside.is_file() else list(_differences(contents.get("countback"), _peek(beside)))
    if not report:
        notes.append("note: the manifest states no pages: they were not compared")
    notes.append("note: not compared: executed.ipynb and manifest.json of each run, which hold times")
    return Check((*wrong, *added), tuple(notes), len(stated), len(stated) - len(wrong), own)


def _added(build: Path, stated: dict[str, str]) -> Iterator[str]:
    """Files beside the stated ones that the manifest does not state."""
    folders = {"/".join(PurePosixPath(name).parts[:-1]) for name in stated}
    tops = {PurePosixPath(folder).parts[0] for folder in folders if folder}
    runs = {f"{top}/runs" for top in tops if (build / top / "runs").is_dir()}
    for top in sorted((tops - {run.split("/")[0] for run in runs}) | runs):
        for path in sorted((build / top).rglob("*")):
            name = path.relative_to(build).as_posix()
            if path.is_file() and name not in stated and path.name not in _UNSTATED:
                yield name


def _read(file: Path) -> dict[str, Any]:
    """Read a manifest; digests in small letters."""
    source = Yaml(file)
    data = source.data
    entries = data.get("manifest") if isinstance(data, dict) else None
    if not isinstance(entries, list) or not entries:
        raise InputError(f"{shown(file)}: not a manifest: it has no list 'manifest'; name a {NAME}")
    for i, entry in enumerate(entries):
        at = source.at("manifest", i)
        if not isinstance(entry, dict) or not all(isinstance(entry.get(key), str) for key in ("file", "sha256")):
            raise InputError(f"{at}: an entry of the manifest needs file and sha256, both text")
        _within(at, entry["file"])
    report = data.get(REPORT, {})
    if not isinstance(report, dict) or not all(isinstance(text, str) for pair in report.items() for text in pair):
        raise InputError(f"{source.at(REPORT)}: needs one SHA-256 per file, such as 'html/index.html: 3f2a...'")
    for name in report:
        _within(source.at(REPORT, name), name)
    return {**data, REPORT: {name: digest.lower() for name, digest in report.items()}}


def _within(at: str, name: str) -> None:
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts:
        raise InputError(f"{at}: {name!r} leads out of the build; name files below it")


def _peek(file: Path) -> Any:
    return _read(file).get("countback")


def _differences(stated: Any, here: Any) -> Iterator[str]:
    """What differs in what two builds were made from."""
    if not isinstance(stated, dict) or not isinstance(here, dict):
        return
    first, second = _flat(stated), _flat(here)
    for group, name in sorted(set(first) | set(second)):
        one, other = first.get((group, name)), second.get((group, name))
        if one != other:
            short = [str(value)[:12] if group in ("data", "commit") else str(value) for value in (one, other)]
            yield f"note: {name or group}: {short[0]} in the manifest, {short[1]} here"


def _flat(part: dict[str, Any]) -> dict[tuple[str, str], Any]:
    """Versions, packages and data of a build, each under its group and name."""
    found: dict[tuple[str, str], Any] = {
        (key, ""): part.get(key) for key in ("version", "commit", "python", "platform")
    }
    for group in ("packages", "data"):
        members = part.get(group)
        if isinstance(members, dict):
            found |= {(group, str(name)): value for name, value in members.items()}
    return found
