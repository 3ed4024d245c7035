"""Two builds of the same sources, in different folders and at different times, are the same to the byte."""

import filecmp

import pytest
import yaml

from books import OTHER, command, ensure

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("twin")]
_OWN = (".doctrees", "executed.ipynb", "manifest.json", "jupyter_execute", "article.key", "jats", "pdf")
"""What only the next build on the same machine reads, which nobody is given; and forms that one of the two has."""


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


@pytest.fixture(scope="module")
def both(twin, book, tmp_path_factory):
    """The two books with their archives, made in the same two settings."""
    found = []
    for name, (built, setting) in {"first": (book, {}), "the second": (twin, OTHER)}.items():
        archive = tmp_path_factory.mktemp("both") / name / "report.zip"
        archive.parent.mkdir()
        ensure(command("countback", "archive", "--out", str(archive), cwd=built, **setting))
        found.append(kept(built) | {archive.name: archive})
    return found


def test_two_builds_are_the_same(both):
    first, second = both
    assert sorted(first) == sorted(second)
    assert any(name.endswith(".zip") for name in first)
    assert any(name.endswith("countback.pdf") for name in first)
    assert any(name.endswith("countback.docx") for name in first)
    assert sum(name.startswith("countback/runs/") for name in first) > 100
    differing = [name for name in first if not filecmp.cmp(first[name], second[name], shallow=False)]
    assert differing == ["codecheck.yml"]  # it tells how long each run took, and nothing else that differs
    assert timeless(first["codecheck.yml"]) == timeless(second["codecheck.yml"])


def test_the_two_were_run_apart(book, twin):
    seconds = [yaml.safe_load((f / "_build/codecheck.yml").read_text())["countback"]["seconds"] for f in (book, twin)]
    assert seconds[0] != seconds[1]
