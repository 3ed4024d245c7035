"""Reading: made texts, each with what a careful reader finds in it."""

import sys

import pytest

from countback.text.claim import Kind
from countback.text.reader import read


def fields(text, kind):
    return [{k: v for k, v in c.fields.items() if k != "measure"} for c in read(text).claims if c.kind is kind]


SIZES = "Patients were randomly assigned to rituximab (n = 50) or placebo (n = 40).\n"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (
            "Relapse occurred in 12/50 (24%) with rituximab versus 20/40 (50%) with placebo (P = .01).",
            {"events_1": "12", "total_1": "50", "percent_1": "24", "events_2": "20", "total_2": "40",
             "percent_2": "50", "p": "= .01", "total_where": "in span"},
        ),
        (
            SIZES + "Relapse occurred in 24% with rituximab and 50% with placebo.",
            {"total_1": "50", "percent_1": "24", "total_2": "40", "percent_2": "50", "total_where": "elsewhere"},
        ),
        (
            SIZES + "Relapse occurred in 12 (24%) and 20 (50%) patients in the rituximab and"
            " placebo groups, respectively.",
            {"events_1": "12", "total_1": "50", "percent_1": "24", "events_2": "20", "total_2": "40",
             "percent_2": "50", "total_where": "elsewhere"},
        ),
    ],
)  # fmt: skip
def test_two_arms_are_read(text, wanted):
    assert fields(text, Kind.TWO_ARM) == [wanted]


@pytest.mark.parametrize(
    "text",
    [
        "Mean HbA1c was 8.1% versus 7.9%.",
        "Response improved from 20% to 50%.",
        SIZES + "Nausea (12%) and vomiting (10%) were common.",
        "Women were 40% of the sample and 60% had diabetes.",
    ],
)
def test_what_is_no_comparison_of_arms_is_left_alone(text):
    assert fields(text, Kind.TWO_ARM) == []


@pytest.mark.parametrize(
    ("text", "kind", "wanted"),
    [
        ("HR 0·84 [95% CI 0·60-1·17]; two-sided p=0·30", Kind.RATIO_CI,
         {"estimate": "0·84", "level": "95", "lower": "0·60", "upper": "1·17", "p": "=0·30"}),
        ("difference -4.9; 95% CI=-3.1, -6.8", Kind.DIFFERENCE_CI,
         {"estimate": "-4.9", "level": "95", "lower": "-6.8", "upper": "-3.1"}),
        ("difference ‒0.8 [95% CI ‒1.5, ‒ 0.1]", Kind.DIFFERENCE_CI,
         {"estimate": "‒0.8", "level": "95", "lower": "‒1.5", "upper": "‒ 0.1"}),
        ("three (3%) of 111 patients", Kind.FRACTION_PERCENT,
         {"events": "three", "percent": "3", "total": "111", "total_where": "in span"}),
        ("better throughout (P< or =0.002).", Kind.P_VALUE, {"p": "< or =0.002"}),
        ("mean change -1.54% ± 1.26%", Kind.MEAN_SD, {"mean": "-1.54", "sd": "1.26"}),
    ],
)  # fmt: skip
def test_odd_formats_are_read(text, kind, wanted):
    assert fields(text, kind) == [wanted]


def test_a_threshold_is_no_result():
    assert read("A p < 0.05 was considered statistically significant.").claims == ()


def test_what_was_not_read_is_listed():
    reading = read("RR 0.8 (95% CI, 0.7-0.9). The dose was 2.5 mg.")
    assert reading.share == "read 4 of 5 numbers" and [text for _, text in reading.unread] == ["2.5"]


@pytest.mark.parametrize("piece", ["(", "1 ", "5 (5%) ", "vs 12% ", "12% vs ", "p=0.05 ", "a (n=12) b (n=13). "])
def test_the_work_grows_with_the_length_alone(piece):
    short, long = (calls((piece * length)[:length]) for length in (4_000, 16_000))
    assert long < 6 * short + 10_000  # four times as long; sixteen would be quadratic


def calls(text):
    """How many calls it takes to read a text: the same on a busy machine."""
    count = 0

    def note(frame, event, argument):
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(note)
    try:
        read(text)
    finally:
        sys.setprofile(None)
    return count
