"""Small data for each figure: of arms, tests and claims that exist nowhere."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from matplotlib.figure import Figure

from countback.show import (
    audit,
    checklist,
    comparison,
    counts,
    curves,
    design,
    forest,
    grids,
    harms,
    intervals,
    p_values,
)  # fmt: skip
from countback.show.palette import GREEN, GREY, ORANGE
from countback.show.style import shape

COMPARED = [
    comparison.Compared(
        "week 12", comparison.Rate(16, 29, 0.37, 0.72), comparison.Rate(9, 30, 0.17, 0.48), 0.2517, -0.003, 0.476,
        [comparison.PValue("printed", "0.052"), comparison.PValue("Pearson", "0.050"),
         comparison.PValue("Fisher", "0.067")],
    ),
    comparison.Compared(
        "week 24", comparison.Rate(19, 29, 0.47, 0.80), comparison.Rate(11, 30, 0.22, 0.54), 0.2885, 0.031, 0.510,
        [comparison.PValue("printed", "0.027"), comparison.PValue("Pearson", "0.027", True),
         comparison.PValue("Fisher", "0.038")],
    ),
]  # fmt: skip
ARM_NAMES = ("active", "placebo")
TESTS = [("Pearson", 0.0523, True), ("Yates", 0.0918, True), ("Fisher", 0.0681, True), ("Boschloo", 0.0571, False)]
PRINTED = (0.0515, 0.0525, "0.052")
TOTALS: list[tuple[str, list[tuple[int, int]], tuple[int, int] | None]] = [
    ("55.2%, active", [(16, 29), (32, 58)], (16, 29)),
    ("30%, placebo", [(3, 10), (6, 20), (9, 30), (12, 40)], (9, 30)),
]
CLAIMS = [
    ("SRI-4 at week 12, active", "55.17%", "55.17%", "reproduced", shape("o", GREEN)),
    ("SRI-4 at week 12, placebo", "30.00%", "30.00%", "reproduced", shape("o", GREEN)),
    (
        "SRI-4 at week 12, active v placebo, and what else it says",
        "p = 0.052",
        "0.053",
        "not reproduced",
        shape("^", ORANGE, filled=False),
    ),
    ("infections", "–", "–", "not checkable", shape("_", GREY)),
]
CYCLES = [(0.0, 2.0), (4.0, 2.0), (8.0, 2.0)]
FLOW = [("active", 30, ["counted: 29"]), ("placebo", 30, ["counted: 30", "stopped: 2"])]
RATES = [i / 100 for i in range(26)]
ZERO = [(0.95, 0.0982), (0.99, 0.1468)]
HEADS = ["SRI-4, week 12\nprinted 0.052", "SRI-4, week 24\nprinted 0.027"]
GRID = [
    ("conventional", "Pearson", [("0.052", True), ("0.028", False)]),
    ("conventional", "Fisher", [("0.068", False), ("0.037", False)]),
    ("others", "Boschloo", [("0.057", False), ("0.027", True)]),
]
POINTS = [
    (0.052, 0.068, 0.052, True, "one"), (0.3, 0.31, 0.25, False, "two"), (0.004, 0.012, 0.009, False, "three"),
]  # fmt: skip
INTERVALS = [
    ("week 12", "Newcombe", "risk difference", 0.25, -0.002, 0.46),
    ("week 12", "Newcombe", "risk ratio", 1.8, 0.99, 3.5),
    ("week 12", "Newcombe", "odds ratio", 2.9, 0.98, 8.2), ("week 24", "Newcombe", "risk difference", 0.31, 0.06, 0.52),
    ("week 24", "Newcombe", "risk ratio", 1.9, 1.1, 3.4), ("week 24", "Newcombe", "odds ratio", 3.6, 1.2, 10.4),
]  # fmt: skip
LEVELS = [0.05, 0.25, 0.5, 0.75]
CURVES = [
    ("week 12", LEVELS, np.array([[-0.01, 0.48], [0.1, 0.39], [0.16, 0.33], [0.21, 0.29]]), 0.25),
    ("week 24", LEVELS, np.array([[0.05, 0.53], [0.16, 0.45], [0.22, 0.39], [0.27, 0.35]]), 0.31),
]
FATES = [
    ("week 12", [("Pearson", 0.0523, 0.071, 0.036), ("Fisher", 0.068, 0.09, 0.049)]),
    ("week 24", [("Pearson", 0.028, 0.036, 0.014), ("Fisher", 0.037, 0.049, 0.022)]),
]
TIPPING = np.array([[0.0523, 0.09, 0.15], [0.03, 0.0501, 0.1], [0.012, 0.03, 0.06]])
SIGNIFICANT = np.subtract.outer(np.arange(12, 19), np.arange(6, 13)) > 6
NEIGHBOURS = [
    grids.Neighbours("Pearson", 0.0504, SIGNIFICANT),
    grids.Neighbours("Fisher", 0.0673, np.subtract.outer(np.arange(12, 19), np.arange(6, 13)) > 8),
]
ORIGIN, OBSERVED = (12, 6), (16, 9)
METHODS = ["none", "Holm", "Benjamini-Hochberg"]
ADJUSTED = [("week 12", [0.052, 0.104, 0.052]), ("week 24", [0.027, 0.054, 0.052])]
BELIEFS = [("flat", 0.24, 0.01, 0.45, ""), ("sceptical", 0.15, -0.04, 0.33, "")]
CHANCES = [[0.98, 0.7], [0.93, 0.31]]
PANELS: list[tuple[str, str, list[tuple[str, list[float], list[float]]]]] = [
    ("true difference", "power",
     [("Pearson", [0, 0.2, 0.4], [0.05, 0.4, 0.9]), ("Fisher", [0, 0.2, 0.4], [0.03, 0.3, 0.8])]),
    ("true rate", "type I error", [("Pearson", [0, 0.5, 1], [0, 0.05, 0]), ("Fisher", [0, 0.5, 1], [0, 0.03, 0])]),
]  # fmt: skip
RANGES = [("both", [(3, 9), (0, 5)]), ("neither", [(10, 12), (20, 25)])]
HARMS: list[tuple[str, float, float, float, float, float, str]] = [
    ("infection", 0.07, 0.20, -0.13, -0.31, 0.05, "2 v 6"), ("fever", 0.17, 0.03, 0.14, -0.02, 0.31, "5 v 1"),
]  # fmt: skip
TRIALS = [
    ("this trial", 0.25, 0.0, 0.46, "+25 (0 to +46)"), ("a small one", 0.1, -0.7, 0.9, "+10"),
    ("together", 0.2, 0.05, 0.36, "+20 (+5 to +36)"),
]  # fmt: skip
ANSWERS: list[tuple[str, str]] = [
    ("title", "stated"), ("participants", "in part"), ("blinding", "not stated"), ("harms", "not seen"),
    ("funding", "no judgement"),
]  # fmt: skip

FIGURES: dict[str, Callable[[], Figure]] = {
    "comparisons": lambda: comparison.comparisons(COMPARED, ARM_NAMES, 0.95),
    "trials": lambda: intervals.trials([intervals.Estimate(*r) for r in TRIALS], 1, (-0.4, 0.7), "risk difference"),
    "beliefs": lambda: intervals.beliefs(
        [intervals.Estimate(*r) for r in BELIEFS], CHANCES, ["Pr\nbetter", "Pr\nworth"], "difference"
    ),
    "p_values": lambda: p_values.p_values(TESTS, PRINTED, 0.05),
    "agreement": lambda: p_values.agreement(POINTS),
    "fates": lambda: p_values.fates(
        [(title, [p_values.Fates(*r) for r in rows]) for title, rows in FATES], 0.05, ("as counted", "worst", "best")
    ),
    "adjustments": lambda: p_values.adjustments(METHODS, ADJUSTED, 0.05),
    "candidates": lambda: counts.candidates(TOTALS, 60),
    "ranges": lambda: counts.ranges(RANGES, (29, 30), ("active", "placebo")),
    "glance": lambda: audit.glance([audit.Judged(*r) for r in CLAIMS]),
    "attribution_grid": lambda: audit.attribution_grid(HEADS, GRID),
    "schedule": lambda: design.schedule(CYCLES, 12, 12, [12, 24]),
    "flow": lambda: design.flow(60, FLOW),
    "harms": lambda: harms.harms([harms.Harm(*h) for h in HARMS], ("active", "placebo"), 0.95),
    "limits_of_zero": lambda: harms.limits_of_zero(
        RATES, [(1 - p) ** 29 for p in RATES], [harms.ZeroLimit(*z) for z in ZERO], 29
    ),
    "forest": lambda: forest.forest([forest.Interval(*i) for i in INTERVALS], "Newcombe"),
    "confidence_curves": lambda: curves.confidence_curves(CURVES, 0.05, "risk difference supposed"),
    "lines": lambda: curves.lines(PANELS, 0.05, marked=0.25, tops=(1, None)),
    "tipping": lambda: grids.tipping(TIPPING, 0.05, "placebo", "active", (1, 0), "the patient not counted"),
    "neighbourhood": lambda: grids.neighbourhood(NEIGHBOURS, ORIGIN, OBSERVED, ARM_NAMES, 0.05),
    "checklist": lambda: checklist.checklist(ANSWERS),
}
"""A small figure of each kind."""
