"""Copying and building books, as the tests do it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from countback.project import BOOK_SOURCES

ROOT = Path(__file__).parents[1]


def copy_sources(to):
    """Copy what the book is made of, and nothing that was built."""
    for name in BOOK_SOURCES:
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
