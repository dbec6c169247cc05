"""Time and peak memory of whole commands, everything they start included."""

from __future__ import annotations

import subprocess
import time
from statistics import median
from typing import NamedTuple

import psutil

_EVERY = 0.02  # seconds between two looks at the process tree


class Run(NamedTuple):
    """A command's wall time and the largest sum of its processes' memory."""

    seconds: float
    peak_mb: float


class Row(NamedTuple):
    """A line of a benchmark's table."""

    what: str
    measured: str
    value: str
    limit: str
    holds: bool


def run_command(command: list[str], cwd: str | None = None) -> Run:
    """Run a command to its end.

    Raises
    ------
    subprocess.CalledProcessError
        The command failed.
    """
    began = time.perf_counter()
    process = subprocess.Popen(command, cwd=cwd, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    peak = 0
    tree = psutil.Process(process.pid)
    while process.poll() is None:
        peak = max(peak, _memory(tree))
        time.sleep(_EVERY)
    seconds = time.perf_counter() - began
    assert process.stderr is not None
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command, stderr=process.stderr.read())
    return Run(seconds, peak / 1e6)


def _memory(tree: psutil.Process) -> int:
    """Resident memory summed over a process and all it started; a process that just ended counts nothing."""
    total = 0
    try:
        members = [tree, *tree.children(recursive=True)]
    except psutil.NoSuchProcess:
        return 0
    for member in members:
        try:
            total += member.memory_info().rss
        except psutil.NoSuchProcess:
            continue
    return total


def in_turn(commands: list[list[str]], times: int) -> list[list[Run]]:
    """Run commands in turn, A B A B …, so that a machine whose speed drifts is fair to each."""
    runs: list[list[Run]] = [[] for _ in commands]
    for _ in range(times):
        for i, command in enumerate(commands):
            runs[i].append(run_command(command))
    return runs


def middle(runs: list[Run]) -> float:
    """The median of the seconds."""
    return median(run.seconds for run in runs)
