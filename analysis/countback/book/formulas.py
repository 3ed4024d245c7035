"""Formulas on screen: the one file of MathJax that pages load, without a network."""

from __future__ import annotations

from importlib.metadata import distribution
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.config import Config

from countback.files import write

PACKAGE, COMPONENT = "sphinx-mathjax-offline", "tex-svg.js"
"""The component that draws formulas without fonts: nothing else is loaded."""


def set_path(app: Sphinx, config: Config) -> None:
    """Name the file that pages load."""
    config.mathjax_path = f"mathjax/{COMPONENT}"


def copy_mathjax(app: Sphinx) -> None:
    """Copy the file out of the installed package before pages are written, so that they carry its digest."""
    if app.builder.format == "html":
        source = Path(str(distribution(PACKAGE).locate_file(f"{PACKAGE}/static/mathjax/{COMPONENT}")))
        write(Path(app.outdir) / "_static" / "mathjax" / COMPONENT, source.read_bytes())


def typeset_formulas_only(app: Sphinx) -> None:
    """Keep MathJax to formulas: by default it also reads the output of notebooks, where a ``$`` may be data."""
    settings: Any = app.config.mathjax3_config
    if settings is not None:
        settings.setdefault("options", {})["processHtmlClass"] = "math"
