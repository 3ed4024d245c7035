"""Why a p-value may not follow from its counts: what lies near them and would give it, with a probability each.

Each cause has a weight, spread evenly over everything of its kind that is tried; so a kind of which a hundred are tried
explains nothing by one match among them. What no neighbour gives is left to an analysis with more in it than these
counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from countback.audit.characters import Bools, Characters, Floats, characters, shown
from countback.audit.evidence import BOTH_TOTALS, ONE_COUNT, Cause, Neighbour
from countback.audit.wrong import elsewhere, slips
from countback.procedures import catalogue, panel
from countback.procedures.panel import Cells
from countback.trial.printed import Printed

__all__ = ["CAUSES", "Found", "Surroundings", "neighbours"]

CAUSES: Mapping[Cause, float] = {
    Cause.ADJUSTED: 0.30, Cause.TYPING: 0.20, Cause.COUNT: 0.22, Cause.TOTAL: 0.10, Cause.TABLE: 0.06,
    Cause.ONE_SIDED: 0.06, Cause.FAILURES: 0.03, Cause.SWAPPED: 0.03,
}  # fmt: skip
"""How often each cause is behind a wrong p-value: assumed."""

SHOWN = 3
"""Causes that are told."""

LEAST = 0.05
"""Share of an article's p-values from which on one of its procedures is tried on neighbours, and least probability of a
cause that is told."""

MOST_TOTALS = 8
"""Other totals of an arm that are tried."""

_OPEN = 0.2
"""Weight of the conventional tests where an article's own procedures are known."""

_PATIENTS = {
    (1, 1, 0, 0): "one more patient with the event in the first arm",
    (-1, -1, 0, 0): "one patient with the event fewer in the first arm",
    (0, 0, 1, 1): "one more patient with the event in the second arm",
    (0, 0, -1, -1): "one patient with the event fewer in the second arm",
}
_COUNTS = ONE_COUNT | _PATIENTS | BOTH_TOTALS


@dataclass(frozen=True)
class Surroundings:
    """What surrounds a table in its article.

    Attributes
    ----------
    tables : tuple of (int, int, int, int)
        Other tables of the article.
    totals : (tuple of int, tuple of int)
        Totals of each arm that the article prints.
    """

    tables: tuple[Cells, ...] = ()
    totals: tuple[tuple[int, ...], tuple[int, ...]] = ((), ())

    @classmethod
    def among(cls, tables: Iterable[Cells], more: tuple[tuple[int, ...], tuple[int, ...]] = ((), ())) -> Surroundings:
        """The around of each of an article's tables, with further totals of its arms."""
        every = tuple(dict.fromkeys(tables))
        first = dict.fromkeys([*more[0], *(t[1] for t in every)])
        second = dict.fromkeys([*more[1], *(t[3] for t in every)])
        return cls(every, (tuple(first), tuple(second)))


@dataclass(frozen=True)
class Found:
    """The neighbours that would give a p-value.

    Attributes
    ----------
    neighbours : tuple of Neighbour
        The most probable of each cause, the most probable cause first.
    tried : int
    """

    neighbours: tuple[Neighbour, ...]
    tried: int


def neighbours(
    number: Printed, cells: Cells, around: Surroundings | None = None, shares: Mapping[str, float] | None = None
) -> Found:
    """What would give a p-value that the counts do not.

    Parameters
    ----------
    number : Printed
        With relation ``=``.
    cells : (int, int, int, int)
    around : Surroundings, optional
    shares : mapping of str to float, optional
        The article's procedures and their shares of its p-values, where it has enough of them.

    Returns
    -------
    Found
        Probabilities are of causes, given that the value does not follow from the counts; they add up to 1 over all
        causes, of which the first three are returned, and fewer where the others are improbable.
    """
    weights = _weights(shares or {})
    others = _tables(cells, around or Surroundings())
    table = [one for kind in others.values() for one in kind]
    of = characters([number])
    hit = _hits([cells for cells, _ in table], of, weights)
    likely: dict[Cause, float] = {}
    best: dict[Cause, Neighbour] = {}
    first = 0
    for cause, kind in others.items():
        rows = hit[first : first + len(kind)]
        first += len(kind)
        if not kind:
            continue
        each = rows @ np.array([*weights.values()])
        likely[cause] = CAUSES[cause] * float(each.mean())
        top = int(each.argmax())
        tests = tuple(key for key, one in zip(weights, rows[top], strict=True) if one and not catalogue[key].rule)
        best[cause] = _neighbour(cause, kind[top], tests)
    own = _own(cells, of, weights)
    likely |= {cause: CAUSES[cause] * one.probability for cause, one in own.items()}
    best |= own
    total = sum(likely.values())
    ranked = sorted((c for c in likely if likely[c] > 0), key=lambda c: -likely[c])
    told = [c for c in ranked[:SHOWN] if likely[c] >= LEAST * total]
    made = tuple(Neighbour(c, best[c].what, best[c].table, best[c].tests, likely[c] / total) for c in told)
    one_sided = 2 * len(_ONE_SIDED)
    return Found(made, len(table) + one_sided + _SPELLINGS * number.decimals)


