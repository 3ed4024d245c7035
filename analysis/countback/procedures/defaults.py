"""What statistics programs give for a 2x2 table, or for one rate, when nothing is chosen.

Each line is a call or an output by the name that its program gives it, and the procedure of the catalogue that it is.
Versions change; what a program prints is worth more than what is said here. :func:`called` finds a procedure by such a
name, so that an article's "fisher.test" or "Linear-by-Linear Association" leads to its key.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

__all__ = ["DEFAULTS", "Default", "as_rows", "called"]


@dataclass(frozen=True)
class Default:
    """One output of a program.

    Attributes
    ----------
    program, call : str
    gives : str
        What it is of: ``p`` of a difference, an interval's measure, or ``rate`` of one arm.
    key : str or None
        The procedure; None where the catalogue has none.
    note : str
        What is to be known of it; may be empty.
    """

    program: str
    call: str
    gives: str
    key: str | None
    note: str = ""


_CAPPED = "corrected by at most the distance that there is"

DEFAULTS: tuple[Default, ...] = (
    Default("R", "chisq.test", "p", "p_yates", _CAPPED),
    Default("R", "chisq.test(correct = FALSE)", "p", "p_pearson"),
    Default("R", "prop.test", "p", "p_yates", _CAPPED),
    Default("R", "prop.test", "risk difference", "rd_wald_cc", _CAPPED),
    Default("R", "fisher.test", "p", "p_fisher_2s"),
    Default("R", "fisher.test", "odds ratio", "or_exact", "its estimate is the conditional one (or_cmle)"),
    Default("R", "binom.test", "rate", "cp"),
    Default("R", "prop.test of one rate", "rate", "wilson_cc"),
    Default("SAS", "FREQ, CHISQ: Chi-Square", "p", "p_pearson"),
    Default("SAS", "FREQ, CHISQ: Likelihood Ratio Chi-Square", "p", "p_g"),
    Default("SAS", "FREQ, CHISQ: Continuity Adj. Chi-Square", "p", "p_yates"),
    Default("SAS", "FREQ, CHISQ: Mantel-Haenszel Chi-Square", "p", "p_n1"),
    Default("SAS", "FREQ, CHISQ: Fisher's Exact Test", "p", "p_fisher_2s", "and both one-sided values"),
    Default("SAS", "FREQ, RISKDIFF", "risk difference", "rd_wald", "its correction, where asked for, is never reduced"),
    Default("SAS", "FREQ, RELRISK: Relative Risk", "risk ratio", "rr_katz"),
    Default("SAS", "FREQ, RELRISK: Odds Ratio", "odds ratio", "or_woolf"),
    Default("SAS", "FREQ, BINOMIAL", "rate", "wald", "and the exact limits (cp)"),
    Default("SPSS", "CROSSTABS: Pearson Chi-Square", "p", "p_pearson"),
    Default("SPSS", "CROSSTABS: Continuity Correction", "p", "p_yates"),
    Default("SPSS", "CROSSTABS: Likelihood Ratio", "p", "p_g"),
    Default("SPSS", "CROSSTABS: Fisher's Exact Test", "p", "p_fisher_2s", "and a one-sided value"),
    Default("SPSS", "CROSSTABS: Linear-by-Linear Association", "p", "p_n1"),
    Default("SPSS", "CROSSTABS, Risk: Odds Ratio", "odds ratio", "or_woolf"),
    Default("SPSS", "CROSSTABS, Risk: For cohort", "risk ratio", "rr_katz"),
    Default("Stata", "tabulate, chi2", "p", "p_pearson"),
    Default("Stata", "tabulate, exact", "p", "p_fisher_2s", "and a one-sided value"),
    Default("Stata", "prtest", "p", "p_pearson", "z of the pooled rate; its interval is Wald's (rd_wald)"),
    Default("Stata", "csi", "risk difference", "rd_wald"),
    Default("Stata", "csi", "risk ratio", "rr_katz"),
    Default("Stata", "cci", "odds ratio", "or_exact"),
    Default("Stata", "ci proportions", "rate", "cp"),
    Default("SciPy", "stats.chi2_contingency", "p", "p_yates", _CAPPED),
    Default("SciPy", "stats.fisher_exact", "p", "p_fisher_2s"),
    Default(
        "SciPy",
        "stats.barnard_exact",
        "p",
        "p_barnard_pooled_2s",
        "its groups are the columns; it searches the rates less finely",
    ),
    Default(
        "SciPy",
        "stats.boschloo_exact",
        "p",
        "p_boschloo_2s_doubled",
        "its groups are the columns; it searches the rates less finely",
    ),
    Default("SciPy", "stats.contingency.relative_risk", "risk ratio", "rr_katz"),
    Default("SciPy", "stats.contingency.odds_ratio", "odds ratio", "or_exact"),
    Default("SciPy", "stats.binomtest(...).proportion_ci", "rate", "cp"),
    Default("statsmodels", "proportions_ztest", "p", "p_pearson"),
    Default("statsmodels", "proportions_chisquare", "p", "p_pearson"),
    Default("statsmodels", "Table2x2.oddsratio_pvalue", "p", "p_logit_wald"),
    Default("statsmodels", "test_proportions_2indep", "p", None, "a Wald test after one was added to each cell"),
    Default("statsmodels", "confint_proportions_2indep", "risk difference", "rd_newcombe"),
    Default("statsmodels", "Table2x2.oddsratio_confint", "odds ratio", "or_woolf"),
    Default("statsmodels", "proportion_confint", "rate", "wald"),
    Default("Prism", "Fisher's exact test", "p", "p_fisher_2s"),
    Default("Prism", "difference between proportions", "risk difference", "rd_newcombe"),
    Default("Prism", "relative risk", "risk ratio", "rr_koopman"),
    Default("Prism", "odds ratio", "odds ratio", "or_minlike"),
    Default("Prism", "fraction of total", "rate", "wilson", "Prism calls it Wilson/Brown"),
)
"""Outputs in the order of their programs; what an option has to ask for is left out."""


def called(name: str) -> tuple[str, ...]:
    """Keys of the procedures that programs call by a name, without regard to upper and lower case.

    Examples
    --------
    >>> called("fisher.test"), called("linear-by-linear association")
    (('p_fisher_2s', 'or_exact'), ('p_n1',))
    """
    wanted = name.strip().lower()
    found = [
        one.key for one in DEFAULTS if one.key and wanted in (one.call.lower(), one.call.lower().partition(": ")[2])
    ]
    return tuple(dict.fromkeys(found))


def as_rows() -> list[dict[str, Any]]:
    """One row for each output, flat."""
    return [dict(vars(one)) for one in DEFAULTS]
