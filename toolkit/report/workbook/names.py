"""Names of sheets: as Excel takes them, and none twice."""

from __future__ import annotations

import re
from itertools import chain, count

LONGEST = 31
_FORBIDDEN = re.compile(r"[\[\]:*?/\\\x00-\x1f']")


class Names:
    """The sheet names taken so far; Excel does not tell capitals apart."""

    def __init__(self) -> None:
        self._taken: set[str] = {"history"}  # Excel keeps it for itself

    def free(self, wanted: str, otherwise: str = "") -> str:
        """A name that is free: the one wanted, the other one, or the one wanted with a number.

        Examples
        --------
        >>> names = Names()
        >>> names.free("Li/Wei", "e1"), names.free("Li Wei", "e2"), names.free("Li Wei", "e2")
        ('Li Wei', 'e2', 'Li Wei 2')
        """
        first = _plain(wanted) or _plain(otherwise) or "–"
        for name in chain([first, _plain(otherwise)], (_numbered(first, n) for n in count(2))):
            if name and name.lower() not in self._taken:
                break
        self._taken.add(name.lower())
        return name


def _numbered(name: str, n: int) -> str:
    return f"{name[: LONGEST - len(f' {n}')]} {n}"


def _plain(name: str) -> str:
    return _FORBIDDEN.sub(" ", name).strip()[:LONGEST].strip()
