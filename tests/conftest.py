"""What several test files share: the project's root, a trial folder to spoil, a built book."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCES = ("_config.yml", "_toc.yml", "index.md", "chapters", "analysis", "data", "assets")


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


def copy_sources(to):
    """Copy what the book is made of, and nothing that was built."""
    for name in SOURCES:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, to / name, ignore=shutil.ignore_patterns("__pycache__", "runs", "*.egg-info"))
        else:
            shutil.copyfile(source, to / name)
    return to


def command(*words, cwd, **environment):
    """Run a command of the environment that runs the tests, and return what it printed."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        words,
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PATH": path, "NO_COLOR": "1", **environment},
    )


def build(folder, *options):
    """Build the book in a folder as a reader of the README would."""
    return command("jupyter-book", "build", ".", *options, cwd=folder)


@pytest.fixture(scope="session")
def book(tmp_path_factory):
    """The real book, built once from nothing with warnings as errors; its folder."""
    folder = copy_sources(tmp_path_factory.mktemp("book"))
    built = build(folder, "-W", "-n", "--keep-going")
    assert built.returncode == 0, built.stdout[-3000:] + built.stderr[-3000:]
    return folder
