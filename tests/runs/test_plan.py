"""Planning runs: parameters are checked, and staleness follows content."""

import json
import shutil

import pytest

from books import ROOT, command
from countback.errors import InputError
from countback.project import Project, file_digest
from countback.runs import make
from countback.runs.plan import plan


@pytest.fixture
def project(tmp_path, monkeypatch):
    """The tiny book's plan, notebooks and data, as the working directory."""
    folder = tmp_path / "book"
    shutil.copytree(ROOT / "tests" / "tiny", folder)
    monkeypatch.chdir(folder)
    return Project(folder)


def change(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def problems(project, overrides=None):
    with pytest.raises(InputError) as caught:
        plan(project, overrides)
    return str(caught.value).splitlines()


def test_a_run_gets_the_plans_its_own_and_the_given_parameters(project):
    one, audit = plan(project, {"scale": 2.0})
    assert one.parameters == {"trial": "data/tiny", "endpoint": "better", "week": 4, "scale": 2.0}
    assert audit.parameters == {"trial": "data/tiny"}


def test_a_parameter_that_no_notebook_has_is_refused(project):
    assert problems(project, {"scal": 2.0}) == ["no notebook has a parameter 'scal'; did you mean scale?"]
    assert "no notebook has a parameter 'output'" in problems(project, {"output": "elsewhere"})[0]


def test_a_value_that_does_not_fit_is_refused(project):
    assert problems(project, {"scale": "twice"}) == [
        "analysis/runs.yml, line 4: run one: parameter scale must be a valid number, not 'twice'"
    ]
    assert "parameter week must be a whole number" in problems(project, {"week": "four"})[0]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "week: 4}",
            "weeks: 4}",
            "analysis/runs.yml, line 4: run one: no parameter 'weeks'; did you mean week?",
        ),
        (
            "notebook: one",
            "notebook: won",
            "analysis/notebooks/won.ipynb: no such notebook; did you mean one?",
        ),
        ("name: audit", "name: one", "analysis/runs.yml, line 8: a second run 'one'; names must differ"),
        ("name: audit", "name: A/..", "analysis/runs.yml, line 8: name"),
        (
            "title: Audit",
            "titel: Audit",
            "analysis/runs.yml, line 9: key 'titel' is not known; did you mean title?",
        ),
    ],
)
def test_a_plan_that_does_not_fit_is_named(project, old, new, expected):
    change(project.root / "analysis/runs.yml", old, new)
    assert any(line.startswith(expected) for line in problems(project)), problems(project)


def test_a_notebook_whose_parameters_are_not_declared_is_named(project):
    change(project.root / "analysis/notebooks/one.ipynb", "scale: float = 1.0", "scale = 1.0")
    assert "one.ipynb: parameters cell, line 4: write name: type = default" in problems(project)[0]


def test_a_file_that_is_no_notebook_is_named(project):
    (project.root / "analysis/notebooks/one.ipynb").write_text("{", encoding="utf-8")
    assert problems(project) == [
        "analysis/notebooks/one.ipynb: not a notebook (JSON with cells); save it anew in Jupyter"
    ]


def inputs(project):
    return {run.name: make.inputs(project, run) for run in plan(project)}


def test_inputs_follow_the_content_of_what_is_read(project):
    before = inputs(project)
    change(project.root / "data/tiny/counts.csv", "worse,,new,1", "worse,,new,2")
    after = inputs(project)
    assert before["one"] == after["one"]
    assert before["audit"] != after["audit"]


def test_inputs_follow_notebook_parameters_and_library(project, monkeypatch):
    before = inputs(project)["one"]
    change(project.root / "analysis/runs.yml", "week: 4}", "week: 4, scale: 3.0}")
    assert inputs(project)["one"] != before
    change(project.root / "analysis/runs.yml", ", scale: 3.0}", "}")
    assert inputs(project)["one"] == before
    change(project.root / "analysis/notebooks/one.ipynb", "A small question.", "A large question.")
    assert inputs(project)["one"] != before
    change(project.root / "analysis/notebooks/one.ipynb", "A large question.", "A small question.")
    monkeypatch.setattr(make, "library_digest", lambda: "another")
    assert inputs(project)["one"] != before


