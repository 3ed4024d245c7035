r"""Unconditional exact tests: Suissa and Shuster's, by a z statistic, and Boschloo's, by Fisher's p-value.

Software commonly calls the former Barnard's; his own test (1945, 1947) orders tables in another way.

Both order all tables of two arms by a statistic and ask how probable it is to meet one at least as extreme
as the observed, at the common rate that makes this most probable. Here

* ties are exact. The z statistics are compared as ratios of whole numbers; Fisher p-values that agree to ten
  digits are compared modulo two primes, and as exact fractions where these differ.
  (``scipy.stats.barnard_exact`` and ``boschloo_exact`` compare floats, lose ties, and come out up to 4e-3
  too small.)
* the maximum is the true one. At rate :math:`p = \sin^2(t/2)` the tail probability is
  :math:`f(t) = \sum_k c_k \binom{N}{k} p^k (1 - p)^{N - k}` with :math:`c_k` the probability of the region
  given k events, so :math:`0 \le c_k \le 1`. For complex t this gives :math:`|f(x + iy)| \le \cosh(y)^N`, and
  Cauchy's estimate bounds the m-th derivative by :math:`\tfrac12 m!\,(eN/m)^{m/2}`. From nodes :math:`h =
  \pi/\lceil 23\sqrt{N}\rceil` apart, thirteen at a time, f is interpolated at points h / 16 apart with an
  error below 2e-11 (m = 13), from these, five at a time, at points h / 256 apart with one below 1e-11 more
  (m = 5), and a parabola through three such points misses the peak by less than 3e-11 (m = 3). On the way,
  points are dropped that are too low to be the nearest one to the highest peak (m = 2), and those around
  which the interpolating polynomial, which its largest Bernstein coefficient bounds, is too low throughout.
  Passed on from step to step, the three errors come to 7e-11: p-values are right to 1e-10.

A table without events, or with events only, contains no evidence: the p-values are 1. Beyond
`LARGEST_TABLES` tables or `LARGEST_TOTAL` people the value is nan: ask for a conditional or
asymptotic test there.
"""

import math
from collections.abc import Callable
from functools import lru_cache, partial
from typing import Any

import numpy as np
import numpy.typing as npt

from countback.procedures.batch import Counts, array_counts, scalar_counts
from countback.procedures.extremity import fisher_levels, log_factorials, two_arm_tables, z_levels
from countback.procedures.procedure import Procedure, Sides

__all__ = ["LARGEST_TABLES", "LARGEST_TOTAL", "PROCEDURES"]

#: Unconditional tests of arms that allow more tables than this, (n1 + 1)(n2 + 1), are nan.
LARGEST_TABLES = 2_000_000

#: Unconditional tests of more people than this are nan.
LARGEST_TOTAL = 6_000

_Floats = npt.NDArray[np.float64]
_Ints = npt.NDArray[np.int64]

#: Most numbers that a block of the polynomial's basis holds.
_BLOCK = 1 << 21

#: A probability this near to 1 is left there.
_SETTLED = 1e-11

#: Cells of the scale of t, over the root of the number of people.
_CELLS = 23.0

#: Parts into which a cell is cut, twice over, and the points on either side from which f is interpolated there.
_PARTS = 16
_REACH, _FINE_REACH = 6, 2

#: Multiplications up to which a matrix product is left to one thread.
_ONE_THREAD = 200_000

#: Values among which peaks are sought at a time: so few that what this takes is not fetched anew from the system.
_CHUNK = 1 << 16


# --------------------------------------------------------------------------------------------------
# The largest tail probability over the common rate


def _basis(nodes: _Floats, total: int) -> _Floats:
    """Binomial probabilities of 0 to ``total`` events (columns) at the rates sin(t / 2)**2 (rows)."""
    lf = log_factorials(total)
    rate = np.sin(nodes / 2.0) ** 2
    log_rest = np.log1p(-rate)
    logs: _Floats = np.outer(np.log(rate) - log_rest, np.arange(total + 1))
    logs += total * log_rest[:, None] + (lf[-1] - lf - lf[::-1])
    return np.exp(logs)


