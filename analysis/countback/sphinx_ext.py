"""The book's Sphinx extension: wiring alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sphinx.application import Sphinx

from countback import __version__, environment
from countback.book import problems


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension with Sphinx.

    Raises
    ------
    SystemExit
        If the environment is incomplete, with status 2: names what is missing and what to install.
    """
    missing = environment.missing()
    if missing:
        again = "install all of it: pip install -r requirements.txt"
        problems.stop("the environment is incomplete", [*missing, again], 2)
    _connect(app)
    _add(app)
    return {"version": __version__, "env_version": 3, "parallel_read_safe": True, "parallel_write_safe": True}


def _connect(app: Sphinx) -> None:
    """Connect the events of a build with what answers them."""
    from countback.book import (  # here: once all is there
        claims,
        data_pages,
        directives,
        figures,
        formulas,
        marks,
        offered,
        publication,
        side_by_side,
        text,
        trails,
        written,
    )
    from countback.book.club import explorer  # here: once all is there

    app.add_config_value("countback_parameters", {}, "env", types=(dict,))
    app.add_config_value("countback_stamp", "", "html", types=(str,))

    def connect(event: str, handler: Callable[..., Any], priority: int = 500) -> None:
        app.connect(event, problems.guarded(handler), priority=priority)

    connect("config-inited", publication.set_stamp, priority=90)
    connect("config-inited", directives.run_notebooks, priority=100)  # before the table of contents is worked out
    connect("config-inited", directives.without_thebe, priority=100)
    connect("config-inited", formulas.set_path)
    connect("config-inited", publication.date_latex, priority=900)
    connect("builder-inited", written.drop_edited, priority=100)  # before anything is written
    connect("builder-inited", formulas.copy_mathjax)
    connect("builder-inited", marks.write_stylesheet)
    connect("builder-inited", formulas.typeset_formulas_only, priority=900)  # after MyST has set it
    connect("env-purge-doc", problems.forget)
    connect("env-merge-info", problems.merge)
    connect("env-purge-doc", trails.forget)
    connect("env-merge-info", trails.merge)
    connect("doctree-read", directives.say_settings)
    connect("doctree-read", figures.show_forms, priority=100)  # before images are collected
    connect("doctree-read", text.show_directions, priority=100)  # before titles are collected
    connect("doctree-read", problems.note_missing_images, priority=900)  # when they have been looked for
    connect("env-updated", problems.raise_problems)
    connect("env-updated", trails.changed_users)
    connect("env-updated", side_by_side.write_side_by_side)
    connect("write-started", publication.begin_pdf)  # not before: figures are numbered once all pages are read
    connect("doctree-resolved", claims.link_claims)
    connect("doctree-resolved", trails.lead_back)
    connect("doctree-resolved", data_pages.screen_alone)
    connect("html-page-context", publication.describe, priority=900)  # when the theme has laid out its buttons
    connect("build-finished", directives.finished)
    connect("build-finished", offered.offer)
    connect("build-finished", publication.mend_pages)
    connect("build-finished", explorer.write_files)  # after what gives pages of the theme their policy
    connect("build-finished", publication.end_pdf)
    connect("build-finished", written.keep_digests, priority=900)


def _add(app: Sphinx) -> None:
    """Add roles, directives, nodes and builders."""
    from countback.book import builders, claims, data_pages, directives, figures  # here: once all is there
    from countback.book.club.explorer import Explorer
    from countback.book.methods import Methods

    app.add_role("stat", directives.StatRole())
    app.add_role("claim", directives.ClaimRole())
    app.add_role("tally", directives.TallyRole())
    app.add_directive("run-figure", directives.RunFigure)
    app.add_directive("run-table", directives.RunTable)
    app.add_directive("citation", directives.CitationDirective)
    app.add_directive("methods", Methods)
    app.add_directive("trial-data", data_pages.TrialData)
    app.add_directive("offered-files", data_pages.OfferedFiles)
    app.add_directive("run-trail", data_pages.RunTrail)
    app.add_directive("run-values", data_pages.RunValues)
    app.add_directive("explorer", Explorer)
    span = (claims.visit_tip_html, claims.depart_span)
    app.add_node(
        claims.verdict_mark,
        html=(claims.visit_mark_html, claims.depart_span),
        latex=(claims.visit_mark_latex, claims.depart_mark_latex),
        text=(claims.nothing, claims.nothing),
    )
    app.add_node(claims.claim_tip, html=span, latex=(claims.skip, None), text=(claims.skip, None))
    app.add_node(claims.told_claim, html=(claims.visit_told_html, claims.depart_told_html))
    anywhere = (figures.nothing, figures.nothing)
    app.add_node(figures.picture, html=(figures.visit_picture_html, figures.nothing), latex=anywhere, text=anywhere)
    app.add_post_transform(figures.OnlyOnScreens)
    lines = (data_pages.visit_lines_html, None)
    app.add_node(data_pages.data_lines, html=lines, latex=(claims.skip, None), text=(claims.skip, None))
    for builder in (builders.PdfBuilder, builders.WordBuilder, builders.JatsBuilder):
        app.add_builder(builder)
