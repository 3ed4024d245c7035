"""The commands that lead from nothing to a trial's folder: ``new``, ``check`` and ``recover``."""

from __future__ import annotations

from pathlib import Path

import click

from countback import files
from countback.commands import STATUS, PathName
from countback.errors import InputError

MOST_LISTED = 200
"""Counts that ``recover`` lists."""


def _folder(slug: str) -> Path:
    """Where a new folder goes: the data of the project around, or the working directory."""
    from countback.project import Project  # here: --help needs no project

    try:
        return Project.find().data / slug
    except InputError:
        return Path(slug)


@click.command(epilog=STATUS)
@click.argument("slug", required=False)
@click.option("--from", "source", type=PathName(), metavar="FILE", help="Fill the folder from a filled form (.xlsx).")
@click.option("--sheet", type=PathName(), metavar="FILE", help="Write the empty form, an Excel workbook, and stop.")
@click.option("--out", type=PathName(), metavar="DIR", help="The new folder. [default: data/SLUG of the project]")
def new(slug: str | None, source: Path | None, sheet: Path | None, out: Path | None) -> None:
    """Make a trial's folder: short, with comments that explain each line.

    SLUG is the folder's name: lower-case letters, digits and _. Nothing is written over.

    \b
    Examples:
      countback new smith2021
      countback new --sheet trial.xlsx
      countback new smith2021 --from trial.xlsx
    """
    from countback.trial import draft, workbook  # here: --help needs no trial

    if sheet is not None:
        if slug is not None or source is not None:
            raise InputError("--sheet writes the empty form alone; leave out the name and --from")
        if sheet.exists():
            raise InputError(f"{files.shown(sheet)}: is there already; choose another name")
        files.write(sheet, workbook.blank())
        click.echo(f"{files.shown(sheet)}: fill it in, then countback new SLUG --from {files.shown(sheet)}")
        return
    if slug is None or not draft.SLUG.fullmatch(slug):
        given = "" if slug is None else f", not {slug[:40]!r}"
        raise InputError(f"name the folder: lower-case letters, digits and _, such as smith2021{given}")
    texts = draft.template(slug) if source is None else draft.files(workbook.read(source, slug))
    folder = out if out is not None else _folder(slug)
    for path in draft.write_folder(folder, texts):
        click.echo(files.shown(path))
    where = files.shown(folder)
    click.echo(f"now: edit the files, then countback check {where} and countback audit {where}")


@click.command(epilog=STATUS)
@click.argument("folder", type=PathName())
def check(folder: Path) -> None:
    """List what is missing of a trial's folder, line by line, with the line to write.

    \b
    Example:
      countback check data/he2020
    """
    from countback.trial.folder import load  # here: --help needs no trial
    from countback.trial.gaps import checked

    click.echo(checked(folder, load(folder)), nl=False)


@click.command(epilog=STATUS)
@click.argument("percentage")
@click.option("--upto", type=click.IntRange(1, 10**9), required=True, metavar="N", help="The largest total.")
@click.option("--from", "smallest", type=click.IntRange(1, 10**9), default=1, metavar="N", help="The smallest total.")
def recover(percentage: str, upto: int, smallest: int) -> None:
    """List the counts that give a printed PERCENTAGE, of totals up to N, under any rule of rounding.

    \b
    Examples:
      countback recover 55.17 --upto 30
      countback recover 48.8% --upto 48
    """
    from countback.trial import printed  # here: --help needs no trial

    try:
        number = printed.parse(percentage)
    except ValueError as error:
        raise InputError(str(error)) from None
    if number.relation != "=" or not 0 <= number.value <= 100:
        raise InputError(f"{percentage[:40]!r} is not a percentage between 0 and 100; write one such as 55.17")
    found = printed.first_counts(number, upto, MOST_LISTED, smallest)
    for events, total in found.counts:
        exact = printed.rounded(100 * events / total, number.decimals + 2)
        rules = printed.rules_that_print(number, printed.exact(100 * events / total))
        click.echo(f"{events}/{total}  {exact}%{'' if 'half up' in rules else '  by ' + ', '.join(rules)}")
    more = found.number - len(found.counts)
    if more:
        click.echo(f"and {more} more")
    click.echo(f"{found.number} counts of totals from {smallest} to {upto} give {percentage}")
