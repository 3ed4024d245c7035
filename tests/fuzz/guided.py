"""Input guided by coverage: printed strings, YAML, tables and values of parameters, with atheris.

Not a test: ``make fuzz`` runs it where atheris is installed, and says so where it is not. By hand::

    python tests/fuzz/guided.py -max_total_time=60
"""

import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["countback"]):
    from countback.delimited import read_rows
    from countback.errors import InputError
    from countback.readers import Yaml, scalar
    from countback.sheets import read_sheet
    from countback.trial import printed

PARSERS = (
    printed.parse, printed.parse_p, printed.parse_count, printed.parse_mean, printed.parse_estimate,
    printed.parse_cell, printed.parse_fraction, scalar,
)  # fmt: skip
READERS = (Yaml, read_sheet, lambda path: read_rows(path, ("a", "b")))
FOLDER = Path(tempfile.mkdtemp(prefix="countback-fuzz-"))


def one(data):
    """Read one input; whatever is not meant for a person comes out and stops the fuzzing."""
    kind, content = data[:1], data[1:]
    which = kind[0] if kind else 0
    if which % 2:
        try:
            PARSERS[which // 2 % len(PARSERS)](content.decode("utf-8", "surrogateescape"))
        except (ValueError, InputError):
            return
    else:
        path = FOLDER / "input"
        path.write_bytes(content)
        try:
            READERS[which // 2 % len(READERS)](path)
        except InputError:
            return


if __name__ == "__main__":
    atheris.Setup(sys.argv, one)
    atheris.Fuzz()
