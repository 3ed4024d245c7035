"""The commands that read texts: ``read`` and ``named``."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from countback.commands import STATUS, PathName
from countback.errors import InputError

if TYPE_CHECKING:
    from countback.text.claim import Reading

MOST_UNREAD = 40
"""Numbers that are listed as not read."""


@click.command(epilog=STATUS)
@click.argument("files", nargs=-1, required=True, type=PathName(output=True), metavar="FILE...")
@click.option("--check", "checking", is_flag=True, help="Say of each claim what arithmetic says, and why.")
def read(files: tuple[Path, ...], checking: bool) -> None:
    """Read the checkable numbers of texts, one JSON object per line.

    FILE is plain text, PubMed's XML, an article as JATS XML with its tables, or a ClinicalTrials.gov record (version 2,
    JSON); - is standard input. What share of the numbers was read, and which were not, goes to standard error.

    \b
    Examples:
      countback read abstract.txt
      countback read --check article.xml NCT00000000.json
      pbpaste | countback read -
    """
    from countback.text.sources import readings  # here: --help needs no grammar

    problems: list[str] = []
    for file in files:
        try:
            found = readings(file)
        except InputError as error:
            problems += error.problems
            continue
        _print(found, checking)
    if problems:
        raise InputError(*problems)


def _print(found: list[Reading], checking: bool) -> None:
    verdicts: Counter[str] = Counter()
    for reading in found:
        for claim in reading.claims:
            line: dict[str, Any] = claim.as_dict()
            if checking:
                from countback.text.check import check  # here: reading alone needs no numerics

                checked = check(claim)
                verdicts[checked.verdict.value] += 1
                line["check"] = {"verdict": checked.verdict.value, "because": checked.because}
            click.echo(json.dumps(line, ensure_ascii=False))
        if reading.numbers:
            unread = [text for _, text in reading.unread]
            more = f" and {len(unread) - MOST_UNREAD} more" if len(unread) > MOST_UNREAD else ""
            listed = f"; not read: {', '.join(unread[:MOST_UNREAD])}{more}" if unread else ""
            click.echo(f"{reading.share}{listed}", err=True)
    if verdicts:
        click.echo(", ".join(f"{number} {verdict}" for verdict, number in verdicts.most_common()), err=True)


@click.command(epilog=STATUS)
@click.argument("files", nargs=-1, required=True, type=PathName(), metavar="FILE...")
def named(files: tuple[Path, ...]) -> None:
    """Count how often the test that is named is among those that give the printed p-value.

    FILE is an article as JATS XML, or a registry record: only comparisons of two
    arms' counts whose test is named are counted.

    \b
    Example:
      countback named articles/*.xml
    """
    from countback.text.attribution import attribution  # here: --help needs no numerics
    from countback.text.sources import readings

    claims = [claim for file in files for reading in readings(file) for claim in reading.claims]
    tried = attribution(claims)
    for one in tried:
        state = "among" if one.among else "not among"
        what = f"{one.where}: {one.named}, {one.table}, p {one.p}"
        click.echo(f"{one.claim.source}: {what}: {state} those that give it")
    given = [one for one in tried if one.given]
    click.echo(f"{len(tried)} comparisons name their test and print counts and p; some test gives {len(given)} of them")
    click.echo(f"the named test is among those that give the p-value in {sum(o.among for o in given)} of {len(given)}")
