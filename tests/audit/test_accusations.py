"""Correct reports are not accused: simulated trials, every interval of the catalogue with every test of it.

An audit that calls correct numbers inconsistent does more harm than one that misses errors. The trials here are
correct by construction: counts are drawn, an interval and a test are chosen, and what they give is printed with one to
three digits.
"""

import math
import random

import pytest

from countback.audit.effects import Effect, judge
from countback.audit.verdicts import Verdict
from countback.procedures import catalogue, panel
from countback.trial import printed

MEASURES = {"RR": "risk ratio", "OR": "odds ratio", "RD": "risk difference"}
INTERVALS = {
    measure: [p for p in catalogue.values() if p.kind == "interval" and p.arms == 2 and p.measure == words]
    for measure, words in MEASURES.items()
}
TESTS = panel.tests(unconditional=False)
SIZES = (5, 8, 13, 20, 28, 45, 70, 110, 180, 270, 400)
REPORTS = 12_000


def reports(draw):
    """Correct reports of one trial, with one to three digits: its effect as printed, and its counts."""
    n1 = draw.choice(SIZES)
    n2 = n1 + draw.choice((0, 0, 1, -1)) if draw.random() < 0.5 else draw.choice(SIZES)
    n2 = max(n2, 5)
    rates = draw.choice((0.02, 0.1, 0.3, 0.5, 0.8, 0.97)), draw.choice((0.02, 0.1, 0.3, 0.5, 0.8, 0.97))
    a, b = (sum(draw.random() < rate for _ in range(n)) for rate, n in zip(rates, (n1, n2), strict=True))
    cells = (a, n1, b, n2)
    measure = draw.choice(list(MEASURES))
    percent = measure == "RD"
    scale = 100 if percent else 1
    value = scale * catalogue[panel.MEASURES[MEASURES[measure]]](*cells)
    lower, upper = (scale * x for x in draw.choice(INTERVALS[measure])(*cells))
    p = draw.choice(TESTS)(*cells)
    numbers = (value, lower, upper, p)
    if not all(map(math.isfinite, numbers)):
        return
    for digits in (1, 2, 3):
        text = [printed.rounded(x, digits) for x in numbers[:3]]
        p_text = printed.rounded(p, digits) if float(printed.rounded(p, digits)) else f"<{10**-digits:.{digits}f}"
        limits = (printed.parse(text[1]), printed.parse(text[2]))
        yield Effect(measure, printed.parse(text[0]), limits, 0.95, printed.parse_p(p_text), percent), cells


def verdicts(counts_known, seed, wanted=REPORTS):
    draw = random.Random(seed)
    found = []
    while len(found) < wanted:
        found += [(judge(of, cells if counts_known else None, 0.05), of, cells) for of, cells in reports(draw)]
    return found


@pytest.mark.parametrize("counts_known", [pytest.param(True, marks=pytest.mark.slow), False])
def test_fewer_than_one_correct_report_in_a_thousand_is_called_inconsistent(counts_known):
    found = verdicts(counts_known, seed=20, wanted=REPORTS if not counts_known else REPORTS // 8)
    accused = [(j.because, of.shown, cells) for j, of, cells in found if j.verdict is Verdict.INCONSISTENT]
    assert len(accused) < len(found) / 1000, accused[:5]


@pytest.mark.parametrize(
    ("effect", "cells"),
    [
        # 23/28 v 27/27: Wald's interval excludes no difference, Fisher's exact test gives 0.051
        (("RD", "-17.9", "-32.0", "-3.7", "0.051"), (23, 28, 27, 27)),
        # 0/5 v 1/100: the estimate lies at a tenth of Newcombe's interval
        (("RD", "-1.0", "-5.4", "42.5", "1.0"), (0, 5, 1, 100)),
    ],
)
@pytest.mark.parametrize("counts_known", [True, False])
def test_correct_numbers_of_small_and_unbalanced_trials(effect, cells, counts_known):
    measure, value, lower, upper, p = effect
    of = Effect(
        measure, printed.parse(value), (printed.parse(lower), printed.parse(upper)), 0.95, printed.parse_p(p), True
    )
    judged = judge(of, cells if counts_known else None, 0.05)
    expected = Verdict.REPRODUCED if counts_known else Verdict.NOT_CHECKABLE
    assert judged.verdict is expected, judged.because


def test_a_contradiction_is_still_called_one():
    outside = Effect("RR", printed.parse("0.94"), (printed.parse("0.45"), printed.parse("0.91")), 0.95, None)
    assert judge(outside, None, 0.05).verdict is Verdict.INCONSISTENT
    opposed = Effect(
        "HR", printed.parse("0.64"), (printed.parse("0.45"), printed.parse("0.91")), 0.95, printed.parse_p("0.8")
    )
    assert judge(opposed, None, 0.05).verdict is Verdict.INCONSISTENT
