"""An audit as people and machines read it: a table, one verdict explained, JUnit XML."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Sequence
from fractions import Fraction
from xml.etree import ElementTree

from countback.audit.finding import FAILING, VERDICTS, Audit, Check, Finding, Match
from countback.trial import printed

COLOURS = {"reproduced": "green", "reproduced only by": "blue", "not reproduced": "yellow", "inconsistent": "red"}
"""Colours of the verdicts in a terminal; each also stands there in words."""

MANY = 500
"""A table with more rows than this lists only what is neither given nor reproduced, and says so."""

Style = Callable[[str, str | None], str]
"""Sets text in a colour, or leaves it."""


def plain(text: str, colour: str | None = None) -> str:
    """Leave text without colour."""
    return text


def _line(text: object) -> str:
    """Keep text on one line and free of what a terminal would obey."""
    return "".join(c if c.isprintable() else " " for c in str(text))


def table(audit: Audit, width: int | None = None, style: Style = plain) -> str:
    """Write an audit as one table, with what was found between claims and how often each verdict stands.

    Parameters
    ----------
    audit : Audit
    width : int, optional
        Columns to fit into; reasons are not broken into lines without it.
    style : callable, optional
        Sets a text in a colour.

    Returns
    -------
    str
        Lines, the last one ended.
    """
    listed = audit.findings
    lines = [f"{_line(audit.trial)}: {len(listed)} claims, alpha {audit.alpha:g}", ""]
    if len(listed) > MANY:
        listed = [f for f in listed if f.verdict not in ("given", "reproduced")]
        lines[0] += f"; listed are the {len(listed)} that are neither given nor reproduced"
    cells = [[_line(f.id), _line(f.printed or ""), _line(f.shown or ""), f.verdict] for f in listed]
    heads = ["claim", "printed", "rebuilt", "verdict"]
    longest = [max([len(head), *(len(row[i]) for row in cells)]) for i, head in enumerate(heads)]
    limits = (60, 40, 40, 18) if width is None else (34, 22, 22, 18)
    sizes = [min(size, limit) for size, limit in zip(longest, limits, strict=True)]
    left = sum(sizes) + 2 * len(sizes)
    room = None if width is None else width - left
    indent = left if room is None or room >= 30 else 4
    lines += [_row([*heads], sizes) + "  why", "-" * (min(width, 140) if width else left + 3)]
    for finding, row in zip(listed, cells, strict=True):
        start = _row(row[:3], sizes[:3]) + "  " + style(row[3].ljust(sizes[3]), COLOURS.get(finding.verdict))
        because = _line(finding.because)
        if width is None:
            lines.append(f"{start}  {because}".rstrip())
            continue
        broken = textwrap.wrap(because, width - indent) or [""]
        if indent == left:
            lines.append(f"{start}  {broken.pop(0)}".rstrip())
        else:
            lines.append(start.rstrip())
        lines += [" " * indent + part for part in broken]
    lines += ["", ", ".join(f"{n} {verdict}" for verdict, n in audit.verdicts.items() if n)]
    lines += _between(audit)
    lines += _decisions(audit)
    return "\n".join(lines) + "\n"


def _row(cells: Sequence[str], sizes: Sequence[int]) -> str:
    cut = [c if len(c) <= size else c[: size - 1] + "…" for c, size in zip(cells, sizes, strict=True)]
    return "  ".join(
        (c.rjust if i in (1, 2) else c.ljust)(size) for i, (c, size) in enumerate(zip(cut, sizes, strict=True))
    )


def _between(audit: Audit) -> list[str]:
    if not audit.checks:
        return []
    amiss = [check for check in audit.checks if check.state != "holds"]
    lines = [f"{len(audit.checks)} checks between claims and counts: {len(audit.checks) - len(amiss)} hold"]
    return lines + [f"  {check.state}: {_line(check.because)}" for check in amiss]


def _decisions(audit: Audit) -> list[str]:
    lines = []
    for f in audit.findings:
        if f.differs_under:
            names = " and ".join(m.name for m in f.conventional if m.procedure in f.differs_under)
            lines.append(f"{_line(f.id)}: printed as {f.decision}; on the other side under {names}")
    alone = [_line(f.id) for f in audit.decision_errors]
    if alone:
        lines.append(f"decisions that no conventional test shares: {len(alone)} ({', '.join(alone)})")
    return lines


def explain(audit: Audit, claim: str) -> str:
    """Say in words and numbers how one verdict came about.

    Parameters
    ----------
    audit : Audit
    claim : str
        The claim's id.

    Raises
    ------
    KeyError
        If there is no such claim.
    """
    f = audit.finding(claim)
    about = [check for check in audit.checks if claim in check.claims]
    parts = [
        _heading(f),
        f"{f.verdict.capitalize()}: {VERDICTS[f.verdict]}.\n{_line(f.because)}",
        _printed_range(f, audit.alpha),
        _counts(f),
        _possible(f),
        _tests(f, audit.alpha),
        _chance(f),
        _changes(f),
        _decision(f),
        _checks(about),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _heading(f: Finding) -> str:
    number = f'"{_line(f.printed)}"' if f.printed else "no number"
    return f"{_line(f.id)}: {_line(f.says)}\nprinted: {number} ({_line(f.document)}, {_line(f.where)})"


def _printed_range(f: Finding, alpha: float) -> str:
    try:
        number = printed.parse_p(f.printed or "", alpha) if f.table else printed.parse(f.printed or "")
    except ValueError:
        return ""
    if f.kind not in ("p_value", "comparison", "means", "percentage", "effect"):
        return ""
    if number.relation != "=":
        return f"It stands for every value {number.relation} {float(number.value):g}."
    unit, half = Fraction(1, 10**number.decimals), Fraction(1, 2 * 10**number.decimals)
    ends = [
        printed.rounded(x, number.decimals + 1) for x in (number.value - half, number.value + half, number.value + unit)
    ]
    own = printed.rounded(number.value, number.decimals)
    return f"It stands for {ends[0]} to {ends[1]} if it was rounded, for {own} to {ends[2]} if it was cut off."


def _counts(f: Finding) -> str:
    if f.table is None:
        return ""
    a, n1, b, n2 = f.table
    return f"Counts: {a} of {n1} ({_rate(a, n1)}) against {b} of {n2} ({_rate(b, n2)})."


def _rate(events: int, total: int) -> str:
    return f"{100 * events / total:.2f}%"


def _possible(f: Finding) -> str:
    if f.possible is None:
        return ""
    low, high = f.possible
    what = "Tests for pairs" if f.kind == "comparison" else "The printed inputs"
    return f"{what} leave {low:.4g} to {high:.4g} possible."


def _tests(f: Finding, alpha: float) -> str:
    if f.table is None or f.kind not in ("p_value", "comparison", "decision"):
        return ""
    from countback.audit import attribution

    try:
        number = printed.parse_p(f.printed or "", alpha)
    except ValueError:
        number = None
    values = attribution.p_values(f.table, unconditional=number is None or number.relation == "=")
    rows = (
        attribution.matched(number, f.table, values)
        if number
        else [Match(t.key, t.name, t.sides, t.conventional, p, ()) for t, p in values]
    )
    width = max(len(m.name) for m in rows)
    lines = ["Every test of the catalogue (* conventional):"]
    for m in rows:
        value = "not tried" if m.value is None else f"{m.value:.6f}"
        rules = f"  prints it ({', '.join(m.rules)})" if m.rules and number else ""
        lines.append(f"  {'*' if m.conventional else ' '} {m.name.ljust(width)}  {value}{rules}")
    return "\n".join(lines)


def _chance(f: Finding) -> str:
    if f.coincidence is None:
        return ""
    c = f.coincidence
    return (
        f"How much a match means: of the {c.values} values that could be printed from {c.lower} to {c.upper}, these "
        f"{c.tests} tests print {c.hit} ({c.share:.0%}), the conventional ones {c.hit_by_conventional}."
    )


def _changes(f: Finding) -> str:
    if f.verdict == "reproduced" or f.kind not in ("p_value", "comparison") or f.table is None:
        return ""
    if not f.changes:
        return "No change of one count or one total by one makes a conventional test print it."
    lines = [
        f"  {c.what}: {c.table[0]}/{c.table[1]} v {c.table[2]}/{c.table[3]} ({', '.join(c.tests)})" for c in f.changes
    ]
    return "\n".join(["A conventional test would print it with", *lines])


def _decision(f: Finding) -> str:
    if f.decision is None:
        return ""
    if not f.differs_under:
        return f"Printed as {f.decision}; no conventional test stands on the other side."
    which = "every" if f.decision_error else "one"
    return (
        f"Printed as {f.decision}; {which} conventional test stands on the other side ({', '.join(f.differs_under)})."
    )


def _checks(about: list[Check]) -> str:
    return "\n".join(f"Check, {check.kind}: {check.state}. {_line(check.because)}" for check in about)


def junit(audit: Audit) -> str:
    """Write an audit as JUnit XML: a test case a claim and a check, without times.

    What a strict audit stops at is a failure; what is not checkable, and what holds only under an assumption, is
    skipped.
    """
    suites = ElementTree.Element("testsuites", name=_xml(audit.trial))
    documents = list(dict.fromkeys(f.document for f in audit.findings))
    for document in documents:
        found = [f for f in audit.findings if f.document == document]
        suite = _suite(
            suites,
            document,
            len(found),
            [f.verdict in FAILING for f in found],
            [f.verdict == "not checkable" for f in found],
        )
        for f in found:
            case = ElementTree.SubElement(suite, "testcase", classname=_xml(document), name=_xml(f.id))
            _outcome(case, f.verdict in FAILING, f.verdict == "not checkable", f.verdict, f.because)
    if audit.checks:
        name = "between claims"
        suite = _suite(
            suites,
            name,
            len(audit.checks),
            [c.state == "fails" for c in audit.checks],
            [c.state == "open" for c in audit.checks],
        )
        for check in audit.checks:
            case = ElementTree.SubElement(suite, "testcase", classname=name, name=_xml(check.id))
            _outcome(case, check.state == "fails", check.state == "open", check.state, check.because)
    ElementTree.indent(suites)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(suites, encoding="unicode") + "\n"


def _suite(
    parent: ElementTree.Element, name: str, tests: int, failed: list[bool], skipped: list[bool]
) -> ElementTree.Element:
    return ElementTree.SubElement(
        parent,
        "testsuite",
        name=_xml(name),
        tests=str(tests),
        failures=str(sum(failed)),
        errors="0",
        skipped=str(sum(skipped)),
    )


def _outcome(case: ElementTree.Element, failed: bool, skipped: bool, verdict: str, because: str) -> None:
    if failed:
        ElementTree.SubElement(case, "failure", message=verdict, type=verdict).text = _xml(because)
    elif skipped:
        ElementTree.SubElement(case, "skipped", message=_xml(because))
    else:
        ElementTree.SubElement(case, "system-out").text = _xml(f"{verdict}: {because}")


def _xml(text: str) -> str:
    """Leave out the characters that XML cannot hold."""
    return "".join(
        c for c in text if c in "\t\n\r" or (c >= " " and not 0xD800 <= ord(c) <= 0xDFFF and c not in "\ufffe\uffff")
    )
