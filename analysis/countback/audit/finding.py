"""What an audit says: judgements of claims, checks between claims, and the whole of both."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import Any

from countback.audit.evidence import Change, Coincidence, Match, Neighbour, Procedures, Share, Support
from countback.audit.verdicts import State, Verdict
from countback.procedures.panel import Cells
from countback.trial.claims import Claim


@dataclass(frozen=True)
class Comparison:
    """What a judgement on two arms adds: their numbers under the procedures of the catalogue.

    Attributes
    ----------
    table : (int, int, int, int) or None
        Events and total of the first arm, then of the second; None where means were compared.
    matches : tuple of Match
        Every procedure that gives the printed number.
    conventional : tuple of Match
        The conventional two-sided tests, matching or not.
    nearest : Match or None
        Where nothing gives it: the procedure that comes closest.
    coincidence : Coincidence or None
        For a p-value given as a number: how easily some test gives one like it.
    changes : tuple of Change
        Where no conventional test gives a p-value: the small changes of the counts with which one does.
    """

    table: Cells | None = None
    matches: tuple[Match, ...] = ()
    conventional: tuple[Match, ...] = ()
    nearest: Match | None = None
    coincidence: Coincidence | None = None
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True)
class Decision:
    """What a judgement on significance adds.

    Attributes
    ----------
    printed : str
        On which side of alpha the claim lies, in words.
    differs_under : tuple of str
        The conventional tests (keys) that lie on the other side.
    error : bool
        Whether all of them do.
    """

    printed: str
    differs_under: tuple[str, ...] = ()
    error: bool = False


@dataclass(frozen=True)
class Judgement:
    """What a judge says of one claim.

    Attributes
    ----------
    verdict : Verdict
    because : str
        How the verdict came about, in a few sentences.
    rebuilt : float or None
        The number that the counts give, at full precision.
    shown : str or None
        The rebuilt number with as many digits as are printed.
    rounding : str or None
        The rule of rounding that a match needs, where rounding half up does not give it.
    comparison : Comparison or None
    decision : Decision or None
    possible : (float, float) or None
        Lowest and highest value that the printed inputs allow, where those are rounded or incomplete.
    """

    verdict: Verdict
    because: str
    rebuilt: float | None = None
    shown: str | None = None
    rounding: str | None = None
    comparison: Comparison | None = None
    decision: Decision | None = None
    possible: tuple[float, float] | None = None


@dataclass(frozen=True)
class Finding:
    """One claim with the judgement on it, flat, as it is written out.

    Attributes
    ----------
    id, document, where, says, short, kind : str
        The claim.
    printed : str or None
        Its characters.
    verdict, because, rebuilt, shown, rounding, possible
        As in :class:`Judgement`.
    table, matches, conventional, nearest, coincidence, changes
        As in :class:`Comparison`; None or empty where two arms were not compared.
    decision, differs_under, decision_error
        As in :class:`Decision`; None, empty and False where significance was not judged.
    contradicts : tuple of str
        The claims that it contradicts.
    support : Support or None
        Of a p-value whose counts are known: how probable it is that it follows from them.
    """

    id: str
    document: str
    where: str
    says: str
    short: str
    kind: str
    printed: str | None
    verdict: Verdict
    because: str
    rebuilt: float | None = None
    shown: str | None = None
    rounding: str | None = None
    table: Cells | None = None
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
    support: Support | None = None

    @property
    def cut_off(self) -> bool:
        """Whether the match needs the value to be cut off instead of rounded."""
        return self.rounding == "truncation"


@dataclass(frozen=True)
class Subject:
    """What names a claim, or a row of a table.

    Attributes
    ----------
    id, document, where, says, short, kind : str
    printed : str or None
        Its characters.
    """

    id: str
    document: str
    where: str
    says: str
    short: str
    kind: str
    printed: str | None


def subject(claim: Claim, document: str) -> Subject:
    """What names a claim of a document."""
    printed = getattr(claim, "printed", None)
    return Subject(claim.id, document, claim.where, claim.says, claim.label, claim.kind, printed)


def finding(of: Subject, judged: Judgement) -> Finding:
    """Put a claim and the judgement on it together."""
    comparison, decision = judged.comparison, judged.decision
    return Finding(
        **vars(of),
        verdict=judged.verdict,
        because=judged.because,
        rebuilt=judged.rebuilt,
        shown=judged.shown,
        rounding=judged.rounding,
        table=comparison.table if comparison else None,
        matches=comparison.matches if comparison else (),
        conventional=comparison.conventional if comparison else (),
        nearest=comparison.nearest if comparison else None,
        coincidence=comparison.coincidence if comparison else None,
        changes=comparison.changes if comparison else (),
        possible=judged.possible,
        decision=decision.printed if decision else None,
        differs_under=decision.differs_under if decision else (),
        decision_error=decision.error if decision else False,
    )


@dataclass(frozen=True)
class Check:
    """The outcome of one check between claims, or between counts.

    Attributes
    ----------
    id : str
        Stable: the kind of the check and what it is about.
    kind : str
        Such as ``sum`` or ``same count``.
    state : State
    because : str
        What was compared, and how it came out.
    claims : tuple of str
        The claims it is about.
    """

    id: str
    kind: str
    state: State
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
    problems : list of str
        What of a table was lost, skipped or not tried, one line each with its place; a strict audit stops at it.
    notes : list of str
        How a table was understood, such as which of its columns was taken for which.
    priors : str
        The set of assumptions that support comes from.
    procedures : tuple of Procedures
        What the p-values of each article say together of the procedures behind them.
    verdicts : dict of Verdict to int
        How many claims have each verdict, none left out.
    """

    trial: str
    alpha: float
    findings: list[Finding]
    checks: list[Check] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    priors: str = "usual"
    procedures: tuple[Procedures, ...] = ()
    verdicts: dict[Verdict, int] = field(init=False)

    def __post_init__(self) -> None:
        counts = Counter(one.verdict for one in self.findings)
        object.__setattr__(self, "verdicts", {verdict: counts[verdict] for verdict in Verdict})

    @property
    def passes(self) -> bool:
        """Whether nothing is left that a strict audit stops at."""
        failed = any(n for verdict, n in self.verdicts.items() if verdict.fails)
        return not failed and not self.problems and all(check.state is not State.FAILS for check in self.checks)

    @property
    def decision_errors(self) -> list[Finding]:
        """The findings whose printed decision no conventional test shares."""
        return [one for one in self.findings if one.decision_error]

    def finding(self, claim: str) -> Finding:
        """Finding on one claim.

        Raises
        ------
        KeyError
            If there is no claim of this id.
        """
        return {one.id: one for one in self.findings}[claim]

    def as_dict(self) -> dict[str, Any]:
        """The audit as plain data, ready for JSON."""
        plain: dict[str, Any] = _plain(self)
        return plain

    def as_rows(self) -> list[dict[str, Any]]:
        """One flat row for each claim, ready for CSV."""
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
                "verdict": f.verdict.value,
                "rounding": f.rounding,
                "procedures": "; ".join(match.procedure for match in f.matches),
                "nearest": f.nearest.procedure if f.nearest else None,
                "nearest_value": f.nearest.value if f.nearest else None,
                "decision": f.decision,
                "differs_under": "; ".join(f.differs_under),
                "decision_error": f.decision_error,
                "contradicts": "; ".join(f.contradicts),
                "because": f.because,
                "support": f.support.probability if f.support else None,
                "support_low": f.support.low if f.support else None,
                "support_high": f.support.high if f.support else None,
                "support_says": f.support.strength.value if f.support else None,
                "causes": f.support.causes if f.support else None,
            }
            for f in self.findings
        ]


def _plain(value: Any) -> Any:
    """Turn dataclasses into dicts; much quicker on ten thousand findings than the standard library's way."""
    if isinstance(value, tuple | list):
        return [_plain(v) for v in value] if value else []
    if type(value) in FIELDS:
        return {name: _plain(getattr(value, name)) for name in FIELDS[type(value)]}
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, dict):
        return {_plain(key): _plain(v) for key, v in value.items()}
    return value


KINDS = (Audit, Check, Finding, Change, Coincidence, Match, Support, Neighbour, Procedures, Share)
FIELDS = {kind: [f.name for f in fields(kind)] for kind in KINDS}
