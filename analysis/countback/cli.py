"""The command line: ``countback``."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from countback import __version__, files
from countback.commands import STATUS, BookCommand, Commands, Level, PathName
from countback.describing import check, new, recover
from countback.errors import InputError, nearest, readable, short
from countback.reading import named, read

if TYPE_CHECKING:
    from countback.audit import Audit


def _parameters(ctx: click.Context, option: click.Parameter, given: tuple[str, ...]) -> dict[str, Any]:
    """Read ``name=value`` pairs; the value as YAML would: a number, true, null, or text."""
    from countback.readers import scalar  # here: --help reads no YAML

    values: dict[str, Any] = {}
    for pair in given:
        name, equals, text = pair.partition("=")
        if not equals or not name.strip():
            raise click.BadParameter(f"{pair[:60]!r} is not name=value, such as alpha=0.01")
        try:
            values[name.strip()] = scalar(text)
        except InputError as error:
            raise click.BadParameter(f"{name.strip()}: {error}") from None
    return values


_parameter_option = click.option(
    "-p", "--parameter", "parameters", multiple=True, metavar="NAME=VALUE", callback=_parameters,
    help="Set a parameter in every run whose notebook has it; may be repeated.",
)  # fmt: skip


def _root(ctx: click.Context, option: click.Parameter, given: Path | None) -> Path:
    """Root of the project: the folder given, or the nearest one upwards that holds analysis/runs.yml."""
    from countback.project import Project  # here: --help needs no project

    return Project.find(given).root


_root_option = click.option(
    "--root", type=PathName(), callback=_root, is_eager=True, metavar="DIR",
    help="The project's folder. [default: the one you are in]",
)  # fmt: skip


@click.group(name="countback", cls=Commands, epilog=STATUS, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="countback")
def main() -> None:
    """Rebuild every number that a trial's abstract prints, from the counts."""


for _command in (new, check, recover, read, named):
    main.add_command(_command)

_file = PathName(output=True)


@main.command(epilog=STATUS)
@click.argument("target", type=PathName(output=True))
@click.option("--alpha", type=Level(), help="Level of significance. [default: the trial's own; 0.05 for a table]")
@click.option("--document", metavar="NAME", help="Only the claims of this document of a trial, such as abstract.")
@click.option("--explain", metavar="CLAIM", help="Explain in words and numbers how one claim's verdict came about.")
@click.option(
    "--json", "json_file", type=_file, metavar="FILE", help="Write the audit as JSON (- for standard output)."
)
@click.option(
    "--csv", "csv_file", type=_file, metavar="FILE", help="Write one row per claim as CSV (- for standard output)."
)
@click.option(
    "--junit", "junit_file", type=_file, metavar="FILE", help="Write JUnit XML for dashboards (- for standard output)."
)
@click.option("--priors", default="usual", help="Assumptions behind support: [usual], even, doubting, or FILE.yml.")
@click.option(
    "--strict",
    is_flag=True,
    help="Exit with 1 if a claim is not reproduced or inconsistent, claims contradict each other, or rows were lost.",
)
@click.option(
    "--map", "maps", multiple=True, metavar="NAME=COLUMN,...",
    help="Which columns of a table are meant, such as events_1=resp_trt,total_1=n_trt; may be repeated.",
)  # fmt: skip
@click.pass_context
def audit(
    ctx: click.Context,
    target: Path,
    alpha: float | None,
    document: str | None,
    explain: str | None,
    json_file: Path | None,
    csv_file: Path | None,
    junit_file: Path | None,
    priors: str,
    strict: bool,
    maps: tuple[str, ...],
) -> None:
    """Judge every claim of a trial's folder, or of a table FILE.

    TARGET is a folder such as data/he2020, or a table (.csv, .tsv, .xlsx, .parquet, - for standard input) with one
    claim per row: comparisons (trial, events_1, total_1, events_2, total_2, p_printed), cells (events, total,
    percent_printed), estimates (measure, estimate, lower, upper), means (mean_1, sd_1, total_1, mean_2, sd_2, total_2,
    p_printed) or categories (counts_1, counts_2, p_printed). Usual names of columns are recognised. Prints one table,
    or only the data where one of the files is standard output. The JSON's schema: countback schema.

    \b
    Examples:
      countback audit data/he2020
      countback audit data/he2020 --alpha 0.01 --strict
      countback audit data/he2020 --document abstract --explain sri4_w12_p
      countback audit data/he2020 --json audit.json --csv audit.csv --junit audit.xml
      countback audit trials.csv --csv -
      countback audit trials.xlsx --map events_1=resp_trt,total_1=n_trt --strict
    """  # fmt: skip
    from countback.audit import report  # here: --help needs no numerics
    from countback.audit import target as targets

    named = {"--json": json_file, "--csv": csv_file, "--junit": junit_file}
    destinations = {option: file for option, file in named.items() if file is not None}
    files.check_destinations(destinations, [*targets.inputs(target), Path(priors)])
    found = targets.audited(target, alpha, document, maps, priors)
    text = targets.explained(found, explain) if explain is not None else None
    writers = {"--json": _as_json, "--csv": _as_csv, "--junit": report.junit}
    contents = {option: writers[option](found) for option in destinations}  # all of them, before the first is written
    for option, file in destinations.items():
        if file != files.STANDARD_OUTPUT:
            files.write(file, contents[option])
    piped = [contents[option] for option, file in destinations.items() if file == files.STANDARD_OUTPUT]
    if piped:
        click.echo(piped[0], nl=False)
    elif text is not None:
        click.echo(text, nl=False)
    else:
        terminal = sys.stdout is not None and sys.stdout.isatty()
        width = max(60, shutil.get_terminal_size().columns) if terminal else None
        coloured = terminal and not os.environ.get("NO_COLOR")  # https://no-color.org
        click.echo(report.table(found, width, _coloured if coloured else report.plain), nl=False)
    for line in readable([*found.notes, *found.problems]):
        click.echo(f"note: {line}", err=True)
    if strict and not found.passes:
        ctx.exit(1)


