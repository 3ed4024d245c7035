import math

import numpy as np
import pytest

from countback import catalogue
from countback.procedures import pooled

TABLE = (16, 29, 9, 30)
STRATA = ([16, 7, 4], [29, 13, 20], [9, 2, 3], [30, 12, 25])
EMPTY = ([0, 0], [5, 8], [0, 0], [6, 7])


def test_one_stratum_is_the_plain_procedure() -> None:
    assert catalogue["cmh_p"](*TABLE) == pytest.approx(catalogue["p_n1"](*TABLE), rel=1e-12)
    assert catalogue["cmh_p_exact"](*TABLE) == pytest.approx(catalogue["p_fisher_2s"](*TABLE), rel=1e-12)
    assert catalogue["mh_or"](*TABLE) == pytest.approx(catalogue["or"](*TABLE), rel=1e-12)
    assert catalogue["mh_or_limits"](*TABLE) == pytest.approx(catalogue["or_woolf"](*TABLE), rel=1e-12)
    assert catalogue["mh_rr"](*TABLE) == pytest.approx(catalogue["rr"](*TABLE), rel=1e-12)
    assert catalogue["mh_rr_limits"](*TABLE) == pytest.approx(catalogue["rr_katz"](*TABLE), rel=1e-12)
    assert catalogue["mh_rd"](*TABLE) == pytest.approx(catalogue["rd"](*TABLE), rel=1e-12)


def test_agrees_with_statsmodels_where_it_has_them() -> None:
    from statsmodels.stats.contingency_tables import StratifiedTable

    a, n1, b, n2 = map(np.array, STRATA)
    tables = StratifiedTable([np.array([[w, x - w], [y, z - y]]) for w, x, y, z in zip(a, n1, b, n2, strict=True)])
    assert catalogue["cmh_p"](*STRATA) == pytest.approx(tables.test_null_odds().pvalue, rel=1e-9)
    assert catalogue["mh_or"](*STRATA) == pytest.approx(tables.oddsratio_pooled, rel=1e-12)
    assert catalogue["mh_or_limits"](*STRATA) == pytest.approx(tables.oddsratio_pooled_confint(), rel=1e-9)
    assert catalogue["mh_rr"](*STRATA) == pytest.approx(tables.riskratio_pooled, rel=1e-12)
    assert catalogue["breslow_day_tarone_p"](*STRATA) == pytest.approx(
        tables.test_equal_odds(adjust=True).pvalue, rel=1e-6
    )


def test_swapping_arms() -> None:
    a, n1, b, n2 = STRATA
    swapped = (b, n2, a, n1)
    for key in ("cmh_p", "cmh_p_cc", "cmh_p_exact", "breslow_day_tarone_p", "peto_p"):
        assert catalogue[key](*STRATA) == pytest.approx(catalogue[key](*swapped), rel=1e-9)
    for key in ("mh_or", "mh_rr", "peto_or"):
        assert catalogue[key](*STRATA) == pytest.approx(1 / catalogue[key](*swapped), rel=1e-12)
        lower, upper = catalogue[f"{key}_limits"](*STRATA)
        assert (lower, upper) == pytest.approx(tuple(1 / x for x in catalogue[f"{key}_limits"](*swapped))[::-1])
    assert catalogue["mh_rd"](*STRATA) == pytest.approx(-catalogue["mh_rd"](*swapped), rel=1e-12)


def test_strata_without_events_say_nothing() -> None:
    for key in ("cmh_p", "cmh_p_cc", "breslow_day_tarone_p", "mh_or", "mh_rr", "peto_or", "peto_p"):
        assert math.isnan(catalogue[key](*EMPTY))
    for key in ("mh_or_limits", "mh_rr_limits", "peto_or_limits"):
        assert all(map(math.isnan, catalogue[key](*EMPTY)))
    assert catalogue["cmh_p_exact"](*EMPTY) == 1.0
    assert catalogue["mh_rd_limits"](*EMPTY) == (0.0, 0.0)
    assert pooled.mh_or([3], [3], [0], [4]) == math.inf
    assert pooled.mh_or([0], [3], [1], [4]) == 0.0


@pytest.mark.parametrize("key", [key for key, p in catalogue.items() if p.kind.startswith("stratified")])
def test_every_entry_minds_no_setting_of_numpy(key: str) -> None:
    with np.errstate(all="raise"):
        for strata in (STRATA, EMPTY, ([3000, 0, 1], [3000, 5, 1], [0, 7, 2000], [3000, 9, 4000])):
            catalogue[key](*strata)


def test_a_stratum_of_one_person_in_each_arm() -> None:
    for key in ("cmh_p", "cmh_p_exact", "mh_rd", "peto_or"):
        assert not math.isnan(catalogue[key]([1, 3], [1, 9], [0, 2], [1, 8]))


def test_scalars_stand_for_every_stratum() -> None:
    assert catalogue["cmh_p"]([3, 5], 20, [8, 9], 20) == catalogue["cmh_p"]([3, 5], [20, 20], [8, 9], [20, 20])


def test_bad_counts_are_told() -> None:
    with pytest.raises(ValueError, match=r"7 events of 5 \(row 1\)"):
        catalogue["cmh_p"]([1, 7], [5, 5], [2, 2], [6, 6])
