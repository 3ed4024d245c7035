"""The book's Sphinx extension: runs what is stale, then puts results on pages.

Nothing is computed here. On ``config-inited`` the stale notebooks are run; ``{stat}``, ``{claim}``, ``{run-figure}``
and ``{run-table}`` then show what the runs have written. All of it is set as text, never as markup.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NoReturn

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.util.docutils import SphinxDirective, SphinxRole
from sphinx.util.nodes import make_refnode

from countback import __version__
from countback.runs.results import Result

if TYPE_CHECKING:
    from sphinx.environment import BuildEnvironment
    from sphinx.writers.html5 import HTML5Translator
    from sphinx.writers.latex import LaTeXTranslator

MARKS = {
    "given": "given",
    "reproduced": "reproduced",
    "reproduced only by": "only by other tests",
    "not reproduced": "not reproduced",
    "inconsistent": "inconsistent",
    "not checkable": "not checkable",
}
"""Each verdict as it stands behind a number in running text."""


class Results:
    """What the runs of one build have written, read once.

    Parameters
    ----------
    build : pathlib.Path
        Holds ``runs/<name>/``.
    """

    def __init__(self, build: Path) -> None:
        self.build = build
        self.problems: list[str] = []
        self._read: dict[Path, Any] = {}

    def path(self, run: str, file: str) -> Path:
        """Give the path of a run's file; the certificate of the whole build lies beside the runs."""
        return self.build / ("certificate" if run == "certificate" else f"runs/{run}") / file

    def json(self, run: str, file: str) -> Any:
        """Read a run's JSON file.

        Raises
        ------
        LookupError
            If there is no such run, or it writes no such file; names what there is.
        """
        from countback.readers import nearest

        path = self.path(run, file)
        if path not in self._read:
            if not path.is_file():
                runs = [p.name for p in sorted((self.build / "runs").glob("*"))]
                if run not in runs:
                    raise LookupError(f"no run {run!r}; {nearest(run, runs)}")
                raise LookupError(f"run {run} writes no {file}")
            self._read[path] = json.loads(path.read_text(encoding="utf-8"))
        return self._read[path]

    def values(self, run: str) -> dict[str, Any]:
        """Give all results of a run.

        Raises
        ------
        LookupError
            If there is no such run; names what there is.
        """
        return dict(self.result(run).values)

    def result(self, run: str) -> Result:
        """Read what a run found.

        Raises
        ------
        LookupError
            If there is no such run; names what there is.
        """
        return Result.from_dict(self.json(run, "result.json"))

    def value(self, run: str, key: str) -> Any:
        """Look up a result by its dotted key.

        Raises
        ------
        LookupError
            If there is none, or it is a group of results; names the nearest keys.
        """
        from countback.readers import nearest

        values = {"version": __version__} if run == "book" else self.result(run).flat()
        if key not in values:
            raise LookupError(f"run {run} has no result {key!r}; {nearest(key, values)}")
        return values[key]

    def member(self, run: str, part: Literal["figures", "tables"], name: str) -> Any:
        """Look up one of a run's figures or tables.

        Raises
        ------
        LookupError
            If there is none; names the nearest.
        """
        from countback.readers import nearest

        known = getattr(self.result(run), part)
        if name not in known:
            raise LookupError(f"run {run} has no {part[:-1]} {name!r}; {nearest(name, known)}")
        return known[name]

    def finding(self, run: str, claim: str) -> Any:
        """Look up what the audit found of a claim.

        Raises
        ------
        LookupError
            If there is none; names the nearest.
        """
        from countback.readers import nearest

        known = {finding["id"]: finding for finding in self.json(run, "audit.json")["findings"]}
        if claim not in known:
            raise LookupError(f"no claim {claim!r}; {nearest(claim, known)}")
        return known[claim]


def results(env: BuildEnvironment) -> Results:
    """Give what the runs of the build under way have written."""
    found: Results = env.app.countback_results  # type: ignore[attr-defined]
    return found


class StatRole(SphinxRole):
    """``{stat}`` shows one result: ``run:key`` or ``run:key|format``."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Set the value as text."""
        from countback.show.tables import display

        reference, _, form = self.text.partition("|")
        run, _, key = reference.strip().partition(":")
        try:
            value = results(self.env).value(run.strip(), key.strip())
            shown = display(value, form.strip())
        except (LookupError, ValueError) as error:
            return [missing_result(self.env, self.lineno, f"{{stat}}`{self.text}`", error)], []
        self.env.note_dependency(str(results(self.env).path(run.strip(), "result.json")))
        return [nodes.inline("", shown, classes=["stat"])], []


