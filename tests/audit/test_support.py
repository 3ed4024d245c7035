"""Support, held to Bayes's theorem written out in fractions, to counting, and to articles whose truth is known."""

from fractions import Fraction
from itertools import product

import numpy as np
import pytest

from books import ROOT
from countback import trial
from countback.audit import audit, sheet
from countback.audit.calibration import area, brier, reliability
from countback.audit.characters import characters, shown
from countback.audit.evidence import Cause, Strength, strength
from countback.audit.explain import explain
from countback.audit.priors import SETS, USUAL, Point, Priors, named, read
from countback.audit.report import table
from countback.audit.simulation import Plan, simulate
from countback.audit.support import credible, posterior, support
from countback.audit.wrong import density
from countback.errors import InputError
from countback.procedures import panel
from countback.trial import printed

FAST = [test.key for test in panel.tests(unconditional=False)]
CORPUS = ROOT.parent / "shared" / "corpus"


def numbers(*texts):
    return characters([printed.parse_p(text) for text in texts])


# Characters


@pytest.mark.parametrize("rule", range(3))
def test_what_is_printed_on_arrays_is_what_is_printed_one_by_one(rule):
    rng = np.random.default_rng(3)
    values = np.concatenate(
        [rng.uniform(size=300), rng.integers(0, 2000, 300) / 2000, [0.0, 1.0, 0.0265, 0.125, 0.375]]
    )
    texts = [f"{v:.{d}f}" for v, d in zip(values, rng.integers(1, 5, len(values)), strict=True)]
    read_back = [printed.parse_p(text) for text in texts]
    found = shown(np.repeat(values[:, None], 1, axis=1), characters(read_back))[rule][:, 0]
    one_by_one = [
        printed.ROUNDINGS[rule] in printed.rules_that_print(n, float(v)) for n, v in zip(read_back, values, strict=True)
    ]
    assert found.tolist() == one_by_one
    assert 0 < found.sum() < len(found) or rule == 0


@pytest.mark.parametrize("text", ["<0.05", "<=0.05", ">0.05", ">=0.05", "NS", "P<.001"])
def test_a_bound_holds_as_it_does_for_one_value(text):
    values = np.array([[0.0001, 0.001, 0.04999, 0.05, 0.0500001, 0.9, np.nan]])
    number = printed.parse_p(text)
    found = shown(values, characters([number]))
    expected = [bool(printed.rules_that_print(number, float(v))) for v in values[0]]
    assert all(one[0].tolist() == expected for one in found)


# The posterior

PRIORS = Priors(
    name="small",
    says="for a test",
    procedures={"p_pearson": 1.0},
    rounding={"half up": 3.0, "half to even": 0.0, "truncation": 1.0},
    stickiness=[Point(value=0.25, weight=1.0), Point(value=0.75, weight=3.0)],
    narrow=0.25,
    wrong=[Point(value=0.125, weight=1.0), Point(value=0.5, weight=1.0)],
    ways={"uniform": 1.0},
)


def by_hand(hits, wrong, weights, usual):
    """Bayes's theorem over everything unknown, in fractions: support, and procedures given that it follows."""
    kept = sum(w for w, u in zip(weights, usual, strict=True) if u)
    palettes = [
        (Fraction(3, 4), weights),
        (Fraction(1, 4), [w / kept if u else Fraction(0) for w, u in zip(weights, usual, strict=True)]),
    ]
    rows = len(wrong)
    total, right = Fraction(0), [Fraction(0)] * rows
    given = [[Fraction(0)] * len(weights) for _ in range(rows)]
    grid = product(
        [(Fraction(3, 4), hits[0]), (Fraction(1, 4), hits[2])],
        [(Fraction(1, 4), Fraction(1, 4)), (Fraction(3, 4), Fraction(3, 4))],
        [(Fraction(1, 2), Fraction(1, 8)), (Fraction(1, 2), Fraction(1, 2))],
        palettes,
        enumerate(weights),
    )
    for (w_rule, hit), (w_s, s), (w_e, e), (w_p, palette), (own, w_own) in grid:
        weight = w_rule * w_s * w_e * w_p * w_own
        follow = [
            [(1 - e) * hit[i][m] * (s * (m == own) + (1 - s) * palette[m]) for m in range(len(weights))]
            for i in range(rows)
        ]
        each = [sum(follow[i]) + e * wrong[i] for i in range(rows)]
        joint = weight
        for one in each:
            joint *= one
        total += joint
        for i in range(rows):
            right[i] += joint * sum(follow[i]) / each[i]
            for m in range(len(weights)):
                given[i][m] += joint * follow[i][m] / each[i]
    return [float(r / total) for r in right], [[float(g / r) for g in row] for row, r in zip(given, right, strict=True)]


