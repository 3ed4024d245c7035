"""One trial as a folder describes it: its design, its counts and what its article prints.

A folder holds ``trial.yml`` (:class:`Design`), ``counts.csv`` (rows of :class:`Count`), ``claims/*.yml``
(:class:`Document`) and, where somebody wrote one, ``reporting.csv`` (:mod:`countback.reporting`). :func:`load` reads
and checks all of it; :func:`schemas` gives the JSON Schemas that let editors complete and check the YAML.
"""

from __future__ import annotations

import hashlib
import json
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal, Self, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, model_validator

from countback import printed
from countback.errors import InputError
from countback.reading import Yaml, explain, nearest, read_rows, shown
from countback.reporting import Judgement, read_judgements

Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", description="lower-case letters, digits and _")]
Text = Annotated[str, Field(min_length=1)]
Week: TypeAlias = Annotated[int, Field(ge=0)] | None


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, use_attribute_docstrings=True)


class Citation(_Part):
    """The article."""

    authors: Text
    title: Text
    journal: Text
    year: int
    volume: str | None = None
    pages: str | None = None
    doi: Text
    licence: str | None = None


class Registration(_Part):
    """One entry in a public register of trials."""

    id: Text
    register_name: Text
    says: Text
    """What the entry shows, in our own words."""


class Arm(_Part):
    """One randomised group."""

    id: Identifier
    name: Text
    role: Literal["experimental", "control"]
    randomised: Annotated[int, Field(ge=1)]


