"""Days cut into stretches, within which nobody changes place and no period begins or ends.

A KPI is measured person by person for each stretch, and every period and every team is made of whole ones.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
from ibis.backends.duckdb import Backend

from toolkit.data.store import put

_DAY = pd.Timedelta(days=1)
_EARLY, _LATE = pd.Timestamp("1900-01-01"), pd.Timestamp("2200-01-01")


@dataclass(frozen=True)
class Cells:
    """The stretches of days (cells) that a measurement needs, as small tables.

    Parameters
    ----------
    days : Table
        day, cell: every day of every period.
    ends : Table
        day, cell: the last day of every period, for what is counted as it stands on a day.
    cells : Table
        cell, day (on which its people's teams are looked up), period: a cell belongs to every period that
        holds it.
    roster : Table
        participant, team, region, valid_from, valid_to.
    """

    days: pa.Table
    ends: pa.Table
    cells: pa.Table
    roster: pa.Table

    def travelling(self) -> dict[str, pa.Table]:
        """What the first step names, to go with it where the rows are."""
        return {"_days": self.days, "_ends": self.ends}


def cells_of(participants: pd.DataFrame, periods: pd.DataFrame) -> Cells:
    """Cut the days of the periods where a period begins or ends and where anybody changes place.

    Parameters
    ----------
    participants : DataFrame
        The standard table.
    periods : DataFrame
        period, grain, start, end.
    """
    roster = roster_of(participants)
    edges = [periods["start"], periods["end"] + _DAY, roster["valid_from"], roster["valid_to"] + _DAY]
    cuts = np.unique(pd.concat(edges).to_numpy(dtype="datetime64[s]"))
    spans = zip(periods["period"], periods["start"], periods["end"], strict=True)
    empty = pd.DataFrame({"day": pd.to_datetime([]), "period": pd.Series([], dtype="str")})
    listed = [pd.DataFrame({"day": pd.date_range(start, end), "period": name}) for name, start, end in spans]
    days = pd.concat([empty, *listed])
    days["cell"] = np.searchsorted(cuts, days["day"].to_numpy(dtype="datetime64[s]"), side="right")
    ends = pd.DataFrame({"day": periods["end"], "period": periods["period"]})
    ends["cell"] = len(cuts) + 1 + np.arange(len(ends))  # numbered after the others
    cells = pd.concat([days.drop_duplicates(["cell", "period"]), ends])[["cell", "day", "period"]]
    return Cells(
        _arrow(days[["day", "cell"]].drop_duplicates()), _arrow(ends[["day", "cell"]]), _arrow(cells),
        _arrow(roster),
    )  # fmt: skip


def roster_table(participants: pd.DataFrame) -> pa.Table:
    """The roster as `_roster` holds it."""
    return _arrow(roster_of(participants))


def roster_of(participants: pd.DataFrame) -> pd.DataFrame:
    """Who is in which team and region, from when to when; an open end is a day far away."""
    roster = participants[["participant", "team", "region", "valid_from", "valid_to"]]
    return roster.fillna({"valid_from": _EARLY, "valid_to": _LATE})


def _arrow(frame: pd.DataFrame) -> pa.Table:
    """A table whose days are days."""
    table = pa.Table.from_pandas(frame, preserve_index=False)
    for i, field in enumerate(table.schema):
        if pa.types.is_timestamp(field.type):
            table = table.set_column(i, field.name, table.column(i).cast(pa.date32()))
    return table


def register(database: Backend, cells: Cells) -> None:
    """Put the small tables into the toolkit's own database: `_days`, `_ends`, `_cells`, `_roster`."""
    for name in ("days", "ends", "cells", "roster"):
        put(database, f"_{name}", getattr(cells, name))
