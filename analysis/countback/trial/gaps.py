"""Gaps of a folder: what its numbers need and it does not say, each with the line to write."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from countback.errors import shown
from countback.readers import Yaml
from countback.trial.candidates import candidates
from countback.trial.claims import Claim, DecisionClaim, EffectClaim, MeanClaim, PercentageClaim, PValueClaim
from countback.trial.draft import PLACEHOLDERS
from countback.trial.model import Trial

FEW = 4
"""Counts that a line names."""


def gaps(folder: Path, trial: Trial) -> list[str]:
    """What is missing of a trial's folder, one line each: the file and line, what is missing, and what to write."""
    file = Yaml(folder / "trial.yml")
    return [*_of_design(file, trial), *_of_claims(folder, trial)]


def _of_design(file: Yaml, trial: Trial) -> Iterator[str]:
    design = trial.design
    for key, text in design.citation.model_dump().items():
        if text in PLACEHOLDERS or (key == "year" and text == 0):
            yield f"{file.at('citation', key)}: {key} is still to be written, such as {key}: {_EXAMPLES[key]}"
    if design.citation.doi is None:
        yield f"{file.at('citation')}: no DOI; write doi: 10.1136/..., where there is one"
    for i, arm in enumerate(design.arms):
        if arm.randomised is None and design.structure in ("parallel", "factorial"):
            yield (
                f"{file.at('arms', i)}: how many were randomised to {arm.name} is not said, so totals stay open; write "
                "randomised: 30, where it is printed"
            )
    if design.randomised is None:
        yield f"{file.at('arms')}: how many were randomised in all is not said; write randomised: 60 above arms"
    used = {getattr(claim, "endpoint", None) for claim in trial.claims}
    for i, endpoint in enumerate(design.endpoints):
        if endpoint.id not in used and not any(count.endpoint == endpoint.id for count in trial.counts):
            yield (
                f"{file.at('endpoints', i)}: nothing is printed of {endpoint.name}; write a claim, such as - {{id: "
                f'{endpoint.id}_p, kind: p_value, printed: "0.05", endpoint: {endpoint.id}}}, or leave the endpoint out'
            )


_EXAMPLES = {"authors": "He J, Zhang R", "title": "A trial of ...", "journal": "Lancet", "year": "2020"}


def _of_claims(folder: Path, trial: Trial) -> Iterator[str]:
    asked: set[tuple[object, ...]] = set()
    for path, document in zip(_files(folder), trial.documents, strict=True):
        file = Yaml(path)
        for i, claim in enumerate(document.claims):
            where = file.at("claims", i)
            for gap in _of_claim(claim, trial, asked):
                yield f"{where}: {claim.id}: {gap}"


def _files(folder: Path) -> list[Path]:
    return sorted(p for p in (folder / "claims").iterdir() if p.suffix == ".yml" and not p.name.startswith("."))


def _of_claim(claim: Claim, trial: Trial, asked: set[tuple[object, ...]]) -> Iterator[str]:
    """What one claim needs; each arm of a place is asked for once."""
    if isinstance(claim, PercentageClaim) and not claim.adjusted and claim.own is None:
        found = candidates(trial, claim.place, claim.arms)
        if len(found.counts) > 1 and trial.endpoint(claim.endpoint).type == "binary":
            some = ", ".join(f"{events}/{total}" for events, total in found.counts[:FEW])
            more = ", ..." if len(found.counts) > FEW else ""
            total = found.counts[-1][1]
            yield f"the total behind {claim.printed} is open ({some}{more}); write total: {total}, if that is printed"
    if isinstance(claim, PValueClaim | DecisionClaim) and not claim.adjusted and claim.comparison != "all":
        yield from _of_comparison(claim, trial, asked)
    if isinstance(claim, EffectClaim) and claim.limits is None and claim.one_limit is None:
        yield 'no limits; write them with the estimate, such as printed: "0.68 (0.50 to 0.93)", where they are printed'


def _of_comparison(claim: PValueClaim | DecisionClaim, trial: Trial, asked: set[tuple[object, ...]]) -> Iterator[str]:
    kind, contrast = trial.endpoint(claim.endpoint).type, trial.contrast(claim.comparison)
    time = f", time: {claim.time}" if claim.time else f", week: {claim.week}" if claim.week is not None else ""
    chosen = f", set: {claim.set}" if claim.set else ""
    for arms in (contrast.first, contrast.second):
        key = (claim.place, *arms)
        if key in asked or len(arms) > 1 or kind not in ("binary", "continuous"):
            continue
        if kind == "binary":
            known = bool(candidates(trial, claim.place, arms).counts)
            line = 'kind: percentage, printed: "55.2% (16/29)"'
        else:
            means = [c for c in trial.claims if isinstance(c, MeanClaim) and c.place == claim.place]
            known = any(c.arms == tuple(arms) for c in means)
            line = 'kind: mean, printed: "31.58 (9.25)", n: 30'
        if known:
            continue
        asked.add(key)
        what = "count or percentage" if kind == "binary" else "mean with its SD"
        yield (
            f"no {what} of {trial.arm(arms[0]).name} to check it by; write - {{id: {claim.endpoint}_{arms[0]}, {line}, "
            f"endpoint: {claim.endpoint}{time}{chosen}, arm: {arms[0]}}}, where it is printed"
        )


def checked(folder: Path, trial: Trial) -> str:
    """Report of what is missing, as the terminal shows it."""
    found = gaps(folder, trial)
    number = len(trial.claims)
    if not found:
        return f"{shown(folder)}: {number} claims, and nothing is missing\n"
    last = f"{shown(folder)}: {number} claims can be audited; {len(found)} lines would add to it"
    return "\n".join([*found, last]) + "\n"