class ClaimRole(SphinxRole):
    """``{claim}`` shows a claim's rebuilt number with its verdict: ``id``, or ``run:id`` of another audit."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Set the number, its verdict in words, and what is printed, with a link to the claim's row."""
        first, colon, second = self.text.partition(":")
        run, claim = (first.strip(), second.strip()) if colon else ("audit", first.strip())
        try:
            finding = results(self.env).finding(run, claim)
        except LookupError as error:
            return [missing_result(self.env, self.lineno, f"{{claim}}`{self.text}`", error)], []
        self.env.note_dependency(str(results(self.env).path(run, "audit.json")))
        verdict = finding["verdict"]
        unit = "%" if finding["kind"] == "percentage" else ""
        number = finding["shown"] or finding["printed"]
        content = nodes.inline(classes=["claim", f"verdict-{_slug(verdict)}"])
        if number is not None:
            content += [nodes.inline("", f"{number}{unit}", classes=["claim-number"]), nodes.Text(" ")]
        mark = MARKS[verdict]
        if len(finding["matches"]) == 1 and verdict == "reproduced only by":
            mark = f"only by {finding['matches'][0]['name']}"
        content += verdict_mark("", mark)
        content += claim_tip("", _tip(finding))
        link = claim_link("", content, anchor=_anchor(run, claim))
        self.set_source_info(link)
        return [link], []


def _tip(finding: Any) -> str:
    printed = f"Printed: {finding['printed']}. " if finding["printed"] else ""
    verdict = {"reproduced only by": "reproduced only by other tests"}.get(finding["verdict"], finding["verdict"])
    return f"{printed}{verdict.capitalize()}. {finding['because']}"


def _anchor(run: str, claim: str) -> str:
    return str(nodes.make_id(f"{run}-claim-{claim}"))


def _slug(verdict: str) -> str:
    return verdict.replace(" ", "-")


class claim_link(nodes.Inline, nodes.Element):
    """A number that becomes a link to its row once all pages are read."""


class verdict_mark(nodes.inline):
    """A verdict in words behind a number."""


class claim_tip(nodes.inline):
    """What shows on hover and on focus; on screen only."""


def visit_mark_html(self: HTML5Translator, node: nodes.Element) -> None:
    """Open a verdict behind a number."""
    self.body.append('<span class="verdict-mark">')


def visit_tip_html(self: HTML5Translator, node: nodes.Element) -> None:
    """Open what shows on hover and on focus."""
    self.body.append('<span class="claim-tip" role="tooltip">')


def depart_span(self: HTML5Translator, node: nodes.Element) -> None:
    """Close either."""
    self.body.append("</span>")


def visit_mark_latex(self: LaTeXTranslator, node: nodes.Element) -> None:
    """Set a verdict small, in brackets."""
    self.body.append(r"{\footnotesize[")


def depart_mark_latex(self: LaTeXTranslator, node: nodes.Element) -> None:
    """Close it."""
    self.body.append("]}")


def skip(self: Any, node: nodes.Element) -> None:
    """Leave a node out."""
    raise nodes.SkipNode


def nothing(self: Any, node: nodes.Element) -> None:
    """Leave a node's text as it is."""


class RunFigure(SphinxDirective):
    """``{run-figure} run name``: a figure that a run has drawn; the content is its caption."""

    required_arguments = 2
    has_content = True
    option_spec = {"name": directives.unchanged, "width": directives.length_or_percentage_or_unitless}  # noqa: RUF012

    def run(self) -> list[nodes.Node]:
        """Set the image (SVG on screen, PDF in print) with the run's alternative text."""
        run, name = self.arguments
        try:
            figure = results(self.env).member(run, "figures", name)
        except LookupError as error:
            return [missing_result(self.env, self.lineno, f"{{run-figure}} {run} {name}", error)]
        for file in ("result.json", f"{name}.svg", f"{name}.pdf"):
            self.env.note_dependency(str(results(self.env).path(run, file)))
        uri = _from_page(self.env, results(self.env).path(run, f"{name}.*"))
        image = nodes.image(uri=uri, alt=figure.alt, width=self.options.get("width", "100%"))
        self.set_source_info(image)
        node = nodes.figure("", image, classes=["run-figure"])
        node += _caption(self, nodes.caption)
        self.set_source_info(node)
        self.add_name(node)
        return [node]


def _from_page(env: BuildEnvironment, path: Path) -> str:
    """Give a path as an image on the current page names it."""
    return Path(os.path.relpath(path, Path(env.doc2path(env.docname)).parent)).as_posix()


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
        from countback.show import tables

        run, name = self.arguments
        try:
            table = results(self.env).member(run, "tables", name)
        except LookupError as error:
            return [missing_result(self.env, self.lineno, f"{{run-table}} {run} {name}", error)]
        self.env.note_dependency(str(results(self.env).path(run, "result.json")))
        columns = table.headings
        kinds = tables.column_classes(table.rows, columns)
        widths = self.options.get("widths", [1] * len(columns))
        group = nodes.tgroup(cols=len(columns))
        group += [nodes.colspec(colwidth=width) for width in widths]
        group += nodes.thead("", self._row([label for label, _ in columns.values()], kinds, columns))
        body = nodes.tbody()
        for row, cells in zip(table.rows, tables.cells(table.rows, columns), strict=True):
            line = self._row(cells, kinds, columns)
            if "anchors" in self.options:
                self._label(line, _anchor(run, row[self.options["anchors"]]), row[self.options["anchors"]])
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
        return [node]

    def _row(self, cells: list[str], kinds: list[str], columns: Any) -> nodes.row:
        row = nodes.row()
        for text, kind, key in zip(cells, kinds, columns, strict=True):
            paragraph = nodes.paragraph("", "")
            if key == "verdict" and text in MARKS:
                paragraph += nodes.inline("", text, classes=["verdict", f"verdict-{_slug(text)}"])
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


