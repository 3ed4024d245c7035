"""Rebuild every number that a trial's abstract prints, from the counts.

Nothing heavy is imported until it is used: ``import countback`` alone loads no numerical library.

Attributes
----------
catalogue : collections.abc.Mapping
    Every procedure by name (see :mod:`countback.procedures`), loaded on first access.
"""

from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from typing import Any

try:
    __version__ = version("countback")
except PackageNotFoundError:  # a checkout that was not installed
    __version__ = "unknown"

__all__ = ["__version__", "catalogue"]


def __getattr__(name: str) -> Any:
    if name == "catalogue":
        return import_module("countback.procedures").catalogue
    raise AttributeError(f"module 'countback' has no attribute {name!r}")
