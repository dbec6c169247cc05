"""The system's lock on a file: it goes when the program ends, however it ends."""

from __future__ import annotations

import sys
from typing import IO

if sys.platform == "win32":
    import msvcrt

    def locked(file: IO[str]) -> bool:
        """Take the lock on an open file until it is closed; False while another program holds it."""
        try:
            file.seek(0)  # the lock is on a byte, and must be the same one for everybody
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def locked(file: IO[str]) -> bool:
        """Take the lock on an open file until it is closed; False while another program holds it."""
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
