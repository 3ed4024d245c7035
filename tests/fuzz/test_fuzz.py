"""Input made at random: it is read, or refused with an error that a person is meant to see; nothing else may come out.

In seconds in the normal suite; for as long as FUZZ_SECONDS says by ``make fuzz``.
"""

import os
import shutil
import tempfile
import time
from contextlib import chdir
from functools import wraps
from pathlib import Path

from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from books import ROOT
from countback.cli import main
from countback.delimited import read_rows
from countback.errors import InputError
from countback.readers import Yaml, scalar
from countback.sheets import read_sheet
from countback.trial import printed
from countback.trial.folder import load

SECONDS = float(os.environ.get("FUZZ_SECONDS", "0"))
TESTS = 6
QUIET = settings(
    max_examples=100 if SECONDS else 60, deadline=None, suppress_health_check=list(HealthCheck), database=None
)


def for_a_while(test):
    """Repeat a test with other examples until its share of the time is used."""
    once = QUIET(test)

    @wraps(test)
    def repeated():
        end = time.monotonic() + SECONDS / TESTS
        once()
        while time.monotonic() < end:
            once()

    del repeated.__wrapped__  # or pytest would look for the arguments as fixtures
    return repeated


PIECES = [
    "p",
    "P = ",
    "<",
    "≤",
    " ",
    "0",
    "9" * 30,
    ".",
    ",",
    "·",
    "%",
    "(",
    ")",
    "[",
    "±",
    "+/-",
    "/",
    " of ",
    "to",
    "NS",
]
PIECES += ["-", "−", "e9", "nan", "inf", "none", "\n", "\x00", "\u202e", "٣", "½", "🙂", "for noninferiority"]
strings = st.one_of(st.text(), st.lists(st.sampled_from(PIECES), max_size=60).map("".join))
YAML = [
    "a: ",
    "- ",
    "[",
    "]",
    "{",
    "}",
    "\n",
    "  ",
    "!!int ",
    "!!float ",
    "!!timestamp ",
    '"',
    "&a ",
    "*a",
    "|",
    "2020-13-45",
]
YAML += ["0x" + "f" * 500, "9" * 5000, ".nan", "1e999", "? ", "<<: ", "%", "---\n", "\x1b", "\x00", "\ufeff", "é", "#"]
yaml = st.one_of(st.binary(), st.lists(st.sampled_from(YAML), max_size=80).map(lambda parts: "".join(parts).encode()))
CSV = ["a,b\n", ",", "\n", '"', "\r", ";", "\t", "x" * 200, "=1+1", "\x00", "\x1b", "\ufeff", "1,2,3\n", "é", " "]
csv = st.one_of(st.binary(), st.lists(st.sampled_from(CSV), max_size=80).map(lambda parts: "".join(parts).encode()))


@for_a_while
@given(strings)
def test_printed_strings(text):
    for parser in (
        printed.parse, printed.parse_p, printed.parse_count, printed.parse_mean, printed.parse_estimate,
        printed.parse_cell, printed.parse_fraction,
    ):  # fmt: skip
        start = time.perf_counter()
        try:
            found = parser(text)
        except ValueError as error:
            assert len(str(error)) < 400
        else:
            assert found
        assert time.perf_counter() - start < 1


@for_a_while
@given(yaml)
def test_yaml_files(content):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.yml"
        path.write_bytes(content)
        try:
            assert Yaml(path).at()
        except InputError as error:
            assert all("a.yml" in line for line in error.problems)


@for_a_while
@given(csv)
def test_csv_files(content):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.csv"
        path.write_bytes(content)
        for read in (read_sheet, lambda p: read_rows(p, ("a", "b"))):
            try:
                assert read(path)
            except InputError as error:
                assert all("a.csv" in line for line in error.problems)


@for_a_while
@given(strings)
def test_values_of_parameters(text):
    try:
        value = scalar(text)
    except InputError:
        return
    assert isinstance(value, str | int | float | bool | None)


@for_a_while
@given(
    st.sampled_from(["trial.yml", "counts.csv", "claims/abstract.yml", "reporting.csv"]),
    st.lists(st.tuples(st.integers(0, 4000), st.integers(0, 30), st.sampled_from(PIECES + YAML + CSV)), max_size=4),
)
def test_trial_folders(name, edits):
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "he2020"
        shutil.copytree(ROOT / "data" / "he2020", folder)
        text = (folder / name).read_text(encoding="utf-8")
        for start, length, new in edits:
            text = text[:start] + new + text[start + length :]
        (folder / name).write_text(text, encoding="utf-8", errors="replace")
        try:
            assert load(folder).claims
        except InputError as error:
            assert error.problems


WORDS = [
    "audit",
    "run",
    "schema",
    "procedures",
    "book",
    "--json",
    "--csv",
    "--junit",
    "-",
    "",
    "--alpha",
    "nan",
    "0.01",
]
WORDS += [
    "--document",
    "--explain",
    "-p",
    "x=1",
    "--list",
    "data",
    "no.csv",
    "\x00",
    "é" * 200,
    "--",
    "-h",
    "--version",
]


@for_a_while
@given(st.lists(st.one_of(st.sampled_from(WORDS), st.text(max_size=20)), max_size=6))
def test_arguments(words):
    with tempfile.TemporaryDirectory() as place, chdir(place):
        made = CliRunner().invoke(main, words)
    assert made.exit_code in (0, 2), (words, made.output)
    assert made.exception is None or isinstance(made.exception, SystemExit)
    if made.exit_code:
        assert all(line.startswith("error: ") for line in made.stderr.splitlines()[:20]), made.stderr
