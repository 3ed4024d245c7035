"""References of a folder: whether what its parts name is there, each problem with its file and line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from pydantic import BaseModel

from countback.errors import nearest
from countback.readers import Yaml
from countback.trial import printed
from countback.trial.claim import ALL
from countback.trial.claims import (
    CategoriesClaim,
    ComparisonClaim,
    DecisionClaim,
    DesignClaim,
    Document,
    EffectClaim,
    PValueClaim,
)
from countback.trial.design import Design, TimePoint, field, shown_time

At = tuple[str | int, ...]


def _repeated(ids: Sequence[str]) -> list[tuple[int, str]]:
    return [(i, name) for i, name in enumerate(ids) if name in ids[:i]]


def of_design(design: Design, file: Yaml) -> list[str]:
    """What is wrong between the parts of trial.yml."""
    listed: tuple[tuple[str, Sequence[Any]], ...] = (
        ("arms", design.arms), ("endpoints", design.endpoints), ("comparisons", design.comparisons),
        ("analysis_sets", design.analysis_sets),
    )  # fmt: skip
    problems = [
        f"{file.at(part, i, 'id')}: id {name!r} is given twice; ids must differ"
        for part, members in listed
        for i, name in _repeated([member.id for member in members])
    ]
    roles = [arm.role for arm in design.arms]
    if not design.comparisons and (roles.count("control") != 1 or "experimental" not in roles):
        problems.append(
            f"{file.at('arms')}: one arm must have the role control and the others experimental; or name what is "
            f"compared, such as comparisons: [{{id: main, first: {design.arms[0].id}, second: {design.arms[-1].id}}}]"
        )
    arms = [arm.id for arm in design.arms]
    for i, contrast in enumerate(design.comparisons):
        at = file.at("comparisons", i)
        for arm in [*contrast.first, *contrast.second]:
            problems += _unknown(at, "arm", arm, arms)
        shared = sorted(set(contrast.first) & set(contrast.second))
        problems += [f"{at}: arm {arm!r} is on both sides of comparison {contrast.id}; keep one" for arm in shared]
        if contrast.id == ALL:
            problems.append(f"{at}: {ALL!r} stands for a test over all arms; choose another id")
    for i, one in enumerate(design.analysis_sets):
        for arm in one.totals:
            problems += _unknown(file.at("analysis_sets", i, "totals"), "arm", arm, arms)
    primary = design.primary
    problems += _endpoint(design, file, ("primary",), primary.endpoint, primary.time_point)
    problems += _comparison(design, file.at("primary"), primary.comparison)
    return problems + _endpoints(design, file)


def _endpoints(design: Design, file: Yaml) -> list[str]:
    known = [e.id for e in design.endpoints]
    return [
        f"{file.at('endpoints', i)}: {endpoint.id} refers to {other!r}, which is not another endpoint; "
        f"{nearest(other, known)}"
        for i, endpoint in enumerate(design.endpoints)
        for other in [*endpoint.sum_of, *([endpoint.among] if endpoint.among else [])]
        if other not in known or other == endpoint.id
    ]


def _unknown(where: str, what: str, name: str, known: Iterable[str]) -> list[str]:
    known = list(known)
    return [] if name in known else [f"{where}: {what} {name!r} is not in trial.yml; {nearest(name, known)}"]


def _endpoint(design: Design, file: Yaml, at: At, endpoint: str, when: TimePoint) -> list[str]:
    """What is wrong with a reference to an endpoint at a time."""
    times = {e.id: e.time_points for e in design.endpoints}
    if endpoint not in times:
        return [f"{file.at(*at, 'endpoint')}: endpoint {endpoint!r} is not in trial.yml; {nearest(endpoint, times)}"]
    if when in times[endpoint]:
        return []
    weeks = all(one is None or isinstance(one, int) for one in (*times[endpoint], when))
    if weeks:
        known = ", ".join("null" if w is None else str(w) for w in times[endpoint])
        return [f"{file.at(*at, 'week')}: endpoint {endpoint} has no week {when} in trial.yml; known: {known}"]
    known = ", ".join(shown_time(one) or "null" for one in times[endpoint])
    which = shown_time(when) or "(none)"
    return [f"{file.at(*at, 'time')}: endpoint {endpoint} has no time {which} in trial.yml; known: {known}"]


def contrast_ids(design: Design) -> list[str]:
    """Names of the comparisons: those of trial.yml, or the experimental arms."""
    if design.comparisons:
        return [contrast.id for contrast in design.comparisons]
    return [arm.id for arm in design.arms if arm.role == "experimental"]


def _comparison(design: Design, where: str, name: str | None) -> list[str]:
    known = contrast_ids(design)
    if name is None or name in known:
        return []
    return [f"{where}: comparison {name!r} is not in trial.yml; {nearest(name, [*known, ALL])}"]


def of_claims(design: Design, documents: list[tuple[Yaml, Document]]) -> list[str]:
    """What claims name and trial.yml, or another claim, does not have."""
    problems: list[str] = []
    first: dict[str, str] = {}
    arms = [arm.id for arm in design.arms]
    for file, document in documents:
        for arm in document.arms:
            problems += _unknown(file.at("arms", arm), "arm", arm, arms)
        for i, claim in enumerate(document.claims):
            at: At = ("claims", i)
            if claim.id in first:
                problems.append(f"{file.at(*at, 'id')}: claim {claim.id!r} is given twice (first: {first[claim.id]})")
            first.setdefault(claim.id, file.at(*at, "id"))
            problems += _of_claim(design, file, at, claim, arms)
    return problems + _sums(documents)


def _of_claim(design: Design, file: Yaml, at: At, claim: BaseModel, arms: list[str]) -> list[str]:
    """What one claim names that is not there."""
    problems: list[str] = []
    endpoint = getattr(claim, "endpoint", None)
    if endpoint is not None:
        problems += _endpoint(design, file, at, endpoint, getattr(claim, "time_point", None))
    named = getattr(claim, "arm", None)
    for arm in [named] if isinstance(named, str) else named or []:
        problems += _unknown(file.at(*at, "arm"), "arm", arm, arms)
    chosen = getattr(claim, "set", None)
    if chosen is not None:
        problems += _unknown(file.at(*at, "set"), "analysis set", chosen, [one.id for one in design.analysis_sets])
    if isinstance(claim, CategoriesClaim):
        for arm in claim.counts:
            problems += _unknown(file.at(*at, "counts"), "arm", arm, arms)
    if isinstance(claim, PValueClaim | DecisionClaim | EffectClaim) and endpoint is not None:
        problems += _of_comparison(design, file, at, claim)
    if isinstance(claim, DesignClaim):
        try:
            field(design, claim.field)
        except KeyError as error:
            problems.append(f"{file.at(*at, 'field')}: {error.args[0]}")
    if isinstance(claim, PValueClaim | ComparisonClaim) and claim.procedure is not None:
        problems += _procedure(file.at(*at, "procedure"), claim.procedure)
    return problems


def _of_comparison(design: Design, file: Yaml, at: At, claim: PValueClaim | DecisionClaim | EffectClaim) -> list[str]:
    """What is wrong with the comparison that a claim names, or should name."""
    known = contrast_ids(design)
    if claim.comparison == ALL:
        return []
    if claim.comparison is None and len(known) > 1 and design.primary.comparison is None:
        return [
            f"{file.at(*at)}: {claim.id} is a claim of a trial with several comparisons; add which one it is, such as "
            f"comparison: {known[0]} (known: {', '.join(known)}; {ALL} for a test over all arms)"
        ]
    return _comparison(design, file.at(*at, "comparison"), claim.comparison)


def _sums(documents: list[tuple[Yaml, Document]]) -> list[str]:
    """Design claims that are compared with what is not a number."""
    numbers = {c.id for _, d in documents for c in d.claims if isinstance(c, DesignClaim) and _is_number(c.printed)}
    problems = []
    for file, document in documents:
        for i, claim in enumerate(document.claims):
            if isinstance(claim, DesignClaim):
                used = claim.sum_of + claim.multiple_of
                problems += [
                    f"{file.at('claims', i)}: {claim.id} is compared with {other!r}, which is not a design claim with "
                    f"a printed number; {nearest(other, sorted(numbers))}"
                    for other in [*used, *([claim.id] if used else [])]
                    if other not in numbers
                ]
    return problems


def _procedure(where: str, key: str) -> list[str]:
    from countback.procedures import catalogue  # here: a folder without named procedures needs no numerics

    tests = [name for name, p in catalogue.items() if p.kind == "test" and p.arms == 2]
    return [] if key in tests else [f"{where}: procedure {key!r} is not a test of the catalogue; {nearest(key, tests)}"]


def _is_number(text: str) -> bool:
    for read in (printed.parse_count, printed.parse):
        try:
            return read(text).relation == "="
        except ValueError:
            continue
    return False
