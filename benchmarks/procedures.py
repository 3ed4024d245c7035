"""How fast the procedures are, next to SciPy, statsmodels and R on the same tables in the same run.

    python benchmarks/procedures.py [--tables 1000000] [--sample 300] [--seed 20200141] [--json FILE]

Rates are tables a second, the best of three runs after one that compiles (or loads) the code, and of
unconditional tests the median of many; peers answer one call a table, on the first ``--sample`` of the same
tables. R takes part where ``Rscript`` is installed. The memory is the largest that the process held, with
the million tables and their results. Prints a table, and writes the same as JSON.
"""

import argparse
import itertools
import json
import os
import platform
import resource
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from scipy import stats
from statsmodels.stats.proportion import confint_proportions_2indep

from countback import catalogue

ROOT = Path(__file__).parents[1]
LARGEST_ARM = 200
BUNDLE = ("p_pearson", "p_n1", "p_g", "p_fisher_2s", "p_midp_minlike", "rd_newcombe", "rd_mn")
REPEATS = 3

#: What each target asks for, in tables a second.
TARGETS = {"bundle": 1_000_000, "p_fisher_2s": 5_000_000, "fragility_index": 500_000}


@dataclass
class Rate:
    """One line of the result."""

    what: str
    tables_per_second: float
    target: float | None = None
    peer: str | None = None
    peer_tables_per_second: float | None = None

    @property
    def ratio(self) -> float | None:
        """How many times as fast as the peer."""
        return self.tables_per_second / self.peer_tables_per_second if self.peer_tables_per_second else None


def seconds(run: Callable[[], object], repeats: int = REPEATS) -> float:
    """Shortest of several runs."""
    best = float("inf")
    for _ in range(repeats):
        start = time.perf_counter()
        run()
        best = min(best, time.perf_counter() - start)
    return best


def random_tables(count: int, seed: int) -> tuple[np.ndarray, ...]:
    """Arms of 1 to 200 people, any number of events, all equally likely."""
    rng = np.random.default_rng(seed)
    n1, n2 = rng.integers(1, LARGEST_ARM + 1, size=(2, count))
    return rng.integers(0, n1 + 1), n1, rng.integers(0, n2 + 1), n2


def square(a: int, n1: int, b: int, n2: int) -> list[list[int]]:
    """Return a table as SciPy's contingency functions take it."""
    return [[a, n1 - a], [b, n2 - b]]


def columns(a: int, n1: int, b: int, n2: int) -> list[list[int]]:
    """Return a table as SciPy's unconditional tests take it."""
    return [[a, b], [n1 - a, n2 - b]]


def walsh_with_scipy(a: int, n1: int, b: int, n2: int) -> int | None:
    """Fragility index by a loop over SciPy's Fisher test."""
    first, steps = a <= b, 0
    while stats.fisher_exact(square(a, n1, b, n2))[1] < 0.05:
        a, b = (a + 1, b) if first else (a, b + 1)
        steps += 1
        if a > n1 or b > n2:
            return None
    return steps


PEERS: dict[str, tuple[str, Callable[[int, int, int, int], object]]] = {
    "p_pearson": (
        "scipy chi2_contingency",
        lambda *t: stats.chi2_contingency(square(*t), correction=False).pvalue,
    ),
    "p_g": (
        "scipy chi2_contingency",
        lambda *t: stats.chi2_contingency(square(*t), correction=False, lambda_="log-likelihood").pvalue,
    ),
    "p_fisher_2s": ("scipy fisher_exact", lambda *t: stats.fisher_exact(square(*t))[1]),
    "rd_newcombe": (
        "statsmodels confint_proportions_2indep",
        lambda *t: confint_proportions_2indep(*t, method="newcomb"),
    ),
    "rd_mn": (
        "statsmodels confint_proportions_2indep",
        lambda *t: confint_proportions_2indep(*t, method="score"),
    ),
    "fragility_index": ("loop over scipy fisher_exact", walsh_with_scipy),
}


def peer_rate(call: Callable[[int, int, int, int], object], tables: list[tuple[int, ...]]) -> float:
    """Tables a second, one call each; a peer that fails on a table is not charged for finding out why."""

    def run() -> None:
        for table in tables:
            try:
                call(*table)
            except (ValueError, ZeroDivisionError, RuntimeError):
                continue

    with np.errstate(all="ignore"):
        return len(tables) / seconds(run, repeats=1)


def time_of_one(call: Callable[[], object], repeats: int) -> float:
    """Median of several runs, in seconds."""
    return statistics.median(seconds(call, 1) for _ in range(repeats))


