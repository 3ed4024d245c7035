"""From nothing to a folder: ``new``, its form for a spreadsheet, ``check`` and ``recover``."""

import openpyxl
import pytest
from click.testing import CliRunner

from countback.audit import audit
from countback.cli import main
from countback.trial import draft, workbook
from countback.trial.folder import load


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def command(*arguments):
        made = CliRunner().invoke(main, [str(a) for a in arguments])
        return made.exit_code, made.stdout, made.stderr

    return command


def test_a_new_folder_is_short_and_loads(run, tmp_path):
    status, said, _ = run("new", "smith2021")
    assert status == 0
    assert "smith2021/trial.yml" in said
    lines = [line for path in tmp_path.rglob("*.yml") for line in path.read_text().splitlines()]
    assert len(lines) < 40
    assert sum("#" in line for line in lines) >= 8
    found = audit(load(tmp_path / "smith2021"))
    assert {f.verdict.value for f in found.findings} <= {"given", "possible", "compatible", "another test only"}


def test_a_folder_is_never_written_over(run, tmp_path):
    run("new", "smith2021")
    before = (tmp_path / "smith2021/trial.yml").read_text()
    status, _, error = run("new", "smith2021")
    assert (status, error) == (2, "error: smith2021: is there already; choose another name, or remove it first\n")
    assert (tmp_path / "smith2021/trial.yml").read_text() == before
    assert run("new", "Smith 2021")[0] == 2
    assert run("new")[0] == 2


def test_check_names_the_line_to_write(run):
    run("new", "smith2021")
    status, said, _ = run("check", "smith2021")
    assert status == 0
    assert "smith2021/trial.yml, line 3: title is still to be written, such as title:" in said
    assert "line 4: placebo: the total behind 30.00% is open (3/10, 6/20, 9/30); write total: 30" in said


def test_check_asks_for_what_a_p_value_needs(run, tmp_path):
    run("new", "smith2021")
    path = tmp_path / "smith2021/claims/abstract.yml"
    path.write_text('document: a\nclaims:\n  - {id: p, kind: p_value, printed: "0.05", endpoint: response}\n')
    trial = tmp_path / "smith2021/trial.yml"
    text = trial.read_text().replace(", randomised: 30", "", 1).replace("AUTHORS", "A B")
    trial.write_text(text)
    said = run("check", "smith2021")[1].splitlines()
    assert "smith2021/trial.yml, line 7: how many were randomised to the drug is not said" in said[3]
    assert [line for line in said if "p: no count or percentage of" in line and "write - {id: response_" in line][1:]
    assert any("nothing is printed of serious adverse event" in line for line in said)
    assert not any("authors" in line for line in said)


def test_a_complete_folder_has_no_gaps(run, root):
    status, said, _ = run("check", root / "tests/trial/folders/two_arms_with_counts")
    assert status == 0
    assert "no DOI" in said


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["55.17", "--upto", "30"], "16/29  55.1724%\n1 counts of totals from 1 to 30 give 55.17\n"),
        (
            ["48.8%", "--upto", "48"],
            "20/41  48.780%\n21/43  48.837%\n22/45  48.889%  by truncation\n"
            "3 counts of totals from 1 to 48 give 48.8%\n",
        ),
        (["55.18", "--upto", "30"], "0 counts of totals from 1 to 30 give 55.18\n"),
    ],
)
def test_recover_lists_the_counts(run, arguments, expected):
    assert run("recover", *arguments)[:2] == (0, expected)


@pytest.mark.parametrize("text", ["many", "155", "<5", "25/29"])
def test_recover_refuses_what_is_no_percentage(run, text):
    status, _, error = run("recover", text, "--upto", "30")
    assert status == 2
    assert error.startswith("error: ")


def form(tmp_path, numbers, outcomes=(("Response", "benefit", "binary", "week 12"),), **cells):
    path = tmp_path / "trial.xlsx"
    if not path.exists():
        path.write_bytes(workbook.blank())
    book = openpyxl.load_workbook(path)
    sheet = book["Trial"]
    given = {"B1": "Test 2020", "B2": "A B, C D", "B3": 'A trial: of "x"', "B4": "BMJ", "B5": 2020, "B9": 59,
             "B10": "The drug", "C10": 29, "B11": "Placebo", "C11": 30, "D11": "control", **cells}  # fmt: skip
    for place, value in given.items():
        sheet[place] = value
    for name, rows in (("Outcomes", outcomes), ("Numbers", numbers)):
        for row in rows:
            book[name].append(list(row))
    book["Numbers"]["B2"].number_format = "0.00%"
    filled = tmp_path / "filled.xlsx"
    book.save(filled)
    return filled


