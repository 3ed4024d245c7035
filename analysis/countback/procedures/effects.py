"""Effects in closed form, of arm 1 against arm 2: risk difference and ratio, odds ratio, number needed."""

import math
from collections.abc import Callable
from functools import partial
from typing import Any

from countback.procedures.batch import Counts, evaluate, kernel
from countback.procedures.distributions import two_sided_z
from countback.procedures.intervals import newcombe_limits, wald_limits
from countback.procedures.procedure import Procedure

__all__ = ["PROCEDURES"]


@kernel
def risk_difference(a: int, n1: int, b: int, n2: int) -> float:
    """Rate of arm 1 less that of arm 2."""
    return float(a * n2 - b * n1) / (float(n1) * n2)  # two rates of large arms would cancel


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


@kernel
def number_needed(a: int, n1: int, b: int, n2: int) -> float:
    """One over the risk difference: infinite where there is none."""
    difference = risk_difference(a, n1, b, n2)
    return 1.0 / difference if difference != 0.0 else math.inf


@kernel
def number_needed_limits(a: int, n1: int, b: int, n2: int, z: float, newcombe: bool) -> tuple[float, float]:
    """One over the limits of the risk difference, the upper one first."""
    if newcombe:
        lower, upper = newcombe_limits(a, n1, b, n2, z, False)
    else:
        lower, upper = wald_limits(a, n1, b, n2, z, False)
    return (
        1.0 / upper if upper != 0.0 else -math.inf,
        1.0 / lower if lower != 0.0 else math.inf,
    )


def _number_needed_limits(newcombe: bool, a: Counts, n1: Counts, b: Counts, n2: Counts, *, level: float = 0.95) -> Any:
    return evaluate(number_needed_limits, (a, n1, b, n2), (two_sided_z(level), newcombe), outputs=2)


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
        agrees_with="R: (a*n2 - b*n1) / (n1*n2)",
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
    Procedure(
        key="nnt",
        name="number needed to treat",
        kind="effect",
        measure="number needed to treat",
        summary="How many people in arm 1, rather than arm 2, make one event more (one fewer, if negative).",
        formula=r"\frac{1}{a / n_1 - b / n_2}",
        reference="Laupacis A, Sackett DL, Roberts RS. N Engl J Med 1988;318:1728-1733",
        doi="10.1056/NEJM198806303182605",
        agrees_with="R: 1 / (a/n1 - b/n2) (infinite where the rates are equal)",
        compute=partial(_effect, number_needed),
    ),
    *(
        Procedure(
            key=f"nnt_{method}",
            name=f"number needed to treat, limits from the {name} interval",
            kind="interval",
            measure="number needed to treat",
            summary="Limits of the number needed to treat; where the lower exceeds the upper, they run "
            "from the lower through infinity, which is no effect, to the upper.",
            formula=r"\left(\frac{1}{\delta_U},\ \frac{1}{\delta_L}\right)",
            reference="Altman DG. BMJ 1998;317:1309-1312",
            doi="10.1136/bmj.317.7168.1309",
            agrees_with=f"R: 1 / rev({source})",
            compute=partial(_number_needed_limits, method == "newcombe"),
        )
        for method, name, source in (
            ("wald", "Wald", "prop.test(correct = FALSE)$conf.int"),
            ("newcombe", "Newcombe", 'Epi::ci.pd(method = "Nc")'),
        )
    ),
)
