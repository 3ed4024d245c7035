"""The book's roles and directives, and the runs that they show.

Nothing is computed here. On ``config-inited`` the stale notebooks are run; ``{stat}``, ``{claim}``, ``{tally}``,
``{run-figure}`` and ``{run-table}`` then show what the runs have written. All of it is set as text, never as markup.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.util.docutils import SphinxDirective, SphinxRole

from countback.audit.verdicts import Verdict
from countback.book import offered, trails
from countback.book.claims import anchor_of, claim_link, claim_tip, mark_of, tip_of, told_claim, verdict_mark
from countback.book.figures import picture_of
from countback.book.notebook_pages import publish
from countback.book.problems import missing_result, stop
from countback.book.results import Results, results
from countback.book.tally import tally, verdict_of
from countback.deposit import citation, manifest
from countback.errors import InputError, told
from countback.project import Project
from countback.runs import lock, make
from countback.runs.plan import plan
from countback.runs.progress import bar
from countback.show import tables


class StatRole(SphinxRole):
    """``{stat}`` shows one result: ``run:key`` or ``run:key|format``."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Set the value as text."""
        reference, _, form = self.text.partition("|")
        run, _, key = reference.strip().partition(":")
        try:
            value = results(self.env).value(run.strip(), key.strip())
            shown = tables.display(value, form.strip())
        except (LookupError, ValueError) as error:
            return [missing_result(self.env, self.lineno, f"{{stat}}`{self.text}`", error)], []
        if run.strip() == "book":
            return [nodes.inline("", shown, classes=["stat"])], []
        self.env.note_dependency(str(results(self.env).path(run.strip(), "result.json")))
        trails.note_use(self.env, run.strip())
        return [trails.run_value("", shown, classes=["stat"], run=run.strip(), key=key.strip())], []


class ClaimRole(SphinxRole):
    """``{claim}`` shows a claim's rebuilt number with its verdict: ``id``, or ``run:id`` of another audit.

    ``id|printed`` shows what is printed instead, where a sentence speaks of that.
    """

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Set the number, its verdict in words, and what is printed, with a link to the claim's row."""
        reference, _, form = self.text.partition("|")
        first, colon, second = reference.partition(":")
        run, claim = (first.strip(), second.strip()) if colon else ("audit", first.strip())
        try:
            finding = results(self.env).finding(run, claim)
            verdict = verdict_of(finding["verdict"])
            if form.strip() not in ("", "printed"):
                raise LookupError(f"no form {form.strip()!r}; write printed, or none for the rebuilt number")
        except LookupError as error:
            return [missing_result(self.env, self.lineno, f"{{claim}}`{self.text}`", error)], []
        self.env.note_dependency(str(results(self.env).path(run, "audit.json")))
        trails.note_use(self.env, run)
        number = finding["printed"] if form else finding["shown"] or finding["printed"]
        unit = "%" if finding["kind"] == "percentage" and "%" not in (number or "") else ""
        content = nodes.inline(classes=["claim", f"verdict-{verdict.slug}"])
        if number is not None:
            content += [nodes.inline("", f"{number}{unit}", classes=["claim-number"]), nodes.Text(" ")]
        content += verdict_mark("", mark_of(finding))
        link = claim_link("", content, anchor=anchor_of(run, claim), place=trails.place_of(self.env, run, claim))
        tip = claim_tip("", tip_of(finding), ids=[f"claim-tip-{self.env.new_serialno('claim-tip')}"])
        told = told_claim("", "", link, tip)
        self.set_source_info(link)
        return [told], []


class TallyRole(SphinxRole):
    """``{tally}`` counts the verdicts of an audit in words: ``run``, or ``run:kind`` for claims of one kind."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Set the counts as a part of a sentence."""
        run, _, kind = (part.strip() for part in self.text.partition(":"))
        try:
            counted = tally(results(self.env).verdicts(run, kind))
        except LookupError as error:
            return [missing_result(self.env, self.lineno, f"{{tally}}`{self.text}`", error)], []
        self.env.note_dependency(str(results(self.env).path(run, "audit.json")))
        trails.note_use(self.env, run)
        return [nodes.inline("", counted, classes=["tally"])], []


