"""Support put beside the verdicts of an audit, article by article."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from countback.audit.characters import DEEPEST, characters
from countback.audit.evidence import ENOUGH, Procedures, Share, Support, strength
from countback.audit.finding import Finding
from countback.audit.neighbours import Surroundings, neighbours
from countback.audit.priors import SETS, USUAL, Priors
from countback.audit.support import CONVENTIONAL, Evidence, Posterior, joint
from countback.audit.verdicts import Verdict
from countback.procedures import catalogue, panel
from countback.trial import printed
from countback.trial.printed import ROUNDINGS, Printed

__all__ = ["with_support"]

SMALLEST_SHARE = 0.02
"""Share of an article's p-values from which on a procedure is listed."""


@dataclass(frozen=True)
class _Row:
    """A finding whose p-value has support, with its number and its place among the findings."""

    index: int
    article: str
    finding: Finding
    number: Printed


def with_support(
    findings: Sequence[Finding],
    articles: Sequence[str],
    alpha: float,
    priors: Priors = USUAL,
    settings: Mapping[str, Surroundings] | None = None,
) -> tuple[list[Finding], tuple[Procedures, ...]]:
    """Findings with the support of their p-values, and what each article's p-values say of its procedures.

    Parameters
    ----------
    findings : sequence of Finding
    articles : sequence of str
        The article that prints each; its p-values are thought of together.
    alpha : float
        Level of significance that ``NS`` refers to.
    priors : Priors
        Those that the probability comes from; the other sets of :data:`countback.audit.priors.SETS` give the range.
    settings : mapping of str to Surroundings, optional
        What surrounds the tables of an article; its own tables are always known.
    """
    rows = _rows(findings, articles, alpha)
    done = list(findings)
    if not rows:
        return done, ()
    names = [*dict.fromkeys(row.article for row in rows)]
    article = np.array([names.index(row.article) for row in rows]) if len(names) > 1 else np.zeros(len(rows), int)
    evidence = _evidence(rows)
    found = joint(evidence, article, priors)
    compared = [joint(evidence, article, other).probability for other in SETS.values() if other.name != priors.name]
    every = np.stack([found.probability, *compared])
    low, high = every.min(axis=0), every.max(axis=0)
    procedures = _procedures(names, article, found, evidence)
    shares = {one.article: {s.procedure: s.share for s in one.shares} for one in procedures if one.named}
    around = _surroundings(rows, settings or {})
    for i, row in enumerate(rows):
        support = Support(float(found.probability[i]), float(low[i]), float(high[i]), strength(low[i], high[i]))
        if row.number.relation == "=" and not any(match.conventional for match in row.finding.matches):
            assert row.finding.table is not None
            near = neighbours(row.number, row.finding.table, around[row.article], shares.get(row.article))
            support = replace(support, neighbours=near.neighbours, tried=near.tried)
        done[row.index] = replace(row.finding, support=support)
    return done, procedures


def _rows(findings: Sequence[Finding], articles: Sequence[str], alpha: float) -> list[_Row]:
    """The findings on p-values of two arms whose counts are known, those of one article together."""
    by_article: dict[str, list[_Row]] = defaultdict(list)
    for index, (finding, article) in enumerate(zip(findings, articles, strict=True)):
        paired = finding.possible is not None
        if finding.table is None or finding.kind not in ("p_value", "comparison") or paired:
            continue
        if finding.verdict is Verdict.NOT_CHECKABLE or finding.printed is None or not finding.conventional:
            continue
        try:
            number = printed.parse_p(finding.printed, alpha)
        except ValueError:
            continue
        if number.decimals <= DEEPEST:
            by_article[article].append(_Row(index, article, finding, number))
    return [row for rows in by_article.values() for row in rows]


def _evidence(rows: Sequence[_Row]) -> Evidence:
    """What the judges found that each test gives; the rules that choose a test are worked out."""
    tests = panel.tests()
    column = {test.key: i for i, test in enumerate(tests)}
    hits = [np.zeros((len(rows), len(tests)), dtype=np.bool_) for _ in ROUNDINGS]
    for i, row in enumerate(rows):
        assert row.finding.table is not None
        given = [(match.procedure, match.rules) for match in row.finding.matches]
        given += [
            (test.key, printed.rules_that_print(row.number, float(test(*row.finding.table))))
            for test in tests
            if test.rule
        ]
        for key, rules in given:
            for hit, rule in zip(hits, ROUNDINGS, strict=True):
                hit[i, column[key]] |= rule in rules
    values = [{match.procedure: match.value for match in row.finding.conventional} for row in rows]
    usual = np.array([[_float(value.get(key)) for key in CONVENTIONAL] for value in values])
    tables = np.array([row.finding.table for row in rows], dtype=np.float64).T
    return Evidence(tuple(column), hits, usual, tables, characters([row.number for row in rows]))


def _float(value: float | None) -> float:
    return float("nan") if value is None else value


def _procedures(
    names: Sequence[str], article: np.ndarray, found: Posterior, evidence: Evidence
) -> tuple[Procedures, ...]:
    """What each article's p-values say of its procedures; none is named where there are too few."""
    every = found.shares(article)
    exact = np.bincount(article, weights=evidence.printed.exact, minlength=len(names)).astype(int)
    made = []
    for name, number, shares in zip(names, exact, every, strict=True):
        named = int(number) >= ENOUGH
        order = [int(i) for i in np.argsort(-shares, kind="stable") if named and shares[i] >= SMALLEST_SHARE]
        listed = tuple(Share(found.keys[i], catalogue[found.keys[i]].name, float(shares[i])) for i in order)
        made.append(Procedures(name, int(number), named, listed))
    return tuple(made)


def _surroundings(rows: Sequence[_Row], given: Mapping[str, Surroundings]) -> dict[str, Surroundings]:
    tables = defaultdict(list)
    for row in rows:
        if row.finding.table is not None:
            tables[row.article].append(row.finding.table)
    return {
        article: Surroundings.among(
            [*own, *given.get(article, Surroundings()).tables], given.get(article, Surroundings()).totals
        )
        for article, own in tables.items()
    }
