"""The wheel: made from the tree, installed in an environment of its own, it audits and says what the rest needs."""

import os
import shutil
import subprocess
import sys
import zipfile

import pytest

from books import ROOT, ensure, once

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("wheel")]
BOOK_ONLY = {"sphinx", "jupyter-book", "papermill", "ipykernel", "pypandoc-binary", "typst", "matplotlib", "pandas"}


def run(*words, cwd):
    outside = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "VIRTUAL_ENV")}
    return subprocess.run(words, cwd=cwd, capture_output=True, text=True, check=False, env=outside)


def has_uv():
    return shutil.which("uv") and subprocess.run(["uv", "--version"], capture_output=True, check=False).returncode == 0


@pytest.fixture(scope="session")
def place(tmp_path_factory):
    """A folder with ``dist/*.whl`` and ``venv``, in which the wheel is installed with what it asks for, and no more."""

    def make(folder):
        tree = folder / "tree"  # building leaves files behind
        for name in ("analysis", "pyproject.toml", "README.md", "LICENSE"):
            copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy2
            (tree / name).parent.mkdir(parents=True, exist_ok=True)
            ignored = {"ignore": shutil.ignore_patterns("__pycache__", "*.egg-info")} if (ROOT / name).is_dir() else {}
            copy(ROOT / name, tree / name, **ignored)
        venv = folder / "venv"
        python = venv / "bin" / "python"
        if has_uv():
            ensure(run("uv", "build", "--wheel", "--out-dir", str(folder / "dist"), str(tree), cwd=folder))
            ensure(run("uv", "venv", "--python", sys.executable, str(venv), cwd=folder))
            install = ("uv", "pip", "install", "--python", str(python))
        else:
            ensure(run(sys.executable, "-m", "venv", str(venv), cwd=folder))
            wheel = (str(python), "-m", "pip", "wheel", "--no-deps", "--wheel-dir", str(folder / "dist"), str(tree))
            ensure(run(*wheel, cwd=folder))
            install = (str(python), "-m", "pip", "install")
        (built,) = (folder / "dist").glob("*.whl")
        ensure(run(*install, str(built), cwd=folder))
        shutil.copytree(ROOT / "data", folder / "data")

    return once(tmp_path_factory, "wheel", make)


@pytest.fixture
def countback(place, tmp_path):
    return lambda *words: run(str(place / "venv" / "bin" / "countback"), *words, cwd=tmp_path)


def test_what_is_no_code_is_in_it(place):
    (wheel,) = (place / "dist").glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    package = ROOT / "analysis" / "countback"
    wanted = {
        path.relative_to(ROOT / "analysis").as_posix()
        for path in package.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert any(name.endswith(".schema.json") for name in wanted)
    assert any(name.endswith(".typ") for name in wanted)
    assert wanted <= names


def test_nothing_of_the_book_is_installed(place):
    python = place / "venv" / "bin" / "python"
    listing = "from importlib.metadata import distributions as d; print(*(x.name.lower() for x in d()))"
    names = set(ensure(run(str(python), "-c", listing, cwd=place)).stdout.split())
    assert {"countback", "click", "scipy"} <= names
    assert names & BOOK_ONLY == set()
    assert len(names) < 25


def test_it_audits(place, countback):
    made = ensure(countback("audit", str(place / "data" / "he2020")))
    assert "sri4_w12_p" in made.stdout
    assert made.stderr == ""


def test_it_lists_the_procedures_and_writes_the_schemas(countback, tmp_path):
    assert "p_fisher_2s" in ensure(countback("procedures", "fisher")).stdout
    ensure(countback("schema", "--out", str(tmp_path / "schema")))
    assert (tmp_path / "schema" / "trial.schema.json").is_file()


@pytest.mark.parametrize("words", [("run",), ("run", "--list"), ("book",), ("archive",), ("verify", "_build")])
def test_the_rest_says_what_to_install(countback, words):
    made = countback(*words)
    assert made.returncode == 2
    (line,) = made.stderr.splitlines()
    assert line.startswith(f"error: countback {words[0]} needs more than is installed (")
    assert line.endswith('run: pip install "countback[book]"')


def test_help_needs_nothing(countback):
    assert "Usage: countback run" in ensure(countback("run", "--help")).stdout
