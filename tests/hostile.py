"""What is promised of hostile input, as the tests check it."""

import time
from pathlib import Path

from click.testing import CliRunner

from countback.cli import main
from countback.errors import LONGEST_LINE, MOST_LINES


def said(words, status=2):
    """Run the command line; what it says on standard error, after all that is promised was checked."""
    start, began = time.process_time(), time.perf_counter()
    made = CliRunner().invoke(main, [str(w) for w in words])
    assert time.process_time() - start < 5  # of work, whatever else the machine does
    assert time.perf_counter() - began < 60
    assert made.exit_code == status, made.output
    check_lines(made.stderr)
    assert not list(Path().rglob("*.new"))
    return made.stderr


def check_lines(text):
    lines = text.splitlines()
    assert 1 <= len(lines) <= MOST_LINES + 1, text
    assert all(line.startswith("error: ") and len(line) <= LONGEST_LINE + 7 for line in lines), text
    assert "Traceback" not in text
    assert "this is a fault in countback" not in text
    assert not any(ord(c) < 32 and c != "\n" for c in text)


def change(folder, name, old, new):
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    new = new if isinstance(new, bytes) else new.encode("utf-8", "surrogateescape")
    path.write_bytes(text.encode().replace(old.encode(), new, 1))
