"""Trails: links from what a page shows back to its notebook, its data and its counts.

They are for pages on screen; every other form is without them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.builders.html import StandaloneHTMLBuilder

from countback.book import offered
from countback.book.results import results
from countback.deposit.manifest import PAGE
from countback.project import PAGES
from countback.trial.design import Place
from countback.trial.lines import COUNTS, Line, Lines, read_lines

if TYPE_CHECKING:
    from sphinx.environment import BuildEnvironment

__all__ = [
    "changed_users", "data_link", "forget", "lead_back", "line_anchor", "merge", "note_shown", "note_use", "of_finding",
    "of_member", "of_run", "page_of", "place_of", "run_link", "run_value", "trail", "users", "value_anchor",
]  # fmt: skip


class trail(nodes.paragraph):
    """Links to where something comes from."""


class run_value(nodes.inline):
    """A single value of a run, which becomes a link to its row on the run's page."""


class run_link(nodes.inline):
    """What becomes a link to the page of a run."""


class data_link(nodes.inline):
    """What becomes a link to a line of a trial's data."""


class users(nodes.paragraph):
    """What becomes a list of the pages that use a run."""


def page_of(run: str) -> str:
    """Page of a run's notebook; for the manifest, its chapter."""
    return f"chapters/{PAGE}" if run == PAGE else f"{PAGES.as_posix()}/{run}"


def value_anchor(key: str) -> str:
    """Name of a value's row on the page of its run.

    Examples
    --------
    >>> value_anchor("tests.p_pearson")
    'value-tests.p_pearson'
    """
    return f"value-{re.sub(r'[^A-Za-z0-9._-]', '-', key)}"


def line_anchor(trial: str, file: str, line: int) -> str:
    """Name of a line of a trial's data on the page that shows it."""
    name = re.sub(r"[^A-Za-z0-9]+", "-", f"{Path(trial).name}-{file}")
    return f"data-{name}" + (f"-L{line}" if line else "")


def of_member(env: BuildEnvironment, run: str, table: str) -> trail:
    """Trail of a figure or a table: its notebook, its data, its counts.

    Parameters
    ----------
    env : BuildEnvironment
    run : str
    table : str
        The table that holds its data.
    """
    found = trail(classes=["trail"])
    if run != PAGE:
        _add(found, run_link("", "notebook", run=run))
    _add(found, _file(env, offered.of_run(run, f"{table}.csv"), "data (CSV)"))
    for link in _counts(env, run):
        _add(found, link)
    return found


def of_finding(env: BuildEnvironment, run: str, claim: str) -> trail:
    """Trail of a claim's row: its notebook, its row as data, the line that prints it, the lines of its counts."""
    found = trail("", "", run_link("", "notebook", run=run), classes=["trail"])
    _add(found, _file(env, offered.of_run(run, "audit.csv"), "data (CSV)"))
    for trial in _trials(env, run)[:1]:
        lines = _lines(env, trial)
        places = [*([lines.claims[claim]] if claim in lines.claims else []), *lines.behind(claim)]
        for place in places:
            _add(found, _line(trial, place))
    return found


def place_of(env: BuildEnvironment, run: str, claim: str) -> dict[str, str | int] | None:
    """Trial, file and line that print a claim, as a link to it needs them; None where no line does."""
    for trial in _trials(env, run)[:1]:
        place = _lines(env, trial).claims.get(claim)
        if place is not None:
            return {"trial": trial, "file": place.file, "line": place.number}
    return None


def of_run(env: BuildEnvironment, run: str) -> list[nodes.Node]:
    """Trails of the page of a run: the chapters that use it, its files, its counts."""
    used = users("", "", run=run, classes=["trail"])
    files = trail("", "", nodes.Text("Results: "), classes=["trail"])
    result = results(env).result(run)
    for name in offered.run_files(result, results(env).path(run, "")):
        _add(files, _file(env, offered.of_run(run, name), name), first=len(files) == 1)
    counts = trail("", "", nodes.Text("From: "), classes=["trail"])
    for link in _counts(env, run):
        _add(counts, link, first=len(counts) == 1)
    return [used, files, *([counts] if len(counts) > 1 else [])]


def note_use(env: BuildEnvironment, run: str) -> None:
    """Keep that the page under way uses a run."""
    _uses(env).setdefault(env.docname, {})[run] = None


def forget(app: Sphinx, env: BuildEnvironment, page: str) -> None:
    """Drop what a page used that is read anew."""
    _uses(env).pop(page, None)


def merge(app: Sphinx, env: BuildEnvironment, pages: Iterable[str], other: BuildEnvironment) -> None:
    """Take over what pages use that another process has read."""
    _uses(env).update({page: _uses(other)[page] for page in pages if page in _uses(other)})


