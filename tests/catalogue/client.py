"""The hand-written client in `cases/`: as an engagement on disk, and as bare tables in DuckDB."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import duckdb

from tests.data.helpers import SCHEME, put
from toolkit.catalogue.kpi import Aggregate
from toolkit.data.tables import SQL_TYPES, TABLES

CASES = Path(__file__).with_name("cases")
_HEAD = """\
name: cases
client: {en: Cases Ltd, zh: 案例公司}
language: en
currency: CNY
calendar: months
covers: {from: 2025-01-01, to: 2026-06-30}
"""


@dataclass(frozen=True)
class Case:
    """One number worked out by hand, with its working in `why`."""

    kpi: str
    participant: str
    period: str
    numerator: float | None
    denominator: float | None
    value: float | None
    missing: str
    why: str

    def __str__(self) -> str:
        return f"{self.kpi}-{self.participant}-{self.period}"


def _number(cell: str) -> float | None:
    return float(cell) if cell else None


def read_cases() -> list[Case]:
    """`cases/expected.csv`; a comma too many in a row's working would shift it."""
    with (CASES / "expected.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert all(None not in row and all(v is not None for v in row.values()) for row in rows)
    numbers = ("numerator", "denominator", "value")
    return [Case(**{k: _number(v) if k in numbers else v for k, v in row.items()}) for row in rows]  # type: ignore[arg-type]


def tables() -> list[str]:
    """The standard tables that the client has."""
    return sorted(path.stem for path in CASES.glob("*.csv") if path.stem in TABLES)


def write_client(folder: Path, more: str = "") -> Path:
    """The engagement; `more` is put at the end of its document."""
    named = "".join(f"  {name}: {{file: data/{name}.csv}}\n" for name in tables())
    put(folder, "engagement.yaml", f"{_HEAD}tables:\n{named}{more}")
    scheme = SCHEME.replace("target: table", "target: {fixed: 100, per: month}")
    put(folder, "schemes/field.yaml", scheme.replace("from: 2026-01-01", "from: 2025-01-01"))
    for name in tables():
        put(folder, f"data/{name}.csv", (CASES / f"{name}.csv").read_bytes())
    return folder


def in_duckdb() -> duckdb.DuckDBPyConnection:
    """The standard tables with lookups and derived columns, loaded without the toolkit's own loader."""
    database = duckdb.connect()
    for name in sorted(tables(), key=lambda name: len(TABLES[name].lookups)):  # first those looked up in
        table = TABLES[name]
        with (CASES / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            have = next(csv.reader(file))
        columns = [
            f'nullif("{c}", \'\')::{SQL_TYPES[s.kind]} AS "{c}"'
            if c in have
            else f'NULL::{SQL_TYPES[s.kind]} AS "{c}"'
            for c, s in table.columns.items()
        ]
        path = str(CASES / f"{name}.csv")
        query = f"SELECT {', '.join(columns)} FROM read_csv('{path}', all_varchar = true)"
        for column, taken in table.lookups.items():
            if column in have:
                continue
            same = f'u."{taken.on}" = b."{taken.on}"'
            there = f'(SELECT max("{taken.column}") FROM {taken.table} AS u WHERE {same})'
            dropped = f" EXCLUDE ({column})" if column in table.columns else ""
            query = f'SELECT *{dropped}, {there} AS "{column}" FROM ({query}) AS b'
        for column, sql in table.derived.items():
            query = f'SELECT *, {sql} AS "{column}" FROM ({query})'
        database.execute(f"CREATE TABLE {name} AS {query}")
    return database


def by_hand(
    database: duckdb.DuckDBPyConnection, part: Aggregate, participant: str, start: str, end: str
) -> float | None:
    """A part of a KPI for a person (or all) in a period: one plain SELECT."""
    if part.is_snapshot:
        rows = f"{part.opened} <= DATE '{end}' AND ({part.closed} IS NULL OR {part.closed} > DATE '{end}')"
    else:
        rows = f"{part.date} BETWEEN DATE '{start}' AND DATE '{end}'"
    whose = "true" if participant == "all" else f"{part.owner} = '{participant}'"
    found = database.execute(f"SELECT {part.sql} FROM {part.table} WHERE {rows} AND {whose}").fetchone()
    assert found is not None
    return None if found[0] is None else float(found[0])