class Dosing(_Part):
    """A treatment that comes in cycles of weeks on and weeks off."""

    dose: Text
    every_days: Annotated[int, Field(ge=1)]
    weeks_on: Annotated[int, Field(ge=1)]
    weeks_off: Annotated[int, Field(ge=0)]

    def cycles(self, weeks: int) -> list[tuple[int, int]]:
        """Give the start and the length, in weeks, of each stretch of injections within so many weeks."""
        return [(start, min(self.weeks_on, weeks - start)) for start in range(0, weeks, self.weeks_on + self.weeks_off)]

    @property
    def injections_per_cycle(self) -> int:
        """Injections in one cycle, the first on its first day."""
        return -(-7 * self.weeks_on // self.every_days)


class Endpoint(_Part):
    """A binary outcome."""

    id: Identifier
    name: Text
    kind: Literal["benefit", "harm"]
    """Whether an event is wanted."""
    weeks: Annotated[list[Week], Field(min_length=1)]
    """When it was counted; null where that is not public or does not apply."""
    definition: str | None = None
    sum_of: list[Identifier] = []
    """Endpoints whose events add up to this one's, arm by arm and week by week."""
    among: Identifier | None = None
    """An endpoint that every event of this one also counts for."""


class Primary(_Part):
    """The primary endpoint."""

    endpoint: Identifier
    week: Week


class Design(_Part):
    """``trial.yml``: who was randomised to what, and how it was measured."""

    id: Identifier
    name: Text
    """Short name for headings, such as `He 2020`."""
    citation: Citation
    registrations: list[Registration] = []
    design: Text
    population: Text
    randomised: Annotated[int, Field(ge=2)]
    arms: Annotated[list[Arm], Field(min_length=2, max_length=2)]
    dosing: Dosing | None = None
    treatment_weeks: Annotated[int, Field(ge=1)]
    follow_up_weeks: Annotated[int, Field(ge=0)] = 0
    alpha: Annotated[float, Field(gt=0, lt=1)] = 0.05
    endpoints: Annotated[list[Endpoint], Field(min_length=1)]
    primary: Primary
    not_public: list[Text] = []
    """What nobody outside the trial can know from public text."""


class Count(_Part):
    """One row of ``counts.csv``: events of total in one arm for one endpoint."""

    endpoint: Identifier
    week: Week
    arm: Identifier
    events: Annotated[int, Field(ge=0)]
    total: Annotated[int, Field(ge=1)]
    basis: Literal["printed", "recovered"]
    """Printed as a count, or recovered from a percentage."""
    source: Text
    """Where it stands: the document, a comma, the place."""


class _Claim(_Part):
    id: Identifier
    where: Text
    """Section and sentence of the document."""
    says: Text
    """What is claimed, in our own words."""


class DesignClaim(_Claim):
    """A number or word that is an input: it cannot be rebuilt, only compared with other inputs."""

    kind: Literal["design"]
    printed: Text
    field: Text
    """The key of trial.yml that holds it, such as `randomised` or `arms.il2.randomised`."""
    means: int | None = None
    """The number that the printed words stand for, where they hold none, such as 2 for `every other day`."""
    sum_of: list[Identifier] = []
    """Claims that must add up to this one."""
    multiple_of: list[Identifier] = []
    """Claims whose sum must fit into this one a whole number of times."""


class _CountClaim(_Claim):
    printed: Text
    endpoint: Identifier
    week: Week
    arm: Identifier


class PercentageClaim(_CountClaim):
    """A percentage of one arm."""

    kind: Literal["percentage"]

    @model_validator(mode="after")
    def _is_percentage(self) -> Self:
        value = printed.parse(self.printed)
        if value.relation != "=" or not 0 <= value.value <= 100:
            raise ValueError(f"printed {self.printed!r} is no percentage between 0 and 100")
        return self


class FractionClaim(_CountClaim):
    """Events of total in one arm, such as 7/13."""

    kind: Literal["fraction"]

    @model_validator(mode="after")
    def _is_fraction(self) -> Self:
        printed.parse_fraction(self.printed)
        return self


class CountClaim(_CountClaim):
    """A number of patients with the event, in digits or a small number in words."""

    kind: Literal["count"]

    @model_validator(mode="after")
    def _is_count(self) -> Self:
        value = printed.parse(self.printed)
        if value.relation != "=" or value.decimals or value.value < 0:
            raise ValueError(f"printed {self.printed!r} is no count")
        return self


class PValueClaim(_Claim):
    """A p-value of the comparison of the two arms."""

    kind: Literal["p_value"]
    printed: Text
    endpoint: Identifier
    week: Week
    procedure: str | None = None
    """The procedure that the article names, as a key of the catalogue; null where it names none."""

    @model_validator(mode="after")
    def _is_probability(self) -> Self:
        printed.parse_p(self.printed)
        return self


class DecisionClaim(_Claim):
    """A statement that a comparison is, or is not, significant."""

    kind: Literal["decision"]
    printed: Text
    endpoint: Identifier
    week: Week
    significant: bool


class StatementClaim(_Claim):
    """A statement that no public number backs."""

    kind: Literal["statement"]
    printed: str | None = None
    """Its characters, where it is a number."""
    needs: Text
    """What would be needed to check it."""


class CellClaim(_Claim):
    """A cell of a table that carries its own count and percentage, such as `13 (44.83)`."""

    kind: Literal["cell"]
    printed: Text
    arm: Identifier
    total: Annotated[int, Field(ge=1)] | None = None
    """Patients that the row itself states; null where only the table's header, or nothing, does."""

    @model_validator(mode="after")
    def _is_cell(self) -> Self:
        events, total, _ = printed.parse_cell(self.printed)
        if total and self.total and total != self.total:
            raise ValueError(f"total is {self.total}, the cell prints {total}; correct one")
        if events > (total or self.total or events):
            raise ValueError(f"events {events} exceeds total {self.total}")
        return self


class ComparisonClaim(_Claim):
    """A p-value that carries its own counts: those of two arms, or of one arm at two times."""

    kind: Literal["comparison"]
    printed: Text
    first: Text
    """Events of total, such as `13/29`."""
    second: Text
    paired: bool = False
    """Whether both counts are of the same patients."""
    procedure: str | None = None
    """The procedure that the article names, as a key of the catalogue; null where it names none."""

    @model_validator(mode="after")
    def _is_comparison(self) -> Self:
        printed.parse_p(self.printed)
        first, second = printed.parse_fraction(self.first), printed.parse_fraction(self.second)
        if self.paired and first[1] != second[1]:
            raise ValueError(f"{self.first} and {self.second} cannot be of the same patients: their totals differ")
        return self


class MeanClaim(_Claim):
    """A mean with its standard deviation, such as `31.58±9.25`."""

    kind: Literal["mean"]
    printed: Text
    n: Annotated[int, Field(ge=1)]
    whole_numbers: bool | None = None
    """Whether the data are whole numbers, one a patient; null where that is not stated."""

    @model_validator(mode="after")
    def _is_mean(self) -> Self:
        printed.parse_mean(self.printed)
        return self


class MeansClaim(_Claim):
    """A p-value that compares two means."""

    kind: Literal["means"]
    printed: Text
    first: Text
    """Mean with SD, such as `31.58±9.25`."""
    first_n: Annotated[int, Field(ge=2)]
    second: Text
    second_n: Annotated[int, Field(ge=2)]
    procedure: Literal["student", "welch"] | None = None
    """The test that the article names; null where it names none."""

    @model_validator(mode="after")
    def _is_probability(self) -> Self:
        printed.parse_p(self.printed)
        printed.parse_mean(self.first)
        printed.parse_mean(self.second)
        return self


class EffectClaim(_Claim):
    """An estimate with its confidence interval, and a p-value where one is printed beside it."""

    kind: Literal["effect"]
    measure: Literal["RR", "OR", "HR", "RD", "MD", "NNT"]
    """Ratio of risks, odds or hazards; difference of risks or means; number needed to treat."""
    printed: Text
    """The estimate."""
    lower: Text | None = None
    upper: Text | None = None
    level: Annotated[float, Field(gt=0, lt=1)] = 0.95
    percent: bool = False
    """Whether a difference of risks is printed in percentage points."""
    p: Text | None = None
    endpoint: Identifier | None = None
    """The endpoint whose counts it is of; or `first` and `second`; or neither, where no counts are known."""
    week: Week = None
    first: Text | None = None
    second: Text | None = None

    @model_validator(mode="after")
    def _is_effect(self) -> Self:
        for text in (self.printed, self.lower, self.upper):
            if text is not None and printed.parse(text).relation != "=":
                raise ValueError(f"{text!r} must be a plain number")
        if self.p is not None:
            printed.parse_p(self.p)
        if (self.lower is None) != (self.upper is None) or (self.first is None) != (self.second is None):
            raise ValueError("lower and upper, and first and second, come in pairs; add the missing one")
        if self.first is not None and self.endpoint is not None:
            raise ValueError("give either an endpoint or first and second, not both")
        for text in (self.first, self.second):
            if text is not None:
                printed.parse_fraction(text)
        return self


Claim: TypeAlias = (
    DesignClaim
    | PercentageClaim
    | FractionClaim
    | CountClaim
    | PValueClaim
    | DecisionClaim
    | StatementClaim
    | CellClaim
    | ComparisonClaim
    | MeanClaim
    | MeansClaim
    | EffectClaim
)


class Document(_Part):
    """``claims/*.yml``: what one part of the article prints."""

    document: Text
    """Its name, such as `abstract` or `Table 3`."""
    url: str | None = None
    arms: dict[Identifier, Annotated[int, Field(ge=1)]] = {}
    """Patients of each arm that a table counts, as its header or its other rows state it."""
    claims: Annotated[list[Annotated[Claim, Field(discriminator="kind")]], Field(min_length=1)]


class Table(_Part):
    """The 2x2 table of one endpoint at one week."""

    a: int
    """Events in the experimental arm."""
    n1: int
    b: int
    """Events in the control arm."""
    n2: int

    @property
    def cells(self) -> tuple[int, int, int, int]:
        """The table as procedures take it: ``(a, n1, b, n2)``."""
        return self.a, self.n1, self.b, self.n2


class Trial(_Part):
    """A trial, whole or the part of it that one question needs.

    Attributes
    ----------
    design : Design
    counts : list of Count
    documents : list of Document
    reporting : list of Judgement
        What was seen of the items of reporting checklists; empty where the folder has none.
    """

    design: Design
    counts: list[Count]
    documents: list[Document]
    reporting: list[Judgement] = []

    @cached_property
    def experimental(self) -> Arm:
        """The arm under test."""
        return next(arm for arm in self.design.arms if arm.role == "experimental")

    @cached_property
    def control(self) -> Arm:
        """The arm that it is compared with."""
        return next(arm for arm in self.design.arms if arm.role == "control")

    @property
    def claims(self) -> list[Claim]:
        """All claims, in the order of the files."""
        return [claim for document in self.documents for claim in document.claims]

    def arm(self, arm_id: str) -> Arm:
        """Find an arm by its id."""
        return next(arm for arm in self.design.arms if arm.id == arm_id)

    def endpoint(self, endpoint_id: str) -> Endpoint:
        """Find an endpoint.

        Raises
        ------
        InputError
            If the trial has none of this name; names the nearest.
        """
        for endpoint in self.design.endpoints:
            if endpoint.id == endpoint_id:
                return endpoint
        ids = [endpoint.id for endpoint in self.design.endpoints]
        raise InputError(f"trial {self.design.id} has no endpoint {endpoint_id!r}; {nearest(endpoint_id, ids)}")

    def count(self, endpoint: str, week: int | None, arm: str) -> Count | None:
        """Find one row of the counts, or None."""
        wanted = (endpoint, week, arm)
        return next((c for c in self.counts if (c.endpoint, c.week, c.arm) == wanted), None)

    def table(self, endpoint: str, week: int | None) -> Table | None:
        """Give the 2x2 table of an endpoint, or None where its counts are not known."""
        first = self.count(endpoint, week, self.experimental.id)
        second = self.count(endpoint, week, self.control.id)
        if first is None or second is None:
            return None
        return Table(a=first.events, n1=first.total, b=second.events, n2=second.total)

    def select(
        self,
        endpoint: str | None = None,
        week: int | None = None,
        kind: str | None = None,
        document: str | None = None,
    ) -> Trial:
        """Keep only what concerns one endpoint at one week, one kind of endpoint, or one document.

        Parameters
        ----------
        endpoint : str, optional
            With `week`: counts and claims about anything else are left out.
        week : int, optional
            None stands for an endpoint whose week is not public.
        kind : {"benefit", "harm"}, optional
            Without `endpoint`: keep the endpoints of this kind.
        document : str, optional
            Keep the claims of this document alone, such as `abstract`; ``first`` stands for the one whose file comes
            first.

        Returns
        -------
        Trial
            Its :attr:`digest` changes only when something changes that is left in.

        Raises
        ------
        InputError
            If there is no such endpoint, week, kind or document.
        """
        if document == "first":
            document = self.documents[0].document
        if document is not None:
            names = [d.document for d in self.documents]
            if document not in names:
                raise InputError(f"trial {self.design.id} has no document {document!r}; {nearest(document, names)}")
            chosen = [d for d in self.documents if d.document == document]
            return Trial.model_construct(design=self.design, counts=self.counts, documents=chosen).select(
                endpoint, week, kind
            )
        if endpoint is None and kind is None:
            return self
        if endpoint is not None:
            weeks = self.endpoint(endpoint).weeks
            if week not in weeks:
                known = ", ".join("none (null)" if w is None else str(w) for w in weeks)
                raise InputError(
                    f"trial {self.design.id} has no endpoint {endpoint} at week {week}; known weeks: {known}"
                )
            ids = {endpoint}
        else:
            ids = {e.id for e in self.design.endpoints if e.kind == kind}
            if not ids:
                raise InputError(
                    f"trial {self.design.id} has no endpoint of kind {kind!r}; the kinds are benefit and harm"
                )

        def concerns(item: Any) -> bool:
            return getattr(item, "endpoint", None) in ids and (endpoint is None or item.week == week)

        kept = [d.model_copy(update={"claims": [c for c in d.claims if concerns(c)]}) for d in self.documents]
        design = self.design.model_copy(update={"endpoints": [e for e in self.design.endpoints if e.id in ids]})
        return Trial.model_construct(
            design=design,
            counts=[c for c in self.counts if concerns(c)],
            documents=[d for d in kept if d.claims],
            reporting=[],
        )

    @property
    def digest(self) -> str:
        """SHA-256 of all that is in it, 64 hexadecimal digits; comments and layout of the files do not count."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()


_COLUMNS = tuple(Count.model_fields)
_COUNT = TypeAdapter(Count)


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
    if not folder.is_dir():
        siblings = sorted(p.parent.name for p in folder.parent.glob("*/trial.yml"))
        raise InputError(f"{shown(folder)}: no such trial folder; {nearest(folder.name, siblings)}".rstrip("; "))
    design_file = Yaml(folder / "trial.yml")
    design = design_file.validate(Design)
    problems = _design_problems(design, design_file)
    if problems:
        raise InputError(*problems)
    counts = _read_counts(folder / "counts.csv", design)
    files = [Yaml(path) for path in sorted((folder / "claims").glob("*.yml"))]
    if not files:
        raise InputError(f"{shown(folder / 'claims')}: no claims/*.yml file; write what the article prints there")
    documents = [file.validate(Document) for file in files]
    problems = _claim_problems(design, list(zip(files, documents, strict=True)))
    if problems:
        raise InputError(*problems)
    return Trial(design=design, counts=counts, documents=documents, reporting=read_judgements(folder / "reporting.csv"))


def _repeated(ids: list[str]) -> list[tuple[int, str]]:
    return [(i, name) for i, name in enumerate(ids) if name in ids[:i]]


def _design_problems(design: Design, file: Yaml) -> list[str]:
    problems = [
        f"{file.at(part, i, 'id')}: id {name!r} stands twice; ids must differ"
        for part, ids in (("arms", [a.id for a in design.arms]), ("endpoints", [e.id for e in design.endpoints]))
        for i, name in _repeated(ids)
    ]
    if {arm.role for arm in design.arms} != {"experimental", "control"}:
        problems.append(f"{file.at('arms')}: one arm must have the role experimental and one the role control")
    problems += _reference_problems(design, file, ("primary",), design.primary.endpoint, design.primary.week)
    known = [e.id for e in design.endpoints]
    for i, endpoint in enumerate(design.endpoints):
        problems += [
            f"{file.at('endpoints', i)}: {endpoint.id} refers to {other!r}, which is no other endpoint; "
            f"{nearest(other, known)}"
            for other in [*endpoint.sum_of, *([endpoint.among] if endpoint.among else [])]
            if other not in known or other == endpoint.id
        ]
    return problems


def _reference_problems(design: Design, file: Yaml, at: tuple[str | int, ...], endpoint: str, week: Week) -> list[str]:
    """Name what is wrong with a reference to an endpoint at a week."""
    weeks = {e.id: e.weeks for e in design.endpoints}
    if endpoint not in weeks:
        return [f"{file.at(*at, 'endpoint')}: endpoint {endpoint!r} is not in trial.yml; {nearest(endpoint, weeks)}"]
    if week not in weeks[endpoint]:
        known = ", ".join("null" if w is None else str(w) for w in weeks[endpoint])
        return [f"{file.at(*at, 'week')}: endpoint {endpoint} has no week {week} in trial.yml; known: {known}"]
    return []


def _read_counts(path: Path, design: Design) -> list[Count]:
    counts: list[Count] = []
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
            problems.append(f"{where}: the same {about} stands on line {first_line[key]}; keep one")
        first_line.setdefault(key, line)
        counts.append(count)
    for (endpoint, week, _), line in first_line.items():
        missing = [arm for arm in arms if (endpoint, week, arm) not in first_line]
        if missing and endpoint in weeks and not problems:
            problems.append(
                f"{shown(path)}, line {line}: {endpoint} has no row for arm {missing[0]}; a comparison needs both"
            )
    if problems:
        raise InputError(*problems)
    return counts


def _whole(key: str, text: str) -> int:
    if not text.isascii() or not text.removeprefix("-").isdigit():
        raise ValueError(f"{key} must be a whole number, not {text!r}")
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
                problems.append(f"{file.at(*at, 'id')}: claim {claim.id!r} stands twice (first: {first[claim.id]})")
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
                    f"{file.at('claims', i)}: {claim.id} is compared with {other!r}, which is no design claim with a "
                    f"printed number; {nearest(other, sorted(numbers))}"
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


def field(design: Design, path: str) -> Any:
    """Look up a value of the design by its dotted key; members of lists go by their id.

    Raises
    ------
    KeyError
        If there is none; the message says what is known at that place.

    Examples
    --------
    ``field(design, "arms.il2.randomised")``
    """
    here: Any = design
    for part in path.split("."):
        if isinstance(here, list):
            known = {member.id: member for member in here if hasattr(member, "id")}
        else:
            known = dict(here) if isinstance(here, BaseModel) else {}
        if part not in known:
            raise KeyError(f"field {path!r} is not in trial.yml; {nearest(part, known)}".rstrip("; "))
        here = known[part]
    return here


def schemas() -> dict[str, str]:
    """Give the JSON Schemas of ``trial.yml``, ``claims/*.yml`` and an audit's JSON as text, by file name."""
    from countback.audit import finding

    models = {"trial": Design.model_json_schema(), "claims": Document.model_json_schema()}
    models["audit"] = finding.schema()
    return {
        f"{name}.schema.json": json.dumps(model, indent=2, ensure_ascii=False) + "\n" for name, model in models.items()
    }
