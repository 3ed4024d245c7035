"""Pages are written side by side, one process a core, once all have been read.

They are read one after the other: two figures of the same file name get their names on the pages in the order in which
they are met, and processes would meet them in another order each time.
"""

from __future__ import annotations

import os

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

__all__ = ["JOBS", "jobs", "write_side_by_side"]

JOBS = "COUNTBACK_JOBS"
"""The environment variable that says how many processes write; 1 for one page after the other."""

MOST = 4
"""Beyond this, the one process that hands out the pages is what the others wait for."""


def jobs() -> int:
    """How many processes write."""
    wanted = os.environ.get(JOBS, "")
    return max(1, int(wanted)) if wanted.isdecimal() else min(os.cpu_count() or 1, MOST)


def write_side_by_side(app: Sphinx, env: BuildEnvironment) -> None:
    """Let Sphinx write in several processes; after it has read, which it would otherwise do so too."""
    if app.builder.name == "html" and app.parallel == 1:
        app.parallel = jobs()