class RunFigure(SphinxDirective):
    """``{run-figure} run name``: a figure that a run has drawn; the content is its caption.

    ``:data:`` names the run's table that holds what is drawn, where it has not the figure's name.
    """

    required_arguments = 2
    has_content = True
    option_spec = {  # noqa: RUF012
        "name": directives.unchanged,
        "width": directives.length_or_percentage_or_unitless,
        "data": directives.unchanged_required,
    }

    def run(self) -> list[nodes.Node]:
        """Set the picture, in the form that fits, with the run's alternative text."""
        run, name = self.arguments
        try:
            picture = picture_of(self.env, run, name, self.options.get("width"))
            data = self._data(run, name)
        except LookupError as error:
            return [missing_result(self.env, self.lineno, f"{{run-figure}} {run} {name}", error)]
        self.set_source_info(picture[0])
        node = nodes.figure("", picture, classes=["run-figure"])
        node += _caption(self, nodes.caption)
        self.set_source_info(node)
        self.add_name(node)
        trails.note_use(self.env, run)
        return [node, trails.of_member(self.env, run, data)]

    def _data(self, run: str, name: str) -> str:
        """Name the table that holds what the figure shows; the run's single values where none does."""
        if "data" in self.options:
            results(self.env).member(run, "tables", self.options["data"])
            return str(self.options["data"])
        return name if name in results(self.env).result(run).tables else offered.VALUES


def _caption(directive: SphinxDirective, kind: type[nodes.TextElement]) -> list[nodes.Node]:
    if not directive.content:
        return []
    content, messages = directive.state.inline_text(" ".join(directive.content), directive.lineno)
    return [kind("", "", *content), *messages]


class RunTable(SphinxDirective):
    """``{run-table} run name``: a table that a run has written; the content is its caption."""

    required_arguments = 2
    has_content = True
    option_spec = {  # noqa: RUF012
        "name": directives.unchanged,
        "anchors": directives.unchanged,
        "widths": directives.positive_int_list,
        "class": directives.class_option,
    }

    def run(self) -> list[nodes.Node]:
        """Set every cell as text; with ``:anchors: column``, each row can be linked to as a claim."""
        run, name = self.arguments
        try:
            table = results(self.env).member(run, "tables", name)
        except LookupError as error:
            return [missing_result(self.env, self.lineno, f"{{run-table}} {run} {name}", error)]
        self.env.note_dependency(str(results(self.env).path(run, "result.json")))
        columns = table.headings
        kinds = tables.column_classes(table.rows, columns)
        widths = self.options.get("widths", [1] * len(columns))
        if len(widths) != len(columns):
            unfit = LookupError(f"has {len(columns)} columns, and :widths: names {len(widths)}; give one for each")
            return [missing_result(self.env, self.lineno, f"{{run-table}} {run} {name}", unfit)]
        group = nodes.tgroup(cols=len(columns))
        group += [nodes.colspec(colwidth=width) for width in widths]
        group += nodes.thead("", self._row([label for label, _ in columns.values()], kinds, columns))
        body = nodes.tbody()
        for row, cells in zip(table.rows, tables.cells(table.rows, columns), strict=True):
            line = self._row(cells, kinds, columns)
            if "anchors" in self.options:
                claim = row[self.options["anchors"]]
                self._label(line, anchor_of(run, claim), claim)
                line[-1] += trails.of_finding(self.env, run, claim)
            body += line
        group += body
        classes = ["countback", *self.options.get("class", [])]
        classes += ["colwidths-given"] if "widths" in self.options else ["colwidths-auto"]
        node = nodes.table("", group, classes=classes, align="left")
        title = _caption(self, nodes.title)
        if title:
            node.insert(0, title)
        self.set_source_info(node)
        self.add_name(node)
        trails.note_use(self.env, run)
        return [node, trails.of_member(self.env, run, name)]

    def _row(self, cells: list[str], kinds: list[str], columns: Any) -> nodes.row:
        row = nodes.row()
        for text, kind, key in zip(cells, kinds, columns, strict=True):
            paragraph = nodes.paragraph("", "")
            if key == "verdict" and text in set(Verdict):
                paragraph += nodes.inline("", text, classes=["verdict", f"verdict-{verdict_of(text).slug}"])
            else:
                paragraph += nodes.Text(text)
            row += nodes.entry("", paragraph, classes=[kind] if kind else [])
        return row

    def _label(self, row: nodes.row, anchor: str, title: str) -> None:
        target = nodes.target("", "", ids=[anchor], names=[anchor])
        row[0][0].insert(0, target)
        domain: Any = self.env.get_domain("std")
        domain.anonlabels[anchor] = self.env.docname, anchor
        domain.labels[anchor] = self.env.docname, anchor, title


