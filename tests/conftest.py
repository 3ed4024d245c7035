"""What several test files share: the project's root, a trial folder to spoil, and built books."""

import json
import shutil
from pathlib import Path

import pytest

from books import OTHER, ROOT, STRICT, build, command, copy_built, copy_sources, ensure, once

CHAINS = ("accessibility", "twin", "latex", "book", "archive", "hostile", "forms", "readme")
"""Groups of tests that one process takes as a whole, the longest first: the first two make a book each."""


def pytest_collection_modifyitems(items):
    """Begin with the longest chains, so that the quick tests fill up what is left of the time."""

    def place(item):
        group = item.get_closest_marker("xdist_group")
        name = group.args[0] if group else ""
        chain = CHAINS.index(name) if name in CHAINS else len(CHAINS)
        return item.get_closest_marker("slow") is None, chain

    items.sort(key=place)


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


# The books that tests share. Each is made once in a session; all notebooks run from nothing for the first two alone.


FORMS = ("docx", "pdf", "jats")


def _published(folder):
    """Copy and build the real book as its readers do, and as the archive wants it; then its other forms, and again.

    All in one place, where pages are read once; what the last build did is kept beside it.
    """
    ensure(build(copy_sources(folder), *STRICT))
    for form in FORMS:
        ensure(build(folder, *STRICT, "--builder", "custom", "--custom-builder", form))
    ensure(build(folder, *STRICT))  # after those for other forms
    pdf = folder / "_build/html/countback.pdf"
    before = pdf.stat().st_mtime_ns
    again = ensure(build(folder, *STRICT))
    said = {"stderr": again.stderr, "pdf_is_left": pdf.stat().st_mtime_ns == before}
    folder.with_name("again.json").write_text(json.dumps(said), encoding="utf-8")


@pytest.fixture(scope="session")
def book(tmp_path_factory):
    """The real book in all its forms, built from nothing with warnings as errors.

    Read it; to change it, take `own_book`.
    """
    return once(tmp_path_factory, "book", _published)


@pytest.fixture(scope="session")
def again(book):
    """What an unchanged build of the book said, and whether it left the PDF alone."""
    return json.loads(book.with_name("again.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def twin(tmp_path_factory):
    """The real book and its Word file, built from nothing elsewhere, in another setting (:data:`books.OTHER`)."""

    def make(folder):
        place = folder / "a longer" / "way"
        place.mkdir(parents=True)
        ensure(build(copy_sources(place), *STRICT, **OTHER))
        ensure(build(place, "--builder", "custom", "--custom-builder", "docx", **OTHER))

    return once(tmp_path_factory, "twin", make) / "a longer" / "way"


@pytest.fixture(scope="module")
def own_book(book, tmp_path_factory):
    """A copy of the built book that the tests of one file may change."""
    return copy_built(book, tmp_path_factory.mktemp("own") / "book")


@pytest.fixture(scope="session")
def variant(book, tmp_path_factory):
    """Build another book of the real project with the given parameters, once; from the results that stay the same."""

    def made(**parameters):
        name = "-".join(["variant", *(f"{k}-{v}" for k, v in parameters.items())]).replace("/", "-")
        words = [word for k, v in parameters.items() for word in ("-p", f"{k}={v}")]

        def make(folder):
            copy_sources(folder)
            results = folder / "_build" / "variant" / "_build" / "countback"
            shutil.copytree(book / "_build" / "countback", results)
            (folder / "_build" / "variant" / ".countback-book").touch()  # so that the folder is taken for a former one
            ensure(command("countback", "book", *words, "--out", "_build/variant", cwd=folder))

        return once(tmp_path_factory, name, make) / "_build" / "variant"

    return made


@pytest.fixture(scope="session")
def edition(tmp_path_factory):
    """Build the book of a trial as its readers do, once."""

    def made(trial):
        def make(folder):
            copy_sources(folder)
            ensure(command("countback", "book", str(trial), "--out", "_build/edition", cwd=folder))

        name = f"edition-{Path(trial).name}"
        return once(tmp_path_factory, name, make) / "_build" / "edition"

    return made