def test_the_posterior_is_bayes_over_everything_unknown():
    hits = [
        [[1, 0, 0], [1, 1, 0], [0, 1, 1], [0, 0, 1]],
        [[1, 0, 0], [1, 1, 0], [0, 1, 1], [0, 0, 1]],
        [[0, 0, 1], [1, 0, 0], [1, 1, 0], [0, 1, 1]],
    ]
    wrong = [Fraction(1, 100), Fraction(1, 50), Fraction(1, 1000), Fraction(1, 10)]
    weights, usual = [Fraction(1, 2), Fraction(1, 3), Fraction(1, 6)], [True, True, False]
    expected, procedures = by_hand(hits, wrong, weights, usual)
    arrays = [np.array([rule], dtype=bool) for rule in hits]
    found, given = posterior(
        arrays, np.array([[float(w) for w in wrong]]), np.array([float(w) for w in weights]), np.array(usual), PRIORS
    )
    assert found[0].tolist() == pytest.approx(expected, abs=1e-12)
    np.testing.assert_allclose(given[0], procedures, atol=1e-12)


def test_a_value_that_nothing_gives_has_no_support_and_leaves_the_weights():
    hits = [np.zeros((1, 1, 2), dtype=bool)] * 3
    found, given = posterior(hits, np.array([[0.01]]), np.array([0.7, 0.3]), np.array([True, True]), PRIORS)
    assert found.tolist() == [[0.0]]
    assert given.tolist() == [[[0.7, 0.3]]]


def test_articles_in_one_call_are_as_articles_one_by_one():
    made = simulate(Plan(40, 3, arm=(10, 60)), 11)
    keep = np.concatenate([np.arange(60), np.arange(60, 120, 2)])  # articles of three, two and one p-values
    tables, article, of = made.tables[keep], made.article[keep], made.printed[keep]
    values = panel.p_arrays(*tables.T, FAST)
    together = support(tables, of, article, values=values)
    for one in np.unique(article):
        rows = article == one
        alone = support(tables[rows], of[rows], values={key: p[rows] for key, p in values.items()})
        np.testing.assert_allclose(together.probability[rows], alone.probability, atol=1e-12)
        np.testing.assert_allclose(together.procedures[rows], alone.procedures, atol=1e-12)


def test_enough_p_values_overrule_the_weights():
    made = simulate(Plan(1, 12, procedures=("p_midp_greater",), arm=(20, 60), decimals=(3,), causes={}), 4)
    found = support(made.tables, made.printed, values=panel.p_arrays(*made.tables.T, FAST))
    assert USUAL.share["p_midp_greater"] < 0.001
    assert found.probability.min() > 0.9
    assert found.keys[int(found.shares(made.article)[0].argmax())] == "p_midp_greater"


def test_a_credible_set_is_the_smallest_with_its_ties():
    rows = np.array([[0.5, 0.3, 0.1, 0.1], [0.95, 0.05, 0.0, 0.0], [0.25, 0.25, 0.25, 0.25]])
    assert credible(rows).astype(int).tolist() == [[1, 1, 1, 1], [1, 0, 0, 0], [1, 1, 1, 1]]
    assert credible(rows, 0.8).astype(int).tolist()[0] == [1, 1, 0, 0]


def test_the_probability_of_wrong_characters_adds_up_to_one():
    table = np.array([[16.0], [29], [9], [30]])
    every = numbers(*(f"{k / 100:.2f}" for k in range(101)))
    values = np.tile([[0.0504, 0.0905, 0.0673]], (101, 1))
    ways = {"count": 1.0, "adjusted": 1.0, "uniform": 1.0, "slip": 0.0}
    found = density(values, np.ones(3), values[:, 0], np.tile(table, (1, 101)), every, ways)
    assert found.sum() == pytest.approx(1, abs=1e-9)
    slips = density(values, np.ones(3), values[:, 0], np.tile(table, (1, 101)), every, {"slip": 1.0})
    assert 0.8 < slips.sum() <= 1 + 1e-9
    assert slips[50] > 5 * slips[77]  # 0.05 with its zero lost
    bounds = numbers("<0.05", ">=0.05")
    two = density(values[:2], np.ones(3), values[:2, 0], np.tile(table, (1, 2)), bounds, ways)
    assert two.sum() == pytest.approx(1)


