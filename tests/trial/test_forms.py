"""Printed forms of several numbers, exactly as articles type them."""

from fractions import Fraction

import pytest

from countback.trial import printed


def values(found):
    found = found if isinstance(found, tuple) else (found,)
    return [float(part.value) if isinstance(part, printed.Printed) else part for part in found]


@pytest.mark.parametrize(
    ("read", "text", "expected"),
    [
        (printed.parse_percentage, "86.2% (25/29)", [25, 29, 86.2]),
        (printed.parse_percentage, "6.6% (41 of 619)", [41, 619, 6.6]),
        (printed.parse_percentage, "25 of 29 patients (86.2%)", [25, 29, 86.2]),
        (printed.parse_percentage, "25 (86.2%) of 29", [25, 29, 86.2]),
        (printed.parse_percentage, "45.1% [330/731]", [330, 731, 45.1]),
        (printed.parse_percentage, "86.2% (n=25)", [25, None, 86.2]),
        (printed.parse_percentage, "55.17", [None, None, 55.17]),
        (printed.parse_fraction, "25/31", [25, 31]),
        (printed.parse_fraction, "147 of 728", [147, 728]),
        (printed.parse_fraction, "1,470 of the 10,010 patients", [1470, 10010]),
        (printed.parse_fraction, "Twenty-nine of 34", [29, 34]),
        (printed.parse_percentage, "Two of 34 patients (5.9%)", [2, 34, 5.9]),
        (printed.parse_count, "10,010", [10010]),
        (printed.parse_count, "two participants", [2]),
        (printed.parse_count, "Twenty-three patients", [23]),
        (printed.parse_p, "[P = .09]", [0.09]),
        (printed.parse_p, "P for noninferiority = .002", [0.002]),
        (printed.parse_p, "P = .78 for superiority", [0.78]),
        (printed.parse_mean, "-1.82 ± 2.34 units", [-1.82, 2.34]),
        (printed.parse_mean, "5.2 mm Hg (SD, 3.1)", [5.2, 3.1]),
        (printed.parse_estimate, "3.5 (2.1 to 4.9)", [3.5, 2.1, 4.9]),
        (printed.parse_estimate, "hazard ratio, 0.74; 95% CI, 0.60 to 0.91", [0.74, 0.6, 0.91]),
        (printed.parse_estimate, "-2.1 percentage points (95% CI, -7.0 to 2.8)", [-2.1, -7, 2.8]),
        (printed.parse_estimate, "-2.1% (97.5% CI, -7.0% to 2.8%)", [-2.1, -7, 2.8]),
        (printed.parse_estimate, "12 months (IQR, 8-15)", [12, 8, 15]),
        (printed.parse_estimate, "−5.1 mm Hg (95% CI, −7.0 to −3.2 mm Hg)", [-5.1, -7, -3.2]),
        (printed.parse_estimate, "1.11 (95% CI, 0.59 to 2.10; P = 0.73)", [1.11, 0.59, 2.1]),
        (printed.parse_estimate, "-11.21, 95% CI -20.99, -1.43 [P = 0.025]", [-11.21, -20.99, -1.43]),
        (printed.parse_estimate, "0.70 (95% confidence interval [CI] 0.68, 0.72)", [0.7, 0.68, 0.72]),
        (printed.parse_percentage, "52.3% (95% CI 40.4-64.1)", [None, None, 52.3]),
        (printed.parse_percentage, "Fifty-nine percent", [None, None, 59]),
        (printed.parse_rate, "4.5 per 1,000 person-years", [4.5, 1000]),
        (printed.parse_rate, "0.4 events per year", [0.4, 1]),
        (printed.parse_value, "-2.1 percentage points", [-2.1]),
    ],
)
def test_a_form(read, text, expected):
    assert values(read(text)) == expected


@pytest.mark.parametrize(
    ("read", "text", "says"),
    [
        (printed.parse_percentage, "25/31", "write it as 55.17, 86.2% (25/29)"),
        (printed.parse_percentage, "31/25 (86%)", "events 31 exceeds total 25"),
        (printed.parse_estimate, "3.5 or so", "write it as 3.5 (2.1 to 4.9)"),
        (printed.parse_count, "a few", "such as 16, 10,010 or two"),
        (printed.parse_rate, "high", "4.5 per 100 person-years"),
        (printed.parse_amount, "many", "such as 1,234.5"),
        (printed.parse_value, "n/a", "such as 0.68"),
    ],
)
def test_what_is_no_form_says_which_are(read, text, says):
    with pytest.raises(ValueError, match=r"is not|exceeds") as error:
        read(text)
    assert says in str(error.value)


def test_an_amount_has_separators_of_thousands():
    assert printed.parse_amount("1,234.5 person-years") == Fraction(2469, 2)
    assert printed.parse_amount("12 345") == 12345
