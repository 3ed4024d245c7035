"""Printed numbers: the forms in which articles print them, read into exact numbers.

Single numbers are read in :mod:`countback.trial.digits`, forms of several in :mod:`countback.trial.forms`. What a
printed number stands for is said in :mod:`countback.trial.rounding`, which counts give a percentage in
:mod:`countback.trial.recovery`; their names can be used from here. Each form is read in time that grows with the length
of the text alone.
"""

from __future__ import annotations

from countback.trial.digits import LONGEST, MOST_DIGITS, MOST_PATIENTS, parse, parse_count, parse_p
from countback.trial.forms import (
    p_beside,
    parse_amount,
    parse_cell,
    parse_estimate,
    parse_fraction,
    parse_mean,
    parse_percentage,
    parse_rate,
    parse_value,
)
from countback.trial.recovery import (
    Possible,
    count_possible,
    count_totals,
    counts_that_print,
    events_that_print,
    first_counts,
    prints_percent,
    totals_that_print,
)
from countback.trial.rounding import (
    ROUNDINGS,
    SIGNIFICANT_DIGITS,
    Printed,
    at_level,
    exact,
    p_range,
    reciprocal,
    rounded,
    rules_shown,
    rules_that_print,
    significant,
    steps,
)

__all__ = [
    "LONGEST",
    "MOST_DIGITS",
    "MOST_PATIENTS",
    "ROUNDINGS",
    "SIGNIFICANT_DIGITS",
    "Possible",
    "Printed",
    "at_level",
    "count_possible",
    "count_totals",
    "counts_that_print",
    "events_that_print",
    "exact",
    "first_counts",
    "p_beside",
    "p_range",
    "parse",
    "parse_amount",
    "parse_cell",
    "parse_count",
    "parse_estimate",
    "parse_fraction",
    "parse_mean",
    "parse_p",
    "parse_percentage",
    "parse_rate",
    "parse_value",
    "prints_percent",
    "reciprocal",
    "rounded",
    "rules_shown",
    "rules_that_print",
    "significant",
    "steps",
    "totals_that_print",
]
