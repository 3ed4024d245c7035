"""The explorer: two arms in a browser, one patient moved at a time; on a page of the book, and as a file of its own.

Its programs are the ES modules of the folder ``explorer`` and the translated kernels of the procedures
(:mod:`countback.book.club.translation`). For pages they are joined into one classic script: a browser loads no module
from ``file://``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from html import escape
from importlib.resources import files as resources
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from countback.book.club import translation
from countback.book.policy import digest
from countback.book.problems import missing_result
from countback.book.results import results
from countback.files import write

__all__ = ["PAGE", "SCRIPT", "Explorer", "case", "core", "module", "page", "script", "write_files"]

SCRIPT, STYLE, PAGE = "explorer.js", "explorer.css", "explorer.html"
"""The files that a build writes: script and style sheet among what pages load, and the one that can be mailed."""

CORE = ("numbers", "procedures", "exact", "model")
"""Modules that the worker has too, each after those that it imports."""

_OWN_POLICY = (
    "default-src 'none'; script-src '{digest}'; style-src 'unsafe-inline'; img-src data:; worker-src blob:; "
    "base-uri 'none'; form-action 'none'"
)


def module(name: str) -> str:
    """Source of one ES module, the translated procedures among them."""
    if name == "procedures":
        return translation.library()
    return (resources("countback") / "book" / "club" / "explorer" / f"{name}.js").read_text(encoding="utf-8")


@cache
def core() -> str:
    """What page and worker compute with, as a function that returns all that its modules export."""
    source = "\n".join(module(name) for name in CORE)
    names = re.findall(r"^export (?:function|const) (\w+)", source, re.MULTILINE)
    return f"function core() {{\n{_bare(source)}\nreturn {{ {', '.join(names)} }};\n}}"


@cache
def script() -> str:
    """All modules as one script that starts the explorer of a page."""
    parts = [module("explorer"), module("boot")]
    wanted = ", ".join(sorted({name for part in parts for name in _imported(part)} - {"start"}))
    bare = "\n".join(_bare(part) for part in parts)
    return f"(() => {{\n'use strict';\n{core()}\nconst {{ {wanted} }} = core();\n{bare}\nboot(core);\n}})();\n"


def _bare(source: str) -> str:
    """A module without its imports, exports and long comments."""
    source = re.sub(r"/\*\*.*?\*/\n?", "", source, flags=re.DOTALL)
    source = re.sub(r"^import \{.*?\} from \".*?\";\n", "", source, flags=re.DOTALL | re.MULTILINE)
    source = re.sub(r"^export ", "", source, flags=re.MULTILINE)
    return re.sub(r"\n\s*\n", "\n", source)


def _imported(source: str) -> set[str]:
    found = re.findall(r"^import \{(.*?)\} from", source, re.DOTALL | re.MULTILINE)
    return {word.strip() for words in found for word in words.split(",") if word.strip()}


def style() -> str:
    """The style sheet."""
    return (resources("countback") / "book" / "club" / "explorer" / "explorer.css").read_text(encoding="utf-8")


def page(cases: list[dict[str, Any]], title: str, fallback: str = "") -> str:
    """The explorer as one HTML file that fetches nothing.

    Parameters
    ----------
    cases : list of dict
        Comparisons to start from: ``label``, ``arms``, ``cells``, ``randomised``, ``printed``.
    title : str
        Set as text.
    fallback : str
        HTML that is shown where scripts do not run.
    """
    program = script()
    policy = _OWN_POLICY.format(digest=digest(program))
    return (
        f'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{escape(policy)}">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>{escape(title)}</title>\n'
        f"<style>\nbody {{ font: 16px/1.5 system-ui, sans-serif; max-width: 70rem; margin: 0 auto; padding: 1rem; }}\n"
        f"{style()}</style>\n</head>\n<body>\n<main>\n<h1>{escape(title)}</h1>\n"
        f'<div class="explorer" data-cases="{escape(json.dumps(cases, ensure_ascii=False))}">{fallback}</div>\n'
        f"</main>\n<script>{program}</script>\n</body>\n</html>\n"
    )


class Explorer(SphinxDirective):
    """``{explorer}`` with the runs of :file:`endpoint.ipynb` to start from, a line each; its content is the fallback.

    The content is shown where scripts do not run, and in print.
    """

    has_content = True
    required_arguments = 1
    final_argument_whitespace = True

    def run(self) -> list[nodes.Node]:
        """Set the place that the script takes over, with its cases."""
        try:
            cases = [case(results(self.env).result(run).values) for run in self.arguments[0].split()]
        except (LookupError, ValueError) as error:
            return [missing_result(self.env, self.lineno, "{explorer}", error)]
        self.env.metadata[self.env.docname]["explorer"] = cases
        data = escape(json.dumps(cases, ensure_ascii=False))
        up = "../" * self.env.docname.count("/")
        inside = nodes.container(classes=["explorer-fallback"])
        self.state.nested_parse(self.content, self.content_offset, inside)
        opening = f'<link rel="stylesheet" href="{up}_static/{STYLE}"><div class="explorer" data-cases="{data}">'
        closing = f'</div><script src="{up}_static/{SCRIPT}" defer></script>'
        return [nodes.raw("", opening, format="html"), inside, nodes.raw("", closing, format="html")]


def case(values: Mapping[str, Any]) -> dict[str, Any]:
    """A comparison to start from, of the values of a run of one endpoint in two arms."""
    arms = [values["arms"][role] for role in ("experimental", "control")]
    everybody = any(arm["total"] == arm["randomised"] for arm in arms)  # else the endpoint may be of some patients only
    when = "" if values["week"] is None else f", week {values['week']}"
    return {
        "label": f"{values['name']}{when}",
        "arms": [arm["name"] for arm in arms],
        "cells": [count for arm in arms for count in (arm["events"], arm["total"])],
        "randomised": [arm["randomised"] if everybody else arm["total"] for arm in arms],
        "printed": values["printed"] or "",
    }


def write_files(app: Sphinx, problem: Exception | None) -> None:
    """Write script and style sheet among what pages load, and the file that can be mailed."""
    cases = next((found["explorer"] for found in app.env.metadata.values() if "explorer" in found), None)
    if problem is not None or app.builder.format != "html" or cases is None:
        return
    out = Path(app.outdir)
    write(out / "_static" / SCRIPT, script())
    write(out / "_static" / STYLE, style())
    title = f"Explorer: {app.config.project}"
    write(out / PAGE, page(cases, title, f"<p>{escape('; '.join(_said(one) for one in cases))}.</p>"))


def _said(one: dict[str, Any]) -> str:
    a, n1, b, n2 = one["cells"]
    printed = f"; printed p {one['printed']}" if one["printed"] else ""
    return f"{one['label']}: {a} of {n1} ({one['arms'][0]}) against {b} of {n2} ({one['arms'][1]}){printed}"
