"""A KPI's history as a matrix: people × periods of the grain that the KPI is made for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd

from toolkit.catalogue.kpi import Kpi
from toolkit.periods import Calendar

OPEN = "cohort_open"  # blank because it is too early, which is nobody's gap
LEAST_EXPOSURE = 0.5  # with less of a period worked a value says little
_ORDER = ("month", "quarter", "half", "year")


@dataclass(frozen=True)
class History:
    """A KPI's values of one grain.

    Parameters
    ----------
    kpi : Kpi
    grain : str
        month, quarter, half or year.
    people, periods : Index
        Rows and columns; every period between the first and the last, without gaps.
    values : ndarray
        As measured; NaN where blank.
    exposure : ndarray
        Share of the period employed; 0 where the person was not there.
    missing : ndarray of int
        Index into `codes`: why it is blank, -1 where it is not.
    codes : tuple of str
    """

    kpi: Kpi
    grain: str
    people: pd.Index
    periods: pd.Index
    values: np.ndarray
    exposure: np.ndarray
    missing: np.ndarray
    codes: tuple[str, ...]

    @cached_property
    def eligible(self) -> np.ndarray:
        """Where a value could be: employed, and late enough to know."""
        early = self.missing == (self.codes.index(OPEN) if OPEN in self.codes else -2)
        return (self.exposure > 0) & ~early

    @cached_property
    def level(self) -> np.ndarray:
        """What people are compared by: sums per full period, half periods and less left out."""
        enough = np.where(self.exposure >= LEAST_EXPOSURE, self.exposure, np.nan)
        return self.values / enough if self.kpi.adds_over_time else self.values * (enough / enough)

    @property
    def sign(self) -> int:
        """1 where more is better or a band decides, −1 where less is."""
        return -1 if self.kpi.direction == "lower" else 1

    def wide(self) -> pd.DataFrame:
        """`level` as a table, people × periods."""
        return pd.DataFrame(self.level, self.people, self.periods)

    def on(self, people: pd.Index, periods: pd.Index) -> np.ndarray:
        """`level` on other people and periods; NaN where they are not known here."""
        rows, columns = self.people.get_indexer(people), self.periods.get_indexer(periods)
        found = self.level[np.ix_(rows, columns)]
        found[rows < 0, :] = np.nan
        found[:, columns < 0] = np.nan
        return found


def own_grain(kpi: Kpi, there: tuple[str, ...]) -> str:
    """The finest grain at hand that is not finer than the KPI is made for.

    Examples
    --------
    >>> from toolkit.catalogue.load import load_catalogue
    >>> kpis = load_catalogue()
    >>> own_grain(kpis["visits"], ("month", "quarter")), own_grain(kpis["win_rate"], ("month", "quarter"))
    ('month', 'quarter')
    """
    known = [grain for grain in _ORDER if grain in there]
    made_for = _ORDER.index(kpi.grain[1]) if kpi.grain[1] in _ORDER else 0
    return next((g for g in known if _ORDER.index(g) >= made_for), known[-1])


def coarser(one: str, other: str) -> str:
    """The coarser of two grains."""
    return max(one, other, key=_ORDER.index)


def histories(
    panel: pd.DataFrame, kpis: Mapping[str, Kpi], names: list[str], calendar: Calendar
) -> dict[str, dict[str, History]]:
    """Every KPI's histories by grain, from the panel's individual rows.

    Returns
    -------
    dict
        kpi → grain → History; for a KPI without a single eligible row, no grain at all.
    """
    own = panel[(panel["level"] == "individual") & (panel["exposure"] > 0)]
    grains = {period: calendar.grain_of(period) for period in own["period"].unique()}
    own = own.assign(grain=own["period"].map(grains))
    found: dict[str, dict[str, History]] = {name: {} for name in names}
    for (name, grain), rows in own.groupby(["kpi", "grain"], sort=False):
        if name in found:
            found[str(name)][str(grain)] = _history(kpis[str(name)], str(grain), rows, calendar)
    return found


def _history(kpi: Kpi, grain: str, rows: pd.DataFrame, calendar: Calendar) -> History:
    people = pd.Index(np.sort(rows["participant"].unique()), name="participant")
    periods = pd.Index(_without_gaps(list(rows["period"].unique()), calendar), name="period")
    place = people.get_indexer(pd.Index(rows["participant"])), periods.get_indexer(pd.Index(rows["period"]))
    shape = len(people), len(periods)
    values, exposure = np.full(shape, np.nan), np.zeros(shape)
    missing = np.full(shape, -1)
    codes, names = pd.factorize(rows["missing"])
    values[place] = rows["value"].to_numpy(float)
    exposure[place] = rows["exposure"].to_numpy(float)
    missing[place] = np.where(np.isnan(rows["value"].to_numpy(float)), codes, -1)
    return History(kpi, grain, people, periods, values, exposure, missing, tuple(map(str, names)))


def _without_gaps(periods: list[str], calendar: Calendar) -> list[str]:
    """Every period from the first to the last, so that the column before is the period before."""
    first, last = min(periods), max(periods)  # names of one grain sort by time
    names = [first]
    while names[-1] != last:
        names.append(calendar.shift(names[-1], 1))
    return names


def restricted(history: History, keep: np.ndarray) -> History:
    """The history of some of its people."""
    parts = {name: getattr(history, name)[keep] for name in ("people", "values", "exposure", "missing")}
    return replace(history, **parts)
