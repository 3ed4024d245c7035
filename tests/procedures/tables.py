"""Tables that several tests share."""

import itertools

import numpy as np

from countback import catalogue

TWO_ARM_TESTS = [key for key, p in catalogue.items() if p.kind == "test" and p.arms == 2]
ONE_ARM_INTERVALS = [key for key, p in catalogue.items() if p.kind == "interval" and p.arms == 1]
TWO_ARM_INTERVALS = [key for key, p in catalogue.items() if p.kind == "interval" and p.arms == 2]
UNCONDITIONAL = [key for key in TWO_ARM_TESTS if "barnard" in key or "boschloo" in key]


def every_table(largest: int) -> tuple[np.ndarray, ...]:
    """All tables (a, n1, b, n2) whose arms have 1 to ``largest`` people."""
    rows = [
        (a, n1, b, n2)
        for n1, n2 in itertools.product(range(1, largest + 1), repeat=2)
        for a in range(n1 + 1)
        for b in range(n2 + 1)
    ]
    return tuple(np.array(rows).T)


def random_tables(count: int, largest: int, seed: int) -> tuple[np.ndarray, ...]:
    """Tables with arms of 1 to ``largest`` people and any number of events, all equally likely."""
    rng = np.random.default_rng(seed)
    n1, n2 = rng.integers(1, largest + 1, size=(2, count))
    return rng.integers(0, n1 + 1), n1, rng.integers(0, n2 + 1), n2
