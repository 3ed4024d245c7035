"""Tests of several arms or several categories: r x c tables, trend over ordered categories, ranks."""

from __future__ import annotations

import math
from collections.abc import Sequence

from countback.procedures.distributions import normal_p
from countback.procedures.procedure import Procedure

__all__ = ["PROCEDURES", "Rows", "chi_squared_p", "likelihood_ratio_p", "pearson_p", "ranks_p", "trend_p"]

Rows = Sequence[Sequence[int]]
"""Counts by arm (rows) and category (columns)."""


def chi_squared_p(x: float, freedom: int) -> float:
    """Upper tail of the chi-squared distribution with a whole number of degrees of freedom.

    Examples
    --------
    >>> round(chi_squared_p(5.991, 2), 4), round(chi_squared_p(3.841, 1), 4)
    (0.05, 0.05)
    """
    if x <= 0:
        return 1.0
    half = x / 2
    if freedom % 2:
        total, term = math.erfc(math.sqrt(half)), math.exp(-half) * math.sqrt(half) * 2 / math.sqrt(math.pi)
        for k in range(3, freedom + 1, 2):
            total += term
            term *= half * 2 / k
        return min(1.0, total)
    total = term = math.exp(-half)
    for k in range(1, freedom // 2):
        term *= half / k
        total += term
    return min(1.0, total)


def _kept(rows: Rows) -> list[list[int]]:
    """Table without rows and columns of zeros."""
    columns = [j for j in range(len(rows[0])) if any(row[j] for row in rows)]
    return [[row[j] for j in columns] for row in rows if any(row)]


def _expected(rows: Rows) -> tuple[list[tuple[int, float]], int]:
    """Each count with its expected one, and the degrees of freedom."""
    table = _kept(rows)
    if len(table) < 2 or len(table[0]) < 2:
        return [], 0
    total = sum(map(sum, table))
    columns = [sum(row[j] for row in table) for j in range(len(table[0]))]
    cells = [(n, sum(row) * columns[j] / total) for row in table for j, n in enumerate(row)]
    return cells, (len(table) - 1) * (len(columns) - 1)


def pearson_p(rows: Rows) -> float:
    """Pearson's chi-squared test of an r x c table; nan where one row or column holds everything.

    Examples
    --------
    >>> round(pearson_p([[12, 20, 8], [20, 15, 5]]), 4)
    0.1821
    """
    cells, freedom = _expected(rows)
    return chi_squared_p(sum((n - e) ** 2 / e for n, e in cells), freedom) if freedom else math.nan


def likelihood_ratio_p(rows: Rows) -> float:
    """Likelihood-ratio chi-squared test of an r x c table; nan where one row or column holds everything."""
    cells, freedom = _expected(rows)
    return chi_squared_p(2 * sum(n * math.log(n / e) for n, e in cells if n), freedom) if freedom else math.nan


def trend_p(rows: Rows) -> float:
    """Test of a linear trend, two-sided: scores 1, 2, ... of rows and columns (linear by linear, Mantel).

    For two columns it is Cochran and Armitage's test, with N - 1 in place of N.
    """
    total = sum(map(sum, rows))
    points = [(i, j, n) for i, row in enumerate(rows) for j, n in enumerate(row) if n]
    if total < 2:
        return math.nan
    x, y = (sum(p[k] * p[2] for p in points) / total for k in (0, 1))
    xx = sum((p[0] - x) ** 2 * p[2] for p in points)
    yy = sum((p[1] - y) ** 2 * p[2] for p in points)
    xy = sum((p[0] - x) * (p[1] - y) * p[2] for p in points)
    if xx <= 0 or yy <= 0:
        return math.nan
    return chi_squared_p((total - 1) * xy * xy / (xx * yy), 1)


def ranks_p(rows: Rows, *, correct: bool = False) -> float:
    """Rank test of ordered categories, two-sided: Wilcoxon-Mann-Whitney for two arms, Kruskal-Wallis for more.

    Parameters
    ----------
    rows : sequence of sequences of int
    correct : bool
        Take a half from the distance of the rank sum, for two arms only, as R does by default.

    Returns
    -------
    float
        Large-sample p-value with the variance corrected for ties; nan where everybody is in one category.
    """
    columns = [sum(row[j] for row in rows) for j in range(len(rows[0]))]
    total, ranks, before = sum(columns), [], 0
    for n in columns:
        ranks.append(before + (n + 1) / 2)
        before += n
    ties = 1 - sum(n**3 - n for n in columns) / (total**3 - total) if total > 1 else 0.0
    sizes = [sum(row) for row in rows]
    if ties <= 0 or min(sizes) == 0:
        return math.nan
    sums = [sum(r * n for r, n in zip(ranks, row, strict=True)) for row in rows]
    if len(rows) == 2:
        distance = abs(sums[0] - sizes[0] * (total + 1) / 2) - (0.5 if correct else 0.0)
        return float(normal_p(max(0.0, distance) / math.sqrt(ties * sizes[0] * sizes[1] * (total + 1) / 12), 0))
    h = 12 / (total * (total + 1)) * sum(s * s / n for s, n in zip(sums, sizes, strict=True)) - 3 * (total + 1)
    return chi_squared_p(h / ties, len(rows) - 1)


PROCEDURES: tuple[Procedure, ...] = (
    Procedure(
        key="p_rxc_pearson",
        name="Pearson chi-squared, r x c table",
        kind="summary",
        arms=0,
        sides="two-sided",
        summary="Whether several arms share their patients among categories alike.",
        formula=r"X^2 = \sum_{ij} \frac{(n_{ij} - e_{ij})^2}{e_{ij}},\quad (r - 1)(c - 1)\ \text{degrees of freedom}",
        reference="Pearson K. Philos Mag 1900;50:157-175",
        doi="10.1080/14786440009463897",
        agrees_with="R stats::chisq.test(correct = FALSE)",
        compute=pearson_p,
    ),
    Procedure(
        key="p_rxc_likelihood",
        name="likelihood-ratio chi-squared, r x c table",
        kind="summary",
        arms=0,
        sides="two-sided",
        summary="Whether several arms share their patients among categories alike, by the likelihood ratio.",
        formula=r"G^2 = 2 \sum_{ij} n_{ij} \log\frac{n_{ij}}{e_{ij}}",
        reference="Wilks SS. Ann Math Stat 1938;9:60-62",
        doi="10.1214/aoms/1177732360",
        agrees_with="scipy.stats.chi2_contingency(lambda_='log-likelihood', correction=False)",
        compute=likelihood_ratio_p,
    ),
    Procedure(
        key="p_rxc_trend",
        name="linear trend, r x c table",
        kind="summary",
        arms=0,
        sides="two-sided",
        summary="Whether ordered arms or categories go up or down together.",
        formula=r"M^2 = (N - 1)\,r^2,\quad r\ \text{the correlation of the scores}\ 1, 2, \dots",
        reference="Mantel N. J Am Stat Assoc 1963;58:690-700",
        doi="10.1080/01621459.1963.10500879",
        agrees_with="R coin::lbl_test; (N - 1) r^2 of scipy.stats.pearsonr on the scores",
        compute=trend_p,
    ),
    Procedure(
        key="p_ranks",
        name="Wilcoxon-Mann-Whitney or Kruskal-Wallis, ordered categories",
        kind="summary",
        arms=0,
        sides="two-sided",
        summary="Whether patients of one arm tend to be in higher categories than those of another.",
        formula=r"z = \frac{W - n_1 (N + 1)/2}{\sqrt{n_1 n_2 (N + 1)/12 \cdot (1 - \sum (t^3 - t)/(N^3 - N))}}",
        reference="Kruskal WH, Wallis WA. J Am Stat Assoc 1952;47:583-621",
        doi="10.1080/01621459.1952.10483441",
        agrees_with="R stats::wilcox.test(correct = FALSE, exact = FALSE), stats::kruskal.test",
        compute=ranks_p,
    ),
)
