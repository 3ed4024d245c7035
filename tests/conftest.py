"""What several test files share: the project's root, a trial folder to spoil, a built book."""

import shutil

import pytest

from books import ROOT, build, copy_sources


@pytest.fixture(scope="session")
def root():
    return ROOT


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A copy of the real trial folder, as ``data/he2020`` below the working directory."""
    copy = tmp_path / "data" / "he2020"
    shutil.copytree(ROOT / "data" / "he2020", copy)
    monkeypatch.chdir(tmp_path)
    return copy


@pytest.fixture(scope="session")
def book(tmp_path_factory):
    """The real book, built once from nothing with warnings as errors; its folder."""
    folder = copy_sources(tmp_path_factory.mktemp("book"))
    built = build(folder, "-W", "-n", "--keep-going")
    assert built.returncode == 0, built.stdout[-3000:] + built.stderr[-3000:]
    return folder