def test_the_form_becomes_a_folder(run, tmp_path):
    assert run("new", "--sheet", "trial.xlsx")[0] == 0
    numbers = [
        ("percentage", 0.5517, "Response", None, "The drug"),
        ("events of total", "9/30", "Response", None, "Placebo"),
        ("p-value", "P = .052", "Response"),
        ("statement of significance", "not met", "Response", None, None, None, None, None, None, "no"),
        ("estimate with interval", "1.84 (0.97 to 3.48)", "response", None, None, "RR", None, "yes"),
    ]
    assert run("new", "test2020", "--from", form(tmp_path, numbers))[0] == 0
    trial = load(tmp_path / "test2020")
    assert trial.design.citation.title == 'A trial: of "x"'
    assert [arm.role for arm in trial.design.arms] == ["experimental", "control"]
    assert [c.kind for c in trial.claims] == ["percentage", "fraction", "p_value", "decision", "effect"]
    assert trial.claims[0].printed == "55.17%"
    assert trial.claims[4].adjusted is True
    assert audit(trial).passes


def test_the_form_has_three_sheets_with_drop_downs(tmp_path):
    path = tmp_path / "form.xlsx"
    path.write_bytes(workbook.blank())
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["Trial", "Outcomes", "Numbers"]
    assert [len(book[name].data_validations.dataValidation) for name in book.sheetnames] == [2, 3, 6]


@pytest.mark.parametrize(
    ("numbers", "cells", "says"),
    [
        ([("percentag", "55", "Response")], {}, "sheet Numbers, row 2: kind 'percentag' is not known; did you mean"),
        ([("p-value", "0.05", "Respons")], {}, "row 2: outcome 'Respons' is not known; did you mean response"),
        ([("p-value", None, "Response")], {}, "row 2: kind, printed characters and outcome are needed"),
        ([], {}, "sheet Numbers, row 2: no number is given"),
        ([("p-value", "0.05", "Response")], {"D11": None}, "one arm must be the control"),
        ([("p-value", "0.05", "Response")], {"B5": "soon"}, "sheet Trial, row 5: 'soon' is not a number"),
    ],
)
def test_mistakes_in_a_form_have_their_row(run, tmp_path, numbers, cells, says):
    status, _, error = run("new", "test2020", "--from", form(tmp_path, numbers, **cells))
    assert status == 2
    assert says in error
    assert not (tmp_path / "test2020").exists()


def test_what_is_no_form_is_refused(run, tmp_path):
    (tmp_path / "x.xlsx").write_bytes(b"PK\x03\x04 no")
    assert run("new", "a", "--from", "x.xlsx")[0] == 2
    openpyxl.Workbook().save(tmp_path / "y.xlsx")
    assert "sheet 'Trial' is missing" in run("new", "a", "--from", "y.xlsx")[2]


def test_text_of_a_draft_is_text_in_yaml(tmp_path):
    arms = (draft.DraftArm("a", "a: [b], #c", True, 3), draft.DraftArm("b", "- x"))
    made = draft.Draft(
        id="x", name="~", citation={"authors": "A, B", "title": "t: 'q'", "journal": "J", "year": 2020}, design="yes",
        arms=arms, endpoints=(draft.DraftEndpoint("e", "null", times=("day 28",)),),
        claims=(draft.DraftClaim("c", "percentage", {"printed": '55"\\', "endpoint": "e", "arm": "a"}),),
    )  # fmt: skip
    texts = draft.files(made)
    assert "'~'" in texts["trial.yml"]
    folder = tmp_path / "x"
    draft.write_folder(
        folder, {**texts, "claims/abstract.yml": texts["claims/abstract.yml"].replace('55\\"\\\\', "55")}
    )
    assert load(folder).design.arms[0].name == "a: [b], #c"
