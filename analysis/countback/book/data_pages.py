"""Pages of data: a trial's files line by line, every file that is offered, and every value of a run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.util.docutils import SphinxDirective

from countback.book import offered, trails
from countback.book.problems import missing_result
from countback.book.results import results
from countback.book.text import visible
from countback.deposit.manifest import PAGE
from countback.files import read_text
from countback.show import tables

if TYPE_CHECKING:
    from sphinx.writers.html5 import HTML5Translator

SHOWN = (".csv", ".yml")
"""Suffixes of the files that are shown line by line."""


class data_lines(nodes.General, nodes.Element):
    """A file, shown line by line, each with a place of its own."""


def visit_lines_html(self: HTML5Translator, node: nodes.Element) -> None:
    """Write the lines as an ordered list, whose numbers are theirs."""
    lines = "\n".join(
        f'<li id="{self.attval(anchor)}"><code>{self.encode(visible(line)) or " "}</code></li>'
        for anchor, line in zip(node["anchors"], node["lines"], strict=True)
    )
    label = self.attval(node["label"])
    self.body.append(f'<ol class="data-lines" tabindex="0" aria-label="{label}">\n{lines}\n</ol>\n')
    raise nodes.SkipNode


def _trials(directive: SphinxDirective) -> list[str]:
    """Folders of all trials that the runs read, that of most runs first."""
    env = directive.env
    read = [
        trial
        for run in offered.runs(results(env))
        for trial in offered.trials_of(Path(env.srcdir), dict(results(env).result(run).parameters))
    ]
    return sorted(set(read), key=lambda trial: (-read.count(trial), trial))


class TrialData(SphinxDirective):
    """``{trial-data}``: the files of every trial that the report reads, line by line."""

    def run(self) -> list[nodes.Node]:
        """Set a section for each file."""
        sections: list[nodes.Node] = []
        root = Path(self.env.srcdir)
        for trial in _trials(self):
            trails.note_shown(self.env, trial)
            for file in offered.trial_files(root, trial):
                if not file.endswith(SHOWN):
                    continue
                self.env.note_dependency(str(root / trial / file))
                name = f"{Path(trial).name}/{file}"
                anchor = trails.line_anchor(trial, file, 0)
                section = nodes.section("", nodes.title("", name), ids=[anchor], names=[anchor])
                link = nodes.reference(
                    "", "this file", internal=True,
                    refuri=offered.address(self.env.docname, offered.of_data(trial, file)),
                )  # fmt: skip
                section += trails.trail("", "", link, classes=["trail"])
                lines = read_text(root / trial / file).splitlines()
                anchors = [trails.line_anchor(trial, file, i) for i in range(1, len(lines) + 1)]
                section += data_lines(lines=lines, anchors=anchors, label=name)
                sections.append(section)
        return sections


class OfferedFiles(SphinxDirective):
    """``{offered-files}``: links to the sources, the data, the manifest, and every table of every run."""

    def run(self) -> list[nodes.Node]:
        """Set the links as a list."""
        page, root = self.env.docname, Path(self.env.srcdir)
        listed = nodes.bullet_list()

        def line(words: str, files: dict[str, str]) -> None:
            paragraph = nodes.paragraph("", "", nodes.strong("", words), nodes.Text(": "))
            for i, (text, file) in enumerate(files.items()):
                if i:
                    paragraph += nodes.Text(", ")
                address = offered.address(page, file)
                paragraph += nodes.reference("", text, refuri=address, internal=True)
            listed.append(nodes.list_item("", paragraph))

        line("the sources", {"sources.zip": offered.SOURCES})
        line("the manifest", {"codecheck.yml": offered.MANIFEST})
        for trial in _trials(self):
            files = {file: offered.of_data(trial, file) for file in offered.trial_files(root, trial)}
            line(f"the data of {Path(trial).name}", files)
        for run in offered.runs(results(self.env)):
            if run == PAGE:
                continue
            self.env.note_dependency(str(results(self.env).path(run, "result.json")))
            names = offered.run_files(results(self.env).result(run), results(self.env).path(run, ""))
            line(run, {name: offered.of_run(run, name) for name in names})
        return [listed]


class RunTrail(SphinxDirective):
    """``{run-trail} run``: on the page of a run, the chapters that use it, its files and its counts."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Set the links."""
        self.env.note_dependency(str(results(self.env).path(self.arguments[0], "result.json")))
        return trails.of_run(self.env, self.arguments[0])


class RunValues(SphinxDirective):
    """``{run-values} run``: every single value of a run at full precision, each with a place of its own."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Set the values as a table, on screen alone."""
        (run,) = self.arguments
        try:
            rows = offered.values_rows(results(self.env).result(run))
        except LookupError as error:
            return [missing_result(self.env, self.lineno, f"{{run-values}} {run}", error)]
        self.env.note_dependency(str(results(self.env).path(run, "result.json")))
        body = nodes.tbody("", *(self._row(row) for row in rows))
        head = nodes.thead("", nodes.row("", *(_cell(name) for name in ("result", "value"))))
        group = nodes.tgroup("", nodes.colspec(colwidth=1), nodes.colspec(colwidth=1), head, body, cols=2)
        table = values_table("", group, classes=["countback", "colwidths-auto", "values"], align="left")
        return [table, trails.of_member(self.env, run, offered.VALUES)]

    def _row(self, row: dict[str, Any]) -> nodes.row:
        key = str(row["result"])
        cell = _cell(key)
        cell[0].insert(0, nodes.target("", "", ids=[trails.value_anchor(key)]))
        return nodes.row("", cell, _cell(tables.display(row["value"])))


class values_table(nodes.table):
    """The table of a run's values, which print is without."""


def screen_alone(app: Any, doctree: nodes.document, page: str) -> None:
    """Leave the tables of values out where no pages are written."""
    if not isinstance(app.builder, StandaloneHTMLBuilder):
        for table in list(doctree.findall(values_table)):
            table.parent.remove(table)


def _cell(text: str) -> nodes.entry:
    return nodes.entry("", nodes.paragraph("", "", nodes.Text(text)))
