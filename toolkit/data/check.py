"""Checks across tables: people the roster does not know, rows of the roster that contradict each other, targets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
from ibis.backends.duckdb import Backend
from rapidfuzz import process

from toolkit.catalogue.kpi import Kpi
from toolkit.data.convert import ident
from toolkit.data.store import SHOWN, TableSource
from toolkit.errors import Problems
from toolkit.periods import Calendar, named_period


def source_name(table: str, source: TableSource, file: int = 0) -> str:
    """What problems call a table's source."""
    return source.source.files[file] if source.source else f"engagement.yaml tables.{table}.select"


def check_owners(database: Backend, sources: Mapping[str, TableSource], loaded: list[str], problems: Problems) -> None:
    """Every participant that appears in the data must be in `participants`; teams may have targets of their own."""
    for table in loaded:
        if table == "participants":
            continue
        teams = " UNION SELECT team FROM participants UNION SELECT region FROM participants"
        known = "SELECT participant FROM participants" + (teams if table in ("targets", "kpi_values") else "")
        found = database.raw_sql(
            f"SELECT participant, min(_file), arg_min(_row, _row), count(*) FROM {ident(table)} "
            f"WHERE participant NOT IN (SELECT * FROM ({known}) AS k(id) WHERE id IS NOT NULL) GROUP BY 1 ORDER BY 3 LIMIT {SHOWN}"
        ).fetchall()
        column = sources[table].columns.get("participant", "participant")
        for who, file, row, rows in found:
            where = source_name(table, sources[table], file)
            problems.add("data.unknown_participant", where=where, row=row, column=column, value=who, rows=rows)


def check_roster(people: pd.DataFrame, source: TableSource, problems: Problems) -> None:
    """A person's rows may not overlap in time, nor give different hiring or leaving days."""
    where = source_name("participants", source)
    ordered = people.assign(
        start=people["valid_from"].fillna(pd.Timestamp("1900-01-01")), end=people["valid_to"].fillna(pd.Timestamp("2200-01-01"))
    ).sort_values(["participant", "start", "_row"])
    before = ordered.groupby("participant")[["end", "_row"]].shift()
    for at in ordered.index[(ordered["start"] <= before["end"]).to_numpy()]:
        row = ordered.loc[at]
        problems.add("data.roster_overlap", where=where, row=int(row["_row"]), column="valid_from", value=row["participant"], first=int(before.loc[at, "_row"]))
    for column in ("hired_on", "left_on"):
        many = people.groupby("participant")[column].nunique(dropna=False)
        for who in many.index[many > 1]:
            row = int(people.loc[people["participant"] == who, "_row"].max())
            problems.add("data.roster_contradicts", where=where, row=row, column=column, value=who)
    for at in people.index[(people["left_on"] < people["hired_on"]).to_numpy()]:
        problems.add("data.left_before_hired", where=where, row=int(people.loc[at, "_row"]), column="left_on", value=people.loc[at, "participant"])


def named_periods(
    table: pd.DataFrame, name: str, source: TableSource, calendar: Calendar, kpis: Mapping[str, Kpi], problems: Problems
) -> pd.DataFrame:
    """A copy whose `period` holds periods' names; odd periods and unknown KPIs are noted."""
    where = source_name(name, source)
    names = {value: named_period(value, calendar, calendar.grains[0]) for value in table["period"].unique()}
    named = table.assign(period=table["period"].map(names))
    place: dict[str, Any] = {"where": where}
    for value, period in names.items():
        if period is None or not _in_calendar(period, calendar):
            row = int(table.loc[table["period"] == value, "_row"].min())
            problems.add("data.not_a_period", row=row, column=source.columns.get("period", "period"), value=value, **place)
    for value in sorted(set(table["kpi"]) - set(kpis)):
        row = int(table.loc[table["kpi"] == value, "_row"].min())
        near = [n for n, score, _ in process.extract(value, list(kpis), limit=3) if score >= 60]
        problems.add("data.unknown_kpi", row=row, column=source.columns.get("kpi", "kpi"), value=value, near=", ".join(near) or "–", **place)
    repeated = named.duplicated(["participant", "period", "kpi"]) & named["period"].notna()
    for at in named.index[repeated & ~table.duplicated(["participant", "period", "kpi"])]:
        value = f"{named.loc[at, 'participant']} / {named.loc[at, 'period']} / {named.loc[at, 'kpi']}"
        problems.add("data.duplicate_key", row=int(named.loc[at, "_row"]), column="period", value=value, first="–", **place)
    return named.drop(columns=["_file", "_row"])


def _in_calendar(period: str, calendar: Calendar) -> bool:
    try:
        calendar.bounds(period)
    except KeyError:
        return False
    return True
