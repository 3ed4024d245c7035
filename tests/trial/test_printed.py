"""Printed numbers: every form in use is read, and every rule of rounding is Python's decimal module's."""

import random
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest

from countback.trial import printed

RULES = {"half up": ROUND_HALF_UP, "half to even": ROUND_HALF_EVEN, "truncation": ROUND_DOWN}


@pytest.mark.parametrize(
    ("text", "relation", "value", "decimals"),
    [
        ("55.17", "=", "55.17", 2),
        ("55.17%", "=", "55.17", 2),
        ("0,05", "=", "0.05", 2),
        ("0·84", "=", "0.84", 2),
        (".05", "=", "0.05", 2),
        ("P<.001", "<", "0.001", 3),
        ("p = 0.000", "=", "0", 3),
        ("P value = .17", "=", "0.17", 2),
        ("P\N{THIN SPACE}<\N{THIN SPACE}0.05", "<", "0.05", 2),
        ("≤0.05", "<=", "0.05", 2),
        ("P < or = 0.002", "<=", "0.002", 3),
        (">=0.2", ">=", "0.2", 1),
        ("> 0.05", ">", "0.05", 2),
        ("−0.3", "=", "-0.3", 1),
        ("‒ 0.1", "=", "-0.1", 1),
        ("+11.4", "=", "11.4", 1),
        ("two", "=", "2", 0),
        ("none", "=", "0", 0),
        ("No", "=", "0", 0),
        ("0.123456", "=", "0.123456", 6),
    ],
)
def test_a_form_is_read(text, relation, value, decimals):
    number = printed.parse(text)
    assert (number.relation, number.value, number.decimals) == (relation, Fraction(value), decimals)
    assert number.text == text


@pytest.mark.parametrize("text", ["", "abc", "1.2.3", "0.05*", "5-6", "p", "%", ".", "<", "1e-3", "NS"])
def test_what_is_no_number_is_refused(text):
    with pytest.raises(ValueError, match="no number"):
        printed.parse(text)


@pytest.mark.parametrize("text", ["NS", "ns", "n.s.", "(NS)", "p=NS", "not significant", "nonsignificant"])
def test_not_significant_stands_for_alpha_or_more(text):
    number = printed.parse_p(text, 0.01)
    assert (number.relation, number.value) == (">=", Fraction(1, 100))
    assert printed.significant(number, 0.01) is False


@pytest.mark.parametrize("text", ["1.2", "-0.1", "NR", "Missing", "", "55"])
def test_what_is_no_probability_is_refused(text):
    with pytest.raises(ValueError, match=r"no (number|probability)"):
        printed.parse_p(text)


@pytest.mark.parametrize(
    ("text", "mean", "sd"),
    [
        ("31.58±9.25", "31.58", "9.25"),
        ("31.58 ± 9.25", "31.58", "9.25"),
        ("31.58 +/- 9.25", "31.58", "9.25"),
        ("31.58 (9.25)", "31.58", "9.25"),
        ("31.58 (SD 9.25)", "31.58", "9.25"),
        ("31,58 [SD = 9,25]", "31.58", "9.25"),
        ("-1.5±0.25", "-1.5", "0.25"),
    ],
)
def test_a_mean_with_its_sd(text, mean, sd):
    assert [number.value for number in printed.parse_mean(text)] == [Fraction(mean), Fraction(sd)]


@pytest.mark.parametrize("text", ["31.58", "12 (8-27)", "a±b", "31.58±", ""])
def test_what_is_no_mean_is_refused(text):
    with pytest.raises(ValueError, match="no mean"):
        printed.parse_mean(text)


@pytest.mark.parametrize(
    ("text", "events", "total", "percent"),
    [
        ("13 (44.83)", 13, None, "44.83"),
        ("13 (44.83%)", 13, None, "44.83"),
        ("13/29 (44·8%)", 13, 29, "44.8"),
        ("7 [18.4%]", 7, None, "18.4"),
        ("0", 0, None, None),
        ("13/29", 13, 29, None),
    ],
)
def test_a_cell(text, events, total, percent):
    e, n, p = printed.parse_cell(text)
    assert (e, n, p and p.value) == (events, total, percent and Fraction(percent))


@pytest.mark.parametrize("text", ["", "30/29", "12 (8-27)", "1.5 (3)", "x (3)"])
def test_what_is_no_cell_is_refused(text):
    with pytest.raises(ValueError, match="no cell"):
        printed.parse_cell(text)


@pytest.mark.parametrize("decimals", [0, 1, 3])
def test_rounding_is_that_of_the_decimal_module(decimals):
    draw = random.Random(3)
    values = [Decimal(draw.randint(-3000, 3000)) / 1000 for _ in range(300)] + [Decimal("0.125"), Decimal("2.5")]
    for value in values:
        for rule, mode in RULES.items():
            expected = value.quantize(Decimal(1).scaleb(-decimals), mode)
            shown = printed.rounded(Fraction(value), decimals, rule)
            assert Decimal(shown) == expected
            assert shown.startswith("-") == (expected < 0)


def test_a_percentage_of_counts_is_judged_alike_both_ways():
    texts = ("0", "100", "5", "55.2", "55.17", "33.3", "66.66", "66.67", "12.5", "12.50", "0.5")
    for number in map(printed.parse, texts):
        for total in range(1, 45):
            for events in range(total + 1):
                slow = bool(printed.rules_that_print(number, Fraction(100 * events, total)))
                assert printed.prints_percent(number, events, total) == slow, (number.text, events, total)


@pytest.mark.parametrize(
    ("text", "below"),
    [
        ("0.049", True),
        ("0.05", None),
        ("0.051", False),
        ("<0.05", True),
        ("<0.1", None),
        (">0.05", False),
        (">0.01", None),
    ],
)
def test_on_which_side_of_alpha(text, below):
    assert printed.significant(printed.parse_p(text), 0.05) is below


@pytest.mark.parametrize(
    ("text", "low", "high"), [("0.05", 0.045, 0.06), ("<0.05", 0, 0.05), (">0.05", 0.05, 1), ("1.000", 0.9995, 1)]
)
def test_what_a_printed_p_stands_for(text, low, high):
    assert printed.p_range(printed.parse_p(text)) == pytest.approx((low, high))