def _cells_of_rate(total: int) -> int:
    """Number of cells into which the scale of t, from 0 to pi, is cut."""
    return math.ceil(_CELLS * math.sqrt(total))


def _nodes(total: int) -> _Floats:
    """Middles of the cells: f mirrors at 0 and pi, and so do its values there."""
    cells = _cells_of_rate(total)
    nodes: _Floats = (np.arange(cells, dtype=np.float64) + 0.5) * (math.pi / cells)
    return nodes


@lru_cache(maxsize=8)
def _whole_basis(total: int) -> _Floats:
    return _basis(_nodes(total), total)


def _lagrange(reach: int, points: _Floats) -> _Floats:
    """Weights of the values at -``reach`` to ``reach`` (columns) in their interpolating polynomial at points (rows)."""
    nodes = np.arange(-reach, reach + 1.0)
    others = np.array([np.delete(nodes, i) for i in range(nodes.size)])
    weights: _Floats = np.prod((points[:, None, None] - others) / (nodes[:, None] - others), axis=2)
    return weights


@lru_cache(maxsize=2)
def _fine_weights(reach: int, beyond: int) -> _Floats:
    """Weights at the points from -1/2 to 1/2, 1 / 16 apart, and ``beyond`` more on either side."""
    most = _PARTS // 2 + beyond
    return _lagrange(reach, np.arange(-most, most + 1.0) / _PARTS)


@lru_cache(maxsize=2)
def _hull_weights(reach: int) -> _Floats:
    """Weights in the polynomial's Bernstein coefficients from -1/2 to 1/2."""
    degree = 2 * reach
    k, at = np.arange(degree + 1), np.arange(degree + 1)[:, None] / degree
    bernstein = np.array([math.comb(degree, i) for i in k]) * at**k * (1.0 - at) ** (degree - k)
    return np.asarray(np.linalg.solve(bernstein, _lagrange(reach, at[:, 0] - 0.5)), dtype=np.float64)


