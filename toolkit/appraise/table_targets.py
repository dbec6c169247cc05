"""Targets from the client's table: as they stand, summed over finer periods, or over a group's members."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from toolkit.appraise.lookup import matched, numbers
from toolkit.appraise.roster import presence
from toolkit.catalogue.kpi import Kpi
from toolkit.data.panel.spine import COMPANY, UNASSIGNED
from toolkit.periods import Calendar, named_period


class TableTargets:
    """The client's targets, looked up by unit and period.

    Parameters
    ----------
    targets : DataFrame
        participant, period (name or first day), kpi, target.
    calendar : Calendar
    people : DataFrame
        `employment` in all periods concerned.
    """

    def __init__(self, targets: pd.DataFrame, calendar: Calendar, people: pd.DataFrame) -> None:
        self._targets = targets[["participant", "period", "kpi", "target"]].dropna(subset="target")
        self._calendar = calendar
        self._people = people
        self._present = presence(people)[["level", "unit", "period"]]

    @staticmethod
    def periods(targets: pd.DataFrame, calendar: Calendar, names: Iterable[str]) -> list[str]:
        """The periods a look-up may need beside those asked for: the table's own and all finer ones."""
        own = [named_period(p, calendar, calendar.grains[0]) for p in targets["period"].unique()]
        finer = [
            child
            for name in names
            for grain in _finer(calendar, name)
            for child in calendar.contains(name, grain)
        ]
        return [name for name in [*own, *finer] if name is not None]

    def look_up(
        self, kpi: Kpi, level: str, units: pd.Series, periods: pd.Series, grain: str
    ) -> tuple[np.ndarray, np.ndarray]:
        """Target and basis (table, table_members, table_sum or no_table_row) for each unit and period.

        Parameters
        ----------
        kpi : Kpi
        level : str
            Level of the units.
        units, periods : Series
        grain : str
            What a first day in the table's period column stands for.
        """
        table = self._rows(kpi, grain)
        if level != "individual" and kpi.adds_over_time:
            table = self._with_members(table, level)
        found = matched(units, periods, table)
        target = numbers(found["target"])
        basis = np.where(np.isnan(target), "no_table_row", found["basis"].to_numpy()).astype(object)
        if kpi.adds_over_time:
            for finer in reversed(self._calendar.grains[:-1]):
                blank = np.isnan(target)
                if blank.any():
                    target[blank] = self._sums(table, level, units[blank], periods[blank], finer)
                    basis[blank & ~np.isnan(target)] = "table_sum"
        return target, basis

    def _rows(self, kpi: Kpi, grain: str) -> pd.DataFrame:
        rows = self._targets[self._targets["kpi"] == kpi.kpi]
        named = {p: named_period(p, self._calendar, grain) for p in rows["period"].unique()}
        table = pd.DataFrame(
            {
                "unit": rows["participant"].to_numpy(),
                "period": rows["period"].map(named).to_numpy(),
                "target": rows["target"].to_numpy(dtype=float),
            }
        ).astype({"unit": "str", "period": "str"})
        return table.assign(basis="table")

    def _with_members(self, table: pd.DataFrame, level: str) -> pd.DataFrame:
        """The table with a group's target as its members' sum, in periods in which it has no row of its own.

        Members who never have a target for the KPI do not carry it; of those who do, all must have one in the
        period.
        """
        people = self._people[self._people["participant"].isin(table["unit"])]
        groups = people[level].fillna(UNASSIGNED) if level != "company" else COMPANY
        members = people[["participant", "period"]].assign(group=groups)
        members = members.rename(columns={"participant": "unit"}).merge(
            table, on=["unit", "period"], how="left"
        )
        sums = members.groupby(["group", "period"])["target"].agg(["sum", "count", "size"])
        whole = (
            sums[sums["count"] == sums["size"]]
            .reset_index()
            .rename(columns={"group": "unit", "sum": "target"})
        )
        added = whole[["unit", "period", "target"]].assign(basis="table_members")
        return pd.concat([table, added], ignore_index=True).drop_duplicates(["unit", "period"])

    def _sums(
        self, table: pd.DataFrame, level: str, units: pd.Series, periods: pd.Series, grain: str
    ) -> np.ndarray:
        """The finer periods' sum; every one in which the unit is there must have a target."""
        pairs = [
            (name, child)
            for name in periods.unique()
            if grain in _finer(self._calendar, name)
            for child in self._calendar.contains(name, grain)
        ]
        children = pd.DataFrame(pairs, columns=["whole", "period"], dtype="str")
        wanted = pd.DataFrame(
            {"unit": units.to_numpy(), "whole": periods.to_numpy(), "row": range(len(units))}
        )
        there = self._present[self._present["level"] == level].drop(columns="level")
        parts = (
            wanted.merge(children, on="whole")
            .merge(there, on=["unit", "period"])
            .merge(table, on=["unit", "period"], how="left")
        )
        sums = parts.groupby("row")["target"].agg(["sum", "count", "size"])
        whole = sums.loc[(sums["count"] == sums["size"]), "sum"]
        return whole.reindex(range(len(units))).to_numpy(dtype=float)


def _finer(calendar: Calendar, period: str) -> tuple[str, ...]:
    """Grains finer than a period's own."""
    return calendar.grains[: calendar.grains.index(calendar.grain_of(period))]
