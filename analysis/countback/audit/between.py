"""Whether the claims and the counts of a trial agree with each other.

Each check names what was compared. It `fails` only where the numbers exclude each other; where an unstated total or
another method would make them agree, it is `open` and names that.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import TypeAlias

from countback.audit import effects
from countback.audit.coherence import contradictions
from countback.audit.finding import Check
from countback.audit.verdicts import State, Verdict
from countback.trial import claims as kinds
from countback.trial import printed
from countback.trial.candidates import WITHOUT_BOUND, OfCount, counts_of
from countback.trial.design import Endpoint, Place, shown_time
from countback.trial.model import Trial

CONTRADICTIONS = ("same count", "p and decision")
"""The kinds whose failure makes the claims themselves inconsistent: two claims say what cannot both be so."""


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


def _place(name: str, place: Place) -> str:
    """A place as a sentence names it, by a name of its endpoint."""
    time, of = shown_time(place.time), f" ({place.set})" if place.set else ""
    return (f"{name} at {time}" if time else name) + of


def _slug(*parts: object) -> str:
    return ":".join("-" if part is None else str(part).replace(" ", "-") for part in parts)


def _totals(of: Trial) -> Iterator[Check]:
    """Compare the totals of the counts, and of tables' headers, with the numbers randomised.

    In a crossover or a cluster trial, and of units that are not patients, totals can be larger.
    """
    patients = {endpoint.id for endpoint in of.design.endpoints if endpoint.unit is None}
    bounded = of.design.structure in ("parallel", "factorial")
    for arm in of.design.arms if bounded else ():
        totals = {count.total for count in of.counts if count.arm == arm.id and count.endpoint in patients}
        totals |= {document.arms[arm.id] for document in of.documents if arm.id in document.arms}
        if not totals or arm.randomised is None:
            continue
        largest = max(totals)
        state = State.HOLDS if largest <= arm.randomised else State.FAILS
        words = "at most" if state is State.HOLDS else "more than"
        because = f"Of {arm.name}, {largest} patients are counted: {words} the {arm.randomised} randomised."
        yield Check(_slug("total", arm.id), "total", state, because)
    parts = [arm.randomised for arm in of.design.arms if arm.randomised is not None]
    if bounded and len(parts) == len(of.design.arms) and of.design.randomised is not None:
        terms = " + ".join(map(str, parts))
        state = State.HOLDS if sum(parts) == of.design.randomised else State.FAILS
        sign = "=" if state is State.HOLDS else "is not"
        yield Check("total:arms", "total", state, f"The arms make the whole: {terms} {sign} {of.design.randomised}.")


def _places(of: Trial, endpoint: Endpoint) -> Iterator[Place]:
    """Every place of an endpoint: its times, in the main set and in each other."""
    for chosen in (None, *(one.id for one in of.design.analysis_sets)):
        for time in endpoint.time_points:
            yield Place(endpoint.id, time, chosen)


def _named(place: Place, *more: str) -> str:
    """Id of a check of a place."""
    return _slug(place.endpoint, place.time, *([place.set] if place.set else []), *more)


def _sums(of: Trial) -> Iterator[Check]:
    """Compare an endpoint's events with the sum of those that make it up."""
    for endpoint in of.design.endpoints:
        for place in _places(of, endpoint) if endpoint.sum_of else ():
            for arm in of.design.arms:
                whole = of.counted(place, [arm.id])
                found = [of.counted(place._replace(endpoint=part), [arm.id]) for part in endpoint.sum_of]
                parts = [part for part in found if part is not None]
                if whole is None or len(parts) < len(found):
                    continue
                terms = " + ".join(f"{part.events} ({of.endpoint(part.endpoint).name})" for part in parts)
                agrees = sum(part.events for part in parts) == whole.events
                sign = "=" if agrees else "is not"
                because = f"{arm.name}: {terms} {sign} {whole.events} ({_place(endpoint.name, place)})."
                yield Check(
                    f"sum:{_named(place, arm.id)}", "sum", State.HOLDS if agrees else State.FAILS, because,
                    _about(of, {Place(c.endpoint, c.time_point, c.set) for c in (whole, *parts)}, arm.id),
                )  # fmt: skip
    yield from _wholes(of)


def _wholes(of: Trial) -> Iterator[Check]:
    """Compare a count of the whole trial with the sum of the arms' counts."""
    for count in of.counts if of.design.structure != "crossover" else ():
        if count.arm is not None:
            continue
        place = Place(count.endpoint, count.time_point, count.set)
        found = [of.counted(place, [arm.id]) for arm in of.design.arms]
        parts = [part for part in found if part is not None]
        if len(parts) < len(found):
            continue
        events, total = sum(part.events for part in parts), sum(part.total for part in parts)
        agrees = (events, total) == (count.events, count.total)
        state = State.HOLDS if agrees else State.FAILS if total == count.total else State.OPEN
        words = {State.HOLDS: "as printed", State.FAILS: "and not", State.OPEN: "of another total than the printed"}
        shown = "" if agrees else f" {count.events} of {count.total}"
        because = f"The arms add up to {events} of {total}, {words[state]}{shown} ({_place(count.endpoint, place)})."
        yield Check(f"sum:{_named(place, 'all')}", "sum", state, because)


