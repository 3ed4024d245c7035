"""The archive: sources, results, report and provenance in one zip, an RO-Crate 1.2.

The same sources give the same bytes. Each run is described as an action (the Process Run Crate profile): which
notebook, on which data, with which parameters and versions, gave which files, each file with its digest.
"""

from __future__ import annotations

import json
import mimetypes
import platform
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from rocrate.model.contextentity import ContextEntity
from rocrate.rocrate import ROCrate

from countback.deposit import citation, stamp
from countback.errors import InputError
from countback.files import shown, write, zipped
from countback.project import NOTEBOOKS, Project, bytes_digest, digest
from countback.runs import make
from countback.runs.parameters import read_notebook
from countback.runs.plan import Planned, plan

HTML = Path("_build/html")
MANIFEST = Path("_build/codecheck.yml")
PROFILE = "https://w3id.org/ro/wfrun/process/0.5"
METADATA = "ro-crate-metadata.json"

_NOT_KEPT = (make.EXECUTED, make.MANIFEST)
"""Files of a run that hold times; the executed notebooks are in ``chapters/runs/`` without them."""

_TYPES = {
    ".csv": "text/csv", ".ipynb": "application/x-ipynb+json", ".md": "text/markdown", ".yml": "application/yaml",
    ".cff": "application/yaml", ".bib": "application/x-bibtex", ".toml": "application/toml", ".py": "text/x-python",
    ".typ": "text/plain", ".svg": "image/svg+xml", ".json": "application/json", ".pdf": "application/pdf",
    ".html": "text/html", ".css": "text/css", ".js": "text/javascript",
}  # fmt: skip


def default_file(root: Path) -> Path:
    """Name the archive after the version, below ``_build``."""
    return root / "_build" / f"countback-{stamp.of(root).version}.zip"


def inputs(root: Path) -> list[Path]:
    """Files that an archive is made of, as far as they are there: it must not overwrite one."""
    project = Project(root)
    made = [folder for folder in (project.build, project.pages, project.html) if folder.is_dir()]
    found = [project.root / name for name in project.sources()]
    return found + [path for folder in made for path in folder.rglob("*") if path.is_file()] + [project.manifest]


def build(root: Path, out: Path) -> int:
    """Write the archive of a project whose report is built.

    Parameters
    ----------
    root : pathlib.Path
    out : pathlib.Path
        The zip to write.

    Returns
    -------
    int
        How many files it holds.

    Raises
    ------
    InputError
        If the report is not built, or from something else than what the sources are now.
    """
    found = stamp.of(root)
    project = Project(root)
    planned = plan(project)
    _check(root, found, planned)
    names = project.sources()
    results = sorted(path for path in project.runs.rglob("*") if path.name not in _NOT_KEPT)
    report = sorted(path for path in (root / HTML).rglob("*") if path.name != ".buildinfo")
    names += [path.relative_to(root).as_posix() for path in [*results, *report] if path.is_file()]
    names += [project.page(run.name).relative_to(root).as_posix() for run in planned]
    content = {name: (root / name).read_bytes() for name in names}
    if (root / MANIFEST).is_file():
        content[MANIFEST.as_posix()] = _timeless(root / MANIFEST)
    metadata = json.dumps(_crate(root, found, planned, content), indent=1, sort_keys=True, ensure_ascii=False) + "\n"
    write(out, zipped({METADATA: metadata.encode(), **content}, found.moment))
    return len(content) + 1


def _timeless(manifest: Path) -> bytes:
    """Manifest without how long each run took: that differs from build to build."""
    contents = yaml.safe_load(manifest.read_text(encoding="utf-8"))
    contents.get("countback", {}).pop("seconds", None)
    return yaml.safe_dump(contents, sort_keys=False, allow_unicode=True, width=110).encode()


def _check(root: Path, found: stamp.Stamp, planned: list[Planned]) -> None:
    say = "build it first: make book (or jupyter-book build .)"
    front, pdf = root / HTML / "index.html", root / HTML / citation.PDF
    for path in (front, pdf):
        if not path.is_file():
            raise InputError(f"{shown(path)}: is missing; {say}")
    project = Project(root)
    stale = [run.name for run in planned if make.is_stale(project.run(run.name), make.inputs(project, run))]
    if stale:
        raise InputError(f"{shown(project.build)}: {', '.join(stale)} not made from these sources; {say}")
    if found.html not in front.read_text(encoding="utf-8"):
        raise InputError(f"{shown(front)}: was not made from these sources ({found.line}); {say}")


def _crate(root: Path, found: stamp.Stamp, planned: list[Planned], content: Mapping[str, bytes]) -> Any:
    """Describe what the archive holds and how each result came about."""
    project = Project(root)
    report, about = citation.load(root)
    crate = ROCrate(version="1.2")
    authors = _describe_whole(crate, found, report, about)
    files = _describe_files(crate, root, content)
    crate.root_dataset["mainEntity"] = files[f"{HTML.as_posix()}/{citation.PDF}"]
    _describe_runs(crate, project, found, planned, files, authors[0])
    return crate.metadata.generate()


def _entity(crate: Any, identifier: str, kind: str | list[str], **properties: Any) -> Any:
    """Add something that is described but not included: a person, a licence, a program."""
    return crate.add(ContextEntity(crate, identifier, properties={"@type": kind, **properties}))


