"""A project on disk: every path of it, what counts as its source, and digests of what it holds.

Nothing is read here but bytes, and nothing is written.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatch
from functools import cache
from pathlib import Path
from typing import Any

from countback.errors import InputError, shown
from countback.files import resolved

__all__ = [
    "BOOK_SOURCES", "BUILD", "NOTEBOOKS", "OUTPUT", "PAGES", "PLAN", "Project", "bytes_digest", "digest",
    "file_digest", "library_digest",
]  # fmt: skip

NOTEBOOKS, PLAN, PAGES = Path("analysis/notebooks"), Path("analysis/runs.yml"), Path("chapters/runs")
"""Where notebooks and the plan lie, and where executed notebooks become pages, from the project's root."""

OUTPUT = Path("_build")
"""Where a build writes, from the project's root."""

BUILD = OUTPUT / "countback"
"""Where results lie, each run in ``runs/<name>/``."""

BOOK_SOURCES = ("_config.yml", "_toc.yml", "index.md", "chapters", "analysis", "data", "assets", "CITATION.cff")
"""What a book is made of, from its root; no more is needed to build it elsewhere."""

_NOT_SOURCES = (
    "_build", "node_modules", "__pycache__", "*.egg-info", ".*_cache", ".git", ".venv", ".hypothesis",
    ".ipynb_checkpoints", ".countback-book", "*.pyc", "*.zip", "ro-crate-metadata.json",
)  # fmt: skip


@dataclass(frozen=True)
class Project:
    """A folder with notebooks, a plan, data and chapters; and where its results lie.

    Attributes
    ----------
    root : pathlib.Path
    separate : pathlib.Path, optional
        Where results lie if not below the project, as for other parameters than the published ones.
    """

    root: Path
    separate: Path | None = None

    @classmethod
    def find(cls, start: Path | None = None) -> Project:
        """Find the project in a folder, or without one the nearest upwards from the working directory.

        Raises
        ------
        InputError
            If there is none, or the working directory is gone.
        """
        try:
            first = start or Path.cwd()
        except FileNotFoundError:
            raise InputError("the working directory no longer exists; change to another") from None
        for folder in (first, *(first.parents if start is None else ())):
            if cls(folder).plan.is_file():
                return cls(folder)
        raise InputError(f"{shown(first)}: no project here (a folder with {PLAN.as_posix()}); name one with --root")

    # Sources

    @property
    def plan(self) -> Path:
        """Which notebooks are run, and with which parameters."""
        return self.root / PLAN

    @property
    def notebooks(self) -> Path:
        """Folder of the notebooks."""
        return self.root / NOTEBOOKS

    def notebook(self, name: str) -> Path:
        """File of a notebook, as the plan names it."""
        return self.notebooks / f"{name}.ipynb"

    @property
    def data(self) -> Path:
        """Folder of the trials' folders."""
        return self.root / "data"

    @property
    def chapters(self) -> Path:
        """Folder of the text."""
        return self.root / "chapters"

    @property
    def configuration(self) -> Path:
        """Settings of the book."""
        return self.root / "_config.yml"

    @property
    def contents(self) -> Path:
        """Table of contents of the book."""
        return self.root / "_toc.yml"

    @property
    def citation(self) -> Path:
        """How to cite the report, and its date of release."""
        return self.root / "CITATION.cff"

    def sources(self) -> list[str]:
        """Source files, sorted, from the root, with slashes; nothing that a build writes."""
        found = []
        for folder, folders, files in os.walk(self.root):
            unwanted = self.not_sources(folder, [*folders, *files])
            folders[:] = sorted(name for name in folders if name not in unwanted)
            here = Path(folder).relative_to(self.root)
            found += [(here / name).as_posix() for name in files if name not in unwanted]
        return sorted(found)

    def not_sources(self, folder: str, names: Iterable[str]) -> set[str]:
        """The names of a folder that are not sources, in the form that :func:`shutil.copytree` asks for."""
        pages = self.root / PAGES
        return {
            name for name in names
            if any(fnmatch(name, pattern) for pattern in _NOT_SOURCES) or Path(folder) / name == pages
        }  # fmt: skip

    def outside_sources(self, folder: Path, option: str) -> Path:
        """Absolute path of a folder that is to be written into: elsewhere, or below ``_build``.

        Raises
        ------
        InputError
            If it lies among the project's sources, where it would become one of them, or around the project.
        """
        place, root = resolved(folder), resolved(self.root)
        below = place.is_relative_to(root) and not place.is_relative_to(root / OUTPUT)
        if below or root.is_relative_to(place) or place == root / OUTPUT:
            raise InputError(
                f"{option} {shown(folder)}: lies among or around the project's sources; name a folder below "
                f"{shown(self.root / OUTPUT)}, or one elsewhere"
            )
        return place

    def digest(self, names: Iterable[str]) -> str:
        """SHA-256 of files by their names and contents, 64 hexadecimal digits."""
        lines = (f"{name}\0{file_digest(self.root / name)}\n" for name in names)
        return bytes_digest("".join(lines).encode())

    # What a build makes

    @property
    def output(self) -> Path:
        """Folder of everything that a build makes, except the pages of notebooks."""
        return self.root / OUTPUT if self.separate is None else self.separate.parent

    @property
    def build(self) -> Path:
        """Folder of results."""
        return self.root / BUILD if self.separate is None else self.separate

    @property
    def runs(self) -> Path:
        """Folder of the runs' folders."""
        return self.build / "runs"

    def run(self, name: str) -> Path:
        """Folder of a run's results."""
        return self.runs / name

    @property
    def staging(self) -> Path:
        """Folder of runs under way."""
        return self.build / "staging"

    @property
    def pages(self) -> Path:
        """Folder of the executed notebooks as pages."""
        return self.root / PAGES

    def page(self, run: str) -> Path:
        """Page of a run."""
        return self.pages / f"{run}.ipynb"

    @property
    def html(self) -> Path:
        """Folder of the report as web pages."""
        return self.output / "html"

    @property
    def manifest(self) -> Path:
        """The manifest of a whole build, in the form of CODECHECK."""
        return self.output / "codecheck.yml"


def bytes_digest(content: bytes) -> str:
    """SHA-256 of bytes, 64 hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def file_digest(path: Path) -> str:
    """SHA-256 of a file's content, 64 hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def digest(data: Any) -> str:
    """SHA-256 of plain data written as JSON, 64 hexadecimal digits."""
    return bytes_digest(json.dumps(data, sort_keys=True).encode())


@cache
def library_digest() -> str:
    """SHA-256 of the package's own code, 64 hexadecimal digits."""
    package = Path(__file__).parent
    sources = sorted(path.relative_to(package).as_posix() for path in package.rglob("*.py"))
    return digest([[name, file_digest(package / name)] for name in sources])
