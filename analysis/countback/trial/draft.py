"""Draft of a trial: what is known of it so far, from a form, a text or nothing, written out as a folder."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from countback.errors import InputError, shown
from countback.files import write

SLUG = re.compile(r"[a-z][a-z0-9_]*")

Value = str | int | float | bool | None | list[Any] | dict[str, Any]
"""A value of a claim or of an endpoint."""


@dataclass(frozen=True)
class DraftArm:
    """A group of patients.

    Attributes
    ----------
    id, name : str
    control : bool
    randomised : int or None
    """

    id: str
    name: str
    control: bool = False
    randomised: int | None = None


@dataclass(frozen=True)
class DraftEndpoint:
    """An outcome; `more` holds further keys of trial.yml, such as ``margin``.

    Attributes
    ----------
    id, name : str
    kind, type : str
    times : tuple of str
        As printed, such as ``week 12`` or ``day 28``.
    more : mapping of str to object
    """

    id: str
    name: str
    kind: str = "benefit"
    type: str = "binary"
    times: tuple[str, ...] = ()
    more: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True)
class DraftClaim:
    """A printed number; `values` holds the keys of its kind, with None for what is not known.

    Attributes
    ----------
    id, kind : str
    values : mapping of str to object
    comment : str
        Written behind it.
    """

    id: str
    kind: str
    values: Mapping[str, Value]
    comment: str = ""


@dataclass(frozen=True)
class Draft:
    """What is known of a trial.

    Attributes
    ----------
    id, name : str
    citation : mapping of str to str or int
        Keys of trial.yml's citation.
    design : str
    structure : str
    randomised : int or None
    arms : tuple of DraftArm
    endpoints : tuple of DraftEndpoint
    claims : tuple of DraftClaim
    document : str
        What prints the claims.
    url : str or None
    more : mapping of str to object
        Further keys of trial.yml, such as ``comparisons`` or ``registrations``.
    """

    id: str
    name: str
    citation: Mapping[str, str | int]
    design: str
    arms: tuple[DraftArm, ...]
    endpoints: tuple[DraftEndpoint, ...]
    claims: tuple[DraftClaim, ...]
    structure: str = "parallel"
    randomised: int | None = None
    document: str = "abstract"
    url: str | None = None
    more: Mapping[str, Value] = field(default_factory=dict)


def identifier(name: str, taken: Iterable[str] = ()) -> str:
    """Identifier made of a name, unlike those that are taken.

    Examples
    --------
    >>> identifier("SRI-4 response"), identifier("4 weeks", ["n4_weeks"])
    ('sri_4_response', 'n4_weeks_2')
    """
    plain = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")[:40].strip("_") or "x"
    base = plain if plain[0].isalpha() else f"n{plain}"
    known, found, number = set(taken), base, 1
    while found in known:
        number += 1
        found = f"{base}_{number}"
    return found


def _flow(value: Value) -> str:
    """Value as YAML on one line; text in quotes wherever YAML could read it as something else."""
    text: str = yaml.safe_dump([value], default_flow_style=True, width=10**6, allow_unicode=True, sort_keys=False)
    return text.strip()[1:-1]


def _keys(pairs: Mapping[str, Value]) -> str:
    """Mapping on one line, without what is not known; printed characters always in quotes."""
    parts = []
    for key, value in pairs.items():
        if value is None or value in ([], {}, ""):
            continue
        quoted = key in ("printed", "lower", "upper", "p", "value") and isinstance(value, str)
        parts.append(f"{key}: " + (_quoted(str(value)) if quoted else _flow(value)))
    return "{" + ", ".join(parts) + "}"


def _quoted(text: str) -> str:
    """Text in double quotes, as YAML reads it."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _times(times: Iterable[str]) -> dict[str, Value]:
    """Times of an endpoint: weeks where all are weeks, words as printed otherwise."""
    from countback.trial.design import time_point  # here: the model is not needed to write a folder

    points = [time_point(time) for time in times]
    if not points:
        return {}
    if all(isinstance(point, int) for point in points):
        return {"weeks": [*points]}
    return {"times": [str(f"week {point}" if isinstance(point, int) else point) for point in points]}


