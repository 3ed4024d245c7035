"""An analysis that does not apply to a trial says why, in the plan, in its result and on its page."""

import json

import pytest
import yaml

from books import ROOT, command, copy_sources
from countback.book import variant as book
from countback.book.notebook_pages import publish
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


def test_another_trial_is_asked_for_what_it_lacks():
    planned = {run.name: run.missing for run in plan(PROJECT, {"trial": OTHER})}
    assert planned["sri4-week24"] == "trial humrich2022 has no endpoint sri4 at week 24; known weeks: 12"
    assert "no endpoint 'nephritis_remission'" in planned["nephritis"]
    assert "no endpoint of kind 'harm'" in planned["infections"]
    assert planned["sri4-week12"] is planned["size"] is None


def test_another_trial_has_other_documents():
    planned = {run.name: run for run in plan(PROJECT, {"trial": OTHER})}
    assert plan(PROJECT, {"trial": "data/he2020"})[0].missing is None
    assert planned["audit"].missing is None
    missing = plan(PROJECT, {"trial": OTHER, "document": "abstract"})
    assert "no document 'abstract'" in next(r.missing for r in missing if r.name == "audit")


def test_the_plan_itself_must_fit():
    assert all(run.missing is None for run in plan(PROJECT))
    with pytest.raises(InputError, match="no such trial folder"):
        plan(PROJECT, {"trial": "data/nobody2000"})


def test_a_run_that_lacks_its_endpoint_is_a_result(tmp_path):
    (run,) = (r for r in plan(PROJECT, {"trial": OTHER}) if r.name == "nephritis")
    project = Project(ROOT, tmp_path)
    assert make.make(project, [run]) == ["nephritis"]
    assert make.make(project, [run]) == []  # and it is not stale
    result = Result.read(project.run("nephritis"))
    assert result.values == {"not_applicable": run.missing}
    assert result.not_applicable == run.missing
    page = tmp_path / "page.ipynb"
    publish(project, run, page)
    (cell,) = json.loads(page.read_text(encoding="utf-8"))["cells"]
    assert "Does not apply to this trial" in cell["source"]
    assert r"nephritis\_remission" in cell["source"]


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


def test_the_front_page_of_another_trial_is_text():
    design = load(ROOT / OTHER).design
    spoilt = design.model_copy(update={"name": "A *bold* {stat}`x:y` <b>name</b>"})
    page = book.front_page(spoilt, "audit")
    assert page.startswith(r"# A \*bold\* \{stat\}\`x\:y\` \<b\>name\<\/b\>: what the counts give")
    assert "{stat}`audit:claims|d`" in page


def test_its_contents_hold_each_run_once():
    contents = yaml.safe_load(book.contents(plan(PROJECT, {"trial": OTHER})))
    files = [page["file"] for page in contents["parts"][0]["chapters"]]
    assert "chapters/runs/audit" in files
    assert "chapters/runs/humrich2022-audit" not in files  # the same run under another name
    assert len(files) == len(set(files)) == len(plan(PROJECT)) - 1


@pytest.mark.slow
@pytest.mark.xdist_group("book")
def test_the_book_of_another_trial(variant):
    html = variant(trial=OTHER) / "_build" / "html"
    assert "Humrich 2022" in (html / "index.html").read_text(encoding="utf-8")
    text = (html / "chapters/runs/joint.html").read_text(encoding="utf-8")
    assert "Does not apply to this trial" in text
    assert "prints its primary endpoint at one week only" in text
    assert not (html / "chapters/response.html").exists()
