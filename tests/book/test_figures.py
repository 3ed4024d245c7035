"""Figures on pages: the forms that a picture has, those of a notebook's page, and what other documents get."""

from types import SimpleNamespace

import pytest
from docutils import nodes
from docutils.utils import new_document
from sphinx.builders.html import StandaloneHTMLBuilder

from countback.book import claims, figures
from countback.book.results import Results
from countback.runs import results

ENDS = ("", "-dark", "-narrow", "-narrow-dark")


@pytest.fixture
def app(tmp_path):
    """An application that reads the page of run `one`, which has drawn a dot in all forms."""
    folder = tmp_path / "_build/countback/runs/one"
    results.Result(figures={"dot": results.Figure('A "dot".')}).write(folder)
    for end in ENDS:
        (folder / f"dot{end}.svg").write_text(f"<svg>\n{end}</svg>\n", encoding="utf-8")
    shown = tmp_path / "_build/jupyter_execute"
    shown.mkdir(parents=True)
    (shown / "same.svg").write_text("<svg>\n</svg>", encoding="utf-8")
    (shown / "other.svg").write_text("<svg>\nother</svg>", encoding="utf-8")
    page = str(tmp_path / "chapters/runs/one.ipynb")
    env = SimpleNamespace(docname="chapters/runs/one", note_dependency=lambda _: None, doc2path=lambda _: page)
    env.app = SimpleNamespace(env=env, srcdir=tmp_path, countback_results=Results(tmp_path / "_build/countback"))
    return env.app


def page_of(*names):
    page = new_document("one")
    for name in names:
        page += nodes.image(uri=f"/_build/jupyter_execute/{name}.svg")
    return page


def written(node):
    builder = StandaloneHTMLBuilder.__new__(StandaloneHTMLBuilder)
    builder.images, builder.imgpath = {}, "_images"
    translator = SimpleNamespace(body=[], builder=builder)
    with pytest.raises(nodes.SkipNode):
        figures.visit_picture_html(translator, node)
    return "".join(translator.body)


def test_a_notebooks_figure_gets_all_its_forms_and_other_images_stay(app):
    page = page_of("same", "other")
    figures.show_forms(app, page)
    (picture,) = page.findall(figures.picture)
    assert [image.get("end") for image in picture] == [None, "-narrow", "-dark", "-narrow-dark"]
    assert {image["alt"] for image in picture} == {'A "dot".'}
    assert page[1]["uri"].endswith("other.svg")


def test_pages_that_are_no_notebooks_are_left_alone(app):
    app.env.docname = "chapters/one"
    page = page_of("same")
    figures.show_forms(app, page)
    assert not list(page.findall(figures.picture))


def test_a_picture_has_a_light_and_a_dark_one_with_sources_for_phones(app):
    html = written(figures.picture_of(app.env, "one", "dot", "75%"))
    light, dark = html.strip().split("\n")
    assert light.startswith('<picture class="figure-light" style="width: 75%">')
    assert f'<source media="{figures.PHONE}" srcset="../../_build/countback/runs/one/dot-narrow.svg" />' in light
    assert 'srcset="../../_build/countback/runs/one/dot-narrow-dark.svg"' in dark
    assert 'alt="A &quot;dot&quot;."' in light
    assert ("lazy" in light, "lazy" in dark) == (False, True)


def test_a_picture_of_one_form_is_shown_always(app):
    for end in ENDS[1:]:
        (app.countback_results.path("one", f"dot{end}.svg")).unlink()
    html = written(figures.picture_of(app.env, "one", "dot"))
    assert html.count("<picture") == 1
    assert 'class="figure-always"' in html


def told(*parts):
    translator = SimpleNamespace(body=[], context=[])
    tip = claims.claim_tip("", "Printed: 0.052.", ids=["claim-tip-0"])
    claims.visit_told_html(translator, node := claims.told_claim("", "", tip))
    translator.body += parts
    claims.depart_told_html(translator, node)
    return "".join(translator.body)


def test_a_link_is_described_and_without_one_the_number_is():
    assert told('<a href="#x">', "0.052", "</a>") == (
        '<span class="told-claim"><a aria-describedby="claim-tip-0" href="#x">0.052</a></span>'
    )
    assert told("0.052") == '<span class="told-claim" tabindex="0" aria-describedby="claim-tip-0">0.052</span>'