def _describe_whole(crate: Any, found: stamp.Stamp, report: citation.Work, about: citation.Work | None) -> list[Any]:
    """Describe the archive as a whole; its authors are returned."""
    licence = _entity(crate, citation.LICENCE, "CreativeWork", name="CC BY 4.0", description="Text, figures and data")
    mit = "https://spdx.org/licenses/MIT"
    code_licence = _entity(crate, mit, "CreativeWork", name="MIT", description="Code")
    authors = [_entity(crate, f"#author-{i}", "Organization", name=name) for i, name in enumerate(report.authors, 1)]
    profile = _entity(crate, PROFILE, ["CreativeWork", "Profile"], name="Process Run Crate", version="0.5")
    top = crate.root_dataset
    top["name"] = report.title
    top["description"] = f"Sources, results, report and provenance. {found.line}."
    top["datePublished"] = f"{found.moment:%Y-%m-%d}"
    top["version"] = found.version
    name, value = ("commit", found.commit) if found.commit else ("sha256 of the sources", found.sources)
    top["identifier"] = _entity(crate, "#identifier", "PropertyValue", name=name, propertyID=name, value=value)
    top["license"] = [licence, code_licence]
    top["author"] = authors if len(authors) > 1 else authors[0]
    top["publisher"] = authors[0]
    top["keywords"] = list(report.keywords)
    top["conformsTo"] = profile
    if about:
        article = f"https://doi.org/{about.doi}"
        top["isBasedOn"] = _entity(crate, article, "ScholarlyArticle", name=about.title, datePublished=about.year)
    return authors


def _describe_files(crate: Any, root: Path, content: Mapping[str, bytes]) -> dict[str, Any]:
    """Describe each file, and the folders that are read as a whole."""
    files: dict[str, Any] = {}
    for name in sorted(content):
        inside = name.startswith(HTML.as_posix() + "/")
        if inside and not name.endswith((".html", ".pdf")):
            continue  # scripts, styles and images of the pages: described as a whole
        files[name] = crate.add_file(root / name, name, properties=_described(name, content[name]))
    folders = {
        "data": "What the article prints, and the counts",
        "chapters": "The text",
        HTML.as_posix(): "The report as web pages, readable without a network",
    }
    for folder, words in folders.items():
        described = crate.add_directory(root / folder, f"{folder}/", properties={"name": words, "description": words})
        described["hasPart"] = [files[name] for name in sorted(files) if name.startswith(f"{folder}/")]
    return files


def _describe_runs(
    crate: Any, project: Project, found: stamp.Stamp, planned: list[Planned], files: Mapping[str, Any], agent: Any
) -> None:
    """Describe each run as an action: its notebook, what it read, and what came of it."""
    url = "https://www.python.org/"
    language = _entity(crate, "#python", "ComputerLanguage", name="Python", version=platform.python_version(), url=url)
    versions: dict[str, Any] = {}
    for run in planned:
        made_from = make.inputs(project, run)
        for package, version in made_from["versions"].items():
            if package not in versions:
                home = url if package == "python" else f"https://pypi.org/project/{package}/{version}/"
                versions[package] = _entity(crate, home, "SoftwareApplication", name=package, version=version, url=home)
        notebook = files[(NOTEBOOKS / f"{run.notebook}.ipynb").as_posix()]
        notebook["version"], notebook["programmingLanguage"] = found.version, language
        notebook["softwareRequirements"] = [versions[name] for name in sorted(versions)]
        parameters = [
            _entity(
                crate, f"#{run.name}-{name}", "PropertyValue", name=name, value="null" if value is None else str(value)
            )
            for name, value in sorted(run.parameters.items())
        ]
        _entity(
            crate, f"#run-{run.name}", "CreateAction", name=run.title, instrument=notebook,
            object=[*_read_by(project, run, files), *parameters], result=_made_by(project, run, files), agent=agent,
            actionStatus="http://schema.org/CompletedActionStatus",
            description=", ".join(f"{part} {_digest(made_from[part])}" for part in ("notebook", "data", "library")),
        )  # fmt: skip
    crate.root_dataset["mentions"] = [crate.dereference(f"#run-{run.name}") for run in planned]


def _read_by(project: Project, run: Planned, files: Mapping[str, Any]) -> list[Any]:
    """Files of the trials that a run reads."""
    named = {**read_notebook(project.notebook(run.notebook)).defaults, **run.parameters}
    trials = tuple(f"{v}/" for v in named.values() if isinstance(v, str) and (project.root / v / "trial.yml").is_file())
    return [files[name] for name in sorted(files) if name.startswith(trials)]


def _made_by(project: Project, run: Planned, files: Mapping[str, Any]) -> list[Any]:
    """Files that a run has made, its page last."""
    folder = f"{project.run(run.name).relative_to(project.root).as_posix()}/"
    made = [files[name] for name in sorted(files) if name.startswith(folder)]
    return [*made, files[project.page(run.name).relative_to(project.root).as_posix()]]


def _digest(made_from: Any) -> str:
    """First digits of a digest, or of the digest of several."""
    return (made_from if isinstance(made_from, str) else digest(made_from))[:12]


def _described(name: str, content: bytes) -> dict[str, Any]:
    suffix = Path(name).suffix
    runs_code = Path(name).parent == NOTEBOOKS
    kind = _TYPES.get(suffix) or mimetypes.guess_type(name)[0] or "text/plain"
    return {
        **({"@type": ["File", "SoftwareSourceCode"]} if runs_code else {}),
        "name": Path(name).name,
        "encodingFormat": kind,
        "contentSize": str(len(content)),
        "sha256": bytes_digest(content),
    }