def trial_yml(draft: Draft) -> str:
    """Text of ``trial.yml``."""
    lines = [
        f"id: {draft.id}",
        f"name: {_flow(draft.name)}",
        f"citation: {_keys({**draft.citation})}",
        f"design: {_flow(draft.design)}",
    ]
    if draft.structure != "parallel":
        lines.append(f"structure: {draft.structure}")
    lines.append(
        f"randomised: {draft.randomised}" if draft.randomised else "# randomised: 60  # patients in all, where printed"
    )
    lines.append("arms:")
    for arm in draft.arms:
        keys: dict[str, Value] = {"id": arm.id, "name": arm.name, "role": "control" if arm.control else None}
        lines.append(f"  - {_keys({**keys, 'randomised': arm.randomised})}")
    lines.append("endpoints: # the first is the primary one, at its first time")
    for endpoint in draft.endpoints:
        values: dict[str, Value] = {"id": endpoint.id, "name": endpoint.name}
        values |= {"kind": endpoint.kind} if endpoint.kind != "benefit" else {}
        values |= {"type": endpoint.type} if endpoint.type != "binary" else {}
        lines.append(f"  - {_keys({**values, **_times(endpoint.times), **endpoint.more})}")
    lines += [f"{key}: {_flow(value)}" for key, value in draft.more.items() if value]
    return "\n".join(lines) + "\n"


def claims_yml(draft: Draft) -> str:
    """Text of ``claims/<document>.yml``."""
    lines = [f"document: {_flow(draft.document)}", *([f"url: {_flow(draft.url)}"] if draft.url else []), "claims:"]
    for claim in draft.claims:
        comment = f"  # {' '.join(claim.comment.split())}" if claim.comment else ""
        lines.append(f"  - {_keys({'id': claim.id, 'kind': claim.kind, **claim.values})}{comment}")
    return "\n".join(lines) + "\n"


def files(draft: Draft) -> dict[str, str]:
    """Files of a folder, as text by their names in it."""
    return {"trial.yml": trial_yml(draft), f"claims/{identifier(draft.document)}.yml": claims_yml(draft)}


def write_folder(folder: Path, texts: Mapping[str, str]) -> list[Path]:
    """Write a new folder; an old one is never written over.

    Raises
    ------
    InputError
        If the folder is there already.
    """
    if folder.exists() or folder.is_symlink():
        raise InputError(f"{shown(folder)}: is there already; choose another name, or remove it first")
    made = []
    for name, text in texts.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        write(path, text)
        made.append(path)
    return made


TEMPLATE = {
    "trial.yml": """\
id: {slug}  # the folder's own name
name: {slug}  # for headings, such as He 2020
citation: {{authors: "AUTHORS", title: "TITLE", journal: "JOURNAL", year: 2024}}  # doi: 10.1/x, where there is one
design: randomised, double-blind  # as printed; structure: crossover, cluster or factorial, if it is one
randomised: 60  # patients in all; leave out what is not printed
arms:  # two or more, one of them the control
  - {{id: drug, name: the drug, randomised: 30}}
  - {{id: placebo, name: placebo, role: control, randomised: 30}}
endpoints:  # the first is the primary one; type: continuous, time to event, rate or ordered, if it is not a count
  - {{id: response, name: response, times: [week 12]}}
  - {{id: harm, name: serious adverse event, kind: harm}}
""",
    "claims/abstract.yml": """\
document: abstract
claims:  # one line a printed number, its characters in quotes exactly as printed
  - {{id: drug, kind: percentage, printed: "55.17%", endpoint: response, arm: drug}}  # or "55.2% (16/29)"
  - {{id: placebo, kind: percentage, printed: "30.00%", endpoint: response, arm: placebo}}
  - {{id: p, kind: p_value, printed: "P = .052", endpoint: response}}  # adjusted: true, if it is
  - {{id: met, kind: decision, printed: not met, endpoint: response, significant: false}}
  - {{id: harm_drug, kind: fraction, printed: 0/29, endpoint: harm, arm: drug}}
  - {{id: harm_placebo, kind: fraction, printed: 2/30, endpoint: harm, arm: placebo}}
  # other kinds: effect (RR, OR, HR, RD, MD with limits), mean, median, rate, count: see data/README.md
""",
}
"""A new folder, with comments; its numbers are an example, to be replaced."""

PLACEHOLDERS = ("AUTHORS", "TITLE", "JOURNAL")
"""Words of the template that stand for what nobody has written yet."""


def template(slug: str) -> dict[str, str]:
    """Files of a new folder with an example, as text by their names in it."""
    return {name: text.format(slug=slug) for name, text in TEMPLATE.items()}
