"""Two builds of the same sources, in different folders and at different times, are the same to the byte."""

import filecmp

import pytest
import yaml

from books import command, copy_sources

pytestmark = pytest.mark.slow
_OWN = (".doctrees", "executed.ipynb", "manifest.json", "jupyter_execute", "article.key")
"""What only the next build on the same machine reads; nobody is given it."""


def kept(folder):
    built = folder / "_build"
    return {
        path.relative_to(built).as_posix(): path
        for path in sorted(built.rglob("*"))
        if path.is_file() and not any(part in _OWN for part in path.parts)
    }


def timeless(path):
    certificate = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert set(certificate["countback"].pop("seconds")) == {
        path.name for path in (path.parent / "countback/runs").iterdir()
    }
    return certificate


def test_two_builds_are_the_same(tmp_path):
    places = {
        "first": {"PYTHONHASHSEED": "1", "TZ": "Asia/Tokyo", "LC_ALL": "C.UTF-8"},
        "a longer/second": {"PYTHONHASHSEED": "2", "TZ": "America/Lima", "LC_ALL": "C"},
    }
    found = []
    for name, environment in places.items():
        folder = tmp_path / name
        folder.mkdir(parents=True)
        copy_sources(folder)
        for done in (
            command("jupyter-book", "build", ".", "-W", "-n", "--keep-going", cwd=folder, **environment),
            command(
                "jupyter-book",
                "build",
                ".",
                "--builder",
                "custom",
                "--custom-builder",
                "docx",
                cwd=folder,
                **environment,
            ),
            command("countback", "archive", cwd=folder, **environment),
        ):
            assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
        found.append(kept(folder))
    first, second = found
    assert sorted(first) == sorted(second)
    assert any(name.endswith(".zip") for name in first)
    assert any(name.endswith("countback.pdf") for name in first)
    differing = [name for name in first if not filecmp.cmp(first[name], second[name], shallow=False)]
    assert differing == ["codecheck.yml"]  # it tells how long each run took, and nothing else that differs
    assert timeless(first["codecheck.yml"]) == timeless(second["codecheck.yml"])
