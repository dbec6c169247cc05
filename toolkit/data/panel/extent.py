"""How far the client's tables reach: their rows, their first and last day, the months that have any row."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

import pandas as pd

from toolkit.data.convert import ident
from toolkit.data.engagement import Engagement
from toolkit.data.relations import ask
from toolkit.data.tables import TABLES


class Extent(NamedTuple):
    """A table's rows, and the first and last day in any of its day columns; None without such a column."""

    table: str
    rows: int
    first: dt.date | None
    last: dt.date | None


def extents(client: Engagement) -> list[Extent]:
    """Every table supplied, wherever it lies, counted in one pass.

    Examples
    --------
    >>> import toolkit as tk
    >>> from toolkit.assets import asset
    >>> client = tk.load_engagement(asset("templates", "engagements", "adventureworks"))
    >>> next(e.rows for e in extents(client) if e.table == "deals")
    60855
    """
    found = []
    for table, filled in client.filled.items():
        own = TABLES[table].columns
        days = [c for c, spec in own.items() if spec.kind == "day" and c in filled]
        if table == "participants":  # days of hiring are no days of data
            days = []
        edges = [
            f"{edge}(t.{ident(day)}) AS {edge}_{i}" for i, day in enumerate(days) for edge in ("min", "max")
        ]
        query = f"SELECT {', '.join(['count(*) AS n', *edges])} FROM {{rows}}"
        rows, *ends = ask(client.database, client.relations[table], days, query)[0]
        known = [day for day in ends if day is not None]
        found.append(Extent(table, rows, min(known, default=None), max(known, default=None)))
    return found


def months_with_rows(client: Engagement, table: str, date: str) -> pd.DatetimeIndex:
    """The first days of the months in which a table has any row by this column."""
    day = f"t.{ident(date)}"
    parts = f"extract(year FROM {day}) AS y, extract(month FROM {day}) AS m"
    query = f"SELECT DISTINCT {parts} FROM {{rows}} WHERE {day} IS NOT NULL"
    found = ask(client.database, client.relations[table], [date], query)
    return pd.DatetimeIndex(sorted(pd.Timestamp(int(year), int(month), 1) for year, month in found))


def coverage(client: Engagement, panel: pd.DataFrame) -> pd.DataFrame:
    """How many of the values that people should have are there, for each KPI, by the finest period.

    Parameters
    ----------
    panel : DataFrame
        What `measure` gives.

    Returns
    -------
    DataFrame
        kpi, people (with any value), values, missing (share of people × periods employed), why (the reasons
        with their counts), fewest_rows and median_rows (source rows behind a value).

    Examples
    --------
    >>> import toolkit as tk
    >>> from toolkit.assets import asset
    >>> client = tk.load_engagement(asset("templates", "engagements", "manufacturer"))
    >>> found = coverage(client, tk.measure(client, ["net_sales"], ["month"]))
    >>> found[["kpi", "people", "missing"]].values.tolist()
    [['net_sales', 24, 0.0]]
    """
    finest = client.calendar.grains[0]
    own = panel[(panel["level"] == "individual") & (panel["exposure"] > 0)]
    own = own[client.calendar.of_grain(own["period"], finest)]
    rows = []
    for kpi, part in own.groupby("kpi", sort=False):
        there = part[part["missing"] == ""]
        why = part.loc[part["missing"] != "", "missing"].value_counts()
        listed = ", ".join(f"{reason} {n}" for reason, n in why.items())
        used = there["rows"]
        people = there["participant"].nunique()
        rows.append((kpi, people, len(there), 1 - len(there) / len(part), listed, used.min(), used.median()))
    columns = ["kpi", "people", "values", "missing", "why", "fewest_rows", "median_rows"]
    return pd.DataFrame(rows, columns=columns)
