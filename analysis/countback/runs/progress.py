"""A progress bar that names the runs under way."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any


def bar() -> Callable[[list[str], int, int], None]:
    """Make a watcher for :func:`countback.runs.make`: a bar in a terminal, a line a step elsewhere."""
    from tqdm import tqdm  # here: an audit does without it

    bars: list[Any] = []

    def watch(names: list[str], done: int, total: int) -> None:
        if not sys.stderr.isatty():
            now = f"; running {', '.join(names)}" if names else ""
            print(f"notebooks: {done} of {total} run{now}", file=sys.stderr, flush=True)
            return
        if not bars:
            bars.append(tqdm(total=total, desc="notebooks", unit="run", file=sys.stderr))
        bars[0].set_postfix_str(", ".join(names), refresh=False)
        bars[0].update(done - bars[0].n)
        bars[0].refresh()
        if done == total:
            bars[0].close()

    return watch