def _coloured(text: str, colour: str | None) -> str:
    return click.style(text, fg=colour) if colour else text


def _as_json(found: Audit) -> str:
    return files.as_json(found.as_dict())


def _as_csv(found: Audit) -> str:
    return files.as_csv(found.as_rows())


@main.command(cls=BookCommand, epilog=STATUS)
@click.argument("build", type=PathName())
@click.option(
    "--against",
    type=PathName(),
    metavar="FILE",
    help="A manifest from elsewhere to compare with. [default: the build's own, BUILD/codecheck.yml]",
)
@click.option(
    "--key",
    type=PathName(),
    metavar="FILE",
    help="A public key of OpenSSH: the manifest must be signed by it (FILE.sig beside the manifest).",
)
@click.option(
    "--sign",
    type=PathName(),
    metavar="FILE",
    help="A private key of OpenSSH: sign the manifest once the build is as it states.",
)
@click.pass_context
def verify(ctx: click.Context, build: Path, against: Path | None, key: Path | None, sign: Path | None) -> None:
    """Compare the results, pages, images and PDF in folder BUILD with a manifest, file by file.

    Build the report yourself, then compare it with the manifest that somebody else has published. Exits with 1 if a
    file is missing, differs or was added, or if the signature does not fit.

    \b
    Examples:
      countback verify _build
      countback verify _build --against codecheck.yml
      countback verify _build --against codecheck.yml --key authors.pub
      countback verify _build --sign ~/.ssh/id_ed25519
    """
    from countback.deposit import signature  # here: other commands need no deposit
    from countback.deposit.check import check
    from countback.deposit.manifest import NAME
    from countback.files import shown

    file = against or build / NAME
    found = check(build, file)
    problems = list(found.problems)
    if key is not None and not signature.is_signed_by(file, key):
        problems.append(f"{shown(signature.signature_of(file))}: not a signature of {shown(file)} by {shown(key)}")
    for line in found.notes:
        click.echo(line)
    if found.own and key is None:
        click.echo("note: compared with the build's own manifest; name one from elsewhere with --against FILE")
    for problem in problems:
        click.echo(f"error: {short(problem)}", err=True)
    number = f"all {found.compared}" if found.equal == found.compared else f"{found.equal} of {found.compared}"
    click.echo(f"{number} files are as {shown(file)} states")
    if problems:
        ctx.exit(1)
    if sign is not None:
        click.echo(f"signed: {shown(signature.sign(file, sign))}")


@main.command(cls=BookCommand, epilog=STATUS)
@click.argument("names", nargs=-1, metavar="[RUN]...")
@_parameter_option
@click.option("--force", is_flag=True, help="Run even what is up to date.")
@click.option("--list", "listing", is_flag=True, help="List the runs, and whether each is stale.")
@click.option("--build", type=PathName(), metavar="DIR", help="Where results go. [default: _build/countback]")
@_root_option
def run(
    names: tuple[str, ...], parameters: dict[str, Any], force: bool, listing: bool, build: Path | None, root: Path
) -> None:
    """Run the stale notebooks of the plan (analysis/runs.yml), or the RUNs named.

    \b
    Examples:
      countback run
      countback run sri4-week12 --force
      countback run sri4-week12 -p level=0.99 --build _build/level-99
    """
    from countback.files import shown  # here: other commands need no runs
    from countback.project import Project
    from countback.runs import lock, make
    from countback.runs.plan import plan
    from countback.runs.progress import bar

    if parameters and build is None:
        raise InputError("other parameters need another place for their results; name one with --build")
    project = Project(root, Project(root).outside_sources(build, "--build") if build else None)
    planned = plan(project, parameters)
    known = [r.name for r in planned]
    unknown = [f"no run {name!r}; {nearest(name, known)}" for name in names if name not in known]
    if unknown:
        raise InputError(*unknown)
    wanted = [r for r in planned if not names or r.name in names]
    if listing:
        for r in wanted:
            state = "stale" if make.is_stale(project.run(r.name), make.inputs(project, r)) else "up to date"
            click.echo(f"{r.name:24} {state:11} {r.title}")
        return
    with lock.holding(project.build):
        made = make.make(project, wanted, force, bar())
    click.echo(f"{len(made)} of {len(wanted)} run; results in {shown(project.runs)}")