class CitationDirective(SphinxDirective):
    """``{citation} report bibtex``: how to cite the report or the article, as text, bibtex, ris or csl."""

    required_arguments = 2

    def run(self) -> list[nodes.Node]:
        """Set the citation as it is to be copied."""
        which, form = self.arguments
        report, about = self.env.app.countback_works or (None, None)  # type: ignore[attr-defined]
        works = {"report": report, "article": about}
        if works.get(which) is None or form not in citation.FORMS:
            raise self.error(
                f"{{citation}} {which} {form}: name report or article, and one of {', '.join(citation.FORMS)}"
            )
        text = getattr(works[which], citation.FORMS[form])
        if form == "text":
            return [nodes.paragraph("", text)]
        self.env.note_dependency(str(Path(self.env.srcdir) / citation.FILE))
        block = nodes.literal_block(text, text, language={"bibtex": "bibtex", "csl": "json"}.get(form, "none"))
        self.set_source_info(block)
        name = nodes.paragraph("", "", nodes.strong("", {"bibtex": "BibTeX", "ris": "RIS", "csl": "CSL-JSON"}[form]))
        return [nodes.container("", name, block, classes=["citation-record"])]


def without_thebe(app: Sphinx, config: Config) -> None:
    """Take out what Jupyter Book adds for running code on other hosts: pages name no other host."""
    for event, listeners in app.events.listeners.items():
        unwanted = ("init_thebe_core", "update_thebe_context")
        app.events.listeners[event] = [x for x in listeners if getattr(x.handler, "__name__", "") not in unwanted]


def say_settings(app: Sphinx, doctree: nodes.document) -> None:
    """Note on every page that the settings are not the published ones, where they are not."""
    changed = app.config.countback_parameters
    if not changed:
        return
    settings = ", ".join(f"{name} = {tables.display(value)}" for name, value in changed.items())
    text = f"Not the published setting: {settings}. The numbers and verdicts below follow from it."
    note = nodes.warning("", nodes.paragraph("", text), classes=["changed-setting"])
    section = next(iter(doctree.findall(nodes.section)), None)
    if section is None:
        doctree.insert(0, note)
    else:
        section.insert(section.first_child_matching_class(nodes.title) + 1, note)


def run_notebooks(app: Sphinx, config: Config) -> None:
    """Run what is stale and write the executed notebooks as pages, before anything is read."""
    root, build = Path(app.srcdir), Path(app.outdir).parent / "countback"
    project = Project(root, build)
    app.countback_results = Results(build)  # type: ignore[attr-defined]
    if not project.plan.is_file():
        return
    try:
        app.countback_lock = lock.Lock(build)  # type: ignore[attr-defined]
    except (InputError, OSError) as error:
        stop("the book cannot be built", *told(error))
    mark = build / "building"
    if mark.exists():  # the last build was killed: what it left of the pages cannot be trusted
        (Path(app.doctreedir) / "environment.pickle").unlink(missing_ok=True)
    try:
        planned = plan(project, config.countback_parameters)
        make.make(project, planned, watch=bar())
        for run in planned:
            publish(project, run)
        manifest.write_manifest(root, build, planned, config.countback_parameters)
        mark.touch()
    except (InputError, make.RunError, OSError) as error:
        app.countback_lock.release()  # type: ignore[attr-defined]
        stop("the book cannot be built", *told(error))


def finished(app: Sphinx, exception: Exception | None) -> None:
    """Take away the mark of a build under way, and let others build here."""
    if hasattr(app, "countback_lock"):
        app.countback_lock.release()
    if exception is None:
        (Path(app.outdir).parent / "countback" / "building").unlink(missing_ok=True)
