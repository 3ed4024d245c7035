"""What prints a p-value, held to values of R and to counting by hand."""

import pytest
from scipy import stats

from books import ROOT
from countback import trial
from countback.audit import attribution, audit
from countback.procedures import panel
from countback.trial import printed


@pytest.fixture(scope="module")
def he2020():
    found = audit(trial.load(ROOT / "data" / "he2020").select(document="abstract"))
    return {f.id: f for f in found.findings if f.kind == "p_value"}


def explained(findings):
    claims = {claim: (printed.parse_p(f.printed), f.table) for claim, f in findings.items()}
    return {test.key: set(ids) for test, ids in attribution.explained(claims)}


def test_which_single_procedures_explain_what(he2020):
    ways = explained(he2020)
    assert ways["p_student_t"] == {"sri4_w12_p", "sri4_w24_p"}
    assert ways["p_pearson"] == {"sri4_w24_p"}
    assert ways["p_n1"] == {"sri4_w12_p"}
    assert [key for key, ids in ways.items() if "nephritis_p" in ids] == ["p_midp_greater"]
    assert max(map(len, ways.values())) == 2
    assert next(iter(ways)) in ("p_student_t", "p_welch_t"), "the most first"


def test_the_grid_holds_every_test_once_and_marks_what_prints(he2020):
    claims = {claim: (printed.parse_p(f.printed), f.table) for claim, f in he2020.items()}
    grid = attribution.grid(claims)
    assert [group for group, _, _ in grid] == sorted((g for g, _, _ in grid), key=attribution.GROUPS.index)
    assert [name for group, name, _ in grid if group == "conventional"] == [
        "Pearson chi-squared",
        "Pearson chi-squared with Yates's correction",
        "Fisher exact",
    ]
    assert len({(group, name) for group, name, _ in grid}) == len(grid)
    pearson = next(cells for _, name, cells in grid if name == "Pearson chi-squared")
    # R 4.2.2: chisq.test(matrix(c(19, 11, 10, 19), 2), correct = FALSE)$p.value
    assert pearson[1] == (pytest.approx(0.0266877566562936, rel=1e-9), True)
    one_sided = next(c for group, name, c in grid if name == "Fisher exact" and group == attribution.GROUPS[2])
    assert one_sided[2][0] == pytest.approx(stats.fisher_exact([[7, 6], [2, 10]], "greater")[1], rel=1e-9)


def test_a_match_says_how_much_of_the_neighbourhood_the_tests_cover():
    number = printed.parse_p("0.027")
    values = attribution.matched(number, (19, 29, 11, 30), panel.p_values((19, 29, 11, 30)))
    found = attribution.coincidence(number, values)
    by_hand = set()
    for match in values:
        if match.procedure == "p_pearson_or_fisher":
            continue
        for rule in printed.ROUNDINGS:
            text = printed.rounded(match.value, 3, rule)
            if 0.014 <= float(text) <= 0.054:
                by_hand.add(text)
    assert (found.lower, found.upper, found.values) == ("0.014", "0.054", 40)
    assert "0.027" in by_hand, "the printed value itself must not count"
    assert found.hit == len(by_hand) - 1
    # beside 0.027 itself: 0.0267 cut off is 0.026, 0.0379 is 0.038 or 0.037, 0.0505 is 0.051 or 0.050
    assert found.hit_by_conventional == 5
    assert found.share == pytest.approx(found.hit / 40)
    rounded_only = attribution.coincidence(number, values, ("half up", "half to even"))
    assert rounded_only.hit < found.hit


@pytest.mark.parametrize("text", ["<0.001", "NS", "0.000", ">0.05"])
def test_a_relation_and_a_zero_have_no_neighbourhood(text):
    assert attribution.coincidence(printed.parse_p(text), ()) is None


def test_the_neighbourhood_ends_at_1():
    assert attribution.coincidence(printed.parse_p("0.9"), ()).upper == "1.0"


def test_changes_are_possible_tables_that_print_it():
    number = printed.parse_p("0.352")
    for change in attribution.changes(number, (4, 30, 1, 30)):
        a, n1, b, n2 = change.table
        assert 0 <= a <= n1
        assert 0 <= b <= n2
        p = stats.fisher_exact([[a, n1 - a], [b, n2 - b]])[1]
        assert printed.rules_that_print(number, p)
    assert [c.what for c in attribution.changes(number, (4, 30, 1, 30))] == ["both totals one smaller"]
    assert attribution.changes(number, (16, 29, 9, 30)) == ()


def test_no_change_leads_out_of_the_table():
    tables = [c.table for c in attribution.changes(printed.parse_p("1.000"), (0, 1, 1, 1))]
    assert all(0 <= a <= n1 and 0 <= b <= n2 and n1 and n2 for a, n1, b, n2 in tables)


def test_unconditional_tests_of_large_arms_are_left_out():
    large = {test.key: p for test, p in panel.p_values((50, 200, 60, 200))}
    assert large["p_pearson"] == pytest.approx(stats.chi2_contingency([[50, 150], [60, 140]], correction=False)[1])
    assert large["p_barnard_pooled_2s"] != large["p_barnard_pooled_2s"]
    small = {test.key: p for test, p in panel.p_values((5, 20, 6, 20))}
    assert 0 < small["p_barnard_pooled_2s"] <= 1
