"""Compile every procedure ahead of its first use: ``python -m countback.procedures.compile``.

Code that is there already is left as it is. Without this, each procedure is compiled when it is first given a large
batch of tables.
"""

import sys

from countback.procedures import batch, catalogue, machine_code

__all__ = ["main"]


def main() -> int:
    """Compile what is not there yet; the exit status is 1 where it cannot be kept."""
    batch.COMPILE_FROM = 0
    for procedure in catalogue.values():
        if procedure.kind in ("test", "interval", "effect", "index"):
            procedure(*([1], [3], [2], [4])[: 2 * procedure.arms])
    where = machine_code.folder()
    if where is None:
        print("countback: no folder of your own can be written to; set XDG_CACHE_HOME to one", file=sys.stderr)
        return 1
    print(f"{len(list(where.glob('*.code')))} compiled procedures in {where}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
