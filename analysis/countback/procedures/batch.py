"""Running one scalar formula over one table or over a million.

Every formula of this package is written once, as a plain function of the counts of one table that uses
nothing but :mod:`math`. Such a function is called a kernel here. A few tables are handed to the kernel
itself: a single table costs microseconds and never waits for a compiler. Once there is work enough to
pay for it, the very same functions run as machine code, which numba compiles once for an environment
(:mod:`countback.procedures.machine_code`), and all processors share the rows.
"""

import math
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from countback.procedures.machine_code import kernel, loop

__all__ = [
    "LOG_FACTORIALS", "Counts", "Evaluation", "array_counts", "evaluate", "kernel", "recording", "scalar_counts",
]  # fmt: skip

#: Arguments that are counts: a whole number or an array of whole numbers.
Counts = npt.ArrayLike

#: Placeholder among a kernel's constants for the logarithms of 0!, 1!, ... up to its largest total.
LOG_FACTORIALS = "log factorials"

#: Rows times weight, about a microsecond each, from which machine code is used. Never by whether it is at hand: its
#: last digits can differ from those of plain Python, and results must not depend on what was run before.
COMPILE_FROM = 150_000

#: Logarithms of factorials up to this are listed for tables that come one by one.
LISTED = 1 << 14

#: Rows a thread takes at a time; bounds the memory that is in flight.
CHUNK = 1 << 15

#: Whole numbers, as the loops take them.
Whole = npt.NDArray[np.int64]

_WANTED = "an arm needs 1 or more people, and from none to all of them can have had the event"


def scalar_counts(counts: Sequence[Counts]) -> tuple[int, ...] | None:
    """Counts as Python integers, or None if there is an array among them.

    Parameters
    ----------
    counts
        Events and total of each arm, in turn: ``(a, n1)`` or ``(a, n1, b, n2)``.

    Raises
    ------
    ValueError
        If a count is not a whole number, or an arm has nobody in it or more events than people.
    """
    whole = []
    for count in counts:
        if not isinstance(count, int):
            array = np.asarray(count)
            if array.ndim > 0:
                return None
            _require_whole(array)
            count = int(array)
        whole.append(count)
    for events, total in zip(whole[::2], whole[1::2], strict=True):
        if not 0 <= events <= total or total < 1:
            raise ValueError(f"{events} events of {total}: {_WANTED}")
    return tuple(whole)


def array_counts(counts: Sequence[Counts]) -> tuple[Whole, ...]:
    """Counts as arrays of one shape; raises as :func:`scalar_counts` does, and names the row."""
    arrays = [np.asarray(count) for count in counts]
    for array in arrays:
        _require_whole(array)
    whole = tuple(np.ascontiguousarray(x, dtype=np.int64) for x in np.broadcast_arrays(*arrays))
    for events, total in zip(whole[::2], whole[1::2], strict=True):
        wrong = np.flatnonzero((events < 0) | (events > total) | (total < 1))
        if wrong.size > 0:
            first = int(wrong[0])
            raise ValueError(f"{events.flat[first]} events of {total.flat[first]} (row {first}): {_WANTED}")
    return whole


def _require_whole(array: npt.NDArray[Any]) -> None:
    if array.dtype.kind not in "biuf":
        raise ValueError(f"counts must be whole numbers, not {array.dtype}")
    if array.dtype.kind == "f" and not (np.isfinite(array).all() and (array == np.floor(array)).all()):
        raise ValueError("counts must be whole numbers: a fraction, an infinity or a nan is among them")


class _LogFactorials:
    """Logarithms of factorials, each computed when asked for: few are, of the many of a large arm."""

    def __getitem__(self, n: int) -> float:
        return math.lgamma(n + 1.0)


@lru_cache(maxsize=4)
def _log_factorials(largest: int) -> list[float]:
    return [math.lgamma(n + 1.0) for n in range(largest + 1)]


def _filled(constants: Sequence[Any], largest: int, compiled: bool) -> tuple[Any, ...]:
    if not any(isinstance(c, str) for c in constants):
        return tuple(constants)
    # Sizes are rounded up so that many different tables share one list.
    size = 1 << max(8, largest.bit_length())
    table: Any
    if compiled:
        table = np.array(_log_factorials(size))
    else:
        table = _log_factorials(size) if size <= LISTED else _LogFactorials()
    return tuple(table if isinstance(c, str) else c for c in constants)


class Evaluation(NamedTuple):
    """A kernel that was evaluated, and the constants that it was given after the counts."""

    function: Callable[..., Any]
    constants: tuple[Any, ...]


_recorded: list[list[Evaluation]] = []


@contextmanager
def recording() -> Iterator[list[Evaluation]]:
    """Which kernels procedures evaluate meanwhile, for who translates them."""
    evaluations: list[Evaluation] = []
    _recorded.append(evaluations)
    try:
        yield evaluations
    finally:
        _recorded.remove(evaluations)


def evaluate(
    function: Callable[..., Any],
    counts: Sequence[Counts],
    constants: Sequence[Any] = (),
    *,
    outputs: int = 1,
    weight: int = 3,
) -> Any:
    """Values of a kernel for one table or for arrays of tables.

    Parameters
    ----------
    function
        A kernel: takes the counts of one table, then the constants.
    counts
        Scalars or arrays that broadcast, events and total of each arm in turn.
    constants
        What is the same for every table.
    outputs
        How many numbers the kernel returns (1: a float, more: a tuple of floats).
    weight
        What one row costs in plain Python, in microseconds or so.

    Returns
    -------
    float or numpy.ndarray, or a tuple of as many of these as there are outputs
        Python floats for scalar counts, else arrays of the broadcast shape.
    """
    for evaluations in _recorded:
        evaluations.append(Evaluation(function, tuple(constants)))
    table = scalar_counts(counts)
    if table is not None:
        return function(*table, *_filled(constants, sum(table[1::2]), compiled=False))
    rows = array_counts(counts)
    shape = rows[0].shape
    columns = np.stack([row.ravel() for row in rows])
    length = columns.shape[1]
    out = np.empty((outputs, length))
    largest = int(columns[1::2].sum(axis=0).max()) if length else 0
    if length * weight < COMPILE_FROM:
        filled = _filled(constants, largest, compiled=False)
        for i, row in enumerate(zip(*columns.tolist(), strict=True)):
            out[:, i] = function(*row, *filled)
    else:
        _fill_compiled(function, columns, _filled(constants, largest, compiled=True), out)
    results = tuple(row.reshape(shape) for row in out)
    return results[0] if outputs == 1 else results


def _fill_compiled(
    function: Callable[..., Any],
    columns: npt.NDArray[np.int64],
    constants: tuple[Any, ...],
    out: npt.NDArray[np.float64],
) -> None:
    run = loop(function, columns.shape[0], out.shape[0], constants)
    length = columns.shape[1]

    def chunk(first: int) -> None:
        run(columns, first, min(first + CHUNK, length), out, constants)

    starts = range(0, length, CHUNK)
    if len(starts) == 1:
        chunk(0)
        return
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        for _ in pool.map(chunk, starts):
            pass
