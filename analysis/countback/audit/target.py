"""What a person names to be audited: a trial's folder, or a table in a file."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from countback.audit.explain import explain
from countback.audit.finding import Audit
from countback.audit.priors import named
from countback.errors import InputError, nearest
from countback.sheets import STANDARD_INPUT, is_table


def inputs(target: Path) -> list[Path]:
    """Files that an audit reads: no output may overwrite them."""
    if is_table(target):
        return [] if target == STANDARD_INPUT else [target]
    with suppress(OSError, ValueError):
        return [p for p in (*target.iterdir(), *(target / "claims").glob("*")) if p.suffix in (".yml", ".csv", ".md")]
    return []


def audited(
    target: Path,
    alpha: float | None = None,
    document: str | None = None,
    maps: Sequence[str] = (),
    priors: str = "usual",
) -> Audit:
    """Audit of a folder or a table.

    Parameters
    ----------
    target : path
    alpha : float, optional
        Level of significance.
    document : str, optional
        The only document of a folder whose claims are judged.
    maps : sequence of str
        Columns of a table, such as ``events_1=resp_trt``.
    priors : str
        What is assumed of reports: the name of a set, or a file.

    Raises
    ------
    InputError
        If it cannot be read, or an option is not for its kind.
    """
    if is_table(target):
        from countback.audit import sheet  # here: a folder needs no tables
        from countback.audit.columns import parse_map

        if document is not None:
            raise InputError("--document is for a trial's folder; a table has no documents, so leave it out")
        return sheet.audit(target, alpha, parse_map(maps), priors=named(priors))
    from countback.audit.judge import audit  # here: a table needs no judge of folders
    from countback.trial.folder import load

    if maps:
        raise InputError("--map is for a table's columns; a trial's folder has none to map, so leave it out")
    return audit(load(target).select(document=document), alpha, named(priors))


def explained(found: Audit, claim: str) -> str:
    """Explanation of one claim's verdict.

    Raises
    ------
    InputError
        If there is no such claim; names the nearest.
    """
    try:
        return explain(found, claim)
    except KeyError:
        known = [f.id for f in found.findings]
        raise InputError(f"no claim {claim!r} in {found.trial}; {nearest(claim, known)}") from None
