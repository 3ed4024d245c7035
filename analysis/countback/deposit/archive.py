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

from countback.book import article
from countback.deposit import citation, stamp
from countback.errors import InputError
from countback.files import shown, write, zipped
from countback.project import NOTEBOOKS, Project, bytes_digest, digest
from countback.runs import make
from countback.runs.parameters import read_notebook
from countback.runs.plan import Planned, plan

HTML = Path("_build/html")
CERTIFICATE = Path("_build/codecheck.yml")
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
    if (root / CERTIFICATE).is_file():
        content[CERTIFICATE.as_posix()] = _timeless(root / CERTIFICATE)
    metadata = json.dumps(_crate(root, found, planned, content), indent=1, sort_keys=True, ensure_ascii=False) + "\n"
    write(out, zipped({METADATA: metadata.encode(), **content}, found.moment))
    return len(content) + 1


def _timeless(certificate: Path) -> bytes:
    """Give a certificate without how long each run took: that differs from build to build."""
    contents = yaml.safe_load(certificate.read_text(encoding="utf-8"))
    contents.get("countback", {}).pop("seconds", None)
    return yaml.safe_dump(contents, sort_keys=False, allow_unicode=True, width=110).encode()


def _check(root: Path, found: stamp.Stamp, planned: list[Planned]) -> None:
    say = "build it first: make book (or jupyter-book build .)"
    front, pdf = root / HTML / "index.html", root / HTML / article.FORMS["pdf"]
    for path in (front, pdf):
        if not path.is_file():
            raise InputError(f"{shown(path)}: is missing; {say}")
    project = Project(root)
    stale = [run.name for run in planned if make.is_stale(project.run(run.name), make.inputs(project, run))]
    if stale:
        raise InputError(f"{shown(project.build)}: results of {', '.join(stale)} are not of these sources; {say}")
    from countback.book import pages

    if pages.footer(found) not in front.read_text(encoding="utf-8"):
        raise InputError(f"{shown(front)}: is not of these sources ({found.line}); {say}")


def _crate(root: Path, found: stamp.Stamp, planned: list[Planned], content: Mapping[str, bytes]) -> Any:
    """Describe what the archive holds and how each result came about."""
    from rocrate.model.contextentity import ContextEntity
    from rocrate.rocrate import ROCrate

    project = Project(root)
    report, about = citation.load(root)
    crate = ROCrate(version="1.2")
    day = f"{found.moment:%Y-%m-%d}"

    def entity(identifier: str, kind: str | list[str], **properties: Any) -> Any:
        return crate.add(ContextEntity(crate, identifier, properties={"@type": kind, **properties}))

    licence = entity(citation.LICENCE, "CreativeWork", name="CC BY 4.0", description="Text, figures and data")
    code_licence = entity("https://spdx.org/licenses/MIT", "CreativeWork", name="MIT", description="Code")
    authors = [entity(f"#author-{i}", "Organization", name=name) for i, name in enumerate(report.authors, 1)]
    profile = entity(PROFILE, ["CreativeWork", "Profile"], name="Process Run Crate", version="0.5")
    top = crate.root_dataset
    top["name"] = report.title
    top["description"] = f"Sources, results, report and provenance. {found.line}."
    top["datePublished"] = day
    top["version"] = found.version
    name, value = ("commit", found.commit) if found.commit else ("sha256 of the sources", found.sources)
    top["identifier"] = entity("#identifier", "PropertyValue", name=name, propertyID=name, value=value)
    top["license"] = [licence, code_licence]
    top["author"] = authors if len(authors) > 1 else authors[0]
    top["publisher"] = authors[0]
    top["keywords"] = list(report.keywords)
    top["conformsTo"] = profile
    if about:
        top["isBasedOn"] = entity(
            f"https://doi.org/{about.doi}", "ScholarlyArticle", name=about.title, datePublished=about.year
        )

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
        parts = [files[name] for name in sorted(files) if name.startswith(f"{folder}/")]
        crate.add_directory(root / folder, f"{folder}/", properties={"name": words, "description": words})[
            "hasPart"
        ] = parts
    top["mainEntity"] = files[f"{HTML.as_posix()}/{article.FORMS['pdf']}"]

    language = entity(
        "#python", "ComputerLanguage", name="Python", version=platform.python_version(), url="https://www.python.org/"
    )
    versions: dict[str, Any] = {}
    for run in planned:
        made_from = make.inputs(project, run)
        for package, version in made_from["versions"].items():
            if package not in versions:
                url = (
                    "https://www.python.org/"
                    if package == "python"
                    else f"https://pypi.org/project/{package}/{version}/"
                )
                versions[package] = entity(url, "SoftwareApplication", name=package, version=version, url=url)
        notebook = files[(NOTEBOOKS / f"{run.notebook}.ipynb").as_posix()]
        notebook["version"], notebook["programmingLanguage"] = found.version, language
        notebook["softwareRequirements"] = [versions[name] for name in sorted(versions)]
        parameters = [
            entity(f"#{run.name}-{name}", "PropertyValue", name=name, value="null" if value is None else str(value))
            for name, value in sorted(run.parameters.items())
        ]
        named = {**read_notebook(project.notebook(run.notebook)).defaults, **run.parameters}
        trials = tuple(f"{v}/" for v in named.values() if isinstance(v, str) and (root / v / "trial.yml").is_file())
        read = [files[name] for name in sorted(files) if name.startswith(trials)]
        results = [
            files[name]
            for name in sorted(files)
            if name.startswith(f"{project.run(run.name).relative_to(root).as_posix()}/")
        ]
        results.append(files[project.page(run.name).relative_to(root).as_posix()])
        entity(
            f"#run-{run.name}", "CreateAction", name=run.title, instrument=notebook, object=[*read, *parameters],
            result=results, agent=authors[0], actionStatus="http://schema.org/CompletedActionStatus",
            description=", ".join(f"{part} {_digest(made_from[part])}" for part in ("notebook", "data", "library")),
        )  # fmt: skip
    top["mentions"] = [crate.dereference(f"#run-{run.name}") for run in planned]
    return crate.metadata.generate()


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
