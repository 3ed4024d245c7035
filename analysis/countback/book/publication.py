"""The report as a publication: its stamp and citation on every page, and its PDF beside them.

``jupyter-book build .`` writes the PDF into the HTML, for download.
"""

from __future__ import annotations

import hashlib
from html import escape
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.builders import Builder
from sphinx.config import Config
from sphinx.environment import BuildEnvironment
from sphinx.util import logging, texescape
from sphinx.util.parallel import ParallelTasks, SerialTasks, parallel_available

from countback.book import article, pages, policy
from countback.book.builders import PdfBuilder, stopping
from countback.book.club import explorer
from countback.book.problems import stop
from countback.book.text import visible
from countback.deposit import citation, stamp
from countback.errors import InputError
from countback.files import write
from countback.project import file_digest

logger = logging.getLogger(__name__)


def set_stamp(app: Sphinx, config: Config) -> None:
    """Work out the stamp and read how to cite; all pages are written anew where the stamp is not the last one's."""
    root = Path(app.srcdir)
    try:
        found = stamp.of(root, config.countback_parameters)
        works = citation.load(root) if (root / citation.FILE).is_file() else None
    except InputError as error:
        stop("the book cannot be built", error.problems, 2)
    app.countback_stamp, app.countback_works = found, works  # type: ignore[attr-defined]
    config.countback_stamp = found.line


def date_latex(app: Sphinx, config: Config) -> None:
    """Put the stamp on the title page of LaTeX instead of the day of the build."""
    found: stamp.Stamp = app.countback_stamp  # type: ignore[attr-defined]
    texescape.init()
    lines = "\\\\".join(texescape.escape(f"{name} {value}", config.latex_engine) for name, value in found.parts)
    config.latex_elements = {**config.latex_elements, "date": rf"\date{{\normalsize {lines}}}"}


def describe(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document | None) -> None:
    """Put the stamp at the foot of a page, its metadata into the head, and the PDF among what can be downloaded."""
    found: stamp.Stamp = app.countback_stamp  # type: ignore[attr-defined]
    context["theme_extra_footer"] = found.html
    for name in ("pagetitle", "root_title", "page_description"):  # the theme writes them as they are
        if name in context:
            context[name] = escape(visible(context[name]))
    if app.countback_works is None:  # type: ignore[attr-defined]
        return
    report, about = app.countback_works  # type: ignore[attr-defined]
    pdf = context["pathto"](citation.PDF, 1)
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


def mend_pages(app: Sphinx, exception: Exception | None) -> None:
    """Mend the pages once they are written."""
    if exception is not None or app.builder.format != "html":
        return
    brought = policy.from_extensions(
        ((file, options) for file, options in app.registry.js_files), getattr(app.config, "mathjax3_config", None)
    )
    out = Path(app.outdir)
    own = out / explorer.PAGE  # which has a policy of its own
    for path in sorted(out.rglob("*.html")):
        if "_static" not in path.parts and path != own:
            page = path.relative_to(out).with_suffix("").as_posix()
            text = pages.mend(path.read_text(encoding="utf-8"))
            for script in policy.unknown(text, page, brought):
                logger.warning(
                    "page %s: a script of unknown origin will not run: %.60s", page, " ".join(script.split())
                )
            write(path, pages.with_policy(text, policy.policy(text, page, brought)))


def begin_pdf(app: Sphinx, builder: Builder) -> None:
    """Begin the PDF, unless the one there was made from the same; it is set while the pages are written."""
    if builder.name != "html" or app.countback_works is None:  # type: ignore[attr-defined]
        return
    out, key = Path(app.outdir) / citation.PDF, _pdf_key(app)
    made_from = _made_from(app, app.env)
    if out.is_file() and key.is_file() and key.read_text(encoding="utf-8") == _key(made_from, out):
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


def end_pdf(app: Sphinx, exception: Exception | None) -> None:
    """Wait for the PDF that was begun, once the pages are whole."""
    if exception is not None or not hasattr(app, "countback_pdf"):
        return
    tasks, problems, made_from = app.countback_pdf
    tasks.join()
    with stopping(Path(app.outdir) / citation.PDF):
        if problems:
            raise problems[0]
    write(_pdf_key(app), _key(made_from, Path(app.outdir) / citation.PDF))


def _key(made_from: str, pdf: Path) -> str:
    """Digests of what a PDF was made from and of the PDF itself: an edited one is made anew."""
    return f"{made_from} {file_digest(pdf)}\n"


def _pdf_key(app: Sphinx) -> Path:
    """File that records from what the PDF there was made."""
    return Path(app.doctreedir) / "article.key"


def _made_from(app: Sphinx, env: BuildEnvironment) -> str:
    """Digest of all that the PDF follows from."""
    digest = hashlib.sha256(app.config.countback_stamp.encode())
    pages_read = [Path(app.doctreedir) / f"{name}.doctree" for name in sorted(env.all_docs)]
    drawn = [Path(app.srcdir) / name for name in sorted(env.images)]
    own = [*sorted(Path(__file__).parents[1].rglob("*.py")), article.TEMPLATE, Path(app.srcdir) / stamp.CITATION]
    for path in [*pages_read, *drawn, *own]:
        if path.is_file():
            digest.update(file_digest(path).encode())
    return digest.hexdigest()
