"""Reading and checking a trial folder.

A folder holds ``trial.yml`` (:class:`countback.trial.design.Design`), ``counts.csv`` (rows of
:class:`countback.trial.design.Count`), ``claims/*.yml`` (:class:`countback.trial.claims.Document`) and, where somebody
wrote one, ``reporting.csv`` (:mod:`countback.trial.checklist`).
"""

from __future__ import annotations

import json
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from countback.errors import InputError
from countback.files import shown
from countback.readers import Yaml, explain, nearest, read_rows
from countback.trial import printed
from countback.trial.checklist import read_judgements
from countback.trial.claims import ComparisonClaim, DesignClaim, Document, PValueClaim
from countback.trial.design import Count, Design, Week, field
from countback.trial.model import Trial

_COLUMNS = tuple(Count.model_fields)
_COUNT = TypeAdapter(Count)

LARGEST_COUNT = 10**10
"""Patients of one arm at most: more than there are people."""


def load(folder: Path | str) -> Trial:
    """Read and check a trial folder.

    Parameters
    ----------
    folder : path
        Holds ``trial.yml``, ``counts.csv`` and ``claims/*.yml``.

    Returns
    -------
    Trial

    Raises
    ------
    InputError
        One line for each problem, with its file and line.
    """
    folder = Path(folder)
    try:
        is_folder, is_file = folder.is_dir(), folder.exists()
    except (OSError, ValueError) as error:  # a name that is too long, or holds NUL
        reason = (getattr(error, "strerror", None) or str(error)).lower()
        raise InputError(f"{shown(folder)}: cannot be read ({reason})") from None
    if is_file and not is_folder:
        raise InputError(f"{shown(folder)}: is not a folder; name a trial's folder, or a table FILE.csv")
    if not is_folder:
        siblings = sorted(p.parent.name for p in folder.parent.glob("*/trial.yml"))
        raise InputError(f"{shown(folder)}: no such trial folder; {nearest(folder.name, siblings)}".rstrip("; "))
    design_file = Yaml(folder / "trial.yml")
    design = design_file.validate(Design)
    problems = _design_problems(design, design_file)
    if problems:
        raise InputError(*problems)
    counts = _read_counts(folder / "counts.csv", design)
    files = [Yaml(path) for path in _claim_files(folder / "claims")]
    if not files:
        raise InputError(f"{shown(folder / 'claims')}: no claims/*.yml file; write what the article prints there")
    documents = [file.validate(Document) for file in files]
    problems = _document_problems(folder / "counts.csv", counts, design, documents)
    problems += _claim_problems(design, list(zip(files, documents, strict=True)))
    if problems:
        raise InputError(*problems)
    return Trial(
        design=design,
        counts=[count for _, count in counts],
        documents=documents,
        reporting=read_judgements(folder / "reporting.csv"),
    )


def _claim_files(folder: Path) -> list[Path]:
    try:
        return sorted(path for path in folder.iterdir() if path.suffix == ".yml" and not path.name.startswith("."))
    except FileNotFoundError:
        return []
    except NotADirectoryError:
        raise InputError(f"{shown(folder)}: is a file; make it a folder of claims/*.yml files") from None
    except OSError as error:
        raise InputError(f"{shown(folder)}: cannot be read ({(error.strerror or '').lower()})") from None


def _repeated(ids: list[str]) -> list[tuple[int, str]]:
    seen: set[str] = set()
    found = []
    for i, name in enumerate(ids):
        if name in seen:
            found.append((i, name))
        seen.add(name)
    return found


def _design_problems(design: Design, file: Yaml) -> list[str]:
    problems = [
        f"{file.at(part, i, 'id')}: id {name!r} is given twice; ids must differ"
        for part, ids in (("arms", [a.id for a in design.arms]), ("endpoints", [e.id for e in design.endpoints]))
        for i, name in _repeated(ids)
    ]
    if {arm.role for arm in design.arms} != {"experimental", "control"}:
        problems.append(f"{file.at('arms')}: one arm must have the role experimental and one the role control")
    problems += _reference_problems(design, file, ("primary",), design.primary.endpoint, design.primary.week)
    known = [e.id for e in design.endpoints]
    for i, endpoint in enumerate(design.endpoints):
        problems += [
            f"{file.at('endpoints', i)}: {endpoint.id} refers to {other!r}, which is not another endpoint; "
            f"{nearest(other, known)}"
            for other in [*endpoint.sum_of, *([endpoint.among] if endpoint.among else [])]
            if other not in known or other == endpoint.id
        ]
    return problems


def _reference_problems(design: Design, file: Yaml, at: tuple[str | int, ...], endpoint: str, week: Week) -> list[str]:
    """What is wrong with a reference to an endpoint at a week."""
    weeks = {e.id: e.weeks for e in design.endpoints}
    if endpoint not in weeks:
        return [f"{file.at(*at, 'endpoint')}: endpoint {endpoint!r} is not in trial.yml; {nearest(endpoint, weeks)}"]
    if week not in weeks[endpoint]:
        known = ", ".join("null" if w is None else str(w) for w in weeks[endpoint])
        return [f"{file.at(*at, 'week')}: endpoint {endpoint} has no week {week} in trial.yml; known: {known}"]
    return []


