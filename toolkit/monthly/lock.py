"""One writer at a time in `months/`: a lock that goes when the program ends, however it ends."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from toolkit.errors import Problem, ReportError
from toolkit.locks import locked

WAIT = 10.0  # seconds for another command: a move takes far less, scoring a month may take more
_PAUSE = 0.05


@contextmanager
def only_writer(path: Path, wait: float = WAIT) -> Iterator[None]:
    """Hold the lock file `path` while the block runs; wait for whoever holds it.

    Parameters
    ----------
    path : Path
        Made where it is missing; it stays, empty.
    wait : float
        Seconds.

    Raises
    ------
    ReportError
        Somebody else held it all that time.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder, only_writer(Path(folder, ".lock")):
    ...     print("mine")
    mine
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    until = time.monotonic() + wait
    with path.open("a") as file:
        while not locked(file):
            if time.monotonic() >= until:
                raise ReportError(Problem("month.busy", where=path.parent.name))
            time.sleep(_PAUSE)
        yield