R_SCRIPT = """
t <- as.matrix(read.csv(file("stdin"))); n <- nrow(t)
now <- function() proc.time()[[3]]
rate <- function(f) { s <- now(); for (i in seq_len(n)) f(t[i,]); n / max(1e-9, now() - s) }
m <- function(r) matrix(c(r[1], r[3], r[2] - r[1], r[4] - r[3]), 2)
suppressWarnings({
  cat("p_pearson", rate(function(r) chisq.test(m(r), correct = FALSE)$p.value), "\\n")
  fisher <- function(x) fisher.test(x, conf.int = FALSE)$p.value
  walsh <- function(x) {
    arm <- if (x[1, 1] <= x[2, 1]) 1 else 2
    steps <- 0
    while (fisher(x) < 0.05) {
      if (x[arm, 2] == 0) return(NA)
      x[arm, ] <- x[arm, ] + c(1, -1)
      steps <- steps + 1
    }
    steps
  }
  cat("p_fisher_2s", rate(function(r) fisher(m(r))), "\\n")
  cat("or_exact", rate(function(r) fisher.test(m(r))$conf.int), "\\n")
  cat("fragility_index", rate(function(r) walsh(m(r))), "\\n")
})
"""


def r_rates(tables: list[tuple[int, ...]]) -> dict[str, float]:
    """Tables a second in base R, or nothing where it is not installed."""
    rscript = shutil.which("Rscript")
    if rscript is None:
        return {}
    text = "a,n1,b,n2\n" + "".join(",".join(map(str, table)) + "\n" for table in tables)
    run = subprocess.run([rscript, "-e", R_SCRIPT], input=text, capture_output=True, text=True, check=True)
    return {line.split()[0]: float(line.split()[1]) for line in run.stdout.splitlines() if line.strip()}


def batch_rates(table: tuple[np.ndarray, ...], sample: list[tuple[int, ...]]) -> list[Rate]:
    """Rates on the whole batch, and the peers' on the sample."""
    count = table[0].size
    in_r = r_rates(sample)
    rates, bundle = [], 0.0
    for key in (*BUNDLE, "p_blaker", "or_exact", "fragility_index"):
        procedure = catalogue[key]
        procedure(*table)  # compiles or loads
        taken = seconds(lambda procedure=procedure: procedure(*table))
        bundle += taken if key in BUNDLE else 0.0
        rate = Rate(key, count / taken, TARGETS.get(key))
        if key in PEERS:
            rate.peer, call = PEERS[key]
            rate.peer_tables_per_second = peer_rate(call, sample)
        rates.append(rate)
        if key in in_r:
            rates.append(Rate(key, count / taken, TARGETS.get(key), "R, base", in_r[key]))
    rates.append(Rate("bundle", count / bundle, TARGETS["bundle"]))
    return rates


def scipy_unconditional(key: str) -> Callable[[], object] | None:
    """SciPy's test of one table of 30 an arm that comes nearest to one of the catalogue, if there is one."""
    family, side = key.removeprefix("p_").rsplit("_", 1)
    alternative = {"2s": "two-sided"}.get(side, side)
    table = columns(16, 30, 9, 30)
    if family.startswith("barnard"):
        return lambda: stats.barnard_exact(table, alternative=alternative, pooled=family.endswith("_pooled"))
    if key == "p_boschloo_2s":
        return None  # SciPy doubles the one-sided p-value
    alternative = "two-sided" if side == "doubled" else side
    return lambda: stats.boschloo_exact(table, alternative=alternative)


def unconditional_rates() -> list[Rate]:
    """One table with 30 an arm, one of arms not met before, and all 930 tables of 29 v 30."""
    x, y = np.mgrid[0:30, 0:31]
    rates = []
    for key in (key for key in catalogue if key.startswith(("p_barnard", "p_boschloo"))):
        procedure = catalogue[key]
        peer = scipy_unconditional(key)
        name = f"scipy {key[2:].split('_')[0]}_exact" if peer else None
        theirs = 1 / seconds(peer) if peer else None
        procedure(16, 30, 9, 30)
        once = time_of_one(lambda procedure=procedure: procedure(16, 30, 9, 30), 40)
        rates.append(Rate(f"{key}, one of 30 v 30", 1 / once, 1 / 1e-3, name, theirs))
        unmet = [
            seconds(lambda p=procedure, n1=n1, n2=n2: p(16, n1, 9, n2), 1)
            for n1, n2 in itertools.product(range(28, 33), repeat=2)
        ]
        rates.append(Rate(f"{key}, one of unmet arms", 1 / statistics.median(unmet), 1 / 1e-3))
        procedure(x, 29, y, 30)
        family = time_of_one(lambda procedure=procedure: procedure(x, 29, y, 30), 15)
        rates.append(Rate(f"{key}, 930 of 29 v 30", x.size / family, x.size / 10e-3, name, theirs))
    return rates


