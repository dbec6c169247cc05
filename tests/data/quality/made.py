"""Standard tables made from a few rows, as loading would leave them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import duckdb
from ibis.backends.duckdb import Backend

from toolkit.data.convert import ident
from toolkit.data.files.read import FileSource
from toolkit.data.quality.check import check_tables
from toolkit.data.sources import TableSource
from toolkit.data.store import connect
from toolkit.data.tables import SQL_TYPES, TABLES
from toolkit.errors import Problem, Problems

Rows = list[dict[str, Any]]
COVER = (dt.date(2026, 1, 1), dt.date(2026, 6, 30))


def make(database: Backend | duckdb.DuckDBPyConnection, name: str, rows: Rows) -> frozenset[str]:
    """Create a standard table of these rows, from row 2 on as in a file; the columns that they fill."""
    specs = TABLES[name].columns
    typed = ", ".join(f"{ident(c)} {SQL_TYPES[spec.kind]}" for c, spec in specs.items())
    run = database.raw_sql if isinstance(database, Backend) else database.execute
    run(f"CREATE TABLE {ident(name)} ({typed}, _file INTEGER, _row BIGINT)")
    for at, row in enumerate(rows, 2):
        values = [_sql(row.get(column)) for column in specs]
        run(f"INSERT INTO {ident(name)} VALUES ({', '.join(values)}, 0, {at})")
    return frozenset(column for row in rows for column in row)


def _sql(value: object) -> str:
    return "NULL" if value is None else "'" + str(value).replace("'", "''") + "'"


def checked(tables: Mapping[str, Rows], currency: str = "", summed: tuple[str, ...] = ()) -> Problems:
    """What the checks say of these tables; the client's file of each is data/<table>.csv."""
    database, problems = connect(), Problems()
    filled = {name: make(database, name, rows) for name, rows in tables.items()}
    sources = {name: TableSource(FileSource((f"data/{name}.csv",))) for name in tables}
    check_tables(database, sources, filled, problems, COVER, currency, summed)
    return problems


def noted(problems: Problems, code: str) -> Problem:
    """The one note of a code."""
    found = [note for note in problems.notes if note.code == code]
    assert len(found) == 1, [(note.code, note.column) for note in problems.notes]
    return found[0]


def codes(problems: Problems) -> set[str]:
    """The codes of all errors and notes."""
    return {problem.code for problem in (*problems.items, *problems.notes)}
