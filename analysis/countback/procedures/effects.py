"""Effects in closed form: risk difference, risk ratio and odds ratio of arm 1 against arm 2."""

import math
from collections.abc import Callable
from functools import partial
from typing import Any

from countback.procedures.batch import Counts, evaluate, kernel
from countback.procedures.procedure import Procedure

__all__ = ["PROCEDURES"]


@kernel
def risk_difference(a: int, n1: int, b: int, n2: int) -> float:
    """Rate of arm 1 less that of arm 2."""
    return a / n1 - b / n2


@kernel
def risk_ratio(a: int, n1: int, b: int, n2: int) -> float:
    """Rate of arm 1 over that of arm 2: infinite where only the latter is 0, nan where both are."""
    if b > 0:
        return (a / n1) / (b / n2)
    return math.inf if a > 0 else math.nan


@kernel
def odds_ratio(a: int, n1: int, b: int, n2: int) -> float:
    """Odds of arm 1 over those of arm 2, infinite or nan as the cross products say."""
    above, below = float(a) * (n2 - b), float(n1 - a) * b
    if below > 0.0:
        return above / below
    return math.inf if above > 0.0 else math.nan


def _effect(function: Callable[..., float], a: Counts, n1: Counts, b: Counts, n2: Counts) -> Any:
    return evaluate(function, (a, n1, b, n2))


PROCEDURES: tuple[Procedure, ...] = (
    Procedure(
        key="rd",
        name="risk difference",
        kind="effect",
        measure="risk difference",
        summary="How many more of a hundred, over a hundred, had the event in arm 1.",
        formula=r"\frac{a}{n_1} - \frac{b}{n_2}",
        reference="Altman DG. Practical Statistics for Medical Research. London: Chapman and Hall, 1991",
        agrees_with="R: a/n1 - b/n2",
        compute=partial(_effect, risk_difference),
    ),
    Procedure(
        key="rr",
        name="risk ratio",
        kind="effect",
        measure="risk ratio",
        summary="How many times as often the event occurred in arm 1.",
        formula=r"\frac{a / n_1}{b / n_2}",
        reference="Altman DG. Practical Statistics for Medical Research. London: Chapman and Hall, 1991",
        agrees_with="R: (a/n1) / (b/n2)",
        compute=partial(_effect, risk_ratio),
    ),
    Procedure(
        key="or",
        name="odds ratio",
        kind="effect",
        measure="odds ratio",
        summary="How many times as large the odds of the event were in arm 1.",
        formula=r"\frac{a (n_2 - b)}{b (n_1 - a)}",
        reference="Cornfield J. J Natl Cancer Inst 1951;11:1269-1275",
        agrees_with="R: a * (n2 - b) / ((n1 - a) * b)",
        compute=partial(_effect, odds_ratio),
    ),
)
