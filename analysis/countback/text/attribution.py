"""Attribution: whether the test that a table or a record names is among those that give its p-value."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from countback.procedures.panel import p_values
from countback.text.claim import Kind, ReadClaim
from countback.text.methods import METHODS, named_method
from countback.text.tokens import value
from countback.trial.printed import parse_p, rules_that_print

LARGEST_TOTAL = 10**6
_KEYS = {name: keys for name, keys, _ in METHODS}


@dataclass(frozen=True)
class Attribution:
    """One comparison whose test is named.

    Attributes
    ----------
    claim : ReadClaim
    named : str
    where : str
    table : str
        Both arms' counts.
    p : str
    given : bool
        Whether some test of the catalogue gives the printed p-value.
    among : bool
        Whether the named one does.
    """

    claim: ReadClaim
    named: str
    where: str
    table: str
    p: str
    given: bool
    among: bool


def attribution(claims: Iterable[ReadClaim]) -> list[Attribution]:
    """Comparisons of counts whose test is named, each with whether it is among those that give the p-value."""
    return [one for claim in claims if (one := _one(claim)) is not None]


def _one(claim: ReadClaim) -> Attribution | None:
    method = named_method(claim.place.get("method", ""))
    if claim.kind is not Kind.TWO_ARM or method is None or not _KEYS[method] or "p" not in claim.fields:
        return None
    counts = [value(claim.fields.get(f"{name}_{arm}", "")) for arm in (1, 2) for name in ("events", "total")]
    if not all(c == c and c <= LARGEST_TOTAL for c in counts) or counts[0] > counts[1] or counts[2] > counts[3]:
        return None
    if not counts[1] or not counts[3]:
        return None
    try:
        p = parse_p(claim.fields["p"].replace("·", "."))
    except ValueError:
        return None
    a, n1, b, n2 = (int(c) for c in counts)
    giving = [test.key for test, number in p_values((a, n1, b, n2), unconditional=False) if rules_that_print(p, number)]
    among = any(key.startswith(_KEYS[method]) for key in giving)
    where = ", ".join(claim.place[key] for key in ("table", "row", "outcome") if key in claim.place)[:80]
    return Attribution(claim, method, where, f"{a}/{n1} v {b}/{n2}", claim.fields["p"], bool(giving), among)
