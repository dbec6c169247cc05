"""Calendars and periods: months, quarters, half-years, years (also fiscal), and a client's named periods.

A period is known by its name: `2026`, `2026-H1`, `2026-Q1`, `2026-03`. Bounds are days, both inclusive.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

NAME = re.compile(r"([0-9]{4})(?:-(?:(0[1-9]|1[0-2])|Q([1-4])|H([12])))?")
_YEAR_FIRST = re.compile(r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})(?![0-9])")
_MONTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12}
_PER_YEAR = {"month": 12, "quarter": 4, "half": 2, "year": 1}


def grain_of(period: str) -> str:
    """The grain of a period's name: month, quarter, half or year.

    Raises
    ------
    ValueError
        The text is no period's name.

    Examples
    --------
    >>> grain_of("2026-Q1"), grain_of("2026-03")
    ('quarter', 'month')
    """
    found = NAME.fullmatch(period)
    if not found:
        raise ValueError(f"{period!r} is no period: write 2026, 2026-H1, 2026-Q1 or 2026-03")
    return "month" if found[2] else "quarter" if found[3] else "half" if found[4] else "year"


def _split(period: str) -> tuple[int, int, str]:
    grain = grain_of(period)
    year, part = int(period[:4]), period[5:].lstrip("QH")
    return year, int(part or 1), grain


def _name(year: int, part: int, grain: str) -> str:
    suffix = {"month": f"-{part:02d}", "quarter": f"-Q{part}", "half": f"-H{part}", "year": ""}[grain]
    return f"{year}{suffix}"


@dataclass(frozen=True)
class Calendar:
    """The periods an engagement counts in.

    Parameters
    ----------
    first_month : int
        Month in which the fiscal year starts (1-12). Months keep their calendar names; quarters, half-years
        and years are fiscal.
    named_after : str
        `start` or `end`: which calendar year gives a fiscal year its name.
    starts : mapping
        Named quarters' first days, in order; empty for a month calendar. A year is the union of its quarters.
    ends : date, optional
        Last day of the last named quarter; needed with `starts`.

    Raises
    ------
    ValueError
        The month or the naming is none, or the named quarters have no end.

    Examples
    --------
    >>> Calendar().bounds("2026-Q1")
    (Timestamp('2026-01-01 00:00:00'), Timestamp('2026-03-31 00:00:00'))
    >>> Calendar().shift("2026-Q1", -1), Calendar().year_before("2026-03")
    ('2025-Q4', '2025-03')
    """

    first_month: int = 1
    named_after: str = "start"
    starts: Mapping[str, dt.date] = field(default_factory=dict)
    ends: dt.date | None = None

    def __post_init__(self) -> None:
        if self.first_month not in range(1, 13):
            raise ValueError(f"a fiscal year starts in a month from 1 to 12, not in {self.first_month!r}")
        if self.named_after not in ("start", "end"):
            raise ValueError(f"a fiscal year is named after its start or end, not {self.named_after!r}")
        if self.starts and self.ends is None:
            raise ValueError("a calendar of named quarters needs the last one's last day")

    @property
    def grains(self) -> tuple[str, ...]:
        """The grains this calendar knows, finest first."""
        return ("quarter", "year") if self.starts else ("month", "quarter", "half", "year")

    def periods_per_year(self, grain: str) -> int:
        """How many periods of a grain a year has."""
        return _PER_YEAR[grain]

    def grain_of(self, period: str) -> str:
        """The grain of a period's name."""
        return grain_of(period)

    def of_grain(self, periods: pd.Series, grain: str) -> pd.Series:
        """Which of a column's periods are of a grain; each name is read once.

        Examples
        --------
        >>> Calendar().of_grain(pd.Series(["2026-Q1", "2026-03"]), "month").tolist()
        [False, True]
        """
        return periods.isin([name for name in periods.unique() if grain_of(name) == grain])

    def bounds(self, period: str) -> tuple[pd.Timestamp, pd.Timestamp]:
        """First and last day of a period.

        Raises
        ------
        ValueError
            The text is no period's name.
        KeyError
            A named calendar does not have the period.
        """
        if self.starts:
            return self._named_bounds(period)
        year, part, grain = _split(period)
        if grain == "month":
            first = pd.Timestamp(year, part, 1)
        else:
            named_later = self.named_after == "end" and self.first_month > 1
            begins = pd.Timestamp(year - named_later, self.first_month, 1)
            first = begins + pd.DateOffset(months=(part - 1) * _MONTHS[grain])
        return first, first + pd.DateOffset(months=_MONTHS[grain]) - pd.Timedelta(days=1)

    def _named_bounds(self, period: str) -> tuple[pd.Timestamp, pd.Timestamp]:
        grain, names = grain_of(period), list(self.starts)
        inside = [n for n in names if n == period or (grain == "year" and n.startswith(period + "-"))]
        if not inside:
            raise KeyError(f"the calendar has no period {period!r}; it has {names[0]} to {names[-1]}")
        after = names.index(inside[-1]) + 1
        last = self.ends if after == len(names) else self.starts[names[after]] - dt.timedelta(days=1)
        assert last is not None  # __post_init__
        return pd.Timestamp(self.starts[inside[0]]), pd.Timestamp(last)

    def between(self, start: dt.date | pd.Timestamp, end: dt.date | pd.Timestamp, grain: str) -> pd.DataFrame:
        """Whole periods of a grain inside [start, end].

        Returns
        -------
        DataFrame
            period, grain, start, end (days, inclusive), in order of time; no rows for a grain that the
            calendar does not know.

        Examples
        --------
        >>> fiscal = Calendar(first_month=4, named_after="end")
        >>> fiscal.between(dt.date(2025, 1, 1), dt.date(2025, 12, 31), "quarter")["period"].tolist()
        ['2025-Q4', '2026-Q1', '2026-Q2', '2026-Q3']
        """
        first, last = pd.Timestamp(start), pd.Timestamp(end)
        rows = [(name, grain, *self.bounds(name)) for name in self._names(first, last, grain)]
        rows = [row for row in rows if row[2] >= first and row[3] <= last]
        frame = pd.DataFrame(rows, columns=["period", "grain", "start", "end"])
        days = dict.fromkeys(("start", "end"), "datetime64[s]")
        return frame.astype(days | {"period": "str", "grain": "str"})

    def _names(self, first: pd.Timestamp, last: pd.Timestamp, grain: str) -> list[str]:
        if grain not in self.grains:
            return []
        if self.starts:
            if grain == "quarter":
                return list(self.starts)
            whole = pd.Series([name[:4] for name in self.starts]).value_counts(sort=False)
            return [str(year) for year, quarters in whole.items() if quarters == 4]
        years = range(first.year - 1, last.year + 2)
        return [_name(year, part + 1, grain) for year in years for part in range(_PER_YEAR[grain])]

    def shift(self, period: str, by: int) -> str:
        """The period `by` steps later (earlier if negative), of the same grain."""
        year, part, grain = _split(period)
        steps = year * _PER_YEAR[grain] + part - 1 + by
        return _name(steps // _PER_YEAR[grain], steps % _PER_YEAR[grain] + 1, grain)

    def year_before(self, period: str) -> str:
        """The same period of the year before."""
        return self.shift(period, -_PER_YEAR[grain_of(period)])

    def contains(self, period: str, grain: str) -> list[str]:
        """The periods of a finer grain that make up a period: the months of a quarter.

        Examples
        --------
        >>> Calendar().contains("2026-Q1", "month")
        ['2026-01', '2026-02', '2026-03']
        """
        start, end = self.bounds(period)
        return list(self.between(start, end, grain)["period"])

    def within(self, period: str, grain: str) -> str:
        """The period of a coarser grain that holds this one's last day: the quarter of a month.

        Raises
        ------
        KeyError
            The calendar has no such grain, or no whole period of it on that day.

        Examples
        --------
        >>> Calendar().within("2026-03", "quarter")
        '2026-Q1'
        """
        last = self.bounds(period)[1]
        for name in self._names(last, last, grain):
            first_day, last_day = self.bounds(name)
            if first_day <= last <= last_day:
                return name
        raise KeyError(f"the calendar has no {grain} that holds the end of {period!r}")


def named_period(value: str | dt.date, calendar: Calendar, grain: str) -> str | None:
    """The period that a client's cell means: its name, or its first day at a grain; None if neither.

    A day is read year first only; anything else would be a guess.

    Examples
    --------
    >>> named_period("2026-01-01", Calendar(), "quarter"), named_period("2026-Q1", Calendar(), "month")
    ('2026-Q1', '2026-Q1')
    >>> named_period("1/2/2026", Calendar(), "month") is None
    True
    """
    written = str(value)
    if NAME.fullmatch(written):
        return written
    day = _YEAR_FIRST.match(written)
    if not day:
        return None
    try:
        first = pd.Timestamp(dt.date(int(day[1]), int(day[2]), int(day[3])))
    except ValueError:  # the 30th of February
        return None
    names = calendar._names(first, first, grain)
    return next((n for n in names if calendar.bounds(n)[0] == first), None)


def inclusive_days(start: pd.Series | np.ndarray, end: pd.Series | np.ndarray) -> np.ndarray:
    """Calendar days from start to end, both counted; 0 where the end is earlier or a day is missing."""
    first = pd.Series(start).to_numpy("datetime64[D]")
    last = pd.Series(end).to_numpy("datetime64[D]")
    return np.maximum((last - first).astype(int) + 1, 0)
