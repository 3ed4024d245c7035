"""What programs give by default: keys that exist and, where the program is at hand, its own number."""

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats import proportion
from statsmodels.stats.contingency_tables import Table2x2

from countback.procedures import as_rows, catalogue
from countback.procedures.defaults import DEFAULTS, called

A, N1, B, N2 = 16, 29, 9, 30
CELLS = np.array([[A, N1 - A], [B, N2 - B]])
TURNED = Table2x2(CELLS)


@pytest.mark.parametrize("one", DEFAULTS, ids=lambda one: f"{one.program}-{one.call}-{one.gives}")
def test_a_default_names_a_procedure_of_its_kind(one):
    if one.key is None:
        assert one.note
        return
    procedure = catalogue[one.key]
    if one.gives == "p":
        assert procedure.kind == "test" and procedure.sides == "two-sided"
    else:
        assert procedure.kind == "interval"
        assert procedure.measure == ("proportion" if one.gives == "rate" else one.gives)


OURS = {
    "stats.chi2_contingency": lambda: stats.chi2_contingency(CELLS)[1],
    "stats.fisher_exact": lambda: stats.fisher_exact(CELLS)[1],
    "stats.barnard_exact": lambda: stats.barnard_exact(CELLS.T, n=256).pvalue,
    "stats.boschloo_exact": lambda: stats.boschloo_exact(CELLS.T, n=256).pvalue,
    "stats.contingency.relative_risk": lambda: stats.contingency.relative_risk(A, N1, B, N2).confidence_interval(),
    "stats.contingency.odds_ratio": lambda: stats.contingency.odds_ratio(CELLS).confidence_interval(),
    "stats.binomtest(...).proportion_ci": lambda: stats.binomtest(A, N1).proportion_ci(),
    "proportions_ztest": lambda: proportion.proportions_ztest([A, B], [N1, N2])[1],
    "proportions_chisquare": lambda: proportion.proportions_chisquare([A, B], [N1, N2])[1],
    "Table2x2.oddsratio_pvalue": lambda: TURNED.oddsratio_pvalue(),
    "confint_proportions_2indep": lambda: proportion.confint_proportions_2indep(A, N1, B, N2),
    "Table2x2.oddsratio_confint": lambda: TURNED.oddsratio_confint(),
    "proportion_confint": lambda: proportion.proportion_confint(A, N1),
}
"""What the programs that Python has give by default."""


@pytest.mark.parametrize("call", OURS)
def test_a_program_gives_what_is_said(call):
    one = next(one for one in DEFAULTS if one.call == call)
    table = (A, N1) if one.gives == "rate" else (A, N1, B, N2)
    found, expected = catalogue[one.key](*table), OURS[call]()
    assert np.allclose(
        found, np.asarray(expected, dtype=float), rtol=2e-3 if "barnard" in call else 1e-4
    )  # SciPy looks for the largest p-value on a coarser grid


def test_a_name_leads_to_its_procedures():
    assert called("Linear-by-Linear Association") == ("p_n1",)
    assert called("chisq.test") == ("p_yates",)
    assert called("nonsense") == ()
    row = next(row for row in as_rows() if row["key"] == "p_n1")
    assert "SPSS CROSSTABS: Linear-by-Linear Association" in row["called"]


@pytest.mark.parametrize(("key", "method"), [("wald", "normal"), ("agresti_coull", "agresti_coull")])
def test_intervals_for_one_rate_are_those_of_statsmodels(key, method):
    for events, total in [(0, 7), (1, 9), (5, 10), (16, 29), (30, 30), (399, 400)]:
        for level in (0.9, 0.95):
            expected = proportion.proportion_confint(events, total, 1 - level, method)
            assert catalogue[key](events, total, level=level) == pytest.approx(expected, abs=1e-12)
