"""Measure how well texts are read: precision and recall for each kind of claim, on texts that people marked.

    python benchmarks/read.py [GOLD.jsonl] [--abstracts DIR] [--only ID,ID] [--rest]

The file of marks has one JSON object a line (pmid, kind, span, start, fields), and the texts are beside it in
``abstracts/``. A claim counts as found when its kind and its numbers agree. Every miss and every false find is named.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

from countback.text.reader import read
from countback.text.tokens import digits, value

CORPUS = Path(__file__).resolve().parents[2] / "shared" / "corpus"
WORDS = ("measure", "unit", "total_where", "n")
"""Fields that are words, or that marks give beyond the claim's own numbers."""


def number(text: str) -> str:
    """A printed number in one form: relation and digits."""
    plain = "".join(text.split()).replace("or=", "=").replace("<=", "≤").replace(">=", "≥")
    head = plain.rstrip("%")
    relation = "".join(c for c in head if c in "<>=≤≥").removeprefix("=") or ""
    rest = head.lstrip("<>=≤≥")
    size = value(rest)
    return relation + (
        rest.lower()
        if size != size
        else digits(rest)
        if digits(rest)[:1].isdigit() or digits(rest)[:1] in "+-."
        else f"{size:g}"
    )


def numbers(fields: dict[str, str]) -> tuple[tuple[str, str], ...]:
    """The numeric fields of a claim, in one form each."""

    def tidy(text: str) -> str:
        form = number(text)
        try:
            return f"{float(form):g}"
        except ValueError:
            return form

    return tuple(sorted((k, tidy(v)) for k, v in fields.items() if k not in WORDS))


def main() -> int:
    """Print the table, then each miss and each false find."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("gold", nargs="?", type=Path, default=CORPUS / "gold_claims.jsonl")
    parser.add_argument("--abstracts", type=Path)
    parser.add_argument("--part", choices=("all", "development", "held out"), default="all")
    parser.add_argument("--brief", action="store_true", help="the table alone")
    args = parser.parse_args()
    if not args.gold.is_file():
        print(f"{args.gold}: no such file; name a file of marks", file=sys.stderr)
        return 2
    marks: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for line in args.gold.read_text("utf-8").splitlines():
        if line.strip():
            mark = json.loads(line)
            marks[mark["pmid"]].append(mark)
    folder = args.abstracts or args.gold.parent / "abstracts"
    names = sorted(marks)
    held = set(names[2::3])
    if args.part != "all":
        names = [n for n in names if (n in held) == (args.part == "held out")]
    print(measure(folder, names, marks, args.brief))
    return 0


def measure(folder: Path, names: list[str], marks: dict[str, list[dict[str, Any]]], brief: bool) -> str:
    """Read each text and compare what was found with its marks."""
    hit: Counter[str] = Counter()
    found: Counter[str] = Counter()
    wanted: Counter[str] = Counter()
    lines: list[str] = []
    began = time.process_time()
    for name in names:
        claims = [c for c in read((folder / f"{name}.txt").read_text("utf-8")).claims if c.kind.value != "group_size"]
        left = [(c.kind.value, numbers(c.fields), c) for c in claims]
        missed = []
        for mark in marks[name]:
            wanted[mark["kind"]] += 1
            want = mark["kind"], numbers(mark["fields"])
            match = next((one for one in left if one[:2] == want), None)
            if match:
                left.remove(match)
                hit[mark["kind"]] += 1
            else:
                missed.append(mark)
        for claim in claims:
            found[claim.kind.value] += 1
        lines += [f"{name} missed {m['kind']}: {m['span']!r} {m['fields']}" for m in missed]
        lines += [f"{name} false  {k}: {c.span!r} {c.fields}" for k, _, c in left]
    spent = time.process_time() - began
    table = [f"{'kind':18}{'marked':>8}{'found':>8}{'both':>8}{'precision':>11}{'recall':>9}"]
    for kind in sorted(wanted | found):
        precision = hit[kind] / found[kind] if found[kind] else 1.0
        recall = hit[kind] / wanted[kind] if wanted[kind] else 1.0
        table.append(f"{kind:18}{wanted[kind]:8}{found[kind]:8}{hit[kind]:8}{precision:11.3f}{recall:9.3f}")
    table.append(f"{len(names)} texts read in {spent:.2f} s")
    return "\n".join(table + ([] if brief else ["", *lines]))


if __name__ == "__main__":
    sys.exit(main())
