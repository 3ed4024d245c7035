"""Building the whole book with other parameters, beside the published one."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import yaml

from countback import runs
from countback.errors import InputError
from countback.reading import Yaml, shown
from countback.writing import write

SOURCES = ("_config.yml", "_toc.yml", "index.md", "chapters", "analysis", "data", "assets")
"""What a book is made of, from its root."""

_MARK = ".countback-book"


def default_folder(parameters: Mapping[str, runs.Value]) -> Path:
    """Name the folder after the parameters, such as ``_build/book-alpha-0.01``."""
    words = "-".join(f"{name}-{value}" for name, value in sorted(parameters.items())) or "published"
    return Path("_build") / f"book-{''.join(c if c.isalnum() or c in '-._' else '_' for c in words)}"


def build(root: Path, parameters: Mapping[str, runs.Value], out: Path) -> Path:
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
    runs.RunError
        If the build fails.
    """
    runs.plan(root, parameters)  # before anything is written
    if out.exists() and (not out.is_dir() or (any(out.iterdir()) and not (out / _MARK).exists())):
        raise InputError(f"{shown(out)}: is in use for something else; name another folder with --out")
    config = Yaml(root / "_config.yml").data
    out.mkdir(parents=True, exist_ok=True)
    (out / _MARK).touch()
    unwanted = shutil.ignore_patterns("__pycache__", "*.egg-info", runs.PAGES.name)
    for name in SOURCES:
        source, copy = root / name, out / name
        if copy.is_dir():
            shutil.rmtree(copy)
        if source.is_dir():
            shutil.copytree(source, copy, ignore=unwanted)
        elif source.is_file():
            shutil.copyfile(source, copy)
    config["sphinx"]["config"]["countback_parameters"] = dict(parameters)
    write(out / "_config.yml", yaml.safe_dump(config, sort_keys=False, allow_unicode=True))
    command = [sys.executable, "-c", "from jupyter_book.cli.main import main; main()", "build", str(out)]
    if subprocess.run(command, check=False).returncode:  # noqa: S603
        raise runs.RunError(f"{shown(out)}: the build failed; what went wrong stands above")
    return out / "_build" / "html" / "index.html"
