"""Verdicts counted in words: a part of a sentence that is true whatever the audit says."""

from __future__ import annotations

from collections.abc import Iterable

from countback.audit.verdicts import Verdict

__all__ = ["in_words", "tally", "verdict_of"]

_WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def tally(verdicts: Iterable[str]) -> str:
    """Counts of verdicts in words, in the order of :class:`Verdict`; those that no claim has are left out.

    Examples
    --------
    >>> tally(["not reproduced", "reproduced", "reproduced"])
    'two are reproduced and one is not reproduced'
    >>> tally(["another test only"])
    'one is reproduced by another test only'
    """
    found = [verdict_of(word) for word in verdicts]
    counts = {verdict: found.count(verdict) for verdict in Verdict if verdict in found}
    parts = [f"{in_words(n)} {'is' if n == 1 else 'are'} {_predicate(verdict)}" for verdict, n in counts.items()]
    *first, last = parts or ["there are none"]
    return f"{', '.join(first)} and {last}" if first else last


def verdict_of(word: str) -> Verdict:
    """Verdict by its word, as an audit's JSON has it.

    Raises
    ------
    LookupError
        If there is no such verdict.
    """
    for verdict in Verdict:
        if verdict == word:
            return verdict
    raise LookupError(f"no verdict {word!r}; the verdicts are {', '.join(Verdict)}")


def in_words(count: int) -> str:
    """A count in words up to ten, in digits above.

    Examples
    --------
    >>> in_words(3), in_words(12)
    ('three', '12')
    """
    return _WORDS[count] if count < len(_WORDS) else str(count)


def _predicate(verdict: Verdict) -> str:
    """A verdict as it follows on "is"."""
    return f"reproduced by {verdict}" if verdict is Verdict.ANOTHER_TEST_ONLY else str(verdict)
