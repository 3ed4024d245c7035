"""The report as a publication: its PDF, Word and JATS builders, and what every page of the HTML carries.

``jupyter-book build .`` writes the PDF into the HTML, for download. ``--builder custom --custom-builder pdf`` (or
``docx``, or ``jats``) writes that form alone.
"""

from __future__ import annotations

import hashlib
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ClassVar, NoReturn

from docutils import nodes
from docutils.frontend import get_default_settings
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.builders import Builder
from sphinx.config import Config
from sphinx.environment import BuildEnvironment
from sphinx.util import texescape
from sphinx.util.docutils import SphinxDirective
from sphinx.util.logging import suppress_logging
from sphinx.util.nodes import inline_all_toctrees
from sphinx.util.parallel import ParallelTasks, SerialTasks, parallel_available
from sphinx.util.tags import Tags
from sphinx.writers.html import HTMLWriter
from sphinx.writers.html5 import HTML5Translator

from countback.book import article, pages
from countback.deposit import citation, stamp
from countback.errors import InputError
from countback.files import write

APPENDIX = "chapters/runs/"
"""The executed notebooks: pages of the HTML, not of the article."""


class ArticleTranslator(HTML5Translator):
    """Write the body as plain HTML that pandoc reads: no scripts, no styles, no marks of the screen."""

    def _numbers(self, kind: str) -> dict[str, str]:
        """Give the numbers that figures, tables or equations of the chapter have on screen, by their ``id``."""
        found = self.builder.env.toc_fignumbers.get(self.docnames[-1], {}).get(kind, {})
        return {identifier: ".".join(map(str, number)) for identifier, number in found.items()}

    def add_fignumber(self, node: nodes.Element) -> None:
        """Give figures and tables the numbers they have on screen."""
        figtype = self.builder.env.domains["std"].get_enumerable_node_type(node) or ""
        numbers = self._numbers(figtype)
        for identifier in (name.removeprefix(f"{_chapter(self.docnames[-1])}-") for name in node["ids"]):
            if identifier in numbers:
                words = self.config.numfig_format[figtype] % numbers[identifier]
                self.body.append(f'<span class="caption-number">{words} </span>')
                return

    def visit_start_of_file(self, node: nodes.Element) -> None:
        """Open a chapter."""
        self.docnames.append(node["docname"])
        self.body.append(f'<div class="chapter" id="{_chapter(node["docname"])}">')

    def depart_start_of_file(self, node: nodes.Element) -> None:
        """Close a chapter."""
        self.docnames.pop()
        self.body.append("</div>\n")

    def visit_title(self, node: nodes.Element) -> None:
        """Set the title of a note in bold."""
        super().visit_title(node)
        if isinstance(node.parent, nodes.Admonition):
            self.body.append("<strong>")
            self.context[-1] = f"</strong>{self.context[-1]}"

    def visit_literal_block(self, node: nodes.Element) -> None:
        """Set code as it is."""
        self.body.append(f"<pre><code>{self.encode(node.astext())}</code></pre>\n")
        raise nodes.SkipNode

    def visit_literal(self, node: nodes.Element) -> None:
        """Set code as it is."""
        self.body.append(f"<code>{self.encode(node.astext())}</code>")
        raise nodes.SkipNode

    def visit_image(self, node: nodes.Element) -> None:
        """Set an image under the name that the builder gave it."""
        self.body.append(self.emptytag(node, "img", src=node["uri"], alt=node.get("alt", ""), width="100%"))

    def depart_image(self, node: nodes.Element) -> None:
        """Nothing to close."""

    def visit_math(self, node: nodes.Element, math_env: str = "") -> None:
        """Leave a formula as TeX."""
        self.body.append(f'<span class="math">\\({self.encode(node.astext())}\\)</span>')
        raise nodes.SkipNode

    def visit_math_block(self, node: nodes.Element, math_env: str = "") -> None:
        """Leave an equation as TeX, with its number beside it."""
        identifier = next(iter(node["ids"]), "")
        number = self._numbers("displaymath").get(identifier, "")
        ids = {"ids": [identifier] if identifier else []}
        self.body.append(self.starttag(ids, "div", CLASS="equation", **({"data-number": number} if number else {})))
        self.body.append(f"<p>\\[{self.encode(node.astext())}\\]</p></div>\n")
        raise nodes.SkipNode

    def visit_entry(self, node: nodes.Element) -> None:
        """Set numbers flush right."""
        super().visit_entry(node)
        if "number" in node.get("classes", []):
            self.body[-1] = self.body[-1].replace(">", ' style="text-align: right">', 1)

    def visit_label(self, node: nodes.Element) -> None:
        """Leave out the labels of references: the text names authors and years."""
        raise nodes.SkipNode

    def visit_citation(self, node: nodes.Element) -> None:
        """Open a reference."""
        self.body.append(self.starttag(node, "div", CLASS="citation"))

    def depart_citation(self, node: nodes.Element) -> None:
        """Close a reference."""
        self.body.append("</div>\n")


