"""An analysis that does not apply to a trial says why, in the plan, in its result and on its page."""

import pytest

from books import ROOT, command, copy_sources
from countback.errors import InputError, NotApplicable
from countback.project import Project
from countback.runs import make
from countback.runs.plan import plan
from countback.runs.results import Result
from countback.trial import comparisons as comparison
from countback.trial.folder import load

OTHER = "data/humrich2022"
PROJECT = Project(ROOT)


def test_comparisons_begin_with_the_primary_endpoint():
    trial = load(ROOT / "data/he2020")
    found = comparison.comparisons(trial)
    assert [c.key for c in found] == ["sri4_week12", "sri4_week24", "nephritis_remission"]
    assert comparison.main_comparison(trial) == found[0]
    assert found[0].table.cells == (16, 29, 9, 30)
    assert len(comparison.comparisons(trial, "harm")) == 10
    with pytest.raises(NotApplicable, match="no counts of both arms for an endpoint of kind harm"):
        comparison.comparisons(load(ROOT / OTHER), "harm")


def test_the_runs_of_another_trial_are_planned_from_what_it_has():
    planned = {run.name: run for run in plan(PROJECT, {"trial": OTHER})}
    assert planned["outcome-sri4-week12"].parameters == {"trial": OTHER, "endpoint": "sri4", "week": 12}
    assert planned["outcome-sri4-per-protocol-week12"].title == "SRI-4 response, post hoc per-protocol set, week 12"
    assert planned["bayes"].parameters["prior_rate"] == 0.63  # 63 of 100 responded
    assert not {"sri4-week24", "nephritis", "infections", "audit-2", "beyond", "context"} & set(planned)
    assert not any("nephritis" in run.title.lower() for run in planned.values())
    assert "context" in {run.name for run in plan(PROJECT, {"trial": OTHER, "other": "data/he2020"})}


def test_the_trial_of_the_plan_has_the_runs_of_the_plan():
    assert plan(PROJECT, {"trial": "data/he2020"}) == plan(PROJECT)
    with pytest.raises(InputError, match="no such trial folder"):
        plan(PROJECT, {"trial": "data/nobody2000"})


def test_a_parameter_of_a_notebook_that_is_not_planned_is_known():
    assert plan(PROJECT, {"trial": OTHER, "listed": 3})
    with pytest.raises(InputError, match=r"no notebook has a parameter 'priorrate'; did you mean prior_rate"):
        plan(PROJECT, {"trial": OTHER, "priorrate": 0.5})


def test_a_document_that_the_trial_has_not_is_refused():
    (run,) = (r for r in plan(PROJECT, {"trial": OTHER, "document": "abstract"}) if r.name == "audit")
    with pytest.raises(InputError, match="no document 'abstract'"):
        make.inputs(PROJECT, run)


@pytest.mark.slow
def test_a_notebook_that_does_not_apply_is_a_result(tmp_path):
    options = ("-p", f"trial={OTHER}", "--build", str(tmp_path), "--root", str(ROOT))
    made = command("countback", "run", "reporting", *options, cwd=tmp_path)
    assert made.returncode == 0, made.stderr
    folder = tmp_path / "runs/reporting"
    assert {path.name for path in folder.iterdir()} == {"result.json", "manifest.json"}
    reason = Result.read(folder).not_applicable
    assert "has no reporting.csv" in reason


def test_the_other_trial_counts_when_a_result_is_stale(tmp_path):
    copy = copy_sources(tmp_path)
    (run,) = (r for r in plan(Project(copy)) if r.name == "context")
    before = make.inputs(Project(copy), run)
    counts = copy / OTHER / "counts.csv"
    counts.write_text(counts.read_text(encoding="utf-8").replace("sri4,12,il2,34", "sri4,12,il2,33"), encoding="utf-8")
    assert make.inputs(Project(copy), run)["data"] != before["data"]
