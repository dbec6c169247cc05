"""Aggregates measured from source rows: one query for all KPIs that share a table, a date and an owner."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd
import pyarrow as pa
from ibis.backends.duckdb import Backend

from toolkit.catalogue.kpi import Aggregate, Kpi
from toolkit.data.convert import ident
from toolkit.data.spine import COMPANY, KEY, UNASSIGNED
from toolkit.data.sql import parse_aggregate, qualified


@dataclass(frozen=True)
class Scan:
    """What KPIs must share to be measured in one pass over a table."""

    table: str
    owner: str
    date: str
    opened: str
    closed: str


def scan_of(part: Aggregate, kpi: Kpi) -> Scan:
    """The scan that measures a numerator or denominator."""
    if kpi.kind == "snapshot":
        return Scan(part.table, part.owner, "", part.opened, part.closed)
    return Scan(part.table, part.owner, part.date, "", "")


def register(database: Backend, participants: pd.DataFrame, periods: pd.DataFrame) -> None:
    """The calendar and the roster as tables: a day's periods, and who belongs to which group when."""
    spans = zip(periods["period"], periods["start"], periods["end"], strict=True)
    days = [pd.DataFrame({"day": pd.date_range(start, end), "period": name}) for name, start, end in spans]
    roster = participants[["participant", "team", "region", "valid_from", "valid_to"]].copy()
    roster["valid_from"] = roster["valid_from"].fillna(pd.Timestamp("1900-01-01"))
    roster["valid_to"] = roster["valid_to"].fillna(pd.Timestamp("2200-01-01"))
    empty = pd.DataFrame({"day": pd.to_datetime([]), "period": pd.Series([], dtype="str")})
    tables = {
        "_days": pd.concat([empty, *days]).astype({"day": "datetime64[s]"}),
        "_periods": periods[["period", "end"]],
        "_roster": roster,
    }
    for name, content in tables.items():
        table = pa.Table.from_pandas(content, preserve_index=False)
        for i, field in enumerate(table.schema):
            if pa.types.is_timestamp(field.type):
                table = table.set_column(i, field.name, table.column(i).cast(pa.date32()))
        database.con.register("_incoming", table)
        database.raw_sql(f"CREATE OR REPLACE TABLE {name} AS SELECT * FROM _incoming")
        database.con.unregister("_incoming")


def measured_parts(database: Backend, kpis: Iterable[Kpi]) -> dict[tuple[Scan, str], pd.DataFrame]:
    """Run every scan that the KPIs need.

    Returns
    -------
    dict
        (scan, aggregate) → level, participant, period, value, rows (that the aggregate used), any_rows
        (of the table).
    """
    wanted: dict[Scan, list[str]] = {}
    for kpi in kpis:
        for part in (kpi.numerator, kpi.denominator):
            if part is not None and part.sql not in wanted.setdefault(scan_of(part, kpi), []):
                wanted[scan_of(part, kpi)].append(part.sql)
    found = {}
    for scan, sqls in wanted.items():
        result = database.sql(scan_sql(scan, sqls), dialect="duckdb").to_pyarrow().to_pandas()
        for i, sql in enumerate(sqls):
            value = result[f"v{i}"].astype("float64")
            found[scan, sql] = result[[*KEY, "any_rows"]].assign(value=value, rows=result[f"n{i}"])
    return found


def scan_sql(scan: Scan, aggregates: list[str]) -> str:
    """The SELECT that measures aggregates for all levels and periods in one pass (DuckDB's dialect)."""
    selected = []
    for i, sql in enumerate(aggregates):
        condition = parse_aggregate(sql).condition
        rows = f"count(*) FILTER (WHERE {condition})" if condition else "count(*)"
        selected += [f"{qualified(sql)} AS v{i}", f"{qualified(rows)} AS n{i}"]
    if scan.date:
        day = f"t.{ident(scan.date)}"
        dated = f"{ident(scan.table)} AS t JOIN _days AS p ON {day} = p.day"
    else:
        day = 'p."end"'
        open_still = f"(t.{ident(scan.closed)} IS NULL OR t.{ident(scan.closed)} > {day})"
        dated = (
            f"{ident(scan.table)} AS t JOIN _periods AS p ON t.{ident(scan.opened)} <= {day} AND {open_still}"
        )
    held = f"r.participant = t.{ident(scan.owner)} AND {day} BETWEEN r.valid_from AND r.valid_to"
    rows = (
        f"SELECT t.*, p.period AS _period, coalesce(t.{ident(scan.owner)}, '{UNASSIGNED}') AS _owner, "
        f"coalesce(r.team, '{UNASSIGNED}') AS _team, coalesce(r.region, '{UNASSIGNED}') AS _region "
        f"FROM {dated} LEFT JOIN _roster AS r ON {held}"
    )
    sets = ("_owner", "_team", "_region")
    named = " ".join(f"WHEN grouping({name}) = 0 THEN {{}}" for name in sets)
    level = named.format("'individual'", "'team'", "'region'")
    return (
        f"SELECT CASE {level} ELSE 'company' END AS level, "
        f"CASE {named.format('_owner', '_team', '_region')} ELSE '{COMPANY}' END AS participant, "
        f"_period AS period, count(*) AS any_rows, {', '.join(selected)} FROM ({rows}) AS t "
        f"GROUP BY GROUPING SETS ((_owner, _period), (_team, _period), (_region, _period), (_period))"
    )
