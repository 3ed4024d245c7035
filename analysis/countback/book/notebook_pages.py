"""Executed notebooks as pages of the book."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from countback.book.text import literal
from countback.files import as_json, write
from countback.project import Project
from countback.runs.make import EXECUTED
from countback.runs.parameters import KINDS, read_notebook
from countback.runs.plan import Planned
from countback.runs.results import Result

__all__ = ["publish"]


def publish(project: Project, run: Planned, page: Path | None = None) -> None:
    """Write a run's executed notebook as a page of the book.

    What differs from one run to the next is left out (time stamps, random ids, the output folder); the code folds
    away, figures get their alternative text, and the title is the run's. All parameters are shown, those left at their
    defaults too, and the page leads to the chapters that use it, to its files and to its counts. A run that does not
    apply to its trial gets a page that says why. A page that would not change is not touched.

    Parameters
    ----------
    project : Project
        Its results hold the run.
    run : Planned
    page : path, optional
        The notebook to write; the run's page of the book without one.
    """
    folder, page = project.run(run.name), page or project.page(run.name)
    if not (folder / EXECUTED).is_file():
        reason = Result.read(folder).not_applicable or "it has no executed notebook"
        write(page, as_json(_not_applicable(run.title, reason)))
        return
    notebook = json.loads((folder / EXECUTED).read_text(encoding="utf-8"))
    notebook["metadata"] = {k: notebook["metadata"][k] for k in ("kernelspec", "language_info")}
    cells = [_cell(cell, run.title if i == 0 else None) for i, cell in enumerate(notebook["cells"])]
    opening = [f":::{{run-trail}} {run.name}\n:::", _parameters(project, run)]
    ending = (
        "## Every result\n\nAt full precision, by its key; the report takes its numbers from here.\n\n"
        f":::{{run-values}} {run.name}\n:::"
    )
    cells = [*cells[:1], *map(_markdown, opening), *cells[1:], _markdown(ending)]
    notebook["cells"] = [{**cell, "id": f"cell-{i}"} for i, cell in enumerate(cells)]
    write(page, as_json(notebook))


def _markdown(source: str) -> dict[str, Any]:
    """A cell of text."""
    return {"cell_type": "markdown", "metadata": {}, "source": source}


def _cell(cell: dict[str, Any], title: str | None) -> dict[str, Any]:
    """A cell of an executed notebook as its page shows it; the first gets the run's title."""
    tags = cell["metadata"].get("tags", [])
    set_up = {"parameters", "injected-parameters"} & set(tags)
    cell["metadata"] = {"tags": [*tags, "remove-cell" if set_up else "hide-input"]}
    if "injected-parameters" in tags:
        lines = "".join(cell["source"]).splitlines()
        cell["source"] = "\n".join(line for line in lines if not line.startswith("output ="))
    if cell["cell_type"] == "markdown" and title is not None:
        cell["source"] = _retitled("".join(cell["source"]), title)
        cell["metadata"] = {}
    for output in cell.get("outputs", []):
        alt = output.get("metadata", {}).pop("alt", None)
        if alt:
            cell["metadata"]["mystnb"] = {"image": {"alt": alt}}
    return cell


def _parameters(project: Project, run: Planned) -> str:
    """All parameters of a run as a table in Markdown: value, whether it is the default, and what it is."""
    notebook = read_notebook(project.notebook(run.notebook))
    meanings = _meanings("\n".join("".join(cell["source"]) for cell in notebook.cells if _declares(cell)))
    rows = []
    for name, parameter in notebook.declared.items():
        if name == notebook.output:
            continue
        value = run.parameters.get(name, notebook.defaults[name])
        shown = "None" if value is None else str(value)
        by = "the default" if value == notebook.defaults[name] else "this run"
        meaning = meanings.get(name) or KINDS[parameter.kind].meaning
        rows.append("| " + " | ".join(literal(text) for text in (name, shown, by, meaning)) + " |")
    head = ["| parameter | value | set by | what it is |", "|---|---|---|---|"]
    return "\n".join(["## Parameters", "", *head, *rows])


def _declares(cell: dict[str, Any]) -> bool:
    """Whether a cell declares the parameters."""
    return "parameters" in cell["metadata"].get("tags", [])


def _meanings(source: str) -> dict[str, str]:
    """What the comments behind the parameters say of them."""
    found = (re.match(r"(\w+)\s*:.*?\s#\s*(.*)", line) for line in source.splitlines())
    return {line[1]: line[2].strip() for line in found if line}


def _retitled(markdown: str, title: str) -> str:
    """Put a run's title in place of its notebook's, as text."""
    _, _, rest = markdown.partition("\n")
    return f"# {literal(title)}\n{rest}"


def _not_applicable(title: str, reason: str) -> dict[str, Any]:
    """Page of a run that does not apply to its trial."""
    source = f"# {literal(title)}\n\n:::{{admonition}} Does not apply to this trial\n{literal(reason)}.\n:::"
    cell = {"cell_type": "markdown", "id": "cell-0", "metadata": {}, "source": source}
    return {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
