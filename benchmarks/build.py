"""Time the book's build: cold, with its results already there, and unchanged.

Prints two ratios. Cold: a build from nothing, over the same pages built from results that are there plus the time that
the notebooks' own cells take. Unchanged: a second build, over one that does not look for stale runs at all.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
SOURCES = ("_config.yml", "_toc.yml", "index.md", "chapters", "analysis", "data", "assets", "CITATION.cff")


def build(folder: Path) -> float:
    """Build the book in a folder; give the seconds."""
    started = time.perf_counter()
    subprocess.run(
        [Path(sys.executable).with_name("jupyter-book"), "build", "."],
        check=True,
        capture_output=True,
        cwd=folder,
    )
    return time.perf_counter() - started


def main() -> None:
    """Measure and print, as a table and as data."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", type=Path, default=ROOT / "_build/benchmarks/build.json", metavar="FILE")
    parser.add_argument("--repeat", type=int, default=3, metavar="N", help="unchanged builds to take the median of")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        for name in SOURCES:
            source = ROOT / name
            if source.is_dir():
                shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__", "runs"))
            else:
                shutil.copyfile(source, folder / name)
        cold = build(folder)
        cells = sum(
            json.loads(path.read_text())["cell_seconds"]
            for path in folder.glob("_build/countback/runs/*/manifest.json")
        )
        unchanged = statistics.median(build(folder) for _ in range(options.repeat))
        (folder / "analysis/runs.yml").rename(folder / "runs.yml")
        plain = statistics.median(build(folder) for _ in range(options.repeat))
        (folder / "runs.yml").rename(folder / "analysis/runs.yml")
        shutil.rmtree(folder / "_build/html")
        shutil.rmtree(folder / "_build/.doctrees")
        pages = build(folder)
    figures = {
        "cold_seconds": cold,
        "pages_seconds": pages,
        "cells_seconds": cells,
        "cold_ratio": cold / (pages + cells),
        "unchanged_seconds": unchanged,
        "plain_seconds": plain,
        "unchanged_ratio": unchanged / plain,
    }
    for name, value in figures.items():
        print(f"{name:20} {value:8.2f}")
    options.json.parent.mkdir(parents=True, exist_ok=True)
    options.json.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    print(f"The same as data: {options.json}")


if __name__ == "__main__":
    main()
