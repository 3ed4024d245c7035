"""The article's builders: its PDF, Word and JATS.

``--builder custom --custom-builder pdf`` (or ``docx``, or ``jats``) writes that form alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ClassVar

from docutils import nodes
from docutils.frontend import get_default_settings
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.builders import Builder
from sphinx.environment import BuildEnvironment
from sphinx.util.logging import suppress_logging
from sphinx.util.nodes import inline_all_toctrees
from sphinx.util.tags import Tags
from sphinx.writers.html import HTMLWriter

from countback.book import article
from countback.book.claims import claim_tip
from countback.book.problems import stop
from countback.book.translator import ArticleTranslator, chapter_id
from countback.deposit import citation
from countback.errors import InputError

APPENDIX = "chapters/runs/"
"""The executed notebooks: pages of the HTML, not of the article."""


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
        """The whole article: it is always written anew."""
        return "the whole article"

    def get_target_uri(self, docname: str, typ: str | None = None) -> str:
        """Link within the article."""
        return f"#{chapter_id(docname)}"

    def get_relative_uri(self, from_: str, to: str, typ: str | None = None) -> str:
        """Link within the article."""
        return self.get_target_uri(to, typ)

    def write(self, *ignored: Any) -> None:
        """Write the one file."""
        out = Path(self.outdir) / article.FORMS[self.form]
        with stopping(out):
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
            chapter.parent.remove(chapter)  # chapters are placed side by side, not within the front page
            tree.append(chapter)
        tree["docname"] = root
        builder, self.app.builder = self.app.builder, self
        try:
            with _entries_kept(self.env):
                self.env.resolve_references(tree, root, self)
        finally:
            self.app.builder = builder
        _name_places(tree)
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
            node["ids"] = [f"{chapter_id(chapter['docname'])}-{name}" if name in own else name for name in node["ids"]]
            if node.get("refid") in own:
                node["refid"] = f"{chapter_id(chapter['docname'])}-{node['refid']}"
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
def stopping(out: Path) -> Iterator[None]:
    """End the build with what is wrong, and nothing at `out`, where a form cannot be made."""
    try:
        yield
    except (article.ArticleError, InputError) as error:
        out.unlink(missing_ok=True)
        status = 1 if isinstance(error, article.ArticleError) else 2
        stop(f"{out.name} cannot be made", str(error).splitlines(), status)