# Calibration, small; the book and benchmarks/calibration.py have the whole


SEVEN = ("p_pearson", "p_yates", "p_fisher_2s", "p_pearson_or_fisher", "p_n1", "p_midp_minlike", "p_logit_wald")


@pytest.fixture(scope="module")
def kept():
    made = simulate(Plan(120, 12, SEVEN, arm=(12, 60)), 21)
    values = panel.p_arrays(*made.tables.T, FAST)
    return made, values, support(made.tables, made.printed, made.article, values=values)


def test_support_parts_right_from_wrong_where_verdicts_do_not(kept):
    made, values, found = kept
    assert 0.1 < np.mean(~made.right) < 0.18
    hit = shown(np.stack([*values.values()], axis=1), made.printed)[0]
    usual = [panel.catalogue[key].conventional for key in FAST]
    verdict = 2.0 * hit[:, usual].any(axis=1) + hit.any(axis=1)
    assert area(found.probability, made.right) >= 0.995
    assert area(verdict, made.right) < 0.97
    assert brier(found.probability, made.right) <= 0.012
    for one in reliability(found.probability, made.right, (0, 0.1, 0.5, 0.9, 1)):
        assert abs(one.said - one.seen) < 0.05 + 1.5 / np.sqrt(one.number)


def test_correct_conventional_reports_are_not_doubted():
    made = simulate(Plan(200, 4, arm=(10, 300), causes={}), 22)
    values = panel.p_arrays(*made.tables.T, FAST)
    every = [support(made.tables, made.printed, made.article, one, values).probability for one in SETS.values()]
    doubted = [strength(min(p), max(p)) is Strength.DOUBTFUL for p in zip(*every, strict=True)]
    assert np.mean(doubted) < 0.01


def test_the_true_method_is_credible_and_mostly_first():
    made = simulate(Plan(60, 10, (*SEVEN, "p_g", "p_wald_unpooled"), arm=(12, 120), decimals=(3,), causes={}), 23)
    values = panel.p_arrays(*made.tables.T, FAST)
    found = support(made.tables, made.printed, made.article, values=values)
    true = [found.keys.index(key) for key in made.procedure]
    rows = np.arange(len(true))
    assert credible(found.procedures)[rows, true].mean() >= 0.9
    first = np.mean(found.procedures.argmax(axis=1) == true)
    alone = np.mean(support(made.tables, made.printed, rows, values=values).procedures.argmax(axis=1) == true)
    assert first > 0.9 > 0.8 > alone


def test_a_simulation_follows_from_its_seed():
    one, same, other = (simulate(Plan(5, 4), seed) for seed in (1, 1, 2))
    assert (one.tables == same.tables).all() and (one.printed.step == same.printed.step).all()
    assert (one.tables != other.tables).any()
    wrong = simulate(Plan(50, 6, causes={cause: 0.1 for cause in Cause if cause is not Cause.NONE}), 3)
    assert {*wrong.cause} == {*Cause}


def test_measures_of_calibration():
    right = np.array([True, True, False, False])
    assert area(np.array([0.9, 0.4, 0.4, 0.1]), right) == pytest.approx(3.5 / 4)
    assert np.isnan(area(np.array([1.0]), np.array([True])))
    assert [b.number for b in reliability(np.array([0.0, 0.05, 1.0, 1.0]), right, (0, 0.1, 0.9, 1))] == [2, 2]


# In an audit


@pytest.fixture(scope="module")
def he2020():
    return audit(trial.load(ROOT / "data" / "he2020").select(document="abstract"))


