"""The parameters of the analyses: a value that does not fit stops with one line that says what does."""

import pytest

from countback.errors import InputError
from countback.runs.notebook import begin


@pytest.mark.parametrize(
    ("name", "kind", "value", "expected"),
    [
        ("prior_rate", float, 1.4, "parameter prior_rate must lie between 0 and 1, not 1.4"),
        ("control_rate", "Optional[float]", 0.0, "parameter control_rate must lie between 0 and 1, not 0.0"),
        ("patients", "Optional[int]", 0, "parameter patients must be 1 or more, not 0"),
        ("unseen", int, -2, "parameter unseen must be 1 or more, not -2"),
        ("test", str, "p_fischer_2s", "the catalogue has no test 'p_fischer_2s'; did you mean p_fisher_2s"),
        ("test", str, "rd_mn", "the catalogue has no test 'rd_mn'"),
    ],
)
def test_what_does_not_fit(root, monkeypatch, name, kind, value, expected):
    monkeypatch.chdir(root)
    cell = {"trial": "data/he2020", "output": "nowhere", name: value}
    with pytest.raises(InputError) as caught:
        begin(cell | {"__annotations__": {"trial": str, "output": str, name: kind}})
    assert expected in str(caught.value)


def test_what_fits(root, monkeypatch):
    monkeypatch.chdir(root)
    cell = {"trial": "data/he2020", "output": "nowhere", "test": "p_fisher_2s", "control_rate": None}
    kinds = {"trial": str, "output": str, "test": str, "control_rate": "Optional[float]"}
    trial, run = begin(cell | {"__annotations__": kinds})
    assert trial.design.id == "he2020"
    assert run.parameters["test"] == "p_fisher_2s"
