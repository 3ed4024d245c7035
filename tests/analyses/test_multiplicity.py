"""Adjusted p-values against closed testing, which enumerates every intersection of hypotheses."""

import gc
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from countback.analyses import multiplicity

FAMILIES = st.lists(st.integers(0, 1000).map(lambda k: k / 1000), min_size=1, max_size=5)


@pytest.fixture(autouse=True, scope="module")
def little_to_collect():
    """Leave what is there to no collector: for Holm, statsmodels has all garbage collected in every call."""
    multiplicity.adjusted([0.5], "Holm")
    gc.freeze()
    yield
    gc.unfreeze()


def closed(p, local):
    """Adjust by closed testing: a hypothesis falls when every intersection that holds it does."""
    sets = [s for size in range(1, len(p) + 1) for s in combinations(range(len(p)), size)]
    return [max(min(1, local([p[k] for k in s])) for s in sets if i in s) for i in range(len(p))]


def bonferroni(p):
    return len(p) * min(p)


def simes(p):
    return min(len(p) * q / (i + 1) for i, q in enumerate(sorted(p)))


@given(FAMILIES)
def test_holm_is_closed_testing_with_bonferroni(p):
    assert multiplicity.adjusted(p, "Holm") == pytest.approx(closed(p, bonferroni), abs=1e-12)


@given(FAMILIES)
def test_hommel_is_closed_testing_with_simes(p):
    assert multiplicity.adjusted(p, "Hommel") == pytest.approx(closed(p, simes), abs=1e-12)


@given(FAMILIES)
def test_hochberg_and_benjamini_hochberg_step_up(p):
    order = sorted(range(len(p)), key=lambda i: p[i])
    m = len(p)
    for method, factor in (("Hochberg", lambda j: m - j), ("Benjamini-Hochberg", lambda j: m / (j + 1))):
        expected = [0.0] * m
        for place, i in enumerate(order):
            expected[i] = min(1, *(factor(j) * p[order[j]] for j in range(place, m)), 1)
        assert multiplicity.adjusted(p, method) == pytest.approx(expected, abs=1e-12)


@given(FAMILIES)
def test_a_fixed_sequence_stops_at_the_first_failure(p):
    found = multiplicity.adjusted(p, "fixed sequence")
    for alpha in (0.01, 0.05, 0.5):
        passed = 0
        while passed < len(p) and p[passed] <= alpha:
            passed += 1
        assert [q <= alpha for q in found] == [i < passed for i in range(len(p))]


def test_a_textbook_family():
    # by the definitions: Holm 4 x 0.01, 3 x 0.02, then no less; the others 1 x 0.04
    p = [0.01, 0.02, 0.03, 0.04]
    assert multiplicity.adjusted(p, "Holm") == pytest.approx([0.04, 0.06, 0.06, 0.06])
    assert multiplicity.adjusted(p, "Hochberg") == pytest.approx([0.04] * 4)
    assert multiplicity.adjusted(p, "Hommel") == pytest.approx([0.04] * 4)
    assert multiplicity.adjusted(p, "Benjamini-Hochberg") == pytest.approx([0.04] * 4)


def test_what_is_refused():
    assert multiplicity.adjusted([], "Holm") == []
    with pytest.raises(ValueError, match="no method"):
        multiplicity.adjusted([0.1], "holms")
    for bad in ([1.1], [-0.1], [np.nan]):
        with pytest.raises(ValueError, match="between 0 and 1"):
            multiplicity.adjusted(bad, "Holm")
