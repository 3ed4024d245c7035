import subprocess
import sys
import xml.etree.ElementTree as ElementTree

import matplotlib as mpl
import pytest
from matplotlib.figure import Figure
from show.drawn import labels, texts
from show.samples import FIGURES

from countback.show import audit, design, glyphs, intervals, p_values, style
from countback.show.glyphs import drawable

HOSTILE = [
    "试验组", "arm \U0001f9ec\U0001f468\u200d\U0001f52c", "\ufeffarm", "\u202eevitca\u202c", "nul\x00l", "\x1b[31mred",
    "ذراع", "זרוע", "\ud800", "$\\frac{", "<script>&amp;-->", "a\u2028b", "กลุ่ม", "\U0010ffff", "",
]  # fmt: skip


def test_nothing_global_changes():
    code = (
        "import matplotlib as mpl; import matplotlib.colors as c;"
        "before = dict(mpl.rcParams), dict(c._colors_full_map);"
        "from countback.show import style, intervals, glyphs;"
        "intervals.trials([intervals.Estimate('a', 1, 0, 2)], 0, (0, 2), 'x');"
        "assert (dict(mpl.rcParams), dict(c._colors_full_map)) == before"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def is_whole(figure):
    ElementTree.fromstring(style.encode(figure, "svg"))
    assert style.encode(figure, "pdf").startswith(b"%PDF")


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_stops_a_figure(text):
    is_whole(intervals.trials([intervals.Estimate(text, 0.5, 0.2, 0.8, text)], 0, (0, 1), text))


@pytest.mark.parametrize(
    "draw",
    [
        lambda: p_values.adjustments(HOSTILE[:3], [(text, [0.1] * 3) for text in HOSTILE[:5]], 0.05),
        lambda: audit.glance([audit.Judged(text, text, text, text, style.shape("o", "#000000")) for text in HOSTILE]),
        lambda: design.flow(2, [(text, 1, HOSTILE) for text in (HOSTILE[1], HOSTILE[4])]),
    ],
    ids=["adjustments", "glance", "flow"],
)
def test_no_texts_stop_a_figure_of_another_kind(draw):
    is_whole(draw())


def test_all_texts_are_made_drawable():
    figure = intervals.trials([intervals.Estimate("a\u202eb", 0.5, 0.2, 0.8, "n\x00")], 0, (0, 1), "x\ufeff")
    style.encode(figure, "svg")
    assert labels(figure.axes[0]) == ["ab"]
    assert {"n", "x"} <= set(texts(figure))


def test_a_figure_of_matplotlib_alone_is_the_same_each_time_and_cannot_be_stopped():
    def draw() -> bytes:
        figure = Figure()
        axes = figure.subplots()
        axes.plot([1, 2], [3, 4], marker="o", clip_path=None)
        axes.set_yticks([3, 4], ["试验", "\x00"])
        axes.set_title("试\U0001f9ec\x00")
        return style.encode(figure, "svg")

    assert draw() == draw()
    with mpl.rc_context({"svg.hashsalt": "another"}):
        assert draw() == draw()


def test_further_fonts_are_given_where_they_are_needed(monkeypatch):
    monkeypatch.setattr(style, "families", lambda said: ["DejaVu Serif"] if "ж" in "".join(said) else [])
    figure = intervals.trials([intervals.Estimate("ж", 0.5, 0.2, 0.8)], 0, (0, 1), "x")
    with mpl.rc_context({"font.family": [glyphs.BASE]}):
        style.finish(figure)
    assert figure.axes[0].xaxis.label.get_fontfamily() == [glyphs.BASE, "DejaVu Serif"]
    assert figure.axes[0].get_yticklabels()[0].get_fontfamily() == [glyphs.BASE, "DejaVu Serif"]


@pytest.mark.parametrize("name", FIGURES)
def test_a_plain_figure_is_left_as_it_is(name):
    figure = FIGURES[name]()
    before = [t.get_fontfamily() for t in figure.findobj(mpl.text.Text)], texts(figure)
    style.finish(figure)
    assert ([t.get_fontfamily() for t in figure.findobj(mpl.text.Text)], texts(figure)) == before


def test_a_mark_is_never_told_by_colour_alone():
    shown = [style.shape(name, "#000000", filled).sign for name in "os^D" for filled in (True, False)]
    assert len(set(shown)) == 8
    assert drawable("".join(shown)) == "".join(shown)