def finished(folder, wanted):
    """A run's folder as it is left by a run that went well."""
    folder.mkdir(parents=True)
    (folder / "result.json").write_text("{}", encoding="utf-8")
    files = {"result.json": file_digest(folder / "result.json")}
    (folder / "manifest.json").write_text(json.dumps({"inputs": wanted, "files": files}), encoding="utf-8")


def test_a_run_is_stale_unless_it_is_whole_and_made_from_the_same(tmp_path):
    folder = tmp_path / "run"
    assert make.is_stale(folder, {"data": "1"})
    finished(folder, {"data": "1"})
    assert not make.is_stale(folder, {"data": "1"})
    assert make.is_stale(folder, {"data": "2"})
    (folder / "result.json").write_text("{ }", encoding="utf-8")
    assert make.is_stale(folder, {"data": "1"})
    (folder / "result.json").unlink()
    assert make.is_stale(folder, {"data": "1"})
    (folder / "manifest.json").write_text("{", encoding="utf-8")
    assert make.is_stale(folder, {"data": "1"})


def test_a_file_that_no_run_has_written_makes_it_stale(tmp_path):
    folder = tmp_path / "run"
    finished(folder, {"data": "1"})
    (folder / "extra.csv").write_text("a,b", encoding="utf-8")
    assert make.is_stale(folder, {"data": "1"})


def test_a_trial_is_read_once_for_all_runs(project, tmp_path, monkeypatch):
    read, load = [], make.trial.load
    monkeypatch.setattr(make.trial, "load", lambda folder: read.append(folder) or load(folder))
    planned = plan(project)
    read.clear()
    built = Project(project.root, tmp_path / "build")
    for run in planned:
        finished(built.run(run.name), make.inputs(project, run, load))
    assert make.make(built, planned) == []
    assert len(planned) > 1
    assert read == [project.root / "data/tiny"]


def test_nothing_stale_starts_nothing(project, tmp_path, monkeypatch):
    planned = plan(project)
    built = Project(project.root, tmp_path / "build")
    for run in planned:
        finished(built.run(run.name), make.inputs(project, run))
    monkeypatch.setattr(make, "execute", lambda *_: pytest.fail("a run was started"))
    assert make.make(built, planned) == []


def test_a_run_that_fails_leaves_the_others_and_its_former_self(project, tmp_path, monkeypatch):
    def execute(notebook, executed, parameters, root, label, server):
        if "audit" in label:
            raise make.RunError(f"{label} failed")
        executed.write_text('{"cells": []}', encoding="utf-8")
        (executed.parent / "result.json").write_text("{}", encoding="utf-8")

    built = Project(project.root, tmp_path / "build")
    planned = plan(project)
    finished(built.run("audit"), {"data": "former"})
    monkeypatch.setenv("COUNTBACK_COLD", "1")  # nothing is run: no server is needed
    monkeypatch.setattr(make, "execute", execute)
    monkeypatch.setattr(make.os, "cpu_count", lambda: 1)
    with pytest.raises(make.RunError, match="run audit failed"):
        make.make(built, planned)
    assert not make.is_stale(built.run("one"), make.inputs(project, planned[0]))
    assert not make.is_stale(built.run("audit"), {"data": "former"})


def test_progress_names_the_runs(project, tmp_path, monkeypatch):
    def execute(notebook, executed, parameters, root, label, server):
        executed.write_text('{"cells": []}', encoding="utf-8")
        (executed.parent / "result.json").write_text("{}", encoding="utf-8")

    seen = []
    monkeypatch.setattr(make, "execute", execute)
    monkeypatch.setenv("COUNTBACK_COLD", "1")
    built = Project(project.root, tmp_path)
    make.make(built, plan(project), watch=lambda names, done, total: seen.append((done, total)))
    assert seen[0] == (0, 2)
    assert seen[-1] == (2, 2)


@pytest.mark.slow
def test_runs_side_by_side_work_in_the_project_wherever_they_are_started(project, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    made = command("countback", "run", "--force", "--root", str(project.root), cwd=elsewhere)
    assert made.returncode == 0, made.stderr[-1000:]
    assert list(elsewhere.iterdir()) == []
    for run in plan(project):
        assert not make.is_stale(project.run(run.name), make.inputs(project, run))
