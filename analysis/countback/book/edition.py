"""The book of any trial: planned from its folder, its chapters filled from templates."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from countback.book import chapters, variant
from countback.book.chapters import PARTS
from countback.deposit import citation
from countback.errors import InputError
from countback.files import resolved, shown, write
from countback.project import PAGES, PLAN, Project
from countback.readers import Yaml
from countback.runs import lock, make
from countback.runs.outline import outline
from countback.runs.plan import Planned, plan
from countback.runs.progress import bar
from countback.runs.results import Result, Value
from countback.trial.folder import load
from countback.trial.model import Trial

__all__ = ["build", "default_folder", "of"]

_SHARED = ("analysis", "assets", "chapters/references.bib")
"""What every edition takes from the project as it is."""

_COPIED = ("*.yml", "*.csv", "*.md")


def default_folder(folder: Path) -> Path:
    """Where the book of a trial is built if nothing else is said."""
    return Path("_build") / f"book-{_slug(folder)}"


def of(root: Path, trial: Path | None, parameters: Mapping[str, Value], out: Path | None) -> str:
    """Build the book that is asked for, and return which one it is and where.

    Parameters
    ----------
    root : path
        The project.
    trial : path or None
        A trial's folder; a parameter `trial` names one too. Without either it is the published book with other
        parameters.
    parameters : mapping of str to value
    out : path or None

    Raises
    ------
    InputError
        If nothing is asked for, or what is does not fit.
    RunError
        If a notebook or the build fails.
    """
    rest = {key: value for key, value in parameters.items() if key != "trial"}
    folder = trial or (root / str(parameters["trial"]) if "trial" in parameters else None)
    if folder is not None:
        page = build(root, folder, rest, out or root / default_folder(folder))
        return f"the book of {shown(folder)}: {page}"
    if not rest:
        raise InputError(
            "no trial and no parameter given; name a trial's folder such as data/humrich2022, set a parameter with "
            "-p alpha=0.01, or build the published book: jupyter-book build ."
        )
    page = variant.build(root, rest, out or root / variant.default_folder(rest))
    return f"the book with {', '.join(f'{k}={v}' for k, v in rest.items())}: {page}"


def build(root: Path, folder: Path, parameters: Mapping[str, Value], out: Path) -> Path:
    """Build the book of a trial.

    The runs are planned from what the folder describes and made; those that turn out not to apply are left out, with
    the reason on one page. Pages of its own, in ``chapters/`` of the folder, are added.

    Parameters
    ----------
    root : path
        The project: its notebooks, library and settings are used.
    folder : path
        The trial's folder, anywhere.
    parameters : mapping of str to value
        Set in every run whose notebook has them.
    out : path
        Gets a project of its own and ``_build/html``; made if it is missing.

    Returns
    -------
    pathlib.Path
        The front page.

    Raises
    ------
    InputError
        If folder or parameters do not fit, or `out` holds something else.
    RunError
        If a notebook or the build fails.
    """
    out = variant.ready(root, out)
    source = resolved(folder)
    if out.is_relative_to(source) or source.is_relative_to(out):  # what is laid out would be read, or replaced
        raise InputError(f"--out {shown(out)}: lies in or around {shown(folder)}; name another folder with --out")
    trial = load(folder)
    variant.free(out)
    place = f"data/{_slug(folder)}"
    other = parameters.get("other")
    project = Project(out, out / "_build" / "countback")
    with lock.holding(project.build):  # another build may be reading what is replaced here
        _lay(Project(root), folder, out / place)
        if isinstance(other, str):
            _copy(root / other, out / other)
        write(out / PLAN, _as_yaml(outline(trial, place, other if isinstance(other, str) else None)))
        write(out / citation.FILE, _as_yaml(_citation(root, trial)))
        planned = plan(project, parameters)
        make.make(project, planned, watch=bar())
    kept, absent = _parted(project, planned)
    _write_plan(out / PLAN, kept)
    pages = chapters.fill(chapters.Book(trial, place, project, kept, absent))
    own = sorted((out / place / "chapters").glob("*.md"))
    for page, text in pages.items():
        write(out / page, text)
    write(out / "_toc.yml", _contents([*pages], own, out, kept))
    write(out / "_config.yml", _as_yaml(_settings(root, trial, parameters)))
    return variant.built(out)


def _slug(folder: Path) -> str:
    name = "".join(c if c.isascii() and (c.isalnum() or c in "-_") else "-" for c in folder.resolve().name)
    return name.strip("-") or "trial"


def _lay(project: Project, folder: Path, copy: Path) -> None:
    """Copy what the edition shares with the project, and the trial's folder."""
    out = copy.parents[1]
    for part in ("chapters", "data"):
        shutil.rmtree(out / part, ignore_errors=True)
    for name in _SHARED:
        source, target = project.root / name, out / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.rmtree(target, ignore_errors=True)
            shutil.copytree(source, target, ignore=project.not_sources)
        else:
            shutil.copyfile(source, target)
    _copy(folder, copy)


