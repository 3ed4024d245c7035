"""Whether the claims and the counts of a trial agree with each other.

Each check names what was compared. It `fails` only where the numbers exclude each other; where an unstated total or
another method would make them agree, it is `open` and names that.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations, islice
from typing import TypeAlias

from countback.audit import effects
from countback.audit.finding import Check
from countback.audit.verdicts import State, Verdict
from countback.trial import claims as kinds
from countback.trial import printed
from countback.trial.model import Trial

CONTRADICTIONS = ("same count", "p and decision")
"""The kinds whose failure makes the claims themselves inconsistent: two claims say what cannot both be so."""

_Place: TypeAlias = tuple[str, int | None]


def checks(of: Trial, alpha: float, verdicts: Mapping[str, Verdict]) -> list[Check]:
    """Compare a trial's counts and claims with each other.

    Parameters
    ----------
    of : Trial
    alpha : float
        Level of significance that printed decisions refer to.
    verdicts : mapping of str to Verdict
        Of each claim alone, by id.

    Returns
    -------
    list of Check
        In a stable order; only where there is something to compare.
    """
    return [
        *_totals(of),
        *_sums(of),
        *_subsets(of),
        *_same_counts(of),
        *_same_p(of),
        *_decisions(of, alpha),
        *_headers(of),
        *_limits(of, alpha, verdicts),
    ]


def _place(endpoint: str, week: int | None) -> str:
    return endpoint if week is None else f"{endpoint} at week {week}"


def _slug(*parts: object) -> str:
    return ":".join("-" if part is None else str(part).replace(" ", "-") for part in parts)


def _totals(of: Trial) -> Iterator[Check]:
    """Compare the totals of the counts, and of tables' headers, with the numbers randomised."""
    for arm in of.design.arms:
        totals = {count.total for count in of.counts if count.arm == arm.id}
        totals |= {document.arms[arm.id] for document in of.documents if arm.id in document.arms}
        if not totals:
            continue
        largest = max(totals)
        state = State.HOLDS if largest <= arm.randomised else State.FAILS
        words = "at most" if state is State.HOLDS else "more than"
        because = f"Of {arm.name}, {largest} patients are counted: {words} the {arm.randomised} randomised."
        yield Check(_slug("total", arm.id), "total", state, because)
    if of.design.arms:
        parts = [arm.randomised for arm in of.design.arms]
        terms = " + ".join(map(str, parts))
        state = State.HOLDS if sum(parts) == of.design.randomised else State.FAILS
        sign = "=" if state is State.HOLDS else "is not"
        yield Check("total:arms", "total", state, f"The arms make the whole: {terms} {sign} {of.design.randomised}.")


def _sums(of: Trial) -> Iterator[Check]:
    """Compare an endpoint's events with the sum of those that make it up."""
    for endpoint in of.design.endpoints:
        if not endpoint.sum_of:
            continue
        for week in endpoint.weeks:
            for arm in of.design.arms:
                whole = of.count(endpoint.id, week, arm.id)
                found = [of.count(part, week, arm.id) for part in endpoint.sum_of]
                parts = [part for part in found if part is not None]
                if whole is None or len(parts) < len(found):
                    continue
                terms = " + ".join(f"{part.events} ({of.endpoint(part.endpoint).name})" for part in parts)
                agrees = sum(part.events for part in parts) == whole.events
                because = (
                    f"{arm.name}: {terms} {'=' if agrees else 'is not'} {whole.events} ({_place(endpoint.name, week)})."
                )
                yield Check(
                    _slug("sum", endpoint.id, week, arm.id), "sum", State.HOLDS if agrees else State.FAILS, because,
                    _about(of, {(c.endpoint, c.week) for c in (whole, *parts)}, arm.id),
                )  # fmt: skip


def _subsets(of: Trial) -> Iterator[Check]:
    """Compare an endpoint's events with those of the endpoint that contains it."""
    for endpoint in of.design.endpoints:
        if endpoint.among is None:
            continue
        for week in endpoint.weeks:
            for arm in of.design.arms:
                part, whole = of.count(endpoint.id, week, arm.id), of.count(endpoint.among, week, arm.id)
                if part is None or whole is None:
                    continue
                agrees = part.events <= whole.events
                words = "are among" if agrees else "cannot be among"
                outer = of.endpoint(endpoint.among).name
                because = f"{arm.name}: the {part.events} with {endpoint.name} {words} the {whole.events} with {outer}."
                yield Check(
                    _slug("subset", endpoint.id, week, arm.id), "subset",
                    State.HOLDS if agrees else State.FAILS, because,
                    _about(of, {(endpoint.id, week), (endpoint.among, week)}, arm.id),
                )  # fmt: skip


