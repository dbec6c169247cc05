"""The Python process a report's notebook runs in: this interpreter, this toolkit, a private connection.

Kept apart from `run`, because it costs the import of jupyter_client.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from traitlets.config import Config

_LONGEST_FOLDER = 90  # a Unix socket's path ends at 103 characters on macOS


class OwnKernel(AsyncKernelManager):
    """A kernel of the running interpreter, whatever "python3" means in the user's Jupyter settings."""

    @property
    def kernel_spec(self) -> KernelSpec:
        """The command that starts the kernel; it keeps no history of what was run."""
        command = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        return KernelSpec(
            argv=[*command, "--HistoryManager.enabled=False"],
            display_name="Python 3",
            language="python",
            env=_environment(),
        )


@contextmanager
def connection() -> Iterator[Config]:
    """Unix sockets in a folder of their own, closed to others; the loopback where there are none.

    Left to itself jupyter_client puts its sockets into the current folder, under names that two kernels
    share.
    """
    with tempfile.TemporaryDirectory(prefix="kpi-") as folder:
        if os.name == "posix" and len(folder) <= _LONGEST_FOLDER:
            yield Config({"KernelManager": {"transport": "ipc", "ip": str(Path(folder, "k"))}})
        else:
            yield Config()


def _environment() -> dict[str, str]:
    """Let the kernel find the toolkit that runs it, when that is a checkout and not an installed package."""
    home = str(Path(__file__).resolve().parents[2])
    if "site-packages" in home:
        return {}
    return {"PYTHONPATH": os.pathsep.join(filter(None, (home, os.environ.get("PYTHONPATH"))))}
