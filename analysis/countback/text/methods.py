"""Named methods: which test a text says a p-value comes from, as a key of the catalogue of procedures."""

from __future__ import annotations

import re

METHODS: tuple[tuple[str, tuple[str, ...], str], ...] = (
    ("Fisher", ("p_fisher",), r"fisher"),
    ("Yates", ("p_yates",), r"yates|continuity[- ]corrected"),
    ("chi-squared", ("p_pearson", "p_yates"), r"chi[- ]?squared?|χ\s?2|χ²|pearson|chi2|χ(?:-|\s)?square"),
    ("Cochran-Mantel-Haenszel", (), r"mantel|cmh"),
    ("t test", (), r"\bt[- ]?test|student"),
    ("Wilcoxon", (), r"wilcoxon|mann[- ]?whitney|rank[- ]?sum"),
    ("log-rank", (), r"log[- ]?rank"),
    ("ANCOVA", (), r"\bancova\b|analysis of covariance"),
    ("ANOVA", (), r"\banova\b|analysis of variance"),
    ("logistic regression", (), r"logistic"),
    ("Cox regression", (), r"\bcox\b|proportional hazards"),
    ("mixed model", (), r"mixed[- ](?:model|effects)|mmrm"),
)
"""What the field calls a test, the kinds of procedure that may be it, and how texts name it."""

_PATTERNS = tuple((name, re.compile(form, re.IGNORECASE)) for name, _, form in METHODS)


def named_method(text: str) -> str | None:
    """The test that a text names; None where it names none or several.

    Examples
    --------
    >>> named_method("P-values by Fisher's exact test"), named_method("Fisher or chi-square as appropriate")
    ('Fisher', None)
    """
    found = [name for name, form in _PATTERNS if form.search(text)]
    if found[:2] == ["Yates", "chi-squared"]:
        return "Yates"
    return found[0] if len(found) == 1 else None