def _read_counts(path: Path, design: Design) -> list[tuple[int, Count]]:
    counts: list[tuple[int, Count]] = []
    problems: list[str] = []
    first_line: dict[tuple[str, Week, str], int] = {}
    weeks = {e.id: e.weeks for e in design.endpoints}
    arms = [arm.id for arm in design.arms]
    for line, row in read_rows(path, _COLUMNS):
        where = f"{shown(path)}, line {line}"
        try:
            numbers = {key: _whole(key, row[key]) for key in ("events", "total")}
            week = _whole("week", row["week"]) if row["week"] else None
            count = _COUNT.validate_python({**row, **numbers, "week": week})
        except ValueError as error:
            if isinstance(error, ValidationError):
                problems += [f"{where}: {explain(e, str(e['loc'][-1]))}" for e in error.errors()]
            else:
                problems.append(f"{where}: {error}")
            continue
        about = f"endpoint {count.endpoint}, week {'-' if count.week is None else count.week}, arm {count.arm}"
        key = (count.endpoint, count.week, count.arm)
        if count.endpoint not in weeks:
            problems.append(
                f"{where}: endpoint {count.endpoint!r} is not in trial.yml; {nearest(count.endpoint, weeks)}"
            )
        elif count.week not in weeks[count.endpoint]:
            problems.append(f"{where}: week {row['week'] or '(empty)'} is not in trial.yml for {count.endpoint}")
        if count.arm not in arms:
            problems.append(f"{where}: arm {count.arm!r} is not in trial.yml; {nearest(count.arm, arms)}")
        if count.events > count.total:
            problems.append(f"{where}: events {count.events} exceeds total {count.total} ({about})")
        if key in first_line:
            problems.append(f"{where}: the same {about} is given on line {first_line[key]}; keep one")
        first_line.setdefault(key, line)
        counts.append((line, count))
    for (endpoint, week, _), line in first_line.items():
        missing = [arm for arm in arms if (endpoint, week, arm) not in first_line]
        if missing and endpoint in weeks and not problems:
            problems.append(
                f"{shown(path)}, line {line}: {endpoint} has no row for arm {missing[0]}; a comparison needs both"
            )
    if problems:
        raise InputError(*problems)
    return counts


def _document_problems(
    path: Path, counts: list[tuple[int, Count]], design: Design, documents: list[Document]
) -> list[str]:
    """Counts whose document the folder does not know."""
    known = [*(document.document for document in documents), *design.other_documents]
    return [
        f"{shown(path)}, line {line}: document {count.document!r} is not the document of any claims/*.yml, nor among "
        f"other_documents in trial.yml; {nearest(count.document, known)}"
        for line, count in counts
        if count.document not in known
    ]


def _whole(key: str, text: str) -> int:
    if not text.isascii() or not text.removeprefix("-").isdigit():
        raise ValueError(f"{key} must be a whole number, not {text[:40]!r}")
    if len(text) > len(str(LARGEST_COUNT)) or int(text) > LARGEST_COUNT:
        raise ValueError(f"{key} must be at most {LARGEST_COUNT:,}")
    return int(text)


def _claim_problems(design: Design, documents: list[tuple[Yaml, Document]]) -> list[str]:
    problems: list[str] = []
    first: dict[str, str] = {}
    arms = [arm.id for arm in design.arms]
    for file, document in documents:
        problems += [
            f"{file.at('arms', arm)}: arm {arm!r} is not in trial.yml; {nearest(arm, arms)}"
            for arm in document.arms
            if arm not in arms
        ]
        for i, claim in enumerate(document.claims):
            at: tuple[str | int, ...] = ("claims", i)
            if claim.id in first:
                problems.append(f"{file.at(*at, 'id')}: claim {claim.id!r} is given twice (first: {first[claim.id]})")
            first.setdefault(claim.id, file.at(*at, "id"))
            endpoint = getattr(claim, "endpoint", None)
            if endpoint is not None:
                problems += _reference_problems(design, file, at, endpoint, getattr(claim, "week", None))
            arm = getattr(claim, "arm", None)
            if arm is not None and arm not in arms:
                problems.append(f"{file.at(*at, 'arm')}: arm {arm!r} is not in trial.yml; {nearest(arm, arms)}")
            if isinstance(claim, DesignClaim):
                try:
                    field(design, claim.field)
                except KeyError as error:
                    problems.append(f"{file.at(*at, 'field')}: {error.args[0]}")
            if isinstance(claim, PValueClaim | ComparisonClaim) and claim.procedure is not None:
                problems += _procedure_problems(file.at(*at, "procedure"), claim.procedure)
    numbers = {c.id for _, d in documents for c in d.claims if isinstance(c, DesignClaim) and _is_number(c.printed)}
    for file, document in documents:
        for i, claim in enumerate(document.claims):
            if isinstance(claim, DesignClaim):
                used = claim.sum_of + claim.multiple_of
                problems += [
                    f"{file.at('claims', i)}: {claim.id} is compared with {other!r}, which is not a design claim with "
                    f"a printed number; {nearest(other, sorted(numbers))}"
                    for other in [*used, *([claim.id] if used else [])]
                    if other not in numbers
                ]
    return problems


def _procedure_problems(where: str, key: str) -> list[str]:
    from countback.procedures import catalogue  # here: a folder without named procedures needs no numerics

    tests = [name for name, p in catalogue.items() if p.kind == "test" and p.arms == 2]
    return [] if key in tests else [f"{where}: procedure {key!r} is not a test of the catalogue; {nearest(key, tests)}"]


def _is_number(text: str) -> bool:
    try:
        return printed.parse(text).relation == "="
    except ValueError:
        return False


def schemas() -> dict[str, str]:
    """JSON Schemas of ``trial.yml`` and ``claims/*.yml`` as text, by file name."""
    models = {"trial": Design.model_json_schema(), "claims": Document.model_json_schema()}
    return {
        f"{name}.schema.json": json.dumps(model, indent=2, ensure_ascii=False) + "\n" for name, model in models.items()
    }
