"""A text as the patterns see it: a row of tokens in which what was found is one element."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NamedTuple

from countback.text.grammar import AGAIN, Pattern
from countback.text.lexicon import CODE
from countback.text.tokens import Tokens


@dataclass(frozen=True)
class Found:
    """What one pattern found.

    Attributes
    ----------
    pattern : str
    first, end : int
        Its tokens: from the first up to, not including, the last.
    parts : dict of str to (int, int)
        Tokens of each part that the pattern names.
    elements : dict of str to int
        The same parts as elements of the row at the time.
    """

    pattern: str
    first: int
    end: int
    parts: dict[str, tuple[int, int]]
    elements: dict[str, int]


class Element(NamedTuple):
    """Element of a row: a token, or an item in place of several.

    Attributes
    ----------
    first, end : int
        Its tokens.
    item : object
        What was made of them; None for a token.
    """

    first: int
    end: int
    item: object = None


class Row:
    """A row of elements and their classes."""

    def __init__(self, tokens: Tokens) -> None:
        self.tokens = tokens
        self.codes = "".join(tokens.codes)
        self.elements = [Element(i, i + 1) for i in range(len(self.codes))]

    def reduce(
        self, patterns: Iterable[Pattern], make: Callable[[Found], tuple[str, object] | None], keep: bool = True
    ) -> None:
        """Put what each pattern finds, and `make` accepts, in place of its tokens.

        Parameters
        ----------
        patterns : iterable of Pattern
        make : callable
            The class and the item of what was found; None where it is to be left alone.
        keep : bool
            Whether tokens are replaced; otherwise `make` only looks.
        """
        for pattern in patterns:
            made: list[tuple[int, int, str, object]] = []
            at, end = 0, len(self.codes)
            while at < end and (match := pattern.matcher.search(self.codes, at)):
                result = make(self._found(pattern, match))
                if result is None:
                    at = match.start() + 1
                else:
                    made.append((match.start(), match.end(), *result))
                    at = match.end()
            if made and keep:
                self._replace(made)

    def _found(self, pattern: Pattern, match: re.Match[str]) -> Found:
        parts, places = {}, {}
        for name, index in pattern.matcher.groupindex.items():
            first, end = match.span(index)
            if first >= 0 and end > first:
                name = name.partition(AGAIN)[0]
                parts[name] = self.elements[first].first, self.elements[end - 1].end
                places[name] = first
        first, end = self.elements[match.start()].first, self.elements[match.end() - 1].end
        return Found(pattern.name, first, end, parts, places)

    def _replace(self, made: list[tuple[int, int, str, object]]) -> None:
        codes: list[str] = []
        elements: list[Element] = []
        at = 0
        for start, end, name, item in made:
            codes.append(self.codes[at:start])
            elements += self.elements[at:start]
            codes.append(CODE[name])
            elements.append(Element(self.elements[start].first, self.elements[end - 1].end, item))
            at = end
        codes.append(self.codes[at:])
        elements += self.elements[at:]
        self.codes, self.elements = "".join(codes), elements
