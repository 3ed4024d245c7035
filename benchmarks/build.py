"""Time the book's build against its goals: cold, its pages alone, unchanged, and after one changed count.

    python benchmarks/build.py [--repeat 3] [--json FILE]

Every time is the shortest of its repetitions, a cold build is made once. Beside each the seconds of all processors
together are shown: on a busy machine these say more. Plain Sphinx is the same build without a plan of runs.
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from countback.project import BOOK_SOURCES, Project

ROOT = Path(__file__).parents[1]
LONGEST = 12
"""Cells that are listed, of all that a cold build runs."""


@dataclass(frozen=True)
class Time:
    """Seconds of one build: on the clock, and of all processors together."""

    wall: float
    processor: float


def timed(run: Callable[[], object]) -> Time:
    """Time of a call, the processes that it starts included."""
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    run()
    wall, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    return Time(wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def command(folder: Path, *words: str) -> None:
    """Run a command of this environment in a folder."""
    program = Path(sys.executable).with_name(words[0])
    done = subprocess.run([program, *words[1:]], cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(words)} failed:\n{done.stderr[-2000:]}")


def build(folder: Path) -> None:
    """Build the book."""
    command(folder, "jupyter-book", "build", ".")


def shortest(repeat: int, run: Callable[[], object], prepare: Callable[[], object] = lambda: None) -> Time:
    """Shortest of several calls, each prepared."""
    times = []
    for _ in range(repeat):
        prepare()
        times.append(timed(run))
    return Time(min(t.wall for t in times), min(t.processor for t in times))


def copied(to: Path) -> Path:
    """A copy of the book's sources."""
    for name in BOOK_SOURCES:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, to / name, ignore=Project(ROOT).not_sources)
        else:
            shutil.copyfile(source, to / name)
    return to


def without_pages(folder: Path) -> None:
    """Remove what Sphinx has made, and keep the results."""
    for name in ("html", ".doctrees"):
        shutil.rmtree(folder / "_build" / name)


def cells(folder: Path) -> list[tuple[float, str]]:
    """Seconds of every cell that has run, and its run and place; the longest first."""
    found = []
    for path in folder.glob("_build/countback/runs/*/executed.ipynb"):
        notebook = json.loads(path.read_text(encoding="utf-8"))
        for i, cell in enumerate(notebook["cells"], 1):
            seconds = cell["metadata"].get("papermill", {}).get("duration") or 0.0
            found.append((seconds, f"{path.parent.name}, cell {i}"))
    return sorted(found, reverse=True)


def changed_count(folder: Path) -> None:
    """Change one count that one endpoint's runs read."""
    path = folder / "data/he2020/counts.csv"
    text = path.read_text(encoding="utf-8")
    old, new = ("sri4,24,placebo,11,30", "sri4,24,placebo,10,30")
    if old not in text and new not in text:
        sys.exit(f"{path}: has no row {old}; name another one in benchmarks/build.py")
    path.write_text(text.replace(old, new) if old in text else text.replace(new, old), encoding="utf-8")


def one_run(folder: Path) -> None:
    """Run what one changed count needs on one page, as somebody does who tries out counts."""
    command(folder, "countback", "run", "sri4-week24")


def measured(folder: Path, repeat: int) -> tuple[dict[str, Time], list[tuple[float, str]]]:
    """All times, and the cells of the cold build."""
    plan, aside = folder / "analysis/runs.yml", folder / "runs.yml"
    times = {"cold": timed(lambda: build(folder))}
    longest = cells(folder)
    times["unchanged"] = shortest(repeat, lambda: build(folder))
    times["pages"] = shortest(repeat, lambda: build(folder), lambda: without_pages(folder))
    plan.rename(aside)
    build(folder)
    times["plain"] = shortest(repeat, lambda: build(folder))
    aside.rename(plan)
    build(folder)
    times["changed count, its run"] = shortest(repeat, lambda: one_run(folder), lambda: changed_count(folder))
    times["changed count, all"] = timed(lambda: build(folder))
    return times, longest


GOALS = (
    ("cold / pages", "cold", "pages", 2.2),
    ("unchanged / plain", "unchanged", "plain", 1.2),
    ("changed count / 8 s", "changed count, all", None, 8.0),
)
"""A name, what is measured, what it is compared with (None: seconds), and the most that it may be."""


def main() -> None:
    """Measure and print, as a table and as data."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", type=Path, default=ROOT / "_build/benchmarks/build.json", metavar="FILE")
    parser.add_argument("--repeat", type=int, default=3, metavar="N", help="builds to take the shortest of")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        times, longest = measured(copied(Path(place)), options.repeat)
    print(f"{'':26}{'seconds':>10}{'processor':>12}")
    for name, taken in times.items():
        print(f"{name:26}{taken.wall:10.2f}{taken.processor:12.2f}")
    print(f"\n{'goal':26}{'ratio':>10}{'at most':>12}")
    ratios = {}
    for name, what, over, goal in GOALS:
        ratios[name] = times[what].wall / (times[over].wall if over else goal)
        print(f"{name:26}{ratios[name]:10.2f}{goal if over else 1.0:12.2f}")
    print(f"\nThe longest of {len(longest)} cells, {sum(s for s, _ in longest):.1f} s in all:")
    for seconds, where in longest[:LONGEST]:
        print(f"{seconds:8.2f}  {where}")
    data = {
        "times": {name: asdict(taken) for name, taken in times.items()},
        "ratios": ratios,
        "cells": [{"seconds": seconds, "where": where} for seconds, where in longest],
    }
    options.json.parent.mkdir(parents=True, exist_ok=True)
    options.json.write_text(json.dumps(data, indent=2) + "\n", encoding="utf-8")
    print(f"The same as data: {options.json}")


if __name__ == "__main__":
    main()