def _about(of: Trial, places: set[_Place], arm: str) -> tuple[str, ...]:
    about = kinds.PercentageClaim | kinds.FractionClaim | kinds.CountClaim
    return tuple(c.id for c in of.claims if isinstance(c, about) and (c.endpoint, c.week) in places and c.arm == arm)


MOST = 1000
"""Counts of one percentage that are tried against another: far more than two rounded percentages leave in common."""

_OfCount: TypeAlias = kinds.PercentageClaim | kinds.FractionClaim | kinds.CountClaim


def _allows(claim: _OfCount, events: int, total: int) -> bool:
    """Whether a claim allows a count."""
    if isinstance(claim, kinds.FractionClaim):
        return claim.fraction == (events, total)
    if isinstance(claim, kinds.PercentageClaim):
        return printed.prints_percent(claim.number, events, total)
    return claim.number.value == events


def _in_common(first: _OfCount, second: _OfCount, largest: int) -> list[tuple[int, int]]:
    """The first counts, of totals up to the largest, that both of two claims allow."""
    narrow, wide = sorted((first, second), key=_narrowness)
    if isinstance(narrow, kinds.FractionClaim):
        tried: Iterable[tuple[int, int]] = [narrow.fraction]
    elif isinstance(narrow, kinds.CountClaim):
        events = int(narrow.number.value)
        totals = range(max(1, events), largest + 1)
        if isinstance(wide, kinds.PercentageClaim):
            totals = printed.totals_that_print(wide.number, events, largest)
        tried = ((events, total) for total in totals)
    else:
        tried = printed.first_counts(narrow.number, largest, MOST).counts
    return [*islice((count for count in tried if _allows(wide, *count)), 4)]


def _narrowness(claim: _OfCount) -> tuple[int, int]:
    """Order in which claims fix a count: a fraction entirely, a number of events, a percentage by its digits."""
    if isinstance(claim, kinds.PercentageClaim):
        return 2, -claim.number.decimals
    return (0, 0) if isinstance(claim, kinds.FractionClaim) else (1, 0)


def _same_counts(of: Trial) -> Iterator[Check]:
    """Compare the claims on one arm's count: some count must satisfy any two of them."""
    groups: dict[tuple[str, int | None, str], list[_OfCount]] = defaultdict(list)
    for claim in of.claims:
        if isinstance(claim, kinds.PercentageClaim | kinds.FractionClaim | kinds.CountClaim):
            groups[claim.endpoint, claim.week, claim.arm].append(claim)
    for (endpoint, week, arm), claims in groups.items():
        for first, second in combinations(claims, 2):
            state, because = _same_count(first, second, of.arm(arm).randomised)
            yield Check(
                _slug("same-count", endpoint, week, arm, first.id, second.id), "same count",
                state, because, (first.id, second.id),
            )  # fmt: skip


def _same_count(first: _OfCount, second: _OfCount, largest: int) -> tuple[State, str]:
    """Whether some count satisfies two claims; two percentages may be of two sets of patients."""
    shown = f"{_text(first)} and {_text(second)}"
    both = _in_common(first, second, largest)
    if both:
        named = ", ".join(f"{e}/{n}" for e, n in both[:3]) + (", ..." if len(both) > 3 else "")
        return State.HOLDS, f"{shown} can both be so: {named}."
    because = f"{shown} exclude each other: no count of up to {largest} patients gives both"
    if isinstance(first, kinds.PercentageClaim) and isinstance(second, kinds.PercentageClaim):
        return State.OPEN, f"{because}; two sets of patients would explain it."
    return State.FAILS, f"{because}."


def _text(claim: kinds.Claim) -> str:
    text = getattr(claim, "printed", "") or ""
    return f"{text}%" if isinstance(claim, kinds.PercentageClaim) and "%" not in text else text


