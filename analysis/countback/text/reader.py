"""Reading a text: tokens, items, comparisons, and from them the claims.

Examples
--------
>>> [(c.kind.value, c.fields) for c in read("RR, 0.68; 95% CI, 0.49-0.96; P = .03").claims]
[('ratio_ci', {'measure': 'RR', 'estimate': '0.68', 'level': '95', 'lower': '0.49', 'upper': '0.96', 'p': '= .03'})]
"""

from __future__ import annotations

import re
from bisect import bisect_left

from countback.text import items
from countback.text.arms import Arms
from countback.text.claim import ELSEWHERE, IN_SPAN, Kind, ReadClaim, Reading
from countback.text.comparisons import Comparison, Comparisons
from countback.text.estimates import Estimate, estimate
from countback.text.items import Cell, PValue, Spread
from countback.text.lexicon import CODE
from countback.text.patterns import ASIDES, CELLS, COMPARISONS, COUNTS, INTERVALS, P_VALUES, SIZES, SPREADS
from countback.text.row import Found, Row
from countback.text.tokens import Tokens, tokenise, value
from countback.text.totals import pair, single

_COUNTED = frozenset(CODE[name] for name in ("NUM", "DEC", "NEG", "PCT", "SPCT"))
_PEOPLE = frozenset((CODE["NUM"], CODE["WORDNUM"]))
_STANDARD_ERRORS = re.compile(r"(?:±|\+/-) ?\[?\(?(?:SEM|SE\b|standard error)|\(SEM?\)|\[SEM?\]")
"""A text that gives standard errors says so once; what is behind its ± is then not an SD."""

_P_REACH = 14
"""Elements after an interval within which its p is."""


def read(text: str, source: str = "") -> Reading:
    """Read the claims of a text.

    Parameters
    ----------
    text : str
    source : str
        Name of the file, kept in each claim.
    """
    return _Reader(tokenise(text), source).reading()