_ONE_SIDED = ("p_pearson", "p_fisher", "p_yates")
_SPELLINGS = 10
"""Ways to mistype a digit: nine other digits, or the next one before it."""


def _weights(shares: Mapping[str, float]) -> dict[str, float]:
    """Weights of the procedures that are tried on neighbours."""
    usual = {"p_pearson": 0.35, "p_fisher_2s": 0.35, "p_pearson_or_fisher": 0.15, "p_yates": 0.15}
    known = {k: s for k, s in shares.items() if s >= LEAST and not panel.is_unconditional(catalogue[k])}
    if not known:
        return usual
    total = sum(known.values())
    keys = dict.fromkeys([*usual, *known])
    return {k: _OPEN * usual.get(k, 0.0) + (1 - _OPEN) * known.get(k, 0.0) / total for k in keys}


def _tables(cells: Cells, around: Surroundings) -> dict[Cause, list[tuple[Cells, str]]]:
    """Neighbouring tables by cause; no table twice, the likelier cause first."""
    a, n1, b, n2 = cells
    made: dict[Cause, list[tuple[Cells, str]]] = {
        Cause.COUNT: [((a + i, n1 + j, b + k, n2 + m), what) for (i, j, k, m), what in _COUNTS.items()],
        Cause.TOTAL: [
            ((a, first, b, second), f"totals of {first} and {second}")
            for first, second in product(_nearest(around.totals[0], n1), _nearest(around.totals[1], n2))
        ],
        Cause.TABLE: [(one, "the counts of another comparison") for one in around.tables],
        Cause.FAILURES: [
            ((n1 - a, n1, b, n2), "failures taken for events in the first arm"),
            ((a, n1, n2 - b, n2), "failures taken for events in the second arm"),
        ],
        Cause.SWAPPED: [((b, n1, a, n2), "the arms' events swapped")],
    }
    seen = {cells}
    for kind in made.values():
        fresh = []
        for table, what in kind:
            if table not in seen and _possible(table):
                seen.add(table)
                fresh.append((table, f"{what} ({table[0]}/{table[1]} v {table[2]}/{table[3]})"))
        kind[:] = fresh
    return made


def _nearest(totals: Sequence[int], own: int) -> list[int]:
    near = sorted({*totals, own}, key=lambda total: abs(total - own))
    return near[: MOST_TOTALS + 1]


def _possible(table: Cells) -> bool:
    a, n1, b, n2 = table
    return 0 <= a <= n1 and 0 <= b <= n2 and n1 > 0 and n2 > 0


def _hits(tables: Sequence[Cells], of: Characters, weights: Mapping[str, float]) -> Bools:
    """Which procedure gives the characters on which table, by rounding half up."""
    if not tables:
        return np.zeros((0, len(weights)), dtype=np.bool_)
    a, n1, b, n2 = np.array(tables).T
    values = panel.p_arrays(a, n1, b, n2, [*weights])
    matrix = np.stack([values[key] for key in weights], axis=1)
    return shown(matrix, of[np.zeros(len(tables), dtype=np.int64)])[0]


def _neighbour(cause: Cause, of: tuple[Cells, str], tests: tuple[str, ...]) -> Neighbour:
    table, what = of
    names = " or ".join(catalogue[key].name for key in tests)
    return Neighbour(cause, f"{what}, by {names}" if names else what, table, tests, 0.0)


def _own(cells: Cells, of: Characters, weights: Mapping[str, float]) -> dict[Cause, Neighbour]:
    """Causes that leave the counts as they are, with the probability of the characters under each."""
    a, n1, b, n2 = cells
    columns: Floats = np.array([cells], dtype=np.float64).T
    values = np.array([[float(catalogue[key](*cells)) for key in weights]])
    shares = np.array([*weights.values()])
    seen = "greater" if a * n2 >= b * n1 else "less"
    tests = [f"{test}_{seen}" for test in _ONE_SIDED]
    sided = np.array([[float(catalogue[key](*cells)) for key in tests]])
    gives = shown(sided, of)[0][0]
    found = {}
    if gives.any():
        which = tuple(key for key, one in zip(tests, gives, strict=True) if one)
        names = " or ".join(catalogue[key].name for key in which)
        found[Cause.ONE_SIDED] = Neighbour(Cause.ONE_SIDED, names, None, which, float(gives.mean()))
    typed = float(slips(values, shares, of)[0])
    if typed > 0:
        each = [float(slips(values[:, i : i + 1], shares[i : i + 1], of)[0]) for i in range(len(shares))]
        which = tuple(k for k, one in zip(weights, each, strict=True) if one > 0 and not catalogue[k].rule)
        names = " or ".join(f"{catalogue[k].name} {float(catalogue[k](*cells)):.{int(of.decimals[0])}f}" for k in which)
        found[Cause.TYPING] = Neighbour(Cause.TYPING, f"digits of {names} mistyped", None, which, typed)
    reference = np.array([float(catalogue["p_pearson"](*cells))])
    other = float(elsewhere(reference, columns, of)[0])
    found[Cause.ADJUSTED] = Neighbour(Cause.ADJUSTED, "something else, such as an adjusted analysis", None, (), other)
    return found