def test_he_2020_under_several_assumptions(he2020):
    by_id = {f.id: f.support for f in he2020.findings if f.support}
    assert {key: str(one.strength) for key, one in by_id.items()} == {
        "sri4_w12_p": "well supported", "sri4_w24_p": "well supported", "nephritis_p": "doubtful",
    }  # fmt: skip
    assert 0.85 < by_id["sri4_w12_p"].low <= by_id["sri4_w12_p"].probability < 0.97
    assert by_id["sri4_w24_p"].low > 0.98
    assert by_id["nephritis_p"].high < 0.4
    assert not he2020.procedures[0].named and he2020.procedures[0].shares == ()
    text = explain(he2020, "nephritis_p")
    assert "With 3 p-values of the article, no procedure is named" in text
    assert "Support: doubtful" in table(he2020)
    row = next(r for r in he2020.as_rows() if r["id"] == "nephritis_p")
    assert row["support_says"] == "doubtful" and row["support"] == by_id["nephritis_p"].probability


def test_an_article_of_enough_p_values_has_shares():
    found = audit(trial.load(ROOT / "data" / "he2020").select(document="Table 1"))
    told = found.procedures[0]
    assert told.named and told.p_values == 11
    assert told.shares[0].procedure == "p_fisher_2s" and told.shares[0].share > 0.7


def test_support_of_an_audit_is_that_of_the_arrays(he2020):
    chosen = [f for f in he2020.findings if f.support]
    found = support([f.table for f in chosen], numbers(*(f.printed for f in chosen)))
    assert [f.support.probability for f in chosen] == pytest.approx(found.probability.tolist(), abs=0.02)


def test_rows_of_a_trial_are_one_article(tmp_path):
    path = tmp_path / "trials.csv"
    head = "trial,events_1,total_1,events_2,total_2,p_printed\n"
    path.write_text(head + "a,16,29,9,30,0.067\nb,3,30,1,30,0.9\na,19,29,11,30,0.038\n", encoding="utf-8")
    found = sheet.audit(path)
    assert [(one.article, one.p_values) for one in found.procedures] == [("a", 2), ("b", 1)]
    assert [str(f.support.strength) for f in found.findings] == ["well supported", "doubtful", "well supported"]


def test_what_is_not_a_p_value_with_counts_has_no_support(he2020):
    assert {f.kind for f in he2020.findings if f.support} == {"p_value"}
    paired = audit(trial.load(ROOT / "data" / "he2020")).findings
    assert not any(f.support for f in paired if f.possible)


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the public corpora do not lie beside the project")
def test_the_guideline_trials_have_support():
    found = sheet.audit(CORPUS / "guideline_trials.csv")
    doubtful = {f.id for f in found.findings if f.support and f.support.strength is Strength.DOUBTFUL}
    assert 20 <= len(doubtful) <= 32
    assert not any(f.verdict in ("reproduced", "compatible") for f in found.findings if f.id in doubtful)


# Priors


def test_priors_come_from_a_file(tmp_path):
    path = tmp_path / "mine.yml"
    path.write_text(
        "name: mine\nsays: our register\nstart: even\nprocedures: {p_yates: 0.5}\n"
        "wrong:\n  - {value: 0.2, weight: 1}\n",
        encoding="utf-8",
    )
    made = read(path)
    assert made.share["p_yates"] == pytest.approx(0.5 / (0.5 + 1 - SETS["even"].procedures["p_yates"]))
    assert [point.value for point in made.wrong] == [0.2]
    assert named("even") is SETS["even"]
    assert abs(sum(USUAL.share.values()) - 1) < 1e-12


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("name: a\nsays: b\nprocedures: {p_fischer: 1}\n", "p_fisher"),
        ("name: a\nsays: b\nprocedures: {p_yates: -1}\n", "line 3"),
        ("name: a\nsays: b\nrounding: {up: 1}\n", "'up' is not known"),
        ("name: a\nsays: b\nways: {slip: 0, count: 0, adjusted: 0, uniform: 0}\n", "all weights are 0"),
        ("name: a\nsays: b\nwrong:\n  - {value: 0, weight: 1}\n", "a report can always be wrong"),
        ("name: a\nsays: b\nsurprise: 1\n", "'surprise' is not known"),
    ],
)
def test_wrong_priors_are_named_with_their_line(tmp_path, text, words):
    path = tmp_path / "mine.yml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=words):
        read(path)


def test_an_unknown_set_is_named():
    with pytest.raises(InputError, match="not one of usual, even, doubting"):
        named("odd")


def test_no_sentence_says_which_test_was_used(he2020):
    text = table(he2020) + "".join(explain(he2020, f.id) for f in he2020.findings)
    assert "was used" not in text and "used the" not in text
