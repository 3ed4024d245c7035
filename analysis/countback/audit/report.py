"""An audit as people and machines read it: a table for the terminal, and JUnit XML."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Callable, Sequence
from xml.etree import ElementTree

from countback.audit.evidence import Strength
from countback.audit.finding import Audit
from countback.audit.verdicts import State, Verdict

MANY = 500
"""A table with more rows than this lists only what stands out, and says so."""

SEVERAL = 10
"""Of more articles than these, procedures are in the JSON alone."""

UNREMARKABLE = (Verdict.GIVEN, Verdict.REPRODUCED, Verdict.COMPATIBLE)
"""The verdicts that a long table leaves out."""

Style = Callable[[str, str | None], str]
"""Sets text in a colour, or leaves it."""


def plain(text: str, colour: str | None = None) -> str:
    """Text without colour."""
    return text


def one_line(text: object) -> str:
    """Text on one line, free of what a terminal would obey."""
    return "".join(c if c.isprintable() else " " for c in str(text))


def table(audit: Audit, width: int | None = None, style: Style = plain) -> str:
    """Write an audit as one table, with the checks between claims and how many claims have each verdict.

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
    lines = [f"{one_line(audit.trial)}: {len(listed)} claims, alpha {audit.alpha:g}", ""]
    if len(listed) > MANY:
        listed = [f for f in listed if f.verdict not in UNREMARKABLE]
        lines[0] += f"; listed are the {len(listed)} that are not {', '.join(UNREMARKABLE)}"
    cells = [
        [
            one_line(f.id),
            one_line(f.printed or ""),
            one_line(f.shown or ""),
            f.verdict + (", cut off" if f.cut_off else ""),
        ]
        for f in listed
    ]
    heads = ["claim", "printed", "rebuilt", "verdict"]
    longest = [max([len(head), *(len(row[i]) for row in cells)]) for i, head in enumerate(heads)]
    limits = (60, 40, 40, 27) if width is None else (34, 22, 22, 27)
    sizes = [min(size, limit) for size, limit in zip(longest, limits, strict=True)]
    left = sum(sizes) + 2 * len(sizes)
    room = None if width is None else width - left
    indent = left if room is None or room >= 30 else 4
    lines += [_row([*heads], sizes) + "  why", "-" * (min(width, 140) if width else left + 3)]
    for finding, row in zip(listed, cells, strict=True):
        start = _row(row[:3], sizes[:3]) + "  " + style(row[3].ljust(sizes[3]), finding.verdict.terminal)
        because = one_line(f"{finding.because} {finding.support.words if finding.support else ''}".rstrip())
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
    lines += _supported(audit)
    lines += _between(audit)
    lines += _decisions(audit)
    return "\n".join(lines) + "\n"


def _row(cells: Sequence[str], sizes: Sequence[int]) -> str:
    cut = [c if len(c) <= size else c[: size - 1] + "…" for c, size in zip(cells, sizes, strict=True)]
    return "  ".join(
        (c.rjust if i in (1, 2) else c.ljust)(size) for i, (c, size) in enumerate(zip(cut, sizes, strict=True))
    )


def _supported(audit: Audit) -> list[str]:
    """How many p-values have which support, and which procedures an article of enough of them names."""
    strengths = Counter(f.support.strength for f in audit.findings if f.support)
    if not strengths:
        return []
    counted = ", ".join(f"{strengths[one]} {one}" for one in Strength if strengths[one])
    lines = [f"support of {sum(strengths.values())} p-values, priors {audit.priors}: {counted}"]
    for one in audit.procedures if len(audit.procedures) <= SEVERAL else ():
        if one.named:
            shares = ", ".join(f"{s.name} {s.share:.0%}" for s in one.shares[:3])
            lines.append(f"  {one_line(one.article)}, {one.p_values} p-values: shares if so reported, {shares}")
    return lines


def _between(audit: Audit) -> list[str]:
    if not audit.checks:
        return []
    amiss = [check for check in audit.checks if check.state is not State.HOLDS]
    lines = [f"{len(audit.checks)} checks between claims and counts: {len(audit.checks) - len(amiss)} hold"]
    return lines + [f"  {check.state}: {one_line(check.because)}" for check in amiss]


def _decisions(audit: Audit) -> list[str]:
    lines = []
    for f in audit.findings:
        if f.differs_under:
            names = " and ".join(m.name for m in f.conventional if m.procedure in f.differs_under)
            lines.append(f"{one_line(f.id)}: printed as {f.decision}; on the other side under {names}")
    alone = [one_line(f.id) for f in audit.decision_errors]
    if alone:
        lines.append(f"decisions that no conventional test shares: {len(alone)} ({', '.join(alone)})")
    return lines


def junit(audit: Audit) -> str:
    """Write an audit as JUnit XML: one test case per claim and per check, without times.

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
            [f.verdict.fails for f in found],
            [f.verdict is Verdict.NOT_CHECKABLE for f in found],
        )
        for f in found:
            case = ElementTree.SubElement(suite, "testcase", classname=_xml(document), name=_xml(f.id))
            _outcome(case, f.verdict.fails, f.verdict is Verdict.NOT_CHECKABLE, f.verdict, f.because)
    if audit.checks:
        name = "between claims"
        suite = _suite(
            suites,
            name,
            len(audit.checks),
            [c.state is State.FAILS for c in audit.checks],
            [c.state is State.OPEN for c in audit.checks],
        )
        for check in audit.checks:
            case = ElementTree.SubElement(suite, "testcase", classname=name, name=_xml(check.id))
            _outcome(case, check.state is State.FAILS, check.state is State.OPEN, check.state, check.because)
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
    """Text without the characters that XML cannot contain."""
    return "".join(
        c for c in text if c in "\t\n\r" or (c >= " " and not 0xD800 <= ord(c) <= 0xDFFF and c not in "\ufffe\uffff")
    )
