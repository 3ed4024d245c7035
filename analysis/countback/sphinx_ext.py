"""The book's Sphinx extension: wiring alone."""

from __future__ import annotations

from typing import Any

from sphinx.application import Sphinx

from countback import __version__, environment
from countback.book.directives import (
    ClaimRole,
    RunFigure,
    RunTable,
    StatRole,
    claim_tip,
    depart_mark_latex,
    depart_span,
    finished,
    link_claims,
    nothing,
    raise_problems,
    run_notebooks,
    say_settings,
    skip,
    stop,
    typeset_formulas_only,
    verdict_mark,
    visit_mark_html,
    visit_mark_latex,
    visit_tip_html,
    without_thebe,
)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension with Sphinx.

    Raises
    ------
    SystemExit
        If the environment is incomplete, with status 2: names what is missing and what to install.
    """
    lacking = environment.lacking()
    if lacking:
        stop("the environment is incomplete", [*lacking, "install all of it: pip install -r requirements.txt"], 2)
    app.setup_extension("sphinx-mathjax-offline")
    from countback.book import builders as publication  # here: they need what was just found to be installed
    from countback.book.methods import Methods

    app.add_config_value("countback_parameters", {}, "env", types=(dict,))
    app.connect("config-inited", run_notebooks, priority=100)  # before the table of contents is worked out
    app.connect("config-inited", without_thebe, priority=100)
    app.connect("builder-inited", typeset_formulas_only, priority=900)  # after MyST has set it
    app.connect("doctree-read", say_settings)
    app.connect("env-updated", raise_problems)
    app.connect("doctree-resolved", link_claims)
    app.connect("build-finished", finished)
    app.add_role("stat", StatRole())
    app.add_role("claim", ClaimRole())
    app.add_directive("run-figure", RunFigure)
    app.add_directive("run-table", RunTable)
    app.add_directive("methods", Methods)
    app.add_node(
        verdict_mark, html=(visit_mark_html, depart_span), latex=(visit_mark_latex, depart_mark_latex),
        text=(nothing, nothing),
    )  # fmt: skip
    app.add_node(claim_tip, html=(visit_tip_html, depart_span), latex=(skip, None), text=(skip, None))
    publication.setup(app)
    return {"version": __version__, "env_version": 1, "parallel_read_safe": False, "parallel_write_safe": True}
