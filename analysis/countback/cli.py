"""The command line: ``countback``."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from countback import __version__
from countback.errors import InputError

if TYPE_CHECKING:
    from countback.audit import Audit

_STATUS = """
\b
Exit status: 0 all is well; 1 a run failed, or a strict audit found something; 2 bad input."""


class _Commands(click.Group):
    """Print what is wrong in one line, without a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except InputError as error:
            for problem in error.problems:
                click.echo(f"error: {problem}", err=True)
            ctx.exit(2)
        except Exception as error:
            if type(error).__name__ != "RunError":  # its module is heavy: not imported to be named here
                raise
            for line in str(error).splitlines():
                click.echo(f"error: {line}", err=True)
            ctx.exit(1)


def _parameters(ctx: click.Context, option: click.Parameter, given: tuple[str, ...]) -> dict[str, Any]:
    """Read ``name=value`` pairs; the value as YAML would: a number, true, null, or text."""
    import yaml

    values: dict[str, Any] = {}
    for pair in given:
        name, equals, text = pair.partition("=")
        if not equals or not name.strip():
            raise click.BadParameter(f"{pair!r} is not name=value, such as alpha=0.01")
        try:
            value = yaml.safe_load(text) if text else ""
        except yaml.YAMLError:
            value = text
        values[name.strip()] = value if isinstance(value, str | int | float | bool | None) else text
    return values


_parameter_option = click.option(
    "-p", "--parameter", "parameters", multiple=True, metavar="NAME=VALUE", callback=_parameters,
    help="Set a parameter in every run whose notebook has it; may be repeated.",
)  # fmt: skip


def _root(ctx: click.Context, option: click.Parameter, given: Path | None) -> Path:
    """Find the project: the folder given, or the nearest one upwards that holds analysis/runs.yml."""
    from countback.project import Project

    return Project.find(given).root


_root_option = click.option(
    "--root", type=click.Path(path_type=Path), callback=_root, is_eager=True, metavar="DIR",
    help="The project's folder. [default: the one you are in]",
)  # fmt: skip


@click.group(cls=_Commands, epilog=_STATUS, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="countback")
def main() -> None:
    """Rebuild every number that a trial's abstract prints, from the counts."""


_file = click.Path(path_type=Path, allow_dash=True)


@main.command(epilog=_STATUS)
@click.argument("target", type=click.Path(path_type=Path))
@click.option(
    "--alpha",
    type=click.FloatRange(0, 1, min_open=True, max_open=True),
    help="Level of significance. [default: the trial's own; 0.05 for a table]",
)
@click.option("--document", metavar="NAME", help="Only the claims of this document of a trial, such as abstract.")
@click.option("--explain", metavar="CLAIM", help="Say in words and numbers how one claim's verdict came about.")
@click.option(
    "--json", "json_file", type=_file, metavar="FILE", help="Write the audit as JSON (- for standard output)."
)
@click.option(
    "--csv", "csv_file", type=_file, metavar="FILE", help="Write one row a claim as CSV (- for standard output)."
)
@click.option(
    "--junit", "junit_file", type=_file, metavar="FILE", help="Write JUnit XML for dashboards (- for standard output)."
)
@click.option(
    "--strict",
    is_flag=True,
    help="Exit with 1 if a claim is not reproduced or inconsistent, or claims contradict each other.",
)
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
    strict: bool,
) -> None:
    r"""Give every claim its verdict: of a trial's folder, or of a table FILE.csv.

    TARGET is a folder such as data/he2020, or a table with one claim a row: comparisons (trial, events_1,
    total_1, events_2, total_2, p_printed) or cells (events, total, percent_printed). Prints one table, or only
    the data where one of the files is standard output. The JSON's schema: countback schema.

    \b
    Examples:
      countback audit data/he2020
      countback audit data/he2020 --alpha 0.01 --strict
      countback audit data/he2020 --document abstract --explain sri4_w12_p
      countback audit data/he2020 --json audit.json --csv audit.csv --junit audit.xml
      countback audit trials.csv --csv -
    """  # fmt: skip
    from countback.audit import report

    found = _audited(target, alpha, document)
    text = _explained(found, explain) if explain is not None else None
    outputs = [(json_file, _as_json), (csv_file, _as_csv), (junit_file, report.junit)]
    piped = [write for file, write in outputs if file == Path("-")]
    if len(piped) > 1:
        options = [
            name
            for name, file in zip(("--json", "--csv", "--junit"), (json_file, csv_file, junit_file), strict=True)
            if file == Path("-")
        ]
        raise InputError(f"{' and '.join(options)} cannot both go to standard output; name a file for one of them")
    for file, write in outputs:
        if file is not None and file != Path("-"):
            _write(file, write(found))
    if piped:
        click.echo(piped[0](found), nl=False)
    elif text is not None:
        click.echo(text, nl=False)
    else:
        terminal = sys.stdout.isatty()
        width = max(60, shutil.get_terminal_size().columns) if terminal else None
        coloured = terminal and not os.environ.get("NO_COLOR")  # https://no-color.org
        click.echo(report.table(found, width, _coloured if coloured else report.plain), nl=False)
    if strict and not found.passes:
        ctx.exit(1)


def _coloured(text: str, colour: str | None) -> str:
    return click.style(text, fg=colour) if colour else text


def _audited(target: Path, alpha: float | None, document: str | None) -> Audit:
    if target.suffix.lower() == ".csv" and not target.is_dir():
        from countback.audit import sheet

        if document is not None:
            raise InputError("--document is for a trial's folder; a table has none")
        return sheet.audit(target, alpha)
    from countback import audit as audits
    from countback.trial.folder import load

    return audits.audit(load(target).select(document=document), alpha)


