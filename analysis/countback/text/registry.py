"""Registry records: results of ClinicalTrials.gov (version 2 of its interface, JSON)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from countback.errors import InputError
from countback.text.claim import ELSEWHERE, IN_SPAN, Kind, ReadClaim, Reading
from countback.text.methods import named_method

_PERCENT = re.compile(r"percent|%", re.IGNORECASE)
_RATIO = re.compile(r"ratio|relative risk", re.IGNORECASE)
_DIFFERENCE = re.compile(r"difference|reduction", re.IGNORECASE)


@dataclass(frozen=True)
class Outcome:
    """One outcome of a record with its groups, sizes, values and analyses, as they are in the record."""

    title: str
    time: str
    kind: str
    unit: str
    parameter: str
    dispersion: str
    groups: dict[str, str]
    sizes: dict[str, str]
    values: list[tuple[str, dict[str, dict[str, Any]]]] = field(default_factory=list)
    analyses: list[dict[str, Any]] = field(default_factory=list)


def _texts(value: Any) -> str:
    return value.strip() if isinstance(value, str) else str(value) if isinstance(value, int | float) else ""


def _list(data: Any, *keys: str) -> list[dict[str, Any]]:
    for key in keys[:-1]:
        data = data.get(key) if isinstance(data, dict) else None
    found = data.get(keys[-1]) if isinstance(data, dict) else None
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def outcomes(record: dict[str, Any]) -> Iterator[Outcome]:
    """Outcomes of a record's results."""
    for one in _list(record, "resultsSection", "outcomeMeasuresModule", "outcomeMeasures"):
        groups = {_texts(g.get("id")): _texts(g.get("title")) for g in _list(one, "groups")}
        sizes = {
            _texts(c.get("groupId")): _texts(c.get("value"))
            for d in _list(one, "denoms")[:1]
            for c in _list(d, "counts")
        }
        values = []
        for kind in _list(one, "classes"):
            for category in _list(kind, "categories"):
                name = ", ".join(t for t in (_texts(kind.get("title")), _texts(category.get("title"))) if t)
                values.append((name, {_texts(m.get("groupId")): m for m in _list(category, "measurements")}))
        yield Outcome(
            _texts(one.get("title")), _texts(one.get("timeFrame")), _texts(one.get("type")),
            _texts(one.get("unitOfMeasure")), _texts(one.get("paramType")), _texts(one.get("dispersionType")),
            groups, sizes, values, _list(one, "analyses"),
        )  # fmt: skip


def readings(record: Any, source: str) -> list[Reading]:
    """Read a record: sizes, counts, means with SDs and analyses of each outcome.

    Raises
    ------
    InputError
        If the JSON is not such a record, or has no results.
    """
    if not isinstance(record, dict) or "protocolSection" not in record:
        raise InputError(
            f"{source}: JSON, but not a ClinicalTrials.gov record (version 2), which has a protocolSection"
        )
    if not isinstance(record.get("resultsSection"), dict):
        raise InputError(f"{source}: a ClinicalTrials.gov record without results; there is nothing to read")
    found: list[ReadClaim] = []
    for outcome in outcomes(record):
        found += _claims(outcome, source)
    found += _harms(record, source)
    return [Reading("", tuple(found))]


def _claims(outcome: Outcome, source: str) -> Iterator[ReadClaim]:
    place = {"outcome": outcome.title, "time": outcome.time}
    for group, size in outcome.sizes.items():
        yield _claim(Kind.GROUP_SIZE, size, {"n": size}, place, source, (outcome.groups.get(group, group),))
    for name, measured in outcome.values:
        where = place | ({"category": name} if name else {})
        for group, measurement in measured.items():
            claim = _value(outcome, group, measurement, where, source)
            if claim is not None:
                yield claim
    for number, analysis in enumerate(outcome.analyses, start=1):
        yield from _analysis(outcome, analysis, place | {"analysis": str(number)}, source)


def _count(outcome: Outcome, group: str, measurement: dict[str, Any]) -> dict[str, str]:
    """Events and total of one group, or its percentage with the total."""
    value, size = _texts(measurement.get("value")), outcome.sizes.get(group, "")
    if not value or not size or not re.fullmatch(r"[\d.,]+", value):
        return {}
    if outcome.parameter == "COUNT_OF_PARTICIPANTS" and value.isdigit():
        return {"events": value, "total": size}
    if _PERCENT.search(outcome.unit) and "articipant" in outcome.unit and outcome.parameter in ("NUMBER", "COUNT"):
        return {"percent": value, "total": size}
    return {}


