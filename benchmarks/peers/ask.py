"""Ask a peer for a piece of work: its environment, made when first wanted, its answer and its seconds."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import numpy as np

_HERE = Path(__file__).parent
_HOME = _HERE.parents[1] / ".venv" / "peers"


class Answer(NamedTuple):
    """A peer's result and the seconds of its fastest run, imports and start of Python not counted."""

    peer: str
    seconds: float
    result: np.ndarray


def ask(work: str, peer: str, inputs: Mapping[str, np.ndarray]) -> Answer:
    """Let a peer do a piece of work on these inputs.

    Parameters
    ----------
    work, peer : str
        A key of `worker.PEERS` and one of its peers.
    inputs : mapping of str to ndarray
        The arguments of that function, by name.

    Raises
    ------
    subprocess.CalledProcessError
        The environment cannot be made, or the peer fails; what it said stands on the error output.
    """
    with TemporaryDirectory() as folder:
        for name, array in inputs.items():
            np.save(Path(folder) / f"{name}.npy", array)
        worker = _HERE / "worker.py"
        command = [str(environment()), str(worker), work, peer, folder]
        said = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True, encoding="utf-8")
        told = json.loads(said.stdout.splitlines()[-1])
        return Answer(f"{peer} {told['version']}", told["seconds"], np.load(Path(folder) / "result.npy"))


@cache
def environment() -> Path:
    """The peers' own Python; installed afresh when the pinned list changes or an installation broke off."""
    pins = _HERE / "requirements.txt"
    mark, wanted = _HOME / "installed", hashlib.sha256(pins.read_bytes()).hexdigest()
    python = _HOME / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    if not mark.is_file() or mark.read_text(encoding="utf-8") != wanted:
        uv = [sys.executable, "-m", "uv", "--quiet"]
        subprocess.run([*uv, "venv", "--clear", "--python", sys.executable, str(_HOME)], check=True)
        install = [*uv, "pip", "install", "--python", str(python), "--no-deps", "--requirement", str(pins)]
        subprocess.run(install, check=True)
        mark.write_text(wanted, encoding="utf-8")
    return python
