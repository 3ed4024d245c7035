"""Problems of a build: kept until all pages are read, then reported together, one line each, without a traceback."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from docutils import nodes
from sphinx.application import Sphinx

from countback.errors import told

if TYPE_CHECKING:
    from sphinx.environment import BuildEnvironment


def stop(what: str, problems: Iterable[str], status: int) -> NoReturn:
    """End the build without a traceback; what an earlier build has written stays."""
    for line in (what, *problems):
        print(f"error: {line}", file=sys.stderr, flush=True)
    raise SystemExit(status)


def guarded(handler: Callable[..., Any]) -> Callable[..., Any]:
    """Handler of an event that ends the build in one line where the operating system fails it, as on a full disk."""

    @wraps(handler)
    def handle(*arguments: Any) -> Any:
        try:
            return handler(*arguments)
        except OSError as error:
            stop("the book cannot be built", *told(error))

    return handle


def note(env: BuildEnvironment, page: str, line: int | None, problem: str) -> None:
    """Keep a problem of a page until all pages are read, so that one build names them all."""
    name = Path(env.doc2path(page, base=False)).as_posix()
    place = f"{name}, line {line}" if line else name
    _kept(env).setdefault(page, []).append(f"{place}: {problem}")


def missing_result(env: BuildEnvironment, line: int, what: str, error: Exception) -> nodes.problematic:
    """Note a result that does not exist; return what takes its place until the build ends."""
    note(env, env.docname, line, f"{what}: {error.args[0]}")
    return nodes.problematic("", what)


def forget(app: Sphinx, env: BuildEnvironment, page: str) -> None:
    """Drop the problems of a page that is read anew."""
    _kept(env).pop(page, None)


def merge(app: Sphinx, env: BuildEnvironment, pages: Iterable[str], other: BuildEnvironment) -> None:
    """Take over the problems of pages that another process has read."""
    _kept(env).update({page: _kept(other)[page] for page in pages if page in _kept(other)})


def raise_problems(app: Sphinx, env: BuildEnvironment) -> None:
    """End the build where pages name results or images that do not exist."""
    problems = [problem for page in sorted(_kept(env)) for problem in _kept(env)[page]]
    if problems:
        stop("the book cannot be built: pages name what does not exist", problems, 1)


def note_missing_images(app: Sphinx, doctree: nodes.document) -> None:
    """Note every image that a page names and that is not there."""
    for image in doctree.findall(nodes.image):
        for kind, file in image.get("candidates", {}).items():
            if kind != "?" and not (Path(app.srcdir) / file).is_file():
                note(app.env, app.env.docname, image.line, f"image {file}: there is no such file")


def _kept(env: BuildEnvironment) -> dict[str, list[str]]:
    if not hasattr(env, "countback_problems"):
        env.countback_problems = {}  # type: ignore[attr-defined]
    found: dict[str, list[str]] = env.countback_problems  # type: ignore[attr-defined]
    return found