def _chapter(docname: str) -> str:
    return f"document-{nodes.make_id(docname)}"


class ArticleBuilder(Builder):
    """Write the report, without its appendix of notebooks, as one file."""

    form = "pdf"
    format = "article"
    allow_parallel = False
    default_translator_class = ArticleTranslator
    supported_image_types = ["image/svg+xml", "image/png", "image/jpeg"]  # noqa: RUF012
    epilog = "The article is in %(outdir)s."
    # what the writer of HTML asks of a builder: no colours in code, no links beside headings, no downloads
    highlighter = None
    add_permalinks = download_support = False
    secnumbers: ClassVar[dict[str, Any]] = {}
    current_docname = ""

    def __init__(self, app: Sphinx, env: BuildEnvironment) -> None:
        known = set(app.tags)
        super().__init__(app, env)
        for tag in set(app.tags) - known:  # beside the HTML builder: what is only for one is not for the other
            app.tags.remove(tag)
        self.tags = Tags([self.name, f"builder_{self.name}", self.format, f"format_{self.format}"])

    def init(self) -> None:
        """Nothing to prepare before pages are read."""

    def get_outdated_docs(self) -> str:
        """Say that the whole is always written."""
        return "the whole article"

    def get_target_uri(self, docname: str, typ: str | None = None) -> str:
        """Link within the article."""
        return f"#{_chapter(docname)}"

    def get_relative_uri(self, from_: str, to: str, typ: str | None = None) -> str:
        """Link within the article."""
        return self.get_target_uri(to, typ)

    def write(self, *ignored: Any) -> None:
        """Write the one file."""
        out = Path(self.outdir) / article.FORMS[self.form]
        with _stopping(out):
            article.make(self.article(), self.form, out)

    def finish(self) -> None:
        """Nothing is left to copy."""

    def article(self) -> article.Article:
        """Put the pages together, in the order of the table of contents."""
        self.current_docname = self.config.root_doc
        self.format = "html"  # what other extensions know to write for HTML serves here too
        tree = self._tree()
        images = self._images(tree)
        writer: Any = HTMLWriter(self)  # type: ignore[arg-type]
        settings: Any = get_default_settings(writer)
        for name, value in vars(tree.settings).items():
            setattr(settings, name, value)
        tree.settings = settings
        translator = self.create_translator(tree, self)
        tree.walkabout(translator)
        self.format = type(self).format
        report, _ = self.app.countback_works or citation.load(Path(self.srcdir))  # type: ignore[attr-defined]
        return article.Article(
            title=report.title,
            authors=report.authors,
            html="".join(translator.body),
            images=images,
            stamp=self.app.countback_stamp,  # type: ignore[attr-defined]
            keywords=report.keywords,
        )

    def _tree(self) -> nodes.document:
        root = self.config.root_doc
        passed_over = [root, *(page for page in self.env.all_docs if page.startswith(APPENDIX))]
        with suppress_logging():  # it lists the pages
            tree = inline_all_toctrees(self, set(), root, self.env.get_doctree(root), str, passed_over)
        for chapter in list(tree.findall(addnodes.start_of_file)):
            chapter.parent.remove(chapter)  # chapters stand side by side, not within the front page
            tree.append(chapter)
        tree["docname"] = root
        builder, self.app.builder = self.app.builder, self
        try:
            with _entries_kept(self.env):
                self.env.resolve_references(tree, root, self)
        finally:
            self.app.builder = builder
        _name_places(tree)
        from countback.book.directives import claim_tip

        for tip in list(tree.findall(claim_tip)):
            tip.parent.remove(tip)
        return tree

    def _images(self, tree: nodes.document) -> dict[str, Path]:
        """Name the images, each once, in a form that print can use."""
        names: dict[Path, str] = {}
        for image in tree.findall(nodes.image):
            candidates = image.get("candidates", {})
            found = next((candidates[kind] for kind in self.supported_image_types if kind in candidates), image["uri"])
            path = Path(self.srcdir) / found
            image["uri"] = names.setdefault(path, f"image-{len(names) + 1}{path.suffix}")
        return {name: path for path, name in names.items()}


