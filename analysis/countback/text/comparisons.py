"""Comparisons: which two proportions of a sentence are the two arms on one outcome."""

from __future__ import annotations

import re
from dataclasses import dataclass

from countback.text.arms import COMPARATORS, Arms
from countback.text.claim import Kind
from countback.text.context import compares, happens, of_arms, tested
from countback.text.estimates import Estimate
from countback.text.items import Cell, PValue
from countback.text.row import Found, Row
from countback.text.tokens import value

_JOINS = ("AND", "BUT", "COMMA", "SEMI")


@dataclass(frozen=True)
class Comparison:
    """Two arms on one outcome, with the p that is with them."""

    cells: tuple[Cell, Cell]
    names: tuple[frozenset[str], frozenset[str]]
    p: PValue | None
    end: int


class Comparisons:
    """Finds the comparisons of a text."""

    def __init__(self, row: Row, arms: Arms) -> None:
        self.row, self.tokens, self.arms = row, row.tokens, arms
        self.found: list[Comparison] = []
        self._taken: set[int] = set()

    def read(self, found: Found) -> tuple[str, object] | None:
        """Keep what a pattern found, where the words allow it; its cells count for nothing else then."""
        pairs = self._pairs(found)
        if pairs is None:
            return None
        if any(cell.first in self._taken for pair in pairs for cell in pair) or not all(
            compares(self.tokens, self.arms, one, two) for one, two in pairs
        ):
            return None
        if not pairs:
            return "WORD", None
        after = self._p_values(found)
        for number, (one, two) in enumerate(pairs):
            p = self._p(found, two, after, number, len(pairs))
            names = self._ordered(found, one, two) or self._names(one, two)
            self._taken |= {one.first, two.first}
            self.found.append(Comparison((one, two), names, p, max(one.end, two.end)))
        return "WORD", None

    def _cell(self, found: Found, name: str) -> Cell:
        item = self.row.elements[found.elements[name]].item
        if isinstance(item, Estimate):
            return Cell(item.first, item.end, percent=item.fields["estimate"])
        if isinstance(item, Cell):
            return item
        first, end = found.parts[name]
        return Cell(first, end, percent=self.tokens.span(first, end))

    def _pairs(self, found: Found) -> list[tuple[Cell, Cell]] | None:
        if found.pattern == "both":
            both = self._cell(found, "first")
            return [(both, both)]
        if found.pattern == "counts":
            return self._counts(found)
        if found.pattern == "versus":
            return self._lists(found)
        one, two = self._cell(found, "first"), self._cell(found, "second")
        third = self._cell(found, "third") if "third" in found.parts else None
        if third is not None:
            return self._three(found, one, two, third)
        if found.pattern == "arms" and self._same_again(one, two):
            return [(one, two)]
        if found.pattern in ("arms", "counts") and not self._arms(one, two):
            return None
        if found.pattern == "arms":
            joined = {"AND", "BUT", "SEMI"} & set(self._between(one, two))
            if self._listed(found.elements["second"]) if not joined else self._list_goes_on(found.elements["first"]):
                return None
            if self._after_versus(found.elements["first"]):
                return None
        if found.pattern.startswith("respectively") and not self._respectively(found, one, two):
            return None
        if found.pattern.endswith(("signless", "signless_second")) and not all(
            0 <= value(c.percent or "nan") <= 100 for c in (one, two)
        ):
            return None
        return [(one, two)]

    def _three(self, found: Found, one: Cell, two: Cell, third: Cell) -> list[tuple[Cell, Cell]] | None:
        """The pairs of three arms: each against the control, or as "versus" says."""
        if found.pattern == "two_against_one":
            joined = self._between(one, two)
            long = len(joined) > 5 or "OPEN" in joined
            names = self._named_three(one, two, third)
            if len(self._run(found.elements["third"], 1)) > 1 or len(self._run(found.elements["second"], -1)) > 2:
                return None
            apart = (long and not names) or "VS" in joined or self._after_versus(found.elements["first"])
            return None if apart else [(one, third), (two, third)]
        if found.pattern == "three_arms":
            names = self._named_three(one, two, third)
            kinds = self._between(one, two) + self._between(two, third)
            if not names or "VS" in kinds or "STOP" in kinds or self._listed(found.elements["third"]):
                return None
            cells = (one, two, third)
            control = [i for i, words in enumerate(names) if words & COMPARATORS]
            if len(control) != 1:
                return []
            return [(cells[min(i, control[0])], cells[max(i, control[0])]) for i in range(3) if i != control[0]]
        return [(one, two), (one, third)] if self._one_against_two(two, third) else None

    def _named_three(self, one: Cell, two: Cell, third: Cell) -> tuple[frozenset[str], ...] | None:
        """Words that name three arms, where they are three different ones."""
        arms = self.arms
        behind = tuple(
            arms.named(cell.end, min(self._clause_end(cell.end), end))
            for cell, end in ((one, two.first), (two, third.first), (third, third.end + 12))
        )
        before = tuple(arms.named(max(start, cell.first - 8), cell.first)
                       for start, cell in ((0, one), (one.end, two), (two.end, third)))  # fmt: skip
        for names in (behind, before):
            if all(names) and len(set(names)) == 3:
                return names
        return None

    def _lists(self, found: Found) -> list[tuple[Cell, Cell]] | None:
        """The pairs of "a and b vs c and d": as many on one side as on the other."""
        elements = self.row.elements
        for at in range(found.elements["first"] + 1, found.elements["second"]):
            if self.tokens.kind(elements[at].first) == "VS" and isinstance(elements[at - 1].item, PValue):
                return None  # "P = .04 vs placebo" compares nothing more
        left, right = self._run(found.elements["first"], -1), self._run(found.elements["second"], 1)
        return list(zip(left[::-1], right, strict=True)) if len(left) == len(right) else None

    def _list_goes_on(self, element: int) -> bool:
        """Whether a cell ends a list of three: another is before it, with a comma between."""
        comma = False
        for before in self.row.elements[max(0, element - 14) : element][::-1]:
            if isinstance(before.item, Cell):
                return comma and not self._used(before.item)
            kind = self.tokens.kind(before.first)
            if isinstance(before.item, PValue):
                continue
            if before.item is not None or kind in ("STOP", "SEMI", "VS"):
                return False
            comma = comma or kind == "COMMA"
        return False

    def _run(self, element: int, step: int) -> list[Cell]:
        """Cells that are in one list with a cell, nothing but commas and "and" between them."""
        elements, run, skipped = self.row.elements, [], 0
        while 0 <= element < len(elements) and skipped < 3:
            item = elements[element].item
            kind = self.tokens.kind(elements[element].first)
            if isinstance(item, Cell) or (isinstance(item, Estimate) and item.kind is Kind.PROPORTION_CI):
                run.append(
                    item if isinstance(item, Cell) else Cell(item.first, item.end, percent=item.fields["estimate"])
                )
                skipped = 0
            elif kind in ("COMMA", "AND"):
                skipped += 1
            else:
                break
            element += step
        return run

    def _same_again(self, one: Cell, two: Cell) -> bool:
        """Whether "(6 [6%] and 2 [4%])" goes on with the two arms of a comparison before it in the sentence."""
        kinds = [kind for kind in self._between(one, two) if kind != "CLOSE"]
        if kinds != ["AND"] or one.events is None or self.tokens.kind(one.first - 1) != "OPEN" or not self.found:
            return False
        last = self.found[-1]
        return last.end < one.first and self.arms.sentence(last.end) == self.arms.sentence(one.first)

    def _used(self, cell: Cell) -> bool:
        """Whether a cell is in a comparison already."""
        return cell.first in self._taken

    def _after_versus(self, element: int) -> bool:
        """Whether a cell is itself the second of a comparison."""
        for at in range(element - 1, max(-1, element - 12), -1):
            if isinstance(self.row.elements[at].item, Cell):
                return False
            kind = self.tokens.kind(self.row.elements[at].first)
            if kind in ("VS", "STOP"):
                return kind == "VS"
        return False

    def _listed(self, element: int) -> bool:
        """Whether another proportion follows in the same list: three arms, or a sample described."""
        for following in self.row.elements[element + 1 : element + 14]:
            if isinstance(following.item, Cell):
                return not self._used(following.item)
            if isinstance(following.item, PValue):
                continue
            if following.item is not None or self.tokens.kind(following.first) in ("STOP", "SEMI"):
                return False
        return False

    def _between(self, one: Cell, two: Cell) -> list[str]:
        return [self.tokens.kind(i) for i in range(one.end, two.first)]

    def _counts(self, found: Found) -> list[tuple[Cell, Cell]] | None:
        """Counts without percentages: what happened to so many in one arm, and to so many in the other."""
        tokens = self.tokens
        if not happens(tokens, self.arms, found.first, found.end):
            return None
        if "each" in found.parts:
            both = Cell(*found.parts["first"], events=tokens.span(*found.parts["first"]))
            return [(both, both)]
        one, two = (Cell(*found.parts[n], events=tokens.span(*found.parts[n])) for n in ("first", "second"))
        if tokens.kind(two.end) in ("UNIT", "DASH", "SLASH", "TO", "OF") or tokens.kind(two.end + 1) == "OF":
            return None
        return [(one, two)] if self._arms(one, two) else None

    def _one_against_two(self, two: Cell, third: Cell) -> bool:
        joined = self._between(two, third)
        short = len([k for k in joined if k not in ("OPEN", "CLOSE")]) <= 5
        if "SEMI" in joined and not short:
            return False
        follows = [self.tokens.kind(i) for i in range(third.end, min(third.end + 24, len(self.tokens.codes)))]
        follows = follows[: follows.index("STOP")] if "STOP" in follows else follows
        both = self.arms.named(two.end, third.first) and (
            self.arms.named(third.end, third.end + 8) or self.tokens.kind(third.first - 1) == "OPEN"
        )
        return "VS" not in joined and (("RESPECTIVELY" in follows and short) or (bool(both) and "VS" not in follows))

    def _names(self, one: Cell, two: Cell) -> tuple[frozenset[str], frozenset[str]]:
        """Words that name the arms of two cells: those behind each, or else those before each."""
        for names in self._name_pairs(one, two):
            if names[0] and names[1]:
                return names
        return frozenset(), frozenset()

    def _ordered(self, found: Found, one: Cell, two: Cell) -> tuple[frozenset[str], frozenset[str]] | None:
        """Names of the two arms of "12% and 14% in arms B and C, respectively", in that order."""
        if not found.pattern.startswith("respectively"):
            return None
        for first, end in ((two.end, found.end), (self.arms.sentence_start(one.first), one.first)):
            joins = [i for i in range(first, end) if self.tokens.kind(i) in ("AND", "VS", "COMMA")]
            for join in joins[::-1]:
                names = self.arms.named(first, join), self.arms.named(join, end)
                if names[0] and names[1] and names[0] != names[1]:
                    return names
        return None

    def _name_pairs(self, one: Cell, two: Cell) -> list[tuple[frozenset[str], frozenset[str]]]:
        """Words that may name the arms of two cells: within each, behind each, before each, the likeliest first."""
        arms, join = self.arms, self._join(one, two)
        within = arms.named(one.first, one.end), arms.named(two.first, two.end)
        behind = arms.named(one.end, join), arms.named(two.end, self._clause_end(two.end))
        before = arms.named(self._clause_start(one.first), one.first), arms.named(join, two.first)
        bracketed = self.tokens.kind(one.first - 1) in ("OPEN", "COMMA", "COLON", "EQ")
        return [within, before, behind] if bracketed else [within, behind, before]

    def _join(self, one: Cell, two: Cell) -> int:
        """Token that joins two cells."""
        kinds = self._between(one, two)
        for wanted in (("VS",), ("AND", "BUT"), ("SEMI",), ("COMMA",)):
            places = [i for i, kind in enumerate(kinds) if kind in wanted and (i + 1 < len(kinds) or i == 0)]
            if places:
                return one.end + places[-1]
        return two.first

    def _clause_end(self, index: int) -> int:
        end = index
        while end - index < 12 and self.tokens.kind(end) not in ("STOP", "SEMI", "PCT", "P"):
            if self.tokens.kind(end) == "COMMA" and end > index:
                break
            end += 1
        return end

    def _clause_start(self, index: int) -> int:
        start = index - (self.tokens.kind(index - 1) in ("COMMA", "EQ", "COLON"))
        while index - start < 8 and self.tokens.kind(start - 1) not in ("STOP", "SEMI", "PCT", "COMMA"):
            start -= 1
        return start

    def _arms(self, one: Cell, two: Cell) -> bool:
        """Whether the words beside two cells name two different arms."""
        kinds = self._between(one, two)
        if not any(kind in _JOINS for kind in kinds) or "TO" in kinds[-2:] or "VS" in kinds:
            return False
        for names in self._name_pairs(one, two):
            if names[0] and names[1]:
                return not names[0] >= names[1] and not names[1] >= names[0]
        return tested(self.tokens, one, two)

    def _respectively(self, found: Found, one: Cell, two: Cell) -> bool:
        """Whether "respectively" belongs to two arms, and not to two times or three arms."""
        first = found.elements["first"]
        if any(isinstance(element.item, Cell) for element in self.row.elements[max(0, first - 4) : first]):
            return False
        return of_arms(self.tokens, self.arms, one, two, bool(self.found))

    def _p_values(self, found: Found) -> list[PValue]:
        """The p-values behind a comparison, up to the next one."""
        last = max(found.elements.values())
        values: list[PValue] = []
        for element in self.row.elements[last + 1 : last + 45]:
            item = element.item
            if isinstance(item, PValue):
                values.append(item)
            elif isinstance(item, Estimate):
                continue
            elif isinstance(item, Cell) or self.tokens.kind(element.first) in ("STOP", "PCT", "PM", "VS"):
                break
        return values

    def _p(self, found: Found, two: Cell, after: list[PValue], number: int, pairs: int) -> PValue | None:
        inside = self._own_p(found, two)
        if inside is not None and pairs > 1:
            return inside
        usable = [p for p in after if not p.other]
        if not usable or (after and after[0].other and usable[0] is not after[0]):
            return None
        if pairs == 1:
            return usable[0]
        if len(usable) == pairs:
            return usable[number]
        both = self.tokens.text[self.tokens.ends[usable[0].end - 1] :][:30].lower()
        return usable[0] if re.match(r"\W*for (?:both|each|all)", both) else None

    def _own_p(self, found: Found, cell: Cell) -> PValue | None:
        """The p inside a cell's own brackets: ``60 of 191 (31.4%; P = .016)``."""
        start = min(found.elements.values())
        window = range(start, min(start + 80, len(self.row.elements)))
        at = next((i for i in window if self.row.elements[i].first == cell.first), None)
        if at is None:
            return None
        for element in self.row.elements[at + 1 : at + 4]:
            if isinstance(element.item, PValue):
                return element.item
            if self.tokens.kind(element.first) == "CLOSE":
                return None
        return None
