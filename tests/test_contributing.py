"""CONTRIBUTING.md is true: paths and names in it exist, the layers are the contract's, the number makes its journey."""

import re
import tomllib

import pytest
from click.testing import CliRunner

from books import ROOT
from countback.cli import main

TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
QUOTED = sorted({" ".join(words.split()) for words in re.findall(r"`([^`]+)`", TEXT)})
TOP = ("analysis/", "chapters/", "data/", "tests/", "benchmarks/")
PATHS = [name for name in QUOTED if name.startswith(TOP) or re.fullmatch(r"[._]?[a-z-]+\.(ya?ml|toml|md)", name)]
IN_A_TRIAL = {"trial.yml", "counts.csv", "good.yml", "bad.yml"}


@pytest.mark.parametrize("name", [p for p in PATHS if p not in IN_A_TRIAL])
def test_a_path_exists(name):
    assert (ROOT / name).exists()


def test_every_room_and_file_of_the_package_is_on_a_line():
    package = ROOT / "analysis" / "countback"
    named = set(re.findall(r"`analysis/countback/(\w+)(?:/|\.py)`", TEXT.split("## The journey")[0]))
    rooms = {p.stem for p in package.iterdir() if (p / "__init__.py").is_file() or p.suffix == ".py"}
    assert named == rooms - {"__init__"}


def test_the_lines_are_those_of_the_contract():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    (contract,) = project["tool"]["importlinter"]["contracts"]
    there = {p.stem for p in (ROOT / "analysis" / "countback").iterdir()}
    layers = [{name.strip(" ()") for name in re.split(r"[|:]", layer)} & there for layer in contract["layers"]]
    said = {}
    for number, cell in re.findall(r"^\| (\d+) \| ([^|]+) \|", TEXT, re.MULTILINE):
        said.setdefault(int(number), set()).update(re.findall(r"analysis/countback/(\w+)", cell))
    assert list(said.values()) == [layer for layer in layers if layer]


@pytest.mark.parametrize(
    ("file", "words"),
    [
        ("analysis/countback/procedures/__init__.py", "PROCEDURES"),
        ("analysis/countback/procedures/procedure.py", "class Procedure"),
        ("analysis/countback/book/article/__init__.py", "FORMS"),
        ("analysis/countback/cli.py", "cls=BookCommand"),
        ("analysis/countback/audit/verdicts.py", "class Verdict(StrEnum)"),
        ("tests/conftest.py", "def book("),
        ("tests/conftest.py", "def twin("),
        ("tests/conftest.py", "def variant("),
        ("tests/conftest.py", "def own_book("),
        ("tests/runs/test_notebooks.py", "run.finish("),
        ("data/he2020/claims/abstract.yml", "id: sri4_w12_il2\n    where: results, sentence 1"),
        ("data/he2020/counts.csv", "sri4,12,il2,16,29"),
        ("index.md", "{claim}`sri4_w12_il2`"),
        ("analysis/runs.yml", "notebook: audit"),
    ],
)
def test_a_name_is_where_it_is_said_to_be(file, words):
    assert words in (ROOT / file).read_text(encoding="utf-8")


@pytest.mark.parametrize("words", [w for w in QUOTED if w.startswith("make ")])
def test_a_target_of_make_exists(words):
    assert re.search(rf"^{words.split()[1]}:", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)


def test_the_number_makes_its_journey(monkeypatch):
    monkeypatch.chdir(ROOT)
    assert "`countback audit data/he2020 --explain sri4_w12_il2`" in TEXT
    made = CliRunner().invoke(main, ["audit", "data/he2020", "--explain", "sri4_w12_il2"], catch_exceptions=False)
    assert made.exit_code == 0
    assert "55.17" in made.output
    assert "16" in made.output


def test_a_procedure_in_one_place_reaches_catalogue_and_command(monkeypatch):
    """The recipe for a procedure: one entry in a module's list is all that the catalogue is made from."""
    from countback import procedures

    listed = [p.key for module in procedures._MODULES for p in module.PROCEDURES]
    assert listed == list(procedures.catalogue)
    shown = CliRunner().invoke(main, ["procedures", "--json"], catch_exceptions=False).output
    assert all(f'"{key}"' in shown for key in listed)


def test_a_verdict_in_one_place_reaches_schema_pages_and_terminal():
    """The recipe for a verdict: the table of verdicts is all that the rest is made from."""
    from countback.audit.verdicts import Verdict
    from countback.book import marks
    from countback.cli import schemas
    from countback.show.palette import Mark

    schema, sheet = schemas()["audit.schema.json"], marks.stylesheet()
    for verdict in Verdict:
        assert isinstance(verdict.mark, Mark)
        assert f'"{verdict}"' in schema
        assert f".verdict-{verdict.slug} " in sheet


def test_a_form_of_the_report_has_its_command():
    """The recipe for a form: its name is also that of a builder and of a target of make."""
    from countback.book.article import FORMS

    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for form in FORMS:
        assert f"--custom-builder {form}" in makefile or form == "pdf"
        assert re.search(rf"^{form}:", makefile, re.MULTILINE)


def test_a_figure_reads_no_file_and_no_trial():
    """The recipe for a figure: what it draws is given to it."""
    for module in (ROOT / "analysis" / "countback" / "show").glob("*.py"):
        text = module.read_text(encoding="utf-8")
        assert not re.search(r"\bopen\(|read_text|countback\.(trial|readers|delimited)\b", text), module.name


def test_an_analysis_of_counts_reads_no_file():
    """The recipe for an analysis: functions of counts."""
    for module in (ROOT / "analysis" / "countback" / "analyses").glob("*.py"):
        text = module.read_text(encoding="utf-8")
        assert not re.search(r"\bopen\(|read_text|countback\.(readers|delimited|files)\b", text), module.name