def _suprema(coefficients: _Floats) -> _Floats:
    """Largest value over [0, 1] of each row's polynomial in Bernstein form.

    Right to 1e-10 of the row's largest coefficient.
    """
    total = coefficients.shape[1] - 1
    cells = _cells_of_rate(total)
    # From here on every function is a column: NumPy finds the largest of many short columns faster than of rows.
    if cells * (total + 1) <= _BLOCK:
        values = _product(_whole_basis(total), coefficients.T)
    else:
        nodes, step = _nodes(total), max(1, _BLOCK // (total + 1))
        values = np.concatenate([_basis(nodes[i : i + step], total) @ coefficients.T for i in range(0, cells, step)])
    # The bound on the second derivative, as what a peak may exceed the nearest node by.
    hidden = 0.125 * math.e * total / 2.0 * (math.pi / cells) ** 2 * coefficients.max(axis=1)
    step = max(1, _CHUNK // cells)
    parts = [slice(i, i + step) for i in range(0, hidden.size, step)]
    return np.concatenate([_peaks(values[:, part], hidden[part]) for part in parts])


def _peaks(values: _Floats, hidden: _Floats) -> _Floats:
    """Highest peak of each f, by its values at the nodes, the nearest of which a peak exceeds by at most ``hidden``."""
    best = values.max(axis=0)
    # What is 1 already cannot rise.
    floor = np.where(best > 1.0 - _SETTLED, np.inf, best)
    values = np.vstack([values[_REACH - 1 :: -1], values, values[: -_REACH - 1 : -1]])
    which, around = _around_peaks(values, floor, hidden, _REACH)
    coarse = _product(_fine_weights(_REACH, _FINE_REACH), around)
    np.maximum.at(best, which, coarse[_FINE_REACH:-_FINE_REACH].max(axis=0))
    node, around = _around_peaks(coarse, best[which], hidden[which] / _PARTS**2, _FINE_REACH)
    fine = _product(_fine_weights(_FINE_REACH, 1), around)
    before, middle, after = fine[:-2], fine[1:-1], fine[2:]
    bend = 2.0 * middle - before - after
    peaked = (middle >= before) & (middle >= after) & (bend > 0.0)
    rise = np.where(peaked, (after - before) ** 2 / (8.0 * np.where(peaked, bend, 1.0)), 0.0)
    np.maximum.at(best, which[node], (middle + rise).max(axis=0))
    limited: _Floats = np.minimum(best, 1.0)
    return limited


def _around_peaks(values: _Floats, floor: _Floats, hidden: _Floats, reach: int) -> tuple[_Ints, _Floats]:
    """Points that may be the nearest to a peak above the ``floor``: their column, and the values around each.

    Peaks exceed the nearest point by at most ``hidden``, and no Bernstein coefficient of the interpolating polynomial.
    """
    at, column = np.nonzero(values[reach:-reach] >= floor - hidden)
    width = values.shape[1]
    around = np.take(values, at * width + column + width * np.arange(2 * reach + 1)[:, None])
    kept = np.flatnonzero(_product(_hull_weights(reach), around).max(axis=0) >= floor[column])
    return column[kept], around[:, kept]


def _product(left: _Floats, right: _Floats) -> _Floats:
    """Matrix product, in blocks so small that the linear algebra library keeps to one thread.

    Waking a second one costs more than it saves at these sizes, and very much more on a busy machine.
    """
    step = max(1, _ONE_THREAD // left.size)
    if right.shape[1] <= step:
        return left @ right
    out = np.empty((left.shape[0], right.shape[1]))
    for start in range(0, right.shape[1], step):
        np.matmul(left, right[:, start : start + step], out=out[:, start : start + step])
    return out


def _tail_suprema(levels: _Ints, n1: int, n2: int, wanted: _Ints) -> _Floats:
    """P-value of each of the tables at the positions ``wanted``."""
    x, y, probability = two_arm_tables(n1, n2)
    total = n1 + n2
    distinct, back = np.unique(levels[wanted], return_inverse=True)
    # A region that holds the table without events, or the one with events only, has all of it at rate 0 or 1.
    partial_regions = distinct[distinct < min(levels[0], levels[-1])]
    out = np.ones(distinct.size)
    # Each table joins the region of the first wanted level that reaches it, and so of all later ones.
    joins = np.searchsorted(partial_regions, levels)
    carried = np.zeros(total + 1)
    step = max(1, _BLOCK // max(_cells_of_rate(total), total + 1))
    for start in range(0, partial_regions.size, step):
        count = min(step, partial_regions.size - start)
        here = (joins >= start) & (joins < start + count)
        added = np.bincount(
            (joins[here] - start) * (total + 1) + (x + y)[here],
            weights=probability[here],
            minlength=count * (total + 1),
        ).reshape(count, total + 1)
        added[0] += carried
        regions = np.cumsum(added, axis=0)
        carried = regions[-1]
        out[start : start + count] = _suprema(np.minimum(regions, 1.0))
    return out[back]


def _p_values(order: str, side: int, a: _Ints, n1: int, b: _Ints, n2: int) -> _Floats:
    """P-values of tables of the same two arms."""
    if (n1 + 1) * (n2 + 1) > LARGEST_TABLES or n1 + n2 > LARGEST_TOTAL:
        return np.full(a.size, np.nan)
    if n1 > n2:  # the smaller arm first: it bounds the width of what is summed
        return _p_values(order, -side, b, n2, a, n1)
    with np.errstate(under="ignore"):  # a probability too small for a float is 0
        levels = fisher_levels(n1, n2, side) if order == "fisher" else z_levels(n1, n2, side, order == "pooled")
        return _tail_suprema(levels, n1, n2, a * (n2 + 1) + b)


def _doubled_p_values(a: _Ints, n1: int, b: _Ints, n2: int) -> _Floats:
    """Twice the smaller one-sided p-value. More events in arm 1 are fewer non-events: one ranking serves both sides."""
    both = _p_values("fisher", -1, np.concatenate([a, n1 - a]), n1, np.concatenate([b, n2 - b]), n2)
    doubled: _Floats = np.minimum(1.0, 2.0 * both.reshape(2, -1).min(axis=0))
    return doubled


def _p(function: Callable[[_Ints, int, _Ints, int], _Floats], a: Counts, n1: Counts, b: Counts, n2: Counts) -> Any:
    """P-values by a function of tables of the same two arms."""
    table = scalar_counts((a, n1, b, n2))
    if table is not None:
        events_1, total_1, events_2, total_2 = table
        return float(function(np.array([events_1]), total_1, np.array([events_2]), total_2)[0])
    rows = array_counts((a, n1, b, n2))
    first, total_first, second, total_second = (row.ravel() for row in rows)
    out = np.empty(first.size)
    arms, group = np.unique(np.stack([total_first, total_second]), axis=1, return_inverse=True)
    for i, (n_first, n_second) in enumerate(arms.T.tolist()):
        here = np.flatnonzero(group == i)
        out[here] = function(first[here], n_first, second[here], n_second)
    return out.reshape(rows[0].shape)


_SUISSA = {"reference": "Suissa S, Shuster JJ. J R Stat Soc A 1985;148:317-327", "doi": "10.2307/2981892"}

_BOSCHLOO = {"reference": "Boschloo RD. Stat Neerl 1970;24:1-9", "doi": "10.1111/j.1467-9574.1970.tb00104.x"}

_SUPREMUM = (
    r"p = \sup_{0 \le \pi \le 1} \sum_{(x, y):\ T(x, y) \succeq T(a, b)} "
    r"\binom{n_1}{x}\binom{n_2}{y}\,\pi^{x + y} (1 - \pi)^{N - x - y}"
)

_SIDES: tuple[tuple[str, Sides, int, str], ...] = (
    ("2s", "two-sided", 0, "two.sided"),
    ("less", "less", -1, "less"),
    ("greater", "greater", 1, "greater"),
)


def _named(name: str, sides: Sides) -> str:
    return name if sides == "two-sided" else f"{name}, one-sided ({sides})"


PROCEDURES: tuple[Procedure, ...] = (
    *(
        Procedure(
            key=f"p_barnard_{order}_{suffix}",
            name=_named(f"Suissa-Shuster exact, {order} z", sides),
            kind="test",
            sides=sides,
            summary="The chance of a z at least as far out, at the common rate that makes this likeliest; commonly "
            "called Barnard's test, whose own ordering is another.",
            formula=f"{_SUPREMUM},\\quad T = {statistic}",
            reference=_SUISSA["reference"],
            doi=_SUISSA["doi"],
            agrees_with=f'R Exact::exact.test(method = "z-{order}", alternative = "{alternative}"), '
            "which looks at rates of 1e-7 and more only",
            compute=partial(_p, partial(_p_values, order, side)),
        )
        for order, statistic in (("pooled", r"z_{\text{pooled}}"), ("unpooled", r"z_{\text{unpooled}}"))
        for suffix, sides, side, alternative in _SIDES
    ),
    *(
        Procedure(
            key=f"p_boschloo_{suffix}",
            name=_named("Boschloo exact", sides),
            kind="test",
            sides=sides,
            summary="The chance of a Fisher p-value at least as small, at the rate that makes it likeliest.",
            formula=f"{_SUPREMUM},\\quad T = -p_{{\\text{{Fisher}}}}",
            reference=_BOSCHLOO["reference"],
            doi=_BOSCHLOO["doi"],
            agrees_with=f'R Exact::exact.test(method = "boschloo", alternative = "{alternative}"), '
            "which looks at rates of 1e-7 and more only",
            compute=partial(_p, partial(_p_values, "fisher", side)),
        )
        for suffix, sides, side, alternative in _SIDES
    ),
    Procedure(
        key="p_boschloo_2s_doubled",
        name="Boschloo exact, doubled",
        kind="test",
        sides="two-sided",
        summary="Twice the smaller of the two one-sided Boschloo p-values.",
        formula=r"p = \min\{1,\ 2 \min(p_<, p_>)\}",
        reference=_BOSCHLOO["reference"],
        doi=_BOSCHLOO["doi"],
        agrees_with='R: twice the smaller one-sided p-value of Exact::exact.test(method = "boschloo"), at most 1; '
        'exact2x2::boschloo(tsmethod = "central") is the same but for its coarser search over the rate',
        compute=partial(_p, _doubled_p_values),
    ),
)
