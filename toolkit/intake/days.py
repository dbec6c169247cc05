"""How a client writes days: in which order, decided only by cells that can be read in one way."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass

_YEAR_FIRST = re.compile(r"([12]\d{3})([-/.年])(\d{1,2})([-/.月])(\d{1,2})日?([ T].*)?|(19|20)\d{2}\d{4}")
_NUMBERS = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|\d{2})(.*)")
_NAMED = (  # the month as a word: nothing to decide
    (re.compile(r"\d{1,2}-[A-Za-z]{3}-\d{4}"), "%d-%b-%Y"),
    (re.compile(r"\d{1,2} [A-Za-z]{3} \d{4}"), "%d %b %Y"),
    (re.compile(r"[A-Za-z]{3} \d{1,2}, \d{4}"), "%b %d, %Y"),
    (re.compile(r"\d{1,2} [A-Za-z]{4,9} \d{4}"), "%d %B %Y"),
    (re.compile(r"[A-Za-z]{4,9} \d{1,2}, \d{4}"), "%B %d, %Y"),
)
_TIMES = (
    (re.compile(r""), ""),
    (re.compile(r" \d{1,2}:\d{2}"), " %H:%M"),
    (re.compile(r" \d{1,2}:\d{2}:\d{2}"), " %H:%M:%S"),
    (re.compile(r" \d{1,2}:\d{2} [AaPp][Mm]"), " %I:%M %p"),
    (re.compile(r" \d{1,2}:\d{2}:\d{2} [AaPp][Mm]"), " %I:%M:%S %p"),
)
_MOST = 0.98  # of the cells that must be days for a column of days


@dataclass(frozen=True)
class Days:
    """How a column's days are written.

    Parameters
    ----------
    share : float
        Of the different cells, how many are days.
    formats : tuple of str
        The formats in which every day can be read; none where the year stands first, two where it is open
        whether the day or the month does.
    mixed : bool
        Days of several kinds in one column: no one format reads them all.
    """

    share: float
    formats: tuple[str, ...] = ()
    mixed: bool = False

    @property
    def is_day(self) -> bool:
        """Whether nearly every cell is a day."""
        return self.share >= _MOST


def read_days(cells: Iterable[str]) -> Days:
    """How the different cells of a column write days.

    Examples
    --------
    >>> read_days(["3/14/2026", "1/2/2026"]).formats
    ('%m/%d/%Y',)
    >>> read_days(["3/4/2026"]).formats
    ('%d/%m/%Y', '%m/%d/%Y')
    >>> read_days(["2026-03-14"]).formats
    ()
    """
    listed = list(cells)
    kinds = [_formats(cell) for cell in listed]
    days = [kind for kind in kinds if kind is not None]
    if not days:
        return Days(0.0)
    share = len(days) / len(listed)
    orders = set(days)
    if frozenset() in orders:  # the year first, in some at least
        return Days(share, mixed=len(orders) > 1)
    common = frozenset.intersection(*orders)
    return Days(share, tuple(sorted(common)), mixed=not common)


def _formats(cell: str) -> frozenset[str] | None:
    """The formats that read a cell: none needed where the year stands first; None for what is no day."""
    if _YEAR_FIRST.fullmatch(cell):
        return frozenset() if _is_real(cell) else None
    match = _NUMBERS.fullmatch(cell)
    if match:
        sign, year = match[2], "%Y" if len(match[4]) == 4 else "%y"
        found = {f"%d{sign}%m{sign}{year}", f"%m{sign}%d{sign}{year}"}
        for pattern, time in _TIMES:
            if pattern.fullmatch(match[5]):
                fitting = frozenset(f + time for f in found if _fits(cell, f + time))
                return fitting or None
        return None
    for pattern, form in _NAMED:
        if pattern.fullmatch(cell) and _fits(cell, form):
            return frozenset({form})
    return None


def _is_real(cell: str) -> bool:
    found = re.findall(r"\d+", cell)
    parts = found if len(found) > 1 else [cell[:4], cell[4:6], cell[6:8]]
    return 1 <= int(parts[1]) <= 12 and 1 <= int(parts[2]) <= 31


def _fits(cell: str, form: str) -> bool:
    try:
        dt.datetime.strptime(cell, form)
    except ValueError:
        return False
    return True


def bounds(cells: Iterable[str], form: str) -> tuple[dt.date, dt.date] | None:
    """The first and the last day among cells, years 1990 to 2100; None where there is none.

    Parameters
    ----------
    form : str
        The declared format; blank where the year stands first.
    """
    days = [day for cell in cells if (day := _day(cell, form)) and 1990 <= day.year <= 2100]
    return (min(days), max(days)) if days else None


def _day(cell: str, form: str) -> dt.date | None:
    try:
        if form:
            return dt.datetime.strptime(cell, form).date()
        numbers = re.findall(r"\d+", cell)
        parts = numbers[:3] if len(numbers) > 1 else [cell[:4], cell[4:6], cell[6:8]]
        return dt.date(*(int(part) for part in parts))
    except (ValueError, TypeError):
        return None