def missing_result(env: BuildEnvironment, line: int, what: str, error: Exception) -> nodes.problematic:
    """Keep a problem until all pages are read, so that one build names them all."""
    page = Path(env.doc2path(env.docname, base=False))
    results(env).problems.append(f"{page.as_posix()}, line {line}: {what}: {error.args[0]}")
    return nodes.problematic("", what)


def stop(what: str, problems: list[str], status: int) -> NoReturn:
    """End the build without a traceback; what an earlier build has written stays."""
    for line in (what, *problems):
        print(f"error: {line}", file=sys.stderr, flush=True)
    raise SystemExit(status)


def raise_problems(app: Sphinx, env: BuildEnvironment) -> None:
    """End the build where pages name results that do not exist."""
    problems = results(env).problems
    if problems:
        stop("the book cannot be built: pages name results that do not exist", problems, 1)


def link_claims(app: Sphinx, doctree: nodes.document, page: str) -> None:
    """Turn each claim into a link to its row in an audit table; without such a table it stays plain."""
    labels: Any = app.env.get_domain("std").data["anonlabels"]
    for link in list(doctree.findall(claim_link)):
        target = labels.get(link["anchor"])
        if target is None:
            link.replace_self(link.children)
        else:
            link.replace_self(make_refnode(app.builder, page, target[0], target[1], link.children))


def without_thebe(app: Sphinx, config: Config) -> None:
    """Take out what Jupyter Book adds for running code on other hosts: pages name no other host."""
    for event, listeners in app.events.listeners.items():
        unwanted = ("init_thebe_core", "update_thebe_context")
        app.events.listeners[event] = [x for x in listeners if getattr(x.handler, "__name__", "") not in unwanted]


def typeset_formulas_only(app: Sphinx) -> None:
    """Keep MathJax to formulas: by default it also reads what notebooks print, where a ``$`` may be data."""
    settings: Any = app.config.mathjax3_config
    if settings is not None:
        settings.setdefault("options", {})["processHtmlClass"] = "math"


def say_settings(app: Sphinx, doctree: nodes.document) -> None:
    """Say on every page that the settings are not the published ones, where they are not."""
    changed = app.config.countback_parameters
    if not changed:
        return
    from countback.show.tables import display

    settings = ", ".join(f"{name} = {display(value)}" for name, value in changed.items())
    text = f"Not the published setting: {settings}. The numbers and verdicts below follow from it."
    note = nodes.warning("", nodes.paragraph("", text), classes=["changed-setting"])
    section = next(iter(doctree.findall(nodes.section)), None)
    if section is None:
        doctree.insert(0, note)
    else:
        section.insert(section.first_child_matching_class(nodes.title) + 1, note)


def run_notebooks(app: Sphinx, config: Config) -> None:
    """Run what is stale and write the executed notebooks as pages, before anything is read."""
    from countback.book.notebook_pages import publish
    from countback.deposit import manifest as certificate
    from countback.errors import InputError
    from countback.project import Project
    from countback.runs import lock, make
    from countback.runs.plan import plan
    from countback.runs.progress import bar

    root, build = Path(app.srcdir), Path(app.outdir).parent / "countback"
    project = Project(root, build)
    app.countback_results = Results(build)  # type: ignore[attr-defined]
    if not project.plan.is_file():
        return
    try:
        app.countback_lock = lock.Lock(build)  # type: ignore[attr-defined]
    except InputError as error:
        stop("the book cannot be built", list(error.problems), 2)
    mark = build / "building"
    if mark.exists():  # the last build was killed: what it left of the pages cannot be trusted
        (Path(app.doctreedir) / "environment.pickle").unlink(missing_ok=True)
    try:
        planned = plan(project, config.countback_parameters)
        make.make(project, planned, watch=bar())
        for run in planned:
            publish(project, run)
        certificate.write_certificate(root, build, planned, config.countback_parameters)
    except (InputError, make.RunError) as error:
        app.countback_lock.release()  # type: ignore[attr-defined]
        stop("the book cannot be built", str(error).splitlines(), 2 if isinstance(error, InputError) else 1)
    build.mkdir(parents=True, exist_ok=True)
    mark.touch()


def finished(app: Sphinx, exception: Exception | None) -> None:
    """Take away the mark of a build under way, and let others build here."""
    if hasattr(app, "countback_lock"):
        app.countback_lock.release()
    if exception is None:
        (Path(app.outdir).parent / "countback" / "building").unlink(missing_ok=True)
