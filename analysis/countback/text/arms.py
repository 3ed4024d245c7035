"""Arms: their names and sizes, as a text announces them, and which arm some words speak of."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property

from countback.text.items import Cell
from countback.text.lexicon import CODE
from countback.text.row import Found
from countback.text.tokens import Tokens, value

_HEADING = re.compile(r"^([A-Z][A-Za-z ,/&-]{3,60}?) ?: ", re.MULTILINE)
_RESULTS = re.compile(
    r"result|finding|conclusion|interpretation|discussion|outcome|unlabelled|relevance|efficacy|safety", re.IGNORECASE
)
COMPARATORS = frozenset(
    [
        "placebo",
        "control",
        "controls",
        "sham",
        "vehicle",
        "usual",
        "standard",
        "conventional",
        "untreated",
        "observation",
    ]
)
"""Names of arms that need no announcement."""

_NO_NAMES = frozenset(
    [
        "group",
        "groups",
        "arm",
        "arms",
        "patients",
        "participants",
        "subjects",
        "treatment",
        "treated",
        "therapy",
        "the",
        "to",
        "of",
        "in",
        "and",
        "or",
        "with",
        "was",
        "were",
        "received",
        "receive",
        "receiving",
        "assigned",
        "randomized",
        "randomised",
        "allocated",
        "each",
        "both",
        "two",
        "three",
        "study",
        "trial",
        "total",
        "all",
        "mg",
        "ml",
        "kg",
        "day",
        "daily",
        "weeks",
        "week",
        "months",
        "years",
        "compared",
        "versus",
        "vs",
        "a",
        "an",
        "on",
        "for",
        "than",
        "at",
        "by",
        "either",
        "as",
        "had",
        "who",
        "women",
        "men",
        "children",
        "people",
        "number",
        "from",
        "intervention-to",
        "be",
        "is",
        "care",
        "plus",
        "dose",
        "doses",
        "once",
        "twice",
        "between",
        "significantly",
        "not",
        "this",
        "higher",
        "lower",
        "more",
        "less",
        "greater",
        "these",
        "that",
        "no",
        "patient",
        "respectively",
        "other",
    ]
)
_NAME_ENDS = frozenset(["STOP", "SEMI", "OPEN", "OR", "AND", "TO", "VS", "COMMA", "COLON", "BUT", "IN"])
_NAME_LENGTH = 7
_AROUND_ENDS = frozenset(("STOP", "OPEN", "CLOSE", "COMMA", "SEMI", "IN", "OF", "PEOPLE", "COLON"))


@dataclass(frozen=True)
class Size:
    """The size of one group, as announced.

    Attributes
    ----------
    name : str
        Characters that name the group; empty where none do.
    words : frozenset of str
        Its words, small letters, without those that name no group.
    size : str
    first, end : int
        Tokens of the number.
    """

    name: str
    words: frozenset[str]
    size: str
    first: int
    end: int


class Arms:
    """What a text says of its groups.

    Parameters
    ----------
    tokens : Tokens
    """

    def __init__(self, tokens: Tokens) -> None:
        self.tokens = tokens
        self.sizes: list[Size] = []
        self.printed: list[Size] = []
        self._stops = [i for i, code in enumerate(tokens.codes) if code == CODE["STOP"]]

    @cached_property
    def _sections(self) -> list[tuple[int, bool]]:
        """Where the sections of an abstract begin, and whether each says what was done, not what was found."""
        return [(m.start(), not _RESULTS.search(m[1])) for m in _HEADING.finditer(self.tokens.text)]

    def in_methods(self, index: int) -> bool:
        """Whether a token is in the title, or in a section on background or methods."""
        sections = self._sections
        at = bisect_right(sections, (self.tokens.starts[index], True)) - 1
        if at < 0:
            return bool(sections) and self.sentence(index) == 0
        return sections[at][1]

    def sentence(self, index: int) -> int:
        """Number of the sentence that a token is in."""
        return bisect_right(self._stops, index)

    def sentence_start(self, index: int) -> int:
        """First token of the sentence that a token is in."""
        at = bisect_right(self._stops, index - 1) if index else 0
        return self._stops[at - 1] + 1 if at else 0

    def sentence_end(self, index: int) -> int:
        """Token that ends the sentence."""
        at = bisect_right(self._stops, index - 1) if index else 0
        return self._stops[at] if at < len(self._stops) else len(self.tokens.codes)

    def add(self, found: Found) -> None:
        """Keep the sizes that a pattern found."""
        parts = found.parts
        if found.pattern == "people_in_brackets":
            name = self._name_before(found.first + 1)
            if name is not None and self._sized(found.first):
                self._keep(name, parts["size"])
        elif found.pattern == "n_equals":
            name = self._name_before(found.first) or self._name_after(found.end)
            self._keep(name, parts["size"])
        elif found.pattern == "listed":
            if not self._sized(found.first) and not self._sums(found):
                return
            self._keep((parts["first"][1], parts["second"][0] - 1), parts["first"])
            self._keep((parts["second"][1], found.end - 1), parts["second"])
        elif found.pattern == "assigned":
            if not self._sized(found.first):
                return
            self._keep((parts["first"][1], parts["second"][0]), parts["first"])
            self._keep(parts["name"], parts["second"])
        elif found.pattern == "each":
            self._keep(None, parts["size"])
            self._keep(None, parts["size"])

    def learn(self, cells: tuple[Cell, Cell], names: tuple[frozenset[str], frozenset[str]]) -> None:
        """Keep the totals that a comparison prints: what follows is of the same patients."""
        for cell, words in zip(cells, names, strict=True):
            if cell.total is None or cells[0].total is None or cells[1].total is None:
                return
            self.printed.append(Size("", words, cell.total, cell.first, cell.end))

    def _sums(self, found: Found) -> bool:
        """Whether the two sizes in brackets are those of the people counted just before."""
        tokens = self.tokens
        whole = value(tokens.span(*found.parts["first"])) + value(tokens.span(*found.parts["second"]))
        before = range(max(0, found.first - 6), found.first)
        counted = any(tokens.kind(i) in ("NUM", "WORDNUM") and value(tokens.word(i)) == whole for i in before)
        return counted and any(tokens.kind(i) == "PEOPLE" for i in before)

    def _sized(self, index: int) -> bool:
        """Whether a sentence speaks of who was randomised, or of a population."""
        tokens = self.tokens
        first, end = self.sentence_start(index), self.sentence_end(index)
        if any(tokens.codes[i] == CODE["SIZED"] for i in range(first, min(end, first + 80))):
            return True
        return "population" in tokens.span(first, max(first + 1, min(end, first + 80))).lower()

    def _keep(self, name: tuple[int, int] | None, part: tuple[int, int]) -> None:
        number = self.tokens.span(*part)
        if not value(number) >= 2:
            return
        words = self.words(*name) if name else frozenset()
        text = " ".join(self.tokens.span(*name).split())[:60] if name and name[1] > name[0] else ""
        if any(size.first == part[0] for size in self.sizes[-6:]) and name:
            return
        self.sizes.append(Size(text, words, number, *part))

    def _name_before(self, index: int) -> tuple[int, int] | None:
        """Words before ``(n = 27)`` that name the group."""
        tokens, at = self.tokens, index - 1
        while tokens.kind(at) in ("OPEN", "COMMA", "SEMI", "COLON"):
            at -= 1
        if tokens.kind(at) == "CLOSE":
            while at >= max(0, index - 40) and tokens.kind(at) != "OPEN":
                at -= 1
            at -= 1
        end = at + 1
        while end - at <= _NAME_LENGTH and tokens.kind(at) not in _NAME_ENDS:
            at -= 1
        return (at + 1, end) if end > at + 1 and self.words(at + 1, end) else None

    def _name_after(self, index: int) -> tuple[int, int] | None:
        tokens, at = self.tokens, index
        while at - index < _NAME_LENGTH and tokens.kind(at) not in ("STOP", "SEMI", "CLOSE", "COMMA", "OPEN"):
            at += 1
        return (index, at) if at > index else None

    def words(self, first: int, end: int) -> frozenset[str]:
        """Words of some tokens that can name a group; numbers behind a label or before a unit are among them."""
        tokens, found = self.tokens, []
        for index in range(max(0, first), min(end, len(tokens.codes))):
            kind = tokens.kind(index)
            if kind == "LABEL":
                word = tokens.word(index).lower()
                group = word.isalpha() or tokens.kind(index - 1) == "GROUP"
                found.append(f"group {word}" if group else word)
            elif kind in ("NUM", "DEC"):
                found.append(tokens.word(index))
            elif kind not in ("WORDNUM", "PCT", "SPCT", "NEG", "STOP", "OPEN", "CLOSE", "COMMA", "EQ", "RESPECTIVELY"):
                word = tokens.word(index).lower()
                if len(word) > 1 and word not in _NO_NAMES:
                    found.append(word.removesuffix("-treated").removesuffix("-assigned"))
        return frozenset(found)

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """Words that name a group somewhere in the text: at its size, before "group" or "arm", around "versus"."""
        tokens, known = self.tokens, set(COMPARATORS)
        for size in self.sizes:
            known |= size.words
        group, versus = CODE["GROUP"], CODE["VS"]
        for index, code in enumerate(tokens.codes):
            if code == group:
                known |= self._around(index, -4, 0) | (
                    self._around(index, 1, 2) if tokens.kind(index + 1) == "LABEL" else set()
                )
            elif code == versus:
                known |= self._around(index, -3 if index < 60 else -2, 0) | self._around(
                    index, 1, 4 if index < 60 else 3
                )
        return frozenset(known)

    def _around(self, index: int, first: int, end: int) -> set[str]:
        found: set[str] = set()
        steps = range(-1, first - 1, -1) if first < 0 else range(first, end)
        for step in steps:
            if self.tokens.kind(index + step) in (
                "STOP",
                "OPEN",
                "CLOSE",
                "COMMA",
                "SEMI",
                "IN",
                "OF",
                "PEOPLE",
                "COLON",
            ):
                break
            found |= {w for w in self.words(index + step, index + step + 1) if not w.replace(".", "").isdigit()}
        return found

    def named(self, first: int, end: int) -> frozenset[str]:
        """Words of some tokens that name a group."""
        return self.words(first, end) & self.vocabulary

    @cached_property
    def announcements(self) -> list[list[Size]]:
        """The sizes, those of one sentence together, in the order of the text."""
        groups: list[list[Size]] = []
        for size in sorted(self.sizes + self.printed, key=lambda s: s.first):
            same = groups and (size in self.printed) == (groups[-1][-1] in self.printed)
            if same and len(groups[-1]) < 12 and self.sentence(groups[-1][-1].first) == self.sentence(size.first):
                groups[-1].append(size)
            else:
                groups.append([size])
        return [parts for g in groups if len(parts := _without_sum(g)) > 1]


def _without_sum(sizes: list[Size]) -> list[Size]:
    """Sizes of groups without the size of all of them together."""
    if len(sizes) < 3:
        return sizes
    whole = sum(value(s.size) for s in sizes)
    return [s for s in sizes if 2 * value(s.size) != whole] or sizes
