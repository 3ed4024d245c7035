"""Hostile input, each found once: one clear line a problem, status 2, no traceback, in under 5 seconds."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner
from hostile import change, check_lines, said

from books import ROOT
from countback.cli import main
from countback.errors import MOST_LINES, InputError
from countback.readers import Yaml
from countback.trial.folder import load

ABSTRACT = "claims/abstract.yml"
TABLE = "events,total,percent_printed\n1,2,50\n"


DEEP = 30_000
VALUES = {
    "NUL": "\x00",
    "ESC": "\x1b[2J",
    "BEL in quotes": '"\\a"',
    "C1": '"\\x9b31m"',
    "lone surrogate": b"\xed\xa0\x80",
    "not UTF-8": b"\xff\xfe",
    "latin-1": b"Sj\xf6gren",
    "empty int": '!!int ""',
    "empty float": '!!float ""',
    "empty timestamp": '!!timestamp ""',
    "wrong bool": "!!bool maybe",
    "wrong int": "!!int x",
    "wrong float": "!!float x",
    "binary": "!!binary x",
    "set": "!!set [1]",
    "omap": "!!omap 3",
    "pairs": "!!pairs 1",
    "python object": "!!python/object/apply:os.system [echo]",
    "python name": "!!python/name:os.system",
    "own tag": "!mine x",
    "month 13": "2020-13-45",
    "hour 25": "2020-01-01 25:61:61",
    "hex of 20,000 digits": "0x" + "f" * 20_000,
    "400 digits": "9" * 400,
    "5,000 digits": "9" * 5_000,
    "binary of 5,000 digits": "0b" + "1" * 5_000,
    "octal of 5,000 digits": "0" + "7" * 5_000,
    "negative of 5,000 digits": "-" + "9" * 5_000,
    "float of 5,000 digits": "0." + "9" * 5_000,
    "sexagesimal": "1:" + ":".join(["59"] * 300),
    "61 digits": "9" * 61,
    "huge exponent": "1.0e+999",
    "not a number": ".nan",
    "infinity": ".inf",
    "nested lists": "[" * DEEP,
    "nested maps": "{a: " * DEEP,
    "nested and closed": "[" * 100 + "]" * 100,
    "alias": "*a",
    "anchor to itself": "&a [*a]",
    "merge": "{<<: 3}",
    "list as key": "{[1]: 2}",
    "map as key": "{{a: 1}: 2}",
    "list": "[1, 2]",
    "map": "{a: 1}",
    "true": "true",
    "negative": "-5",
    "zero": "0",
    "fraction": "1.5",
    "text": "sixty",
    "tab": "\t- x",
    "unclosed quote": '"sixty',
    "unclosed bracket": "[1, 2",
    "percent": "%YAML",
    "at": "@x",
    "backtick": "`x`",
    "second document": "60\n---\nid: other",
    "block": "|\n  sixty",
    "Arabic digits": "٦٠",
    "full-width digits": "６０",
    "emoji": "🙂",
    "right to left": '"\u202e06"',
    "long text": "x" * 50_000,
    "date": "2020-01-01",
}


@pytest.mark.parametrize("value", VALUES.values(), ids=VALUES.keys())
def test_a_value_in_yaml(folder, value):
    change(
        folder, "trial.yml", "randomised: 60", b"randomised: " + (value if isinstance(value, bytes) else value.encode())
    )
    assert "data/he2020/trial.yml" in said(["audit", "data/he2020"])


@pytest.mark.parametrize(
    "content",
    [
        b"", b"\n\n", b"\x00", b"\xff\xfea\x00:\x00 \x001\x00", b"\xfe\xff\x00a", b"\x89PNG\r\n\x1a\n", b"%PDF-1.7",
        b"PK\x03\x04", b"[" * 200_000, b"- " * 100_000, b"a: " * 1000, b"{" * 1000, b"x" * 100_000, b"- a\n- b\n",
        b"a: 1\n",
        b"42", b"null", b"---\n---\n", b"? a\n? b\n", b"a: &x [1]\nb: [*x, *x, *x]\n", b"a" * 5_000_001, b"#" * 1000,
        b"{a: 1, a: 2}", b"\xef\xbb\xbf", b"<html></html>", b"id: x\n" * 3000,
    ],
    ids=lambda c: repr(c[:12]),
)  # fmt: skip
@pytest.mark.parametrize("name", ["trial.yml", ABSTRACT])
def test_a_file_of_yaml(folder, name, content):
    (folder / name).write_bytes(content)
    assert f"data/he2020/{name}" in said(["audit", "data/he2020"])


CELLS = [
    "", "-1", "1.5", "1e3", "0x10", "٣", "½", "NaN", "inf", "9" * 11, "9" * 400, "9" * 5000, "1 2", "1,2", "=1+1",
    "16\x00", "\x1b[2J", "+3", "--3", "-", "True", "x" * 200_000, '"16', '"1"6', "None", "31",
]  # fmt: skip


@pytest.mark.parametrize("cell", CELLS, ids=lambda c: repr(c[:10]))
def test_a_cell_of_counts(folder, cell):
    change(folder, "counts.csv", "sri4,12,il2,16,29", f"sri4,12,il2,{cell},29")
    assert "data/he2020/counts.csv, line " in said(["audit", "data/he2020"])


PRINTED = [
    "", " ", "p", "0.0.5", "9" * 61, "9" * 400, "9" * 5000, "p" + " " * 500 + "x", "1e-3", "-0.5", "1.5", "nan",
    "inf", "½",
    "٠.٠٥", "0.05*", "<", "<<0.05", "0.05 to 0.06", "0,0,5", "$0.05", "{0.05}", "<b>0.05</b>", "0.05\n0.06",
    "x" * 100_000,
]  # fmt: skip


@pytest.mark.parametrize("text", PRINTED, ids=lambda c: repr(c[:10]))
def test_a_printed_p(folder, text):
    quoted = text.replace("\\", "\\\\").replace("\n", "\\n")
    change(folder, ABSTRACT, 'printed: "0.052"', f'printed: "{quoted}"')
    assert f"data/he2020/{ABSTRACT}, line " in said(["audit", "data/he2020"])


@pytest.mark.parametrize(
    "words",
    [
        ("--alpha", "nan"), ("--alpha", "-nan"), ("--alpha", "inf"), ("--alpha", "0"), ("--alpha", "1"),
        ("--alpha", "x"),
        ("--alpha", ""), ("--alpha", "9" * 5000), ("--alpha", "1e-999"), ("--json", ""), ("--csv", ""), ("--junit", ""),
        ("--json", "."), ("--json", "data"), ("--json", "/"), ("--json", "no/such/a.json"), ("--json", "x" * 300),
        ("--json", "a\x00b"), ("--json", "data/he2020/trial.yml"), ("--csv", "data/he2020/counts.csv"),
        ("--junit", "data/he2020/claims/abstract.yml"), ("--json", "data/he2020/trial.yml/a"),
        ("--json", "data/../data/he2020/trial.yml"), ("--json", "a", "--csv", "a"), ("--json", "a", "--csv", "./a"),
        ("--json", "-", "--csv", "-"), ("--json", "/dev/stdout", "--csv", "-"), ("--json", "loop"), ("--json", "hard"),
        ("--json", "soft"), ("--json", "good.json", "--csv", "no/such/a.csv"), ("--document", "none"),
        ("--document", ""),
        ("--explain", "none"), ("--explain", "\x1b[2J"), ("--explain", "x" * 5000), ("--nope",), ("one", "too", "many"),
    ],
    ids=lambda words: " ".join(words)[:40].encode("unicode_escape").decode(),
)  # fmt: skip
def test_an_option_of_audit(folder, words):
    Path("loop").symlink_to("loop")
    Path("hard").hardlink_to(folder / "trial.yml")
    Path("soft").symlink_to(folder / "counts.csv")
    before = {p: p.read_bytes() for p in Path().rglob("*") if p.is_file()}
    said(["audit", "data/he2020", *words])
    assert {p: p.read_bytes() for p in Path().rglob("*") if p.is_file()} == before


@pytest.mark.parametrize(
    "words",
    [
        ("audit",), ("audit", ""), ("audit", "\x00"), ("audit", "x" * 300), ("audit", "x" * 300 + ".csv"),
        ("audit", "none.csv"),
        ("audit", "pipe.csv"), ("audit", "loop"), ("audit", "loop.csv"), ("audit", "data/he2020/trial.yml"),
        ("audit", "/dev/null"),
        ("audit", "/dev/zero"), ("audit", "folder.csv"), ("audit", "data"), ("audit", b"\xff".decode("utf-8",
        "surrogateescape")),
        ("audit", "\x1b[2J"), ("audit", "\u202e"), ("audit", "a\nb"), ("audti",), ("\x1b",), ("--nope",), ("",),
        ("run", "--root", ""), ("run", "--root", "none"), ("run", "--root", "data/he2020/trial.yml"), ("run",
        "--root", "x" * 300),
        ("run", "--root", ROOT, "none"), ("run", "--root", ROOT, "\x1b"), ("run", "--root", ROOT, "-p", ""),
        ("run", "--root", ROOT, "-p", "="), ("run", "--root", ROOT, "-p", "a"), ("run", "--root", ROOT, "-p", "a=\x00"),
        ("run", "--root", ROOT, "-p", "a=\x1b"), ("run", "--root", ROOT, "-p", "a=" + "9" * 400),
        ("run", "--root", ROOT, "-p", "a=" + "9" * 5000), ("run", "--root", ROOT, "-p", "a=0x" + "f" * 20_000),
        ("run", "--root", ROOT, "-p", "a=" + "[" * 20_000), ("run", "--root", ROOT, "-p", "a=" + "- " * 499),
        ("run", "--root", ROOT, "-p", 'a=!!int ""'), ("run", "--root", ROOT, "-p", "a=2020-13-45"),
        ("run", "--root", ROOT, "-p", "a=*b"), ("run", "--root", ROOT, "-p", "a={a: 1"), ("run",
        "--root", ROOT, "--nope"),
        ("book", "--root", ROOT), ("book", "--root", ROOT, "-p", "alpha=nan"), ("book", "--root", ROOT, "-p",
        "alpha=.nan"),
        ("book", "--root", ROOT, "-p", "alpha=.inf"), ("book", "--root", ROOT, "-p", "alpha=" + "9" * 50),
        ("book", "--root", ROOT, "-p", "alpha=2020-13-45"), ("book", "--root", ROOT, "-p", "alpha=[0.05]"),
        ("book", "--root", ROOT, "-p", "alpha="), ("book", "--root", ROOT, "-p", "\x1b=1"),
        ("archive", "--root", ROOT, "--out", ""), ("archive", "--root", ROOT, "--out", "data"),
        ("archive", "--root", ROOT, "--out", "no/such/a.zip"), ("schema", "--out", ""), ("schema", "--out", "file"),
        ("schema", "--out", "file/below"), ("schema", "--out", "x" * 300), ("procedures", "none such"),
        ("procedures", "\x1b"),
    ],
    ids=lambda words: " ".join(str(w) for w in words)[-50:].encode("unicode_escape").decode(),
)  # fmt: skip
def test_a_command(folder, words):
    os.mkfifo("pipe.csv")
    Path("loop").symlink_to("loop")
    Path("loop.csv").symlink_to("loop.csv")
    Path("folder.csv").mkdir()
    Path("file").touch()
    said(words)


def test_an_unreadable_claims_folder(folder, monkeypatch):
    real = Path.iterdir

    def refuse(path):
        if path.name == "claims":
            raise PermissionError(13, "Permission denied", str(path))
        return real(path)

    monkeypatch.setattr(Path, "iterdir", refuse)
    with pytest.raises(InputError, match=r"data/he2020/claims: cannot be read \(permission denied\)"):
        load("data/he2020")


def test_claims_as_a_file(folder):
    shutil.rmtree(folder / "claims")
    (folder / "claims").touch()
    assert "is a file; make it a folder" in said(["audit", "data/he2020"])


@pytest.mark.parametrize("name", ["trial.yml", "counts.csv", "reporting.csv", ABSTRACT])
def test_a_pipe_in_a_folder_is_not_waited_for(folder, name):
    (folder / name).unlink()
    os.mkfifo(folder / name)
    assert f"data/he2020/{name}: is a pipe, not a file" in said(["audit", "data/he2020"])


def test_ten_thousand_mistakes_are_cut_to_a_readable_number(folder):
    path = folder / "counts.csv"
    path.write_text(path.read_text(encoding="utf-8") + "x,1,y,z,0,printed,here\n" * 10_000, encoding="utf-8")
    lines = said(["audit", "data/he2020"]).splitlines()
    assert len(lines) == MOST_LINES + 1
    assert lines[-1].endswith("more")


def test_ten_thousand_claims_are_read_in_seconds(folder):
    claims = "".join(
        f"  - {{id: c{i}, kind: statement, where: here, says: something, needs: data}}\n" for i in range(10_000)
    )
    (folder / "claims" / "many.yml").write_text(f"document: many\nclaims:\n{claims}", encoding="utf-8")
    start = time.process_time()
    assert len(load("data/he2020").claims) > 10_000
    assert time.process_time() - start < 10


def test_yaml_that_is_large_is_not_parsed(tmp_path):
    path = tmp_path / "a.yml"
    path.write_bytes(b"a: 1\n" * 1_100_000)
    with pytest.raises(InputError, match="5,500,000 bytes; a file of this kind has at most 5,000,000"):
        Yaml(path)


def test_an_unexpected_error_is_one_line(monkeypatch, folder):
    def fail(*_):
        raise ZeroDivisionError("deep inside\nand more")

    monkeypatch.setattr("countback.audit.target.audited", fail)
    made = CliRunner().invoke(main, ["audit", "data/he2020"])
    assert made.exit_code == 1
    assert made.stderr == (
        "error: this is a fault in countback, not in what you gave it: ZeroDivisionError: deep inside and more; "
        "set COUNTBACK_TRACEBACK=1 to see where\n"
    )


SHELL = {
    "closed standard output": ("{c} audit data/he2020 >&-", 0, None),
    "nobody reads": ("{c} audit data/he2020 --csv - | head -c 1 >/dev/null; exit ${{PIPESTATUS[0]}}", None, None),
    "full standard output": ("{c} audit data/he2020 >/dev/full", 1, "no space left on device"),
    "full file": ("{c} audit data/he2020 --json /dev/full >/dev/null", 1, "/dev/full: no space left on device"),
    "no working directory": ("mkdir gone; cd gone; rmdir ../gone; {c} run", 2, "working directory no longer exists"),
    "few open files": ("ulimit -n 4; {c} audit data/he2020 >/dev/null", None, None),
    "name that is not UTF-8": ("{c} audit $'data/\\xff'", 2, "data/\\xff: no such trial folder"),
    "C locale": ("LC_ALL=C PYTHONUTF8=0 {c} audit data/é", 2, "no such trial folder"),
    "standard output by name": ("{c} audit data/he2020 --json /dev/stdout >a; head -c 1 a | grep -q {{", 0, None),
}


@pytest.mark.parametrize("case", SHELL)
def test_from_a_shell(folder, case):
    command, status, expected = SHELL[case]
    program = f"'{sys.executable}' -m countback.cli"
    start = time.perf_counter()
    made = subprocess.run(
        ["bash", "-c", command.format(c=program)],
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
        timeout=60,
    )
    assert time.perf_counter() - start < 20  # two starts of Python on a busy machine
    assert status is None or made.returncode == status, made.stderr
    assert "Traceback" not in made.stderr or case == "few open files"  # where Python itself cannot start
    assert "Exception ignored" not in made.stderr
    if expected is None:
        assert made.stderr == "" or case == "few open files"
    else:
        check_lines(made.stderr)
        assert expected in made.stderr
