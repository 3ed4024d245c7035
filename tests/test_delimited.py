"""Tables: read in the forms that people save them, and what is lost is said with its line."""

import pytest

from countback.errors import InputError
from countback.readers import read_table


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
    problems = read_table(path)[2]
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
    header, found, problems = read_table(path)
    assert header == ["a", "b"]
    assert [(row.line, list(row.cells.values())) for row in found] == rows
    assert problems == []


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
        read_table(path)
