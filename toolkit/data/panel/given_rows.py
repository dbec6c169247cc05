"""The rows of `kpi_values` behind a number that the client supplied, or from which it was added up."""

from __future__ import annotations

import pandas as pd

from toolkit.data.check import period_meant
from toolkit.data.engagement import Engagement
from toolkit.data.panel.spine import UNASSIGNED
from toolkit.data.sources import source_name
from toolkit.scheme.coverage import employment

_TABLE = "kpi_values"


def given_rows(
    client: Engagement, kpi: str, participant: str, period: str, level: str, limit: int | None = None
) -> pd.DataFrame:
    """What the client gave for a participant's KPI in a period, as `source_rows` shows it.

    What was given for the participant and period itself stands alone; else, where values may be added, the
    rows of the group's people, else those of the shorter periods inside.

    Returns
    -------
    DataFrame
        The columns of `source_rows`, then `period`; `adds` is the part's value.
    """
    rows = _read(client)
    rows = rows[rows["kpi"] == kpi]
    has_parts = bool(rows["denominator"].notna().all())
    may_add = has_parts or bool((rows["additive"] == "yes").all())
    found = _behind(client, rows, participant, period, level, may_add)
    parts = {"numerator": "numerator" if has_parts else "value"}
    if has_parts:
        parts["denominator"] = "denominator"
    frames = [_shown(found, part, column, limit) for part, column in parts.items()]
    return pd.concat(frames, ignore_index=True)


def _read(client: Engagement) -> pd.DataFrame:
    """The table with the periods' names, and each row's file."""
    columns = "participant, period, kpi, value, numerator, denominator, additive, _file, _row"
    content = client.database.raw_sql(f"SELECT {columns} FROM {_TABLE} ORDER BY _file, _row")
    rows = content.arrow().read_all().to_pandas()
    source = client.sources[_TABLE]
    names = {written: period_meant(written, client.calendar) for written in rows["period"].unique()}
    files = {n: source_name(_TABLE, source, int(n)) for n in rows["_file"].unique()}
    return rows.assign(period=rows["period"].map(names), file=rows["_file"].map(files))


def _behind(
    client: Engagement, rows: pd.DataFrame, participant: str, period: str, level: str, may_add: bool
) -> pd.DataFrame:
    there = rows["period"] == period
    own = rows[there & (rows["participant"] == participant)]
    if len(own) or not may_add:
        return own
    people = rows[there & rows["participant"].isin(_members(client, participant, period, level))]
    if len(people):
        return people
    best, covered = own, 0.0
    for grain in client.calendar.grains:
        inside = client.calendar.contains(period, grain)
        if grain == client.calendar.grain_of(period) or not inside:
            break
        parts = [_behind(client, rows, participant, name, level, may_add) for name in inside]
        share = sum(len(part) > 0 for part in parts) / len(inside)
        if share > covered:
            best, covered = pd.concat(parts), share
    return best


def _members(client: Engagement, participant: str, period: str, level: str) -> list[str]:
    """The people of a group on their last day in a period."""
    if level == "individual":
        return []
    start, end = client.calendar.bounds(period)
    grain = client.calendar.grain_of(period)
    one = pd.DataFrame({"period": [period], "grain": [grain], "start": [start], "end": [end]})
    people = employment(client.participants, one)
    if level == "company":
        return list(people["participant"])
    return list(people.loc[people[level].fillna(UNASSIGNED) == participant, "participant"])


def _shown(rows: pd.DataFrame, part: str, column: str, limit: int | None) -> pd.DataFrame:
    made = pd.DataFrame(
        {
            "part": part,
            "table": _TABLE,
            "id": rows["participant"] + " / " + rows["period"] + " / " + rows["kpi"],
            "date": pd.Series(pd.NaT, index=rows.index, dtype="datetime64[s]"),
            "owner": rows["participant"],
            "customer": pd.Series(index=rows.index, dtype="str"),
            "counts": "yes",
            "share": 1.0,
            "adds": rows[column].astype("float64"),
            "file": rows["file"],
            "row": rows["_row"].astype("Int64"),
            "period": rows["period"],
        }
    ).astype({"part": "str", "table": "str", "counts": "str"})
    return made if limit is None else made.head(limit)
