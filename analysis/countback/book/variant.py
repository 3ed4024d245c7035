"""Building the whole book with other parameters, or for another trial, beside the published one."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import yaml

from countback.book.text import literal
from countback.deposit import stamp
from countback.errors import InputError
from countback.files import shown, write
from countback.project import BOOK_SOURCES, PAGES, Project
from countback.readers import Yaml
from countback.runs import lock
from countback.runs.make import RunError
from countback.runs.plan import Planned, plan
from countback.runs.results import Value
from countback.trial.design import Design
from countback.trial.folder import load

_MARK = ".countback-book"


def default_folder(parameters: Mapping[str, Value]) -> Path:
    """Name the folder after the parameters, such as ``_build/book-alpha-0.01``."""
    words = "-".join(f"{name}-{value}" for name, value in sorted(parameters.items())) or "published"
    return Path("_build") / f"book-{''.join(c if c.isalnum() or c in '-._' else '_' for c in words)}"


def build(root: Path, parameters: Mapping[str, Value], out: Path) -> Path:
    """Copy the sources, set the parameters in their configuration, and build.

    The chapters speak of the published trial. With another `trial` their place is taken by a front page with that
    trial's audit, and the pages are the notebooks as they ran; one that does not apply says why.

    Parameters
    ----------
    root : path
        The project.
    parameters : mapping of str to value
        Set in every run whose notebook has them.
    out : path
        Gets the sources and ``_build/html``; made if it is missing. The published book is not touched.

    Returns
    -------
    pathlib.Path
        The front page.

    Raises
    ------
    InputError
        If the parameters do not fit, or `out` holds something else.
    RunError
        If the build fails.
    """
    out = Project(root).outside_sources(out, "--out")
    stamp.given_epoch()  # Sphinx itself would stop with a traceback
    planned = plan(Project(root), parameters)  # before anything is written
    published = {run.name: run.parameters.get("trial") for run in plan(Project(root))}
    audit = next((run for run in planned if run.notebook == "audit"), None)
    other = audit is not None and audit.parameters["trial"] != published[audit.name]
    if out.exists() and (not out.is_dir() or (any(out.iterdir()) and not (out / _MARK).exists())):
        raise InputError(f"{shown(out)}: is in use for something else; name another folder with --out")
    config = Yaml(root / "_config.yml").data
    out.mkdir(parents=True, exist_ok=True)
    (out / _MARK).touch()
    with lock.holding(Project(out).build):  # another build may be reading what is replaced here
        _copy_sources(root, out)
        config["sphinx"]["config"]["countback_parameters"] = dict(parameters)
        write(out / "_config.yml", yaml.safe_dump(config, sort_keys=False, allow_unicode=True))
        if audit and other:
            write(out / "index.md", front_page(load(root / str(audit.parameters["trial"])).design, audit.name))
            write(out / "_toc.yml", contents(planned))
    command = [sys.executable, "-c", "from jupyter_book.cli.main import main; main()", "build", str(out)]
    if subprocess.run(command, check=False).returncode:
        raise RunError(f"{shown(out)}: the build failed; see the messages above")
    return out / "_build" / "html" / "index.html"


def _copy_sources(root: Path, out: Path) -> None:
    """Put the project's sources, as they are now, in the place of those of a former build."""
    for name in BOOK_SOURCES:
        source, copy = root / name, out / name
        if copy.is_dir():
            shutil.rmtree(copy)
        if source.is_dir():
            shutil.copytree(source, copy, ignore=Project(root).not_sources)
        elif source.is_file():
            shutil.copyfile(source, copy)


def front_page(design: Design, audit: str) -> str:
    """Write the front page of a trial for which there are no chapters.

    Parameters
    ----------
    design : Design
    audit : str
        The name of the run that holds the trial's audit.

    Returns
    -------
    str
        Markdown; what comes from the trial's folder is set as text.
    """
    c = design.citation
    cited = literal(f"{c.authors} {c.title}. {c.journal} {c.year}, doi {c.doi}")
    return f"""# {literal(design.name)}: what the counts give

:::{{div}} answer
Of {{stat}}`{audit}:claims|d` claims, {{tally}}`{audit}`.
:::

{cited}

A match never proves which procedure was used, and a mismatch shows no fault. The other pages are the analyses as they
ran; one that does not apply to this trial says why.

:::{{run-figure}} {audit} glance
:name: fig-glance
Every claim with its verdict.
:::

:::{{run-table}} {audit} audit
:name: tab-audit
:anchors: id
:widths: 5 2 2 4 9
:class: longtable
Each claim, as printed and as rebuilt.
:::
"""


def contents(planned: Sequence[Planned]) -> str:
    """Write the table of contents of a book of notebooks: each run once, those with the same parameters too."""
    once = {(run.notebook, tuple(sorted(run.parameters.items(), key=str))): run for run in reversed(planned)}
    pages = [{"file": f"{PAGES.as_posix()}/{run.name}"} for run in reversed(once.values())]
    parts = [{"caption": "The analyses as they ran", "chapters": pages}]
    return yaml.safe_dump({"format": "jb-book", "root": "index", "parts": parts}, sort_keys=False)
