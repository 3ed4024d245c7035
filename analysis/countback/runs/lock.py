"""One build in a folder at a time.

The lock belongs to the process that holds it and goes with it: that of a dead one is free.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from countback.errors import InputError
from countback.files import shown

try:
    import fcntl
except ImportError:  # Windows has no such lock; builds there are not kept apart
    fcntl = None  # type: ignore[assignment]

__all__ = ["FILE", "Lock", "holding"]

FILE = ".lock"
"""The file's name, in the folder of results; it says who holds the lock, and is empty while nobody does."""


class Lock:
    """The right to write into a folder of results, taken when it is made.

    Parameters
    ----------
    build : pathlib.Path
        Made if it is missing.

    Raises
    ------
    InputError
        If another build holds it; says which.
    """

    def __init__(self, build: Path) -> None:
        build.mkdir(parents=True, exist_ok=True)
        self._file: int | None = os.open(build / FILE, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o644)
        if fcntl is None:
            return
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(self._file, 200, 0).decode(errors="replace").strip() or "another process"
            self._close()
            raise InputError(
                f"{shown(build)}: another build is under way here ({holder}); let it end, or build in another folder"
            ) from None
        except OSError:  # a file system without locks
            return
        os.register_at_fork(after_in_child=self._close)  # a child that outlives this process must not keep the lock
        os.ftruncate(self._file, 0)
        os.pwrite(self._file, f"process {os.getpid()} on {socket.gethostname()}\n".encode(), 0)

    def release(self) -> None:
        """Let others build here; does nothing the second time."""
        if self._file is not None:
            with suppress(OSError):
                os.ftruncate(self._file, 0)
        self._close()

    def _close(self) -> None:
        file, self._file = self._file, None
        if file is not None:
            with suppress(OSError):
                os.close(file)


@contextmanager
def holding(build: Path) -> Iterator[None]:
    """Hold the lock of a folder of results.

    Raises
    ------
    InputError
        If another build holds it; says which.
    """
    lock = Lock(build)
    try:
        yield
    finally:
        lock.release()
