"""Reading and checking a trial folder.

A folder holds ``trial.yml`` (:class:`countback.trial.design.Design`), ``claims/*.yml``
(:class:`countback.trial.claims.Document`) and, where somebody wrote them, ``counts.csv`` (rows of
:class:`countback.trial.design.Count`) and ``reporting.csv`` (:mod:`countback.trial.checklist`). What it may leave out
is filled in by :mod:`countback.trial.defaults`; what refers to what is checked by :mod:`countback.trial.references`.
"""

from __future__ import annotations

import json
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from countback.delimited import read_rows
from countback.errors import InputError, nearest
from countback.files import shown
from countback.readers import Yaml, explain
from countback.trial import defaults, references
from countback.trial.checklist import read_judgements
from countback.trial.claims import Document
from countback.trial.design import Count, Design, Place, TimePoint, shown_time
from countback.trial.model import Trial

_COLUMNS = ("endpoint", "arm", "events", "total")
_OPTIONAL = ("week", "time", "set", "basis", "document", "place")
_COUNT = TypeAdapter(Count)

LARGEST_COUNT = 10**10
"""Patients of one arm at most: more than there are people."""


def load(folder: Path | str) -> Trial:
    """Read and check a trial folder.

    Parameters
    ----------
    folder : path
        Holds ``trial.yml``, ``claims/*.yml`` and, where counts are known apart from claims, ``counts.csv``.

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
    problems = references.of_design(design, design_file)
    if problems:
        raise InputError(*problems)
    files = [Yaml(path) for path in _claim_files(folder / "claims")]
    if not files:
        raise InputError(f"{shown(folder / 'claims')}: no claims/*.yml file; write what the article prints there")
    documents = [file.validate(Document) for file in files]
    table = folder / "counts.csv"
    counts = _read_counts(table, design, documents[0]) if table.exists() or table.is_symlink() else []
    problems = _document_problems(table, counts, design, documents)
    documents = [defaults.filled(document, design) for document in documents]
    problems += references.of_claims(design, list(zip(files, documents, strict=True)))
    if problems:
        raise InputError(*problems)
    return defaults.with_counts(
        Trial(
            design=design,
            counts=[count for _, count in counts],
            documents=documents,
            reporting=read_judgements(folder / "reporting.csv"),
        )
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


def _read_counts(path: Path, design: Design, first: Document) -> list[tuple[int, Count]]:
    counts: list[tuple[int, Count]] = []
    problems: list[str] = []
    first_line: dict[tuple[Place, str | None], int] = {}
    for line, row in read_rows(path, _COLUMNS, _OPTIONAL):
        where = f"{shown(path)}, line {line}"
        try:
            count = _COUNT.validate_python(_as_count(row, design, first))
        except ValueError as error:
            if isinstance(error, ValidationError):
                problems += [f"{where}: {explain(e, str((e['loc'] or ('row',))[-1]))}" for e in error.errors()]
            else:
                problems.append(f"{where}: {error}")
            continue
        place = Place(count.endpoint, count.time_point, count.set)
        about = _about(place, count.arm)
        problems += [f"{where}: {problem}" for problem in _count_problems(count, row, design)]
        if count.events > count.total:
            problems.append(f"{where}: events {count.events} exceeds total {count.total} ({about})")
        key = (place, count.arm)
        if key in first_line:
            problems.append(f"{where}: the same {about} is given on line {first_line[key]}; keep one")
        first_line.setdefault(key, line)
        counts.append((line, count))
    if problems:
        raise InputError(*problems)
    return counts


def _about(place: Place, arm: str | None) -> str:
    time = f"week {'-' if place.time is None else place.time}"
    time = shown_time(place.time) if isinstance(place.time, str) else time
    return f"endpoint {place.endpoint}, {time}, arm {arm or '-'}" + (f", set {place.set}" if place.set else "")


def _as_count(row: dict[str, str], design: Design, first: Document) -> dict[str, object]:
    """Values of a row; what the table leaves out, or a cell of a later column, has its default."""
    values: dict[str, object] = {key: _whole(key, row[key]) for key in ("events", "total")}
    values |= {"endpoint": row["endpoint"], "arm": row["arm"] or None}
    values |= {"week": _whole("week", row["week"]) if row.get("week") else None, "time": row.get("time") or None}
    if "week" not in row and "time" not in row:
        values |= defaults.only_time(design, row["endpoint"])
    values |= {"set": row.get("set") or None, "document": row.get("document") or first.document}
    values |= {"place": row["place"] if row.get("place") else "not said"}
    return values | ({"basis": row["basis"]} if row.get("basis") else {})


def _count_problems(count: Count, row: dict[str, str], design: Design) -> list[str]:
    """What a row refers to and trial.yml does not have."""
    times: dict[str, list[TimePoint]] = {e.id: e.time_points for e in design.endpoints}
    arms, sets = [arm.id for arm in design.arms], [one.id for one in design.analysis_sets]
    problems = []
    if count.endpoint not in times:
        problems.append(f"endpoint {count.endpoint!r} is not in trial.yml; {nearest(count.endpoint, times)}")
    elif count.time_point not in times[count.endpoint]:
        at = f"time {count.time}" if count.time else f"week {row.get('week') or '(empty)'}"
        problems.append(f"{at} is not in trial.yml for {count.endpoint}")
    if count.arm is not None and count.arm not in arms:
        problems.append(f"arm {count.arm!r} is not in trial.yml; {nearest(count.arm, arms)}")
    if count.set is not None and count.set not in sets:
        problems.append(f"set {count.set!r} is not among analysis_sets in trial.yml; {nearest(count.set, sets)}")
    return problems


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


def schemas() -> dict[str, str]:
    """JSON Schemas of ``trial.yml`` and ``claims/*.yml`` as text, by file name."""
    models = {"trial": Design.model_json_schema(), "claims": Document.model_json_schema()}
    return {
        f"{name}.schema.json": json.dumps(model, indent=2, ensure_ascii=False) + "\n" for name, model in models.items()
    }
