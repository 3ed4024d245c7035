"""Bounds of joint counts against every joint table of small groups of patients, one by one."""

from itertools import product

import pytest

from countback.analyses import joint

CASES = [(f, s, n) for n in range(1, 6) for f in range(n + 1) for s in range(n + 1)]


@pytest.mark.parametrize(("first", "second", "total"), CASES)
def test_bounds_are_those_of_all_possible_patients(first, second, total):
    seen = {"both": set(), "ever": set(), "gained": set(), "lost": set()}
    for patients in product([(0, 0), (0, 1), (1, 0), (1, 1)], repeat=total):
        if (sum(a for a, _ in patients), sum(b for _, b in patients)) == (first, second):
            seen["both"].add(sum(a and b for a, b in patients))
            seen["ever"].add(sum(a or b for a, b in patients))
            seen["gained"].add(sum(b and not a for a, b in patients))
            seen["lost"].add(sum(a and not b for a, b in patients))
    found = joint.bounds(first, second, total)
    for key, (least, most) in found.items():
        assert seen[key] == set(range(least, most + 1))


@pytest.mark.parametrize("bad", [(3, 1, 2), (1, 3, 2), (-1, 1, 2)])
def test_impossible_counts(bad):
    with pytest.raises(ValueError, match="events lie between"):
        joint.bounds(*bad)
