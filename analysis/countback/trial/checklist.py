"""What a report of a trial is expected to say, against what was seen: a checklist kept in the trial's folder."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from countback.delimited import read_rows
from countback.errors import InputError, nearest
from countback.files import shown
from countback.readers import explain

Answer = Literal["stated", "in part", "not stated", "not seen", "not applicable", "no judgement"]

ANSWERS: dict[str, str] = {
    "stated": "it is stated there",
    "in part": "some of it is stated there",
    "not stated": "all numbers of the text were read, and it is not among them",
    "not seen": "what was read does not show it; it may be stated elsewhere",
    "not applicable": "the item is for another kind of text",
    "no judgement": "public text informs it, but not enough to judge",
}
"""Each answer and what it means."""


@dataclass(frozen=True)
class Checklist:
    """A published list of what is expected.

    Attributes
    ----------
    name, doi : str
    items : tuple of str
        In their published order.
    """

    name: str
    doi: str
    items: tuple[str, ...]


CHECKLISTS = {
    "consort_abstracts": Checklist(
        "CONSORT for Abstracts",
        "10.1371/journal.pmed.0050020",
        (
            "title", "authors' contact", "trial design", "participants", "interventions", "objective", "outcome",
            "randomisation", "blinding", "numbers randomised", "recruitment", "numbers analysed", "outcome result",
            "harms", "conclusions", "registration", "funding",
        ),
    ),
    "rob2": Checklist(
        "RoB 2",
        "10.1136/bmj.l4898",
        (
            "randomisation process", "deviations from intended interventions", "missing outcome data",
            "measurement of the outcome", "selection of the reported result",
        ),
    ),
}  # fmt: skip
"""Hopewell 2008 (17 items) and Sterne 2019 (5 domains), by the key that ``reporting.csv`` uses."""


class Judgement(BaseModel):
    """One row of ``reporting.csv``: an item of a checklist, and what was seen of it."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    checklist: str
    item: str
    answer: Answer
    says: Annotated[str, Field(min_length=1)]
    """What was seen, in our own words."""
    source: Annotated[str, Field(min_length=1)]
    """Where it was seen."""


def read_judgements(path: Path) -> list[Judgement]:
    """Read the judgements of a trial folder.

    Parameters
    ----------
    path : pathlib.Path
        ``reporting.csv``; where it does not exist there are no judgements.

    Returns
    -------
    list of Judgement
        In the order of the published lists; each list is there with all of its items, or not at all.

    Raises
    ------
    InputError
        If a row does not fit, an item is given twice, or one of a list that was begun is missing.
    """
    if not path.exists() and not path.is_symlink():
        return []
    found: list[Judgement] = []
    problems: list[str] = []
    for line, row in read_rows(path, tuple(Judgement.model_fields)):
        where = f"{shown(path)}, line {line}"
        try:
            judgement = Judgement.model_validate(row)
        except ValidationError as error:
            problems += [f"{where}: {explain(e, str(e['loc'][-1]))}" for e in error.errors()]
            continue
        known = CHECKLISTS.get(judgement.checklist)
        if known is None:
            problems.append(
                f"{where}: no checklist {judgement.checklist!r}; {nearest(judgement.checklist, [*CHECKLISTS])}"
            )
        elif judgement.item not in known.items:
            problems.append(
                f"{where}: {known.name} has no item {judgement.item!r}; {nearest(judgement.item, list(known.items))}"
            )
        else:
            found.append(judgement)
    problems += _unequal(path, found)
    if problems:
        raise InputError(*problems)
    order = {(key, item): i for key, c in CHECKLISTS.items() for i, item in enumerate(c.items)}
    keys = list(CHECKLISTS)
    return sorted(found, key=lambda j: (keys.index(j.checklist), order[j.checklist, j.item]))


def _unequal(path: Path, found: Iterable[Judgement]) -> list[str]:
    counts = Counter((judgement.checklist, judgement.item) for judgement in found)
    begun = {checklist for checklist, _ in counts}
    problems = [
        f"{shown(path)}: item {item!r} of {key} is given twice; keep one" for (key, item), n in counts.items() if n > 1
    ]
    for key in begun:
        missing = [item for item in CHECKLISTS[key].items if (key, item) not in counts]
        if missing:
            problems.append(f"{shown(path)}: {key} has no row for {', '.join(missing)}; add one for each")
    return problems


def tally(judgements: Iterable[Judgement], checklist: str) -> dict[str, int]:
    """Count the answers to one checklist, none left out."""
    counts = Counter(judgement.answer for judgement in judgements if judgement.checklist == checklist)
    return {answer: counts[answer] for answer in get_args(Answer)}