def _p_claims(of: Trial) -> dict[_Place, list[kinds.PValueClaim]]:
    groups: dict[_Place, list[kinds.PValueClaim]] = defaultdict(list)
    for claim in of.claims:
        if isinstance(claim, kinds.PValueClaim):
            groups[claim.endpoint, claim.week].append(claim)
    return groups


def _same_p(of: Trial) -> Iterator[Check]:
    """Compare the p-values that are printed for one comparison, unless they are of different named tests."""
    for (endpoint, week), claims in _p_claims(of).items():
        for first, second in combinations(claims, 2):
            if first.procedure != second.procedure:
                continue
            (low1, high1), (low2, high2) = (printed.p_range(c.number) for c in (first, second))
            agree = low1 <= high2 and low2 <= high1
            words = (
                "can be the same value" if agree else "differ: two methods, or two sets of patients, would explain it"
            )
            because = f"p {first.printed} and p {second.printed} {words} ({_place(endpoint, week)})."
            yield Check(
                _slug("same-p", first.id, second.id), "same p", State.HOLDS if agree else State.OPEN, because,
                (first.id, second.id),
            )  # fmt: skip


def _decisions(of: Trial, alpha: float) -> Iterator[Check]:
    """Compare each printed p with the decision that is stated for the same comparison."""
    numbers = _p_claims(of)
    for claim in of.claims:
        if not isinstance(claim, kinds.DecisionClaim):
            continue
        for p in numbers.get((claim.endpoint, claim.week), []):
            number = printed.at_level(p.number, alpha)
            stated = f'"{claim.printed}"'
            significant = printed.significant(number, alpha)
            if significant is None:
                state, words = State.OPEN, f"leaves open whether it is below {alpha:g}, and so whether {stated} holds"
            else:
                agrees = significant == claim.significant
                side = "below" if significant else "not below"
                state = State.HOLDS if agrees else State.FAILS
                words = f"is {side} {alpha:g}, {'as' if agrees else 'contrary to what'} {stated} says"
            yield Check(
                _slug("p-and-decision", p.id, claim.id), "p and decision", state, f"p {p.printed} {words}.",
                (p.id, claim.id),
            )  # fmt: skip


def _headers(of: Trial) -> Iterator[Check]:
    """Compare the totals that the cells of a table take with the patients that the table counts in each arm."""
    for document in of.documents:
        for arm, header in document.arms.items():
            cells = [c for c in document.claims if isinstance(c, kinds.CellClaim) and c.arm == arm]
            within: list[str] = []
            beyond: list[tuple[kinds.CellClaim, Sequence[int]]] = []
            for claim in cells:
                events, stated, percent = claim.cell
                total = stated or claim.total
                if total is not None and total != header:
                    beyond.append((claim, [total]))
                elif percent is None or printed.prints_percent(percent, events, header):
                    within.append(claim.id)
                else:
                    largest = of.arm(arm).randomised
                    beyond.append((claim, printed.totals_that_print(percent, events, largest)))
            if not cells:
                continue
            name = of.arm(arm).name
            if not beyond:
                because = f"{document.document}, {name}: all {len(cells)} cells fit the {header} patients of the arm."
                yield Check(_slug("header", document.document, arm), "header", State.HOLDS, because)
                continue
            shown = "; ".join(
                f"{claim.printed} ({claim.says}) takes {' or '.join(map(str, fits)) or 'no total at all'}"
                for claim, fits in beyond
            )
            because = (
                f"{document.document}, {name}: {len(within)} of {len(cells)} cells fit the {header} patients of the "
                f"arm; these do not: {shown}."
            )
            state = State.OPEN if all(fits for _, fits in beyond) else State.FAILS
            yield Check(
                _slug("header", document.document, arm), "header", state, because, tuple(c.id for c, _ in beyond)
            )


def _limits(of: Trial, alpha: float, verdicts: Mapping[str, Verdict]) -> Iterator[Check]:
    """Compare each estimate with its interval, and the interval with its p-value.

    Where the counts decide, what the numbers seem to say against each other is open and not a contradiction.
    """
    for claim in of.claims:
        if isinstance(claim, kinds.EffectClaim):
            contradicted = verdicts.get(claim.id) is Verdict.INCONSISTENT
            for one in effects.contradictions(effects.effect_of(claim, alpha)):
                state = State.OPEN if one.state is State.FAILS and not contradicted else one.state
                yield Check(_slug(one.kind, claim.id), one.kind, state, one.because, (claim.id,))
