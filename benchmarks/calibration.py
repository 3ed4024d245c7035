"""How far support can be trusted, on many simulated articles: what the book's page shows, larger, and how fast it is.

    python benchmarks/calibration.py [--tables 1041] [--seed 20200141] [--json FILE]

Seven hidden procedures with 14% of the p-values mistyped, adjusted or with a count other by one: articles that keep to
one procedure, articles that mix them, arms of 30 and of 400; and nine procedures without errors. Prints a table.
"""

import argparse
import json
import time
from pathlib import Path

import numpy as np

from countback.audit import calibration
from countback.audit.evidence import Cause
from countback.audit.simulation import Plan, simulate
from countback.audit.support import support

SEVEN = ("p_pearson", "p_yates", "p_fisher_2s", "p_pearson_or_fisher", "p_n1", "p_midp_minlike", "p_logit_wald")
NINE = (*SEVEN, "p_g", "p_wald_unpooled")
P_VALUES = 10
"""P-values of one article."""


def plans(tables: int) -> dict[str, Plan]:
    """What is simulated: as many p-values as tables times procedures."""
    articles, arm = tables * len(SEVEN) // P_VALUES, (10, 150)
    every = {cause: 0.14 / 8 for cause in Cause if cause is not Cause.NONE}
    return {
        "one procedure an article": Plan(articles, P_VALUES, SEVEN, arm=arm),
        "procedures vary, 3 decimals": Plan(articles, P_VALUES, SEVEN, arm=arm, keeps=0.0, decimals=(3,)),
        "procedures vary, 2 decimals": Plan(articles, P_VALUES, SEVEN, arm=arm, keeps=0.0, decimals=(2,)),
        "30 an arm": Plan(articles, P_VALUES, SEVEN, arm=(30, 30)),
        "400 an arm": Plan(articles, P_VALUES, SEVEN, arm=(400, 400)),
        "eight kinds of error": Plan(articles, P_VALUES, SEVEN, arm=arm, causes=every),
        "correct, conventional": Plan(articles, P_VALUES, arm=(10, 400), causes={}),
        "correct, conventional, alone": Plan(articles * P_VALUES, 1, arm=(10, 400), causes={}),
        "nine procedures, 3 decimals": Plan(1620, P_VALUES, NINE, arm=arm, causes={}, decimals=(3,)),
        "nine procedures, 2 decimals": Plan(1620, P_VALUES, NINE, arm=arm, causes={}, decimals=(2,)),
        "nine procedures, alone": Plan(16200, 1, NINE, arm=arm, causes={}, decimals=(3,)),
    }


def main() -> None:
    """Simulate, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tables", type=int, default=1041)
    parser.add_argument("--seed", type=int, default=20200141)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    found = {}
    columns = (
        "p_values", "wrong", "area", "area_of_verdicts", "brier", "right_doubted", "wrong_doubted", "credible", "first",
    )  # fmt: skip
    print(f"{'':32}" + "".join(f"{name.replace('area_of_verdicts', 'verdicts'):>15}" for name in columns))
    for k, (name, plan) in enumerate(plans(options.tables).items()):
        made = simulate(plan, options.seed + k)
        values = calibration.values_of(made)
        row = calibration.measured(made, values).as_row()
        if name == "eight kinds of error":
            row["causes"] = vars(calibration.causes(made, values, 600))
        print(f"{name:32}" + "".join(f"{row[c]:>15}" if c in columns[:2] else f"{row[c]:>15.4f}" for c in columns))
        found[name] = row
    print("true cause told, first:", found["eight kinds of error"]["causes"])
    found["seconds a p-value"] = speeds(options.seed)
    print("microseconds a p-value, by p-values an article:", found["seconds a p-value"])
    if options.json:
        options.json.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")


def speeds(seed: int) -> dict[str, float]:
    """Microseconds of processor time for each p-value, its values at hand, in articles of several lengths."""
    found = {}
    for length in (1, 5, 100):
        made = simulate(Plan(5000 // length, length, arm=(30, 60)), seed)
        values = calibration.values_of(made)
        start = time.process_time()
        support(made.tables, made.printed, made.article, values=values)
        found[str(length)] = round(1e6 * (time.process_time() - start) / len(made.article), 1)
    return found


if __name__ == "__main__":
    np.seterr(divide="ignore", invalid="ignore")
    main()
