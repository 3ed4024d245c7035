"""Completions of missing outcomes, against tables written out by hand."""

import numpy as np
import pytest
from scipy.stats import chi2

from countback.analyses import missing
from countback.procedures import catalogue


def test_every_completion_is_there_once():
    grid = missing.completions(3, 10, 4, 12, 2, 1)
    tables = {tuple(int(part[i, j]) for part in grid) for i in range(3) for j in range(2)}
    assert tables == {(3 + i, 12, 4 + j, 13) for i in range(3) for j in range(2)}


def test_the_thirtieth_patient_of_week_12():
    # Pearson's statistic, N (ad - bc)^2 / (r1 r2 c1 c2), with 60 patients
    grid = missing.completions(16, 29, 9, 30, 1, 0)
    expected = [chi2.sf(60 * (x * 21 - 9 * (30 - x)) ** 2 / (30 * 30 * (x + 9) * (51 - x)), 1) for x in (16, 17)]
    np.testing.assert_allclose(catalogue["p_pearson"](*grid).ravel(), expected, rtol=1e-12)
    assert expected[1] < 0.05 < expected[0]


def test_nobody_missing_is_the_table_itself():
    grid = missing.completions(16, 29, 9, 30, 0, 0)
    assert [int(part[0, 0]) for part in grid] == [16, 29, 9, 30]


@pytest.mark.parametrize("bad", [(5, 4, 1, 2, 0, 0), (-1, 4, 1, 2, 0, 0), (1, 4, 1, 2, -1, 0), (1, 4, 3, 2, 0, 0)])
def test_impossible_counts(bad):
    with pytest.raises(ValueError, match="events lie between"):
        missing.completions(*bad)


def test_what_hangs_on_it():
    assert missing.decided(np.array([0.01, 0.2]), 0.05) == {
        "smallest": 0.01, "largest": 0.2, "significant": 1, "of": 2, "hangs": True,
    }  # fmt: skip
    assert not missing.decided(np.array([0.01, 0.02]), 0.05)["hangs"]
    assert not missing.decided(np.array([0.1, np.nan]), 0.05)["hangs"]