@contextmanager
def _entries_kept(env: BuildEnvironment) -> Iterator[None]:
    """Leave the bibliography as it was: sphinxcontrib-bibtex adds to its entries each time it sets them."""
    lists: Any = getattr(env.domains.get("cite"), "bibliographies", {})
    entries = [(one.citation_nodes, dict(one.citation_nodes)) for one in lists.values()]
    for current, original in entries:
        current.update({key: entry.deepcopy() for key, entry in original.items()})
    try:
        yield
    finally:
        for current, original in entries:
            current.update(original)


def _name_places(tree: nodes.document) -> None:
    """Name places that are only unique within their chapter (``id1``) after the chapter too, and the links to them."""
    for chapter in tree.findall(addnodes.start_of_file):
        own = {name for node in chapter.findall(nodes.Element) for name in node["ids"] if re.fullmatch(r"id\d+", name)}
        for node in chapter.findall(nodes.Element):
            node["ids"] = [f"{_chapter(chapter['docname'])}-{name}" if name in own else name for name in node["ids"]]
            if node.get("refid") in own:
                node["refid"] = f"{_chapter(chapter['docname'])}-{node['refid']}"
    for reference in tree.findall(nodes.reference):
        _, *place = reference.get("refuri", "").split("#")
        if len(place) == 2 and reference["refuri"].startswith("#"):  # a chapter and a place in it
            reference["refuri"] = f"#{'-'.join(place) if re.fullmatch(r'id[0-9]+', place[1]) else place[1]}"


class PdfBuilder(ArticleBuilder):
    """The article as PDF."""

    name = form = "pdf"


class WordBuilder(ArticleBuilder):
    """The article as a Word file."""

    name = form = "docx"


class JatsBuilder(ArticleBuilder):
    """The article as JATS XML, with its images beside it."""

    name = form = "jats"


@contextmanager
def _stopping(out: Path) -> Iterator[None]:
    """End the build with what is wrong, and nothing at `out`, where a form cannot be made."""
    try:
        yield
    except (article.ArticleError, InputError) as error:
        out.unlink(missing_ok=True)
        _stop(error, 1 if isinstance(error, article.ArticleError) else 2)


def _stop(error: Exception, status: int) -> NoReturn:
    """End the build with what is wrong, one line a problem."""
    for line in str(error).splitlines():
        print(f"error: {line}", file=sys.stderr, flush=True)
    raise SystemExit(status) from None


def _set_stamp(app: Sphinx, config: Config) -> None:
    """Work out the stamp and read how to cite; all pages are written anew where the stamp is not the last one's."""
    root = Path(app.srcdir)
    try:
        found = stamp.of(root, config.countback_parameters)
        works = (
            citation.load(root, config.countback_parameters.get("trial")) if (root / citation.FILE).is_file() else None
        )
    except InputError as error:
        _stop(error, 2)
    app.countback_stamp, app.countback_works = found, works  # type: ignore[attr-defined]
    config.countback_stamp = found.line


def _date_latex(app: Sphinx, config: Config) -> None:
    """Give the title page of LaTeX the stamp instead of the day of the build."""
    found: stamp.Stamp = app.countback_stamp  # type: ignore[attr-defined]
    texescape.init()
    lines = "\\\\".join(texescape.escape(f"{name} {value}", config.latex_engine) for name, value in found.parts)
    config.latex_elements = {**config.latex_elements, "date": rf"\date{{\normalsize {lines}}}"}


