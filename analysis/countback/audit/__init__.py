"""The audit: what can be said of each printed number, given the counts.

:func:`audit` judges every claim of a trial's folder, :func:`countback.audit.sheet.audit` every row of a table of
comparisons or cells. Both give an :class:`Audit`.
"""

from countback.audit.claims import audit
from countback.audit.finding import FAILING, STATES, VERDICTS, Audit, Change, Check, Coincidence, Finding, Match

__all__ = ["FAILING", "STATES", "VERDICTS", "Audit", "Change", "Check", "Coincidence", "Finding", "Match", "audit"]
