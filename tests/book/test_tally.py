"""Verdicts counted in words."""

import pytest

from countback.audit.verdicts import Verdict
from countback.book.tally import tally, verdict_of


@pytest.mark.parametrize(
    ("verdicts", "said"),
    [
        (["reproduced"], "one is reproduced"),
        (["not reproduced", "another test only", "reproduced"],
         "one is reproduced, one is reproduced by another test only and one is not reproduced"),
        (["given"] * 11 + ["inconsistent"] * 2, "11 are given and two are inconsistent"),
        ([], "there are none"),
    ],
)  # fmt: skip
def test_a_tally(verdicts, said):
    assert tally(verdicts) == said


def test_every_verdict_is_counted_once():
    assert tally(list(Verdict)).count("one is ") == len(Verdict)


def test_a_word_that_is_not_a_verdict_is_refused():
    with pytest.raises(LookupError, match="no verdict 'fine'; the verdicts are given, possible"):
        verdict_of("fine")
