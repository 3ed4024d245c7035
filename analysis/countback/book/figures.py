"""Figures on a page: one picture in several forms, of which screens show the one that fits.

On a phone it is the narrow form, on a dark page the dark one; print and other documents have the wide, light one.
"""

from __future__ import annotations

import os
import posixpath
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.transforms.post_transforms import SphinxPostTransform

from countback.book.results import results
from countback.show.forms import DARKENED, NARROW, WIDE

if TYPE_CHECKING:
    from sphinx.environment import BuildEnvironment
    from sphinx.writers.html5 import HTML5Translator

APPENDIX = "chapters/runs/"
"""Where the executed notebooks are among the pages."""

PHONE = "(max-width: 600px)"
"""Windows in which figures have their narrow form; ``countback.css`` says the same."""


class picture(nodes.General, nodes.Element):
    """A figure in its forms: an image for all kinds of documents, and :class:`screen_image` for the others."""


class screen_image(nodes.image):
    """A form of a figure that screens alone show; ``end`` is what its file's name has last."""


def picture_of(env: BuildEnvironment, run: str, name: str, width: str | None = None) -> picture:
    """A figure of a run, in all forms that there are.

    Parameters
    ----------
    env : BuildEnvironment
        That of the page.
    run, name : str
    width : str, optional
        Of the wide form, as CSS writes it.

    Raises
    ------
    LookupError
        If there is no such run or figure; names the nearest.
    """
    figure = results(env).member(run, "figures", name)
    path = results(env).path(run, name)
    for file in (path.parent / "result.json", path.with_name(f"{name}.svg"), path.with_name(f"{name}.pdf")):
        env.note_dependency(str(file))
    node: picture = picture(width=width or "")
    node += nodes.image(uri=_from_page(env, path.with_name(f"{name}.*")), alt=figure.alt, width=width or "100%")
    for end in (NARROW.suffix, f"{WIDE.suffix}{DARKENED}", f"{NARROW.suffix}{DARKENED}"):
        form = path.with_name(f"{name}{end}.svg")
        if form.is_file():
            env.note_dependency(str(form))
            node += screen_image(uri=_from_page(env, form), alt=figure.alt, end=end)
    return node


def _from_page(env: BuildEnvironment, path: Path) -> str:
    """Path as an image on the current page names it."""
    return Path(os.path.relpath(path, Path(env.doc2path(env.docname)).parent)).as_posix()


def show_forms(app: Sphinx, doctree: nodes.document) -> None:
    """Put the figures of an executed notebook's page into the forms that they have elsewhere."""
    env: Any = app.env
    run = env.docname.removeprefix(APPENDIX)
    if run == env.docname or not hasattr(app, "countback_results"):
        return
    try:
        names = results(env).result(run).figures
    except LookupError:
        return
    drawn = {_lines(results(env).path(run, f"{name}.svg")): name for name in names}
    for image in list(doctree.findall(nodes.image)):
        file = Path(app.srcdir) / image["uri"].lstrip("/")
        name = drawn.get(_lines(file)) if file.suffix == ".svg" and file.is_file() else None
        if name is not None and not isinstance(image.parent, picture):
            image.replace_self(picture_of(env, run, name))


def _lines(svg: Path) -> tuple[str, ...]:
    """The lines of a file, which MyST-NB ends in its own way."""
    return tuple(svg.read_text(encoding="utf-8").splitlines())


class OnlyOnScreens(SphinxPostTransform):
    """Leave out what is for screens alone, in documents that are not."""

    default_priority = 1

    def run(self, **_: Any) -> None:
        """Take out the further forms of figures."""
        if not isinstance(self.app.builder, StandaloneHTMLBuilder):
            for image in list(self.document.findall(screen_image)):
                image.parent.remove(image)


def visit_picture_html(self: HTML5Translator, node: nodes.Element) -> None:
    """Write a picture for light pages and one for dark pages, each with a source for phones."""
    if not isinstance(self.builder, StandaloneHTMLBuilder):
        return
    files = {image.get("end", WIDE.suffix): _file(self, image) for image in node.findall(nodes.image)}
    alt, width = escape(next(node.findall(nodes.image)).get("alt", "")), node["width"]
    style = f' style="width: {escape(width)}"' if width else ""
    for theme, end in (("light", ""), ("dark", DARKENED)):
        wide = files.get(f"{WIDE.suffix}{end}")
        if wide is None:
            continue
        narrow = files.get(f"{NARROW.suffix}{end}")
        source = f'<source media="{PHONE}" srcset="{narrow}" />' if narrow else ""
        kind = f"figure-{theme}" if DARKENED in files else "figure-always"
        lazy = ' loading="lazy"' if theme == "dark" else ""  # most pages are never dark
        image = f'<img class="dark-light" src="{wide}" alt="{alt}"{lazy} />'
        self.body.append(f'<picture class="{kind}"{style}>{source}{image}</picture>\n')
    raise nodes.SkipNode


def _file(self: HTML5Translator, image: nodes.Element) -> str:
    """Address of an image, from the page."""
    uri = image["uri"]
    if uri in self.builder.images:
        uri = posixpath.join(self.builder.imgpath, quote(self.builder.images[uri]))
    return escape(uri)


def nothing(self: Any, node: nodes.Element) -> None:
    """Leave the image in it as it is."""
