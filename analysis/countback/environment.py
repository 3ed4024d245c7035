"""What must be installed, and whether it is."""

from __future__ import annotations

import platform
import re
import tomllib
from functools import cache
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from typing import TYPE_CHECKING

from countback.errors import InputError

if TYPE_CHECKING:
    from packaging.requirements import Requirement

BOOK = "book"
"""The extra that names what notebooks, pages and documents need."""

INSTALL = f'pip install "countback[{BOOK}]"'
"""The command that installs it."""


def _stated() -> list[str]:
    """Each requirement as the installation or else the checkout states it, those of extras marked as such."""
    try:
        return requires("countback") or []
    except PackageNotFoundError:
        checkout = Path(__file__).parents[2] / "pyproject.toml"
        project = tomllib.loads(checkout.read_text(encoding="utf-8"))["project"]
        extra = [f'{text}; extra == "{BOOK}"' for text in project["optional-dependencies"][BOOK]]
        return [*project["dependencies"], *extra]


def requirements() -> list[Requirement]:
    """Direct requirements of the package and of its book."""
    from packaging.requirements import Requirement  # here: an installation that only audits need not have it

    every = [Requirement(text) for text in _stated()]
    return [r for r in every if r.marker is None or r.marker.evaluate({"extra": BOOK})]


def missing() -> list[str]:
    """Each requirement that is not installed, or in a version that does not fit; empty if all is well."""
    from packaging.requirements import Requirement  # here: an installation that only audits need not have it

    problems = []
    needed = [*requirements(), Requirement("countback")]  # the notebooks import it, wherever they run
    for requirement in needed:
        try:
            installed = version(requirement.name)
        except PackageNotFoundError:
            problems.append(f"{requirement.name} is not installed")
            continue
        if not requirement.specifier.contains(installed, prereleases=True):
            problems.append(f"{requirement.name} {installed} is installed, but {requirement.specifier} is needed")
    return problems


def check_book(what: str) -> None:
    """Stop in one line where what the book needs was not installed.

    Presence alone is looked at, and nothing is imported, so that a command starts at once; :func:`missing` compares
    versions when a book is built.

    Parameters
    ----------
    what : str
        What was asked for, such as ``countback run``.

    Raises
    ------
    InputError
        If any package of the extra is missing.
    """
    extra = [_NAME.match(text) for text in _stated() if f'extra == "{BOOK}"' in text.replace("'", '"')]
    absent = [found[0] for found in extra if found and not _installed(found[0])]
    if absent:
        raise InputError(f"{what} needs more than is installed ({', '.join(absent)}); run: {INSTALL}")


_NAME = re.compile(r"[\w.-]+")


def _installed(name: str) -> bool:
    try:
        version(name)
    except PackageNotFoundError:
        return False
    return True


@cache
def versions() -> dict[str, str]:
    """Versions of all that computes: the interpreter and what the package and its book require."""
    names = sorted(requirement.name for requirement in requirements())
    return {"python": platform.python_version()} | {name: version(name) for name in names}
