"""Totals that are elsewhere: which printed size is the denominator of a percentage."""

from __future__ import annotations

import re
from collections.abc import Sequence

from countback.text.arms import Arms, Size
from countback.text.items import Cell
from countback.text.tokens import Tokens, digits, value

_OTHER_SET = re.compile(
    r"\bsub-?groups?\b|\bper[- ]protocol|\bcompleters\b|\bevaluable\b|\bsurviv|\bKaplan"
    r"|\bcumulative (?:incidence|prob)"
    r"|\b(?:in|among|for) (?:the )?(?:\w+ )?[\w-]+ (?:patients|women|men|participants|adults|children)\b"
    r" (?:with|who|aged)"
    r"|\b(?:in|among) non-|modified intention|as-treated|\bof (?:those|these|them|whom)\b"
    r"|progression-free|disease-free",
    re.IGNORECASE,
)
"""Words after which a percentage is of some other set than the groups as they were announced."""


def fits(events: float, total: float, percent: str) -> bool:
    """Whether a percentage is that of a count, under some rule of rounding."""
    plain = digits(percent)
    places = len(plain.partition(".")[2])
    return total > 0 and abs(100 * events / total - float(plain)) < 10**-places * 1.0001


def possible(percent: str, total: float) -> bool:
    """Whether some count of a total gives a percentage."""
    if not 0 < total < 1e7:
        return False
    nearest = float(digits(percent)) * total / 100
    return any(fits(count, total, percent) for count in (int(nearest), int(nearest) + 1) if count <= total)


_AROUND = 400
"""Characters around a comparison that say which set it is of."""

FAR = 0.15
"""A total that a count contradicts by more than this share of its percentage is not the total meant."""


def near(cell: Cell, total: str) -> bool:
    """Whether a total may be the one meant although it does not fit: another analysis set of much the same size."""
    if cell.percent is None or cell.events is None or value(cell.events) == 0:
        return True
    percent = float(digits(cell.percent))
    return value(total) > 0 and abs(100 * value(cell.events) / value(total) - percent) <= max(FAR * percent, 1.0)


def fitting(cell: Cell, total: str) -> bool:
    """Whether a cell fits a total."""
    if cell.percent is None:
        return cell.events is None or value(cell.events) <= value(total)
    if cell.events is None:
        return possible(cell.percent, value(total))
    return fits(value(cell.events), value(total), cell.percent)


def rounds(cell: Cell, total: str) -> bool:
    """Whether a cell's percentage is its count of a total, rounded and not cut off."""
    if cell.percent is None or cell.events is None:
        return False
    plain = digits(cell.percent)
    half = 0.5001 * 10 ** -len(plain.partition(".")[2])
    return value(total) > 0 and abs(100 * value(cell.events) / value(total) - float(plain)) <= half


def pair(
    arms: Arms, tokens: Tokens, cells: tuple[Cell, Cell], names: tuple[frozenset[str], frozenset[str]]
) -> tuple[str, str] | None:
    """Sizes of the two arms of a comparison, printed elsewhere; None where they are not known.

    The announcement before the comparison that fits it is preferred to one that does not, and a later to an earlier.
    """
    first, last = cells[0].first, cells[1].end
    start, end = arms.sentence_start(first), arms.sentence_end(last)
    begin = max(tokens.starts[start], tokens.starts[first] - _AROUND)
    around = tokens.text[begin : min(tokens.ends[min(end, len(tokens.ends)) - 1], tokens.ends[last - 1] + _AROUND)]
    if _OTHER_SET.search(around):
        return None
    before = [a for a in arms.announcements if a[0].first < last][-4:] or [
        a for a in arms.announcements[:1] if a[0] not in arms.printed
    ]
    chosen: tuple[str, str] | None = None
    for announcement in reversed(before):
        sizes = _of_arms(arms, announcement, names, (start, first, last))
        if sizes is None:
            continue
        if all(fitting(cell, size) for cell, size in zip(cells, sizes, strict=True)):
            return sizes
        if all(near(cell, size) for cell, size in zip(cells, sizes, strict=True)):
            chosen = chosen or sizes
    return chosen


def _of_arms(
    arms: Arms, sizes: Sequence[Size], names: tuple[frozenset[str], frozenset[str]], place: tuple[int, int, int]
) -> tuple[str, str] | None:
    if len({value(s.size) for s in sizes}) == 1 and len(sizes) == 2:
        return sizes[0].size, sizes[0].size
    found = [_best(sizes, words) for words in names]
    if found[0] is not None and found[1] is not None and found[0] is not found[1]:
        return found[0].size, found[1].size
    if len(sizes) != 2:
        return None
    if found[0] is not None and found[1] is None:
        return (found[0].size, next(s.size for s in sizes if s is not found[0]))
    if found[1] is not None and found[0] is None:
        return (next(s.size for s in sizes if s is not found[1]), found[1].size)
    order = _mentioned(arms, sizes, place)
    return order[0].size, order[1].size


def _best(sizes: Sequence[Size], words: frozenset[str]) -> Size | None:
    """The group whose name has most of some words, where one has more than every other."""
    scores = [len(size.words & words) for size in sizes]
    top = max(scores, default=0)
    return sizes[scores.index(top)] if top and scores.count(top) == 1 else None


def _mentioned(arms: Arms, sizes: Sequence[Size], place: tuple[int, int, int]) -> Sequence[Size]:
    """Two groups in the order in which a sentence names them before its numbers."""
    start, first, _ = place
    own = [sizes[0].words - sizes[1].words, sizes[1].words - sizes[0].words]
    for index in range(start, first):
        word = arms.words(index, index + 1)
        if word & own[0]:
            return sizes
        if word & own[1]:
            return (sizes[1], sizes[0])
    return sizes


def single(arms: Arms, cell: Cell, heads: Sequence[tuple[int, str, bool]]) -> str | None:
    """Total of a proportion that is alone, printed elsewhere.

    Parameters
    ----------
    arms : Arms
    cell : Cell
    heads : sequence of (int, str, bool)
        Counts of people before the cell, nearest first: token, printed, and whether it heads the same sentence.
    """
    named = arms.named(cell.end, cell.end + 8)
    announced = [_best(a, named) for a in arms.announcements if a[0].first < cell.first][-4:]
    for size in announced[::-1]:
        if size is not None and rounds(cell, size.size):
            return size.size
    larger = [(index, total) for index, total, _ in heads if value(total) >= value(cell.events or "0")]
    for fit in (rounds, fitting):
        for index, total in larger:
            if index != cell.first and fit(cell, total):
                return total
    for size in announced[::-1]:
        if size is not None and near(cell, size.size):
            return size.size
    same = [
        total for _, total, head in heads if head and value(total) > value(cell.events or "0") and near(cell, total)
    ]
    return same[0] if same else None
