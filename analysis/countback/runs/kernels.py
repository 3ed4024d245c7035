"""Warm kernels: one process imports what all notebooks import, and every kernel is a fork of it.

What a fork takes over is what imports leave: modules, and nothing that a notebook has done. Its namespace, working
directory, environment, random state and Matplotlib's settings are those of a kernel started from nothing, and so are
its results. Where there is no fork, or with ``COUNTBACK_COLD=1``, kernels are started from nothing.

The server is single-threaded, as a process that forks must be, and takes requests over a socket, each a line of JSON
(:class:`Server` is the other end). When the process that started it ends, however it ends, the server ends its kernels
and itself.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import importlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import traceback
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NoReturn

from countback.project import bytes_digest

__all__ = ["COLD", "ENGINE", "Forked", "Server", "environment", "remove_sockets_of_the_dead", "serving",
           "sockets"]  # fmt: skip

ENGINE = "countback"
"""The name under which papermill knows the engine (:mod:`countback.runs.engine`)."""

COLD = "COUNTBACK_COLD"
"""The environment variable that, set to anything but 0, has kernels started from nothing."""

PRELOADED = (
    "numpy", "pandas", "scipy.stats", "scipy.optimize", "scipy.special", "matplotlib.figure",
    "matplotlib.backends.backend_svg", "matplotlib.backends.backend_pdf", "matplotlib_inline.backend_inline",
    "IPython", "IPython.core.completerlib", "IPython.core.debugger", "IPython.core.oinspect",
    "IPython.extensions.storemagic", "ipykernel.kernelapp", "ipykernel.ipkernel", "sqlite3",
    "tornado.platform.asyncio", "tornado.queues", "countback.runs.notebook",
    "countback.procedures.panel", "countback.audit", "countback.trial.folder", "countback.trial.comparisons",
    "countback.analyses.power", "countback.analyses.bayes", "countback.show.style",
)  # fmt: skip
"""What is imported before the first kernel: modules that set nothing when they are imported."""

_ONE_THREAD = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS")
"""Notebooks run side by side, one a processor; and sums do not depend on how many processors there are."""

_PR_SET_PDEATHSIG = 1

_LONGEST = 80
"""Bytes of a folder's path up to which every system takes those of sockets in it; in others, kernels use ports."""


def environment() -> dict[str, str]:
    """Environment of a kernel, warm or cold."""
    return {**dict.fromkeys(_ONE_THREAD, "1"), **os.environ}


# Folders of sockets


def _prefix() -> str:
    """Start of the names of this machine's folders of sockets; the process follows."""
    where = socket.gethostname()
    with suppress(OSError):  # containers may share a temporary folder, and not their processes
        where += str(Path("/proc/self/ns/pid").readlink())
    return f"countback-{bytes_digest(where.encode())[:6]}-"


@contextmanager
def sockets() -> Iterator[Any]:
    """Settings of a kernel with a folder of its own, in which its sockets lie: no ports to race for, and no network."""
    from traitlets.config import Config  # here: half a second that reading results does not need

    settings = Config()
    if os.name != "posix":
        yield settings
        return
    with tempfile.TemporaryDirectory(prefix=f"{_prefix()}{os.getpid()}-", ignore_cleanup_errors=True) as folder:
        if len(os.fsencode(folder)) <= _LONGEST:
            settings.KernelManager.transport = "ipc"
        settings.KernelManager.connection_file = str(Path(folder) / "kernel.json")
        yield settings


def remove_sockets_of_the_dead() -> None:
    """Remove from the temporary folder what killed builds have left there."""
    if os.name != "posix":
        return
    for path in Path(tempfile.gettempdir()).glob(f"{_prefix()}*"):
        found = re.fullmatch(rf"{re.escape(_prefix())}(\d+)-\w+", path.name)
        with suppress(OSError):
            if found and path.stat().st_uid == os.getuid() and not _is_alive(int(found[1])):
                shutil.rmtree(path, ignore_errors=True)


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


# This end: the process that runs notebooks


class Server:
    """The process that forks kernels, from the outside.

    Parameters
    ----------
    root : pathlib.Path
        Its working directory: where kernels work too.
    """

    def __init__(self, root: Path) -> None:
        ours, theirs = socket.socketpair()
        # Nothing is imported from the folder in which it is started; IPython adds it again, for the notebooks alone.
        words = "import sys; sys.path[:1] = [p for p in sys.path[:1] if p]"
        words += f"; from countback.runs import kernels; kernels.serve({theirs.fileno()})"
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-c", words], cwd=root, env=environment(), stdin=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()], start_new_session=True,
            )  # fmt: skip
        self._socket = ours
        self._lines = ours.makefile("rw", encoding="utf-8")
        self._lock = threading.Lock()

    def ask(self, **request: Any) -> Any:
        """Answer to a request.

        Raises
        ------
        OSError
            If the server has died.
        """
        with self._lock:
            self._lines.write(json.dumps(request) + "\n")
            self._lines.flush()
            answer = self._lines.readline()
        if not answer:
            raise BrokenPipeError("the server of kernels has died")
        return json.loads(answer)

    def fork(self, arguments: Sequence[str], cwd: str, env: Mapping[str, str]) -> Forked:
        """Fork a kernel with the arguments of ``python -m ipykernel_launcher``."""
        return Forked(self, self.ask(fork=list(arguments), cwd=cwd, env=dict(env)))

    def close(self) -> None:
        """End the server, and with it what kernels there are."""
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        with suppress(OSError, ValueError):
            self._lines.close()
        self._socket.close()
        self._process.wait()


