"""What is assumed of reports before one is read: which procedures they use, how they round, what goes wrong in them.

All of it is assumption: nobody has counted which tests the p-values of trials come from. :data:`USUAL` puts most weight
on what statistics packages print by default for a 2x2 table and on the rule that most methods sections state;
:data:`EVEN` lets every two-sided test be used as often as any other; :data:`DOUBTING` is the first with three times as
many wrong values. Whoever knows better writes a file (:func:`read`). Each set leaves some weight on every test of the
catalogue, so that enough p-values of one article can overrule it.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from countback.errors import InputError, nearest
from countback.procedures import catalogue, panel
from countback.readers import Yaml
from countback.trial.design import Part, Text
from countback.trial.printed import ROUNDINGS

__all__ = ["DOUBTING", "EVEN", "SETS", "USUAL", "WAYS", "Point", "Priors", "named", "read"]

WAYS = ("slip", "count", "adjusted", "uniform")
"""How a printed value comes about that does not follow from the counts: digits mistyped, a count or total other by one,
an analysis with more than the counts in it, anything at all."""

Weight = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class Point(Part):
    """One point of a grid, with its weight."""

    value: Annotated[float, Field(ge=0, lt=1)]
    weight: Weight


class Priors(Part):
    """Weights that the posterior starts from; they need not add up to 1."""

    name: Text
    says: Text
    """Where they are from, or that they are assumed."""
    procedures: dict[str, Weight]
    """By key of the catalogue; a test that is not named has none."""
    rounding: dict[str, Weight]
    """By rule of rounding."""
    stickiness: list[Point]
    """How firmly an article keeps to one procedure: the probability that a p-value is by that one, not drawn anew."""
    narrow: Annotated[float, Field(ge=0, le=1)]
    """The probability that an article has no other test than the conventional ones beside its own procedure."""
    wrong: list[Point]
    """The share of an article's p-values that do not follow from the counts."""
    ways: dict[str, Weight]
    """By :data:`WAYS`: how these come about."""

    @field_validator("procedures")
    @classmethod
    def _tests(cls, given: dict[str, float]) -> dict[str, float]:
        for key in given:
            if key not in catalogue or catalogue[key].kind != "test" or catalogue[key].arms != 2:
                raise ValueError(f"{key!r} is not a test of two arms; {nearest(key, [t.key for t in panel.tests()])}")
        return given

    @model_validator(mode="after")
    def _whole(self) -> Priors:
        for name, given, known in (("rounding", self.rounding, ROUNDINGS), ("ways", self.ways, WAYS)):
            for key in given:
                if key not in known:
                    raise ValueError(f"{name}: {key!r} is not known; {nearest(key, known)}")
        for name in ("procedures", "rounding", "ways"):
            if not sum(getattr(self, name).values()) > 0:
                raise ValueError(f"{name}: all weights are 0; give at least one a positive weight")
        for name in ("stickiness", "wrong"):
            if not sum(point.weight for point in getattr(self, name)) > 0:
                raise ValueError(f"{name}: all weights are 0; give at least one a positive weight")
        if all(point.value == 0 for point in self.wrong if point.weight):
            raise ValueError("wrong: every share is 0; a report can always be wrong")
        return self

    @cached_property
    def share(self) -> Mapping[str, float]:
        """Weight of each procedure, adding up to 1; of those that have any."""
        total = sum(self.procedures.values())
        return {key: weight / total for key, weight in self.procedures.items() if weight}


_CONVENTIONAL = {
    "p_pearson": 0.27,  # SPSS, SAS, Stata, SciPy without correction
    "p_fisher_2s": 0.22,  # Prism's default; R's fisher.test
    "p_pearson_or_fisher": 0.20,  # what most methods sections state
    "p_yates": 0.13,  # R's chisq.test and prop.test, SciPy's chi2_contingency
}
_OTHER = {
    "p_n1": 0.03,  # what SAS prints as Mantel-Haenszel and SPSS as linear-by-linear; a CMH test of one stratum
    "p_wald_unpooled": 0.02,  # the z of a risk difference with its interval
    "p_g": 0.015,  # printed beside Pearson's by SAS and SPSS; a likelihood-ratio test of logistic regression
    "p_logit_wald": 0.02,  # the Wald test of logistic regression
    "p_log_rr_wald": 0.01,
    "p_student_t": 0.01,  # a t test, or linear regression, on 0 and 1
    "p_boschloo_2s": 0.006,
    "p_barnard_pooled_2s": 0.006,
}
_RARE = dict.fromkeys(
    ("p_arcsine", "p_midp_minlike_obsonly", "p_blaker", "p_barnard_unpooled_2s", "p_boschloo_2s_doubled"), 0.001
)
_ONE_SIDED = {"p_pearson": 0.003, "p_fisher": 0.003, "p_yates": 0.001}
_REST = {"two-sided": 0.003, "one-sided": 0.0001}


