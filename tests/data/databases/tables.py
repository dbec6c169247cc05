"""Standard tables of invented rows, with blanks and odd text, laid into every engine alike."""

from __future__ import annotations

import datetime as dt
import io
from decimal import Decimal
from pathlib import Path

import ibis
import numpy as np
import psycopg
import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq
from sqlglot import exp, parse_one

from tests.services import Server
from toolkit.catalogue.load import load_catalogue
from toolkit.data.connections import Connection
from toolkit.data.databases.engines import Engine
from toolkit.data.databases.in_place import SMALL
from toolkit.data.files.read import FileSource
from toolkit.data.sources import TableSource
from toolkit.data.tables import TABLES

ROWS = 3_000
PEOPLE = [f"p{i}" for i in range(12)]
LARGE = [name for name in TABLES if name not in SMALL]
POSTGRES_TYPES = {
    "text": "text",
    "choice": "text",
    "day": "date",
    "money": "numeric(18,4)",
    "number": "float8",
}
ARROW_TYPES = {
    "text": pa.string(), "choice": pa.string(), "day": pa.date32(), "money": pa.decimal128(18, 4),
    "number": pa.float64(),
}  # fmt: skip


def aggregates() -> list[tuple[str, object, object]]:
    """(KPI, its kind, aggregate) of every SQL that the catalogue has over a large table."""
    parts = [(k, p) for k in load_catalogue().values() for p in (k.numerator, k.denominator) if p is not None]
    return [(kpi.kpi, kpi, part) for kpi, part in parts if part.table in LARGE]


def words() -> dict[tuple[str, str], set[str]]:
    """(table, column) → the words that some KPI looks for, so that its conditions meet rows."""
    found: dict[tuple[str, str], set[str]] = {}
    for _, _, part in aggregates():
        for node in parse_one(part.sql, read="duckdb").find_all(exp.EQ, exp.NEQ, exp.In):
            if isinstance(node.this, exp.Column):
                literals = [n.name for n in node.find_all(exp.Literal) if n.is_string]
                found.setdefault((part.table, node.this.name), set()).update(literals)
    return found


def invented(name: str, known: dict[tuple[str, str], set[str]]) -> pa.Table:
    """Rows of a standard table; the same in every run."""
    draw = np.random.default_rng(sum(name.encode()))
    columns = {}
    for column, spec in TABLES[name].columns.items():
        if column == TABLES[name].key[0]:
            cells: list[object] = [f"{name}{i}" for i in range(ROWS)]
        elif column == "participant":
            cells = list(draw.choice(PEOPLE, ROWS))
        elif column in ("customer", "order", "invoice", "deal"):
            cells = [f"{column}-{i}" for i in draw.integers(0, 600, ROWS)]
        elif spec.kind == "choice":
            cells = list(draw.choice([*spec.choices], ROWS))
        elif spec.kind == "text":
            cells = list(
                draw.choice([*sorted(known.get((name, column), set())), "Ünï 'q' %", "a\\b", "c1"], ROWS)
            )
        elif spec.kind == "day":
            cells = [dt.date(2024, 12, 1) + dt.timedelta(int(d)) for d in draw.integers(0, 600, ROWS)]
        elif spec.kind == "money":
            cells = [Decimal(int(c)) / 10_000 for c in draw.integers(-20_000, 9_999_999_999, ROWS)]
        else:
            cells = [float(x) for x in np.round(draw.normal(20, 9, ROWS), 3)]
        if not spec.required:
            cells = [
                None if gone else cell for cell, gone in zip(cells, draw.random(ROWS) < 0.1, strict=True)
            ]
        columns[column] = pa.array(cells, ARROW_TYPES[spec.kind])
    return pa.table(columns)


def into_duckdb(tables: dict[str, pa.Table]) -> Engine:
    backend = ibis.duckdb.connect()
    backend.raw_sql("SET ieee_floating_point_ops = false")
    for name, table in tables.items():
        backend.con.register("_incoming", table)
        backend.raw_sql(f'CREATE TABLE "{name}" AS SELECT * FROM _incoming')
        backend.con.unregister("_incoming")
    return Engine("duckdb", backend, "own")


def into_postgres(tables: dict[str, pa.Table], server: Server) -> None:
    with psycopg.connect(server.owners_url, autocommit=True) as owner:
        for name, table in tables.items():
            specs = TABLES[name].columns
            kinds = ", ".join(f'"{c}" {POSTGRES_TYPES[specs[c].kind]}' for c in table.column_names)
            owner.execute(f'DROP TABLE IF EXISTS sales."{name}"')
            owner.execute(f'CREATE TABLE sales."{name}" ({kinds})')
            content = io.BytesIO()
            pacsv.write_csv(table, content)
            with owner.cursor().copy(f'COPY sales."{name}" FROM STDIN (FORMAT csv, HEADER)') as copy:
                copy.write(content.getvalue())


def into_parquet(tables: dict[str, pa.Table], folder: Path) -> None:
    for name, table in tables.items():
        pq.write_table(table, folder / f"{name}.parquet")


def source(kind: str, name: str) -> TableSource:
    """What an engagement would say of the table in an engine."""
    if kind == "spark":
        lake = Connection("lake", "spark:local[2]", True)
        return TableSource(FileSource((f"{name}.parquet",)), connection=lake)
    if kind == "postgres":
        return TableSource(None, connection=Connection("crm", "postgresql://", True), table=f"sales.{name}")
    return TableSource(None, connection=Connection("own", "duckdb:own", True), table=name)
