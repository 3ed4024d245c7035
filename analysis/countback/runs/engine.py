"""The engine by which papermill runs notebooks on warm kernels: ``papermill --engine countback``, an entry point.

Given a ``server``, each kernel is forked (:mod:`countback.runs.kernels`); without one it is started from nothing. Both
have the same environment, and so the same results.
"""

from __future__ import annotations

import os
import sys
import uuid
from functools import cache
from typing import Any

from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from countback.runs import kernels

_LAUNCHER = "ipykernel_launcher"


class ForkingProvisioner(LocalProvisioner):
    """Starts kernels of this Python by a fork, and others as Jupyter does.

    Attributes
    ----------
    server : Server
    """

    server: kernels.Server

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> Any:
        """Start a kernel."""
        if os.path.abspath(cmd[0]) == os.path.abspath(sys.executable) and _LAUNCHER in cmd:  # noqa: PTH100
            arguments = cmd[cmd.index(_LAUNCHER) + 1 :]
            try:
                forked = self.server.fork(arguments, str(kwargs.get("cwd") or os.getcwd()), kwargs["env"])  # noqa: PTH109
            except (OSError, ValueError):
                return await super().launch_kernel(cmd, **kwargs)
            self.process = forked  # type: ignore[assignment]  # all that is asked of a Popen
            self.pid, self.cwd = forked.pid, kwargs.get("cwd")
            return self.connection_info
        return await super().launch_kernel(cmd, **kwargs)


@cache
def _engine() -> type:
    """Make the class.

    Not when this module is imported: papermill imports it for its entry point before papermill itself is whole.
    """
    from papermill.clientwrap import PapermillNotebookClient  # here: papermill is not whole before
    from papermill.engines import NBClientEngine
    from papermill.log import logger

    class Client(PapermillNotebookClient):  # type: ignore[misc]
        """Runs the cells of one notebook."""

        def __init__(self, *args: Any, server: kernels.Server | None = None, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            self.server = server

        def create_kernel_manager(self) -> Any:
            """Kernel manager that forks."""
            manager = super().create_kernel_manager()
            if self.server is not None:
                manager.kernel_id = str(uuid.uuid4())
                provisioner = ForkingProvisioner(
                    kernel_id=manager.kernel_id, kernel_spec=manager.kernel_spec, parent=manager
                )
                provisioner.server = self.server
                manager.provisioner = provisioner
            return manager

        async def async_start_new_kernel(self, **kwargs: Any) -> None:
            """Start the kernel with the environment that all have."""
            await super().async_start_new_kernel(**{"env": kernels.environment(), **kwargs})

    class WarmEngine(NBClientEngine):  # type: ignore[misc]
        """Papermill's own engine, but for where its kernel comes from."""

        @classmethod
        def execute_managed_notebook(
            cls, nb_man: Any, kernel_name: str, start_timeout: int = 60, execution_timeout: int | None = None,
            **kwargs: Any,
        ) -> Any:  # fmt: skip
            """Run the notebook."""
            options = {name: value for name, value in kwargs.items() if name not in ("input_path", "output_path")}
            client = Client(
                nb_man, kernel_name=kernel_name, timeout=execution_timeout, startup_timeout=start_timeout,
                log=logger, **options,
            )  # fmt: skip
            return client.execute()

    return WarmEngine


def __getattr__(name: str) -> Any:
    if name == "WarmEngine":
        return _engine()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def register() -> None:
    """Make papermill know the engine, also where the package is not installed and its entry point not found."""
    from papermill.engines import papermill_engines  # here: papermill is not whole before

    papermill_engines.register(kernels.ENGINE, _engine())
