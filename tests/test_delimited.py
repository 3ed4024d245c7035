"""Tables: read in the forms that people save them, and what is lost is said with its line."""

import subprocess
import sys

import openpyxl
import pytest

from countback import delimited
from countback.errors import InputError
from countback.sheets import read_sheet


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("a,b\nA,10,50,20\n", [2]),
        ("a,b,c\n1,2,3\nA,10,50,20,50\nB,1,2\nC,1,2,3\n", [3, 5]),
        ('a,b\n"x,1\ny,2\nz,3\n', [2]),
        ('a,b\nx,"1\ny,2\n' + "z,3\n" * 50, [2]),
        ('a,b\nx,"1\ny,2\n' + 'z,3\nlast,4"\nw,5\n', [2]),
        ("a,b\nx,\x1b[2J\n", [2]),
        ("a,b\nx,1\x00\n", [2]),
    ],
)
def test_nothing_of_a_table_is_lost_in_silence(tmp_path, text, lines):
    path = tmp_path / "t.csv"
    path.write_text(text, encoding="utf-8")
    problems = read_sheet(path).problems
    assert [int(p.split("line ")[1].split(":")[0]) for p in problems] == lines, problems


@pytest.mark.parametrize(
    ("content", "rows"),
    [
        (b"a,b\n1,2\n", [(2, ["1", "2"])]),
        (b"\xef\xbb\xbfa,b\r\n1,2\r\n", [(2, ["1", "2"])]),
        ("a,b\n1,é\n".encode("utf-16"), [(2, ["1", "é"])]),
        (b"a;b\n1,5;2\n", [(2, ["1,5", "2"])]),
        (b"a\tb\n1\t2\n", [(2, ["1", "2"])]),
        (b"\n\na,b\n\n 1 , \n", [(5, ["1", ""])]),
        (b"a,b\n1\n", [(2, ["1", ""])]),
        (b'a,b\n"x\ny",2\n3,4\n', [(2, ["x\ny", "2"]), (4, ["3", "4"])]),
    ],
)
def test_a_table_of_a_users_own(tmp_path, content, rows):
    path = tmp_path / "t.csv"
    path.write_bytes(content)
    reader = delimited.open_rows(path)
    assert reader.header == ["a", "b"]
    assert [(row.line, list(row.cells.values())) for row in reader] == rows
    assert reader.problems == []


@pytest.mark.parametrize(
    "content",
    [b"", b"\n \n", b"a,b\n", b"a,a\n1,2\n", b"a,b\n\xff\n", b"a,b\n" + b'"' + b"x" * 200_000, b"a," * 2000 + b"\n1\n",
     b"\xff\xfe\x00", b"\xff\xfea", b"\x00" * 50, b"x" * 300_000],
    ids=lambda c: repr(c[:12]),
)  # fmt: skip
def test_a_table_that_is_none(tmp_path, content):
    path = tmp_path / "t.csv"
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"t\.csv"):
        read_sheet(path)


READERS = {
    "strict": "from countback.delimited import read_rows; read_rows(path, ('a',))",
    "sheet": "from countback.sheets import read_sheet; read_sheet(path)",
    "workbook": "from countback.sheets import open_workbook; open_workbook(path, 'x')",
    "yaml": "from countback.readers import Yaml; Yaml(path)",
}


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("size", [200 * 10**6, 10**12])
@pytest.mark.parametrize("start", [b"", b"a,b\n1,2\n"], ids=["zeros", "zeros below a header"])
def test_a_hole_of_any_size_is_refused_in_little_memory(tmp_path, reader, size, start):
    if size < 10**9 and reader in ("yaml", "workbook") and start:
        pytest.skip("is refused by its size, whatever it holds")
    path = tmp_path / "t.csv"
    path.write_bytes(start)
    with path.open("r+b") as file:
        file.truncate(size)
    script = (
        "import resource, sys; from pathlib import Path; from countback.errors import InputError\n"
        f"import countback.readers, countback.sheets{', openpyxl' if reader == 'workbook' else ''}\n"
        "used = int(Path('/proc/self/statm').read_text().split()[0]) * resource.getpagesize()\n"
        "resource.setrlimit(resource.RLIMIT_AS, (used + 60 * 2**20,) * 2)\n"
        "path = Path(sys.argv[1])\n"
        f"try:\n    {READERS[reader]}\nexcept InputError as error:\n    print(*error.problems, sep='\\n')\n"
    )
    done = subprocess.run([sys.executable, "-c", script, path], check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "t.csv" in done.stdout or (reader == "workbook" and "x: not an Excel workbook" in done.stdout)
    assert len(done.stdout.splitlines()) == 1


def test_a_row_without_end_is_refused_where_it_begins(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("a,b\n1,2\n" + '"\n",' * 300_000, encoding="utf-8")
    with pytest.raises(InputError, match=r"t\.csv, line 3: .*a row of more than 1,000,000 characters"):
        read_sheet(path)


def test_a_table_of_too_many_rows(tmp_path, monkeypatch):
    monkeypatch.setattr(delimited, "MOST_ROWS", 3)
    path = tmp_path / "t.csv"
    path.write_text("a\n1\n\n2\n3\n", encoding="utf-8")
    assert len(read_sheet(path).rows) == 3
    path.write_text("a\n1\n\n2\n3\n4\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"t\.csv, line 6: more than 3 rows; split the file"):
        read_sheet(path)


@pytest.mark.parametrize("place", [0, 2**16 - 1, 2**16, 10**6])
def test_the_line_that_is_not_utf_8_is_named(tmp_path, place):
    path = tmp_path / "t.csv"
    lines = b"a,b\n" + b"1,\xc3\xa9\n" * (place // 5)
    path.write_bytes(lines + b"1,\xff\n1,2\n")
    with pytest.raises(InputError, match=rf"line {lines.count(10) + 1}: not UTF-8"):
        read_sheet(path)


def test_a_worksheet_of_one_far_cell(tmp_path):
    book = openpyxl.Workbook()
    book.active["A1"] = "a"
    book.active["XFD1048576"] = "x"
    path = tmp_path / "t.xlsx"
    book.save(path)
    with pytest.raises(InputError, match=r"t\.xlsx, sheet Sheet: 1,048,576 rows of 16,384 columns; at most 5,000,000"):
        read_sheet(path)
