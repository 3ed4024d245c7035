"""Claims on a page: a number, its verdict behind it, what shows on hover, and the link to its row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.nodes import make_refnode

if TYPE_CHECKING:
    from sphinx.writers.html5 import HTML5Translator
    from sphinx.writers.latex import LaTeXTranslator

from countback.audit.verdicts import Verdict
from countback.book.results import Finding
from countback.book.tally import verdict_of
from countback.book.trails import data_link


def mark_of(finding: Finding) -> str:
    """Words behind a number: its verdict in short, and the test's name where only one other gives it."""
    verdict = verdict_of(finding["verdict"])
    if verdict is Verdict.ANOTHER_TEST_ONLY and len(finding["matches"]) == 1:
        return f"{verdict}: {finding['matches'][0]['name']}"
    return verdict.short


def tip_of(finding: Finding) -> str:
    """Words that describe a number: what is printed, the verdict, and how it came about."""
    printed = f"Printed: {finding['printed']}. " if finding["printed"] else ""
    return f"{printed}{verdict_of(finding['verdict']).capitalize()}. {finding['because']}"


def anchor_of(run: str, claim: str) -> str:
    """Name of a claim's row, as links call it."""
    return str(nodes.make_id(f"{run}-claim-{claim}"))


class claim_link(nodes.Inline, nodes.Element):
    """A number that becomes a link to its row once all pages are read."""


class verdict_mark(nodes.inline):
    """A verdict in words behind a number."""


class claim_tip(nodes.inline):
    """What shows on hover, on focus and on a tap; on screen only."""


class told_claim(nodes.inline):
    """A number's link and, beside it, what describes it."""


def visit_told_html(self: HTML5Translator, node: nodes.Element) -> None:
    """Open a number with what describes it."""
    self.body.append('<span class="told-claim">')
    self.context.append(str(len(self.body)))


def depart_told_html(self: HTML5Translator, node: nodes.Element) -> None:
    """Close it, and have the link (or where there is none, the number) say what describes it."""
    first = int(self.context.pop())
    self.body.append("</span>")
    tip = next(iter(node.findall(claim_tip)), None)
    if tip is None:  # in documents without a screen
        return
    described = f'aria-describedby="{tip["ids"][0]}"'
    for i, part in enumerate(self.body[first:], start=first):
        if part.startswith("<a "):
            self.body[i] = f"<a {described} {part[3:]}"
            break
    else:
        self.body[first - 1] = f'<span class="told-claim" tabindex="0" {described}>'


def visit_mark_html(self: HTML5Translator, node: nodes.Element) -> None:
    """Open a verdict behind a number."""
    self.body.append('<span class="verdict-mark">')


def visit_tip_html(self: HTML5Translator, node: nodes.Element) -> None:
    """Open what describes a number."""
    self.body.append(f'<span class="claim-tip" role="tooltip" id="{node["ids"][0]}">')


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


def link_claims(app: Sphinx, doctree: nodes.document, page: str) -> None:
    """Turn each claim into a link to its row in an audit table; without such a table, to the line that prints it."""
    labels: Any = app.env.get_domain("std").data["anonlabels"]
    for link in list(doctree.findall(claim_link)):
        target = labels.get(link["anchor"])
        if target is None and link["place"] is not None:
            link.replace_self(data_link("", "", *link.children, **link["place"]))
        elif target is None:
            link.replace_self(link.children)
        else:
            link.replace_self(make_refnode(app.builder, page, target[0], target[1], link.children))
