"""A project's paths and sources: the whole package is among them, and nothing that a build writes."""

import shutil

from books import ROOT
from countback.project import BOOK_SOURCES, Project


def test_every_module_of_the_package_is_a_source():
    modules = {path.relative_to(ROOT).as_posix() for path in (ROOT / "analysis" / "countback").rglob("*.py")}
    assert "analysis/countback/runs/plan.py" in modules
    assert modules <= set(Project(ROOT).sources())


def test_what_a_build_writes_is_not_a_source(tmp_path):
    for name in ("analysis/runs.yml", "chapters/one.md", "chapters/runs/one.ipynb", "_build/html/index.html"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x", encoding="utf-8")
    assert Project(tmp_path).sources() == ["analysis/runs.yml", "chapters/one.md"]


def test_a_copy_of_the_sources_has_them_all(tmp_path):
    shutil.copytree(ROOT / "analysis", tmp_path / "analysis", ignore=Project(ROOT).not_sources)
    copied = {path.relative_to(tmp_path).as_posix() for path in (tmp_path / "analysis").rglob("*") if path.is_file()}
    assert copied == {name for name in Project(ROOT).sources() if name.startswith("analysis/")}
    assert "analysis" in BOOK_SOURCES
