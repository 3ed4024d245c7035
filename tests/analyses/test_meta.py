"""Summaries of trials against inverse variance worked out by hand."""

import math

import numpy as np
import pytest
from scipy.stats import chi2, norm, t

from countback.analyses import meta

PAIR = [(16, 29, 9, 30), (34, 50, 29, 50)]
APART = [(20, 25, 5, 25), (10, 40, 12, 40), (30, 60, 20, 60)]


def by_hand(tables, measure, level):
    a, n1, b, n2 = np.array(tables, dtype=float).T
    p, q = a / n1, b / n2
    effect, variance = {
        "risk difference": (p - q, p * (1 - p) / n1 + q * (1 - q) / n2),
        "risk ratio": (np.log(p / q), 1 / a - 1 / n1 + 1 / b - 1 / n2),
        "odds ratio": (np.log(p / (1 - p) / (q / (1 - q))), 1 / a + 1 / (n1 - a) + 1 / b + 1 / (n2 - b)),
    }[measure]
    weight = 1 / variance
    mean, df = (weight @ effect) / weight.sum(), len(tables) - 1
    heterogeneity = float(weight @ (effect - mean) ** 2)
    between = max(0.0, (heterogeneity - df) / (weight.sum() - (weight**2).sum() / weight.sum()))
    random = 1 / (variance + between)
    centre = (random @ effect) / random.sum()
    knapp = math.sqrt(random @ (effect - centre) ** 2 / df / random.sum())
    z, s = norm.ppf(0.5 + level / 2), t.ppf(0.5 + level / 2, df)
    back = (lambda x: x) if measure == "risk difference" else np.exp

    def limits(middle, half):
        return {"estimate": back(middle), "lower": back(middle - half), "upper": back(middle + half)}

    return {
        "common": limits(mean, z / math.sqrt(weight.sum())),
        "random": limits(centre, z / math.sqrt(random.sum())),
        "hksj": limits(centre, s * knapp),
        "heterogeneity": {
            "q": heterogeneity, "df": df, "p": chi2.sf(heterogeneity, df), "i2": max(0, 1 - df / heterogeneity),
            "tau2": between,
        },
    }  # fmt: skip


@pytest.mark.parametrize("tables", [PAIR, APART], ids=["pair", "apart"])
@pytest.mark.parametrize("measure", list(meta.MEASURES))
@pytest.mark.parametrize("level", [0.95, 0.9])
def test_summaries(tables, measure, level):
    found, expected = meta.pooled(tables, measure, level), by_hand(tables, measure, level)
    for part, values in expected.items():
        assert found[part] == pytest.approx(values, rel=1e-9, abs=1e-12), part


def test_both_kinds_of_heterogeneity_are_tried():
    assert meta.pooled(PAIR, "risk difference", 0.95)["heterogeneity"]["tau2"] == 0
    assert meta.pooled(APART, "risk difference", 0.95)["heterogeneity"]["tau2"] > 0


def test_weights_of_the_common_effect():
    weights = meta.pooled(PAIR, "risk difference", 0.95)["weights"]
    assert sum(weights.values()) == pytest.approx(1)
    assert weights["1"] > weights["0"]


@pytest.mark.parametrize("bad", [[], PAIR[:1], [PAIR[0], (0, 29, 2, 30)], [PAIR[0], (29, 29, 2, 30)]])
def test_what_cannot_be_summarised(bad):
    with pytest.raises(ValueError, match="two trials or more"):
        meta.pooled(bad, "risk difference", 0.95)