def changed_users(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Pages of runs to write anew, because other chapters use them than before."""
    used: dict[str, list[str]] = {}
    for page in _in_order(env):
        for run in _uses(env).get(page, ()):
            used.setdefault(run, []).append(page)
    before: dict[str, list[str]] = getattr(env, "countback_used", {})
    env.countback_used = used  # type: ignore[attr-defined]
    changed = [run for run in {**before, **used} if before.get(run) != used.get(run)]
    return [page_of(run) for run in changed if page_of(run) in env.all_docs]


def lead_back(app: Sphinx, doctree: nodes.document, page: str) -> None:
    """Turn trails into links where pages are written; leave them out, and single values as text, elsewhere."""
    on_screen = isinstance(app.builder, StandaloneHTMLBuilder)
    for node in list(doctree.findall(users)):
        _name_users(app, node, page)
    for node in list(doctree.findall(trail)):
        if not on_screen:
            node.parent.remove(node)
    for value in list(doctree.findall(run_value)):
        target = page_of(value["run"])
        if on_screen and target in app.env.all_docs and value["run"] != PAGE and not _within_title(value):
            _link(app, value, page, target, value_anchor(value["key"]), "value")
    for link in list(doctree.findall(run_link)):
        target = page_of(link["run"])
        if on_screen and target in app.env.all_docs:
            _link(app, link, page, target, "")
    shown: dict[str, str] = _shown(app.env)
    for link in list(doctree.findall(data_link)):
        if not on_screen:
            continue
        if link["trial"] in shown:
            anchor = line_anchor(link["trial"], link["file"], link["line"])
            _link(app, link, page, shown[link["trial"]], anchor)
        else:
            uri = offered.address(page, offered.of_data(link["trial"], link["file"]))
            link.replace_self(nodes.reference("", "", *link.children, refuri=uri, internal=True))


def note_shown(env: BuildEnvironment, trial: str) -> None:
    """Keep that the page under way shows a trial's data, line by line."""
    _shown(env)[trial] = env.docname


def _uses(env: BuildEnvironment) -> dict[str, dict[str, None]]:
    if not hasattr(env, "countback_uses"):
        env.countback_uses = {}  # type: ignore[attr-defined]
    found: dict[str, dict[str, None]] = env.countback_uses  # type: ignore[attr-defined]
    return found


def _shown(env: BuildEnvironment) -> dict[str, str]:
    """Page that shows each trial's data; a page that is gone shows nothing."""
    if not hasattr(env, "countback_shown"):
        env.countback_shown = {}  # type: ignore[attr-defined]
    found: dict[str, str] = env.countback_shown  # type: ignore[attr-defined]
    for trial in [trial for trial, page in found.items() if page not in env.found_docs]:
        del found[trial]
    return found


def _in_order(env: BuildEnvironment) -> list[str]:
    """Pages in the order of the table of contents, those outside it last; pages of runs are left out."""
    listed = list(env.toctree_includes.get(env.config.root_doc, []))
    every = [env.config.root_doc, *listed, *sorted(set(env.all_docs) - {*listed, env.config.root_doc})]
    return [page for page in every if not page.startswith(f"{PAGES.as_posix()}/")]


def _name_users(app: Sphinx, node: users, page: str) -> None:
    used: list[str] = getattr(app.env, "countback_used", {}).get(node["run"], [])
    if not used or not isinstance(app.builder, StandaloneHTMLBuilder):
        node.parent.remove(node)
        return
    node += nodes.Text("Used in: ")
    for i, name in enumerate(used):
        uri = app.builder.get_relative_uri(page, name)
        if i:
            node += nodes.Text(", ")
        title = "the front page" if name == app.config.root_doc else app.env.titles[name].astext()
        node += nodes.reference("", title, refuri=uri, internal=True)


def _within_title(node: nodes.Node) -> bool:
    """Whether a node is part of a heading: one that folds away is a switch, and a link inside it cannot be reached."""
    while node.parent is not None:
        node = node.parent
        if isinstance(node, nodes.title) and not isinstance(node.parent, nodes.table):
            return True
    return False


def _link(app: Sphinx, node: nodes.Element, page: str, target: str, anchor: str, *classes: str) -> None:
    uri = app.builder.get_relative_uri(page, target) + (f"#{anchor}" if anchor else "")
    inside = [node.deepcopy()] if classes else node.children
    node["classes"] = []  # they stay inside: what replaces a node would take them over
    node.replace_self(nodes.reference("", "", *inside, refuri=uri, internal=True, classes=list(classes)))


def _add(to: nodes.Element, link: nodes.Node, first: bool | None = None) -> None:
    if not (len(to) == 0 if first is None else first):
        to += nodes.Text(" · ")
    to += link


def _file(env: BuildEnvironment, file: str, text: str) -> nodes.reference:
    return nodes.reference("", text, refuri=offered.address(env.docname, file), internal=True)


def _trials(env: BuildEnvironment, run: str) -> list[str]:
    """Trials that a run reads, that which its page is about first."""
    parameters = dict(results(env).result(run).parameters)
    found = offered.trials_of(Path(env.srcdir), parameters)
    return sorted(found, key=lambda name: name != parameters.get("trial"))


def _counts(env: BuildEnvironment, run: str) -> list[data_link]:
    """Links to the counts of a run: the line where they begin that it selects, or the file."""
    links = []
    parameters, trials = results(env).result(run).parameters, _trials(env, run)
    for trial in trials:
        selected = Place(str(parameters.get("endpoint")), parameters.get("week"))
        place = next(iter(_lines(env, trial).of(selected)), Line(COUNTS))
        words = "counts" if len(trials) == 1 else f"counts of {Path(trial).name}"
        links.append(data_link("", words, trial=trial, file=place.file, line=place.number))
    return links


def _line(trial: str, place: Line) -> data_link:
    words = f"{place.file.rpartition('/')[2]}, line {place.number}"
    return data_link("", words, trial=trial, file=place.file, line=place.number)


def _lines(env: BuildEnvironment, trial: str) -> Lines:
    """Lines of a trial's folder, read once a build."""
    known: Any = results(env)
    cache: dict[str, Lines] = known.__dict__.setdefault("lines", {})
    if trial not in cache:
        cache[trial] = read_lines(Path(env.srcdir) / trial)
    for file in offered.trial_files(Path(env.srcdir), trial):
        env.note_dependency(str(Path(env.srcdir) / trial / file))
    return cache[trial]
