"""Tables of claims in a user's own form: nothing of them is lost in silence, and no trap becomes an accusation."""

import openpyxl
import pytest
from click.testing import CliRunner

from countback.audit import sheet
from countback.audit.columns import parse_map, recognise
from countback.cli import main
from countback.errors import InputError

HEADER = "trial,events_1,total_1,events_2,total_2,p_printed\n"
FAIL = ("not reproduced", "inconsistent")


def audited(tmp_path, content, name="table.csv", **options):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return sheet.audit(path, **options)


def verdicts(found):
    return [f.verdict.value for f in found.findings]


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("A,10,50,20,50,0,03", "the line has 7 cells where the header has 6"),
        ("A,10,50,20,0.03", "the line has 5 cells where the header has 6"),
        ("A,1.000,2.000,1.100,2.000,0.03", "events_1 is 1.000, which can be 1 or 1000"),
        ("A,10,50,20,50,0", "0 without decimals can be any p-value below 1"),
        ('A,10,50,20,50,"0.03\nB,10,50,20,50,0.03', "a quote is opened here"),
    ],
)
def test_a_trap_is_said_and_never_held_against_a_number(tmp_path, row, says):
    found = audited(tmp_path, HEADER + row + "\n")
    assert verdicts(found) == ["not checkable"]
    assert says in found.findings[0].because


@pytest.mark.parametrize("row", ["A,10,50,20,50,0,03", "A,10,50,20,0.03", 'A,10,50,20,50,"0.03\nB,1,50,2,50,0.6'])
def test_a_strict_audit_stops_at_what_was_lost(tmp_path, row):
    path = tmp_path / "table.csv"
    path.write_text(HEADER + row + "\nC,10,50,20,50,0.03\n")
    made = CliRunner().invoke(main, ["audit", str(path)])
    assert (made.exit_code, CliRunner().invoke(main, ["audit", str(path), "--strict"]).exit_code) == (0, 1)
    assert "table.csv, line 2: " in made.stderr


@pytest.mark.parametrize(
    "text",
    [
        "Study;Events Trt;N Trt;Events Ctl;N Ctl;P value\nA;10;50;20;50;0,03\n",
        "study\tresp_trt\tn_trt\tresp_ctl\tn_ctl\tp-value\nA\t10\t50\t20\t50\tP = .03\n",
        "TRIAL|E1|N1|E2|N2|P\n\nA|10|50|20|50|0·03\n\n",
        "trial events_1 total_1 events_2 total_2 p\nA 10 50 20 50 0.03\n",
        HEADER + "A,10,50,20,50,0.03,,\n",
    ],
)
def test_other_separators_and_names(tmp_path, text):
    for content in (text, b"\xef\xbb\xbf" + text.encode(), text.encode("utf-16"), text.encode("utf-16-le")):
        found = audited(tmp_path, content)
        assert [(f.id, f.verdict.value) for f in found.findings] == [("A", "reproduced")]
        assert found.problems == []


def test_recognised_names_are_said(tmp_path):
    found = audited(tmp_path, "study,resp_trt,n_trt,resp_ctl,n_ctl,p\nA,10,50,20,50,0.03\n")
    assert "column 'resp_trt' was taken for events_1" in found.notes
    assert found.passes


def test_thousands_have_separators(tmp_path):
    found = audited(tmp_path, HEADER + 'A,"1,000","2,000","1,100","2,000",0.0016\n')
    assert found.findings[0].table == (1000, 2000, 1100, 2000)
    found = audited(tmp_path, HEADER.replace(",", ";") + "A;1.000;2.000;1.100;2.000;0,0016\n")
    assert found.findings[0].table == (1000, 2000, 1100, 2000)


def test_columns_are_mapped(tmp_path):
    mapped = parse_map(["events_1=x,total_1=y", "events_2=z,total_2=w", "p_printed=v"])
    found = audited(tmp_path, "a,x,y,z,w,v\nA,10,50,20,50,0.03\n", mapped=mapped)
    assert verdicts(found) == ["reproduced"]


@pytest.mark.parametrize("text", ["events_1", "events_1=", "evnts_1=x", "events_1=a,events_1=b"])
def test_a_map_that_is_none_is_refused(text):
    with pytest.raises(InputError, match="--map"):
        parse_map([text])


