"""The command line: what it prints, what it writes, how it ends."""

import csv
import io
import json
import shutil

import pytest
from click.testing import CliRunner

from books import ROOT
from countback import __version__
from countback.cli import main


@pytest.fixture
def countback(folder):
    """Run the command line beside a copy of the real trial folder."""

    def run(*words):
        return CliRunner().invoke(main, [str(word) for word in words], catch_exceptions=False)

    return run


def test_version_and_help(countback):
    assert countback("--version").output == f"countback, version {__version__}\n"
    text = countback("--help").output
    for name, sub in main.commands.items():
        assert name in text
        shown = countback(name, "--help")
        assert shown.exit_code == 0
        assert "\\b" not in shown.output
        assert "Exit status: 0 all is well" in shown.output
        assert sub.help.splitlines()[0] in " ".join(shown.output.split())


def test_audit_prints_a_plain_table_where_no_terminal_is(countback):
    made = countback("audit", "data/he2020")
    assert made.exit_code == 0
    assert "\x1b" not in made.output
    assert "sri4_w12_p" in made.output
    assert "another test only" in made.output
    assert "nephritis_p: printed as significant at 0.05; on the other side under Pearson" in made.output


def test_audit_as_data(countback, folder):
    made = countback("audit", "data/he2020", "--json", "-")
    audit = json.loads(made.output)
    assert audit["trial"] == "he2020"
    assert {f["id"]: f["verdict"] for f in audit["findings"]}["sri4_w12_p"] == "another test only"
    assert countback("audit", "data/he2020", "--json", "a.json", "--csv", "a.csv").exit_code == 0
    beside = folder.parents[1]
    assert (beside / "a.json").read_text(encoding="utf-8") == made.output
    rows = list(csv.DictReader(io.StringIO((beside / "a.csv").read_text(encoding="utf-8"))))
    assert [row["id"] for row in rows] == [f["id"] for f in audit["findings"]]
    assert list(csv.DictReader(io.StringIO(countback("audit", "data/he2020", "--csv", "-").output))) == rows


def test_audit_is_the_same_each_time(countback):
    assert (
        countback("audit", "data/he2020", "--json", "-").output
        == countback("audit", "data/he2020", "--json", "-").output
    )


def test_strict_fails_on_what_is_not_reproduced(countback, folder):
    path = folder / "claims" / "abstract.yml"
    claims = path.read_text(encoding="utf-8")
    path.write_text(claims.replace('"0.027"', '"0.123"'), encoding="utf-8")
    assert countback("audit", "data/he2020").exit_code == 0
    assert countback("audit", "data/he2020", "--strict").exit_code == 1


def test_alpha_moves_the_decision(countback):
    def decisions(alpha):
        audit = json.loads(countback("audit", "data/he2020", "--alpha", alpha, "--json", "-").output)
        return {f["id"]: (f["decision"], f["differs_under"]) for f in audit["findings"] if f["kind"] == "p_value"}

    assert decisions(0.05)["sri4_w24_p"] == ("significant at 0.05", ["p_yates"])
    assert decisions(0.03)["sri4_w24_p"] == ("significant at 0.03", ["p_yates", "p_fisher_2s"])
    assert decisions(0.01)["sri4_w24_p"] == ("not significant at 0.01", [])


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("audit", "data/none"), "error: data/none: no such trial folder"),
        (
            ("audit", "data/he2020", "--json", "-", "--csv", "-"),
            "error: --json and --csv cannot both go to standard",
        ),
        (("audit", "data/he2020", "--json", "no/such/a.json"), "there is no folder no/such; make it first"),
        (("audit", "data/he2020", "--alpha", "2"), "2.0 is not in the range 0<x<1"),
        (("audit",), "error: missing argument 'TARGET' (see countback audit --help)"),
        (("audti",), "error: no such command 'audti'. Did you mean 'audit'?"),
        (
            ("run", "--root", "data"),
            "no project here (a folder with analysis/runs.yml); name one with --root",
        ),
        (("run", "--root", ROOT, "sri4-week-12"), "error: no run 'sri4-week-12'; did you mean sri4-week12"),
        (("run", "--root", ROOT, "-p", "alpha"), "'alpha' is not name=value, such as alpha=0.01"),
        (
            ("run", "--root", ROOT, "-p", "alpha=0.01"),
            "error: other parameters need another place for their results",
        ),
        (("book", "--root", ROOT), "error: no trial and no parameter given; name a trial's folder"),
        (
            ("book", "--root", ROOT, "-p", "alhpa=0.01"),
            "error: no notebook has a parameter 'alhpa'; did you mean alpha",
        ),
        (("book", "--root", ROOT, "-p", "alpha=big"), "parameter alpha must be a valid number, not 'big'"),
        (("book", "--root", ROOT, "-p", "alpha=5"), "parameter alpha must lie between 0 and 1, not 5"),
    ],
)
def test_bad_input_gets_one_line_and_status_2(countback, words, expected):
    made = countback(*words)
    assert made.exit_code == 2
    assert expected in made.output
    assert "Traceback" not in made.output


def test_book_leaves_a_folder_in_other_use_alone(countback, tmp_path):
    kept = tmp_path / "mine" / "thesis.txt"
    kept.parent.mkdir()
    kept.write_text("years of work", encoding="utf-8")
    made = countback("book", "--root", ROOT, "-p", "alpha=0.01", "--out", kept.parent)
    assert made.exit_code == 2
    assert "is in use for something else; name another folder with --out" in made.output
    assert kept.read_text(encoding="utf-8") == "years of work"


def test_run_lists_what_is_stale(countback, tmp_path):
    project = tmp_path / "book"
    shutil.copytree(ROOT / "tests" / "tiny", project)
    made = countback("run", "--list", "--root", project)
    assert made.exit_code == 0
    assert [line.split()[:2] for line in made.output.splitlines()] == [["one", "stale"], ["audit", "stale"]]


def test_schema_writes_its_files(countback, tmp_path):
    made = countback("schema", "--out", tmp_path / "schema")
    assert made.exit_code == 0
    assert "trial.schema.json" in made.output
    assert json.loads((tmp_path / "schema" / "claims.schema.json").read_text(encoding="utf-8"))["title"] == "Document"
