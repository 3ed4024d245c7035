"""The verdicts: one table from which pages, terminal, style sheets, JSON Schema and JUnit are fed."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal, Self

from countback.show.palette import BLUE, GREEN, GREY, ORANGE, RED, Mark

__all__ = ["State", "Verdict"]

TerminalColour = Literal["green", "cyan", "blue", "yellow", "red"]


class Verdict(StrEnum):
    """What the audit says of a claim; each is its own words, so that it can be written as it is.

    Attributes
    ----------
    meaning : str
        One plain sentence without its full stop.
    short : str
        The words that follow a number in running text.
    mark : Mark
        Its shape and colour in figures and style sheets.
    terminal : str or None
        Its colour in a terminal.
    fails : bool
        Whether a strict audit stops at it.

    Examples
    --------
    >>> Verdict("another test only").fails, Verdict.NOT_REPRODUCED.fails
    (False, True)
    """

    meaning: str
    short: str
    mark: Mark
    terminal: TerminalColour | None
    fails: bool

    def __new__(
        cls,
        words: str,
        meaning: str,
        mark: Mark,
        terminal: TerminalColour | None = None,
        fails: bool = False,
        short: str | None = None,
    ) -> Self:
        """Keep what belongs to the words beside them."""
        member = str.__new__(cls, words)
        member._value_ = words
        member.meaning, member.mark, member.terminal, member.fails = meaning, mark, terminal, fails
        member.short = short or words
        return member

    GIVEN = "given", "an input of the trial that agrees with the other inputs", Mark("o", "○", GREY, False)
    POSSIBLE = (
        "possible",
        "a whole number of patients gives it; its count was recovered from this very number, so nothing more is known",
        Mark("s", "□", GREY, False),
    )
    REPRODUCED = (
        "reproduced",
        "the counts give the printed characters by a conventional way",
        Mark("o", "●", GREEN, True),
        "green",
    )
    COMPATIBLE = (
        "compatible",
        "a bound or an inequality that the rebuilt values satisfy",
        Mark("s", "■", GREEN, True),
        "cyan",
    )
    ANOTHER_TEST_ONLY = (
        "another test only",
        "some other test gives it, but not the one that is named or, where none is named, a conventional one",
        Mark("D", "◇", BLUE, False),
        "blue",
    )
    NOT_REPRODUCED = (
        "not reproduced",
        "no procedure of the catalogue gives it",
        Mark("^", "△", ORANGE, False),
        "yellow",
        True,
    )
    INCONSISTENT = (
        "inconsistent",
        "arithmetic alone contradicts it, whatever the analysis",
        Mark("X", "✕", RED, True),
        "red",
        True,
    )
    NOT_CHECKABLE = (
        "not checkable",
        "its inputs are not public, or the analysis cannot be rebuilt from them",
        Mark("_", "–", GREY, True),
    )

    @property
    def slug(self) -> str:
        """Its words as a class of a style sheet, such as ``not-reproduced``."""
        return self.value.replace(" ", "-")

    @property
    def key(self) -> str:
        """Its words as a key of results, such as ``not_reproduced``."""
        return self.value.replace(" ", "_")


class State(StrEnum):
    """The outcome of a check between claims.

    Attributes
    ----------
    meaning : str
    """

    meaning: str

    def __new__(cls, words: str, meaning: str) -> Self:
        """Keep the meaning beside the word."""
        member = str.__new__(cls, words)
        member._value_ = words
        member.meaning = meaning
        return member

    HOLDS = "holds", "the numbers agree"
    OPEN = "open", "they agree only under an assumption, which is named"
    FAILS = "fails", "they contradict each other"