def _copy(folder: Path, copy: Path) -> None:
    """Copy what describes a trial, and the images of its own pages; no code."""
    for source in sorted(folder.rglob("*")):
        inside = source.relative_to(folder)
        described = any(source.match(pattern) for pattern in _COPIED) or inside.parts[0] == "chapters"
        if source.is_file() and described and not any(part.startswith(".") for part in inside.parts):
            (copy / inside).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, copy / inside)


def _parted(project: Project, planned: list[Planned]) -> tuple[list[Planned], list[chapters.Absent]]:
    """Runs that apply, and why the others do not; what is left of these is removed."""
    kept, absent = [], []
    for run in planned:
        reason = Result.read(project.run(run.name)).not_applicable
        if reason is None:
            kept.append(run)
            continue
        absent.append(chapters.Absent(run.title, reason))
        shutil.rmtree(project.run(run.name))
    return kept, absent


def _write_plan(path: Path, kept: list[Planned]) -> None:
    """Keep the runs that apply in the plan."""
    names = {run.name for run in kept}
    data = Yaml(path).data
    data["runs"] = [run for run in data["runs"] if run["name"] in names]
    write(path, _as_yaml(data))


def _contents(pages: list[str], own: list[Path], out: Path, kept: list[Planned]) -> str:
    """Table of contents."""
    files = {c: [{"file": f"chapters/{n}"} for n in names if f"chapters/{n}.md" in pages] for c, names in PARTS.items()}
    parts = [{"caption": caption, "chapters": listed} for caption, listed in files.items()]
    if own:
        paths = [path.relative_to(out).with_suffix("").as_posix() for path in own]
        parts.insert(-1, {"caption": "Of this trial", "chapters": [{"file": path} for path in paths]})
    notebooks = [{"file": f"{PAGES.as_posix()}/{run.name}"} for run in kept]
    parts.append({"caption": "Appendix: the notebooks as they ran", "chapters": notebooks})
    return _as_yaml({"format": "jb-book", "root": "index", "parts": [part for part in parts if part["chapters"]]})


def _settings(root: Path, trial: Trial, parameters: Mapping[str, Value]) -> dict[str, Any]:
    """Settings of the book: the project's own, under the trial's name."""
    config: dict[str, Any] = Yaml(root / "_config.yml").data
    config["title"] = f"{trial.design.name}, rebuilt"
    config["exclude_patterns"] = [p for p in config["exclude_patterns"] if p != "data"] + ["data/*/*.md"]
    config["sphinx"]["config"]["countback_parameters"] = dict(parameters)
    return config


def _citation(root: Path, trial: Trial) -> dict[str, Any]:
    """How to cite the edition."""
    published: dict[str, Any] = Yaml(root / citation.FILE).data
    design = trial.design
    keywords = ["reproducibility", "randomised controlled trial", *([design.population] if design.population else [])]
    title = f"Countback: every number of {chapters.named(trial.documents[0].document)} of {design.name}, rebuilt"
    shared = ("cff-version", "message", "type", "authors", "version", "date-released", "license")
    return {
        **{key: str(v) if key == "date-released" else v for key, v in published.items() if key in shared},
        "title": title,
        "keywords": keywords + [endpoint.name for endpoint in design.endpoints][:8],
    }


def _as_yaml(data: Any) -> str:
    return yaml.safe_dump(data, sort_keys=False, allow_unicode=True, width=110)
