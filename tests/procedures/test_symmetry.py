"""What holds of every table: exhaustively for arms of up to 12, and of larger ones drawn at random."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tables import ONE_ARM_INTERVALS, TWO_ARM_INTERVALS, TWO_ARM_TESTS, UNCONDITIONAL, every_table

from countback import catalogue

A, N1, B, N2 = ALL = every_table(12)
SWAPPED_ARMS = (B, N2, A, N1)
SWAPPED_EVENTS = (N1 - A, N1, N2 - B, N2)

#: Tests that are nan somewhere, and where.
NOTHING_VARIES = (A + B == 0) | (A + B == N1 + N2)
ZERO_CELL = (A == 0) | (B == 0) | (A == N1) | (B == N2)
NO_VARIANCE = ((A == 0) | (A == N1)) & ((B == 0) | (B == N2))
UNDEFINED = {
    "p_pearson": NOTHING_VARIES,
    "p_yates": NOTHING_VARIES,
    "p_n1": NOTHING_VARIES,
    "p_wald_unpooled": NOTHING_VARIES,
    "p_logit_wald": ZERO_CELL,
    "p_g": NOTHING_VARIES,
    "p_log_rr_wald": (A == 0) | (B == 0) | ((A == N1) & (B == N2)),
    "p_student_t": NOTHING_VARIES | (N1 + N2 == 2),
    "p_welch_t": (N1 == 1) | (N2 == 1) | NO_VARIANCE,
}


def stem(key: str) -> str:
    return key.removesuffix("_less").removesuffix("_greater")


def opposite(key: str) -> str:
    """The test with the other side."""
    if key.endswith("_less"):
        return key.removesuffix("less") + "greater"
    return key.removesuffix("greater") + "less" if key.endswith("_greater") else key


def same(x: np.ndarray, y: np.ndarray, rtol: float = 1e-9, atol: float = 1e-12) -> None:
    np.testing.assert_allclose(x, y, rtol=rtol, atol=atol, equal_nan=True)


@pytest.mark.parametrize("key", TWO_ARM_TESTS)
def test_p_values_lie_between_0_and_1_or_are_nan_where_documented(key: str) -> None:
    p = catalogue[key](*ALL)
    undefined = UNDEFINED.get(stem(key), np.zeros(A.shape, dtype=bool))
    assert np.array_equal(np.isnan(p), undefined)
    assert ((p >= 0) & (p <= 1) | undefined).all()


@pytest.mark.parametrize("key", TWO_ARM_TESTS)
def test_swapping_arms_turns_the_side_round(key: str) -> None:
    same(catalogue[key](*ALL), catalogue[opposite(key)](*SWAPPED_ARMS))


@pytest.mark.parametrize("key", [key for key in TWO_ARM_TESTS if not key.startswith("p_log_rr_wald")])
def test_swapping_events_turns_the_side_round(key: str) -> None:
    """The log risk ratio alone depends on which outcome is called the event."""
    same(catalogue[key](*ALL), catalogue[opposite(key)](*SWAPPED_EVENTS))


@pytest.mark.parametrize("key", TWO_ARM_INTERVALS)
def test_interval_of_swapped_arms_is_the_mirror_image(key: str) -> None:
    lower, upper = catalogue[key](*ALL)
    swapped_lower, swapped_upper = catalogue[key](*SWAPPED_ARMS)
    if key.startswith("rd_"):
        same(lower, -swapped_upper)
        same(upper, -swapped_lower)
    elif key.startswith("nnt_"):
        finite = np.isfinite(lower) & np.isfinite(swapped_upper)
        same(lower[finite], -swapped_upper[finite])
    else:
        with np.errstate(divide="ignore"):
            same(lower, 1 / swapped_upper)
            same(upper, 1 / swapped_lower)


@pytest.mark.parametrize("key", [key for key in TWO_ARM_INTERVALS if key.startswith(("rd_", "or_"))])
def test_interval_of_swapped_events_is_the_mirror_image(key: str) -> None:
    lower, upper = catalogue[key](*ALL)
    swapped_lower, swapped_upper = catalogue[key](*SWAPPED_EVENTS)
    with np.errstate(divide="ignore"):
        same(lower, -swapped_upper if key.startswith("rd_") else 1 / swapped_upper)
        same(upper, -swapped_lower if key.startswith("rd_") else 1 / swapped_lower)


@pytest.mark.parametrize("key", ONE_ARM_INTERVALS)
def test_one_arm_interval(key: str) -> None:
    n = np.repeat(np.arange(1, 60), np.arange(2, 61))
    a = np.concatenate([np.arange(size + 1) for size in range(1, 60)])
    lower, upper = catalogue[key](a, n)
    swapped_lower, swapped_upper = catalogue[key](n - a, n)
    same(lower, 1 - swapped_upper)
    same(upper, 1 - swapped_lower)
    assert ((lower >= 0) & (lower <= a / n) & (a / n <= upper) & (upper <= 1)).all()
    assert (lower[a == 0] == 0).all() and (upper[a == n] == 1).all()


#: These need not hold their estimate: a half added to a zero cell makes 0 and infinity finite.
HALF_ADDED = ("rr_katz_half", "or_woolf_half")


@pytest.mark.parametrize("key", [key for key in TWO_ARM_INTERVALS if not key.startswith("nnt_")])
def test_interval_contains_its_estimate(key: str) -> None:
    lower, upper = catalogue[key](*ALL)
    conditional = key in ("or_exact", "or_midp", "or_minlike", "or_blaker")
    estimate = catalogue["or_cmle" if conditional else key[:2]](*ALL)
    known = ~(np.isnan(lower) | np.isnan(upper) | np.isnan(estimate))
    if key in HALF_ADDED:
        known &= np.isfinite(estimate) & (estimate > 0)
    slack = 1e-12 * np.where(np.isfinite(estimate), np.abs(estimate), 0)
    assert ((lower <= estimate + slack) & (estimate - slack <= upper))[known].all()
    assert known.sum() > 0.5 * A.size


#: Tests and the intervals that invert them: both leave no doubt on the same side of the null.
DUALS = [
    ("p_pearson", "rd_mee"),
    ("p_pearson", "rr_koopman"),
    ("p_pearson", "or_cornfield_score"),
    ("p_n1", "rd_mn"),
    ("p_n1", "rr_mn"),
    ("p_n1", "or_mn"),
    ("p_wald_unpooled", "rd_wald"),
    ("p_logit_wald", "or_woolf"),
    ("p_log_rr_wald", "rr_katz"),
    ("p_fisher_doubled", "or_exact"),
    ("p_midp_doubled", "or_midp"),
]


def test_families_name_these_duals() -> None:
    for test, interval in DUALS:
        assert catalogue[test].family == catalogue[interval].family is not None


@pytest.mark.parametrize("level", [0.8, 0.95, 0.99])
@pytest.mark.parametrize(("test", "interval"), DUALS)
def test_test_and_interval_agree_on_the_null(test: str, interval: str, level: float) -> None:
    p = catalogue[test](*ALL)
    lower, upper = catalogue[interval](*ALL, level=level)
    null = 0.0 if interval.startswith("rd_") else 1.0
    known = ~(np.isnan(p) | np.isnan(lower) | np.isnan(upper))
    excluded = (lower > null) | (upper < null)
    doubtful = np.abs(p - (1 - level)) < 1e-9
    assert (excluded == (p < 1 - level))[known & ~doubtful].all()
    assert excluded[known].any() and not excluded[known].all()


@pytest.mark.parametrize(("test", "interval"), [("p_fisher_2s", "or_minlike"), ("p_blaker", "or_blaker")])
def test_hull_of_a_two_sided_test_holds_the_null_unless_rejected(test: str, interval: str) -> None:
    """What the test does not reject may have gaps; the interval spans them."""
    lower, upper = catalogue[interval](*ALL)
    kept = catalogue[test](*ALL) > 0.05 + 1e-9
    assert ((lower <= 1 + 1e-12) & (upper >= 1 - 1e-12))[kept].all()


@pytest.mark.parametrize("key", ["or_blaker", "or_midp"])
def test_interval_lies_within_the_central_exact_one(key: str) -> None:
    lower, upper = catalogue[key](*ALL)
    widest_lower, widest_upper = catalogue["or_exact"](*ALL)
    assert (lower >= widest_lower * (1 - 1e-12)).all()
    assert (upper <= widest_upper * (1 + 1e-12)).all()


def test_unconditional_p_values_do_not_exceed_the_conditional_one_they_order_by() -> None:
    """Boschloo's test is at least as powerful as Fisher's, for each side."""
    for side in ("2s", "less", "greater"):
        assert (catalogue[f"p_boschloo_{side}"](*ALL) <= catalogue[f"p_fisher_{side}"](*ALL) + 1e-9).all()


@st.composite
def tables(draw: st.DrawFn, largest: int) -> tuple[int, int, int, int]:
    n1, n2 = draw(st.integers(1, largest)), draw(st.integers(1, largest))
    few = st.integers(0, 5)
    events = [
        draw(st.one_of(st.integers(0, n), few.map(lambda x, n=n: min(x, n)), few.map(lambda x, n=n: max(0, n - x))))
        for n in (n1, n2)
    ]
    return events[0], n1, events[1], n2


QUICK = [key for key in TWO_ARM_TESTS if key not in UNCONDITIONAL]


@settings(max_examples=60, deadline=None, derandomize=True)
@given(table=tables(100_000))
def test_large_arms_keep_the_symmetries(table: tuple[int, int, int, int]) -> None:
    a, n1, b, n2 = table
    for key in QUICK:
        p = catalogue[key](a, n1, b, n2)
        swapped = catalogue[opposite(key)](b, n2, a, n1)
        assert type(p) is float and (0 <= p <= 1 or p != p)
        assert p == pytest.approx(swapped, rel=1e-7, abs=1e-12, nan_ok=True)
    for key in TWO_ARM_INTERVALS:
        if key in ("or_minlike", "or_blaker") and min(n1, n2) > 3000:
            continue  # a second each; test_conditional_odds has such a table
        lower, upper = catalogue[key](a, n1, b, n2)
        if not key.startswith("nnt_"):
            assert not lower > upper
        swapped_lower, _ = catalogue[key](b, n2, a, n1)
        if key.startswith("rd_"):
            assert upper == pytest.approx(-swapped_lower, rel=1e-7, abs=1e-12)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(table=tables(40))
def test_unconditional_tests_keep_the_symmetries(table: tuple[int, int, int, int]) -> None:
    a, n1, b, n2 = table
    for key in UNCONDITIONAL:
        p = catalogue[key](a, n1, b, n2)
        assert 0 <= p <= 1
        assert p == pytest.approx(catalogue[opposite(key)](b, n2, a, n1), rel=1e-9, abs=1e-12)
        assert p == pytest.approx(catalogue[opposite(key)](n1 - a, n1, n2 - b, n2), rel=1e-9, abs=1e-12)
