"""The stamp: what a build was made from, and never the clock."""

import subprocess

import pytest

from countback.deposit import stamp
from countback.errors import InputError

CFF = 'title: "A report"\nauthors:\n  - name: Somebody\nversion: 0.1.0\ndate-released: "2026-03-05"\n'
DAY = 1_700_000_000  # 14 November 2023, 22:13:20 UTC


@pytest.fixture
def project(tmp_path, monkeypatch):
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    (tmp_path / "CITATION.cff").write_text(CFF)
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "counts.csv").write_text("a,b\n1,2\n")
    (tmp_path / "index.md").write_text("# A report\n")
    return tmp_path


def git(project, *words):
    author = ("-c", "user.name=Somebody", "-c", "user.email=somebody@example.org")
    when = {"GIT_AUTHOR_DATE": f"{DAY} +0000", "GIT_COMMITTER_DATE": f"{DAY} +0000", "PATH": "/usr/bin:/bin"}
    subprocess.run(["git", *author, *words], cwd=project, check=True, capture_output=True, env=when)


def test_a_copy_without_git_goes_by_the_day_of_release(project):
    found = stamp.of(project)
    assert found.commit is None
    assert found.clean
    assert found.date == "5 March 2026"
    assert found.line == (
        f"version {found.version} · sources {found.sources[:12]} · data {found.data[:12]} · "
        "parameters as published · sources of 5 March 2026"
    )


def test_the_commit_its_day_and_whether_the_tree_was_clean(project):
    git(project, "init", "-q")
    git(project, "add", ".")
    git(project, "commit", "-q", "-m", "first")
    found = stamp.of(project)
    assert len(found.commit) == 40
    assert found.clean
    assert found.epoch == DAY
    (project / "index.md").write_text("# Another\n")
    changed = stamp.of(project)
    assert not changed.clean
    assert changed.commit == found.commit
    assert changed.epoch == DAY
    assert f"commit {found.commit[:12]} with changes" in changed.line


def test_a_repository_further_up_is_not_the_projects(project):
    git(project, "init", "-q")
    git(project, "add", ".")
    git(project, "commit", "-q", "-m", "first")
    inner = project / "copy"
    inner.mkdir()
    (inner / "CITATION.cff").write_text(CFF)
    assert stamp.of(inner).commit is None


def test_source_date_epoch_comes_first(project, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")
    assert stamp.of(project).date == "2 January 1970"
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "yesterday")
    with pytest.raises(InputError, match="SOURCE_DATE_EPOCH: 'yesterday' is not a number of seconds"):
        stamp.of(project)


def test_digests_follow_content_and_not_what_is_built(project):
    before = stamp.of(project)
    for built in ("_build/html/index.html", "chapters/runs/x.ipynb", "__pycache__/x.pyc", "ro-crate-metadata.json"):
        (project / built).parent.mkdir(parents=True, exist_ok=True)
        (project / built).write_text("built")
    assert stamp.of(project) == before
    (project / "data" / "counts.csv").write_text("a,b\n1,3\n")
    after = stamp.of(project)
    assert after.data != before.data
    assert after.sources != before.sources
    (project / "index.md").write_text("# Another\n")
    assert stamp.of(project).data == after.data


def test_other_parameters_are_named(project):
    assert "parameters alpha = 0.01" in stamp.of(project, {"alpha": 0.01}).line
