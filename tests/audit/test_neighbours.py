"""What would give a p-value that the counts do not: each cause by a case of it, and how often the true one is told."""

from fractions import Fraction

import numpy as np
import pytest
from scipy import stats

from countback.audit.evidence import Cause
from countback.audit.neighbours import Surroundings, neighbours
from countback.audit.simulation import Plan, simulate
from countback.procedures import panel
from countback.trial import printed
from countback.trial.printed import Printed

TABLE = (23, 61, 12, 58)
PLACE = Surroundings.among([(23, 61, 12, 58), (40, 61, 31, 58), (9, 55, 7, 50)])


def fisher(a, n1, b, n2, side="two-sided"):
    return float(stats.fisher_exact([[a, n1 - a], [b, n2 - b]], side)[1])


@pytest.mark.parametrize(
    ("cause", "p", "words"),
    [
        (Cause.COUNT, fisher(24, 61, 12, 58), "one event more in the first arm (24/61 v 12/58)"),
        (Cause.TOTAL, fisher(23, 55, 12, 50), "totals of 55 and 50 (23/55 v 12/50)"),
        (Cause.TABLE, fisher(40, 61, 31, 58), "the counts of another comparison (40/61 v 31/58)"),
        (Cause.FAILURES, fisher(38, 61, 12, 58), "failures taken for events in the first arm (38/61 v 12/58)"),
        (Cause.SWAPPED, fisher(12, 61, 23, 58), "the arms' events swapped (12/61 v 23/58)"),
        (Cause.ONE_SIDED, fisher(*TABLE, "greater"), "Fisher exact, one-sided (greater)"),
    ],
)
def test_a_cause_is_found(cause, p, words):
    number = printed.parse_p(printed.rounded(p, 4))
    found = neighbours(number, TABLE, PLACE)
    first = found.neighbours[0]
    assert (first.cause, first.what[: len(words)]) == (cause, words)
    assert first.probability > 0.5
    assert found.tried > 30


def test_transposed_digits_are_found():
    right = printed.rounded(fisher(*TABLE), 3)
    assert right == "0.047"
    found = neighbours(printed.parse_p("0.074"), TABLE, PLACE)
    assert found.neighbours[0].cause is Cause.TYPING
    assert "0.047 mistyped" in found.neighbours[0].what


def test_what_nothing_gives_is_left_to_other_analyses():
    found = neighbours(printed.parse_p("0.73921"), TABLE, PLACE)
    assert [one.cause for one in found.neighbours] == [Cause.ADJUSTED]
    assert found.neighbours[0].table is None


def test_a_match_of_one_among_many_says_little():
    p = printed.parse_p(printed.rounded(fisher(23, 55, 12, 50), 2))
    few = neighbours(p, TABLE, Surroundings.among([TABLE, (1, 55, 0, 50)]))
    many = neighbours(p, TABLE, Surroundings.among([TABLE, *((1, 61 - i, 0, 58 - i) for i in range(1, 9))]))
    probability = [
        next((one.probability for one in found.neighbours if one.cause is Cause.TOTAL), 0.0) for found in (few, many)
    ]
    assert probability[0] > probability[1]
    assert many.tried > few.tried


def test_neighbours_are_possible_tables():
    found = neighbours(printed.parse_p("1.0"), (0, 1, 1, 1))
    for one in found.neighbours:
        assert one.table is None or (0 <= one.table[0] <= one.table[1] and 0 <= one.table[2] <= one.table[3])


def test_the_true_cause_is_among_the_first_three():
    causes = {cause: 0.05 for cause in Cause if cause is not Cause.NONE}
    made = simulate(Plan(25, 8, arm=(12, 120), causes=causes), 31)
    told = []
    values = panel.p_arrays(*made.tables.T, ["p_pearson", "p_yates", "p_fisher_2s"])
    for i in np.flatnonzero(~made.right):
        number = printed_number(int(made.printed.step[i]), int(made.printed.decimals[i]))
        if any(printed.rules_that_print(number, float(p[i])) for p in values.values()):
            continue  # nothing to explain
        place = Surroundings.among([tuple(map(int, one)) for one in made.tables[made.article == made.article[i]]])
        found = neighbours(number, tuple(map(int, made.tables[i])), place)
        told.append(made.cause[i] in [one.cause for one in found.neighbours])
    assert len(told) > 40
    assert np.mean(told) >= 0.7


def printed_number(step, decimals):
    return Printed(f"{step / 10**decimals:.{decimals}f}", "=", Fraction(step, 10**decimals), decimals)