def _explained(found: Audit, claim: str) -> str:
    from countback.audit.explain import explain
    from countback.readers import nearest

    try:
        return explain(found, claim)
    except KeyError:
        known = [f.id for f in found.findings]
        raise InputError(f"no claim {claim!r} in {found.trial}; {nearest(claim, known)}") from None


def _as_json(found: Audit) -> str:
    from countback import files as writing

    return writing.as_json(found.as_dict())


def _as_csv(found: Audit) -> str:
    from countback import files as writing

    return writing.as_csv(found.as_rows())


@main.command(epilog=_STATUS)
@click.argument("build", type=click.Path(path_type=Path))
@click.option(
    "--certificate",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The certificate to hold the build against. [default: BUILD/codecheck.yml]",
)
@click.pass_context
def verify(ctx: click.Context, build: Path, certificate: Path | None) -> None:
    r"""Hold the results in folder BUILD against a certificate, file by file.

    Build the report yourself, then compare it with your own certificate, or with one that somebody else has published.
    Exits with 1 if a file is missing or differs.

    \b
    Examples:
      countback verify _build
      countback verify _build --certificate codecheck.yml
    """
    from countback.deposit import manifest as certificates
    from countback.files import shown

    file = certificate or build / certificates.NAME
    problems, notes, checked = certificates.verify(build, file)
    for line in notes:
        click.echo(line)
    for problem in problems:
        click.echo(f"error: {problem}", err=True)
    if problems:
        click.echo(f"{checked - len(problems)} of {checked} files are as {shown(file)} states")
        ctx.exit(1)
    click.echo(f"all {checked} files are as {shown(file)} states")


def _write(file: Path, text: str) -> None:
    from countback.files import write

    if not file.parent.is_dir():
        raise InputError(f"{file}: there is no folder {file.parent}; make it first")
    try:
        write(file, text)
    except OSError as error:
        raise InputError(f"{file}: cannot be written ({error.strerror})") from None


@main.command(epilog=_STATUS)
@click.argument("names", nargs=-1, metavar="[RUN]...")
@_parameter_option
@click.option("--force", is_flag=True, help="Run even what is up to date.")
@click.option("--list", "listing", is_flag=True, help="Only say which runs there are, and which are stale.")
@click.option(
    "--build", type=click.Path(path_type=Path), metavar="DIR", help="Where results go. [default: _build/countback]"
)
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
    from countback.files import shown
    from countback.project import Project
    from countback.readers import nearest
    from countback.runs import lock, make
    from countback.runs.plan import plan
    from countback.runs.progress import bar

    if parameters and build is None:
        raise InputError("other parameters need another place for their results; name one with --build")
    project = Project(root, build.resolve() if build else None)
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


@main.command(epilog=_STATUS)
@_parameter_option
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Where to build. [default: a folder below _build named after the parameters]",
)
@_root_option
def book(parameters: dict[str, Any], out: Path | None, root: Path) -> None:
    """Build the whole book with other parameters, beside the published one.

    Every page says that its setting is not the published one.

    \b
    Example:
      countback book -p alpha=0.01 --out _build/alpha-0.01
    """
    from countback.book import variant as books

    if not parameters:
        raise InputError(
            "no parameter given; set one with -p alpha=0.01, or build the published book: jupyter-book build ."
        )
    page = books.build(root, parameters, out.resolve() if out else root / books.default_folder(parameters))
    click.echo(f"the book with {', '.join(f'{k}={v}' for k, v in parameters.items())}: {page}")


@main.command(epilog=_STATUS)
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
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
    from countback.deposit import archive as archives
    from countback.files import shown

    file = out.resolve() if out else archives.default_file(root)
    count = archives.build(root, file)
    click.echo(f"{count} files: {shown(file)}")


@main.command(epilog=_STATUS)
@click.argument("words", nargs=-1, metavar="[WORD]...")
@click.option("--json", "as_json", is_flag=True, help="Give all that is known of each, formula included, as JSON.")
def procedures(words: tuple[str, ...], as_json: bool) -> None:
    """List the catalogue: every way from counts to a number; only those that hold all WORDs, if any are given.

    \b
    Examples:
      countback procedures
      countback procedures exact two-sided
      countback procedures --json
    """
    from countback import files as writing
    from countback.book import methods

    rows = [r for r in methods.as_rows() if all(w.lower() in " ".join(map(str, r.values())).lower() for w in words)]
    if not rows:
        raise InputError(f"no procedure holds {' '.join(words)!r}; countback procedures lists all")
    if as_json:
        click.echo(writing.as_json(rows), nl=False)
        return
    from countback.show.tables import as_text

    sources = [r | {"source": f"{r['reference']}, doi {r['doi']}" if r["doi"] else r["reference"]} for r in rows]
    click.echo(as_text(sources, {key: (key, "") for key in ("key", "kind", "sides", "name", "source")}))
    click.echo(f"{len(rows)} procedures")


def schemas() -> dict[str, str]:
    """JSON Schemas of all that is read or written as YAML or JSON, as text by file name."""
    from countback.audit import finding
    from countback.runs import results
    from countback.trial import folder

    return folder.schemas() | finding.schemas() | results.schemas()


@main.command(epilog=_STATUS)
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Write the files there instead of printing them.",
)
def schema(out: Path | None) -> None:
    """Print the JSON Schemas of trial.yml, of claims/*.yml, of an audit's JSON, and of a run's result.json."""
    for name, text in schemas().items():
        if out is None:
            click.echo(text, nl=False)
        else:
            out.mkdir(parents=True, exist_ok=True)
            _write(out / name, text)
            click.echo(out / name)


if __name__ == "__main__":
    main(prog_name="countback")
    sys.exit()
