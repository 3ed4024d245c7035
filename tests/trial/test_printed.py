"""Printed numbers: every form in use is read, and every rule of rounding is Python's decimal module's."""

import random
import time
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
        ("[P = .09]", "=", "0.09", 2),
        ("(p<0.001)", "<", "0.001", 3),
        ("P for noninferiority = .002", "=", "0.002", 3),
        ("p for trend 0.2", "=", "0.2", 1),
        ("10,010", "=", "10.010", 3),
        ("p" + " " * 150 + "0.5", "=", "0.5", 1),
        ("9" * 60, "=", "9" * 60, 0),
        ("0.123456", "=", "0.123456", 6),
    ],
)
def test_a_form_is_read(text, relation, value, decimals):
    number = printed.parse(text)
    assert (number.relation, number.value, number.decimals) == (relation, Fraction(value), decimals)
    assert number.text == text


@pytest.mark.parametrize("text", ["", "abc", "1.2.3", "0.05*", "5-6", "p", "%", ".", "<", "1e-3", "NS"])
def test_what_is_no_number_is_refused(text):
    with pytest.raises(ValueError, match=r"is not a number; write digits with one decimal point, such as 0\.052"):
        printed.parse(text)


@pytest.mark.parametrize("text", ["NS", "ns", "n.s.", "(NS)", "p=NS", "not significant", "nonsignificant"])
def test_not_significant_stands_for_alpha_or_more(text):
    number = printed.parse_p(text, 0.01)
    assert (number.relation, number.value) == (">=", Fraction(1, 100))
    assert printed.significant(number, 0.01) is False


@pytest.mark.parametrize("text", ["1.2", "-0.1", "NR", "Missing", "", "55"])
def test_what_is_no_probability_is_refused(text):
    with pytest.raises(ValueError, match=r"is not a (number|probability)"):
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
        ("-1.82 ± 2.34 units", "-1.82", "2.34"),
        ("31.58 (9.25) mg/dL", "31.58", "9.25"),
    ],
)
def test_a_mean_with_its_sd(text, mean, sd):
    assert [number.value for number in printed.parse_mean(text)] == [Fraction(mean), Fraction(sd)]


@pytest.mark.parametrize("text", ["31.58", "12 (8-27)", "a±b", "31.58±", ""])
def test_what_is_no_mean_is_refused(text):
    with pytest.raises(ValueError, match="is not a mean with its SD; write both, such as"):
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
        ("86.2% (25/29)", 25, 29, "86.2"),
        ("6.6% (41 of 619)", 41, 619, "6.6"),
        ("147 of 728", 147, 728, None),
        ("10,010/20,020 (50)", 10010, 20020, "50"),
    ],
)
def test_a_cell(text, events, total, percent):
    e, n, p = printed.parse_cell(text)
    assert (e, n, p and p.value) == (events, total, percent and Fraction(percent))


@pytest.mark.parametrize("text", ["", "30/29", "12 (8-27)", "1.5 (3)", "x (3)", "3 (x)", "13 ()", "10,01 (3)"])
def test_what_is_no_cell_is_refused(text):
    with pytest.raises(ValueError, match="is not a cell"):
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


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("16", 16),
        ("10,010", 10010),
        ("1,234,567", 1234567),
        ("10 010", 10010),
        ("two participants", 2),
        ("none of the patients", 0),
        ("12 events", 12),
        ("Twelve", 12),
    ],
)
def test_a_count(text, count):
    number = printed.parse_count(text)
    assert (number.relation, number.value, number.decimals) == ("=", count, 0)


@pytest.mark.parametrize("text", ["", "1.5", "10,01", "1,0010", "-3", "<5", "patients", "16 oranges", "٣"])
def test_what_is_no_count_is_refused(text):
    with pytest.raises(ValueError, match="is not a count; write a whole number of patients, such as 16, 10,010 or two"):
        printed.parse_count(text)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("3.5 (2.1 to 4.9)", ["3.5", "2.1", "4.9"]),
        ("-17.9 (-32.0 to -3.7)", ["-17.9", "-32.0", "-3.7"]),
        ("0.68 (95% CI, 0.50-0.93)", ["0.68", "0.50", "0.93"]),
        ("0,68 [0,50; 0,93]", ["0.68", "0.50", "0.93"]),
        ("5.2% (−1.0% to 11.4%)", ["5.2", "-1.0", "11.4"]),
        ("−1.2 (−3.4 – 1.0)", ["-1.2", "-3.4", "1.0"]),
    ],
)
def test_an_estimate_with_its_interval(text, numbers):
    assert [n.value for n in printed.parse_estimate(text)] == [Fraction(n) for n in numbers]


@pytest.mark.parametrize("text", ["", "3.5", "3.5 (2.1)", "3.5 (2.1 to)", "3.5 2.1 to 4.9", "a (b to c)"])
def test_what_is_no_estimate_is_refused(text):
    with pytest.raises(ValueError, match="is not an estimate with its interval; write it as"):
        printed.parse_estimate(text)


@pytest.mark.parametrize(("text", "events", "total"), [("7/13", 7, 13), ("147 of 728", 147, 728), (" 1 / 2 ", 1, 2)])
def test_a_fraction(text, events, total):
    assert printed.parse_fraction(text) == (events, total)


PARSERS = (
    printed.parse, printed.parse_p, printed.parse_count, printed.parse_mean, printed.parse_estimate,
    printed.parse_cell, printed.parse_fraction,
)  # fmt: skip


@pytest.mark.parametrize("parser", PARSERS, ids=lambda p: p.__name__)
@pytest.mark.parametrize(
    "unit", [" ", "1", "p", "-", "1,", ",1", "1 ", "( ", ".", "of ", "n.s", "\t", "±", "[", "p for "]
)
def test_reading_takes_no_time_for_long_text(parser, unit):
    """What took 9 seconds: blanks that three parts of a pattern could each have matched."""
    for text in ("p" + 500 * " " + "x", unit * 60 + "x", "p" + unit * 60 + "x", "1" + unit * 95 + "x"):
        start = time.perf_counter()
        with pytest.raises(ValueError, match=r"is not|characters long|digits") as caught:
            parser(text)
        assert time.perf_counter() - start < 0.5
        assert len(str(caught.value)) < 300


@pytest.mark.parametrize("parser", PARSERS, ids=lambda p: p.__name__)
@pytest.mark.parametrize("digits", [61, 150, 400, 5000])
def test_huge_numbers_are_refused(parser, digits):
    with pytest.raises(ValueError, match=r"more than 60 digits|characters long"):
        parser("9" * digits)