class Forked:
    """A forked kernel, as :class:`subprocess.Popen` would show it."""

    stdin = stdout = stderr = None

    def __init__(self, server: Server, pid: int) -> None:
        self.server, self.pid = server, pid
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """Exit status, or None while it runs."""
        if self.returncode is None:
            try:
                self.returncode = self.server.ask(poll=self.pid)
            except (OSError, ValueError):
                self.returncode = -signal.SIGKILL  # it dies with its server
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Exit status; to be asked for when :meth:`poll` has given one."""
        status = self.poll()
        if status is None:
            raise subprocess.TimeoutExpired("kernel", timeout or 0)
        return status

    def send_signal(self, number: int) -> None:
        """Send a signal."""
        with suppress(OSError, ValueError):
            self.server.ask(signal=[self.pid, int(number)])

    def kill(self) -> None:
        """End it at once."""
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)


@contextmanager
def serving(root: Path) -> Iterator[Server | None]:
    """A server of warm kernels, or None where kernels are to be started from nothing."""
    if not hasattr(os, "fork") or os.environ.get(COLD, "0") not in ("", "0"):
        yield None
        return
    server = Server(root)
    try:
        yield server
    finally:
        server.close()


# The other end: the process that forks


def serve(descriptor: int) -> None:
    """Import what notebooks import, then fork kernels until the other end is gone.

    Parameters
    ----------
    descriptor : int
        File descriptor of the connected socket.
    """
    for module in PRELOADED:
        with contextlib.suppress(ImportError):  # a kernel that needs it says so
            importlib.import_module(module)
    gc.collect()
    gc.freeze()  # what is there already is not touched by collections in the forks, and so not copied
    connection = socket.socket(fileno=descriptor)
    lines = connection.makefile("rw", encoding="utf-8")
    kernels: set[int] = set()
    try:
        for line in lines:
            request = json.loads(line)
            if "fork" in request:
                pid = os.fork()
                if pid == 0:
                    lines.detach()
                    connection.close()
                    _become_kernel(request)
                kernels.add(pid)
                answer: int | None = pid
            elif "poll" in request:
                answer = _status(request["poll"], kernels)
            else:
                pid, number = request["signal"]
                _signal(pid, number, kernels)
                answer = None
            lines.write(json.dumps(answer) + "\n")
            lines.flush()
    except (OSError, ValueError):
        pass  # the other end was killed in the middle of a line
    finally:
        for pid in kernels:
            _signal(pid, signal.SIGKILL, kernels)


def _status(pid: int, kernels: set[int]) -> int | None:
    """Exit status of a kernel, None while it runs; as negative numbers of signals."""
    if pid not in kernels:
        return -signal.SIGKILL
    ended, status = os.waitpid(pid, os.WNOHANG)
    if ended == 0:
        return None
    kernels.discard(pid)
    return os.waitstatus_to_exitcode(status)


def _signal(pid: int, number: int, kernels: set[int]) -> None:
    """Send a signal to a kernel and all that it has started."""
    if pid in kernels:  # not yet waited for: the number cannot be another process's
        try:
            os.killpg(pid, number)
        except OSError:
            with suppress(OSError):
                os.kill(pid, number)


def _become_kernel(request: Mapping[str, Any]) -> NoReturn:
    """Run a kernel in this forked process, as ``python -m ipykernel_launcher`` would in a new one."""
    status = 1
    try:
        parent = os.getppid()
        os.setsid()
        _die_with(parent)
        os.environ.clear()
        os.environ.update(request["env"])
        os.chdir(request["cwd"])
        sys.argv = ["ipykernel_launcher.py", *request["fork"]]
        if "numpy" in sys.modules:
            sys.modules["numpy"].random.seed()  # Python's own generator is seeded anew by the fork
        from ipykernel.kernelapp import IPKernelApp  # here: only the fork needs it

        app: Any = IPKernelApp.instance()
        app.initialize([*request["fork"], f"--IPKernelApp.parent_handle={parent}"])
        if "matplotlib" in sys.modules and os.environ.get("MPLBACKEND"):  # Matplotlib reads it when it is imported
            sys.modules["matplotlib"].rcParams["backend"] = os.environ["MPLBACKEND"]
        app.start()
        status = 0
    except SystemExit as error:
        status = error.code if isinstance(error.code, int) else 1
    except BaseException:
        traceback.print_exc()
    finally:
        for stream in (sys.stdout, sys.stderr):
            with suppress(Exception):
                stream.flush()
        os._exit(status)


def _die_with(parent: int) -> None:
    """Have the system kill this process when its parent dies; elsewhere than on Linux, ipykernel looks for it."""
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)
