"""The audit: what can be said of each printed number, given the counts.

:func:`audit` judges every claim of a trial's folder, :func:`countback.audit.sheet.audit` every row of a table of
comparisons or cells. Both return an :class:`Audit`.
"""

from countback.audit.finding import Audit, Check, Finding
from countback.audit.judge import audit
from countback.audit.verdicts import State, Verdict

__all__ = ["Audit", "Check", "Finding", "State", "Verdict", "audit"]