def _value(
    outcome: Outcome, group: str, measurement: dict[str, Any], where: dict[str, str], source: str
) -> ReadClaim | None:
    arms = (outcome.groups.get(group, group),)
    value, spread = _texts(measurement.get("value")), _texts(measurement.get("spread"))
    if outcome.parameter == "MEAN" and outcome.dispersion == "Standard Deviation" and value and spread:
        fields = {"mean": value, "sd": spread} | ({"n": outcome.sizes[group]} if group in outcome.sizes else {})
        return _claim(Kind.MEAN_SD, f"{value} ({spread})", fields, where, source, arms)
    count = _count(outcome, group, measurement)
    if count:
        span = count.get("events", count.get("percent", ""))
        return _claim(Kind.FRACTION_PERCENT, span, count | {"total_where": ELSEWHERE}, where, source, arms)
    return None


def _analysis(outcome: Outcome, analysis: dict[str, Any], where: dict[str, str], source: str) -> Iterator[ReadClaim]:
    groups = [g for g in analysis.get("groupIds", []) if isinstance(g, str)] if isinstance(analysis, dict) else []
    arms = tuple(outcome.groups.get(g, g) for g in groups)
    named = _texts(analysis.get("statisticalMethod"))
    where = where | ({"method": named} if named else {})
    p = _texts(analysis.get("pValue"))
    level, estimate = _texts(analysis.get("ciPctValue")), _texts(analysis.get("paramValue"))
    lower, upper = _texts(analysis.get("ciLowerLimit")), _texts(analysis.get("ciUpperLimit"))
    measure = _texts(analysis.get("paramType"))
    given = {"p": p if p[:1] in "<>=" else f"={p}"} if p else {}
    if len(groups) == 2 and len(outcome.values) == 1:
        counts = [_count(outcome, g, outcome.values[0][1].get(g, {})) for g in groups]
        if all(counts):
            fields = {f"{k}_{i}": v for i, count in enumerate(counts, start=1) for k, v in count.items()}
            yield _claim(Kind.TWO_ARM, p, fields | given | {"total_where": IN_SPAN}, where, source, arms)
            given_alone = not estimate
        else:
            given_alone = not estimate
    else:
        given_alone = not estimate
    if estimate and lower and upper:
        kind = Kind.RATIO_CI if _RATIO.search(measure) else Kind.DIFFERENCE_CI
        if kind is Kind.DIFFERENCE_CI and not _DIFFERENCE.search(measure):
            return
        fields = {"measure": measure, "estimate": estimate} | ({"level": level} if level else {})
        span = f"{estimate} ({lower} to {upper})"
        yield _claim(kind, span, fields | {"lower": lower, "upper": upper} | given, where, source, arms)
    elif given and given_alone and len(groups) != 2:
        yield _claim(Kind.P_VALUE, p, given, where, source, arms)


def _harms(record: dict[str, Any], source: str) -> Iterator[ReadClaim]:
    """Events of two groups: of the serious and the other adverse events, each of two arms."""
    module = record["resultsSection"].get("adverseEventsModule")
    groups = {_texts(g.get("id")): _texts(g.get("title")) for g in _list({"m": module}, "m", "eventGroups")}
    if len(groups) != 2:
        return
    for name in ("seriousEvents", "otherEvents"):
        for event in _list({"m": module}, "m", name):
            stats = {_texts(s.get("groupId")): s for s in _list(event, "stats")}
            fields: dict[str, str] = {}
            for number, group in enumerate(groups, start=1):
                one = stats.get(group, {})
                fields |= {
                    f"events_{number}": _texts(one.get("numAffected")), f"total_{number}": _texts(one.get("numAtRisk")),
                }  # fmt: skip
            if all(fields.values()):
                where = {"outcome": _texts(event.get("term")), "time": "adverse events"}
                span = f"{fields['events_1']}/{fields['total_1']} vs {fields['events_2']}/{fields['total_2']}"
                yield _claim(
                    Kind.TWO_ARM, span, fields | {"total_where": IN_SPAN}, where, source, tuple(groups.values())
                )


def _claim(
    kind: Kind, span: str, fields: dict[str, str], where: dict[str, str], source: str, arms: tuple[str, ...] = ()
) -> ReadClaim:
    return ReadClaim(kind, 0, len(span), span, fields, arms, where, source)


__all__ = ["Outcome", "named_method", "outcomes", "readings"]
