"""What the README and the chapter on rebuilding say, works: every command in them is run, here or in CI."""

import re
import shlex

import pytest

from books import ROOT, command

PAGES = ("README.md", "chapters/rebuild.md")
COMMANDS = sorted(
    {
        line.strip()
        for page in PAGES
        for block in re.findall(r"```bash\n(.*?)```", (ROOT / page).read_text(encoding="utf-8"), re.DOTALL)
        for line in block.splitlines()
        if line.strip()
    }
)
IN_CI = {"make book", "make test"}  # by .ci/run
IN_MAKE = {"pip install -r requirements.txt", "jupyter-book build ."}  # what make book stands for
IN_BOOK = {  # by tests that read the books they make
    "countback book -p alpha=0.01": ("tests/book/test_book.py", "variant(alpha=0.01)"),
    "countback book data/humrich2022": ("tests/book/test_edition.py", 'edition("data/humrich2022")'),
}
IN_WHEEL = {"pip install countback", 'pip install "countback[book]"'}  # by test_wheel.py, from the tree


@pytest.fixture(scope="module")
def project(own_book):
    return own_book


@pytest.mark.slow
@pytest.mark.xdist_group("readme")
@pytest.mark.parametrize("line", [c for c in COMMANDS if c not in IN_CI | IN_MAKE | IN_BOOK.keys() | IN_WHEEL])
def test_a_command_works_as_it_stands(project, line):
    made = command(*shlex.split(line), cwd=project)
    assert made.returncode == 0, made.stdout[-1000:] + made.stderr[-1000:]


def test_the_other_commands_are_run_elsewhere():
    ci = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    make = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert set(COMMANDS) >= IN_CI | IN_MAKE | IN_BOOK.keys() | IN_WHEEL
    for line in IN_CI:
        assert line in ci
    for line in IN_MAKE:
        assert line.split(" ", 2)[2] in make, line
    for file, call in IN_BOOK.values():
        assert call in (ROOT / file).read_text(encoding="utf-8"), file


def test_pictures_and_paths_in_the_readme_exist():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    for path in re.findall(r"!\[[^\]]+\]\(([^)]+)\)", text) + re.findall(r"^\| `([^`]+)`", text, re.MULTILINE):
        assert (ROOT / path).exists(), path


def test_every_requirement_is_pinned_and_needed():
    import tomllib

    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    pinned = {re.match(r"([\w.-]+)==", line)[1].lower() for line in lines if line and line[0] not in "#-"}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    stated = project["dependencies"] + [text for extra in project["optional-dependencies"].values() for text in extra]
    assert {re.match(r"[\w.-]+", text)[0].lower() for text in stated} <= pinned
    assert "-e .[book]" in lines
