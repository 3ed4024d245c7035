"""Everything that tries all procedures tries the same; one row of an array is one table."""

import math

import numpy as np
import pytest

from countback.procedures import catalogue, panel

TABLES = [(16, 29, 9, 30), (7, 13, 2, 12), (0, 29, 2, 30), (0, 5, 0, 7), (5, 5, 6, 6), (40, 100, 55, 100)]


def test_arrays_give_what_single_tables_give():
    found = panel.p_arrays(*np.array([*TABLES, TABLES[0]]).T)
    assert list(found) == [test.key for test in panel.tests()]
    for i, table in enumerate([*TABLES, TABLES[0]]):
        for test, p in panel.p_values(table):
            assert found[test.key][i] == pytest.approx(p, rel=1e-12, nan_ok=True), (test.key, table)


def test_unconditional_tests_are_left_out_for_large_arms():
    large = (20, 200, 30, 200)
    left_out = {test.key for test, p in panel.p_values(large) if math.isnan(p)}
    assert left_out == {test.key for test in panel.tests() if panel.is_unconditional(test)}
    found = panel.p_arrays(*np.array([large, TABLES[0]]).T, keys=["p_boschloo_2s"])["p_boschloo_2s"]
    assert math.isnan(found[0])
    assert found[1] == catalogue["p_boschloo_2s"](*TABLES[0])


def test_the_conventional_tests_are_four_of_which_one_is_a_rule():
    assert [test.key for test in panel.tests(conventional=True)] == [
        "p_pearson", "p_yates", "p_fisher_2s", "p_pearson_or_fisher",
    ]  # fmt: skip
    assert [test.key for test in panel.tests() if test.rule] == ["p_pearson_or_fisher"]


# R 4.2.2: expected counts of 5 or more: chisq.test(correct = FALSE)$p.value; else fisher.test()$p.value
@pytest.mark.parametrize(
    ("table", "p"),
    [
        ((16, 29, 9, 30), 0.0504480819703846),
        ((19, 29, 11, 30), 0.0266877566562936),
        ((7, 13, 2, 12), 0.0968421052631579),
    ],
)
def test_the_rule_takes_the_test_that_papers_state(table, p):
    assert catalogue["p_pearson_or_fisher"](*table) == pytest.approx(p, rel=1e-9)


def test_the_rule_looks_at_the_smallest_expected_count():
    # 10 events of 20 in arms of 10: expected counts are 5 exactly; of 21 in arms of 10 and 11 they are 4.76
    exactly, below = (8, 10, 2, 10), (8, 10, 2, 11)
    assert catalogue["p_pearson_or_fisher"](*exactly) == catalogue["p_pearson"](*exactly)
    assert catalogue["p_pearson_or_fisher"](*below) == catalogue["p_fisher_2s"](*below)
    assert catalogue["p_pearson_or_fisher"](0, 9, 0, 8) == 1
    rows = catalogue["p_pearson_or_fisher"](*np.array([exactly, below]).T)
    assert rows.tolist() == [catalogue["p_pearson"](*exactly), catalogue["p_fisher_2s"](*below)]


@pytest.mark.parametrize("table", [(0, 29, 0, 30), (29, 29, 30, 30)])
@pytest.mark.parametrize("key", ["p_g", "p_g_less", "p_g_greater", "p_pearson", "p_yates", "p_n1"])
def test_no_events_leave_no_chi_squared(table, key):
    assert math.isnan(catalogue[key](*table))


def test_rows_for_tables_have_the_same_keys_throughout():
    first, second = (rate.as_row() for rate in panel.rates(TABLES[0], 0.95))
    assert first.keys() == second.keys()
    assert list(first)[:5] == ["events", "total", "rate", "wilson_lower", "wilson_upper"]
    assert first["wilson_lower"] < first["rate"] < first["wilson_upper"]
    assert {effect.measure for effect in panel.effects(TABLES[0], 0.95)} == set(panel.MEASURES)
    assert {test.procedure: test.p for test in panel.every_test(TABLES[0])}["p_n1"] == pytest.approx(0.0524, abs=5e-5)
    values = panel.values(TABLES[0], 0.95)
    assert values["rd_newcombe"].keys() == {"lower", "upper"}
    assert values["p_pearson"] == catalogue["p_pearson"](*TABLES[0])
