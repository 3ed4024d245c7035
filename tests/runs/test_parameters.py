"""The parameters of notebooks: what is declared beside them is checked, with one line that says what does not fit."""

import json
import math

import pytest

from countback.errors import InputError
from countback.runs.notebook import begin
from countback.runs.parameters import KINDS, Parameter, check, read_notebook, selecting

ROLES = {"trial": "TrialFolder", "output": "ResultsFolder"}


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        ("Proportion", 1.4, "parameter it must lie between 0 and 1, not 1.4"),
        ("Proportion", 1, "parameter it must lie between 0 and 1, not 1"),
        ("Optional[Proportion]", 0.0, "parameter it must lie between 0 and 1, not 0.0"),
        ("Proportion", math.nan, "parameter it must be a valid number, not nan"),
        ("Proportion", None, "parameter it must be a valid number, not None"),
        ("float", math.inf, "parameter it must be a valid number, not inf"),
        ("float", "twice", "parameter it must be a valid number, not 'twice'"),
        ("float", True, "parameter it must be a valid number, not True"),
        ("Optional[Count]", 0, "parameter it must be 1 or more, not 0"),
        ("Count", 2.0, "parameter it must be a whole number, not 2.0"),
        ("int", True, "parameter it must be a whole number, not True"),
        ("Weight", 0.5, "parameter it must be 1 or more, not 0.5"),
        ("str", 3, "parameter it must be a string, not 3"),
        ("bool", 1, "parameter it must be true or false, not 1"),
        ("TestKey", "p_fischer_2s", "parameter it: the catalogue has no test 'p_fischer_2s'; did you mean p_fisher_2s"),
        ("TestKey", "rd_mn", "the catalogue has no test 'rd_mn'"),
        ("Chance", 0.5, "parameter it: no type 'Chance'"),
    ],
)
def test_what_does_not_fit(root, monkeypatch, kind, value, expected):
    monkeypatch.chdir(root)
    cell = {"trial": "data/he2020", "output": "nowhere", "it": value}
    with pytest.raises(InputError) as caught:
        begin(cell | {"__annotations__": {**ROLES, "it": kind}})
    assert expected in str(caught.value)


def test_what_fits(root, monkeypatch):
    monkeypatch.chdir(root)
    cell = {"trial": "data/he2020", "output": "nowhere", "how": "p_fisher_2s", "rate": None, "weight": 20, "n": 1}
    kinds = {**ROLES, "how": "TestKey", "rate": "Optional[Proportion]", "weight": "Weight", "n": int}
    trial, run = begin(cell | {"__annotations__": kinds})
    assert trial.design.id == "he2020"
    assert run.parameters == {name: value for name, value in cell.items() if name != "output"}
    assert str(run.folder) == "nowhere"


def test_no_name_of_a_parameter_is_known(root, monkeypatch):
    """Other names, other languages: the declared types decide."""
    monkeypatch.chdir(root)
    cell = {"studie": "data/he2020", "ziel": "nowhere", "alpha": 5.0}
    kinds = {"studie": "TrialFolder", "ziel": "ResultsFolder", "alpha": "float"}
    trial, run = begin(cell | {"__annotations__": kinds})
    assert trial.design.id == "he2020"
    assert run.parameters == {"studie": "data/he2020", "alpha": 5.0}


def test_a_notebook_says_which_trial_it_is_about(root, monkeypatch):
    monkeypatch.chdir(root)
    with pytest.raises(InputError, match="this notebook: declare the trial's folder"):
        begin({"trial": "data/he2020", "__annotations__": {"trial": "str"}})


def test_the_part_of_the_trial_is_selected_by_the_names_of_select():
    given = {"endpoint": "sri4", "week": 12, "kind": None, "document": "first", "alpha": 0.05, "other": "x"}
    assert selecting(given) == {"endpoint": "sri4", "week": 12, "kind": None, "document": "first"}


def test_every_problem_is_named():
    declared = {"level": Parameter("level", "Proportion"), "n": Parameter("n", "Count")}
    with pytest.raises(InputError) as caught:
        check({"level": 95.0, "n": 0, "levle": 1}, declared, "here")
    assert len(caught.value.problems) == 3
    assert caught.value.problems[0] == "here: no parameter 'levle'; did you mean level?"


def test_every_type_says_what_it_means():
    assert all(kind.meaning for kind in KINDS.values())
    assert Parameter.declared("a", "Optional[Proportion") is None
    assert Parameter.declared("a", "list[int]") is None


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("scale = 1.0", "parameters cell, line 1: write name: type = default"),
        ('scale: "Chance" = 1.0', "parameters cell, line 1: write name: type = default"),
        ("scale: float = 1.0 + x", "parameters cell, line 1: write name: type = default"),
        ("scale: float = (", "parameters cell, line 1: not Python"),
        ("scale: float = 1.0", "parameters cell: declare the trial's folder"),
        ('t: "TrialFolder" = "data/x"', "parameters cell: declare the folder for the results"),
    ],
)
def test_a_cell_that_declares_otherwise_is_named(tmp_path, cell, expected):
    path = tmp_path / "one.ipynb"
    cells = [{"cell_type": "code", "metadata": {"tags": ["parameters"]}, "source": [cell]}]
    path.write_text(json.dumps({"cells": cells}), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_notebook(path)
    assert expected in str(caught.value)