def cold_start() -> dict[str, float]:
    """Seconds of a fresh process: to import the catalogue, and for every test of 25 tables one by one."""
    code = (
        "import time; start = time.perf_counter()\n"
        "from countback import catalogue\n"
        "tests = [p for p in catalogue.values() if p.kind == 'test']\n"
        "loaded = time.perf_counter()\n"
        "for i in range(25):\n"
        "    for p in tests:\n"
        "        p(4 + i % 13, 29 + i % 2, 3 + i % 11, 30)\n"
        "print(loaded - start, time.perf_counter() - loaded)"
    )
    runs = []
    for _ in range(REPEATS):
        run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        runs.append([float(value) for value in run.stdout.split()])
    return {
        "import the catalogue": min(run[0] for run in runs),
        "25 tables, every test": min(run[1] for run in runs),
    }


FIRST_CALLS = ("p_pearson", "p_fisher_2s", "p_midp_minlike", "p_blaker", "p_student_t", "rd_mn", "rd_scas", "or_exact")
FIRST_CALL_GOAL = 0.3
"""Seconds of the first call in a new process, where the code has been compiled before."""


def first_calls(count: int) -> dict[str, tuple[float, float]]:
    """Seconds of the first and of the second call in a fresh process, on a batch of tables."""
    code = (
        "import sys, time; import numpy as np; from countback import catalogue\n"
        "rng = np.random.default_rng(1); n1, n2 = rng.integers(1, 201, size=(2, int(sys.argv[2])))\n"
        "table = rng.integers(0, n1 + 1), n1, rng.integers(0, n2 + 1), n2\n"
        "for _ in range(2):\n"
        "    start = time.perf_counter(); catalogue[sys.argv[1]](*table); print(time.perf_counter() - start)\n"
    )
    found = {}
    for key in FIRST_CALLS:
        words = [sys.executable, "-c", code, key, str(count)]
        runs = [subprocess.run(words, capture_output=True, text=True, check=True).stdout.split() for _ in range(3)]
        found[key] = min(float(run[0]) for run in runs), min(float(run[1]) for run in runs)
    return found


def as_text(
    rates: list[Rate], starts: dict[str, float], calls: dict[str, tuple[float, float]], megabytes: float
) -> str:
    """Return the result as a table."""
    lines = [f"{'':44}{'tables/s':>14}{'of target':>14}{'times peer':>12}  peer"]
    for rate in rates:
        target = f"{rate.tables_per_second / rate.target:14.2f}" if rate.target else " " * 14
        ratio = f"{rate.ratio:12,.0f}  {rate.peer} ({rate.peer_tables_per_second:,.0f}/s)" if rate.ratio else ""
        lines.append(f"{rate.what:44}{rate.tables_per_second:14,.0f}{target}{ratio}")
    lines.append("")
    lines += [f"{what:44}{taken:14.3f} s, in a fresh process" for what, taken in starts.items()]
    lines += [
        f"{f'{key}, first call':44}{first:14.3f} s, {first / FIRST_CALL_GOAL:.2f} of its goal; the next {second:.3f} s"
        for key, (first, second) in calls.items()
    ]
    lines.append(f"{'largest memory':44}{megabytes:14,.0f} MB")
    return "\n".join(lines)


def main() -> None:
    """Measure, print the table, and write the JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tables", type=int, default=1_000_000, help="size of the batch")
    parser.add_argument("--sample", type=int, default=300, help="tables given to the peers")
    parser.add_argument("--seed", type=int, default=20200141)
    parser.add_argument("--json", type=Path, default=ROOT / "_build/benchmarks/procedures.json", metavar="FILE")
    options = parser.parse_args()

    table = random_tables(options.tables, options.seed)
    sample = list(zip(*(column[: options.sample].tolist() for column in table), strict=True))
    starts, calls = cold_start(), first_calls(options.tables)
    rates = batch_rates(table, sample) + unconditional_rates()
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024  # kilobytes on Linux
    print(as_text(rates, starts, calls, megabytes))
    result = {
        "tables": options.tables,
        "seed": options.seed,
        "cores": os.cpu_count(),
        "machine": platform.machine(),
        "python": platform.python_version(),
        "rates": [{**asdict(rate), "ratio": rate.ratio} for rate in rates],
        "cold_start_seconds": starts,
        "first_call_seconds": calls,
        "largest_memory_mb": megabytes,
    }
    options.json.parent.mkdir(parents=True, exist_ok=True)
    options.json.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    print(f"The same as data: {options.json}")


if __name__ == "__main__":
    main()
