"""Tables of claims from many trials: two public corpora where they lie beside the project, and mishaps of all kinds."""

import csv
from collections import Counter
from fractions import Fraction

import pytest
from click.testing import CliRunner

from books import ROOT
from countback.audit import sheet
from countback.cli import main
from countback.errors import InputError
from countback.trial import printed

CORPUS = ROOT.parent / "shared" / "corpus"
here = pytest.mark.skipif(not CORPUS.is_dir(), reason="the public corpora do not lie beside the project")


@pytest.fixture(scope="module")
def trials():
    return sheet.audit(CORPUS / "guideline_trials.csv")


@here
def test_every_trial_is_judged(trials):
    assert len(trials.findings) == 115
    assert trials.verdicts["inconsistent"] == 0
    assert len({f.id for f in trials.findings}) == 115


@here
def test_at_least_48_of_76_exact_p_values_are_explained(trials):
    exact = [f for f in trials.findings if f.coincidence]
    assert len(exact) == 76
    explained = [f for f in exact if f.matches]
    assert len(explained) >= 48
    for f in exact:
        assert f.matches or (f.nearest is not None and "Nearest: " in f.because)


@here
def test_decisions_that_no_conventional_test_shares_are_named(trials):
    for f in trials.findings:
        values = [m.value for m in f.conventional]
        if f.decision is None or f.decision.startswith("open"):
            assert not f.decision_error
            continue
        significant = not f.decision.startswith("not")
        assert f.decision_error == all((p < 0.05) != significant for p in values), f.id
    assert {f.id for f in trials.decision_errors} == {"22", "101", "235", "248", "489"}


@here
def test_what_is_not_printed_stops_nothing(trials):
    texts = {f.printed for f in trials.findings if f.verdict == "not checkable"}
    assert texts == {"NR", "Missing", "p value missing", None}


@here
def test_every_cell_is_consistent_or_not():
    path = CORPUS / "percent_cells.csv"
    found = sheet.audit(path)
    assert Counter(f.verdict for f in found.findings).keys() == {"reproduced", "not reproduced", "inconsistent"}
    with path.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(found.findings) == len(rows) == 11940
    for f, row in zip(found.findings[::7], rows[::7], strict=True):
        number = printed.parse(row["percent_printed"])
        events, total = int(row["events"]), int(row["total"])
        rules = printed.rules_that_print(number, Fraction(100 * events, total)) if events <= total else ()
        if f.verdict == "reproduced":
            assert rules, row
        else:
            assert set(rules) <= {"truncation"}, row  # cut off, in a table that rounds


def write(tmp_path, text, name="table.csv"):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "table.csv: the file is empty"),
        ("a,b\n1,2\n", "line 1: column"),
        ("trial,events_1,total_1,events_2,total_2,q\nA,1,2,3,4,0.5\n", "column 'p_printed' is missing; known: "),
        ("events,total\n1,2\n", "column 'percent_printed' is missing"),
        ("events,total,percent_printed\n", "no rows below the header"),
        ("events,events,total,percent_printed\n1,1,2,50\n", "line 1: column 'events' is given twice; keep one"),
    ],
)
def test_a_table_of_neither_kind_is_refused(tmp_path, text, expected):
    with pytest.raises(InputError, match=r"table\.csv") as error:
        sheet.audit(write(tmp_path, text))
    assert expected in str(error.value)


def test_rows_may_be_short_long_or_blank(tmp_path):
    text = "events,total,percent_printed\n1,2\n\n1,2,50,more\n , ,\n"
    found = sheet.audit(write(tmp_path, text))
    assert [(f.id, f.verdict) for f in found.findings] == [("line-2", "not checkable"), ("line-4", "not checkable")]
    assert [problem.partition("table.csv, ")[2] for problem in found.problems] == [
        "line 4: 4 cells where the header has 3: 'more' left out; put quotes around a cell that holds the separator",
        "line 2: the line has 2 cells where the header has 3; it was not judged",
    ]


def test_what_is_lost_of_a_table_is_said(tmp_path):
    path = write(tmp_path, 'events,total,percent_printed\n1,2,"50\n3,4,75\n')
    made = CliRunner().invoke(main, ["audit", str(path)])
    assert made.exit_code == 0
    assert made.stderr.startswith("note: ")
    assert "line 2: a quote is opened here and lines 3 to 3 were read as part of one cell" in made.stderr


def test_a_table_as_a_spreadsheet_saves_it(tmp_path):
    path = tmp_path / "table.csv"
    for content in (
        "events;total;percent_printed\n1;2;50,0\n".encode("utf-16"),
        b"events\ttotal\tpercent_printed\n1\t2\t50\n",
    ):
        path.write_bytes(content)
        assert [f.verdict for f in sheet.audit(path).findings] == ["reproduced"]


@pytest.mark.parametrize("digits", [61, 400, 5000])
def test_a_count_of_many_digits_is_not_checkable(tmp_path, digits):
    n = "9" * digits
    rows = f"A,1,{n},2,{n},0.5\nB,{n},{n},{n},{n},{n}\n{n},1,2,1,2,{n}\n"
    found = sheet.audit(write(tmp_path, f"trial,events_1,total_1,events_2,total_2,p_printed\n{rows}"))
    assert [f.verdict for f in found.findings] == ["not checkable"] * 3
    assert f"total_1 has {digits:,} characters. Needed: a whole number of at most 60" in found.findings[0].because
    assert max(len(f.because) + len(f.id) + len(f.says) for f in found.findings) < 1000
    found = sheet.audit(write(tmp_path, f"events,total,percent_printed\n1,{n},50\n{n},{n},100\n1,2,{n}\n"))
    assert [f.verdict for f in found.findings] == ["not checkable"] * 3


@pytest.mark.parametrize("events", ["", "x", "1e3", "٣", "½", "1 2", "NA", "0x1f"])
def test_what_is_no_count_is_not_checkable(tmp_path, events):
    found = sheet.audit(write(tmp_path, f"events,total,percent_printed\n{events},20,50\n"))
    assert found.findings[0].verdict == "not checkable"
    assert "events is" in found.findings[0].because


def test_a_huge_table_does_not_take_long(tmp_path):
    found = sheet.audit(write(tmp_path, "events,total,percent_printed\n5,99999999999,50\n"))
    assert found.findings[0].verdict == "not reproduced"
    assert "a total of 10 would give it" in found.findings[0].because


def test_alpha_is_that_of_the_caller(tmp_path):
    path = write(tmp_path, "trial,events_1,total_1,events_2,total_2,p_printed\nA,19,29,11,30,0.027\n")
    assert sheet.audit(path).findings[0].decision == "significant at 0.05"
    assert sheet.audit(path, 0.01).findings[0].decision == "not significant at 0.01"
