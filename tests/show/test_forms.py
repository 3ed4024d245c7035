"""Each figure in all its forms: whole and readable on a page and on a phone, in the light and in the dark."""

import re
import xml.etree.ElementTree as ElementTree
from functools import cache
from itertools import combinations

import pytest
from matplotlib.figure import Figure
from show.drawn import boxes, dots, texts
from show.samples import FIGURES

from countback.book.marks import contrast
from countback.show import forms, palette, style

READABLE = 4.5
"""Contrast of text to what lies behind it: level AA of the Web Content Accessibility Guidelines 2.2."""

TEXTS = (palette.INK, palette.GREY, palette.BLUE, palette.ORANGE, palette.GREEN, palette.RED)
BEHIND = (palette.PAPER, palette.STRIPE)


@cache
def drawn(name: str, form: forms.Form) -> Figure:
    with forms.drawing(form):
        return FIGURES[name]()


def faults(figure: Figure) -> list[str]:
    """Words that leave the figure, and pairs of words that lie on each other."""
    found, (width, height) = boxes(figure), figure.canvas.get_width_height()
    out = [
        f"{text!r} leaves the figure"
        for text, box in found
        if box.x0 < -1 or box.y0 < -1 or box.x1 > width + 1 or box.y1 > height + 1
    ]
    for (one, first), (other, second) in combinations(found, 2):
        across = min(first.x1, second.x1) - max(first.x0, second.x0)
        down = min(first.y1, second.y1) - max(first.y0, second.y0)
        if across > 1 and down > 0.3 * min(first.height, second.height):
            out.append(f"{one!r} lies on {other!r}")
    return out


@pytest.mark.parametrize("form", [forms.WIDE, forms.NARROW], ids=["wide", "narrow"])
@pytest.mark.parametrize("name", FIGURES)
def test_every_word_is_whole_and_apart_from_the_others(name, form):
    figure = drawn(name, form)
    assert figure.get_figwidth() == form.width
    assert faults(figure) == []


def test_words_on_each_other_would_be_found():
    figure = FIGURES["beliefs"]()
    axes = figure.axes[0]
    axes.text(0.5, 0.5, "on top", transform=axes.transAxes)
    axes.text(0.5, 0.5, "of it", transform=axes.transAxes)
    figure.text(1.2, 0.5, "outside").set_in_layout(False)
    assert {"'on top' lies on 'of it'", "'outside' leaves the figure"} <= set(faults(figure))


@pytest.mark.parametrize("name", FIGURES)
def test_the_narrow_form_says_what_the_wide_one_says(name):
    def words(figure: Figure) -> set[str]:
        return set(re.findall(r"[\w.%+\u2212/]+", " ".join(texts(figure))))

    wide, narrow = drawn(name, forms.WIDE), drawn(name, forms.NARROW)
    assert {word for word in words(wide) - words(narrow) if re.search(r"\d", word)} <= {"95%"}
    if name != "comparisons":  # on a phone the rates are words alone
        marks = sorted((dot.shape, dot.filled) for axes in wide.axes for dot in dots(axes))
        assert sorted((dot.shape, dot.filled) for axes in narrow.axes for dot in dots(axes)) == marks


def test_a_figure_comes_as_files_for_light_and_dark_and_for_phones():
    made = style.files(FIGURES["checklist"]())
    assert set(made) == {".svg", "-dark.svg", "-narrow.svg", "-narrow-dark.svg", ".pdf"}
    assert made == style.files(FIGURES["checklist"]())
    width, narrow = (float(ElementTree.fromstring(made[end]).get("width")[:-2]) for end in (".svg", "-narrow.svg"))
    assert (width, narrow) == (pytest.approx(72 * 7.2), pytest.approx(72 * 3.6))


def test_a_figure_of_matplotlib_alone_has_no_narrow_form_but_a_dark_one():
    figure = Figure()
    figure.subplots().set_title("black")
    made = style.files(figure)
    assert set(made) == {".svg", "-dark.svg", ".pdf"}
    assert ElementTree.fromstring(made["-dark.svg"]).get("fill") == palette.DARK[palette.INK]


@pytest.mark.parametrize("name", ["comparisons", "tipping", "p_values", "glance", "schedule"])
def test_no_light_colour_is_left_in_the_dark(name):
    svg = style.encode(FIGURES[name](), "svg")
    left = set(re.findall(r": (#[0-9a-f]{6})", forms.darkened(svg).decode()))
    light = set(re.findall(r": (#[0-9a-f]{6})", svg.decode()))
    assert light <= set(palette.DARK)
    assert left == {palette.DARK[colour] for colour in light}


@pytest.mark.parametrize("behind", BEHIND)
@pytest.mark.parametrize("colour", TEXTS)
def test_text_can_be_read_on_light_and_on_dark_pages(colour, behind):
    assert contrast(colour, behind) >= READABLE
    assert contrast(palette.DARK[colour], palette.DARK[behind]) >= READABLE


@pytest.mark.parametrize(("text", "behind"), [(palette.PAPER, palette.BLUE), (palette.INK, palette.TINT)])
def test_text_on_a_mark_or_a_shade_can_be_read(text, behind):
    assert contrast(text, behind) >= READABLE
    assert contrast(palette.DARK[text], palette.DARK[behind]) >= READABLE


def test_any_other_colour_turns_from_light_to_dark():
    assert forms.dark("#eeeeee") == "#111111"
    assert b"fill: #333333" in forms.darkened(b'<svg x="1"><path style="fill: #cccccc"/></svg>')
