import io
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.image import imread, imsave
from matplotlib.testing.compare import compare_images
from show import samples
from show.samples import FIGURES

from countback.show import comparison, forms, grids, harms, p_values

ON_A_PHONE = ["comparisons", "glance", "attribution_grid", "fates", "harms", "neighbourhood", "p_values"]
"""Figures whose narrow form has a layout of its own."""

BASELINE = Path(__file__).parent / "baseline"


def _savefig(figure: Figure, path: Path) -> Path:
    figure.savefig(path, dpi=70, metadata={"Software": None})
    return path


@pytest.mark.mpl_image_compare(baseline_dir="baseline", savefig_kwargs={"dpi": 70}, deterministic=True)
@pytest.mark.parametrize("name", FIGURES)
def test_it_looks_as_it_did(name):
    return FIGURES[name]()


@pytest.mark.mpl_image_compare(baseline_dir="baseline", savefig_kwargs={"dpi": 70}, deterministic=True)
@pytest.mark.parametrize("name", ON_A_PHONE)
def test_it_looks_as_it_did_on_a_phone(name):
    with forms.drawing(forms.NARROW):
        return FIGURES[name]()


def baseline(name: str) -> Path:
    return BASELINE / f"test_it_looks_as_it_did_{name}.png"


@pytest.fixture
def tolerance(request) -> float:
    return float(request.config.getini("mpl-default-tolerance"))


def test_baselines_are_small_and_all_there():
    assert {path.name for path in BASELINE.iterdir()} == {
        *(baseline(name).name for name in FIGURES),
        *(f"test_it_looks_as_it_did_on_a_phone_{name}.png" for name in ON_A_PHONE),
    }
    assert all(path.stat().st_size < 30_000 for path in BASELINE.iterdir())


def _swapped_arms() -> Figure:
    rows = [row._replace(first=row.second, second=row.first) for row in samples.COMPARED]
    return comparison.comparisons(rows, samples.ARM_NAMES, 0.95)


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
    rows = [row._replace(label=row.label.replace("week 12", "week 24")) for row in samples.COMPARED]
    return comparison.comparisons(rows, samples.ARM_NAMES, 0.95)


def _wrong_place() -> Figure:
    return grids.neighbourhood(samples.NEIGHBOURS, samples.ORIGIN, (15, 9), samples.ARM_NAMES, 0.05)


WRONG = {
    "swapped arms": ("comparisons", _swapped_arms), "swapped rates": ("harms", _swapped_rates),
    "missing dot": ("forest", _missing_dot), "open dot": ("p_values", _open_dot),
    "wrong label": ("comparisons", _wrong_label), "wrong place": ("neighbourhood", _wrong_place),
}  # fmt: skip


@pytest.mark.parametrize("what", WRONG)
def test_a_wrong_drawing_exceeds_the_tolerance(what, tolerance, tmp_path):
    name, draw = WRONG[what]
    drawn = _savefig(draw(), tmp_path / "wrong.png")
    assert compare_images(str(baseline(name)), str(drawn), tol=tolerance) is not None


@pytest.mark.parametrize("name", ["forest", "comparisons", "glance"])
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
