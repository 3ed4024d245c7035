"""Building the published book with other parameters, beside the published one."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import yaml

from countback.deposit import stamp
from countback.errors import InputError
from countback.files import shown, write
from countback.project import BOOK_SOURCES, Project
from countback.readers import Yaml
from countback.runs import lock
from countback.runs.make import RunError
from countback.runs.plan import plan
from countback.runs.results import Value

__all__ = ["build", "built", "default_folder", "free"]

_MARK = ".countback-book"


def default_folder(parameters: Mapping[str, Value]) -> Path:
    """Name the folder after the parameters, such as ``_build/book-alpha-0.01``."""
    words = "-".join(f"{name}-{value}" for name, value in sorted(parameters.items())) or "published"
    return Path("_build") / f"book-{''.join(c if c.isalnum() or c in '-._' else '_' for c in words)}"


def build(root: Path, parameters: Mapping[str, Value], out: Path) -> Path:
    """Copy the sources, set the parameters in their configuration, and build.

    Parameters
    ----------
    root : path
        The project.
    parameters : mapping of str to value
        Set in every run whose notebook has them.
    out : path
        Gets the sources and ``_build/html``; made if it is missing. The published book is not touched.

    Returns
    -------
    pathlib.Path
        The front page.

    Raises
    ------
    InputError
        If the parameters do not fit, or `out` holds something else.
    RunError
        If the build fails.
    """
    out = ready(root, out)
    plan(Project(root), parameters)  # before anything is written
    free(out)
    config = Yaml(root / "_config.yml").data
    with lock.holding(Project(out).build):  # another build may be reading what is replaced here
        _copy_sources(root, out)
        config["sphinx"]["config"]["countback_parameters"] = dict(parameters)
        write(out / "_config.yml", yaml.safe_dump(config, sort_keys=False, allow_unicode=True))
    return built(out)


def ready(root: Path, out: Path) -> Path:
    """Absolute path of the folder of a book, once a build in it can begin.

    Raises
    ------
    InputError
        If it lies among the project's sources, or SOURCE_DATE_EPOCH states no date.
    """
    stamp.given_epoch()  # Sphinx itself would stop with a traceback
    return Project(root).outside_sources(out, "--out")


def _copy_sources(root: Path, out: Path) -> None:
    """Put the project's sources, as they are now, in the place of those of a former build."""
    for name in BOOK_SOURCES:
        source, copy = root / name, out / name
        if copy.is_dir():
            shutil.rmtree(copy)
        if source.is_dir():
            shutil.copytree(source, copy, ignore=Project(root).not_sources)
        elif source.is_file():
            shutil.copyfile(source, copy)


def free(out: Path) -> None:
    """Make a folder that is for a book, or take one that is.

    Raises
    ------
    InputError
        If it holds something else.
    """
    if out.exists() and (not out.is_dir() or (any(out.iterdir()) and not (out / _MARK).exists())):
        raise InputError(f"{shown(out)}: is in use for something else; name another folder with --out")
    out.mkdir(parents=True, exist_ok=True)
    (out / _MARK).touch()


def built(out: Path) -> Path:
    """Build the book in a folder, and return its front page.

    Raises
    ------
    RunError
        If the build fails.
    """
    command = [sys.executable, "-c", "from jupyter_book.cli.main import main; main()", "build", str(out)]
    if subprocess.run(command, check=False).returncode:
        raise RunError(f"{shown(out)}: the build failed; see the messages above")
    return out / "_build" / "html" / "index.html"
