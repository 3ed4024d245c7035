import io
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.image import imread, imsave
from matplotlib.testing.compare import compare_images
from matplotlib.text import Text
from show import samples
from show.samples import FIGURES

from countback.show import grids, harms, intervals, p_values

BASELINE = Path(__file__).parent / "baseline"


def _savefig(figure: Figure, path: Path) -> Path:
    figure.savefig(path, dpi=70, metadata={"Software": None})
    return path


@pytest.mark.mpl_image_compare(baseline_dir="baseline", savefig_kwargs={"dpi": 70}, deterministic=True)
@pytest.mark.parametrize("name", FIGURES)
def test_it_looks_as_it_did(name):
    return FIGURES[name]()


def baseline(name: str) -> Path:
    return BASELINE / f"test_it_looks_as_it_did_{name}.png"


@pytest.fixture
def tolerance(request) -> float:
    return float(request.config.getini("mpl-default-tolerance"))


def test_baselines_are_small_and_all_there():
    assert {path.name for path in BASELINE.iterdir()} == {baseline(name).name for name in FIGURES}
    assert all(path.stat().st_size < 30_000 for path in BASELINE.iterdir())


def _swapped_arms() -> Figure:
    rows = [intervals.Estimate(*row) for row in samples.ARMS]
    first, second = rows
    return intervals.estimates([first._replace(label="placebo"), second._replace(label="active")], "patients", 0.2)


def _swapped_rates() -> Figure:
    rows = [harms.Harm(*h) for h in samples.HARMS]
    return harms.harms([r._replace(first=r.second, second=r.first) for r in rows], ("active", "placebo"), 0.95)


def _missing_dot() -> Figure:
    figure = FIGURES["forest"]()
    line = next(line for line in figure.axes[2].get_lines() if line.get_marker() == "o")
    line.remove()
    return figure


def _open_dot() -> Figure:
    tests = [(name, p, conventional and name != "Yates") for name, p, conventional in samples.TESTS]
    return p_values.p_values(tests, samples.PRINTED, 0.05)


def _wrong_label() -> Figure:
    figure = FIGURES["landscape"]()
    next(t for t in figure.findobj(Text) if t.get_text() == "5 v 1").set_text("6 v 1")
    return figure


def _wrong_place() -> Figure:
    return grids.landscape(samples.LANDSCAPE, (4, 1), samples.BORDERS, ("active", "placebo"), "5 v 1")


WRONG = {
    "swapped arms": ("estimates", _swapped_arms), "swapped rates": ("harms", _swapped_rates),
    "missing dot": ("forest", _missing_dot), "open dot": ("p_values", _open_dot),
    "wrong label": ("landscape", _wrong_label), "wrong place": ("landscape", _wrong_place),
}  # fmt: skip


@pytest.mark.parametrize("what", WRONG)
def test_a_wrong_drawing_exceeds_the_tolerance(what, tolerance, tmp_path):
    name, draw = WRONG[what]
    drawn = _savefig(draw(), tmp_path / "wrong.png")
    assert compare_images(str(baseline(name)), str(drawn), tol=tolerance) is not None


@pytest.mark.parametrize("name", ["forest", "landscape", "glance"])
def test_another_antialiasing_does_not(name, tolerance, tmp_path):
    picture = imread(baseline(name))[..., :3]
    edges = (picture > 0.1) & (picture < 0.9)
    nudged = np.where(edges, np.clip(picture + 1 / 255, 0, 1), picture)
    imsave(tmp_path / "nudged.png", nudged)
    assert compare_images(str(baseline(name)), str(tmp_path / "nudged.png"), tol=tolerance) is None


@pytest.mark.parametrize("name", ["forest", "fates", "glance"])
def test_it_is_the_same_whatever_the_settings_are(name):
    def svg() -> bytes:
        data = io.BytesIO()
        FIGURES[name]().savefig(data, format="svg", metadata={"Date": None})
        return data.getvalue()

    usual = svg()
    with mpl.rc_context({"font.size": 20, "lines.linewidth": 9, "svg.hashsalt": None, "axes.grid": True}):
        assert svg() == usual
