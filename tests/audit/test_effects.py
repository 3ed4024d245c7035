"""Estimates with intervals, held to published examples and to R's values."""

import math

import pytest

from countback.audit import coherence, effects
from countback.trial import printed


def effect(measure, estimate, lower, upper, p=None, level=0.95, percent=False):
    value, *limits = (printed.parse(x) for x in (estimate, lower, upper))
    return coherence.Effect(measure, value, tuple(limits), level, None if p is None else printed.parse_p(p), percent)


def test_the_p_of_an_interval_as_published():
    # Altman and Bland 2011: risk ratio 0.81 (0.70 to 0.94) gives p = 0.005
    low, high = coherence.implied_p(effect("RR", "0.81", "0.70", "0.94"))
    assert low < 0.005 < high
    assert high < 0.02


def test_rounding_is_propagated():
    wide = coherence.implied_p(effect("HR", "0.6", "0.4", "0.9"))
    narrow = coherence.implied_p(effect("HR", "0.640", "0.450", "0.910"))
    assert wide[1] - wide[0] > 5 * (narrow[1] - narrow[0])


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        (("HR", "0.64", "0.45", "0.91"), {"order": "holds", "centre": "holds"}),
        (("MD", "2.0", "1.0", "3.0"), {"order": "holds", "centre": "holds"}),
        (("OR", "2.0", "0", "30"), {"order": "holds"}),  # an exact interval of a zero cell
        (("MD", "2.0", "1.9", "5.0"), {"order": "holds", "centre": "fails"}),
        (("RR", "-0.5", "-0.7", "0.9"), {"order": "holds", "centre": "fails"}),
        (("MD", "-1.6", "-0.5", "-2.7"), {"order": "open", "centre": "holds"}),
    ],
)
def test_order_and_centre(case, expected):
    assert {one.kind: one.state for one in coherence.contradictions(effect(*case))} == expected


def test_an_nnt_may_run_through_infinity():
    assert list(coherence.contradictions(effect("NNT", "4", "-20", "3"))) == []


def test_counts_print_an_nnt_rounded_up():
    of = effect("NNT", "5", "2", "9")
    assert effects.estimate_rules(of, 4.2) == ("rounded up",)
    assert effects.estimate_rules(of, 5.6) == ("truncation",)
    assert effects.estimate_rules(of, 6.2) == ()
    assert effects.estimate_rules(of, math.inf) == ()


def test_intervals_under_one_rule_at_both_ends():
    # R: epitools::riskratio, Wald: 16/29 v 9/30 gives 1.84 (0.97 to 3.48)
    ways = [
        m.procedure for m, _ in effects.intervals_from(effect("RR", "1.84", "0.97", "3.48"), (16, 29, 9, 30)) if m.rules
    ]
    assert "rr_katz" in ways
    assert not [m for m, _ in effects.intervals_from(effect("RR", "1.84", "0.79", "3.48"), (16, 29, 9, 30)) if m.rules]
    assert effects.intervals_from(effect("HR", "1.84", "0.97", "3.48"), (16, 29, 9, 30)) == []


@pytest.mark.parametrize(
    ("measure", "percent", "expected"),
    [("RR", False, 16 * 30 / (29 * 9)), ("OR", False, 16 * 21 / (13 * 9)), ("RD", True, 100 * (16 / 29 - 9 / 30))],
)
def test_estimates_from_counts(measure, percent, expected):
    of = effect(measure, "1", "0.5", "2", percent=percent)
    assert effects.estimate_from(of, (16, 29, 9, 30)) == pytest.approx(expected, rel=1e-12)


def test_no_counts_give_a_hazard_ratio():
    assert math.isnan(effects.estimate_from(effect("HR", "1", "0.5", "2"), (16, 29, 9, 30)))