class _Reader:
    def __init__(self, tokens: Tokens, source: str) -> None:
        self.tokens, self.source = tokens, source
        self.row, self.arms = Row(tokens), Arms(tokens)
        self.ps: list[PValue] = []
        self.estimates: list[Estimate] = []
        self.spreads: list[Spread] = []
        self.cells: list[Cell] = []
        self.claims: list[ReadClaim] = []

    def reading(self) -> Reading:
        row = self.row
        row.reduce(P_VALUES, self._p_value)
        row.reduce(INTERVALS, self._estimate)
        if not _STANDARD_ERRORS.search(self.tokens.text):
            row.reduce(SPREADS, self._spread)
        row.reduce(CELLS, self._cell)
        row.reduce(SIZES, self._size, keep=False)
        row.reduce(ASIDES, self._aside)
        finder = Comparisons(row, self.arms)
        estimates_p = self._estimate_ps()
        row.reduce(COMPARISONS, finder.read)
        row.reduce(COUNTS, finder.read)
        self._add_estimates(estimates_p)
        used = {id(p) for p in estimates_p.values()} | {id(c.p) for c in finder.found if c.p}
        totals = self._add_comparisons(finder.found)
        self._add_cells(totals)
        for spread in self.spreads:
            self._add(Kind.MEAN_SD, spread.first, spread.end, {"mean": spread.mean, "sd": spread.sd})
        for p in self.ps:
            if id(p) not in used:
                self._add(Kind.P_VALUE, p.first, p.end, {"p": p.p})
        for size in self.arms.sizes:
            self._add(Kind.GROUP_SIZE, size.first, size.end, {"n": size.size}, (size.name,) if size.name else ())
        self.claims.sort(key=lambda c: (c.start, c.kind.value))
        return self._counted()

    def _p_value(self, found: Found) -> tuple[str, object] | None:
        item = items.p_value(self.tokens, found)
        if item is not None:
            self.ps.append(item)
        return None if item is None else ("PV", item)

    def _estimate(self, found: Found) -> tuple[str, object] | None:
        at = bisect_left(self.estimates, found.first, key=lambda e: e.begin)
        item = estimate(self.tokens, found, self.estimates[at - 1] if at else None)
        if item is None:
            return None
        self.estimates.insert(at, item)
        return ("BARE" if item.kind is Kind.PROPORTION_CI else "EST"), item

    def _spread(self, found: Found) -> tuple[str, object] | None:
        item = items.spread(self.tokens, found)
        if item is not None:
            self.spreads.append(item)
        return None if item is None else ("SPREAD", item)

    def _cell(self, found: Found) -> tuple[str, object] | None:
        share = self.row.elements[found.elements["percent"]].item if "percent" in found.elements else None
        item = items.cell(self.tokens, found, share.fields["estimate"] if isinstance(share, Estimate) else None)
        if item is None:
            return None
        if item.events is not None and item.percent is not None:
            self.cells.append(item)
            return "CELL", item
        return ("SHARE" if item.events is not None else "BARE"), item

    def _aside(self, found: Found) -> tuple[str, object] | None:
        named = self.arms.named(found.first, found.end)
        return None if len(named) > 1 else ("WORD", None)

    def _size(self, found: Found) -> tuple[str, object] | None:
        self.arms.add(found)
        return "WORD", None

    def _estimate_ps(self) -> dict[int, PValue]:
        """The p that is with each estimate, by the estimate's first token."""
        found: dict[int, PValue] = {}
        elements = self.row.elements
        inside = {p.first: p for p in self.ps}
        for at, element in enumerate(elements):
            if not isinstance(element.item, Estimate):
                continue
            own = next((inside[i] for i in range(element.first, element.end) if i in inside), None)
            if own is None and element.item.kind is not Kind.PROPORTION_CI and not self._second(at):
                own = self._following_p(at)
            if own is not None:
                found[element.item.begin] = own
        return found

    def _second(self, at: int) -> bool:
        """Whether an estimate is the second of two that "versus" joins: the p behind it is of both."""
        versus = False
        for element in self.row.elements[max(0, at - 16) : at][::-1]:
            kind = self.tokens.kind(element.first)
            if isinstance(element.item, Estimate):
                return versus
            if element.item is not None or kind == "STOP":
                return False
            versus = versus or kind == "VS"
        return False

    def _following_p(self, at: int) -> PValue | None:
        words = 0
        for element in self.row.elements[at + 1 : at + 1 + _P_REACH]:
            kind = self.tokens.kind(element.first)
            if isinstance(element.item, PValue):
                return element.item
            if element.item is not None or kind in ("STOP", "VS", "BUT", "PCT") or words > 8:
                return None
            words += kind not in ("OPEN", "CLOSE", "COMMA", "SEMI")
        return None

    def _add(
        self, kind: Kind, first: int, end: int, fields: dict[str, str], arms: tuple[str, ...] = ()
    ) -> None:  # fmt: skip
        if self.tokens.kind(end) == "CLOSE" and "OPEN" in (self.tokens.kind(i) for i in range(first, end)):
            end += 1
        start, stop = self.tokens.starts[first], self.tokens.ends[end - 1]
        self.claims.append(ReadClaim(kind, start, stop, self.tokens.text[start:stop], fields, arms, {}, self.source))

    def _add_estimates(self, ps: dict[int, PValue]) -> None:
        for one in self.estimates:
            p = ps.get(one.begin)
            end = max(one.end, p.end) if p else one.end
            fields = one.fields | ({"p": p.p} if p else {})
            if one.kind is Kind.PROPORTION_CI:
                fields = {k: v for k, v in fields.items() if k != "measure"}
            self._add(one.kind, one.first, end, fields)

    def _add_comparisons(self, found: list[Comparison]) -> dict[int, str]:
        totals: dict[int, str] = {}
        for comparison in found:
            self.arms.learn(comparison.cells, comparison.names)
        for comparison in found:
            one, two = comparison.cells
            fields: dict[str, str] = {}
            sizes = (
                None if one.total and two.total else pair(self.arms, self.tokens, comparison.cells, comparison.names)
            )
            for number, cell in ((1, one), (2, two)):
                total = cell.total or (sizes[number - 1] if sizes else None)
                if total is not None and cell.total is None:
                    totals[cell.first] = total
                for name, text in (("events", cell.events), ("total", total), ("percent", cell.percent)):
                    if text is not None:
                        fields[f"{name}_{number}"] = text
            if comparison.p is not None:
                fields["p"] = comparison.p.p
            if "total_1" in fields or "total_2" in fields:
                fields["total_where"] = IN_SPAN if one.total and two.total else ELSEWHERE
            first, end = min(one.first, two.first), comparison.end
            if comparison.p is not None:
                end = max(end, comparison.p.end)
            names = tuple(" ".join(sorted(words)) for words in comparison.names)
            self._add(Kind.TWO_ARM, first, end, fields, names if any(names) else ())
        return totals

    def _add_cells(self, known: dict[int, str]) -> None:
        self.cells.sort(key=lambda c: c.first)
        people = self._heads() if self.cells else []
        events = {i for c in self.cells for i in range(c.first, c.end)}
        for cell in self.cells:
            assert cell.events is not None and cell.percent is not None  # only such are kept
            fields = {"events": cell.events, "percent": cell.percent}
            if cell.total is not None:
                fields |= {"total": cell.total, "total_where": IN_SPAN}
            else:
                total = known.get(cell.first) or single(self.arms, cell, self._before(cell, people, events))
                fields |= {"total": total, "total_where": ELSEWHERE} if total else {}
            self._add(Kind.FRACTION_PERCENT, cell.first, cell.end, fields)

    def _heads(self) -> list[tuple[int, str]]:
        """Counts of people, in the order of the text: token and printed number."""
        tokens = self.tokens
        people: list[tuple[int, str]] = []
        for index, code in enumerate(tokens.codes):
            if code not in _PEOPLE or value(tokens.word(index)) < 2:
                continue
            after = [tokens.kind(index + step) for step in (1, 2, 3)]
            before = tokens.kind(index - 1)
            sized = before == "EQ" and tokens.kind(index - 2) == "N"
            listed = after[0] == "OPEN" or (after[0] in ("WORD", "IN") and value(tokens.word(index)) > 9)
            if "PEOPLE" in after or "SIZED" in after or before == "OF" or sized or listed:
                people.append((index, tokens.word(index)))
        return people

    def _before(self, cell: Cell, people: list[tuple[int, str]], events: set[int]) -> list[tuple[int, str, bool]]:
        """Counts of people before a cell, nearest first, each with whether it heads the cell's sentence."""
        at = bisect_left(people, (cell.first, ""))
        start = self.arms.sentence_start(cell.first)
        return [(i, n, i >= start and i not in events) for i, n in reversed(people[max(0, at - 8) : at])]

    def _counted(self) -> Reading:
        tokens = self.tokens
        covered = sorted((c.start, c.end) for c in self.claims)
        merged: list[tuple[int, int]] = []
        for start, end in covered:
            if merged and start <= merged[-1][1]:
                merged[-1] = merged[-1][0], max(merged[-1][1], end)
            else:
                merged.append((start, end))
        numbers, unread, at = 0, [], 0
        for index in range(len(tokens.codes)):
            if tokens.codes[index] not in _COUNTED:
                continue
            numbers += 1
            start = tokens.starts[index]
            while at < len(merged) and merged[at][1] <= start:
                at += 1
            if at == len(merged) or merged[at][0] > start:
                unread.append((start, tokens.word(index)))
        return Reading(tokens.text, tuple(self.claims), numbers, tuple(unread))
