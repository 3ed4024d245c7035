"""What an audit says: findings on claims, checks between claims, and the whole of both."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field, fields
from typing import Any

VERDICTS = {
    "given": "an input of the trial, in agreement with the others; there is nothing to rebuild",
    "reproduced": "the counts give the printed characters by a conventional way",
    "reproduced only by": "some other procedure prints it and no conventional one does",
    "not reproduced": "no procedure of the catalogue prints it",
    "inconsistent": "it contradicts another claim, or no count can give it",
    "not checkable": "what would be needed is not public",
}
"""Each verdict and what it means, in the order in which they are counted."""

FAILING = ("not reproduced", "inconsistent")
"""The verdicts that a strict audit does not let pass."""

STATES = {
    "holds": "the numbers agree",
    "open": "they agree only under an assumption, which is named",
    "fails": "they contradict each other",
}
"""Each outcome of a check between claims."""


@dataclass(frozen=True)
class Match:
    """One procedure's value beside a printed number.

    Attributes
    ----------
    procedure : str
        Key of the catalogue.
    name : str
        What the field calls it.
    sides : str or None
    conventional : bool
    value : float or None
        At full precision; None in JSON where the procedure gives none.
    rules : tuple of str
        The rounding rules under which it prints the same characters; empty where none does.
    """

    procedure: str
    name: str
    sides: str | None
    conventional: bool
    value: float | None
    rules: tuple[str, ...]


@dataclass(frozen=True)
class Coincidence:
    """How easily some test of so many prints a value like the printed one.

    Attributes
    ----------
    tests : int
        Tests that were tried and gave a value.
    lower, upper : str
        The first and last value, as printed, of the neighbourhood: from half to double the printed one.
    values : int
        How many values that could be printed lie in it.
    hit : int
        How many of them some test prints under some rule of rounding.
    hit_by_conventional : int
        How many of them a conventional test prints.
    """

    tests: int
    lower: str
    upper: str
    values: int
    hit: int
    hit_by_conventional: int

    @property
    def share(self) -> float:
        """Share of the neighbourhood that some test prints, 0 to 1: the chance of a match without meaning."""
        return self.hit / self.values if self.values else 0.0


@dataclass(frozen=True)
class Change:
    """A small change of the counts with which a conventional test prints the number.

    Attributes
    ----------
    table : tuple of int
        The changed counts: events and total of the first arm, then of the second.
    what : str
        The change in words.
    tests : tuple of str
        The conventional tests (keys) that then print it.
    """

    table: tuple[int, int, int, int]
    what: str
    tests: tuple[str, ...]


@dataclass(frozen=True)
class Finding:
    """What the audit says of one claim.

    Attributes
    ----------
    id, document, where, says, kind : str
        The claim.
    printed : str or None
        Its characters.
    verdict : str
        A key of :data:`VERDICTS`.
    because : str
        How the verdict came about, in a few sentences.
    rebuilt : float or None
        The number that the counts give, at full precision.
    shown : str or None
        The rebuilt number with as many digits as are printed.
    table : tuple of int or None
        Events and total of the first arm, then of the second, where a comparison was made.
    matches : tuple of Match
        Every procedure that prints it.
    conventional : tuple of Match
        For a comparison: the conventional two-sided tests, matching or not.
    nearest : Match or None
        Where nothing prints it: the procedure that comes closest.
    coincidence : Coincidence or None
        For a p-value given as a number: how easily some test prints one like it.
    changes : tuple of Change
        Where no conventional test prints a p-value: the small changes of the counts with which one does.
    possible : tuple of float or None
        Lowest and highest value that the printed inputs leave possible, where those are rounded or incomplete.
    decision : str or None
        On which side of alpha the printed claim stands.
    differs_under : tuple of str
        The conventional tests (keys) that stand on the other side.
    decision_error : bool
        Whether all of them do.
    contradicts : tuple of str
        The claims that it contradicts.
    """

    id: str
    document: str
    where: str
    says: str
    kind: str
    printed: str | None
    verdict: str
    because: str
    rebuilt: float | None = None
    shown: str | None = None
    table: tuple[int, int, int, int] | None = None
    matches: tuple[Match, ...] = ()
    conventional: tuple[Match, ...] = ()
    nearest: Match | None = None
    coincidence: Coincidence | None = None
    changes: tuple[Change, ...] = ()
    possible: tuple[float, float] | None = None
    decision: str | None = None
    differs_under: tuple[str, ...] = ()
    decision_error: bool = False
    contradicts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Check:
    """What was found between claims, or between counts.

    Attributes
    ----------
    id : str
        Stable: the kind of the check and what it is about.
    kind : str
        Such as ``sum`` or ``same count``.
    state : str
        A key of :data:`STATES`.
    because : str
        What was compared, and how it came out.
    claims : tuple of str
        The claims it is about.
    """

    id: str
    kind: str
    state: str
    because: str
    claims: tuple[str, ...] = ()


@dataclass(frozen=True)
class Audit:
    """All findings on one trial, or on one table of claims.

    Attributes
    ----------
    trial : str
    alpha : float
    findings : list of Finding
        In the order of the claims.
    checks : list of Check
        In the order of their kinds, then of the claims.
    verdicts : dict
        How many claims have each verdict, none left out.
    """

    trial: str
    alpha: float
    findings: list[Finding]
    checks: list[Check] = field(default_factory=list)
    verdicts: dict[str, int] = field(init=False)

    def __post_init__(self) -> None:
        counts = Counter(finding.verdict for finding in self.findings)
        object.__setattr__(self, "verdicts", {verdict: counts[verdict] for verdict in VERDICTS})

    @property
    def passes(self) -> bool:
        """Whether nothing is left that a strict audit stops at."""
        failed = any(self.verdicts[verdict] for verdict in FAILING)
        return not failed and all(check.state != "fails" for check in self.checks)

    @property
    def decision_errors(self) -> list[Finding]:
        """The findings whose printed decision no conventional test shares."""
        return [finding for finding in self.findings if finding.decision_error]

    def finding(self, claim: str) -> Finding:
        """Find what was found of a claim.

        Raises
        ------
        KeyError
            If there is no claim of this id.
        """
        return {finding.id: finding for finding in self.findings}[claim]

    def as_dict(self) -> dict[str, Any]:
        """Give the audit as plain data, ready for JSON."""
        plain: dict[str, Any] = _plain(self)
        return plain

    def as_rows(self) -> list[dict[str, Any]]:
        """Give one flat row a claim, ready for CSV."""
        return [
            {
                "id": f.id,
                "document": f.document,
                "where": f.where,
                "says": f.says,
                "kind": f.kind,
                "printed": f.printed,
                "rebuilt": f.rebuilt,
                "shown": f.shown,
                "verdict": f.verdict,
                "procedures": "; ".join(match.procedure for match in f.matches),
                "nearest": f.nearest.procedure if f.nearest else None,
                "nearest_value": f.nearest.value if f.nearest else None,
                "decision": f.decision,
                "differs_under": "; ".join(f.differs_under),
                "decision_error": f.decision_error,
                "contradicts": "; ".join(f.contradicts),
                "because": f.because,
            }
            for f in self.findings
        ]


def _plain(value: Any) -> Any:
    """Turn dataclasses into dicts; much quicker on ten thousand findings than the standard library's way."""
    if isinstance(value, tuple | list):
        return [_plain(v) for v in value] if value else []
    if type(value) in _FIELDS:
        return {name: _plain(getattr(value, name)) for name in _FIELDS[type(value)]}
    return value


