"""What must be installed, and whether it is."""

from __future__ import annotations

import platform
import tomllib
from functools import cache
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

from packaging.requirements import Requirement


def requirements() -> list[Requirement]:
    """Give the package's direct requirements, as its installation or else the checkout states them."""
    try:
        stated = requires("countback") or []
    except PackageNotFoundError:
        project = Path(__file__).parents[2] / "pyproject.toml"
        stated = tomllib.loads(project.read_text(encoding="utf-8"))["project"]["dependencies"]
    every = [Requirement(text) for text in stated]
    return [r for r in every if r.marker is None or r.marker.evaluate({"extra": ""})]


def lacking() -> list[str]:
    """Name each requirement that is not installed, or in a version that does not fit; empty if all is well."""
    problems = []
    needed = [*requirements(), Requirement("countback")]  # the notebooks import it, wherever they run
    for requirement in needed:
        try:
            installed = version(requirement.name)
        except PackageNotFoundError:
            problems.append(f"{requirement.name} is not installed")
            continue
        if not requirement.specifier.contains(installed, prereleases=True):
            problems.append(f"{requirement.name} {installed} is installed, needed is {requirement.specifier}")
    return problems


@cache
def versions() -> dict[str, str]:
    """Give the versions of all that computes: the interpreter and what the package requires."""
    names = sorted(requirement.name for requirement in requirements())
    return {"python": platform.python_version()} | {name: version(name) for name in names}