def test_two_columns_of_one_meaning_are_not_guessed():
    with pytest.raises(InputError, match="say which, such as --map events_1=resp_trt"):
        recognise(["resp_trt", "events_drug", "n1", "resp_ctl", "n2", "p"], {}, "t.csv, line 1")
    with pytest.raises(InputError, match="no column 'q'"):
        recognise(["a"], {"events": "q"}, "t.csv, line 1")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # t = -5.1/sqrt(10.0^2/50 + 9.4^2/50) = -2.6276 with 98 degrees of freedom: p = 0.0100
        ("study,mean 1,sd 1,n1,mean 2,sd 2,n2,p\nA,-8.2,10.0,50,-3.1,9.4,50,0.01\n", "reproduced"),
        ("study,mean 1,sd 1,n1,mean 2,sd 2,n2,p\nA,-8.2,10.0,50,-3.1,9.4,50,0.2\n", "not reproduced"),
        ("study,HR,CI lower,CI upper,p\nA,0.74,0.57,0.96,0.02\n", "not checkable"),
        ("study,HR,CI lower,CI upper,p\nA,0.74,0.80,0.96,0.02\n", "inconsistent"),
        ("study,measure,est,lower,upper,e1,n1,e2,n2\nA,RR,0.5,0.26,0.96,10,50,20,50\n", "reproduced"),
        ("study,measure,est,lower,upper,e1,n1,e2,n2\nA,XX,0.5,0.26,0.96,10,50,20,50\n", "not checkable"),
        ("study,counts_1,counts_2,p\nA,12/20/8,20/15/5,0.18\n", "reproduced"),
        ("study,counts_1,counts_2,counts_3,p\nA,60/40,52/48,40/60,0.017\n", "reproduced"),
        ("study,counts_1,counts_2,p\nA,12/20,20/15/5,0.18\n", "not checkable"),
        ('x,events,total,percent\nA,16,29,55.17%\nB,9,30,"30,00"\n', "reproduced"),
    ],
)
def test_rows_of_other_kinds(tmp_path, text, expected):
    assert set(verdicts(audited(tmp_path, text))) == {expected}


def test_rows_of_several_kinds_in_one_table(tmp_path):
    text = "study,e1,n1,e2,n2,mean_1,sd_1,mean_2,sd_2,p\nA,10,50,20,50,,,,,0.03\nB,,50,,50,-8.2,10.0,-3.1,9.4,0.01\n"
    found = audited(tmp_path, text)
    assert [(f.kind, f.verdict.value) for f in found.findings] == [
        ("comparison", "reproduced"),
        ("means", "reproduced"),
    ]


def test_every_test_is_tried_before_it_is_said_that_none_gives_a_value(tmp_path):
    found = audited(tmp_path, HEADER + "A,5,261,13,257,0.07\n")
    assert verdicts(found) == ["another test only"]  # Boschloo, doubled: 0.0729
    assert found.problems == []


def test_what_was_not_tried_is_in_the_summary(tmp_path):
    found = audited(tmp_path, HEADER + "A,100,2000,110,2000,0.03\n")
    assert verdicts(found) == ["not reproduced"]
    assert found.problems == ["1 rows without a match for which unconditional exact tests were not tried: line 2"]


def workbook(path, rows, formats=(), more=()):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for place, form in formats:
        book.active[place].number_format = form
    for title in more:
        book.create_sheet(title).append(["something"])
    book.save(path)
    return path


def test_a_workbook_is_read_as_it_is_displayed(tmp_path):
    rows = [[], ["study", "events", "total", "percent"], ["A", 16, 29, 0.551724], [], ["B", 9.0, 30, 30]]
    found = sheet.audit(workbook(tmp_path / "t.xlsx", rows, [("D3", "0.00%"), ("D5", "0.00")]))
    assert [(f.id, f.printed, f.verdict.value) for f in found.findings] == [
        ("A", "55.17%", "reproduced"), ("B", "30.00", "reproduced"),
    ]  # fmt: skip
    assert found.problems == []


def test_what_a_workbook_loses_is_said(tmp_path):
    import datetime

    rows = [["events", "total", "percent"], [16, 29, datetime.date(2020, 1, 2)], [9, 30, 30, "more"]]
    found = sheet.audit(workbook(tmp_path / "t.xlsx", rows, more=["other"]))
    assert verdicts(found) == ["not checkable", "not checkable"]
    assert ["made a date of C2" in found.problems[0], "beyond the header" in found.problems[1]] == [True, True]
    assert "sheet 'other' was not read" in found.problems[2]


def test_parquet_is_read_where_pyarrow_is(tmp_path):
    import pyarrow
    import pyarrow.parquet

    table = pyarrow.table({"events": [16, 9], "total": [29, None], "percent": ["55.17", "30"]})
    pyarrow.parquet.write_table(table, tmp_path / "t.parquet")
    assert verdicts(sheet.audit(tmp_path / "t.parquet")) == ["reproduced", "not checkable"]


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("t.xlsx", b"PK\x03\x04nothing", "not an Excel workbook that can be read"),
        ("t.xls.csv", b"\xd0\xcf\x11\xe0old", "an old Excel file"),
        ("t.parquet", b"PAR1nothing", "not a Parquet file that can be read"),
    ],
)
def test_damaged_files_are_refused(tmp_path, name, content, says):
    with pytest.raises(InputError, match=says):
        audited(tmp_path, content, name)


def test_a_table_from_standard_input(tmp_path):
    made = CliRunner().invoke(main, ["audit", "-"], input=HEADER + "A,10,50,20,50,0.03\n")
    assert made.exit_code == 0
    assert made.stdout.startswith("standard input: 1 claims")
    made = CliRunner().invoke(main, ["audit", "-"], input="")
    assert (made.exit_code, made.stderr) == (2, "error: standard input: the file is empty\n")
