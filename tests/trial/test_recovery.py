"""Counts by arithmetic: the same as listing every pair, for small totals; in no time, for large ones."""

import doctest
import time
from fractions import Fraction
from importlib import import_module
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countback.trial import printed
from countback.trial.rounding import ROUNDINGS

SETS = [c for n in (1, 2, 3) for c in combinations(ROUNDINGS, n)]
TEXTS = ("0", "0.0", "1", "5", "50", "99.5", "100", "99", "100.0", "55.17", "33.3", "66.66", "12.5", "0.5", "101", "-5")


def slow(number, total, rules=ROUNDINGS):
    return [e for e in range(total + 1) if set(printed.rules_that_print(number, Fraction(100 * e, total))) & set(rules)]


@pytest.mark.parametrize("name", ["rounding", "recovery", "printed"])
def test_examples(name):
    assert doctest.testmod(import_module(f"countback.trial.{name}")).failed == 0


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("rules", SETS, ids=" or ".join)
def test_arithmetic_is_enumeration(text, rules):
    number, largest = printed.parse(text), 45
    pairs = []
    for total in range(1, largest + 1):
        events = slow(number, total, rules)
        assert list(printed.events_that_print(number, total, rules)) == events, total
        pairs += [(e, total) for e in events]
    for events in range(largest + 1):
        expected = [n for e, n in pairs if e == events]
        assert list(printed.totals_that_print(number, events, largest, rules)) == expected, events
    assert printed.count_possible(number, largest, rules=rules) == len(pairs)
    assert printed.count_possible(number, largest, 20, rules) == len([1 for _, n in pairs if n >= 20])
    assert printed.first_counts(number, largest, 7, rules=rules) == (tuple(pairs[:7]), len(pairs))
    assert printed.first_counts(number, largest, 10**6, 9, rules).counts == tuple(p for p in pairs if p[1] >= 9)
    assert printed.count_totals(number, largest, rules) == len({n for _, n in pairs})


@given(st.integers(0, 100), st.integers(0, 99), st.integers(1, 400), st.sampled_from(SETS))
def test_arithmetic_is_enumeration_for_any_percentage(whole, part, largest, rules):
    number = printed.parse(f"{whole}.{part:02}")
    pairs = [(e, n) for n in range(1, largest + 1) for e in printed.events_that_print(number, n, rules)]
    assert printed.count_possible(number, largest, rules=rules) == len(pairs)
    assert printed.count_totals(number, largest, rules) == len({n for _, n in pairs})
    assert printed.first_counts(number, largest, 5, rules=rules).counts == tuple(pairs[:5])


@pytest.mark.parametrize("text", ["0", "30.00", "55.17", "55.172413793103448275862068965517", "100"])
@pytest.mark.parametrize("largest", [10**6, 10**9, 10**100])
def test_large_totals_take_no_time(text, largest):
    number, start = printed.parse(text), time.perf_counter()
    found = printed.first_counts(number, largest, 5)
    assert len(found.counts) <= 5 <= max(5, found.number)
    printed.totals_that_print(number, largest // 3, largest)
    printed.events_that_print(number, largest)
    printed.count_totals(number, largest)
    assert time.perf_counter() - start < 1


@pytest.mark.parametrize(("text", "low", "high"), [("0.35", "1/0.36", "1/0.345"), ("2.87", "1/2.88", "1/2.865")])
def test_a_reciprocal(text, low, high):
    ends = [Fraction(1) / Fraction(end.removeprefix("1/")) for end in (low, high)]
    assert list(printed.reciprocal(printed.parse(text))) == ends


def test_what_may_be_zero_has_no_reciprocal():
    for text in ("0", "0.00", "<0.5"):
        with pytest.raises(ValueError, match="reciprocal"):
            printed.reciprocal(printed.parse(text))
    assert printed.reciprocal(printed.parse("-0.50")) == (
        Fraction(-1) / Fraction("0.495"),
        Fraction(-1) / Fraction("0.51"),
    )


@pytest.mark.parametrize(
    ("pairs", "rules"),
    [
        ([], ROUNDINGS),
        ([("66.7", "200/3")], ("half up", "half to even")),
        ([("66.6", "200/3")], ("truncation",)),
        ([("12.5", "25/2")], ROUNDINGS),
        ([("13", "25/2")], ("half up",)),
        ([("12", "25/2"), ("66.7", "200/3")], ("half to even",)),
        ([("66.7", "200/3"), ("66.6", "200/3")], ()),
        ([("70", "200/3"), ("<1", "200/3")], ROUNDINGS),
    ],
)
def test_the_rules_that_a_document_shows(pairs, rules):
    assert printed.rules_shown((printed.parse(p), Fraction(v)) for p, v in pairs) == set(rules)