def _subsets(of: Trial) -> Iterator[Check]:
    """Compare an endpoint's events with those of the endpoint that contains it."""
    for endpoint in of.design.endpoints:
        if endpoint.among is None:
            continue
        for place in _places(of, endpoint):
            around = place._replace(endpoint=endpoint.among)
            for arm in of.design.arms:
                part, whole = of.counted(place, [arm.id]), of.counted(around, [arm.id])
                if part is None or whole is None:
                    continue
                agrees = part.events <= whole.events
                words = "are among" if agrees else "cannot be among"
                outer = of.endpoint(endpoint.among).name
                because = f"{arm.name}: the {part.events} with {endpoint.name} {words} the {whole.events} with {outer}."
                yield Check(
                    f"subset:{_named(place, arm.id)}", "subset", State.HOLDS if agrees else State.FAILS, because,
                    _about(of, {place, around}, arm.id),
                )  # fmt: skip


def _about(of: Trial, places: set[Place], arm: str) -> tuple[str, ...]:
    return tuple(c.id for c in of.claims if isinstance(c, OfCount) and c.place in places and c.arms == (arm,))


def _in_common(first: OfCount, second: OfCount, largest: int) -> list[tuple[int, int]]:
    """The first counts, of totals up to the largest, that both of two claims allow."""
    return counts_of([first, second], largest)[0][:4]


def _same_counts(of: Trial) -> Iterator[Check]:
    """Compare the claims on one arm's count: some count must satisfy any two of them."""
    groups: dict[tuple[Place, tuple[str, ...]], list[OfCount]] = defaultdict(list)
    for claim in of.claims:
        if isinstance(claim, OfCount) and not (isinstance(claim, kinds.PercentageClaim) and claim.adjusted):
            groups[claim.place, claim.arms].append(claim)
    for (place, arms), claims in groups.items():
        estimated = of.endpoint(place.endpoint).type == "time to event" or len(arms) != 1
        for first, second in combinations(claims, 2):
            state, because = _same_count(first, second, of.largest(arms) or WITHOUT_BOUND)
            if state is State.FAILS and (estimated or first.total != second.total):
                state, because = (
                    State.OPEN,
                    f"{because[:-1]}; an estimate, or another set of patients, would explain it.",
                )
            yield Check(
                f"same-count:{_named(place, *arms)}:{first.id}:{second.id}", "same count", state, because,
                (first.id, second.id),
            )  # fmt: skip


def _same_count(first: OfCount, second: OfCount, largest: int) -> tuple[State, str]:
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


_Tested: TypeAlias = tuple[Place, str, str]
"""Place, comparison and hypothesis."""


def _tested(of: Trial, claim: kinds.PValueClaim | kinds.DecisionClaim) -> _Tested:
    return claim.place, claim.comparison or of.contrast().id, claim.hypothesis


def _p_claims(of: Trial) -> dict[_Tested, list[kinds.PValueClaim]]:
    groups: dict[_Tested, list[kinds.PValueClaim]] = defaultdict(list)
    for claim in of.claims:
        if isinstance(claim, kinds.PValueClaim):
            groups[_tested(of, claim)].append(claim)
    return groups


def _same_p(of: Trial) -> Iterator[Check]:
    """Compare the p-values that are printed for one comparison, unless they are of different analyses."""
    for (place, _, _), claims in _p_claims(of).items():
        for first, second in combinations(claims, 2):
            if (first.procedure, first.adjusted) != (second.procedure, second.adjusted):
                continue
            (low1, high1), (low2, high2) = (printed.p_range(c.number) for c in (first, second))
            agree = low1 <= high2 and low2 <= high1
            words = (
                "can be the same value" if agree else "differ: two methods, or two sets of patients, would explain it"
            )
            because = f"p {first.printed} and p {second.printed} {words} ({_place(place.endpoint, place)})."
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
        level = claim.alpha or alpha
        for p in numbers.get(_tested(of, claim), []):
            if p.adjusted != claim.adjusted and claim.adjusted:
                continue
            state, words = _decided(of, p, claim, level)
            yield Check(
                _slug("p-and-decision", p.id, claim.id), "p and decision", state, f"p {p.printed} {words}.",
                (p.id, claim.id),
            )  # fmt: skip


def _decided(of: Trial, p: kinds.PValueClaim, claim: kinds.DecisionClaim, alpha: float) -> tuple[State, str]:
    """Whether a p-value and a statement agree; a correction for several comparisons makes a small p not significant."""
    stated = f'"{claim.printed}"'
    significant = printed.significant(printed.at_level(p.number, alpha), alpha)
    if significant is None:
        return State.OPEN, f"leaves open whether it is below {alpha:g}, and so whether {stated} holds"
    agrees = significant == claim.significant
    if not agrees and claim.hypothesis != "superiority":
        return (
            State.OPEN,
            f"leaves {stated} open: the test and the interval can be by other methods or levels",
        )
    side = "below" if significant else "not below"
    words = f"is {side} {alpha:g}, {'as' if agrees else 'contrary to what'} {stated} says"
    if agrees:
        return State.HOLDS, words
    if significant and len(of.contrasts) > 1:
        return State.OPEN, f"{words}; a correction for several comparisons would explain it"
    return State.FAILS, words


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
                    largest = of.largest([arm]) or WITHOUT_BOUND
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
            for one in contradictions(effects.effect_of(claim, alpha, of)):
                state = State.OPEN if one.state is State.FAILS and not contradicted else one.state
                yield Check(_slug(one.kind, claim.id), one.kind, state, one.because, (claim.id,))
