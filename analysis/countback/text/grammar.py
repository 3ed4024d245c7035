"""The grammar's notation: a pattern is a row of words, and is matched on the classes of tokens.

An upper-case word is a class of :mod:`countback.text.lexicon`; a lower-case word is a rule of :data:`RULES`;
``name:word`` keeps what it found; ``?``, ``*``, ``|``, ``(...)`` and ``{0,4}`` mean what they mean in any grammar.
``events:whole SLASH total:NUM`` finds ``7/13``. A rule repeats at most a few times, so that the time a pattern takes
grows with the length of the text alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from countback.text.lexicon import CODE

RULES = {
    "whole": "NUM | WORDNUM",
    "value": "DEC | NUM | NEG | PCT | SPCT",
    "plain": "DEC | NUM",
    "gap": "COMMA | SEMI | COLON | EQ",
    "who": "OF? THE? (WORD | PEOPLE | IN | DASH){0,3}",
    "noun": "(PEOPLE | WORD | GROUP | IN | THE | LABEL | OF){0,8}",
    "joint": "OPEN | COMMA | SEMI | COLON | EQ | OR",
    "measured": "(UNIT | WORD | SLASH NUM? | PEOPLE | LABEL | OF | IN | DASH | CHANGE | MEAN | GROUP | THE){0,7}",
    "range": "TO | DASH | COMMA | SEMI | AND | OR",
    "ci": "(level:PCT | level:NUM)? DASH? WORD{0,1} CI level_behind:PCT? (OPEN (CI | WORD | PCT){1,3} CLOSE)?"
    " ((OF | IN) (THE | DIFF | RATIO | WORD){0,4})? (gap | OPEN | VS){0,3}",
    "limits": "lower:value UNIT? range upper:value",
    "sign": "EQ? REL | EQ",
    "aside": "OPEN (value | UNIT | WORD | SLASH | PM | DASH){1,6} CLOSE",
    "word": "WORD | PEOPLE | UNIT | OF | IN | THE | GROUP | LABEL | SLASH | DASH | SIZED | OTHER | CHANGE | MEAN | N"
    " | EQ | COLON | P | NUM | DEC | PM | TO | CI | EFFICACY | DIFF | EACH",
    "filler": "word | COMMA | OPEN | CLOSE | PV | AND | OR | EST",
    "p_number": "DEC | NUM | NS",
    "share": "PCT | BARE",
    "spread": "DEC | NUM | PCT",
    "name_end": "(WORD | THE | GROUP | LABEL | UNIT | NUM | PEOPLE | SLASH | IN | OF){1,6}",
    "cell": "CELL | BARE | SHARE",
}
"""Rules that patterns share."""

AGAIN = "__"
"""Between the name of a part and the number of its place."""

_PART = re.compile(r"(?:(?P<capture>[a-z_0-9]+):)?(?P<word>[A-Za-z_]+)|(?P<mark>[()|?*+]|\{\d+,\d+\})")


def compiled(form: str) -> re.Pattern[str]:
    """A form as a regular expression on the classes of tokens.

    Raises
    ------
    ValueError
        If a word is neither a class nor a rule.
    """
    return re.compile(_expression(form, {}))


def _expression(form: str, names: dict[str, int]) -> str:
    parts = []
    for part in _PART.finditer(form):
        if part["mark"]:
            parts.append("(?:" if part["mark"] == "(" else part["mark"])
            continue
        word = part["word"]
        if word in CODE:
            inner = CODE[word]
        elif word in RULES:
            inner = f"(?:{_expression(RULES[word], names)})"
        else:
            raise ValueError(f"{word!r} is neither a class of tokens nor a rule")
        if part["capture"]:  # a part may be in two places of a form; the second has a number behind its name
            names[part["capture"]] = names.get(part["capture"], 0) + 1
            inner = f"(?P<{part['capture']}{AGAIN}{names[part['capture']]}>{inner})"
        parts.append(inner)
    return "".join(parts)


@dataclass(frozen=True)
class Pattern:
    """One way in which articles print something.

    Attributes
    ----------
    name : str
    form : str
        In the notation of this module.
    examples : tuple of (str, dict of str to str)
        Texts, each with what the pattern finds in it: these are its tests.
    leaves : tuple of str
        Texts that look alike and that it must leave alone.
    """

    name: str
    form: str
    examples: tuple[tuple[str, dict[str, str]], ...]
    leaves: tuple[str, ...]

    @cached_property
    def matcher(self) -> re.Pattern[str]:
        """The form, compiled."""
        return compiled(self.form)

    def finds(self, codes: str) -> Iterator[re.Match[str]]:
        """Where the pattern is in a string of classes, from left to right."""
        return self.matcher.finditer(codes)