def _usual() -> dict[str, float]:
    found = {}
    for test in panel.tests():
        if test.sides == "two-sided":
            found[test.key] = (_CONVENTIONAL | _OTHER | _RARE).get(test.key, _REST["two-sided"])
        else:
            found[test.key] = _ONE_SIDED.get(test.key.rpartition("_")[0], _REST["one-sided"])
    return found


def _even() -> dict[str, float]:
    one_sided = sum(test.sides != "two-sided" for test in panel.tests())
    two_sided = len(panel.tests()) - one_sided
    return {test.key: 0.99 / two_sided if test.sides == "two-sided" else 0.01 / one_sided for test in panel.tests()}


def _points(**weights: float) -> list[Point]:
    return [Point(value=float(f"0.{name[1:]}"), weight=weight) for name, weight in weights.items()]


USUAL = Priors(
    name="usual",
    says="assumed: what statistics packages print by default for a 2x2 table, and the rule of most methods sections",
    procedures=_usual(),
    rounding={"half up": 0.6, "half to even": 0.37, "truncation": 0.03},
    stickiness=_points(_0=0.2, _6=0.2, _95=0.3, _998=0.3),
    narrow=0.5,
    wrong=_points(_02=0.5, _1=0.35, _3=0.15),
    ways={"slip": 0.3, "count": 0.25, "adjusted": 0.3, "uniform": 0.15},
)
"""Most weight on the conventional tests."""

EVEN = USUAL.model_copy(
    update={
        "name": "even",
        "says": "assumed: every two-sided test as often as any other; one in a hundred p-values is one-sided",
        "procedures": _even(),
    }
)
"""No two-sided test before any other."""

DOUBTING = USUAL.model_copy(
    update={
        "name": "doubting",
        "says": "assumed: as usual, with three times as many values that do not follow from the counts",
        "wrong": _points(_06=0.5, _3=0.35, _6=0.15),
    }
)
"""The conventional tests, and many slips."""

SETS: Mapping[str, Priors] = {priors.name: priors for priors in (USUAL, EVEN, DOUBTING)}
"""The sets that an audit compares, the first of which its numbers come from."""


class _File(Part):
    """What a file of priors holds: a set to start from, and what differs from it."""

    name: Text
    says: Text
    start: Literal["usual", "even", "doubting"] = "usual"
    procedures: dict[str, Weight] | None = None
    rounding: dict[str, Weight] | None = None
    stickiness: list[Point] | None = None
    narrow: Annotated[float, Field(ge=0, le=1)] | None = None
    wrong: list[Point] | None = None
    ways: dict[str, Weight] | None = None

    @model_validator(mode="after")
    def _fits(self) -> _File:
        self.priors()
        return self

    def priors(self) -> Priors:
        """The set that results: weights of the file put in place of those of the set that it starts from."""
        start = SETS[self.start].model_dump()
        given = {key: value for key, value in self.model_dump(exclude={"start"}).items() if value is not None}
        for key in ("procedures", "rounding", "ways"):
            if key in given:
                given[key] = start[key] | given[key]
        return Priors(**(start | given))


def read(path: Path) -> Priors:
    """Priors of a YAML file.

    Parameters
    ----------
    path : path
        Has ``name`` and ``says`` (where the weights are from), and whatever differs from the set named by ``start``
        (``usual`` by default): ``procedures``, ``rounding``, ``ways`` (weights by name), ``narrow`` (a probability),
        ``stickiness`` and ``wrong`` (lists of ``value`` and ``weight``).

    Raises
    ------
    InputError
        If the file cannot be read, or a weight or a name in it does not fit.
    """
    return Yaml(path).validate(_File).priors()


def named(name: str) -> Priors:
    """A set of :data:`SETS` by its name, or the priors of a file.

    Raises
    ------
    InputError
        If it is neither.
    """
    if name in SETS:
        return SETS[name]
    if not name.endswith((".yml", ".yaml")):
        raise InputError(f"priors {name!r}: not one of {', '.join(SETS)}, and not a file FILE.yml")
    return read(Path(name))
