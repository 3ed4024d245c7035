"""Copying and building books, as the tests do it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from filelock import FileLock

from countback.book.side_by_side import JOBS
from countback.project import BOOK_SOURCES, Project

ROOT = Path(__file__).parents[1]


def copy_sources(to):
    """Copy what the book is made of, and nothing that was built."""
    for name in BOOK_SOURCES:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, to / name, ignore=Project(ROOT).not_sources)
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


def build(folder, *options, **environment):
    """Build the book in a folder as a reader of the README would."""
    return command("jupyter-book", "build", ".", *options, cwd=folder, **environment)


OTHER = {"PYTHONHASHSEED": "2", "TZ": "America/Lima", "LC_ALL": "C", JOBS: "1"}
"""Another seed of hashes, time zone and language than a test session is likely to have; and pages one by one."""

STRICT = ("-W", "-n", "--keep-going")
"""Warnings are errors, and every reference must lead somewhere."""


def ensure(done):
    """Fail with the end of what a command printed, unless it went well."""
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return done


def once(factory, name, make):
    """Make a folder once for all processes of a test session: whoever asks first makes it, the others wait for it.

    The folder is for reading; who wants to change it takes a :func:`copy_built`. What could not be made fails every
    test that needs it, and is not tried again.
    """
    shared = factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    folder, said = shared / name, shared / f"{name}.said"
    with FileLock(shared / f"{name}.lock"):
        if not said.exists():
            folder.mkdir()
            problem = ""
            try:
                make(folder)
            except (AssertionError, OSError) as error:
                problem = str(error) or type(error).__name__
            said.write_text(problem, encoding="utf-8")
    problem = said.read_text(encoding="utf-8")
    if problem:
        pytest.fail(f"{name} could not be made: {problem}", pytrace=False)
    return folder


def copy_built(book, to):
    """Copy a built book, times of files included, so that it can be changed; its results stay up to date."""
    return shutil.copytree(book, to, dirs_exist_ok=True)