_FIELDS = {kind: [f.name for f in fields(kind)] for kind in (Audit, Check, Finding, Change, Coincidence, Match)}


def schema() -> dict[str, Any]:
    """Give the JSON Schema of what :meth:`Audit.as_dict` holds once it is written as JSON."""
    from pydantic import TypeAdapter

    made = TypeAdapter(Audit).json_schema()
    made["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    made["properties"]["verdicts"] = {
        "type": "object",
        "properties": {verdict: {"type": "integer", "minimum": 0} for verdict in VERDICTS},
        "required": list(VERDICTS),
        "additionalProperties": False,
    }
    made["$defs"]["Finding"]["properties"]["verdict"] = _one_of(VERDICTS)
    made["$defs"]["Check"]["properties"]["state"] = _one_of(STATES)
    for part, kind in ((made, Audit), *((made["$defs"][kind.__name__], kind) for kind in _FIELDS if kind is not Audit)):
        part["description"] = (kind.__doc__ or "").partition("\n")[0]
        part["required"] = list(_FIELDS[kind])  # every key is always written
        part["additionalProperties"] = False
        for value in part["properties"].values():
            value.pop("default", None)
    return made


def _one_of(words: dict[str, str]) -> dict[str, Any]:
    return {"oneOf": [{"const": word, "description": meaning} for word, meaning in words.items()]}


def schemas() -> dict[str, str]:
    """JSON Schema of an audit as text, by file name."""
    return {"audit.schema.json": json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"}