def _begin_pdf(app: Sphinx, builder: Builder) -> None:
    """Begin the PDF, unless the one there was made from the same; it is set while the pages are written."""
    if builder.name != "html" or app.countback_works is None:  # type: ignore[attr-defined]
        return
    out, key = Path(app.outdir) / article.FORMS["pdf"], _pdf_key(app)
    made_from = _made_from(app, app.env)
    if out.is_file() and key.is_file() and key.read_text(encoding="utf-8") == made_from:
        return
    key.unlink(missing_ok=True)
    out.unlink(missing_ok=True)
    problems: list[Exception] = []

    def set_pdf() -> Exception | None:
        try:
            article.make(PdfBuilder(app, app.env).article(), "pdf", out)
        except (article.ArticleError, InputError) as error:
            return error
        return None

    # A process of its own has a core of its own; where there is no such thing, the pages wait.
    tasks = ParallelTasks(1) if parallel_available else SerialTasks()
    tasks.add_task(set_pdf, result_func=lambda *result: problems.extend(filter(None, result)))  # one gives None first
    app.countback_pdf = tasks, problems, made_from  # type: ignore[attr-defined]


def _end_pdf(app: Sphinx, exception: Exception | None) -> None:
    """Wait for the PDF that was begun, once the pages are whole."""
    if exception is not None or not hasattr(app, "countback_pdf"):
        return
    tasks, problems, made_from = app.countback_pdf
    tasks.join()
    with _stopping(Path(app.outdir) / article.FORMS["pdf"]):
        if problems:
            raise problems[0]
    _pdf_key(app).write_text(made_from, encoding="utf-8")


def _pdf_key(app: Sphinx) -> Path:
    """Give the file that tells from what the PDF there was made."""
    return Path(app.doctreedir) / "article.key"


def _made_from(app: Sphinx, env: BuildEnvironment) -> str:
    """Give a digest of all that the PDF follows from."""
    digest = hashlib.sha256(app.config.countback_stamp.encode())
    pages_read = [Path(app.doctreedir) / f"{name}.doctree" for name in sorted(env.all_docs)]
    drawn = [Path(app.srcdir) / name for name in sorted(env.images)]
    own = [*sorted(Path(__file__).parents[1].rglob("*.py")), article.TEMPLATE, Path(app.srcdir) / stamp.CITATION]
    for path in [*pages_read, *drawn, *own]:
        if path.is_file():
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _describe(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document | None) -> None:
    """Put the stamp at the foot of a page, its metadata into the head, and the PDF among what can be downloaded."""
    found: stamp.Stamp = app.countback_stamp  # type: ignore[attr-defined]
    context["theme_extra_footer"] = pages.footer(found)
    if app.countback_works is None:  # type: ignore[attr-defined]
        return
    report, about = app.countback_works  # type: ignore[attr-defined]
    pdf = context["pathto"](article.FORMS["pdf"], 1)
    context["metatags"] = context.get("metatags", "") + pages.head(report, about, found, context.get("title", ""), pdf)
    offered = {
        "type": "link",
        "url": pdf,
        "text": "report, PDF",
        "tooltip": "Download the whole report as PDF",
        "icon": "fas fa-file-pdf",
        "label": "download-report-button",
    }
    for button in context.get("header_buttons", []):
        if button.get("label") == "download-buttons":
            kept = [b for b in button["buttons"] if b["type"] == "link"]  # printing is what browsers do
            button["buttons"] = [offered, *kept]
            break
    else:
        context.setdefault("header_buttons", []).append(offered)


def _mend_pages(app: Sphinx, exception: Exception | None) -> None:
    """Mend the pages once they are written."""
    if exception is None and app.builder.format == "html":
        for path in sorted(Path(app.outdir).rglob("*.html")):
            if "_static" not in path.parts:
                write(path, pages.mend(path.read_text(encoding="utf-8")))


class CitationDirective(SphinxDirective):
    """``{citation} report bibtex``: how to cite the report or the article, as text, bibtex, ris or csl."""

    required_arguments = 2

    def run(self) -> list[nodes.Node]:
        """Set it as it is to be copied."""
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


def setup(app: Sphinx) -> None:
    """Register builders, events and directives with Sphinx."""
    app.add_config_value("countback_stamp", "", "html", types=(str,))
    for builder in (PdfBuilder, WordBuilder, JatsBuilder):
        app.add_builder(builder)
    app.connect("config-inited", _set_stamp, priority=90)
    app.connect("config-inited", _date_latex, priority=900)
    app.connect("write-started", _begin_pdf)  # not before: figures are numbered once all pages are read
    app.connect("html-page-context", _describe, priority=900)  # when the theme has laid out its buttons
    app.connect("build-finished", _mend_pages)
    app.connect("build-finished", _end_pdf)
    app.add_directive("citation", CitationDirective)
