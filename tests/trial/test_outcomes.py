"""What a trial is about, and the harms beside it."""

import pytest

from books import ROOT
from countback.errors import NotApplicable
from countback.trial.folder import load
from countback.trial.outcomes import favourable, harms, outcomes


def with_kinds(trial, primary, **kinds):
    """The same trial with other kinds of endpoints, and another primary one."""
    endpoints = [e.model_copy(update={"kind": kinds.get(e.id, e.kind)}) for e in trial.design.endpoints]
    chosen = trial.design.primary.model_copy(update={"endpoint": primary, "week": None})
    return trial.model_copy(
        update={"design": trial.design.model_copy(update={"endpoints": endpoints, "primary": chosen})}
    )


def test_outcomes_are_the_benefits_and_harms_the_rest():
    trial = load(ROOT / "data/he2020")
    assert [c.key for c in outcomes(trial)] == ["sri4_week12", "sri4_week24", "nephritis_remission"]
    assert "serious_infections" in {c.key for c in harms(trial)}
    assert len(harms(trial)) == 10
    with pytest.raises(NotApplicable, match="for harms beside its outcomes"):
        harms(load(ROOT / "data/humrich2022"))


def test_a_harm_can_be_the_primary_endpoint():
    trial = with_kinds(load(ROOT / "data/he2020"), "serious_infections", nephritis_remission="harm")
    found = [c.key for c in outcomes(trial)]
    assert found[0] == "serious_infections"
    assert "nephritis_remission" in found  # a p-value is printed for it
    assert "fever" not in found
    assert not {"serious_infections", "nephritis_remission"} & {c.key for c in harms(trial)}


def test_of_a_harm_the_patients_without_it_are_wanted():
    trial = with_kinds(load(ROOT / "data/he2020"), "serious_infections")
    harm, benefit = outcomes(trial)[0], outcomes(trial)[1]
    assert favourable(trial, benefit) is benefit
    assert favourable(trial, harm).table.cells == (29, 29, 28, 30)
    assert favourable(trial, harm).label == "no serious infection"