@main.command(cls=BookCommand, epilog=STATUS)
@click.argument("trial", type=PathName(), required=False)
@_parameter_option
@click.option(
    "--out",
    type=PathName(),
    metavar="DIR",
    help="Where to build. [default: a folder below _build named after the trial or the parameters]",
)
@_root_option
def book(trial: Path | None, parameters: dict[str, Any], out: Path | None, root: Path) -> None:
    """Build the book of the trial in folder TRIAL, or the published book with other parameters.

    The book of a trial is planned from what its folder describes: HTML and a PDF, with the folder's own pages
    (TRIAL/chapters/*.md) where it has some. With parameters, every page says that its setting is not the published one.

    \b
    Examples:
      countback book data/humrich2022
      countback book data/humrich2022 --out _build/humrich -p alpha=0.01
      countback book -p alpha=0.01
    """
    from countback.book import edition  # here: other commands need no book

    click.echo(edition.of(root, trial, parameters, out))


@main.command(cls=BookCommand, epilog=STATUS)
@click.option(
    "--out", type=PathName(), metavar="FILE",
    help="The zip to write. [default: below _build, named after the version]",
)  # fmt: skip
@_root_option
def archive(out: Path | None, root: Path) -> None:
    """Write sources, results, report and provenance as one zip (an RO-Crate) for deposit.

    The report must be built. The same sources give the same bytes.

    \b
    Example:
      countback archive --out countback.zip
    """
    from countback.deposit import archive as archives  # here: other commands need no deposit
    from countback.files import shown

    file = files.resolved(out) if out else archives.default_file(root)
    if out:
        files.check_destinations({"--out": out}, archives.inputs(root))
    count = archives.build(root, file)
    click.echo(f"{count} files: {shown(file)}")


@main.command(epilog=STATUS)
@click.argument("words", nargs=-1, metavar="[WORD]...")
@click.option("--json", "as_json", is_flag=True, help="Print all that is known of each, formula included, as JSON.")
def procedures(words: tuple[str, ...], as_json: bool) -> None:
    """List the catalogue: every way from counts to a number; only those that contain all WORDs, if any are given.

    \b
    Examples:
      countback procedures
      countback procedures exact two-sided
      countback procedures --json
    """
    from countback.procedures import as_rows  # here: --help needs no numerics

    rows = [r for r in as_rows() if all(w.lower() in " ".join(map(str, r.values())).lower() for w in words)]
    if not rows:
        raise InputError(f"no procedure contains {' '.join(words)!r}; countback procedures lists all")
    if as_json:
        click.echo(files.as_json(rows), nl=False)
        return
    from countback.show.tables import as_text  # here: JSON needs no table

    sources = [r | {"source": f"{r['reference']}, doi {r['doi']}" if r["doi"] else r["reference"]} for r in rows]
    click.echo(as_text(sources, {key: (key, "") for key in ("key", "kind", "sides", "name", "source")}))
    click.echo(f"{len(rows)} procedures")


def schemas() -> dict[str, str]:
    """JSON Schemas of all that is read or written as YAML or JSON, as text by file name."""
    from countback.audit import schema as audit_schema  # here: other commands need no schema
    from countback.runs import plan, results
    from countback.trial import folder

    return folder.schemas() | audit_schema.schemas() | plan.schemas() | results.schemas()


@main.command(epilog=STATUS)
@click.option("--out", type=PathName(), metavar="DIR", help="Write the files there instead of printing them.")
def schema(out: Path | None) -> None:
    """Print the JSON Schemas of trial.yml, claims/*.yml and runs.yml, of an audit's JSON and of a run's result.json."""
    texts = schemas()
    if out is None:
        for text in texts.values():
            click.echo(text, nl=False)
        return
    out.mkdir(parents=True, exist_ok=True)
    files.check_destinations({f"--out {name}": out / name for name in texts})
    for name, text in texts.items():
        files.write(out / name, text)
        click.echo(files.shown(out / name))


if __name__ == "__main__":
    main(prog_name="countback")
    sys.exit()
